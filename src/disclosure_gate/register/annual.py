"""The annual report (国办公开办函〔2021〕30号): its statutory tables, what fills them, and the formulas they must meet.

A figure comes from the register, from a plugin that handles requests, or is entered by hand. One that comes
from nowhere is unknown and shown so: never a nought that nobody counted. A kind of document of which the
register holds none this year is unknown too, for it may be decided elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, ValidationError

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.model.determination import Status
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import Flaw, InputError
from disclosure_gate.model.frozen import Frozen, Text
from disclosure_gate.register.overview import Line, on_time, silent

Number: TypeAlias = int | Decimal
Origin: TypeAlias = Literal["register", "plugin", "entered", "computed", "unknown"]
Count = Annotated[int, Field(ge=0)]
_PUBLIC = {"proactive", "partial"}
QUIET = 365
"""Days after which a row of the catalogue under which nothing was published is counted."""


_NOTHING = Text(zh="", en="")


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell: a number and where it comes from; ``None`` is unknown."""

    value: Number | None
    origin: Origin

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.value is not None


UNKNOWN = Figure(None, "unknown")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of table 三: its key, its heading and the group whose sum it belongs to."""

    key: str
    title: Text
    group: str = ""


# Headings as the form prints them.
COLUMNS: tuple[tuple[str, Text], ...] = (
    ("person", Text(zh="自然人", en="natural persons")),
    ("business", Text(zh="商业企业", en="businesses")),
    ("research", Text(zh="科研机构", en="research bodies")),
    ("welfare", Text(zh="社会公益组织", en="welfare bodies")),
    ("legal", Text(zh="法律服务机构", en="legal services")),
    ("other", Text(zh="其他", en="others")),
)
OUTCOMES: tuple[Row, ...] = (
    Row("granted", Text(zh="（一）予以公开", en="(1) granted"), "granted"),
    Row("partly", Text(zh="（二）部分公开", en="(2) granted in part"), "partly"),
    Row("refused_secret", Text(zh="1.属于国家秘密", en="1. state secret"), "refused"),
    Row("refused_forbidden", Text(zh="2.其他法律行政法规禁止公开", en="2. barred by law"), "refused"),
    Row("refused_safety", Text(zh="3.危及“三安全一稳定”", en="3. security and stability"), "refused"),
    Row("refused_third_party", Text(zh="4.保护第三方合法权益", en="4. third parties"), "refused"),
    Row("refused_internal", Text(zh="5.属于三类内部事务信息", en="5. internal affairs"), "refused"),
    Row("refused_process", Text(zh="6.属于四类过程性信息", en="6. process material"), "refused"),
    Row("refused_enforcement", Text(zh="7.属于行政执法案卷", en="7. enforcement files"), "refused"),
    Row("refused_query", Text(zh="8.属于行政查询事项", en="8. administrative queries"), "refused"),
    Row("unable_not_held", Text(zh="1.本机关不掌握相关政府信息", en="1. not held"), "unable"),
    Row("unable_to_make", Text(zh="2.没有现成信息需要另行制作", en="2. would have to be made"), "unable"),
    Row("unable_unclear", Text(zh="3.补正后申请内容仍不明确", en="3. still unclear"), "unable"),
    Row("closed_petition", Text(zh="1.信访举报投诉类申请", en="1. petitions and complaints"), "closed"),
    Row("closed_repeated", Text(zh="2.重复申请", en="2. repeated"), "closed"),
    Row("closed_publication", Text(zh="3.要求提供公开出版物", en="3. asks for publications"), "closed"),
    Row("closed_excessive", Text(zh="4.无正当理由大量反复申请", en="4. excessive without reason"), "closed"),
    Row(
        "closed_confirm",
        Text(zh="5.要求行政机关确认或重新出具已获取信息", en="5. asks to confirm what was given"),
        "closed",
    ),
    Row("ended_unamended", Text(zh="1.申请人无正当理由逾期不补正", en="1. not amended in time"), "ended"),
    Row("ended_unpaid", Text(zh="2.申请人逾期未按通知缴费", en="2. fee not paid in time"), "ended"),
    Row("ended_other", Text(zh="3.其他", en="3. other"), "ended"),
)
GROUPS: dict[str, Text] = {
    "granted": Text(zh="", en=""),
    "partly": Text(zh="", en=""),
    "refused": Text(zh="（三）不予公开", en="(3) refused"),
    "unable": Text(zh="（四）无法提供", en="(4) cannot be given"),
    "closed": Text(zh="（五）不予处理", en="(5) not dealt with"),
    "ended": Text(zh="（六）其他处理", en="(6) otherwise ended"),
}
NEW = Row("new", Text(zh="一、本年新收政府信息公开申请数量", en="1. received this year"))
CARRIED_IN = Row("carried_in", Text(zh="二、上年结转政府信息公开申请数量", en="2. carried in"))
TOTAL = Row("total", Text(zh="（七）总计", en="(7) total"))
CARRIED_OUT = Row("carried_out", Text(zh="四、结转下年度继续办理", en="4. carried out"))
REQUEST_ROWS = ("new", "carried_in", *(row.key for row in OUTCOMES), "carried_out")
DISPUTES: tuple[tuple[str, Text], ...] = (
    ("review", Text(zh="行政复议", en="administrative review")),
    ("litigation_direct", Text(zh="行政诉讼：未经复议直接起诉", en="litigation without review")),
    ("litigation_after_review", Text(zh="行政诉讼：复议后起诉", en="litigation after review")),
)
RESULTS: tuple[tuple[str, Text], ...] = (
    ("upheld", Text(zh="结果维持", en="upheld")),
    ("corrected", Text(zh="结果纠正", en="corrected")),
    ("other", Text(zh="其他结果", en="other result")),
    ("pending", Text(zh="尚未审结", en="pending")),
)
DECISIONS: tuple[tuple[str, str, Text], ...] = (
    ("licences", "行政许可决定", Text(zh="第二十条第（五）项 行政许可", en="art 20(5) licences")),
    ("penalties", "行政处罚决定", Text(zh="第二十条第（六）项 行政处罚", en="art 20(6) penalties")),
    ("coercion", "行政强制决定", Text(zh="第二十条第（六）项 行政强制", en="art 20(6) coercive measures")),
)


class Papers(Frozen):
    """Made, repealed and in force: this year, and in force a year before."""

    made: Count | None = None
    repealed: Count | None = None
    in_force: Count | None = None
    in_force_before: Count | None = None


class Disputes(Frozen):
    """Reviews or cases by result."""

    upheld: Count | None = None
    corrected: Count | None = None
    other: Count | None = None
    pending: Count | None = None


class Prose(Frozen):
    """What people write: parts one, five and six of the report."""

    overall: str = ""
    problems: str = ""
    other: str = ""


class Entered(Frozen):
    """Figures entered by hand, as in the YAML file. What is not named is unknown.

    ``requests`` is by column and row, see :data:`COLUMNS` and :data:`REQUEST_ROWS`; ``unnamed_requests: 0``
    states that every row not named is nought.
    """

    year: int | None = None
    rules: Papers = Papers()
    normative: Papers = Papers()
    licences: Count | None = None
    penalties: Count | None = None
    coercion: Count | None = None
    fees: Annotated[Decimal, Field(ge=0)] | None = None
    requests: dict[str, dict[str, Count]] = Field(default_factory=dict)
    unnamed_requests: Literal[0] | None = None
    review: Disputes = Disputes()
    litigation_direct: Disputes = Disputes()
    litigation_after_review: Disputes = Disputes()
    text: Prose = Prose()

    @classmethod
    def read(cls, path: Path) -> Entered:
        """The figures of a YAML file.

        Raises:
            InputError: every flaw with its place.
        """
        import yaml  # noqa: PLC0415  only a report with entered figures needs it

        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("E-FILE", where=str(path), got=type(error).__name__) from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # no date, too long a number, too deep
            raise InputError("E-YAML", where=str(path)) from error
        return cls.parse(data, str(path))

    @classmethod
    def parse(cls, data: Any, where: str) -> Entered:
        """See :meth:`read`."""
        try:
            made = cls.model_validate(data)
        except ValidationError as error:
            raise InputError(
                flaws=tuple(
                    Flaw("E-FIELD-UNKNOWN", f"{where}:/{'/'.join(map(str, each['loc']))}")
                    if each["type"] == "extra_forbidden"
                    else Flaw(
                        "E-FIELD-TYPE", f"{where}:/{'/'.join(map(str, each['loc']))}", expected=each["msg"]
                    )
                    for each in error.errors(include_url=False)
                )
            ) from None
        columns = {key for key, _ in COLUMNS}
        flaws = [
            Flaw("E-FIELD-UNKNOWN", f"{where}:/requests/{column}", expected=" | ".join(columns))
            for column in made.requests
            if column not in columns
        ]
        flaws += [
            Flaw("E-FIELD-UNKNOWN", f"{where}:/requests/{column}/{row}", expected=" | ".join(REQUEST_ROWS))
            for column, rows in made.requests.items()
            for row in rows
            if row not in REQUEST_ROWS
        ]
        if flaws:
            raise InputError(flaws=tuple(flaws))
        return made


RequestFigures: TypeAlias = Mapping[str, Mapping[str, int]]
"""Requests by column and row, as a system or plugin that handles them counts."""


@dataclass(frozen=True, slots=True)
class Check:
    """A formula of the form: both sides, and whether they meet; ``None`` where a side is unknown."""

    title: Text
    left: Number | None
    right: Number | None

    @property
    def holds(self) -> bool | None:
        """Whether both sides are equal; ``None``: it cannot be told."""
        return None if self.left is None or self.right is None else self.left == self.right


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of evaluation; ``value`` is empty where it is unknown."""

    title: Text
    value: str
    note: Text = _NOTHING


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report of a year."""

    year: int
    organ: str
    papers: Mapping[str, Mapping[str, Figure]]
    decisions: Mapping[str, Figure]
    fees: Figure
    requests: Mapping[str, Mapping[str, Figure]]
    disputes: Mapping[str, Mapping[str, Figure]]
    checks: Sequence[Check]
    indicators: Sequence[Indicator]
    issued: Mapping[str, int]
    text: Prose
    conflicts: Sequence[str] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether no formula is broken; an unknown side breaks none."""
        return all(each.holds is not False for each in self.checks)


