"""The gate: check, clear, issue, withdraw. The story of a document, top to bottom."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar
from uuid import uuid4

from pydantic import ValidationError

from disclosure_gate import shown
from disclosure_gate.assembly import Parts, assemble
from disclosure_gate.detect.reader import TEXT, TITLE, is_body
from disclosure_gate.determining import Considered, Determiner, redacted
from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.canonical import canonical, digest_of
from disclosure_gate.model.clearance import (
    Clearance,
    Decision,
    IssueReceipt,
    PublicCopies,
    PublicFile,
    PublicItem,
    RegisterEntry,
    Scheduled,
    Withdrawal,
)
from disclosure_gate.model.content import Content
from disclosure_gate.model.determination import (
    Determination,
    Explanation,
    FactUsed,
    Publication,
    RecordedExplanation,
    Redaction,
    Replay,
    Status,
)
from disclosure_gate.model.document import Document, flaws_of
from disclosure_gate.model.errors import (
    ClearanceRefused,
    Flaw,
    GateError,
    InputError,
    IssueRefused,
    NotReady,
    UnreadableError,
)
from disclosure_gate.model.findings import Unseen
from disclosure_gate.model.frozen import Frozen
from disclosure_gate.model.listing import Change, Lane, Listing, Validity, ValidityChange, section_of
from disclosure_gate.redact import Masking, PlainText, format_of, left_out, masking, public_copy
from disclosure_gate.register.events import Event
from disclosure_gate.review import chosen_status, departure_record, review_flaws
from disclosure_gate.rules.decision import EngineChoice, counterfactuals, trace
from disclosure_gate.rules.proposal import departure

if TYPE_CHECKING:  # loaded only where there is storage
    from disclosure_gate.column.outbox import Outbox
    from disclosure_gate.register.ledger import DocumentState, Register, Transaction

VALID_DAYS = 30
"""A clearance is good for this many days after the day it is given."""

_Model = TypeVar("_Model", bound=Frozen)
_Result = TypeVar("_Result")
Also: TypeAlias = Callable[["Transaction", _Result], None]
"""What a caller adds to the transaction that makes a result durable."""
_UNNAMED: Mapping[str, str] = {"document_id": "", "title": "", "number": ""}
_WAITS = "not_before"
_REMOVED = "removed"  # a reason that the column has words for
_NO_CODE = "0000000000"  # of an organ that gives no code: its 索引号 are numbered all the same
PUBLIC = frozenset({Status.PROACTIVE, Status.PARTIAL})


class Gate:
    """Gives documents their disclosure status and lets none be issued without one.

    Open one per process with :meth:`open`; it may be used from several threads. Two gates share nothing.
    """

    def __init__(
        self,
        reassemble: Callable[[], Parts],
        parts: Parts,
        engine: EngineChoice,
        register: Register | None,
        outbox: Outbox | None,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.register = register
        self.outbox = outbox
        self._reassemble = reassemble
        self._engine: EngineChoice = engine
        self._determiner = Determiner(parts, engine)
        self._now = now
        self._new_id = new_id

    @classmethod
    def open(
        cls,
        rulesets: Sequence[str | Path] | str | Path | None = None,
        plugins: Sequence[object] | None = None,
        register: str | None = None,
        engine: EngineChoice = "both",
        *,
        make: bool = True,
        look: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> Self:
        """Put the parts together.

        Args:
            rulesets: folders of rulesets; default: those shipped with the package.
            plugins: plugin objects instead of the installed ones; ``()`` for none.
            register: a database URL such as ``sqlite:///register.db``; without one the gate only checks.
            engine: ``both`` runs two engines and compares; ``direct`` is for bulk review.
            make: whether a register that is not there is made.
            look: whether the register is only read, by connections that can change no byte of it.
            now: the clock (aware datetimes).
            new_id: makes clearance ids.

        Raises:
            RulesetError: with every flaw of every file.
            RegisterError: the register cannot be opened.
        """
        folders = [rulesets] if isinstance(rulesets, str | Path) else rulesets
        roots = None if folders is None else [Path(folder) for folder in folders]
        parts = assemble(roots, plugins)
        ledger: Register | None = None
        outbox: Outbox | None = None
        if register:
            # Loaded only here: without storage a gate starts in two thirds of the time.
            from disclosure_gate.column.outbox import Outbox  # noqa: PLC0415
            from disclosure_gate.register.ledger import Register  # noqa: PLC0415

            ledger = Register.look(register) if look else Register.open(register, make=make)
            outbox = Outbox(ledger.engine)
        return cls(lambda: assemble(roots, plugins), parts, engine, ledger, outbox, now, new_id)

    def close(self) -> None:
        """Close the register."""
        if self.register is not None:
            self.register.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def parts(self) -> Parts:
        """The parts that decide now. A decision takes them once: a reload meanwhile does not reach it."""
        return self._determiner.parts

    def reload(self) -> bool:
        """Read rulesets and plugins' parts again; whoever asks from now on is answered by the new ones.

        Returns:
            Whether any ruleset differs from before.

        Raises:
            RulesetError: every flaw of every file. The rulesets of before go on deciding.
        """
        before = self._determiner
        fresh = Determiner(self._reassemble(), self._engine)
        changed = fresh.parts.rules.rulesets != before.parts.rules.rulesets
        self._determiner = fresh
        log(LogEvent.RELOADED, changed=changed)
        return changed

    @property
    def problems(self) -> tuple[Flaw, ...]:
        """What keeps the gate from being ready; empty when it is."""
        return tuple(self.parts.plugins.flaws)

    def now(self) -> datetime:
        """The gate's clock."""
        return self._now()

    def today(self) -> date:
        """The day it is by the gate's clock, where the machine stands."""
        return self._today()

    def shows(self, document_id: str) -> bool:
        """Whether everybody may find an issued document somewhere by now.

        Raises:
            NotReady: there is no register.
        """
        register, outbox = self._storage()
        with register.reading() as connection:
            return outbox.shows(connection, document_id, self._today())

    # check

    def check(self, document: Document | Mapping[str, Any], as_of: date | None = None) -> Determination:
        """Give a document its status with all its reasons, or say what stands in the way.

        Nothing is stored. The same content, facts, date and rulesets give the same bytes (P3).

        Args:
            document: the document, or its JSON data.
            as_of: the day whose law decides, which for publication is the day of publishing; default today.

        Raises:
            InputError: the document, a fact or the date is not acceptable; every flaw with its place.
        """
        return self._consider(document, as_of).determination

    def record_check(
        self,
        document: Document | Mapping[str, Any],
        as_of: date | None = None,
        *,
        also: Also[Determination] | None = None,
    ) -> Determination:
        """Check, and record the answer durably before giving it, so that it can be shown years later.

        Recorded are the digest of the content, the facts, the result and the versions of the rules; never text.

        Args:
            document: see :meth:`check`.
            as_of: see :meth:`check`.
            also: what is to be written in the same transaction, such as the answer kept for a repeated request.

        Raises:
            NotReady: there is no register.
            RegisterError: nothing was recorded.
        """
        considered = self._recording(document, as_of, also, lambda each: each.determination)
        return considered.determination

    def record_written(
        self,
        document: Document | Mapping[str, Any],
        as_of: date | None = None,
        *,
        also: Also[bytes] | None = None,
    ) -> bytes:
        """As :meth:`record_check`, but the determination is given as canonical JSON: the very bytes recorded."""
        return self._recording(document, as_of, also, lambda each: each.written).written

    def record_checks(
        self,
        documents: Sequence[Document | Mapping[str, Any]],
        as_of: date | None = None,
        *,
        also: Also[Sequence[bytes | GateError]] | None = None,
    ) -> tuple[bytes | GateError, ...]:
        """As :meth:`record_written`, of several documents in one transaction; a bad one has its error in its place."""
        register, _ = self._storage()
        considered = [self._attempted(each, as_of) for each in documents]
        records = [_check_recorder(each) for each in considered if isinstance(each, Considered)]
        answers = tuple(each.written if isinstance(each, Considered) else each for each in considered)

        def write(tx: Transaction) -> None:
            for record in records:
                record(tx)
            if also is not None:
                also(tx, answers)

        register.write_together(write, self._now())
        return answers

    def _recording(
        self,
        document: Document | Mapping[str, Any],
        as_of: date | None,
        also: Also[_Result] | None,
        told: Callable[[Considered], _Result],
    ) -> Considered:
        register, _ = self._storage()
        considered = self._consider(document, as_of)
        record = _check_recorder(considered)

        def write(tx: Transaction) -> None:
            record(tx)
            if also is not None:
                also(tx, told(considered))

        register.write_together(write, self._now())
        return considered

    def _attempted(
        self, document: Document | Mapping[str, Any], as_of: date | None
    ) -> Considered | InputError:
        try:
            return self._consider(document, as_of)
        except InputError as error:
            return error

    def recall(
        self, determination_id: str, issuer: str | None = None
    ) -> tuple[str, RecordedExplanation] | None:
        """A recorded determination explained, and the organ whose document it was; ``None`` if there is none.

        Only what is recorded is told: the text is not kept, so what lies in it cannot be shown again. ``issuer``: only
        where it is of this organ's document; of documents that bear a secrecy mark several organs' may be one.

        Raises:
            NotReady: there is no register.
        """
        register, _ = self._storage()
        found = register.determined(determination_id, issuer)
        if found is None:
            return None
        issuer, entry = found
        determined = Determination.model_validate_json(json.dumps(entry.body["determination"]))
        facts = tuple(FactUsed.model_validate(each) for each in entry.body.get("facts", ()))
        traced, same = self._determiner.retrace(determined, entry.body.get("domain"), facts)
        return issuer, RecordedExplanation(
            seq=entry.seq,
            at=entry.at,
            determination=determined,
            facts=facts,
            same_rulesets=same,
            rules=traced,
        )

    def replay(self, determination_id: str, document: Document | Mapping[str, Any]) -> Replay:
        """Make a recorded determination again from its document, and compare every byte.

        Args:
            determination_id: of a recorded determination.
            document: as it was checked, facts and proposal included.

        Raises:
            InputError: ``E-UNKNOWN-DETERMINATION``.
            NotReady: there is no register.
        """
        register, _ = self._storage()
        found = register.determined(determination_id)
        if found is None:
            raise InputError("E-UNKNOWN-DETERMINATION", got=determination_id[:120])
        recorded = Determination.model_validate_json(json.dumps(found[1].body["determination"]))
        determiner = Determiner(self.parts, recorded.engine)
        if not isinstance(document, Document):
            document = Document.parse(document)
        fresh = determiner.consider(document, recorded.as_of).determination
        was, now = recorded.to_json(), fresh.to_json()
        return Replay(
            determination_id=determination_id,
            seq=found[1].seq,
            same=canonical(was) == canonical(now),
            same_content=recorded.content_digest == fresh.content_digest,
            same_rulesets=recorded.rulesets == fresh.rulesets,
            differs=tuple(name for name in was if was[name] != now[name]),
            determination=fresh,
        )

    def explain(
        self, document: Document | Mapping[str, Any], as_of: date | None = None, *, what_if: bool = True
    ) -> Explanation:
        """The determination with the whole fact vector, every rule's deciding clause, and what would change it."""
        considered = self._consider(document, as_of)
        workings = considered.workings
        if workings is None:
            return Explanation(determination=considered.determination, facts=(), rules=())
        edition, vector = workings.edition, workings.table.vector
        domain = str(vector["domain"])
        scopes = edition.scopes_of(domain)
        spans = workings.detection.spans
        return Explanation(
            determination=considered.determination,
            facts=workings.table.used(edition.vocabulary),
            rules=tuple(trace(edition, scopes, vector, workings.verdict.matches)),
            counterfactuals=tuple(
                counterfactuals(edition, scopes, vector, workings.said, spans) if what_if else ()
            ),
        )

    # redact

    def redact(
        self,
        document: Document | Mapping[str, Any],
        as_of: date | None = None,
        *,
        without_pictures: bool = False,
        without_objects: bool = False,
    ) -> PublicCopies:
        """Public copies of a document's text and files, proved clean, and every span masked in them.

        What is masked is what the rules would have masked in a publication, also where the document is
        held for some question; hidden content is not carried. Nothing is stored.

        Args:
            document: the document.
            as_of: the day the law is read on.
            without_pictures: a person has looked at the pictures in Word and Excel files and found nothing
                secret in them: copies are made that leave them out, with a sign where they stood.
            without_objects: the same for pictures and for charts, diagrams, text boxes of workbooks and
                embedded files that were read here to the end (ADR 12).

        Returns:
            The text as a ``.txt`` where there is one, then the files in order; the redactions, and the
            reasons they rest on (条例 art 37: a reason for every part withheld).

        Raises:
            InputError: see :meth:`check`.
            UnreadableError: something cannot be seen or is left in a copy; the codes say what (``U-…``).
        """
        considered = self._consider(document, as_of)
        workings = considered.workings
        if workings is None:
            raise UnreadableError("H-SECRET", where=considered.document.id)
        unseen = [each for each in workings.reading.unseen if each.code != "U-HIDDEN"]
        without = {"U-IMAGE"} if without_pictures else set()
        without |= {"U-IMAGE", "U-OBJECT"} if without_objects else set()
        omitted = [each for each in unseen if _left_out(each, considered, without)]
        unseen = [each for each in unseen if each not in omitted]
        if unseen:
            raise UnreadableError(flaws=tuple(Flaw(each.code, each.where) for each in unseen))
        decided = redacted(workings)
        masks = masking(decided, workings.reading.parts)
        order = {where: number for number, (where, _) in enumerate(workings.reading.parts)}
        redactions = tuple(sorted((*decided, *masks.again), key=lambda each: (order[each.where], each.start)))
        files: list[PublicFile] = []
        if considered.document.text is not None:
            text = masks.text(TEXT, considered.document.text.reveal()).encode()
            name = f"{masks.text(TITLE, considered.document.title)}.txt"
            files.append(_public_file(name, PlainText.media_type, text))
        files += _public_files(considered, masks, without)
        texts = dict(workings.reading.parts)
        return PublicCopies(
            before=tuple(Content(texts[each.where][each.start : each.end]) for each in redactions),
            lines=_lines(redactions, texts),
            left_out=tuple(each.where for each in omitted if each.code == "U-IMAGE"),
            objects_left_out=tuple(each.where for each in omitted if each.code != "U-IMAGE"),
            files=tuple(files),
            redactions=redactions,
            reasons=considered.by.reasons_of_masks(workings),
        )

    def masked(
        self, document: Document | Mapping[str, Any], as_of: date | None = None
    ) -> tuple[tuple[Redaction, ...], tuple[Flaw, ...]]:
        """What :meth:`redact` would mask, and what cannot be seen (``H-SECRET``, ``U-…``); no copies are made.

        Raises:
            InputError: see :meth:`check`.
        """
        considered = self._consider(document, as_of)
        workings = considered.workings
        if workings is None:
            return (), (Flaw("H-SECRET", where=considered.document.id),)
        unseen = [each for each in workings.reading.unseen if each.code != "U-HIDDEN"]
        return redacted(workings), tuple(Flaw(each.code, each.where) for each in unseen)

    # clear

    def clear(
        self,
        document: Document | Mapping[str, Any],
        determination: Determination,
        decision: Decision | Mapping[str, Any],
        *,
        also: Also[Clearance] | None = None,
    ) -> Clearance:
        """Check that human review allows this status for this content, and give the clearance.

        The document is determined anew as of the same day; a determination that does not come out the
        same is refused. Departures are allowed only as design §5 says, and are an event of their own.
        ``also`` is written in the same transaction.

        Raises:
            ClearanceRefused: with every reason why.
            NotReady: there is no register.
        """
        register, _ = self._storage()
        decision = _read(Decision, decision)
        considered = self._consider(document, determination.as_of)
        fresh = considered.determination
        if fresh != determination:
            raise ClearanceRefused(
                "E-STALE", got=determination.determination_id, expected=fresh.determination_id
            )
        _check_owner(register.state(fresh.document_id), considered, ClearanceRefused)
        flaws = review_flaws(considered, decision)
        chosen = chosen_status(considered, decision)
        if flaws or chosen is None or fresh.status is None or fresh.content_digest is None:
            raise ClearanceRefused("E-HELD", flaws=tuple(flaws))
        if chosen in PUBLIC:
            # What cannot be shown cleanly is not cleared: nobody should learn so on the day of issue.
            unclean = _unclean(considered)
            if unclean:
                raise ClearanceRefused(flaws=unclean)
        now = self._now()
        clearance = Clearance(
            clearance_id=self._new_id(),
            document_id=fresh.document_id,
            content_digest=fresh.content_digest,
            determination_id=fresh.determination_id,
            status=chosen,
            determined=fresh.status,
            departure=departure(chosen, fresh.status),
            reason_code=decision.reason_code,
            issuer=considered.document.issuer,
            rulesets_digest=digest_of(each.digest for each in fresh.rulesets),
            publish_on=decision.publish_on,
            cleared_at=now,
            expires_on=now.astimezone().date() + timedelta(VALID_DAYS),
        )
        body = {
            "clearance": clearance.model_dump(mode="json"),
            "decision": decision.model_dump(mode="json"),
            **_recorded(considered),
        }
        with register.transaction(now) as tx:
            entry = tx.append(Event.CLEARED, fresh.document_id, body)
            tx.index_determination(fresh.determination_id, entry.seq, clearance.issuer.name)
            if clearance.departure != "none":
                tx.append(Event.DEPARTED, fresh.document_id, departure_record(clearance, decision))
            tx.save_clearance(clearance)
            if also is not None:
                also(tx, clearance)
        log(
            LogEvent.CLEARED,
            document_id=fresh.document_id,
            status=chosen.value,
            departure=clearance.departure,
        )
        return clearance

    def objections(
        self,
        document: Document | Mapping[str, Any],
        decision: Decision | Mapping[str, Any],
        as_of: date | None = None,
    ) -> tuple[Flaw, ...]:
        """Everything that :meth:`clear` would refuse this decision for; nothing is stored.

        Raises:
            InputError: see :meth:`check`.
        """
        decision = _read(Decision, decision)
        considered = self._consider(document, as_of)
        flaws = review_flaws(considered, decision)
        if self.register is not None and not _is_owner(
            self.register.state(considered.document.id), considered
        ):
            flaws.append(Flaw("E-ID-TAKEN", "/id", got=considered.document.id))
        if not flaws and chosen_status(considered, decision) in PUBLIC:
            flaws += _unclean(considered)
        return tuple(flaws)

    # issue

    def issue(
        self,
        document: Document | Mapping[str, Any],
        clearance: Clearance,
        *,
        number: str = "",
        issued_on: date | None = None,
        listing: Listing | Mapping[str, Any] | None = None,
        lane: Lane = "single",
        also: Also[IssueReceipt] | None = None,
    ) -> IssueReceipt:
        """Issue a cleared document: the record and the outbox entries are one transaction.

        The content must be the content cleared, and the law of ``issued_on`` must still give the status
        that was determined.

        Args:
            document: exactly what was cleared.
            clearance: what :meth:`clear` gave.
            number: the dispatch number, such as ``景政发〔2026〕5号``.
            issued_on: the day of issue; default today.
            listing: how it stands in the column, and which earlier documents it amends or repeals: those
                are delivered anew with their new validity. Left out when it is issued again, what was said
                before stands on, and changes no other document once more.
            lane: ``bulk`` for one of many, such as an archive taken over: single documents go before it.
            also: what is to be written in the same transaction.

        Raises:
            InputError: the listing is not acceptable.
            IssueRefused: changed content, an expired, foreign or used clearance, a law that changed.
        """
        register, _ = self._storage()
        day = issued_on or self._today()
        said = None if listing is None else _read(Listing, listing)
        considered = self._consider(document, day)
        fresh = considered.determination
        self._check_clearance(register, considered, clearance, day)
        words = shown.of_listing(said or Listing())
        if clearance.status in PUBLIC:
            words += [*shown.of_number(number), *_placing(considered.document)]
        _check_shown(considered, words)
        # INVARIANT: what may take long, looking through words and making copies, is done while no writer waits for it.
        made = self._public_items(considered, clearance, number, day)
        receipt = None
        while receipt is None:
            before = register.state(fresh.document_id)
            _check_owner(before, considered, IssueRefused)
            known = _listing_of(register.issues(fresh.document_id)) if said is None and before else Listing()
            kept = before.index_number if before and not (said or known).index else ""
            _check_shown(
                considered, shown.of_listing(known.model_copy(update={"index": known.index or kept}))
            )
            now = self._now()
            with register.transaction(now) as tx:
                if tx.state(fresh.document_id) == before:  # else somebody was quicker: it is looked at anew
                    receipt = self._issued(
                        tx, considered, clearance, made, before, said, said or known, number, day, now, lane
                    )
                    if also is not None:
                        also(tx, receipt)
        log(
            LogEvent.ISSUED,
            document_id=fresh.document_id,
            status=clearance.status.value,
            version=receipt.version,
            items=len(receipt.publications),
        )
        return receipt

    def _issued(
        self,
        tx: Transaction,
        considered: Considered,
        clearance: Clearance,
        made: Sequence[PublicItem],
        before: DocumentState | None,
        said: Listing | None,
        wanted: Listing,
        number: str,
        day: date,
        now: datetime,
        lane: Lane,
    ) -> IssueReceipt:
        """Write an issue: its record, where the document stands, its deliveries, and what it does to others."""
        _, outbox = self._storage()
        fresh = considered.determination
        version = before.version + 1 if before else 1
        _check_relations(tx, said or Listing(), fresh.document_id)
        listed = _listed(tx, considered, wanted, before, day)
        validity: Validity = before.validity if before else "in_force"
        if validity == "lapsed" and (listed.valid_until is None or listed.valid_until >= day):
            validity = "in_force"  # issued again for a new term
        today = now.astimezone().date()
        items = []
        for each in made:
            told = _tellable(tx, outbox, listed, max(today, each.publication.not_before or today))
            items.append(_as_listed(each, version, told, validity))
        body = {
            "clearance_id": clearance.clearance_id,
            "number": number,
            "issued_on": day.isoformat(),
            "version": version,
            "status": clearance.status.value,
            "issuer": considered.document.issuer.name,
            "determination": fresh.to_json(),
            "listing": listed.model_dump(mode="json"),
            "published": [item.recorded() for item in items],
        }
        if clearance.departure != "none":
            under = considered.by.obligations_under(considered, clearance.status)
            body["obligations"] = [each.model_dump(mode="json") for each in under]
        entry = tx.append(Event.REPLACED if before else Event.ISSUED, fresh.document_id, body)
        tx.use_clearance(clearance.clearance_id, entry.seq)
        tx.set_state(
            document_id=fresh.document_id,
            issuer=considered.document.issuer.name,
            version=version,
            status=clearance.status,
            state="issued",
            number=number,
            content_digest=clearance.content_digest,
            seq=entry.seq,
            index_number=listed.index,
            validity=validity,
            valid_until=listed.valid_until,
        )
        outbox.enqueue(tx.connection, fresh.document_id, version, items, now, lane)
        self._apply_relations(
            tx, said or Listing(), fresh.document_id, clearance.issuer.name, items, number, day, now
        )
        return IssueReceipt(
            document_id=fresh.document_id,
            version=version,
            number=number,
            issued_on=day,
            status=clearance.status,
            record_seq=entry.seq,
            record_hash=entry.hash,
            publications=tuple(item.publication for item in items),
        )

    def schedule(
        self, document: Document | Mapping[str, Any], *, also: Also[Scheduled] | None = None
    ) -> Scheduled:
        """Give publications that awaited a date of the case their days, now that the document's ``dates`` name it.

        Nothing is cleared anew: the document is the one that was issued, and today's law must give it the status
        and the masks it was issued with. ``also`` is written in the same transaction.

        Raises:
            IssueRefused: the document was never issued, is withdrawn or another; the law has changed; ``E-AWAITED``,
                nothing waits for the dates that are given.
        """
        register, outbox = self._storage()
        considered = self._consider(document, None)
        fresh, now = considered.determination, self._now()
        with register.transaction(now) as tx:
            state = tx.state(fresh.document_id)
            if state is None or state.state == "withdrawn":
                raise IssueRefused("E-UNKNOWN-DOCUMENT", got=fresh.document_id)
            if fresh.content_digest != state.content_digest:
                raise IssueRefused("E-CHANGED")
            issue = tx.issues(fresh.document_id)[-1].body
            issued, said = issue["determination"], fresh.to_json()
            # INVARIANT: the copy that waits was made on the day of issue; what is closed or masked since does not go.
            if any(said[name] != issued[name] for name in ("status", "redactions")):
                raise IssueRefused("E-STALE", got=str(fresh.status), expected=str(issued["status"]))
            version = state.version + 1
            waiting = outbox.awaited(tx.connection, fresh.document_id)
            dated = outbox.enqueue_dated(tx.connection, fresh.document_id, version, fresh.publications, now)
            if not dated:
                raise IssueRefused("E-AWAITED", where="/dates", expected=" | ".join(waiting))
            body: dict[str, Any] = {"version": version, "determination": said}
            if "obligations" in issue:
                under = considered.by.obligations_under(considered, state.status)
                body["obligations"] = [each.model_dump(mode="json") for each in under]
            entry = tx.append(Event.SCHEDULED, fresh.document_id, body)
            tx.move(state, entry.seq, version)
            done = Scheduled(
                document_id=fresh.document_id,
                version=version,
                record_seq=entry.seq,
                record_hash=entry.hash,
                publications=dated,
            )
            if also is not None:
                also(tx, done)
        return done

    # withdraw

    def withdraw(
        self, withdrawal: Withdrawal | Mapping[str, Any], *, also: Also[RegisterEntry] | None = None
    ) -> RegisterEntry:
        """Take an issued document back everywhere it was published; returns the record.

        To issue it again it must be cleared again: clearances that were given before are void. ``also`` is written in the same transaction.

        Raises:
            IssueRefused: the document was never issued, or is withdrawn already; ``E-SHOWN``, its reason names somebody.
        """
        register, outbox = self._storage()
        withdrawal = _read(Withdrawal, withdrawal)
        told = self._tellable_reason(withdrawal)
        now = self._now()
        with register.transaction(now) as tx:
            state = tx.state(withdrawal.document_id)
            if state is None:
                raise IssueRefused("E-UNKNOWN-DOCUMENT", got=withdrawal.document_id)
            if state.state == "withdrawn":
                raise IssueRefused("E-ALREADY", got=withdrawal.document_id)
            version = state.version + 1
            # What was cleared before, and why it is withdrawn now, nobody has weighed together.
            voids = tx.unused_clearances(withdrawal.document_id)
            body = {**withdrawal.model_dump(mode="json"), "version": version, "voids": voids}
            entry = tx.append(Event.WITHDRAWN, withdrawal.document_id, body)
            tx.move(state, entry.seq, version, state="withdrawn")
            for each in voids:
                tx.use_clearance(each, entry.seq)
            outbox.enqueue_withdraw(tx.connection, told, version, now)
            self._retell(tx, withdrawal.document_id, _UNNAMED, now)
            if also is not None:
                also(tx, entry)
        log(LogEvent.WITHDRAWN, document_id=withdrawal.document_id, version=version)
        return entry

    def _tellable_reason(self, withdrawal: Withdrawal) -> Withdrawal:
        """The withdrawal as the public may read it.

        Raises:
            IssueRefused: ``E-SHOWN``.
        """
        flaws = shown.flaws(self.parts.scanner, shown.of_withdrawal(withdrawal))
        if any(each.code == "E-SHOWN" for each in flaws):
            raise IssueRefused(flaws=flaws)
        # INVARIANT: a detector that fails keeps nothing public; then the public is told that it was taken away, not why.
        return withdrawal.model_copy(update={"reason": _REMOVED}) if flaws else withdrawal

    # validity

    def change_validity(
        self, change: ValidityChange | Mapping[str, Any], *, also: Also[RegisterEntry] | None = None
    ) -> RegisterEntry:
        """State whether an issued document is in force; everywhere it is published it is delivered anew.

        For a document that amends or repeals another, say so in the ``listing`` of its issue instead.

        Raises:
            IssueRefused: the document was never issued, or is withdrawn; or its ``cause`` is.
        """
        register, outbox = self._storage()
        change = _read(ValidityChange, change)
        now = self._now()
        with register.transaction(now) as tx:
            state = tx.state(change.document_id)
            if state is None or state.state == "withdrawn":
                raise IssueRefused("E-UNKNOWN-DOCUMENT", where="/document_id", got=change.document_id)
            cause = tx.state(change.cause) if change.cause else None
            if change.cause and (
                cause is None or cause.state == "withdrawn" or change.cause == change.document_id
            ):
                raise IssueRefused("E-UNKNOWN-DOCUMENT", where="/cause", got=change.cause)
            made = Change(validity=change.validity, on=change.on)
            # INVARIANT: the public is told of a document only what it may read; the record has it in any case.
            if cause is not None and outbox.shows(tx.connection, cause.document_id, now.astimezone().date()):
                made = made.model_copy(update={"document_id": cause.document_id})
            # A last day that was said before stays, unless the document is in force again after it.
            stays = change.validity != "in_force" or (state.valid_until or change.on) >= change.on
            until = change.valid_until or (state.valid_until if stays else None)
            entry = self._revalue(
                tx, outbox, state, made, change.by, now, cause=change.cause or "", valid_until=until
            )
            if also is not None:
                also(tx, entry)
        return entry

    def lapse(self, today: date | None = None) -> list[RegisterEntry]:
        """Mark every document as lapsed whose last day of being in force has passed; one record each."""
        register, outbox = self._storage()
        now, day = self._now(), today or self._today()
        with register.transaction(now) as tx:
            return [
                self._revalue(
                    tx, outbox, state, Change(validity="lapsed", on=state.valid_until or day), "", now,
                    valid_until=state.valid_until,
                )
                for state in tx.ends_before(day)
            ]  # fmt: skip

    def redeliver(self, document_id: str) -> RegisterEntry:
        """Send what stands of an issued document to its places anew, because some hold something else.

        Raises:
            IssueRefused: the document was never issued, or is withdrawn.
        """
        register, outbox = self._storage()
        now = self._now()
        with register.transaction(now) as tx:
            state = tx.state(document_id)
            if state is None or state.state == "withdrawn":
                raise IssueRefused("E-UNKNOWN-DOCUMENT", got=document_id)
            version = state.version + 1
            entry = tx.append(Event.REDELIVERED, document_id, {"version": version})
            tx.move(state, entry.seq, version)
            outbox.enqueue_again(tx.connection, document_id, version, lambda item: item, now)
        return entry

    def take_away(self, document_id: str, key: str, held: int) -> RegisterEntry | None:
        """Take away what stands at a place and should not be public now, such as what is there before its first day.

        What is to be public there on a later day is sent anew then: a place takes nothing that it had already.

        Args:
            document_id: whose it is, empty if nobody knows.
            key: what stands there, see :meth:`PublicItem.key`.
            held: the version the place has; 0 if it knows none.

        Returns:
            the record of what is sent anew, or ``None`` if nothing is.
        """
        register, outbox = self._storage()
        now = self._now()
        with register.transaction(now) as tx:
            state = tx.state(document_id)
            if state is None or state.state == "withdrawn":
                outbox.enqueue_removal(tx.connection, key, max(held, state.version if state else 0), now)
                return None
            version = state.version + 1
            if not outbox.enqueue_removal(tx.connection, key, max(held, state.version), now, again=version):
                return None
            entry = tx.append(Event.REDELIVERED, document_id, {"version": version})
            tx.move(state, entry.seq, version)
        return entry

    def _apply_relations(
        self,
        tx: Transaction,
        listed: Listing,
        document_id: str,
        by: str,
        items: Sequence[PublicItem],
        number: str,
        day: date,
        now: datetime,
    ) -> None:
        """Give the documents this one amends or repeals their new validity, everywhere, in the same transaction."""
        _, outbox = self._storage()
        seen = next((item for item in items if item.publication.audience == "public"), None)
        # INVARIANT: an earlier document does not tell of a later one before that one may be public.
        start = seen.publication.not_before if seen is not None else None
        names = _UNNAMED
        if seen is not None and seen.publication.awaits is None:
            names = {"document_id": document_id, "title": seen.title, "number": number}
        for relation in listed.relations:
            if relation.kind == "interprets":
                continue
            state = tx.state(relation.document_id)
            assert state is not None  # noqa: S101  checked before anything was written
            validity: Validity = "amended" if relation.kind == "amends" else "repealed"
            made = Change(validity=validity, on=day, **names)
            self._revalue(
                tx,
                outbox,
                state,
                made,
                by,
                now,
                cause=document_id,
                not_before=start,
                valid_until=state.valid_until,
            )
        changed = {each.document_id for each in listed.relations if each.kind != "interprets"}
        self._retell(tx, document_id, names, now, apart_from=changed, not_before=start)

    def _retell(
        self,
        tx: Transaction,
        document_id: str,
        names: Mapping[str, str],
        now: datetime,
        *,
        apart_from: Collection[str] = (),
        not_before: date | None = None,
    ) -> None:
        """Have what a document amended or repealed tell of it by these names: where it may not be read, by none.

        Whether they are in force stays as it was recorded: only people can say otherwise.
        """
        _, outbox = self._storage()
        touched = {
            relation["document_id"]
            for entry in tx.issues(document_id)
            for relation in entry.body.get("listing", {}).get("relations", ())
            if relation["kind"] != "interprets"
        }

        def retold(item: PublicItem) -> PublicItem:
            changes = (
                each.model_copy(update=names) if each.document_id == document_id else each
                for each in item.changes
            )
            return item.model_copy(update={"changes": tuple(changes)})

        for other in sorted(touched - set(apart_from)):
            state = tx.state(other)
            if state is None or state.state == "withdrawn":
                continue
            version = state.version + 1
            entry = tx.append(Event.REDELIVERED, other, {"version": version, "cause": document_id})
            tx.move(state, entry.seq, version)
            outbox.enqueue_again(tx.connection, other, version, retold, now, not_before)

    def _revalue(
        self,
        tx: Transaction,
        outbox: Outbox,
        state: DocumentState,
        change: Change,
        by: str,
        now: datetime,
        *,
        cause: str = "",
        not_before: date | None = None,
        valid_until: date | None = None,
    ) -> RegisterEntry:
        version = state.version + 1
        body = {
            "version": version,
            "validity": change.validity,
            "before": state.validity,
            "on": change.on.isoformat(),
            "valid_until": valid_until.isoformat() if valid_until else None,
            "cause": cause,
            "by": by,
        }
        entry = tx.append(Event.VALIDITY, state.document_id, body)
        tx.move(state, entry.seq, version, validity=change.validity, valid_until=valid_until)
        outbox.enqueue_again(
            tx.connection,
            state.document_id,
            version,
            lambda item: item.model_copy(
                update={
                    "validity": change.validity,
                    "valid_until": valid_until,
                    "changes": (
                        # What one document does to another is told once, as it says it last.
                        *(each for each in item.changes if each.document_id != (change.document_id or None)),
                        change,
                    ),
                }
            ),
            now,
            not_before,
        )
        log(LogEvent.VALIDITY, document_id=state.document_id, version=version, validity=change.validity)
        return entry

    def _consider(self, document: Document | Mapping[str, Any], as_of: date | None) -> Considered:
        if not isinstance(document, Document):
            document = Document.parse(document)
        return self._determiner.consider(document, as_of or self._today())

    def _check_clearance(
        self, register: Register, considered: Considered, clearance: Clearance, day: date
    ) -> None:
        fresh = considered.determination
        kept = register.clearance(clearance.clearance_id)
        if kept is None or kept[0] != clearance or clearance.document_id != fresh.document_id:
            raise IssueRefused("E-CLEARANCE", got=clearance.clearance_id)
        if kept[1]:
            raise IssueRefused("E-CLEARANCE-USED", got=clearance.clearance_id)
        last = max(day, self._today())  # an earlier day of issue makes no clearance valid again
        if last > clearance.expires_on:
            raise IssueRefused("E-CLEARANCE", got=last.isoformat(), expected=f"≤ {clearance.expires_on}")
        if fresh.content_digest != clearance.content_digest:
            raise IssueRefused("E-CHANGED")
        if fresh.status is not clearance.determined:
            raise IssueRefused("E-STALE", got=str(fresh.status), expected=clearance.determined.value)
        if clearance.status in PUBLIC:
            _check_no_wider(fresh, _cleared(register, clearance))
        for publication in fresh.publications:
            earliest, wanted = publication.not_before, clearance.publish_on
            if earliest and wanted and wanted < earliest:
                raise IssueRefused("E-NOT-BEFORE", got=str(wanted), expected=f"≥ {earliest}")

    def _public_items(
        self,
        considered: Considered,
        clearance: Clearance,
        number: str,
        day: date,
    ) -> list[PublicItem]:
        """The public copies: one per publication, nothing in them that was to be masked (P6); not listed yet."""
        if clearance.status not in PUBLIC or considered.workings is None:
            return []
        document, fresh = considered.document, considered.determination
        # A status made more open than determined has no publications of its own: everybody, in the column.
        publications = (
            fresh.publications
            if fresh.status in PUBLIC
            else (Publication(audience="public", channels=("column",)),)
        )
        masks = masking(fresh.redactions, considered.workings.reading.parts)
        copies = {where: masks.text(where, text) for where, text in considered.workings.reading.parts}
        files = _public_files(considered, masks)
        body = "\n\n".join(text for where, text in copies.items() if is_body(where))
        vector = considered.workings.table.vector
        catalogue = considered.by.parts.catalogue
        row = catalogue.find(document.domain, document.item).id if document.item else None
        items = []
        for publication in publications:
            start = max(
                (each for each in (publication.not_before, clearance.publish_on) if each), default=None
            )
            items.append(
                PublicItem(
                    document_id=document.id,
                    version=0,
                    title=copies[TITLE],
                    kind=document.kind,
                    number=number,
                    issuer=document.issuer.name,
                    domain=document.domain,
                    status=clearance.status,
                    issued_on=day,
                    label=clearance.status.label,
                    text=body,
                    files=files,
                    publication=publication.model_copy(update={"not_before": start}),
                    item=row,
                    policy=True in (vector["normative_document"], vector["policy_document"]),
                )
            )
        return items

    def _storage(self) -> tuple[Register, Outbox]:
        if self.register is None or self.outbox is None:
            raise NotReady("E-NO-REGISTER")
        return self.register, self.outbox

    def _today(self) -> date:
        return self._now().astimezone().date()


