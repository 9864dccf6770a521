"""Moving in and out of units."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.customers.choices import OccupancyRole
from app.customers.models import Occupancy
from app.customers.operations import end_occupancy, save_occupancy
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from tests.broadband.test_locks_in_order import assert_in_order, locks
from tests.factories import a_customer, a_unit, acting, an_occupancy, reloaded

pytestmark = pytest.mark.usefixtures("app")


def end(occupancy: Occupancy, last: str, note: str = "") -> Occupancy:
    with acting("chen"):
        return run(end_occupancy, occupancy=occupancy.id, ends_on=datetime.date.fromisoformat(last), note=note).record


def count() -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(Occupancy.id))).scalar_one())


def move_in(unit: Any, customer: Any, since: str, **values: Any) -> Occupancy:
    terms = {"unit": unit.id, "customer": customer.id, "role": OccupancyRole.OWNER, "starts_on": datetime.date.fromisoformat(since)}
    with acting("chen"):
        return run(save_occupancy, record=None, office=unit.office_id, version=None, values=tuple((terms | values).items())).record


def test_somebody_moves_out_and_the_next_one_in() -> None:
    unit = a_unit()
    first = an_occupancy(unit, a_customer(), "2026-01-01")
    end(first, "2026-04-30", "chìa khóa đã trả")
    second = an_occupancy(unit, a_customer(), "2026-05-01")
    assert (reloaded(first).ends_on, reloaded(first).note, second.ends_on) == (datetime.date(2026, 4, 30), "chìa khóa đã trả", None)


def test_a_second_owner_is_refused_and_nothing_is_written() -> None:
    unit = a_unit()
    first = an_occupancy(unit, a_customer(name="王晓明"), "2026-01-01")
    with pytest.raises(OperationRefused) as refusal:
        an_occupancy(unit, a_customer(name="李娜"), "2026-05-01")
    assert (refusal.value.code, refusal.value.message.parameters["earlier"]) == ("occupancies_overlap", "王晓明")
    assert (count(), reloaded(first).ends_on) == (1, None)


def test_the_owner_before_moves_out_when_that_is_asked_for() -> None:
    unit = a_unit()
    first = an_occupancy(unit, a_customer(), "2026-01-01")
    move_in(unit, a_customer(), "2026-05-01", ends_earlier=True)
    assert reloaded(first).ends_on == datetime.date(2026, 4, 30)


def test_an_owner_who_comes_later_still_stands_in_the_way() -> None:
    unit = a_unit()
    an_occupancy(unit, a_customer(), "2026-06-01")
    with pytest.raises(OperationRefused):
        move_in(unit, a_customer(), "2026-05-01", ends_earlier=True)
    assert count() == 1


def test_owner_and_tenant_are_there_together() -> None:
    unit = a_unit()
    an_occupancy(unit, a_customer())
    assert an_occupancy(unit, a_customer(), role=OccupancyRole.TENANT).role is OccupancyRole.TENANT


def test_nobody_moves_out_before_he_has_moved_in() -> None:
    occupancy = an_occupancy(a_unit(), a_customer(), "2026-05-01")
    with pytest.raises(OperationRefused) as refusal:
        end(occupancy, "2026-04-30")
    assert (refusal.value.code, reloaded(occupancy).ends_on) == ("ends_before_start", None)


def test_an_end_moved_into_the_next_ones_days_is_refused() -> None:
    unit = a_unit()
    first = an_occupancy(unit, a_customer(), "2026-01-01", "2026-04-30")
    an_occupancy(unit, a_customer(), "2026-05-01")
    with pytest.raises(OperationRefused) as refusal:
        end(first, "2026-05-01")
    assert (refusal.value.code, reloaded(first).ends_on) == ("occupancies_overlap", datetime.date(2026, 4, 30))


def test_a_unit_of_another_office_is_not_there() -> None:
    foreign, customer = a_unit("101", "HN"), a_customer()
    with pytest.raises(NotFound):
        move_in(foreign, customer, "2026-05-01")
    assert count() == 0


def test_a_customer_of_another_office_is_refused() -> None:
    unit, stranger = a_unit(), a_customer("HN")
    with pytest.raises(NotFound):
        move_in(unit, stranger, "2026-05-01")
    assert count() == 0


def test_the_database_itself_refuses_two_owners_on_a_day() -> None:
    occupancy = an_occupancy(a_unit(), a_customer())
    columns = "office_id, unit_id, customer_id, role, starts_on, ends_on, note, created_at, version"
    with pytest.raises(DBAPIError, match="ex_occupancy_in_force"), db.session.begin_nested():
        db.session.connection().execute(
            text(f"INSERT INTO occupancy ({columns}) SELECT {columns} FROM occupancy WHERE id = :id"), {"id": occupancy.id}
        )


def test_a_unit_is_locked_before_those_who_are_in_it() -> None:
    unit = a_unit()
    first = an_occupancy(unit, a_customer())
    with locks() as ending:
        end(first, "2026-04-30")
    with locks() as correcting, acting("chen"):
        values = (("note", "x"),)
        run(save_occupancy, record=first.id, office=None, version=str(reloaded(first).version), values=values)
    for taken in (ending, correcting):
        assert_in_order(taken, "unit", "occupancy")
