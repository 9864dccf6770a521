"""Meters 仪表, readings 抄表读数 and water quotas 用水定额."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import joinedload

from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Filter,
    Flag,
    Given,
    Look,
    Number,
    OfficeBody,
    Reference,
    Routes,
    Text,
    Whole,
    days,
    done,
    kept,
    records,
    same_code,
    same_record,
    same_text,
)
from app.foundation.api.fields import SHORT, TEXT
from app.foundation.transactions import run
from app.metering.choices import Anomaly, ApportionBy, ReadingExplanation, ReadingKind, ReadingSource, ReadingState, WarningColour
from app.metering.models import FEWEST_DIGITS, MOST_DIGITS, Meter, MeterInstallation, Reading, WaterQuota
from app.metering.operations.entering import ReadingTerms, enter_reading
from app.metering.operations.meters import NewMeter, install_meter, remove_meter, replace_meter, save_meter
from app.metering.operations.quotas import save_water_quota
from app.metering.operations.settling import LONGEST_REASON
from app.metering.queries import meter_matches

routes = Routes("Metering")

LARGEST = Decimal(10) ** MOST_DIGITS
LARGEST_FACTOR = Decimal(100_000)


class MeterBody(OfficeBody):
    """A meter; with ``installed_on`` it hangs in ``unit`` from that day, or as a shared one in ``building``, and shows ``first_value``."""

    service = Reference(required=True)
    building = Reference()
    serial = Text(SHORT, required=True)
    digits = Whole(FEWEST_DIGITS, MOST_DIGITS)
    factor = Number(Decimal("0.0001"), LARGEST_FACTOR)
    apportion_by = Code(ApportionBy, allow_none=True)
    seal_no = Text(SHORT)
    verified_on = Day(allow_none=True)
    verification_due_on = Day(allow_none=True)
    note = Text(TEXT)
    unit = Reference()
    installed_on = Day()
    first_value = Number(Decimal(0), LARGEST)


class MeterAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    service = Reference(attribute="service_id")
    building = Reference(attribute="building_id")
    serial = Text()
    digits = Whole()
    factor = Number()
    is_shared = Flag()
    apportion_by = Code(ApportionBy)
    seal_no = Text()
    verified_on = Day()
    verification_due_on = Day()
    version = Whole()


meters = records(
    routes,
    "meters",
    Meter,
    view="MeterView",
    look=Look(MeterAnswer),
    filters={
        "service": same_record(Meter.service_id),
        "building": same_record(Meter.building_id),
        "serial": same_text(Meter.serial),
        "q": Filter(Text(), meter_matches),
    },
)
kept(routes, "meters", meters, view="MeterView", body=MeterBody, save=save_meter)


class PlaceAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    meter = Reference(attribute="meter_id")
    unit = Reference(attribute="unit_id")
    installed_on = Day()
    removed_on = Day()
    replaces = Reference(attribute="replaces_id")


class InstallBody(Body):
    unit = Reference(allow_none=True)
    on = Day(required=True)
    first_value = Number(Decimal(0), LARGEST, required=True)
    reason = Text(LONGEST_REASON)


class RemoveBody(Body):
    on = Day(required=True)
    final_value = Number(Decimal(0), LARGEST, required=True)
    rolled_over = Flag()
    reason = Text(LONGEST_REASON)


class ReplaceBody(RemoveBody):
    """The final reading of the old meter, and the new one in its place."""

    serial = Text(SHORT, required=True)
    digits = Whole(FEWEST_DIGITS, MOST_DIGITS)
    factor = Number(Decimal("0.0001"), LARGEST_FACTOR)
    seal_no = Text(SHORT)
    first_value = Number(Decimal(0), LARGEST)


@routes.post("/meters/<int:record>/install", may=("MeterView", "can_place"), takes=InstallBody, gives=PlaceAnswer)
def install(record: int, body: dict[str, Any]) -> Given:
    """Install a meter in a unit, or a shared one in its building, with its first reading."""
    return done(run(install_meter, meter=record, unit=body.pop("unit", None), **body))


@routes.post("/meters/<int:record>/remove", may=("MeterView", "can_place"), takes=RemoveBody, gives=PlaceAnswer)
def remove(record: int, body: dict[str, Any]) -> Given:
    """Remove a meter from its place with its final reading."""
    return done(run(remove_meter, meter=record, **body))


@routes.post("/meters/<int:record>/replace", may=("MeterView", "can_place"), takes=ReplaceBody, gives=PlaceAnswer)
def replace(record: int, body: dict[str, Any]) -> Given:
    """Put a new meter in the place of another in one step; gives where the new one hangs."""
    names = ("serial", "digits", "factor", "seal_no", "first_value")
    new = NewMeter(**{name: body.pop(name) for name in names if name in body})
    return done(run(replace_meter, meter=record, new=new, **body))


class ReadingBody(Body):
    """A reading; without ``value``, or with the explanation ``estimate``, it is estimated. ``uuid`` sent twice is kept once."""

    meter = Reference(required=True)
    read_on = Day(required=True)
    value = Number(Decimal(0), LARGEST * LARGEST, allow_none=True)
    source = Code(ReadingSource)
    explanation = Code(ReadingExplanation, allow_none=True)
    reason = Text(LONGEST_REASON)
    uuid = Text(SHORT)


class ReadingAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    meter = Reference(attribute="meter_id")
    installation = Reference(attribute="installation_id")
    read_on = Day()
    value = Number()
    previous_on = Day()
    previous_value = Number()
    consumption = Number()
    days = Whole()
    mean = Number()
    ratio = Number()
    colour = Code(WarningColour)
    anomaly = Code(Anomaly)
    state = Code(ReadingState)
    source = Code(ReadingSource)
    kind = Code(ReadingKind)
    explanation = Code(ReadingExplanation)
    rolled_over = Flag()
    estimated_periods = Whole()
    supersedes = Reference(attribute="supersedes_id")
    reason = Text()
    settled_reason = Text()
    uuid = Text()


look = Look(ReadingAnswer)
readings = records(
    routes,
    "readings",
    Reading,
    view="ReadingView",
    look=look,
    filters={
        "meter": same_record(Reading.meter_id),
        "building": Filter(Reference(text=True), lambda value: Reading.meter.has(Meter.building_id == value)),
        "unit": Filter(Reference(text=True), lambda value: Reading.installation.has(MeterInstallation.unit_id == value)),
        "service": Filter(Reference(text=True), lambda value: Reading.meter.has(Meter.service_id == value)),
        "state": same_code(Reading.state, ReadingState),
        "colour": same_code(Reading.colour, WarningColour),
        **days("read_on", Reading.read_on),
    },
)


@routes.post("/readings", may=("ReadingView", "can_add"), takes=ReadingBody, gives=look)
def enter(body: dict[str, Any]) -> Given:
    """Enter a reading: the answer tells consumption, mean and colour.

    A red one has the state ``waiting`` until it is accepted, corrected or withdrawn. One below the last is refused with
    ``reading_below_last`` unless ``explanation`` is ``rollover``.
    """
    return done(run(enter_reading, reading=ReadingTerms(**body)))


class WaterQuotaBody(OfficeBody):
    """Entitled members of a unit from a day; with ``ends_earlier`` the quota before ends on the day before."""

    unit = Reference(required=True)
    members = Whole(0, 9999, required=True)
    starts_on = Day(required=True)
    ends_on = Day(allow_none=True)
    ends_earlier = Flag()
    document = Text()
    note = Text(TEXT)


class WaterQuotaAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    unit = Reference(attribute="unit_id")
    unit_code = Text(attribute="unit.code")
    members = Whole()
    starts_on = Day()
    ends_on = Day()
    document = Text()
    note = Text()
    version = Whole()


water_quotas = records(
    routes,
    "water_quotas",
    WaterQuota,
    view="WaterQuotaView",
    look=Look(WaterQuotaAnswer),
    filters={
        "unit": same_record(WaterQuota.unit_id),
        **days("starts_on", WaterQuota.starts_on),
        **days("ends_on", WaterQuota.ends_on),
    },
    loads=(joinedload(WaterQuota.unit),),
)
kept(routes, "water_quotas", water_quotas, view="WaterQuotaView", body=WaterQuotaBody, save=save_water_quota)
