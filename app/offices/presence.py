"""Who is present in this request, and how a browser begins and ends to be signed in."""

from __future__ import annotations

import datetime

from flask import g, request, session

from app.foundation import clock
from app.offices.endings import person_of, sentence_of, why_ended
from app.offices.models import SystemUser
from app.offices.queries import user_named
from app.offices.sessions import PAGE, Session, end_session, open_session
from app.values.errors import Message

# Names of entries in the browser's cookie, not secrets.
TOKEN = "sign_in"  # noqa: S105
ENDED = "sign_in_ended"
SECOND_STEP = "second_step"
# How long a right password waits for its code.
SECOND_STEP_LASTS = datetime.timedelta(minutes=5)


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


# --- between the password and the code ---------------------------------------------------------------------------------------------


def begin_second_step(username: str) -> None:
    """Remember in this browser's signed cookie whose password was right. It opens nothing but the page that asks for the code."""
    user = user_named(username)
    assert user is not None
    session.clear()
    session[SECOND_STEP] = [user.id, user.session_version, clock.real_now().timestamp()]


def second_step() -> tuple[int, int] | None:
    """Return whose code is awaited, and the session version of his account then; nothing where nobody's is, or no longer."""
    kept = session.get(SECOND_STEP)
    if not isinstance(kept, list) or len(kept) != 3:
        return None
    user_id, version, since = kept
    return (user_id, version) if 0 <= clock.real_now().timestamp() - since <= SECOND_STEP_LASTS.total_seconds() else None


def forget_second_step() -> None:
    """Let the sign-in begin anew."""
    session.pop(SECOND_STEP, None)


# --- somebody whose session has ended ----------------------------------------------------------------------------------------------


def note_ended(token: str) -> None:
    """Take the token of a session that has ended out of the browser, and keep for the sign-in page why it ended."""
    g.feehouse_ended_token = token
    session.pop(TOKEN, None)
    session[ENDED] = list(why_ended(token))


def ended() -> Message | None:
    """Return the sentence that says why the session of this browser has ended, once; nothing where none has."""
    kept = session.pop(ENDED, None)
    return sentence_of(*kept) if isinstance(kept, list) and len(kept) == 2 else None


def person_who_was() -> int | None:
    """Return whose session this browser had, which has ended; nothing for strangers."""
    token = g.get("feehouse_ended_token")
    return person_of(token) if token is not None else None
