"""What the address of a report asks for: a period or a day, and filters; and what of it cannot be read, argument by argument."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.foundation.clock import now
from app.foundation.views.filters import Arguments, office_time_zone, unreadable
from app.foundation.views.interface import record_id
from app.foundation.views.office import chosen_office
from app.foundation.views.texts import parse_day
from app.values.characters import CANNOT_BE_STORED, can_be_stored
from app.values.errors import N_, Malformed, Message, OperationRefused

if TYPE_CHECKING:
    from app.foundation.views.report import ReportFilter

LONGEST_PERIOD = 366 * 5  # days
PERIOD_CANNOT_BE_READ = Message("The period cannot be read.")


@dataclass(frozen=True)
class Terms:
    """What a report is asked for."""

    offices: tuple[int, ...]
    start: datetime.date
    end: datetime.date
    values: dict[str, Any] = field(default_factory=dict)
    preset: str = ""


class ReportReading:
    """Reading the address of a report."""

    filters: Sequence[ReportFilter] = ()
    default_preset = "this_month"
    # The page says beside the field what cannot be stored; a file is refused as a whole.
    explains_odd_text = frozenset({"list"})

    def terms(self, arguments: Arguments) -> Terms:
        """Return what the address asks for. Raises Malformed, and OperationRefused for a period that is impossible."""
        office = chosen_office()
        start, end, preset = self._period(arguments)
        values = {flt.name: filter_value(flt, arguments.get(flt.name)) for flt in self.filters}
        return Terms((office,) if office is not None else (), start, end, values, preset)

    def misread(self, arguments: Arguments) -> dict[str, Message]:
        """Return the arguments that cannot be read, each with the reason."""
        readers: dict[str, Callable[[str], Any]] = {"from": parse_day, "to": parse_day, "period": _preset}
        readers |= {flt.name: lambda text, flt=flt: filter_value(flt, text) for flt in self.filters}  # type: ignore[misc]
        found: dict[str, Message] = {}
        for name, text in arguments.items(multi=True):
            try:
                if text and not can_be_stored(text):
                    raise Malformed(CANNOT_BE_STORED, code="bad_text")
                if text and name in readers:
                    readers[name](text)
            except Malformed as error:
                found[name] = error.message
        return found

    def _period(self, arguments: Arguments) -> tuple[datetime.date, datetime.date, str]:
        today = office_today()
        typed = arguments.get("from"), arguments.get("to")
        if not any(typed):
            preset = _preset(arguments.get("period") or self.default_preset)
            return (*PRESETS[preset][1](today), preset)
        try:
            end = parse_day(typed[1]) if typed[1] else today
            start = parse_day(typed[0]) if typed[0] else min(end, today.replace(day=1))
        except Malformed:
            raise Malformed(PERIOD_CANNOT_BE_READ, code="bad_period") from None
        if start > end:
            raise OperationRefused(Message("The period ends before it begins."), code="bad_period", field="to")
        if (end - start).days > LONGEST_PERIOD:
            raise OperationRefused(Message("A report covers at most five years."), code="bad_period", field="from")
        return start, end, ""


def filter_value(flt: ReportFilter, text: str | None) -> Any:
    """Return what a filter of a report is set to. Raises Malformed."""
    if not text:
        return None
    if flt.lookup:
        number = record_id(text)
        if number is None:
            raise unreadable(flt.label)
        return number
    members = {member.value: member for member in flt.choices or ()}
    if text not in members:
        raise unreadable(flt.label)
    return members[text]


def office_today() -> datetime.date:
    """Return the date in the zone of the chosen office."""
    from zoneinfo import ZoneInfo

    return now().astimezone(ZoneInfo(office_time_zone())).date()


def _preset(name: str) -> str:
    if name not in PRESETS:
        raise Malformed(PERIOD_CANNOT_BE_READ, code="bad_period")
    return name


def _month_of(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _months_before(day: datetime.date, months: int) -> datetime.date:
    number = day.year * 12 + day.month - 1 - months
    return datetime.date(number // 12, number % 12 + 1, 1)


PRESETS: dict[str, tuple[str, Callable[[datetime.date], tuple[datetime.date, datetime.date]]]] = {
    "today": (N_("Today"), lambda today: (today, today)),
    "yesterday": (N_("Yesterday"), lambda today: (today - datetime.timedelta(days=1),) * 2),
    "this_month": (N_("This month"), _month_of),
    "last_month": (N_("Last month"), lambda today: _month_of(today.replace(day=1) - datetime.timedelta(days=1))),
    "twelve_months": (N_("12 months"), lambda today: (_months_before(today, 11), _month_of(today)[1])),
}
