"""Settling readings: a red one is accepted, a wrong one corrected or withdrawn, one that cannot be made out estimated.

A correction never overwrites: the wrong row is superseded and kept. Readings after it whose consumption changes with it are written anew
in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from app.foundation import clock, effects
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import found, locked
from app.metering.choices import ReadingExplanation, ReadingKind, ReadingSource, ReadingState
from app.metering.models import Meter, MeterInstallation, Reading
from app.metering.operations.entering import Figures, estimated, store, weighed, write
from app.metering.operations.places import Place, place_of
from app.metering.operations.reports import LAST_IS_CORRECTED, settle_reports
from app.metering.rules.consumption import ReadingBelowLast
from app.metering.rules.reading_entry import require_value
from app.values.errors import Malformed, Message, NotFound, OperationRefused

LONGEST_REASON = 200
# As many as people tick on a page.
MOST_ACCEPTED = 100


def accept_reading(*, reading: int, reason: str) -> Reading:
    """Accept a red reading as it is, for a reason. Raises OperationRefused for one that does not wait."""
    row, _place = _locked_place(reading)
    if row.state is not ReadingState.WAITING:
        raise OperationRefused(Message("This reading does not wait to be checked."), code="reading_not_waiting", field="reading")
    _settle(row, ReadingState.ACCEPTED, reason)
    return row


def accept_readings(*, readings: Sequence[int], reason: str) -> Reading:
    """Accept several red readings as they are, for one reason: all of them or, where one does not wait, none; return the last of them.

    Raises OperationRefused, which names the reading that does not wait any more.
    """
    wanted = sorted(set(readings))
    if not 0 < len(wanted) <= MOST_ACCEPTED:
        raise Malformed(Message("Choose 1 to %(most)s readings.", most=MOST_ACCEPTED), code="bad_selection", field="readings")
    chosen = select(Reading.meter_id).where(Reading.id.in_(wanted))
    # Meters first, as whoever corrects one of them does.
    db.session.scalars(select(Meter).where(Meter.id.in_(chosen)).order_by(Meter.id).with_for_update(key_share=True, of=Meter)).all()
    locking = select(Reading).where(Reading.id.in_(wanted)).order_by(Reading.id).with_for_update(key_share=True, of=Reading)
    rows: Sequence[Reading] = db.session.scalars(locking.execution_options(populate_existing=True)).all()
    if len(rows) != len(wanted):
        raise NotFound(Message("This record does not exist."), code="not_found", field="readings")
    for row in rows:
        _require_waiting(row)
    for row in rows:
        _settle(row, ReadingState.ACCEPTED, reason)
    return rows[-1]


def _require_waiting(row: Reading) -> None:
    if row.state is not ReadingState.WAITING:
        raise OperationRefused(
            Message(
                "The reading of %(date)s of meter %(meter)s does not wait to be checked any more. None was accepted: choose again.",
                date=row.read_on,
                meter=row.meter.serial,
            ),
            code="reading_not_waiting",
            field="readings",
        )


def correct_reading(
    *, reading: int, value: Decimal | None, reason: str, explanation: ReadingExplanation | None = None, confirmed: bool = False
) -> Reading:
    """Write the right figure in the place of a wrong one, or an estimate where there is no ``value``; return the new reading.

    Bills that were made from it, or from those after it, are put right too, if that is ``confirmed``. Raises OperationRefused for a reading
    that counts no more, for a figure below the one before, where the next one would be below, and for a bill that nobody confirmed.
    """
    row, place = _locked_place(reading)
    _require_live(row)
    reason = _required(reason)
    others = [each for each in place.readings if each.id != row.id]
    place.readings = others
    if value is None:
        if row.kind is not ReadingKind.REGULAR:
            raise OperationRefused(
                Message("The first and the final reading of a meter cannot be estimated."), code="no_estimate_here", field="value"
            )
        taken, rolled_over = estimated(place, row.read_on)
        figures = _figures(row, taken, rolled_over, ReadingSource.ESTIMATED, ReadingExplanation.ESTIMATE, reason)
    else:
        require_value(value, digits=place.meter.digits, serial=place.meter.serial)
        source = ReadingSource.TYPED if row.is_estimate else row.source
        figures = _figures(row, value, explanation is ReadingExplanation.ROLLOVER, source, explanation, reason)
    _settle(row, ReadingState.SUPERSEDED, reason)
    new = write(place, row.read_on, figures, supersedes=row)
    replaced = [row, *write_following(place, new)]
    effects.call("readings_replaced", new, replaced, reason, confirmed)
    settle_reports(place.meter, LAST_IS_CORRECTED, reason, after=new.read_on)
    return new


def withdraw_reading(*, reading: int, reason: str, confirmed: bool = False) -> Reading:
    """Take a reading back that was not of this meter or day; nothing stands in its place.

    Bills that were made from it are put right too, if that is ``confirmed``. Raises OperationRefused for the first and the final reading,
    which say from when to when the meter hung there.
    """
    row, place = _locked_place(reading)
    _require_live(row)
    if row.kind in (ReadingKind.FIRST, ReadingKind.FINAL):
        raise OperationRefused(
            Message("The first and the final reading of a meter can be corrected, not withdrawn."), code="reading_needed", field="reading"
        )
    _settle(row, ReadingState.WITHDRAWN, reason)
    place.readings = [each for each in place.readings if each.id != row.id]
    replaced = [row, *write_following(place, row)]
    effects.call("readings_replaced", row, replaced, row.settled_reason, confirmed)
    settle_reports(place.meter, LAST_IS_CORRECTED, reason, after=row.read_on)
    return row


def write_following(place: Place, changed: Reading) -> list[Reading]:
    """Write those readings after ``changed`` anew whose consumption is another now, and return what they were.

    Raises OperationRefused where one would be below.
    """
    replaced = []
    for old in [each for each in place.readings if each.read_on > changed.read_on]:
        place.readings = [each for each in place.readings if each.id != old.id]
        new = _weighed_anew(place, old)
        if (new.previous_on, new.previous_value, new.estimated_periods) == (old.previous_on, old.previous_value, old.estimated_periods):
            place.readings = sorted([*place.readings, old], key=lambda each: each.read_on)
            continue
        _settle(old, ReadingState.SUPERSEDED, changed.settled_reason or changed.reason)
        store(place, new, supersedes=old)
        replaced.append(old)
    return replaced


def _weighed_anew(place: Place, old: Reading) -> Reading:
    """Return a following reading as it is now; a dial that did not pass its last figure after all has not rolled over."""
    base = place.before(old.read_on)[-1] if old.is_estimate else place.base(old.read_on)[0]
    rolled_over = old.rolled_over and old.value < base.value
    try:
        return weighed(place, old.read_on, _figures(old, old.value, rolled_over, old.source, old.explanation, old.reason))
    except ReadingBelowLast:
        raise OperationRefused(
            Message(
                "The reading of %(date)s, %(value)s, would then be below this one. Correct that one first.",
                date=old.read_on,
                value=old.value,
            ),
            code="next_reading_below",
            field="value",
        ) from None


def _figures(
    old: Reading, value: Decimal, rolled_over: bool, source: ReadingSource, explanation: ReadingExplanation | None, reason: str
) -> Figures:
    return Figures(
        value=value,
        rolled_over=rolled_over,
        source=source,
        kind=old.kind,
        explanation=explanation,
        reason=reason,
        photo_id=old.photo_id,
        read_by_id=old.read_by_id,
    )


def _locked_place(reading: int) -> tuple[Reading, Place]:
    """Return the reading and its place, the meter locked first."""
    row = found(Reading, reading, "reading")
    locked(Meter, row.meter_id)
    row = locked(Reading, row.id)
    place = place_of(found(MeterInstallation, row.installation_id))
    return row, place


def _require_live(row: Reading) -> None:
    if not row.is_live:
        raise OperationRefused(
            Message("This reading counts no more: it was corrected or withdrawn."), code="reading_settled", field="reading"
        )


def _settle(row: Reading, state: ReadingState, reason: str) -> None:
    row.state, row.settled_reason = state, _required(reason)
    row.settled_at, row.settled_by_id = clock.now(), current_scope().user_id
    db.session.flush()


def _required(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise OperationRefused(Message("Say why."), code="reason_missing", field="reason")
    return said[:LONGEST_REASON]
