"""Moving the planned day 計劃復機日期 of a suspended line."""

from __future__ import annotations

from typing import Any

from app.broadband.models import Subscription
from app.broadband.operations.halting import move_planned_resumption
from app.broadband.operations.standing import policy_for
from app.foundation.views import DayField, EntityForm, GuardedInterface, LookupField, OperationView, Preview, PreviewFact, record_address
from app.foundation.views.lookups import lookup_record
from app.values.errors import N_, Message


class PlannedDayForm(EntityForm):
    """Which day."""

    subscription = LookupField(N_("Subscription"), lookup="subscription", required=True)
    planned_resume_on = DayField(N_("Planned resume date"), required=True)


def describe_planned_day(line: Subscription) -> Preview:
    """Say when the line resumes by itself now, and what that day does to its stop date."""
    planned, halted_on, stops_on = line.planned_resume_on, line.halted_on, line.stops_on
    if planned is None or halted_on is None or stops_on is None:
        raise AssertionError(f"The line {line.broadband_account} is not suspended.")
    days = (planned - halted_on).days
    fewest = policy_for(line).suspension_min_days
    if days >= fewest:
        said = Message(
            "On %(date)s the line resumes by itself: the stop date becomes %(stop)s (%(days)s days later).",
            date=planned,
            stop=stops_on + (planned - halted_on),
            days=days,
        )
    else:
        said = Message(
            "On %(date)s the line resumes by itself. That is less than %(fewest)s days: the stop date stays %(stop)s.",
            date=planned,
            fewest=fewest,
            stop=stops_on,
        )
    return Preview(sentences=[said], facts=[PreviewFact(N_("Planned resume date"), None, planned)], deed=N_("Move the day"))


class MovePlannedResumptionView(OperationView):
    """The page that moves the planned day."""

    datamodel = GuardedInterface(Subscription)
    class_permission_name = "SuspensionView"
    is_only_a_page = True
    icon = "calendar"
    list_title, add_title, deed, deed_icon = N_("Planned resume date"), N_("Move the planned resume date"), N_("Move the day"), "calendar"
    done_message = N_("The planned resume date is moved.")
    form, operation, describe = PlannedDayForm, staticmethod(move_planned_resumption), staticmethod(describe_planned_day)

    def opened_form(self, kind: Any, record: Any | None = None) -> EntityForm:
        """The planned day that holds now stands there already."""
        form = super().opened_form(kind, record)
        chosen = lookup_record("subscription", form["subscription"].data)
        if form["planned_resume_on"].data is None and isinstance(chosen, Subscription):
            form["planned_resume_on"].data = chosen.planned_resume_on
        return form

    def after_saving(self, record: Subscription) -> str:
        return record_address(record) or "/"
