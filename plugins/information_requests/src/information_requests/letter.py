"""The reply letter, as a draft in our own words: what was asked, what is answered, why, and what may be done against it."""

from __future__ import annotations

from datetime import date

from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import ReasonCode
from disclosure_gate.model.frozen import Text
from information_requests.case import Case, Reply
from information_requests.clocks import received_on
from information_requests.replies import KINDS, articles_of, problems, review_first

_LIMB: dict[ReasonCode, str] = {
    "R14-1": "第十四条", "R14-2": "第十四条", "R14-3": "第十四条", "R15-1": "第十五条", "R15-2": "第十五条",
    "R16-1": "第十六条第一款", "R16-2": "第十六条第二款", "R16-3": "第十六条第二款", "R36-7": "第三十六条第（七）项",
}  # fmt: skip
_LIMB_EN: dict[ReasonCode, str] = {
    "R14-1": "article 14", "R14-2": "article 14", "R14-3": "article 14", "R15-1": "article 15", "R15-2": "article 15",
    "R16-1": "article 16(1)", "R16-2": "article 16(2)", "R16-3": "article 16(2)", "R36-7": "article 36(7)",
}  # fmt: skip
_ITEMS = {"1": "一", "2": "二", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七"}
_TENS = {
    "30": "三十",
    "35": "三十五",
    "36": "三十六",
    "37": "三十七",
    "38": "三十八",
    "39": "三十九",
    "42": "四十二",
}


_REVISED = date(2024, 1, 1)
_REVIEW_FIRST = Text(
    zh=(
        "对不予公开的决定不服的，应当先申请行政复议，对复议决定仍不服的，再向人民法院提起行政诉讼"
        "（行政复议法第二十三条第一款第（四）项）。申请复议的期限和机关，依照行政复议法的规定。"
    ),
    en=(
        "Against what is not disclosed you must first apply for administrative reconsideration, and may go to court "
        "against its decision (Administrative Reconsideration Law, article 23(1)(4)); time and organ are as that law says."
    ),
)
_EITHER = Text(
    zh="对本答复不服的，可以依法申请行政复议或者提起行政诉讼（《政府信息公开条例》第五十一条）。",
    en="Against this reply you may apply for reconsideration or go to court (article 51 of the Regulation).",
)


class Incomplete(ValueError):
    """A letter cannot be written yet; ``missing`` says what the reply must tell first."""

    def __init__(self, missing: tuple[Text, ...]) -> None:
        self.missing = missing
        super().__init__("; ".join(each.en for each in missing))


def letter(case: Case) -> Text:
    """The draft of the reply letter.

    Raises:
        Incomplete: there is no reply, the request is not received, or the reply lacks what it must say.
    """
    reply, received = case.reply, received_on(case.request)
    if reply is None or received is None:
        raise Incomplete(
            (
                Text(
                    zh="还没有答复，或者申请尚未确认收到",
                    en="there is no reply, or the request is not received",
                ),
            )
        )
    lacking = problems(reply)
    if lacking:
        raise Incomplete(lacking)
    zh = [
        "政府信息公开申请答复书", "",
        f"{case.request.applicant.name}：",
        f"本机关已于{_day(received)}收到你（单位）的政府信息公开申请（编号 {case.request.id}），申请内容为：{case.request.wanted}",
    ]  # fmt: skip
    en = [
        "Reply to a request for government information", "",
        f"To {case.request.applicant.name}",
        f"On {received.isoformat()} this organ received your request no. {case.request.id}: {case.request.wanted}",
    ]  # fmt: skip
    if case.correction is not None and case.correction.received_on is not None:
        zh.append(f"你（单位）于{_day(case.correction.received_on)}提交了补正材料。")
        en.append(f"Your correction came on {case.correction.received_on.isoformat()}.")
    zh += [
        "经审查，答复如下：",
        *_body_zh(reply),
        *_remedy_zh(reply),
        "",
        reply.organ,
        _day(reply.replied_on),
    ]
    en += [
        "Having examined it, we answer:",
        *_body_en(reply),
        *_remedy_en(reply),
        "",
        reply.organ,
        reply.replied_on.isoformat(),
    ]
    return Text(zh="\n".join(zh), en="\n".join(en))


def _body_zh(reply: Reply) -> list[str]:
    what = reply.document or "你（单位）申请的信息"
    lines = {
        "published": f"{what}已经主动公开。获取方式：{reply.how}",
        "granted": f"{what}可以公开。提供方式：{reply.how}",
        "partial": f"{what}中的一部分可以公开，提供方式：{reply.how}。以下部分不予公开：",
        "refused": f"{what}不予公开：",
        "special_query": f"{what}适用专门的查询规定，请依该规定办理：{reply.how}",
        "not_existing": f"经检索，没有找到{what}，该信息不存在。检索情况：{reply.searched}。{reply.reason}",
        "not_ours": f"{what}不属于本机关负责公开。{reply.reason}",
        "needs_making": f"{what}没有现成信息，需要本机关加工、分析才能形成，不予提供。{reply.reason}",
        "unclear": f"补正之后，申请内容仍不明确，无法提供。{reply.reason}",
        "petition": f"所提事项属于信访、投诉、举报，不作为政府信息公开申请处理。{reply.reason}",
        "repeated": f"本机关此前已就相同申请作出答复，不予重复处理。{reply.reason}",
        "publication": f"所申请的是公开出版物，可以由此获取：{reply.how}",
        "excessive": f"申请的数量、频次明显超过合理范围，所述理由不成立，不予处理。{reply.reason}",
        "confirm_again": f"你（单位）已经取得该信息，要求确认或者重新出具的，不予处理。{reply.reason}",
        "correction_overdue": "在规定期限内没有收到补正材料，也没有说明正当理由，视为放弃申请。",
        "fee_unpaid": "在规定期限内没有缴纳信息处理费，本机关不再处理该申请。",
        "other": reply.reason,
    }
    found = [lines[reply.type]]
    found += [
        f"{number}. {each.part}：{CODES[each.code].zh}，{each.ground}（依据《政府信息公开条例》{_LIMB[each.code]}）"
        for number, each in enumerate(reply.withheld, 1)
    ]
    if reply.no_law_orders_release and any(each.code.startswith("R16") for each in reply.withheld):
        found.append("经核对，没有法律、法规、规章规定上述内容应当公开。")
    if reply.type == "not_ours" and reply.owner:
        contact = f"，联系方式：{reply.owner_contact}" if reply.owner_contact else ""
        found.append(f"请向{reply.owner}提出{contact}。")
    found.append(f"以上答复依据《政府信息公开条例》{_article_zh(KINDS[reply.type].article)}作出。")
    return found


def _body_en(reply: Reply) -> list[str]:
    name = KINDS[reply.type].name.en
    found = [f"{reply.document or 'What you asked for'}: {name}."]
    found += [text for text in (reply.how, reply.searched, reply.reason) if text]
    found += [
        f"{number}. {each.part}: {CODES[each.code].en}; {each.ground} (Regulation on open government information, {_LIMB_EN[each.code]})"
        for number, each in enumerate(reply.withheld, 1)
    ]
    if reply.type == "not_ours" and reply.owner:
        found.append(f"Please ask {reply.owner} {reply.owner_contact}".rstrip())
    found.append(f"Basis: articles {', '.join(articles_of(reply))}.")
    return found


def _remedy(reply: Reply) -> Text:
    # 行政复议法 art 23 as revised: before it, reconsideration did not come first.
    return _REVIEW_FIRST if review_first(reply) and reply.replied_on >= _REVISED else _EITHER


def _remedy_zh(reply: Reply) -> list[str]:
    return [_remedy(reply).zh]


def _remedy_en(reply: Reply) -> list[str]:
    return [_remedy(reply).en]


def _article_zh(article: str) -> str:
    number, _, item = article.partition("(")
    limb = item.rstrip(")")
    part = f"第（{_ITEMS[limb]}）项" if number == "36" and limb else f"第{_ITEMS[limb]}款" if limb else ""
    return f"第{_TENS[number]}条{part}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
