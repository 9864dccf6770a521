"""Receipts 收据: listed, shown, printed, voided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, current_app
from sqlalchemy.orm import joinedload, selectinload

from app.billing.api.voiding import ReversalAnswer, voids
from app.billing.choices import DocumentStatus, Method
from app.billing.models import Receipt, Reversal
from app.billing.operations.voids import void_receipt
from app.billing.printing import printed_receipt
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Filter,
    Inner,
    Look,
    Moment,
    Money,
    Number,
    Reference,
    Routes,
    Rows,
    Shown,
    Text,
    days,
    records,
    same_record,
    same_text,
)

routes = Routes("Receipts")
PDF = "application/pdf"


class MethodAnswer(Answer):
    method = Code(Method)
    amount = Money()
    tendered = Money()
    change = Money()
    reference = Text()


class LineAnswer(Answer):
    """A line as the paper shows it, in the paper's language."""

    code = Text()
    text = Text()
    period_start = Day()
    period_end = Day()
    quantity = Number()
    unit_price = Money()
    amount = Money()


class AllocationAnswer(Answer):
    charge = Reference(attribute="charge_id")
    amount = Money()


class ReceiptAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    status = Code(DocumentStatus)
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    payer_name = Text()
    on = Day()
    booked_on = Day()
    created_at = Moment()
    lines = Rows(LineAnswer)
    methods = Rows(MethodAnswer)
    items = Rows(AllocationAnswer, attribute="allocations")
    total = Money()
    total_in_words = Text()
    credited = Money()
    cashier = Text(attribute="cashier.username")
    shift = Reference(attribute="shift_id")
    note = Text()
    backdate_reason = Text()
    reversal = Inner(ReversalAnswer)


def with_lines(receipts: Sequence[Receipt]) -> Sequence[Shown]:
    """Return the receipts with the lines that were printed."""
    return [Shown(receipt, lines=_lines(receipt.content)) for receipt in receipts]


def _lines(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{**line, "currency": content["currency"]} for line in content.get("lines", ())]


RECEIPT = Look(ReceiptAnswer, with_lines)

receipts = records(
    routes,
    "receipts",
    Receipt,
    view="ReceiptView",
    look=RECEIPT,
    filters={
        "number": same_text(Receipt.number),
        "customer": same_record(Receipt.customer_id),
        "shift": same_record(Receipt.shift_id),
        "cashier": Filter(Text(), lambda name: Receipt.cashier.has(username=name)),
        "method": Filter(Code(Method), lambda method: Receipt.methods.any(method=method)),
        "status": Filter(
            Code(DocumentStatus), lambda status: Receipt.reversal.has() if status is DocumentStatus.VOIDED else ~Receipt.reversal.has()
        ),
        **days("on", Receipt.on),
        **days("booked_on", Receipt.booked_on),
    },
    loads=(
        joinedload(Receipt.customer),
        joinedload(Receipt.cashier),
        joinedload(Receipt.reversal).joinedload(Reversal.created_by),
        joinedload(Receipt.reversal).joinedload(Reversal.approved_by),
        selectinload(Receipt.methods),
        selectinload(Receipt.allocations),
    ),
)


@routes.get("/receipts/<int:record>.pdf", may=("ReceiptView", "can_print"), media_types=(PDF,))
def print_paper(record: int) -> Response:
    """Print a receipt: its PDF. Every printing is logged, and marked from the second on."""
    receipt = receipts.one(record)
    paper = printed_receipt(receipt.id, training=bool(current_app.config.get("TRAINING")))
    name = f"{receipt.number}.pdf".encode("ascii", "replace").decode()
    return Response(paper, mimetype=PDF, headers={"Content-Disposition": f'inline; filename="{name}"'})


voids(routes, "receipts", view="ReceiptView", operation=void_receipt, names="receipt", does="Void a receipt with a reason.")
