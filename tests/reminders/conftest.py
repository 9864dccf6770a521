"""Lines that stop on a known day, and the night that writes letters about them."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import select

from app.broadband.models import Subscription
from app.foundation import clock
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.reminders.jobs import write_reminder_letters
from app.reminders.models import Letter
from tests import factories
from tests.api.conftest import of

__all__ = ["of"]

STOP = "2026-05-31"
ADDRESS = "wang@example.net"


def a_line_until_31_may(code: str = "SH", **customer: Any) -> Subscription:
    """Return a line paid from 1 to 31 May whose customer has an e-mail address unless said otherwise."""
    person = factories.a_customer(code, **{"name": "王晓明", "email": ADDRESS} | customer)
    line = factories.an_active_line("2026-05-01", code, customer=person)
    factories.paid(line, "2026-05-01", 1)
    return line


def night(day: str, code: str = "SH") -> None:
    """Do the night's work of an office for ``day``, just after its midnight."""
    place = factories.office(code)
    moment = datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(0, 10), datetime.UTC) - datetime.timedelta(hours=8)
    with clock.at(moment), working_as(NIGHTLY), scoped(None, [place.id]):
        write_reminder_letters(place.id, datetime.date.fromisoformat(day))


def letters() -> list[Letter]:
    """Return all letters as they stand in the database."""
    with everything("a test's own letters"):
        db.session.expire_all()
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def steps() -> list[int]:
    """Return the steps of all letters, in the order in which they were written."""
    return [letter.step for letter in letters()]
