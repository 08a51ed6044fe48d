"""Plain text: read as UTF-8, UTF-16 with its mark, or GB 18030; written as UTF-8.

The copy begins with the mark of UTF-8 unless the file was UTF-8 without one: a spreadsheet program
reads a .csv that has no mark as GB 18030.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from disclosure_gate.detect.reader import FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.redact.woven import Mask, applied

_SUFFIXES = (".txt", ".md", ".csv")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # how a "Unicode" text of Windows begins
_CONTROL = frozenset(map(chr, range(32))) - set("\t\n\r\x0b\x0c")


class PlainText:
    """.txt, .md and .csv without control characters."""

    name = "plain text"
    suffixes: tuple[str, ...] = _SUFFIXES
    media_type = "text/plain; charset=utf-8"

    leaves_out_pictures = False

    def claims(self, file: File) -> bool:
        """A .txt, .md or .csv by name whose bytes are text and begin like no other format."""
        data = file.content.reveal()
        return (
            file.name.lower().endswith(_SUFFIXES)
            and (data.startswith(_UTF16) or b"\0" not in data)
            and not data.startswith((b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0"))
        )

    def read(self, file: File) -> FileText:
        """See :class:`~disclosure_gate.detect.reader.Reader`."""
        return FileText((("", _decoded(file.content.reveal())),))

    def rebuild(self, data: bytes, masks: Mapping[str, Sequence[Mask]]) -> bytes:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        copy = applied(_decoded(data), masks.get("", ()))
        return copy.encode("utf-8" if _bare_utf8(data) else "utf-8-sig")

    def inspect(self, data: bytes) -> FileText:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        return FileText((("", _decoded(data)),))

    def raw(self, data: bytes) -> list[bytes]:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        return [data]


def _bare_utf8(data: bytes) -> bool:
    try:
        return not data.decode().startswith("\ufeff")
    except UnicodeDecodeError:
        return False


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data.startswith(_UTF16) else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL & set(text):
            return text
        break
    raise UnreadableError("U-BROKEN")
