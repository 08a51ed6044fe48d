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

from ahocorasick_rs import AhoCorasick, MatchKind

from disclosure_gate.detect.detector import Detector, Hit
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import (
    APPOINTING,
    BEFORE,
    CASES,
    COLUMNS,
    COMMON_CHARACTERS,
    COMPOUND_SURNAMES,
    CONTACTS,
    FORENAMES,
    GENERIC,
    GIVEN,
    HEADING_ENDS,
    KEPT,
    LABELS,
    NO_NAMES,
    NO_ROLES,
    PHRASES,
    ROLES,
    SALUTES,
    SURNAMES,
    TAKING_UP,
    USUAL_SURNAMES,
    often,
    ordinary,
    told_by,
    words,
)
from disclosure_gate.detect.names import (
    ANONYMOUS,
    HAN,
    LATIN,
    LEADS,
    MINORITY,
    NO_END,
    NO_GIVEN,
    SIGNS,
    SOUNDS,
    TITLES,
    bounded,
    endings,
    family_size,
    is_han,
    name_at,
    name_before,
    occurrences,
    signed,
    sounded,
    value_name,
)
from disclosure_gate.detect.offices import TITLE, kept_ends, official_before
from disclosure_gate.detect.page import NUMERAL_TERMS, PEOPLE_TERMS, Page, last_of, line_end, lines_with
from disclosure_gate.detect.rosters import Cell
from disclosure_gate.detect.weighing import Scene, weigh
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_INTRODUCED = re.compile(
    r"(?:姓名|名叫|名单|（[^）]{0,6}）|本人)?[ \u3000]*(?P<colon>[：:|为是系叫]|分别为|分别是|分别系)?[（( \u3000\"“]*"
)
_INTRODUCES = frozenset('姓名本：:|为是系叫分 \u3000（("“')  # how any of these begins
# What may stand right after a word of context if a name comes at all.
_MAY_FOLLOW = (
    SURNAMES
    | frozenset('姓名叫单本人：:|为是系分 \u3000（("“')
    | {each[0] for each in COMPOUND_SURNAMES | FORENAMES}
)
_NOT_A_PERSON = frozenset(
    words(
        "匿名 无名氏 有效期 合计 小计 总计 共计 姓名 无 略 备注 空缺 本页 本月 以下 以上 其他 全家 同上 不详 未知 "
        "未领 未签 已领 已签 代领 代签 代写 代办 本户 犬主 受理人 "
        "养子 养女 祖母 祖父 外婆 外公 儿媳 女婿 孙子 孙女 来信 来电 来访车辆 公务用车 公务车辆 高一 高二 高三 初一 初二 初三 房东 房主 租客 租户 业主 车主 保密 汇总 平均 户主 配偶 本人 单位 个人 公司 男 女 汉族 是 否 夫妻 母女 父子 母子 父女 姐妹 兄弟 低保户 脱贫户 一般户 五保户 监测户 农户 非农 城镇 农村 学生 幼儿 "
    )
)
# Columns that say a table is of persons, and not of numbers of them.
_OF_PERSONS = frozenset(words("person_name minor_name guardian resident_id disability_card mobile bank_card"))
_ORGANISATION = re.compile(
    r"公司|中心|合作社|学校|医院|集团|商行|商店|超市|经营部|委员会|政府|局$|厂$|店$|社$|站$|所$|队$|办$|村$|镇$|组$|社区$|幼儿园$|[小中大]学$|学院$|[养敬]老院$|[图书文博展宾]馆$|酒店$|银行$|药房$|卫生[室院]$"
)
_MAX_LISTED = 400  # names after one word
_CELL_LONGEST = 48
_FEWEST_AGAIN = 2
_LIST_WORDS = frozenset(
    words(
        "低保 特困 救助 补助 补贴 危房 保障 资助 残疾 扶助 临时 受灾 贫困 脱贫 监测 孤儿 高龄 "
        "慰问 优抚 受助 困难 五保 享受 领取 受益 帮扶 配租 轮候 低收入 失业 抚恤 发放 "
    )
)
_LIST_ENDS = (
    "名单",
    "名单公示",
    "公示",
    "对象",
    "人员",
    "如下",
    "分别为",
    "分别是",
    "户",
    "救助",
    "家庭",
    "确认",
    "决定",
    "发放",
)
_BRACKETED = re.compile(r"(?:（[^）]{0,12}）|\([^)]{0,12}\))$")
_LIST_GAP = re.compile(r"(?:[（(][^）)\n]{0,24}[）)])?[、，,； ;\u3000\t\r\n]+(?:\d{1,3}[.、）)])?")
_JOINT = re.compile(r"(?:（[^）]{0,20}）|\([^)]{0,20}\))?[、和与及，,]?[ \u3000]*(?:（|\()?")
_TAKEN_UP = re.compile(
    r"(?:将|把|对|同意)(?=[\u4e00-\u9fa5·、]{2,60}?(?:[一二两三四五六七八九十\d]+[户人名])?(?:纳入|列为|认定为|确定为|评为|给予|退出))"
)
_POST = re.compile("现任|拟任|任职|职务|党组|任命|试用期|提名|岗位|职位|准考证|总成绩")
_POST_WITHIN = 90
_TAKEN_LONGEST = 70
_DISEASE_LONGEST = 10
_RELATION = re.compile(
    r"(?:父亲?|母亲?|爷爷|奶奶|外婆|外公|祖父|祖母|姑姑?|叔叔?|舅舅?|姐姐?|哥哥?|兄|丈夫|妻子?|儿子|女儿|户主|本人|系)[:：]?(?=[\u4e00-\u9fa5]{2})"
)
_PERSONAL_USES = frozenset({"strong", "weak", "minor", "guardian", "list", "before", "case"})
_IDENTIFIED = frozenset({"resident_id", "disability_card"})
_IDENTITIES = ("resident_id", "disability_card", "bank_card")
_PRIVATE = frozenset(
    words(
        "passport permit property_certificate resident_id disability_card address health bank_card social_security household student_number"
    )
)
_BETWEEN_NAME = "（(，,；;：:\"'“” \u3000\t|/的之、其"
_NAMING = frozenset(
    [
        "resident_id",
        "disability_card",
        "passport",
        "permit",
        "household",
        "student_number",
        "social_security",
        "other",
    ]
)
_ATTACHED = frozenset({"bank_card", "phone", "address"})
_ORDER: dict[SpanKind, int] = {"minor_name": 0, "guardian": 1, "person_name": 2}
_KEPT_WORDS = frozenset(KEPT)
_NO_ROLE_ENDS = endings(NO_ROLES)
_PLACEHOLDER = re.compile("填|按|应|须|请|与|如|的")


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
        "personal",
        "roles",
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
        self.personal: list[int] = []  # where a word tells something private
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
            self.add(_told(text, start, end, word), kind)
            if word in _ALSO_BEFORE:
                self.followed += _before(text, start, end, word)
        elif use == "kept":
            self.kept.append(end)
        elif use == "taking":
            self.taken.append(end)
        elif use == "before":
            self.followed += _before(text, start, end, word)
        elif use == "salute":
            self.add(_addressed(text, start, end), "person_name")
        elif use == "generic" and _calls(text, start, end):
            told = list(_enumerated(text, end, plain=False, colon=True)) or list(_alone(text, end))
            self.add((place for place in told if not TITLE.match(text, place[1])), "person_name")


