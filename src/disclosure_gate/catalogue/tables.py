"""Catalogue tables in and out: a grid as counties publish it becomes rows, and rows become the standard form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from disclosure_gate.catalogue.grid import Area, Grid
from disclosure_gate.catalogue.model import RowBasis, RowSource
from disclosure_gate.catalogue.wording import Times, read, write
from disclosure_gate.catalogue.wording import number as counted
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import AUDIENCE_LABELS, Audience, Channel
from disclosure_gate.model.document import Level
from disclosure_gate.model.errors import InputError

Mode: TypeAlias = Literal["proactive", "on_request"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a cell: how it was understood, or what is wrong with it."""

    where: str
    code: str
    text: str


@dataclass(slots=True)
class Imported:
    """What an import gave: rows, how cells were understood, and defects found in them."""

    rows: list[RowSource] = field(default_factory=list)
    understood: list[Remark] = field(default_factory=list)
    defects: list[Remark] = field(default_factory=list)


_HEADINGS: tuple[tuple[str, str], ...] = (
    ("序号", "number"), ("编号", "number"), ("一级事项", "item1"), ("二级事项", "item2"), ("三级事项", "item3"), ("公开事项", "item"), ("事项名称", "item"),
    ("公开内容", "content"), ("内容要素", "content"), ("公开要素", "content"), ("公开依据", "basis"), ("依据", "basis"), ("公开时限", "wording"),
    ("时限", "wording"), ("公开主体", "subject"), ("责任部门", "subject"), ("公开渠道", "channels"), ("渠道和载体", "channels"), ("公开载体", "channels"),
    ("公开途径", "channels"), ("公开对象", "audience"), ("公开范围", "audience"), ("公开方式", "mode"), ("公开属性", "mode"), ("公开层级", "levels"),
)  # fmt: skip
_SUBHEADINGS: tuple[tuple[str, str], ...] = (
    ("全社会", "to_all"), ("特定", "to_some"), ("主动", "proactive"), ("依申请", "on_request"), ("县", "county"), ("区", "county"),
    ("乡", "township"), ("镇", "township"), ("村", "township"), ("一级", "item1"), ("二级", "item2"), ("三级", "item3"),
)  # fmt: skip
_CHANNELS: tuple[tuple[str, Channel], ...] = (
    ("国家企业信用信息公示系统", "credit_system"), ("信用", "credit_system"), ("招标投标公共服务平台", "trading_platform"), ("中国政府采购网", "trading_platform"),
    ("公共资源交易", "trading_platform"), ("政府网站", "column"), ("门户网站", "column"), ("政府公报", "gazette"), ("两微一端", "new_media"), ("新媒体", "new_media"),
    ("发布会", "press"), ("听证会", "press"), ("广播电视", "press"), ("纸质媒体", "press"), ("公开查阅点", "archive_library"), ("政务服务中心", "service_hall"),
    ("便民服务站", "service_hall"), ("办税服务厅", "service_hall"), ("服务厅", "service_hall"), ("公示栏", "village_board"), ("电子屏", "village_board"),
    ("精准推送", "direct"), ("入户", "direct"), ("现场", "direct"), ("其他", "other"), ("平台", "other"), ("服务网", "other"),
)  # fmt: skip
_CHANNEL_NAMES: dict[Channel, str] = {
    "column": "政府网站", "gazette": "政府公报", "new_media": "两微一端", "press": "发布会/听证会", "archive_library": "公开查阅点", "service_hall": "政务服务中心",
    "village_board": "社区/企事业单位/村公示栏（电子屏）", "direct": "精准推送", "credit_system": "国家企业信用信息公示系统", "trading_platform": "招标投标公共服务平台",
    "other": "其他",
}  # fmt: skip
_TICK = re.compile(r"[√✓✔●■☑▲是Yy]")
_CHOSEN, _OPEN = "■☑√✓✔●", "□☐○〇▲"  # ▲: a later step, see the wording
_TITLE = re.compile(r"《([^》]+)》")
_ARTICLE = re.compile(
    r"第?([零〇一二三四五六七八九十百\d]+)条(?:第?[（(]?([零〇一二三四五六七八九十\d]+)[）)]?(?:项|款))?"
)
_NOTE = re.compile(r"^(?:注|备注|说明|填表|附注)[:：]")
_SEARCHED = 15  # rows in which the heading is looked for
_FEWEST = 4  # headings that make a heading row
_WEB: frozenset[Channel] = frozenset(
    {"column", "gazette", "new_media", "press", "credit_system", "trading_platform"}
)
_LISTS = re.compile(r"名单|花名册|发放表")
_DECISIONS = re.compile(r"行政许可决定|行政处罚决定|许可结果|处罚结果|行政处罚$|准予许可")
_SHORT = 8  # characters of a sub-heading
_SEVEN = 7


