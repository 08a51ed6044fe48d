"""The annual report as a page, as HTML to keep, and as a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from flask import Response, g, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from disclosure_gate.desk.pages import desk, gate, overview, page
from disclosure_gate.desk.signin import signed_in
from disclosure_gate.desk.words import language
from disclosure_gate.desk.workbook import workbook
from disclosure_gate.gate import Gate
from disclosure_gate.model.errors import InputError, NotReady
from disclosure_gate.model.frozen import Frozen, Text
from disclosure_gate.register import annual, requests_counted
from disclosure_gate.register.annual import Entered, Report, RequestFigures
from disclosure_gate.register.overview import Overview

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_DAYS = 3660
_FIRST_YEAR = 2008  # the Regulation is in force from then on


@desk.route("/report", methods=["GET", "POST"])
@signed_in("office")
def report() -> Response:
    """The report of a year; figures the register does not hold come with uploaded files and are not kept."""
    year = _year(request.values.get("year", ""))
    quiet = days(request.values.get("quiet", ""))
    entered, counted = _entered(), _counted(year)
    made = annual.report(
        year,
        g.key.organ,
        overview().lines(g.key.organ),
        gate().today(),
        entered=entered,
        requests=counted,
        rows=expected_rows(gate()),
        quiet=quiet,
    )
    match request.form.get("as"):
        case "xlsx":
            return _file(workbook(made, language()), f"annual-report-{year}.xlsx", _XLSX)
        case "html":
            return _file(html(made, language()).encode(), f"annual-report-{year}.html", "text/html")
        case _:
            return Response(
                page(
                    "report.html",
                    report=made,
                    body=tables(made, language()),
                    year=year,
                    quiet=quiet,
                    entered=entered is not None or counted is not None,
                )
            )


def made_for_file(
    opened: Gate,
    year: int,
    organ: str,
    figures: Path | None,
    suffix: str,
    lang: str,
    *,
    requests: Path | None = None,
    quiet: int = annual.QUIET,
) -> tuple[bytes, dict[str, int]]:
    """The report as the bytes of a file, and how its formulas came out.

    Raises:
        InputError: the figures or the counts of requests are flawed, or the suffix is none of .xlsx, .html, .json.
    """
    if opened.register is None:
        raise NotReady("E-NO-REGISTER")
    followed = Overview()
    followed.follow(opened.register)
    entered = Entered.read(figures) if figures is not None else None
    counted = requests_counted.read(requests, year) if requests is not None else None
    made = annual.report(
        year,
        organ,
        followed.lines(organ),
        opened.today(),
        entered=entered,
        requests=counted,
        rows=expected_rows(opened),
        quiet=quiet,
    )
    told = {
        "checks": len(made.checks),
        "broken": sum(each.holds is False for each in made.checks),
        "unknown": sum(each.holds is None for each in made.checks),
    }
    match suffix:
        case ".xlsx":
            return workbook(made, lang), told
        case ".html":
            return html(made, lang).encode(), told
        case ".json":
            return json.dumps(asdict(made), ensure_ascii=False, indent=2, default=_plain).encode(), told
        case _:
            raise InputError("E-FIELD-TYPE", where="--out", got=suffix, expected=".xlsx | .html | .json")


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Frozen) else str(value)


def tables(made: Report, lang: str) -> str:
    """The tables as HTML."""
    return (
        _templates()
        .get_template("_report_tables.html")
        .render(report=made, annual=annual, lang=lang, say=_say(lang))
    )


def html(made: Report, lang: str) -> str:
    """The whole report as one file that needs nothing else."""
    return _templates().get_template("report_file.html").render(
        report=made, annual=annual, lang=lang, say=_say(lang), body=tables(made, lang)
    )  # fmt: skip


def expected_rows(opened: Gate) -> list[tuple[str, str]]:
    """The rows of the catalogue that must be published to all, each with its domain."""
    return [
        (row.id, row.domain)
        for row in opened.parts.catalogue.rows()
        if row.mode == "proactive" and row.audience == "public"
    ]


def days(text: str) -> int:
    """A number of days a person asked for.

    Raises:
        InputError: it is none from 1 to ten years.
    """
    if not text:
        return annual.QUIET
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise InputError("E-FIELD-TYPE", where="/quiet", expected=f"1 – {_MOST_DAYS}")
    return int(text)


def _entered() -> Entered | None:
    import yaml  # noqa: PLC0415  only an upload needs it

    words = _uploaded("figures")
    if words is None:
        return None
    try:
        data = yaml.safe_load(words) or {}
    except (yaml.YAMLError, ValueError, RecursionError):
        raise InputError("E-YAML", where="figures") from None
    return Entered.parse(data, "figures")


def _counted(year: int) -> RequestFigures | None:
    words = _uploaded("requests")
    if words is None:
        return None
    try:
        data = json.loads(words)
    except (ValueError, RecursionError):
        raise InputError("E-JSON", where="requests") from None
    return requests_counted.parse(data, "requests", year)


def _uploaded(name: str) -> str | None:
    file = request.files.get(name)
    if file is None or not file.filename:
        return None
    try:
        return str(file.read(), "utf-8")
    except UnicodeDecodeError:
        raise InputError("E-FILE", where=name, got="UnicodeDecodeError") from None


def _year(text: str) -> int:
    now = gate().today().year
    if not text:
        return now
    if not text.isdecimal() or not _FIRST_YEAR <= int(text) <= now + 1:
        raise InputError("E-FIELD-TYPE", where="/year", expected=f"{_FIRST_YEAR} – {now}")
    return int(text)


def _file(content: bytes, name: str, media_type: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _templates() -> Environment:
    # Without an application: the command line makes the same report.
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _say(lang: str) -> Callable[..., str]:
    """What a template calls for a sentence in one of two languages."""

    def say(zh: str | Text, en: str = "") -> str:
        return zh.get(lang) if isinstance(zh, Text) else zh if lang == "zh" else en

    return say
