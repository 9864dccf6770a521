"""Renewals from credit 預存續費: lines that are due are paid for from their customers' balances, where those agreed to it.

It is the regular payment, of one package by ``Method.CREDIT``, for many lines in one transaction: what a payment asks about its line
is asked once for all of them, and their rows are written by one statement, on a sheet.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, load_only, selectinload

from app.billing.choices import LedgerAccount, Method, PricedOperation
from app.billing.journal import Posting
from app.billing.operations.receipts import ReadAhead
from app.billing.queries import price_of
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import PlanChangeStatus, SubscriptionState
from app.broadband.models import Plan, PlanChange, ServicePeriod, Subscription
from app.broadband.operations.payments import PaymentTerms, Together, take_locked
from app.broadband.queries import IN_FORCE
from app.broadband.rules.standing import Run, Standing
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import change_many_locked, locked
from app.foundation.writing import one_sheet
from app.offices.models import Office, SystemUser
from app.values.errors import Message, OperationRefused
from app.values.money import ZERO

# The balance pays the months but not the late fee with them: nothing to tell, the line waits.
TOO_LITTLE = "credit_too_small"
FROM_CREDIT = (MethodAmount(Method.CREDIT),)
# Of a line, a payment reads these, and of what is around it the rest.
READ_OF_A_LINE = (
    *(Subscription.id, Subscription.office_id, Subscription.version, Subscription.customer_id, Subscription.community_id),
    *(Subscription.plan_id, Subscription.address, Subscription.broadband_account, Subscription.state, Subscription.applied_on),
    *(Subscription.stops_on, Subscription.halted_on, Subscription.stop_reason, Subscription.renews_from_credit),
    Subscription.renewal_agreed_by_id,
)
AROUND_MANY_PAYMENTS = (
    load_only(*READ_OF_A_LINE),
    selectinload(Subscription.customer).load_only(
        Customer.office_id, Customer.customer_no, Customer.name, Customer.language, Customer.invoice_address
    ),
    *(selectinload(related) for related in (Subscription.plan, Subscription.community, Subscription.office, Subscription.policy)),
    selectinload(Subscription.booked_change).load_only(PlanChange.new_plan_id).selectinload(PlanChange.new_plan),
)


@dataclass(frozen=True)
class Renewed:
    """What became of a chunk of due lines: how many were paid for, and how many had too little credit or could not be.

    ``refused`` are those that a rule refused, with its reason.
    """

    lines: int
    left: int
    refused: Mapping[int, Message]


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


def due_for_renewal(office: int, day: datetime.date) -> Select[int]:
    """Return the ids of the lines whose cover ends on ``day`` or has ended and whose customers have a package's fee in the office.

    A hint, read without locks: a line whose customer has nothing is not locked, night after night, to find that out.
    """
    booked = aliased(Plan)
    balance = (
        select(-func.sum(Posting.amount))
        .where(Posting.office_id == office, Posting.customer_id == Subscription.customer_id, Posting.account == LedgerAccount.CREDIT)
        .scalar_subquery()
    )
    return (
        select(Subscription.id)
        .join(Plan, Plan.id == Subscription.plan_id)
        .outerjoin(PlanChange, (PlanChange.subscription_id == Subscription.id) & (PlanChange.change_status == PlanChangeStatus.BOOKED))
        .outerjoin(booked, booked.id == PlanChange.new_plan_id)
        .where(
            Subscription.office_id == office,
            Subscription.renews_from_credit,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.stops_on <= day,
            balance >= func.coalesce(booked.fee, Plan.fee),
        )
        .order_by(Subscription.id)
    )


def renew(*, lines: tuple[int, ...]) -> Renewed:
    """Pay for one package of each of the ``lines`` that are still due today, from the credit of its customer.

    Rows are locked in the order of payments: lines, then customers, each by id. A line that is being worked on is left for the next time.
    """
    found = _locked_lines(lines)
    if not found:
        return Renewed(0, len(lines), {})
    chunk = _read(found)
    moves: list[tuple[Subscription, dict[str, Any]]] = []
    refused: dict[int, Message] = {}
    with one_sheet() as sheet:
        for line in found:
            try:
                with sheet.attempt():
                    move = _renew_one(line, chunk)
            except OperationRefused as refusal:
                if refusal.code != TOO_LITTLE:
                    refused[line.id] = refusal.message
            else:
                moves += [(line, move)] if move else []
        change_many_locked(moves)
        sheet.write(db.session())
    return Renewed(len(moves), len(lines) - len(moves), refused)


@dataclass(frozen=True)
class _Chunk:
    """What was read for many lines of an office at once; ``credit`` is what is left of it."""

    office: Office
    today: datetime.date
    maintenance: Decimal
    credit: dict[int, Decimal]
    standings: Mapping[int, Standing]
    takers: Mapping[int | None, SystemUser]


def _read(lines: Sequence[Subscription]) -> _Chunk:
    office = lines[0].office
    # The locks first.
    credit = _locked_credit({line.customer_id for line in lines})
    return _Chunk(office, clock.today(office), _maintenance(office.id), credit, _standings(lines), _takers(lines))


def _renew_one(line: Subscription, chunk: _Chunk) -> dict[str, Any]:
    """Take the payment of a line and return what becomes of the line; nothing where it is not due any more or cannot be paid."""
    plan, taker = line.plan_sold, chunk.takers.get(line.renewal_agreed_by_id)
    price = plan.fee + chunk.maintenance * plan.months
    credit = chunk.credit.get(line.customer_id, ZERO)
    if not _is_due(line, chunk.today) or taker is None or not 0 < price <= credit:
        return {}
    move: dict[str, Any] = {}
    together = Together(chunk.standings[line.id], ReadAhead(taker), credit, lambda _line, **values: move.update(values))
    payment = take_locked(line, chunk.office, _terms(plan, chunk.maintenance), together=together)
    chunk.credit[line.customer_id] -= payment.total
    return move


def _is_due(line: Subscription, today: datetime.date) -> bool:
    return line.renews_from_credit and line.state is SubscriptionState.ACTIVE and line.stops_on is not None and line.stops_on <= today


def _terms(plan: Plan, maintenance: Decimal) -> PaymentTerms:
    return PaymentTerms(months=plan.months, methods=FROM_CREDIT, maintenance_fee=maintenance)


def _locked_lines(lines: Sequence[int]) -> list[Subscription]:
    statement = (
        select(Subscription)
        .where(Subscription.id.in_(lines))
        .order_by(Subscription.id)
        .with_for_update(of=Subscription, skip_locked=True)
        .options(*AROUND_MANY_PAYMENTS)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


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
