"""What is done to users and offices: made, changed, given roles, signed out.

Run by ``transactions.run``. Only administrators do it to others, nobody grants a role above his own (hole H16), and every change of a
password or a right ends the person's sessions (hole H15). The program itself, without a person, may do all of it: first start, commands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import select, update

from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.i18n import LANGUAGES
from app.foundation.numbering import NumberCounter
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import found, locked
from app.foundation.views.saving import Values, saving
from app.offices import passwords
from app.offices.lockout import folded
from app.offices.models import Office, SignIn, SystemUser
from app.offices.queries import other_administrators, role_names_of, user_named
from app.roles import Right, Role, rank_of
from app.values.errors import Message, NotAllowed, OperationRefused

# FAB wants an address for everybody; this stands where a person has none.
NO_MAIL = "@no-mail.invalid"
THEMES = ("light", "dark", "auto")
PREFIXES = ("customer_prefix", "receipt_prefix", "voucher_prefix", "reversal_prefix", "work_order_prefix")


# --- users -----------------------------------------------------------------------------------------------------------------------


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
    _require_manager_of_users(roles)
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
    person = _user_to_manage(user)
    person.first_name, person.last_name = first_name, last_name
    person.email = email or person.username + NO_MAIL
    person.locale = _known_locale(locale)  # type: ignore[assignment]
    set_roles(user=user, roles=roles)
    set_offices(user=user, offices=offices)
    return set_active(user=user, active=active)


def set_roles(*, user: int, roles: Sequence[str]) -> SystemUser:
    """Give the user these roles and no others; he signs in again. Raises OperationRefused for the last administrator."""
    _require_manager_of_users(roles)
    person = _user_to_manage(user)
    before = {role.name for role in person.roles}
    if before == set(roles):
        return person
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in roles:
        _require_another_administrator(person, "roles")
    person.roles = _role_rows(roles)
    return _signed_out(person)


def set_offices(*, user: int, offices: Sequence[int]) -> SystemUser:
    """Let the user work in these offices and no others; he signs in again."""
    person = _user_to_manage(user)
    if {office.id for office in person.offices} == set(offices):
        return person
    person.offices = _office_rows(offices)
    return _signed_out(person)


def set_active(*, user: int, active: bool) -> SystemUser:
    """Let the user sign in, or no longer. Nobody shuts himself out, and one administrator always remains."""
    person = _user_to_manage(user)
    if bool(person.active) == active:
        return person
    if not active and person.id == current_scope().user_id:
        raise OperationRefused(
            Message("You cannot deactivate your own account. Ask another administrator."), code="own_account", field="active"
        )
    if not active and Role.ADMINISTRATOR in {role.name for role in person.roles}:
        _require_another_administrator(person, "active")
    person.active = active
    return _signed_out(person)


def reset_password(*, user: int, password: str) -> SystemUser:
    """Set a password that the user must change at the next sign-in, and end his sessions."""
    person = _user_to_manage(user)
    if person.id == current_scope().user_id:
        raise OperationRefused(Message("Change your own password in your account, with the current one."), code="own_account")
    passwords.require_good(password, person.username)
    person.password = passwords.hash_password(password)
    person.must_change_password = True  # type: ignore[assignment]
    return _signed_out(person)


def change_password(*, current: str, new: str) -> SystemUser:
    """Change one's own password, against the current one, and end all one's sessions. The page counts failures as at sign-in."""
    person = _oneself()
    if not passwords.matches(person.password, current):
        raise OperationRefused(Message("The current password is wrong."), code="bad_credentials", field="current")
    passwords.require_good(new, person.username, field="new")
    if passwords.matches(person.password, new):
        raise OperationRefused(Message("The new password is the old one."), code="same_password", field="new")
    person.password = passwords.hash_password(new)
    person.must_change_password = False  # type: ignore[assignment]
    return _signed_out(person)


def end_sessions(*, user: int) -> SystemUser:
    """End all sessions of a user, his own or, as an administrator, another's."""
    if user != current_scope().user_id:
        return _signed_out(_user_to_manage(user))
    return _signed_out(_oneself())


