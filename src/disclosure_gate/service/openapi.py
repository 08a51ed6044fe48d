"""The OpenAPI 3.1 description, made from the models and the routes."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from disclosure_gate.model.clearance import Withdrawal
from disclosure_gate.model.determination import Determination, RecordedExplanation
from disclosure_gate.model.document import Document
from disclosure_gate.model.listing import ValidityChange
from disclosure_gate.register.keys import Scope
from disclosure_gate.service.messages import (
    BatchAnswer,
    CheckRequest,
    ClearanceAnswer,
    ClearanceRequest,
    DocumentAnswer,
    HeadAnswer,
    HealthAnswer,
    IssueAnswer,
    IssueRequest,
    ItemsAnswer,
    KeysAnswer,
    ProblemDetails,
    ReadinessAnswer,
    RowAnswer,
    RuleAnswer,
    RulesetsAnswer,
    ScheduleAnswer,
    ScheduleRequest,
    ValidityAnswer,
    WithdrawalAnswer,
)


class Operation(NamedTuple):
    """One route: what it does, what it takes and answers, and the scope a key needs for it."""

    name: str
    summary: str
    request: type[BaseModel] | None = None
    answers: tuple[type[BaseModel], ...] = ()
    scope: Scope | None = None
    status: int = 200


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("/v1/checks", "post"): Operation(
        "checkDocuments", "give documents their status", CheckRequest, (Determination, BatchAnswer), "check"
    ),
    ("/v1/clearances", "post"): Operation(
        "clearDocument", "check that human review allows a status", ClearanceRequest, (ClearanceAnswer,), "clear", 201
    ),
    ("/v1/issues", "post"): Operation("issueDocument", "issue a cleared document", IssueRequest, (IssueAnswer,), "issue", 201),
    ("/v1/schedules", "post"): Operation(
        "scheduleDocument", "give publications that awaited a date their days", ScheduleRequest, (ScheduleAnswer,), "issue", 201
    ),
    ("/v1/withdrawals", "post"): Operation(
        "withdrawDocument", "take an issued document back", Withdrawal, (WithdrawalAnswer,), "withdraw", 201
    ),
    ("/v1/validity-changes", "post"): Operation(
        "changeValidity", "state whether an issued document is in force", ValidityChange, (ValidityAnswer,), "validity", 201
    ),
    ("/v1/documents/{id}", "get"): Operation(
        "readDocument", "where a document stands, and its records", answers=(DocumentAnswer,), scope="read"
    ),
    ("/v1/determinations/{id}/explanation", "get"): Operation(
        "explainDetermination", "a recorded determination, its facts, and what every rule said",
        answers=(RecordedExplanation,), scope="read",
    ),
    ("/v1/register/head", "get"): Operation("readHead", "the signed end of the register", answers=(HeadAnswer,), scope="read"),
    ("/v1/catalogue/items", "get"): Operation(
        "listItems", "catalogue rows, or the likely ones for a title", answers=(ItemsAnswer,), scope="read"
    ),
    ("/v1/rules/{id}", "get"): Operation(
        "readRule", "a rule as a sentence with its basis", answers=(RuleAnswer, RowAnswer), scope="read"
    ),
    ("/v1/rulesets", "post"): Operation(
        "reloadRulesets", "read the rulesets again", answers=(RulesetsAnswer,), scope="admin"
    ),
    ("/openapi.json", "get"): Operation("readDescription", "this description"),
    ("/.well-known/jwks.json", "get"): Operation(
        "readKeys", "the public keys that clearances and heads are signed with", answers=(KeysAnswer,)
    ),
    ("/healthz", "get"): Operation("health", "whether the process answers", answers=(HealthAnswer,)),
    ("/readyz", "get"): Operation(
        "readiness", "whether it can decide and record, and what is not ready", answers=(ReadinessAnswer,)
    ),
    ("/metrics", "get"): Operation("metrics", "counts in the Prometheus text format"),
}  # fmt: skip
"""Path and method → operation."""

_QUERY = {"/v1/catalogue/items": ("domain", "title")}
_DOCUMENT = {
    "id": "doc-1", "title": "关于冬季供热的公告", "kind": "公告", "text": "现将冬季供热有关事项公告如下。",
    "issuer": {"name": "景明区人民政府办公室"}, "formed_on": "2026-11-16", "facts": {"secrecy_review": "passed"},
    "proposed": {"status": "proactive"},
}  # fmt: skip
_DAY = "2026-11-24"


class Example(NamedTuple):
    """A request as it may be sent, and the status of its answer from a gate that knows nothing yet."""

    summary: str
    status: int
    value: dict[str, Any]


EXAMPLES: dict[tuple[str, str], dict[str, Example]] = {
    ("/v1/checks", "post"): {
        "one": Example("one document, recorded", 200, {"document": _DOCUMENT, "as_of": _DAY}),
        "preview": Example(
            "while somebody types: nothing is recorded", 200, {"document": _DOCUMENT, "as_of": _DAY, "preview": True}
        ),
        "batch": Example(
            "several, each with its answer or its errors", 200,
            {"documents": [_DOCUMENT, {**_DOCUMENT, "id": "doc-2", "kind": "公吿"}], "as_of": _DAY},
        ),
        "question": Example(
            "held until somebody says whether it is a normative document", 200,
            {"document": {**_DOCUMENT, "id": "doc-3", "kind": "通知", "facts": {}}, "as_of": _DAY},
        ),
    },
    ("/v1/clearances", "post"): {
        "invented": Example(
            "the determination must be the gate's own answer to this document; an invented one is refused", 409,
            {
                "document": _DOCUMENT,
                "determination": {
                    "document_id": "doc-1", "status": "proactive", "label": "主动公开", "as_of": _DAY, "engine": "both",
                    "content_digest": None, "determination_id": "det-0",
                },
                "decision": {"drafter": "拟稿人", "reviewer": "审核人", "signer": "签发人"},
            },
        ),
    },
    ("/v1/issues", "post"): {
        "forged": Example(
            "the token must be the one the clearance came with; another is refused", 409,
            {"document": _DOCUMENT, "token": "eyJ.eyJ.c2ln", "number": "景政发〔2026〕5号", "issued_on": _DAY},
        ),
        "listed": Example(
            "with its place in the column: what it amends, repeals or interprets must have been issued", 409,
            {
                "document": _DOCUMENT, "token": "eyJ.eyJ.c2ln", "number": "景政发〔2026〕5号", "issued_on": _DAY,
                "listing": {
                    "section": "rules", "abstract": "供热时间与收费", "keywords": ["供热"], "valid_until": "2031-11-23",
                    "relations": [{"kind": "repeals", "document_id": "doc-0"}],
                },
            },
        ),
    },
    ("/v1/schedules", "post"): {
        "unknown": Example(
            "of a document that was never issued nothing waits", 404,
            {"document": {**_DOCUMENT, "dates": {"result": "2026-12-15"}}},
        ),
    },
    ("/v1/withdrawals", "post"): {
        "unknown": Example(
            "a document that was never issued cannot be withdrawn", 404,
            {"document_id": "doc-1", "reason": "内容有误，更正后重发", "by": "政府办公室", "withdrawn_on": _DAY},
        ),
    },
    ("/v1/validity-changes", "post"): {
        "unknown": Example(
            "of a document that was never issued nothing can be said", 404,
            {"document_id": "doc-1", "validity": "repealed", "by": "司法局", "on": _DAY},
        ),
    },
}  # fmt: skip
_REQUEST_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "the same key and body get the same answer, the deed is done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}  # fmt: skip


def document() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _described(path, operation)
    # Requests as they are read, answers as they are written.
    models: list[tuple[type[BaseModel], Any]] = [(Document, "validation"), (ProblemDetails, "serialization")]
    for each in OPERATIONS.values():
        models += [(each.request, "validation")] if each.request else []
        models += [(answer, "serialization") for answer in each.answers]
    _, schemas = models_json_schema(list(dict.fromkeys(models)), ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "disclosure-gate", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _described(path: str, operation: Operation) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "done"}
    if operation.answers:
        found = [_ref(each) for each in operation.answers]
        done["content"] = _json(found[0] if len(found) == 1 else {"anyOf": found})
    problem = {
        "description": "a problem",
        "content": {"application/problem+json": {"schema": _ref(ProblemDetails)}},
    }
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": {str(operation.status): done, "default": problem},
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
            for name in _QUERY.get(path, ())
        ],
    }
    if path == "/readyz":
        described["responses"]["503"] = done
    if "{id}" in path:
        described["parameters"].append(
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        )
    if operation.scope:
        described["security"] = [{"key": [operation.scope]}]
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": _json(_ref(operation.request))}
        described["parameters"].append(_REQUEST_KEY)
        described["requestBody"]["content"]["application/json"]["examples"] = {
            name: {"summary": each.summary, "value": each.value}
            for name, each in EXAMPLES[path, "post"].items()
        }
    return described


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
