"""What reminders do by themselves: letters are written in the night, and sent in the background.

There is one outbox and one sender for the letters of every domain.

The sender is a thread of a worker. It holds a lock that ends with its process, so there is one at a time, whoever dies; a mail server
that hangs holds up this thread and nothing else.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from sqlalchemy import text

from app.broadband.operations.standing import policy
from app.foundation import clock
from app.foundation.actor import working_as
from app.foundation.database import db
from app.foundation.jobs import run_patiently
from app.foundation.mail import Delivery, Fate, Letter, MailServer, Post
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.offices.models import Office
from app.reminders.choices import LetterState
from app.reminders.models import OutboxLetter
from app.reminders.operations import letters
from app.reminders.operations.letters import write_letters
from app.reminders.operations.outbox import (
    CANNOT_BE_WRITTEN,
    doubt_what_was_under_way,
    handling_of,
    put_off_others,
    settle_letter,
    take_letter,
)
from app.reminders.queries import something_to_send, steps_between, steps_with_lines
from app.reminders.rules.templates import one_line

log = logging.getLogger(__name__)

SENDER = "letters"
# Any fixed number: the advisory lock by which only one process sends letters.
SENDING_LOCK = 7_310_446
# What these operations return is no single record; nobody shows it.
WRITING: Any = write_letters
TAKING: Any = take_letter
DOUBTING: Any = doubt_what_was_under_way

_sender: threading.Thread | None = None


def write_reminder_letters(office_id: int, day: datetime.date) -> None:
    """Write the letters of the day: for every line the step that its days left are on, once. Called again it writes nothing new."""
    steps = steps_between(policy(office_id).reminder_days)
    needed = set(db.session.scalars(steps_with_lines(office_id, day, steps))) if steps else set()
    for step, next_step in steps:
        after = 0
        while step in needed:
            lines = run(WRITING, office=office_id, day=day, step=step, next_step=next_step, after=after).record
            db.session.expunge_all()
            if len(lines) < letters.AT_ONCE:
                break
            after = lines[-1]


def see_to_letters() -> threading.Thread | None:
    """Wake the sender when letters are due; called again and again by every worker. Without a mail server they wait."""
    global _sender
    server = current_app.config.get("MAIL_SERVER")
    if server is None or (_sender is not None and _sender.is_alive()):
        return None
    with everything("letters of every office"):
        waits = db.session.scalars(something_to_send(clock.real_now())).first() is not None
        db.session.rollback()
    if not waits:
        return None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # Not a daemon: a process that ends lets it finish the letter under way.
    _sender = threading.Thread(target=_send_in_background, args=(app, server), name="letters")
    _sender.start()
    return _sender


def _send_in_background(app: Flask, server: MailServer) -> None:
    with app.app_context():
        try:
            send_due_letters(server, lambda: not threading.main_thread().is_alive())
        except Exception:
            log.exception("The sender of letters failed; it begins again.")
        finally:
            db.session.remove()


def send_due_letters(server: MailServer, should_stop: Callable[[], bool] = lambda: False, *, timeout: float | None = None) -> int:
    """Send what is due, one letter after the other, and return how many were tried. Nothing where another process is at it."""
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": SENDING_LOCK}).scalar():
            return 0
        try:
            with everything("letters of every office"), working_as(SENDER):
                run(DOUBTING)
                with Post(server, timeout) if timeout else Post(server) as post:
                    return _send_all(post, should_stop)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": SENDING_LOCK})


def _send_all(post: Post, should_stop: Callable[[], bool]) -> int:
    tried = 0
    while not should_stop():
        letter: OutboxLetter | None = run(TAKING).record
        if letter is None:
            break
        if letter.state is not LetterState.SENDING:
            continue
        tried += 1
        delivery = _delivered(post, letter)
        _settle(letter, delivery)
        log.info("letter", extra={"letter": letter.id, "kind": letter.kind.value, "fate": delivery.fate.value})
        if delivery.fate in (Fate.NO_SERVER, Fate.UNCERTAIN):
            run(put_off_others, letter=letter.id)
            break
        db.session.expunge_all()
    return tried


def _delivered(post: Post, letter: OutboxLetter) -> Delivery:
    """Send a letter and say what became of it. One whose paper cannot be drawn holds up no other."""
    try:
        posted = _posted(letter)
    except Exception:
        log.exception("What goes with the letter %s could not be made.", letter.id)
        return Delivery(Fate.LATER, CANNOT_BE_WRITTEN.message_id)
    finally:
        # Nothing that was read for it may hold a transaction open while the server is waited for.
        db.session.rollback()
    return post.send(posted)


def _posted(letter: OutboxLetter) -> Letter:
    office = found(Office, letter.office_id)
    return Letter(
        recipient=letter.recipient,
        subject=letter.subject,
        body=letter.body,
        language=letter.language.value.replace("_", "-"),
        # A program may have given it several lines; a head of a letter has one.
        sender_name=one_line(office.short_name),
        mark=f"{letter.kind.value}-{letter.id}-{letter.repeats}",
        attachments=handling_of(letter).attached(letter),
    )


def _settle(letter: OutboxLetter, delivery: Delivery) -> None:
    """Keep what became of a letter, and with it what follows a sent one. It was sent, whatever goes wrong with that."""
    try:
        run_patiently(settle_letter, letter=letter.id, delivery=delivery)
    except Exception:
        log.exception("What follows the letter %s could not be noted.", letter.id)
        run(settle_letter, letter=letter.id, delivery=delivery, with_what_follows=False)