def report(
    year: int,
    organ: str,
    lines: Iterable[Line],
    today: date,
    *,
    entered: Entered | None = None,
    requests: RequestFigures | None = None,
    rows: Iterable[tuple[str, str]] = (),
    quiet: int = QUIET,
) -> Report:
    """The report of an organ (``*``: of all) from what the register holds and what is entered.

    Args:
        year: whose documents are counted.
        organ: its name.
        lines: the documents of the register.
        today: the day it is made.
        entered: figures by hand.
        requests: table 三 as it was counted elsewhere.
        rows: rows of the catalogue that must be published to all, each with its domain.
        quiet: days after which a row nothing was published under is counted.

    Raises:
        InputError: the entered figures are of another year.
    """
    by_hand = entered or Entered()
    if by_hand.year not in {None, year}:
        raise InputError("E-FIELD-TYPE", where="/year", got=str(by_hand.year), expected=str(year))
    every = list(lines)
    ours = [each for each in every if each.first_issued is not None and each.first_issued.year == year]
    papers = {
        "rules": _papers(by_hand.rules, 0, 0, 0),
        "normative": _papers(
            by_hand.normative,
            sum(each.normative for each in ours),
            _in_year((each.repealed_on for each in every if each.normative), year),
            _in_year((each.lapsed_on for each in every if each.normative), year),
        ),
    }
    kinds = Counter(each.kind for each in ours)
    decisions = {key: _counted(getattr(by_hand, key), kinds[kind]) for key, kind, _ in DECISIONS}
    table, conflicts = _requests(by_hand, requests or {})
    disputes = {key: _disputes(getattr(by_hand, key)) for key, _ in DISPUTES}
    return Report(
        year=year,
        organ=organ,
        papers=papers,
        decisions=decisions,
        fees=Figure(by_hand.fees, "entered") if by_hand.fees is not None else UNKNOWN,
        requests=table,
        disputes=disputes,
        checks=(*_request_checks(table), *_dispute_checks(by_hand, disputes), *_paper_checks(papers)),
        indicators=[*_indicators(every, ours, today), _silence(every, rows, today, quiet)],
        issued={status.value: sum(each.status == status.value for each in ours) for status in Status},
        text=by_hand.text,
        conflicts=conflicts,
    )


