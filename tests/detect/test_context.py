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
        # what reads as a name is part of the place
        ("218 单于静 27 翠柏佳苑9-1-1502 瘢痕子宫", "翠柏佳苑9-1-1502"),
        ("③尚得禄  四连家属区平房5排3号  精神分裂症", "四连家属区平房5排3号"),
        ("帮扶：贺兰淑敏（翡翠湾丙座1902；独居）", "翡翠湾丙座1902"),
        # a field where the line beside tells a home
        ("1 拓巨才 男 白家沟村二组 骨折\n2 乔三亮 男 砖窑工棚 HIV初筛阳性", "砖窑工棚"),
        ("久美多杰/牧业一队冬窝子/D级\n马阿乙舍/拱北沿村小沟脑三社/D级", "牧业一队冬窝子"),
        # forms
        (
            "5.户籍地 外省某县竹核乡木渣洛村1组 6.现住址 横港镇工业路88号员工宿舍B505",
            "工业路88号员工宿舍B505",
        ),
        (
            "住　　址　福安街道军休所家属院1号楼\n　　　　　2单元201\n走访人",
            "军休所家属院1号楼\n　　　　　2单元201",
        ),
        ("犬主 商老五 住 樟树街道老米厂宿舍12号\n处置 清创", "老米厂宿舍12号"),
        ("乐天佑\n张家湾乡枣园村4组\n13659127704", "枣园村4组"),
        ("签名：\n滑玉珍　8-2-301\n", "8-2-301"),
        ("邮寄:滨海镇渔业村前岙28号 戚继祖(收)", "渔业村前岙28号"),
        # whose house it is
        ("来电说她家（落水洞寨子鼓楼下坎第二家）屋后滑坡", "落水洞寨子鼓楼下坎第二家"),
        ("火灾烧毁平安镇杏花村三组31号民房厨房。", "杏花村三组31号"),
        ("敬老月走访木桥村二组老粮站旁村民张桂英。", "木桥村二组老粮站旁"),
        ("社保中心上门到利民街道荷花小区2号楼103认证", "荷花小区2号楼103"),
        ("另有唐国旭，住处财政局集资楼B栋302。", "财政局集资楼B栋302"),
        ("姚秀珍现在住工业园区华服公司女工楼对面夫妻房3号。", "工业园区华服公司女工楼对面夫妻房3号"),
        ("罗秀英，住奶奶家（柳林村二组）；", "奶奶家（柳林村二组）"),
        ("行动不便的：冯桂英（沟底组崖窑）、胡满仓（三组12号）", "沟底组崖窑"),
        ("上午走了梨园小区。3-1-201的崔淑兰老人不在家", "3-1-201"),
        ("清空：红旗巷5号后院（吴美珍）、", "红旗巷5号后院"),
        ("户主梅秀芹，住七连居民区12栋1号。", "七连居民区12栋1号"),
        ("3．谷有田，陈家沟村三社 14 号，屋顶漏雨。", "陈家沟村三社 14 号"),
        ("序号\t房号\t承租人\t备注\n1\t2-1-301\t桑美兰\t左眼失明\n2\t3-2-204\t邬玉田\t中风后卧床", "3-2-204"),
        ("2. 桑玉田（租客） 5-2-101 中风后卧床", "5-2-101"),
        ("困难群众桑玉田，和美苑 2-101，独居。", "和美苑 2-101"),
        ("家庭住址：城关镇米市弄4-1", "米市弄4-1"),
        ("户主：桑玉田\u3000住址：同村戏楼后2号", "戏楼后2号"),
        ("桑玉田，现住桂中大道102号东盟华府2栋1704房，无业。", "桂中大道102号东盟华府2栋1704房"),
        ("贷款人桑玉田，住永宁坝村下落组第2家。", "永宁坝村下落组第2家"),
        ("桑玉田，农民，住西川镇丁家湾村上坪社，甲家对门，联系方式不详", "丁家湾村上坪社，甲家对门"),
        ("出警地点：糖业小区12栋4单元202。报警人桑美兰称丈夫酒后打她。", "糖业小区12栋4单元202"),
        (
            "分场 | 组长 | 住所\n水产队 | 贺友才 | 水产队鱼棚2号\n林业队 | 桂先发 | 场部惠民楼2-401",
            "水产队鱼棚2号",
        ),
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
        "请于7月10日前到县委组织部302室办理手续，联系人：韦晓。",
        "学生危景行在教学楼一楼走廊奔跑摔倒。",
        "毛雅琴家长请注意，孩子座位调到第二排。",
        "申请人庄强，现住市骨科医院8楼26床。",
        "家庭住址：××镇××村××组××号；病种：××。",
        "符史才，船舶登记证书（琼）（2018）FT-200417号；",
        "少儿班7—12岁，联系王老师。",
        "投诉：县交通局运管股，股长 逯海波，0377-66912307，人民北路181号3楼306室。",
        "申请人:龙潭区人民政府,地址:龙潭区政和路1号,法定代表人:宋时雨,区长。",
        "按居住地划片：居住在丁香路以东的，到蔡伦小学报名。",
        "甲方乌日娜将位于查干花嘎查东甸子的旱地427亩出租。",
        "当事人王建国在人民路18号乱倒垃圾。",
        "您反映的“胖嫂早点”位于解放路12号，经查属实。",
        "GZ-0012    联想电脑      302室         向阳      在用",
        "雨致我校男生公寓3号楼五层512-520室漏雨。",
        "本人李桂英所在公司办公地址仍为金融街中心A座9层。",
        "名称 | 经营地址 | 类型\n孙二娘客栈 | 青石路9号 | 住宿\n阿秀民宿 | 长湖边1号 | 民宿",
        "姓名 | 住址\n县图书馆 | 文化路3号\n阳光幼儿园 | 长青街40号",
        "投诉人：周桂芳，手机13812345678。\n编号1-2345号，合同1-2345",
        "申请人桑玉田因滑坡拟在羊寨拆除木房一栋。",
        "兴隆镇三道岗村1—6组道路硬化4.3公里。",
        "桑玉田　港航公司水手，跳江救人",
        "白音宝力格苏木呼布尔嘎查牧民桑玉田与邻居因草场争执。",
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
        # findings and measures, treatments, medicines by their dose, injuries and symptoms in everyday words
        ("患者贺兰英，夜间端坐，双肺湿啰音。", "双肺湿啰音"),
        ("路长海，脉搏128，巩膜黄染，腹部膨隆。", "脉搏128，巩膜黄染，腹部膨隆"),
        ("贺兰英体检异常：血压162/80mmHg。", "血压162/80mmHg"),
        ("卜文举，男，痰多，厌食，体重下降。", "痰多，厌食，体重下降"),
        ("代福琼因胆管炎做ERCP取石。", "ERCP取石"),
        ("孟巧玲已服救心丹，社区医生来过。", "救心丹"),
        ("其母目前氨氯地平5mg每日一次，控制尚可。", "氨氯地平5mg每日一次"),
        ("村民路长海在井下被机器绞了手，右手只剩两个指头。", "右手只剩两个指头"),
        ("我妈脚上磨了两个大泡，走不了。", "脚上磨了两个大泡"),
        ("贺兰英怀了孕，12周，求助。", "怀了孕，12周"),
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
        "张国庆，男，上身灰夹克，下身黑裤，脚穿布鞋。",
        "委托代理人：张国庆，县法律援助中心律师。",
        "村民张国庆反映：砖厂已于5月22日停产检查。",
        "张国庆，☑低保 ☐糖尿病",
        "张国庆，☑低保  □糖尿病",
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
        ("停放的粤AF·60917轿车", "plate", "粤AF·60917"),
        ("车辆：粤 B·D 39281（新能源）", "plate", "粤 B·D 39281"),
        ("对方车辆：川Z 8K 027", "plate", "川Z 8K 027"),
        ("号牌陕G·残0127", "plate", "陕G·残0127"),
        ("履带收割机|鲁Q09-3215|20000", "plate", "鲁Q09-3215"),
        ("遗失残疾军人证，证号：豫军F041127，", "other", "豫军F041127"),
        ("接种证编码：3417221210330091874", "other", "3417221210330091874"),
    ],
)
def test_plates_and_numbers_of_papers(text: str, kind: str, value: str) -> None:
    assert value in _found(text, kind)


