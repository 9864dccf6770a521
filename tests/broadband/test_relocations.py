"""Relocations by the real operations: the worked example, their money, days, work orders and voids."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.choices import FeeKind, PricedOperation
from app.broadband.choices import StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.models import Relocation
from app.broadband.operations.halting import move_planned_resumption
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound, OperationRefused
from tests.broadband.changes import completed, event_of, ordered, relocated, stands, voided
from tests.broadband.lines import cut, day, line_until, resumed, suspended
from tests.factories import CASH, a_community, a_pending_line, acting, on_day, paid, reloaded, set_price
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")


def test_example_41_days_of_compensation_shift_the_stop_date() -> None:
    set_price(PricedOperation.RELOCATION, "50.00")
    line = line_until("2026-08-31")
    relocation = relocated(line, "2026-06-10", compensation_days=3, reason="移机断网三天", methods=CASH)
    assert reloaded(line).stops_on == day("2026-09-03")
    charge, receipt, _, event = event_of(relocation)
    assert (charge.fee_kind, receipt.total, event.shift_days) == (FeeKind.RELOCATION, Decimal("50.00"), 3)


def test_the_next_months_follow_the_days_of_compensation() -> None:
    line = line_until("2026-08-31")
    relocated(line, "2026-06-10", compensation_days=3, reason="移机")
    assert str(paid(line, "2026-06-11").period_start) == "2026-09-04"


def test_both_places_are_kept() -> None:
    line = line_until("2026-08-31", address="3-2-501", telephone="021-11112222")
    new = a_community(name="江畔苑")
    relocation = relocated(line, "2026-06-10", community=new.id, address=" 8-1-301 ", telephone="021-33334444")
    assert (relocation.address, relocation.telephone, relocation.new_address) == ("3-2-501", "021-11112222", "8-1-301")
    fresh = reloaded(line)
    assert (fresh.community_id, fresh.address, fresh.telephone) == (new.id, "8-1-301", "021-33334444")
    assert "81301" in "".join(fresh.search_terms) or any("8-1-301" in term for term in fresh.search_terms)


def test_a_telephone_left_out_stays() -> None:
    line = line_until("2026-08-31", telephone="021-11112222")
    relocation = relocated(line, "2026-06-10")
    assert (relocation.new_telephone, reloaded(line).telephone) == ("021-11112222", "021-11112222")


def test_nothing_else_changes() -> None:
    line = line_until("2026-08-31")
    before = stands(line)
    relocated(line, "2026-06-10")
    after = stands(line)
    assert {name for name in before if before[name] != after[name]} == {"address", "search_terms"}


def test_a_frozen_line_keeps_its_frozen_days_and_those_of_compensation() -> None:
    line = line_until("2026-08-14")
    suspended(line, "2026-06-10")
    relocated(line, "2026-06-20", compensation_days=3, reason="移机")
    assert (reloaded(line).state, reloaded(line).stops_on) == (SubscriptionState.SUSPENDED, day("2026-08-17"))
    resumed(line, "2026-07-20")
    assert reloaded(line).stops_on == day("2026-09-26")


def test_before_its_installation_the_application_is_corrected_and_its_order_leads_there() -> None:
    set_price(PricedOperation.RELOCATION, "50.00")
    line = a_pending_line("2026-06-01")
    relocation = relocated(line, "2026-06-10")
    charge, _, _, event = event_of(relocation)
    assert (relocation.fee, charge, event.operation) == (Decimal(0), None, SubscriptionOperation.RELOCATE)
    with everything("reading the order"):
        fresh = reloaded(line)
        assert (fresh.state, fresh.work_orders[0].address) == (SubscriptionState.PENDING, "8-1-301")


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"fee": Decimal("50.00")}, "nothing_to_pay"),
        ({"compensation_days": 3, "reason": "移机"}, "not_installed"),
    ],
)
def test_before_its_installation_nothing_is_charged_or_shifted(terms: dict[str, object], code: str) -> None:
    line = a_pending_line("2026-06-01")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        relocated(line, "2026-06-10", **terms)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"address": "  "}, "address_missing"),
        ({"address": "3-2-501"}, "same_place"),
        ({"compensation_days": 3}, "reason_missing"),
        ({"compensation_days": 367, "reason": "移机"}, "compensation_out_of_range"),
        ({"compensation_days": -1, "reason": "移机"}, "compensation_out_of_range"),
        ({"fee": Decimal("-1")}, "negative_amount"),
    ],
)
def test_what_cannot_be_is_refused(terms: dict[str, object], code: str) -> None:
    line = line_until("2026-08-31", address="3-2-501")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        relocated(line, "2026-06-10", **terms)
    assert refused.value.code == code


def test_a_community_of_another_office_does_not_exist() -> None:
    line, elsewhere = line_until("2026-08-31"), a_community("HN")
    with assert_nothing_written(), pytest.raises(NotFound):
        relocated(line, "2026-06-10", community=elsewhere.id)


def test_the_void_of_its_fee_brings_the_line_back_to_its_old_place() -> None:
    set_price(PricedOperation.RELOCATION, "50.00")
    line = line_until("2026-08-31", telephone="021-11112222")
    new = a_community()
    before = stands(line)
    relocation = relocated(line, "2026-06-10", community=new.id, telephone="021-33334444", compensation_days=3, reason="移机", methods=CASH)
    _, receipt, _, _ = event_of(relocation)
    voided(receipt.id, "2026-06-10")
    assert stands(line) == before


def test_the_void_of_its_fee_leaves_the_planned_day_as_it_was_moved_since() -> None:
    set_price(PricedOperation.RELOCATION, "50.00")
    line = line_until("2026-08-31")
    suspended(line, "2026-06-10", planned_resume_on=day("2026-07-20"))
    relocation = relocated(line, "2026-06-15", methods=CASH)
    _, receipt, _, _ = event_of(relocation)
    with on_day("2026-06-15"), acting("wang"):
        run(move_planned_resumption, subscription=line.id, planned_resume_on=day("2026-08-01"))
    voided(receipt.id, "2026-06-15")
    fresh = reloaded(line)
    assert (fresh.address, fresh.planned_resume_on) == (relocation.address, day("2026-08-01"))


# With a work order ------------------------------------------------------------------------------------------------------------------


def all_relocations() -> list[Relocation]:
    with everything("reading the relocations"):
        return list(db.session.scalars(select(Relocation)))


def test_an_order_moves_the_line_only_when_it_is_completed() -> None:
    set_price(PricedOperation.RELOCATION, "50.00")
    line, new = line_until("2026-08-31"), a_community()
    order = ordered(line, "2026-06-10", "relocation", new_community=new.id, new_address="8-1-301")
    assert (reloaded(line).address, all_relocations()) == ("3-2-501", [])
    completed(order, "2026-06-12")
    (relocation,) = all_relocations()
    assert (relocation.work_order_id, relocation.address, relocation.new_address) == (order.id, "3-2-501", "8-1-301")
    assert (relocation.new_community_id, relocation.relocated_on) == (new.id, day("2026-06-12"))
    charge, receipt, _, _ = event_of(relocation)
    assert (charge.open_amount, receipt) == (Decimal("50.00"), None)


def test_an_order_of_a_line_that_was_cut_meanwhile_is_not_completed() -> None:
    line = line_until("2026-08-31")
    order = ordered(line, "2026-06-10", "relocation", new_address="8-1-301")
    cut(line, "2026-06-11", StopReason.VIOLATION)
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        completed(order, "2026-06-12")
    assert refused.value.code == "state_forced"


def test_an_order_to_where_the_line_is_moves_nothing() -> None:
    line = line_until("2026-08-31", address="3-2-501")
    order = ordered(line, "2026-06-10", "relocation", new_address="3-2-501")
    completed(order, "2026-06-12")
    assert all_relocations() == []
