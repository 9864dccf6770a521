"""Charges that a run makes by one statement are the rows that ``charge`` makes one by one, whatever is on the bill."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from app.billing.choices import FeeKind, LineCode
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Charge, ChargeLine
from app.billing.operations.charges import LineTerms, charge
from app.foundation.database import Record, db
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.runs.documents import read_bill
from app.runs.models import RunResult
from app.tariffs.rules.bill import label_in
from tests.factories import acting, office, on_day
from tests.runs.making import LAST_DAY, MANAGER, a_lived_in_unit, a_run, posted, prices, results

pytestmark = pytest.mark.usefixtures("app")

ON = datetime.date.fromisoformat(LAST_DAY)
PRICE_STEP = Decimal("0.01")
BILLS: dict[str, dict[str, Any]] = {
    "lines with and without a price that explains them": {
        "lines": [
            {"code": "energy", "label": "电费", "quantity": "200", "unit_price": "0.5", "amount": "100"},
            {"code": "fine", "label": "细价", "quantity": "200", "unit_price": "0.538", "amount": "107.6"},
            {"code": "tax", "label": "税", "quantity": "207.6", "unit_price": "10", "amount": "20.76", "is_tax": True},
        ],
        "total": "228.36",
        "taxes": [],
    },
    "labels in several languages": {
        "lines": [
            {"code": "a", "label": {"en": "Energy", "zh_Hans": "电"}, "quantity": "1", "unit_price": "3", "amount": "3"},
            {"code": "b", "label": {"en": "Water", "vi": "Nước"}, "quantity": "1", "unit_price": "4", "amount": "4"},
            {"code": "c", "label": {"vi": "Gas", "zh_Hans": ""}, "quantity": "1", "unit_price": "5", "amount": "5"},
        ],
        "total": "12",
        "taxes": [],
    },
    "a discount and a label that is too long": {
        "lines": [
            {"code": "a", "label": "长" * 300, "quantity": "2.5", "unit_price": "4", "amount": "10"},
            {"code": "b", "label": "折扣", "quantity": "1", "unit_price": "-2.5", "amount": "-2.5"},
        ],
        "total": "7.5",
        "taxes": [],
    },
    "nothing": {"lines": [], "total": "0", "taxes": []},
}


def rows_of(model: type[Record], condition: Any, *without: str) -> list[dict[str, Any]]:
    """Return the rows of a table as they are stored, without their keys and when they were made."""
    table = model.__table__
    left_out = {"id", "created_at", *without}
    found_rows = db.session.connection().execute(select(table).where(condition).order_by(table.c.id)).mappings()  # type: ignore[call-overload]
    return [{name: value for name, value in row.items() if name not in left_out} for row in found_rows]


def written(number: int) -> Sequence[Any]:
    """Return a charge with all that hangs from it."""
    entries = select(JournalEntry.id).where(JournalEntry.charge_id == number)
    return (
        rows_of(Charge, Charge.id == number),
        rows_of(ChargeLine, ChargeLine.charge_id == number, "charge_id"),
        rows_of(JournalEntry, JournalEntry.charge_id == number, "charge_id"),
        rows_of(Posting, Posting.entry_id.in_(entries), "entry_id"),
    )


def charged_alone(*, result: int) -> Charge:
    """Charge a proposal by the operation that makes one charge."""
    one = found(RunResult, result)
    bill = read_bill(one.bill)
    assert one.customer_id is not None
    lines = [
        LineTerms(
            LineCode.SERVICE,
            line.amount,
            quantity=line.quantity if has_price else None,
            unit_price=line.unit_price if has_price else None,
            detail=f"{one.unit.code} · {label_in(line.label, 'zh_Hans')}"[:200],
            period_start=one.part_start,
            period_end=one.part_end,
        )
        for line in bill.lines
        for has_price in [line.unit_price == line.unit_price.quantize(PRICE_STEP) and line.quantity * line.unit_price == line.amount]
    ]
    nothing = LineTerms(
        LineCode.SERVICE,
        Decimal("0.00"),
        detail=f"{one.unit.code} · {one.service.name}",
        period_start=one.part_start,
        period_end=one.part_end,
    )
    return charge(
        office_id=one.office_id,
        customer_id=one.customer_id,
        fee_kind=FeeKind.ELECTRICITY,
        lines=lines or [nothing],
        on=ON,
        booked_on=ON,
        due_on=ON + datetime.timedelta(days=one.service.due_days),
    )


@pytest.mark.parametrize("bill", BILLS.values(), ids=BILLS)
def test_the_rows_are_those_of_a_charge_that_is_made_alone(bill: dict[str, Any]) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    (proposed,) = results(billing)
    with everything("another bill"):
        db.session.execute(update(RunResult).where(RunResult.id == proposed.id).values(bill=bill, total=Decimal(bill["total"])))
        db.session.commit()
    with on_day(LAST_DAY), acting(MANAGER):
        alone = run(charged_alone, result=proposed.id).record.id
    posted(billing)
    with everything("comparing"):
        together = db.session.scalars(select(RunResult.charge_id).where(RunResult.id == proposed.id)).one()
        assert together is not None
        assert written(together) == written(alone)
        assert len(written(alone)[1]) == max(1, len(bill["lines"]))


def test_a_building_with_days_of_its_own_gives_its_bills_those() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    with everything("a building that gives more time"):
        db.session.connection().exec_driver_sql(
            "INSERT INTO service_setting (office_id, service_id, building_id, due_days, least_difference, high_ratio, raised_ratio,"
            " lowered_ratio, low_ratio, created_at, version)"
            " SELECT office_id, id, %s, 40, least_difference, high_ratio, raised_ratio, lowered_ratio, low_ratio, now(), 1"
            " FROM service WHERE kind = 'electricity' AND office_id = %s",
            (unit.building_id, office().id),
        )
        db.session.commit()
    billing = posted(a_run(unit.building_id))
    with everything("reading"):
        due = db.session.scalars(select(Charge.due_on).join(RunResult, RunResult.charge_id == Charge.id)).one()
    assert due == ON + datetime.timedelta(days=40)
    assert billing.posted == 1
