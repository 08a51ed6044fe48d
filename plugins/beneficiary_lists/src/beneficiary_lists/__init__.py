"""Lists of people: what each programme may show, to whom, and what would let one infer a person."""

from beneficiary_lists.lists import PROGRAMMES, PeopleList, Programme, people_lists, programme_of
from beneficiary_lists.plugin import BeneficiaryLists, plugin
from beneficiary_lists.small_cells import FEWEST, suppressed
from beneficiary_lists.versions import village_version, web_version

__all__ = [
    "FEWEST",
    "PROGRAMMES",
    "BeneficiaryLists",
    "PeopleList",
    "Programme",
    "people_lists",
    "plugin",
    "programme_of",
    "suppressed",
    "village_version",
    "web_version",
]
