"""Tables are read cell by cell, and a cell's place is where its text stands."""

from __future__ import annotations

import openpyxl
import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.reader import read_document
from disclosure_gate.detect.tables import Table, letters, tables
from disclosure_gate.model.findings import Reading
from disclosure_gate.redact import formats
from factories import document
from office import _saved, word, workbook

_ROWS = [["姓名", "金额", "备注"], ["甲某", "100", ""], ["乙某", "200", "无"]]


def _read(**changes: object) -> tuple[Table, ...]:
    paper = document(**changes)
    reading = read_document(paper, formats())
    parts = dict(reading.parts)
    found = tables(reading)
    for table in found:
        for row in table.rows:
            for cell in row:
                assert parts[table.where][cell.start : cell.end] == cell.text
    return found


def _texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    "lines",
    [
        ["\t".join(row) for row in _ROWS],
        ["| " + " | ".join(row) + " |" for row in _ROWS],
        ["姓名，金额", *["\t".join(row) for row in _ROWS]],
    ],
    ids=["tabs", "bars", "tabs below a line"],
)
def test_lines_of_text_are_a_table(lines: list[str]) -> None:
    found = _read(text="名单如下。\n" + "\n".join(lines) + "\n以上。")
    assert [_texts(table) for table in found] == [_ROWS]


@pytest.mark.parametrize("gap", [" ", "  ", "\u3000\u3000"])
def test_spaces_set_columns_apart(gap: str) -> None:
    rows = [["姓名", "人口", "金额"], ["甲某", "3", "100"], ["乙某", "2", "200"]]
    [table] = _read(text="名单如下\n" + "\n".join(gap.join(row) for row in rows))
    assert _texts(table) == rows
    assert table.name == "名单如下"


@pytest.mark.parametrize("home", ["幸福小区8栋1单元", "幸福小区8栋", "新华里5号楼201", "柳河村三组18号"])
@pytest.mark.parametrize("gap", ["\t", "|", "\n"])
def test_a_home_ends_with_its_cell(home: str, gap: str) -> None:
    row = ["欧阳建华", f"北苑街道{home}", "1500"]
    text = gap.join(["姓名", "家庭住址", "金额"]) + "\n" + gap.join(row) if gap != "\n" else "\n".join(row)
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    homes = [text[span.start : span.end] for span in found if span.kind == "address"]
    assert all(each == home for each in homes)
    assert homes or gap == "\n"


