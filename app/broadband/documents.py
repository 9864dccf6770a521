"""What the papers of operations on a line say, frozen as data: every text as it stood on the day, numbers masked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.billing.documents import receipt_locale
from app.billing.models import Charge, Receipt, Voucher
from app.billing.operations.receipts import credit_balance
from app.broadband.choices import SubscriptionState
from app.broadband.models import BroadbandPolicy, Closure, ForcedStop, LineOperation, Plan, Relocation, Resumption, Suspension, Transfer
from app.broadband.queries import charges_of_line
from app.foundation import clock
from app.foundation.database import db
from app.foundation.secrets import masked
from app.foundation.transactions import found
from app.offices.models import Office
from app.values.amount_in_words import in_words
from app.values.errors import Message, OperationRefused
from app.workorders.models import WorkOrder

VERSION = 1
Fact = dict[str, Any]


@dataclass(frozen=True)
class Application:
    """What only one operation prints: its title, its facts in their order, the sentences under them (``papers.application``)."""

    kind: str
    facts: list[Fact]
    notes: list[Fact] = field(default_factory=list)
    # A paper of another shape says which, and what only that one prints.
    template: str = "application"
    more: dict[str, Any] = field(default_factory=dict)


def application_content(record: LineOperation, application: Application, *, office: Office) -> dict[str, Any]:
    """Return everything the paper of an operation prints, as it stands now; ``acting.kept`` keeps it with the operation."""
    event, line, customer = record.event, record.subscription, record.customer
    locale = receipt_locale(office)
    other = customer.language.value if customer.language else None
    return {
        **application.more,
        "template": application.template,
        "version": VERSION,
        "kind": application.kind,
        "locale": locale,
        "second_locale": other if other != locale else None,
        "currency": office.currency.value,
        "copies": office.copies.value,
        "office": {
            "legal_name": office.legal_name,
            "short_name": office.short_name,
            "address": office.address,
            "tax_number": office.tax_number,
            "phone": office.telephone,
            "logo": office.logo_id,
        },
        "number": f"{event.id:06}",
        "on": event.on.isoformat(),
        "booked_on": event.booked_on.isoformat(),
        "created_at": clock.local(event.created_at or clock.now(), office).isoformat(timespec="seconds"),
        "backdated": event.on != event.booked_on,
        "customer": {
            "customer_no": customer.customer_no,
            "name": customer.name,
            "community": record.community.name,
            "address": record.address,
            "telephone": record.telephone,
            "mobile": customer.mobile or record.contact_phone,
            "id_number": masked(customer.id_number),
        },
        "broadband_account": line.broadband_account,
        "plan": found(Plan, event.plan_id).name,
        "stops_on": event.stops_on_before.isoformat() if event.stops_on_before else None,
        "facts": application.facts,
        "notes": application.notes,
        "note": record.note,
        "handled_by": str(record.created_by or ""),
    }


def suspension_application(record: Suspension, rules: BroadbandPolicy) -> Application:
    """Return what the application for a suspension 報停 says."""
    return Application(
        "suspension",
        [
            {"caption": "suspended_on", "day": record.suspended_on.isoformat()},
            {
                "caption": "planned_resume_on",
                "facts": {"max": rules.suspension_max_days},
                "day": record.planned_resume_on.isoformat(),
            },
            {"caption": "suspension_fee", "money": str(record.fee)},
            receipt_fact(record),
        ],
        [{"caption": "terms_of_suspension", "facts": {"min": rules.suspension_min_days}}],
    )


def resumption_application(record: Resumption, rules: BroadbandPolicy) -> Application:
    """Return what the application for a resumption 復機 says."""
    event = record.event
    since = "suspended_on" if event.stop_reason_before is None else "off_since"
    return Application(
        "resumption",
        [
            {"caption": since, "day": record.halted_on.isoformat()},
            {"caption": "resumed_on", "day": record.resumed_on.isoformat()},
            {"caption": "days_off", "days": record.days_off},
            {"caption": "days_shifted", "days": record.days_shifted},
            {"caption": "old_stop_date", "day": event.stops_on_before.isoformat() if event.stops_on_before else None},
            {"caption": "new_stop_date", "day": event.stops_on_after.isoformat() if event.stops_on_after else None},
            {"caption": "resumption_fee", "money": str(record.fee)},
            receipt_fact(record),
        ],
    )


def relocation_application(record: Relocation, rules: BroadbandPolicy) -> Application:
    """Return what the application for a relocation 遷移 says; the order is the one that moved the line, if one did."""
    order = found(WorkOrder, record.work_order_id) if record.work_order_id is not None else None
    appointment = order.appointment_at if order is not None else None
    return Application(
        "relocation",
        [
            {"caption": "old_place", "text": f"{record.community.name} {record.address}", "wide": True},
            {"caption": "new_place", "text": f"{record.new_community.name} {record.new_address}", "wide": True},
            {"caption": "relocated_on", "day": record.relocated_on.isoformat()},
            {"caption": "relocation_fee", "money": str(record.fee)},
            receipt_fact(record),
            {"caption": "compensation_days", "days": record.compensation_days},
            {"caption": "order_number", "text": order.number if order is not None else ""},
            {"caption": "appointment_day", "day": appointment.date().isoformat() if appointment is not None else None},
        ],
    )


def transfer_application(record: Transfer, rules: BroadbandPolicy) -> Application:
    """Return what the application for a transfer 過戶 (C5) says."""
    event, old, new = record.event, record.customer, record.new_customer
    day = event.halted_on_before if event.state_before is SubscriptionState.SUSPENDED else event.on
    left = (event.stops_on_after - (day or event.on)).days if event.stops_on_after else None
    return Application(
        "transfer",
        [
            {"caption": "transferred_on", "day": record.transferred_on.isoformat()},
            {"caption": "transfer_fee", "money": str(record.fee)},
            receipt_fact(record),
        ],
        template="transfer",
        more={
            "contact_phone": record.contact_phone or old.phone,
            "new_customer": {
                "customer_no": new.customer_no,
                "name": new.name,
                "community": record.new_community.name,
                "address": record.new_address,
                "telephone": record.new_telephone,
                "contact_phone": record.new_contact_phone,
                "id_number": masked(new.id_number),
            },
            "plan_then": found(Plan, event.plan_id).name,
            "days_left": left,
            "credit": str(credit_balance(old)),
        },
    )


def require_printable(record: LineOperation) -> None:
    """Refuse the application for a transfer while the old customer owes for the line: it says that he owes nothing."""
    if not isinstance(record, Transfer):
        return
    today = clock.today(record.subscription.office)
    owed = charges_of_line(record.subscription_id).where(Charge.customer_id == record.customer_id, Charge.due_on < today)
    if db.session.scalars(owed).first() is not None:
        raise OperationRefused(
            Message(
                "%(customer)s still owes for this line. Take the payment first, then print the application.", customer=record.customer.name
            ),
            code="arrears_open",
        )


def stop_notice(record: ForcedStop, rules: BroadbandPolicy) -> Application:
    """Return what the notice of a forced stop 停機通知 says."""
    return Application(
        "stop_notice",
        [
            {"caption": "stop_reason", "key": f"stop_reason_{record.stop_reason.value}"},
            {"caption": "stopped_on", "day": record.stopped_on.isoformat()},
            {"caption": "way_back", "key": f"way_back_{record.stop_reason.value}", "wide": True},
        ],
    )


def receipt_fact(record: LineOperation) -> Fact:
    """Return the number of the receipt of the fee."""
    receipt = record.event.receipt
    return {"caption": "receipt_no", "text": receipt.number if receipt is not None else ""}


def closure_settlement(record: Closure, rules: BroadbandPolicy) -> Application:
    """Return what the closure settlement 銷戶結算單 says: the settlement as the closure stored it, its papers, the rest in words."""
    office, event = record.subscription.office, record.event
    due_back = record.plan_refund + record.maintenance_refund + record.deposits
    deposit = found(Voucher, record.deposit_voucher_id) if record.deposit_voucher_id is not None else None
    receipt = found(Receipt, record.set_off_receipt_id) if record.set_off_receipt_id is not None else None
    words = in_words(
        abs(due_back - record.owed), office.currency, receipt_locale(office), linh=office.zero_word, whole=office.whole_word, capital=True
    )
    activated_on = record.subscription.activated_on
    sheet = {
        **record.settlement,
        "activated_on": activated_on.isoformat() if activated_on else None,
        "closed_on": record.closed_on.isoformat(),
        "refund_policy": record.refund_policy.value,
        "due_back": str(due_back),
        "owed": str(record.owed),
        "in_words": words,
        "vouchers": [voucher.number for voucher in (event.voucher, deposit) if voucher is not None],
        "receipt": receipt.number if receipt is not None else "",
    }
    return Application("settlement", [], template="settlement", more={"settlement": sheet})
