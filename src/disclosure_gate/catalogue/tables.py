"""Catalogue tables in and out: a grid as counties publish it becomes rows, and rows become the standard form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from disclosure_gate.catalogue.grid import Area, Grid
from disclosure_gate.catalogue.limits import Limit, Limits
from disclosure_gate.catalogue.model import RowBasis, RowSource
from disclosure_gate.catalogue.wording import Times, read, write
from disclosure_gate.catalogue.wording import number as counted
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.determination import AUDIENCE_LABELS, Audience, Channel
from disclosure_gate.model.document import Level
from disclosure_gate.model.errors import Flaw, InputError
from disclosure_gate.model.labels import article_words

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


UNDERSTOOD: dict[str, tuple[str, str]] = {
    "as-above": ("空白，同上", "blank, as above"),
    "time": ("时限", "time limit"),
    "channel": ("渠道", "channel"),
    "law-unknown": ("法规库中没有", "not in the registry of laws"),
    "withheld": (
        "表中写为不予公开，不作事项导入，由规则认定",
        "closed by its table: no item, the rules decide",
    ),
    "partial": ("表中写为部分公开", "published in part, its table says"),
    "both-audiences": ("两种对象都勾选，按较窄的理解", "both audiences are ticked, the narrower is taken"),
    "hidden": ("隐藏的工作表，没有读入", "a hidden sheet, not read"),
    "placed": ("没有写对象，由渠道确定", "no audience is given, the channel fixes it"),
}
"""How a cell was understood, in words."""

# The longest word that a heading holds decides; "" is a column that is known and says nothing about a row.
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("序号", "number"), ("编号", "number"), ("编码", "number"), ("事项编码", "number"), ("事项编号", "number"), ("事项代码", "number"), ("一级事项", "item1"), ("二级事项", "item2"), ("三级事项", "item3"), ("公开事项", "item"), ("事项名称", "item"),
    ("一级", "item1"), ("二级", "item2"), ("三级", "item3"), ("一级指标", "item1"), ("二级指标", "item2"), ("事项", "item"),
    ("公开内容", "content"), ("内容要素", "content"), ("公开要素", "elements"), ("内容", "content"), ("要素", "elements"), ("公开依据", "basis"), ("法律依据", "basis"), ("依据", "basis"),
    ("公开时限", "wording"), ("公开时间", "wording"), ("时限", "wording"), ("公开主体", "subject"), ("责任部门", "subject"), ("责任单位", "subject"), ("责任主体", "subject"),
    ("公开渠道", "channels"), ("渠道和载体", "channels"), ("公开载体", "channels"), ("渠道", "channels"), ("公开途径", "channels"),
    ("公开对象", "audience"), ("公开范围", "audience"), ("对象", "audience"), ("主体", "subject"), ("方式", "mode"), ("联系方式", ""), ("咨询方式", ""), ("监督方式", ""), ("服务对象", ""), ("公开方式", "mode"), ("公开属性", "mode"), ("公开层级", "levels"), ("层级", "levels"),
    ("不予公开理由", "reason"), ("理由", "reason"), ("条款内容", ""), ("依据效力", ""), ("依据位阶", ""), ("效力位阶", ""), ("事项类别", ""), ("事项类型", ""), ("对应职责", ""), ("责任科室", ""), ("监督电话", ""),
    ("咨询电话", ""), ("备注", ""), ("五公开", ""),
)  # fmt: skip
_SUBHEADINGS: tuple[tuple[str, str], ...] = (
    ("全社会", "to_all"), ("社会公众", "to_all"), ("特定", "to_some"), ("主动", "proactive"), ("依申请", "on_request"), ("县", "county"), ("区", "county"),
    ("乡", "township"), ("镇", "township"), ("村", "township"), ("街道", "township"), ("一级", "item1"), ("二级", "item2"), ("三级", "item3"),
)  # fmt: skip
_CHANNELS: tuple[tuple[str, Channel], ...] = (
    ("国家企业信用信息公示系统", "credit_system"), ("信用中国", "credit_system"), ("信用", "credit_system"), ("招标投标公共服务平台", "trading_platform"), ("中国政府采购网", "trading_platform"),
    ("公共资源交易", "trading_platform"), ("政府网站", "column"), ("门户网站", "column"), ("政府公报", "gazette"), ("两微一端", "new_media"), ("新媒体", "new_media"),
    ("发布会", "press"), ("听证会", "press"), ("广播电视", "press"), ("纸质媒体", "press"), ("公开查阅点", "archive_library"), ("政务服务中心", "service_hall"),
    ("便民服务站", "service_hall"), ("办税服务厅", "service_hall"), ("服务厅", "service_hall"), ("公示栏", "village_board"), ("电子屏", "village_board"),
    ("精准推送", "direct"), ("入户", "direct"), ("现场", "direct"), ("其他", "other"), ("平台", "other"), ("服务网", "other"), ("网站", "column"),
)  # fmt: skip
_CHANNEL_NAMES: dict[Channel, str] = {
    "column": "政府网站", "gazette": "政府公报", "new_media": "两微一端", "press": "发布会/听证会", "archive_library": "公开查阅点", "service_hall": "政务服务中心",
    "village_board": "社区/企事业单位/村公示栏（电子屏）", "direct": "精准推送", "credit_system": "国家企业信用信息公示系统", "trading_platform": "招标投标公共服务平台",
    "other": "其他",
}  # fmt: skip
_CHANNEL_COLUMNS: dict[str, Channel] = {f"channel {channel}": channel for channel in _CHANNEL_NAMES}
_TICK = re.compile(r"[√✓✔●■☑▲○〇是Yy]")
_CHOSEN, _OPEN = "■☑√✓✔●", "□☐○〇▲"  # ▲: a later step, see the wording
_TITLE = re.compile(r"《([^》]+)》")
_NUMERAL = "[零〇一二三四五六七八九十百\\d]+"
_ARTICLE = re.compile(
    rf"第?({_NUMERAL})条(?:之[一二三四五])?(?:第?{_NUMERAL}款(?=第?[（(]?{_NUMERAL}[）)]?项))?(?:第?[（(]?({_NUMERAL})[）)]?(?:项|款))?"
)
_LISTED = re.compile(rf"第({_NUMERAL})(?=[、,，和及至—-]+第?(?:{_NUMERAL}[、,，和及至—-]+第?)*{_NUMERAL}条)")
_NOTE = re.compile(
    r"^(?:[*※★]?\s*(?:注|备注|说明|填表|附注|填报|制表|审核|审签|联系人|联系电话|打印|报送)[^《》]{0,8}[:：]|(?:合计|总计|小计|共计|共)\s*[\d一二三四五六七八九十百]*|第\s*\d+\s*页|[-—]\s*\d+\s*[-—]$)"
)
_AS_ABOVE = {"同上", "〃", "″", '"', "”", "同前", "同上。", "（同上）", "(同上)"}
_NOTHING = {"-", "—", "——", "/", "／", "无", "\\", "－", "–"}
_BROKEN = re.compile(r"^#(?:REF|N/A|VALUE|NAME|DIV/0|NULL|NUM)[!?]?$|^#N/A$")
_SEARCHED = 15  # rows in which the heading is looked for
_FEWEST = 4  # headings that make a heading row
_CHANGED = re.compile(
    r"(?:更新|修订|修改|调整|编制|制定|公布|发布|印发)(?:时间|日期|于)?[:：]?(20\d\d)[年.\-/]"
)
_MADE = re.compile(r"(20\d\d)年(?:度|版)?")
_OLD = 2  # years after which a table should have been looked at again (条例 art 12: kept current)
_WEB: frozenset[Channel] = frozenset(
    {"column", "gazette", "new_media", "press", "credit_system", "trading_platform"}
)
_LISTS = re.compile(r"名单|花名册|发放表")
_SHORT = 8  # characters of a sub-heading
_CHANNEL_NAME = 22  # characters of the name of a channel as a sub-heading
_HEADING = 20  # characters of a heading
_HEAD_LINES = 3
_BAND = 30  # characters of a line that names a block
_BARE = 5  # characters of a title that is recognised without 《》


def import_rows(
    grids: Sequence[Grid], registry: LawRegistry, on: date, limits: Limits | None = None
) -> Imported:
    """Read the rows of catalogue tables.

    Args:
        grids: the tables of a file, in order.
        registry: the laws that bases are looked up in, by title.
        on: the day bases are held against.
        limits: what the law sets for certain items; without, no row is held against it.

    Raises:
        InputError: ``E-CATALOGUE-HEAD``; no table has a heading row, or one lacks items or content.
            ``E-CATALOGUE-CELL``; cells hold an error of the office program, or a row names no item:
            every such cell, by sheet and cell.
    """
    result = Imported()
    titles = _titles(registry)
    found = False
    flaws: list[Flaw] = []
    for grid in grids:
        if grid.hidden:
            result.understood.append(Remark(grid.name, "hidden", ""))
            continue
        head = _heading(grid)
        if head is None:
            continue
        found = True
        missing = {"content", "wording"} - set(head.columns.values())
        if missing or not {"item", "item1", "item2"} & set(head.columns.values()):
            raise InputError(
                "E-CATALOGUE-HEAD",
                where=grid.place(head.first, 0),
                got=" ".join(sorted({role for role in head.columns.values() if role})),
                expected="公开事项 公开内容 公开时限",
            )
        result.defects += _age(grid, head.first, on)
        flaws += _Reader(grid, head, registry, titles, on, limits or Limits(), result).read()
    if not found:
        raise InputError(
            "E-CATALOGUE-HEAD",
            where=grids[0].place(0, 0) if grids else "",
            expected="公开事项 公开内容 公开依据 公开时限",
        )
    if flaws:
        raise InputError(flaws=tuple(flaws))
    return result


@dataclass(frozen=True, slots=True)
class _Head:
    """The heading of a table: its first line, the line data begin in, the role of every column."""

    first: int
    data: int
    columns: dict[int, str]
    unit: str = ""  # 工作日, where the heading of the time limit carries the unit


def _age(grid: Grid, heading: int, on: date) -> list[Remark]:
    """A table that says above its heading when it was made or last changed, and that is years ago."""
    found: list[tuple[int, str]] = []
    for number, row in enumerate(grid.rows[:heading]):
        for column, text in enumerate(row):
            bare = "".join(text.split())
            told = _CHANGED.search(bare) or _MADE.search(bare)
            if told:
                found.append((int(told[1]), grid.place(number, column)))
    if not found or on.year - max(found)[0] < _OLD:
        return []
    year, where = max(found)
    return [Remark(where, "W-CATALOGUE-OLD", f"{year}年")]


class _Reader:
    """Reads the data rows of one table."""

    def __init__(
        self,
        grid: Grid,
        head: _Head,
        registry: LawRegistry,
        titles: dict[str, str],
        on: date,
        limits: Limits,
        result: Imported,
    ) -> None:
        self._grid = grid
        self._head = head
        self._columns = head.columns
        self._cells = grid.filled()
        self._registry = registry
        self._titles = titles
        self._on = on
        self._limits = limits
        self._result = result
        self._above: dict[str, str] = {}
        self._audience_above: Audience | None = None
        self._mode_above: Mode | None = None
        self._band = ""
        self._spread = {
            (row, column)
            for area in grid.areas
            for row in range(area.top, area.bottom + 1)
            for column in range(area.left + 1, area.right + 1)
        }

    def read(self) -> list[Flaw]:
        """Read all rows; what cannot be read comes back as flaws with sheet and cell."""
        flaws: list[Flaw] = []
        number = self._head.data
        before: list[str] = []  # the texts of the row above, for cells that say 同上
        while number < len(self._cells):
            texts = self._resolved(number, before)
            filled = [text for text in texts if text]
            again = _heading(self._grid, number, 1)
            if again is not None:  # the heading printed again on the next page
                number = again.data
                continue
            broken = [column for column, text in enumerate(texts) if _BROKEN.match(text)]
            flaws += [
                Flaw("E-CATALOGUE-CELL", self._grid.place(number, column), got=texts[column])
                for column in broken
            ]
            if len(set(filled)) > 1:
                before = texts
            if not filled or broken or _NOTE.match(filled[0]):
                pass
            elif len(set(filled)) == 1:
                self._heading_of_a_block(filled[0])
            elif not self._row(number, texts):
                column = next((at for at, role in self._columns.items() if role.startswith("item")), 0)
                flaws.append(
                    Flaw("E-CATALOGUE-CELL", self._grid.place(number, column), expected="公开事项 / an item")
                )
            number += 1
        return flaws

    def _resolved(self, number: int, before: list[str]) -> list[str]:
        texts = [clean(cell) for cell in self._cells[number]]
        for column, text in enumerate(texts):
            if text in _AS_ABOVE:
                texts[column] = before[column] if before else ""
                self._result.understood.append(
                    Remark(self._grid.place(number, column), "as-above", texts[column])
                )
        return texts

    def _heading_of_a_block(self, text: str) -> None:
        """A line of one text over all columns names the items below it, where the table has one column of items."""
        levels = [role for role in self._columns.values() if role.startswith("item")]
        named = re.sub(rf"^(?:[（(]?{_NUMERAL}[）)]?[、.．]?)\s*", "", text)
        if len(levels) == 1 and named and len(named) <= _BAND and not re.search(r"目录|单位|：|:|。", text):
            self._band = named
            self._above = {}
            self._audience_above = self._mode_above = None

    def _row(self, number: int, texts: list[str]) -> bool:
        cells: dict[str, list[tuple[int, str]]] = {}
        for column, role in self._columns.items():
            cells.setdefault(role, []).append((column, texts[column]))
        item = self._item(number, cells)
        said = [
            text
            for role in ("content", "wording", "basis")
            for _, text in cells.get(role, ())
            if text and text not in _NOTHING
        ]
        if not item:
            return not said
        wording = self._inherit(number, "wording", cells)
        if wording.isdigit() and self._head.unit:
            wording = f"{wording}个{self._head.unit}"
        if self._withheld(number, cells, item):
            return True
        times = read(wording)
        self._told(number, "wording", times)
        stated, mode = self._audience(number, cells), self._mode(number, cells, item)
        if times.due is not None and times.due.start == ("received",):
            mode = "on_request"
        audience = stated or self._placed(number, self._channels_named(number, cells), item)
        channels = self._channels(number, cells, audience)
        row = RowSource(
            id=f"row-{len(self._result.rows) + 1:03d}",
            item=item,
            content=self._content(number, cells),
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
        return True

    def _withheld(self, number: int, cells: dict[str, list[tuple[int, str]]], item: tuple[str, ...]) -> bool:
        """A line of a table of documents (公开属性, 公开方式, 理由) that its table closes: the rules decide that, not a row."""
        said = " ".join(text for _, text in cells.get("mode", ()))
        where = self._grid.place(
            number, next((column for column, role in self._columns.items() if role == "mode"), 0)
        )
        reason = "、".join(dict.fromkeys(text for _, text in cells.get("reason", ()) if text))
        if "不予公开" in said and "主动" not in said:
            self._result.understood.append(Remark(where, "withheld", f"{'/'.join(item)}：{reason}"))
            return True
        if "部分公开" in said:
            self._result.understood.append(Remark(where, "partial", f"{'/'.join(item)}：{reason}"))
        if "全文" in said and cells.get("reason") and re.search(r"决定书|回执|审批表", "".join(item)):
            self._result.defects.append(Remark(where, "W-CATALOGUE-NAMES", f"{'/'.join(item)}：空白样式"))
        return False

    def _item(self, number: int, cells: dict[str, list[tuple[int, str]]]) -> tuple[str, ...]:
        levels = [self._band] if self._band else []
        for role in ("item", "item1", "item2", "item3"):
            for column, text in cells.get(role, ()):
                key = f"{role}{column}"
                if (number, column) in self._spread:  # one cell over two levels is one level
                    continue
                if text in _NOTHING:
                    self._above.pop(key, None)
                    continue
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
                if value:
                    levels.append(value)
        parts = [part for level in levels for part in re.split(r"\s*[/／]\s*", level) if part]
        return tuple(parts[:3])

    def _content(self, number: int, cells: dict[str, list[tuple[int, str]]]) -> str:
        """What is published; where a table has 要素 beside 内容, both."""
        content = self._inherit(number, "content", cells)
        elements = "、".join(text for _, text in cells.get("elements", ()) if text)
        return "：".join(part for part in (content, elements) if part)

    def _inherit(self, number: int, role: str, cells: dict[str, list[tuple[int, str]]]) -> str:
        for column, text in cells.get(role, ()):
            if text in _NOTHING:
                return ""
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

    def _placed(self, number: int, channels: Sequence[Channel], item: tuple[str, ...]) -> Audience:
        """Whom a row is for whose table does not say: a board or a delivery fixes the place; else it is a defect."""
        where = self._grid.place(number, 0)
        if channels and set(channels) <= {"village_board"}:
            self._result.understood.append(Remark(where, "placed", AUDIENCE_LABELS["village"]))
            return "village"
        if channels and set(channels) <= {"direct"}:
            self._result.understood.append(Remark(where, "placed", AUDIENCE_LABELS["parties"]))
            return "parties"
        self._result.defects.append(Remark(where, "W-CATALOGUE-ELEMENT", f"{'/'.join(item)}：公开对象"))
        return "public"

    def _audience(self, row: int, cells: dict[str, list[tuple[int, str]]]) -> Audience | None:
        some = [text for _, text in cells.get("to_some", ()) if _ticked(text) or len(text) > 1]
        said = [text for _, text in cells.get("audience", ()) if text]
        if some:
            if any(_ticked(text) for _, text in cells.get("to_all", ())):
                self._result.understood.append(Remark(self._grid.place(row, 0), "both-audiences", some[0]))
            self._audience_above = _group(some[0])
        elif any(_ticked(text) for _, text in cells.get("to_all", ())):
            self._audience_above = "public"
        elif said:
            named = _picked(said[0])
            whole = bool(re.search(r"全社会|社会公众|公众", named))
            few = "特定" in named or any(word in named for word, _ in _GROUPS)
            if whole and few:
                self._result.understood.append(Remark(self._grid.place(row, 0), "both-audiences", named))
            self._audience_above = "public" if whole and not few else _group(named)
        elif self._audience_above:
            self._result.understood.append(Remark(self._grid.place(row, 0), "as-above", self._audience_above))
        return self._audience_above

    def _mode(self, number: int, cells: dict[str, list[tuple[int, str]]], item: tuple[str, ...]) -> Mode:
        said = "".join(_picked(text) for _, text in cells.get("mode", ()))
        if any(_ticked(text) for _, text in cells.get("proactive", ())):
            self._mode_above = "proactive"
        elif any(_ticked(text) for _, text in cells.get("on_request", ())):
            self._mode_above = "on_request"
        elif said:
            self._mode_above = "on_request" if "依申请" in said and "主动" not in said else "proactive"
        if self._mode_above is None:
            self._result.defects.append(
                Remark(self._grid.place(number, 0), "W-CATALOGUE-ELEMENT", f"{'/'.join(item)}：公开方式")
            )
        return self._mode_above or "proactive"

    def _channels_named(self, number: int, cells: dict[str, list[tuple[int, str]]]) -> list[Channel]:
        """The channels a row ticks or names, in the order of the standard form."""
        ticked: list[Channel] = [
            channel
            for role, channel in _CHANNEL_COLUMNS.items()
            if any(_ticked(text) for _, text in cells.get(role, ()))
        ]
        text = "" if ticked else self._inherit(number, "channels", cells)
        found: list[Channel] = ticked
        rest = _picked(text)
        for name, channel in _CHANNELS:
            if name in rest:
                rest = rest.replace(name, " ")
                if channel not in found:
                    found.append(channel)
        return sorted(found, key=list(_CHANNEL_NAMES).index)

    def _channels(
        self, number: int, cells: dict[str, list[tuple[int, str]]], audience: Audience
    ) -> tuple[Channel, ...]:
        column = next((column for column, each in self._columns.items() if each.startswith("channel")), 0)
        found = self._channels_named(number, cells)
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
        for law, title, after in self._laws_in(text, where):
            articles = _articles(after) or [""]
            for article in articles:
                basis = RowBasis(law=law, article=article)
                if basis not in found:
                    found.append(basis)
                stale = self._registry.stale(law, article, self._on)
                if stale is not None:
                    self._result.defects.append(Remark(where, "W-STALE", stale.message().zh))
            self._edition(law, title, after, where)
        if not text:
            self._result.defects.append(Remark(where, "W-CATALOGUE-BASIS", ""))
        return tuple(found)

    def _laws_in(self, text: str, where: str) -> list[tuple[str, str, str]]:
        """The laws a cell names, in 《》 or bare, each with its title and what stands after it up to the next."""
        marked = list(_TITLE.finditer(text))
        places = [(title.start(), title.end(), _bare_title(title[1]), title[1]) for title in marked]
        if not marked and text:
            places = _bare_places(text, self._titles)
        known = []
        for index, (_, end, bare, title) in enumerate(places):
            after = text[end : places[index + 1][0] if index + 1 < len(places) else len(text)]
            law = self._titles.get(bare)
            if law is None:
                self._result.understood.append(Remark(where, "law-unknown", title))
            else:
                known.append((law, title, after))
        if text and not places:
            self._result.understood.append(Remark(where, "law-unknown", text[:40]))
        return known

    def _edition(self, law: str, title: str, after: str, where: str) -> None:
        """A number of an edition that has ended, such as 国务院令第492号."""
        for edition in self._registry[law].editions:
            ended = edition.in_force_to is not None and edition.in_force_to < self._on
            if ended and edition.number and edition.number in "".join(after.split()):
                self._result.defects.append(
                    Remark(where, "W-STALE", f"《{title}》{edition.number}：{edition.in_force_to} 后不再施行")
                )

    def _levels(self, cells: dict[str, list[tuple[int, str]]]) -> tuple[Level, ...]:
        county = any(_ticked(text) for _, text in cells.get("county", ()))
        township = any(_ticked(text) for _, text in cells.get("township", ()))
        for _, written in cells.get("levels", ()):
            text = _picked(written)
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
        for limit in self._limits.broken(row, times, self._registry, self._on):
            law = self._registry[limit.basis[0].law].title
            article = f"第{limit.basis[0].article}条" if limit.basis[0].article else ""
            self._result.defects.append(
                Remark(self._cell(number, limit), limit.code, f"{limit.because.zh}（《{law}》{article}）")
            )

    def _cell(self, number: int, limit: Limit) -> str:
        role = "basis" if limit.foreign else "wording"
        return self._grid.place(number, next((at for at, each in self._columns.items() if each == role), 0))


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
            wording = write(row.due, row.period, row.then) or wording
        public = row.audience == "public"
        lines.append(
            (
                str(count),
                *items,
                row.content,
                "；".join(_cited(each, registry) for each in row.basis) or "—",
                wording or "—",
                row.subject or "—",
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


def _heading(grid: Grid, start: int = 0, lines: int = _SEARCHED) -> _Head | None:
    """The heading of a table, looked for in ``lines`` lines from ``start``: one line of column names, and up to two below that part them."""
    cells = grid.filled()
    for number, row in enumerate(cells[start : start + lines], start=start):
        if len({role for text in row if (role := _role(text, _HEADINGS))}) < _FEWEST:
            continue
        roles = {
            column: role for column, text in enumerate(row) if (role := _role(text, _HEADINGS)) is not None
        }
        unit = next(
            ("工作日" for text in row if _role(text, _HEADINGS) == "wording" and "工作日" in text), ""
        )
        data = number + 1
        while data < min(number + _HEAD_LINES, len(cells)) and (parted := _parted(cells, data, roles)):
            roles |= parted
            data += 1
        return _Head(number, data, roles, unit)
    return None


def _parted(cells: list[list[str]], number: int, roles: dict[int, str]) -> dict[int, str]:
    """The roles of a line below a heading line, if it parts the columns; nothing if it is data."""
    found: dict[int, str] = {}
    for column, text in enumerate(cells[number]):
        bare = _letters(text)
        above = {_letters(cells[line][column]) for line in range(max(0, number - _HEAD_LINES), number)}
        if not bare or bare in above:
            continue
        parent = roles.get(column)
        role = _role(text, _SUBHEADINGS) if len(bare) <= _SHORT else None
        if role is None and parent is None:
            role = _role(text, _HEADINGS)
        channel = next((f"channel {each}" for name, each in _CHANNELS if name in bare), None)
        if parent in {"channels", None} and channel and len(bare) <= _CHANNEL_NAME:
            found[column] = channel
        elif role and (parent is None or parent == "" or parent in _PARENTS.get(role, ())):
            found[column] = role
        elif parent in {"content", "wording", "basis", "item", "item1", "subject"}:
            return {}  # words of a row stand here
    return found if len(found) > 1 else {}


_PARENTS: dict[str, tuple[str, ...]] = {
    "to_all": ("audience",), "to_some": ("audience",), "proactive": ("mode",), "on_request": ("mode",), "county": ("levels",), "township": ("levels",),
    "item1": ("item", "item1"), "item2": ("item", "item2"), "item3": ("item", "item3"),
}  # fmt: skip


def _role(text: str, known: tuple[tuple[str, str], ...]) -> str | None:
    """The role that the longest word of a heading gives it; ``None`` where none does."""
    bare = _letters(text)
    if len(bare) > _HEADING:
        return None
    met = [(len(word), role) for word, role in known if word in bare]
    return max(met, key=lambda each: each[0])[1] if met else None


def _letters(text: str) -> str:
    """A heading without the spaces, line breaks and notes in brackets that layout puts into it."""
    return re.sub(r"[（(【\[].*?[）)】\]]", "", "".join(text.split()))


def _picked(text: str) -> str:
    """What is chosen in a cell of boxes, ■全社会 □特定群体; all of a cell that has no boxes."""
    if not any(sign in text for sign in _CHOSEN):
        return text
    parts = re.split(rf"(?=[{_CHOSEN}{_OPEN}])", text)
    return " ".join(part for part in parts if part and part[0] in _CHOSEN)


def _ticked(text: str) -> bool:
    return bool(text) and bool(_TICK.search(text))


def _group(text: str) -> Audience:
    return next((audience for word, audience in _GROUPS if word in text), "affected")


_GROUPS: tuple[tuple[str, Audience], ...] = (
    ("被征收人", "affected"), ("征收范围", "affected"), ("集体成员", "village"), ("村", "village"), ("社区", "village"), ("居民小组", "village"), ("当事人", "parties"), ("申请人", "parties"),
    ("相对人", "parties"), ("本人", "parties"), ("项目单位", "parties"), ("受指派", "parties"), ("利害关系", "parties"),
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


def _bare_places(text: str, titles: dict[str, str]) -> list[tuple[int, int, str, str]]:
    """Where a cell without 《》 names laws, longest titles first, in order of place."""
    taken: list[tuple[int, int, str, str]] = []
    for bare in sorted(titles, key=lambda each: (-len(each), each)):
        # 预算法第十四条 names a law, 预算法 within other words need not
        cited = "" if len(bare) >= _BARE else rf"(?=(?:[（(][^）)]*[）)])?第?{_NUMERAL}条)"
        for found in re.finditer(re.escape(bare) + cited, text):
            if not any(start < found.end() and found.start() < end for start, end, _, _ in taken):
                taken.append((found.start(), found.end(), bare, bare))
    return sorted(taken)


def _articles(text: str) -> list[str]:
    """Every article that is named, 第十一条、第十二条 as well as 第二十条第（五）项 and 第十一、十二条."""
    found: list[tuple[int, str]] = [(each.start(), _article(each)) for each in _ARTICLE.finditer(text)]
    for listed in _LISTED.finditer(text):
        rest = re.match(rf"第(?:{_NUMERAL}[、,，和及至—-]+第?)+", text[listed.start() :])
        numbers = re.findall(_NUMERAL, rest[0]) if rest else [listed[1]]
        found += [(listed.start(), str(counted(each))) for each in numbers]
    return list(dict.fromkeys(article for _, article in sorted(found, key=lambda each: each[0])))


def _article(found: re.Match[str]) -> str:
    article = str(counted(found[1]))
    return f"{article}({counted(found[2])})" if found[2] else article


def _cited(basis: RowBasis, registry: LawRegistry) -> str:
    return f"《{registry[basis.law].title}》{article_words(basis.law, basis.article)}"
