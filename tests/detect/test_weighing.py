"""Names that no word tells: found where a text tells something private, and told apart from whoever acts in office."""

from __future__ import annotations

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.detect.lexicon import ordinary
from disclosure_gate.detect.people import told
from disclosure_gate.detect.weighing import made, surrounded, weigh
from disclosure_gate.detect.weights import weights
from disclosure_gate.model.findings import Reading, Span

_SCANNER = Scanner(built_in_detectors())


def _spans(text: str) -> list[Span]:
    return [
        each
        for each in _SCANNER.scan(Reading((("text", text),))).spans
        if each.kind in {"person_name", "minor_name", "guardian"}
    ]


def _names(text: str) -> set[str]:
    return {text[each.start : each.end] for each in _spans(text)}


_ENTRIES = (
    "拟发放一次性补贴人员公示\n韩文俊，高校毕业生，身份证号610203199912250119；\n檀子健，退役军人，经营用品店；\n孔雀，护照，EB9073512，患有高血压；\n"
    "谢亚楠，残疾人（听力三级），电话13800000000。"
)
_ABOUT = "投诉人：周桂芳，女，1961年3月生，患有高血压。"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{_ABOUT}\n清理余料时，管明华误触按钮，周桂芳左手被夹伤。", "管明华"),
        (f"{_ABOUT}\n走访村民时，文开秀称当时开过院坝会，文开秀的丈夫在外务工。", "文开秀"),
        (f"{_ABOUT}\n退出：1组程万里（死亡）、6组闵小梅（子女有工作）。", "闵小梅"),
        (f"{_ABOUT}\n其中诸葛鸣多次上门，诸葛鸣表示不再追究。", "诸葛鸣"),
        (f"{_ABOUT}\n系与孙满屯合伙，孙满屯出资三千元。", "孙满屯"),
        (f"{_ABOUT}\n外籍教师Kim Min-ji（韩国籍）在场。", "Kim Min-ji"),
        (f"{_ABOUT}\n业主海南：电梯坏了。", "海南"),
        (f"{_ABOUT}\n子 淡建平；媳 晁敏；孙 淡俊熙（6岁）", "晁敏"),
        (_ENTRIES, "檀子健"),
        (
            f"{_ABOUT}\n退回的有：扎妥迫，南坡村12号，84元；和志，身份证号610203198001011219，126元；",
            "扎妥迫",
        ),
        (f"{_ABOUT}\n寻二毛有高血压且停药，寻二毛户房屋墙体开裂。", "寻二毛"),
    ],
)
def test_found_in_passing_and_the_reason_says_so(text: str, name: str) -> None:
    [span, *_] = [each for each in _spans(text) if text[each.start : each.end] == name]
    assert span.why.en.startswith("no word tells")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{_ABOUT}\n由镇司法所所长何伟东主持调解，何伟东当场记录。", "何伟东"),
        (f"{_ABOUT}\n出席：副镇长王志强、民政办主任李国华。", "王志强"),
        (f"{_ABOUT}\n县财政局 宦国庆、住建局 於志刚参加。", "宦国庆"),
        (f"{_ABOUT}\n街道平安办主任符永昌主持召开协调会。\n符永昌要求三日内答复。", "符永昌"),
        (f"{_ABOUT}\n1985年退伍，现无业。", "年退伍"),
        (f"{_ABOUT}\n宁政征补〔2024〕3号已送达。", "宁政征"),
        (f"{_ABOUT}\n景明区发展和改革局将该事项转交处理。", "区发展"),
        ("参加：高建设、石磊。会议研究了全年预算，安排防汛工作。", "高建设"),
        (
            "领导简历\n金小宇，男，汉族，1974年5月出生，现任县人民政府副县长。分工：负责民政、医疗保障。",
            "金小宇",
        ),
        (f"{_ABOUT}\n公路养护工程政府采购合同。", "程政府"),
        (f"{_ABOUT}\n其在外省领取职工养老金，现停发。", "养老金"),
        (f"{_ABOUT}\n业务范围：妇女儿童保健、儿科诊疗。", "童保健"),
        ("姓名：安娜，国籍：俄罗斯，护照号75 0417826", "俄罗斯"),
        (f"{_ABOUT}\n办理变更登记后，经鉴定，该户由祖父母生活照料。", "更登"),
        (f"{_ABOUT}\n该企业法定代表人由彭宗源变更为郑东云。", "郑东云"),
        (f"{_ABOUT}\n坐落于安和市金沙渡县兴业街。", "金沙"),
        (f"{_ABOUT}\n申请人：金沙渡久安食品有限公司。", "金沙渡"),
        ("通讯录（对外公开版）\n单位\t职务\t姓名\t办公电话\n县委办\t主任\t瞿志平\t0564-4021001", "瞿志平"),
        (f"{_ABOUT}\n| 姓名 | 职务 | 执法证号 |\n| 谢晓斌 | 执法员 | 18078762003 |", "谢晓斌"),
        (f"{_ABOUT}\n户名蓬溪坝县石板砖厂，户号5100417829915", "蓬溪坝"),
        ("牛2.17万头、羊9.4万只，高致病性禽流感免疫密度达标。投诉人周桂芳反映。", "万只"),
        (f"{_ABOUT}\n三是对养殖户羊3.8万只、禽213万羽免疫。", "万羽"),
        (f"{_ABOUT}\n丈夫病故，两个女儿都嫁到了外县。", "都嫁"),
        (f"{_ABOUT}\n没有抵押，没有纠纷，邻居都知道。", "都知道"),
        (f"{_ABOUT}\n还表扬了新来的厨师刀工好，豆腐丝切得细。", "刀工好"),
        (f"{_ABOUT}\n一着急就拿别人家的孩子来比。", "来比"),
        (f"{_ABOUT}\n家里父亲在外绑钢筋，弟弟才三岁。", "才三岁"),
        (f"{_ABOUT}\n查出慢性阻塞性肺病、白内障，吃着药。", "白内障"),
        (f"{_ABOUT}\n由辅导员蓝雪芳老师管理。", "师管理"),
    ],
)
def test_whoever_acts_in_office_and_what_is_no_name_stay(text: str, name: str) -> None:
    assert name not in _names(text)


