"""The column against the register, both ways: what is missing, too much, altered or overdue, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from disclosure_gate.column.outbox import UNSETTLED, Expected
from disclosure_gate.column.publisher import Holding, Inspectable, Publisher, serves
from disclosure_gate.model.frozen import Frozen, Text
from disclosure_gate.register import DocumentState

Kind = Literal["missing", "extra", "altered", "outdated", "overdue", "unasked"]
Remedy = Literal["redeliver", "remove", "push", "person"]
_TOLD: dict[Kind, Text] = {
    "missing": Text(zh="应当公开而没有", en="should be public and is not there"),
    "extra": Text(zh="不应公开而在公开", en="is public and should not be"),
    "altered": Text(zh="内容与台账不符", en="differs from what the register says"),
    "outdated": Text(zh="版本落后于台账", en="is an older version than the register's"),
    "overdue": Text(zh="超过期限仍未送达", en="is past its day and not delivered"),
    "unasked": Text(zh="无法查询该处的持有情况", en="the place could not be asked what it holds"),
}


class Difference(Frozen):
    """One thing that differs at one place. Versions are 0 where there is nothing."""

    kind: Kind
    place: str
    key: str
    document_id: str
    expected_version: int
    found_version: int
    remedy: Remedy
    message: Text


def reconcile(
    expected: Iterable[Expected],
    states: Mapping[str, DocumentState],
    publishers: Sequence[Publisher],
    today: date,
) -> list[Difference]:
    """Everything that differs, by place and key.

    Args:
        expected: what each key should be, from the outbox.
        states: where documents stand by the register; it has the last word.
        publishers: those that can be asked are; for the others only what is overdue is told.
        today: the day it is compared on.
    """
    lines = {each.key: each for each in expected}
    found: list[Difference] = []
    for publisher in sorted(publishers, key=lambda each: each.name):
        if not isinstance(publisher, Inspectable):
            continue
        try:
            held = {each.key: each for each in publisher.holdings()}
        except Exception:  # noqa: BLE001  a publisher is a plugin: whatever it raises, it could not be asked
            found.append(_difference("unasked", publisher.name, "", "", 0, 0, "person"))
            continue
        found += _of_place(publisher, lines, held, states, today)
    # What is sent anew goes to every place, also to the one that is ahead.
    ahead = {each.document_id for each in found if each.remedy == "person"}
    found = [
        each.model_copy(update={"remedy": "person"})
        if each.remedy == "redeliver" and each.document_id in ahead
        else each
        for each in found
    ]
    served = {
        key
        for key, line in lines.items()
        if any(serves(each, line.channel, line.audience) for each in publishers)
    }
    found += [
        _difference(
            "overdue",
            "",
            line.key,
            line.document_id,
            line.version,
            0,
            "push" if line.key in served else "person",
        )
        for line in lines.values()
        if line.state in UNSETTLED and line.due_on is not None and line.due_on < today
    ]
    return found


def _of_place(
    publisher: Publisher,
    lines: Mapping[str, Expected],
    held: Mapping[str, Holding],
    states: Mapping[str, DocumentState],
    today: date,
) -> Iterator[Difference]:
    for key, line in lines.items():
        if not serves(publisher, line.channel, line.audience):
            continue
        holding = held.get(key)
        version = holding.version if holding is not None else 0
        public = holding is not None and holding.state == "public"
        wanted = _wanted(line, states.get(line.document_id), today)
        pending = line.state in {"waiting", "leased"}
        # INVARIANT: a place that is ahead has what a register restored from a copy has lost, such as a withdrawal: what that
        # register says is not sent over it unless a person decides so. One that took nothing had as much before.
        receipt = line.receipts.get(publisher.name)
        behind = version > line.version or (receipt is not None and receipt.outcome == "stale")
        again: Remedy = "person" if behind else "redeliver"
        if wanted and not public and line.state == "delivered":
            yield _difference("missing", publisher.name, key, line.document_id, line.version, version, again)
        elif not wanted and public:
            # Before its first day nothing may be there; a later version that waits leaves standing what had its day before.
            if not (
                _had_its_day(line, version, today) and _was_wanted(line, states.get(line.document_id), today)
            ):
                going = (line.action == "withdraw" and pending) or line.removal >= version
                remedy: Remedy = "push" if going else "remove"
                yield _difference(
                    "extra", publisher.name, key, line.document_id, line.version, version, remedy
                )
        elif wanted and holding is not None and public and line.state == "delivered":
            if version < line.version:
                yield _difference(
                    "outdated", publisher.name, key, line.document_id, line.version, version, "redeliver"
                )
            elif version > line.version or (holding.digest and holding.digest != line.item().digest()):
                yield _difference(
                    "altered", publisher.name, key, line.document_id, line.version, version, again
                )
    for key, holding in held.items():
        if key not in lines and holding.state == "public":
            # A stray file that no publisher put there has no version: a person must look where it comes from.
            remedy = "remove" if holding.version else "person"
            yield _difference("extra", publisher.name, key, "", 0, holding.version, remedy)


def _wanted(line: Expected, state: DocumentState | None, today: date) -> bool:
    """Whether the public should find this today."""
    return _was_wanted(line, state, today) and (line.not_before is None or line.not_before <= today)


def _had_its_day(line: Expected, version: int, today: date) -> bool:
    """Whether a version before the newest was sent, and could be by now."""
    return version < line.version and version in line.sent and (line.sent[version] or today) <= today


def _was_wanted(line: Expected, state: DocumentState | None, today: date) -> bool:
    if line.action != "publish" or line.state == "awaiting" or state is None or state.state != "issued":
        return False
    until = line.item().publication.until
    return until is None or until >= today


def _difference(
    kind: Kind, place: str, key: str, document_id: str, expected: int, found: int, remedy: Remedy
) -> Difference:
    return Difference(
        kind=kind, place=place, key=key, document_id=document_id, expected_version=expected, found_version=found,
        remedy=remedy, message=_TOLD[kind],
    )  # fmt: skip
