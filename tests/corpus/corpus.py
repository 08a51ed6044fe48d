"""The labelled corpus: texts written by hand (texts/), and templates filled in with a fixed seed.

Run by ``make corpus``: prints recall and precision by kind. A span counts as found when the detector
covers all of it; a flagged span that touches no label of its kind's family is wrong.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from disclosure_gate.detect import Scanner, built_in_detectors, secret_mark
from disclosure_gate.detect.identifiers import check_digit, luhn
from disclosure_gate.model.findings import Reading

_HERE = Path(__file__).parent
_MARKED = re.compile(r"⟦(\w+):(.*?)⟧", re.DOTALL)
_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TABLE = re.compile(r"\{(rows|pipes|spaces)(\d+):((?:[^{}]|\{[^{}]*\})*)\}")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂建国志华玉兰春梅海燕晓云红宇浩晨轩梓涵欣怡雨泽俊熙子轩诗涵文博嘉怡凤英淑珍德福长顺永昌根生满仓来喜银花翠莲爱华金凤"
_DISEASES = (
    "肺癌",
    "尿毒症",
    "脑梗死",
    "白血病",
    "精神分裂症",
    "糖尿病",
    "冠心病",
    "肝硬化",
    "癫痫",
    "类风湿性关节炎",
    "乳腺癌",
    "脑出血",
    "帕金森病",
    "抑郁症",
    "股骨头坏死",
    "慢性肾衰竭",
    "食管癌",
    "心脏病",
)
_GRADES = ("肢体二级", "视力一级", "智力三级残疾", "精神残疾二级", "听力残疾一级", "肢体残疾三级")
_TOWNS = (
    "云川县柳河镇",
    "景明区城关街道",
    "云川县青石乡",
    "景明区新川街道办事处",
    "陕西省铜山市云川县白杨镇",
)
_BELOW = (
    "东沟村三组12号",
    "人民路15号金桂小区3号楼2单元501室",
    "西坡村四组",
    "和平巷7号",
    "桃园村委会南28号",
    "建设路9号院2栋3单元1102室",
)
_SCHOOLS = ("柳河镇中心小学", "云川县第一中学", "景明区实验幼儿园", "青石乡九年制学校", "云川县职业高中")
_HAN = "〇一二三四五六七八九"
_FULL = str.maketrans(
    "0123456789Xabcdefghijklmnopqrstuvwxyz@.",
    "０１２３４５６７８９Ｘａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ＠．",
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text with its spans, (start, end, kind)."""

    name: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


