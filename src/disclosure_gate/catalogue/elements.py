"""Content elements: what a guide, a proof or a row's paper must say, and what of it a text does not."""

from __future__ import annotations

from collections.abc import Sequence

from disclosure_gate.catalogue.model import Row

# An element is there when one of its words is: a check of presence, not of quality.
ELEMENTS: dict[str, tuple[str, ...]] = {
    "依据": ("依据", "根据《", "法定依据", "设定依据", "《"),
    "机构": (
        "受理机构",
        "实施机关",
        "办理机构",
        "受理部门",
        "受理单位",
        "办理地点",
        "机构",
        "办理窗口",
        "受理地点",
    ),
    "条件": ("条件", "对象", "范围", "资格"),
    "程序": ("程序", "流程", "步骤", "环节"),
    "时限": ("时限", "期限", "工作日", "办结时间"),
    "材料": ("材料", "证件", "申请书", "申请表"),
    "收费": ("收费", "费用", "不收费", "免费"),
    "咨询监督": ("电话", "咨询", "监督", "投诉"),
    "标准": ("标准", "额度", "金额"),
    "救济": ("复议", "诉讼"),
    "反馈渠道": ("反馈", "意见", "异议", "联系方式"),
}
GUIDE = ("依据", "机构", "条件", "程序", "时限", "材料")
"""What a service guide must say: 行政许可法 art 30, 条例 art 20(5)."""

_BY_KIND: dict[str, tuple[str, ...]] = {"办事指南": GUIDE}


def wanted(kind: str, row: Row | None) -> tuple[str, ...]:
    """The elements asked of a document of this kind and row, in order."""
    own = row.elements if row is not None else ()
    return tuple(dict.fromkeys((*_BY_KIND.get(kind, ()), *own)))


def lacking(text: str, elements: Sequence[str]) -> tuple[str, ...]:
    """The elements of which the text has no word; an element without words of its own is looked up as it is."""
    return tuple(name for name in elements if not any(word in text for word in ELEMENTS.get(name, (name,))))


def by_law(kind: str, row: Row | None) -> bool:
    """Whether a law makes the elements a duty: guides to licences (行政许可法 art 30)."""
    return kind == "办事指南" and row is not None and any(each.law == "licensing_law" for each in row.basis)
