"""A local catalogue held against its guide: what it adds, refines, weakens, deletes or leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from disclosure_gate.catalogue.model import RowSource
from disclosure_gate.model.determination import AUDIENCE_LABELS, Audience

_WIDTH: dict[Audience, int] = {"public": 3, "village": 2, "affected": 2, "parties": 1}
_DAYS = {"working_day": 1.45, "day": 1.0, "month": 30.0, "year": 365.0}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; ``code`` E-… is a breach of the guide, W-… something to look at."""

    code: str
    item: str
    what: str


def compare(local: Iterable[RowSource], guide: Iterable[RowSource]) -> list[Difference]:
    """Hold ``local`` against ``guide``, by item path (国办发〔2019〕54号: add and refine, never delete)."""
    mine = {_key(row): row for row in local}
    theirs = {_key(row): row for row in guide}
    found: list[Difference] = []
    matched: set[tuple[str, ...]] = set()
    for key, row in theirs.items():
        own = _counterparts(key, mine, theirs)
        matched |= set(own)
        if not own:
            found.append(Difference("E-CATALOGUE-DELETED", "/".join(row.item), row.content))
        elif len(own) > 1 or len(own[0]) > len(key):
            paths = "；".join("/".join(mine[each].item) for each in own)
            found.append(Difference("W-CATALOGUE-REFINED", "/".join(row.item), paths))
        for each in own:
            found += _changed(mine[each], row)
    for key, row in mine.items():
        if key not in matched:
            found.append(Difference("W-CATALOGUE-ADDED", "/".join(row.item), row.content))
        found += [Difference("W-CATALOGUE-ELEMENT", "/".join(row.item), name) for name in missing(row)]
    return found


def _counterparts(
    key: tuple[str, ...], mine: Mapping[tuple[str, ...], RowSource], theirs: Collection[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """The local rows of a guide's row: of its path, of its first and last level, below it, or the only one of its last level."""
    if key in mine:
        return [key]
    rest = [other for other in mine if other not in theirs]
    ends = [other for other in rest if other[-1] == key[-1]]
    same = [other for other in ends if other[0] == key[0]]
    below = [other for other in rest if len(other) > len(key) and other[: len(key)] == key]
    alone = ends if len(ends) == 1 and sum(other[-1] == key[-1] for other in theirs) == 1 else []
    return same or below or alone


def missing(row: RowSource) -> list[str]:
    """The elements a row must have and lacks: 内容, 依据, 主体, 时限, 渠道; of mode and audience an import tells."""
    said = {
        "公开内容": bool(row.content),
        "公开依据": bool(row.basis),
        "公开主体": bool(row.subject),
        "公开时限": bool(row.wording or row.due or row.period),
        "公开渠道": bool(row.channels),
    }
    return [name for name, there in said.items() if not there]


def _changed(own: RowSource, guide: RowSource) -> list[Difference]:
    path = "/".join(own.item)
    found = []
    if own.due and guide.due:
        mine, theirs = (each.within * _DAYS[each.unit] for each in (own.due, guide.due))
        told = f"{own.wording} / {guide.wording}"
        if mine > theirs:
            found.append(Difference("W-CATALOGUE-WEAK", path, told))
        elif mine < theirs:
            found.append(Difference("W-CATALOGUE-REFINED", path, told))
    if own.period and guide.period:
        mine, theirs = (each.length * _DAYS[each.unit] for each in (own.period, guide.period))
        if mine < theirs:
            found.append(Difference("W-CATALOGUE-WEAK", path, f"{own.wording} / {guide.wording}"))
    told = f"{AUDIENCE_LABELS[own.audience]} / {AUDIENCE_LABELS[guide.audience]}"
    if own.mode == "on_request" and guide.mode == "proactive":
        found.append(Difference("W-CATALOGUE-CLOSER", path, "依申请 / 主动"))
    elif own.mode != guide.mode:
        found.append(Difference("W-CATALOGUE-WIDER", path, "主动 / 依申请"))
    if _WIDTH[own.audience] > _WIDTH[guide.audience]:
        found.append(Difference("W-CATALOGUE-WIDER", path, told))
    elif _WIDTH[own.audience] < _WIDTH[guide.audience]:
        found.append(Difference("W-CATALOGUE-CLOSER", path, told))
    return found


def _key(row: RowSource) -> tuple[str, ...]:
    return tuple(re.sub(r"[\s“”\"（）()、，,·]", "", part) for part in row.item)