def _check_recorder(considered: Considered) -> Callable[[Transaction], None]:
    """What records a check; its bytes are written now, before the end of the chain is locked."""
    determined, body = considered.determination, _recorded_bytes(considered)

    def record(tx: Transaction) -> None:
        seq, _ = tx.append_written(Event.CHECKED, determined.document_id, body)
        tx.index_determination(determined.determination_id, seq, considered.document.issuer.name)

    return record


def _recorded(considered: Considered) -> dict[str, Any]:
    """What a record keeps of a determination: the result, and what was said of the document. Never text (P7)."""
    return {"determination": considered.determination.to_json(), **_beside(considered)}


def _recorded_bytes(considered: Considered) -> bytes:
    """:func:`_recorded` as canonical JSON. The determination is written already, and its name comes first."""
    return b'{"determination":%b,%b' % (considered.written, canonical(_beside(considered))[1:])


def _beside(considered: Considered) -> dict[str, Any]:
    workings = considered.workings
    return {
        "issuer": considered.document.issuer.name,
        "domain": considered.domain,
        "facts": workings.table.stated(workings.edition.vocabulary) if workings else [],
    }


def _cleared(register: Register, clearance: Clearance) -> Determination:
    """The determination that people saw when they gave the clearance, which recorded it."""
    found = register.determined(clearance.determination_id)
    if found is None:
        raise IssueRefused("E-CLEARANCE", got=clearance.clearance_id)
    return Determination.model_validate_json(json.dumps(found[1].body["determination"]))


