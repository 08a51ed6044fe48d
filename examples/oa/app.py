"""An OA whose issue button works only through the gate. No login: it shows the step, not an OA.

    disclosure-gate keys create oa --organ 景明区人民政府办公室 --register sqlite:///register.db   # prints the key
    disclosure-gate serve --register sqlite:///register.db &
    GATE_KEY=dg_… python examples/oa/app.py --gate http://127.0.0.1:8750 --database oa.db

It has a database of its own. Two things keep a document from being issued past the gate: the step itself runs inside
`issuing` (guards.py), and the database refuses a row marked issued without a valid clearance (../guards/sqlite.sql).
"""

import argparse
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Redirect

from disclosure_gate.client import Client
from disclosure_gate.guards import issuing, teach_sqlite
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.errors import GateError

KINDS = ["公告", "通告", "通知", "意见", "决定", "函"]
_GUARD = Path(__file__).parent.parent / "guards" / "sqlite.sql"
_TABLE = """
CREATE TABLE document (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL, issuer TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'draft', clearance TEXT, number TEXT NOT NULL DEFAULT '', drafter TEXT NOT NULL,
    facts TEXT NOT NULL DEFAULT '{}', determination TEXT, receipt TEXT
)"""


oa = Blueprint("oa", __name__)


def create_app(gate: Client, database: Path, organ: str) -> Flask:
    """The OA of one organ, over its database and a sidecar."""
    app = Flask("oa", root_path=str(Path(__file__).parent))
    app.config.update(GATE=gate, DATABASE=database, ORGAN=organ)
    app.register_blueprint(oa)
    return app


def client() -> Client:
    gate: Client = current_app.config["GATE"]
    return gate


def connected() -> sqlite3.Connection:
    if "database" not in g:
        g.database = sqlite3.connect(current_app.config["DATABASE"])
        g.database.row_factory = sqlite3.Row
        teach_sqlite(g.database, lambda: g.get("keys") or {"keys": []})
    found: sqlite3.Connection = g.database
    return found


@oa.teardown_app_request
def close(_: BaseException | None) -> None:
    if "database" in g:
        g.database.close()


