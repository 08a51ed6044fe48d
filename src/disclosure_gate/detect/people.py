"""Names of protected persons: told by a word before them, by what follows them, or by the heading of their column.

Officials in office, signatories, legal representatives, whoever is penalised and whoever a notice appoints
are not looked for, or are told apart by their office. What is found once is found wherever it comes again.
All evidence of a page is read in one place, :func:`named`, so that no name is two things.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from disclosure_gate.detect.called import (
    FEWEST,
    MOST_LISTED,
    addressed,
    alone_behind,
    begins_behind,
    below_headings,
    calls_somebody,
    enumerated,
    keyed,
    labelled,
    shown_names,
    taken_up,
    told_behind,
)
from disclosure_gate.detect.followed import IDENTITIES, before_diseases, before_numbers, before_word
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import (
    APPOINTING,
    BEFORE,
    CASES,
    COMMON_CHARACTERS,
    COMPOUND_SURNAMES,
    CONTACTS,
    DISEASES,
    FORENAMES,
    GENERIC,
    GIVEN,
    KEPT,
    LIST_WORDS,
    NO_NAMES,
    NOT_A_PERSON,
    ROLES,
    SALUTES,
    STATES,
    SURNAMES,
    TAKING_UP,
    TITLES,
    USUAL_SURNAMES,
    often,
    ordinary,
    told_by,
    words,
)
from disclosure_gate.detect.listed import listed_names
from disclosure_gate.detect.names import (
    BEFORE_NAMES,
    LEADS,
    SIGNS,
    SOUNDS,
    bounded,
    family_size,
    name_at,
    occurrences,
    sounded,
)
from disclosure_gate.detect.offices import TITLE, acts_for_an_office, in_office
from disclosure_gate.detect.page import NUMERAL_TERMS, PEOPLE_TERMS, Page, line_end
from disclosure_gate.detect.weighing import Scene, doubted, weigh
from disclosure_gate.model.determination import SpanKind

_PERSONAL_USES = frozenset({"strong", "weak", "minor", "guardian", "list", "before", "case"})
_PRIVATE = frozenset(
    words(
        "passport permit property_certificate resident_id disability_card address health bank_card social_security household student_number"
    )
)
_ORDER: dict[SpanKind, int] = {"minor_name": 0, "guardian": 1, "person_name": 2}


def named(page: Page) -> Mapping[tuple[int, int], SpanKind]:
    """All names of protected persons on the page, by place, read once."""
    known: dict[tuple[int, int], SpanKind] | None = page.notes.get("people")
    if known is None:
        known = page.notes["people"] = _read(page)
    return known


class _Evidence:
    """What the words of a page tell of its people."""

    __slots__ = (
        "_text",
        "called",
        "followed",
        "foreign",
        "found",
        "kept",
        "penalised",
        "personal",
        "roles",
        "sure",
        "taken",
        "uses",
    )

    def __init__(self, text: str) -> None:
        self._text = text
        self.found: dict[tuple[int, int], SpanKind] = {}
        self.called: list[int] = []  # where a word ends that calls a person
        self.roles: list[int] = []  # where a word calls one, or tells what happened to one
        self.foreign: list[int] = []  # where a word stands that names of other peoples are made of
        self.followed: list[tuple[int, int]] = []  # names that only what follows tells
        self.kept: list[int] = []  # where words end whose names stay
        self.penalised: list[int] = []  # where labels end that tell whom a penalty is imposed on
        self.personal: list[int] = []  # where a word tells something private
        self.sure: set[str] = set()  # names that headings and labels of names tell
        self.taken: list[int] = []  # where a word ends that takes somebody up into a benefit
        self.uses: set[str] = set()

    def add(self, places: Iterable[tuple[int, int]], kind: SpanKind, *, told: bool = False) -> None:
        """Takes in names; a child's name is no other person's. What a heading or the weights ``told`` may be a word as well."""
        for place in places:
            if not told and _is_a_word(self._text[slice(*place)]):
                continue
            before = self.found.get(place)
            if before is None or _ORDER[kind] < _ORDER[before]:
                self.found[place] = kind

    def hear(self, text: str, start: int, end: int, use: str) -> None:
        """Takes in what the word at ``[start, end)``, which is for ``use``, tells of names."""
        word = text[start:end]
        kind = _TELLING.get(use)
        if kind is not None:
            self.called.append(end)
            self.add(told_behind(text, start, end, word), kind)
            if word in _ALSO_BEFORE:
                self.followed += before_word(text, start, end, word)
        elif use == "kept":
            self.kept.append(end)
            if word in _PENALISED and text[end : end + 1] in {"：", ":"}:
                self.penalised.append(end)
        elif use == "taking":
            self.taken.append(end)
        elif use == "before":
            self.followed += before_word(text, start, end, word)
        elif use == "salute":
            self.add(addressed(text, start, end), "person_name")
        elif use == "generic" and calls_somebody(text, start, end):
            told = list(enumerated(text, end, plain=False, colon=True)) or list(alone_behind(text, end))
            self.add((place for place in told if not TITLE.match(text, place[1])), "person_name")


_PARTY = "当事人"
_PENALISED = frozenset(words("当事人 被处罚人 被处罚者 被处理人 违法行为人"))
_OF_THE_YOUNG = frozenset({"minor", "guardian"})
_MADE_PUBLIC = frozenset("开布示告")
_PENAL = re.compile("处罚|违法|罚款|没收|责令|执法|查处|立案|查封|扣押")


def penal(page: Page) -> bool:
    """Whether the page is on a penalty: whoever it is imposed on is shown."""
    known: bool | None = page.notes.get("penal")
    if known is None:
        known = page.notes["penal"] = _PENAL.search(page.text) is not None
    return known


def told(page: Page) -> tuple[_Evidence, Scene | None]:
    """What words, headings and numbers tell of the people of a page; and the scene, where something private is told."""
    text, words_met = page.text, page.met(PEOPLE_TERMS)
    evidence = _Evidence(text)
    if not words_met and not page.numbers and not page.labels and not page.met("health"):
        return evidence, None
    if page.rosters:
        for place, kind in below_headings(page):
            evidence.add((place,), kind, told=True)
            evidence.sure.add(text[slice(*place)])
    uses, tables = evidence.uses, bool(page.rosters)
    for start, end in words_met:
        word = text[start:end]
        use = _USES[word]
        if use == "kept" and word == _PARTY and not penal(page):
            use = "strong"  # of an accident, a dispute: nobody there is penalised
        if use in _TELLING_OR_CASE:
            if word == "外公" and text[end : end + 1] in _MADE_PUBLIC:
                continue  # 对外公开
            evidence.roles.append(start)
        elif use == "double" and word in FORENAMES:
            evidence.foreign.append(start)
        uses.add(use)
        if use in _PERSONAL_USES:
            evidence.personal.append(start)
        if use not in _QUIET and not (
            tables and (_in_a_heading(page, start, end) or _in_a_cell(page, start, end))
        ):
            evidence.hear(text, start, end, use)
    for place in labelled(page):
        evidence.add((place,), "person_name")
        evidence.sure.add(text[slice(*place)])
    if "key" in uses:
        evidence.add(keyed(text), "person_name")
    listed = (place for place in listed_names(page, uses) if not acts_for_an_office(page, place[0]))
    evidence.add(listed, "person_name")
    for end in evidence.taken:
        evidence.add(taken_up(text, end), "person_name")
    followed = evidence.followed
    followed += before_diseases(page)
    followed += before_numbers(page, contacts="contact" in uses, told=bool(uses - {"column", "key"}))
    lines = [] if "appointing" in uses else list(_lines(page, evidence))
    followed += _of_other_peoples(text, evidence.foreign, lines)
    shown = shown_names(text, evidence.kept) if followed or lines else frozenset()
    evidence.add((place for place in followed if text[slice(*place)] not in shown), "person_name")
    evidence.found = _again(page, evidence.found)
    return evidence, _scene(page, evidence, lines, shown) if lines else None


def _read(page: Page) -> dict[tuple[int, int], SpanKind]:
    evidence, scene = told(page)
    if scene:
        _believe(page, evidence, scene)
    penalised = _penalised(page, evidence)
    unheard = [
        (start, end)
        for start, end in (weigh(scene, evidence.found) if scene else ())
        if page.text[start:end] not in penalised
        and not _a_place(page.text, start, end)
        and not in_office(page.text, start, end)
        and not acts_for_an_office(page, start)
        and page.text[start:end] not in NOT_A_PERSON
        and page.text[start:end] not in _ILLS
    ]
    page.notes["weighed"] = frozenset(page.text[start:end] for start, end in unheard)
    evidence.add(unheard, "person_name", told=True)
    beside = [] if "appointing" in evidence.uses else list(_beside(page, evidence))
    for place, kind in beside:
        evidence.add((place,), kind)
    found = _again(page, evidence.found) if unheard or beside else evidence.found
    licensed = _licensed(page.text) if found else frozenset()
    return (
        {
            place: kind
            for place, kind in found.items()
            if kind != "person_name" or page.text[slice(*place)] not in licensed
        }
        if licensed
        else found
    )


def _believe(page: Page, evidence: _Evidence, scene: Scene) -> None:
    """Takes back the names that words tell and all else speaks against."""
    text = page.text
    alone: frozenset[str] = page.notes.get("given", frozenset())
    never = evidence.sure | alone  # a given name alone goes with the whole
    taken = doubted(scene, [place for place in evidence.found if text[slice(*place)] not in never])
    if not taken:
        return
    out = taken | {name[family_size(name) :] for name in taken} & alone
    evidence.found = {place: kind for place, kind in evidence.found.items() if text[slice(*place)] not in out}
    scene.forget(out)


_LICENCE = re.compile("准予行政许可|行政许可决定|准予[^。\n]{0,12}(?:执业|注册|许可|经营|延续)")
_LICENSED = re.compile(r"(?:申请人|被许可人|行政相对人)(?:姓名)?[：:]?[ \u3000]?")
# Somebody who is or may be a minor, or was born in this century: that name stays masked.
_YOUNG = re.compile(
    r"未成年|监护人|(?<!\d)1?\d周?岁|学生|20\d\d年\d{1,2}月(?:\d{1,2}日)?(?:出生|生)|\d{6}20\d{2}(?:0\d|1[0-2])\d{5}[\dXx]"
)


def _licensed(text: str) -> frozenset[str]:
    """The names of those a licence is granted to: a decision that is published names them."""
    if "准予" not in text and "许可" not in text:
        return frozenset()
    if _LICENCE.search(text) is None or _YOUNG.search(text):
        return frozenset()
    ends = ((each.end(), name_at(text, each.end(), plain=False)) for each in _LICENSED.finditer(text))
    return frozenset(text[start:end] for start, end in ends if end is not None)


# 王石凹、广阳、红土等镇街 are towns; 王小明、李红等村民 are not.
_TOWNS = re.compile(
    r"(?:[、和][\u4e00-\u9fa5]{2,4}){0,9}等(?:[0-9]{1,3}|[一二三四五六七八九十两]{1,3})?个?(?:乡镇|镇街|镇办|镇|街道|社区|村)(?![民干委组里支长居医])"
)
_BOUNDARY = frozenset(a + b for a in "东南西北" for b in "至临靠邻接")
_WATERS_AND_ROADS = frozenset("河沟渠溪江湖路街巷桥山岭塬坡")


def _a_place(text: str, start: int, end: int) -> bool:
    """Whether what reads as a name is a town in a list of towns, or a river or road that bounds a field: 东至漆水河."""
    bounds = text[end - 1] in _WATERS_AND_ROADS and text[max(0, start - 2) : start] in _BOUNDARY
    return bounds or _TOWNS.match(text, end) is not None


def _penalised(page: Page, evidence: _Evidence) -> frozenset[str]:
    """Whom the label of a penalty names: shown, whatever private things are told beside; not where a child may be meant."""
    if not evidence.penalised or evidence.uses & _OF_THE_YOUNG or not penal(page) or _YOUNG.search(page.text):
        return frozenset()
    return frozenset(shown_names(page.text, evidence.penalised))


def _is_a_word(name: str) -> bool:
    """Whether what reads as a name is a word with a surname that is seldom one, 其弟代领, 父母双亡, or an illness: 房颤."""
    if len(name) == FEWEST and name[0] not in USUAL_SURNAMES and name in ordinary():
        return True
    return name in _ILLS or name[-1] in _OF_ILLS


_ILLS = frozenset(word for word in (*DISEASES, *STATES) if word[0] in SURNAMES)
_OF_ILLS = frozenset("病症癌疹痘癣疸疮疤疼痛痒瘤瘫痪癫痫痨疟疫痢")


def _in_a_heading(page: Page, start: int, end: int) -> bool:
    """Whether a word is of a heading, and no name stands behind it: 投诉人王红 举报电话 is a line that only looks like one."""
    return page.in_heading(start) and name_at(page.text, end, plain=False) is None


def _in_a_cell(page: Page, start: int, end: int) -> bool:
    """Whether a word ends a cell of a table: what the next cell holds is told by its heading, 脱贫户　　文丽华."""
    return page.text[end : end + 2].isspace() and page.in_roster(start)


_NEXT = re.compile(r"(?:（[^）\n]{0,20}）|\([^)\n]{0,20}\))?[、和与及或]")


def _beside(page: Page, evidence: _Evidence) -> Iterator[tuple[tuple[int, int], SpanKind]]:
    """Names that an enumeration goes on with: one of them is known, and so are those after it."""
    text = page.text
    for (_, last), kind in sorted(evidence.found.items()):
        end = last
        for _ in range(MOST_LISTED):
            joint = _NEXT.match(text, end)
            if joint is None:
                break
            start = joint.end()
            stop = name_at(text, start, plain=True)
            place = (start, stop or start)
            if stop is None or place in evidence.found or not _goes_on(text, start, stop, joint.group()[-1]):
                break
            yield place, kind
            end = stop


def _goes_on(text: str, start: int, end: int, joint: str) -> bool:
    name = text[start:end]
    if name[:2] in NO_NAMES or name[1:] in TITLES or name in NOT_A_PERSON or TITLE.match(text, end):
        return False
    usual = set(name[1:]) <= GIVEN or name[:2] in FORENAMES
    sure = joint == "、" or name[0] not in COMMON_CHARACTERS
    return usual and sure and (bounded(text, end) or len(name) > FEWEST)


def _again(page: Page, found: dict[tuple[int, int], SpanKind]) -> dict[tuple[int, int], SpanKind]:
    """The same names wherever they come again, and the given name alone: 浩然 of 涂浩然, which 涂某某 would not hide."""
    text = page.text
    kinds: dict[str, SpanKind] = {}
    for (start, end), kind in found.items():
        name = text[start:end]
        if kind == "minor_name" or name not in kinds:
            kinds[name] = kind
    alone: frozenset[str] = page.notes.get("given", frozenset())  # as told when this was asked before
    names = {name: name for name in kinds if len(name) >= FEWEST and name not in alone}
    if not names:
        return found
    for name in tuple(names):
        given = _given_alone(name)
        if given:
            names.setdefault(given, name)
    page.notes["given"] = frozenset(name for name, whole in names.items() if name != whole)
    places = dict(found)
    for name, start, end in occurrences(text, list(names)):
        if names[name] != name:
            right = _alone_here(text, start, end)
        else:
            right = end - start > FEWEST or _set_off(text, start, end)
        if right:
            places.setdefault((start, end), kinds[names[name]])
    return places


def _set_off(text: str, start: int, end: int) -> bool:
    """Whether a short name that is known is one here."""
    return bounded(text, end) or (start > 0 and text[start - 1] in "：:\t|，、")


def _alone_here(text: str, start: int, end: int) -> bool:
    """Whether a given name stands here by itself, and is no part of other words or of somebody else's name."""
    before, known = text[start - 1 : start], ordinary()
    return (
        (before not in SURNAMES or before in LEADS)
        and text[start - 1 : start + 1] not in known
        and text[end - 1 : end + 1] not in known
    )


