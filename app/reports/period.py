"""What a report is asked for, and what it sums up to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.billing.choices import DocumentStatus
from app.foundation.views.report import ReportColumn


@dataclass(frozen=True)
class Period:
    """Of these offices, from ``start`` to ``end`` (both included), perhaps of one plan or status; ``chosen`` are other filters."""

    offices: Sequence[int]
    start: datetime.date
    end: datetime.date
    plan: int | None = None
    status: DocumentStatus | None = None
    chosen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """How many rows there are, and the sums of those that stand: voided ones are shown but not added."""

    count: int
    totals: Mapping[str, Decimal]


def summed(rows: Iterable[Mapping[str, Any]], columns: Sequence[ReportColumn]) -> Summary:
    """Return the count and the sums of ``rows`` that are all there."""
    names = [column.name for column in columns if column.is_summed]
    totals = dict.fromkeys(names, Decimal(0))
    count = 0
    for row in rows:
        count += 1
        if not row.get("is_voided"):
            for name in names:
                totals[name] += Decimal(row[name] or 0)
    return Summary(count, totals)
