"""Suspensions 報停 (B2.7), forced stops 強停 (B2.8), resumptions 復機 (B2.10): their lists, and the pages that do them."""

from __future__ import annotations

import datetime
from typing import Any

from app.billing.choices import PricedOperation
from app.broadband.choices import StopReason
from app.broadband.documents import resumption_application, stop_notice, suspension_application
from app.broadband.models import ForcedStop, Resumption, Suspension
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import (
    EXTEND_ANYWAY,
    ResumptionTerms,
    SuspensionTerms,
    force_stop,
    resume,
    suspend,
)
from app.broadband.operations.standing import policy_for
from app.broadband.rules.forced_stop import freezes
from app.broadband.rules.stop_date import days_unused
from app.broadband.views.deeds import DeedForm, DeedView, PaidDeedForm, PaidDeedView
from app.broadband.views.describing import days_drawn, described
from app.foundation.scope import current_scope
from app.foundation.views import ChoiceField, DayField, FlagField, GuardedInterface, Preview, PreviewFact
from app.values.errors import N_, Message


class SuspensionForm(PaidDeedForm):
    """What is asked for a suspension on request."""

    planned_resume_on = DayField(N_("Planned resume date"))

    asked = ("planned_resume_on",)
    terms_class = SuspensionTerms


def describe_suspension(record: Suspension) -> Preview:
    """Say until when the line rests, which days it keeps, and what resuming earlier or on the planned day does."""
    line, on = record.subscription, record.suspended_on
    rules, stops_on = policy_for(line), _required(line.stops_on)
    kept, planned = days_unused(stops_on, on=on), record.planned_resume_on
    shift = (planned - on).days
    earliest = on + datetime.timedelta(days=rules.suspension_min_days)
    is_long_enough = shift >= rules.suspension_min_days
    if is_long_enough:
        by_itself = Message(
            "On %(date)s the line resumes by itself: the stop date becomes %(stop)s (%(days)s days later).",
            date=planned,
            stop=stops_on + datetime.timedelta(days=shift),
            days=shift,
        )
    else:
        by_itself = Message(
            "On %(date)s the line resumes by itself. That is less than %(fewest)s days: the stop date stays %(stop)s.",
            date=planned,
            fewest=rules.suspension_min_days,
            stop=stops_on,
        )
    said = [
        Message("There is no service after %(date)s; that day itself is used. %(days)s unused days are kept.", date=on, days=kept),
        by_itself,
    ]
    if is_long_enough:
        said.append(
            Message("Resumed before %(date)s, the suspension is too short and the stop date stays %(stop)s.", date=earliest, stop=stops_on)
        )
    return described(
        record,
        sentences=said,
        facts=[PreviewFact(N_("Planned resume date"), None, planned)],
        deed=N_("Suspend"),
        paid_deed=N_("Suspend and take %(amount)s"),
        fee_label=N_("Suspension fee"),
        **days_drawn(record),
    )


class SuspensionView(PaidDeedView):
    """Suspensions on request with every field of B2.7."""

    datamodel = GuardedInterface(Suspension)
    icon = "player-pause"
    list_title, show_title, related_title = N_("Suspensions"), N_("Suspension on request"), N_("Suspensions")
    add_title, deed, deed_icon = N_("Suspension on request"), N_("Suspend"), "player-pause"
    empty_text = N_("Suspensions appear here. Find a line in the subscriber query to suspend it.")
    done_message = N_("The line is suspended.")
    day, day_label, fee_label = "suspended_on", N_("Suspended on"), N_("Suspension fee")
    own_labels = {"planned_resume_on": N_("Planned resume date")}
    priced = PricedOperation.SUSPENSION
    paper_of = staticmethod(suspension_application)
    form, operation, describe = SuspensionForm, staticmethod(suspend), staticmethod(describe_suspension)

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        form.planned_resume_on.description = N_(
            "Left empty, the latest day that the policy allows. On that day the line resumes by itself."
        )


class ForcedStopForm(DeedForm):
    """Why a line is cut."""

    reason = ChoiceField(N_("Reason for the stop"), options=StopReason, required=True)

    asked = ("reason",)
    last_fields = ("on", "note")

    def terms(self) -> dict[str, Any]:
        terms = DeedTerms(on=self.on.data, note=self.note.data or "")
        return {"subscription": self.subscription.data, "reason": self.reason.data, "terms": terms}


