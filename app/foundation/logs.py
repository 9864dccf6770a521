"""What the processes write about themselves: one line per request and job, with an id by which people can ask, and no personal data.

A line holds the route's pattern, never the address with its numbers and queries; no form values, no names. On a terminal it is written
for people, elsewhere, or with ``LOG_FORMAT=json``, as one JSON object.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import secrets
import sys
import time
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, has_request_context, request

from app.foundation.actor import acting_job
from app.foundation.scope import scope_or_none

HEADER = "X-Request-ID"
ID, BEGAN = "feehouse.request_id", "feehouse.began"
# What a proxy may hand over: nothing that could break a line of the log or a header.
GIVEN = re.compile(r"[A-Za-z0-9._-]{4,64}")
# The database names values of rows in the details of an error.
DETAILS = re.compile(r"^(?:DETAIL|CONTEXT|HINT):.*$\n?", re.MULTILINE)
STATIC = ("static", "appbuilder.static")
# Asked every few seconds; they leave a line only when they have bad news.
WATCHED = ("health.live", "health.ready")
REQUESTS = logging.getLogger("feehouse.requests")
# The keys of a line of ours, beside those of every line.
FACTS = ("method", "route", "status", "milliseconds", "user", "office", "job", "job_id", "state")


# Requests -----------------------------------------------------------------------------------------------------------------------


def init_request_log(app: Flask) -> None:
    """Give every request its id, and every answer its line."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_end)


def request_id() -> str:
    """Return the id of the request under way; empty outside one. It is taken from the proxy in front, or made."""
    if not has_request_context():
        return ""
    found: str | None = request.environ.get(ID)
    if found is None:
        given = request.headers.get(HEADER, "")
        found = request.environ[ID] = given if GIVEN.fullmatch(given) else secrets.token_hex(4)
    return found


def _begin() -> None:
    request.environ[BEGAN] = time.monotonic()
    request_id()


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    is_no_news = request.endpoint in WATCHED and response.status_code == HTTPStatus.OK
    if request.endpoint not in STATIC and not is_no_news:
        REQUESTS.info("request", extra=_facts(response))
    return response


def _facts(response: Response) -> dict[str, Any]:
    # The views stand on the guards, and those name the request.
    from app.foundation.views.state import request_store

    began = request.environ.get(BEGAN)
    scope = scope_or_none()
    return {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule is not None else None,
        "status": response.status_code,
        "milliseconds": None if began is None else round((time.monotonic() - began) * 1000, 1),
        "user": scope.user_id if scope is not None else None,
        "office": request_store().get("office"),
    }


# Lines --------------------------------------------------------------------------------------------------------------------------


def configure_logging(wanted: str) -> None:
    """Let this process and its children write lines to the error stream: ``wanted`` is json, human, or nothing to go by the stream."""
    is_json = wanted == "json" or (wanted != "human" and not sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if is_json else HumanLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # These tell of every step; our own lines tell what became of it.
    for name in ("procrastinate", "alembic", "flask_appbuilder", "fontTools"):
        logging.getLogger(name).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_details(record.getMessage()),
        }
        line |= _known(record)
        if record.exc_info:
            line["error"] = without_details(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class HumanLines(logging.Formatter):
    """One line for the eye: the time, what happened, its facts."""

    def format(self, record: logging.LogRecord) -> str:
        known = _known(record)
        if record.name == REQUESTS.name:
            words = f"{known.get('status')} {known.get('method')} {known.get('route') or '?'} {known.get('milliseconds')} ms"
        else:
            words = f"{record.levelname.lower()}: {without_details(record.getMessage())}"
        left = " ".join(f"{name}={value}" for name, value in known.items() if name not in ("method", "route", "status", "milliseconds"))
        text = f"{_moment(record)[11:19]} {words} {left}".rstrip()
        return f"{text}\n{without_details(self.formatException(record.exc_info))}" if record.exc_info else text


def without_details(text: str) -> str:
    """Return ``text`` without the lines in which the database repeats values of rows."""
    return DETAILS.sub("", text)


def _known(record: logging.LogRecord) -> dict[str, Any]:
    """Return the facts of a line that are known, with the request or job in which it was written."""
    facts = {"request": request_id() or None, "job": acting_job() or None}
    facts |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
    return {name: value for name, value in facts.items() if value is not None}


def _moment(record: logging.LogRecord) -> str:
    return datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
