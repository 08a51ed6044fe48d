"""PDF: text read with its places, copies drawn anew, page by page, with bars over what is masked.

A copy is made of pictures of the pages, in which masked places are black, and of an invisible layer of
the masked text, so that it can be searched, copied and read aloud. Nothing of the original file's own
objects is carried: no fragments, annotations, attachments, earlier versions or metadata. Text that
cannot be seen on the page is not in the layer. The only module that uses pypdfium2, Pillow and ReportLab.
"""

from __future__ import annotations

import ctypes
import io
import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from disclosure_gate.detect.reader import HIDDEN, FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Unseen
from disclosure_gate.redact.woven import Mask, merged

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 2_000
_DPI = 144
_POINTS = 72
_INK = 24  # grey levels between the darkest and the lightest point of a character that can be seen
_LEAST_IMAGE = 0.002  # of the page's area: smaller ones are dots and lines
_FONT = "STSong-Light"
_QUALITY = 72
_MAX_STREAM = 64 * 1024 * 1024
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_EDGE = 2  # pixels a bar stands over what it covers
_STRAY = 12  # characters without ink that are forgiven: spaces of another sort, marks
_Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top in points
_ALONG = 100  # points along a line that tell its direction


class Pdf:
    """.pdf."""

    name = "PDF"
    suffixes: tuple[str, ...] = (".pdf",)
    media_type = "application/pdf"
    leaves_out_pictures = False  # its pages are copied as pictures: what stands in one would be carried

    def claims(self, file: File) -> bool:
        """The signature within the first kilobyte, or anything called .pdf."""
        return b"%PDF-" in file.content.reveal()[:1024] or file.name.lower().endswith(self.suffixes)

    def read(self, file: File) -> FileText:
        """See :class:`~disclosure_gate.detect.reader.Reader`."""
        found = self._read(file.content.reveal(), images=True)
        if not file.name.lower().endswith(self.suffixes):
            found = FileText(found.parts, (*found.unseen, Unseen("", "U-MISMATCH")))
        return found

    def inspect(self, data: bytes) -> FileText:
        """See :class:`~disclosure_gate.redact.formats.Format`: pages of a copy are pictures on purpose."""
        return self._read(data, images=False)

    def rebuild(self, data: bytes, masks: Mapping[str, Sequence[Mask]]) -> bytes:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  loaded only where a PDF is written
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

        if _FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        out = io.BytesIO()
        canvas = Canvas(out, invariant=True, pageCompression=1)
        with _opened(data) as document:
            for number in range(len(document)):
                with _page(document, number) as page:
                    _draw(canvas, page, merged(masks.get(f"pages/{number + 1}", ())))
        canvas.setCreator("")
        canvas.setProducer("")
        canvas.setTitle("")
        canvas.setAuthor("")
        canvas.setSubject("")
        canvas.save()
        return out.getvalue()

    def raw(self, data: bytes) -> list[bytes]:
        """See :class:`~disclosure_gate.redact.formats.Format`."""
        found = [data]
        for stream in _STREAM.finditer(data):
            body = stream.group(1)
            found.append(body)
            try:
                found.append(zlib.decompressobj().decompress(body, _MAX_STREAM))
            except zlib.error:
                continue
        return found

    def _read(self, data: bytes, *, images: bool) -> FileText:
        parts: list[tuple[str, str]] = []
        hidden: list[str] = []
        unseen: list[Unseen] = []
        with _opened(data) as document:
            hidden += [value for value in document.get_metadata_dict().values() if value]
            if document.count_attachments():
                unseen.append(Unseen("", "U-EMBEDDED"))
            for number in range(len(document)):
                place = f"pages/{number + 1}"
                with _page(document, number) as page:
                    text = "".join(char for char, _ in page.characters())
                    parts.append((place, text))
                    hidden += page.annotations()
                    if images and page.image_area() > _LEAST_IMAGE:
                        unseen.append(Unseen(place, "U-IMAGE" if text.strip() else "U-SCAN"))
                    elif images and not text.strip() and page.inked():
                        unseen.append(Unseen(place, "U-SCAN"))
        if any(hidden):
            parts.append((f"{HIDDEN}/properties", "\n".join(hidden)))
        return FileText(tuple(parts), tuple(unseen))


