"""When, where and to whom: the publications a resolution asks for, with their dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.deadlines import due, start_of, until
from disclosure_gate.model.determination import Basis, Channel, Obligation, Publication, Status, Warning
from disclosure_gate.model.findings import (
    CaseDates,
    Clock,
    Deadline,
    Finding,
    Oblige,
    Offer,
    PublicationSpec,
    Trigger,
)  # fmt: skip
from disclosure_gate.model.frozen import Text
from disclosure_gate.model.labels import start_words
from disclosure_gate.rules.resolution import Resolution, addressed


@dataclass(frozen=True, slots=True)
class Schedule:
    """Publications, the main one first, and what to know about their dates."""

    publications: tuple[Publication, ...]
    warnings: tuple[Warning, ...]


@dataclass(frozen=True, slots=True)
class _Time:
    on: date
    provisional: bool
    assumed: tuple[Trigger, ...]
    basis: tuple[Basis, ...]
    promise: bool = False
    prompt: bool = False


def schedule(resolution: Resolution, dates: CaseDates, calendar: WorkingCalendar) -> Schedule:
    """The publications of a resolution.

    The earliest clock decides; the general 20 working days (条例 26) give way to any other time. A
    clock whose date of departure is not known counts from ``dates.as_of`` and says so; a publication
    that must wait for a date not known yet is listed without times and names what it awaits.
    """
    warnings: dict[Warning, None] = {}
    made: list[Publication] = []
    clocks = [(finding, finding.effect) for finding in resolution.clocks if isinstance(finding.effect, Clock)]
    if resolution.status in {Status.PROACTIVE, Status.PARTIAL}:
        wanted = list(addressed(resolution))
        audiences = {spec.audience for _, spec in wanted}
        for finding, clock in clocks:
            if clock.channels and (clock.audience is None or clock.audience in audiences):
                audience = clock.audience or wanted[0][1].audience
                spec = PublicationSpec(
                    audience=audience,
                    channels=clock.channels,
                    due=clock.due,
                    not_before=clock.not_before,
                    period=clock.period,
                )
                wanted.append((finding, spec))
        timing = [each for each in clocks if not each[1].channels]
        made = [_publication(finding, spec, timing, dates, calendar, warnings) for finding, spec in wanted]
    elif resolution.status is Status.ON_REQUEST:
        offered = [
            (finding, finding.effect.publication)
            for finding in resolution.offers
            if isinstance(finding.effect, Offer)
        ]
        default = [(finding, Offer().publication) for finding in resolution.reasons[:1]]
        # What a law keeps secret until a date is not handed to an applicant before it either.
        waiting = [
            (finding, Clock(audience=clock.audience, not_before=clock.not_before))
            for finding, clock in clocks
            if clock.not_before
        ]
        for finding, offer in offered or default:
            known = offer.due is None or start_of(offer.due, dates) is not None
            spec = offer if known else offer.model_copy(update={"due": None})
            made.append(_publication(finding, spec, waiting, dates, calendar, warnings))
    return Schedule(_merged(made), tuple(warnings))


def obligation(finding: Finding, dates: CaseDates, calendar: WorkingCalendar) -> Obligation:
    """What an obliging finding asks for; its date once that from which it is counted is there.

    A penalty that may be quashed one day is not to be withdrawn by any date yet.
    """
    effect = finding.effect
    assert isinstance(effect, Oblige)  # noqa: S101  callers pass what the resolution collected
    counted = due(effect.due, dates, calendar) if effect.due else None
    due_on = counted.on if counted and not counted.assumed_start else None
    return Obligation(
        code=effect.code,
        rule=finding.rule,
        when=effect.when,
        message=finding.statement,
        due_on=due_on,
        basis=finding.basis,
    )


def _publication(
    finding: Finding,
    spec: PublicationSpec,
    clocks: list[tuple[Finding, Clock]],
    dates: CaseDates,
    calendar: WorkingCalendar,
    warnings: dict[Warning, None],
) -> Publication:
    meant = [(who, clock) for who, clock in clocks if clock.audience in {None, spec.audience}]
    awaited: list[tuple[Trigger, ...]] = [
        triggers for triggers in (spec.not_before, *(clock.not_before for _, clock in meant)) if triggers
    ]
    earliest = [day for triggers in awaited if (day := dates.first(triggers))]
    missing = next((triggers[0] for triggers in awaited if dates.first(triggers) is None), None)
    if missing:
        return Publication(
            audience=spec.audience, channels=spec.channels, basis=finding.basis, awaits=missing
        )
    not_before = max(earliest, default=None)
    times = [_time(spec.due, finding.basis, dates, calendar)] if spec.due else []
    times += [
        _time(clock.due, who.basis, dates, calendar)
        for who, clock in meant
        if clock.due and not clock.general
    ]
    if not times:
        times = [
            _time(clock.due, who.basis, dates, calendar)
            for who, clock in meant
            if clock.due and clock.general
        ]
    # A promise kept is the date to meet; one missed is told, and the law's own date remains.
    missed = [each for each in times if each.promise and each.on < dates.as_of]
    lawful = [each for each in times if not each.promise]
    if missed and lawful:
        warnings[_promise(min(missed, key=lambda each: each.on), min(lawful, key=lambda each: each.on))] = (
            None
        )
        times = lawful
    chosen = min(times, key=lambda each: each.on, default=None)
    due_on = chosen.on if chosen else None
    if chosen and chosen.prompt:
        warnings[_prompt(chosen.on)] = None
    if due_on and not_before:
        due_on = max(due_on, not_before)
    shown_from = max(dates.as_of, not_before or dates.as_of)
    ends = [
        until(period, shown_from, calendar)
        for period in (spec.period, *(clock.period for _, clock in meant))
        if period
    ]
    end = max(ends, default=None)
    provisional = bool(chosen and chosen.provisional) or bool(end and end[1])
    if provisional:
        warnings[_CALENDAR] = None
    if chosen and chosen.assumed:
        warnings[_missing_date(chosen.assumed)] = None
    basis = tuple(dict.fromkeys([*(chosen.basis if chosen else ()), *finding.basis]))
    return Publication(
        due_on=due_on,
        not_before=not_before,
        until=end[0] if end else None,
        audience=spec.audience,
        channels=spec.channels,
        basis=basis,
        provisional=provisional,
    )


def _time(
    deadline: Deadline | None, basis: tuple[Basis, ...], dates: CaseDates, calendar: WorkingCalendar
) -> _Time:
    assert deadline is not None  # noqa: S101  callers filter
    counted = due(deadline, dates, calendar)
    assumed = deadline.start if counted.assumed_start else ()
    return _Time(counted.on, counted.provisional, assumed, basis, deadline.promise, deadline.prompt)


def _merged(publications: Iterable[Publication]) -> tuple[Publication, ...]:
    """Publications alike but for channels become one; the widest and earliest comes first."""
    groups: dict[tuple[object, ...], Publication] = {}
    for each in publications:
        key = (each.audience, each.due_on, each.not_before, each.until, each.awaits)
        seen = groups.get(key)
        if seen is None:
            groups[key] = each
        else:
            channels: tuple[Channel, ...] = tuple(dict.fromkeys([*seen.channels, *each.channels]))
            basis = tuple(dict.fromkeys([*seen.basis, *each.basis]))
            groups[key] = seen.model_copy(update={"channels": channels, "basis": basis})
    return tuple(
        sorted(
            groups.values(),
            key=lambda each: (
                each.awaits is not None,
                each.not_before or date.min,
                each.due_on or date.max,
                each.audience,
                each.channels,
            ),
        )
    )


_CALENDAR = Warning(
    code="W-CALENDAR",
    message=Text(
        zh="期限超出已公布的节假日安排，按周一至周五（法定节日除外）为工作日暂算，安排公布后须重新核对",
        en="the time runs past the published holiday calendar; Monday to Friday without the festivals fixed by law were counted, to be checked again",
    ),
)


def _prompt(latest: date) -> Warning:
    return Warning(
        code="W-PROMPT",
        message=Text(
            zh=f"规定为及时公开，没有天数；{latest} 只是最迟的日期，信息形成后应当马上公开",
            en=f"it is to be published promptly, in no set number of days; {latest} is only the latest day",
        ),
    )


def _promise(promised: _Time, lawful: _Time) -> Warning:
    return Warning(
        code="W-PROMISE",
        message=Text(
            zh=f"目录承诺的期限 {promised.on} 已过，法定期限为 {lawful.on}",
            en=f"the catalogue's promise of {promised.on} was missed; the law's own date is {lawful.on}",
        ),
    )


def _missing_date(start: tuple[Trigger, ...]) -> Warning:
    trigger = start[0]
    words = start_words(start, trigger)
    return Warning(
        code="W-DATE-MISSING",
        message=Text(
            zh=f"未提供起算日期（{words.zh}），期限暂从认定日起算",
            en=f"the date the clock starts from ({words.en}) is not given; counted from the day of checking",
        ),
        where=f"/dates/{trigger}" if trigger != "formed" else "/formed_on",
    )
