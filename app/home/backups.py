"""The page of backups: how they stand, all that were made, and one more now. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, url_for
from flask_appbuilder import expose

from app.foundation.i18n import FILTERS, say
from app.foundation.safe_keeping.models import Backup, BackupState
from app.foundation.safe_keeping.nightly import ask_for_backup
from app.foundation.safe_keeping.state import backup_news
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Tab
from app.foundation.views.access import needs
from app.foundation.views.columns import Cell, Column, Kind
from app.foundation.views.links import Action, action
from app.foundation.views.listing import ListPage
from app.values.errors import N_, Message, OperationRefused

MEGABYTE = 1024 * 1024


class BackupView(EntityView):
    """The backups 备份 of the whole installation."""

    route_base = "/backups"
    datamodel = GuardedInterface(Backup)
    icon = "archive"
    list_title, show_title = N_("Backups"), N_("Backup")
    list_context = N_("The whole installation")
    list_template = "home/backups.html"
    label_columns = {
        "ended_at": N_("Made at"),
        "started_at": N_("Begun at"),
        "kind": N_("Occasion"),
        "state": N_("Status"),
        "file": N_("File"),
        "size": N_("Size"),
        "seconds": N_("Seconds"),
        "sha256": N_("Checksum of the dump (SHA-256)"),
        "problem": N_("Reason of the failure"),
    }
    list_columns = ("ended_at", "kind", "state", "file", "size", "seconds")
    show_columns = ("kind", "state", "file", "size", "sha256", "started_at", "ended_at", "seconds", "problem")
    column_kinds = {"size": Kind.TEXT, "problem": Kind.TEXT}
    order_columns = ("ended_at",)
    base_order = ("ended_at", "desc")
    state_column = "state"
    tabs = (
        Tab("there", N_("Kept"), lambda: Backup.state == BackupState.DONE),
        Tab("failed", N_("Failed"), lambda: Backup.state == BackupState.FAILED),
        Tab("removed", N_("Removed by rotation"), lambda: Backup.state == BackupState.REMOVED),
    )
    empty_title = N_("No backups yet")
    empty_text = N_("Every night one is made, as soon as its passphrase is set.")

    @expose("/make", methods=["POST"])
    @needs("make")
    def make(self) -> Any:
        """Ask for a backup now, and show the job that makes it."""
        try:
            job = run(ask_for_backup).record
        except OperationRefused as refusal:
            flash(say(refusal.message), "danger")
            return redirect(url_for("BackupView.list"))
        return redirect(url_for("JobView.show", record=job.id))

    def page_actions(self) -> Sequence[Action]:
        """Offer a backup now, where one can be made."""
        if not self.allowed("can_make") or not current_app.config.get("BACKUP_PASSPHRASE"):
            return []
        return [action(N_("Back up now"), url_for("BackupView.make"), icon="archive", primary=True, method="post")]

    def list_extras(self, page: ListPage) -> dict[str, Any]:
        """Tell how the backups stand and where they lie."""
        return {"news": backup_news(), "folder": str(current_app.config["BACKUP_FOLDER"])}

    def cell(self, record: Any, column: Column) -> Cell:
        """Write the size in MB and the failure as a sentence."""
        if column.name == "size":
            return Cell(
                column,
                "" if record.size is None else say(Message("%(size)s MB", size=FILTERS["number"](round(record.size / MEGABYTE, 1)))),
                Kind.TEXT,
            )
        if column.name == "problem":
            return Cell(column, say(record.message) if record.message else "", Kind.TEXT)
        return super().cell(record, column)
