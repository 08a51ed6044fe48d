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
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from disclosure_gate.detect.page import RADICALS
from disclosure_gate.detect.reader import HIDDEN, FileText
from disclosure_gate.model.document import File
from disclosure_gate.model.errors import UnreadableError
from disclosure_gate.model.findings import Unseen
from disclosure_gate.redact.layout import Flow, Glyph, Ruling, Sheet, flow, in_lines
from disclosure_gate.redact.trial import Trial
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
_ESCAPE = re.compile(
    rb"\\([0-7]{3}|[()\\])"
)  # a byte of a text by its number, or one that needs a sign before it
_TYPE = 0.8  # of the height of a line in its font
_EDGE = 2  # pixels a bar stands over the ink it covers
_STRAY = 12  # characters without ink that are forgiven: spaces of another sort, marks
_MINUTE = 2.0  # points: no one reads a character as small, such as those of the mark that TCPDF leaves on a last page
_TEXT = "body"  # the place of what all pages say
_THIN = 3.0  # points: what is thinner is a line, drawn as a surface
_MOST_SEGMENTS = 20_000  # of one path
_STRAIGHT = 1.0  # points by which a ruled line may be off
_ONE_AT_A_TIME = Lock()
_TRIAL = Trial()
_Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top in points
_Pixels: TypeAlias = tuple[int, int, int, int]  # left, top, right, bottom of a picture
_Point: TypeAlias = tuple[float, float]
_ALONG = 100  # points along a line that tell its direction
_DEEP = 64  # forms within forms: more than pdfium itself follows
_SHADOW = 0.12  # of the size of a character: how far off it is drawn once more
_SHADOWED = 0.3  # of its width: the next of two narrow ones is no shadow
_WRITING = 8  # shapes unlike one another: the figures of a number; markers of a chart are alike
_FEWEST_POINTS = 6
_SLANTED = 3  # steps of a contour that are neither level nor upright
_LARGE = 72.0  # points: a character is smaller
_FINE = 12  # parts of its size to which a shape is told from another
_TILE = re.compile(rb"/[XY]Step ([-+]?[0-9]*[.]?[0-9]+)")
_MATRIX = re.compile(rb"/Matrix ?\[((?:\s*[-+]?[0-9]*[.]?[0-9]+){4})")
_WORDY = 24.0  # points: a smaller tile is hatching
_PATCH = 16.0  # points of a page that are looked at together
_BLANKS = frozenset({9, 10, 13, 32, 0xA0, 0x3000})  # code points


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
        from reportlab import rl_config  # noqa: PLC0415  loaded only where a PDF is written
        from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  loaded only where a PDF is written
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

        rl_config.useA85 = 0  # streams as they are: smaller, and :meth:`raw` looks into them
        if _FONT not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        out = io.BytesIO()
        canvas = Canvas(out, invariant=True, pageCompression=1)
        with _opened(data) as document:
            text = flow(_in_order(_sheets(document)))
            shown = _by_page(text, len(document))
            hidden = merged(masks.get(_TEXT, ()))
            for number in range(len(document)):
                with _page(document, number) as page:
                    if not _draw(canvas, page, shown[number], hidden):
                        raise UnreadableError("U-UNSHOWN", where=f"pages/{number + 1}")
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
        at = data.find(b"stream")
        while at >= 0 and (end := data.find(b"endstream", at)) >= 0:
            body = data[at + len(b"stream") : end].lstrip(b"\r\n")
            at = data.find(b"stream", end + len(b"endstream"))
            try:
                unpacked = zlib.decompressobj().decompress(body, _MAX_STREAM)
            except zlib.error:  # a picture
                continue
            found += [unpacked, _ESCAPE.sub(_unescaped, unpacked)]
        return found

    def _read(self, data: bytes, *, images: bool) -> FileText:
        unseen: list[Unseen] = []
        with _opened(data) as document:
            hidden = [value for value in document.get_metadata_dict().values() if value]
            if document.count_attachments():
                unseen.append(Unseen("", "U-EMBEDDED"))
            if images and _tiled(document):
                unseen.append(Unseen("", "U-IMAGE"))

            def pages() -> Iterator[list[Sheet]]:
                for number in range(len(document)):
                    with _page(document, number) as page:
                        sheets = page.sheets(number)
                        hidden.extend(page.notes)
                        codes = page.unseen(written=bool(sheets[0].glyphs), images=images)
                        unseen.extend(Unseen(f"pages/{number + 1}", code) for code in codes)
                    yield sheets

            text = flow(_in_order(pages())).text
        parts = [(_TEXT, text)]
        hidden = [value for value in hidden if value not in text]  # a form's values stand on its page
        if hidden:
            parts.append((f"{HIDDEN}/properties", "\n".join(hidden)))
        return FileText(tuple(parts), tuple(unseen))


