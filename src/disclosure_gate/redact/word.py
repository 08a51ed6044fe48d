"""Word documents (.docx): read in reading order, rebuilt from what a reader sees.

The copy is a new container with only the parts that carry the visible text and its look. Comments,
revisions, hidden text, field codes but page numbers, links' targets, alternative texts, properties,
custom XML and whatever else no reader of this module reads are not carried. The only module that knows WordprocessingML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from posixpath import dirname

from lxml import etree

from disclosure_gate.catalogue.grid import Area, Grid
from disclosure_gate.detect.reader import HIDDEN, FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Unseen
from disclosure_gate.redact.container import (
    CHART_SIGN,
    DIAGRAM_SIGN,
    OBJECT_SIGN,
    PICTURE_SIGN,
    TELLING,
    pack,
    refuse_old,
    relations,
    relations_of,
    serialised,
    unpack,
    xml,
)
from disclosure_gate.redact.objects import CHARTS, DIAGRAMS, OBJECTS, Objects
from disclosure_gate.redact.woven import Mask, Woven

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_OWN = (
    "http://schemas.openxmlformats.org/",
    "http://schemas.microsoft.com/office/",
    "urn:schemas-microsoft-com:",
)
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT = b"http://purl.oclc.org/ooxml/"

_STORIES = ("header", "footer", "footnotes", "endnotes")
_LOOKS = ("styles", "numbering", "theme", "fontTable")
_WORDS = frozenset({f"{_W}t", f"{_M}t", f"{_A}t"})  # the only elements whose text a reader sees
_FONTS = frozenset({f"{_W}rFonts", f"{_W}font", f"{_W}altName"})
_CODES = frozenset({f"{_W}instrText", f"{_W}delInstrText", f"{_W}delText"})
_BREAKS = {
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_A}br": "\n",
    f"{_W}tab": "\t",
    f"{_W}ptab": "\t",
    f"{_W}noBreakHyphen": "-",
}
_GONE = frozenset(
    {
        f"{_W}del",
        f"{_W}moveFrom",
        f"{_W}rPrChange",
        f"{_W}pPrChange",
        f"{_W}sectPrChange",
        f"{_W}tblPrChange",
        f"{_W}tcPrChange",
        f"{_W}trPrChange",
        f"{_W}tblGridChange",
        f"{_W}numberingChange",
        f"{_W}cellDel",
    }
)
_OWN_TAGS = tuple(f"{{{each}" for each in _OWN)
_DROPPED = _GONE | {
    f"{_W}{name}"
    for name in (
        "instrText", "delText", "delInstrText", "fldChar", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef",
        "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "moveFromRangeStart", "moveFromRangeEnd",
        "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart",
        "customXmlDelRangeEnd", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "altChunk", "subDoc", "control", "dataBinding",
        "printerSettings", "attachedTemplate", "cellIns", "cellMerge", "ffData", "docPartObj", "lastRenderedPageBreak",
        "tblCaption", "tblDescription",
    )
} | {f"{_MC}Fallback", f"{_A}hlinkClick", f"{_A}hlinkHover"}  # fmt: skip
_UNWRAPPED = frozenset(
    {
        f"{_W}{name}"
        for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple")
    }
    | {f"{_MC}AlternateContent", f"{_MC}Choice"}
)
_TOLD = ("descr", "title", "alt", "name", "tooltip", "string")  # attributes that hold words of the author
_OF_SHAPES = (
    "id",
    "spid",
    "href",
    "target",
    "gfxdata",
)  # of VML: names, links, a packed second copy of the words
_MEASURE = re.compile(r"-?[0-9]{1,9}|[a-zA-Z]{1,9}")
_PAGES = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)(?:\s+\\\*\s*[A-Za-z]+[0-9]?)*\s*", re.IGNORECASE)
_KIN = (".docm", ".dotx", ".dotm")  # with macros, or templates: honestly named, and not to be published
_SETTINGS = frozenset(
    {
        f"{_W}{name}"
        for name in (
            "evenAndOddHeaders",
            "defaultTabStop",
            "characterSpacingControl",
            "compat",
            "mirrorMargins",
            "bordersDoNotSurroundHeader",
            "bordersDoNotSurroundFooter",
        )
    }
)
_TOLD_ASIDE = ("docProps/", "customXml/", "word/glossary/", "word/people", "word/webSettings")
_PICTURES = ("}blip", "}imagedata", "}svgBlip", "}blipFill")
# Controls act; a part of the text that lies in another file is no object but would be missed.
_HELD = frozenset({f"{_W}control", f"{_W}altChunk", f"{_W}subDoc"})
_SHORT = 5  # characters: no attribute value as short identifies anybody
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"


class WordDocument:
    """.docx."""

    name = "Word"
    suffixes: tuple[str, ...] = (".docx",)
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    leaves_out_pictures = True

    def claims(self, file: File) -> bool:
        """A zip with a Word main part, or anything called .docx."""
        data = file.content.reveal()
        if data.startswith(b"PK\x03\x04"):
            return b"word/" in data[:4096] or b"word/document" in data
        return file.name.lower().endswith(self.suffixes)

    def read(self, file: File) -> FileText:
        """See :class:`~disclosure_gate.detect.reader.Reader`."""
        data = file.content.reveal()
        refuse_old(data)
        found = self.inspect(data)
        name = file.name.lower()
        if not name.endswith(self.suffixes):
            code = "U-FORMAT" if name.endswith(_KIN) else "U-MISMATCH"
            found = FileText(found.parts, (*found.unseen, Unseen("", code)))
        return found

    def inspect(self, data: bytes, *, inner: bool = False) -> FileText:
        """See :class:`~disclosure_gate.redact.formats.Format`; ``inner``: the file lies in another one."""
        package = _Package(unpack(data))
        parts: list[tuple[str, str]] = []
        hidden: dict[str, list[str]] = {}
        unseen: dict[Unseen, None] = {}
        for place, root in package.stories():
            walk = _Walk(package.hidden_styles)
            walk.read(root)
            parts.append((place, walk.visible.text))
            for kind, text in walk.hidden:
                hidden.setdefault(kind, []).append(text)
            unseen |= {Unseen(place, code): None for code in walk.unseen}
        for kind, text in package.hidden_texts():
            hidden.setdefault(kind, []).append(text)
        parts += [(f"{HIDDEN}/{kind}", "\n".join(texts)) for kind, texts in sorted(hidden.items())]
        objects = package.objects(inner=inner)
        parts += objects.parts()
        placed = {each.code for each in unseen}  # a place says more than that there is one somewhere
        unseen |= {Unseen("", code): None for code in objects.codes if code not in placed}
        return FileText(tuple(parts), tuple(unseen))

    def rebuild(self, data: bytes, masks: Mapping[str, Sequence[Mask]]) -> bytes:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        package = _Package(unpack(data))
        for place, root in package.stories():
            walk = _Walk(package.hidden_styles)
            walk.read(root)
            walk.visible.mask(masks.get(place, ()))
            _clean(root, package.hidden_styles)
            _leave_out(root)
        return package.packed()

    def raw(self, data: bytes) -> list[bytes]:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        parts = unpack(data)
        return [data, *parts.values(), *(name.encode() for name in parts)]


class _Package:
    """The container and the parts the main part relates to."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        root = parts.get("_rels/.rels")
        if root is None:
            raise UnreadableError("U-BROKEN")
        main = [each.target for each in relations(root, "") if each.kind == "officeDocument"]
        if not main or main[0] not in parts:
            raise UnreadableError("U-BROKEN")
        self.main = main[0]
        if _STRICT in parts[self.main][:4096]:
            raise UnreadableError("U-FORMAT")  # ISO strict: other namespaces throughout
        told = parts.get(relations_of(self.main))
        related = relations(told, dirname(self.main)) if told else []
        self._related = [(each.kind, each.identity, each.target) for each in related if not each.external]
        self._roots: dict[str, etree._Element] = {}
        self.hidden_styles = self._hidden_styles()

    def stories(self) -> Iterator[tuple[str, etree._Element]]:
        """The parts a reader sees, as (place, root); the same root each time."""
        yield "body", self._root(self.main)
        counted: dict[str, int] = {}
        for kind, _, target in self._related:
            if kind in _STORIES and target in self._parts:
                counted[kind] = counted.get(kind, 0) + 1
                yield f"{kind}{counted[kind]}", self._root(target)

    def objects(self, *, inner: bool) -> Objects:
        """What lies in the container beside texts and pictures."""
        return Objects(self._parts, inner=inner)

    def hidden_texts(self) -> Iterator[tuple[str, str]]:
        """Text of parts that no reader sees: comments, properties, custom XML, settings, names."""
        for name in sorted(self._parts):
            if name.endswith(".rels"):
                targets = [
                    each.get("Target", "")
                    for each in self._root(name)
                    if each.get("TargetMode") == "External"
                ]
                if targets:
                    yield "links", "\n".join(targets)
            elif name.endswith(".xml") and (name.startswith(_TOLD_ASIDE) or "comments" in name):
                root = self._root(name)
                words = [text for text in root.itertext() if text.strip()]
                words += [
                    value for each in root.iter() for value in each.attrib.values() if len(value) > _SHORT
                ]
                kind = (
                    "comments"
                    if "comments" in name
                    else "properties"
                    if name.startswith("docProps")
                    else "other"
                )
                if words:
                    yield kind, "\n".join(words)
        for kind, _, name in self._related:
            if kind in {*_LOOKS, "settings"} and name in self._parts:
                yield from _told(self._root(name))

    def packed(self) -> bytes:
        """The copy: main part, stories and looks, with relations and types of their own."""
        kept: dict[str, tuple[str, bytes]] = {}
        relations: list[tuple[str, str, str]] = []
        counts: dict[str, int] = {}
        for kind, identity, target in self._related:
            if target not in self._parts or kind not in {*_STORIES, *_LOOKS}:
                continue
            counts[kind] = counts.get(kind, 0) + 1
            name = f"theme/theme{counts[kind]}.xml" if kind == "theme" else f"{kind}{counts[kind]}.xml"
            root = self._root(target)
            if kind in _LOOKS:
                _strip_looks(root)
            _without_foreign(root)
            _drop_references(root, set())
            kept[f"word/{name}"] = (_THEME_TYPE if kind == "theme" else _TYPE.format(kind), serialised(root))
            relations.append((identity, kind, name))
        settings = next(
            (target for kind, _, target in self._related if kind == "settings" and target in self._parts),
            None,
        )
        if settings:
            root = self._root(settings)
            for child in list(root):
                if child.tag not in _SETTINGS:
                    root.remove(child)
            root.attrib.clear()
            _without_foreign(root)
            kept["word/settings.xml"] = (_TYPE.format("settings"), serialised(root))
            relations.append(("rIdSettings", "settings", "settings.xml"))
        known = {identity for identity, _, _ in relations}
        _without_foreign(self._root(self.main))
        _drop_references(self._root(self.main), known)
        kept["word/document.xml"] = (_MAIN_TYPE, serialised(self._root(self.main)))
        parts = {name: data for name, (_, data) in kept.items()}
        parts["[Content_Types].xml"] = _types({name: kind for name, (kind, _) in kept.items()})
        parts["_rels/.rels"] = _rels([("rId1", "officeDocument", "word/document.xml")])
        parts["word/_rels/document.xml.rels"] = _rels(relations)
        return pack(parts)

    def _root(self, name: str) -> etree._Element:
        if name not in self._roots:
            self._roots[name] = xml(self._parts[name])
        return self._roots[name]

    def _hidden_styles(self) -> frozenset[str]:
        target = next(
            (target for kind, _, target in self._related if kind == "styles" and target in self._parts), None
        )
        if target is None:
            return frozenset()
        hidden: set[str] = set()
        based: dict[str, str] = {}
        for style in self._root(target).iter(f"{_W}style"):
            name = style.get(f"{_W}styleId", "")
            parent = style.find(f"{_W}basedOn")
            if parent is not None:
                based[name] = parent.get(f"{_W}val", "")
            properties = style.find(f"{_W}rPr")
            if properties is not None and _vanishes(properties):
                hidden.add(name)
        for name in based:
            chain, at = set(), name
            while at in based and at not in chain:
                chain.add(at)
                at = based[at]
                if at in hidden:
                    hidden.add(name)
        return frozenset(hidden)


