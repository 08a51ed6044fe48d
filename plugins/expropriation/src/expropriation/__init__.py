"""Taking of houses and land: audience by stage, two steps, households inside the area only."""

from expropriation.plugin import Expropriation, plugin
from expropriation.stages import STAGES, Stage, stage_of

__all__ = ["STAGES", "Expropriation", "Stage", "plugin", "stage_of"]
