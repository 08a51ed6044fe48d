"""Workbooks (.xlsx): every cell read, hidden ones apart; rebuilt as a new workbook of what a reader sees.

The copy holds values instead of formulas. Hidden sheets, rows and columns, comments, defined names, text boxes,
validations, links, charts, pivot caches and properties are not carried. The only module that uses openpyxl.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lxml import etree

from disclosure_gate.catalogue.grid import Area, Grid
from disclosure_gate.detect.reader import HIDDEN, NAME, FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Unseen
from disclosure_gate.redact.anchors import anchored
from disclosure_gate.redact.container import (
    CHART_SIGN,
    PICTURE_SIGN,
    PICTURES,
    TELLING,
    pack,
    refuse_old,
    serialised,
    unpack,
    xml,
)
from disclosure_gate.redact.objects import Objects
from disclosure_gate.redact.woven import Mask, Woven

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_CELLS = 2_000_000
MAX_CHARACTERS = 20_000_000  # of all cells: one text of a megabyte may be shared by ten thousand of them
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of a sheet
_HEAD_LINES = 3
_WIDTHS = (6, 14, 16, 14, 40, 34, 24, 14, 30, 8, 12, 8, 10, 8, 10)
_SHEETS, _CHARTS = "sheets", "charts"
_KIN = (".xlsm", ".xltx", ".xltm")  # with macros, or templates: honestly named, and not to be published
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STYLES = "xl/styles.xml"
_XML = (".xml", ".rels")
_STRICT = "{http://purl.oclc.org/ooxml/"  # ISO strict: other namespaces throughout
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_NOT_LOADED = ("/comments", "/pivotTable")  # relations to what no copy carries, and openpyxl stumbles over
_READ_OTHERWISE = ("xl/theme/", "xl/sharedStrings", _STYLES, "docProps/core", "[Content_Types]")
_TOLD_WHOLLY = (
    "comments", "threadedComments", "persons", "pivotCache", "customXml/", "docProps/custom", "queryTables",
    "connections", "externalLinks",
)  # fmt: skip
_SEEN = frozenset(
    {
        f"{_S}sheetData",
        f"{_S}headerFooter",
        f"{_S}sheets",
        "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}TitlesOfParts",
    }
)  # cells, what is printed above and below them, names of sheets: read where they stand
_OF_SHEETS = tuple(
    word.encode(encoding)
    for word in ("mergeCells", "hyperlinks")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_AREAS = (f"{_S}mergeCell", f"{_S}hyperlink")  # openpyxl makes a cell for each place in such an area
_IN_CELL = re.compile(
    r"=(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE
)  # what WPS keeps of a picture that lies in a cell
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"  # a text in a box or a shape
_YMD, _YM, _MD = 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"'
_HM, _HMS = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
# What a Chinese Excel or WPS writes as a bare number (ECMA-376 part 1, 18.8.30); openpyxl does not know them.
_CHINESE_FORMATS = {
    27: _YM, 28: _MD, 29: _MD, 30: "m-d-yy", 31: _YMD, 32: _HM, 33: _HMS, 34: _HM, 35: _HMS, 36: _YM,
    50: _YM, 51: _MD, 52: _YM, 53: _MD, 54: _MD, 55: _HM, 56: _HMS, 57: _YM, 58: _MD,
}  # fmt: skip
_CJK = 0x3000
_QUOTED = re.compile(r'"([^"]*)"')
_ESCAPED = re.compile(
    r"_x(000[9AD]|00[2-7][0-9A-F])_", re.IGNORECASE
)  # a sign by its number, mostly a line's end
_LINE_END = re.compile(r"\r\n?|\n")
_UNITS = re.compile(
    r"[年月日时分秒元万千百亿个人户亩岁次件条至（）()￥¥$€%‰℃㎡\-/:：.,，、 ]*"
)  # in a format: no one's name
_SHORT = 5  # characters: no attribute value as short identifies anybody
# In a header or footer: what says how the rest looks, and what stands there of itself, such as a page number.
_LOOK = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-F]{6}|[0-9]{2}[+-][0-9]{3})|[0-9]+ ?|[A-JL-Z])', re.IGNORECASE)
_SECTIONS = {"&L": "L", "&C": "C", "&R": "R"}  # left, middle, right
_MARGINS = tuple(
    (kind, side)
    for kind in ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
    for side in ("left", "center", "right")
)


class Spreadsheet:
    """.xlsx."""

    name = "Excel"
    suffixes: tuple[str, ...] = (".xlsx",)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    leaves_out_pictures = True

    def claims(self, file: File) -> bool:
        """A zip with a workbook, or anything called .xlsx."""
        data = file.content.reveal()
        if data.startswith(b"PK\x03\x04"):
            return b"xl/workbook" in data
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
        book = _Book(data, inner=inner)
        parts = [(place, woven.text) for place, woven in book.visible()]
        parts += [(f"{HIDDEN}/{kind}", text) for kind, text in book.hidden()]
        parts += book.objects.parts(book.seen())
        return FileText(tuple(parts), tuple(Unseen("", code) for code in book.unseen()))

    def rebuild(self, data: bytes, masks: Mapping[str, Sequence[Mask]]) -> bytes:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        book = _Book(data)
        for place, woven in book.visible():
            woven.mask(masks.get(place, ()))
        return book.rebuilt()

    def raw(self, data: bytes) -> list[bytes]:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        parts = unpack(data)
        return [data, *parts.values(), *(name.encode() for name in parts)]


class _Book:
    """A workbook read twice: cached values to show, formulas to look into."""

    def __init__(self, data: bytes, *, inner: bool = False) -> None:
        self._parts = unpack(data)
        self._beside = _Beside(self._parts)
        self._inner = inner
        self._values = _loaded(_for_openpyxl(data, self._parts, self._beside.changed), formulas=False)
        sheets = self._values.worksheets
        if sum(map(_room, sheets)) > MAX_CELLS or sum(map(_length, sheets)) > MAX_CHARACTERS:
            raise UnreadableError("U-LARGE")
        self._changed: dict[tuple[int, int, int], str] = {}
        self._titles: dict[str, str] = {}
        self._margins: dict[tuple[int, str, str], list[str]] = {}
        self._woven: list[tuple[str, Woven]] | None = None

    @cached_property
    def objects(self) -> Objects:
        """What lies in the workbook beside its cells; files within are opened when somebody asks."""
        return Objects(self._parts, inner=self._inner)

    def seen(self) -> frozenset[str]:
        """What stands in single cells a reader sees."""
        return frozenset(cell for _, woven in self.visible() for cell in re.split(r"[\t\n]", woven.text))

    def visible(self) -> list[tuple[str, Woven]]:
        """(place, text) of every sheet a reader sees, its name, and what is printed above and below it."""
        if self._woven is None:
            self._woven = list(self._read())
        return self._woven

    def hidden(self) -> Iterator[tuple[str, str]]:
        """(kind, text) of what a reader does not see."""
        yield from self._hidden_cells()
        properties = self._values.properties
        told = [
            str(value)
            for key, value in vars(properties).items()
            if isinstance(value, str) and key != "creator"
        ]
        told += [str(properties.creator)] if properties.creator not in {None, "openpyxl"} else []
        told += [f"{each.name} {each.value}" for each in self._values.custom_doc_props.props]
        if told:
            yield "properties", "\n".join(told)
        names = [f"{name} {each.attr_text}" for name, each in self._values.defined_names.items()]
        # What stands in a cell that is seen is not hidden by a link, a table or a pivot cache that repeats it.
        seen, apart = self.seen(), self.objects.read
        told = [each for name, words in self._beside.told.items() if name not in apart for each in words]
        others = [each for each in told if each.removeprefix("mailto:") not in seen]
        if names or others:
            yield "other", "\n".join([*names, *others])
        if _STYLES in self._parts:  # a copy carries the names of fonts and the formats of numbers
            looks = xml(self._parts[_STYLES]).iter(f"{_S}numFmt", f"{_S}name")
            if told := [told for each in looks if (told := each.get("formatCode") or each.get("val"))]:
                yield (
                    "fonts",
                    "\n".join(told),
                )  # apart: beside a telephone number 方正小标宋 would be somebody
        if self._beside.formulas:
            yield "formulas", "\n".join(self._beside.formulas)

    def unseen(self) -> list[str]:
        """Codes of what cannot be looked into."""
        codes = []
        if self._beside.strict:
            codes.append("U-FORMAT")
        elif len(self._values.worksheets) + len(self._values.chartsheets) < self._beside.sheets:
            codes.append("U-BROKEN")  # a sheet whose part is not there
        pictures = (name for name in self._parts if not name.startswith("docProps/"))
        if any("/media/" in f"/{name}" or name.lower().endswith(PICTURES) for name in pictures):
            codes.append("U-IMAGE")
        codes += self.objects.codes
        # A sheet that is a chart and a text box are not carried: nothing a reader sees is left out in silence.
        if self._values.chartsheets or self._beside.drawn:
            codes.append("U-OBJECT")
        if self._beside.linked:
            codes.append("U-EMBEDDED")
        if self._beside.uncounted:
            codes.append("U-FORMULA")
        return list(dict.fromkeys(codes))

    def rebuilt(self) -> bytes:
        """The copy as bytes."""
        from openpyxl import Workbook  # noqa: PLC0415  loaded only where a workbook is written

        new = Workbook()
        new.remove(new.worksheets[0])
        _give_plain_font(self._values, new)
        styles = _Styles()
        shown = {sheet.title: number for number, sheet in self.shown()}
        drawn = {sheet.title for sheet in self._charts()}
        signs = anchored(self._parts)
        for name in self._values.sheetnames:
            if name not in shown and name not in drawn:
                continue
            fresh = new.create_sheet(_title(self._titles.get(name, name), new.sheetnames))
            if name in drawn:
                fresh["A1"] = CHART_SIGN
                continue
            number = shown[name]
            self._copy(number, self._values.worksheets[number], fresh, styles)
            self._sign(self._values.worksheets[number], fresh, signs[number])
        if not new.worksheets:
            raise UnreadableError("U-BROKEN")
        new.properties.creator = ""
        out = io.BytesIO()
        new.save(out)
        parts = unpack(out.getvalue())
        parts.pop("docProps/app.xml", None)
        for name, unwanted in (
            ("docProps/core.xml", ""),
            ("[Content_Types].xml", "app.xml"),
            ("_rels/.rels", "app.xml"),
        ):
            root = xml(parts[name])
            for child in list(root):
                if unwanted in (child.get("PartName") or child.get("Target") or ""):
                    root.remove(child)
            parts[name] = serialised(root)
        return pack(parts)

    def shown(self) -> list[tuple[int, Worksheet]]:
        """The sheets a reader sees, by number."""
        return [
            (number, sheet)
            for number, sheet in enumerate(self._values.worksheets)
            if sheet.sheet_state == "visible"
        ]

    def put_away(self) -> list[Worksheet]:
        """The sheets a reader does not see."""
        return [sheet for sheet in self._values.worksheets if sheet.sheet_state != "visible"]

    def _charts(self) -> list[Any]:
        """The sheets a reader sees that are a chart."""
        return [each for each in self._values.chartsheets if each.sheet_state == "visible"]

    def _read(self) -> Iterator[tuple[str, Woven]]:
        for number, sheet in self.shown():
            title = Woven()
            title.add(sheet.title, self._put_title(sheet.title))
            yield f"{_SHEETS}/{number}/{NAME}", title
            rows, columns = _hidden_lines(sheet)
            woven = Woven()
            for row in _rows(sheet):
                for column, cell in enumerate(row, start=1):
                    if column > 1:
                        woven.add("\t")
                    if cell is not None and cell.row not in rows and column not in columns:
                        woven.add(shown(cell.value), self._put_cell(number, cell.row, column))
                woven.add("\n")  # every row is a line: a line's number is the row's
            yield f"{_SHEETS}/{number}", woven
            margins = Woven()
            for kind, side in _MARGINS:
                pieces = _pieces(getattr(getattr(sheet, kind), side).text or "")
                self._margins[number, kind, side] = pieces
                for each, piece in enumerate(pieces):
                    if not _LOOK.fullmatch(piece):  # a number goes on where its look changes
                        margins.add(piece, self._put_margin(pieces, each))
                if pieces:
                    margins.add("\n")
            if margins.text:
                yield f"{_SHEETS}/{number}/margins", margins

        for number, chart in enumerate(self._charts()):
            title = Woven()
            title.add(chart.title, self._put_title(chart.title))
            yield f"{_CHARTS}/{number}/{NAME}", title

    def _hidden_cells(self) -> Iterator[tuple[str, str]]:
        for number, sheet in enumerate(self._values.worksheets):
            rows, columns = _hidden_lines(sheet)
            whole = sheet.sheet_state != "visible"
            lines = [sheet.title] if whole else []
            for row in _rows(sheet):
                cells = [
                    shown(cell.value)
                    if cell is not None and (whole or cell.row in rows or cell.column in columns)
                    else ""
                    for cell in row
                ]
                if any(cells):
                    lines.append("\t".join(cells))
            if lines:
                yield f"{_SHEETS}/{number}", "\n".join(lines)
        titles = [each.title for each in self._values.chartsheets if each.sheet_state != "visible"]
        if titles:
            yield _CHARTS, "\n".join(titles)

    def _put_cell(self, sheet: int, row: int, column: int) -> Callable[[str], None]:
        return lambda text: self._changed.__setitem__((sheet, row, column), text.replace("\x0b", "\n"))

    def _put_title(self, sheet: str) -> Callable[[str], None]:
        return lambda text: self._titles.__setitem__(sheet, text)

    def _put_margin(self, pieces: list[str], number: int) -> Callable[[str], None]:
        return lambda text: pieces.__setitem__(number, text)

    def _copy(self, number: int, old: Worksheet, new: Worksheet, styles: _Styles) -> None:
        rows, columns = _hidden_lines(old)
        for _, cell in sorted(old._cells.items()):  # noqa: SLF001  iter_rows() would make one for every place
            if cell.row in rows or cell.column in columns:
                continue
            value = self._changed.get((number, cell.row, cell.column), cell.value)
            if value is None and not cell.has_style:
                continue
            fresh = new.cell(cell.row, cell.column)
            if _inside(fresh):
                continue
            fresh.value = value
            if isinstance(value, str):
                if _IN_CELL.match(value):
                    fresh.value = PICTURE_SIGN
                fresh.data_type = "s"  # a text that begins with = stays a text
            styles.give(cell, fresh)  # also where it has none of its own: a workbook's plain font is its own
        self._copy_layout(number, old, new, styles)

    def _sign(self, old: Worksheet, new: Worksheet, objects: Sequence[tuple[int, int, str]]) -> None:
        """Put a sign where something stood: into the first cell beside it that is seen and empty."""
        rows, columns = _hidden_lines(old)
        anchors = [getattr(each.anchor, "_from", None) for each in old._images]  # noqa: SLF001  no other way
        # One that is anchored to no cell stands somewhere on the sheet: the sign stands at its head.
        places = {(*((each.row + 1, each.col + 1) if each else (1, 1)), PICTURE_SIGN) for each in anchors}
        for row, first, sign in sorted({*places, *objects}):
            seen = next((each for each in range(max(row, 1), _MOST_ROWS + 1) if each not in rows), None)
            if seen is None or first < 1:
                continue
            cells = (new.cell(seen, each) for each in range(first, _MOST_COLUMNS + 1) if each not in columns)
            free = next((each for each in cells if each.value is None and not _inside(each)), None)
            if free is not None:
                free.value = sign

    def _copy_layout(self, number: int, old: Worksheet, new: Worksheet, styles: _Styles) -> None:
        from openpyxl.worksheet.merge import MergedCellRange  # noqa: PLC0415  loaded only where a workbook is written

        for area in old.merged_cells.ranges:
            # As merge_cells() does, which asks of all areas whether they hold this one, and is quadratic.
            own = MergedCellRange(new, area.coord)
            new.merged_cells.ranges.add(own)
            new._clean_merge_range(own)  # noqa: SLF001  no other way
        for letter, size in old.column_dimensions.items():
            column = new.column_dimensions[letter]
            column.width, column.hidden, column.min, column.max = size.width, size.hidden, size.min, size.max
            if size.has_style:
                styles.give(size, column)
        for index, height in old.row_dimensions.items():
            if height.height is not None:
                new.row_dimensions[index].height = height.height
            new.row_dimensions[index].hidden = height.hidden
            if height.has_style:
                styles.give(height, new.row_dimensions[index])
        new.freeze_panes = old.freeze_panes
        new.page_setup.orientation = old.page_setup.orientation
        new.page_setup.paperSize = old.page_setup.paperSize
        new.page_setup.scale = old.page_setup.scale
        new.page_setup.fitToWidth, new.page_setup.fitToHeight = (
            old.page_setup.fitToWidth,
            old.page_setup.fitToHeight,
        )
        new.sheet_properties.pageSetUpPr = copy(old.sheet_properties.pageSetUpPr)
        new.page_margins = copy(old.page_margins)
        new.print_options = copy(old.print_options)
        new.print_title_rows, new.print_title_cols = old.print_title_rows, old.print_title_cols
        new.sheet_format = copy(old.sheet_format)
        new.sheet_view.showGridLines = old.sheet_view.showGridLines
        for kind, side in _MARGINS:
            if text := "".join(self._margins[number, kind, side]):
                getattr(getattr(new, kind), side).text = text


def _extent(sheet: Worksheet) -> tuple[int, int]:
    """The last row and the last column in which something stands: one empty cell may have a look far below."""
    filled = [place for place, cell in sheet._cells.items() if cell.value is not None]  # noqa: SLF001  no other way
    return max((row for row, _ in filled), default=0), max((column for _, column in filled), default=0)


def _room(sheet: Worksheet) -> int:
    """How many places a sheet takes to read, or cells to copy."""
    rows, columns = _extent(sheet)
    return max(rows * columns, len(sheet._cells))  # noqa: SLF001  no other way


def _length(sheet: Worksheet) -> int:
    """How many characters the texts of a sheet have."""
    values = (cell.value for cell in sheet._cells.values())  # noqa: SLF001  no other way
    return sum(len(value) for value in values if isinstance(value, str))


def _rows(sheet: Worksheet) -> Iterator[list[Any]]:
    """Every row as its cells, and ``None`` where nothing stands."""
    rows, columns = _extent(sheet)
    lines: dict[int, list[Any]] = {}
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001  iter_rows() would make one for every place
        if cell.value is not None:
            if row not in lines:
                lines[row] = [None] * columns
            lines[row][column - 1] = cell
    empty: list[Any] = [None] * columns
    yield from (lines.get(row, empty) for row in range(1, rows + 1))


def _inside(cell: Any) -> bool:
    """Whether a cell is a part of a merged one that shows nothing."""
    return type(cell).__name__ == "MergedCell"


def _give_plain_font(old: Workbook, new: Workbook) -> None:
    """A workbook measures its columns in figures of its first font."""
    from openpyxl.utils.indexed_list import IndexedList  # noqa: PLC0415  loaded only where a workbook is written

    if old._fonts:  # noqa: SLF001  no other way
        font = copy(old._fonts[0])  # noqa: SLF001  no other way
        new._fonts = IndexedList([font])  # noqa: SLF001  no other way
        new._named_styles["Normal"].font = copy(font)  # noqa: SLF001  no other way


class _Styles:
    """Looks of cells carried into another workbook, each made once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, ...]] = {}

    def give(self, old: Any, new: Any) -> None:
        """Give ``new`` the look of ``old``."""
        made = self._made.get(old.style_id)
        if made is None:
            made = (
                copy(old.font),
                copy(old.fill),
                copy(old.border),
                copy(old.alignment),
                _format(old.number_format),
            )
            new.font, new.fill, new.border, new.alignment, new.number_format = made
            self._made[old.style_id] = (new._style,)  # noqa: SLF001  openpyxl's own way to share a style
        else:
            new._style = copy(made[0])  # noqa: SLF001  openpyxl's own way to share a style


