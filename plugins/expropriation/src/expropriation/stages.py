"""The stages of a taking, and which of them a paper belongs to."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import Field

from disclosure_gate.model.document import Document
from disclosure_gate.model.frozen import Frozen, Text

KIND = "征收补偿文件"
_DOMAINS = {"house_expropriation": "house_", "land_compensation": "land_"}
_TAKING = ("征收", "征地", "一书四方案", "用地批复")


class Provision(Frozen):
    """The provision that says what a paper must contain."""

    law: str
    article: str


class Stage(Frozen):
    """A stage: the words of a title that tell it, and what a paper of it must say."""

    title: Text
    words: tuple[str, ...]
    basis: Provision | None = None
    elements: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class _File(Frozen):
    stages: dict[str, Stage]


STAGES = _File.model_validate(
    yaml.safe_load((Path(__file__).parent / "stages.yaml").read_text(encoding="utf-8"))
).stages


def is_taking(document: Document) -> bool:
    """Whether a paper is about a taking at all, by kind, domain or title."""
    told = any(word in document.title for word in _TAKING)
    return document.kind == KIND or document.domain in _DOMAINS or (document.domain is None and told)


def stage_of(document: Document) -> str | None:
    """The stage that the title tells; the domain, where it is named, says whether houses or land are taken."""
    if not is_taking(document):
        return None
    side = _DOMAINS.get(document.domain or "", "")
    met = [
        (len(word), name)
        for name, stage in STAGES.items()
        if name.startswith(side)
        for word in stage.words
        if word in document.title
    ]
    return max(met)[1] if met else None
