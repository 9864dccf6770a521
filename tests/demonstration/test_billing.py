"""The months of the demonstration's buildings: billed but the newest, paid by most, with debts of all ages."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from app.foundation.database import db

pytestmark = pytest.mark.usefixtures("demonstration")

# Of the fourteen that were read, all but the newest.
MONTHS = 13
SERVICES = ("electricity", "water", "gas", "air_conditioning", "management")
HANOI = "(SELECT id FROM office WHERE code = 'HN')"


def rows(statement: str) -> list[Any]:
    return list(db.session.connection().execute(text(statement)).all())


def test_every_month_that_was_read_is_billed_but_the_newest() -> None:
    posted = rows(f"SELECT month FROM billing_run WHERE run_state = 'posted' AND office_id = {HANOI} ORDER BY month")
    read = rows(
        f"SELECT DISTINCT date_trunc('month', read_on)::date FROM reading WHERE kind = 'regular' AND office_id = {HANOI} ORDER BY 1"
    )
    assert len(posted) == MONTHS
    assert [row[0] for row in posted] == [row[0] for row in read[:-1]]
    assert rows("SELECT count(*) FROM reading WHERE state = 'waiting'")[0][0] > 0


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_billed_in_every_month(service: str) -> None:
    months = rows(
        "SELECT DISTINCT month FROM service_charge AS made JOIN billing_period AS period ON period.id = made.period_id"
        f" JOIN service ON service.id = made.service_id WHERE service.kind = '{service}' AND made.office_id = {HANOI}"
    )
    assert len(months) == MONTHS


@pytest.mark.parametrize(("service", "units"), [("electricity", 120), ("water", 120), ("gas", 112), ("air_conditioning", 24)])
def test_four_services_are_metered_with_all_that_happens_to_meters(service: str, units: int) -> None:
    of_service = (
        "FROM reading JOIN meter ON meter.id = reading.meter_id JOIN service ON service.id = meter.service_id"
        " JOIN meter_installation AS hung ON hung.id = reading.installation_id"
        f" WHERE service.kind = '{service}' AND reading.office_id = {HANOI}"
    )
    ((hung, months, swaps, rollovers, estimates, waiting),) = rows(
        "SELECT count(DISTINCT hung.unit_id), count(DISTINCT date_trunc('month', read_on)) FILTER (WHERE reading.kind = 'regular'),"
        " count(*) FILTER (WHERE reading.kind = 'final'), count(*) FILTER (WHERE rolled_over),"
        f" count(*) FILTER (WHERE source = 'estimated'), count(*) FILTER (WHERE state = 'waiting') {of_service}"
    )
    assert (hung, months) == (units, MONTHS + 1)
    assert min(swaps, rollovers, estimates, waiting) > 0


def test_nearly_every_unit_has_its_bills_and_the_others_say_why() -> None:
    ((billed, faulty),) = rows("SELECT sum(billed), sum(faulty) FROM billing_run")
    assert billed > 10_000
    assert faulty < 20
    assert rows("SELECT count(*) FROM run_result WHERE fault <> '' AND code = ''")[0][0] == 0


def test_the_shared_meters_are_borne_by_all_units_of_the_building() -> None:
    per_month = rows(
        "SELECT period_id, service_id, count(DISTINCT unit_id), sum(total), min((share ->> 'whole')::numeric) FROM service_charge"
        f" WHERE apportion_by IS NOT NULL AND office_id = {HANOI} GROUP BY 1, 2"
    )
    assert len(per_month) == MONTHS * 2
    assert {row[2] for row in per_month} == {120}
    assert [row[3] for row in per_month] == [row[4] for row in per_month]


def test_an_estimate_was_charged_and_taken_off_when_the_meter_was_read() -> None:
    assert rows("SELECT count(*) FROM service_charge WHERE is_estimate")[0][0] > 0
    assert rows("SELECT count(*) FROM service_charge WHERE (bill -> 'rated' ->> 'periods')::integer > 1")[0][0] > 0


def test_most_is_paid_and_debts_are_of_all_ages() -> None:
    ages = dict(
        tuple(row)
        for row in rows(
            "SELECT month, sum(charge.total - charge.paid) FROM service_charge AS made JOIN charge ON charge.id = made.charge_id"
            f" JOIN billing_period AS period ON period.id = made.period_id WHERE made.office_id = {HANOI} GROUP BY month"
        )
    )
    assert sum(1 for owed in ages.values() if owed) >= 8
    ((total, paid),) = rows(f"SELECT sum(total), sum(paid) FROM charge WHERE fee_kind IN {SERVICES} AND office_id = {HANOI}")
    assert 0.9 < paid / total < 0.995


def test_some_paid_in_part_and_some_have_paid_ahead() -> None:
    assert rows("SELECT count(*) FROM charge JOIN service_charge ON charge_id = charge.id WHERE paid > 0 AND paid < charge.total")[0][0] > 0
    assert rows(f"SELECT -sum(amount) FROM posting WHERE account = 'credit' AND office_id = {HANOI}")[0][0] > 0


def test_no_run_is_left_in_the_queue() -> None:
    assert rows("SELECT DISTINCT state FROM background_job WHERE kind IN ('billing_calculation', 'billing_posting')") == [("done",)]


def test_no_estimate_was_charged_more_than_the_reading_gave() -> None:
    assert rows("SELECT code, count(*) FROM run_result WHERE code LIKE 'estimate%' GROUP BY 1") == []