@pytest.mark.parametrize(
    "text",
    [
        "购拖拉机 4350元",
        "京A牌照车辆限行，公交K12路",
        "B03 人社局 常青 GZ0203 窗口人员",
        "退休证编号T-0386，",
        # cars of offices, schools, lines and firms
        "派出所2人出发（车牌黔H·0413警）。",
        "4.1|党委书记 罕刚|执法车辆：蒙K·E9027、蒙K·E9031",
        "值班车辆：川R·A0137（公务）",
        "救护车（陕K·6120急）停门诊楼东侧",
        "经营者：云栖县长途汽车运输公司，车辆2辆：浙A·B3327、浙A·B3329。",
        "时间|车牌|车主|吨位\n04:31|鲁D·96A25|峄北县顺达运输有限公司|73.0",
        "日期|带班|值班|驾驶员|车辆\n4.1|党委书记|波罕|岩温|云K·0A113",
    ],
)
def test_what_is_no_plate_and_no_number_of_a_paper(text: str) -> None:
    assert _found(text, "plate") + _found(text, "other") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("投诉人李𠮷，手机13812345678。", ["李𠮷"]),
        ("申请人：李𠮷明，身份证号待补。", ["李𠮷明"]),
        ("姓名\t电话\n李𠮷\t13812345678\n王𬱖\t13812345679\n", ["李𠮷", "王𬱖"]),
        ("患者王鿍反映", ["王鿍"]),
        ("患者王\ufa11反映", ["王\ufa11"]),
        ("投诉人李\ue863，手机13812345678。", ["李\ue863"]),
        ("信访人张𣲘，住景明区城关镇东街12号3单元502室。", ["张𣲘"]),
    ],
)
def test_names_are_found_in_whatever_plane_their_characters_are(text: str, names: list[str]) -> None:
    assert _found(text, "person_name") == names


