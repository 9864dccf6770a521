"""The outbox of letters, and the office's reminder days, for programs."""

from __future__ import annotations

from typing import Any

from app.broadband.operations.standing import policy
from app.broadband.rules.status import FURTHEST_STEP, MOST_STEPS
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
    Rows,
    Text,
    Whole,
    days,
    done,
    records,
    require_office,
    same_code,
    same_record,
)
from app.foundation.transactions import run
from app.offices.choices import Language
from app.reminders.choices import LetterState
from app.reminders.models import Letter
from app.reminders.operations.letters import send_again
from app.reminders.operations.settings import save_reminder_days

routes = Routes("Reminders")


class LetterAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    subscription = Reference(attribute="subscription_id")
    customer = Reference(attribute="customer_id")
    step = Whole()
    stops_on = Day()
    recipient = Text()
    language = Code(Language)
    subject = Text()
    body = Text()
    state = Code(LetterState)
    attempts = Whole()
    next_attempt_at = Moment()
    tried_at = Moment()
    sent_at = Moment()
    error = Text()
    created_at = Moment()


LETTER = Look(LetterAnswer)
letters = records(
    routes,
    "letters",
    Letter,
    view="LetterView",
    look=LETTER,
    filters={
        "subscription": same_record(Letter.subscription_id),
        "customer": same_record(Letter.customer_id),
        "state": same_code(Letter.state, LetterState),
        **days("stops_on", Letter.stops_on),
    },
)


@routes.post("/letters/<int:record>/send_again", may=("LetterView", "can_send_again"), gives=LETTER)
def send_letter_again(record: int) -> Given:
    """Put a letter that was not delivered back into the outbox. One that was sent goes out once only."""
    return done(run(send_again, letter=letters.one(record).id))


class ReminderDaysBody(Body):
    """The days before a stop date, in any order."""

    reminder_days = Rows(Whole(0, FURTHEST_STEP), most=MOST_STEPS, required=True)
    version = Whole(1)


class ReminderDaysAnswer(Answer):
    office = Reference(attribute="office_id")
    reminder_days = Rows(Whole())
    version = Whole()


REMINDER_DAYS = Look(ReminderDaysAnswer)


@routes.get("/reminder_days/<int:office>", may=("ReminderSettingsView", "can_list"), gives=REMINDER_DAYS)
def show_reminder_days(office: int) -> Any:
    """Show on which days before a stop date the customers of an office are reminded."""
    return policy(require_office(office))


@routes.put("/reminder_days/<int:office>", may=("ReminderSettingsView", "can_edit"), takes=ReminderDaysBody, gives=REMINDER_DAYS)
def set_reminder_days(office: int, body: dict[str, Any]) -> Any:
    """Set the reminder days of an office. With `version` the change is refused when somebody else was faster."""
    version = str(body["version"]) if "version" in body else None
    return run(save_reminder_days, office=require_office(office), days=tuple(body["reminder_days"]), version=version).record
