"""Numbers that identify a person by their form: resident ID, disability card, mobile, bank card.

All four are read in one pass over the page's numbers, so that the same digits are not taken for two things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from operator import mul

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.names import is_han, name_before
from disclosure_gate.detect.page import NUMERAL_TERMS, Number, Page
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # the sum of the digits of twice a digit
_ZERO = ord("0")
_ZEROS = _ZERO * sum(_WEIGHTS)
_ID, _OLD_ID, _DISABILITY, _MOBILE = 18, 15, 20, 11
_CARD = range(16, 20)
_ACCOUNT = range(9, 26)  # digits of what a label calls an account
_LONGEST = 20
_INDEXED = 3  # groups, such as the number of a row, that may stand before a number written apart
_MISTYPED = frozenset({14, 15, 16, 17, 18, 19, 20})
_EMBOSSED = 4  # digits in each group of a card
_GLUED = 120  # digits of several numbers without anything between them, at most
_LONG_CARD = [16, 3]  # digits in the groups of a card of 19 that is written as one of 16
_ISSUER_NUMBER = 6  # the first digits of a card, sometimes set apart
_MOBILE_GROUPS = (
    [3, 4, 4], [3, 8], [7, 4], [4, 7], [4, 3, 4], [5, 6], [3, 3, 5], [4, 4, 3], [5, 3, 3], [11]
)  # fmt: skip
_YEARS = re.compile(r"(?:19|20)[0-9]{2}-(?:19|20)[0-9]{2}[ -]")  # 1983-1985 213: what a shelf holds
_COUNTRY = re.compile(r"(?:[（(]\s?(?:\+|00)?86\s?[)）]|(?:\+|00|(?<![0-9A-Za-z]))86)[ \-]?$")
_OLDEST, _LATEST = 1850, 2100
_LATE = 2016
_UNIONPAY = "62"  # cards of Chinese banks: flagged with a wrong check digit too
_ISSUERS = "3456"  # first digits of payment cards (ISO/IEC 7812)
_OLD_CARDS = frozenset({16, 19})  # digits of those that begin with anything but 6
_CUT_AMOUNT = re.compile(r"[,，][0-9]{3}(?![0-9])|\.[0-9]{2}(?![0-9.])")
_CENTS = re.compile(r"\.[0-9]{1,2} ?[元万分角]| ?(?:[kM]?[Ww][Hh]?\b|㎡|m[²³]|度|方)")
_MEASURES = frozenset("元万亿吨千平立米公")  # after a number these say it is an amount
_DOTTED = re.compile(
    r"[._/·]\d{4}[._/·]\d{4}(?![\d.])"
)  # from its first dot: few texts hold one before a digit
_LEAD = re.compile(r"(?<![0-9A-Za-z./])1[3-9]\d$")
_SIZED = re.compile(r"[ ]?(?:mm|cm|毫米|厘米|[×xX*])")  # 130/1200/2400mm
_SIZES = re.compile("规格|型号|尺寸|版本|批[次号]|图号")
_SIZES_REACH = 8
_BRACKETED = re.compile(r"[（(]1[3-9][0-9][）)][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9])")
# A number in neighbouring cells, or cut by other signs than blanks and hyphens: 211282 | 19480217 | 3821, 520697_19751001_3318.
_BARRED = re.compile(
    r"[0-9](?=[0-9Xx|,._/·• \t\u3000\-]{18})[0-9]{0,13}+(?:(?:[ \t]{0,2}[|,._/·•][ \t]{0,2}|[ \u3000]{2,4}| -[ ]?|- )(?:[0-9]{1,12}[Xx]?|[Xx])){1,5}(?![0-9A-Za-z])"
)
# One digit a box, as forms have it: 4|3|0|5|…, [4][3][0][5]….
_BOXED = re.compile(
    r"[0-9](?=[|\[\]/·,、_ .\-]{1,3}[0-9Xx][|\[\]/·,、_ .\-])(?:[|\[\]/·,、_ .\-]{1,3}[0-9Xx]){10,39}(?![0-9A-Za-z])"
)
# A number that ends with a letter, and the next one right behind it.
_CHECKED_BY_LETTER = re.compile(r"(?<=[0-9])[Xx](?=[0-9]{2})")
_MOBILE_AND_CARD = re.compile(r"1[3-9][0-9]{9}62[0-9]{14,17}")
_MOBILE_BEHIND = re.compile(r"1[3-9][0-9]{9}")
# Whoever such words name is an office that takes or holds public money: its account is there to be read.
_UNIT = re.compile(
    # a credit code, which is no foreigner's identity with a date of birth, and no person behind it
    r"(?<![0-9])9[1-3][0-9]{4}(?!(?:19|20)[0-9]{2}[01][0-9][0-3][0-9])[0-9]{2}[0-9A-Z]{10}(?:(?!人|姓名|户名|经营者)[^\n。；]){0,30}$|(?:基本|一般|专用|零余额)(?:存款)?(?:账户|户)|专户|监管账|保证金账|收款单位|缴至|缴到|缴入|缴往|罚没|财政|国库|执行款|非税|诉讼费|罚款缴纳|缴纳账|(?<!银行股份有限)(?<!银行有限责任)(?<!银行有限)公司(?:开户|对公|基本户?|银行)?账|"
    r"(?:户名|收款人|账户名称|开户名称|汇至|汇入|全称)[:： ]{0,3}(?:(?!开户)[^\n，。；:： \u3000]){0,24}(?:中心|局|法院|委员会|政府|管理部|公司|合作社|医院|学校|总会|协会|基金会)|对公账|单位[^\n，。；]{0,6}账号|[县市区省镇][^\n，。；：]{1,12}[局委办院校] ?[原新]?账号|单位名称[:：][^\n，。；]{0,24}[局委办院校]"
)
# Who holds the account is told right before it, and is nobody: whatever its first digits are. No blank is in the
# name of who it is: 户名：王小明 开户行：农村商业银行股份有限公司.
_HELD_BY_A_UNIT = re.compile(
    r"专户[ \t|]{1,3}[^\n\t| ]{2,16}(?:行|社|部)[ \t|]{1,3}$|(?:户名|收款人|收款单位|付款人|付款单位|缴款单位|账户名称|开户名称|开户单位|供应商|[甲乙]方|[捐赠余额监管]{2}账户|专户|对公|中标单位|成交单位)(?:为|是|[:： ])?"
    r"(?:(?!开户)[^\n，。；、：:与 \u3000\t|]){2,28}(?:局|公司|中心|委员会|政府|厂|合作社|医院|学校|学院|协会|总会|基金会|红十字会|街道办|办事处|法院|检察院|管理部|专户)"
    r"[，,；;\n\u3000 ]{1,3}(?:开户(?:行|银行)[:： ]?[^\n，。；]{2,20}[，,；;\n\u3000 ]{1,3})?(?:(?:收款|付款|开户|银行|缴款|对公)?[账帐]号|(?:收款|付款|银行)?[账帐]户|卡号)[:：为是 ]{0,2}$"
)
_UNIT_BEHIND = re.compile(
    r"[ ，,；\n]{1,2}(?:户名|收款单位|账户名称|开户名称)[:： ]?(?:(?!开户)[^\n，。；、：: \u3000\t|]){2,28}(?:局|公司|中心|委员会|政府|合作社|医院|学校|学院|协会|总会|基金会|办事处|法院|检察院|专户)(?![\u4e00-\u9fa5])"
)
_UNIT_REACH = 70  # code points before an account in which its unit may be named
_ON_THE_WEB = re.compile(  # not 15973402817/18973400264, 159-7340-2817/189-7340-0264
    r"(?:[A-Za-z]|(?<![0-9]{6})(?<!1[3-9][0-9][ \-][0-9]{4}[ \-][0-9]{3})[0-9])/$"
)
_BEYOND = re.compile(
    r"(?:\+|(?<![0-9A-Za-z])(?<![0-9A-Za-z]-)00)(?:85[23][ \-]?\d{4}[ \-]?\d{4}|886[ \-]?0?9\d{2}[ \-]?\d{3}[ \-]?\d{3})(?!\d)"
)  # of Hong Kong, Macao and Taiwan
_TAIWAN = re.compile(r"09(?<![0-9\-]09)[0-9]{2}-[0-9]{3}-[0-9]{3}(?![0-9\-])")
_BESIDE_A_DIGIT = re.compile("[0-9][OoIl]|[OoIl][0-9]")  # few texts with such letters hold one
_SLIP = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9SBZ]*[OoIl])(?:[0-9OoIlSBZ]{17}[0-9XxOoIlSBZ]|[1Il][3-9][0-9OoIlSBZ]{9})(?![0-9A-Za-z])"
)
# What nothing calls a telephone, but is one but for a sign or two: 138O4l52917, l5l 0452 7738.
_TWO_SLIPS = re.compile(r"(?=(?:[0-9]*[OolI]){1,2}[0-9]*$)[1lI][3-9][0-9OolI]{9}")
_SPACED_SLIP = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9 ]{0,10}[OolI])[1lI][3-9][0-9OolI][ \-][0-9OolI]{4}[ \-][0-9OolI]{4}(?![0-9A-Za-z])"
)
_RIGHTED = str.maketrans("OoIlSBZ", "0011582")
_BADGE = re.compile(
    r"执法[^\n。；电]{0,40}(?:[（(]|证号[:：]?(?:[0-9A-Z\u4e00-\u9fa5]{0,14}、)?)$"
)  # 执法人员：某某（19060312007）
_AFTER_A_BADGE = frozenset("（(、，")


def is_badge(text: str, start: int) -> bool:
    """Whether what begins at ``start`` is the number by which an officer may be told: 执法证号."""
    return _BADGE.search(text, max(0, start - 60), start) is not None


# 资产编号 | 13800042117, and HFZC-2024-0137-13905871234: numbers of things.
_CODES_BELOW = re.compile(
    r"执法|(?:资产|设备|合同|项目|产品|商品|物资|图书|档案|样品|批次|仪器|器材)(?:(?!手机|电话|联系|身份|证件|卡|[账帐])[^|\n]){0,4}[编序]?(?:号|码)$"
)
_OF_A_CODE = re.compile(
    r"(?<![A-Za-z])(?!(?i:tel|phone|mob|qq|wx|vx|wechat))[A-Za-z]{2,}[0-9]*-(?:[0-9A-Za-z]{2,}-)+(?<!86-)$"
)
_CODE_REACH = 30
_DECIMALS, _DECIMALS_REACH = re.compile(r"[0-9]{3}\.$"), 4  # 3204829.174 40482958


def _below_codes(page: Page, start: int) -> bool:
    """Whether what begins at ``start`` stands in a column of officers' badges or of numbers of things."""
    return page.column_of.get(start) != "mobile" and _CODES_BELOW.search(page.rows.heading(start)) is not None