_PARTY = "当事人"
_MADE_PUBLIC = frozenset("开布示告")
_PENAL = re.compile("处罚|违法|罚款|没收|责令|执法|查处|立案")


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
        for place, kind in _headed(page):
            evidence.add((place,), kind, told=True)
    uses, tables = evidence.uses, bool(page.rosters)
    for start, end in words_met:
        word = text[start:end]
        use = _USES[word]
        if word == "外公" and text[end : end + 1] in _MADE_PUBLIC:
            continue  # 对外公开
        if word == _PARTY and not penal(page):
            use = "strong"  # of an accident, a dispute: nobody there is penalised
        uses.add(use)
        if use in _PERSONAL_USES:
            evidence.personal.append(start)
        if use in _TELLING_OR_CASE:
            evidence.roles.append(start)
        elif word in FORENAMES:
            evidence.foreign.append(start)
        if use not in _QUIET and not (
            tables and (_in_a_heading(page, start, end) or _in_a_cell(page, start, end))
        ):
            evidence.hear(text, start, end, use)
    evidence.add(_labelled(page), "person_name")
    if "key" in uses:
        evidence.add(_keyed(text), "person_name")
    listed = (
        place
        for place in _listed_names(page, uses)
        if not _below_an_office(page, place[0])
        and not (page.in_roster(place[0]) and _of_offices(page, place[0]))
    )
    evidence.add(listed, "person_name")
    for end in evidence.taken:
        evidence.add(_taken_up(text, end), "person_name")
    followed = evidence.followed
    followed += _diseased(page)
    followed += _numbered(page, contacts="contact" in uses, told=bool(uses - {"column", "key"}))
    lines = [] if "appointing" in uses else list(_lines(page, evidence))
    followed += _of_other_peoples(text, evidence.foreign, lines)
    shown = _shown(text, evidence.kept) if followed or lines else frozenset()
    evidence.add((place for place in followed if text[slice(*place)] not in shown), "person_name")
    evidence.found = _again(page, evidence.found)
    return evidence, _scene(page, evidence, lines, shown) if lines else None


