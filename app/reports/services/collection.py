"""Collection rate 收缴率 / tỷ lệ thu: of what was charged for a month, how much is paid, given up and still open, as of now.

What was paid and became credit again by an adjustment is neither charged nor collected.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.reports.services.asking import rows_of
from app.values.errors import N_
from app.values.months import Month, month_start

TITLE = N_("Collection rate")

COLUMNS = (
    ReportColumn("month", N_("Billing period")),
    ReportColumn("building", N_("Building")),
    ReportColumn("charges", N_("Charges"), Kind.NUMBER, is_summed=True),
    ReportColumn("unpaid", N_("Not fully paid"), Kind.NUMBER, is_summed=True, hides_zero=True),
    ReportColumn("charged", N_("Charged"), Kind.MONEY, is_summed=True),
    ReportColumn("collected", N_("Collected"), Kind.MONEY, is_summed=True),
    ReportColumn("written_off", N_("Written off"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("open", N_("Open amount"), Kind.MONEY, is_summed=True),
    ReportColumn("rate", N_("Collection rate"), Kind.PERCENT),
)

# What standing adjustments made credit of what was paid: ``adjusted`` leaves it out, and ``paid`` has it.
_STATEMENT = text("""
WITH credited AS (
    SELECT charge_id, sum(credited) AS amount FROM adjustment
    WHERE office_id = ANY(:offices) AND credited > 0 AND NOT EXISTS (SELECT FROM reversal WHERE reversal.adjustment_id = adjustment.id)
    GROUP BY charge_id
), charged AS (
    SELECT period.month, period.building_id, charge.total + charge.adjusted - coalesce(credited.amount, 0) AS charged,
        charge.paid - coalesce(credited.amount, 0) AS collected, charge.written_off
    FROM billing_period AS period
    JOIN service_charge ON service_charge.period_id = period.id
    JOIN charge ON charge.id = service_charge.charge_id
    LEFT JOIN credited ON credited.charge_id = charge.id
    WHERE period.office_id = ANY(:offices) AND period.month BETWEEN :first AND :end AND service_charge.reversal_id IS NULL
        AND (CAST(:building AS integer) IS NULL OR period.building_id = :building)
        AND (CAST(:service AS integer) IS NULL OR service_charge.service_id = :service)
)
SELECT charged.month, charged.building_id, building.name AS building, count(*) AS charges,
    count(*) FILTER (WHERE collected + written_off < charged) AS unpaid, sum(charged) AS charged, sum(collected) AS collected,
    sum(written_off) AS written_off, sum(charged - collected - written_off) AS open,
    round(sum(collected) / nullif(sum(charged), 0), 4) AS rate
FROM charged
JOIN building ON building.id = charged.building_id
GROUP BY charged.month, charged.building_id, building.id
ORDER BY charged.month DESC, building.code
""")


def collection_rate(
    *, offices: Sequence[int], start: datetime.date, end: datetime.date, building: int | None = None, service: int | None = None
) -> list[Mapping[str, Any]]:
    """Return a row for every month of the period and building, the newest month first."""
    rows = rows_of(_STATEMENT, offices=offices, start=start, end=end, first=month_start(start), building=building, service=service)
    return [{**row, "month": Month.of(row["month"])} for row in rows]
