"""The money of an operation on a line: what is owed already, its fee, and the payment that may come with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.billing.models import Charge
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import Facts, Payment, receive
from app.billing.queries import price_of
from app.billing.rules.listed_price import agreed_fee
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.broadband.operations.deals import DISCOUNT
from app.broadband.operations.deed import Deed, DeedTerms
from app.broadband.queries import charges_of_line
from app.broadband.rules.arrears import arrears
from app.broadband.rules.late_fee import LateFee, late_fee
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO, sum_of


class HasMethods(Protocol):
    """What is entered for something that may cost a fee or a deposit."""

    @property
    def methods(self) -> tuple[MethodAmount, ...]: ...


def owed(deed: Deed) -> Decimal:
    """Return the arrears 欠費 of the line on the day: charges past their due date, days used without cover, their late fee."""
    overdue = [debt.open_amount for debt in debts(deed.line) if debt.due_on < deed.on]
    return arrears(overdue, late(deed))


def late(deed: Deed) -> LateFee:
    """Return the days used without cover on the day of the operation and what they cost; nothing while a line is not installed."""
    if deed.line.state is SubscriptionState.PENDING:
        return LateFee()
    rules, plan = deed.rules, deed.line.plan
    return late_fee(
        deed.standing,
        on=deed.on,
        plan_fee=plan.fee,
        plan_months=plan.months,
        late_policy=rules.late_policy,
        grace_days=rules.grace_days,
        daily_rate=rules.late_fee_rate,
        cap=rules.late_fee_cap,
        currency=deed.currency,
    )


def debts(line: Subscription) -> list[Charge]:
    """Return what its customer owes for the line, the oldest first: fees of operations, of work orders, deposits.

    What the customer before a transfer left open stays his own.
    """
    return list(db.session.scalars(charges_of_line(line.id).where(Charge.customer_id == line.customer_id)))


def price(deed: Deed, operation: PricedOperation) -> Decimal:
    """Return the fee of the operation: as entered, else the office's price, else 0. Less than the price needs the right and a reason."""
    item = db.session.scalars(price_of(deed.office.id, operation)).one_or_none()
    return agreed_fee(
        asked=deed.terms.fee,
        listed=item.fee if item else ZERO,
        is_firm=deed.office.prices_are_firm,
        may_lower=current_scope().may(DISCOUNT),
        reason=deed.terms.reason,
        currency=deed.currency,
    )


def take_fee(deed: Deed, operation: PricedOperation, *, kind: FeeKind, code: LineCode) -> None:
    """Charge the fee of the operation, and take its payment where one was given."""
    deed.fee = price(deed, operation)
    take(deed, [LineTerms(code=code, amount=deed.fee, quantity=Decimal(1), unit_price=deed.fee)] if deed.fee else [], kind=kind)


def take(deed: Deed, lines: list[LineTerms], *, kind: FeeKind) -> None:
    """Charge ``lines`` for the line's customer, and receive the whole of it where a payment was given; nothing for no lines."""
    terms = deed.terms
    total = sum_of(line.amount for line in lines)
    if not total:
        require_no_payment(terms)
        return
    deed.charge = charge(
        office_id=deed.office.id,
        customer_id=deed.line.customer_id,
        fee_kind=kind,
        lines=lines,
        on=deed.on,
        booked_on=deed.booked_on,
        due_on=deed.on,
    )
    if not terms.methods:
        return
    deed.receipt = receive(
        office=deed.office,
        customer=deed.line.customer,
        shares=[(deed.charge, total)],
        payment=Payment(terms.methods, terms.payer_name),
        on=deed.on,
        booked_on=deed.booked_on,
        facts=facts_of(deed.line, note=terms.note),
        backdate_reason=(terms.reason or terms.note) if deed.on != deed.booked_on else "",
    )


def facts_of(line: Subscription, *, note: str = "") -> Facts:
    """Return what a receipt says of the line."""
    return Facts(broadband_account=line.broadband_account, plan=line.plan.name, address=f"{line.community.name} {line.address}", note=note)


def require_free(terms: DeedTerms) -> None:
    """Refuse a fee or a payment where the operation costs nothing."""
    if terms.fee:
        raise OperationRefused(Message("This costs nothing: leave the fee empty."), code="nothing_to_pay", field="fee")
    require_no_payment(terms)


def require_no_payment(terms: HasMethods) -> None:
    """Refuse a payment where nothing is due."""
    if any(each.amount for each in terms.methods):
        raise OperationRefused(Message("There is nothing to pay for this operation."), code="nothing_to_pay", field="method")
