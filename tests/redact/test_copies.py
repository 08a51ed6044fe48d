"""Public copies: nothing that was found is left in them (P6), whatever the format and wherever it stood."""

from __future__ import annotations

import base64
import io
import logging
import re
import time
import zlib
from datetime import datetime
from random import Random

import docx
import openpyxl
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Font

import office
from disclosure_gate import Gate
from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.reader import NAME, is_hidden
from disclosure_gate.model.content import Blob
from disclosure_gate.model.determination import Redaction
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Reading
from disclosure_gate.model.labels import place_of
from disclosure_gate.redact import PublicCopy, format_of, formats, masking, public_copy
from pace import slowness

_FORMATS = formats()
_SCANNER = Scanner(built_in_detectors())


def _copy(name: str, data: bytes) -> PublicCopy:
    """The copy with everything masked that the detectors flag."""
    file = File(name=name, content=Blob(data))
    known = format_of(file, _FORMATS)
    assert known is not None
    parts = [(f"files/0/{NAME}", name)]
    parts += [(f"files/0/{place}" if place else "files/0", text) for place, text in known.read(file).parts]
    redactions = [
        Redaction(
            where=span.where, start=span.start, end=span.end, kind=span.kind, rule="test", mask=span.mask
        )
        for span in _SCANNER.scan(Reading(tuple(parts))).spans
    ]
    return public_copy(file, "files/0", masking(redactions, parts), known, _SCANNER)


def _everything(data: bytes) -> bytes:
    """All bytes of a file, containers opened and streams unpacked, by means of our own tests only."""
    if data.startswith(b"PK"):
        parts = office.unzipped(data)
        return b"\n".join([data, *parts.values(), *(name.encode() for name in parts)])
    found = [data]
    rest = data
    while b"stream" in rest:
        _, _, rest = rest.partition(b"stream")
        body = rest.lstrip(b"\r\n")
        try:
            plain = zlib.decompressobj().decompress(body)
        except zlib.error:
            continue
        said = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), plain)
        found += [plain, said, said.replace(b"\0", b"")]  # a text is written as UTF-16
    return b"\n".join(found)


@pytest.mark.law("P6")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), places=st.sets(st.sampled_from(sorted(office.WORD_PLACES)), min_size=1))
def test_nothing_found_is_left_in_a_word_file(seed: int, places: set[str]) -> None:
    rng = Random(seed)
    planted = {place: office.resident_id(rng) for place in sorted(places)}
    around = {
        place: office.mobile(rng)
        for place in (
            "header",
            "footer",
            "author",
            "keywords",
            "comment",
            "custom xml",
            "link",
            "nested table",
        )
    }
    data = office.word_with(planted, around=around)
    copy = _copy("通知.docx", data)
    everything = _everything(copy.content.reveal()).replace(b"-", b"")
    for place, value in {**planted, **around}.items():
        assert value.encode() not in everything, place
        assert value[2:-3].encode() not in everything, place
    text = "\n".join(each.text for each in docx.Document(io.BytesIO(copy.content.reveal())).paragraphs)
    assert "关于有关情况的通知" in text
    if "split runs" in planted:
        assert planted["split runs"][:2] + "*" * 13 + planted["split runs"][-3:] in text


@pytest.mark.law("P6")
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), places=st.sets(st.sampled_from(office.SHEET_PLACES), min_size=1))
def test_nothing_found_is_left_in_a_workbook(seed: int, places: set[str]) -> None:
    rng = Random(seed)
    planted = {place: office.resident_id(rng) for place in sorted(places)}
    if "number cell" in planted:
        planted["number cell"] = office.mobile(rng)  # a longer number would lose its last digits in a cell
    copy = _copy("名单.xlsx", office.workbook_with(planted))
    everything = _everything(copy.content.reveal())
    for place, value in planted.items():
        assert value.encode() not in everything, place
    sheet = openpyxl.load_workbook(io.BytesIO(copy.content.reveal())).active
    assert [cell.value for cell in sheet[1]][:3] == ["序号", "说明", "号码"]


