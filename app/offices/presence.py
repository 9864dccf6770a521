"""Who is present in this request, and how a browser begins and ends to be signed in."""

from __future__ import annotations

from flask import g, request, session

from app.offices.models import SystemUser
from app.offices.sessions import PAGE, Session, end_session, open_session

# Names of entries in the browser's cookie, not secrets.
TOKEN = "sign_in"  # noqa: S105
ENDED = "sign_in_ended"


def current_session() -> Session | None:
    """Return the session of the person who asks, or nothing."""
    found: Session | None = g.get("feehouse_session")
    return found


def address() -> str:
    """Return the address the request came from; behind a trusted proxy the one it names."""
    return request.remote_addr or ""


def begin(user: SystemUser) -> None:
    """Sign ``user`` in with this browser. Everything the cookie held before is dropped, also what another may have put there."""
    token, _ = open_session(user, PAGE, address(), request.user_agent.string)
    session.clear()
    session[TOKEN] = token


def end() -> None:
    """Sign this browser out: the session ends in the database, so a copy of the cookie is worth nothing."""
    token = session.get(TOKEN)
    session.clear()
    if isinstance(token, str):
        end_session(token)