_CHINESE = re.compile(
    r"[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{11,20}[XxＸ]?"
    r"|[一幺壹][零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{2}[，、,\- ·][零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{4}[，、,\- ·][零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{4}"
    r"(?![零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖])"
)
_BETWEEN_NUMERALS = str.maketrans("", "", "，、,- ·")
_NUMERALS = frozenset("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖")
# In every such run: the century of a birth, or the first two digits of a mobile, or a card's.
NUMERAL_WORDS = tuple(
    first + second
    for first, seconds in (
        ("一", "九三四五六七八"),
        ("幺", "九三四五六七八"),
        ("壹", "玖叁肆伍陆柒捌"),
        ("二", "零〇○"),
        ("贰", "零〇○"),
        ("六", "二"),
        ("陆", "贰"),
    )
    for second in seconds
)
_DIGIT = str.maketrans("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖Ｘ", "0001234567891123456789X")
_IN_A_TITLE = frozenset("字第")
_ACCOUNTS = frozenset({"账户", "帐户"})  # said behind a number
_OLD_ID_SAID = re.compile("身份证|身份号码|[旧老原]证?号|[旧老]证|一代证")
_OLD_ID_REACH = 30  # code points before an old number in which it may be called one
_AFTER_A_NAME = frozenset("\t|，,；; \u3000")
_REISSUED = re.compile("[Bb][0-9]?$")  # at the end of the number of a disability card that was issued again
CODES = frozenset({"code", "contract"})  # what labels call numbers that are nobody's
_PEOPLE_LABELS = frozenset({"resident_id", "disability_card"})

