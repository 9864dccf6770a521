"""Late interest, adjustments and write-offs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.billing.api.voiding import voids
from app.billing.choices import AdjustmentKind
from app.billing.models import Adjustment, Approval
from app.billing.operations.voids import void_adjustment
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.debts.operations.adjusting import adjust_charge, taken_along, write_off
from app.debts.operations.interest import interest_due, post_interest
from app.debts.queries.interest import posted_on
from app.foundation import clock
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Flag,
    Given,
    Look,
    Money,
    Number,
    Query,
    Reference,
    Routes,
    Rows,
    Shown,
    Text,
    days,
    done,
    ready,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.database import db
from app.foundation.transactions import found, preview, run
from app.offices.models import Office
from app.values.money import sum_of

routes = Routes("Late interest, adjustments, write-offs")


class LateInterestAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    source_charge = Reference(attribute="source_charge_id")
    charge = Reference(attribute="charge_id")
    starts_on = Day()
    ends_on = Day()
    exact = Number()
    amount = Money()


class PostInterestBody(Body):
    customer = Reference(required=True)


class PostedInterestAnswer(Answer):
    """The interest of a customer that was posted today, and its sum."""

    customer = Reference(attribute="id")
    total = Money()
    items = Rows(LateInterestAnswer)


def _posted(people: Sequence[Customer]) -> list[Shown]:
    shown = []
    for person in people:
        rows = list(db.session.scalars(posted_on(person.id, clock.today(found(Office, person.office_id)))))
        shown.append(Shown(person, total=sum_of(row.amount for row in rows), items=rows))
    return shown


POSTED = Look(PostedInterestAnswer, _posted)
INTEREST = Look(LateInterestAnswer)
records(
    routes,
    "late_interest",
    LateInterest,
    view="LateInterestView",
    look=INTEREST,
    filters={"source_charge": same_record(LateInterest.source_charge_id), **days("ends_on", LateInterest.ends_on)},
)


@routes.post("/late_interest", may=("LateInterestView", "can_add"), takes=PostInterestBody, gives=POSTED, moves_money=True)
def post(body: dict[str, Any], key: str) -> Given:
    """Post the late interest of a customer's overdue service charges up to today. No day is counted twice."""
    return done(run(post_interest, key=key, customer=body["customer"]))


class DueLateInterestItemAnswer(Answer):
    """Interest of a charge that is due and not posted yet."""

    charge = Reference()
    amount = Money()


class DueLateInterestAnswer(Answer):
    customer = Reference()
    total = Money()
    items = Rows(DueLateInterestItemAnswer)


class DueLateInterestQuery(Query):
    """Nothing is asked for."""


@routes.get(
    "/customers/<int:record>/late_interest", may=("LateInterestView", "can_list"), gives=DueLateInterestAnswer, query=DueLateInterestQuery
)
def show_due(record: int, query: dict[str, Any]) -> dict[str, Any]:
    """Show the late interest of a customer that would be posted today; nothing is written."""
    person = found(Customer, record)
    office = found(Office, person.office_id)
    due = interest_due([person.id], office, clock.today(office))
    items = [
        {"charge": each.source.service_charge.charge_id, "amount": each.interest.amount, "currency": office.currency.value} for each in due
    ]
    return {"customer": person.id, "currency": office.currency.value, "total": sum_of(each.interest.amount for each in due), "items": items}


# Adjustments ---------------------------------------------------------------------------------------------------------------------


class AdjustmentBody(Body):
    charge = Reference(required=True)
    kind = Code(AdjustmentKind, required=True)
    amount = Money(required=True)
    reason = Text(TEXT)


class WriteOffBody(Body):
    """Without ``amount`` all that is open; then the late interest posted on it goes with it, unless ``takes_interest`` is false."""

    charge = Reference(required=True)
    amount = Money()
    takes_interest = Flag()
    reason = Text(TEXT)


class AdjustmentAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    kind = Code(AdjustmentKind)
    charge = Reference(attribute="charge_id")
    customer = Reference(attribute="customer_id")
    taken_with = Reference(attribute="taken_with_id")
    booked_on = Day()
    amount = Money()
    credited = Money()
    reason = Text()
    created_by = Text(attribute="created_by.username")
    approved_by = Text(attribute="approved_by.username")


class AskedAdjustmentAnswer(Answer):
    """An adjustment that waits for a second person; nothing has changed yet."""

    id = Reference()
    approval = Reference()
    charge = Reference(attribute="charge_id")
    kind = Code(AdjustmentKind, attribute="adjustment_kind")
    amount = Money()
    interest_amount = Money()
    status = Text()
    reason = Text()


