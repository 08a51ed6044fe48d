"""Names that no word tells: what speaks for a name and what speaks against one, weighed.

A text that tells something private of a person names others in passing: 因同班工友管明误触, 后由邻居家文开秀送医. Every
place where a surname may begin is looked at; what is seen there (how the name is made, what stands beside it, the
label of its clause, what its line tells) has weights that were fitted to labelled texts by ``tests/corpus/fit.py``.
Their sum decides. See ADR 30.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from disclosure_gate.detect.lexicon import (
    COMMON_CHARACTERS,
    COMPOUND_SURNAMES,
    FORENAMES,
    GIVEN,
    NO_NAMES,
    PARTS_OF_NAMES,
    SURNAMES,
    TITLES,
    USUAL_SURNAMES,
    often,
    ordinary,
    words,
)
from disclosure_gate.detect.names import (
    AFTER,
    ANONYMOUS,
    BEFORE_NAMES,
    DOTS,
    HAN,
    LEADS,
    NO_END,
    NO_GIVEN,
    OF_SOUNDS,
    SAMPLES,
    SIGNS,
    SOUNDS,
    is_han,
    occurrences,
    sizes_by_end,
    sounded,
)
from disclosure_gate.detect.offices import DUTIES, TITLE, calls
from disclosure_gate.detect.page import Page, last_of, line_end, lines_with
from disclosure_gate.detect.rosters import role
from disclosure_gate.detect.weights import added, pairs, weights

_FAMILIES = dict.fromkeys(COMMON_CHARACTERS, "family:common") | dict.fromkeys(USUAL_SURNAMES, "family:usual")
_HEADS = frozenset({each[0] for each in COMPOUND_SURNAMES})
_ONLY_GIVEN = frozenset(
    "艳芳娟霞芬燕玲娜婷敏静丽莉梅萍莹倩洁琴璐珍芝兰英杰涛磊鑫森鹏刚勇俊伟峰斌强浩宇博毅辉超亮"
)
_OF_GIVEN = f"[{''.join(sorted(GIVEN))}]"
_NEVER_GIVEN = ANONYMOUS | frozenset("的了是不我你他她它们这那此该每或但而因被着款额费您说")
# 会学业书月年元 end names too (隆明会, 陶文学): the weights know how seldom.
_NEVER_LAST = NO_END - frozenset("会学业书月年元科") | frozenset("区市镇乡省街路轮")
_BLANK = frozenset(" \u3000")
# Surnames that are other words where a sentence goes on before them: 景明区发展和改革局.
_NEVER_WITHIN = (COMMON_CHARACTERS | frozenset("区国年后班路段楼师习代双寻留渠")) - _HEADS
# One set of characters first: the search for it is several times as fast as for anything that begins otherwise.
# Behind a word after which somebody is named it may be one all the same: 给者文斌的爹打电话, 与同学向媛发生冲突.
_MAY_BEGIN = re.compile(
    rf"[{''.join(sorted(SURNAMES | _HEADS))}](?:(?<![\u4e00-\u9fa5][{''.join(sorted(_NEVER_WITHIN))}])|(?<=[{''.join(sorted(LEADS | BEFORE_NAMES))}].))"
    rf"(?={_OF_GIVEN}|[ \u3000\u4e00-\u9fa5]{_OF_GIVEN}|[ \u3000][\u4e00-\u9fa5]{_OF_GIVEN})"
)
_FUNCTION = frozenset("将由向被与和对给让找请在把是为叫称据经及因从跟替有即系如以到至等含查问的了之其说")
_GROUP = frozenset("组社队村屯寨户室号楼栋院庄湾沟坪塆营堡")
_PLACE_ENDS = frozenset("庄川沟坪岭河湾塆屯寨营堡塘坡岗洼峪坝村")
_COUNTED = frozenset("0123456789）)")
_NUMERAL = frozenset("0123456789一二三四五六七八九十")
_COUNTING = frozenset("岁根个十百千万亿月日天年次间把张条件户人名位口亩元块斤")
_LEFT = dict.fromkeys(SIGNS, "L:sign") | {
    "\n": "L:line", "、": "L:enum", "：": "L:colon", ":": "L:colon", "，": "L:comma", ",": "L:comma", "（": "L:open", "(": "L:open",
    **dict.fromkeys("。；;！？!?", "L:stop"), **dict.fromkeys('《“"〈【[', "L:quote"), **dict.fromkeys(" \u3000\t|", "L:blank"), **dict.fromkeys("0123456789", "L:digit"),
}  # fmt: skip
_RIGHT = dict.fromkeys(SIGNS, "R:sign") | {
    "\n": "R:line", "、": "R:enum", "：": "R:colon", ":": "R:colon", "，": "R:comma", ",": "R:comma", "（": "R:open", "(": "R:open", "）": "R:close", ")": "R:close",
    **dict.fromkeys("。；;！？!?", "R:stop"), **dict.fromkeys('》”"〉】]', "R:quote"), **dict.fromkeys(" \u3000\t|", "R:blank"), **dict.fromkeys("0123456789", "R:digit"),
}  # fmt: skip
_THINGS = frozenset(
    words(
        "街道 小区 家园 大道 派出 社区 花园 新村 公寓 大厦 广场 水库 管理 大学 学院 中学 小学 学校 幼儿 医院 医疗 公司 有限 集团 银行 商行 粮油 食品 建材 建筑 建设 物业 超市 药房 饭店 宾馆 酒店 "
        "公安 慈善 总会 分局 监管 支队 大队 消防 税务 财政 职业 重工 科技 工贸 贸易 智能 支行 分行 新苑"
    )
)
_ENDS_OF_THINGS = frozenset("村镇乡县市区路街巷桥河山寺庙湖港站厂矿局政法委办组社所司店苑湾")
_OF_A_NUMBER = re.compile("[\u4e00-\u9fa5]{0,4}〔|[（(][\u4e00-\u9fa5]{1,5}[）)][\u4e00-\u9fa5]{0,8}〔")
_NUMBER_REACH = 16  # most code points of that
_PERSONAL = re.compile(
    r"[ \u3000\t|]*[，,（(]?[ \u3000\t|]*(?:男|女|\d{1,3}岁|患|系|住|[\u4e00-\u9fa5]{2,5}籍|身份证|\d{17}|1[3-9]\d{9}|残疾|[\u4e00-\u9fa5]{2}病|因|家|户|夫妇|夫妻|之[妻夫子女父母]|等\d)"
)
_GENDER = re.compile(r"[男女](?<=[，,（( \u3000\t|].)(?=[，,） )\u3000\t|])")
_DOOR = re.compile("[0-9一二三四五六七八九十]{1,3}(?:号|弄|组|队|社)")
_CELLS = re.compile(r"[ \u3000\t|](?:(?<=[\t|])|(?<=[ \u3000])[ \u3000]+)")
_FAR = re.compile(r"，|[ \u3000]{2}")
_BRACKETED = re.compile(r"[（(][^）)（(]*[）)]$")
_CLAUSE = 60
_DOUBT = (
    0.5  # what a name must weigh more where nobody is told: a page that names officials alone stays whole
)
_DISBELIEF = -1.5  # what must weigh against a name that words have told
_PART = 0.5  # of what speaks against a name at one place, what weighs at another
_LONGEST = 2  # characters of a given name
_SHORT, _MIDDLE = 30, 90  # characters of a line


class Scene:
    """One page as the weighing sees it: what is private there, who is known, who is shown."""

    def __init__(
        self,
        page: Page,
        lines: Sequence[tuple[int, int]],
        found: Collection[tuple[int, int]],
        shown: AbstractSet[str],
        flags: Sequence[str],
        told: Mapping[str, Sequence[int]],
        foreign: Sequence[int],
        called: Sequence[int],
    ) -> None:
        """``lines``: private paragraphs; ``told``: places, in order, of what a line may tell, by what it is.

        ``foreign`` are the places where a word stands that names of other peoples are made of, ``called`` those right
        behind a word that calls a person.

        Where nobody is found and nothing told of anybody, only the private paragraphs are looked at.
        """
        text = page.text
        self.page = page
        self.text = text
        self.lines = lines
        self.parts = [(0, len(text))] if found or told["health"] or told["number"] else lines
        self.shown = shown
        self.flags = flags
        self.foreign = foreign
        self.called = sorted(called)
        self._called = frozenset(called)
        self._told = told
        self._hear(found)
        self._entries = [each.end() for each in _ENTRY.finditer(text)]  # not the first line: it is a heading
        # Where the first of those begins that semicolons part: 退回的有：罗扎迫，…；和志，….
        self._colons = {
            entry: colon + 1
            for before, entry in pairwise((0, *self._entries))
            if text[entry - 1] in _SEMICOLONS
            and (colon := last_of("：:", text, max(before, entry - _CLAUSE), entry)) > 0
        }
        self._read: frozenset[tuple[int, str]] = frozenset()
        self.shown_ends = frozenset(end for _, _, end in occurrences(text, sorted(shown)))
        self._lines: dict[int, tuple[str, ...]] = {}
        above, below = text.split("\n", _EDGE), text.rsplit("\n", _EDGE)
        self._head = len("\n".join(above[:_EDGE]))
        self._foot = len(below[0]) if len(below) > _EDGE else 0
        known = ordinary()
        read = dict.fromkeys(readings(self, known))
        if self._entries:
            entries = {*self._entries, *self._colons.values()}
            self._read = frozenset(
                (start, text[end : end + 1])
                for start, end in read
                if start in entries and _plain(text[start:end], known)
            )
            read |= dict.fromkeys(_of_a_list(self, known))
        self.readings = tuple(read)
        self.places: dict[str, list[int]] = {}
        for start, end in self.readings:
            self.places.setdefault(text[start:end], []).append(start)
        plain = [(start, end) for start, end in self.readings if _plain(text[start:end], known)]
        self.read_begins, self.read_ends = {start for start, _ in plain}, {end for _, end in plain}
        self._said: dict[tuple[int, int], Sequence[str]] = {}
        self._elsewhere: dict[str, frozenset[str]] = {}

    def _hear(self, found: Collection[tuple[int, int]]) -> None:
        text = self.text
        self._found = found
        self.begins = frozenset(start for start, _ in found)
        self.ends = frozenset(end for _, end in found)
        self.families = frozenset(text[start] for start, _ in found)
        self._known = frozenset((start, text[end : end + 1]) for start, end in found)

    def forget(self, names: AbstractSet[str]) -> None:
        """Takes back that words told of ``names``."""
        gone = {start for start, end in self._found if self.text[start:end] in names}
        self._told = self._told_but(gone)
        self._hear([place for place in self._found if place[0] not in gone])
        self._lines.clear()

    def without(self, name: str) -> Scene:
        """The scene as it would be had nothing told ``name``."""
        left = [place for place in self._found if self.text[slice(*place)] != name]
        told = self._told_but({start for start, end in self._found if self.text[start:end] == name})
        return Scene(self.page, self.lines, left, self.shown, self.flags, told, self.foreign, self.called)

    def _told_but(self, starts: AbstractSet[int]) -> dict[str, list[int]]:
        return {
            what: [place for place in places if place not in starts] for what, places in self._told.items()
        }

    def calls(self, start: int) -> bool:
        """Whether a word right before ``start`` calls a person."""
        return start in self._called

    def entry(self, start: int, end: int) -> Iterator[str]:
        """Whether a name begins an entry of a list, and how many beside it begin with one and go on alike."""
        beside = self._entries_beside(start)
        if beside is None:
            return
        sign = self.text[end : end + 1]
        if sign not in _BEHIND_ENTRIES:
            yield "entry:other"
            return
        yield "entry"
        for what, places in (("known", self._known), ("read", self._read)):
            alike = sum((place, sign) in places for place in beside)
            if alike:
                yield f"entry:{what}{min(alike, _ENTRIES_BESIDE)}"

    def listed(self) -> Iterator[tuple[int, int]]:
        """What begins an entry beside one that a name begins, whatever it is made of."""
        text = self.text
        for place in self._entries:
            for start in (place, self._colons[place]) if place in self._colons else (place,):
                found = _WHOLE_ENTRY.match(text, start)
                if found is None:
                    continue
                sign = text[found.end()]
                beside = [(other, sign) for other in self._entries_beside(start) or ()]
                if (
                    any(each in self._known for each in beside)
                    or sum(map(self._read.__contains__, beside)) > 1
                ):
                    yield found.span()

    def _entries_beside(self, start: int) -> list[int] | None:
        """Where the entries begin before and behind the one that begins at ``start``; none if none does."""
        entries = self._entries
        index = bisect_left(entries, start)
        if index < len(entries) and entries[index] == start:
            colon = self._colons.get(start)
            before = entries[max(0, index - _ENTRIES_BESIDE) : index]
            return [*before, *([colon] if colon else ()), *entries[index + 1 : index + 1 + _ENTRIES_BESIDE]]
        return entries[index : index + _ENTRIES_BESIDE] if self.text[start - 1 : start] in _COLONS else None

    def said(self, start: int, end: int) -> Sequence[str]:
        """What the words around a name say of its bearer."""
        known = self._said.get((start, end))
        if known is None:
            text = self.text
            known = [*_called(text, start), *_labelled(text, start), *_behind(text, end)]
            self._said[start, end] = known
        return known

    def elsewhere(self, name: str) -> frozenset[str]:
        """What is said of ``name`` at any of its places, if it has several."""
        known = self._elsewhere.get(name)
        if known is None:
            said = (sign for start in self.places[name] for sign in self.said(start, start + len(name)))
            known = frozenset(f"again:{sign.removesuffix('apart').removesuffix('far')}" for sign in said)
            self._elsewhere[name] = known
        return known

    def line(self, start: int, end: int) -> tuple[str, ...]:
        """What the line around ``[start, end)`` tells."""
        text = self.text
        begin = text.rfind("\n", 0, start) + 1
        known = self._lines.get(begin)
        if known is not None:
            return known
        stop = line_end(text, end)
        seen = [
            f"line:{what}"
            for what, places in self._told.items()
            if bisect_left(places, begin) < bisect_left(places, stop)
        ]
        if _GENDER.search(text, begin, stop):
            seen.append("line:gender")
        size = stop - begin
        seen.append("line:short" if size < _SHORT else "line:middle" if size < _MIDDLE else "line:long")
        if stop >= self._foot:
            seen.append("line:last")
        if begin <= self._head:
            seen.append("line:first")
        if text[begin : begin + 4].isspace() and size <= _SHORT:
            seen.append("line:signed")
        if self.page.rows.at(start).bar in _BARS:
            seen.append("line:row")
        elif len(_CELLS.findall(text[begin:stop].strip())) > 1:
            seen.append("line:spaced")
        index = bisect_right(self.lines, (begin, stop)) - 1
        if index >= 0 and begin < self.lines[index][1]:
            seen.append("line:private")
        told = self._lines[begin] = tuple(seen)
        return told


_BARS = frozenset("\t|")
_COLONS = frozenset("：:")
_SEMICOLONS = frozenset("；;")
_ENTRIES_BESIDE = 2
# Where an entry of a list begins: a line, or what stands behind a semicolon, its number aside.
_ENTRY = re.compile(
    r"[\n；;][ \u3000]*+(?:[（(]?\d{1,3}[.．、)）：:]?|[①-⑳]|[（(]?[一二三四五六七八九十]{1,3}[、.．)）]|[\-—·•●◆○*]{1,2})?[ \u3000]*+(?=[\u4e00-\u9fa5])"
)
_BEHIND_ENTRIES = frozenset("，,（(：: \u3000\t、")
_WHOLE_ENTRY = re.compile(r"[\u4e00-\u9fa5]{2,4}(?=[，,（(])")
_EDGE = 3  # lines at the top and at the foot of a page: a heading, a signature


def readings(scene: Scene, known: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Where a name may stand, of two to four characters; what ordinary words cover is left out."""
    for begin, stop in scene.parts:
        yield from _readings(scene.text, begin, stop, known)
        yield from _of_whom_more_is_said(scene.text, begin, stop, known)
        yield from _of_other_peoples(scene, begin, stop, known)
        yield from _of_the_called(scene, begin, stop)
        yield from _in_letters(scene.text, begin, stop)
    yield from sounded(scene.text, scene.parts)