def _read(page: Page) -> dict[tuple[int, int], SpanKind]:
    evidence, scene = told(page)
    unheard = [
        (start, end)
        for start, end in (weigh(scene, evidence.found) if scene else ())
        if not _in_office(page.text, start, end)
        and not (page.in_roster(start) and _of_offices(page, start))
        and not _below_an_office(page, start)
        and page.text[start:end] not in _NOT_A_PERSON
    ]
    page.notes["weighed"] = frozenset(page.text[start:end] for start, end in unheard)
    evidence.add(unheard, "person_name", told=True)
    beside = [] if "appointing" in evidence.uses else list(_beside(page, evidence))
    for place, kind in beside:
        evidence.add((place,), kind)
    return _again(page, evidence.found) if unheard or beside else evidence.found


_REPRESENTS = re.compile("(?:法定代表人|负责人|法人代表)[^。；\n]{0,16}变更为$")
_REPRESENTS_WITHIN = 30
_GENDERS = frozenset("男女")
_OFFICES = re.compile("职务|职责|分工|办公电话|执法证|值班")
_EXAM = re.compile("考|成绩|岗|拟|身份证")


def _of_offices(page: Page, place: int) -> bool:
    """Whether the table of a place is of people in office, by its heading."""
    headings = page.headings(place)
    return _OFFICES.search(headings) is not None and _EXAM.search(headings) is None


def _in_office(text: str, start: int, end: int) -> bool:
    """Whether a name begins a life that leads to an office, 某某，男，……现任副县长, or is whom a firm has from now on."""
    if _REPRESENTS.search(text, max(0, start - _REPRESENTS_WITHIN), start):
        return True
    return text[end + 1 : end + 2] in _GENDERS and bool(
        _POST.search(text, end, line_end(text, end, _POST_WITHIN))
    )


def _is_a_word(name: str) -> bool:
    """Whether what reads as a name is a word with a surname that is seldom one: 其弟代领, 父母双亡."""
    return len(name) == _FEWEST_AGAIN and name[0] not in USUAL_SURNAMES and name in ordinary()


_OF_OFFICE = endings(
    (
        *NO_ROLES,
        *words(
            "干部 领导 医生 医师 教师 老师 律师 仲裁员 审判员 书记员 调解员 网格员 信息员 督学 组长 队长 班主任 校长 园长 局长 主任 书记 委员 站长 所长 "
            "专干 联络员 督导员 技术员 村医 社工 护士 药师 民警 辅警 法官 检察官 鉴定人 评估师 监理 经理"
        ),
    )
)


def _below_an_office(page: Page, place: int) -> bool:
    """Whether the heading of a name's column, or of its row, calls who acts for an office: 仲裁员, 帮扶干部."""
    row = page.rows.at(place)
    if not row.bar or not row.first:
        return False
    before = page.text[place - 1 : place]
    if not (before.isspace() or before in _AMONG_NAMES):
        return False  # 走访吴木根家: whom somebody in office sees
    if _calls_an_office(page.rows.heading(place).rstrip(" ）)")):
        return True
    begin, end = row.first
    return end < place and end - begin <= _LONGEST_OFFICE and _calls_an_office(page.text[begin:end])


_AMONG_NAMES = frozenset("|、,，/;；（(")
_LONGEST_OFFICE = 40
_SHORTEST_CALLED = 3


def _calls_an_office(heading: str) -> bool:
    """Whether a heading ends with the word for an office, and is not somebody who holds one: 王主任."""
    somebody = len(heading) == _SHORTEST_CALLED and heading[0] in SURNAMES and heading != "班主任"
    return not somebody and _OF_OFFICE(heading)


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
        for _ in range(_MAX_LISTED):
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
    if name[:2] in NO_NAMES or name[1:] in TITLES or name in _NOT_A_PERSON or TITLE.match(text, end):
        return False
    usual = set(name[1:]) <= GIVEN or name[:2] in FORENAMES
    sure = joint == "、" or name[0] not in COMMON_CHARACTERS
    return usual and sure and (bounded(text, end) or len(name) > _FEWEST_AGAIN)


def _again(page: Page, found: dict[tuple[int, int], SpanKind]) -> dict[tuple[int, int], SpanKind]:
    """The same names wherever they come again, and the given name alone: 浩然 of 涂浩然, which 涂某某 would not hide."""
    text = page.text
    kinds: dict[str, SpanKind] = {}
    for (start, end), kind in found.items():
        name = text[start:end]
        if kind == "minor_name" or name not in kinds:
            kinds[name] = kind
    alone: frozenset[str] = page.notes.get("given", frozenset())  # as told when this was asked before
    names = {name: name for name in kinds if len(name) >= _FEWEST_AGAIN and name not in alone}
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
            right = end - start > _FEWEST_AGAIN or _set_off(text, start, end)
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
    return (
        given
        if sure and len(given) == _FEWEST_AGAIN and set(given) <= GIVEN and given not in often()
        else None
    )


# Below a heading


def _headed(page: Page) -> Iterator[tuple[tuple[int, int], SpanKind]]:
    columns: tuple[SpanKind, ...] = ("person_name", "minor_name", "guardian")
    for column in columns:
        for cell in page.below(column):
            if cell.official and column == "person_name" and not cell.called:
                continue
            young = column == "person_name" and cell.roster & {"student_number", "minor_school"}
            kind: SpanKind = "minor_name" if young else column
            for place in _names_in(page.text, cell):
                yield place, kind


