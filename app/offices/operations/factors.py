"""What is done to second factors: begun, confirmed, switched off by oneself, reset by a colleague, asked for.

A new secret counts only once a code has proved that the person's app has it. Plain recovery codes come from the page that shows them
once and are never stored. Whatever changes how somebody signs in ends his sessions and stands in the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogKind, note
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import locked
from app.offices import factors, passwords
from app.offices.models import Office, RecoveryCode, SecondFactor, SystemUser
from app.offices.operations.guards import is_program, oneself, signed_out
from app.offices.queries import office_ids_of, pending_factor, places_of, role_names_of
from app.offices.rules.one_time_codes import matching_step, new_secret
from app.offices.rules.recovery_codes import hash_of
from app.roles import Right, Role, rank_of
from app.values.errors import N_, Message, NotAllowed, NotFound, OperationRefused

WRONG_CODE = Message("The code is wrong, or it was used already. Wait for the next one.")
WRONG_PASSWORD = Message("The current password is wrong.")


# --- one's own -------------------------------------------------------------------------------------------------------------------


def begin_factor() -> SecondFactor:
    """Make a new secret for oneself, to be confirmed by a code; an earlier one that was never confirmed is forgotten."""
    person = oneself()
    if factors.factor_of(person.id) is not None:
        raise OperationRefused(Message("Your second factor is on already."), code="factor_is_on")
    _forget_factor(person.id)
    factor = SecondFactor(user_id=person.id, secret=new_secret(), begun_at=clock.real_now())
    db.session.add(factor)
    return factor


def confirm_factor(*, code: str, password: str | None, recovery_codes: Sequence[str]) -> SystemUser:
    """Switch one's second factor on, since ``code`` shows that the app has the secret; all one's sessions end.

    ``password`` is asked of somebody who does it of his own accord: a stranger at an open screen must not lock him out.
    """
    person = oneself()
    if not factors.is_asked_for(person, places_of(person.id, role_names_of(person.id))):
        _require_password(person, password)
    factor = _own_factor(person.id)
    if factor is None or pending_factor(person.id) is None:
        raise OperationRefused(Message("Begin again: there is no secret to confirm."), code="nothing_to_confirm")
    at = clock.real_now()
    step = matching_step(factor.secret, code, at)
    if step is None:
        raise OperationRefused(WRONG_CODE, code="bad_code", field="code")
    factor.confirmed_at, factor.last_step = at, step
    _store_codes(factor, recovery_codes)
    _noted(person, N_("The second factor was switched on."))
    return signed_out(person)


def switch_off_factor(*, password: str, code: str) -> SystemUser:
    """Switch one's second factor off, against the password and a code; all one's sessions end."""
    person = oneself()
    _require_both(person, password, code)
    _forget_factor(person.id)
    _noted(person, N_("The second factor was switched off."))
    return signed_out(person)


def renew_recovery_codes(*, password: str, code: str, recovery_codes: Sequence[str]) -> SystemUser:
    """Give oneself new recovery codes, against the password and a code; the old ones are worth nothing any more."""
    person = oneself()
    _require_both(person, password, code)
    factor = _own_factor(person.id)
    assert factor is not None
    _store_codes(factor, recovery_codes)
    _noted(person, N_("New recovery codes were made."))
    return person


# --- a colleague's ---------------------------------------------------------------------------------------------------------------


def reset_factor(*, user: int, reason: str) -> SystemUser:
    """Switch off the second factor of a colleague who has lost his telephone; all his sessions end."""
    person = _colleague(user)
    if not reason.strip():
        raise OperationRefused(Message("This field is required."), code="required", field="reason")
    if factors.factor_of(person.id) is None:
        raise OperationRefused(Message("This person has no second factor."), code="no_factor")
    _forget_factor(person.id)
    _noted(person, Message("The second factor was switched off by a colleague: %(reason)s", reason=reason.strip()))
    return signed_out(person)


def ask_for_factor(*, user: int, required: bool) -> SystemUser:
    """Ask a colleague to set a second factor up before anything else, or no longer."""
    person = _colleague(user)
    if bool(person.requires_second_factor) != required:
        person.requires_second_factor = required  # type: ignore[assignment]
        _noted(person, N_("A second factor is required now.") if required else N_("A second factor is not required any more."))
    return person


def ask_office_for_factors(*, office: int, required: bool) -> Office:
    """Ask everybody of an office for a second factor, or no longer."""
    require_right(Right.ASK_FOR_FACTORS)
    place = locked(Office, office)
    if place.requires_second_factor != required:
        place.requires_second_factor = required
        sentence = N_("The office requires a second factor now.") if required else N_("The office requires no second factor any more.")
        note(LogKind.ACCOUNT, sentence, record=place)
    return place


def _colleague(user: int) -> SystemUser:
    """Return another user with his row locked, if the person may help him: not above his own rank, and of his own offices only."""
    if is_program():
        return locked(SystemUser, user)
    require_right(Right.HELP_SIGN_IN)
    scope = current_scope()
    person = locked(SystemUser, user)
    own = role_names_of(scope.user_id or 0)
    theirs = office_ids_of(person.id)
    if Role.ADMINISTRATOR not in own and (not theirs or not theirs <= scope.office_ids):
        raise NotFound(Message("This record does not exist."), code="not_found")
    if rank_of(role_names_of(person.id)) > rank_of(own):
        raise NotAllowed(Message("You cannot give or manage a role above your own."), code="role_above")
    if person.id == scope.user_id:
        raise OperationRefused(Message("Do this in your own account, with your password and a code."), code="own_account")
    return person


# --- pieces ----------------------------------------------------------------------------------------------------------------------


def _require_both(person: SystemUser, password: str, code: str) -> None:
    _require_password(person, password)
    if not factors.opens(person.id, code, clock.real_now()):
        raise OperationRefused(WRONG_CODE, code="bad_code", field="code")


def _require_password(person: SystemUser, password: str | None) -> None:
    if not passwords.matches(person.password, password or ""):
        raise OperationRefused(WRONG_PASSWORD, code="bad_credentials", field="password")


def _own_factor(user_id: int) -> SecondFactor | None:
    statement = select(SecondFactor).where(SecondFactor.user_id == user_id).with_for_update()
    factor: SecondFactor | None = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    return factor


def _forget_factor(user_id: int) -> None:
    """Delete the secret; its recovery codes go with it."""
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id).execution_options(synchronize_session=False))
    db.session.expire_all()


def _store_codes(factor: SecondFactor, recovery_codes: Sequence[str]) -> None:
    mine = RecoveryCode.second_factor_id == factor.id
    db.session.execute(delete(RecoveryCode).where(mine).execution_options(synchronize_session=False))
    db.session.add_all(RecoveryCode(second_factor_id=factor.id, code_hash=hash_of(code, factor.user_id)) for code in recovery_codes)


def _noted(person: SystemUser, sentence: Message | str) -> None:
    note(LogKind.ACCOUNT, sentence, record=person, offices=office_ids_of(person.id))
