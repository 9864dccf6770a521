"""Revenue by service and building 服务收入 / doanh thu dịch vụ: what was charged in a period, by the day of the charge.

What was corrected by an adjustment counts with it, also where that made credit of what was paid; a charge that was voided counts nowhere.
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

TITLE = N_("Revenue by service and building")

COLUMNS = (
    ReportColumn("building", N_("Building")),
    ReportColumn("service", N_("Service")),
    ReportColumn("charges", N_("Charges"), Kind.NUMBER, is_summed=True),
    ReportColumn("consumption", N_("Consumption"), Kind.NUMBER),
    ReportColumn("measure", N_("Unit of measure")),
    ReportColumn("net", N_("Without tax"), Kind.MONEY, is_summed=True),
    ReportColumn("tax", N_("Tax"), Kind.MONEY, is_summed=True),
    ReportColumn("adjusted", N_("Adjustments"), Kind.MONEY, is_summed=True, hides_zero=True),
    ReportColumn("total", N_("Total"), Kind.MONEY, is_summed=True),
)

# What standing adjustments made credit of what was paid: ``adjusted`` leaves it out, and ``paid`` has it.
_STATEMENT = text("""
WITH credited AS (
    SELECT charge_id, sum(credited) AS amount FROM adjustment
    WHERE office_id = ANY(:offices) AND credited > 0 AND NOT EXISTS (SELECT FROM reversal WHERE reversal.adjustment_id = adjustment.id)
    GROUP BY charge_id
), charged AS (
    SELECT unit.building_id, service_charge.service_id, service_charge.quantity, charge.total,
        charge.adjusted - coalesce(credited.amount, 0) AS adjusted,
        CASE jsonb_array_length(service_charge.bill -> 'taxes')
            WHEN 0 THEN 0
            WHEN 1 THEN (service_charge.bill #>> '{taxes,0,amount}')::numeric
            ELSE (SELECT coalesce(sum((tax ->> 'amount')::numeric), 0) FROM jsonb_array_elements(service_charge.bill -> 'taxes') AS tax)
        END AS tax
    FROM service_charge
    JOIN charge ON charge.id = service_charge.charge_id
    JOIN unit ON unit.id = service_charge.unit_id
    LEFT JOIN credited ON credited.charge_id = charge.id
    WHERE charge.office_id = ANY(:offices) AND charge."on" BETWEEN :start AND :end AND service_charge.reversal_id IS NULL
        AND (CAST(:building AS integer) IS NULL OR unit.building_id = :building)
        AND (CAST(:service AS integer) IS NULL OR service_charge.service_id = :service)
)
SELECT charged.building_id, building.name AS building, charged.service_id, service.name AS service, service.measure,
    count(*) AS charges, trim_scale(sum(charged.quantity)) AS consumption, sum(charged.total - charged.tax) AS net, sum(charged.tax) AS tax,
    sum(charged.adjusted) AS adjusted, sum(charged.total + charged.adjusted) AS total
FROM charged
JOIN building ON building.id = charged.building_id
JOIN service ON service.id = charged.service_id
GROUP BY charged.building_id, building.id, charged.service_id, service.id
ORDER BY building.code, service.position, service.id
""")


def revenue_by_service(
    *, offices: Sequence[int], start: datetime.date, end: datetime.date, building: int | None = None, service: int | None = None
) -> list[Mapping[str, Any]]:
    """Return a row for every building and service that was charged in the period."""
    return rows_of(_STATEMENT, offices=offices, start=start, end=end, building=building, service=service)