def _check_no_wider(fresh: Determination, cleared: Determination) -> None:
    """Nothing is shown to more people, sooner or with fewer masks than was cleared.

    The content's digest does not hold facts, domain or item: with others the same content could be, at the same status.

    Raises:
        IssueRefused: ``E-STALE``.
    """
    masked = _masked(fresh)
    for each in cleared.redactions:
        # A span that a newer detector finds longer is masked all the same.
        if not masked.get(each.where, set()).issuperset(range(each.start, each.end)):
            raise IssueRefused("E-STALE", expected=f"{each.where}[{each.start}:{each.end}]")
    before = _shown_to(cleared)
    # What waits may have been shown at once before, not the other way round; the days of the case may come to be known.
    wider = _shown_to(fresh) - before - {(*place, _WAITS) for *place, when in before if when != _WAITS}
    if wider:
        got, expected = (
            " | ".join(sorted(" ".join(each).strip() for each in told)) for told in (wider, before)
        )
        raise IssueRefused("E-STALE", got=got, expected=expected)


def _masked(determined: Determination) -> dict[str, set[int]]:
    """The characters that are masked, by the part they are in."""
    found: dict[str, set[int]] = {}
    for each in determined.redactions:
        found.setdefault(each.where, set()).update(range(each.start, each.end))
    return found


