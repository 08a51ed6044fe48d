"""Catalogue tables as counties publish them: read, exported in the standard form, and read again the same."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import office
from disclosure_gate.catalogue.comparison import compare
from disclosure_gate.catalogue.grid import Grid
from disclosure_gate.catalogue.limits import load as load_limits
from disclosure_gate.catalogue.model import RowBasis, RowSource
from disclosure_gate.catalogue.tables import Imported, clean, export_grid, import_rows
from disclosure_gate.catalogue.wording import read, write
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.errors import InputError
from disclosure_gate.model.findings import Deadline, Period, PublicationSpec
from disclosure_gate.redact import sheet, word
from factories import RULESETS

_LAWS = LawRegistry.load(RULESETS / "national" / "laws.yaml")
_LIMITS = load_limits([RULESETS / "national" / "limits.yaml"], _LAWS)
_DAY = date(2026, 11, 24)
_LAW = "《中华人民共和国政府信息公开条例》第二十条第（五）项"
_HEAD = [
    "序号",
    "公开事项",
    "",
    "公开内容（要素）",
    "公开依据",
    "公开时限",
    "公开主体",
    "公开渠道和载体",
    "公开对象",
    "",
    "公开方式",
    "",
    "公开层级",
    "",
]
_SUB = [
    "",
    "一级事项",
    "二级事项",
    "",
    "",
    "",
    "",
    "",
    "全社会",
    "特定群体",
    "主动",
    "依申请",
    "县级",
    "乡、村级",
]


def _book(rows: Sequence[Any], merges: Sequence[str] = (), title: str = "目录") -> bytes:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append([each or None for each in row])
    for area in merges:
        sheet.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _row(
    number: object,
    one: str,
    two: str,
    content: str,
    *,
    basis: str = _LAW,
    time: str = "20个工作日内",
    some: str = "",
    mode: str = "主动",
    channel: str = "■政府网站",
) -> list[object]:
    return [
        number,
        one,
        two,
        content,
        basis,
        time,
        "区民政局",
        channel,
        "" if some else "√",
        some,
        "√" if mode == "主动" else "",
        "" if mode == "主动" else "√",
        "√",
        "",
    ]


def _standard() -> bytes:
    rows = [
        ["社会救助领域目录"],
        _HEAD,
        _SUB,
        _row(1, "综合业务", "政策法规文件", "文件"),
        _row(2, "", "监督检查", "投诉电话"),
        _row(
            3,
            "低保",
            "审核信息",
            "初审对象名单",
            some="√",
            time="10个工作日内，公示7个工作日",
            channel="■社区/企事业单位/村公示栏（电子屏）",
        ),
    ]
    return _book(rows, ["A1:N1", "B2:C2", "I2:J2", "K2:L2", "M2:N2", "B4:B5"])


def _blank_as_above() -> bytes:
    rows = [
        _HEAD,
        _SUB,
        _row(1, "综合业务", "政策", "文件"),
        [2, "", "指南", "条件", "", "", "", "", "", "", "", "", "", ""],
    ]
    return _book(rows)


def _line_breaks() -> bytes:
    rows = [_HEAD, _SUB, _row(1, "最低\n生活保障", "办事 指南", "申请条件、\n材料", time="二十 个工\n作日内")]
    return _book(rows)


def _single_heading() -> bytes:
    rows = [
        [
            "序号",
            "公开事项",
            "公开内容",
            "公开依据",
            "公开时限",
            "公开主体",
            "公开渠道",
            "公开对象",
            "公开方式",
        ],
        [
            1,
            "办事指南",
            "条件、材料",
            _LAW,
            "信息形成（变更）20个工作日内",
            "区人社局",
            "政府网站、政务服务中心",
            "全社会",
            "主动",
        ],
        [
            2,
            "处罚告知书",
            "告知书",
            _LAW,
            "自收到申请之日起20个工作日内公开",
            "区人社局",
            "精准推送",
            "特定群体：当事人",
            "依申请公开",
        ],
    ]
    return _book(rows)


def _three_levels() -> bytes:
    rows = [
        [
            "序号",
            "一级事项",
            "二级事项",
            "三级事项",
            "公开内容",
            "公开依据",
            "公开时限",
            "公开主体",
            "公开渠道和载体",
            "公开对象",
            "公开方式",
        ],
        [
            1,
            "行政许可",
            "环评审批",
            "受理",
            "受理情况",
            "《中华人民共和国环境影响评价法》第二十一条",
            "20个工作日",
            "分局",
            "☑政府网站 ☐政府公报",
            "全社会",
            "主动",
        ],
        [2, "", "", "决定", "批复", "", "", "", "☑政府网站 ☑两微一端", "全社会", "主动"],
    ]
    return _book(rows)


def _squares() -> bytes:
    rows = [
        _HEAD,
        _SUB,
        _row(
            1,
            "许可",
            "结果",
            "许可结果",
            time="自作出行政决定之日起7个工作日内",
            channel="■政府网站 □政府公报\n■两微一端 □发布会/听证会\n■政务服务中心",
        ),
    ]
    return _book(rows)


def _two_steps() -> bytes:
    rows = [
        _HEAD,
        _SUB,
        _row(
            1,
            "征地前期准备",
            "拟征收土地告知",
            "用途、位置",
            some="村集体成员",
            time="在实地启动拟征收土地工作时，在村公示栏公开；收到征地批准文件之日起10个工作日内，在政府网站公开",
            channel="■社区/企事业单位/村公示栏（电子屏） ▲征地信息公开平台",
        ),
    ]
    return _book(rows)


def _notes_and_totals() -> bytes:
    rows = [
        ["某某领域基层政务公开标准目录"],
        ["填表单位：区财政局"],
        _HEAD,
        _SUB,
        _row(1, "财政预决算", "政府预算", "收入表", time="本级人民代表大会批准后20日内"),
        ["注：本表自发布之日起执行。"],
        [None] * 14,
    ]
    return _book(rows)


def _several_sheets() -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(_standard()))
    other = made.create_sheet("说明")
    other["A1"] = "填写说明"
    again = made.create_sheet("续表")
    lines: list[Any] = [_HEAD, _SUB, _row(9, "临时救助", "办事指南", "条件")]
    for row in lines:
        again.append([each or None for each in row])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _circles() -> bytes:
    rows = [
        [
            "序号",
            "公开事项",
            "公开内容",
            "公开依据",
            "公开时限",
            "公开主体",
            "公开渠道",
            "公开对象",
            "公开方式",
        ],
        [
            1,
            "保障性住房/法律法规",
            "●文件名称●文号〇解读",
            _LAW,
            "信息获取（形成变更）20个工作日",
            "区住建局",
            "●政府网站 ○政府公报",
            "全社会",
            "主动",
        ],
    ]
    return _book(rows)


def _word_table() -> bytes:
    made = docx.Document()
    lines: list[Any] = [_HEAD, _SUB, _row(1, "综合业务", "政策", "文件"), _row(2, "", "指南", "条件")]
    table = made.add_table(rows=4, cols=14)
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            table.cell(number, column).text = str(text or "")
    table.cell(2, 1).merge(table.cell(3, 1))
    table.cell(0, 1).merge(table.cell(0, 2))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _shifted() -> bytes:
    rows = [
        [""] * 3,
        ["", *_HEAD],
        ["", *_SUB],
        [
            "",
            *_row(
                "１",
                "城市　管理",
                "占用、挖掘道路",
                "审批结果",
                basis="《城镇燃气管理条例》",
                time="７个工作日",
            ),
        ],
    ]
    return _book(rows)


_FORMS: dict[str, tuple[Callable[[], bytes], list[tuple[tuple[str, ...], str, str]]]] = {
    "standard, merged items": (_standard, [(("综合业务", "政策法规文件"), "public", "proactive"), (("综合业务", "监督检查"), "public", "proactive"), (("低保", "审核信息"), "affected", "proactive")]),
    "blank cells as above": (_blank_as_above, [(("综合业务", "政策"), "public", "proactive"), (("综合业务", "指南"), "public", "proactive")]),
    "line breaks in words": (_line_breaks, [(("最低生活保障", "办事指南"), "public", "proactive")]),
    "one heading line": (_single_heading, [(("办事指南",), "public", "proactive"), (("处罚告知书",), "parties", "on_request")]),
    "three levels, boxes": (_three_levels, [(("行政许可", "环评审批", "受理"), "public", "proactive"), (("行政许可", "环评审批", "决定"), "public", "proactive")]),
    "squares": (_squares, [(("许可", "结果"), "public", "proactive")]),
    "two steps": (_two_steps, [(("征地前期准备", "拟征收土地告知"), "village", "proactive")]),
    "title, notes, blank rows": (_notes_and_totals, [(("财政预决算", "政府预算"), "public", "proactive")]),
    "several sheets": (_several_sheets, [(("综合业务", "政策法规文件"), "public", "proactive"), (("综合业务", "监督检查"), "public", "proactive"), (("低保", "审核信息"), "affected", "proactive"), (("临时救助", "办事指南"), "public", "proactive")]),
    "circles, path in one cell": (_circles, [(("保障性住房", "法律法规"), "public", "proactive")]),
    "a table of a Word file": (_word_table, [(("综合业务", "政策"), "public", "proactive"), (("综合业务", "指南"), "public", "proactive")]),
    "shifted, full width": (_shifted, [(("城市管理", "占用、挖掘道路"), "public", "proactive")]),
}  # fmt: skip


def _imported(data: bytes) -> Imported:
    grids = word.grids(data) if "word/document.xml" in office.unzipped(data) else sheet.grids(data)
    return import_rows(grids, _LAWS, _DAY, _LIMITS)


@pytest.mark.parametrize("form", sorted(_FORMS))
def test_tables_in_every_form_are_read(form: str) -> None:
    make, expected = _FORMS[form]
    rows = _imported(make()).rows
    assert [(row.item, row.audience, row.mode) for row in rows] == expected
    assert all(row.content for row in rows)


@pytest.mark.parametrize("form", sorted(_FORMS))
def test_what_was_read_comes_back_from_the_standard_form(form: str) -> None:
    rows = _imported(_FORMS[form][0]()).rows
    again = import_rows(sheet.grids(sheet.workbook(export_grid(rows, _LAWS, "目录"))), _LAWS, _DAY).rows
    assert again == [
        row.model_copy(update={"wording": new.wording}) for row, new in zip(rows, again, strict=True)
    ]


def test_details_of_what_was_read() -> None:
    steps = _imported(_two_steps()).rows[0]
    assert (steps.channels, len(steps.then), steps.then[0].audience) == (("village_board",), 1, "public")
    squares = _imported(_squares()).rows[0]
    assert squares.channels == ("column", "new_media", "service_hall")
    assert squares.due == Deadline(within=7, unit="working_day", start=("signed", "formed"))
    listed = _imported(_standard()).rows[2]
    assert listed.period == Period(length=7, unit="working_day")
    assert listed.basis == (RowBasis(law="ogi_regulation", article="20(5)"),)
    above = _imported(_blank_as_above())
    assert above.rows[1].wording == "20个工作日内"
    assert {each.code for each in above.understood} >= {"as-above"}


def test_defects_are_found_with_sheet_and_cell() -> None:
    bad: list[Any] = [
        _HEAD, _SUB,
        _row(1, "安全生产", "检查", "结果", time="半年至少更新1次"),
        _row(2, "补贴", "发放", "补助农户名单"),
        _row(3, "处罚", "行政处罚决定", "处罚结果"),
        _row(4, "环评", "受理", "全本", basis="《中华人民共和国环境保护法》第五十四条"),
        _row(5, "法援", "决定书", "文书", some="当事人", channel="■政府网站"),
        _row(6, "市政", "挖掘城市道路", "审批", basis="《城镇燃气管理条例》"),
        _row(7, "其他", "事项", "内容", time="另行通知"),
    ]  # fmt: skip
    found = {(each.code, each.where) for each in _imported(_book(bad)).defects}
    assert found >= {
        ("W-CATALOGUE-WEAK", "目录!F3"), ("W-CATALOGUE-NAMES", "目录!D4"), ("W-CATALOGUE-SEVEN", "目录!F5"), ("W-STALE", "目录!E6"),
        ("W-CATALOGUE-WEB", "目录!H7"), ("W-CATALOGUE-SUBJECT", "目录!E8"), ("E-CATALOGUE-TIME", "目录!F9"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "电话"], ["甲", "1"]],
        [["序号", "公开事项", "公开依据", "公开主体", "公开对象"], [1, "a", "b", "c", "d"]],
        [],
    ],
)
def test_a_table_that_is_no_catalogue_is_told_with_its_cell(rows: list[list[object]]) -> None:
    with pytest.raises(InputError) as refused:
        _imported(_book(rows))
    assert refused.value.code == "E-CATALOGUE-HEAD"
    assert refused.value.flaws[0].where.startswith("目录!")


_han = st.text("教育医疗救助补贴许可处罚规划名称标准办法指南", min_size=1, max_size=8)
_dues = st.one_of(
    st.none(),
    st.just(Deadline(within=20, unit="working_day", start=("formed",), prompt=True)),
    st.builds(
        Deadline,
        within=st.integers(1, 60),
        unit=st.sampled_from(["working_day", "day"]),
        start=st.sampled_from([("formed",), ("signed", "formed"), ("approved", "formed"), ("received", "approved", "formed"), ("concluded", "formed"), ("result", "formed")]),
    ),
)  # fmt: skip
_periods = st.one_of(
    st.none(),
    st.builds(Period, length=st.integers(1, 60), unit=st.sampled_from(["working_day", "day", "month"])),
)


@given(_dues, _periods)
def test_clocks_written_in_words_are_read_back(due: Deadline | None, period: Period | None) -> None:
    times = read(write(due, period))
    assert (times.due, times.period) == (due, period)


@st.composite
def _rows(draw: st.DrawFn) -> list[RowSource]:
    rows = []
    for number in range(draw(st.integers(1, 8))):
        audience: Any = draw(st.sampled_from(["public", "village", "affected", "parties"]))
        channels: Any = (
            ("column", "new_media")
            if audience == "public"
            else ("village_board",)
            if audience != "parties"
            else ("direct",)
        )
        due, period = draw(_dues), draw(_periods)
        rows.append(
            RowSource(
                id=f"row-{number + 1:03d}",
                item=tuple(f"{draw(_han)}{number}{level}" for level in range(draw(st.integers(1, 3)))),
                content=draw(_han),
                basis=(RowBasis(law="ogi_regulation", article=draw(st.sampled_from(["20(5)", "19", ""]))),),
                subject="区民政局",
                mode="proactive",
                audience=audience,
                channels=channels,
                wording=write(due, period) or "提前公开",
                due=due,
                period=period,
                levels=draw(st.sampled_from([("county",), ("county", "township"), ("township",)])),
                confidence="M",
                source="imported",
            )
        )
    return rows


@settings(max_examples=60, deadline=None)
@given(_rows())
def test_any_rows_survive_the_standard_form(rows: list[RowSource]) -> None:
    again = import_rows(sheet.grids(sheet.workbook(export_grid(rows, _LAWS, "目录"))), _LAWS, _DAY)
    assert again.rows == rows


@pytest.mark.parametrize(
    ("wording", "due", "period", "flaw"),
    [
        ("自本机关制作或者获取该信息之日起20个工作日内", (20, "working_day", "formed"), None, ""),
        ("作出行政决定之日起7个工作日内", (7, "working_day", "signed"), None, ""),
        ("本级人民代表大会或其常务委员会批准后20日内", (20, "day", "approved"), None, ""),
        ("自收到申请之日起20个工作日内公开", (20, "working_day", "received"), None, ""),
        ("调查结束后5个工作日内，在村公示栏公开", (5, "working_day", "concluded"), None, ""),
        (
            "制定或获取信息之日起10个工作日内，公示7个工作日",
            (10, "working_day", "formed"),
            (7, "working_day"),
            "",
        ),
        ("不少于十个工作日", None, (10, "working_day"), ""),
        ("3日内公示，公示期不得少于3日", (3, "day", "formed"), (3, "day"), ""),
        ("长期公开(动态调整)", (20, "working_day", "formed"), None, ""),
        ("半年至少更新1次", None, None, "W-CATALOGUE-WEAK"),
        ("60个工作日内", (60, "working_day", "formed"), None, "W-CATALOGUE-WEAK"),
        ("各地可根据实际情况适当公开", None, None, "W-CATALOGUE-FREE"),
        ("自信息形成之日起廿个工作日内", (20, "working_day", "formed"), None, ""),
        ("廿五日内公开", (25, "day", "formed"), None, ""),
        ("半年内公开", (6, "month", "formed"), None, "W-CATALOGUE-WEAK"),
        ("半个月内公开", (15, "day", "formed"), None, ""),
        ("信息形成后24小时内公开", (1, "day", "formed"), None, ""),
        ("作出处罚决定后48小时内", (2, "day", "signed"), None, ""),
        ("当日公开", (0, "day", "formed"), None, ""),
        ("批准当天公开，公示7天", (0, "day", "approved"), (7, "day"), ""),
        ("自作出决定当日起20个工作日内", (20, "working_day", "signed"), None, ""),
        ("另行通知", None, None, "E-CATALOGUE-TIME"),
        ("", None, None, "E-CATALOGUE-TIME"),
    ],
)
def test_wordings(
    wording: str, due: tuple[int, str, str] | None, period: tuple[int, str] | None, flaw: str
) -> None:
    times = read(wording)
    assert (times.due and (times.due.within, times.due.unit, times.due.start[0])) == due
    assert (times.period and (times.period.length, times.period.unit)) == period
    assert times.flaw == flaw
    if times.due is not None and not times.due.prompt and not times.flaw:
        assert read(write(times.due, times.period)).due == times.due


def test_every_shipped_wording_is_understood() -> None:
    told = Path(RULESETS).rglob("catalogue.yaml")
    import yaml  # noqa: PLC0415  only here

    wordings = {
        row["wording"]
        for path in told
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["catalogue"]
        if row.get("wording")
    }
    assert {
        wording for wording in wordings if read(wording).flaw in {"E-CATALOGUE-TIME", "W-CATALOGUE-WEAK"}
    } == set()


def test_a_local_catalogue_may_add_and_refine_but_not_delete() -> None:
    guide = _imported(_standard()).rows
    deleted = guide[:2]
    assert [(each.code, each.item) for each in compare(deleted, guide)] == [
        ("E-CATALOGUE-DELETED", "低保/审核信息")
    ]
    slower = [
        guide[0].model_copy(update={"due": Deadline(within=30, unit="working_day", start=("formed",))}),
        *guide[1:],
    ]
    assert "W-CATALOGUE-WEAK" in {each.code for each in compare(slower, guide)}
    quicker = [
        guide[0].model_copy(update={"due": Deadline(within=5, unit="working_day", start=("formed",))}),
        *guide[1:],
    ]
    assert "W-CATALOGUE-REFINED" in {each.code for each in compare(quicker, guide)}
    added = [*guide, guide[0].model_copy(update={"item": ("新增", "事项"), "content": ""})]
    assert {each.code for each in compare(added, guide)} == {"W-CATALOGUE-ADDED", "W-CATALOGUE-ELEMENT"}
    parted = [
        *guide[:2],
        *[guide[2].model_copy(update={"item": (*guide[2].item, part)}) for part in ("初审名单", "终止名单")],
    ]
    assert [(each.code, each.item) for each in compare(parted, guide)] == [
        ("W-CATALOGUE-REFINED", "低保/审核信息")
    ]
    wider = [*guide[:2], guide[2].model_copy(update={"audience": "public"})]
    assert [each.code for each in compare(wider, guide)] == ["W-CATALOGUE-WIDER"]
    closer = [guide[0].model_copy(update={"mode": "on_request"}), *guide[1:]]
    assert [each.code for each in compare(closer, guide)] == ["W-CATALOGUE-CLOSER"]
    briefer = [*guide[:2], guide[2].model_copy(update={"period": Period(length=3, unit="day")})]
    assert [each.code for each in compare(briefer, guide)] == ["W-CATALOGUE-WEAK"]
    assert compare(guide, guide) == []


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_cell_makes_reading_fail(text: str) -> None:
    clean(text)
    read(text)
    grid = Grid("x", (tuple(_HEAD), tuple(_SUB), ("1", text, text, text, text, text, *[text] * 8)))
    try:
        import_rows([grid], _LAWS, _DAY)
    except InputError as error:  # a row that names no item, or an error of the office program
        assert {flaw.where for flaw in error.flaws} <= {f"x!{column}3" for column in "BCDEF"}  # noqa: PT017  nothing need be raised


def test_then_steps_are_written_and_read() -> None:
    later = PublicationSpec(
        audience="public",
        channels=("column",),
        not_before=("approved", "received"),
        due=Deadline(within=10, unit="working_day", start=("received", "approved")),
    )
    prompt = Deadline(within=20, unit="working_day", start=("formed",), prompt=True)
    times = read(write(prompt, None, (later,)))
    assert (times.due, times.then) == (prompt, (later,))


_WORDINGS: list[tuple[int, str, str, str, str]] = [  # number in the list of wordings, wording, due, period, flaw
    (1, "20个工作日", "20wd formed", "", ""),
    (1, "20个工作日内", "20wd formed", "", ""),
    (1, "信息形成20个工作日内公开", "20wd formed", "", ""),
    (1, "信息形成(变更)20个工作日内", "20wd formed", "", ""),
    (1, "信息获取(形成变更)20个工作日内", "20wd formed", "", ""),
    (1, "公开事项信息形成或变更之日起20个工作日内", "20wd formed", "", ""),
    (1, "自制作或获取该信息之日起20个工作日内", "20wd formed", "", ""),
    (1, "自该政府信息形成或者变更之日起20个工作日内及时公开", "20wd formed", "", ""),
    (2, "自信息形成或者变更之日起20个工作日内；法律、法规对政府信息公开的期限另有规定的，从其规定", "20wd formed", "", ""),
    (3, "制定或获取信息(文件)之日起10个工作日内", "10wd formed", "", ""),
    (4, "制定或获取信息之日起10个工作日内，公示7个工作日", "10wd formed", "7wd", ""),
    (5, "7个工作日", "7wd signed", "", ""),
    (5, "作出行政决定之日起7个工作日内", "7wd signed", "", ""),
    (6, "信息形成20个工作日内公开；其中行政许可、行政处罚事项应自作出行政决定之日起7个工作日内公示", "20wd formed", "", ""),
    (7, "执法决定信息在决定作出之日起7个工作日内公开，其他相关信息形成或变更之日起20个工作日内公开", "7wd signed", "", ""),
    (8, "1.除处罚决定外其他内容:长期公开(动态调整);2.处罚决定:20个工作日内", "20wd signed", "", ""),
    (9, "在实地启动拟征收土地工作时，在村公示栏公开；收到征地批准文件之日起10个工作日内，在政府网站公开", "20wd formed prompt", "", ""),
    (10, "调查结束后5个工作日内，在村公示栏公开", "5wd concluded", "", ""),
    (11, "本级人民代表大会或其常务委员会批准后20日内", "20d approved", "", ""),
    (11, "本级政府财政部门批复后20日内", "20d approved", "", ""),
    (12, "自收到申请之日起20个工作日内公开", "20wd received", "", ""),
    (13, "分配结果确定后20个工作日内", "20wd result", "", ""),
    (13, "规划批准后20个工作日内", "20wd approved", "", ""),
    (13, "行政处罚决定形成之日起20个工作日", "20wd signed", "", ""),
    (14, "不得少于30日", "", "30d", ""),
    (14, "不少于十个工作日", "", "10wd", ""),
    (14, "公示期不少于五个工作日", "", "5wd", ""),
    (15, "提前一周发通知邀请", "", "", ""),
    (16, "随采购公告、采购文件公开", "20wd formed prompt", "", ""),
    (17, "实时公开", "20wd formed prompt", "", ""),
    (17, "及时公开", "20wd formed prompt", "", ""),
    (17, "按进展情况及时公开", "20wd formed prompt", "", ""),
    (17, "重大决策作出后及时公开", "20wd formed prompt", "", ""),
    (18, "长期公开", "20wd formed", "", ""),
    (18, "常年公开", "20wd formed", "", ""),
    (18, "长期公开(动态调整)", "20wd formed", "", ""),
    (18, "动态调整", "20wd formed", "", ""),
    (19, "3个工作日", "3wd formed", "", ""),
    (20, "3日内公示，公示期不得少于3日", "3d formed", "3d", ""),
    (21, "半年至少更新1次", "", "", "W-CATALOGUE-WEAK"),
    (22, "各地可根据实际情况适当公开", "", "", "W-CATALOGUE-FREE"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "wording", "due", "period", "flaw"), _WORDINGS)
@pytest.mark.parametrize("layout", ["as printed", "full width", "broken"])
def test_every_wording_of_published_tables(
    number: int, wording: str, due: str, period: str, flaw: str, layout: str
) -> None:
    if layout == "full width":
        wording = wording.translate({0x30 + n: 0xFF10 + n for n in range(10)} | {0x28: 0xFF08, 0x29: 0xFF09})
    if layout == "broken":
        wording = "\n ".join(wording)  # a line break after every sign, also within a number
    units = {"working_day": "wd", "day": "d"}
    times = read(wording)
    told = times.due and f"{times.due.within}{units[times.due.unit]} {times.due.start[0]}"
    assert (f"{told} prompt" if times.due and times.due.prompt else told or "") == due
    assert (f"{times.period.length}{units[times.period.unit]}" if times.period else "") == period
    assert times.flaw == flaw
    assert bool(times.then) == (number == 9)
    assert len(times.clauses) == (2 if number in {6, 7, 8} else 0)


def test_the_clauses_of_a_cell_say_what_each_is_for() -> None:
    assert {number for number, *_ in _WORDINGS} == set(range(1, 23))
    told = {
        number: [(each.of, each.due.within if each.due else None) for each in read(wording).clauses]
        for number, wording, *_ in _WORDINGS
        if number in {6, 7, 8}
    }
    assert told == {
        6: [("", 20), ("行政许可、行政处罚事项", 7)],
        7: [("执法决定信息", 7), ("其他相关", 20)],
        8: [("除处罚决定外其他内容", None), ("处罚决定", 20)],
    }
    assert "另有规定的从其规定" in read(_WORDINGS[8][1]).notes


@pytest.mark.parametrize(
    ("wording", "due", "period", "note"),
    [
        ("开标前20日", None, None, "在活动之前公开"),
        ("施工前至少3日公告", None, None, "在活动之前公开"),
        ("会议召开10日前", None, None, "在活动之前公开"),
        ("2026年12月31日前", None, None, "固定日期"),
        ("二〇二六年十二月底前", None, None, "固定日期"),
        ("6月30日前公开", None, None, "固定日期"),
        ("每月10日前", None, None, "固定日期"),
        ("每季度首月10日前", None, None, "固定日期"),
        ("每季度第一个月10日前公开", None, None, "固定日期"),
        ("每年1月31日前公布上一年度政府信息公开工作年度报告", None, None, "固定日期"),
        ("上一年度结束之日起三个月内", (3, "month"), None, ""),
        ("10000日内", None, None, ""),
        ("每年三月底前", None, None, "固定日期"),
        ("每年1月31日前公开，其他信息形成后10个工作日内", (10, "working_day"), None, "固定日期"),
        ("三月内", (3, "month"), None, ""),
        ("公示两周", None, (14, "day"), ""),
        ("5000日内", None, None, ""),
        ("600周内", None, None, ""),
        ("公示9999天", None, None, ""),
        ("公示0日", None, None, ""),
    ],
)
def test_a_day_of_the_calendar_or_before_an_event_is_no_clock(
    wording: str, due: tuple[int, str] | None, period: tuple[int, str] | None, note: str
) -> None:
    times = read(wording)
    assert (times.due and (times.due.within, times.due.unit)) == due
    assert (times.period and (times.period.length, times.period.unit)) == period
    assert note in "".join(times.notes)
    assert due or period or note or times.flaw == "E-CATALOGUE-TIME"
