"""Names that a word, a label or a heading announces: 投诉人王红, 姓名：王红, a column of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure_gate.detect.lexicon import (
    COLUMNS,
    COMMON_CHARACTERS,
    COMPOUND_SURNAMES,
    FORENAMES,
    GIVEN,
    HEADING_ENDS,
    KEPT,
    KIN,
    LABELS,
    NO_NAMES,
    NO_ROLES,
    NOT_A_PERSON,
    PHRASES,
    ROLES,
    SURNAMES,
    TITLES,
    USUAL_SURNAMES,
    ordinary,
    words,
)
from disclosure_gate.detect.names import (
    ANONYMOUS,
    HAN,
    MINORITY,
    NO_END,
    NO_GIVEN,
    bounded,
    endings,
    family_size,
    is_han,
    name_at,
    signed,
    value_name,
)
from disclosure_gate.detect.offices import POST, POST_WITHIN, TITLE, official_before
from disclosure_gate.detect.page import Page, line_end
from disclosure_gate.detect.rosters import Cell
from disclosure_gate.model.determination import SpanKind

_INTRODUCED = re.compile(
    r"(?:姓名|名叫|名单|（[^）]{0,6}）|本人|[一二三四五六七八九1-9甲乙丙](?=[：:]))?[ \u3000]*(?P<colon>[：:|为是系叫]|分别为|分别是|分别系)?[（( \u3000\"“]*"
)
_ORDINALS = frozenset("一二三四五六七八九123456789甲乙丙")  # 当事人一：
_INTRODUCES = frozenset('姓名本：:|为是系叫分 \u3000（("“') | _ORDINALS  # how any of these begins
# What may stand right after a word of context if a name comes at all.
_MAY_FOLLOW = (
    SURNAMES
    | frozenset('姓名叫单本人：:|为是系分 \u3000（("“')
    | _ORDINALS
    | {each[0] for each in COMPOUND_SURNAMES | FORENAMES}
)
ORGANISATION = re.compile(
    r"公司|中心|合作社|学校|医院|集团|商行|商店|超市|经营部|委员会|政府|局$|厂$|店$|社$|站$|所$|队$|办$|村$|镇$|组$|社区$|幼儿园$|[小中大]学$|学院$|[养敬]老院$|[图书文博展宾]馆$|酒店$|银行$|药房$|卫生[室院]$"
)
MOST_LISTED = 400  # names after one word
_CELL_LONGEST = 48
FEWEST = 2
_JOINT = re.compile(r"(?:（[^）]{0,20}）|\([^)]{0,20}\))?[、和与及，,]?[ \u3000]*(?:（|\()?")
_TAKEN_UP = re.compile(
    r"(?:将|把|对|同意)(?=[\u4e00-\u9fa5·、]{2,60}?(?:[一二两三四五六七八九十\d]+[户人名])?(?:纳入|列为|认定为|确定为|评为|给予|退出))"
)
_TAKEN_LONGEST = 70
_RELATION = re.compile(
    r"(?:父亲?|母亲?|爷爷|奶奶|外婆|外公|祖父|祖母|姑姑?|叔叔?|舅舅?|姐姐?|哥哥?|兄|丈夫|妻子?|儿子|女儿|户主|本人|系)[:：]?(?=[\u4e00-\u9fa5]{2})"
)
_IDENTIFIED = frozenset({"resident_id", "disability_card"})
_KEPT_WORDS = frozenset(KEPT)
_NO_ROLE_ENDS = endings(NO_ROLES)
_PLACEHOLDER = re.compile("填|按|应|须|请|与|如|的")


# Below a heading


def below_headings(page: Page) -> Iterator[tuple[tuple[int, int], SpanKind]]:
    """The names in columns of persons, each with what kind of person the heading calls."""
    columns: tuple[SpanKind, ...] = ("person_name", "minor_name", "guardian")
    for column in columns:
        for cell in page.below(column):
            if cell.official and column == "person_name" and not cell.called:
                continue
            young = column == "person_name" and cell.roster & {"student_number", "minor_school"}
            kind: SpanKind = "minor_name" if young else column
            for place in _names_in(page.text, cell):
                yield place, kind


def _names_in(text: str, cell: Cell) -> Iterator[tuple[int, int]]:
    value = text[cell.start : cell.end]
    bare = "".join(value.split())
    if (
        not bare
        or len(bare) > _CELL_LONGEST
        or bare in NOT_A_PERSON
        or bare in COLUMNS
        or bare in HEADING_ENDS
        or (bare[-1] == "人" and bare[0] not in USUAL_SURNAMES)
        or ORGANISATION.search(bare)
    ):
        return
    whole = value_name(text, cell.start, cell.end)
    surely = bare[0] in SURNAMES or cell.roster & _IDENTIFIED
    if whole is None and 4 <= len(bare) <= 6 and HAN.fullmatch(bare) and surely:  # noqa: PLR2004  马依旦木
        whole = None if set(bare) & NO_GIVEN or bare[-1] in NO_END else (cell.start, cell.end)
    if whole:
        yield whole
        return
    for part in re.finditer(r"[^、，,；;/\x0b（）()\d+*：:“”\"]+", value):
        lead = _RELATION.match(part.group().strip())
        skip = len(part.group()) - len(part.group().lstrip()) + (lead.end() if lead else 0)
        place = value_name(text, cell.start + part.start() + skip, cell.start + part.end())
        if (
            place
            and (text[place[0]] in SURNAMES or text[place[0] : place[0] + 2] in FORENAMES)
            and text[slice(*place)] not in NOT_A_PERSON
            and not official_before(text, place[0])
        ):
            yield place


# After a word that calls a person


_COLONS = frozenset("：:")


def shown_names(text: str, kept: Sequence[int]) -> set[str]:
    """Names that stand where they stay: of the penalised, officials, representatives."""
    shown: set[str] = set()
    for end in kept:
        begin = begins_behind(text, end)
        listed = text[begin - 1 : begin] in _COLONS  # 出席：方志勇、舒敏
        shown |= {text[slice(*place)] for place in enumerated(text, begin, plain=listed, colon=True)}
    return shown


def told_behind(text: str, start: int, end: int, word: str) -> Iterator[tuple[int, int]]:
    """The names behind ``word`` at ``[start, end)``, which calls a person."""
    role = ROLES.get(word, "strong")
    if text[end : end + 1] not in _MAY_FOLLOW and not MINORITY.match(text, end):
        return
    if len(word) == 1 and start and is_han(text[start - 1]) and text[start - 1] != "其":
        return  # 母 in 母牛 after a word
    if word[-1] == "父" and text[end : end + 1] == "母":
        return  # 祖父母
    if word[-1] == "工" and text[end : end + 1] in _WORKS:
        return  # 养护工程
    if word[0] == "女" and text[start - 1 : start] == "妇":
        return  # 妇女儿童
    if word[-1] == "名" and text[end : end + 1] == "单":
        return  # 农户名单
    if word.endswith("证人") and start and text[start - 1] in "取公":
        return
    introduced = _introduced(text, end)
    begin = introduced.end() if introduced else end
    bare = _BARE.match(text, begin) if word in KIN else None
    if bare and bare["name"] not in NO_NAMES and bare["name"] not in TITLES and bare["name"] not in ROLES:
        yield bare.span("name")
        return
    colon = bool(introduced and introduced["colon"] in {"：", ":", "|", "分别为", "分别是", "分别系"})
    plain = colon or role not in {"weak", "minor"}
    places = list(enumerated(text, begin, plain=plain, colon=colon))
    if not places and plain:
        places = list(alone_behind(text, begin)) if colon else _odd(text, begin)
    for place in places:
        if not (word.endswith("代理人") and TITLE.match(text, place[1])):
            yield place


_WORKS = frozenset("程作业厂会资具序期")
# 其妻妙玉、: a given name alone, or a name whose surname is rare.
_BARE = re.compile(rf"(?P<name>[{''.join(sorted(GIVEN))}]{{2}})(?=[，。、；（(）)])")


def calls_somebody(text: str, start: int, end: int) -> bool:
    """Whether the label that ends with ``[start, end)`` calls a protected person: 受送达人： but not 负责人：."""
    label = text[max(0, start - 8) : end].rstrip("：:")
    if label[-1] in _ORDINALS:
        label = label[:-1]
    if label.endswith(_SIGNED):
        label = label[:-2]
    if label.endswith("）"):
        outer, _, inner = label[:-1].rpartition("（")
        label = outer if inner in _HANDS else inner
    whom = label[label.rfind("被") :]  # 被谈话人, whoever 谈话人 is
    if whom[0] == "被" and len(whom) <= _LONGEST_OF_WHOM:
        return whom not in NO_ROLES and whom not in _KEPT_WORDS
    return not _NO_ROLE_ENDS(label) and not label[:1].isdigit()


_LONGEST_OF_WHOM = 6


_SIGNED = ("签字", "签名", "签章", "盖章", "确认")
_HANDS = frozenset({"签字", "签名", "盖章", "签章", "捺印", "手印"})


def enumerated(text: str, begin: int, *, plain: bool, colon: bool) -> Iterator[tuple[int, int]]:
    """A name and those that follow it after 、 or 和."""
    while colon and text[begin : begin + 1] in {" ", "\u3000"}:
        begin += 1
    for _ in range(MOST_LISTED):
        end = _spread(text, begin) if colon else None
        end = end or name_at(text, begin, plain=plain)
        if end is None:
            return
        common = text[begin] in COMMON_CHARACTERS and not colon
        # 丈夫解志强离婚: three characters after a plain word need no sign behind them.
        apart = bounded(text, end) or (plain and end - begin > FEWEST)
        if common and not (apart and set(text[begin + 1 : end]) <= GIVEN):
            return
        if text[begin] in COMMON_CHARACTERS and not colon and text[begin + 1] in PHRASES:
            return
        yield begin, end
        follow = _JOINT.match(text, end)
        joint = text[end : end + 1]
        spaced = colon and joint in {" ", "\u3000"}
        if joint not in {"、", "和", "与", "及", "（", "("} and not spaced:
            return
        if follow is None or follow.end() == end or (spaced and _NEXT_LABEL.match(text, follow.end())):
            return
        if joint in {"（", "("} and text[follow.end() - 1 : follow.end()] not in {"、", "和", "与", "及"}:
            return
        begin = follow.end()


_NEXT_LABEL = re.compile(r"[\u4e00-\u9fa5]{2,8}[：:]")  # 户名：池大妹 原一卡通账号：


_ODD = re.compile(rf"[{''.join(sorted(USUAL_SURNAMES))}][\u4e00-\u9fa5]{{2}}(?=[，。、；（）])")


def _odd(text: str, begin: int) -> list[tuple[int, int]]:
    """A name of three characters between a word that calls a person and a sign, whatever it is made of, as in 其母杨再秀."""
    found = _ODD.match(text, begin)
    if found is None:
        return []
    name, known = found.group(), ordinary()
    word = name in known or name[:2] in known or name[1:] in known or name[:2] in NO_NAMES
    word = word or ORGANISATION.search(name) is not None  # 安抚组
    return [] if word or calls_something(name) or TITLE.match(text, found.end()) else [found.span()]


_ALONE = re.compile(r"[ \u3000]*(?P<name>[\u4e00-\u9fa5]{2,3})(?=[，,。；;、（(\s]|$)")


def alone_behind(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """A word alone after the colon of a label that calls a protected person, though it be an ordinary one: 谷雨."""
    found = _ALONE.match(text, begin)
    if found is None:
        return
    word = found["name"]
    if word[0] in SURNAMES and not calls_something(word):
        yield found.span("name")


def calls_something(word: str) -> bool:
    """Whether a word alone is known as something else than a name: a label, a heading, an office, a masked name."""
    return (
        word in LABELS
        or word in COLUMNS
        or word in NOT_A_PERSON
        or word in _KEPT_WORDS
        or word in TITLES
        or word[-1] in NO_END
        or bool(set(word) & ANONYMOUS)
    )


_SPREAD = re.compile(
    r"[\u4e00-\u9fa5]{1,2}[ \u3000]{1,3}[\u4e00-\u9fa5]{1,2}(?:[ \u3000]{1,2}[\u4e00-\u9fa5])?(?=[，。；;、（(\s]|$)"
)


def _spread(text: str, begin: int) -> int | None:
    """The end of a name written apart, 丁　丽 or 上官 永安, or ``None``."""
    found = _SPREAD.match(text, begin)
    if (
        found is None
        or (found.group()[0] not in SURNAMES and found.group()[:2] not in COMPOUND_SURNAMES)
        or "".join(found.group().split()) in COLUMNS
    ):
        return None
    bare = "".join(found.group().split())
    head, *rest = found.group().split()
    right = (len(head) == 1 or head in COMPOUND_SURNAMES) and name_at(bare, 0, plain=False) == len(bare)
    return (
        found.end()
        if right and rest and not any(each in LABELS or each in COLUMNS for each in rest)
        else None
    )


_VALUE = re.compile(r"[：:\t| \u3000]*[为叫由]?[“\"]?")
_VALUE_END = re.compile(
    r"[，。；;,\n\t|（(、/”\"]|[ \u3000]{2,}| (?=[A-Z][A-Za-z.]{1,12}(?: [A-Za-z.]{1,12})?[：:])|[ \u3000](?=[\u4e00-\u9fa5]{1,2}[ \u3000]?[\u4e00-\u9fa5]{1,6}[：:])|\d|$"
)


def labelled(page: Page) -> Iterator[tuple[int, int]]:
    """What a form says after 姓名."""
    text = page.text
    for begin in page.labelled("person_name"):
        if page.in_heading(begin - 1):
            continue
        between = _VALUE.match(text, begin)
        start = between.end() if between else begin
        told = text[max(0, begin - 6) : begin].rstrip(" \u3000\n\r")[-1:] in {"：", ":", "\t", "|"} or (
            between is not None and any(sign in "：:\t|" for sign in between.group())
        )
        if not told:
            end = name_at(text, start, plain=False)
            if end and signed(text, end):
                yield start, end
            continue
        ending = _VALUE_END.search(text, start, start + 30)
        stop = ending.start() if ending else start + 30
        place = value_name(text, start, stop) or _part_of_a_name(text, begin, stop)
        if (
            place is None
            or "".join(text[slice(*place)].split()) in COLUMNS
            or _PLACEHOLDER.match(text, place[0])
        ):
            continue
        if not POST.search(text, place[1], line_end(text, place[1], POST_WITHIN)) and not _practises(
            text, place[1]
        ):
            yield place


_NAME_PART = re.compile(
    r"(?:[Ss]urname|SURNAME|[Gg]iven [Nn]ames?|GIVEN NAMES?|[Ff]irst [Nn]ame|[Ll]ast [Nn]ame|[Ff]amily [Nn]ame)[ ]?[：:][ ]?"
    r"(?P<part>[A-ZÀ-ÞĐ][A-Za-zÀ-ÞĐà-ỹ'’\-]{1,20})(?![A-Za-z])"
)


def _part_of_a_name(text: str, begin: int, stop: int) -> tuple[int, int] | None:
    """One word of a name, behind the label of a part of one: Surname: Okonkwo."""
    found = _NAME_PART.search(text, max(0, begin - 16), stop)
    return found.span("part") if found else None


# A name in what one program sends another: "name":"…", 'xm': '…'.
_KEY = re.compile(r"""(?:[Nn]ame|NAME|xm|XM)["'][ ]?[:：=,]>?[ ]?["'](?P<name>[\u4e00-\u9fa5·]{2,12})["']""")


def keyed(text: str) -> Iterator[tuple[int, int]]:
    """What reads as a name behind the key of a record."""
    for found in _KEY.finditer(text):
        end = name_at(text, found.start("name"), plain=False)
        if end == found.end("name") and plain_name(found["name"]):
            yield found.span("name")


def _practises(text: str, end: int) -> bool:
    """Whether a licence to practise goes on: the name of whoever holds it stays."""
    return any(word in text[end : end + 24] for word in ("执业", "职称", "职务", "单位及职务"))


LONGEST_NAME = 4


def addressed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Whoever a letter is addressed to: names alone on their line before the colon, or before 您好."""
    letter = text[start + 1 : start + 9].lstrip(" \u3000\n")
    if not letter.startswith(_LETTER) and text[start:end] != "您好":
        return
    line = text.rfind("\n", max(0, start - 80), start) + 1
    if line == 0 and start > 80:  # noqa: PLR2004  no such line is that long
        return
    content = re.sub(
        r"(?:等\s?\d{0,3}\s?[人名户])?(?:女士|先生|同志)?[：:，,！!]?$", "", text[line:start].strip()
    )
    position = text.find(content, line) if content and not content.endswith(("代表", "委员")) else -1
    if position < 0:
        return
    if text[start:end] == "您好":
        content = re.sub(r"^[\d+ \-()（）]*", "", content)
        position = text.find(content, line)
    for part in content.split("、"):
        stop = position + len(part)
        place = value_name(text, position, stop) if part else None
        if place is None or (name_at(text, place[0], plain=False) is None and text[place[0]] not in SURNAMES):
            return
        if len(text[slice(*place)]) >= FEWEST:
            yield place
        position = stop + 1