def import_rows(grids: Sequence[Grid], registry: LawRegistry, on: date) -> Imported:
    """Read the rows of catalogue tables.

    Args:
        grids: the tables of a file, in order.
        registry: the laws that bases are looked up in, by title.
        on: the day bases are held against.

    Raises:
        InputError: ``E-CATALOGUE-HEAD``; no table has a heading row, or one lacks items or content.
    """
    result = Imported()
    titles = _titles(registry)
    found = False
    for grid in grids:
        head = _heading(grid)
        if head is None:
            continue
        found = True
        first, columns = head
        missing = {"content", "wording"} - set(columns.values())
        if missing or not {"item", "item1", "item2"} & set(columns.values()):
            raise InputError(
                "E-CATALOGUE-HEAD",
                where=grid.place(max(0, first - 1), 0),
                got=" ".join(sorted(set(columns.values()))),
                expected="公开事项 公开内容 公开时限",
            )
        _Reader(grid, columns, registry, titles, on, result).read(first)
    if not found:
        raise InputError(
            "E-CATALOGUE-HEAD",
            where=grids[0].place(0, 0) if grids else "",
            expected="公开事项 公开内容 公开依据 公开时限",
        )
    return result


class _Reader:
    """Reads the data rows of one table."""

    def __init__(
        self,
        grid: Grid,
        columns: dict[int, str],
        registry: LawRegistry,
        titles: dict[str, str],
        on: date,
        result: Imported,
    ) -> None:
        self._grid = grid
        self._columns = columns
        self._cells = grid.filled()
        self._registry = registry
        self._titles = titles
        self._on = on
        self._result = result
        self._above: dict[str, str] = {}
        self._audience_above: Audience | None = None
        self._mode_above: Mode | None = None

    def read(self, first: int) -> None:
        """Read from row ``first`` on."""
        for number in range(first, len(self._cells)):
            row = self._cells[number]
            texts = [clean(cell) for cell in row]
            filled = [text for text in texts if text]
            if not filled or _NOTE.match(filled[0]) or len(set(filled)) == 1:
                continue
            self._row(number, texts)

    def _row(self, number: int, texts: list[str]) -> None:
        cells: dict[str, list[tuple[int, str]]] = {}
        for column, role in self._columns.items():
            cells.setdefault(role, []).append((column, texts[column]))
        item = self._item(number, cells)
        if not item:
            return
        wording = self._inherit(number, "wording", cells)
        times = read(wording)
        self._told(number, "wording", times)
        audience, mode = self._audience(number, cells), self._mode(cells)
        if times.due is not None and times.due.start == ("received",):
            mode = "on_request"
        channels = self._channels(number, cells, audience)
        row = RowSource(
            id=f"row-{len(self._result.rows) + 1:03d}",
            item=item,
            content=self._inherit(number, "content", cells),
            basis=self._basis(number, cells),
            subject=self._inherit(number, "subject", cells),
            mode=mode,
            audience=audience,
            channels=channels,
            wording=wording,
            due=times.due,
            period=times.period,
            then=times.then,
            levels=self._levels(cells),
            confidence="M",
            source="imported",
        )
        self._result.rows.append(row)
        self._check(number, row, times)

    def _item(self, number: int, cells: dict[str, list[tuple[int, str]]]) -> tuple[str, ...]:
        levels = []
        for role in ("item", "item1", "item2", "item3"):
            for column, text in cells.get(role, ()):
                key = f"{role}{column}"
                if text:
                    if self._above.get(key) not in {None, text} and role in {"item", "item1"}:
                        self._above = {}  # a new block: nothing is as above
                        self._audience_above = self._mode_above = None
                    self._above[key] = text
                elif self._above.get(key) and role != "item3":
                    self._result.understood.append(
                        Remark(self._grid.place(number, column), "as-above", self._above[key])
                    )
                value = text or (self._above.get(key, "") if role != "item3" else "")
                if value and value not in levels:
                    levels.append(value)
        parts = [part for level in levels for part in re.split(r"\s*[/／]\s*", level) if part]
        return tuple(parts[:3])

    def _inherit(self, number: int, role: str, cells: dict[str, list[tuple[int, str]]]) -> str:
        for column, text in cells.get(role, ()):
            if text:
                self._above[role] = text
                return text
            if self._above.get(role) and role != "content":
                self._result.understood.append(
                    Remark(self._grid.place(number, column), "as-above", self._above[role])
                )
                return self._above[role]
        return ""

    def _told(self, number: int, role: str, times: Times) -> None:
        column = next((column for column, each in self._columns.items() if each == role), 0)
        where = self._grid.place(number, column)
        self._result.understood += [Remark(where, "time", note) for note in times.notes]
        if times.flaw:
            self._result.defects.append(Remark(where, times.flaw, ""))

    def _audience(self, row: int, cells: dict[str, list[tuple[int, str]]]) -> Audience:
        some = [
            text for _, text in cells.get("to_some", ()) if text and (_TICK.search(text) or len(text) > 1)
        ]
        said = [text for _, text in cells.get("audience", ()) if text]
        if some:
            self._audience_above = _group(some[0])
        elif any(_TICK.search(text) for _, text in cells.get("to_all", ())):
            self._audience_above = "public"
        elif said:
            whole = "全社会" in said[0] and "特定" not in said[0]
            self._audience_above = "public" if whole else _group(said[0])
        elif self._audience_above:
            self._result.understood.append(Remark(self._grid.place(row, 0), "as-above", self._audience_above))
        return self._audience_above or "public"

    def _mode(self, cells: dict[str, list[tuple[int, str]]]) -> Mode:
        said = "".join(text for _, text in cells.get("mode", ()))
        if any(_TICK.search(text) for _, text in cells.get("proactive", ())):
            self._mode_above = "proactive"
        elif any(_TICK.search(text) for _, text in cells.get("on_request", ())):
            self._mode_above = "on_request"
        elif said:
            self._mode_above = "on_request" if "依申请" in said and "主动" not in said else "proactive"
        return self._mode_above or "proactive"

    def _channels(
        self, number: int, cells: dict[str, list[tuple[int, str]]], audience: Audience
    ) -> tuple[Channel, ...]:
        text = self._inherit(number, "channels", cells)
        column = next((column for column, each in self._columns.items() if each == "channels"), 0)
        chosen = text
        if any(sign in text for sign in _CHOSEN):
            parts = re.split(rf"(?=[{_CHOSEN}{_OPEN}])", text)
            chosen = " ".join(part for part in parts if part and part[0] in _CHOSEN)
        found: list[Channel] = []
        rest = chosen
        for name, channel in _CHANNELS:
            if name in rest:
                rest = rest.replace(name, " ")
                if channel not in found:
                    found.append(channel)
        order = list(_CHANNEL_NAMES)
        found.sort(key=order.index)
        if not found:
            found = (
                ["column"]
                if audience == "public"
                else ["direct" if audience == "parties" else "village_board"]
            )
            self._result.understood.append(
                Remark(self._grid.place(number, column), "channel", "未写渠道，按对象推定")
            )
        if audience != "public" and set(found) & _WEB:
            self._result.defects.append(
                Remark(self._grid.place(number, column), "W-CATALOGUE-WEB", AUDIENCE_LABELS[audience])
            )
            kept = [each for each in found if each not in _WEB]
            found = kept or ["direct" if audience == "parties" else "village_board"]
        return tuple(found)

    def _basis(self, number: int, cells: dict[str, list[tuple[int, str]]]) -> tuple[RowBasis, ...]:
        text = self._inherit(number, "basis", cells)
        column = next((column for column, each in self._columns.items() if each == "basis"), 0)
        where = self._grid.place(number, column)
        found: list[RowBasis] = []
        titles = list(_TITLE.finditer(text))
        for index, title in enumerate(titles):
            end = titles[index + 1].start() if index + 1 < len(titles) else len(text)
            law = self._titles.get(_bare_title(title[1]))
            if law is None:
                self._result.understood.append(Remark(where, "law-unknown", title[1]))
                continue
            article = _ARTICLE.search(text, title.end(), end)
            number_of = _article(article) if article else ""
            basis = RowBasis(law=law, article=number_of)
            if basis not in found:
                found.append(basis)
            stale = self._registry.stale(law, number_of, self._on)
            if stale is not None:
                self._result.defects.append(Remark(where, "W-STALE", stale.message().zh))
        if text and not titles:
            self._result.understood.append(Remark(where, "law-unknown", text[:40]))
        if not text:
            self._result.defects.append(Remark(where, "W-CATALOGUE-BASIS", ""))
        return tuple(found)

    def _levels(self, cells: dict[str, list[tuple[int, str]]]) -> tuple[Level, ...]:
        county = any(_TICK.search(text) for _, text in cells.get("county", ()))
        township = any(_TICK.search(text) for _, text in cells.get("township", ()))
        for _, text in cells.get("levels", ()):
            county = county or "县" in text or "区" in text
            township = township or "乡" in text or "镇" in text or "村" in text
        levels: list[Level] = []
        if county or not township:
            levels.append("county")
        if township:
            levels.append("township")
        return tuple(levels)

    def _check(self, number: int, row: RowSource, times: Times) -> None:
        """Defects that a row as a whole shows (what county tables get wrong)."""
        where = self._grid.place(
            number, next((column for column, role in self._columns.items() if role == "content"), 0)
        )
        told = "/".join(row.item) + row.content
        if (
            row.audience == "public"
            and row.mode == "proactive"
            and _LISTS.search(told)
            and not re.search(r"企业|机构|录用|聘|表彰|A级|失信|执法人员", told)
        ):
            self._result.defects.append(Remark(where, "W-CATALOGUE-NAMES", "/".join(row.item)))
        slow = times.due is not None and times.due.unit == "working_day" and times.due.within > _SEVEN
        if slow and _DECISIONS.search(told) and row.mode == "proactive":
            self._result.defects.append(Remark(where, "W-CATALOGUE-SEVEN", "/".join(row.item)))
        if "道路" in told and any(each.law == "gas_regulation" for each in row.basis):
            self._result.defects.append(Remark(where, "W-CATALOGUE-SUBJECT", "城镇燃气管理条例"))


