"""What is read of a printed page is what was written: lines, paragraphs, cells, whatever width broke them."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure_gate.redact.layout import Glyph, Ruling, Sheet, flow

_EM = 10.0
_LINE = 18.0
_HAN = "经审核现对申请人的家庭情况予以公示如有异议请向本机关反映"
# No number of anybody has more than twenty digits: where more stand below one another, they are two.
_WORDS = st.lists(
    st.one_of(st.sampled_from(_HAN), st.integers(0, 10**17).map("{}号".format)), min_size=40, max_size=120
).map("".join)
_CELLS = st.text(alphabet=_HAN + "0123456789", min_size=1, max_size=30).filter(
    lambda text: re.search("[0-9]{21}", text) is None
)


class _Printer:
    """Sets type on pages, as wide as they are told to be."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.pages: list[list[Glyph]] = [[]]
        self.rules: list[tuple[list[Ruling], list[Ruling]]] = [([], [])]
        self.down = 40.0

    def line(self, text: str, left: float = 40.0) -> None:
        across = left
        for char in text:
            wide = _EM / 2 if char.isascii() else _EM
            if not char.isspace():
                page = len(self.pages) - 1
                box = (across, self.down, across + wide, self.down + _LINE / 1.4)
                self.pages[-1].append(Glyph(char, *box, page, len(self.pages[-1])))
            across += wide
        self.down += _LINE

    def paragraph(self, text: str) -> None:
        left, right = 40.0, 40.0 + self.width
        lines = _broken(text, self.width - 2 * _EM, self.width)
        for number, line in enumerate(lines):
            self.line(line, left + 2 * _EM if number == 0 else left)
        assert right > left

    def page(self) -> None:
        self.pages.append([])
        self.rules.append(([], []))
        self.down = 40.0

    def table(self, rows: list[list[str]], widths: list[float]) -> None:
        upright, level = self.rules[-1]
        top = self.down
        edges = [40.0]
        for width in widths:
            edges.append(edges[-1] + width)
        for row in rows:
            level.append(Ruling(self.down, edges[0], edges[-1]))
            begin, deepest = self.down, self.down
            for text, edge, width in zip(row, edges, widths, strict=False):
                self.down = begin
                for part in text.split("\x0b"):
                    for line in _broken(part, width - 8, width - 8):
                        self.line(line, edge + 4)
                deepest = max(deepest, self.down)
            self.down = deepest
        level.append(Ruling(self.down, edges[0], edges[-1]))
        upright += [Ruling(edge, top, self.down) for edge in edges]
        self.down += _LINE

    def text(self) -> str:
        sheets = [
            Sheet(self.width + 80, 842, glyphs, *rules)
            for glyphs, rules in zip(self.pages, self.rules, strict=True)
        ]
        found = flow(sheets)
        shown = [(page, number) for page, number in zip(found.pages, found.numbers, strict=True) if page >= 0]
        # INVARIANT P6: whatever a page shows is read, once.
        assert sorted(shown) == [
            (page, each.number) for page, glyphs in enumerate(self.pages) for each in glyphs
        ]
        return found.text


def _broken(text: str, first: float, others: float) -> list[str]:
    """Lines as wide as there is room; a number is broken only where it is wider than a line."""
    words: list[str] = []
    for char in text:
        if words and char.isascii() and words[-1].isascii():
            words[-1] += char
        else:
            words.append(char)
    lines, used, room = [""], 0.0, first
    for word in words:
        width = sum(_EM / 2 if char.isascii() else _EM for char in word)
        if used + width > room and lines[-1]:
            lines.append("")
            used, room = 0.0, others
        for char in word:
            wide = _EM / 2 if char.isascii() else _EM
            if used + wide > room:
                lines.append("")
                used, room = 0.0, others
            lines[-1] += char
            used += wide
    return lines


@pytest.mark.law("P6")
@settings(max_examples=60, deadline=None)
@given(paragraphs=st.lists(_WORDS, min_size=1, max_size=4), width=st.integers(25, 45))
def test_paragraphs_are_read_as_they_were_written(paragraphs: list[str], width: int) -> None:
    printer = _Printer(width * _EM)
    for paragraph in paragraphs:
        printer.paragraph(f"{paragraph}。")
    assert printer.text().split("\n") == [f"{paragraph}。" for paragraph in paragraphs]


