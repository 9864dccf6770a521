"""What all papers of an office about a unit have in common: letterhead, unit, ways to pay."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.billing.rules.payment_qr import BankAccount, payment_qr
from app.customers.choices import CustomerKind
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import say
from app.notices.captions import words
from app.notices.models import NoticeSetting
from app.notices.queries import interest_rate, setting_of
from app.offices.choices import Language
from app.offices.models import Office
from app.places.models import Unit
from app.runs.models import ServiceCharge
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from app.values.amount_in_words import in_words

VERSION = 1
VND = "VND"


@dataclass(frozen=True)
class Sender:
    """What the papers of an office say whoever they go to."""

    office: Office
    setting: NoticeSetting
    rate: Decimal

    @classmethod
    def of(cls, office: Office) -> Sender:
        """Return the office with what it prints, and its rate of late interest."""
        setting = db.session.scalars(setting_of(office.id)).one_or_none() or NoticeSetting(office_id=office.id)
        return cls(office, setting, interest_rate(office.id))

    @property
    def currency(self) -> str:
        return self.office.currency.value

    @property
    def phone(self) -> str:
        """Where residents ask about their fees."""
        return self.setting.hotline or self.office.telephone

    def code(self, total: Decimal, reference: str) -> str:
        """Return the payment code over ``total``; nothing for other currencies, without an account, and where nothing is to be paid."""
        if self.currency != VND or not self.setting.bank_code or total <= 0:
            return ""
        account = BankAccount(self.setting.bank_code, self.setting.account_number)
        return payment_qr(account, amount=total, purpose=reference, bill_number=reference)

    def collection(self, total: Decimal) -> int | None:
        """Return the picture of the office's collection code; nothing in dong, whose papers bear a code of their own, or for nothing."""
        return self.setting.collection_code_id if self.currency != VND and total > 0 else None


def language_of(customer: Customer, office: Office) -> Language:
    """Return the language in which a customer is written to."""
    return customer.language or office.language


def service_name(service: Service, office: Office, locale: str) -> str:
    """Return what a service is called: as the office named it, in another language by its kind."""
    if locale == office.language.value or service.kind is ServiceKind.OTHER:
        return service.name
    return say(service.kind, locale)


def charged_name(charge: ServiceCharge, office: Office, locale: str) -> str:
    """Return what a charge of a service is called; a part of the building's shared meters says so, beside the unit's own."""
    name = service_name(charge.service, office, locale)
    return words("shared_name", locale, name=name) if charge.share is not None else name


def place_of(unit: Unit, locale: str) -> str:
    """Return where a unit is: floor, building, community, address."""
    building = unit.building
    community = building.community.name if building.community is not None else ""
    floor = words("floor", locale, floor=unit.floor) if unit.floor else ""
    parts = (
        [building.address, community, building.name, floor]
        if locale.startswith("zh")
        else [floor, building.name, community, building.address]
    )
    return ("" if locale.startswith("zh") else ", ").join(dict.fromkeys(part for part in parts if part))


def common(
    sender: Sender,
    unit: Unit | None,
    customer: Customer,
    *,
    number: str,
    reference: str,
    today: datetime.date,
    total: Decimal,
    persons: str = "",
) -> dict[str, Any]:
    """Return the part of the content that every paper about a unit has."""
    office, setting, locale = sender.office, sender.setting, language_of(customer, sender.office).value
    return {
        "version": VERSION,
        "locale": locale,
        "currency": sender.currency,
        "office": {
            "legal_name": office.legal_name,
            "short_name": office.short_name,
            "address": office.address,
            "tax_number": office.tax_number,
            "phone": office.telephone,
            "hotline": setting.hotline,
            "logo": office.logo_id,
            "time_zone": office.time_zone,
        },
        "number": number,
        "reference": reference,
        "on": today.isoformat(),
        "created_at": clock.local(clock.now(), office).isoformat(timespec="seconds"),
        "customer": {
            "customer_no": customer.customer_no,
            "name": customer.name if customer.kind is CustomerKind.FIRM else words("person", locale, name=customer.name),
        },
        "unit": {
            "code": unit.code if unit is not None else "",
            "place": place_of(unit, locale) if unit is not None else customer.invoice_address,
            "area": str(unit.area) if unit is not None and unit.area is not None else "",
            "persons": persons,
        },
        "total": str(total),
        "total_in_words": spoken(total, sender, locale),
        "code": sender.code(total, reference),
        "collection": sender.collection(total),
        "bank": {"name": setting.bank_name, "account": setting.account_number, "holder": setting.account_holder},
        "counter": setting.counter,
        "city": setting.city,
        "signer": setting.signer,
        "clause": setting.clause,
        "rate": str(sender.rate),
    }


def spoken(amount: Decimal, sender: Sender, locale: str) -> str:
    """Return an amount in words, as the office writes them, with a full stop in languages that have one."""
    text = in_words(amount, sender.currency, locale, linh=sender.office.zero_word, whole=sender.office.whole_word, capital=True)
    return text if locale.startswith("zh") else f"{text.rstrip('.')}."
