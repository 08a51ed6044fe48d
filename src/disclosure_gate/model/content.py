"""Document content that cannot be printed, logged, pickled or serialised by accident (P7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from disclosure_gate.model.errors import ContentExposed


def _refuse(value: object) -> NoReturn:
    raise ContentExposed("E-CONTENT", got=repr(value))


class Content:
    """Text of a document. Read it with :meth:`reveal`, on purpose and never into a log."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, as Python code points."""
        return self._text

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"<content of {len(self._text)} characters>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        _refuse(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _opaque_schema(cls, core_schema.str_schema(strict=True))

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string"}


class Blob:
    """Bytes of a file, in JSON as base64. Read them with :meth:`reveal`."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def reveal(self) -> bytes:
        """The bytes themselves."""
        return self._data

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Blob) and other._data == self._data

    def __hash__(self) -> int:
        return hash(self._data)

    def __repr__(self) -> str:
        return f"<content of {len(self._data)} bytes>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        _refuse(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _opaque_schema(cls, core_schema.bytes_schema())

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "contentEncoding": "base64"}


def _opaque_schema(cls: Callable[[Any], object], inner: CoreSchema) -> CoreSchema:
    from_input = core_schema.no_info_after_validator_function(cls, inner)
    return core_schema.union_schema(
        [core_schema.is_instance_schema(cls), from_input],
        mode="left_to_right",
        serialization=core_schema.plain_serializer_function_ser_schema(_refuse),
    )
