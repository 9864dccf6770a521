"""How meters, readings and what waits to be checked are found."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.foundation.views.filters import escaped
from app.metering.choices import ReadingKind, ReadingState
from app.metering.models import Meter, MeterInstallation, MeterReport, Reading, WaterQuota
from app.places.models import Unit
from app.places.queries import unit_matches
from app.tariffs.models import Service

LIVE = (ReadingState.WAITING, ReadingState.ACCEPTED)


def is_live() -> ColumnElement[bool]:
    """Return the condition that a reading counts: it was neither superseded nor withdrawn."""
    return Reading.state.in_(LIVE)


def hangs_on(day: datetime.date) -> ColumnElement[bool]:
    """Return the condition that a meter hangs at its place on ``day``; it still does on the day of its removal."""
    return and_(MeterInstallation.installed_on <= day, or_(MeterInstallation.removed_on.is_(None), MeterInstallation.removed_on >= day))


def meter_matches(typed: str) -> ColumnElement[bool]:
    """Return the condition that a meter is found by what was typed: the beginning of its serial, or the unit where it hangs."""
    hanging = select(MeterInstallation.meter_id).join(Unit, Unit.id == MeterInstallation.unit_id)
    in_unit = hanging.where(MeterInstallation.removed_on.is_(None), unit_matches(typed))
    return or_(Meter.serial.ilike(escaped("".join(typed.split())) + "%", escape="\\"), Meter.id.in_(in_unit))


def installations_of(meter_id: int) -> Select[tuple[MeterInstallation]]:
    """Return where a meter has hung, the newest place first."""
    return select(MeterInstallation).where(MeterInstallation.meter_id == meter_id).order_by(MeterInstallation.installed_on.desc())


def installations_in_unit(unit_id: int) -> Select[tuple[MeterInstallation]]:
    """Return the meters of a unit, those that hang there first, by service."""
    return (
        select(MeterInstallation)
        .join(Meter, Meter.id == MeterInstallation.meter_id)
        .where(MeterInstallation.unit_id == unit_id)
        .order_by(MeterInstallation.removed_on.is_not(None), Meter.service_id, MeterInstallation.installed_on.desc())
        .options(joinedload(MeterInstallation.meter).joinedload(Meter.service))
    )


def walk_of(building_id: int, service_id: int, day: datetime.date) -> Select[tuple[MeterInstallation]]:
    """Return the meters of a service that hang in a building on ``day``, in floor order, shared ones at the end."""
    return (
        select(MeterInstallation)
        .join(Meter, Meter.id == MeterInstallation.meter_id)
        .outerjoin(Unit, Unit.id == MeterInstallation.unit_id)
        .where(Meter.building_id == building_id, Meter.service_id == service_id, hangs_on(day))
        .order_by(Unit.position.nulls_last(), Unit.number, Meter.serial, MeterInstallation.id)
        .options(joinedload(MeterInstallation.meter), joinedload(MeterInstallation.unit))
    )


def live_readings(installations: Sequence[int]) -> Select[tuple[Reading]]:
    """Return the readings that count of some installations, in the order of their days."""
    return (
        select(Reading)
        .where(Reading.installation_id.in_(installations), is_live())
        .order_by(Reading.installation_id, Reading.read_on, Reading.id)
    )


def readings_of(meter_id: int) -> Select[tuple[Reading]]:
    """Return the whole history of a meter, what was superseded too, the newest day first."""
    return select(Reading).where(Reading.meter_id == meter_id).order_by(Reading.read_on.desc(), Reading.id.desc())


def readings_of_unit(unit_id: int, service_id: int, since: datetime.date, until: datetime.date) -> Select[tuple[Reading]]:
    """Return the readings that count of a unit and service with a day in ``since`` … ``until``: what a bill of the period is made of.

    Their consumption is summed over all meters of the service; a red one that waits must be settled before.
    """
    return (
        select(Reading)
        .join(MeterInstallation, MeterInstallation.id == Reading.installation_id)
        .join(Meter, Meter.id == Reading.meter_id)
        .where(MeterInstallation.unit_id == unit_id, Meter.service_id == service_id, Reading.read_on.between(since, until), is_live())
        .order_by(Reading.read_on, Reading.id)
    )


def open_reds(building_id: int, service_id: int, until: datetime.date) -> Select[tuple[Reading]]:
    """Return the red readings of a building and service up to ``until`` that nobody has settled: nothing is billed before they are."""
    return (
        select(Reading)
        .join(Meter, Meter.id == Reading.meter_id)
        .where(
            Meter.building_id == building_id,
            Meter.service_id == service_id,
            Reading.read_on <= until,
            Reading.state == ReadingState.WAITING,
        )
        .order_by(Reading.read_on, Reading.id)
    )


def waiting_reds(office_id: int) -> Select[int]:
    """Return how many red readings of an office wait to be accepted, corrected or estimated."""
    return select(func.count(Reading.id)).where(Reading.office_id == office_id, Reading.state == ReadingState.WAITING)


def open_reports(office_id: int) -> Select[int]:
    """Return how many reports of readers wait for a manager."""
    return select(func.count(MeterReport.id)).where(MeterReport.office_id == office_id, MeterReport.settled_at.is_(None))


def progress(office_id: int, day: datetime.date) -> Select[int, int, int, int]:
    """Return the routes of an office: building, service, how many of its meters were read in the month of ``day``, how many hang there.

    Counted by the database: an office has thousands of meters with years of readings.
    """
    first = day.replace(day=1)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    is_read = (
        select(Reading.id)
        .where(Reading.installation_id == MeterInstallation.id, is_live(), Reading.kind != ReadingKind.FIRST)
        .where(Reading.read_on.between(first, last))
        .exists()
    )
    return (
        select(
            Meter.building_id.label("building"),
            Meter.service_id.label("service"),
            func.count().filter(is_read).label("read"),
            func.count().label("total"),
        )
        .join(MeterInstallation, MeterInstallation.meter_id == Meter.id)
        .join(Service, Service.id == Meter.service_id)
        .where(Meter.office_id == office_id, hangs_on(day), MeterInstallation.removed_on.is_(None), Service.is_active.is_(True))
        .group_by(Meter.building_id, Meter.service_id)
    )


def quotas_of(unit_id: int) -> Select[tuple[WaterQuota]]:
    """Return the water quotas of a unit, the newest first."""
    return select(WaterQuota).where(WaterQuota.unit_id == unit_id).order_by(WaterQuota.starts_on.desc())
