"""Write what is made from code: docs/codes.md, docs/events.md, docs/hooks.md and schemas/. Run by `make docs`."""

from __future__ import annotations

import ast
import inspect
import json
import runpy
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from disclosure_gate.catalogue.elements import ElementFile
from disclosure_gate.catalogue.limits import LimitFile
from disclosure_gate.catalogue.model import CatalogueFile
from disclosure_gate.catalogue.names import NamesFile
from disclosure_gate.catalogue.organs import OrganFile
from disclosure_gate.column.config import PublishersFile
from disclosure_gate.events import LogEvent
from disclosure_gate.law.registry import LawFile
from disclosure_gate.model.codes import CODES
from disclosure_gate.plugins import hookspecs
from disclosure_gate.plugins.contract import MOST_ITEMS
from disclosure_gate.plugins.manager import BUDGET
from disclosure_gate.rules.ruleset import EFFECTS, CaseFile, FactFile, Manifest, RuleFile

ROOT = Path(__file__).parent.parent
_SCHEMAS: dict[str, type[BaseModel]] = {
    "ruleset": Manifest,
    "rules": RuleFile,
    "facts": FactFile,
    "tests": CaseFile,
    "catalogue": CatalogueFile,
    "laws": LawFile,
    "organs": OrganFile,
    "names": NamesFile,
    "limits": LimitFile,
    "publishers": PublishersFile,
    "elements": ElementFile,
}


def made() -> dict[Path, str]:
    """Every file that is made, with its text."""
    files = {
        ROOT / "docs/codes.md": _codes(),
        ROOT / "docs/events.md": _events(),
        ROOT / "docs/hooks.md": _hooks(),
    }
    for name, model in _SCHEMAS.items():
        schema = model.model_json_schema(by_alias=True)
        if name == "rules":
            _name_effects(schema)
        files[ROOT / f"schemas/{name}.schema.json"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    return files


def _name_effects(schema: dict[str, Any]) -> None:
    """Give `then` its effects: they are read one by one, so the model itself only says mapping."""
    effects: dict[str, Any] = {"derive": {"type": "string"}}
    for name, model in EFFECTS.items():
        if name == "derive":
            continue
        body = model.model_json_schema(by_alias=True)
        schema["$defs"].update(body.pop("$defs", {}))
        schema["$defs"][model.__name__] = body
        effects[name] = {"$ref": f"#/$defs/{model.__name__}"}
    group = {"type": "object", "properties": effects, "additionalProperties": False, "minProperties": 1}
    schema["$defs"]["RuleSource"]["properties"]["then"] = {
        "anyOf": [group, {"type": "array", "items": group, "minItems": 1}]
    }


def _codes() -> str:
    lines = [
        "# Codes",
        "",
        "Made from `src/disclosure_gate/model/codes.py` by `make docs`.",
        "",
        "| code | 中文 | English | 处理 | remedy |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{code}` | {text.zh} | {text.en} | {text.remedy_zh} | {text.remedy_en} |"
        for code, text in CODES.items()
    ]
    return "\n".join(lines) + "\n"


def _events() -> str:
    source = inspect.getsource(LogEvent)
    lines = [
        "# Log events",
        "",
        "Made from `src/disclosure_gate/events.py` by `make docs`. None of the values is document content.",
        "",
        "| event | values |",
        "|---|---|",
    ]
    for event in LogEvent:
        line = next(each for each in source.splitlines() if each.strip().startswith(f"{event.name} ="))
        lines.append(f"| `{event.value}` | {line.split('#')[1].strip()} |")
    return "\n".join(lines) + "\n"


def _hooks() -> str:
    lines = [
        "# Hooks",
        "",
        "Made from `src/disclosure_gate/plugins/hookspecs.py` and `examples/hooks.py` by `make docs`.",
        f"This is version {hookspecs.VERSION} of the hooks. What is not marked was there from the first.",
        "",
        "An implementation is a method with `@hookimpl` that takes any of the arguments by name; those it does not need",
        "may be left out. Everything it is handed is frozen. How to begin: [tutorial](tutorial-plugin.md); what the",
        "gate can see of a bad plugin: [ADR 23](adr/0023-what-a-guard-on-a-thread-can-do.md). A call has a time budget of",
        f"{BUDGET:g} s, and gives at most {MOST_ITEMS:,} items.",
        "",
    ]
    examples = runpy.run_path(str(ROOT / "examples/hooks.py"))
    for name, hook in inspect.getmembers(hookspecs, inspect.isfunction):
        if name.startswith("dg_"):
            called, failing = hookspecs.CALLED[name]
            lines += [
                f"## `{name}`",
                "",
                "```python",
                f"def {name}{inspect.signature(hook)}".replace("'", ""),
                "```",
                "",
                inspect.getdoc(hook) or "",
                "",
                f"**Called.** {called}",
                "",
                f"**Raises, hangs, returns something else.** {failing}",
                "",
            ]
            since = [
                f"`{each.removeprefix(f'{name}.')}` since version {version}"
                for each, version in hookspecs.SINCE.items()
                if each.split(".")[0] == name
            ]
            if since:
                lines += [f"**Versions.** {', '.join(since)}.", ""]
            lines += ["```python", _example(name, examples), "```", ""]
    return "\n".join(lines)


def _example(hook: str, examples: dict[str, Any]) -> str:
    """The class of examples/hooks.py that implements ``hook``, and what it hands over, as written."""
    source = (ROOT / "examples/hooks.py").read_text(encoding="utf-8")
    [owner] = [name for name, each in examples.items() if isinstance(each, type) and hook in vars(each)]
    tree = ast.parse(source)
    wanted = {owner, "Notes"} if hook == "dg_readers" else {owner}
    found = [
        ast.get_source_segment(source, node) or ""
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name in wanted
    ]
    return "\n\n\n".join(found)


def main() -> None:
    """Write all."""
    for path, text in made().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
