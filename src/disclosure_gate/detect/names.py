"""How a name of a person reads: where it ends when it begins here, where it begins when it ends here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from disclosure_gate.detect.lexicon import (
    COMMON_CHARACTERS,
    COMPOUND_SURNAMES,
    FORENAMES,
    GIVEN,
    NO_NAMES,
    PARTS_OF_NAMES,
    PHRASES,
    SURNAMES,
    TITLES,
    words,
)

# What names of other peoples are written with.
SOUNDS = frozenset(
    "阿艾安奥巴拜白班贝比别宾波伯布卜才次达旦丹德迪丁东都杜多尔法菲弗夫富盖甘冈戈格古谷哈海汗合赫黑胡霍基吉加贾江杰金卡凯坎康科克肯库夸拉莱赖兰朗"
    "勒雷黎里力利丽琳鲁罗洛马玛迈麦买曼毛梅美蒙米密明莫默姆木穆纳娜乃内尼宁努诺欧帕潘佩皮平普其奇乔切让热仁日如若萨赛桑沙珊尚舍史斯苏素孙索塔台泰坦唐特提"
    "廷吐托瓦汪维温文沃乌吾伍西希夏谢辛逊雅亚央叶伊依益音英尤玉约扎泽增珍珠卓孜兹祖佐则再甫肉艳措姐嘎尕宗呷那图生地送吐司义荪喀洪玛且茹仙塞祖农肯赛再排则牙外胡加曲果俄伍余鲁果什勃嘎噶尔德钦真珠旺堆杰索南顿增贡绒降周昂根敦更登毛朋其朝苏和铁支苦惹娃琴额秋邓罕岩色郎洋庆松楞追喜绕查琼嘉觉晋旭坚赞仓乐宝孟敖恩浩腊囡仲慈呼"
)
_OF_DOTTED = "".join(sorted(SOUNDS.union("不干鲜茜芙芭翁涂妥冉莎", *PARTS_OF_NAMES)))
_SOUNDED = re.compile(rf"[{_OF_DOTTED}]{{2,9}}[·•・‧.．][{_OF_DOTTED}]{{2,12}}")
_UNLIKE = sorted(part for part in PARTS_OF_NAMES if not SOUNDS.issuperset(part))  # 高娃, 毕力, 四郎
# A name without a dot and no more than it (其木格卡号); not 阿拉善盟, 巴图湾水库.
OF_SOUNDS = re.compile(
    rf"(?:{'|'.join(_UNLIKE)}|(?!卡号|查[看阅询明处找验体房封收]|呼吸|喜[欢爱]|乐[意于]|宝宝|赞成|腊月|达成|提[出供交]|克服|比较|加[入工]|那[么天]|其[他中余]|图片|地[址区方]|生[于活病前]|送[到医]|再次|丹麦)[{''.join(sorted(SOUNDS))}]){{2,6}}+(?![·市县盟州旗镇乡区路山河湖村街省族苏草湾社])"
)
DOTS = frozenset("·•・‧．")
_TO_A_DOT = re.compile(r"[\u4e00-\u9fa5]{2,9}+[·•・‧.．]")  # all names with a dot begin so
_SOUNDED_WHOLE = re.compile(rf"[{''.join(sorted(SOUNDS))}]{{3,6}}")
HAN = re.compile(r"[\u4e00-\u9fa5\u3400-\u4dbf]+")
MINORITY = re.compile(r"[\u4e00-\u9fa5]{2,8}+(?:[·•・‧.．][\u4e00-\u9fa5]{1,8}){1,3}")
# All that fills a cell or stands behind 姓名：, where nothing but a name stands: NOVAK, Petra; LAU Chi Ming.
_LATIN_VALUE = re.compile(
    r"(?:[A-ZÀ-ÞĐ][a-zà-ỹ]{1,15}|[A-ZÀ-ÞĐ]{2,15}|[A-Z]\.?|[A-Z]['’][A-Z][a-z]{1,15})"
    r"(?:,? |-|, ?)(?:[A-Za-zÀ-ÞĐà-ỹ][a-zà-ỹ]{1,15}|[A-ZÀ-ÞĐ]{2,15}|[A-Z]\.?|[A-Z]['’][A-Z][a-z]{1,15})"
    r"(?:[ \-](?:[A-Za-zÀ-ÞĐà-ỹ][a-zà-ỹ]{1,15}|[A-ZÀ-ÞĐ]{2,15}|[A-Z]\.?)){0,3}"
)
LATIN = re.compile(r"[A-Z][a-z]{1,15}(?:[ \-][A-Za-z][a-z\-]{0,15}){1,3}(?![A-Za-z])")
_HEADS = COMPOUND_SURNAMES | FORENAMES
# After a name: a sign, the end, or one of these words. Anything else makes it less of a name.
SIGNS = frozenset("，。、；：,.;:（）()【】[]“”\"'！？!?\t\n\r\x0b|/　 0123456789\xa0—-《》〈〉·+*")
AFTER = frozenset(
    "的于在称说和与及等向对为是因将已到被从提反证陈表出电同之家现曾认声以来所系即受实投举不居住患身户名未经又也就均都要有无先女男老某处之则请报签拿进前去时当共至按曾指述并把给写代领购遭至持骑驾乘路突摔死获申享收每入自由户符接撤嬉智肢听视精参两三二书您你我确劝体陪离占私来也还没都跟问答推骂让坐站走去"
)
ANONYMOUS = frozenset("某×*＊X○xＸ〇")
# After these a name may begin without a sign: 困难职工褚玉梅, 兹证明苟德厚.
LEADS = frozenset(
    "人民工员户者生妻子女母父夫弟妹兄姐的与和及对向由给系明将把为是叫其象属友童婴妇孤残老农嫂侄孙邻称据找让请帮替跟同予客"
)
# And in a sentence behind these, with a surname that is oftener another word.
BEFORE_NAMES = frozenset("甲乙丙丁窃致见被受因陪送找骂打推撞救派求有给跟于用替欠村")
# No given name holds one of these.
NO_GIVEN = frozenset(
    "的了和与及是不无等我你他她它们这那其此该各每或并但而因所被把将向对从于以到由按据经至自之也都就还又再要会能应须请说称的地着过某某人员户者们类型面况问题息材料证件号码电话账户师镇村乡县区市省组街路款额费您"
)
# What a person has, right behind a name of two characters.
_OF_A_PERSON = frozenset("账号电身证")
# Nor ends with one of these, where little else says that it is a name.
NO_END = frozenset(
    "工籍里登行局司厂店社所院校站部办科处室队会县族单表册簿卡式期级条项款页费税险房地馆铺巷弄业学法案件书函字版次度率量额值日月年时分秒元角吨米亩"
)
SAMPLES = frozenset(words("张三 李四 王五 赵六 钱七 某某 张某 李某"))
_NO_SINGLE = frozenset("有为在被")
# What a name that goes on so is part of: 蓬溪坝|县, 金沙渡|久安食品有限公司.
_OF_A_PLACE = re.compile(
    "[县镇乡]|[^，。；：、（）“”《》\\s的向与和在对被因称到由把将从为及]{0,12}(?:有限责任公司|有限公司|合作社|集团)"
)
_GIVEN = 2  # characters of a given name, at most, as a rule


def is_han(char: str) -> bool:
    """Whether one character is a Chinese one."""
    return "\u4e00" <= char <= "\u9fa5" or "\u3400" <= char <= "\u4dbf"


def name_at(text: str, start: int, *, plain: bool) -> int | None:
    """Where a name that begins at ``start`` ends, or ``None`` when no name does.

    Args:
        text: folded text.
        start: the place of its first character.
        plain: the words before say that a name comes; else it must be set off behind as well.
    """
    other = _of_another_people(text, start, plain=plain)
    if other is not None:
        return other
    head = text[start : start + 2]
    family = 2 if head in _HEADS else 1
    first = head[:1]
    if family == 1 and first not in SURNAMES:
        return None
    if (
        head in NO_NAMES
        or _of_a_year(text, start)
        or (not plain and first in COMMON_CHARACTERS and not _common(text, start))
    ):
        return None
    lengths = (2, 1, 3) if family == 1 else (4, 3, 2, 1) if head in FORENAMES else (2, 1)
    for given in lengths:
        end = start + family + given
        part = text[start + family : end]
        if len(part) < given or not HAN.fullmatch(part):
            continue
        if not ANONYMOUS.isdisjoint(part):
            return None
        # Two surnames and a given name: only where signs leave no doubt.
        double = given > _GIVEN and family == 1
        ends = (plain and part[0] in SURNAMES and signed(text, end)) if double else bounded(text, end)
        fits = head in FORENAMES or not _no_given(part)
        if ends and fits and text[start:end] not in NO_NAMES:
            return None if text[start:end] in SAMPLES else end
    end = start + family + _GIVEN
    part = text[start + family : end]
    # No sign and no word behind: better one character too many than one too few, unless a place goes on.
    usual = len(part) == _GIVEN and HAN.fullmatch(part) is not None and part[0] in GIVEN
    if not plain or not usual or not ANONYMOUS.isdisjoint(part) or _OF_A_PLACE.match(text, end):
        return None
    if part[1] in _OF_A_PERSON and family == 1 and text[start : end - 1] not in NO_NAMES:
        return end - 1  # 单良账户; not 兴宁市
    return None if _no_given(part) else end


def _of_another_people(text: str, start: int, *, plain: bool) -> int | None:
    """Where a name as other peoples write theirs ends that begins at ``start``: 艾力·买买提, 特木勒."""
    if _TO_A_DOT.match(text, start):
        dotted = _SOUNDED.match(text, start)
        if dotted:
            return _set_off(text, start, dotted.end())
        other = MINORITY.match(text, start)
        if other:
            return other.end()
    whole = _SOUNDED_WHOLE.match(text, start) if plain else None
    if whole and signed(text, whole.end()):
        return whole.end()
    parts = OF_SOUNDS.match(text, start) if text[start : start + 2] in FORENAMES else None
    return parts.end() if parts and (plain or bounded(text, parts.end())) else None


def name_before(text: str, end: int) -> tuple[int, int] | None:
    """The name that ends at ``end``, spaces behind it aside, or ``None``.

    What stands before it decides between two readings: 村民张红 is 张红, not 民张红.
    """
    while end > 0 and text[end - 1] in " \u3000":
        end -= 1
    if end == 0 or not is_han(text[end - 1]):
        return None
    lead = max(0, end - 20)
    if "·" in text[lead:end] or "•" in text[lead:end]:
        for found in MINORITY.finditer(text, lead, end):
            if found.end() == end:
                return found.span()
    for size in (4, 3):
        if end >= size and text[end - size : end - size + 2] in _HEADS and _reads(text, end - size, end, 2):
            return end - size, end
    for size in (3, 2):
        if end >= size and text[end - size] in SURNAMES and _reads(text, end - size, end, 1):
            return end - size, end
    return None


def _reads(text: str, start: int, end: int, family: int) -> bool:
    part = text[start + family : end]
    return (
        part[-1] not in NO_END
        and not _of_a_year(text, start)
        and text[start : start + 2] not in NO_NAMES
        and not (text[start] in COMMON_CHARACTERS and not (_begins(text, start) and set(part) <= GIVEN))
        and not _no_given(part)
        and ANONYMOUS.isdisjoint(part)
        and HAN.fullmatch(part) is not None
        and text[start:end] not in SAMPLES
    )


def _of_a_year(text: str, start: int) -> bool:
    """Whether 年 or 万 at ``start`` counts and is no surname: 2023年少数民族, 9.4万只."""
    return text[start] in "年万" and text[start - 1 : start].isdigit()


def _begins(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in SIGNS or text[start - 1] in LEADS


def family_size(name: str) -> int:
    """Of how many characters the surname is."""
    return 2 if name[:2] in COMPOUND_SURNAMES else 1


def masked_name(name: str) -> str:
    """张某, 李某某, 欧阳某; a name with a dot keeps its first character."""
    bare = "".join(name.split())
    family = family_size(bare)
    return bare[:family] + "某" * min(len(bare) - family, 2)


def endings(known: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text ends with one of many words: one look for each length of the words with its last character."""
    whole = frozenset(known)
    sizes = sizes_by_end(whole)

    def ends(text: str) -> bool:
        for size in sizes.get(text[-1:], ()):  # noqa: SIM110  a generator costs more than the looks
            if text[size:] in whole:
                return True
        return False

    return ends


