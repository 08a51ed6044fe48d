"""Documents as they are printed to PDF: Chinese tables whose narrow cells break numbers, paragraphs over lines and pages."""

from __future__ import annotations

from random import Random

import pytest
from playwright.sync_api import Browser, PdfMargins
from test_copies import _copy, _red

import office
from disclosure_gate.model.content import Blob
from disclosure_gate.model.document import File
from disclosure_gate.redact import format_of, formats
from disclosure_gate.redact.pdf import Pdf

_NAMES = [
    "岑云舟",
    "褚玉梅",
    "沐晚晴",
    "苟德厚",
    "解志强",
    "欧阳建华",
    "祁秀芳",
    "宣来福",
    "杨满仓",
    "高润生",
]
_HOMES = ["东庄村8组23号", "文昌路18号金桂园3号楼2单元501室", "幸福小区8栋1单元", "北塬村三组"]
_STYLE = (
    "body{font:16px serif;margin:0}p{text-indent:2em;text-align:justify}i{font-style:normal;color:#f00}"
    "table{border-collapse:collapse;width:12cm}td,th{border:1px solid #000;word-break:break-all}"
    "td:nth-child(3){width:2.3cm}"
)


def _printed(chromium: Browser, body: str, *, landscape: bool = False) -> bytes:
    page = chromium.new_page()
    try:
        page.set_content(f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>{body}')
        margin: PdfMargins = {"top": "2cm", "bottom": "2cm", "left": "2.6cm", "right": "2.6cm"}
        return page.pdf(format="A4", landscape=landscape, margin=margin)
    finally:
        page.close()


def _red_words(values: dict[str, list[str]], text: str) -> str:
    for each in sorted({value for kind in values.values() for value in kind}, key=len, reverse=True):
        text = text.replace(each, f"<i>{each}</i>")
    return text


@pytest.mark.law("P6")
@pytest.mark.parametrize("landscape", [False, True], ids=["upright", "landscape"])
def test_nothing_is_left_of_a_printed_list(chromium: Browser, landscape: bool) -> None:  # noqa: FBT001  a parameter of the table
    rng = Random(7)
    people = [
        (
            _NAMES[number % len(_NAMES)],
            office.resident_id(rng),
            _HOMES[number % len(_HOMES)],
            office.mobile(rng),
        )
        for number in range(60)
    ]
    rows = "".join(
        f"<tr><td>{number}</td><td><i>{name}</i></td><td><i>{card}</i></td><td>柳林镇<i>{home}</i></td>"
        f"<td><i>{phone}</i></td><td>{rng.randrange(200, 900)}</td></tr>"
        for number, (name, card, home, phone) in enumerate(people, 1)
    )
    one = people[0]
    story = (
        f"<p>经审核，对申请人<i>{one[0]}</i>（身份证号<i>{one[1]}</i>，住柳林镇<i>{one[2]}</i>，患<i>乳腺癌</i>）"
        f"给予一次性救助3000元，本人联系电话<i>{one[3]}</i>，公示期为七个工作日，如有异议请向镇民政办反映。</p>"
    )
    heads = "".join(
        f"<th>{head}</th>" for head in ("序号", "姓名", "身份证号", "家庭住址", "联系电话", "金额")
    )
    data = _printed(
        chromium,
        f"<h1>临时救助对象名单公示</h1>{story * 3}<table><tr>{heads}</tr>{rows}</table>{story}",
        landscape=landscape,
    )
    assert _red(data) > 1000
    copy = _copy("名单.pdf", data)
    read = format_of(File(name="a.pdf", content=Blob(data)), formats())
    assert read is not None
    [text] = [text for place, text in read.inspect(copy.content.reveal()).parts if place == "body"]
    for name, card, home, phone in people:
        assert card not in text
        assert phone not in text
        assert home not in text
        assert name not in text
    assert "乳腺癌" not in text
    assert "给予一次性救助3000元" in text.replace(
        "\n", ""
    )  # a line may end within it, as the browser breaks them
    for page in range(8):
        assert _red(copy.content.reveal(), page) == 0, page


@pytest.mark.law("P6")
def test_a_form_is_read_by_its_cells(chromium: Browser) -> None:
    data = _printed(
        chromium,
        "<table><tr><td>申请人</td><td>岑云舟</td><td>性别</td><td>女</td></tr>"
        "<tr><td>身份证号</td><td colspan=2>610502197908133582</td><td>城镇</td></tr>"
        "<tr><td>家庭住址</td><td colspan=3>渭北县城关街道文昌路18号金桂园3号楼2单元501室</td></tr>"
        "<tr><td colspan=4>本人患直肠癌，家庭生活困难，特申请临时救助。</td></tr></table>",
    )
    known = format_of(File(name="a.pdf", content=Blob(data)), formats())
    assert known is not None
    text = dict(known.inspect(data).parts)["body"]
    assert text.split("\n") == [
        "申请人\t岑云舟\t性别\t女",
        "身份证号\t610502197908133582\t\t城镇",
        "家庭住址\t渭北县城关街道文昌路18号金桂园3号楼2单元501室\t\t",
        "本人患直肠癌，家庭生活困难，特申请临时救助。",
    ]


@pytest.mark.law("P6")
def test_a_character_beyond_the_first_plane_is_one(chromium: Browser) -> None:
    data = _printed(chromium, "<p>投诉人<i>李𠮷明</i>反映，噪声扰民已有多日，请核实处理。</p>")
    known = format_of(File(name="a.pdf", content=Blob(data)), formats())
    assert known is not None
    assert "投诉人李𠮷明反映" in dict(known.inspect(data).parts)["body"]
    assert _red(data) > 100
    copy = _copy("投诉.pdf", data).content.reveal()
    assert _red(copy) == 0
    [text] = [text for place, text in known.inspect(copy).parts if place == "body"]
    assert "𠮷" not in text
    assert "噪声扰民已有多日" in text


@pytest.mark.law("P6")
@pytest.mark.parametrize(
    "looks",
    [
        pytest.param("text-shadow:2px 2px 1px #f00", id="shadow"),
        pytest.param("-webkit-text-stroke:1px #f00", id="outline"),
    ],
)
def test_characters_drawn_again_where_they_stand_are_read_once_and_masked_whole(
    chromium: Browser, looks: str
) -> None:
    data = _printed(
        chromium,
        f"<p style='font-size:24px'>申请人<i style='{looks}'>岑云舟</i>，电话<i style='{looks}'>13812345678</i></p>",
    )
    assert _red(data) > 1000
    assert dict(Pdf().inspect(data).parts)["body"] == "申请人岑云舟，电话13812345678"
    assert _red(_copy("a.pdf", data).content.reveal()) == 0
