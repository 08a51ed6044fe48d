"""A service guide as its text says it: the materials it lists, and what it asks for anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from disclosure_gate.detect.reader import is_body
from disclosure_gate.detect.tables import Table, tables
from disclosure_gate.model.findings import Reading

_SECTION = re.compile(
    r"^[ \t\u3000]*(?:[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、．])?[ \t\u3000]*"
    r"(?:申请|申报|提交|所需|办理|办事|需提交的?|应提交的?)?材料(?:清单|目录|明细|名称)?[ \t\u3000]*(?:[:：][ \t]*(?P<same>.*))?$"
)
_HEADING = re.compile(
    r"^[ \t\u3000]*(?:[一二三四五六七八九十]{1,3}、|(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．][ \t]*)?"
    r"(?:事项名称|设定依据|法律依据|办理依据|依据|受理机构|办理机构|实施机关|受理条件|申请条件|办理条件|办理流程|办理程序|办事流程|办理步骤|流程|"
    r"办理时限|承诺时限|法定时限|时限|收费|是否收费|办理结果|结果送达|咨询|监督|投诉|办理地点|办理时间|联系电话|注意事项|备注|常见问题|救济|服务对象|办理方式)"
    r"[^。；]{0,10}(?:[:：]|$))"
)
_DEMANDS = re.compile(
    r"(?:提交|提供|携带|补交|补充|出示|附上|附送|上传|递交|出具)(?P<what>[^。；;\n]{2,120})"
)
_FREED = re.compile(r"(?:不再(?:要求)?|无需|无须|不需要?|不得要求[^。；\n]{0,12}|免于|不用|免)(?:另行|再)?$")
_NOUN = re.compile(
    r"(?:证明|证书|证件|证|申请书|申请表|登记表|审批表|表格|表|承诺书|委托书|协议书|协议|合同|报告|报告书|照片|相片|户口簿|户口本|"
    r"复印件|原件|凭证|票据|发票|清单|方案|图纸|章程|批复|批准文件|判决书|材料)$"
)
_CATCH_ALL = re.compile(
    r"(?:其他|其它|等)(?:有关|相关|必要|需要|应当|所需|需|要求)?(?:提交|提供|补充)?的?(?:有关|相关|证明|佐证)?(?:材料|资料|证明|文件)"
    r"|(?:有关|相关|上级)(?:部门|单位|机关)(?:要求|认为需要|规定)(?:提交|提供)?的?(?:其他|其它)?(?:材料|资料|证明)"
    r"|视(?:具体)?情况(?:提交|提供|补充)"
)
_SPLIT = re.compile(r"[、，,；;\n]|(?<=[证表书本件明])(?:和|及|以及|与|或者|或)")
_NUMBERING = re.compile(
    r"^[ \t\u3000]*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[①-⑳]|[-•·])[ \t\u3000]*"
)
_BRACKETS = re.compile(r"[（(][^）)]*[）)]")
_COPIES = re.compile(
    r"原件及复印件|原件和复印件|原件|复印件|一式[一二三四五两\d]+份|各?[一二三四五两\d]+份|电子版|扫描件"
)
_LEAD = re.compile(
    r"^(?:申请人|本人|当事人|法定代表人|单位|企业|有效的?|合法的?|本人的?|其|相应的?|相关的?|双方|以下|下列|您的|你的)+"
)
_HEADS = frozenset({"材料名称", "申请材料", "申请材料名称", "材料清单", "提交材料", "所需材料"})
_SHORTEST = 2
_NONE = re.compile(r"无需提交|无须提交|不需要?提交|免提交|零材料")


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that is asked for: its name, and where: part, line and code points."""

    name: str = field(repr=False)
    where: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Guide:
    """The materials a guide lists, what it asks for elsewhere, and its catch-alls. ``none_needed``: it says so."""

    materials: tuple[Demand, ...] = field(repr=False)
    demands: tuple[Demand, ...] = field(repr=False)
    catch_alls: tuple[Demand, ...] = field(repr=False)
    none_needed: bool = False

    @property
    def beyond(self) -> tuple[Demand, ...]:
        """What it asks for that its list does not name."""
        return beyond(self, self.demands)


