"""What a column says of itself: the site's name and code, who runs it, where its visitors may go on to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from disclosure_gate.model.frozen import Frozen, Text


def _web(address: str) -> str:
    if address and not address.startswith(("https://", "http://", "/", "mailto:", "tel:")):
        raise ValueError("https://… | http://… | /… | mailto:… | tel:…")
    return address


Web = Annotated[str, Field(max_length=500), AfterValidator(_web)]


class Entry(Frozen):
    """A way on for visitors: to apply for information, to a service, to an exchange with the office."""

    label: Text
    url: Web
    group: Literal["request", "service", "exchange", "portal"] = "service"


class SiteSettings(Frozen):
    """The site's own facts. ``id_code`` is the ten-digit 网站标识码; ``base_url`` where the public finds the column."""

    name: str = "政府信息公开专栏"
    name_en: str = "Government Information Disclosure"
    organ: str = ""
    domain: str = ""
    id_code: Annotated[str, Field(pattern=r"^\d{10}$|^$")] = ""
    base_url: Web = ""
    description: str = "依法公开的政府信息：检索、查阅、下载"
    keywords: str = "政府信息公开,主动公开,政策文件"
    contact: str = ""
    entries: tuple[Entry, ...] = ()
