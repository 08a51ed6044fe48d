"""What a page says of persons: names, the school of a child, traits. The names are read in ``people.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from disclosure_gate.detect.detector import Detector, Hit
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import (
    ROLES,
    told_by,
    words,
)
from disclosure_gate.detect.names import (
    masked_name,
)
from disclosure_gate.detect.page import Page, line_end
from disclosure_gate.detect.people import named
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

# Columns that say a table is of persons, and not of numbers of them.
_OF_PERSONS = frozenset(words("person_name minor_name guardian resident_id disability_card mobile bank_card"))


_WEIGHED = Text(
    zh="没有词语说明其身份；从写法和上下文看，像是受保护自然人的姓名",
    en="no word tells who it is; how it is written and what stands around it read as the name of a protected person",
)


class NameDetector:
    """Names of one kind of person, out of the page's reading of all names."""

    terms: Sequence[str] = ()  # the words that tell of people are the page's own, see PEOPLE_TERMS

    def __init__(self, name: str, kind: SpanKind, why: Text) -> None:
        self.name = name
        self.kind: SpanKind = kind
        self.why = why

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        people = named(page)
        if not people:
            return ()
        weighed: frozenset[str] = page.notes["weighed"]
        given: frozenset[str] = page.notes.get("given", frozenset())
        hits = []
        for start, end in sorted(place for place, kind in people.items() if kind == self.kind):
            name = page.text[start:end]
            mask = "某" * len(name) if name in given else masked_name(name)
            hits.append(Hit(start, end, mask, why=_WEIGHED if name in weighed else None))
        return hits


_SCHOOLING = re.compile("学生|辍学|学籍|就读|入学|未成年|幼儿|转学|休学")


class SchoolDetector:
    """学校: where a child goes to school, by a label, a heading, or beside a child's name."""

    name = "minor_school"
    kind: SpanKind = "minor_school"
    why = Text(zh="未成年人就读的学校", en="the school a child goes to")
    terms: Sequence[str] = (
        *told_by("minor_school"),
        *(word for word, role in ROLES.items() if role in {"minor", "guardian"}),
        "小学",
        "中学",
        "幼儿园",
        "学校",
    )

    _KINDS = r"(?:小学|中学|学校|幼儿园|高中|初中|职中|教学点|附中|附小|学园|[一二三四五六七八九]中(?!学)|职业高中)"
    _school = re.compile(
        rf"[^\s，。；;,、（(：:）)]{{2,24}}?{_KINDS}(?:[^\s，。；;,、（(）)]{{0,6}}?(?:年级|班|大班|中班|小班)[^\s，。；;,、（(）)]{{0,6}}?班?)?"
    )
    _beside = re.compile(
        rf"(?:系|是|为|在|就读于|就读|入读|由|从|至|关于|转入|转至|转到|被|可到|到|提供|去|我校|升入|分配到|考入|毕业于)(?P<school>[\u4e00-\u9fa5]{{2,14}}?{_KINDS})"
    )
    _classed = re.compile(
        rf"(?<=[，（(：:])(?:[现今]?就读于|[现今]?在读于|[系是在])?+(?P<school>[\u4e00-\u9fa5]{{2,14}}?{_KINDS})(?=[一二三四五六七八九高初大中小][^，。；]{{0,4}}(?:年级|班))"
    )
    # Where something befell a child, the school is told without the child: 我区城关中学发生一起欺凌事件.
    _case = re.compile("欺凌|猥亵|侵害|性侵|殴打|伤害|溺水|坠楼|走失")
    _scene = re.compile(
        rf"(?:(?<=[，。；：])对?(?:[我本][区县市镇])?|(?<=[我本][区县市镇])|(?<=对))(?P<school>[\u4e00-\u9fa5]{{2,8}}?{_KINDS})"
        "(?=发生|校长|校内|宿舍|班主任|未按|学生)"
    )
    _around = 120

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        for start in page.labelled("minor_school"):
            if text[start - 1] in "\t\n|":
                continue
            found = self._school.match(text, start)
            if found and not text.startswith(("学校", "的", "小学", "中学"), start):
                places.add(found.span())
        for cell in page.below("minor_school"):
            pupils = "person_name" in cell.roster and not cell.official and _SCHOOLING.search(text)
            if pupils or cell.roster & {"minor_name", "guardian", "student_number"}:
                places.add((cell.start, cell.end))
        reach = 0
        people = sorted(named(page).items())
        schooling = bool(people) and _SCHOOLING.search(text) is not None
        for (start, end), kind in people:
            nearest = max(0, start - self._around)
            begin = max(text.rfind("\n", nearest, start) + 1, nearest, reach)
            reach = line_end(text, end, self._around)
            if kind != "person_name" or schooling:
                places |= {each.span("school") for each in self._beside.finditer(text, begin, reach)}
            places |= {each.span("school") for each in self._classed.finditer(text, begin, reach)}
        if any(kind == "minor_name" for _, kind in people) and self._case.search(text):
            places |= {each.span("school") for each in self._scene.finditer(text)}
        names = {text[start:end] for start, end in places}
        if names:
            automaton = AhoCorasick(list(names), matchkind=MatchKind.LeftmostLongest)
            places |= {(start, end) for _, start, end in automaton.find_matches_as_indexes(text)}
        last = -1
        for start, end in sorted(places, key=lambda each: (each[0], -each[1])):
            if start >= last:
                yield Hit(start, end, "*" * (end - start))
                last = end