class _Walk:
    """One story in reading order: its visible text woven of pieces, and what is hidden in it."""

    def __init__(self, hidden_styles: frozenset[str]) -> None:
        self.visible = Woven()
        self.hidden: list[tuple[str, str]] = []
        self.unseen: dict[str, None] = {}
        self._styles = hidden_styles
        self._depth = 0  # within a table cell
        self._codes: set[etree._Element] = set()  # texts within the instruction of a field
        self._paragraphs: set[etree._Element] = set()  # those of a style that hides text

    def read(self, root: etree._Element) -> None:
        """Read the story."""
        self._codes = _fields(root)[1]
        self._paragraphs = _hidden_paragraphs(root, self._styles)
        self._children(root)
        self.hidden += _told(root)

    def _node(self, node: etree._Element) -> None:
        tag = node.tag
        if not isinstance(tag, str):
            return
        if tag in _WORDS:
            if node in self._codes:
                self.hidden.append(("fields", node.text or ""))
            else:
                self.visible.add(node.text or "", _setter(node))
        elif tag in _BREAKS:
            self.visible.add(_BREAKS[tag])
        elif tag in {f"{_W}p", f"{_A}p"}:
            if self._depth and not self.visible.ends_with("\t") and not self.visible.ends_with("\n"):
                self.visible.add("\x0b")
            self._children(node)
            self.visible.add("" if self._depth else "\n")
        elif tag == f"{_W}tbl":
            self._children(node)
        elif tag == f"{_W}tr":
            if node.find(f"{_W}trPr/{_W}del") is not None:
                self.hidden.append(("revisions", "".join(node.itertext())))
                return
            self._row(node)
        elif tag == f"{_W}r" and _run_hidden(node, self._styles, self._paragraphs):
            self.hidden.append(("text", "".join(node.itertext())))
        elif tag in _GONE:
            self.hidden.append(("revisions", "".join(node.itertext())))
        elif tag in _CODES:
            self.hidden.append(("fields", node.text or ""))
        else:
            self._other(node)

    def _other(self, node: etree._Element) -> None:
        tag = str(node.tag)
        if tag == f"{_MC}Fallback":
            # A text box stands here a second time, for programs of before 2010.
            # A second of them is none that a program writes; to compare it too would be quadratic.
            again = next(node.itersiblings(f"{_MC}Fallback", preceding=True), None) is not None
            first = node.itersiblings(f"{_MC}Choice", preceding=True)
            if again or _plain(node) not in {_plain(each) for each in first}:
                self.hidden.append(("fallback", "".join(node.itertext())))
            return
        if tag == f"{_W}rt" or not tag.startswith(_OWN_TAGS):  # w:rt: how the name below it is read
            self.hidden.append(("labels", "".join(node.itertext())))
            return
        if (
            tag in {f"{_A}blip", f"{_V}imagedata"}
            or tag.endswith("}svgBlip")
            or (tag == f"{_V}fill" and f"{_R}id" in node.attrib)
        ):
            self.unseen["U-IMAGE"] = None
        elif tag in _HELD or (tag == OBJECTS and node.get("Type") == "Link"):
            self.unseen["U-EMBEDDED"] = None
        elif tag in {f"{_W}object", OBJECTS} or CHARTS in tag or DIAGRAMS in tag:
            self.unseen["U-OBJECT"] = None
        if tag == f"{_W}fldSimple":
            self.hidden.append(("fields", node.get(f"{_W}instr", "")))
        self._children(node)

    def _row(self, row: etree._Element) -> None:
        outer = self._depth
        first = True
        for cell in row.iter(f"{_W}tc"):
            if next((up for up in cell.iterancestors(f"{_W}tr")), None) is not row:
                continue  # a table within a cell reads as part of the cell
            if not first:
                self.visible.add("\t")
            first = False
            self._depth += 1
            self._children(cell)
            self._depth = outer
        self.visible.add("\x0b" if outer else "\n")

    def _children(self, node: etree._Element) -> None:
        for child in node:
            self._node(child)


