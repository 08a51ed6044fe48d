"""All rows of all domains: loaded, looked up by id or name, and turned into what they say about a document."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Protocol

from disclosure_gate.catalogue.model import CatalogueFile, Row
from disclosure_gate.catalogue.names import Names
from disclosure_gate.catalogue.names import load as load_names
from disclosure_gate.catalogue.suggestion import Suggester, Suggestion
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.law.source import Source, read, read_model
from disclosure_gate.model.determination import AUDIENCE_LABELS, Basis, Warning
from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, InputError, RulesetError
from disclosure_gate.model.findings import Deadline, Duty, Finding, Offer, PublicationSpec, Restrict, Warn
from disclosure_gate.model.frozen import Text
from disclosure_gate.model.labels import AUDIENCES, CHANNELS, joined, times

_REGULATION = "ogi_regulation"
_ON_REQUEST = Deadline(within=20, unit="working_day", start=("received",))


class Named(Protocol):
    """What names a row: a document, or that of a test case."""

    @property
    def domain(self) -> str | None:
        """Its domain, if it says."""

    @property
    def item(self) -> str | None:
        """The row, by id or name."""


class Catalogue:
    """The rows. Looking one up is a table access: installed domains cost a decision nothing."""

    def __init__(self, rows: Iterable[Row], registry: LawRegistry, names: Names | None = None) -> None:
        self._registry = registry
        self._names = names
        self._rows: dict[str, Row] = {row.id: row for row in rows}
        self._suggesters: dict[str | None, Suggester] = {}  # by domain, made when first asked
        self._named: dict[tuple[str | None, str], list[Row]] = {}
        for row in self._rows.values():
            for domain in (row.domain, None):
                for name in {row.path, *(["/".join(row.item[n:]) for n in range(1, len(row.item))])}:
                    self._named.setdefault((domain, name), []).append(row)

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, domain: str | None = None) -> list[Row]:
        """All rows, or those of a domain, in the order of the files."""
        return [row for row in self._rows.values() if domain in {None, row.domain}]

    def get(self, row_id: str) -> Row | None:
        """The row of an id such as ``budget/government-budget``."""
        return self._rows.get(row_id)

    def find(self, domain: str | None, item: str) -> Row:
        """The row a caller means by ``item``: an id, a path such as 最低生活保障/审核信息, or an unambiguous last level.

        Raises:
            InputError: ``E-ITEM``; there is none (with the closest), or several (with their paths).
        """
        wanted = "/".join(part.strip() for part in item.replace("／", "/").split("/"))
        by_id = self._rows.get(wanted) or self._rows.get(f"{domain}/{wanted}")
        if by_id is not None and domain in {None, by_id.domain}:
            return by_id
        found = self._named.get((domain, wanted), [])
        exact = [row for row in found if row.path == wanted]
        if len(exact) == 1:
            return exact[0]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(
                "E-ITEM", where="/item", got=item[:60], expected=" | ".join(row.path for row in found)
            )
        names = [name for (of, name), _ in self._named.items() if of == domain]
        raise InputError("E-ITEM", where="/item", got=item[:60], suggestion=closest(wanted, names))

    def named(self, documents: Iterable[Named]) -> set[str]:
        """The ids of the rows that documents name; a name that leads nowhere names none."""
        found = set()
        for each in documents:
            if each.item:
                with suppress(InputError):
                    found.add(self.find(each.domain, each.item).id)
        return found

    def suggest(self, title: str, text: str = "", domain: str | None = None) -> list[Suggestion]:
        """The likely rows of a document, best first, with the words that say so."""
        index = self._suggesters.get(domain)
        if index is None:
            index = self._suggesters[domain] = Suggester(self.rows(domain), self._names)
        return index.suggest(title, text)

    def findings(self, row: Row, on: date) -> tuple[Finding, ...]:
        """What the row says on a day: a duty or an offer on request, and a limit on who may see it.

        A row whose own basis is no longer in force still stands on article 22 of the Regulation, by
        which organs fix and extend the concrete content; its stale basis is a warning.
        """
        basis = self._basis(row, on)
        if not basis:
            return ()
        rank = max(self._registry.rank(each.law) for each in basis)
        rule = f"catalogue/{row.id}"
        audience = AUDIENCE_LABELS[row.audience]
        limit = (
            [Finding(rule, Restrict(audience=row.audience), basis, _limited(row), rank)]
            if row.audience != "public" and not row.then
            else []
        )
        if row.mode == "on_request":
            audience_given = row.audience if row.audience != "public" else "parties"
            spec = PublicationSpec(audience=audience_given, channels=("direct",), due=row.due or _ON_REQUEST)
            statement = Text(
                zh=f"标准目录“{row.path}”列为依申请公开，对象为{AUDIENCE_LABELS[audience_given]}",
                en=f"the standard catalogue offers “{row.path}” on request",
            )
            said = [Finding(rule, Offer(publication=spec), basis, statement, rank)]
        else:
            statement = Text(
                zh=f"标准目录“{row.path}”列为主动公开，对象为{audience}",
                en=f"the standard catalogue has “{row.path}” published, to: {row.audience}",
            )
            said = [
                Finding(
                    rule,
                    Duty(code="P-ROW", specific=row.specific, publications=row.publications()),
                    basis,
                    statement,
                    rank,
                )
            ]
        if row.differs:
            said.append(
                Finding(
                    rule,
                    Warn(code="W-ROW-DIFFERS"),
                    basis,
                    Text(zh=f"“{row.path}”：{row.differs}", en=f"county catalogues differ on “{row.path}”"),
                    rank,
                )
            )
        return (*said, *limit)

    def stale(self, row: Row, on: date) -> list[Warning]:
        """What to say of the row's provisions that have ended."""
        found = []
        for each in row.basis:
            ended = self._registry.stale(each.law, each.article, on)
            if ended is not None:
                found.append(Warning(code="W-STALE", message=ended.message(), where=f"catalogue/{row.id}"))
        return found

    def _basis(self, row: Row, on: date) -> tuple[Basis, ...]:
        own = [self._registry.basis(each.law, each.article, on) for each in row.basis]
        live = [each for each in own if each is not None]
        general = self._registry.basis(_REGULATION, "22" if row.mode == "proactive" else "27", on)
        return tuple(dict.fromkeys([*live, *([general] if general else [])]))


