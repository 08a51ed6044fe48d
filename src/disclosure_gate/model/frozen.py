"""What every model shares: frozen, no unknown fields, sentences in two languages."""

from __future__ import annotations

from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict

FactValue: TypeAlias = bool | int | str | None
"""A fact's value; ``None`` is *unknown*. Dates are ISO strings at the border, ordinals in the engines."""


class Frozen(BaseModel):
    """Base of everything that crosses a border."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """A sentence in Chinese and English."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """The sentence in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


def as_json(model: BaseModel) -> dict[str, Any]:
    """Plain JSON data of a model, keys as in the contract."""
    return model.model_dump(mode="json", by_alias=True)
