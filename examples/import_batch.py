"""Bring documents that already exist, such as an older system's, through the gate: checked in batches, issued if asked.

    GATE_KEY=dg_… python import_batch.py FOLDER --gate http://127.0.0.1:8750 -o results.jsonl
    GATE_KEY=dg_… python import_batch.py FOLDER … --issue --drafter … --reviewer … --signer …

FOLDER holds one document a file, as JSON. Every file gets a line in the results: its status, or why it has none. With
`--issue` what has a status is cleared by the people named and issued; what the gate holds or refuses stays behind. Run
again, it goes on where it was: what was issued before, or withdrawn since, is not issued again. A file with the id of
another that was issued with other content stays behind. Exit code 0: all of them. 3: some stayed behind. 1: the gate is
away; nothing more was done, and if it never answered the results of the run before stay.
"""

import argparse
import json
import os
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from disclosure_gate.client import Checked, Client
from disclosure_gate.model.determination import Determination
from disclosure_gate.model.errors import (
    ClearanceRefused,
    Flaw,
    GateError,
    InputError,
    IssueRefused,
    SidecarAway,
    SidecarRefused,
)

BATCH = 50


def main() -> int:
    options = argparse.ArgumentParser(description="Bring a folder of documents through the gate.")
    options.add_argument("folder", type=Path)
    options.add_argument("--gate", default="http://127.0.0.1:8750")
    options.add_argument("-o", "--output", type=Path, default=Path("results.jsonl"))
    options.add_argument("--issue", action="store_true")
    for person in ("drafter", "reviewer", "signer"):
        options.add_argument(f"--{person}")
    given = options.parse_args()
    decision = {name: getattr(given, name) for name in ("drafter", "reviewer", "signer")}
    if given.issue and not all(decision.values()):
        options.error("--issue needs --drafter, --reviewer and --signer")

    if not given.folder.is_dir():
        options.error(f"no folder: {given.folder}")
    if "GATE_KEY" not in os.environ:
        options.error("the key is expected in the environment: GATE_KEY=dg_…")

    paths = sorted(given.folder.glob("*.json"))
    counts: Counter[str] = Counter()
    try:
        with Client(given.gate, os.environ["GATE_KEY"]) as client, ExitStack() as opened:
            out: TextIO | None = None
            for start in range(0, len(paths), BATCH):
                read = [(path, document_of(path)) for path in paths[start : start + BATCH]]
                documents = [document for _, document in read if document is not None]
                answers = iter(checked_all(client, documents) if documents else ())
                out = out or opened.enter_context(given.output.open("w", encoding="utf-8"))
                for path, document in read:
                    line: dict[str, Any] = {"file": path.name}
                    if document is None:
                        line["errors"] = ["no JSON object in UTF-8"]
                    else:
                        checked = next(answers)
                        line["errors"] = list(checked.errors)
                        if checked.determination is not None:
                            line |= outcome(
                                client, document, checked.determination, decision if given.issue else None
                            )
                    counts[str(line.get("outcome", "refused" if document else "not a document"))] += 1
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    except SidecarAway as away:
        print("\n".join(away.messages()), file=sys.stderr)
        return 1
    for name, count in sorted(counts.items()):
        print(f"{count:6}  {name}")
    done = {"issued", "issued before"} if given.issue else {"proactive", "partial", "on_request", "withheld"}
    return 0 if set(counts) <= done else 3


def document_of(path: Path) -> dict[str, Any] | None:
    """What a file holds; nothing where it is no document at all."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None


def checked_all(client: Client, documents: list[dict[str, Any]]) -> list[Checked]:
    """An answer for each. A batch that is refused is asked in halves: one bad document keeps no other back."""
    try:
        return list(client.check_all(documents))
    except (InputError, ValueError, TypeError) as refused:  # the latter two: what cannot be written as JSON
        if len(documents) == 1:
            flaws = refused.flaws if isinstance(refused, InputError) else (Flaw("E-JSON"),)
            return [Checked(determination=None, errors=tuple(each.as_json() for each in flaws))]
        half = len(documents) // 2
        return checked_all(client, documents[:half]) + checked_all(client, documents[half:])


def outcome(
    client: Client, document: dict[str, Any], determined: Determination, decision: dict[str, Any] | None
) -> dict[str, Any]:
    """What became of one document."""
    status = determined.status.value if determined.status else "held"
    line = {
        "outcome": status,
        "status": status,
        "determination_id": determined.determination_id,
        "held": [held.message.zh for held in determined.held],
    }
    if decision is None or determined.status is None:
        return line
    try:
        before = state_of(client, document["id"])
        if before:  # what was withdrawn is not brought back by a second run
            same = before["content_digest"] == determined.content_digest
            return line | {"outcome": f"{before['state']} before{'' if same else ' with other content'}"}
        token = client.clear(document, determined, decision).token
        receipt = client.issue(document, token, lane="bulk")  # single documents are delivered before these
    except (ClearanceRefused, InputError, IssueRefused) as refused:
        return line | {"outcome": "refused", "errors": refused.messages()}
    return line | {"outcome": "issued", "record_seq": receipt.record_seq, "record_hash": receipt.record_hash}


def state_of(client: Client, document_id: str) -> dict[str, Any]:
    """Where a document stands that was issued; nothing of any other."""
    try:
        return client.document(document_id)
    except SidecarRefused as unknown:
        if unknown.code == "E-UNKNOWN-DOCUMENT":
            return {}
        raise


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GateError as error:
        print("\n".join(error.messages()), file=sys.stderr)
        sys.exit(1)
