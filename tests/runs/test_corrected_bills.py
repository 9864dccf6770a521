"""A reading is corrected that was billed already: who corrects is told, and the bill is put right. Worked by hand in corrected_bills.md.

250 kWh at ¥0.50 up to 200 and ¥0.60 beyond, with 10 % tax, are ¥143.00; 240 kWh are 100.00 + 24.00 = 124.00 and tax 12.40: ¥136.40; 260 kWh
are 136.00 and 13.60: ¥149.60.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.billing.choices import ApprovalStatus
from app.billing.models import Adjustment, Approval, Charge, Reversal
from app.billing.operations.voids import approve_void, void_adjustment
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ReadingState
from app.metering.models import Reading
from app.metering.operations.meters import remove_meter
from app.metering.operations.settling import correct_reading, withdraw_reading
from app.offices.models import Office
from app.places.models import Unit
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection, BillingPeriod, ServiceCharge
from app.runs.operations import close_period, put_right, settle_correction
from app.values.errors import OperationRefused
from tests.factories import a_building, a_customer, a_unit, acting, an_occupancy, office, on_day
from tests.runs.making import LAST_DAY, MANAGER, MAY, a_hall_meter, a_lived_in_unit, a_run, charges, posted, prices, results

pytestmark = pytest.mark.usefixtures("app")
# Who may void on a later day and adjust above the limit: the second person of the office.
CHIEF = "zhou"


@pytest.fixture
def unit() -> Unit:
    """A unit that was charged ¥143.00 for May; the prices are approved."""
    place, _ = a_lived_in_unit()
    prices()
    posted(a_run(place.building_id))
    return place


def last_reading(place: Unit) -> Reading:
    with everything("a test's own records"):
        rows = select(Reading).where(Reading.state == ReadingState.ACCEPTED).order_by(Reading.read_on.desc(), Reading.id.desc())
        return db.session.scalars(rows.where(Reading.installation.has(unit_id=place.id))).first()  # type: ignore[return-value]


def corrected(reading: Reading, value: int, *, confirmed: bool = True, day: str = LAST_DAY) -> Reading:
    """Correct a reading by so many kWh more or less."""
    with on_day(day), acting(MANAGER):
        terms: dict[str, Any] = {"value": reading.value + value, "reason": "抄错", "confirmed": confirmed}
        new: Reading = run(correct_reading, reading=reading.id, **terms).record
    return new


def corrections() -> list[BillCorrection]:
    with everything("a test's own records"):
        db.session.expire_all()
        return list(db.session.scalars(select(BillCorrection).order_by(BillCorrection.id)))


def count(model: Any) -> int:
    with everything("a test's own records"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def closed(place: Unit) -> None:
    with on_day(LAST_DAY), acting(MANAGER):
        for period in db.session.scalars(select(BillingPeriod).where(BillingPeriod.building_id == place.building_id)).all():
            run(close_period, period=period.id)


def owed(place: Unit) -> list[tuple[Decimal, bool]]:
    """What the charges of a unit ask for, and whether they were voided."""
    with everything("a test's own records"):
        db.session.expire_all()
        return [(each.charge.total + each.charge.adjusted, each.reversal_id is not None) for each in charges(place)]


def alone() -> None:
    """Let the office need no second person."""
    with everything("a test's own records"):
        one = db.session.get(Office, office().id)
        assert one is not None
        one.second_person = False
        db.session.commit()


def test_whoever_corrects_a_billed_reading_is_told_of_the_charge_and_nothing_is_written(unit: Unit) -> None:
    reading = last_reading(unit)
    with pytest.raises(OperationRefused) as refusal:
        corrected(reading, -10, confirmed=False)
    assert (refusal.value.code, refusal.value.field) == ("reading_billed", "confirmed")
    assert refusal.value.message.parameters["amount"] == Decimal("143.00")
    assert "1203" in refusal.value.message.parameters["charges"]
    assert (last_reading(unit).id, count(BillCorrection), count(Reversal)) == (reading.id, 0, 0)


def test_a_reading_that_was_not_billed_is_corrected_without_a_question() -> None:
    place, _ = a_lived_in_unit()
    corrected(last_reading(place), -10, confirmed=False)
    assert corrections() == []


def test_in_an_open_period_the_charge_is_voided_and_billed_again(unit: Unit) -> None:
    corrected(last_reading(unit), -10)
    assert [(each.state, each.total, each.difference) for each in corrections()] == [
        (CorrectionState.REBILL, Decimal("136.40"), Decimal("-6.60"))
    ]
    posted(a_run(unit.building_id))
    assert owed(unit) == [(Decimal("143.00"), True), (Decimal("136.40"), False)]
    assert [each.state for each in corrections()] == [CorrectionState.DONE]


def test_on_a_later_day_the_void_waits_for_a_second_person(unit: Unit) -> None:
    corrected(last_reading(unit), -10, day="2026-06-02")
    (one,) = corrections()
    assert (one.state, owed(unit)) == (CorrectionState.APPROVAL, [(Decimal("143.00"), False)])
    with on_day("2026-06-02"), acting(CHIEF):
        run(approve_void, approval=one.approval_id)
    assert [each.state for each in corrections()] == [CorrectionState.REBILL]


def test_in_a_closed_period_the_difference_becomes_an_adjustment_of_today(unit: Unit) -> None:
    closed(unit)
    corrected(last_reading(unit), 10, day="2026-06-02")
    (one,) = corrections()
    assert (one.state, one.total, one.difference, one.quantity) == (CorrectionState.DONE, Decimal("149.60"), Decimal("6.60"), Decimal(260))
    assert owed(unit) == [(Decimal("149.60"), False)]
    with everything("a test's own records"):
        adjustment = db.session.scalars(select(Adjustment)).one()
        assert (adjustment.amount, adjustment.kind.value, adjustment.booked_on.isoformat()) == (Decimal("6.60"), "raise", "2026-06-02")


def test_what_was_paid_already_is_given_back_as_credit(unit: Unit) -> None:
    with everything("a test's own records"):
        db.session.execute(text("UPDATE charge SET paid = total"))
        db.session.commit()
    corrected(last_reading(unit), -10)
    with everything("a test's own records"):
        adjustment = db.session.scalars(select(Adjustment)).one()
        assert (adjustment.amount, adjustment.credited) == (Decimal("6.60"), Decimal("6.60"))
    assert [each.state for each in corrections()] == [CorrectionState.DONE]


def test_a_second_correction_counts_from_the_first(unit: Unit) -> None:
    closed(unit)
    first = corrected(last_reading(unit), -10)
    corrected(first, 20)
    assert [each.difference for each in corrections()] == [Decimal("-6.60"), Decimal("13.20")]
    assert owed(unit) == [(Decimal("149.60"), False)]


def test_a_voided_adjustment_opens_its_correction_again(unit: Unit) -> None:
    alone()
    closed(unit)
    corrected(last_reading(unit), -10)
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_adjustment, adjustment=corrections()[0].adjustment_id, reason="x")
    assert [each.state for each in corrections()] == [CorrectionState.OPEN]
    with on_day(LAST_DAY), acting(MANAGER):
        run(put_right, correction=corrections()[0].id)
    assert (corrections()[0].state, owed(unit)) == (CorrectionState.DONE, [(Decimal("136.40"), False)])


def test_a_correction_to_the_same_figure_touches_no_bill(unit: Unit) -> None:
    corrected(last_reading(unit), 0)
    assert (corrections(), owed(unit)) == ([], [(Decimal("143.00"), False)])


def test_a_correction_of_an_earlier_reading_puts_the_bills_of_both_months_right() -> None:
    """200 and 250 kWh, then 220 and 230: April 110.00 and 123.20, May 143.00 and 129.80 with tax."""
    place, _ = a_lived_in_unit()
    prices()
    posted(a_run(place.building_id, month=MAY.replace(month=4), day="2026-04-30"), day="2026-04-30")
    posted(a_run(place.building_id))
    closed(place)
    with everything("a test's own records"):
        april = db.session.scalars(select(Reading).where(Reading.read_on == MAY.replace(month=4))).one()
    corrected(april, 20)
    assert [(each.total, each.difference) for each in corrections()] == [
        (Decimal("123.20"), Decimal("13.20")),
        (Decimal("129.80"), Decimal("-13.20")),
    ]


def test_a_withdrawn_reading_leaves_its_bill_among_those_to_be_put_right_by_hand(unit: Unit) -> None:
    closed(unit)
    reading = last_reading(unit)
    with on_day(LAST_DAY), acting(MANAGER):
        with pytest.raises(OperationRefused) as refusal:
            run(withdraw_reading, reading=reading.id, reason="x")
        assert refusal.value.code == "reading_billed"
        run(withdraw_reading, reading=reading.id, reason="x", confirmed=True)
    (one,) = corrections()
    assert (one.state, one.total) == (CorrectionState.OPEN, None)
    with on_day(LAST_DAY), acting(MANAGER):
        with pytest.raises(OperationRefused) as refusal:
            run(put_right, correction=one.id)
        assert refusal.value.code == "not_computable"
        run(settle_correction, correction=one.id, reason="gift")
        with pytest.raises(OperationRefused) as refusal:
            run(settle_correction, correction=one.id, reason="gift")
    assert (refusal.value.code, corrections()[0].state) == ("correction_done", CorrectionState.DONE)


def test_parts_of_a_shared_meter_are_voided_together() -> None:
    building = a_building()
    for number in ("101", "102"):
        an_occupancy(a_unit(number, building=building, area=Decimal(50)), a_customer(name=number), since="2020-01-01")
    hall = a_hall_meter(building)
    prices()
    posted(a_run(building.id))
    with everything("a test's own records"):
        reading = db.session.scalars(select(Reading).where(Reading.meter_id == hall.id).order_by(Reading.read_on.desc())).first()
    assert reading is not None
    corrected(reading, -10)
    assert [each.state for each in corrections()] == [CorrectionState.REBILL] * 2
    assert [each.total for each in results(a_run(building.id))] == [Decimal("68.20")] * 2


def test_a_meter_is_not_removed_with_another_figure_than_was_billed(unit: Unit) -> None:
    reading = last_reading(unit)
    terms = {"meter": reading.meter_id, "on": reading.read_on}
    with on_day(LAST_DAY), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(remove_meter, final_value=reading.value + 5, **terms)
    assert (refusal.value.code, last_reading(unit).id) == ("reading_billed", reading.id)
    with on_day(LAST_DAY), acting(MANAGER):
        run(remove_meter, final_value=reading.value, **terms)


def test_an_approval_of_the_adjustment_settles_the_correction(unit: Unit) -> None:
    closed(unit)
    with everything("a test's own records"):
        db.session.execute(text("UPDATE debt_policy SET adjustment_limit = 1"))
        db.session.commit()
    corrected(last_reading(unit), -10)
    (one,) = corrections()
    assert (one.state, owed(unit)) == (CorrectionState.APPROVAL, [(Decimal("143.00"), False)])
    with on_day(LAST_DAY), acting(CHIEF):
        run(approve_void, approval=one.approval_id)
    assert (corrections()[0].state, owed(unit)) == (CorrectionState.DONE, [(Decimal("136.40"), False)])
    with everything("a test's own records"):
        assert db.session.scalars(select(Approval)).one().status is ApprovalStatus.APPROVED


def test_the_database_itself_refuses_days_that_are_charged_twice(unit: Unit) -> None:
    """Beginning a day later: the unique index of first days lets it pass."""
    kept = "office_id, run_id, period_id, service_id, unit_id, part_end, quantity, facts, versions, readings, is_estimate, bill, total"
    with everything("a test's own records"):
        one = db.session.scalars(select(ServiceCharge)).one()
        again = Charge(
            office_id=one.office_id,
            customer_id=one.charge.customer_id,
            fee_kind=one.charge.fee_kind,
            on=one.charge.on,
            due_on=one.charge.due_on,
            total=one.total,
        )
        db.session.add(again)
        db.session.flush()
        insert = (
            f"INSERT INTO service_charge (charge_id, part_start, created_at, apportion_by, share, {kept}) "
            f"SELECT {again.id}, part_start + 1, created_at, %s, %s, {kept} FROM service_charge WHERE id = {one.id}"
        )
        with pytest.raises(DBAPIError, match="ex_service_charge_days"), db.session.begin_nested():
            db.session.connection().exec_driver_sql(insert, (None, None))
        # A part of the building's shared meters stands beside it.
        db.session.connection().exec_driver_sql(insert, ("by_area", "{}"))
        db.session.rollback()
