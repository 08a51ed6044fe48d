"""YAML that a person wrote, with the place of every value, so that an error can point at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, RulesetError

Trail: TypeAlias = tuple[str | int, ...]
"""The steps from the root of a file to a value: keys and list indexes."""


@dataclass(slots=True)
class Source:
    """One file: its data, and where each value stands (line and column, counted from 1)."""

    name: str
    data: Any
    places: dict[Trail, tuple[int, int]] = field(repr=False)
    flaws: list[Flaw] = field(default_factory=list)

    def where(self, trail: Trail) -> str:
        """``file:line:column`` of the value at ``trail``, or of its nearest parent."""
        while trail and trail not in self.places:
            trail = trail[:-1]
        line, column = self.places.get(trail, (1, 1))
        return f"{self.name}:{line}:{column}"

    def flaw(
        self, code: str, trail: Trail, *, got: str = "", expected: str = "", suggestion: str = ""
    ) -> None:
        """Note a flaw; reading goes on, so that all are told at once."""
        self.flaws.append(Flaw(code, self.where(trail), got, expected, suggestion))

    def unknown_key(self, key: str, trail: Trail, known: tuple[str, ...]) -> None:
        """Note a key that no such mapping has."""
        self.flaw(
            "E-RULE-KEY",
            (*trail, key),
            got=str(key),
            expected=" | ".join(known),
            suggestion=closest(str(key), known),
        )


def read(path: Path, root: Path) -> Source:
    """Read one YAML file.

    Args:
        path: the file, UTF-8.
        root: the folder that names in errors are relative to.

    Raises:
        RulesetError: ``E-FILE`` or ``E-YAML`` with line and column; duplicate keys are errors.
    """
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesetError("E-FILE", where=name, got=type(error).__name__) from error
    return parse(text, name)


def parse(text: str, name: str) -> Source:
    """Read YAML text under the file name ``name``; see :func:`read`."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise RulesetError("E-YAML", where=where, got=error.problem or "") from error
    except yaml.YAMLError as error:
        raise RulesetError("E-YAML", where=name) from error
    source = Source(name, None, {})
    if node is not None:
        source.data = _build(node, (), source)
    if source.flaws:
        raise RulesetError(flaws=tuple(source.flaws))
    return source


def _build(node: yaml.Node, trail: Trail, source: Source) -> Any:
    source.places[trail] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node)
            if key in mapping:
                source.places[(*trail, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                source.flaw("E-RULE-DUPLICATE", (*trail, key), got=str(key))
            mapping[key] = _build(value_node, (*trail, key), source)
            source.places[(*trail, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*trail, index), source) for index, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    value: str = node.value
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            # YAML 1.1 also reads yes/no/on/off as truth values; only true and false are meant here.
            return value.lower() == "true" if value.lower() in {"true", "false"} else value
        case "int":
            return int(value) if value.lstrip("+-").isdecimal() else value
        case "timestamp":
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        case _:
            return value
