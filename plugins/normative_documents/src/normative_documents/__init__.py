"""Normative documents: validity, amendment, repeal, and the steps before and after issuing."""

from normative_documents.counts import YearCounts, count_year
from normative_documents.plugin import NormativeDocuments, plugin
from normative_documents.validity import Action, Validity, actions, validity

__all__ = [
    "Action",
    "NormativeDocuments",
    "Validity",
    "YearCounts",
    "actions",
    "count_year",
    "plugin",
    "validity",
]
