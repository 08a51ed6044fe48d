"""Marks a text carries about itself: state secrecy, internal use, a note on disclosure, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from disclosure_gate.detect.lexicon import words
from disclosure_gate.model.findings import Mark

_LEVEL = r"(?:绝\s{0,2}密|机\s{0,2}密|秘\s{0,2}密)"
_STAR = r"[★☆✩✭⭐*＊]"
_TERM = r"(?:[0-9０-９]{1,3}|[一二三四五六七八九十百]{1,4})\s{0,2}(?:年|个月|月)|长期|启用前"
# A level beside a star, a level after 密级, or a level alone in brackets or on its line, with or
# without a term. 保守国家秘密 or 商业秘密 in running text is none of these.
_SECRET = re.compile(
    rf"(?P<star>{_LEVEL})\s{{0,3}}{_STAR}"
    rf"|密\s{{0,2}}级\s{{0,2}}[:：]?\s{{0,2}}[【\[（(]?(?P<named>{_LEVEL})"
    rf"|[【\[〔](?P<boxed>{_LEVEL})(?:\s{{0,3}}(?:{_TERM}))?[】\]〕]"
    rf"|(?:^|\n)[ \t\u3000]{{0,40}}[（(]?(?P<alone>{_LEVEL})[ \t\u3000]{{0,3}}(?:{_TERM})?[）)]?[ \t\u3000]{{0,40}}(?=\r|\n|$)"
)
_REACH = 90  # code points, more than the longest mark with its blanks
_INTERNAL = frozenset(
    words(
        "内部资料 内部文件 内部参考 注意保存 不得外传 请勿外传 严禁外传 供领导参阅 供领导参考 仅供内部 "
        "内部使用 内部掌握 内部刊物 内部材料 妥善保管 阅后收回 不得翻印 请勿扩散 工作秘密 "
    )
)
_NOTE = re.compile(
    r"此\s?件\s{0,2}(可?依申请公开|公开发布|主动公开|社会公开|向社会公开|部分公开|不予公开|不公开|删减后公开)\s{0,2}(?:[）)】\]]|[。\s]|$)"
)
_NOTE_STATUS = {
    "公开发布": "proactive", "主动公开": "proactive", "社会公开": "proactive", "向社会公开": "proactive", "删减后公开": "partial", "部分公开": "partial",
    "依申请公开": "on_request", "可依申请公开": "on_request", "不予公开": "withheld", "不公开": "withheld",
}  # fmt: skip
# A number is found from its bracket and its organ's sign read backwards: trying every character as
# the beginning of a sign would cost most of the scan.
_NUMBER = re.compile(
    r"(?P<open>[〔\[［（(【])\s?(?P<year>(?:19|20)\d{2})\s?(?P<close>[〕\]］)）】])\s?(?P<di>第)?(?P<serial>\d{1,5})\s?号"
)
_YEARS = tuple(f"{bracket}{century}" for bracket in "〔[［（(【" for century in ("19", "20"))
MARK_TERMS = (*_INTERNAL, "此件", *_YEARS)
# What leads up to a number is none of it: 按照, 依据, 关于; 日照 and 数据 are names.
_ORGAN = re.compile(
    r"(?:[\u4e00-\u9fa5]{0,10}(?:(?P<cited>(?<!日)照|(?<!数)据|按|见|转发|印发|关于|执行|落实|废止)"
    r"|文号|编号|案号|字号|号[和与及]?))?(?P<organ>[\u4e00-\u9fa5]{2,12})\s?$"
)
# What a text says of a document it quotes, behind its number or its title: 〔2026〕5号，此件不公开）, 《…》（不予公开）.
_OF_QUOTED = re.compile(r"\s?[，,；;、（(]\s?(?:[此该]\s?件\s?)?(?:不公开|不予公开)\s?(?=[）)】\]])")
_LONGEST_TITLE = 120  # code points of a title in 《》
_LONGEST_SIGN = 13  # code points before the bracket, a space included


def secret_mark(text: str) -> Mark | None:
    """The first mark of state secrecy, or ``None``. To be asked before anything else looks at a text.

    Basis: 保守国家秘密法 art 22, 实施条例 art 21 (a mark carries level and period); art 31(3): nothing
    marked so may be handled in a system like ours.
    """
    place = text.find("密")
    found = None
    while place >= 0 and found is None:
        # What stands further off than this cannot be part of the mark; where it was cut is no end of a line.
        found = _SECRET.search(text, max(0, place - _REACH), place + _REACH)
        if found is not None and found.end() == place + _REACH:
            found = _SECRET.match(text, found.start())
        place = text.find("密", place + 1)
    if found is None:
        return None
    level = next(group for group in found.groups() if group)
    return Mark("state_secret", "", found.start(), found.end(), "".join(level.split()))


def marks(text: str, where: str, met: Sequence[tuple[int, int]]) -> Iterator[Mark]:
    """All other marks of one part of a document; ``met`` are the places of :data:`MARK_TERMS` in it."""
    own_seen = False
    last = -1
    for start, end in met:
        term = text[start:end]
        if term in _INTERNAL:
            yield Mark("internal", where, start, end, term)
        elif term == "此件":
            note = _NOTE.match(text, start)
            if note and start >= last:
                before = start
                while before and text[before - 1].isspace():
                    before -= 1
                first = before - 1 if before and text[before - 1] in "（(【[" else start
                status = _NOTE_STATUS[note.group(1)]
                title = text.rfind("《", max(0, first - _LONGEST_TITLE), first)
                if status == "withheld" and first < start and text[first - 1 : first] == "》" and title >= 0:
                    yield Mark("quotation", where, title, note.end())
                else:
                    yield Mark("disclosure_note", where, first, note.end(), status)
        else:
            number = _dispatch_number(text, where, start, own_seen=own_seen)
            if number is not None and number.start >= last:
                own_seen = own_seen or number.kind == "dispatch_number"
                last = number.end
                yield number


def _dispatch_number(text: str, where: str, bracket: int, *, own_seen: bool) -> Mark | None:
    found = _NUMBER.match(text, bracket)
    organ = _ORGAN.search(text, max(0, bracket - _LONGEST_SIGN), bracket) if found else None
    if found is None or organ is None:
        return None
    start = organ.start("organ")
    serial = found["serial"]
    nonstandard = (
        found["open"] != "〔" or found["close"] != "〕" or bool(found["di"]) or serial.startswith("0")
    )
    kind: Literal["quotation", "dispatch_number"] = (
        "quotation" if own_seen or organ["cited"] or _quoted(text, start) else "dispatch_number"
    )
    end = found.end()
    if kind == "quotation" and (of_quoted := _OF_QUOTED.match(text, end)):
        end = of_quoted.end()
    value = f"{organ['organ'][-6:]}〔{found['year']}〕{int(serial)}号"
    return Mark(kind, where, start, end, value, nonstandard)


def _quoted(text: str, start: int) -> bool:
    """Whether a number stands in brackets behind a title, or inside a sentence: then it is another document's."""
    before = text[max(0, start - 3) : start].rstrip()
    near = max(0, start - 64)
    line = text.rfind("\n", near, start) + 1 or near
    return before.endswith(("（", "(", "》")) or len(text[line:start].strip()) > 12  # noqa: PLR2004  an organ's own sign is short
