"""Names of protected persons: told by a word before them, or by the heading of their column.

Officials in office, signatories, legal representatives and whoever a notice appoints are not looked for:
no word here calls them. What is found once is found wherever it comes again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from disclosure_gate.detect.detector import Detector, Hit
from disclosure_gate.detect.lexicon import (
    COMMON_CHARACTERS,
    COMPOUND_SURNAMES,
    NO_NAMES,
    PHRASES,
    ROLES,
    SURNAMES,
    told_by,
    words,
)
from disclosure_gate.detect.page import Cell, Page
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_HAN = re.compile(r"[\u4e00-\u9fa5]")
_MINORITY = re.compile(r"[\u4e00-\u9fa5]{2,8}(?:[·•・][\u4e00-\u9fa5]{1,8}){1,2}")
_INTRODUCED = re.compile(
    r"(?:姓名|名叫|名单|（[^）]{0,6}）|本人)?[ \u3000]*(?P<colon>[：:为是系叫]|分别为|分别是|分别系)?[（( \u3000\"“]*"
)
# What may stand right after a word of context if a name comes at all.
_MAY_FOLLOW = (
    SURNAMES | frozenset('姓名叫单本人：:为是系分 \u3000（("“') | {each[0] for each in COMPOUND_SURNAMES}
)
# After a name: a sign, the end, or one of these words. Anything else makes it less of a name.
_SIGN = frozenset("，。、；：,.;:（）()【】[]“”\"'！？!?\t\n\r\x0b|/　 0123456789")
_AFTER = frozenset(
    "的于在称说和与及等向对为是因将已到被从提反证陈表出电同之家现曾认声以来所系即受实投举不居住患身户名未经又也就均都要有无先女男老某处之则请报签拿进前去时当共至按曾指述并把给写代领购遭至持骑驾乘路突摔死获申享收每入自由户符接"
)
_ANONYMOUS = frozenset("某×*＊X○xＸ〇")
_NO_GIVEN = frozenset(
    "的了和与及在是为有不无等我你他她它们这那其此该各每或并但而因所被把将向对从于以到由按据经至自之也都就还又再要会能可应须请说称的地得着过某某人员户者们性化类型方面情况问题信息材料证件号码电话账户老师镇村乡县区市省组街路"
)
_NOT_A_PERSON = frozenset(
    words(
        "合计 小计 总计 共计 姓名 无 略 备注 空缺 本页 本月 以下 以上 其他 全家 同上 不详 未知 "
        "保密 汇总 平均 户主 配偶 本人 单位 个人 公司 男 女 汉族 是 否 "
    )
)
_ORGANISATION = re.compile(
    r"公司|中心|合作社|学校|医院|集团|商行|商店|超市|经营部|委员会|政府|局$|厂$|店$|社$|站$|所$|队$|办$|村$|镇$|组$|社区$"
)
_MAX_LISTED = 400  # names after one word
_CELL_LONGEST = 16
_FEWEST_AGAIN = 2
_GIVEN = 2  # characters of a given name, at most, as a rule
_LIST_WORDS = frozenset(
    words(
        "低保 特困 救助 补助 补贴 危房 保障 资助 残疾 扶助 临时 受灾 贫困 脱贫 监测 孤儿 高龄 "
        "慰问 优抚 受助 困难 五保 享受 领取 受益 帮扶 配租 轮候 低收入 失业 抚恤 发放 "
    )
)
_LIST_ENDS = ("名单", "对象", "人员", "如下", "分别为", "分别是", "户")
_BRACKETED = re.compile(r"(?:（[^）]{0,12}）|\([^)]{0,12}\))$")
_LIST_GAP = re.compile(r"(?:[（(][^）)\n]{0,24}[）)])?[、，,； ;\u3000\t\r\n]+(?:\d{1,3}[.、）)])?")
_JOINT = re.compile(r"(?:（[^）]{0,20}）|\([^)]{0,20}\))?[、和与及，,]?[ \u3000]*(?:（|\()?")


class NameDetector:
    """Names behind a word of context or below a heading, of one kind of person."""

    def __init__(
        self,
        name: str,
        kind: SpanKind,
        roles: frozenset[str],
        column: str,
        why: Text,
        mask: Callable[[str], str],
    ) -> None:
        self.name = name
        self.kind: SpanKind = kind
        self.why = why
        listed = _LIST_WORDS if kind == "person_name" else ()
        self.terms: Sequence[str] = (*(word for word, role in ROLES.items() if role in roles), *listed)
        self._column = column
        self._mask = mask

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        found = dict.fromkeys(_told(page, self.name))
        found |= dict.fromkeys(self._headed(page))
        if self.kind == "person_name":
            found |= dict.fromkeys(_lists(page))
        if not found:
            return
        texts = {page.text[start:end] for start, end in found}
        again = sorted(
            (name for name in texts if len(name) >= _FEWEST_AGAIN), key=lambda each: (-len(each), each)
        )
        places = set(found)
        if again:
            for match in re.finditer("|".join(map(re.escape, again)), page.text):
                if len(match.group()) > _FEWEST_AGAIN or _bounded(page.text, match.end()):
                    places.add(match.span())
        for start, end in sorted(places):
            yield Hit(start, end, self._mask(page.text[start:end]))

    def _headed(self, page: Page) -> Iterator[tuple[int, int]]:
        for cell in page.below(self._column):
            if "office" not in cell.roster:
                yield from _names_in(page.text, cell)


class SchoolDetector:
    """学校: where a child goes to school, by a label, a heading, or beside a child's name."""

    name = "minor_school"
    kind: SpanKind = "minor_school"
    why = Text(zh="未成年人就读的学校", en="the school a child goes to")
    terms: Sequence[str] = (
        *told_by("minor_school"),
        *(word for word, role in ROLES.items() if role == "minor"),
    )

    _school = re.compile(
        r"[^\s，。；;,、（(：:）)]{2,24}?(?:小学|中学|学校|幼儿园|高中|初中|职中|教学点|中心校|附中|附小|学园|一中|二中|三中|四中|五中|六中|职业高中)(?:[^\s，。；;,、（(）)]{0,6}?(?:年级|班|大班|中班|小班)[^\s，。；;,、（(）)]{0,6}?班?)?"
    )
    _beside = re.compile(
        r"(?:系|是|为|在|就读于|就读|毕业于)(?P<school>[\u4e00-\u9fa5]{2,14}?(?:小学|中学|学校|幼儿园|高中|初中|职中))"
    )

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        places: set[tuple[int, int]] = set()
        for start in page.labelled("minor_school"):
            found = self._school.match(page.text, start)
            if found:
                places.add(found.span())
        for cell in page.below("minor_school"):
            if cell.roster & {"minor_name", "guardian", "student_number"}:
                places.add((cell.start, cell.end))
        children = page.notes.get("minor_name", ())
        for child in children:
            line_end = page.text.find("\n", child)
            for found in self._beside.finditer(
                page.text, child, min(child + 60, line_end if line_end > 0 else len(page.text))
            ):
                places.add(found.span("school"))
        names = sorted({page.text[start:end] for start, end in places}, key=lambda each: (-len(each), each))
        if names:
            for match in re.finditer("|".join(map(re.escape, names)), page.text):
                places.add(match.span())
        for start, end in sorted(places):
            yield Hit(start, end, "*" * (end - start))


