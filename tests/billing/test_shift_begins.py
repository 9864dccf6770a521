"""A shift that opens by itself begins with the first cash of the day, also where that is told later."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.billing.models import Shift
from app.billing.operations.shifts import shift_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from tests.factories import acting, office, user

pytestmark = pytest.mark.usefixtures("app")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_cash_told_later_but_taken_earlier_moves_the_beginning() -> None:
    day = datetime.date(2026, 5, 14)
    with acting("wang"):
        for hour in (15, 9, 17):
            with clock.at(datetime.datetime(2026, 5, 14, hour, tzinfo=SHANGHAI)):
                shift_of(office("SH"), user("wang").id, day)
                db.session.commit()
    with everything("reading a test's own shift"):
        (shift,) = db.session.scalars(select(Shift)).all()
    assert shift.opened_at == datetime.datetime(2026, 5, 14, 9, tzinfo=SHANGHAI)
