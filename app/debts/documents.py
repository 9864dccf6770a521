"""The digest of debts 欠费汇总 in words: totals by building and age, the biggest debtors, broken promises."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.choices import AgeingBucket, PromiseState
from app.debts.choices import DebtGroup
from app.debts.queries.open_debts import DebtFilter, ages_of, debts_by
from app.debts.queries.promises import promises_due, stated
from app.foundation.database import db
from app.foundation.i18n import say
from app.offices.models import Office
from app.values.errors import N_, Message

MOST_DEBTORS = 10
MOST_BUILDINGS = 40
# Promises whose day has passed since so many days.
PROMISES_SINCE = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Digest:
    """What a letter to the managing staff says."""

    subject: str
    body: str


def digest_of(office: Office, day: datetime.date) -> Digest | None:
    """Return the digest of an office for a day, in the office's language; nothing where nobody owes anything."""
    everything = ages_of([office.id], day, day, DebtFilter())
    if not everything["total"]:
        return None
    locale = office.language.value
    subject = say(Message("%(office)s: debts on %(day)s", office=office.short_name, day=day), locale)
    parts = [
        [_total(everything, office), *_aged(everything, office)],
        _listed(N_("By building"), _buildings(office, day)),
        _listed(N_("The biggest debtors"), _debtors(office, day)),
        _listed(N_("Broken promises"), _broken(office, day)),
    ]
    body = "\n\n".join("\n".join(say(line, locale) for line in part) for part in parts if part)
    return Digest(subject[:200], body[:20_000])


def _listed(title: str, lines: Iterator[Message]) -> list[Message]:
    found = list(lines)
    return [Message(title), *found] if found else []


def _total(row: Any, office: Office) -> Message:
    return Message(
        "Open are %(total)s, of which %(overdue)s are overdue.",
        total=row["total"],
        overdue=row["overdue"],
        currency=office.currency.value,
    )


def _aged(row: Any, office: Office) -> list[Message]:
    return [_line(Message(bucket.label), row[bucket.value], office) for bucket in AgeingBucket]


def _line(name: Message | str, amount: Decimal, office: Office) -> Message:
    return Message("- %(name)s: %(amount)s", name=name, amount=amount, currency=office.currency.value)


def _buildings(office: Office, day: datetime.date) -> Iterator[Message]:
    rows = debts_by(DebtGroup.BUILDING, [office.id], day, day, DebtFilter())
    for row in rows[:MOST_BUILDINGS]:
        yield Message(
            "- %(name)s: %(total)s, overdue %(overdue)s, of it over 90 days %(oldest)s",
            name=row["name"] or Message(N_("No unit")),
            total=row["total"],
            overdue=row["overdue"],
            oldest=row[AgeingBucket.OVER_90.value],
            currency=office.currency.value,
        )


def _debtors(office: Office, day: datetime.date) -> Iterator[Message]:
    rows = debts_by(DebtGroup.CUSTOMER, [office.id], day, day, DebtFilter(overdue_only=True))
    for row in rows[:MOST_DEBTORS]:
        yield Message(
            "- %(name)s (%(number)s): %(overdue)s overdue, the oldest since %(since)s",
            name=row["name"],
            number=row["detail"],
            overdue=row["total"],
            since=row["since"],
            currency=office.currency.value,
        )


def _broken(office: Office, day: datetime.date) -> Iterator[Message]:
    promises = list(db.session.scalars(promises_due(office.id, day - PROMISES_SINCE, day - datetime.timedelta(days=1))))
    for one in stated(promises, day):
        if one.state is PromiseState.BROKEN:
            yield Message(
                "- %(name)s promised %(amount)s by %(day)s and paid %(paid)s",
                name=one.promise.customer.name,
                amount=one.promise.amount,
                day=one.promise.due_on,
                paid=one.paid,
                currency=office.currency.value,
            )
