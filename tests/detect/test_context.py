"""Homes and health told in running text: a row for each way of telling, and for each that only looks like one."""

from __future__ import annotations

import pytest

from disclosure_gate.detect import Scanner, built_in_detectors
from disclosure_gate.model.findings import Reading

_SCANNER = Scanner(built_in_detectors())


def _found(text: str, kind: str) -> list[str]:
    spans = _SCANNER.scan(Reading((("text", text),))).spans
    return [text[span.start : span.end] for span in spans if span.kind == kind]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("申请人骆金莲，住青石镇白杨村三社42号。", "白杨村三社42号"),
        ("2.骆金莲，女，大湾村杨家堡，D级危房；", "大湾村杨家堡"),
        ("居民代表黄桂兰（兴工街4-2-8号）提出异议。", "兴工街4-2-8号"),
        ("走访对象：大河湾村五社陈发财家", "大河湾村五社"),
        ("【危房】长岭村3组余中海户，D级。", "长岭村3组"),
        ("租客现租住沙头村东五巷17号3楼302，", "沙头村东五巷17号3楼302"),
        ("家住八道沟三委二组，靠打零工为生。", "八道沟三委二组"),
        ("诉求地址：长虹街道丰乐新村47幢2单元301", "丰乐新村47幢2单元301"),
        ("向芙蓉里社区8排19号的伍奶奶送去了轮椅。", "芙蓉里社区8排19号"),
        ("新住址 | 城关街道额尔敦路北、金帝庄园23-1-401\n", "额尔敦路北、金帝庄园23-1-401"),
        ("住址：长宁镇白果巷 2 弄 13 支弄 6 号 101 室", "白果巷 2 弄 13 支弄 6 号 101 室"),
        ("现住址：草滩镇慕家河村上庄组，小学后面第三家。", "慕家河村上庄组，小学后面第三家"),
        ("住址：白杨镇三管庄北堡巷7排2号；三管庄北堡巷7排3号", "三管庄北堡巷7排3号"),
        ("贺兰英/女/72/李家沟/低保/独居", "李家沟"),
        ("被执行人名下位于万象新天二期7栋1单元19层1902号的房产", "万象新天二期7栋1单元19层1902号"),
        ("家住城市花园3栋2单元501，", "城市花园3栋2单元501"),
    ],
)
def test_a_home_is_found_below_its_town(text: str, home: str) -> None:
    assert home in _found(text, "address")


@pytest.mark.parametrize(
    "text",
    [
        "办公地址：景明区人民路8号金融大厦A座1503室。",
        "供应商地址：成都市武侯区科园南路88号天府生命科技园B6栋501室",
        "工程地点：柳河镇河西村三组至七组，长3.2公里。",
        "拟征收毛家桥村三组、四组集体土地2.3公顷。",
        "停电区域：建设路、和平巷、翠湖苑1至8号楼、柳河村一组至六组。",
        "全村划分为12个村民小组，其中三组、五组为移民组。",
        "咨询地址：区住房保障中心（和平路18号房管大厦3楼302室）",
        "开标地点：云川县公共资源交易中心（迎宾大道6号政务大楼5楼503室）。",
        "张志平系我村三组村民，特此证明。",
    ],
)
def test_an_office_or_works_is_no_home(text: str) -> None:
    assert _found(text, "address") == []


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("其母亲刚做完心脏搭桥手术，无法静养。", "刚做完心脏搭桥手术"),
        ("老伴瘫在床上六年了，身上盖两床被子。", "瘫在床上六年了"),
        ("该生患有多动症并有抑郁倾向，请你于三日内返家。", "患有多动症并有抑郁倾向"),
        ("申请人路长海，评定为肢体残疾贰级。", "肢体残疾贰级"),
        ("申请人孟巧玲，经评定为伤残九级。", "伤残九级"),
        ("户主残疾（肢体四级），长子在外务工。", "残疾（肢体四级）"),
        ("当事人右眼被石屑击伤，致角膜穿通伤，送医。", "右眼被石屑击伤，致角膜穿通伤"),
        ("患者出现发热（39.2℃）、眼眶痛、四肢皮疹，先后就诊。", "发热（39.2℃）、眼眶痛、四肢皮疹"),
        ("他从架子上跌落，右跟骨粉碎性骨折，公司垫付。", "从架子上跌落，右跟骨粉碎性骨折"),
        ("腿脚不便的寇玉山由志愿者接送。", "腿脚不便"),
        ("新增：代福琼（乳腺癌术后）；", "乳腺癌术后"),
        ("卜文举患病多年，靠药维持。", "患病多年"),
        # a form or a list whose person stands in another line
        ("姓名：代福琼\n身份证号：610203198001011231\n\n股骨颈骨折，卧床", "股骨颈骨折，卧床"),
        ("来信称，早年在部队施工右耳失聪，要求补评残。", "右耳失聪"),
        # clauses that go on with it
        ("黄桂兰，女，72岁，小脑萎缩，记不住事，本地口音。", "小脑萎缩，记不住事"),
        ("余中海右小腿咬伤，两处牙印深达肌层，共花去4126元。", "右小腿咬伤，两处牙印深达肌层"),
        # harm that things take too, medicine that is also sold, grades by their cause, what is claimed for it
        ("王桂花反映，脚趾发黑，走不得路。", "脚趾发黑"),
        ("卜文举长期服用奥氮平，由其妹照看。", "奥氮平"),
        ("贺兰英，女，因公八级，享受抚恤。", "因公八级"),
        ("黄桂兰咨询右手残疾赔偿。", "右手残疾"),
        ("路长海家中有偏瘫老人，求助。", "偏瘫"),
    ],
)
def test_health_is_found_as_far_as_it_is_told(text: str, telling: str) -> None:
    assert any(telling in each for each in _found(text, "health"))