class _Page:
    """One page: its characters with their boxes, its images, its picture."""

    def __init__(self, page: Any, raw: Any) -> None:
        self._page = page
        self._raw = raw
        self.width, self.height = page.get_size()

    def characters(self) -> list[tuple[str, _Box | None]]:
        """Every character in reading order; ``None`` for breaks the reader makes up."""
        raw, text = self._raw, self._page.get_textpage()
        try:
            found: list[tuple[str, _Box | None]] = []
            left, right, bottom, top = (ctypes.c_double() for _ in range(4))
            for index in range(text.count_chars()):
                code = raw.FPDFText_GetUnicode(text.raw, index)
                char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004  Unicode's own bounds
                if char in "\ufffe\uffff\x02":
                    char = "-"  # a hyphen at the end of a line
                boxed = raw.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
                box = (
                    (left.value, bottom.value, right.value, top.value)
                    if boxed and not char.isspace()
                    else None
                )
                found.append(("\n" if char == "\r" else "" if char == "\n" else char, box))
            return found
        finally:
            text.close()

    def annotations(self) -> list[str]:
        """Words in annotations and form fields."""
        raw, found = self._raw, []
        for index in range(raw.FPDFPage_GetAnnotCount(self._page.raw)):
            note = raw.FPDFPage_GetAnnot(self._page.raw, index)
            for key in (b"Contents", b"V", b"T", b"TU", b"RC", b"Subj", b"URI"):
                size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
                if size > 2:  # noqa: PLR2004  the closing NUL of an empty string
                    buffer = ctypes.create_string_buffer(size)
                    raw.FPDFAnnot_GetStringValue(
                        note, key, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
                    )
                    found.append(buffer.raw[: size - 2].decode("utf-16-le", errors="replace"))
            raw.FPDFPage_CloseAnnot(note)
        return found

    def image_area(self) -> float:
        """The largest image's share of the page."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        largest = 0.0
        for each in self._page.get_objects(filter=[names.FPDF_PAGEOBJ_IMAGE], max_depth=8):
            left, bottom, right, top = each.get_bounds()
            largest = max(largest, (right - left) * (top - bottom))
        return largest / float(max(self.width * self.height, 1))

    def picture(self) -> Image:
        """The page as people see it, without annotations."""
        scale = _DPI / _POINTS
        shown = self._page.render(scale=scale, may_draw_forms=False, draw_annots=False)
        return cast("Image", shown.to_pil().convert("RGB"))

    def inked(self) -> bool:
        """Whether anything at all is drawn on the page."""
        small = self._page.render(scale=0.5, may_draw_forms=False).to_pil().convert("L")
        low, high = cast("tuple[int, int]", small.getextrema())
        return high - low > _INK

    def pixels(self, box: _Box) -> tuple[int, int, int, int]:
        """A box of the page as pixels of :meth:`picture`; crop and rotation are pdfium's to know."""
        first, last = self._pixel(box[0], box[1]), self._pixel(box[2], box[3])
        return (
            min(first[0], last[0]),
            min(first[1], last[1]),
            max(first[0], last[0]) + 1,
            max(first[1], last[1]) + 1,
        )

    def written(self, box: _Box) -> tuple[float, float, float, float]:
        """Where on the shown page a text begins, in points from below, and the direction it runs in."""
        x, y = self._pixel(box[0], box[1])
        along_x, along_y = self._pixel(box[0] + _ALONG, box[1])
        scale = _POINTS / _DPI
        length = math.hypot(along_x - x, along_y - y) or 1
        return x * scale, self.height - y * scale, (along_x - x) / length, (y - along_y) / length

    def _pixel(self, across: float, up: float) -> tuple[int, int]:
        width, height = (math.ceil(size * _DPI / _POINTS) for size in (self.width, self.height))
        x, y = ctypes.c_int(), ctypes.c_int()
        self._raw.FPDF_PageToDevice(self._page.raw, 0, 0, width, height, 0, across, up, x, y)
        return x.value, y.value


