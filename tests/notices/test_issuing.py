"""Notices as they are issued from posted charges: what stands on them, their numbers, what replaces them."""

from __future__ import annotations

from decimal import Decimal

from tests.notices.making import a_billed_unit, a_notice


def test_a_notice_names_what_the_period_came_to() -> None:
    unit, customer = a_billed_unit()
    notice = a_notice(unit, customer)
    assert (notice.total, notice.due_on.isoformat(), notice.reference) == (Decimal("143.00"), "2026-06-15", notice.number.replace("-", ""))
    print(notice.number, notice.content)
    raise AssertionError
