"""What metering tells on the page of a unit (its meters with their last readings, its water quotas) and of a building."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.transactions import found
from app.foundation.views import action_to, record_address
from app.foundation.views.panels import Panel, PanelRow, days_between
from app.metering.choices import ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.queries import hangs_on, installations_in_unit, live_readings, quotas_of
from app.offices.menu import today_here
from app.offices.models import Office
from app.places.models import Building, Unit
from app.tariffs.models import Service
from app.values.errors import N_, Message
from app.values.spans import covers


def meters_panel(unit: Unit) -> Panel | None:
    """Return the meters of a unit with their last readings, those that hang there first; nothing for whoever reads no meters."""
    if action_to("MeterView", "", route="list") is None and action_to("ReadingGridView", "", route="list") is None:
        return None
    installations = db.session.scalars(installations_in_unit(unit.id)).all()
    last = {row.installation_id: row for row in db.session.scalars(live_readings([each.id for each in installations]))}
    return Panel(
        N_("Meters"),
        "gauge",
        [_meter_row(each, last.get(each.id)) for each in installations],
        hint=N_("No meter hangs here: add the meters of electricity, water and gas."),
        add=action_to("MeterView", N_("Add meter"), icon="plus", unit=unit.id, office=unit.office_id),
    )


def _meter_row(installation: MeterInstallation, last: Reading | None) -> PanelRow:
    meter = installation.meter
    note = (
        Message(
            "%(value)s %(measure)s on %(day)s",
            value=FILTERS["number"](last.value.normalize()),
            measure=meter.service.measure,
            day=last.read_on,
        )
        if last is not None
        else ""
    )
    entering = action_to("ReadingView", N_("Enter reading"), icon="keyboard", meter=meter.id, office=meter.office_id)
    return PanelRow(
        Message("%(service)s %(serial)s", service=meter.service.name, serial=meter.serial),
        note=note,
        href=record_address(meter),
        badge=last.colour if last is not None and last.is_waiting else None,
        icon=meter.service.kind.icon,
        tone=meter.service.kind.colour,
        is_over=installation.removed_on is not None,
        actions=[entering] if entering is not None and installation.removed_on is None else [],
    )


def quotas_panel(unit: Unit) -> Panel | None:
    """Return the water quotas of a unit; nothing for whoever may not list them, and where there are none to speak of."""
    if action_to("WaterQuotaView", "", route="list") is None:
        return None
    today = today_here()
    rows = db.session.scalars(quotas_of(unit.id)).all()
    return Panel(
        N_("Water quotas"),
        "droplet",
        [
            PanelRow(
                Message("%(count)s entitled members", count=row.members),
                note=Message("%(days)s · %(document)s", days=days_between(row.starts_on, row.ends_on), document=row.document)
                if row.document
                else days_between(row.starts_on, row.ends_on),
                href=record_address(row),
                is_over=not covers(row, today),
            )
            for row in rows
        ],
        hint=N_("Without a quota nobody of the unit is entitled to preferential water."),
        add=action_to("WaterQuotaView", N_("Enter a water quota"), icon="plus", unit=unit.id, office=unit.office_id),
    )


def building_readings_panel(building: Building) -> Panel | None:
    """Return the way to the readings of a building: its grid by service, what waits to be checked, its meters."""
    here: dict[str, Any] = {"building": building.id, "office": building.office_id}
    hanging = (
        select(Service, func.count(MeterInstallation.id))
        .join(Meter, Meter.service_id == Service.id)
        .join(MeterInstallation, MeterInstallation.meter_id == Meter.id)
        .where(Meter.building_id == building.id, hangs_on(clock.today(found(Office, building.office_id))))
        .group_by(Service.id)
        .order_by(Service.position, Service.id)
    )
    rows = []
    for service, count in db.session.execute(hanging).all():
        grid = action_to("ReadingGridView", "", route="list", service=service.id, **here)
        if grid is not None:
            said = Message("%(count)s meters", count=FILTERS["number"](count))
            rows.append(PanelRow(service.name, note=said, href=grid["href"], icon=service.kind.icon, tone=service.kind.colour))
    reds = action_to("ReadingView", "", route="list", tab="waiting", **here)
    if reds is not None:
        waiting = select(func.count(Reading.id)).join(Meter, Meter.id == Reading.meter_id)
        waiting = waiting.where(Meter.building_id == building.id, Reading.state == ReadingState.WAITING)
        count = db.session.execute(waiting).scalar_one()
        said = Message("%(count)s wait to be checked", count=FILTERS["number"](count))
        rows.append(PanelRow(Message("Red readings"), note=said, href=reds["href"], icon="alert-circle", tone="bad" if count else "good"))
    meters = action_to("MeterView", N_("Meters"), route="list", icon="gauge", **here)
    if not rows and meters is None:
        return None
    hint = N_("No meter hangs here: add the meters of electricity, water and gas.")
    return Panel(N_("Readings"), "keyboard", rows, hint=hint, add=meters, is_counted=False)
