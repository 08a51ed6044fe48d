"""Names told by what follows them and only a person has: a gender, a relative, a disease, a number that identifies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from disclosure_gate.detect.called import FEWEST, LONGEST_NAME, ORGANISATION, calls_something, plain_name
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import (
    COLUMNS,
    FORENAMES,
    GIVEN,
    NO_NAMES,
    ROLES,
    SURNAMES,
    words,
)
from disclosure_gate.detect.names import (
    LATIN,
    LEADS,
    is_han,
    name_before,
)
from disclosure_gate.detect.offices import POST, POST_WITHIN, TITLE, kept_ends
from disclosure_gate.detect.page import Page, last_of, line_end

_DISEASE_LONGEST = 10
IDENTITIES = ("resident_id", "disability_card", "bank_card")
_BETWEEN_NAME = "（(，,；;：:\"'“” \u3000\t|/的之、其"
_NAMING = frozenset(
    words("resident_id disability_card passport permit household student_number social_security other")
)
_ATTACHED = frozenset({"bank_card", "phone", "address"})
_TAKES_OFFICE = frozenset("任免兼为不担的挂")


def before_word(text: str, start: int, end: int, word: str) -> list[tuple[int, int]]:
    """The name before a gender, an address, a relative: what only a person has."""
    if word == "籍，":
        comma = last_of("，,（(", text, max(0, start - 12), start)
        place = _person_before(text, comma) if comma > 0 else None
        return [place] if place else []
    if word == "同志" and text[end : end + 1] in _TAKES_OFFICE:
        return []
    gender = word.endswith(("男", "女"))
    if gender and text[end : end + 1] not in "，,）)、；。 \u3000\n":
        return []
    place = _person_before(text, start)
    if place is None or (word == "同志" and not _begins_after_sign(text, place[0])):
        return []
    official = (gender or word in {"性别", "同志"}) and POST.search(
        text, end, line_end(text, end, POST_WITHIN)
    )
    short = word in {"户（", "户("} and place[1] - place[0] == FEWEST  # 安置户（
    return [] if official or short else [place]


def before_numbers(page: Page, *, contacts: bool, told: bool) -> Iterator[tuple[int, int]]:
    """Names right before the label of a number that identifies a person, or before the number."""
    text = page.text
    for start, label in page.labels:
        if page.rosters and page.in_heading(start):
            continue
        if label in _NAMING:
            place = _person_before(text, start) or _word_before(text, start)
            if place:
                yield place
        elif label in _ATTACHED and start and is_han(text[start - 1]):  # 王秀英账号, not 王秀英，电话
            place = _person_before(text, start)
            if (
                place
                and place[1] == start
                and place[1] - place[0] > FEWEST
                and _begins_after_sign(text, place[0])
            ):
                yield place
    yield from _holders(page)
    if not page.numbers:
        return
    numbers = identified(page)
    for kind in IDENTITIES:
        for hit in numbers.get(kind, ()):
            place = _cell_before(page, hit.start) or _person_before(text, hit.start)
            if place:
                yield place
    mobiles = numbers.get("mobile", ())
    if mobiles and not contacts and (told or len(numbers) > 1):
        for hit in mobiles:
            place = _person_before(text, hit.start)
            if place and _begins_after_sign(text, place[0]):
                yield place


# The first cell of a row, a running number before it left out.
_CELL_BEFORE = re.compile(
    r"(?:\A|\n|[（(][\"'])[ \u3000|]*(?:[0-9]{1,4}[ \u3000]*[\t|.、 ][ \u3000]*)?(?P<name>[\u4e00-\u9fa5]{2,6})[ \u3000]*"
    r"(?:[\t|]|[ \u3000]{2}|[\"'] ?[,，] ?[\"'])[ \u3000]*\Z"
)
_CELL_REACH = 24


def _cell_before(page: Page, end: int) -> tuple[int, int] | None:
    """Whatever fills the first cell of a row, before an identity, and begins with a surname: 许冬至."""
    text, begin = page.text, max(0, end - _CELL_REACH)
    found = _CELL_BEFORE.search(text[begin:end])
    if found is None or (found.start("name") == 0 and begin) or page.in_roster(end):
        return None
    word = found["name"]
    begins = word[:2] in FORENAMES or (word[0] in SURNAMES and len(word) <= LONGEST_NAME)
    other = word[:2] in NO_NAMES or calls_something(word[:-1]) or word in COLUMNS or ORGANISATION.search(word)
    return None if other or not begins else (begin + found.start("name"), begin + found.end("name"))


_HOLDER = re.compile("(?<=[0-9Xx]{8})[（(](?P<name>[\u4e00-\u9fa5]{2,4})[）)]")
# The telephone of an office, which says who answers it: 029-63968806（谢晓俊）.
_LANDLINE = re.compile(
    r"(?<![0-9])(?:0[0-9]{2,3}[ \-]?|(?:电话|传真|热线|座机|致电)[^\n。；]{0,16}?)[0-9]{7,8}[（(]$"
)
_LANDLINE_REACH = 32


def _holders(page: Page) -> Iterator[tuple[int, int]]:
    """Names in brackets behind a long number that is no telephone of an office: 63968806（谢晓俊）."""
    text = page.text
    for _, end in page.figures:
        found = _HOLDER.match(text, end)
        begin = end + 1
        if (
            found
            and plain_name(found["name"])
            and not _LANDLINE.search(text, max(0, begin - _LANDLINE_REACH), begin)
        ):
            yield found.span("name")


_WORD_BEFORE = re.compile(
    r"(?:^|[：:\n\t]|(?<=[\n\t 、])\d{1,3}[.、．])[ \u3000]*(?P<word>[\u4e00-\u9fa5]{2,4})[ \u3000，,（(]{1,6}$"
)
_WORD_REACH = 16
_NO_HOLDERS = frozenset(
    words("国籍 国别 籍贯 类型 种类 类别 职业 单位 名称 部门 地区")
)  # 国籍：俄罗斯，护照号


def _word_before(text: str, end: int) -> tuple[int, int] | None:
    """Whatever stands alone between a colon and the label of a number that identifies a person."""
    found = _WORD_BEFORE.search(text, max(0, end - _WORD_REACH), end)
    if found is None or (found.start() and found.start() == end - _WORD_REACH):
        return None
    word = found["word"]
    label = text[max(0, found.start() - FEWEST) : found.start()]
    if label in _NO_HOLDERS or calls_something(word) or word in ROLES or ORGANISATION.search(word):
        return None
    return found.span("word")


def before_diseases(page: Page) -> Iterator[tuple[int, int]]:
    """Names right before a disease: 祁秀芳，糖尿病; 史改样（高血压）."""
    text = page.text
    for start, _ in page.met("health"):
        opening = last_of("，（(—,", text, max(0, start - _DISEASE_LONGEST), start)
        place = _person_before(text, opening) if opening > 0 and text.find("。", opening, start) < 0 else None
        if place and place[1] == opening and _begins_after_sign(text, place[0]):
            yield place


def _begins_after_sign(text: str, start: int) -> bool:
    return start == 0 or not is_han(text[start - 1])


def _person_before(text: str, end: int) -> tuple[int, int] | None:
    while end > 0 and text[end - 1] in _BETWEEN_NAME:
        end -= 1
        if text[end] in "的之其" and end and text[end - 1] in _BETWEEN_NAME:
            return None
    place = name_before(text, end)
    if place is None:
        return _latin_before(text, end)
    start = place[0]
    if start and (
        text[start - 1] in "《“"
        or (
            is_han(text[start - 1])
            and text[start - 1] not in LEADS
            and text[start : start + 2] not in FORENAMES
            and not _given(text, place)
        )
    ):
        return None
    before = text[max(0, start - 12) : start].rstrip("：:为是系 \u3000（(")
    if kept_ends(before) or TITLE.match(text, place[1]):
        return None
    return place


def _latin_before(text: str, end: int) -> tuple[int, int] | None:
    """The name in Latin letters that ends at ``end``, or ``None``."""
    if "A" <= text[end - 1 : end] <= "’" or text[end - 1 : end] in {"'", "-"}:  # no such name ends otherwise
        for found in LATIN.finditer(text, max(0, end - 40), end):
            if found.end() == end:
                return found.span()
    return None


def _given(text: str, place: tuple[int, int]) -> bool:
    """Whether a name of three characters is made of what given names are made of: it needs no word before it."""
    return place[1] - place[0] > FEWEST and set(text[place[0] + 1 : place[1]]) <= GIVEN
