"""What becomes of a month whose posting broke off, or whose occupants were entered after it was posted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from app.customers.choices import OccupancyRole
from app.foundation.database import db
from app.foundation.jobs import patience
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.runs import jobs
from app.runs.choices import RunState
from app.runs.invariants import CHARGED_TWICE
from app.runs.operations import begin_posting
from app.tariffs.choices import ServiceKind
from app.values.errors import Conflict, Message, OperationRefused
from tests.factories import a_building, a_customer, a_unit, acting, an_occupancy, on_day
from tests.runs.making import LAST_DAY, MANAGER, a_hall_meter, a_lived_in_unit, a_run, charges, current, posted, prices, results, worked
from tests.tariffs.making import a_tariff, an_approved

pytestmark = pytest.mark.usefixtures("app")
FLAT = {"rounding": "0.01", "lines": [{"code": "fee", "kind": "per_unit", "label": "管理费", "quantity": "m2", "price": "2.00"}]}


def test_days_that_are_charged_are_not_charged_to_an_occupant_who_is_entered_later() -> None:
    building = a_building()
    unit = a_unit("101", building=building, area=Decimal(50))
    an_occupancy(unit, a_customer(name="Lan"), since="2020-01-01")
    an_approved(a_tariff(kind=ServiceKind.MANAGEMENT, name="管理费"), recipe=FLAT, examples=[{"facts": {"m2": "50"}, "total": "100.00"}])
    posted(a_run(building.id, kinds=(ServiceKind.MANAGEMENT,)))
    an_occupancy(unit, a_customer(name="Minh"), since="2026-05-16", role=OccupancyRole.TENANT)
    again = a_run(building.id, kinds=(ServiceKind.MANAGEMENT,))
    assert [(each.part_start.day, each.code) for each in results(again)] == [(16, "days_charged")]
    assert [each.total for each in charges(unit)] == [Decimal("100.00")]
    with everything("proving"):
        assert db.session.execute(text(CHARGED_TWICE)).all() == []


def test_parts_of_shared_meters_are_not_charged_to_an_occupant_who_is_entered_later() -> None:
    building = a_building()
    for number in ("101", "102"):
        unit = a_unit(number, building=building, area=Decimal(50))
        an_occupancy(unit, a_customer(name="Lan"), since="2020-01-01")
    a_hall_meter(building)
    prices()
    posted(a_run(building.id))
    an_occupancy(unit, a_customer(name="Minh"), since="2026-04-16", role=OccupancyRole.TENANT)
    assert [each.code for each in results(a_run(building.id))] == ["days_charged"]
    assert len(charges(unit)) == 1


def broken_off(monkeypatch: pytest.MonkeyPatch, refusal: OperationRefused) -> Any:
    """A run of one unit whose posting ended with ``refusal`` before its first charge."""
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    monkeypatch.setattr(patience, "PAUSE", 0)

    def refused(**terms: Any) -> int:
        raise refusal

    with monkeypatch.context() as change:
        change.setattr(jobs, "post_chunk", refused)
        posted(billing)
    return unit, current(billing)


def test_a_posting_that_broke_off_goes_on_when_it_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, billing = broken_off(monkeypatch, Conflict(Message("Somebody else is changing this."), code="locked"))
    assert (billing.run_state, charges(unit)) == (RunState.POSTING, [])
    after = posted(billing)
    assert (after.run_state, after.posted, len(charges(unit))) == (RunState.POSTED, 1, 1)


def test_a_posting_under_way_is_not_begun_twice() -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    with on_day(LAST_DAY), acting(MANAGER):
        run(begin_posting, run=billing.id)
        with pytest.raises(OperationRefused) as refusal:
            run(begin_posting, run=billing.id)
        assert refusal.value.code == "run_state"
        worked(current(billing))
    assert len(charges(unit)) == 1


def test_a_chunk_that_meets_somebody_at_the_counter_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, _ = a_lived_in_unit()
    prices()
    billing = a_run(unit.building_id)
    monkeypatch.setattr(patience, "PAUSE", 0)
    post_chunk, refusals = jobs.post_chunk, [Conflict(Message("Somebody else is changing this."), code="locked")] * 2

    def held_at_first(**terms: Any) -> int:
        if refusals:
            raise refusals.pop()
        return post_chunk(**terms)

    monkeypatch.setattr(jobs, "post_chunk", held_at_first)
    assert posted(billing).run_state is RunState.POSTED
    assert len(charges(unit)) == 1
