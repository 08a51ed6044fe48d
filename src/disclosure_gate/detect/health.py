"""Health data of an identifiable person: a disease, injury or disability told of somebody, or a column of a roster."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import DISEASES, HEALTH_WORDS, told_by
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.people import named
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

# What comes before the name of a disease and is not part of it.
_VERB = re.compile(
    r".*(?:患有|患上|罹患|身患|查出患|患|因|(?<!髓)系(?!统)|住院治疗|住院|治疗|将|诊断为|诊断出|诊断|确诊为|查出|检出|出现|突发|继发|得了|做完|做了|做|行|致其|致使|致|造成|导致|并发|伴有|合并|属于|属|是|为|被|称|发生|接受|留下|后|经|曾|已|说|有|与|和|及|了|的|其|在)"
)
_TELLS = re.compile(
    r"患|确诊|诊断|查出|检出|身患|感染|因|得了|突发|病史|住院|治疗|残疾|怀孕|妊娠|手术|致|造成|出现|病|伤|受种"
)
_SOMEBODY = re.compile(
    r"其(?![中他余它])|本人|申请人|该户|户主|妻|丈夫|儿子|女儿|父亲|母亲|老伴|配偶|子女|之子|之女|长子|次子|他|她|你|您|老人|孩子|自述|某|患者[^的]|当事人|该生|我|甲方|乙方|对方|被害人|受害人|伤者|死者"
)
_GROUP = re.compile(
    r"^\s?\d+(?:例|人|名|种|起|%)|^(?:的，(?:可|应|不|按|由|给|经|凭|每|享))|^(?:等)?(?:[\u4e00-\u9fa5、]{0,6}?)(?:的)?(?:患者[^\d]|病人|人群|老年人|人员|家庭|学生|职工|群众|参保|居民|儿童|妇女|者|防治|预防|筛查|防控|知识|高发|诊疗|门诊|用药|药品|疫苗|专科|科|管理|监测|护理|救助|评定|服务|等级|鉴定|康复|保障|发病率|死亡率|报销|待遇|病例数|流行|疫情|传播|宣传|日|检测|医疗|人数|基金|规范|健康教育|险)"
)
_GRADE = re.compile(
    r"(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?)?(?:[一二三四五六七八九十1-9][级類类])(?:(?:视力|听力|言语|肢体|智力|精神|多重)?(?:残疾|伤残|重残))?|(?:视力|听力|言语|肢体|智力|精神|多重)残疾(?:[（(]?[一二三四1-4]级[）)]?)?|伤残[一二三四五六七八九十1-9]{1,2}级"
)
_GRADED = re.compile("残|视力|听力|言语|肢体|智力|精神")
_TAIL = re.compile(
    r"(?<=孕)(?:\d{1,2}(?:\+\d)?周|\d{1,2}产\d{1,2})|(?<=末次月经)[：:为]?\d{4}年\d{1,2}月\d{1,2}日"
    r"|(?:[（(](?:[0-9IVⅠⅡⅢⅣ一二三四]{1,3}期|晚期|早期|中期|[一二三四1-4]级)[）)])"
    r"|病(?![人员例房历情因史种区床假退危毒])"
    r"|(?:中晚期|晚期|早期|[IVⅠⅡⅢⅣ]{1,3}期|术后|并发症|后遗症)"
    r"|[\u4e00-\u9fa5]{0,6}?(?:[IVⅠⅡⅢⅣ一二三四1-4]{1,3}期|中晚期|晚期|早期|并发症|后遗症|术后|综合征|综合症|病毒携带者?|抗体阳性|阳性|在床|手术|离断伤|末节离断伤|缺失|损伤|骨折|伤|障碍|临产|周|病|症|偏高|升高|不全|低下|坏死|切除|置换|移植|成瘾|突出|狭窄)(?![\u4e00-\u9fa5])"
)
_CLAUSE = re.compile(r"[，,。；;！？!?、|（(）)：:“”\"\s]|——")
_VALUE_END = re.compile(r"[。；;\n\t|]|，|[ \u3000]{2,}|[ \u3000](?=[\u4e00-\u9fa5]{2,8}[：:])|$")
_SENTENCE = "。；！？\n"
_NOTHING = frozenset({"无", "/", "-", "—", "－", ""})
_WELL = _NOTHING | {"良好", "健康", "正常", "一般", "否", "不详"}
_NO_VALUE = re.compile(r"\d{4}年|为|出|填|按|请|须|见|应|是否|及|、|的|证|告知")
_DISEASES = frozenset(DISEASES)
_LABELS = frozenset(told_by("health")) - _DISEASES
_GRADES = frozenset({"残疾", "伤残", "一级", "二级", "三级", "四级", "重残"})
_NO_DISEASE = frozenset(
    {"疾病", "中毒", "手术", "障碍", "异常", "突出", "大病", "感染", "慢性病", "传染病", "重大疾病", "残疾"}
)
_PERSONAL = frozenset(
    {"person_name", "minor_name", "guardian", "resident_id", "disability_card", "social_security"}
)
_BLIND = frozenset("杖道人文区点目")  # 盲杖 and the like
_FAR, _LONGEST = 90, 26


class HealthDetector:
    """健康信息: disease, disability, pregnancy of a person; general words on health are left alone."""

    name = "health"
    kind: SpanKind = "health"
    why = Text(
        zh="可识别个人的健康、残疾或者生育信息",
        en="health, disability or fertility of an identifiable person",
    )
    terms: Sequence[str] = tuple(dict.fromkeys((*DISEASES, *HEALTH_WORDS, *_GRADES, *told_by("health"))))

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        for cell in page.below("health"):
            if not cell.official and cell.roster & _PERSONAL and text[cell.start : cell.end] not in _NOTHING:
                places.add((cell.start, cell.end))
        people = sorted(named(page))
        if people or identified(page):
            places |= set(self._labelled(page))
        starts = [start for start, _ in people]
        covered = 0
        for start, end in sorted(page.met(self.name), key=lambda each: (each[0], -each[1])):
            if start < covered:
                continue
            place = self._told(text, start, end, people, starts)
            if place is not None:
                places.add(place)
                covered = place[1]
        for start, end in _joined(text, places):
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
                and (colon or len(value) <= _LONGEST // 3)
            ):
                lead = text[start:end].index(value)
                yield start + lead, start + lead + len(value)

    def _told(
        self, text: str, start: int, end: int, people: Sequence[tuple[int, int]], starts: Sequence[int]
    ) -> tuple[int, int] | None:
        line = max(text.rfind("\n", max(0, start - _FAR), start) + 1, start - _FAR, 0)
        sentence = max(max(text.rfind(sign, line, start) for sign in _SENTENCE) + 1, line)
        word = text[start:end]
        if (
            word in _LABELS
            or (word == "盲" and text[end : end + 1] in _BLIND)
            or (word == "孕" and text[end : end + 1] not in "0123456789周")
        ):
            return None
        if word in _GRADES:
            graded = next(
                (
                    each
                    for each in _GRADE.finditer(text, max(sentence, start - 6), end + 8)
                    if each.start() <= start < each.end()
                ),
                None,
            )
            if graded is None or not _GRADED.search(graded.group()):
                return None
            start, end = graded.span()
        clause = max((each.end() for each in _CLAUSE.finditer(text, sentence, start)), default=sentence)
        near = bisect_right(starts, start) - 1
        person = near >= 0 and people[near][1] >= line
        if person:
            clause = max(clause, min(people[near][1], start))
        before = text[clause:start]
        verb = _VERB.match(before)
        first = clause + (verb.end() if verb else 0)
        if start - first > _LONGEST // 2:
            first = start
        tail = _TAIL.match(text, end)
        last = tail.end() if tail else end
        if _GROUP.match(text[last : last + 14]) and not text.startswith(("，", "。", "、"), last):
            return None
        if text[first:last] in _NO_DISEASE or "医院" in text[first:last]:
            return None
        told = text[sentence:start]
        if person:
            return first, last
        known = word in _DISEASES or word in _GRADES or _GRADED.search(word)
        if known and _SOMEBODY.search(told) and (word in _GRADES or verb or _TELLS.search(told[-14:])):
            return first, last
        return None


def _joined(text: str, places: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places in order, those that only a comma parts as one: 孕32周，妊娠期糖尿病."""
    begin = last = -1
    for start, end in sorted(places, key=lambda each: (each[0], -each[1])):
        if begin >= 0 and (start <= last or (start == last + 1 and text[last] in "，、,")):
            last = max(last, end)
            continue
        if begin >= 0:
            yield begin, last
        begin, last = start, end
    if begin >= 0:
        yield begin, last