def _draw(canvas: Any, page: _Page, masks: Sequence[Mask]) -> None:
    from PIL import ImageDraw  # noqa: PLC0415  loaded only where a PDF is written
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415

    picture = page.picture()
    grey = picture.convert("L")
    characters = page.characters()
    starts: list[int] = []
    position = 0
    for char, _ in characters:
        starts.append(position)
        position += len(char)
    pen = ImageDraw.Draw(picture)
    layer: list[tuple[str, _Box]] = []
    inked = [0, 0]  # characters with and without ink where they should stand
    index = 0
    queue = list(masks)
    while index < len(characters):
        char, box = characters[index]
        if queue and starts[index] >= queue[0][0]:
            _, end, mask = queue.pop(0)
            covered = None
            while index < len(characters) and starts[index] < end:
                place = characters[index][1]
                if place is not None:
                    left, top, right, bottom = page.pixels(place)
                    seen = _seen(grey, (left, top, right, bottom))
                    inked[seen] += 1
                    covered = covered or (place if seen else None)
                    pen.rectangle((left - _EDGE, top - _EDGE, right + _EDGE, bottom + _EDGE), fill=(0, 0, 0))
                index += 1
            if covered:
                layer.append((mask, covered))
            continue
        if box is not None:
            seen = _seen(grey, page.pixels(box))
            inked[seen] += 1
            if seen:
                layer.append((char, box))
        elif char.isspace() and layer:
            text, before = layer[-1]
            layer[-1] = (text + " ", before)
        index += 1
    if inked[False] > max(_STRAY, inked[True] // 4):
        # Much text without ink where it should stand: hidden, or not where this page is drawn.
        raise UnreadableError("U-HIDDEN")
    canvas.setPageSize((page.width, page.height))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    canvas.drawImage(ImageReader(buffer), 0, 0, page.width, page.height)
    _write_layer(canvas, layer, page)
    canvas.showPage()


def _write_layer(canvas: Any, layer: Sequence[tuple[str, _Box]], page: _Page) -> None:
    """The text of the page, invisible, each run where it stands."""
    runs: list[tuple[str, _Box]] = []
    for text, (left, bottom, right, top) in layer:
        if runs:
            before, (first, low, last, high) = runs[-1]
            tall = max(high - low, 1)
            if abs(low - bottom) < tall * 0.6 and -1 <= left - last < tall * 1.6:
                runs[-1] = (before + text, (first, min(low, bottom), right, max(high, top)))
                continue
        runs.append((text, (left, bottom, right, top)))
    for text, box in runs:
        x, y, cosine, sine = page.written(box)
        writing = canvas.beginText()
        writing.setTextRenderMode(3)
        writing.setFont(_FONT, max(4.0, min(box[3] - box[1], 40.0)))
        writing.setTextTransform(cosine, sine, -sine, cosine, x, y)
        writing.textOut(text.rstrip())
        canvas.drawText(writing)


def _seen(grey: Image, place: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = place
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, grey.width), min(bottom, grey.height)
    if left >= right or top >= bottom:
        return False
    low, high = cast("tuple[int, int]", grey.crop((left, top, right, bottom)).getextrema())
    return high - low > _INK


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    import pypdfium2  # noqa: PLC0415  loaded only where a PDF is read

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("U-ENCRYPTED" if "password" in str(error).lower() else "U-BROKEN") from error
    try:
        if not 0 < len(document) <= MAX_PAGES:
            raise UnreadableError("U-LARGE" if len(document) else "U-BROKEN")
        yield document
    finally:
        document.close()


@contextmanager
def _page(document: Any, number: int) -> Iterator[_Page]:
    import pypdfium2  # noqa: PLC0415  loaded only where a PDF is read
    import pypdfium2.raw as raw  # noqa: PLC0415, PLR0402  pdfium's own names

    try:
        page = document[number]
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("U-BROKEN") from error
    try:
        yield _Page(page, raw)
    finally:
        page.close()