def total(figures: Iterable[Figure]) -> Figure:
    """Their sum; unknown as soon as one of them is."""
    values = [each.value for each in figures]
    if any(value is None for value in values):
        return UNKNOWN
    return Figure(sum((value for value in values if value is not None), 0), "computed")


def _counted(entered: int | None, counted: int) -> Figure:
    if entered is not None:
        return Figure(entered, "entered")
    return Figure(counted, "register") if counted else UNKNOWN


def _in_year(days: Iterable[date | None], year: int) -> int:
    return sum(day is not None and day.year == year for day in days)


def _papers(entered: Papers, made_here: int, repealed_here: int, lapsed_here: int) -> dict[str, Figure]:
    made = _counted(entered.made, made_here)
    repealed = _counted(entered.repealed, repealed_here)
    before = Figure(entered.in_force_before, "entered") if entered.in_force_before is not None else UNKNOWN
    in_force = Figure(entered.in_force, "entered") if entered.in_force is not None else UNKNOWN
    # What lapsed is in force no more, and the form has no column for it: a person must say how it was counted.
    if not in_force.known and not lapsed_here and made.known and repealed.known and before.known:
        value = _n(before) + _n(made) - _n(repealed)
        in_force = Figure(value, "computed") if value >= 0 else UNKNOWN
    return {"made": made, "repealed": repealed, "in_force": in_force, "in_force_before": before}


