"""Relocation 用戶遷移: a line goes to another place, with a fee, and perhaps with days of compensation that shift its stop date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.broadband.choices import Effect, SubscriptionOperation
from app.broadband.documents import relocation_application
from app.broadband.models import Relocation, Subscription
from app.broadband.operations.acting import (
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
from app.broadband.operations.places import move_to, open_orders
from app.broadband.rules.compensation import relocation_shift
from app.foundation import clock
from app.values.errors import Message, OperationRefused
from app.workorders.choices import WorkKind
from app.workorders.models import WorkOrder


@dataclass(frozen=True, kw_only=True)
class RelocationTerms(DeedTerms):
    """Where the line goes. ``telephone`` None stays as it is; days of compensation need a reason."""

    community: int
    address: str
    telephone: str | None = None
    compensation_days: int = 0


def relocate(*, subscription: int, terms: RelocationTerms) -> Relocation:
    """Move a line to another place today; where works are needed first, an order of ``works.order_works`` moves it when it is completed.

    Before its installation it is the application that is corrected.
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
        ),
        relocation_application,
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
            Message("The line is not installed yet: there are no days to move."), code="not_installed", field="compensation_days"
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
