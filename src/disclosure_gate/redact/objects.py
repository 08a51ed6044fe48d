"""What lies in a Word file or workbook and is no text of it: charts, diagrams, other files within.

No copy carries any of it. ``U-OBJECT`` is what may be left out once a person has looked: everything it holds was read
here, or is seen by whoever looks at the page. ``U-EMBEDDED`` is what nobody can have seen whole, and holds the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from posixpath import basename, dirname

from lxml import etree

from disclosure_gate.detect.reader import HIDDEN, FileText
from disclosure_gate.model.content import Blob
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.redact.container import PICTURES, TELLING, Relation, relations, xml

CHARTS, DIAGRAMS = "/chart", "/diagram"  # within the names of their namespaces
OBJECTS = "{urn:schemas-microsoft-com:office:office}OLEObject"
PLACE = f"{HIDDEN}/objects"

# Within the names of parts: in what folder they lie is for the producer to choose.
_HELD = (
    "vbaProject",
    "activeX/",
    "ctrlProps/",
    "macrosheets/",
    "model/",
    "customData/",
    "afchunk",
)
_FILES = ("embeddings/", "oleObject")
_DRAWN = ("charts/", "diagrams/")
_BESIDE = "drawings/drawing"  # words drawn over a chart or over cells: read, and no object by themselves
_OF_FILES = frozenset({"oleObject", "package"})
_OF_DRAWINGS = frozenset(
    {"chart", "chartEx", "chartUserShapes", "diagramData", "diagramDrawing", "diagramLayout"}
)
_NO_OBJECTS = ("media/", "printerSettings")
_OLE = b"\xd0\xcf\x11\xe0"
_OPENED = (_OLE, b"PK\x03\x04", b"%PDF")  # what begins so can be opened, whatever it is called
# A formula of before 2007 shows all it holds. Its streams are named in UTF-16; no other content goes with it.
_FORMULA = "Equation Native".encode("utf-16-le")
_OTHERS = tuple(
    name.encode("utf-16-le")
    for name in (
        "WordDocument", "Workbook", "Book\0", "PowerPoint Document", "VisioDocument", "EncryptedPackage", "Package\0",
        "Ole10Native", "CONTENTS", "VBA", "Macros", "ObjectPool",
    )
)  # fmt: skip
_MOST_FILES = 200
_MOST_UNPACKED = 32 * 1024 * 1024  # bytes of all files within one
_MOST_CHARACTERS = 20_000_000  # of all their texts
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TOLD = ("descr", "title", "alt", "name")  # attributes that hold words of the author
_FRACTION = re.compile(r"-?[0-9]+\.[0-9]+(?:E[+-]?[0-9]+)?")  # a measured value: its digits are no card's
_SHORT = 5  # characters: no Latin name as short identifies anybody
_NUMBERED = re.compile(r"\{[0-9A-Fa-f\-]{36}\}")  # a name no person gives


class Objects:
    """What was found: ``codes``, ``words`` of charts, diagrams and drawings, and the texts of files within.

    Args:
        parts: of the container.
        inner: it lies in another one already; a file within it is not opened.
    """

    def __init__(self, parts: Mapping[str, bytes], *, inner: bool) -> None:
        self.codes: dict[str, None] = {}
        self.words: dict[str, None] = {}
        self.read: set[str] = set()  # parts whose words are among ``words``
        self._files: list[tuple[str, str]] = []
        self._inner = inner
        related = {name: _related(name, part) for name, part in parts.items() if name.endswith(".rels")}
        drawn = {each.target for told in related.values() for each in told if each.kind in _OF_DRAWINGS}
        files = {each.target for told in related.values() for each in told if each.kind in _OF_FILES}
        for name, told in related.items():
            if any(each.external and each.kind in _OF_FILES for each in told) and not (
                _among(name, _DRAWN) or _owner(name) in drawn or "externalLinks/" in name
            ):
                self.codes["U-EMBEDDED"] = None  # what shows is elsewhere; a chart keeps what it shows
        within: list[str] = []
        for name in sorted(parts):
            if name.endswith(".rels"):
                continue
            if _among(name, _HELD):
                self.codes["U-EMBEDDED"] = None
            elif name in files or _among(name, _FILES) or _loose(name) or parts[name].startswith(_OPENED):
                within.append(name)
            elif name in drawn or _among(name, _DRAWN):
                self._draw(name, parts[name])
            elif _BESIDE in name and name.endswith(".xml"):
                self._tell(name, parts[name])
        self._open({name: parts[name] for name in within})

    def parts(self, seen: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
        """(place, text) of all that was read; not the words that are ``seen`` elsewhere."""
        words = [each for each in self.words if each and each not in seen]
        # No number goes on from one value to the next.
        return [(PLACE, "；\n".join(words)), *self._files] if words else self._files

    def _draw(self, name: str, part: bytes) -> None:
        if name.lower().endswith(PICTURES):
            self.codes["U-OBJECT"] = None
        elif name.endswith(".xml"):
            self.codes["U-OBJECT"] = None
            self._tell(name, part)
        else:
            self.codes["U-EMBEDDED"] = None

    def _tell(self, name: str, part: bytes) -> None:
        self.words |= dict.fromkeys(_words(xml(part)))
        self.read.add(name)

    def _open(self, files: Mapping[str, bytes]) -> None:
        if len(files) > _MOST_FILES or sum(map(_unpacked, files.values())) > _MOST_UNPACKED:
            raise UnreadableError("U-LARGE")
        length = 0
        for number, part in enumerate(files.values(), start=1):
            if part.startswith(_OLE) and _FORMULA in part and not any(each in part for each in _OTHERS):
                self.codes["U-OBJECT"] = None
                continue
            found = None if self._inner else _text(part)
            if found is None:
                self.codes["U-EMBEDDED"] = None
                continue
            self.codes["U-OBJECT"] = None
            self._files += [(f"{PLACE}/{number}/{place}", text) for place, text in found.parts]
            length += sum(len(text) for _, text in found.parts)
            if length > _MOST_CHARACTERS:
                raise UnreadableError("U-LARGE")


def _text(data: bytes) -> FileText | None:
    """The whole text of a file within another, hidden sheets and all; ``None`` where anything in it cannot be seen."""
    # Each of them may hold the other.
    from disclosure_gate.redact.sheet import Spreadsheet  # noqa: PLC0415
    from disclosure_gate.redact.word import WordDocument  # noqa: PLC0415

    if not data.startswith(b"PK\x03\x04"):
        return None
    file = File(name="within", content=Blob(data))
    known = next((each for each in (WordDocument(), Spreadsheet()) if each.claims(file)), None)
    if known is None:
        return None
    try:
        found = known.inspect(data, inner=True)
    except UnreadableError:
        return None
    return found if all(each.code == "U-OBJECT" for each in found.unseen) else None


def _unpacked(data: bytes) -> int:
    """Bytes that a container says it unpacks to; whoever unpacks it holds it to that."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return 0


