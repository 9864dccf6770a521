"""Refusals of rights go into the log: who asked for which page or endpoint that his role does not include."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, request

from app.foundation.guards import too_many
from app.foundation.log import LogKind, note_now
from app.foundation.scope import scope_or_none
from app.values.errors import Message

FORBIDDEN = 403
# A script that knocks at every door fills the log no faster than this, per person and process.
MOST_PER_MINUTE = 60


def init_refusals(app: Flask) -> None:
    """Let every answer "no permission" leave its entry."""
    app.after_request(note_refusal)


def note_refusal(response: Response) -> Response:
    """Write the entry of a refused request; its answer is made already and waits for nothing but one row."""
    if response.status_code != FORBIDDEN:
        return response
    scope = scope_or_none()
    who = str(scope.user_id) if scope is not None else request.remote_addr or ""
    if not too_many("refusal", who, MOST_PER_MINUTE, 60):
        table, row_id = _subject()
        sentence = Message("%(method)s %(page)s was refused.", method=request.method, page=_page())
        note_now(LogKind.REFUSED, sentence, of_table=table, row_id=row_id)
    return response


def _page() -> str:
    """Return the address without anything typed: its rule, with numbers only where it has places."""
    rule = request.url_rule.rule if request.url_rule is not None else ""
    words = [_word(part) for part in rule.split("/")]
    return "/".join(words)


def _word(part: str) -> str:
    if not part.startswith("<"):
        return part
    value = str((request.view_args or {}).get(part.strip("<>").rpartition(":")[2], ""))
    return value if value.isdigit() and len(value) <= 10 else "…"


def _subject() -> tuple[str, int | None]:
    """Return table and number of the row that the address names, as far as its view tells."""
    arguments: dict[str, Any] = request.view_args or {}
    number = str(arguments.get("pk", ""))
    builder = getattr(current_app, "appbuilder", None)
    endpoint = (request.endpoint or "").partition(".")[0]
    view = next((each for each in getattr(builder, "baseviews", ()) if each.endpoint == endpoint), None)
    model = getattr(getattr(view, "datamodel", None), "obj", None)
    table = str(getattr(model, "__tablename__", ""))
    return table, int(number) if table and number.isascii() and number.isdigit() and len(number) < 10 else None
