"""The subscriber query 用戶信息查詢 (B3.1), and the page of one line."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from flask import redirect, url_for
from flask_appbuilder.actions import action as deed
from sqlalchemy import ColumnElement, or_, select

from app.billing.queries import open_charges
from app.broadband.choices import Attention, SubscriptionOperation, SubscriptionStatus
from app.broadband.models import BroadbandPolicy, Subscription
from app.broadband.operations.standing import policy
from app.broadband.queries import equipment_of, has_status
from app.broadband.views.actions import PAYING, booking_action, lending_action, moving_action, operation_action, operation_actions
from app.broadband.views.bulk import bulk_actions_of_filter
from app.broadband.views.cover import drawn_line, is_frozen
from app.broadband.views.renewing import RenewingView
from app.broadband.views.story import events_of, operations_of
from app.customers.models import Customer
from app.customers.queries import has_terms, matches
from app.foundation import clock
from app.foundation.database import db
from app.foundation.views import (
    DayFilter,
    EntityView,
    FlagFilter,
    GuardedInterface,
    Kind,
    LookupFilter,
    Tab,
    action_to,
    present,
    record_address,
    register_lookup,
)
from app.foundation.views.links import Action
from app.foundation.views.state import once_per_request
from app.offices.menu import my_office
from app.values.errors import N_, Message, NotFound
from app.values.money import sum_of


def found_by(text: str) -> ColumnElement[bool]:
    """Return the condition that a line is found by its customer, address, room, login or telephone."""
    people = select(Customer.id).where(matches(text))
    return or_(has_terms(Subscription.search_terms, text), Subscription.customer_id.in_(people))


register_lookup(
    "subscription",
    Subscription,
    search=found_by,
    columns=["broadband_account"],
    text=lambda line: f"{line.customer.name} · {line.broadband_account}",
    detail=lambda line: line.place,
)


def _rules_today() -> tuple[datetime.date, int]:
    """Return the office's date and days of grace; a list is of one office."""
    return once_per_request("broadband today", _read_rules)


def _read_rules() -> tuple[datetime.date, int]:
    office = my_office()
    if office is None:
        raise NotFound(Message("This record does not exist."), code="not_found")
    rules: BroadbandPolicy = policy(office.id)
    return clock.today(office), rules.grace_days


def _tab(status: SubscriptionStatus) -> Tab:
    def condition() -> ColumnElement[bool]:
        today, grace_days = _rules_today()
        return has_status(status, today=today, grace_days=grace_days)

    return Tab(status.value, status.label, condition)


