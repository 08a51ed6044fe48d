"""The desk's blueprint, and what every page of it is given."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from disclosure_gate.column.downloads import disposition
from disclosure_gate.desk import words
from disclosure_gate.gate import Gate
from disclosure_gate.model.errors import NotReady
from disclosure_gate.register import Register
from disclosure_gate.register.overview import Overview

desk = Blueprint(
    "desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static", static_url_path="/static"
)  # fmt: skip


def page(template: str, **values: Any) -> str:
    """A page in the person's language."""
    return render_template(
        template,
        lang=words.language(),
        here=request.full_path.rstrip("?"),
        words=words,
        today=gate().today(),
        **values,
    )


def attached(answer: Response, name: str) -> Response:
    """The answer as a file to take away."""
    answer.headers["Content-Disposition"] = disposition("attachment", name)
    return answer


def gate() -> Gate:
    """The gate of the application."""
    found: Gate = current_app.config["GATE"]
    return found


def register() -> Register:
    """Its register."""
    found = gate().register
    if found is None:
        raise NotReady("E-NO-REGISTER")
    return found


def overview() -> Overview:
    """What the register holds, up to its last record."""
    found: Overview = current_app.config["DESK_OVERVIEW"]
    found.follow(register())
    return found


def by_script() -> bool:
    """Whether our own script asks, which shows what is wrong where the form stands."""
    return request.headers.get("X-Requested-With") == "desk"
