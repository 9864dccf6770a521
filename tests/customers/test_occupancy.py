"""Who pays for a unit on a day, and which occupancies cannot be; docs/rules/occupancy.md."""

from __future__ import annotations

from datetime import date

import pytest

from app.customers.choices import OccupancyRole
from app.customers.rules.occupancy import Stay, ended_before, payer_on, require_stays
from app.values.errors import OperationRefused
from app.values.spans import first_overlap

OWNER, TENANT, PAYER = 1, 2, 3
SINCE_2025 = Stay(OWNER, OccupancyRole.OWNER, date(2025, 1, 1), None, "An")
MAY_TO_JULY = Stay(TENANT, OccupancyRole.TENANT, date(2026, 5, 1), date(2026, 7, 31), "Bình")
JUNE = Stay(PAYER, OccupancyRole.PAYER, date(2026, 6, 1), date(2026, 6, 30), "Chi")
STAYS = [SINCE_2025, MAY_TO_JULY, JUNE]


@pytest.mark.parametrize(
    ("day", "customer"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), OWNER),
        (date(2026, 4, 30), OWNER),
        (date(2026, 5, 1), TENANT),
        (date(2026, 5, 31), TENANT),
        (date(2026, 6, 1), PAYER),
        (date(2026, 6, 30), PAYER),
        (date(2026, 7, 1), TENANT),
        (date(2026, 8, 1), OWNER),
    ],
)
def test_the_payer_pays_else_the_tenant_else_the_owner(day: date, customer: int | None) -> None:
    found = payer_on(STAYS, day)
    assert (found.customer if found else None) == customer


def test_an_owner_a_tenant_and_a_payer_may_be_there_at_once() -> None:
    assert first_overlap(STAYS) is not None, "they share days, each in a role of his own"
    require_stays(STAYS)


def test_two_tenants_on_one_day_are_refused_by_name() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_stays([*STAYS, Stay(9, OccupancyRole.TENANT, date(2026, 7, 31), None, "Dũng")])
    assert (refusal.value.code, list(refusal.value.fields)) == ("occupancies_overlap", ["starts_on"])
    assert refusal.value.message.parameters["earlier"] == "Bình"


def test_a_tenant_may_come_on_the_day_after() -> None:
    tenants = [stay for stay in STAYS if stay.role is OccupancyRole.TENANT]
    stays = [*tenants, Stay(9, OccupancyRole.TENANT, date(2026, 8, 1), None, "Dũng")]
    require_stays(stays)
    assert first_overlap(stays) is None


def test_nobody_moves_out_before_he_moves_in() -> None:
    with pytest.raises(OperationRefused) as refusal:
        require_stays([Stay(1, OccupancyRole.OWNER, date(2026, 5, 2), date(2026, 5, 1))])
    assert refusal.value.code == "ends_before_start"


def test_whoever_has_the_role_can_move_out_on_the_day_before() -> None:
    ended = ended_before(STAYS, Stay(9, OccupancyRole.OWNER, date(2026, 9, 1), None))
    assert ended is not None
    assert (ended.customer, ended.ends_on) == (OWNER, date(2026, 8, 31))


def test_nobody_has_to_move_out_for_a_role_that_is_free() -> None:
    assert ended_before(STAYS, Stay(9, OccupancyRole.TENANT, date(2026, 8, 1), None)) is None
