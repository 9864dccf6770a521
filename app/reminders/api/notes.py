"""Notes of calls and renewal notices for programs."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Given,
    Look,
    Moment,
    Reference,
    Routes,
    Text,
    Whole,
    days,
    done,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.transactions import run
from app.offices.choices import Language
from app.reminders.choices import CallOutcome
from app.reminders.models import ReminderCall, RenewalNotice
from app.reminders.operations.calls import note_call
from app.reminders.operations.notices import issue_notice, print_notices
from app.reminders.printing import PDF, as_answer

routes = Routes("Reminders")
# What this operation returns is a list of records; only the paper of them is given.
PRINTING: Any = print_notices


class CallBody(Body):
    """What came of a call about a line."""

    subscription = Reference(required=True)
    outcome = Code(CallOutcome, required=True)
    note = Text(TEXT)


class CallAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    subscription = Reference(attribute="subscription_id")
    customer = Reference(attribute="customer_id")
    stops_on = Day()
    outcome = Code(CallOutcome)
    note = Text()
    created_at = Moment()
    created_by = Reference(attribute="created_by_id")


CALL = Look(CallAnswer)
records(
    routes,
    "reminder_calls",
    ReminderCall,
    view="ReminderCallView",
    look=CALL,
    filters={
        "subscription": same_record(ReminderCall.subscription_id),
        "customer": same_record(ReminderCall.customer_id),
        "outcome": same_code(ReminderCall.outcome, CallOutcome),
    },
)


@routes.post("/reminder_calls", may=("ReminderCallView", "can_add"), takes=CallBody, gives=CALL)
def add_call(body: dict[str, Any]) -> Given:
    """Note what came of a call."""
    return done(run(note_call, **body))


class NoticeBody(Body):
    """The line whose renewal notice is issued."""

    subscription = Reference(required=True)


class NoticeAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    subscription = Reference(attribute="subscription_id")
    customer = Reference(attribute="customer_id")
    issued_on = Day()
    stops_on = Day()
    language = Code(Language)
    printings = Whole()


NOTICE = Look(NoticeAnswer)
notices = records(
    routes,
    "renewal_notices",
    RenewalNotice,
    view="RenewalNoticeView",
    look=NOTICE,
    filters={
        "subscription": same_record(RenewalNotice.subscription_id),
        "customer": same_record(RenewalNotice.customer_id),
        **days("issued_on", RenewalNotice.issued_on),
    },
)


@routes.post("/renewal_notices", may=("RenewalNoticeView", "can_print"), takes=NoticeBody, gives=NOTICE)
def add_notice(body: dict[str, Any]) -> Given:
    """Issue the renewal notice of a line; on the same day and about the same stop date it is the same one again."""
    return done(run(issue_notice, subscription=body["subscription"]))


@routes.get("/renewal_notices/<int:record>.pdf", may=("RenewalNoticeView", "can_print"), media_types=(PDF,))
def print_notice(record: int) -> Response:
    """Print a renewal notice: its PDF. Every printing is counted, and marked from the second on."""
    notice = notices.one(record)
    return as_answer(run(PRINTING, notices=(notice.id,)).record)