def shown(value: Any) -> str:
    """A cell's value as text, numbers in full."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e22:  # noqa: PLR2004  exact in text
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
    return _LINE_END.sub("\x0b", text.replace("\t", " "))


class _Beside:
    """What stands in the parts of a workbook beside the cells that openpyxl reads; every part is parsed once.

    ``told`` are words no reader sees, by part, ``changed`` parts as openpyxl is to have them.

    Raises:
        UnreadableError: ``U-BROKEN``, ``U-LARGE``: entities, not well formed, an area of a billion cells: openpyxl is not
            asked to find out. ``U-EMBEDDED``: a sheet, it seems, in a part that is not called one.
    """

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.told: dict[str, list[str]] = {}
        self.formulas: list[str] = []
        self.uncounted = self.drawn = self.linked = self.strict = False
        self.sheets = 0
        self.changed: dict[str, bytes] = {}
        others = (part for name, part in parts.items() if not name.endswith(_XML))
        if any(word in part for part in others for word in _OF_SHEETS):
            raise UnreadableError("U-EMBEDDED")
        for name, part in parts.items():
            if name.endswith(_XML):
                self._look(name, xml(part))

    def _look(self, name: str, root: etree._Element) -> None:
        if sum(map(_size, root.iter(*_AREAS))) > MAX_CELLS // 4:
            raise UnreadableError("U-LARGE")
        self.strict |= str(root.tag).startswith(_STRICT)
        changed = False
        if root.tag == f"{_S}worksheet":
            for each in root.iter(f"{_S}f"):
                cell = each.getparent()
                if cell is not None and cell.tag == f"{_S}c":
                    self.uncounted |= _uncounted(cell)
                    self.formulas += [each.text] if each.text else []
            self.linked |= any(each.get("link") for each in root.iter(f"{_S}oleObject"))
            changed = _in_order(root)
        elif root.tag == f"{_S}workbook":
            self.sheets += len(root.findall(f"{_S}sheets/{_S}sheet"))
            for each in root.findall(f"{_S}pivotCaches"):
                root.remove(each)
                changed = True
        self.drawn |= not name.startswith("xl/theme/") and any(each.text for each in root.iter(_DRAWN))
        if not name.startswith(_READ_OTHERWISE):
            self.told[name] = list(_told(root, wholly=any(each in name for each in _TOLD_WHOLLY)))
        for each in root.findall(_REL):
            if each.get("Type", "").endswith(_NOT_LOADED):
                root.remove(each)
                changed = True
        if changed:
            self.changed[name] = serialised(root)


def _told(root: etree._Element, *, wholly: bool) -> Iterator[str]:
    """The words of a part, and what its attributes tell; of one that is the author's ``wholly``, whatever they say."""
    if root.tag == f"{_REL}s":
        yield from (each.get("Target", "") for each in root if each.get("TargetMode") == "External")
        return
    walk = iter(root.iter())
    for node in walk:
        seen = node.tag in _SEEN and node.getparent() is root  # the cells of another workbook are within
        if seen or node.get("name", "").startswith("_xlnm."):  # an area that is printed, filtered
            for _ in node.iterdescendants():
                next(walk)
            continue
        if node.text and node.text.strip():
            yield node.text
        for value in node.attrib.values():
            if len(value) > _SHORT and (wholly or TELLING.search(value)):
                yield value


