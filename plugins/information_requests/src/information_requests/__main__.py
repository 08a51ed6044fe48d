"""``python -m information_requests``: clock, fee, letter, check and report of requests kept as JSON.

Exit codes as of disclosure-gate: 0 done, 2 bad input, 3 held or incomplete.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import TypeAdapter, ValidationError

from disclosure_gate import Gate
from disclosure_gate.law.calendar import WorkingCalendar
from disclosure_gate.model.frozen import Text
from information_requests.case import Case
from information_requests.checking import check_reply, third_party_data
from information_requests.clocks import clocks, limit_of, outcome_of
from information_requests.fees import fee_by_items, fee_by_pages
from information_requests.letter import Incomplete, letter
from information_requests.plugin import plugin
from information_requests.report import COLUMNS, ROWS, table_three

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_AS_OF = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="the day, default today")
_LANG = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
_JSON = click.option("--json", "as_json", is_flag=True, help="as JSON")
_BAD, _HELD = 2, 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Requests for government information (依申请公开)."""


@main.command()
@_FILE
@_AS_OF
@_LANG
@_JSON
def clock(file: Path, as_of: datetime | None, lang: str, *, as_json: bool) -> None:
    """When the request was received, when the reply is due, what time does not count."""
    case, day, calendar = _case(file), _day(as_of), WorkingCalendar.published()
    told = clocks(case, day, calendar)
    days = {
        "received_on": told.received_on, "correction_by": told.correction_by, "started_on": told.started_on,
        "due_on": told.due_on, "fee_by": told.fee_by,
    }  # fmt: skip
    consulted = [
        {"of": each.of, "until": limit_of(each, calendar), "outcome": outcome_of(each, day, calendar)}
        for each in case.consultations
    ]
    data = {
        **days, "excluded": told.excluded, "provisional": told.provisional, "consultations": consulted,
        "problems": [each.get(lang) for each in told.problems],
    }  # fmt: skip
    _show(data, as_json=as_json, lang=lang)


@main.command()
@click.option("--items", type=click.IntRange(min=0), help="requests charged by item")
@click.option(
    "--before", type=click.IntRange(min=0), default=0, help="requests of that applicant in the month before"
)
@click.option("--pages", type=click.IntRange(min=0), help="pages, where the fee goes by volume")
@_LANG
@_JSON
def fee(items: int | None, before: int, pages: int | None, lang: str, *, as_json: bool) -> None:
    """The fee in yuan, by item or by volume (国办函〔2020〕109号)."""
    if (items is None) is (pages is None):
        _fail("按件或者按量计费，只选一种：--items 或 --pages / by item or by volume, one of them")
    amount = fee_by_items(items, before) if items is not None else fee_by_pages(pages or 0)
    _show({"yuan": amount}, as_json=as_json, lang=lang)


@main.command("letter")
@_FILE
@_LANG
def write(file: Path, lang: str) -> None:
    """The draft of the reply letter."""
    try:
        click.echo(letter(_case(file)).get(lang))
    except Incomplete as error:
        _incomplete(error.missing, lang)


@main.command()
@_FILE
@_AS_OF
@_LANG
@click.option(
    "--letter",
    "edited",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="the letter as edited",
)
@_JSON
def check(file: Path, as_of: datetime | None, lang: str, edited: Path | None, *, as_json: bool) -> None:
    """The reply before the gate: whom it goes to, whose data are in it, what it lacks."""
    case = _case(file)
    text = edited.read_text(encoding="utf-8") if edited else None
    try:
        answer = check_reply(Gate.open(plugins=(plugin,)), case, _day(as_of), text)
        drafted = letter(case).zh if text is None else text
    except Incomplete as error:
        _incomplete(error.missing, lang)
    masked = third_party_data(answer, case, drafted)
    lacking = [each.message.get(lang) for each in answer.obligations if each.code == "D-ELEMENTS"]
    _show(
        {
            "status": answer.status.value if answer.status else None,
            "held": [each.message.get(lang) for each in answer.held],
            "audience": sorted({each.audience for each in answer.publications}),
            "third_party_data": [f"{each.kind} {each.where}[{each.start}:{each.end}]" for each in masked],
            "lacking": lacking,
        },
        as_json=as_json,
        lang=lang,
    )
    if answer.held or masked or lacking:
        sys.exit(_HELD)


