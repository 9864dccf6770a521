"""Relocation 用戶遷移: a line goes to another place, with a fee, and perhaps with days of compensation that shift its stop date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.broadband.choices import Effect, SubscriptionOperation
from app.broadband.models import Relocation, Subscription, SubscriptionWorkOrder
from app.broadband.operations.acting import (
    AROUND_THE_LINE,
    Deed,
    DeedTerms,
    begin,
    begin_brought,
    common,
    finish,
    kept,
    require_free,
    take_fee,
)
from app.broadband.operations.places import move_to, of_its_office, open_orders
from app.broadband.operations.standing import policy_for, status_on
from app.broadband.rules.compensation import relocation_shift
from app.broadband.rules.moves import allowed_move
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import locked
from app.places.models import Community
from app.values.errors import Message, OperationRefused
from app.workorders.choices import WorkKind
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import OrderChanges, make_order


@dataclass(frozen=True, kw_only=True)
class RelocationTerms(DeedTerms):
    """Where the line goes. ``telephone`` None stays as it is; days of compensation need a reason."""

    community: int
    address: str
    telephone: str | None = None
    compensation_days: int = 0


@dataclass(frozen=True, kw_only=True)
class RelocationOrderTerms:
    """Where the line is to go when the work is done, by whom and when. Fee and days of compensation come with the completion."""

    community: int
    address: str
    phone: str = ""
    installer: int | None = None
    appointment_at: datetime.datetime | None = None
    note: str = ""


def relocate(*, subscription: int, terms: RelocationTerms) -> Relocation:
    """Move a line to another place today; before its installation it is the application that is corrected.

    Raises OperationRefused (nothing is written), NotAllowed and NotFound.
    """
    deed = begin(SubscriptionOperation.RELOCATE, subscription, terms)
    if deed.move.effect is Effect.EDIT_ONLY:
        _require_application(terms)
    else:
        deed.shift_days = _shift(deed, terms)
        # The receipt of the fee still says the place that the customer leaves.
        take_fee(deed, PricedOperation.RELOCATION, kind=FeeKind.RELOCATION, code=LineCode.RELOCATION)
    return _move(deed, terms, compensation_days=terms.compensation_days)


def order_relocation(*, subscription: int, terms: RelocationOrderTerms) -> WorkOrder:
    """Make the work order of a relocation; nothing moves before it is completed. Raises as ``relocate`` does."""
    line = locked(Subscription, subscription, *AROUND_THE_LINE)
    status = status_on(line, policy_for(line), clock.today(line.office))
    allowed_move(SubscriptionOperation.RELOCATE, status=status, number=line.broadband_account, stops_on=line.stops_on)
    if line.activated_on is None:
        raise OperationRefused(
            Message("The line is not installed yet: relocate it without a work order, its installation goes to the new address."),
            code="not_installed",
        )
    _require_no_order(line)
    community = of_its_office(Community, terms.community, line, "community")
    _require_elsewhere(line, community.id, terms.address)
    order = make_order(
        customer=line.customer,
        business_type=_relocation_type(line),
        address=line.address,
        phone=line.contact_phone,
        installer=terms.installer,
        appointment_at=terms.appointment_at,
        note=terms.note,
        changes=OrderChanges(new_community=community.id, new_address=terms.address, new_phone=terms.phone or None),
    )
    db.session.add(SubscriptionWorkOrder(office_id=line.office_id, subscription_id=line.id, work_order_id=order.id))
    db.session.flush()
    return order


def relocate_by_order(line: Subscription, order: WorkOrder) -> Relocation | None:
    """Move a locked line as its completed order says, on the day of the work; its fee stays an open charge. None where it is there."""
    terms = RelocationTerms(
        community=order.new_community_id or line.community_id, address=order.new_address or line.address, note=order.number
    )
    if _is_there(line, terms.community, terms.address):
        return None
    deed = begin_brought(SubscriptionOperation.RELOCATE, line, terms, on=order.worked_on or clock.today(line.office))
    if deed.move.effect is not Effect.EDIT_ONLY:
        take_fee(deed, PricedOperation.RELOCATION, kind=FeeKind.RELOCATION, code=LineCode.RELOCATION)
    return _move(deed, terms, work_order=order)


def _move(deed: Deed, terms: RelocationTerms, *, compensation_days: int = 0, work_order: WorkOrder | None = None) -> Relocation:
    line = deed.line
    _require_elsewhere(line, terms.community, terms.address)
    move_to(line, terms.community, terms.address)
    if terms.telephone is not None:
        line.telephone = terms.telephone.strip()
    if line.stops_on is not None:
        line.stops_on += datetime.timedelta(days=deed.shift_days)
    if deed.move.effect is Effect.EDIT_ONLY:
        _send_installers(line)
    return kept(
        Relocation(
            relocated_on=deed.on,
            new_community_id=line.community_id,
            new_community=line.community,
            new_address=line.address,
            new_telephone=line.telephone,
            compensation_days=compensation_days,
            work_order_id=work_order.id if work_order is not None else None,
            **common(deed, finish(deed)),
        )
    )


def _shift(deed: Deed, terms: RelocationTerms) -> int:
    stops_on = deed.line.stops_on
    if stops_on is None:
        raise AssertionError(f"The line {deed.line.broadband_account} is installed but has no stop date.")
    return relocation_shift(terms.compensation_days, stops_on=stops_on, reason=terms.reason)


def _require_application(terms: RelocationTerms) -> None:
    """Refuse money and days for a line that is not installed: only its application is corrected."""
    require_free(terms)
    if terms.compensation_days:
        raise OperationRefused(
            Message("The line is not installed yet: there are no days to shift."), code="not_installed", field="compensation_days"
        )


def _require_elsewhere(line: Subscription, community: int, address: str) -> None:
    if _is_there(line, community, address):
        raise OperationRefused(
            Message("The line %(number)s is at this address already.", number=line.broadband_account), code="same_place", field="address"
        )


def _is_there(line: Subscription, community: int, address: str) -> bool:
    return (community, address.strip()) == (line.community_id, line.address)


def _send_installers(line: Subscription) -> None:
    """Let the order of the installation, which is still to be done, lead to the new address."""
    for order in open_orders(line):
        if order.business_type.kind is WorkKind.NEW:
            order.address = line.address


def _require_no_order(line: Subscription) -> None:
    """Refuse a second order for a relocation while one is open."""
    for order in open_orders(line):
        if order.business_type.kind is WorkKind.RELOCATION:
            raise OperationRefused(
                Message("The work order %(number)s relocates this line already. Complete it, or change its address.", number=order.number),
                code="relocation_ordered",
            )


def _relocation_type(line: Subscription) -> BusinessType:
    statement = select(BusinessType).where(BusinessType.office_id == line.office_id, BusinessType.kind == WorkKind.RELOCATION)
    found_type: BusinessType | None = db.session.scalars(statement.order_by(BusinessType.id).limit(1)).one_or_none()
    if found_type is None:
        raise OperationRefused(
            Message("The office has no business type for relocations. Ask a manager to add one."), code="business_type_missing"
        )
    return found_type
