"""A web process that refuses what is no HTTP in our own words: such a request never reaches the application, which would say it."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName, LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker
from markupsafe import escape

from app.foundation.guards import TEXTS, TITLES
from app.foundation.i18n import LANGUAGES, html_lang, say

if TYPE_CHECKING:
    from flask import Flask

BAD_REQUEST = "400 Bad Request"
# Beyond these limits of the server nothing was read of the request; the others are plainly wrong.
STATUSES = {LimitRequestLine: "414 URI Too Long", LimitRequestHeaders: "431 Request Header Fields Too Large"}
OURS = (InvalidResponseHeader, InvalidResponseHeaderName)


def worker_for(application: Flask) -> type[ThreadWorker]:
    """Return the kind of process that serves ``application``. Its words are made once: nothing is known of the person who asks."""
    with application.app_context():
        page, data = _page(), _data()

    class Worker(ThreadWorker):  # type: ignore[misc,unused-ignore]
        """A process with several threads."""

        def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
            if not isinstance(exc, ParseException) or isinstance(exc, OURS):
                super().handle_error(req, client, addr, exc)
                return
            self.log.warning("A request that is no HTTP: %s", type(exc).__name__)
            # Of a line that could not be read the error holds the text.
            is_program = " /api/" in str(exc) or str(getattr(getattr(exc, "req", None) or req, "path", "")).startswith("/api/")
            status = STATUSES.get(type(exc), BAD_REQUEST)
            try:
                client.sendall(answer(status, data if is_program else page, "application/json" if is_program else "text/html"))
            except OSError:
                self.log.debug("Nobody waited for the answer.")

    return Worker


def answer(status: str, content: bytes, kind: str) -> bytes:
    """Return the whole answer as it goes over the line."""
    head = [
        f"HTTP/1.1 {status}",
        "Connection: close",
        f"Content-Type: {kind}; charset=utf-8",
        f"Content-Length: {len(content)}",
        "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
    ]
    return "\r\n".join([*head, "", ""]).encode() + content


def _data() -> bytes:
    return json.dumps({"error": {"code": "http_400", "message": say(TEXTS[400], "en"), "fields": {}}}).encode()


def _page() -> bytes:
    said = [
        f'<section lang="{html_lang(locale)}"><h1>{escape(say(TITLES[400], locale))}</h1><p>{escape(say(TEXTS[400], locale))}</p></section>'
        for locale in LANGUAGES
    ]
    return "".join(["<!doctype html><html><head><meta charset=utf-8><title>400</title></head><body>", *said, "</body></html>"]).encode()
