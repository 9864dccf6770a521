"""What is done to users: made, changed, given roles and offices, a new password.

Run by ``transactions.run``. Only administrators do it to others, nobody grants a role above his own (hole H16), and every change of a
password or a right ends the person's sessions (hole H15). The program itself, without a person, may do all of it: first start, commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.i18n import LANGUAGES
from app.foundation.log import LogKind, note
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.offices import passwords
from app.offices.lockout import folded
from app.offices.models import Office, SystemUser
from app.offices.operations.guards import oneself, require_another_administrator, require_manager_of_users, signed_out, user_to_manage
from app.offices.queries import office_ids_of, user_named
from app.roles import Role
from app.values.errors import N_, Message, OperationRefused

# FAB wants an address for everybody; this stands where a person has none.
NO_MAIL = "@no-mail.invalid"
THEMES = ("light", "dark", "auto")


def create_user(
    *,
    username: str,
    first_name: str,
    last_name: str = "",
    email: str = "",
    password: str,
    roles: Sequence[str],
    offices: Sequence[int] = (),
    locale: str | None = None,
    must_change_password: bool = True,
    password_hash: str | None = None,
) -> SystemUser:
    """Make a user. The password is his to change at the first sign-in, since somebody else has chosen it.

    ``password_hash`` saves the slow hashing where many users get the same password. Raises OperationRefused.
    """
    require_manager_of_users(roles)
    name = _new_username(username)
    passwords.require_good(password, name)
    given_roles, given_offices = _role_rows(roles), _office_rows(offices)
    user = SystemUser(
        username=name,
        first_name=first_name,
        last_name=last_name,
        email=email or name + NO_MAIL,
        active=True,
        password=password_hash or passwords.hash_password(password),
        locale=_known_locale(locale),
        must_change_password=must_change_password,
    )
    db.session.add(user)
    user.roles, user.offices = given_roles, given_offices
    db.session.flush()
    return user


def save_user(
    *,
    user: int,
    first_name: str,
    last_name: str,
    email: str,
    locale: str | None,
    roles: Sequence[str],
    offices: Sequence[int],
    active: bool,
) -> SystemUser:
    """Change a user as the form has him: his name, roles, offices, and whether he may sign in."""
    person = user_to_manage(user)
    person.first_name, person.last_name = first_name, last_name
    person.email = email or person.username + NO_MAIL
    person.locale = _known_locale(locale)  # type: ignore[assignment]
    set_roles(user=user, roles=roles)
    set_offices(user=user, offices=offices)
    return set_active(user=user, active=active)


def set_roles(*, user: int, roles: Sequence[str]) -> SystemUser:
    """Give the user these roles and no others; he signs in again. Raises OperationRefused for the last administrator."""
    require_manager_of_users(roles)
    person = user_to_manage(user)
    before = {role.name for role in person.roles}
    if before == set(roles):
        return person
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in roles:
        require_another_administrator(person, "roles")
    person.roles = _role_rows(roles)
    return signed_out(person)


def set_offices(*, user: int, offices: Sequence[int]) -> SystemUser:
    """Let the user work in these offices and no others; he signs in again."""
    person = user_to_manage(user)
    if {office.id for office in person.offices} == set(offices):
        return person
    person.offices = _office_rows(offices)
    return signed_out(person)


def set_active(*, user: int, active: bool) -> SystemUser:
    """Let the user sign in, or no longer. Nobody shuts himself out, and one administrator always remains."""
    person = user_to_manage(user)
    if bool(person.active) == active:
        return person
    if not active and person.id == current_scope().user_id:
        raise OperationRefused(
            Message("You cannot deactivate your own account. Ask another administrator."), code="own_account", field="active"
        )
    if not active and Role.ADMINISTRATOR in {role.name for role in person.roles}:
        require_another_administrator(person, "active")
    person.active = active
    return signed_out(person)


def reset_password(*, user: int, password: str) -> SystemUser:
    """Set a password that the user must change at the next sign-in, and end his sessions."""
    person = user_to_manage(user)
    if person.id == current_scope().user_id:
        raise OperationRefused(Message("Change your own password in your account, with the current one."), code="own_account")
    passwords.require_good(password, person.username)
    person.password = passwords.hash_password(password)
    person.must_change_password = True  # type: ignore[assignment]
    _noted(person, N_("A new password was set by an administrator."))
    return signed_out(person)


def change_password(*, current: str, new: str) -> SystemUser:
    """Change one's own password, against the current one, and end all one's sessions. The page counts failures as at sign-in."""
    person = oneself()
    if not passwords.matches(person.password, current):
        raise OperationRefused(Message("The current password is wrong."), code="bad_credentials", field="current")
    passwords.require_good(new, person.username, field="new")
    if passwords.matches(person.password, new):
        raise OperationRefused(Message("The new password is the old one."), code="same_password", field="new")
    person.password = passwords.hash_password(new)
    person.must_change_password = False  # type: ignore[assignment]
    _noted(person, N_("The password was changed."))
    return signed_out(person)


def remember_preference(*, name: str, value: str) -> SystemUser:
    """Keep one's own language or theme."""
    allowed = {"locale": tuple(LANGUAGES), "theme": THEMES}.get(name, ())
    if value not in allowed:
        raise OperationRefused(Message("This value is not possible here."), code="bad_preference")
    person = oneself()
    setattr(person, name, value)
    return person


def _new_username(username: str) -> str:
    name = username.strip()
    good = bool(name) and name.isascii() and name.isprintable() and " " not in name and len(name) <= 64
    if not good:
        raise OperationRefused(
            Message("A username has letters, digits, dots and hyphens, without blanks, at most 64."), code="bad_username", field="username"
        )
    if user_named(folded(name)) is not None or _is_taken(name):
        raise OperationRefused(Message("This username is taken."), code="username_taken", field="username")
    return name


def _is_taken(name: str) -> bool:
    return db.session.scalars(select(SystemUser.id).where(SystemUser.username == name)).first() is not None


def _role_rows(names: Sequence[str]) -> list[Any]:
    known = {role.value for role in Role}
    if not names or not set(names) <= known:
        raise OperationRefused(Message("Choose at least one role."), code="no_role", field="roles")
    return list(db.session.scalars(select(RoleRow).where(RoleRow.name.in_(names)).order_by(RoleRow.id)))


def _office_rows(ids: Sequence[int]) -> list[Office]:
    return [found(Office, office_id, field="offices") for office_id in sorted(set(ids))]


def _known_locale(locale: str | None) -> str | None:
    if locale and locale not in LANGUAGES:
        raise OperationRefused(Message("This value is not possible here."), code="bad_locale", field="locale")
    return locale or None


def _noted(person: SystemUser, sentence: str) -> None:
    note(LogKind.ACCOUNT, sentence, record=person, offices=office_ids_of(person.id))
