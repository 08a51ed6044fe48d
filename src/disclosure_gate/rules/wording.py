"""A rule as a sentence, in Chinese and English, for people who do not read YAML."""

from __future__ import annotations

from disclosure_gate.model.codes import text
from disclosure_gate.model.determination import AUDIENCE_LABELS
from disclosure_gate.model.findings import (
    Cap,
    Clock,
    Deadline,
    Derive,
    Duty,
    Effect,
    Exempt,
    Hold,
    KeepSpans,
    Lift,
    Oblige,
    Offer,
    RedactSpans,
    Restrict,
    Warn,
)  # fmt: skip
from disclosure_gate.rules.conditions import All, Condition, Test
from disclosure_gate.rules.ruleset import Rule
from disclosure_gate.rules.vocabulary import Vocabulary

_SIGNS = {
    "lt": ("少于", "less than"),
    "le": ("不超过", "at most"),
    "gt": ("超过", "more than"),
    "ge": ("不少于", "at least"),
}
_UNITS = {
    "working_day": ("个工作日", "working days"),
    "day": ("日", "days"),
    "month": ("个月", "months"),
    "year": ("年", "years"),
}


def sentence(rule: Rule, vocabulary: Vocabulary, lang: str) -> str:
    """The rule in one sentence: when, unless, then."""
    zh = lang == "zh"
    when = condition(rule.when, vocabulary, lang)
    unless = condition(rule.unless, vocabulary, lang) if rule.unless is not None else ""
    then = ("；" if zh else "; ").join(effect(each, lang) for each in rule.effects)
    if zh:
        start = f"{when}的，" if when else "凡是公文，"
        return start + (f"除非{unless}，" if unless else "") + then + "。"
    start = f"Where {when}, " if when else "For every document: "
    return start + (f"unless {unless}, " if unless else "") + then + "."


def condition(what: Condition, vocabulary: Vocabulary, lang: str) -> str:
    """A condition in words; empty for one that always holds."""
    zh = lang == "zh"
    if isinstance(what, Test):
        return _test(what, vocabulary, lang)
    parts = [condition(part, vocabulary, lang) for part in what.parts]
    if isinstance(what, All):
        return ("，并且" if zh else " and ").join(parts)
    joined = ("或者" if zh else " or ").join(parts)
    return f"（{joined}）" if zh else f"({joined})"


def effect(what: Effect, lang: str) -> str:  # noqa: PLR0911  one sentence for each of fourteen effects
    """What follows, in words."""
    zh = lang == "zh"
    match what:
        case Duty():
            kind = (
                ("法定必须公开" if what.specific else "应当公开")
                if zh
                else ("must be published by law" if what.specific else "is to be published")
            )
            return f"{kind}（{text(what.code, lang)}）" if zh else f"it {kind} ({text(what.code, lang)})"
        case Exempt():
            scope = (
                ("整件" if what.scope == "whole" else "可分开的部分")
                if zh
                else ("the whole" if what.scope == "whole" else "the part that can be separated")
            )
            return (
                f"{scope}不予公开，理由 {what.code} {text(what.code)}"
                if zh
                else f"{scope} is not published, reason {what.code} {text(what.code, 'en')}"
            )
        case Lift():
            named = ", ".join([*what.exemptions, *what.duties])
            return f"排除 {named}" if zh else f"this defeats {named}"
        case RedactSpans():
            return f"遮盖 {', '.join(what.kinds)}" if zh else f"{', '.join(what.kinds)} are masked"
        case KeepSpans():
            return f"保留 {', '.join(what.kinds)}" if zh else f"{', '.join(what.kinds)} stay"
        case Oblige():
            moment = (
                ("放行前" if what.when == "before_clearing" else "发出后")
                if zh
                else ("before clearing" if what.when == "before_clearing" else "after issuing")
            )
            return f"{moment}须{text(what.code)}" if zh else f"{moment}: {text(what.code, 'en')}"
        case Hold():
            return (
                f"不能认定（{what.code} {text(what.code)}）"
                if zh
                else f"no status is given ({what.code} {text(what.code, 'en')})"
            )
        case Offer():
            return "依申请提供" if zh else "it is offered on request"
        case Restrict():
            return f"只向{AUDIENCE_LABELS[what.audience]}公开" if zh else f"it is for {what.audience} only"
        case Clock():
            return _clock(what, lang)
        case Cap():
            return (
                f"不得比{what.status.label}更公开"
                if zh
                else f"it is never more open than {what.status.value}"
            )
        case Warn():
            return f"提示 {text(what.code)}" if zh else f"advice: {text(what.code, 'en')}"
        case Derive():
            return f"认定为 {what.derive}" if zh else f"this is {what.derive}"
        case _:
            return "依申请公开" if zh else "it is given on request"


def _clock(what: Clock, lang: str) -> str:
    zh = lang == "zh"
    parts = []
    if what.due:
        parts.append(_deadline(what.due, lang))
    if what.not_before:
        parts.append(f"不得早于 {what.not_before[0]}" if zh else f"not before {what.not_before[0]}")
    if what.period:
        unit = _UNITS[what.period.unit][0 if zh else 1]
        parts.append(f"公示 {what.period.length} {unit}" if zh else f"shown for {what.period.length} {unit}")
    return ("，" if zh else ", ").join(parts)


def _deadline(deadline: Deadline, lang: str) -> str:
    unit = _UNITS[deadline.unit][0 if lang == "zh" else 1]
    start = " / ".join(deadline.start)
    return (
        f"自 {start} 起 {deadline.within} {unit}内公开"
        if lang == "zh"
        else f"published within {deadline.within} {unit} of {start}"
    )


def _test(test: Test, vocabulary: Vocabulary, lang: str) -> str:
    zh = lang == "zh"
    fact = vocabulary[test.fact]
    title = fact.title.get(lang)
    if test.operator in _SIGNS:
        return (
            f"{title}{_SIGNS[test.operator][0]} {fact.show(test.values[0])}"
            if zh
            else f"{title} is {_SIGNS[test.operator][1]} {fact.show(test.values[0])}"
        )
    positive = test.operator == "in"
    if fact.type == "bool":
        holds = (test.values[0] is True) is positive
        return f"{title}：{'是' if holds else '否'}" if zh else f"“{title}” is {'true' if holds else 'false'}"
    values = ("、" if zh else " or ").join(str(fact.show(value)) for value in test.values)
    sign = ("为" if positive else "不为") if zh else ("is" if positive else "is not")
    return f"{title}{sign}{values}" if zh else f"{title} {sign} {values}"
