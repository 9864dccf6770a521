"""A payment that is being taken while midnight strikes belongs to one day, with its number, its shift and its time."""

from __future__ import annotations

import datetime
import itertools

import pytest

from app.billing.models import Receipt, Shift
from app.broadband.operations.deals import PaymentTerms
from app.broadband.operations.payments import pay
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.factories import CASH, acting, an_active_line, noon

pytestmark = pytest.mark.usefixtures("app")


def test_a_payment_across_midnight_of_new_years_eve_stays_in_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    line = an_active_line("2026-12-01")
    before = noon("2026-12-31") + datetime.timedelta(hours=11, minutes=59, seconds=59)
    ticks = itertools.chain([before], itertools.repeat(before + datetime.timedelta(seconds=2)))
    with acting("wang"), monkeypatch.context() as patched:
        patched.setattr(clock, "now", lambda: next(ticks))
        payment = run(pay, subscription=line.id, terms=PaymentTerms(months=1, methods=CASH)).record
    with everything("reading what was made"):
        receipt = db.session.get_one(Receipt, payment.receipt_id)
        shift = db.session.get_one(Shift, receipt.shift_id)
    assert (receipt.booked_on, receipt.number[:8], shift.on) == (datetime.date(2026, 12, 31), "SK-2026-", receipt.booked_on)
    for moment in (receipt.created_at, shift.opened_at):
        assert moment.astimezone(before.tzinfo).date() == receipt.booked_on
    assert shift.opened_at <= receipt.created_at
