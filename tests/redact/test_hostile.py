"""Files that mean harm or are broken: bounded time and memory, a code that says what, nothing written."""

from __future__ import annotations

import base64
import gc
import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial

import docx
import openpyxl
import pytest
from fpdf import FPDF
from openpyxl.worksheet.merge import MergedCellRange
from PIL import Image

import office
from disclosure_gate.detect.reader import read_document
from disclosure_gate.model.document import Document
from disclosure_gate.redact import formats
from disclosure_gate.redact.sheet import Spreadsheet
from disclosure_gate.redact.word import WordDocument
from pace import slowness

_FORMATS = formats()
_LINEAR = 8  # times as long four times as much may take: in proportion it is 4, by the square 16


def _codes(name: str, data: bytes) -> set[str]:
    document = Document.parse(
        {
            "id": "d",
            "title": "t",
            "kind": "通知",
            "issuer": {"name": "区财政局"},
            "files": [{"name": name, "content": base64.b64encode(data).decode()}],
        }
    )
    return {unseen.code for unseen in read_document(document, _FORMATS).unseen}


def _bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as stream:
            for _ in range(size // 2**20):
                stream.write(b"\0" * 2**20)
    return out.getvalue()


def _with_area(area: str) -> bytes:
    sheet = office.unzipped(office.workbook([["x"]]))["xl/worksheets/sheet1.xml"]
    changed = sheet.replace(b"</sheetData>", b"</sheetData>" + area.encode())
    return _with(office.workbook([["x"]]), **{"xl/worksheets/sheet1.xml": changed})


def _renamed_sheet(data: bytes) -> bytes:
    parts = office.unzipped(data)
    return office.zipped(
        {
            name.replace("sheet1.xml", "sheet1.dat"): part.replace(b"sheet1.xml", b"sheet1.dat")
            for name, part in parts.items()
        }
    )


def _shared_text() -> bytes:
    """Cells that share one text of a hundred thousand characters: a kilobyte, and much to read."""
    parts = office.unzipped(office.workbook([["x"]]))
    cell = '<c t="s"><v>0</v></c>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rows = f"<row>{cell * 250}</row>"
    parts["xl/worksheets/sheet1.xml"] = (
        f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>".encode()
    )
    parts["xl/sharedStrings.xml"] = f"<sst {main}><si><t>{'文' * 100_000}</t></si></sst>".encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", told)
    return office.zipped(parts)


def _strict() -> bytes:
    """As Excel saves a "Strict Open XML Spreadsheet": other namespaces."""
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    parts = office.unzipped(office.workbook([["x"]]))
    return office.zipped(
        {
            name: part.replace(old + b"spreadsheetml/2006/", new + b"spreadsheetml/").replace(
                old + b"officeDocument/2006/relationships", new + b"officeDocument/relationships"
            )
            for name, part in parts.items()
        }
    )


def _without(data: bytes, name: str) -> bytes:
    return office.zipped({each: part for each, part in office.unzipped(data).items() if each != name})


def _lying_bomb() -> bytes:
    data = bytearray(_bomb(64 * 2**20))
    # The central directory now claims 10 bytes for what unpacks to 64 MiB.
    for at in range(len(data) - 4):
        if data[at : at + 4] == b"PK\x01\x02" and b"document" in data[at : at + 80]:
            data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def _entity_bomb(encoding: str) -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
        + "]><a>&j;</a>"
    )
    parts = office.unzipped(office.word(["x"]))
    return office.zipped({**parts, "word/document.xml": text.encode(encoding)})


def _encrypted_pdf() -> bytes:
    made = FPDF()
    made.add_page()
    made.set_encryption(owner_password="o", user_password="u")  # noqa: S106  a test's own
    return bytes(made.output())


def _picture_pdf() -> bytes:
    made = FPDF()
    made.add_page()
    picture = Image.new("RGB", (300, 300), "white")
    for x in range(300):
        picture.putpixel((x, x), (0, 0, 0))
    made.image(picture, x=10, y=10, w=150)
    return bytes(made.output())


