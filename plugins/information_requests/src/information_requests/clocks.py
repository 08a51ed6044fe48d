"""When a request is received, how long the organ has, and what time does not count (条例 30–34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.model.frozen import Text
from information_requests.case import Case, Consultation, Request

REPLY, EXTENSION, CORRECTION, CONSULTED, PAYMENT = 20, 20, 7, 15, 20
"""Working days: to reply, to extend at most, to ask for a correction, of a consultation, to pay (the last M)."""

Outcome = Literal["open", "agrees", "consents", "withhold", "organ_decides"]


@dataclass(frozen=True, slots=True)
class Clocks:
    """The days of a case. ``due_on`` is ``None`` while the request is not received or its correction is awaited."""

    received_on: date | None
    correction_by: date | None
    started_on: date | None
    due_on: date | None
    excluded: int  # working days of consultation that do not count
    fee_by: date | None
    provisional: bool  # counted past the published holidays, or with a consultation still open
    problems: tuple[Text, ...]


def received_on(request: Request) -> date | None:
    """The day a request counts as received, by the way it came (31); ``None`` while it is not confirmed."""
    if request.way in {"handed_in", "signed_post"}:
        return request.arrived_on
    return request.confirmed_on


def limit_of(consultation: Consultation, calendar: WorkingCalendar) -> date:
    """The last of the 15 working days of a consultation, from the day the letter was received, else sent."""
    return calendar.add_working_days(consultation.received_on or consultation.sent_on, CONSULTED)[0]


def outcome_of(consultation: Consultation, as_of: date, calendar: WorkingCalendar) -> Outcome:
    """What came of it. A third party's silence decides nothing: the organ does; a co-maker's silence is consent.

    An answer that comes after the time is read as given; it may come too late to be heard, which is for the organ.
    """
    if consultation.answer == "agrees":
        return "agrees"
    if consultation.answer == "objects":
        return "withhold" if consultation.reasonable and consultation.of == "third_party" else "organ_decides"
    if as_of <= limit_of(consultation, calendar):
        return "open"
    return "consents" if consultation.of == "co_maker" else "organ_decides"


def clocks(case: Case, as_of: date, calendar: WorkingCalendar) -> Clocks:
    """The days of a case as they stand on ``as_of``.

    The reply is due 20 working days after the request, or after its correction, was received; the first day is
    not counted. Working days of consultation are left out, each once however many are asked. An extension adds
    its days if it was agreed to and told before the time ran out.
    """
    received = received_on(case.request)
    problems: list[Text] = []
    if received is None:
        return Clocks(None, None, None, None, 0, None, provisional=False, problems=(_UNCONFIRMED,))
    correction_by, provisional = calendar.add_working_days(received, CORRECTION)
    started: date | None = received
    if case.correction is not None:
        if case.correction.asked_on > correction_by:
            problems.append(_late_correction(correction_by))
        if case.correction.asked_on < received:
            problems.append(_BEFORE_RECEIPT)
        started = case.correction.received_on
    fee_by = None
    if case.fee is not None:
        fee_by, _ = calendar.add_working_days(case.fee.sent_on, PAYMENT)
    if started is None:
        return Clocks(
            received, correction_by, None, None, 0, fee_by, provisional=provisional, problems=tuple(problems)
        )
    without = _excluded(case.consultations, as_of, calendar)
    due, excluded = _count(started, REPLY, without, calendar)
    if case.extension is not None:
        if case.extension.told_on > due:
            problems.append(_late_extension(due))  # an extension told too late extends nothing
        else:
            due, excluded = _count(started, REPLY + case.extension.days, without, calendar)
    if case.fee is not None and case.fee.sent_on > due:
        problems.append(_late_fee(due))
    if case.reply is not None and case.reply.replied_on > due:
        problems.append(_late_reply(due))
    waiting = any(outcome_of(each, as_of, calendar) == "open" for each in case.consultations)
    provisional = waiting or not (calendar.covers(started) and calendar.covers(due))
    return Clocks(
        received,
        correction_by,
        started,
        due,
        excluded,
        fee_by,
        provisional=provisional,
        problems=tuple(problems),
    )


def _excluded(
    consultations: Sequence[Consultation], as_of: date, calendar: WorkingCalendar
) -> tuple[tuple[date, date], ...]:
    """Stretches (after the first day, to the last) that do not count; an open one counts up to its limit."""
    del as_of
    return tuple(
        (each.sent_on, min(each.answered_on or date.max, limit_of(each, calendar))) for each in consultations
    )


def _count(
    started: date, days: int, without: Sequence[tuple[date, date]], calendar: WorkingCalendar
) -> tuple[date, int]:
    day, excluded = started, 0
    while days > 0 and day < date.max:
        day += timedelta(1)
        if not calendar.is_working_day(day):
            continue
        if any(first < day <= last for first, last in without):
            excluded += 1
        else:
            days -= 1
    return day, excluded


_UNCONFIRMED = Text(
    zh="普通信函、互联网或者传真申请须先与申请人确认，确认之日为收到之日",
    en="A request by ordinary letter, internet or fax is first confirmed with the applicant; it is received on that day.",
)
_BEFORE_RECEIPT = Text(
    zh="补正通知早于收到申请之日", en="The correction was asked for before the request was received."
)


def _late_correction(by: date) -> Text:
    return Text(
        zh=f"补正通知应当在 {by.isoformat()} 前一次发出",
        en=f"The correction had to be asked for, once, by {by.isoformat()}.",
    )


def _late_extension(by: date) -> Text:
    return Text(
        zh=f"延期应当在 {by.isoformat()} 前告知申请人，逾期告知不延长期限",
        en=f"The extension had to be told by {by.isoformat()}; told later it extends nothing.",
    )


def _late_fee(by: date) -> Text:
    return Text(
        zh=f"收费通知应当在答复期限 {by.isoformat()} 内发出",
        en=f"The notice of a fee had to be sent within the time of reply, by {by.isoformat()}.",
    )


def _late_reply(by: date) -> Text:
    return Text(zh=f"答复应当在 {by.isoformat()} 前作出", en=f"The reply was due by {by.isoformat()}.")
