"""The desk's words for statuses, kinds of spans, channels, steps; numbers and articles as people write them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import has_request_context, request

from disclosure_gate.model import labels
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import Basis, Held, Status
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.frozen import Text
from disclosure_gate.model.labels import AUDIENCES, CHANNELS, LEVELS, SPANS
from disclosure_gate.model.listing import SECTIONS, VALIDITY
from disclosure_gate.rules.vocabulary import Fact
from disclosure_gate.service import problems

__all__ = [
    "AUDIENCES",
    "CHANNELS",
    "LEVELS",
    "SECTIONS",
    "SPANS",
    "VALIDITY",
]  # words of the contract, named where all rooms find them
LANGUAGE_COOKIE = "dg_lang"
SIGNS = {"proactive": "●", "partial": "◐", "on_request": "○", "withheld": "✕", "held": "‖"}
STATUSES = {
    "proactive": Text(zh="主动公开", en="Proactive"),
    "partial": Text(zh="部分公开", en="Partial"),
    "on_request": Text(zh="依申请公开", en="On request"),
    "withheld": Text(zh="不予公开", en="Withheld"),
    "held": Text(zh="待定", en="Held"),
}
STATES = {
    "proposed": Text(zh="待审核", en="awaits review"),
    "returned": Text(zh="已退回", en="returned"),
    "reviewed": Text(zh="待签发", en="awaits signature"),
    "cleared": Text(zh="待发出", en="awaits issue"),
    "issued": Text(zh="已发出", en="issued"),
    "withdrawn": Text(zh="已撤回", en="withdrawn"),
    "taken_back": Text(zh="已撤件", en="taken back"),
}
STEPS = {
    "proposed": Text(zh="提出", en="proposed"),
    "proposed_again": Text(zh="重新提出", en="proposed again"),
    "returned": Text(zh="退回", en="returned"),
    "reviewed": Text(zh="审核同意", en="reviewed"),
    "signed": Text(zh="签发", en="signed"),
    "issued": Text(zh="发出", en="issued"),
    "withdrawn": Text(zh="撤回", en="withdrawn"),
    "taken_back": Text(zh="撤件", en="taken back"),
}
ROLES = {
    "system": Text(zh="业务系统", en="business system"),
    "drafter": Text(zh="拟稿人", en="drafter"),
    "reviewer": Text(zh="审核人", en="reviewer"),
    "signer": Text(zh="签发人", en="signer"),
    "officer": Text(zh="公开办", en="disclosure officer"),
    "auditor": Text(zh="监督", en="auditor"),
    "admin": Text(zh="管理员", en="administrator"),
}
DEPARTURES = {
    "none": Text(zh="与认定一致", en="as determined"),
    "more_open": Text(zh="更公开", en="more open"),
    "more_closed": Text(zh="更封闭", en="more closed"),
}
DATES = {
    "approved": Text(zh="批准", en="approved"),
    "signed": Text(zh="签发", en="signed"),
    "received": Text(zh="收到", en="received"),
    "served": Text(zh="送达", en="served"),
    "bid_opening": Text(zh="开标", en="bids opened"),
    "result": Text(zh="结果", en="result"),
    "concluded": Text(zh="办结", en="concluded"),
    "formed": Text(zh="形成", en="formed"),
}
CONFIDENCE = {
    "verified": Text(zh="已与来源核对", en="verified against its source"),
    "H": Text(zh="高", en="high"),
    "M": Text(zh="中，使用前须核实", en="medium: verify before use"),
    "L": Text(zh="低，使用前须核实", en="low: verify before use"),
}
TIMES = {
    "in_time": Text(zh="按期", en="in time"),
    "late": Text(zh="逾期", en="late"),
}
OUTBOX = {
    "waiting": Text(zh="等待推送", en="waits"),
    "awaiting": Text(zh="等待日期确定", en="awaits a date"),
    "leased": Text(zh="正在推送", en="under way"),
    "manual": Text(zh="须人工办理", en="for a person to do"),
    "parked": Text(zh="多次失败，已搁置", en="failed, parked"),
}
EVENTS = {
    "checked": Text(zh="认定", en="checked"),
    "cleared": Text(zh="放行", en="cleared"),
    "departed": Text(zh="与认定不同", en="departure"),
    "issued": Text(zh="发出", en="issued"),
    "replaced": Text(zh="重新发出", en="issued anew"),
    "scheduled": Text(zh="所等日期已确定", en="the awaited date is known"),
    "withdrawn": Text(zh="撤回", en="withdrawn"),
    "validity": Text(zh="有效性变化", en="validity changed"),
    "redelivered": Text(zh="重新送达", en="delivered anew"),
}
EXEMPTIONS = ("R14-1", "R14-2", "R14-3", "R15-1", "R15-2", "R16-1", "R16-2", "R16-3")
_FACT_VALUES = {
    "true": Text(zh="是", en="yes"),
    "false": Text(zh="否", en="no"),
    "none": Text(zh="无", en="none"),
    "separable": Text(zh="有，可以分开", en="some, separable"),
    "whole": Text(zh="整件", en="the whole"),
    "personnel": Text(zh="人事管理", en="personnel"),
    "logistics": Text(zh="后勤管理", en="logistics"),
    "workflow": Text(zh="内部工作流程", en="workflow"),
    "discussion": Text(zh="讨论记录", en="record of discussion"),
    "draft": Text(zh="过程稿", en="draft"),
    "consultation": Text(zh="磋商信函", en="consultation"),
    "request_report": Text(zh="请示报告", en="request or report"),
    "self": Text(zh="本机关", en="this organ"),
    "other_organ": Text(zh="其他机关", en="another organ"),
    "obtained_from_private": Text(zh="从公民、企业获取", en="obtained from citizens or firms"),
    "joint_lead": Text(zh="联合制作，本机关牵头", en="jointly, this organ leads"),
    "joint_other": Text(zh="联合制作，他机关牵头", en="jointly, another leads"),
    "proactive": STATUSES["proactive"],
    "on_request": STATUSES["on_request"],
    "withheld": STATUSES["withheld"],
    "unmarked": Text(zh="没有标注", en="unmarked"),
    "passed": Text(zh="通过", en="passed"),
    "failed": Text(zh="未通过", en="failed"),
    "pending": Text(zh="未完成", en="pending"),
    "not_asked": Text(zh="尚未征求", en="not asked"),
    "given": Text(zh="同意", en="consent given"),
    "refused": Text(zh="不同意", en="refused"),
    "no_reply": Text(zh="没有答复", en="no reply"),
    "law": Text(zh="法律", en="law"),
    "regulation": Text(zh="行政法规", en="regulation"),
    "local_regulation": Text(zh="地方性法规", en="local regulation"),
    "rule": Text(zh="规章", en="rule"),
    "document": Text(zh="规范性文件", en="document"),
}


def language() -> str:
    """What the person chose, else ``zh`` unless the browser prefers English."""
    if not has_request_context():
        return "zh"
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in {"zh", "en"}:
        return str(chosen)
    return problems.language()


def said(value: Text | None) -> str:
    """A sentence in the person's language."""
    return "" if value is None else value.get(language())


