"""Where on the sheets of a workbook charts, diagrams, objects and text boxes stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import dirname

from lxml import etree

from disclosure_gate.redact.container import (
    BOX_SIGN,
    CHART_SIGN,
    DIAGRAM_SIGN,
    OBJECT_SIGN,
    Relation,
    relations,
    relations_of,
    xml,
)
from disclosure_gate.redact.objects import CHARTS, DIAGRAMS

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_X = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ANCHORS = frozenset({f"{_X}twoCellAnchor", f"{_X}oneCellAnchor", f"{_X}absoluteAnchor"})


def anchored(parts: Mapping[str, bytes]) -> list[list[tuple[int, int, str]]]:
    """For every worksheet in order (row from 1, column from 1, sign); what has no cell stands at the head.

    Raises:
        UnreadableError: ``U-BROKEN``.
    """
    return [sorted(set(_on_sheet(parts, name))) for name in _worksheets(parts)]


def _worksheets(parts: Mapping[str, bytes]) -> Iterator[str]:
    main = next((each.target for each in _related(parts, "") if each.kind == "officeDocument"), "")
    if main not in parts:
        return
    # As openpyxl tells sheets apart: the order must be the same.
    targets = {each.identity: each.target for each in _related(parts, main) if each.kind != "chartsheet"}
    for sheet in xml(parts[main]).iterfind(f"{_S}sheets/{_S}sheet"):
        name = targets.get(sheet.get(f"{_R}id", ""), "")
        if name in parts:
            yield name


def _on_sheet(parts: Mapping[str, bytes], name: str) -> Iterator[tuple[int, int, str]]:
    if relations_of(name) not in parts:
        return  # nothing stands on it; a large sheet is not parsed once more
    sheet = xml(parts[name])
    for each in sheet.iter(f"{_S}oleObject"):
        if not _instead(each):
            yield *_cell(each), OBJECT_SIGN
    targets = {each.identity: each.target for each in _related(parts, name)}
    for each in sheet.iterchildren(f"{_S}drawing"):
        target = targets.get(each.get(f"{_R}id", ""), "")
        if target not in parts:
            continue
        for anchor in xml(parts[target]).iter(*_ANCHORS):
            for sign in _signs(anchor):
                yield *_cell(anchor), sign


def _signs(anchor: etree._Element) -> Iterator[str]:
    tags = [str(each.tag) for each in anchor.iter() if not _instead(each)]
    charts = any(CHARTS in tag for tag in tags)
    if charts:
        yield CHART_SIGN
    # Other frames, such as a slicer's, are drawings too.
    if any(DIAGRAMS in tag for tag in tags) or (not charts and f"{_X}graphicFrame" in tags):
        yield DIAGRAM_SIGN
    if any(each.text for each in anchor.iter(f"{_A}t") if not _instead(each)):
        yield BOX_SIGN


def _cell(node: etree._Element) -> tuple[int, int]:
    start = next((each for each in node.iter() if str(each.tag).endswith("}from")), None)
    if start is None:
        return 1, 1
    row, column = (start.findtext(f"{_X}{each}", "").strip() for each in ("row", "col"))
    if not (row.isdecimal() and column.isdecimal()):
        return 1, 1
    return min(int(row[:8]) + 1, 1_048_576), min(int(column[:8]) + 1, 16_384)


def _instead(node: etree._Element) -> bool:
    """Whether a node is what old programs show instead of another."""
    return next(node.iterancestors(f"{_MC}Fallback"), None) is not None


def _related(parts: Mapping[str, bytes], owner: str) -> list[Relation]:
    told = parts.get(relations_of(owner))
    return relations(told, dirname(owner)) if told else []
