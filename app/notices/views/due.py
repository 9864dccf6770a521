"""Who is due for which reminder: a building's units with something overdue, in floor order, and the reminders made from there."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views import action_to
from app.foundation.views.access import needs
from app.foundation.views.interface import record_id
from app.foundation.views.office import chosen_office, office_argument
from app.foundation.views.state import SharedObject
from app.notices.choices import LEVELS, REMINDERS, NoticeKind
from app.notices.operations.batches import ready_for
from app.notices.operations.reminding import Proposal, proposals
from app.offices.models import Office
from app.places.models import Building
from app.values.errors import Message, NotFound


class DueRemindersView(SharedObject, BaseView):
    """The units of a building that are due for a reminder, and those that wait."""

    route_base = "/remindersdue"
    default_view = "list"
    icon = "bell-ringing"

    @expose("/list/")
    @needs("list")
    def list(self) -> Any:
        """Show a building's overdue units with the reminder each is due for."""
        number = chosen_office()
        if number is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        office = found(Office, number)
        buildings = list(db.session.scalars(select(Building).where(Building.office_id == office.id).order_by(Building.code)))
        wanted = record_id(request.args.get("building"))
        building = next((each for each in buildings if each.id == wanted), buildings[0] if buildings else None)
        today = clock.today(office)
        listed = proposals(building.id, office) if building is not None else []
        return self.render_template(
            "notices/due_reminders.html",
            buildings=buildings,
            building=building,
            rows=[self._row(each, today) for each in listed],
            ready=[self._ready(kind, listed, building, today) for kind in REMINDERS] if building is not None else [],
            currency=office.currency.value,
            here=url_for("DueRemindersView.list"),
            office_id=office_argument(),
        )

    @staticmethod
    def _row(proposal: Proposal, today: Any) -> dict[str, Any]:
        due = proposal.due
        waits: Any = ""
        if due is None:
            waits = Message("All three reminders were made.")
        elif proposal.promised_until is not None:
            waits = Message("Promised to pay by %(date)s", date=proposal.promised_until)
        elif due.waits_for_delivery and proposal.last is not None:
            waits = Message("Note first how %(number)s was delivered.", number=proposal.last.number)
        elif due.on > today:
            waits = Message("From %(date)s on", date=due.on)
        making = None
        if proposal.is_ready(today):
            making = action_to(
                "ReminderView", Message("Make"), icon="bell-ringing", unit=proposal.unit.id, customer=proposal.customer.id,
                office=proposal.unit.office_id,
            )  # fmt: skip
        return {
            "proposal": proposal,
            "kind": LEVELS[due.level] if due is not None else None,
            "days": (today - proposal.oldest).days,
            "waits": waits,
            "making": making,
            "delivering": action_to("NoticeDeliveryView", Message("Note delivery"), icon="check", notice=proposal.last.id)
            if proposal.last is not None and due is not None and due.waits_for_delivery
            else None,
            "last": action_to("NoticeView", proposal.last.number, route="show", pk=proposal.last.id) if proposal.last is not None else None,
        }

    @staticmethod
    def _ready(kind: NoticeKind, listed: Any, building: Building, today: Any) -> dict[str, Any]:
        ready = ready_for(kind, listed, today)
        way = action_to(
            "NoticeBatchView", Message("Make all"), icon="files", kind=kind.value, building=building.id, office=building.office_id
        )
        return {"kind": kind, "count": len(ready), "making": way if ready else None}
