"""The built-in column, first form: a folder of plain pages that any web server can show."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from disclosure_gate.column.publisher import Receipt
from disclosure_gate.model.clearance import PublicFile, PublicItem
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import PublishError

_STYLE = """:root{--ink:#1d2733;--line:#d5dbe1;--lead:#9c1f1f;--soft:#f6f7f9}
*{box-sizing:border-box}body{margin:0;font:17px/1.75 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:var(--ink);background:#fff}
header.site{background:var(--lead);color:#fff;padding:1.1rem 1rem}header.site a{color:#fff;text-decoration:none;font-size:1.35rem;font-weight:600}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}h1{font-size:1.6rem;line-height:1.4;text-align:center;margin:1.2rem 0}
table.meta{width:100%;border-collapse:collapse;background:var(--soft);margin-bottom:1.5rem}table.meta th,table.meta td{border:1px solid var(--line);padding:.45rem .7rem;text-align:left;vertical-align:top}
table.meta th{width:8.5em;font-weight:600;white-space:nowrap}article p{margin:0 0 .6rem;white-space:pre-wrap;overflow-wrap:anywhere}
table.list{width:100%;border-collapse:collapse}table.list th,table.list td{border-bottom:1px solid var(--line);padding:.6rem .5rem;text-align:left}table.list td:last-child{white-space:nowrap}
.label{display:inline-block;border:1px solid var(--lead);color:var(--lead);border-radius:.2rem;padding:0 .4rem;font-size:.9rem;white-space:nowrap}
a{color:#174f8a}a:focus-visible{outline:3px solid #f2a900;outline-offset:2px}footer{border-top:1px solid var(--line);padding:1rem;text-align:center;color:#4a5560}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:#fff;padding:.5rem}
@media(max-width:40rem){table.list thead{display:none}table.list tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}table.list td{display:block;border:0;padding:.1rem 0}table.meta th,table.meta td{display:block;width:auto}}
"""

_SUFFIXES = {
    "text/plain; charset=utf-8": ".txt",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


class ColumnSite:
    """Publishes to a folder: an index, one page per item, and beside each its data with the last version seen."""

    name = "column"
    channels: frozenset[Channel] = frozenset({"column"})
    audiences: frozenset[Audience] = frozenset({"public"})

    def __init__(self, folder: Path, site_name: str = "政府信息公开专栏") -> None:
        self.folder = folder
        self._site_name = site_name

    def publish(self, key: str, item: PublicItem, published_at: str) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`."""
        if item.publication.audience != "public":
            raise PublishError("E-PUBLISH", got=item.publication.audience, expected="public")
        slug = self._slug(key)
        with self._writing():
            known = self._known(slug)
            if known and known["version"] >= item.version:
                return Receipt(key=key, version=known["version"], outcome="stale", place=f"items/{slug}.html")
            index = item.index or f"{int(slug[:8], 16) % 10**9:09d}"
            data = {
                "key": key,
                "version": item.version,
                "state": "public",
                "published_at": published_at,
                "index": index,
                "item": item.model_dump(mode="json", exclude={"files": {"__all__": {"content"}}}),
            }
            self._write_files(slug, item)
            self._write(f"items/{slug}.html", self._item_page(item, index, published_at))
            self._write(f"data/{slug}.json", json.dumps(data, ensure_ascii=False, sort_keys=True))
            self._write_index()
        return Receipt(key=key, version=item.version, outcome="published", place=f"items/{slug}.html")

    def withdraw(self, key: str, version: int, reason: str, withdrawn_on: date) -> Receipt:
        """See :class:`~disclosure_gate.column.publisher.Publisher`. The page goes; what stays is a number."""
        slug = self._slug(key)
        with self._writing():
            known = self._known(slug)
            if known and (
                known["version"] > version or (known["version"] == version and known["state"] == "withdrawn")
            ):
                return Receipt(key=key, version=known["version"], outcome="stale")
            # The version stays behind, so that an older publish arriving late finds it.
            data = {
                "key": key,
                "version": version,
                "state": "withdrawn",
                "reason": reason,
                "on": withdrawn_on.isoformat(),
            }
            self._write(f"data/{slug}.json", json.dumps(data, ensure_ascii=False, sort_keys=True))
            (self.folder / f"items/{slug}.html").unlink(missing_ok=True)
            shutil.rmtree(self.folder / f"files/{slug}", ignore_errors=True)
            self._write_index()
        return Receipt(key=key, version=version, outcome="withdrawn")

    def items(self) -> list[dict[str, Any]]:
        """The data of everything that is public now, newest first."""
        found = [self._load(path) for path in sorted((self.folder / "data").glob("*.json"))]
        public = [each for each in found if each["state"] == "public"]
        return sorted(public, key=lambda each: (each["published_at"], each["key"]), reverse=True)

    def _slug(self, key: str) -> str:
        return sha256(key.encode()).hexdigest()[:24]  # a file name from our own digits, never from input

    def _known(self, slug: str) -> dict[str, Any] | None:
        path = self.folder / f"data/{slug}.json"
        return self._load(path) if path.exists() else None

    @staticmethod
    def _load(path: Path) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return data

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, over processes: a version is looked up and written without another between."""
        import fcntl  # noqa: PLC0415  not on every platform; only the column needs it

        try:
            for part in ("items", "data", "files"):
                (self.folder / part).mkdir(parents=True, exist_ok=True)
            with (self.folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise PublishError("E-PUBLISH", got=type(error).__name__) from error

    def _write_files(self, slug: str, item: PublicItem) -> None:
        folder = self.folder / f"files/{slug}"
        kept = {self._file_name(number, each) for number, each in enumerate(item.files)}
        if kept:
            folder.mkdir(parents=True, exist_ok=True)
        for number, each in enumerate(item.files):
            self._write(f"files/{slug}/{self._file_name(number, each)}", each.content)
        for old in folder.glob("*") if folder.is_dir() else ():
            if old.name not in kept:
                old.unlink()

    @staticmethod
    def _file_name(number: int, file: PublicFile) -> str:
        return f"{number + 1}-{file.digest[:12]}{_SUFFIXES.get(file.media_type, '.bin')}"

    def _write(self, name: str, content: str | bytes) -> None:
        """Whole or not at all, and on disk before the receipt is given."""
        path = self.folder / name
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        with temporary.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def _write_index(self) -> None:
        rows = "".join(
            f'<tr><td><a href="items/{self._slug(each["key"])}.html">{escape(each["item"]["title"])}</a></td>'
            f"<td>{escape(each['item']['number'] or '—')}</td><td>{escape(each['item']['issuer'])}</td>"
            f'<td><span class="label">{escape(each["item"]["label"])}</span></td><td>{escape(each["published_at"][:10])}</td></tr>'
            for each in self.items()
        )
        empty = "" if rows else "<p>目前没有已公开的信息。</p>"
        table = (
            '<table class="list"><thead><tr><th scope="col">标题</th><th scope="col">发文字号</th><th scope="col">发文机构</th>'
            f'<th scope="col">公开属性</th><th scope="col">发布日期</th></tr></thead><tbody>{rows}</tbody></table>'
        )
        self._write(
            "index.html",
            self._page(
                "法定主动公开内容",
                {"ColumnName": "法定主动公开内容"},
                f"<h1>法定主动公开内容</h1>{empty or table}",
                "",
            ),
        )
        self._write("style.css", _STYLE)

    def _item_page(self, item: PublicItem, index: str, published_at: str) -> str:
        header = {
            "索引号": index,
            "主题分类": DOMAINS.get(item.domain or "", "综合政务"),
            "发文机构": item.issuer,
            "发文字号": item.number or "—",
            "发文日期": item.issued_on.isoformat(),
            "发布日期": published_at[:10],
            "有效性": "现行有效",
            "公开属性": item.label,
            "文种": item.kind,
        }
        rows = "".join(
            f'<tr><th scope="row">{name}</th><td>{escape(value)}</td></tr>' for name, value in header.items()
        )
        text = "".join(f"<p>{escape(line)}</p>" for line in (item.text or "").splitlines() if line.strip())
        slug = self._slug(item.key("column"))
        links = "".join(
            f'<li><a href="../files/{slug}/{self._file_name(number, each)}" download="{escape(each.name, quote=True)}">'
            f"{escape(each.name)}</a></li>"
            for number, each in enumerate(item.files)
        )
        downloads = f"<h2>附件下载</h2><ul>{links}</ul>" if links else ""
        body = (
            f'<table class="meta"><tbody>{rows}</tbody></table><h1>{escape(item.title)}</h1>'
            f"<article>{text}</article>{downloads}"
        )
        tags = {
            "ArticleTitle": item.title,
            "PubDate": published_at,
            "ContentSource": item.issuer,
            "ColumnName": "法定主动公开内容",
        }
        return self._page(item.title, tags, body, "../")

    def _page(self, title: str, tags: Mapping[str, str], body: str, up: str) -> str:
        metas = "".join(
            f'<meta name="{name}" content="{escape(value, quote=True)}">'
            for name, value in {"SiteName": self._site_name, **tags}.items()
        )
        return (
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
            f'<title>{escape(title)} · {escape(self._site_name)}</title>{metas}<link rel="stylesheet" href="{up}style.css"></head><body>'
            f'<a class="skip" href="#main">跳到正文</a><header class="site"><a href="{up}index.html">{escape(self._site_name)}</a></header>'
            f'<main id="main">{body}</main><footer>{escape(self._site_name)}</footer></body></html>'
        )
