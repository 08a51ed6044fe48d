"""The command line. Modules are imported by the command that needs them: help comes at once."""

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from disclosure_gate.catalogue.model import Row, RowSource
    from disclosure_gate.catalogue.suggestion import Suggestion
    from disclosure_gate.catalogue.tables import Imported
    from disclosure_gate.gate import Gate
    from disclosure_gate.model import Determination, Document, GateError
    from disclosure_gate.model.clearance import PublicFile
    from disclosure_gate.register.keys import ApiKeys
    from disclosure_gate.register.remembering import Memory
    from disclosure_gate.register.signing import SigningKeys

DECIDED, FAILED, BAD_INPUT, HELD = 0, 1, 2, 3
_DAY = click.DateTime(["%Y-%m-%d"])
_PORT = click.IntRange(1, 65_535)


class Session:
    """What all commands share: language, output form, rulesets, register."""

    def __init__(self, lang: str, rulesets: tuple[str, ...], *, as_json: bool) -> None:
        self.lang = lang
        self.as_json = as_json
        self.rulesets = rulesets

    def gate(self, register: str | None = None, *, make: bool = False, **options: Any) -> Gate:
        """A gate over the chosen rulesets; with ``make`` a register that is not there is made, with ``look`` it is only read.

        One made for a slip of the pen would be empty: verified without fault, and nothing in the column would be due.
        """
        _quiet_logs()
        from disclosure_gate.gate import Gate  # noqa: PLC0415  see the module's docstring

        return Gate.open(rulesets=_folders(self.rulesets), register=register, make=make, **options)

    def say(self, zh: str, en: str) -> str:
        """The sentence in the chosen language."""
        return zh if self.lang == "zh" else en

    def show(self, data: Any, view: Callable[[], None]) -> None:
        """JSON for programs, else the view for people."""
        if self.as_json:
            click.echo(_json(data, indent=2))
        else:
            view()


