"""What places tell on the page of a unit (its facts with their days) and of a building (its units)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.views import action_to, record_address
from app.foundation.views.panels import Panel, PanelRow, days_between
from app.offices.menu import today_here
from app.places.models import Building, Unit, UnitFact
from app.places.queries import facts_of
from app.values.errors import N_, Message
from app.values.spans import covers


def facts_panel(unit: Unit) -> Panel | None:
    """Return the facts of a unit, those in force first; nothing for whoever may not list them."""
    if action_to("UnitFactView", "", route="list") is None:
        return None
    today = today_here()
    facts = sorted(db.session.scalars(facts_of(unit.id)), key=lambda fact: not covers(fact, today))
    return Panel(
        N_("Facts"),
        "list-details",
        [_row(fact, is_over=not covers(fact, today)) for fact in facts],
        hint=N_("Tariffs ask for head counts, households and floor bands. A unit without the fact that is asked for cannot be billed."),
        add=action_to("UnitFactView", N_("Enter a fact"), icon="plus", unit=unit.id, office=unit.office_id),
    )


def _row(fact: UnitFact, *, is_over: bool) -> PanelRow:
    days = days_between(fact.starts_on, fact.ends_on)
    return PanelRow(
        Message("%(name)s: %(value)s", name=fact.name, value=fact.value),
        note=Message("%(days)s · %(document)s", days=days, document=fact.document) if fact.document else days,
        href=record_address(fact),
        is_over=is_over,
    )


def building_units_panel(building: Building) -> Panel | None:
    """Return how many units of each kind a building has, and the way to them and to who lives there."""
    here: dict[str, Any] = {"building": building.id, "office": building.office_id}
    units = action_to("UnitView", "", route="list", order="position", **here)
    if units is None:
        return None
    counted = select(Unit.kind, func.count(Unit.id)).where(Unit.building_id == building.id).group_by(Unit.kind).order_by(Unit.kind)
    rows = []
    for kind, count in db.session.execute(counted).all():
        said = Message("%(count)s units", count=FILTERS["number"](count))
        rows.append(PanelRow(kind, note=said, href=f"{units['href']}&kind={kind.value}", icon="door"))
    people = action_to("OccupancyView", N_("Owners and tenants"), route="list", icon="users", **here)
    return Panel(N_("Units"), "door", rows, hint=N_("Add the units of the building, or import them."), add=people, is_counted=False)