def _requests(entered: Entered, counted: RequestFigures) -> tuple[dict[str, dict[str, Figure]], list[str]]:
    conflicts: list[str] = []
    table: dict[str, dict[str, Figure]] = {}
    for column, _ in COLUMNS:
        cells: dict[str, Figure] = {}
        for row in REQUEST_ROWS:
            by_hand = entered.requests.get(column, {}).get(row)
            found = counted.get(column, {}).get(row)
            if by_hand is not None:
                cells[row] = Figure(by_hand, "entered")
                if found is not None and found != by_hand:
                    conflicts.append(f"requests/{column}/{row}: {by_hand} ≠ {found}")
            elif found is not None:
                cells[row] = Figure(found, "plugin")
            else:
                cells[row] = Figure(0, "entered") if entered.unnamed_requests == 0 else UNKNOWN
        cells["total"] = total(cells[row.key] for row in OUTCOMES)
        table[column] = cells
    table["total"] = {
        row: total(table[column][row] for column, _ in COLUMNS) for row in (*REQUEST_ROWS, "total")
    }
    return table, conflicts


def _disputes(entered: Disputes) -> dict[str, Figure]:
    cells = {
        key: Figure(getattr(entered, key), "entered") if getattr(entered, key) is not None else UNKNOWN
        for key, _ in RESULTS
    }
    return {**cells, "total": total(cells.values())}


def _request_checks(table: Mapping[str, Mapping[str, Figure]]) -> Iterable[Check]:
    names = {**dict(COLUMNS), "total": Text(zh="总计", en="total")}
    for column, cells in table.items():
        name = names[column]
        yield Check(
            Text(zh=f"{name.zh}：第一项＋第二项＝第三项＋第四项", en=f"{name.en}: 1 + 2 = 3 + 4"),
            total((cells["new"], cells["carried_in"])).value,
            total((cells["total"], cells["carried_out"])).value,
        )
    for row in ("new", "carried_in", "total", "carried_out"):
        title = {"new": NEW, "carried_in": CARRIED_IN, "total": TOTAL, "carried_out": CARRIED_OUT}[row].title
        yield Check(
            Text(zh=f"{title.zh}：各列之和＝总计", en=f"{title.en}: columns = total"),
            total(table[column][row] for column, _ in COLUMNS).value,
            table["total"][row].value,
        )


def _dispute_checks(entered: Entered, disputes: Mapping[str, Mapping[str, Figure]]) -> Iterable[Check]:
    del entered
    for key, title in DISPUTES:
        cells = disputes[key]
        yield Check(
            Text(zh=f"{title.zh}：维持＋纠正＋其他＋未结＝总计", en=f"{title.en}: results = total"),
            total(cells[name] for name, _ in RESULTS).value,
            cells["total"].value,
        )


def _paper_checks(papers: Mapping[str, Mapping[str, Figure]]) -> Iterable[Check]:
    for key, title in (
        ("rules", Text(zh="规章", en="rules")),
        ("normative", Text(zh="行政规范性文件", en="normative documents")),
    ):
        cells = papers[key]
        known = all(cells[name].known for name in ("in_force_before", "made", "repealed"))
        yield Check(
            Text(
                zh=f"{title.zh}：上年现行有效＋制发－废止＝现行有效",
                en=f"{title.en}: in force before + made − repealed = in force",
            ),
            _n(cells["in_force_before"]) + _n(cells["made"]) - _n(cells["repealed"]) if known else None,
            cells["in_force"].value,
        )


