"""Billing periods 账期 / kỳ thu: the board of a building's months, closing and opening again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose

from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import (
    DayField,
    EntityForm,
    EntityView,
    GuardedInterface,
    Kind,
    LookupField,
    OperationView,
    TextField,
    action,
    action_to,
    present,
    register_lookup,
)
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.foundation.views.listing import ListPage
from app.foundation.views.panels import panels_of
from app.runs.models import BillingPeriod
from app.runs.operations import close_period, reopen_period, set_period_days
from app.runs.queries import board_of, boards_of
from app.values.errors import N_, Malformed, NotAllowed, NotFound, OperationRefused

register_lookup("billing_period", BillingPeriod, columns=["building.name"], text=str, order=["month"], loads=["building"])


class BillingPeriodView(EntityView):
    """The months of each building: how far reading, billing and paying are."""

    datamodel = GuardedInterface(BillingPeriod)
    icon = "calendar"
    list_title, show_title = N_("Billing periods"), N_("Billing period")
    empty_text = N_("A period is opened by the first billing run of its month.")
    label_columns = {
        "building": N_("Building"),
        "building.name": N_("Building"),
        "month": N_("Month"),
        "of_month": N_("Month"),
        "starts_on": N_("Readings from"),
        "ends_on": N_("Readings to"),
        "period_state": N_("Status"),
        "closed_by": N_("Closed by"),
        "closed_at": N_("Period closed at"),
        "reopened_reason": N_("Opened again because"),
    }
    list_columns = ["of_month", "building.name", "starts_on", "ends_on", "period_state"]
    column_kinds = {"of_month": Kind.DAY, "period_state": Kind.CHOICE}
    filters = ["building"]
    state_column = "period_state"
    order_columns = ["month"]
    base_order = ("month", "desc")
    show_columns = ["building", "of_month", "starts_on", "ends_on", "closed_by", "closed_at", "reopened_reason"]
    list_template, show_template = "runs/periods.html", "runs/period.html"

    def list_extras(self, page: ListPage) -> dict[str, Any]:
        periods = [row.record for row in page.rows]
        return {"boards": boards_of(periods), "red_links": {period.id: red_readings_of(period) for period in periods}}

    def record_title(self, record: BillingPeriod) -> Any:
        return str(record)

    def record_badge(self, record: BillingPeriod) -> Any:
        return record.period_state

    def record_extras(self, record: BillingPeriod) -> dict[str, Any]:
        to_correct = action_to("BillCorrectionView", N_("Open"), route="list", period=record.id, office=record.office_id)
        return {"board": board_of(record), "to_correct": to_correct, "panels": panels_of("period_panels", record)}

    def record_actions(self, record: BillingPeriod) -> list[Action]:
        found = super().record_actions(record)
        if not record.is_open:
            again = action_to("PeriodReopeningView", N_("Open again"), icon="lock-open", period=record.id, office=record.office_id)
            return present(*found, again)
        days = action_to("PeriodDaysView", N_("Change days"), icon="calendar", period=record.id, office=record.office_id)
        closing = None
        if self.allowed("can_close"):
            closing = action(N_("Close period"), url_for(f"{self.endpoint}.close", pk=record.id), icon="lock", method="post")
        billing = action_to(
            "BillingRunView", N_("Calculate"), icon="calculator", primary=True, building=record.building_id, month=record.name,
            office=record.office_id,
        )  # fmt: skip
        return present(*found, days, closing, billing)

    @expose("/close/<pk>", methods=["POST"])
    @needs("close")
    def close(self, pk: str) -> Any:
        """Close the period: it takes no more charges."""
        record = self.record_or_404(pk)
        try:
            run(close_period, period=record.id)
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(N_("The period is closed.")), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))


def red_readings_of(period: BillingPeriod) -> Action | None:
    """Return the way to the red readings of a period's building that wait; nothing for whoever may not list them."""
    days: dict[str, Any] = {"read_on_from": period.starts_on.isoformat(), "read_on_to": period.ends_on.isoformat()}
    return action_to("ReadingView", N_("Open"), route="list", tab="waiting", building=period.building_id, office=period.office_id, **days)


class PeriodDaysForm(EntityForm):
    period = LookupField(N_("Billing period"), lookup="billing_period", required=True)
    starts_on = DayField(N_("Readings from"), required=True)
    ends_on = DayField(N_("Readings to"), required=True)


class PeriodDaysView(OperationView):
    """Which days' readings belong to a period."""

    datamodel = GuardedInterface(BillingPeriod)
    is_only_a_page = True
    add_title, deed = N_("Days of a billing period"), N_("Save")
    form, operation = PeriodDaysForm, staticmethod(set_period_days)


class PeriodReopeningForm(EntityForm):
    period = LookupField(N_("Billing period"), lookup="billing_period", required=True)
    reason = TextField(N_("Reason"), required=True)


class PeriodReopeningView(OperationView):
    """A closed period is opened again, with a reason."""

    datamodel = GuardedInterface(BillingPeriod)
    is_only_a_page = True
    add_title, deed, deed_icon = N_("Open a billing period again"), N_("Open again"), "lock-open"
    form, operation = PeriodReopeningForm, staticmethod(reopen_period)
