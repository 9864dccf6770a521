"""Identity numbers stay out of addresses: an address is kept in histories, bookmarks and the logs of whatever stands in between.

The page's script sends what looks like one by POST. What comes by GET all the same is not searched for: a person is led to the form that
posts it, a script is told so.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, redirect, request, url_for

from app.foundation.i18n import say
from app.foundation.scope import scope_or_none
from app.foundation.views.links import may_open, view_named
from app.values.errors import Malformed, Message
from app.values.id_numbers import looks_like_id_number

REFUSAL = Message("An identity number must not stand in an address. Type it here: it is sent unseen.")


def init_private_addresses(app: Flask) -> None:
    """Put the guard in place, after the one that finds out who asks."""
    app.before_request(keep_id_numbers_out)


def keep_id_numbers_out() -> Any:
    """Turn a request away whose address holds what looks like an identity number."""
    if not any(looks_like_id_number(text) for _name, text in request.args.items(multi=True)):
        return None
    is_script = request.path.startswith("/api/") or request.headers.get("X-Requested-With") is not None
    if is_script or request.method not in ("GET", "HEAD") or scope_or_none() is None:
        raise Malformed(Message("An identity number must not stand in an address. Send it by POST."), code="id_number_in_address")
    customers = view_named("CustomerView")
    if customers is None or not may_open(customers, "find"):
        raise Malformed(Message("An identity number must not stand in an address. Send it by POST."), code="id_number_in_address")
    flash(say(REFUSAL), "info")
    return redirect(url_for("CustomerView.find"))