def read_guide(reading: Reading) -> Guide:
    """A guide with the forms and notices that come with it."""
    materials: list[Demand] = []
    demands: list[Demand] = []
    catch_alls: list[Demand] = []
    listed_in_tables = [each for table in tables(reading) for each in _column(table)]
    materials += listed_in_tables
    taken = {(each.where, each.line) for each in listed_in_tables}
    none_needed = False
    for where, text in reading.parts:
        if not is_body(where):
            continue
        none_needed = none_needed or bool(_NONE.search(text))
        inside = False
        position = 0
        for number, line in enumerate(text.split("\n")):
            section = _SECTION.match(line) if "\t" not in line else None
            if section:
                inside = True
                if section["same"]:
                    start = position + section.start("same")
                    materials += _names(section["same"], where, number, start)
            elif inside and (_HEADING.match(line) or "\t" in line):
                inside = "\t" in line  # a table of materials is read as a table; its rows end nothing
            elif inside and line.strip():
                materials += _item(line, where, number, position)
            if not inside and (where, number) not in taken:
                demands += _asked(line, where, number, position)
            catch_alls += [
                Demand(each.group(), where, number, position + each.start(), position + each.end())
                for each in _CATCH_ALL.finditer(line)
            ]
            position += len(line) + 1
    materials = [each for each in materials if not _CATCH_ALL.search(each.name)]
    return Guide(tuple(materials), tuple(demands), tuple(catch_alls), none_needed)


def beyond(guide: Guide, demanded: Iterable[Demand | str]) -> tuple[Demand, ...]:
    """Of what is demanded, what the guide's list does not name. Names given as text stand nowhere (line -1)."""
    listed = [bare(each.name) for each in guide.materials]
    asked = [each if isinstance(each, Demand) else Demand(each, "", -1, -1, -1) for each in demanded]
    return tuple(each for each in asked if not any(_same(bare(each.name), name) for name in listed))


def bare(name: str) -> str:
    """A material's name without numbering, brackets, copies and words such as 申请人."""
    plain = _COPIES.sub("", _BRACKETS.sub("", _NUMBERING.sub("", name)))
    plain = re.sub(r"[\s《》“”\"：:。]", "", plain)
    return _LEAD.sub("", plain)


def _same(one: str, other: str) -> bool:
    """身份证 and 居民身份证, 申请表 and 低保申请表: one names the other more closely."""
    if len(one) < _SHORTEST or len(other) < _SHORTEST:
        return False
    return one in other or other in one


def _names(text: str, where: str, line: int, start: int) -> Iterator[Demand]:
    at = 0
    # What stands in brackets, 原件及复印件, names nothing of its own.
    outside = _BRACKETS.sub(lambda found: " " * len(found.group()), text)
    for separator in (*_SPLIT.finditer(outside), None):
        end = separator.start() if separator else len(text)
        piece = text[at:end]
        if len(bare(piece)) >= _SHORTEST:
            yield Demand(piece.strip(), where, line, start + at, start + end)
        at = separator.end() if separator else end


def _item(line: str, where: str, number: int, start: int) -> Iterator[Demand]:
    """A line of the list: one material, or several set apart by commas where it has no number of its own."""
    numbered = _NUMBERING.match(line)
    if numbered:
        body = re.split(r"[，。；;：:]", line[numbered.end() :], maxsplit=1)[0]
        yield from _names(body, where, number, start + numbered.end())
    else:
        yield from _names(line.rstrip("。；;"), where, number, start)


def _asked(line: str, where: str, number: int, start: int) -> Iterator[Demand]:
    for found in _DEMANDS.finditer(line):
        if _FREED.search(line[: found.start()]):
            continue
        for each in _names(found["what"], where, number, start + found.start("what")):
            name = bare(each.name)
            if _NOUN.search(name) and name not in {
                "材料",
                "证件",
                "复印件",
                "原件",
                "申请材料",
                "证明",
                "证明材料",
                "上述材料",
                "下列材料",
                "所需材料",
            }:
                yield each


def _column(table: Table) -> Iterator[Demand]:
    heads: Sequence[tuple[int, int]] = [
        (number, column)
        for number, row in enumerate(table.rows[:4])
        for column, cell in enumerate(row)
        if "".join(cell.text.split()) in _HEADS
    ]
    if not heads:
        return
    head, column = heads[0]
    for row in table.rows[head + 1 :]:
        if column < len(row) and len(bare(row[column].text)) >= _SHORTEST:
            cell = row[column]
            yield Demand(cell.text, table.where, cell.line, cell.start, cell.end)
