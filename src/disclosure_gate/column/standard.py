"""What the column shows of the standard catalogues: each row as a visitor reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from disclosure_gate.catalogue.book import Catalogue
from disclosure_gate.law.registry import LawRegistry
from disclosure_gate.model.document import DOMAINS
from disclosure_gate.model.labels import cited


def shown_rows(catalogue: Catalogue, laws: LawRegistry) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Id, domain and content of every row, by domain in the order of the catalogue."""
    for domain in DOMAINS:
        for row in catalogue.rows(domain):
            yield (
                row.id,
                domain,
                {
                    "item": list(row.item),
                    "content": row.content,
                    "basis": [_cited(laws, each.law, each.article) for each in row.basis],
                    "subject": row.subject,
                    "mode": row.mode,
                    "audience": row.audience,
                    "channels": list(row.channels),
                    "wording": row.wording,
                },
            )


def _cited(laws: LawRegistry, law: str, article: str) -> str:
    return cited(law, laws[law].title if law in laws else law, article)
