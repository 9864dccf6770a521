"""Promises to pay, and the steps of collection."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.billing.choices import PromiseState
from app.debts.choices import CollectionKind
from app.debts.models import CollectionStep, DebtDigest, PaymentPromise
from app.debts.operations.collecting import note_promise, note_step
from app.debts.queries.promises import stated
from app.foundation import clock
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Filter,
    Given,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Shown,
    Text,
    Whole,
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
from app.reminders.choices import LetterState

routes = Routes("Collection")


class PromiseBody(Body):
    customer = Reference(required=True)
    amount = Money(required=True)
    due_on = Day(required=True)
    note = Text(TEXT)


class PromiseAnswer(Answer):
    """A promise, with how it stands today and how much of it was paid."""

    id = Reference()
    office = Reference(attribute="office_id")
    customer = Reference(attribute="customer_id")
    made_on = Day()
    due_on = Day()
    amount = Money()
    note = Text()
    state = Code(PromiseState)
    paid = Money()


def _standing(promises: Sequence[PaymentPromise]) -> list[Shown]:
    numbers = {each.office_id for each in promises}
    offices = {each.id: each for each in db.session.scalars(select(Office).where(Office.id.in_(numbers)))}
    shown: dict[int, Shown] = {}
    for number, office in offices.items():
        own = [each for each in promises if each.office_id == number]
        shown |= {one.promise.id: Shown(one.promise, state=one.state, paid=one.paid) for one in stated(own, clock.today(office))}
    return [shown[each.id] for each in promises]


PROMISE = Look(PromiseAnswer, _standing)
records(
    routes,
    "promises",
    PaymentPromise,
    view="PaymentPromiseView",
    look=PROMISE,
    filters={
        "customer": same_record(PaymentPromise.customer_id),
        "state": Filter(Code(PromiseState), lambda state: PaymentPromise.standing == state.value),
        **days("due_on", PaymentPromise.due_on),
    },
)


@routes.post("/promises", may=("PaymentPromiseView", "can_add"), takes=PromiseBody, gives=PROMISE, moves_money=lambda body: False)
def promise(body: dict[str, Any], key: str | None) -> Given:
    """Note that a customer promises to pay so much by a day: one open promise at a time."""
    return done(run(note_promise, key=key, **_promised(body)))


class ForeseenPromiseAnswer(Answer):
    customer = Reference()
    due_on = Day()
    amount = Money()


FORESEEN = Look(ForeseenPromiseAnswer)


@routes.post("/promises/preview", may=("PaymentPromiseView", "can_add"), takes=PromiseBody, gives=FORESEEN, status=200)
def preview_promise(body: dict[str, Any]) -> Given:
    """Note a promise: say whether it would be taken. Nothing is written."""
    return ready(preview(note_promise, _foreseen, **_promised(body)))


def _foreseen(record: PaymentPromise) -> dict[str, Any]:
    currency = found(Office, record.office_id).currency.value
    return FORESEEN.one({"customer": record.customer_id, "due_on": record.due_on, "amount": record.amount, "currency": currency})


def _promised(body: dict[str, Any]) -> dict[str, Any]:
    amount: Decimal = body["amount"]
    return {"customer": body["customer"], "amount": amount, "due_on": body["due_on"], "note": body.get("note", "")}


class CollectionStepBody(Body):
    customer = Reference(required=True)
    unit = Reference()
    kind = Code(CollectionKind, required=True)
    note = Text(TEXT, required=True)


class CollectionStepAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    customer = Reference(attribute="customer_id")
    unit = Reference(attribute="unit_id")
    kind = Code(CollectionKind)
    level = Whole()
    on = Day()
    debt = Money()
    reference = Text()
    note = Text()


STEP = Look(CollectionStepAnswer)
records(
    routes,
    "collection_steps",
    CollectionStep,
    view="CollectionStepView",
    look=STEP,
    filters={
        "customer": same_record(CollectionStep.customer_id),
        "unit": same_record(CollectionStep.unit_id),
        "kind": same_code(CollectionStep.kind, CollectionKind),
        **days("on", CollectionStep.on),
    },
)


@routes.post(
    "/collection_steps", may=("CollectionStepView", "can_add"), takes=CollectionStepBody, gives=STEP, moves_money=lambda body: False
)
def step(body: dict[str, Any], key: str | None) -> Given:
    """Write down a call, a visit or a message about a debt."""
    terms = {"customer": body["customer"], "kind": body["kind"], "unit": body.get("unit"), "note": body["note"]}
    return done(run(note_step, key=key, **terms))


class DebtDigestAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    day = Day()
    recipient = Text()
    subject = Text()
    body = Text()
    state = Code(LetterState)
    sent_at = Moment()


records(
    routes,
    "debt_digests",
    DebtDigest,
    view="DebtDigestView",
    look=Look(DebtDigestAnswer),
    filters={"state": same_code(DebtDigest.state, LetterState), **days("day", DebtDigest.day)},
)
