"""Regular payments 正常缴费."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.billing.api.paying import PaidBody, methods_of
from app.billing.choices import DocumentStatus, Method
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionStatus
from app.broadband.models import RegularPayment, ServicePeriod, Subscription
from app.broadband.operations.payments import PaymentTerms, pay
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Filter,
    Given,
    Look,
    Money,
    Reference,
    Routes,
    Shown,
    Text,
    Whole,
    days,
    done,
    ready,
    records,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.database import db
from app.foundation.transactions import preview, run
from app.values.money import ZERO

routes = Routes("Regular payments")


class PaymentTermsBody(PaidBody):
    """What a regular payment is made of. ``late_fee`` left out is the proposed one, ``maintenance_fee`` the office's price."""

    months = Whole(required=True)
    maintenance_fee = Money()
    other_item = Text()
    other_fee = Money()
    discount = Money()
    late_fee = Money()
    gift_months = Whole()
    on = Day()
    reason = Text(TEXT)
    note = Text(TEXT)
    payer_name = Text()


class RegularPaymentBody(PaymentTermsBody):
    subscription = Reference(required=True)


class RegularPaymentAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    receipt = Reference(attribute="receipt_id")
    subscription = Reference(attribute="subscription_id")
    subscription_status = Code(SubscriptionStatus, attribute="subscription.status")
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    plan = Reference(attribute="plan_id")
    plan_name = Text(attribute="plan.name")
    plan_fee = Money()
    plan_months = Whole()
    months = Whole()
    plan_total = Money()
    maintenance_fee = Money()
    maintenance_total = Money()
    other_item = Text()
    other_fee = Money()
    discount = Money()
    arrears = Money()
    late_fee = Money()
    late_fee_proposed = Money()
    total = Money()
    total_in_words = Text()
    gift_months = Whole()
    cashier = Text(attribute="cashier.username")
    paid_on = Day()
    booked_on = Day()
    period_start = Day()
    period_end = Day()
    stops_on = Day()
    note = Text()
    reason = Text()
    status = Code(DocumentStatus)
    reversal = Reference(attribute="reversal_id")


class RegularPaymentPreviewAnswer(RegularPaymentAnswer):
    """What the payment would be; it has no number yet."""

    class Meta:
        exclude = ("id", "number", "receipt", "reversal", "status")


def with_stop_dates(payments: Sequence[RegularPayment]) -> Sequence[Shown]:
    """Return the payments with the stop date each of them gave."""
    stop_of = _stops_of(payments)
    return [
        Shown(
            payment,
            stops_on=stop_of.get(payment.id),
            status=DocumentStatus.VOIDED if payment.reversal_id else DocumentStatus.VALID,
        )
        for payment in payments
    ]


def _stops_of(payments: Sequence[RegularPayment]) -> dict[int, datetime.date]:
    """Return the last day that each payment bought; asked of the database only for payments that were read without their periods."""
    known = {
        payment.id: max(period.stop for period in payment.periods) for payment in payments if payment.knows_its_periods and payment.periods
    }
    asked = [payment.id for payment in payments if not payment.knows_its_periods]
    if asked:
        stops = select(ServicePeriod.regular_payment_id, func.max(ServicePeriod.stop)).where(ServicePeriod.regular_payment_id.in_(asked))
        known |= {row[0]: row[1] for row in db.session.execute(stops.group_by(ServicePeriod.regular_payment_id))}
    return known


REGULAR_PAYMENT = Look(RegularPaymentAnswer, with_stop_dates)
PREVIEW = Look(RegularPaymentPreviewAnswer, with_stop_dates)

records(
    routes,
    "regular_payments",
    RegularPayment,
    view="RegularPaymentView",
    look=REGULAR_PAYMENT,
    filters={
        "subscription": same_record(RegularPayment.subscription_id),
        "customer": same_record(RegularPayment.customer_id),
        "plan": same_record(RegularPayment.plan_id),
        "receipt": same_record(RegularPayment.receipt_id),
        "number": Filter(Text(), lambda number: RegularPayment.number == number),
        **days("paid_on", RegularPayment.paid_on),
        **days("booked_on", RegularPayment.booked_on),
        "status": Filter(
            Code(DocumentStatus),
            lambda status: (
                RegularPayment.reversal_id.is_not(None) if status is DocumentStatus.VOIDED else RegularPayment.reversal_id.is_(None)
            ),
        ),
    },
    loads=(
        joinedload(RegularPayment.subscription).options(joinedload(Subscription.office), joinedload(Subscription.policy)),
        joinedload(RegularPayment.customer),
        joinedload(RegularPayment.plan),
        joinedload(RegularPayment.cashier),
    ),
)


def terms_of(body: Mapping[str, Any]) -> PaymentTerms:
    """Return what a ``PaymentTermsBody`` asks for, as the operation takes it."""
    return PaymentTerms(
        months=body["months"],
        methods=methods_of(body),
        maintenance_fee=body.get("maintenance_fee"),
        other_item=body.get("other_item", ""),
        other_fee=body.get("other_fee", ZERO),
        discount=body.get("discount", ZERO),
        late_fee=body.get("late_fee"),
        gift_months=body.get("gift_months", 0),
        on=body.get("on"),
        reason=body.get("reason", ""),
        note=body.get("note", ""),
        payer_name=body.get("payer_name", ""),
    )


@routes.post("/regular_payments", may=("RegularPaymentView", "can_add"), takes=RegularPaymentBody, gives=REGULAR_PAYMENT, moves_money=True)
def take_payment(body: dict[str, Any], key: str) -> Given:
    """Take a regular payment for a subscription.

    It needs a payment of the whole total: `method` for all of it by one method, or `payment` with several.
    """
    return done(run(pay, key=key, subscription=body["subscription"], terms=terms_of(body)))


@routes.post("/regular_payments/preview", may=("RegularPaymentView", "can_add"), takes=RegularPaymentBody, gives=PREVIEW, status=200)
def preview_payment(body: dict[str, Any]) -> Given:
    """Say what a regular payment would cost and which days it would buy; nothing is written.

    How it is paid may be left out.
    """
    terms = terms_of(body)
    paid = terms if terms.methods else replace(terms, methods=(MethodAmount(Method.CASH),))
    return ready(preview(pay, PREVIEW.one, subscription=body["subscription"], terms=paid))
