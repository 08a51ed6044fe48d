"""``publishers.yaml``: where what is public goes, and what the column says of itself. See ``docs/publishers.md``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from disclosure_gate.column.archive import ArchiveFeed
from disclosure_gate.column.cms import CmsPush
from disclosure_gate.column.publisher import Publisher
from disclosure_gate.column.settings import SiteSettings
from disclosure_gate.column.static_site import StaticSite
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.law.source import read, read_model
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.errors import Flaw, InputError, RulesetError
from disclosure_gate.model.frozen import Frozen

SHORTEST_SECRET = 16
PublisherName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]


class ColumnSource(Frozen):
    """The built-in column: a database that ``column serve`` shows."""

    type: Literal["column"]
    database: str
    channels: _Channels = ("column",)


class StaticSource(Frozen):
    """A folder of plain pages for any web server; its ``public/`` is what is shown."""

    type: Literal["static"]
    folder: str
    name: PublisherName = "static"
    channels: _Channels = ("column",)


class ReceiptPointers(Frozen):
    """Where in the answer of a CMS the receipt stands, as JSON pointers."""

    key: str = "/key"
    version: str = "/version"
    outcome: str = "/outcome"


class CmsSource(Frozen):
    """A CMS that is pushed to over HTTP. The secret comes from a file or from the environment, never from here."""

    type: Literal["cms"]
    name: PublisherName
    url: Annotated[str, Field(pattern=r"^https?://")]
    secret_env: str = ""
    secret_file: str = ""
    channels: _Channels = ("column",)
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)] = ("public",)
    payload: dict[str, Any] | None = None
    publish_method: Literal["PUT", "POST", "PATCH"] = "PUT"
    withdraw_method: Literal["DELETE", "PUT", "POST", "PATCH"] = "DELETE"
    headers: Annotated[dict[str, str], Field(default_factory=dict)]
    receipt: ReceiptPointers = ReceiptPointers()
    signed_receipts: bool = False
    inventory: str = ""
    timeout: Annotated[float, Field(gt=0, le=40)] = 10.0


class ArchiveSource(Frozen):
    """A feed for archives and libraries (条例 25): bags with checksums."""

    type: Literal["archive"]
    folder: str
    base_url: str = ""
    name: PublisherName = "archive"
    channels: _Channels = ("archive_library",)


Source: TypeAlias = Annotated[
    ColumnSource | StaticSource | CmsSource | ArchiveSource, Field(discriminator="type")
]


class PublishersFile(Frozen):
    """``publishers.yaml``."""

    site: SiteSettings = SiteSettings()
    publishers: Annotated[tuple[Source, ...], Field(min_length=1)]


def load(path: Path) -> PublishersFile:
    """Read the file.

    Raises:
        InputError: every flaw with its line and column.
    """
    try:
        source = read(path, path.parent)
        found = read_model(source, PublishersFile)
    except RulesetError as error:
        raise InputError(flaws=error.flaws) from None
    if found is None:
        raise InputError(flaws=tuple(source.flaws))
    names = [_name_of(each) for each in found.publishers]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise InputError(
            "E-PUBLISHERS", where=path.name, got=", ".join(sorted(twice)), expected="different names"
        )
    return found


def make(file: PublishersFile, folder: Path) -> list[Publisher]:
    """The publishers of a file; paths in it are relative to ``folder``.

    Raises:
        InputError: a secret is missing or short, a payload names a field we do not have, a database cannot be opened.
    """
    return [_made(each, file.site, folder) for each in file.publishers]


def _made(source: Source, site: SiteSettings, folder: Path) -> Publisher:
    channels: frozenset[Channel] = frozenset(source.channels)
    if isinstance(source, ColumnSource):
        store = ColumnStore.open(folder / source.database, channels)
        store.configure(site)
        return store
    if isinstance(source, StaticSource):
        return StaticSite(folder / source.folder, site, source.name, channels)
    if isinstance(source, ArchiveSource):
        return ArchiveFeed(folder / source.folder, source.base_url, source.name, channels)
    return CmsPush(
        source.name, source.url, _secret(source, folder), channels=channels, audiences=frozenset(source.audiences),
        payload=source.payload, publish_method=source.publish_method, withdraw_method=source.withdraw_method,
        headers=source.headers, receipt=source.receipt.model_dump(), signed_receipts=source.signed_receipts,
        inventory=source.inventory, timeout=source.timeout,
    )  # fmt: skip


def _secret(source: CmsSource, folder: Path) -> bytes:
    where = f"{source.name}/secret_file" if source.secret_file else f"{source.name}/secret_env"
    try:
        found = (
            (folder / source.secret_file).read_bytes().strip()
            if source.secret_file
            else os.environ.get(source.secret_env, "").encode()
        )
    except OSError as error:
        raise InputError("E-FILE", where=where, got=type(error).__name__) from error
    if len(found) < SHORTEST_SECRET:
        raise InputError(
            flaws=(
                Flaw("E-PUBLISHERS", where, got=f"{len(found)} bytes", expected=f"≥ {SHORTEST_SECRET} bytes"),
            )
        )
    return found


def _name_of(source: Source) -> str:
    return "column" if isinstance(source, ColumnSource) else source.name
