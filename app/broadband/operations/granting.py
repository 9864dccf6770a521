"""Giving: months 贈送月數 behind the cover of a line, or days as compensation 補償天數."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.broadband.choices import SubscriptionOperation
from app.broadband.models import LineGrant
from app.broadband.operations.acting import DeedTerms, begin, common, finish, kept, require_free
from app.broadband.operations.standing import given_row
from app.broadband.rules.compensation import compensation_shift, gift_period
from app.foundation.database import db


@dataclass(frozen=True, kw_only=True)
class GiftTerms(DeedTerms):
    """``gift_months`` continue the run; what was given is worth nothing when the line closes."""

    gift_months: int


@dataclass(frozen=True, kw_only=True)
class CompensationTerms(DeedTerms):
    """``compensation_days`` shift the stop date."""

    compensation_days: int


def give_months(*, subscription: int, terms: GiftTerms) -> LineGrant:
    """Give months to a line, with a reason. Raises OperationRefused (nothing is written), NotAllowed and NotFound."""
    require_free(terms)
    deed = begin(SubscriptionOperation.GIFT, subscription, terms)
    period = gift_period(deed.standing, on=deed.on, gift_months=terms.gift_months, reason=terms.reason, grace_days=deed.rules.grace_days)
    deed.line.stops_on = period.stop
    event = finish(deed)
    db.session.add(given_row(deed.line, period, event))
    return kept(LineGrant(given_on=deed.on, gift_months=terms.gift_months, compensation_days=0, **common(deed, event)))


def compensate(*, subscription: int, terms: CompensationTerms) -> LineGrant:
    """Give days to a line, with a reason: its stop date moves. Raises as ``give_months`` does."""
    require_free(terms)
    deed = begin(SubscriptionOperation.COMPENSATE, subscription, terms)
    stops_on = deed.stop_date
    deed.shift_days = compensation_shift(terms.compensation_days, stops_on=stops_on, reason=terms.reason)
    deed.line.stops_on = stops_on + datetime.timedelta(days=deed.shift_days)
    return kept(LineGrant(given_on=deed.on, gift_months=0, compensation_days=deed.shift_days, **common(deed, finish(deed))))
