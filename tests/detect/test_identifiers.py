"""Identifiers in every written form are found; what only looks like one is not; time is linear."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure_gate.detect import Scanner, built_in_detectors, secret_mark
from disclosure_gate.detect.identifiers import check_digit
from disclosure_gate.model.findings import Reading

_SCANNER = Scanner(built_in_detectors())
_ID = "610203199001010017"


def _found(text: str) -> list[tuple[str, str, str]]:
    return [
        (span.kind, text[span.start : span.end], span.mask)
        for span in _SCANNER.scan(Reading((("text", text),))).spans
    ]


@pytest.mark.parametrize(
    ("text", "kind", "value", "mask"),
    [
        (f"身份证{_ID}。", "resident_id", _ID, "61*************017"),
        ("６１０２０３１９９００１０１００１７", "resident_id", "６１０２０３１９９００１０１００１７", "61*************017"),
        ("610203 19900101 0017", "resident_id", "610203 19900101 0017", "61*************017"),
        ("610203-19900101-0017", "resident_id", "610203-19900101-0017", "61*************017"),
        *(
            (f"610203{sign}19900101{sign}0017", "resident_id", f"610203{sign}19900101{sign}0017", "61*************017")
            for sign in "\u2002\u2003\u2009\u00ad\u200d\u2060\ufeff\u202d"  # spaces of all widths, and of none
        ),
        ("6102031990010\n10017", "resident_id", "6102031990010\n10017", "61*************017"),
        ("610203 | 19900101 | 0011", "resident_id", "610203 | 19900101 | 0011", "61*************011"),
        ("身份证610203_19900101_0011手机", "resident_id", "610203_19900101_0011", "61*************011"),
        ("身份证610203.19900101.0011；", "resident_id", "610203.19900101.0011", "61*************011"),
        ("身份证号：610203 - 19900101 - 00 - 11", "resident_id", "610203 - 19900101 - 00 - 11", "61*************011"),
        ("附：丁玉珍_610203199001010011_申请.pdf", "resident_id", "610203199001010011", "61*************011"),
        ("身份证：610203l9900lO1O0l1；", "resident_id", "610203l9900lO1O0l1", "61*************011"),
        (
            "李春花610203199001010011187916402536217004160012873909",
            "resident_id",
            "610203199001010011187916402536217004160012873909",
            "61*******************************************909",
        ),
        ("残疾证：61020319900101001132B，", "disability_card", "61020319900101001132B", "61***************132"),
        ("手机：150/7349/2286", "mobile", "150/7349/2286", "150****2286"),
        ("手机(158)7392-8164）", "mobile", "(158)7392-8164", "158****8164"),
        ("来电013873918264（长途）", "mobile", "013873918264", "138****8264"),
        ("手机15200732218qq718293046，", "mobile", "15200732218", "152****2218"),
        ("老证号：610203410823103，换证", "resident_id", "610203410823103", "61**********103"),
        ("身份证号：610203·19900101·0011", "resident_id", "610203·19900101·0011", "61*************011"),
        ("身份证□6□1□0□2□0□3□1□9□9□0□0□1□0□1□0□0□1□1", "resident_id", "6□1□0□2□0□3□1□9□9□0□0□1□0□1□0□0□1□1", "61*************011"),
        ("PASSPORT AB1827364 / IVAN", "passport", "AB1827364", "A******64"),
        ("15973402817/18973400264，找尤大妈", "mobile", "18973400264", "189****0264"),
        ("手机+852 6123 8847", "mobile", "+852 6123 8847", "+852****8847"),
        ("电话I5932087714。", "mobile", "I5932087714", "159****7714"),
        ("名单：龙浩然 G520697201103158815 ", "student_number", "G520697201103158815", "***************8815"),
        ("护照 Passport No. G 4827 1936", "passport", "G 4827 1936", "G******36"),
        ('补贴"一卡通"：81010550001827364，', "bank_card", "81010550001827364", "*************7364"),
        ("加WX13812345678联系", "im_account", "13812345678", "1**********"),
        ("微信号：xiaoming_1990", "im_account", "xiaoming_1990", "x***********"),
        ("加wx zhangsan88，", "im_account", "zhangsan88", "z*********"),
        ("学生家长138/1234/5678", "mobile", "138/1234/5678", "138****5678"),
        ("QQ63968806（谢晓俊）", "person_name", "谢晓俊", "谢某某"),
        ("扣扣：2847193605", "im_account", "2847193605", "2*********"),
        ("邮箱 tangyu7788@\n163.com，", "email", "tangyu7788@\n163.com", "t***@\n163.com"),
        ("1,高琪福,6102031990,01010011,+8617", "resident_id", "6102031990,01010011", "61*************011"),
        ("高琪福  61020319900101  0011  信用社", "resident_id", "61020319900101  0011", "61*************011"),
        ("退休人员底册\n孟宪章\t610203410823103\t1996年退休", "resident_id", "610203410823103", "61**********103"),
        ("纳税人识别号：610203199001010011", "resident_id", "610203199001010011", "61*************011"),
        ("G002—和丽花—610203 19900101 109X—二居室", "resident_id", "610203 19900101 109X", "61*************09X"),
        ("领取账户为工行6222031107004567 129。", "bank_card", "6222031107004567 129", "***************7129"),
        ("61020319900101123x", "resident_id", "61020319900101123x", "61*************23x"),
        ("身份证号610203900101001", "resident_id", "610203900101001", "61**********001"),
        ("残疾证61020319900101001743", "disability_card", "61020319900101001743", "61***************743"),
        ("证号61020319900101109X 44。", "disability_card", "61020319900101109X 44", "61***************X44"),
        ("手机13812345678", "mobile", "13812345678", "138****5678"),
        ("联系电话1381-2345-678）", "mobile", "1381-2345-678", "138****5678"),
        ("凭回乡证（证件号 M46475305）入学", "permit", "M46475305", "M******05"),
        ("证件类型：往来港澳通行证，证件号码：CB2840934。", "permit", "CB2840934", "C******34"),
        ("证件类型：回乡证\n证件号码：H0417362801", "permit", "H0417362801", "H********01"),
        ("回乡证H 0738 2615，电话", "permit", "H 0738 2615", "H******15"),
        ("回乡证号 H1048 3920 01 居住", "permit", "H1048 3920 01", "H********01"),
        ("最后登录QQ（号码2801959066）", "im_account", "2801959066", "2*********"),
        ("户口簿编号：№360798107726", "household", "360798107726", "********7726"),
        ("+86 138-1234-5678", "mobile", "+86 138-1234-5678", "138****5678"),
        ("卡号6228 4804 0256 4890 018", "bank_card", "6228 4804 0256 4890 018", "***************0018"),
        ("账号：6228480402564890018", "bank_card", "6228480402564890018", "***************0018"),
        ("投诉人：欧阳云帆，", "person_name", "欧阳云帆", "欧阳某某"),
        ("申请⼈：⻩云帆，⼥，", "person_name", "⻩云帆", "黄某某"),  # radicals, as PDFs give them
    ],
)  # fmt: skip
def test_found(text: str, kind: str, value: str, mask: str) -> None:
    assert (kind, value, mask) in _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "电话0919-6180001、029-88661234、12345、400-810-8888",
        "统一社会信用代码91610203MA6XPS3T7K",
        "项目代码2611-610203-04-01-123456",
        "景政办发〔2026〕21号，索引号6102030000/2026-000123",
        "ISBN 978-7-5093-1234-5",
        "金额1234567.89元，面积12460平方米，2026年11月24日",
        "合同编号HT2026110900123456",
        "2026.11.24 09:30:15",
        "执法人员：禤小明（19060312007）、江锐（19060312015）到场检查",
        "执法证号：川B110274、川B110288",
        "直播间 live.example.cn/room/15836274410",
        "罚款缴入市非税收入专户，账号10021774180312077",
        "公司开户账号：82010300000318842",
        "收款人全称：榆泽县中医医院\n账号：8201055000001827312",
        "公文流转单号：430527202403181827",
        "工程概算13812345678.00元",
        "视频会议号：138 2746 5091，密码182736",
        "1#站18613862713 kWh；2#站13986271386度",
        "县卫健委 原账号 34001687208053013867 新账号 34050168720800000271",
        "汇至甘肃信和拍卖有限公司，账号：62001430201051500123（建行）",
        "转入中心账户：户名 白龙县住房公积金管理部，账号 27051001040008123",
        "510000120175076334,石桥村光伏电站",
        "编号20260085212345678，项目代码610203-0085212345678",
        "规格130/1200/2400mm，型号DN150/1600/2500，批次号138.2026.1109",
        "合同编号：WX20261109001，标段WXZB2026001234，规格WX2000A，LINE12345型",
        "服务热线HOTLINE 12345，ON-LINE 20261109",
        "项目编号：J610203199001010011",
        "咨询电话：029-63968806（谢晓俊）、电话63968806（谢晓俊）",
        "行政执法人员公示\n| 姓名 | 职务 | 执法证号 |\n| 汤立根 | 大队长 | 18045492002 |",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    assert _found(text) == []


_births = st.dates(date(1930, 1, 1), date(2025, 12, 31))


@st.composite
def _ids(draw: st.DrawFn) -> str:
    first = f"{draw(st.integers(110000, 659004))}{draw(_births):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + check_digit(first)


@given(
    number=_ids(),
    gap=st.sampled_from(["", " ", "-", "\n", " | "]),
    before=st.text("公开信息名单、，。：张李", max_size=20),
    after=st.text("公开信息、，。", max_size=20),
)
def test_every_valid_number_in_every_form_is_found_at_its_place(
    number: str, gap: str, before: str, after: str
) -> None:
    written = gap.join((number[:6], number[6:14], number[14:]))
    text = f"{before}{written}{after}"
    [span] = [each for each in _SCANNER.scan(Reading((("text", text),))).spans if each.kind == "resident_id"]
    assert (text[span.start : span.end], span.certain) == (written, True)
    assert number[2:15] not in span.mask


@pytest.mark.parametrize(
    "text",
    [
        "机密★10年",
        "秘密★五年",
        "绝密★",
        "机 密 ★ 长期",
        "机密☆10年",
        "密级：机密",
        "密级: 秘密",
        "【绝密】",
        "\n　　机密\n",
        "秘密10年\n关于",
        "（秘密）",
        "秘密*3年",
        "做好保密" + "工" * 86 + "\n秘密\n关于",
    ],
)
def test_secret_marks(text: str) -> None:
    assert secret_mark(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "严格保守国家秘密、商业秘密。",
        "涉及机密文件的管理办法",
        "个人隐私或者商业秘密的，",
        "《保守国家秘密法》",
        "做好保密工作",
        "秘密级文件由专人保管",
        "机密室管理",
        "做好保密" + "工" * 86 + "\n秘密工作纪律",  # what is looked at ends behind 秘密, its line does not
    ],
)
def test_running_text_is_no_mark(text: str) -> None:
    assert secret_mark(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("（此件公开发布）", "disclosure_note", "proactive"),
        ("（此件可依申请公开）", "disclosure_note", "on_request"),
        ("(此件不予公开)", "disclosure_note", "withheld"),
        ("内部资料 注意保存", "internal", "内部资料"),
        ("景政发〔2026〕5号\n关于", "dispatch_number", "景政发〔2026〕5号"),
        ("根据《关于某事的通知》（景市发〔2026〕12号）要求", "quotation", "景市发〔2026〕12号"),
    ],
)
def test_marks(text: str, kind: str, value: str) -> None:
    found = _SCANNER.scan(Reading((("text", text),))).marks
    assert (kind, value) in {(mark.kind, mark.value) for mark in found}
