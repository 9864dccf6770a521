"""What a receipt says about packages: one year at the year's price is not one month."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.billing.models import Receipt
from app.billing.papers.rows import rows
from app.billing.papers.words import Words
from app.foundation.database import db
from app.foundation.scope import everything
from tests.factories import a_plan, an_active_line, paid

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    ("fee", "package", "months", "expected"),
    [
        ("50.00", 1, 3, ("3 月", "50.00")),
        ("600.00", 12, 12, ("1 年", "600.00")),
        ("600.00", 12, 24, ("2 年", "600.00")),
        ("100.00", 3, 6, ("2 × 3 月", "100.00")),
        ("100.00", 3, 2, ("1 × 2 月", "66.67")),
        ("600.00", 12, 1, ("1 月", "50.00")),
    ],
)
def test_the_quantity_names_the_piece_that_has_the_price(fee: str, package: int, months: int, expected: tuple[str, str]) -> None:
    payment = paid(an_active_line("2026-01-31", plan=a_plan(fee=Decimal(fee), months=package)), "2026-01-31", months)
    with everything("reading the paper"):
        content = db.session.get_one(Receipt, payment.receipt_id).content
    first = rows(content, Words(content["locale"], None))[0]
    assert (first.quantity.replace("\u00a0", " "), first.unit_price) == expected
