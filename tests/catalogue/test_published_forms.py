"""Tables in the forms counties publish them: covers, pages, ticked channels, bands, vertical headings, documents, defects."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import office
from commands import command
from disclosure_gate import Gate
from disclosure_gate.catalogue.comparison import compare
from disclosure_gate.catalogue.model import RowSource
from disclosure_gate.catalogue.tables import Imported, export_grid, import_rows
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.errors import InputError
from disclosure_gate.model.findings import Deadline
from disclosure_gate.redact import sheet, word
from factories import RULESETS

_LAWS = LawRegistry.load(*sorted(RULESETS.rglob("laws.yaml")))
_DAY = date(2026, 11, 24)
_OGI = "《中华人民共和国政府信息公开条例》第二十条第（五）项"
_NUMBERED: list[object] = [
    "序号",
    "公开事项",
    None,
    "公开内容（要素）",
    "公开依据",
    "公开时限",
    "公开主体",
    "公开渠道和载体",
]
_TICKS: list[object] = ["公开对象", None, "公开方式", None, "公开层级", None]
_SUB: list[object] = [None, "一级事项", "二级事项", None, None, None, None, None, "全社会", "特定群体", "主动", "依申请", "县级", "乡、村级"]  # fmt: skip
_PLAIN: list[object] = [
    "序号",
    "公开事项",
    "公开内容",
    "公开依据",
    "公开时限",
    "公开主体",
    "公开渠道",
    "公开对象",
    "公开方式",
]


class Expected(NamedTuple):
    """What a row comes out as: its path, clock, display, audience, mode and channels."""

    path: str
    due: str = "20 working_day formed"
    audience: str = "public"
    mode: str = "proactive"
    channels: str = "column"
    period: str = ""


def _told(row: RowSource) -> Expected:
    return Expected(
        "/".join(row.item),
        f"{row.due.within} {row.due.unit} {row.due.start[0]}" if row.due else "",
        row.audience,
        row.mode,
        " ".join(row.channels),
        f"{row.period.length} {row.period.unit}" if row.period else "",
    )


def _compared(row: RowSource) -> dict[str, object]:
    """What a table can say of a row; on request without a clock of its own, that of the request (条例 art 33)."""
    told: dict[str, object] = row.model_dump(
        include={"item", "content", "basis", "subject", "mode", "audience", "period", "levels"}
    )
    asked = Deadline(within=20, unit="working_day", start=("received",))
    due = row.due or (asked if row.mode == "on_request" else None)
    clock = due and (due.within, due.unit, due.start[0], due.prompt)
    later = tuple(each for each in row.then if each.not_before)  # the web after approval
    return told | {"due": clock, "then": later, "channels": set(row.channels)}


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(rows: Sequence[Any], merges: Sequence[str] = (), title: str = "目录") -> bytes:
    book = openpyxl.Workbook()
    _fill(book.worksheets[0], rows, merges, title)
    return _bytes(book)


def _fill(page: Any, rows: Sequence[Any], merges: Sequence[str], title: str) -> None:
    page.title = title
    for row in rows:
        page.append(list(row))
    for area in merges:
        page.merge_cells(area)


def _line(
    number: object, one: object, two: object, content: str, time: str = "20个工作日内", *, basis: str = _OGI,
    channel: str = "■政府网站", all_: str = "√", some: str = "", active: str = "√", request: str = "",
) -> list[object]:  # fmt: skip
    return [
        number,
        one,
        two,
        content,
        basis,
        time,
        "区教科体局",
        channel,
        all_,
        some,
        active,
        request,
        "√",
        "",
    ]


def _cover_and_hidden_sheets() -> bytes:
    book = openpyxl.Workbook()
    _fill(
        book.worksheets[0],
        [["附件1"], ["义务教育领域基层政务公开标准目录"], ["编制单位：区教科体局"], ["2026年6月"]],
        ["A2:F2"],
        "封面",
    )
    _fill(
        book.create_sheet(),
        [["义务教育领域基层政务公开标准目录"], ["填报单位：区教科体局", *[None] * 12, "单位：项"], _NUMBERED + _TICKS, _SUB,
         _line(1, "招生管理", "招生计划", "招生人数、班数"), _line(2, None, "招生范围", "学区划分")],
        ["A1:N1", "B3:C3", "I3:J3", "K3:L3", "M3:N3", "B5:B6"], "目录",
    )  # fmt: skip
    old = book.create_sheet()
    _fill(old, [_NUMBERED + _TICKS, _SUB, _line(1, "旧事项", "已废止", "旧内容")], [], "2019旧版")
    old.sheet_state = "hidden"
    _fill(book.create_sheet(), [["填表说明"], ["1. 一级事项合并填写。"], ["2. 打√表示适用。"]], [], "说明")
    return _bytes(book)


def _three_heading_lines_in_vertical_letters() -> bytes:
    rows = [
        ["序\n号", "公\n开\n事\n项", None, "公\n开\n内\n容", "公\n开\n依\n据", "公\n开\n时\n限", "公\n开\n主\n体", "公开渠道和载体\n（“■”为必选，“□”为可选）", "公开要求", None, None, None],
        [None, None, None, None, None, None, None, None, "公开对象", None, "公开方式", None],
        [None, "一级\n事项", "二级\n事项", None, None, None, None, None, "全社\n会", "特定\n群众", "主\n动", "依申\n请"],
        [1, "征收", "启动要件", "公共利益\n相关材料", "《国有土地上房屋征收与补偿条例》第八条", "自收到申请之日起\n20个工作日内公开", "区住建局", "■精准推送", None, "√（申请人）", None, "√"],
        [2, None, "房屋征收决定公告", "补偿方案、\n复议诉讼权利", "《国有土地上房屋征收与补偿条例》第十三条", "及时公开", "区住建局", "■政府网站\n■社区/企事业单位/村公示栏（电子屏）", "√", None, "√", None],
    ]  # fmt: skip
    merges = [
        "A1:A3",
        "B1:C2",
        "D1:D3",
        "E1:E3",
        "F1:F3",
        "G1:G3",
        "H1:H3",
        "I1:L1",
        "I2:J2",
        "K2:L2",
        "B4:B5",
    ]
    return _book(rows, merges)


def _printed_pages_with_the_heading_again() -> bytes:
    rows: list[list[object]] = [["养老服务领域基层政务公开标准目录"], _PLAIN]
    rows += [
        [
            1,
            "通用政策/政策文件",
            "文件名称、文号",
            _OGI,
            "制定或获取信息之日起10个工作日内",
            "区民政局",
            "政府网站",
            "全社会",
            "主动公开",
        ]
    ]
    rows += [["第 1 页"], _PLAIN]
    rows += [
        [
            1,
            "业务办理/老年人补贴",
            "高龄津贴的条件、标准",
            _OGI,
            "制定或获取信息之日起１０个工作日内",
            "区民政局",
            "政府网站、政务服务中心",
            "全社会",
            "主动公开",
        ]
    ]
    rows += [
        [2, "业务办理/养老机构备案", "材料、流程", _OGI, "十个工作日", "区民政局", "同上", "同上", "同上"]
    ]
    rows += [
        ["合计", "3项"],
        ["备注：1. 本表由区民政局负责解释。"],
        ["2. 电话以公布为准。"],
        ["审核人：", None, "填表人："],
    ]
    return _book(rows)


def _bands_over_all_columns() -> bytes:
    rows: list[list[object]] = [
        ["序号", "公开事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道", "公开对象", "公开方式"],
        ["一、法治宣传教育"],
        [1, "法律知识普及", "普法资料", _OGI, "自制作或获取该信息之日起20个工作日内", "区司法局", "政府网站", "全社会", "主动"],
        ["（二）法律援助"],
        [1, "法律援助服务", "给予、不予法律援助决定书", "《中华人民共和国法律援助法》第21条", "20个工作日", "区司法局", "精准推送", "特定群体（申请人、受指派人员）", "主动"],
    ]  # fmt: skip
    return _book(rows, ["A2:I2", "A4:I4"])


def _channels_in_columns_of_their_own() -> bytes:
    names = [
        "政府网站",
        "政府公报",
        "两微一端",
        "发布会/听证会",
        "广播电视",
        "纸质媒体",
        "公开查阅点",
        "政务服务中心",
        "便民服务站",
        "入户/现场",
        "社区/企事业单位/村公示栏（电子屏）",
        "精准推送",
        "其他",
    ]
    head = [
        "序号",
        "公开事项",
        None,
        "公开内容",
        "公开依据",
        "公开时限",
        "公开主体",
        "公开渠道和载体",
        *[None] * 12,
        "公开对象",
        None,
        "公开方式",
        None,
    ]
    sub = [
        None,
        "一级事项",
        "二级事项",
        None,
        None,
        None,
        None,
        *names,
        "全社会",
        "特定群体",
        "主动",
        "依申请公开",
    ]

    def row(number: int, two: str, ticked: set[str], *, public: bool) -> list[object]:
        marks = ["√" if name in ticked else None for name in names]
        return [
            number,
            "最低生活保障",
            two,
            "对象名单",
            "《社会救助暂行办法》第十一条",
            "制定或获取信息之日起10个工作日内，公示7个工作日",
            "镇人民政府",
            *marks,
            "√" if public else None,
            None if public else "√",
            "√",
            None,
        ]

    rows = [
        head,
        sub,
        row(1, "办事指南", {"政府网站", "公开查阅点", "政务服务中心"}, public=True),
        row(2, "审核信息", {names[10]}, public=False),
    ]
    return _book(rows, ["B1:C1", "H1:T1", "U1:V1", "W1:X1"])


def _channels_glued_in_one_cell() -> bytes:
    glued = "■政府网站□政府公报■两微一端□发布会/听证会□广播电视□纸质媒体■公开查阅点□政务服务中心□便民服务站□入户/现场■社区/企事业单位/村公示栏（电子屏）□精准推送□其他"
    rows = [
        _NUMBERED + _TICKS,
        _SUB,
        _line("一", "条件与标准", "资金补助标准", "分类补助标准", channel=glued),
    ]
    return _book(rows)


def _numbered_deadlines_and_laws() -> bytes:
    laws = "1.《中华人民共和国行政处罚法》（2021年修订）第四十八条；\n2.《中华人民共和国政府信息公开条例》（国务院令第711号）第二十条第（六）项；\n3.《某省城市管理条例》第三条。"
    rows = [
        _NUMBERED + _TICKS, _SUB,
        _line(1, "绿化管理", "损坏树木花草", "①机构职能 ②执法程序 ⑥处罚决定", "1.除处罚决定外其他内容：长期公开（动态调整）；\n2.处罚决定：20个工作日内", basis=laws),
        _line(2, "行政许可", "娱乐场所经营许可", "指南、行政许可决定", "信息形成20个工作日内公开；其中行政许可、行政处罚事项应自作出行政决定之日起7个工作日内公示", basis="政府信息公开条例第二十条，行政许可法第40条"),
    ]  # fmt: skip
    return _book(rows)


def _three_levels_merged_over_rows() -> bytes:
    head = [
        "序号",
        "公开事项",
        None,
        None,
        "公开内容",
        "公开依据",
        "公开时限",
        "公开主体",
        "公开渠道和载体",
        "公开对象",
        "公开方式",
    ]
    sub = [None, "一级事项", "二级事项", "三级事项", *[None] * 7]
    law = "《中华人民共和国生态环境法典》第一百零三条"
    rows = [
        head, sub,
        [1, "行政许可", "环评审批", "受理", "受理情况公示、报告书全本", law, "20个工作日", "生态环境分局", "■政府网站 ■两微一端", "全社会", "主动"],
        [2, None, None, "拟决定", "拟审查情况公示", None, None, None, None, "全社会", "主动"],
        [3, None, None, "决定", "环评批复", None, None, None, None, "全社会", "主动"],
        [4, "行政处罚", "行政处罚流程", "/", "事先告知书；听证通知书", "《中华人民共和国行政处罚法》第四十四条", "自收到申请之日起20个工作日内公开", "生态环境分局", "■精准推送", "特定群体（当事人）", "依申请"],
    ]  # fmt: skip
    return _book(rows, ["A1:A2", "B1:D1", "B3:B5", "C3:C5", "F3:F5", "G3:G5", "H3:H5", "I3:I5"])


def _one_cell_over_two_levels() -> bytes:
    rows = [
        _NUMBERED + _TICKS, _SUB,
        _line(1, "政策文件", None, "法律、法规", channel="□政府公报 ■政府网站"),
        _line(2, "财务信息", "收费项目及标准", "项目、依据、标准"),
    ]  # fmt: skip
    return _book(rows, ["B3:C3"])


def _columns_in_another_order() -> bytes:
    head = [
        "事项编码",
        "一级事项",
        "二级事项",
        "事项类别",
        "依据效力（位阶）",
        "公开依据",
        "条款内容",
        "公开内容",
        "公开主体",
        "责任科室",
        "公开时限（工作日）",
        "公开方式",
        "公开范围",
        "公开载体",
        "五公开",
        "咨询电话",
    ]
    rows = [
        ["某县义务教育领域公开事项清单"], head,
        ["610203-01", "招生管理", "招生政策", "法定公开", "行政法规", "《中华人民共和国政府信息公开条例》第20条", "（略）", "随迁子女入学办法", "区教科体局", "基教科", 20, "主动公开 全文发布", "面向全社会", "门户网站；政务新媒体", "决策公开", "0919-6180001"],
        ["610203-02", None, "招生结果", "法定公开", "行政法规", "《中华人民共和国政府信息公开条例》第20条", "（略）", "片内登记人数", "区教科体局", "基教科", 10, "主动公开", "特定群体（本社区居民）", "社区公示栏", "结果公开", "0919-6180001"],
    ]  # fmt: skip
    return _book(rows)


def _marks_of_must_and_may() -> bytes:
    rows = [
        _PLAIN,
        [1, "法规政策/政策文件", "●文件名称●文号●发布部门〇解读", _OGI, "信息获取(形成变更)20个工作日", "区住建局", "●政府网站〇两微一端", "全社会", "主动"],
        [2, "配给管理/轮候", "●轮候序号〇轮候规则", _OGI, "信息获取（形成变更）２０个工作日内", "区住建局", "●政府网站〇纸质媒体●政务服务中心", "全社会", "主动"],
    ]  # fmt: skip
    return _book(rows)


def _two_steps_with_a_later_mark() -> bytes:
    time = "在实地启动拟征收土地工作时，在村公示栏公开；收到征地批准文件之日起10个工作日内，在政府网站公开"
    rows = [
        _NUMBERED + _TICKS, _SUB,
        _line(1, "征地前期准备", "拟征收土地告知", "用途、位置范围、补偿标准", time, basis="《中华人民共和国土地管理法实施条例》第二十六条", channel="■社区/企事业单位/村公示栏（电子屏）\n▲征地信息公开平台", all_="", some="√（被征地村集体成员）"),
        _line(2, None, "现状调查", "调查结果", "调查结束后5个工作日内，在村公示栏公开", basis="《中华人民共和国土地管理法实施条例》第二十七条", channel="■社区/企事业单位/村公示栏（电子屏）", all_="", some="√（被征地村集体成员）"),
    ]  # fmt: skip
    return _book(rows)


def _documents_of_the_household_register() -> bytes:
    head = [
        "事项名称",
        "公开内容",
        "公开要素",
        "公开主体",
        "公开属性",
        "公开方式",
        "依申请公开、部分公开、不予公开理由",
        "公开时限",
        "公开渠道",
        "公开依据",
        "公开途径",
    ]
    law = "《中华人民共和国户口登记条例》"
    rows = [
        ["户籍管理领域政务公开事项（文书）目录"], head,
        ["户籍管理", "常住户口管理规定", "文件名称、文号", "公安分局", "主动公开", "全文公开", None, "3个工作日，长期公开", "政府网站", law, "网上查询"],
        ["户口类审批受理回执单", "回执单", "编号、日期", "公安分局", "主动公开", "部分公开", "个人隐私", "3个工作日", "政府网站", law, "网上查询"],
        ["不予办（受）理决定书", "决定书", "理由、救济途径", "公安分局", "主动公开", "全文公开", None, "3个工作日", "政府网站", law, "网上查询"],
        ["户口事项审批表", "审批表", "审批意见", "公安分局", "不予公开", "—", "内部管理信息", "—", "—", law, "当事人可查询"],
        ["补充调查通知书", "通知书", "补充材料", "公安分局", "不予公开", "—", "个人隐私", "—", "—", law, "—"],
        ["办理窗口信息一览表", "地址、电话", "地址、电话", "公安分局", "主动公开", "全文公开", None, "动态调整", "政务服务中心", law, "现场"],
    ]  # fmt: skip
    return _book(rows)


def _word_file_with_the_heading_on_every_page() -> bytes:
    made = docx.Document()
    made.add_paragraph("附件：救灾领域基层政务公开标准目录")
    lines: list[list[object]] = [
        _NUMBERED + _TICKS, _SUB,
        _line(1, "备灾管理", "综合减灾示范社区", "位置、时间、级别"),
        _NUMBERED + _TICKS, _SUB,
        _line(2, "灾后救助", "灾情核定", "时间、种类、范围、损失", "20个工作日内；应急期及时公开"),
        ["注：应急期以启动响应为准。", *[None] * 13],
    ]  # fmt: skip
    table = made.add_table(rows=len(lines), cols=14)
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            table.cell(number, column).text = str(text or "")
    for head in (0, 3):
        table.cell(head, 1).merge(table.cell(head, 2))
        for column in (0, 3, 4, 5, 6, 7):
            table.cell(head, column).merge(table.cell(head + 1, column))
    table.cell(6, 0).merge(table.cell(6, 13))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _two_tables_on_two_sheets_numbered_anew() -> bytes:
    book = openpyxl.Workbook()
    _fill(
        book.worksheets[0],
        [
            _PLAIN,
            [1.0, "通用政策/法律法规", "法律", _OGI, "20个工作日", "区民政局", "政府网站", "全社会", "主动"],
        ],
        [],
        "表一",
    )
    _fill(
        book.create_sheet(),
        [
            ["续表"],
            _PLAIN,
            [1.0, "行业管理/评估信息", "结果", _OGI, "20个工作日", "区民政局", "政府网站", "全社会", "主动"],
            ["共2项"],
        ],
        [],
        "表二",
    )
    return _bytes(book)


def _boxes_in_every_cell() -> bytes:
    rows = [
        ["序号", "公开事项", None, "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道", "公开对象", "公开方式", "公开层级"],
        [None, "一级", "二级", *[None] * 8],
        [1, "1.1 政策文件", "1.1.1 国家政策", "文件", _OGI, "20个工作日", "区民政局", "□政府网站 ■政府公报", "■全社会 □特定群体", "■主动公开 □依申请公开", "■县级 □乡级"],
        [2, None, "1.1.2 救助名单", "名单", "〃", "同上", "同上", "■村公示栏", "□全社会 ■特定群体（本村村民）", "☑主动 ☐依申请", "□县级 ■乡、村级"],
        [3, "1.2 处罚", "告知书", "告知书", "行政处罚法第四十四条", "自收到申请之日起20个工作日内公开", "区民政局", "■精准推送", "□全社会 ■特定群体（当事人）", "□主动公开 ■依申请公开", "■县级 □乡级"],
    ]  # fmt: skip
    return _book(rows)


def _short_headings_and_short_titles() -> bytes:
    rows = [
        ["序号", "事项", "内容", "依据", "时限", "主体", "渠道", "对象", "方式", "联系方式"],
        [1, "部门预算", "收支总表", "预算法第十四条", "财政部门批复后20日内", "区财政局", "网站", "社会公众", "主动", "0919-6180001"],
        [2, "部门决算", "收支总表", "预算法（2018年修正）第14条、预算法实施条例第六条", "财政部门批复后20日内", "区财政局", "门户网站", "全社会", "主动", "0919-6180001"],
    ]  # fmt: skip
    return _book(rows)


_FORMS: dict[str, tuple[Callable[[], bytes], list[Expected]]] = {
    "cover, hidden and explaining sheets": (_cover_and_hidden_sheets, [Expected("招生管理/招生计划"), Expected("招生管理/招生范围")]),
    "three heading lines, vertical letters": (_three_heading_lines_in_vertical_letters, [
        Expected("征收/启动要件", "20 working_day received", "parties", "on_request", "direct"),
        Expected("征收/房屋征收决定公告", channels="column village_board")]),
    "the heading again on every page": (_printed_pages_with_the_heading_again, [
        Expected("通用政策/政策文件", "10 working_day formed"), Expected("业务办理/老年人补贴", "10 working_day formed", channels="column service_hall"),
        Expected("业务办理/养老机构备案", "10 working_day formed", channels="column service_hall")]),
    "bands over all columns": (_bands_over_all_columns, [
        Expected("法治宣传教育/法律知识普及"), Expected("法律援助/法律援助服务", audience="parties", channels="direct")]),
    "channels in columns of their own": (_channels_in_columns_of_their_own, [
        Expected("最低生活保障/办事指南", "10 working_day formed", channels="column archive_library service_hall", period="7 working_day"),
        Expected("最低生活保障/审核信息", "10 working_day formed", "affected", channels="village_board", period="7 working_day")]),
    "channels glued in one cell": (_channels_glued_in_one_cell, [Expected("条件与标准/资金补助标准", channels="column new_media archive_library village_board")]),
    "numbered deadlines and laws": (_numbered_deadlines_and_laws, [
        Expected("绿化管理/损坏树木花草", "20 working_day signed"), Expected("行政许可/娱乐场所经营许可")]),
    "three levels merged over rows": (_three_levels_merged_over_rows, [
        Expected("行政许可/环评审批/受理", channels="column new_media"), Expected("行政许可/环评审批/拟决定", channels="column new_media"),
        Expected("行政许可/环评审批/决定", channels="column new_media"),
        Expected("行政处罚/行政处罚流程", "20 working_day received", "parties", "on_request", "direct")]),
    "one cell over two levels": (_one_cell_over_two_levels, [Expected("政策文件"), Expected("财务信息/收费项目及标准")]),
    "columns in another order": (_columns_in_another_order, [
        Expected("招生管理/招生政策", channels="column new_media"),
        Expected("招生管理/招生结果", "10 working_day formed", "village", channels="village_board")]),
    "marks of must and may": (_marks_of_must_and_may, [
        Expected("法规政策/政策文件"), Expected("配给管理/轮候", channels="column service_hall")]),
    "two steps, a later mark": (_two_steps_with_a_later_mark, [
        Expected("征地前期准备/拟征收土地告知", "20 working_day formed", "village", channels="village_board"),
        Expected("征地前期准备/现状调查", "5 working_day concluded", "village", channels="village_board")]),
    "documents of the household register": (_documents_of_the_household_register, [
        Expected("户籍管理", "3 working_day formed"), Expected("户口类审批受理回执单", "3 working_day formed"),
        Expected("不予办（受）理决定书", "3 working_day formed"), Expected("办理窗口信息一览表", channels="service_hall")]),
    "a Word file with the heading on every page": (_word_file_with_the_heading_on_every_page, [
        Expected("备灾管理/综合减灾示范社区"), Expected("灾后救助/灾情核定")]),
    "boxes in every cell": (_boxes_in_every_cell, [
        Expected("1.1政策文件/1.1.1国家政策", channels="gazette"), Expected("1.1政策文件/1.1.2救助名单", audience="village", channels="village_board"),
        Expected("1.2处罚/告知书", "20 working_day received", "parties", "on_request", "direct")]),
    "short headings, short titles": (_short_headings_and_short_titles, [
        Expected("部门预算", "20 day approved"), Expected("部门决算", "20 day approved")]),
    "two sheets numbered anew": (_two_tables_on_two_sheets_numbered_anew, [Expected("通用政策/法律法规"), Expected("行业管理/评估信息")]),
}  # fmt: skip


def _imported(data: bytes, gate: Gate, on: date = _DAY) -> Imported:
    grids = word.grids(data) if "word/document.xml" in office.unzipped(data) else sheet.grids(data)
    return import_rows(grids, _LAWS, on, gate.parts.limits)


@pytest.mark.parametrize("form", sorted(_FORMS))
def test_published_tables_are_read(gate: Gate, form: str) -> None:
    make, expected = _FORMS[form]
    rows = _imported(make(), gate).rows
    assert [_told(row) for row in rows] == expected
    assert all(row.content and row.levels for row in rows)


@pytest.mark.parametrize("form", sorted(_FORMS))
def test_published_tables_come_back_from_the_standard_form(gate: Gate, form: str) -> None:
    rows = _imported(_FORMS[form][0](), gate).rows
    again = import_rows(sheet.grids(sheet.workbook(export_grid(rows, _LAWS, "目录"))), _LAWS, _DAY).rows
    assert again == [
        row.model_copy(update={"wording": new.wording}) for row, new in zip(rows, again, strict=True)
    ]


@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_a_shipped_catalogue_comes_back_from_its_table(gate: Gate, domain: str) -> None:
    rows = gate.parts.catalogue.rows(domain)
    back = import_rows(sheet.grids(sheet.workbook(export_grid(rows, _LAWS, "目录"))), _LAWS, _DAY).rows
    assert [_compared(row) for row in back] == [_compared(row) for row in rows]
    assert compare(back, rows) == []


def test_what_was_understood_is_told_cell_by_cell(gate: Gate) -> None:
    said = {
        (each.where, each.code, each.text)
        for each in _imported(_numbered_deadlines_and_laws(), gate).understood
    }
    assert {
        ("目录!F3", "time", "除处罚决定外其他内容：长期公开"),
        ("目录!F3", "time", "处罚决定：20个工作日"),
        ("目录!F4", "time", "行政许可、行政处罚事项：7个工作日"),
        ("目录!E3", "law-unknown", "某省城市管理条例"),
    } <= said
    merged = {each.where for each in _imported(_three_levels_merged_over_rows(), gate).understood}
    assert (
        merged == {"目录!G6"} or "目录!F4" not in merged
    )  # merged cells are written once and nothing is guessed


def test_documents_a_table_closes_are_told_and_left_to_the_rules(gate: Gate) -> None:
    imported = _imported(_documents_of_the_household_register(), gate)
    closed = [each.text for each in imported.understood if each.code == "withheld"]
    assert closed == ["户口事项审批表：内部管理信息", "补充调查通知书：个人隐私"]
    assert [each.text for each in imported.understood if each.code == "partial"] == [
        "户口类审批受理回执单：个人隐私"
    ]
    assert ("W-CATALOGUE-NAMES", "目录!E5") in {(each.code, each.where) for each in imported.defects}


@pytest.mark.parametrize(
    ("wrong", "code", "column"),
    [
        ({"time": "半年至少更新1次"}, "W-CATALOGUE-WEAK", "F"),
        ({"time": "30个工作日内"}, "W-CATALOGUE-WEAK", "F"),
        ({"time": "各地可根据实际情况适当公开"}, "W-CATALOGUE-FREE", "F"),
        ({"time": "另行规定"}, "E-CATALOGUE-TIME", "F"),
        ({"time": ""}, "E-CATALOGUE-TIME", "F"),
        ({"two": "政府预算", "time": "20个工作日内"}, "W-CATALOGUE-WEAK", "F"),
        ({"two": "征收土地公告", "time": "收到征地批准文件之日起20个工作日内"}, "W-CATALOGUE-WEAK", "F"),
        ({"two": "中标候选人公示", "time": "5日内公示，公示期不少于3日"}, "W-CATALOGUE-WEAK", "F"),
        ({"two": "中标、成交结果", "time": "自成交结果确定之日起5个工作日内", "content": "成交结果"}, "W-CATALOGUE-WEAK", "F"),
        ({"two": "规划草案公告", "time": "公示期不少于10日"}, "W-CATALOGUE-WEAK", "F"),
        ({"two": "补偿方案征求意见", "time": "不少于十五日"}, "W-CATALOGUE-WEAK", "F"),
        ({"two": "行政处罚决定", "time": "行政处罚决定形成之日起20个工作日"}, "W-CATALOGUE-SEVEN", "F"),
        ({"basis": "《中华人民共和国环境影响评价法》第二十一条"}, "W-STALE", "E"),
        ({"basis": "《政府信息公开条例》（国务院令第492号）第九条"}, "W-STALE", "E"),
        ({"basis": "环境保护法第五十三条"}, "W-STALE", "E"),
        ({"basis": ""}, "W-CATALOGUE-BASIS", "E"),
        ({"two": "占用、挖掘城市道路", "basis": "《城镇燃气管理条例》第三十八条"}, "W-CATALOGUE-SUBJECT", "E"),
        ({"two": "燃气经营许可", "basis": "《城市道路管理条例》第三十条"}, "W-CATALOGUE-SUBJECT", "E"),
        ({"two": "补助农户名单", "content": "补助农户名单"}, "W-CATALOGUE-NAMES", "D"),
        ({"two": "法律援助决定书", "all_": "", "some": "√（申请人）", "channel": "■政府网站"}, "W-CATALOGUE-WEB", "H"),
    ],
)  # fmt: skip
def test_a_defect_is_found_in_its_cell(gate: Gate, wrong: dict[str, Any], code: str, column: str) -> None:
    given: dict[str, Any] = {"number": 1, "one": "事项", "two": "某事", "content": "内容"} | wrong
    found = _imported(_book([_NUMBERED + _TICKS, _SUB, _line(**given)]), gate).defects
    assert (code, f"目录!{column}3") in {(each.code, each.where) for each in found}
    # the same row as it should be has none
    assert _imported(_book([_NUMBERED + _TICKS, _SUB, _line(1, "事项", "某事", "内容")]), gate).defects == []


@pytest.mark.parametrize(
    ("time", "two"),
    [
        ("批准后20日内", "政府预算"), ("收到征地批准文件之日起10个工作日内", "征收土地公告"), ("3日内公示，公示期不得少于3日", "中标候选人公示"),
        ("自作出行政处罚决定之日起7个工作日内", "行政处罚决定"), ("不得少于30日", "规划草案公告"),
        ("信息形成20个工作日内公开；其中行政许可、行政处罚事项应自作出行政决定之日起7个工作日内公示", "行政许可决定"),
    ],
)  # fmt: skip
def test_a_clock_the_law_allows_is_no_defect(gate: Gate, time: str, two: str) -> None:
    assert (
        _imported(_book([_NUMBERED + _TICKS, _SUB, _line(1, "事项", two, "内容", time)]), gate).defects == []
    )


def test_a_limit_says_nothing_before_its_law(gate: Gate) -> None:
    book = _book([_NUMBERED + _TICKS, _SUB, _line(1, "征地", "征收土地预公告", "范围", "公示期不少于5个工作日", basis="《土地管理法实施条例》第二十六条")])  # fmt: skip
    assert [each.code for each in _imported(book, gate).defects] == ["W-CATALOGUE-WEAK"]
    repealed = _book([_NUMBERED + _TICKS, _SUB, _line(1, "环评", "受理", "全本", basis="《环境影响评价法》第二十一条")])  # fmt: skip
    assert _imported(repealed, gate, date(2026, 8, 14)).defects == []
    assert [each.code for each in _imported(repealed, gate, date(2026, 8, 15)).defects] == ["W-STALE"]


def test_a_short_title_with_its_article_is_a_law(gate: Gate) -> None:
    rows = _imported(_short_headings_and_short_titles(), gate).rows
    assert [[(each.law, each.article) for each in row.basis] for row in rows] == [
        [("budget_law", "14")], [("budget_law", "14"), ("budget_regulation", "6")],
    ]  # fmt: skip


def test_several_articles_of_several_laws_are_all_read(gate: Gate) -> None:
    basis = (
        "《中华人民共和国社会救助法》第十一条、第四十五条；《社会救助暂行办法》第十一、六十一条；中共某委通知"
    )
    [row] = _imported(
        _book([_NUMBERED + _TICKS, _SUB, _line(1, "低保", "审批", "政策", basis=basis)]), gate
    ).rows
    assert [(each.law, each.article) for each in row.basis] == [
        ("social_assistance_law", "11"), ("social_assistance_law", "45"), ("social_assistance_measures", "11"), ("social_assistance_measures", "61"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([_NUMBERED + _TICKS, _SUB, _line(1, "甲", "乙", "丙"), _line(2, "#REF!", "乙", "丙")], ["目录!B4"]),
        ([_NUMBERED + _TICKS, _SUB, _line(1, "甲", "乙", "丙", "#N/A"), _line(2, "甲", "乙", "#VALUE!")], ["目录!F3", "目录!D4"]),
        ([_PLAIN, [1, None, "内容", _OGI, "20个工作日", "甲局", "政府网站", "全社会", "主动"]], ["目录!B2"]),
        ([["题目"], ["序号", "公开事项", "公开内容", "公开依据", "公开主体", "公开对象"], [1, "a", "b", "c", "d", "e"]], ["目录!A2"]),
    ],
)  # fmt: skip
def test_a_broken_table_is_told_with_sheet_and_cell(gate: Gate, rows: list[Any], where: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        _imported(_book(rows), gate)
    assert refused.value.code in {"E-CATALOGUE-CELL", "E-CATALOGUE-HEAD"}
    assert [flaw.where for flaw in refused.value.flaws] == where


def test_a_board_fixes_the_place_of_a_row_without_an_audience(gate: Gate) -> None:
    head = ["序号", "公开事项", "公开内容", "公开依据", "公开时限", "公开主体", "公开渠道"]
    rows = [
        head,
        [1, "低保/审批信息", "低保对象名单", "《社会救助法》第四十五条", "10个工作日", "镇政府", "村公示栏"],
        [2, "法援/决定书", "决定书", "《法律援助法》第二十一条", "20个工作日", "区司法局", "精准推送"],
        [3, "政策/文件", "文件", _OGI, "20个工作日", "区民政局", "政府网站"],
    ]
    imported = _imported(_book(rows), gate)
    assert [row.audience for row in imported.rows] == ["village", "parties", "public"]
    assert [(each.code, each.text) for each in imported.defects if "公开对象" in each.text] == [
        ("W-CATALOGUE-ELEMENT", "政策/文件：公开对象")
    ]


_words = st.text("教育医疗救助补贴许可处罚规划名称标准办法指南", min_size=2, max_size=6)


@st.composite
def _published(draw: st.DrawFn) -> bytes:
    """Random rows in a random layout: titles before, headings again, notes after, blanks as above, marks of all sorts."""
    tick = draw(st.sampled_from("√✓●■▲"))
    head: list[list[object]] = [[draw(_words)] for _ in range(draw(st.integers(0, 3)))]
    pages = draw(st.integers(2, 5))
    rows: list[list[object]] = [*head, _NUMBERED + _TICKS, _SUB]
    for number in range(draw(st.integers(1, 9))):
        if number and number % pages == 0:
            rows += [[f"第 {number // pages} 页"], _NUMBERED + _TICKS, _SUB]
        public, above = draw(st.booleans()), number > 0 and draw(st.booleans())
        time = draw(
            st.sampled_from(
                [
                    "20个工作日内",
                    "二十个工作日",
                    "及时公开",
                    "长期公开（动态调整）",
                    "批准后20日内",
                    "10个工作日，公示7个工作日",
                    "不少于30日",
                ]
            )
        )
        line = _line(
            number + 1, None if above else f"{draw(_words)}{number}", f"{draw(_words)}{number}", draw(_words),
            draw(st.sampled_from(["同上", time])) if number else time,
            channel="■政府网站□政府公报" if public else "□政府网站■社区/企事业单位/村公示栏（电子屏）",
            all_=tick if public else "", some="" if public else draw(st.sampled_from([tick, f"{tick}（村集体成员）"])), active=tick,
        )  # fmt: skip
        rows.append(line)
    rows += draw(st.sampled_from([[], [["备注：以公布为准。"]], [["合计", f"{pages}项"]], [[None] * 14]]))
    return _book(rows)


@settings(max_examples=40, deadline=None)
@given(_published())
def test_any_layout_gives_the_same_rows_again(data: bytes) -> None:
    rows = import_rows(sheet.grids(data), _LAWS, _DAY).rows
    assert rows
    again = import_rows(sheet.grids(sheet.workbook(export_grid(rows, _LAWS, "目录"))), _LAWS, _DAY).rows
    assert [_compared(row) for row in again] == [_compared(row) for row in rows]


def test_a_hidden_sheet_is_told_and_not_read(gate: Gate) -> None:
    imported = _imported(_cover_and_hidden_sheets(), gate)
    assert [each.where for each in imported.understood if each.code == "hidden"] == ["2019旧版"]
    assert "旧事项" not in "".join("/".join(row.item) for row in imported.rows)


@pytest.mark.parametrize(
    ("title", "where"),
    [
        ("社会救助领域目录（更新时间：2020年6月）", ["目录!A1"]),
        ("社会救助领域基层政务公开标准目录（2019年版）", ["目录!A1"]),
        ("社会救助领域目录（更新时间：2026年6月）", []),
        ("社会救助领域目录", []),
    ],
)
def test_t5_11_a_table_left_alone_for_years_is_told(gate: Gate, title: str, where: list[str]) -> None:
    found = _imported(_book([[title], _NUMBERED + _TICKS, _SUB, _line(1, "综合业务", "政策", "文件")]), gate)
    assert [each.where for each in found.defects if each.code == "W-CATALOGUE-OLD"] == where


def test_a_local_table_is_held_against_its_guide_on_the_command_line(gate: Gate, tmp_path: Path) -> None:
    guide = gate.parts.catalogue.rows("social_assistance")
    kept = [row for row in guide if row.id != "social_assistance/supervision"]
    quicker = kept[0].model_copy(
        update={"due": Deadline(within=5, unit="working_day", start=("formed",)), "wording": "5个工作日内"}
    )
    added = kept[0].model_copy(update={"item": ("综合业务", "本区救助热线"), "content": "电话、时间"})
    path = tmp_path / "local.xlsx"
    path.write_bytes(sheet.workbook(export_grid([quicker, *kept[1:], added], _LAWS, "目录")))
    done = command("catalogue", "check", str(path), "--domain", "社会救助", "--json")
    assert done.returncode == 1
    told = {(each["code"], each["item"]) for each in json.loads(done.stdout)}
    assert told == {
        ("E-CATALOGUE-DELETED", "综合业务/监督检查"),
        ("W-CATALOGUE-REFINED", "综合业务/政策法规文件"),
        ("W-CATALOGUE-ADDED", "综合业务/本区救助热线"),
    }
    path.write_bytes(sheet.workbook(export_grid([quicker, *guide[1:], added], _LAWS, "目录")))
    assert command("catalogue", "check", str(path), "--domain", "社会救助").returncode == 0
