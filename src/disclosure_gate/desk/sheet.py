"""The review sheet (公开属性审核单): what is on it, and the same as a PDF of one A4 page."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from disclosure_gate.desk import words
from disclosure_gate.model.determination import Determination
from disclosure_gate.register.cases import Case, CaseStep

_MOST_REASONS = 6
_DOCUMENT_KINDS = 15  # the first of KINDS are 公文, the others decisions and files
_FONT = "STSong-Light"
_PROPOSED = ("proposed", "proposed_again")
_SIZES = (10.5, 9.0, 8.0, 7.0, 6.0)  # points of type a page in the browser may be printed in, see desk.css
_LEADING = 1.5
_ROOM = 620.0  # points from above the first row to below the last, on A4 with its margins, title and foot
_WIDE, _NARROW, _PADDING = (
    440.0,
    180.0,
    9.0,
)  # points: a cell of the whole width, of half, and what surrounds its text


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet: pairs of heading and text; long texts may be several paragraphs."""

    pairs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole sheet, in the person's language."""

    title: str
    issuer: str
    lines: tuple[Line, ...]
    foot: str

    @property
    def size(self) -> int:
        """Which of the sizes of type lets all of it stand on one printed page."""
        for number, points in enumerate(_SIZES):
            if sum(_height(line, points) for line in self.lines) <= _ROOM:
                return number
        return len(_SIZES) - 1


def _height(line: Line, points: float) -> float:
    room = (_WIDE if len(line.pairs) == 1 else _NARROW) / points
    rows = max(
        sum(1 + int(sum(0.6 if char.isascii() else 1 for char in text) / room) for text in texts)
        for _, texts in line.pairs
    )
    return rows * points * _LEADING + _PADDING


