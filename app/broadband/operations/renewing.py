"""Renewals from credit 預存續費: lines that are due are paid for from their customers' balances, where those agreed to it.

It is the regular payment, of one package by ``Method.CREDIT``, for many lines in one transaction: what a payment asks about its line
is asked once for all of them, and their rows are written by one statement.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.billing.choices import LedgerAccount, Method, PricedOperation
from app.billing.journal import Posting
from app.billing.operations.receipts import ReadAhead
from app.billing.queries import price_of
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import SubscriptionState
from app.broadband.models import Plan, ServicePeriod, Subscription
from app.broadband.operations.payments import AROUND_A_PAYMENT, PaymentTerms, Together, take_locked
from app.broadband.queries import IN_FORCE
from app.broadband.rules.standing import Run, Standing
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import change_many_locked, locked
from app.offices.models import SystemUser
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO

FROM_CREDIT = (MethodAmount(Method.CREDIT),)


@dataclass(frozen=True)
class Renewed:
    """What became of a chunk of due lines: how many were paid for, and how many had too little credit or could not be."""

    lines: int
    left: int


def agree_to_renewal(*, subscription: int, renews: bool) -> Subscription:
    """Note that the customer agrees to renewals from his credit, or no longer does; said twice, the first time stands.

    Raises OperationRefused for a closed line.
    """
    line = locked(Subscription, subscription)
    if renews and line.state is SubscriptionState.CLOSED:
        raise OperationRefused(
            Message("The subscription %(number)s is closed. Open a new one if the customer returns.", number=line.broadband_account),
            code="state_closed",
        )
    if renews is not line.renews_from_credit:
        line.renews_from_credit = renews
        line.renewal_agreed_by_id = current_scope().user_id if renews else None
        line.renewal_agreed_on = clock.today(line.office) if renews else None
    return line


def due_for_renewal(office: int, day: datetime.date, *, after: int, size: int) -> Select[int]:
    """Return the ids of the next ``size`` lines behind id ``after`` whose cover ends on ``day`` or has ended."""
    return (
        select(Subscription.id)
        .where(
            Subscription.office_id == office,
            Subscription.renews_from_credit,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.stops_on <= day,
            Subscription.id > after,
        )
        .order_by(Subscription.id)
        .limit(size)
    )


def renew(*, lines: tuple[int, ...]) -> Renewed:
    """Pay for one package of each of the ``lines`` that are still due today, from the credit of its customer.

    Rows are locked in the order of payments: lines, then customers, each by id. A line that is being worked on is left for the next time.
    """
    found = _locked_lines(lines)
    if not found:
        return Renewed(0, len(lines))
    office = found[0].office
    today = clock.today(office)
    credit = _locked_credit({line.customer_id for line in found})
    standings = _standings(found)
    takers = _takers(found)
    maintenance = _maintenance(office.id)
    moves: list[tuple[Subscription, dict[str, Any]]] = []
    done = 0
    for line in found:
        plan = line.plan_sold
        taker = takers.get(line.renewal_agreed_by_id)
        price = plan.fee + maintenance * plan.months
        is_due = line.renews_from_credit and line.state is SubscriptionState.ACTIVE and line.stops_on is not None and line.stops_on <= today
        if not is_due or taker is None or price <= 0 or credit.get(line.customer_id, ZERO) < price:
            continue
        try:
            together = Together(
                standings[line.id], ReadAhead(taker), credit[line.customer_id], lambda line, **values: moves.append((line, values))
            )
            payment = take_locked(line, office, _terms(plan, maintenance), together=together)
        except OperationRefused:
            continue
        credit[line.customer_id] -= payment.total
        done += 1
    change_many_locked(moves)
    db.session.flush()
    return Renewed(done, len(lines) - done)


def _terms(plan: Plan, maintenance: Decimal) -> PaymentTerms:
    return PaymentTerms(months=plan.months, methods=FROM_CREDIT, maintenance_fee=maintenance)


def _locked_lines(lines: Sequence[int]) -> list[Subscription]:
    statement = (
        select(Subscription)
        .where(Subscription.id.in_(lines))
        .order_by(Subscription.id)
        .with_for_update(of=Subscription, skip_locked=True)
        .options(*AROUND_A_PAYMENT)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement).unique())


def _locked_credit(customers: Iterable[int]) -> dict[int, Decimal]:
    """Lock the customers and return their balances."""
    wanted = sorted(customers)
    db.session.execute(select(Customer.id).where(Customer.id.in_(wanted)).order_by(Customer.id).with_for_update())
    balances = (
        select(Posting.customer_id, -func.sum(Posting.amount))
        .where(Posting.customer_id.in_(wanted), Posting.account == LedgerAccount.CREDIT)
        .group_by(Posting.customer_id)
    )
    return {customer: Decimal(balance) for customer, balance in db.session.execute(balances) if customer is not None}


def _standings(lines: Sequence[Subscription]) -> Mapping[int, Standing]:
    """Return how the lines stand, their newest rows read at once."""
    newest = (
        select(ServicePeriod.subscription_id, ServicePeriod.anchor, ServicePeriod.anchor_months)
        .where(ServicePeriod.subscription_id.in_([line.id for line in lines]), *IN_FORCE)
        .order_by(ServicePeriod.subscription_id, ServicePeriod.start.desc())
        .ext(distinct_on(ServicePeriod.subscription_id))
    )
    runs = {line: Run(anchor, months) for line, anchor, months in db.session.execute(newest)}
    return {
        line.id: Standing(
            state=line.state, stops_on=line.stops_on, run=runs.get(line.id), halted_on=line.halted_on, reason=line.stop_reason
        )
        for line in lines
    }


def _takers(lines: Sequence[Subscription]) -> Mapping[int | None, SystemUser]:
    """Return those in whose names the receipts are."""
    wanted = {line.renewal_agreed_by_id for line in lines}
    return {user.id: user for user in db.session.scalars(select(SystemUser).where(SystemUser.id.in_(wanted)))}


def _maintenance(office: int) -> Decimal:
    price = db.session.scalars(price_of(office, PricedOperation.MAINTENANCE)).one_or_none()
    return price.fee if price else ZERO