def _words(root: etree._Element) -> Iterator[str]:
    """What a chart, diagram or drawing says: a paragraph at a time, then values and what attributes tell."""
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        if node.tag == f"{_A}p":
            yield "".join(each.text or "" for each in node.iter(f"{_A}t")).strip()
        elif node.tag != f"{_A}t" or next(node.iterancestors(f"{_A}p"), None) is None:
            words = (node.text or "").strip()
            yield "" if _FRACTION.fullmatch(words) else words
        for key, value in node.attrib.items():
            told = TELLING.search(value) or (len(value) > _SHORT and etree.QName(key).localname in _TOLD)
            if told and not _NUMBERED.search(value):
                yield value.strip()


def _related(name: str, part: bytes) -> list[Relation]:
    return relations(part, dirname(dirname(name)))


def _owner(name: str) -> str:
    """The part whose relations stand in part ``name``."""
    folder = dirname(dirname(name))
    owner = basename(name).removesuffix(".rels")
    return f"{folder}/{owner}" if folder else owner


def _among(name: str, words: tuple[str, ...]) -> bool:
    return any(each in name for each in words)


def _loose(name: str) -> bool:
    """Whether a part of a Word file may be an object by its suffix; in a workbook others have it."""
    return not name.startswith("xl/") and name.endswith(".bin") and not _among(name, _NO_OBJECTS)
