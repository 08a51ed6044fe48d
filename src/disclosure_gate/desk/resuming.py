"""A draft that is sent after its session ended, without script to keep it: the page to sign in anew carries it on.

Nothing of it is stored. It is carried only if it comes from a form of that very session, is not too large and bears no
mark of secrecy; and only the person whose session it was is given it back. Nothing is proposed unasked.
"""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from disclosure_gate.desk.drafting import preview_page
from disclosure_gate.desk.pages import by_script, gate, register
from disclosure_gate.desk.signin import SESSION, from_own_form, lasting, sign_in_page
from disclosure_gate.detect import secret_mark
from disclosure_gate.register import sessions
from disclosure_gate.register.keys import ApiKey

MOST = 2_000_000
"""Characters of all fields together; a document of that length is sent as a file."""
_DRAFTS = {"desk.propose", "desk.propose_again", "desk.preview"}
_ASKED = {"key", "next", "username"}  # what the page to sign in asks itself


def kept_page() -> Response | None:
    """The page to sign in, with the draft that was sent; ``None`` where nothing is carried on."""
    if request.endpoint not in _DRAFTS or by_script() or not carried():
        return None
    return Response(
        sign_in_page(None, "", carried(), files=any(each.filename for each in request.files.values())), 401
    )


def carried() -> list[tuple[str, str]]:
    """The fields of the draft that this request brings; none where it must not be carried on."""
    # Whose it was comes first: what anybody may send is not read at all.
    if request.method != "POST" or _whose() is None or not from_own_form():
        return []
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _ASKED]
    if sum(len(name) + len(value) for name, value in fields) > MOST:
        return []
    # INVARIANT: what bears a mark of secrecy is given back to nobody.
    return [] if any(secret_mark(value) is not None for _, value in fields) else fields


def is_of(key: ApiKey) -> bool:
    """Whether this request brings a draft of the holder of ``key``."""
    return request.endpoint == "desk.sign_in" and _whose() == key.id and bool(carried())


def resumed() -> BaseResponse:
    """The drafting page as it was sent, with its determination."""
    return preview_page(resumed=True)


def _whose() -> str | None:
    """The id of the key of the session that has ended."""
    return sessions.whose(register(), request.cookies.get(SESSION, ""), gate().now(), lasting())
