"""Charts, diagrams and embedded files: left out once a person has looked, with a sign; what nobody can see whole holds."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from docx.oxml import parse_xml
from openpyxl.chart import BarChart, Reference
from openpyxl.chartsheet import Chartsheet
from PIL import Image
from test_copies import _everything

import office
from disclosure_gate import Gate
from disclosure_gate.cli import cli
from disclosure_gate.model.clearance import PublicCopies
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.redact.objects import Objects

_CANARY = office.resident_id(Random(20261127))
_PHONE = "13812345678"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWINGS = "http://schemas.openxmlformats.org/drawingml/2006"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_OFFICE}" xmlns:a="{_DRAWINGS}/main" xmlns:c="{_DRAWINGS}/chart" xmlns:dgm="{_DRAWINGS}/diagram" '
    f'xmlns:wp="{_DRAWINGS}/wordprocessingDrawing" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wpc="http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"'
)
_FRAMED = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="9" cy="9"/><wp:docPr id="1" name="图 1" descr="{told}"/>'
    '<a:graphic><a:graphicData uri="u">{inside}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
)
_CHART = _FRAMED.format(told=f"户主{_CANARY}", inside='<c:chart r:id="rIdA"/>')
_DIAGRAM = _FRAMED.format(told="流程", inside='<dgm:relIds r:dm="rIdB"/>')
_OBJECT = '<w:r><w:object><v:shape id="s"/><o:OLEObject Type="{}" ProgID="Word.Document.12" r:id="rIdC"/></w:object></w:r>'
_BOXED = (
    '<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="u"><wpc:wpc><wps:wsp><wps:txbx><w:txbxContent>'
    f"<w:p><w:r><w:t>框内文字</w:t></w:r></w:p><w:p>{_CHART}</w:p></w:txbxContent></wps:txbx></wps:wsp>"
    f'<wpc:graphicFrame><a:graphic><a:graphicData uri="u"><dgm:relIds r:dm="rIdB"/></a:graphicData></a:graphic></wpc:graphicFrame>'
    "</wpc:wpc></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)


def _chart(title: str) -> bytes:
    half = len(title) // 2
    return (
        f'<c:chartSpace xmlns:c="{_DRAWINGS}/chart" xmlns:a="{_DRAWINGS}/main"><c:title><a:p><a:r><a:t>{title[:half]}</a:t>'
        f"</a:r><a:r><a:t>{title[half:]}</a:t></a:r></a:p></c:title><c:v>0.4226182617406992</c:v></c:chartSpace>"
    ).encode()


def _diagram(text: str) -> bytes:
    return f'<dgm:dataModel xmlns:dgm="{_DRAWINGS}/diagram" xmlns:a="{_DRAWINGS}/main"><dgm:pt><a:p><a:t>{text}</a:t></a:p></dgm:pt></dgm:dataModel>'.encode()


def _hiding(text: str) -> bytes:
    """A workbook with ``text`` on a sheet nobody sees."""
    made = openpyxl.Workbook()
    made.worksheets[0]["A1"] = "合计"
    hidden = made.create_sheet("原表")
    hidden["A1"] = text
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _word(
    content: str = "",
    parts: dict[str, bytes] | None = None,
    links: dict[str, tuple[str, str]] | None = None,
) -> bytes:
    """A Word file with ``content`` in a paragraph, further parts, and relations (kind, target) by id."""
    made = docx.Document()
    made.add_paragraph(f"关于供热的公告，投诉人手机{_PHONE}。")
    made.element.body.insert(
        1, parse_xml(f"<w:p {_SPACES}><w:r><w:t>图前</w:t></w:r>{content}<w:r><w:t>图后</w:t></w:r></w:p>")
    )
    out = io.BytesIO()
    made.save(out)
    unpacked = office.unzipped(out.getvalue())
    rels = "word/_rels/document.xml.rels"
    told = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}" '
        f'TargetMode="{"External" if ":" in target else "Internal"}"/>'
        for name, (kind, target) in (links or {}).items()
    )
    unpacked[rels] = unpacked[rels].replace(b"</Relationships>", told.encode() + b"</Relationships>")
    return office.zipped({**unpacked, **(parts or {})})


def _whole(*, title: str = f"户主{_CANARY}", sheet: str = f"身份证号{_CANARY}", step: str = "受理") -> bytes:
    return _word(
        _CHART + _DIAGRAM + _OBJECT.format("Embed") + _BOXED,
        {
            "word/charts/chart1.xml": _chart(title),
            "word/embeddings/sheet1.xlsx": _hiding(sheet),
            "word/diagrams/data1.xml": _diagram(step),
            "word/other/inner.docx": office.word([f"联系手机{_PHONE}"]),
        },
        {
            "rIdA": ("chart", "charts/chart1.xml"),
            "rIdB": ("diagramData", "diagrams/data1.xml"),
            "rIdC": ("package", "other/inner.docx"),
        },
    )


@cache
def _gate() -> Gate:
    return Gate.open()


def _redact(
    name: str, data: bytes, *, without_pictures: bool = False, without_objects: bool = False
) -> PublicCopies:
    document = {
        "id": "d",
        "title": "公告",
        "kind": "公告",
        "issuer": {"name": "区民政局"},
        "files": [{"name": name, "content": data}],
    }
    return _gate().redact(document, without_pictures=without_pictures, without_objects=without_objects)


def _refused(
    name: str, data: bytes, *, without_pictures: bool = False, without_objects: bool = False
) -> set[str]:
    with pytest.raises(UnreadableError) as refused:
        _redact(name, data, without_pictures=without_pictures, without_objects=without_objects)
    return {flaw.code for flaw in refused.value.flaws}


@pytest.mark.law("P6")
def test_a_word_file_is_copied_without_what_a_person_has_looked_at() -> None:
    data = _whole()
    assert _refused("a.docx", data) == {"U-OBJECT"}
    assert _refused("a.docx", data, without_pictures=True) == {"U-OBJECT"}
    copies = _redact("a.docx", data, without_objects=True)
    assert copies.objects_left_out == ("files/0/body",)
    assert copies.left_out == ()
    made = copies.files[0].content
    names = office.unzipped(made)
    assert not [name for name in names if re.search("chart|diagram|embed|other|inner", name)]
    everything = _everything(made)
    for gone in (_CANARY, _PHONE, "流程", "受理", "合计", "chart", "diagram", "OLEObject", "rIdC"):
        assert gone.encode() not in everything, gone
    body = names["word/document.xml"].decode()
    assert (
        "".join(re.findall(r"<w:t[ >][^<]*", body))
        .replace('<w:t xml:space="preserve">', "")
        .replace("<w:t>", "")
        .partition("图前")[2]
        == "〔图表略〕〔图示略〕〔嵌入对象略〕〔图示略〕框内文字〔图表略〕图后"
    )


@pytest.mark.law("P6")
def test_what_was_read_in_an_object_is_told_and_not_carried() -> None:
    copies = _redact("a.docx", _whole(), without_objects=True)
    told = {
        (each.where, before.reveal())
        for each, before in zip(copies.redactions, copies.before, strict=True)
        if each.where.startswith("files/0/hidden/objects")
    }
    assert told == {
        ("files/0/hidden/objects", _CANARY),  # its title stands in two runs
        ("files/0/hidden/objects/1/hidden/sheets/1", _CANARY),  # on a sheet nobody sees
        ("files/0/hidden/objects/2/body", _PHONE),
    }


@pytest.mark.parametrize(
    "secret", [{"title": "机密★5年"}, {"sheet": "绝密★长期"}, {"step": "秘密★1年"}], ids=lambda each: next(iter(each))
)  # fmt: skip
def test_a_mark_of_secrecy_within_an_object_holds_the_document(secret: dict[str, str]) -> None:
    assert _refused("a.docx", _whole(**secret), without_objects=True) == {"H-SECRET"}


def _with_picture() -> bytes:
    made, out, picture = docx.Document(), io.BytesIO(), io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(picture, "PNG")
    picture.seek(0)
    made.add_picture(picture)
    made.save(out)
    return out.getvalue()


def _ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(each.encode("utf-16-le").ljust(128, b"\0") for each in streams)  # fmt: skip


def _embedding(data: bytes, name: str = "embeddings/a.bin") -> bytes:
    return _word(_OBJECT.format("Embed"), {f"word/{name}": data}, {"rIdC": ("oleObject", name)})


def _macros() -> bytes:
    return office.zipped({**office.unzipped(office.workbook([["x"]])), "xl/vbaProject.bin": b"x"})


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: _embedding(_ole("EncryptedPackage")), id="encrypted"),
        pytest.param(lambda: _embedding(_ole("WordDocument")), id="old Word"),
        pytest.param(lambda: _embedding(_ole("Workbook"), "charts.dat"), id="old workbook, wherever it lies"),
        pytest.param(lambda: _embedding(_ole("\x01Ole10Native")), id="attachment"),
        pytest.param(lambda: _embedding(_ole("Equation Native", "\x01Ole10Native")), id="beside a formula"),
        pytest.param(lambda: _embedding(_macros()), id="macros within"),
        pytest.param(lambda: _embedding(_with_picture()), id="picture within"),
        pytest.param(lambda: _embedding(_embedding(office.word(["x"]))), id="file within a file within"),
        pytest.param(lambda: _embedding(office.word(["x"])[:-99]), id="cut"),
        pytest.param(lambda: _embedding(office.pdf(["x"])), id="PDF"),
        pytest.param(lambda: _word("", {"word/a/b.dat": _ole("Workbook")}, {"rIdC": ("unheardOf", "a/b.dat")}), id="called otherwise"),
        pytest.param(lambda: _word(_OBJECT.format("Link"), {}, {"rIdC": ("oleObject", "file:///c:/a.docx")}), id="linked"),
        pytest.param(lambda: _word("", {}, {"rIdC": ("oleObject", "file:///c:/a.docx")}), id="linked from nowhere"),
        pytest.param(lambda: _word('<w:r><w:object><w:control r:id="rIdC"/></w:object></w:r>'), id="control"),
        pytest.param(lambda: _word('<w:altChunk r:id="rIdC"/>', {"word/afchunk.htm": b"x"}), id="text elsewhere"),
        pytest.param(lambda: _word("", {"word/vbaProject.bin": b"x"}), id="macros"),
        pytest.param(lambda: _word(_CHART, {"word/charts/chart1.bin": b"x"}), id="chart that is none"),
    ],
)  # fmt: skip
def test_what_nobody_can_have_seen_whole_holds_the_file(make: Callable[[], bytes]) -> None:
    assert "U-EMBEDDED" in _refused("a.docx", make(), without_objects=True)


def test_a_formula_of_before_2007_shows_all_it_holds() -> None:
    made = _redact("a.docx", _embedding(_ole("Equation Native")), without_objects=True).files[0].content
    assert "图前〔嵌入对象略〕图后" in [each.text for each in docx.Document(io.BytesIO(made)).paragraphs]


def test_a_chart_keeps_what_it_shows_of_a_workbook_elsewhere() -> None:
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="{_OFFICE}/oleObject" Target="file:///c:/a.xlsx" TargetMode="External"/></Relationships>'
    parts = {"word/charts/chart1.xml": _chart("收支"), "word/charts/_rels/chart1.xml.rels": rels.encode()}
    data = _word(_CHART, parts, {"rIdA": ("chart", "charts/chart1.xml")})
    assert b"a.xlsx" not in _everything(_redact("a.docx", data, without_objects=True).files[0].content)


def test_files_within_are_opened_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    many = {f"word/embeddings/{number}.xlsx": b"PK\x03\x04" for number in range(201)}
    large = office.zipped({"xl/workbook.xml": bytes(4 * 2**20)})
    for parts in (many, {f"word/embeddings/{number}.xlsx": large for number in range(9)}):
        with pytest.raises(UnreadableError) as refused:
            Objects(parts, inner=False)
        assert refused.value.code == "U-LARGE"
    monkeypatch.setattr("disclosure_gate.redact.objects._MOST_CHARACTERS", 10)
    with pytest.raises(UnreadableError) as refused:
        Objects({"word/embeddings/a.docx": office.word(["一二三四五六七八九十一"])}, inner=False)
    assert refused.value.code == "U-LARGE"


_ANCHORED = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>{}</xdr:col><xdr:row>{}</xdr:row></xdr:from><xdr:to><xdr:col>9</xdr:col>"
    "<xdr:row>9</xdr:row></xdr:to>{}<xdr:clientData/></xdr:twoCellAnchor>"
)  # fmt: skip


def _workbook() -> bytes:
    """A chart at B2, words in a box at D4, a diagram at E5, a file at C7 and a sheet that is a chart."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["区", 3])
    chart, alone = BarChart(), BarChart()
    chart.title = f"户主{_CANARY}"
    for each in (chart, alone):
        each.add_data(Reference(sheet, min_col=2, min_row=1, max_row=1))
    sheet.add_chart(chart, "B2")
    drawn: Chartsheet = made.create_chartsheet(f"手机{_PHONE}", 0)
    drawn.add_chart(alone)
    out = io.BytesIO()
    made.save(out)
    parts = office.unzipped(out.getvalue())
    box = f"<xdr:sp><xdr:txBody><a:p><a:r><a:t>经办人手机{_PHONE[:5]}</a:t></a:r><a:r><a:t>{_PHONE[5:]}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    diagram = '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr/><a:graphic><a:graphicData uri="u"><dgm:relIds/></a:graphicData></a:graphic></xdr:graphicFrame>'
    name = next(
        name for name in sorted(parts) if name.startswith("xl/drawings/drawing") and b"oneCell" in parts[name]
    )
    more = _ANCHORED.format(3, 3, box) + _ANCHORED.format(4, 4, diagram)
    root = parts[name].decode()
    end = root.rindex("</")
    spaces = f'xmlns:xdr="{_DRAWINGS}/spreadsheetDrawing" xmlns:a="{_DRAWINGS}/main" xmlns:dgm="{_DRAWINGS}/diagram"'
    more = more.replace("<xdr:twoCellAnchor>", f"<xdr:twoCellAnchor {spaces}>")
    parts[name] = (root[:end] + more + root[end:]).encode()
    parts["xl/embeddings/a.docx"] = office.word([f"户主{_CANARY}"])
    first = "xl/worksheets/sheet1.xml"
    held = (
        f'<oleObjects xmlns:xdr="{_DRAWINGS}/spreadsheetDrawing" xmlns:r="{_OFFICE}"><oleObject progId="Word.Document.12" shapeId="1">'
        "<objectPr><anchor><from><xdr:col>2</xdr:col><xdr:row>6</xdr:row></from></anchor></objectPr></oleObject></oleObjects>"
    )
    parts[first] = parts[first].replace(b"</worksheet>", held.encode() + b"</worksheet>")
    return office.zipped(parts)


