"""What every hook may return. One place: the gate holds plugins to it while it decides, the kit before that."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import GeneratorType
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from disclosure_gate.column.publisher import Publisher
from disclosure_gate.detect import Detector
from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.reader import FileText, Reader
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.codes import CODES
from disclosure_gate.model.determination import Audience, Basis, Channel, Obligation, SpanKind
from disclosure_gate.model.document import closest
from disclosure_gate.model.errors import PluginError
from disclosure_gate.model.findings import (
    CODE_BEGINS,
    EFFECT_NAMES,
    Derive,
    Detection,
    Effect,
    FactStatement,
    Finding,
    Hold,
    Lift,
    Oblige,
    Reading,
    Residue,
    Span,
)
from disclosure_gate.model.frozen import Fixed, Text
from disclosure_gate.rules.vocabulary import Vocabulary

MOST_ITEMS = 10_000
"""A hook gives at most this many items; whatever reads more has no end."""
RUN = 16
"""So many characters of a document in a row are content, wherever they stand."""
_SHORTEST_TEXT = 6  # code points of a string that is content when the whole of it stands in the document
_SHORTEST_SECRET = 4  # code points of a span that is looked for in what a plugin says

_IDENTIFIER = re.compile(r"[A-Za-z0-9_./#()-]*")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SETTLED = frozenset({list, tuple, dict, Fixed})  # nothing of a plugin's own runs when they are read

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Ground:
    """What answers of plugins are held against, for one call of a hook."""

    vocabulary: Vocabulary
    laws: LawRegistry
    rules: Container[str]  # the ids of all loaded rules
    as_of: date
    reading: Reading
    detection: Detection

    @cached_property
    def secrets(self) -> frozenset[str]:
        """What was detected, as far as it is long enough to be looked for."""
        return _secrets(self.reading, self.detection)


def facts(value: object, plugin: str, ground: Ground) -> list[FactStatement]:
    """What ``dg_facts`` returned, its values as the engines hold them.

    Raises:
        PluginError: it is not what the hook may return.
    """
    where = f"{plugin}.dg_facts"
    made = []
    for each in items(value, FactStatement, where):
        place = f"{where} ({_shown(each.name)})"
        _strings(each.evidence, place, "evidence")
        fact = ground.vocabulary.facts.get(each.name) if isinstance(each.name, str) else None
        if fact is None or fact.given or fact.concept:
            known = [f.name for f in ground.vocabulary.facts.values() if not f.given and not f.concept]
            raise PluginError(
                "E-PLUGIN-FACT", where=where, got=_shown(each.name),
                expected="a name of the vocabulary", suggestion=closest(f"{each.name}", known),
            )  # fmt: skip
        try:
            held = fact.read(each.value)
        except ValueError as error:
            raise PluginError(
                "E-PLUGIN-FACT", where=place, got=_kind(each.value), expected=str(error)
            ) from None
        _writable(each.evidence, place)
        _no_content(each.evidence, ground, place)
        made.append(FactStatement(each.name, held, f"plugin {plugin}", each.evidence))
    return made


def findings(value: object, plugin: str, ground: Ground) -> list[Finding]:
    """What ``dg_findings`` returned; the rank is taken from the provisions, not from the plugin.

    Raises:
        PluginError: it is not what the hook may return.
    """
    hook = f"{plugin}.dg_findings"
    made = []
    for each in items(value, Finding, hook):
        where = f"{hook} ({_shown(each.rule)})"
        _own_rule(each.rule, plugin, ground, where)
        effect = _effect(each.effect, ground, where)
        _text(each.statement, where, "statement")
        _strings(each.evidence, where, "evidence")
        _basis(each.basis, ground, where)
        _writable((each.rule, each.statement.zh, each.statement.en, *each.evidence), where)
        _no_content(each.evidence, ground, where)
        _no_spans((each.statement.zh, each.statement.en), ground, where)
        rank = max(ground.laws.rank(basis.law) for basis in each.basis)
        made.append(replace(each, effect=effect, rank=rank))
    return made


def obligations(value: object, plugin: str, ground: Ground) -> list[Obligation]:
    """What ``dg_obligations`` returned.

    Raises:
        PluginError: it is not what the hook may return.
    """
    hook = f"{plugin}.dg_obligations"
    made = []
    for each in items(value, Obligation, hook):
        where = f"{hook} ({_shown(each.rule)})"
        _own_rule(each.rule, plugin, ground, where)
        _code(each.code, where, CODE_BEGINS[Oblige])
        if each.basis:
            _basis(each.basis, ground, where)
        _writable((each.rule, each.message.zh, each.message.en), where)
        _no_spans((each.message.zh, each.message.en), ground, where)
        made.append(each)
    return made


def spans(value: object, plugin: str, reading: Reading) -> list[Span]:
    """What ``dg_spans`` returned.

    Raises:
        PluginError: it is not what the hook may return.
    """
    where = f"{plugin}.dg_spans"
    texts = dict(reading.parts)
    found = items(value, Span, where)
    for each in found:
        text = texts.get(each.where) if isinstance(each.where, str) else None
        if text is None:
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got="a place that is not a part of the document",
                expected="a place of reading.parts",
            )  # fmt: skip
        if each.kind not in get_args(SpanKind):
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=f"{_shown(each.kind)}, a kind that is not in the contract",
                expected=" | ".join(get_args(SpanKind)),
            )  # fmt: skip
        hits([Hit(each.start, each.end, each.mask, each.certain, each.why)], text, f"{where} ({each.where})")
    return found


def vocabulary(value: object, plugin: str) -> Mapping[str, Any]:
    """What ``dg_vocabulary`` returned: names with entries, which the loader reads.

    Raises:
        PluginError: it is no mapping.
    """
    where = f"{plugin}.dg_vocabulary"
    if not isinstance(value, Mapping):
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got=_kind(value), expected="name → entry as in facts.yaml"
        )
    return value


def paths(value: object, plugin: str, hook: str) -> list[Path]:
    """What ``dg_rulesets`` or ``dg_catalogues`` returned: folders, or files, that are there.

    Raises:
        PluginError: it is something else.
    """
    where = f"{plugin}.{hook}"
    found = []
    for path in map(Path, items(value, (Path, str), where)):
        if not (path.is_dir() if hook == "dg_rulesets" else path.is_file()):
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=path.name,
                expected="a folder that is there" if hook == "dg_rulesets" else "a file that is there",
            )  # fmt: skip
        found.append(path)
    return found


def detectors(value: object, plugin: str) -> list[Detector]:
    """What ``dg_detectors`` returned.

    Raises:
        PluginError: it is not what the hook may return.
    """
    hook = f"{plugin}.dg_detectors"
    found: list[Any] = []
    for each in items(value, object, hook):
        where = f"{hook} ({_shown(getattr(each, 'name', type(each).__name__))})"
        _members(each, {"name": str, "kind": str, "why": Text, "terms": Sequence}, ("find",), where)
        detector: Any = each
        if detector.kind not in get_args(SpanKind):
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=f"kind {_shown(detector.kind)}", expected=" | ".join(get_args(SpanKind)),
                suggestion=closest(detector.kind, get_args(SpanKind)),
            )  # fmt: skip
        _strings(detector.terms, where, "terms")
        if not all(detector.terms):
            raise PluginError(
                "E-PLUGIN-CONTRACT",
                where=where,
                got="an empty term",
                expected="terms: words of a letter and more",
            )
        found.append(detector)
    return found


def hits(value: object, text: str, where: str) -> list[Hit]:
    """What a detector's ``find`` returned for ``text``.

    Raises:
        PluginError: a hit is no hit, lies outside the text, or its mask is the text itself.
    """
    found = items(value, Hit, where)
    for each in found:
        inside = (
            isinstance(each.start, int)
            and isinstance(each.end, int)
            and 0 <= each.start < each.end <= len(text)
        )
        if not inside:
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=f"{each.start} to {each.end}, outside of the text"[:80],
                expected=f"0 ≤ start < end ≤ {len(text)}",
            )  # fmt: skip
        if not isinstance(each.mask, str) or not (each.why is None or isinstance(each.why, Text)):
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=f"mask {_kind(each.mask)}, why {_kind(each.why)}",
                expected="mask: text; why: Text or None",
            )  # fmt: skip
        _writable((each.mask, each.why.zh, each.why.en) if each.why else (each.mask,), where)
        secret = text[each.start : each.end]
        if secret in each.mask or (each.why and (secret in each.why.zh or secret in each.why.en)):
            raise PluginError(
                "E-PLUGIN-LEAKS", where=where, got=f"the span itself, at {each.start} to {each.end}"
            )
    return found


def readers(value: object, plugin: str) -> list[Reader]:
    """What ``dg_readers`` returned.

    Raises:
        PluginError: it is not what the hook may return.
    """
    hook = f"{plugin}.dg_readers"
    found: list[Any] = []
    for each in items(value, object, hook):
        _members(
            each,
            {"name": str},
            ("claims", "read"),
            f"{hook} ({_shown(getattr(each, 'name', type(each).__name__))})",
        )
        found.append(each)
    return found


def file_text(value: object, where: str) -> FileText:
    """What a reader's ``read`` returned.

    Raises:
        PluginError: it is no ``FileText`` of (place, text) pairs.
    """
    if not isinstance(value, FileText):
        raise PluginError("E-PLUGIN-CONTRACT", where=where, got=_kind(value), expected="FileText")
    pairs = all(
        isinstance(each, tuple) and len(each) == 2 and all(isinstance(part, str) for part in each)  # noqa: PLR2004  place and text
        for each in value.parts
    )
    if not pairs or any(each.code not in CODES for each in value.unseen):
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got="FileText of something else",
            expected="parts: (place, text) pairs; unseen: Unseen with a code U-…",
        )  # fmt: skip
    return value


def publishers(value: object, plugin: str) -> list[Publisher]:
    """What ``dg_publishers`` returned.

    Raises:
        PluginError: it is not what the hook may return.
    """
    hook = f"{plugin}.dg_publishers"
    found: list[Any] = []
    for each in items(value, object, hook):
        where = f"{hook} ({_shown(getattr(each, 'name', type(each).__name__))})"
        _members(
            each,
            {"name": str, "channels": AbstractSet, "audiences": AbstractSet},
            ("publish", "withdraw"),
            where,
        )
        publisher: Any = each
        for name, known in (("channels", get_args(Channel)), ("audiences", get_args(Audience))):
            unknown = sorted(_shown(odd) for odd in getattr(publisher, name) if odd not in known)
            if unknown:
                raise PluginError(
                    "E-PLUGIN-CONTRACT", where=where, got=f"{name}: {', '.join(unknown)}",
                    expected=" | ".join(known), suggestion=closest(unknown[0], known),
                )  # fmt: skip
        found.append(publisher)
    return found


def items(value: object, kind: type[_Item] | tuple[type[Path], type[str]], where: str) -> list[Any]:
    """``value`` as a list of ``kind``.

    Raises:
        PluginError: it has no order, no end, or holds something else.
    """
    settled = type(value) is tuple or type(value) is list  # the usual case, asked in the quickest way
    if not settled and (
        isinstance(value, AbstractSet | Mapping | str | bytes) or not isinstance(value, Iterable)
    ):
        # A set has no order: the same document would get other bytes in another process (P3).
        raise PluginError("E-PLUGIN-CONTRACT", where=where, got=_kind(value), expected=_listed(kind))
    found: list[Any] = list(value)  # type: ignore[call-overload]  # it is iterable
    if len(found) > MOST_ITEMS:
        raise PluginError(
            "E-PLUGIN-ENDLESS", where=where, got=f"{len(found)} items", expected=f"≤ {MOST_ITEMS}"
        )
    for each in found:
        if type(each) is not kind and (not isinstance(each, kind) or each is None):
            got = f"a {_kind(each)} in it"
            raise PluginError("E-PLUGIN-CONTRACT", where=where, got=got, expected=_listed(kind))
    return found


def _listed(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return f"a list of {' or '.join(each.__name__ for each in kinds)}"


def drained(value: object) -> object:
    """``value``, its lazy parts read now, while the guard looks: until they end or give too much."""
    if isinstance(value, GeneratorType):  # the usual case, asked in the quickest way
        return tuple(islice(value, MOST_ITEMS + 1))
    if type(value) in _SETTLED or isinstance(value, str | bytes | AbstractSet):
        return value
    if isinstance(value, Mapping):
        return dict(islice(value.items(), MOST_ITEMS + 1))
    return tuple(islice(value, MOST_ITEMS + 1)) if isinstance(value, Iterable) else value


def content_in(strings: Iterable[str], reading: Reading, detection: Detection, run: int = RUN) -> bool:
    """Whether any string holds a span that was detected, or ``run`` characters in a row of the document."""
    return _content_in(strings, reading, _secrets(reading, detection), run)


def _content_in(strings: Iterable[str], reading: Reading, secrets: frozenset[str], run: int) -> bool:
    said = [each for each in strings if len(each) >= _SHORTEST_SECRET]
    return bool(said) and (_holds_any(said, secrets) or _holds_run(said, reading, run))


def _secrets(reading: Reading, detection: Detection) -> frozenset[str]:
    texts = dict(reading.parts)
    found = {texts.get(span.where, "")[span.start : span.end] for span in detection.spans}
    return frozenset(each for each in found if len(each) >= _SHORTEST_SECRET)


def _holds_any(said: Sequence[str], secrets: frozenset[str]) -> bool:
    return any(secret in each for secret in secrets for each in said)


def _holds_run(said: Sequence[str], reading: Reading, run: int) -> bool:
    for each in said:
        if len(each) >= _SHORTEST_TEXT and any(each in text for _, text in reading.parts):
            return True
        for start in range(len(each) - run + 1):
            piece = each[start : start + run]
            if any(piece in text for _, text in reading.parts):
                return True
    return False


def _no_content(strings: Iterable[str], ground: Ground, where: str) -> None:
    if _content_in(strings, ground.reading, ground.secrets, RUN):
        raise PluginError(
            "E-PLUGIN-LEAKS", where=where, got="evidence with content", expected="places and names"
        )


def _no_spans(strings: Sequence[str], ground: Ground, where: str) -> None:
    if _holds_any(strings, ground.secrets):
        raise PluginError(
            "E-PLUGIN-LEAKS", where=where, got="a sentence with content", expected="a plain sentence"
        )


def _writable(strings: Iterable[str], where: str) -> None:
    """What the determination says is written as UTF-8, and a mask into XML."""
    if any(map(_UNWRITABLE.search, strings)):
        raise PluginError(
            "E-PLUGIN-CONTRACT",
            where=where,
            got="a control character or lone surrogate",
            expected="plain text",
        )


def _own_rule(rule: object, plugin: str, ground: Ground, where: str) -> None:
    if not isinstance(rule, str) or not rule:
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got=_kind(rule), expected=f"rule: text such as {plugin}/…"
        )
    if rule in ground.rules or rule.startswith(("gate/", "catalogue/", "plugin/")):
        raise PluginError("E-PLUGIN-SHADOWS", where=where, got=_shown(rule), expected=f"{plugin}/…")


def _effect(said: Any, ground: Ground, where: str) -> Effect:
    effect: Any = said
    if type(effect) not in EFFECT_NAMES or isinstance(effect, Derive | Residue):
        named = [name for name in EFFECT_NAMES.values() if name not in {"derive", "residue"}]
        raise PluginError("E-PLUGIN-CONTRACT", where=where, got=_kind(effect), expected=" | ".join(named))
    try:
        # A changed copy (model_copy, model_construct) is one that nobody looked at.
        effect = type(effect).model_validate(effect.model_dump(warnings=False))
    except (ValidationError, AttributeError, TypeError):
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got=f"{_kind(effect)} with a value it cannot have",
            expected="an effect as its type says",
        ) from None  # fmt: skip
    if type(effect) in CODE_BEGINS:
        _code(effect.code, where, CODE_BEGINS[type(effect)])
    if isinstance(effect, Hold):
        unknown = [name for name in effect.ask if name not in ground.vocabulary]
        if unknown:
            raise PluginError(
                "E-PLUGIN-FACT", where=where, got=_shown(unknown[0]), expected="a name of the vocabulary"
            )
    if isinstance(effect, Lift) and any(each.startswith("R14") for each in effect.exemptions):
        # INVARIANT P1: what article 14 closes, nothing opens.
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got="lift of R14-…", expected="article 14 is never lifted"
        )
    return effect  # type: ignore[no-any-return]  # of one of the types named


def _code(code: str, where: str, begins: str) -> None:
    if code not in CODES or not code.startswith(begins):
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got=f"code {_shown(code)}", expected=f"a code {begins}… of docs/codes.md",
            suggestion=closest(code, [each for each in CODES if each.startswith(begins)]),
        )  # fmt: skip


def _basis(basis: object, ground: Ground, where: str) -> None:
    # INVARIANT P5: a plugin cannot give a status on a provision that is not in force either.
    if not isinstance(basis, tuple) or not basis or not all(isinstance(each, Basis) for each in basis):
        raise PluginError(
            "E-PLUGIN-LAW", where=where, got="no basis", expected="at least one provision in force"
        )
    for each in basis:
        named = f"{_shown(each.law)} {_shown(each.article)}"
        if each.law not in ground.laws:
            raise PluginError(
                "E-PLUGIN-LAW", where=where, got=named, expected="a law of laws.yaml",
                suggestion=closest(each.law, ground.laws.ids()),
            )  # fmt: skip
        live = ground.laws.basis(each.law, each.article, ground.as_of)
        if live is None:
            ended = ground.laws.stale(each.law, each.article, ground.as_of)
            raise PluginError(
                "E-PLUGIN-LAW", where=where, got=f"{named}, not in force on {ground.as_of}",
                expected=ended.message().en if ended else "a provision in force",
            )  # fmt: skip
        if each != live:
            raise PluginError(
                "E-PLUGIN-LAW", where=where, got=f"{named} with other dates or title",
                expected=f"{live.title}, {live.in_force_from} to {live.in_force_to or '…'}",
            )  # fmt: skip


def _members(each: object, attributes: Mapping[str, type], methods: Sequence[str], where: str) -> None:
    if isinstance(each, type):
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got=f"the class {each.__name__}", expected="an object of it"
        )
    for name, kind in attributes.items():
        value = getattr(each, name, None)
        if not isinstance(value, kind) or (kind is Sequence and isinstance(value, str)):
            raise PluginError(
                "E-PLUGIN-CONTRACT",
                where=where,
                got=f"{name}: {_kind(value)}",
                expected=f"{name}: {kind.__name__}",
            )
    for name in methods:
        if not callable(getattr(each, name, None)):
            raise PluginError(
                "E-PLUGIN-CONTRACT", where=where, got=f"no method {name}", expected=f"{name}(…)"
            )


def _text(value: object, where: str, name: str) -> None:
    if not isinstance(value, Text):
        raise PluginError(
            "E-PLUGIN-CONTRACT", where=where, got=f"{name}: {_kind(value)}", expected="Text(zh=…, en=…)"
        )


def _strings(value: object, where: str, name: str) -> None:
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(each, str) for each in value)
    ):
        raise PluginError(
            "E-PLUGIN-CONTRACT",
            where=where,
            got=f"{name}: {_kind(value)}",
            expected=f"{name}: a tuple of texts",
        )


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__


def _shown(name: object) -> str:
    """A name as a message may repeat it: what is no identifier may be content (P7)."""
    if not isinstance(name, str):
        return _kind(name)
    return (
        name[:80]
        if _IDENTIFIER.fullmatch(name)
        else f"a name of {len(name)} characters that is no identifier"
    )
