"""Bills whose readings were corrected after they were charged, for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.foundation.api import Answer, Body, Code, Given, Look, Moment, Number, Reference, Routes, Text, done, records, same_record
from app.foundation.api.fields import TEXT
from app.foundation.transactions import run
from app.runs.choices import CorrectionState
from app.runs.models import BillCorrection
from app.runs.operations import put_right, settle_correction

routes = Routes("Billing of services")


class BillCorrectionAnswer(Answer):
    """``charged`` is what the charge came to, ``total`` what the corrected reading gives, ``difference`` what that is more or less."""

    id = Reference()
    office = Reference(attribute="office_id")
    service_charge = Reference(attribute="service_charge_id")
    unit = Reference(attribute="service_charge.unit_id")
    period = Text(attribute="service_charge.period.name")
    reading = Reference(attribute="reading_id")
    charged = Number(attribute="service_charge.total")
    total = Number()
    difference = Number()
    state = Code(CorrectionState)
    adjustment = Reference(attribute="adjustment_id")
    approval = Reference(attribute="approval_id")
    corrected_at = Moment(attribute="created_at")
    settled_at = Moment()
    settled_reason = Text()


class SettleCorrectionBody(Body):
    reason = Text(TEXT, required=True)


CORRECTION = Look(BillCorrectionAnswer)
records(
    routes,
    "bill_corrections",
    BillCorrection,
    view="BillCorrectionView",
    look=CORRECTION,
    filters={"service_charge": same_record(BillCorrection.service_charge_id), "reading": same_record(BillCorrection.reading_id)},
    loads=(joinedload(BillCorrection.service_charge),),
)


@routes.post(
    "/bill_corrections/<int:record>/put_right",
    may=("BillCorrectionView", "can_put_right"),
    gives=CORRECTION,
    status=200,
    moves_money=True,
)
def right(record: int, key: str) -> Given:
    """Void the charge while its period is open and nothing of it is paid; else adjust it by the difference. Both may need an approval."""
    return done(run(put_right, key=key, correction=record), 200)


@routes.post(
    "/bill_corrections/<int:record>/settle",
    may=("BillCorrectionView", "can_settle"),
    takes=SettleCorrectionBody,
    gives=CORRECTION,
    status=200,
)
def settle(record: int, body: dict[str, Any]) -> Given:
    """Note that the bill was put right in another way."""
    return done(run(settle_correction, correction=record, reason=body["reason"]), 200)
