"""A billing run: calculated, reviewed, posted; repeated, killed, closed; and what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.billing.choices import ChargeStatus, FeeKind
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Charge
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.models import Reading
from app.metering.operations.settling import correct_reading
from app.places.choices import UnitStatus
from app.places.models import Unit
from app.runs.choices import PeriodState, RunState
from app.runs.models import BillingPeriod, BillingRun, RunResult, ServiceCharge
from app.runs.operations import (
    begin_posting,
    begin_run,
    cancel_run,
    close_period,
    end_calculation,
    post_chunk,
    reopen_period,
    set_period_days,
    void_service_charge,
)
from app.values.errors import Conflict, OperationRefused
from tests.factories import a_building, acting, office, on_day
from tests.runs.making import LAST_DAY, MANAGER, MAY, a_lived_in_unit, a_run, charges, current, posted, prices, results, worked
from tests.tariffs.making import service

pytestmark = pytest.mark.usefixtures("app")


def count(model: Any) -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def assert_refused(code: str, operation: Any, who: str = MANAGER, day: str = LAST_DAY, **terms: Any) -> None:
    with on_day(day), acting(who), pytest.raises(OperationRefused) as refusal:
        run(operation, **terms)
    assert refusal.value.code == code


def terms_of(building: int | None) -> dict[str, Any]:
    return {"office": office().id, "building": building, "month": MAY, "services": (service().id,)}


# Calculated ---------------------------------------------------------------------------------------------------------------------


def test_a_run_proposes_a_bill_for_every_unit_and_charges_nothing() -> None:
    """250 kWh: 200 × 0.50 + 50 × 0.60 = 130.00 and 10 % tax: 143.00; the month before has no charge yet."""
    unit, customer = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    (found,) = results(billing)
    assert (found.unit_id, found.customer_id, found.total, found.before) == (unit.id, customer.id, Decimal("143.00"), None)
    assert (billing.run_state, billing.units, billing.billed, billing.faulty, billing.total) == (
        RunState.REVIEW,
        1,
        1,
        0,
        Decimal("143.00"),
    )
    assert count(Charge) == 0


def test_a_unit_that_cannot_be_billed_is_listed_with_its_reason() -> None:
    unit, _ = a_lived_in_unit()
    billing = a_run(unit.building_id)
    (found,) = results(billing)
    assert (found.code, found.total) == ("no_tariff", None)
    assert (billing.billed, billing.faulty) == (0, 1)


def test_a_run_of_an_office_goes_over_all_its_buildings() -> None:
    first, _ = a_lived_in_unit()
    second, _ = a_lived_in_unit("7")
    prices()
    billing = a_run(None)
    assert {found.unit_id for found in results(billing)} == {first.id, second.id}


def test_a_second_run_of_the_month_replaces_what_was_not_posted() -> None:
    unit, _ = a_lived_in_unit()
    first = a_run(unit.building_id)
    prices()
    second = a_run(unit.building_id)
    assert (current(first).run_state, results(first)) == (RunState.REPLACED, [])
    assert second.billed == 1


def test_two_runs_of_a_building_are_not_under_way_at_once() -> None:
    unit, _ = a_lived_in_unit()
    with on_day(LAST_DAY), acting(MANAGER):
        first = run(begin_run, **terms_of(unit.building_id)).record
        with pytest.raises(Conflict) as refusal:
            run(begin_run, **terms_of(unit.building_id))
        assert refusal.value.code == "run_under_way"
        worked(first)


def test_the_database_itself_holds_one_run_of_a_building_under_way() -> None:
    unit, _ = a_lived_in_unit()
    a_run(unit.building_id)
    again = text(
        "INSERT INTO billing_run (office_id, building_id, month, run_state, units, reached, shared_reached, billed, faulty, total, posted,"
        " posted_total, note, created_at) SELECT office_id, building_id, month, run_state, 0, 0, 0, 0, 0, 0, 0, 0, '', now()"
        " FROM billing_run"
    )
    with pytest.raises(IntegrityError, match="ex_billing_run_under_way"):
        db.session.execute(again)
    db.session.rollback()


@pytest.mark.parametrize("first_is_of_all", [True, False])
def test_a_run_of_all_buildings_and_one_of_a_building_are_not_under_way_at_once(
    monkeypatch: pytest.MonkeyPatch, first_is_of_all: bool
) -> None:
    """Even where both looked before either had begun: the database holds it."""
    unit, _ = a_lived_in_unit()
    monkeypatch.setattr("app.runs.operations.calculating._replace_earlier", lambda *_: None)
    first, second = (None, unit.building_id) if first_is_of_all else (unit.building_id, None)
    with on_day(LAST_DAY), acting(MANAGER):
        run(begin_run, **terms_of(first))
        with pytest.raises(Conflict) as refusal:
            run(begin_run, **terms_of(second))
    assert refusal.value.code == "ex_billing_run_under_way"
    assert count(BillingRun) == 1


def test_runs_of_two_buildings_are_under_way_at_once() -> None:
    one, _ = a_lived_in_unit()
    other, _ = a_lived_in_unit("7")
    with on_day(LAST_DAY), acting(MANAGER):
        for unit in (one, other):
            run(begin_run, **terms_of(unit.building_id))
    assert count(BillingRun) == 2


def test_a_run_that_is_thrown_away_leaves_nothing() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    with acting(MANAGER):
        run(cancel_run, run=billing.id)
    assert (current(billing).run_state, count(RunResult), count(Charge)) == (RunState.CANCELLED, 0, 0)


def test_a_run_without_a_service_is_refused() -> None:
    unit, _ = a_lived_in_unit()
    assert_refused("no_services", begin_run, **terms_of(unit.building_id) | {"services": ()})


# Posted -------------------------------------------------------------------------------------------------------------------------


def test_posting_makes_charges_that_explain_themselves_and_balance() -> None:
    unit, customer = a_lived_in_unit()
    prices()
    billing = posted(a_run(unit.building_id))
    (made,) = charges(unit)
    assert (billing.run_state, billing.posted, billing.posted_total) == (RunState.POSTED, 1, Decimal("143.00"))
    assert (made.total, made.quantity, made.facts) == (Decimal("143.00"), Decimal(250), {"kwh": "250"})
    assert [(line["code"], line["amount"]) for line in made.bill["lines"]] == [
        ("electricity", "100"),
        ("electricity", "30"),
        ("tax", "13"),
    ]
    with everything("looking up"):
        debt = db.session.get_one(Charge, made.charge_id)
        assert (debt.customer_id, debt.fee_kind, debt.status) == (customer.id, FeeKind.ELECTRICITY, ChargeStatus.UNPAID)
        assert debt.total == Decimal("143.00")
        assert (debt.on, debt.due_on) == (datetime.date(2026, 5, 31), datetime.date(2026, 6, 15))
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.charge_id == debt.id)).one()
        moved = db.session.scalars(select(Posting.amount).where(Posting.entry_id == entry.id).order_by(Posting.amount)).all()
    assert moved == [Decimal("-143.00"), Decimal("143.00")]


def test_a_run_is_posted_once() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = posted(a_run(unit.building_id))
    assert_refused("run_state", begin_posting, run=billing.id)
    assert len(charges(unit)) == 1


def test_what_is_charged_is_not_proposed_again() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    again = a_run(unit.building_id)
    assert (results(again), again.billed) == ([], 0)
    assert_refused("nothing_to_post", begin_posting, run=again.id)


def test_the_next_month_shows_what_the_month_before_was() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id, month=datetime.date(2026, 4, 1)))
    (found,) = results(a_run(unit.building_id))
    assert found.before == Decimal("110.00")  # April: read on the 1st, 200 × 0.50 and 10 %


def test_a_posting_that_was_killed_goes_on_without_charging_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    building = a_building()
    for number in ("1", "2", "3"):
        a_lived_in_unit(number, building=building)
    prices()
    monkeypatch.setattr("app.runs.operations.posting.CHARGES_AT_ONCE", 2)
    billing = a_run(building.id)
    with on_day(LAST_DAY), acting(MANAGER):
        run(begin_posting, run=billing.id)
        assert run(post_chunk, run=billing.id).record == 2
    assert count(ServiceCharge) == 2
    worked(current(billing))
    after = current(billing)
    assert (after.run_state, after.posted, after.posted_total, count(ServiceCharge)) == (RunState.POSTED, 3, Decimal("429.00"), 3)


def test_a_reading_corrected_after_the_calculation_is_not_charged_as_it_was() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    with on_day(LAST_DAY), acting(MANAGER):
        last = db.session.scalars(select(Reading.id).order_by(Reading.read_on.desc()).limit(1)).one()
        run(correct_reading, reading=last, value=Decimal(840), reason="看错了")
    after = posted(billing)
    assert (after.posted, after.faulty, charges(unit)) == (0, 1, [])
    assert results(after)[0].code == "reading_changed"


def test_a_red_reading_holds_up_posting() -> None:
    unit, _ = a_lived_in_unit("1203", 210, 190, 200, 950)
    prices()
    billing = a_run(unit.building_id)
    assert results(billing)[0].code == "reading_waits"
    assert_refused("readings_wait", begin_posting, run=billing.id)
    assert count(Charge) == 0


# Periods ------------------------------------------------------------------------------------------------------------------------


def period_of(building: int) -> BillingPeriod:
    with everything("looking up"):
        return db.session.scalars(select(BillingPeriod).where(BillingPeriod.building_id == building, BillingPeriod.month == MAY)).one()


def test_a_closed_period_takes_no_run_and_no_charges() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    with on_day(LAST_DAY), acting(MANAGER):
        run(close_period, period=period_of(unit.building_id).id)
    assert_refused("period_closed", begin_posting, run=billing.id)
    assert_refused("period_closed", begin_run, **terms_of(unit.building_id))
    assert count(Charge) == 0


def test_a_month_after_the_next_is_a_slip_and_opens_no_period() -> None:
    unit, _ = a_lived_in_unit()
    terms = terms_of(unit.building_id)
    assert_refused("month_too_far", begin_run, **terms | {"month": datetime.date(2026, 7, 1)})
    assert (count(BillingRun), count(BillingPeriod)) == (0, 0)
    with on_day(LAST_DAY), acting(MANAGER):
        run(begin_run, **terms | {"month": datetime.date(2026, 6, 1)})
    assert count(BillingPeriod) == 1


def test_a_period_is_opened_again_with_a_reason() -> None:
    unit, _ = a_lived_in_unit()
    a_run(unit.building_id)
    number = period_of(unit.building_id).id
    with on_day(LAST_DAY), acting(MANAGER):
        run(close_period, period=number)
    assert_refused("reason_missing", reopen_period, period=number, reason=" ")
    with on_day(LAST_DAY), acting(MANAGER):
        opened = run(reopen_period, period=number, reason="漏抄两户").record
    assert (opened.period_state, opened.reopened_reason, opened.closed_at) == (PeriodState.OPEN, "漏抄两户", None)


def days_of(number: int, starts_on: str, ends_on: str) -> dict[str, Any]:
    return {"period": number, "starts_on": datetime.date.fromisoformat(starts_on), "ends_on": datetime.date.fromisoformat(ends_on)}


def test_periods_of_a_building_share_no_day() -> None:
    unit, _ = a_lived_in_unit()
    for month in (datetime.date(2026, 4, 1), MAY):
        with acting(MANAGER):
            run(cancel_run, run=a_run(unit.building_id, month=month).id)
    number = period_of(unit.building_id).id
    assert_refused("periods_overlap", set_period_days, **days_of(number, "2026-04-20", "2026-05-31"))
    assert period_of(unit.building_id).starts_on == MAY


def test_two_who_move_the_days_of_neighbours_at_once_are_told_that_they_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one has committed after this one looked: the database refuses, in words of the form's field."""
    unit, _ = a_lived_in_unit()
    for month in (datetime.date(2026, 4, 1), MAY):
        with acting(MANAGER):
            run(cancel_run, run=a_run(unit.building_id, month=month).id)
    number = period_of(unit.building_id).id
    monkeypatch.setattr("app.runs.operations.periods._require_apart", lambda *_: None)
    assert_refused("ex_billing_period_days", set_period_days, **days_of(number, "2026-04-20", "2026-05-31"))
    assert period_of(unit.building_id).starts_on == MAY


