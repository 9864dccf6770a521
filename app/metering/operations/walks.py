"""A route 抄表路线 / tuyến ghi: the meters of a building, or of one service in it, in floor order, with what reading them needs.

A reader's phone keeps this and nothing else: unit, meter, last reading and what the mean is made of. No name of anybody, and not
whether somebody lives there.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.foundation.database import db
from app.metering.choices import ReadingKind
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.places import Place, places_of
from app.metering.queries import hangs_on
from app.metering.rules.unusual import PERIODS_OF_THE_MEAN, last_real
from app.places.models import Unit
from app.tariffs.models import Service
from app.values.money import sum_of


@dataclass(frozen=True)
class Stop:
    """One meter of a route on ``day``."""

    place: Place
    day: datetime.date

    @property
    def read(self) -> Reading | None:
        """What was read of it in the month of the day already."""
        first = self.day.replace(day=1)
        last = self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
        rows = [row for row in self.place.readings if first <= row.read_on <= last and row.kind is not ReadingKind.FIRST]
        return rows[-1] if rows else None

    def as_json(self) -> dict[str, Any]:
        """Return what the phone is told, figures as exact texts."""
        place, meter, service = self.place, self.place.meter, self.place.service
        unit, limits = place.installation.unit, place.thresholds
        history, carried = place.history(self.day + datetime.timedelta(days=1))
        real = last_real(history)
        is_known = len(real) == PERIODS_OF_THE_MEAN
        return {
            "meter": meter.id,
            "unit": place.installation.place,
            "floor": unit.floor if unit is not None else "",
            "serial": meter.serial,
            "service": service.name,
            "icon": service.kind.icon,
            "measure": service.measure,
            "digits": meter.digits,
            "factor": plain(meter.factor),
            "last": _shown(place.readings[-1]) if place.readings else None,
            "base": _shown(next((row for row in reversed(place.readings) if not row.is_estimate), None)),
            "mean": {"quantity": plain(sum_of(row.quantity for row in real)), "days": sum(row.days for row in real)} if is_known else None,
            "carried": {"quantity": plain(carried.quantity), "days": carried.days} if carried is not None else None,
            "limits": {name: plain(getattr(limits, name)) for name in ("limit", "high", "raised", "lowered", "low")},
            "read": judged_json(self.read) if self.read is not None else None,
        }


def judged_json(reading: Reading) -> dict[str, Any]:
    """Return what became of a reading, as the phone shows it."""
    return {
        "on": reading.read_on.isoformat(),
        "value": plain(reading.value),
        "consumption": plain(reading.consumption),
        "colour": reading.colour.value,
        "state": reading.state.value,
        "estimated": reading.is_estimate,
    }


def stops_of(building_id: int, service_id: int | None, day: datetime.date) -> list[Stop]:
    """Return the meters of a route that hang there on ``day`` in floor order, those of one unit together, shared ones at the end."""
    statement = (
        select(MeterInstallation)
        .join(Meter, Meter.id == MeterInstallation.meter_id)
        .join(Service, Service.id == Meter.service_id)
        .outerjoin(Unit, Unit.id == MeterInstallation.unit_id)
        # One that was removed on the day itself has its final reading.
        .where(Meter.building_id == building_id, hangs_on(day), MeterInstallation.removed_on.is_(None), Service.is_active.is_(True))
        .order_by(Unit.position.nulls_last(), Unit.number, Service.position, Meter.serial, MeterInstallation.id)
        .options(joinedload(MeterInstallation.meter), joinedload(MeterInstallation.unit))
    )
    if service_id is not None:
        statement = statement.where(Meter.service_id == service_id)
    rows: Sequence[MeterInstallation] = db.session.scalars(statement).all()
    return [Stop(place, day) for place in places_of(rows)] if rows else []


def is_on_route(meter: Meter, building_id: int, service_id: int | None) -> bool:
    """Say whether a meter belongs to a route."""
    return meter.building_id == building_id and service_id in (None, meter.service_id)


def plain(figure: Decimal) -> str:
    """Return a figure as digits with a point, without needless zeros."""
    number = Decimal(figure).normalize()
    return format(number if number else Decimal(0), "f")


def _shown(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {"on": reading.read_on.isoformat(), "value": plain(reading.value), "estimated": reading.is_estimate}