def _names_in(text: str, cell: Cell) -> Iterator[tuple[int, int]]:
    value = text[cell.start : cell.end]
    bare = "".join(value.split())
    if (
        not bare
        or len(bare) > _CELL_LONGEST
        or bare in _NOT_A_PERSON
        or bare in COLUMNS
        or bare in HEADING_ENDS
        or (bare[-1] == "人" and bare[0] not in USUAL_SURNAMES)
        or _ORGANISATION.search(bare)
    ):
        return
    whole = value_name(text, cell.start, cell.end)
    surely = bare[0] in SURNAMES or cell.roster & _IDENTIFIED
    if whole is None and 4 <= len(bare) <= 6 and HAN.fullmatch(bare) and surely:  # noqa: PLR2004  马依旦木
        whole = None if set(bare) & NO_GIVEN or bare[-1] in NO_END else (cell.start, cell.end)
    if whole:
        yield whole
        return
    for part in re.finditer(r"[^、，,；;/\x0b（）()\d+*：:“”\"]+", value):
        lead = _RELATION.match(part.group().strip())
        skip = len(part.group()) - len(part.group().lstrip()) + (lead.end() if lead else 0)
        place = value_name(text, cell.start + part.start() + skip, cell.start + part.end())
        if (
            place
            and (text[place[0]] in SURNAMES or text[place[0] : place[0] + 2] in FORENAMES)
            and text[slice(*place)] not in _NOT_A_PERSON
            and not official_before(text, place[0])
        ):
            yield place


# After a word that calls a person


_COLONS = frozenset("：:")


def _shown(text: str, kept: Sequence[int]) -> set[str]:
    """Names that stand where they stay: of the penalised, officials, representatives."""
    shown: set[str] = set()
    for end in kept:
        begin = _behind(text, end)
        listed = text[begin - 1 : begin] in _COLONS  # 出席：方志勇、舒敏
        shown |= {text[slice(*place)] for place in _enumerated(text, begin, plain=listed, colon=True)}
    return shown


def _told(text: str, start: int, end: int, word: str) -> Iterator[tuple[int, int]]:
    role = ROLES.get(word, "strong")
    if text[end : end + 1] not in _MAY_FOLLOW and not MINORITY.match(text, end):
        return
    if len(word) == 1 and start and is_han(text[start - 1]) and text[start - 1] != "其":
        return  # 母 in 母牛 after a word
    if word[-1] == "父" and text[end : end + 1] == "母":
        return  # 祖父母
    if word[-1] == "工" and text[end : end + 1] in _WORKS:
        return  # 养护工程
    if word[0] == "女" and text[start - 1 : start] == "妇":
        return  # 妇女儿童
    if word[-1] == "名" and text[end : end + 1] == "单":
        return  # 农户名单
    if word.endswith("证人") and start and text[start - 1] in "取公":
        return
    introduced = _introduced(text, end)
    begin = introduced.end() if introduced else end
    bare = _BARE.match(text, begin) if word in _KIN else None
    if bare and bare["name"] not in NO_NAMES and bare["name"] not in TITLES and bare["name"] not in ROLES:
        yield bare.span("name")
        return
    colon = bool(introduced and introduced["colon"] in {"：", ":", "|", "分别为", "分别是", "分别系"})
    plain = colon or role not in {"weak", "minor"}
    places = list(_enumerated(text, begin, plain=plain, colon=colon))
    if not places and plain:
        places = list(_alone(text, begin)) if colon else _odd(text, begin)
    for place in places:
        if not (word.endswith("代理人") and TITLE.match(text, place[1])):
            yield place


_WORKS = frozenset("程作业厂会资具序期")
_KIN = frozenset(
    words(
        "其妻 其夫 其子 其女 妻子 丈夫 儿子 女儿 老伴 配偶 媳妇 老婆 爱人 儿媳 儿媳妇 女婿 岳父 岳母 公公 婆婆 长子 次子 长女 次女 养子 养女 孙子 孙女 "
        "哥哥 弟弟 姐姐 妹妹 堂姐 堂妹 堂兄 堂弟 表姐 表妹 表哥 表弟 嫂子 弟媳 母亲 父亲 祖母 祖父 外婆 外公 奶奶 爷爷 前妻 前夫 侄子 侄女"
    )
)
# 其妻妙玉、: a given name alone, or a name whose surname is rare.
_BARE = re.compile(rf"(?P<name>[{''.join(sorted(GIVEN))}]{{2}})(?=[，。、；（(）)])")


def _calls(text: str, start: int, end: int) -> bool:
    """Whether the label that ends with ``[start, end)`` calls a protected person: 受送达人： but not 负责人：."""
    label = text[max(0, start - 8) : end].rstrip("：:")
    if label.endswith(_SIGNED):
        label = label[:-2]
    if label.endswith("）"):
        outer, _, inner = label[:-1].rpartition("（")
        label = outer if inner in _HANDS else inner
    return not _NO_ROLE_ENDS(label) and not label[:1].isdigit()


