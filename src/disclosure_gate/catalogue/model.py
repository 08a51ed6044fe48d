"""A domain's standard catalogue: its rows, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from disclosure_gate.law.registry import Article
from disclosure_gate.model.determination import Audience, Channel
from disclosure_gate.model.document import Level
from disclosure_gate.model.findings import Deadline, Period, PublicationSpec
from disclosure_gate.model.frozen import Frozen


class RowBasis(Frozen):
    """A provision a row rests on."""

    law: str
    article: Article = ""


class RowSource(Frozen):
    """One row as written. ``item`` is its path of one to three levels, 一级/二级/三级.

    ``wording`` is the deadline as catalogues print it; ``due`` what it means. ``then`` are further
    steps, such as the web after approval. ``specific``: its basis orders this very paper published.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+(?:[/-][a-z0-9_]+)*$", max_length=120)]
    item: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1, max_length=3)]
    content: str = ""
    basis: tuple[RowBasis, ...] = ()
    subject: str = ""
    mode: Literal["proactive", "on_request"] = "proactive"
    audience: Audience = "public"
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = ("column",)
    wording: str = ""
    due: Deadline | None = None
    period: Period | None = None
    then: tuple[PublicationSpec, ...] = ()
    specific: bool = False
    levels: tuple[Level, ...] = ("county",)
    elements: tuple[str, ...] = ()
    differs: str = ""  # what other counties' tables say otherwise
    confidence: Literal["verified", "H", "M", "L"]
    source: str = ""


class CatalogueFile(Frozen):
    """``catalogue.yaml``. ``subject`` is who publishes, for rows that do not say."""

    domain: str
    title: str
    subject: str = ""
    catalogue: Annotated[tuple[RowSource, ...], Field(min_length=1)]


class Row(RowSource):
    """A row in its domain. ``id`` becomes ``domain/id``."""

    domain: str

    @property
    def path(self) -> str:
        """Its levels, as a person names it: 最低生活保障/审核信息."""
        return "/".join(self.item)

    def publications(self) -> tuple[PublicationSpec, ...]:
        """Where and in what time it is published, first step first."""
        first = PublicationSpec(
            audience=self.audience, channels=self.channels, due=self.due, period=self.period
        )
        return (first, *self.then)