@pytest.mark.parametrize(
    "above",
    [
        "姓名\t银行卡号\t金额\n张兆萱\t6215395320134267\t31284.05\n",
        "| 投诉人 | 诉求 |\n| 孙兰 | 退还押金 |\n\n",
    ],
    ids=["of another make", "behind a blank line"],
)
@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("| 姓名 | 民族 | 补贴 |\n| 金梅 | 土家族 | 95 |", {"金梅", "土家族"}),
        ("| 来访人 | 户口簿户号 |\n| 于冬兰 | 440196468 |", {"于冬兰", "440196468"}),
        ("| 姓名 | 残疾类别 | 残疾等级 |\n| 彭翠宝 | 听力 | 三级 |", {"彭翠宝", "听力", "三级"}),
    ],
)
def test_a_table_right_below_another_has_its_own_heading(above: str, table: str, values: set[str]) -> None:
    text = above + table
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    below = {text[each.start : each.end] for each in found if each.start >= len(above)}
    assert below == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            '"编号","人员","证照号"\n"G-01","裴玉兰","230183197203154626"\n"G-02","初立华","230183197511264640"',
            {"裴玉兰", "初立华"},
        ),
        ('"姓名","住址","金额"\n"裴玉兰","高桥镇陈家坝村七组","1,200"', {"裴玉兰", "陈家坝村七组"}),
        ("姓名; 身份证号; 事由\n劳建明; 330183197606041234; 补证", {"劳建明", "330183197606041234"}),
        ("┃姓名┃民族┃病种┃\n┃于洪波┃回族┃冠心病┃", {"于洪波", "回族", "冠心病"}),
        (
            "学生\t残疾种类\t程度\t家长\n方一诺\t听力残疾\t二级\t方卫星",
            {"方一诺", "听力残疾", "二级", "方卫星"},
        ),
        (
            "| 受害人 | 谷 丰 | 伤情 | 软组织挫伤 |\n| 见证人 | 房立秋 | 送达时间 | 2024-03-17 |",
            {"谷 丰", "软组织挫伤", "房立秋"},
        ),
        (
            "姓名\t林立新\t席平\t赵翠娥\n身份证号\t420899197109120213\t420899199608280210\t420899196901101775\n病种\t布鲁氏菌病\t血友病\t白血病",
            {"林立新", "席平", "赵翠娥", "布鲁氏菌病", "血友病", "白血病", "420899199608280210"},
        ),
        (
            "| |第一户|第二户|\n|---|---|---|\n|户主|图雅|朝鲁门|\n|证件号|150722197303082260|150722196906191410|",
            {"图雅", "朝鲁门"},
        ),
        (
            "申领人\n证件号\n手机\n邮寄地址\n乔明\n520698198104123969\n13812345678\n云台街道建设街190号\n刘石头\n520698198201200292\n13812345679\n云台街道锦绣路105号",
            {"乔明", "刘石头", "建设街190号", "锦绣路105号"},
        ),
        (
            "参保人\n医保编号\n疾病诊断\n就诊医院\n总费用\n秦继祖\nYB7696271241\n急性心肌梗死\n县人民医院\n18320.55\n桂莉\nYB0476160599\n股骨颈骨折\n县中医医院\n9210.00",
            {"秦继祖", "桂莉", "急性心肌梗死", "股骨颈骨折", "YB0476160599"},
        ),
        (
            "| 日期 | 接访领导 | 职务 | 约访群众 |\n| --- | --- | --- | --- |\n| 9月3日 | 郑克明 | 县长 | 吴木根 |",
            {"吴木根"},
        ),
        ("| Name | 国籍 | 护照号码 |\n| Michael Thornton | 英国 | 537190284 |", {"Michael Thornton", "537190284"}),
        ("序号,姓名,证件类型,证件号\n1,林雅婷,台湾居民来往大陆通行证,01234567", {"林雅婷", "01234567"}),
        ("原户名：池大妹　原一卡通账号：62108188187275309", {"池大妹", "62108188187275309"}),
    ],
    ids=[
        "quoted", "quoted, homes", "semicolons", "heavy bars", "degree", "a form", "sideways", "sideways, two",
        "one cell a line", "one cell a line, headings nobody knows", "citizens beside officials", "English", "short papers", "labels beside one another",
    ],
)  # fmt: skip
def test_cells_of_any_make_are_read(text: str, values: set[str]) -> None:
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    assert values <= {text[each.start : each.end] for each in found}
    assert not {"见证人", "送达时间", "程度", "原一卡"} & {text[each.start : each.end] for each in found}


@pytest.mark.parametrize("signs", ["，：；", ",:;"])
def test_signs_of_either_make_tell_the_same(signs: str) -> None:
    text = "投诉人：周桂芳，女，住柳河镇东沟村三组；其子患有高血压。\n供应商地址：柳河镇建设路186号"
    written = text.translate(str.maketrans("，：；", signs))
    found = Scanner(built_in_detectors()).scan(Reading((("text", written),))).spans
    assert {text[each.start : each.end] for each in found} == {"周桂芳", "东沟村三组", "患有高血压"}


