"""Numbers and names that a label tells: passport, permits, plates, e-mail, accounts, certificates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from disclosure_gate.detect.detector import Detector, Hit
from disclosure_gate.detect.identifiers import CODES, is_badge, keep
from disclosure_gate.detect.lexicon import PAPERS, PROVINCES, told_by, words
from disclosure_gate.detect.names import is_han
from disclosure_gate.detect.page import Page
from disclosure_gate.detect.rosters import Cell
from disclosure_gate.detect.somebody import people_of
from disclosure_gate.model.determination import SpanKind
from disclosure_gate.model.frozen import Text

_PLATE = 6  # letters and digits of a plate; one less with a sign at the end, as of a trailer
_OFFICIAL_HOSTS = (".gov.cn", ".mil.cn")  # an office's own address
_UNITS = re.compile("(?:单位|企业|公司|机构)名称|信用代码")
_PERSONS = re.compile("个人|本人|职工|人员|护照|通行证|学生|学籍|参保")  # what they have is a person's
_SUPPLIES = re.compile("燃气|用气|供水|用水|供热|用热|用电|电费|水费")
_JOINT = re.compile(r"[、，,和及]\s?(?=[0-9])")  # what is enumerated behind one label
_CAR_REACH = 30  # code points before a plate that say what carries it
_ROW_REACH = 120
_LOG_REACH = 2000
_MILITARY = ("WJ",)
_MISSIONS = frozenset("使领")  # of embassies and consulates
# Words for what carries a plate that has no form of its own.
_CYCLES = words(
    "电动车 电动自行车 电动三轮车 电动三轮 电瓶车 二轮车 两轮车 三轮车 四轮车 三轮摩托 摩托车 轻便摩托 代步车 自行车 拖拉机 收割机 农用车 小四轮 骑行 骑 牌照 牌号"
)
_CALLED_SO = words("证号 证编号 证编码 证书编号 卡号")
_PAPERS = frozenset(PAPERS)
_SAID = _PAPERS | set(_CALLED_SO)
_HOME_PHONES = frozenset(
    words("家里座机 家中座机 家庭座机 固定电话 家庭电话 住宅电话 宅电 家里电话 家中电话 我家电话")
)
_OF_OFFICES = re.compile(
    "执法|执业|准考|健康|许可|资[格质]|登记|合格|批准|检[定疫验]|认证|备案|律师|记者|监督|检查|营业|行政|采购|工程|产品|生产|经营|食品|药品|卫生|安全|规划|建设|运输|环评|排污|公证|身份|银行|信用|预审|编制|设计|监理|施工"
)
_FEWEST_DIGITS = 5
_PERSONAL = frozenset(
    words("person_name minor_name guardian resident_id mobile bank_card address health household")
)


class LabelledDetector:
    """Values of one form behind a label or below a heading of one kind."""

    own_terms: Sequence[str] = ()  # words of its own form, beside labels and headings

    def __init__(self, kind: SpanKind, form: str, why: Text, shown: tuple[int, int] = (0, 4)) -> None:
        self.name: str = kind
        self.terms: Sequence[str] = (*told_by(kind), *self.own_terms)
        self.kind: SpanKind = kind
        self.why = why
        self._form = re.compile(form)
        self._shown = shown

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        places = [(start, len(page.text)) for start in page.labelled(self.kind)]
        places += [(cell.start, cell.end) for cell in self._cells(page)]
        if not places:
            return ()
        found: list[Hit] = []
        for start, end in dict(places).items():
            if end == len(page.text) and page.in_heading(start - 1):
                continue  # a heading: its cells are read as cells
            each = self._form.match(page.text, start, end) if self._begins(page.text, start) else None
            while each:
                found.append(self._hit(each))
                joint = _JOINT.match(page.text, each.end())
                each = self._form.match(page.text, joint.end(), end) if joint else None
        return found

    def _begins(self, text: str, start: int) -> bool:  # noqa: ARG002  of one label they ask no more
        """Whether a value may begin there, behind its label."""
        return True

    def _cells(self, page: Page) -> Sequence[Cell]:
        return [
            cell
            for cell in page.below(self.kind)
            if cell.roster & _PERSONAL or not self._of_units(page, cell.start)
        ]

    @staticmethod
    def _of_units(page: Page, place: int) -> bool:
        """Whether a table is of firms and offices, by its heading."""
        headings = page.headings(place)
        return _UNITS.search(headings) is not None and _PERSONS.search(headings) is None

    def _hit(self, found: re.Match[str]) -> Hit:
        value = found.group()
        first, last = self._shown
        bare = sum(char.isascii() and char.isalnum() for char in value)
        return Hit(*found.span(), keep(value, first, last) if bare > first + last else "*" * len(value))


class PlateDetector:
    """号牌: of cars (陕A12345), of tractors (陕08-12345) and embassies by form; of e-bikes beside words for one."""

    name = "plate"
    kind: SpanKind = "plate"
    why = Text(zh="形如机动车或者电动车号牌", en="reads as the plate of a vehicle")
    terms: Sequence[str] = (
        *(
            sign + letter
            for sign in sorted(PROVINCES)
            for letter in "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjklmnpqrstuvwxyz"
        ),
        *(sign + digit for sign in sorted(PROVINCES) for digit in "0123456789"),
        *(sign + " " for sign in sorted(PROVINCES)),
        *(sign + dot for sign in sorted(PROVINCES) for dot in "·•"),
        *("领" + digit for digit in "0123456789"),
        *_MILITARY,
        *_CYCLES,
        *told_by("plate"),
    )

    _form = re.compile(
        r"[A-HJ-NP-Z][·•.\- ]?[挂学警领试超临电残]?(?=[A-HJ-NP-Z0-9·•.\- ]*[0-9])(?:[A-HJ-NP-Z0-9]{4,6}|[DF][·•.\- ][0-9A-HJ-NP-Z]{5}|[0-9]{2}-[0-9]{4,5}|[0-9][A-HJ-NP-Z0-9] [A-HJ-NP-Z0-9]{3})[挂学警港澳领使试超临]?(?![0-9A-Za-z])",
        re.IGNORECASE,
    )
    _tractor = re.compile(r"[0-9]{2}[·•.\-/ ]?[A-HJ-NP-Z]?[0-9]{4,5}[学挂]?(?![0-9A-Za-z.年月日元万亩吨%\-])")
    _spaced = re.compile(
        r" (?:[A-HJ-NP-Z][·•.\- ]?(?=[A-HJ-NP-Z0-9 ]*[0-9])(?:[A-HJ-NP-Z0-9]{5,6}|[DF] [0-9]{5}|[A-HJ-NP-Z0-9]{2} [A-HJ-NP-Z0-9]{3})|[0-9]{2}[·•.\-/ ][0-9]{5})[挂学警]?(?![0-9A-Za-z.年月日])"
    )
    _embassy = re.compile(r"[0-9]{3}[·•.\- ]?[0-9]{3}(?![0-9A-Za-z.元万])")
    _soldiers = re.compile(r"WJ[·•\- ]?[\u4e00-\u9fa5]?[·•\- ]?[0-9A-Z]{4,6}(?![0-9A-Za-z])")
    # What an office of a city gives out for e-bikes: 成都A12345, 临沂1038827, B036577.
    _cycle = re.compile(
        r"[\u4e00-\u9fa5]{1,4}[0-9]{2}[·•.\-/ ][0-9]{5}(?![0-9A-Za-z.])|[\u4e00-\u9fa5]{2,3} [A-HJ-NP-Z][0-9]{5}(?![0-9A-Za-z.])|(?!段)[\u4e00-\u9fa5]{0,4}[A-HJ-NP-Z]?[·•.\-]?(?:[A-HJ-NP-Z]?[0-9]{4,7}|[A-HJ-NP-Z0-9]{5,7}(?<=\d))[A-HJ-NP-Z学挂]?(?![0-9A-Za-z.年月日元公米辆%])",
        re.IGNORECASE,
    )
    _before_cycle = re.compile(
        r"(?<![0-9A-Za-z\-])[\u4e00-\u9fa5]?[A-HJ-NP-Z][·•.\-]?[0-9A-HJ-NP-Z]{0,2}[0-9]{3,5}[A-Z学挂]?(?=(?:号|牌|的|号牌)?\Z)"
    )
    _after_cycle = re.compile(
        r"(?:自行车|三轮车?|四轮车?|摩托车|车)?(?:一辆|1辆)?(?:[“\"][^”\"]{1,6}[”\"])?[（(，、为是：: ]{0,2}(?:车?牌照?号?(?:码)?|号牌(?:号码)?|牌号)?[为是：: ]{0,2}"
    )
    _joint = re.compile(r"[、，,和及]\s?")

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        found: dict[int, int] = {}
        for start, end in page.met(self.name):
            word = text[start:end]
            if word in _CYCLES:
                self._beside(text, start, end, found)
                continue
            if word[0] not in PROVINCES and word[0] not in _MISSIONS and word not in _MILITARY:
                continue
            each = self._read(text, start, word)
            if each is None or (start and text[start - 1].isascii() and text[start - 1].isalnum()):
                continue
            if is_badge(text, start):
                continue
            plate = text[start : each.end()]
            if sum(char.isascii() and char.isalnum() for char in plate) < _PLATE and plate[1:].isascii():
                continue  # the sign of a tunnel or a road
            found[start] = max(each.end(), found.get(start, 0))
        for start in page.labelled(self.kind):
            if not page.in_heading(start - 1):
                self._cycles(text, start, len(text), found)
        for cell in page.below(self.kind):
            self._cycles(text, cell.start, cell.end, found)
        last = public = 0
        logs = [each.start() for each in self._log.finditer(text)] if found else []
        for start, end in sorted(found.items()):
            if start >= last:
                plate = text[start:end]
                listed = public and self._joint.fullmatch(text, public, start)
                last = end
                if listed or self._on_duty(page, start, end, logs):
                    public = end
                    continue
                yield Hit(start, end, plate[:2] + "*" * (len(plate) - 3) + plate[-1])

    # The cars of offices, schools and lines: by what they are, by what is written on the plate or behind it.
    _duty_before = re.compile(
        r"(?:公务用?车|公车|警车|执法车辆?|执法用车|检疫执法车|巡[逻查]车|采访车|值班车辆|出警车辆|救护车|消防车|洒水车|送水车|吸污车|清运车|垃圾车|保洁车|扫雪车|撒盐机|殡仪车|接运车辆|指挥车|应急\w{0,3}车|公交车|班车|大巴|考务车|筛查车|教练车|运维车辆?|冷藏车|运兵车|通勤车|摆渡车|考斯特)(?:（[^）\n]{0,12}）)?(?:的?(?:号牌号码|号牌|车?牌照|车?牌号?|车号))?[为是：:（( ]{0,2}\Z"
        r"|公务用车[^。；\n]{0,16}\Z"  # 公务用车运行2.5（保有1辆，
        r"|公司[，,：:](?:共?有?)?(?:车辆|班车|客车)\d{0,3}[辆台][：:]\Z"
    )
    _duty_behind = re.compile(
        r"[急校警](?![\u4e00-\u9fa5])|校等|应急|[（(](?:公务|公交|单位车辆|馆内|公车|考斯特|[^）)\n]{0,6}自有|执[勤法]|警用|巡逻)|[ \t|]{1,3}(?:巡逻车|警车|公务用?车)"
    )
    _of_a_firm = re.compile(
        r"[^|\t\n]{0,14}[|\t][\u4e00-\u9fa5（）()]{2,18}(?:公司|车队|合作社|学校|中心)[|\t\n]"
    )
    _log = re.compile(r"(?:带班|值班|线路|维修项目|行驶里程)[^\n|\t]{0,4}(?:[|\t\n]| {2})")

    def _on_duty(self, page: Page, start: int, end: int, logs: Sequence[int]) -> bool:
        """Whether a plate is told to be that of a car of an office, a school, a line or a firm.

        ``logs`` are the places where headings of a duty log, a timetable or a log of repairs stand.
        """
        text = page.text
        if text[end - 1] == "警" or self._duty_behind.match(text, end):
            return True
        if self._duty_before.search(text, max(0, start - _CAR_REACH), start):
            return True
        log = bisect_right(logs, start) - 1
        if (
            log >= 0
            and text[start - 1] in "|\t\n"
            and text.find("\n\n", max(logs[log], start - _LOG_REACH), start) < 0
            and start - logs[log] < _LOG_REACH
        ):
            return True
        line = text.rfind("\n", max(0, start - _ROW_REACH), start) + 1
        firm = self._of_a_firm.match(text, end)
        return firm is not None and people_of(page).within(line, firm.end()) is None

    def _beside(self, text: str, start: int, end: int, found: dict[int, int]) -> None:
        if text[start - 1 : start] == "标":
            return  # 校车标牌号
        first = max(0, start - 12)
        before = self._before_cycle.search(text[first:start])
        if before:
            found.setdefault(first + before.start(), first + before.end())
        told = self._after_cycle.match(text, end)
        begin = told.end() if told else end
        if not text[begin : begin + 1].isdigit():  # an amount, unless a label says otherwise
            self._cycles(text, begin, len(text), found)

    def _read(self, text: str, start: int, word: str) -> re.Match[str] | None:
        if word in _MILITARY:
            return self._soldiers.match(text, start)
        if word[1] == " ":
            named = is_han(text[start - 1 : start] or " ") and not is_han(text[start - 2 : start - 1] or " ")
            return None if named else self._spaced.match(text, start + 1)  # 常青 GZ0203
        if not word[1].isdigit():
            return self._form.match(text, start + 1 + (word[1] in "·•"))
        return (self._embassy if word[0] in _MISSIONS else self._tractor).match(text, start + 1)

    def _cycles(self, text: str, start: int, stop: int, found: dict[int, int]) -> None:
        each = self._cycle.match(text, start, stop)
        while each:
            found[each.start()] = max(each.end(), found.get(each.start(), 0))
            joint = self._joint.match(text, each.end(), stop)
            each = self._cycle.match(text, joint.end(), stop) if joint else None


class PaperNumberDetector:
    """Numbers of papers and accounts of a person that have no form of their own: 优待证编号, 接种证编码, 座机."""

    name = "paper_number"
    kind: SpanKind = "other"
    why = Text(zh="个人证件、病案、账户等编号", en="number of a person's paper, file or account")
    terms: Sequence[str] = tuple(dict.fromkeys((*PAPERS, *_CALLED_SO, *told_by("paper"))))

    _between = re.compile(
        r"(?:[（(][\u4e00-\u9fa5]{1,4}[）)])?[”》\"]?(?:上?的)?(?:[\u4e00-\u9fa5]{0,4}(?:编号|证号|证书号|号码|编码|登记号|卡号|代码|号))?[”》\"]?(?:[，,（(：: |\t]{1,3}(?:编号|证号|号码|登记号|证书编号|编码|号))?[为是：: |\t\u3000（(]{0,4}"
    )
    _value = re.compile(
        r"[A-Za-z\u4e00-\u9fa5]{0,5}(?:字?第)?[（(〔]?[A-Za-z]{0,5}-?[0-9][0-9A-Za-z\-/]{3,26}(?![0-9A-Za-z.年月日元时])[号]?"
    )
    _phone = re.compile(r"0\d{2,3}[\- ]?\d{7,8}(?!\d)|[（(]0\d{2,3}[）)]\d{7,8}(?!\d)|[2-8]\d{6,7}(?![\d\-])")

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        last = 0
        for cell in page.below("paper"):
            if not cell.official and cell.roster & _PERSONAL and _numbers(text[cell.start : cell.end]):
                yield Hit(cell.start, cell.end, "*" * (cell.end - cell.start))
        for start, end in page.met(self.name):
            word = text[start:end]
            if start < last or word not in _SAID or page.in_heading(start):
                continue
            if word not in _PAPERS and not self._of_a_person(page, start):
                continue
            between = self._between.match(text, end)
            begin = between.end() if between else end
            form = self._phone if word in _HOME_PHONES else self._value
            found = form.match(text, begin)
            if found and _numbers(found.group()):
                last = found.end()
                yield Hit(*found.span(), "*" * (found.end() - found.start()))

    @staticmethod
    def _of_a_person(page: Page, start: int) -> bool:
        """Whether a number that is only called one belongs to somebody named before, and to no office."""
        lead = page.text[max(0, start - 8) : start]
        return not _OF_OFFICES.search(lead) and people_of(page).before(start) is not None


_SENT_REACH = 60
_CALLED_REACH = 16  # code points before a mailbox that say whose it is


class EmailDetector:
    """电子邮箱."""

    name = "email"
    kind: SpanKind = "email"
    why = Text(zh="形如电子邮箱", en="reads as an e-mail address")
    terms: Sequence[str] = ()

    _form = re.compile(
        r"(?<![A-Za-z0-9._%+\-])(?P<name>[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63})(?: ?@[ \n]?| ?[\[(（](?:at|AT)[\])）] ?|#(?=(?:qq|163|126|sina|gmail|outlook|hotmail|foxmail|139|189)\.))"
        r"(?P<host>[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4})"
    )

    # The mailbox to which the public is asked to send its views is the office's, whoever hosts it.
    _asked = re.compile("公开征求意见|公开征集|征求[^。\n]{0,30}意见的?公告|征求意见期限|意见征集")
    _sent_to = re.compile(r"(?:意见|建议)[^。\n]{0,40}(?:邮箱|信箱|邮件)(?:发送)?[至到为：:（( ]{0,3}\Z")

    # An office's is called by its name, or what it asks for is sent there; its name is initials: dzb_szx, jcwsk.
    _of_an_office = re.compile(
        r"(?:[办局处科股室所站馆院会校府部社司]|中心|机构|单位|公共|公开|采购|投诉|举报|监督|推荐|报名|征稿|投稿|局长|书记|[县市区镇乡]长)(?:的|电子)?(?:邮箱|信箱|邮件)[为是至到]?[：:（( ]{0,3}\Z"
        r"|(?:报名|名单|报价|自查报告|整改|稿|伴奏|作品|征文|回执|统计表|报表|台账)[^。；\n]{0,40}(?:发送?|报送?|投)[至到]?[^，。；\n]{0,14}\Z"
        r"|(?:监督|受理|举报|投诉|咨询|服务|办公|值班)(?:电话|热线|单位)[^。\n]{0,30}0\d{2,3}-?\d{3,4} ?\d{3,4}[，；、,; \u3000]{1,2}(?:电子)?邮箱[：: ]{0,2}\Z"
    )
    _of_a_person = re.compile(
        r"(?:本人|我|你|您|个人|人|者|家长|老师|班主任|QQ)(?:的|电子|联系|备用|单位)*(?:邮箱|信箱|邮件|电邮)?[：:（( ]{0,3}\Z"
    )
    _offices = re.compile(r"[局办科股室馆院校站]|中心|公司|单位|异议|0\d{2,3}-\d")
    _mobile = re.compile(r"1[3-9]\d[\d\- ]{8}")  # beside a person's mailbox
    _initials = re.compile(r"(?:[^A-Za-z]*[b-df-hj-np-tv-z]){5,}[^A-Za-z]*", re.IGNORECASE)

    def _an_offices(self, text: str, found: re.Match[str]) -> bool:
        """Whether a mailbox is told to be that of an office."""
        start = found.start()
        if self._of_a_person.search(text, max(0, start - _CALLED_REACH), start):
            return False
        far = max(0, start - _SENT_REACH)
        return self._of_an_office.search(text, far, start) is not None or (
            self._initials.fullmatch(found["name"]) is not None
            and self._offices.search(text, max(far, text.rfind("\n", far, start)), start) is not None
            and self._mobile.search(text, far, found.end() + _CALLED_REACH * 2) is None
        )

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        text = page.text
        if not ("@" in text or "#" in text or "at" in text or "AT" in text):
            return
        asked = self._asked.search(text) is not None
        for found in self._form.finditer(text):
            if found.group().lower().endswith(_OFFICIAL_HOSTS):
                continue
            if asked and self._sent_to.search(text, max(0, found.start() - _SENT_REACH), found.start()):
                continue
            if self._an_offices(text, found):
                continue
            yield Hit(*found.span(), f"{found['name'][0]}***@{found['host']}")


# Whose certificate it is stands before it: an office or a firm has one that is there to be read.
_OF_A_UNIT = re.compile(
    r"(?:权利人|所有权人|产权人|抵押人|使用权人)[为是：: ]?[^，。；：:、 \u3000\n]{2,24}"
    r"(?:局|公司|中心|委员会|政府|厂|合作社|医院|学校|中学|小学|学院|幼儿园|办事处)[，,；; ](?:(?!人|名下|户主|转让|[卖买]给)[^。\n]){0,40}$"
)
_UNIT_REACH = 90


def of_a_unit(text: str, place: int) -> bool:
    """Whether a certificate at ``place`` is told to be that of an office or a firm."""
    return _OF_A_UNIT.search(text, max(0, place - _UNIT_REACH), place) is not None


class PropertyCertificateDetector(LabelledDetector):
    """不动产权证号: by its own form, 陕（2026）某区不动产权第…号, or behind a label."""

    own_terms: Sequence[str] = (
        "不动产权第",
        "房权证",
        "国用",
        "集用",
        "集建",
        "不动产证明第",
        "农村土地承包",
        "林证字",
        "房产证字",
        "宅基地使用权第",
        "宅基地第",
        "房字第",
        "土国用",
    )

    _own = re.compile(
        rf"[{''.join(sorted(PROVINCES))}]?"
        r"\s?[（(〔\[](?:19|20)\d{2}[）)〕\]]\s?[\u4e00-\u9fa5]{0,12}(?:不动产权|不动产证明)第\s?[0-9A-Za-z\-]{4,20}\s?号?"
        r"|[\u4e00-\u9fa5]{0,8}房权证[\u4e00-\u9fa5（()）0-9A-Za-z]{0,16}(?:字)?第?\s?[0-9A-Za-z\-]{4,20}\s?号?"
        r"|[\u4e00-\u9fa5]{0,6}(?:国用|集用|集建)[（(](?:19|20)\d{2}[）)](?:字)?第?\s?[0-9A-Za-z\-]{3,20}\s?号?"
    )
    _before = 26
    _nothing = 16  # a term as near behind one that told nothing would be read in the same stretch

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        for hit in super().find(page):
            if not of_a_unit(page.text, hit.start):
                yield hit
        last = -1
        for start, end in page.met(self.name):
            if start < last or page.text[start:end] not in self.own_terms:
                continue
            near = max(0, start - self._before)
            begin = page.text.rfind("\n", near, start) + 1 or near
            for found in self._own.finditer(page.text, begin, start + 60):
                if found.end() > start:
                    lead = re.match(
                        r"[\u4e00-\u9fa5]*?(?:证号?|号|为|：)(?=[\u4e00-\u9fa5]{0,2}\s?[（(〔\[])",
                        found.group(),
                    )
                    first = found.start() + (lead.end() if lead else 0)
                    last = found.end()
                    if not of_a_unit(page.text, first):
                        yield Hit(first, last, "*" * (last - first))
                    break
            else:
                last = start + self._nothing


class HouseholdDetector(LabelledDetector):
    """户口簿号; 户号 is also what suppliers of gas, water, power and heat call their customers."""

    def _cells(self, page: Page) -> Sequence[Cell]:
        cells = super()._cells(page)
        supplied = cells and "户口" not in page.text and _SUPPLIES.search(page.text)
        return () if supplied else cells


class PassportDetector(LabelledDetector):
    """护照号码: behind a label, or by its own form in a text that speaks of passports."""

    own_terms: Sequence[str] = ("<<",)  # of the lines that machines read, beside which nothing else may stand
    _own = re.compile(r"(?<![0-9A-Za-z])(?:E[A-HJ-NP-Z]?|[GDSP])\d{7,8}(?![0-9A-Za-z])")
    _foreign = re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}\d{7,8}(?![0-9A-Za-z])")
    # The two lines that machines read (ICAO 9303): P<CHNSU<<MAN<<<…, EA4182093<4CHN9103127F28….
    _machine = re.compile(
        r"P[A-Z<][A-Z]{3}[A-Z<]{5,39}|(?<![A-Z0-9])[A-Z0-9]{7,9}<{0,2}[0-9]?[A-Z]{3}[0-9]{7}[MFX<][0-9]{2,7}[0-9A-Z<]{0,16}"
    )

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        yield from super().find(page)
        if "护照" in page.text:
            own = self._foreign if "籍" in page.text or "ationality" in page.text else self._own
            yield from map(self._hit, own.finditer(page.text))
        if "<<" in page.text:
            for line in self._machine.finditer(page.text):
                yield Hit(*line.span(), "*" * len(line.group()))


class PermitDetector(LabelledDetector):
    """通行证号码: behind a label, by form where permits are spoken of, or a short number in a column of identities (证件号 01234567)."""

    _told = re.compile("(?<!粤)港澳|台湾通行证|台胞证|回乡证")
    _own = re.compile(r"(?<![0-9A-Za-z])(?:[CHLMTW]\d{8}|C[A-HJ-NP-Z]\d{7}|[HM]\d{10})(?![0-9A-Za-z])")
    _short = re.compile(r"[A-Za-z]{0,3}[0-9]{7,10}(?:[（(][0-9A-Z]{1,2}[）)])?")

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        yield from super().find(page)
        if self._told.search(page.text):
            for found in self._own.finditer(page.text):
                if page.label(found.start()) not in CODES:
                    yield self._hit(found)

    def _cells(self, page: Page) -> Sequence[Cell]:
        identities = (
            cell
            for cell in page.below("resident_id")
            if self._short.fullmatch(page.text, cell.start, cell.end)
        )
        return (*super()._cells(page), *identities)


class StudentNumberDetector(LabelledDetector):
    """学籍号: behind a label, or by its own form, a letter before a resident ID number."""

    own_terms: Sequence[str] = tuple(letter + digit for letter in "GLJ" for digit in "123456")

    _own = re.compile(r"(?<![0-9A-Za-z])[GLJ]\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[0-9Xx](?![0-9A-Za-z])")

    def find(self, page: Page) -> Iterable[Hit]:
        """See :class:`~disclosure_gate.detect.detector.Detector`."""
        yield from super().find(page)
        for found in self._own.finditer(page.text):
            if page.label(found.start()) not in CODES:
                yield self._hit(found)


class ChatDetector(LabelledDetector):
    """微信、QQ 等账号: behind a label. Letters within a longer word are none: HOTLINE 12345, the contract WX20261109001."""

    _within = re.compile(r"[A-Za-z]-?(?:LINE|Line|WX|Wx|wx|VX|vx)[ :：]{0,3}$")
    _glued = re.compile(r"(?:LINE|Line|WX|VX)$")
    _mobile = re.compile(r"1[3-9][0-9]{9}(?![0-9A-Za-z])")
    _reach = 9

    def _begins(self, text: str, start: int) -> bool:
        before = max(0, start - self._reach)
        if self._within.search(text, before, start):
            return False
        return not self._glued.search(text, before, start) or self._mobile.match(text, start) is not None


def _numbers(value: str) -> bool:
    """Whether a value has as many digits as a number of a paper."""
    return sum(map(str.isdigit, value)) >= _FEWEST_DIGITS


def paper_detectors() -> tuple[Detector, ...]:
    """All detectors of this module."""
    return (
        PassportDetector(
            "passport", r"[A-Za-z]{1,3}[ ]?\d{6,9}(?![0-9A-Za-z])|\d{8}(?![0-9A-Za-z])|(?=[A-Z0-9]{0,7}\d{2})[A-Z][A-Z0-9]{7,8}(?![0-9A-Za-z])|[A-Za-z] ?\d{4} \d{4}(?!\d)|\d{9}(?!\d)|\d{2} ?\d{7}(?!\d)", Text(zh="护照号码", en="passport number"), (1, 2)
        ),
        PermitDetector(
            "permit", r"[A-Za-z\u4e00-\u9fa5]{0,3}\d{7,18}[A-Za-z]?号?(?:[（(][0-9A-Z]{1,2}[）)])?(?![0-9A-Za-z])|[A-Z]{3}\d{12}|[A-Za-z]{1,2}\d{6}[（(][0-9Aa][）)]|[HMhm] ?\d{4} \d{4}(?: \d{2})?(?!\d)|[HMhm] \d{8,10}(?!\d)",
            Text(zh="通行证、居留证件等号码", en="travel or residence permit number"), (1, 2),
        ),
        PlateDetector(),
        PaperNumberDetector(),
        EmailDetector(),
        ChatDetector("im_account", r"[A-Za-z0-9][A-Za-z0-9_\-]{4,24}|[1-9]\d{1,4}(?: \d{2,4}){1,3}(?!\d)", Text(zh="微信、QQ 等账号", en="instant-messaging account"), (1, 0)),
        LabelledDetector("social_security", r"[A-Za-z]{0,4}[0-9][0-9A-Za-z\- ]{5,22}[0-9A-Za-z]", Text(zh="社保、医保、病历等号码", en="social-security or medical number")),
        HouseholdDetector("household", r"[\u4e00-\u9fa5]{0,3}[A-Za-z]{0,3}\d[\d\- ]{3,17}\d", Text(zh="户口簿号", en="household register number")),
        StudentNumberDetector("student_number", r"[A-Za-z]{0,3}\d[0-9A-Za-z\-]{5,22}", Text(zh="学号、学籍号", en="student number")),
        PropertyCertificateDetector("property_certificate", r"[^\s，。；;,、）)（(]{0,14}?\s?[（(〔\[]?(?:19|20)\d{2}[）)〕\]]\s?[^\s，。；;,、）)]{0,16}?\d{3,20}\s?号?|[0-9A-Za-z][0-9A-Za-z\-]{5,24}号?", Text(zh="不动产权证等证号", en="property certificate number"), (0, 0)),
    )  # fmt: skip
