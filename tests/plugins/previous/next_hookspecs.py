"""The hooks as a later version might have them: one argument renamed and still there, one gone, one hook gone."""

from __future__ import annotations

from typing import Any

from disclosure_gate.plugins.hookspecs import Retiring, hookspec

VERSION = 3
SINCE = {"dg_facts.body": 3}
RETIRING = {
    "dg_facts.reading": Retiring("body", 4),
    "dg_vocabulary": Retiring("dg_rulesets with a facts.yaml", 5),
}
GONE = {"dg_facts.detection": "body.detection", "dg_obligations": "dg_rulesets with an oblige"}


@hookspec
def dg_vocabulary() -> Any: ...


@hookspec
def dg_rulesets() -> Any: ...


@hookspec
def dg_catalogues() -> Any: ...


@hookspec
def dg_detectors() -> Any: ...


@hookspec
def dg_readers() -> Any: ...


@hookspec
def dg_facts(document: Any, reading: Any, body: Any, as_of: Any) -> Any: ...


@hookspec
def dg_findings(document: Any, facts: Any) -> Any: ...


@hookspec
def dg_publishers() -> Any: ...
