"""The report of expiring lines for programs: every field of B2.1, the days left, what was done about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.broadband.choices import SubscriptionStatus
from app.broadband.models import Subscription
from app.broadband.operations.standing import policy
from app.foundation import clock, exports
from app.foundation.api import Answer, Code, Day, Look, Moment, Money, Query, Reference, Routes, Rows, Text, Whole, office_or_first
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views.access import allowed
from app.foundation.views.columns import Column, Kind
from app.offices.models import Office
from app.reminders.choices import CallOutcome, LetterState
from app.reminders.queries import ONE_DAY, stops_between
from app.values.choices import Choice
from app.values.errors import N_, Message, NotAllowed, OperationRefused

routes = Routes("Reminders")
MOST_ROWS = 20_000


class Format(Choice):
    """How the report is given."""

    JSON = "json", "JSON"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"


class ExpiringQuery(Query):
    """Lines that stop within ``days`` from today, today included; without it within the office's largest reminder step.

    ``from`` and ``to`` ask for the lines that stop on other days, both included.
    """

    locals().update({"from": Day(attribute="start")})
    to = Day(attribute="end")
    days = Whole(0, 366, text=True)
    office = Reference(text=True)
    format = Code(Format, load_default=Format.JSON)


class ExpiringRow(Answer):
    id = Reference()
    customer_no = Text()
    customer_name = Text()
    community = Text()
    address = Text()
    contact_phone = Text()
    telephone = Text()
    id_number = Text()
    business_type = Text()
    plan = Text()
    fee = Money()
    access_order_no = Text()
    broadband_account = Text()
    bound_number = Text()
    salesperson = Text()
    note = Text()
    status = Code(SubscriptionStatus)
    applied_on = Day()
    activated_on = Day()
    stops_on = Day()
    days_left = Whole()
    email = Text()
    last_call = Code(CallOutcome)
    last_call_at = Moment()
    last_call_note = Text()
    last_letter = Code(LetterState)


class ExpiringAnswer(Answer):
    report = Text()
    office = Reference()
    currency = Text()
    on = Day()
    locals().update({"from": Day(attribute="start")})
    to = Day(attribute="end")
    days = Whole()
    items = Rows(ExpiringRow)
    total = Whole()


COLUMNS = (
    Column("customer_no", N_("Customer number"), Kind.TEXT),
    Column("customer_name", N_("Customer name"), Kind.TEXT),
    Column("community", N_("Community name"), Kind.TEXT),
    Column("address", N_("Address"), Kind.TEXT),
    Column("contact_phone", N_("Contact phone"), Kind.TEXT),
    Column("telephone", N_("Telephone"), Kind.TEXT),
    Column("id_number", N_("ID number"), Kind.TEXT),
    Column("business_type", N_("Business type"), Kind.TEXT),
    Column("plan", N_("Plan type"), Kind.TEXT),
    Column("fee", N_("Fee"), Kind.MONEY),
    Column("access_order_no", N_("Access order number"), Kind.TEXT),
    Column("broadband_account", N_("Broadband account"), Kind.TEXT),
    Column("bound_number", N_("Bound number"), Kind.TEXT),
    Column("salesperson", N_("Salesperson"), Kind.TEXT),
    Column("note", N_("Note"), Kind.TEXT),
    Column("status", N_("Subscription status"), Kind.CHOICE),
    Column("applied_on", N_("Applied on"), Kind.DAY),
    Column("activated_on", N_("Activated on"), Kind.DAY),
    Column("stops_on", N_("Stop date"), Kind.DAY),
    Column("days_left", N_("Days left"), Kind.NUMBER),
    Column("email", N_("E-mail"), Kind.TEXT),
    Column("last_call", N_("Call result"), Kind.CHOICE),
    Column("last_call_at", N_("Called at"), Kind.MOMENT),
    Column("last_call_note", N_("Note of the call"), Kind.TEXT),
    Column("last_letter", N_("Letter"), Kind.CHOICE),
)
TITLE = N_("Expiring subscribers")
# A sheet of paper has room for what the caller needs; the other files hold every field.
ON_PAPER = frozenset(
    {
        *("customer_name", "contact_phone", "broadband_account", "community", "address", "plan", "stops_on", "days_left"),
        *("last_call", "last_call_note"),
    }
)


@routes.get(
    "/reports/expiring",
    may=("ExpiringView", "can_list"),
    query=ExpiringQuery,
    gives=Look(ExpiringAnswer),
    media_types=("application/json", "text/csv", exports.XLSX, "application/pdf"),
)
def expiring(query: dict[str, Any]) -> Any:
    """Give the lines that stop soon, those that stop first before the others, as JSON or as a file."""
    office = found(Office, office_or_first(query.get("office")), "office")
    within, today = query.get("days"), clock.today(office)
    within = policy(office.id).warning_days if within is None else within
    start = query.get("start", today)
    end = query.get("end", max(start, today) + within * ONE_DAY)
    if end < start:
        raise OperationRefused(Message("The period ends before it begins."), code="bad_period", field="to")
    statement = select(Subscription).where(Subscription.office_id == office.id, stops_between(start, end))
    lines = db.session.scalars(statement.options(*_LOADED).order_by(Subscription.stops_on, Subscription.id).limit(MOST_ROWS + 1)).all()
    if len(lines) > MOST_ROWS:
        message = Message("The list has more than %(most)s rows. Narrow the filter and export again.", most=Decimal(MOST_ROWS))
        raise OperationRefused(message, code="too_many_rows")
    rows = [_row(line) for line in lines]
    if query["format"] is not Format.JSON:
        return _as_file(query["format"], rows, office)
    currency = office.currency.value
    items = [{**row, "currency": currency} for row in rows]
    return {
        "report": "expiring",
        "office": office.id,
        "currency": currency,
        "on": today,
        "start": start,
        "end": end,
        "days": within,
        "items": items,
        "total": len(items),
    }


_LOADED = (
    joinedload(Subscription.office),
    joinedload(Subscription.policy),
    joinedload(Subscription.customer),
    joinedload(Subscription.community),
    joinedload(Subscription.plan),
    joinedload(Subscription.business_type),
    joinedload(Subscription.salesperson),
    selectinload(Subscription.last_reminder_call),  # type: ignore[attr-defined]
    selectinload(Subscription.last_letter),  # type: ignore[attr-defined]
)


def _row(line: Any) -> dict[str, Any]:
    call, letter = line.last_reminder_call, line.last_letter
    own = ("id", "address", "contact_phone", "telephone", "fee", "access_order_no", "broadband_account", "bound_number", "note", "status")
    return {
        **{name: getattr(line, name) for name in (*own, "applied_on", "activated_on", "stops_on", "days_left")},
        "customer_no": line.customer.customer_no,
        "customer_name": line.customer.name,
        "community": line.community.name,
        "id_number": line.customer.masked_id_number,
        "business_type": line.business_type.name,
        "plan": line.plan.name,
        "salesperson": line.salesperson.name if line.salesperson else None,
        "email": line.customer.email,
        "last_call": call.outcome if call else None,
        "last_call_at": call.created_at if call else None,
        "last_call_note": call.note if call else None,
        "last_letter": letter.state if letter else None,
    }


def _as_file(wanted: Format, rows: Sequence[Mapping[str, Any]], office: Office) -> Response:
    if not allowed("can_export", "ExpiringView"):
        raise NotAllowed(Message("You do not have the permission for this. Ask a manager."), code="not_allowed")
    columns = [column for column in COLUMNS if wanted is not Format.PDF or column.name in ON_PAPER]
    values: Iterator[Sequence[Any]] = ([row[column.name] for column in columns] for row in rows)
    return exports.send(wanted.value, TITLE, columns, values, count=len(rows), currency=office.currency.value)
