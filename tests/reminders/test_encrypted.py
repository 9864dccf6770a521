"""Letters leave encrypted: to a server whose certificate is believed and to no other, and nothing goes out in clear instead."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from app.foundation import mail
from app.foundation.mail import MailServer
from app.reminders.choices import LetterState
from app.reminders.jobs import send_due_letters
from tests.reminders.certificates import certificate
from tests.reminders.mail_server import Inbox, mail_server
from tests.reminders.test_sending import SHORT, morning, only_letter

__all__ = ["morning"]  # the fixture

pytestmark = pytest.mark.usefixtures("morning")


def encrypted(inbox: Inbox, **values: object) -> MailServer:
    return dataclasses.replace(inbox.server, starttls=True, **values)  # type: ignore[arg-type]


def believed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def assert_not_sent(inbox: Inbox, words: str) -> None:
    """The outbox says what was wrong, the letter waits, and nobody on the way has read more than the greeting."""
    letter = only_letter()
    assert (letter.state, letter.attempts) == (LetterState.FAILED, 1)
    assert letter.next_attempt_at is not None
    assert words in letter.error
    assert inbox.received == []
    assert {command.split(" ")[0].upper() for command in inbox.commands} <= {"EHLO", "STARTTLS", "QUIT"}


def test_a_letter_and_the_password_go_out_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, file = certificate(tmp_path)
    believed(file, monkeypatch)
    with mail_server(certificate=shown) as inbox:
        assert send_due_letters(encrypted(inbox, user="fees", password="secret"), timeout=30) == 1
    assert only_letter().state is LetterState.SENT
    assert len(inbox.received) == 1
    assert [command.split(" ")[0].upper() for command in inbox.in_clear] == ["EHLO", "STARTTLS"]
    assert any(command.startswith("AUTH PLAIN") for command in inbox.commands)


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    shown, _file = certificate(tmp_path)
    with mail_server(certificate=shown) as inbox:
        send_due_letters(encrypted(inbox), timeout=30)
    assert_not_sent(inbox, "certificate verify failed")


def test_a_certificate_of_another_server_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, file = certificate(tmp_path, address="127.0.0.2")
    believed(file, monkeypatch)
    with mail_server(certificate=shown) as inbox:
        send_due_letters(encrypted(inbox), timeout=30)
    assert_not_sent(inbox, "IP address mismatch")


def test_a_certificate_that_has_ended_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, file = certificate(tmp_path, days=-1)
    believed(file, monkeypatch)
    with mail_server(certificate=shown) as inbox:
        send_due_letters(encrypted(inbox), timeout=30)
    assert_not_sent(inbox, "certificate has expired")


def test_a_server_without_encryption_gets_nothing() -> None:
    with mail_server() as inbox:
        send_due_letters(encrypted(inbox, user="fees", password="secret"), timeout=30)
    assert_not_sent(inbox, "STARTTLS")


def test_a_server_that_speaks_in_clear_where_tls_is_due_at_once_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as inbox:
        monkeypatch.setattr(mail, "TLS_FROM_THE_START", inbox.port)
        send_due_letters(encrypted(inbox), timeout=SHORT)
    assert only_letter().state is LetterState.FAILED
    assert "SSL" in only_letter().error
    assert inbox.received == []
    assert not any("EHLO" in command for command in inbox.commands), "Only the handshake was offered."
