"""Two senders at once, with real commits: every letter leaves once."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.reminders.choices import LetterState
from app.reminders.jobs import _send_in_background, see_to_letters
from app.reminders.models import Letter
from config import Settings
from tests import factories
from tests.conftest import make_application
from tests.reminders.conftest import night
from tests.reminders.mail_server import mail_server

LETTERS = 6


@pytest.fixture
def app_with_letters(settings: Settings, committed_database: str) -> Iterator[Flask]:
    """An application whose letters of today wait, about lines that stop in a week or two by the real calendar."""
    app = make_application(settings, committed_database)
    with app.app_context():
        today = clock.today(factories.office())
        for number in range(LETTERS):
            person = factories.a_customer(email=f"customer{number}@example.net")
            factories.a_line_until((today + datetime.timedelta(days=7)).isoformat(), customer=person)
        night(today.isoformat())
        with everything("letters that need not wait until eight"):
            db.session.execute(update(Letter).values(next_attempt_at=clock.real_now()))
            db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_two_senders_at_once_send_every_letter_once(app_with_letters: Flask) -> None:
    with mail_server() as inbox:
        threads = [threading.Thread(target=_send_in_background, args=(app_with_letters, inbox.server)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        recipients = [message["To"] for message in inbox.messages]
    assert sorted(recipients) == [f"customer{number}@example.net" for number in range(LETTERS)]
    with app_with_letters.app_context(), everything("a test's own letters"):
        assert list(db.session.scalars(select(Letter.state))) == [LetterState.SENT] * LETTERS


def test_the_watch_sends_in_the_background(app_with_letters: Flask) -> None:
    with mail_server() as inbox, app_with_letters.app_context():
        app_with_letters.config["MAIL_SERVER"] = inbox.server
        sender = see_to_letters()
        assert sender is not None
        sender.join(30)
        assert len(inbox.messages) == LETTERS
        assert see_to_letters() is None, "Nothing is left to send."
