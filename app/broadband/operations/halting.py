"""Suspension 報停, forced stop 強停, resumption 復機: a line rests, is cut, and comes back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import select

from app.billing.choices import FeeKind, LineCode, PricedOperation
from app.broadband.choices import StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.documents import resumption_application, stop_notice, suspension_application
from app.broadband.models import ForcedStop, Resumption, Subscription, Suspension
from app.broadband.operations.acting import AROUND_THE_LINE, Deed, DeedTerms, begin, common, finish, kept, require_free, take_fee
from app.broadband.operations.plan_booking import settle_on_resumption
from app.broadband.operations.standing import policy_for
from app.broadband.rules.resumption import resumption_shift
from app.broadband.rules.suspension import moved_resumption, planned_resumption, require_cover
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import locked
from app.values.errors import Message, OperationRefused

FORCE_STOP, EXTEND_ANYWAY = "force_stop", "extend_anyway"


@dataclass(frozen=True, kw_only=True)
class SuspensionTerms(DeedTerms):
    """``planned_resume_on`` None is the latest day that the policy allows."""

    planned_resume_on: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class ResumptionTerms(DeedTerms):
    """``extend_anyway`` gives the days of a short suspension back, with the right and a reason."""

    extend_anyway: bool = False


def suspend(*, subscription: int, terms: SuspensionTerms) -> Suspension:
    """Suspend a line on its customer's request; on the planned day it resumes by itself.

    Raises OperationRefused (nothing is written), NotAllowed and NotFound.
    """
    deed = begin(SubscriptionOperation.SUSPEND, subscription, terms)
    line = deed.line
    require_cover(deed.stop_date, deed.on)
    planned = planned_resumption(deed.on, terms.planned_resume_on, max_days=deed.rules.suspension_max_days)
    take_fee(deed, PricedOperation.SUSPENSION, kind=FeeKind.SUSPENSION, code=LineCode.SUSPENSION)
    line.state, line.halted_on, line.planned_resume_on = SubscriptionState.SUSPENDED, deed.on, planned
    return kept(Suspension(suspended_on=deed.on, planned_resume_on=planned, **common(deed, finish(deed))), suspension_application)


def move_planned_resumption(*, subscription: int, planned_resume_on: datetime.date, suspension: int | None = None) -> Subscription:
    """Move the planned day of a suspended line, within the maximum; where a ``suspension`` is named, only while it is under way."""
    line = locked(Subscription, subscription, *AROUND_THE_LINE)
    if line.state is not SubscriptionState.SUSPENDED or line.halted_on is None or not _is_under_way(line, suspension):
        raise OperationRefused(
            Message("The subscription %(number)s is not suspended.", number=line.broadband_account), code="not_suspended"
        )
    line.planned_resume_on = moved_resumption(
        line.halted_on, planned_resume_on, max_days=policy_for(line).suspension_max_days, today=clock.today(line.office)
    )
    return line


def _is_under_way(line: Subscription, suspension: int | None) -> bool:
    newest = select(Suspension.id).where(Suspension.subscription_id == line.id).order_by(Suspension.id.desc()).limit(1)
    return suspension is None or db.session.scalars(newest).one_or_none() == suspension


def force_stop(*, subscription: int, reason: StopReason, terms: DeedTerms) -> ForcedStop:
    """Cut a line for ``reason``; what was said about a past date stands in the note. Raises as ``suspend`` does."""
    require_right(FORCE_STOP)
    require_free(terms)
    deed = begin(SubscriptionOperation.FORCE_STOP, subscription, terms, backdate_reason=terms.note)
    line = deed.line
    line.state, line.halted_on, line.stop_reason = SubscriptionState.FORCED, deed.on, reason
    return kept(ForcedStop(stopped_on=deed.on, stop_reason=reason, **common(deed, finish(deed))), stop_notice)


def resume(*, subscription: int, terms: ResumptionTerms) -> Resumption:
    """Resume a suspended or force-stopped line; its stop date moves by the days the rule gives back. Raises as ``suspend`` does."""
    return resume_by(subscription=subscription, terms=terms, is_automatic=False)


def resume_by(*, subscription: int, terms: ResumptionTerms, is_automatic: bool) -> Resumption:
    """Resume a line by a person, or by the program on the planned day."""
    deed = begin(SubscriptionOperation.RESUME, subscription, terms)
    line = deed.line
    halted_on, stops_on = _halt(line), deed.stop_date
    shift = resumption_shift(
        halted_on,
        deed.on,
        cut_for=line.stop_reason,
        stops_on=stops_on,
        min_days=deed.rules.suspension_min_days,
        extend_anyway=terms.extend_anyway,
        may_extend_anyway=current_scope().may(EXTEND_ANYWAY),
        reason=terms.reason,
    )
    take_fee(deed, PricedOperation.RESUMPTION, kind=FeeKind.RESUMPTION, code=LineCode.RESUMPTION)
    _bring_back(deed, stops_on + datetime.timedelta(days=shift.days))
    deed.shift_days = shift.days
    event = finish(deed)
    resumption = kept(
        Resumption(
            resumed_on=deed.on,
            halted_on=halted_on,
            days_off=shift.days_off,
            days_shifted=shift.days,
            is_extended_anyway=shift.extended_anyway,
            is_automatic=is_automatic,
            **common(deed, event),
        ),
        resumption_application,
    )
    settle_on_resumption(deed, event)
    return resumption


def _bring_back(deed: Deed, stops_on: datetime.date) -> None:
    line = deed.line
    line.state, line.stops_on = SubscriptionState.ACTIVE, stops_on
    line.halted_on = line.stop_reason = line.planned_resume_on = None


def _halt(line: Subscription) -> datetime.date:
    if line.halted_on is None:
        raise AssertionError(f"The line {line.broadband_account} is halted without a day.")
    return line.halted_on
