"""Documents a plugin is tried on. Where a plugin might copy something from them, they hold words found nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from disclosure_gate.model.document import Document

CANARIES = ("雀翎哨", "朱鹭坳", "墨蝉渡", "青鸢砦")
"""A person, a place, a firm and a saying that no law, rule or statement names."""
EARLY = date(2012, 3, 1)
"""A day on which most of what is cited today was not in force."""
_LONG = 200_000  # characters

_PERSON, _PLACE, _FIRM, _SAYING = CANARIES
_FIGURES = "联系电话：13800138000，身份证号：610203199001010017"


@dataclass(frozen=True, slots=True)
class Probe:
    """A document, the day it is looked at, and a name to tell it by."""

    name: str
    document: Document
    as_of: date


def probes(
    today: date, domains: Iterable[str | None], own: Iterable[tuple[str, Document, date]]
) -> list[Probe]:
    """All probes.

    Args:
        today: the day most of them are looked at.
        domains: the domains the plugin speaks about; ``None`` for none.
        own: documents from the plugin's own cases, each with its name and day.
    """
    made = [Probe(name, Document.parse(data), today) for name, data in _plain()]
    for domain in domains:
        if domain is not None:
            made += [
                Probe(f"{probe.name}, {domain}", probe.document.model_copy(update={"domain": domain}), today)
                for probe in made[:3]
            ]
    made += [Probe(f"{probe.name}, {EARLY}", probe.document, EARLY) for probe in made[:3]]
    made += [Probe(f"case: {name}", document, as_of) for name, document, as_of in own]
    return made


def long_document(number: int) -> Document:
    """A long text, another one for every number."""
    line = f"第{number}段，{_SAYING}，供热、许可、处罚、名单、预算等事项的说明文字，"
    return Document.parse(_data(f"long-{number}", "关于长文的公告", "公告", line * (_LONG // len(line))))


def _plain() -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "notice",
        _data("notice", f"关于{_PLACE}供热的公告", "公告", f"现将{_PLACE}有关事项公告如下。{_SAYING}。"),
    )
    yield (
        "list of persons",
        _data(
            "list", "低保对象名单公示", "名单公示",
            f"姓名\t身份证号\t住址\t金额\n{_PERSON}\t610203199001010017\t{_PLACE}3号\t500\n{_PERSON}二\t\t{_PLACE}\t1200\n",
        ),
    )  # fmt: skip
    yield (
        "penalty",
        _data(
            "penalty", f"关于{_FIRM}公司的行政处罚决定书", "行政处罚决定",
            f"当事人：{_FIRM}有限公司，法定代表人：{_PERSON}，住址：{_PLACE}5号，{_FIGURES}。罚款3000元。{_SAYING}",
        ),
    )  # fmt: skip
    yield (
        "guide",
        _data(
            "guide",
            "办事指南",
            "办事指南",
            f"办理地点：{_PLACE}。联系人：{_PERSON}。材料：{_SAYING}。时限：20个工作日。",
        ),
    )
    yield (
        "table of figures",
        _data("budget", "预算表", "预算", f"项目\t金额\n{_SAYING}\t100.50\n合计\t100.50\n"),
    )
    yield (
        "with a file",
        {
            **_data("file", "关于印发通知的函", "函", "见附件。"),
            "files": [{"name": f"{_FIRM}附件.txt", "content": f"附件正文：{_PERSON}，{_SAYING}。".encode()}],
        },
    )
    yield "one sign", _data("sign", "其他", "其他", "。")
    yield (
        "odd signs",
        _data(
            "odd",
            "\u200b通知\uff01",
            "通知",
            f"１３８００１３８０００\r\n\r\n😀e\u0301\u202e{_SAYING}\t\x0b|｜",
        ),
    )


def _data(name: str, title: str, kind: str, text: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": title,
        "kind": kind,
        "text": text,
        "issuer": {"name": "景明区人民政府办公室"},
        "formed_on": "2026-11-16",
        "dates": {"signed": "2026-11-16"},
        "facts": {"secrecy_review": "passed"},
    }
