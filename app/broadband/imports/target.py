"""Rows become customers and running lines: judged by the rules of opening and taking over, stored many at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.broadband.choices import SubscriptionState, SubscriptionStatus
from app.broadband.imports.lists import NamedList
from app.broadband.imports.people import AT_ONCE, Known, People
from app.broadband.models import Plan, Subscription
from app.broadband.operations.openings import LineTerms
from app.broadband.operations.takeovers import RunningLine, require_running, take_over
from app.customers.choices import CustomerKind
from app.customers.operations import NewCustomer, next_number, register_customers
from app.foundation.database import db
from app.foundation.imports import Context, Decision, Duplicate, ImportedRow, Made, Target
from app.foundation.transactions import found
from app.offices.models import Employee, Office
from app.places.models import Community
from app.values.errors import Message, OperationRefused
from app.workorders.choices import WorkKind
from app.workorders.models import BusinessType

RUNNING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.EXPIRED)
OF_THE_CUSTOMER = ("name", "id_number", "mobile", "contact_phone", "telephone", "tax_number", "invoice_address")
OF_THE_LINE = ("contact_phone", "telephone", "access_order_no", "password", "bound_number", "note")


class SubscriptionTarget(Target):
    """Customers with the lines they have. A line that is there already is left out; a customer can be used again."""

    series = ("customer",)

    def __init__(self, office_id: int, context: Context) -> None:
        super().__init__(office_id, context)
        self.customer_of_row: dict[int, int] = {}
        self.match_of_row: dict[int, Known] = {}
        self.ids_of_row: dict[int, dict[str, int]] = {}
        self.numbers_given: set[str] = set()

    def learn(self, rows: Sequence[ImportedRow]) -> None:
        office = self.office_id
        self.office = found(Office, office)
        self.lists = {
            "community": NamedList(office, Community, "name", "code"),
            "plan": NamedList(office, Plan, "name"),
            "business_type": NamedList(office, BusinessType, "name", "code"),
            "salesperson": NamedList(office, Employee, "name", "code"),
        }
        first = select(BusinessType.id).where(BusinessType.office_id == office, BusinessType.kind == WorkKind.NEW).order_by(BusinessType.id)
        self.usual_type = db.session.scalars(first.limit(1)).one_or_none()
        self.people = People(office)
        self.people.learn(rows)
        self.accounts = self._accounts([row.values["broadband_account"] for row in rows if row.values["broadband_account"]])
        self.row_of_account: dict[str, int] = {}

    def _accounts(self, wanted: Sequence[str]) -> set[str]:
        """Return which of the accounts have an open line already."""
        there: set[str] = set()
        names = sorted(set(wanted))
        for begun in range(0, len(names), AT_ONCE):
            open_lines = select(Subscription.broadband_account).where(
                Subscription.office_id == self.office_id,
                Subscription.state != SubscriptionState.CLOSED,
                Subscription.broadband_account.in_(names[begun : begun + AT_ONCE]),
            )
            there.update(db.session.scalars(open_lines))
        return there

    # Judging --------------------------------------------------------------------------------------------------------------------

    def judge(self, row: ImportedRow) -> None:
        self._name_lists(row)
        self._require_running(row)
        self._find_duplicate(row)
        if not row.problems and row.values["broadband_account"] not in self.accounts:
            self.people.note(row)

    def _name_lists(self, row: ImportedRow) -> None:
        ids = self.ids_of_row[row.number] = {}
        for column, named in self.lists.items():
            written = row.values[column]
            if not written:
                continue
            answer = named.find(written)
            if isinstance(answer, Message):
                row.blame(column, answer)
            else:
                ids[column] = answer
        if "business_type" not in ids and "business_type" not in row.problems:
            if self.usual_type is None:
                row.blame("business_type", Message("This field is required."))
            else:
                ids["business_type"] = self.usual_type

    def _require_running(self, row: ImportedRow) -> None:
        status = row.values["status"]
        if status is not None and status not in RUNNING:
            row.blame(
                "status",
                Message("A line with the status “%(status)s” cannot be taken over, only one that runs. Delete the row.", status=status),
            )
        days = [name for name in ("applied_on", "activated_on") if name in row.problems]
        if days or "stops_on" in row.problems:
            return
        if row.values["activated_on"] is None and row.values["applied_on"] is None:
            row.blame("activated_on", Message("Enter the day of the activation or of the application."))
            return
        try:
            require_running(self._running(row, {"community": 0, "plan": 0, "business_type": 0}), self.context.today)
        except OperationRefused as refusal:
            # What is missing has been said of its own cell already.
            row.blame(refusal.field or "", refusal.message)

    def _find_duplicate(self, row: ImportedRow) -> None:
        account = row.values["broadband_account"]
        if account:
            first = self.row_of_account.setdefault(account, row.number)
            if first != row.number:
                row.blame("broadband_account", Message("Row %(row)s has the same value.", row=str(first)))
            if account in self.accounts:
                row.duplicate = Duplicate(
                    Message("A line with this account is there already. The row is left out."), column="broadband_account"
                )
                return
        number = row.values["customer_no"]
        if number and number.startswith(f"{self.office.customer_prefix}-") and self.people.same_person(row) is None:
            row.blame("customer_no", Message("Numbers that begin like this are given by the office itself. Leave the cell empty."))
        self._find_customer(row)

    def _find_customer(self, row: ImportedRow) -> None:
        known = self.people.same_person(row)
        if known is not None and self.people.contradicts(row, known):
            row.blame(
                "customer_no",
                Message("This customer number belongs to somebody with another ID number: %(customer)s.", customer=known.shown),
            )
        elif known is not None:
            message, options = _same_person(known), (Decision.USE, Decision.SKIP)
            self._note_match(row, known, message, options, "id_number")
        elif (known := self.people.same_phone(row)) is not None:
            self._note_match(row, known, _same_phone(known), (Decision.SKIP, Decision.USE, Decision.ADD), "mobile")

    def _note_match(self, row: ImportedRow, known: Known, message: Message, options: tuple[Decision, ...], column: str) -> None:
        self.match_of_row[row.number] = known
        row.duplicate = Duplicate(message, options, column)

    # Making ---------------------------------------------------------------------------------------------------------------------

    def make(self, rows: Sequence[ImportedRow], numbers: Mapping[str, Iterator[int]]) -> Sequence[Made]:
        new = self._new_people(rows)
        customers = register_customers(office=self.office_id, customers=[self._new(row, numbers["customer"]) for row in new])
        made = []
        for row, customer in zip(new, customers, strict=True):
            self.customer_of_row[row.number] = customer.id
            made.append(Made(row.number, "customer", customer.id, customer.customer_no))
        lines = [(self._customer(row), self._running(row, self.ids_of_row[row.number])) for row in rows]
        stored = take_over(office=self.office_id, lines=lines, today=self.context.today)
        for row, (line, period) in zip(rows, stored, strict=True):
            made.append(Made(row.number, "subscription", line.id, line.broadband_account))
            made.append(Made(row.number, "service_period", period.id, line.broadband_account))
        # Thousands of rows follow; the session need not hold these.
        for record in (*customers, *(one for pair in stored for one in pair)):
            db.session.expunge(record)
        return made

    def _new_people(self, rows: Sequence[ImportedRow]) -> list[ImportedRow]:
        """Return the rows whose customer must be made: he is new, or the earlier row that was about him was left out."""
        new: dict[int, ImportedRow] = {}
        for row in rows:
            known = self._existing(row)
            is_there = known is not None and (known.customer is not None or known.row in self.customer_of_row or known.row in new)
            if not is_there:
                new[row.number] = row
        return list(new.values())

    def _existing(self, row: ImportedRow) -> Known | None:
        """Return whose line the row is, where it is not a new customer's."""
        known = self.match_of_row.get(row.number)
        return known if known is not None and row.decision is Decision.USE else None

    def _customer(self, row: ImportedRow) -> int:
        known = self._existing(row)
        if row.number not in self.customer_of_row and known is not None:
            self.customer_of_row[row.number] = known.customer if known.customer is not None else self.customer_of_row[known.row or 0]
        return self.customer_of_row[row.number]

    def _new(self, row: ImportedRow, numbers: Iterator[int]) -> tuple[NewCustomer, str]:
        values = {name: row.values[name] for name in OF_THE_CUSTOMER}
        customer = NewCustomer(kind=row.values["kind"] or CustomerKind.PERSON, **values)
        own = row.values["customer_no"]
        if own and own not in self.numbers_given:
            self.numbers_given.add(own)
            return customer, own
        return customer, next_number(self.office, next(numbers))

    def _running(self, row: ImportedRow, ids: Mapping[str, int]) -> RunningLine:
        values: dict[str, Any] = row.values
        line = LineTerms(
            community=ids.get("community", 0),
            plan=ids.get("plan", 0),
            business_type=ids.get("business_type", 0),
            salesperson=ids.get("salesperson"),
            address=values["address"] or "",
            broadband_account=values["broadband_account"] or "",
            applied_on=values["applied_on"] or values["activated_on"],
            **{name: values[name] for name in OF_THE_LINE},
        )
        line = dataclasses.replace(line, contact_phone=line.contact_phone or values["mobile"] or line.telephone)
        return RunningLine(line, values["activated_on"] or values["applied_on"], values["stops_on"])


def _same_person(known: Known) -> Message:
    if known.row is not None:
        return Message("Row %(row)s is about the same customer.", row=known.shown)
    return Message("This customer is there already: %(customer)s.", customer=known.shown)


def _same_phone(known: Known) -> Message:
    if known.row is not None:
        return Message("Row %(row)s has the same telephone number.", row=known.shown)
    return Message("A customer with this telephone number is there already: %(customer)s.", customer=known.shown)