def test_the_days_of_a_period_stay_once_it_was_charged() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    number = period_of(unit.building_id).id
    assert_refused("period_charged", set_period_days, **days_of(number, "2026-05-02", "2026-05-31"))
    assert period_of(unit.building_id).starts_on == MAY


def test_the_days_of_a_period_stay_while_bills_on_them_wait_for_review() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    number = period_of(unit.building_id).id
    assert_refused("run_waits", set_period_days, **days_of(number, "2026-05-02", "2026-05-31"))
    assert period_of(unit.building_id).starts_on == MAY
    with on_day(LAST_DAY), acting(MANAGER):
        run(cancel_run, run=billing.id)
        run(set_period_days, **days_of(number, "2026-05-02", "2026-05-31"))
    assert period_of(unit.building_id).starts_on == datetime.date(2026, 5, 2)


# Voided -------------------------------------------------------------------------------------------------------------------------


def test_a_voided_charge_is_mirrored_and_can_be_billed_again() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    posted(a_run(unit.building_id))
    (made,) = charges(unit)
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_service_charge, service_charge=made.id, reason="抄错了表")
    assert charges(unit)[0].reversal_id is not None
    with everything("summing"):
        assert db.session.execute(select(func.sum(Posting.amount)).where(Posting.account == "receivable")).scalar_one() == 0
    again = posted(a_run(unit.building_id))
    assert again.posted == 1
    assert [charge.reversal_id is None for charge in charges(unit)] == [False, True]


def test_a_unit_out_of_use_is_not_billed() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    with everything("a unit out of use"):
        db.session.execute(update(Unit).where(Unit.id == unit.id).values(status=UnitStatus.CLOSED))
        db.session.commit()
    assert results(a_run(unit.building_id)) == []


def test_ending_a_calculation_twice_changes_nothing() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    with acting(MANAGER):
        run(end_calculation, run=billing.id)
    assert current(billing).billed == 1