@pytest.mark.law("P6")
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), rotate=st.sampled_from([0, 90, 180, 270]))
def test_nothing_found_is_left_in_a_pdf_not_even_as_ink(seed: int, rotate: int) -> None:
    rng = Random(seed)
    seen = [office.resident_id(rng), office.mobile(rng)]
    hidden, noted, titled = office.mobile(rng), office.mobile(rng), office.mobile(rng)
    lines = [
        "Notice on heating",
        "The office is open from nine to five, room 204.",
        "Telephone of the office 0919-6180001",
    ]
    data = office.pdf(lines, red=seen, white=[hidden], title=titled, note=noted, rotate=rotate)
    assert _red(data) > 100
    copy = _copy("notice.pdf", data)
    everything = _everything(copy.content.reveal())
    for value in [*seen, hidden, noted, titled]:
        assert value.encode() not in everything
    assert _red(copy.content.reveal()) == 0
    with pypdfium2.PdfDocument(copy.content.reveal()) as document:
        text = "".join(document[0].get_textpage().get_text_range().split())
    assert "Noticeonheating" in text
    assert "0919-6180001" in text


def _red(data: bytes, page: int = 0) -> int:
    """How many points of a page are red; none of a page there is not."""
    with pypdfium2.PdfDocument(data) as document:
        if page >= len(document):
            return 0
        picture = document[page].render(scale=2, may_draw_forms=False).to_pil().convert("RGB")
    return sum(
        count
        for count, (red, green, blue) in picture.getcolors(10**7)
        if red > 150 and green < 90 and blue < 90
    )


@pytest.mark.law("P6")
def test_file_and_sheet_names_are_masked_too() -> None:
    number = office.resident_id(Random(1))
    copy = _copy(f"{number}补贴.xlsx", office.workbook([["姓名", "身份证号"], ["沐云", number]]))
    assert number not in copy.name
    assert copy.name.endswith("补贴.xlsx")


@pytest.mark.law("P6")
def test_a_value_masked_in_one_place_is_masked_wherever_it_comes_again() -> None:
    copy = _copy("a.docx", office.word(["投诉人：岑云舟，电话略。", "办理情况已告知岑云舟本人"]))
    text = "\n".join(each.text for each in docx.Document(io.BytesIO(copy.content.reveal())).paragraphs)
    assert "岑云舟" not in text
    assert "岑某某本人" in text


def test_the_look_of_a_word_file_stays() -> None:
    made = docx.Document()
    made.add_heading("标题", 1)
    paragraph = made.add_paragraph()
    bold = paragraph.add_run("电话13812345678")
    bold.bold = True
    out = io.BytesIO()
    made.save(out)
    again = docx.Document(io.BytesIO(_copy("a.docx", out.getvalue()).content.reveal()))
    assert again.paragraphs[0].style is not None
    assert again.paragraphs[0].style.name == "Heading 1"
    assert (again.paragraphs[1].runs[0].text, again.paragraphs[1].runs[0].bold) == ("电话138****5678", True)


def test_pages_of_a_word_file_stay_numbered() -> None:
    """A page number is a field: its last result alone would stand on every page."""
    begin, separate, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
    )
    made = docx.Document()
    footer = made.sections[0].footer.paragraphs[0]._p
    for content in (
        f"{begin}<w:r><w:instrText> PAGE \\* MERGEFORMAT </w:instrText></w:r>{separate}<w:r><w:t>1</w:t></w:r>{end}",
        '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>3</w:t></w:r></w:fldSimple>',
        f"{begin}<w:r><w:instrText>PAGE 13812345678</w:instrText></w:r>{separate}<w:r><w:t>x</w:t></w:r>{end}",
    ):
        footer.extend(parse_xml(f"<w:p {nsdecls('w')}>{content}</w:p>"))
    out = io.BytesIO()
    made.save(out)
    parts = office.unzipped(_copy("a.docx", out.getvalue()).content.reveal())
    copied = parts["word/footer1.xml"].decode()
    assert copied.count("fldChar ") == 3
    assert copied.count("PAGE \\* MERGEFORMAT") == copied.count('w:instr=" NUMPAGES "') == 1
    assert "13812345678" not in copied


def test_prefixes_that_a_copy_names_are_declared_in_it() -> None:
    """Word opens no part that says it may ignore, or requires, a namespace nobody declared."""
    parts = office.unzipped(office.word(["关于供热的公告"]))
    for name, inner in (("word/document.xml", "<w:body>"), ("word/numbering.xml", "")):
        text = parts[name].decode()
        start = text.index("<w:", 0)
        end = text.index(">", start)
        declared = ' xmlns:q="urn:q" xmlns:w16z="http://schemas.microsoft.com/office/word/2099/wordml" xmlns:vv="urn:schemas-microsoft-com:vml"'
        head = re.sub(r' mc:Ignorable="[^"]*"', "", text[start:end])
        if "xmlns:mc=" not in head:
            declared += ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        choice = "" if inner else '<mc:AlternateContent><mc:Choice Requires="vv"/></mc:AlternateContent>'
        parts[name] = (
            text[:start]
            + head
            + declared
            + ' mc:Ignorable="q w16z" mc:ProcessContent="q:x">'
            + choice
            + text[end + 1 :]
        ).encode()
    copied = office.unzipped(_copy("a.docx", office.zipped(parts)).content.reveal())
    for name in ("word/document.xml", "word/numbering1.xml"):
        root = etree.fromstring(copied[name])
        named = re.findall(r'(?:Ignorable|Requires|ProcessContent)="([^"]*)"', copied[name].decode())
        assert {prefix for each in named for prefix in each.split()} <= set(root.nsmap)
        assert "urn:q" not in copied[name].decode()


