"""Notices and reminders by e-mail: put into the outbox once, said anew when they leave, noted as delivered once they were sent."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import start_job
from app.foundation.log import LogKind, note
from app.foundation.mail import Attachment
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.notices.choices import DeliveryWay
from app.notices.documents.mail import mail_of
from app.notices.models import Notice, NoticeBatch, NoticeLetter
from app.notices.operations.delivering import delivered
from app.notices.operations.issuing import require_live
from app.notices.queries import letter_about, sendable_of
from app.reminders.choices import LetterState
from app.reminders.operations.outbox import Handling, put_back
from app.values.errors import Message, OperationRefused

NOTICE_MAIL_JOB = "notice_mail"
PAPERS_AT_ONCE = 100
# What surely went out, or may have: sent once more only on purpose.
REACHED = (LetterState.SENT, LetterState.UNKNOWN)


def mail_notice(*, notice: int, again: bool = False) -> NoticeLetter:
    """Put a notice or reminder into the outbox, with its paper as PDF. Raises OperationRefused.

    One that waits already waits; one that was sent, or may have been, goes out once more only where ``again`` says so.
    """
    person = locked(Customer, found(Notice, notice).customer_id)
    one = locked(Notice, notice)
    require_live(one)
    if not wants_letters(person):
        raise OperationRefused(Message("The customer has no e-mail address, or wants no letters."), code="not_wanted")
    letter: NoticeLetter | None = db.session.scalars(letter_about(one.id).with_for_update(of=NoticeLetter)).one_or_none()
    if letter is None:
        return _put(one, person)
    if letter.state is LetterState.SENDING:
        raise OperationRefused(Message("The notice %(number)s is being sent at this moment.", number=one.number), code="being_sent")
    if letter.state in REACHED and not again:
        raise OperationRefused(
            Message("The notice %(number)s was sent by e-mail already. Ask for it to be sent again if you mean it.", number=one.number),
            code="already_sent",
        )
    if letter.state is not LetterState.WAITING:
        put_back(letter)
    return letter


def wants_letters(person: Customer) -> bool:
    """Say whether a customer has an address and did not ask for no letters."""
    return bool(person.email) and person.is_reminded


def _put(one: Notice, person: Customer) -> NoticeLetter:
    letter = NoticeLetter(
        office_id=one.office_id,
        notice_id=one.id,
        customer_id=person.id,
        recipient=person.email,
        language=one.language,
        next_attempt_at=clock.real_now(),
        created_by_id=current_scope().user_id,
        **mail_of(one.content),
    )
    db.session.add(letter)
    db.session.flush()
    return letter


# The papers of a batch ----------------------------------------------------------------------------------------------------------


def begin_mailing(*, batch: int) -> NoticeBatch:
    """Let the papers of a batch be put into the outbox, in the background. Raises OperationRefused where there is none to send."""
    one = locked(NoticeBatch, batch)
    if one.done_at is None:
        raise OperationRefused(Message("The papers of this batch are not all made yet."), code="not_finished")
    if db.session.scalars(sendable_of(one.notices).limit(1)).first() is None:
        raise OperationRefused(
            Message("No paper of this batch is left to be sent: each was sent, was replaced, or its customer has no e-mail address."),
            code="nothing_to_send",
        )
    one.mail_job_id = start_job(NOTICE_MAIL_JOB, office=one.office_id, batch=one.id).id
    db.session.flush()
    return one


def mail_chunk(*, notices: tuple[int, ...]) -> int:
    """Put those of some papers into the outbox that are to be sent and were not put there yet; return how many."""
    people = select(Customer.id).where(Customer.id.in_(select(Notice.customer_id).where(Notice.id.in_(notices)))).order_by(Customer.id)
    db.session.execute(people.with_for_update(of=Customer))
    statement = sendable_of(notices).options(joinedload(Notice.customer)).with_for_update(of=Notice)
    papers: Sequence[Notice] = list(db.session.scalars(statement.execution_options(populate_existing=True)))
    waiting = select(NoticeLetter).where(NoticeLetter.notice_id.in_([each.id for each in papers])).with_for_update(of=NoticeLetter)
    overtaken = {each.notice_id: each for each in db.session.scalars(waiting)}
    for paper in papers:
        if paper.id in overtaken:
            put_back(overtaken[paper.id])
        else:
            _put(paper, paper.customer)
    return len(papers)


# The sender's side --------------------------------------------------------------------------------------------------------------


def _anew(letter: NoticeLetter, today: datetime.date) -> Mapping[str, Any] | None:
    """Return whom a letter goes to today; nothing where its notice was replaced, or nobody may be written to any more."""
    one = _paper_of(letter)
    if not one.is_live or not wants_letters(one.customer):
        return None
    return {"recipient": one.customer.email, **mail_of(one.content)}


def _attached(letter: NoticeLetter) -> tuple[Attachment, ...]:
    """Return the paper as PDF. It is no printing: the resident gets it unmarked, however often it lies in a letter box."""
    from app.notices.printing import PDF, drawn  # what draws papers is loaded by who draws

    one = _paper_of(letter)
    return (Attachment(f"{one.number}.pdf", PDF, drawn([(one.content, 1)])[0]),)


def _paper_of(letter: NoticeLetter) -> Notice:
    statement = select(Notice).where(Notice.id == letter.notice_id).options(joinedload(Notice.customer))
    one: Notice = db.session.scalars(statement.execution_options(populate_existing=True)).one()
    return one


def note_mailed(*, letter: int) -> Notice:
    """Note in the log that a paper was sent, and, where nothing else was noted, that it was delivered by e-mail."""
    row = found(NoticeLetter, letter)
    locked(Customer, row.customer_id)  # type: ignore[arg-type]  # the database holds letters about notices to a customer
    one = locked(Notice, row.notice_id)  # type: ignore[arg-type]
    note(LogKind.PRINTED, Message("The notice %(number)s was sent by e-mail.", number=one.number), record=one)
    if one.is_live and one.delivered_by is None:
        delivered(one, DeliveryWay.EMAIL, None, "")
    return one


NOTICES = Handling(anew=_anew, attached=_attached, sent=note_mailed)