def describe_forced_stop(record: ForcedStop) -> Preview:
    """Say what becomes of the days while the line is cut, and how it comes back."""
    reason, stops_on = record.stop_reason, _required(record.subscription.stops_on)
    if freezes(reason):
        days = Message("The days stand still: the stop date moves by as many days as the line is cut.")
    else:
        days = Message("The days go on: the stop date stays %(stop)s.", stop=stops_on)
    back = {
        StopReason.ARREARS: Message("A payment that reaches the day on which it is made resumes the line by itself."),
        StopReason.VIOLATION: Message("It comes back by a resumption, while it has days left."),
        StopReason.OPERATOR: Message("It comes back by a resumption, as soon as the network works again."),
    }
    return described(
        record,
        sentences=[Message("The line is cut on %(date)s.", date=record.stopped_on), days, back[reason]],
        facts=[PreviewFact(N_("Reason for the stop"), None, reason)],
        deed=N_("Force stop"),
    )


class ForcedStopView(DeedView):
    """Forced stops with every field of B2.8."""

    datamodel = GuardedInterface(ForcedStop)
    icon = "ban"
    list_title, show_title, related_title = N_("Forced stops"), N_("Forced stop"), N_("Forced stops")
    add_title, deed, deed_icon = N_("Forced stop"), N_("Force stop"), "ban"
    empty_text = N_("Forced stops appear here. Find a line in the subscriber query to cut it.")
    done_message = N_("The line is cut.")
    day, day_label = "stopped_on", N_("Stopped on")
    own_labels = {"stop_reason": N_("Reason for the stop"), "subscription.shown_status": N_("Subscription status")}
    own_columns = ("stop_reason", "subscription.shown_status")
    paper_of = staticmethod(stop_notice)
    form, operation, describe = ForcedStopForm, staticmethod(force_stop), staticmethod(describe_forced_stop)


class ResumptionForm(PaidDeedForm):
    """What is asked for a resumption."""

    extend_anyway = FlagField(
        N_("Extend the stop date anyway"), help=N_("For a suspension shorter than the policy asks for; it needs a reason.")
    )

    asked = ("extend_anyway",)
    terms_class = ResumptionTerms

    def own_terms(self) -> dict[str, Any]:
        return {"extend_anyway": bool(self.extend_anyway.data)}


def describe_resumption(record: Resumption) -> Preview:
    """Say how long the line was off and what that does to its stop date."""
    event = record.event
    stop = _required(event.stops_on_after)
    off = Message(
        "The line was off from %(start)s to %(end)s: %(days)s days.", start=record.halted_on, end=record.resumed_on, days=record.days_off
    )
    if record.days_shifted:
        moved = Message("The stop date moves by %(days)s days to %(stop)s.", days=record.days_shifted, stop=stop)
    elif event.stop_reason_before is None and record.days_off:
        fewest = policy_for(record.subscription).suspension_min_days
        moved = Message("That is less than the %(fewest)s days of the policy: the stop date stays %(stop)s.", fewest=fewest, stop=stop)
    else:
        moved = Message("The stop date stays %(stop)s.", stop=stop)
    return described(
        record,
        sentences=[off, moved, Message("There is service again from %(date)s on.", date=record.resumed_on)],
        deed=N_("Resume"),
        paid_deed=N_("Resume and take %(amount)s"),
        fee_label=N_("Resumption fee"),
        **days_drawn(record),
    )


class ResumptionView(PaidDeedView):
    """Resumptions with every field of B2.10."""

    datamodel = GuardedInterface(Resumption)
    icon = "player-play"
    list_title, show_title, related_title = N_("Resumptions"), N_("Resumption"), N_("Resumptions")
    add_title, deed, deed_icon = N_("Resumption"), N_("Resume"), "player-play"
    empty_text = N_("Resumptions appear here: of lines that were suspended or force-stopped.")
    done_message = N_("The line has service again.")
    day, day_label, fee_label = "resumed_on", N_("Resumed on"), N_("Resumption fee")
    own_labels = {
        "halted_on": N_("Off since"),
        "days_off": N_("Days off"),
        "days_shifted": N_("Days shifted"),
        "is_extended_anyway": N_("Extended anyway"),
        "is_automatic": N_("Resumed by itself"),
    }
    own_columns = ("halted_on", "days_off", "days_shifted")
    priced = PricedOperation.RESUMPTION
    paper_of = staticmethod(resumption_application)
    form, operation, describe = ResumptionForm, staticmethod(resume), staticmethod(describe_resumption)

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        if not current_scope().may(EXTEND_ANYWAY):
            form.left_out = form.left_out | {"extend_anyway"}


def _required(day: datetime.date | None) -> datetime.date:
    if day is None:
        raise AssertionError("An installed line has a stop date.")
    return day