def test_a_text_box_stored_twice_is_hidden_only_where_the_second_says_more() -> None:
    box = (
        f"<w:p {nsdecls('w')}><w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<mc:Choice Requires='wps'><w:t>13812345678</w:t></mc:Choice><mc:Fallback><w:t>{}</w:t></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    for second, hidden in (("13812345678", []), ("13812345679", ["hidden/fallback"])):
        made = docx.Document()
        made.element.body.insert(0, parse_xml(box.format(second)))
        out = io.BytesIO()
        made.save(out)
        file = File(name="a.docx", content=Blob(out.getvalue()))
        known = format_of(file, _FORMATS)
        assert known is not None
        assert [place for place, text in known.read(file).parts if "1381234567" in text] == ["body", *hidden]


def test_the_look_of_a_workbook_stays() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"] = "金额"
    sheet["A2"] = 1234.5
    sheet["A2"].number_format = "#,##0.00"
    sheet["A2"].font = openpyxl.styles.Font(bold=True)
    sheet.column_dimensions["A"].width = 33
    out = io.BytesIO()
    made.save(out)
    again = openpyxl.load_workbook(io.BytesIO(_copy("a.xlsx", out.getvalue()).content.reveal())).active
    assert again is not None
    assert (again["A2"].value, again["A2"].number_format, again["A2"].font.b) == (1234.5, "#,##0.00", True)
    assert again.column_dimensions["A"].width == 33


_NAMED_LIKE_PEOPLE = (
    "方正小标宋简体",
    "方正楷体_GBK",
    "华文新魏",
    "文鼎小标宋简",
)  # typefaces of official documents


@pytest.mark.parametrize("font", _NAMED_LIKE_PEOPLE)
def test_a_typeface_is_nobody_beside_a_telephone_number(font: str) -> None:
    told = "经办 联系电话13812345678"
    made = openpyxl.Workbook()
    cell = made.worksheets[0]["A1"]
    cell.value, cell.font, cell.comment = "公示", Font(name=font), Comment(told, "经办人")
    out = io.BytesIO()
    made.save(out)
    copy = _copy("a.xlsx", out.getvalue()).content.reveal()
    assert openpyxl.load_workbook(io.BytesIO(copy)).worksheets[0]["A1"].font.name == font

    written = docx.Document()
    run = written.add_paragraph().add_run("公示")
    run._r.get_or_add_rPr().append(parse_xml(f'<w:rFonts {nsdecls("w")} w:eastAsia="{font}"/>'))
    run._r.append(parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="1" w:name="{told}"/>'))
    out = io.BytesIO()
    written.save(out)
    copy = _copy("a.docx", out.getvalue()).content.reveal()
    assert font.encode() in _everything(copy)
    assert b"13812345678" not in _everything(copy)


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ('yyyy"年"m"月"d"日"', 'yyyy"年"m"月"d"日"'),
        ('yyyy"年"m"月";@', 'yyyy"年"m"月";@'),
        ('[$-804]yyyy"年"m"月"d"日"', '[$-804]yyyy"年"m"月"d"日"'),
        ('"岑云舟"yyyy-mm-dd', "yyyy-mm-dd"),
        ("31", 'yyyy"年"m"月"d"日"'),
        ("57", 'yyyy"年"m"月"'),
    ],
)
def test_a_date_stays_a_date(code: str, kept: str) -> None:
    """Also under a number that only a Chinese Excel or WPS knows, and where the format itself cannot stay."""
    made = openpyxl.Workbook()
    made.active["A1"] = 45000 if code.isdigit() else datetime.fromisoformat("2023-03-15")
    made.active["A1"].number_format = "0.000" if code.isdigit() else code
    out = io.BytesIO()
    made.save(out)
    parts = office.unzipped(out.getvalue())
    if code.isdigit():
        styles = (
            parts["xl/styles.xml"]
            .decode()
            .replace('<numFmts count="1"><numFmt numFmtId="164" formatCode="0.000"/></numFmts>', "")
        )
        parts["xl/styles.xml"] = styles.replace('numFmtId="164"', f'numFmtId="{code}"').encode()
    cell = openpyxl.load_workbook(io.BytesIO(_copy("a.xlsx", office.zipped(parts)).content.reveal())).active[
        "A1"
    ]
    assert (cell.value, cell.number_format) == (datetime.fromisoformat("2023-03-15"), kept)


