"""Money that installers hand over 代收款交接."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.billing.api.voiding import ReversalAnswer, voids
from app.billing.choices import DocumentStatus
from app.billing.models import Reversal
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Given,
    Inner,
    Look,
    Moment,
    Money,
    Reference,
    Routes,
    Text,
    days,
    records,
    same_record,
    same_text,
)
from app.foundation.api.fields import TEXT
from app.foundation.api.routes import done
from app.foundation.transactions import run
from app.workorders.models import Handover
from app.workorders.operations import hand_over, void_handover

routes = Routes("Handovers")


class HandoverBody(Body):
    """Whose money comes into the caller's drawer; without ``amount`` all that the installer holds."""

    installer = Reference(required=True)
    amount = Money()
    note = Text(TEXT)


class HandoverAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    installer = Reference(attribute="installer_id")
    installer_name = Text(attribute="installer.name")
    booked_on = Day()
    amount = Money()
    cashier = Text(attribute="cashier.username")
    shift = Text(attribute="shift.number")
    note = Text()
    created_at = Moment()
    status = Code(DocumentStatus)
    reversal = Inner(ReversalAnswer)


HANDOVER = Look(HandoverAnswer)

handovers = records(
    routes,
    "handovers",
    Handover,
    view="HandoverView",
    look=HANDOVER,
    filters={
        "number": same_text(Handover.number),
        "installer": same_record(Handover.installer_id),
        **days("booked_on", Handover.booked_on),
    },
    loads=(
        *(joinedload(each) for each in (Handover.installer, Handover.cashier, Handover.shift)),
        joinedload(Handover.reversal).options(joinedload(Reversal.created_by), joinedload(Reversal.approved_by)),
    ),
)


@routes.post("/handovers", may=("HandoverView", "can_add"), takes=HandoverBody, gives=HANDOVER, moves_money=True)
def take_over(body: dict[str, Any], key: str) -> Given:
    """Take an installer's money into the caller's drawer."""
    return done(run(hand_over, key=key, **body))


voids(
    routes,
    "handovers",
    view="HandoverView",
    operation=void_handover,
    names="handover",
    does="Void a hand-over: the installer holds the money again.",
)
