"""What people see on a terminal: rich tables, panels and progress. Nothing here decides anything."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text as Line

from disclosure_gate.catalogue.comparison import Difference
from disclosure_gate.catalogue.lint import RowFinding, summary
from disclosure_gate.catalogue.suggestion import Suggestion
from disclosure_gate.catalogue.tables import UNDERSTOOD, Imported
from disclosure_gate.detect.reader import is_hidden
from disclosure_gate.model import Determination, Explanation, GateError
from disclosure_gate.model.clearance import PublicCopies, PublicFile, Scheduled
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import (
    AUDIENCE_LABELS,
    Publication,
    Reason,
    Replay,
    RulesetVersion,
    Status,
)
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.labels import AUDIENCES, CHANNELS, SPANS, TRIGGERS, cited, place_of
from disclosure_gate.rules.cases import CaseResult
from disclosure_gate.rules.coverage import Coverage
from disclosure_gate.rules.lint import LintFinding
from disclosure_gate.rules.vocabulary import Vocabulary

if (
    TYPE_CHECKING
):  # loaded only by the command that shows it: a database library alone takes a third of a second
    from disclosure_gate.column.reconcile import Difference as ColumnDifference
    from disclosure_gate.difference import Comparison, Mismatch
    from disclosure_gate.plugins.testing.process import Result
    from disclosure_gate.publishing import OutboxStatus, Pushed, Rescan
    from disclosure_gate.register import Verification
    from disclosure_gate.register.due import DueItem

_SHOWN = 200
_OUTCOMES = {
    "delivered": ("送达", "delivered"), "manual": ("转人工", "by hand"), "failed": ("稍后重试", "tried again"),
    "parked": ("搁置", "parked"), "lost": ("已由他人接手", "taken over"),
}  # fmt: skip
_STATES = {
    "waiting": ("待推送", "waiting"), "awaiting": ("待确定日期", "awaiting a date"), "leased": ("推送中", "in hand"),
    "delivered": ("已送达", "delivered"), "manual": ("待人工办理", "by hand"), "parked": ("已搁置", "parked"),
    "superseded": ("已被取代", "superseded"),
}  # fmt: skip
_REMEDIES = {
    "redeliver": ("重新推送", "deliver anew"), "remove": ("撤下", "take away"), "push": ("运行 column push", "run column push"),
    "person": ("须人工处理", "for a person"),
}  # fmt: skip
_COLOURS = {
    Status.PROACTIVE: "green",
    Status.PARTIAL: "yellow",
    Status.ON_REQUEST: "cyan",
    Status.WITHHELD: "red",
}
_SIGNS = {Status.PROACTIVE: "●", Status.PARTIAL: "◐", Status.ON_REQUEST: "○", Status.WITHHELD: "✕"}
_SHORT = 160  # code points of a part that are shown; --json gives all
_ENGLISH = {
    Status.PROACTIVE: "proactive",
    Status.PARTIAL: "partial",
    Status.ON_REQUEST: "on request",
    Status.WITHHELD: "withheld",
}


def status_line(determination: Determination, lang: str) -> Line:
    """The status as a word with its sign; colour is never the only difference."""
    status = determination.status
    if status is None:
        codes = " ".join(dict.fromkeys(held.code for held in determination.held))
        return Line(f"‖ {'待定' if lang == 'zh' else 'held'} {codes}", "magenta")
    return Line(f"{_SIGNS[status]} {status.label if lang == 'zh' else _ENGLISH[status]}", _COLOURS[status])


def show_checks(
    results: Sequence[tuple[str, Determination | GateError]],
    lang: str,
    likely: Mapping[str, Sequence[Suggestion]],
) -> None:
    """One panel for each document that was checked, and below it the likely items where no domain was named."""
    console = Console()
    for name, result in results:
        if isinstance(result, GateError):
            console.print(Panel("\n".join(result.messages(lang)), title=Path(name).name, border_style="red"))
        else:
            console.print(Panel(_determination(result, lang), title=Path(name).name, title_align="left"))
        if likely.get(name):
            named = "；".join(f"{DOMAINS[each.row.domain]} {each.row.path}" for each in likely[name])
            told = "未指明领域和事项，可能是：" if lang == "zh" else "no domain is named; it may be: "
            console.print(told + named, markup=False)


def show_redactions(
    files: Sequence[tuple[Path, PublicFile]], copies: PublicCopies, names: Sequence[str], lang: str
) -> None:
    """What was masked, by place and kind, the reason of each in full (条例 art 37), and where the copies are."""
    zh = lang == "zh"
    counts: dict[tuple[str, str, str], int] = {}
    for each in copies.redactions:
        key = (place_of(each.where, names, lang), SPANS[each.kind].get(lang), each.rule)
        counts[key] = counts.get(key, 0) + 1
    numbers = {reason.rule: number for number, reason in enumerate(copies.reasons, start=1)}
    table = Table(title="遮盖" if zh else "masked", title_justify="left")
    for head in ("位置", "类别", "处数", "理由") if zh else ("place", "kind", "spans", "reason"):
        table.add_column(head, overflow="fold")
    for (where, kind, rule), count in sorted(counts.items()):
        table.add_row(where, kind, str(count), f"({numbers[rule]})")
    console = Console()
    if counts:
        console.print(table)
    for line in _because(copies, lang):
        console.print(line, markup=False, soft_wrap=True)
    for where in copies.left_out:
        console.print(
            f"! {place_of(where, names, lang)}：图片未带入副本，原处标明“图片略”；请人工确认图片中没有密级标志和应公开的内容"
            if zh
            else f"! {place_of(where, names, lang)}: pictures are left out, a sign stands in their place; "
            "have a person confirm that they hold no mark of secrecy and nothing to be published",
            markup=False,
            soft_wrap=True,
        )
    for where in copies.objects_left_out:
        console.print(
            f"! {place_of(where, names, lang)}：图表、图示、文本框或嵌入对象未带入副本，原处已标明；请人工确认其中没有密级标志和应公开的内容"
            if zh
            else f"! {place_of(where, names, lang)}: charts, diagrams, text boxes or embedded files are left out, a sign stands "
            "in their place; have a person confirm that they hold no mark of secrecy and nothing to be published",
            markup=False,
            soft_wrap=True,
        )
    for path, file in files:
        console.print(f"{'副本' if zh else 'copy'}: {path} ({file.media_type})", markup=False, soft_wrap=True)
    console.print("已重新读取副本，未发现遗留。" if zh else "The copies were read again: nothing is left.")


def redaction_report(copies: PublicCopies, names: Sequence[str], lang: str) -> str:
    """Every span before and after, with its place and reason, as Markdown. Holds what was masked: not for publication."""
    zh = lang == "zh"
    lines = ["# 遮盖前后对照" if zh else "# Before and after", ""]
    lines += [
        "本表含遮盖前的内容，仅供内部审核，不得公开。"
        if zh
        else "This table holds what was masked: for review only.",
        "",
    ]
    heads = (
        ("位置", "行", "类别", "遮盖前", "遮盖后", "理由")
        if zh
        else ("place", "line", "kind", "before", "after", "reason")
    )
    lines += [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    numbers = {reason.rule: number for number, reason in enumerate(copies.reasons, start=1)}
    left_out = "（不带入副本）" if zh else "(not carried)"
    for each, before, line in zip(copies.redactions, copies.before, copies.lines, strict=True):
        cells = (
            place_of(each.where, names, lang),
            str(line),
            SPANS[each.kind].get(lang),
            before.reveal(),
            left_out if is_hidden(each.where) else each.mask,
            f"({numbers[each.rule]})",
        )
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join([*lines, "", *_because(copies, lang), ""])


def _because(copies: PublicCopies, lang: str) -> list[str]:
    lines = []
    for number, reason in enumerate(copies.reasons, start=1):
        laws = "；".join(cited(each.law, each.title, each.article) for each in reason.basis)
        lines.append(f"({number}) {reason.code} {reason.statement.get(lang)} {laws}")
    return lines


def _cell(text: str) -> str:
    return re.sub(r"[\r\n\v\t]+", " ", text).replace("|", "\\|")


def show_coverage(found: Coverage, lang: str) -> None:
    """Cases by article, and rules no case reaches."""
    zh = lang == "zh"
    table = Table()
    for head in (
        ("法规", "条", "规则", "已测", "用例") if zh else ("law", "article", "rules", "tested", "cases")
    ):
        table.add_column(head, overflow="fold")
    for each in found.articles:
        table.add_row(each.title, each.article or "—", str(each.rules), str(each.tested), str(each.cases))
    console = Console()
    console.print(table)
    tested = len(found.rules) - len(found.untested)
    console.print(f"{tested}/{len(found.rules)} {'条规则有用例' if zh else 'rules are reached by a case'}")
    for rule in found.untested:
        console.print(f"✕ {rule}", markup=False)


def show_import(imported: Imported, lang: str) -> None:
    """Rows that were read, how cells were understood, and defects."""
    zh = lang == "zh"
    console = Console()
    table = Table(title=f"{len(imported.rows)} {'个事项' if zh else 'items'}", title_justify="left")
    for head in (
        ("事项", "时限", "对象", "方式", "渠道") if zh else ("item", "time", "audience", "mode", "channels")
    ):
        table.add_column(head, overflow="fold")
    for row in imported.rows:
        mode = ("主动" if row.mode == "proactive" else "依申请") if zh else row.mode
        places = "、".join(CHANNELS[each].get(lang) for each in row.channels)
        table.add_row("/".join(row.item), row.wording, AUDIENCES[row.audience].get(lang), mode, places)
    console.print(table)
    for title, remarks in (
        ("理解方式" if zh else "understood", imported.understood),
        ("缺陷" if zh else "defects", imported.defects),
    ):
        console.print(f"{title}: {len(remarks)}", style="bold")
        for each in remarks:
            said = CODES.get(each.code)
            told = (said.zh, said.en) if said else UNDERSTOOD[each.code]
            what = told[0 if zh else 1]
            console.print(f"  {each.where}  {what}  {each.text}", markup=False)


def show_differences(found: Sequence[Difference], lang: str) -> None:
    """What a local catalogue changes."""
    console = Console()
    for each in found:
        said = CODES[each.code]
        sign = "✕" if each.code.startswith("E-") else "·"
        console.print(
            f"{sign} {each.item}：{said.zh if lang == 'zh' else said.en}  {each.what}", markup=False
        )
    if not found:
        console.print("与指引一致。" if lang == "zh" else "As the guide has it.")


def show_suggestions(found: Sequence[Suggestion], lang: str) -> None:
    """Likely items, the likeliest first."""
    table = Table()
    for head in ("事项", "领域", "依据的词") if lang == "zh" else ("item", "domain", "words"):
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(each.row.path, each.row.domain, "、".join(each.because))
    Console().print(table)


def _determination(it: Determination, lang: str) -> Table:
    zh = lang == "zh"
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("公开属性" if zh else "status", status_line(it, lang))
    for held in it.held:
        table.add_row(held.code, "\n".join([held.message.get(lang), *held.places]))
    for reason in it.reasons:
        table.add_row(reason.code, _reason(reason, lang))
    for each in it.publications:
        table.add_row("公开" if zh else "publish", _publication(each, lang))
    if it.redactions:
        kinds: dict[str, int] = {}
        for span in it.redactions:
            kinds[span.kind] = kinds.get(span.kind, 0) + 1
        table.add_row(
            "遮盖" if zh else "mask",
            ", ".join(f"{SPANS[kind].get(lang)} ×{count}" for kind, count in kinds.items()),
        )
    for question in it.questions:
        values = " / ".join(str(value).lower() for value in question.values)
        table.add_row(
            "请回答" if zh else "answer",
            f"{question.text.get(lang)}  [{question.fact} = {values}]".replace("[", "\\["),
        )
    if it.proposal is not None and not it.proposal.admissible:
        table.add_row(
            "提议不成立" if zh else "not admissible",
            "\n".join(f"{each.code} {each.message.get(lang)}" for each in it.proposal.problems),
        )
    for duty in it.obligations:
        moment = (
            ("放行前" if zh else "before")
            if duty.when == "before_clearing"
            else ("发出后" if zh else "after")
        )
        table.add_row(
            f"{moment} {duty.code}", duty.message.get(lang) + (f" · {duty.due_on}" if duty.due_on else "")
        )
    for warning in it.warnings:
        table.add_row(warning.code, warning.message.get(lang))
    if it.notes:
        table.add_row("附注" if zh else "note", " ".join(it.notes))
    return table


def _publication(each: Publication, lang: str) -> str:
    """By when, not before when, till when, to whom and where."""
    zh = lang == "zh"
    when = str(each.due_on or "—")
    if each.awaits and each.due_on is None:
        awaited = TRIGGERS[each.awaits].get(lang)
        when = f"待{awaited}后起算" if zh else f"counted from {awaited}"
    if each.provisional:
        when += "（暂定）" if zh else " (provisional)"
    shown = (f"，公示至 {each.until}" if zh else f", shown until {each.until}") if each.until else ""
    early = (
        (f"，不早于 {each.not_before}" if zh else f", not before {each.not_before}")
        if each.not_before
        else ""
    )
    to = AUDIENCE_LABELS[each.audience] if zh else each.audience
    return (
        f"{when}{early}{shown} · {to} · {', '.join(CHANNELS[channel].get(lang) for channel in each.channels)}"
    )


def _reason(reason: Reason, lang: str) -> str:
    basis = "；".join(cited(each.law, each.title, each.article) for each in reason.basis)
    return f"{reason.statement.get(lang)}\n{basis}  ({reason.rule})"


def show_explanation(explanation: Explanation, vocabulary: Vocabulary, lang: str) -> None:
    """The determination, the facts, every rule, and what would change the answer."""
    console, zh = Console(), lang == "zh"
    console.print(_determination(explanation.determination, lang))
    facts = Table(title="要素" if zh else "facts", show_lines=False)
    for heading in ("要素", "值", "来源") if zh else ("fact", "value", "source"):
        facts.add_column(heading, overflow="fold")
    for fact in explanation.facts:
        facts.add_row(
            f"{fact.name} {vocabulary[fact.name].title.get(lang)}",
            str(fact.value) if fact.value is not None else "?",
            fact.source,
        )
    console.print(facts)
    table = Table(title="规则" if zh else "rules")
    for heading in (
        ("规则", "结果", "决定它的条件") if zh else ("rule", "outcome", "the clause that decided it")
    ):
        table.add_column(heading, overflow="fold")
    for rule in sorted(explanation.rules, key=lambda each: ("true", "unknown", "false").index(each.outcome)):
        mark = {"true": "✓", "unknown": "?", "false": "–"}[rule.outcome]
        table.add_row(rule.rule, f"{mark} {rule.outcome}", rule.clause)
    console.print(table)
    if explanation.counterfactuals:
        others = Table(title="什么会改变结论" if zh else "what would change the answer")
        for heading in ("若", "则") if zh else ("if", "then"):
            others.add_column(heading, overflow="fold")
        for each in explanation.counterfactuals:
            result = (
                (each.status.label if zh else _ENGLISH[each.status])
                if each.status
                else ("待定" if zh else "held")
            )
            others.add_row(f"{vocabulary[each.fact].title.get(lang)} = {each.value}", result)
        console.print(others)


def show_cases(results: Sequence[CaseResult], lang: str) -> None:
    """The cases that failed, and the count."""
    console = Console()
    for each in results:
        if each.differences:
            console.print(Line(f"✕ {each.ruleset}: {each.name}", "red"))
            for line in each.differences:
                console.print(f"    {line}", markup=False)
    failed = sum(bool(each.differences) for each in results)
    told = (
        f"{len(results)} 个用例，{failed} 个不符"
        if lang == "zh"
        else f"{len(results)} cases, {failed} failed"
    )
    console.print(told)


_LINT = {
    "stale": "依据失效", "dates": "依据尚未施行", "uncited": "依据不全", "unverified": "须核实", "untested": "没有用例",
    "unreachable": "不起作用", "overlapping": "重复", "weaker": "弱于法律",
}  # fmt: skip


def show_lint(
    found: Sequence[LintFinding], rows: Sequence[RowFinding], rules: int, row_count: int, lang: str
) -> None:
    """What the lint found: rules and errors one by one, notes on rows counted by kind and domain."""
    console = Console()
    for each in sorted(found, key=lambda one: (not one.error, one.kind, one.rule)):
        console.print(
            Line(
                f"{'✕' if each.error else '·'} {each.where} {_LINT[each.kind] if lang == 'zh' else each.kind} {each.rule}: {each.message.get(lang)}",
                "red" if each.error else "",
            )
        )
    for row in rows:
        if row.error:
            kind = _LINT[row.kind] if lang == "zh" else row.kind
            console.print(Line(f"✕ catalogue/{row.row} {kind}: {row.message}", "red"))
    for (kind, domain), count in summary([row for row in rows if not row.error]):
        told = (_LINT[kind], DOMAINS[domain]) if lang == "zh" else (kind, domain)
        console.print(f"· {told[0]} {told[1]}: {count}", markup=False)
    errors = sum(each.error for each in found) + sum(each.error for each in rows)
    notes = len(found) + len(rows) - errors
    console.print(
        f"{rules} 条规则，{row_count} 个事项，{errors} 个错误，{notes} 个提示"
        if lang == "zh"
        else f"{rules} rules, {row_count} rows, {errors} errors, {notes} notes"
    )


def show_comparison(found: Comparison, lang: str) -> None:
    """What two editions differ in, and the decisions that change."""
    zh, console = lang == "zh", Console()
    signs = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
    kinds = {"ruleset": "规则集", "law": "法规", "fact": "要素", "rule": "规则", "row": "事项"}
    for each in found.changes:
        sign, colour = signs[each.what]
        console.print(Line(f"{sign} {kinds[each.kind] if zh else each.kind} {each.name}", colour))
        for name, before, after in each.fields:
            console.print(f"    {name}: {_short(before)} → {_short(after)}", markup=False)
    for case in found.decisions:
        console.print(Line(f"! {case.ruleset}: {case.case}", "magenta"))
        for name, before, after in case.parts:
            console.print(f"    {name}: {_short(before)} → {_short(after)}", markup=False)
    console.print(
        f"{len(found.changes)} 处不同；{found.cases} 个用例中 {len(found.decisions)} 个结论改变"
        if zh
        else f"{len(found.changes)} differences; {len(found.decisions)} of {found.cases} cases are decided otherwise"
    )


def _short(value: str) -> str:
    return value if len(value) <= _SHORT else f"{value[:_SHORT]}…"


def show_rulesets(loaded: Sequence[RulesetVersion], found: Sequence[Mismatch] | None, lang: str) -> None:
    """What is loaded, and what is not as it was named."""
    zh, console = lang == "zh", Console()
    if found is None:
        table = Table()
        for head in ("规则集", "版本", "摘要 SHA-256") if zh else ("ruleset", "version", "digest, SHA-256"):
            table.add_column(head, overflow="fold")
        for each in loaded:
            table.add_row(each.name, each.version, each.digest)
        console.print(table)
        return
    for wrong in found:
        nothing = "—"
        told = f"{wrong.name}: {wrong.named or nothing} ≠ {wrong.loaded or nothing}"
        console.print(Line(f"✕ {told}", "red"))
    if not found:
        console.print("✓ 规则集与所列一致" if zh else "✓ the rulesets are those named")


def show_rule(data: Mapping[str, Any]) -> None:
    """A rule as sentences, with its basis and dates."""
    console = Console()
    basis = "；".join(cited(each["law"], each["title"], each["article"]) for each in data["basis"])
    lines = [
        data["sentence"]["zh"],
        data["sentence"]["en"],
        "",
        f"依据 basis: {basis}",
        *(
            [f"理由 because: {' / '.join(said)}"]
            if (said := list(dict.fromkeys(data["because"].values()))) != [""]
            else []
        ),
    ]
    lines += [
        f"有效期 in force: {data['from'] or '—'} … {data['to'] or '—'}",
        f"可信度 confidence: {data['confidence']} ({data['source']})",
        *([data["where"]] if data["where"] != data["source"] else []),
    ]
    console.print(Panel("\n".join(lines), title=f"{data['id']} · {data['title']['zh']}", title_align="left"))


def show_plugins(data: Mapping[str, Any], lang: str) -> None:
    """The loaded plugins, and what each brings: by name, or by number for our own parts."""
    console = Console()
    for each in data["plugins"]:
        sign = "✓" if each["ok"] else "✕"
        console.print(Line(f"{sign} {each['name']} {each['package']}".rstrip(), "bold"))
        brought = {part: each[part] for part in _PARTS if each[part]}
        own = not each["package"] and each["name"] == "disclosure_gate"
        for part, names in brought.items():
            told = str(len(names)) if own else ", ".join(names)
            console.print(Line(f"    {_PARTS[part][0 if lang == 'zh' else 1]}: {told}"))
        if each["hooks"]:
            console.print(Line(f"    {'钩子' if lang == 'zh' else 'hooks'}: {', '.join(each['hooks'])}"))
    for flaw in data["problems"]:
        console.print(Line(flaw["message"], "red"))
    for flaw in data["notices"]:
        console.print(Line(flaw["message"], "yellow"))


_PARTS = {
    "rulesets": ("规则集", "rulesets"),
    "facts": ("要素", "facts"),
    "rules": ("规则", "rules"),
    "rows": ("目录事项", "rows"),
    "detectors": ("检测器", "detectors"),
    "readers": ("读取器", "readers"),
    "publishers": ("发布渠道", "publishers"),
}


def show_examinations(results: Sequence[Result], lang: str) -> None:
    """What the conformance kit found, check by check."""
    console = Console()
    if not results:
        console.print("没有已安装的插件" if lang == "zh" else "no plugin is installed")
    for result in results:
        console.print(Line(result.plugin, "bold"))
        # What did not load was not tried: nothing speaks against it, and nothing for it.
        untried = any(line.flaws for line in result.lines if line.name == "loads")
        for line in result.lines:
            sign, style = ("✕", "red") if line.flaws else ("–", "dim") if untried else ("✓", "green")
            console.print(Line(f"  {sign} {line.about.get(lang)}", style))
            for flaw in line.flaws:
                console.print(Line(f"      {flaw.message(lang)}"))
        for flaw in result.notices:
            console.print(Line(f"  ! {flaw.message(lang)}", "yellow"))


def show_verification(result: Verification, lang: str, *, known: bool) -> None:
    """Whether the register verifies, and what does not; ``known``: it was held against a head known from elsewhere."""
    console = Console()
    for fault in result.faults:
        console.print(Line(f"✕ {fault.kind}: {fault.message.get(lang)}", "red"))
    told = (
        ("台账完整" if result.ok else "台账校验不通过")
        if lang == "zh"
        else ("the register is whole" if result.ok else "the register does not verify")
    )
    console.print(f"{told}: {result.count} · {result.head_seq}:{result.head_hash}")
    if not known:
        console.print(
            "未与另处保存的链头比对（--head）：截去链尾、整链重写看不出来"
            if lang == "zh"
            else "not held against a head kept elsewhere (--head): a tail cut off or a chain made anew is not seen"
        )


def show_due(found: Sequence[DueItem], lang: str) -> None:
    """What is overdue or falls due, earliest first."""
    zh = lang == "zh"
    console = Console()
    if not found:
        console.print("没有到期事项" if zh else "nothing falls due")
        return
    table = Table(title="到期与逾期" if zh else "due and overdue")
    heads = (
        ("期限", "公文", "机关", "事项", "记录") if zh else ("due on", "document", "organ", "what", "record")
    )
    for head in heads:
        table.add_column(head, overflow="fold")
    for each in found:
        late = ("逾期 " if zh else "overdue ") if each.overdue else ""
        told = f"{each.code} {each.message.get(lang)}"
        table.add_row(
            Line(f"{late}{each.due_on}", "red" if each.overdue else ""),
            each.document_id,
            each.issuer,
            told,
            f"#{each.seq}",
        )
    console.print(table)


def show_replay(replayed: Replay, lang: str) -> None:
    """Whether a determination came out the same, and if not, where it differs."""
    zh, console = lang == "zh", Console()
    if replayed.same:
        told = "与记录逐字节一致" if zh else "the same as the record, byte for byte"
        console.print(Line(f"✓ #{replayed.seq} {replayed.determination_id}: {told}", "green"))
        return
    console.print(
        Line(
            f"✕ #{replayed.seq} {replayed.determination_id}: {'与记录不同' if zh else 'not the same as the record'}",
            "red",
        )
    )
    if not replayed.same_content:
        console.print("内容不是当时的内容" if zh else "the content is not the content of then")
    if not replayed.same_rulesets:
        console.print(
            "规则集不是当时的版本，请用 --rulesets 给出当时的规则集"
            if zh
            else "the rulesets are not those of then: give them with --rulesets"
        )
    console.print(f"{'不同之处' if zh else 'it differs in'}: {', '.join(replayed.differs)}")


def show_scheduled(done: Scheduled, lang: str) -> None:
    """The publications that have their days now."""
    zh, console = lang == "zh", Console()
    told = "所等日期已登记" if zh else "the awaited date is recorded"
    console.print(Line(f"✓ #{done.record_seq} {done.document_id}: {told}", "green"))
    for each in done.publications:
        console.print(f"  {'公开' if zh else 'publish'} {_publication(each, lang)}", markup=False)


def show_deliveries(pushed: Pushed, places: Sequence[str], lang: str) -> None:
    """What the worker did: what did not go through line by line, the rest as numbers."""
    zh, console, made = lang == "zh", Console(), pushed.made
    counts = Counter(each.outcome for each in made)
    wrong = [each for each in made if each.outcome in {"failed", "parked", "lost"}]
    for each in wrong[:_SHOWN]:
        console.print(
            f"{each.outcome:9} {each.entry.action} {each.entry.document_id} → {each.entry.channel} {each.code}",
            markup=False,
        )
    if len(wrong) > _SHOWN:
        console.print(f"… {len(wrong) - _SHOWN}")
    for name in pushed.unsettled:
        console.print(
            f"{name}：列表未能更新，下次推送时再试" if zh else f"{name}: lists are not up to date; the next push tries again",
            markup=False,
        )  # fmt: skip
    told = " · ".join(f"{_OUTCOMES[name][0 if zh else 1]} {count}" for name, count in sorted(counts.items()))
    console.print(
        f"{'推送' if zh else 'deliveries'} {len(made)}{f'：{told}' if told else ''}（{', '.join(places) or '—'}）"
        if zh
        else f"{len(made)} deliveries{f': {told}' if told else ''} ({', '.join(places) or '—'})",
        markup=False,
    )


def show_outbox(status: OutboxStatus, lang: str) -> None:
    """The outbox in numbers, then line by line."""
    zh, console = lang == "zh", Console()
    summary = Table.grid(padding=(0, 2))
    for state, count in sorted(status.counts.items()):
        summary.add_row(_STATES[state][0 if zh else 1], str(count))
    summary.add_row(
        "逾期" if zh else "overdue", Line(str(status.overdue), "red" if status.overdue else "green")
    )
    if status.waiting_since is not None:
        summary.add_row(
            "最早可推送的自" if zh else "oldest waits since",
            status.waiting_since.astimezone().strftime("%Y-%m-%d %H:%M"),
        )
    console.print(Panel(summary, title="推送队列" if zh else "outbox", expand=False))
    if not status.rows:
        return
    table = Table()
    for heading in (
        ("号", "公文", "动作", "渠道", "对象", "不早于", "期限", "状态", "次数", "错误")
        if zh
        else (
            "id",
            "document",
            "action",
            "channel",
            "audience",
            "not before",
            "due",
            "state",
            "tries",
            "error",
        )
    ):
        table.add_column(heading, overflow="fold")
    for row in status.rows[:_SHOWN]:
        table.add_row(
            str(row.id),
            row.document_id,
            row.action,
            row.channel,
            row.audience,
            row.not_before or "",
            row.due_on or "",
            Line(row.state, "red" if row.state == "parked" else ""),
            str(row.attempts),
            row.last_error,
        )
    console.print(table)
    if len(status.rows) > _SHOWN:
        more = len(status.rows) - _SHOWN
        console.print(f"另有 {more} 条，用 --json 查看全部" if zh else f"{more} more: see all with --json")


def show_differences_of_column(
    found: Sequence[ColumnDifference], left: Sequence[ColumnDifference] | None, lang: str
) -> None:
    """What differs between column and register, and how it is mended; ``left`` is what stays after mending."""
    zh, console = lang == "zh", Console()
    if not found:
        console.print("专栏与台账一致" if zh else "column and register agree")
        return
    table = Table()
    for heading in (
        ("差异", "位置", "公文", "台账版本", "所见版本", "处置")
        if zh
        else ("what", "place", "document", "register", "found", "remedy")
    ):
        table.add_column(heading, overflow="fold")
    for each in found[:_SHOWN]:
        table.add_row(
            each.message.get(lang),
            each.place,
            each.document_id or each.key,
            str(each.expected_version or ""),
            str(each.found_version or ""),
            _REMEDIES[each.remedy][0 if zh else 1],
        )
    console.print(table)
    if len(found) > _SHOWN:
        console.print(f"… {len(found) - _SHOWN}")
    if left is None:
        console.print("用 --apply 按计划修复" if zh else "mend with --apply")
    else:
        console.print(f"已修复，余 {len(left)} 项" if zh else f"mended, {len(left)} left")


def show_rescan(done: Rescan, lang: str) -> None:
    """What is public and would be masked today, by document, place and kind."""
    zh, console = lang == "zh", Console()
    found = done.exposures
    if not found:
        console.print(
            f"已重新扫描 {done.scanned} 份公开副本，没有应遮未遮的内容"
            if zh
            else f"{done.scanned} public copies read again: nothing in them would be masked today"
        )
        return
    table = Table()
    for heading in (
        ("公文", "标题", "位置", "问题", "处数") if zh else ("document", "title", "place", "what", "spans")
    ):
        table.add_column(heading, overflow="fold")
    for each in found[:_SHOWN]:
        told = Counter(
            (place_of(one.where, each.files, lang), f"{SPANS[one.kind].get(lang)} ({one.rule})")
            for one in each.redactions
        )
        told.update((place_of(one.where, each.files, lang), one.message(lang)) for one in each.flaws)
        for number, ((where, what), count) in enumerate(sorted(told.items())):
            named = ("", "") if number else (each.document_id, each.title)
            table.add_row(*named, where, what, str(count))
    console.print(table)
    if len(found) > _SHOWN:
        console.print(f"… {len(found) - _SHOWN}")
    console.print(
        f"共扫描 {done.scanned} 份，{len(found)} 份有问题：请撤回，按原文重新认定后再发出"
        if zh
        else f"{done.scanned} read, {len(found)} to be mended: withdraw them, check the originals again and issue them anew"
    )


def show_demo(rows: Sequence[Mapping[str, Any]], where: Mapping[str, str], lang: str) -> None:
    """The table of the demo, and where to look."""
    zh = lang == "zh"
    console = Console(width=max(Console().width, 150))
    table = Table(show_lines=True, title="示例公文走完全程" if zh else "the examples, through the whole gate")
    for heading in (
        ("公文", "公开属性", "期限", "对象", "首要理由", "须答、须办", "结果")
        if zh
        else ("document", "status", "due", "audience", "first reason", "asked", "result")
    ):
        table.add_column(heading, overflow="fold")
    for row in rows:
        colour = _COLOURS[Status(row["status"])] if row["status"] else "magenta"
        table.add_row(
            row["document"],
            Line(row["status_text"], colour),
            row["due_on"],
            row["audience"],
            row["reason"],
            row["asked"],
            row["result"],
        )
    console.print(table)
    for name, place in where.items():
        console.print(f"{name}: {place}", markup=False, soft_wrap=True)


@contextmanager
def delivering(total: int, lang: str, *, quiet: bool) -> Iterator[Callable[[Any], None]]:
    """A bar with count, rate and time left while deliveries are made; silent for programs.

    Where there is no terminal to draw on, one line in the end.
    """
    if quiet:
        yield lambda _: None
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        began, made = time.perf_counter(), 0

        def count(_: Any) -> None:
            nonlocal made
            made += 1

        yield count
        if made:
            seconds = time.perf_counter() - began
            rate = made / max(seconds, 1e-9)
            console.print(
                f"推送 {made} 件，用时 {seconds:.1f} 秒，{rate:.0f} 件/秒"
                if lang == "zh"
                else f"{made} deliveries in {seconds:.1f} s, {rate:.0f}/s",
                markup=False,
                highlight=False,
            )
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("推送" if lang == "zh" else "delivering"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(lang),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("", total=total or None)
        yield lambda _: bar.advance(task)


class _RateColumn(ProgressColumn):
    """How many each second."""

    def __init__(self, lang: str) -> None:
        self._unit = "件/秒" if lang == "zh" else "/s"
        super().__init__()

    def render(self, task: Task) -> Line:
        return Line(f"{task.finished_speed or task.speed or 0:.0f} {self._unit}", "cyan")


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[Any], None]]:
    """A spinner with a count while something runs; silent for programs."""
    if quiet:
        yield lambda _: None
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(label, total=None)
        yield lambda _: bar.advance(task)