class TraitDetector:
    """民族、宗教信仰、政治面貌、婚姻状况: whole cells below a heading and values of a form; what running text tells stays."""

    name = "column"
    kind: SpanKind = "other"
    why = Text(
        zh="民族、宗教信仰、政治面貌、婚姻状况等个人信息",
        en="ethnicity, religion, affiliation or marriage of a person",
    )
    terms: Sequence[str] = (
        *told_by("other"),
        *told_by("other_number"),
    )

    _value = re.compile(r"[^\s，。；;,、（()）|/填\d]{1,12}")
    _plain = re.compile(r"[\u4e00-\u9fa5]{1,4}族|已婚|未婚|离异|丧偶|再婚|离婚")
    _change = re.compile(r"(?<=变更为)[\u4e00-\u9fa5]{1,5}族")
    _number = re.compile(r"[A-Za-z]{0,4}[0-9][0-9A-Za-z\-]{5,22}")

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        for cell in page.below("other"):
            told = cell.roster & _OF_PERSONS and not cell.official
            if told and text[cell.start : cell.end] not in {"无", "/", "-", "—"}:
                places.add((cell.start, cell.end))
        people = named(page)
        for start in page.labelled("other_number"):
            found = self._number.match(text, start)
            if found:
                places.add(found.span())
        for start in page.labelled("other"):
            if not (
                re.search("[：:\t|]", text[start - 3 : start]) or self._plain.match(text, start)
            ) or page.in_heading(start):
                continue
            found = self._value.match(text, start) if people or identified(page) else None
            if (
                found
                and not text[found.end() : found.end() + 1].isdigit()
                and not found.group().startswith(("按", "请", "如", "无"))
            ):
                places.add(found.span())
        if people and "变更为" in text:
            places |= {each.span() for each in self._change.finditer(text)}
        for start, end in sorted(places):
            yield Hit(start, end, "*" * (end - start))


def people_detectors() -> tuple[Detector, ...]:
    """All detectors of this module."""
    return (
        NameDetector(
            "protected_person",
            "person_name",
            Text(
                zh="投诉人、证人、受助人等受保护自然人的姓名",
                en="name of a complainant, witness, recipient or other protected person",
            ),
        ),
        NameDetector("minor_name", "minor_name", Text(zh="未成年人姓名", en="name of a minor")),
        NameDetector("guardian", "guardian", Text(zh="监护人、家长姓名", en="name of a guardian or parent")),
        SchoolDetector(),
        TraitDetector(),
    )
