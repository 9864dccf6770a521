"""Entering a reading 抄表: the figure against the meter and its history, its colour, and the row that keeps it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.uploads import CheckedFile
from app.foundation.uploads.keeping import keep
from app.foundation.uploads.pictures import Box, harmless
from app.metering.choices import Anomaly, ReadingExplanation, ReadingKind, ReadingSource, ReadingState, WarningColour
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.places import Place, place_of
from app.metering.queries import installations_of
from app.metering.rules.consumption import Segment, segment_quantity
from app.metering.rules.estimate import estimate
from app.metering.rules.reading_entry import require_day, require_value
from app.offices.models import Office
from app.values.errors import Conflict, Message, OperationRefused

# Large enough to read a dial, small enough for 10,000 of them a month.
DIAL_PICTURE = Box(1280, 1280)

explain_constraint("uq_reading_live_on_a_day", Message("The meter already has a reading on this day. Correct that one instead."), "read_on")
explain_constraint("uq_reading_uuid", Message("This reading was sent before."), "uuid")


@dataclass(frozen=True, kw_only=True)
class ReadingTerms:
    """A reading as it is typed; without a ``value`` it is an estimate.

    ``explanation`` says why it may be below the last one. ``uuid`` is given where it was typed: sent twice, it is kept once.
    """

    meter: int
    read_on: datetime.date
    value: Decimal | None = None
    source: ReadingSource = ReadingSource.TYPED
    kind: ReadingKind = ReadingKind.REGULAR
    explanation: ReadingExplanation | None = None
    reason: str = ""
    uuid: str = ""
    photo: CheckedFile | None = None


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is written of a reading besides its day and meter: a value, whether the dial passed its last figure, how it is known."""

    value: Decimal
    rolled_over: bool = False
    source: ReadingSource = ReadingSource.TYPED
    kind: ReadingKind = ReadingKind.REGULAR
    explanation: ReadingExplanation | None = None
    reason: str = ""
    uuid: UUID | None = None
    photo_id: int | None = None
    read_by_id: int | None = None


def enter_reading(*, reading: ReadingTerms) -> Reading:
    """Enter what a meter showed on a day; a red one waits until somebody settles it.

    Raises ReadingBelowLast with what may explain it, OperationRefused for a day or figure that cannot be, Conflict for another reading
    under the same ``uuid``.
    """
    # The meter is locked, so that two people do not enter its next reading at once.
    meter = locked(Meter, found(Meter, reading.meter, "meter").id)
    earlier = _sent_before(reading)
    if earlier is not None:
        return earlier
    place = place_of(installation_on(meter, reading.read_on))
    require_day(reading.read_on, place.life(), today=today_of(meter))
    return write(place, reading.read_on, figures_of(place, reading))


def figures_of(place: Place, reading: ReadingTerms) -> Figures:
    """Return what is to be written for the terms: the typed value, or an estimate by the mean. Raises OperationRefused."""
    if reading.source is ReadingSource.ESTIMATED and not is_to_be_estimated(reading):
        # An estimate is not judged by its colour, so that no typed figure passes as one.
        raise OperationRefused(
            Message("An estimate has no figure of its own: leave it out, the mean is taken."), code="estimate_with_figure", field="value"
        )
    uuid = UUID(reading.uuid) if reading.uuid else None
    common = Figures(value=Decimal(0), kind=reading.kind, reason=reading.reason.strip(), uuid=uuid)
    if reading.value is None or is_to_be_estimated(reading):
        value, rolled_over = estimated(place, reading.read_on)
        why = ReadingExplanation.ESTIMATE
        return replace(common, value=value, rolled_over=rolled_over, source=ReadingSource.ESTIMATED, explanation=why)
    return replace(
        common,
        value=require_value(reading.value, digits=place.meter.digits, serial=place.meter.serial),
        rolled_over=reading.explanation is ReadingExplanation.ROLLOVER,
        source=reading.source,
        explanation=reading.explanation,
        photo_id=_kept_photo(reading.photo, place.meter.office_id),
    )


def estimated(place: Place, day: datetime.date) -> tuple[Decimal, bool]:
    """Return what the dial is taken to show on ``day``, and whether it passed its last figure. Raises OperationRefused."""
    before = place.before(day)
    if not before:
        place.base(day)
    last = before[-1]
    taken = estimate(last.value, days=(day - last.read_on).days, history=place.history(day)[0], dial=place.dial)
    return taken.value, taken.rolled_over


def write(place: Place, day: datetime.date, figures: Figures, *, supersedes: Reading | None = None) -> Reading:
    """Weigh and store a reading of ``day``. Raises ReadingBelowLast."""
    return store(place, weighed(place, day, figures), supersedes=supersedes)