def _in_order(sheet: etree._Element) -> bool:
    """Write headers and footers as left, middle, right: openpyxl drops others. What stands before them is in the middle."""
    changed = False
    for each in sheet.iterfind(f"{_S}headerFooter/*"):
        sections = dict.fromkeys("LCR", "")
        section = "C"
        for piece in _pieces(each.text or ""):
            if piece.upper() in _SECTIONS:
                section = _SECTIONS[piece.upper()]
            else:
                sections[section] += piece
        text = "".join(f"&{section}{text}" for section, text in sections.items() if text)
        if text != (each.text or ""):
            each.text = text
            changed = True
    return changed


def _pieces(text: str) -> list[str]:
    """A header or footer as words and what says how they look, in turns; an ampersand that is shown is two."""
    found = [""]
    at = 0
    while at < len(text):
        look = None if text.startswith("&&", at) else _LOOK.match(text, at)
        if look:
            found += [look.group(), ""]
            at = look.end()
        else:
            step = 2 if text.startswith("&&", at) else 1
            found[-1] += text[at : at + step]
            at += step
    return [each for each in found if each]


def _size(area: etree._Element) -> int:
    """The cells of an area such as A1:C3.

    Raises:
        UnreadableError: ``U-BROKEN``; it is none.
    """
    from openpyxl.utils import range_boundaries  # noqa: PLC0415  loaded only where a workbook is read

    try:
        left, top, right, bottom = range_boundaries(area.get("ref", ""))
    except (ValueError, TypeError):
        raise UnreadableError("U-BROKEN") from None
    if left is None or top is None or right is None or bottom is None:
        return MAX_CELLS  # whole rows or columns
    return int((right - left + 1) * (bottom - top + 1))