@pytest.mark.parametrize(
    ("code", "kept"),
    [('"¥"#,##0.00', '"¥"#,##0.00'), ('0"万元"', '0"万元"'), ('0"沐云"', "General"), ('"138"0', "General")],
)
def test_units_of_numbers_stay_and_other_words_do_not(code: str, kept: str) -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = 12
    made.active["A1"].number_format = code
    out = io.BytesIO()
    made.save(out)
    cell = openpyxl.load_workbook(io.BytesIO(_copy("a.xlsx", out.getvalue()).content.reveal())).active["A1"]
    assert cell.number_format == kept


def test_a_cell_of_several_lines_stays_one() -> None:
    data = office.workbook([["备注\n投诉人：岑云舟\n手机13812345678\n完"]])
    sheet = openpyxl.load_workbook(io.BytesIO(_copy("a.xlsx", data).content.reveal())).active
    assert sheet["A1"].value == "备注\n投诉人：岑某某\n手机138****5678\n完"


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    "escaped", ["手机13812345678_x000D_\n完", "手机138_x0031_2345678", "_x000d_13812345678"]
)
def test_signs_that_a_workbook_writes_by_their_numbers_are_read(escaped: str) -> None:
    parts = office.unzipped(office.workbook([["QQ"]]))
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert ">QQ<" in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("QQ", escaped).encode()
    copied = openpyxl.load_workbook(io.BytesIO(_copy("a.xlsx", office.zipped(parts)).content.reveal())).active
    assert "138****5678" in copied["A1"].value


def test_a_workbook_without_the_results_of_its_formulas_is_not_copied_with_empty_cells() -> None:
    data = office.workbook([["合计", "=1+1"]])
    with pytest.raises(UnreadableError) as refused:
        _copy("a.xlsx", data)
    assert refused.value.code == "U-FORMULA"
    copy = _copy("a.xlsx", office.calculated(data, "2"))
    assert openpyxl.load_workbook(io.BytesIO(copy.content.reveal())).active["B1"].value == "2"


@pytest.mark.parametrize(
    ("text", "name"), [("电话13812345678\n", "a.txt"), ("姓名,电话\r\n沐云,13812345678", "b.csv")]
)
def test_plain_text_is_copied_masked(text: str, name: str) -> None:
    for encoding in ("utf-8", "gb18030", "utf-8-sig", "utf-16"):
        copied = _copy(name, text.encode(encoding)).content.reveal().decode()
        assert copied.removeprefix("\ufeff") == text.replace("13812345678", "138****5678").replace(
            "沐云", "沐某"
        )
        assert copied.startswith("\ufeff") == (encoding != "utf-8"), encoding


def test_copies_are_the_same_bytes_for_the_same_file() -> None:
    for name, data in (
        ("a.docx", office.word(["电话13812345678"])),
        ("a.pdf", office.pdf(["Tel 13812345678"])),
    ):
        assert _copy(name, data).content == _copy(name, data).content


@pytest.mark.law("P7")
def test_no_content_in_errors_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    number = office.resident_id(Random(7))
    picture = office.unzipped(office.word([number]))
    picture["word/embeddings/oleObject1.bin"] = number.encode()
    with caplog.at_level(logging.DEBUG), pytest.raises(UnreadableError) as refused:
        _copy("a.docx", office.zipped(picture))
    assert number not in str(refused.value)
    assert number not in repr(refused.value)
    assert number not in caplog.text


def test_hidden_places_are_told_apart() -> None:
    file = File(name="a.docx", content=Blob(office.word_with({"deleted": "61020319900101001X"}, around={})))
    known = format_of(file, _FORMATS)
    assert known is not None
    places = {place for place, text in known.read(file).parts if "61020319900101001X" in text}
    assert places == {"hidden/revisions"}
    assert all(is_hidden(f"files/0/{place}") for place in places)


