"""Closures 銷戶 (B2.9): their list, the settlement on the page of each, and the page that makes one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from wtforms import Form, IntegerField
from wtforms.widgets import HiddenInput

from app.billing.choices import LineCode, Method
from app.billing.forms import COUNTER_METHODS, METHODS
from app.billing.models import Voucher
from app.broadband.choices import EquipmentState, SubscriptionState
from app.broadband.documents import closure_settlement
from app.broadband.models import Closure, Equipment, Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import Returned
from app.broadband.queries import equipment_to_settle
from app.broadband.views.deeds import DeedForm, DeedView
from app.broadband.views.describing import day_sentences, usual_facts, words_of
from app.foundation.database import db
from app.foundation.i18n import FILTERS, say
from app.foundation.transactions import found
from app.foundation.views import (
    ChoiceField,
    GuardedInterface,
    Kind,
    LinesField,
    LookupField,
    MoneyField,
    Preview,
    PreviewLine,
    action_to,
    currency_of,
    present,
)
from app.foundation.views.forms import EntityForm
from app.foundation.views.links import Action
from app.foundation.views.lookups import lookup_record
from app.values.errors import N_, Message
from app.values.money import ZERO

FATES = (EquipmentState.GOOD, EquipmentState.DAMAGED, EquipmentState.LOST)
INTO_BALANCE = N_("Into the credit balance")


class ReturnedLine(Form):
    """What became of one piece of equipment."""

    equipment = IntegerField(widget=HiddenInput())
    state = ChoiceField(N_("Equipment returned"), options=FATES)
    compensation = MoneyField(N_("Equipment compensation"))

    @property
    def title(self) -> str:
        piece = db.session.get(Equipment, self.equipment.data) if self.equipment.data else None
        return _piece_words(piece) if piece is not None else ""

    def returned(self) -> Returned:
        """Return the answer; one not given yet leaves the piece lent, which the operation refuses."""
        return Returned(
            equipment=self.equipment.data or 0,
            state=self.state.data or EquipmentState.LENT,
            compensation=self.compensation.data or ZERO,
        )


def _piece_words(piece: Equipment) -> str:
    if not piece.deposit:
        return str(piece)
    deposit = say(Message("Deposit %(amount)s", amount=piece.deposit, currency=currency_of(piece)))
    return f"{piece} · {deposit}"


class ClosureForm(DeedForm):
    """How the rest is paid out, and what became of the equipment."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True, span=2, renews="returned")
    refund_method = ChoiceField(N_("What comes back is paid out"), default=Method.CASH.value, span=2)
    returned = LinesField(ReturnedLine, N_("Equipment"), is_fixed=True)

    asked = ("refund_method", "returned")
    terms_class = ClosureTerms

    def own_terms(self) -> dict[str, Any]:
        return {
            "refund_method": Method(self.refund_method.data or Method.CASH),
            "returned": tuple(entry.form.returned() for entry in self.returned.entries),
        }


def describe_closure(record: Closure) -> Preview:
    """Say what goes back for which days, what is set off against it, and what is paid out."""
    event, currency = record.event, record.subscription.office.currency.value
    return Preview(
        sentences=[*_sentences(record), *day_sentences(record)],
        facts=usual_facts(event),
        lines=list(settlement_lines(record)),
        total=record.refund,
        total_in_words=words_of(record.refund, currency) if record.refund else "",
        documents=[("receipt-refund", Message("Payment voucher %(number)s", number=each.number)) for each in vouchers_of(record)],
        warnings=[Message("A closed line never comes back: a returning customer opens a new one.")],
        currency=currency,
        deed=Message("Close and give back %(amount)s", amount=record.refund, currency=currency) if record.refund else N_("Close the line"),
    )


def settlement_lines(record: Closure) -> Iterable[PreviewLine]:
    """Yield the settlement row by row: what goes back and how it comes about, then what is set off against it."""
    sheet, currency = record.settlement, record.subscription.office.currency.value
    for row in sheet["plan"]:
        text = Message("Plan fee %(period)s", period=FILTERS["period"](_day(row["start"]), _day(row["stop"])))
        yield PreviewLine(text, Decimal(row["amount"]), _reckoning(row, currency))
    for row in sheet["maintenance"]:
        yield PreviewLine(Message("Maintenance fee, %(months)s unused months", months=row["months"]), Decimal(row["amount"]))
    if Decimal(sheet["before_installation"]):
        yield PreviewLine(N_("Everything paid before the installation"), Decimal(sheet["before_installation"]))
    if record.deposits:
        yield PreviewLine(N_("Deposits given back"), record.deposits)
    for row in sheet["debts"]:
        yield PreviewLine(LineCode(row["code"]), -Decimal(row["amount"]), row["detail"] if row["code"] == LineCode.DAMAGE else "")
    if record.owed > record.set_off:
        yield PreviewLine(N_("Stays a debt of the customer"), record.owed - record.set_off)


