"""The drafting page: what is written is checked while it is written, and nothing of it is kept until it is proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, g, render_template, request
from markupsafe import Markup, escape
from werkzeug.datastructures import FileStorage

from disclosure_gate.desk import words
from disclosure_gate.desk.pages import by_script, desk, gate, page, register
from disclosure_gate.desk.signin import signed_in
from disclosure_gate.detect import secret_mark
from disclosure_gate.model.determination import Determination, Explanation, Question, Redaction
from disclosure_gate.model.document import DOMAINS, KINDS, Document
from disclosure_gate.model.errors import Flaw, InputError
from disclosure_gate.register import cases
from disclosure_gate.register.cases import EVERY_ORGAN
from disclosure_gate.rules.vocabulary import Fact

_DATES = ("approved", "signed", "received", "served", "bid_opening", "result", "concluded")
_FACT = "fact."
_OFFICE = "fact.secrecy_review"  # for the review to state, not for who drafts


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the answer given so far, as the page shows it."""

    question: Question
    answer: str
    open: bool


@desk.get("/draft")
@signed_in("draft")
def draft() -> str:
    """A new draft."""
    return draft_page(None, {})


def draft_page(
    case: cases.Case | None,
    document: Mapping[str, Any],
    *,
    flaws: Sequence[Flaw] = (),
    answer: Markup | str = "",
    resumed: bool = False,
) -> str:
    """The drafting page, for a new document or for one that was returned.

    Args:
        case: the case that is changed.
        document: what stands in the fields, as JSON data.
        flaws: why what was sent could not be taken.
        answer: the determination, where no script will ask for it.
        resumed: whether it was sent after its session had ended, and its writer has signed in again.
    """
    return page(
        "draft.html",
        case=case,
        document=document,
        kinds=KINDS,
        domains=DOMAINS,
        levels=words.LEVELS,
        dates=_DATES,
        organ=g.key.organ if g.key.organ != EVERY_ORGAN else "",
        organs=cases.organs_of(register(), g.key.id) if g.key.organ == EVERY_ORGAN else (),
        flaws=flaws,
        panel=answer,
        resumed=resumed,
        note=request.form.get("note", ""),
    )


def given_back(
    case: cases.Case | None, data: Mapping[str, Any], error: InputError, *, resumed: bool = False
) -> Response:
    """The form as it was sent, with what is wrong: nothing that was typed is lost where no script keeps it.

    Raises:
        InputError: ``error`` itself, where a script keeps the form or a secrecy mark forbids to give anything back.
    """
    texts = (data["title"], data["text"] or "")
    if by_script() or error.code == "H-SECRET" or any(secret_mark(each) is not None for each in texts):
        raise error
    return Response(
        draft_page(case, {**data, "files": draft_files(case)}, flaws=error.flaws, resumed=resumed), 422
    )


@desk.post("/preview")
@signed_in("draft")
def preview() -> Response:
    """What would be determined now; nothing of it is recorded."""
    if not by_script():
        return preview_page()
    try:
        data = data_from(request.form, request.files.getlist("files"), "preview", files_kept(request.form))
        told = answer_to(parsed(data))
    except InputError as error:
        told = {
            "status": "none",
            "panel": render_template(
                "_incomplete.html",
                flaws=error.flaws,
                given=[each for each in request.form.items() if each[0].startswith(_FACT) and each[1]],
                words=words,
                lang=words.language(),
            ),
            "marks": [],
            "view": "",
            "items": suggested(request.form),
        }
    return Response(words.as_json(told), mimetype="application/json")


def preview_page(*, resumed: bool = False) -> Response:
    """The form with its determination, for a browser without script; ``resumed``: see :func:`draft_page`."""
    case_id = request.form.get("case", "")
    case = cases.find(register(), case_id, g.key.organ) if case_id else None
    data = data_from(request.form, request.files.getlist("files"), "preview", files_kept(request.form))
    try:
        told = answer_to(parsed(data))
    except InputError as error:
        return given_back(case, data, error, resumed=resumed)
    if told.get("secret"):
        return Response(draft_page(None, {}, answer=Markup(told["panel"])))  # noqa: S704  our template escapes
    return Response(
        draft_page(case, {**data, "files": draft_files(case)}, answer=told["panel"], resumed=resumed)
    )