_SIGNED = ("签字", "签名", "签章", "盖章", "确认")
_HANDS = frozenset({"签字", "签名", "盖章", "签章", "捺印", "手印"})


def _enumerated(text: str, begin: int, *, plain: bool, colon: bool) -> Iterator[tuple[int, int]]:
    """A name and those that follow it after 、 or 和."""
    while colon and text[begin : begin + 1] in {" ", "\u3000"}:
        begin += 1
    for _ in range(_MAX_LISTED):
        end = _spread(text, begin) if colon else None
        end = end or name_at(text, begin, plain=plain)
        if end is None:
            return
        common = text[begin] in COMMON_CHARACTERS and not colon
        # 丈夫解志强离婚: three characters after a plain word need no sign behind them.
        apart = bounded(text, end) or (plain and end - begin > _FEWEST_AGAIN)
        if common and not (apart and set(text[begin + 1 : end]) <= GIVEN):
            return
        if text[begin] in COMMON_CHARACTERS and not colon and text[begin + 1] in PHRASES:
            return
        yield begin, end
        follow = _JOINT.match(text, end)
        joint = text[end : end + 1]
        spaced = colon and joint in {" ", "\u3000"}
        if joint not in {"、", "和", "与", "及", "（", "("} and not spaced:
            return
        if follow is None or follow.end() == end or (spaced and _NEXT_LABEL.match(text, follow.end())):
            return
        if joint in {"（", "("} and text[follow.end() - 1 : follow.end()] not in {"、", "和", "与", "及"}:
            return
        begin = follow.end()


_NEXT_LABEL = re.compile(r"[\u4e00-\u9fa5]{2,8}[：:]")  # 户名：池大妹 原一卡通账号：


_ODD = re.compile(rf"[{''.join(sorted(USUAL_SURNAMES))}][\u4e00-\u9fa5]{{2}}(?=[，。、；（）])")


def _odd(text: str, begin: int) -> list[tuple[int, int]]:
    """A name of three characters between a word that calls a person and a sign, whatever it is made of, as in 其母杨再秀."""
    found = _ODD.match(text, begin)
    if found is None:
        return []
    name, known = found.group(), ordinary()
    word = name in known or name[:2] in known or name[1:] in known or name[:2] in NO_NAMES
    word = word or _ORGANISATION.search(name) is not None  # 安抚组
    return [] if word or _calls_something(name) or TITLE.match(text, found.end()) else [found.span()]


_ALONE = re.compile(r"[ \u3000]*(?P<name>[\u4e00-\u9fa5]{2,3})(?=[，。；;、（(\s]|$)")