class MinorDetector(NameDetector):
    """未成年人姓名; tells the school detector where children are named."""

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        hits = list(super().find(page))
        page.notes["minor_name"] = [hit.end for hit in hits]
        yield from hits


class ColumnDetector:
    """Whole cells below a heading: ethnicity, religion, political affiliation, marriage."""

    name = "column"
    kind: SpanKind = "other"
    why = Text(
        zh="民族、宗教信仰、政治面貌、婚姻状况等个人信息",
        en="ethnicity, religion, affiliation or marriage of a person",
    )
    terms: Sequence[str] = told_by("other")

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        for cell in page.below("other"):
            if "office" not in cell.roster and page.text[cell.start : cell.end] not in {"无", "/", "-"}:
                yield Hit(cell.start, cell.end, "*" * (cell.end - cell.start))


def people_detectors() -> tuple[Detector, ...]:
    """All detectors of this module; children before their schools."""
    return (
        NameDetector(
            "protected_person",
            "person_name",
            frozenset({"strong", "weak"}),
            "person_name",
            Text(
                zh="投诉人、证人、受助人等受保护自然人的姓名",
                en="name of a complainant, witness, recipient or other protected person",
            ),
            masked_name,
        ),
        MinorDetector(
            "minor_name",
            "minor_name",
            frozenset({"minor"}),
            "minor_name",
            Text(zh="未成年人姓名", en="name of a minor"),
            masked_name,
        ),
        NameDetector(
            "guardian",
            "guardian",
            frozenset({"guardian"}),
            "guardian",
            Text(zh="监护人、家长姓名", en="name of a guardian or parent"),
            masked_name,
        ),
        SchoolDetector(),
        ColumnDetector(),
    )


def masked_name(name: str) -> str:
    """张某, 李某某, 欧阳某; a name with a dot keeps its first character."""
    family = 2 if name[:2] in COMPOUND_SURNAMES else 1
    return name[:family] + "某" * min(len(name) - family, 2)


# How a name is read


