"""What is asked for when a version begins, when it is edited, and when its days begin or end."""

from __future__ import annotations

from app.foundation.views import DayField, EntityForm, LookupField, RadioField, TextField
from app.tariffs.templates import CHECK_DECISION
from app.values.errors import N_


class BeginForm(EntityForm):
    """From what a version begins."""

    tariff = LookupField(N_("Tariff"), lookup="tariff", required=True)
    valid_from = DayField(N_("Valid from"), help=N_("It can be set later, at the latest when the version is approved."))
    template = RadioField(N_("Begin with"), required=True, default="blank", help=CHECK_DECISION, span=3)


class SheetForm(EntityForm):
    """What a version says beside its formula."""

    valid_from = DayField(N_("Valid from"))
    source = TextField(N_("Source"), longest=2000, help=N_("The decision or contract that names these prices, with its date."))
    note = TextField(N_("Note"), longest=2000)


class DayForm(EntityForm):
    """A day, asked for by a dialog."""

    valid_from = DayField(N_("Valid from"))
    ends_on = DayField(N_("Last day"))
    reason = TextField(N_("Reason"), longest=200)
