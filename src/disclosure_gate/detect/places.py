"""Home addresses: what lies below the town or street that may stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.lexicon import LABELS
from disclosure_gate.detect.page import Page
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_END = re.compile(
    r"[，。；;,、！？\t\r\n\x0b|（(）)“”\"]|(?:居住|的(?!士))|\s{1,}(?![0-9A-Za-z一-龥]{0,12}(?:号|室|户|组|栋|楼|单元))|人$"
)
_TOWN = re.compile(r"(?:街道办事处|街道办|街道|镇|乡|苏木|办事处)")
_COUNTY = re.compile(r"(?:自治县|自治旗|新区|区|县|旗)")
_CITY = re.compile(r"(?:市|州|盟)")
_BELOW = re.compile(
    r"[0-9一二三四五六七八九十]|村|组|路|街|巷|号|小区|社区|楼|室|单元|庄|湾|沟|苑|园|里|弄|栋|队|屯|寨|坪|堡|营|坡|塬|峪|家属院|花园|公寓|宿舍|院|胡同|大道"
)
_UNIT = re.compile(
    r"\d{1,4}(?:号楼|栋|幢|座|#楼?|号院)?[\-]?(?:[东西南北]?\d{1,3})?单元\s?\d{1,5}(?:室|号|户)?|(?:\d{1,4}(?:号楼|栋|幢|座|楼))\s?(?:\d{1,3}\-)?\d{3,5}(?:室|户)"
)
_UNITS = ("单元", "室", "号楼")
_LONGEST = 60
_BACK = 40
_STOPS = re.compile(r"[，。；;,、！？：:\s（(）)“”\"|]")
_OFFICE = re.compile(r"(?:政府|局|委员会|中心|公司|医院|学校|大厅|法院|派出所|服务站|服务点|办公楼|办公室)")


class AddressDetector:
    """家庭住址: behind a label, below a heading, or by unit and room of a dwelling."""

    name = "address"
    kind: SpanKind = "address"
    why = Text(zh="家庭住址中乡镇、街道以下的部分", en="what of a home address lies below town or street")
    terms: Sequence[str] = (*_UNITS, *(word for word, role in LABELS.items() if role == "address"))

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        for start in page.labelled("address"):
            if text[start - 1] in "\t\n":
                continue  # a heading: its cells are read as cells
            found = _END.search(text, start, start + _LONGEST)
            place = below_town(text, start, found.start() if found else min(start + _LONGEST, len(text)))
            if place:
                places.add(place)
        for cell in page.below("address"):
            if "office" not in cell.roster:
                place = below_town(text, cell.start, cell.end)
                if place:
                    places.add(place)
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
            place = below_town(text, begin, found.end())
            if place:
                places.add(place)
        last = 0
        for start, end in sorted(places, key=lambda each: (each[0], -each[1])):
            if start >= last:
                yield Hit(start, end, "*" * (end - start))
                last = end

    def _units(self, page: Page) -> Iterator[re.Match[str]]:
        last = -1
        for start, end in page.met(self.name):
            if end <= last or page.text[start:end] not in _UNITS:
                continue
            for found in _UNIT.finditer(page.text, max(0, start - 14), end + 8):
                if found.start() >= last:
                    last = found.end()
                    yield found


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