def _format(code: str) -> str:
    """A number format without words of the author in it: only signs and units stay."""
    if all(_UNITS.fullmatch(word) for word in _QUOTED.findall(code)) and all(
        ord(char) < _CJK or char in "年月日时分秒元￥上下午" for char in _QUOTED.sub("", code)
    ):
        return code
    from openpyxl.styles.numbers import is_date_format  # noqa: PLC0415  loaded only where a workbook is written

    return "yyyy-mm-dd" if is_date_format(code) else "General"


def _uncounted(cell: etree._Element) -> bool:
    """Whether a formula's result is not in the file: an empty text is one, nothing is none."""
    return not cell.findtext(f"{_S}v") and cell.get("t") != "str"


def _for_openpyxl(data: bytes, parts: Mapping[str, bytes], changed: Mapping[str, bytes]) -> bytes:
    """The container with parts ``changed``, and the number formats written out that only a Chinese program knows by number."""
    if _STYLES in parts and (styles := _with_chinese_formats(xml(parts[_STYLES]))) is not None:
        changed = {**changed, _STYLES: styles}
    return pack({**parts, **changed}) if changed else data


def _with_chinese_formats(root: etree._Element) -> bytes | None:
    told = {each.get("numFmtId") for each in root.iter(f"{_S}numFmt")}
    used = {each.get("numFmtId") for each in root.iter(f"{_S}xf")} - told
    missing = {number: code for number, code in _CHINESE_FORMATS.items() if str(number) in used}
    if not missing:
        return None
    formats = root.find(f"{_S}numFmts")
    if formats is None:
        formats = etree.Element(f"{_S}numFmts")
        root.insert(0, formats)
    for number, code in missing.items():
        etree.SubElement(formats, f"{_S}numFmt", numFmtId=str(number), formatCode=code)
    return serialised(root)