pass_session = click.make_pass_decorator(Session)


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--json`` and ``--lang`` may stand before or after the command's own name."""

    def set_json(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001  click's signature
        if value:
            context.find_object(Session).as_json = True  # type: ignore[union-attr]  # the group makes it

    def set_lang(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value:
            context.find_object(Session).lang = value  # type: ignore[union-attr]  # the group makes it

    command = click.option(
        "--json", is_flag=True, expose_value=False, callback=set_json, help="以 JSON 输出 / print JSON"
    )(command)
    return click.option(
        "--lang", type=click.Choice(["zh", "en"]), expose_value=False, callback=set_lang, help="zh | en"
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="消息语言 / language of messages",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 / print JSON")
@click.option(
    "--rulesets",
    multiple=True,
    type=click.Path(),
    help="规则集目录，默认随包附带 / folder of rulesets, default: shipped",
)
@click.version_option(package_name="disclosure-gate")
@click.pass_context
def cli(context: click.Context, lang: str, as_json: bool, rulesets: tuple[str, ...]) -> None:  # noqa: FBT001  click's signature
    """Give government documents their disclosure status: 公文公开属性认定与放行.

    退出码 / exit codes: 0 已认定 decided · 2 输入有误 bad input · 3 待定 held · 1 其他 anything else
    """
    context.obj = Session(lang, rulesets, as_json=as_json)


_DOCUMENT_OPTIONS = [
    click.option(
        "--as-of", type=_DAY, help="适用哪一天的法律，默认今天 / the day whose law decides, default today"
    ),
    click.option("--fact", "facts", multiple=True, metavar="K=V", help="要素，可重复 / a fact, repeatable"),
    click.option("--kind", help="文种（非 JSON 文件时）/ kind, for files that are not JSON"),
    click.option("--issuer", help="发文机关 / issuing organ"),
    click.option("--title", help="标题，默认文件名 / title, default the file's name"),
    click.option("--domain", help="领域 / domain"),
    click.option("--item", help="目录事项 / catalogue item"),
]


def _document_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_DOCUMENT_OPTIONS):
        command = option(command)
    return command


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@_document_options
@_common
@pass_session
def check(session: Session, /, files: tuple[str, ...], as_of: datetime | None, **given: Any) -> None:
    """认定公开属性 / give documents their status."""
    from disclosure_gate.model import Determination  # noqa: PLC0415  see the module's docstring

    with _errors(session):
        gate = session.gate()
        results = [(name, _attempt(gate, name, given, _day(as_of))) for name in files]
        likely = {
            name: _likely(gate, name, given) for name, each in results if isinstance(each, Determination)
        }
    from disclosure_gate.console import show_checks  # noqa: PLC0415  see the module's docstring

    data = [
        {
            "file": name,
            **(
                each.to_json()
                if isinstance(each, Determination)
                else {"errors": [flaw.as_json(session.lang) for flaw in each.flaws]}
            ),
            **({"likely_items": [one.row.id for one in likely[name]]} if likely.get(name) else {}),
        }
        for name, each in results
    ]
    session.show(data[0] if len(data) == 1 else data, lambda: show_checks(results, session.lang, likely))
    outcomes = [each.status for _, each in results if isinstance(each, Determination)]
    sys.exit(BAD_INPUT if len(outcomes) < len(results) else HELD if None in outcomes else DECIDED)


@cli.command()
@click.argument("file", type=click.Path())
@click.option("--rule", help="只看这条规则 / only this rule")
@_document_options
@_common
@pass_session
def explain(session: Session, /, file: str, rule: str | None, as_of: datetime | None, **given: Any) -> None:
    """说明理由：要素、每条规则、什么会改变结论 / facts, every rule, and what would change the answer."""
    with _errors(session):
        gate = session.gate()
        explanation = gate.explain(_read_document(file, given), _day(as_of))
        if rule is not None:
            _known_rule(gate, rule)
            explanation = explanation.model_copy(
                update={"rules": tuple(each for each in explanation.rules if each.rule == rule)}
            )
    from disclosure_gate.console import show_explanation  # noqa: PLC0415  see the module's docstring

    session.show(
        explanation.model_dump(mode="json"),
        lambda: show_explanation(explanation, gate.parts.rules.vocabulary, session.lang),
    )
    sys.exit(HELD if explanation.determination.status is None else DECIDED)


@cli.command()
@click.argument("file", type=click.Path())
@click.option(
    "-o", "--out", required=True, type=click.Path(), help="输出文件或目录 / the copy, or a folder for several"
)
@click.option(
    "--report",
    type=click.Path(),
    help="遮盖前后对照表（含原内容，仅供内部） / spans before and after, for review only",
)
@click.option(
    "--without-pictures",
    is_flag=True,
    help="图片已经人工看过：副本不带图片 / a person has seen the pictures: leave them out",
)
@click.option(
    "--without-objects",
    is_flag=True,
    help="图片、图表、图示、文本框、嵌入文件已经人工看过：副本都不带 / the same for pictures, charts, diagrams, text boxes, embedded files",
)
@_document_options
@_common
@pass_session
def redact(
    session: Session,
    /,
    file: str,
    out: str,
    report: str | None,
    without_pictures: bool,  # noqa: FBT001  a flag of the command line
    without_objects: bool,  # noqa: FBT001  a flag of the command line
    as_of: datetime | None,
    **given: Any,
) -> None:
    """生成遮盖后的公开副本并核验 / make the masked public copy and prove it clean."""
    from disclosure_gate.console import redaction_report, show_redactions  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.errors import InputError, UnreadableError  # noqa: PLC0415
    from disclosure_gate.model.labels import place_of  # noqa: PLC0415

    given = {**given, "kind": given.get("kind") or "其他", "issuer": given.get("issuer") or "—"}
    if Path(file).suffix.lower() == ".json":
        given = {**given, "kind": None, "issuer": None}
    with _errors(session):
        _all_apart(file, out, *([report] if report else ()))
        if report and not Path(report).parent.is_dir():  # before a copy is written that nobody would look for
            raise InputError("E-FILE", where=report, expected="an existing folder")
        gate = session.gate()
        document = _read_document(file, given)
        names = [each.name for each in document.files]
        try:
            copies = gate.redact(
                document,
                _day(as_of),
                without_pictures=without_pictures,
                without_objects=without_objects,
            )
        except UnreadableError as error:
            if session.as_json:
                raise
            told = (replace(each, where=place_of(each.where, names, session.lang)) for each in error.flaws)
            raise UnreadableError(flaws=tuple(told)) from error
        written = _write_copies(Path(out), copies.files)
    if report:
        with _errors(session):
            _write_whole(Path(report), redaction_report(copies, names, session.lang).encode())

    data = {
        "files": [
            {"file": str(path), "name": each.name, "media_type": each.media_type, "sha256": each.digest}
            for path, each in written
        ],
        "redactions": [each.model_dump(mode="json") for each in copies.redactions],
        "reasons": [each.model_dump(mode="json") for each in copies.reasons],
        "left_out": list(copies.left_out),
        "objects_left_out": list(copies.objects_left_out),
    }
    session.show(data, lambda: show_redactions(written, copies, names, session.lang))
    sys.exit(DECIDED)


def _write_copies(out: Path, files: Sequence[PublicFile]) -> list[tuple[Path, PublicFile]]:
    """Each copy whole or not at all; several go into a folder, under their own masked names."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    single = len(files) == 1 and not out.is_dir()
    written = []
    try:
        if not single:
            out.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(files):
            safe = "".join("_" if char in '/\\:*?"<>|' or ord(char) < 32 else char for char in each.name)  # noqa: PLR2004  control characters
            path = out if single else out / f"{number + 1}-{safe}"
            _write_whole(path, each.content)
            written.append((path, each))
    except OSError as error:
        raise InputError("E-FILE", where=str(out), got=type(error).__name__) from error
    return written


def _all_apart(*names: str) -> None:
    """Refuse, before anything is done, to write over what is read or what is written too, or without a name."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    for number, name in enumerate(names):
        if not name:
            raise InputError("E-FIELD-MISSING", where="-o")
        for other in names[:number]:
            one, two = Path(name).resolve(), Path(other).resolve()
            if one == two or (one.is_file() and two.is_file() and one.samefile(two)):
                raise InputError("E-SAME-FILE", where=name)


@cli.group("catalogue")
def catalogue_group() -> None:
    """标准目录 / standard catalogues."""


@catalogue_group.command("import")
@click.argument("file", type=click.Path())
@click.option("-o", "--out", type=click.Path(), help="写成 catalogue.yaml / write a catalogue.yaml")
@click.option("--domain", required=True, help="领域 / domain")
@click.option("--as-of", type=_DAY, help="依据以哪一天为准 / the day bases are held against")
@_common
@pass_session
def catalogue_import(
    session: Session, file: str, out: str | None, domain: str, as_of: datetime | None
) -> None:
    """读入 .xlsx/.docx 目录表，列出理解方式和缺陷 / read a table, tell how it was understood and what is wrong."""
    from disclosure_gate.console import show_import  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.document import domain_of  # noqa: PLC0415

    with _errors(session):
        slug = domain_of(domain)
        imported = _import_rows(session, file, _day(as_of) or _today())
        if out:
            _write_whole(Path(out), _catalogue_yaml(slug, imported.rows).encode())
    data = {
        "rows": [row.model_dump(mode="json") for row in imported.rows],
        "understood": [asdict(each) for each in imported.understood],
        "defects": [asdict(each) for each in imported.defects],
    }
    session.show(data, lambda: show_import(imported, session.lang))
    sys.exit(DECIDED)


@catalogue_group.command("export")
@click.argument("domain")
@click.option("-o", "--out", required=True, type=click.Path(), help="输出的 .xlsx / the workbook to write")
@_common
@pass_session
def catalogue_export(session: Session, domain: str, out: str) -> None:
    """按统一样式导出为 Excel / export in the standard Excel form."""
    from disclosure_gate.catalogue.tables import export_grid  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.document import DOMAINS, domain_of  # noqa: PLC0415
    from disclosure_gate.redact.sheet import workbook  # noqa: PLC0415

    with _errors(session):
        slug = domain_of(domain)
        gate = session.gate()
        rows = gate.parts.catalogue.rows(slug)
        title = f"{DOMAINS[slug]}领域基层政务公开标准目录"
        _write_whole(Path(out), workbook(export_grid(rows, gate.parts.laws, title)))
    session.show(
        {"file": out, "rows": len(rows)},
        lambda: click.echo(
            session.say(f"已导出 {len(rows)} 个事项：{out}", f"{len(rows)} items written: {out}")
        ),
    )


@catalogue_group.command("check")
@click.argument("file", type=click.Path())
@click.option("--domain", required=True, help="作为指引的领域 / the domain that is the guide")
@_common
@pass_session
def catalogue_check(session: Session, file: str, domain: str) -> None:
    """对照指引检查本地目录：增加、细化、删减、缺要素 / hold a local table against the guide."""
    from disclosure_gate.catalogue.comparison import compare  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import show_differences  # noqa: PLC0415
    from disclosure_gate.model.document import domain_of  # noqa: PLC0415

    with _errors(session):
        slug = domain_of(domain)
        imported = _import_rows(session, file, _today())
        found = compare(imported.rows, session.gate().parts.catalogue.rows(slug))
    session.show([asdict(each) for each in found], lambda: show_differences(found, session.lang))
    sys.exit(FAILED if any(each.code.startswith("E-") for each in found) else DECIDED)


@catalogue_group.command("suggest")
@click.argument("title")
@click.option("--text", "text_file", type=click.Path(), help="正文文件 / a file with the text")
@click.option("--domain", help="限于该领域 / within this domain")
@_common
@pass_session
def catalogue_suggest(session: Session, title: str, text_file: str | None, domain: str | None) -> None:
    """按标题和正文推荐目录事项，并说明理由 / the likely items for a title and text, with the reason."""
    from disclosure_gate.console import show_suggestions  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.document import domain_of  # noqa: PLC0415

    with _errors(session):
        slug = domain_of(domain) if domain else None
        text = _text_of(text_file) if text_file else ""
        found = session.gate().parts.catalogue.suggest(title, text, slug)
    data = [
        {
            "item": each.row.id,
            "path": each.row.path,
            "score": round(each.score, 3),
            "because": list(each.because),
        }
        for each in found
    ]
    session.show(data, lambda: show_suggestions(found, session.lang))
    sys.exit(DECIDED if found else FAILED)


def _import_rows(session: Session, file: str, on: date) -> Imported:
    from disclosure_gate.catalogue.tables import import_rows  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.errors import InputError, UnreadableError  # noqa: PLC0415
    from disclosure_gate.redact import sheet, word  # noqa: PLC0415

    try:
        data = Path(file).read_bytes()
        grids = word.grids(data) if file.lower().endswith(".docx") else sheet.grids(data)
    except OSError as error:
        raise InputError("E-FILE", where=file, got=type(error).__name__) from error
    except UnreadableError as error:
        raise InputError(error.code, where=file) from error
    parts = session.gate().parts
    return import_rows(grids, parts.laws, on, parts.limits)


def _catalogue_yaml(domain: str, rows: Sequence[RowSource]) -> str:
    import yaml  # noqa: PLC0415  see the module's docstring

    from disclosure_gate.model.document import DOMAINS  # noqa: PLC0415

    data = {
        "domain": domain,
        "title": f"{DOMAINS[domain]}领域基层政务公开标准目录",
        "catalogue": [
            row.model_dump(mode="json", exclude_defaults=True) | {"id": row.id, "item": list(row.item)}
            for row in rows
        ],
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)


def _write_whole(path: Path, data: bytes) -> None:
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    try:
        if path.exists() and not path.is_file():  # a device, whose name would be given to a file; a folder
            raise InputError("E-FILE", where=str(path), got="IsNoFile")
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise InputError("E-FILE", where=str(path), got=type(error).__name__) from error


def _text_of(name: str) -> str:
    """The text of a file in any of the encodings in which a document's text is read."""
    from disclosure_gate.model.errors import InputError, UnreadableError  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.redact import PlainText  # noqa: PLC0415

    try:
        return PlainText().inspect(_read_bytes(name)).parts[0][1]
    except UnreadableError as error:
        raise InputError(flaws=tuple(replace(each, where=name) for each in error.flaws)) from error


@cli.group()
def rules() -> None:
    """规则集 / rulesets."""


@rules.command("test")
@click.option("--ruleset", help="只测这一个 / only this one")
@_common
@pass_session
def rules_test(session: Session, ruleset: str | None) -> None:
    """运行各规则集的测试用例 / run the test cases beside the rulesets."""
    from disclosure_gate.console import show_cases  # noqa: PLC0415  see the module's docstring

    with _errors(session):
        gate = session.gate()
        results = _run_cases(gate, ruleset)
    failed = [each for each in results if each.differences]
    data = {
        "cases": len(results),
        "failed": [
            {"ruleset": each.ruleset, "case": each.name, "differences": each.differences} for each in failed
        ],
    }
    session.show(data, lambda: show_cases(results, session.lang))
    sys.exit(FAILED if failed else DECIDED)


@rules.command("lint")
@click.option("--as-of", type=_DAY, help="依据以哪一天为准 / the day bases are held against")
@_common
@pass_session
def rules_lint(session: Session, as_of: datetime | None) -> None:
    """检查规则：失效、未核实、未测试、不可达、重复 / stale, unverified, untested, unreachable, overlapping."""
    from disclosure_gate.catalogue.lint import lint as lint_rows  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import show_lint  # noqa: PLC0415
    from disclosure_gate.rules.lint import lint  # noqa: PLC0415

    with _errors(session):
        gate = session.gate(engine="direct")
        fired = _fired(gate)
        day = _day(as_of) or _today()
        catalogue = gate.parts.catalogue
        tested = catalogue.named(case.document for _, _, case in gate.parts.rules.cases)
        found = lint(gate.parts.rules, day, fired, {row.id for row in catalogue.rows()})
        rows = lint_rows(catalogue, gate.parts.laws, day, gate.parts.limits, tested)
    data: list[dict[str, Any]] = [
        {
            "kind": each.kind,
            "rule": each.rule,
            "where": each.where,
            "error": each.error,
            "message": each.message.model_dump(),
        }
        for each in found
    ]
    data += [
        {
            "kind": each.kind,
            "row": each.row,
            "error": each.error,
            "message": {"zh": each.message, "en": each.message},
        }
        for each in rows
    ]
    session.show(
        data,
        lambda: show_lint(found, rows, len(gate.parts.rules.rules), len(gate.parts.catalogue), session.lang),
    )
    wrong = any(each.error for each in found) or any(each.error for each in rows)
    sys.exit(FAILED if wrong else DECIDED)


@rules.command("coverage")
@_common
@pass_session
def rules_coverage(session: Session) -> None:
    """用例覆盖：按规则和按条款 / coverage by the test cases, by rule and by article."""
    from disclosure_gate.console import show_coverage  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.rules.coverage import coverage  # noqa: PLC0415

    with _errors(session):
        gate = session.gate(engine="direct")
        found = coverage(gate.parts.rules, _firings(gate))
    session.show(
        {
            "rules": found.rules,
            "articles": [asdict(each) for each in found.articles],
            "untested": list(found.untested),
        },
        lambda: show_coverage(found, session.lang),
    )
    sys.exit(FAILED if found.untested else DECIDED)


@rules.command("diff")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path(), required=False)
@_common
@pass_session
def rules_diff(session: Session, old: str, new: str | None) -> None:
    """两版规则集的不同，以及因此改变的用例结论 / what differs between two editions, and the decisions it changes."""
    from disclosure_gate.console import progress, show_comparison  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.difference import compare  # noqa: PLC0415

    with _errors(session):
        before = _edition((old,))
        after = _edition((new,) if new else session.rulesets)
        with progress(session.say("用例", "cases"), quiet=session.as_json) as step, _unheard():
            found = compare(before, after, step)
    session.show(found.to_json(), lambda: show_comparison(found, session.lang))
    sys.exit(DECIDED if found.same else FAILED)


@rules.command("verify")
@click.argument("source", required=False)
@click.option(
    "--register", "register_url", metavar="URL", help="台账，SOURCE 为认定编号 / SOURCE is an id there"
)
@click.option(
    "-o", "--out", type=click.Path(), help="写出现有规则集的清单 / write a manifest of what is loaded"
)
@_common
@pass_session
def rules_verify(session: Session, source: str | None, register_url: str | None, out: str | None) -> None:
    """核对规则集的版本和摘要：SOURCE 为认定、清单或台账编号 / hold versions and digests against a determination or manifest."""
    from disclosure_gate.console import show_rulesets  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.difference import loaded_rulesets, named_rulesets, verify  # noqa: PLC0415

    with _errors(session):
        gate = session.gate(register_url, engine="direct", look=True)
        loaded = loaded_rulesets(gate)
        found = None
        if source and register_url:
            recalled = gate.recall(source)
            if recalled is None:
                from disclosure_gate.model.errors import InputError  # noqa: PLC0415

                raise InputError("E-UNKNOWN-DETERMINATION", where="SOURCE", got=source[:80])
            found = verify(recalled[1].determination.rulesets, loaded, whole=False)
        elif source:
            named, whole = named_rulesets(_read_bytes(source), source)
            found = verify(named, loaded, whole=whole)
        if out:
            manifest = {"manifest": [each.model_dump(mode="json") for each in loaded]}
            _write_whole(Path(out), (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
    data = {
        "rulesets": [each.model_dump(mode="json") for each in loaded],
        "differs": [asdict(each) for each in found or ()],
    }
    session.show(data, lambda: show_rulesets(loaded, found, session.lang))
    sys.exit(FAILED if found else DECIDED)


def _edition(folders: tuple[str, ...]) -> Gate:
    """A gate that only decides, over one edition of the rulesets."""
    _quiet_logs()
    from disclosure_gate.gate import Gate  # noqa: PLC0415  see the module's docstring

    return Gate.open(rulesets=_folders(folders), plugins=(), engine="direct")


def _folders(named: Sequence[str]) -> Sequence[str] | None:
    """The folders of rulesets a command names; a slip of the pen is told as such, not as a date without rules."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    for each in named:
        if next(Path(each).rglob("ruleset.yaml"), None) is None:
            raise InputError("E-FILE", where=each, expected=f"{each.rstrip('/')}/**/ruleset.yaml")
    return named or None


@rules.command("show")
@click.argument("rule_id")
@_common
@pass_session
def rules_show(session: Session, rule_id: str) -> None:
    """把一条规则或目录事项写成一句话 / print a rule or row as a sentence."""
    from disclosure_gate.console import show_rule  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.rules.wording import sentence  # noqa: PLC0415

    with _errors(session):
        gate = session.gate(engine="direct")
        row = gate.parts.catalogue.get(rule_id.removeprefix("catalogue/"))
        if row is not None:
            _show_row(session, gate, row)
            return
        rule = _known_rule(gate, rule_id)
    vocabulary = gate.parts.rules.vocabulary
    items = {each.id: each.path for each in gate.parts.catalogue.rows()}
    data = {
        "id": rule.id,
        "where": rule.where,
        "title": rule.title.model_dump(),
        "sentence": {lang: sentence(rule, vocabulary, lang, items) for lang in ("zh", "en")},
        "because": rule.because.model_dump(),
        "basis": [
            {"law": each.law, "title": gate.parts.rules.registry[each.law].title, "article": each.article}
            for each in rule.basis
        ],
        "from": rule.from_ and rule.from_.isoformat(),
        "to": rule.to and rule.to.isoformat(),
        "confidence": rule.confidence,
        "source": rule.source,
    }
    session.show(data, lambda: show_rule(data))


def _show_row(session: Session, gate: Gate, row: Row) -> None:
    from disclosure_gate.catalogue.book import sentence  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import show_rule  # noqa: PLC0415

    data = {
        "id": f"catalogue/{row.id}",
        "where": row.source,
        "title": {"zh": row.path, "en": row.path},
        "sentence": {lang: sentence(row, lang) for lang in ("zh", "en")},
        "because": {"zh": row.content, "en": row.content},
        "basis": [
            {"law": each.law, "title": gate.parts.laws[each.law].title, "article": each.article}
            for each in row.basis
        ],
        "from": None,
        "to": None,
        "confidence": row.confidence,
        "source": row.source,
    }
    session.show(data, lambda: show_rule(data))


@cli.command()
@click.option("--register", "register_url", metavar="URL", help="台账数据库 / the register's database")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8750, show_default=True, type=_PORT, help="端口 / port")
@click.option(
    "--socket", "socket_path", type=click.Path(), help="Unix 套接字，代替地址和端口 / a Unix socket instead"
)
@click.option(
    "--signing-keys",
    type=click.Path(),
    default="signing-keys",
    show_default=True,
    help="签名密钥目录，首次启动时生成 / folder of signing keys, made on first start",
)
@click.option(
    "--rate",
    default="200/second",
    show_default=True,
    help="每个密钥的请求频率上限 / how often one key may ask",
)
@click.option(
    "--log-level",
    type=click.Choice(["info", "warning"]),
    default="info",
    show_default=True,
    help="info 逐请求一行 / info: a line for every request",
)
@click.option(
    "--behind-https",
    is_flag=True,
    help="前面有 HTTPS 代理，办公台可由他机登录 / an HTTPS proxy is in front, people may sign in from elsewhere",
)
@click.option(
    "--demo",
    is_flag=True,
    help="载入示例公文和专栏，给出各角色的密钥 / with the examples and a column, a key for each role",
)
@_common
@pass_session
def serve(
    session: Session,
    register_url: str | None,
    host: str,
    port: int,
    socket_path: str | None,
    signing_keys: str,
    rate: str,
    log_level: Literal["info", "warning"],
    behind_https: bool,  # noqa: FBT001  click's signature
    demo: bool,  # noqa: FBT001  click's signature
) -> None:
    """启动边车服务和办公台 / start the sidecar with the desk."""
    gc.disable()  # until all that stays is set aside: service/staying
    click.get_current_context().call_on_close(gc.enable)
    from disclosure_gate.desk.serving import application  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.service.serving import serve as served  # noqa: PLC0415
    from disclosure_gate.service.serving import write_logs  # noqa: PLC0415

    where = socket_path or f"http://{host}:{port}"

    def told() -> None:
        click.echo(session.say(f"边车服务已启动：{where}", f"the sidecar listens on {where}"), err=True)
        if not socket_path:
            click.echo(session.say(f"办公台：{where}/desk/", f"the desk: {where}/desk/"), err=True)

    if demo:
        _quiet_logs()
        shown = _demonstration(session, register_url, where, behind_https)
        with _errors(session):
            served(shown, host, port, socket_path)
        return
    if register_url is None:
        raise click.UsageError(session.say("须给出 --register，或用 --demo", "give --register, or --demo"))
    with _errors(session):
        gate = session.gate(register_url, make=True)
        write_logs(log_level)
        signing = _signing(session, Path(signing_keys))
        memory = _memory(gate, Path(signing_keys))
        troubles = memory.compare(gate.now())
        for each in troubles:
            click.echo(each.message(session.lang), err=True)
        app = application(gate, signing, https=behind_https, rate=rate, troubles=troubles)
        with memory.kept_up():
            served(app, host, port, socket_path, told)


@cli.group()
def keys() -> None:
    """业务系统和人员的密钥 / keys of business systems and people."""


@keys.command("create")
@click.argument("name")
@click.option("--organ", required=True, help="所属机关，* 为全部 / the organ it speaks for, * for all")
@click.option(
    "--role",
    default="system",
    show_default=True,
    help="system | drafter | reviewer | signer | officer | auditor | admin",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help="代替角色的权限 / instead of the role's: check | clear | issue | withdraw | validity | read | admin",
)
@click.option(
    "--register", "register_url", required=True, metavar="URL", help="台账数据库 / the register's database"
)
@_common
@pass_session
def keys_create(
    session: Session, name: str, organ: str, role: str, scopes: tuple[str, ...], register_url: str
) -> None:
    """创建密钥，只显示这一次 / make a key, shown this once."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.register.keys import ROLES, SCOPES  # noqa: PLC0415

    with _errors(session):
        for where, given in (("NAME", name), ("--organ", organ)):
            if not given.strip():
                raise InputError("E-FIELD-MISSING", where=where)
        unknown = [each for each in scopes if each not in SCOPES]
        if unknown:
            raise InputError(
                "E-FIELD-TYPE", where="--scope", got=" ".join(unknown), expected=" | ".join(SCOPES)
            )
        chosen = next((each for each in ROLES if each == role), None)
        if chosen is None:
            raise InputError("E-FIELD-TYPE", where="--role", got=role, expected=" | ".join(ROLES))
        known = [each for each in SCOPES if each in scopes]
        made, secret = _keys(register_url, make=True).create(name, organ, _now(), role=chosen, scopes=known)
    session.show({"id": made.id, "key": secret}, lambda: click.echo(f"{made.id}\n{secret}"))


@keys.command("list")
@click.option(
    "--register", "register_url", required=True, metavar="URL", help="台账数据库 / the register's database"
)
@_common
@pass_session
def keys_list(session: Session, register_url: str) -> None:
    """列出密钥，按创建先后，附创建和撤销时间 / list keys by when they were made, with when they were revoked."""
    from disclosure_gate.register import Register  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.register.keys import ApiKeys  # noqa: PLC0415

    with _errors(session), Register.look(register_url) as opened:
        found = ApiKeys(opened.engine).all()
    data = [
        {
            "id": each.id,
            "name": each.name,
            "organ": each.organ,
            "role": each.role,
            "scopes": sorted(each.scopes),
            "created_at": each.created_at,
            "revoked_at": each.revoked_at,
        }
        for each in found
    ]
    lines = [
        f"{each.id}  {each.name}  {each.organ}  {each.role}  {' '.join(sorted(each.scopes))}  "
        f"{_local(each.created_at)} → {_local(each.revoked_at)}"
        for each in found
    ]
    session.show(data, lambda: click.echo("\n".join(lines)))


@keys.command("revoke")
@click.argument("key_id")
@click.option(
    "--register", "register_url", required=True, metavar="URL", help="台账数据库 / the register's database"
)
@_common
@pass_session
def keys_revoke(session: Session, key_id: str, register_url: str) -> None:
    """撤销密钥 / revoke a key."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    with _errors(session):
        if not _keys(register_url).revoke(key_id, _now()):
            raise InputError("E-KEY-ID", where="KEY_ID", got=key_id)
    session.show(
        {"revoked": key_id}, lambda: click.echo(session.say(f"已撤销 {key_id}", f"revoked {key_id}"))
    )


@keys.command("rotate")
@click.option(
    "--signing-keys",
    type=click.Path(),
    default="signing-keys",
    show_default=True,
    help="签名密钥目录 / folder of signing keys",
)
@_common
@pass_session
def keys_rotate(session: Session, signing_keys: str) -> None:
    """换用新的签名密钥，旧密钥仍用于验证 / sign with a new key; the old ones still verify.

    边车服务重新启动后生效 / takes hold when the sidecar is started again.
    """
    from disclosure_gate.register.signing import SigningKeys  # noqa: PLC0415  see the module's docstring

    with _errors(session):
        rotated = SigningKeys.rotate(Path(signing_keys))
    session.show({"kid": rotated.newest}, lambda: click.echo(rotated.newest))


def _memory(gate: Gate, folder: Path) -> Memory:
    from disclosure_gate.register.keys import ApiKeys  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.register.remembering import Memory  # noqa: PLC0415

    assert gate.register is not None  # noqa: S101  the sidecar's was opened with one
    return Memory(folder, gate.register, ApiKeys(gate.register.engine))


def _keys(register_url: str, *, make: bool = False) -> ApiKeys:
    from disclosure_gate.register import Register  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.register.keys import ApiKeys  # noqa: PLC0415

    return ApiKeys(Register.open(register_url, make=make).engine)


@cli.group()
def plugin() -> None:
    """插件 / plugins."""


@plugin.command("list")
@_common
@pass_session
def plugin_list(session: Session) -> None:
    """列出插件及其内容、版本与问题 / list plugins, what each brings, versions and flaws."""
    from disclosure_gate.console import show_plugins  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.plugins.inventory import inventory  # noqa: PLC0415

    with _errors(session):
        parts = session.gate(engine="direct").parts
        data = inventory(parts.brought, parts.rules, parts.plugins, session.lang)
    session.show(data, lambda: show_plugins(data, session.lang))
    sys.exit(FAILED if parts.plugins.flaws else DECIDED)


@plugin.command("new")
@click.argument("name")
@click.option("--title", help="插件的主题（中文） / what it is about, in Chinese")
@click.option("--domain", help="领域 / domain")
@click.option("--facts/--no-facts", default=None, help="要素及其推导 / facts and how a text shows them")
@click.option("--rule/--no-rule", default=None, help="一条规则 / a rule")
@click.option("--row/--no-row", default=None, help="目录的一个事项 / a row of the catalogue")
@click.option("--detector/--no-detector", default=None, help="一个检测器 / a detector")
@click.option("--publisher/--no-publisher", default=None, help="一个发布渠道 / a publisher")
@click.option("--yes", "-y", is_flag=True, help="不询问，用默认值 / ask nothing, take the defaults")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="写到哪里，默认 NAME / where to, default NAME"
)
@_common
@pass_session
def plugin_new(
    session: Session,
    /,
    name: str,
    title: str | None,
    domain: str | None,
    *,
    yes: bool,
    folder: Path | None,
    **parts: bool | None,
) -> None:
    """新建插件，装上即可通过自带的测试 / write a new plugin that passes its own tests at once."""
    from disclosure_gate.model.document import DOMAINS, domain_of  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.plugins.scaffold import PARTS, Wanted, checked_name, write  # noqa: PLC0415

    ask = not yes and sys.stdin.isatty()
    with _errors(session):
        checked_name(name)
        title = title or (
            click.prompt(
                session.say("插件的主题（中文）", "what it is about, in Chinese"), default="示例事项"
            )
            if ask
            else "示例事项"
        )
        if domain is None and ask:
            click.echo("  ".join(f"{slug} {zh}" for slug, zh in DOMAINS.items()))
            domain = click.prompt(session.say("领域", "domain"), default="municipal_services")
        slug = domain_of(domain or "municipal_services")
        wanted = set()
        for part in PARTS:
            chosen, default = parts[part], part != "publisher"
            if chosen is None:
                chosen = (
                    click.confirm(session.say(*_PART_QUESTIONS[part]), default=default) if ask else default
                )
            wanted |= {part} if chosen else set()
        target = folder or Path(name)
        files = write(Wanted(name, title, slug, frozenset(wanted)), target)
    data = {"plugin": name, "folder": str(target), "files": [path.as_posix() for path in files]}

    def view() -> None:
        for path in files:
            click.echo(f"{target / path}")
        click.echo(session.say("接下来 / next:", "next:"))
        folder = target if target.is_absolute() else f"./{target}"  # a bare name is one of the package index
        click.echo(
            f"  pip install {folder}\n  python -m pytest {target}\n  disclosure-gate plugin check {name}"
        )

    session.show(data, view)


_PART_QUESTIONS = {
    "facts": ("要素及其推导？", "facts, and how a text shows them?"),
    "rule": ("一条规则？", "a rule?"),
    "row": ("目录的一个事项？", "a row of the catalogue?"),
    "detector": ("一个检测器？", "a detector?"),
    "publisher": ("一个发布渠道？", "a publisher?"),
}


@plugin.command("check")
@click.argument("wanted", required=False, metavar="[NAME|FOLDER]")
@_common
@pass_session
def plugin_check(session: Session, wanted: str | None) -> None:
    """检查插件是否合乎约定，默认检查全部已安装的 / hold plugins to what hooks promise, default all installed."""
    from disclosure_gate.console import show_examinations  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.plugins.testing.process import check, targets  # noqa: PLC0415

    with _errors(session):
        results = [check(target) for target in targets(wanted)]
    data = [result.as_json(session.lang) for result in results]
    session.show(data, lambda: show_examinations(results, session.lang))
    sys.exit(DECIDED if all(result.ok for result in results) else FAILED)


_REGISTER = click.option(
    "--register",
    required=True,
    envvar="DISCLOSURE_GATE_REGISTER",
    metavar="URL",
    help="台账，如 sqlite:///register.db / the register",
)


@cli.group()
def register() -> None:
    """台账 / the register."""


_SIGNING_KEYS = click.option(
    "--signing-keys",
    type=click.Path(path_type=Path),
    default="signing-keys",
    show_default=True,
    help="签名密钥目录 / folder of signing keys",
)


@register.command("verify")
@_REGISTER
@click.option(
    "--head",
    metavar="SEQ:HASH|TOKEN",
    help="已知的链头，或签名链头 / a head known from elsewhere, plain or signed",
)
@_SIGNING_KEYS
@_common
@pass_session
def register_verify(session: Session, register: str, head: str | None, signing_keys: Path) -> None:
    """校验台账：改动、缺失、错序、截断 / find changed, missing, reordered or cut-off records."""
    _quiet_logs()
    from disclosure_gate.console import show_verification  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.register import Register  # noqa: PLC0415

    with _errors(session), Register.look(register) as opened:
        result = opened.verify(_head(head, signing_keys))
    session.show(
        result.model_dump(mode="json"),
        lambda: show_verification(result, session.lang, known=head is not None),
    )
    sys.exit(DECIDED if result.ok else FAILED)


@register.command("upgrade")
@_REGISTER
@_common
@pass_session
def register_upgrade(session: Session, register: str) -> None:
    """升级旧版本程序建立的台账；记录不变 / bring an older program's tables up to date; records stay as they are."""
    _quiet_logs()
    from disclosure_gate.register.database import upgraded  # noqa: PLC0415  see the module's docstring

    with _errors(session):
        before, now = upgraded(register)
    session.show({"before": before, "revision": now}, lambda: click.echo(f"{before} → {now}"))


@register.command("head")
@_REGISTER
@_SIGNING_KEYS
@_common
@pass_session
def register_head(session: Session, register: str, signing_keys: Path) -> None:
    """签名的链头，请另处保存 / the signed end of the register: keep it elsewhere."""
    _quiet_logs()
    from disclosure_gate.register import Register  # noqa: PLC0415  see the module's docstring

    with _errors(session), Register.look(register) as opened:
        seq, digest = opened.head()
        token = _signing(session, signing_keys).sign_head(seq, digest, _now())
    session.show({"seq": seq, "hash": digest, "head": token}, lambda: click.echo(token))


@register.command("export")
@_REGISTER
@_SIGNING_KEYS
@click.option("-o", "--out", type=click.Path(path_type=Path), help="输出文件，默认标准输出 / file to write")
@_common
@pass_session
def register_export(session: Session, register: str, signing_keys: Path, out: Path | None) -> None:
    """导出台账为 JSON 行，末行为签名链头 / the records as JSON lines, the signed head last."""
    _quiet_logs()
    from disclosure_gate.register import Register  # noqa: PLC0415  see the module's docstring

    with _errors(session), Register.look(register) as opened:
        signing = _signing(session, signing_keys)
        with _written(out) as write:
            seq, digest = 0, "0" * 64
            for each in opened.stored():
                seq, digest = each.seq, each.hash
                line = {"seq": seq, "hash": digest, "envelope": each.envelope.decode(errors="replace")}
                write(_json(line))
            write(json.dumps({"head": signing.sign_head(seq, digest, _now())}))


@register.command("due")
@_REGISTER
@click.option("--on", type=_DAY, help="以哪一天为今天，默认今天 / the day taken for today")
@click.option(
    "--within", default=30, show_default=True, type=click.IntRange(0, 3660), help="今后多少天 / days ahead"
)
@_common
@pass_session
def register_due(session: Session, register: str, on: datetime | None, within: int) -> None:
    """到期与逾期：公开期限、复核、征求意见 / what is overdue or falls due."""
    _quiet_logs()
    from datetime import timedelta  # noqa: PLC0415  see the module's docstring

    from disclosure_gate.console import show_due  # noqa: PLC0415
    from disclosure_gate.register import Register  # noqa: PLC0415
    from disclosure_gate.register.due import due  # noqa: PLC0415

    today = _day(on) or _today()
    with _errors(session), Register.look(register) as opened:
        found = due(opened, today, today + timedelta(within))
    session.show([each.model_dump(mode="json") for each in found], lambda: show_due(found, session.lang))
    sys.exit(FAILED if any(each.overdue for each in found) else DECIDED)


@register.command("report")
@click.argument("year", type=click.IntRange(2008, 2100))
@_REGISTER
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help=".xlsx | .html | .json")
@click.option("--organ", default="*", show_default=True, help="机关，* 为全部 / the organ, * for all")
@click.option(
    "--figures", type=click.Path(path_type=Path), help="补录的数字（YAML）/ figures entered by hand, YAML"
)
@click.option(
    "--requests", type=click.Path(path_type=Path),
    help="表三的数字（JSON，plugins/information_requests 导出）/ table 三 as that plugin exports it",
)  # fmt: skip
@click.option(
    "--quiet-days", type=click.IntRange(1, 3660), default=365, show_default=True,
    help="多少天没有公开算久 / days without a publication that are too many for a row",
)  # fmt: skip
@_common
@pass_session
def register_report(
    session: Session,
    year: int,
    register: str,
    out: Path,
    organ: str,
    figures: Path | None,
    requests: Path | None,
    quiet_days: int,
) -> None:
    """政府信息公开年度报告 / the annual report: statutory tables, formulas checked."""
    from disclosure_gate.desk.reporting import made_for_file  # noqa: PLC0415  see the module's docstring

    with _errors(session), session.gate(register, engine="direct", look=True) as gate:
        content, told = made_for_file(
            gate, year, organ, figures, out.suffix.lower(), session.lang, requests=requests, quiet=quiet_days
        )
        _write_whole(out, content)
    session.show(
        told,
        lambda: click.echo(
            session.say(
                f"已写入 {out}：{told['checks']} 个公式，{told['broken']} 个不符，{told['unknown']} 个有未知数",
                f"{out} written: {told['checks']} formulas, {told['broken']} broken, {told['unknown']} with unknowns",
            )
        ),
    )
    sys.exit(FAILED if told["broken"] else DECIDED)


@register.command("replay")
@click.argument("determination_id")
@click.argument("file", metavar="FILE")
@_REGISTER
@_common
@pass_session
def register_replay(session: Session, determination_id: str, file: str, register: str) -> None:
    """重演一次认定，逐字节比对 / make a recorded determination again and compare every byte.

    FILE is the document's JSON as it was checked. Rulesets of the day: ``--rulesets``.
    """
    from disclosure_gate.console import show_replay  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.document import Document  # noqa: PLC0415

    with _errors(session):
        content = _read_bytes(file)
        with session.gate(register, look=True) as gate:
            replayed = gate.replay(determination_id, Document.parse(_parsed(content, file)))
    session.show(replayed.model_dump(mode="json"), lambda: show_replay(replayed, session.lang))
    sys.exit(DECIDED if replayed.same else FAILED)


@cli.group()
def column() -> None:
    """公开专栏 / the column."""


def _places(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where things are published to: a configuration, or a place or two named here."""
    for option in reversed(
        (
            click.option(
                "--publishers",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="推送配置 publishers.yaml / configuration of publishers",
            ),
            click.option(
                "--database",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="内置专栏的数据库 / database of the built-in column",
            ),
            click.option(
                "--site",
                type=click.Path(path_type=Path),
                metavar="FOLDER",
                help="静态网页目录 / folder of plain pages",
            ),
        )
    ):
        command = option(command)
    return command


@column.command("push")
@_REGISTER
@_places
@click.option("--retry-parked", is_flag=True, help="重试已搁置的 / try parked ones again")
@click.option(
    "--watch",
    type=click.FloatRange(0.2, 86_400),
    metavar="SECONDS",
    help="持续运行，每隔多少秒查看一次 / keep running, looking every so many seconds",
)
@_common
@pass_session
def column_push(
    session: Session,
    register: str,
    publishers: Path | None,
    database: Path | None,
    site: Path | None,
    retry_parked: bool,  # noqa: FBT001  click's signature
    watch: float | None,
) -> None:
    """推送到期的内容 / deliver what is due."""
    from disclosure_gate import publishing  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import delivering, show_deliveries  # noqa: PLC0415
    from disclosure_gate.running import told_to_stop  # noqa: PLC0415

    with _errors(session), session.gate(register, engine="direct") as gate, told_to_stop() as stop:
        places = publishing.open_places(gate, publishers, database, site)
        pushed = publishing.push(
            gate,
            places,
            _now,
            lambda total: delivering(total, session.lang, quiet=session.as_json),
            stop=stop,
            retry_parked=retry_parked,
            watch=watch,
        )
    session.show(
        publishing.told(pushed),
        lambda: show_deliveries(pushed, [each.name for each in places], session.lang),
    )
    # A worker that watched ended because it was told to: what failed meanwhile is tried again, see `column status`.
    sys.exit(FAILED if watch is None and pushed.failed else DECIDED)


@column.command("status")
@_REGISTER
@click.option("--all", "everything", is_flag=True, help="包括已办结的 / settled ones too")
@click.option("--done", type=int, metavar="ID", help="人工已办结的一条 / a line that a person has delivered")
@click.option("--by", metavar="NAME", help="由谁办结 / by whom")
@_common
@pass_session
def column_status(
    session: Session,
    register: str,
    everything: bool,  # noqa: FBT001  click's signature
    done: int | None,
    by: str | None,
) -> None:
    """推送队列的状态 / the state of the outbox."""
    _quiet_logs()
    from disclosure_gate import publishing  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.column import Outbox  # noqa: PLC0415
    from disclosure_gate.console import show_outbox  # noqa: PLC0415
    from disclosure_gate.register import Register  # noqa: PLC0415

    # Looking changes nothing of it; noting what somebody has done does.
    with (
        _errors(session),
        Register.look(register) if done is None else Register.open(register, make=False) as opened,
    ):
        outbox = Outbox(opened.engine)
        if done is not None:
            publishing.done_by_hand(outbox, done, by, _now())
        status = publishing.status(outbox, _now(), everything=everything)
    session.show(status.as_json(), lambda: show_outbox(status, session.lang))
    sys.exit(FAILED if status.counts.get("parked") or status.overdue else DECIDED)


@column.command("schedule")
@click.argument("file", metavar="FILE")
@click.option(
    "--date", "dates", multiple=True, metavar="NAME=DATE",
    help="已确定的日期，可重复，如 result=2026-12-15 / a date that is known now, repeatable",
)  # fmt: skip
@_REGISTER
@_common
@pass_session
def column_schedule(session: Session, file: str, dates: tuple[str, ...], register: str) -> None:
    """所等日期已确定：按该日期安排公开 / the awaited date is known: publish by it.

    FILE is the document's JSON as it was issued. The dates stand in it, or are named here.
    """
    from disclosure_gate import publishing  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import show_scheduled  # noqa: PLC0415

    with _errors(session):
        issued = publishing.dated(_parsed(_read_bytes(file), file), dates)
        with session.gate(register) as gate:
            done = gate.schedule(issued)
    session.show(done.model_dump(mode="json"), lambda: show_scheduled(done, session.lang))
    sys.exit(DECIDED)


@column.command("reconcile")
@_REGISTER
@_places
@click.option("--apply", is_flag=True, help="按计划修复 / mend as planned")
@_common
@pass_session
def column_reconcile(
    session: Session,
    register: str,
    publishers: Path | None,
    database: Path | None,
    site: Path | None,
    apply: bool,  # noqa: FBT001  click's signature
) -> None:
    """核对专栏与台账，双向 / hold column and register against each other, both ways."""
    from disclosure_gate import publishing  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import show_differences_of_column  # noqa: PLC0415

    with _errors(session), session.gate(register, engine="direct", look=not apply) as gate:
        places = publishing.open_places(gate, publishers, database, site)
        found = publishing.differences(gate, places, _today())
        left = publishing.mend(gate, places, found, _now) if apply else found
    session.show(
        {
            "differences": [each.model_dump(mode="json") for each in found],
            "applied": apply,
            "left": [each.model_dump(mode="json") for each in left],
        },
        lambda: show_differences_of_column(found, left if apply else None, session.lang),
    )
    sys.exit(FAILED if left else DECIDED)


@column.command("rescan")
@_REGISTER
@_common
@pass_session
def column_rescan(session: Session, register: str) -> None:
    """按今天的规则重新扫描已公开的内容 / read what is public again, with today's rules and detectors.

    To be run after every upgrade. It changes nothing: what it finds is withdrawn and issued again by people.
    """
    from disclosure_gate import publishing  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.console import show_rescan  # noqa: PLC0415

    with _errors(session), session.gate(register, engine="direct", look=True) as gate:
        found = publishing.rescan(gate, _today())
    session.show(found.as_json(), lambda: show_rescan(found, session.lang))
    sys.exit(FAILED if found.exposures else DECIDED)


@column.command("serve")
@click.option(
    "--database",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="内置专栏的数据库 / database of the built-in column",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", default=8760, show_default=True, type=_PORT, help="端口 / port")
@click.option("--prefix", default="", metavar="/PATH", help="挂在哪个路径之下 / path it is mounted under")
@_common
@pass_session
def column_serve(session: Session, database: Path, host: str, port: int, prefix: str) -> None:
    """启动公开专栏网站，只读 / serve the column's site, read-only."""
    _quiet_logs()
    from disclosure_gate.column.store import ColumnStore  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.column.web import create_app  # noqa: PLC0415
    from disclosure_gate.running import serve as served  # noqa: PLC0415

    where = f"http://{host}:{port}{prefix}/"

    def told() -> None:
        click.echo(session.say(f"公开专栏已启动：{where}", f"the column is at {where}"), err=True)

    with _errors(session):
        app = create_app(ColumnStore.read(database))
        served(app, told, threads=8, host=host, port=port, url_prefix=prefix)


@cli.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="输出目录，默认临时目录 / folder to write to, default a temporary one",
)
@click.option(
    "--as-of", type=_DAY, default="2026-11-24", show_default=True, help="演示日期 / the day of the demo"
)
@_common
@pass_session
def demo(session: Session, out: Path | None, as_of: datetime) -> None:
    """示例公文走完全程：认定、放行、发出、推送 / take the examples through the whole gate."""
    from disclosure_gate.demo import run_demo  # noqa: PLC0415  see the module's docstring

    with _errors(session), _unheard():
        report = run_demo(out, as_of.date(), session.lang, quiet=session.as_json)
    session.show(report, lambda: None)


def main() -> None:
    """Entry point of ``disclosure-gate``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # GBK, as on a Chinese Windows, lacks ◐: that is no reason to say nothing.
            stream.reconfigure(errors="replace")
    cli(prog_name="disclosure-gate")


def _json(data: Any, indent: int | None = None) -> str:
    """JSON for standard output; letters its encoding may lack are written as escapes, which lose nothing."""
    whole = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(data, ensure_ascii=not whole, indent=indent)


def _demonstration(session: Session, register_url: str | None, where: str, https: bool) -> Any:  # noqa: FBT001  passed on
    from tempfile import mkdtemp  # noqa: PLC0415  see the module's docstring

    from disclosure_gate.desk.demonstration import demonstration  # noqa: PLC0415

    with _errors(session):
        running = demonstration(Path(mkdtemp(prefix="disclosure-gate-")), register_url, https=https)
    click.echo(
        session.say("演示已就绪，示例日期 2026-11-24。", "The demonstration is ready; its day is 2026-11-24.")
    )
    click.echo(session.say(f"  办公台  {where}/desk/", f"  desk    {where}/desk/"))
    click.echo(session.say(f"  专栏    {where}/column/", f"  column  {where}/column/"))
    click.echo(session.say(f"  目录    {running.folder}", f"  folder  {running.folder}"))
    click.echo(session.say("登录密钥：", "Keys to sign in with:"))
    for role, name, secret in running.keys:
        click.echo(f"  {role:<9} {name}  {secret}")
    return running.app


@contextmanager
def _errors(session: Session) -> Iterator[None]:
    """What goes wrong is told with place, expectation and remedy, and becomes the exit code."""
    from disclosure_gate.model.errors import GateError, InputError, UnreadableError  # noqa: PLC0415  see the module's docstring

    try:
        yield
    except GateError as error:
        if session.as_json:
            click.echo(_json({"errors": [flaw.as_json(session.lang) for flaw in error.flaws]}, indent=2))
        else:
            for message in error.messages(session.lang):
                click.echo(message, err=True)
        if isinstance(error, UnreadableError):
            sys.exit(HELD)  # with the list of what could not be seen
        sys.exit(BAD_INPUT if isinstance(error, InputError) else FAILED)


def _attempt(gate: Gate, name: str, given: dict[str, Any], as_of: date | None) -> Determination | GateError:
    """One file checked; a bad one among several does not keep the others from being answered."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    try:
        return gate.check(_read_document(name, given), as_of)
    except InputError as error:
        return error


def _likely(gate: Gate, name: str, given: dict[str, Any]) -> list[Suggestion]:
    """The likely items of a document that names no domain; beside its determination, which rests on none of them."""
    document = _read_document(name, given)
    if document.domain is not None or document.item is not None:
        return []
    text = document.text.reveal() if document.text is not None else ""
    return gate.parts.catalogue.suggest(document.title, text)


def _read_document(name: str, given: dict[str, Any]) -> Document:
    """A document from a JSON file, or from another file with what the options tell."""
    from disclosure_gate.model.document import Document  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415

    path, content = Path(name), _read_bytes(name)
    if path.suffix.lower() == ".json":
        data = _parsed(content, name)
    else:
        missing = [f"--{key}" for key in ("kind", "issuer") if not given.get(key)]
        if missing:
            raise InputError("E-FIELD-MISSING", where=name, expected=" ".join(missing))
        import base64  # noqa: PLC0415  only files that are not JSON need it

        file = {"name": path.name, "role": "body", "content": base64.b64encode(content).decode()}
        data = {"id": path.stem, "title": path.stem, "files": [file]}
    for key in ("kind", "title", "domain", "item"):
        if given.get(key):
            data[key] = given[key]
    if given.get("issuer"):
        data["issuer"] = {"name": given["issuer"]}
    for pair in given["facts"]:
        key, sign, value = pair.partition("=")
        if not sign:
            raise InputError("E-FACT-TYPE", where="--fact", got=pair[:60], expected="name=value")
        data["facts"] = {**(data.get("facts") or {}), key.strip(): _value(value.strip())}
    return Document.parse(data)


def _read_bytes(name: str) -> bytes:
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError("E-FILE", where=name, got=type(error).__name__) from error


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring

    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # too long a number is a ValueError and nothing narrower
        place = f"{name}:{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else name
        raise InputError("E-JSON", where=place) from None
    if not isinstance(data, dict):
        raise InputError("E-JSON", where=name, got=type(data).__name__, expected="object")
    return data


def _value(text: str) -> bool | int | str:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text


def _known_rule(gate: Gate, rule_id: str) -> Any:
    from disclosure_gate.model.document import closest  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415

    rule = gate.parts.rules.rule(rule_id)
    if rule is None:
        raise InputError(
            "E-RULE-REFERENCE",
            where="rule",
            got=rule_id,
            suggestion=closest(rule_id, [each.id for each in gate.parts.rules.rules]),
        )
    return rule


def _run_cases(gate: Gate, ruleset: str | None) -> Sequence[Any]:
    from disclosure_gate.model.document import closest  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415
    from disclosure_gate.rules.cases import run  # noqa: PLC0415

    known = [each.id for each in gate.parts.rules.rulesets]
    if ruleset is not None and ruleset not in known:
        raise InputError(
            "E-RULE-REFERENCE", where="--ruleset", got=ruleset, suggestion=closest(ruleset, known)
        )
    with _unheard():
        return [run(of, case, gate.check) for of, _, case in gate.parts.rules.cases if ruleset in {None, of}]


@contextmanager
def _unheard() -> Iterator[None]:
    """Cases and examples carry marks of secrecy on purpose: what they are told as alarms nobody."""
    from structlog.testing import capture_logs  # noqa: PLC0415  see the module's docstring

    with capture_logs():
        yield


def _fired(gate: Gate) -> set[str]:
    """The rules that some test case makes true."""
    return {rule for rules in _firings(gate).values() for rule in rules}


def _firings(gate: Gate) -> dict[str, set[str]]:
    """For every test case the rules it makes true, catalogue rows included."""
    from disclosure_gate.model.document import Document  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.rules.cases import document_of  # noqa: PLC0415

    found: dict[str, set[str]] = {}
    for of, _, case in gate.parts.rules.cases:
        document = Document.parse(document_of(case.document))
        with _unheard():
            explanation = gate.explain(document, case.as_of, what_if=False)
        fired = {each.rule for each in explanation.rules if each.outcome == "true"}
        if document.item:
            fired.add(f"catalogue/{gate.parts.catalogue.find(document.domain, document.item).id}")
        found[f"{of}: {case.case}"] = fired
    return found


def _head(text: str | None, signing_keys: Path) -> tuple[int, str] | None:
    """A head as ``SEQ:HASH``, or signed by one of the keys of a folder."""
    from disclosure_gate.model.errors import InputError  # noqa: PLC0415  see the module's docstring
    from disclosure_gate.register.signing import SigningKeys, head_of  # noqa: PLC0415

    if text is None:
        return None
    seq, sign, digest = text.partition(":")
    if sign and seq.isdecimal():
        return int(seq), digest
    # A folder without keys is not given new ones here: what they sign proves nothing about the past.
    known = SigningKeys.present(signing_keys) and head_of(text, SigningKeys.open(signing_keys).jwks())
    if not known:
        raise InputError("E-HEAD", where="--head", got=text[:80], expected="SEQ:HASH | TOKEN")
    return known


def _signing(session: Session, folder: Path) -> SigningKeys:
    """The keys of a folder; a new one is told of: whoever named the wrong folder signs what nobody can verify."""
    from disclosure_gate.register.signing import SigningKeys  # noqa: PLC0415  see the module's docstring

    before = SigningKeys.present(folder)
    keys, where = SigningKeys.open(folder), folder.resolve()
    if not before:
        click.echo(
            session.say(f"已生成新的签名密钥：{where}", f"a new signing key was made: {where}"), err=True
        )
    return keys


@contextmanager
def _written(out: Path | None) -> Iterator[Callable[[str], None]]:
    """Write lines to a file that is there whole or not at all, or to standard output."""
    if out is None:
        yield click.echo
        return
    import os  # noqa: PLC0415  see the module's docstring

    from disclosure_gate.model.errors import InputError  # noqa: PLC0415

    beside = out.with_name(f".{out.name}.part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            yield lambda line: print(line, file=file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError("E-FILE", where=str(out), got=type(error).__name__) from error


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _now() -> datetime:
    return datetime.now().astimezone()


def _local(moment: str | None) -> str:
    """A moment as it is kept, in the time of this machine."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M") if moment else ""


def _today() -> date:
    return _now().date()


def _quiet_logs() -> None:
    """Events go to standard error as JSON, warnings and alarms only: standard output is for the answer."""
    import logging  # noqa: PLC0415  see the module's docstring

    import structlog  # noqa: PLC0415

    from disclosure_gate.events import with_request  # noqa: PLC0415

    structlog.configure(
        processors=[
            with_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    main()
