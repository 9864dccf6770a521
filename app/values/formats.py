"""Numbers, amounts and dates as people write and type them, on screen and on paper.

Everything here depends on its arguments only. Locales are en, zh_Hans, zh_Hant and vi. None is always "—"; a sign is U+2212, and
what belongs together is joined by no-break spaces, so that neither an amount nor a period is broken over two lines.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_month_names
from babel.numbers import NumberPattern, format_decimal, get_decimal_symbol, get_group_symbol, parse_pattern

from app.values.errors import Malformed, Message
from app.values.money import currency_of, rounded
from app.values.months import Month

NOTHING = "—"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

# Dates with figures only. English screens write them as Chinese ones do: 05/06 would mean two days in English.
_ISO_DAY = "yyyy-MM-dd"
_DAY = {"vi": "dd/MM/yyyy"}
_SHORT_DAY = {"vi": "dd/MM"}
_MONTH = {"vi": "MM/yyyy", "en": "MMMM yyyy"}
_MONTH_AT_END = re.compile(r"(?<![\d-])([1-9]\d{3})-(0[1-9]|1[0-2])$", re.ASCII)
_MONTH_OF_YEAR = {"vi": "'T'M", "en": "MMM"}
_PAPER_DAY = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
_HEADING_DAY = {"vi": "'Ngày' dd 'tháng' MM 'năm' yyyy", "en": "d MMMM yyyy"}

# On English papers these currencies are written by their code, with a space behind it.
_CODE_ON_ENGLISH_PAPERS = {"CNY", "VND"}


# --- numbers and amounts ---------------------------------------------------------------------------------------------------------


def number(value: Decimal | int | None, locale: str, *, decimals: int | None = None) -> str:
    """Return ``value`` with thousands grouped; with all the decimals it has, or rounded half-up to exactly ``decimals``."""
    if value is None:
        return NOTHING
    # Without a sign on nothing: −0 and 0 are one key.
    return _number(Decimal(value) or Decimal(0), locale, decimals)


@lru_cache(maxsize=8192)
def _number(exact: Decimal, locale: str, decimals: int | None) -> str:
    # A page repeats the same few fees, and Babel takes its time.
    if decimals is None:
        places = max(-int(exact.normalize().as_tuple().exponent), 0)
    else:
        places, exact = decimals, _to_places(exact, decimals)
    return format_decimal(exact, format=_grouped(places), locale=_locale(locale)).replace("-", MINUS)


@lru_cache(maxsize=32)
def _grouped(places: int) -> NumberPattern:
    # Read once: a page writes hundreds of numbers.
    return parse_pattern("#,##0." + "0" * places if places else "#,##0")


@lru_cache(maxsize=32)
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def money(amount: Decimal | None, currency: str, locale: str, *, symbol: bool = True) -> str:
    """Return ``amount`` with the decimals of ``currency`` and its symbol: ¥1,284.50, HK$1,896.00, 3.011.520 đ.

    ``symbol=False`` leaves the symbol to the head of the column.
    """
    if amount is None:
        return NOTHING
    known = currency_of(currency)
    digits = number(rounded(amount, currency), locale, decimals=known.decimals)
    if not symbol:
        return digits
    if known.follows or locale == "vi":
        return f"{digits}{NO_BREAK_SPACE}{known.symbol}"
    return _behind_sign(digits, known.symbol)


def percent(fraction: Decimal | None, locale: str) -> str:
    """Return a fraction as a percentage: Decimal("0.003") is 0.3%."""
    return NOTHING if fraction is None else f"{number(fraction * 100, locale)}%"


def _to_places(value: Decimal, places: int) -> Decimal:
    """Return ``value`` rounded half-up; in babel a half would go to the even neighbour."""
    shifted = abs(value).scaleb(places)
    whole = shifted.to_integral_value(rounding="ROUND_HALF_UP")
    return whole.scaleb(-places).copy_sign(value) if whole else Decimal(0)


def _behind_sign(digits: str, prefix: str) -> str:
    return MINUS + prefix + digits[1:] if digits.startswith(MINUS) else prefix + digits


# --- days and moments on screen --------------------------------------------------------------------------------------------------


def day(value: date | None, locale: str) -> str:
    """Return 2026-05-14, in Vietnamese 14/05/2026; a ``Month`` is written as one."""
    if isinstance(value, Month):
        return month(value, locale)
    return _written(value, _DAY.get(locale, _ISO_DAY), locale)


def short_day(value: date | None, locale: str, *, today: date) -> str:
    """Return 05-14, in Vietnamese 14/05, for a day of the year of ``today``; the full day otherwise."""
    if value is None or value.year != today.year:
        return day(value, locale)
    return _written(value, _SHORT_DAY.get(locale, "MM-dd"), locale)


def month(value: date | None, locale: str) -> str:
    """Return the month of a day: May 2026, 2026年5月, in Vietnamese 05/2026."""
    return _written(value, _MONTH.get(locale, "yyyy年M月"), locale)


def month_of_year(value: date | None, locale: str) -> str:
    """Return the month of a day without its year, as it stands below a chart: May, 5月, in Vietnamese T5."""
    return _written(value, _MONTH_OF_YEAR.get(locale, "M月"), locale)


def with_month(text: str, locale: str) -> str:
    """Return a stored text with the month at its end as people write it: what lies in the database ends in 2026-10, in no language."""
    return _MONTH_AT_END.sub(lambda found: month(date(int(found[1]), int(found[2]), 1), locale), text)


def moment(value: datetime | None, locale: str, time_zone: str) -> str:
    """Return the day and the time of 24 hours at which an aware ``value`` is read in ``time_zone``."""
    return _moment(value, _DAY.get(locale, _ISO_DAY), locale, time_zone)


def period(start: date | None, stop: date | None, locale: str) -> str:
    """Return both days as 2026-05-15 … 2026-08-14."""
    if start is None and stop is None:
        return NOTHING
    return f"{day(start, locale)}{NO_BREAK_SPACE}…{NO_BREAK_SPACE}{day(stop, locale)}"


def _written(value: date | None, pattern: str, locale: str) -> str:
    if value is None:
        return NOTHING
    if pattern == _ISO_DAY:
        return value.strftime("%Y-%m-%d") if isinstance(value, datetime) else value.isoformat()
    return format_date(value, pattern, locale=_locale(locale))


def _moment(value: datetime | None, day_pattern: str, locale: str, time_zone: str) -> str:
    if value is None:
        return NOTHING
    if value.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return format_datetime(value.astimezone(ZoneInfo(time_zone)), f"{day_pattern} HH:mm", locale=locale).replace(" ", NO_BREAK_SPACE)


# --- on papers -------------------------------------------------------------------------------------------------------------------


def paper_heading_day(value: date | None, locale: str) -> str:
    """Return the day of a heading or signature: Ngày 05 tháng 02 năm 2026, 2026年2月5日, 5 February 2026."""
    return _written(value, _HEADING_DAY.get(locale, "yyyy年M月d日"), locale)


def paper_day(value: date | None, locale: str) -> str:
    """Return the day of a table or field: 05/02/2026, 2026-02-05, 5 Feb 2026."""
    return _written(value, _PAPER_DAY.get(locale, _ISO_DAY), locale)


def paper_month(value: date | None, locale: str) -> str:
    """Return the month that a paper is for: 10/2026, 2026年10月, October 2026."""
    return month(value, locale)


def paper_moment(value: datetime | None, locale: str, time_zone: str) -> str:
    """Return day and time: 22/11/2026 09:42, 2026-11-22 09:42, 22 Nov 2026 09:42."""
    return _moment(value, _PAPER_DAY.get(locale, _ISO_DAY), locale, time_zone)


def paper_period(start: date, stop: date, locale: str) -> str:
    """Return 01/10–31/10/2026, 2026-05-15 至 2026-08-14, 15 May to 14 Aug 2026; the year twice where it changes."""
    last = paper_day(stop, locale)
    if locale not in ("vi", "en"):
        return f"{paper_day(start, locale)} 至 {last}"
    without_year = "dd/MM" if locale == "vi" else "d MMM"
    first = _written(start, without_year, locale) if start.year == stop.year else paper_day(start, locale)
    return f"{first}–{last}" if locale == "vi" else f"{first} to {last}"


def paper_money(amount: Decimal | None, currency: str, locale: str) -> str:
    """Return ``amount`` as on screen, but CNY and VND by their code in English."""
    if amount is None or locale != "en" or currency not in _CODE_ON_ENGLISH_PAPERS:
        return money(amount, currency, locale)
    return _behind_sign(money(amount, currency, locale, symbol=False), currency + NO_BREAK_SPACE)


# --- as people type --------------------------------------------------------------------------------------------------------------

# An input method that is left on full width types these.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９，．。－−／", "0123456789,..--/")
_LONGEST_INPUT = 40
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2199

_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})")
_CHINESE_DAY = re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日")
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<year>[0-9]{4})")
_ENGLISH_DAY = re.compile(r"(?P<day>[0-9]{1,2}) (?P<name>[A-Za-z]+) (?P<year>[0-9]{4})")

# 05/06/2026 is one day in Vietnamese; where it could be two days it is refused.
_DAY_FORMS = {"vi": (_YEAR_FIRST, _DAY_FIRST), "en": (_YEAR_FIRST, _ENGLISH_DAY)}


def parse_decimal(text: str, locale: str, *, decimals: int | None = None, field: str | None = None) -> Decimal:
    """Return the number typed as people of ``locale`` write it, grouped or not: 1,234.5 or 1234.5, in Vietnamese 1.234,5.

    Raises Malformed for anything else, for groups that are not of three digits (1.5 in Vietnamese, 1,5 elsewhere), and for more
    than ``decimals`` decimals.
    """
    group, point = re.escape(get_group_symbol(locale)), re.escape(get_decimal_symbol(locale))
    form = rf"(?P<sign>-?)(?P<whole>[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{point}(?P<part>[0-9]+))?"
    match = re.fullmatch(form, _folded(text))
    if match is None:
        example = number(Decimal("1234.5"), locale, decimals=1)
        raise Malformed(
            Message("“%(text)s” cannot be read as a number. Write it like %(example)s.", text=_quoted(text), example=example),
            code="number_unreadable",
            field=field,
        )
    part = match["part"] or ""
    if decimals is not None and len(part) > decimals:
        raise Malformed(_too_many_decimals(text, decimals), code="too_many_decimals", field=field)
    whole = re.sub(r"[^0-9]", "", match["whole"])
    return Decimal(f"{match['sign']}{whole}.{part or '0'}") if part else Decimal(match["sign"] + whole)


def parse_day(text: str, locale: str, *, field: str | None = None) -> date:
    """Return the day typed as 2026-05-14 (any language) or in the local form: 14/05/2026, 2026年5月14日, 14 May 2026.

    Raises Malformed for anything else, for a day that does not exist, and for years before 1900 or after 2199.
    """
    folded = _folded(text)
    for form in _DAY_FORMS.get(locale, (_YEAR_FIRST, _CHINESE_DAY)):
        match = form.fullmatch(folded)
        found = match and _day_of(match.groupdict())
        if found:
            return found
    example = day(date(2026, 5, 14), locale)
    raise Malformed(
        Message("“%(text)s” is not a date. Write it like %(example)s.", text=_quoted(text), example=example),
        code="date_unreadable",
        field=field,
    )


def _day_of(parts: dict[str, str]) -> date | None:
    month_number = _month_named(parts["name"]) if "name" in parts else int(parts["month"])
    year = int(parts["year"])
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    try:
        return date(year, month_number, int(parts["day"]))
    except ValueError:
        return None


def _month_named(name: str) -> int:
    """Return the number of an English month, in full or by three letters; 0 where there is none."""
    names = get_month_names("wide", locale="en")
    wanted = name.casefold()
    return next((index for index, full in names.items() if wanted in (full.casefold(), full.casefold()[:3])), 0)


def _folded(text: str) -> str:
    folded = text.translate(_HALF_WIDTH).strip()
    return folded if len(folded) <= _LONGEST_INPUT else ""


def _quoted(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text.strip()[:_LONGEST_INPUT])


def _too_many_decimals(text: str, decimals: int) -> Message:
    if decimals == 0:
        return Message("“%(text)s” has decimals; a whole number is needed here.", text=_quoted(text))
    return Message("“%(text)s” has more than %(decimals)s decimals.", text=_quoted(text), decimals=decimals)