def end_sign_in(*, sign_in: int) -> SignIn:
    """End one session, one's own or, as an administrator, another's. Ending it twice is no error."""
    row = locked(SignIn, sign_in)
    if row.user_id != current_scope().user_id:
        _user_to_manage(row.user_id)
    row.ended_at = row.ended_at or clock.real_now()
    return row


def remember_preference(*, name: str, value: str) -> SystemUser:
    """Keep one's own language or theme."""
    allowed = {"locale": tuple(LANGUAGES), "theme": THEMES}.get(name, ())
    if value not in allowed:
        raise OperationRefused(Message("This value is not possible here."), code="bad_preference")
    person = _oneself()
    setattr(person, name, value)
    return person


# --- offices ---------------------------------------------------------------------------------------------------------------------


def save_office(*, record: int | None, office: int | None, version: str | None, values: Values) -> Office:
    """Make or change an office; a new one gets its lists and policies from the domains above."""
    require_right(Right.MANAGE_USERS)
    zone = dict(values).get("time_zone")
    if zone is not None:
        _require_time_zone(zone)
    if record is not None:
        _require_unused(found(Office, record), dict(values))
    _require_prefixes(dict(values))
    saved: Office = saving(Office)(record=record, office=office, version=version, values=values)
    if record is None:
        effects.call("office_made", saved)
    return saved


def _require_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise OperationRefused(
            Message("This time zone is not known. An example: Asia/Shanghai."), code="bad_time_zone", field="time_zone"
        ) from None


def _require_unused(office: Office, values: Mapping[str, Any]) -> None:
    """Refuse another currency or time zone once the office has given a number: its amounts and days were stored in the old ones."""
    changed = [name for name in ("currency", "time_zone") if name in values and values[name] != getattr(office, name)]
    is_used = select(NumberCounter.id).where(NumberCounter.office_id == office.id).limit(1)
    if changed and db.session.scalars(is_used).one_or_none() is not None:
        raise OperationRefused(
            Message("The office has customers or papers already. Its currency and time zone cannot be changed any more."),
            code="office_in_use",
            field=changed[0],
        )


def _require_prefixes(values: Mapping[str, Any]) -> None:
    for name in PREFIXES:
        if name in values and not str(values[name] or "").strip():
            # Two kinds of papers without a prefix would get the same number.
            raise OperationRefused(Message("This field is required."), code="required", field=name)


# --- guards ----------------------------------------------------------------------------------------------------------------------


def _is_program() -> bool:
    return current_scope().user_id is None


def _oneself() -> SystemUser:
    user_id = current_scope().user_id
    if user_id is None:
        raise NotAllowed(Message("Please sign in."), code="not_allowed")
    return locked(SystemUser, user_id)


def _require_manager_of_users(roles: Sequence[str] = ()) -> None:
    """Raise NotAllowed unless the person manages users and stands at least as high as every one of ``roles``."""
    if _is_program():
        return
    require_right(Right.MANAGE_USERS)
    own = role_names_of(current_scope().user_id or 0)
    if rank_of(roles) > rank_of(own):
        raise NotAllowed(Message("You cannot give or manage a role above your own."), code="role_above", field="roles")


def _user_to_manage(user: int) -> SystemUser:
    """Return the user with his row locked, if the person may manage somebody of his rank."""
    _require_manager_of_users()
    person = locked(SystemUser, user)
    _require_manager_of_users([role.name for role in person.roles])
    return person


def _require_another_administrator(person: SystemUser, field: str) -> None:
    # Two administrators who take each other's role at the same moment wait here for each other.
    db.session.execute(select(RoleRow.id).where(RoleRow.name == Role.ADMINISTRATOR.value).with_for_update())
    if other_administrators(person.id) == 0:
        raise OperationRefused(Message("This is the last administrator. Make another one first."), code="last_administrator", field=field)


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


def _signed_out(person: SystemUser) -> SystemUser:
    """End every session of the person: by its row, and by the version that every token carries."""
    person.session_version = (person.session_version or 0) + 1  # type: ignore[assignment]
    statement = update(SignIn).where(SignIn.user_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=clock.real_now())
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.flush()
    return person