def export_grid(rows: Iterable[RowSource], registry: LawRegistry, title: str) -> Grid:
    """Rows in the standard form: two heading lines, items of a block merged, √ in the sub-columns."""
    head = [
        "序号",
        "公开事项",
        "",
        "",
        "公开内容（要素）",
        "公开依据",
        "公开时限",
        "公开主体",
        "公开渠道和载体",
        "公开对象",
        "",
        "公开方式",
        "",
        "公开层级",
        "",
    ]
    sub = [
        "",
        "一级事项",
        "二级事项",
        "三级事项",
        "",
        "",
        "",
        "",
        "",
        "全社会",
        "特定群体",
        "主动",
        "依申请公开",
        "县级",
        "乡、村级",
    ]
    lines: list[tuple[str, ...]] = [(title, *[""] * (len(head) - 1)), tuple(head), tuple(sub)]
    areas = [
        Area(0, 0, 0, len(head) - 1),
        Area(1, 1, 1, 3),
        Area(1, 9, 1, 10),
        Area(1, 11, 1, 12),
        Area(1, 13, 1, 14),
    ]
    areas += [Area(1, column, 2, column) for column in (0, 4, 5, 6, 7, 8)]
    begun: tuple[str, int] | None = None
    for count, row in enumerate(rows, start=1):
        items = [*row.item, *[""] * (3 - len(row.item))]
        at = len(lines)
        if begun and begun[0] == items[0]:
            items[0] = ""
        else:
            if begun and at - 1 > begun[1]:
                areas.append(Area(begun[1], 1, at - 1, 1))
            begun = (row.item[0], at)
        wording = row.wording
        times = read(wording)
        if row.mode == "on_request" and row.due is None:
            wording = row.wording or "自收到申请之日起20个工作日内公开"
        elif (times.due, times.period, times.then) != (row.due, row.period, row.then):
            wording = write(row.due, row.period, row.then)
        public = row.audience == "public"
        lines.append(
            (
                str(count),
                *items,
                row.content,
                "；".join(_cited(each, registry) for each in row.basis) or "—",
                wording,
                row.subject,
                " ".join(f"■{_CHANNEL_NAMES[each]}" for each in row.channels),
                "√" if public else "",
                "" if public else f"√{AUDIENCE_LABELS[row.audience]}",
                "√" if row.mode == "proactive" else "",
                "√" if row.mode == "on_request" else "",
                "√" if "county" in row.levels else "",
                "√" if "township" in row.levels else "",
            )
        )
    if begun and len(lines) - 1 > begun[1]:
        areas.append(Area(begun[1], 1, len(lines) - 1, 1))
    return Grid("目录", tuple(lines), tuple(areas))


