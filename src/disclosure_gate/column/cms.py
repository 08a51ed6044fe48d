"""Pushes items to a CMS over HTTP: the payload it wants, signed, and a receipt that says what it did.

What a receiver must do is in ``docs/publishers.md``: keep the version of each key, take nothing older.
"""

from __future__ import annotations

import hmac
import json
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import httpx

from disclosure_gate.column.publisher import Holding, Receipt
from disclosure_gate.column.store import slug_of
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import Flaw, InputError, PublishError
from disclosure_gate.model.listing import SECTIONS, VALIDITY

MAX_RECEIPT = 1024 * 1024
MAX_INVENTORY = 256 * 1024 * 1024
SIGNATURE = "X-Disclosure-Signature"
_FIELD = re.compile(r"\{([a-z_]+)\}")
_FIELDS = frozenset({
    "action", "key", "slug", "version", "title", "text", "number", "kind", "issuer", "domain", "domain_name", "section",
    "section_name", "index", "issued_on", "published_at", "label", "status", "validity", "validity_name", "valid_until",
    "abstract", "keywords", "files", "relations", "changes", "audience", "channel", "reason", "withdrawn_on", "digest",
})  # fmt: skip
# What reading may meet in an answer of any shape: no JSON, too deep, other types, nothing there, no such number.
_NONSENSE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
_DEFAULT_PAYLOAD: dict[str, Any] = {name: f"{{{name}}}" for name in sorted(_FIELDS)}


class CmsPush:
    """Publishes by ``PUT`` and withdraws by ``DELETE``, or by the methods the CMS wants.

    Args:
        url: where an item goes; ``{slug}`` and ``{key}`` are filled in.
        secret: signs what is sent, and the receipts where ``signed_receipts`` is set.
        payload: JSON with ``{field}`` in its strings; a string that is one field takes its value as it is.
        receipt: where in the answer ``key``, ``version`` and ``outcome`` stand, as JSON pointers.
        inventory: where a list of what the CMS holds can be asked for, for ``column reconcile``.
        timeout: seconds for connecting, and for each piece that is sent or received.

    Raises:
        InputError: ``E-PUBLISHERS``, a field in ``url`` or ``payload`` is not one of ours.
    """

    def __init__(
        self,
        name: str,
        url: str,
        secret: bytes,
        *,
        channels: frozenset[Channel] = frozenset({"column"}),
        audiences: frozenset[Audience] = frozenset({"public"}),
        payload: Mapping[str, Any] | None = None,
        publish_method: str = "PUT",
        withdraw_method: str = "DELETE",
        headers: Mapping[str, str] | None = None,
        receipt: Mapping[str, str] | None = None,
        signed_receipts: bool = False,
        inventory: str = "",
        timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.channels = channels
        self.audiences = audiences
        self._url = url
        self._secret = secret
        self._payload: Any = payload or _DEFAULT_PAYLOAD
        self._publish_method, self._withdraw_method = publish_method, withdraw_method
        self._receipt = {"key": "/key", "version": "/version", "outcome": "/outcome", **(receipt or {})}
        self._signed = signed_receipts
        self._inventory = inventory
        self._clock = clock
        self._check_fields({"url": url, "payload": self._payload})
        # A redirect is not followed: what is signed for one place is not sent to another.
        self._client = httpx.Client(
            timeout=timeout,
            follow_redirects=False,
            headers=dict(headers or {}),
            transport=transport,
            trust_env=False,
        )

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        if item.publication.audience not in self.audiences:
            raise PublishError("E-PUBLISH", got=item.publication.audience)
        fields = _fields_of(key, item, published_at)
        return self._send(self._publish_method, key, item.version, "published", fields)

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        fields = dict.fromkeys(_FIELDS) | {
            "action": "withdraw", "key": key, "slug": slug_of(key), "version": version, "reason": reason,
            "withdrawn_on": withdrawn_on.isoformat(),
        }  # fmt: skip
        return self._send(self._withdraw_method, key, version, "withdrawn", fields)

    def holdings(self) -> Iterator[Holding]:
        """See :class:`~disclosure_gate.column.publisher.Inspectable`: asked of the CMS, where it has an inventory."""
        if not self._inventory:
            raise PublishError("E-PUBLISH", where=self.name, got="no inventory")
        content = self._ask("GET", self._inventory, b"", {}, MAX_INVENTORY)
        try:
            listed = json.loads(content)
            if not isinstance(listed, list):  # an empty answer of another shape says nothing of what is held
                raise TypeError
            for each in listed:
                yield Holding(
                    key=str(each["key"]), version=int(each["version"]), digest=str(each.get("digest") or ""),
                    state="public" if each["state"] == "public" else "withdrawn",
                )  # fmt: skip
        except _NONSENSE as error:
            raise PublishError(
                "E-PUBLISH", where=self.name, got="an inventory that cannot be read"
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, method: str, key: str, version: int, outcome: str, fields: Mapping[str, Any]) -> Receipt:
        body = json.dumps(_filled(self._payload, fields), ensure_ascii=False).encode()
        url = _FIELD.sub(lambda hit: quote(str(fields[hit.group(1)]), safe=""), self._url)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{slug_of(key)}-{version}-{fields['action']}",
        }
        content = self._ask(method, url, body, headers, MAX_RECEIPT)
        try:
            answer = json.loads(content)
            told = {name: _at(answer, pointer) for name, pointer in self._receipt.items()}
            receipt = Receipt(
                key=told["key"],
                version=told["version"],
                outcome=told["outcome"],
                place=str(told.get("place") or ""),
            )
        except _NONSENSE as error:
            raise PublishError("E-PUBLISH", where=self.name, got="an answer that is no receipt") from error
        if receipt.outcome not in {outcome, "stale"}:
            raise PublishError("E-PUBLISH", where=self.name, got="a receipt for something else")
        return receipt

    def _ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str], most: int) -> bytes:
        """One request; what comes back, if it is a success, whole, and signed where that is wanted."""
        signed = {SIGNATURE: sign(self._secret, body, int(self._clock())), **headers}
        try:
            with self._client.stream(method, url, content=body, headers=signed) as response:
                if not response.is_success:
                    raise PublishError("E-PUBLISH", where=self.name, got=str(response.status_code))
                content = b""
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > most:
                        raise PublishError("E-PUBLISH", where=self.name, got="an answer that is too long")
                if self._signed and not verified(
                    self._secret, content, response.headers.get(SIGNATURE, ""), self._clock()
                ):
                    raise PublishError(
                        "E-PUBLISH", where=self.name, got="a receipt without a valid signature"
                    )
                return content
        except httpx.HTTPError as error:
            raise PublishError("E-PUBLISH", where=self.name, got=type(error).__name__) from error

    def _check_fields(self, templates: Mapping[str, Any]) -> None:
        from disclosure_gate.model.document import closest  # noqa: PLC0415  only for what is wrong

        flaws = tuple(
            Flaw(
                "E-PUBLISHERS",
                f"{self.name}{where}",
                got=f"{{{name}}}",
                suggestion=closest(name, sorted(_FIELDS)),
            )
            for where, text in _strings(templates, "")
            for name in _FIELD.findall(text)
            if name not in _FIELDS
        )
        if flaws:
            raise InputError(flaws=flaws)