def _alone(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """A word alone after the colon of a label that calls a protected person, though it be an ordinary one: 谷雨."""
    found = _ALONE.match(text, begin)
    if found is None:
        return
    word = found["name"]
    if word[0] in SURNAMES and not _calls_something(word):
        yield found.span("name")


def _calls_something(word: str) -> bool:
    """Whether a word alone is known as something else than a name: a label, a heading, an office, a masked name."""
    return (
        word in LABELS
        or word in COLUMNS
        or word in _NOT_A_PERSON
        or word in _KEPT_WORDS
        or word in TITLES
        or word[-1] in NO_END
        or bool(set(word) & ANONYMOUS)
    )


_SPREAD = re.compile(
    r"[\u4e00-\u9fa5]{1,2}[ \u3000]{1,3}[\u4e00-\u9fa5]{1,2}(?:[ \u3000]{1,2}[\u4e00-\u9fa5])?(?=[，。；;、（(\s]|$)"
)


def _spread(text: str, begin: int) -> int | None:
    """The end of a name written apart, 丁　丽 or 上官 永安, or ``None``."""
    found = _SPREAD.match(text, begin)
    if (
        found is None
        or (found.group()[0] not in SURNAMES and found.group()[:2] not in COMPOUND_SURNAMES)
        or "".join(found.group().split()) in COLUMNS
    ):
        return None
    bare = "".join(found.group().split())
    head, *rest = found.group().split()
    right = (len(head) == 1 or head in COMPOUND_SURNAMES) and name_at(bare, 0, plain=False) == len(bare)
    return (
        found.end()
        if right and rest and not any(each in LABELS or each in COLUMNS for each in rest)
        else None
    )


_VALUE = re.compile(r"[：:\t| \u3000]*[为叫由]?[“\"]?")
_VALUE_END = re.compile(
    r"[，。；;,\n\t|（(、/”\"]|[ \u3000]{2,}| (?=[A-Z][A-Za-z.]{1,12}(?: [A-Za-z.]{1,12})?[：:])|[ \u3000](?=[\u4e00-\u9fa5]{1,2}[ \u3000]?[\u4e00-\u9fa5]{1,6}[：:])|\d|$"
)


def _labelled(page: Page) -> Iterator[tuple[int, int]]:
    """What a form says after 姓名."""
    text = page.text
    for begin in page.labelled("person_name"):
        if page.in_heading(begin - 1):
            continue
        between = _VALUE.match(text, begin)
        start = between.end() if between else begin
        told = text[max(0, begin - 6) : begin].rstrip(" \u3000\n\r")[-1:] in {"：", ":", "\t", "|"} or (
            between is not None and any(sign in "：:\t|" for sign in between.group())
        )
        if not told:
            end = name_at(text, start, plain=False)
            if end and signed(text, end):
                yield start, end
            continue
        ending = _VALUE_END.search(text, start, start + 30)
        stop = ending.start() if ending else start + 30
        place = value_name(text, start, stop) or _part_of_a_name(text, begin, stop)
        if (
            place is None
            or "".join(text[slice(*place)].split()) in COLUMNS
            or _PLACEHOLDER.match(text, place[0])
        ):
            continue
        if not _POST.search(text, place[1], line_end(text, place[1], _POST_WITHIN)) and not _practises(
            text, place[1]
        ):
            yield place


_NAME_PART = re.compile(
    r"(?:[Ss]urname|SURNAME|[Gg]iven [Nn]ames?|GIVEN NAMES?|[Ff]irst [Nn]ame|[Ll]ast [Nn]ame|[Ff]amily [Nn]ame)[ ]?[：:][ ]?"
    r"(?P<part>[A-ZÀ-ÞĐ][A-Za-zÀ-ÞĐà-ỹ'’\-]{1,20})(?![A-Za-z])"
)


def _part_of_a_name(text: str, begin: int, stop: int) -> tuple[int, int] | None:
    """One word of a name, behind the label of a part of one: Surname: Okonkwo."""
    found = _NAME_PART.search(text, max(0, begin - 16), stop)
    return found.span("part") if found else None


# A name in what one program sends another: "name":"…", 'xm': '…'.
_KEY = re.compile(r"""(?:[Nn]ame|NAME|xm|XM)["'][ ]?[:：=,]>?[ ]?["'](?P<name>[\u4e00-\u9fa5·]{2,12})["']""")


def _keyed(text: str) -> Iterator[tuple[int, int]]:
    """What reads as a name behind the key of a record."""
    for found in _KEY.finditer(text):
        end = name_at(text, found.start("name"), plain=False)
        if end == found.end("name") and _plain_name(found["name"]):
            yield found.span("name")


def _practises(text: str, end: int) -> bool:
    """Whether a licence to practise goes on: the name of whoever holds it stays."""
    return any(word in text[end : end + 24] for word in ("执业", "职称", "职务", "单位及职务"))


# Before what only a person has


_TAKES_OFFICE = frozenset("任免兼为不担的挂")


def _before(text: str, start: int, end: int, word: str) -> list[tuple[int, int]]:
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
    official = (gender or word in {"性别", "同志"}) and _POST.search(
        text, end, line_end(text, end, _POST_WITHIN)
    )
    short = word in {"户（", "户("} and place[1] - place[0] == _FEWEST_AGAIN  # 安置户（
    return [] if official or short else [place]


def _numbered(page: Page, *, contacts: bool, told: bool) -> Iterator[tuple[int, int]]:
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
                and place[1] - place[0] > _FEWEST_AGAIN
                and _begins_after_sign(text, place[0])
            ):
                yield place
    yield from _holders(page)
    if not page.numbers:
        return
    numbers = identified(page)
    for kind in _IDENTITIES:
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
_LONGEST_NAME = 4


def _cell_before(page: Page, end: int) -> tuple[int, int] | None:
    """Whatever fills the first cell of a row, before an identity, and begins with a surname: 许冬至."""
    text, begin = page.text, max(0, end - _CELL_REACH)
    found = _CELL_BEFORE.search(text[begin:end])
    if found is None or (found.start("name") == 0 and begin) or page.in_roster(end):
        return None
    word = found["name"]
    begins = word[:2] in FORENAMES or (word[0] in SURNAMES and len(word) <= _LONGEST_NAME)
    other = (
        word[:2] in NO_NAMES or _calls_something(word[:-1]) or word in COLUMNS or _ORGANISATION.search(word)
    )
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
        if found and _plain_name(found["name"]) and not _LANDLINE.search(text, max(0, begin - _LANDLINE_REACH), begin):
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
    label = text[max(0, found.start() - _FEWEST_AGAIN) : found.start()]
    if label in _NO_HOLDERS or _calls_something(word) or word in ROLES or _ORGANISATION.search(word):
        return None
    return found.span("word")


def _diseased(page: Page) -> Iterator[tuple[int, int]]:
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
    return place[1] - place[0] > _FEWEST_AGAIN and set(text[place[0] + 1 : place[1]]) <= GIVEN


