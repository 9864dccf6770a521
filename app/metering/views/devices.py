"""Phones of meter readers: who took which route along until when, and ending one that was lost."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose
from sqlalchemy import and_

from app.foundation import clock
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import EntityView, GuardedInterface, Kind, LookupFilter, Tab, action, present
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.metering.choices import ReaderDeviceState
from app.metering.models import ReaderDevice
from app.metering.operations.devices import end_device
from app.values.errors import N_, Message


class ReaderDeviceView(EntityView):
    """Phones that may send readings, and those that might."""

    datamodel = GuardedInterface(ReaderDevice)
    icon = "device-mobile"
    list_title, show_title = N_("Phones of meter readers"), N_("Phone of a meter reader")
    empty_text = N_("A meter reader takes a route along with his phone. Each one may send the readings of one route for seven days.")
    label_columns = {
        "user": N_("Meter reader"),
        "building": N_("Building"),
        "service": N_("Service"),
        "state": N_("State"),
        "agent": N_("Program"),
        "enrolled_at": N_("Taken along at"),
        "expires_at": N_("Ends at the latest"),
        "seen_at": N_("Last used at"),
        "ended_at": N_("Ended at"),
    }
    list_columns = ["enrolled_at", "user", "building", "service", "state", "seen_at", "expires_at"]
    show_columns = ["user", "building", "service", "enrolled_at", "seen_at", "expires_at", "ended_at", "agent"]
    column_kinds = {"state": Kind.CHOICE}
    order_columns = ["id"]
    base_order = ("id", "desc")
    loads = ["user", "building", "service"]
    show_loads = ["user", "building", "service"]
    filters = [LookupFilter("building")]
    tabs = [
        Tab("live", N_("May send"), lambda: and_(ReaderDevice.ended_at.is_(None), ReaderDevice.expires_at > clock.real_now())),
        Tab("past", N_("Ended"), lambda: ReaderDevice.ended_at.is_not(None) | (ReaderDevice.expires_at <= clock.real_now())),
    ]

    first_tab = "live"

    def record_title(self, record: ReaderDevice) -> Any:
        return record.route

    def record_badge(self, record: ReaderDevice) -> Any:
        return record.state

    def row_actions(self, record: ReaderDevice) -> list[Action]:
        return present(*super().row_actions(record), self._ending(record))

    def record_actions(self, record: ReaderDevice) -> list[Action]:
        return present(*super().record_actions(record), self._ending(record))

    def _ending(self, record: ReaderDevice) -> Action | None:
        if record.state is not ReaderDeviceState.LIVE or not self.allowed("can_end"):
            return None
        return action(N_("End"), url_for("ReaderDeviceView.end", pk=record.id), icon="ban", method="post", tone="bad")

    @expose("/end/<pk>", methods=["POST"])
    @needs("end")
    def end(self, pk: str) -> Any:
        """End what the phone may; what it has not sent stays on it."""
        run(end_device, device=self.record_or_404(pk).id)
        flash(say(Message("The phone may send nothing any more. What it has not sent stays on it.")), "success")
        return redirect(url_for("ReaderDeviceView.show", pk=pk))
