"""Signing in and staying signed in: the same steps for page and API, one table of sessions.

The browser or script holds a random token; the database only its hash. A session ends by signing out, by time without use, by its
latest hour, and by every change of the user's password or rights. All of it in real time.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, exists, select, update
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogKind, note, note_now
from app.foundation.scope import Scope, everything
from app.offices import factors, lockout, passwords
from app.offices.choices import FactorState
from app.offices.models import SecondFactor, SignIn, SystemUser
from app.offices.queries import Place, office_ids_of, place_of, places_of, role_names_of, user_named
from app.offices.rules.one_time_codes import is_one_time_code
from app.roles import Role, rights_of
from app.values.errors import N_, Message, OperationRefused

PAGE, API = "page", "api"
# What holds for a person without an office.
IDLE_MINUTES, ABSOLUTE_HOURS = 15, 12
# `seen_at` is written at most this often, so that a page is not also a write.
SEEN_EVERY = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """Who is signed in by which row, with which roles, and whose rows exist for him."""

    id: int
    user: SystemUser
    roles: frozenset[str]
    scope: Scope
    factor: FactorState = FactorState.OFF
    # A person's own session opens whatever his roles do.
    only: None = None

    @property
    def lacks_second_factor(self) -> bool:
        """Whether nothing is open to him but setting up the second factor that is asked for."""
        return self.factor is FactorState.MISSING


def authenticate(username: str, password: str, address: str, *, code: str | None = None, at: datetime.datetime | None = None) -> SystemUser:
    """Return the user whose name and password these are. The caller commits by opening a session.

    Raises OperationRefused ``locked``, ``bad_credentials`` (with the same words and after the same work for wrong passwords, unknown
    names and people who left), and of those who have a second factor ``code_required`` without a code, ``bad_code`` with a wrong one.
    Failures stay counted, of both steps together.
    """
    at = at or clock.real_now()
    left = _counted(username, address, at)
    user = user_named(username)
    fits = passwords.matches(user.password if user is not None else None, password)
    if user is None or not fits or not user.is_active:
        _note_failure(user, N_("Wrong password") if user is None or not fits else N_("The account is deactivated"))
        raise _wrong(left)
    if factors.factor_of(user.id) is not None:
        if not code:
            lockout.give_back(username, address)
            db.session.commit()
            raise OperationRefused(Message("Enter the code from your authenticator app."), code="code_required", field="code")
        _require_code(user, code, left, at)
    lockout.forgive(username, address)
    return user


def second_step(user_id: int, session_version: int, code: str, address: str, *, at: datetime.datetime | None = None) -> SystemUser:
    """Return the user who has given his password just before, if ``code`` is his. The caller commits by opening a session.

    Raises OperationRefused ``locked``, ``bad_code``, or ``too_late`` where the account has changed since the password.
    """
    at = at or clock.real_now()
    user: SystemUser | None = db.session.scalars(select(SystemUser).where(SystemUser.id == user_id)).one_or_none()
    if user is None or not user.is_active or user.session_version != session_version:
        raise OperationRefused(Message("Please sign in again."), code="too_late")
    left = _counted(user.username, address, at)
    _require_code(user, code, left, at)
    lockout.forgive(user.username, address)
    return user


def _counted(username: str, address: str, at: datetime.datetime) -> int:
    """Count the attempt; return how many are left. Raises OperationRefused ``locked``."""
    try:
        return lockout.count_attempt(username, address, at)
    except OperationRefused:
        _note_failure(user_named(username), N_("Locked after too many failures"))
        raise


def _require_code(user: SystemUser, code: str, left: int, at: datetime.datetime) -> None:
    if factors.opens(user.id, code, at):
        if not is_one_time_code(code):
            sentence = Message("Signed in with a recovery code; %(count)s are left.", count=factors.recovery_codes_left(user.id))
            note(LogKind.ACCOUNT, sentence, user_id=user.id, offices=office_ids_of(user.id))
        return
    _note_failure(user, N_("Wrong code"))
    raise _wrong_code(left)


def _note_failure(user: SystemUser | None, reason: str) -> None:
    """Log a failed sign-in. The name that was typed is not kept where nobody has it: people type their passwords there."""
    user_id = user.id if user is not None else 0
    # The same work for a name that nobody has, so that the time of the answer does not tell.
    offices = office_ids_of(user_id)
    note_now(LogKind.SIGN_IN_FAILED, reason if user_id else N_("Unknown username"), user_id=user_id or None, offices=offices)


def _wrong(left: int) -> OperationRefused:
    sentence = Message("The username or the password is wrong.")
    if left == 0:
        sentence = Message("The username or the password is wrong. This account now has to wait some minutes.")
    elif left == 1:
        sentence = Message("The username or the password is wrong. After one more failure this account has to wait some minutes.")
    return OperationRefused(sentence, code="bad_credentials")


def _wrong_code(left: int) -> OperationRefused:
    sentence = Message("The code is wrong, or it was used already. Wait for the next one.")
    if left == 0:
        sentence = Message("The code is wrong. This account now has to wait some minutes.")
    elif left == 1:
        sentence = Message("The code is wrong. After one more failure this account has to wait some minutes.")
    return OperationRefused(sentence, code="bad_code", field="code")


def open_session(
    user: SystemUser, kind: str, address: str, agent: str, *, at: datetime.datetime | None = None
) -> tuple[str, datetime.datetime]:
    """Store a new session of ``user``, commit it, and return its token and its latest hour. The token is kept nowhere here."""
    at = at or clock.real_now()
    hours = _absolute_hours(user.id)
    token = secrets.token_urlsafe(32)
    expires_at = at + datetime.timedelta(hours=hours)
    db.session.add(
        SignIn(
            user_id=user.id,
            kind=kind,
            token_hash=hash_of(token),
            session_version=user.session_version,
            address=address[:64],
            agent=_storable(agent)[:200],
            started_at=at,
            seen_at=at,
            expires_at=expires_at,
        )
    )
    way = N_("Program over the API") if kind == API else N_("Browser")
    note(LogKind.SIGN_IN, way, user_id=user.id, offices=office_ids_of(user.id))
    db.session.commit()
    return token, expires_at


def find_session(token: str, kind: str, *, at: datetime.datetime | None = None) -> Session | None:
    """Return the live session of ``token``, or nothing; notes that it was used."""
    at = at or clock.real_now()
    with everything("signing in decides which offices exist"):
        found = _row(token, kind)
        if found is None:
            return None
        sign_in, user, has_factor = found
        roles = frozenset(role.name for role in user.roles)
        places = places_of(user.id, roles) if Role.ADMINISTRATOR in roles else [place_of(office) for office in user.offices]
        factor = _factor(user, places, has_factor)
    idle = longest_rest(kind, places)
    if not _is_live(sign_in, user, at, idle):
        return None
    _note_use(sign_in, at, idle)
    scope = Scope(user.id, frozenset(place.id for place in places), rights_of(roles))
    return Session(sign_in.id, user, roles, scope, factor)


@cache
def _live_session() -> Select[SignIn, SystemUser, bool]:
    confirmed = (SecondFactor.user_id == SystemUser.id) & SecondFactor.confirmed_at.is_not(None)
    statement = select(SignIn, SystemUser, exists().where(confirmed)).join(SystemUser, SystemUser.id == SignIn.user_id)
    statement = statement.where(SignIn.token_hash == bindparam("token_hash"), SignIn.kind == bindparam("kind"), SignIn.ended_at.is_(None))
    return statement.options(joinedload(SystemUser.roles), joinedload(SystemUser.offices))


def _row(token: str, kind: str) -> tuple[SignIn, SystemUser, bool] | None:
    row = db.session.execute(_live_session(), {"token_hash": hash_of(token), "kind": kind}).unique().one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _factor(user: SystemUser, places: Sequence[Place], has_factor: bool) -> FactorState:
    if has_factor:
        return FactorState.ON
    return FactorState.MISSING if factors.is_asked_for(user, places) else FactorState.OFF


def longest_rest(kind: str, places: Sequence[Place]) -> datetime.timedelta | None:
    """Return how long a session may rest: as the strictest office says. A script may rest until its latest hour."""
    if kind == API:
        return None
    return datetime.timedelta(minutes=min((place.idle_minutes for place in places), default=IDLE_MINUTES))


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
    """Return how long a session of the user may last: as the strictest of his offices says."""
    places = places_of(user_id, role_names_of(user_id))
    return min((place.absolute_hours for place in places), default=ABSOLUTE_HOURS)


def end_session(token: str, *, at: datetime.datetime | None = None) -> None:
    """End the session of ``token`` and commit."""
    statement = update(SignIn).where(SignIn.token_hash == hash_of(token), SignIn.ended_at.is_(None))
    ending = statement.values(ended_at=at or clock.real_now()).returning(SignIn.user_id)
    user_id = db.session.execute(ending.execution_options(synchronize_session=False)).scalar_one_or_none()
    if user_id is not None:
        note(LogKind.SIGN_OUT, user_id=user_id, offices=office_ids_of(user_id))
    db.session.commit()


# --- the API ---------------------------------------------------------------------------------------------------------------------


def token_sign_in(
    username: str, password: str, address: str, agent: str, *, code: str | None = None, at: datetime.datetime | None = None
) -> tuple[str, datetime.datetime]:
    """Sign a script in and return its token and when that expires.

    Raises OperationRefused as ``authenticate`` does, and where something must be done on the page first: ``password_must_change``,
    ``second_factor_missing``.
    """
    user = authenticate(username, password, address, code=code, at=at)
    refusal = _first_on_the_page(user)
    if refusal is not None:
        db.session.commit()
        raise refusal
    return open_session(user, API, address, agent, at=at)


def _first_on_the_page(user: SystemUser) -> OperationRefused | None:
    if user.must_change_password:
        return OperationRefused(
            Message("This password was set by somebody else. Sign in on the page and change it first."), code="password_must_change"
        )
    places = places_of(user.id, role_names_of(user.id))
    if factors.factor_of(user.id) is None and factors.is_asked_for(user, places):
        return OperationRefused(
            Message("This account needs a second factor. Sign in on the page and set it up first."), code="second_factor_missing"
        )
    return None


def session_of_token(token: str, *, at: datetime.datetime | None = None) -> Session | None:
    """Return the live session of a Bearer token, or nothing; nothing either while a second factor is asked for and not set up."""
    found = find_session(token, API, at=at)
    return None if found is None or found.lacks_second_factor else found


def user_of_token(token: str, *, at: datetime.datetime | None = None) -> SystemUser | None:
    """Return the user of a Bearer token, or nothing."""
    session = session_of_token(token, at=at)
    return session.user if session is not None else None


def hash_of(token: str) -> str:
    # The token is 256 random bits; a slow hash would protect nothing.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "")
