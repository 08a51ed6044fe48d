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
from typing import TYPE_CHECKING, Any

from lxml import etree

from disclosure_gate.catalogue.grid import Area, Grid
from disclosure_gate.detect.reader import HIDDEN, NAME, FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Unseen
from disclosure_gate.redact.container import PICTURE_SIGN, pack, refuse_old, serialised, unpack, xml
from disclosure_gate.redact.woven import Mask, Woven

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_CELLS = 2_000_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of a sheet
_HEAD_LINES = 3
_WIDTHS = (6, 14, 16, 14, 40, 34, 24, 14, 30, 8, 12, 8, 10, 8, 10)
_SHEETS = "sheets"
_KIN = (".xlsm", ".xltx", ".xltm")  # with macros, or templates: honestly named, and not to be published
_EMBEDDED = (
    "xl/embeddings/",
    "xl/vbaProject",
    "xl/activeX/",
    "xl/ctrlProps/",
    "xl/macrosheets/",
    "xl/externalLinks/",
    "xl/model/",
    "xl/customData/",
)
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STYLES = "xl/styles.xml"
_XML = (".xml", ".rels")
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

    def inspect(self, data: bytes) -> FileText:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        book = _Book(data)
        parts = [(place, woven.text) for place, woven in book.visible()]
        parts += [(f"{HIDDEN}/{kind}", text) for kind, text in book.hidden()]
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

    def __init__(self, data: bytes) -> None:
        self._parts = unpack(data)
        _refuse_hostile(self._parts)
        self._values = _loaded(_with_chinese_formats(data, self._parts), formulas=False)
        if (
            sum((sheet.max_row or 0) * (sheet.max_column or 0) for sheet in self._values.worksheets)
            > MAX_CELLS
        ):
            raise UnreadableError("U-LARGE")
        self._changed: dict[tuple[int, int, int], str] = {}
        self._titles: dict[int, str] = {}
        self._margins: dict[tuple[int, str, str], str] = {}
        self._woven: list[tuple[str, Woven]] | None = None

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
        others: list[str] = []
        for name, part in self._parts.items():
            if name.startswith(
                (
                    "xl/comments",
                    "xl/threadedComments",
                    "xl/persons",
                    "xl/pivotCache",
                    "customXml/",
                    "docProps/custom",
                    "xl/queryTables",
                    "xl/drawings/drawing",
                    "xl/connections",
                )
            ):
                root = xml(part)
                others += [text for text in root.itertext() if text.strip()]
                others += [
                    value for each in root.iter() for value in each.attrib.values() if len(value) > _SHORT
                ]
        for sheet in self._values.worksheets:
            others += [
                f"{each.formula1} {each.prompt} {each.error}"
                for each in sheet.data_validations.dataValidation
            ]
            others += [f"{name} {each.attr_text}" for name, each in sheet.defined_names.items()]
        if names or others:
            yield "other", "\n".join([*names, *others])
        if _STYLES in self._parts:  # a copy carries the names of fonts and the formats of numbers
            looks = xml(self._parts[_STYLES]).iter(f"{_S}numFmt", f"{_S}name")
            if told := [told for each in looks if (told := each.get("formatCode") or each.get("val"))]:
                yield (
                    "fonts",
                    "\n".join(told),
                )  # apart: beside a telephone number 方正小标宋 would be somebody
        formulas = [text for each in self._cells_with_formulas() if (text := each.findtext(f"{_S}f"))]
        if formulas:
            yield "formulas", "\n".join(formulas)

    def unseen(self) -> list[str]:
        """Codes of what cannot be looked into."""
        codes = []
        if any(name.startswith("xl/media/") for name in self._parts):
            codes.append("U-IMAGE")
        if any(name.startswith((*_EMBEDDED, "xl/charts/", "xl/diagrams/")) for name in self._parts):
            codes.append("U-EMBEDDED")
        elif any(
            name.startswith("xl/drawings/drawing")
            and name.endswith(".xml")
            and any(each.text for each in xml(part).iter(_DRAWN))
            for name, part in self._parts.items()
        ):
            codes.append(
                "U-EMBEDDED"
            )  # a text box is not carried: nothing a reader sees is left out in silence
        if any(map(_uncounted, self._cells_with_formulas())):
            codes.append("U-FORMULA")
        return codes

    def rebuilt(self) -> bytes:
        """The copy as bytes."""
        from openpyxl import Workbook  # noqa: PLC0415  loaded only where a workbook is written

        new = Workbook()
        new.remove(new.worksheets[0])
        styles = _Styles()
        for number, sheet in self.shown():
            title = self._titles.get(number, sheet.title)
            self._copy(number, sheet, new.create_sheet(_title(title, new.sheetnames)), styles)
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

    def _read(self) -> Iterator[tuple[str, Woven]]:
        for number, sheet in self.shown():
            title = Woven()
            title.add(sheet.title, self._put_title(number))
            yield f"{_SHEETS}/{number}/{NAME}", title
            rows, columns = _hidden_lines(sheet)
            woven = Woven()
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.column > 1:
                        woven.add("\t")
                    if cell.value is not None and cell.row not in rows and cell.column not in columns:
                        woven.add(shown(cell.value), self._put_cell(number, cell.row, cell.column))
                woven.add("\n")  # every row is a line: a line's number is the row's
            yield f"{_SHEETS}/{number}", woven
            margins = Woven()
            for kind, side in _MARGINS:
                text = getattr(getattr(sheet, kind), side).text
                if text:
                    margins.add(text, self._put_margin(number, kind, side))
                    margins.add("\n")
            if margins.text:
                yield f"{_SHEETS}/{number}/margins", margins

    def _hidden_cells(self) -> Iterator[tuple[str, str]]:
        for number, sheet in enumerate(self._values.worksheets):
            rows, columns = _hidden_lines(sheet)
            whole = sheet.sheet_state != "visible"
            lines = [sheet.title] if whole else []
            for row in sheet.iter_rows():
                cells = [
                    shown(cell.value)
                    if cell.value is not None and (whole or cell.row in rows or cell.column in columns)
                    else ""
                    for cell in row
                ]
                if any(cells):
                    lines.append("\t".join(cells))
            if lines:
                yield f"{_SHEETS}/{number}", "\n".join(lines)

    def _cells_with_formulas(self) -> Iterator[etree._Element]:
        for name, part in self._parts.items():
            if name.startswith("xl/worksheets/sheet"):
                for each in xml(part).iter(f"{_S}f"):
                    cell = each.getparent()
                    if cell is not None and cell.tag == f"{_S}c":
                        yield cell

    def _put_cell(self, sheet: int, row: int, column: int) -> Callable[[str], None]:
        return lambda text: self._changed.__setitem__((sheet, row, column), text.replace("\x0b", "\n"))

    def _put_title(self, sheet: int) -> Callable[[str], None]:
        return lambda text: self._titles.__setitem__(sheet, text)

    def _put_margin(self, sheet: int, kind: str, side: str) -> Callable[[str], None]:
        return lambda text: self._margins.__setitem__((sheet, kind, side), text)

    def _copy(self, number: int, old: Worksheet, new: Worksheet, styles: _Styles) -> None:
        rows, columns = _hidden_lines(old)
        for row in old.iter_rows():
            for cell in row:
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
                styles.give(
                    cell, fresh
                )  # also where it has none of its own: a workbook's plain font is its own
        self._copy_layout(number, old, new)
        self._sign_pictures(old, new)

    def _sign_pictures(self, old: Worksheet, new: Worksheet) -> None:
        """Put a sign where pictures stood: into the first cell beside them that is seen and empty."""
        rows, columns = _hidden_lines(old)
        anchors = [getattr(each.anchor, "_from", None) for each in old._images]  # noqa: SLF001  no other way
        # One that is anchored to no cell stands somewhere on the sheet: the sign stands at its head.
        places = {(each.row + 1, each.col + 1) if each is not None else (1, 1) for each in anchors}
        for row, first in sorted(places):
            seen = next((each for each in range(max(row, 1), _MOST_ROWS + 1) if each not in rows), None)
            if seen is None or first < 1:
                continue
            cells = (new.cell(seen, each) for each in range(first, _MOST_COLUMNS + 1) if each not in columns)
            free = next((each for each in cells if each.value is None and not _inside(each)), None)
            if free is not None:
                free.value = PICTURE_SIGN

    def _copy_layout(self, number: int, old: Worksheet, new: Worksheet) -> None:
        from openpyxl.worksheet.merge import MergedCellRange  # noqa: PLC0415  loaded only where a workbook is written

        for area in old.merged_cells.ranges:
            # As merge_cells() does, which asks of all areas whether they hold this one, and is quadratic.
            own = MergedCellRange(new, area.coord)
            new.merged_cells.ranges.add(own)
            new._clean_merge_range(own)  # noqa: SLF001  no other way
        for letter, size in old.column_dimensions.items():
            column = new.column_dimensions[letter]
            column.width, column.hidden, column.min, column.max = size.width, size.hidden, size.min, size.max
        for index, height in old.row_dimensions.items():
            if height.height is not None:
                new.row_dimensions[index].height = height.height
            new.row_dimensions[index].hidden = height.hidden
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
            text = self._margins.get((number, kind, side), getattr(getattr(old, kind), side).text)
            if text:
                getattr(getattr(new, kind), side).text = text


