"""Numbers that are a person's though neither their form nor a label of the lexicon tells: weighed.

住院号0087215, 低保档案 DB-0417, 杨正德 B520600103321: papers, files and accounts of a person have more names than a list
can hold, and the numbers of offices, cases and goods look the same. Every number without a form of its own is
looked at; what is seen there (its form, the words before it or above its column, who is named beside it) has weights that
were fitted to labelled texts by ``tests/corpus/fit.py``. Their sum decides, as for names. See ADR 30.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.identifiers import identified, is_badge
from disclosure_gate.detect.lexicon import GIVEN, LABELS, PROVINCES
from disclosure_gate.detect.names import name_before
from disclosure_gate.detect.page import Page, line_end
from disclosure_gate.detect.papers import of_a_unit
from disclosure_gate.detect.rosters import role
from disclosure_gate.detect.somebody import People, people_of
from disclosure_gate.detect.weights import added, distance, pairs, weights
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

# One search for whatever may be a number: two for its first signs take twice as long.
_RUN = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-/_.]{3,}(?:(?<=[0-9]) [0-9]{3,8})*")
_LETTERS = re.compile(r"[A-Za-z]{1,6}[\-_.]?(?=[0-9])")  # No.0041827, DB-0417
# An amount, an address of the web, a date or a stretch of years, a hotline.
_NO_NUMBER = re.compile(
    r"\d+\.\d+|www\..*|https?|.*\.(?:cn|com|net|org)\b.*"
    r"|1\d{3}-[12]\d{3}|(?:19|20)\d{2}[\-/.]?(?:0?[1-9]|1[0-2])(?:[\-/.]?\d{1,2})?(?:[\-/](?:19|20)?\d{2,4}[\-/.]?\d{0,2}[\-/.]?\d{0,2})?"
    r"|(?:12[0-9]{3}|100[0-9]{2}|9[56][0-9]{3})(?: [0-9]{5})*|[48]00-?[0-9]{3,4}-?[0-9]{3,4}"
)
# 皖林证字（2008）第0602117, 独字第3604210187, 闽渔61427: not the 证 of the word before, 独生子女证.
_SIGN = "(?:(?!证(?!字)|号)[\u4e00-\u9fa5])"
_LED = re.compile(
    rf"(?:{_SIGN}{{1,8}}[（(〔\[]?(?:19|20)?\d{{2}}[）)〕\]]?[字号]?第?|[（(][\u4e00-\u9fa5][）)][\u4e00-\u9fa5()（）]{{1,8}}[（(]\d{{4}}[）)]第?|{_SIGN}{{0,6}}字第?|[\u4e00-\u9fa5]{{1,3}}[渔军]|第)\Z"
)
_LEADS = frozenset("字第号渔军）)〕]")  # its last signs
_UNITS = frozenset("*年月日元万亩时分%％.:：〕人株头只斤吨克米周岁千户级届版款班室床块@")
_QUANTITY = re.compile(
    r"[ ](?:[年月日元万亩时分%％人株头只斤吨克米周岁千]|平方|公里|毫|mm|mg|ml|kg)|平方|公里|毫|mm|mg|ml|kg|号[楼院]|[民刑行执赔财破][初终再申监特保督他]"
)
_NOBODYS = re.compile(
    r"(?:挂号信|邮政编码|邮编|文号|(?<!档)案号|索引号|发票号码?|发票代码|信用代码|订单号|运单号|快递单号|工单号|工单编号)[：: 为是]*\Z"
    r"|[（(〔](?:19|20)\d\d[）)〕][\u4e00-\u9fa5]{2,8}字第?\Z"  # （2026）云证民字第00187号: a deed of a notary
)
# An identity card of Hong Kong ends with a check digit in brackets: R729384(3).
_OF_HONG_KONG = re.compile(r"[A-Z]{1,2}[0-9]{3} ?[0-9]{3} ?[（(][0-9A][）)]")
_HOME = re.compile("宅电|家中|家里|我家|屋头|[（(]家[）)]")
_LANDLINE = re.compile(r"0\d{2,3}[\- ]?\d{7,8}(?:-\d+)?")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_WORD = re.compile(r"[\u4e00-\u9fa5A-Za-z]+\Z")
_BEFORE_VALUE = "：:为是（(\t| \u3000=“\"'「【[.→№"
_SIGNS = "-/_."
_NEVER_BEFORE = frozenset("@./〔¥￥_*")
_JOINT = re.compile("[、，,和及/][ ]?[\u4e00-\u9fa5]?")
_BEFORE_HOLDERS = "，,、：:（( \u3000"
_FEWEST, _FEWEST_BEHIND_LETTERS = 4, 2  # digits
_FAR, _NEAR = 60, 100  # code points to a person, to another number
_LEAD, _LABEL = 24, 24  # code points before a number in which it may begin, in which a label may stand
_REACH = 16  # code points from the name of a paper to its number
_SIZES = (11, 14, 17, 18)  # most digits of a class; fewer than eleven are told apart one by one


class PersonsNumberDetector:
    """个人编号: whatever number the weights say is a person's."""

    name = "persons_number"
    kind: SpanKind = "other"
    why = Text(
        zh="由上下文判断为个人证件、档案或者账户的编号",
        en="by its context the number of a person's paper, file or account",
    )
    terms: Sequence[str] = ()

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        numbers = Numbers(page)
        weight = weights("numbers")
        bias, least = weight["bias"], weight["least"]
        for begin, start, end in numbers.places():
            checked = _OF_HONG_KONG.match(page.text, begin)
            if checked:
                yield Hit(*checked.span(), "*" * len(checked.group()))
                continue
            total = added(bias, weight, numbers.made(begin, start, end))
            if total >= least and added(total, weight, numbers.surrounded(begin, end)) > 0:
                yield Hit(begin, end, "*" * (end - begin), certain=False)