@pytest.mark.law("P6")
def test_a_sign_stands_where_a_workbook_had_charts_boxes_and_files() -> None:
    data = _workbook()
    assert _refused("a.xlsx", data, without_pictures=True) == {"U-OBJECT"}
    copies = _redact("a.xlsx", data, without_objects=True)
    assert copies.objects_left_out == ("files/0",)
    made = copies.files[0].content
    for gone in (_CANARY, _PHONE, "经办人", "oleObject"):
        assert gone.encode() not in _everything(made), gone
    assert not [name for name in office.unzipped(made) if re.search("chart|drawing|embed", name)]
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert [{each.coordinate: each.value for row in sheet.iter_rows() for each in row if each.value} for sheet in book] == [
        {"A1": "〔图表略〕"},
        {"A1": "区", "B1": 3, "B2": "〔图表略〕", "D4": "〔文本框略〕", "E5": "〔图示略〕", "C7": "〔嵌入对象略〕"},
    ]  # fmt: skip
    assert book.sheetnames[0].startswith("手机138")
    told = {before.reveal() for before in copies.before}
    assert told == {_CANARY, _PHONE}


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    "part",
    ["xl/vbaProject.bin", "xl/ctrlProps/ctrlProp1.xml", "xl/activeX/activeX1.xml", "xl/embeddings/oleObject1.bin"],
)  # fmt: skip
def test_what_acts_or_cannot_be_read_holds_a_workbook(part: str) -> None:
    data = office.zipped({**office.unzipped(office.workbook([["区"]])), part: b"<a/>"})
    assert "U-EMBEDDED" in _refused("a.xlsx", data, without_objects=True)


def test_the_command_says_what_it_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(_whole())
    arguments = ["redact", str(tmp_path / "a.docx"), "-o", str(tmp_path / "b.docx")]
    held = CliRunner().invoke(cli, arguments)
    assert held.exit_code == 3
    assert "--without-objects" in held.output
    assert not (tmp_path / "b.docx").exists()
    done = CliRunner().invoke(cli, [*arguments, "--without-objects"])
    assert done.exit_code == 0
    assert "正文：图表、图示、文本框或嵌入对象未带入副本" in done.output
    assert "隐藏内容，图表和嵌入对象" in done.output
