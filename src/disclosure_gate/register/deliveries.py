"""The outbox, held against the records: what is delivered is what was issued, where it was to go and no sooner.

A record of an issue says what its public copies are by their digest, and in its determination where they go and when;
the copies themselves lie in the outbox. Whether they came to their places is the column's to tell, see its reconciling.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Status
from disclosure_gate.model.frozen import Text

_PUBLIC = frozenset({"proactive", "partial"})
_ENDED = "superseded"
_AWAITS = "awaiting"
_OPEN = frozenset({"waiting", _AWAITS, "manual", "parked"})
# Where a status goes that people made more open than was determined: its determination publishes nothing.
_OPENED: Mapping[str, Any] = {"audience": "public", "channels": ["column"]}
_NEVER = "9999-99-99"
_FORCE = ("validity", "valid_until")
_REASONS = frozenset({"replaced", "expired", "removed"})


class Wrong(NamedTuple):
    """A line that is not as the records say: the record it should follow, 0 where there is none, its key, and what differs.

    ``remedy``: what is the matter in words, and how it is mended, where that is known.
    """

    seq: int
    key: str
    what: str
    remedy: Text | None = None


_UNSENT = Text(
    zh="按记录应当在此公开，发件箱却没有可发送的副本：column reconcile 补不上，须将该件重新认定、放行并发布",
    en="by the records it should be public there, and the outbox holds no copy to send: column reconcile cannot mend that, "
    "have the document checked, cleared and issued again",
)
_UNREMOVED = Text(
    zh="按记录不应在此公开，发件箱却没有撤下它：执行 column reconcile --apply 撤下仍在公开的",
    en="by the records it should not be public there, and the outbox does not take it away: column reconcile --apply takes "
    "away what is still public",
)


class _Issue:
    """What the record of an issue promised, and the days that came to be known since."""

    def __init__(self, seq: int, body: Mapping[str, Any], clearance: Mapping[str, Any]) -> None:
        self.seq = seq
        self.version: int = body["version"]
        # Registers of before have nothing more of a copy than what it is found by.
        self.copies: dict[tuple[str, str], Mapping[str, Any]] = {
            (each["audience"], each["digest"]): each for each in body["published"]
        }
        listing = body.get("listing", {})
        self.said = {
            "number": body["number"],
            "issuer": clearance["issuer"]["name"],
            "issued_on": body["issued_on"],
            "status": body["status"],
            "index": listing.get("index", ""),
            "abstract": listing.get("abstract", ""),
            "keywords": listing.get("keywords", []),
            "label": Status(body["status"]).label,
        }
        self.relations: list[Mapping[str, Any]] = listing.get("relations", [])
        self._publish_on: str = clearance.get("publish_on") or ""
        self._places: list[tuple[int, Mapping[str, Any]]] = []  # each with the version that says so
        if self.copies:
            determined = body["determination"]
            opened = determined["status"] not in _PUBLIC
            self.dated(self.version, [_OPENED] if opened else determined["publications"])

    def dated(self, version: int, publications: Sequence[Mapping[str, Any]]) -> None:
        self._places += [(version, each) for each in publications]

    def keys(self, document_id: str) -> set[str]:
        return {
            f"{document_id}#{each['audience']}#{channel}"
            for version, each in self._places
            if version == self.version
            for channel in each["channels"]
        }

    def places(self, audience: str, channel: str, version: int | None = None) -> list[Mapping[str, Any]]:
        return [
            each
            for since, each in self._places
            if each["audience"] == audience
            and channel in each["channels"]
            and (version is None or since <= version)
        ]

    def earliest(self, places: Iterable[Mapping[str, Any]]) -> str:
        """The first day anything may be at one of these places; what awaits a date may not be there at all."""
        days = (_NEVER if each.get("awaits") else each.get("not_before") or "" for each in places)
        return max(min(days), self._publish_on)


class Deliveries:
    """What the records of one document promise; then its lines, in their order, are held against that."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._issues: list[_Issue] = []
        # Each version with whether the document was in force then, and until when, as far as its record says so.
        self._versions: dict[int, Mapping[str, Any]] = {}
        self._changes: list[tuple[int, Mapping[str, Any]]] = []  # each with the version it came with
        self._reasons: dict[int, str] = {}  # of withdrawals
        self._since = 0  # the version that overtook all before it
        # Action and version of the last line of each key that is meant; not the line, which has the files with it.
        self._last: dict[str, tuple[str, int]] = {}

    def issued(self, seq: int, body: Mapping[str, Any], clearance: Mapping[str, Any]) -> None:
        """The document was issued, by this record."""
        self._issues.append(_Issue(seq, body, clearance))
        self._since = body["version"]

    def withdrawn(self, body: Mapping[str, Any]) -> None:
        """The document was withdrawn."""
        self._since = body["version"]
        self._reasons[body["version"]] = body["reason"]

    def changed(self, body: Mapping[str, Any]) -> None:
        """It was stated whether the document is in force."""
        self._changes.append((body["version"], body))

    def moved(self, body: Mapping[str, Any], state: Mapping[str, Any]) -> None:
        """A record brought the document to another version, in this state, and may have days that came to be known."""
        self._versions[body["version"]] = {name: state[name] for name in _FORCE if name in state}
        if self._issues and "determination" in body and body["version"] != self._issues[-1].version:
            self._issues[-1].dated(body["version"], body["determination"]["publications"])

    def line(self, row: Row[Any]) -> Wrong | None:
        """Take the next line; what is wrong with it by itself."""
        if not isinstance(row.version, int):  # SQLite keeps what is no number as what it is
            return Wrong(0, row.key, "version")
        due_later = row.action == "withdraw" and row.state == "waiting" and row.not_before is not None
        if row.state != _ENDED and not due_later:
            self._last[row.key] = (row.action, row.version)
        if row.action != "publish":
            return None if self._is_told(row) else Wrong(0, row.key, "payload")
        issue = next((each for each in reversed(self._issues) if each.version <= row.version), None)
        if issue is None:
            return Wrong(0, row.key, "version")
        try:
            differs = sorted(set(self._differences(row, issue)))
        except TypeError:  # as above
            differs = ["not_before"]
        return Wrong(issue.seq, row.key, ", ".join(differs)) if differs else None

    def left(self, *, stands: bool, seq: int) -> Iterator[Wrong]:
        """What is wrong once all lines were taken.

        Args:
            stands: whether the document is issued and not withdrawn.
            seq: the record that says so.
        """
        if not self._issues:
            return
        newest = self._issues[-1]
        meant = newest.keys(self._document_id) if stands else set()
        ever = set[str]().union(*(each.keys(self._document_id) for each in self._issues))
        for key in sorted(meant | ever | self._last.keys()):
            last = self._last.get(key)
            if key in meant:
                if not self._is_delivered(last, newest, key):
                    yield Wrong(seq, key, "action", _UNSENT)
            elif last is None or last[0] == "publish":
                yield Wrong(seq, key, "action", _UNREMOVED)

    def _is_delivered(self, last: tuple[str, int] | None, newest: _Issue, key: str) -> bool:
        if last is not None and last[0] == "publish":
            return last[1] >= newest.version
        audience, channel = key.rsplit("#", 2)[1:]
        return any(each.get("until") for each in newest.places(audience, channel))

    def _is_told(self, row: Row[Any]) -> bool:
        """Whether the reason of a removal is the one that is recorded, or one that the column has words for."""
        try:
            reason = json.loads(row.payload)["reason"]
        except (ValueError, KeyError, TypeError):
            return False
        return reason in _REASONS or reason == self._reasons.get(row.version)

    def _is_changed(self, change: Mapping[str, Any], version: int) -> bool:
        """Whether a change that the public is told of is recorded; its cause may be left unnamed."""
        return any(
            since <= version
            and (change["validity"], change["on"]) == (each["validity"], each["on"])
            and change["document_id"] in {"", each.get("cause", "")}
            for since, each in self._changes
        )

    def _differences(self, row: Row[Any], issue: _Issue) -> Iterator[str]:
        """The names of what a line says otherwise than its issue, in words of the outbox and of public items."""
        if row.version not in self._versions:
            yield "version"
        places = issue.places(row.audience, row.channel, row.version)
        if not places:
            yield "channel"
            return
        if (row.not_before or "") < issue.earliest(places) and row.state not in {_AWAITS, _ENDED}:
            yield "not_before"
        # What was overtaken is not sent any more.
        is_open = row.state in _OPEN or (row.state == "leased" and not row.overtaken)
        if is_open and row.version < self._since:
            yield "state"
        try:
            item = PublicItem.model_validate_json(row.payload)
        except ValueError:
            yield "payload"
            return
        if row.key != item.key(row.channel) or row.document_id != item.document_id:
            yield "key"
        if item.version != row.version:
            yield "version"
        if item.publication.audience != row.audience:
            yield "audience"
        copy = item.recorded()
        published = issue.copies.get((row.audience, copy["digest"]))
        if published is None:
            yield "payload"
        until = item.publication.until
        if (until.isoformat() if until else None) not in {each.get("until") for each in places}:
            yield "until"
        basis = [each.model_dump(mode="json") for each in item.publication.basis]
        if all("basis" in each and each["basis"] != basis for each in places):
            yield "basis"
        wanted = {**issue.said, **(published or {}), **self._versions.get(row.version, {})}
        told = {**copy, **item.model_dump(mode="json", include={*wanted, "relations", "changes"})}
        yield from (name for name, value in wanted.items() if told[name] != value)
        if any(each not in issue.relations for each in told["relations"]):
            yield "relations"
        if not all(self._is_changed(each, row.version) for each in told["changes"]):
            yield "changes"
