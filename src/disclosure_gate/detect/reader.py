"""Reading a document: its title, text and files as parts, each with the place it stands at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from disclosure_gate.model.document import Document, File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Reading, Unseen

TITLE = "title"
TEXT = "text"
NAME = "name"
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class FileText:
    """All text of a file as (place within the file, text), and what in it could not be seen.

    Places of what a reader of the file does not see, such as comments, begin with ``hidden/``.
    """

    parts: tuple[tuple[str, str], ...] = field(repr=False)
    unseen: tuple[Unseen, ...] = ()


class Reader(Protocol):
    """Reads one family of file formats."""

    name: str

    def claims(self, file: File) -> bool:
        """Whether this reader knows the format, by the bytes rather than by the name."""
        ...

    def read(self, file: File) -> FileText:
        """The whole text.

        Raises:
            UnreadableError: nothing of the file could be seen; its code says why (``U-…``).
        """
        ...


def read_document(document: Document, readers: Sequence[Reader]) -> Reading:
    """All parts of a document: title, text, every file's name and text.

    What no reader claims, or a reader could not look into, is in ``unseen`` with its place.
    """
    parts: list[tuple[str, str]] = [(TITLE, document.title)]
    if document.text is not None:
        parts.append((TEXT, document.text.reveal()))
    unseen: list[Unseen] = []
    for number, file in enumerate(document.files):
        where = f"files/{number}"
        parts.append((f"{where}/{NAME}", file.name))
        reader = next((each for each in readers if each.claims(file)), None)
        if reader is None:
            unseen.append(Unseen(where, "U-FORMAT"))
            continue
        try:
            found = reader.read(file)
        except UnreadableError as error:
            unseen.append(Unseen(where, error.code, error.flaws[0].got if error.code == "U-PLUGIN" else ""))
            continue
        parts += [(_within(where, place), text) for place, text in found.parts]
        unseen += [Unseen(_within(where, each.where), each.code, each.by) for each in found.unseen]
    return Reading(tuple(parts), tuple(unseen))


def is_hidden(where: str) -> bool:
    """Whether a place is one that a reader of the file does not see."""
    return f"/{HIDDEN}/" in where


def is_body(where: str) -> bool:
    """Whether a place belongs to what is read: not the title, a name, or something hidden."""
    return where != TITLE and not where.endswith(f"/{NAME}") and not is_hidden(where)


def _within(where: str, place: str) -> str:
    return f"{where}/{place}" if place else where
