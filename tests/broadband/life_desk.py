"""A desk at which lives of lines are played by the real operations, in the words of the small model."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from app.billing.choices import Method, PricedOperation
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import void_receipt
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import PlanChangeMode, StopReason
from app.broadband.jobs import resume_planned, switch_plans
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.operations.halting import (
    ResumptionTerms,
    SuspensionTerms,
    force_stop,
    move_planned_resumption,
    resume,
    suspend,
)
from app.broadband.operations.openings import LineTerms, open_account
from app.broadband.operations.payments import PaymentTerms, pay
from app.broadband.operations.plan_booking import withdraw_plan_change
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.broadband.operations.voiding import void_operation
from app.foundation import clock
from app.foundation.actor import NIGHTLY, working_as
from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from app.workorders.models import BusinessType
from app.workorders.operations import complete
from tests.broadband.line_model import ModelPlan, ModelPolicy
from tests.factories import a_community, a_customer, a_plan, acting, noon, office, set_policy, set_price

# By transfer: the cash drawer has tests of its own.
BY_TRANSFER = (MethodAmount(Method.BANK_TRANSFER),)
# The price of a resumption in the office's list: the night charges it.
RESUMPTION_FEE = 2000

PLACES = ("1-1-101", "2-2-202")

# Everything that an operation on the line may change, by one statement: what a refusal must leave as it was.
LOOK = text("""
SELECT to_jsonb(line) - ARRAY['version', 'updated_at'],
       (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, start, stop, price) ORDER BY start), '[]') FROM service_period
         WHERE subscription_id = line.id AND ended_by_reversal_id IS NULL AND ended_by_event_id IS NULL),
       (SELECT coalesce(jsonb_agg(jsonb_build_array(id, change_status, mode) ORDER BY id), '[]') FROM plan_change
         WHERE subscription_id = line.id),
       (SELECT coalesce(sum(total), 0) FROM charge WHERE reversal_id IS NULL),
       (SELECT coalesce(sum(total), 0) FROM voucher),
       (SELECT coalesce(jsonb_object_agg(account, amount), '{}') FROM
         (SELECT account, sum(amount)::text AS amount FROM posting GROUP BY account) AS account),
       (SELECT coalesce(sum(total), 0) FROM regular_payment WHERE subscription_id = line.id AND reversal_id IS NULL),
       (SELECT coalesce(sum(greatest(plan_total - discount, 0)), 0) FROM regular_payment
         WHERE subscription_id = line.id AND reversal_id IS NULL)
       + (SELECT coalesce(sum(charge), 0) FROM plan_change WHERE subscription_id = line.id AND change_status = 'applied'),
       (SELECT coalesce(sum(credit), 0) FROM plan_change WHERE subscription_id = line.id AND change_status = 'applied'),
       (SELECT coalesce(sum(plan_refund), 0) FROM closure WHERE subscription_id = line.id),
       ARRAY[(SELECT max(id) FROM subscription_event), (SELECT max(id) FROM regular_payment), (SELECT max(id) FROM service_period),
             (SELECT max(id) FROM charge), (SELECT max(id) FROM receipt), (SELECT max(id) FROM voucher), (SELECT max(id) FROM reversal),
             (SELECT max(id) FROM journal_entry), (SELECT max(id) FROM customer)]