def _addressed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whoever a letter is addressed to: names alone on their line before the colon, or before 您好."""
    letter = text[start + 1 : start + 9].lstrip(" \u3000\n")
    if not letter.startswith(_LETTER) and text[start:end] != "您好":
        return
    line = text.rfind("\n", max(0, start - 80), start) + 1
    if line == 0 and start > 80:  # noqa: PLR2004  no such line is that long
        return
    content = re.sub(
        r"(?:等\s?\d{0,3}\s?[人名户])?(?:女士|先生|同志)?[：:，,！!]?$", "", text[line:start].strip()
    )
    position = text.find(content, line) if content and not content.endswith(("代表", "委员")) else -1
    if position < 0:
        return
    if text[start:end] == "您好":
        content = re.sub(r"^[\d+ \-()（）]*", "", content)
        position = text.find(content, line)
    for part in content.split("、"):
        stop = position + len(part)
        place = value_name(text, position, stop) if part else None
        if place is None or (name_at(text, place[0], plain=False) is None and text[place[0]] not in SURNAMES):
            return
        if len(text[slice(*place)]) >= _FEWEST_AGAIN:
            yield place
        position = stop + 1


_LETTER = (
    "您",
    "你",
    "本机关",
    "本局",
    "我局",
    "我委",
    "我镇",
    "我办",
    "我院",
    "我街道",
    "经审",
    "关于你",
    "关于您",
    "现就",
    "申请人",
    "因你",
    "因您",
    "来信",
    "贵",
)


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
            if kind in _IDENTITIES or (kind == "mobile" and "contact" not in evidence.uses):
                places += [hit.start for hit in hits]
    last, tables = -1, bool(page.rosters)
    for place in sorted(places):
        if place < last or (tables and page.in_roster(place)):
            continue
        start = text.rfind("\n", 0, place) + 1
        last = line_end(text, place)
        if text.count("\t", start, last) < _FEWEST_AGAIN and text.count("|", start, last) < _FEWEST_AGAIN:
            yield start, last  # else the row of a table that no heading tells about


_LED = LEADS | SIGNS | frozenset("甲乙丙丁窃致见被受因陪送找骂打推撞救派求有给跟于用替")
# Behind the beginning of a name of another people: 达瓦次仁, 艾力江; not 阿拉善盟, 库尔勒市.
_FOREIGN = re.compile(rf"[{''.join(sorted(SOUNDS))}]{{1,6}}(?![市县盟州旗镇乡区路山河湖村街省族苏草])")


def _of_other_peoples(
    text: str, foreign: Sequence[int], lines: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Names as other peoples write them, where a paragraph tells something private: 艾力·买买提, 达瓦次仁."""
    if "·" in text or "•" in text or "・" in text or "‧" in text or "．" in text:
        for begin, stop in lines:
            yield from sounded(text, begin, stop)
    for start in foreign:
        if text[start - 1 : start] in _LED:
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
    called = [_behind(text, end) for end in evidence.called]
    return Scene(page, lines, found, shown, flags, tells, evidence.foreign, called)


def _behind(text: str, end: int) -> int:
    """Where a name begins, if one does, behind the word that ends at ``end``."""
    introduced = _introduced(text, end)
    return introduced.end() if introduced else end


def _introduced(text: str, end: int) -> re.Match[str] | None:
    """What leads from a word that calls a person to the name, if anything does."""
    return _INTRODUCED.match(text, end) if text[end : end + 1] in _INTRODUCES else None


# In a list

_MEASURE = re.compile(
    r"[ \u3000\t]\d{1,7}(?:\.\d{1,3})?[ ]?(?:亩|元|公斤|千克|斤|平方米|平米|㎡|棵|株|头|只|羽|袋|吨|桶|车)"
)
_MEASURED = re.compile(r"(?:^|(?<=[^\u4e00-\u9fa5]))(?P<name>[\u4e00-\u9fa5]{2,4})[ \u3000\t]*$")
_MOSTLY = 0.7


