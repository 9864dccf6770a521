"""The phones of meter readers: the one thing that a phone's own token opens is its route, and sending its readings."""

from __future__ import annotations

import base64
import binascii
import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import g, request
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Flag,
    Given,
    Inner,
    Look,
    Moment,
    Number,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    done,
    ready,
    records,
)
from app.foundation.api.fields import SHORT
from app.foundation.api.routes import May
from app.foundation.database import db
from app.foundation.guards import limited
from app.foundation.scope import Scope, everything
from app.foundation.transactions import found, run
from app.foundation.uploads import PICTURES, CheckedFile
from app.foundation.uploads.checks import checked
from app.metering.api.registers import LARGEST
from app.metering.choices import ReaderDeviceState, ReadingExplanation, ReadingSource, ReadingState, ReportKind, WarningColour
from app.metering.models import Meter, ReaderDevice
from app.metering.operations.devices import PREFIX, end_device, note_use
from app.metering.operations.entering import ReadingTerms, enter_reading
from app.metering.operations.reports import report_meter
from app.metering.operations.settling import LONGEST_REASON
from app.metering.operations.walks import is_on_route, judged_json, stops_of
from app.metering.rules.consumption import ReadingBelowLast
from app.offices.models import Office, SystemUser
from app.offices.sessions import hash_of
from app.roles import Role
from app.values.errors import Malformed, Message, NotFound

routes = Routes("Phones of meter readers")

# The one door of a phone: it is on no page and no other address of the API.
OWN_DOOR = ("ReaderWalkView", "can_add")
# A phone that was offline sends a whole building at once; who guesses tokens does it from one address.
MOST_SENT, MOST_GUESSED, MINUTE = 240, 30, 60
# `seen_at` is written at most this often, so that a reading is not also a write there.
SEEN_EVERY = datetime.timedelta(minutes=1)
# A picture as text, within what a request may hold.
LONGEST_PHOTO = 1_000_000


@dataclass(frozen=True)
class DeviceSession:
    """Whose phone sends. Its scope is the office of its route, and it has no rights beyond."""

    device: int
    user: SystemUser
    roles: frozenset[str]
    scope: Scope
    only: frozenset[May] = frozenset({OWN_DOOR})


def caller_of_device(token: str) -> DeviceSession | None:
    """Return whose phone sends ``token``, or nothing. Too many requests of one phone, or guesses from one address, are refused."""
    if not token.startswith(PREFIX):
        return None
    g.feehouse_session = None
    caller = _session_of(token)
    if caller is None:
        limited("reader_token", request.remote_addr or "", MOST_GUESSED, MINUTE)
        return None
    limited("reader_device", str(caller.device), MOST_SENT, MINUTE)
    g.reader_device = caller.device
    return caller


def _session_of(token: str) -> DeviceSession | None:
    """Return whose phone the token is, or nothing where it may send nothing (any more); notes that it was used."""
    at = clock.real_now()
    with everything("a token decides which office exists"):
        device = db.session.scalars(_live(at).where(ReaderDevice.token_hash == hash_of(token))).one_or_none()
        if device is None:
            return None
        user, office = device.user, device.office_id
        roles = frozenset(role.name for role in user.roles)
        is_there = Role.ADMINISTRATOR in roles or office in {each.id for each in user.offices}
        if not is_there or not user.is_active or user.session_version != device.session_version:
            return None
        key = device.id
        if device.seen_at is None or at - device.seen_at >= SEEN_EVERY:
            run(note_use, device=key, at=at)
    return DeviceSession(key, user, roles, Scope(user.id, frozenset({office})))


def _live(at: datetime.datetime) -> Select[tuple[ReaderDevice]]:
    live = select(ReaderDevice).where(ReaderDevice.ended_at.is_(None), ReaderDevice.expires_at > at)
    return live.options(joinedload(ReaderDevice.user))


def this_device() -> ReaderDevice:
    """Return the phone that asks. Raises NotFound for the token of a program."""
    device: int | None = g.get("reader_device")
    if device is None:
        raise NotFound(Message("This address is for the phones of meter readers."), code="no_device")
    return found(ReaderDevice, device)


class JudgedReadingAnswer(Answer):
    """What became of a reading."""

    on = Day()
    value = Number()
    consumption = Number()
    colour = Code(WarningColour)
    state = Code(ReadingState)
    estimated = Flag()


class SentReadingAnswer(JudgedReadingAnswer):
    """The same of a reading that was sent just now."""

    uuid = Text()
    meter = Reference()


class OldReadingAnswer(Answer):
    on = Day()
    value = Number()
    estimated = Flag()


class AmountOfDaysAnswer(Answer):
    quantity = Number()
    days = Whole()


class LimitsAnswer(Answer):
    limit, high, raised, lowered, low = Number(), Number(), Number(), Number(), Number()


class StopAnswer(Answer):
    """A meter of the route: ``last`` is its last reading, ``base`` the last that is no estimate, ``read`` what was read this month."""

    meter = Reference()
    unit = Text()
    floor = Text()
    serial = Text()
    service = Text()
    icon = Text()
    measure = Text()
    digits = Whole()
    factor = Number()
    last = Inner(OldReadingAnswer, allow_none=True)
    base = Inner(OldReadingAnswer, allow_none=True)
    mean = Inner(AmountOfDaysAnswer, allow_none=True)
    carried = Inner(AmountOfDaysAnswer, allow_none=True)
    limits = Inner(LimitsAnswer)
    read = Inner(JudgedReadingAnswer, allow_none=True)


