"""What an operation that is undone had changed beside the state and the dates of its line: place, people, plan, what waited for it."""

from __future__ import annotations

from sqlalchemy import select, update

from app.broadband.choices import PlanChangeMode, PlanChangeStatus, ProposalStatus, SubscriptionOperation, SubscriptionState
from app.broadband.models import LineProposal, PlanChange, Relocation, Subscription, SubscriptionEvent, Transfer
from app.broadband.operations.places import open_orders
from app.foundation.database import db
from app.workorders.choices import WorkKind


def put_back(line: Subscription, event: SubscriptionEvent) -> None:
    """Put back what the operation of ``event`` had changed; state and dates of the line are put back already."""
    line.customer_id, line.community_id, line.address = event.customer_id, event.community_id, event.address
    line.plan_id = event.plan_id
    if event.operation is SubscriptionOperation.RELOCATE:
        relocation = db.session.scalars(select(Relocation).where(Relocation.event_id == event.id)).one()
        line.telephone = relocation.telephone
        _send_installers_back(line, event)
    if event.operation is SubscriptionOperation.TRANSFER:
        _give_back(line, event)
    if event.operation is SubscriptionOperation.CHANGE_PLAN:
        of_event = (PlanChange.event_id == event.id) | (PlanChange.applied_event_id == event.id)
        change = db.session.scalars(select(PlanChange).where(of_event)).one()
        change.change_status, change.changed_on = PlanChangeStatus.WITHDRAWN, None
    if event.operation is SubscriptionOperation.RESUME:
        _book_again(event)
    if event.operation is SubscriptionOperation.FORCE_STOP:
        _propose_again(event)


def _give_back(line: Subscription, event: SubscriptionEvent) -> None:
    """Give the line back to the customer before, with what he had agreed to."""
    transfer = db.session.scalars(select(Transfer).where(Transfer.event_id == event.id)).one()
    line.telephone, line.contact_phone, line.password = transfer.telephone, transfer.contact_phone, transfer.password_before
    # Who had noted it is forgotten where the new customer agreed and took it back meanwhile.
    line.renews_from_credit = transfer.renews_from_credit_before and line.renewal_agreed_by_id is not None
    for order in open_orders(line):
        order.customer_id = event.customer_id
    _send_installers_back(line, event)


def _send_installers_back(line: Subscription, event: SubscriptionEvent) -> None:
    """Let the order of an installation that is still to be done lead to the place before."""
    if event.state_before is not SubscriptionState.PENDING:
        return
    for order in open_orders(line):
        if order.business_type.kind is WorkKind.NEW:
            order.address = line.address
            if event.operation is SubscriptionOperation.TRANSFER:
                order.phone = line.contact_phone


def _book_again(event: SubscriptionEvent) -> None:
    """Let a change of plan that the resumption had made wait for the next payment wait for a resumption again."""
    turned = select(PlanChange).where(PlanChange.turned_by_event_id == event.id, PlanChange.change_status == PlanChangeStatus.BOOKED)
    for change in db.session.scalars(turned):
        change.mode, change.turned_by_event_id = PlanChangeMode.MONEY, None


def _propose_again(event: SubscriptionEvent) -> None:
    """Let the proposal that the operation had carried out wait for a decision again."""
    db.session.execute(
        update(LineProposal)
        .where(LineProposal.event_id == event.id)
        .values(
            proposal_status=ProposalStatus.WAITING,
            decided_at=None,
            decided_by_id=None,
            decision_note="",
            event_id=None,
            version=LineProposal.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
