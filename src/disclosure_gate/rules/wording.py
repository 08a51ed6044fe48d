"""A rule as a sentence, in Chinese and English, for people who do not read YAML."""

from __future__ import annotations

from collections.abc import Mapping

from disclosure_gate.model.codes import text
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.findings import (
    Cap,
    Clock,
    Derive,
    Duty,
    Effect,
    Exempt,
    Hold,
    KeepSpans,
    Lift,
    Oblige,
    Offer,
    PublicationSpec,
    RedactSpans,
    Restrict,
    Warn,
)  # fmt: skip
from disclosure_gate.model.frozen import FactValue, Text
from disclosure_gate.model.labels import AUDIENCES, CHANNELS, LEVELS, SPANS, joined, last_day, times
from disclosure_gate.rules.conditions import All, Condition, Test
from disclosure_gate.rules.ruleset import Rule
from disclosure_gate.rules.vocabulary import NONE, Fact, Vocabulary

_SIGNS = {
    "lt": ("少于", "less than"),
    "le": ("不超过", "at most"),
    "gt": ("超过", "more than"),
    "ge": ("不少于", "at least"),
}
_ENGLISH_STATUS = {
    "proactive": "proactive",
    "partial": "partial",
    "on_request": "on request",
    "withheld": "withheld",
}
_UNNAMED = {"D-OTHER", "W-RULE"}  # codes that stand for whatever the rule itself says


def sentence(rule: Rule, vocabulary: Vocabulary, lang: str, items: Mapping[str, str] | None = None) -> str:
    """The rule in one sentence: when, unless, then.

    Args:
        rule: what is told.
        vocabulary: the facts it speaks of.
        lang: ``zh`` or ``en``.
        items: what catalogue rows are called, by id; a row without a name is told by its id.
    """
    zh = lang == "zh"
    reader = _Reader(vocabulary, lang, items or {})
    when = reader.condition(rule.when)
    unless = reader.condition(rule.unless) if rule.unless is not None else ""
    said = rule.because.get(lang).rstrip("。.")
    effects = list(dict.fromkeys(_told(each, said, lang) for each in rule.effects))
    then = ("；" if zh else "; ").join(effects)
    if zh:
        start = f"{when}的，" if when else "凡是公文，"
        return start + (f"除非{unless}，" if unless else "") + then + "。"
    if when:
        return f"Where {when}, {f'unless {unless}, ' if unless else ''}{then}."
    return f"For every document{f', unless {unless}' if unless else ''}: {then}."


def condition(
    what: Condition, vocabulary: Vocabulary, lang: str, items: Mapping[str, str] | None = None
) -> str:
    """A condition in words; empty for one that always holds."""
    return _Reader(vocabulary, lang, items or {}).condition(what)