@pytest.mark.parametrize(
    "text",
    [
        "| 项目 | 甲户 | 乙户 |\n|---|---|---|\n| 户主姓名 | 盛波 | 尤小平 |\n| 帮扶干部 | 彭学文 | 田卫国 |",
        "案号\t申请人\t仲裁员\n青劳人仲案〔2024〕112号\t樊二喜\t田小红",
        "姓名 执法证号 执法区域 监督电话\n田小红 18050412003 青岚县 0739-5223300",
        "责任督学\t学校\t电话\n田小红\t青岚县第一中学\t0739-5223319",
    ],
)
def test_whoever_a_heading_calls_by_an_office_stays(text: str) -> None:
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    assert not {"彭学文", "田卫国", "田小红"} & {text[each.start : each.end] for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "民族 户数 人口 占比\n汉族 41203 132871 81.2%\n苗族 5210 18844 11.5%",
        "姓名\t身份证号\t村组\n王小明\t420899197109120213\t三组\n合计\t\t1200元",
        "字号名称,经营者,经营场所,经营者身份证号\n青岚县阿珍理发店,洪应龙,青岚县城关街道桂花巷18号,420899197109120213",
    ],
)
def test_figures_and_premises_in_tables_stay(text: str) -> None:
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    assert not {"汉族", "苗族", "1200元", "桂花巷18号"} & {text[each.start : each.end] for each in found}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("姓名\t残疾等级\n王小明\t2\n李立\t1", {"2", "1"}),
        ("姓名\t末次月经\t孕周\n王小红\t2024-01-03\t32", {"2024-01-03", "32"}),
        ("姓名\t核酸检测结果\n王小明\t+", {"+"}),
        ("姓名\t健康状况\t与学生关系\n王小明\t高血压\t家长", {"王小明"}),
        ("姓名\t诉求\t时间\n王小明\t反映办证等待时间太长\t3月", {"王小明"}),
        ("包联干部\t职务\t帮扶对象\n郑克明\t县长\t吴木根", {"吴木根"}),
        ("投诉人王红 举报电话 未留\n举报内容 油烟 扰民", {"王红"}),
        ("王主任\t走访困难户吴木根\t患癌\n田主任\t走访低保户洪应龙\t患尿毒症", {"吴木根"}),
    ],
)
def test_no_reason_to_leave_an_official_alone_shows_a_citizen(text: str, values: set[str]) -> None:
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    assert values <= {text[each.start : each.end] for each in found}


def test_money_for_minorities_is_nobodys_trait() -> None:
    text = "地区　　合计　　以工代赈　　少数民族发展\n全县　　4862　　562　　400"
    assert not Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans


def test_a_name_that_ends_like_an_office_is_a_name_below_its_heading() -> None:
    text = "序号│户主│民族│现住址\n1│萧兰│藏族│高桥镇陈家坝村七组\n2│梁萱长│回族│高桥镇龙泉村二组"
    found = Scanner(built_in_detectors()).scan(Reading((("text", text),))).spans
    assert {"萧兰", "梁萱长"} <= {text[each.start : each.end] for each in found}


def test_running_text_is_no_table() -> None:
    assert _read(text="第一段 说明\n第二段文字。\n第三段 文字，没有表。") == ()


def test_a_sheet_keeps_its_row_numbers_over_blank_and_hidden_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "收入表"
    for row in (["项目"], [], ["税收收入"], ["隐藏"], ["合计"]):
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    [table] = _read(
        files=[{"name": "表.xlsx", "content": _saved(book.save)}]  # one column: no tabs anywhere
    )
    assert table.name == "收入表"
    last = table.rows[4][0]
    assert (last.text, table.place(last)) == ("合计", "files/0/sheets/0!A5")
    assert table.told(last).en == "file 1, sheet 1, cell A5"
    assert "隐藏" not in str(_texts(table))


def test_tables_of_word_and_csv_files() -> None:
    files = [
        {"name": "名单.docx", "content": word(["名单"], _ROWS)},
        {"name": "名单.csv", "content": "\n".join(",".join(row) for row in _ROWS).encode()},
        {"name": "名单.xlsx", "content": workbook(_ROWS)},
    ]
    found = _read(files=files)
    assert [_texts(table)[1][0] for table in found] == ["甲某", "甲某", "甲某"]
    assert found[0].told_whole().zh.startswith("附件1第")


def test_a_comma_between_quotation_marks_sets_nothing_apart() -> None:
    text = '项目,金额,备注\n"税收收入","1,200",\n合计,"1,200","a ""b"", c"'
    [table] = _read(files=[{"name": "表.csv", "content": text.encode()}])
    assert _texts(table) == [
        ["项目", "金额", "备注"],
        ["税收收入", "1,200", ""],
        ["合计", "1,200", 'a ""b"", c'],
    ]


def test_columns_are_named_as_office_programs_do() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_table_shows_no_content_when_printed() -> None:
    [table] = _read(text="\n".join("\t".join(row) for row in _ROWS))
    assert "甲某" not in repr(table)
