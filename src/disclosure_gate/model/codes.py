"""The one table of codes: errors E-, held H-, reasons R/P/O, proposal problems X-, warnings W-, duties to act D-.

``docs/codes.md`` is made from this table (``make docs``); a test holds the two together.
"""

from __future__ import annotations

from typing import NamedTuple


class CodeText(NamedTuple):
    """What a code means, and how to mend it where something can be mended."""

    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""


CODES: dict[str, CodeText] = {
    # Errors: the input, a ruleset, a plugin or the surroundings are wrong; nothing was stored.
    "E-CONTENT": CodeText(
        "公文内容不得打印、记录或序列化",
        "document content may not be printed, logged or serialised",
        "确需读取时调用 reveal()",
        "call reveal() where the text is really needed",
    ),
    "E-JSON": CodeText(
        "不是有效的 JSON",
        "this is not valid JSON",
        "检查编码（UTF-8）与括号、引号",
        "check the encoding (UTF-8), brackets and quotes",
    ),
    "E-FILE": CodeText(
        "文件无法读取",
        "the file cannot be read",
        "检查路径、权限、编码和后缀",
        "check path, permissions, encoding and suffix",
    ),
    "E-SAME-FILE": CodeText(
        "输出会覆盖原文件或另一份输出",
        "it would overwrite the original, or another output",
        "换一个输出路径",
        "give another path",
    ),
    "E-FIELD-UNKNOWN": CodeText(
        "字段名不存在", "there is no such field", "删去或改正该字段", "remove or correct the field"
    ),
    "E-FIELD-MISSING": CodeText(
        "缺少必填字段", "a required field is missing", "补上该字段", "supply the field"
    ),
    "E-FIELD-TYPE": CodeText(
        "字段类型或取值不对",
        "a field has the wrong type or value",
        "按期望的类型填写",
        "use the expected type",
    ),
    "E-KIND": CodeText(
        "没有这个文种",
        "there is no such kind",
        "使用公文文种或决定类型的中文名称",
        "use the Chinese name of a kind",
    ),
    "E-DOMAIN": CodeText(
        "没有这个领域", "there is no such domain", "使用 26 个领域之一", "use one of the 26 domains"
    ),
    "E-ITEM": CodeText(
        "目录中没有这个事项",
        "the catalogue has no such item",
        "用 catalogue suggest 查找，或省略 item",
        "find it with `catalogue suggest`, or leave item out",
    ),
    "E-FACT-UNKNOWN": CodeText(
        "词表中没有这个要素",
        "the vocabulary has no such fact",
        "改正名称，或安装声明该要素的插件",
        "correct the name, or install the plugin that declares it",
    ),
    "E-FACT-TYPE": CodeText(
        "要素的值不符合其类型",
        "the value does not fit the fact's type",
        "按词表给出的取值填写",
        "use a value the vocabulary allows",
    ),
    "E-TEXT-EMPTY": CodeText(
        "正文为空",
        "the document has no text",
        "提供 text，或提供至少一个含有文字的文件",
        "supply text, or at least one file with text",
    ),
    "E-TEXT-LARGE": CodeText(
        "正文或文件过大",
        "the text or a file is too large",
        "拆分为附件，或提高 limits 中的上限",
        "split it into attachments, or raise the limit",
    ),
    "E-TEXT-CHARACTER": CodeText(
        "正文含有非法字符（NUL 或不成对的代理项）",
        "the text holds an illegal character (NUL or a lone surrogate)",
        "从原始文件重新导出为 UTF-8",
        "export the original again as UTF-8",
    ),
    "E-DATE": CodeText(
        "日期不在任何规则的有效期内",
        "the date lies outside every rule",
        "检查 as_of；《条例》现行文本自 2019-05-15 起施行",
        "check as_of; the present Regulation is in force from 2019-05-15",
    ),
    "E-YAML": CodeText("不是有效的 YAML", "this is not valid YAML", "改正该处语法", "mend the syntax there"),
    "E-RULE-KEY": CodeText(
        "规则文件中没有这个键", "a rules file has no such key", "删去或改正该键", "remove or correct the key"
    ),
    "E-RULE-MISSING": CodeText(
        "规则文件缺少必需的键", "a rules file lacks a required key", "补上该键", "supply the key"
    ),
    "E-RULE-VALUE": CodeText(
        "规则文件中的值不对", "a value in a rules file is wrong", "按期望填写", "use what is expected"
    ),
    "E-RULE-DUPLICATE": CodeText(
        "标识重复", "an id is used twice", "给其中一个换一个标识", "give one of them another id"
    ),
    "E-RULE-CYCLE": CodeText(
        "规则之间循环依赖",
        "rules depend on each other in a circle",
        "拆开循环：概念只能由更低一层导出",
        "break the circle: a concept is derived from lower ones only",
    ),
    "E-RULE-REFERENCE": CodeText(
        "引用的规则、规则集、概念或代码不存在",
        "a rule, ruleset, concept or code that is referred to does not exist",
        "改正引用",
        "correct the reference",
    ),
    "E-RULE-LIFT": CodeText(
        "强制性例外（第十四条）不得被解除",
        "a mandatory exemption (art 14) can never be lifted",
        "改用 unless 说明例外本身何时不成立",
        "say with unless when the exemption itself does not apply",
    ),
    "E-CATALOGUE-HEAD": CodeText(
        "找不到目录表的表头，或缺少必要的列",
        "the table has no heading of a catalogue, or lacks a column it needs",
        "表头应当有公开事项、公开内容、公开依据、公开时限等列",
        "its heading should name items, content, basis and time limit",
    ),
    "E-CATALOGUE-CELL": CodeText(
        "目录表的单元格不能读",
        "a cell of the catalogue table cannot be read",
        "改正该单元格后重新导入",
        "mend the cell and import again",
    ),
    "E-CATALOGUE-TIME": CodeText(
        "公开时限无法理解",
        "the time limit is not understood",
        "写明天数和起算点，例如“信息形成之日起20个工作日内”",
        "say how many days from when, such as 20 working days from being formed",
    ),
    "E-CATALOGUE-DELETED": CodeText(
        "本地目录删去了指引中的事项",
        "the local catalogue drops an item of the guide",
        "恢复该事项；可以增加和细化，不得擅自删减",
        "put it back: a local catalogue may add and refine, not delete",
    ),
    "E-LAW-REFERENCE": CodeText(
        "法规登记表中没有这部法规",
        "the law registry has no such law",
        "先在 laws.yaml 中登记",
        "enter it in laws.yaml first",
    ),
    "E-LAW-DATE": CodeText(
        "规则的有效期超出其依据的施行期",
        "a rule's dates reach beyond those of its basis",
        "收窄 from/to，或改用在该日有效的依据",
        "narrow from/to, or cite a basis in force then",
    ),
    "E-PLUGIN-LOAD": CodeText(
        "插件无法加载", "a plugin could not be loaded", "修复或卸载该插件", "mend or uninstall the plugin"
    ),
    "E-PLUGIN-NAME": CodeText(
        "插件名称不可用",
        "this name cannot be a plugin's",
        "用小写字母开头，只含小写字母、数字和下划线",
        "begin with a lower-case letter and use lower-case letters, digits and underscores only",
    ),
    "E-PLUGIN-UNKNOWN": CodeText(
        "没有这个插件",
        "there is no such plugin",
        "先安装，或者给出插件包所在的文件夹",
        "install it first, or name the folder of its package",
    ),
    "E-PLUGIN-THERE": CodeText(
        "文件夹已存在，不覆盖",
        "the folder is there already and is not overwritten",
        "换一个名称，或先移走该文件夹",
        "choose another name, or move the folder away first",
    ),
    "E-PLUGIN-HOOK": CodeText(
        "没有这个钩子，或者没有标记为钩子",
        "there is no such hook, or it is not marked as one",
        "对照 docs/hooks.md，用 @hookimpl 标记",
        "compare with docs/hooks.md and mark it with @hookimpl",
    ),
    "E-PLUGIN-SIGNATURE": CodeText(
        "钩子的参数名不对",
        "a hook takes an argument that it is not given",
        "只使用 docs/hooks.md 列出的参数名，可以少写",
        "use the names in docs/hooks.md only; those not needed may be left out",
    ),
    "E-PLUGIN-NEWER": CodeText(
        "插件是为更新版本的钩子写的",
        "the plugin is written for a later version of the hooks",
        "升级 disclosure-gate，或者安装插件的旧版本",
        "upgrade disclosure-gate, or install an older version of the plugin",
    ),
    "E-PLUGIN-CONTRACT": CodeText(
        "插件返回的内容不符合约定",
        "a plugin returned something its hook does not allow",
        "对照 docs/hooks.md 修改",
        "compare with docs/hooks.md",
    ),
    "E-PLUGIN-FACT": CodeText(
        "插件给出的要素不在词汇表中，或者值不对",
        "a plugin states a fact that is not in the vocabulary, or a wrong value of it",
        "在 facts.yaml 或 dg_vocabulary 中登记该要素及其取值",
        "enter the fact and its values in facts.yaml or dg_vocabulary",
    ),
    "E-PLUGIN-LAW": CodeText(
        "插件引用的条款查不到或者已经失效",
        "a plugin rests on a provision that is unknown or not in force on the day",
        "用 laws.basis(法律, 条, as_of) 取得条款；为 None 时不作认定",
        "take the provision from laws.basis(law, article, as_of); where that is None, say nothing",
    ),
    "E-PLUGIN-SHADOWS": CodeText(
        "插件占用了别人的名称",
        "a plugin takes a name that belongs to another",
        "名称以插件名开头，例如 插件名/规则名",
        "begin the name with the plugin's own, such as plugin/rule",
    ),
    "E-PLUGIN-RAISED": CodeText(
        "插件的钩子抛出异常",
        "a plugin's hook raised",
        "在钩子内处理，没有可说的就返回空列表",
        "handle it inside the hook; return an empty list where there is nothing to say",
    ),
    "E-PLUGIN-SLOW": CodeText(
        "插件的钩子没有在时限内完成",
        "a plugin's hook did not finish in its time",
        "预先计算，避免等待和反复扫描全文",
        "compute ahead, wait for nothing, read the text once",
    ),
    "E-PLUGIN-ENDLESS": CodeText(
        "插件返回的条目过多",
        "a plugin's hook gives too many items",
        "检查循环是否会结束，合并同类条目",
        "see that the loop ends, and join what belongs together",
    ),
    "E-PLUGIN-MEMORY": CodeText(
        "插件占用的内存过多",
        "a plugin's hook takes too much memory",
        "逐段处理，不保留公文内容",
        "work part by part and keep nothing of a document",
    ),
    "E-PLUGIN-REACHES": CodeText(
        "插件的钩子访问了网络、进程或线程",
        "a plugin's hook reaches for the network, a process or a thread",
        "数据随插件打包；送出去的工作交给 publisher",
        "ship data with the plugin; what has to be sent is a publisher's work",
    ),
    "E-PLUGIN-WRITES": CodeText(
        "插件的钩子写文件",
        "a plugin's hook writes files",
        "钩子只返回结果",
        "a hook returns, and does nothing else",
    ),
    "E-PLUGIN-LEAKS": CodeText(
        "插件返回的说明中有公文内容",
        "what a plugin returns holds content of the document",
        "evidence 写位置，如 text[3:9]，不写内容；掩码不得等于原文",
        "evidence names places such as text[3:9], never content; a mask is not the text itself",
    ),
    "E-PLUGIN-CHANGES": CodeText(
        "插件修改了收到的参数",
        "a plugin changes what it was given",
        "先复制再修改，例如 dict(facts)",
        "copy before changing, such as dict(facts)",
    ),
    "E-PLUGIN-VARIES": CodeText(
        "同样的输入，插件给出不同的结果",
        "a plugin says different things of the same input",
        "不用随机数、时钟、集合顺序和环境变量；日期用 as_of",
        "use no randomness, clock, order of sets or environment; the day is as_of",
    ),
    "E-PLUGIN-ORDER": CodeText(
        "插件的结果取决于之前处理过的公文",
        "what a plugin says depends on the documents it saw before",
        "钩子不保留状态，只用收到的参数",
        "keep no state between calls; use the arguments only",
    ),
    "E-PLUGIN-SAYS": CodeText(
        "插件向标准输出或日志写内容",
        "a plugin's hook prints, or logs what stands in a document",
        "删去 print；日志里不写公文内容",
        "remove the print; log nothing of a document",
    ),
    "E-PLUGIN-CASES": CodeText(
        "插件的测试用例不通过，或者没有用例",
        "a case of the plugin's rulesets differs, or a rule has none",
        "修改规则或 tests.yaml，每条规则至少一个使其成立的用例",
        "mend the rule or tests.yaml; every rule needs a case that makes it true",
    ),
    "E-PLUGIN-DELIVERY": CodeText(
        "发布渠道没有按版本处理重复或迟到的送达",
        "a publisher does not hold to versions when something arrives twice or late",
        "记住每个 key 的版本：旧版本返回 stale，撤回之后不再公开",
        "remember the version of every key: answer stale to older ones, and nothing is public after a withdrawal",
    ),
    "E-PLUGIN-DIED": CodeText(
        "插件使检查进程终止",
        "the plugin ended the process that checked it",
        "不调用 os._exit；检查扩展模块和内存",
        "do not call os._exit; look at extension modules and memory",
    ),
    "E-NO-REGISTER": CodeText(
        "未配置台账，不能放行或发出",
        "there is no register, so nothing can be cleared or issued",
        '以 Gate.open(register="sqlite:///…") 打开',
        'open with Gate.open(register="sqlite:///…")',
    ),
    "E-REGISTER": CodeText(
        "台账无法读写",
        "the register cannot be read or written",
        "检查磁盘空间与权限；未发出任何内容",
        "check disk and permissions; nothing was issued",
    ),
    "E-REGISTER-NONE": CodeText(
        "该处没有台账",
        "there is no register there",
        "核对台账地址；新台账由 serve 或 keys create 建立",
        "check the register's address; serve or keys create makes a new one",
    ),
    "E-REGISTER-RESTORED": CodeText(
        "台账中没有本服务见过的记录：它是用较旧的备份恢复的，此后的记录不在其中，此后撤销的密钥可能重新有效",
        "a record that was seen in this register is not in it: it was restored from an older copy; what was recorded since is missing, and keys revoked since may be live",
        "用 keys list 核对各密钥的创建、撤销日期，用 keys revoke 撤销不应有效的；用 register verify --head 核对缺失的记录",
        "compare the days in keys list and revoke what should not be live; see what is missing with register verify --head",
    ),
    "E-REMEMBERED": CodeText(
        "本服务对台账的记忆无法读取，已重新开始，看不出台账是否为较旧的备份",
        "what was remembered of the register cannot be read and is begun anew: whether it is an older copy was not seen",
        "用 keys list 核对密钥，用另处保存的链头执行 register verify --head",
        "compare the keys in keys list, and verify with a head kept elsewhere: register verify --head",
    ),
    "E-KEY-REVIVED": CodeText(
        "撤销过的密钥在台账中又成为有效，已再次撤销",
        "keys that had been revoked were live again in the register; they were revoked once more",
        "查明台账为何倒退；确需使用的，另建密钥",
        "find out why the register went back; make a new key for whoever needs one",
    ),
    "E-REGISTER-CHAIN": CodeText(
        "台账校验不通过",
        "the register does not verify",
        "保全现场并核对备份",
        "preserve the file and compare with the backup",
    ),
    "E-DECISION": CodeText(
        "审核决定不完整",
        "the review decision is incomplete",
        "写明拟稿人、审核人、签发人",
        "name drafter, reviewer and signer",
    ),
    "E-HELD": CodeText(
        "认定处于待定，不能放行",
        "the determination is held and cannot be cleared",
        "先回答问题或排除所列情形，再重新认定",
        "answer the questions or remove the cause, then check again",
    ),
    "E-CHANGED": CodeText(
        "内容已变化，与放行时不同",
        "the content differs from what was cleared",
        "重新认定并放行",
        "check and clear again",
    ),
    "E-STALE": CodeText(
        "认定结果与现在重新计算的不一致",
        "the determination differs from what the gate determines now",
        "重新认定",
        "check again",
    ),
    "E-REVIEW-PENDING": CodeText(
        "保密审查未完成",
        "the secrecy review is not done",
        "完成保密审查（第十七条）",
        "finish the secrecy review (art 17)",
    ),
    "E-REVIEW-FAILED": CodeText(
        "保密审查未通过", "the secrecy review was not passed", "不得公开", "it may not be made public"
    ),
    "E-TWO-PERSONS": CodeText(
        "拟稿、审核不得为同一人",
        "drafter and reviewer must be different persons",
        "由另一人审核",
        "let another person review",
    ),
    "E-MORE-OPEN": CodeText(
        "所定属性比法律允许的更公开",
        "the chosen status is more open than the law allows",
        "采用认定的属性",
        "use the determined status",
    ),
    "E-MORE-CLOSED": CodeText(
        "所定属性比认定的更封闭，理由不足",
        "the chosen status is more closed than determined, without sufficient ground",
        "写明例外代码与具体理由，并由另一人审核",
        "give an exemption code and a specific statement, reviewed by a second person",
    ),
    "E-MUST-PUBLISH": CodeText(
        "法律、法规、规章规定必须公开",
        "a law, regulation or rule orders publication",
        "采用认定的属性",
        "use the determined status",
    ),
    "E-OBLIGATION": CodeText(
        "放行前应办的事项未办结",
        "something that must be done before clearing is not done",
        "办结后在 decision.done 中列明",
        "do it, then name it in decision.done",
    ),
    "E-ID-TAKEN": CodeText(
        "这个编号已是另一机关发出的公文的编号",
        "another organ has issued a document with this id",
        "换一个编号，例如以机关代码开头",
        "use another id, such as one that begins with the organ's code",
    ),
    "E-CLEARANCE": CodeText("放行凭证无效", "the clearance is not valid", "重新放行", "clear again"),
    "E-CLEARANCE-USED": CodeText(
        "放行凭证已使用，或因撤回而作废",
        "the clearance was already used, or is void since a withdrawal",
        "查询台账中的发出或撤回记录",
        "look up the issue or the withdrawal in the register",
    ),
    "E-NOT-BEFORE": CodeText(
        "公开日期早于法定的最早日期",
        "publication is scheduled before the earliest lawful date",
        "改为该日期或之后",
        "choose that date or a later one",
    ),
    "E-UNKNOWN-DOCUMENT": CodeText(
        "台账中没有这份公文，或者它属于另一机关",
        "the register has no such document, or it is another organ's",
        "检查编号和发文机关",
        "check the id and the issuer",
    ),
    "E-ALREADY": CodeText(
        "这份公文已经处于该状态", "the document is already in that state", "无需再办", "nothing to do"
    ),
    "E-AWAITED": CodeText(
        "没有哪项公开在等这些日期",
        "no publication waits for a date that is given",
        "在 dates 中写明所等的日期",
        "give the awaited date in dates",
    ),
    "E-INDEX": CodeText(
        "索引号已属于另一公文",
        "another document has this index number",
        "换一个，或留空由台账编号",
        "take another, or leave it out and the register numbers it",
    ),
    "E-ADDRESS": CodeText(
        "不能在这个地址上监听",
        "it cannot listen at this address",
        "换一个地址或端口，或结束占用它的程序",
        "take another address or port, or end the program that has it",
    ),
    "E-PUBLISHERS": CodeText(
        "推送配置有误",
        "the configuration of publishers is wrong",
        "对照 schemas/publishers.schema.json 改正",
        "hold it against schemas/publishers.schema.json",
    ),
    "E-COLUMN": CodeText(
        "专栏数据库无法打开",
        "the column's database cannot be opened",
        "先用 column push 推送，检查路径与权限",
        "run `column push` first; check path and permissions",
    ),
    "E-PUBLISH": CodeText(
        "推送失败", "delivery failed", "查看 column status；将自动重试", "see `column status`; it is retried"
    ),
    "E-NOT-BY-HAND": CodeText(
        "待人工办理的推送中没有这个号",
        "no delivery of this number is for a person to make",
        "用 column status 查看号",
        "see `column status` for the numbers",
    ),
    "E-ENGINE": CodeText(
        "规则引擎出错",
        "the rules engine failed",
        "查看日志；公文已转为待定",
        "see the log; the document is held",
    ),
    "E-KEY": CodeText(
        "没有密钥，或密钥无效、已撤销",
        "there is no key, or it is unknown or revoked",
        "在 Authorization 头中携带 Bearer 密钥；用 keys create 命令创建",
        "send it as a bearer token in the Authorization header; make one with keys create",
    ),
    "E-KEY-ID": CodeText(
        "没有这个编号的有效密钥",
        "there is no key in use with this id",
        "用 keys list 查看编号",
        "see keys list for the ids",
    ),
    "E-SCOPE": CodeText(
        "密钥没有这项权限", "the key may not do this", "换用有相应权限的密钥", "use a key with that scope"
    ),
    "E-RATE": CodeText(
        "请求过于频繁",
        "too many requests",
        "稍候再试；可在启动时用 --rate 调整",
        "try again a moment later; --rate sets the limit at start",
    ),
    "E-RATE-FORM": CodeText(
        "请求频率的写法无法识别",
        "the rate is not written as a rate",
        "写作“次数/second”等",
        "write a number and a period",
    ),
    "E-OWN-HAND": CodeText(
        "个人密钥只能以本人名义办理",
        "a person's key acts in its holder's name only",
        "由本人操作，或由业务系统提交",
        "let that person do it, or send it from the business system",
    ),
    "E-REQUEST-KEY": CodeText(
        "Idempotency-Key 应为 1 至 200 个可见的 ASCII 字符",
        "Idempotency-Key must be 1 to 200 visible ASCII characters",
        "每个新请求使用一个新的 UUID",
        "use a fresh UUID for every new request",
    ),
    "E-REQUEST-OTHER": CodeText(
        "这个 Idempotency-Key 已用于另一请求",
        "this Idempotency-Key was used for another request",
        "换一个新的值；只有重发同一请求才沿用原值",
        "use a new one; keep it only to repeat the same request",
    ),
    "E-REQUEST-RUNNING": CodeText(
        "同一 Idempotency-Key 的请求正在处理",
        "a request with this Idempotency-Key is still running",
        "稍候用同一值重发，将得到它的结果",
        "repeat it with the same key a moment later to get its answer",
    ),
    "E-SIDECAR-AWAY": CodeText(
        "边车服务没有应答，不得发出",
        "the sidecar does not answer: nothing may be issued",
        "检查地址和服务状态（/readyz）后重试；重试不会重复办理",
        "check the address and the service (/readyz), then try again; a repeat does nothing twice",
    ),
    "E-SIDECAR-ANSWER": CodeText(
        "应答不是边车服务的应答，不得发出",
        "the answer is not a sidecar's: nothing may be issued",
        "检查地址和中间的代理",
        "check the address and any proxy in between",
    ),
    "E-SIDECAR-PROBLEM": CodeText(
        "边车服务给出了本客户端不认识的代码",
        "the sidecar gave a code this client does not know",
        "升级客户端",
        "update the client",
    ),
    "E-SHOWN": CodeText(
        "这一处公众会看到，其中有不应公开的内容",
        "the public will read this, and something stands in it that may not be public",
        "改写这一处（编号则另换一个），不写姓名、号码、住址、病情和密级，再提交一次",
        "word it without names, numbers, homes, health and secrecy marks (take another id), and send it again",
    ),
    "E-SHOWN-UNSEEN": CodeText(
        "这一处公众会看到，而检测未能完成",
        "the public will read this, and it could not be looked through",
        "按日志和 plugin list 排除故障后再提交",
        "mend what the log and plugin list name, then send it again",
    ),
    "E-GUARD": CodeText(
        "没有放行凭证，不得发出",
        "without a clearance nothing may be issued",
        "先送检并放行，再带上凭证发出",
        "have it checked and cleared first, then issue with the clearance",
    ),
    "E-OTHER-DOCUMENT": CodeText(
        "放行凭证是另一件公文的",
        "the clearance is another document's",
        "带上这件公文自己的放行凭证",
        "bring the clearance of this document",
    ),
    "E-GUARD-GONE": CodeText(
        "数据库中拦截发出的触发器不在了：表被重建过",
        "the triggers that guard the table are gone: it was made anew",
        "重新执行 examples/guards/sqlite.sql 的语句",
        "run the statements of examples/guards/sqlite.sql again",
    ),
    "E-HEAD": CodeText(
        "这不是链头，或不是由已知的密钥签名",
        "this is no head, or no known key signed it",
        "给出 序号:哈希，或签发时收到的链头；用 --signing-keys 指明密钥目录",
        "give SEQ:HASH, or a head received when something was issued; name the keys with --signing-keys",
    ),
    "E-UNKNOWN-DETERMINATION": CodeText(
        "台账中没有这个认定",
        "the register has no such determination",
        "核对编号；预览的认定不入台账",
        "check the id; previews are not recorded",
    ),
    "E-CASE-MOVED": CodeText(
        "此件刚刚由他人办理，您看到的已不是最新情况，您的操作没有生效",
        "somebody else has just dealt with this case; what you saw is out of date and nothing you did took effect",
        "查看最新情况后再办",
        "look at where it stands now, then decide",
    ),
    "E-CASE-STATE": CodeText(
        "此件现在的环节不能这样办",
        "this cannot be done where the case stands now",
        "查看此件的办理过程",
        "see the steps of the case",
    ),
    "E-CASE-PERSON": CodeText(
        "这一步应由另一人或另一角色办理",
        "this step belongs to another person or role",
        "请相应人员登录后办理",
        "let that person sign in and do it",
    ),
    "E-CASE-UNKNOWN": CodeText(
        "没有这个办件、公文或规则，或者您无权查看",
        "there is no such case, document or rule, or it is not yours to see",
        "检查地址",
        "check the address",
    ),
    "E-CASE-REVIEWED": CodeText(
        "现在的认定与审核时看到的不一致",
        "the determination is no longer the one that was reviewed",
        "退回后重新审核",
        "return it and have it reviewed again",
    ),
    "E-SESSION": CodeText(
        "没有登录，或登录已过期", "you are not signed in, or no longer", "请重新登录", "sign in again"
    ),
    "E-FORM": CodeText(
        "表单已过期，或不是从本页面提交的",
        "the form is out of date or was not sent from this page",
        "刷新页面后再提交",
        "reload the page and send it again",
    ),
    "E-PERSON-KEY": CodeText(
        "业务系统的密钥不能登录办公台",
        "the key of a business system cannot sign in at the desk",
        "用 keys create --role 为个人创建密钥",
        "make a person's key with keys create --role",
    ),
    "E-HTTPS": CodeText(
        "只能经由 HTTPS 登录",
        "signing in needs HTTPS",
        "由支持 HTTPS 的代理转发，并以 --behind-https 启动；或在本机以 127.0.0.1 访问",
        "put a proxy that speaks HTTPS in front and start with --behind-https, or use 127.0.0.1 on this machine",
    ),
    "E-NO-RULES": CodeText(
        "没有载入任何规则",
        "no rule is loaded",
        "检查 --rulesets 所指的目录",
        "check the folders given by --rulesets",
    ),
    "E-OUTBOX-LAG": CodeText(
        "有到期的发布长时间未送出",
        "a delivery has been due for a long time",
        "检查 column push 是否在运行",
        "see whether `column push` is running",
    ),
    "E-OUTBOX-PARKED": CodeText(
        "有发布多次失败，已搁置",
        "deliveries failed repeatedly and are parked",
        "用 column status 查看原因",
        "see why with `column status`",
    ),
    "E-CALENDAR-YEAR": CodeText(
        "当年的节假日安排未收录",
        "the holiday calendar of this year is missing",
        "升级 chinesecalendar；此前的期限为暂定",
        "upgrade chinesecalendar; until then deadlines are provisional",
    ),
    "E-REGISTER-NEWER": CodeText(
        "台账由更新版本的程序创建",
        "the register was made by a newer version of this program",
        "升级本程序后再打开",
        "upgrade this program, then open it",
    ),
    "E-REGISTER-OLDER": CodeText(
        "台账由较旧版本的程序创建，读取不改动台账，须先升级",
        "the register was made by an older version of this program; reading changes nothing, so it must be upgraded first",
        "备份后（作为证据的，用副本）执行 disclosure-gate register upgrade --register …",
        "back it up (of evidence take a copy), then run disclosure-gate register upgrade --register …",
    ),
    "E-HTTP": CodeText(
        "请求无法处理", "the request cannot be served", "检查路径和方法", "check path and method"
    ),
    "E-INTERNAL": CodeText(
        "内部错误", "internal error", "凭请求编号查日志", "look up the request id in the log"
    ),
    # Held: no status can be given.
    "H-SCOPE": CodeText("不属于政府信息", "this is not government information"),
    "H-OWNER": CodeText("应由其他机关认定", "another organ decides on this"),
    "H-QUOTE": CodeText("引用了不公开的文件", "it quotes a document that is not public"),
    "H-SECRECY": CodeText("保密审查未通过", "the secrecy review was not passed"),
    "H-SECRET": CodeText(
        "带有国家秘密标志，内容未保存",
        "it carries a state-secret mark; nothing of it was kept",
        "立即停止在本系统处理，报告保密行政管理部门",
        "stop handling it in this system and tell the secrecy administration",
    ),
    "H-QUESTION": CodeText("有问题须先回答", "a question must be answered first"),
    "H-CONFLICT": CodeText("规则之间冲突", "rules conflict"),
    "H-ENGINE": CodeText("两个引擎结论不一致", "the two engines disagree"),
    "H-PLUGIN": CodeText("插件出错", "a plugin failed"),
    "H-ERROR": CodeText("处理出错", "something failed"),
    "H-UNREADABLE": CodeText("有内容无法读取", "some content could not be read"),
    # What could not be seen in a file.
    "U-PLUGIN": CodeText(
        "读取该文件的插件出错",
        "the plugin that reads this file failed",
        "修复或卸载该插件",
        "mend or uninstall the plugin",
    ),
    "U-FORMAT": CodeText(
        "不支持这种文件格式",
        "this file format is not supported",
        "另存为 .docx、.xlsx、.pdf 或 .txt 后再提交（.doc、.wps、.ofd 请先转换）",
        "save it as .docx, .xlsx, .pdf or .txt (convert .doc, .wps, .ofd first) and try again",
    ),
    "U-MISMATCH": CodeText(
        "文件扩展名与实际格式不符",
        "the file's extension does not fit its format",
        "用正确的扩展名重新保存",
        "save it again under the right extension",
    ),
    "U-ENCRYPTED": CodeText(
        "文件已加密", "the file is encrypted", "解除密码后再提交", "remove the password and try again"
    ),
    "U-BROKEN": CodeText(
        "文件已损坏或不合规范",
        "the file is damaged or malformed",
        "用办公软件打开后重新保存",
        "open it in an office program and save it again",
    ),
    "U-LARGE": CodeText(
        "文件展开后过大或层次过多",
        "the file unpacks to too much",
        "拆分文件，或去掉多余的内容",
        "split the file, or remove what is not needed",
    ),
    "U-IMAGE": CodeText(
        "含有无法辨识文字的图片",
        "it holds an image whose text cannot be read",
        "去掉图片，或把图片中的内容改为文字；Word、Excel 文件的图片经人工看过后，可用办公台的“看公开文本”或 redact --without-pictures 生成不带图片的副本",
        "remove the image, or put its content in as text; of Word and Excel files the desk’s “See the public text” or redact --without-pictures makes a copy without images once a person has looked at them",
    ),
    "U-SCAN": CodeText(
        "页面只有图像，没有文字",
        "a page is an image without text",
        "提交由文字生成的文件，不要提交扫描件",
        "hand in the file made from text, not the scan",
    ),
    "U-FONT": CodeText(
        "所用字体没有说明各字是什么，文字无法辨识",
        "its text is in a font that does not tell which characters they are",
        "从原文件重新导出 PDF（嵌入字体），或提交 .docx",
        "export the PDF again from its source, with its fonts, or hand in the .docx",
    ),
    "U-OBJECT": CodeText(
        "含有图表、图示或嵌入的文件（Excel 文件中也可能是文本框）",
        "it holds a chart, diagram or embedded file (in an Excel file also a text box)",
        "经人工看过后，可用办公台的“看公开文本”或 redact --without-objects 生成不带这些内容的副本；需要公开的，另作附件或导出为 PDF 后提交",
        "the desk’s “See the public text” or redact --without-objects makes a copy without it once a person has looked at it; to publish it, hand it in as a file of its own or export the file as PDF",
    ),
    "U-EMBEDDED": CodeText(
        "含有宏、控件、附件，或无法查看内容的嵌入文件（加密的、链接的、带宏的、旧格式的）",
        "it holds a macro, control, attachment, or an embedded file that cannot be looked into (encrypted, linked, with macros, of an old format)",
        "删去这些内容，需要公开的另作附件提交；旧格式的嵌入文件，打开后另存为 .docx、.xlsx 再嵌入",
        "remove it; hand in as a file of its own what is to be published; save an embedded file of an old format as .docx or .xlsx",
    ),
    "U-FORMULA": CodeText(
        "含有没有存下计算结果的公式",
        "it holds formulas whose results are not stored",
        "用 Excel 或 WPS 打开并保存一次，再提交",
        "open it in a spreadsheet program, save it, and try again",
    ),
    "U-HIDDEN": CodeText(
        "隐藏的内容（批注、修订、隐藏的行列或工作表、属性）中有个人信息",
        "hidden content (comments, revisions, hidden rows, sheets, properties) holds personal data",
        "删去隐藏内容后再提交，或用办公台的“下载公开副本”、redact 命令生成干净的副本",
        "remove the hidden content, or make a clean copy with the desk’s “Download the public copy” or the redact command",
    ),
    "U-UNSHOWN": CodeText(
        "页面中有看不见的文字（透明文字、隐藏图层、裁去或页面以外的文字）",
        "a page holds text that it does not show (invisible, in a hidden layer, cut off or beside the page)",
        "删去看不见的文字，或从原文件重新导出 PDF 后再提交",
        "remove that text, or export the PDF again from its source",
    ),
    "U-LEFT": CodeText(
        "副本中仍能找到应当遮盖的内容",
        "the copy still holds something that was to be masked",
        "把该内容改为普通文字后再试",
        "turn that content into plain text and try again",
    ),
    # Reasons: exemptions (rows of the annual report), duties, residue.
    "R14-1": CodeText("依法确定为国家秘密", "lawfully classified state secret"),
    "R14-2": CodeText("法律、行政法规禁止公开", "publication forbidden by law or administrative regulation"),
    "R14-3": CodeText(
        "危及三安全一稳定", "endangers national, public or economic security or social stability"
    ),
    "R15-1": CodeText("商业秘密", "trade secret"),
    "R15-2": CodeText("个人隐私", "personal privacy"),
    "R16-1": CodeText("内部事务信息", "internal affairs"),
    "R16-2": CodeText("过程性信息", "process material"),
    "R16-3": CodeText("行政执法案卷信息", "administrative enforcement file"),
    "R36-7": CodeText("另有查询规定的信息", "information with its own rules of inspection"),
    "P19": CodeText(
        "涉及公众利益、需要公众知晓或参与", "concerns the public's interest, knowledge or participation"
    ),
    "P20": CodeText("属于法定主动公开内容", "listed as to be published proactively"),
    "P21": CodeText("属于基层应当主动公开内容", "listed for county and township governments"),
    "P-LAW": CodeText("其他法律、法规、规章要求公开", "another law, regulation or rule orders publication"),
    "P-ROW": CodeText("标准目录列为主动公开", "the standard catalogue lists it as proactive"),
    "P-ORIGIN": CodeText("从转发的原件", "follows the forwarded original"),
    "P-SUMMARY": CodeText("以摘要公开", "shown as a summary"),
    "O-ROW": CodeText("标准目录列为依申请公开", "the standard catalogue offers it on request"),
    "O-RESIDUE": CodeText("不在主动公开之列，亦无例外", "in no proactive list, and not exempt"),
    # Proposal problems.
    "X-OTHER": CodeText(
        "“其他”不是法定理由",
        "'other' is no ground in law",
        "选择具体的例外代码，或采用认定的属性",
        "choose an exemption code, or use the determined status",
    ),
    "X-REASON-UNKNOWN": CodeText("没有这个理由代码", "there is no such reason code"),
    "X-REASON-ON-REQUEST": CodeText(
        "依申请公开不得附例外理由", "an exemption is never a reason for 依申请公开"
    ),
    "X-REASON-MISSING": CodeText("不公开未写明理由代码", "a closed status needs a reason code"),
    "X-STATEMENT": CodeText("不公开未写明具体理由", "a closed status needs a specific statement"),
    "X-REASON-UNSUPPORTED": CodeText("没有要素支持这一理由", "no fact supports this reason"),
    "X-MORE-OPEN": CodeText("比法律允许的更公开", "more open than the law allows"),
    "X-MORE-CLOSED": CodeText("比认定的更封闭", "more closed than determined"),
    "X-MUST-PUBLISH": CodeText("必须公开，不得另定", "it must be public; no other status is open"),
    "X-HELD": CodeText("认定尚处待定", "the determination is still held"),
    # Warnings.
    "W-DATE-MISSING": CodeText(
        "缺少起算日期，期限暂按认定日计算", "the starting date is missing; counted from as_of"
    ),
    "W-CALENDAR": CodeText(
        "期限超出已公布的节假日安排，为暂定",
        "the deadline runs past the published holiday calendar; provisional",
    ),
    "W-PLUGIN-RETIRING": CodeText(
        "插件使用了即将取消的钩子或参数",
        "a plugin uses a hook or an argument that will be gone",
        "改用所建议的名称，旧名称在所述版本之前仍然有效",
        "use the name that is suggested; the old one works until that version",
    ),
    "W-STALE": CodeText("依据已失效", "a basis is no longer in force"),
    "W-UNVERIFIED": CodeText("依据尚未核实", "a basis is not yet verified"),
    "W-FACT-DISAGREES": CodeText("填报的要素与正文不符", "a declared fact disagrees with the text"),
    "W-REFERENCE-FORM": CodeText(
        "发文字号书写不规范", "a dispatch number is not written in the standard form"
    ),
    "W-PROMPT": CodeText("应当及时公开", "to be published promptly"),
    "W-INTERNAL-MARK": CodeText(
        "标有内部资料等字样",
        "it is marked for internal use",
        "标记本身不是不予公开的理由，填报第十四条至第十六条的要素，或者删去标记",
        "the mark is no ground for withholding: state one under articles 14 to 16, or take the mark off",
    ),
    "W-CATALOGUE-WEAK": CodeText("期限弱于法律规定", "the time limit is weaker than the law"),
    "W-CATALOGUE-FREE": CodeText("没有期限", "no time limit is given"),
    "W-CATALOGUE-WEB": CodeText(
        "限特定对象的事项列了面向全社会的渠道", "an item for some has channels for everybody"
    ),
    "W-CATALOGUE-BASIS": CodeText("没有公开依据", "no basis is given"),
    "W-CATALOGUE-OLD": CodeText("目录表多年没有更新", "the table has not been updated for years"),
    "W-CATALOGUE-NAMES": CodeText("名单列为向全社会公开", "a list of names is offered to everybody"),
    "W-CATALOGUE-SEVEN": CodeText(
        "许可、处罚决定应当七个工作日内公开", "licences and penalties go out within seven working days"
    ),
    "W-CATALOGUE-SUBJECT": CodeText("依据与事项不符", "the basis is about something else"),
    "W-CATALOGUE-REFINED": CodeText("本地目录对事项作了调整", "the local catalogue changes an item"),
    "W-CATALOGUE-CLOSER": CodeText("本地目录比指引公开得少", "the local catalogue opens less than the guide"),
    "W-CATALOGUE-WIDER": CodeText(
        "本地目录的对象或者方式比指引更宽，核对是否有依据",
        "the local catalogue opens more than the guide: is there a basis",
    ),
    "W-CATALOGUE-ADDED": CodeText("本地目录增加的事项", "an item the local catalogue adds"),
    "W-CATALOGUE-ELEMENT": CodeText("事项缺少要素", "an item lacks an element"),
    "W-ROW-DIFFERS": CodeText("各地目录对此事项规定不一", "county catalogues differ on this item"),
    "W-PROMISE": CodeText("未达到本地承诺的期限", "a local promise of time was missed"),
    "W-ELEMENTS": CodeText("缺少应当写明的要素", "it lacks what it should say"),
    "W-DOMAIN": CodeText("未指明领域", "no domain is named"),
    "W-ITEM": CodeText("未指明目录事项", "no catalogue item is named"),
    "W-RULE": CodeText("规则提示", "a rule's advice"),
    "W-SEPARATE": CodeText("依申请提供时须区分处理的部分", "to be separated before it is given on request"),
    "W-FORWARDED": CodeText("原件未标注公开属性，已重新认定", "the original carries no status; decided anew"),
    # Obligations: what must be done before clearing or after issuing.
    "D-SECRECY": CodeText("完成保密审查", "finish the secrecy review"),
    "D-PROPOSE": CodeText("由拟稿人提出公开属性", "let the drafter propose a status"),
    "D-INTERPRET": CodeText(
        "同步起草、审签、发布政策解读", "prepare, sign and publish the policy interpretation together"
    ),
    "D-ELEMENTS": CodeText("补全法定要素", "add what the law has it say"),
    "D-CONSULT": CodeText("公开征求意见", "consult the public"),
    "D-LEGALITY": CodeText("合法性审核", "legality review"),
    "D-THIRD-PARTY": CodeText("书面征求第三方意见", "ask the third party in writing"),
    "D-REVIEW": CodeText("定期复核不公开信息", "re-assess what is withheld"),
    "D-JUDGEMENT": CodeText("记录社会影响的判断", "record the judgement of social impact"),
    "D-CONFIRM": CodeText("确认与正文不符的要素", "confirm a fact the text speaks against"),
    "D-WITHDRAW": CodeText("撤回并说明", "withdraw and explain"),
    "D-ARCHIVE": CodeText("送档案馆、图书馆", "hand a copy to archive and library"),
    "D-LOWER": CodeText("通知当事人或申请人", "tell the person concerned"),
    "D-OTHER": CodeText("规则要求的其他事项", "another act a rule asks for"),
}


def text(code: str, lang: str = "zh") -> str:
    """The meaning of ``code`` in ``zh`` or ``en``."""
    entry = CODES[code]
    return entry.zh if lang == "zh" else entry.en
