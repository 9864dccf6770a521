"""The control of a training installation's clock."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.foundation import clock
from app.foundation.i18n import current_time_zone, say
from app.foundation.scope import scope_or_none
from app.foundation.training import clock_state, move_clock
from app.foundation.views import DayField, EntityForm, TextField
from app.foundation.views.access import needs
from app.foundation.views.state import SharedObject
from app.roles import RIGHTS_VIEW, Right
from app.values.errors import N_, Malformed, Message, NotFound, OperationRefused

# What the quick buttons add, in days, and what they say.
STEPS = ((1, N_("One day")), (7, N_("One week")), (30, N_("30 days")))
UNPROCESSABLE = 422


class ClockForm(EntityForm):
    """The day and time to go to, on the office's wall clock."""

    day = DayField(N_("Day"), required=True)
    time = TextField(N_("Time of day"), required=True, longest=8, render_kw={"type": "time"})


class ClockView(SharedObject, BaseView):
    """The clock of a training installation; it does not exist anywhere else."""

    route_base = "/clock"
    default_view = "show"
    explains_odd_text = frozenset({"move"})
    class_permission_name = RIGHTS_VIEW
    method_permission_name = {"show": Right.MOVE_CLOCK.value, "move": Right.MOVE_CLOCK.value}

    @expose("/")
    @needs(Right.MOVE_CLOCK.value)
    def show(self) -> Any:
        """Show what the clock says, and the form to move it."""
        _require_training()
        return self._page(ClockForm(data=_local_parts(clock.now())))

    @expose("/", methods=["POST"])
    @needs(Right.MOVE_CLOCK.value)
    def move(self) -> Any:
        """Move the clock forward, by a step or to a moment."""
        _require_training()
        form = ClockForm(request.form)
        steps = request.form.get("days", "")
        if not steps and not form.validate():
            return self._page(form), UNPROCESSABLE
        try:
            state = move_clock(_stepped(steps) if steps else _moment(form))
        except OperationRefused as refusal:
            return self._page(form, form.blame(_at_the_day(refusal))), UNPROCESSABLE
        flash(say(Message("The clock now says %(now)s.", now=state.now)), "success")
        return redirect(url_for("ClockView.show"))

    def _page(self, form: ClockForm, problems: Any = ()) -> Any:
        return self.render_template("feehouse/clock.html", form=form, problems=problems, state=clock_state(), steps=STEPS)


def init_clock(app: Flask) -> None:
    """Tell the banner of a training installation where its clock stands, and where it is moved by whoever may."""
    app.context_processor(_of_the_banner)


def _of_the_banner() -> dict[str, Any]:
    if not current_app.config.get("TRAINING"):
        return {}
    scope = scope_or_none()
    may_move = scope is not None and scope.may(Right.MOVE_CLOCK.value)
    return {"business_now": clock.now(), "clock_href": url_for("ClockView.show") if may_move else None}


def _require_training() -> None:
    if not current_app.config.get("TRAINING"):
        raise NotFound(Message("The clock can be moved in a training installation only."), code="not_training")


def _local_parts(moment: datetime.datetime) -> dict[str, Any]:
    local = moment.astimezone(ZoneInfo(current_time_zone()))
    return {"day": local.date(), "time": f"{local:%H:%M}"}


def _stepped(days: str) -> datetime.datetime:
    if days not in {str(number) for number, _ in STEPS}:
        raise Malformed(Message("This value is not possible here."), code="bad_step")
    return clock.now() + datetime.timedelta(days=int(days))


def _moment(form: ClockForm) -> datetime.datetime:
    try:
        time = datetime.time.fromisoformat(form.time.data or "")
    except ValueError:
        raise Malformed(Message("Write the time of day as 10:00."), code="bad_time", field="time") from None
    return datetime.datetime.combine(form.day.data, time.replace(tzinfo=None), ZoneInfo(current_time_zone()))


def _at_the_day(refusal: OperationRefused) -> OperationRefused:
    """Return the refusal with its field named as the form names it."""
    field = {"now": "day"}.get(refusal.field or "", refusal.field)
    return OperationRefused(refusal.message, code=refusal.code, field=field)