_LETTER = words(
    "您 你 本机关 本局 我局 我委 我镇 我办 我院 我街道 经审 关于你 关于您 现就 申请人 因你 因您 来信 贵"
)


def begins_behind(text: str, end: int) -> int:
    """Where a name begins, if one does, behind the word that ends at ``end``."""
    introduced = _introduced(text, end)
    return introduced.end() if introduced else end


def _introduced(text: str, end: int) -> re.Match[str] | None:
    """What leads from a word that calls a person to the name, if anything does."""
    return _INTRODUCED.match(text, end) if text[end : end + 1] in _INTRODUCES else None


def named_so(word: str) -> bool:
    """Whether a word begins like a name and is not known as another word."""
    return (
        (word[0] in SURNAMES or word[:2] in COMPOUND_SURNAMES)
        and word not in NO_NAMES
        and word[:2] not in NO_NAMES
        and word not in NOT_A_PERSON
        and word not in COLUMNS
        and word[-1] not in NO_END
    )


def plain_name(word: str) -> bool:
    """Whether a word set apart reads as a name and as nothing else."""
    if "·" in word:
        return MINORITY.fullmatch(word) is not None  # not 浙A·B3327
    if not FEWEST <= len(word) <= LONGEST_NAME:
        return False
    given = word[family_size(word) :]
    return 1 <= len(given) <= FEWEST and set(given) <= GIVEN and named_so(word)


def taken_up(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Names of whoever a sentence takes up into a benefit: 将某、某两户纳入低保."""
    for found in _TAKEN_UP.finditer(text, max(0, end - _TAKEN_LONGEST), end):
        begin = found.end()
        lead = ROLES.get(text[begin : begin + 2]) or ROLES.get(text[begin : begin + 4])
        if not lead:
            yield from enumerated(text, begin, plain=False, colon=False)
