"""Money that installers hand over 代收款交接: what each holds, what came into which drawer, and the page that takes it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.billing.models import Reversal
from app.billing.views.void_buttons import standing_tabs, voiding_action
from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.transactions import found
from app.foundation.views import (
    EntityForm,
    GuardedInterface,
    Kind,
    OperationView,
    Preview,
    PreviewFact,
    action_to,
    chosen_office,
    currency_of,
    present,
    register_lookup,
)
from app.foundation.views.field_values import plain_amount
from app.foundation.views.links import Action
from app.offices.models import Office
from app.values import money
from app.values.errors import N_, Message
from app.workorders.forms import HandOverForm
from app.workorders.models import Handover, Installer
from app.workorders.operations import hand_over
from app.workorders.queries import held_by, money_held


def _held_words(installer: Installer) -> str:
    return FILTERS["money"](money_held(installer.id), currency_of())


def _held_filled(installer: Installer) -> dict[str, str]:
    """Return what the choice of an installer writes into the amount: all that he holds."""
    held = money_held(installer.id)
    return {"amount": plain_amount(held, money.decimals(currency_of())) if held else ""}


register_lookup("money_holder", Installer, columns=["code", "name"], text=str, detail=_held_words, fills=_held_filled)


@dataclass(frozen=True)
class Holder:
    """An installer with money of the office, and the button that takes it."""

    installer: Installer
    held: Decimal
    take: Action | None


def describe_handover(record: Handover) -> Preview:
    """Say what comes into the drawer and what the installer still holds."""
    currency = found(Office, record.office_id).currency.value
    left = money_held(record.installer_id)
    return Preview(
        sentences=[
            Message(
                "%(amount)s come from %(installer)s into the drawer of the shift %(shift)s.",
                amount=record.amount,
                installer=record.installer.name,
                shift=record.shift.number,
                currency=currency,
            )
        ],
        facts=[PreviewFact(N_("Money held by the installer"), left + record.amount, left)],
        total=record.amount,
        currency=currency,
        deed=Message("Take %(amount)s", amount=record.amount, currency=currency),
    )


class HandoverView(OperationView):
    """Hand-overs of money, and the page that takes one."""

    datamodel = GuardedInterface(Handover)
    icon = "wallet"
    list_title, show_title = N_("Money handed over"), N_("Hand-over of money")
    add_title, deed, deed_icon = N_("Hand over money"), N_("Take the money"), "wallet"
    empty_text = N_("When an installer brings money to the desk, it is entered here.")
    label_columns = {
        "number": N_("No."),
        "installer": N_("Installer"),
        "installer.name": N_("Installer"),
        "booked_on": N_("Date"),
        "amount": N_("Amount"),
        "cashier": N_("Cashier"),
        "shift": N_("Shift"),
        "standing": N_("Status"),
        "reversal": N_("Reversal"),
        "note": N_("Note"),
        "created_at": N_("Entered at"),
    }
    column_kinds = {"standing": Kind.CHOICE}
    tabs = standing_tabs(Handover, lambda row: row.handover_id)
    tabs_argument = "status"
    loads = show_loads = ["reversal", "waiting_void"]
    list_columns = ["number", "booked_on", "installer.name", "amount", "cashier", "shift", "standing"]
    search_columns = ["number"]
    filters = ["installer", "booked_on"]
    order_columns = ["number"]
    base_order = ("id", "desc")
    totals_columns = ["amount"]
    facts = ["amount", "installer", "booked_on"]
    show_columns = ["number", "cashier", "shift", "created_at", "note", "standing", "reversal"]
    form, operation, describe = HandOverForm, staticmethod(hand_over), staticmethod(describe_handover)
    done_message = N_("The money is in the drawer.")
    list_template = "workorders/handovers.html"
    add_template = "workorders/hand_over.html"

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """What the installer holds stands there already; a part of it may be handed over too."""
        form = super().opened_form(kind, record)
        if form["amount"].data is None and form["installer"].data:
            form["amount"].data = money_held(form["installer"].data) or None
        return form

    def totals_conditions(self) -> list[Any]:
        return [~select(Reversal.id).where(Reversal.handover_id == Handover.id).exists()]

    def record_badge(self, record: Handover) -> Any:
        return record.standing

    def record_actions(self, record: Handover) -> list[Action]:
        if record.is_voided:
            return []
        return present(voiding_action("VoidHandoverView", record, handover=record.id))

    def list_extras(self, page: Any) -> dict[str, Any]:
        return {"holders": self.holders()}

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        return {**super().form_extras(form, record), "holders": self.holders()}

    def holders(self) -> Any:
        """Return the installers of the office who hold money, the most first."""
        office = chosen_office()
        people = db.session.scalars(select(Installer).where(Installer.office_id == office).order_by(Installer.code)).all()
        held = held_by([person.id for person in people])
        found_holders = [
            Holder(
                person, held[person.id], action_to("HandoverView", N_("Hand over money"), icon="wallet", installer=person.id, office=office)
            )
            for person in people
            if held[person.id]
        ]
        return sorted(found_holders, key=lambda holder: -holder.held)
