"""Office files for tests, made by the usual libraries, with a value planted wherever one can hide."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from random import Random

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image

from disclosure_gate.detect.identifiers import check_digit

_W = nsdecls("w")


def resident_id(rng: Random) -> str:
    """A number with a right check digit that belongs to nobody."""
    first = (
        f"61{rng.randrange(1, 99):02d}{rng.randrange(1, 99):02d}{rng.randrange(1940, 2020)}"
        f"{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{rng.randrange(1000):03d}"
    )
    return first + check_digit(first)


def mobile(rng: Random) -> str:
    return f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"


def word(lines: Sequence[str] = (), rows: Sequence[Sequence[str]] = ()) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    if rows:
        table = made.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    return _saved(made.save)


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


# Where a value can hide in a Word file: the paragraph content that hides it.
WORD_PLACES: dict[str, Callable[[str], str]] = {
    "split runs": lambda v: (
        _run(v[:5]) + f"<w:r><w:rPr><w:b/></w:rPr><w:t>{v[5:9]}</w:t></w:r>" + _run(v[9:])
    ),
    "inserted": lambda v: f'<w:ins w:id="1" w:author="{v}" w:date="2026-01-01T00:00:00Z">{_run(v)}</w:ins>',
    "deleted": lambda v: f'<w:del w:id="2" w:author="a"><w:r><w:delText>{v}</w:delText></w:r></w:del>',
    "moved away": lambda v: f'<w:moveFrom w:id="3" w:author="a">{_run(v)}</w:moveFrom>',
    "hidden text": lambda v: f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{v}</w:t></w:r>",
    "field code": lambda v: (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText>HYPERLINK "tel:{v}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{_run("链接")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ),
    "simple field": lambda v: f'<w:fldSimple w:instr="AUTHOR {v}">{_run(v)}</w:fldSimple>',
    "content control": lambda v: (
        f'<w:sdt><w:sdtPr><w:alias w:val="{v}"/><w:tag w:val="{v}"/></w:sdtPr><w:sdtContent>{_run(v)}</w:sdtContent></w:sdt>'
    ),
    "bookmark": lambda v: f'<w:bookmarkStart w:id="4" w:name="b{v}"/>{_run("书签")}<w:bookmarkEnd w:id="4"/>',
    "smart tag": lambda v: (
        f'<w:smartTag w:uri="u" w:element="e"><w:smartTagPr><w:attr w:name="n" w:val="{v}"/></w:smartTagPr>{_run(v)}</w:smartTag>'
    ),
    "text box": lambda v: (
        '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape alt="说明" style="width:100pt;height:20pt"><v:textbox>'
        f"<w:txbxContent><w:p>{_run(v)}</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    ),
    "alternative text": lambda v: (
        f'<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape alt="{v}" style="width:10pt;height:10pt"/></w:pict></w:r>'
    ),
    "fallback": lambda v: (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="wps"><w:t>图形</w:t></mc:Choice><mc:Fallback><w:t>{v}</w:t></mc:Fallback></mc:AlternateContent></w:r>'
    ),
    "line break": lambda v: f"<w:r><w:t>{v[:7]}</w:t><w:br/><w:t>{v[7:]}</w:t></w:r>",
    "no-break hyphens": lambda v: (
        f"<w:r><w:t>{v[:6]}</w:t><w:noBreakHyphen/><w:t>{v[6:14]}</w:t><w:noBreakHyphen/><w:t>{v[14:]}</w:t></w:r>"
    ),
}


def word_with(planted: Mapping[str, str], *, around: Mapping[str, str]) -> bytes:
    """A Word file with values in paragraphs by :data:`WORD_PLACES`, and around them in other parts."""
    made = docx.Document()
    made.add_paragraph("关于有关情况的通知")
    for place, value in planted.items():
        made.element.body.insert(0, parse_xml(f"<w:p {_W}>{WORD_PLACES[place](value)}</w:p>"))
    section = made.sections[0]
    section.header.paragraphs[0].text = f"页眉 {around.get('header', '')}"
    section.footer.paragraphs[0].text = f"页脚 {around.get('footer', '')}"
    properties = made.core_properties
    properties.author = around.get("author", "")
    properties.keywords = around.get("keywords", "")
    table = made.add_table(rows=1, cols=2)
    inner = table.cell(0, 0).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = around.get("nested table", "")
    link = section.part.relate_to(
        f"mailto:{around.get('link', '')}",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    made.paragraphs[0]._p.append(
        parse_xml(f'<w:hyperlink {_W} {nsdecls("r")} r:id="{link}">{_run("邮件")}</w:hyperlink>')
    )
    data = _saved(made.save)
    return _with_parts(
        data,
        {
            "word/comments.xml": f'<w:comments {_W}><w:comment w:id="0" w:author="{around.get("comment", "")}"><w:p>{_run(around.get("comment", ""))}</w:p></w:comment></w:comments>',
            "customXml/item9.xml": f"<root><v>{around.get('custom xml', '')}</v></root>",
        },
    )


def picture(side: int = 60) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def word_with_photos(lines: Sequence[str]) -> bytes:
    """A Word file with a photo in its text and another in its header."""
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    made.add_picture(io.BytesIO(picture()))
    made.sections[0].header.paragraphs[0].add_run("景明区民政局").add_picture(io.BytesIO(picture(20)))
    return _saved(made.save)


def workbook_with_chart(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook with a chart of its second column."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    chart = BarChart()
    chart.add_data(Reference(made.active, min_col=2, min_row=1, max_row=len(rows)), titles_from_data=True)
    made.active.add_chart(chart, "D2")
    return _saved(made.save)


SHEET_PLACES = (
    "text cell", "number cell", "hidden row", "hidden column", "hidden sheet", "very hidden sheet", "comment", "defined name", "validation",
    "header", "sheet name", "author", "formula", "merged cell",
)  # fmt: skip


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    return _saved(made.save)


def workbook_with(planted: Mapping[str, str]) -> bytes:  # noqa: C901, PLR0912  one branch a place
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["序号", "说明", "号码"])
    for row in range(2, 8):
        sheet.append([row, "说明", "内容"])
    get = planted.get
    if value := get("text cell"):
        sheet["C2"] = value
    if value := get("number cell"):
        sheet["C3"] = int(value[:15])
    if value := get("hidden row"):
        sheet["C4"] = value
        sheet.row_dimensions[4].hidden = True
    if value := get("hidden column"):
        sheet["F5"] = value
        sheet.column_dimensions["F"].hidden = True
    for kind, state in (("hidden sheet", "hidden"), ("very hidden sheet", "veryHidden")):
        if value := get(kind):
            other = made.create_sheet(f"底稿{state}")
            other["B2"] = value
            other.sheet_state = state
    if value := get("comment"):
        sheet["C5"].comment = Comment(value, "作者")
    if value := get("defined name"):
        made.defined_names["名称"] = DefinedName("名称", attr_text=f'"{value}"')
    if value := get("validation"):
        rule = DataValidation(type="list", formula1=f'"{value},其他"')
        sheet.add_data_validation(rule)
        rule.add("C6")
    if value := get("header"):
        sheet.oddHeader.center.text = f"名单 {value}"
    if value := get("sheet name"):
        sheet.title = f"表{value}"
    if value := get("author"):
        made.properties.creator = value
    if value := get("formula"):
        sheet["C7"] = f'="{value}"&""'
    if value := get("merged cell"):
        sheet["A9"] = value
        sheet.merge_cells("A9:C9")
    return calculated(_saved(made.save), "x")


def calculated(data: bytes, result: str) -> bytes:
    """A workbook with ``result`` beside every formula, as a spreadsheet program leaves it."""
    parts = unzipped(data)
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            text = re.sub(
                r"<c ([^>]*)>(<f>[^<]*</f>)<v ?(?:/>|></v>)",
                rf'<c \1 t="str">\2<v>{result}</v>',
                parts[name].decode(),
            )
            parts[name] = text.encode()
    return zipped(parts)


def pdf(
    lines: Sequence[str],
    *,
    red: Sequence[str] = (),
    white: Sequence[str] = (),
    title: str = "",
    note: str = "",
    rotate: int = 0,
    image: bytes = b"",
) -> bytes:
    """A page of ASCII text; ``red`` lines in red, so that a test can look for what is left of them."""
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=14)
    for colour, texts in (((0, 0, 0), lines), ((255, 0, 0), red), ((255, 255, 255), white)):
        made.set_text_color(*colour)
        for text in texts:
            made.cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
    if image:
        made.image(io.BytesIO(image), w=20)
    if title:
        made.set_title(title)
        made.set_author(title)
        made.set_keywords(title)
    if note:
        made.text_annotation(x=50, y=50, text=note)
    data = bytes(made.output())
    return data.replace(b"/Type /Page\n", f"/Type /Page\n/Rotate {rotate}\n".encode()) if rotate else data


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with_parts(data: bytes, extra: Mapping[str, str]) -> bytes:
    return zipped({**unzipped(data), **{name: text.encode() for name, text in extra.items()}})


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()