def _setter(node: etree._Element) -> Callable[[str], None]:
    def put(text: str) -> None:
        node.text = text
        if not str(node.tag).startswith(_A):
            node.set(f"{_XML}space", "preserve")

    return put


def _fields(root: etree._Element) -> tuple[set[etree._Element], set[etree._Element]]:
    """The nodes that make a page number, and the texts within the instructions of all other fields."""
    pages: set[etree._Element] = set()
    codes: set[etree._Element] = set()
    open_fields: list[
        tuple[list[etree._Element], list[etree._Element]]
    ] = []  # marks and codes, texts in codes
    instructing: list[int] = []  # numbers of the open fields whose instruction is not over
    for node in root.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}fldSimple", *_WORDS):
        kind = node.get(f"{_W}fldCharType")
        if node.tag == f"{_W}fldSimple":
            if _PAGES.fullmatch(node.get(f"{_W}instr", "")):
                pages.add(node)
        elif kind == "begin":
            instructing.append(len(open_fields))
            open_fields.append(([node], []))
        elif not open_fields:
            continue
        elif kind == "separate":
            open_fields[-1][0].append(node)
            if instructing and instructing[-1] == len(open_fields) - 1:
                instructing.pop()
        elif kind == "end":
            marks, texts = open_fields.pop()
            if instructing and instructing[-1] == len(open_fields):
                instructing.pop()
            codes.update(texts)
            if not instructing and _PAGES.fullmatch("".join(each.text or "" for each in marks)):
                pages.update((*marks, node))
        elif node.tag == f"{_W}instrText":
            open_fields[-1][0].append(node)
        elif instructing:
            open_fields[instructing[0]][1].append(node)
    return pages, codes


