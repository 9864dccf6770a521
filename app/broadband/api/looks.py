"""What the answers say about subscriptions beside their columns: how they stand today."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.broadband.choices import SubscriptionStatus
from app.broadband.models import BroadbandPolicy, Subscription
from app.broadband.rules.status import status
from app.foundation import clock
from app.foundation.database import db
from app.offices.models import Office


def todays() -> dict[int, tuple[datetime.date, int]]:
    """Return, for each office of the caller, today there and its days of grace."""
    rows = select(Office, BroadbandPolicy.grace_days).join(BroadbandPolicy, BroadbandPolicy.office_id == Office.id, isouter=True)
    return {office.id: (clock.today(office), grace or 0) for office, grace in db.session.execute(rows)}


def statuses_of(lines: Sequence[Subscription] | Iterable[Subscription]) -> dict[int, SubscriptionStatus]:
    """Return what each line is called today, by its id."""
    found = list(lines)
    if all(line.is_whole for line in found):
        return {line.id: line.status for line in found}
    known = todays()
    return {line.id: _status(line, *known[line.office_id]) for line in found}


def _status(line: Subscription, today: datetime.date, grace_days: int) -> SubscriptionStatus:
    return status(state=line.state, stops_on=line.stops_on, today=today, grace_days=grace_days)