class _Values:
    """Invented values from a seed."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def get(self, field: str, form: str) -> str:
        """A value of ``field``, written as ``form``."""
        value: str = getattr(self, f"_{field}")()
        return _written(value, form, self._rng) if form else value

    def _pick(self, values: Any) -> str:
        return str(self._rng.choice(values))

    def _digits(self, count: int) -> str:
        return "".join(self._rng.choice("0123456789") for _ in range(count))

    def _name(self) -> str:
        return self._pick(_SURNAMES) + "".join(self._rng.sample(_GIVEN, self._rng.choice((1, 2, 2, 2))))

    def _two(self) -> str:
        return self._pick(_SURNAMES) + self._pick(_GIVEN)

    def _double(self) -> str:
        return self._pick(("欧阳", "上官", "司马", "诸葛")) + self._pick(_GIVEN)

    def _minority(self) -> str:
        return self._pick(("买买提·艾力", "阿依古丽·吐尔逊", "扎西·多吉"))

    def _parted(self) -> str:
        return self._pick(_SURNAMES) + " " + self._pick(_GIVEN)

    def _listed(self) -> str:
        return "、".join(f"⟦person_name:{self._name()}⟧" for _ in range(self._rng.randrange(3, 7)))

    def _id(self) -> str:
        rng = self._rng
        first = f"61{rng.randrange(1, 99):02d}{rng.randrange(1, 99):02d}{rng.randrange(1940, 2020)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{rng.randrange(1000):03d}"
        return first + check_digit(first)

    def _dis(self) -> str:
        return f"{self._id()}{self._rng.randrange(1, 8)}{self._rng.randrange(1, 5)}"

    def _mobile(self) -> str:
        return f"1{self._pick('356789')}{self._digits(9)}"

    def _card(self) -> str:
        first = "62" + self._digits(self._rng.choice((13, 16)))
        return next(first + last for last in "0123456789" if luhn(first + last))

    def _passport(self) -> str:
        return self._pick(("E", "G", "EA", "EB")) + self._digits(8 if self._rng.random() < 0.5 else 7)

    def _permit(self) -> str:
        return self._pick(("H", "M", "C")) + self._digits(8)

    def _plate(self) -> str:
        return self._pick(("陕A", "陕B", "甘L", "豫C")) + self._pick(
            ("12K45", "9D3F6", "88Q01", "D12345", "F56788")
        )

    def _cert(self) -> str:
        return f"陕（2026）云川县不动产权第{self._digits(7)}号"

    def _household(self) -> str:
        return self._digits(9)

    def _student(self) -> str:
        return "2026" + self._digits(6)

    def _social(self) -> str:
        return self._digits(10)

    def _wechat(self) -> str:
        return self._pick(("li_xm2026", "wang-da88", "yc13579abc", "zhao_qf1"))

    def _qq(self) -> str:
        return self._pick("123456789") + self._digits(8)

    def _email(self) -> str:
        return (
            self._pick(("zhangsan", "li.si88", "wang_5"))
            + "@"
            + self._pick(("example.com", "mail.example.cn"))
        )

    def _disease(self) -> str:
        return self._pick(_DISEASES)

    def _grade(self) -> str:
        return self._pick(_GRADES)

    def _town(self) -> str:
        return self._pick(_TOWNS)

    def _county(self) -> str:
        return self._pick(("云川县", "景明区"))

    def _below(self) -> str:
        return self._pick(_BELOW)

    def _flat(self) -> str:
        return self._pick(("人民路15号金桂小区3号楼2单元501室", "建设路9号院2栋3单元1102室"))

    def _school(self) -> str:
        return self._pick(_SCHOOLS)

    def _ethnic(self) -> str:
        return self._pick(("汉族", "回族", "满族"))

    def _marriage(self) -> str:
        return self._pick(("已婚", "离异", "丧偶"))

    def _landline(self) -> str:
        return self._pick(("0919-6", "029-8", "0913-2")) + self._digits(6)

    def _uscc(self) -> str:
        return "91610203MA" + self._pick(("6XPS3T7K", "7B2QW91L", "6TK8R04X"))

    def _project(self) -> str:
        return f"2611-610203-04-01-{self._digits(6)}"

    def _money(self) -> str:
        return f"{self._rng.randrange(1, 90)}{self._pick(('00', '50'))}"

    def _d(self) -> str:
        return self._pick("123456789")


def _written(value: str, form: str, rng: Random) -> str:  # noqa: PLR0911  one way of writing each
    match form:
        case "spaced":
            cuts = (3, 7) if len(value) == 11 else (4, 8, 12, 16) if value.startswith("62") else (6, 14)
            return " ".join(
                value[a:b] for a, b in zip((0, *cuts), (*cuts, len(value)), strict=True) if value[a:b]
            )
        case "hyphen":
            return _written(value, "spaced", rng).replace(" ", "-")
        case "full":
            return value.translate(_FULL)
        case "lower":
            first = value[:17]
            while check_digit(first) != "X":
                first = f"{first[:14]}{rng.randrange(1000):03d}"
            return first + "x"
        case "break":
            return value[:10] + "\n" + value[10:]
        case "han":
            return "".join(_HAN[int(char)] if char.isdigit() else char for char in value)
        case "wrong":
            return value[:17] + ("1" if value[17] != "1" else "2")
        case "old":
            return value[:6] + value[8:17]
        case "plus":
            return f"+86 {value}"
        case "dot":
            return value[:2] + "·" + value[2:]
        case _:
            return value


def expand(template: str, rng: Random) -> str:
    """A template with its fields filled in, markers still in place."""
    values = _Values(rng)

    def fill(text: str) -> str:
        return _FIELD.sub(lambda found: values.get(found[1], found[2] or ""), text)

    def table(found: re.Match[str]) -> str:
        joint = {"rows": "\t", "pipes": "|", "spaces": " "}[found[1]]
        lines = []
        for number in range(int(found[2])):
            cells = [str(number + 1) if cell == "n" else fill(cell) for cell in found[3].split("|")]
            lines.append(joint.join(cells))
        return "\n".join(lines)

    return fill(_TABLE.sub(table, template))


def labelled(name: str, marked: str) -> Labelled:
    """The text without markers, and where they stood."""
    out: list[str] = []
    spans: list[tuple[int, int, str]] = []
    length = position = 0
    for found in _MARKED.finditer(marked):
        if not found[2]:
            continue
        out += [marked[position : found.start()], found[2]]
        length += found.start() - position
        spans.append((length, length + len(found[2]), found[1]))
        length += len(found[2])
        position = found.end()
    out.append(marked[position:])
    return Labelled(name, "".join(out), tuple(spans))


def written() -> list[Labelled]:
    """The texts written by hand, each as it stands: none was made to suit a detector."""
    return [
        labelled(("hard-" if each["hard"] else "") + each["id"], each["text"])
        for path in sorted((_HERE / "texts").glob("*.yaml"))
        for each in _read(path)["texts"]
    ]


def load(seed: int = 20261124, times: int = 4) -> list[Labelled]:
    """All texts: those written by hand, and every template ``times`` over, with other values each time."""
    flagged, clean = _read(_HERE / "flagged.yaml"), _read(_HERE / "clean.yaml")
    rng = Random(seed)
    texts = [
        labelled(f"{theme}-{number}.{again}", expand(template, rng))
        for theme, templates in flagged.items()
        for number, template in enumerate(templates)
        for again in range(times)
    ]
    return [*written(), *texts] + [
        labelled(f"clean-{number}.{again}", expand(template, rng))
        for number, template in enumerate(clean)
        for again in range(max(2, times // 2))
    ]


def unseen() -> dict[str, list[Labelled]]:
    """Texts that nobody changed a detector for, by file; ``ambiguous`` is what may be masked or not."""
    return {path.stem: _marked([path]) for path in sorted((_HERE / "unseen").glob("*.yaml"))}


def running() -> list[Labelled]:
    """Texts written without knowledge of the detectors, to which weights were fitted since (fit.py)."""
    return _marked((_HERE / "running").glob("*.yaml"))


def known() -> list[Labelled]:
    """Sentences that the tests of detection hold."""
    return _marked([_HERE / "known.yaml"])


def _marked(paths: Iterable[Path]) -> list[Labelled]:
    return [
        labelled(each["id"], each["text"].rstrip("\n"))
        for path in sorted(paths)
        for each in _read(path)["texts"]
    ]


def _read(path: Path) -> Any:
    # by libyaml: these are megabytes
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


AMBIGUOUS = "ambiguous"
FAMILIES = {"person_name": "people", "minor_name": "people", "guardian": "people"}
"""Kinds that are masked alike and told apart by a word or two: a child's name found as a person's is found."""


def family(kind: str) -> str:
    """The kind, or the family it belongs to."""
    return FAMILIES.get(kind, kind)


@dataclass(frozen=True, slots=True)
class Score:
    """Recall and precision of one kind, with what was missed and what was wrong."""

    labels: int
    found: int
    flagged: int
    right: int

    @property
    def recall(self) -> float:
        """Share of labels found."""
        return self.found / self.labels if self.labels else 1.0

    @property
    def precision(self) -> float:
        """Share of flagged spans that are labels."""
        return self.right / self.flagged if self.flagged else 1.0


def score(texts: list[Labelled]) -> tuple[dict[str, Score], list[str]]:
    """Scores by kind (families together), and a line for every error."""
    scanner = Scanner(built_in_detectors())
    labels: Counter[str] = Counter()
    found: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    right: Counter[str] = Counter()
    errors = []
    for each in texts:
        spans = scanner.scan(Reading((("text", each.text),))).spans
        for start, end, kind in each.spans:
            if kind == AMBIGUOUS:
                continue
            labels[family(kind)] += 1
            if any(span.start <= start and end <= span.end for span in spans):
                found[family(kind)] += 1
            else:
                errors.append(
                    f"missed {kind} {each.name}: {each.text[start:end]!r} in {each.text[max(0, start - 12) : end + 8]!r}"
                )
        for span in spans:
            touched = [kind for start, end, kind in each.spans if span.start < end and start < span.end]
            if touched and set(touched) == {AMBIGUOUS}:
                continue
            flagged[family(span.kind)] += 1
            if touched:
                right[family(span.kind)] += 1
            else:
                errors.append(
                    f"wrong {span.kind} {each.name}: {each.text[span.start : span.end]!r} in {each.text[max(0, span.start - 12) : span.end + 8]!r}"
                )
    kinds = sorted({*labels, *flagged})
    return {kind: Score(labels[kind], found[kind], flagged[kind], right[kind]) for kind in kinds}, errors


def marks() -> Iterator[tuple[str, bool]]:
    """(text, whether it carries a mark of state secrecy)."""
    data = _read(_HERE / "marks.yaml")
    for wanted, key in ((True, "secret"), (False, "clean")):
        for text in data[key]:
            yield text, wanted


def _print(texts: list[Labelled], scores: dict[str, Score]) -> None:
    spans = sum(len(each.spans) for each in texts)
    print(f"{len(texts)} texts, {sum(not each.spans for each in texts)} clean, {spans} spans")
    for kind, each in scores.items():
        print(f"{kind:22} labels {each.labels:5} recall {each.recall:7.2%} precision {each.precision:7.2%}")


def main() -> None:
    """Print the report."""
    texts = load()
    scores, errors = score(texts)
    _print(texts, scores)
    print("texts that weights were fitted to:")
    _print(running(), score(running())[0])
    for name, unread in unseen().items():
        print(f"unseen texts, {name}:")
        _print(unread, score(unread)[0])
    wrong = [text for text, wanted in marks() if (secret_mark(text) is not None) != wanted]
    print(f"secrecy marks: {len(list(marks()))} texts, {len(wrong)} wrong {wrong}")
    if "--errors" in sys.argv:
        print("\n".join(errors))


if __name__ == "__main__":
    main()