def _given_alone(name: str) -> str | None:
    """The given name of a name that is surely one, if it is of two characters and no word met often."""
    family = family_size(name)
    given = name[family:]
    sure = family > 1 or name[0] in USUAL_SURNAMES
    return given if sure and len(given) == FEWEST and set(given) <= GIVEN and given not in often() else None


# In a text on private matters


def _lines(page: Page, evidence: _Evidence) -> Iterator[tuple[int, int]]:
    """The paragraphs that tell something private of a person, outside of tables: ``[start, end)``."""
    text = page.text
    places = [
        *evidence.personal,
        *[start for start, _ in evidence.found],
        *[start for start, _ in evidence.followed],
    ]
    places += [start for start, label in page.labels if label in _PRIVATE]
    places += [start for start, _ in page.met("health")]
    if page.numbers or page.met(NUMERAL_TERMS):
        for kind, hits in identified(page).items():
            if kind in IDENTITIES or (kind == "mobile" and "contact" not in evidence.uses):
                places += [hit.start for hit in hits]
    last, tables = -1, bool(page.rosters)
    for place in sorted(places):
        if place < last or (tables and page.in_roster(place)):
            continue
        start = text.rfind("\n", 0, place) + 1
        last = line_end(text, place)
        if text.count("\t", start, last) < FEWEST and text.count("|", start, last) < FEWEST:
            yield start, last  # else the row of a table that no heading tells about


