"""Choices of debts."""

from __future__ import annotations

from app.values.choices import Choice
from app.values.errors import N_


class DebtGroup(Choice):
    """What a row of the debts stands for."""

    CUSTOMER = "customer", N_("By customer")
    UNIT = "unit", N_("By unit")
    BUILDING = "building", N_("By building")
    SERVICE = "service", N_("By service")
    PERIOD = "period", N_("By period")
    CHARGE = "charge", N_("Every charge")


class CollectionKind(Choice):
    """What was done to collect a debt 催缴方式."""

    LETTER = "letter", N_("Reminder letter"), "info", "mail"
    CALL = "call", N_("Telephone call"), "info", "phone"
    VISIT = "visit", N_("Visit"), "info", "home"
    MESSAGE = "message", N_("Message"), "info", "message"
    PROMISE = "promise", N_("Promise to pay"), "amber", "calendar-due"
    PAYMENT = "payment", N_("Payment"), "good", "cash"
    OTHER = "other", N_("Other"), "neutral", "note"


# What people write down themselves; letters, promises and payments leave their own traces.
NOTED = (CollectionKind.CALL, CollectionKind.VISIT, CollectionKind.MESSAGE, CollectionKind.OTHER)


class DigestRhythm(Choice):
    """How often the managing staff get the digest of debts."""

    NEVER = "never", N_("Never")
    DAILY = "daily", N_("Every morning")
    WEEKLY = "weekly", N_("Every Monday morning")
