"""How long a penalty is shown, when it is withdrawn, and what is said then."""

from __future__ import annotations

from datetime import date
from typing import Literal

from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.deadlines import due, until
from disclosure_gate.model.findings import CaseDates, Deadline, Period
from disclosure_gate.model.frozen import Text

Weight = Literal["warning_only", "light", "other"]
Undone = Literal["changed", "quashed", "unlawful", "void"]

# 市场监督管理行政处罚信息公示规定 art 13; a mere warning is not shown at all (art 2).
_PERIODS: dict[Weight, Period] = {
    "light": Period(length=3, unit="month"),
    "other": Period(length=3, unit="year"),
}
_WITHDRAW = Deadline(within=3, unit="working_day", start=("concluded",))
_UNDONE: dict[Undone, Text] = {
    "changed": Text(zh="已被变更", en="was changed"),
    "quashed": Text(zh="已被撤销", en="was quashed"),
    "unlawful": Text(zh="已被确认违法", en="was held unlawful"),
    "void": Text(zh="已被确认无效", en="was held void"),
}


def stop_on(
    shown_on: date, weight: Weight, calendar: WorkingCalendar, restriction_until: date | None = None
) -> date | None:
    """The last day a market penalty is shown (总局令45号 art 13).

    Args:
        shown_on: the day it is shown first.
        weight: only a warning, only criticism or a low fine, or something else.
        calendar: the working days.
        restriction_until: the last day of a restriction imposed; display lasts as long.

    Returns:
        The day, or ``None`` where it is not shown at all.
    """
    if weight == "warning_only":
        return None
    end, _ = until(_PERIODS[weight], shown_on, calendar)
    return max(end, restriction_until) if restriction_until else end


def withdraw_by(undone_on: date, calendar: WorkingCalendar) -> date:
    """The last day to withdraw a penalty that was changed, quashed, or held unlawful or void (行政处罚法 48, 85)."""
    return due(_WITHDRAW, CaseDates(as_of=undone_on, concluded=undone_on), calendar).on


def withdrawal_notice(organ: str, number: str, undone: Undone, undone_on: date) -> Text:
    """The public explanation of a withdrawal, as a draft: names the decision by its number and no person."""
    told = _UNDONE[undone]
    return Text(
        zh=(
            f"{organ}此前公开的行政处罚决定（{number}）于{undone_on:%Y年%-m月%-d日}{told.zh}。"
            "依照行政处罚法第四十八条，现撤回该决定的公开信息，特此说明。"
        ),
        en=(
            f"The penalty decision {number} that {organ} had published {told.en} on {undone_on.isoformat()}. "
            "Under article 48 of the Law on administrative penalties it is withdrawn from publication."
        ),
    )
