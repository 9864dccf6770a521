"""What the night does to lines: planned resumptions, and proposals that a manager decides."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import select

from app.billing.choices import PricedOperation
from app.billing.models import Charge
from app.billing.operations.voids import void_receipt
from app.broadband.choices import ProposalStatus, StopReason, SubscriptionOperation, SubscriptionState
from app.broadband.jobs import propose_stops, resume_planned
from app.broadband.models import ForcedStop, LineProposal, Resumption, Subscription
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import ResumptionTerms, SuspensionTerms, force_stop, move_planned_resumption, resume, suspend
from app.broadband.operations.proposals import confirm_stop, dismiss
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.values.errors import NotAllowed, OperationRefused
from tests.factories import a_line_until, acting, an_active_line, on_day, paid, reloaded, set_price

pytestmark = pytest.mark.usefixtures("app")


def a_suspended_line(suspended: str, planned: str | None = None) -> Subscription:
    """A line that is paid until 2026-08-14 and then suspended."""
    line = an_active_line("2026-05-15")
    paid(line, "2026-05-15", months=3)
    with on_day(suspended), acting("wang"):
        terms = SuspensionTerms(planned_resume_on=datetime.date.fromisoformat(planned) if planned else None)
        run(suspend, subscription=line.id, terms=terms)
    return line


def night(line: Subscription, day: str) -> None:
    with on_day(day), working_as(NIGHTLY), scoped(None, [line.office_id]):
        resume_planned(line.office_id, datetime.date.fromisoformat(day))
        propose_stops(line.office_id, datetime.date.fromisoformat(day))


def proposals(line: Subscription) -> list[LineProposal]:
    db.session.expire_all()
    with everything("reading a test's own records"):
        return list(db.session.scalars(select(LineProposal).where(LineProposal.subscription_id == line.id).order_by(LineProposal.id)))


def all_of(model: Any) -> list[Any]:
    with everything("reading a test's own records"):
        return list(db.session.scalars(select(model)))


def stands(line: Subscription) -> tuple[SubscriptionState, str]:
    now = reloaded(line)
    return now.state, str(now.stops_on)


class TestPlannedResumptions:
    def test_a_suspension_without_a_date_ends_after_the_longest_time(self) -> None:
        # Example 25: stop 08-14, suspended on 06-10, planned 12-07; active again that day, stop 2027-02-10.
        line = a_suspended_line("2026-06-10")
        assert reloaded(line).planned_resume_on == datetime.date(2026, 12, 7)
        night(line, "2026-12-06")
        assert reloaded(line).state is SubscriptionState.SUSPENDED
        night(line, "2026-12-07")
        assert stands(line) == (SubscriptionState.ACTIVE, "2027-02-10")
        assert reloaded(line).planned_resume_on is None
        assert [each.is_automatic for each in all_of(Resumption)] == [True]

    def test_a_second_night_changes_nothing(self) -> None:
        line = a_suspended_line("2026-06-10", "2026-07-20")
        for _ in range(2):
            night(line, "2026-07-20")
        assert reloaded(line).stops_on == datetime.date(2026, 9, 23)
        assert len(all_of(Resumption)) == 1

    def test_its_fee_becomes_an_open_charge(self) -> None:
        line = a_suspended_line("2026-06-10", "2026-07-20")
        set_price(PricedOperation.RESUMPTION, "20.00")
        night(line, "2026-07-20")
        (charge,) = [each for each in all_of(Charge) if each.open_amount]
        assert (charge.total, charge.due_on) == (20, datetime.date(2026, 7, 20))

    def test_the_day_as_moved_counts(self) -> None:
        line = a_suspended_line("2026-06-10", "2026-07-20")
        with on_day("2026-07-01"), acting("wang"):
            run(move_planned_resumption, subscription=line.id, planned_resume_on=datetime.date(2026, 8, 1))
        night(line, "2026-07-20")
        assert reloaded(line).state is SubscriptionState.SUSPENDED
        night(line, "2026-08-01")
        assert reloaded(line).state is SubscriptionState.ACTIVE

    def test_a_line_that_was_resumed_before_is_left_alone(self) -> None:
        line = a_suspended_line("2026-06-10", "2026-07-20")
        with on_day("2026-07-15"), acting("wang"):
            run(resume, subscription=line.id, terms=ResumptionTerms())
        night(line, "2026-07-20")
        assert len(all_of(Resumption)) == 1


class TestProposals:
    def test_a_line_is_proposed_the_day_after_its_stop_date(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-06-30")
        assert proposals(line) == []
        night(line, "2026-07-01")
        (proposal,) = proposals(line)
        assert (proposal.operation, proposal.since) == (SubscriptionOperation.FORCE_STOP, datetime.date(2026, 6, 30))
        assert reloaded(line).state is SubscriptionState.ACTIVE

    def test_the_same_is_proposed_once(self) -> None:
        line = a_line_until("2026-06-30")
        for day in ("2026-07-01", "2026-07-01", "2026-07-02"):
            night(line, day)
        assert len(proposals(line)) == 1

    def test_a_manager_confirms_and_the_line_is_cut(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-07-01")
        with on_day("2026-07-02"), acting("chen"):
            done = run(confirm_stop, proposal=proposals(line)[0].id).record
        assert done.proposal_status is ProposalStatus.CONFIRMED
        now = reloaded(line)
        assert (now.state, now.stop_reason) == (SubscriptionState.FORCED, StopReason.ARREARS)
        assert [each.event_id for each in all_of(ForcedStop)] == [done.event_id]

    def test_a_dismissed_one_does_not_come_back(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-07-01")
        with on_day("2026-07-01"), acting("chen"):
            run(dismiss, proposal=proposals(line)[0].id, note="pays on Friday")
        night(line, "2026-07-02")
        assert [each.proposal_status for each in proposals(line)] == [ProposalStatus.DISMISSED]

    def test_a_payment_lets_it_lapse(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-07-01")
        paid(line, "2026-07-03")
        night(line, "2026-07-04")
        assert [each.proposal_status for each in proposals(line)] == [ProposalStatus.LAPSED]

    def test_a_voided_payment_lets_it_wait_again(self) -> None:
        line = a_line_until("2026-05-14")
        night(line, "2026-05-15")
        payment = paid(line, "2026-05-16")
        night(line, "2026-05-17")
        with on_day("2026-05-16"), acting("chen"):
            run(void_receipt, receipt=payment.receipt_id, reason="录错")
        for _ in range(2):
            night(line, "2026-05-18")
        (again,) = proposals(line)
        assert (again.proposal_status, str(again.proposed_on), again.decided_at) == (ProposalStatus.WAITING, "2026-05-18", None)

    def test_a_cashier_decides_nothing(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-07-01")
        with on_day("2026-07-01"), acting("wang"), pytest.raises(NotAllowed):
            run(confirm_stop, proposal=proposals(line)[0].id)
        assert reloaded(line).state is SubscriptionState.ACTIVE
        assert proposals(line)[0].proposal_status is ProposalStatus.WAITING

    def test_what_is_decided_is_not_decided_again(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-07-01")
        with on_day("2026-07-01"), acting("chen"):
            run(dismiss, proposal=proposals(line)[0].id)
            with pytest.raises(OperationRefused) as refused:
                run(confirm_stop, proposal=proposals(line)[0].id)
        assert refused.value.code == "already_decided"
        assert reloaded(line).state is SubscriptionState.ACTIVE

    def test_a_closure_is_proposed_after_sixty_days_of_the_cut(self) -> None:
        line = a_line_until("2026-06-30")
        with on_day("2026-07-01"), acting("chen"):
            run(force_stop, subscription=line.id, reason=StopReason.ARREARS, terms=DeedTerms())
        night(line, "2026-08-29")
        assert proposals(line) == []
        night(line, "2026-08-30")
        assert [each.operation for each in proposals(line)] == [SubscriptionOperation.CLOSE]

    def test_a_line_cut_by_the_operators_fault_is_not_proposed_for_closure(self) -> None:
        line = a_line_until("2026-06-30")
        with on_day("2026-06-10"), acting("chen"):
            run(force_stop, subscription=line.id, reason=StopReason.OPERATOR, terms=DeedTerms())
        night(line, "2026-12-01")
        assert proposals(line) == []

    def test_a_line_cut_by_hand_carries_its_proposal_out(self) -> None:
        line = a_line_until("2026-06-30")
        night(line, "2026-07-01")
        with on_day("2026-07-02"), acting("chen"):
            stopped = run(force_stop, subscription=line.id, reason=StopReason.VIOLATION, terms=DeedTerms()).record
        (proposal,) = proposals(line)
        assert (proposal.proposal_status, proposal.event_id) == (ProposalStatus.CONFIRMED, stopped.event_id)