FROM subscription AS line WHERE line.id = :line
""")


class Look(NamedTuple):
    """How a line and its money stand in the database.

    ``paid`` is what its payments took, ``sold`` what was asked for its plan, ``credited`` and ``refunded`` what came back of that.
    """

    line: dict[str, Any]
    rows: list[list[Any]]
    changes: list[list[Any]]
    charged: Decimal
    paid_out: Decimal
    accounts: dict[str, str]
    paid: Decimal
    sold: Decimal
    credited: Decimal
    refunded: Decimal
    newest: list[int | None]

    def balance(self, account: str) -> Decimal:
        return Decimal(self.accounts.get(account, "0"))


@dataclass
class Desk:
    """An office with its plans and customers, and the one who works there."""

    connection: Connection
    policy: ModelPolicy
    office: int
    person: int
    community: int
    customers: tuple[int, int]
    plans: Mapping[ModelPlan, int]
    new_installation: int

    def look(self, line: int) -> Look:
        return Look(*self.connection.execute(LOOK, {"line": line}).one())

    def does(self, on: datetime.date, operation: Callable[..., Any], **terms: Any) -> str | None:
        """Let ``operation`` be done at noon of a day; return the code of the refusal."""
        with clock.at(noon(on)):
            try:
                run(operation, **terms)
            except OperationRefused as refusal:
                return refusal.code
            finally:
                db.session.expunge_all()
        return None

    def open(self, on: datetime.date, plan: ModelPlan, account: str) -> int:
        """Open an account and return the line."""
        terms = LineTerms(
            community=self.community,
            address=PLACES[0],
            plan=self.plans[plan],
            business_type=self.new_installation,
            broadband_account=account,
        )
        assert self.does(on, open_account, office=self.office, customer=self.customers[0], line=terms) is None
        number: int = self.connection.execute(text("SELECT max(id) FROM subscription")).scalar_one()
        return number

    def night(self, on: datetime.date) -> None:
        """What happens to the lines of the office by itself in the first hours of a day."""
        with clock.at(noon(on)), working_as(NIGHTLY), scoped(None, [self.office]):
            resume_planned(self.office, on)
            switch_plans(self.office, on)
        db.session.expunge_all()

    # What is done to a line; amounts in cents, as the small model has them. Where ``is_paid`` is false a fee stays an open charge.

    def pay(self, line: int, on: datetime.date, *, months: int, gift_months: int, discount: int, maintenance: int) -> str | None:
        terms = PaymentTerms(
            months=months,
            methods=BY_TRANSFER,
            gift_months=gift_months,
            discount=yuan(discount),
            maintenance_fee=yuan(maintenance),
            reason="优惠",
        )
        return self.does(on, pay, subscription=line, terms=terms)

    def complete(self, line: int, on: datetime.date, *, billing_from: datetime.date) -> str | None:
        order = self.connection.execute(
            text("SELECT max(work_order_id) FROM subscription_work_order WHERE subscription_id = :line"), {"line": line}
        ).scalar_one()
        return self.does(on, complete, work_order=order, billing_from=billing_from)

    def suspend(self, line: int, on: datetime.date, *, planned: datetime.date | None, fee: int, is_paid: bool) -> str | None:
        return self.does(on, suspend, subscription=line, terms=SuspensionTerms(planned_resume_on=planned, **_fee(fee, is_paid)))

    def move_planned(self, line: int, on: datetime.date, *, planned: datetime.date) -> str | None:
        return self.does(on, move_planned_resumption, subscription=line, planned_resume_on=planned)

    def resume(self, line: int, on: datetime.date, *, extend_anyway: bool, fee: int, is_paid: bool) -> str | None:
        terms = ResumptionTerms(extend_anyway=extend_anyway, reason="客户要求", **_fee(fee, is_paid))
        return self.does(on, resume, subscription=line, terms=terms)

    def force_stop(self, line: int, on: datetime.date, *, reason: str) -> str | None:
        return self.does(on, force_stop, subscription=line, reason=StopReason(reason), terms=DeedTerms())

    def relocate(self, line: int, on: datetime.date, *, days: int, fee: int, is_paid: bool) -> str | None:
        here = self.connection.execute(text("SELECT address FROM subscription WHERE id = :line"), {"line": line}).scalar_one()
        terms = RelocationTerms(
            community=self.community,
            address=PLACES[here == PLACES[0]],
            compensation_days=days,
            reason="补偿",
            **_fee(fee, is_paid),
        )
        return self.does(on, relocate, subscription=line, terms=terms)

    def transfer(self, line: int, on: datetime.date, *, fee: int, is_paid: bool) -> str | None:
        other = self.customers[self._customer(line) == self.customers[0]]
        terms = TransferTerms(customer=other, password="new-login-1", **_fee(fee, is_paid))
        return self.does(on, transfer, subscription=line, terms=terms)

    def change_plan(self, line: int, on: datetime.date, *, new: ModelPlan, mode: str, fee: int, is_paid: bool) -> str | None:
        terms = PlanChangeTerms(plan=self.plans[new], mode=PlanChangeMode(mode), **_fee(fee, is_paid))
        return self.does(on, change_plan, subscription=line, terms=terms)

    def withdraw(self, line: int, on: datetime.date) -> str | None:
        newest = text("SELECT max(id) FROM plan_change WHERE subscription_id = :line")
        return self.does(on, withdraw_plan_change, plan_change=self.connection.execute(newest, {"line": line}).scalar_one())

    def gift(self, line: int, on: datetime.date, *, months: int) -> str | None:
        return self.does(on, give_months, subscription=line, terms=GiftTerms(gift_months=months, reason="活动"))

    def compensate(self, line: int, on: datetime.date, *, days: int) -> str | None:
        return self.does(on, compensate, subscription=line, terms=CompensationTerms(compensation_days=days, reason="线路中断"))

    def close(self, line: int, on: datetime.date) -> str | None:
        return self.does(on, close, subscription=line, terms=ClosureTerms(refund_method=Method.BANK_TRANSFER))

    def void(self, on: datetime.date, receipt: int) -> str | None:
        return self.does(on, void_receipt, receipt=receipt, reason="录错")

    def undo(self, on: datetime.date, event: int) -> str | None:
        return self.does(on, void_operation, event=event, reason="录错")

    def events(self, line: int, *, after: int) -> list[int]:
        """Return the operations on a line since one, in their order."""
        newer = text("SELECT id FROM subscription_event WHERE subscription_id = :line AND id > :after ORDER BY id")
        return list(self.connection.execute(newer, {"line": line, "after": after}).scalars())

    def settle(self, line: int, on: datetime.date, amount: int) -> str | None:
        """Pay the open charges of the line's customer; they are those of the line."""
        methods = (MethodAmount(Method.BANK_TRANSFER, yuan(amount)),)
        return self.does(on, take_payment, customer=self._customer(line), methods=methods)

    def _customer(self, line: int) -> int:
        number: int = self.connection.execute(text("SELECT customer_id FROM subscription WHERE id = :line"), {"line": line}).scalar_one()
        return number