def test_a_name_is_decided_by_what_is_said_of_it_at_all_its_places() -> None:
    text = f"{_ABOUT}\n陶静劝双方坐下来谈。5月20日，妇联干事陶静到家回访。"
    assert "陶静" not in _names(text)
    assert "陶静" in _names(text.replace("妇联干事", "邻居"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{_ABOUT}\n学生涂浩然被推倒。目前浩然情况稳定。", "浩然"),
        (f"{_ABOUT}\n草场交界处，邻居特木勒承认推了人。", "特木勒"),
        (f"{_ABOUT}\n反映的母亲斯琴高娃医疗救助一事已收悉。", "斯琴高娃"),
        (f"{_ABOUT}\n丈夫格日乐图2021年车祸致残。", "格日乐图"),
        (f"{_ABOUT}\n当事一方：斯日古楞，平岗村三组。", "斯日古楞"),
        (f"{_ABOUT}\n母亲四郎拉姆挖虫草。", "四郎拉姆"),
        (f"{_ABOUT}\n失联人员：旺扎，男，12岁，放羊未归。", "旺扎"),
        (f"{_ABOUT}\n孩子患脑瘫，母亲隆明会常年背他上学。", "隆明会"),
        (f"{_ABOUT}\n他说西邻麦麦提敏·托乎提盖羊圈占了两米三。", "麦麦提敏·托乎提"),
        (f"{_ABOUT}\n同户图门吉雅，62岁，有残疾。", "图门吉雅"),
        ("被谈话人：牟其昌，男，身份证号370785198812084513。", "牟其昌"),
        ("当事人一：雷氏金妹，畲族，女，62岁。", "雷氏金妹"),
        ("养老保险待遇新增领取人员\n曹金花、田大勇、彭桂英、任学文", "田大勇"),
    ],
)
def test_given_names_alone_names_of_other_peoples_and_lines_of_names(text: str, name: str) -> None:
    assert name in _names(text)


@pytest.mark.parametrize("told", ["学生", "被推倒的是"])
def test_a_given_name_alone_is_masked_whole(told: str) -> None:
    text = f"{_ABOUT}\n{told}涂浩然。目前浩然情况稳定。"
    assert {text[each.start : each.end]: each.mask for each in _spans(text)} == {
        "周桂芳": "周某某", "涂浩然": "涂某某", "浩然": "某某",
    }  # fmt: skip


def test_a_given_name_that_is_a_word_met_often_stays() -> None:
    assert "和平" not in _names(f"{_ABOUT}\n学生涂和平被推倒。双方和平解决。")


def test_everything_seen_has_a_weight_or_none_and_the_sum_decides() -> None:
    page = _SCANNER.page(f"{_ABOUT}\n清理余料时，管明华误触按钮。")
    evidence, scene = told(page)
    assert scene is not None
    chosen = weigh(scene, evidence.found)
    sums = {
        (start, end): weights("names")["bias"]
        + sum(
            weights("names").get(sign, 0.0)
            for sign in (*made(page.text, start, end, ordinary()), *surrounded(scene, start, end))
        )
        for start, end in scene.readings
    }
    assert all(sums[place] > 0 for place in chosen)
    assert "管明华" in {page.text[start:end] for start, end in chosen}
