"""Plans and the office's broadband policy."""

from __future__ import annotations

from flask import request
from sqlalchemy import ColumnElement

from app.broadband.models import BroadbandPolicy, Plan, Subscription
from app.foundation.i18n import FILTERS, say
from app.foundation.views import EntityView, GuardedInterface, Kind, PercentField, currency_of, register_lookup
from app.foundation.views.interface import record_id
from app.foundation.views.lookups import lookup_record
from app.values.errors import N_

# A hundred times the amount that is late, in percent.
LARGEST_CAP = 10_000


def _price(plan: Plan) -> str:
    return f"{FILTERS['money'](plan.fee, currency_of(plan))} / {plan.months}"


def _not_its_own() -> list[ColumnElement[bool]]:
    """Return the condition that leaves out the plan of the line in the address: a line changes to another one."""
    number = record_id(request.args.get("subscription"))
    if number is None:
        return []
    line: Subscription | None = lookup_record("subscription", number)
    return [] if line is None else [Plan.id != line.plan_id]


register_lookup("plan", Plan, columns=["name"], text=str, detail=_price)
register_lookup("other_plan", Plan, columns=["name"], text=str, detail=_price, condition=_not_its_own)


class PlanView(EntityView):
    """Plans 套餐設置 (B1.5)."""

    datamodel = GuardedInterface(Plan)
    icon = "stack-2"
    list_title, show_title = N_("Plan settings"), N_("Plan")
    add_title, edit_title = N_("Add plan"), N_("Edit plan")
    empty_text = N_("A plan says what a line costs and for how many months. Add the first one.")
    label_columns = {"name": N_("Plan type"), "fee": N_("Plan fee"), "months": N_("Months of use"), "note": N_("Note")}
    description_columns = {"fee": N_("The price of one package of all its months, not of one month.")}
    list_columns = ["name", "fee", "months", "note"]
    search_columns = ["name"]
    order_columns = ["name", "fee", "months"]
    base_order = ("name", "asc")
    show_columns = add_columns = edit_columns = ["name", "fee", "months", "note"]
    hideable = ["note"]
    can_be_deleted = True


class BroadbandPolicyView(EntityView):
    """The broadband policy 寬帶業務規則: one row per office."""

    datamodel = GuardedInterface(BroadbandPolicy)
    icon = "adjustments"
    list_title = show_title = edit_title = N_("Broadband policy")
    label_columns = {
        "office": N_("Office"),
        "grace_days": N_("Grace days"),
        "late_policy": N_("Late payment policy"),
        "late_fee_rate": N_("Late fee rate per day"),
        "late_fee_cap": N_("Late fee cap"),
        "suspension_min_days": N_("Shortest suspension in days"),
        "suspension_max_days": N_("Longest suspension in days"),
        "backdate_max_days": N_("Most days of backdating"),
        "refund_policy": N_("Refund policy"),
        "reminder_days": N_("Reminder days"),
    }
    description_columns = {
        "late_fee_cap": N_("With 100 here the late fee is never more than the amount that is late."),
    }
    column_kinds = {"late_fee_rate": Kind.PERCENT, "late_fee_cap": Kind.PERCENT}
    form_fields = {
        "late_fee_rate": PercentField(label_columns["late_fee_rate"], required=True),
        "late_fee_cap": PercentField(
            label_columns["late_fee_cap"], required=True, most=LARGEST_CAP, help=description_columns["late_fee_cap"]
        ),
    }
    list_columns = ["late_policy", "grace_days", "late_fee_rate", "late_fee_cap", "refund_policy", "backdate_max_days"]
    base_order = ("id", "asc")
    show_fieldsets = edit_fieldsets = [
        (N_("Payment"), ["late_policy", "grace_days", "late_fee_rate", "late_fee_cap"]),
        (N_("Suspension on request"), ["suspension_min_days", "suspension_max_days"]),
        (N_("Refund"), ["refund_policy"]),
        (N_("Backdate"), ["backdate_max_days"]),
    ]

    def record_title(self, record: BroadbandPolicy) -> object:
        return say(self.show_title)
