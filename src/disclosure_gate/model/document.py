"""What is handed in: a document, its issuer, its files, its declared facts and the proposed status."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from disclosure_gate.model.canonical import canonical_words
from disclosure_gate.model.content import Blob, Content
from disclosure_gate.model.determination import Status
from disclosure_gate.model.errors import Flaw, InputError, pointer
from disclosure_gate.model.frozen import FactValue, Fixed, Frozen

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

KINDS: tuple[str, ...] = (
    "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "函", "纪要",
    "行政许可决定", "行政处罚决定", "行政强制决定", "行政征收决定", "行政给付决定", "行政确认决定", "征收补偿文件",
    "名单公示", "办事指南", "预算", "决算", "规划", "政策解读", "申请答复", "执法程序文书", "会议材料", "其他",
)  # fmt: skip
KIND_ALIASES = {"令": "命令", "命令(令)": "命令", "命令（令）": "命令", "会议纪要": "纪要"}

DOMAINS: dict[str, str] = {
    "major_projects": "重大建设项目",
    "compulsory_education": "义务教育",
    "social_assistance": "社会救助",
    "elderly_care": "养老服务",
    "public_legal_services": "公共法律服务",
    "household_registration": "户籍管理",
    "budget": "财政预决算",
    "employment": "就业",
    "social_insurance": "社会保险",
    "house_expropriation": "国有土地上房屋征收",
    "affordable_housing": "保障性住房",
    "rural_housing_renovation": "农村危房改造",
    "urban_enforcement": "城市综合执法",
    "municipal_services": "市政服务",
    "farm_subsidies": "涉农补贴",
    "health_care": "医疗卫生",
    "food_drug": "食品药品监管",
    "work_safety": "安全生产",
    "disaster_relief": "救灾",
    "public_culture": "公共文化服务",
    "poverty_relief": "扶贫",
    "spatial_planning": "国土空间规划",
    "land_compensation": "征地补偿",
    "ecology": "生态环境",
    "taxation": "税收管理",
    "public_resource_trading": "公共资源交易",
}
DOMAIN_ALIASES: dict[str, str] = {
    "城乡规划": "spatial_planning",
    "农村集体土地征收": "land_compensation",
    "卫生健康": "health_care",
    "就业创业": "employment",
    "国有土地上房屋征收与补偿": "house_expropriation",
    "食品药品": "food_drug",
    "防返贫帮扶": "poverty_relief",
    "常态化防止返贫致贫帮扶": "poverty_relief",
    "环境保护": "ecology",
    "预决算": "budget",
}

Level = Literal["national", "province", "city", "county", "township"]

MAX_TEXT_BYTES = 4 * 1024 * 1024
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_NAME = 500
MAX_CODE = 40
"""Of an organ's code: with year and number behind it, it is a 索引号 as a listing takes it."""
_SLUG_OF = {zh: slug for slug, zh in DOMAINS.items()} | DOMAIN_ALIASES