@pytest.mark.parametrize(
    "text",
    [
        "全年查出乳腺癌5例、宫颈癌2例，均已纳入救助。",
        "严重精神障碍患者规范管理率97%。",
        "对瘫痪在床、腿脚不便的群众，做到每日一问。",
        "保险责任：被保险人因意外导致残疾或者骨折的，按约定给付。",
        "县医院骨科主任医师擅长腰椎间盘突出的治疗。",
        "凡患有精神病、癫痫的人员不得从事高空作业。",
        "柳河镇东沟村道路硬化，投诉人要求复查。",
        "申请人无传染性疾病。",
        "景明区中医医院肿瘤科、精神科，床位300张。",
        # beside a person, and of nobody all the same
        "信访人张国庆：果树发生炭疽病、叶片发黄，请农技员到场。",
        "村民张国庆反映：养殖场臭味大，病死猪乱扔，水沟发黑。",
        "村民张国庆反映：车头变形、水管破裂、墙体开裂、脱皮。",
        "村民张国庆反映：医保目录未收奥氮平、二甲双胍等药品。",
        "村民张国庆反映：账户状态异常，与妻子感情破裂，重点突出。",
        "申请人：张国庆，身份证号610203198001011231\n食物中毒事件终报\n病危（重）通知书",
        "村民张国庆反映：办理请假手续要跑两趟，由甲流转给乙，暂停经营。",
    ],
)
def test_what_is_told_of_many_or_of_a_service_is_nobodys_health(text: str) -> None:
    assert _found(text, "health") == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("拖拉机一台，号牌陕08-12345；", "plate", "陕08-12345"),
        ("所骑电动车（杭州1234567）逆行", "plate", "杭州1234567"),
        ("牌号粤J·A20193、江门B77306，", "plate", "江门B77306"),
        ("使224578号轿车", "plate", "使224578"),
        ("粤B·12345D新能源货车", "plate", "粤B·12345D"),
        ("京A·领1234号车", "plate", "京A·领1234"),
        ("遗失残疾军人证，证号：豫军F041127，", "other", "豫军F041127"),
        ("接种证编码：3417221210330091874", "other", "3417221210330091874"),
    ],
)
def test_plates_and_numbers_of_papers(text: str, kind: str, value: str) -> None:
    assert value in _found(text, kind)


@pytest.mark.parametrize("text", ["购拖拉机 4350元", "京A牌照车辆限行，公交K12路", "退休证编号T-0386，"])
def test_what_is_no_plate_and_no_number_of_a_paper(text: str) -> None:
    assert _found(text, "plate") + _found(text, "other") == []
