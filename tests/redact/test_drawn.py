"""What a PDF shows is what is read of it: not what its text is said to mean, and nothing that is drawn without saying what."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from random import Random

import pypdfium2
import pytest
from playwright.sync_api import Browser
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from test_copies import _copy, _everything, _red
from test_printed import _printed

import office
from disclosure_gate.model.content import Blob
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.redact.pdf import Pdf

_ID = "610502197908133582"
_SHOWN = b"BT /F 14 Tf 72 760 Td (Notice on planting trees) Tj ET "
_CALLED = b"1 0 0 rg BT /F 14 Tf 72 700 Td (13812345678) Tj ET "
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"
_PIXELS = b"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"


def _stream(keys: bytes, content: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (keys, len(content), content)


def _pdf(
    content: bytes,
    *,
    resources: bytes = b"",
    page: bytes = b"",
    catalog: bytes = b"",
    more: tuple[bytes, ...] = (),
) -> bytes:
    """A page, its size inherited; ``more`` are objects from number 6 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>%s>>" % (resources, page),
        _stream(b"", content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    ]
    out = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table) + trailer


def _drawn(shapes: int) -> bytes:
    """Characters as outlines, each of a shape of its own, in one line; they say nothing of what they are."""
    rng = Random(7)
    content = _SHOWN
    for number in range(shapes):
        points = [(60 + 14 * number + rng.random() * 12, 700 + rng.random() * 14) for _ in range(9)]
        content += (
            b"%.1f %.1f m " % points[0] + b"".join(b"%.1f %.1f l " % point for point in points[1:]) + b"h f "
        )
    return _pdf(content)


def _filled_with(tile: int) -> bytes:
    """A surface filled with tiles that show a picture each, a tile being so many points wide."""
    keys = (
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 8 8]/XStep 8/YStep 8/Matrix[%g 0 0 %g 0 0]"
        % (tile / 8, tile / 8)
    )
    pattern = _stream(keys + b"/Resources<</XObject<</I 7 0 R>>>>", b"q 8 0 0 8 0 0 cm /I Do Q")
    return _pdf(
        _SHOWN + b"/Pattern cs /P scn 60 100 400 400 re f",
        resources=b"/Pattern<</P 6 0 R>>",
        more=(pattern, _stream(_PIXELS, bytes(range(64)))),
    )


def _marked(times: int) -> bytes:
    """A curve of a chart, and a ring at each of its points."""
    ring = b"%d %d m %d %d %d %d %d %d c %d %d %d %d %d %d c h S "
    content = _SHOWN + b"60 400 m 200 700 300 100 500 500 c S "
    for number in range(times):
        x, y = 60 + 8 * number, 400 + number
        content += ring % (x, y, x, y + 4, x + 6, y + 4, x + 6, y, x + 6, y - 4, x, y - 4, x, y)
    return _pdf(content)


def _stamped(content: bytes, resources: bytes = b"", kind: bytes = b"Stamp", *more: bytes) -> bytes:
    note = b"<</Type/Annot/Subtype/%s/Rect[0 0 595 842]/F 4/AP<</N 7 0 R>>>>" % kind
    looks = _stream(_FORM + b"/Resources<</Font<</F 5 0 R>>%s>>" % resources, content)
    return _pdf(_SHOWN, page=b"/Annots[6 0 R]", more=(note, looks, *more))


def _filled(*, looks: bool) -> bytes:
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(13812345678)/DA(/F 14 Tf 1 0 0 rg)/Rect[72 690 300 720]/F 4%s>>"
    look = b"/AP<</N 7 0 R>>" if looks else b""
    return _pdf(
        _SHOWN,
        page=b"/Annots[6 0 R]",
        catalog=b"/AcroForm<</Fields[6 0 R]/NeedAppearances true/DR<</Font<</F 5 0 R>>>>>>",
        more=(
            field % look,
            _stream(b"/Type/XObject/Subtype/Form/BBox[0 0 228 30]/Resources<</Font<</F 5 0 R>>>>", b"1 0 0 rg BT /F 14 Tf 2 10 Td (13812345678) Tj ET"),
        ),
    )  # fmt: skip