class _Page:
    """One page: its characters with their boxes, its images, its picture. ``notes`` are words in annotations."""

    def __init__(self, page: Any, raw: Any, notes: Sequence[str], *, attached: bool) -> None:
        self._page = page
        self._raw = raw
        self._attached = attached
        self.notes = notes
        self.width, self.height = page.get_size()
        self._rotation = page.get_rotation()
        self._turn = self._direction()
        self._rotation = self._turn.rotation

    def unseen(self, *, written: bool, images: bool) -> Iterator[str]:
        """Codes of what the page shows and no text tells; of its pictures only if ``images``."""
        if self._attached:
            yield "U-EMBEDDED"
        if images and (self.image_area() > _LEAST_IMAGE or self.outlined()):
            yield "U-IMAGE" if written else "U-SCAN"
        elif images and not written and self.inked():
            yield "U-SCAN"
        if self.nameless():
            yield "U-FONT"

    def characters(self) -> list[tuple[str, _Box | None]]:
        """Every character in the order in which it is written; ``None`` for blanks and what has no place."""
        with self._written() as text:
            return self._characters(text)

    @contextmanager
    def _written(self) -> Iterator[Any]:
        """The text, with the page turned until it runs from left to right: pdfium mixes up lines that run otherwise."""
        shown = self._page.get_rotation()
        self._page.set_rotation(self._rotation)
        text = self._page.get_textpage()
        try:
            yield text
        finally:
            text.close()
            self._page.set_rotation(shown)

    def _characters(self, text: Any) -> list[tuple[str, _Box | None]]:
        raw = self._raw
        found: list[tuple[str, _Box | None]] = []
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        high = 0  # the first half of a character beyond the first plane: pdfium counts it as two
        for index in range(text.count_chars()):
            code = raw.FPDFText_GetUnicode(text.raw, index)
            code = RADICALS.get(code, code)
            if high and 0xDC00 <= code < 0xE000:  # noqa: PLR2004  Unicode's own bounds
                found[-1] = (chr(0x10000 + (high - 0xD800) * 0x400 + code - 0xDC00), found[-1][1])
                found.append(("", None))
                high = 0
                continue
            high = code if 0xD800 <= code < 0xDC00 else 0  # noqa: PLR2004  Unicode's own bounds
            char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004  Unicode's own bounds
            if char in "\ufffe\uffff\x02":
                char = "-"  # a hyphen at the end of a line
            boxed = raw.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
            box = (left.value, bottom.value, right.value, top.value) if boxed and not char.isspace() else None
            found.append((char, box))
        return found

    def _direction(self) -> _Turn:
        """The direction in which most characters follow one another.

        In which order pdfium gives those of a line that stands upside down cannot be relied on: they say themselves how they stand.
        """
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        votes: Counter[tuple[int, int]] = Counter()
        stands = names.FS_MATRIX()
        with self._written() as text:
            for (_, one, _), (_, other, number) in pairwise(self._boxes(text)):
                self._raw.FPDFText_GetMatrix(text.raw, number, stands)
                level = abs(stands.a) > abs(stands.b)
                across = (other[0] + other[2] - one[0] - one[2]) / 2
                up = (other[1] + other[3] - one[1] - one[3]) / 2
                if abs(across) >= abs(up):
                    votes[1 if (stands.a if level else across) >= 0 else -1, 0] += 1
                else:
                    votes[0, 1 if (up if level else stands.b) >= 0 else -1] += 1
        return _Turn(*max(votes, key=lambda each: (votes[each], each))) if votes else _Turn(1, 0)

    def sheets(self, page: int) -> list[Sheet]:
        """What the page shows: what runs along it, then what runs in each other direction, as a stamp on its side may."""
        with self._written() as text:
            boxes, _ = _once(self._boxes(text))
            runs = [self._runs(text, number) for *_, number in boxes]
        main = self._turn.towards
        if runs.count(main) < max(map(runs.count, set(runs)), default=0):  # upright signs below one another
            return [self._sheet(page, boxes, self._turn)]
        others = sorted(set(runs) - {main})
        found = [
            self._sheet(page, [box for box, run in zip(boxes, runs, strict=True) if run == main], self._turn)
        ]
        for towards in others:
            across = [box for box, run in zip(boxes, runs, strict=True) if run == towards]
            sheet = self._sheet(page, across, _Turn(*towards))
            found.append(replace(sheet, glyphs=in_lines(sheet.glyphs)))
        return found

    def _runs(self, text: Any, number: int) -> tuple[int, int]:
        """The direction in which a character stands."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        stands = names.FS_MATRIX()
        self._raw.FPDFText_GetMatrix(text.raw, number, stands)
        if abs(stands.a) >= abs(stands.b):
            return (1, 0) if stands.a >= 0 else (-1, 0)
        return (0, 1) if stands.b >= 0 else (0, -1)

    def _sheet(self, page: int, boxes: Sequence[tuple[str, _Box, int]], turn: _Turn) -> Sheet:
        """These characters and the ruled lines, turned."""
        left, top, right, bottom = turn.box(tuple(self._page.get_bbox()))
        glyphs = [
            Glyph(char, x - left, y - top, other_x - left, other_y - top, page, number)
            for char, box, number in boxes
            for x, y, other_x, other_y in (turn.box(box),)
        ]
        upright: list[Ruling] = []
        level: list[Ruling] = []
        for start, end in self._strokes():
            x, y, other_x, other_y = turn.box((*start, *end))
            if other_x - x <= _STRAIGHT < other_y - y:
                upright.append(Ruling(x - left, y - top, other_y - top))
            elif other_y - y <= _STRAIGHT < other_x - x:
                level.append(Ruling(y - top, x - left, other_x - left))
        return Sheet(right - left, bottom - top, glyphs, upright, level)

    def _boxes(self, text: Any) -> list[tuple[str, _Box, int]]:
        """Every character that is no blank, the box of its type rather than of its ink, and its number."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        found: list[tuple[str, _Box, int]] = []
        loose = names.FS_RECTF()
        for number, (char, tight) in enumerate(self._characters(text)):
            if not char or char.isspace():
                continue
            box = tight
            if self._raw.FPDFText_GetLooseCharBox(text.raw, number, loose):
                box = (loose.left, loose.bottom, loose.right, loose.top)
            if box is None:  # it has no place: it stands where the one before it does
                box = found[-1][1] if found else (0.0, 0.0, 0.0, 0.0)
            found.append((char, box, number))
        return found

    def again(self) -> Mapping[int, Sequence[int]]:
        """Characters drawn where they stand already, as a shadow, an outline or to look bold, by the number of the first."""
        with self._written() as text:
            return _once(self._boxes(text))[1]

    def _strokes(self) -> Iterator[tuple[_Point, _Point]]:
        """What may be ruled: strokes from corner to corner, and surfaces too thin to be anything else."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        fill, stroke = ctypes.c_int(), ctypes.c_int()
        for each, placed in self._objects(names.FPDF_PAGEOBJ_PATH):
            self._raw.FPDFPath_GetDrawMode(each.raw, fill, stroke)
            for outline in self._outlines(each, placed):
                if stroke.value:
                    yield from pairwise(outline)
                elif fill.value:
                    xs, ys = zip(*outline, strict=True)
                    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
                    if right - left <= _THIN:
                        yield ((left + right) / 2, low), ((left + right) / 2, high)
                    elif high - low <= _THIN:
                        yield (left, (low + high) / 2), (right, (low + high) / 2)

    def _objects(self, kind: int) -> Iterator[tuple[Any, Any]]:
        """Objects of a kind, each with the matrix that puts what it says of its place onto the page."""
        from pypdfium2 import PdfMatrix  # noqa: PLC0415  loaded only where a PDF is read

        form, placed = None, PdfMatrix()
        for each in self._page.get_objects(filter=[kind], max_depth=_DEEP):
            if each.container is not form:
                form, placed = each.container, PdfMatrix()
                outer = form
                while outer is not None:
                    placed = placed.multiply(outer.get_matrix())
                    outer = outer.container
            yield each, placed

    def _outlines(self, path: Any, placed: Any) -> Iterator[list[_Point]]:
        """The outlines of a path as their corners; those with curves are left out."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        raw, matrix = self._raw, path.get_matrix().multiply(placed)
        x, y = ctypes.c_float(), ctypes.c_float()
        corners: list[_Point] = []
        straight = True
        for index in range(min(raw.FPDFPath_CountSegments(path.raw), _MOST_SEGMENTS)):
            segment = raw.FPDFPath_GetPathSegment(path.raw, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == names.FPDF_SEGMENT_MOVETO:
                if straight and len(corners) > 1:
                    yield corners
                corners, straight = [], True
            straight = straight and kind != names.FPDF_SEGMENT_BEZIERTO
            corners.append(matrix.on_point(x.value, y.value))
            if raw.FPDFPathSegment_GetClose(segment):
                corners.append(corners[0])
        if straight and len(corners) > 1:
            yield corners

    def nameless(self) -> bool:
        """Whether characters beside others are drawn by a font that does not tell what they are.

        One that stands by itself is a bullet.
        """
        raw = self._raw
        with self._written() as text:
            last = text.count_chars() - 1
            return any(
                raw.FPDFText_GetUnicode(text.raw, beside) not in _BLANKS
                and raw.FPDFText_IsGenerated(text.raw, beside) != 1
                for index in range(last + 1)
                if raw.FPDFText_HasUnicodeMapError(text.raw, index) == 1
                for beside in (index - 1, index + 1)
                if 0 <= beside <= last
            )

    def image_area(self) -> float:
        """The share of the page that its images have: one cut into many small ones is one."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        area = 0.0
        for each, placed in self._objects(names.FPDF_PAGEOBJ_IMAGE):
            left, bottom, right, top = placed.on_rect(*each.get_bounds())
            area += (right - left) * (top - bottom)
        return area / float(max(self.width * self.height, 1))

    def outlined(self) -> bool:
        """Whether shapes are drawn that may be characters: small, not straight, and many unlike one another."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        found: set[tuple[tuple[int, int], ...]] = set()
        for path, placed in self._objects(names.FPDF_PAGEOBJ_PATH):
            found.update(filter(None, map(_shape, self._contours(path, placed))))
            if len(found) >= _WRITING:
                return True
        return False

    def _contours(self, path: Any, placed: Any) -> Iterator[list[_Point]]:
        """The parts of a path as their points, those that bend a curve among them."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        raw, matrix = self._raw, path.get_matrix().multiply(placed)
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[_Point] = []
        for index in range(min(raw.FPDFPath_CountSegments(path.raw), _MOST_SEGMENTS)):
            segment = raw.FPDFPath_GetPathSegment(path.raw, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            if raw.FPDFPathSegment_GetType(segment) == names.FPDF_SEGMENT_MOVETO:
                yield points
                points = []
            points.append(matrix.on_point(x.value, y.value))
        yield points

    def picture(self) -> Image:
        """The page as people see it."""
        scale = _DPI / _POINTS
        shown = self._page.render(scale=scale, may_draw_forms=False, draw_annots=False)
        return cast("Image", shown.to_pil().convert("RGB"))

    def inked(self) -> bool:
        """Whether anything at all is drawn on the page."""
        small = self._page.render(scale=0.5, may_draw_forms=False).to_pil().convert("L")
        low, high = cast("tuple[int, int]", small.getextrema())
        return high - low > _INK

    def covers(self, numbers: Sequence[int]) -> list[_Box | None]:
        """What a bar over each of these characters covers: the room of its type, so that 一 is told from 岑 no more."""
        import pypdfium2.raw as names  # noqa: PLC0415  beside its only use

        found: list[_Box | None] = []
        loose = names.FS_RECTF()
        with self._written() as text:
            for number in numbers:
                if self._raw.FPDFText_GetLooseCharBox(text.raw, number, loose):
                    box = loose.left, loose.bottom, loose.right, loose.top
                    found.append(_of_type(box))
                else:
                    found.append(None)
        return found

    def pixels(self, box: _Box) -> _Pixels:
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
        start, onward = self._turn.foot(box)
        x, y = self._pixel(*start)
        along_x, along_y = self._pixel(*onward)
        scale = _POINTS / _DPI
        length = math.hypot(along_x - x, along_y - y) or 1
        return x * scale, self.height - y * scale, (along_x - x) / length, (y - along_y) / length

    def sideways(self) -> bool:
        """Whether lines run up or down on the shown page."""
        (x, y), (along_x, along_y) = (self._pixel(*point) for point in self._turn.foot((0, 0, 0, 0)))
        return abs(along_y - y) > abs(along_x - x)

    def along(self, box: _Box) -> _Box:
        """Left, top, right, bottom of a box of the page in the direction of its text, counted from above."""
        return self._turn.box(box)

    def _pixel(self, across: float, up: float) -> tuple[int, int]:
        width, height = (math.ceil(size * _DPI / _POINTS) for size in (self.width, self.height))
        x, y = ctypes.c_int(), ctypes.c_int()
        self._raw.FPDF_PageToDevice(self._page.raw, 0, 0, width, height, 0, across, up, x, y)
        return x.value, y.value


class _Turn:
    """Turns a page by quarters until its text runs from left to right."""

    def __init__(self, across: int, up: int) -> None:
        self._across, self._up = self.towards = across, up  # the direction of the text
        self.rotation = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}[across, up]

    def box(self, box: tuple[float, ...]) -> _Box:
        """Left, top, right, bottom, counted from above, of a box of the page given by two corners."""
        x, y, other_x, other_y = box
        along = x * self._across + y * self._up, other_x * self._across + other_y * self._up
        down = x * self._up - y * self._across, other_x * self._up - other_y * self._across
        return min(along), min(down), max(along), max(down)

    def foot(self, box: _Box) -> tuple[_Point, _Point]:
        """Where on the page the line under a text begins, and a place further along it."""
        left, bottom, right, top = box
        x = left if self._across - self._up > 0 else right
        y = bottom if self._across + self._up > 0 else top
        return (x, y), (x + _ALONG * self._across, y + _ALONG * self._up)


def _once(
    boxes: Sequence[tuple[str, _Box, int]],
) -> tuple[list[tuple[str, _Box, int]], dict[int, list[int]]]:
    """Characters without those drawn again where they stand, and the numbers of these by that of the first."""
    kept: list[tuple[str, _Box, int]] = []
    again: dict[int, list[int]] = {}
    stand: dict[tuple[str, int, int], list[tuple[float, float, float, int]]] = {}
    for char, box, number in boxes:
        left, bottom, right, top = box
        across, up = (left + right) / 2, (bottom + top) / 2
        size = max(right - left, top - bottom)
        near = min(_SHADOW * size, _SHADOWED * min(right - left, top - bottom))
        columns = {int((across - near) // _PATCH), int((across + near) // _PATCH)}
        rows = {int((up - near) // _PATCH), int((up + near) // _PATCH)}
        first = next(
            (
                one
                for column in columns
                for row in rows
                for x, y, other, one in stand.get((char, column, row), ())
                if abs(x - across) <= near and abs(y - up) <= near and abs(other - size) <= size / 4
            ),
            None,
        )
        if first is None:
            place = char, int(across // _PATCH), int(up // _PATCH)
            stand.setdefault(place, []).append((across, up, size, number))
            kept.append((char, box, number))
        else:
            again.setdefault(first, []).append(number)
    return kept, again


def _shape(points: Sequence[_Point]) -> tuple[tuple[int, int], ...] | None:
    """A contour, whatever its size and place, if it may be one of a character: neither large nor made of level and upright lines."""
    if len(points) < _FEWEST_POINTS:
        return None
    xs, ys = zip(*points, strict=True)
    left, bottom = min(xs), min(ys)
    size = max(max(xs) - left, max(ys) - bottom)
    if not _MINUTE < size < _LARGE:
        return None
    shape = tuple((round((x - left) / size * _FINE), round((y - bottom) / size * _FINE)) for x, y in points)
    slanted = sum(x != other_x and y != other_y for (x, y), (other_x, other_y) in pairwise(shape))
    return shape if slanted >= _SLANTED else None


def _tiled(document: Any) -> bool:
    """Whether surfaces are filled with tiles large enough for words, as of a watermark: pdfium tells nothing of what stands in one."""
    import pypdfium2  # noqa: PLC0415  loaded only where a PDF is read

    plain = io.BytesIO()
    try:
        document.save(plain, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)  # every object by itself, none packed
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("U-BROKEN") from error
    data = plain.getvalue()
    for found in _TILE.finditer(data):
        turned = _MATRIX.search(data, data.rfind(b" obj", 0, found.start()), found.start())
        scale = max(abs(float(each)) for each in turned[1].split()[:4]) if turned else 1.0
        if abs(float(found[1])) * scale > _WORDY:
            return True
    return False


def _sheets(document: Any) -> Iterator[list[Sheet]]:
    for number in range(len(document)):
        with _page(document, number) as page:
            yield page.sheets(number)


def _in_order(pages: Iterable[list[Sheet]]) -> Iterator[Sheet]:
    """What runs along each page, so that it can go on over the next; then what runs across some."""
    across: list[Sheet] = []
    for sheet, *others in pages:
        yield sheet
        across += others
    yield from across


def _by_page(text: Flow, pages: int) -> list[list[tuple[int, int]]]:
    """For each page its characters in reading order: the place in the text, the number on the page."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(pages)]
    for place, (page, number) in enumerate(zip(text.pages, text.numbers, strict=True)):
        if page >= 0:
            found[page].append((place, number))
    return found


def _draw(canvas: Any, page: _Page, shown: Sequence[tuple[int, int]], masks: Sequence[Mask]) -> bool:
    """Draw a page; or tell that it holds much text without ink where it should stand: hidden, or not on this page."""
    from PIL import ImageDraw  # noqa: PLC0415  loaded only where a PDF is written
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415

    picture = page.picture()
    grey = picture.convert("L")
    characters = page.characters()
    pen = ImageDraw.Draw(picture)
    layer: list[tuple[str, _Box]] = []
    inked = [0, 0]  # characters with and without ink where they should stand
    begins = [start for start, _, _ in masks]
    masked = [number for place, number in shown if _over(place, begins, masks) is not None]
    again = page.again() if masked else {}
    masked += [other for number in masked for other in again.get(number, ())]
    covers = dict(zip(masked, page.covers(masked), strict=True))
    written = -1  # the mask whose words stand in the layer already
    bars: list[tuple[int, _Pixels]] = []  # each of a mask, on one line
    sideways = page.sideways()
    before = -1
    for place, number in shown:
        char, box = characters[number]
        if box is None:
            continue
        if layer and place != before + 1:
            text, where = layer[-1]
            layer[-1] = (text + " ", where)
        before = place
        left, top, right, bottom = page.pixels(box)
        seen = _seen(grey, (left, top, right, bottom))
        inked[seen] += seen or not 0 < max(box[2] - box[0], box[3] - box[1]) < _MINUTE
        over = _over(place, begins, masks)
        if over is not None:
            for each in (number, *again.get(number, ())):
                inner, cover = characters[each][1] or box, covers[each]
                ink = page.pixels(inner)
                room = ink if cover is None else page.pixels(cover)
                _put_bar(bars, over, ink, room, sideways=sideways)
            if seen and over != written:
                layer.append((masks[over][2], box))
                written = over
        elif seen:
            layer.append((char, box))
    for _, bar in bars:
        pen.rectangle(bar, fill=(0, 0, 0))
    if inked[False] > max(_STRAY, inked[True] // 4):
        return False
    canvas.setPageSize((page.width, page.height))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    canvas.drawImage(ImageReader(buffer), 0, 0, page.width, page.height)
    _write_layer(canvas, layer, page)
    canvas.showPage()
    return True


def _put_bar(
    bars: list[tuple[int, _Pixels]], over: int, ink: _Pixels, room: _Pixels, *, sideways: bool
) -> None:
    """Cover the ink of a character of a mask and the room of its type, with the bar of its line if there is one.

    One bar, as high all along, not one for each word or character: what they measure would tell much.
    """
    across, down = (_EDGE, 0) if sideways else (0, _EDGE)  # along the line a comma beside it stays
    (left, top, right, bottom), (first, high, last, low) = ink, room
    bar = _around(
        (left - _EDGE, top - _EDGE, right + _EDGE, bottom + _EDGE),
        (first - across, high - down, last + across, low + down),
    )
    if bars and bars[-1][0] == over:
        before = bars[-1][1]
        off, tall = (before[2] - last, last - first) if sideways else (before[3] - low, low - high)
        if abs(off) < tall / 2:
            bar = _around(bars.pop()[1], bar)
    bars.append((over, bar))


def _unescaped(escape: re.Match[bytes]) -> bytes:
    sign = escape[1]
    return sign if len(sign) == 1 else bytes([int(sign, 8) & 0xFF])


def _over(place: int, begins: Sequence[int], masks: Sequence[Mask]) -> int | None:
    """The number of the mask that a place of the text lies in."""
    number = bisect_right(begins, place) - 1
    return number if number >= 0 and place < masks[number][1] else None


def _around(one: _Pixels, other: _Pixels) -> _Pixels:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _of_type(box: _Box) -> _Box:
    """Of the room a font asks for a character, what its type takes: lines above and below stay clear."""
    left, bottom, right, top = box
    spare = max(right - left, top - bottom) * (1 - _TYPE) / 2
    across, up = (0.0, spare) if top - bottom > right - left else (spare, 0.0)
    return left + across, bottom + up, right - across, top - up


def _write_layer(canvas: Any, layer: Sequence[tuple[str, _Box]], page: _Page) -> None:
    """The text of the page, invisible, each run where it stands."""
    runs: list[tuple[str, _Box, _Box]] = []  # where it begins on the page, and what it takes along the line
    for text, box in layer:
        left, top, right, bottom = page.along(box)
        if runs:
            before, begins, (first, high, last, low) = runs[-1]
            tall = max(low - high, 1)
            if abs(low - bottom) < tall * 0.6 and -1 <= left - last < tall * 1.6:
                runs[-1] = (before + text, begins, (first, min(high, top), right, max(low, bottom)))
                continue
        runs.append((text, box, (left, top, right, bottom)))
    for text, box, (_, top, _, bottom) in runs:
        x, y, cosine, sine = page.written(box)
        writing = canvas.beginText()
        writing.setTextRenderMode(3)
        writing.setFont(_FONT, max(4.0, min(bottom - top, 40.0)))
        writing.setTextTransform(cosine, sine, -sine, cosine, x, y)
        writing.textOut(text.rstrip())
        canvas.drawText(writing)


def _seen(grey: Image, place: _Pixels) -> bool:
    left, top, right, bottom = place
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, grey.width), min(bottom, grey.height)
    if left >= right or top >= bottom:
        return False
    low, high = cast("tuple[int, int]", grey.crop((left, top, right, bottom)).getextrema())
    return high - low > _INK


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """The file, for one thread at a time: pdfium mixes up, or breaks, what two of them read at once."""
    import pypdfium2  # noqa: PLC0415  loaded only where a PDF is read

    if not _TRIAL.passes(data):
        raise UnreadableError("U-LARGE")
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise UnreadableError(
                "U-ENCRYPTED" if "password" in str(error).lower() else "U-BROKEN"
            ) from error
        try:
            if not 0 < len(document) <= MAX_PAGES:
                raise UnreadableError("U-LARGE" if len(document) else "U-BROKEN")
            yield document
        finally:
            document.close()


@contextmanager
def _page(document: Any, number: int) -> Iterator[_Page]:
    """A page as people see it: stamps, comments shown and filled fields are part of it like all that is drawn."""
    import pypdfium2  # noqa: PLC0415  loaded only where a PDF is read
    import pypdfium2.raw as raw  # noqa: PLC0415, PLR0402  pdfium's own names

    try:
        page = document[number]
        notes, kinds = _noted(page, raw)
        if kinds - {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_TEXT}:
            page.render(scale=0.05)  # draws the fields that have no looks of their own
            box = page.get_bbox()
            page.set_mediabox(*box)  # pdfium would not see one that all pages have together
            page.set_cropbox(*box)
            flat = raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
            page.close()
            if flat == raw.FLATTEN_FAIL:
                raise UnreadableError("U-BROKEN")
            page = document[number]  # what was drawn into it is read only anew
    except pypdfium2.PdfiumError as error:
        raise UnreadableError("U-BROKEN") from error
    try:
        _as_drawn(page, raw)
        yield _Page(page, raw, notes, attached=not kinds.isdisjoint(_attachments(raw)))
    finally:
        page.close()


def _noted(page: Any, raw: Any) -> tuple[list[str], set[int]]:
    """Words in annotations and form fields, the last first, and the kinds of annotations there are."""
    found: list[str] = []
    kinds: set[int] = set()
    for index in reversed(range(raw.FPDFPage_GetAnnotCount(page.raw))):
        note = raw.FPDFPage_GetAnnot(page.raw, index)
        kind = raw.FPDFAnnot_GetSubtype(note)
        kinds.add(kind)
        for key in (b"Contents", b"V", b"T", b"TU", b"RC", b"Subj", b"URI"):
            size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            if size > 2:  # noqa: PLR2004  the closing NUL of an empty string
                buffer = ctypes.create_string_buffer(size)
                raw.FPDFAnnot_GetStringValue(
                    note, key, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size
                )
                found.append(buffer.raw[: size - 2].decode("utf-16-le", errors="replace"))
        raw.FPDFPage_CloseAnnot(note)
        if kind == raw.FPDF_ANNOT_TEXT:  # a note stuck on the page, shown as a sign over its text
            raw.FPDFPage_RemoveAnnot(page.raw, index)
    return found, kinds


def _attachments(raw: Any) -> set[int]:
    return {
        raw.FPDF_ANNOT_FILEATTACHMENT,
        raw.FPDF_ANNOT_SOUND,
        raw.FPDF_ANNOT_MOVIE,
        raw.FPDF_ANNOT_RICHMEDIA,
    }


def _as_drawn(page: Any, raw: Any) -> None:
    """Take away what text is said to mean (``ActualText``): what is drawn is read, and nothing else."""
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=_DEEP):
        for index in reversed(range(raw.FPDFPageObj_CountMarks(each.raw))):
            mark = raw.FPDFPageObj_GetMark(each.raw, index)
            raw.FPDFPageObjMark_RemoveParam(each.raw, mark, b"ActualText")