def clean(text: str) -> str:
    """A cell without the spaces and line breaks that layout put into words."""
    text = re.sub(r"[ \t\u3000\xa0]*\n[ \t\u3000\xa0]*", "\n", text.strip())
    text = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef0-9■□√])", "", text)
    text = re.sub(r"(?<=[0-9])\s+(?=[\u3000-\u9fff])", "", text)
    return " ".join(text.split())


def _heading(grid: Grid) -> tuple[int, dict[int, str]] | None:
    """Where the data begin, and the role of every column that has one."""
    cells = grid.filled()
    for number, row in enumerate(cells[:_SEARCHED]):
        roles = {
            column: role
            for column, text in enumerate(row)
            if (role := _role("".join(text.split()), _HEADINGS))
        }
        if len(set(roles.values())) < _FEWEST:
            continue
        below = cells[number + 1] if number + 1 < len(cells) else []
        subs = {
            column: role
            for column, text in enumerate(below)
            if (bare := "".join(text.split()))
            and len(bare) <= _SHORT
            and bare != "".join(row[column].split())
            and (role := _role(bare, _SUBHEADINGS))
        }
        fitting = {
            column: role
            for column, role in subs.items()
            if roles.get(column) in _PARENTS.get(role, ()) or (column not in roles)
        }
        written = [
            column
            for column, role in roles.items()
            if role in {"content", "wording", "basis"}
            and column < len(below)
            and "".join(below[column].split()) not in {"", "".join(row[column].split())}
        ]
        if len(fitting) > 1 and not written:
            return number + 2, {**roles, **fitting}
        return number + 1, roles
    return None


