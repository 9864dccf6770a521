"""Rows of cover as the tests of the rules write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.broadband.choices import PeriodKind
from app.broadband.rules.sold_rows import WrittenRow
from app.values.months import last_covered_day


def sold(
    start: date, months: int, price: str, kind: PeriodKind = PeriodKind.PAID, *, anchor: date | None = None, before: int = 0
) -> WrittenRow:
    """A whole row of ``months`` months behind ``before`` months of its run."""
    run = anchor or start
    return WrittenRow(
        kind=kind,
        start=start,
        stop=last_covered_day(run, before + months),
        months=months,
        price=Decimal(price),
        anchor=run,
        anchor_months=before + months,
    )