def _nested(depth: int) -> tuple[bytes, ...]:
    """Forms within forms from object 6 on; the last draws an image."""
    forms = [
        _stream(_FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1), b"/X Do")
        for number in range(6, 6 + depth)
    ]
    return (*forms, _stream(_PIXELS, bytes(range(64))))


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_pdf(_SHOWN + b"/Span <</ActualText (trees)>>BDC " + _CALLED + b"EMC"), id="said to mean something else"),
        pytest.param(_pdf(_SHOWN + b"/Span <</ActualText ()>>BDC " + _CALLED + b"EMC"), id="said to mean nothing"),
        pytest.param(_stamped(_CALLED), id="stamp"),
        pytest.param(_stamped(_CALLED, b"", b"FreeText"), id="words on the page"),
        pytest.param(_filled(looks=True), id="filled field"),
        pytest.param(_filled(looks=False), id="field whose looks are left to the reader"),
    ],
)  # fmt: skip
def test_what_is_drawn_is_masked(data: bytes) -> None:
    copy = _copy("a.pdf", data).content.reveal()
    assert _red(copy) == 0
    assert b"13812345678" not in _everything(copy)
    with pypdfium2.PdfDocument(copy) as document:
        assert document[0].get_size() == pytest.approx((595, 842), abs=1)
        assert "Noticeonplantingtrees" in "".join(document[0].get_textpage().get_text_range().split())
        black = document[0].render(scale=1).to_pil().convert("L").crop((70, 110, 160, 150)).getextrema()[0]
    assert black < 20  # a bar stands where it stood: nothing was dropped


@pytest.mark.law("P6")
def test_the_streams_of_a_copy_are_searched_too() -> None:
    copy = _copy("a.pdf", _two_columns(lies=0, shown=0, letter_by_letter=False)).content.reveal()
    everything = b"".join(Pdf().raw(copy))
    assert "因病致贫".encode("utf-16-be") in everything
    assert "联系电话138".encode("utf-16-be") in everything  # what is left of 13812345678
    assert "12345678".encode("utf-16-be") not in everything


_LEFT_COLUMN = (
    "申请人张三娃，身份证号610502197",
    "908133582，因病致贫，申请救助",
    "经核实，情况属实，建议给予救助",
)
_RIGHT_COLUMN = (
    "申请人李四喜，身份证号610502196",
    "803121514，因病致贫，申请救助",
    "联系电话13812345678，请予核实",
)


def _turned(data: bytes, shown: int) -> bytes:
    """The same file, its page shown turned by so many degrees."""
    with pypdfium2.PdfDocument(data) as document:
        document[0].set_rotation(shown)
        turned = io.BytesIO()
        document.save(turned)
    return turned.getvalue()


