"""What may be entered as a reading 抄表读数 / chỉ số: the figure against the digits of the meter 表盘位数, the day against its history.

Source: building services S2.2; docs/rules/reading_entry.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.values.errors import Malformed, Message, OperationRefused

# The columns hold four; nobody reads more than the three red figures of a water meter.
MOST_DECIMALS = 3


@dataclass(frozen=True)
class MeterLife:
    """What is known of a meter's days: when it was installed, last read and removed. ``last_on`` counts accepted readings only."""

    serial: str
    installed_on: date
    last_on: date | None = None
    removed_on: date | None = None


def require_value(value: Decimal, *, digits: int, serial: str) -> Decimal:
    """Return ``value`` as a reading of a meter with ``digits`` figures before the point.

    Raises Malformed for what is no number, OperationRefused for less than 0, more figures than the meter shows, too many decimals.
    """
    if not isinstance(value, Decimal):
        raise TypeError("A reading is a Decimal.")
    if not value.is_finite():
        raise Malformed(Message("A reading must be a number."), code="reading_unreadable", field="value")
    if value < 0:
        raise OperationRefused(Message("A reading must not be negative."), code="reading_negative", field="value")
    if value >= Decimal(10) ** digits:
        raise OperationRefused(
            Message("The meter %(serial)s shows %(digits)s digits. Check the reading or the meter.", serial=serial, digits=digits),
            code="reading_too_long",
            field="value",
        )
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > MOST_DECIMALS:
        raise OperationRefused(
            Message("A reading has at most %(places)s decimals.", places=MOST_DECIMALS), code="reading_too_fine", field="value"
        )
    return value


def require_day(read_on: date, meter: MeterLife, *, today: date) -> date:
    """Return ``read_on`` as the day of the next reading of ``meter``.

    Raises OperationRefused for a day in the future, before the installation, after the removal, before the last reading, or a second
    reading on one day.
    """
    refused = _refused_day(read_on, meter, today)
    if refused is not None:
        message, code = refused
        raise OperationRefused(message, code=code, field="read_on")
    return read_on


def _refused_day(read_on: date, meter: MeterLife, today: date) -> tuple[Message, str] | None:
    if read_on > today:
        return Message("The reading date %(date)s is in the future. Today is %(today)s.", date=read_on, today=today), "reading_in_future"
    if meter.removed_on is not None and read_on > meter.removed_on:
        return (
            Message("The meter %(serial)s was removed on %(date)s. Read the new meter.", serial=meter.serial, date=meter.removed_on),
            "meter_removed",
        )
    if read_on == meter.last_on:
        return (
            Message("The meter %(serial)s already has a reading on %(date)s. Correct that one instead.", serial=meter.serial, date=read_on),
            "reading_twice",
        )
    if read_on < meter.installed_on:
        return (
            Message("The meter %(serial)s was installed on %(date)s, after this reading.", serial=meter.serial, date=meter.installed_on),
            "meter_not_installed",
        )
    if meter.last_on is not None and read_on < meter.last_on:
        return (
            Message(
                "The reading of %(date)s is before the last one of the meter %(serial)s on %(last)s. Correct the last reading instead.",
                date=read_on,
                serial=meter.serial,
                last=meter.last_on,
            ),
            "reading_before_last",
        )
    return None
