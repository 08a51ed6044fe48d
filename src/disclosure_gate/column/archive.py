"""A feed for archives and libraries (条例 25): each item a bag with checksums (BagIt, RFC 8493), and a list of all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from disclosure_gate.column.feeds import plain_text
from disclosure_gate.column.folder import only_writer, remove, write, write_list
from disclosure_gate.column.publisher import Holding, Receipt
from disclosure_gate.column.store import slug_of
from disclosure_gate.model.clearance import PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.errors import PublishError

_FIRST = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier time; the same content gives the same bytes
NEWEST = 200


class ArchiveFeed:
    """Publishes to a folder: ``bags/*.zip``, ``feed.xml`` (Atom with checksums), ``manifest-sha256.txt`` of all bags.

    What is withdrawn leaves the folder; the list keeps its number, so that who fetched it learns of it.
    """

    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(
        self,
        folder: Path,
        base_url: str = "",
        name: str = "archive",
        channels: frozenset[Channel] = frozenset({"archive_library"}),
    ) -> None:
        self.name = name
        self.channels = channels
        self.folder = folder
        self._base = base_url.rstrip("/")
        self._stale = folder / ".stale"  # on disk: a worker that dies leaves its lists to the next

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        if item.publication.audience != "public":
            raise PublishError("E-PUBLISH", got=item.publication.audience, expected="public")
        slug = slug_of(key)
        with only_writer(self.folder):
            known = self._known(slug)
            if known and known["version"] >= item.version:
                return Receipt(key=key, version=known["version"], outcome="stale", place=f"bags/{slug}.zip")
            bag = _bag(item, published_at)
            write(self._stale, b"")
            write(self._bag(slug), bag)
            self._note(
                slug, key=key, version=item.version, state="public", published_at=published_at, title=item.title,
                index=item.index, sha256=sha256(bag).hexdigest(), size=len(bag), digest=item.digest(),
            )  # fmt: skip
        return Receipt(key=key, version=item.version, outcome="published", place=f"bags/{slug}.zip")

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        slug = slug_of(key)
        with only_writer(self.folder):
            known = self._known(slug)
            if known and (
                known["version"] > version or (known["version"] == version and known["state"] == "withdrawn")
            ):
                return Receipt(key=key, version=known["version"], outcome="stale")
            write(self._stale, b"")
            remove(self._bag(slug))
            self._note(
                slug, key=key, version=version, state="withdrawn", on=withdrawn_on.isoformat(), reason=reason
            )
            self._write_lists()
        return Receipt(key=key, version=version, outcome="withdrawn")

    def settle(self) -> None:
        """See :class:`~disclosure_gate.column.publisher.Settling`."""
        with only_writer(self.folder):
            if self._stale.exists() or not (self.folder / "feed.xml").exists():
                self._write_lists()
                self._stale.unlink(missing_ok=True)

    def holdings(self) -> Iterator[Holding]:
        """See :class:`~disclosure_gate.column.publisher.Inspectable`: every bag is read."""
        known = set()
        for each in self._all():
            slug = slug_of(each["key"])
            known.add(slug)
            bag = self._bag(slug)
            if each["state"] == "public" and not bag.exists():
                continue
            digest = each.get("digest", "")
            if bag.exists() and sha256(bag.read_bytes()).hexdigest() != each.get("sha256"):
                digest = "altered"
            state: Literal["public", "withdrawn"] = "public" if bag.exists() else "withdrawn"
            yield Holding(
                key=each["key"], version=each["version"], state=state, digest=digest, place=f"bags/{slug}.zip"
            )
        for bag in sorted((self.folder / "bags").glob("*.zip")):
            if bag.stem not in known:
                yield Holding(
                    key=bag.stem, version=0, state="public", digest="unknown", place=f"bags/{bag.name}"
                )

    def _bag(self, slug: str) -> Path:
        return self.folder / "bags" / f"{slug}.zip"

    def _known(self, slug: str) -> dict[str, Any]:
        path = self.folder / "known" / f"{slug}.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def _note(self, slug: str, **values: Any) -> None:
        text = json.dumps(values, ensure_ascii=False, sort_keys=True)
        write(self.folder / "known" / f"{slug}.json", text.encode())

    def _all(self) -> list[dict[str, Any]]:
        return [self._known(path.stem) for path in sorted((self.folder / "known").glob("*.json"))]

    def _write_lists(self) -> None:
        known = self._all()
        public = sorted(
            (each for each in known if each["state"] == "public"),
            key=lambda each: (each["published_at"], each["key"]),
            reverse=True,
        )
        lines = "".join(f"{each['sha256']}  bags/{slug_of(each['key'])}.zip\n" for each in public)
        write_list(self.folder / "manifest-sha256.txt", lines.encode())
        gone = [
            {"id": slug_of(each["key"]), "on": each["on"], "reason": each["reason"]}
            for each in known
            if each["state"] == "withdrawn"
        ]
        write(
            self.folder / "withdrawn.json", (json.dumps(gone, ensure_ascii=False, indent=1) + "\n").encode()
        )
        write_list(self.folder / "feed.xml", self._feed(public[:NEWEST]).encode())

    def _feed(self, public: list[dict[str, Any]]) -> str:
        entries = "".join(
            f"<entry><title>{escape(each['title'])}</title><id>urn:disclosure-gate:{slug_of(each['key'])}</id>"
            f"<updated>{datetime.fromisoformat(each['published_at']).astimezone().isoformat()}</updated>"
            f'<link rel="enclosure" type="application/zip" length="{each["size"]}" href={quoteattr(self._place(each))}/>'
            f'<category scheme="urn:disclosure-gate:index" term={quoteattr(each["index"] or "-")}/>'
            f"<summary>sha256 {each['sha256']}</summary></entry>"
            for each in public
        )
        updated = max((each["published_at"] for each in public), default="1970-01-01 00:00")
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
            f"<title>主动公开的政府信息（档案馆、图书馆）</title><id>urn:disclosure-gate:archive</id>"
            f"<updated>{datetime.fromisoformat(updated).astimezone().isoformat()}</updated>"
            f"<author><name>政府信息公开工作机构</name></author>{entries}</feed>\n"
        )

    def _place(self, each: dict[str, Any]) -> str:
        place = f"bags/{slug_of(each['key'])}.zip"
        return f"{self._base}/{place}" if self._base else place


def _bag(item: PublicItem, published_at: str) -> bytes:
    """A bag of one item: its metadata, text and files, each with its checksum. The same item gives the same bytes."""
    metadata = {
        "索引": item.index,
        "名称": item.title,
        "内容概述": item.abstract,
        "生成日期": item.issued_on.isoformat(),
        "发文字号": item.number,
        "发文机构": item.issuer,
        "文种": item.kind,
        "公开属性": item.label,
        "发布日期": published_at,
        "有效性": item.validity,
        "版本": item.version,
    }
    payload: dict[str, bytes] = {
        "data/metadata.json": (json.dumps(metadata, ensure_ascii=False, indent=1) + "\n").encode()
    }
    if item.text:
        payload["data/text.txt"] = plain_text(item).encode()
    for number, each in enumerate(item.files, 1):
        ending = each.name.rpartition(".")[2].lower()
        payload[f"data/files/{number}.{ending if ending.isascii() and ending.isalnum() else 'bin'}"] = (
            each.content
        )
    names = {f"data/files/{number}": each.name for number, each in enumerate(item.files, 1)}
    octets = sum(map(len, payload.values()))
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": (
            f"External-Identifier: {item.index or item.document_id}\nBagging-Date: {published_at[:10]}\n"
            f"Payload-Oxum: {octets}.{len(payload)}\n"
            + "".join(f"File-Name: {place} {_one_line(name)}\n" for place, name in names.items())
        ).encode(),
        "manifest-sha256.txt": _manifest(payload),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, content in {**tags, **payload}.items():
            bag.writestr(zipfile.ZipInfo(f"item/{name}", _FIRST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _manifest(files: dict[str, bytes]) -> bytes:
    return "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())
