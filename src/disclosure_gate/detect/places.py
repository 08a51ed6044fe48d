"""Home addresses: what lies below the town or street that may stay.

An address is a chain of parts of a place: village, group, road, number, estate, building, unit, room. It is looked for
behind labels, below headings, behind the names of persons, in lines written alike and in running text; whether it is
somebody's home is weighed (``homes.py``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import TypeAlias

from disclosure_gate.detect.alike import alike, beside
from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.homes import Home, Judge, Surroundings, weigh
from disclosure_gate.detect.lexicon import COLUMNS, GIVEN, LABELS, told_by, words
from disclosure_gate.detect.names import LEADS, bounded, name_at
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.somebody import People, people_of
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_END = re.compile(
    r"\s+(?=[\u4e00-\u9fa5]{2,6}[：:])|[，。；;,、！？／∕\t\r\n\x0b|（(）)“”\"]|(?:(?<!集中)居住|的(?!士|自建房|出租[屋房]|平房|老[屋房宅]|那))|\s{1,}(?![0-9A-Za-z一-龥]{0,12} ?(?:号|室|户|组|栋|楼|单元|弄|支弄))|家中|人$"
)
_TOWN = re.compile(r"(?:街道办事处|街道办|街道|(?<!\A[集圩场])镇|乡|苏木|办事处)")
_COUNTY = re.compile(
    r"区(?<![小社片园景校厂矿库林牧垦农街宅活属置房舍业户工A-Z0-9一二三四五六七八九十期甲乙丙丁]区)(?<!居民区)(?<![院区园苑里村庄庭府城期厂站局校工连队地][东西南北中新老]区)(?![委政医法村])|县(?![委医政城府人中一二机])|旗(?![路街小巷家大村镇乡])"
)
_CITY = re.compile(
    r"市(?<![城菜集夜早花鱼渔超闹旧猪牛羊骡米粮柴煤盐药鸟]市)(?![场民政委口村弄巷街路大])|自治州|[盟州](?=[\u4e00-\u9fa5]{1,6}[县市区])"
)
_BELOW = re.compile(
    r"[0-9]|[一二三四五六七八九十](?=[组社队号栋幢座单室弄排巷路街村里委连区期道团])|村|组|路|街|巷|号|小区|社区|楼|室|单元|庄|湾|塆|沟|苑|园|里|弄|栋|队|屯|寨|坪|堡|营|坡|塬|峪|院|公寓|宿舍|胡同|道|坊|城|府|庭|委|嘎查|社|集|店|岭|冲|坳|坝|咀|嘴|垭|坎|洼|圩|埠|墩|岗|桥|场|门|山|河|头|岩|井|塘|崖|坨|台|窑|铺|屋|口|畔|棚|厝|滩|旁|尾|房|浩特|营地|帐篷|船|厂|站|家$|户$|[旁侧边后前][边面]?$|[两三]间|租住户|蒙古包|点$"
)
_LOW = re.compile(r"村|路|街(?!道)|巷|号|组|小区|社区|弄|里|[0-9]")
_PERSONAL = frozenset(
    {
        "person_name",
        "minor_name",
        "guardian",
        "resident_id",
        "disability_card",
        "mobile",
        "social_security",
        "household",
    }
)
_PERSONS = _PERSONAL - {"mobile"}  # offices have telephones, too
_LONGEST = 60
_NEAR = 60
_STOPS = frozenset('，。；;,、！？：:\n\t（()）“”"|│【】《》〔〕△→—/／∕\u3000')
_STOP = re.compile(
    r"[，。；;,、！？：:\n\t（(）)“”\"|│【】《》〔〕△→—/／∕\u3000]|[ ](?![0-9#甲乙丙丁]{1,4} ?(?:[号弄室栋幢组社队层支\-]|单元)|(?<=[0-9] )(?:[号弄室栋幢排]|单元|[组社队](?![\u4e00-\u9fa5])))"
)
# What leads up to an address and is no part of it.
_LED = re.compile(
    r".*(?:查了|看了|位于|坐落于?|居住[在于的]?|所住|现居|住在|现住|家住|独居[在于]?|租住[在于的]?|寄住|借住|暂住|户籍(?:所?在地|地|在)?|老家[在是]|(?<![\u4e00-\u9fa5])老家|原籍|搬[到至]|[送接][回到至]|迁[到至入往]|遗失|走访|搬离|腾[退空]|去了|到了|反映|登记|[原仍]居|住处|原址|隔壁|户口[都均也]?在|落款|[原现](?=[\u4e00-\u9fa5]{2})|住(?![所房宅院户建])|[在到系从由将把]|自(?!然|建|来水|治|留|行|强|由|立)|(?<=[号室户院])[和与及](?![平顺谐睦兴美])|购[买置]|向(?![阳东西南北前])|(?<=[\u4e00-\u9fa5])(?:[至于往去是为]|回(?![龙民族迁])))(?=[\u4e00-\u9fa5A-Z0-9]{2})"
)
_DWELLS = re.compile(
    r"(?:(?:房屋|住房|房产|宅基地?)(?:位于|坐落于?)|住|住处|[原仍现]居|居住|家[住在]|户籍|老家|老宅|原[籍址]|户口[都均也]?|落款|迁[至往入到]|搬[至到]|[送接]回|落户|现居|所住|独居)[在于到至的是为：:]?$"
)
_SEAT = re.compile("(?:住所地?|地址|登记)[变由从迁]")  # of a firm, an association
_OWN = re.compile("(?:[系为在住]|兹有|兹证明|证明)?[我本该全同邻各][村组社屯]")
_PLACE = frozenset(
    "浜塘洲畈垌峒圳涌寮墘汊渚埕垸磡窝埂尾后岭冲坳坝嘴垭坎洼圩埠墩岗塬沱埂厝垄围屋舍寓厦苑府城湾居邸墅苑路街巷里弄同村屯寨组社院道段排栋楼苑园坊庄湾塆沟坪堡桥号甲乙丙附副新老室区层委队头门城口旁"
)
_DIGITS = "0123456789一二三四五六七八九十"
_SUFFIXES = ("组", "社", "队", "小队", "栋", "幢", "座", "号", "单元", "室", "舍", "弄", "排", "#", "连", "委", "村民小组", "小组", "门", "楼", "层", "房", "梯")  # fmt: skip
_NUMBERED = {f"{number}{part}": part for number in _DIGITS for part in _SUFFIXES}
_NUMBERED |= {f"{sign}{part}": part for sign in "甲乙丙丁" for part in ("座", "栋", "幢", "单元")}
_NUMBERED |= {f"{sign}{part}": part for sign in "ABCDEFGH" for part in ("栋", "幢")}
_FLATS = tuple(f"-{number}" for number in "0123456789")
_KINDS = words(
    "巷 牧业队 牧业点 筒子楼 自建房 出租屋 出租房 村 屯 庄 社区 嘎查 小区 家属院 家属区 家属楼 宿舍 公寓 家园 花园 新村 胡同 苑 组 寨 堡 湾 塆 沟 坪 院子 新城 大院"
)
# What a word of a kind is part of where no place ends with it.
_NO_PLACE_AFTER = {
    "嘎查": frozenset("达书委支长干妇民两会党"),
    "村": frozenset("建务民干支委文医级集镇书官容规部长"),
    "社区": frozenset("戒矫服卫工医团治建干民书居康养教活党网"),
    "组": frozenset("织建成长员合团"),
    "社": frozenset("区会保员团工"),
    "队": frozenset("员伍长"),
    "连": frozenset("续接同带队"),
    "委": frozenset("员托会派"),
    "室": frozenset("内外"),
    "门": frozenset("诊店课面类"),
    "楼": frozenset("市宇"),
    "层": frozenset("次级面"),
    "房": frozenset("产屋地型"),
    "座": frozenset("位谈机"),
    "巷": frozenset("片"),
    "排": frozenset("水污放查除名"),
}
_NO_PLACE_BEFORE = {
    "村": frozenset("农同该本全各我邻政然两个乡分跑回走在驻包到进入出"),
    "小区": frozenset("住该本我"),
    "组": frozenset("们民作查家导审核目督计访调运障勤传急班样杀疗援保务书合息"),
    "社区": frozenset("该本我各"),
}
_TOWNS = frozenset("区县市镇乡州盟旗")
_ROOM = re.compile(
    r"单元[ ]?\d{2,5}|[栋幢座楼][A-Z\d一二三四五六七八九十]门\d{3,4}|\d[楼层][A-Z东西南北中\d]户|\d{3}房间|单元[\u4e00-\u9fa5\d]{0,3}[楼层号]|\d室|\d舍\d{3}|\d{3}房|\d(?:栋|幢|号楼|座|#|#楼)[ ]?(?:\d{1,2}[-—])?\d{3,5}|[\u4e00-\u9fa5]{2}\d{1,2}-[\d东西]{1,2}-\d{2,4}|[A-Za-z\d][座幢栋]\d{3,4}|号\d{1,2}-\d{1,2}-\d{1,4}|区\d{1,2}-\d{3,4}|[\u4e00-\u9fa5][A-HKT]\d{1,2}-\d{3,4}|(?:小区|花园|家园|苑|府|城|公寓|新村|宿舍)(?:\d{1,3}-)?[A-Z]?\d{3,4}"
)
_AMOUNT = re.compile(r"[\d,.]+[元万亩户人]*")
_WHOLE_VILLAGE = re.compile(
    r"[\u4e00-\u9fa5]{1,7}(?:村|社区|居委会|镇|乡|街道|村委会)|[\u4e00-\u9fa5]{1,14}嘎查"
)
_PARTED = re.compile(r"[\u4e00-\u9fa5 ]{2,10}?[ \u3000]?\|[ \u3000]?")
# Whatever the people there call it, right behind a name: 解士英，前岭，.
_CALLED = re.compile(
    r"[（(，/ \u3000\t|]{1,4}(?P<place>[\u4e00-\u9fa5]{1,7}[岭冲坳坝嘴咀垭坎洼圩埠墩塘崖坨窑铺厝垅陂坞浜埂塬峁峪淀屯庄湾塆沟坪堡寨营])(?=[，、；。）)/ \u3000\t|\n]|$)"
    r"|[（(](?P<flat>\d{1,2}(?:-\d{1,2}){1,2}-\d{2,4}室?|(?:\d{1,2}(?:栋|幢|号楼))?(?:\d{1,2}单元)?\d{3,4}室|\d{1,4}号院|\d{1,2}(?:栋|幢|号楼)\d{3,4})(?=[）)，；])"
    r"|[（(](?P<group>(?![^）)]*(?:合作社|小组|专家|工作|领导|执法|服务|[大支中]队|消防|突击|志愿|旅行|报社))[\u4e00-\u9fa5]{3,7}[社组队])(?=[）)])"
)
# What stands in brackets behind a name and reads as a place to live: 逄老憨（铁匠胡同紧里头；.
_ASIDE = re.compile(r"[（(](?P<place>[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Za-z\-]{2,20})(?=[，；、,;）)])")
_NO_VALUE = (
    "填", "迁", "变更", "按", "请", "同", "哪", "何处", "何地", "乡镇", "派出所", "公安", "村委", "居委", "社区", "街道办", "县级", "所在", "为准", "不", "变",
)  # fmt: skip
_SAME_VILLAGE = re.compile(r"同[村社镇乡](?=[\u4e00-\u9fa5\d]{2})")  # 住址：同村戏楼后2号
_HOMETOWN = re.compile("[\u4e00-\u9fa5]{2,12}[镇乡村屯庄组社]")
_NOT_LIVED = frozenset((*"所房宅院校宿户进满建下了过一两几多", ""))  # 现在住院
_OPENS = frozenset("（(，/ \u3000\t|")
# The parts of a place that say a number, one after the other; between them names of estates and roads.
_PARTS = (
    r"(?:附|甲|乙|丙|丁|新|老|第|地下|负|东|西|南|北|中|[A-Za-z])?(?:[0-9]{1,5}|[一二三四五六七八九十]{1,3})(?:[\-—]\d{1,4}){0,3}(?:[甲乙丙丁](?=[楼栋幢]))?[ ]?(?:号楼|号院|号|组|社|小?队|栋|幢|座|单元|室|舍|户|弄|支弄|排|#楼?|门|层|楼|F|梯|委|连|团|村民?小组|房间|房|院|巷|街|里|区|期|段|村|屯|庄|支路|马路)(?:[东西南北中]户|[东西南北左右甲乙丙](?![\u4e00-\u9fa5]))?"
    r"|第(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:[家户排栋]|[孔眼]窑洞?)|(?<=[房屋寓舍])\d{3}间"
    r"|[甲乙丙丁](?:单元|[座栋幢])|[A-Za-z][座区栋幢](?:[0-9]{1,4})?|[\d]{1,4}(?:[\-—][\d东西]{1,4}){0,3}(?![\d年月日元万人岁亩%.])"
)
_PART = re.compile(_PARTS)
_NEXT = re.compile(
    rf"(?:[^的村民家人有被将发搬迁到]|家(?=[院湾坝沟坪庄台堡坡岭坳塘河山])){{0,8}}?(?:{_PARTS})"
)
_KIND = re.compile("|".join(sorted(_KINDS, key=len, reverse=True)))
_TAIL = re.compile(
    r"(?:[东西南北]{1,2}[方侧面边]?\d{1,3}(?:公里|里|米)[\u4e00-\u9fa5]{0,6}|(?:[东西南北中前后左右顶底][门层]){1,2}(?:[东西南北左右中]户)?)|(?:[东西南北前后左右上下][侧边头面]|对面|[旁隔][边壁]|斜对|楼[上下]|底[商层]|平房|[东西中]户|门面|附[0-9]+号|自建房|[东西]厢|[左右]手|[前后]楼|[东西南北中前后][间屋房]|底层|[后前]院|院[内里])[\u4e00-\u9fa50-9]{0,6}"
    r"|[\u4e00-\u9fa5]{0,8}?(?:最[里外东西南北前后上下顶末]{1,2}[边头面]?那[户家]|那[户家])"
    r"|[\u4e00-\u9fa5]{0,5}?(?:帐房|蒙古包|毡房|窑洞|工棚|铁皮房|彩钢房|土墙房|板房|夫妻房|瓦房|土房|木房|砖房|石房|碉房|吊脚楼|木楼|竹楼|披屋|阁楼|阁间|亭子间|灶披间|客堂|厢房|门房|传达室|杂院|小院|土屋|瓦屋|石屋|木屋|[老旧祖]屋|窝棚|帐篷|毡帐|[夏冬春秋]营地|[夏冬春秋]窝子|浩特)"
)
# What may say, behind a home and a comma, where it is: ，挨着老碾房.
_AFTER_COMMA = re.compile(
    r"[，,](?P<where>[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Za-z]{1,18}"
    r"(?:[旁侧边面头尾口处角脚沿坡房屋院棚窑孔间楼巷门壁村里上下前后内外]|第[一二三四五六七八九十\d][户家座栋排]|那[户家座]|户|隔壁|附近)\d{0,4})(?=[，,。；;）)\s]|$)"
)
_CLAUSES = 2  # that may say so
_GROUP_ONLY = re.compile(r"第?[一二三四五六七八九十\d]{1,3}[组社队]")
_BARE = re.compile(
    r"在?第?[一二三四五六七八九十\d]{1,4}(?:栋|幢|座|号|单元|室|弄|排|#|号楼|连|委|层|楼|房|门|梯)(?:\d|[\u4e00-\u9fa5]{1,8})?"
)
# 8排19号的伍奶奶
_TITLED = re.compile(
    "的[\u4e00-\u9fa5](?:奶奶|爷爷|大爷|大妈|大娘|阿姨|婆婆|阿婆|老人|老汉|师傅|女士|先生|大叔|大伯|大姐|大哥)"
)
_MANY = re.compile(
    r"至[\d一二三四五六七八九十]|\d{0,3}床|\d[—－～~]\d{1,3}(?:号|组|社|队|栋|幢)|\d-\d{1,2}[组社队]|××|[房屋圈棚合][一两二三][间座栋](?!\d)"
)
# Areas, beds, forms and what a house is like: 居住在人民路以东, 8楼26床, ××村××组, 现住危房.
_NO_HOME = re.compile(
    r"\d{4}年|平方|㎡|结构|危房|裂缝|倒塌|垮塌|漏雨|房屋$|以[东南西北]|沿线|交叉|××|[Xx]{2}|\d床|…"
)
_COUNT = re.compile(r"[\u4e00-\u9fa5]{0,4}\d{1,4}[台间套人户处次]")
_NUMBERED_VALUE = re.compile(
    r"[\d一二三四五六七八九十](?:组|社|队|号|栋|幢|室|单元)|[\u4e00-\u9fa5]{2}[-\d]*\d{3,4}$"
)
_WHOSE_HOUSE = re.compile("(?:[他她其我]家|住房|宅基地|房屋|老屋|住处|住所|租房)[（(]$")


_Home: TypeAlias = Callable[[int, int, str], bool]
"""Whether a place is a home, found in the way that is named."""

# How a home goes on in the next line of a narrow cell or form: 公园路88号世纪城A栋 / 1703室.
_GOES_ON_BELOW = re.compile(
    r"\n[ \u3000]{0,40}(?:[东西南北中左右]{0,2}[0-9一二三四五六七八九十]{1,4} ?[室户排栋幢号家]|[0-9一二三四五六七八九十]{1,3}(?:单元|号楼|楼)[0-9东西南北左右户室门号]{0,6}"
    r"|[东西南北]户|宿舍[^，。；\n：:|\t]{0,14})(?![\u4e00-\u9fa5])"
)


def _whole(
    text: str, places: Iterable[tuple[int, int]], people: People, home: _Home
) -> Iterator[tuple[int, int]]:
    """Homes without overlap, each with what of it stands in brackets or behind a comma, or in the next line."""
    last: tuple[int, int] | None = None
    for start, end in places:
        if last is not None:
            if start < last[1]:
                continue
            if text[last[1] : start] in {"（", "("} and text[end : end + 1] in {"）", ")"}:
                last = last[0], end + 1
                continue
            yield last
        below = _GOES_ON_BELOW.match(text, end)
        last = start, _with_where(text, below.end() if below else end, people, home)
    if last is not None:
        yield last


def _with_where(text: str, end: int, people: People, home: _Home) -> int:
    """Where a home ends with the clauses behind it that say where it is: 大树湾村6组，挨着老碾房."""
    for _ in range(_CLAUSES):
        more = _AFTER_COMMA.match(text, end) if text[end : end + 1] in _COMMAS else None
        if more is None or people.within(end, more.end()) or not home(*more.span("where"), "where"):
            break
        end = more.end()
    return end


_NUMBER_OF_A_THING = re.compile("[编合文案图单批档发][号同次案票][:：]?[0-9A-Za-z]")  # 编号1-2345号
_OF_A_YEAR = re.compile(r"[〔\[（(【](?:19|20)\d{2}[〕\]）)】]第?$")  # 景政发〔2026〕33-3号
_YEAR = 8  # code points that it is looked for in
_NAMELESS = re.compile(r"某[^\d一二三四五六七八九十]*")  # 某小区 hides what it is called already


class AddressDetector:
    """家庭住址: behind a label, below a heading, by unit and room of a dwelling, or beside a person."""

    name = "address"
    kind: SpanKind = "address"
    why = Text(zh="家庭住址中乡镇、街道以下的部分", en="what of a home address lies below town or street")
    beside_numbers = True  # an addressee's telephone
    terms: Sequence[str] = tuple(
        dict.fromkeys((
            *told_by("address"),
            *(word for word, role in LABELS.items() if role in {"address", "place"}),
            *_NUMBERED,
            *_FLATS,
            *_KINDS,
        ))
    )  # fmt: skip

    def __init__(self, judge: Judge = weigh) -> None:
        """``judge`` says whether a place is somebody's home."""
        self._judge = judge

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        around = Surroundings(page)

        def home(start: int, end: int, source: str) -> bool:
            if (
                _NUMBER_OF_A_THING.match(text, start)
                or _OF_A_YEAR.search(text, max(0, start - _YEAR), start)
                or _NAMELESS.fullmatch(text, start, end)
            ):
                return False
            right = self._judge(Home(start, end, around.seen(start, end, source)))
            around.judged(start, right=right)
            return right

        places = {place for place in self._places(page, home) if place is not None}
        in_order = sorted(places, key=lambda each: (each[0], -each[1]))
        for start, end in _whole(text, in_order, people_of(page), home):
            yield Hit(start, end, "*" * (end - start))

    def _places(self, page: Page, home: _Home) -> Iterator[tuple[int, int] | None]:
        text = page.text
        people = people_of(page)
        cells = [*page.below("address"), *page.below("village")]
        decided = [(cell.start, cell.end) for cell in cells]
        for cell in cells:
            of = "officials" if cell.official else "persons" if cell.roster & _PERSONS else "any"
            if _AMOUNT.fullmatch(text, cell.start, cell.end):
                continue  # of the line that adds them up
            if not _WHOLE_VILLAGE.fullmatch(text, cell.start, cell.end) and home(
                cell.start, cell.end, f"{cell.column} of {of}"
            ):
                yield below_town(text, cell.start, cell.end)
        decided += (
            (roster.end, roster.cells[-1].end)
            for roster in page.rosters
            if _TRADE.search(text, roster.start, roster.end) and not roster.cells[0].roster & _PERSONS
        )
        decided += ((cell.start, cell.end) for cell in page.below("premises"))
        for start, stop, label in self._labelled(page):
            decided.append((start, stop))
            if home(start, stop, label):
                yield below_town(text, start, stop)
        told = [place for _, end in people.places if (place := _set_off(text, end)) is not None]
        if len(people.places) >= _SOME:
            told += _rows_of_persons(text, people)
        told += (each.span("place") for each in _AGED.finditer(text) if _aged_home(text, *each.span("place")))
        found = [place for place in told if not text.endswith(_NO_YARDS, *place) and home(*place, "person")]
        yield from found
        for place in _Chains(page, people, decided, home).read(page.met(self.name)):
            found.append(place)
            yield below_town(text, *place)

        if found:
            yield from _alike(text, people, found, {start for start, _ in decided}, home)

    def _labelled(self, page: Page) -> Iterator[tuple[int, int, str]]:
        """What stands behind a label that says where somebody lives, or behind one that may, with what it says."""
        text = page.text
        for role in ("address", "place"):
            for start in page.labelled(role):
                if text.startswith("老家", start - 2) and not _HOMETOWN.match(text, start):
                    continue
                same = _SAME_VILLAGE.match(text, start)
                start = same.end() if same else start + text.startswith("在", start)  # noqa: PLW2901
                if text.startswith(_NO_VALUE, start) or (
                    text[start - 1 : start] == "住" and text[start : start + 1] in _NOT_LIVED
                ):
                    continue
                stop = _ending(text, start)
                if not _no_home(text, start, stop) and not (
                    page.in_heading(start - 1) and not _NUMBERED_VALUE.search(text, start, stop)
                ):
                    yield start, stop, role
        for start, label in page.labels:  # 新住址 | 额尔敦路北
            parted = _PARTED.match(text, start) if label in {"address", "place"} else None
            if parted and not page.in_heading(start):
                yield parted.end(), _ending(text, parted.end()), label


