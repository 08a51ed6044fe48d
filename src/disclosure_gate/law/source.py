"""YAML that a person wrote, with the place of every value, so that an error can point at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import Flaw, RulesetError

_Model = TypeVar("_Model", bound=BaseModel)
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


def read_model(source: Source, model: type[_Model], trail: Trail = (), data: Any = None) -> _Model | None:
    """The data at ``trail`` as ``model``; what is wrong is noted in ``source``, each flaw at its place."""
    try:
        return model.model_validate(source.data if data is None else data)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            # pydantic puts names of validators and of union members between the steps of the data.
            steps: Trail = tuple(
                step
                for step in item["loc"]
                if not isinstance(step, str)
                or not step.startswith(("function-", "tuple", "dict", "list", "union"))
            )
            at = (*trail, *steps)
            if item["type"] == "extra_forbidden":
                source.unknown_key(str(item["loc"][-1]), at[:-1], _keys_at(model, steps[:-1]))
            elif item["type"] == "missing":
                source.flaw("E-RULE-MISSING", at[:-1], expected=str(item["loc"][-1]))
            else:
                near = ""
                if item["type"] == "literal_error" and isinstance(item["input"], str):
                    allowed = str(item.get("ctx", {}).get("expected", "")).replace("'", "")
                    near = closest(item["input"], allowed.replace(" or ", ", ").split(", "))
                source.flaw(
                    "E-RULE-VALUE", at, got=str(item["input"])[:60], expected=item["msg"], suggestion=near
                )
        return None


def _keys_at(model: type[BaseModel], steps: Trail) -> tuple[str, ...]:
    """The keys a mapping below ``steps`` may have."""
    here: type[BaseModel] | None = model
    for step in steps:
        field = here.model_fields.get(str(step)) if here else None
        if field is not None:
            here = next(iter(_models_in(field.annotation)), None)
        # An index or the key of a mapping: the model within stays the one found.
    return tuple(field.alias or name for name, field in here.model_fields.items()) if here else ()


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


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