def _attached_pdf() -> bytes:
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=12)
    made.cell(text="a page with words on it")
    made.embed_file(basename="x.txt", bytes=b"13812345678")
    return bytes(made.output())


def _word_with_picture() -> bytes:
    made = docx.Document()
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    out.seek(0)
    made.add_picture(out)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _with(data: bytes, **parts: bytes) -> bytes:
    return office.zipped(
        {**office.unzipped(data), **{name.replace("__", "/"): part for name, part in parts.items()}}
    )


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("bomb.docx", lambda: _bomb(300 * 2**20), "U-LARGE"),
        ("lying.docx", _lying_bomb, "U-BROKEN"),
        ("entities.docx", lambda: _entity_bomb("utf-8"), "U-BROKEN"),
        ("entities16.docx", lambda: _entity_bomb("utf-16"), "U-BROKEN"),
        ("traversal.docx", lambda: _with(office.word(["x"]), **{"..__..__etc__x.xml": b"<a/>"}), "U-BROKEN"),
        ("many.docx", lambda: office.zipped({f"word/{n}.xml": b"<a/>" for n in range(5000)}), "U-LARGE"),
        ("macro.docx", lambda: _with(office.word(["x"]), word__vbaProject_bin=b"x", **{"word/vbaProject.bin": b"x"}), "U-EMBEDDED"),
        ("object.docx", lambda: _with(office.word(["x"]), **{"word/embeddings/a.xlsx": b"x"}), "U-EMBEDDED"),
        ("picture.docx", _word_with_picture, "U-IMAGE"),
        ("cut.docx", lambda: office.word(["x"])[:-200], "U-BROKEN"),
        ("text.docx", lambda: b"not a zip at all", "U-BROKEN"),
        ("old.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "U-FORMAT"),
        ("renamed.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "U-FORMAT"),
        ("macros.docm", lambda: office.word(["x"]), "U-FORMAT"),
        ("macros.xlsm", lambda: office.workbook([["x"]]), "U-FORMAT"),
        (
            "locked.docx",
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "U-ENCRYPTED",
        ),
        ("wps.wps", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "U-FORMAT"),
        ("a.ofd", lambda: office.zipped({"OFD.xml": b"<ofd/>"}), "U-FORMAT"),
        ("lies.xlsx", lambda: office.word(["x"]), "U-MISMATCH"),
        ("lies.docx", lambda: office.workbook([["x"]]), "U-MISMATCH"),
        ("lies.txt", lambda: office.pdf(["x"]), "U-MISMATCH"),
        ("broken.xlsx", lambda: _with(office.workbook([["x"]]), **{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}), "U-BROKEN"),
        ("merged.xlsx", lambda: _with_area('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "U-LARGE"),
        ("called otherwise.xlsx", lambda: _renamed_sheet(_with_area('<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')), "U-EMBEDDED"),
        ("linked.xlsx", lambda: _with_area('<hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>'), "U-LARGE"),
        ("shared text.xlsx", _shared_text, "U-LARGE"),
        ("strict.xlsx", _strict, "U-FORMAT"),
        ("sheet missing.xlsx", lambda: _without(office.workbook([["x"]]), "xl/worksheets/sheet1.xml"), "U-BROKEN"),
        ("media of another producer.xlsx", lambda: _with(office.workbook([["x"]]), **{"pictures/a.PNG": b"x"}), "U-IMAGE"),
        ("media.xlsx", lambda: _with(office.workbook([["x"]]), **{"xl/media/image1.png": b"x"}), "U-IMAGE"),
        ("broken.pdf", lambda: office.pdf(["x"])[:300], "U-BROKEN"),
        ("empty.pdf", lambda: b"%PDF-1.7\n", "U-BROKEN"),
        ("locked.pdf", _encrypted_pdf, "U-ENCRYPTED"),
        ("scan.pdf", _picture_pdf, "U-SCAN"),
        ("attached.pdf", _attached_pdf, "U-EMBEDDED"),
        ("binary.txt", lambda: b"\x01\x02\x03", "U-BROKEN"),
        ("nothing.bin", lambda: bytes(10), "U-FORMAT"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_told_by_code(name: str, make: object, code: str) -> None:
    data = make()  # type: ignore[operator]
    tracemalloc.start()
    started = time.perf_counter()
    codes = _codes(name, data)
    seconds = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code in codes
    assert seconds < 5 * slowness()
    assert peak < 300 * 2**20


_NEVER_ENDED = '<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/></w:r>'
_RUN = "<w:r><w:t>a</w:t></w:r>"
_CHOICE = '<mc:Choice Requires="w"><w:t>a</w:t></mc:Choice>'
_FALLBACK = "<mc:Fallback><w:t>b</w:t></mc:Fallback>"


@pytest.mark.parametrize(
    ("inside", "size"),
    [
        (lambda size: _NEVER_ENDED * size + _RUN * size, 10_000),
        (lambda size: _RUN * size, 16_000),
        (
            lambda size: (
                f"<w:r><mc:AlternateContent>{_CHOICE * size}{_FALLBACK * size}</mc:AlternateContent></w:r>"
            ),
            4_000,
        ),
    ],
    ids=["fields never ended", "a paragraph of many runs", "many things to fall back on"],
)
def test_a_paragraph_of_a_word_file_takes_linear_time(inside: Callable[[int], str], size: int) -> None:
    def seconds(size: int) -> float:
        story = (
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
            ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<w:body><w:p>{inside(size)}</w:p></w:body></w:document>"
        )
        data = _with(office.word(["x"]), **{"word/document.xml": story.encode()})
        known = WordDocument()

        def done() -> None:
            known.inspect(data)
            known.rebuild(data, {})

        return _seconds(done)

    assert seconds(size) < _LINEAR * seconds(size // 4) + 0.1


def test_many_merged_cells_are_copied_in_linear_time() -> None:
    def seconds(rows: int) -> float:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        areas = [f"A{row}:B{row + 1}" for row in range(1, rows + 1, 2)]
        for area in areas:
            sheet[area.partition(":")[0]] = "户"
            sheet.merged_cells.ranges.add(MergedCellRange(sheet, area))
        data = io.BytesIO()
        book.save(data)
        known = Spreadsheet()
        copies: list[bytes] = []
        taken = _seconds(lambda: copies.append(known.rebuild(data.getvalue(), {})))
        merged = openpyxl.load_workbook(io.BytesIO(copies[0])).active.merged_cells.ranges
        assert {each.coord for each in merged} == set(areas)
        return taken

    assert seconds(10_000) < _LINEAR * seconds(2_500) + 0.1


def test_a_sheet_of_a_hundred_thousand_cells_is_read_in_bounded_time() -> None:
    data = office.workbook([[f"{row}-{column}" for column in range(20)] for row in range(5000)])
    started = time.process_time()
    assert _codes("big.xlsx", data) == set()
    assert time.process_time() - started < 20 * slowness()


def test_a_wide_sheet_takes_no_longer_than_a_long_one() -> None:
    least = []
    for rows, columns in ((8_192, 2), (1, 16_384)):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for _ in range(rows):
            sheet.append(range(columns))
        data = io.BytesIO()
        book.save(data)
        done = partial(Spreadsheet().inspect, data.getvalue())
        least.append(min(_seconds(done) for _ in range(3)))  # what else a process does takes time too
    assert least[1] < 1.3 * least[0]


def _seconds(done: Callable[[], object]) -> float:
    """Of the processor, without what a collection takes: that depends on the tests before."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        done()
        return time.process_time() - started
    finally:
        gc.enable()