def _alike(
    text: str, people: People, found: list[tuple[int, int]], taken: set[int], home: _Home
) -> Iterator[tuple[int, int] | None]:
    """The homes that stand in brackets, or in lines, as those ``found`` do; none that begins where one is ``taken``."""

    def like(start: int, end: int) -> bool:
        return (
            _like_home(text, start, end)
            and not _WHOLE_VILLAGE.fullmatch(text, start, end)
            and home(start, end, "alike")
        )

    for start, end in beside(text, found, like):
        found.append((start, end))
        yield below_town(text, start, end)
    taken |= {start for start, _ in found}
    for start, end in alike(
        text,
        found,
        lambda start, end: start in taken or like(start, end),
        lambda start, end: (
            _in_row_of_person(text, start, end, people) and home(start, end, "row of a person")
        ),
    ):
        if start not in taken:
            yield below_town(text, start, end)


class _Chains:
    """Chains of parts of a place on a page that are somebody's home.

    ``decided`` are the places that a label or a heading speaks of: nothing in them is read again.
    """

    __slots__ = ("_decided", "_home", "_people", "_refused", "_seen", "_starts", "_text")

    def __init__(
        self,
        page: Page,
        people: People,
        decided: Sequence[tuple[int, int]],
        home: _Home,
    ) -> None:
        self._text = page.text
        self._home = home
        self._people = people
        self._decided = sorted(decided)
        self._starts = [start for start, _ in self._decided]
        self._seen = 0  # nothing before is read again
        self._refused = (0, 0)  # the last chain that is no home: its other parts need not ask again

    def read(self, met: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The chains that are homes; ``met`` are the places of words that may be parts of one."""
        text = self._text
        for anchor, end in met:
            if anchor < self._seen:
                continue
            word = text[anchor:end]
            part = _PART_OF.get(word)
            if part is None or not _is_part(text, anchor, end, part):
                continue
            index = bisect_right(self._starts, anchor) - 1
            if index >= 0 and anchor < self._decided[index][1]:
                continue
            place = self._chain(anchor, end)
            if place is not None:
                self._seen = place[1]
                yield place

    def _chain(self, anchor: int, end: int) -> tuple[int, int] | None:
        """The chain that the part ``[anchor, end)`` is of, if it is somebody's home."""
        text, people = self._text, self._people
        first, stop = _segment(text, anchor, end)
        begin, last = _bounds(text, anchor, end, first, stop, people)
        if begin >= last:
            return None
        if (
            _BARE.fullmatch(text, begin, last)
            or _WHOLE_VILLAGE.fullmatch(text, begin, last)
            or _MANY.match(text, last)
            or _MANY.search(text, begin, last)
        ):
            return None  # 3栋, 东村, 一组至六组, 8楼26床
        if (begin, last) == self._refused:
            return None
        labelled = text[first - 1 : first] in _COLONS and _labelled_place(text, first)
        source = "chain behind a label" if labelled else "chain"
        if _TITLED.match(text, last) or self._home(begin, last, source):
            return begin, last
        self._refused = begin, last
        return None


def _bounds(text: str, anchor: int, end: int, begin: int, stop: int, people: People) -> tuple[int, int]:
    """Where the chain around a part begins and ends in its segment."""
    near = people.before(anchor)
    if near is not None and near[1] > begin and not _of_place(text, *near):
        begin = near[1]
        if text.startswith("住处", begin - 1):
            begin += 1  # 儿子唐旭住处: the first sign was taken for part of the name
    led = _LED.match(text, begin, min(anchor + 2, stop))
    dwells = False
    if led and led.end() <= anchor:
        begin = led.end() + text.startswith("的", led.end())
        dwells = _DWELLS.search(text, max(0, begin - 8), begin) is not None and not _SEAT.search(
            text, max(0, begin - 8), begin
        )
    elif _WHOSE_HOUSE.search(text, max(0, begin - 4), begin) or text.startswith("住处", begin - 2):
        dwells = True
    if text[anchor] == "-":
        first = _run_begin(text, anchor, _DASHED, _RUN)
        if text[first - 1 : first] in _BEFORE_FLAT and text[first - 2 : first - 1] not in _PLACE:
            begin = max(begin, first)
    last = _chain_end(text, anchor, end, stop, people)
    own = _OWN.match(text, begin, last)
    if own:
        begin = (
            last if _GROUP_ONLY.fullmatch(text, own.end(), last) else own.end()
        )  # 我村三组 tells nobody where
    if dwells and last < stop <= last + _REST + 2 and not _NO_REST.search(text, last, stop):
        last = stop
    return begin, last


def _of_place(text: str, start: int, end: int) -> bool:
    """Whether what reads as a name is part of the name of a place: 龙凤佳苑9栋, 四连家属区平房5排."""
    after = text[end : end + 1]
    counted = after in _COUNTED or (after == " " and text[end + 1 : end + 2] in _COUNTED)
    return (
        after in _ROADS
        or (text[end - 1] == "家" and after in _VALLEYS)
        or text.startswith(("自然村", "行政村", "经济适用", "公租", "安置"), end)
        or (text[end - 1] == "安" and text.startswith(("置点", "置区", "置房"), end))
        or text[end - 1] in _TRACKS
        or text[end - 1 : end + 1] == "单元"
        or (text[end - 1] in "雅名华新安嘉" and after == "居" and text[end + 1 : end + 2] != "住")
        or (text[start] in "楼门房单" and text[start - 1] in _COUNTED)
        or (counted and end - start > 2 and (text[end - 1] in _BUILT or _inside(text, start)))  # noqa: PLR2004
    )


def _inside(text: str, start: int) -> bool:
    """Whether a name would begin within a word: 锦官丽景6-1-1202."""
    before = text[start - 1 : start]
    return "\u4e00" <= before <= "\u9fa5" and before not in LEADS


def _no_home(text: str, start: int, stop: int) -> bool:
    """Whether what a label of a place leads to is no single home: 住二楼, 同一地址5台."""
    return bool(
        _NO_HOME.search(text, start, stop)
        or _BARE.fullmatch(text, start, stop)
        or _COUNT.fullmatch(text, start, stop)
    )


def _set_off(text: str, end: int) -> tuple[int, int] | None:
    """The place that a sign sets off right behind the name that ends at ``end``."""
    end += text.startswith("家", end)
    if text[end : end + 1] not in _OPENS:
        return _lives(text, end)
    called = _CALLED.match(text, end)
    group = called.lastgroup if called else None
    if called and group and name_at(text, called.start(group), plain=False) != called.end(group):
        return called.span(group)
    aside = _ASIDE.match(text, end)
    if aside is None or _WHOLE_VILLAGE.fullmatch(text, *aside.span("place")):
        return None
    return aside.span("place") if _like_home(text, *aside.span("place")) else None


_TRADE = re.compile("名称|店名|商户|企业|经营")  # in the heading of a table of shops, firms
_SOME = 2  # cells beside a name, from which on all of a column are taken for homes


def _lives(text: str, end: int) -> tuple[int, int] | None:
    """Where a sentence says that whoever is named right before ``end`` lives: 苗壮住三层水房对门."""
    told = _LIVES.match(text, end) if text[end : end + 1] in _TELLS else None
    if told is None:
        return None
    start, stop = told.span("place")
    return (start, stop) if _like_home(text, start, stop) and _HOME_SIGN.search(text, start, stop) else None


_TELLS = frozenset("，,住现原租借寄暂家老户")
_LIVES = re.compile(
    "(?:[，,](?:[男女][，,])?)?(?:(?:[现原租借寄暂家]|长期|常年)?住(?![所房宅院校宿户进满建])在?|老家(?:在|是)?|户籍在?)"
    r"(?P<place>[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Za-z\-]{2,24})(?=[，。；、）)\n])"
)
_HOME_SIGN = re.compile("[镇乡村组社屯队\\d]|[一二三四五六七八九十][层楼号排]|家$|对门|[旁后前]")


# Behind years: 高峰，男，53岁，水泵厂南楼501，.
_AGED = re.compile(r"岁[，,](?P<place>[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Za-z\-]{2,24})(?=[，。；])")


def _aged_home(text: str, start: int, end: int) -> bool:
    return (
        _like_home(text, start, end)
        and _HOME_END.search(text, start, end) is not None
        and not _WHOLE_VILLAGE.fullmatch(text, start, end)
    )


def _rows_of_persons(text: str, people: People) -> list[tuple[int, int]]:
    """The fields behind the persons that begin lines, where at least half of them read as homes."""
    told: list[tuple[int, int]] = []
    rows = signs = 0
    for start, end in people.places:
        first = text.rfind("\n", max(0, start - _NUMBER_BEFORE), start) + 1
        field = (
            _ROW_FIELD.match(text, end)
            if (first or start < _NUMBER_BEFORE) and _ROW_HEAD.fullmatch(text, first, start)
            else None
        )
        if field is None:
            continue
        rows += 1
        place = field.span("place")
        if _like_home(text, *place) and not _WHOLE_VILLAGE.fullmatch(text, *place):
            told.append(place)
            signs += _HOME_END.search(text, *place) is not None
    return told if len(told) >= _SOME and 2 * len(told) >= rows and 2 * signs >= len(told) else []


_NUMBER_BEFORE = 6  # code points of the number of a row
_ROW_HEAD = re.compile(r"[ \t\u3000|]*(?:\d{1,3}[.、)）\t |]{1,2})?")
_ROW_FIELD = re.compile(
    r"(?:[ \t\u3000|]{1,9}(?:[男女]|\d{1,18}[Xx]?岁?)?){1,4}(?P<place>[\u4e00-\u9fa5][^，。；;、！？：:\n\t（()）|/ \u3000]{2,24})(?=[\t|\n \u3000]|$)"
)
_HOME_END = re.compile(
    r"\d(?:号|室|户|栋|幢|楼|排)|[\-\d]\d{2,}$|单元|宿舍|[楼房屋院窑洞巷庄弄寓苑棚户]$|[旁后前内外上下里边侧头壁]$|[对隔后前][门面壁]|[东西南北]头|帐篷$|浩特$|营地$"
)


def _in_row_of_person(text: str, start: int, end: int, people: People) -> bool:
    """Whether a field right behind a person in a row may be a home, whatever it is called: 养路段道班房."""
    near = people.before(start, _NEAR)
    return (
        near is not None
        and _BETWEEN.fullmatch(text, near[1], start) is not None
        and _ANY_HOME.fullmatch(text, start, end) is not None
        and _NO_FIELD.search(text, start, end) is None
        and _FIRM_NAME.fullmatch(text, start, end) is None
        and name_at(text, start, plain=False) != end
    )


# What may stand in a row between a person and where the person lives: sex, years, numbers.
_BETWEEN = re.compile(r"(?:[ \t\u3000|/，,]{1,9}(?:[男女]|\d{1,18}[Xx]?岁?)?){1,4}")
_ANY_HOME = re.compile(
    r"(?=.{0,24}?[村组社队路街巷屯庄寨楼栋院屋房棚窑厂站场店所库湾沟坪点区城园苑桥坡坎塘岭边旁后前外内头尾户号间])[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Z\-]{3,24}"
)


_NO_YARDS = ("医院", "卫生院", "法院", "学院")
_FIRM_NAME = re.compile(
    r"[^\s|]{2,20}(?:[局院站店厂社校馆办部处室铺所队]|公司|中心|[中小大]学|幼儿园|银行|大厅|超市|广场|合作社|委员会|村委会)(?:[（(][^）)]{0,20}[）)]?)?"
)


def _like_home(text: str, start: int, end: int) -> bool:
    """Whether a field in a row of homes reads as one more."""
    return (
        _FIELD.fullmatch(text, start, end) is not None
        and _NO_FIELD.search(text, start, end) is None
        and text[start:end] not in COLUMNS
        and name_at(text, start, plain=False) != end
    )


def _is_part(text: str, start: int, end: int, part: str) -> bool:
    """Whether a word that may be part of a place, of the kind ``part``, is one where it stands."""
    after, before = text[end : end + 1], text[start - 1 : start]
    if part == "村" and _BY_THE_OFFICE.match(text, end):
        after = ""  # 泥河村委会对面小坡上
    if after in _NO_PLACE_AFTER.get(part, _NONE) or before in _NO_PLACE_BEFORE.get(part, _NONE) or not before:
        return False
    if text[start] in _BLOCKS and before.isalnum() and before.isascii():
        return False  # a seat: 7车12F座
    if part == "-":
        if text[start - 4 : start].isdigit():
            return False  # a telephone, a date
        first, last = _run_begin(text, start, _DASHED, _RUN), end
        while last < len(text) and text[last] in _DASHED and last - end < _RUN:
            last += 1
        lead = text[first - 1 : first]
        run = text[first:last].split("-")
        return (
            0 < len(run[0]) <= 3  # noqa: PLR2004  digits of the number of a building
            and 0 < len(run[-1]) <= 4  # noqa: PLR2004  of a flat
            and len(run) <= 4  # noqa: PLR2004
            and (
                lead in _PLACE
                or "\u4e00" <= lead <= "\u9fa5"
                or lead in _BLOCKS
                or (len(run) == _FLAT and len(run[1]) <= 2 and lead in _BEFORE_FLAT)  # noqa: PLR2004
            )
            and (not lead or lead not in "话号码字第真机年月于约为达共计每")
            and (
                text[last : last + 1] not in _UNLIKE
                or (len(run) == _FLAT and text[last : last + 1] in _COLONS)
            )
        )
    if part in _AT_DOORS:
        first = _run_begin(text, start + 1, _DIGITS, _RUN + 1)
        if part == "号" and start - first >= _LONGEST_DOOR:
            return False
        return text[first - 1 : first] in _DOORS or (
            part == "号"
            and "\u4e00" <= text[first - 1] <= "\u9fa5"
            and (after in _YARD or _ALONG.search(text, max(0, first - 8), first) is not None)
        )
    return part not in _KIND_WORDS or after not in _TOWNS


def _run_begin(text: str, start: int, signs: Container[str], most: int) -> int:
    """Where the run of ``signs`` before ``start`` begins, at most so many code points before it."""
    first = start
    while first and text[first - 1] in signs and start - first < most:
        first -= 1
    return first


_BY_THE_OFFICE = re.compile("委会?(?:对[面门]|[旁隔后背]|斜对|[东西南北][侧边头面])")
_COLONS = frozenset("：:")
_COMMAS = frozenset("，,")
_ROADS = frozenset("路街巷弄村庄苑园寨屯城府")
_VALLEYS = frozenset("湾塆坪沟岭冲坳坝咀嘴垭塝畈坡圩垸墩塘岗台河桥店集")  # 惠家塝
_TRACKS = frozenset("路街巷屯")
_UNITS = frozenset("组社队号室户栋幢")
_BUILT = frozenset("苑房楼园区府城路街巷村院寓邸湾庄庭门栋")
_NONE: frozenset[str] = frozenset()
_KIND_WORDS = frozenset(_KINDS) - frozenset(_SUFFIXES)
_DOORS = _PLACE | set("- 元栋座幢厦面边侧户查庭塘集铺庙井河山台坑坂坞峪浦港渡房")
_AT_DOORS = frozenset({"号", "楼", "层", "房", "门", "梯"})  # their number stands behind another part
# What each word is that may be part of a place: the unit behind its number, a dash, or itself.
_PART_OF = {kind: kind for kind in _KINDS} | _NUMBERED | dict.fromkeys(_FLATS, "-")
_BLOCKS = frozenset("ABCDEFGHKT")
_ALONG = re.compile("(?:[村屯路街巷]|社区)[\u4e00-\u9fa5]{1,5}$")  # 上洋自然村水尾7号
_YARD = frozenset("楼院")
_FLAT = 3  # numbers of building, stairs and flat, where nothing but a sign stands before: 滑玉珍　8-2-301
_BEFORE_FLAT = frozenset(("", *" \u3000\t\n|#：:，,。；;、．.）)(（／∕/"))
_LONGEST_DOOR = 4  # digits of the number of a house; 船捕（2019）HY-100362号 is a paper's
_RUN = 12  # digits of a number at a door, and of a flat
_DASHED = frozenset("0123456789-东西南北")
_COUNTED = _DASHED | set(_DIGITS)
_UNLIKE = frozenset(
    "-.年月日岁周天时点分人个名次届米元:：元%ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)


def _segment(text: str, anchor: int, end: int) -> tuple[int, int]:
    """The stretch without stops that the part ``[anchor, end)`` of a place stands in."""
    begin, low = anchor, max(0, anchor - 40)
    while begin > low:
        before = text[begin - 1]
        if before in _STOPS or (before == " " and _STOP.match(text, begin - 1)):
            break
        begin -= 1
    while text[begin] == " ":
        begin += 1
    found = _STOP.search(text, end, end + 40)
    return begin, found.start() if found else min(len(text), end + 40)


def _chain_end(
    text: str,
    anchor: int,
    end: int,
    stop: int,
    people: People,
) -> int:
    """Where the last part of the chain ends that goes on from the part ``[anchor, end)``."""
    last = end
    after = people.within(end, stop)
    if (
        after is not None
        and (bounded(text, after[1]) or text[after[0] - 1] in _UNITS or text[after[0] - 1].isdigit())
        and not _of_place(text, *after)
    ):
        stop = after[0]
    if text[anchor] in _COUNTED:
        number = _PART.match(text, _run_begin(text, anchor, _COUNTED, _RUN), stop)
        last = max(end, number.end()) if number else end
    found = _NEXT.match(text, last, stop)
    while found:
        last = found.end()
        found = _NEXT.match(text, last, stop)
    kind = _KIND.search(text, last, min(stop, last + 8))
    if kind and _is_part(text, *kind.span(), kind.group()) and not _MOVED.search(text, last, kind.start()):
        last = kind.end()
    aside = _WHERE_ASIDE.match(text, last)
    if aside:
        last = aside.end()
        found = _PART.match(text, last)
        while found:
            last = found.end()
            found = _PART.match(text, last)
        return last
    folk = _UP_TO_FOLK.match(text, last, stop)
    if folk and not _NO_REST.search(text, last, folk.end()):
        return folk.end()
    tail = _TAIL.match(text, last, stop)
    if tail:
        return tail.end()
    within = _WITHIN.match(text, last, stop) if text[last - 1] in "村屯查" else None
    if within and name_at(text, within.end(), plain=True) is not None:
        return within.end("part")
    if last < stop <= last + _REST:  # 湖口村老屋里: whatever the people there call it
        name = name_at(text, last, plain=False)
        if (name is None or not set(text[last + 1 : name]) <= GIVEN) and not _NO_REST.search(
            text, last, stop
        ):
            return stop
        if text[stop - 1] == "人" and not _NO_REST.search(text, last, stop - 1):
            return stop - 1
    return last


_MOVED = re.compile("[搬迁]|到")
_WITHIN = re.compile(r"(?P<part>[\u4e00-\u9fa5]{2,4}?)(?:的|农户|村民)")  # 龙泉村大塘埂的晏福来
_UP_TO_FOLK = re.compile("[\u4e00-\u9fa5]{1,7}?(?=村民|居民|住户|业主|租户)")  # 二组老粮站旁村民
_REST = 7
_NO_REST = re.compile(
    r"家(?<!第[一二三四五六七八九十]家)|[民人委干支的有被将和及与为在户了过着是等发负拟因系到从对把给向叫住请电患残已搭]|主任|书记|村医|文书|集体|[0-9]|房屋|住房|宅基|附近|开展|召开|举行|办理|走访|面试|检查|巡查|乱|摔|撞|突发|突降|作业|经营|务工|打工|营业|安装|设置|参加|接访|现场|认证|业主|租户|租[房住]|[暂借寄]住"
)


def _labelled_place(text: str, begin: int) -> bool:
    """Whether a label before decides what the place is."""
    return text[max(0, begin - 3) : begin - 1].endswith(
        ("地址", "住所", "所地", "地点", "住址", "坐落", "场所", "位置")
    )


_FIELD = re.compile(
    r"[\u4e00-\u9fa5][\u4e00-\u9fa5\dA-Za-z\-#]{0,24}"
    r"(?:[苑园府城寓舍楼栋座幢元庭邸院][\d\-]*\d{2,4}|[路街巷弄同村屯庄寨组社队院楼栋幢号室房门层湾沟坪塆岭冲坳坝咀嘴坎洼圩埠塘崖坨窑铺厝垅坞浜埂塬峁峪淀堡营畔棚窑站旁边侧头尾角口上下内外后前面家滩川岔坡山井桥孔洞壁厢屋]|棚户|户点|租住户|[院村巷弄楼屋寨园]里|窝子|[东西南北中]户|[楼层栋幢排][东西南北]|单元|牧业点|对门|蒙古包|帐房|夏窝子|安置点|居民点|工棚|平房|帐篷|浩特|营地)"
)
_NO_FIELD = re.compile(
    "[师员工手教]$|[校局]长$|上门|同上|中队|[地住]址|[无了是又把被我你他她]|值班|[同本该各]村|所在|小组|房号|证|敬老院|档案|现[将住]|服务|电话|(?<!第)[\\d一二三四五六七八九十][户家名个]"
)


def _ending(text: str, start: int) -> int:
    """Where an address behind a label is over; a sign within it or the width of a page may break it."""
    end, most = _over(text, start, start + _LONGEST), start + _LONGEST
    for _ in range(_BREAKS):
        wrapped = _WRAPPED.match(text, end) if end < len(text) else None
        more = wrapped or _WHERE_ASIDE.match(text, end) or _QUOTED.match(text, end)
        if more is None:
            break
        most = end + _LONGEST if wrapped else most
        end = _over(text, more.end(), most)
    if text[end : end + 1] == "、":
        again = _END.search(text, end + 1, end + _LONGEST // 2)
        if again and _ROOM.search(text, end, again.start()):
            return again.start()
    return end


def _over(text: str, start: int, most: int) -> int:
    found = _END.search(text, start, most)
    return found.start() if found else min(most, len(text))


_BREAKS = 4  # in one address
_QUOTED = re.compile(r"[“\"][^“”\"\n，。；：]{1,12}[”\"](?=[\u4e00-\u9fa5\d])")  # “顺发五金”楼上后间
# What stands in brackets behind a place and says where it is, or before the number of a house there.
_WHERE_ASIDE = re.compile(
    r"[（(](?:随[子女儿父母][子女]?|[\u4e00-\u9fa5]{1,10}(?:，[\u4e00-\u9fa5]{1,8})?(?:家|处|门|箱|院内?|楼[上下]|阁楼|旁边?|[对后前]面|[东西南北]侧|搬迁点|安置点|租房|自建房|[小大]院))[）)]"
    r"|[（(][\u4e00-\u9fa5]{1,8}[）)](?=[\d一二三四五六七八九十A-Z]{1,4}(?:号|栋|幢|楼|层|单元|室|排|组))|(?<=家)[（(][\u4e00-\u9fa5\d\-]{2,20}(?:[组社号村室栋房]|\d{3})[）)]"
)

# The width of a page breaks an address: before the number of a house, before its unit, or with the next line set in.
_WRAPPED = re.compile(
    r"(?<=[路街巷村镇道弄园区苑])\n(?=\d{1,4}(?:号|栋|幢|弄))|(?<=\d)\n(?=(?:号|室|栋|幢|单元|弄)[\u4e00-\u9fa5\d]{0,12}(?:[\n，。；]|$))"
    r"|\n[ \u3000]{2,}(?=\d{1,4}(?:号|栋|幢|弄|单元|室|楼)[\u4e00-\u9fa5\d]{0,12}(?:\n|$))"
    r"|\n[ \u3000]{2,}(?=[\u4e00-\u9fa5\dA-Z\-]{0,14}(?:[\d一二三四五六七八九十甲乙丙丁][号室户栋幢楼排组社队弄家]|单元|\d{3,4}|[村区园寓舍苑巷街路])(?:\n|$))"
)


def below_town(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part of an address ``[start, end)`` that may not stay: below the last town or street, else county."""
    value = text[start:end]
    cut = 0
    for level in (_TOWN, _COUNTY, _CITY):
        ends = [found.end() for found in level.finditer(value) if found.start() > 0]
        ends = [each for each in ends if each < len(value) or level is _TOWN]
        if ends:
            cut = ends[0] if level is not _TOWN else _last_town(value, ends)
            break
    rest = value[cut:]
    lead = len(rest) - len(rest.lstrip())
    bare = rest.strip()
    if not bare or not _BELOW.search(bare):
        return None
    first = start + cut + lead
    return first, first + len(bare)


def _last_town(value: str, ends: list[int]) -> int:
    # 某镇某街道 keeps both; 镇 inside the name of a village or a road (古镇路) does not count.
    kept = ends[0]
    for each in ends[1:]:
        if (
            not re.match(r"[路街巷村组]", value[each : each + 1] or " ")
            and not _LOW.search(value, kept, each)
            and each - kept > len("街道")
        ):
            kept = each
    return kept
