"""Which reply a situation calls for (条例 30, 35–39, 42), what it must say, and which row of the report counts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from disclosure_gate import Document, Gate
from disclosure_gate.model.determination import ReasonCode, Status
from disclosure_gate.model.findings import Exempt, Lift
from disclosure_gate.model.frozen import Frozen, Text
from disclosure_gate.rules.ruleset import Rule
from information_requests.case import Reply, ReplyType, WithheldPart


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of reply: its article, the row of table 三, and its name."""

    article: str
    row: str
    name: Text


KINDS: dict[ReplyType, Kind] = {
    "published": Kind("36(1)", "3.1", Text(zh="已经主动公开", en="already public")),
    "granted": Kind("36(2)", "3.1", Text(zh="予以公开", en="granted")),
    "partial": Kind("37", "3.2", Text(zh="部分公开", en="granted in part")),
    "refused": Kind("36(3)", "", Text(zh="不予公开", en="refused")),
    "special_query": Kind("36(7)", "3.3.8", Text(zh="按特别规定查询", en="special rules of query")),
    "not_existing": Kind("36(4)", "3.4.1", Text(zh="信息不存在", en="does not exist")),
    "not_ours": Kind("36(5)", "3.4.1", Text(zh="不属于本机关公开", en="not this organ's")),
    "needs_making": Kind("38", "3.4.2", Text(zh="需要另行制作", en="would have to be made")),
    "unclear": Kind("30", "3.4.3", Text(zh="补正后仍不明确", en="unclear after correction")),
    "petition": Kind("39(1)", "3.5.1", Text(zh="信访举报投诉", en="petition or complaint")),
    "repeated": Kind("36(6)", "3.5.2", Text(zh="重复申请", en="repeated request")),
    "publication": Kind("39(2)", "3.5.3", Text(zh="公开出版物", en="publication")),
    "excessive": Kind("35", "3.5.4", Text(zh="大量反复申请", en="excessive requests")),
    "confirm_again": Kind("38", "3.5.5", Text(zh="确认或者重新出具", en="confirm or issue again")),
    "correction_overdue": Kind("30", "3.6.1", Text(zh="逾期不补正", en="correction overdue")),
    "fee_unpaid": Kind("42", "3.6.2", Text(zh="逾期不缴费", en="fee unpaid")),
    "other": Kind("36", "3.6.3", Text(zh="其他", en="other")),
}
_REFUSED_ROWS: dict[ReasonCode, str] = {
    "R14-1": "3.3.1", "R14-2": "3.3.2", "R14-3": "3.3.3", "R15-1": "3.3.4", "R15-2": "3.3.4",
    "R16-1": "3.3.5", "R16-2": "3.3.6", "R16-3": "3.3.7", "R36-7": "3.3.8",
}  # fmt: skip
_ARTICLES: dict[ReasonCode, str] = {
    "R14-1": "14", "R14-2": "14", "R14-3": "14", "R15-1": "15", "R15-2": "15",
    "R16-1": "16", "R16-2": "16", "R16-3": "16", "R36-7": "36(7)",
}  # fmt: skip
REVIEW_FIRST = frozenset(code for code in _ARTICLES if code != "R36-7")
"""Reasons of arts 14–16: 行政复议法 23(1)(4) sends the applicant to reconsideration before court."""


class Situation(Frozen):
    """What was found out about a request. ``None`` where it was not found out yet."""

    unclear_after_correction: bool = False
    correction_overdue: bool = False
    fee_overdue: bool = False
    petition: bool = False
    publication: bool = False
    excessive_without_reason: bool = False
    repeated: bool = False
    asks_to_confirm_again: bool = False
    special_rules: bool = False
    ours: bool | None = None
    exists: bool | None = None
    needs_making: bool = False
    already_public: bool = False
    withheld: tuple[WithheldPart, ...] = ()
    something_left: bool = True  # beside what is withheld there is something to give


def choose(situation: Situation) -> ReplyType | None:
    """The type of reply; ``None`` while it is not known whose the information is, or whether it exists.

    Procedure first (30, 35, 39, 36(6)), then whose it is, whether it exists, whether it is there as asked, and
    only then whether it may be given: of what an organ does not hold it cannot say that it is exempt.
    """
    procedure: tuple[tuple[bool, ReplyType], ...] = (
        (situation.correction_overdue, "correction_overdue"),
        (situation.unclear_after_correction, "unclear"),
        (situation.fee_overdue, "fee_unpaid"),
        (situation.petition, "petition"),
        (situation.publication, "publication"),
        (situation.excessive_without_reason, "excessive"),
        (situation.repeated, "repeated"),
        (situation.asks_to_confirm_again, "confirm_again"),
        (situation.special_rules, "special_query"),
    )
    found = next((reply for holds, reply in procedure if holds), None)
    if found is not None:
        return found
    if situation.ours is None:
        return None
    if not situation.ours:
        return "not_ours"
    if situation.already_public:
        return "published"
    if situation.exists is None:
        return None
    if not situation.exists:
        return "needs_making" if situation.needs_making else "not_existing"
    if situation.needs_making:
        return "needs_making"
    if situation.withheld:
        return "partial" if situation.something_left else "refused"
    return "granted"