def _plain(name: str, known: AbstractSet[str]) -> bool:
    """Whether a name is made as most are."""
    return name[0] in USUAL_SURNAMES and name not in known and GIVEN.issuperset(name[1:])


def _of_a_list(scene: Scene, known: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Names that begin entries beside those that known names begin: 檀子健，退役军人."""
    for start, end in scene.listed():
        name = scene.text[start:end]
        if (
            (name not in known or name[0] in SURNAMES)
            and _NEVER_GIVEN.isdisjoint(name)
            and name not in TITLES
            and name not in SAMPLES
            and name[-1] not in _NEVER_LAST
        ):
            yield start, end


def _of_other_peoples(
    scene: Scene, begin: int, stop: int, known: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """Names without a dot as other peoples write them: from a word they are made of, or set off as a whole."""
    text, last = scene.text, begin
    first, end = bisect_left(scene.foreign, begin), bisect_left(scene.foreign, stop)
    for start in sorted(
        {*scene.foreign[first:end], *(each.start() for each in _SOUNDED.finditer(text, begin, stop))}
    ):
        found = OF_SOUNDS.match(text, start, stop) if start >= last else None
        if found and text[start - 1 : start + 1] not in known:  # 变更登记
            last = found.end()
            if found.group() not in NO_NAMES:  # 俄罗斯
                yield start, last


def _in_letters(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Names in Latin letters within Chinese: 投诉人：Kim Min-ji（韩国籍）; not a sentence in English."""
    for line in lines_with(" ", text, begin, stop):  # in every such name
        for found in _LETTERS.finditer(text, *line):
            before = text[max(0, found.start() - 2) : found.start()].rstrip(" ")[-1:]
            if not before.isascii() or before in _BEFORE_LETTERS:
                yield found.span()


# Kim Min-ji, Nguyễn Văn Hùng, CHAN TAI MAN: every part begins with a capital, and Chinese goes on behind.
_LETTERS = re.compile(
    r"[A-ZÀ-ÞĐ][A-Za-zÀ-ỹ'’\-]{1,15}(?:[ ][A-ZÀ-ÞĐ][A-Za-zÀ-ỹ'’\-]{0,15}){1,3}(?=[ ]?[（(]|[，。、；：）)\u4e00-\u9fa5])"
)
_BEFORE_LETTERS = frozenset("|\t（(：:，,、")


def _of_whom_more_is_said(
    text: str, begin: int, stop: int, known: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """What signs set off, whatever it begins with, where a gender, an age or a number of a person follows: 崇诗涵，女."""
    for found in _MORE_SAID.finditer(text, begin, stop):
        start, end = found.span("name")
        name = found["name"]
        if (
            (name[0] not in SURNAMES or name[:2] in NO_NAMES)
            and name not in known
            and _NEVER_GIVEN.isdisjoint(name)
            and name not in TITLES
            and name not in NO_NAMES
            and name not in SAMPLES
            and name[-1] not in _NEVER_LAST
        ):
            yield start, end


_MORE_SAID = re.compile(
    r"(?<![\u4e00-\u9fa5·])(?P<name>[\u4e00-\u9fa5]{2,4}+)[，,（( \u3000\t|｜]{1,3}(?:[男女](?![\u4e00-\u9fa5])|[\u4e00-\u9fa5]{1,5}族(?![\u4e00-\u9fa5])|\d{1,3}周?岁|\d{17}|1[3-9]\d{9})"
)


def _of_the_called(scene: Scene, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Whatever is called as persons are, though no name begins so: 孙女朵朵, 证人马上."""
    text = scene.text
    for start in scene.called[bisect_left(scene.called, begin) : bisect_left(scene.called, stop)]:
        whole = OF_SOUNDS.match(text, start, stop) if text[start : start + 1] in SOUNDS else None
        if whole and whole.end() - start > _LONGEST:  # 母亲斯琴高娃
            yield whole.span()
        for end in (start + 2, start + 3):
            name, right = text[start:end], text[end : end + 1]
            if (
                end <= stop
                and (right in AFTER or not is_han(right or " ") or name[0] in SURNAMES)
                and HAN.fullmatch(name) is not None
                and _NEVER_GIVEN.isdisjoint(name)
                and name not in TITLES
                and (end == start + 2 or name not in NO_NAMES)
                and name not in SAMPLES
                and name not in COMPOUND_SURNAMES
                and name[-1] not in _NEVER_LAST
            ):
                yield start, end


def _readings(text: str, begin: int, stop: int, known: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    for found in _MAY_BEGIN.finditer(text, begin, stop):
        start = found.start()
        left = text[start - 1] if start else ""
        within = "\u4e00" <= left <= "\u9fa5"  # a sentence goes on
        if within and text[start - 1 : start + 1] in known:
            continue
        head = text[start : start + 2]
        never = head in NO_NAMES  # unless signs set it off: 谷雨
        if never and (within or _TWO_MORE.match(text, start + 2)):
            continue
        double = head in COMPOUND_SURNAMES
        if within and (
            text[start - 2 : start + 1] in known
            or text[start - 1 : start + 2] in known  # 自来水
            or (head in known and not double)
        ):
            continue
        if head[0] in "年班万" and left in _COUNTED:
            continue  # 1985年退伍, 五（2）班学生, 9.4万只
        if not double and head[0] not in SURNAMES:
            continue
        first = start + 2 if double else start + 1
        if text[first : first + 1] in _BLANK:
            spread = _SPREAD.match(text, first)
            if spread and left in _APART:
                yield start, spread.end()
            continue
        if text[start + 1] in _SECOND and _MARRIED.match(text, start, stop):
            yield start, start + _WHOLE_MARRIED
        for end in (first + 1, first + 2):
            last = text[end - 1 : end]
            if not "\u4e00" <= last <= "\u9fa5" or last in _NEVER_GIVEN:
                break
            if (
                (last in GIVEN or end - first > 1)
                and last not in _NEVER_LAST
                and text[end - 1 : end + 1] not in known
                and not (never and is_han(text[end : end + 1] or " "))
                and (end == start + 2 or text[start:end] not in NO_NAMES)
                and not (last == "家" and end == first + 1)
                and not (within and text[start:end] in known)
                and not _is_of_a_thing(text, end)
                and text[start:end] not in SAMPLES
            ):
                yield start, end


# A woman named with two surnames, or with 氏: 林陈秀琴, 盘氏晚妹.
_SECOND = USUAL_SURNAMES | {"氏"}
_MARRIED = re.compile(
    rf"..[{''.join(sorted(GIVEN))}]{{2}}(?:(?![\u4e00-\u9fa5])|(?=[{''.join(sorted(AFTER))}]))"
)
_WHOLE_MARRIED = 4


def _is_of_a_thing(text: str, end: int) -> bool:
    """Whether what ends at ``end`` goes on as the name of a place, an office, a firm: 牛山|水库."""
    after = text[end : end + 2]
    return (
        after[:1] in _ENDS_OF_THINGS
        or after in _THINGS
        or (after[1:] == "县" and after[0] not in AFTER)  # 金沙|渡县
        or (text.find("〔", end, end + _NUMBER_REACH) >= 0 and _OF_A_NUMBER.match(text, end) is not None)
    )


_TWO_MORE = re.compile("[\u4e00-\u9fa5\u3400-\u4dbf]{2}")  # no sign sets off what they stand behind
_SPREAD = re.compile(
    r"(?:[ \u3000]{1,2}(?P<first>[\u4e00-\u9fa5]))(?:[ \u3000]{1,2}[\u4e00-\u9fa5])?(?=[ \u3000\n\t|，、（(：:；。0-9]|$)(?![ \u3000][\u4e00-\u9fa5](?![\u4e00-\u9fa5]))"
)
_APART = frozenset(["", *" \u3000\n\t|：:，、（(.0123456789"])
_OF_SOUNDS = f"[{''.join(sorted(SOUNDS))}]"
_SOUNDED = re.compile(
    rf"{_OF_SOUNDS}{_OF_SOUNDS}{_OF_SOUNDS}(?<![\u4e00-\u9fa5]...){_OF_SOUNDS}{{0,3}}(?![\u4e00-\u9fa5])",
    re.DOTALL,
)


def made(text: str, start: int, end: int, known: AbstractSet[str]) -> list[str]:
    """How a name at ``[start, end)`` would be made, and what stands right beside it."""
    return [
        *_composed(text[start:end], known),
        *_on_its_left(text, start, known),
        *_on_its_right(text, end, known),
    ]


def _composed(name: str, known: AbstractSet[str]) -> list[str]:
    head = name[:2]
    if name[0].isascii():
        return ["size:latin"]
    if not DOTS.isdisjoint(name):
        return ["size:dotted", *_parted(name)]
    if head in FORENAMES:
        return [f"size:foreign{len(name)}", *(("word:whole",) if name in known else ()), *_parted(name)]
    family = 2 if len(name) > 2 and head in COMPOUND_SURNAMES else 1  # noqa: PLR2004  not 欧阳 alone
    given, joint = name[family:], "+"
    if given[0] in _BLANK:
        given, joint = "".join(given.split()), " "
    elif len(given) > _LONGEST:
        if len(name) == _WHOLE_MARRIED and name[1] in _SECOND and not SOUNDS.issuperset(name):
            return [
                "size:married",
                *(("size:maiden",) if name[1] == "氏" else ()),
                *_of_words(name[1:], name[2:], 1, known),
            ]
        return ["size:sounded", *_parted(name)]
    size = len(given)
    usual = sum(map(GIVEN.__contains__, given))
    seen = [f"size:{family}{joint}{size}", f"given:{usual}of{size}", *_spelt(name[0], given)]
    if family > 1:
        seen.append("family:double")
    else:
        seen.append(_FAMILIES.get(name[0]) or ("family:rare" if name[0] in SURNAMES else "family:none"))
    if not NO_GIVEN.isdisjoint(given):
        seen.append("given:function")
    if given[-1] in _ONLY_GIVEN:
        seen.append("given:only")
    if given[0] in _NUMERAL and given[-1] in _COUNTING:
        seen.append("given:counted")
    if given[-1] in _PLACE_ENDS:
        seen.append("given:place")
    if given[1:] == given[0]:
        seen.append("given:twice")
    return seen + _of_words(name, given, family, known)


def _parted(name: str) -> Iterator[str]:
    """How much of a name is parts that names of other peoples are made of."""
    left = set(range(len(name)))
    for place in range(len(name) - 1):
        if name[place : place + 2] in PARTS_OF_NAMES:
            left -= {place, place + 1}
    yield f"parts:{len(name)}-{len(left)}"
    yield f"sounded={name[-1]}"


def _of_words(name: str, given: str, family: int, known: AbstractSet[str]) -> list[str]:
    """Which ordinary words a name holds."""
    seen = []
    if name in known:
        seen.append("word:whole often" if name in often() else "word:whole")
    head = name[:2]
    if family == 1 < len(given) and head in known:
        seen.append("word:head often" if head in often() else "word:head")
    if given in known:
        seen.append("word:given often" if given in often() else "word:given")
        seen.append(f"worded={name[0]}")
    if given in TITLES:
        seen.append("word:title")
    return seen


def _spelt(first: str, given: str) -> list[str]:
    """The characters themselves, each at its place: 但 is seldom a surname, and 核 seldom in a given name."""
    if len(given) == 1:
        return [f"first={first}", f"last={given}"]
    return [f"first={first}", f"middle={given[0]}", f"last={given[-1]}"]


def _on_its_left(text: str, start: int, known: AbstractSet[str]) -> list[str]:
    left = text[start - 1 : start]
    if not is_han(left or " "):
        return [_LEFT.get(left, "L:sign")]
    word, within = text[start - 2 : start], f"within={text[start]}"
    if word in known:
        seen = [within, f"before={word}", f"left={left}", "L:often" if word in often() else "L:word"]
        if text[start - 3 : start - 1] in known:
            seen.append("L:overlap")
    else:
        seen = [within, "L:none", f"left={left}"]
    if left in LEADS:
        seen.append("L:lead")
    if left in _FUNCTION:
        seen.append("L:function")
    if left in _GROUP:
        seen.append("L:numbered" if word[:-1] in _NUMERAL else "L:group")
    if left in "年月日":
        seen.append("L:date")
    return seen


def _on_its_right(text: str, end: int, known: AbstractSet[str]) -> list[str]:
    right = text[end : end + 1]
    if not is_han(right or " "):
        return [_RIGHT.get(right, "R:sign")]
    word = text[end : end + 2]
    if word in known:
        seen = [f"right={right}", "R:often" if word in often() else "R:word", f"behind={word}"]
    else:
        seen = [f"right={right}", "R:none"]
    if right in AFTER:
        seen.append("R:after")
    if word in TITLES:
        seen.append("R:title")
    place = _GOES_ON.match(text, end)
    if place:
        seen.append(f"R:goes on {place.end() - end}")
    return seen


# What begins like a name and goes on as a place or a firm: 巴彦宝|力格苏木, 郎大庄|小区, 富南|信用社.
_GOES_ON = re.compile(
    "[^\\W0-9A-Za-z的在与住和系因被为是向由将男女患到家户村]{0,3}?(?:街道|社区|小区|苏木|嘎查|信用社|公司|水库|学校|中学|小学|初中|高中|医院|大学|酒店|宾馆|超市|药店|足浴|美发|[乡镇县旗河桥岭段沟堂寺店])"
)


def surrounded(scene: Scene, start: int, end: int) -> list[str]:
    """What the clause, the line and the page say around ``[start, end)``."""
    return [
        *scene.flags,
        *scene.line(start, end),
        *scene.said(start, end),
        *_beside(scene.text, start, end),
        *_again(scene, start, end),
        *_headed(scene, start),
        *_of_a_work(scene.text, start, end),
        *(("called",) if scene.calls(start) else ()),
        *scene.entry(start, end),
    ]


def _of_a_work(text: str, start: int, end: int) -> Iterator[str]:
    """Whether a name is of the title of a work, or stands beside one: 《刘巧儿》, 《百年孤独》（马尔克斯）."""
    mark = last_of("《》", text, max(0, start - _TITLE), start)
    if mark >= 0 and text[mark] == "《" and "关于" not in text[mark:start]:
        yield "work:of"
    elif text[start - 2 : start - 1] == "》" or text.startswith("《", end + 1):
        yield "work:beside"


_TITLE = 16


def _beside(text: str, start: int, end: int) -> Iterator[str]:
    """What is written in the line right before and right behind, two characters at a time."""
    before = text[max(0, start - _BESIDE) : start]
    yield from pairs("<", before.rpartition("\n")[2].rpartition("。")[2])
    yield from pairs(">", text[end : line_end(text, end, _BESIDE) + 1])


_BESIDE = 8


def _headed(scene: Scene, start: int) -> list[str]:
    """What the heading of its column calls whoever is named."""
    heading = scene.page.rows.heading(start)
    heading = heading and _BRACKETED.sub("", heading)
    if not heading:
        return []
    called = role(heading)
    return [f"column:{called or next(iter(_ends(heading)), 'other')}"]


def _behind(text: str, end: int) -> Iterator[str]:
    """What comes right behind: a title, what only a person has, the number of a house."""
    if text[end : end + 1] in _BEFORE_TITLES and (TITLE.match(text, end) or text.startswith(DUTIES, end)):
        yield "behind:title"
    if _PERSONAL.match(text, end):
        yield "behind:personal"
    if _DOOR.match(text, end):
        yield "behind:door"
    if _DATED.match(text, end):
        yield "behind:date"


# Who signs writes the day beside or below: 闵学军 2023.4.9.
_DATED = re.compile(
    r"[ \u3000\n]{1,4}(?:20)?\d\d[年.\-/]\d{1,2}[月.\-/]\d{1,2}|[ \u3000\n]{1,4}\d{1,2}[月.]\d{1,2}日?(?!\d|[.元亩])"
)


_BEFORE_TITLES = frozenset("，,（( \u3000：")


def _called(text: str, start: int) -> list[str]:
    """What the words right before call whoever is named."""
    before = text[max(0, start - 12) : start]
    bare = before.rstrip("：:为是系 \u3000（(")
    apart = "" if len(bare) == len(before) else "apart"
    seen = [f"before:{what}{apart}" for what in _ends(bare) if what != "official"]
    if apart and bare[-1:] in _KIN and not is_han(bare[-2:-1] or " "):
        seen.append("before:kin")  # 子 淡建平；媳 晁敏
    return seen


_KIN = frozenset("妻夫子女媳婿孙父母兄弟姐妹嫂儿")


def _ends(words_before: str) -> list[str]:
    """What the word is, or the words are, that a text ends with: a role, an office, a post."""
    found: list[str] = []
    longest = -len(words_before)
    for size in _SIZES.get(words_before[-1:], ()):
        if size >= longest and (word := words_before[size:]) in _CALLS:
            found += _CALLS[word]
    return found


_CALLS = calls()
_SIZES = sizes_by_end(_CALLS)


def _labelled(text: str, start: int) -> Iterator[str]:
    """What the label of the clause calls whoever stands behind it, and whether it stands right behind."""
    colon = last_of("：:", text, max(0, start - _CLAUSE), start)
    if colon <= 0 or last_of("\n。；;", text, colon, start) > 0:
        return
    label = text[max(0, colon - 12) : colon].rstrip(" \u3000")
    if label.endswith(("）", ")")):
        label = _BRACKETED.sub("", label)
    far = "far" if _FAR.search(text, colon + 1, start) else ""
    called = _ends(label)
    yield f"label:{next((what for what in _LABELS if what in called), 'other')}{far}"


_LABELS = ("role", "kept", "post", "official")


def _again(scene: Scene, start: int, end: int) -> Iterator[str]:
    """What is known of the name, of its family and of the names beside it."""
    text = scene.text
    name, left, right = text[start:end], text[start - 1 : start], text[end : end + 1]
    times = len(scene.places.get(name, ()))
    if times > 1:
        yield "again:2" if times == 2 else "again:more"  # noqa: PLR2004  twice or oftener
        yield from scene.elsewhere(name)
    if name in scene.shown:
        yield "shown"
    if left in _JOINS:
        if start - 1 in scene.ends:
            yield "enum:known"
        if start - 1 in scene.shown_ends:
            yield "enum:shown"
        if left == "、" and start - 1 in scene.read_ends:
            yield "enum:read"
    if right in _JOINS and end + 1 in scene.begins:
        yield "enum:before"
    if right == "、" and end + 1 in scene.read_begins:
        yield "enum:read before"
    if name[0] in scene.families:
        yield "family:known"


_JOINS = frozenset("、和与及")


def weigh(scene: Scene, taken: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """The names whose weights say so, the heaviest first where two overlap, none over what is ``taken``.

    What speaks against a name at one of its places speaks against it at the others: 主任符永昌 is an official wherever
    he comes again.
    """
    text, known, weight = scene.text, ordinary(), weights("names")
    bias, least = weight["bias"], weight["least"]
    doubt = 0.0 if scene.begins else _DOUBT
    covered: set[int] = {place for start, end in taken for place in range(start, end)}
    sums: list[tuple[float, int, int]] = []
    against: dict[str, float] = {}
    for start, end in scene.readings:
        if not covered.isdisjoint(range(start, end)):
            continue
        total = added(bias, weight, made(text, start, end, known))
        name = text[start:end]
        again = end - start > _LONGEST and len(scene.places[name]) > 1
        if total >= least or again:
            total = added(total, weight, surrounded(scene, start, end))
        if total > doubt:
            sums.append((total, start, end))
        elif again:
            against[name] = min(total, against.get(name, 0.0))
    heavy = [
        (-total, start, end)
        for total, start, end in sums
        if total + _PART * against.get(text[start:end], 0.0) > doubt
    ]
    chosen: list[tuple[int, int]] = []
    for _, start, end in sorted(heavy):
        if covered.isdisjoint(range(start, end)):
            covered.update(range(start, end))
            chosen.append((start, end))
    return chosen


def doubted(scene: Scene, told: Collection[tuple[int, int]]) -> frozenset[str]:
    """Names that words ``told`` and all else speaks against, wherever they stand: 两个女儿都嫁到外县."""
    text, known, weight = scene.text, ordinary(), weights("names")
    bias, own = weight["bias"], weight["family:known"]
    families: dict[str, set[str]] = {}
    for start, end in told:
        families.setdefault(text[start], set()).add(text[start:end])
    most: dict[str, float] = {}
    for start, end in told:
        name = text[start:end]
        if SOUNDS.issuperset(name) or most.get(name, _DISBELIEF) > _DISBELIEF:
            continue
        if _plain(name, known):
            most[name] = 0.0
            continue
        read = name in scene.places
        if not read and (len(name) > _LONGEST + 1 or HAN.fullmatch(name) is None):
            continue
        total = added(bias, weight, made(text, start, end, known))
        if not read:
            total *= _PART  # words go on into it: 师管理 of 老师管理
        elif total < 0.0:
            total = added(total, weight, surrounded(scene, start, end))
            total -= own if len(families[name[0]]) == 1 else 0.0  # its own
        most[name] = max(total, most.get(name, total))
    return frozenset(name for name, total in most.items() if total < _DISBELIEF)