def row_of(document_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = (
        connected().execute("SELECT * FROM document WHERE id = ?", [document_id]).fetchone()
    )
    return row if row is not None else abort(404)


def page(document_id: str, problems: list[str] | None = None, status: int = 200) -> Response:
    row = row_of(document_id)
    said = Determination.model_validate_json(row["determination"]) if row["determination"] else None
    duties = {each.code: each for each in said.obligations if each.when == "before_clearing"} if said else {}
    asked = [] if said is None or said.status else said.questions
    receipt = json.loads(row["receipt"]) if row["receipt"] else None
    told = render_template(
        "document.html",
        row=row,
        said=said,
        asked=asked,
        duties=duties,
        receipt=receipt,
        problems=problems or [],
        kinds=KINDS,
    )
    return Response(told, status)


@oa.errorhandler(GateError)
def refused(error: GateError) -> Response:
    document_id = (request.view_args or {}).get("document_id", "")
    return page(document_id, error.messages("zh"), 409)


@oa.get("/")
def papers() -> str:
    rows = connected().execute("SELECT * FROM document ORDER BY rowid DESC").fetchall()
    return render_template("papers.html", rows=rows, kinds=KINDS, organ=current_app.config["ORGAN"])


@oa.post("/documents")
def draft() -> Redirect:
    with connected() as transaction:
        number = transaction.execute("SELECT count(*) + 1 FROM document").fetchone()[0]
        transaction.execute(
            "INSERT INTO document (id, title, kind, issuer, body, drafter) VALUES (?, ?, ?, ?, ?, ?)",
            [
                f"oa-{number:04d}",
                *(request.form[name] for name in ("title", "kind")),
                current_app.config["ORGAN"],
                *(request.form[name] for name in ("body", "drafter")),
            ],
        )
    return redirect(url_for("oa.show", document_id=f"oa-{number:04d}"))


@oa.get("/documents/<document_id>")
def show(document_id: str) -> Response:
    return page(document_id)


@oa.post("/documents/<document_id>/edit")
def edit(document_id: str) -> Redirect:
    with connected() as transaction:
        transaction.execute(
            "UPDATE document SET title = ?, body = ? WHERE id = ? AND state = 'draft'",
            [request.form["title"], request.form["body"], document_id],
        )
    return redirect(url_for("oa.show", document_id=document_id))


@oa.post("/documents/<document_id>/check")
def check(document_id: str) -> Redirect:
    """Ask the gate; the answers to its questions come with the form."""
    row = row_of(document_id)
    facts = {
        **json.loads(row["facts"]),
        **{name: json.loads(value) for name, value in request.form.items()},
    }
    determined = client().check(as_document(row, facts))
    with connected() as transaction:
        transaction.execute(
            "UPDATE document SET facts = ?, determination = ? WHERE id = ? AND state = 'draft'",
            [json.dumps(facts), determined.model_dump_json(), document_id],
        )
    return redirect(url_for("oa.show", document_id=document_id))


@oa.post("/documents/<document_id>/clear")
def clear(document_id: str) -> Redirect | Response:
    row = row_of(document_id)
    if not row["determination"]:
        return page(document_id, ["尚未认定公开属性，不能审签。"], 409)
    decision = {
        "drafter": row["drafter"],
        "reviewer": request.form["reviewer"],
        "signer": request.form["signer"],
        "secrecy_review": "passed",
        "secrecy_reviewer": request.form["reviewer"],
        "done": request.form.getlist("done"),
    }
    determined = Determination.model_validate_json(row["determination"])
    cleared = client().clear(as_document(row), determined, decision)
    with connected() as transaction:
        transaction.execute(
            "UPDATE document SET clearance = ? WHERE id = ? AND state = 'draft'",
            [cleared.token, document_id],
        )
    return redirect(url_for("oa.show", document_id=document_id))


@oa.post("/documents/<document_id>/issue")
def issue(document_id: str) -> Redirect | Response:
    """The button. What is inside `issuing` runs with the gate's receipt, or not at all."""
    row = row_of(document_id)
    number = request.form["number"]
    with issuing(client(), as_document(row), row["clearance"] or "", number=number) as receipt:
        g.keys = client().keys()
        with connected() as transaction:
            transaction.execute(
                "UPDATE document SET state = 'issued', number = ?, receipt = ? WHERE id = ?",
                [number, receipt.model_dump_json(), document_id],
            )
    return redirect(url_for("oa.show", document_id=document_id))


def as_document(row: sqlite3.Row, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the gate is asked about."""
    return {
        "id": row["id"],
        "title": row["title"],
        "kind": row["kind"],
        "text": row["body"],
        "issuer": {"name": row["issuer"]},
        "facts": json.loads(row["facts"]) if facts is None else facts,
        "proposed": {"status": "proactive"},
    }


def prepare(database: Path) -> None:
    """Make the tables, guard included, on first use."""
    if database.exists():
        return
    connection = sqlite3.connect(database)
    connection.executescript(_TABLE + ";" + _GUARD.read_text(encoding="utf-8"))
    connection.close()


def main() -> None:
    options = argparse.ArgumentParser(description="An OA that issues only through the gate.")
    options.add_argument("--gate", default="http://127.0.0.1:8750")
    options.add_argument("--database", type=Path, default=Path("oa.db"))
    options.add_argument("--organ", default="景明区人民政府办公室")
    options.add_argument("--port", type=int, default=8761)
    given = options.parse_args()
    prepare(given.database)
    with Client(given.gate, os.environ["GATE_KEY"], attempts=2) as gate:
        create_app(gate, given.database, given.organ).run("127.0.0.1", given.port)


if __name__ == "__main__":
    main()
