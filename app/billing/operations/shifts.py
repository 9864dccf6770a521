"""The cashier's shift. Until the till is built it opens by itself with the first cash of the day."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from app.billing.models import Shift
from app.foundation import clock
from app.foundation.database import db
from app.foundation.numbering import take_number
from app.foundation.scope import kept
from app.offices.models import Office


def shift_of(office: Office, cashier_id: int, on: datetime.date) -> Shift:
    """Return the open shift of the cashier on the day, opening one with a float of 0 where there is none."""
    return _open_shift(office, cashier_id, on) or _new_shift(office, cashier_id, on)


def moment_of(booked_on: datetime.date, office: Office) -> datetime.datetime:
    """Return the time of a document of ``booked_on``: now, or the day's last moment where midnight passed while it was made."""
    now = clock.local(clock.now(), office)
    return now if now.date() <= booked_on else datetime.datetime.combine(booked_on, datetime.time.max, now.tzinfo)


@cache
def _open_shifts() -> Select[tuple[Shift]]:
    statement = select(Shift).where(Shift.office_id == bindparam("office"), Shift.cashier_id == bindparam("cashier"))
    statement = statement.where(Shift.on == bindparam("on"), Shift.closed_at.is_(None))
    # The receipt names the cashier. What waits to be written says nothing about shifts: it is written together later.
    return kept(statement.options(joinedload(Shift.cashier, innerjoin=True)).execution_options(autoflush=False))


def _open_shift(office: Office, cashier_id: int, on: datetime.date) -> Shift | None:
    shift: Shift | None = db.session.scalars(_open_shifts(), {"office": office.id, "cashier": cashier_id, "on": on}).one_or_none()
    if shift is not None and shift.opened_at > (begun := moment_of(on, office)):
        # A shift begins with the first cash of the day; the demonstration tells the morning while somebody works at noon.
        shift.opened_at = begun
    return shift


def _new_shift(office: Office, cashier_id: int, on: datetime.date) -> Shift:
    # The counter row is the lock: of two first payments at once, the second finds the shift of the first.
    sequence = take_number(office.id, f"shift-{on:%Y%m%d}")
    opened = _open_shift(office, cashier_id, on)
    if opened is not None:
        return opened
    shift = Shift(
        office_id=office.id,
        number=f"B-{on:%Y%m%d}-{sequence}",
        cashier_id=cashier_id,
        on=on,
        float_amount=Decimal(0),
        opened_at=moment_of(on, office),
    )
    db.session.add(shift)
    db.session.flush()
    return shift
