"""Offices: letterhead, language, currency, numbers, and how long a session may rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request

from app.foundation.views import ChoiceField, EntityForm, EntityView, GuardedInterface, NumberField, TextField
from app.offices.models import Office
from app.offices.operations import save_office
from app.values.errors import N_

_LETTERHEAD = ("legal_name", "short_name", "address", "telephone", "tax_number")
_NUMBERS = ("customer_prefix", "receipt_prefix", "voucher_prefix", "reversal_prefix", "work_order_prefix")
_PAPERS = ("voucher_form", "copies", "zero_word", "whole_word")
_RULES = ("cash_step", "second_person", "idle_minutes", "absolute_hours")


def _short(label: str, default: str) -> TextField:
    return TextField(label, required=True, longest=8, default=default)


class OfficeView(EntityView):
    """The offices 營業網點 of the house. For administrators."""

    datamodel = GuardedInterface(Office)
    icon = "building-store"
    list_title, show_title, add_title, edit_title = N_("Offices"), N_("Office"), N_("Add office"), N_("Edit office")
    label_columns = {
        "code": N_("Code"),
        "name": N_("Name"),
        "language": N_("Language"),
        "currency": N_("Currency"),
        "time_zone": N_("Time zone"),
        "legal_name": N_("Legal name"),
        "short_name": N_("Short name"),
        "address": N_("Address"),
        "telephone": N_("Telephone"),
        "tax_number": N_("Tax number"),
        "customer_prefix": N_("Prefix of customer numbers"),
        "receipt_prefix": N_("Prefix of receipts"),
        "voucher_prefix": N_("Prefix of payment vouchers"),
        "reversal_prefix": N_("Prefix of reversals"),
        "work_order_prefix": N_("Prefix of work orders"),
        "voucher_form": N_("Form of cash papers"),
        "copies": N_("Copies"),
        "zero_word": N_("Word for zero in Vietnamese amounts"),
        "whole_word": N_("Sign for a whole amount in Chinese"),
        "cash_step": N_("Smallest cash amount"),
        "second_person": N_("A second person approves"),
        "idle_minutes": N_("Minutes without use before signing out"),
        "absolute_hours": N_("Hours before signing out in any case"),
    }
    # An empty prefix would give two kinds of papers the same number.
    form_fields = {
        "customer_prefix": _short(N_("Prefix of customer numbers"), "C"),
        "receipt_prefix": _short(N_("Prefix of receipts"), "R"),
        "voucher_prefix": _short(N_("Prefix of payment vouchers"), "P"),
        "reversal_prefix": _short(N_("Prefix of reversals"), "V"),
        "work_order_prefix": _short(N_("Prefix of work orders"), "WO"),
        "zero_word": ChoiceField(
            N_("Word for zero in Vietnamese amounts"), options=[("linh", "linh"), ("lẻ", "lẻ")], default="linh", required=True
        ),
        "whole_word": ChoiceField(
            N_("Sign for a whole amount in Chinese"), options=[("整", "整"), ("正", "正")], default="整", required=True
        ),
        # Not in the currency of the page: this office may have another one.
        "cash_step": NumberField(N_("Smallest cash amount"), required=True, places=2, least=Decimal("0.01"), default=Decimal("0.01")),
    }
    description_columns = {
        "time_zone": N_("For example Asia/Shanghai, Asia/Hong_Kong, Asia/Ho_Chi_Minh."),
        "second_person": N_("Without it one person alone may void and approve; it is then printed on every day's report."),
    }
    list_columns = ("code", "name", "language", "currency", "time_zone")
    search_columns = ("code", "name")
    order_columns = ("code",)
    base_order = ("code", "asc")
    show_fieldsets = (
        (None, ("code", "name", "language", "currency", "time_zone")),
        (N_("Letterhead"), _LETTERHEAD),
        (N_("Numbers"), _NUMBERS),
        (N_("Papers"), _PAPERS),
        (N_("Rules"), _RULES),
    )
    add_fieldsets = show_fieldsets
    # Amounts that were booked in one currency cannot become another one's.
    edit_fieldsets = ((None, ("code", "name", "language", "time_zone")), *show_fieldsets[1:])
    save_operation = staticmethod(save_office)
    empty_title = N_("No offices yet")
    empty_text = N_("Add the first office: its language, currency and letterhead.")

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Return what the generic saving of a row takes, and the version that the person saw."""
        version = request.form.get("version") if record is not None else None
        return {"record": getattr(record, "id", None), "office": None, "version": version, "values": tuple(sorted(form.terms().items()))}
