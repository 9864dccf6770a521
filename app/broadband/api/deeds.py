"""The base of every operation on a line: what it takes, what it gives, and its endpoints.

class SuspensionBody(PaidDeedBody):
    planned_resume_on = Day()

class SuspensionAnswer(DeedAnswer):
    suspended_on = Day()
    planned_resume_on = Day()

deeds(
    routes, "suspensions", Suspension, view="SuspensionView", day="suspended_on", answer=SuspensionAnswer, body=SuspensionBody,
    operation=suspend, terms=lambda body: SuspensionTerms(**common_terms(body), planned_resume_on=body.get("planned_resume_on")),
    does="Suspend a line on its customer's request.",
)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from app.billing.api.paying import PaidBody, methods_of
from app.billing.api.voiding import voids
from app.billing.choices import DocumentStatus
from app.broadband.choices import SubscriptionStatus
from app.broadband.models import LineOperation, Subscription, SubscriptionEvent
from app.broadband.operations.voiding import void_operation
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Filter,
    Given,
    Listing,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Text,
    days,
    done,
    ready,
    records,
    same_record,
)
from app.foundation.api.fields import TEXT, Value
from app.foundation.transactions import preview, run

# What is only there once the operation has been done.
NOT_YET = ("id", "receipt", "voucher", "charge", "charge_id", "reversal", "status", "entered_at")


class DeedBody(PaidBody):
    """What every operation on a line takes: ``on`` left out is today; a past day needs a ``reason``.

    Where an operation costs nothing, a way of paying says nothing, and an amount is refused.
    """

    subscription = Reference(required=True)
    on = Day()
    reason: Value = Text(TEXT)
    note = Text(TEXT)


class PaidDeedBody(DeedBody):
    """An operation with a fee: left out it is the office's price; without a payment it stays an open charge."""

    fee = Money()
    payer_name = Text()


class DeedAnswer(Answer):
    """What every operation on a line gives. ``stops_on`` is the stop date that it left behind."""

    id = Reference()
    office = Reference(attribute="office_id")
    subscription = Reference(attribute="subscription_id")
    subscription_status = Code(SubscriptionStatus, attribute="subscription.status")
    broadband_account = Text(attribute="subscription.broadband_account")
    stops_on_before = Day(attribute="event.stops_on_before")
    stops_on = Day(attribute="event.stops_on_after")
    customer = Reference(attribute="customer_id")
    customer_no = Text(attribute="customer.customer_no")
    customer_name = Text(attribute="customer.name")
    mobile = Text(attribute="customer.mobile")
    id_number = Text(attribute="customer.masked_id_number")
    community = Reference(attribute="community_id")
    community_name = Text(attribute="community.name")
    address = Text()
    telephone = Text()
    contact_phone = Text()
    fee = Money()
    charge = Reference(attribute="event.charge_id")
    receipt = Reference(attribute="event.receipt_id")
    voucher = Reference(attribute="event.voucher_id")
    reversal = Reference(attribute="event.reversal_id")
    booked_on = Day()
    reason: Value = Text()
    note = Text()
    entered_by = Text(attribute="created_by.username")
    entered_at = Moment(attribute="created_at")
    status = Code(DocumentStatus)


def common_terms(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a ``DeedBody`` says of any operation, as ``DeedTerms`` takes it."""
    paid = {"methods": methods_of(body), "fee": body.get("fee"), "payer_name": body.get("payer_name", "")}
    return {"on": body.get("on"), "reason": body.get("reason", ""), "note": body.get("note", ""), **paid}


def deeds(
    routes: Routes,
    name: str,
    model: type[LineOperation],
    *,
    view: str,
    day: str,
    answer: type[DeedAnswer],
    body: type[DeedBody],
    operation: Callable[..., Any],
    terms: Callable[[dict[str, Any]], Any],
    does: str,
    further: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: {},
    filters: Mapping[str, Filter] | None = None,
    loads: Sequence[Any] = (),
    visible: Callable[[], Sequence[Any]] = lambda: (),
    moves_money: bool = True,
    undone_by: Callable[[Any], int] = lambda record: record.event_id,
) -> Listing:
    """Declare the list and the record of an operation, ``POST`` that does it, ``…/preview`` that says what it would do, ``…/void``.

    ``terms`` reads the terms out of the body, ``further`` what the operation takes beside the line and its terms, ``visible`` are the
    rows of ``model`` that are this operation's where it shares its table; ``does`` is the sentence of the documentation. An operation
    that never moves money takes an idempotency key but does not ask for one. ``undone_by`` is the event that a void undoes.
    """
    look = Look(answer)
    listing = records(
        routes,
        name,
        model,
        view=view,
        look=look,
        filters=_filters(model, day) | dict(filters or {}),
        loads=_loads(model, loads),
        visible=visible,
    )
    foreseen = Look(_foreseen(answer))

    def performed(body: dict[str, Any], key: str | None) -> Given:
        return done(run(operation, key=key, subscription=body["subscription"], terms=terms(body), **further(body)))

    def previewed(body: dict[str, Any]) -> Given:
        return ready(preview(operation, foreseen.one, subscription=body["subscription"], terms=terms(body), **further(body)))

    performed.__doc__ = does
    previewed.__doc__ = f"{does.rstrip('.')}: say what would happen.\nNothing is written; how a fee is paid may be left out."
    may = (view, "can_add")
    needs_key = True if moves_money else (lambda body: False)
    routes.post(f"/{name}", may=may, takes=body, gives=look, moves_money=needs_key)(performed)
    routes.post(f"/{name}/preview", may=may, takes=body, gives=foreseen, status=200)(previewed)
    voids(
        routes,
        name,
        view="SubscriptionView",
        operation=void_operation,
        names="event",
        does="Void the operation, while it is the line's last: its receipt or voucher is voided, where it has none the operation itself.",
        number=lambda record: undone_by(listing.one(record)),
    )
    return listing


def _foreseen(answer: type[DeedAnswer]) -> type[Answer]:
    """Return the answer of a preview: without what only a stored record has."""
    given = answer._declared_fields
    # An amount may be called as others call a paper: that is known before.
    excluded = tuple(name for name in NOT_YET if name in given and not isinstance(given[name], Money))
    made: type[Answer] = type(
        answer.__name__.replace("Answer", "PreviewAnswer"),
        (answer,),
        {"Meta": type("Meta", (), {"exclude": excluded}), "__doc__": "What the operation would leave behind."},
    )
    return made


def _filters(model: type[LineOperation], day: str) -> dict[str, Filter]:
    def has_status(status: DocumentStatus) -> Any:
        reversal = SubscriptionEvent.reversal_id
        return model.event.has(reversal.is_not(None) if status is DocumentStatus.VOIDED else reversal.is_(None))

    return {
        "subscription": same_record(model.subscription_id),
        "customer": same_record(model.customer_id),
        "community": same_record(model.community_id),
        "receipt": Filter(Reference(text=True), lambda receipt: model.event.has(SubscriptionEvent.receipt_id == receipt)),
        "status": Filter(Code(DocumentStatus), has_status),
        **days(day, getattr(model, day)),
        **days("booked_on", model.booked_on),
    }


def _loads(model: type[LineOperation], more: Sequence[Any]) -> tuple[Any, ...]:
    around = (joinedload(Subscription.office), joinedload(Subscription.policy))
    return (
        joinedload(model.subscription).options(*around),
        *(joinedload(related) for related in (model.event, model.customer, model.community, model.created_by)),
        *more,
    )
