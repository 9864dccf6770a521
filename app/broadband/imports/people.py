"""Who is there already: the office's customers by ID number, customer number and telephone, and those of earlier rows of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.customers.models import Customer
from app.customers.rules.search_terms import LONGEST_TAIL
from app.foundation.database import db
from app.foundation.imports import ImportedRow
from app.foundation.secrets import traces_of

PHONES = ("mobile", "contact_phone", "telephone")
AT_ONCE = 5_000
NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True)
class Known:
    """A customer that a row seems to be about: one of the office, or the one of an earlier ``row`` of the file."""

    shown: str
    customer: int | None = None
    row: int | None = None
    trace: str | None = None


class People:
    """Customers by what tells them apart; ``learn`` reads those of the office that the rows could mean, at once for all rows."""

    def __init__(self, office_id: int) -> None:
        self.office_id = office_id
        self.by_id: dict[str, Known] = {}
        self.by_number: dict[str, Known] = {}
        self.by_phone: dict[str, Known] = {}
        self.traces: dict[int, list[str]] = {}

    def learn(self, rows: Sequence[ImportedRow]) -> None:
        self.traces = {row.number: traces_of(row.values["id_number"]) if row.values["id_number"] else [] for row in rows}
        self._read(Customer.id_number_trace, [trace for traces in self.traces.values() for trace in traces])
        self._read(Customer.customer_no, [row.values["customer_no"] for row in rows if row.values.get("customer_no")])
        # The tails of numbers are terms of the search, so its index finds the customers; however their numbers are written.
        tails = {f"#{phone_key(phone)[-LONGEST_TAIL:]}" for row in rows for phone in _phones(row.values)}
        for part in _parts(sorted(tails)):
            self._remember(Customer.search_terms.overlap(part))

    def _read(self, column: object, values: Iterable[str]) -> None:
        for part in _parts(sorted(set(values))):
            self._remember(column.in_(part))  # type: ignore[attr-defined]

    def _remember(self, condition: object) -> None:
        wanted = (Customer.id, Customer.customer_no, Customer.name, Customer.id_number_trace, *(getattr(Customer, name) for name in PHONES))
        statement = select(*wanted).where(Customer.office_id == self.office_id, or_(condition)).order_by(Customer.id)  # type: ignore[arg-type]
        for record, number, name, trace, *phones in db.session.execute(statement):
            known = Known(f"{number} {name}", customer=record, trace=trace)
            self.by_number.setdefault(number, known)
            if trace:
                self.by_id.setdefault(trace, known)
            for phone in phones:
                self.by_phone.setdefault(phone_key(phone), known)
        self.by_phone.pop("", None)

    def same_person(self, row: ImportedRow) -> Known | None:
        """Return the customer with the row's ID number or customer number."""
        number = row.values["customer_no"]
        by_id = next((known for trace in self.traces.get(row.number, []) if (known := self.by_id.get(trace))), None)
        return by_id or (self.by_number.get(number) if number else None)

    def contradicts(self, row: ImportedRow, known: Known) -> bool:
        """Tell whether the row names a customer by number whose ID number is another one."""
        traces = self.traces.get(row.number, [])
        return bool(traces) and known.trace is not None and known.trace not in traces

    def same_phone(self, row: ImportedRow) -> Known | None:
        """Return a customer with one of the row's telephone numbers."""
        return next((known for phone in _phones(row.values) if (known := self.by_phone.get(phone_key(phone)))), None)

    def note(self, row: ImportedRow) -> None:
        """Let later rows of the file know the customer of this one."""
        traces, number = self.traces.get(row.number, []), row.values["customer_no"]
        known = Known(str(row.number), row=row.number, trace=traces[0] if traces else None)
        for trace in traces:
            self.by_id.setdefault(trace, known)
        if number:
            self.by_number.setdefault(number, known)
        for phone in _phones(row.values):
            self.by_phone.setdefault(phone_key(phone), known)


def phone_key(phone: str | None) -> str:
    """Return the digits by which telephone numbers are the same however they are written: +86 138 0000 2618 is 13800002618."""
    digits = NOT_DIGITS.sub("", phone or "").removeprefix("00")
    if len(digits) == 13 and digits.startswith("86"):
        return digits[2:]
    if len(digits) == 11 and digits.startswith("852"):
        return digits[3:]
    return f"0{digits[2:]}" if len(digits) in (11, 12) and digits.startswith("84") else digits


def _phones(values: dict[str, object]) -> list[str]:
    return [str(values[name]) for name in PHONES if values.get(name)]


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for begun in range(0, len(values), AT_ONCE):
        yield values[begun : begun + AT_ONCE]
