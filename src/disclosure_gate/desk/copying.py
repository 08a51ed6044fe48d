"""The public copy of a draft, to look at or to take away; nothing of it is kept.

What cannot be read, such as a picture, holds a copy until a person has looked at it (ADR 12): the page says where it is, and
who ticks that nothing of it is secret or to be published is given a copy without it. The document comes back
with that tick, so that what was looked at is what is left out.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from flask import Response, g, request
from werkzeug.datastructures import FileStorage, MultiDict

from disclosure_gate.desk import words
from disclosure_gate.desk.drafting import data_from, files_kept, parsed
from disclosure_gate.desk.pages import attached, desk, gate, page
from disclosure_gate.desk.signin import signed_in
from disclosure_gate.model.clearance import PublicCopies, PublicFile
from disclosure_gate.model.document import Document, content_digest
from disclosure_gate.model.errors import Flaw, UnreadableError

_MOST = 64 * 1024 * 1024  # bytes of files that a page carries; larger ones are chosen again
_MOST_LINKED = 24 * 1024 * 1024  # bytes of a copy; some browsers open no longer addresses
_PIECE = 4 * 1024 * 1024  # characters of one field: a form's fields are bounded one by one
_OF_THIS_FORM = {"form_token", "as", "looked", "asked", "files"}
_FILE = re.compile(r"file\.(\d+)\.name")


@desk.post("/copy")
@signed_in("draft")
def copy() -> Response:
    """The public copy, or what a person must look at before it can be made."""
    brought = [*_carried(request.form), *request.files.getlist("files")]
    document = parsed(data_from(request.form, brought, "preview", files_kept(request.form)))
    # INVARIANT: what was ticked was of this very content; of any other it says nothing.
    looked = request.form.get("looked") == content_digest(document)
    try:
        copies = gate().redact(document, without_objects=looked)
    except UnreadableError as error:
        return _refused(document, error, brought)
    if request.form.get("as") == "page":
        # INVARIANT P6: a page that shows public copies holds nothing but them: it may be saved, printed, sent on.
        return Response(_page(document, (), copies=copies))
    return _taken(copies)


def _refused(document: Document, error: UnreadableError, brought: Sequence[FileStorage]) -> Response:
    """Where something is that cannot be seen: what a person may have left out, or what keeps a copy from being made at all."""
    if error.code == "H-SECRET":
        raise error
    try:
        without = gate().redact(document, without_objects=True)  # only its places are told
    except UnreadableError as left:
        return Response(_page(document, (), flaws=left.flaws), 422)
    return Response(_page(document, brought, unseen=without), 422)


def _taken(copies: PublicCopies) -> Response:
    files = [(each.name, each.media_type, each.content) for each in copies.files]
    if len(files) > 1:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (name, _, content) in enumerate(files, 1):
                archive.writestr(f"{number}-{name}", content)
        files = [("public-copies.zip", "application/zip", packed.getvalue())]
    name, media_type, content = files[0]
    answer = Response(content, mimetype=media_type.partition(";")[0])
    return attached(answer, name)


def _page(
    document: Document,
    brought: Sequence[FileStorage],
    *,
    copies: PublicCopies | None = None,
    unseen: PublicCopies | None = None,
    flaws: Sequence[Flaw] = (),
) -> str:
    names = [each.name for each in document.files]
    told = copies or unseen
    return page(
        "copy.html",
        copies=copies,
        shown=[
            (
                each.name,
                each.content.decode() if each.media_type.startswith("text/plain") else None,
                _link(each),
            )
            for each in (copies.files if copies else ())
        ],
        flaws=[(words.place_of(each.where, names), each) for each in flaws],
        pictures=[words.place_of(each, names) for each in told.left_out] if told else [],
        objects=[words.place_of(each, names) for each in told.objects_left_out] if told else [],
        unticked=unseen is not None and "asked" in request.form,
        digest=content_digest(document),
        who=g.key.name,
        fields=[each for each in request.form.items(multi=True) if unseen and not _ours(each[0])],
        carried=list(_pieces(brought)) if _fits(brought) else [],
        again=not _fits(brought),
    )


def _link(file: PublicFile) -> str:
    """An address that is the copy itself, so that what is taken away is what was looked at; none of a large one."""
    if len(file.content) > _MOST_LINKED:
        return ""
    return f"data:{file.media_type.partition(';')[0]};base64,{base64.b64encode(file.content).decode()}"


def _ours(name: str) -> bool:
    return name in _OF_THIS_FORM or name.startswith("file.")


def _fits(files: Sequence[FileStorage]) -> bool:
    return sum(len(_bytes(each)) for each in files) <= _MOST


def _pieces(files: Sequence[FileStorage]) -> Iterator[tuple[str, str]]:
    """The fields that carry files on: their names, and their bytes in pieces."""
    for number, each in enumerate(each for each in files if each.filename):
        yield f"file.{number}.name", each.filename or ""
        coded = base64.b64encode(_bytes(each)).decode()
        yield from ((f"file.{number}", coded[at : at + _PIECE]) for at in range(0, len(coded), _PIECE))


def _carried(form: MultiDict[str, str]) -> list[FileStorage]:
    """The files that a page of ours carried."""
    numbers = [found[1] for name in form if (found := _FILE.fullmatch(name))]
    return [
        FileStorage(
            io.BytesIO(base64.b64decode("".join(form.getlist(f"file.{number}")))), form[f"file.{number}.name"]
        )
        for number in numbers
    ]


def _bytes(file: FileStorage) -> bytes:
    file.stream.seek(0)
    data: bytes = file.read()
    return data
