"""The chain: how a record is written as bytes, and how one record's hash holds the one before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from disclosure_gate.model.canonical import quoted
from disclosure_gate.model.frozen import Frozen, Text

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it lies in the database."""

    seq: int
    envelope: bytes
    hash: str


class Fault(Frozen):
    """What is wrong with one record."""

    seq: int
    kind: Literal["changed", "missing", "reordered", "cut_off", "state_mismatch"]
    message: Text


class Verification(Frozen):
    """The result of reading the whole chain."""

    ok: bool
    count: int
    head_seq: int
    head_hash: str
    faults: tuple[Fault, ...]


def envelope(seq: int, event: str, document_id: str, at: str, body: bytes, prev_hash: str) -> bytes:
    """The exact bytes that are stored and hashed: canonical JSON (RFC 8785) of everything in the record.

    ``body`` is canonical JSON already: it is written before the end of the chain is locked, and put in its place here.
    """
    before = f'{{"at":{quoted(at)},"body":'
    after = f',"document_id":{quoted(document_id)},"event":{quoted(event)},"prev":{quoted(prev_hash)},"seq":{seq}}}'
    return before.encode() + body + after.encode()


def hash_of(data: bytes) -> str:
    """SHA-256 of an envelope, in hex. The envelope names the hash before it, so this one holds them all."""
    return sha256(data).hexdigest()


def verify(records: Iterable[tuple[Stored, int, str]], expected: tuple[int, str] | None) -> Verification:
    """Read a chain from its beginning, one record at a time.

    Args:
        records: in order of position, each with the ``seq`` and ``prev`` its envelope names.
        expected: the last known head (sequence number and hash); shows a tail that was cut off.
    """
    faults: list[Fault] = []
    previous, position, seen_expected = GENESIS, 0, expected is None or expected[0] == 0
    for record, named_seq, named_prev in records:
        position += 1
        if hash_of(record.envelope) != record.hash:
            faults.append(
                fault(record.seq, "changed", "记录内容与其哈希不符", "the record does not match its hash")
            )
        if record.seq < position:
            faults.append(
                fault(record.seq, "reordered", "此序号不应在此处", "no record of this number belongs here")
            )
            position = record.seq
        elif record.seq > position:
            last = record.seq - 1
            zh, en = (
                ("", "") if last == position else (f"，直至第 {last} 号", f", with all up to record {last}")
            )
            faults.append(
                fault(
                    position, "missing", f"缺少此序号的记录{zh}", f"the record of this number is missing{en}"
                )
            )
            position = record.seq
        if named_seq != record.seq:
            faults.append(
                fault(
                    record.seq,
                    "reordered",
                    "记录的位置与其内容所写序号不符",
                    "the record does not stand where it says",
                )
            )
        elif named_prev != previous:
            faults.append(
                fault(
                    record.seq, "changed", "与前一记录不相接", "it does not follow from the record before it"
                )
            )
        previous = record.hash
        if expected is not None and record.seq == expected[0]:
            seen_expected = record.hash == expected[1]
            if not seen_expected:
                faults.append(
                    fault(record.seq, "changed", "与已知链头不符", "it differs from the head known before")
                )
                seen_expected = True
    if not seen_expected and expected is not None:
        faults.append(
            fault(
                expected[0],
                "cut_off",
                "链尾被截断：已知记录不在其中",
                "the tail was cut off: a record known before is gone",
            )
        )
    return Verification(
        ok=not faults, count=position, head_seq=position, head_hash=previous, faults=tuple(faults)
    )


def fault(
    seq: int, kind: Literal["changed", "missing", "reordered", "cut_off", "state_mismatch"], zh: str, en: str
) -> Fault:
    """A fault at record ``seq``, its message in both languages."""
    return Fault(seq=seq, kind=kind, message=Text(zh=f"第 {seq} 号：{zh}", en=f"record {seq}: {en}"))
