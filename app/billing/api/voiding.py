"""Voiding by API, the same for every document: done at once, or waiting for a second person.

voids(routes, "vouchers", view="VoucherView", operation=void_voucher, names="voucher", does="Void a payment voucher.")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.billing.choices import DocumentStatus
from app.billing.models import Approval, Reversal
from app.foundation import effects
from app.foundation.api import Answer, Body, Code, Day, Given, Look, Money, Reference, Routes, Shown, Text, done, ready
from app.foundation.api.fields import TEXT
from app.foundation.transactions import run


class _OfDocument(Answer):
    """Names the document that is voided: exactly one of these is not null."""

    receipt = Reference(attribute="receipt_id")
    voucher = Reference(attribute="voucher_id")
    handover = Reference(attribute="handover_id")
    operation = Reference(attribute="event_id")
    service_charge = Reference(attribute="service_charge_id")
    adjustment = Reference(attribute="adjustment_id")


class ReversalAnswer(_OfDocument):
    """The counter-document 沖正 of a document."""

    id = Reference()
    number = Text()
    booked_on = Day()
    total = Money()
    reason = Text()
    created_by = Text(attribute="created_by.username")
    approved_by = Text(attribute="approved_by.username")


class VoidBody(Body):
    reason = Text(TEXT)


class VoidAnswer(_OfDocument):
    """A void that was carried out: the reversal; ``status`` is that of what was voided."""

    id = Reference()
    number = Text()
    booked_on = Day()
    total = Money()
    reason = Text()
    status = Code(DocumentStatus)
    subscription = Reference()
    subscription_status = Text()
    stops_on = Day()


class WaitingAnswer(_OfDocument):
    """A void that waits for a second person; nothing has changed yet."""

    id = Reference()
    approval = Reference()
    status = Text()
    reason = Text()


WAITING = Look(WaitingAnswer, lambda approvals: [Shown(approval, approval=approval.id) for approval in approvals])
VOID = Look(
    VoidAnswer, lambda reversals: [Shown(reversal, status=DocumentStatus.VOIDED, **_line_after(reversal)) for reversal in reversals]
)


def _line_after(reversal: Reversal) -> dict[str, Any]:
    """Return the state of what the document had been for, told by the domain that knows it."""
    return {name: value for given in effects.call("line_after_void", reversal) for name, value in given.items()}


def voids(
    routes: Routes,
    name: str,
    *,
    view: str,
    operation: Callable[..., Reversal | Approval],
    names: str,
    does: str,
    number: Callable[[int], int] = lambda record: record,
) -> None:
    """Declare ``POST /name/{id}/void`` for those who may ``can_void`` on the page ``view``.

    ``operation`` takes what is voided by the name of ``names``; ``number`` finds its id by that of the record in the address.
    """

    def void(record: int, body: dict[str, Any], key: str) -> Given:
        outcome = run(operation, key=key, reason=body.get("reason", ""), **{names: number(record)})
        result: Any = outcome.record
        if isinstance(result, Approval):
            return ready(WAITING.one(result), 202, replayed=outcome.replayed)
        return done(outcome)

    void.__doc__ = f"""{does}

    201: it is void, the answer is the reversal. 202: another person must approve; nothing has changed yet.
    """
    routes.post(
        f"/{name}/<int:record>/void",
        may=(view, "can_void"),
        takes=VoidBody,
        gives=VOID,
        moves_money=True,
        other_statuses={202: "The void waits for a second person: the approval's id"},
        also_gives={202: WaitingAnswer},
    )(void)
