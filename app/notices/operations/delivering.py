"""How a paper reached the resident is noted afterwards; a reminder that was delivered is a step of the collection history."""

from __future__ import annotations

import datetime

from sqlalchemy import select

from app.customers.models import Customer
from app.debts.choices import CollectionKind
from app.debts.operations.collecting import write_step
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.notices.choices import DeliveryWay, NoticeKind
from app.notices.models import Notice, NoticeBatch
from app.notices.operations.issuing import require_live
from app.offices.models import Office
from app.values.errors import Message, OperationRefused


def deliver_notice(*, notice: int, way: DeliveryWay, on: datetime.date | None = None, note: str = "") -> Notice:
    """Note how and when a paper reached the resident; noted again, the later word holds. Raises OperationRefused."""
    locked(Customer, found(Notice, notice).customer_id)
    one = locked(Notice, notice)
    require_live(one)
    return delivered(one, way, on, note)


def deliver_batch(*, batch: int, way: DeliveryWay, on: datetime.date | None = None, note: str = "") -> NoticeBatch:
    """Note of all papers of a batch that stand and were not noted yet how they reached the residents. Raises OperationRefused."""
    one = locked(NoticeBatch, batch)
    # A step of the collection is written beside each: their customers come first, as everywhere.
    people = select(Customer.id).where(Customer.id.in_(select(Notice.customer_id).where(Notice.id.in_(one.notices)))).order_by(Customer.id)
    db.session.execute(people.with_for_update(of=Customer))
    statement = select(Notice).where(Notice.id.in_(one.notices), Notice.is_live, Notice.delivered_by.is_(None)).order_by(Notice.id)
    papers = list(db.session.scalars(statement.with_for_update(of=Notice)))
    if not papers:
        raise OperationRefused(Message("Every paper of this batch was noted as delivered already."), code="nothing_to_deliver")
    for paper in papers:
        delivered(paper, way, on, note)
    return one


def delivered(one: Notice, way: DeliveryWay, on: datetime.date | None, note: str) -> Notice:
    """Note how a paper reached the resident; its customer and itself are locked already."""
    today = clock.today(found(Office, one.office_id))
    day = on or today
    if not one.issued_on <= day <= today:
        raise OperationRefused(
            Message("%(number)s was delivered between %(start)s and today.", number=one.number, start=one.issued_on),
            code="delivered_on",
            field="on",
        )
    is_first = one.delivered_by is None
    one.delivered_by, one.delivered_on, one.delivery_note = way, day, note.strip()
    db.session.flush()
    if is_first and one.kind is not NoticeKind.DUE:
        write_step(
            customer=one.customer,
            kind=CollectionKind.LETTER,
            on=day,
            unit=one.unit_id,
            level=one.kind.level,
            debt=one.total,
            reference=one.number,
            note=note,
        )
    return one
