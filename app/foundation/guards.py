"""What stands around every request: cross-site tokens, security headers, the host, odd bytes, limits, and errors as pages.

Bad input is never a server error: what cannot be read is 400, what a rule refuses is 422, what is not there or belongs to
somebody else is 404. ``init_guards(app)`` puts it all in place.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict, deque
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError, TooManyRequests
from werkzeug.routing import IntegerConverter

from app.foundation.headers import add_headers
from app.foundation.i18n import say
from app.foundation.logs import request_id
from app.foundation.received import MOST_FORM_PARTS, Received
from app.values.characters import CANNOT_BE_STORED, can_be_stored
from app.values.errors import Conflict, Malformed, Message, NotAllowed, NotFound, OperationRefused

log = logging.getLogger(__name__)

csrf = CSRFProtect()

LARGEST_BODY = 6 * 1024 * 1024
LARGEST_FORM = 1024 * 1024
LONGEST_ADDRESS = 8_000

STATUS_OF: tuple[tuple[type[OperationRefused], int], ...] = ((Malformed, 400), (NotAllowed, 403), (NotFound, 404), (Conflict, 409))
REFUSED = 422

TITLES = {
    400: Message("This request cannot be read."),
    401: Message("Please sign in."),
    403: Message("No permission"),
    404: Message("This page does not exist."),
    405: Message("This cannot be opened in this way."),
    409: Message("Somebody else was faster."),
    413: Message("This is too large to be sent."),
    422: Message("This is not possible."),
    429: Message("Too many requests. Wait a minute and try again."),
    500: Message("Something went wrong on our side."),
    503: Message("The database does not answer. Try again in a moment."),
}

# The first words of what a page may show beside its title.
TEXTS = {
    400: Message("The address or the form contains something that cannot be read. Go back and try again."),
    403: Message("Your role does not include this page. Ask an administrator if you need it."),
    404: Message("It may have been moved, or it belongs to an office that is not yours."),
    405: Message("Go back to the page you came from and use its button."),
    413: Message("Send less at once."),
    500: Message("What you typed has not been saved. The error was recorded; try again, and tell an administrator if it happens again."),
}

# The same for programs, which open no pages and press no buttons.
FOR_PROGRAMS = {
    400: Message("The request contains something that cannot be read."),
    403: Message("Your role does not include this."),
    404: Message("There is nothing at this address. Every address stands in the description of the API."),
    405: Message("This address does not take this method. The description of the API names those it takes."),
    500: Message("Something went wrong here and was recorded. Nothing has been saved; try again."),
}


class PlainInteger(IntegerConverter):
    """A number in an address: written with the ten digits that addresses are made with, not with those of another script."""

    regex = r"[0-9]+"


def init_guards(app: Flask) -> None:
    """Put the guards in place. Call it before the views are registered."""
    app.request_class = Received
    app.url_map.converters["int"] = PlainInteger
    app.config.setdefault("MAX_CONTENT_LENGTH", LARGEST_BODY)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.config["MAX_FORM_PARTS"] = MOST_FORM_PARTS
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    public = urlsplit(app.config.get("PUBLIC_URL") or "")
    if public.hostname and not app.config.get("TRUSTED_HOSTS"):
        app.config["TRUSTED_HOSTS"] = [public.hostname, "localhost", "127.0.0.1"]
    csrf.init_app(app)
    app.before_request(refuse_odd_bytes)
    app.wsgi_app = head_as_get(app.wsgi_app)  # type: ignore[method-assign]
    app.url_defaults(_keep_office)
    app.after_request(add_headers)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, show_csrf_error)
    app.register_error_handler(SecurityError, show_wrong_host)
    app.register_error_handler(OperationRefused, show_refusal)
    app.register_error_handler(DataError, show_data_error)
    app.register_error_handler(IntegrityError, show_integrity_error)
    app.register_error_handler(OperationalError, show_database_error)
    app.register_error_handler(UnicodeError, show_data_error)
    if find_spec("gunicorn"):  # there is none where there is no fork
        # A body in pieces is read by the application, so it turns out there to be none.
        app.register_error_handler(import_module("gunicorn.http.errors").ParseException, show_data_error)
    app.register_error_handler(Exception, show_bug)


def head_as_get(application: Any) -> Any:
    """Let HEAD be the GET of the same address without its content: no view asks for it, and nothing sent with it is ever a form."""

    def answered(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] != "HEAD":
            return application(environ, start_response)
        content = application({**environ, "REQUEST_METHOD": "GET"}, start_response)
        if hasattr(content, "close"):
            content.close()
        return ()

    return answered


def _keep_office(endpoint: str, values: dict[str, Any]) -> None:
    from app.foundation.views.office import keep_office

    keep_office(endpoint, values)


# Before -----------------------------------------------------------------------------------------------------------------------


def refuse_odd_bytes() -> None:
    """Refuse NUL bytes and broken UTF-8 anywhere in the request: PostgreSQL cannot store them and would answer with an error.

    A page of forms or filters says it itself, beside the field; everywhere else the whole request is refused, its fields named.
    """
    if len(request.full_path) > LONGEST_ADDRESS:
        raise BadRequest
    is_form = request.mimetype in {"application/x-www-form-urlencoded", "multipart/form-data"}
    sent = [*request.args.items(multi=True), *(request.form.items(multi=True) if is_form else ())]
    if not can_be_stored(request.path) or not all(can_be_stored(name) for name, _ in sent):
        raise BadRequest
    odd = {name: CANNOT_BE_STORED for name, text in sent if not can_be_stored(text)}
    if odd and not _says_it_beside_the_field():
        raise Malformed((FOR_PROGRAMS if wants_json() else TEXTS)[400], code="bad_text", fields=odd)


def _says_it_beside_the_field() -> bool:
    """Tell whether the view reads everything typed through fields that refuse what cannot be stored; it declares so by its routes."""
    route = current_app.view_functions.get(request.endpoint or "")
    view = getattr(route, "__self__", None)
    return getattr(route, "__name__", "") in getattr(view, "explains_odd_text", ())


# Errors -----------------------------------------------------------------------------------------------------------------------


def status_of(error: OperationRefused) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUS_OF if isinstance(error, kind)), REFUSED)


def show_refusal(error: OperationRefused) -> Any:
    """Answer a refusal nobody caught: its own sentence, as a page or as JSON."""
    return answer(status_of(error), error.code, error.message, error.fields)


def show_http_error(error: HTTPException) -> Any:
    """Answer the framework's errors in our own words; redirects pass."""
    if error.code is None or error.code < 400:
        return error
    if error.response is not None:
        return error.response
    words = {**TEXTS, **FOR_PROGRAMS} if wants_json() else TEXTS
    answered = answer(error.code, f"http_{error.code}", words.get(error.code, TITLES.get(error.code, TITLES[500])))
    answered.headers.update({name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After", "WWW-Authenticate"}})
    return answered


def show_csrf_error(error: CSRFError) -> Any:
    """Answer a form without a valid token: most often the session has ended since the page was opened, and it is given back."""
    from app.foundation.views.access import sent_again

    given_back = sent_again() if not wants_json() else None
    if given_back is not None:
        return given_back
    return answer(
        400, "csrf", Message("This form is too old: the session has ended since it was opened. Go back, reload the page and send it again.")
    )


def show_wrong_host(error: SecurityError) -> Any:
    """Answer a Host header that is not ours: it must never reach a link or a redirect."""
    here = current_app.config.get("PUBLIC_URL")
    return answer(400, "wrong_host", Message("This installation answers at %(address)s only.", address=here) if here else TEXTS[400])


def show_data_error(error: Exception) -> Any:
    """Answer input that the database cannot take; no SQL is ever shown."""
    _roll_back()
    log.info("Refused data: %s", type(error).__name__)
    return answer(400, "bad_data", TEXTS[400])


def show_integrity_error(error: IntegrityError) -> Any:
    """Answer a contradiction that no form explained."""
    from app.foundation.views.integrity import explained_violation

    _roll_back()
    refusal = explained_violation(error)
    return answer(status_of(refusal), refusal.code, refusal.message, refusal.fields)


def show_database_error(error: OperationalError) -> Any:
    """Answer a database that does not."""
    _roll_back()
    log.exception("The database does not answer")
    return answer(503, "database", TITLES[503])


def show_bug(error: Exception) -> Any:
    """Answer a bug with a page that says so; in tests the bug itself comes out."""
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing:
        raise error
    _roll_back()
    log.exception("Unexpected error")
    return answer(500, "error", TEXTS[500])


def _roll_back() -> None:
    from app.foundation.database import db

    db.session.rollback()


def wants_json() -> bool:
    """Tell whether a program asks, not a person's browser."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def answer(status: int, code: str, message: Any, fields: dict[str, Any] | None = None) -> Response:
    """Return the error as a page, with the id by which the log names it, or as the JSON of the API, with the id in its header."""
    if wants_json():
        body = {"error": {"code": code, "message": say(message), "fields": {name: say(text) for name, text in (fields or {}).items()}}}
        response = jsonify(body)
    else:
        title = TITLES.get(status, TITLES[500])
        response = Response(_page(status, title, message, request_id()), mimetype="text/html")
    response.status_code = status
    return response


def _page(status: int, title: Any, message: Any, reference: str) -> str:
    from app.foundation.views.office import chosen_office

    with suppress(OperationRefused, HTTPException):
        chosen_office()  # a wrong one is refused once; the page about it is one of the person's first office
    if isinstance(request.routing_exception, SecurityError):
        return _bare_page(title, message)  # under a wrong host there are no links
    try:
        return render_template("feehouse/error.html", code=status, title=title, message=message, reference=reference)
    except Exception:
        # The page around the error may itself need what is broken; the sentence must reach the person all the same.
        log.exception("The error page could not be written")
        return _bare_page(title, message)


def _bare_page(title: Any, message: Any) -> str:
    from markupsafe import escape

    heading = escape(say(title))
    return f"<!doctype html><meta charset=utf-8><title>{heading}</title><h1>{heading}</h1><p>{escape(say(message))}</p>"


# Limits -----------------------------------------------------------------------------------------------------------------------

_seen: dict[tuple[str, str], deque[float]] = defaultdict(deque)
_seen_lock = threading.Lock()
MOST_KEPT = 50_000


def too_many(what: str, who: str, most: int, seconds: float) -> bool:
    """Count one use of ``what`` by ``who``; tell whether there were more than ``most`` within ``seconds`` in this process.

    For limits that protect money or logins across processes the database must count; this one keeps scripts from copying lists.
    """
    now = time.monotonic()
    with _seen_lock:
        if len(_seen) > MOST_KEPT:
            _seen.clear()
        times = _seen[what, who]
        while times and times[0] <= now - seconds:
            times.popleft()
        if len(times) >= most:
            return True
        times.append(now)
        return False


def limited(what: str, who: str, most: int, seconds: float) -> None:
    """Raise 429 when ``too_many``."""
    if too_many(what, who, most, seconds):
        raise TooManyRequests(retry_after=int(seconds))
