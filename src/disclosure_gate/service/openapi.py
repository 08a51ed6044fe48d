"""The OpenAPI 3.1 description, made from the models and the routes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from disclosure_gate.model.clearance import IssueReceipt
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.document import Document
from disclosure_gate.service.messages import (
    CheckRequest,
    ClearanceAnswer,
    ClearanceRequest,
    IssueRequest,
    ProblemDetails,
    WithdrawalRequest,
)  # fmt: skip

_MODELS: tuple[type[BaseModel], ...] = (
    CheckRequest, ClearanceRequest, IssueRequest, WithdrawalRequest, Document, Determination, ClearanceAnswer, IssueReceipt, ProblemDetails,
)  # fmt: skip

OPERATIONS: dict[tuple[str, str], tuple[str, str, type[BaseModel] | None, type[BaseModel] | None, str]] = {
    ("/v1/checks", "post"): (
        "checkDocuments",
        "give documents their status",
        CheckRequest,
        Determination,
        "check",
    ),
    ("/v1/clearances", "post"): (
        "clearDocument",
        "check that human review allows a status",
        ClearanceRequest,
        ClearanceAnswer,
        "clear",
    ),
    ("/v1/issues", "post"): (
        "issueDocument",
        "issue a cleared document",
        IssueRequest,
        IssueReceipt,
        "issue",
    ),
    ("/v1/withdrawals", "post"): (
        "withdrawDocument",
        "take an issued document back",
        WithdrawalRequest,
        None,
        "withdraw",
    ),
    ("/v1/documents/{id}", "get"): (
        "readDocument",
        "where a document stands, and its records",
        None,
        None,
        "read",
    ),
    ("/v1/catalogue/items", "get"): (
        "listItems",
        "catalogue rows, or the likely ones for a title",
        None,
        None,
        "read",
    ),
    ("/v1/rules/{id}", "get"): ("readRule", "a rule as a sentence with its basis", None, None, "read"),
    ("/openapi.json", "get"): ("readDescription", "this description", None, None, ""),
    ("/.well-known/jwks.json", "get"): (
        "readKeys",
        "the public keys that clearances are signed with",
        None,
        None,
        "",
    ),
    ("/healthz", "get"): ("health", "whether the process answers", None, None, ""),
    ("/readyz", "get"): (
        "readiness",
        "whether it can decide and record, and what is not ready",
        None,
        None,
        "",
    ),
    ("/metrics", "get"): ("metrics", "counts in the Prometheus text format", None, None, ""),
}
"""Path and method → operation id, what it does, request, answer, scope."""

_EXAMPLE = {
    "document": {
        "id": "doc-1", "title": "关于冬季供热的公告", "kind": "公告", "text": "现将冬季供热有关事项公告如下。",
        "issuer": {"name": "景明区人民政府办公室"}, "formed_on": "2026-11-16", "facts": {"secrecy_review": "passed"},
        "proposed": {"status": "proactive"},
    },
    "as_of": "2026-11-24",
}  # fmt: skip


def document() -> dict[str, Any]:
    """The whole description."""
    _, schemas = models_json_schema(
        [(model, "validation") for model in _MODELS], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), (name, summary, request, answer, scope) in OPERATIONS.items():
        operation: dict[str, Any] = {
            "operationId": name,
            "summary": summary,
            "responses": {
                "200": {"description": "done", **({"content": _json(answer)} if answer else {})},
                "default": {
                    "description": "a problem",
                    "content": {"application/problem+json": {"schema": _ref(ProblemDetails)}},
                },
            },
        }
        if scope:
            operation["security"] = [{"key": [scope]}]
        if request is not None:
            operation["requestBody"] = {"required": True, "content": _json(request)}
            if path == "/v1/checks":
                operation["requestBody"]["content"]["application/json"]["example"] = _EXAMPLE
        if "{id}" in path:
            operation["parameters"] = [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ]
        if path == "/v1/catalogue/items":
            operation["parameters"] = [
                {"name": each, "in": "query", "required": False, "schema": {"type": "string"}}
                for each in ("domain", "title")
            ]
        paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "disclosure-gate", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(model)}}