class ReaderRouteAnswer(Answer):
    """A route as the phone keeps it: unit, meter, last reading and what the mean is made of, of nobody a name."""

    device = Reference()
    building = Text()
    service = Text(allow_none=True)
    now = Moment()
    time_zone = Text()
    expires_at = Moment()
    stops = Rows(StopAnswer)


class SentReadingBody(Body):
    """A reading of the route; sent twice under its ``uuid`` it is kept once. Without ``value`` the dial could not be read: an estimate.

    With ``report`` the managers are told what to act upon, also where the figure itself is refused as below the last one.
    """

    uuid = Text(SHORT, required=True)
    meter = Reference(required=True)
    read_on = Day(required=True)
    value = Number(Decimal(0), LARGEST * LARGEST, allow_none=True)
    explanation = Code(ReadingExplanation, allow_none=True)
    reason = Text(LONGEST_REASON)
    photo = Text(LONGEST_PHOTO)
    report = Code(ReportKind, allow_none=True)


# What everybody hears who is no phone.
NO_DEVICE = {404: "The token is not that of a reader's phone"}


@routes.get("/reader_device", may=OWN_DOOR, gives=ReaderRouteAnswer, other_statuses=NO_DEVICE)
def route() -> Given:
    """Give the route of this phone."""
    device = this_device()
    office = found(Office, device.office_id)
    stops = stops_of(device.building_id, device.service_id, clock.today(office))
    return ready(
        {
            "device": device.id,
            "building": device.building.name,
            "service": device.service.name if device.service is not None else None,
            "now": clock.now().isoformat(timespec="seconds"),
            "time_zone": office.time_zone,
            "expires_at": device.expires_at.isoformat(timespec="seconds"),
            "stops": [stop.as_json() for stop in stops],
        }
    )


@routes.post("/reader_device/readings", may=OWN_DOOR, takes=SentReadingBody, gives=SentReadingAnswer)
def send(body: dict[str, Any]) -> Given:
    """Send one reading of the route; the answer tells its consumption and colour."""
    device = this_device()
    meter = found(Meter, body["meter"], "meter")
    if not is_on_route(meter, device.building_id, device.service_id):
        raise NotFound(Message("This meter is not on the route of this phone."), code="not_found", field="meter")
    photo, report = body.pop("photo", ""), body.pop("report", None)
    terms = ReadingTerms(**_plain(body), source=ReadingSource.PHONE, photo=_photo(photo) if photo else None)
    try:
        record = run(enter_reading, reading=terms).record
    except ReadingBelowLast:
        _report(report, terms)
        raise
    _report(report, terms)
    return ready({"uuid": str(record.uuid), "meter": record.meter_id, **judged_json(record)}, 201)


@routes.post("/reader_device/end", may=OWN_DOOR, status=204, other_statuses=NO_DEVICE)
def give_back() -> Given:
    """Give the route back: the token is worth nothing any more."""
    run(end_device, device=this_device().id)
    return Given(None, 204)


def _report(kind: ReportKind | None, terms: ReadingTerms) -> None:
    """Keep what the reader saw at the meter, whatever became of his figure."""
    if kind is not None:
        told: dict[str, Any] = {
            "meter": terms.meter,
            "read_on": terms.read_on,
            "value": terms.value,
            "uuid": terms.uuid,
            "reason": terms.reason,
        }
        run(report_meter, kind=kind, **told)


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    """Return the terms of a reading; the mark has one way of writing, so that the same reading is known again."""
    try:
        return {**body, "uuid": str(UUID(body["uuid"]))}
    except ValueError:
        raise Malformed(Message("The mark of the reading is not a UUID."), code="bad_uuid", field="uuid") from None


def _photo(text: str) -> CheckedFile:
    """Return the picture that was sent as text. Raises Malformed, OperationRefused."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(Message("The photo cannot be read."), code="bad_photo", field="photo") from None
    return checked("dial.jpg", content, PICTURES, field="photo")


class ReaderDeviceAnswer(Answer):
    """A phone that took a route along; its token is told to nobody."""

    id = Reference()
    office = Reference(attribute="office_id")
    user = Reference(attribute="user_id")
    building = Reference(attribute="building_id")
    service = Reference(attribute="service_id")
    agent = Text()
    state = Code(ReaderDeviceState)
    enrolled_at = Moment()
    expires_at = Moment()
    seen_at = Moment()
    ended_at = Moment()


look = Look(ReaderDeviceAnswer)
devices = records(
    routes,
    "reader_devices",
    ReaderDevice,
    view="ReaderDeviceView",
    look=look,
    filters={},
    loads=(joinedload(ReaderDevice.building), joinedload(ReaderDevice.service)),
)


@routes.post("/reader_devices/<int:record>/end", may=("ReaderDeviceView", "can_end"), gives=look, status=200)
def end(record: int) -> Given:
    """End what a phone may: it was lost, or its reader has left."""
    return done(run(end_device, device=record), 200)
