"""YAML that a person wrote, with the place of every value, so that an error can point at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from disclosure_gate.model.document import closest, domain_of
from disclosure_gate.model.errors import Flaw, InputError, RulesetError

_Model = TypeVar("_Model", bound=BaseModel)
Trail: TypeAlias = tuple[str | int, ...]
"""The steps from the root of a file to a value: keys and list indexes."""


@dataclass(slots=True)
class Source:
    """One file: its data, and where each value stands (line and column, counted from 1)."""

    name: str
    root: yaml.Node | None = field(repr=False)
    data: Any = None
    flaws: list[Flaw] = field(default_factory=list)

    def where(self, trail: Trail) -> str:
        """``file:line:column`` of the value at ``trail``, of its key if it has one, or of its nearest parent."""
        if self.root is None:
            return f"{self.name}:1:1"
        node, place = self.root, self.root
        for step in trail:
            below = _below(node, step)
            if below is None:
                break
            place, node = below
        return self.at(place)

    def at(self, node: yaml.Node) -> str:
        """``file:line:column`` of a node."""
        return f"{self.name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"

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

    def domain(self, value: str, trail: Trail) -> str | None:
        """The domain that a slug or a Chinese name means; none is noted as a flaw."""
        try:
            return domain_of(value)
        except InputError as error:
            [flaw] = error.flaws
            self.flaw("E-DOMAIN", trail, got=flaw.got, expected=flaw.expected, suggestion=flaw.suggestion)
            return None


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
    except OSError as error:
        raise RulesetError("E-FILE", where=name, got=type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise RulesetError("E-FILE", where=name, got="another encoding", expected="UTF-8") from error
    return parse(text, name)


def parse(text: str, name: str) -> Source:
    """Read YAML text under the file name ``name``; see :func:`read`."""
    try:
        node = yaml.compose(text, Loader=_Reader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        typed = _mistyped(text, mark.line, name) if mark else None
        raise RulesetError(flaws=(typed or Flaw("E-YAML", where, got=error.problem or ""),)) from error
    except yaml.YAMLError as error:
        raise RulesetError("E-YAML", where=name) from error
    source = Source(name, node)
    if node is not None:
        source.data = _build(node, source, set())
    if source.flaws:
        raise RulesetError(flaws=tuple(source.flaws))
    return source


_MEANT = {"：": ":", "，": ",", "｛": "{", "｝": "}", "［": "[", "］": "]"}
_BLANKS = {"\t": "tab", "\u3000": "full-width space", "\xa0": "no-break space"}
_MISTYPED = re.compile(
    r"^ *[\t\u3000\xa0]|^ *(?:- +)?[\w.-]+(?:：|:(?=[^\s:]))|[｛｝［］]|，(?= *\w+ *[:：])"
)
_QUOTED = re.compile(r"""(?<![^\s\[{,])(?:"[^"]*"|'[^']*')""")


def _mistyped(text: str, last: int, name: str) -> Flaw | None:
    """What an input method or a word processor put for a sign of YAML, in the line complained of or the one before."""
    lines = [(number, line) for number, line in enumerate(text.splitlines()[: last + 1], 1) if line.strip()]
    for number, line in reversed(lines[-2:]):
        # In quotes any sign is meant.
        for found in _MISTYPED.finditer(_QUOTED.sub(lambda quoted: "'" * len(quoted.group()), line)):
            sign = found.group()[-1]
            return Flaw(
                "E-YAML",
                f"{name}:{number}:{found.end()}",
                got=_BLANKS.get(sign, sign),
                expected="spaces" if sign in _BLANKS else "a space after :" if sign == ":" else "",
                suggestion=_MEANT.get(sign, ""),
            )
    return None


def read_model(source: Source, model: type[_Model], trail: Trail = (), data: Any = None) -> _Model | None:
    """The data at ``trail`` as ``model``; what is wrong is noted in ``source``, each flaw at its place."""
    try:
        return model.model_validate(source.data if data is None else data)
    except ValidationError as error:
        items = error.errors(include_url=False)
        for item in items:
            # A list with a bad entry is not also too short.
            place = item["loc"]
            if item["type"] == "too_short" and any(
                len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in items
            ):
                continue
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
                allowed = _allowed(str(item.get("ctx", {}).get("expected", "")))
                near = closest(item["input"], allowed) if isinstance(item["input"], str) else ""
                source.flaw(
                    "E-RULE-VALUE",
                    at,
                    got=str(item["input"])[:60],
                    expected=_expected(item["type"], item["msg"], allowed, _keys_at(model, steps)),
                    suggestion=near,
                )
        return None


_SHAPES = {
    "tuple_type": "list: [a, b], or one entry a line after -",
    "list_type": "list: [a, b], or one entry a line after -",
    "too_short": "at least one entry",
    "too_long": "fewer entries",
    "string_type": 'text; a number, a day or true in quotes: "19"',
    "string_too_short": "text that is not empty",
    "int_type": "integer",
    "int_parsing": "integer",
    "bool_type": "true | false",
    "bool_parsing": "true | false",
}  # fmt: skip


def _expected(kind: str, message: str, allowed: Sequence[str], keys: Sequence[str]) -> str:
    """What a value should have been, in the words of who writes YAML and not of who checks it."""
    if kind == "literal_error":
        return " | ".join(allowed)
    if kind in {"dict_type", "model_type"}:
        return f"mapping: {{{', '.join(f'{key}: …' for key in keys) or 'key: value'}}}"
    if kind.startswith("date"):
        return "YYYY-MM-DD"
    return _SHAPES.get(kind, message.removeprefix("Value error, "))


def _allowed(told: str) -> list[str]:
    """The values in pydantic's list of them: ``'a', 'b' or 'c'``."""
    return re.findall(r"'([^']*)'", told)


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


class _Reader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where it is there
    """Composes nodes without guessing types: :func:`_scalar` knows the few there are, in a third of the time."""

    def resolve(self, *_: object) -> str:
        return ""

    def descend_resolver(self, *_: object) -> None:
        """No paths to follow."""

    def ascend_resolver(self) -> None:
        """No paths to follow."""


def _below(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Where the value one step below stands, and itself."""
    if isinstance(node, yaml.SequenceNode):
        within = isinstance(step, int) and step < len(node.value)
        return (node.value[step], node.value[step]) if within else None
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):  # of a key given twice the last counts
            if isinstance(key, yaml.ScalarNode) and _scalar(key) == step:
                return key, value
    return None


def _build(node: yaml.Node, source: Source, seen: set[int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if id(node) in seen:  # an alias can hold itself, or itself a million times
        source.flaws.append(
            Flaw("E-YAML", source.at(node), got="alias (*) of a list or mapping", expected="written out")
        )
        return None
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, source, seen) for item in node.value]
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            where = source.at(node)
            source.flaws.append(
                Flaw("E-YAML", where, got="list or mapping as a key", expected="a name as a key")
            )
            continue
        key = _scalar(key_node)
        if key in mapping:
            source.flaws.append(Flaw("E-RULE-DUPLICATE", source.at(key_node), got=str(key)))
        mapping[key] = _build(value_node, source, seen)
    return mapping


_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = {"", "~", "null", "Null", "NULL"}
_NUMBER = re.compile(r"[-+]?(?:0[0-7]*|[1-9][0-9]*)")
_DIGITS = 18  # more make no number of ours: neither Python's nor the networks' would hold it
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TYPED = frozenset("~nNtTfF+-0123456789")  # how a plain scalar that is not text begins


def _scalar(node: yaml.ScalarNode) -> Any:
    """Truth values, whole numbers and days where they stand plain; all else is text, as ``yes`` and ``1.5`` are."""
    value: str = node.value
    if node.style or node.tag:  # quoted, or said to be something
        return value
    if value and value[0] not in _TYPED:
        return value
    if value in _TRUTH:
        return _TRUTH[value]
    if value in _NOTHING:
        return None
    if _NUMBER.fullmatch(value) and len(value) <= _DIGITS:
        return int(value)
    if _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value
