"""Opening and writing office containers: bounded, without traversal, without entities."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from posixpath import join, normpath
from typing import NamedTuple

from lxml import etree

from disclosure_gate.model.errors import UnreadableError

MAX_ENTRIES = 4_000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 400  # unpacked to packed, for entries above 1 MiB: office XML stays far below
# What stands where something is left out.
PICTURE_SIGN, CHART_SIGN, DIAGRAM_SIGN = "〔图片略〕", "〔图表略〕", "〔图示略〕"
OBJECT_SIGN, BOX_SIGN = "〔嵌入对象略〕", "〔文本框略〕"
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".wdp")
# What an attribute may tell of somebody: Chinese, a number as long as a person's, an e-mail address.
TELLING = re.compile(r"[\u3400-\u9fff]|[0-9][0-9 \-]{9,}|@")
_LARGE = 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCRYPTED = 0x1
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PACKAGE = "EncryptedPackage".encode("utf-16-le")  # the stream an encrypted document is in


class Relation(NamedTuple):
    """From one part to another. ``kind`` is the end of its type; ``target`` a part's name, or an address outside."""

    kind: str
    identity: str
    target: str
    external: bool


def refuse_old(data: bytes) -> None:
    """What is called .docx or .xlsx and is an OLE file is an encrypted one, or a .doc, .xls or .wps renamed.

    Raises:
        UnreadableError: ``U-ENCRYPTED``, ``U-FORMAT``.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError("U-ENCRYPTED" if _PACKAGE in data else "U-FORMAT")


def unpack(data: bytes) -> dict[str, bytes]:
    """All entries of an OOXML container by name.

    Raises:
        UnreadableError: ``U-BROKEN`` (no zip, a doubled or outward name, a bad checksum),
            ``U-ENCRYPTED``, ``U-LARGE`` (too many entries, too large, packed too tightly).
    """
    parts: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise UnreadableError("U-LARGE")
            for entry in entries:
                if entry.is_dir():
                    continue
                if entry.flag_bits & _ENCRYPTED:
                    raise UnreadableError("U-ENCRYPTED")
                if not _plain(entry.filename) or entry.filename in parts:
                    raise UnreadableError("U-BROKEN")
                # The size the archive states is a claim: reading stops where the claim or the bound ends.
                if entry.file_size > _LARGE and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
                    raise UnreadableError("U-LARGE")
                if total + entry.file_size > MAX_UNPACKED:
                    raise UnreadableError("U-LARGE")
                with archive.open(entry) as stream:
                    content = stream.read(entry.file_size + 1)
                if len(content) > entry.file_size:
                    raise UnreadableError("U-LARGE")
                total += len(content)
                parts[entry.filename] = content
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
    ) as error:
        raise UnreadableError("U-BROKEN") from error
    return parts


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A container of these parts, the same bytes for the same parts."""
    out = io.BytesIO()
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), parts[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xml(data: bytes) -> etree._Element:
    """The root of an XML part; no document type, no entities, no network.

    Raises:
        UnreadableError: ``U-BROKEN``.
    """
    sample = (
        data.replace(b"\0", b"") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:64] else data
    )
    if _DECLARED.search(sample):
        raise UnreadableError("U-BROKEN")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("U-BROKEN") from error
    if root is None or root.getroottree().docinfo.doctype:
        raise UnreadableError("U-BROKEN")
    return root


def relations(data: bytes, folder: str) -> list[Relation]:
    """What a part of relations tells; ``folder`` is that of the part they start from."""
    found = []
    for each in xml(data).iter(f"{_REL}Relationship"):
        kind = each.get("Type", "").rpartition("/")[2]
        target = each.get("Target", "")
        external = each.get("TargetMode") == "External"
        if not external:
            target = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        found.append(Relation(kind, each.get("Id", ""), target, external))
    return found


def relations_of(name: str) -> str:
    """The part in which the relations of part ``name`` stand."""
    folder, _, base = name.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


def serialised(root: etree._Element) -> bytes:
    """The part as bytes."""
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def _plain(name: str) -> bool:
    return (
        bool(name)
        and "\\" not in name
        and ":" not in name
        and not name.startswith("/")
        and not any(step in {"", ".", ".."} for step in name.split("/"))
    )
