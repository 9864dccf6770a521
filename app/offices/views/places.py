"""Offices: letterhead, language, currency, numbers, and how long a session may rest."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose

from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.uploads import PICTURES
from app.foundation.views import (
    ChoiceField,
    EntityForm,
    EntityView,
    FlagField,
    GuardedInterface,
    NumberField,
    TextField,
    UploadField,
    WholeNumberField,
    action,
    present,
)
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.offices.choices import VoucherForm
from app.offices.factors import is_for_show
from app.offices.forms import OfficeFactorsForm
from app.offices.models import FEWEST_HOURS, LONGEST_IDLE, MOST_HOURS, SHORTEST_IDLE, Office
from app.offices.operations import ask_office_for_factors, save_office
from app.offices.queries import people_without_factor
from app.values.errors import N_

_LETTERHEAD = ("legal_name", "short_name", "address", "telephone", "tax_number")
_LOGO = ("logo", "remove_logo")
_NUMBERS = ("customer_prefix", "receipt_prefix", "voucher_prefix", "reversal_prefix", "work_order_prefix")
_PAPERS = ("voucher_form", "copies", "zero_word", "whole_word")
_RULES = ("cash_step", "second_person", "prices_are_firm")
_SIGNING_IN = ("idle_minutes", "absolute_hours", "requires_second_factor")


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
        "logo_id": N_("Logo"),
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
        "prices_are_firm": N_("Prices are firm"),
        "idle_minutes": N_("Minutes without use before signing out"),
        "absolute_hours": N_("Hours before signing out in any case"),
        "requires_second_factor": N_("Everybody signs in with a second factor"),
    }
    form_fields = {
        "logo": UploadField(
            N_("Logo"),
            limits=PICTURES,
            help=N_("PNG, JPEG or WebP of at most 1 MB. It is printed at the head of papers."),
        ),
        "remove_logo": FlagField(N_("Remove the logo")),
        "voucher_form": ChoiceField(
            N_("Form of cash papers"), options=VoucherForm, help=N_("Left empty, the one that is usual for the currency.")
        ),
        # An empty prefix would give two kinds of papers the same number.
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
        "idle_minutes": WholeNumberField(
            N_("Minutes without use before signing out"), required=True, least=SHORTEST_IDLE, most=LONGEST_IDLE, default=15
        ),
        "absolute_hours": WholeNumberField(
            N_("Hours before signing out in any case"), required=True, least=FEWEST_HOURS, most=MOST_HOURS, default=12
        ),
    }
    description_columns = {
        "time_zone": N_("For example Asia/Shanghai, Asia/Hong_Kong, Asia/Ho_Chi_Minh."),
        "requires_second_factor": N_("Whoever has none yet sets one up after the password, before anything else. Not in a demonstration."),
        "prices_are_firm": N_("A fee below the price list then needs a manager and a reason."),
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
        (N_("Signing in"), _SIGNING_IN),
    )
    add_fieldsets = (show_fieldsets[0], (N_("Letterhead"), (*_LETTERHEAD, *_LOGO)), *show_fieldsets[2:])
    # Amounts that were booked in one currency cannot become another one's.
    edit_fieldsets = ((None, ("code", "name", "language", "time_zone")), *add_fieldsets[1:])
    show_template = "offices/office.html"
    save_operation = staticmethod(save_office)
    empty_title = N_("No offices yet")
    empty_text = N_("Add the first office: its language, currency and letterhead.")

    def prepare_form(self, form: EntityForm, record: Any | None) -> None:
        """Offer to remove the logo only where there is one."""
        super().prepare_form(form, record)
        if record is None or record.logo_id is None:
            del form.remove_logo

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Return what the generic saving of a row takes, and the version that the person saw."""
        version = request.form.get("version") if record is not None else None
        given = {name: value for name, value in form.terms().items() if (name, value) != ("voucher_form", None)}
        return {"record": getattr(record, "id", None), "office": None, "version": version, "values": tuple(sorted(given.items()))}

    def record_actions(self, record: Any) -> Sequence[Action]:
        """Offer the second factors also to chiefs, who change nothing else of an office."""
        asking = None
        if self.allowed("can_ask_for_factors"):
            asking = action(N_("Second factors"), self.record_url("ask_for_factors", record), icon="shield-check")
        return [*present(asking), *super().record_actions(record)]

    @expose("/second_factors/<pk>", methods=["GET", "POST"])
    @needs("ask_for_factors")
    def ask_for_factors(self, pk: str) -> Any:
        """Let everybody of an office sign in with a second factor, or no longer."""
        record = self.record_or_404(pk)
        if request.method == "POST":
            form = OfficeFactorsForm(request.form)
            run(ask_office_for_factors, office=record.id, required=bool(form.required.data))
            flash(say(N_("Saved")), "success")
            return redirect(url_for("OfficeView.show", pk=record.id))
        back = url_for("OfficeView.show", pk=record.id)
        return self.render_template(
            "offices/office_factors.html",
            view=self,
            form=OfficeFactorsForm(data={"required": record.requires_second_factor}),
            record=record,
            title=N_("Second factors"),
            problems=(),
            version="",
            back=back,
            back_to=back,
            was_sent=False,
            missing=people_without_factor(record.id),
            is_for_show=is_for_show(),
        )
