"""Months given 贈送月數 and days of compensation 補償天數: their lists, and the pages that give them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from app.broadband.choices import SubscriptionState
from app.broadband.models import LineGrant
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.rules.compensation import MOST_COMPENSATION_DAYS
from app.broadband.rules.payment_amount import FEWEST_MONTHS, MOST_MONTHS
from app.broadband.views.cover import months_of
from app.broadband.views.deeds import DeedForm, DeedView
from app.broadband.views.describing import described
from app.foundation.views import GuardedInterface, Preview, TextField, WholeNumberField
from app.values.errors import N_, Message


class GrantForm(DeedForm):
    """What is given needs a reason."""

    reason = TextField(N_("Reason"), required=True)

    last_fields = ("on", "note")


class GiftForm(GrantForm):
    """How many months are given."""

    gift_months = WholeNumberField(N_("Gift months"), required=True, least=FEWEST_MONTHS, most=MOST_MONTHS)

    asked = ("gift_months", "reason")
    terms_class = GiftTerms

    def own_terms(self) -> dict[str, Any]:
        return {"gift_months": self.gift_months.data or 0}

    def common_terms(self) -> dict[str, Any]:
        return {**super().common_terms(), "reason": self.reason.data or ""}


class CompensationForm(GrantForm):
    """How many days are given."""

    compensation_days = WholeNumberField(N_("Compensation days"), required=True, least=1, most=MOST_COMPENSATION_DAYS)

    asked = ("compensation_days", "reason")
    terms_class = CompensationTerms

    def own_terms(self) -> dict[str, Any]:
        return {"compensation_days": self.compensation_days.data or 0}

    def common_terms(self) -> dict[str, Any]:
        return {**super().common_terms(), "reason": self.reason.data or ""}


def describe_gift(record: LineGrant) -> Preview:
    """Say until when the line serves with the months given."""
    stop, time = record.event.stops_on_after, months_of(record.gift_months)
    said = [Message("Given: %(time)s. The service stops on %(date)s.", time=time, date=stop)]
    if record.event.state_before is SubscriptionState.SUSPENDED:
        said.append(Message("The line stays suspended: these dates move by the days off."))
    said.append(Message("Months given are worth nothing when the line is closed."))
    return described(record, sentences=said, deed=Message("Give %(time)s", time=time))


def describe_compensation(record: LineGrant) -> Preview:
    """Say by how much the stop date moves."""
    stop = record.event.stops_on_after
    said = [Message("The stop date moves by %(days)s days to %(stop)s.", days=record.compensation_days, stop=stop)]
    if record.event.state_before is SubscriptionState.SUSPENDED:
        said.append(Message("The line stays suspended: these dates move by the days off."))
    said.append(Message("The next payment starts on the day after the stop date."))
    return described(record, sentences=said, deed=Message("Give %(days)s days", days=record.compensation_days))


class GrantView(DeedView):
    """What was given to lines; the two kinds share a table."""

    datamodel = GuardedInterface(LineGrant)

    def after_saving(self, record: LineGrant) -> str:
        """Go to the record's page of this view: another one shows the other kind."""
        return str(self.record_url("show", record)) if self.allowed("can_show") else super().after_saving(record)


class GiftView(GrantView):
    """Months given."""

    datamodel = GuardedInterface(LineGrant)
    icon = "gift"
    list_title, show_title, related_title = N_("Gift months"), N_("Gift months"), N_("Gift months")
    add_title, deed, deed_icon = N_("Give months"), N_("Give months"), "gift"
    empty_text = N_("Months given to a line appear here. Find a line in the subscriber query to give it some.")
    done_message = N_("The months are given.")
    day, day_label = "given_on", N_("Given on")
    own_labels = {"gift_months": N_("Gift months")}
    own_columns = ("gift_months", "reason")
    form, operation, describe = GiftForm, staticmethod(give_months), staticmethod(describe_gift)

    def row_conditions(self) -> list[ColumnElement[bool]]:
        return [LineGrant.gift_months > 0]


class CompensationView(GrantView):
    """Days given as compensation."""

    datamodel = GuardedInterface(LineGrant)
    icon = "calendar-plus"
    list_title, show_title, related_title = N_("Compensation days"), N_("Compensation days"), N_("Compensation days")
    add_title, deed, deed_icon = N_("Give days"), N_("Give days"), "calendar-plus"
    empty_text = N_("Days given as compensation appear here. Find a line in the subscriber query to give it some.")
    done_message = N_("The days are given.")
    day, day_label = "given_on", N_("Given on")
    own_labels = {"compensation_days": N_("Compensation days")}
    own_columns = ("compensation_days", "reason")
    form, operation, describe = CompensationForm, staticmethod(compensate), staticmethod(describe_compensation)

    def row_conditions(self) -> list[ColumnElement[bool]]:
        return [LineGrant.compensation_days > 0]
