"""Of whom a sentence speaks where no name is known: 患者, 其母, 该生, 本人, 一名老人."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from disclosure_gate.detect.lexicon import COMPOUND_SURNAMES, FORENAMES, GIVEN, SURNAMES
from disclosure_gate.detect.names import SOUNDS, name_at
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.people import named


def any_of(*groups: str) -> re.Pattern[str]:
    """A pattern of many alternatives, parted by blanks.

    A set in front is written out, so that every alternative begins with a character of its own: the search
    looks for one of those characters first.
    """
    parts: list[str] = []
    for group in groups:
        for part in group.split(" "):
            first, closing, rest = part.partition("]")
            single = part.startswith("[") and closing
            parts += [sign + rest for sign in first[1:]] if single else [part]
    return re.compile("|".join(parts))


# Words for one person; those for groups (患者管理, 老人节) and for offices (我局) are none.
SOMEBODY = any_of(
    r"其(?![中他它余次实所]) 本人 自述 我(?![县区市局镇乡院校国省办委站中队所街村单司厅部们方党军会]) [他她](?<![非其吉维]他)(?!们|人) [你您](?![县区市局镇乡院校办委站单们])",
    r"[子女](?<![脑肚身嗓脖鼻膀肠]子)(?=[\u4e00-\u9fa5]{0,3}[因患有系是为，（(]) 儿子 儿媳 女儿 女婿 女婴 媳妇 婆娘 闺女 男人(?=[一-龥]) 娃 崽 老婆 老伴 老汉 老太 老头 老爷子 老[母父] 老[王李张刘陈杨赵黄周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪田任姜范石姚谭廖邹熊陆郝孔崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚] 老人(?!家庭|和|及|、|福利|服务|节|年) 爱人 丈夫 妻 配偶",
    "父 母 爸 妈 爹 娘 爷 奶奶 外公 外婆 外甥 外孙 祖父 祖母 公公 婆婆 岳 哥 弟 姐 妹 嫂 婶 嬢 师傅 叔 伯 姑 舅 侄 孙子 孙女 孩子 大[爷妈娘叔]",
    "该[生童员犯男女户人患考教职同住业老村居学当幼儿对]",
    r"患[者儿](?=[，,：:（(、“\"因于自主入被经在系女男出诉称术反][^等]) [男女](?=[，,、；）)\s]) [死伤逝亡]者 产妇 男婴 弃婴 胎儿 新生儿 婴儿",
    r"[一1][名位个](?:[男女老小孩学婴儿青中]|\d{1,2}岁) 岁(?!以|及以|至|的?老|的?人|的?儿)",
    "[甲乙丙男女]方 原告 被告(?!知) 上诉人 第三人 申请[人者](?![应须可]) 申诉人 当事人(?!应) 证人 来[电访信]人 投诉人 举报人 信访人 反映人 求助人 受[害伤援助理]人",
    r"被[害鉴保监扶抚救申询侵征拆][^，。]{0,2}人 户主 家长 监护人 病例\d 考生 受种者 献血者 劳动者(?=体检|在|于|因) 罪犯 服刑人员 嫌疑人 阿婆 阿公 阿姨 大嫂 大伯 大哥 房东 租客 住户(?=[，的]|[\u4e00-\u9fa5]{2,3}[，（]) 屋主 业主(?!大会|委员|代表大会) 士兵 战士 军人(?=[一-龥]{2,3}[，（在因]) 某(?!些|项|种|单) 女士 先生 小姐 同[学志] [学居村][生民](?=[\u4e00-\u9fa5]{2,3}[，（因患]) 职工(?=[\u4e00-\u9fa5]{2,3}[，（因患在])",
)
_FAR = 150
_HEAD = re.compile(
    r"[\n；;]?[ \t\u3000|]*(?:[（(]?\d{1,3}[）)、.．]?|[一二三四五六七八九十]{1,3}[、.])?[ \t\u3000|]*"
)
_AFTER_HEAD = frozenset("，,（( \u3000\t|、—-/；")
_SIGN = re.compile(r"[，,、：:（()）|/\t \u3000—]+")
_PIECES = 12
_FIRST = SURNAMES | {name[0] for name in COMPOUND_SURNAMES | FORENAMES} | SOUNDS


class People:
    """The persons named on a page, in order of their places."""

    __slots__ = ("_begins", "_text", "places")

    def __init__(self, page: Page) -> None:
        self.places = sorted(named(page))
        self._begins = [start for start, _ in self.places]
        self._text = page.text

    def before(self, place: int, far: int = _FAR) -> tuple[int, int] | None:
        """Who is named last before ``place``: in its line, at most ``far`` code points before."""
        index = bisect_right(self._begins, place) - 1
        if index < 0:
            return None
        end = self.places[index][1]
        if place - end > far or self._text.find("\n", end, place) >= 0:
            return None
        return self.places[index]

    def around(self, place: int, far: int) -> bool:
        """Whether anybody is named at most ``far`` code points before or behind ``place``."""
        index = bisect_right(self._begins, place)
        return (index > 0 and place - self.places[index - 1][1] <= far) or (
            index < len(self.places) and self._begins[index] - place <= far
        )

    def within(self, start: int, end: int) -> tuple[int, int] | None:
        """Who is named first from ``start`` on, before ``end``."""
        index = bisect_left(self._begins, start)
        if index == len(self.places) or self._begins[index] >= end:
            return None
        return self.places[index]


def people_of(page: Page) -> People:
    """The persons named on the page, sorted once."""
    known: People | None = page.notes.get("somebody")
    if known is None:
        known = page.notes["somebody"] = People(page)
    return known


def item_of_person(text: str, place: int) -> bool:
    """Whether a piece of the line before ``place``, set off by signs, reads as a name: 2.骆金莲，女，."""
    far = max(0, place - _FAR)
    begin = max(text.rfind("\n", far, place), text.rfind("；", far, place), text.rfind("。", far, place)) + 1
    if begin == 0 and far:
        begin = far
    for number in range(_PIECES):
        head = _HEAD.match(text, begin, place)
        start = head.end() if head else begin
        end = name_at(text, start, plain=False) if text[start : start + 1] in _FIRST else None
        if (
            end is not None
            and end <= place
            and text[end : end + 1] in _AFTER_HEAD
            and (number == 0 or set(text[start + 1 : end]) <= GIVEN)
        ):
            return True
        sign = _SIGN.search(text, start, place)
        if sign is None:
            return False
        begin = sign.end()
    return False
