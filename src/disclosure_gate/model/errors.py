"""Every error this package raises: what was wrong, where, what was expected, how to mend it, a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from disclosure_gate.model.codes import CODES


def pointer(*steps: object) -> str:
    """The JSON pointer (RFC 6901) of what these steps lead to; the whole is the empty string."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with an input. ``where`` is ``file:line:column`` or a JSON pointer."""

    code: str
    where: str = ""
    got: str = ""
    expected: str = ""
    suggestion: str = ""

    def message(self, lang: str = "zh") -> str:
        """One sentence in ``zh`` or ``en``: the code's text, then what is particular to this case."""
        text = CODES[self.code]
        zh = lang == "zh"
        parts = [text.zh if zh else text.en]
        if self.got:
            parts.append(f"实际为 {self.got}" if zh else f"got {self.got}")
        if self.expected:
            parts.append(f"应为 {self.expected}" if zh else f"expected {self.expected}")
        if self.suggestion:
            parts.append(f"是否想写 {self.suggestion}？" if zh else f"did you mean {self.suggestion}?")
        remedy = text.remedy_zh if zh else text.remedy_en
        if remedy:
            parts.append(remedy)
        body = ("；" if zh else "; ").join(parts)
        return f"{self.where}: [{self.code}] {body}" if self.where else f"[{self.code}] {body}"

    def as_json(self, lang: str = "zh") -> dict[str, str]:
        """The flaw as an RFC 9457 extension member."""
        return {
            "code": self.code,
            "where": self.where,
            "got": self.got,
            "expected": self.expected,
            "suggestion": self.suggestion,
            "message": self.message(lang),
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """That a plugin failed: which, at which hook, and how.

    ``got`` and ``expected`` are never the message of an error the plugin raised: that may be content.
    """

    plugin: str
    hook: str
    code: str
    got: str = ""
    expected: str = ""
    suggestion: str = ""

    def flaw(self) -> Flaw:
        """The failure with its code's text and remedy."""
        return Flaw(self.code, f"{self.plugin}.{self.hook}", self.got, self.expected, self.suggestion)

    def told(self, lang: str) -> str:
        """One sentence without the remedy, for the held document."""
        text, zh = CODES[self.code], lang == "zh"
        said = [f"{self.plugin}.{self.hook}: {text.zh if zh else text.en}"]
        if self.got:
            said.append(f"实际为 {self.got}" if zh else f"got {self.got}")
        if self.expected:
            said.append(f"应为 {self.expected}" if zh else f"expected {self.expected}")
        return ("，" if zh else ", ").join(said)

    def __str__(self) -> str:
        return self.told("en")


class GateError(Exception):
    """Root of the tree. Carries one or more :class:`Flaw`, the first being the chief one."""

    def __init__(
        self,
        code: str = "",
        *,
        where: str = "",
        got: str = "",
        expected: str = "",
        suggestion: str = "",
        flaws: tuple[Flaw, ...] = (),
    ) -> None:
        self.flaws = flaws or (Flaw(code, where, got, expected, suggestion),)
        super().__init__("\n".join(flaw.message("en") for flaw in self.flaws))

    def __reduce__(self) -> tuple[Any, ...]:
        """As its flaws: a worker process that refuses must not break the pool that waits for it."""
        return partial(type(self), flaws=self.flaws), ()

    @property
    def code(self) -> str:
        """The chief flaw's stable code."""
        return self.flaws[0].code

    def messages(self, lang: str = "zh") -> list[str]:
        """All flaws as sentences."""
        return [flaw.message(lang) for flaw in self.flaws]


class ContentExposed(GateError, TypeError):
    """Content was about to be printed, pickled or serialised."""


class InputError(GateError, ValueError):
    """A document, fact, decision or option is not acceptable."""


class RulesetError(GateError):
    """A ruleset, catalogue, vocabulary or law file is wrong."""


class PluginError(GateError):
    """A plugin could not be loaded or broke its contract."""


class EngineError(GateError):
    """The second engine failed; nothing is concluded from such a run."""


class NotReady(GateError):
    """The gate cannot decide: something it needs failed to load."""


class ClearanceRefused(GateError):
    """Human review does not allow this status for this content."""


class IssueRefused(GateError):
    """The document may not be issued with this clearance."""


class CaseRefused(GateError):
    """A step of a case at the desk cannot be taken: others were quicker, or it is not this person's."""


class RegisterError(GateError):
    """The register could not be written or does not verify."""


class PublishError(GateError):
    """A publisher could not deliver."""


class UnreadableError(GateError):
    """A file could not be read completely."""


class SidecarAway(GateError):
    """No usable answer came from the sidecar: nothing is let through."""


class SidecarRefused(GateError):
    """The sidecar does not let this key do this, or knows no such thing."""