def yuan(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _fee(cents: int, is_paid: bool) -> dict[str, Any]:
    return {"fee": yuan(cents), "methods": BY_TRANSFER if is_paid else ()}


@contextmanager
def a_desk(policy: ModelPolicy, plans: tuple[ModelPlan, ...]) -> Iterator[Desk]:
    """Make what all lives share, and sit at the desk as a manager of it; inside the transaction of a test."""
    set_policy(
        late_policy=policy.late_policy,
        grace_days=policy.grace_days,
        suspension_min_days=policy.suspension_min_days,
        suspension_max_days=policy.suspension_max_days,
        refund_policy=policy.refund_policy,
    )
    set_price(PricedOperation.RESUMPTION, str(yuan(RESUMPTION_FEE)))
    with everything("a test's own office"):
        # So that a receipt of an earlier day is voided in one step.
        office().second_person = False
        db.session.commit()
        installation = db.session.query(BusinessType.id).filter_by(code="new", office_id=office().id).scalar()
    place, community = office().id, a_community().id
    customers = (a_customer().id, a_customer(name="李四").id)
    numbers = {plan: a_plan(name=plan.name, fee=yuan(plan.fee), months=plan.months).id for plan in plans}
    with acting("chen", "complete_any_order") as person:
        number = person.id
        connection = db.engines[None]
        yield Desk(connection, policy, place, number, community, customers, numbers, installation)  # type: ignore[arg-type]
