"""A customer's credit 预存余额 / số dư có handed back: a payment voucher, never for more than he has.

It goes out of the account that holds it, so what a void of a receipt asks about its credit sees it too.
"""

from __future__ import annotations

from decimal import Decimal

from app.billing.choices import FeeKind, Method, VoucherKind
from app.billing.documents import receipt_locale
from app.billing.models import Voucher
from app.billing.operations.receipts import credit_balance
from app.billing.operations.vouchers import PaidOut, pay_out
from app.billing.rules.allocation import require_credit
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.values.errors import Message, OperationRefused

# What it is paid out by is money that lies in the office: neither the credit itself, nor what installers hold.
NOT_PAID_OUT = (Method.CREDIT, Method.DOOR)


def pay_out_credit(
    *,
    customer: int,
    amount: Decimal | None = None,
    methods: tuple[MethodAmount, ...],
    reason: str,
    payee_name: str = "",
    note: str = "",
) -> Voucher:
    """Pay a customer's credit out, or ``amount`` of it, by a payment voucher.

    Raises OperationRefused without a reason, for an amount of 0 or less or above the credit, and as ``settled_methods`` does.
    """
    if not reason.strip():
        raise OperationRefused(Message("Give a reason for the payment."), code="reason_missing", field="reason")
    if any(each.method in NOT_PAID_OUT for each in methods):
        raise OperationRefused(
            Message("Credit is paid out in money. Choose another payment method."), code="method_not_offered", field="method"
        )
    # The customer's row is the lock of his credit: of two who pay it out, or use it, the second sees what the first has left.
    person = locked(Customer, customer)
    office = found(Office, person.office_id)
    balance = credit_balance(person)
    if not balance:
        raise OperationRefused(Message("%(customer)s has no credit.", customer=person.name), code="credit_short", field="customer")
    total = balance if amount is None else require_credit(amount, balance=balance, currency=office.currency.value)
    today = clock.today(office)
    voucher = pay_out(
        office=office,
        kind=VoucherKind.CREDIT,
        lines=[PaidOut(say(VoucherKind.CREDIT, receipt_locale(office)), total, FeeKind.OTHER)],
        methods=methods,
        reason=reason.strip(),
        on=today,
        booked_on=today,
        customer=person,
        payee_name=payee_name.strip(),
        note=note.strip(),
    )
    db.session.flush()
    return voucher
