"""The mail server comes from the environment; what is wrong there is explained, and its password never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.foundation.mail import MailServer
from config import SettingsError, flask_config, read_settings

GOOD = {"SMTP_HOST": "mail.example.com", "MAIL_FROM": "fees@example.com"}


def read(folder: Path, **environment: str) -> MailServer | None:
    return read_settings({"FEEHOUSE_DATA": str(folder), **environment}).mail_server


def test_without_a_host_there_is_no_mail_server(tmp_path: Path) -> None:
    assert read(tmp_path, MAIL_FROM="fees@example.com") is None


def test_host_and_sender_are_enough(tmp_path: Path) -> None:
    assert read(tmp_path, **GOOD) == MailServer("mail.example.com", 587, "fees@example.com", starttls=True)


def test_everything_may_be_said(tmp_path: Path) -> None:
    server = read(tmp_path, **GOOD, SMTP_PORT="465", SMTP_USER="fees", SMTP_PASSWORD="a secret", SMTP_STARTTLS="no")
    assert server == MailServer("mail.example.com", 465, "fees@example.com", "fees", "a secret", starttls=False)
    assert "a secret" not in repr(server)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SMTP_HOST": "mail example"}, "SMTP_HOST"),
        ({"SMTP_PORT": "mail"}, "SMTP_PORT"),
        ({"SMTP_PORT": "0"}, "SMTP_PORT"),
        ({"SMTP_PORT": "65536"}, "SMTP_PORT"),
        ({"MAIL_FROM": ""}, "MAIL_FROM"),
        ({"MAIL_FROM": "Feehouse"}, "MAIL_FROM"),
        ({"SMTP_USER": "fees"}, "SMTP_PASSWORD"),
        ({"SMTP_PASSWORD": "a secret"}, "SMTP_USER"),
        ({"SMTP_STARTTLS": "maybe"}, "SMTP_STARTTLS"),
        ({"SMTP_USER": "fees", "SMTP_PASSWORD": "a secret", "SMTP_STARTTLS": "no"}, "SMTP_STARTTLS"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, wrong: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refused:
        read(tmp_path, **GOOD | wrong)
    assert "a secret" not in str(refused.value)


def test_a_training_installation_sends_nothing(tmp_path: Path) -> None:
    settings = read_settings({"FEEHOUSE_DATA": str(tmp_path), **GOOD}, training=True)
    assert flask_config(settings)["MAIL_SERVER"] is None
