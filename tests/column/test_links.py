"""Every link of the whole site and of the whole folder leads somewhere; feeds and maps are what their formats ask for."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import etree, html

from disclosure_gate import Gate
from disclosure_gate.column.standard import shown_rows
from disclosure_gate.column.static_site import PER_PAGE, StaticSite
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.column.web import create_app
from disclosure_gate.model.clearance import PublicItem
from factories import TODAY
from public_items import AT, SITE, many, special

_HOST = "http://column.example"
_DOMAINS = {"budget", "social_assistance", "municipal_services"}
_Read = Callable[[str], tuple[int, str, bytes]]
_ATOM = "{http://www.w3.org/2005/Atom}"
_MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _items() -> list[PublicItem]:
    """More than fit on one page of any list, and of one row of the catalogue."""
    row = "budget/government-budget"
    plain = [
        each.model_copy(
            update={"domain": "budget", "item": row, "text": each.title, "policy": number % 3 == 0}
        )
        for number, each in enumerate(many(PER_PAGE + 5, paragraphs=1))
    ]
    return [*plain, *special()]


def _rows(gate: Gate) -> list[tuple[str, str, object]]:
    return [each for each in shown_rows(gate.parts.catalogue, gate.parts.laws) if each[1] in _DOMAINS]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> _Read:
    store = ColumnStore.open(tmp_path_factory.mktemp("served") / "column.db")
    store.configure(SITE)
    store.set_catalogue(_rows(gate))  # type: ignore[arg-type]  # rows as they are shown
    for item in _items():
        store.publish(item.key("column"), item, AT)
    store.withdraw("gone#public#column", 2, "原决定已被依法撤销", TODAY)
    client = create_app(store, today=lambda: TODAY).test_client()

    def read(address: str) -> tuple[int, str, bytes]:
        answer = client.get(address.removeprefix(_HOST), base_url=_HOST)
        return answer.status_code, answer.mimetype or "", answer.data

    return read


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> Path:
    site = StaticSite(
        tmp_path_factory.mktemp("folder"), SITE.model_copy(update={"base_url": f"{_HOST}/below"})
    )
    site.store.set_catalogue(_rows(gate))  # type: ignore[arg-type]  # rows as they are shown
    for item in _items():
        site.publish(item.key("column"), item, AT)
    site.withdraw("gone#public#column", 2, "原决定已被依法撤销", TODAY)
    site.settle()
    return site.public


def _from(public: Path) -> _Read:
    """A folder as a plain web server shows it below a path."""

    def read(address: str) -> tuple[int, str, bytes]:
        path = public / urlsplit(address).path.removeprefix("/below/")
        path = path / "index.html" if path.is_dir() else path
        kind = "text/html" if path.suffix == ".html" else ""
        return (200, kind, path.read_bytes()) if path.is_file() else (404, "", b"")

    return read


def _crawled(read: _Read, start: str) -> tuple[set[str], list[str]]:
    """Everything that is reached from ``start``, and what is wrong on the way."""
    seen: set[str] = set()
    wrong: list[str] = []
    waiting: deque[tuple[str, str]] = deque([(start, "")])
    while waiting:
        address, by = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        status, kind, content = read(address)
        if status not in {200, 301}:
            wrong.append(f"{status} {address} from {by}")
        if kind != "text/html":
            continue
        page = html.fromstring(content)
        names = page.xpath("//@id")
        wrong += [f"twice #{each} {address}" for each in set(names) if names.count(each) > 1]
        for link in page.xpath("//@href | //@src | //form/@action"):
            whole, name = urldefrag(urljoin(address, str(link)))
            if name and whole == address and name not in names:
                wrong.append(f"no #{name} {address}")
            if whole.startswith(_HOST):
                waiting.append((whole, address))
            elif not whole.startswith("https://www.example.gov.cn/"):
                wrong.append(f"elsewhere {link} {address}")
    return seen, wrong


def test_no_link_of_the_site_is_broken_and_every_item_is_reached(served: _Read) -> None:
    seen, wrong = _crawled(served, f"{_HOST}/")
    assert wrong == []
    reached = {match[1] for each in seen if (match := re.search(r"/items/([0-9a-f]{20})$", each))}
    assert len(reached) == len(_items()) - 1
    assert f"{_HOST}/domains/budget/row?row=budget/government-budget&page=2" in seen
    assert f"{_HOST}/domains/budget/row?row=budget/government-budget&page=2&lang=en" in seen


def test_no_link_of_the_folder_is_broken_and_nothing_in_it_is_unreached(folder: Path) -> None:
    seen, wrong = _crawled(_from(folder), f"{_HOST}/below/index.html")
    assert wrong == []
    there = {f"{_HOST}/below/{path.relative_to(folder)}" for path in folder.rglob("*.html")}
    gone = {each for each in there - seen if "此件已撤回" in _from(folder)(each)[2].decode()}
    # The page where an item was is for who comes from elsewhere; so is the one for what never was.
    assert there - seen - gone == {f"{_HOST}/below/404.html"}
    assert len(gone) == 1
    told, wrong = _crawled(_from(folder), f"{_HOST}/below/404.html")
    assert wrong == []
    assert len(told) > 20
    lost = html.fromstring((folder / "404.html").read_bytes()).xpath("//link/@href | //a/@href")
    assert [each for each in lost if not each.startswith(("http", "#"))] == [], "it is shown at any address"


def test_lists_grow_shorter_too(tmp_path: Path) -> None:
    site = StaticSite(tmp_path, SITE)
    items = many(PER_PAGE + 1, paragraphs=1)
    for item in items:
        site.store.publish(item.key("column"), item, AT)
    site.settle()
    assert (site.public / "sections/statutory.2.html").exists()
    site.withdraw(items[0].key("column"), 2, "撤回", TODAY)
    site.settle()
    assert not (site.public / "sections/statutory.2.html").exists()


# feeds and maps


@pytest.fixture(params=["served", "folder"])
def feeds(request: pytest.FixtureRequest) -> _Read:
    if request.param == "served":
        read: _Read = request.getfixturevalue("served")
        return lambda name: read(f"{_HOST}/{name.removeprefix(f'{_HOST}/')}")
    public: Path = request.getfixturevalue("folder")
    return lambda name: _from(public)(f"{_HOST}/below/{name.removeprefix(f'{_HOST}/below/')}")


def _when(text: str | None) -> datetime:
    """RFC 3339, with its zone."""
    assert text
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text)
    return datetime.fromisoformat(text)


def _tree(feeds: _Read, name: str) -> etree._Element:
    status, _, content = feeds(name)
    assert status == 200
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False))


def test_atom_is_as_rfc_4287_asks(feeds: _Read) -> None:
    feed = _tree(feeds, "atom.xml")
    assert feed.tag == f"{_ATOM}feed"
    for each in [feed, *feed.findall(f"{_ATOM}entry")]:
        for once in ("id", "title", "updated"):
            assert len(each.findall(f"{_ATOM}{once}")) == 1
        assert urlsplit(each.findtext(f"{_ATOM}id")).scheme
        _when(each.findtext(f"{_ATOM}updated"))
    entries = feed.findall(f"{_ATOM}entry")
    assert len(entries) == 50
    ids = [each.findtext(f"{_ATOM}id") for each in entries]
    assert len(set(ids)) == len(ids)
    newest = max(_when(each.findtext(f"{_ATOM}updated")) for each in entries)
    assert _when(feed.findtext(f"{_ATOM}updated")) == newest
    for entry in entries:
        assert entry.findtext(f"{_ATOM}author/{_ATOM}name")
        (link,) = entry.findall(f"{_ATOM}link")
        assert feeds(link.get("href"))[0] == 200
    (own,) = [each for each in feed.findall(f"{_ATOM}link") if each.get("rel") == "self"]
    assert feeds(own.get("href"))[0] == 200


def test_rss_is_as_rss_2_asks(feeds: _Read) -> None:
    rss = _tree(feeds, "rss.xml")
    assert (rss.tag, rss.get("version"), len(rss.findall("channel"))) == ("rss", "2.0", 1)
    channel = rss.find("channel")
    for needed in ("title", "link", "description"):
        assert len(channel.findall(needed)) == 1
        assert channel.findtext(needed)
    items = channel.findall("item")
    assert len({each.findtext("guid") for each in items}) == len(items) == 50
    for item in items:
        assert item.findtext("title")
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo is not None
        assert feeds(item.findtext("link"))[0] == 200


def test_json_feed_is_as_its_version_asks(feeds: _Read) -> None:
    feed = json.loads(feeds("feed.json")[2])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert feeds(feed["feed_url"])[0] == 200
    assert feeds(feed["home_page_url"])[0] == 200
    assert len({each["id"] for each in feed["items"]}) == len(feed["items"]) == 50
    for item in feed["items"]:
        assert {type(item["id"]), type(item["title"]), type(item["content_text"])} == {str}
        assert all(set(each) <= {"name", "url", "avatar"} for each in item["authors"])
        assert all(isinstance(each, str) for each in item["tags"])
        assert _when(item["date_published"]) <= _when(item["date_modified"])
        assert feeds(item["url"])[0] == 200
        data = json.loads(feeds(item["_disclosure"]["data"])[2])
        assert data["title"] == item["title"]
        assert all(feeds(each["url"])[0] == 200 for each in data["files"])


def test_maps_name_every_public_item_once(feeds: _Read) -> None:
    index = _tree(feeds, "sitemap.xml")
    assert index.tag == f"{_MAPS}sitemapindex"
    named: list[str] = []
    for part in index.findall(f"{_MAPS}sitemap/{_MAPS}loc"):
        for place in _tree(feeds, str(part.text)).findall(f"{_MAPS}url"):
            named.append(place.findtext(f"{_MAPS}loc"))
            _when(place.findtext(f"{_MAPS}lastmod"))
    assert len(set(named)) == len(named) == len(_items()) - 1
    assert {feeds(each)[0] for each in named} == {200}
    assert all(each.startswith(_HOST) for each in named)


def test_a_folder_that_does_not_know_where_it_is_has_no_map(tmp_path: Path) -> None:
    site = StaticSite(tmp_path)
    for item in special()[:2]:
        site.publish(item.key("column"), item, AT)
    site.settle()
    assert not list(site.public.glob("sitemap*"))
    atom = etree.parse(site.public / "atom.xml")
    assert urlsplit(atom.findtext(f"{_ATOM}id")).scheme == "urn"