def sizes_by_end(known: Iterable[str]) -> dict[str, list[int]]:
    """Where, counted from the end of a text, words begin that it may end with, by its last character: the longest first."""
    sizes: dict[str, set[int]] = {}
    for word in known:
        sizes.setdefault(word[-1], set()).add(-len(word))
    return {last: sorted(each) for last, each in sizes.items()}


def _common(text: str, start: int) -> bool:
    """Whether a surname that is a common word is one here: 计满堂为其, but not 计入成本."""
    given = text[start + 1 : start + 3]
    return (
        len(given) == _GIVEN
        and set(given) <= GIVEN
        and given[0] not in PHRASES
        and bounded(text, start + 1 + _GIVEN)
    )


def _no_given(part: str) -> bool:
    if part[0] == "会" and part[1:] and part[1] in GIVEN:
        part = part[1:]  # 会芳, 会玲
    return not NO_GIVEN.isdisjoint(part) or part in TITLES or part in _NO_SINGLE


def signed(text: str, end: int) -> bool:
    """Whether a sign, or the end of the text, stands at ``end``."""
    return end >= len(text) or text[end] in SIGNS


def sounded(text: str, parts: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Names with a dot as other peoples write them in ``parts`` of a text, outside of titles of works."""
    if not any(dot in text for dot in DOTS):  # a text is searched for a sign far quicker than walked through
        return
    for begin, stop in parts:
        for found in _SOUNDED.finditer(text, begin, stop):
            start, end = found.span()
            if text[start - 1 : start] not in {"《", "“", "〈"}:
                yield start, _set_off(text, start, end)


def _set_off(text: str, start: int, end: int) -> int:
    """Where a name with a dot ends: behind the last part of such names if no sign stands at ``end``, 托乎提|盖羊圈."""
    if bounded(text, end):
        return end
    least = max(start, end - _BEHIND_PARTS) + _PART
    return next(
        (place for place in range(end, least - 1, -1) if text[place - _PART : place] in PARTS_OF_NAMES), end
    )


_PART = 2  # characters of a part
_BEHIND_PARTS = 5  # within so many of the end it is looked for


def bounded(text: str, end: int) -> bool:
    """Whether a name may end at ``end``: a sign, or a word that goes on after a name."""
    return end >= len(text) or text[end] in SIGNS or text[end] in AFTER


def value_name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name that fills ``[start, end)``, with spaces in it allowed: 丁　丽, 慕 容 静, Anna Smith."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    bare = "".join(text[start:end].split())
    if 2 <= len(bare) <= 4 and HAN.fullmatch(bare):  # noqa: PLR2004  a Chinese name
        fits = len(bare) < 4 or bare[:2] in _HEADS or set(bare[:2]) <= SURNAMES  # noqa: PLR2004
        right = (
            fits
            and bare not in COMPOUND_SURNAMES
            and ANONYMOUS.isdisjoint(bare)
            and bare not in TITLES
            and bare not in SAMPLES
        )
        return (start, end) if right else None
    if MINORITY.fullmatch(bare) or _LATIN_VALUE.fullmatch(text, start, end):
        return start, end
    if 5 <= len(bare) <= 6 and bare[:2] in FORENAMES and HAN.fullmatch(bare):  # noqa: PLR2004
        return start, end
    return None


_FEW = 12


def occurrences(text: str, names: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Where the names stand. An automaton costs more to build than a few names to look for."""
    if len(names) > _FEW:
        automaton = AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)
        for number, start, end in automaton.find_matches_as_indexes(text):
            yield names[number], start, end
        return
    for name in names:
        start = text.find(name)
        while start >= 0:
            yield name, start, start + len(name)
            start = text.find(name, start + len(name))
