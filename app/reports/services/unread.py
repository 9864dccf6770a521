"""Meters without a reading 未抄表 / chưa đọc: those that hung in a building at the end of the period and were not read on its days."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.reports.services.asking import rows_of
from app.values.errors import N_

TITLE = N_("Units without a reading")

COLUMNS = (
    ReportColumn("building", N_("Building")),
    ReportColumn("unit", N_("Unit")),
    ReportColumn("service", N_("Service")),
    ReportColumn("serial", N_("Meter")),
    ReportColumn("last_on", N_("Last read on"), Kind.DAY),
    ReportColumn("last_value", N_("Last reading"), Kind.NUMBER),
)

_STATEMENT = text("""
SELECT meter.building_id, building.name AS building, installation.unit_id, coalesce(unit.code, '') AS unit, meter.service_id,
    service.name AS service, meter.id AS meter_id, meter.serial, last.read_on AS last_on, trim_scale(last.value) AS last_value
FROM meter_installation AS installation
JOIN meter ON meter.id = installation.meter_id
JOIN building ON building.id = meter.building_id
JOIN service ON service.id = meter.service_id
LEFT JOIN unit ON unit.id = installation.unit_id
LEFT JOIN LATERAL (
    SELECT reading.read_on, reading.value FROM reading
    WHERE reading.installation_id = installation.id AND reading.read_on < :start AND reading.state IN ('waiting', 'accepted')
    ORDER BY reading.read_on DESC, reading.id DESC LIMIT 1
) AS last ON true
WHERE installation.office_id = ANY(:offices) AND installation.installed_on <= :end
    AND (installation.removed_on IS NULL OR installation.removed_on > :end)
    AND (unit.id IS NULL OR unit.status <> 'closed')
    AND (CAST(:building AS integer) IS NULL OR meter.building_id = :building)
    AND (CAST(:service AS integer) IS NULL OR meter.service_id = :service)
    AND NOT EXISTS (
        SELECT FROM reading
        WHERE reading.installation_id = installation.id AND reading.read_on BETWEEN :start AND :end
            AND reading.state IN ('waiting', 'accepted') AND reading.kind <> 'first'
    )
ORDER BY building.code, unit.position NULLS FIRST, service.position, meter.id
""")


def units_without_a_reading(
    *, offices: Sequence[int], start: datetime.date, end: datetime.date, building: int | None = None, service: int | None = None
) -> list[Mapping[str, Any]]:
    """Return a row for every meter that was not read in the period, in the order in which buildings are walked."""
    return rows_of(_STATEMENT, offices=offices, start=start, end=end, building=building, service=service)
