"""Dates, periods and amounts as papers print them; screens have formats of their own.

A paper is read for years and outside the program, so its forms are prescribed and do not follow the locale data of a library:
"Ngày 05 tháng 02 năm 2026", 2026年2月5日, 1.250.000 đồng, −10.00. Numbers and their units are held together by U+00A0.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from app.values.money import decimals

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
MINUS, HELD = "\u2212", "\u00a0"
PREFIXES = {"CNY": "¥", "HKD": "HK$", "USD": "US$", "VND": f"VND{HELD}"}


def number(value: Decimal, locale: str) -> str:
    """Return ``value`` without needless zeros: 3, 12.5; 12,5 in Vietnamese."""
    plain = value.normalize()
    places = max(-int(plain.as_tuple().exponent), 0)
    return _grouped(value, places, locale)


def amount(value: Decimal, currency: str, locale: str) -> str:
    """Return ``value`` with the decimals of ``currency``: 1,250.00; 1.250.000 in Vietnamese; a true minus sign before it."""
    return _grouped(value, decimals(currency), locale)


def money(value: Decimal, currency: str, locale: str) -> str:
    """Return ``amount`` with its currency, in the place the language gives it."""
    figures = amount(value, currency, locale)
    if locale == "vi" and currency == "VND":
        return f"{figures}{HELD}đồng"
    prefix = f"CNY{HELD}" if locale == "en" and currency == "CNY" else PREFIXES[currency]
    return f"{MINUS}{prefix}{figures[1:]}" if figures.startswith(MINUS) else f"{prefix}{figures}"


def long_day(day: datetime.date, locale: str) -> str:
    """Return ``day`` for headings and signature lines."""
    if locale == "vi":
        return f"Ngày {day.day:02} tháng {day.month:02} năm {day.year}"
    if locale.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: datetime.date, locale: str) -> str:
    """Return ``day`` for tables and fields."""
    if locale == "vi":
        return f"{day:%d/%m/%Y}"
    if locale.startswith("zh"):
        return f"{day:%Y-%m-%d}"
    return f"{day.day}{HELD}{MONTHS[day.month - 1][:3]}{HELD}{day.year}"


def moment(at: datetime.datetime, locale: str) -> str:
    """Return the day and the minute; ``at`` is in the office's time."""
    return f"{short_day(at.date(), locale)}{HELD}{at:%H:%M}"


def period(first: datetime.date, last: datetime.date, locale: str) -> str:
    """Return the days from ``first`` to ``last``, both included."""
    if locale == "vi":
        return _vietnamese_period(first, last)
    if locale.startswith("zh"):
        return f"{short_day(first, locale)}{HELD}至 {short_day(last, locale)}"
    begin = short_day(first, locale)
    return f"{begin.rpartition(HELD)[0] if first.year == last.year else begin}{HELD}to {short_day(last, locale)}"


def _vietnamese_period(first: datetime.date, last: datetime.date) -> str:
    whole_month = first.day == 1 and (last + datetime.timedelta(days=1)).day == 1
    if whole_month and (first.year, first.month) == (last.year, last.month):
        return f"{first:%m/%Y}"
    begin = f"{first:%d/%m}" if first.year == last.year else f"{first:%d/%m/%Y}"
    return f"{begin}–{last:%d/%m/%Y}"


def _grouped(value: Decimal, places: int, locale: str) -> str:
    text = f"{abs(value):,.{places}f}"
    if locale == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if value < 0 else text
