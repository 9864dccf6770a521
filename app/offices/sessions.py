"""Signing in and staying signed in: one function for page and API, one table of sessions.

The browser or script holds a random token; the database only its hash. A session ends by signing out, by time without use, by its
latest hour, and by every change of the user's password or rights. All of it in real time.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import Scope, everything
from app.offices import lockout, passwords
from app.offices.models import Office, SignIn, SystemUser
from app.offices.queries import office_ids_of, user_named
from app.roles import Role, rights_of
from app.values.errors import Message, OperationRefused

PAGE = "page"
API = "api"
API_HOURS = 12
# What holds for a person without an office.
IDLE_MINUTES = 15
ABSOLUTE_HOURS = 12
# `seen_at` is written at most this often, so that a page is not also a write.
SEEN_EVERY = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """Who is signed in by which row, with which roles, and whose rows exist for him."""

    id: int
    user: SystemUser
    roles: frozenset[str]
    scope: Scope


def authenticate(username: str, password: str, address: str, *, at: datetime.datetime | None = None) -> SystemUser:
    """Return the user whose name and password these are. The caller commits by opening a session.

    Raises OperationRefused ``locked`` or ``bad_credentials``, the latter with the same words and after the same work for wrong
    passwords, unknown names and people who left. The failure stays counted.
    """
    at = at or clock.real_now()
    left = lockout.count_attempt(username, address, at)
    user = user_named(username)
    fits = passwords.matches(user.password if user is not None else None, password)
    if user is None or not fits or not user.is_active:
        raise _wrong(left)
    lockout.forgive(username, address)
    return user


def _wrong(left: int) -> OperationRefused:
    sentence = Message("The username or the password is wrong.")
    if left == 0:
        sentence = Message("The username or the password is wrong. This account now has to wait some minutes.")
    elif left == 1:
        sentence = Message("The username or the password is wrong. After one more failure this account has to wait some minutes.")
    return OperationRefused(sentence, code="bad_credentials")


def open_session(
    user: SystemUser, kind: str, address: str, agent: str, *, at: datetime.datetime | None = None
) -> tuple[str, datetime.datetime]:
    """Store a new session of ``user``, commit it, and return its token and its latest hour. The token is kept nowhere here."""
    at = at or clock.real_now()
    hours = API_HOURS if kind == API else _absolute_hours(user.id)
    token = secrets.token_urlsafe(32)
    expires_at = at + datetime.timedelta(hours=hours)
    db.session.add(
        SignIn(
            user_id=user.id,
            kind=kind,
            token_hash=_hash(token),
            session_version=user.session_version,
            address=address[:64],
            agent=_storable(agent)[:200],
            started_at=at,
            seen_at=at,
            expires_at=expires_at,
        )
    )
    db.session.commit()
    return token, expires_at


def find_session(token: str, kind: str, *, at: datetime.datetime | None = None) -> Session | None:
    """Return the live session of ``token``, or nothing; notes that it was used."""
    at = at or clock.real_now()
    with everything("signing in decides which offices exist"):
        found = _row(token, kind)
        if found is None:
            return None
        sign_in, user = found
        roles = frozenset(role.name for role in user.roles)
        offices = _offices(user, roles)
    idle = _idle(kind, offices)
    if not _is_live(sign_in, user, at, idle):
        return None
    _note_use(sign_in, at, idle)
    scope = Scope(user.id, frozenset(office_id for office_id, _ in offices), rights_of(roles))
    return Session(sign_in.id, user, roles, scope)


def _row(token: str, kind: str) -> tuple[SignIn, SystemUser] | None:
    statement = select(SignIn, SystemUser).join(SystemUser, SystemUser.id == SignIn.user_id)
    statement = statement.where(SignIn.token_hash == _hash(token), SignIn.kind == kind, SignIn.ended_at.is_(None))
    statement = statement.options(joinedload(SystemUser.roles), joinedload(SystemUser.offices))
    row = db.session.execute(statement).unique().one_or_none()
    return None if row is None else (row[0], row[1])


def _offices(user: SystemUser, roles: frozenset[str]) -> list[tuple[int, int]]:
    """Return the offices of the user with their minutes of patience; an administrator has all of them."""
    if Role.ADMINISTRATOR in roles:
        return [(row.id, row.idle_minutes) for row in db.session.execute(select(Office.id, Office.idle_minutes))]
    return [(office.id, office.idle_minutes) for office in user.offices]


def _idle(kind: str, offices: list[tuple[int, int]]) -> datetime.timedelta | None:
    """Return how long a session may rest: as the strictest office says. A script may rest until its latest hour."""
    if kind == API:
        return None
    return datetime.timedelta(minutes=min((minutes for _, minutes in offices), default=IDLE_MINUTES))


def _is_live(sign_in: SignIn, user: SystemUser, at: datetime.datetime, idle: datetime.timedelta | None) -> bool:
    return bool(
        user.is_active
        and sign_in.session_version == user.session_version
        and at < sign_in.expires_at
        and (idle is None or at - sign_in.seen_at <= idle)
    )


def _note_use(sign_in: SignIn, at: datetime.datetime, idle: datetime.timedelta | None) -> None:
    often = min(SEEN_EVERY, idle / 4) if idle else SEEN_EVERY
    if at - sign_in.seen_at < often:
        return
    statement = update(SignIn).where(SignIn.id == sign_in.id, SignIn.seen_at < at).values(seen_at=at)
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.commit()


def _absolute_hours(user_id: int) -> int:
    with everything("signing in decides which offices exist"):
        hours = db.session.scalars(select(Office.absolute_hours).where(Office.id.in_(office_ids_of(user_id)))).all()
    return min(hours, default=ABSOLUTE_HOURS)


def end_session(token: str, *, at: datetime.datetime | None = None) -> None:
    """End the session of ``token`` and commit."""
    statement = update(SignIn).where(SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None))
    db.session.execute(statement.values(ended_at=at or clock.real_now()).execution_options(synchronize_session=False))
    db.session.commit()


# --- the API ---------------------------------------------------------------------------------------------------------------------


def token_sign_in(
    username: str, password: str, address: str, agent: str, *, at: datetime.datetime | None = None
) -> tuple[str, datetime.datetime]:
    """Sign a script in and return its token and when that expires. Raises OperationRefused as ``authenticate`` does."""
    user = authenticate(username, password, address, at=at)
    if user.must_change_password:
        db.session.commit()
        raise OperationRefused(
            Message("This password was set by somebody else. Sign in on the page and change it first."), code="password_must_change"
        )
    return open_session(user, API, address, agent, at=at)


def session_of_token(token: str, *, at: datetime.datetime | None = None) -> Session | None:
    """Return the live session of a Bearer token, or nothing."""
    return find_session(token, API, at=at)


def user_of_token(token: str, *, at: datetime.datetime | None = None) -> SystemUser | None:
    """Return the user of a Bearer token, or nothing."""
    session = session_of_token(token, at=at)
    return session.user if session is not None else None


def _hash(token: str) -> str:
    # The token is 256 random bits; a slow hash would protect nothing.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "")
