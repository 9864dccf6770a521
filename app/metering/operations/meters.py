"""What is done with meters 装表, 拆表, 换表: they are registered, installed with a first reading, removed with a final one, replaced."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.views.saving import Values, saving
from app.metering.choices import ReadingKind, ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.entering import Figures, today_of, write
from app.metering.operations.places import Place, place_of
from app.metering.operations.reports import METER_IS_REPLACED, settle_reports
from app.metering.queries import installations_of, is_live
from app.metering.rules.reading_entry import require_value
from app.places.models import Unit
from app.values.errors import Message, OperationRefused

ALREADY = Message("The meter hangs somewhere else on some of these days.")
explain_constraint("ex_meter_installation_in_force", ALREADY, "installed_on")
explain_constraint("uq_meter_office_id_service_id_serial", Message("There is a meter of this service with this serial number."), "serial")


@dataclass(frozen=True, kw_only=True)
class NewMeter:
    """The meter that comes in the place of another one."""

    serial: str
    digits: int = 5
    factor: Decimal = Decimal(1)
    seal_no: str = ""
    first_value: Decimal = Decimal(0)


def save_meter(*, record: int | None, office: int | None, version: str | None, values: Values) -> Meter:
    """Register a meter or change what is known of it; with ``installed_on`` a new one is installed at once, in ``unit`` or shared.

    Raises OperationRefused, also for another service, building or kind of a meter that has hung somewhere: its readings count there.
    """
    given: dict[str, Any] = dict(values)
    if record is not None:
        _require_unhung(locked(Meter, record), given)
    place = {name: given.pop(name, None) for name in ("unit", "installed_on", "first_value")}
    if "serial" in given:
        given["serial"] = str(given["serial"]).strip()
    if place["unit"] is not None:
        given.setdefault("building", found(Unit, place["unit"], "unit").building_id)
    if given.get("apportion_by") or "apportion_by" in given:
        given["is_shared"] = given["apportion_by"] is not None
    meter: Meter = saving(Meter)(record=record, office=office, version=version, values=tuple(given.items()))
    if place["installed_on"] is not None:
        install_meter(
            meter=meter.id,
            unit=place["unit"],
            on=place["installed_on"],
            first_value=place["first_value"] if place["first_value"] is not None else Decimal(0),
        )
    return meter


def _require_unhung(meter: Meter, given: dict[str, Any]) -> None:
    """Refuse to make another meter of one that was read: only what is written on it may be corrected."""
    places = db.session.scalars(installations_of(meter.id)).all()
    if not places:
        return
    if given.get("digits") is not None:
        shown = db.session.scalars(select(func.max(Reading.value)).where(Reading.meter_id == meter.id, is_live())).one()
        require_value(shown, digits=given["digits"], serial=meter.serial)
    now = {"service": meter.service_id, "building": meter.building_id, "unit": places[0].unit_id}
    other = next((name for name, value in now.items() if given.get(name, value) != value), None)
    if other is None and "apportion_by" in given and (given["apportion_by"] is not None) != meter.is_shared:
        other = "apportion_by"
    if other is not None:
        raise OperationRefused(
            Message("The meter %(serial)s has been read already. Remove it and register another one.", serial=meter.serial),
            code="meter_read",
            field=other,
        )


def install_meter(*, meter: int, unit: int | None, on: datetime.date, first_value: Decimal, reason: str = "") -> MeterInstallation:
    """Install a meter in a unit, or a shared one in its building, with its first reading. Raises OperationRefused."""
    row = locked(Meter, found(Meter, meter, "meter").id)
    return _installed(row, unit, on, first_value, reason=reason)


def remove_meter(*, meter: int, on: datetime.date, final_value: Decimal, rolled_over: bool = False, reason: str = "") -> MeterInstallation:
    """Remove a meter from its place with its final reading. Raises OperationRefused."""
    row = locked(Meter, found(Meter, meter, "meter").id)
    place = _hanging(row)
    _read_finally(place, on, final_value, rolled_over=rolled_over, reason=reason)
    place.installation.removed_on = on
    db.session.flush()
    return place.installation


def replace_meter(
    *, meter: int, on: datetime.date, final_value: Decimal, new: NewMeter, rolled_over: bool = False, reason: str = ""
) -> MeterInstallation:
    """Put a new meter in the place of another in one step: the final reading of the old one, the first of the new one 换表.

    What both count in the period is one consumption. Raises OperationRefused.
    """
    old = remove_meter(meter=meter, on=on, final_value=final_value, rolled_over=rolled_over, reason=reason)
    before = old.meter
    successor = _free_meter(before, new.serial.strip()) or Meter(
        office_id=before.office_id,
        service_id=before.service_id,
        building_id=before.building_id,
        serial=new.serial.strip(),
        digits=new.digits,
        factor=new.factor,
        is_shared=before.is_shared,
        apportion_by=before.apportion_by,
        seal_no=new.seal_no.strip(),
        created_by_id=current_scope().user_id,
    )
    db.session.add(successor)
    db.session.flush()
    settle_reports(before, METER_IS_REPLACED, reason)
    return _installed(successor, old.unit_id, on, new.first_value, replaces=old, reason=reason)


def _installed(
    meter: Meter, unit: int | None, on: datetime.date, value: Decimal, *, replaces: MeterInstallation | None = None, reason: str = ""
) -> MeterInstallation:
    place = found(Unit, unit, "unit") if unit is not None else None
    _require_place(meter, place)
    _require_free(meter, on)
    require_value(value, digits=meter.digits, serial=meter.serial)
    if on > today_of(meter):
        raise OperationRefused(Message("A meter cannot be installed on a day to come."), code="installed_in_future", field="installed_on")
    installation = MeterInstallation(
        office_id=meter.office_id,
        meter_id=meter.id,
        unit_id=place.id if place is not None else None,
        installed_on=on,
        removed_on=None,
        replaces_id=replaces.id if replaces is not None else None,
        created_by_id=current_scope().user_id,
    )
    installation.meter, installation.unit = meter, place
    db.session.add(installation)
    if place is not None and meter.building_id != place.building_id:
        meter.building_id = place.building_id
    db.session.flush()
    write(place_of(installation), on, Figures(value=value, kind=ReadingKind.FIRST, reason=reason.strip()))
    return installation


def _read_finally(place: Place, on: datetime.date, value: Decimal, *, rolled_over: bool, reason: str) -> Reading:
    """Write the final reading; one that was taken on the same day before makes room for it. Raises OperationRefused."""
    meter, last = place.meter, place.readings[-1]
    require_value(value, digits=meter.digits, serial=meter.serial)
    if on > today_of(meter):
        raise OperationRefused(Message("A meter cannot be removed on a day to come."), code="removed_in_future", field="on")
    if on < last.read_on or on <= place.installation.installed_on:
        raise OperationRefused(
            Message("The meter %(serial)s was read on %(date)s: it is removed after that day.", serial=meter.serial, date=last.read_on),
            code="removed_before_last",
            field="on",
        )
    if last.read_on == on:
        _require_same_as_billed(last, value)
        last.state, last.settled_reason = ReadingState.SUPERSEDED, last.settled_reason or reason.strip()
        last.settled_at, last.settled_by_id = clock.now(), current_scope().user_id
        db.session.flush()
        place.readings = place.readings[:-1]
    figures = Figures(value=value, rolled_over=rolled_over, kind=ReadingKind.FINAL, reason=reason.strip())
    return write(place, on, figures, supersedes=last if last.read_on == on else None)


def _require_same_as_billed(last: Reading, value: Decimal) -> None:
    """Refuse another figure than a bill was made from: it is corrected with its bill first."""
    if last.value != value and any(effects.call("charges_of_readings", [last])):
        raise OperationRefused(
            Message(
                "The reading of %(date)s, %(value)s, was billed. Correct it first, then enter the same figure here.",
                date=last.read_on,
                value=last.value.normalize(),
            ),
            code="reading_billed",
            field="final_value",
        )


def _hanging(meter: Meter) -> Place:
    rows = db.session.scalars(installations_of(meter.id)).all()
    if not rows or rows[0].removed_on is not None:
        raise OperationRefused(
            Message("The meter %(serial)s hangs nowhere: it cannot be removed.", serial=meter.serial),
            code="meter_not_installed",
            field="meter",
        )
    return place_of(rows[0])


def _require_place(meter: Meter, unit: Unit | None) -> None:
    if meter.is_shared and unit is not None:
        raise OperationRefused(Message("A shared meter belongs to the building, not to a unit."), code="shared_meter", field="unit")
    if not meter.is_shared and unit is None:
        raise OperationRefused(Message("Choose the unit where the meter hangs."), code="unit_missing", field="unit")


def _require_free(meter: Meter, on: datetime.date) -> None:
    for row in db.session.scalars(installations_of(meter.id)):
        if row.removed_on is None:
            raise OperationRefused(
                Message("The meter %(serial)s hangs in %(place)s. Remove it there first.", serial=meter.serial, place=row.place),
                code="meter_in_use",
                field="meter",
            )
        if row.removed_on >= on:
            raise OperationRefused(
                Message("The meter %(serial)s was in %(place)s until %(date)s.", serial=meter.serial, place=row.place, date=row.removed_on),
                code="meter_in_use",
                field="installed_on",
            )


def _free_meter(like: Meter, serial: str) -> Meter | None:
    """Return the meter of that serial which lies in store already. Raises OperationRefused without a serial."""
    if not serial:
        raise OperationRefused(Message("Enter the serial number of the new meter."), code="serial_missing", field="serial")
    there: Meter | None = db.session.scalars(
        select(Meter).where(Meter.office_id == like.office_id, Meter.service_id == like.service_id, Meter.serial == serial)
    ).one_or_none()
    return there
