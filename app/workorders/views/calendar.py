"""The week of the installers: who is where and when, what overlaps, and what is not booked yet."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from babel.dates import format_date
from flask import request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import current_locale
from app.foundation.transactions import found
from app.foundation.views import action, chosen_office
from app.foundation.views.access import needs
from app.foundation.views.interface import record_id
from app.foundation.views.links import may_open, view_named
from app.foundation.views.office import office_argument
from app.foundation.views.state import SharedObject
from app.offices.models import Office
from app.values.errors import N_, Malformed, Message
from app.workorders.choices import OPEN, WorkOrderStatus
from app.workorders.models import Installer, WorkOrder
from app.workorders.rules.work_orders import overlap

DAYS = 7
MOST_UNBOOKED = 30
# Weeks further away than this hold nothing that is booked.
FURTHEST = datetime.timedelta(days=3660)


@dataclass(frozen=True)
class Visit:
    """An order on its day; ``overlaps`` when its installer is somewhere else at that time."""

    order: WorkOrder
    at: datetime.datetime
    overlaps: bool


@dataclass
class CalendarDay:
    """A day with its visits in the order of time."""

    on: datetime.date
    visits: list[Visit] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The day of the week, in the reader's language."""
        return str(format_date(self.on, "EEEE", locale=current_locale()))


class OrderCalendarView(SharedObject, BaseView):
    """The week's visits of the office."""

    route_base = "/ordercalendar"
    default_view = "list"

    @expose("/")
    @needs("list")
    def list(self) -> Any:
        """Show the week that holds the day of the address, else this one."""
        office = found(Office, chosen_office())
        today = clock.today(office)
        monday = self._monday(today)
        chosen = record_id(request.args.get("installer", ""))
        installers = db.session.scalars(select(Installer).where(Installer.office_id == office.id).order_by(Installer.code)).all()
        unbooked = (
            select(WorkOrder)
            .where(WorkOrder.office_id == office.id, WorkOrder.status == WorkOrderStatus.NEW)
            .options(joinedload(WorkOrder.customer), joinedload(WorkOrder.business_type))
            .order_by(WorkOrder.id)
            .limit(MOST_UNBOOKED)
        )
        booking = view_named("BookOrderView")
        return self.render_template(
            "workorders/calendar.html",
            days=self._days(office, monday, chosen),
            today=today,
            monday=monday,
            sunday=monday + datetime.timedelta(days=DAYS - 1),
            installers=installers,
            chosen=chosen,
            unbooked=db.session.scalars(unbooked).all(),
            may_book=booking is not None and may_open(booking, "add"),
            actions=self._weeks(monday, chosen),
        )

    @staticmethod
    def _monday(today: datetime.date) -> datetime.date:
        asked = request.args.get("week", "")
        try:
            day = datetime.date.fromisoformat(asked) if asked else today
        except ValueError:
            raise Malformed(Message("The address cannot be read."), code="bad_week") from None
        if abs(day - today) > FURTHEST:
            raise Malformed(Message("The address cannot be read."), code="bad_week")
        return day - datetime.timedelta(days=day.weekday())

    @staticmethod
    def _weeks(monday: datetime.date, chosen: int | None) -> Any:
        def week(label: Any, icon: str, day: datetime.date | None) -> Any:
            asked = day.isoformat() if day is not None else None
            return action(label, url_for("OrderCalendarView.list", week=asked, installer=chosen, office=office_argument()), icon=icon)

        return [
            week(N_("Previous week"), "chevron-left", monday - datetime.timedelta(days=DAYS)),
            week(N_("This week"), "calendar-event", None),
            week(N_("Next week"), "chevron-right", monday + datetime.timedelta(days=DAYS)),
        ]

    @staticmethod
    def _days(office: Office, monday: datetime.date, chosen: int | None) -> Any:
        zone = clock.local(clock.now(), office).tzinfo
        first = datetime.datetime.combine(monday, datetime.time(), zone)
        last = datetime.datetime.combine(monday + datetime.timedelta(days=DAYS), datetime.time(), zone)
        statement = (
            select(WorkOrder)
            .where(
                WorkOrder.office_id == office.id,
                WorkOrder.appointment_at >= first,
                WorkOrder.appointment_at < last,
                WorkOrder.status != WorkOrderStatus.FAILED,
                *([WorkOrder.installer_id == chosen] if chosen is not None else []),
            )
            .options(joinedload(WorkOrder.customer), joinedload(WorkOrder.business_type), joinedload(WorkOrder.installer))
            .order_by(WorkOrder.appointment_at, WorkOrder.id)
        )
        orders = db.session.scalars(statement).all()
        twice = overlapping(orders)
        days = [CalendarDay(monday + datetime.timedelta(days=number)) for number in range(DAYS)]
        for order in orders:
            if order.appointment_at is not None:
                at = clock.local(order.appointment_at, office)
                days[(at.date() - monday).days].visits.append(Visit(order, at, order.id in twice))
        return days


def overlapping(orders: Sequence[WorkOrder]) -> set[int]:
    """Return the ids of the open orders whose installer is somewhere else at the same time."""
    by_installer: dict[int | None, list[WorkOrder]] = defaultdict(list)
    for order in orders:
        if order.status in OPEN and order.installer_id is not None and order.appointment_at is not None:
            by_installer[order.installer_id].append(order)
    found_twice: set[int] = set()
    for visits in by_installer.values():
        for one, other in pairwise(visits):
            if one.appointment_at is not None and other.appointment_at is not None and overlap(one.appointment_at, other.appointment_at):
                found_twice |= {one.id, other.id}
    return found_twice
