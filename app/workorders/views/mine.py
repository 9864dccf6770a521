"""An installer's own orders on his phone: today first, one tap to call, to find the house, to begin and to complete."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_appbuilder import BaseView, expose
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.foundation.views import chosen_office
from app.foundation.views.access import needs
from app.foundation.views.office import currency_of
from app.foundation.views.state import SharedObject
from app.offices.models import Office
from app.values.errors import N_
from app.workorders.choices import OPEN, WorkOrderStatus
from app.workorders.documents import line_of
from app.workorders.models import Installer, WorkOrder
from app.workorders.queries import held_by
from app.workorders.views.steps import map_address

MOST_ORDERS = 60


@dataclass
class Part:
    """Orders under one heading."""

    title: Any
    orders: list[WorkOrder] = field(default_factory=list)


class MyOrdersView(SharedObject, BaseView):
    """My orders 我的施工單."""

    route_base = "/myorders"
    default_view = "list"

    @expose("/")
    @needs("list")
    def list(self) -> Any:
        """Show the open orders of the person who is signed in, what he finished today, and the money he holds."""
        office = found(Office, chosen_office())
        me = db.session.scalars(select(Installer).where(Installer.user_id == current_scope().user_id)).all()
        held: Decimal = sum(held_by([each.id for each in me]).values(), Decimal(0))
        today = clock.today(office)
        parts = self._parts([each.id for each in me], office, today)
        return self.render_template(
            "workorders/mine.html",
            today=today,
            parts=[part for part in parts if part.orders],
            held=held,
            currency=currency_of(),
            map_address=map_address,
            line_of=line_of,
        )

    @staticmethod
    def _parts(installers: Any, office: Office, today: datetime.date) -> Any:
        now, later, unbooked, done = Part(N_("Today")), Part(N_("Later")), Part(N_("No appointment")), Part(N_("Done today"))
        for order in db.session.scalars(_orders_of(installers, office, today)):
            if not order.is_open:
                done.orders.append(order)
            elif order.status is WorkOrderStatus.ON_SITE or _day_of(order, office, default=datetime.date.max) <= today:
                now.orders.append(order)
            else:
                (later if order.appointment_at is not None else unbooked).orders.append(order)
        return now, later, unbooked, done


def _orders_of(installers: Any, office: Office, today: datetime.date) -> Any:
    midnight = datetime.datetime.combine(today, datetime.time(), clock.local(clock.now(), office).tzinfo)
    shown: ColumnElement[bool] = or_(WorkOrder.status.in_(OPEN), WorkOrder.finished_at >= midnight)
    return (
        select(WorkOrder)
        .where(WorkOrder.installer_id.in_(installers), shown)
        .options(joinedload(WorkOrder.customer), joinedload(WorkOrder.business_type))
        .order_by(WorkOrder.appointment_at.asc().nulls_last(), WorkOrder.id)
        .limit(MOST_ORDERS)
    )


def _day_of(order: WorkOrder, office: Office, *, default: datetime.date) -> datetime.date:
    return clock.local(order.appointment_at, office).date() if order.appointment_at is not None else default
