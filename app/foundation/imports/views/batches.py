"""The list of imports, the page of one, and undoing it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_appbuilder import expose
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.i18n import say
from app.foundation.imports.choices import OPEN, STANDING, ImportState
from app.foundation.imports.declared import import_kinds
from app.foundation.imports.models import ImportBatch, ImportRow
from app.foundation.imports.operations import AT_ONCE, give_up, start, undo
from app.foundation.imports.undoing import blocked_rows
from app.foundation.imports.views.shown import steps
from app.foundation.imports.views.steps import UNPROCESSABLE, ImportSteps
from app.foundation.jobs import BackgroundJob
from app.foundation.transactions import found, run
from app.foundation.views import EntityView, GuardedInterface, Kind, action, action_to, present
from app.foundation.views.access import needs, personal
from app.foundation.views.links import Action
from app.foundation.views.office import office_argument
from app.values.errors import N_, Malformed, Message, NotAllowed, NotFound, OperationRefused

MOST_SHOWN = 100


class ImportView(ImportSteps, EntityView):
    """Imports of files: who brought what, what became of it, and undoing it."""

    datamodel = GuardedInterface(ImportBatch)
    icon = "file-import"
    list_title, show_title = N_("Imports"), N_("Import")
    empty_text = N_("Customers with their lines, communities, employees and materials can be brought in from Excel files.")
    label_columns = {
        "title": N_("What"),
        "file_name": N_("File"),
        "file_size": N_("Size in bytes"),
        "state": N_("Status"),
        "row_count": N_("Rows"),
        "made": N_("Imported rows"),
        "left_out": N_("Rows left out"),
        "wrong": N_("Wrong rows"),
        "created_at": N_("Uploaded at"),
        "uploaded_by": N_("Uploaded by"),
        "imported_at": N_("Imported at"),
        "undone_at": N_("Undone at"),
        "undone_by_id": N_("Undone by"),
        "file_until": N_("File is deleted on"),
        "sheet": N_("Sheet"),
    }
    column_kinds = {"title": Kind.TEXT}
    list_columns = ["created_at", "title", "file_name", "row_count", "made", "wrong", "state", "uploaded_by"]
    state_column = "state"
    search_columns = ["file_name"]
    order_columns = ["created_at"]
    base_order = ("id", "desc")
    facts = ["row_count", "made", "left_out", "wrong"]
    show_fieldsets = [
        (None, ["title", "file_name", "sheet", "file_size", "uploaded_by", "created_at", "imported_at", "undone_at", "file_until"]),
    ]
    show_template = "imports/batch.html"

    def page_actions(self) -> list[Action]:
        if not self.allowed("can_add"):
            return []
        return [action(N_("Import a file"), url_for("ImportView.new", office=office_argument()), icon="upload", primary=True, key="N")]

    def record_title(self, record: ImportBatch) -> Any:
        return record.title

    def record_context(self, record: ImportBatch) -> Any:
        return record.file_name

    def record_badge(self, record: ImportBatch) -> Any:
        return record.state

    def record_actions(self, record: ImportBatch) -> list[Action]:
        may_add = self.allowed("can_add")
        going_on = may_add and record.state in OPEN and record.has_file
        step = "check" if record.state is ImportState.CHECKED else "columns"
        return present(
            *super().record_actions(record),
            action(N_("Give up"), url_for("ImportView.end", pk=record.id), icon="x", method="post") if going_on else None,
            action(N_("File with what is wrong"), url_for("ImportView.corrected", pk=record.id), icon="download")
            if may_add and record.wrong and record.has_file
            else None,
            action(N_("Undo the import"), url_for("ImportView.take_back", pk=record.id), icon="arrow-back-up", tone="bad")
            if record.state in STANDING and self.allowed("can_undo")
            else None,
            action(N_("Go on"), url_for(f"ImportView.{step}", pk=record.id), icon="arrow-right", primary=True) if going_on else None,
            self._next_step(record) if record.state in STANDING else None,
        )

    @staticmethod
    def _next_step(record: ImportBatch) -> Action | None:
        """Return the way to what is done with the rows that were imported."""
        kind = import_kinds().get(record.kind)
        if kind is None or not kind.next_view:
            return None
        return action_to(kind.next_view, kind.next_label, route="list", icon=kind.icon, primary=True, office=record.office_id)

    def record_extras(self, record: ImportBatch) -> dict[str, Any]:
        at = {ImportState.READ: 2, ImportState.CHECKED: 3}.get(record.state, 4)
        return {"steps": steps(at), "job": _job(record), "failure": _failure(record)}

    @expose("/progress/<pk>")
    @needs("show")
    def progress(self, pk: str) -> Any:
        """Give the part of the page that changes while rows are imported; when that is over, the page is read anew."""
        record = self.record_or_404(pk)
        job = _job(record)
        response = self.appbuilder.app.make_response(render_template("imports/progress.html", record=record, job=job))
        if job is None:
            response.headers["HX-Refresh"] = "true"
        return personal(response)

    @expose("/end/<pk>", methods=["POST"])
    @needs("add")
    def end(self, pk: str) -> Any:
        """Give an import up; its file is deleted."""
        run(give_up, batch=self.record_or_404(pk).id)
        flash(say(Message("The import was given up and its file deleted.")), "success")
        return redirect(url_for("ImportView.show", pk=pk))

    @expose("/undo/<pk>", methods=["GET", "POST"])
    @needs("undo")
    def take_back(self, pk: str) -> Any:
        """Show what undoing would remove and what it cannot; do it."""
        batch = self.record_or_404(pk)
        if request.method == "GET":
            return redirect(url_for("ImportView.show", pk=pk)) if batch.state not in STANDING else self._undo_page(batch)
        keep = request.form.get("keep") == "1"
        try:
            if batch.made > AT_ONCE:
                run(start, batch=batch.id, undo=True, keep_blocked=keep)
            else:
                run(undo, batch=batch.id, keep_blocked=keep)
                flash(say(Message("The import is undone.")), "success")
        except (NotFound, NotAllowed, Malformed):
            raise
        except OperationRefused as refusal:
            return self._undo_page(self.record_or_404(pk), refusal), UNPROCESSABLE
        return redirect(url_for("ImportView.show", pk=pk))

    def _undo_page(self, batch: ImportBatch, refusal: OperationRefused | None = None) -> Any:
        blocked = blocked_rows(batch)
        standing = select(func.count(ImportRow.row_number.distinct())).where(ImportRow.batch_id == batch.id, ImportRow.removed_at.is_(None))
        rows = int(db.session.execute(standing).scalar_one())
        return self.render_template(
            "imports/undo.html",
            title=Message("Undo the import"),
            batch=batch,
            rows=rows,
            blocked=blocked[:MOST_SHOWN],
            blocked_count=len(blocked),
            reasons=Counter(str(each.reason.message_id) for each in blocked),
            refusal=refusal,
        )


def _job(batch: ImportBatch) -> BackgroundJob | None:
    """Return the work that is under way for the batch."""
    job = found(BackgroundJob, batch.job_id) if batch.job_id is not None else None
    return job if job is not None and not job.is_over else None


def _failure(batch: ImportBatch) -> Message | None:
    """Return why the last work for the batch failed."""
    job = found(BackgroundJob, batch.job_id) if batch.job_id is not None else None
    if job is None or job.state.value != "failed" or not job.message:
        return None
    return Message(job.message, **job.message_facts)