def status(value: Status | str | None) -> str:
    """A status as a word; none is *held*."""
    return said(STATUSES[str(value) if value else "held"])


def sign(value: Status | str | None) -> str:
    """Its sign."""
    return SIGNS[str(value) if value else "held"]


def code(value: str) -> str:
    """What a code means."""
    found = CODES.get(value)
    return value if found is None else found.zh if language() == "zh" else found.en


def domain(value: str | None) -> str:
    """A domain's name."""
    if not value:
        return "—"
    return DOMAINS.get(value, value) if language() == "zh" else value.replace("_", " ")


def fact_value(value: object, fact: Fact | None = None) -> str:
    """A fact's value as a person says it; where there is no short word, as its clause."""
    written = str(value).lower()
    known = _FACT_VALUES.get(written) or (fact.says.get(written) if fact is not None else None)
    return str(value) if known is None else said(known)


def clause(fact: Fact, value: object) -> str:
    """That a fact has a value, as a clause."""
    known = fact.says.get(str(value).lower())
    if known is not None:
        return said(known)
    return f"{said(fact.title)}{sets('：')}{fact_value(value)}"


def article(basis: Basis) -> str:
    """A provision as people cite it: 《…条例》第20条第（1）项."""
    return cited(basis.law, basis.title, basis.article)


def cited(law: str, title: str, place: str) -> str:
    """The law ``title`` and the place in it, as people cite it."""
    if language() == "en":
        return title + (f", art. {place}" if place else "")
    return labels.cited(law, title, place)


def named(table: dict[str, Text], value: str) -> str:
    """A word of one of the tables here."""
    return said(table[value]) if value in table else value


def listed(table: dict[str, Text], values: Sequence[str]) -> str:
    """Words of one of the tables here, one after the other."""
    return sets("、").join(named(table, each) for each in values)


_SIGNS_EN = {"：": ": ", "；": "; ", "、": ", ", "，": ", ", "（": " (", "）": ")", "《": "", "》": ""}


def sets(sign_zh: str) -> str:
    """A sign between words, Chinese, as the person's language sets it."""
    return sign_zh if language() == "zh" else _SIGNS_EN[sign_zh]


_FIELDS = {
    "title": Text(zh="标题：", en="Title: "),
    "kind": Text(zh="文种：", en="Kind: "),
    "text": Text(zh="正文：", en="Text: "),
    "issuer": Text(zh="发文机关：", en="Issuing organ: "),
    "item": Text(zh="目录事项：", en="Catalogue item: "),
    "domain": Text(zh="领域：", en="Domain: "),
    "formed_on": Text(zh="成文日期：", en="Date: "),
    "reason": Text(zh="撤回原因：", en="Reason: "),
    "abstract": Text(zh="内容概述：", en="Abstract: "),
    "keywords": Text(zh="关键词：", en="Keywords: "),
    "number": Text(zh="发文字号：", en="Number: "),
}


