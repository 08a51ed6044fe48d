"""Deadlines as catalogues print them, read into clocks, and clocks written in a catalogue's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from disclosure_gate.model.findings import Deadline, Period, PublicationSpec, Trigger

_Unit: TypeAlias = Literal["working_day", "day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Times:
    """What a wording says. ``flaw`` is a code where it is weaker than the law or not understood.

    ``notes`` tell how it was understood where there was something to decide.
    """

    due: Deadline | None = None
    period: Period | None = None
    then: tuple[PublicationSpec, ...] = ()
    notes: tuple[str, ...] = ()
    flaw: str = ""


_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_NUMBER = r"(?P<n>\d{1,4}|[零〇一二两三四五六七八九十百]{1,6})"
_UNIT = r"(?P<u>个?工作日|个?自然日|日内|日|天|个?月|年)"
_WITHIN = re.compile(rf"{_NUMBER}\s*{_UNIT}")
_SHOWN = re.compile(
    rf"(?:公示期?|公示时间|展示|公布)(?:不得?少于|不短于|为|不低于)?\s*{_NUMBER}\s*{_UNIT}|不得?少于\s*(?P<n2>\d{{1,4}}|[零〇一二两三四五六七八九十百]{{1,6}})\s*(?P<u2>个?工作日|日|天|个?月)"
)
_STANDING = re.compile(r"长期|常年|动态调整|动态更新")
_PROMPT = re.compile(r"实时|及时|即时|随时|按进展|定期")
_ATTACHED = re.compile(r"随.{0,10}(?:公告|文件).{0,4}公开|(?:与.{0,12})?(?:同步|同时|一并)公开")
_BEFORE = re.compile(r"提前")
_WEAKER = re.compile(r"(?:每?半年|每?年|每季度)(?:至少|更新|公开)|至少更新")
_FREE = re.compile(r"适当公开|视情|根据实际")
_OTHERWISE = re.compile(r"法律、?法规.{0,20}另有规定|从其规定")
_TRIGGERS: tuple[tuple[re.Pattern[str], tuple[Trigger, ...]], ...] = (
    (re.compile(r"收到申请|申请之日"), ("received",)),
    (re.compile(r"批准|批复|获批"), ("approved", "formed")),
    (re.compile(r"调查结束|结束后|办结"), ("concluded", "formed")),
    (re.compile(r"结果确定|供应商确定|评标报告"), ("result", "formed")),
    (
        re.compile(r"作出(?:行政)?决定|决定(?:作出|形成)|处罚决定|合同签订|签订之日|签发"),
        ("signed", "formed"),
    ),
    (re.compile(r"送达"), ("served", "formed")),
    (re.compile(r"开标"), ("bid_opening", "formed")),
)
_UNITS: dict[str, _Unit] = {
    "工作日": "working_day",
    "自然日": "day",
    "日": "day",
    "天": "day",
    "日内": "day",
    "月": "month",
    "年": "year",
}
_LAW: int = 20
_PROMPT_CAP = Deadline(within=_LAW, unit="working_day", start=("formed",), prompt=True)


def number(text: str) -> int:
    """十五 as well as 15."""
    if text.isdigit():
        return int(text)
    total, current = 0, 0
    for sign in text:
        if sign == "十":
            total += (current or 1) * 10
            current = 0
        elif sign == "百":
            total += (current or 1) * 100
            current = 0
        else:
            current = _DIGITS[sign]
    return total + current


def read(wording: str) -> Times:  # noqa: PLR0911  one answer for each sort of wording
    """Read one cell. Never raises: what is not understood comes back as a flaw.

    Basis of the cap for 及时 and 实时: 条例 art 26, twenty working days.
    """
    text = _plain(wording)
    if not text:
        return Times(flaw="E-CATALOGUE-TIME")
    notes = ["另有规定的从其规定"] if _OTHERWISE.search(text) else []
    text = re.sub(r"[，,；;。]?法律、?法规.*?(?:从其规定|除外)", "", text) or text
    if _WEAKER.search(text):
        return Times(due=None, notes=tuple(notes), flaw="W-CATALOGUE-WEAK")
    if _FREE.search(text):
        return Times(notes=(*notes, "没有期限，须由部门确定"), flaw="W-CATALOGUE-FREE")
    clauses = [
        clause for clause in re.split(r"[；;。]|(?:^|(?<=[^\d]))\d\s*[.．、](?!\d)", text) if clause.strip()
    ]
    period = _period(text)
    if len(clauses) > 1 and "公示栏" in clauses[0] and "网站" in clauses[1]:
        first, second = _clause(clauses[0]), _clause(clauses[1])
        later = PublicationSpec(
            audience="public",
            channels=("column",),
            not_before=("approved",),
            due=second.model_copy(update={"start": ("approved",)}) if second else None,
        )
        return Times(first or _PROMPT_CAP, period, (later,), (*notes, "两步公开：先公示栏，后网站"))
    found = [each for clause in clauses if (each := _clause(clause))]
    if not found:
        if period is not None:
            return Times(None, period, (), tuple(notes))
        if _ATTACHED.search(text):
            return Times(_PROMPT_CAP, None, (), (*notes, "随其他文件一并公开"))
        if _BEFORE.search(text):
            return Times(None, None, (), (*notes, "在活动之前公开"))
        if _STANDING.search(text):
            general = Deadline(within=_LAW, unit="working_day", start=("formed",))
            return Times(general, None, (), (*notes, "长期公开，变更后二十个工作日内更新"))
        return Times(notes=tuple(notes), flaw="E-CATALOGUE-TIME")
    chosen = found[0]
    if len(found) > 1:
        notes.append(f"{len(found)} 个期限，取第一个，其余由规则按文书种类计算")
    if chosen.prompt:
        notes.append("没有天数，以二十个工作日为上限")
    weak = (
        chosen.start != ("received",)
        and not chosen.prompt
        and (
            (chosen.unit == "working_day" and chosen.within > _LAW)
            or chosen.unit == "year"
            or (chosen.unit == "month" and chosen.within > 1)
            or (chosen.unit == "day" and chosen.within > 30)  # noqa: PLR2004  more than twenty working days
        )
    )
    return Times(chosen, period, (), tuple(notes), "W-CATALOGUE-WEAK" if weak else "")


def write(due: Deadline | None, period: Period | None, then: tuple[PublicationSpec, ...] = ()) -> str:
    """A wording that :func:`read` reads back into the same clocks."""
    parts = []
    if then:
        later = then[0].due
        days = f"收到批准文件之日起{later.within}个工作日内，" if later else ""
        return f"启动时及时在村公示栏公开；{days}在政府网站公开"
    if due is not None:
        if due.prompt:
            parts.append("及时公开")
        else:
            lead = {
                ("received",): "自收到申请之日起", ("approved", "formed"): "自批准之日起", ("concluded", "formed"): "调查结束后",
                ("result", "formed"): "结果确定后", ("signed", "formed"): "自作出决定之日起", ("served", "formed"): "自送达之日起",
                ("bid_opening", "formed"): "自开标之日起",
            }.get(due.start, "信息形成之日起")  # fmt: skip
            parts.append(f"{lead}{due.within}{_WRITTEN[due.unit]}内")
    if period is not None:
        parts.append(f"公示{period.length}{_WRITTEN[period.unit]}")
    return "，".join(parts)


_WRITTEN: dict[str, str] = {"working_day": "个工作日", "day": "日", "month": "个月", "year": "年"}


def _plain(wording: str) -> str:
    text = "".join(wording.split())
    return text.translate({0xFF10 + n: 0x30 + n for n in range(10)} | {0xFF1B: 0x3B, 0xFF0E: 0x2E})


def _unit(text: str) -> _Unit:
    return _UNITS[text.removeprefix("个")]


def _period(text: str) -> Period | None:
    for found in _SHOWN.finditer(text):
        length, unit = found["n"] or found["n2"], found["u"] or found["u2"]
        if length and unit:
            return Period(length=number(length), unit=_unit(unit))
    return None


def _clause(clause: str) -> Deadline | None:
    bare = _SHOWN.sub("", clause)
    for found in _numbers(bare):
        start = next((triggers for pattern, triggers in _TRIGGERS if pattern.search(bare)), ("formed",))
        return Deadline(within=number(found["n"]), unit=_unit(found["u"]), start=start)
    if _PROMPT.search(bare):
        return _PROMPT_CAP
    return None


def _numbers(text: str) -> Iterator[re.Match[str]]:
    for found in _WITHIN.finditer(text):
        if not _BEFORE.search(text[: found.start()]):
            yield found