class SubscriptionView(RenewingView, EntityView):
    """Subscribers: every field of B2.1, searchable."""

    datamodel = GuardedInterface(Subscription)
    icon = "router"
    list_title, show_title, related_title = N_("Subscriber query"), N_("Subscription"), N_("Subscription")
    empty_text = N_("A line appears here when an account is opened.")
    search_hint = N_("Name, initials, telephone, address, broadband account")
    label_columns = {
        "customer": N_("Customer"),
        "customer.customer_no": N_("Customer number"),
        "customer.name": N_("Customer name"),
        "customer.masked_id_number": N_("ID number"),
        "community": N_("Community name"),
        "community.name": N_("Community name"),
        "address": N_("Address"),
        "contact_phone": N_("Contact phone"),
        "telephone": N_("Telephone"),
        "business_type": N_("Business type"),
        "business_type.name": N_("Business type"),
        "plan": N_("Plan type"),
        "plan.name": N_("Plan type"),
        "plan.fee": N_("Plan fee"),
        "fee": N_("Fee"),
        "access_order_no": N_("Access order number"),
        "broadband_account": N_("Broadband account"),
        "masked_password": N_("Password"),
        "bound_number": N_("Bound number"),
        "salesperson": N_("Salesperson"),
        "salesperson.name": N_("Salesperson"),
        "note": N_("Note"),
        "status": N_("Subscription status"),
        "shown_status": N_("Subscription status"),
        "applied_on": N_("Applied on"),
        "activated_on": N_("Activated on"),
        "stops_on": N_("Stop date"),
        "days_left": N_("Days left"),
        "planned_resume_on": N_("Planned resume date"),
        "stop_reason": N_("Reason for the stop"),
        "renews_from_credit": N_("Renew from credit"),
    }
    column_kinds = {
        "status": Kind.CHOICE,
        "shown_status": Kind.CHOICE,
        "days_left": Kind.NUMBER,
        "customer.masked_id_number": Kind.TEXT,
        "masked_password": Kind.TEXT,
    }
    list_columns = [
        "broadband_account",
        "customer.name",
        "address",
        "plan.name",
        "activated_on",
        "stops_on",
        "days_left",
        "shown_status",
        "plan.fee",
    ]
    export_columns = [
        "customer.customer_no",
        "customer.name",
        "community.name",
        "address",
        "contact_phone",
        "telephone",
        "customer.masked_id_number",
        "business_type.name",
        "plan.name",
        "plan.fee",
        "fee",
        "access_order_no",
        "broadband_account",
        "bound_number",
        "salesperson.name",
        "note",
        "status",
        "applied_on",
        "activated_on",
        "stops_on",
        "days_left",
        "renews_from_credit",
    ]
    second_lines = {"broadband_account": "customer.customer_no", "customer.name": "contact_phone", "address": "community.name"}
    tabs = [_tab(status) for status in SubscriptionStatus]
    tabs_argument = "status"
    filters = [
        *("community", "plan", "stops_on"),
        *(DayFilter("applied_on", is_first=False), DayFilter("activated_on", is_first=False)),
        *(LookupFilter("business_type", is_first=False), LookupFilter("salesperson", is_first=False)),
        FlagFilter("renews_from_credit", is_first=False),
    ]
    order_columns = ["broadband_account", "stops_on", "applied_on"]
    base_order = ("id", "desc")
    nulls_first = ["stops_on"]
    loads = ["policy"]  # the office is in the session already: the frame of the page names it
    show_template = "broadband/subscription.html"
    show_loads = [
        "office",
        "policy",
        "community",
        "customer",
        "plan",
        "periods",
        "work_orders.business_type",
        "work_orders.installer",
        "booked_change.new_plan",
        "renewal_agreed_by",
    ]
    show_fieldsets = [
        (N_("Customer"), ["customer", "customer.customer_no", "customer.masked_id_number", "contact_phone", "telephone"]),
        (
            N_("Line"),
            ["community", "address", "business_type.name", "access_order_no", "broadband_account", "masked_password", "bound_number"],
        ),
        (N_("Plan and dates"), ["plan", "fee", "applied_on", "activated_on", "stops_on", "status", "salesperson", "note"]),
    ]
    related_through = {"RegularPaymentView": "subscription"}
    history_below = True
    revealable = {"masked_password": "password"}
    hideable = ["contact_phone", "telephone", "access_order_no", "password", "bound_number", "salesperson", "note"]
    fields_title = N_("Subscribers and account opening")

    def search(self, text: str) -> ColumnElement[bool]:
        return found_by(text)

    def page_actions(self) -> list[Action]:
        opening = action_to("OpenAccountView", N_("Open account"), icon="user-plus", primary=True, key="N")
        return [*bulk_actions_of_filter(), *present(opening)]

    @deed("force_stop", N_("Force stop"), icon="ban", single=False)
    def force_stop(self, records: Any) -> Any:
        """Show what a forced stop would do to the ticked lines."""
        return self._in_bulk(SubscriptionOperation.FORCE_STOP, records)

    @deed("resume", N_("Resume"), icon="player-play", single=False)
    def resume(self, records: Any) -> Any:
        """Show what a resumption would do to the ticked lines."""
        return self._in_bulk(SubscriptionOperation.RESUME, records)

    def _in_bulk(self, operation: SubscriptionOperation, records: Sequence[Subscription]) -> Any:
        ids = ",".join(str(record.id) for record in records)
        return redirect(url_for("BulkRunView.add", operation=operation.value, ids=ids, office=records[0].office_id))

    def record_title(self, record: Subscription) -> Any:
        return record.broadband_account

    def record_context(self, record: Subscription) -> Any:
        return f"{record.customer.name} · {record.customer.customer_no} · {record.place}"

    def record_badge(self, record: Subscription) -> Any:
        return record.shown_status

    def row_actions(self, record: Subscription) -> list[Action]:
        return present(self._pay_action(record))

    def record_actions(self, record: Subscription) -> list[Action]:
        """Return what may be done to the line now: first what is asked for most, the payment last."""
        orders = [order for order in record.work_orders if order.is_open]
        completing = (
            action_to("CompleteOrderView", N_("Complete order"), icon="tool", work_order=orders[0].id, office=record.office_id)
            if orders
            else None
        )
        counter = action_to("CounterView", N_("Counter"), route="list", icon="cash-register", customer=record.customer_id, line=record.id)
        works = action_to("OrderWorksView", N_("Make a work order"), icon="tool", subscription=record.id, office=record.office_id)
        # Where the customer has agreed, the button stands beside the sentence that says so.
        renewing = None if record.renews_from_credit else self.renewal_action(record)
        lending = lending_action(record)
        return present(completing, *operation_actions(record), works, lending, renewing, counter, self._pay_action(record))

    def _pay_action(self, record: Subscription) -> Action | None:
        return operation_action(record, PAYING)

    def record_extras(self, record: Subscription) -> dict[str, Any]:
        left = record.days_left
        is_short = record.shown_status is Attention.EXPIRING
        operations = operations_of(record)
        periods = drawn_line(record, operations)
        return {
            "periods": periods,
            "drawn_stop": periods[-1]["ends_on"] if periods and is_frozen(record.state, record.stop_reason) else record.stops_on,
            "is_frozen": is_frozen(record.state, record.stop_reason),
            "moving": moving_action(record),
            "booking": booking_action(record),
            "renewal": self.renewal_action(record),
            "today": clock.today(record.office),
            "day_tone": "orange" if left is not None and left < 0 else ("amber" if is_short else "good"),
            "owed": sum_of(charge.open_amount for charge in db.session.scalars(open_charges(record.customer_id))),
            "events": events_of(record, operations),
            "equipment": [(piece, record_address(piece)) for piece in db.session.scalars(equipment_of(record.id))],
        }
