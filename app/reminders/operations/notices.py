"""Issuing renewal notices 續費通知單, and printing them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.foundation import clock
from app.foundation.database import db
from app.foundation.log import LogKind, note
from app.foundation.numbering import document_number, take_number
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.offices.models import Office
from app.reminders.captions import words
from app.reminders.documents import Sender, language_of, notice_content
from app.reminders.models import RenewalNotice
from app.values.errors import Message, OperationRefused

SERIES = "renewal_notice"


def issue_notice(*, subscription: int) -> RenewalNotice:
    """Issue the renewal notice of a line, or return the one issued today about the same stop date. Raises OperationRefused."""
    line = locked(Subscription, subscription)
    sender = Sender.of(found(Office, line.office_id))
    return _issued(line, sender)


def _issued(line: Subscription, sender: Sender) -> RenewalNotice:
    if line.state is not SubscriptionState.ACTIVE or line.stops_on is None:
        raise OperationRefused(
            Message("The line %(number)s is not in use, so there is nothing to renew.", number=line.broadband_account), code="not_active"
        )
    today = clock.today(sender.office)
    earlier: RenewalNotice | None = db.session.scalars(
        select(RenewalNotice)
        .where(RenewalNotice.subscription_id == line.id, RenewalNotice.issued_on == today, RenewalNotice.stops_on == line.stops_on)
        .order_by(RenewalNotice.id.desc())
        .limit(1)
    ).one_or_none()
    if earlier is not None:
        return earlier
    number = take_number(line.office_id, SERIES, today.year)
    name = document_number(words("prefix", sender.office.language), today.year, number)
    notice = RenewalNotice(
        office_id=line.office_id,
        number=name,
        subscription_id=line.id,
        customer_id=line.customer_id,
        issued_on=today,
        stops_on=line.stops_on,
        language=language_of(line, sender.office),
        content=notice_content(line, sender, number=name, today=today),
        created_by_id=current_scope().user_id,
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def print_notices(*, notices: tuple[int, ...]) -> list[RenewalNotice]:
    """Count one more printing of each of these notices, note it in the log, and return them in their order."""
    # Locked by number, whatever the order asked for: two printings at once never wait for each other.
    rows = {number: locked(RenewalNotice, number) for number in sorted(notices)}
    printed = [rows[number] for number in notices]
    _count(printed)
    return printed


def issue_and_print(*, subscriptions: tuple[int, ...]) -> list[RenewalNotice]:
    """Issue the notices of several lines of one office and count their printing: all of them, or none. Raises OperationRefused."""
    lines = [locked(Subscription, number) for number in sorted(subscriptions)]
    senders: dict[int, Sender] = {}
    issued = []
    for line in lines:
        if line.office_id not in senders:
            senders[line.office_id] = Sender.of(found(Office, line.office_id))
        issued.append(_issued(line, senders[line.office_id]))
    by_line = {notice.subscription_id: notice for notice in issued}
    ordered = [by_line[number] for number in subscriptions]
    _count(ordered)
    return ordered


def _count(notices: Sequence[RenewalNotice]) -> None:
    for notice in notices:
        notice.printings += 1
        sentence = Message("The renewal notice %(number)s was printed (%(count)s).", number=notice.number, count=notice.printings)
        note(LogKind.PRINTED, sentence, record=notice)
    db.session.flush()
