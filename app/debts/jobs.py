"""What debts do by themselves: interest of a whole office, the digest for the managing staff in the night, its sending."""

from __future__ import annotations

import datetime
import logging
import threading
from typing import Any

from flask import Flask, current_app
from sqlalchemy import text

from app.debts.models import DebtDigest
from app.debts.operations.digests import (
    doubt_what_was_under_way,
    settle_digest,
    something_waits,
    take_digest,
    write_digests,
)
from app.debts.operations.interest import post_interest_of
from app.debts.queries.interest import number_of_customers
from app.foundation import clock
from app.foundation.actor import working_as
from app.foundation.database import db
from app.foundation.jobs import Work, run_patiently
from app.foundation.mail import Fate, Letter, MailServer, Post
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.offices.models import Office
from app.reminders.rules.templates import one_line

log = logging.getLogger(__name__)

CUSTOMERS_AT_ONCE = 200
SENDER = "letters"
# Any fixed number: the advisory lock by which only one process sends digests.
SENDING_LOCK = 7_310_451
# What these operations return is no single record; nobody shows it.
TAKING: Any = take_digest
DOUBTING: Any = doubt_what_was_under_way

_sender: threading.Thread | None = None


def perform_interest(work: Work) -> dict[str, Any]:
    """Post the late interest of everybody in an office, some customers in one transaction; one that was killed goes on where it was."""
    office, day = int(work.arguments["place"]), datetime.date.fromisoformat(work.arguments["day"])
    after = done = 0
    total = int(db.session.scalars(number_of_customers(office, day)).one())
    while people := run_patiently(post_interest_of, office=office, after=after, most=CUSTOMERS_AT_ONCE):
        after, done = people[-1], done + len(people)
        db.session.expunge_all()
        work.progress(done, max(done, total))
    return {"customers": done}


def write_debt_digests(office_id: int, day: datetime.date) -> None:
    """Write the digest of the day for the managing staff whom the policy names, once."""
    run(write_digests, office=office_id, day=day)


def see_to_digests() -> threading.Thread | None:
    """Wake the sender when a digest is due; called again and again by every worker. Without a mail server they wait."""
    global _sender
    server = current_app.config.get("MAIL_SERVER")
    if server is None or (_sender is not None and _sender.is_alive()):
        return None
    with everything("digests of every office"):
        waits = something_waits(clock.real_now())
        db.session.rollback()
    if not waits:
        return None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # Not a daemon: a process that ends lets it finish the letter under way.
    _sender = threading.Thread(target=_send_in_background, args=(app, server), name="digests")
    _sender.start()
    return _sender


def _send_in_background(app: Flask, server: MailServer) -> None:
    with app.app_context():
        try:
            send_due_digests(server)
        except Exception:
            log.exception("The sender of digests failed; it begins again.")
        finally:
            db.session.remove()


def send_due_digests(server: MailServer, *, timeout: float | None = None) -> int:
    """Send what is due, one letter after the other, and return how many were tried. Nothing where another process is at it."""
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        if not guard.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": SENDING_LOCK}).scalar():
            return 0
        try:
            with everything("digests of every office"), working_as(SENDER):
                run(DOUBTING)
                with Post(server, timeout) if timeout else Post(server) as post:
                    return _send_all(post)
        finally:
            guard.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": SENDING_LOCK})


def _send_all(post: Post) -> int:
    tried = 0
    while threading.main_thread().is_alive():
        digest: DebtDigest | None = run(TAKING).record
        if digest is None:
            break
        tried += 1
        delivery = post.send(_posted(digest))
        run(settle_digest, digest=digest.id, delivery=delivery)
        log.info("digest", extra={"letter": digest.id, "fate": delivery.fate.value})
        if delivery.fate in (Fate.NO_SERVER, Fate.UNCERTAIN):
            break
        db.session.expunge_all()
    return tried


def _posted(digest: DebtDigest) -> Letter:
    office = found(Office, digest.office_id)
    return Letter(
        recipient=digest.recipient,
        subject=digest.subject,
        body=digest.body,
        language=digest.language.value.replace("_", "-"),
        sender_name=one_line(office.short_name),
        mark=f"digest-{digest.id}-{digest.day.isoformat()}",
    )