def _measured(text: str, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names each with what its bearer has or gets: 樊正道 11.2亩 樊石头 6.5亩; not 玉米 500亩 小麦 300亩."""
    found = [
        (each.span("name"), each["name"])
        for line in lines
        for measure in _MEASURE.finditer(text, *line)
        if (each := _MEASURED.search(text, max(0, measure.start() - 8), measure.start()))
    ]
    names = [place for place, word in found if _named_so(word)]
    return names if len(names) >= _FEWEST_AGAIN and len(names) >= _MOSTLY * len(found) else []


_WHITE = " \u3000\t|"
_WORD = re.compile(r"[^ \u3000\t|：:]+")
_COUNTER = re.compile(r"\d{1,3}[.、]?")
_LEAST_CELLS = 3


def _set_apart(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Names that only white sets apart, 一组：史刚　赵长军　严秀红, and those that begin rows without a heading."""
    rows: list[tuple[int, int]] = []
    for begin, stop in lines:
        colon = max(text.rfind("：", begin, stop), text.rfind(":", begin, stop)) + 1
        cells = [each.span() for each in _WORD.finditer(text, colon or begin, stop)]
        names = [place for place in cells if _plain_name(text[slice(*place)])]
        if (
            len(names) >= _FEWEST_AGAIN
            and len(names) >= _MOSTLY * len(cells)
            and not official_before(text, colon or begin)
        ):
            yield from names
        elif len(cells) >= _LEAST_CELLS and not colon:
            rows.append(cells[1] if _COUNTER.fullmatch(text[slice(*cells[0])]) else cells[0])
    first = [place for place in rows if _plain_name(text[slice(*place)])]
    if len(first) >= _FEWEST_AGAIN and len(first) >= _MOSTLY * len(rows):
        yield from first


def _named_so(word: str) -> bool:
    """Whether a word begins like a name and is not known as another word."""
    return (
        (word[0] in SURNAMES or word[:2] in COMPOUND_SURNAMES)
        and word not in NO_NAMES
        and word[:2] not in NO_NAMES
        and word not in _NOT_A_PERSON
        and word not in COLUMNS
        and word[-1] not in NO_END
    )


def _plain_name(word: str) -> bool:
    """Whether a word set apart reads as a name and as nothing else."""
    if not _FEWEST_AGAIN <= len(word) <= _LONGEST_NAME or "·" in word:
        return "·" in word
    given = word[family_size(word) :]
    return 1 <= len(given) <= _FEWEST_AGAIN and set(given) <= GIVEN and _named_so(word)


def _listed_names(page: Page, uses: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Names set out one after another."""
    if "list" not in uses and not page.numbers:
        return
    text = page.text
    lines = lines_with(_WHITE, text, 0, len(text))
    of_officials = not uses.isdisjoint(("appointing", "contact"))
    if lines and not of_officials:
        yield from _set_apart(text, lines)
    if "list" in uses:
        yield from _lists(text)
        if not of_officials:
            yield from _lined_up(text)
    if lines:
        yield from _measured(text, lines)


def _lists(text: str) -> Iterator[tuple[int, int]]:
    """Names set out after 名单： in a text on recipients of benefits."""
    colon = text.find("：")
    while colon >= 0:
        before = text[max(0, colon - 40) : colon]
        if before.endswith(("）", ")")):
            before = _BRACKETED.sub("", before)
        if before.endswith(_LIST_ENDS):
            sentence = before[max(before.rfind("\n"), before.rfind("。")) + 1 :]
            if any(word in sentence for word in _LIST_WORDS):
                names = list(_listed(text, colon + 1))
                if len(names) < _FEWEST_AGAIN:
                    names = list(_segments(text, colon + 1))
                if len(names) >= _FEWEST_AGAIN:
                    yield from names
        colon = text.find("：", colon + 1)


def _lined_up(text: str) -> Iterator[tuple[int, int]]:
    """Names that fill a line, one after another: 曹金花、田大勇、彭桂英."""
    for begin, stop in lines_with("、", text, 0, len(text)):
        if sum(text.count(sign, begin, stop) for sign in _PARTING) < _LEAST_CELLS - 1:
            continue
        places = [each.span() for each in _LINED.finditer(text, begin, stop)]
        names = [place for place in places if _plain_name(text[slice(*place)])]
        if len(names) >= _LEAST_CELLS and len(names) >= _MOSTLY * len(places):
            yield from names


_LINED = re.compile(r"[^、 \u3000\n]+")
_PARTING = "、 \u3000"


def _taken_up(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Names of whoever a sentence takes up into a benefit: 将某、某两户纳入低保."""
    for found in _TAKEN_UP.finditer(text, max(0, end - _TAKEN_LONGEST), end):
        begin = found.end()
        lead = ROLES.get(text[begin : begin + 2]) or ROLES.get(text[begin : begin + 4])
        if not lead:
            yield from _enumerated(text, begin, plain=False, colon=False)


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


_SEGMENT = re.compile(r"[；;\n]\s*(?:\d{1,3}[.、．）)]\s*)?")


def _segments(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Names that begin the parts of a list, as in 杨满仓，住…；高润生，住… of a sentence."""
    stop = text.find("。", begin, begin + 2000)
    stop = stop if stop >= 0 else min(len(text), begin + 2000)
    starts = [begin, *(found.end() for found in _SEGMENT.finditer(text, begin, stop))]
    for start in starts:
        while start < stop and text[start].isspace():
            start += 1  # noqa: PLW2901  past the blanks
        end = name_at(text, start, plain=True)
        if (
            end
            and signed(text, end)
            and (text[start : start + 2] in FORENAMES or set(text[start + 1 : end]) <= GIVEN)
        ):
            yield start, end


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
        ("list", sorted(_LIST_WORDS)),
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


def masked_name(name: str) -> str:
    """张某, 李某某, 欧阳某; a name with a dot keeps its first character."""
    bare = "".join(name.split())
    family = family_size(bare)
    return bare[:family] + "某" * min(len(bare) - family, 2)
