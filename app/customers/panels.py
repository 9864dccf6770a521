"""What customers tell on the page of a unit: who is there, who was, and who pays today."""

from __future__ import annotations

import datetime

from app.customers.models import Occupancy
from app.customers.queries import occupancies_of
from app.customers.rules.occupancy import payer_on
from app.customers.views.occupancies import ending_action
from app.foundation.database import db
from app.foundation.views import action_to, record_address
from app.foundation.views.panels import Panel, PanelRow, days_between
from app.offices.menu import today_here
from app.places.models import Unit
from app.values.errors import N_, Message
from app.values.spans import covers


def people_panel(unit: Unit) -> Panel | None:
    """Return who occupies a unit, those of today first; nothing for whoever may not list them."""
    if action_to("OccupancyView", "", route="list") is None:
        return None
    today = today_here()
    rows = db.session.scalars(occupancies_of(unit.id)).all()
    payer = payer_on([row.stay for row in rows], today)
    there = sorted(rows, key=lambda row: (not covers(row, today), not is_coming(row, today)))
    return Panel(
        N_("People"),
        "users-group",
        [_row(row, today) for row in there],
        lead=Message("Bills of today go to %(name)s.", name=payer.name) if payer is not None else "",
        hint=N_("Nobody is noted here: add the owner, the tenant or whoever pays."),
        add=action_to("OccupancyView", N_("Add occupant"), icon="user-plus", unit=unit.id, office=unit.office_id),
    )


def is_coming(row: Occupancy, today: datetime.date) -> bool:
    """Tell whether somebody has not moved in yet."""
    return row.starts_on > today


def _row(row: Occupancy, today: datetime.date) -> PanelRow:
    ending, correcting = ending_action(row), action_to("OccupancyView", N_("Edit"), route="edit", pk=row.id)
    return PanelRow(
        row.customer.name,
        note=Message("%(number)s · %(days)s", number=row.customer.customer_no, days=days_between(row.starts_on, row.ends_on)),
        href=record_address(row.customer),
        badge=row.role,
        is_over=row.ends_on is not None and row.ends_on < today,
        actions=[each for each in (ending or correcting,) if each is not None],
    )
