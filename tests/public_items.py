"""Public items as they come to the column; every test says what it changes."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from disclosure_gate.column.settings import Entry, SiteSettings
from disclosure_gate.column.standard import shown_rows
from disclosure_gate.column.store import ColumnStore
from disclosure_gate.gate import Gate
from disclosure_gate.model import PublicItem, Status
from disclosure_gate.model.clearance import PublicFile
from disclosure_gate.model.determination import Publication
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.frozen import Text
from disclosure_gate.model.listing import Relation
from factories import TODAY

AT = "2026-11-24 09:00"
SITE = SiteSettings(
    name="景明区人民政府信息公开专栏",
    name_en="Jingming District Government Information Disclosure",
    organ="景明区人民政府",
    domain="www.example.gov.cn",
    id_code="6102030001",
    base_url="",
    contact="区政府办公室 0919-0000000",
    entries=(
        Entry(label=Text(zh="依申请公开", en="Apply for information"), url="https://www.example.gov.cn/request", group="request"),
        Entry(label=Text(zh="政务服务", en="Services"), url="https://www.example.gov.cn/services", group="service"),
        Entry(label=Text(zh="互动交流", en="Exchange"), url="https://www.example.gov.cn/exchange", group="exchange"),
        Entry(label=Text(zh="意见征集", en="Consultations"), url="https://www.example.gov.cn/opinions", group="exchange"),
    ),
)  # fmt: skip
_SUBJECTS = (
    "冬季供热", "城乡最低生活保障", "义务教育招生入学", "农村危房改造", "安全生产专项整治", "食品抽检结果", "部门预算",
    "高龄津贴发放", "耕地地力保护补贴", "污染源日常监管", "公共文化场馆免费开放", "防汛救灾物资调拨", "就业创业扶持",
    "国有土地上房屋征收补偿", "企业职工养老保险", "法律援助", "城市道路占用挖掘", "医疗保障基金监管", "欠税公告", "政府采购合同",
)  # fmt: skip
_FORMS = ("的通知", "工作方案的通知", "情况的公告", "结果公示", "实施细则的通知", "的意见")
_KINDS = ("通知", "通知", "公告", "名单公示", "通知", "意见")
_ISSUERS = (
    "景明区人民政府办公室",
    "景明区财政局",
    "景明区民政局",
    "景明区教育局",
    "景明区应急管理局",
    "景明区市场监督管理局",
)
_SENTENCE = "各镇人民政府、街道办事处，区政府各部门：为做好{subject}工作，保障群众知情权、参与权，现将有关事项明确如下，请认真贯彻执行。"


def public_item(**changes: Any) -> PublicItem:
    """A proactive notice for everybody, in the column."""
    plain: dict[str, Any] = {
        "document_id": "d",
        "version": 1,
        "title": "关于冬季供热的公告",
        "kind": "公告",
        "number": "景政发〔2026〕5号",
        "issuer": "景明区人民政府办公室",
        "domain": None,
        "status": Status.PROACTIVE,
        "issued_on": TODAY,
        "label": "主动公开",
        "text": "现将冬季供热有关事项公告如下。\n供热时间自十一月十五日起至次年三月十五日止。",
        "publication": Publication(audience="public", channels=("column",)),
        "index": "6102030001/2026-000001",
    }
    return PublicItem.model_validate(plain | changes)


def file(
    name: str = "附件1.pdf", content: bytes = b"%PDF-1.4 public copy", media_type: str = "application/pdf"
) -> PublicFile:
    """A public copy."""
    return PublicFile(name=name, media_type=media_type, digest=sha256(content).hexdigest(), content=content)


def many(count: int, seed: int = 7, paragraphs: int = 4) -> list[PublicItem]:
    """So many different items of all domains, the oldest first."""
    rng = Random(seed)
    slugs = list(DOMAINS)
    made = []
    for number in range(count):
        subject, form = _SUBJECTS[number % len(_SUBJECTS)], rng.randrange(len(_FORMS))
        day = date(2026, 11, 24) - timedelta(days=(count - number) // 12 + rng.randrange(3))
        text = "\n".join(
            f"{_SENTENCE.format(subject=subject)}第{part + 1}项第{rng.randrange(10**6)}号。"
            for part in range(paragraphs)
        )
        made.append(
            public_item(
                document_id=f"doc-{number}", title=f"关于做好{day.year}年{subject}{_FORMS[form]}", kind=_KINDS[form],
                number=f"景政办发〔{day.year}〕{number % 200 + 1}号", issuer=rng.choice(_ISSUERS), domain=slugs[number % 26],
                issued_on=day, text=text, index=f"6102030001/{day.year}-{number + 1:06d}", policy=number % 9 == 4,
            )
        )  # fmt: skip
    return made


def filled(store: ColumnStore, gate: Gate, count: int = 130) -> None:
    """A small column with everything a page can show; addresses are those of ``slug_of``."""
    store.configure(SITE)
    store.set_catalogue(shown_rows(gate.parts.catalogue, gate.parts.laws))
    for item in many(count):
        store.publish(item.key("column"), item, f"{item.issued_on} 09:{count % 60:02d}")
    for item in special():
        store.publish(item.key("column"), item, AT)
    store.withdraw("gone#public#column", 2, "原决定已被依法撤销", TODAY)


def special() -> list[PublicItem]:
    """Items that stand for every sort of page."""
    long = "\n".join(
        f"第{number}条 为规范供热管理，保障用热单位和个人的合法权益，制定本办法的有关规定。"
        for number in range(1, 700)
    )
    return [
        public_item(document_id="guide", title="景明区人民政府信息公开指南", kind="其他", section="guide", number="", index="6102030001/2026-000201"),
        public_item(document_id="rules", title="景明区政府信息公开审查制度", kind="通知", section="rules", index="6102030001/2026-000202"),
        public_item(document_id="report", title="景明区人民政府2025年政府信息公开工作年度报告", kind="报告", section="annual_report", index="6102030001/2026-000203"),
        public_item(
            document_id="old", version=2, title="景明区城市供热管理暂行办法", kind="通知", policy=True, validity="repealed", index="6102030001/2021-000007",
            issued_on=date(2021, 10, 8), number="景政发〔2021〕12号",
            changes=({"validity": "repealed", "on": TODAY, "document_id": "new", "title": "景明区城市供热管理办法", "number": "景政发〔2026〕18号"},),
        ),
        public_item(
            document_id="new", title="景明区城市供热管理办法", kind="通知", policy=True, number="景政发〔2026〕18号", index="6102030001/2026-000204",
            valid_until=date(2031, 11, 23), keywords=("供热", "城市管理"), abstract="规范城市供热用热管理，明确供热期、温度标准与退费办法。",
            domain="municipal_services", text=long, files=(file(), file("供热单位名单.xlsx", b"PK public", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
            relations=(Relation(kind="repeals", document_id="old"),),
        ),
        public_item(
            document_id="older", version=2, title="景明区城市供热服务规范", kind="通知", policy=True, validity="amended", index="6102030001/2024-000011",
            issued_on=date(2024, 10, 9), number="景政办发〔2024〕31号", valid_until=date(2029, 10, 8),
            changes=({"validity": "amended", "on": TODAY, "document_id": "amending", "title": "关于修改《景明区城市供热服务规范》的通知", "number": "景政办发〔2026〕44号"},),
        ),
        public_item(
            document_id="amending", title="关于修改《景明区城市供热服务规范》的通知", kind="通知", policy=True, number="景政办发〔2026〕44号",
            index="6102030001/2026-000208", relations=(Relation(kind="amends", document_id="older"),),
        ),
        public_item(
            document_id="reading", title="《景明区城市供热管理办法》政策解读", kind="政策解读", number="", index="6102030001/2026-000205",
            relations=(Relation(kind="interprets", document_id="new"),),
        ),
        public_item(
            document_id="list", title="景明区2026年第四季度城乡低保对象名单公示", kind="名单公示", label="部分公开", status=Status.PARTIAL,
            domain="social_assistance", item="social_assistance/minimum-living-review", index="6102030001/2026-000206",
        ),
        public_item(document_id="gone", title="已被撤销的决定标题", index="6102030001/2026-000207"),
    ]  # fmt: skip
