"""Notices, reminders, their batches and delivery, for programs."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.foundation import clock
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Flag,
    Given,
    ListQuery,
    Look,
    Moment,
    Number,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    days,
    done,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.transactions import found, run
from app.notices.choices import LEVELS, DeliveryWay, NoticeKind
from app.notices.models import Notice, NoticeBatch
from app.notices.operations import (
    begin_batch,
    correct_notice,
    deliver_batch,
    deliver_notice,
    issue_notice,
    issue_reminder,
    print_notices,
)
from app.notices.operations.batches import file_of
from app.notices.operations.reminding import number_of_proposals, proposals
from app.notices.printing import PDF, as_answer, file_answer
from app.notices.views.batches import file_name, plain_name
from app.offices.choices import Language
from app.offices.models import Office
from app.places.models import Building

routes = Routes("Notices")
# What this operation returns is a list of records; only the paper of them is given.
PRINTING: Any = print_notices


class ServiceNoticeBody(Body):
    """Whose notice is issued, and of which billing period."""

    billing_period = Reference(required=True)
    unit = Reference(required=True)
    customer = Reference(required=True)


class ReminderBody(Body):
    """Whose overdue charges are reminded of; without ``deadline`` the office's days to pay."""

    unit = Reference(required=True)
    customer = Reference(required=True)
    deadline = Day()


class DeliveryBody(Body):
    """How a paper reached the resident; without ``on`` today."""

    way = Code(DeliveryWay, required=True)
    on = Day()
    note = Text(TEXT)


class ServiceNoticeAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    number = Text()
    kind = Code(NoticeKind)
    unit = Reference(attribute="unit_id")
    customer = Reference(attribute="customer_id")
    billing_period = Reference(attribute="period_id")
    period = Text(attribute="month_name")
    issued_on = Day()
    due_on = Day()
    total = Number()
    credit = Number()
    reference = Text()
    language = Code(Language)
    charges = Rows(Reference())
    is_live = Flag()
    replaces = Reference(attribute="replaces_id")
    batch = Reference(attribute="batch_id")
    printings = Whole()
    delivered_by = Code(DeliveryWay)
    delivered_on = Day()
    delivery_note = Text()


NOTICE = Look(ServiceNoticeAnswer)
notices = records(
    routes,
    "notices",
    Notice,
    view="NoticeView",
    look=NOTICE,
    filters={
        "unit": same_record(Notice.unit_id),
        "customer": same_record(Notice.customer_id),
        "billing_period": same_record(Notice.period_id),
        "kind": same_code(Notice.kind, NoticeKind),
        **days("issued_on", Notice.issued_on),
    },
)


@routes.post("/notices", may=("NoticeView", "can_add"), takes=ServiceNoticeBody, gives=NOTICE)
def add_notice(body: dict[str, Any]) -> Given:
    """Issue the payment-due notice of a unit and a customer; the one that stands is given again unless its charges have changed."""
    return done(run(issue_notice, period=body["billing_period"], unit=body["unit"], customer=body["customer"]))


@routes.post("/notices/<int:record>/replace", may=("NoticeView", "can_add"), gives=NOTICE)
def replace_notice(record: int) -> Given:
    """Replace a payment-due notice by one with today's figures."""
    return done(run(correct_notice, notice=notices.one(record).id))


@routes.post("/reminders", may=("NoticeView", "can_add"), takes=ReminderBody, gives=NOTICE)
def add_reminder(body: dict[str, Any]) -> Given:
    """Issue the reminder that a unit's overdue charges are due for."""
    return done(run(issue_reminder, **body))


@routes.post("/notices/<int:record>/deliver", may=("NoticeDeliveryView", "can_add"), takes=DeliveryBody, gives=NOTICE, status=200)
def note_delivery(record: int, body: dict[str, Any]) -> Given:
    """Note how and when a paper reached the resident."""
    return done(run(deliver_notice, notice=notices.one(record).id, **body), 200)


@routes.get("/notices/<int:record>.pdf", may=("NoticeView", "can_print"), media_types=(PDF,))
def print_notice(record: int) -> Response:
    """Print a notice: its PDF. Every printing is counted, and marked from the second on."""
    return as_answer(run(PRINTING, notices=(notices.one(record).id,)).record)