@pytest.mark.parametrize("label", ["当事人", "被处罚人", "违法行为人"])
def test_whom_a_penalty_is_imposed_on_stays_whatever_is_told_beside(label: str) -> None:
    text = (
        f"{label}：刘志刚，男，身份证号610203198504120018，住景明区白杨镇。经查，{label}擅自采伐杨树7株，"
        "有证人孙桂花证言等证据证实。责令补种，罚款2800元。"
    )
    assert _found(text, "person_name") == ["孙桂花"]


def test_a_child_who_is_penalised_does_not_stay() -> None:
    text = (
        "当事人：刘志刚，男，未成年人，身份证号610203201204120018，监护人刘大山，住景明区白杨镇。罚款100元。"
    )
    assert "刘志刚" in [*_found(text, "person_name"), *_found(text, "minor_name")]


@pytest.mark.parametrize(
    "text",
    [
        "棉被800床发放受灾群众王小明等人，其余物资已全部发放至王石凹、广阳、红土等镇街。",
        "户主王建国，其承包地东至漆水河，西至川口路。",
    ],
)
def test_towns_and_boundaries_are_nobody(text: str) -> None:
    assert {"王石凹", "漆水河"}.isdisjoint(_found(text, "person_name"))


def test_villagers_in_a_list_and_at_a_boundary_are_somebody() -> None:
    text = "救助对象王建国、李红梅等村民已领取。户主赵小兰，其承包地东至王志强承包地。"
    assert {"王建国", "李红梅", "赵小兰"} <= set(_found(text, "person_name"))


def test_who_interprets_a_policy_is_in_office() -> None:
    assert _found("解读单位：区农业农村局，解读人：周敏，电话0919-2180225。", "person_name") == []


