"""What a letter or notice says about a line, in the customer's language: read once per office, filled in per line."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.choices import PricedOperation
from app.billing.queries import price_of
from app.broadband.models import Subscription
from app.foundation import clock
from app.foundation.database import db
from app.offices.choices import Language
from app.offices.models import Office
from app.reminders.captions import words
from app.reminders.models import LONGEST_BODY, LONGEST_SUBJECT, LetterTemplate
from app.reminders.queries import templates_of
from app.reminders.rules.offers import Offer, offers
from app.reminders.rules.templates import filled, one_line
from app.values import formats
from app.values.money import ZERO

VERSION = 1


@dataclass(frozen=True)
class Sender:
    """What all letters and notices of an office have in common."""

    office: Office
    maintenance_fee: Decimal
    own_words: Mapping[Language, LetterTemplate]

    @classmethod
    def of(cls, office: Office) -> Sender:
        """Return the office with its own words and its price of maintenance."""
        price = db.session.scalars(price_of(office.id, PricedOperation.MAINTENANCE)).one_or_none()
        own = {template.language: template for template in db.session.scalars(templates_of(office.id))}
        return cls(office, price.fee if price else ZERO, own)

    def own(self, language: Language, part: str) -> str:
        """Return the office's own ``subject``, ``body`` or ``ways_to_pay``, else the program's words."""
        template = self.own_words.get(language)
        return (getattr(template, part) if template is not None else "") or standard(part, language)


def standard(part: str, language: Language) -> str:
    """Return the program's own words for a part of a letter, its places still open."""
    if part == "ways_to_pay":
        # Braces are doubled to stay, since the caption is filled by the same signs.
        return "\n".join((words("at_our_office", language, customer_no="{customer_no}"), words("call_us", language, phone="{phone}")))
    return words(f"letter_{part}", language)


def language_of(line: Subscription, office: Office) -> Language:
    """Return the language in which a customer is written to."""
    return line.customer.language or office.language


def offers_of(line: Subscription, sender: Sender) -> tuple[Offer, ...]:
    """Return what the line can be renewed for."""
    plan = line.plan
    return offers(
        plan=plan.name,
        plan_fee=plan.fee,
        plan_months=plan.months,
        maintenance_fee=sender.maintenance_fee,
        currency=sender.office.currency.value,
    )


def months_in_words(months: int, language: str) -> str:
    return words("months_1", language) if months == 1 else words("months_n", language, n=months)


def ways_to_pay(line: Subscription, sender: Sender, language: Language) -> str:
    """Return the office's words about paying, its places filled in."""
    return filled(sender.own(language, "ways_to_pay"), {"customer_no": line.customer.customer_no, **_of_office(sender.office)})


def letter_of(line: Subscription, sender: Sender, today: datetime.date) -> dict[str, Any]:
    """Return recipient, language, subject and body of the letter about a line as they are today."""
    language = language_of(line, sender.office)
    facts = _facts(line, sender, language, today)
    return {
        "recipient": line.customer.email,
        "language": language,
        "subject": one_line(filled(sender.own(language, "subject"), facts))[:LONGEST_SUBJECT],
        "body": filled(sender.own(language, "body"), facts)[:LONGEST_BODY],
    }


def _facts(line: Subscription, sender: Sender, language: Language, today: datetime.date) -> dict[str, str]:
    if line.stops_on is None:
        raise AssertionError(f"The line {line.broadband_account} has no stop date.")
    currency = sender.office.currency.value
    amounts = [
        words(
            "an_offer",
            language,
            months=months_in_words(offer.months, language),
            amount=formats.paper_money(offer.amount, currency, language),
        )
        for offer in offers_of(line, sender)
    ]
    return {
        "name": line.customer.name,
        "customer_no": line.customer.customer_no,
        "account": line.broadband_account,
        "address": line.place,
        "plan": line.plan.name,
        "stops_on": formats.paper_day(line.stops_on, language),
        "days_left": str((line.stops_on - today).days),
        "amounts": "\n".join(amounts),
        "ways_to_pay": ways_to_pay(line, sender, language),
        **_of_office(sender.office),
    }


def _of_office(office: Office) -> dict[str, str]:
    return {"office": office.legal_name, "phone": office.telephone}


def notice_content(line: Subscription, sender: Sender, *, number: str, today: datetime.date) -> dict[str, Any]:
    """Return everything a renewal notice prints, frozen when it is issued."""
    if line.stops_on is None:
        raise AssertionError(f"The line {line.broadband_account} has no stop date.")
    office, language = sender.office, language_of(line, sender.office)
    return {
        "template": "renewal_notice",
        "version": VERSION,
        "locale": language.value,
        "currency": office.currency.value,
        "office": {
            "legal_name": office.legal_name,
            "short_name": office.short_name,
            "address": office.address,
            "tax_number": office.tax_number,
            "phone": office.telephone,
            "logo": office.logo_id,
            "time_zone": office.time_zone,
        },
        "number": number,
        "on": today.isoformat(),
        "created_at": clock.local(clock.now(), office).isoformat(timespec="seconds"),
        "customer": {
            "customer_no": line.customer.customer_no,
            "name": line.customer.name,
            "address": line.place,
            "broadband_account": line.broadband_account,
            "plan": line.plan.name,
        },
        "stops_on": line.stops_on.isoformat(),
        "days_left": (line.stops_on - today).days,
        "offers": [{"months": offer.months, "amount": str(offer.amount)} for offer in offers_of(line, sender)],
        "ways_to_pay": ways_to_pay(line, sender, language),
    }