_FAILED = Text(
    zh="形如居民身份证号，校验码不符，可能有误录", en="reads as a resident ID number with a wrong check digit"
)


def check_digit(first17: str) -> str:
    """The eighteenth character of a resident ID number (GB 11643)."""
    return _CHECK[(sum(map(mul, first17.encode(), _WEIGHTS)) - _ZEROS) % 11]


def luhn(digits: str) -> bool:
    """Whether a card number passes the Luhn check."""
    code = digits.encode()
    return (sum(code[::-2]) + sum(code[-2::-2].translate(_DOUBLED)) - _ZERO * len(code)) % 10 == 0


class _NumberDetector:
    """One kind of number out of the page's pass over all of them."""

    name: str
    kind: SpanKind
    terms: Sequence[str] = ()

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        return identified(page).get(self.kind, ())


class ResidentIdDetector(_NumberDetector):
    """居民身份证号: 18 characters, or 15 with a word of context; spaced, hyphenated, broken, in Chinese numerals."""

    name = "resident_id"
    kind: SpanKind = "resident_id"
    why = Text(zh="形如居民身份证号", en="reads as a resident ID number")


class DisabilityCardDetector(_NumberDetector):
    """残疾人证号: a resident ID number with two more digits, for kind and grade."""

    name = "disability_card"
    kind: SpanKind = "disability_card"
    why = Text(zh="形如残疾人证号", en="reads as a disability card number")


class MobileDetector(_NumberDetector):
    """手机号, with or without +86, spaced or hyphenated."""

    name = "mobile"
    kind: SpanKind = "mobile"
    why = Text(zh="形如手机号码", en="reads as a mobile number")


class BankCardDetector(_NumberDetector):
    """银行账号、一卡通: 16 to 19 digits that pass Luhn, or what a word of context calls an account."""

    name = "bank_card"
    kind: SpanKind = "bank_card"
    why = Text(zh="形如银行账号", en="reads as a bank account number")