def _shown_to(determined: Determination) -> set[tuple[str, str, str]]:
    return {
        (each.audience, channel, _WAITS if each.awaits or each.not_before else "")
        for each in determined.publications
        for channel in each.channels
    }


def _listed(
    tx: Transaction, considered: Considered, listed: Listing, before: DocumentState | None, day: date
) -> Listing:
    """The listing with its 索引号, once given kept for good."""
    document_id, issuer = considered.document.id, considered.document.issuer
    holder = tx.holder_of(listed.index) if listed.index else None
    if holder not in {None, document_id}:
        raise IssueRefused("E-INDEX", where="/listing/index", got=listed.index)
    index = listed.index or (before.index_number if before else "")
    return listed.model_copy(
        update={"index": index or tx.next_index(f"{issuer.code or _NO_CODE}/{day.year}-")}
    )


def _check_owner(before: DocumentState | None, considered: Considered, refused: type[GateError]) -> None:
    """Ids are the callers': nobody replaces another organ's document, which it could then neither see nor withdraw.

    Raises:
        GateError: ``E-ID-TAKEN``, as ``refused``.
    """
    if not _is_owner(before, considered):
        raise refused("E-ID-TAKEN", where="/id", got=considered.document.id)


def _is_owner(before: DocumentState | None, considered: Considered) -> bool:
    return before is None or before.issuer == considered.document.issuer.name


