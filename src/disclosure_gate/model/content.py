"""Document content that cannot be printed, logged, pickled or serialised by accident (P7)."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from disclosure_gate.model.errors import ContentExposed


def _refuse(value: object) -> NoReturn:
    raise ContentExposed("E-CONTENT", got=repr(value))


_Held = TypeVar("_Held", bound=str | bytes)


class _Sealed(Generic[_Held]):
    """A value that only :meth:`reveal` gives."""

    __slots__ = ("_held",)
    _units: ClassVar[str]
    _schema: ClassVar[CoreSchema]
    _json: ClassVar[JsonSchemaValue]

    def __init__(self, held: _Held) -> None:
        self._held = held

    def reveal(self) -> _Held:
        """The value itself, on purpose and never into a log."""
        return self._held

    def __len__(self) -> int:
        return len(self._held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and other._held == self._held

    def __hash__(self) -> int:
        return hash(self._held)

    def __repr__(self) -> str:
        return f"<content of {len(self._held)} {self._units}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        _refuse(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_input = core_schema.no_info_after_validator_function(cls, cls._schema)
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), from_input],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(_refuse),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(cls._json)


class Content(_Sealed[str]):
    """Text of a document, in Python code points."""

    __slots__ = ()
    _units = "characters"
    _schema = core_schema.str_schema(strict=True)
    _json: ClassVar[JsonSchemaValue] = {"type": "string"}


class Blob(_Sealed[bytes]):
    """Bytes of a file, in JSON as base64."""

    __slots__ = ()
    _units = "bytes"
    _schema = core_schema.bytes_schema()
    _json: ClassVar[JsonSchemaValue] = {"type": "string", "contentEncoding": "base64"}