def identified(page: Page) -> dict[str, list[Hit]]:
    """The numbers of the page by kind, read once."""
    known: dict[str, list[Hit]] | None = page.notes.get("numbers")
    if known is None:
        known = page.notes["numbers"] = {}
        for kind, hit in _numbers(page):
            known.setdefault(kind, []).append(hit)
    return known


def keep(number: str, first: int, last: int) -> str:
    """``number`` with only its first and last characters shown; separators are dropped."""
    plain = number.isascii() and number.isalnum()
    bare = number if plain else "".join(char for char in number if char.isascii() and char.isalnum())
    return bare[:first] + "*" * (len(bare) - first - last) + bare[len(bare) - last :]


def _numbers(page: Page) -> Iterator[tuple[str, Hit]]:
    for number in page.numbers:
        if len(number.groups) == 1:
            found = _one(page, *number.groups[0])
            if found:
                yield found
        else:
            yield from _several(page, number)
    if any(end - start > _ID for start, end in page.figures):  # of which each of these is at least
        yield from _barred(page)
        yield from _boxed(page)
        yield from _run_on(page)
        yield from _over_a_page(page)
    yield from _slips(page)
    yield from _odd_mobiles(page)
    for found_in_words in _in_words(page):
        digits = found_in_words.group().translate(_BETWEEN_NUMERALS).translate(_DIGIT)
        start, end = found_in_words.span()
        named = _said(page, start)
        if _is_id(digits):
            yield "resident_id", _identity(start, end, digits)
        elif _is_disability_card(digits):
            yield "disability_card", _identity(start, end, digits)
        elif len(digits) == _MOBILE and digits[0] == "1" and digits[1] in "3456789":
            yield "mobile", Hit(start, end, f"{digits[:3]}****{digits[-4:]}")
        elif named == "bank_card":
            yield "bank_card", Hit(start, end, keep(digits, 0, 4))


def _barred(page: Page) -> Iterator[tuple[str, Hit]]:
    """Identities whose parts stand in neighbouring cells: only those whose check digit leaves no doubt."""
    for row in page.in_figures(_BARRED, _ID + 1):
        cells = [each.span() for each in re.finditer(r"[0-9]+[Xx]?|[Xx]", row.group())]
        offset = row.start()
        for first in range(len(cells)):
            digits = ""
            for begin, end in cells[first:]:
                digits += row.group()[begin:end]
                if len(digits) == _ID and _is_id(digits) and _valid(digits):
                    yield "resident_id", _identity(offset + cells[first][0], offset + end, digits)
                elif (
                    begin != cells[first][0]
                    and len(digits) in _CARD
                    and digits.startswith(_UNIONPAY)
                    and luhn(digits)
                ):
                    yield "bank_card", Hit(offset + cells[first][0], offset + end, keep(digits, 0, 4))


def _boxed(page: Page) -> Iterator[tuple[str, Hit]]:
    """Identities and mobiles of one digit a box: those whose check digit, or a word before them, leaves no doubt.

    What has a right check digit is found among other boxes too: a running number before it, a mobile behind it.
    """
    for row in page.in_figures(_BOXED, 2 * _MOBILE - 1):
        places = [at for at in range(*row.span()) if page.text[at].isalnum()]
        digits = "".join(page.text[at] for at in places)
        start, end = row.span()
        while page.text[start - 1 : start] == "[":
            start -= 1
        before = start
        while page.text[before - 1 : before] in {"[", "|", "\n", " "}:
            before -= 1
        said = _said(page, before)
        within = [
            at
            for at in range(len(digits) - _ID + 1)
            if _valid(digits[at : at + _ID]) and _is_id(digits[at : at + _ID])
        ]
        if said in _PEOPLE_LABELS and _is_id(digits):
            yield "resident_id", _identity(start, end, digits)
        elif _is_disability_card(digits) and (_valid(digits) or said in _PEOPLE_LABELS):
            yield "disability_card", _identity(start, end, digits)
        elif within:
            for at in within:
                begin = places[at] if at else start
                yield "resident_id", _identity(begin, places[at + _ID - 1] + 1, digits[at : at + _ID])
        elif said in {"phone", "bank_card"} and len(digits) in {_MOBILE, *_CARD} and digits.isdigit():
            kind = "mobile" if said == "phone" else "bank_card"
            yield kind, Hit(start, end, keep(digits, 0, 4), certain=False)


