"""Names of natural persons that a word of context calls complainants, witnesses, persons questioned and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from disclosure_gate.detect.detector import Hit
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳逄姬申扶堵"
    "冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东"
    "欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋"
    "楚闫法汝鄢涂钦墨哈谯笪年爱阳佟仝肖覃麦沐商牟佘佴伯赏南宫墨简"
)
_COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "夏侯",
    "端木",
    "南宫",
    "呼延",
)
_WORDS = (
    "投诉人", "举报人", "信访人", "证人", "见证人", "目击者", "被询问人", "被侵害人", "受害人", "被害人", "询问对象", "第三人",
    "监护人", "委托代理人", "现场人员",
)  # fmt: skip
_NAME = rf"(?:(?:{'|'.join(_COMPOUND)})[\u4e00-\u9fa5]{{1,2}}|[{''.join(sorted(set(_SURNAMES)))}][\u4e00-\u9fa5]{{1,2}})"
_CALLED = re.compile(
    rf"(?:{'|'.join(_WORDS)})(?:[：:]|姓名[：:]?|为|是|系)?[ \u3000]?(?P<name>{_NAME})(?=[，,、；;。（(\s：:]|$)"
)
MAX_NAMES = 200


class ThirdPersonDetector:
    """人名: a person whom the text calls complainant, witness, victim …, there and wherever the name comes again."""

    name = "third_person"
    kind: SpanKind = "person_name"
    why = Text(
        zh="投诉人、证人、被询问人等第三人的姓名",
        en="name of a complainant, witness, person questioned or other third person",
    )

    def find(self, text: str) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        names = sorted(
            {found["name"] for found in _CALLED.finditer(text)}, key=lambda name: (-len(name), name)
        )
        if not names:
            return
        for found in re.finditer("|".join(map(re.escape, names[:MAX_NAMES])), text):
            yield Hit(*found.span(), masked_name(found.group()))


def masked_name(name: str) -> str:
    """张某, 李某某, 欧阳某."""
    family = 2 if name[:2] in _COMPOUND else 1
    return name[:family] + "某" * (len(name) - family)
