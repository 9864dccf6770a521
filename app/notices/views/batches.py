"""The papers of a building in one go: begun, watched, taken as one file, noted as delivered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, make_response, redirect, url_for
from flask_appbuilder import expose

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob, JobState
from app.foundation.transactions import run
from app.foundation.views import (
    ChoiceField,
    DayField,
    EntityForm,
    GuardedInterface,
    Kind,
    LookupField,
    OperationView,
    TextField,
    action,
    action_to,
    present,
    register_lookup,
)
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action
from app.notices.choices import DeliveryWay, NoticeKind
from app.notices.models import NoticeBatch
from app.notices.operations import begin_batch, begin_mailing, deliver_batch
from app.notices.operations.batches import file_of
from app.notices.printing import file_answer
from app.notices.queries import letters_of, number_sendable
from app.reminders.choices import LetterState
from app.reminders.mailing import mailing_news
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused

MEGABYTE = 1024 * 1024
register_lookup("notice_batch", NoticeBatch, columns=["building.name"], text=str, order=["id"])


class NoticeBatchForm(EntityForm):
    """Which papers, of which building or period."""

    kind = ChoiceField(N_("Kind"), options=NoticeKind, required=True)
    period = LookupField(N_("Billing period"), lookup="billing_period", help=N_("For payment-due notices."))
    building = LookupField(N_("Building"), lookup="building", help=N_("For reminders."))
    deadline = DayField(N_("Last day to pay"), help=N_("For reminders. Left empty, the office's own number of days from today."))


class NoticeBatchView(OperationView):
    """Batches of notices, and the page that begins one."""

    datamodel = GuardedInterface(NoticeBatch)
    icon = "files"
    list_title, show_title = N_("Notices by building"), N_("Batch of notices")
    add_title, deed, deed_icon = N_("Make the notices of a building"), N_("Make"), "files"
    empty_text = N_("All papers of a building as one file, floor by floor.")
    done_message = N_("The notices are being made. You can leave this page: it goes on.")
    label_columns = {
        "kind": N_("Kind"),
        "building": N_("Building"),
        "building.name": N_("Building"),
        "period": N_("Billing period"),
        "period.of_month": N_("Month"),
        "deadline": N_("Last day to pay"),
        "issued": N_("Notices"),
        "refused": N_("Left out"),
        "total": N_("Total"),
        "created_at": N_("Entered at"),
        "created_by": N_("Entered by"),
        "done_at": N_("Finished"),
        "size": N_("Size"),
    }
    list_columns = ["created_at", "kind", "building.name", "period.of_month", "issued", "total", "done_at", "created_by"]
    column_kinds = {"total": Kind.MONEY, "kind": Kind.CHOICE, "period.of_month": Kind.DAY}
    filters = ["building", "kind", "created_at"]
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    facts = ["issued", "refused", "total"]
    show_columns = ["kind", "building", "period", "deadline", "created_by", "created_at", "done_at"]
    show_template = "notices/batch.html"
    form, operation = NoticeBatchForm, staticmethod(begin_batch)

    def terms(self, form: Any, record: Any | None = None) -> dict[str, Any]:
        kind = NoticeKind(form.kind.data)
        return {
            "kind": kind,
            "building": _number(form.building.data),
            "period": _number(form.period.data) if kind is NoticeKind.DUE else None,
            "deadline": form.deadline.data if kind is not NoticeKind.DUE else None,
        }

    def record_title(self, record: NoticeBatch) -> Any:
        return Message("%(kind)s: %(place)s", kind=record.kind, place=str(record.period or record.building))

    def record_context(self, record: NoticeBatch) -> Any:
        if not record.size:
            return ""
        return Message("%(size)s MB", size=round(Decimal(record.size) / MEGABYTE, 1))

    def record_actions(self, record: NoticeBatch) -> list[Action]:
        taking = None
        if record.size and self.allowed("can_print"):
            taking = action(N_("Download"), url_for(f"{self.endpoint}.file", pk=record.id), icon="download", primary=True)
        papers = action_to("NoticeView", N_("Notices"), route="list", icon="list", batch=record.id, office=record.office_id)
        delivering = None
        if record.issued and record.done_at is not None:
            delivering = action_to("BatchDeliveryView", N_("Note delivery"), icon="check", batch=record.id, office=record.office_id)
        return present(*super().record_actions(record), papers, delivering, self._mailing(record), taking)

    def _mailing(self, record: NoticeBatch) -> Action | None:
        if not self.allowed("can_mail") or record.done_at is None or mail_job_of(record) is not None or not number_sendable(record):
            return None
        return action(N_("Send by e-mail"), url_for(f"{self.endpoint}.mail", pk=record.id), icon="mail", method="post")

    def record_extras(self, record: NoticeBatch) -> dict[str, Any]:
        return {"job": job_of(record), "mail": mail_of_batch(record)}

    @expose("/mail/<pk>", methods=["POST"])
    @needs("mail")
    def mail(self, pk: str) -> Any:
        """Let the papers of a batch be sent by e-mail."""
        record = self.record_or_404(pk)
        try:
            run(begin_mailing, batch=record.id)
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(N_("The notices are being put into the outbox. You can leave this page: it goes on.")), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))

    @expose("/sent/<pk>")
    @needs("show")
    def sent(self, pk: str) -> Any:
        """Return the part of the page that changes while papers are sent."""
        record = self.record_or_404(pk)
        page = self.render_template("notices/batch_mail.html", view=self, record=record, mail=mail_of_batch(record))
        return personal(make_response(page))

    @expose("/progress/<pk>")
    @needs("show")
    def progress(self, pk: str) -> Any:
        """Return the part of the page that changes while the batch is made."""
        record = self.record_or_404(pk)
        return personal(make_response(self.render_template("notices/batch_progress.html", view=self, record=record, job=job_of(record))))

    @expose("/file/<pk>")
    @needs("print")
    def file(self, pk: str) -> Any:
        """Return the file of a batch."""
        record = self.record_or_404(pk)
        try:
            batch = file_of(record.id)
        except OperationRefused as error:
            flash(say(error.message), "danger")
            return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
        assert batch.content is not None
        return file_answer(batch.content, file_name(batch), plain=plain_name(batch), is_file=True)


def file_name(batch: NoticeBatch) -> Message:
    """Return what the file of a batch is called; its month as programs write it, so that files of a folder lie in their order."""
    return Message("%(kind)s %(building)s %(month)s", kind=batch.kind, building=batch.building.code, month=_month_or_day(batch))


def plain_name(batch: NoticeBatch) -> str:
    """Return the same in the letters that every program reads."""
    return f"{batch.kind.value}-{batch.building.code}-{_month_or_day(batch)}"


def _month_or_day(batch: NoticeBatch) -> str:
    return batch.period.name if batch.period is not None else batch.created_at.strftime("%Y-%m-%d")


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def job_of(batch: NoticeBatch) -> BackgroundJob | None:
    """Return the work of a batch while it is under way, or where it failed."""
    if batch.job_id is None or batch.done_at is not None:
        return None
    job = db.session.get(BackgroundJob, batch.job_id)
    return job if job is not None and job.state is not JobState.DONE else None


def mail_job_of(batch: NoticeBatch) -> BackgroundJob | None:
    """Return the work that puts papers into the outbox while it is under way, or where it failed."""
    job = db.session.get(BackgroundJob, batch.mail_job_id) if batch.mail_job_id is not None else None
    return job if job is not None and job.state is not JobState.DONE else None


def mail_of_batch(batch: NoticeBatch) -> dict[str, Any] | None:
    """Return how the papers of a batch go out by e-mail; nothing where nobody asked for that."""
    if batch.done_at is None or not batch.notices:
        return None
    states = letters_of(batch)
    if not states and batch.mail_job_id is None:
        return None
    list_of = action_to("NoticeLetterView", N_("Notices by e-mail"), route="list", icon="mail", office=batch.office_id)
    return {
        "job": mail_job_of(batch),
        "states": [(state, states[state]) for state in LetterState if state in states],
        "total": sum(states.values()),
        "sent": states.get(LetterState.SENT, 0),
        "is_under_way": any(states.get(state) for state in (LetterState.WAITING, LetterState.SENDING)),
        "news": mailing_news(),
        "list": list_of,
    }


class BatchDeliveryForm(EntityForm):
    """How the papers of a batch reached the residents."""

    batch = LookupField(N_("Batch of notices"), lookup="notice_batch", required=True)
    way = ChoiceField(N_("Delivered"), options=DeliveryWay, required=True)
    on = DayField(N_("Delivered on"), help=N_("Left empty: today."))
    note = TextField(N_("Note on delivery"), longest=200, span=2)


class BatchDeliveryView(OperationView):
    """Noting how the papers of a batch were delivered; those that were noted already stay as they are."""

    datamodel = GuardedInterface(NoticeBatch)
    is_only_a_page = True
    class_permission_name = "NoticeDeliveryView"
    icon = "check"
    add_title, deed = N_("Delivery of a batch"), N_("Save")
    form, operation = BatchDeliveryForm, staticmethod(deliver_batch)
