"""Ending sessions: one's own, or another's."""

from __future__ import annotations

from sqlalchemy import update

from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogKind, note
from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.offices.models import SignIn, SystemUser
from app.offices.operations.guards import oneself, signed_out, user_to_manage
from app.offices.queries import office_ids_of
from app.values.errors import N_, Message


def end_sessions(*, user: int) -> SystemUser:
    """End all sessions of a user, his own or, as an administrator, another's."""
    person = oneself() if user == current_scope().user_id else user_to_manage(user)
    _noted(person.id, N_("All sessions were ended."))
    return signed_out(person)


def end_sign_in(*, sign_in: int) -> SignIn:
    """End one session, one's own or, as an administrator, another's. Ending it twice is no error."""
    row = locked(SignIn, sign_in)
    if row.user_id != current_scope().user_id:
        user_to_manage(row.user_id)
    if row.ended_at is None:
        row.ended_at = clock.real_now()
        _noted(row.user_id, N_("A session was ended from the list of sign-ins."))
    return row


def end_other_sign_ins(*, sign_in: int) -> SignIn:
    """End all one's own sessions but ``sign_in``, in browsers and of programs."""
    person = oneself()
    others = (SignIn.user_id == person.id) & (SignIn.id != sign_in) & SignIn.ended_at.is_(None)
    statement = update(SignIn).where(others).values(ended_at=clock.real_now()).returning(SignIn.id)
    ended = db.session.scalars(statement.execution_options(synchronize_session=False)).all()
    if ended:
        _noted(person.id, Message("All other sessions were ended: %(count)s.", count=len(ended)))
    return locked(SignIn, sign_in)


def _noted(user_id: int, sentence: Message | str) -> None:
    note(LogKind.SIGN_OUT, sentence, of_table="ab_user", row_id=user_id, offices=office_ids_of(user_id))
