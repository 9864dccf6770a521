"""Payment vouchers 付款凭单."""

from __future__ import annotations

from sqlalchemy.orm import joinedload, selectinload

from app.billing.api.receipts import MethodAnswer
from app.billing.api.voiding import ReversalAnswer, voids
from app.billing.choices import DocumentStatus, FeeKind, VoucherKind
from app.billing.models import Reversal, Voucher
from app.billing.operations.voids import void_voucher
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Inner,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Rows,
    Text,
    days,
    records,
    same_code,
    same_record,
    same_text,
)

routes = Routes("Vouchers")


class VoucherLineAnswer(Answer):
    fee_kind = Code(FeeKind)
    text = Text()
    amount = Money()


class VoucherMethodAnswer(MethodAnswer):
    class Meta:
        exclude = ("tendered", "change")


class VoucherAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    kind = Code(VoucherKind)
    status = Code(DocumentStatus)
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    payee_name = Text()
    receipt = Reference(attribute="receipt_id")
    on = Day()
    booked_on = Day()
    created_at = Moment()
    lines = Rows(VoucherLineAnswer)
    methods = Rows(VoucherMethodAnswer)
    total = Money()
    total_in_words = Text()
    cashier = Text(attribute="cashier.username")
    shift = Reference(attribute="shift_id")
    reason = Text()
    note = Text()
    reversal = Inner(ReversalAnswer)


VOUCHER = Look(VoucherAnswer)
records(
    routes,
    "vouchers",
    Voucher,
    view="VoucherView",
    look=VOUCHER,
    filters={
        "number": same_text(Voucher.number),
        "kind": same_code(Voucher.kind, VoucherKind),
        "customer": same_record(Voucher.customer_id),
        "receipt": same_record(Voucher.receipt_id),
        **days("booked_on", Voucher.booked_on),
    },
    loads=(
        joinedload(Voucher.customer),
        joinedload(Voucher.cashier),
        joinedload(Voucher.reversal).joinedload(Reversal.created_by),
        joinedload(Voucher.reversal).joinedload(Reversal.approved_by),
        selectinload(Voucher.lines),
        selectinload(Voucher.methods),
    ),
)

voids(
    routes, "vouchers", view="VoucherView", operation=void_voucher, names="voucher", does="Void a payment voucher: what it paid came back."
)