def _as_listed(item: PublicItem, version: int, listed: Listing, validity: Validity) -> PublicItem:
    return item.model_copy(
        update={
            "version": version,
            "index": listed.index,
            "section": listed.section or section_of(item.title),
            "abstract": listed.abstract,
            "keywords": listed.keywords,
            "validity": validity,
            "valid_until": listed.valid_until,
            "relations": listed.relations,
        }
    )


def _listing_of(issues: Sequence[RegisterEntry]) -> Listing:
    """What was said of a document in the column when it was issued last."""
    return Listing.model_validate_json(json.dumps(issues[-1].body.get("listing", {})))


def _check_relations(tx: Transaction, listed: Listing, document_id: str) -> None:
    """Every relation is to another document that was issued and stands.

    Raises:
        IssueRefused: ``E-UNKNOWN-DOCUMENT`` with the place.
    """
    for number, relation in enumerate(listed.relations):
        other = tx.state(relation.document_id)
        if other is None or other.state == "withdrawn" or relation.document_id == document_id:
            raise IssueRefused(
                "E-UNKNOWN-DOCUMENT", where=f"/listing/relations/{number}", got=relation.document_id
            )


def _tellable(tx: Transaction, outbox: Outbox, listed: Listing, day: date) -> Listing:
    """The listing as the public may read it from a day on: it names no document that is not public itself by then."""
    names = {each.document_id for each in listed.relations}
    public = {each for each in names if outbox.shows(tx.connection, each, day)}
    relations = tuple(each for each in listed.relations if each.document_id in public)
    return listed.model_copy(update={"relations": relations})


