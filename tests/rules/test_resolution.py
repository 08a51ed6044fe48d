"""The resolver on plain findings: the law's own order (design §5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_gate.model.determination import Basis, ReasonCode, Status
from disclosure_gate.model.findings import (
    RANKS,
    Cap,
    Duty,
    Effect,
    Exempt,
    Finding,
    Hold,
    KeepSpans,
    Lift,
    Offer,
    PublicationSpec,
    RedactSpans,
    Residue,
    Restrict,
    Span,
)  # fmt: skip
from disclosure_gate.model.frozen import Text
from disclosure_gate.rules.resolution import Resolution, addressed, resolve

_BASIS = (Basis(law="ogi_regulation", title="条例", article="13", in_force_from=date(2019, 5, 15)),)
_T = Text(zh="因为", en="because")


def said(rule: str, effect: Effect, rank: str = "regulation") -> Finding:
    return Finding(rule, effect, _BASIS, _T, RANKS[rank])


RESIDUE = said("residue", Residue())
GENERAL = said("general", Duty(code="P19"))
SPECIFIC = said("specific", Duty(code="P-LAW", specific=True), "law")
BY_DOCUMENT = said("by-document", Duty(code="P-LAW", specific=True), "document")
PROCESS = said("process", Exempt(kind="discretionary", code="R16-2"))
SECRET = said("secret", Exempt(kind="mandatory", code="R14-1"))
SECRET_PART = said("secret-part", Exempt(kind="mandatory", code="R14-1", scope="separable"))
TRADE = said("trade", Exempt(kind="third_party", code="R15-1"))
CONSENT = said("consent", Lift(exemptions=("R15-1", "R15-2")))
BAR = said("bar", Lift(duties=("general",)))
OFFER = said("offer", Offer())
MASK = said("mask", RedactSpans(kinds=("resident_id",)))
KEEP = said("keep", KeepSpans(kinds=("resident_id",)))
KEEP_OVER = said("keep-over", KeepSpans(kinds=("resident_id",), over=("mask",)))
SPAN = Span("text", 0, 18, "resident_id", "resident_id", "*" * 18, _T)


@pytest.mark.parametrize(
    ("findings", "spans", "status"),
    [
        ([RESIDUE], [], Status.ON_REQUEST),
        ([RESIDUE, GENERAL], [], Status.PROACTIVE),
        ([RESIDUE, SECRET], [], Status.WITHHELD),
        ([SECRET, SPECIFIC], [], Status.WITHHELD),
        ([SECRET, SPECIFIC, said("x", Lift(exemptions=("R14-1", "secret")))], [], Status.WITHHELD),
        ([SECRET_PART, GENERAL], [], Status.PARTIAL),
        ([SECRET_PART, RESIDUE], [], Status.ON_REQUEST),
        ([TRADE, SPECIFIC], [], Status.WITHHELD),
        ([TRADE, GENERAL, CONSENT], [], Status.PROACTIVE),
        ([TRADE, RESIDUE, CONSENT], [], Status.ON_REQUEST),
        ([PROCESS, GENERAL], [], Status.WITHHELD),
        ([PROCESS, SPECIFIC], [], Status.PROACTIVE),
        ([PROCESS, BY_DOCUMENT], [], Status.WITHHELD),
        ([PROCESS, OFFER, RESIDUE], [], Status.ON_REQUEST),
        ([PROCESS, OFFER, GENERAL], [], Status.ON_REQUEST),
        ([SECRET, OFFER, RESIDUE], [], Status.WITHHELD),
        ([GENERAL, BAR, RESIDUE], [], Status.ON_REQUEST),
        ([GENERAL, MASK], [SPAN], Status.PARTIAL),
        ([GENERAL, MASK], [], Status.PROACTIVE),
        ([RESIDUE, MASK], [SPAN], Status.ON_REQUEST),
        ([GENERAL, MASK, KEEP_OVER], [SPAN], Status.PROACTIVE),
        ([GENERAL, MASK, KEEP], [SPAN], None),
        ([GENERAL, said("cap", Cap(status=Status.ON_REQUEST))], [], Status.ON_REQUEST),
        ([SECRET, said("cap", Cap(status=Status.PROACTIVE))], [], Status.WITHHELD),
        ([GENERAL, said("hold", Hold(code="H-OWNER"))], [], None),
        ([], [], None),
    ],
)  # fmt: skip
def test_the_order_of_the_law(findings: list[Finding], spans: list[Span], status: Status | None) -> None:
    assert resolve(findings, spans).status is status


def test_a_conflict_shows_both_rules() -> None:
    [conflict] = resolve([GENERAL, MASK, KEEP], [SPAN]).conflicts
    assert {conflict.one.rule, conflict.other.rule} == {"mask", "keep"}


@pytest.mark.parametrize(
    ("code", "named"), [("R15-2", "heating/meters"), ("R14-2", "national/names")], ids=str
)
def test_a_mask_is_explained_by_the_rule_that_knows_it_best_but_for_article_14(
    code: ReasonCode, named: str
) -> None:
    for_all = said("national/names", RedactSpans(kinds=("person_name", "resident_id"), code=code))
    ours = said("heating/meters", RedactSpans(kinds=("resident_id",)))
    assert [each.rule for _, each in resolve([GENERAL, ours, for_all], [SPAN]).redactions] == [named]
    others = said("zz/meters", RedactSpans(kinds=("resident_id",), code=code))
    told = resolve([GENERAL, ours, others], [SPAN]).redactions
    assert [each.rule for _, each in told] == ["heating/meters" if code == "R15-2" else "zz/meters"]


def test_a_withheld_document_has_no_redactions_and_its_reasons_are_the_exemptions() -> None:
    resolution = resolve([SECRET, GENERAL, MASK], [SPAN])
    assert resolution.redactions == ()
    assert [finding.rule for finding in resolution.reasons] == ["secret"]


def test_a_duty_that_names_its_place_speaks_for_itself() -> None:
    village = said(
        "row",
        Duty(code="P-ROW", publications=(PublicationSpec(audience="village", channels=("village_board",)),)),
    )
    resolution = resolve([GENERAL, village])
    assert [spec.audience for _, spec in addressed(resolution)] == ["village"]


def test_a_restriction_narrows_what_general_duties_ask() -> None:
    resolution = resolve([GENERAL, said("limit", Restrict(audience="parties"))])
    assert [(spec.audience, spec.channels) for _, spec in addressed(resolution)] == [("parties", ("direct",))]


_EFFECTS: list[Effect] = [
    Duty(code="P19"), Duty(code="P-LAW", specific=True, rank="law"), Duty(code="P-LAW", specific=True, rank="document"),
    *(Exempt(kind="mandatory", code="R14-1", scope=scope) for scope in ("whole", "separable")),
    *(Exempt(kind="third_party", code="R15-2", scope=scope) for scope in ("whole", "separable")),
    Exempt(kind="discretionary", code="R16-2"), Lift(exemptions=("R15-2",)), Lift(exemptions=("R16-2",)), Lift(duties=("*",)),
    Offer(), Cap(status=Status.ON_REQUEST), RedactSpans(kinds=("resident_id",)), KeepSpans(kinds=("resident_id",)),
    Restrict(audience="village"), Hold(code="H-ERROR"), Residue(),
]  # fmt: skip
_findings = st.lists(
    st.builds(
        lambda effect, number: said(f"r{number}", effect), st.sampled_from(_EFFECTS), st.integers(0, 30)
    ),
    max_size=10,
)
_spans: Any = st.sampled_from([[], [SPAN]])


@pytest.mark.law(2)
@given(findings=_findings, spans=_spans, data=st.data())
def test_order_and_repetition_do_not_matter(
    findings: list[Finding], spans: list[Span], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(findings + findings[:3]))
    assert resolve(shuffled, spans) == resolve(findings, spans)


def _openness(resolution: Resolution) -> int:
    return resolution.status.openness if resolution.status else -1


@pytest.mark.law(1)
@given(
    findings=_findings, spans=_spans,
    worse=st.sampled_from([Exempt(kind="mandatory", code="R14-2"), Exempt(kind="mandatory", code="R14-2", scope="separable"), Hold(code="H-PLUGIN"), Cap(status=Status.WITHHELD)]),
)  # fmt: skip
def test_an_error_or_a_mandatory_exemption_never_opens(
    findings: list[Finding], spans: list[Span], worse: Effect
) -> None:
    before = resolve([*findings, RESIDUE], spans)
    after = resolve([*findings, RESIDUE, said("worse", worse)], spans)
    assert _openness(after) <= max(_openness(before), -1)


@pytest.mark.law(5)
@given(findings=_findings, spans=_spans)
def test_no_status_without_a_reason(findings: list[Finding], spans: list[Span]) -> None:
    resolution = resolve(findings, spans)
    assert (resolution.status is None) or resolution.reasons
