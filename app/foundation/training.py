"""The clock of a training installation: it can be moved, forwards only, and every day passed over has its night.

One row says how far the business clock runs ahead of the real one; every request and every job reads it first. Sessions, tokens and
lock-outs never see it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from flask import Flask, current_app, request
from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation import clock
from app.foundation.database import Moment, Record, db
from app.foundation.jobs.nightly import run_nights
from app.foundation.scope import current_scope, require_right
from app.values.errors import Conflict, Malformed, Message, NotFound

MOVE_CLOCK = "move_clock"
LAST_YEAR = 2099


class TrainingClock(Record):
    """How far the business clock is ahead; at most one row, only in training installations."""

    __tablename__ = "training_clock"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), CheckConstraint("ahead_by >= interval '0'", name="only_forward"))

    ahead_by: Mapped[datetime.timedelta]
    moved_at: Mapped[Moment]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))


@dataclass(frozen=True)
class ClockState:
    """What the clocks say: the business one and the real one, both aware."""

    now: datetime.datetime
    real_now: datetime.datetime
    can_be_moved: bool

    @property
    def ahead_by(self) -> datetime.timedelta:
        return self.now - self.real_now


def init_training(app: Flask) -> None:
    """Let every request of a training installation read the moved clock before anything else."""
    if app.config.get("TRAINING"):
        app.before_request(_follow_in_request)


def follow_clock() -> None:
    """Set the business clock of this context to where the training installation's clock stands."""
    clock.set_ahead(db.session.scalars(select(TrainingClock.ahead_by)).one_or_none() or datetime.timedelta())


def clock_state() -> ClockState:
    """Return where the clocks stand."""
    real = clock.real_now()
    return ClockState(clock.now(), real, bool(current_app.config.get("TRAINING")))


def move_clock(to: datetime.datetime) -> ClockState:
    """Move the business clock forward to ``to``, after the nights of every day passed over.

    Raises NotFound outside a training installation, NotAllowed without the right, Malformed for a time without a zone or too far
    away, Conflict for a time before the clock's.
    """
    if not current_app.config.get("TRAINING"):
        raise NotFound(Message("The clock can be moved in a training installation only."), code="not_training")
    require_right(MOVE_CLOCK)
    target = _readable(to)
    _set_ahead(target)
    run_nights(target, wait=True)
    follow_clock()
    return clock_state()


def _readable(to: datetime.datetime) -> datetime.datetime:
    if to.tzinfo is None:
        raise Malformed(Message("Give the time with its time zone, such as 2027-05-14T10:00:00+08:00."), code="bad_time", field="now")
    if to.year > LAST_YEAR:
        raise Malformed(Message("The clock ends with the year %(year)s.", year=str(LAST_YEAR)), code="bad_time", field="now")
    return to.astimezone(datetime.UTC)


def _set_ahead(target: datetime.datetime) -> None:
    """Keep the new time. The row's lock lets two people who move the clock come one after the other, and the earlier time lose."""
    values = {"id": 1, "ahead_by": datetime.timedelta(), "moved_at": clock.real_now()}
    db.session.execute(insert(TrainingClock).values(values).on_conflict_do_nothing())
    row = db.session.scalars(select(TrainingClock).with_for_update().execution_options(populate_existing=True)).one()
    real = clock.real_now()
    now = real + row.ahead_by
    if target < now:
        db.session.rollback()
        raise Conflict(Message("The clock only moves forward. It is already %(now)s.", now=now), code="clock_backwards", field="now")
    row.ahead_by, row.moved_at, row.moved_by_id = target - real, real, current_scope().user_id
    db.session.commit()


def _follow_in_request() -> None:
    if request.endpoint is None or not request.endpoint.endswith("static"):
        follow_clock()