@pytest.mark.parametrize(
    ("text", "shown", "masked"),
    [
        (
            "行政处罚决定书\n当事人：董长林，男，身份证号610203197609124518，邻居柳淑芬多次投诉。决定处以罚款3000元。",
            "董长林",
            ["柳淑芬"],
        ),
        (
            "违法行为人：鲁志勇，男，1979年6月3日出生，身份证号610203197906034533。代理委托人罗金凤的案件，决定没收违法所得。",
            "鲁志勇",
            ["罗金凤"],
        ),
        ("申请人苏婷：你的申请符合条件，准予执业。身份证号610203199205167243。", "苏婷", []),
        # nobody decides on them
        ("当事人：邢爱萍，身份证号610203197609124518，因婚姻纠纷申请调解。", "", ["邢爱萍"]),
        ("申请人：雷小芳，身份证号610203198909142229，决定给予法律援助。", "", ["雷小芳"]),
        # a minor is never named
        (
            "当事人：焦子豪，男，16岁，身份证号610203201005044518，决定给予警告的行政处罚决定。",
            "",
            ["焦子豪"],
        ),
        ("当事人：焦子豪，2010年5月4日出生，投诉人李浩然称，决定给予警告。", "", ["李浩然"]),
        ("征收范围：东至同官路、西至漆水河。被征收人杨桂英患病住院。", "漆水河", ["杨桂英"]),
    ],
)
def test_whoever_a_decision_is_on_is_named_and_nobody_else(text: str, shown: str, masked: list[str]) -> None:
    names = {name for kind in ("person_name", "minor_name") for name in _found(text, kind)}
    assert set(masked) <= names
    assert not shown or shown not in names


def test_the_mailbox_for_views_is_the_offices_and_any_other_a_persons() -> None:
    asked = "现公开征求意见。意见可通过信函寄至区住建局，或者发送至邮箱ytzjj@163.com。"
    assert _found(asked, "email") == []
    assert _found("现公开征求意见。来信人孙丽，邮箱sunli@163.com。", "email") == ["sunli@163.com"]
    assert _found("请将处理意见发送至邮箱sunli@163.com。", "email") == ["sunli@163.com"]


@pytest.mark.parametrize(
    "text",
    [
        "监督电话：0662-3381207，邮箱：msz2026@yangxi.example。",
        "述职稿下班前发党政办邮箱（dzb_szx@shizhai.example），逾期不收",
        "报名表于9月5日前发至tiyubu2026@163.example，逾期不予受理。",
        "代理机构邮箱：xinda@example.com",
        "局长信箱：shangxi_tax@tax.example",
    ],
)
def test_a_mailbox_is_an_offices_by_its_name_by_what_calls_it_or_by_what_is_sent_there(text: str) -> None:
    assert _found(text, "email") == []


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("复查结果可发至班主任邮箱lxm_2ban@163.example，", "lxm_2ban@163.example"),
        ("投诉人邮箱：jlzzx@163.example；", "jlzzx@163.example"),
        ("回执发至您的邮箱lijx.nanlang@mail.example。", "lijx.nanlang@mail.example"),
        ("联系电话：023-53220871 电子邮箱：jianyun85@qq.example", "jianyun85@qq.example"),
    ],
)
def test_a_persons_mailbox_is_one_wherever_it_is_asked_for(text: str, mailbox: str) -> None:
    assert _found(text, "email") == [mailbox]


def test_a_car_of_a_firm_in_a_row_with_its_driver_is_masked() -> None:
    text = "姓名|车牌|单位\n罗春生|鲁D·96A25|峄北县顺达运输有限公司\n"
    assert _found(text, "plate") == ["鲁D·96A25"]


def test_what_is_to_be_vacated_leads_up_to_a_home() -> None:
    assert _found("请于三个月内腾退怡馨苑1号楼2单元502室。", "address") == ["怡馨苑1号楼2单元502室"]


def test_the_school_of_a_case_is_masked_without_the_child_beside_it() -> None:
    told = "2026年10月12日，我区城关中学发生一起学生欺凌事件。九年级二班学生赵宇航（14岁）推搡同学。对城关中学校长予以诫勉谈话。"
    assert _found(told, "minor_school") == ["城关中学", "城关中学"]
    honoured = "我区城关中学学生赵宇航（14岁）获奖。对城关中学校长予以表扬。"
    assert "我区城关中学" not in _found(honoured, "minor_school")
