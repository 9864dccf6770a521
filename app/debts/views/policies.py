"""The debt policy of an office."""

from __future__ import annotations

from app.debts.models import DebtPolicy
from app.debts.operations.policies import save_debt_policy
from app.foundation.i18n import say
from app.foundation.views import GuardedInterface, Kind, LongTextField, MoneyField, PercentField
from app.places.views import ValuesView
from app.values.errors import N_

# A hundred times the amount that is late, in percent.
LARGEST_CAP = 10_000


class DebtPolicyView(ValuesView):
    """The debt policy 欠费规则: one row per office. When bills are due stays with the services."""

    datamodel = GuardedInterface(DebtPolicy)
    icon = "moneybag"
    list_title = show_title = edit_title = N_("Debt policy")
    label_columns = {
        "office": N_("Office"),
        "interest_rate": N_("Late interest per day"),
        "interest_grace": N_("Grace days"),
        "interest_cap": N_("Late interest cap"),
        "promise_max_days": N_("Longest promise in days"),
        "lock_after_days": N_("Locking proposed after days"),
        "lock_min_debt": N_("Smallest debt for locking"),
        "remind_min_debt": N_("Smallest debt for a reminder"),
        "adjustment_limit": N_("Adjustments without approval up to"),
        "digest_rhythm": N_("Debt digest"),
        "digest_to": N_("Sent to"),
    }
    description_columns = {
        "interest_rate": N_("Of what was open when the day began; never on broadband charges, never on interest."),
        "interest_grace": N_("So many days after the due date cost nothing."),
        "interest_cap": N_("With 100 here the interest is never more than the charge."),
        "remind_min_debt": N_("Who owes less for a unit is left out of the reminders due; one by one he can still be reminded."),
        "adjustment_limit": N_("Above it another person approves. Left empty there is no limit; write-offs are always approved."),
        "digest_to": N_("E-mail addresses of the managing staff, with commas between them."),
    }
    column_kinds = {"interest_rate": Kind.PERCENT, "interest_cap": Kind.PERCENT}
    form_fields = {
        "interest_rate": PercentField(label_columns["interest_rate"], required=True, help=description_columns["interest_rate"]),
        "interest_cap": PercentField(
            label_columns["interest_cap"], required=True, most=LARGEST_CAP, help=description_columns["interest_cap"]
        ),
        "lock_min_debt": MoneyField(label_columns["lock_min_debt"], required=True),
        "remind_min_debt": MoneyField(label_columns["remind_min_debt"], required=True, help=description_columns["remind_min_debt"]),
        "adjustment_limit": MoneyField(label_columns["adjustment_limit"], help=description_columns["adjustment_limit"]),
        "digest_to": LongTextField(label_columns["digest_to"], help=description_columns["digest_to"]),
    }
    list_columns = ["interest_rate", "interest_grace", "interest_cap", "promise_max_days", "adjustment_limit", "digest_rhythm"]
    base_order = ("id", "asc")
    show_fieldsets = edit_fieldsets = [
        (N_("Late interest"), ["interest_rate", "interest_grace", "interest_cap"]),
        (N_("Promises and adjustments"), ["promise_max_days", "adjustment_limit"]),
        (N_("Locking for debt"), ["lock_after_days", "lock_min_debt"]),
        (N_("Reminders"), ["remind_min_debt"]),
        (N_("Debt digest"), ["digest_rhythm", "digest_to"]),
    ]

    save_operation = staticmethod(save_debt_policy)

    def record_title(self, record: DebtPolicy) -> object:
        return say(self.show_title)
