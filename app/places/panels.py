"""What places tell on the page of a unit: its facts with their days."""

from __future__ import annotations

from app.foundation.database import db
from app.foundation.views import action_to, record_address
from app.foundation.views.panels import Panel, PanelRow, days_between
from app.offices.menu import today_here
from app.places.models import Unit, UnitFact
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
