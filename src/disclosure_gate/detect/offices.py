"""How a text says that somebody acts for an office: a word before the name, a title behind it, a label, a heading."""

from __future__ import annotations

import re

from disclosure_gate.detect.lexicon import KEPT, NO_ROLES, ROLES, SURNAMES, told_by, words
from disclosure_gate.detect.names import endings
from disclosure_gate.detect.page import Page, line_end

# Labels that end so name somebody who acts for an office, or are told elsewhere.
_OFFICIAL = words(
    "人 员 者 长 任 师 导 家 组 会 室 位 门 处 局 "
    "科 审 核 制 办 签 授 讲 席 假 加 表 方 号 "
    "参加 分管 牵头 设计 施工 监理 主编 编辑 摄影 书记"
)
kept_ends = endings(KEPT)
official_ends = endings(_OFFICIAL)
# What a name is that a title follows: 蔡丽，该局法规股股长.
TITLE = re.compile(
    r"[，,（( \u3000]{1,2}[^，。；、（）()\n\d]{0,14}?(?:局长|主任|科长|股长|处长|镇长|乡长|区长|县长|市长|书记|院长|校长|园长|所长|站长|队长|组长|部长|司长|经理|董事长|会长|"
    r"干部|科员|民警|法官|审判员|工程师|药师|医师|护士|文书|网格员|网格长|支书|主席|委员|会计|工作人员|执法人员|技术员|教授|教师|老师|总监|股员|职员|律师|法律工作者)(?=[，。；、（）()\s]|$)"
)
_OFFICES = (
    "科", "室", "局", "处", "办", "股", "中心", "站", "所", "院", "队", "部", "委", "联", "校", "公司", "厂", "庭", "政府", "街道", "乡", "镇", "社", "会",
)  # fmt: skip
_POSTS = words(
    "表演 演唱 独唱 领唱 领诵 朗诵 演奏 独奏 伴奏 主演 指挥 编剧 编舞 编导 导演 作词 作曲 主讲 讲评 裁判 裁判长 艇长 船长 机长 连长 排长 领班 主管 管家 先进个人 优秀个人 "
    "一等奖 二等奖 三等奖 优胜奖 优秀奖 冠军 亚军 季军 中队 大队 供稿 通讯员 "
    "大夫 农艺师 馆员 苏木达 嘎查达 屯长 助理员 带头人 传承人 值守 在岗 调查者 站务 查勘员 长 主任 书记 专干 村医 社工 律师 护士 医生 所医 干部 干事 经理 会计 文书 委员 代表 民警 辅警 法官 老师 教师 校医 技术员 安全员 网格员 专员 人员 组员 成员 助理 主席 总监 副总 "
    "工程师 医师 药师 登记员 服务员 管理员 审核 审批 经办 记录 制表 签发 值班 带班 接班 主持 负责 送达 承办 办理 汇报 联络 接待 接收人 移交人 归档人 接谈人 接访人 调解员 领队 支书 村支书 检察官 书记员 审判员 "
    "仲裁员 监督员 协管员 联络员 指导员 教导员 保健员 护理员 信息员 报账员 出纳 校对 核稿 拟稿 拟办 复核 核对 监交 监督 公证员 评估员 包保 包抓 驻村 第一书记 法人 负责人 责任人 联系人 经办人 承办人 记录人 制表人 填表人 审核人 审批人 主持人 值班人 送达人 调查人 检查人"
)


def calls() -> dict[str, tuple[str, ...]]:
    """What each word calls whoever is named behind it: kept, of a role, of an office, in a post, official."""
    known: dict[str, tuple[str, ...]] = {}
    for what, ends in (
        ("role", (*ROLES, *told_by("person_name"))),
        ("kept", KEPT),
        ("post", _POSTS),
        ("official", _OFFICIAL),
        ("office", _OFFICES),
    ):
        for word in dict.fromkeys(ends):
            known[word] = (*known.get(word, ()), what)
    return known


# Told of whoever has an office, or is to have one.
POST = re.compile("现任|拟任|任职|职务|党组|任命|试用期|提名|岗位|职位|准考证|总成绩")
POST_WITHIN = 90  # code points behind a name in which that is told
DUTIES = ("：分管", "：负责", "：主持", "：协助", "：联系", "：协管")


def official_before(text: str, start: int) -> bool:
    """Whether the words right before ``start`` call somebody who acts for an office."""
    before = text[max(0, start - 13) : start].rstrip("：: \u3000\t")
    return kept_ends(before) or official_ends(before)


def acts_for_an_office(page: Page, place: int) -> bool:
    """Whether a name at ``place`` stands in a table of people in office, or below a heading or behind one that calls such."""
    return _below_an_office(page, place) or (page.in_roster(place) and _of_offices(page, place))


_REPRESENTS = re.compile("(?:法定代表人|负责人|法人代表)[^。；\n]{0,16}变更为$")
_REPRESENTS_WITHIN = 30
_GENDERS = frozenset("男女")
_OF_OFFICES = re.compile("职务|职责|分工|办公电话|执法证|值班")
_EXAM = re.compile("考|成绩|岗|拟|身份证")


def _of_offices(page: Page, place: int) -> bool:
    """Whether the table of a place is of people in office, by its heading."""
    headings = page.headings(place)
    return _OF_OFFICES.search(headings) is not None and _EXAM.search(headings) is None


def in_office(text: str, start: int, end: int) -> bool:
    """Whether a name begins a life that leads to an office, 某某，男，……现任副县长, or is whom a firm has from now on."""
    if _REPRESENTS.search(text, max(0, start - _REPRESENTS_WITHIN), start):
        return True
    return text[end + 1 : end + 2] in _GENDERS and bool(
        POST.search(text, end, line_end(text, end, POST_WITHIN))
    )


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
