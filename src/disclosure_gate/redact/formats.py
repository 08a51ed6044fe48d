"""The file formats a public copy can be made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from disclosure_gate.detect.reader import FileText
from disclosure_gate.model.document import File
from disclosure_gate.redact.pdf import Pdf
from disclosure_gate.redact.plain import PlainText
from disclosure_gate.redact.sheet import Spreadsheet
from disclosure_gate.redact.word import WordDocument
from disclosure_gate.redact.woven import Mask


@runtime_checkable
class Format(Protocol):
    """Reads a file format and builds copies in it. Also a :class:`~disclosure_gate.detect.reader.Reader`."""

    name: str
    suffixes: tuple[str, ...]
    media_type: str
    leaves_out_pictures: (
        bool  # a copy carries none, nor objects, so that one may be made although they cannot be read
    )

    def claims(self, file: File) -> bool:
        """Whether the bytes are of this format."""
        ...

    def read(self, file: File) -> FileText:
        """The whole text, hidden places included.

        Raises:
            UnreadableError: nothing of the file could be seen.
        """
        ...

    def rebuild(self, data: bytes, masks: Mapping[str, Sequence[Mask]]) -> bytes:
        """A new file of what a reader sees, masked: ``masks`` are spans by place within the file."""
        ...

    def inspect(self, data: bytes) -> FileText:
        """The text of a copy this format has built; what cannot be seen is in ``unseen``."""
        ...

    def raw(self, data: bytes) -> list[bytes]:
        """Everything in a copy as bytes, containers opened and streams unpacked."""
        ...


def formats() -> tuple[Format, ...]:
    """The formats that come with the package."""
    return (PlainText(), WordDocument(), Spreadsheet(), Pdf())


def format_of(file: File, known: Sequence[Format]) -> Format | None:
    """The format that claims ``file``, or ``None``."""
    return next((each for each in known if each.claims(file)), None)
