"""Who may do what to whose account, and what ends with a changed password or right.

Run inside operations. Only administrators manage others' accounts, and nobody grants or manages a role above his own (hole H16).
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import select, update

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import locked
from app.offices.models import SignIn, SystemUser
from app.offices.queries import other_administrators, role_names_of
from app.roles import Right, Role, rank_of
from app.values.errors import Message, NotAllowed, OperationRefused


def is_program() -> bool:
    return current_scope().user_id is None


def oneself() -> SystemUser:
    user_id = current_scope().user_id
    if user_id is None:
        raise NotAllowed(Message("Please sign in."), code="not_allowed")
    return locked(SystemUser, user_id)


def require_manager_of_users(roles: Sequence[str] = ()) -> None:
    """Raise NotAllowed unless the person manages users and stands at least as high as every one of ``roles``."""
    if is_program():
        return
    require_right(Right.MANAGE_USERS)
    own = role_names_of(current_scope().user_id or 0)
    if rank_of(roles) > rank_of(own):
        raise NotAllowed(Message("You cannot give or manage a role above your own."), code="role_above", field="roles")


def user_to_manage(user: int) -> SystemUser:
    """Return the user with his row locked, if the person may manage somebody of his rank."""
    require_manager_of_users()
    person = locked(SystemUser, user)
    require_manager_of_users([role.name for role in person.roles])
    return person


def require_another_administrator(person: SystemUser, field: str) -> None:
    # Two administrators who take each other's role at the same moment wait here for each other.
    db.session.execute(select(RoleRow.id).where(RoleRow.name == Role.ADMINISTRATOR.value).with_for_update())
    if other_administrators(person.id) == 0:
        raise OperationRefused(Message("This is the last administrator. Make another one first."), code="last_administrator", field=field)


def signed_out(person: SystemUser) -> SystemUser:
    """End every session of the person: by its row, and by the version that every token carries."""
    person.session_version = (person.session_version or 0) + 1  # type: ignore[assignment]
    statement = update(SignIn).where(SignIn.user_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=clock.real_now())
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.flush()
    return person