@main.command()
@_FILE
@click.option("--year", type=int, required=True)
@_JSON
def report(file: Path, year: int, *, as_json: bool) -> None:
    """Table 三 of the annual report from a file with a list of cases."""
    cases = _read(file, TypeAdapter(list[Case]))
    try:
        table = table_three(cases, year)
    except ValueError as error:
        _fail(str(error))
    if as_json:
        rows = {
            row: {column: table.counts[row, column] for column in COLUMNS} | {"total": table.of(row)}
            for row in ROWS
        }
        _show({"year": year, "rows": rows, "consistent": table.consistent}, as_json=True)
        return
    for row, label in ROWS.items():
        click.echo(
            "\t".join([label, *(str(table.counts[row, column]) for column in COLUMNS), str(table.of(row))])
        )


def _case(file: Path) -> Case:
    case: Case = _read(file, TypeAdapter(Case))
    return case


def _read(file: Path, wanted: TypeAdapter[Any]) -> Any:
    try:
        return wanted.validate_json(file.read_bytes())
    except ValidationError as error:
        # Values are left out: they may be what the applicant wrote.
        _fail(
            "\n".join(
                f"/{'/'.join(map(str, each['loc']))}: {each['msg']}"
                for each in error.errors(include_input=False, include_url=False)
            )
        )


def _day(as_of: datetime | None) -> date:
    return as_of.date() if as_of else datetime.now().astimezone().date()


def _incomplete(missing: tuple[Text, ...], lang: str) -> NoReturn:
    for each in missing:
        click.echo(each.get(lang), err=True)
    sys.exit(_HELD)


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(_BAD)


def _show(data: dict[str, Any], *, as_json: bool, lang: str = "zh") -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
        return
    for name, value in data.items():
        click.echo(f"{_LABELS[name].get(lang)}: {_told(value, lang)}")


def _told(value: Any, lang: str) -> str:
    if isinstance(value, list):
        return "; ".join(_told(each, lang) for each in value) or "-"
    if isinstance(value, dict):
        return " ".join(_told(each, lang) for each in value.values())
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    known = _WORDS.get(str(value))
    return "-" if value is None else known.get(lang) if known else str(value)


_LABELS = {
    "received_on": Text(zh="收到之日", en="received on"),
    "correction_by": Text(zh="补正通知最迟", en="correction to be asked for by"),
    "started_on": Text(zh="答复期限起算", en="time of reply starts"),
    "due_on": Text(zh="答复最迟", en="reply due on"),
    "fee_by": Text(zh="缴费最迟", en="fee to be paid by"),
    "excluded": Text(zh="不计入的工作日", en="working days left out"),
    "provisional": Text(zh="暂算", en="provisional"),
    "consultations": Text(zh="征求意见", en="consultations"),
    "problems": Text(zh="问题", en="problems"),
    "yuan": Text(zh="元", en="yuan"),
    "status": Text(zh="公开属性", en="status"),
    "held": Text(zh="待定", en="held"),
    "audience": Text(zh="送达对象", en="audience"),
    "third_party_data": Text(zh="应遮盖的第三方信息", en="data of third parties to be masked"),
    "lacking": Text(zh="缺少", en="lacking"),
}
_WORDS = {
    "third_party": Text(zh="第三方", en="third party"),
    "co_maker": Text(zh="联合制作机关", en="co-maker"),
    "other_organ": Text(zh="其他机关", en="other organ"),
    "open": Text(zh="尚在征求", en="open"),
    "agrees": Text(zh="同意公开", en="agrees"),
    "consents": Text(zh="逾期未答复，视为同意", en="silent, which is consent"),
    "withhold": Text(zh="有合理理由不同意，不予公开", en="objects with reason: withheld"),
    "organ_decides": Text(zh="由本机关决定", en="the organ decides"),
    "parties": Text(zh="申请人", en="the applicant"),
    "on_request": Text(zh="依申请公开", en="on request"),
    "proactive": Text(zh="主动公开", en="proactive"),
    "partial": Text(zh="部分公开", en="partial"),
    "withheld": Text(zh="不予公开", en="withheld"),
}


if __name__ == "__main__":
    main()
