"""Signing in with a person's key; sessions, roles, and forms that only our own pages can send.

The cookie holds a random token, the database its hash. The token that forms carry is made from the
session's, so a page of somebody else cannot know it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import sha256
from typing import Any, Literal, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from disclosure_gate.desk.pages import desk, gate, page, register
from disclosure_gate.desk.words import LANGUAGE_COOKIE, ROLES, as_json, said
from disclosure_gate.model.errors import Flaw
from disclosure_gate.register import sessions
from disclosure_gate.register.keys import ApiKey, Role, Scope
from disclosure_gate.register.sessions import Lasting
from disclosure_gate.service.problems import BadForm, NoKey, NotAllowed

Action: TypeAlias = Literal["draft", "review", "sign", "withdraw", "validity", "office", "rules"]
_View = TypeVar("_View", bound=Callable[..., Any])

SESSION = "dg_session"
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_MAY: dict[Action, tuple[frozenset[Role], Scope | None]] = {
    "draft": (frozenset({"drafter", "reviewer", "signer", "officer"}), "check"),
    "review": (frozenset({"reviewer", "officer"}), "check"),
    "sign": (frozenset({"signer"}), "issue"),
    "withdraw": (frozenset({"officer"}), "withdraw"),
    "validity": (frozenset({"officer"}), "validity"),
    "office": (frozenset({"reviewer", "signer", "officer", "auditor"}), "read"),
    "rules": (frozenset({"drafter", "reviewer", "signer", "officer", "auditor", "admin"}), None),
}
"""Who may do what: the role, and the scope the key must have as well."""


def may(action: Action, key: ApiKey | None = None) -> bool:
    """Whether the person signed in may do this."""
    who = key or g.get("key")
    if who is None:
        return False
    roles, scope = _MAY[action]
    return who.role in roles and (scope is None or scope in who.scopes)


def signed_in(action: Action) -> Callable[[_View], _View]:
    """The view is for people who may do this; a form it is sent must come from our own pages."""

    def wrap(view: _View) -> _View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            key = holder()
            if key is None:
                raise NoKey("E-SESSION")
            g.key = key
            if request.method not in {"GET", "HEAD"}:
                _own_form()
            if not may(action):
                roles = " | ".join(said(ROLES[each]) for each in sorted(_MAY[action][0]))
                raise NotAllowed("E-SCOPE", got=key.role, expected=roles)
            current_app.config["RATES"].take(key)
            return view(*args, **kwargs)

        return cast("_View", guarded)

    return wrap


def csrf_token() -> str:
    """What every form of the session must carry."""
    token = g.get("session_token") or request.cookies.get(SESSION, "")
    return sha256(f"form {token}".encode()).hexdigest() if token else ""


@desk.context_processor
def _given() -> dict[str, Any]:
    return {"may": may, "csrf": csrf_token, "key": g.get("key")}


@desk.get("/")
def home() -> BaseResponse:
    """Where each role begins."""
    key = holder()
    if key is None:
        return redirect(url_for("desk.sign_in"))
    g.key = key
    if key.role == "drafter":
        return redirect(url_for("desk.case_list"))
    if may("office"):
        return redirect(url_for("desk.office"))
    return redirect(url_for("desk.rules"))


@desk.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> BaseResponse:
    """Sign in with a key; who comes back to a draft goes on with it."""
    from disclosure_gate.desk import resuming  # noqa: PLC0415  it shows drafts, whose pages are for people signed in

    if request.method == "GET":
        return make_response(sign_in_page(None, request.args.get("next", "")))
    flaw = _transport_flaw()
    secret = next((each.strip() for each in request.form.getlist("key") if each.strip()), "")
    key = current_app.config["KEYS"].find(secret) if flaw is None and secret else None
    if flaw is None and key is None:
        flaw = Flaw("E-KEY")
    if flaw is None and key is not None and key.role == "system":
        flaw = Flaw("E-PERSON-KEY")
    if flaw is not None or key is None:
        return Response(sign_in_page(flaw, request.form.get("next", ""), resuming.carried()), 401)
    current_app.config["RATES"].take(key)
    goes_on = resuming.is_of(key)
    token = sessions.begin(register(), key.id, gate().now(), lasting())
    g.key, g.session_token = key, token
    answer = (
        resuming.resumed()
        if goes_on
        else redirect(_local(request.form.get("next", "")) or url_for("desk.home"))
    )
    answer.set_cookie(
        SESSION,
        token,
        max_age=int(
            (lasting().at_most + lasting().known).total_seconds()
        ),  # over, it tells whose draft comes
        path="/desk",
        secure=_https() or _host() not in _LOOPBACK,
        httponly=True,
        samesite="Strict",
    )
    return answer


def sign_in_page(
    flaw: Flaw | None, target: str, kept: Sequence[tuple[str, str]] = (), *, files: bool = False
) -> str:
    """The page to sign in.

    Args:
        flaw: why the last attempt failed.
        target: where to go then.
        kept: fields of a draft that are carried on.
        files: whether files came with it, which cannot be.
    """
    demo = current_app.config.get("DESK_DEMO", ())
    return page("sign_in.html", flaw=flaw, next=_local(target), kept=kept, files=files, demo=demo)


@desk.get("/form-token")
@signed_in("rules")
def form_token() -> Response:
    """What forms must carry now: a page that was open while somebody signed in anew goes on with it.

    Only our own pages can read the answer: the cookie is sent by none other, and no other origin is allowed to read.
    """
    return Response(as_json({"token": csrf_token()}), mimetype="application/json")


@desk.post("/sign-out")
def sign_out() -> BaseResponse:
    """End the session."""
    token = request.cookies.get(SESSION, "")
    if token:
        _own_form()
        sessions.end(register(), token, gate().now())
    answer = redirect(url_for("desk.sign_in"))
    answer.delete_cookie(SESSION, path="/desk")
    return answer


@desk.get("/language/<lang>")
def language(lang: str) -> BaseResponse:
    """Choose the language of the pages."""
    answer = redirect(_local(request.args.get("next", "")) or url_for("desk.home"))
    if lang in {"zh", "en"}:
        answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=365 * 86400, path="/desk", samesite="Lax")
    return answer


def holder() -> ApiKey | None:
    """Whose key the session of this request is; ``None`` without one."""
    token = request.cookies.get(SESSION, "")
    if not token:
        return None
    key_id = sessions.holder(register(), token, gate().now(), lasting())
    found: ApiKey | None = current_app.config["KEYS"].get(key_id) if key_id else None
    return found


def from_own_form() -> bool:
    """Whether this was sent from a page of the session that its cookie names."""
    given = request.headers.get("X-Form-Token") or request.form.get("form_token", "")
    return hmac.compare_digest(given.encode(), csrf_token().encode()) and not _foreign()


def _own_form() -> None:
    if not from_own_form():
        raise BadForm("E-FORM")


def _foreign() -> bool:
    """Whether the browser says that another site sent this."""
    origin = request.headers.get("Origin")
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} or (
        origin not in {None, "null"} and urlsplit(origin or "").netloc != request.host
    )


def _transport_flaw() -> Flaw | None:
    """A key travels over HTTPS, or does not leave the machine."""
    if _foreign():
        return Flaw("E-FORM")
    return None if _https() or _host() in _LOOPBACK else Flaw("E-HTTPS")


def _https() -> bool:
    return request.is_secure or bool(current_app.config["DESK_HTTPS"])


def _host() -> str:
    host = request.host
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def lasting() -> Lasting:
    """How long sessions last."""
    found: Lasting = current_app.config["DESK_SESSIONS"]
    return found


def _local(path: str) -> str:
    """The path if it lies on the desk; else nothing: nobody is sent elsewhere."""
    parts = urlsplit(path)
    own = path.startswith("/desk/") and not parts.scheme and not parts.netloc and "\\" not in path
    return path if own and all(char.isprintable() for char in path) else ""