def _unclean(considered: Considered) -> tuple[Flaw, ...]:
    """What keeps a document from being shown to the public as it is."""
    parts = considered.workings.reading.parts if considered.workings else ()
    masks = masking(considered.determination.redactions, parts)
    flaws = shown.flaws(considered.by.parts.scanner, _placing(considered.document), masks.values)
    try:
        _public_files(considered, masks)
    except UnreadableError as error:
        return (*flaws, *error.flaws)
    return flaws


def _check_shown(considered: Considered, said: Sequence[shown.Said]) -> None:
    """What the public reads beside a document names nobody either (P6).

    Raises:
        IssueRefused: ``E-SHOWN`` with every place.
    """
    if not any(each.text for each in said):
        return
    workings = considered.workings
    masks = masking(considered.determination.redactions, workings.reading.parts) if workings else None
    flaws = shown.flaws(considered.by.parts.scanner, said, masks.values if masks else ())
    if flaws:
        raise IssueRefused(flaws=flaws)


def _placing(document: Document) -> list[shown.Said]:
    return shown.placing(document.id, document.issuer.name, document.issuer.code)


def _lines(redactions: Sequence[Redaction], texts: Mapping[str, str]) -> tuple[int, ...]:
    """The line each span begins on, from 1."""
    ends = {
        where: [place for place, char in enumerate(texts[where]) if char == "\n"]
        for where in {each.where for each in redactions}
    }
    return tuple(bisect_left(ends[each.where], each.start) + 1 for each in redactions)


