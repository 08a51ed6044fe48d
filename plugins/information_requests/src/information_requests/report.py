"""Table 三 of the annual report: requests received and what came of them (国办公开办函〔2021〕30号)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from information_requests.case import ApplicantKind, Case
from information_requests.clocks import received_on
from information_requests.replies import row_of

COLUMNS: tuple[ApplicantKind, ...] = get_args(ApplicantKind)
ROWS: dict[str, str] = {
    "1": "一、本年新收政府信息公开申请数量",
    "2": "二、上年结转政府信息公开申请数量",
    "3.1": "（一）予以公开",
    "3.2": "（二）部分公开",
    "3.3.1": "1.属于国家秘密",
    "3.3.2": "2.其他法律行政法规禁止公开",
    "3.3.3": "3.危及“三安全一稳定”",
    "3.3.4": "4.保护第三方合法权益",
    "3.3.5": "5.属于三类内部事务信息",
    "3.3.6": "6.属于四类过程性信息",
    "3.3.7": "7.属于行政执法案卷",
    "3.3.8": "8.属于行政查询事项",
    "3.4.1": "1.本机关不掌握相关政府信息",
    "3.4.2": "2.没有现成信息需要另行制作",
    "3.4.3": "3.补正后申请内容仍不明确",
    "3.5.1": "1.信访举报投诉类申请",
    "3.5.2": "2.重复申请",
    "3.5.3": "3.要求提供公开出版物",
    "3.5.4": "4.无正当理由大量反复申请",
    "3.5.5": "5.要求行政机关确认或重新出具已获取信息",
    "3.6.1": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "3.6.2": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.6.3": "3.其他",
    "3.7": "（七）总计",
    "4": "四、结转下年度继续办理",
}
"""The rows by number; those of block 三 are 3.*, results are all of them but 3.7."""
RESULTS = tuple(row for row in ROWS if row.startswith("3.") and row != "3.7")


@dataclass(frozen=True, slots=True)
class TableThree:
    """Counts by row and column; ``of`` adds the columns up."""

    year: int
    counts: dict[tuple[str, ApplicantKind], int]

    def of(self, row: str) -> int:
        """总计 of a row."""
        return sum(self.counts[row, column] for column in COLUMNS)

    @property
    def consistent(self) -> bool:
        """第一项 + 第二项 = 第三项 + 第四项, and the results add up to 总计, in every column."""
        return all(
            self.counts["1", column] + self.counts["2", column]
            == self.counts["3.7", column] + self.counts["4", column]
            and self.counts["3.7", column] == sum(self.counts[row, column] for row in RESULTS)
            for column in COLUMNS
        )


def table_three(cases: Iterable[Case], year: int) -> TableThree:
    """Count the cases of one year; a request counts from the day it is received, a result on the day of the reply.

    Requests not confirmed yet are not received and count nowhere.

    Raises:
        ValueError: a refusal names no reason, or a reply lies before its request.
    """
    counts: dict[tuple[str, ApplicantKind], int] = {(row, column): 0 for row in ROWS for column in COLUMNS}
    for case in cases:
        received = received_on(case.request)
        replied = case.reply.replied_on if case.reply else None
        if received is None or received.year > year:
            continue
        if replied is not None and replied < received:
            raise ValueError(f"request {case.request.id} was answered before it was received")
        if replied is not None and replied.year < year:
            continue
        column = case.request.applicant.kind
        counts["1" if received.year == year else "2", column] += 1
        if case.reply is not None and replied is not None and replied.year == year:
            counts[row_of(case.reply), column] += 1
            counts["3.7", column] += 1
        else:
            counts["4", column] += 1
    return TableThree(year, counts)
