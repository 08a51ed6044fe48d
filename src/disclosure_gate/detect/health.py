"""Health data of an identifiable person: a disease, injury or disability told of somebody, or a column of a roster.

A clause that holds a word of health is read once: who it is told of, whether it speaks of many or of a
service instead, and where in it the telling begins and ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import (
    BODY,
    COMMON_CHARACTERS,
    DISEASES,
    GIVEN,
    GRADES,
    HEALTH_WORDS,
    NO_NAMES,
    STATES,
    SUFFERS,
    SURNAMES,
    WITH_HEALTH,
    told_by,
)
from disclosure_gate.detect.names import LEADS, name_at, name_before
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.somebody import SOMEBODY, any_of, item_of_person, people_of
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

# What leads up to the telling and is no part of it: 因, 经县医院诊断为, 造成.
_LEAD = re.compile(
    r"(?:.{0,24}(?:诊断(?:为|是|出)?|确诊(?:为|是)|鉴定(?:为|是)?|评定(?:为|是)?|评为|认定(?:为|是)?|证实为|定为|构成|致使|致其|致|造成|导致|并发|引起|引发|出现|因为|由于|因(?!公|战)|(?<![髓体谱神科])系(?!统)|称|说(?![话不得全])|反映|表示|陈述|自述|属于|属|行(?![走动])|住院治疗|治疗))?"
    r"(?:[今现]年|约?\d{1,3}岁|且|并|但|而|的|现在?|目前|后|曾|为|与|和|及|其|经|将)*"
)
# What does not belong to the telling any more: 去世, 住院, 需要, 要求.
_AFTER = re.compile(
    r"去世|死亡|身亡|病故|病逝|离世|(?<!卧床|发作)住院|入(?=[\u4e00-\u9fa5]{0,6}院)|就诊|就医|在(?=[\u4e00-\u9fa5]{0,8}(?:医院|卫生|诊所|住院|家))|需要?(?!人|透析|长期|专人|终身|终生|靠|吸氧|借助|拄|坐轮|护理|他人|定期|二次|植)|急需|要求|申请|请求|请|为由|等(?!多种|[\u4e00-\u9fa5]{0,4}[病症疾])|而(?!致|引|导|成)|经[^常期]|于[一二\d]|生活困|家庭|必须|未(?![愈控痊好恢孕发])|应|由|享受|救助|补[贴助]|纳入|符合|的(?=[\u4e00-\u9fa5])"
)
_STOP = re.compile(r"[，,。；;：:！？!?\n\t|（(）)“”\"\[\]【】《》]|/(?<![A-Za-zμ]/)(?![0-9])|[ \u3000]|——")
_ASIDE = re.compile(r"[（(][^（(）)\n]{1,20}[）)]")
_SENTENCE = "。！？\n"
# Told of many, of a service or of a rule: nobody's health.
_MANY = any_of(
    r"[0123456789][\d,.]*(?:[%％‰]|[余多]?(?:[例名人种台家张件户起万项]|人次)) [一二三四五六七八九十百千两几多]+(?:例|人次) [二三四五六七八九十百千两几多]+名(?!男|女|老|学|儿|孩|婴|患) 率",
    r"患者[的及和人中总登可，]?(?:规范|管理|随访|救治|服务|救助|总数|人数|占|家庭|就医|住院|用药|监护|需求|筛查|签约|人次|中|\d) 等疾病 等病种 重点人群 人群 参保 病例数 [患发]病[率情人]",
)
_COUNTED = re.compile(r"\d[\d,]*[余多]?(?:例|名|人(?!民|体))|人次|率(?!齐|不)|人群")
_SERVICE = re.compile(
    r"\s?(?![在到送经于入由])(?:\d+(?:例|人|名|种|起|床|台|张)"
    r"|[\u4e00-\u9fa5、]{0,6}?(?:患者(?![，,：:（(、“\"因于自主入被经在系女男出诉称术反])|患者[，、]?(?:可|应|由|按)|病人|人群|老年人|群众|人员|家庭|职工|参保|居民|妇女|防治|预防|筛查|防控|知识|高发|诊疗|门诊|用药|药品|疫苗|专科|管理|监测|护理(?!依赖|费)|评定|康复|保障|发病率|死亡率|报销|待遇|病例数|流行|疫情|传播|宣传|人数|基金|规范|健康教育|保险|医院|卫生|中心|补助|补贴|津贴|赔偿|抚恤)"
    r"|的?(?:老人|学生|儿童|者(?![，。；、）])|服务|等级|日|医疗|险|科|所|证|联|军人|中西医|医学|医[生师]|诊断证明|仪|器|机|设备|床(?!上)|室|病房|病区|知情|同意书|研究|学会|协会|试剂|系统|救助|鉴定|岗位|院(?!内)))|的[，、]?(?:可|应|不|按|由|给|经|凭|每|享|予|优先)"
)
_POLICY = any_of(
    "应当 凡 符合 下列 以下 规定 办法 标准 政策 哪些 如何 范围 推进 加强 开展 落实 做好 提高 普及 宣传 完善 各[镇村单县乡有] 全[区县市镇省] 人群 覆盖 统一 给予 对于 可(?:以|申请|享受|凭) 之一 不得 严禁 禁止 预防 如遇 演练 培训 讲座 模拟"
)
_GRADE = re.compile(
    r"残疾[（(](?:视力|听力|言语|肢体|智力|精神|多重)?[一二三四1-4]级[）)]|(?:(?:残疾|伤残|劳动功能障碍|失能)?(?:等级|级别|程度|类别)?(?:及等级)?[为：:]?)?(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?(?:等级)?[为：:（(]?)?"
    r"(?:[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾ⅠⅡⅢⅣ1-9]|10)[级類类等][）)]?(?:(?:视力|听力|言语|肢体|智力|精神|多重)?(?:残疾|伤残|重残|智残|残))?"
)
_GRADED = re.compile("残|视力|听力|言语|肢体|智力|精神|劳动功能|失能")
_CAUSED = re.compile(r"[（(]因?[战公病][）)]?")
_HARMED = any_of(
    r"断 折 伤 截 残 缺 麻 木 跛 肿 痛 疼 瘫 青了 破 裂 板 钉 换 术 切 萎 形 抖 模糊 不灵 不便 不好 不能 无力 无法 不清 不明 不太 不出 不见 差(?!异|额|旅) 丧失 下降 坏 瘤 癌 炎 石 积 患 疾 病 支架 搭桥 弱 失 瘸 障碍 有问题 毛病 低于 低下 花得 花了 也背 背了 歪 内翻 外翻 软 直不 烂 瞎 聋 哑 废 没了 少了 掉了 脱 错位 扭 崴 闪了 撞 磕 碰 刮 夹 刺(?!青) 扎 烧 烫 冻 震 摘 石膏 夹板 没有 麻痹 无知觉 出血 异常 偏 缝 感染 疤 擦 挫 咬 砸 压住 僵 硬 衰 停"
)
_VALUE_END = re.compile(r"[。；;\n\t|]|，|[ \u3000]{2,}|[ \u3000](?=[\u4e00-\u9fa5]{2,8}[：:])|$")
_NOTHING = frozenset({"无", "/", "-", "—", "－", ""})
_WELL = _NOTHING | {"良好", "健康", "正常", "一般", "否", "不详"}
# A reason for hardship that is none of health: 缺劳力, 子女上学.
_OTHER_REASON = re.compile(
    r"(?!.*[病残癌症伤瘫痴孕瘤盲聋哑术疗炎])(?:.{0,4}(?:失火|火灾|房屋|学|劳力|劳动力|技术|资金|灾|失业|无业|就业|丧偶|离异|单亲|无子女|孤寡|独居|年老|年迈|收入|服刑|失联|改嫁|事故))"
)
_NO_VALUE = re.compile(
    r"\d{4}年|[评鉴认]定|标准|为|出|需|填|按|请|须|见|应|是否|及|、|的|证|案|书|一事|类别|告知"
)
_ALL_DISEASES = frozenset(DISEASES)
_LABELS = frozenset(told_by("health")) - _ALL_DISEASES
_BODY = frozenset(BODY)
_WEAK = frozenset(WITH_HEALTH)
_SUFFERS = frozenset(SUFFERS)
_GRADE_WORDS = frozenset(GRADES)
_NO_DISEASE = frozenset(
    {"疾病", "中毒", "手术", "障碍", "异常", "突出", "大病", "感染", "慢性病", "传染病", "重大疾病", "残疾", "职业病", "住院", "伤残", "有病"}
)  # fmt: skip
_PERSONAL = frozenset(
    {"person_name", "minor_name", "guardian", "resident_id", "disability_card", "social_security"}
)
_BLIND = frozenset("杖道人文区点目从")  # 盲杖 and the like
_OTHERWISE = {
    "盲": _BLIND | {"用"},
    "哑": frozenset("铃"),
    "症": frozenset("状"),
    "病": frozenset("人房历案例区床理害虫源株种死故逝退假休毒情因号菌媒吗卡畜树鸡猪牛羊疫者愈史"),
    "伤": frozenset("害亡员者心感残势情天财农风痕"),
    "痛": frozenset("苦快心点惜击恨斥悼批"),
    "炎": frozenset("热黄帝夏"),
    "瞎": frozenset("说编指"),
    "残": frozenset("疾联留值忍余渣损次骸酷缺"),
    "傻": frozenset("瓜"),
    "胎": frozenset("压面"),
    "异常": frozenset("反"),
    "肿": frozenset("大"),
    "疼": frozenset("爱惜"),
    "晕": frozenset("车机"),
    "得了": frozenset("奖冠名第分一二三吗吧！补钱好点些很"),
    "确诊": frozenset("病数人患者率时后前"),
    "染上": frozenset("赌毒恶坏网"),
}
_ENDS = {
    "硬化": frozenset("肝脉管性发节维"),
    "缺失": frozenset("指趾肢端节齿骨臂腿手足眼耳部体牙"),
}  # what such a word is the end of: not of 路面硬化
_NO_ENDS = {  # and of what it is none
    "病": frozenset("疾因看过慢治生防救动植疫鸡猪牛羊树死大通弊毛"),
    "伤": frozenset("受工死悲忧中误杀损有无致负重轻"),
    "痛": frozenset("悲哀沉心惨切"),
    "炎": frozenset("炎"),
    "癌": frozenset("两"),
    "痨": frozenset("防"),
    "症": frozenset("对无适病重"),
}
_NONE: frozenset[str] = frozenset()
_HOSPITAL = "医院"
_ASIDES = 6
_SHORT = 2  # characters of a name that other words end like
_OPEN = frozenset("（(")
_OPENED = _OPEN | {"/"}
_PRENATAL = frozenset("0123456789周")
_FAR, _LONGEST, _TAIL, _LEADING = 90, 40, 14, 22
_LINK = re.compile(
    r"(?:[，、；,][\u4e00-\u9fa5]{0,2}约?[\d.]{1,4}(?:cm|厘米|mm|毫米|针|处|次|天|年|周|月))?[，、；,]?[\u4e00-\u9fa5]{0,3}(?:岁还|岁)?"
)
_CONDITION = re.compile("的[，、](?:可|应|不|按|由|给|经|凭|每|享|予|优先|一律|均)")  # …的，按约定给付
_DENIED = re.compile(
    r"有无|无(?![法力])|未[见发]|否认|.{0,8}没有(?!知觉|意识|感觉|劳动|左|右|双|手|脚|腿|眼)|排除|需.{0,4}手术"
)
_CURES = re.compile("擅[治长]|[主专诊]治|义诊|讲座|宣教|课题|医方|操作|试验|接种(?!后)")


class HealthDetector:
    """健康信息: disease, disability, pregnancy of a person; general words on health are left alone."""

    name = "health"
    kind: SpanKind = "health"
    why = Text(
        zh="可识别个人的健康、残疾或者生育信息",
        en="health, disability or fertility of an identifiable person",
    )
    terms: Sequence[str] = tuple(
        dict.fromkeys(
            (*DISEASES, *HEALTH_WORDS, *STATES, *SUFFERS, *BODY, *GRADES, *WITH_HEALTH, *told_by("health"))
        )
    )

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        weak: set[tuple[int, int]] = set()
        for cell in page.below("health"):
            if not cell.official and cell.roster & _PERSONAL:
                value = text[cell.start : cell.end]
                if value not in _NOTHING and not _OTHER_REASON.match(value):
                    places.add((cell.start, cell.end))
        people = people_of(page)
        if people.places or identified(page):
            places |= set(self._labelled(page))
        covered = 0
        clauses = _Clauses(page, {end for _, end in places})
        for start, end in sorted(page.met(self.name), key=lambda each: (each[0], -each[1])):
            if start < covered:
                continue
            place = clauses.told(start, end)
            if place is not None:
                if text[start:end] in _WEAK:
                    weak.add(place)
                else:
                    places.add(place)
                    covered = place[1]
        for start, end in _joined(text, places, weak):
            yield Hit(start, end, "*" * (end - start))

    def _labelled(self, page: Page) -> Iterator[tuple[int, int]]:
        text = page.text
        for start in page.labelled("health"):
            if page.in_heading(start - 1) or text[start - 1] in "\n|":
                continue
            ending = _VALUE_END.search(text, start, start + 40)
            end = ending.start() if ending else start
            value = text[start:end].strip()
            colon = text[start - 1] in "：:\t"
            if (
                value
                and value not in _WELL
                and not _NO_VALUE.match(value)
                and not _OTHER_REASON.match(value)
                and (colon or len(value) <= 8)  # noqa: PLR2004  a word, not the rest of a sentence
            ):
                lead = text[start:end].index(value)
                yield start + lead, start + lead + len(value)


class _Clauses:
    """Reads the clauses of a page for what they tell of a person's health.

    ``ends`` are the ends of what was found already: a clause that goes on from there tells more of it.
    """

    __slots__ = ("_ends", "_labels", "_people", "_text")

    def __init__(self, page: Page, ends: set[int]) -> None:
        self._text = page.text
        self._people = people_of(page)
        self._ends = ends
        known = self._people.places or identified(page)
        labels = page.labelled("health")
        self._labels = labels if known else [each for each in labels if page.text[each - 1] in "：:"]

    def told(self, start: int, end: int) -> tuple[int, int] | None:
        """What the clause around the word ``[start, end)`` tells of a person's health, or ``None``."""
        text = self._text
        word = text[start:end]
        if _otherwise(text, start, end):
            return None
        begin = low = max(0, start - _LONGEST)
        for sign in _STOP.finditer(text, low, start):
            begin = sign.end()
        if word in _GRADE_WORDS:
            graded = _graded(text, low, start, end)
            if graded is None:
                return None
            start, end = graded
            begin = min(begin, start)
        found = _STOP.search(text, end, end + _LONGEST)
        stop = found.start() if found else min(len(text), end + _LONGEST)
        if word in _BODY and not (
            _HARMED.search(text, end, min(stop, end + _TAIL))
            or _HARMED.search(text, max(begin, start - 8), start)
        ):
            return None
        near = self._people.before(start)
        if near is not None:
            begin = max(begin, min(near[1], start))
            of_many = (
                _COUNTED.search(
                    text, max(begin, start - 12), min(stop, end + (_TAIL if word in _SUFFERS else 6))
                )
                is not None
            )
        else:
            of_many = not self._of_somebody(begin, start, end, stop)
        if of_many or (_SERVICE.match(text, end) and text[end : end + 1] not in "，。、"):
            return None
        first, last = _first(text, begin, start), self._last(end, stop)
        telling = text[first:last]
        if (
            telling in _NO_DISEASE
            or _HOSPITAL in text[start:last]
            or _DENIED.match(telling)
            or _CURES.search(telling)
            or _CONDITION.match(text, last - 1)
            or (word in _SUFFERS and (last - end < _SHORT or (near is None and _SERVICE.match(text, last))))
        ):
            return None
        self._ends.add(last)
        return first, last

    def _of_somebody(self, begin: int, start: int, end: int, stop: int) -> bool:
        """Whether the clause goes on with what was told of somebody, or its sentence speaks of one person."""
        text = self._text
        if begin - 1 in self._ends and text[begin - 1 : begin] in "，、（(":
            return True
        far = max(0, start - _FAR)
        sentence = max(max(text.rfind(sign, far, start) for sign in _SENTENCE) + 1, far)
        if _MANY.search(text, begin, stop):
            return False
        somebody = -1
        for each in SOMEBODY.finditer(text, sentence, start):
            somebody = each.end()
        if _POLICY.search(text, max(somebody, sentence), stop):
            return False
        return (
            somebody >= 0
            or SOMEBODY.search(text, end, stop) is not None
            or self._people.within(end, stop) is not None
            or any(sentence <= label < start for label in self._labels)
            or _reads_as_name(text, begin, start)
            or _followed(text, end, stop)
            or item_of_person(text, start)
        )

    def _last(self, end: int, stop: int) -> int:
        """Where the telling ends: with its clause, or before what follows from it; an aside belongs to it."""
        text = self._text
        last = end
        for _ in range(_ASIDES):
            after = _AFTER.search(text, last, stop)
            last = min(after.start() if after else stop, last + _TAIL)
            aside = _ASIDE.match(text, last) if last == stop else None
            if aside is None or self._people.within(last, aside.end()) is not None:
                break
            last = aside.end()
            if text[last : last + 1] != "、":
                break
            found = _STOP.search(text, last + 1, last + _LONGEST)
            stop = found.start() if found else last
        person = self._people.within(end, last)
        return person[0] if person is not None else last


