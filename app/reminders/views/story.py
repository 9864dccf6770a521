"""What the time line of a line tells of reminders: calls, and letters that reached the customer or may have."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.views import action_to
from app.reminders.models import Letter, ReminderCall
from app.reminders.queries import REACHED
from app.values.errors import Message

MOST_EVENTS = 8


def reminders_of(line: Subscription) -> list[dict[str, Any]]:
    """Return the newest calls and letters about a line, as the macro ``events`` shows them."""
    return [*_calls(line), *_letters(line)]


def _calls(line: Subscription) -> list[dict[str, Any]]:
    statement = select(ReminderCall).where(ReminderCall.subscription_id == line.id).options(joinedload(ReminderCall.created_by))
    return [
        {
            "icon": "phone",
            "tone": call.outcome.colour,
            "title": Message("Reminder call: %(outcome)s", outcome=call.outcome),
            "text": call.note,
            "moment": call.created_at,
            "by": str(call.created_by or ""),
            "href": url_for("ReminderCallView.show", pk=call.id),
        }
        for call in db.session.scalars(statement.order_by(ReminderCall.id.desc()).limit(MOST_EVENTS))
    ]


def _letters(line: Subscription) -> list[dict[str, Any]]:
    statement = select(Letter).where(Letter.subscription_id == line.id, Letter.state.in_(REACHED), Letter.tried_at.is_not(None))
    may_read = action_to("LetterView", "", route="list") is not None
    return [
        {
            "icon": "mail",
            "tone": letter.state.colour,
            "title": Message("Letter to %(recipient)s: %(state)s", recipient=letter.recipient, state=letter.state),
            "text": letter.subject,
            "moment": letter.sent_at or letter.tried_at,
            "by": "",
            "href": url_for("LetterView.show", pk=letter.id) if may_read else "",
        }
        for letter in db.session.scalars(statement.order_by(Letter.id.desc()).limit(MOST_EVENTS))
    ]