def _left_out(unseen: Unseen, considered: Considered, without: AbstractSet[str]) -> bool:
    """Whether what could not be seen is to be left out of a file whose copy carries none of it."""
    number = unseen.where.split("/")[1] if unseen.where.startswith("files/") else ""
    if not number.isdigit():
        return False
    known = format_of(considered.document.files[int(number)], considered.by.parts.formats)
    return known is not None and left_out(unseen, known, without)


def _public_files(
    considered: Considered, masks: Masking, without: AbstractSet[str] = frozenset()
) -> tuple[PublicFile, ...]:
    """A public copy of every file, or a refusal that names what could not be made clean."""
    files, parts = [], considered.by.parts
    for number, file in enumerate(considered.document.files):
        where = f"files/{number}"
        known = format_of(file, parts.formats)
        if known is None:
            raise UnreadableError("U-FORMAT", where=where)
        copy = public_copy(file, where, masks, known, parts.scanner, without=without)
        files.append(_public_file(copy.name, copy.media_type, copy.content.reveal()))
    return tuple(files)


def _public_file(name: str, media_type: str, content: bytes) -> PublicFile:
    return PublicFile(name=name, media_type=media_type, digest=sha256(content).hexdigest(), content=content)


def _read(model: type[_Model], data: _Model | Mapping[str, Any]) -> _Model:
    if isinstance(data, model):
        return data
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(flaws=tuple(flaws_of(error, model))) from None