def _otherwise(text: str, start: int, end: int) -> bool:
    """Whether a word of health is part of another word, or only a label: 病房, 疼爱, 路面硬化."""
    word, after, before = text[start:end], text[end : end + 1], text[start - 1 : start]
    return (
        word in _LABELS
        or (after in _OTHERWISE.get(word, _NONE) and after != "")
        or (word == "孕" and after not in _PRENATAL)
        or before in _NO_ENDS.get(word, _NONE)
        or (word in _ENDS and before not in _ENDS[word])
    )


def _graded(text: str, low: int, start: int, end: int) -> tuple[int, int] | None:
    """The whole of a grade of disability: 肢体残疾贰级, 伤残九级, 八级（因战）."""
    for each in _GRADE.finditer(text, max(low, start - 12), end + 8):
        if each.start() <= start < each.end():
            known = _GRADED.search(each.group()) or _CAUSED.match(text, each.end())
            return each.span() if known else None
    return None


def _first(text: str, begin: int, start: int) -> int:
    """Where the telling begins: after who it is told of and after what leads up to it."""
    if text[begin - 1 : begin] in _OPENED and SOMEBODY.match(text, begin, start):
        return begin  # （老人瘫痪）: of nobody named
    last = begin
    for each in SOMEBODY.finditer(text, begin, start):
        last = each.end()
    while last < start and text[last] in "亲子女儿人生者方，的":
        last += 1
    hospital = text.rfind(_HOSPITAL, last, start)
    if hospital >= 0:
        last = hospital + len(_HOSPITAL)
    lead = _LEAD.match(text, last, start)
    first = lead.end() if lead else last
    return first if start - first <= _LEADING else start


