"""Which rows a document is likely to be, from its title and text, with the words that say so."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest

from disclosure_gate.catalogue.model import Row
from disclosure_gate.model.document import DOMAIN_ALIASES, DOMAINS

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FRAME = re.compile(
    r"关于|印发|公布|发布|下达|调整|开展|做好|进一步|加强|20\d\d年?(?:第[一二三四]季度|上半年|下半年|\d{1,2}月)?|景明区|云川县|本区|全区|区级|县级|区人民政府|人民政府|办公室"
)
_ALIASES: tuple[tuple[str, str], ...] = (
    ("低保", "最低生活保障"), ("五保", "特困人员救助供养"), ("特困", "特困人员救助供养"), ("环评", "环境影响评价"), ("公租房", "保障性住房"), ("廉租", "保障性住房"),
    ("施工许可", "建筑工程施工许可"), ("三公", "三公经费"), ("拆迁", "房屋征收"), ("养老院", "养老机构"), ("敬老院", "养老机构"), ("幼儿园", "学校"),
    ("小学", "学校招生"), ("初中", "学校招生"), ("网吧", "互联网上网服务"), ("旧房", "危房"), ("种粮", "实际种粮农民补贴"), ("农机", "农机购置补贴"), ("耕地", "耕地地力保护补贴"),
    ("排污", "污染"), ("停水", "停水停气公告"), ("停气", "停水停气公告"), ("挖掘道路", "占用、挖掘城市道路"), ("挖路", "占用、挖掘城市道路"), ("欠税", "欠税公告"),
    ("失业金", "失业保险金"), ("退休", "职工正常退休"), ("落户", "迁入登记"), ("改名", "姓名变更"), ("新生儿", "出生登记"), ("饭店", "食品生产经营"), ("餐饮", "食品生产经营"),
    ("药店", "药品零售"), ("抽检", "食品安全抽检"), ("地震", "灾情"), ("洪涝", "灾情"), ("暴雨", "灾情"), ("博物馆", "文博单位"), ("图书馆", "公共文化机构"), ("文化馆", "公共文化机构"),
    ("招标", "招标公告"), ("中标", "中标结果"), ("政府采购", "采购"), ("供地", "国有土地使用权出让"), ("流浪犬", "违规养犬"), ("摆摊", "占道经营"), ("违建", "违法建设"),
)  # fmt: skip
_TITLE_WEIGHT, _PATH_WEIGHT, _CONTENT_WEIGHT, _DOMAIN_WEIGHT = 3.0, 3.0, 1.0, 1.5
_MOST_TEXT = 1500  # code points of a text that are looked at: its beginning says what it is
_NEAR, _NEAR_WEIGHT = 5, 0.2
_LEAST = 0.08
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row, how well it fits (0 to 1), and the words that say so."""

    row: Row
    score: float
    because: tuple[str, ...]


class Suggester:
    """An index of rows by pairs of characters; made once, asked in well under a millisecond a row."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)
        weighted = [_weights(_told(row)) for row in self._rows]
        spread: Counter[str] = Counter()
        for weights in weighted:
            spread.update(weights.keys())
        count = max(len(self._rows), 1)
        self._rarity = {pair: math.log(1 + count / seen) for pair, seen in spread.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, weights in enumerate(weighted):
            size = math.sqrt(sum((weight * self._rarity[pair]) ** 2 for pair, weight in weights.items())) or 1
            for pair, weight in weights.items():
                self._postings.setdefault(pair, []).append((number, weight * self._rarity[pair] / size))

    def suggest(self, title: str, text: str = "", most: int = 3) -> list[Suggestion]:
        """The likeliest rows, best first; none where nothing fits."""
        asked = _weights([(_expanded(title), _TITLE_WEIGHT), (text[:_MOST_TEXT], _CONTENT_WEIGHT / 3)])
        size = (
            math.sqrt(sum((weight * self._rarity.get(pair, 0)) ** 2 for pair, weight in asked.items())) or 1
        )
        scores: dict[int, float] = {}
        shared: dict[int, list[tuple[float, str]]] = {}
        for pair, weight in asked.items():
            rarity = self._rarity.get(pair)
            if rarity is None:
                continue
            for number, strength in self._postings[pair]:
                gain = weight * rarity * strength / size
                scores[number] = scores.get(number, 0.0) + gain
                shared.setdefault(number, []).append((gain, pair))
        scores = self._with_neighbours(scores)
        ranked = sorted(scores, key=lambda number: (-scores[number], self._rows[number].id))
        return [
            Suggestion(
                self._rows[number],
                min(scores[number], 1.0),
                tuple(pair for _, pair in sorted(shared[number], reverse=True)[:_SHOWN]),
            )
            for number in ranked[:most]
            if scores[number] >= _LEAST
        ]

    def _with_neighbours(self, scores: dict[int, float]) -> dict[int, float]:
        """Rows of two domains often share a name: the domain whose other rows fit as well comes first."""
        domains: dict[str, list[float]] = {}
        for number, score in scores.items():
            domains.setdefault(self._rows[number].domain, []).append(score)
        near = {name: sum(nlargest(_NEAR, found)) / _NEAR for name, found in domains.items()}
        return {
            number: score + _NEAR_WEIGHT * near[self._rows[number].domain] for number, score in scores.items()
        }


def _told(row: Row) -> list[tuple[str, float]]:
    names = " ".join(
        [DOMAINS[row.domain], *(name for name, slug in DOMAIN_ALIASES.items() if slug == row.domain)]
    )
    return [
        (row.item[-1], _PATH_WEIGHT),
        (" ".join(row.item), _PATH_WEIGHT / 2),
        (row.content, _CONTENT_WEIGHT),
        (names, _DOMAIN_WEIGHT),
    ]


def _expanded(title: str) -> str:
    bare = _FRAME.sub(" ", title)
    return " ".join([bare, *(full for word, full in _ALIASES if word in title)])


def _weights(parts: list[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in parts:
        for pair in set(_pairs(text)):
            found[pair] = max(found.get(pair, 0.0), weight)
    return found


def _pairs(text: str) -> Iterator[str]:
    for run in _HAN.finditer(text):
        word = run.group()
        for start in range(len(word) - 1):
            yield word[start : start + 2]
