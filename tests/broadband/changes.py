"""Relocations, transfers and changes of plan, done on a day by the real operations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.billing.operations.voids import void_receipt
from app.broadband.choices import PlanChangeMode
from app.broadband.models import Plan, PlanChange, Relocation, ServicePeriod, Subscription, Transfer
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.broadband.operations.works import WorkTerms, order_works
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.workorders.models import BusinessType, WorkOrder
from app.workorders.operations import OrderChanges, complete
from tests.broadband.lines import row_of
from tests.factories import acting, on_day, reloaded


def relocated(line: Subscription, on: str, *, by: str = "wang", **terms: Any) -> Relocation:
    """Relocate a line on a day, within its community unless said otherwise."""
    place = {"community": line.community_id, "address": "8-1-301"}
    with on_day(on), acting(by):
        return run(relocate, subscription=line.id, terms=RelocationTerms(**{**place, **terms})).record


def transferred(line: Subscription, on: str, *, by: str = "wang", **terms: Any) -> Transfer:
    """Give a line to another customer on a day."""
    with on_day(on), acting(by):
        return run(transfer, subscription=line.id, terms=TransferTerms(**terms)).record


def changed_plan(line: Subscription, on: str, plan: Plan, *, by: str = "chen", **terms: Any) -> PlanChange:
    """Change the plan of a line on a day, in money unless said otherwise."""
    with on_day(on), acting(by):
        return run(change_plan, subscription=line.id, terms=PlanChangeTerms(plan=plan.id, **terms)).record


def booked_plan(line: Subscription, on: str, plan: Plan, **terms: Any) -> PlanChange:
    """Book a change of plan for the next period."""
    return changed_plan(line, on, plan, mode=PlanChangeMode.PERIOD_END, **terms)


def rows(line: Subscription) -> list[tuple[str, str, str, Decimal]]:
    """Return the rows in force: kind, first and last day, price."""
    with everything("reading a test's own rows"):
        return [_row(row) for row in reloaded(line).periods]


def _row(row: ServicePeriod) -> tuple[str, str, str, Decimal]:
    return row.kind.value, str(row.start), str(row.stop), row.price


def voided(receipt_id: int | None, on: str, by: str = "chen") -> None:
    """Void a receipt on a day."""
    with on_day(on), acting(by):
        run(void_receipt, receipt=receipt_id, reason="录错")


def stands(line: Subscription) -> dict[str, Any]:
    """Return everything a line's row says, without the marks of its being written."""
    return {name: value for name, value in row_of(line).items() if name not in ("version", "updated_at")}


def event_of(record: Relocation | Transfer | PlanChange) -> Any:
    """Return the event of a record, with its papers."""
    with everything("reading a test's own event"):
        event = reloaded(record).event
        return event.charge, event.receipt, event.voucher, event


def ordered(line: Subscription, on: str, kind: str, *, by: str = "chen", **changes: Any) -> WorkOrder:
    """Order works of a kind for a line on a day, with what they are to change."""
    with on_day(on), acting(by):
        business_type = db.session.scalars(select(BusinessType.id).where(BusinessType.code == kind)).one()
        return run(order_works, subscription=line.id, business_type=business_type, terms=WorkTerms(changes=OrderChanges(**changes))).record


def completed(order: WorkOrder, on: str, *, by: str = "chen", **terms: Any) -> WorkOrder:
    """Complete an order on a day."""
    with on_day(on), acting(by, "complete_any_order"):
        return run(complete, work_order=order.id, **terms).record
