"""What happens by itself once a day in every office, just after its midnight: each passed day once, in order, none left out.

The functions come from the wiring's table: ``function(office_id, day)``; each runs its own operations and may be called again for the
same day after a crash.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ForeignKey, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation import clock
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import Record, db
from app.foundation.scope import everything, scoped

Night = Callable[[int, datetime.date], None]
# Asked every few seconds by every worker: it looks whether its hour has come, and asks for a job.
Watch = Callable[[], object]
ONE_DAY = datetime.timedelta(days=1)
AFTER_MIDNIGHT = datetime.time(0, 10)
# Any fixed number: the advisory lock by which only one process sees to the nights.
NIGHTS_LOCK = 7_310_444

_nights: tuple[Night, ...] = ()
_of_installation: tuple[Watch, ...] = ()


class NightlyRun(Record):
    """The last day of an office whose night is done."""

    __tablename__ = "nightly_run"

    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="RESTRICT"), unique=True)
    last_day: Mapped[datetime.date]


def register(nights: Sequence[Night], of_installation: Sequence[Watch] = ()) -> None:
    """Take over the tables of nightly work, of every office and of the whole installation; called once by the wiring."""
    global _nights, _of_installation
    _nights, _of_installation = tuple(nights), tuple(of_installation)


def watch_installation() -> None:
    """Let what happens once for the whole installation look whether its hour has come. It goes by the real clock."""
    for watch in _of_installation:
        watch()


def run_nights(until: datetime.datetime | None = None, *, wait: bool = False) -> int:
    """Do the nights that have passed by ``until`` (default: now) and return how many.

    While another process is at it there is nothing to do, unless the caller must ``wait`` until they are done.
    """
    if current_app.config.get("TRAINING"):
        from app.foundation.training import follow_clock

        follow_clock()
    with everything("the nights of every office"):
        done = 0
        for moment, office_id, day in sorted(_nights_until(until or clock.now())):
            if not _one_night(moment, office_id, day, wait=wait):
                break
            done += 1
        return done


def _one_night(moment: datetime.datetime, office_id: int, day: datetime.date, *, wait: bool) -> bool:
    """Do one night; False where another process holds the lock and sees to the rest."""
    lock = "pg_advisory_lock(:lock) IS NOT NULL" if wait else "pg_try_advisory_lock(:lock)"
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.execute(text(f"SELECT {lock}"), {"lock": NIGHTS_LOCK}).scalar():
            return False
        try:
            if _last_day(office_id) < day:
                with clock.at(moment), working_as(NIGHTLY), scoped(None, [office_id]):
                    for night in _nights:
                        night(office_id, day)
                _note(office_id, day)
                db.session.commit()
        finally:
            db.session.rollback()
            guard.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": NIGHTS_LOCK})
    return True


def _nights_until(until: datetime.datetime) -> Iterator[tuple[datetime.datetime, int, datetime.date]]:
    """Yield moment, office and day of every night that is due. An office seen for the first time begins today."""
    table = Record.metadata.tables["office"]
    for office_id, time_zone in db.session.connection().execute(select(table.c.id, table.c.time_zone)).all():
        zone = ZoneInfo(time_zone)
        today = until.astimezone(zone).date()
        last = db.session.scalars(select(NightlyRun.last_day).where(NightlyRun.office_id == office_id)).one_or_none()
        if last is None or not _nights:
            if last is None or last < today:
                _note(office_id, today)
            continue
        for number in range(1, (today - last).days + 1):
            day = last + number * ONE_DAY
            moment = datetime.datetime.combine(day, AFTER_MIDNIGHT, zone)
            if moment <= until:
                yield moment, office_id, day
    db.session.commit()


def _last_day(office_id: int) -> datetime.date:
    last: datetime.date = db.session.scalars(select(NightlyRun.last_day).where(NightlyRun.office_id == office_id)).one()
    return last


def _note(office_id: int, day: datetime.date) -> None:
    statement = insert(NightlyRun).values(office_id=office_id, last_day=day)
    db.session.execute(statement.on_conflict_do_update(index_elements=["office_id"], set_={"last_day": day}))
