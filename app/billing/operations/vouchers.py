"""Paying out: a payment voucher 付款憑單 for a refund, a deposit returned or an expense."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.billing.choices import FeeKind, LedgerAccount, Method, VoucherKind
from app.billing.documents import receipt_locale, refund_content, voucher_content
from app.billing.journal import Side, post
from app.billing.models import Receipt, Voucher, VoucherLine, VoucherMethod
from app.billing.operations.shifts import moment_of, shift_of
from app.billing.rules.methods import MethodAmount, settled_methods
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.numbering import NumberToCome
from app.foundation.scope import current_scope
from app.offices.models import Office, SystemUser
from app.values.amount_in_words import in_words
from app.values.errors import Message, OperationRefused
from app.values.money import sum_of

# Where the money comes from in the books.
SOURCE = {
    VoucherKind.REFUND: LedgerAccount.REFUNDED,
    VoucherKind.DEPOSIT: LedgerAccount.DEPOSIT,
    VoucherKind.EXPENSE: LedgerAccount.EXPENSE,
    VoucherKind.CREDIT: LedgerAccount.CREDIT,
}


@dataclass(frozen=True)
class PaidOut:
    """One line of what is paid out. For a refund ``original`` is what was taken once, ``used`` the part of it that was used, in words."""

    text: str
    amount: Decimal
    fee_kind: FeeKind = FeeKind.REGULAR
    original: Decimal | None = None
    used: str = ""


def pay_out(
    *,
    office: Office,
    kind: VoucherKind,
    lines: Sequence[PaidOut],
    methods: tuple[MethodAmount, ...],
    reason: str,
    on: datetime.date,
    booked_on: datetime.date,
    customer: Customer | None = None,
    receipt: Receipt | None = None,
    payee_name: str = "",
    note: str = "",
    calculation: str = "",
    decided_by: int | None = None,
) -> Voucher:
    """Issue a payment voucher of the sum of ``lines`` and post it. Raises OperationRefused for a total of 0 or less.

    ``calculation`` explains the amount on paper. ``decided_by`` issues it where the program acts by itself on what that person decided.
    """
    user_id = current_scope().user_id or decided_by
    total = sum_of(line.amount for line in lines)
    if total <= 0 or any(line.amount <= 0 for line in lines):
        raise OperationRefused(Message("The amount of a payment must be above 0."), code="amount_not_positive", field="amount")
    paid = settled_methods(methods, total=total, currency=office.currency)
    has_cash = any(each.method is Method.CASH for each in paid)
    shift = shift_of(office, user_id or 0, booked_on) if has_cash else None
    cashier = db.session.get_one(SystemUser, user_id)
    number = NumberToCome(office.id, "voucher", office.voucher_prefix, booked_on.year)
    voucher = Voucher(
        office_id=office.id,
        number=number,
        year=booked_on.year,
        sequence=number.sequence,
        kind=kind,
        customer_id=customer.id if customer else None,
        receipt_id=receipt.id if receipt else None,
        on=on,
        booked_on=booked_on,
        total=total,
        total_in_words=in_words(
            total, office.currency, receipt_locale(office), linh=office.zero_word, whole=office.whole_word, capital=True
        ),
        has_cash=has_cash,
        shift_id=shift.id if shift else None,
        cashier_id=user_id,
        cashier=cashier,
        payee_name=payee_name or (customer.name if customer else ""),
        reason=reason,
        note=note,
        created_by_id=user_id,
        created_at=moment_of(booked_on, office),
    )
    voucher.lines = [
        VoucherLine(office_id=office.id, position=position, fee_kind=line.fee_kind, text=line.text, amount=line.amount)
        for position, line in enumerate(lines, start=1)
    ]
    voucher.methods = [
        VoucherMethod(office_id=office.id, method=each.method, amount=each.amount, reference=each.reference) for each in paid
    ]
    content = voucher_content(voucher, office=office, customer=customer, receipt=receipt, shift=shift)
    voucher.content = content | refund_content(lines, calculation)
    db.session.add(voucher)
    # What a customer has in the office is of no fee.
    sides = [Side(SOURCE[kind], line.amount, voucher.customer_id, None if kind is VoucherKind.CREDIT else line.fee_kind) for line in lines]
    sides += [Side(LedgerAccount(each.method.value), -each.amount, voucher.customer_id) for each in paid]
    post(voucher, sides, booked_on=booked_on)
    return voucher
