"""What readers report of meters from their phones, until a manager has dealt with it: a queue beside that of the red readings."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.metering.choices import ReportKind
from app.metering.models import Meter, MeterReport, Reading
from app.metering.queries import LIVE
from app.values.errors import Conflict, Message, OperationRefused

# What is dealt with by itself when a meter is replaced, or one of its readings corrected.
METER_IS_REPLACED = frozenset({ReportKind.REPLACED, ReportKind.BROKEN})
LAST_IS_CORRECTED = frozenset({ReportKind.LAST_WRONG})
LONGEST = 200
explain_constraint("uq_meter_report_uuid_kind", Message("This report was sent before."), "uuid", Conflict)


def report_meter(
    *, meter: int, kind: ReportKind, read_on: datetime.date, value: Decimal | None, uuid: str, reason: str = ""
) -> MeterReport:
    """Keep what a reader saw at a meter, for the managers; sent again it is kept once."""
    row = found(Meter, meter, "meter")
    there = select(MeterReport).where(MeterReport.uuid == UUID(uuid), MeterReport.kind == kind)
    earlier: MeterReport | None = db.session.scalars(there).one_or_none()
    if earlier is not None:
        return earlier
    report = MeterReport(
        office_id=row.office_id,
        meter_id=row.id,
        kind=kind,
        read_on=read_on,
        value=value,
        reason=reason.strip()[:LONGEST],
        uuid=UUID(uuid),
        settled_reason="",
        created_by_id=current_scope().user_id,
        created_at=clock.now(),
    )
    report.meter = row
    db.session.add(report)
    db.session.flush()
    return report


def settle_report(*, report: int, reason: str = "") -> MeterReport:
    """Note that a report was dealt with. Raises OperationRefused where it was already."""
    row = locked(MeterReport, found(MeterReport, report).id)
    if row.settled_at is not None:
        raise OperationRefused(Message("This report is dealt with already."), code="report_done")
    _settle(row, reason)
    return row


def settle_reports(meter: Meter, kinds: Collection[ReportKind], reason: str, *, after: datetime.date | None = None) -> None:
    """Note that what was reported of a meter is dealt with: it was replaced, or the reading of the day ``after`` which the reader comes
    next was corrected.
    """
    waiting = select(MeterReport).where(MeterReport.meter_id == meter.id, MeterReport.kind.in_(kinds), MeterReport.settled_at.is_(None))
    if after is not None:
        between = (Reading.read_on > after) & (Reading.read_on < MeterReport.read_on) & Reading.state.in_(LIVE)
        waiting = waiting.where(
            MeterReport.read_on >= after, ~select(Reading.id).where(Reading.meter_id == meter.id, between).correlate(MeterReport).exists()
        )
    for row in db.session.scalars(waiting.order_by(MeterReport.id)):
        _settle(row, reason)


def _settle(row: MeterReport, reason: str) -> None:
    row.settled_at, row.settled_by_id, row.settled_reason = clock.now(), current_scope().user_id, reason.strip()[:LONGEST]
    db.session.flush()
