"""Numbers that identify a person: resident ID, disability card, mobile, bank card.

Every pattern has a bounded length and is anchored on both sides, so a text is read in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from disclosure_gate.detect.detector import Hit
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_GAP = r"[ \t\r\n\u3000\-]?"  # one separator, a line break or a cell boundary included
_START, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_ID18 = 18
_ID15 = 15
_OLDEST = 1850
_CONTEXT = 16  # code points before a number in which a word may say what it is


def check_digit(first17: str) -> str:
    """The eighteenth character of a resident ID number (GB 11643)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def luhn(digits: str) -> bool:
    """Whether a card number passes the Luhn check."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004  the sum of the two digits
    return total % 10 == 0


class ResidentIdDetector:
    """居民身份证号: 18 characters, or 15 with a word of context; spaced, hyphenated or broken over a line."""

    name = "resident_id"
    kind: SpanKind = "resident_id"
    why = Text(zh="形如居民身份证号", en="reads as a resident ID number")

    _pattern = re.compile(rf"{_START}[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]{_END}")
    _old = re.compile(rf"{_START}[1-9]\d{{14}}{_END}")
    _words = ("身份证", "证件号", "证号")

    def find(self, text: str) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        for found in self._pattern.finditer(text):
            number = _bare(found.group())
            if _dated(number[6:14]):
                yield Hit(
                    *found.span(), keep(found.group(), 2, 3), check_digit(number[:17]) == number[17].upper()
                )
        for found in self._old.finditer(text):
            if _dated("19" + found.group()[6:12]) and _near(text, found.start(), self._words):
                yield Hit(*found.span(), keep(found.group(), 2, 3), certain=False)


class DisabilityCardDetector:
    """残疾人证号: a resident ID number with two more digits, for kind and grade."""

    name = "disability_card"
    kind: SpanKind = "disability_card"
    why = Text(zh="形如残疾人证号", en="reads as a disability card number")

    _pattern = re.compile(rf"{_START}[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?:{_GAP}\d){{2}}{_END}")

    def find(self, text: str) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        for found in self._pattern.finditer(text):
            number = _bare(found.group())
            if _dated(number[6:14]) and number[18] in "1234567" and number[19] in "1234":
                yield Hit(
                    *found.span(), keep(found.group(), 2, 3), check_digit(number[:17]) == number[17].upper()
                )


class MobileDetector:
    """手机号, with or without +86, spaced or hyphenated."""

    name = "mobile"
    kind: SpanKind = "mobile"
    why = Text(zh="形如手机号码", en="reads as a mobile number")

    _pattern = re.compile(rf"{_START}(?:\+?86[ \-]?)?(1[3-9]\d(?:[ \-\u3000]?\d){{8}}){_END}")

    def find(self, text: str) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        for found in self._pattern.finditer(text):
            number = _bare(found.group(1))
            yield Hit(*found.span(), f"{number[:3]}****{number[-4:]}")


class BankCardDetector:
    """银行账号、一卡通: 16 to 19 digits that pass Luhn, or that a word of context calls an account."""

    name = "bank_card"
    kind: SpanKind = "bank_card"
    why = Text(zh="形如银行账号", en="reads as a bank account number")

    _pattern = re.compile(rf"{_START}[1-9](?:{_GAP}\d){{11,20}}{_END}")
    _words = ("账号", "帐号", "卡号", "账户", "帐户", "开户行", "开户银行", "一卡通", "银行卡", "存折")
    _shortest_card, _longest_card = 16, 19

    def find(self, text: str) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        for found in self._pattern.finditer(text):
            number = _bare(found.group())
            named = _near(text, found.start(), self._words)
            card = (
                self._shortest_card <= len(number) <= self._longest_card
                and number[0] in "3456"
                and luhn(number)
            )
            identity = len(number) in {_ID18, 20} and _dated(number[6:14])
            if named or (card and not identity):
                yield Hit(*found.span(), keep(found.group(), 0, 4), card)


def keep(number: str, first: int, last: int) -> str:
    """``number`` with only its first and last characters shown; separators are dropped."""
    bare = _bare(number)
    return bare[:first] + "*" * (len(bare) - first - last) + bare[len(bare) - last :]


def _bare(number: str) -> str:
    return "".join(char for char in number if char.isascii() and char.isalnum())


def _dated(digits: str) -> bool:
    year, month, day = digits[:4], digits[4:6], digits[6:]
    if not _OLDEST <= int(year) <= date.max.year:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return int(year) < 2100  # noqa: PLR2004  nobody is born later in any document of ours


def _near(text: str, position: int, words: Iterable[str]) -> bool:
    before = text[max(0, position - _CONTEXT) : position]
    return any(word in before for word in words)