def _run_on(page: Page) -> Iterator[tuple[str, Hit]]:
    """An identity that ends with a letter and has the next number right behind it: …0710223462X13770428163."""
    text = page.text
    for letter in page.in_figures(_CHECKED_BY_LETTER, _ID):
        start, end = letter.end() - _ID, letter.end()
        digits = text[max(0, start) : end]
        before = text[max(0, start - 1) : max(0, start)]
        if not _is_id(digits) or (before.isascii() and before.isalnum()):
            continue
        yield "resident_id", _identity(start, end, digits)
        mobile = _MOBILE_BEHIND.match(text, end)
        if mobile:
            yield "mobile", Hit(*mobile.span(), keep(mobile.group(), 3, 4))


# An identity that goes on over the foot of a page: 3308241974 — 12 — 12035318.
_FOOT = re.compile(r"\n[ ]*[-—－–·]+[ ]?[0-9]{1,4}[ ]?[-—－–·]+[ ]*\n(?=[0-9])")
_LAST_DIGITS, _NEXT_DIGITS = (
    re.compile(r"(?<![0-9A-Za-z])[0-9]{2,16}\Z"),
    re.compile(r"[0-9]{1,15}[0-9Xx](?![0-9A-Za-z])"),
)


def _over_a_page(page: Page) -> Iterator[tuple[str, Hit]]:
    """Identities whose digits the number of a page parts; of them the check digit leaves no doubt."""
    text = page.text
    for foot in page.in_figures(_FOOT, _ID):
        first = _LAST_DIGITS.search(text, max(0, foot.start() - _ID), foot.start())
        rest = _NEXT_DIGITS.match(text, foot.end())
        if first and rest and _is_id(digits := first.group() + rest.group()) and _valid(digits):
            yield "resident_id", _identity(first.start(), rest.end(), digits)


def _odd_mobiles(page: Page) -> Iterator[tuple[str, Hit]]:
    """Mobiles of Hong Kong, Macao and Taiwan, and those written with dots, strokes or brackets: 138.1234.5678, (138)1234-5678."""
    text = page.text
    for taiwanese in page.in_figures(_TAIWAN, _MOBILE + 1):
        yield "mobile", Hit(*taiwanese.span(), f"{taiwanese.group()[:4]}****{taiwanese.group()[-3:]}")
    if "+8" in text or "008" in text:  # +852, 00886
        for beyond in _BEYOND.finditer(text):
            yield "mobile", Hit(*beyond.span(), f"{beyond.group()[:4]}****{beyond.group()[-4:]}")
    for bracketed in _BRACKETED.finditer(text) if "（1" in text or "(1" in text else ():
        start, end = _with_country(text, bracketed.start()), bracketed.end()
        yield "mobile", Hit(start, end, f"{bracketed.group()[1:4]}****{bracketed.group()[-4:]}")
    for dotted in _DOTTED.finditer(text) if "." in text or "/" in text or "·" in text or "_" in text else ():
        lead = _LEAD.search(text, max(0, dotted.start() - 4), dotted.start())
        if lead and not (
            _SIZED.match(text, dotted.end())
            or _SIZES.search(text, max(0, lead.start() - _SIZES_REACH), lead.start())
        ):
            yield "mobile", Hit(lead.start(), dotted.end(), f"{lead.group()}****{dotted.group()[-4:]}")


def _slips(page: Page) -> Iterator[tuple[str, Hit]]:
    """Identities and mobiles with letters that a scanner took for digits: 520697l9790l253319."""
    text = page.text
    if not (("O" in text or "o" in text or "I" in text or "l" in text) and _BESIDE_A_DIGIT.search(text)):
        return
    for found in _SLIP.finditer(text):
        digits = found.group().translate(_RIGHTED)
        said = _said(page, found.start())
        if len(digits) == _ID and _is_id(digits) and (_valid(digits) or said in _PEOPLE_LABELS):
            yield "resident_id", _identity(*found.span(), digits)
        elif len(digits) == _MOBILE and (said == "phone" or _TWO_SLIPS.fullmatch(found.group())):
            yield "mobile", Hit(*found.span(), f"{digits[:3]}****{digits[-4:]}")
    for spaced in _SPACED_SLIP.finditer(text):
        digits = spaced.group().translate(_RIGHTED)
        yield "mobile", Hit(*spaced.span(), f"{digits[:3]}****{digits[-4:]}")


def _in_words(page: Page) -> Iterator[re.Match[str]]:
    """Runs of Chinese numerals that may identify a person: found from how a year or a mobile begins in them."""
    last = 0
    text = page.text
    for start, _ in page.met(NUMERAL_TERMS):
        if start < last:
            continue
        begin = start
        while begin > last and text[begin - 1] in _NUMERALS and start - begin < _LONGEST:
            begin -= 1
        found = _CHINESE.match(text, begin) or _told_aloud(text, begin, last)
        if found:
            yield found
            last = found.end()


_ALOUD = re.compile(
    r"(?:[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{2,8}[，、,\- ·]){2,6}[零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{2,8}[XxＸ]?"
)
_PARTING = frozenset("，、,- ·")
_MOST_ALOUD = 16  # numerals and signs before the year of birth


