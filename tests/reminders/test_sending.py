"""Letters leave by a real mail server on loopback: taken, refused, put off, hung up on; and never twice."""

from __future__ import annotations

import datetime
import socket
import threading

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.mail import MailServer
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.models import Office
from app.reminders import jobs
from app.reminders.choices import LetterState
from app.reminders.jobs import see_to_letters, send_due_letters
from app.reminders.models import Letter
from app.reminders.operations.letters import send_again
from app.values.errors import OperationRefused
from tests import factories
from tests.reminders.conftest import ADDRESS, a_line_until_31_may, letters, night
from tests.reminders.mail_server import Inbox, mail_server

MORNING = datetime.datetime(2026, 5, 24, 1, 0, tzinfo=datetime.UTC)  # nine o'clock in Shanghai
SHORT = 0.5  # seconds: as the sender's ten, but no test waits for them


def at(moment: datetime.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be ``moment`` for the machine as well as for the business."""
    monkeypatch.setattr(clock, "real_now", lambda: moment)


@pytest.fixture
def morning(app: Flask, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The morning after a letter was written, seven days before the stop date."""
    a_line_until_31_may()
    night("2026-05-24")
    at(MORNING, monkeypatch)
    return monkeypatch


def sent_by(inbox: Inbox) -> int:
    """Send what is due now; return how many letters were tried."""
    return send_due_letters(inbox.server, timeout=SHORT)


def only_letter() -> Letter:
    (letter,) = letters()
    return letter


def test_a_letter_arrives_as_it_is_kept(morning: pytest.MonkeyPatch) -> None:
    with mail_server() as inbox:
        assert sent_by(inbox) == 1
    (message,) = inbox.messages
    letter = only_letter()
    assert (letter.state, letter.sent_at, letter.attempts, letter.error) == (LetterState.SENT, MORNING, 1, "")
    assert message["To"] == ADDRESS
    assert message["From"] == "阳光宽带 <fees@example.com>"
    assert message["Subject"] == letter.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "zh-Hans"
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().strip().splitlines() == letter.body.strip().splitlines()
    assert "王晓明" in page.get_content()


def test_it_is_not_sent_again(morning: pytest.MonkeyPatch) -> None:
    with mail_server() as inbox:
        sent_by(inbox)
        assert sent_by(inbox) == 0
        night("2026-05-24")
        assert sent_by(inbox) == 0
    assert len(inbox.received) == 1


def test_nothing_leaves_before_eight(morning: pytest.MonkeyPatch) -> None:
    at(MORNING - datetime.timedelta(hours=2), morning)
    with mail_server() as inbox:
        assert sent_by(inbox) == 0
    assert only_letter().state is LetterState.WAITING


def test_a_text_may_hold_lines_of_dots_and_signs_of_a_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_line_until_31_may(name="<b>王 & 晓明</b>")
    night("2026-05-24")
    with everything("a test's own words"):
        db.session.execute(update(Letter).values(step=7))
        db.session.commit()
    at(MORNING, monkeypatch)
    monkeypatch.setattr("app.reminders.captions.CAPTIONS", _with_body("{name}\n.\n..\n.end"))
    with mail_server() as inbox:
        sent_by(inbox)
    (message,) = inbox.messages
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines() == ["<b>王 & 晓明</b>", ".", "..", ".end"]
    assert "&lt;b&gt;王 &amp; 晓明&lt;/b&gt;" in page.get_content()


def test_a_name_of_two_lines_writes_no_second_head(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_line_until_31_may(name="王晓明\r\nBcc: thief@example.com")
    with everything("an office as a program may have named it"):
        db.session.execute(update(Office).values(short_name="浦东\r\nBcc: thief@example.com"))
        db.session.commit()
    night("2026-05-24")
    at(MORNING, monkeypatch)
    with mail_server() as inbox:
        assert sent_by(inbox) == 1
    (message,) = inbox.messages
    assert "Bcc" not in message
    assert message["From"].addresses[0].display_name == "浦东 Bcc: thief@example.com"
    assert only_letter().state is LetterState.SENT


def _with_body(body: str) -> object:
    from app.reminders.captions import CAPTIONS, Caption

    return CAPTIONS | {"letter_body": Caption(body, body, body, body)}


def test_a_refused_address_is_given_up_with_the_servers_words(morning: pytest.MonkeyPatch) -> None:
    with mail_server(RCPT="550 5.1.1 no such user") as inbox:
        sent_by(inbox)
    letter = only_letter()
    assert (letter.state, letter.error, letter.next_attempt_at) == (LetterState.GIVEN_UP, "550 5.1.1 no such user", None)
    assert inbox.received == []


def test_greylisting_is_waited_out(morning: pytest.MonkeyPatch) -> None:
    with mail_server(RCPT="450 4.2.0 greylisted, come back") as inbox:
        sent_by(inbox)
        first = only_letter()
        assert (first.state, first.error) == (LetterState.FAILED, "450 4.2.0 greylisted, come back")
        assert first.next_attempt_at == MORNING + datetime.timedelta(minutes=1)
        assert sent_by(inbox) == 0
        inbox.answers.clear()
        at(MORNING + datetime.timedelta(minutes=1), morning)
        assert sent_by(inbox) == 1
    assert (only_letter().state, only_letter().attempts, len(inbox.received)) == (LetterState.SENT, 2, 1)


def test_a_text_that_is_refused_for_good_is_given_up(morning: pytest.MonkeyPatch) -> None:
    with mail_server(TEXT="554 5.7.1 looks like spam") as inbox:
        sent_by(inbox)
    assert (only_letter().state, only_letter().error) == (LetterState.GIVEN_UP, "554 5.7.1 looks like spam")


def test_a_letter_that_is_never_taken_is_given_up_after_six_attempts(morning: pytest.MonkeyPatch) -> None:
    moment, found = MORNING, []
    # The stop date is far away, so that the step still fits on the next day.
    with mail_server(RCPT="451 later") as inbox:
        for _ in range(6):
            at(moment, morning)
            sent_by(inbox)
            letter = only_letter()
            found.append(letter.state)
            moment = letter.next_attempt_at or moment
    assert found == [LetterState.FAILED] * 5 + [LetterState.GIVEN_UP]
    assert moment - MORNING == datetime.timedelta(minutes=36, hours=14)


def test_a_server_that_is_down_is_asked_by_one_letter_for_all(morning: pytest.MonkeyPatch) -> None:
    a_line_until_31_may(name="李娜")
    night("2026-05-24")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert send_due_letters(MailServer("127.0.0.1", port, "fees@example.com", starttls=False), timeout=SHORT) == 1
    assert [(letter.state, letter.attempts) for letter in letters()] == [(LetterState.FAILED, 1), (LetterState.WAITING, 0)]
    assert {letter.next_attempt_at for letter in letters()} == {MORNING + datetime.timedelta(minutes=1)}
    assert "refused" in letters()[0].error
    at(MORNING + datetime.timedelta(minutes=1), morning)
    with mail_server(port) as inbox:
        assert sent_by(inbox) == 2
    assert [letter.state for letter in letters()] == [LetterState.SENT] * 2


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT"])
def test_a_silent_server_is_left_before_the_text(morning: pytest.MonkeyPatch, command: str) -> None:
    with mail_server(**{command: "silence"}) as inbox:
        sent_by(inbox)
    letter = only_letter()
    assert (letter.state, letter.next_attempt_at) == (LetterState.FAILED, MORNING + datetime.timedelta(minutes=1))
    assert "timed out" in letter.error
    assert inbox.received == []


@pytest.mark.parametrize("answer", ["silence", "hang up"])
def test_a_server_that_is_silent_after_the_text_leaves_the_letter_in_doubt(morning: pytest.MonkeyPatch, answer: str) -> None:
    with mail_server(TEXT=answer) as inbox:
        assert sent_by(inbox) == 1
        at(MORNING + datetime.timedelta(days=1), morning)
        assert sent_by(inbox) == 0
    assert (only_letter().state, only_letter().next_attempt_at) == (LetterState.UNKNOWN, None)


def test_a_refused_sender_is_no_fault_of_the_letter(morning: pytest.MonkeyPatch) -> None:
    with mail_server(MAIL="550 sender not allowed") as inbox:
        sent_by(inbox)
    assert (only_letter().state, only_letter().error) == (LetterState.FAILED, "550 sender not allowed")


def test_after_a_crash_a_letter_under_way_is_in_doubt_and_stays_so(morning: pytest.MonkeyPatch) -> None:
    with everything("a sender that died"):
        letter = only_letter()
        letter.state, letter.next_attempt_at, letter.tried_at = LetterState.SENDING, None, MORNING
        db.session.commit()
    with mail_server() as inbox:
        assert sent_by(inbox) == 0
        assert only_letter().state is LetterState.UNKNOWN
        assert sent_by(inbox) == 0
    assert inbox.received == []


def test_a_person_may_send_it_again(morning: pytest.MonkeyPatch) -> None:
    with mail_server(RCPT="550 no such user") as inbox:
        sent_by(inbox)
        with factories.acting("chen") as chen:
            again = run(send_again, letter=only_letter().id).record
            assert again.asked_by_id == chen.id
        inbox.answers.clear()
        assert sent_by(inbox) == 1
    assert (only_letter().state, only_letter().attempts) == (LetterState.SENT, 1)


def test_a_sent_letter_is_not_sent_again_by_anybody(morning: pytest.MonkeyPatch) -> None:
    with mail_server() as inbox:
        sent_by(inbox)
    with factories.acting("chen"), pytest.raises(OperationRefused) as refused:
        run(send_again, letter=only_letter().id)
    assert refused.value.code == "already_sent"
    assert only_letter().state is LetterState.SENT


def test_a_letter_about_another_stop_date_is_not_sent_again(morning: pytest.MonkeyPatch) -> None:
    with mail_server(RCPT="550 no such user") as inbox:
        sent_by(inbox)
    factories.paid(_line(), "2026-05-24", 1)
    with factories.acting("chen"), pytest.raises(OperationRefused) as refused:
        run(send_again, letter=only_letter().id)
    assert refused.value.code == "overtaken"
    assert only_letter().state is LetterState.GIVEN_UP


def _line() -> object:
    from app.broadband.models import Subscription

    with everything("a test's own line"):
        return db.session.scalars(select(Subscription)).one()


def test_who_has_paid_meanwhile_gets_no_letter(morning: pytest.MonkeyPatch) -> None:
    factories.paid(_line(), "2026-05-24", 1)
    with mail_server() as inbox:
        assert sent_by(inbox) == 0
    assert (only_letter().state, inbox.received) == (LetterState.OVERTAKEN, [])


@pytest.mark.parametrize("values", [{"email": ""}, {"is_reminded": False}])
def test_who_wants_no_letter_any_more_gets_none(morning: pytest.MonkeyPatch, values: dict[str, object]) -> None:
    with everything("a test's own customer"):
        db.session.execute(update(Customer).values(**values))
        db.session.commit()
    with mail_server() as inbox:
        assert sent_by(inbox) == 0
    assert only_letter().state is LetterState.OVERTAKEN


def test_a_late_start_sends_only_the_step_of_the_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off from the 14th to the 26th, with five days left: the letter of seven days, none of fifteen."""
    a_line_until_31_may()
    for day in range(14, 27):
        night(f"2026-05-{day}")
    at(datetime.datetime(2026, 5, 26, 3, 0, tzinfo=datetime.UTC), monkeypatch)
    with mail_server() as inbox:
        assert sent_by(inbox) == 1
    assert [(letter.step, letter.state) for letter in letters()] == [(15, LetterState.OVERTAKEN), (7, LetterState.SENT)]


def test_days_left_are_those_of_the_day_on_which_it_is_sent(morning: pytest.MonkeyPatch) -> None:
    morning.setattr("app.reminders.captions.CAPTIONS", _with_body("{days_left}"))
    at(MORNING + datetime.timedelta(days=2), morning)
    with mail_server() as inbox:
        sent_by(inbox)
    assert only_letter().body == "5"


def test_a_changed_address_is_used(morning: pytest.MonkeyPatch) -> None:
    with everything("a test's own customer"):
        db.session.execute(update(Customer).values(email="new@example.net"))
        db.session.commit()
    with mail_server() as inbox:
        sent_by(inbox)
    assert inbox.messages[0]["To"] == only_letter().recipient == "new@example.net"


def test_one_connection_serves_several_letters(morning: pytest.MonkeyPatch) -> None:
    for name in ("李娜", "赵六"):
        a_line_until_31_may(name=name)
    night("2026-05-24")
    with mail_server() as inbox:
        assert sent_by(inbox) == 3
    assert len([command for command in inbox.commands if command.upper().startswith("EHLO")]) == 1


def test_a_watch_without_a_mail_server_lets_letters_wait(morning: pytest.MonkeyPatch, app: Flask) -> None:
    morning.setitem(app.config, "MAIL_SERVER", None)
    assert see_to_letters() is None
    assert only_letter().state is LetterState.WAITING


def test_the_watch_comes_back_at_once_while_the_server_hangs(morning: pytest.MonkeyPatch, app: Flask) -> None:
    """A thread of its own waits for the server; whoever watches goes on with the nights and the backups."""
    begun, release = threading.Event(), threading.Event()

    def hang(application: Flask, server: MailServer) -> None:
        begun.set()
        release.wait(60)

    morning.setattr(jobs, "_send_in_background", hang)
    morning.setitem(app.config, "MAIL_SERVER", MailServer("127.0.0.1", 1, "fees@example.com"))
    sender = see_to_letters()
    try:
        assert sender is not None
        assert begun.wait(60)
        assert see_to_letters() is None, "One sender at a time."
    finally:
        release.set()
        if sender is not None:
            sender.join(60)
