"""The weights that were fitted to labelled texts (``make weights``): data beside the code that reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def weights(of: str) -> Mapping[str, float]:
    """The weight of everything that may be seen of ``names`` or ``numbers``, ``bias`` among it."""
    return dict(json.loads(files(__package__).joinpath(f"{of}.weights.json").read_text(encoding="utf-8")))
