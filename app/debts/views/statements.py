"""The statement of a customer or of a unit, with a running balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import url_for

from app.billing.choices import AgeingBucket
from app.customers.models import Customer
from app.customers.queries import occupancies_of
from app.customers.rules.occupancy import payer_on
from app.debts.queries.open_debts import DebtFilter, ages_of
from app.debts.queries.statements import Stated, StatedLine, statement_of_customer, statement_of_unit
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views import Kind, ReportColumn, ReportFilter, ReportView, Terms
from app.foundation.views.links import Action, action, address_of, may_open, view_named
from app.offices.menu import today_here
from app.places.models import Unit
from app.values.errors import N_, Message

# The paper is made upstairs; the button is there where that view is registered.
PAPER = "AccountStatementView"
VIEWS = {
    "charge": "ChargeView",
    "receipt": "ReceiptView",
    "voucher": "VoucherView",
    "reversal": "ReversalView",
    "adjustment": "AdjustmentView",
}


def stated_for(values: dict[str, Any], terms: Terms) -> Stated | None:
    """Return the statement that is asked for: of a unit, else of a customer; nothing where none is named."""
    if values.get("unit") is not None:
        return statement_of_unit(found(Unit, values["unit"], "unit"), terms.start, terms.end)
    if values.get("customer") is not None:
        return statement_of_customer(found(Customer, values["customer"], "customer"), terms.start, terms.end)
    return None


def _to_document(row: Any, terms: Terms) -> str | None:
    if row["kind"] is None:
        return None
    view = view_named(VIEWS[row["kind"]])
    return address_of(f"{VIEWS[row['kind']]}.show", pk=row["document"]) if view is not None and may_open(view, "show") else None


def _row(line: StatedLine) -> dict[str, Any]:
    return {
        "on": line.on,
        "kind": line.kind,
        "document": line.document,
        "title": line.title,
        "fee_kind": line.fee_kind,
        "unit": line.unit,
        "service": line.service,
        "charged": line.charged,
        "settled": line.settled,
        "balance": line.balance,
    }


def _edge(title: str, on: Any, balance: Decimal) -> dict[str, Any]:
    """Return the row of the balance before the first or after the last line."""
    empty = dict.fromkeys(("kind", "document", "fee_kind", "unit", "service", "charged", "settled"))
    return {**empty, "on": on, "title": Message(title), "balance": balance}


def _printing(terms: Terms) -> Action | None:
    """Return the button that gives the statement as paper, for who may: a unit's without a customer goes to who pays for it today."""
    view = view_named(PAPER)
    customer, unit = terms.values.get("customer"), terms.values.get("unit")
    if customer is None and unit is not None:
        payer = payer_on([each.stay for each in db.session.scalars(occupancies_of(unit))], today_here())
        customer = payer.customer if payer is not None else None
    if view is None or customer is None or not may_open(view, "paper"):
        return None
    fields = {"customer": customer, "unit": unit or "", "start": terms.start.isoformat(), "end": terms.end.isoformat()}
    button = action(N_("Print"), address_of(f"{PAPER}.paper"), icon="printer", method="post", key="P")
    return button | {"target": "_blank", "fields": fields}


class StatementView(ReportView):
    """Statement 对账单 / bảng kê công nợ of a customer or a unit (S1.7): charges, payments, running balance, ageing."""

    title, icon = N_("Statement of account"), "file-text"
    help = N_("Choose a customer or a unit. A balance above 0 is owed, one below 0 is held for the customer.")
    default_preset = "this_month"
    empty_text = N_("Choose a customer or a unit.")
    template = "debts/statement.html"
    columns = [
        ReportColumn("on", N_("Date"), Kind.DAY),
        ReportColumn("title", N_("Document"), link=_to_document),
        ReportColumn("fee_kind", N_("Fee kind"), Kind.CHOICE),
        ReportColumn("unit", N_("Unit")),
        ReportColumn("service", N_("Service")),
        ReportColumn("charged", N_("Charged"), Kind.MONEY, is_summed=True, hides_zero=True),
        ReportColumn("settled", N_("Paid or settled"), Kind.MONEY, is_summed=True, hides_zero=True),
        ReportColumn("balance", N_("Balance"), Kind.MONEY),
    ]
    filters = [
        ReportFilter("customer", N_("Customer"), lookup="customer"),
        ReportFilter("unit", N_("Unit"), lookup="unit"),
    ]
    query = staticmethod(lambda **given: [])

    def records(self, terms: Terms) -> Sequence[Any]:
        stated = stated_for(terms.values, terms) if terms.offices else None
        if stated is None:
            return []
        opening = _edge(N_("Opening balance"), terms.start, stated.opening)
        closing = _edge(N_("Closing balance"), terms.end, stated.closing)
        return [opening, *map(_row, stated.lines), closing]

    def extras(self, terms: Terms, records: Sequence[Any]) -> dict[str, Any]:
        """Return the ages of what is open at the end of the days, and the button that prints the statement."""
        if not records:
            return {"ages": None, "printing": None}
        wanted = DebtFilter(unit=terms.values.get("unit"))
        if wanted.unit is None:
            wanted = replace(wanted, customer=terms.values.get("customer"))
        row = ages_of(terms.offices, terms.end, today_here(), wanted)
        aged = [{"label": bucket.label, "amount": row[bucket.value]} for bucket in AgeingBucket]
        totals = [{"label": N_("Overdue"), "amount": row["overdue"]}, {"label": N_("Total open"), "amount": row["total"]}]
        return {"ages": [*aged, *totals], "printing": _printing(terms)}


def statement_address(**of: int) -> str:
    """Return the address of the statement of a customer or a unit."""
    return url_for("StatementView.list", **of)  # type: ignore[arg-type]  # numbers stand in addresses as they are
