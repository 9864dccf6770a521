"""What tariffs tell on the page of a building: by which prices its units are billed today."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found
from app.foundation.views import action_to, record_address
from app.foundation.views.panels import Panel, PanelRow
from app.offices.models import Office
from app.places.models import Building, Unit
from app.tariffs.models import Service, TariffVersion
from app.tariffs.queries import approved_here, days_of_version
from app.tariffs.rules.inheritance import narrowest
from app.values.errors import N_, Message
from app.values.spans import covers


def building_tariffs_panel(building: Building) -> Panel | None:
    """Return the tariffs by which a building's units are billed today; nothing for whoever may not list them."""
    if action_to("TariffView", "", route="list") is None:
        return None
    # Whoever works in several offices sees here what holds in the building's own.
    own = select(Service).where(Service.office_id == building.office_id, Service.is_active)
    services = list(db.session.scalars(own.order_by(Service.position, Service.id)))
    here = _in_force(building, [service.id for service in services])
    rows = [_row(service, version) for service in services for version in here[service.id]]
    return Panel(
        N_("Tariffs in force"),
        "stairs",
        rows,
        hint=N_("No tariff is in force for this building today: nothing can be billed."),
        add=action_to("TariffView", N_("All tariffs"), icon="stairs", route="list", office=building.office_id),
    )


def _in_force(building: Building, services: list[int]) -> dict[int, list[TariffVersion]]:
    """Return by service the versions that bill at least one kind of unit of the building today."""
    today = clock.today(found(Office, building.office_id))
    kinds = db.session.scalars(select(Unit.kind).where(Unit.building_id == building.id).distinct()).all()
    by_service: dict[int, dict[int, TariffVersion]] = defaultdict(dict)
    for version in approved_here(services, building.id):
        by_service[version.tariff.service_id][version.id] = version
    in_force: dict[int, list[TariffVersion]] = defaultdict(list)
    for service, versions in by_service.items():
        valid = [days for days in map(days_of_version, versions.values()) if covers(days, today)]
        best = {one.version for kind in kinds if (one := narrowest(valid, building=building.id, kind=kind)) is not None}
        in_force[service] = [versions[number] for number in sorted(best)]
    return in_force


def _row(service: Service, version: TariffVersion) -> PanelRow:
    return PanelRow(
        Message("%(service)s: %(tariff)s", service=service.name, tariff=version.tariff.name),
        note=Message("%(place)s · from %(date)s", place=version.tariff.place, date=version.valid_from),
        href=record_address(version),
        icon=service.kind.icon,
        tone=service.kind.colour,
    )
