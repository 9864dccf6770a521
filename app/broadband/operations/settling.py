"""The settlement of a closure 銷戶結算: vouchers of what goes back, and the receipt of what is set off against debts.

A change of plan that gives money back settles debts in the same way (``plan_settling``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.billing.choices import FeeKind, Method, VoucherKind
from app.billing.documents import receipt_locale
from app.billing.models import Charge, Receipt, Voucher
from app.billing.operations.charges import locked_charges
from app.billing.operations.receipts import Payment, receive
from app.billing.operations.vouchers import PaidOut, pay_out
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionOperation
from app.broadband.models import Equipment, ServicePeriod
from app.broadband.operations.acting import Deed, facts_of
from app.broadband.rules.closure import MaintenanceLine, RefundLine, Settlement
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.transactions import found
from app.values import formats
from app.values.dates import ONE_DAY
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, sum_of

# How many rows a voucher explains; the settlement sheet has all of them.
MOST_EXPLAINED = 3


@dataclass(frozen=True)
class Debt:
    """A charge of the line, with what was open on it before anything was set off."""

    charge: Charge
    amount: Decimal


@dataclass(frozen=True)
class Worked:
    """What a closure comes to, before anything is paid: the lines of the refund, and the debts."""

    plan: tuple[RefundLine[ServicePeriod], ...]
    maintenance: tuple[MaintenanceLine, ...]
    before_installation: Decimal
    deposits: Decimal
    owed: tuple[Debt, ...]

    @property
    def settlement(self) -> Settlement:
        return Settlement(
            plan_refund=sum_of(line.amount for line in self.plan) + self.before_installation,
            maintenance=sum_of(line.amount for line in self.maintenance),
            deposits=self.deposits,
            arrears=sum_of(debt.amount for debt in self.owed),
        )


def said(deed: Deed, message: Message | str) -> str:
    """Return a text in the language of the office's papers."""
    return say(message, receipt_locale(deed.office))


def require_payout(method: Method) -> None:
    """Refuse to pay out by what installers collect at doors: nothing lies there to be paid out."""
    if method is Method.DOOR:
        raise OperationRefused(
            Message("Money collected by an installer is not paid out. Choose another method."), code="refund_method", field="refund_method"
        )


def lock_owners(deed: Deed, pieces: Sequence[Equipment]) -> None:
    """Lock the customers whose balances pay, before any charge: who takes a payment for those charges takes the locks so, too."""
    owners = {deed.line.customer_id, *(piece.charge.customer_id for piece in pieces if piece.charge is not None)}
    db.session.execute(select(Customer.id).where(Customer.id.in_(sorted(owners))).order_by(Customer.id).with_for_update())


def paid_by_another(piece: Equipment, deed: Deed) -> bool:
    """Tell whether the deposit of a piece is that of a customer who had the line before a transfer."""
    return piece.charge is not None and piece.charge.customer_id != deed.line.customer_id


def give_back_to_former(deed: Deed, pieces: Sequence[Equipment]) -> None:
    """Put the deposits of customers who had the line before into their own balances, less what they had left open of them."""
    for piece in pieces:
        if not piece.deposit or not paid_by_another(piece, deed):
            continue
        (owed,) = locked_charges([piece.charge_id or 0])
        former = found(Customer, owed.customer_id)
        pay_out(
            office=deed.office,
            kind=VoucherKind.DEPOSIT,
            lines=[PaidOut(said(deed, FeeKind.DEPOSIT.label), piece.deposit, FeeKind.DEPOSIT)],
            methods=(MethodAmount(Method.CREDIT, piece.deposit),),
            reason=said(deed, SubscriptionOperation.CLOSE.label),
            on=deed.on,
            booked_on=deed.booked_on,
            customer=former,
        )
        db.session.flush()
        if owed.open_amount:
            _settle_from_balance(deed, former, [(owed, owed.open_amount)])


def pay_back(deed: Deed, worked: Worked, method: Method) -> tuple[Voucher | None, Voucher | None]:
    """Issue the vouchers of the refund and of the deposits: what pays debts goes into the balance, the rest is paid out."""
    settlement = worked.settlement
    refund = settlement.plan_refund + settlement.maintenance
    from_refund = min(refund, settlement.set_off)
    return (
        _voucher(deed, VoucherKind.REFUND, _refund_lines(deed, worked), from_refund, method, _explained(deed, worked)),
        _voucher(deed, VoucherKind.DEPOSIT, _deposit_lines(deed, worked), settlement.set_off - from_refund, method),
    )


