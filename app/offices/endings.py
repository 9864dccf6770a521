"""Why a browser's session has ended, as the sign-in page says it, and whose it was."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.offices.models import SignIn, SystemUser
from app.offices.queries import places_of, role_names_of
from app.offices.sessions import PAGE, hash_of, longest_rest
from app.values.errors import Message

IDLE, LONGEST, ELSEWHERE, UNKNOWN = "idle", "longest", "elsewhere", "unknown"
REMEMBERED = datetime.timedelta(days=1)  # how long an ended session still tells whose form it is: not for whoever finds the cookie later


def why_ended(token: str, *, at: datetime.datetime | None = None) -> tuple[str, int]:
    """Return why the page's session of ``token`` is not alive, with the minutes or hours it may last where that is the reason."""
    at = at or clock.real_now()
    statement = select(SignIn, SystemUser).join(SystemUser, SystemUser.id == SignIn.user_id)
    found = db.session.execute(statement.where(SignIn.token_hash == hash_of(token), SignIn.kind == PAGE)).unique().one_or_none()
    if found is None:
        return UNKNOWN, 0
    sign_in, user = found
    if sign_in.ended_at is not None or sign_in.session_version != user.session_version or not user.is_active:
        return ELSEWHERE, 0
    if at >= sign_in.expires_at:
        return LONGEST, round((sign_in.expires_at - sign_in.started_at) / datetime.timedelta(hours=1))
    rest = longest_rest(PAGE, places_of(user.id, role_names_of(user.id)))
    return (IDLE, int(rest / datetime.timedelta(minutes=1))) if rest is not None and at - sign_in.seen_at > rest else (UNKNOWN, 0)


def sentence_of(why: str, limit: int) -> Message:
    """Return what the sign-in page says about a session that ended so."""
    if why == IDLE:
        return Message("You were signed out: nothing was done here for more than %(minutes)s min. Please sign in again.", minutes=limit)
    if why == LONGEST:
        return Message("You were signed out: a session lasts at most %(hours)s hours. Please sign in again.", hours=limit)
    if why == ELSEWHERE:
        return Message(
            "You were signed out: your session was ended elsewhere, or your password or your rights have changed. Please sign in again."
        )
    return Message("Your session has ended. Please sign in again.")


def person_of(token: str) -> int | None:
    """Return whose session ``token`` was, open or ended, if he has used it of late and may still sign in."""
    of_late = SignIn.seen_at > clock.real_now() - REMEMBERED
    statement = select(SystemUser.id).join(SignIn, SignIn.user_id == SystemUser.id)
    statement = statement.where(SignIn.token_hash == hash_of(token), SignIn.kind == PAGE, SystemUser.active, of_late)
    user_id: int | None = db.session.scalars(statement).one_or_none()
    return user_id
