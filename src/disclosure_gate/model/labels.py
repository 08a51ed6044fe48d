"""What codes of the contract are called in sentences for people, and clocks in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from disclosure_gate.model.findings import Deadline, Period, Trigger
from disclosure_gate.model.frozen import Text

AUDIENCES: dict[str, Text] = {
    "public": Text(zh="全社会", en="everybody"),
    "village": Text(zh="村、社区范围内的群众", en="the people of the village or community"),
    "affected": Text(zh="特定群众", en="the group concerned"),
    "parties": Text(zh="当事人、申请人", en="the parties"),
}
CHANNELS: dict[str, Text] = {
    "column": Text(zh="政府信息公开专栏", en="the disclosure column of the web site"),
    "gazette": Text(zh="政府公报", en="the gazette"),
    "new_media": Text(zh="政务新媒体", en="official new media"),
    "press": Text(zh="发布会、广播电视、报刊", en="briefings and the press"),
    "village_board": Text(zh="村、社区公示栏", en="the board of the village or community"),
    "service_hall": Text(zh="政务服务场所", en="the service hall"),
    "archive_library": Text(zh="档案馆、图书馆等公开查阅点", en="reading places in archives and libraries"),
    "credit_system": Text(zh="信用信息公示系统", en="the credit information system"),
    "trading_platform": Text(zh="公共资源交易、采购平台", en="the trading platform"),
    "direct": Text(zh="入户、现场或者精准推送", en="direct delivery"),
    "other": Text(zh="其他渠道", en="another channel"),
}
SPANS: dict[str, Text] = {
    "resident_id": Text(zh="身份证号", en="resident ID numbers"),
    "disability_card": Text(zh="残疾人证号", en="disability card numbers"),
    "mobile": Text(zh="手机号", en="mobile numbers"),
    "bank_card": Text(zh="银行账号", en="bank account numbers"),
    "passport": Text(zh="护照号", en="passport numbers"),
    "permit": Text(zh="通行证号", en="travel permit numbers"),
    "plate": Text(zh="车牌号", en="number plates"),
    "email": Text(zh="电子邮箱", en="e-mail addresses"),
    "im_account": Text(zh="即时通信账号", en="messaging accounts"),
    "address": Text(zh="家庭住址", en="home addresses"),
    "person_name": Text(zh="自然人姓名", en="names of natural persons"),
    "minor_name": Text(zh="未成年人姓名", en="names of minors"),
    "minor_school": Text(zh="未成年人就读的学校", en="schools of minors"),
    "guardian": Text(zh="监护人信息", en="data on guardians"),
    "health": Text(zh="健康信息", en="health data"),
    "social_security": Text(zh="社保、医保号", en="social security numbers"),
    "household": Text(zh="户口簿号", en="household register numbers"),
    "student_number": Text(zh="学籍号", en="pupils' numbers"),
    "property_certificate": Text(zh="不动产权证号", en="property certificate numbers"),
    "other": Text(zh="民族、婚姻等其他个人信息", en="other personal data such as ethnicity or marriage"),
}
TRIGGERS: dict[str, Text] = {
    "formed": Text(zh="信息形成", en="being formed"),
    "approved": Text(zh="批准", en="the approval"),
    "signed": Text(zh="签署（作出决定）", en="being signed"),
    "received": Text(zh="收到申请", en="receipt of the request"),
    "served": Text(zh="送达", en="service"),
    "bid_opening": Text(zh="开标", en="the opening of bids"),
    "result": Text(zh="结果确定", en="the result"),
    "concluded": Text(zh="办理结束", en="the conclusion"),
    "as_of": Text(zh="认定", en="the determination"),
}
_APPROVAL_RECEIVED = Text(zh="收到批准文件", en="receipt of the approval")
"""What ``received`` means where another date may stand in for it: a request is not formed or approved."""
LEVELS: dict[str, Text] = {
    "national": Text(zh="国家级机关", en="a national organ"),
    "province": Text(zh="省级机关", en="a provincial organ"),
    "city": Text(zh="市级机关", en="a city organ"),
    "county": Text(zh="县级机关", en="a county organ"),
    "township": Text(zh="乡镇、街道", en="a township or subdistrict"),
}
UNITS: dict[str, Text] = {
    "working_day": Text(zh="个工作日", en="working days"),
    "day": Text(zh="日", en="days"),
    "month": Text(zh="个月", en="months"),
    "year": Text(zh="年", en="years"),
}

_PLACES = {
    "body": "正文",
    "header": "页眉",
    "footer": "页脚",
    "footnotes": "脚注",
    "endnotes": "尾注",
    "name": "名称",
    "margins": "页眉页脚",
    "charts": "图表工作表",
    "objects": "图表和嵌入对象",
    "hidden": "隐藏内容",
    "comments": "批注",
    "fallback": "备用内容",
    "fields": "域代码",
    "fonts": "字体和数字格式",
    "formulas": "公式",
    "labels": "替代文字和标记",
    "links": "链接",
    "other": "其他",
    "properties": "属性",
    "revisions": "修订",
    "text": "隐藏文字",
}


def article_words(law: str, article: str) -> str:
    """An article as it is read out: 第20条第（5）项 of the Regulation, 第16条第2款; empty where none is named."""
    number, _, part = article.partition("(")
    if not number:
        return ""
    if not part:
        return f"第（{number}）项" if law.startswith(_DOCUMENTS) else f"第{number}条"
    named = part.rstrip(")")
    listed = law == "ogi_regulation" and number in _ITEMISED
    return f"第{number}条第（{named}）项" if listed else f"第{number}条第{named}款"


def cited(law: str, title: str, article: str) -> str:
    """A provision as Chinese papers cite it; a document known by its number only stands without title marks."""
    bare = title.startswith("《") or title.endswith("号文件")
    return (title if bare else f"《{title}》") + article_words(law, article)


_DOCUMENTS = (
    "gbf_",
    "gf_",
)  # documents of the State Council and its office: numbered items （十八）, no articles
_ITEMISED = {"20", "36"}  # articles of the Regulation whose brackets are items; elsewhere they are paragraphs


def joined(names: list[str], lang: str) -> str:
    """甲、乙 / one, two and three."""
    if lang == "zh":
        return "、".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def times(
    due: Deadline | None, period: Period | None, not_before: tuple[Trigger, ...], lang: str
) -> list[str]:
    """Clock, first day and display, each in words."""
    zh = lang == "zh"
    parts = []
    if due:
        parts.append(last_day(due, lang))
    if not_before:
        first = TRIGGERS[not_before[0]].get(lang)
        parts.append(f"{first}之前不得公开" if zh else f"it is not published before {first}")
    if period:
        unit = UNITS[period.unit].get(lang)
        parts.append(
            f"公示期为{period.length}{unit}" if zh else f"it is shown for {_count(period.length, unit)}"
        )
    return parts


def last_day(deadline: Deadline, lang: str) -> str:
    """A clock in words: within how long of what."""
    unit = UNITS[deadline.unit].get(lang)
    first, *others = (start_words(deadline.start, each).get(lang) for each in deadline.start)
    if lang == "zh":
        start = f"自{first}之日起" + (f"（没有该日期的，自{others[0]}之日起）" if others else "")
        if deadline.prompt:
            return f"及时（最迟{start}{deadline.within}{unit}内）"
        return f"{start}{deadline.within}{unit}内"
    start = first + (f" (where that date is not known, of {others[0]})" if others else "")
    lead = "promptly, at the latest within" if deadline.prompt else "within"
    return f"{lead} {_count(deadline.within, unit)} of {start}"


def start_words(start: tuple[Trigger, ...], trigger: str) -> Text:
    """What ``trigger`` is called in a clock that starts from the first known of ``start``."""
    return _APPROVAL_RECEIVED if trigger == "received" and len(start) > 1 else TRIGGERS[trigger]


def place_of(where: str, names: Sequence[str], lang: str) -> str:
    """A place for people: the name of the file and the part of it, such as ``名单.xlsx，表 1``."""
    zh = lang == "zh"
    found = re.fullmatch(r"files/(\d+)/?(.*)", where)
    if found is None:
        return {"title": "标题", "text": "正文"}.get(where, where) if zh else where
    number, part = int(found[1]), found[2]
    sheet, page = ("表 {}", "第 {} 页") if zh else ("sheet {}", "page {}")
    part = re.sub(r"\bsheets/(\d+)", lambda found: sheet.format(int(found[1]) + 1), part)
    part = re.sub(r"^pages/(\d+)", lambda found: page.format(found[1]), part)  # what of a PDF cannot be seen
    part = re.sub(r"(?<=[a-z])\d+", "", part)
    if zh:
        part = re.sub(r"[a-z]+", lambda found: _PLACES.get(found[0], found[0]), part).replace("/", "，")
    name = names[number] if number < len(names) else where
    return f"{name}，{part}" if zh and part else f"{name}, {part}" if part else name


def _count(number: int, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
