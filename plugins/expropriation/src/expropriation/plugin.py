"""What YAML alone cannot say of a taking: the stage of a paper, households in its tables, steps taken too early."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from disclosure_gate import hookimpl
from disclosure_gate.detect.lexicon import COLUMNS
from disclosure_gate.detect.reader import is_body
from disclosure_gate.detect.tables import Table, tables
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import FactStatement, Finding, Oblige, Reading, Warn
from disclosure_gate.model.frozen import FactValue, Text
from expropriation.stages import STAGES, is_taking, stage_of

_RULESET = Path(__file__).parent / "ruleset"
_HEAD_ROWS = 6
_PERSONS = frozenset(word for word, role in COLUMNS.items() if role == "person_name") | {"被征地农户", "户主"}
_HOLDINGS = ("面积", "金额", "补偿", "房屋", "房号", "地类", "附着物", "青苗", "价值", "评估", "宗地", "安置")
_PRE_NOTICE_DAYS = 10  # working days, 土地管理法实施条例 26
_PLAN_DAYS = 30  # days, 土地管理法实施条例 28


class Expropriation:
    """The plugin. Its two duties only say in which steps a public notice is published; nothing is opened by it."""

    name = "expropriation"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading) -> Iterable[FactStatement]:
        """The stage, by the title; households, by the headings of a table."""
        stage = stage_of(document)
        if stage is not None:
            yield FactStatement("expropriation_stage", stage, self.name, ("title",))
        if not is_taking(document):
            return
        places = tuple(table.where for table in tables(reading) if _lists_households(table))
        if places:
            yield FactStatement("household_data", True, self.name, places)
            if document.domain == "land_compensation":
                yield FactStatement("land_household_list", True, self.name, places)

    @hookimpl
    def dg_findings(
        self,
        facts: Mapping[str, FactValue],
        reading: Reading,
        as_of: date,
        laws: LawRegistry,
        calendar: WorkingCalendar,
    ) -> Iterable[Finding]:
        """What a paper of its stage lacks; a step that comes before the one ahead of it has run its time."""
        stage = STAGES.get(str(facts["expropriation_stage"]))
        if stage is None:
            return
        text = "\n".join(part for where, part in reading.parts if is_body(where) or where == "title")
        if stage.basis is not None:
            basis = laws.basis(stage.basis.law, stage.basis.article, as_of)
            missing = [
                name for name, words in stage.elements.items() if not any(word in text for word in words)
            ]
            if missing and basis:
                effect = Oblige(code="D-ELEMENTS", when="before_clearing")
                yield Finding(
                    "plugins/expropriation/elements", effect, (basis,), _lacks(stage.title, missing)
                )
        yield from _too_early(str(facts["expropriation_stage"]), facts, as_of, laws, calendar)
        owner = laws.basis("ogi_regulation", "21", as_of)
        if owner and facts["household_data"] and any(_lists_households(each) for each in tables(reading)):
            yield Finding("plugins/expropriation/separate", Warn(code="W-RULE"), (owner,), _SEPARATE)


plugin = Expropriation()


def _lists_households(table: Table) -> bool:
    """Whether a heading names persons and another what they hold or get."""
    for row in table.rows[:_HEAD_ROWS]:
        headings = ["".join(cell.text.split()) for cell in row if cell.text]
        if any(each in _PERSONS for each in headings) and any(
            word in each for each in headings for word in _HOLDINGS if each not in _PERSONS
        ):
            return True
    return False


def _too_early(
    stage: str, facts: Mapping[str, FactValue], as_of: date, laws: LawRegistry, calendar: WorkingCalendar
) -> Iterator[Finding]:
    pre_notice, plan = facts["pre_notice_on"], facts["plan_notice_on"]
    effect = Oblige(code="D-CONFIRM", when="before_clearing")
    if stage == "land_plan" and isinstance(pre_notice, int):
        end, _ = calendar.add_working_days(date.fromordinal(pre_notice), _PRE_NOTICE_DAYS)
        basis = laws.basis("land_regulation", "26", as_of)
        if basis and end > as_of:
            yield Finding(
                "plugins/expropriation/pre-notice-still-runs",
                effect,
                (basis,),
                _runs_till("预公告", "pre-notice", end),
            )
    if stage in {"land_files", "land_approval", "land_notice"} and isinstance(plan, int):
        end = date.fromordinal(plan) + timedelta(_PLAN_DAYS)
        basis = laws.basis("land_regulation", "28", as_of)
        if basis and end > as_of:
            yield Finding(
                "plugins/expropriation/plan-still-runs",
                effect,
                (basis,),
                _runs_till("补偿安置方案公告", "notice of the plan", end),
            )
    if stage == "house_decision" and isinstance(plan, int):
        end = date.fromordinal(plan) + timedelta(_PLAN_DAYS)
        basis = laws.basis("expropriation_regulation", "10", as_of)
        if basis and end > as_of:
            yield Finding(
                "plugins/expropriation/consultation-still-runs",
                effect,
                (basis,),
                _runs_till("补偿方案征求意见", "consultation on the plan", end),
            )


def _runs_till(zh: str, en: str, end: date) -> Text:
    return Text(
        zh=f"{zh}的期限到 {end.isoformat()} 才满，本阶段的文件不应先行公开",
        en=f"The {en} runs until {end.isoformat()}; a paper of this stage should not come before that.",
    )


def _lacks(stage: Text, missing: Sequence[str]) -> Text:
    return Text(
        zh=f"{stage.zh}没有写明：{'、'.join(missing)}",
        en=f"{stage.en}: it does not say {', '.join(missing)}",
    )


_SEPARATE = Text(
    zh="文中附有分户情况，整件限征收范围内公布；把分户表另成一件，其余部分可以按原范围公开",
    en="It holds a table by household, so the whole stays inside the area; make that table a paper of its own and the rest may go as far as it would.",
)
