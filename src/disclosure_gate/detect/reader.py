"""Reading a document: its title, text and files as parts, each with the place it stands at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from disclosure_gate.model.document import Document, File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Reading

TITLE = "title"
TEXT = "text"


class Reader(Protocol):
    """Reads one family of file formats."""

    name: str

    def claims(self, file: File) -> bool:
        """Whether this reader knows the format, by the bytes rather than by the name."""
        ...

    def read(self, file: File) -> Sequence[tuple[str, str]]:
        """The whole text as (place within the file, text).

        Raises:
            UnreadableError: something in the file could not be seen; the file then counts as unseen.
        """
        ...


class PlainTextReader:
    """UTF-8 and GB 18030 text without control characters."""

    name = "plain text"

    def claims(self, file: File) -> bool:
        """A .txt, .md or .csv by name whose bytes hold no NUL."""
        return file.name.lower().endswith((".txt", ".md", ".csv")) and b"\0" not in file.content.reveal()

    def read(self, file: File) -> Sequence[tuple[str, str]]:
        """See :class:`Reader`."""
        data = file.content.reveal()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return [("", data.decode(encoding))]
            except UnicodeDecodeError:
                continue
        raise UnreadableError("E-FORMAT", where=file.name)


def read_document(document: Document, readers: Sequence[Reader]) -> Reading:
    """All parts of a document: title, text, every file's name and text.

    A file that no reader claims, or whose reader fails, is listed in ``unreadable`` by its number.
    """
    parts: list[tuple[str, str]] = [(TITLE, document.title)]
    if document.text is not None:
        parts.append((TEXT, document.text.reveal()))
    unreadable: list[str] = []
    for number, file in enumerate(document.files):
        where = f"files/{number}"
        parts.append((f"{where}/name", file.name))
        reader = next((each for each in readers if each.claims(file)), None)
        if reader is None:
            unreadable.append(where)
            continue
        try:
            found = reader.read(file)
        except UnreadableError:
            unreadable.append(where)
            continue
        parts += [(f"{where}{'/' if place else ''}{place}", text) for place, text in found]
    return Reading(tuple(parts), tuple(unreadable))