def _told_aloud(text: str, begin: int, last: int) -> re.Match[str] | None:
    """An identity as somebody says it, in groups of numerals: 三三零八二二，一九七零，零六一二，零八二一."""
    start = begin
    while start > max(last, begin - _MOST_ALOUD) and (
        text[start - 1] in _NUMERALS or text[start - 1] in _PARTING
    ):
        start -= 1
    found = _ALOUD.match(text, start + (text[start] in _PARTING))
    if found is None:
        return None
    digits = found.group().translate(_BETWEEN_NUMERALS).translate(_DIGIT)
    return found if _is_id(digits) else None


def _one(page: Page, start: int, end: int) -> tuple[str, Hit] | None:
    """What a plain number is: an identity, a mobile, a card, or nothing that identifies anybody."""
    digits = page.text[start:end]
    if not digits[-1].isdigit() or not digits[-2:-1].isdigit():
        digits = _REISSUED.sub("", digits)
    if (
        page.text[start - 1 : start] in _IN_A_TITLE
        and page.text[end : end + 1] == "号"
        and not _valid(digits)
    ):
        return None  # 农宅字4305991012022012号
    said = _said(page, start) or ("bank_card" if page.text[end : end + 2] in _ACCOUNTS else None)
    if said == "contract" or (said == "code" and not _valid(digits)):
        return None
    if _ID + _MOBILE <= end - start <= _GLUED:  # run together, as when cells lose their borders
        glued = any(_valid(digits[at : at + _ID]) for at in range(end - start - _ID + 1))
        if not glued and _MOBILE_AND_CARD.fullmatch(digits):
            return "bank_card", Hit(start, end, keep(digits, 0, 4), certain=False)
        return ("resident_id", Hit(start, end, keep(digits, 2, 3))) if glued else None
    if end - start == _MOBILE:
        return _as_mobile(page, start, end, digits, said) or _as_card(page, start, end, digits, said)
    return (
        _as_identity(page, start, end, digits, said)
        or _as_card(page, start, end, digits, said)
        or _as_mobile(page, start, end, digits, said)
    )


def _as_identity(page: Page, start: int, end: int, digits: str, said: str | None) -> tuple[str, Hit] | None:
    if _is_id(digits) and (
        _valid(digits)
        or (said != "bank_card" and not _of_late(page, start, digits, said) and not _below_codes(page, start))
    ):
        return "resident_id", _identity(start, end, digits)
    if _is_disability_card(digits) and (
        _valid(digits) or (said != "bank_card" and not _of_late(page, start, digits, said))
    ):
        return "disability_card", _identity(start, end, digits)
    # Whatever an identity label names is flagged: a digit lost or doubled leaks as much.
    if said in _PEOPLE_LABELS and len(digits) in _MISTYPED and (len(digits) != _OLD_ID or _is_old_id(digits)):
        return str(said), Hit(start, end, keep(digits, 2, 3), certain=False, why=_FAILED)
    if said is None and _is_old_id(digits) and _of_somebody(page.text, start):
        return "resident_id", Hit(start, end, keep(digits, 2, 3), certain=False)
    return None


def _of_late(page: Page, start: int, digits: str, said: str | None) -> bool:
    """Whether a number that nothing calls an identity, and whose check digit is wrong, has its date in the last years.

    Numbers of cases, projects and goods hold the year they were given in. Right behind a name it is a child's.
    """
    return (
        said not in _PEOPLE_LABELS
        and int(digits[6:10]) >= _LATE
        and not _of_somebody(page.text, start)
        and name_before(page.text, start) is None
    )


def _of_somebody(text: str, start: int) -> bool:
    """Whether a number stands behind a word for an identity number, or behind a name and a sign."""
    if _OLD_ID_SAID.search(text, max(0, start - _OLD_ID_REACH), start):
        return True
    return text[start - 1 : start] in _AFTER_A_NAME and name_before(text, start - 1) is not None


def _as_mobile(page: Page, start: int, end: int, digits: str, said: str | None) -> tuple[str, Hit] | None:
    country = next(
        (
            each
            for each in ("0", "86", "0086")
            if len(digits) == _MOBILE + len(each) and digits.startswith(each)
        ),
        "",
    )
    bare = digits[len(country) :]
    if (
        len(bare) != _MOBILE
        or bare[0] != "1"
        or bare[1] not in "3456789"
        or not bare.isdigit()
        or _measured(page, end)
        or _ON_THE_WEB.match(page.text, max(0, start - 2), start)
        or (page.text[start - 1 : start] in _AFTER_A_BADGE and is_badge(page.text, start))
        or (said != "phone" and _below_codes(page, start))
        or _DECIMALS.search(page.text, max(0, start - _DECIMALS_REACH), start)
        or _OF_A_CODE.search(page.text, max(0, start - _CODE_REACH), start)
    ):
        return None
    if said == "bank_card":
        return "bank_card", Hit(start, end, keep(bare, 0, 4), certain=False)
    return "mobile", Hit(_with_country(page.text, start), end, f"{bare[:3]}****{bare[-4:]}")


