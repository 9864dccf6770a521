"""Forms that outlive their session: what was posted after it had ended is kept, encrypted, and shown again to the same person.

Nothing is executed: after signing in the person finds the form filled in, checks it and sends it again, with the same idempotency key.
Passwords and other secret fields are never kept, files neither. A kept form belongs to one user and one page and is gone after an hour.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import current_app, flash, request
from sqlalchemy import ColumnElement, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from app.foundation import clock
from app.foundation.database import Moment, Record, db
from app.foundation.i18n import say
from app.foundation.preferences import local_address
from app.foundation.scope import scope_or_none
from app.foundation.secrets import LongSecret
from app.values.errors import N_

ARGUMENT = "kept"
LIFETIME = datetime.timedelta(hours=1)
MOST_PER_USER = 5
LARGEST = 200_000
LONGEST_PATH = 500
# The token of the page is the old session's, and a new page brings its own.
NEVER_KEPT = frozenset({"csrf_token", ARGUMENT})
IS_BACK = N_("You were signed out before this was saved. What you typed is here again, except for secret fields: check it, then save it.")
IS_GONE = N_("What was typed before you signed in is not kept any longer.")


class KeptForm(Record):
    """The fields of a form that somebody sent when his session had ended; found by the hash of the token in his address."""

    __tablename__ = "kept_form"

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(LONGEST_PATH))
    fields: Mapped[str] = mapped_column(LongSecret())
    kept_at: Mapped[Moment] = mapped_column(default=clock.real_now)


def keep_sent_form(user_id: int) -> str | None:
    """Keep the form that this request has sent, for ``user_id``, and commit; return the address that shows it again.

    Returns nothing where there is no page to show it on, nothing was typed, or it is too large.
    """
    path = _page_of_form()
    fields = [[name, text] for name, text in request.form.items(multi=True) if not _is_secret(name)]
    written = json.dumps(fields, ensure_ascii=False)
    if not _may_be_kept() or path is None or len(path) > LONGEST_PATH or not fields or len(written) > LARGEST:
        return None
    token = secrets.token_urlsafe(16)
    _make_room(user_id)
    db.session.add(KeptForm(user_id=user_id, token_hash=_hash(token), path=path, fields=written, kept_at=clock.real_now()))
    db.session.commit()
    arguments = {name: text for name, text in request.args.items() if name != ARGUMENT}
    office = request.form.get("office")
    return f"{path}?{urlencode({**arguments, **({'office': office} if office else {}), ARGUMENT: token})}"


def kept_form() -> MultiDict[str, str] | None:
    """Return what the person who asks had typed on this page before he had to sign in again, and tell him so; else nothing."""
    from app.foundation.views.state import once_per_request

    return once_per_request("kept form", _find) if request.method == "GET" and ARGUMENT in request.args else None


def _find() -> MultiDict[str, str] | None:
    scope = scope_or_none()
    statement = select(KeptForm).where(KeptForm.token_hash == _hash(request.args[ARGUMENT]), KeptForm.path == request.path)
    statement = statement.where(KeptForm.user_id == (scope.user_id if scope else None), KeptForm.kept_at > clock.real_now() - LIFETIME)
    row = db.session.scalars(statement).one_or_none()
    flash(say(IS_BACK if row is not None else IS_GONE), "warning")
    return MultiDict([(name, text) for name, text in json.loads(row.fields)]) if row is not None else None


def has_kept_form(address: str) -> bool:
    """Tell whether ``address`` leads to a kept form."""
    return f"{ARGUMENT}=" in urlsplit(address).query


def _page_of_form() -> str | None:
    """Return the page that holds the form: where it was sent to, if that can be opened, else the page it was sent from."""
    if request.url_rule is not None and "GET" in (request.url_rule.methods or ()):
        return request.path
    came_from = urlsplit(request.referrer or "")
    is_page = came_from.netloc == request.host and bool(came_from.path) and local_address(came_from.path) == came_from.path
    return came_from.path if is_page else None


def _may_be_kept() -> bool:
    """Say whether the view that the form was sent to lets it be kept: codes that open doors bear names that other fields bear too."""
    endpoint = (request.endpoint or "").partition(".")[0]
    view = next((each for each in getattr(getattr(current_app, "appbuilder", None), "baseviews", ()) if each.endpoint == endpoint), None)
    return bool(getattr(view, "keeps_sent_forms", True))


def _make_room(user_id: int) -> None:
    """Delete what is too old, and all but the newest of the user's own."""
    newest = select(KeptForm.id).where(KeptForm.user_id == user_id).order_by(KeptForm.id.desc()).limit(MOST_PER_USER - 1)
    too_many = (KeptForm.user_id == user_id) & KeptForm.id.not_in(newest)
    db.session.execute(delete(KeptForm).where(_too_old(clock.real_now()) | too_many).execution_options(synchronize_session=False))


def forget_kept_forms(now: datetime.datetime) -> None:
    """Delete the forms that nobody may see any more; the caller commits."""
    db.session.execute(delete(KeptForm).where(_too_old(now)).execution_options(synchronize_session=False))


def _too_old(now: datetime.datetime) -> ColumnElement[bool]:
    return KeptForm.kept_at <= now - LIFETIME


def _is_secret(name: str) -> bool:
    return name in NEVER_KEPT or name.rpartition("-")[2] in secret_names()


def secret_names() -> frozenset[str]:
    """Return the names of all fields, on any form there is, whose content is never written back into a page."""
    from app.foundation.views.fields import SecretField
    from app.foundation.views.forms import EntityForm

    names, forms = {"password"}, [EntityForm]
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        for name in dir(form):
            kind: Any = getattr(getattr(form, name, None), "field_class", None)
            if isinstance(kind, type) and issubclass(kind, SecretField):
                names.add(name)
    return frozenset(names)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