class _Refusal(ValueError):
    """A flaw found inside a validator, carried out through pydantic."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw.message("en"))


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``, or the empty string."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def _kind(value: str) -> str:
    value = KIND_ALIASES.get(value, value)
    if value not in KINDS:
        near = closest(value, KINDS)
        expected = "" if near else " | ".join(KINDS)
        raise _Refusal(Flaw("E-KIND", got=value[:40], expected=expected, suggestion=near))
    return value


def domain_of(value: str) -> str:
    """The domain that a slug or a Chinese name means.

    Raises:
        InputError: ``E-DOMAIN``, with the closest.
    """
    try:
        return _domain(value)
    except _Refusal as error:
        raise InputError(flaws=(error.flaw,)) from None


def _domain(value: str) -> str:
    slug = _SLUG_OF.get(value, value)
    if slug not in DOMAINS:
        near = closest(value, [*DOMAINS, *_SLUG_OF])
        expected = "" if near else " | ".join(DOMAINS.values())
        raise _Refusal(Flaw("E-DOMAIN", got=value[:60], expected=expected, suggestion=near))
    return slug


def _clean(value: str) -> str:
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise _Refusal(Flaw("E-TEXT-CHARACTER"))
    return value


def _worded(value: str) -> str:
    if not value.strip():
        raise _Refusal(Flaw("E-FIELD-MISSING"))
    return value


def _clean_content(value: Content) -> Content:
    text = value.reveal()
    if len(text) > MAX_TEXT_BYTES:
        raise _Refusal(Flaw("E-TEXT-LARGE", expected=f"≤ {MAX_TEXT_BYTES} bytes"))
    if "\x00" in text:
        raise _Refusal(Flaw("E-TEXT-CHARACTER"))
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise _Refusal(Flaw("E-TEXT-CHARACTER")) from None
    if size > MAX_TEXT_BYTES:
        raise _Refusal(Flaw("E-TEXT-LARGE", got=f"{size}", expected=f"≤ {MAX_TEXT_BYTES} bytes"))
    return value


def _small_blob(value: Blob) -> Blob:
    if len(value) > MAX_FILE_BYTES:
        raise _Refusal(Flaw("E-TEXT-LARGE", got=f"{len(value)}", expected=f"≤ {MAX_FILE_BYTES} bytes"))
    return value


def _base64(value: Any) -> Any:
    import base64  # noqa: PLC0415  only documents with files need it

    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            raise _Refusal(Flaw("E-FIELD-TYPE", expected="base64")) from None
    return value


Worded = Annotated[
    str,
    Field(min_length=1, json_schema_extra={"pattern": r"\S"}),
    AfterValidator(_clean),
    AfterValidator(_worded),
]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_clean)]


class KnownIssuer(Frozen):
    """Who issues, as it is kept: what an earlier version took is read again, however long its code is."""

    # An issuer that is kept is one as it is read again: they are compared.
    model_config = ConfigDict(revalidate_instances="subclass-instances")

    name: Name
    code: Name | None = None
    level: Level = "county"


class Issuer(KnownIssuer):
    """Who issues: ``name`` is required; ``code`` is the organ's own, with which its 索引号 begin."""

    code: Annotated[str, Field(min_length=1, max_length=MAX_CODE), AfterValidator(_clean)] | None = None


class File(Frozen):
    """One file. ``content`` is base64 in JSON, bytes in Python."""

    name: Name
    role: Literal["body", "attachment"] = "attachment"
    media_type: Annotated[str, Field(max_length=200)] = ""
    content: Annotated[Blob, AfterValidator(_small_blob), BeforeValidator(_base64)]


class Dates(Frozen):
    """Dates of the case; they set the clocks, while ``as_of`` chooses the law."""

    approved: date | None = None
    signed: date | None = None
    received: date | None = None
    served: date | None = None
    bid_opening: date | None = None
    result: date | None = None
    concluded: date | None = None


class Proposal(Frozen):
    """What the drafter proposes. ``reason_code`` is read as written: 其他 is answered, not rejected."""

    status: Status | None = None
    reason_code: Annotated[str, Field(max_length=200), AfterValidator(_clean)] | None = None
    statement: Annotated[str, Field(max_length=4000), AfterValidator(_clean)] | None = None