def _told(root: etree._Element) -> Iterator[tuple[str, str]]:
    """What attributes tell, and texts where none belongs: read because somebody might be in them.

    Names of fonts are told apart: beside a telephone number 方正小标宋 would be somebody.
    """
    told: dict[str, dict[str, None]] = {"labels": {}, "fonts": {}}
    for node in root.iter():
        if not isinstance(node.tag, str) or node.tag == f"{_W}lsdException":
            continue
        for key, value in node.attrib.items():
            if len(value) > _SHORT and (TELLING.search(value) or etree.QName(key).localname in _TOLD):
                told["fonts" if node.tag in _FONTS or key == "typeface" else "labels"][value] = None
        if node.tag not in _WORDS | _CODES and node.text and TELLING.search(node.text):
            told["labels"][node.text] = None
    # No number goes on from one value to the next.
    yield from ((kind, "；\n".join(values)) for kind, values in told.items() if values)


def _plain(node: etree._Element) -> str:
    return "".join(each.text or "" for each in node.iter(*_WORDS))


def _without_foreign(root: etree._Element) -> None:
    """Nothing of namespaces that are not Office's, no text where none belongs, no declaration that is not used."""
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or not node.tag.startswith(_OWN_TAGS):
            _remove(node)
    for node in root.iter():
        for key in list(node.attrib):
            if key.startswith("{") and not key.startswith((*_OWN_TAGS, _XML)):
                del node.attrib[key]
        node.tail = None
        if node.tag in _WORDS or node.tag == f"{_W}instrText" or not node.text:
            continue
        if not ("wordprocessingDrawing}" in node.tag and _MEASURE.fullmatch(node.text)):
            node.text = None
    known = {prefix for prefix, name in root.nsmap.items() if prefix and name.startswith(_OWN)}
    ignorable = [name for name in root.get(f"{_MC}Ignorable", "").split() if name in known]
    for key in list(root.attrib):
        if key.startswith(_MC):
            del root.attrib[key]
    if ignorable:
        root.set(f"{_MC}Ignorable", " ".join(ignorable))
    required = {name for each in root.iter(f"{_MC}Choice") for name in each.get("Requires", "").split()}
    etree.cleanup_namespaces(root, keep_ns_prefixes=[*ignorable, *sorted(required)])


