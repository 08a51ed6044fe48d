"""Health data of an identifiable person: a disease, injury or disability told of somebody, or a column of a roster.

A clause that holds a word of health is read once: who it is told of, whether it speaks of many or of a
service instead, and where in it the telling begins and ends. What these rules say is weighed against what is seen
around the word, with weights fitted to labelled texts by ``tests/corpus/fit.py`` (ADR 30): what speaks against them
clearly, or for a telling they do not know, wins.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from disclosure_gate.detect.detector import Hit
from disclosure_gate.detect.identifiers import identified
from disclosure_gate.detect.lexicon import (
    BODY,
    COMMON_CHARACTERS,
    DISEASES,
    DRUGS,
    GIVEN,
    GRADES,
    HARMS,
    HEALTH_WORDS,
    NO_NAMES,
    STATES,
    SUFFERS,
    SURNAMES,
    WITH_HEALTH,
    told_by,
)
from disclosure_gate.detect.names import LEADS, name_at, name_before
from disclosure_gate.detect.page import Page, last_of
from disclosure_gate.detect.somebody import SOMEBODY, any_of, item_of_person, people_of
from disclosure_gate.detect.weights import crowd, distance, pairs, total
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

# What leads up to the telling and is no part of it: 因, 经县医院诊断为, 造成.
_LEAD = re.compile(
    r"(?:.{0,24}(?:诊断(?:为|是|出)?|确诊(?:为|是)|鉴定(?:为|是)?|评定(?:为|是)?|评为|认定(?:为|是)?|证实为|定为|构成|致使|致其|致|造成|导致|并发|引起|引发|出现|因为|由于|因(?!公|战)|(?<![髓体谱神科])系(?!统)|称|说(?![话不得全])|反映|表示|陈述|自述|属于|属|行(?![走动])|住院治疗|治疗))?"
    r"(?:[今现]年|约?\d{1,3}岁|且|并(?!指|发)|但|而|的|现在?|目前|后(?![脑背腰颈枕跟遗])|曾|为|与|和|及|其|经(?![常皮期血])|将)*"
)
# What does not belong to the telling any more: 去世, 住院, 需要, 要求.
_AFTER = re.compile(
    r"去世|死亡|身亡|病故|病逝|离世|(?<!卧床|发作)住院|入(?=[\u4e00-\u9fa5]{0,6}院)|就诊|就医|[在赴到去送转](?=[\u4e00-\u9fa5]{0,8}(?:医院|卫生|诊所|住院|家))|需要?(?!人|透析|长期|专人|终身|终生|靠|吸氧|借助|拄|坐轮|护理|他人|定期|二次|植)|急需|要求|申请|请求|请|为由|等(?!多种|[\u4e00-\u9fa5]{0,4}[病症疾])|而(?!致|引|导|成)|(?<!神)经[^常期]|(?<![大小低高])于[一二\d]|生活困|家庭|必须|未(?![愈控痊好恢孕发])|(?<!反)应(?!激|力)|由|享受|救助|补[贴助]|纳入|符合|的(?=[\u4e00-\u9fa5])"
)
_STOP = re.compile(r"[，,。；;：:！？!?\n\t|（(）)“”\"\[\]【】《》]|/(?<![A-Za-zμ]/)(?![0-9])|[ \u3000]|——")
_ASIDE = re.compile(r"[（(][^（(）)\n]{1,20}[）)]")
_SENTENCE = "。！？\n"
# Told of many, of a service or of a rule: nobody's health.
_MANY = any_of(
    r"[0123456789][\d,.]*(?:[%％‰]|[余多]?(?:[例名人种台家张件户起万项]|人次)) [一二三四五六七八九十百千两几多]+(?:例|人次) [二三四五六七八九十百千两几多]+名(?!男|女|老|学|儿|孩|婴|患) 率",
    r"患者[的及和人中总登可，]?(?:规范|管理|随访|救治|服务|救助|总数|人数|占|家庭|就医|住院|用药|监护|需求|筛查|签约|人次|中|\d) 等疾病 等病种 重点人群 人群 参保 病例数 [患发]病[率情人]",
)
_COUNTED = re.compile(r"\d[\d,]*[余多]?(?:例|名|份|人(?!民|体))|人次|率(?!齐|不)|人群")
_SERVICE = re.compile(
    r"\s?(?![在到送经于入由])(?:\d+(?:例|人|名|种|起|床|台|张)"
    r"|[\u4e00-\u9fa5、]{0,6}?(?:患者(?![，,：:（(、“\"因于自主入被经在系女男出诉称术反])|患者[，、]?(?:可|应|由|按)|病人|人群|老年人|群众|人员|家庭|职工|参保|居民|妇女|防治|预防|筛查|防控|知识|高发|诊疗|门诊|用药|药品|疫苗|专科|管理|监测|护理(?!依赖|费)|评定|康复|保障|发病率|死亡率|报销|待遇|病例数|流行|疫情|传播|宣传|人数|基金|规范|健康教育|保险|医院|卫生|中心|补助|补贴|津贴|赔偿|抚恤)"
    r"|的?(?:老人|学生|儿童|访视|社区|工作站|人[每停凭]|致[贫困]|者(?![，。；、）])|服务|等级|日|医疗|险|科|所|证|联|军人|中西医|医学|医[生师]|诊断证明|仪|器|机|设备|床(?!上)|室|病房|病区|知情|同意书|研究|学会|协会|试剂|系统|救助|鉴定|岗位|院(?!内)))|的[，、]?(?:可|应|不|按|由|给|经|凭|每|享|予|优先)"
)
_SERVICE_LIST = re.compile(
    r"(?:、[\u4e00-\u9fa5]{1,8}?){1,6}(?:患者(?![，,：:（(、“\"因于自主入被经在系女男出诉称术反])|病人|人群|防治|预防|筛查|防控|知识|高发|药品|疫苗|监测|管理|者(?:不|慎|禁|应|可|须)|的(?:老人|群众|患者|人员|学生|职工|儿童|考生))"
)
# What one person claims, or has at home: 咨询右手残疾赔偿, 家有截瘫病人.
_CLAIM = re.compile(
    r"\s?(?:致?残疾?|截肢)?的?(?:(?:鉴定|评定|待遇)(?:不服|案|有异议|结论)|赔偿|诊断证明|[医药手术检查治疗]{2,4}费|病历|等级(?:调整|复[查核]|不|重)|残?疾?证(?=过期|到期|丢|遗失|办)|患儿(?=[\u4e00-\u9fa5]{2,3})|病人（|军人(?=[\n，。；]))"
)
_HOUSEHOLD = re.compile("[家屋](?:里|中|内)?有|家中|名下|[接护]送|照[顾看料]")
_POLICY = any_of(
    "应当 凡 符合 下列 以下 规定 办法 标准 政策 哪些 如何 范围 推进 加强 开展 落实 做好 提高 普及 宣传 完善 各[镇村单县乡有] 全[区县市镇省] 人群 覆盖 统一 给予 对于 可(?:以|申请|享受|凭) 之一 不得 严禁 禁止 预防 如遇 演练 培训 讲座 模拟"
)
_GRADE = re.compile(
    r"残疾人?[（(](?:视力|听力|言语|肢体|智力|精神|多重)?(?:残疾)?[一二三四1-4]级(?:[，,、][\u4e00-\u9fa5]{1,10})?[）)]|(?:(?:残疾|伤残|劳动功能障碍|失能)?(?:等级|级别|程度|类别)?(?:及等级)?[为：:]?)?(?:(?:视力|听力|言语|肢体|智力|精神|多重)(?:残疾)?(?:[（(][一-龥、+＋]{2,9}[）)])?(?:等级)?[为：:（(/／]?)?"
    r"(?:[一二三]等[甲乙]|[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾ⅠⅡⅢⅣ1-9]|10)[级類类等][）)]?(?:(?:视力|听力|言语|肢体|智力|精神|多重)?(?:残疾|伤残|重残|智残|残))?"
)
_GRADE_OF = re.compile(  # 残疾类别：肢体，等级：三级
    r"残疾[^\n。]{0,16}?(?:等级|级别|程度)[：: \u3000|\t]{1,16}(?P<grade>[一二三四1-4]级)"
)
_GRADED = re.compile("残|多重|视力|听力|言语|肢体|智力|精神|劳动功能|失能")
_CAUSES = frozenset({"因战", "因公", "工伤"})
# A grade alone, where a disability was spoken of: 鉴定等级：五级, 由四级变更为三级.
_GRADED_BEFORE = re.compile(
    r"(?:等级[：: ]*[由为从]?|(?:[评鉴核认]定|套改|变更|调整|改评|[升降])(?:为|至|到|成))[\u4e00-\u9fa5]{0,2}$"
)
_DISABLED = 300  # code points before in which a disability is spoken of
_CAUSED = re.compile(r"工伤|[（(]因?[战公病][）)]?")
_HARMED = any_of(
    r"断(?![开电绝定交层]) 折(?![合价旧扣抵叠]) 伤(?![害亡心感风]) 截(?!至|止|留|图) 残(?![联留值余渣]) 缺(?![乏席少]) 麻(?!将|烦|醉) 木(?![材板工]) 跛 肿 痛(?![点快]) 疼(?!爱) 瘫 青了 破(?![案获产解]) 裂 钢板 板[固钉] 钉 换(?![届证发领岗]) 术(?<![技学艺美武战算]术) 切(?!实|勿)(?<![一亲密]切) 萎 变形 畸形 抖 模糊 不灵 不便 不好 不能 无力 无法 不清 不明 不太 不出 不见 差(?![异额旅别距价]) 丧失 下降 坏(?!账) 瘤 癌 炎(?!热|黄) 结石 积[液血水气脓] 患(?!者) 疾 病(?![房区历床假]) 支架 搭桥 弱(?!电|势) 失(?![业踪联信效]) 瘸 障碍 有问题 毛病 低于 低下 花得 花了 也背 背了 歪 内翻 外翻 软(?!件) 直不 烂 瞎 聋 哑 废(?![弃物旧]) 没了 少了 掉了 脱(?![贫产离班]) 错位 扭(?![转亏]) 崴 闪了 撞 磕 碰(?![头面]) 刮(?!奖) 夹(?![层杂带]) 刺(?![青激]) 扎(?!实|根) 烧(?![烤毁]) 烫 冻(?!结) 震(?!慑) 摘(?!要|牌) 石膏 夹板 没有 麻痹 无知觉 出血 异常 偏(?![远僻向离重差好]) 缝(?!隙|纫) 感染 疤 擦 挫(?!折) 咬 砸 压住 僵 硬(?![化件性]) 衰 停(?![车止工业产电水放在课发靠]) 打[了伤断破肿到中着] 砍(?!伐|树) 捅 踢 踹 劈 剁 绞 轧 碾 炸 崩(?!塌) 勒(?!令) 掐 抓(?![紧好住实获捕手]) 叮(?!嘱) 蜇 口子 知觉 闷 胀 酸 缩(?![减小短]) 半截 穿[了孔透刺] 搭了 桥 光感 不听使唤 发[黑紫青黄麻颤凉] 淌(?!水) 泡(?!沫|茶|发|澡) 只剩 凹 翻白 [外内]旋 划[开破] 豁[了开] 啰音 罗音 音粗 燎 碎(?!片|石|屑) 脓 [红黄青紫黑]了 血(?![样型压液库站汗缘]) 切过 割[了过] 蜷 插管 麻[了木] 起[了]?泡 牙印 影[子像]? 阴影 洞 疙瘩 疤 糊[得涂] 假的 短(?![信期缺时]) 划痕 焦 一瘸 长了 未通过 堵塞 耷拉 下垂 流泪 嗡嗡 不通 掉光 红点"
)
# How a clause goes on with what was told in the one before.
_GOES_ON_BEFORE = frozenset("，、（(")
_GOES_ON_BEHIND = frozenset("，,、；")
_GOES_ON = any_of(
    r"能[走动下自吃坐站] 会走 不能[走动站下起坐说干吃握弯抬劳行活翻跑独正吞睡进负上久生自] 不会[说走动自] 不认 不说话 不吃 不醒 [走站坐起下动听看说记抬拿咽吃睡蹲弯直伸]不 走丢 走失 乱[跑走骂吼叫] 骂人 [打咬]人 胡话 翻白眼 [吃停断换服][着了过]?药 药不 [打扎]针 透[析0123456789一二两三] 缝 拆线 开[过了]?[一二两三]?[次回]?刀 手术 切[了除] 截 锯",
    r"深[达约及] 厘米 公分 cm 毫米 [0123456789两二三]处 牙印 出血 流血 饱和度 评分 [0-9ⅠⅡⅢⅣ一二三四早中晚末]期$ 并发 合并 伴 复发 好转 恶化 加重 未愈 稳定 平稳 治愈 常年 长年 终身 靠.{0,5}[喂扶照养维] 离不[开了] 尿 屎 大小便 喂[饭水] 翻身 躺 卧床 瘫 拄 轮椅 丧失 术后 胎[心位动] 疼 痛 [0123456789一二两三四五六七八九十几][多来]?年[多了余]?$ 多年$ 保守治疗 治[疗不好了] 没[治好] 扩散 转移 个多?月$ 石膏 夹板 钢[板钉] 氧 隔离 怕[光风冷] 白沫 不合格 流食 骨髓 高危 下垂 停不下 害他 没力 没劲 不能晒 住过院 一碰 往外跑 [0123456789一二三四五六七八九十两几半]个?[周月针片] 每[日天][一二两三1-3]次 面积 残端 要歇 室率 糖化 心率 体重 脉搏 发作 漏风 搀扶 助行 制氧 氧气 膏药 保温箱 补过 他人 要人 需人 受限 憋醒 呻吟 度抑郁 [胖瘦]了 结痂 下肢 上肢 喝水 翻身 吃饭 穿衣",
)
_GOES_OFF = re.compile("[费元赔]|救助|收入|负担|证号|医生|医师|民警")
_VALUE_END = re.compile(r"[。；;\n\t|]|，|[ \u3000]{2,}|[ \u3000](?=[\u4e00-\u9fa5]{2,8}[：:])|$")
# An amount, as the line that adds up a table has it; 2 is a grade, 32 weeks, + a result.
_FIGURE = re.compile(r"\d{4,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{2,}\.\d{2}")
_NOTHING = frozenset({"无", "/", "-", "—", "－", "--", "——", ""})
_NOT_TOLD = _NOTHING | {"健康"}
_WELL = _NOTHING | {"良好", "健康", "正常", "一般", "否", "不详"}
# A reason for hardship that is none of health: 缺劳力, 子女上学.
_OTHER_REASON = re.compile(
    r"(?!.*[病残癌症伤瘫痴孕瘤盲聋哑术疗炎])(?:.{0,4}(?:失火|火灾|房屋|学|劳力|劳动力|技术|资金|灾|失业|无业|就业|丧偶|离异|单亲|无子女|孤寡|独居|年老|年迈|收入|服刑|失联|改嫁|事故))"
)
_NO_VALUE = re.compile(
    r"\d{4}年|[评鉴认]定|标准|[时日][间期]|医[师生院]|机构|/|为|出|延误|及时|需|填|按|请|须|见|应|是否|及|、|的|证|案|名册|书|一事|类别|告知|况|[季月年周日]报|报告|表|名单|汇总|统计|说明|调查|登记|监测|管理|档案|[无有]异议|存疑"
)
_ALL_DISEASES = frozenset(DISEASES)
_LABELS = frozenset(told_by("health")) - _ALL_DISEASES
_BODY = frozenset(BODY)
_WEAK = frozenset(WITH_HEALTH)
_BESIDE = _WEAK.union(DRUGS)
_SUFFERS = frozenset(SUFFERS)
_GRADE_WORDS = frozenset(GRADES)
_DRUGS = frozenset(DRUGS)
_TAKEN = re.compile("[服吃打嚼含喂]|用药|带药|注射|药[盒瓶]|靠|离不")
_DOSE = re.compile(r"[\u4e00-\u9fa5]{0,4}[（( ]?\d[\d.]* ?(?:mg|ml|毫克|毫升|微克|g|克|片|粒|单位|[uU]\b)")
_HARMS = frozenset(HARMS).difference(DISEASES, HEALTH_WORDS, STATES)
# A part of the body, by the one character it can be told by.
_PART = any_of(
    r"手(?=[部上指臂腕背掌心脚被遭断抖肿麻没缺残受伤骨缝也都还让动弯抬不])(?<![动随亲分入伸对选助歌水新凶打下人双插出着先]手) [左右双两][手脚腿眼耳臂肩膝足] 脚(?=[部上背踝掌跟趾被遭断肿麻缺受伤骨缝也不]) 腿 头(?=[部上皮顶颅破被遭痛疼晕肿受伤骨缝磕撞摔]) 脸(?!谱|面) 眼(?=[睛球部眶角皮底瞎花肿被没坏受伤睑珠]) 眉(?!山|县) 额[头角] 耳(?![标机环坠闻语]) 鼻 [嘴唇舌喉咽颈脖肩肘腕膝踝胯臀脐颧腮] 牙(?!膏|刷) 齿(?!轮) 胸(?!卡|牌) 背(?=[部上后疼痛被受]) 腰(?!带|斩) 肚 腹(?!地)",
    r"[拇食中示小环]指 指[头甲节骨] 趾 [胃肺肝肾脾脑椎肋髋髌胫腓肱桡跖臂肢瞳](?<!电脑) 肠(?!衣) 胆(?!小|大) 心[脏口肌室房包脑血衰慌] 骨(?!干|架|料|灰)(?<![钢石龙]骨) 筋(?!混)(?<!钢筋) 皮肤 眼皮 血(?![案汗]) 气管(?<!暖气管) 食[管道] 尿 屎 子宫 卵巢 乳[房腺头] 身[子上体] 膀子 胳膊 屁股 关节 软组织 角膜 鼓膜 瓣膜 伤口 刀口 切口",
)
_NO_DISEASE = frozenset(
    {"疾病", "中毒", "手术", "障碍", "异常", "突出", "大病", "感染", "慢性病", "传染病", "重大疾病", "残疾", "职业病", "住院", "伤残", "有病", "残", "病", "伤", "因病", "因残", "复位", "发作", "受伤", "发病", "ICU", "术后", "急性", "慢性", "先天", "阴性", "阳性", "转移", "介入"}
)  # fmt: skip
_ALONE = _NO_DISEASE | _BODY  # no telling, but part of one
_PERSONAL = frozenset(
    {"person_name", "minor_name", "guardian", "resident_id", "disability_card", "social_security"}
)
_BLIND = frozenset("杖道人文区点目从")  # 盲杖 and the like
_OTHERWISE = {
    "盲": _BLIND | {"用"},
    "哑": frozenset("铃"),
    "气管": frozenset("网道线"),
    "症": frozenset("状"),
    "病": frozenset("学致残名式人房历案例区床理害虫源株种死故逝退假休毒情因号菌媒吗卡畜树鸡猪牛羊疫者愈史"),
    "伤": frozenset("害亡员者心感残势情天财农风痕"),
    "痛": frozenset("苦快心点惜击恨斥悼批"),
    "炎": frozenset("热黄帝夏"),
    "瞎": frozenset("说编指"),
    "残": frozenset("致孕儿 疾联留值忍余渣损次骸酷缺"),
    "傻": frozenset("瓜"),
    "胎": frozenset("压面"),
    "异常": frozenset("反"),
    "老花": frozenset("镜"),
    "肿": frozenset("大"),
    "疼": frozenset("爱惜"),
    "晕": frozenset("车机"),
    "得了": frozenset("奖冠名第分一二三吗吧！补钱好点些很"),
    "失声": frozenset("明"),
    "顺产": frozenset("业品权"),
    "停经": frozenset("营济"),
    "慢支": frozenset("付出"),
    "甲流": frozenset("转动入"),
    "乙流": frozenset("转动入"),
    "站不住": frozenset("脚"),
    "假手": frozenset("续"),
    "重症": frozenset("监医"),
    "障碍": frozenset("类物"),
    "心电": frozenset("话"),
    "确诊": frozenset("病数人患者率时后前"),
    "染上": frozenset("赌毒恶坏网"),
    "心律": frozenset("师"),
    "激素": frozenset("肉鸡"),
    "下身": frozenset("穿着黑白蓝灰红棕绿紫黄深浅牛长短是为裤裙"),
}
_ENDS = {
    "硬化": frozenset("肝脉管性发节维"),
    "缺失": frozenset("指趾肢端节齿骨臂腿手足眼耳部体牙"),
    "积水": frozenset("脑肾腔盆囊膝节管膜"),
    "破裂": frozenset("脾肝肾膜瘤囊肠胃胱宫孕脉裂盘器心骨眼球皮脏唇"),
    "断裂": frozenset("带腱骨指臂腿肌肢筋根牙齿颈趾"),
    "突出": frozenset("盘髓球眼椎"),
    "增生": frozenset("腺骨质髓膜节织"),
    "狭窄": frozenset("管脉腔瓣"),
    "转移": frozenset("癌瘤脑骨肝肺结巴"),
    "炎": frozenset(
        "肺肝肾胃肠膜管节道腺囊皮腱周髓脑心喉咽鼻耳眼角虹牙龈椎柱盆宫件骨体尾丝睾胱窦桃脉乳瓣泡织肌经肤质沟疽器性尖包疱颌眶发口唇舌癣疹指趾甲腹胸眦腔端"
    ),
}  # what such a word is the end of: not of 路面硬化
_NO_ENDS = {  # and of what it is none
    "月经": frozenset("0123456789个今本当上下每"),
    "产检": frozenset("停生量投国水地房资财"),
    "例假": frozenset("病惯"),
    "想死": frozenset("不"),
    "尿酸": frozenset("玻"),
    "残": frozenset("评扶助病"),
    "异常": frozenset("态放据统户额价营用务网费表流"),
    "麻木": frozenset("能思"),
    "障碍": frozenset("无"),
    "病": frozenset("带心疾因看过慢治生防救动植疫鸡猪牛羊树死大通弊毛"),
    "伤": frozenset("受工死悲忧中误杀损有无致负重轻"),
    "痛": frozenset("悲哀沉心惨切"),
    "炎": frozenset("炎"),
    "癌": frozenset("两"),
    "痨": frozenset("防"),
    "症": frozenset("对无适病重"),
}
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_NONE: frozenset[str] = frozenset()
_AFTER_LABEL = frozenset("：:|\t ")
_HOSPITAL = "医院"
_ASIDES = 6
# ☑高血压 □冠心病: a box without a tick is one blank more when a text is folded.
_UNTICKED = re.compile(r"[☑☒][^\n]{0,60}?[^☑☒ \n] {2,4}$")
_FIGURES = str.maketrans("123456789", "000000000")
_SHORT = 2  # characters of a name that other words end like
_OPEN = frozenset("（(")
_OPENED = _OPEN | {"/"}
_PRENATAL = frozenset("0123456789周")
_VAGUE = frozenset(
    {"异常", "突出", "手术", "障碍", "中毒", "感染", "发作", "支架", "置换", "升高", "偏高", "增生", "转移", "阳性", "阴性", "缺陷", "破裂", "断裂", "介入", "移植", "变性", "软化", "肥大", "粘连", "切除", "术后", "急性", "慢性", "先天", "中期", "晚期", "扩散", "恶化", "良性", "恶性", "携带者", "病毒", "发育", "记忆", "过敏", "毛病", "抗体"}
)  # fmt: skip
# Advice, services, animals, plants and things: nobody's health, whoever is named before.
_IMPERSONAL = any_of(
    "谨防 严防 严禁 禁止 不得[从参上报申] 预防 防控 防治 模拟 演练 扮演 讲座 宣传 提供 目录 [新采]购 新增 配备 监测 包括 分为 标准 须(?!要|拄|卧|坐|靠|人|长|专|定) 禁用 慎用 优先 绿色通道 热线 兽医 养殖 果树 树[病腐] 叶[片子] 稻 麦 玉米 蔬菜 生猪 猪[场瘟圈] 鸡[舍鸭场] 牛羊 犬只 病死 轮胎 门窗 账户 校服 各一 及时[就送报] 慢特?病 病种 疫情 等传 等药 等疾 等慢 等重 检出率 检测率 [高易多]发[^作]"
)
# What only one person has: no rule and no warning tells of a right ear.
_SIDE = re.compile(
    r"[左右](?:手|脚|腿|眼|耳|臂|肩|膝|肘|踝|腕|髋|足|小腿|大腿|前臂|上臂|[上下]肢|胳膊|侧[^，。\n]{0,4}[骨肋肺肾神髋膝肩颈眼耳肢瘫])"
)
# Told of all or of nobody.
_GENERAL = re.compile(
    r"的(?:群众|老人|人员|家庭|患者|对象|考生|居民|职工|学生|村民|儿童|妇女|人群)|等(?:需|传|疾|疫|慢|病|各|重|多|原因|情)|慢病|疫情|病情况|率|[高易]发|怎么|如何|是否|[算能可][不否]|有人|有无|吗|为主|主要|》"
)
_TITLE = re.compile(
    r"(?:报告|名单|表|告知书?|通知书?|情况|记录|声明|鉴定|简报|事件|通报|函|意见|方案|汇总|登记|台账|申[报请]|[书单案卡]|须知|摘要|名录|公[示告]|调查|说明|反馈|结果|一事|核实|材料|改造|互助|处置|档案|病种|待遇|类别|名称|事故|协议|一览|终报|回执)$"
)
_TITLE_BEGINS = frozenset({"", "\n", "\t", "|", "：", ":", " ", "\u3000", "（", "(", "】", "》"})
_AROUND = 80  # code points to a person or a form that a clause can be of
_AMONG = {
    "disease": _ALL_DISEASES, "health": frozenset(HEALTH_WORDS), "state": frozenset(STATES), "suffers": _SUFFERS, "harm": _HARMS,
    "drug": _DRUGS, "body": _BODY, "grade": _GRADE_WORDS, "weak": _WEAK, "alone": _ALONE,
}  # fmt: skip
_BESIDE_BEFORE, _BESIDE_BEHIND, _AHEAD = 10, 8, 7
_FAR, _LONGEST, _TAIL, _LEADING, _ON = 90, 40, 14, 22, 17
_LINK = re.compile(
    r"(?:[，、；,][\u4e00-\u9fa5]{0,2}约?[\d.]{1,4}(?:cm|厘米|mm|毫米|针|处|次|天|年|周|月))?[，、；,]?[\u4e00-\u9fa5]{0,3}(?:岁还|岁)?"
)
_CONDITION = re.compile("的[，、](?:可|应|不|按|由|给|经|凭|每|享|予|优先|一律|均)")  # …的，按约定给付
_DENIED = re.compile(
    r".{0,4}有无|无(?![法力])|(?:认为)?未[见发达构]|否认|.{0,8}没有(?!知觉|意识|感觉|劳动|左|右|双|手|脚|腿|眼)|排除|需.{0,4}手术"
)
_CURES = re.compile("擅[治长]|[主专诊]治|义诊|讲座|宣教|课题|医方|操作|试验(?!.{0,2}[阴阳强弱])|接种(?!后)")


class Telling(NamedTuple):
    """What a clause tells around a word of health, ``[start, end)``."""

    start: int
    end: int
    told: bool  # whether the rules say that it is of one person
    seen: Sequence[str]  # what is seen around the word


Judge: TypeAlias = Callable[[Telling], bool]


def weigh(telling: Telling) -> bool:
    """Whether a telling is of one person's health: the rules say so and little speaks against it, or much for it."""
    return total("health", telling.seen) > (_DOUBT if telling.told else _TRUST)


