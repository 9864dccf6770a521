"""Forced stops and closures that the night proposes, and what a manager decides about them. Nothing happens to a line by itself."""

from __future__ import annotations

import datetime

from sqlalchemy import ColumnElement, Date, Select, and_, insert, literal, select, update

from app.broadband.choices import ProposalStatus, StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.models import BroadbandPolicy, LineProposal, Subscription
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import FORCE_STOP, force_stop
from app.broadband.operations.standing import policy
from app.broadband.rules.forced_stop import DAYS_CUT_BEFORE_CLOSURE
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import found, locked
from app.values.errors import Message, OperationRefused


def propose(*, office: int, day: datetime.date) -> BroadbandPolicy:
    """Propose what is due on ``day``, once for each stop date or cut, and let lapse what nobody has decided in time.

    Three statements for the whole office: the conditions are those of ``rules.forced_stop``.
    """
    rules = policy(office)
    for operation, since, is_due in _due(rules, day):
        _let_lapse(office, operation, since, is_due)
        _take_up_again(office, day, operation, since, is_due)
        _propose(office, day, operation, since, is_due)
    return rules


def confirm_stop(*, proposal: int, note: str = "") -> LineProposal:
    """Cut the line of a proposal for arrears. Raises OperationRefused where it is decided already, or as ``force_stop`` does."""
    require_right(FORCE_STOP)
    # Line, then proposal: so does a forced stop that carries its proposal out.
    locked(Subscription, found(LineProposal, proposal).subscription_id)
    asked = _waiting(proposal, SubscriptionOperation.FORCE_STOP)
    force_stop(subscription=asked.subscription_id, reason=StopReason.ARREARS, terms=DeedTerms(note=note))
    # The operation itself has noted that its proposal is carried out.
    db.session.refresh(asked)
    return asked


def dismiss(*, proposal: int, note: str = "") -> LineProposal:
    """Leave the line as it is: the same is not proposed again. Raises OperationRefused where it is decided already."""
    asked = _waiting(proposal)
    asked.proposal_status = ProposalStatus.DISMISSED
    asked.decided_by_id = current_scope().user_id
    asked.decided_at = clock.now()
    asked.decision_note = note
    return asked


def _due(
    rules: BroadbandPolicy, day: datetime.date
) -> list[tuple[SubscriptionOperation, ColumnElement[datetime.date], ColumnElement[bool]]]:
    """Return operation, day since when, and condition of each kind of proposal."""
    late_since = day - datetime.timedelta(days=rules.grace_days)
    cut_since = day - datetime.timedelta(days=DAYS_CUT_BEFORE_CLOSURE)
    is_late = and_(Subscription.state == SubscriptionState.ACTIVE, Subscription.stops_on < late_since)
    is_cut = and_(
        Subscription.state == SubscriptionState.FORCED,
        Subscription.halted_on <= cut_since,
        Subscription.stop_reason != StopReason.OPERATOR,
    )
    return [
        (SubscriptionOperation.FORCE_STOP, Subscription.stops_on, is_late),  # type: ignore[list-item]  # a column of days
        (SubscriptionOperation.CLOSE, Subscription.halted_on, is_cut),  # type: ignore[list-item]
    ]


def _let_lapse(office: int, operation: SubscriptionOperation, since: ColumnElement[datetime.date], is_due: ColumnElement[bool]) -> None:
    still_due = _still_due(since, is_due)
    db.session.execute(
        update(LineProposal)
        .where(
            LineProposal.office_id == office,
            LineProposal.operation == operation,
            LineProposal.proposal_status == ProposalStatus.WAITING,
            ~still_due.exists(),
        )
        .values(proposal_status=ProposalStatus.LAPSED, decided_at=clock.now(), version=LineProposal.version + 1)
        .execution_options(synchronize_session=False)
    )


def _take_up_again(
    office: int, day: datetime.date, operation: SubscriptionOperation, since: ColumnElement[datetime.date], is_due: ColumnElement[bool]
) -> None:
    """Let wait again what had lapsed and is due as before: the payment that settled it was voided."""
    db.session.execute(
        update(LineProposal)
        .where(
            LineProposal.office_id == office,
            LineProposal.operation == operation,
            LineProposal.proposal_status == ProposalStatus.LAPSED,
            _still_due(since, is_due).exists(),
        )
        .values(proposal_status=ProposalStatus.WAITING, proposed_on=day, decided_at=None, version=LineProposal.version + 1)
        .execution_options(synchronize_session=False)
    )


def _still_due(since: ColumnElement[datetime.date], is_due: ColumnElement[bool]) -> Select[int]:
    return select(Subscription.id).where(Subscription.id == LineProposal.subscription_id, since == LineProposal.since, is_due)


def _propose(
    office: int, day: datetime.date, operation: SubscriptionOperation, since: ColumnElement[datetime.date], is_due: ColumnElement[bool]
) -> None:
    proposed = select(LineProposal.id).where(
        LineProposal.subscription_id == Subscription.id, LineProposal.operation == operation, LineProposal.since == since
    )
    due = select(
        Subscription.office_id,
        Subscription.id,
        literal(operation, LineProposal.operation.type),
        literal(day, Date),
        since,
        literal(ProposalStatus.WAITING, LineProposal.proposal_status.type),
        literal(""),
        literal(1),
        literal(clock.now(), LineProposal.created_at.type),
    ).where(Subscription.office_id == office, is_due, ~proposed.exists())
    columns = (
        "office_id",
        "subscription_id",
        "operation",
        "proposed_on",
        "since",
        "proposal_status",
        "decision_note",
        "version",
        "created_at",
    )
    db.session.execute(insert(LineProposal).from_select(columns, due, include_defaults=False))


def _waiting(proposal: int, operation: SubscriptionOperation | None = None) -> LineProposal:
    require_right(FORCE_STOP)
    asked = locked(LineProposal, proposal)
    if asked.proposal_status is not ProposalStatus.WAITING or operation not in (None, asked.operation):
        raise OperationRefused(Message("This proposal has been decided already."), code="already_decided")
    return asked