def _inside(cell: Any) -> bool:
    """Whether a cell is a part of a merged one that shows nothing."""
    return type(cell).__name__ == "MergedCell"


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


def _refuse_hostile(parts: Mapping[str, bytes]) -> None:
    """No entities, well formed, and no area of a billion cells: openpyxl is not asked to find out.

    Raises:
        UnreadableError: ``U-BROKEN``, ``U-LARGE``; ``U-EMBEDDED``: a sheet, it seems, in a part that is not called one.
    """
    others = (part for name, part in parts.items() if not name.endswith(_XML))
    if any(word in part for part in others for word in _OF_SHEETS):
        raise UnreadableError("U-EMBEDDED")
    roots = (xml(part) for name, part in parts.items() if name.endswith(_XML))
    if any(sum(map(_size, root.iter(*_AREAS))) > MAX_CELLS // 4 for root in roots):
        raise UnreadableError("U-LARGE")


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


def _with_chinese_formats(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The container with the number formats written out that only a Chinese program knows by number."""
    if _STYLES not in parts:
        return data
    root = xml(parts[_STYLES])
    told = {each.get("numFmtId") for each in root.iter(f"{_S}numFmt")}
    used = {each.get("numFmtId") for each in root.iter(f"{_S}xf")} - told
    missing = {number: code for number, code in _CHINESE_FORMATS.items() if str(number) in used}
    if not missing:
        return data
    formats = root.find(f"{_S}numFmts")
    if formats is None:
        formats = etree.Element(f"{_S}numFmts")
        root.insert(0, formats)
    for number, code in missing.items():
        etree.SubElement(formats, f"{_S}numFmt", numFmtId=str(number), formatCode=code)
    return pack({**parts, _STYLES: serialised(root)})


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
    """The visible sheets of a workbook as tables.

    Raises:
        UnreadableError: see :class:`Spreadsheet`.
    """
    book = _Book(data)
    return [_grid(sheet) for _, sheet in book.shown()]


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
        tuple("" if cell.value is None else shown(cell.value).replace("\x0b", "\n") for cell in row)
        for row in sheet.iter_rows()
    )
    areas = tuple(
        Area(each.min_row - 1, each.min_col - 1, each.max_row - 1, each.max_col - 1)
        for each in sheet.merged_cells.ranges
    )
    return Grid(sheet.title, rows, areas)
