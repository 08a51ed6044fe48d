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

    ``notes`` tell how it was understood where there was something to decide; ``clauses`` are all
    clocks of a cell that has several, in order, with the words that say what each is for.
    """

    due: Deadline | None = None
    period: Period | None = None
    then: tuple[PublicationSpec, ...] = ()
    notes: tuple[str, ...] = ()
    flaw: str = ""
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clock of several. ``of`` is what it is for; ``due`` is ``None`` for what stands all the time."""

    of: str
    due: Deadline | None


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
_TENS = {"十": 10, "廿": 20, "卅": 30}
_NUMBER = r"(?P<n>\d{1,4}|[零〇一二两三四五六七八九十廿卅百]{1,6})"
_UNIT = r"(?P<u>个?工作日|个?自然日|日内|日|天|周|个?月|年)"
# 三个月 and 三月内 are a length, 3月 is March, 上一年度 and 第一个月 are none.
_WITHIN = re.compile(
    rf"(?<![上下第\d零〇一二两三四五六七八九十百]){_NUMBER}\s*(?!月(?![之以]?内)|年度){_UNIT}"
)
_SHOWN = re.compile(
    rf"(?:公示期?|公示时间|展示|公布)(?:不得?少于|不短于|为|不低于)?\s*{_NUMBER}\s*{_UNIT}|不得?少于\s*(?P<n2>\d{{1,4}}|[零〇一二两三四五六七八九十廿卅百]{{1,6}})\s*(?P<u2>个?工作日|日|天|个?月)"
)
_STANDING = re.compile(r"长期|常年|动态调整|动态更新")
_PROMPT = re.compile(r"实时|及时|即时|立即|随时|按进展|定期|每日|每天|每周")
_SAME_DAY = re.compile(r"(?:当[日天]|同日)")
_HALF = re.compile(r"半(个?月|年)(?=[之以]?内)")
_HOURS = re.compile(r"(\d{1,3})个?小时")
_ATTACHED = re.compile(r"随.{0,10}(?:公告|文件).{0,4}公开|(?:与.{0,12})?(?:同步|同时|一并)公开")
_BEFORE = re.compile(r"提前|前(?:至少|不得?少于)?$")
_BEFORE_IT = re.compile(r"[之以]?前")
_WEAKER = re.compile(r"(?:每?半年|(?<!常)每?年|每个?季度?|每个?月)(?:至少|更新|公开|公布|一次|1次)|至少更新")
_COUNT = "(?:\\d{1,2}|[一二三四五六七八九十]{1,3})"
_ON_A_DAY = re.compile(
    rf"(?:每年度?|[\d〇零一二三四五六七八九]{{4}}年){_COUNT}月(?:{_COUNT}[日号]|[底末])?(?:[之以]?前)?"
    rf"|{_COUNT}月(?:{_COUNT}[日号]|[底末])[之以]?前"
    rf"|每个?(?:月|季度?).{{0,5}}?(?:{_COUNT}[日号]|[底末])[之以]?前"
)
_FREE = re.compile(r"适当公开|视情|根据实际")
_OTHERWISE = re.compile(r"法律、?法规.{0,20}另有规定|从其规定")
_TRIGGERS: tuple[tuple[re.Pattern[str], tuple[Trigger, ...]], ...] = (
    (re.compile(r"收到申请|申请之日"), ("received",)),
    (re.compile(r"收到.{0,6}(?:批准|批复)"), ("received", "approved", "formed")),
    (re.compile(r"批准|批复|获批"), ("approved", "formed")),
    (re.compile(r"调查结束|结束后|结束之日|期满|办结"), ("concluded", "formed")),
    (re.compile(r"结果确定|供应商确定|评标报告"), ("result", "formed")),
    (
        re.compile(r"作出.{0,10}决定|决定(?:作出|形成|之日|后)|处罚决定|许可决定|合同签订|签订之日|签发"),
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
    "周": "day",
    "月": "month",
    "年": "year",
}
_LAW: int = 20
_LONGEST = 3650  # as far as a clock or a display may reach; more is not understood
_GENERAL = Deadline(within=_LAW, unit="working_day", start=("formed",))
_PROMPT_CAP = Deadline(within=_LAW, unit="working_day", start=("formed",), prompt=True)
_SEVEN = 7  # working days of licences and penalties, counted from the decision (国办发〔2015〕51号)
_FORMED = re.compile(r"形成|变更|制作|制定|获取|获得|生成|产生")


def number(text: str) -> int:
    """十五 as well as 15."""
    if text.isdigit():
        return int(text)
    total, current = 0, 0
    for sign in text:
        if sign in _TENS:
            total += (current or 1) * _TENS[sign]
            current = 0
        elif sign == "百":
            total += (current or 1) * 100
            current = 0
        else:
            current = _DIGITS[sign]
    return total + current


def read(wording: str) -> Times:
    """Read one cell. Never raises: what is not understood comes back as a flaw.

    Basis of the cap for 及时 and 实时: 条例 art 26, twenty working days.
    """
    text = _plain(wording)
    if not text:
        return Times(flaw="E-CATALOGUE-TIME")
    notes = ["另有规定的从其规定"] if _OTHERWISE.search(text) else []
    text = re.sub(r"[（(，,；;。]?法律、?法规.*?(?:从其规定|除外)[）)]?", "", text) or text
    if _WEAKER.search(text):
        return Times(due=None, notes=tuple(notes), flaw="W-CATALOGUE-WEAK")
    if _FREE.search(text):
        return Times(notes=(*notes, "没有期限，须由部门确定"), flaw="W-CATALOGUE-FREE")
    text, days = _ON_A_DAY.subn("", text)
    if days:
        notes.append("固定日期；信息形成后二十个工作日的上限仍然适用")
    period = _period(text)
    if steps := _two_steps(text):
        first, second = steps
        later = PublicationSpec(
            audience="public",
            channels=("column",),
            not_before=("approved", "received"),
            due=second.model_copy(update={"start": ("received", "approved")}) if second else None,
        )
        return Times(first or _PROMPT_CAP, period, (later,), (*notes, "两步公开：先公示栏，后网站"))
    parts = [(part, _clause(part)) for part in _clauses(text)]
    found = [due for _, due in parts if due]
    if not found and days:
        return Times(None, period, (), tuple(notes))
    if not found:
        return _without_a_number(text, period, tuple(notes))
    chosen = found[0]
    told = tuple(Clause(_subject(part), due) for part, due in parts if due or _STANDING.search(part))
    if len(told) > 1:
        notes += [f"{each.of or '其他'}：{_told(each.due)}" for each in told]
        notes.append("取第一个有天数的期限，其余由规则按文书种类计算")
    if chosen.prompt:
        notes.append("没有天数，以二十个工作日为上限")
    weak = any(_weak(due) for due in found)
    return Times(
        chosen,
        period,
        (),
        tuple(notes),
        "W-CATALOGUE-WEAK" if weak else "",
        told if len(told) > 1 else (),
    )


def _without_a_number(text: str, period: Period | None, notes: tuple[str, ...]) -> Times:
    if period is not None:
        return Times(None, period, (), notes)
    if _ATTACHED.search(text):
        return Times(_PROMPT_CAP, None, (), (*notes, "随其他文件一并公开"))
    if "提前" in text or any(_counts_back(text, found) for found in _WITHIN.finditer(text)):
        return Times(None, None, (), (*notes, "在活动之前公开"))
    if _STANDING.search(text):
        return Times(_GENERAL, None, (), (*notes, "长期公开，变更后二十个工作日内更新"))
    return Times(notes=notes, flaw="E-CATALOGUE-TIME")


def _weak(due: Deadline) -> bool:
    """Whether a clock is longer than the twenty working days of 条例 art 26."""
    if due.start == ("received",) or due.prompt:
        return False
    return (
        (due.unit == "working_day" and due.within > _LAW)
        or due.unit == "year"
        or (due.unit == "month" and due.within > 1)
        or (due.unit == "day" and due.within > 30)  # noqa: PLR2004  more than twenty working days
    )


def _two_steps(text: str) -> tuple[Deadline | None, Deadline | None] | None:
    """The clocks of the board now and of the web later, where a cell says both one after the other."""
    steps = [step for step in re.split(r"[；;。]|(?<=公开)[，,]|(?<=公示)[，,]", text) if step.strip()]
    board = next((n for n, step in enumerate(steps) if "公示栏" in step and "网站" not in step), None)
    web = next((n for n, step in enumerate(steps) if "网站" in step and "公示栏" not in step), None)
    if board is None or web is None or board > web or re.match(r"同时|并", steps[web]):
        return None
    return _clause(steps[board]), _clause(steps[web])


def _clauses(text: str) -> list[str]:
    """The parts of a cell that each have a clock of their own: numbered, or set off by ； 。, or by ， where both sides have one."""
    marked = re.split(
        r"[；;。]|(?:^|(?<=[^\d]))\d\s*[.．、](?!\d)|[①-⑩]|[（(][\d一二三四五][）)]|(?:^|(?<=[；;。]))[一二三四五]、",
        text,
    )
    parts: list[str] = []
    for part in marked:
        begun = ""
        for piece in re.split(r"(?<=[开示内日])[，,](?=其他|其中|行政|处罚|许可)", part):
            if begun and _clause(begun) and _clause(piece):
                parts.append(begun)
                begun = piece
            else:
                begun = f"{begun}，{piece}" if begun else piece
        if begun.strip():
            parts.append(begun)
    return parts


def _subject(part: str) -> str:
    """What a clause is for: 除处罚决定外其他内容, 行政许可."""
    before = re.split(r"[:：]", part, maxsplit=1)
    if len(before) > 1:
        return before[0].strip()
    lead = re.match(
        r"(?:其中)?(.*?)(?:应|自|在|形成|作出|决定作出|获取|获得|信息形成|\d|[一二三四五六七八九十]+个?[工日])",
        part,
    )
    return (lead[1] if lead else "").strip("，, ")


def _told(due: Deadline | None) -> str:
    if due is None:
        return "长期公开"
    return "及时" if due.prompt else "当日" if not due.within else f"{due.within}{_WRITTEN[due.unit]}"


def write(due: Deadline | None, period: Period | None, then: tuple[PublicationSpec, ...] = ()) -> str:
    """A wording that :func:`read` reads back into the same clocks."""
    shown = f"，公示{period.length}{_WRITTEN[period.unit]}" if period is not None else ""
    if then and then[0].not_before:
        later = then[0].due
        days = f"收到批准文件之日起{later.within}个工作日内，" if later else ""
        return f"启动时及时在村公示栏公开{shown}；{days}在政府网站公开"
    lead = _LEADS.get(due.start, "") if due is not None else ""
    if due is None:
        return shown.removeprefix("，")
    if due.prompt:
        return f"{lead.removesuffix('之日起') + '后' if lead.endswith('之日起') else lead}及时公开{shown}"
    if not due.within:
        return f"{(lead or '信息形成').removesuffix('之日起').removesuffix('后')}当日公开{shown}"
    return f"{lead or '信息形成之日起'}{due.within}{_WRITTEN[due.unit]}内{shown}"


_LEADS: dict[tuple[Trigger, ...], str] = {
    ("received",): "自收到申请之日起", ("received", "approved", "formed"): "自收到批准文件之日起", ("approved", "formed"): "自批准之日起", ("approved",): "自批准之日起", ("concluded", "formed"): "调查结束后",
    ("result", "formed"): "结果确定后", ("signed", "formed"): "自作出决定之日起", ("served", "formed"): "自送达之日起", ("bid_opening", "formed"): "自开标之日起",
}  # fmt: skip
_WRITTEN: dict[str, str] = {"working_day": "个工作日", "day": "日", "month": "个月", "year": "年"}


def _plain(wording: str) -> str:
    text = "".join(wording.split())
    # 二十（20）个工作日 says its number twice
    text = re.sub(
        r"[零〇一二两三四五六七八九十百]+[（(](\d+|[０-９]+)[）)](?=个?(?:工作日|自然日|日|天))", r"\1", text
    )
    text = re.sub(
        r"(\d+)[（(][零〇一二两三四五六七八九十百]+[）)](?=个?(?:工作日|自然日|日|天))", r"\1", text
    )
    text = text.translate({0xFF10 + n: 0x30 + n for n in range(10)} | {0xFF1B: 0x3B, 0xFF0E: 0x2E})
    text = _HALF.sub(lambda found: "6个月" if found[1] == "年" else "15日", text)
    # The day something is formed is not counted: 24 hours end on the next.
    return _HOURS.sub(lambda found: f"{-(-int(found[1]) // 24)}日", text)


def _length(count: str, unit: str) -> int:
    return number(count) * (7 if unit.endswith("周") else 1)


def _unit(text: str) -> _Unit:
    return _UNITS[text.removeprefix("个")]


def _period(text: str) -> Period | None:
    for found in _SHOWN.finditer(text):
        length, unit = found["n"] or found["n2"], found["u"] or found["u2"]
        days = _length(length, unit) if length and unit else 0
        if 1 <= days <= _LONGEST:
            return Period(length=days, unit=_unit(unit))
    return None


def _clause(clause: str) -> Deadline | None:
    bare = _SHOWN.sub("", clause)
    for found in _numbers(bare):
        within, unit = _length(found["n"], found["u"]), _unit(found["u"])
        start = next((triggers for pattern, triggers in _TRIGGERS if pattern.search(bare)), ("formed",))
        if start == ("formed",) and (within, unit) == (_SEVEN, "working_day") and not _FORMED.search(bare):
            start = ("signed", "formed")
        return Deadline(within=within, unit=unit, start=start)
    if _SAME_DAY.search(bare):
        start = next((triggers for pattern, triggers in _TRIGGERS if pattern.search(bare)), ("formed",))
        return Deadline(within=0, unit="day", start=start)
    if _PROMPT.search(bare):
        start = next((triggers for pattern, triggers in _TRIGGERS if pattern.search(bare)), ("formed",))
        return _PROMPT_CAP.model_copy(update={"start": start})
    return None


def _numbers(text: str) -> Iterator[re.Match[str]]:
    for found in _WITHIN.finditer(text):
        if not _counts_back(text, found) and _length(found["n"], found["u"]) <= _LONGEST:
            yield found


def _counts_back(text: str, found: re.Match[str]) -> bool:
    """Whether a number of days is counted back from an event: 提前一周, 开标前20日, 会议召开10日前."""
    lead = text[: found.start()]
    return bool(
        _BEFORE.search(lead) or (_BEFORE_IT.match(text, found.end()) and not re.search(r"[后起]", lead))
    )
