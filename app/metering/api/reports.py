"""What readers report of meters, for programs that deal with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Given,
    Look,
    Moment,
    Number,
    Reference,
    Routes,
    Text,
    done,
    records,
    same_code,
    same_record,
)
from app.foundation.transactions import run
from app.metering.choices import ReportKind, ReportState
from app.metering.models import MeterReport
from app.metering.operations.reports import LONGEST, settle_report

routes = Routes("Metering")


class MeterReportAnswer(Answer):
    """``value`` is what the reader typed, which was not taken where it was below the last reading."""

    id = Reference()
    office = Reference(attribute="office_id")
    meter = Reference(attribute="meter_id")
    serial = Text(attribute="meter.serial")
    kind = Code(ReportKind)
    read_on = Day()
    value = Number()
    reason = Text()
    state = Code(ReportState)
    reported_by = Text(attribute="created_by.username")
    reported_at = Moment(attribute="created_at")
    settled_at = Moment()
    settled_reason = Text()


class SettleReportBody(Body):
    reason = Text(LONGEST)


REPORT = Look(MeterReportAnswer)
records(
    routes,
    "meter_reports",
    MeterReport,
    view="MeterReportView",
    look=REPORT,
    filters={"meter": same_record(MeterReport.meter_id), "kind": same_code(MeterReport.kind, ReportKind)},
    loads=(joinedload(MeterReport.meter), joinedload(MeterReport.created_by)),
)


@routes.post("/meter_reports/<int:record>/settle", may=("MeterReportView", "can_settle"), takes=SettleReportBody, gives=REPORT, status=200)
def settle(record: int, body: dict[str, Any]) -> Given:
    """Note that a report was dealt with. The replacement of the meter, or the correction of its last reading, does so by itself."""
    return done(run(settle_report, report=record, reason=body.get("reason", "")), 200)
