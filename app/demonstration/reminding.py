"""Who was reminded in the demonstration: some customers have an address, some were called, letters stand in every state."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.broadband.models import Subscription
from app.broadband.operations.standing import policy
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob
from app.foundation.mail import Delivery, Fate
from app.foundation.scope import everything, scoped
from app.offices.models import Office
from app.reminders.choices import CallOutcome, LetterState
from app.reminders.models import Letter, ReminderCall
from app.reminders.operations.calls import note_call
from app.reminders.operations.letters import write_letters
from app.reminders.operations.outbox import settle_letter
from app.reminders.queries import steps_between, stops_within

# Login of who calls in each office.
CALLERS = {"SZ": "cashier.sz", "HK": "cashier.hk", "HN": "cashier.hn"}
CALLS = (CallOutcome.WILL_PAY, CallOutcome.NO_ANSWER, CallOutcome.CALL_BACK, CallOutcome.WILL_NOT_RENEW, CallOutcome.MOVED_AWAY)
FATES = (
    Delivery(Fate.SENT),
    Delivery(Fate.SENT),
    Delivery(Fate.LATER, "450 4.2.0 Greylisted, please try again later"),
    Delivery(Fate.NEVER, "550 5.1.1 User unknown"),
    Delivery(Fate.UNCERTAIN, "timed out"),
)


def remind(*, job: int, people: dict[str, int]) -> BackgroundJob:
    """Remind the customers whose lines stop soon, unless it was done before; ``people`` are the ids of logins."""
    with everything("the demonstration plays in every office"):
        offices = list(db.session.scalars(select(Office).order_by(Office.id)))
        is_done = db.session.scalars(select(ReminderCall.id).limit(1)).first() is not None
    for office in [] if is_done else offices:
        caller = people.get(CALLERS.get(office.code, ""))
        with scoped(caller, [office.id]):
            _remind(office)
    done: BackgroundJob = db.session.get_one(BackgroundJob, job)
    return done


def _remind(office: Office) -> None:
    today = clock.today(office)
    rules = policy(office.id)
    soon = select(Subscription).where(Subscription.office_id == office.id, stops_within(today, rules.warning_days))
    lines = list(db.session.scalars(soon.order_by(Subscription.stops_on, Subscription.id)))
    for number, line in enumerate(lines):
        if number % 2 == 0:
            line.customer.email = f"{line.customer.customer_no.lower()}@example.com"
        if number % 3 == 1:
            note_call(subscription=line.id, outcome=CALLS[number // 3 % len(CALLS)])
    db.session.flush()
    for step, next_step in steps_between(rules.reminder_days):
        write_letters(office=office.id, day=today, step=step, next_step=next_step, after=0)
    _settle(list(db.session.scalars(select(Letter).where(Letter.office_id == office.id).order_by(Letter.id))))


def _settle(letters: Sequence[Letter]) -> None:
    """Let some letters have met a mail server; the others wait."""
    for letter, delivery in zip(letters, FATES, strict=False):
        letter.state, letter.next_attempt_at = LetterState.SENDING, None
        letter.attempts, letter.tried_at = 1, clock.real_now()
        db.session.flush()
        settle_letter(letter=letter.id, delivery=delivery)