class Numbers:
    """The numbers of a page that no form tells, and what is seen at each."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._people: People = people_of(page)
        self._known = sorted(hit.start for hits in identified(page).values() for hit in hits)
        self._papers = sorted(end for _, end in page.met("paper_number"))
        self._certified = "权" in page.text
        self._firsts: dict[int, int] = {}  # of each number, the first of those enumerated with it
        self._persons = frozenset(self._people.places)
        many = len(self._people.places)
        self._flags = (f"people:{min(many, 2)}", *(("identified",) if self._known else ()))

    def places(self) -> Iterator[tuple[int, int, int]]:
        """Where a number may stand: where it begins with what leads it, its own first sign, its end."""
        text = self._page.text
        size, last, first = len(text), -1, 0
        for found in _RUN.finditer(text):
            start, end = begin, _ = found.span()
            if (end < size and text[end] in _UNITS) or (start and text[start - 1] in _NEVER_BEFORE):
                continue  # most numbers are years and amounts
            value = found.group()
            if value[-1] in _SIGNS:
                value = value.rstrip(_SIGNS)
                end = start + len(value)
            digits = end - start if value.isdigit() else sum(map(str.isdigit, value))
            if (
                digits < (_FEWEST if value[0].isdigit() else _FEWEST_BEHIND_LETTERS)
                or self._is_known(start, end)
                or _NO_NUMBER.fullmatch(value)
                or _QUANTITY.match(text, end)
                or _NOBODYS.search(text, max(0, begin - _LEAD), begin)
                or (self._certified and of_a_unit(text, begin))
            ):
                continue
            letters = _LETTERS.match(value)
            if letters:
                start += letters.end()
                begin -= text[begin - 1 : begin] in PROVINCES
            if text[begin - 1 : begin] in _LEADS:
                led = _LED.search(text, max(0, begin - _LEAD), begin)
                begin = led.start() if led else begin
            end = _with_sign(text, end)
            if last < 0 or not _JOINT.fullmatch(text, last, begin):
                first = begin
            self._firsts[begin], last = first, end
            yield begin, start, end

    def _is_known(self, start: int, end: int) -> bool:
        index = bisect_left(self._known, start)
        return index < len(self._known) and self._known[index] < end

    def made(self, begin: int, start: int, end: int) -> list[str]:
        """How the number is made and what the words before it call it."""
        return [*_form(self._page.text, begin, start, end), *self._before(begin)]

    def surrounded(self, begin: int, end: int) -> list[str]:
        """What the page, the heading of its column and the line say around it."""
        text = self._page.text
        return [
            *self._flags,
            *self._above(begin),
            *(("badge",) if is_badge(text, begin) else ()),
            *self._beside(begin, end),
        ]

    def _before(self, begin: int) -> Iterator[str]:
        text = self._page.text
        begin = self._firsts[begin]
        before = text[max(0, begin - _LABEL) : begin]
        bare = before.rstrip(_BEFORE_VALUE)
        if bare.endswith(("）", ")")):
            opened = max(bare.rfind("（"), bare.rfind("("))
            if opened > 0:
                yield "aside"
                bare = bare[:opened]
        word = _WORD.search(bare)
        if word:
            label = word.group()[-8:]
            yield from _ends("before", label)
            yield from pairs("word", label)
        else:
            yield f"sign={bare[-1:]}"
        called = self._page.label(begin)
        if called:
            yield f"label:{called}"
        index = bisect_right(self._papers, begin) - 1
        if index >= 0 and begin - self._papers[index] <= _REACH:
            yield f"paper:{distance(begin - self._papers[index])}"

    def _holder(self, begin: int) -> tuple[int, int] | None:
        """What reads as the name of whose number it is: 秦晓东（K340017238）, 巩文（检测员证W0034117）, 贾勇 工号2041."""
        text = self._page.text
        before = text[max(0, begin - _LABEL) : begin]
        bare = before.rstrip(_BEFORE_VALUE)
        word = _WORD.search(bare)
        ends = [begin - len(before) + len(bare)] if len(bare) < len(before) else []
        if word:
            ends.append(begin - len(before) + len(bare[: word.start()].rstrip(_BEFORE_HOLDERS)))
        for end in ends:
            name = name_before(text, end)
            if name and name[1] == end and set(text[name[0] + 1 : end]) <= GIVEN:
                return name
        return None

    def _above(self, begin: int) -> Iterator[str]:
        if self._page.rows.at(begin).bar:
            yield "row"
        heading = self._page.rows.heading(begin)
        if heading:
            yield from _ends("heading", heading.partition("（")[0].partition("(")[0])
            yield f"column:{role(heading) or LABELS.get(heading)}"

    def _beside(self, begin: int, end: int) -> Iterator[str]:
        """Who is named in the line, and which other numbers of a person stand near."""
        text = self._page.text
        stop = line_end(text, end, _FAR)
        before, behind = self._people.before(begin, _FAR), self._people.within(end, stop)
        if before:
            yield f"person before:{distance(begin - before[1])}"
            if text[before[1] : begin].isspace():
                yield "beside person"
        if behind:
            yield f"person behind:{distance(behind[0] - end)}"
            if text[end : behind[0]].isspace():
                yield "beside person"
        holder = self._holder(begin)
        if holder:
            yield "of the person before" if holder in self._persons else "of the name before"
        if not before and not behind:
            yield "nobody near" if self._people.around(begin, 2 * _FAR) else "nobody"
        first = bisect_left(self._known, begin - _NEAR)
        near = self._known[first : bisect_left(self._known, end + _NEAR)]
        if near:
            line = text.rfind("\n", max(0, begin - _NEAR), begin)
            yield "number in line" if any(line < each < stop for each in near) else "number near"


def _form(text: str, begin: int, start: int, end: int) -> Iterator[str]:
    value = text[start:end].removesuffix("号")
    digits = sum(map(str.isdigit, value))
    yield f"digits:{digits if digits < _SIZES[0] else bisect_left(_SIZES, digits) + _SIZES[0]}"
    lead = text[begin:start]
    if value[0].isalpha():
        yield "letter first"
    if "第" in lead or "字" in lead:
        yield "第"
    for sign in "-/ ":
        if sign in value:
            yield f"with{sign}{min(3, value.count(sign))}"
    if not value.replace("-", "").replace("/", "").replace(" ", "").isdigit():
        yield "letters"
    if _YEAR.match(value):
        yield "year"
    if value[0] == "0":
        yield "zero"
    if value.endswith("00"):
        yield "round"
    if _LANDLINE.fullmatch(value) or _LOCAL.fullmatch(value):
        line = text.rfind("\n", max(0, begin - 8), begin) + 1 or max(0, begin - 8)
        yield "home phone" if _HOME.search(text, line, line_end(text, end, 4)) else "phone"
    if len(lead + value) == _SIZES[-1] and value.startswith(("91", "92", "93")):
        yield "credit code"
    if text[end - 1] == "号":
        yield "号"


def _with_sign(text: str, end: int) -> int:
    """``end``, with a 号 that closes the number."""
    return end + 1 if text[end : end + 1] == "号" and text[end + 1 : end + 2] not in {"楼", "院"} else end


def _ends(of: str, words: str) -> Iterator[str]:
    yield f"{of}={words[-1:]}"
    if len(words) > 1:
        yield f"{of}={words[-2:]}"