def _clean(root: etree._Element, hidden_styles: frozenset[str]) -> None:
    """Take out of a story whatever a reader does not see."""
    pages, codes = _fields(root)
    paragraphs = _hidden_paragraphs(root, hidden_styles)
    for node in list(root.iter()):
        tag = node.tag
        if (
            not isinstance(tag, str)
            or (tag in _DROPPED and node not in pages)
            or node in codes
            or (node.getparent() is not None and node.getparent().tag == f"{_W}rt")
            or (tag == f"{_W}r" and _run_hidden(node, hidden_styles, paragraphs))
            or (tag == f"{_W}tr" and node.find(f"{_W}trPr/{_W}del") is not None)
        ):
            _remove(node)
    for node in list(root.iter()):
        if node.tag in _UNWRAPPED and node.getparent() is not None and node not in pages:
            _unwrap(node)
    for node in root.iter():
        for key in list(node.attrib):
            local = etree.QName(key).localname
            if (
                (local in _TOLD and not str(node.tag).startswith((f"{_W}style", f"{_W}fonts")))
                or local.startswith(("rsid", "paraId", "textId"))
                or local in {"author", "date", "initials"}
                or (local in _OF_SHAPES and str(node.tag).startswith(_V) and node.tag != f"{_V}shapetype")
            ):
                if local == "name":
                    node.set(key, "")
                else:
                    del node.attrib[key]


