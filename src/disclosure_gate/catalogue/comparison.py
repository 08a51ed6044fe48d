"""A local catalogue held against its guide: what it adds, refines, weakens, deletes or leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from disclosure_gate.catalogue.model import RowSource
from disclosure_gate.model.determination import Audience

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
    for key, row in theirs.items():
        own = mine.get(key) or next(
            (each for other, each in mine.items() if other[-1] == key[-1] and other[0] == key[0]), None
        )
        if own is None:
            found.append(Difference("E-CATALOGUE-DELETED", "/".join(row.item), row.content))
            continue
        found += _weaker(own, row)
    for key, row in mine.items():
        if key not in theirs:
            found.append(Difference("W-CATALOGUE-ADDED", "/".join(row.item), row.content))
        found += [Difference("W-CATALOGUE-ELEMENT", "/".join(row.item), name) for name in missing(row)]
    return found


def missing(row: RowSource) -> list[str]:
    """The elements a row must have and lacks: 内容, 依据, 时限, 渠道."""
    said = {
        "公开内容": bool(row.content),
        "公开依据": bool(row.basis),
        "公开时限": bool(row.wording or row.due or row.period),
        "公开渠道": bool(row.channels),
    }
    return [name for name, there in said.items() if not there]


def _weaker(own: RowSource, guide: RowSource) -> list[Difference]:
    path = "/".join(guide.item)
    found = []
    if own.due and guide.due:
        mine, theirs = (each.within * _DAYS[each.unit] for each in (own.due, guide.due))
        if mine > theirs:
            found.append(Difference("W-CATALOGUE-WEAK", path, f"{own.wording} / {guide.wording}"))
        elif mine < theirs:
            found.append(Difference("W-CATALOGUE-REFINED", path, f"{own.wording} / {guide.wording}"))
    if _WIDTH[own.audience] != _WIDTH[guide.audience] or own.mode != guide.mode:
        found.append(
            Difference(
                "W-CATALOGUE-REFINED", path, f"{own.audience} {own.mode} / {guide.audience} {guide.mode}"
            )
        )
    return found


def _key(row: RowSource) -> tuple[str, ...]:
    return tuple("".join(part.split()) for part in row.item)