def sign(secret: bytes, body: bytes, at: int) -> str:
    """``t=<seconds>,v1=<HMAC-SHA256 in hex over "<seconds>." and the body>``."""
    mac = hmac.new(secret, f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={mac}"


def verified(secret: bytes, body: bytes, signature: str, now: float, tolerance: float = 300.0) -> bool:
    """Whether ``signature`` is of this body and not older or newer than ``tolerance`` seconds. For receivers."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", signature)
    if found is None or abs(now - int(found[1])) > tolerance:
        return False
    return hmac.compare_digest(sign(secret, body, int(found[1])), signature)


def _fields_of(key: str, item: PublicItem, published_at: str) -> dict[str, Any]:
    return dict.fromkeys(_FIELDS) | {
        "action": "publish",
        "key": key,
        "slug": slug_of(key),
        "version": item.version,
        "title": item.title,
        "text": item.text or "",
        "number": item.number,
        "kind": item.kind,
        "issuer": item.issuer,
        "domain": item.domain or "",
        "domain_name": DOMAINS.get(item.domain or "", ""),
        "section": item.section,
        "section_name": SECTIONS[item.section].zh,
        "index": item.index,
        "issued_on": item.issued_on.isoformat(),
        "published_at": published_at,
        "label": item.label,
        "status": item.status.value,
        "validity": item.validity,
        "validity_name": VALIDITY[item.validity].zh,
        "valid_until": item.valid_until.isoformat() if item.valid_until else "",
        "abstract": item.abstract,
        "keywords": list(item.keywords),
        "files": [
            {
                "name": each.name,
                "media_type": each.media_type,
                "sha256": each.digest,
                "content": b64encode(each.content).decode(),
            }
            for each in item.files
        ],
        "relations": [each.model_dump(mode="json") for each in item.relations],
        "changes": [each.model_dump(mode="json") for each in item.changes],
        "audience": item.publication.audience,
        "channel": key.rpartition("#")[2],
        "digest": item.digest(),
    }


def _filled(template: Any, fields: Mapping[str, Any]) -> Any:
    if isinstance(template, Mapping):
        return {name: _filled(each, fields) for name, each in template.items()}
    if isinstance(template, list | tuple):
        return [_filled(each, fields) for each in template]
    if not isinstance(template, str):
        return template
    whole = _FIELD.fullmatch(template)
    if whole:
        return fields[whole.group(1)]
    return _FIELD.sub(lambda hit: _plain(fields[hit.group(1)]), template)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _strings(template: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(template, Mapping):
        for name, each in template.items():
            yield from _strings(each, f"{where}/{name}")
    elif isinstance(template, list | tuple):
        for number, each in enumerate(template):
            yield from _strings(each, f"{where}/{number}")
    elif isinstance(template, str):
        yield where, template


def _at(data: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) points at."""
    for part in pointer.split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data
