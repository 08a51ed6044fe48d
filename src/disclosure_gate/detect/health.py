"""Health data of an identifiable person: a disease or disability told of somebody, or a column of a roster."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.lexicon import COMMON_CHARACTERS, DISEASES, NO_NAMES, SURNAMES
from disclosure_gate.detect.page import Page
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_VERB = re.compile(
    r"(?:患有?|罹患|身患|确诊为?|诊断为|诊断出|查出|检出|因|系|为|得了|得|感染|伴有?|合并|有|并发|患上|突发|查出患有|疑似|属|、|，|和|及|先天性|继发性|急性|慢性|晚期|早期|重度|中度|轻度|原发性|双侧|左侧|右侧|左|右)[“\"（(]?$"
)
_TELLS = re.compile(r"患|确诊|诊断|查出|检出|身患|感染|因|得了|突发|病史|住院|治疗|残疾|怀孕|妊娠|手术")
_SOMEBODY = re.compile(
    r"其|本人|申请人|该户|户主|妻|丈夫|儿子|女儿|父亲|母亲|老伴|配偶|子女|之子|之女|长子|次子|他|她|某|患者[^的]|当事人|该生"
)
_NAMED = re.compile(
    rf"[{''.join(sorted(SURNAMES - COMMON_CHARACTERS))}][\u4e00-\u9fa5]{{1,2}}"
    r"(?=[，,（(、：:\s]|患|因|系|家|之|的妻|的儿|的女|的母|的父|在|于|被|为|突|经|身|确|自|长|[男女])"
)
_GROUP = re.compile(
    r"^(?:的，(?:可|应|不|按|由|给|经|凭|每|享))|^(?:等)?(?:[\u4e00-\u9fa5、]{0,6}?)(?:的)?(?:患者|病人|人群|老年人|人员|家庭|学生|职工|群众|参保|居民|儿童|妇女|者|防治|预防|筛查|防控|知识|高发|诊疗|门诊|用药|药品|疫苗|专科|科|管理|监测|护理|救助|评定|服务|等级|鉴定|康复|保障|发病率|死亡率|报销|待遇|病例数|流行|疫情|传播|宣传|日|病毒|检测|医疗|人数|基金|规范|健康教育)"
)
_GRADE = re.compile(
    r"(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?)?(?:[一二三四1-4][级類类])(?:(?:视力|听力|言语|肢体|智力|精神|多重)?(?:残疾|伤残|重残))?|(?:视力|听力|言语|肢体|智力|精神|多重)残疾(?:[（(]?[一二三四1-4]级[）)]?)?"
)
_LEAD = re.compile(
    r"(?:先天性|继发性|急性|慢性|晚期|早期|重度|中度|轻度|原发性|双侧|左侧|右侧|左|右|转移性|恶性|良性|II型|Ⅱ型|2型|二型|1型|多发性|陈旧性|终末期|小细胞|非小细胞)+$"
)
_TAIL = re.compile(
    r"(?:[（(](?:[0-9IVⅠⅡⅢⅣ一二三四]{1,3}期|晚期|早期|中期|[一二三四1-4]级)[）)]|[IVⅠⅡⅢⅣ一二三四1-4]{1,3}期|晚期|早期|中晚期|后遗症|术后|综合征)?"
)
_SENTENCE = "。；！？\n\t"
_NOTHING = frozenset({"无", "/", "-", "—", "－", ""})


class HealthDetector:
    """健康信息: disease, disability, pregnancy of a person; general words on health are left alone."""

    name = "health"
    kind: SpanKind = "health"
    why = Text(
        zh="可识别个人的健康、残疾或者生育信息",
        en="health, disability or fertility of an identifiable person",
    )
    terms: Sequence[str] = tuple(dict.fromkeys((*DISEASES, "残疾", "一级", "二级", "三级", "四级", "重残")))

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        for cell in page.below("health"):
            if "office" not in cell.roster and text[cell.start : cell.end] not in _NOTHING:
                places.add((cell.start, cell.end))
        covered = 0
        for start, end in sorted(page.met(self.name), key=lambda each: (each[0], -each[1])):
            if start < covered:
                continue
            place = self._told(text, start, end)
            if place is not None:
                places.add(place)
                covered = place[1]
        last = -1
        for start, end in sorted(places, key=lambda each: (each[0], -each[1])):
            if start >= last:
                yield Hit(start, end, "*" * (end - start))
                last = end

    def _told(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        begin = max(text.rfind(sign, max(0, start - 80), start) for sign in _SENTENCE) + 1
        begin = max(begin, start - 80, 0)
        before = text[begin:start]
        if text[start:end] in {"残疾", "一级", "二级", "三级", "四级", "重残"}:
            graded = next(
                (
                    found
                    for found in _GRADE.finditer(text, max(begin, start - 6), end + 8)
                    if found.start() <= start < found.end()
                ),
                None,
            )
            if graded is None or not re.search("残|视力|听力|言语|肢体|智力|精神", graded.group()):
                return None
            start, end = graded.span()
            before = text[begin:start]
            if _GROUP.match(text[end : end + 14]) or not _somebody(before):
                return None
            return start, end
        lead = _LEAD.search(before)
        if lead:
            start = begin + lead.start()
            before = text[begin:start]
        tail = _TAIL.match(text, end)
        end = tail.end() if tail else end
        if _GROUP.match(text[end : end + 14]) and not text.startswith(("，", "。", "、"), end):
            return None
        if not _somebody(before):
            return None
        told = (
            _VERB.search(before)
            or _TELLS.search(before[-14:])
            or (before.endswith("、") and _TELLS.search(before))
        )
        return (start, end) if told else None


def _somebody(before: str) -> bool:
    """Whether the words before speak of one person."""
    if _SOMEBODY.search(before):
        return True
    return any(found.group()[:2] not in NO_NAMES for found in _NAMED.finditer(before))
