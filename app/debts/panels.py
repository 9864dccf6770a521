"""What debts tell on the pages of a unit and of a customer: what is open by age, and what was done to collect it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.billing.choices import AgeingBucket
from app.billing.operations.receipts import credit_balance
from app.customers.models import Customer
from app.debts.queries.collection import Done, history_of_customer, history_of_unit
from app.debts.queries.open_debts import DebtFilter, ages_of
from app.foundation.i18n import FILTERS
from app.foundation.views import action_to, currency_of, present, record_address
from app.foundation.views.panels import Panel, PanelRow
from app.offices.menu import today_here
from app.places.models import Unit
from app.values.errors import N_, Message
from app.values.money import ZERO

MOST_STEPS = 6


def unit_debts_panel(unit: Unit) -> Panel | None:
    """Return what is open of a unit by age; nothing for whoever may not list debts."""
    return _debts(unit.office_id, DebtFilter(unit=unit.id), unit=unit.id)


def customer_debts_panel(customer: Customer) -> Panel | None:
    """Return what a customer owes by age, and what the office holds for him; nothing for whoever may not list debts."""
    return _debts(customer.office_id, DebtFilter(customer=customer.id), held=credit_balance(customer), customer=customer.id)


def _debts(office: int, wanted: DebtFilter, *, held: Decimal = ZERO, **of: Any) -> Panel | None:
    if action_to("DebtsView", "", route="list") is None:
        return None
    today, currency = today_here(), currency_of()
    row = ages_of([office], today, today, wanted)
    statement = action_to("StatementView", N_("Statement of account"), route="list", icon="file-text", office=office, **of)
    charges = action_to("DebtsView", N_("Every charge"), route="list", icon="coins", group="charge", office=office, **of)
    aged = [bucket for bucket in AgeingBucket if row[bucket.value]]
    rows = [
        PanelRow(FILTERS["money"](row[bucket.value], currency), note=Message(bucket.label), icon="coins", tone=bucket.colour or "neutral")
        for bucket in aged
    ]
    if rows:
        rows[-1] = PanelRow(rows[-1].title, note=rows[-1].note, icon="coins", tone=rows[-1].tone, actions=present(charges))
    if held:
        paying = action_to("CreditPayoutView", N_("Pay out credit"), icon="wallet", office=office, **of)
        rows.append(
            PanelRow(FILTERS["money"](held, currency), note=Message("Credit balance"), icon="wallet", tone="good", actions=present(paying))
        )
    lead: Any = ""
    if row["total"]:
        lead = Message(
            "%(total)s open, %(overdue)s of it overdue.",
            total=FILTERS["money"](row["total"], currency),
            overdue=FILTERS["money"](row["overdue"], currency),
        )
    return Panel(N_("Debts"), "coins", rows, lead=lead, hint=N_("Nothing is owed."), add=statement)


def unit_collection_panel(unit: Unit) -> Panel | None:
    """Return what was done last to collect a unit's debts."""
    if action_to("CollectionStepView", "", route="list") is None:
        return None
    return _collection(history_of_unit(unit.id), None)


def customer_collection_panel(customer: Customer) -> Panel | None:
    """Return what was done last to collect a customer's debts, with his promises."""
    if action_to("CollectionStepView", "", route="list") is None:
        return None
    adding = action_to("CollectionStepView", N_("Note a step"), icon="note", customer=customer.id, office=customer.office_id)
    promising = action_to("PaymentPromiseView", N_("Promise to pay"), icon="calendar-due", customer=customer.id, office=customer.office_id)
    panel = _collection(history_of_customer(customer.id, today_here()), adding)
    if promising is not None and panel.rows:
        first = panel.rows[0]
        rows = [
            PanelRow(first.title, first.note, first.href, first.badge, first.icon, first.tone, first.is_over, [promising]),
            *panel.rows[1:],
        ]
        return Panel(panel.title, panel.icon, rows, panel.lead, panel.hint, panel.add)
    return panel if promising is None or panel.rows else Panel(panel.title, panel.icon, (), "", panel.hint, panel.add or promising)


def _collection(done: list[Done], adding: Any) -> Panel:
    return Panel(
        N_("Collection history"),
        "speakerphone",
        [_row(each) for each in done[:MOST_STEPS]],
        hint=N_("Calls, visits and reminder letters about debts appear here."),
        add=adding,
    )


def _row(done: Done) -> PanelRow:
    note = FILTERS["day"](done.on)
    if done.amount is not None:
        note = f"{note} · {FILTERS['money'](done.amount, currency_of())}"
    if done.note:
        note = f"{note} · {done.note}"
    return PanelRow(done.title, note=note, href=record_address(done.record), badge=done.state, icon=done.kind.icon, tone=done.kind.colour)