@pytest.mark.law("P6")
@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(_CELLS, min_size=4, max_size=4), min_size=2, max_size=8),
    widths=st.lists(st.integers(45, 140), min_size=4, max_size=4),
)
def test_tables_are_read_cell_by_cell(rows: list[list[str]], widths: list[int]) -> None:
    printer = _Printer(560)
    printer.line("名单如下")
    printer.table(rows, [float(width) for width in widths])
    printer.line("以上")
    assert printer.text().split("\n") == ["名单如下", *("\t".join(row) for row in rows), "以上"]


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    "cell",
    [
        "13522292302\x0b13558460313",
        "330103198602091219\x0b330108199808166681",
        "0571-87654321\x0b13558460313",
        "500.00\x0b630.00",
    ],
)
@pytest.mark.parametrize("width", [45, 11 * _EM / 2 + 8, 18 * _EM / 2 + 8, 160])
def test_numbers_that_stand_below_one_another_in_a_cell_stay_two(cell: str, width: float) -> None:
    printer = _Printer(400)
    printer.table([["户号", "号码"], ["1", cell]], [60, width])
    _, said = printer.text().split("\n")[1].split("\t")
    # An identity card's number is found, and masked, beside another one too: where both fill their lines they may be one.
    assert said == cell or (len(cell) > 30 and width < 100 and said == cell.replace("\x0b", ""))


@pytest.mark.law("P6")
@pytest.mark.parametrize(("first", "second"), [("138-1234-", "5678"), ("6228 4800 1234", "5678 901")])
def test_a_number_written_in_groups_is_one_where_a_line_ends_between_them(first: str, second: str) -> None:
    printer = _Printer(400)
    printer.table([["户号", "号码"], ["1", f"{first}\x0b{second}"]], [60, len(first) * _EM / 2 + 18])
    assert printer.text().split("\t")[-1] == first + second


@pytest.mark.law("P6")
def test_a_number_is_one_though_the_line_had_room_for_its_last_part() -> None:
    # A program may keep 5678、13558460313 whole, and end the line after the hyphen before it.
    lines = ["138-1234-", "5678、13558460313"]
    printer = _Printer(400)
    printer.table([["户号", "号码"], ["1", "\x0b".join(lines)]], [60, 20 * _EM / 2])
    assert printer.text().split("\t")[-1] == "".join(lines)
    printer = _Printer(400)
    for line in lines:
        printer.line(line, 40.0)
    assert printer.text() == "".join(lines)


def test_a_paragraph_goes_on_over_the_page_and_past_its_number() -> None:
    printer = _Printer(300)
    printer.down = 760
    printer.line("经" * 30)
    printer.down = 800
    printer.line("- 1 -", 180)
    printer.page()
    printer.line("审核")
    printer.line("如有异议请反映", 60)
    assert printer.text() == f"{'经' * 30}审核\n如有异议请反映\n- 1 -"


def test_a_heading_printed_again_and_a_row_broken_by_the_page_are_one_table() -> None:
    printer = _Printer(400)
    head = ["序号", "姓名", "身份证号码"]
    printer.table([head, ["1", "岑云舟", "6105021979"]], [60, 80, 200])
    printer.page()
    printer.table([head, ["", "", "08133582"], ["2", "沐云", "610504198812109224"]], [60, 80, 200])
    assert printer.text().split("\n") == [
        "序号\t姓名\t身份证号码",
        "1\t岑云舟\t610502197908133582",
        "2\t沐云\t610504198812109224",
        "序号\t姓名\t身份证号码",
    ]


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        ("3303021955", "10120000", "330302195510120000"),
        ("33030219551012000", "0、330103198602091219", "330302195510120000、330103198602091219"),
        ("33030219551012000", "X\x0b330103198602091219", "33030219551012000X\x0b330103198602091219"),
        ("13522292302、135-5846-", "0313", "13522292302、135-5846-0313"),
    ],
)
def test_two_numbers_in_a_cell_are_read_though_the_page_ends_between_them(
    here: str, there: str, said: str
) -> None:
    printer = _Printer(500)
    printer.table([["姓名", "号码", "电话"], ["欧阳晓雪", here, "13522292302"]], [80, 220, 160])
    printer.page()
    printer.table([["", there, "13558460313"], ["李四", "5", "6"]], [80, 220, 160])
    assert printer.text().split("\n")[1:] == [f"欧阳晓雪\t{said}\t13522292302\x0b13558460313", "李四\t5\t6"]


