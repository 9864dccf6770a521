"""Notices by e-mail, for programs: sent one by one or for a whole batch, and what became of each."""

from __future__ import annotations

from typing import Any

from app.foundation.api import (
    Answer,
    Body,
    Code,
    Flag,
    Given,
    Look,
    Moment,
    Reference,
    Routes,
    Text,
    Whole,
    days,
    done,
    records,
    same_code,
    same_record,
)
from app.foundation.transactions import run
from app.notices.api.notices import BATCH, batches, notices
from app.notices.models import NoticeLetter
from app.notices.operations import begin_mailing, mail_notice
from app.offices.choices import Language
from app.reminders.choices import LetterState

routes = Routes("Notices by e-mail")


class NoticeMailBody(Body):
    """``again`` sends a notice once more that was sent already, or may have been."""

    again = Flag()


class NoticeLetterAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    notice = Reference(attribute="notice_id")
    customer = Reference(attribute="customer_id")
    recipient = Text()
    language = Code(Language)
    subject = Text()
    body = Text()
    state = Code(LetterState)
    attempts = Whole()
    repeats = Whole()
    next_attempt_at = Moment()
    tried_at = Moment()
    sent_at = Moment()
    error = Text()
    created_at = Moment()


LETTER = Look(NoticeLetterAnswer)
records(
    routes,
    "notice_letters",
    NoticeLetter,
    view="NoticeLetterView",
    look=LETTER,
    filters={
        "notice": same_record(NoticeLetter.notice_id),
        "customer": same_record(NoticeLetter.customer_id),
        "state": same_code(NoticeLetter.state, LetterState),
        **days("created_at", NoticeLetter.created_at),
    },
)


@routes.post("/notices/<int:record>/mail", may=("NoticeView", "can_mail"), takes=NoticeMailBody, gives=LETTER)
def send_notice(record: int, body: dict[str, Any]) -> Given:
    """Put a notice or reminder into the outbox, with its paper as PDF; one that waits there already is given as it is."""
    return done(run(mail_notice, notice=notices.one(record).id, again=bool(body.get("again"))))


@routes.post("/notice_batches/<int:record>/mail", may=("NoticeBatchView", "can_mail"), gives=BATCH, status=202)
def send_batch(record: int) -> Given:
    """Put the papers of a batch into the outbox, in the background: those that were not sent, of customers with an e-mail address."""
    return done(run(begin_mailing, batch=batches.one(record).id), 202)
