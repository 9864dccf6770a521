"""A letter that cannot be written or put together holds up no other: it is noted, tried again, and given up at last."""

from __future__ import annotations

import dataclasses
import datetime
import logging
from typing import Any

import pytest
from flask import Flask

from app.broadband.models import Subscription
from app.foundation import mail
from app.reminders.choices import LetterState
from app.reminders.operations import letters as writing
from tests.pages.conftest import signed_in
from tests.reminders.conftest import a_line_until_31_may, letters, night
from tests.reminders.mail_server import mail_server
from tests.reminders.test_sending import MORNING, at, sent_by

POISONED = "王晓明"
CANNOT_BE_WRITTEN = "The letter could not be written. The program's log says why."


@pytest.fixture
def poisoned(app: Flask, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Three lines, of which the first makes an error in whatever writes its letter."""
    for name in (POISONED, "李娜", "赵六"):
        a_line_until_31_may(name=name)
    real = writing.letter_of

    def letter_of(line: Subscription, *facts: Any) -> dict[str, Any]:
        if line.customer.name == POISONED:
            raise ZeroDivisionError
        return real(line, *facts)

    monkeypatch.setattr(writing, "letter_of", letter_of)
    return monkeypatch


def states() -> list[LetterState]:
    return [letter.state for letter in letters()]


def test_the_night_writes_the_other_letters(poisoned: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        night("2026-05-24")
    assert [bool(letter.body) for letter in letters()] == [False, True, True]
    assert states() == [LetterState.WAITING] * 3
    assert "could not be written" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_the_sender_sends_the_other_letters_and_tries_again(poisoned: pytest.MonkeyPatch) -> None:
    night("2026-05-24")
    at(MORNING, poisoned)
    with mail_server() as inbox:
        assert sent_by(inbox) == 2
        assert states() == [LetterState.FAILED, LetterState.SENT, LetterState.SENT]
        first = letters()[0]
        assert (first.error, first.attempts) == (CANNOT_BE_WRITTEN, 1)
        assert first.next_attempt_at == MORNING + datetime.timedelta(minutes=1)
        poisoned.undo()
        at(MORNING + datetime.timedelta(minutes=1), poisoned)
        assert sent_by(inbox) == 1
    assert states() == [LetterState.SENT] * 3
    assert letters()[0].error == ""
    assert len(inbox.received) == 3


def test_the_outbox_says_it_in_the_readers_language(poisoned: pytest.MonkeyPatch, app: Flask) -> None:
    night("2026-05-24")
    at(MORNING, poisoned)
    with mail_server() as inbox:
        sent_by(inbox)
    client = signed_in(app, "chen")
    assert "这封信没能写成，原因见程序日志。" in client.get("/letterview/list/").get_data(as_text=True)
    assert "这封信没能写成，原因见程序日志。" in client.get(f"/letterview/show/{letters()[0].id}").get_data(as_text=True)
    assert "这封信没能写成" in client.get("/letterview/export/csv", buffered=True).get_data(as_text=True)


def test_it_is_given_up_after_six_attempts(poisoned: pytest.MonkeyPatch) -> None:
    night("2026-05-24")
    moment = MORNING
    with mail_server() as inbox:
        for _ in range(6):
            at(moment, poisoned)
            sent_by(inbox)
            moment = letters()[0].next_attempt_at or moment
    assert states() == [LetterState.GIVEN_UP, LetterState.SENT, LetterState.SENT]
    assert letters()[0].attempts == 6


def test_what_the_library_cannot_put_together_holds_up_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (POISONED, "李娜"):
        a_line_until_31_may(name=name)
    night("2026-05-24")
    at(MORNING, monkeypatch)
    real = mail.message_of

    def message_of(letter: mail.Letter, server: mail.MailServer) -> Any:
        if POISONED in letter.body:
            raise IndexError("pop from an empty list")
        return real(letter, server)

    monkeypatch.setattr(mail, "message_of", message_of)
    with mail_server() as inbox:
        assert sent_by(inbox) == 2
    assert states() == [LetterState.GIVEN_UP, LetterState.SENT]
    assert letters()[0].error == "pop from an empty list"


def test_an_address_that_cannot_stand_in_a_command_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    at(MORNING, monkeypatch)
    real = mail._delivered
    monkeypatch.setattr(
        mail,
        "_delivered",
        lambda connection, sender, letter, content: real(
            connection, sender, dataclasses.replace(letter, recipient="王@example.com"), content
        ),
    )
    with mail_server() as inbox:
        sent_by(inbox)
    assert states() == [LetterState.GIVEN_UP]
    assert inbox.received == []