def _reads_as_name(text: str, begin: int, start: int) -> bool:
    """Whether what stands right before a word, or before the bracket it stands in, reads as a name."""
    for place in range(begin, start - 1):
        if text[place] in SURNAMES and (place == begin or text[place - 1] in LEADS):
            given = text[place + 1 : place + 3]
            if text[place : place + 2] in NO_NAMES:
                continue
            end = name_at(text, place, plain=False)
            if (end is not None and set(text[place + 1 : end]) <= GIVEN) or (
                place + 3 <= start and set(given) <= GIVEN and text[place] not in COMMON_CHARACTERS
            ):
                return True
    name = name_before(text, start)
    if (
        name is not None
        and name[0] >= begin
        and set(text[name[0] + 1 : name[1]]) <= GIVEN
        and (name[0] == begin or text[name[0] - 1] in LEADS or name[1] - name[0] > _SHORT)
    ):
        return True
    return text[begin - 1 : begin] in _OPEN and name_before(text, begin - 1) is not None


def _followed(text: str, end: int, stop: int) -> bool:
    """Whether what is told goes on with a name: 腿脚不便的寇玉山."""
    particle = text.find("的", end, min(stop, end + 8))
    if particle < 0:
        return False
    name = name_at(text, particle + 1, plain=True)
    return name is not None and set(text[particle + 2 : name]) <= GIVEN


def _joined(text: str, places: set[tuple[int, int]], weak: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places in order, those as one that only a comma and a word or two part: 孕32周，妊娠期糖尿病.

    ``weak`` places are of a telling only beside another: 从架子上跌落，右跟骨骨折.
    """
    begin = last = -1
    strong = False
    for start, end in sorted(places | weak, key=lambda each: (each[0], -each[1])):
        if begin >= 0:
            if start <= last or _links(text, last, start):
                last = max(last, end)
                strong = strong or (start, end) in places
                continue
            if strong:
                yield begin, last
        begin, last, strong = start, end, (start, end) in places
    if strong:
        yield begin, last


def _links(text: str, start: int, end: int) -> bool:
    link = _LINK.match(text, start, end)
    return (
        link is not None and link.end() == end and SOMEBODY.search(text[start:end].replace("岁", "")) is None
    )