def sheet_of(
    case: Case,
    steps: Sequence[CaseStep],
    determination: Mapping[str, Any],
    decision: Mapping[str, Any] | None,
    clearance: Mapping[str, Any] | None,
) -> Sheet:
    """The sheet of a case, from its record once it is signed."""
    it = Determination.model_validate_json(words.as_json(determination))
    # Whoever saw an earlier version has not reviewed or signed this one.
    last = max((at for at, each in enumerate(steps) if each.step in _PROPOSED), default=0)
    since = steps[last:]
    zh = words.language() == "zh"
    main = it.publications[0] if it.publications else None
    # Before the review nobody has decided: the line stays open, as those of the people below it.
    chosen = (clearance or {}).get("status") or (case.chosen if case.state == "reviewed" else None)
    reasons = [
        f"{number}. {words.said(each.statement)}{words.sets('（')}{words.sets('；').join(words.article(b) for b in each.basis[:2])}{words.sets('）')}"
        for number, each in enumerate(it.reasons[:_MOST_REASONS], 1)
    ]
    if len(it.reasons) > _MOST_REASONS:
        more = len(it.reasons) - _MOST_REASONS
        reasons.append(f"……另有 {more} 条，见台账" if zh else f"… and {more} more, see the register")
    reasons += [words.said(each.message) for each in it.held]
    kinds: dict[str, int] = {}
    for span in it.redactions:
        kinds[span.kind] = kinds.get(span.kind, 0) + 1
    masked = (
        words.sets("、").join(f"{words.named(words.SPANS, kind)} {count}" for kind, count in kinds.items())
        or "—"
    )
    departs = (clearance or {}).get("departure", "none") != "none" or (
        chosen is not None and it.status is not None and chosen != it.status.value
    )
    return Sheet(
        title=_t("公文公开属性审核单", "Review sheet: disclosure status"),
        issuer=case.issuer,
        lines=(
            _line((_t("标题", "Title"), case.title or _t("（不公开，略）", "(not public)"))),
            _line(
                (_t("文种", "Kind"), case.kind),
                (_t("信息类别", "Class"), _t("公文类", "document") if _is_document(case.kind) else _t("非公文类", "other")),
            ),
            _line((_t("发文字号", "Number"), case.number or "—"), (_t("领域", "Domain"), words.domain(case.domain))),
            _line(
                (_t("认定属性", "Determined"), f"{words.sign(it.status)} {words.status(it.status)}"),
                (_t("审定属性", "Decided"), f"{words.sign(chosen)} {words.status(chosen)}" if chosen else "—"),
            ),
            Line(((_t("理由和依据", "Reasons"), tuple(reasons) or ("—",)),)),
            *(
                [_line((_t("与认定不同", "Departure"), _departure(decision)))]
                if departs and decision is not None
                else []
            ),
            _line(
                (_t("拟公开方式", "Channels"), words.listed(words.CHANNELS, main.channels) if main else "—"),
                (_t("公开对象", "Audience"), words.named(words.AUDIENCES, main.audience) if main else "—"),
            ),
            _line(
                (_t("公开期限", "Due"), str(main.due_on or "—") if main else "—"),
                (_t("遮盖", "Masked"), masked),
            ),
            _line((_t("附注", "Note"), " ".join(it.notes) or "—")),
            _line((_t("拟稿人", "Drafter"), _hand(since, _PROPOSED))),
            _line(
                (
                    _t("保密审查", "Secrecy"),
                    f"{words.fact_value((decision or {}).get('secrecy_review') or 'pending')}　{(decision or {}).get('secrecy_reviewer') or ''}",
                )
            ),
            _line((_t("审核人", "Reviewer"), _hand(since, ("reviewed",)))),
            _line((_t("签发人", "Signer"), _hand(since, ("signed",)))),
        ),
        foot=f"{_t('认定编号', 'Determination')} {it.determination_id} · {_t('适用日', 'as of')} {it.as_of} · "
        + " ".join(f"{each.name} {each.version}" for each in it.rulesets)
        + (f" · {_t('放行凭证', 'clearance')} {clearance['clearance_id']}" if clearance else ""),
    )  # fmt: skip


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet on one A4 page; what is long is set smaller until it fits."""
    from xml.sax.saxutils import escape  # noqa: PLC0415

    from reportlab.lib.colors import HexColor  # noqa: PLC0415  loaded only where a PDF is written
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.lib.units import mm  # noqa: PLC0415
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415
    from reportlab.platypus import KeepInFrame, Paragraph, Spacer, Table, TableStyle  # noqa: PLC0415

    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    width, height = A4
    inner_width, inner_height = width - 36 * mm, height - 34 * mm
    plain = ParagraphStyle("plain", fontName=_FONT, fontSize=10, leading=14.5, wordWrap="CJK")
    head = ParagraphStyle("head", parent=plain, textColor=HexColor("#333333"))
    title = ParagraphStyle("title", parent=plain, fontSize=18, leading=24, alignment=1)
    small = ParagraphStyle("small", parent=plain, fontSize=7.5, leading=10, textColor=HexColor("#555555"))

    def cell(texts: Sequence[str]) -> list[Any]:
        return [Paragraph(escape(text), plain) for text in texts]

    rows, spans = [], []
    for number, line in enumerate(sheet.lines):
        row: list[Any] = []
        for heading, texts in line.pairs:
            row += [Paragraph(escape(heading), head), cell(texts)]
        if len(line.pairs) == 1:
            row += ["", ""]
            spans.append(("SPAN", (1, number), (3, number)))
        rows.append(row)
    table = Table(rows, colWidths=[24 * mm, inner_width / 2 - 24 * mm] * 2)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.6, HexColor("#444444")),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
                *spans,
            ]
        )
    )
    story = [
        Paragraph(escape(sheet.title), title),
        Paragraph(escape(sheet.issuer), ParagraphStyle("organ", parent=plain, alignment=1)),
        Spacer(1, 4 * mm),
        table,
        Spacer(1, 3 * mm),
        Paragraph(escape(sheet.foot), small),
    ]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setTitle(sheet.title)
    frame = KeepInFrame(inner_width, inner_height, story, mode="shrink")
    _, used = frame.wrapOn(canvas, inner_width, inner_height)
    frame.drawOn(canvas, 18 * mm, height - 17 * mm - used)
    canvas.save()
    return out.getvalue()


def _line(*pairs: tuple[str, str]) -> Line:
    return Line(tuple((heading, (text,)) for heading, text in pairs))


def _t(zh: str, en: str) -> str:
    return zh if words.language() == "zh" else en


def _is_document(kind: str) -> bool:
    from disclosure_gate.model.document import KINDS  # noqa: PLC0415  one tuple

    return kind in KINDS[:_DOCUMENT_KINDS]


def _departure(decision: Mapping[str, Any]) -> str:
    code = decision.get("reason_code") or ""
    return f"{code} {words.code(code) if code else ''} {decision.get('statement') or ''}".strip() or "—"


def _hand(steps: Sequence[CaseStep], wanted: tuple[str, ...]) -> str:
    found = [each for each in steps if each.step in wanted]
    if not found:
        return "　"
    last = found[-1]
    note = f"　{last.note}" if last.note else ""
    return f"{last.by_name}　{last.at.astimezone().strftime('%Y-%m-%d %H:%M')}{note}"
