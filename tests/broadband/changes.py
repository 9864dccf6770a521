"""Relocations, transfers and changes of plan, done on a day by the real operations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.billing.operations.voids import void_receipt
from app.broadband.choices import PlanChangeMode
from app.broadband.models import Plan, PlanChange, Relocation, ServicePeriod, Subscription, Transfer
from app.broadband.operations.plan_changing import PlanChangeTerms, change_plan
from app.broadband.operations.relocating import RelocationTerms, relocate
from app.broadband.operations.transferring import TransferTerms, transfer
from app.foundation.scope import everything
from app.foundation.transactions import run
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
