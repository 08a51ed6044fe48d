"""What the commands of the column do: open the places, deliver what is due, compare, mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from random import SystemRandom
from threading import Event
from typing import Any

from disclosure_gate import shown
from disclosure_gate.column import Delivery, Outbox, OutboxRow, Publisher, Worker
from disclosure_gate.column.config import load, make
from disclosure_gate.column.outbox import UNSETTLED
from disclosure_gate.column.reconcile import Difference, reconcile
from disclosure_gate.column.standard import shown_rows
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.events import LogEvent, log
from disclosure_gate.gate import Gate
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.content import Blob, Content
from disclosure_gate.model.determination import Audience, Channel, Redaction
from disclosure_gate.model.document import Document, File, Issuer
from disclosure_gate.model.errors import Flaw, InputError, RegisterError
from disclosure_gate.model.frozen import Frozen
from disclosure_gate.model.listing import Listing
from disclosure_gate.register import Register


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """Where deliveries stand: numbers by state, how many are past their day, the lines asked for."""

    counts: dict[str, int]
    overdue: int
    waiting_since: datetime | None
    rows: list[OutboxRow]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "counts": self.counts,
            "overdue": self.overdue,
            "waiting_since": self.waiting_since.isoformat() if self.waiting_since else None,
            "deliveries": [asdict(row) for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class Pushed:
    """What was delivered, and the places whose lists could not be brought up to date."""

    made: list[Delivery]
    unsettled: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether something is left to be done again."""
        return bool(self.unsettled) or any(each.outcome in {"failed", "parked"} for each in self.made)


class Exposure(Frozen):
    """What the public reads of a document that it would not read had it been issued today.

    ``redactions`` are the spans of the public copy that would be masked now (their places are those of the copy:
    ``title``, ``text``, ``files/0/…``), ``flaws`` what else is wrong with it (``H-SECRET``, ``E-SHOWN``, ``U-…``): places, never content.
    """

    document_id: str
    version: int
    title: str
    files: tuple[str, ...]
    audience: Audience
    channels: tuple[Channel, ...]
    redactions: tuple[Redaction, ...] = ()
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Rescan:
    """How many public copies were read again, and what was found in them."""

    scanned: int
    exposures: list[Exposure]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "scanned": self.scanned,
            "exposures": [each.model_dump(mode="json") for each in self.exposures],
        }


def open_places(
    gate: Gate, publishers: Path | None, database: Path | None, site: Path | None
) -> list[Publisher]:
    """The publishers of a configuration, of plugins, and those named by themselves; catalogues are put in.

    Raises:
        InputError: none is named, or one is wrong.
    """
    places: list[Publisher] = []
    if publishers is not None:
        places += make(load(publishers), publishers.parent)
    if database is not None:
        places.append(ColumnStore.open(database))
    if site is not None:
        places.append(StaticSite(site))
    places += gate.parts.publishers
    if not places:
        raise InputError("E-PUBLISHERS", where="column", expected="--publishers | --database | --site")
    names = [each.name for each in places]
    if len(set(names)) != len(names):
        raise InputError("E-PUBLISHERS", where="column", got=", ".join(names), expected="different names")
    for each in places:
        store = each.store if isinstance(each, StaticSite) else each
        if isinstance(store, ColumnStore):
            store.set_catalogue(shown_rows(gate.parts.catalogue, gate.parts.laws))
    return places


def push(
    gate: Gate,
    places: Sequence[Publisher],
    now: Callable[[], datetime],
    progress: Callable[[int], AbstractContextManager[Callable[[Delivery], None]]],
    *,
    stop: Event,
    retry_parked: bool = False,
    watch: float | None = None,
) -> Pushed:
    """Deliver what is due, lapses first, until ``stop``; with ``watch`` go on, looking every so many seconds.

    The delivery in hand is finished, and what is made from many items is brought up to date, before it returns.
    Who watches waits for a register that is away.

    Raises:
        RegisterError: the register is away.
    """
    _, outbox = _storage(gate)
    worker = Worker(outbox, places, SystemRandom())
    if retry_parked:
        outbox.unpark(now())
    made: list[Delivery] = []
    while not stop.is_set():
        try:
            gate.lapse(now().date())
            due = outbox.due_now(now())
            if due or watch is None:
                with progress(due) as told:
                    # A worker that watches for months keeps its last round only.
                    made = worker.run(now, told, stop=stop.is_set)
        except RegisterError as error:
            if watch is None:
                raise
            log(LogEvent.STAGE_FAILED, document_id="", stage="column push", error=error.code)
        if watch is None:
            break
        stop.wait(watch)
    return Pushed(made, worker.unsettled)


def status(outbox: Outbox, now: datetime, *, everything: bool) -> OutboxStatus:
    """Where deliveries stand."""
    return OutboxStatus(
        outbox.counts(),
        outbox.overdue(now.date()),
        outbox.waiting_since(now),
        outbox.rows(() if everything else UNSETTLED),
    )


def done_by_hand(outbox: Outbox, entry_id: int, by: str | None, now: datetime) -> None:
    """Note that a person has delivered a line no publisher serves.

    Raises:
        InputError: nobody is named, or no such line is for people to do.
    """
    if not by:
        raise InputError("E-FIELD-MISSING", where="--by")
    if not outbox.done(entry_id, by, now):
        raise InputError("E-NOT-BY-HAND", where="--done", got=str(entry_id))