def _two_columns(*, lies: int, shown: int, letter_by_letter: bool) -> bytes:
    """Two columns that lie on the page, and a page that is shown, turned by so many degrees."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    size = (842, 595) if lies % 180 else (595, 842)
    canvas = Canvas(out, pagesize=size)
    canvas.setFont("STSong-Light", 12)
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(lies)
    for left, column in ((-250, _LEFT_COLUMN), (20, _RIGHT_COLUMN)):
        for number, line in enumerate(column):
            across = 0.0
            for piece in line if letter_by_letter else (line,):
                canvas.drawString(left + across, 300 - 20 * number, piece)
                across += canvas.stringWidth(piece)
    canvas.showPage()
    canvas.save()
    return _turned(out.getvalue(), shown)


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    ("lies", "shown", "letter_by_letter"),
    [
        pytest.param(90, 90, False, id="a landscape page on paper in portrait"),
        pytest.param(270, 270, True, id="turned the other way"),
        pytest.param(180, 180, True, id="turned round"),
        pytest.param(0, 90, False, id="shown sideways"),
        pytest.param(180, 0, True, id="shown upside down"),
        pytest.param(90, 0, False, id="lying sideways"),
    ],
)
def test_a_page_reads_the_same_whichever_way_it_lies(
    lies: int, shown: int, *, letter_by_letter: bool
) -> None:
    data = _two_columns(lies=lies, shown=shown, letter_by_letter=letter_by_letter)
    text = dict(Pdf().inspect(data).parts)["body"]
    assert "".join(text.split()) == "".join((*_LEFT_COLUMN, *_RIGHT_COLUMN))
    copy = _copy("a.pdf", data)
    assert copy.masked >= 5
    again = "".join(dict(Pdf().inspect(copy.content.reveal()).parts)["body"].split())
    assert "因病致贫，申请救助经核实，情况属实，建议给予救助" in again
    assert not any(
        each in again for each in ("610502197", "908133582", "610502196", "803121514", "13812345678")
    )


@pytest.mark.law("P6")
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_what_runs_across_a_page_is_read_in_its_own_direction(turned: int) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setFont("STSong-Light", 12)
    for line in range(9):
        canvas.drawString(60, 800 - 20 * line, "经核实，情况属实，建议给予救助")
    canvas.translate(300, 300)
    canvas.rotate(turned)
    canvas.setFillColorRGB(1, 0, 0)
    for line, number in enumerate((_ID, "13812345678", "610502196803121514")):
        canvas.drawString(0, -20 * line, number)
    canvas.showPage()
    canvas.save()
    lines = dict(Pdf().inspect(out.getvalue()).parts)["body"].split("\n")
    assert lines[-3:] == [_ID, "13812345678", "610502196803121514"]
    assert _red(out.getvalue()) > 500
    assert _red(_copy("a.pdf", out.getvalue()).content.reveal()) == 0


@pytest.mark.law("P6")
@pytest.mark.parametrize("lies", [0, 90, 180, 270])
@pytest.mark.parametrize("shown", [0, 90])
def test_a_bar_tells_nothing_of_the_figures_under_it_whichever_way_they_lie(lies: int, shown: int) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.translate(297, 421)
    canvas.rotate(lies)
    canvas.setFont("Times-Roman", 12)
    canvas.drawString(-60, 0, "13812345678")
    canvas.showPage()
    canvas.save()
    copy = _copy("a.pdf", _turned(out.getvalue(), shown)).content.reveal()
    with pypdfium2.PdfDocument(copy) as document:
        picture = document[0].render(scale=2).to_pil().convert("L")
    bar = picture.point(lambda light: 255 if light < 128 else 0)
    left, top, right, bottom = bar.getbbox()
    short, long = sorted((right - left, bottom - top))
    assert bar.histogram()[255] == short * long  # one, with straight sides
    assert (short, long) == (27, 135)  # the same in every direction


def test_a_value_filled_in_is_not_hidden() -> None:
    read = Pdf().read(File(name="a.pdf", content=Blob(_filled(looks=True))))
    assert [place for place, text in read.parts if "13812345678" in text] == ["body"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(_stamped(b"q 99 0 0 99 90 300 cm /I Do Q", b"/XObject<</I 8 0 R>>", b"Stamp", _stream(_PIXELS, bytes(range(64)))), "U-IMAGE", id="stamp that is a picture"),
        pytest.param(_pdf(_SHOWN + b"q 99 0 0 99 90 300 cm /X Do Q", resources=b"/XObject<</X 6 0 R>>", more=_nested(12)), "U-IMAGE", id="picture deep in forms"),
        pytest.param(_pdf(_SHOWN + b"".join(b"q 9 0 0 9 %d 300 cm /I Do Q " % (9 * n) for n in range(60)), resources=b"/XObject<</I 6 0 R>>", more=(_stream(_PIXELS, bytes(range(64))),)), "U-IMAGE", id="picture in many pieces"),
        pytest.param(_pdf(_SHOWN, page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[9 9 30 30]/FS<</Type/Filespec/F(a)/EF<</F 6 0 R>>>>>>]", more=(_stream(b"/Type/EmbeddedFile", b"x"),)), "U-EMBEDDED", id="file attached to a page"),
        pytest.param(_filled_with(tile=200), "U-IMAGE", id="picture in the tiles of a watermark"),
        pytest.param(_drawn(11), "U-IMAGE", id="characters that are outlines"),
    ],
)  # fmt: skip
def test_what_is_drawn_without_words_is_told(data: bytes, code: str) -> None:
    assert code in {each.code for each in Pdf().read(File(name="a.pdf", content=Blob(data))).unseen}


def test_shapes_that_are_few_or_alike_are_no_writing() -> None:
    for data in (_drawn(5), _marked(50), _filled_with(tile=4)):
        assert not Pdf().read(File(name="a.pdf", content=Blob(data))).unseen


def test_text_in_a_font_that_does_not_tell_its_characters_is_no_text(chromium: Browser) -> None:
    data = _printed(chromium, f"<p>申请人岑云舟，身份证号{_ID}。</p>")
    assert not Pdf().read(File(name="a.pdf", content=Blob(data))).unseen
    nameless = data.replace(b"/ToUnicode", b"/ToNothing")
    assert nameless != data
    assert {each.code for each in Pdf().read(File(name="a.pdf", content=Blob(nameless))).unseen} == {"U-FONT"}


def test_text_that_is_not_shown_refuses_the_copy() -> None:
    with pytest.raises(UnreadableError) as refused:
        _copy("a.pdf", _pdf(_SHOWN + b"3 Tr BT /F 14 Tf 72 700 Td (He may be called at 13812345678) Tj ET"))
    assert [(each.code, each.where) for each in refused.value.flaws] == [("U-UNSHOWN", "files/0/pages/1")]


def _bomb(levels: int) -> bytes:
    forms = [
        _stream(_FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1), b"/X Do " * 10)
        for number in range(6, 6 + levels)
    ]
    return _pdf(b"/X Do", resources=b"/XObject<</X 6 0 R>>", more=(*forms, _stream(_FORM, b"0 0 9 9 re f")))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: _bomb(9), id="forms ten times in forms"),
        pytest.param(lambda: _pdf(_SHOWN).replace(b"[0 0 595 842]", b"[0 0 200000 200000]"), id="page of 70 m"),
    ],
)  # fmt: skip
def test_a_file_that_would_take_all_memory_is_refused(make: object) -> None:
    data = make()  # type: ignore[operator]
    with pytest.raises(UnreadableError) as refused:
        Pdf().read(File(name="a.pdf", content=Blob(data)))
    assert refused.value.code == "U-LARGE"
    Pdf().read(File(name="a.pdf", content=Blob(_pdf(_SHOWN))))  # and the next is read


@pytest.mark.law("P7")
def test_files_read_at_the_same_time_are_not_mixed_up() -> None:
    files = [File(name="a.pdf", content=Blob(office.pdf([f"{number}00 trees"] * 20))) for number in range(6)]
    alone = [Pdf().read(file) for file in files]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(Pdf().read, files * 5))
    assert together == alone * 5


def test_a_bar_is_as_high_over_a_flat_character_as_over_any_other(chromium: Browser) -> None:
    data = _printed(chromium, "<p>投诉人：<i>丁一鸣</i>，女。</p>")
    copy = _copy("a.pdf", data).content.reveal()
    assert _red(copy) == 0
    with pypdfium2.PdfDocument(copy) as document:
        picture = document[0].render(scale=2).to_pil().convert("L")
    heights = [
        sum(value < 60 for value in picture.crop((x, 0, x + 1, picture.height)).tobytes())
        for x in range(picture.width)
    ]
    bar = max((list(run) for high, run in groupby(heights, lambda height: height > 10) if high), key=len)
    assert len(bar) > 60
    assert max(bar) - min(bar) <= 2