class ForeseenAdjustmentAnswer(Answer):
    """What an adjustment would do: the charge's open amount afterwards, the credit it gives, or that it needs an approval.

    ``interest`` is the late interest that is written off with the charge.
    """

    needs_approval = Text()
    open = Money()
    credited = Money()
    interest = Money()


ADJUSTMENT = Look(AdjustmentAnswer)
ASKED = Look(AskedAdjustmentAnswer, lambda approvals: [Shown(approval, approval=approval.id) for approval in approvals])
WAITS = {"other_statuses": {202: "The adjustment waits for a second person: the approval's id"}, "also_gives": {202: AskedAdjustmentAnswer}}

records(
    routes,
    "adjustments",
    Adjustment,
    view="AdjustmentView",
    look=ADJUSTMENT,
    filters={
        "charge": same_record(Adjustment.charge_id),
        "customer": same_record(Adjustment.customer_id),
        "kind": same_code(Adjustment.kind, AdjustmentKind),
        **days("booked_on", Adjustment.booked_on),
    },
)
records(
    routes,
    "write_offs",
    Adjustment,
    view="AdjustmentView",
    look=ADJUSTMENT,
    filters={
        "charge": same_record(Adjustment.charge_id),
        "customer": same_record(Adjustment.customer_id),
        **days("booked_on", Adjustment.booked_on),
    },
    visible=lambda: [Adjustment.kind == AdjustmentKind.WRITE_OFF],
)
voids(
    routes,
    "adjustments",
    view="AdjustmentView",
    operation=void_adjustment,
    names="adjustment",
    does="Void an adjustment: the charge asks for what it did before.",
)


def _foreseen(result: Adjustment | Approval) -> dict[str, Any]:
    currency = found(Office, result.office_id).currency.value
    if isinstance(result, Approval):
        return {
            "needs_approval": "yes",
            "open": result.charge.open_amount if result.charge else None,
            "credited": None,
            "interest": result.interest_amount,
            "currency": currency,
        }
    interest = sum_of(each.amount for each in taken_along(result)) or None
    return {
        "needs_approval": "no",
        "open": result.charge.open_amount,
        "credited": result.credited,
        "interest": interest,
        "currency": currency,
    }


FORESEEN = Look(ForeseenAdjustmentAnswer)


def _answered(outcome: Any) -> Given:
    if isinstance(outcome.record, Approval):
        return ready(ASKED.one(outcome.record), 202, replayed=outcome.replayed)
    return done(outcome)


@routes.post("/adjustments", may=("AdjustmentView", "can_add"), takes=AdjustmentBody, gives=ADJUSTMENT, moves_money=True, **WAITS)
def adjust(body: dict[str, Any], key: str) -> Given:
    """Lower or raise a posted charge. 202: another person must approve; nothing has changed yet."""
    return _answered(run(adjust_charge, key=key, **_adjusting(body)))


@routes.post("/adjustments/preview", may=("AdjustmentView", "can_add"), takes=AdjustmentBody, gives=FORESEEN, status=200)
def preview_adjustment(body: dict[str, Any]) -> Given:
    """Lower or raise a posted charge: say what would happen. Nothing is written."""
    return ready(preview(adjust_charge, lambda result: FORESEEN.one(_foreseen(result)), **_adjusting(body)))


def _adjusting(body: dict[str, Any]) -> dict[str, Any]:
    return {"charge": body["charge"], "kind": body["kind"], "amount": body["amount"], "reason": body.get("reason", "")}


@routes.post("/write_offs", may=("WriteOffView", "can_add"), takes=WriteOffBody, gives=ADJUSTMENT, moves_money=True, **WAITS)
def write(body: dict[str, Any], key: str) -> Given:
    """Write off what is open of a charge, or a part of it. 202: another person must approve; nothing has changed yet."""
    return _answered(run(write_off, key=key, **_writing_off(body)))


@routes.post("/write_offs/preview", may=("WriteOffView", "can_add"), takes=WriteOffBody, gives=FORESEEN, status=200)
def preview_write_off(body: dict[str, Any]) -> Given:
    """Write off a debt: say what would happen. Nothing is written."""
    return ready(preview(write_off, lambda result: FORESEEN.one(_foreseen(result)), **_writing_off(body)))


def _writing_off(body: dict[str, Any]) -> dict[str, Any]:
    own = {"takes_interest": body["takes_interest"]} if "takes_interest" in body else {}
    return {"charge": body["charge"], "amount": body.get("amount"), "reason": body.get("reason", ""), **own}