_DOUBT, _TRUST = -0.4, 0.5  # what a telling weighs that the rules know, one they do not know


class HealthDetector:
    """健康信息: disease, disability, pregnancy of a person; general words on health are left alone."""

    name = "health"
    kind: SpanKind = "health"
    why = Text(
        zh="可识别个人的健康、残疾或者生育信息",
        en="health, disability or fertility of an identifiable person",
    )
    terms: Sequence[str] = tuple(
        dict.fromkeys(
            (
                *DISEASES,
                *HEALTH_WORDS,
                *STATES,
                *SUFFERS,
                *HARMS,
                *DRUGS,
                *BODY,
                *GRADES,
                *WITH_HEALTH,
                *told_by("health"),
            )
        )
    )

    def __init__(self, judge: Judge = weigh) -> None:
        """``judge`` says whether a telling is of one person's health."""
        self._judge = judge

    def find(self, page: Page) -> Iterator[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        places: set[tuple[int, int]] = set()
        for cell in page.below("health"):
            if not cell.official and cell.roster & _PERSONAL:
                value = text[cell.start : cell.end]
                if value not in _NOT_TOLD and not _FIGURE.fullmatch(value) and not _OTHER_REASON.match(value):
                    places.add((cell.start, cell.end))
        people = people_of(page)
        if people.places or identified(page):
            places |= set(self._labelled(page))
            if "残疾" in text:
                places |= {each.span("grade") for each in _GRADE_OF.finditer(text)}
        weak = self._told(page, places)
        for start, end in _joined(text, places, weak):
            yield Hit(start, end, "*" * (end - start))

    def _told(self, page: Page, places: set[tuple[int, int]]) -> set[tuple[int, int]]:
        """Adds to ``places`` what clauses tell, and returns what they tell only beside another place."""
        text = page.text
        weak: set[tuple[int, int]] = set()
        clauses = _Clauses(page, {end for _, end in places}, self._judge)
        met = sorted(page.met(self.name), key=lambda each: (each[0], -each[1]))
        covered = 0
        for start, end in met:
            word = text[start:end]
            if start < covered or word in _WEAK or _untaken(text, start, end):
                continue
            if word in _LABELS:
                if text[end : end + 1] in _AFTER_LABEL:
                    covered = end  # 职业病名称：
                continue
            place = clauses.told(start, end)
            if place is None or (page.rosters and page.in_heading(start)):
                continue
            if text[place[0] : place[1]] in _ALONE:
                weak.add(place)
            else:
                places.add(place)
                covered = place[1]
        if places:
            beside = (clauses.told(*each) for each in met if text[each[0] : each[1]] in _BESIDE)
            weak.update(place for place in beside if place is not None)
        return weak

    def _labelled(self, page: Page) -> Iterator[tuple[int, int]]:
        text = page.text
        for start in page.labelled("health"):
            if page.in_heading(start - 1) or text[start - 1] in "\n|":
                continue
            ending = _VALUE_END.search(text, start, start + 40)
            end = ending.start() if ending else start
            value = text[start:end].strip()
            colon = text[max(0, start - 4) : start].rstrip(" \u3000")[-1:] in {"：", ":", "\t"}
            if (
                value
                and value not in _WELL
                and not _NO_VALUE.match(value)
                and not _OTHER_REASON.match(value)
                and (colon or len(value) <= 8)  # noqa: PLR2004  a word, not the rest of a sentence
            ):
                lead = text[start:end].index(value)
                yield start + lead, start + lead + len(value)


class _Clauses:
    """Reads the clauses of a page for what they tell of a person's health.

    ``ends`` are the ends of what was found already: a clause that goes on from there tells more of it.
    """

    __slots__ = ("_ends", "_flags", "_forms", "_judge", "_labels", "_last_told", "_people", "_text")

    def __init__(self, page: Page, ends: set[int], judge: Judge) -> None:
        self._judge = judge
        self._text = page.text
        self._people = people_of(page)
        self._ends = ends
        self._last_told = 0
        known = self._people.places or identified(page)
        labels = page.labelled("health")
        self._labels = sorted(each for each in labels if known or page.text[each - 1] in "：:")
        self._forms = sorted(
            [
                *page.labelled("person_name"),
                *(hit.start for kind, hits in identified(page).items() if kind in _PERSONAL for hit in hits),
            ]
        )
        many = len(self._people.places)
        self._flags = (
            crowd(many),
            *(("form",) if self._forms else ()),
        )

    def told(self, start: int, end: int) -> tuple[int, int] | None:
        """What the clause around the word ``[start, end)`` tells of a person's health, or ``None``."""
        text = self._text
        word = text[start:end]
        if _otherwise(text, start, end):
            return None
        begin = low = max(0, start - _LONGEST)
        for sign in _STOP.finditer(text, low, start):
            begin = sign.end()
        if text.rfind("☐", begin, start) >= 0 or (
            text[begin - 1 : begin] == " " and _UNTICKED.search(text, max(0, begin - 64), begin)
        ):
            return None
        if word in _HARMS and not _PART.search(text, max(begin, start - 8), start):
            return None
        if word in _GRADE_WORDS:
            graded = _graded(text, low, start, end)
            if graded is None:
                return None
            start, end = graded
            begin = min(begin, start)
        found = _STOP.search(text, end, end + _LONGEST)
        stop = found.start() if found else min(len(text), end + _LONGEST)
        harmed = word not in _BODY or (
            _HARMED.search(text, end, min(stop, end + _TAIL)) is not None
            or _HARMED.search(text, max(begin, start - 8), start) is not None
        )
        near = self._people.before(start)
        after = begin if near is None else max(begin, min(near[1], start))
        first, last = _first(text, after, start), self._last(end, stop)
        telling = Telling(
            first,
            last,
            harmed
            and self._is_of_one(near, after, start, end, stop)
            and not self._is_no_telling(word, near, start, end, first, last),
            [
                f"word={word}",
                *(kind for kind, words in _AMONG.items() if word in words),
                *(() if harmed else ("unharmed",)),
                *(("dose",) if word in _DRUGS and _DOSE.match(text, end) else ()),
                *self._flags,
                *self._of_whom(near, after, start, end, stop),
                *_around(text, begin, start, end, stop),
            ],
        )
        if not self._judge(telling):
            return None
        if text[last : last + 1] in _GOES_ON_BEHIND and word not in _WEAK:
            last = self._on(last)
        self._ends.add(last)
        self._last_told = last
        return first, last

    def _of_whom(
        self, near: tuple[int, int] | None, begin: int, start: int, end: int, stop: int
    ) -> Iterator[str]:
        """Who is named or spoken of before the word, in its sentence, behind it and around it."""
        text = self._text
        if near is not None:
            yield f"person before:{distance(start - near[1])}"
            if near[1] >= begin:
                yield "person in clause"
        if begin - 1 in self._ends and text[begin - 1 : begin] in _GOES_ON_BEFORE:
            yield "goes on"
        if self._last_told:
            yield f"told before:{distance(start - self._last_told)}"
        far = max(0, start - _FAR)
        sentence = max(last_of(_SENTENCE, text, far, start) + 1, far)
        somebody = -1
        for each in SOMEBODY.finditer(text, sentence, start):
            somebody = each.end()
        if somebody >= 0:
            yield f"somebody before:{distance(start - somebody)}"
        if SOMEBODY.search(text, end, stop):
            yield "somebody behind"
        if self._people.within(end, stop):
            yield "person behind"
        if self._people.around(start, _AROUND):
            yield "person around"
        if bisect_left(self._labels, sentence) < bisect_left(self._labels, start):
            yield "label before"
        if item_of_person(text, start):
            yield "item"

    def _is_of_one(self, near: tuple[int, int] | None, begin: int, start: int, end: int, stop: int) -> bool:
        """Whether the rules say that the clause is of one person, not of many and not of a service."""
        text = self._text
        word = text[start:end]
        if near is None:
            if not self._of_somebody(begin, start, end, stop):
                return False
        elif _IMPERSONAL.search(text, begin, stop) or _COUNTED.search(
            text, max(begin, start - 12), min(stop, end + (_TAIL if word in _SUFFERS else 6))
        ):
            return False
        return not (
            (_SERVICE_LIST if text[end : end + 1] == "、" else _SERVICE).match(text, end)
            and text[end : end + 1] not in "，。"
            and not (
                (_CLAIM.match(text, end) and word not in _NO_DISEASE)
                or _HOUSEHOLD.search(text, max(begin, start - 8), start)
            )
        )

    def _is_no_telling(
        self, word: str, near: tuple[int, int] | None, start: int, end: int, first: int, last: int
    ) -> bool:
        """Whether the rules say that what reads as a telling denies it, or is of a hospital, a cure, a condition."""
        text = self._text
        telling = text[first:last]
        return bool(
            _HOSPITAL in text[start:last]
            or _DENIED.match(telling)
            or _CURES.search(telling)
            or _CONDITION.match(text, last - 1)
            or (word in _SUFFERS and (last - end < _SHORT or (near is None and _SERVICE.match(text, last))))
        )

    def _on(self, last: int) -> int:
        """Where the telling ends when the clauses behind it go on with it: 小脑萎缩，记不住事."""
        text = self._text
        for _ in range(2):
            if text[last : last + 1] not in _GOES_ON_BEHIND:
                break
            found = _STOP.search(text, last + 1, last + _ON)
            stop = found.start() if found else len(text)
            if (
                stop - last >= _ON
                or (_GOES_ON.search(text, last + 1, stop) or _PART.search(text, last + 1, stop)) is None
                or SOMEBODY.search(text, last + 1, stop) is not None
                or self._people.within(last, stop) is not None
                or _GOES_OFF.search(text, last + 1, stop) is not None
                or _AFTER.match(text, last + 1, stop) is not None
            ):
                break
            aside = _ASIDE.match(text, stop)
            if aside is not None and self._people.within(stop, aside.end()) is None:
                stop = aside.end()
            last = stop
        return last

    def _of_somebody(self, begin: int, start: int, end: int, stop: int) -> bool:
        """Whether the clause goes on with what was told of somebody, or its sentence speaks of one person."""
        text = self._text
        if begin - 1 in self._ends and text[begin - 1 : begin] in _GOES_ON_BEFORE:
            return True
        far = max(0, start - _FAR)
        sentence = max(last_of(_SENTENCE, text, far, start) + 1, far)
        if _MANY.search(text, begin, stop):
            return False
        somebody = -1
        for each in SOMEBODY.finditer(text, sentence, start):
            somebody = each.end()
        if _POLICY.search(text, max(somebody, sentence), stop):
            return False
        return (
            somebody >= 0
            or SOMEBODY.search(text, end, stop) is not None
            or self._people.within(end, stop) is not None
            or bisect_left(self._labels, sentence) < bisect_left(self._labels, start)
            or _reads_as_name(text, begin, start)
            or _followed(text, end, stop)
            or item_of_person(text, start)
            or self._told_beside(begin, start, end, stop)
        )

    def _told_beside(self, begin: int, start: int, end: int, stop: int) -> bool:
        """Whether the clause can be of nobody but the persons, numbers and forms around it."""
        text = self._text
        if text[start:end] in _VAGUE and not _PART.search(text, max(begin, start - 8), start):
            return False
        if _titled(text, begin, end, stop) or _GENERAL.search(text, begin, min(stop + _TAIL, len(text))):
            return False
        if _IMPERSONAL.search(text, begin, stop):
            return False
        return (
            _SIDE.search(text, begin, stop) is not None
            or self._people.around(start, _AROUND)
            or self._in_form(start)
        )

    def _in_form(self, place: int) -> bool:
        """Whether a form or a number that identifies a person is near."""
        index = bisect_left(self._forms, place - _AROUND)
        return index < len(self._forms) and self._forms[index] <= place + _AROUND

    def _last(self, end: int, stop: int) -> int:
        """Where the telling ends: with its clause, or before what follows from it; an aside belongs to it."""
        text = self._text
        last = end
        for _ in range(_ASIDES):
            after = _AFTER.search(text, last, stop)
            last = min(after.start() if after else stop, last + _TAIL)
            aside = _ASIDE.match(text, last) if last == stop else None
            if aside is None or self._people.within(last, aside.end()) is not None:
                break
            last = aside.end()
            if text[last : last + 1] != "、":
                break
            found = _STOP.search(text, last + 1, last + _LONGEST)
            stop = found.start() if found else last
        person = self._people.within(end, last)
        return person[0] if person is not None else last


def _titled(text: str, begin: int, end: int, stop: int) -> bool:
    """Whether the clause ``[begin, stop)`` is a title or a heading: 食物中毒情况报告, 病危（重）通知书."""
    if text[begin - 1 : begin] not in _TITLE_BEGINS:
        return False
    if stop - end > 1 and _TITLE.search(text, end, stop) is not None:
        return True
    aside = _ASIDE.match(text, stop)
    if aside is None:
        return False
    found = _STOP.search(text, aside.end(), aside.end() + _TAIL)
    if found is None and len(text) > aside.end() + _TAIL:
        return False  # the line goes on further than a title does
    return _TITLE.search(text, aside.end(), found.start() if found else len(text)) is not None


def _untaken(text: str, start: int, end: int) -> bool:
    """Whether a medicine is told of without anybody who takes it."""
    return (
        text[start:end] in _DRUGS
        and _TAKEN.search(text, max(0, start - 12), start) is None
        and _DOSE.match(text, end) is None
    )


def _otherwise(text: str, start: int, end: int) -> bool:
    """Whether a word of health is part of another word, or only a label: 病房, 疼爱, 路面硬化."""
    word, after, before = text[start:end], text[end : end + 1], text[start - 1 : start]
    if word[0] in _LATIN and before in _LATIN:
        return True
    if word[-1] in _LATIN and after in _LATIN:
        return True
    return (
        (after in _OTHERWISE.get(word, _NONE) and after != "")
        or (word == "孕" and after not in _PRENATAL)
        or before in _NO_ENDS.get(word, _NONE)
        or (word in _ENDS and before not in _ENDS[word])
    )


def _graded(text: str, low: int, start: int, end: int) -> tuple[int, int] | None:
    """The whole of a grade of disability: 肢体残疾贰级, 伤残九级, 八级（因战）."""
    for each in _GRADE.finditer(text, max(low, start - 12), end + 20):
        if each.start() <= start < each.end():
            known = (
                _GRADED.search(each.group())
                or _CAUSED.match(text, each.end())
                or text[each.start() - 2 : each.start()] in _CAUSES
                or (
                    _GRADED_BEFORE.search(text, max(0, start - 12), start)
                    and "残" in text[max(0, start - _DISABLED) : start]
                )
            )
            if not known:
                return None
            closes = each.group()[-1] in "）)" and not _OPEN & set(each.group())
            return each.start(), each.end() - closes
    return None


def _first(text: str, begin: int, start: int) -> int:
    """Where the telling begins: after who it is told of and after what leads up to it."""
    if text[begin - 1 : begin] in _OPENED and SOMEBODY.match(text, begin, start):
        return begin  # （老人瘫痪）: of nobody named
    last = begin
    for each in SOMEBODY.finditer(text, begin, start):
        last = each.end()
    while last < start and text[last] in "亲子女儿人生者方，的":
        last += 1
    hospital = text.rfind(_HOSPITAL, last, start)
    if hospital >= 0:
        last = hospital + len(_HOSPITAL)
    lead = _LEAD.match(text, last, start)
    first = lead.end() if lead else last
    return first if start - first <= _LEADING else start


def _reads_as_name(text: str, begin: int, start: int) -> bool:
    """Whether what stands right before a word, or before the bracket it stands in, reads as a name."""
    for place in range(begin, start - 1):
        if text[place] in SURNAMES and (place == begin or text[place - 1] in LEADS):
            given = text[place + 1 : place + 3]
            if text[place : place + 2] in NO_NAMES:
                continue
            end = name_at(text, place, plain=False)
            if (end is not None and set(text[place + 1 : end]) <= GIVEN) or (
                place + 3 <= start and set(given) <= GIVEN and text[place] not in COMMON_CHARACTERS
            ):
                return True
    name = name_before(text, start)
    if (
        name is not None
        and name[0] >= begin
        and set(text[name[0] + 1 : name[1]]) <= GIVEN
        and (name[0] == begin or text[name[0] - 1] in LEADS or name[1] - name[0] > _SHORT)
    ):
        return True
    return text[begin - 1 : begin] in _OPEN and name_before(text, begin - 1) is not None


def _followed(text: str, end: int, stop: int) -> bool:
    """Whether what is told goes on with a name: 腿脚不便的寇玉山."""
    particle = text.find("的", end, min(stop, end + 8))
    if particle < 0:
        return False
    name = name_at(text, particle + 1, plain=True)
    return name is not None and set(text[particle + 2 : name]) <= GIVEN


def _around(text: str, begin: int, start: int, end: int, stop: int) -> Iterator[str]:
    """The words of the clause beside the word, two characters at a time, and the signs it stands between."""
    before, behind = (
        text[max(begin, start - _BESIDE_BEFORE) : start].translate(_FIGURES),
        text[end : min(stop, end + _BESIDE_BEHIND)].translate(_FIGURES),
    )
    yield from pairs("before", before)
    yield from pairs("behind", behind)
    yield from pairs("ahead", text[max(0, begin - _AHEAD) : begin].rpartition("\n")[2].translate(_FIGURES))
    yield f"right before={before[-1:]}"
    yield f"right behind={behind[:1]}"
    yield f"ends with={text[stop : stop + 1]}"


def _joined(text: str, places: set[tuple[int, int]], weak: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The places in order, those as one that only a comma and a word or two part: 孕32周，妊娠期糖尿病.

    ``weak`` places are of a telling only beside another: 从架子上跌落，右跟骨骨折.
    """
    begin = last = -1
    strong = False
    for start, end in sorted(places | weak, key=lambda each: (each[0], -each[1])):
        if begin >= 0:
            if start <= last or _links(text, last, start):
                last = max(last, end)
                strong = strong or (start, end) in places
                continue
            if strong:
                yield begin, last
        begin, last, strong = start, end, (start, end) in places
    if strong:
        yield begin, last


def _links(text: str, start: int, end: int) -> bool:
    link = _LINK.match(text, start, end)
    return (
        link is not None and link.end() == end and SOMEBODY.search(text[start:end].replace("岁", "")) is None
    )
