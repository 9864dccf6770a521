"""Sending a letter by SMTP, one at a time, and saying exactly what became of it.

A mail server may take a letter and lose its voice before it says so. Whoever sends must know that case, or somebody gets the letter
twice: so the text is handed over by our own steps, and what goes wrong after its last line is ``UNCERTAIN``, never "try again".
"""

from __future__ import annotations

import html
import logging
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from enum import Enum
from types import TracebackType
from typing import Self

from app.foundation import clock

# A server that says nothing for so long is given up for this time: nobody may wait for it.
TIMEOUT = 10.0
TLS_FROM_THE_START = 465
LONGEST_ERROR = 500
# Letters per connection: some servers close theirs after a number of them.
MOST_PER_CONNECTION = 50
log = logging.getLogger(__name__)
_WIRE = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class MailServer:
    """The mail server of the installation, from the environment."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True


class Fate(Enum):
    """What became of a letter."""

    SENT = "sent"
    LATER = "later"  # not taken now; another time it may be
    NEVER = "never"  # this letter is refused for good
    UNCERTAIN = "uncertain"  # handed over, but the answer did not come
    NO_SERVER = "no_server"  # the server cannot be used at all, so the next letter need not be tried


@dataclass(frozen=True)
class Delivery:
    """The fate of a letter, and what the server said."""

    fate: Fate
    words: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """What is written on a letter and in it. ``mark`` is its own, the same however often it is tried."""

    recipient: str
    subject: str
    body: str
    language: str
    sender_name: str
    mark: str
    attachments: tuple[Attachment, ...] = ()


def message_of(letter: Letter, server: MailServer) -> EmailMessage:
    """Return the letter as plain text with a simple page of the same words beside it."""
    domain = server.sender.rpartition("@")[2]
    user, _, host = server.sender.rpartition("@")
    message = EmailMessage(policy=_WIRE)
    message["From"] = Address(letter.sender_name, user, host)
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.real_now())
    message["Message-ID"] = f"<{letter.mark}@{domain}>"
    # No out-of-office answer shall come back, and mail programs offer a button to end the letters.
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<mailto:{server.sender}?subject=unsubscribe>"
    message.set_content(letter.body)
    message.add_alternative(_page(letter), subtype="html")
    for file in letter.attachments:
        kind, _, subtype = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    # Last: headers about the content would go into the first part.
    message["Content-Language"] = letter.language
    return message


def _page(letter: Letter) -> str:
    paragraphs = [html.escape(part).replace("\n", "<br>\n") for part in re.split(r"\n{2,}", letter.body.strip())]
    head = f'<html lang="{html.escape(letter.language)}"><head><meta charset="utf-8"></head>'
    return "\n".join(["<!doctype html>", head, "<body>", *(f"<p>{part}</p>" for part in paragraphs), "</body></html>", ""])


class Post:
    """A connection to the mail server for some letters in a row; opened with the first, opened again when it was lost."""

    def __init__(self, server: MailServer, timeout: float = TIMEOUT) -> None:
        self.server, self.timeout = server, timeout
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._hang_up()

    def send(self, letter: Letter) -> Delivery:
        """Send one letter and say what became of it. Never raises for what a server does."""
        try:
            content = message_of(letter, self.server).as_bytes()
        except Exception as error:  # whatever the library cannot put into a letter holds up no other
            log.exception("A letter could not be put together: %s", letter.mark)
            return Delivery(Fate.NEVER, words_of(error))
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._hang_up()
            return Delivery(Fate.NO_SERVER, words_of(error))
        delivery = _delivered(connection, self.server.sender, letter, content)
        self._sent += 1
        if delivery.fate is not Fate.SENT or self._sent >= MOST_PER_CONNECTION:
            self._hang_up()
        return delivery

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection, self._sent = _opened(self.server, self.timeout), 0
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
        self._connection = None


def _opened(server: MailServer, timeout: float) -> smtplib.SMTP:
    """Return a connection on which letters may be sent. Raises OSError or SMTPException."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.port == TLS_FROM_THE_START:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        connection.ehlo_or_helo_if_needed()
        if server.starttls and server.port != TLS_FROM_THE_START:
            connection.starttls(context=context)
            connection.ehlo()
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _delivered(connection: smtplib.SMTP, sender: str, letter: Letter, content: bytes) -> Delivery:
    try:
        refusal = _announced(connection, sender, letter.recipient)
    except ValueError as error:  # an address that cannot stand in a command
        return Delivery(Fate.NEVER, words_of(error))
    except (OSError, smtplib.SMTPException) as error:
        # The letter was not yet handed over. A server that has gone silent would be so with the next letter too.
        return Delivery(Fate.NO_SERVER if isinstance(error, TimeoutError) else Fate.LATER, words_of(error))
    if refusal is not None:
        return refusal
    try:
        connection.send(re.sub(rb"(?m)^\.", b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, words = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Delivery(Fate.UNCERTAIN, words_of(error))
    return Delivery(Fate.SENT if code < 400 else _fate_of(code), _answer(code, words))


def _announced(connection: smtplib.SMTP, sender: str, recipient: str) -> Delivery | None:
    """Say from whom and to whom the letter is; return the refusal, or nothing where the server waits for the text."""
    code, words = connection.mail(sender)
    if code >= 500:
        # The sender is the same in every letter: the settings are wrong, not the letter.
        return Delivery(Fate.NO_SERVER, _answer(code, words))
    if code < 400:
        code, words = connection.rcpt(recipient)
    if code < 400:
        code, words = connection.docmd("DATA")
    return Delivery(_fate_of(code), _answer(code, words)) if code >= 400 else None


def _fate_of(code: int) -> Fate:
    # 421: the server is closing down, whatever was asked.
    if code == 421:
        return Fate.NO_SERVER
    return Fate.NEVER if code >= 500 else Fate.LATER


def _answer(code: int, words: bytes) -> str:
    return _readable(f"{code} {words.decode('utf-8', 'replace')}")


def words_of(error: BaseException) -> str:
    """Return what went wrong in one line, without anything that was sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        return _answer(error.smtp_code, words)
    return _readable(str(error) or type(error).__name__)


def _readable(text: str) -> str:
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())[:LONGEST_ERROR]