def test_fifty_pages_are_copied_and_proved_in_two_seconds() -> None:
    rng = Random(3)
    made = docx.Document()
    for page in range(50):
        for line in range(18):
            made.add_paragraph(
                f"第{page}页第{line}段：现将冬季供热有关事项公告如下，请各单位遵照执行，并做好宣传解释工作。"
                * 2
            )
        made.add_paragraph(f"联系人身份证号{office.resident_id(rng)}，电话{office.mobile(rng)}。")
    out = io.BytesIO()
    made.save(out)
    _copy("warm.docx", office.word(["x"]))
    started = time.process_time()  # of the processor: a busy machine is no slower copy
    copy = _copy("notice.docx", out.getvalue())
    seconds = time.process_time() - started
    assert copy.masked >= 100
    assert seconds < 2 * slowness()


@pytest.mark.parametrize(
    ("figures", "copied"),
    [
        ("合计123450元", "合计123450元"),
        ("金额12345.67元", "金额12345.67元"),
        ("1\t2\t3\t4\t5", "1\t2\t3\t4\t5"),
        ("图1-2345", "图1-2345"),
        ("加群（12345）", "加群（1****）"),
        ("加群１２３４５", "加群1****"),
    ],
)
def test_a_short_number_comes_again_only_where_it_stands_alone(figures: str, copied: str) -> None:
    data = _copy("a.txt", f"QQ号：12345\n{figures}\n".encode()).content.reveal().decode()
    assert data == f"QQ号：1****\n{copied}\n"


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    ("line", "copied"),
    [
        ("张伟家已通暖。", "张某家已通暖。"),
        ("已办结（张伟）", "已办结（张某）"),
        ("序号\t张　伟\t已领", "序号\t张某\t已领"),
        ("张伟建筑公司中标", "张伟建筑公司中标"),
        ("局长张伟主持会议", "局长张伟主持会议"),
    ],
)
def test_a_name_of_two_characters_is_masked_in_the_other_files_too(line: str, copied: str) -> None:
    gate = Gate.open()
    texts = ("投诉人：张伟，电话13812345678。", line)
    files = [
        {"name": f"{number}.txt", "content": base64.b64encode(text.encode()).decode()}
        for number, text in enumerate(texts)
    ]
    copies = gate.redact(
        {"id": "d", "title": "公告", "kind": "公告", "issuer": {"name": "区民政局"}, "files": files}
    )
    assert [each.content.decode() for each in copies.files] == ["投诉人：张某，电话138****5678。", copied]


def test_a_width_in_the_markup_is_no_short_number_left() -> None:
    copy = _copy("a.docx", office.word(["QQ号：12240"]))  # the width of a page
    assert b"12240" in _everything(copy.content.reveal())
    assert docx.Document(io.BytesIO(copy.content.reveal())).paragraphs[0].text == "QQ号：1****"


def test_what_is_masked_because_it_comes_again_is_told_too() -> None:
    gate = Gate.open()
    files = [{"name": "a.txt", "content": base64.b64encode("QQ号：1234567\n加群1234567\n".encode()).decode()}]
    copies = gate.redact(
        {"id": "d", "title": "公告", "kind": "公告", "issuer": {"name": "区民政局"}, "files": files}
    )
    assert copies.files[0].content.decode().count("1234567") == 0
    assert [(line, each.reveal()) for line, each in zip(copies.lines, copies.before, strict=True)] == [
        (1, "1234567"),
        (2, "1234567"),
    ]
    assert {each.rule for each in copies.redactions} == {each.rule for each in copies.reasons}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("title", "标题"),
        ("files/0/name", "a.xlsx，名称"),
        ("files/0/sheets/1", "a.xlsx，表 2"),
        ("files/0/sheets/1/name", "a.xlsx，表 2，名称"),
        ("files/0/sheets/0/margins", "a.xlsx，表 1，页眉页脚"),
        ("files/0/hidden/sheets/2", "a.xlsx，隐藏内容，表 3"),
        ("files/0/hidden/comments", "a.xlsx，隐藏内容，批注"),
        ("files/0/header2", "a.xlsx，页眉"),
        ("files/0/pages/3", "a.xlsx，第 3 页"),
    ],
)
def test_places_are_said_in_chinese(where: str, said: str) -> None:
    assert place_of(where, ["a.xlsx"], "zh") == said


def test_sheets_and_pages_are_counted_from_one_in_english_too() -> None:
    assert place_of("files/0/hidden/sheets/0", ["a.xlsx"], "en") == "a.xlsx, hidden/sheet 1"
    assert place_of("files/0/pages/1", ["a.pdf"], "en") == "a.pdf, page 1"
    assert place_of("files/0/header2", ["a.docx"], "en") == "a.docx, header"
    assert place_of("files/公示", ["a.pdf"], "en") == "files/公示"  # a document may be called so
