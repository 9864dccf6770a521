"""Voiding the charge of a service: a correction is a counter-document and a new charge, which the next run of the month makes."""

from __future__ import annotations

from sqlalchemy import select

from app.billing.models import Approval, Charge, Reversal
from app.billing.operations.charges import locked_charges
from app.billing.operations.voids import void
from app.foundation.database import OfficeRecord, db
from app.foundation.transactions import found, locked
from app.runs.models import BillingPeriod, ServiceCharge
from app.values.errors import Message, OperationRefused


def void_service_charge(*, service_charge: int, reason: str) -> Reversal | Approval:
    """Void the charge of a service, or ask for it; one that was paid is voided after its receipt. Raises as ``void`` does."""
    return void(found(ServiceCharge, service_charge), reason)


# What happens to charges of services when something is voided -------------------------------------------------------------------


def lock_charge(document: OfficeRecord) -> None:
    """Before the void of a charge: two who void it at once come one after the other."""
    if isinstance(document, ServiceCharge):
        locked(ServiceCharge, document.id)


def may_void(document: OfficeRecord) -> None:
    """Refuse to void a charge of a closed period: no run could bill its month again. It is adjusted, or the period opened again."""
    if not isinstance(document, ServiceCharge):
        return
    share = select(BillingPeriod).where(BillingPeriod.id == document.period_id).with_for_update(read=True)
    period = db.session.scalars(share.execution_options(populate_existing=True)).one()
    if not period.is_open:
        raise OperationRefused(
            Message("%(month)s of this charge is closed. Open it again, or adjust the charge.", month=period.of_month), code="period_closed"
        )


def charges_withdrawn(document: OfficeRecord) -> list[Charge]:
    """Return the debt that goes with the void of a charge."""
    return locked_charges([document.charge_id]) if isinstance(document, ServiceCharge) else []


def charge_voided(document: OfficeRecord, reversal: Reversal) -> None:
    """Note on the charge what voided it: its part of the period can be billed again."""
    if isinstance(document, ServiceCharge):
        document.reversal_id = reversal.id