def store(place: Place, row: Reading, *, supersedes: Reading | None = None) -> Reading:
    """Store a weighed reading; the place knows it from then on."""
    row.supersedes_id = supersedes.id if supersedes is not None else None
    db.session.add(row)
    db.session.flush()
    place.readings = sorted([*place.readings, row], key=lambda each: each.read_on)
    return row


def weighed(place: Place, day: datetime.date, figures: Figures) -> Reading:
    """Return the row of a reading, not yet stored: what was used since the reading before, and the colour of that."""
    row = Reading(
        office_id=place.meter.office_id,
        meter_id=place.meter.id,
        installation_id=place.installation.id,
        read_on=day,
        value=figures.value,
        kind=figures.kind,
        source=figures.source,
        state=ReadingState.ACCEPTED,
        digits=place.meter.digits,
        factor=place.meter.factor,
        rolled_over=figures.rolled_over,
        consumption=Decimal(0),
        days=0,
        estimated_periods=0,
        colour=WarningColour.GREY,
        anomaly=Anomaly.UNKNOWN,
        explanation=figures.explanation,
        reason=figures.reason,
        settled_reason="",
        uuid=figures.uuid or uuid4(),
        photo_id=figures.photo_id,
        read_by_id=figures.read_by_id or current_scope().user_id,
        created_by_id=current_scope().user_id,
        created_at=clock.now(),
    )
    row.meter, row.installation = place.meter, place.installation
    if figures.kind is not ReadingKind.FIRST:
        _weigh(place, row)
    return row


def _weigh(place: Place, row: Reading) -> None:
    """Fill in what was used and its colour; an estimate is not judged, since it is the mean itself."""
    if row.is_estimate:
        base, row.estimated_periods = place.before(row.read_on)[-1], 0
    else:
        base, row.estimated_periods = place.base(row.read_on)
    row.previous_on, row.previous_value = base.read_on, base.value
    segment = Segment(base.value, row.value, place.dial, row.rolled_over)
    usual = place.usual(row.read_on) if row.value < base.value and not row.rolled_over else None
    row.consumption = segment_quantity(segment, usual=usual)
    row.days = (row.read_on - base.read_on).days
    if row.is_estimate:
        return
    said = place.judged(row.consumption, row.days, row.read_on)
    row.colour, row.anomaly, row.mean, row.ratio = said.colour, said.anomaly, said.mean, said.ratio
    row.state = ReadingState.WAITING if said.must_be_settled else ReadingState.ACCEPTED


def installation_on(meter: Meter, day: datetime.date) -> MeterInstallation:
    """Return where the meter hung on ``day``, else the place nearest before it, else its first. Raises OperationRefused without any."""
    rows: Sequence[MeterInstallation] = db.session.scalars(installations_of(meter.id)).all()
    if not rows:
        raise OperationRefused(
            Message("The meter %(serial)s hangs nowhere yet. Install it first.", serial=meter.serial),
            code="meter_not_installed",
            field="meter",
        )
    return next((row for row in rows if row.installed_on <= day), rows[-1])


def today_of(record: Meter) -> datetime.date:
    """Return the date in the office of a record."""
    return clock.today(found(Office, record.office_id))


def _sent_before(reading: ReadingTerms) -> Reading | None:
    if not reading.uuid:
        return None
    try:
        mark = UUID(reading.uuid)
    except ValueError:
        raise OperationRefused(Message("The mark of the reading is not a UUID."), code="bad_uuid", field="uuid") from None
    earlier: Reading | None = db.session.scalars(select(Reading).where(Reading.uuid == mark)).one_or_none()
    if earlier is not None and not _is_the_same(earlier, reading):
        raise Conflict(Message("Another reading was sent under this mark."), code="uuid_reused", field="uuid")
    return earlier


def _is_the_same(earlier: Reading, reading: ReadingTerms) -> bool:
    """Say whether what was sent again is what is there; of an estimate nobody knows the figure before."""
    if (earlier.meter_id, earlier.read_on) != (reading.meter, reading.read_on):
        return False
    if is_to_be_estimated(reading):
        return earlier.is_estimate
    return not earlier.is_estimate and earlier.value == reading.value


def is_to_be_estimated(reading: ReadingTerms) -> bool:
    """Say whether nobody read a figure."""
    return reading.explanation is ReadingExplanation.ESTIMATE or reading.value is None


def _kept_photo(photo: CheckedFile | None, office: int) -> int | None:
    return None if photo is None else keep(harmless(photo, DIAL_PICTURE, field="photo"), office=office).id