def load(paths: Iterable[Path], registry: LawRegistry, names: Iterable[Path] = ()) -> Catalogue:
    """Read catalogue files, and files of names of their rows.

    Raises:
        RulesetError: every flaw at ``file:line:column``.
    """
    rows: dict[str, Row] = {}
    places: dict[str, str] = {}
    flaws: list[Flaw] = []
    for path in paths:
        try:
            source = read(path, path.parent.parent)
        except RulesetError as error:
            flaws += error.flaws
            continue
        for number, row in enumerate(_rows(source, registry)):
            at = ("catalogue", number, "id")
            if row.id in rows:
                source.flaw("E-RULE-DUPLICATE", at, got=row.id, expected=f"unique; first at {places[row.id]}")
            rows.setdefault(row.id, row)
            places.setdefault(row.id, source.where(at))
        flaws += source.flaws
    if flaws:
        raise RulesetError(flaws=tuple(flaws))
    return Catalogue(rows.values(), registry, load_names(names, rows))


def _rows(source: Source, registry: LawRegistry) -> list[Row]:
    file = read_model(source, CatalogueFile)
    if file is None:
        return []
    domain = source.domain(file.domain, ("domain",))
    if domain is None:
        return []
    rows = []
    for index, written in enumerate(file.catalogue):
        at = ("catalogue", index)
        for number, basis in enumerate(written.basis):
            if basis.law not in registry:
                source.flaw(
                    "E-LAW-REFERENCE",
                    (*at, "basis", number, "law"),
                    got=basis.law,
                    suggestion=closest(basis.law, registry.ids()),
                )
        whole = {
            **written.model_dump(),
            "id": f"{domain}/{written.id}",
            "domain": domain,
            "subject": written.subject or file.subject,
        }
        rows.append(Row.model_validate(whole))
    return rows


def _limited(row: Row) -> Text:
    label = AUDIENCE_LABELS[row.audience]
    return Text(
        zh=f"“{row.path}”只向{label}公开，不上网站",
        en=f"“{row.path}” is for: {row.audience}; it does not go to the web",
    )


def sentence(row: Row, lang: str) -> str:
    """A row in one sentence: what, to whom, where, in what time, and what comes after."""
    zh = lang == "zh"
    who = AUDIENCES[row.audience].get(lang)
    places = joined([CHANNELS[each].get(lang) for each in row.channels], lang)
    clock = times(row.due or (_ON_REQUEST if row.mode == "on_request" else None), row.period, (), lang)
    steps = [_step(each, lang) for each in row.then]
    if zh:
        mode = "主动公开" if row.mode == "proactive" else "依申请公开"
        content = f"（{row.content}）" if row.content else ""
        by = f"由{row.subject}" if row.subject else ""
        told = [f"“{row.path}”{content}{by}{mode}，对象为{who}，渠道为{places}", *clock]
        if row.wording:
            told.append(f"目录写作“{row.wording}”")
        return "；".join(["，".join(told), *steps]) + "。"
    mode = "is published" if row.mode == "proactive" else "is given on request"
    told = [f"“{row.path}” {mode} to {who} through {places}", *clock]
    return "; ".join([", ".join(told), *steps]) + "."


def _step(spec: PublicationSpec, lang: str) -> str:
    who = AUDIENCES[spec.audience].get(lang)
    places = joined([CHANNELS[each].get(lang) for each in spec.channels], lang)
    clock = times(spec.due, spec.period, spec.not_before, lang)
    if lang == "zh":
        return "，".join([f"其后向{who}公开，渠道为{places}", *clock])
    return ", ".join([f"then to {who} through {places}", *clock])