def dated(document: dict[str, Any], dates: Sequence[str]) -> dict[str, Any]:
    """The JSON data of a document with dates of its case that are known now, each as ``NAME=YYYY-MM-DD``.

    Raises:
        InputError: one names no day.
    """
    named = {}
    for each in dates:
        name, _, day = each.partition("=")
        try:
            named[name.strip()] = date.fromisoformat(day.strip()).isoformat()
        except ValueError:
            raise InputError(
                "E-FIELD-TYPE", where="--date", got=each[:60], expected="NAME=YYYY-MM-DD"
            ) from None
    before = document.get("dates") or {}
    # What is no object is left as it is: reading the document says so, with its place.
    return {**document, "dates": {**before, **named}} if isinstance(before, dict) else document


def differences(gate: Gate, places: Sequence[Publisher], today: date) -> list[Difference]:
    """What differs between the places and the register."""
    register, outbox = _storage(gate)
    return reconcile(outbox.expected(today), register.states(), places, today)


def mend(
    gate: Gate, places: Sequence[Publisher], found: Sequence[Difference], now: Callable[[], datetime]
) -> list[Difference]:
    """Do what the plan says, deliver it, and compare again; returns what is left."""
    _, outbox = _storage(gate)
    for document_id in sorted({each.document_id for each in found if each.remedy == "redeliver"}):
        gate.redeliver(document_id)
    removed: dict[tuple[str, str], int] = {}
    for each in found:
        if each.remedy == "remove":
            one = (each.document_id, each.key)
            removed[one] = max(each.found_version, removed.get(one, 0))
    for (document_id, key), held in removed.items():
        gate.take_away(document_id, key, held)
    Worker(outbox, places, SystemRandom()).run(now)
    return differences(gate, places, now().date())


def rescan(gate: Gate, today: date) -> Rescan:
    """Read every public copy that stands again, with the rules and detectors of today; nothing is stored or changed.

    The facts are those recorded when it was cleared. What is masked already stays masked, so that what is found was
    overlooked when it was issued, or came to be protected since.

    Args:
        gate: with a register.
        today: the day the law is read on; what is not public yet is read as well.
    """
    _, outbox = _storage(gate)
    items: dict[tuple[str, int, Audience], PublicItem] = {}
    channels: dict[tuple[str, int, Audience], list[Channel]] = {}
    for line in outbox.expected(today):
        if line.action == "publish":
            copy = (line.document_id, line.version, line.audience)
            items.setdefault(copy, line.item())
            channels.setdefault(copy, []).append(line.channel)
    exposures = []
    for copy, item in items.items():
        redactions, flaws = _overlooked(gate, item, today)
        if redactions or flaws:
            exposures.append(
                Exposure(
                    document_id=item.document_id,
                    version=item.version,
                    title=item.title,
                    files=tuple(each.name for each in item.files),
                    audience=item.publication.audience,
                    channels=tuple(channels[copy]),
                    redactions=redactions,
                    flaws=flaws,
                )
            )
    return Rescan(len(items), exposures)


def _overlooked(gate: Gate, item: PublicItem, today: date) -> tuple[tuple[Redaction, ...], tuple[Flaw, ...]]:
    document = _as_published(gate, item)
    listed = Listing(index=item.index, abstract=item.abstract, keywords=item.keywords)
    said = [
        *shown.placing(document.id, document.issuer.name, None),
        *shown.of_listing(listed),
        *shown.of_number(item.number),
    ]
    redactions, unseen = gate.masked(document, today)
    # The pages of a PDF that we made are pictures of what was masked; their text is read.
    seen = (each for each in unseen if each.code != "U-IMAGE")
    return redactions, (*shown.flaws(gate.parts.scanner, said), *seen)


def _as_published(gate: Gate, item: PublicItem) -> Document:
    """The public copy as a document, with what was said of the one it was made of."""
    register, _ = _storage(gate)
    facts: dict[str, Any] = {}
    issued = [each for each in register.issues(item.document_id) if each.body["version"] <= item.version]
    kept = register.clearance(issued[-1].body["clearance_id"]) if issued else None
    found = register.determined(kept[0].determination_id, item.issuer) if kept else None
    if found is not None:
        facts = {each["name"]: each for each in found[1].body.get("facts", ())}
    level = facts.get("issuer_level", {"value": "county"})["value"]
    return Document(
        id=item.document_id,
        title=item.title,
        kind=item.kind,
        issuer=Issuer(name=item.issuer, level=level),
        # A list of titles has no text.
        text=Content(item.text if item.text and item.text.strip() else item.title),
        files=tuple(File(name=each.name, content=Blob(each.content)) for each in item.files),
        domain=item.domain,
        item=item.item,
        facts={each["name"]: each["value"] for each in facts.values() if each["source"] == "declared"},
    )


def told(pushed: Pushed) -> list[dict[str, str]]:
    """Deliveries for programs; and, as if they were some, the lists that could not be brought up to date."""
    unsettled = [
        {
            "document_id": "",
            "channel": "",
            "action": "settle",
            "outcome": "failed",
            "code": f"{name}: E-PUBLISH",
        }
        for name in pushed.unsettled
    ]
    return unsettled + [
        {
            "document_id": each.entry.document_id,
            "channel": each.entry.channel,
            "action": each.entry.action,
            "outcome": each.outcome,
            "code": each.code,
        }
        for each in pushed.made
    ]


def _storage(gate: Gate) -> tuple[Register, Outbox]:
    assert gate.register is not None  # noqa: S101  opened with a register
    assert gate.outbox is not None  # noqa: S101  opened with a register
    return gate.register, gate.outbox