def _leave_out(root: etree._Element) -> None:
    """Put a visible sign where a picture, chart, diagram or object stood; the text of a box around it stays."""
    held = list(root.iter(f"{_W}drawing", f"{_W}pict", f"{_W}object", f"{_W}background"))
    for node in reversed(held):  # what stands within a box has its sign there
        unseen = [(each, sign) for each in node.iter() if (sign := _sign_of(each))]
        parent = node.getparent()
        if parent is None or not (unseen or node.tag == f"{_W}object"):
            continue
        boxed = node.find(f".//{_W}txbxContent") is not None
        signs = dict.fromkeys(sign for _, sign in unseen if not (boxed and sign == PICTURE_SIGN))
        if node.tag == f"{_W}object" or OBJECT_SIGN in signs:
            signs = {OBJECT_SIGN: None}  # the picture beside it shows the object
        if parent.tag == f"{_W}r":
            for each in signs:
                sign = etree.Element(f"{_W}t")
                sign.text = each
                node.addprevious(sign)
        if not boxed:
            _remove(node)
            continue
        for each, _ in unseen:
            frame = next((up for up in each.iterancestors() if up is not node and _is_frame(up)), each)
            _remove(frame)
        if node.tag == f"{_W}object":
            node.tag = f"{_W}pict"


def _sign_of(node: etree._Element) -> str | None:
    tag = node.tag
    if not isinstance(tag, str):
        return None
    if tag == OBJECTS:
        return OBJECT_SIGN
    if CHARTS in tag:
        return CHART_SIGN
    if DIAGRAMS in tag:
        return DIAGRAM_SIGN
    return PICTURE_SIGN if tag.endswith(_PICTURES) else None


def _is_frame(node: etree._Element) -> bool:
    """Whether a node of a drawing holds one chart or diagram, and nothing beside it."""
    return isinstance(node.tag, str) and node.tag.endswith(("}graphicFrame", "}graphicFrm"))


def _hidden_paragraphs(root: etree._Element, styles: frozenset[str]) -> set[etree._Element]:
    """Paragraphs of a style that hides text: each is asked once, not once for each of its runs."""
    if not styles:
        return set()
    told = ((each, each.find(f"{_W}pPr/{_W}pStyle")) for each in root.iter(f"{_W}p"))
    return {each for each, style in told if style is not None and style.get(f"{_W}val") in styles}


def _run_hidden(run: etree._Element, styles: frozenset[str], paragraphs: AbstractSet[etree._Element]) -> bool:
    properties = run.find(f"{_W}rPr")
    if properties is not None:
        own = [properties.find(f"{_W}{name}") for name in ("vanish", "specVanish", "webHidden")]
        if any(each is not None for each in own):
            return _vanishes(properties)
        style = properties.find(f"{_W}rStyle")
        if style is not None and style.get(f"{_W}val") in styles:
            return True
    return bool(paragraphs) and next(run.iterancestors(f"{_W}p"), None) in paragraphs