def name_at(text: str, start: int, *, plain: bool) -> int | None:
    """Where a name that begins at ``start`` ends, or ``None`` when no name does.

    Args:
        text: folded text.
        start: the place of its first character.
        plain: the words before say that a name comes; else it must be set off behind as well.
    """
    minority = _MINORITY.match(text, start)
    if minority:
        return minority.end()
    head = text[start : start + 2]
    family = 2 if head in COMPOUND_SURNAMES else 1
    first = head[:1]
    if family == 1 and first not in SURNAMES:
        return None
    if head in NO_NAMES or (not plain and first in COMMON_CHARACTERS):
        return None
    for given in (2, 1, 3) if family == 1 else (2, 1):
        end = start + family + given
        part = text[start + family : end]
        if len(part) < given or not all(_HAN.match(char) for char in part):
            continue
        if set(part) & _ANONYMOUS:
            return None
        # Two surnames and a given name: only where signs leave no doubt.
        double = given > _GIVEN
        ends = (plain and part[0] in SURNAMES and _signed(text, end)) if double else _bounded(text, end)
        if ends and not set(part) & _NO_GIVEN and text[start:end] not in NO_NAMES:
            return end
    end = start + family + _GIVEN
    part = text[start + family : end]
    usual = len(part) == _GIVEN and all(_HAN.match(char) for char in part)
    return end if plain and usual and not set(part) & (_NO_GIVEN | _ANONYMOUS) else None


def _signed(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in _SIGN


def _bounded(text: str, end: int) -> bool:
    return end >= len(text) or text[end] in _SIGN or text[end] in _AFTER


def _told(page: Page, owner: str) -> Iterator[tuple[int, int]]:
    text = page.text
    for start, end in page.met(owner):
        if text[start:end] not in ROLES:
            continue  # a word of a list, see _lists
        if text[end : end + 1] not in _MAY_FOLLOW and not _MINORITY.match(text, end):
            continue
        introduced = _INTRODUCED.match(text, end)
        begin = introduced.end() if introduced else end
        colon = bool(introduced and introduced["colon"] in {"：", ":", "分别为", "分别是", "分别系"})
        plain = colon or ROLES[text[start:end]] not in {"weak", "minor"}
        yield from _enumerated(text, begin, plain=plain, colon=colon)


def _enumerated(text: str, begin: int, *, plain: bool, colon: bool) -> Iterator[tuple[int, int]]:
    """A name and those that follow it after 、 or 和."""
    for _ in range(_MAX_LISTED):
        end = name_at(text, begin, plain=plain)
        if end is None:
            return
        if text[begin] in COMMON_CHARACTERS and not colon and text[begin + 1] in PHRASES:
            return
        yield begin, end
        follow = _JOINT.match(text, end)
        joint = text[end : end + 1]
        spaced = colon and joint in {" ", "\u3000"}
        if joint not in {"、", "和", "与", "及", "（", "("} and not spaced:
            return
        if follow is None or follow.end() == end:
            return
        if joint in {"（", "("} and text[follow.end() - 1 : follow.end()] not in {"、", "和", "与", "及"}:
            return
        begin = follow.end()


def _lists(page: Page) -> Iterator[tuple[int, int]]:
    """Names set out after 名单： in a text on recipients of benefits."""
    text = page.text
    colon = text.find("：")
    while colon >= 0:
        before = _BRACKETED.sub("", text[max(0, colon - 40) : colon])
        if before.endswith(_LIST_ENDS):
            sentence = before[max(before.rfind("\n"), before.rfind("。")) + 1 :]
            if any(word in sentence for word in _LIST_WORDS):
                names = list(_listed(text, colon + 1))
                if len(names) >= _FEWEST_AGAIN:
                    yield from names
        colon = text.find("：", colon + 1)


def _listed(text: str, begin: int) -> Iterator[tuple[int, int]]:
    while begin < len(text) and text[begin].isspace():
        begin += 1
    for _ in range(_MAX_LISTED):
        end = name_at(text, begin, plain=True)
        if end is None:
            return
        yield begin, end
        gap = _LIST_GAP.match(text, end)
        if gap is None:
            return
        begin = gap.end()


def _names_in(text: str, cell: Cell) -> Iterator[tuple[int, int]]:
    value = text[cell.start : cell.end]
    bare = "".join(value.split())
    if not bare or len(bare) > _CELL_LONGEST * 3 or bare in _NOT_A_PERSON or _ORGANISATION.search(bare):
        return
    for part in re.finditer(r"[^、，,；;/\x0b（）()]+", value):
        name = "".join(part.group().split())
        if 2 <= len(name) <= 4 and all(_HAN.match(char) for char in name):  # noqa: PLR2004  a Chinese name
            if (
                name not in _NOT_A_PERSON
                and not set(name) & _ANONYMOUS
                and (name[0] in SURNAMES or len(value) == len(part.group()))
            ):
                lead = len(part.group()) - len(part.group().lstrip())
                yield cell.start + part.start() + lead, cell.start + part.start() + len(part.group().rstrip())
        elif _MINORITY.fullmatch(name):
            yield cell.start + part.start(), cell.start + part.end()
