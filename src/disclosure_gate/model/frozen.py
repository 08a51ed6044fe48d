"""What every model shares: frozen, no unknown fields, sentences in two languages."""

from __future__ import annotations

from typing import Any, NoReturn, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

FactValue: TypeAlias = bool | int | str | None
"""A fact's value; ``None`` is *unknown*. Dates are ISO strings at the border, ordinals in the engines."""


class Frozen(BaseModel):
    """Base of everything that crosses a border."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ChangeRefused(TypeError):
    """Something that is not to be changed was about to be."""


class Fixed(dict[_Key, _Value]):
    """A mapping within a frozen model: plugins are handed models, and none may change what the next one sees."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise ChangeRefused("this mapping cannot be changed; copy it with dict(…)")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


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