class _Reader:
    """Reads conditions in one language."""

    def __init__(self, vocabulary: Vocabulary, lang: str, items: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._lang = lang
        self._zh = lang == "zh"
        self._items = items

    def condition(self, what: Condition, *, within: bool = False) -> str:
        """In words; alternatives ``within`` a longer condition stand in brackets, so that it reads one way only."""
        if isinstance(what, Test):
            return self._test(what)
        parts = [self.condition(part, within=len(what.parts) > 1) for part in what.parts]
        if isinstance(what, All):
            return ("，并且" if self._zh else " and ").join(parts)
        told = ("，或者" if self._zh else " or ").join(parts)
        if len(parts) == 1 or not within:
            return told
        return f"（{told}）" if self._zh else f"(either {told})"

    def _test(self, test: Test) -> str:
        fact = self._vocabulary[test.fact]
        if test.operator in _SIGNS:
            sign, value = _SIGNS[test.operator][0 if self._zh else 1], fact.show(test.values[0])
            title = fact.title.get(self._lang)
            return f"{title}{sign}{value}" if self._zh else f"{title} are {sign} {value}"
        positive = test.operator == "in"
        if fact.type == "bool":
            return self._clause(fact, (test.values[0] is True) is positive)
        rest = [value for value in fact.values if value not in test.values]
        if not positive and fact.says and len(rest) == 1:
            return self._clause(fact, rest[0])
        if not fact.says:
            return self._listed(fact, test.values, positive=positive)
        if positive and _SOME in fact.says and set(test.values) == set(fact.values) - {NONE}:
            return fact.says[_SOME].get(self._lang)
        clauses = [self._clause(fact, value) for value in test.values]
        if positive:
            return _either(clauses, self._lang)
        denied = "，也非".join(clauses) if self._zh else " nor that ".join(clauses)
        return f"并非{denied}" if self._zh else f"it is not so that {denied}"

    def _clause(self, fact: Fact, value: FactValue) -> str:
        """What a value says, in the fact's own words, or made of its title."""
        said = fact.says.get(str(value).lower() if isinstance(value, bool) else str(value))
        if said is not None:
            return said.get(self._lang)
        title = fact.title.get(self._lang)
        if isinstance(value, bool):
            if self._zh:
                return f"“{title}”{'成立' if value else '不成立'}"
            return f"“{title}” is {'true' if value else 'false'}"
        return f"{title}为{fact.show(value)}" if self._zh else f"{title} is {fact.show(value)}"

    def _listed(self, fact: Fact, values: tuple[FactValue, ...], *, positive: bool) -> str:
        title = fact.title.get(self._lang)
        names = [self._name(fact, value) for value in values]
        if fact.name == "catalogue_row" and len(values) == 1:
            return _row_said(str(values[0]), self._lang, positive=positive)
        if fact.name == "row_audience" and len(values) == 1 and values[0] == NONE:
            return _row_said(NONE, self._lang, positive=positive)
        told = "、".join(names) if self._zh else " or ".join(names)
        if self._zh:
            return f"{title}{'为' if positive else '不为'}{told}"
        return f"the {title} {'is' if positive else 'is not'} {told}"

    def _name(self, fact: Fact, value: FactValue) -> str:
        word = str(fact.show(value))
        if fact.name == "domain":
            return DOMAINS.get(word, word) if self._zh else word.replace("_", " ")
        if fact.name == "item":
            return f"“{self._items.get(word, word)}”"
        known = {"issuer_level": LEVELS, "row_audience": AUDIENCES}.get(fact.name, {})
        return known[word].get(self._lang) if word in known else word


_SOME = "some"  # what a fact says with any value but ``none``
_OPENINGS = {"zh": ("属于", "含有", "有"), "en": ("it is about ", "it is a ", "it holds ")}


def _either(clauses: list[str], lang: str) -> str:
    """Alternatives; an opening that all share is said once: 属于过程稿、磋商信函或者请示报告."""
    shared = next(
        (each for each in _OPENINGS[lang] if all(clause.startswith(each) for clause in clauses)), ""
    )
    if len(clauses) == 1:
        return clauses[0]
    if not shared:
        return ("或者" if lang == "zh" else " or ").join(clauses)
    *first, last = (clause.removeprefix(shared) for clause in clauses)
    article = "a " if shared.endswith(" a ") else ""
    if lang == "zh":
        return f"{shared}{'、'.join(first)}或者{last}"
    return f"{shared}{f', {article}'.join(first)} or {article}{last}"


def _row_said(mode: str, lang: str, *, positive: bool) -> str:
    """What the catalogue's row says, as a clause."""
    said = {
        ("none", True): Text(zh="没有指明目录事项", en="no catalogue row is named"),
        ("none", False): Text(zh="指明了目录事项", en="a catalogue row is named"),
        ("proactive", True): Text(zh="目录列为主动公开", en="the catalogue has it published"),
        ("proactive", False): Text(zh="目录没有列为主动公开", en="the catalogue does not have it published"),
        ("on_request", True): Text(zh="目录列为依申请公开", en="the catalogue offers it on request"),
        ("on_request", False): Text(
            zh="目录没有列为依申请公开", en="the catalogue does not offer it on request"
        ),
    }
    return said[mode, positive].get(lang)


def effect(what: Effect, lang: str) -> str:
    """What follows, in words."""
    return _told(what, "", lang)


def _told(what: Effect, said: str, lang: str) -> str:  # noqa: PLR0911  one sentence for each of fourteen effects
    """What follows, in words; ``said`` is the rule's own reason, for effects that only point to it."""
    zh = lang == "zh"
    match what:
        case Duty():
            return _duty(what, lang)
        case Exempt():
            return _exempt(what, lang)
        case Lift():
            return _lift(what, lang)
        case RedactSpans() | KeepSpans():
            return _spans(what, lang)
        case Oblige():
            return _oblige(what, said, lang)
        case Hold():
            reason = text(what.code, lang)
            return (
                f"不作认定（{what.code} {reason}）" if zh else f"no status is given ({what.code}: {reason})"
            )
        case Offer():
            place = publication(what.publication, lang)
            return f"可以依申请提供，{place}" if zh else f"it is offered on request: {place}"
        case Restrict():
            who = AUDIENCES[what.audience].get(lang)
            return f"只向{who}公开，不上网站" if zh else f"it is for {who} only and does not go to the web"
        case Clock():
            return _clock(what, lang)
        case Cap():
            if zh:
                return f"不得比“{what.status.label}”更公开"
            return f"it is never more open than “{_ENGLISH_STATUS[what.status.value]}”"
        case Warn():
            reason = said if said and what.code in _UNNAMED else text(what.code, lang)
            return f"提示：{reason}" if zh else f"note: {reason}"
        case Derive():
            return f"认定为“{what.derive}”" if zh else f"this counts as “{what.derive}”"
        case _:
            return (
                "没有其他应当公开或者不予公开的理由时，依申请公开"
                if zh
                else "where nothing else speaks for or against publication, it is given on request"
            )


def _spans(what: RedactSpans | KeepSpans, lang: str) -> str:
    kinds = joined([SPANS[kind].get(lang) for kind in what.kinds], lang)
    if isinstance(what, KeepSpans):
        return f"{kinds}不遮盖" if lang == "zh" else f"{kinds} are not masked"
    return f"遮盖{kinds}后公开其余部分" if lang == "zh" else f"{kinds} are masked and the rest is published"


def _duty(what: Duty, lang: str) -> str:
    zh = lang == "zh"
    if what.must:
        kind = "除国家秘密等强制性例外外必须公开" if zh else "must be published unless article 14 forbids it"
    elif what.specific:
        kind = "依法必须公开" if zh else "must be published, by a provision that orders this very paper out"
    else:
        kind = "应当主动公开" if zh else "is to be published"
    reason = text(what.code, lang)
    told = [f"{kind}（{reason}）" if zh else f"it {kind} ({reason})"]
    told += [publication(each, lang) for each in what.publications]
    return ("，" if zh else ", ").join(told)


def _exempt(what: Exempt, lang: str) -> str:
    zh = lang == "zh"
    reason = f"{text(what.code, lang)} {what.code}"
    may = what.kind == "discretionary"
    if zh:
        scope = "整件" if what.scope == "whole" else "分开的部分"
        return f"{scope}{'可以不予公开' if may else '不予公开'}（{reason}）"
    scope = "the whole" if what.scope == "whole" else "the part that is separated"
    return f"{scope} {'may be withheld' if may else 'is withheld'} ({reason})"


def _lift(what: Lift, lang: str) -> str:
    zh = lang == "zh"
    exemptions = [
        f"“{text(each, lang)}”（{each}）" if zh else f"“{text(each, lang)}” ({each})"
        for each in what.exemptions
    ]
    told = []
    if exemptions:
        named = joined(exemptions, lang)
        told.append(
            f"不得再以{named}为由不公开"
            if zh
            else f"{named} no longer {'protects' if len(exemptions) == 1 else 'protect'} it"
        )
    if "*" in what.duties:
        told.append("不再因任何规定应当主动公开" if zh else "no duty to publish it remains")
    elif what.duties:
        named = joined(list(what.duties), lang)
        told.append(
            f"不再适用公开义务 {named}" if zh else f"the duty to publish of {named} no longer applies"
        )
    return ("；" if zh else "; ").join(told)


def _oblige(what: Oblige, said: str, lang: str) -> str:
    zh = lang == "zh"
    act = said if said and what.code in _UNNAMED else text(what.code, lang)
    on = [each.label if zh else _ENGLISH_STATUS[each.value] for each in what.statuses]
    time = last_day(what.due, lang) if what.due else ""
    if zh:
        given = f"认定为{'或者'.join(on)}的，" if on else ""
        moment = "放行前" if what.when == "before_clearing" else "发出后"
        return f"{given}{moment}应当办理：{act}{f'（{time}）' if time else ''}"
    given = f"if it is {' or '.join(on)}, " if on else ""
    moment = "before clearing" if what.when == "before_clearing" else "after issuing"
    return f"{given}{moment}: {act}{f' ({time})' if time else ''}"


def _clock(what: Clock, lang: str) -> str:
    zh = lang == "zh"
    last = last_day(what.due, lang) if what.due else ""
    rest = times(None, what.period, what.not_before, lang)
    if what.channels:
        places = joined([CHANNELS[each].get(lang) for each in what.channels], lang)
        lead = f"还应当{last}在{places}公开" if zh else f"it goes to {places} as well{last and ' '}{last}"
        rest = [lead, *rest]
    else:
        local = what.audience not in {None, "public"}
        who = AUDIENCES[str(what.audience)].get(lang) if local else ""
        lead = (f"向{who}公开的，" if zh else f"for {who}: ") if local else ""
        if last:
            rest = [f"应当{last}公开" if zh else f"it is published {last}", *rest]
        rest[0] = lead + rest[0] if rest else lead
    if what.general:
        rest.append("另有规定的从其规定" if zh else "unless another time is set")
    return ("，" if zh else ", ").join(rest)


def publication(spec: PublicationSpec, lang: str) -> str:
    """Where, to whom and when, in words."""
    who = AUDIENCES[spec.audience].get(lang)
    places = joined([CHANNELS[each].get(lang) for each in spec.channels], lang)
    parts = [f"向{who}公开，渠道为{places}" if lang == "zh" else f"to {who} through {places}"]
    parts += times(spec.due, spec.period, spec.not_before, lang)
    return ("，" if lang == "zh" else ", ").join(parts)