_LED = LEADS | SIGNS | BEFORE_NAMES
# Behind the beginning of a name of another people: 达瓦次仁, 艾力江; not 阿拉善盟, 库尔勒市.
_FOREIGN = re.compile(rf"[{''.join(sorted(SOUNDS))}]{{1,6}}(?![市县盟州旗镇乡区路山河湖村街省族苏草])")


def _of_other_peoples(
    text: str, foreign: Sequence[int], lines: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Names as other peoples write them, where a paragraph tells something private: 艾力·买买提, 达瓦次仁."""
    dotted = list(sounded(text, lines))
    yield from dotted
    for start in foreign:
        if text[start - 1 : start] in _LED and not _in_lines(dotted, start):
            rest = _FOREIGN.match(text, start + 2)
            if rest and _in_lines(lines, start):
                yield start, rest.end()


def _in_lines(lines: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether a place is in one of the paragraphs, which are in order."""
    index = bisect_right(lines, (place, sys.maxsize)) - 1
    return index >= 0 and place < lines[index][1]


_FLAGS = ("contact", "list", "case", "kept")


def _scene(
    page: Page, evidence: _Evidence, lines: Sequence[tuple[int, int]], shown: AbstractSet[str]
) -> Scene:
    text, found = page.text, evidence.found
    flags = [f"page:{use}" for use in _FLAGS if use in evidence.uses]
    if found:
        flags.append("page:found")
    if penal(page):
        flags.append("page:penal")
    tells = {
        "health": [start for start, _ in page.met("health")],
        "role": evidence.roles,
        "kept": evidence.kept,
        "number": [each.start for each in page.numbers],
        "found": sorted(start for start, _ in found),
    }
    called = [begins_behind(text, end) for end in evidence.called]
    return Scene(page, lines, found, shown, flags, tells, evidence.foreign, called)


def _uses() -> dict[str, str]:
    """What each word that tells of people is for. A word has one use; the first that names it holds."""
    uses: dict[str, str] = {}
    for use, known in (
        *(
            (role, [word for word, told in ROLES.items() if told == role])
            for role in ("minor", "guardian", "strong", "weak")
        ),
        ("appointing", APPOINTING),
        ("kept", KEPT),
        ("before", BEFORE),
        ("generic", GENERIC),
        ("salute", SALUTES),
        ("contact", CONTACTS),
        ("list", sorted(LIST_WORDS)),
        ("taking", TAKING_UP),
        ("case", CASES),
        ("double", sorted(COMPOUND_SURNAMES | FORENAMES)),
        ("column", [*told_by("person_name"), *told_by("minor_name"), *told_by("guardian")]),
        ("key", [key + quoted for key in ("name", "Name", "NAME", "xm", "XM") for quoted in "\"'"]),
    ):
        for word in known:
            uses.setdefault(word, use)
    return uses


_USES = _uses()
PEOPLE_WORDS: Sequence[str] = tuple(_USES)
_TELLING: dict[str, SpanKind] = {
    "minor": "minor_name",
    "guardian": "guardian",
    "strong": "person_name",
    "weak": "person_name",
}
# Words that tell what a page or a paragraph is on, and nothing of what stands beside them.
_TELLING_OR_CASE = frozenset(_TELLING) | {"case"}
_QUIET = frozenset({"appointing", "contact", "list", "case", "double", "column", "key"})
_ALSO_BEFORE = frozenset(ROLES) & frozenset(BEFORE)
