"""What is asked of offices, users and their sign-ins: functions that return statements or rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import assoc_user_role
from sqlalchemy import ColumnElement, func, or_, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.offices.lockout import folded
from app.offices.models import Office, SecondFactor, SystemUser, user_office
from app.roles import Right, Role

# How long a new secret waits for the code that confirms it.
SETTING_UP = datetime.timedelta(minutes=15)


def user_named(username: str) -> SystemUser | None:
    """Return the user of that name, whatever its case; nothing where two names differ by case only."""
    statement = select(SystemUser).where(func.lower(SystemUser.username) == folded(username))
    rows = db.session.scalars(statement.limit(2)).all()
    return rows[0] if len(rows) == 1 else None


def role_names_of(user_id: int) -> frozenset[str]:
    """Return the names of the user's roles."""
    statement = select(RoleRow.name).join(assoc_user_role, assoc_user_role.c.role_id == RoleRow.id)
    return frozenset(db.session.scalars(statement.where(assoc_user_role.c.user_id == user_id)))


def office_ids_of(user_id: int) -> frozenset[int]:
    """Return the offices the user is assigned to, past the scope: it is asked while somebody signs in."""
    statement = select(user_office.c.office_id).where(user_office.c.user_id == user_id)
    return frozenset(db.session.connection().execute(statement).scalars())


@dataclass(frozen=True)
class Place:
    """What an office asks of those who sign in."""

    id: int
    idle_minutes: int
    absolute_hours: int
    requires_second_factor: bool


def place_of(office: Any) -> Place:
    """Return what ``office``, a row of any kind, asks."""
    return Place(office.id, office.idle_minutes, office.absolute_hours, office.requires_second_factor)


def places_of(user_id: int, roles: frozenset[str]) -> Sequence[Place]:
    """Return the offices that a person of these roles works in, past the scope; an administrator works in all of them."""
    office = Office.__table__
    statement = select(office.c.id, office.c.idle_minutes, office.c.absolute_hours, office.c.requires_second_factor)
    if Role.ADMINISTRATOR not in roles:
        statement = statement.join(user_office, user_office.c.office_id == office.c.id).where(user_office.c.user_id == user_id)
    return [place_of(row) for row in db.session.connection().execute(statement)]


def known_users() -> list[ColumnElement[bool]]:
    """Return which users exist for the person who asks: all for who manages them; else those of his offices and of none."""
    scope = current_scope()
    if scope.may(Right.MANAGE_USERS.value):
        return []
    everywhere, here = select(user_office.c.user_id), user_office.c.office_id.in_(scope.office_ids)
    return [or_(SystemUser.id.not_in(everywhere), SystemUser.id.in_(everywhere.where(here)))]


def pending_factor(user_id: int) -> SecondFactor | None:
    """Return the second factor that a user is setting up, or nothing.

    A secret waits for its code only for a while: somebody else may have read it from an open screen, or begun it there.
    """
    since = clock.real_now() - SETTING_UP
    statement = select(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_(None))
    statement = statement.where(SecondFactor.begun_at > since)
    factor: SecondFactor | None = db.session.scalars(statement).one_or_none()
    return factor


def people_without_factor(office_id: int) -> int:
    """Return how many people of an office who may sign in have no second factor."""
    users, factors = SystemUser.__table__.c, SecondFactor.__table__.c
    statement = select(func.count(users.id)).join(user_office, user_office.c.user_id == users.id)
    confirmed = select(factors.user_id).where(factors.confirmed_at.is_not(None))
    statement = statement.where(user_office.c.office_id == office_id, users.active, users.id.not_in(confirmed))
    return int(db.session.connection().execute(statement).scalar_one())


def other_administrators(user_id: int) -> int:
    """Return how many other people who may sign in are administrators."""
    statement = (
        select(func.count())
        .select_from(assoc_user_role)
        .join(RoleRow, RoleRow.id == assoc_user_role.c.role_id)
        .join(SystemUser.__table__, SystemUser.__table__.c.id == assoc_user_role.c.user_id)
        .where(RoleRow.name == Role.ADMINISTRATOR.value, SystemUser.__table__.c.active, SystemUser.__table__.c.id != user_id)
    )
    return int(db.session.execute(statement).scalar_one())