def field(where: str) -> str:
    """The field a JSON pointer means, as the page calls it."""
    first = where.removeprefix("/listing").strip("/").partition("/")[0]
    return named(_FIELDS, first) if first in _FIELDS else ""


def place_of(where: str, names: Sequence[str]) -> str:
    """A place as people call it: the name of the file, and the part of it."""
    return labels.place_of(where, names, language())


def placed(message: str) -> str:
    """A message with files called as the page calls them, by their number, and the parts of them by their names."""
    word = "附件 {}" if language() == "zh" else "attachment {}"

    def said_of(found: re.Match[str]) -> str:
        return place_of(found[0], [word.format(number + 1) for number in range(int(found[1]) + 1)])

    return re.sub(r"\bfiles/(\d+)(?:/[a-z0-9]+)*", said_of, message)


def obstacles(held: Sequence[Held]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What stands in the way, apart from open questions: message, code and quoted places.

    Places of which the same is to be said are named in one message.
    """
    found: dict[tuple[str, str], tuple[list[str], tuple[str, ...]]] = {}
    for each in held:
        if each.code == "H-QUESTION":
            continue
        where, sign_after, rest = _PLACED.fullmatch(said(each.message)).groups()  # type: ignore[union-attr]  # it takes any text
        places, _ = found.setdefault((f"{sign_after or ''}{rest}", each.code), ([], each.places))
        places += [placed(where)] if where else []
    return [
        (f"{sets('；').join(places)}{placed(message)}", code, quotes)
        for (message, code), (places, quotes) in found.items()
    ]


_PLACED = re.compile(r"(?:(files/\d+(?:/[a-z0-9]+)*)(：|: ))?(.*)", re.DOTALL)


def quoted(place: str) -> str:
    """A place of a quotation, ``text[3:9] …``, as the page calls it, with what is quoted there."""
    where, _, value = place.partition(" ")
    file = re.match(r"files/\d+", where)
    if file is None:
        return field(where.partition("[")[0]) + value
    return placed(file[0]) + sets("：") + value


_REMEDIES = {
    "E-CASE-UNKNOWN": Text(zh="核对网址", en="check the address"),
    "E-CHANGED": Text(zh="退回后重新审核、签发", en="return it; it is reviewed and signed anew"),
    "E-CLEARANCE": Text(
        zh="凭证过期的，退回后重新审核、签发；印发日期有误的，改正日期",
        en="if it has run out, return it to be reviewed and signed anew; if the day of issue is wrong, mend it",
    ),
    "E-FACT-TYPE": Text(zh="重新回答该问题", en="answer the question again"),
    "E-FIELD-TYPE": Text(zh="改正该项", en="mend it"),
    "E-FILE": Text(zh="另存为 UTF-8 编码后再选", en="save it as UTF-8 and choose it again"),
    "E-HTTP": Text(zh="核对网址，或从首页重新进入", en="check the address, or begin at the front page"),
    "E-INTERNAL": Text(
        zh="稍后再试；仍不成功的，请联系管理员", en="try again later, or ask the administrator"
    ),
    "E-ITEM": Text(
        zh="清空后从下方的建议中选取，或者不填", en="clear the field and take one that is suggested, or none"
    ),
    "E-KEY": Text(
        zh="核对后重新输入，或请管理员重新发放",
        en="check what you typed, or ask the administrator for another",
    ),
    "E-OBLIGATION": Text(zh="办结后勾选该项", en="do it, then tick it"),
    "E-PERSON-KEY": Text(zh="请管理员为您本人发放密钥", en="ask the administrator for a key of your own"),
    "E-RATE": Text(zh="稍候再试", en="try again a moment later"),
    "E-SHOWN-UNSEEN": Text(
        zh="稍后再试；仍不成功的，请联系管理员", en="try again later, or ask the administrator"
    ),
    "E-STALE": Text(zh="退回后重新审核、签发", en="return it; it is reviewed and signed anew"),
    "E-TEXT-EMPTY": Text(zh="填写正文，或选择含有文字的文件", en="write a text, or choose a file with text"),
    "E-TEXT-LARGE": Text(zh="拆分为几个附件", en="split it into attachments"),
    "E-UNKNOWN-DOCUMENT": Text(zh="核对发文字号或编号", en="check the number or the id"),
}
"""What people at the desk can do, where the table of codes speaks to whoever writes or runs programs."""


def remedies(codes: Sequence[str]) -> list[str]:
    """What can be done about codes, where something can."""
    found = [
        _REMEDIES.get(each) or Text(zh=CODES[each].remedy_zh, en=CODES[each].remedy_en)
        for each in codes
        if each in CODES and CODES[each].remedy_zh
    ]
    return [said(each) for each in found]


def moment(at: datetime | str) -> str:
    """A moment as the clock on the wall shows it."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.astimezone().strftime("%Y-%m-%d %H:%M")


def as_json(data: Any) -> str:
    """JSON text."""
    return json.dumps(data, ensure_ascii=False)