# Batches ------------------------------------------------------------------------------------------------------------------------


class NoticeBatchBody(Body):
    """The notices of a billing period, or the reminders of a kind that are due in a building."""

    kind = Code(NoticeKind, required=True)
    billing_period = Reference()
    building = Reference()
    deadline = Day()


class NoticeBatchAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    kind = Code(NoticeKind)
    building = Reference(attribute="building_id")
    billing_period = Reference(attribute="period_id")
    deadline = Day()
    issued = Whole()
    left_out = Whole(attribute="refused")
    total = Number()
    notices = Rows(Reference())
    job = Reference(attribute="job_id")
    entered_at = Moment(attribute="created_at")
    done_at = Moment()
    size = Whole()


BATCH = Look(NoticeBatchAnswer)
batches = records(
    routes,
    "notice_batches",
    NoticeBatch,
    view="NoticeBatchView",
    look=BATCH,
    filters={
        "building": same_record(NoticeBatch.building_id),
        "billing_period": same_record(NoticeBatch.period_id),
        "kind": same_code(NoticeBatch.kind, NoticeKind),
    },
)


@routes.post("/notice_batches", may=("NoticeBatchView", "can_add"), takes=NoticeBatchBody, gives=BATCH, status=202)
def add_batch(body: dict[str, Any]) -> Given:
    """Let the papers of a building be made as one file, in floor order, in the background."""
    terms = {name: body.get(name) for name in ("kind", "building", "deadline")}
    return done(run(begin_batch, period=body.get("billing_period"), **terms), 202)


@routes.post("/notice_batches/<int:record>/deliver", may=("NoticeDeliveryView", "can_add"), takes=DeliveryBody, gives=BATCH, status=200)
def note_delivery_of_batch(record: int, body: dict[str, Any]) -> Given:
    """Note how the papers of a batch reached the residents; those that were noted already stay as they are."""
    return done(run(deliver_batch, batch=batches.one(record).id, **body), 200)


@routes.get(
    "/notice_batches/<int:record>.pdf",
    may=("NoticeBatchView", "can_print"),
    media_types=(PDF,),
    other_statuses={422: "The file is not made yet, or was cleared away"},
)
def take_file(record: int) -> Response:
    """Take the file of a batch, once it is finished."""
    batch = file_of(batches.one(record).id)
    assert batch.content is not None
    return file_answer(batch.content, file_name(batch), plain=plain_name(batch), is_file=True)


# Who is due ---------------------------------------------------------------------------------------------------------------------


class DueQuery(ListQuery):
    """The building whose units are asked about."""

    building = Reference(text=True, required=True)


class DueRow(Answer):
    unit = Reference()
    customer = Reference()
    amount = Number()
    overdue_since = Day()
    kind = Code(NoticeKind)
    due_on = Day()
    is_ready = Flag()
    waits_for_delivery = Flag()
    promised_until = Day()
    last_notice = Reference()


class DueAnswer(Answer):
    building = Reference()
    on = Day()
    items = Rows(DueRow)
    total = Whole()
    page = Whole()


@routes.get("/reminders_due", may=("DueRemindersView", "can_list"), query=DueQuery, gives=Look(DueAnswer))
def show_due(query: dict[str, Any]) -> dict[str, Any]:
    """Show the units of a building that have something overdue worth a reminder, with the one each is due for: a page of them."""
    building = found(Building, query["building"], field="building")
    office = found(Office, building.office_id)
    today = clock.today(office)
    rows = []
    page, size = query["page"], query["page_size"]
    for each in proposals(building.id, office, first=(page - 1) * size, most=size):
        due = each.due
        rows.append(
            {
                "unit": each.unit.id,
                "customer": each.customer.id,
                "amount": each.amount,
                "overdue_since": each.oldest,
                "kind": LEVELS[due.level] if due is not None else None,
                "due_on": None if due is None or due.waits_for_delivery else due.on,
                "is_ready": each.is_ready(today),
                "waits_for_delivery": due is not None and due.waits_for_delivery,
                "promised_until": each.promised_until,
                "last_notice": each.last.id if each.last is not None else None,
            }
        )
    total = number_of_proposals(building.id, office)
    return {"building": building.id, "on": today, "items": rows, "total": total, "page": page}
