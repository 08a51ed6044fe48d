"""Lists of people: columns beyond the programme, minors among the rows, counts that are too small."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from beneficiary_lists.lists import (
    HEADINGS,
    PROGRAMMES,
    PeopleList,
    heading_row,
    people_lists,
    programme_of,
    role_of,
)
from beneficiary_lists.small_cells import suppressed
from disclosure_gate import hookimpl
from disclosure_gate.detect.names import masked_name
from disclosure_gate.detect.tables import Cell, Table, tables
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.document import Document
from disclosure_gate.model.findings import Detection, FactStatement, Finding, Oblige, Reading, Span, Warn
from disclosure_gate.model.frozen import Text

_RULESET = Path(__file__).parent / "ruleset"
_KINDS = frozenset(
    {"预算", "决算", "规划"}
)  # hold no lists of recipients; their counts are of posts and projects
_SIGNS = "\t |｜│,\u3000"
_SEPARATED = re.compile(rf"\S[{_SIGNS}]")  # indentation alone makes no table
_OF_AGE = 18
_AGE = re.compile(r"(\d{1,3})\s*(?:周?岁)?")
_BORN = re.compile(r"(\d{4})\s*[年./-]?\s*(\d{1,2})(?:\s*[月./-]?\s*(\d{1,2}))?")
_RESIDENT = re.compile(r"[1-9]\d{5}((?:18|19|20)\d{2})(\d{2})(\d{2})\d{3}[\dXx]")
_AGES = frozenset({"年龄", "年岁", "周岁"})
_BIRTHS = frozenset({"出生日期", "出生年月", "出生年月日", "生日"})
_COUNTS = frozenset({"count", "household_size"})
_TOTAL = re.compile(r"合\s*计|总\s*计|共\s*计")
_COLUMN = Text(zh="该栏目不在项目可公开的范围内", en="a column beyond what the programme may show")
_MINOR = Text(zh="名单中的未成年人", en="a minor in the list")
_HIDDEN_NAME = Text(zh="该项目不公开姓名", en="a name in a programme that shows none")
_SMALL = Text(zh="人数过少，可推断出个人", en="counts so few that a person can be inferred")
_SPAN_KINDS: dict[str, SpanKind] = {
    kind: kind
    for kind in (
        "resident_id", "disability_card", "mobile", "bank_card", "passport", "permit", "plate", "email", "im_account",
        "address", "minor_school", "guardian", "health", "social_security", "household", "student_number",
        "property_certificate",
    )
}  # fmt: skip


class BeneficiaryLists:
    """The plugin. Adds spans and restrictions only; never makes a document more open."""

    name = "beneficiary_lists"

    @hookimpl
    def dg_rulesets(self) -> Sequence[Path]:
        """Facts and rules of this package."""
        return (_RULESET,)

    @hookimpl
    def dg_spans(
        self, document: Document, reading: Reading, detection: Detection, as_of: date
    ) -> Iterable[Span]:
        """Cells beyond the programme, names of minors, names a programme hides, counts that are too small."""
        if not _may_list(document, reading):
            return
        seen = {(each.where, each.start, each.end, each.kind) for each in detection.spans}
        for span in self._spans(document, reading, as_of):
            # What a detector flags alike is left to it: its mask keeps what may be kept of a number.
            if (span.where, span.start, span.end, span.kind) not in seen:
                yield span

    def _spans(self, document: Document, reading: Reading, as_of: date) -> Iterator[Span]:
        all_tables = tables(reading)
        found = people_lists(all_tables)
        programme = programme_of(document)
        for each in found:
            if programme is not None:
                for column in _beyond(each, programme):
                    kind = _SPAN_KINDS.get(each.roles[column], "other")
                    yield from (
                        _span(each.table, row[column], kind, _COLUMN)
                        for row in each.rows
                        if column < len(row) and row[column].text
                    )
                if PROGRAMMES[programme].names == "hidden":
                    names = each.roles.index("name")
                    yield from (
                        _span(each.table, row[names], "person_name", _HIDDEN_NAME) for row in each.rows
                    )
            for row in _minors(each, document.formed_on or as_of):
                cell = row[each.roles.index("name")]
                yield _span(each.table, cell, "minor_name", _MINOR, masked_name(cell.text))
        if programme is not None or document.kind == "名单公示":
            for table, cell in _small(all_tables, found):
                yield _span(table, cell, "other", _SMALL)

    @hookimpl
    def dg_facts(self, document: Document, reading: Reading) -> Iterable[FactStatement]:
        """Programme, list, columns beyond it, small counts."""
        if not _may_list(document, reading):
            return
        all_tables = tables(reading)
        found = people_lists(all_tables)
        programme = programme_of(document)
        if not found and programme is None and document.kind != "名单公示":
            return
        if programme is not None:
            yield FactStatement("list_programme", programme, self.name)
        if found:
            yield FactStatement("lists_people", True, self.name, tuple(each.table.where for each in found))
        if programme is not None:
            beyond = sum(len(_beyond(each, programme)) for each in found)
            if beyond:
                yield FactStatement("list_columns_beyond", beyond, self.name)
        if programme is not None or document.kind == "名单公示":
            small = [table.place(cell) for table, cell in _small(all_tables, found)]
            if small:
                yield FactStatement("list_small_cells", True, self.name, tuple(small))
                yield FactStatement("single_respondent_data", "separable", self.name, tuple(small))

    @hookimpl
    def dg_findings(
        self, document: Document, reading: Reading, as_of: date, laws: LawRegistry
    ) -> Iterable[Finding]:
        """Which columns go too far and where they stand; a list whose programme nobody named."""
        basis = laws.basis("pipl", "34", as_of)
        if basis is None or not _may_list(document, reading):
            return
        programme = programme_of(document)
        for number, each in enumerate(people_lists(tables(reading))):
            if programme is None:
                if document.kind == "名单公示":
                    effect = Oblige(code="D-OTHER", when="before_clearing")
                    rule = f"plugins/beneficiary_lists/which-programme/{number}"
                    yield Finding(rule, effect, (basis,), _unnamed(each.table.told_whole()))
                continue
            for column in _beyond(each, programme):
                place = each.table.told(each.headings[column])
                rule = f"plugins/beneficiary_lists/column/{number}/{column}"
                yield Finding(rule, Warn(code="W-RULE"), (basis,), _too_far(place))


plugin = BeneficiaryLists()


def _may_list(document: Document, reading: Reading) -> bool:
    """Whether there can be a list or a table of counts: a look for headings that costs next to nothing."""
    return document.kind not in _KINDS and any(
        any(sign in text for sign in _SIGNS) and _SEPARATED.search(text) and HEADINGS.search(text)
        for _, text in reading.parts
    )


def _beyond(found: PeopleList, programme: str) -> list[int]:
    """The columns of a list that its programme may not show; a heading nobody knows is one of them."""
    show = PROGRAMMES[programme].show
    return [
        number
        for number, role in enumerate(found.roles)
        if role not in show
        and role != "name"
        and any(number < len(row) and row[number].text for row in found.rows)
    ]


def _span(table: Table, cell: Cell, kind: SpanKind, why: Text, mask: str = "") -> Span:
    return Span(
        table.where, cell.start, cell.end, kind, "beneficiary_lists", mask or "*" * len(cell.text), why
    )


def _minors(found: PeopleList, day: date) -> Iterator[tuple[Cell, ...]]:
    told = [
        (column, reader)
        for column, (heading, role) in enumerate(zip(found.headings, found.roles, strict=True))
        if (reader := _reader("".join(heading.text.split()), role)) is not None
    ]
    for row in found.rows:
        ages = [reader(row[column].text, day) for column, reader in told if column < len(row)]
        if any(age is not None and age < _OF_AGE for age in ages):
            yield row


def _reader(heading: str, role: str) -> Callable[[str, date], int | None] | None:
    """What reads an age from the cells below a heading, if they tell one."""
    if heading in _AGES:
        return _by_age
    if heading in _BIRTHS:
        return _by_birth
    return _by_number if role in {"resident_id", "disability_card"} else None


def _by_age(text: str, day: date) -> int | None:
    del day
    found = _AGE.fullmatch(text.strip())
    return int(found[1]) if found else None


def _by_birth(text: str, day: date) -> int | None:
    born = _BORN.match(text.strip())
    return _years(born[1], born[2], born[3] or "1", day) if born else None


def _by_number(text: str, day: date) -> int | None:
    number = _RESIDENT.search("".join(text.split()))
    return _years(number[1], number[2], number[3], day) if number else None


def _years(year: str, month: str, number: str, day: date) -> int | None:
    try:
        born = date(int(year), int(month), int(number))
    except ValueError:
        return None
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return age if age >= 0 else None


def _small(all_tables: Sequence[Table], lists: Sequence[PeopleList]) -> Iterator[tuple[Table, Cell]]:
    """Cells of tables of counts that are not shown."""
    named = {id(each.table) for each in lists}
    for table in all_tables:
        head = heading_row(table, tuple(_COUNTS))
        if id(table) in named or head is None:
            continue
        columns = [number for number, cell in enumerate(table.rows[head]) if role_of(cell.text) in _COUNTS]
        rows = [row for row in table.rows[head + 1 :] if any(cell.text for cell in row)]
        counts = [
            [_count(row[number].text) if number < len(row) else None for number in columns] for row in rows
        ]
        totals = bool(rows) and any(_TOTAL.search(cell.text) for cell in rows[-1])
        across = len(columns) > 1 and bool(_TOTAL.search(table.rows[head][columns[-1]].text))
        for row, column in sorted(suppressed(counts, row_totals=across, column_totals=totals)):
            yield table, rows[row][columns[column]]


def _count(text: str) -> int | None:
    plain = text.replace(",", "").strip().removesuffix("人").removesuffix("户")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None  # noqa: PLR2004  a count of people


def _too_far(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}的栏目不在该项目可公开的范围内，公开件中已遮盖；请改用只列规定栏目的名单",
        en=f"The column at {place.en} is beyond what the programme may show and is masked; better use a list without it.",
    )


def _unnamed(place: Text) -> Text:
    return Text(
        zh=f"{place.zh}是人员名单，但看不出属于哪一项目；请在要素 list_programme 中注明，以便核对可公开的栏目",
        en=f"{place.en} lists people, but of which programme is not told; state the fact list_programme so that its columns can be checked.",
    )
