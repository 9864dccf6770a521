"""A day's worth of everything the program does with money: what the proofs are asked of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from app.billing.choices import Method, VoucherKind
from app.billing.models import Approval, Receipt, Reversal, Voucher
from app.billing.operations.printing import print_receipt
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import approve_void, void_receipt
from app.billing.operations.vouchers import PaidOut, pay_out
from app.billing.rules.methods import MethodAmount
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.payments import PaymentTerms, pay
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.transactions import found, run
from app.offices.models import Office
from tests.factories import CASH, a_customer, a_pending_line, a_plan, acting, an_active_line, installed, on_day, paid, reloaded


@dataclass(frozen=True)
class Books:
    """Rows of the filled books that tests corrupt."""

    line: Subscription
    first: RegularPayment
    later: RegularPayment
    voided: RegularPayment
    credit: Receipt
    voucher: Voucher
    reversal: Reversal

    @property
    def ids(self) -> dict[str, int]:
        """The rows by the names of this class; ``first_receipt`` and the like are the papers of the payments."""
        own = {each.name: getattr(self, each.name).id for each in fields(self)}
        papers = {f"{name}_receipt": getattr(self, name).receipt_id for name in ("first", "later", "voided")}
        charges = {f"{name}_charge": getattr(self, name).charge_id for name in ("first", "later", "voided")}
        return own | papers | charges | {"customer": self.line.customer_id, "office": self.line.office_id}


def fill_books() -> Books:
    """Let two offices work for some days: openings, payments of every kind, gifts, credit, a refund, prints, voids on both ways."""
    line = an_active_line(
        "2026-03-02", plan=a_plan(fee=Decimal("50.00")), broadband_account="sh0001", password="Geheim-1", bound_number="AA:BB"
    )
    first = paid(line, "2026-03-02", months=3, gift_months=1, discount=Decimal("5.00"), reason="老客户")
    later = paid(
        line,
        "2026-03-05",
        months=1,
        methods=(MethodAmount(Method.CASH, Decimal("20.00"), Decimal("50.00")), MethodAmount(Method.ALIPAY, Decimal("30.00"))),
    )
    _print_twice(first)
    voided = _voided_the_same_day(line)
    reversal = _voided_on_a_later_day()
    _pending_line_paid_then_installed()
    _in_hanoi()
    _asked_twice_for_one_payment(line)
    return Books(line, first, later, voided, _credit(), _refund(line), reversal)


def _print_twice(payment: RegularPayment) -> None:
    with acting("wang"), on_day("2026-03-05"):
        run(print_receipt, receipt=payment.receipt_id)
        run(print_receipt, receipt=payment.receipt_id, reason="客户遗失")


def _voided_the_same_day(line: Subscription) -> RegularPayment:
    payment = paid(line, "2026-03-06", by="wang")
    with acting("chen"), on_day("2026-03-06"):
        run(void_receipt, receipt=payment.receipt_id, reason="收错了")
    return reloaded(payment)


def _voided_on_a_later_day() -> Reversal:
    line = an_active_line("2026-03-03", broadband_account="sh0002")
    payment = paid(line, "2026-03-03", by="wang")
    with acting("chen"), on_day("2026-03-07"):
        asked: Approval = run(void_receipt, receipt=payment.receipt_id, reason="收错了").record
    with acting("zhou"), on_day("2026-03-07"):
        answered: Approval = run(approve_void, approval=asked.id).record
        return found(Reversal, answered.reversal_id)


def _pending_line_paid_then_installed() -> None:
    terms = PaymentTerms(months=12, gift_months=2, methods=CASH)
    installed(a_pending_line("2026-03-01", payment=terms, broadband_account="sh0003"), "2026-03-08")


def _in_hanoi() -> None:
    line = an_active_line("2026-03-02", "HN", plan=a_plan("HN", fee=Decimal(105000)), broadband_account="hn0001")
    paid(line, "2026-03-02", months=1, by="lan")


def _asked_twice_for_one_payment(line: Subscription) -> None:
    with acting("wang"), on_day("2026-03-08"):
        for _ in range(2):
            run(pay, key="one-payment", subscription=line.id, terms=PaymentTerms(months=1, methods=CASH))


def _credit() -> Receipt:
    """Let a customer bring more than he owes, then pay from what is left."""
    person = a_customer(name="李四", id_number="110101199003071234", mobile="13800138000")
    with acting("wang"), on_day("2026-03-09"):
        brought: Receipt = run(take_payment, customer=person.id, methods=(MethodAmount(Method.CASH, Decimal("80.00")),)).record
    other = an_active_line("2026-03-09", customer=person, broadband_account="sh0004")
    paid(other, "2026-03-09", methods=(MethodAmount(Method.CREDIT, Decimal("50.00")),))
    return brought


def _refund(line: Subscription) -> Voucher:
    with acting("chen"), on_day("2026-03-10"):
        return run(_pay_back, office=line.office_id, customer=line.customer_id).record


def _pay_back(*, office: int, customer: int) -> Voucher:
    """No page pays out yet; the operation that every refund will call does."""
    place = found(Office, office)
    today = clock.today(place)
    lines = [PaidOut("退费", Decimal("12.50"))]
    person = found(Customer, customer)
    return pay_out(
        office=place, kind=VoucherKind.REFUND, lines=lines, methods=CASH, reason="多收", on=today, booked_on=today, customer=person
    )
