"""Debts with their ages, and how the collection stands."""

from __future__ import annotations

from typing import Any

from app.billing.choices import AgeingBucket, PromiseState
from app.debts.choices import DebtGroup
from app.debts.queries.collection import collection_status, number_of_late
from app.debts.queries.open_debts import DebtFilter, Window, ages_of, debts_by, number_by
from app.debts.queries.statements import Stated, StatedLine, statement_of_unit
from app.foundation import clock
from app.foundation.api import (
    Answer,
    Code,
    Day,
    Inner,
    ListQuery,
    Money,
    Query,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    office_or_first,
)
from app.foundation.i18n import say
from app.foundation.transactions import found
from app.offices.models import Office
from app.places.models import Unit

routes = Routes("Debts")


class DebtsQuery(ListQuery):
    """Which debts, as of which day (default: today), and what a row stands for (default: the customer)."""

    building = Reference(text=True)
    unit = Reference(text=True)
    service = Reference(text=True)
    period = Reference(text=True)
    customer = Reference(text=True)
    age = Code(AgeingBucket)
    as_of = Day()
    group = Code(DebtGroup)


class AgesAnswer(Answer):
    """Open amounts by days past the due date; what is not due yet is among the youngest."""

    charges = Whole()
    d0_30 = Money()
    d31_60 = Money()
    d61_90 = Money()
    over_90 = Money()
    overdue = Money()
    total = Money()


class AgedDebtAnswer(AgesAnswer):
    """A customer, unit, building, service, month or charge with debts; ``record`` is its id, null for a month and for none."""

    record = Reference()
    name = Text()
    since = Day()


class AgedDebtsAnswer(Answer):
    """A page of the debts of an office as of a day, ``total`` rows in all; ``sums`` are those of all of them."""

    office = Reference()
    currency = Text()
    as_of = Day()
    group = Code(DebtGroup)
    sums = Inner(AgesAnswer)
    items = Rows(AgedDebtAnswer)
    total = Whole()
    page = Whole()


@routes.get("/debts", may=("DebtsView", "can_list"), gives=AgedDebtsAnswer, query=DebtsQuery)
def list_debts(query: dict[str, Any]) -> dict[str, Any]:
    """List what is open with its ages, as the money stood at the end of a day, by the booking days of charges and payments."""
    office, today, day = _asked(query)
    group, wanted = query.get("group", DebtGroup.CUSTOMER), _wanted(query)
    rows = debts_by(group, [office.id], day, today, wanted, _window(query))
    return {
        "sums": dict(ages_of([office.id], day, today, wanted)) | {"currency": office.currency.value},
        "office": office.id,
        "currency": office.currency.value,
        "as_of": day,
        "group": group,
        "items": [_row(dict(row), group, office) for row in rows],
        "total": number_by(group, [office.id], day, today, wanted),
        "page": query["page"],
    }


def _asked(query: dict[str, Any]) -> tuple[Office, Any, Any]:
    office = found(Office, office_or_first(query.get("office")))
    today = clock.today(office)
    return office, today, query.get("as_of", today)


def _window(query: dict[str, Any]) -> Window:
    return Window(query["page"], query["page_size"])


def _wanted(query: dict[str, Any]) -> DebtFilter:
    return DebtFilter(
        query.get("building"), query.get("unit"), query.get("service"), query.get("period"), query.get("customer"), query.get("age")
    )


def _row(row: dict[str, Any], group: DebtGroup, office: Office) -> dict[str, Any]:
    record = None if group is DebtGroup.PERIOD else row["key"]
    return row | {"record": record, "name": row["name"] or "", "currency": office.currency.value}


class CollectionStatusQuery(ListQuery):
    """Whose collection, as of which day."""

    building = Reference(text=True)
    customer = Reference(text=True)
    as_of = Day()


class CollectionStatusRowAnswer(Answer):
    """A customer who is late: with how much since when, and what was done last."""

    customer = Reference(attribute="customer_id")
    customer_no = Text()
    name = Text(attribute="customer")
    since = Day()
    overdue = Money()
    over_90 = Money()
    last_step = Text()
    last_step_on = Day(attribute="step_on")
    promise = Code(PromiseState)
    promised_by = Day()
    paid_on = Day()


class CollectionStatusAnswer(Answer):
    """How the collection of an office stands: a page of the customers who are late, ``total`` in all."""

    office = Reference()
    as_of = Day()
    items = Rows(CollectionStatusRowAnswer)
    total = Whole()
    page = Whole()


@routes.get("/collection_status", may=("CollectionStatusView", "can_list"), gives=CollectionStatusAnswer, query=CollectionStatusQuery)
def show_status(query: dict[str, Any]) -> dict[str, Any]:
    """List every customer with something overdue, and what was done last to collect it."""
    office, today, day = _asked(query)
    wanted = _wanted(query)
    rows = collection_status([office.id], day, today, wanted, _window(query))
    currency = office.currency.value
    items = [row | {"last_step": say(row["step"]) if row["step"] is not None else None, "currency": currency} for row in rows]
    total = number_of_late([office.id], day, today, wanted)
    return {"office": office.id, "as_of": day, "items": items, "total": total, "page": query["page"]}


class UnitStatementQuery(Query):
    """The days of a statement, both included."""

    locals().update({"from": Day(data_key="from", attribute="start")})
    to = Day(attribute="stop")


class UnitStatementLineAnswer(Answer):
    """A document with what it charged and settled; ``document`` is its number among those of its kind."""

    on = Day()
    kind = Text()
    document = Reference()
    number = Text()
    unit = Text()
    service = Text()
    charged = Money()
    settled = Money()
    balance = Money()


class UnitStatementAnswer(Answer):
    """What a unit was charged for services and what settled it; a balance above 0 is owed."""

    unit = Reference()
    code = Text()
    currency = Text()
    opening_balance = Money()
    items = Rows(UnitStatementLineAnswer)
    closing_balance = Money()


@routes.get("/units/<int:record>/statement", may=("StatementView", "can_list"), gives=UnitStatementAnswer, query=UnitStatementQuery)
def show_unit_statement(record: int, query: dict[str, Any]) -> dict[str, Any]:
    """Show what a unit was charged for services and what settled it, with a running balance."""
    unit = found(Unit, record)
    today = clock.today(found(Office, unit.office_id))
    stated: Stated = statement_of_unit(unit, query.get("start", today.replace(month=1, day=1)), query.get("stop", today))
    return {
        "unit": unit.id,
        "code": unit.code,
        "currency": stated.currency,
        "opening_balance": stated.opening,
        "items": [_line(line, stated.currency) for line in stated.lines],
        "closing_balance": stated.closing,
    }


def _line(line: StatedLine, currency: str) -> dict[str, Any]:
    """Return a line with its currency, by which its amounts are written."""
    service = f"{line.of.service} {line.of.month:%Y-%m}" if line.of else ""
    return {**vars(line), "unit": line.unit, "service": service, "currency": currency}