def _reckoning(row: dict[str, Any], currency: str) -> Any:
    """Return how the refund of a row comes about: days, or whole months."""
    price = FILTERS["money"](Decimal(row["price"]), currency)
    if row["kind"] not in ("paid", "plan_change"):
        return Message("%(days)s days that were given are worth nothing.", days=row["days"])
    if row["months"] is not None and row.get("of_months"):
        return f"{price} × {row['months']} ÷ {row['of_months']}"
    return f"{price} × {row['days']} ÷ {row['of_days']}"


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def vouchers_of(record: Closure) -> list[Voucher]:
    """Return what was paid out: the refund, and the deposits where both were."""
    paid = [record.event.voucher] if record.event.voucher is not None else []
    return [*paid, found(Voucher, record.deposit_voucher_id)] if record.deposit_voucher_id is not None else paid


def _sentences(record: Closure) -> list[Message]:
    event, currency = record.event, record.subscription.office.currency.value
    if event.state_before is SubscriptionState.PENDING:
        said = [Message("The line was never installed: everything paid for it goes back, its open orders are ended.")]
    else:
        # A line that is off or out of cover has had its last day already.
        has_served = event.state_before is SubscriptionState.ACTIVE and (event.stops_on_before or record.closed_on) >= record.closed_on
        last = [Message("%(date)s is the last day with service.", date=record.closed_on)] if has_served else []
        said = [*last, Message(record.refund_policy.label)]
    if record.set_off:
        said.append(
            Message("%(amount)s of what goes back pay the customer's debts for this line.", amount=record.set_off, currency=currency)
        )
    if record.owed > record.set_off:
        left = record.owed - record.set_off
        said.append(Message("%(amount)s stay a debt of the customer.", amount=left, currency=currency))
    said += [
        Message(
            "The deposit of %(amount)s goes into the credit balance of %(customer)s, whose it is.",
            amount=Decimal(each["amount"]),
            customer=each["customer"],
            currency=currency,
        )
        for each in record.settlement.get("former_deposits", ())
    ]
    if not record.refund:
        return [*said, Message("Nothing is paid out.")]
    if all(method.method is Method.CREDIT for voucher in vouchers_of(record) for method in voucher.methods):
        return [*said, Message("%(amount)s go into the customer's credit balance.", amount=record.refund, currency=currency)]
    return [
        *said,
        Message("%(amount)s (%(words)s) come back.", amount=record.refund, words=words_of(record.refund, currency), currency=currency),
    ]


class ClosureView(DeedView):
    """Closures with every field of B2.9 and their settlement."""

    datamodel = GuardedInterface(Closure)
    icon = "archive"
    list_title, show_title, related_title = N_("Closures"), N_("Closure"), N_("Closures")
    add_title, deed, deed_icon = N_("Closure"), N_("Close the line"), "archive"
    empty_text = N_("Closures appear here. Find a line in the subscriber query to close it.")
    done_message = N_("The line is closed.")
    day, day_label = "closed_on", N_("Closed on")
    own_labels = {
        "refund_policy": N_("Refund policy"),
        "plan_refund": N_("Plan fee given back"),
        "maintenance_refund": N_("Maintenance fee given back"),
        "deposits": N_("Deposits given back"),
        "owed": N_("Debts"),
        "set_off": N_("Set off"),
        "refund": N_("Paid out"),
    }
    own_columns = ("refund", "set_off", "event.voucher")
    facts = ["closed_on", "refund", "set_off", "event.voucher", "status"]
    totals_columns = ["plan_refund", "maintenance_refund", "deposits", "set_off", "refund"]
    column_kinds = {
        **dict.fromkeys(("status", "event.charge.status", "refund_policy"), Kind.CHOICE),
        "customer.masked_id_number": Kind.TEXT,
    }
    show_template = "broadband/closure.html"
    paper_of = staticmethod(closure_settlement)
    form, operation, describe = ClosureForm, staticmethod(close), staticmethod(describe_closure)

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        usual = METHODS.get(currency_of(), COUNTER_METHODS)
        form.refund_method.offer([*((method.value, method) for method in usual), (Method.CREDIT.value, INTO_BALANCE)])

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Every piece that the line has is asked for, also one that was lent while the page stood open."""
        self._ask_for_equipment(form)
        return super().form_extras(form, record)

    @staticmethod
    def _ask_for_equipment(form: Any) -> None:
        line: Subscription | None = lookup_record("subscription", form.subscription.data)
        if line is None:
            return
        asked = {entry.form.equipment.data for entry in form.returned.entries}
        for piece in db.session.scalars(equipment_to_settle(line.id)):
            if piece.id not in asked:
                form.returned.append_entry({"equipment": piece.id, "state": piece.brought_state})

    def done(self, record: Closure) -> Any:
        paid = vouchers_of(record)
        if not paid:
            return self.done_message
        numbers = ", ".join(each.number for each in paid)
        return Message(
            "The line is closed. Payment voucher %(number)s: %(amount)s.",
            number=numbers,
            amount=record.refund,
            currency=currency_of(record),
        )

    def record_extras(self, record: Closure) -> dict[str, Any]:
        currency = record.subscription.office.currency.value
        return {
            "settlement": list(settlement_lines(record)),
            "in_words": words_of(record.refund, currency) if record.refund else "",
            "returned": [
                {**piece, "state": EquipmentState(piece["state"]), "compensation": Decimal(piece["compensation"])}
                for piece in record.settlement["equipment"]
            ],
        }

    def further_actions(self, record: Closure) -> list[Action]:
        return present(
            *(
                action_to("VoucherView", Message("Voucher %(number)s", number=each.number), route="show", icon="receipt-refund", pk=each.id)
                for each in vouchers_of(record)
            )
        )
