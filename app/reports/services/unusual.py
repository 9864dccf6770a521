"""Unusual readings 异常用量 / tiêu thụ bất thường: red and amber ones with the figure, the mean and the reason in words (S2.6)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from app.foundation.views.columns import Kind
from app.foundation.views.report import ReportColumn
from app.metering.choices import Anomaly, ReadingState, WarningColour
from app.metering.rules.unusual import reason_of
from app.reports.services.asking import rows_of
from app.values.choices import Choice
from app.values.errors import N_

TITLE = N_("Unusual consumption")


class Loud(Choice):
    """The colours that warn."""

    RED = "red", N_("Red"), "bad", "alert-circle"
    AMBER = "amber", N_("Amber"), "amber", "alert-triangle"


COLUMNS = (
    ReportColumn("read_on", N_("Read on"), Kind.DAY),
    ReportColumn("building", N_("Building")),
    ReportColumn("unit", N_("Unit")),
    ReportColumn("service", N_("Service")),
    ReportColumn("serial", N_("Meter")),
    ReportColumn("consumption", N_("Consumption"), Kind.NUMBER),
    ReportColumn("mean", N_("Mean of 3 months"), Kind.NUMBER),
    ReportColumn("colour", N_("Warning"), Kind.CHOICE),
    ReportColumn("reason", N_("Reason")),
    ReportColumn("state", N_("Status"), Kind.CHOICE),
    ReportColumn("settled_reason", N_("Settled with")),
)

_STATEMENT = text("""
SELECT reading.id AS reading_id, reading.read_on, building.name AS building, meter.building_id, installation.unit_id,
    coalesce(unit.code, '') AS unit, service.name AS service, service.measure, meter.serial, trim_scale(reading.consumption) AS consumption,
    trim_scale(round(reading.mean, greatest(service.decimals, 1))) AS mean,
    trim_scale(reading.ratio) AS ratio, reading.colour, reading.anomaly, reading.state,
    reading.settled_reason
FROM reading
JOIN meter ON meter.id = reading.meter_id
JOIN meter_installation AS installation ON installation.id = reading.installation_id
JOIN building ON building.id = meter.building_id
JOIN service ON service.id = meter.service_id
LEFT JOIN unit ON unit.id = installation.unit_id
WHERE reading.office_id = ANY(:offices) AND reading.read_on BETWEEN :start AND :end
    AND reading.colour IN ('red', 'amber') AND reading.state IN ('waiting', 'accepted')
    AND (CAST(:building AS integer) IS NULL OR meter.building_id = :building)
    AND (CAST(:service AS integer) IS NULL OR meter.service_id = :service)
    AND (CAST(:colour AS text) IS NULL OR reading.colour = :colour)
ORDER BY reading.colour DESC, reading.read_on DESC, building.code, unit.position, reading.id
""")


def unusual_readings(
    *,
    offices: Sequence[int],
    start: datetime.date,
    end: datetime.date,
    building: int | None = None,
    service: int | None = None,
    colour: Loud | None = None,
) -> list[Mapping[str, Any]]:
    """Return every red and amber reading of the period that counts, the red ones first."""
    chosen = {"building": building, "service": service, "colour": colour.value if colour is not None else None}
    return [_told(row) for row in rows_of(_STATEMENT, offices=offices, start=start, end=end, **chosen)]


def _told(row: Mapping[str, Any]) -> Mapping[str, Any]:
    quantity: Decimal = row["consumption"]
    reason = reason_of(Anomaly(row["anomaly"]), quantity, row["mean"], row["ratio"], row["measure"])
    return {**row, "colour": WarningColour(row["colour"]), "state": ReadingState(row["state"]), "reason": reason}