def situation_of(gate: Gate, wanted: Document, as_of: date, *, published: bool) -> Situation:
    """What the gate says of the wanted document: whether and why it is withheld, whole or in part.

    A document that is on request may hold parts that are not given, and spans that are masked for everybody:
    both are withheld in the reply. A held document says nothing: ``ours`` stays unknown and no reply is chosen.

    Args:
        gate: decides on the document.
        wanted: what the applicant asks for.
        as_of: the day of the reply.
        published: whether it is public already.
    """
    explained = gate.explain(wanted, as_of, what_if=False)
    answer = explained.determination
    status = answer.status
    if status is None:
        return Situation()
    parts = [
        WithheldPart(part=each.rule, code=code, ground=each.statement.zh)
        for each in answer.reasons
        if each.effect == "exempt" and (code := _code(each.code)) is not None
    ]
    if status is Status.ON_REQUEST:
        rules = [gate.parts.rules.rule(each.rule) for each in explained.rules if each.outcome == "true"]
        parts += _separable([each for each in rules if each is not None])
    if answer.redactions and status is not Status.WITHHELD:
        count = len(answer.redactions)
        parts.append(
            WithheldPart(part=f"个人信息等{count}处", code="R15-2", ground="公开会损害第三方合法权益")
        )
    return Situation(
        ours=True,
        exists=True,
        already_public=published and status is Status.PROACTIVE,
        withheld=tuple(parts),
        something_left=status is not Status.WITHHELD,
    )


def _separable(rules: Sequence[Rule]) -> list[WithheldPart]:
    """The parts that true rules exempt, without those that consent or public interest lifts."""
    lifted = {
        target
        for rule in rules
        for effect in rule.effects
        if isinstance(effect, Lift)
        for target in effect.exemptions
    }
    return [
        WithheldPart(part=rule.title.zh, code=effect.code, ground=rule.because.zh)
        for rule in rules
        for effect in rule.effects
        if isinstance(effect, Exempt)
        and effect.scope == "separable"
        and (effect.kind == "mandatory" or not {effect.code, rule.id} & lifted)
    ]


def _code(code: str) -> ReasonCode | None:
    return next((each for each in _ARTICLES if each == code), None)


def row_of(reply: Reply) -> str:
    """The row of table 三. A separated reply is counted as partial only; a refusal by its first reason.

    Raises:
        ValueError: a refusal without a reason.
    """
    if reply.type == "refused":
        if not reply.withheld:
            raise ValueError("a refusal is counted by its reason")
        return _REFUSED_ROWS[reply.withheld[0].code]
    return KINDS[reply.type].row


def articles_of(reply: Reply) -> tuple[str, ...]:
    """The articles of the Regulation a reply rests on, that of its type first."""
    return tuple(
        dict.fromkeys([KINDS[reply.type].article, *(_ARTICLES[each.code] for each in reply.withheld)])
    )


def review_first(reply: Reply) -> bool:
    """Whether the applicant must go to reconsideration before court: something is refused for arts 14–16."""
    return any(each.code in REVIEW_FIRST for each in reply.withheld)


def problems(reply: Reply) -> tuple[Text, ...]:
    """What a reply of its type must say and does not."""
    found: list[Text] = []
    if reply.type in {"refused", "partial"} and not reply.withheld:
        found.append(_says("不予公开的部分、条款和理由", "which part is withheld, by which article and why"))
    if reply.type not in {"refused", "partial"} and reply.withheld:
        found.append(
            _says("与不予公开内容相符的答复类型", "the type of reply that what is withheld calls for")
        )
    if reply.type in {"published", "granted", "partial", "publication", "special_query"} and not reply.how:
        found.append(_says("获取的方式、途径和时间", "how, where and when it is to be had"))
    if reply.type == "not_existing" and not reply.searched:
        found.append(_says("检索的范围、方式和检索人", "where, how and by whom it was searched for"))
    needing = {
        "not_existing",
        "not_ours",
        "needs_making",
        "unclear",
        "petition",
        "repeated",
        "excessive",
        "other",
    }
    if reply.type in needing and not reply.reason:
        found.append(_says("理由", "the reason"))
    if reply.type == "not_ours" and reply.owner and not reply.owner_contact:
        found.append(
            _says("有权机关的联系方式（已知的）", "how the right organ is reached, where it is known")
        )
    if reply.type == "excessive" and not reply.asked_why:
        found.append(_says("已先请申请人说明理由", "that the applicant was first asked why"))
    if any(each.code.startswith("R16") for each in reply.withheld) and not reply.no_law_orders_release:
        found.append(
            _says("已核对没有法律、法规、规章要求公开", "that no law, regulation or rule orders its release")
        )
    return tuple(found)


def _says(zh: str, en: str) -> Text:
    return Text(zh=f"答复须写明{zh}", en=f"the reply must tell {en}")
