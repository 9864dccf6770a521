"""The list of background jobs: what runs, waits, failed and is done, for those who answer for the installation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from sqlalchemy import ColumnElement

from app.foundation.i18n import say
from app.foundation.jobs import BackgroundJob, JobState
from app.foundation.jobs.managing import cancel_job, may_cancel, may_repeat, repeat_job
from app.foundation.jobs.queue import is_visible
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Tab
from app.foundation.views.access import needs
from app.foundation.views.columns import Cell, Column, Kind
from app.foundation.views.links import Action, action
from app.home.jobs import message_of
from app.values.errors import N_, Message, NotFound, OperationRefused


class JobListView(EntityView):
    """Background jobs 後台任務 of the whole installation; each opens the page on which it is followed."""

    route_base = "/background_jobs"
    datamodel = GuardedInterface(BackgroundJob)
    icon = "progress"
    list_title, show_title = N_("Background jobs"), N_("Background job")
    list_context = N_("The whole installation")
    label_columns = {
        "id": N_("No."),
        "label": N_("Work"),
        "state": N_("State"),
        "progress": N_("Progress"),
        "message": N_("Message"),
        "created_at": N_("Asked for at"),
        "started_at": N_("Begun at"),
        "ended_at": N_("Ended at"),
    }
    list_columns = ("id", "label", "state", "progress", "message", "created_at", "started_at", "ended_at")
    show_columns = list_columns
    column_kinds = {"label": Kind.TEXT, "progress": Kind.TEXT, "message": Kind.TEXT}
    order_columns = ("id",)
    base_order = ("id", "desc")
    tabs = (
        Tab("running", N_("Running"), lambda: BackgroundJob.state == JobState.RUNNING),
        Tab("waiting", N_("Queued"), lambda: BackgroundJob.state == JobState.QUEUED),
        Tab("failed", N_("Failed"), lambda: BackgroundJob.state == JobState.FAILED),
        Tab("done", N_("Finished"), lambda: BackgroundJob.state == JobState.DONE),
        Tab("cancelled", N_("Cancelled"), lambda: BackgroundJob.state == JobState.CANCELLED),
    )
    tabs_argument = "state"
    empty_title = N_("No jobs yet")
    empty_text = N_("Long work, such as an import, a backup or a proof, appears here.")

    def row_conditions(self) -> list[ColumnElement[bool]]:
        """Everything for whoever may repeat jobs; an auditor sees those of his offices and of the program."""
        return [] if self.allowed("can_repeat") else [is_visible()]

    def cell(self, record: BackgroundJob, column: Column) -> Cell:
        """Write what is translated."""
        words: dict[str, Callable[[], Any]] = {
            "label": lambda: say(record.label),
            "message": lambda: say(message_of(record)) if record.message else "",
        }
        return Cell(column, words[column.name](), Kind.TEXT) if column.name in words else super().cell(record, column)

    def record_title(self, record: BackgroundJob) -> Any:
        return Message("Job %(number)s", number=record.id)

    def record_badge(self, record: BackgroundJob) -> Any:
        return record.state

    def record_actions(self, record: BackgroundJob) -> Sequence[Action]:
        """Offer to repeat what failed, and to cancel what waits."""
        found = []
        if self.allowed("can_repeat") and may_repeat(record):
            found.append(action(N_("Repeat"), url_for("JobListView.repeat", pk=record.id), icon="refresh", primary=True, method="post"))
        if self.allowed("can_cancel") and may_cancel(record):
            found.append(action(N_("Cancel the job"), url_for("JobListView.cancel", pk=record.id), icon="x", method="post", tone="bad"))
        return found

    @expose("/repeat/<pk>", methods=["POST"])
    @needs("repeat")
    def repeat(self, pk: str) -> Any:
        """Put a job that failed into the queue again."""
        return self._done(repeat_job, pk, N_("The job waits for its turn again."))

    @expose("/cancel/<pk>", methods=["POST"])
    @needs("cancel")
    def cancel(self, pk: str) -> Any:
        """Take a waiting job out of the queue."""
        return self._done(cancel_job, pk, N_("The job was cancelled."))

    def _done(self, operation: Callable[..., BackgroundJob], pk: str, sentence: str) -> Any:
        record = self.record_or_404(pk)
        try:
            run(operation, job=record.id)
        except NotFound:
            raise
        except OperationRefused as refusal:
            flash(say(refusal.message), "danger")
        else:
            flash(say(sentence), "success")
        return redirect(url_for("JobListView.show", pk=record.id))
