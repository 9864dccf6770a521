"""Importing customers with the lines that run already: ``columns`` says what a file may hold, ``target`` what becomes of it."""

from app.broadband.imports.columns import COLUMNS
from app.broadband.imports.target import SubscriptionTarget
from app.foundation.imports import ImportKind
from app.values.errors import N_

TEXTS = (
    *("telephone", "mobile", "contact_phone", "tax_number", "invoice_address", "note", "customer_no"),
    *("access_order_no", "bound_number"),
)

SUBSCRIPTIONS = ImportKind(
    name="subscriptions",
    title=N_("Customers with their lines"),
    icon="router",
    note=N_("Lines that run already, with their stop dates. No money is booked and no receipt is made."),
    target=SubscriptionTarget,
    empty=dict.fromkeys(TEXTS, ""),
    columns=COLUMNS,
)
