"""Second factors at the door: who has one, who must have one, and whether a code opens.

In real time always. A code is looked at under the lock of its row, so that two browsers cannot use the same one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from flask import current_app
from sqlalchemy import func, select, update

from app.foundation.database import db
from app.offices.models import RecoveryCode, SecondFactor, SystemUser
from app.offices.queries import Place
from app.offices.rules.one_time_codes import is_one_time_code, matching_step
from app.offices.rules.recovery_codes import hash_of

DEMONSTRATION = "feehouse_is_demonstration"


def factor_of(user_id: int) -> SecondFactor | None:
    """Return the confirmed second factor of a user, or nothing."""
    statement = select(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    factor: SecondFactor | None = db.session.scalars(statement).one_or_none()
    return factor


def is_asked_for(user: SystemUser, places: Iterable[Place]) -> bool:
    """Say whether ``user``, who works in ``places``, must have a second factor: as the strictest says.

    Never in a demonstration or a training installation: their passwords stand on the sign-in page.
    """
    asked = bool(user.requires_second_factor) or any(place.requires_second_factor for place in places)
    return asked and not is_for_show()


def is_for_show() -> bool:
    """Say whether this installation is a demonstration or for training. The wiring knows the former."""
    demonstration = current_app.extensions.get(DEMONSTRATION)
    return bool(current_app.config.get("TRAINING")) or (demonstration is not None and bool(demonstration()))


def opens(user_id: int, code: str, at: datetime.datetime) -> bool:
    """Say whether ``code``, of the app or a recovery code, is good now, and use it up. The caller commits."""
    statement = select(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    factor = db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if factor is None:
        return False
    return _takes_step(factor, code, at) if is_one_time_code(code) else _takes_recovery_code(factor, code, at)


def _takes_step(factor: SecondFactor, code: str, at: datetime.datetime) -> bool:
    step = matching_step(factor.secret, code, at, after=factor.last_step)
    if step is None:
        return False
    factor.last_step = step
    db.session.flush()
    return True


def _takes_recovery_code(factor: SecondFactor, code: str, at: datetime.datetime) -> bool:
    unused = (RecoveryCode.second_factor_id == factor.id) & RecoveryCode.used_at.is_(None)
    statement = update(RecoveryCode).where(unused, RecoveryCode.code_hash == hash_of(code, factor.user_id)).values(used_at=at)
    taken = db.session.execute(statement.returning(RecoveryCode.id).execution_options(synchronize_session=False))
    return taken.scalar_one_or_none() is not None


def recovery_codes_left(user_id: int) -> int:
    """Return how many recovery codes of a user are not used yet."""
    statement = select(func.count(RecoveryCode.id)).join(SecondFactor, SecondFactor.id == RecoveryCode.second_factor_id)
    statement = statement.where(SecondFactor.user_id == user_id, RecoveryCode.used_at.is_(None))
    return int(db.session.scalar(statement) or 0)