def parsed(data: Mapping[str, Any]) -> Document:
    """The document that the form of this request tells of, from :func:`data_from`.

    Raises:
        InputError: every flaw with its place; a field that is empty as yet is not wrong but missing.
    """
    try:
        return Document.parse(data)
    except InputError as error:
        raise InputError(flaws=tuple(_left_open(each, request.form) for each in error.flaws)) from None


def data_from(
    form: Mapping[str, str],
    files: Sequence[FileStorage],
    document_id: str,
    kept: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The document a form tells of, as JSON data.

    Args:
        form: the fields of the drafting page.
        files: newly given files.
        document_id: never from the form.
        kept: files of an earlier form that stay.
    """
    import base64  # noqa: PLC0415  only documents with files need it

    issuer = g.key.organ if g.key.organ != EVERY_ORGAN else form.get("issuer", "")
    text = form.get("text", "").replace("\r\n", "\n")
    given = [each for each in files if each.filename]
    vocabulary = gate().parts.rules.vocabulary
    facts = {
        name.removeprefix(_FACT): _value(vocabulary[name.removeprefix(_FACT)], value)
        for name, value in form.items()
        if name.startswith(_FACT) and value and name.removeprefix(_FACT) in vocabulary and name != _OFFICE
    }
    data: dict[str, Any] = {
        "id": document_id,
        "title": form.get("title", "").strip(),
        "kind": form.get("kind", ""),
        "text": text if text.strip() else None,
        "files": [
            *kept,
            *(
                {
                    "name": each.filename,
                    "role": "attachment" if text.strip() else "body",
                    "content": base64.b64encode(each.read()).decode(),
                }
                for each in given
            ),
        ],
        "issuer": {"name": issuer.strip(), "level": form.get("level") or "county"},
        "domain": form.get("domain") or None,
        "item": form.get("item", "").strip() or None,
        "formed_on": form.get("formed_on") or None,
        "dates": {name: form[f"date.{name}"] for name in _DATES if form.get(f"date.{name}")},
        "facts": facts,
    }
    if form.get("proposed"):
        data["proposed"] = {
            "status": form["proposed"],
            "reason_code": form.get("reason_code") or None,
            "statement": form.get("statement", "").strip() or None,
        }
    return data


def answer_to(document: Document) -> dict[str, Any]:
    """What the page shows beside a document while it is written."""
    explained = gate().explain(document)
    determined = explained.determination
    if is_secret(determined):
        # Nothing of the document is in the answer, and the page is told to let go of it as well.
        return {
            "status": "held", "secret": True, "panel": render_template("_secret.html", words=words),
            "marks": [], "view": "", "items": "",
        }  # fmt: skip
    text = document.text.reveal() if document.text is not None else ""
    why = because(determined)
    spans = [each for each in determined.redactions if each.where == "text"]
    return {
        "status": determined.status.value if determined.status else "held",
        "word": words.status(determined.status),
        "sign": words.sign(determined.status),
        "panel": panel(explained, document, live=True),
        "marks": [
            [each.start, each.end, words.named(words.SPANS, each.kind), why.get(each.rule, ""), each.mask]
            for each in spans
        ],
        "view": str(marked(text, spans, why)),
        "items": suggested(request.form, text),
    }


def panel(explained: Explanation, document: Document, *, live: bool) -> Markup:
    """The answer in full; ``live`` lets questions be answered there."""
    it = explained.determination
    return Markup(  # noqa: S704  rendered by our template, which escapes
        render_template(
            "_answer.html",
            it=it,
            asked=asked(it, document) if live else [Asked(each, "", open=True) for each in it.questions],
            others=explained.counterfactuals,
            vocabulary=gate().parts.rules.vocabulary,
            elsewhere=by_place(it.redactions),
            # Who proposes on the desk has proposed.
            obligations=[each for each in it.obligations if each.code != "D-PROPOSE"],
            words=words,
            lang=words.language(),
            live=live,
        )
    )


def is_secret(determined: Determination) -> bool:
    """Whether a mark of state secrecy stopped everything."""
    return any(held.code == "H-SECRET" for held in determined.held)


def asked(determined: Determination, document: Document) -> list[Asked]:
    """The questions that are open, then those that were answered, so that an answer can be changed."""
    vocabulary = gate().parts.rules.vocabulary
    found = [Asked(question, "", open=True) for question in determined.questions]
    names = {each.fact for each in determined.questions}
    for name, value in document.facts.items():
        fact = vocabulary[name]
        if name not in names and not fact.given:
            values = fact.values if fact.type == "enum" else (True, False) if fact.type == "bool" else ()
            question = Question(fact=name, type=fact.type, text=fact.ask, values=values)
            found.append(Asked(question, str(value).lower(), open=False))
    return found


def because(determined: Determination) -> dict[str, str]:
    """For every rule that masks, its sentence."""
    return {each.rule: words.said(each.statement) for each in determined.reasons}


def by_place(redactions: Sequence[Redaction]) -> list[tuple[str, str, int]]:
    """(place, kind, how many), place by place; places of files are told by their number."""
    counts: dict[tuple[str, str], int] = {}
    for each in redactions:
        place = each.where if not each.where.startswith("files/") else "/".join(each.where.split("/")[:2])
        counts[place, each.kind] = counts.get((place, each.kind), 0) + 1
    return [(place, kind, count) for (place, kind), count in counts.items()]


def marked(text: str, spans: Sequence[Redaction], why: Mapping[str, str]) -> Markup:
    """The text with what is to be masked marked; each mark can be reached by keyboard and says why."""
    parts: list[Markup] = []
    at = 0
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if span.start < at:
            continue
        parts.append(escape(text[at : span.start]))
        told = f"{words.named(words.SPANS, span.kind)}{words.sets('：')}{why.get(span.rule, '')}"
        parts.append(
            Markup('<mark tabindex="0" data-why="{}" data-mask="{}">{}<span class="visually-hidden">{}{}{}</span></mark>').format(
                told, span.mask, text[span.start : span.end], words.sets("（"), told, words.sets("）")
            )
        )  # fmt: skip
        at = span.end
    parts.append(escape(text[at:]))
    return Markup("").join(parts)


def suggested(form: Mapping[str, str], text: str | None = None) -> str:
    """Likely items of the catalogue, to be taken with one press."""
    title = form.get("title", "").strip()
    if not title or form.get("item", "").strip():
        return ""
    body = form.get("text", "") if text is None else text
    domain = form.get("domain") or None
    found = gate().parts.catalogue.suggest(title, body, domain if domain in DOMAINS else None)
    return render_template("_items.html", found=found[:3], words=words)


def _left_open(flaw: Flaw, form: Mapping[str, str]) -> Flaw:
    field = flaw.where.strip("/").partition("/")[0]
    empty = flaw.code in {"E-FIELD-TYPE", "E-KIND"} and field in form and not form[field].strip()
    return Flaw("E-FIELD-MISSING", flaw.where) if empty else flaw


def draft_files(case: cases.Case | None) -> Sequence[dict[str, Any]]:
    """The files that the draft of a case has; none without a case."""
    draft = (cases.draft(register(), case.case_id) if case else None) or {"document": {}}
    return draft["document"].get("files") or ()


def files_kept(form: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Files of a returned case that the form keeps."""
    from disclosure_gate.desk.casework import kept_files  # noqa: PLC0415  cases are drafted with this page too

    return kept_files(form.get("case", ""), form)


def _value(fact: Fact, value: str) -> Any:
    if fact.type == "bool":
        return {"true": True, "false": False}.get(value, value)
    if fact.type == "int" and value.lstrip("-").isdecimal():
        return int(value)
    return value


def day(text: str) -> date | None:
    """A day of a form.

    Raises:
        InputError: ``E-FIELD-TYPE``.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError("E-FIELD-TYPE", where="/date", expected="YYYY-MM-DD") from None
