"""Marks a text carries about itself: state secrecy, internal use, a note on disclosure, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_INTERNAL = re.compile(
    r"内部资料|内部文件|内部参考|注意保存|不得外传|请勿外传|严禁外传|供领导参阅|供领导参考|仅供内部"
)
_NOTE = re.compile(
    r"[（(]\s{0,2}此件(可?依申请公开|公开发布|主动公开|社会公开|部分公开|不予公开|不公开)\s{0,2}[）)]"
)
_NOTE_STATUS = {
    "公开发布": "proactive", "主动公开": "proactive", "社会公开": "proactive", "部分公开": "partial",
    "依申请公开": "on_request", "可依申请公开": "on_request", "不予公开": "withheld", "不公开": "withheld",
}  # fmt: skip
# A number is found from its bracket and its organ's sign read backwards: trying every character as
# the beginning of a sign would cost most of the scan.
_NUMBER = re.compile(
    r"(?P<open>[〔\[［（(【])\s?(?P<year>(?:19|20)\d{2})\s?(?P<close>[〕\]］)）】])\s?(?P<di>第)?(?P<serial>\d{1,5})\s?号"
)
_ORGAN = re.compile(r"(?P<organ>[\u4e00-\u9fa5]{2,12})\s?$")
_LONGEST_SIGN = 13  # code points before the bracket, a space included


def secret_mark(text: str) -> Mark | None:
    """The first mark of state secrecy, or ``None``. To be asked before anything else looks at a text.

    Basis: 保守国家秘密法 art 22, 实施条例 art 21 (a mark carries level and period); art 31(3): nothing
    marked so may be handled in a system like ours.
    """
    found = _SECRET.search(text)
    if found is None:
        return None
    level = next(group for group in found.groups() if group)
    return Mark("state_secret", "", found.start(), found.end(), "".join(level.split()))


def marks(text: str, where: str) -> Iterator[Mark]:
    """All other marks of one part of a document."""
    for found in _INTERNAL.finditer(text):
        yield Mark("internal", where, *found.span(), found.group())
    for found in _NOTE.finditer(text):
        yield Mark("disclosure_note", where, *found.span(), _NOTE_STATUS[found.group(1)])
    own_seen = False
    for found in _NUMBER.finditer(text):
        organ = _ORGAN.search(text, max(0, found.start() - _LONGEST_SIGN), found.start())
        if organ is None:
            continue
        start = organ.start()
        number = f"{organ['organ'][-6:]}〔{found['year']}〕{int(found['serial'])}号"
        nonstandard = (
            found["open"] != "〔"
            or found["close"] != "〕"
            or bool(found["di"])
            or found["serial"].startswith("0")
        )
        quoted = own_seen or _quoted(text, start)
        own_seen = own_seen or not quoted
        yield Mark(
            "quotation" if quoted else "dispatch_number", where, start, found.end(), number, nonstandard
        )


def _quoted(text: str, start: int) -> bool:
    """Whether a number stands in brackets behind a title, or inside a sentence: then it is another document's."""
    before = text[max(0, start - 3) : start].rstrip()
    line = text.rfind("\n", 0, start) + 1
    return before.endswith(("（", "(", "》")) or len(text[line:start].strip()) > 12  # noqa: PLR2004  an organ's own sign is short