def _vanishes(properties: etree._Element) -> bool:
    return any(
        each.get(f"{_W}val", "true") not in {"0", "false", "off"}
        for name in ("vanish", "specVanish", "webHidden")
        for each in properties.findall(f"{_W}{name}")
    )


def _remove(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        node.tail = None
        parent.remove(node)


def _unwrap(node: etree._Element) -> None:
    for child in list(node):
        node.addprevious(child)
    _remove(node)


def _strip_looks(root: etree._Element) -> None:
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or etree.QName(node.tag).localname in {
            "embedRegular",
            "embedBold",
            "embedItalic",
            "embedBoldItalic",
            "rsid",
            "extLst",
            "latentStyles",
            "numPicBullet",
            "lvlPicBulletId",
        }:
            _remove(node)
    for node in root.iter():
        for key in list(node.attrib):
            if etree.QName(key).localname.startswith("rsid"):
                del node.attrib[key]


def _drop_references(root: etree._Element, known: set[str]) -> None:
    for node in list(root.iter()):
        identity = node.get(f"{_R}id") if isinstance(node.tag, str) else None
        if identity is not None and identity not in known:
            if node.tag in {f"{_W}headerReference", f"{_W}footerReference"}:
                _remove(node)
            else:
                del node.attrib[f"{_R}id"]


def _rels(relations: Sequence[tuple[str, str, str]]) -> bytes:
    root = etree.Element(f"{_REL}Relationships", nsmap={None: _REL[1:-1]})
    for identity, kind, target in relations:
        etree.SubElement(root, f"{_REL}Relationship", Id=identity, Type=f"{_OFFICE}{kind}", Target=target)
    return serialised(root)


def _types(kinds: Mapping[str, str]) -> bytes:
    root = etree.Element(f"{_CT}Types", nsmap={None: _CT[1:-1]})
    etree.SubElement(
        root,
        f"{_CT}Default",
        Extension="rels",
        ContentType="application/vnd.openxmlformats-package.relationships+xml",
    )
    etree.SubElement(root, f"{_CT}Default", Extension="xml", ContentType="application/xml")
    for name, kind in sorted(kinds.items()):
        etree.SubElement(root, f"{_CT}Override", PartName=f"/{name}", ContentType=kind)
    return serialised(root)


def grids(data: bytes) -> list[Grid]:
    """The tables of a Word file.

    Raises:
        UnreadableError: see :class:`WordDocument`.
    """
    package = _Package(unpack(data))
    body = next(root for place, root in package.stories() if place == "body")
    return [_table(table, f"表{number}") for number, table in enumerate(body.iter(f"{_W}tbl"), start=1)]


def _table(table: etree._Element, name: str) -> Grid:
    rows: list[tuple[str, ...]] = []
    areas: list[Area] = []
    open_areas: dict[int, tuple[int, int]] = {}  # column: first row, last column
    for number, line in enumerate(table.iterchildren(f"{_W}tr")):
        texts: list[str] = []
        for cell in line.iterchildren(f"{_W}tc"):
            column = len(texts)
            properties = cell.find(f"{_W}tcPr")
            span = properties.find(f"{_W}gridSpan") if properties is not None else None
            wide = int(span.get(f"{_W}val", "1")) if span is not None else 1
            merge = properties.find(f"{_W}vMerge") if properties is not None else None
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            if not goes_on and column in open_areas:
                _close(open_areas, column, number - 1, areas)
            if merge is not None and not goes_on:
                open_areas[column] = (number, column + wide - 1)
            elif merge is None and wide > 1:
                areas.append(Area(number, column, number, column + wide - 1))
            walk = _Walk(frozenset())
            walk.read(cell)
            texts += [walk.visible.text.strip() if not goes_on else "", *[""] * (wide - 1)]
        rows.append(tuple(texts))
    for column in list(open_areas):
        _close(open_areas, column, len(rows) - 1, areas)
    return Grid(name, tuple(rows), tuple(areas))


def _close(open_areas: dict[int, tuple[int, int]], column: int, last: int, areas: list[Area]) -> None:
    top, right = open_areas.pop(column)
    if last > top or right > column:
        areas.append(Area(top, column, last, right))
