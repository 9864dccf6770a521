"""Which of the nightly jobs may have work: on most nights of the history none has, and asking each would take a third of its time."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from sqlalchemy import text

from app.broadband.choices import PlanChangeStatus, ProposalStatus, SubscriptionOperation, SubscriptionState
from app.broadband.rules.forced_stop import DAYS_CUT_BEFORE_CLOSURE
from app.foundation.database import db

# Wider than the jobs' own conditions, never narrower: whatever is found here the job itself looks at again.
_WAITING = text("""
    SELECT
        EXISTS (SELECT FROM subscription WHERE office_id = :office AND state = :suspended AND planned_resume_on <= :day),
        EXISTS (SELECT FROM plan_change WHERE office_id = :office AND change_status = :booked),
        EXISTS (SELECT FROM subscription WHERE office_id = :office AND renews_from_credit),
        EXISTS (
            SELECT FROM subscription line
            WHERE office_id = :office AND (state = :active AND stops_on < :day OR state = :forced AND halted_on <= :cut_since)
            AND NOT EXISTS (
                SELECT FROM line_proposal WHERE subscription_id = line.id
                AND operation = CASE line.state WHEN :active THEN :force_stop ELSE :close END
                AND since = CASE line.state WHEN :active THEN line.stops_on ELSE line.halted_on END
            )
        ) OR EXISTS (
            SELECT FROM line_proposal JOIN subscription line ON line.id = subscription_id
            WHERE line_proposal.office_id = :office AND proposal_status IN (:waiting, :lapsed)
            AND (proposal_status = :waiting) <> (
                line.state = :active AND line.stops_on = since AND operation = :force_stop
                OR line.state = :forced AND line.halted_on = since AND operation = :close
            )
        )
""").bindparams(
    suspended=SubscriptionState.SUSPENDED.value,
    active=SubscriptionState.ACTIVE.value,
    forced=SubscriptionState.FORCED.value,
    booked=PlanChangeStatus.BOOKED.value,
    waiting=ProposalStatus.WAITING.value,
    lapsed=ProposalStatus.LAPSED.value,
    force_stop=SubscriptionOperation.FORCE_STOP.value,
    close=SubscriptionOperation.CLOSE.value,
)


@dataclass(frozen=True)
class Waiting:
    """What waits for a night."""

    resumptions: bool
    plan_changes: bool
    renewals: bool
    proposals: bool


def waiting(office: int, day: datetime.date) -> Waiting:
    """Return what may be due in the office on ``day``, by one statement."""
    cut_since = day - datetime.timedelta(days=DAYS_CUT_BEFORE_CLOSURE)
    found = db.session.connection().execute(_WAITING, {"office": office, "day": day, "cut_since": cut_since}).one()
    return Waiting(*found)
