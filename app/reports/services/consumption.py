"""Consumption by month 用量月报 / tiêu thụ theo tháng: each building and service, beside the mean of the three months before.

A reading belongs to the month of the billing period on whose days it was taken, without one to the month of its day. One filter more and
it is the consumption of a unit.
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

TITLE = N_("Consumption by month")
# A period may begin some weeks before its month.
BEFORE = datetime.timedelta(days=160)

COLUMNS = (
    ReportColumn("month", N_("Month")),
    ReportColumn("building", N_("Building")),
    ReportColumn("service", N_("Service")),
    ReportColumn("units", N_("Units"), Kind.NUMBER),
    ReportColumn("consumption", N_("Consumption"), Kind.NUMBER),
    ReportColumn("measure", N_("Unit of measure")),
    ReportColumn("mean", N_("Mean of 3 months"), Kind.NUMBER),
    ReportColumn("against_mean", N_("Against the mean"), Kind.PERCENT),
)

_STATEMENT = text("""
WITH taken AS (
    SELECT coalesce(period.month, date_trunc('month', reading.read_on)::date) AS month,
        meter.building_id, meter.service_id, installation.unit_id, reading.consumption
    FROM reading
    JOIN meter ON meter.id = reading.meter_id
    JOIN meter_installation AS installation ON installation.id = reading.installation_id
    LEFT JOIN billing_period AS period
        ON period.building_id = meter.building_id AND reading.read_on BETWEEN period.starts_on AND period.ends_on
    WHERE reading.office_id = ANY(:offices) AND reading.read_on >= :earliest
        AND reading.state IN ('waiting', 'accepted') AND reading.kind <> 'first'
        AND (CAST(:building AS integer) IS NULL OR meter.building_id = :building)
        AND (CAST(:service AS integer) IS NULL OR meter.service_id = :service)
        AND (CAST(:unit AS integer) IS NULL OR installation.unit_id = :unit)
), monthly AS (
    SELECT month, building_id, service_id, count(DISTINCT unit_id) AS units, sum(consumption) AS consumption
    FROM taken GROUP BY month, building_id, service_id
), beside AS (
    SELECT monthly.*, CASE WHEN count(*) OVER before = 3 THEN avg(consumption) OVER before END AS mean
    FROM monthly
    WINDOW before AS (
        PARTITION BY building_id, service_id ORDER BY month RANGE BETWEEN INTERVAL '3 months' PRECEDING AND INTERVAL '1 month' PRECEDING
    )
)
SELECT beside.month, beside.building_id, building.name AS building, beside.service_id, service.name AS service,
    beside.units, trim_scale(beside.consumption) AS consumption, service.measure,
    trim_scale(round(beside.mean, greatest(service.decimals, 1))) AS mean,
    round(beside.consumption / nullif(beside.mean, 0) - 1, 3) AS against_mean
FROM beside
JOIN building ON building.id = beside.building_id
JOIN service ON service.id = beside.service_id
WHERE beside.month BETWEEN :first AND :end
ORDER BY beside.month DESC, building.code, service.position, service.id
""")


def consumption_by_month(
    *,
    offices: Sequence[int],
    start: datetime.date,
    end: datetime.date,
    building: int | None = None,
    service: int | None = None,
    unit: int | None = None,
) -> list[Mapping[str, Any]]:
    """Return a row for every month, building and service in which something was read, the newest month first."""
    first = month_start(start)
    chosen = {"building": building, "service": service, "unit": unit}
    rows = rows_of(_STATEMENT, offices=offices, start=start, end=end, first=first, earliest=first - BEFORE, **chosen)
    return [{**row, "month": Month.of(row["month"])} for row in rows]