def _n(figure: Figure) -> Number:
    assert figure.value is not None  # noqa: S101  the caller has looked
    return figure.value


def _silence(every: Sequence[Line], rows: Iterable[tuple[str, str]], today: date, quiet: int) -> Indicator:
    found, of = silent(every, rows, today, quiet)
    never = sum(each.last is None for each in found)
    return Indicator(
        Text(
            zh=f"{quiet} 天内没有公开过的目录事项",
            en=f"rows of the catalogue without a publication in {quiet} days",
        ),
        f"{len(found)} / {of}" if of else "",
        Text(
            zh=f"其中从未公开的 {never}；只计本机关发过文的领域",
            en=f"{never} of them never; of the domains in which documents were issued",
        ),
    )


def _indicators(every: Sequence[Line], ours: Sequence[Line], today: date) -> list[Indicator]:
    in_time, late = on_time(ours)
    withheld = [each for each in ours if each.status == "withheld"]
    codes = Counter(code for each in withheld for code in each.codes)
    shares = "；".join(f"{code} {count / len(withheld):.0%}" for code, count in sorted(codes.items()))
    catch_all = sum(not each.codes for each in withheld)
    overdue = [each for each in every if each.state == "issued" and each.review_on and each.review_on < today]
    masked: Counter[str] = Counter()
    for each in ours:
        if each.masked and each.status in _PUBLIC:
            masked[each.domain or "—"] += each.masked
    normative = [each for each in ours if each.normative]
    unread = sum(each.interpretation_open for each in normative)
    standing = [
        each for each in every if each.state == "issued" and not each.repealed_on and not each.lapsed_on
    ]
    stale = sum(each.basis_until is not None and each.basis_until < today for each in standing)
    calendar = WorkingCalendar.published()
    soon = sum(
        each.issued_on is not None
        and each.withdrawn_on is not None
        and each.withdrawn_on.year == today.year
        and each.withdrawn_on <= calendar.add_working_days(each.issued_on, 3)[0]
        for each in every
    )
    withdrawn = sum(each.withdrawn_on is not None and each.withdrawn_on.year == today.year for each in every)
    unknown = Text(zh="台账中没有这项数据", en="the register does not hold this")
    return [
        Indicator(
            Text(zh="按期公开率", en="published in time"),
            f"{in_time / (in_time + late):.1%}" if in_time + late else "",
            Text(zh=f"按期 {in_time}，逾期 {late}", en=f"{in_time} in time, {late} late"),
        ),
        Indicator(
            Text(zh="不予公开占比", en="share withheld"),
            f"{len(withheld) / len(ours):.1%}" if ours else "",
            Text(zh=shares, en=shares),
        ),
        Indicator(Text(zh="没有具体理由的不予公开（目标 0）", en="withheld without a reason (target 0)"), str(catch_all)),
        Indicator(Text(zh="逾期未复核的不予公开", en="past its re-review"), str(len(overdue))),
        Indicator(Text(zh="待定未决", en="held"), str(sum(bool(each.held) and each.state == "open" for each in every))),
        Indicator(
            Text(zh="遮盖处数", en="spans masked"),
            str(sum(masked.values())),
            Text(
                zh="；".join(f"{DOMAINS.get(k, k)} {v}" for k, v in masked.most_common()),
                en="; ".join(f"{k.replace('_', ' ')} {v}" for k, v in masked.most_common()),
            ),
        ),
        Indicator(
            Text(zh="缺解读的规范性文件", en="normative documents without interpretation"),
            str(unread) if normative else "",
        ),
        Indicator(Text(zh="与认定不同而放行", en="departures"), str(sum(each.departure != "none" for each in ours))),
        Indicator(Text(zh="撤回", en="withdrawn"), str(withdrawn)),
        Indicator(Text(zh="发出后 3 个工作日内撤回", en="withdrawn within 3 working days of issue"), str(soon)),
        Indicator(
            Text(zh="现行公文所依条款已失效", en="issued, in force, on a basis that has ended"),
            str(stale),
            Text(zh="以认定时已知的失效日为准", en="by the days of ending known when it was determined"),
        ),
        Indicator(Text(zh="发现后 3 个工作日内撤回", en="withdrawn within 3 working days of finding out"), "", unknown),
        Indicator(Text(zh="申请后予以公开而原定不公开的", en="released on request though marked otherwise"), "", unknown),
    ]  # fmt: skip
