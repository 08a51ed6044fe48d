"""The conformance kit: what a plugin is held to before anybody installs it.

    from disclosure_gate.plugins.testing import Conformance, cases

    class TestConformance(Conformance):
        plugin = "heating"

See docs/tutorial-plugin.md; ``disclosure-gate plugin check`` runs the same checks in a process of their own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from disclosure_gate.plugins.testing.conformance import Conformance
    from disclosure_gate.plugins.testing.delivery import check_publisher
    from disclosure_gate.plugins.testing.examination import CHECKS, Examination, PluginCase, cases, examine

__all__ = ["CHECKS", "Conformance", "Examination", "PluginCase", "cases", "check_publisher", "examine"]

_HOME = {"Conformance": "conformance", "check_publisher": "delivery"}


def __getattr__(name: str) -> Any:
    # `plugin check` needs no pytest, which comes with Conformance.
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOME.get(name, 'examination')}"), name)
