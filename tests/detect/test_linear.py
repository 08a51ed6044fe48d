"""Time is linear for every text: units that make each detector and each pattern try again, repeated."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from random import Random

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors, secret_mark
from disclosure_gate.detect.lexicon import GIVEN
from disclosure_gate.model.findings import Reading

_SCANNER = Scanner(built_in_detectors())
_SMALL, _TIMES = int(os.environ.get("LINEAR_SMALL", "2000")), 8  # characters; `make soak` takes more
# What takes 64 times as long for 8 times the text is quadratic; machines differ, so the bound lies between.
_MOST = 24
_ALL_DIFFERENT = "names"
_GIVEN = sorted(GIVEN)
_UNITS = (
    _ALL_DIFFERENT,
    # numbers: plain, parted, in words, dotted, behind labels
    "1", "1 ", "1-", "62", "6222 ", "610203", "1\n— 1 —\n", "三三零，", "一九，", "零，", "[1]", "1|", "(1栋)\n1室", "12345678901", "+86 ", "1.", "1.1234.", "一九", "二〇", "账号：1", "账号1、", "电话1.", "QQ：a", "QQ", "wx", "WX1", "LINE", "0085", "(138)", "学号1",
    # papers: plates, e-mail, passports, certificates
    "陕A", "陕A1", "陕08-1", "电动车A1", "优待证1", "a@", "a@a", "@a.", "护照", "护照E", "房权证", "不动产权第", "陕（2026）", "国用（2026）",
    # marks
    "机 ", "机密", "密级", "密级 ", "〔2026〕", "〔2026〕1号", "《", "此件",
    # people: roles, what follows a name, lists, letters, names themselves
    "张", "王小", "·", "张·", "Ab ", "投诉人", "投诉人：张", "证人欧阳", "其母", "人：张", "举报人王红、", "、王红", "投诉人王红（", "村宣来福户（", "先生", "同志", "，男", "籍，", "，住", "，住某", "您好", "张三丰您好", "：\n你",
    "低保名单：", "低保名单：张三丰、", "低保：张", "将张、", "纳入将张丰", "民族：", "，汉族，张三丰", "在小学", "学生张小明在", "张小明患", "上官　张",
    # health
    "患", "\n肝炎（重）报表函报表函报表函报表函报表函报表函", "患癌", "腿断", "他腿断，", "因癌", "孕", "残疾", "一级", "健康状况：",
    # addresses
    "村一组", "甲村一组", "村湾", "张三丰，村一组", "住村", "3栋", "1-1-100", "人民路1-1-100", "1单元101室", "号楼", "单元1", "\n1 张三丰 村一组 癌", "\n张三丰，村一组，屯", "她家（村寨）", "\n张三丰\n村一组", "\n住村一组\n    1号", "身份证号",
    # tables
    "\n", "\t", "姓名\t", "姓名\n", "姓名\n身份证号\n", "姓名 电话\n", "姓名|身份证|\n", "姓名，电话，", "姓名\t电话\n\t\n", "姓名\t身份证号\n张三丰\t1\n", "|--|", " ", "前 ", "前 庄 村 王 ",
    # names of other peoples, in letters, numbers beside names
    "其木格", "其木", "Ab Cd ", "A B C ", "AB CD ", "号1234567 ", "张三丰 123456789 ", "孙女", "孙女朵朵", "11010519491231002X，疼。",
    # tags, quotes, slips, separators, badges
    "<td>", "<p>姓名</p>", "&nbsp;", "<p", '"', '",', '"姓名","电话"\n', "姓名;电话;\n", "O0", "l1", "1_", "1,1", "1 - ", "1|", "残疾等级", "残疾 ", "13812345678\t执法证\n",
    "姓名\t职务\t执法证号\n王小红\t主任\t13812345678\n", "受害人|王红|伤情|伤\n", "12345678（王红）", "610203194108231031", "□",
    # tables that lie sideways or stand upright and are none, boxes, names in records, what leaves an office's numbers alone
    "病种|甲|乙\n", "姓名|甲|乙\n", "我病种\n甲\n", "序\n姓名\n甲\n", "帮扶干部|投诉人王红|", "仲裁员|张三丰|\n", "4|", "[4]", "4、", "户名：甲局，", "专户 甲行 ", "权利人甲局，", "甲局不动产权证", "资产编号|\n", "AB12-", "9133000010", "1983-1985 ",
    "X1", "610203199001011X", "13 8O4l5 2917 ", "一三八，一二三四，", '"name":"张三丰"', "Given name: A", "姓名：A B, ", "P<CHN", "EA4182093<4CHN", "a[at]", "a#qq.", "沪·E0", "领123", "(证件号)|",
)  # fmt: skip


def _names(size: int) -> str:
    """Names that are all different, each twice, told of privately: nothing of it repeats but its form."""
    rng = Random(1)
    people = [
        "".join(rng.choices("王李张刘陈杨赵黄周吴") + rng.choices(_GIVEN, k=2)) for _ in range(size // 20)
    ]
    return "".join(f"投诉人{one}与{other}争吵，{one}打伤{other}。" for one, other in pairwise(people))[:size]


def _seconds(unit: str, size: int) -> float:
    text = unit * (size // len(unit)) if unit != _ALL_DIFFERENT else _names(size)
    start = time.process_time()
    _SCANNER.scan(Reading((("text", text),)))
    secret_mark(text)
    return time.process_time() - start


def _assert_linear(seconds: Callable[[int], float]) -> None:
    small, large = seconds(_SMALL), seconds(_SMALL * _TIMES)
    if large > _MOST * small + 0.05:  # once more before it is believed: other work disturbs short times
        small, large = (min(seconds(size) for _ in range(3)) for size in (_SMALL, _SMALL * _TIMES))
    assert large <= _MOST * small + 0.05, seconds


@pytest.mark.parametrize("unit", _UNITS, ids=repr)
def test_time_is_linear_for_every_input(unit: str) -> None:
    _assert_linear(partial(_seconds, unit))


_HEADS = (
    "甲\n",
    "甲；",
    "投诉人",
    "投诉人：张",
    "姓名：",
    "姓名\t",
    "住",
    "住址：",
    "患",
    "账号：",
    "护照",
    "（",
    "机密",
    "其母",
    "〔2026〕",
)
_FILLERS = (" ", "\u3000", "\t", "\n", "1", "一", "-", "甲", "张", "A", "*", "（", "，", "|")


@pytest.mark.parametrize("head", _HEADS, ids=repr)
def test_time_is_linear_for_one_sign_that_runs_on(head: str) -> None:
    """One beginning, then a sign thousands of times: what repeats once for every place of the rest is found here alone."""

    def seconds(filler: str, size: int) -> float:
        text = f"{head}{filler * size}x"
        start = time.process_time()
        _SCANNER.scan(Reading((("text", text),)))
        return time.process_time() - start

    for filler in _FILLERS:
        _assert_linear(partial(seconds, filler))


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("\t单位编号", "\n1234567\t甲"),
        ("资产编号", "|甲|乙\n13812345678"),
        ("|", "投诉人王红|"),
    ],
    ids=["many headings", "a long heading", "empty cells"],
)
def test_time_is_linear_below_a_long_line(head: str, unit: str) -> None:
    def seconds(size: int) -> float:
        text = "医保编号" + head * (size // len(head)) + unit * (size // len(unit))
        start = time.process_time()
        _SCANNER.scan(Reading((("text", text),)))
        return time.process_time() - start

    small, large = (min(seconds(size) for _ in range(2)) for size in (_SMALL, _SMALL * _TIMES))
    assert large <= _MOST * small + 0.05