def _as_card(page: Page, start: int, end: int, digits: str, said: str | None) -> tuple[str, Hit] | None:
    if not digits.isdigit():
        return None
    if said == "bank_card" and len(digits) in _ACCOUNT:
        before = max(0, start - _UNIT_REACH)
        if _HELD_BY_A_UNIT.search(page.text, before, start) or _UNIT_BEHIND.match(page.text, end):
            return None
        card = len(digits) in _CARD and digits.startswith(_UNIONPAY)
        if not card and _UNIT.search(page.text, before, start):
            return None
        return "bank_card", Hit(start, end, keep(digits, 0, 4), luhn(digits))
    size = len(digits)
    likely = (
        said in {None, "phone"} and size in _CARD and digits[0] in (_ISSUERS if size in _OLD_CARDS else "6")
    )
    right = luhn(digits)
    if likely and (right or digits.startswith(_UNIONPAY)) and not _measured(page, end):
        return "bank_card", Hit(start, end, keep(digits, 0, 4), right)
    return None


def _several(page: Page, number: Number) -> Iterator[tuple[str, Hit]]:
    """Groups that single separators join: each alone where it can be, else the next few together."""
    text, groups = page.text, number.groups
    at = 0
    while at < len(groups):
        start, end = groups[at]
        alone = _one(page, start, end) if end - start >= _MOBILE else None
        # One digit a group can only be a number from its beginning: no trial at every digit.
        more = at + 1 < len(groups)
        whole = _whole(page, groups, at) if more and (at < _INDEXED or end - start > 1) else None
        if whole is not None:
            kind, hit, used = whole
            yield kind, hit
            at += used
            continue
        if alone is not None and not _continued(text, groups, at, alone[0]):
            yield alone
            at += 1
            continue
        joined = _joined(page, groups, at) if more else None
        if joined is not None:
            kind, hit, used = joined
            yield kind, hit
            at += used
            continue
        if alone is not None:
            yield alone
        at += 1


def _whole(page: Page, groups: tuple[tuple[int, int], ...], at: int) -> tuple[str, Hit, int] | None:
    """The identity that this and the next groups are together, where the check digit leaves no doubt.

    However they are parted: 62119619780523 and 7125 in two cells, or one digit a cell.
    """
    start = groups[at][0]
    if _said(page, start) == "contract" or _goes_on(page.text, start - 1, start - 2):
        return None
    digits = ""
    best: tuple[str, Hit, int] | None = None
    for used, (begin, end) in enumerate(groups[at : at + _LONGEST], start=1):
        digits += page.text[begin:end]
        if len(digits) > _LONGEST:
            break
        if used > 1 and len(digits) in {_ID, _DISABILITY} and _valid(digits):
            if _is_id(digits) and not _goes_on(page.text, end, end + 1):
                best = ("resident_id", _identity(start, end, digits), used)
            elif _is_disability_card(digits):
                parted = page.text[begin - 1] in " -"
                if best is None or (end - begin == 2 and parted) or _said(page, start) == "disability_card":  # noqa: PLR2004  kind and grade
                    best = ("disability_card", _identity(start, end, digits), used)
    return best


def _goes_on(text: str, place: int, beyond: int) -> bool:
    """Whether a hyphen at ``place`` makes a number part of a longer one; a dash beside words does not."""
    return text[max(place, 0) : place + 1] == "-" and not is_han(text[max(beyond, 0) : beyond + 1] or "-")


def _continued(text: str, groups: tuple[tuple[int, int], ...], at: int, kind: str) -> bool:
    """Whether two more digits make a resident ID a disability card, ``… 43``, or three a longer bank card, or the next line a whole one."""
    if at + 1 == len(groups):
        return False
    start, end = groups[at][0], groups[at + 1][1]
    if kind == "bank_card":
        sizes = [last - first for first, last in groups[at : at + 2]]
        if text[groups[at][1]] == "\n" and sum(sizes) in _CARD:
            digits = "".join(text[slice(*each)] for each in groups[at : at + 2])
            return digits.startswith(_UNIONPAY) and luhn(digits)
        return sizes == _LONG_CARD and text[end - 4] == " "
    if kind != "resident_id":
        return False
    return text[groups[at][1]] == "-" and end - start == _DISABILITY + 1


