"""What happens to sign-ins at night: rows of sessions long over are forgotten. The log keeps who signed in when, for good."""

from __future__ import annotations

import datetime

from sqlalchemy import delete, func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.kept_forms import forget_kept_forms
from app.offices.models import SignIn, SignInFailure

# How long the page of sign-ins shows a session that is over, and how long the lock-out remembers a quiet account.
SESSIONS_KEPT = datetime.timedelta(days=90)
FAILURES_KEPT = datetime.timedelta(days=30)
MOST_AT_ONCE = 20_000


def forget_sign_ins(office_id: int, day: datetime.date) -> None:
    """Delete sessions that ended long ago and failures nobody counts any more. They belong to no office: the first night does it."""
    del office_id, day
    now = clock.real_now()
    over = func.coalesce(SignIn.ended_at, SignIn.expires_at) < now - SESSIONS_KEPT
    old = select(SignIn.id).where(over).order_by(SignIn.id).limit(MOST_AT_ONCE)
    for statement in (delete(SignIn).where(SignIn.id.in_(old)), delete(SignInFailure).where(SignInFailure.last_at < now - FAILURES_KEPT)):
        db.session.execute(statement.execution_options(synchronize_session=False))
    forget_kept_forms(now)
    db.session.commit()