class Document(Frozen):
    """What is to be issued. Required: id, title, kind, issuer, and text or files."""

    id: Name
    title: Name
    kind: Annotated[str, AfterValidator(_kind)]
    text: Annotated[Content, AfterValidator(_clean_content)] | None = None
    files: tuple[File, ...] = Field(default=(), max_length=200)
    issuer: Issuer
    domain: Annotated[str, AfterValidator(_domain)] | None = None
    item: Name | None = None
    formed_on: date | None = None
    dates: Dates = Dates()
    facts: Annotated[dict[str, FactValue], AfterValidator(Fixed)] = Field(default_factory=Fixed)
    proposed: Proposal | None = None

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if not self.files and (self.text is None or not self.text.reveal().strip()):
            raise _Refusal(Flaw("E-TEXT-EMPTY", where="/text"))
        return self

    @classmethod
    def parse(cls, data: object) -> Document:
        """A document from JSON data.

        Raises:
            InputError: every flaw with its JSON pointer, code and suggestion; no content is echoed.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InputError(flaws=tuple(flaws_of(error, cls))) from None
        except UnicodeEncodeError:
            raise InputError("E-TEXT-CHARACTER", where=ill_formed(data) or "") from None

    @classmethod
    def parse_json(cls, data: str | bytes) -> Document:
        """A document from JSON text, read strictly as UTF-8."""
        import json  # noqa: PLC0415  the service hands over parsed data

        try:
            text = data.decode() if isinstance(data, bytes) else data
            parsed = json.loads(text)
        except (ValueError, RecursionError) as error:
            place = (
                f"line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
            )
            raise InputError("E-JSON", where=place) from None
        return cls.parse(parsed)


def ill_formed(data: object, where: str = "") -> str | None:
    """The JSON pointer of the first string with NUL or a lone surrogate in it, or of its name; else ``None``."""
    if isinstance(data, str):
        try:
            data.encode()
        except UnicodeEncodeError:
            return where
        return where if "\0" in data else None
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        if isinstance(step, str) and ill_formed(step) is not None:
            return where
        found = ill_formed(value, where + pointer(step))
        if found is not None:
            return found
    return None


def content_digest(document: Document) -> str:
    """SHA-256 over what is issued: id, title, kind, issuer, text and every file's name and bytes."""
    envelope = {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "issuer": document.issuer.name,
        "text": sha256(document.text.reveal().encode()).hexdigest() if document.text is not None else None,
        "files": [
            [file.name, file.role, sha256(file.content.reveal()).hexdigest()] for file in document.files
        ],
    }
    return sha256(canonical_words(envelope)).hexdigest()


_CODE_OF = {
    "extra_forbidden": "E-FIELD-UNKNOWN",
    "missing": "E-FIELD-MISSING",
    "string_unicode": "E-TEXT-CHARACTER",
}
# What JSON should stand there, in words that are the same in both languages; by the beginning of pydantic's name of a flaw.
_WANTED = {
    "model": "object", "dict": "object", "mapping": "object", "tuple": "array", "list": "array", "string_type": "string",
    "bool": "true | false", "int": "integer", "float": "number", "date": "YYYY-MM-DD",
}  # fmt: skip


def flaws_of(error: ValidationError, model: type[Frozen]) -> list[Flaw]:
    """Pydantic's findings as our flaws, one for each place; values are never echoed, they may be content."""
    flaws: dict[tuple[str, str], Flaw] = {}
    for item in error.errors(include_input=False, include_url=False):
        steps = [
            step for step in item["loc"] if not str(step).startswith(("function-", "is-instance", "union"))
        ]
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, _Refusal):
            found = cause.flaw
            where = found.where or pointer(*steps)
            flaw = Flaw(found.code, where, found.got, found.expected, found.suggestion)
        elif steps[:1] == ["facts"] and len(steps) > 2:  # noqa: PLR2004  then comes which of its types a fact is not
            flaw = Flaw(
                "E-FIELD-TYPE", pointer(*steps[:2]), expected="true | false | integer | string | null"
            )
        else:
            code = _CODE_OF.get(item["type"], "E-FIELD-TYPE")
            near = ""
            if code == "E-FIELD-UNKNOWN" and len(item["loc"]) == 1:
                near = closest(str(item["loc"][0]), model.model_fields)
            expected = "" if code != "E-FIELD-TYPE" else _expected(item)
            flaw = Flaw(code, pointer(*steps), expected=expected, suggestion=near)
        flaws.setdefault((flaw.code, flaw.where), flaw)
    return list(flaws.values())


def _expected(item: ErrorDetails) -> str:
    limits = item.get("ctx", {})
    kind = item["type"]
    if "expected" in limits:
        return str(limits["expected"]).replace("'", "").replace(" or ", " | ").replace(", ", " | ")
    if kind.endswith("too_long"):
        return f"≤ {limits['max_length']}"
    if kind.endswith("too_short"):
        return f"≥ {limits['min_length']}"
    if kind == "is_instance_of":  # text and bytes, in types of ours
        return "string"
    return next((wanted for begin, wanted in _WANTED.items() if kind.startswith(begin)), item["msg"])
