"""Home addresses: what lies below the town or street that may stay."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import LABELS, told_by
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.people import named
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_END = re.compile(
    r"\s+(?=[\u4e00-\u9fa5]{2,6}[：:])|[，。；;,、！？\t\r\n\x0b|（(）)“”\"]|(?:居住|的(?!士))|\s{1,}(?![0-9A-Za-z一-龥]{0,12}(?:号|室|户|组|栋|楼|单元))|家中|人$"
)
_TOWN = re.compile(r"(?:街道办事处|街道办|街道|镇|乡|苏木|办事处)")
_COUNTY = re.compile(r"(?:自治县|自治旗|新区|(?<![小社片园景校厂])区|县|旗)")
_CITY = re.compile(r"(?:市|州|盟)")
_BELOW = re.compile(
    r"[0-9一二三四五六七八九十]|村|组|路|街|巷|号|小区|社区|楼|室|单元|庄|湾|沟|苑|园|里|弄|栋|队|屯|寨|坪|堡|营|坡|塬|峪|家属院|花园|公寓|宿舍|院|胡同|大道"
)
_UNIT = re.compile(
    r"\d{1,4}(?:号楼|栋|幢|座|#楼?|号院)?[\-]?(?:[东西南北]?\d{1,3})?单元[ \u3000]?\d{1,5}(?:室|号|户)?|(?:\d{1,4}(?:号楼|栋|幢|座|楼))[ \u3000]?(?:\d{1,3}\-)?\d{3,5}(?:室|户)"
)
_UNITS = ("单元", "室", "号楼")
_PERSONAL = frozenset(
    {
        "person_name",
        "minor_name",
        "guardian",
        "resident_id",
        "disability_card",
        "mobile",
        "social_security",
        "household",
    }
)
_LONGEST = 60
_BACK = 40
_STOPS = re.compile(r"[，。；;,、！？：:\s（(）)“”\"|]")
_OFFICE = re.compile(r"(?:政府|局|委员会|中心|公司|医院|学校|大厅|法院|派出所|服务站|服务点|办公楼|办公室)")


_GROUPS = frozenset(
    f"村{number}{unit}"
    for number in (*"一二三四五六七八九十123456789", "十一", "十二", "10", "11", "12")
    for unit in ("组", "社", "队")
)
_VILLAGE = re.compile(
    r"[\u4e00-\u9fa5]{1,10}村(?:委会)?(?:[\u4e00-\u9fa5]{1,4})?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:村民小)?[组社队](?:[东西南北]?\d{1,4}号|无门牌)?"
)
_DASHES = re.compile(r"-\d{1,2}-\d{2,4}(?![\d\-])")
# A road and its number, then a building with the flat in figures: 文化巷31号和平苑5-1-602.
_FLAT = re.compile(
    r"[\u4e00-\u9fa5]{1,8}(?:路|街|巷|道|里|弄|胡同)?(?:\d{1,4}号)?[\u4e00-\u9fa5]{0,10}\d{1,2}-\d{1,2}-\d{2,4}(?![\d\-])"
)
# A number at a door, and before it a road, a lane or a village: 石桥巷17号, 北洼村路南第四户, 街道中段56号.
_NUMBERED = re.compile(
    r"号院?(?:[\u4e00-\u9fa5]{0,6}\d{1,4}(?:号楼|栋|单元|室|楼))*"
    r"(?=[，。；、！（）()／/|\s”]|$|的|居|家|院|内)"
)
_ROAD = re.compile(
    r"[\u4e00-\u9fa5]{1,12}(?:路|街|巷|里|弄|胡同|村|屯|寨|组|社|院|道|段|排|栋|楼|苑|园)[\u4e00-\u9fa5]{0,4}\d{1,4}$"
)
# A building and the flat in it without 室: 安居苑2幢303, 江山一品5栋21-6.
_BUILDING = re.compile(
    r"\d{1,4}(?:栋|幢|号楼|座|排|门)(?:[东西南北中丙丁甲乙]?\d{0,2}单元)?\d{1,2}?[\-]?\d{1,4}(?:号|室|户)?(?=[，。；、！（）()／/|\s”—]|$)"
)
_NAMED = re.compile(r"[\u4e00-\u9fa5][\u4e00-\u9fa5\d]{1,15}$")
_PUBLIC = re.compile(
    r"工程|项目|道路|公路|修|建设|改造|治理|地块|宗地|污水|饮水|水渠|桥|灌溉|硬化|路灯|招标|采购|办公|政府|公司|监督|受理|咨询|举报电话|营业|门店|经营场所"
)
_LED = re.compile(r".*(?:位于|坐落于|居住在|居住于|住在|现住|家住|[住在至到系于往回])(?=[\u4e00-\u9fa5]{2})")
_OWN_VILLAGE = re.compile("[系为在]?[我本该全]村")
_NEAR = 60


class AddressDetector:
    """家庭住址: behind a label, below a heading, by unit and room of a dwelling, or beside a person named."""

    name = "address"
    kind: SpanKind = "address"
    why = Text(zh="家庭住址中乡镇、街道以下的部分", en="what of a home address lies below town or street")
    beside_numbers = True  # an addressee's telephone
    terms: Sequence[str] = (
        *told_by("address"),
        *_UNITS,
        *_GROUPS,
        *(word for word, role in LABELS.items() if role in {"address", "place"}),
    )

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        places = {place for place in self._places(page) if place is not None}
        last = 0
        for start, end in sorted(places, key=lambda each: (each[0], -each[1])):
            if start >= last:
                yield Hit(start, end, "*" * (end - start))
                last = end

    def _places(self, page: Page) -> Iterator[tuple[int, int] | None]:
        text = page.text
        for cell in page.below("address"):
            if not cell.official and cell.roster & _PERSONAL:
                yield below_town(text, cell.start, cell.end)
        people = sorted(named(page))
        begins = [start for start, _ in people]
        for role in ("address", "place"):
            for start in page.labelled(role):
                if page.in_heading(start - 1) or text.startswith(("填", "按", "请"), start):
                    continue
                if (
                    role == "place"
                    and not _belongs(text, start, people, begins)
                    and not _owned(text, start, people)
                ):
                    continue
                yield below_town(text, start, _ending(text, start))
        for found in self._units(page):
            begin = max(
                (stop.end() for stop in _STOPS.finditer(text, max(0, found.start() - _BACK), found.start())),
                default=max(0, found.start() - _BACK),
            )
            lead = text[max(0, begin - 8) : begin]
            if (
                "办公" in lead
                or "地点" in lead
                or _OFFICE.search(text, found.end(), found.end() + 14)
                or _OFFICE.search(text, begin, found.start())
            ):
                continue
            live = re.match(
                r"[\u4e00-\u9fa5]{0,6}?(?:现住|家住|住在|居住在|居住于|住)(?!宅|房|院|户|所)",
                text[begin : found.end()],
            )
            yield below_town(text, begin + (live.end() if live else 0), found.end())
        if people or identified(page):
            yield from self._beside(page, people, begins)

    def _beside(
        self, page: Page, people: Sequence[tuple[int, int]], begins: Sequence[int]
    ) -> Iterator[tuple[int, int] | None]:
        """Dwellings told near the name of a person to be protected."""
        text = page.text
        for start, end in self._dwellings(page) if people else ():
            line = text.rfind("\n", max(0, start - _NEAR), start) + 1 or max(0, start - _NEAR)
            if (
                _belongs(text, start, people, begins)
                and not _PUBLIC.search(text, line, start)
                and not _PUBLIC.match(text, end)
            ):
                led = _LED.match(text[start:end])
                begin = start + (led.end() if led else 0)
                if not _OWN_VILLAGE.match(text, begin):
                    yield below_town(text, begin, end)
        for hit in identified(page).get("mobile", ()):  # an addressee: 寄：某 电话 地址
            line_end = text.find("\n", hit.end, hit.end + _LONGEST)
            stop = line_end if line_end >= 0 else min(len(text), hit.end + _LONGEST)
            found = _VILLAGE.search(text, hit.end, stop) or _FLAT.search(text, hit.end, stop)
            if found and not _PUBLIC.search(text, hit.end, found.start()):
                yield below_town(text, found.start(), found.end())

    def _dwellings(self, page: Page) -> Iterator[tuple[int, int]]:
        text = page.text
        for start, end in page.met(self.name):
            if text[start:end] in _GROUPS:
                village = _VILLAGE.search(text, max(0, start - 10), end + 12)
                if village:
                    yield village.span()
        door = text.find("号")
        while door > 0:
            if text[door - 1].isdigit():
                numbered = _NUMBERED.match(text, door)
                road = _ROAD.search(text, max(0, door - 21), door) if numbered else None
                if numbered and road and not _OFFICE.search(road.group()):
                    yield road.start(), numbered.end()
            door = text.find("号", door + 1)
        for building in _BUILDING.finditer(text):
            estate = _NAMED.search(text, max(0, building.start() - 16), building.start())
            if estate and not _OFFICE.search(estate.group()):
                yield estate.start(), building.end()
        for dash in _DASHES.finditer(text):
            flat = _FLAT.search(text, max(0, dash.start() - 28), dash.end())
            if flat:
                yield flat.span()

    def _units(self, page: Page) -> Iterator[re.Match[str]]:
        last = -1
        for start, end in page.met(self.name):
            if end <= last or page.text[start:end] not in _UNITS or not page.text[start - 1].isdigit():
                continue
            for found in _UNIT.finditer(page.text, max(0, start - 14), end + 8):
                if found.start() >= last:
                    last = found.end()
                    yield found


def _belongs(text: str, start: int, people: Sequence[tuple[int, int]], begins: Sequence[int]) -> bool:
    """Whether a person to be protected is named shortly before, in the same paragraph, or is spoken to."""
    line = text.rfind("\n", max(0, start - _NEAR), start) + 1 or max(0, start - _NEAR)
    near = bisect_right(begins, start) - 1
    if near >= 0 and people[near][1] <= start and people[near][0] >= line:
        return True
    return bool(people) and re.search("你|您|其|本人|该户|申请人|当事人", text[line:start]) is not None


def _owned(text: str, start: int, people: Sequence[tuple[int, int]]) -> bool:
    """Whether the place is a house or a plot of a person named further up: 房屋坐落于."""
    return (
        bool(people)
        and people[0][0] < start
        and re.search("坐落|宅基地", text[max(0, start - 8) : start]) is not None
    )


def _ending(text: str, start: int) -> int:
    """Where an address behind a label is over; the width of a page may break it after a road."""
    found = _END.search(text, start, start + _LONGEST)
    end = found.start() if found else min(start + _LONGEST, len(text))
    if found and found.group() == "\n" and text[end - 1 : end] in {"路", "街", "巷", "村", "镇", "道"}:
        again = _END.search(text, end + 1, start + _LONGEST)
        if again and re.match(r"\d{1,4}号", text[end + 1 : end + 6]):
            return again.start()
    return end


def below_town(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of an address ``[start, end)`` that may not stay: below the last town or street, else county."""
    value = text[start:end]
    cut = 0
    for level in (_TOWN, _COUNTY, _CITY):
        ends = [found.end() for found in level.finditer(value) if found.start() > 0]
        ends = [each for each in ends if each < len(value) or level is _TOWN]
        if ends:
            cut = ends[0] if level is not _TOWN else _last_town(value, ends)
            break
    rest = value[cut:]
    lead = len(rest) - len(rest.lstrip())
    bare = rest.strip()
    if not bare or not _BELOW.search(bare):
        return None
    first = start + cut + lead
    return first, first + len(bare)


def _last_town(value: str, ends: list[int]) -> int:
    # 某镇某街道 keeps both; 镇 inside the name of a village or a road (古镇路) does not count.
    kept = ends[0]
    for each in ends[1:]:
        if not re.match(r"[路街巷村组]", value[each : each + 1] or " "):
            kept = each
    return kept
