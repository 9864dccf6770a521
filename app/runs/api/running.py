"""Billing periods 账期, billing runs 出账批次 and the charges of services, for programs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from app.billing.api.voiding import voids
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Flag,
    Given,
    Look,
    Moment,
    Number,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    done,
    office_or_first,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.transactions import found, run
from app.metering.choices import ApportionBy
from app.places.models import Building
from app.runs.choices import PeriodState, RunState
from app.runs.models import BillingPeriod, BillingRun, RunResult, ServiceCharge
from app.runs.operations import begin_posting, begin_run, cancel_run, close_period, reopen_period, set_period_days, void_service_charge
from app.runs.operations.periods import month_named
from app.values.errors import Malformed, Message

routes = Routes("Billing of services")


class BillingPeriodAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    building = Reference(attribute="building_id")
    period = Text(attribute="name")
    starts_on = Day()
    ends_on = Day()
    state = Code(PeriodState, attribute="period_state")
    closed_at = Moment()


class PeriodDaysBody(Body):
    starts_on = Day(required=True)
    ends_on = Day(required=True)


class ReopeningBody(Body):
    reason = Text(required=True)


PERIOD = Look(BillingPeriodAnswer)

records(
    routes,
    "billing_periods",
    BillingPeriod,
    view="BillingPeriodView",
    look=PERIOD,
    filters={"building": same_record(BillingPeriod.building_id), "state": same_code(BillingPeriod.period_state, PeriodState)},
)


@routes.patch("/billing_periods/<int:record>", may=("PeriodDaysView", "can_add"), takes=PeriodDaysBody, gives=PERIOD)
def change_days(record: int, body: dict[str, Any]) -> Given:
    """Say which days' readings belong to a period."""
    return done(run(set_period_days, period=record, **body), 200)


@routes.post("/billing_periods/<int:record>/close", may=("BillingPeriodView", "can_close"), gives=PERIOD, status=200)
def close(record: int) -> Given:
    """Close a period: it takes no more charges."""
    return done(run(close_period, period=record), 200)


@routes.post("/billing_periods/<int:record>/reopen", may=("PeriodReopeningView", "can_add"), takes=ReopeningBody, gives=PERIOD, status=200)
def reopen(record: int, body: dict[str, Any]) -> Given:
    """Open a closed period again, with a reason."""
    return done(run(reopen_period, period=record, reason=body["reason"]), 200)


# Runs ---------------------------------------------------------------------------------------------------------------------------


class BillingRunBody(Body):
    """One building, or with ``office`` (or neither) every building of the office; the month as 2026-10."""

    office = Reference()
    building = Reference()
    services = Rows(Reference(), required=True)
    period = Text(SHORT, required=True)
    note = Text(TEXT)


class BillingRunAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    building = Reference(attribute="building_id")
    period = Text(attribute="month_name")
    services = Rows(Reference(), attribute="service_ids")
    state = Code(RunState, attribute="run_state")
    units = Whole()
    billed = Whole()
    not_billed = Whole(attribute="faulty")
    total = Number()
    posted = Whole()
    posted_total = Number()
    booked_on = Day()
    job = Reference(attribute="job_id")
    entered_by = Text(attribute="created_by.username")
    entered_at = Moment(attribute="created_at")
    posted_at = Moment()


RUN = Look(BillingRunAnswer)

records(
    routes,
    "billing_runs",
    BillingRun,
    view="BillingRunView",
    look=RUN,
    filters={"building": same_record(BillingRun.building_id), "state": same_code(BillingRun.run_state, RunState)},
    loads=(joinedload(BillingRun.created_by), selectinload(BillingRun.services)),
)


@routes.post("/billing_runs", may=("BillingRunView", "can_add"), takes=BillingRunBody, gives=RUN, moves_money=True, status=202)
def begin(body: dict[str, Any], key: str) -> Given:
    """Work out in the background what every unit owes for a month; nothing is charged before it is posted."""
    building, office = body.get("building"), body.get("office")
    place = None if building is None else found(Building, building, field="building")
    if place is not None and office not in (None, place.office_id):
        raise Malformed(Message("This building belongs to another office."), code="other_office", field="building")
    terms = {"building": building, "services": tuple(body["services"]), "month": month_named(body["period"]), "note": body.get("note", "")}
    return done(run(begin_run, key=key, office=place.office_id if place is not None else office_or_first(office), **terms), 202)


@routes.post("/billing_runs/<int:record>/post", may=("BillingRunView", "can_post"), gives=RUN, moves_money=True, status=202)
def post(record: int, key: str) -> Given:
    """Let what a run proposes become charges, in the background."""
    return done(run(begin_posting, key=key, run=record), 202)


@routes.post("/billing_runs/<int:record>/cancel", may=("BillingRunView", "can_cancel"), gives=RUN, status=200)
def cancel(record: int) -> Given:
    """Throw away what a run proposes; nothing was charged."""
    return done(run(cancel_run, run=record), 200)


# What a run proposes, and what became charges -----------------------------------------------------------------------------------


class BillLineAnswer(Answer):
    code = Text()
    label = Text()
    quantity = Text()
    unit_price = Text()
    amount = Text()
    tier = Whole()
    part = Whole()


class RunResultAnswer(Answer):
    id = Reference()
    billing_run = Reference(attribute="run_id")
    unit = Reference(attribute="unit_id")
    customer = Reference(attribute="customer_id")
    service = Reference(attribute="service_id")
    part_start = Day()
    part_end = Day()
    apportion_by = Code(ApportionBy)
    quantity = Number()
    total = Number()
    before = Number()
    lines = Rows(BillLineAnswer, attribute="bill_lines")
    code = Text()
    problem = Text(attribute="sentence")
    charge = Reference(attribute="charge_id")


class ServiceChargeAnswer(Answer):
    id = Reference()
    charge = Reference(attribute="charge_id")
    customer = Reference(attribute="charge.customer_id")
    unit = Reference(attribute="unit_id")
    service = Reference(attribute="service_id")
    period = Text(attribute="period.name")
    billing_run = Reference(attribute="run_id")
    part_start = Day()
    part_end = Day()
    apportion_by = Code(ApportionBy)
    whole = Number(attribute="whole_amount")
    quantity = Number()
    total = Number()
    paid = Number(attribute="charge.paid")
    due_on = Day(attribute="charge.due_on")
    lines = Rows(BillLineAnswer, attribute="bill_lines")
    is_estimate = Flag()


records(
    routes,
    "billing_results",
    RunResult,
    view="RunResultView",
    look=Look(RunResultAnswer),
    filters={
        "billing_run": same_record(RunResult.run_id),
        "unit": same_record(RunResult.unit_id),
        "service": same_record(RunResult.service_id),
    },
)
records(
    routes,
    "service_charges",
    ServiceCharge,
    view="ServiceChargeView",
    look=Look(ServiceChargeAnswer),
    filters={
        "billing_run": same_record(ServiceCharge.run_id),
        "unit": same_record(ServiceCharge.unit_id),
        "service": same_record(ServiceCharge.service_id),
    },
    loads=(joinedload(ServiceCharge.charge), joinedload(ServiceCharge.period)),
)
voids(
    routes,
    "service_charges",
    view="ServiceChargeView",
    operation=void_service_charge,
    names="service_charge",
    does="Void the charge of a service: its part of the period can be billed again.",
)
