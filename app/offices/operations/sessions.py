"""Ending sessions: one's own, or another's."""

from __future__ import annotations

from app.foundation import clock
from app.foundation.scope import current_scope
from app.foundation.transactions import locked
from app.offices.models import SignIn, SystemUser
from app.offices.operations.guards import oneself, signed_out, user_to_manage


def end_sessions(*, user: int) -> SystemUser:
    """End all sessions of a user, his own or, as an administrator, another's."""
    if user != current_scope().user_id:
        return signed_out(user_to_manage(user))
    return signed_out(oneself())


def end_sign_in(*, sign_in: int) -> SignIn:
    """End one session, one's own or, as an administrator, another's. Ending it twice is no error."""
    row = locked(SignIn, sign_in)
    if row.user_id != current_scope().user_id:
        user_to_manage(row.user_id)
    row.ended_at = row.ended_at or clock.real_now()
    return row
