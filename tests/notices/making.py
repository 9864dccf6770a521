"""Buildings with posted charges for tests of notices, made by the real operations."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.notices.models import Notice, NoticeBatch, NoticeSetting
from app.notices.operations import begin_batch, deliver_notice, issue_notice, issue_reminder
from app.places.models import Unit
from app.runs.models import BillingPeriod
from tests.factories import acting, office, on_day
from tests.runs.making import MANAGER, a_lived_in_unit, a_run, posted, prices

NOTICE_DAY = "2026-06-01"


def a_billed_unit(number: str = "1203", *used: int, **values: Any) -> tuple[Unit, Customer]:
    """Return a unit whose electricity of May was charged: 250 kWh are ¥143.00, due on 15 June."""
    unit, customer = a_lived_in_unit(number, *used, **values)
    prices()
    posted(a_run(unit.building_id))
    return unit, customer


def period_of(unit: Unit) -> BillingPeriod:
    """Return the newest period of a unit's building."""
    with everything("looking up a test's own records"):
        wanted = select(BillingPeriod).where(BillingPeriod.building_id == unit.building_id).order_by(BillingPeriod.month.desc()).limit(1)
        return db.session.scalars(wanted).one()


def a_notice(unit: Unit, customer: Customer, day: str = NOTICE_DAY) -> Notice:
    """Issue the notice of a unit and a customer."""
    with on_day(day), acting(MANAGER):
        return run(issue_notice, period=period_of(unit).id, unit=unit.id, customer=customer.id).record


def a_reminder(unit: Unit, customer: Customer, day: str, **terms: Any) -> Notice:
    """Issue the reminder that is due on a day."""
    with on_day(day), acting(MANAGER):
        return run(issue_reminder, unit=unit.id, customer=customer.id, **terms).record


def delivered(notice: Notice, day: str, way: Any) -> Notice:
    """Note that a paper was delivered on a day."""
    with on_day(day), acting(MANAGER):
        return run(deliver_notice, notice=notice.id, way=way).record


def a_batch(day: str = NOTICE_DAY, **terms: Any) -> NoticeBatch:
    """Begin a batch and let the worker make it."""
    with on_day(day), acting(MANAGER):
        batch = run(begin_batch, **terms).record
        assert batch.job_id is not None
        perform(batch.job_id)
    return current(NoticeBatch, batch.id)


def current(model: Any, number: int) -> Any:
    """Return a record as it stands now."""
    with everything("looking up a test's own records"):
        db.session.expire_all()
        return db.session.scalars(select(model).where(model.id == number)).one()


def setting(**values: Any) -> NoticeSetting:
    """Change what the office prints."""
    with everything("a test's own settings"):
        one = db.session.scalars(select(NoticeSetting).where(NoticeSetting.office_id == office().id)).one()
        for name, value in values.items():
            setattr(one, name, value)
        db.session.commit()
        return one


def days_later(day: str, days: int) -> str:
    """Return a day so many days after another."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


@contextmanager
def locks_taken() -> Iterator[list[str]]:
    """Give the names of the tables whose rows are locked meanwhile, in the order in which they are asked for."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if asked := re.search(r"FOR (?:NO KEY )?UPDATE OF (\w+)", statement):
            found.append(asked.group(1))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