def _title(wanted: str, taken: Sequence[str]) -> str:
    title = "".join("_" if char in "[]:*?/\\" else char for char in wanted)[:28] or "Sheet"
    number = 1
    while title in taken:
        number += 1
        title = f"{title[:25]}_{number}"
    return title


def _hidden_lines(sheet: Worksheet) -> tuple[set[int], set[int]]:
    rows = {index for index, each in sheet.row_dimensions.items() if each.hidden or each.height == 0}
    columns: set[int] = set()
    for each in sheet.column_dimensions.values():
        if each.hidden or each.width == 0:
            first = each.min or 1
            columns |= set(
                range(first, (each.max or first) + 1 if (each.max or first) < first + 1000 else first + 1000)
            )
    return rows, columns


def _loaded(data: bytes, *, formulas: bool) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415  loaded only where a workbook is read

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not carry is not carried here either
            return load_workbook(io.BytesIO(data), data_only=not formulas, keep_links=False)
    except MemoryError:
        raise UnreadableError("U-LARGE") from None
    except Exception as error:  # openpyxl raises whatever a malformed part makes it meet
        raise UnreadableError("U-BROKEN") from error


def grids(data: bytes) -> list[Grid]:
    """The sheets of a workbook as tables; of hidden ones the name alone.

    Raises:
        UnreadableError: see :class:`Spreadsheet`.
    """
    book = _Book(data)
    return [_grid(sheet) for _, sheet in book.shown()] + [
        Grid(sheet.title, (), hidden=True) for sheet in book.put_away()
    ]


def workbook(grid: Grid) -> bytes:
    """A table as a workbook, merged cells merged, the heading lines bold and framed."""
    from openpyxl import Workbook  # noqa: PLC0415  loaded only where a workbook is written
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415

    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = _title(grid.name, ())
    line = Side(style="thin")
    for row in grid.rows:
        sheet.append([text or None for text in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.font = Font(bold=cell.row <= _HEAD_LINES)
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for area in grid.areas:
        sheet.merge_cells(
            start_row=area.top + 1,
            start_column=area.left + 1,
            end_row=area.bottom + 1,
            end_column=area.right + 1,
        )
    for column, width in zip("ABCDEFGHIJKLMNO", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.freeze_panes = "A4"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _grid(sheet: Worksheet) -> Grid:
    rows = tuple(
        tuple("" if cell is None else shown(cell.value).replace("\x0b", "\n") for cell in row)
        for row in _rows(sheet)
    )
    areas = tuple(
        Area(each.min_row - 1, each.min_col - 1, each.max_row - 1, each.max_col - 1)
        for each in sheet.merged_cells.ranges
    )
    return Grid(sheet.title, rows, areas)
