"""What a formula may ask of a run, and a bill whose rebates are more than its prices: that unit says why, the run goes on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.places.choices import FactName
from tests.factories import a_building, a_fact
from tests.runs.making import a_lived_in_unit, a_run, results
from tests.tariffs.making import a_tariff, an_approved

pytestmark = pytest.mark.usefixtures("app")

REBATE = {
    "rounding": "0.01",
    "lines": [
        {"code": "e", "kind": "per_unit", "label": "电费", "quantity": "kwh", "price": "0.50"},
        {"code": "r", "kind": "flat", "label": "减免", "amount": "-50", "times": "persons"},
    ],
}


def test_a_bill_below_zero_is_no_bill_and_stops_no_other() -> None:
    """100 kWh: 50.00 less 2 × 50.00 is −50.00; 250 kWh with one person: 125.00 − 50.00."""
    building = a_building()
    poor, _ = a_lived_in_unit("101", 100, building=building)
    rich, _ = a_lived_in_unit("102", 250, building=building, name="李四")
    a_fact(poor, FactName.PERSONS, "2")
    a_fact(rich, FactName.PERSONS, "1")
    an_approved(a_tariff(), recipe=REBATE, examples=[{"facts": {"kwh": "250", "persons": "1"}, "total": "75"}])
    found = {row.unit_id: row for row in results(a_run(building.id))}
    assert (found[poor.id].code, found[poor.id].total) == ("bill_below_zero", None)
    assert found[rich.id].total == Decimal("75.00")


def test_the_months_of_a_period_are_one() -> None:
    """A formula may ask for them: ¥31.00 for each month."""
    unit, _ = a_lived_in_unit()
    monthly = {"rounding": "0.01", "lines": [{"code": "f", "kind": "flat", "label": "表费", "amount": "31", "times": "months"}]}
    an_approved(a_tariff(), recipe=monthly, examples=[{"facts": {"months": "1"}, "total": "31"}])
    (found,) = results(a_run(unit.building_id))
    assert (found.total, found.facts["months"]) == (Decimal("31.00"), "1")
