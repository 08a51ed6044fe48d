"""Mounting the desk on the sidecar's application: pages, language, headers, errors."""

from __future__ import annotations

import io
from functools import cached_property
from pathlib import Path
from typing import IO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Request, Response, g, redirect, render_template, request, url_for
from flask_babel import Babel, Domain
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

# Each of these adds its pages to the blueprint.
from disclosure_gate.desk import casework, copying, drafting, lawbook, office, reporting, signin, words  # noqa: F401
from disclosure_gate.desk.pages import by_script, desk, page
from disclosure_gate.desk.resuming import kept_page
from disclosure_gate.desk.signin import SESSION, holder
from disclosure_gate.events import LogEvent, log
from disclosure_gate.model.errors import Flaw, GateError
from disclosure_gate.register.overview import Overview
from disclosure_gate.register.sessions import Lasting
from disclosure_gate.service.problems import status_of

TRANSLATIONS = Path(__file__).parent / "translations" / "en.po"
_MOST_FORM = 16 * 1024 * 1024  # bytes of text fields; files are not counted
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def mount(app: Flask, *, https: bool = False, lasting: Lasting | None = None) -> None:
    """Serve the desk under ``/desk`` of an application made by ``service.create_app``.

    Args:
        app: the sidecar's application.
        https: a proxy in front speaks HTTPS; without one people sign in on this machine only.
        lasting: how long sessions last.
    """
    app.config.update(
        DESK_HTTPS=https,
        DESK_SESSIONS=lasting or Lasting(),
        DESK_OVERVIEW=Overview(),
        MAX_FORM_MEMORY_SIZE=_MOST_FORM,
    )
    app.request_class = _InMemory
    _Babel(app, locale_selector=words.language)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(desk)
    app.add_url_rule("/", "root", lambda: redirect(url_for("desk.home")))


class _InMemory(Request):
    """Files that are sent are held in memory: one with a secrecy mark must not have been on disk."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return io.BytesIO()


class _Babel(Babel):  # type: ignore[misc]  # it ships no types
    @cached_property
    def domain_instance(self) -> Domain:
        """Where sentences come from."""
        return _Sentences()


class _Sentences(Domain):  # type: ignore[misc]  # it ships no types
    """The English sentences, read from their source: nothing compiled lies about that could be out of date."""

    def __init__(self) -> None:
        super().__init__()
        with TRANSLATIONS.open("rb") as source:
            catalogue = read_po(source, locale="en")
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        self._english = Translations(compiled)

    def get_translations(self) -> NullTranslations:
        """English, or the Chinese that stands in the pages."""
        return self._english if words.language() == "en" else NullTranslations()


@desk.after_request
def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint == "desk.static" and response.status_code == 200:  # noqa: PLR2004  what HTTP calls OK
        response.headers["Cache-Control"] = "public, max-age=300"
    return response


@desk.errorhandler(GateError)
def _told(error: GateError) -> BaseResponse:
    """A flaw as a page, or as JSON where a script asked."""
    if error.code == "E-SESSION" and request.method == "GET" and not by_script():
        return redirect(url_for("desk.sign_in", next=request.full_path.rstrip("?")))
    if error.code == "E-SESSION" and (kept := kept_page()) is not None:
        return kept  # its cookie stays: it tells whose the draft is
    answer = _shown(error.flaws, status_of(error))
    if error.code == "E-SESSION":
        answer.delete_cookie(SESSION, path="/desk")
    return answer


@desk.errorhandler(HTTPException)
def _http_told(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004  a redirect is no error
        return BaseResponse.force_type(error.get_response(), request.environ)
    code = "E-TEXT-LARGE" if status == 413 else "E-HTTP"  # noqa: PLR2004  HTTP's status for too large
    return _shown((Flaw(code, got=str(status)),), status)


@desk.errorhandler(Exception)
def _unforeseen(error: Exception) -> BaseResponse:
    # Nothing of the exception is told: it may carry content (P7).
    log(
        LogEvent.STAGE_FAILED,
        document_id=g.get("request_id", ""),
        stage="desk",
        error=type(error).__name__,
    )
    return _shown((Flaw("E-INTERNAL"),), 500)


@desk.route("/<path:rest>")
def _nothing_there(rest: str) -> BaseResponse:
    del rest
    g.key = holder()
    return _shown((Flaw("E-HTTP", got="404"),), 404)


def _shown(flaws: tuple[Flaw, ...], status: int) -> Response:
    if by_script():
        told = {
            "errors": [flaw.as_json(words.language()) for flaw in flaws],
            "alert": render_template("_flaws.html", flaws=flaws, words=words),
        }
        return Response(words.as_json(told), status, mimetype="application/json")
    return Response(page("problem.html", flaws=flaws, status=status), status)