_PARENTS: dict[str, tuple[str, ...]] = {
    "to_all": ("audience",), "to_some": ("audience",), "proactive": ("mode",), "on_request": ("mode",), "county": ("levels",), "township": ("levels",),
    "item1": ("item", "item1"), "item2": ("item", "item2"), "item3": ("item", "item3"),
}  # fmt: skip


def _role(text: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((role for word, role in known if word in text), "") if len(text) <= 14 else ""  # noqa: PLR2004  a heading is short


def _group(text: str) -> Audience:
    return next((audience for word, audience in _GROUPS if word in text), "affected")


_GROUPS: tuple[tuple[str, Audience], ...] = (
    ("村", "village"), ("社区", "village"), ("当事人", "parties"), ("申请人", "parties"), ("项目单位", "parties"), ("受指派", "parties"),
)  # fmt: skip


def _titles(registry: LawRegistry) -> dict[str, str]:
    titles: dict[str, str] = {}
    for law_id in registry:
        law = registry[law_id]
        titles.setdefault(_bare_title(law.title), law_id)
        if law.short:
            titles.setdefault(_bare_title(law.short), law_id)
    return titles


def _bare_title(title: str) -> str:
    return re.sub(r"[（(].*?[）)]|\s", "", title).removeprefix("中华人民共和国")


def _article(found: re.Match[str]) -> str:
    article = str(counted(found[1]))
    return f"{article}({counted(found[2])})" if found[2] else article


def _cited(basis: RowBasis, registry: LawRegistry) -> str:
    title = f"《{registry[basis.law].title}》"
    found = re.fullmatch(r"(\d+)(?:\((\d+)\))?", basis.article)
    if not found:
        return title
    return f"{title}第{found[1]}条" + (f"第{found[2]}项" if found[2] else "")