def parts_of(total: Decimal, *, into_balance: Decimal, method: Method) -> tuple[MethodAmount, ...]:
    """Return how a voucher pays ``total``: a part into the balance, where it settles debts, and the rest by ``method``."""
    parts = {Method.CREDIT: into_balance}
    parts[method] = parts.get(method, ZERO) + total - into_balance
    return tuple(MethodAmount(way, amount) for way, amount in parts.items() if amount)


def set_off(deed: Deed, debts: Sequence[Debt], amount: Decimal) -> Receipt | None:
    """Let what went into the balance pay the debts, the oldest first."""
    shares, left = [], amount
    for debt in sorted(debts, key=lambda debt: (debt.charge.due_on, debt.charge.id)):
        share = min(debt.amount, left)
        if share:
            shares.append((debt.charge, share))
        left -= share
    return _settle_from_balance(deed, deed.line.customer, shares) if shares else None


def _settle_from_balance(deed: Deed, customer: Customer, shares: Sequence[tuple[Charge, Decimal]]) -> Receipt:
    """Let a customer's balance pay these shares of charges."""
    receipt = receive(
        office=deed.office,
        customer=customer,
        shares=shares,
        payment=Payment((MethodAmount(Method.CREDIT, sum_of(share for _, share in shares)),)),
        on=deed.on,
        booked_on=deed.booked_on,
        facts=facts_of(deed.line, note=deed.terms.note),
        backdate_reason=(deed.terms.reason or deed.terms.note) if deed.on != deed.booked_on else "",
    )
    db.session.flush()
    return receipt


def _voucher(
    deed: Deed, kind: VoucherKind, lines: list[PaidOut], into_balance: Decimal, method: Method, calculation: str = ""
) -> Voucher | None:
    total = sum_of(line.amount for line in lines)
    if not total:
        return None
    voucher = pay_out(
        office=deed.office,
        kind=kind,
        lines=lines,
        methods=parts_of(total, into_balance=into_balance, method=method),
        reason=said(deed, SubscriptionOperation.CLOSE.label),
        on=deed.on,
        booked_on=deed.booked_on,
        customer=deed.line.customer,
        note=deed.terms.note,
        calculation=calculation,
    )
    db.session.flush()
    return voucher


def _refund_lines(deed: Deed, worked: Worked) -> list[PaidOut]:
    lines = [
        PaidOut(
            said(deed, Message("Plan fee %(start)s to %(stop)s", start=line.row.start, stop=line.row.stop)),
            line.amount,
            original=line.price,
            used=_used(deed, line),
        )
        for line in worked.plan
    ]
    lines += [
        PaidOut(
            said(deed, Message("Maintenance fee, %(months)s unused months", months=line.months)), line.amount, original=line.paid.amount
        )
        for line in worked.maintenance
    ]
    lines.append(PaidOut(said(deed, Message("Everything paid before the installation")), worked.before_installation))
    return [line for line in lines if line.amount]


def _used(deed: Deed, line: RefundLine[ServicePeriod]) -> str:
    """Return the days of a row that were used; empty where none was."""
    days = line.of_days - line.days
    if not days:
        return said(deed, Message("unused"))
    first, last = line.row.start, line.row.start + ONE_DAY * (days - 1)
    return said(deed, Message("%(start)s to %(stop)s, %(days)s days", start=first, stop=last, days=days))


def _deposit_lines(deed: Deed, worked: Worked) -> list[PaidOut]:
    return [PaidOut(said(deed, FeeKind.DEPOSIT.label), worked.deposits, FeeKind.DEPOSIT)] if worked.deposits else []


def _explained(deed: Deed, worked: Worked) -> str:
    """Return how the refund of each row comes about 計算說明."""
    lines = [line for line in worked.plan if line.amount]
    told = [said(deed, _reckoning(deed, line)) for line in lines[:MOST_EXPLAINED]]
    if len(lines) > MOST_EXPLAINED:
        told.append(said(deed, Message("The settlement sheet explains all %(count)s periods.", count=len(lines))))
    return "; ".join(told)


def _reckoning(deed: Deed, line: RefundLine[ServicePeriod]) -> Message:
    locale = receipt_locale(deed.office)
    price, amount = (formats.money(each, deed.currency, locale, symbol=False) for each in (line.price, line.amount))
    if line.months is not None and line.row.cut_from_days is None:
        return Message(
            "%(price)s × %(months)s ÷ %(of_months)s = %(amount)s (%(months)s whole months left)",
            price=price,
            months=line.months,
            of_months=line.row.months,
            amount=amount,
        )
    return Message(
        "%(price)s × %(days)s ÷ %(of_days)s = %(amount)s (%(start)s to %(stop)s, %(days)s days left)",
        price=price,
        days=line.days,
        of_days=line.of_days,
        amount=amount,
        start=line.row.stop - ONE_DAY * (line.days - 1),
        stop=line.row.stop,
    )