@pytest.mark.law("P6")
def test_a_row_goes_on_on_a_page_that_shows_nothing_in_its_first_columns() -> None:
    printer = _Printer(500)
    printer.table(
        [["姓名", "号码", "电话"], ["欧阳晓雪", "33030219551012000", "13522292302、135-5846-"]],
        [80, 220, 160],
    )
    printer.page()
    printer.table([["", "0、330103198602091219", "0313"]], [80, 220, 160])
    assert printer.text().split("\n")[1:] == [
        "欧阳晓雪\t330302195510120000、330103198602091219\t13522292302、135-5846-0313"
    ]


def test_white_sets_columns_apart_from_page_to_page() -> None:
    printer = _Printer(400)
    for page in range(2):
        if page:
            printer.page()
        else:
            printer.line("序号    姓名        监护人")
        for row in range(4):
            printer.line(
                f"{row:<8}{'岑云舟' if row % 2 else '沐云　'}      {'岑某某' if row % 2 else '　　　'}"
            )
    assert printer.text().split("\n") == [
        "序号\t姓名\t监护人",
        *(
            f"{row}\t{'岑云舟' if row % 2 else '沐云'}\t{'岑某某' if row % 2 else ''}"
            for _ in range(2)
            for row in range(4)
        ),
    ]


def test_short_lines_are_not_joined() -> None:
    printer = _Printer(300)
    for line in ("姓名：岑云舟", "住址：幸福小区8栋1单元", "电话：13812345678", "景明区民政局"):
        printer.line(line)
    assert printer.text().split("\n") == [
        "姓名：岑云舟",
        "住址：幸福小区8栋1单元",
        "电话：13812345678",
        "景明区民政局",
    ]


def test_what_is_filled_in_stands_where_it_is_asked_for() -> None:
    printer = _Printer(500)
    for text, left, down in (
        ("申请人姓名：", 40.0, 40.0),
        ("联系电话：            （本人）", 40.0, 60.0),
        ("如实填写", 40.0, 80.0),
        ("岑云舟", 120.0, 40.0),
        ("13812345678", 92.0, 60.0),
    ):
        printer.down = down
        printer.line(text, left)
    assert printer.text().split("\n") == ["申请人姓名：\t岑云舟", "联系电话：13812345678（本人）", "如实填写"]


def test_words_over_other_words_stay_apart() -> None:
    printer = _Printer(500)
    printer.line("经审核现对申请人的家庭情况予以公示")
    printer.down -= _LINE
    printer.line("样本样本", 43.0)
    assert printer.text().split("\n") == ["经审核现对申请人的家庭情况予以公示", "样本样本"]


@pytest.mark.law("P6")
def test_a_number_that_the_next_cell_cuts_off_is_not_one_with_it() -> None:
    printer = _Printer(500)
    printer.line("欧阳晓雪330108199", 40.0)
    printer.down -= _LINE
    end = printer.pages[0][-1].right
    printer.line("13558460313", end - 0.45 * _EM / 2)
    assert printer.text() == "欧阳晓雪330108199\t13558460313"


@pytest.mark.law("P6")
@pytest.mark.parametrize("said", ["联系电话13812345678，请予核实", "13812345678", "630108199808166681"])
@pytest.mark.parametrize("nearer", [0.2, 0.35, 0.5])
def test_a_number_set_close_is_one(said: str, nearer: float) -> None:
    printer = _Printer(500)
    printer.line(said, 40.0)
    nearer *= _EM / 2
    glyphs, shift = printer.pages[0], 0.0
    for number, glyph in enumerate(glyphs):
        glyphs[number] = glyph._replace(left=glyph.left - shift, right=glyph.right - shift)
        shift += nearer if glyph.char.isdigit() else 0
    assert printer.text() == said


@given(st.randoms(use_true_random=False))
def test_characters_of_a_line_may_be_written_in_any_order(random: Random) -> None:
    printer = _Printer(500)
    printer.line("申请人岑云舟，身份证号610502197908133582。")
    random.shuffle(printer.pages[0])
    printer.pages[0] = [each._replace(number=number) for number, each in enumerate(printer.pages[0])]
    assert printer.text() == "申请人岑云舟，身份证号610502197908133582。"