def _joined(page: Page, groups: tuple[tuple[int, int], ...], at: int) -> tuple[str, Hit, int] | None:
    text = page.text
    start = groups[at][0]
    if start and text[start - 1] == "-":
        return None
    said = _said(page, start)
    digits = ""
    best: tuple[str, Hit, int] | None = None
    for used, (begin, end) in enumerate(groups[at : at + 8], start=1):
        digits += text[begin:end]
        if len(digits) > _LONGEST + 2:
            break
        if used > 1 and _CUT_AMOUNT.match(text, end) and not _whole_number(digits):
            break  # 6013827100044182 | 96,500.00
        if used == 1 or text[end : end + 1] == "-":
            continue  # a hyphen goes on to the next group: what it joins is one number
        sizes = [last - first for first, last in groups[at : at + used]]
        found = _spread(page, start, end, digits, sizes, said)
        if found is not None:
            best = (*found, used)
            if found[1].certain and found[0] != "bank_card":
                break  # an account may go on: the longest that is one
    return best


def _whole_number(digits: str) -> bool:
    """Whether digits are a mobile or a card to the last: what follows a comma is the next cell, 138 1234 5678,500."""
    mobile = len(digits) == _MOBILE and digits[0] == "1" and digits[1] in "3456789"
    return mobile or _is_id(digits) or (len(digits) in _CARD and digits.isdigit() and luhn(digits))


def _spread(
    page: Page, start: int, end: int, digits: str, sizes: list[int], said: str | None
) -> tuple[str, Hit] | None:
    """What several groups are together, where they are grouped as people group such a number."""
    text = page.text[start:end]
    broken = len(sizes) == 2 and ("\n" in text or "\x0b" in text or "\t" in text)  # noqa: PLR2004  one break
    regular = _valid(digits) or said in _PEOPLE_LABELS or sizes[0] in {3, 4, 6} or broken
    if said not in CODES and regular and (_is_id(digits) or _is_disability_card(digits)):
        return ("resident_id" if len(digits) == _ID else "disability_card"), _identity(start, end, digits)
    bare = sizes[1:] if sizes[0] == 2 and digits.startswith("86") else sizes  # noqa: PLR2004  the country's number
    grouped = ("\t" not in text and (bare in _MOBILE_GROUPS or broken)) or said == "phone"  # 18600 | 744000
    grouped = grouped and (said == "phone" or not _YEARS.match(text))
    if said not in CODES and grouped:
        mobile = _as_mobile(page, start, end, digits, said)
        if mobile:
            return mobile
    if broken and len(digits) in _CARD and digits.startswith(_UNIONPAY) and luhn(digits):
        return _as_card(page, start, end, digits, said)
    fours = all(size == _EMBOSSED for size in sizes[:-1]) and sizes[-1] <= _EMBOSSED
    if fours or said == "bank_card" or sizes[0] == _ISSUER_NUMBER or sizes == _LONG_CARD:
        return _as_card(page, start, end, digits, None if said == "bank_card" and "\t" in text else said)
    return None


def _with_country(text: str, start: int) -> int:
    """Where a mobile number begins together with +86 before it."""
    found = _COUNTRY.search(text, max(0, start - 8), start)
    if found is None:
        return start - 1 if text[start - 1 : start] == "+" else start
    return found.start()


def _said(page: Page, start: int) -> str | None:
    """What the words before a number, or the heading above it, call it."""
    label = page.label(start)
    if label is not None:
        return label
    column = page.column_of.get(start)
    return column if column in {"resident_id", "disability_card", "bank_card", "code"} else None


def _measured(page: Page, end: int) -> bool:
    return page.text[end : end + 1] in _MEASURES or _CENTS.match(page.text, end) is not None


def _identity(start: int, end: int, digits: str) -> Hit:
    valid = _valid(digits)
    mask = digits[:2] + "*" * (len(digits) - 5) + digits[-3:]
    return Hit(start, end, mask, valid, None if valid else _FAILED)


def _valid(digits: str) -> bool:
    return (
        len(digits) >= _ID
        and digits[:17].isdigit()
        and _dated(digits[6:14])
        and check_digit(digits[:17]) == digits[17].upper()
    )


def _is_id(digits: str) -> bool:
    return len(digits) == _ID and digits[0] in "12345689" and digits[:17].isdigit() and _dated(digits[6:14])


def _is_old_id(digits: str) -> bool:
    return (
        len(digits) == _OLD_ID
        and digits.isdigit()
        and digits[0] in "12345689"
        and _dated("19" + digits[6:12])
    )


def _is_disability_card(digits: str) -> bool:
    return (
        len(digits) == _DISABILITY
        and digits[0] in "12345689"
        and digits[:17].isdigit()
        and digits[18] in "1234567"
        and digits[19] in "1234"
        and _dated(digits[6:14])
    )


def _dated(digits: str) -> bool:
    year = int(digits[:4])
    if not _OLDEST <= year < _LATEST:
        return False
    try:
        date(year, int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
