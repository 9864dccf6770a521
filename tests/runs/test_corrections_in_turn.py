"""Corrections of a billed reading one after the other, beside other documents, and two at once. Worked by hand in corrected_bills.md.

250 kWh are ¥143.00, 240 ¥136.40, 245 ¥139.70, 260 ¥149.60: ¥0.50 up to 200 and ¥0.60 beyond, with 10 % tax.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from app.billing.choices import AdjustmentKind
from app.billing.models import Adjustment, Reversal
from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.operations.voids import approve_void, void_adjustment
from app.debts.models import DebtPolicy, LateInterest
from app.debts.operations.adjusting import adjust_charge
from app.debts.operations.interest import post_interest
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ReadingState
from app.metering.models import Meter, Reading
from app.metering.operations.settling import withdraw_reading
from app.places.models import Unit
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection, ServiceCharge
from app.runs.operations import put_right, settle_correction, void_service_charge
from app.values.errors import OperationRefused
from tests.factories import CASH, a_building, a_customer, a_reading, a_unit, acting, an_occupancy, on_day
from tests.runs.making import LAST_DAY, MANAGER, MAY, a_hall_meter, a_lived_in_unit, a_run, charges, posted, prices, results
from tests.runs.test_corrected_bills import CHIEF, alone, closed, corrected, corrections, count, last_reading, owed
from tests.stories.test_two_counters import at_once, office_at_work

__all__ = ["office_at_work"]
pytestmark = pytest.mark.usefixtures("app")
JUNE_END, JULY_END = "2026-06-30", "2026-07-31"


@pytest.fixture
def unit() -> Unit:
    """A unit that was charged ¥143.00 for May; the month is closed."""
    place, _ = a_lived_in_unit()
    prices()
    posted(a_run(place.building_id))
    closed(place)
    return place


def limited(amount: int) -> None:
    """Let a manager adjust up to so much on his own word."""
    with everything("a test's own records"):
        db.session.execute(update(DebtPolicy).values(adjustment_limit=Decimal(amount)))
        db.session.commit()


def refused(code: str, operation: Any, *, day: str = LAST_DAY, **terms: Any) -> None:
    with on_day(day), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(operation, **terms)
    assert refusal.value.code == code


def done(operation: Any, *, day: str = LAST_DAY, who: str = MANAGER, **terms: Any) -> Any:
    with on_day(day), acting(who):
        return run(operation, **terms).record


def asked_for(place: Unit) -> Decimal:
    (amount, _), *_ = owed(place)
    return amount


def next_month(place: Unit, month: int, day: str) -> None:
    posted(a_run(place.building_id, month=datetime.date(2026, month, 1), day=day), day=day)


class TestWhileARequestWaits:
    """240 kWh and less is above the limit of ¥10: the chief must agree to 200 kWh, −33.00."""

    @pytest.fixture
    def first(self, unit: Unit) -> Reading:
        limited(10)
        return corrected(last_reading(unit), -50)

    @pytest.mark.parametrize("more", [45, 50])
    def test_the_reading_is_not_corrected_again(self, unit: Unit, first: Reading, more: int) -> None:
        with pytest.raises(OperationRefused) as refusal:
            corrected(first, more)
        assert refusal.value.code == "adjustment_waiting"
        assert (last_reading(unit).id, asked_for(unit), count(BillCorrection)) == (first.id, Decimal("143.00"), 1)

    def test_once_it_is_approved_the_next_one_takes_only_what_is_left(self, unit: Unit, first: Reading) -> None:
        done(approve_void, who=CHIEF, approval=corrections()[0].approval_id)
        assert asked_for(unit) == Decimal("110.00")
        corrected(first, 40)
        done(approve_void, who=CHIEF, approval=corrections()[1].approval_id)
        assert asked_for(unit) == Decimal("136.40")

    def test_the_charge_is_not_adjusted_by_hand(self, unit: Unit, first: Reading) -> None:
        charge = charges(unit)[0].charge_id
        refused("adjustment_waiting", adjust_charge, charge=charge, kind=AdjustmentKind.LOWER, amount=Decimal(1), reason="少收")
        assert (asked_for(unit), count(Adjustment)) == (Decimal("143.00"), 0)

    def test_the_bill_is_not_laid_aside(self, unit: Unit, first: Reading) -> None:
        refused("correction_state", settle_correction, correction=corrections()[0].id, reason="算了")
        assert corrections()[0].state is CorrectionState.APPROVAL


class TestBesideOtherAdjustments:
    def test_what_was_adjusted_by_hand_since_is_not_taken_twice(self, unit: Unit) -> None:
        alone()
        corrected(last_reading(unit), -10)
        done(void_adjustment, adjustment=corrections()[0].adjustment_id, reason="试")
        done(adjust_charge, charge=charges(unit)[0].charge_id, kind=AdjustmentKind.LOWER, amount=Decimal("6.60"), reason="手工")
        done(put_right, correction=corrections()[0].id)
        assert (asked_for(unit), corrections()[0].state) == (Decimal("136.40"), CorrectionState.DONE)

    def test_a_rebate_from_before_the_correction_stays(self, unit: Unit) -> None:
        alone()
        done(adjust_charge, charge=charges(unit)[0].charge_id, kind=AdjustmentKind.LOWER, amount=Decimal("43.00"), reason="优惠")
        corrected(last_reading(unit), -10, day="2026-06-01")
        assert asked_for(unit) == Decimal("93.40")

    def test_adjustments_that_cancel_each_other_out_hold_up_the_void(self) -> None:
        place, _ = a_lived_in_unit()
        prices()
        posted(a_run(place.building_id))
        (one,) = charges(place)
        for kind in (AdjustmentKind.LOWER, AdjustmentKind.RAISE):
            done(adjust_charge, charge=one.charge_id, kind=kind, amount=Decimal("6.60"), reason="错")
        refused("adjusted", void_service_charge, service_charge=one.id, reason="错")
        assert count(Reversal) == 0

    def test_where_interest_on_it_was_paid_the_charge_is_adjusted_instead_of_voided(self) -> None:
        place, customer = a_lived_in_unit()
        prices()
        posted(a_run(place.building_id))
        alone()
        done(post_interest, day="2026-09-30", customer=customer.id)
        with everything("a test's own records"):
            late = db.session.scalars(select(LateInterest)).one()
        items = (PaidItem(late.charge_id, late.amount),)
        done(take_payment, day="2026-09-30", who="wang", customer=customer.id, items=items, methods=CASH)
        corrected(last_reading(place), -10, day="2026-09-30")
        assert (owed(place), corrections()[0].state) == ([(Decimal("136.40"), False)], CorrectionState.DONE)


class TestAfterEstimates:
    """May 250 kWh, June estimated at 223, July read 300 beyond that: 523 kWh for two months."""

    @pytest.fixture
    def place(self) -> Unit:
        place, _ = a_lived_in_unit()
        prices()
        posted(a_run(place.building_id))
        a_reading(self.meter(), "2026-06-01", None)
        next_month(place, 6, JUNE_END)
        return place

    def meter(self) -> Meter:
        with everything("a test's own records"):
            return db.session.scalars(select(Meter)).one()

    def may(self) -> Reading:
        with everything("a test's own records"):
            return db.session.scalars(select(Reading).where(Reading.read_on == MAY, Reading.state == ReadingState.ACCEPTED)).one()

    def newest(self) -> Reading:
        with everything("a test's own records"):
            rows = select(Reading).where(Reading.state == ReadingState.ACCEPTED).order_by(Reading.read_on.desc())
            return db.session.scalars(rows).first()  # type: ignore[return-value]

    def test_the_real_bill_takes_off_what_the_corrected_estimate_asks_for(self, place: Unit) -> None:
        closed(place)
        corrected(self.may(), 20, day=JUNE_END)
        last = self.newest().value + 300
        a_reading(self.meter(), "2026-07-01", str(last))
        next_month(place, 7, JULY_END)
        used = last - self.may().value
        # Two months as one: 400 kWh at ¥0.50, the others at ¥0.60, 10 % tax.
        two_months = (Decimal(200) + (used - 400) * Decimal("0.60")) * Decimal("1.10")
        assert sum(amount for amount, _ in owed(place)[1:]) == two_months

    def test_a_bill_that_ended_estimates_waits_for_a_hand(self, place: Unit) -> None:
        a_reading(self.meter(), "2026-07-01", str(self.newest().value + 300))
        next_month(place, 7, JULY_END)
        closed(place)
        corrected(self.may(), 20, day=JULY_END)
        states = {each.service_charge_id: each.state for each in corrections()}
        assert list(states.values()) == [CorrectionState.DONE, CorrectionState.DONE, CorrectionState.OPEN]
        assert [each.difference for each in corrections()] == [Decimal("13.20"), Decimal("-13.20"), None]


def test_days_whose_reading_was_withdrawn_are_not_charged_again_with_the_next_month() -> None:
    building = a_building()
    one, _ = a_lived_in_unit("101", building=building)
    two, _ = a_lived_in_unit("102", building=building, name="李")
    prices()
    posted(a_run(building.id))
    closed(one)
    done(withdraw_reading, reading=last_reading(one).id, reason="看错表", confirmed=True)
    with everything("a test's own records"):
        meters = list(db.session.scalars(select(Meter).order_by(Meter.id)))
    for meter in meters:
        a_reading(meter, "2026-06-01", "1100")
    june = a_run(building.id, month=datetime.date(2026, 6, 1), day=JUNE_END)
    codes = {each.unit_id: each.code for each in results(june)}
    assert codes == {one.id: "days_charged", two.id: ""}
    posted(june, day=JUNE_END)
    assert (len(charges(one)), len(charges(two))) == (1, 2)


def test_a_charge_of_a_closed_month_is_not_voided(unit: Unit) -> None:
    refused("period_closed", void_service_charge, service_charge=charges(unit)[0].id, reason="错")
    assert count(Reversal) == 0


def test_a_void_that_was_asked_for_is_not_approved_once_the_month_is_closed() -> None:
    place, _ = a_lived_in_unit()
    prices()
    posted(a_run(place.building_id))
    corrected(last_reading(place), -10, day="2026-06-02")
    (one,) = corrections()
    closed(place)
    with on_day("2026-06-03"), acting(CHIEF), pytest.raises(OperationRefused) as refusal:
        run(approve_void, approval=one.approval_id)
    assert (refusal.value.code, owed(place)) == ("period_closed", [(Decimal("143.00"), False)])


def test_a_part_of_shared_meters_is_not_voided_while_another_part_is_paid() -> None:
    building = a_building()
    people = [a_customer(name=number) for number in ("101", "102")]
    for person in people:
        an_occupancy(a_unit(person.name, building=building, area=Decimal(50)), person, since="2020-01-01")
    hall = a_hall_meter(building)
    prices()
    posted(a_run(building.id))
    with everything("a test's own records"):
        reading = db.session.scalars(select(Reading).where(Reading.meter_id == hall.id).order_by(Reading.read_on.desc())).first()
    assert reading is not None
    done(take_payment, who="wang", customer=people[0].id, methods=CASH)
    corrected(reading, -10)
    for each in corrections():
        refused("not_computable", put_right, correction=each.id)
    with everything("a test's own records"):
        assert all(each.reversal_id is None for each in db.session.scalars(select(ServiceCharge)))


def test_of_two_who_put_a_bill_right_at_once_one_is_told(office_at_work: Any) -> None:
    place, _ = a_lived_in_unit()
    prices()
    posted(a_run(place.building_id))
    alone()
    closed(place)
    corrected(last_reading(place), -10)
    done(void_adjustment, adjustment=corrections()[0].adjustment_id, reason="试")
    number = corrections()[0].id

    def deed() -> Any:
        return done(put_right, correction=number).id

    at_once(office_at_work, [deed, deed])
    assert asked_for(place) == Decimal("136.40")
