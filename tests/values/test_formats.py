"""Numbers, amounts and dates in four languages, written and read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values import formats
from app.values.errors import Malformed
from app.values.months import Month

LOCALES = ["en", "zh_Hans", "zh_Hant", "vi"]
NBSP = "\u00a0"
LOCALE = st.sampled_from(LOCALES)
QUICK = settings(max_examples=80, deadline=None)


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        ("1284.5", "CNY", "zh_Hans", "¥1,284.50"),
        ("1896", "HKD", "zh_Hant", "HK$1,896.00"),
        ("3011520", "VND", "vi", f"3.011.520{NBSP}đ"),
        ("3011520.00", "VND", "en", f"3,011,520{NBSP}đ"),
        ("1284.5", "CNY", "vi", f"1.284,50{NBSP}¥"),
        ("0", "CNY", "en", "¥0.00"),
        ("0", "VND", "vi", f"0{NBSP}đ"),
        ("-10", "CNY", "zh_Hans", "−¥10.00"),
        ("-50000", "VND", "vi", f"−50.000{NBSP}đ"),
        ("0.125", "USD", "en", "US$0.13"),
        ("9999999999999999.99", "CNY", "en", "¥9,999,999,999,999,999.99"),
    ],
)
def test_money(amount: str, currency: str, locale: str, written: str) -> None:
    assert formats.money(Decimal(amount), currency, locale) == written


def test_money_without_its_symbol_and_without_an_amount() -> None:
    assert formats.money(Decimal("1284.5"), "CNY", "vi", symbol=False) == "1.284,50"
    assert formats.money(None, "CNY", "vi") == formats.number(None, "en") == formats.percent(None, "en") == "—"


@pytest.mark.parametrize(
    ("value", "locale", "decimals", "written"),
    [
        (Decimal("12.5000"), "vi", None, "12,5"),
        (Decimal("1234567"), "vi", None, "1.234.567"),
        (1234567, "en", None, "1,234,567"),
        (Decimal("1E+3"), "en", None, "1,000"),
        (Decimal("-0.004"), "en", 2, "0.00"),
        (Decimal("-2.5"), "en", 0, "−3"),
        (Decimal("2.5"), "en", 0, "3"),
        (Decimal("0"), "zh_Hans", None, "0"),
    ],
)
def test_numbers(value: Decimal | int, locale: str, decimals: int | None, written: str) -> None:
    assert formats.number(value, locale, decimals=decimals) == written


def test_percent() -> None:
    assert formats.percent(Decimal("0.00300000"), "en") == "0.3%"
    assert formats.percent(Decimal("0.003"), "vi") == "0,3%"


def test_days_on_screen() -> None:
    day = date(2026, 5, 14)
    assert [formats.day(day, locale) for locale in LOCALES] == ["2026-05-14"] * 3 + ["14/05/2026"]
    assert [formats.month(day, locale) for locale in LOCALES] == ["May 2026", "2026年5月", "2026年5月", "05/2026"]
    assert [formats.day(Month.of(day), locale) for locale in LOCALES] == ["May 2026", "2026年5月", "2026年5月", "05/2026"]
    assert formats.day(None, "vi") == "—"


def test_the_year_is_left_out_only_inside_the_same_year() -> None:
    assert formats.short_day(date(2026, 5, 14), "en", today=date(2026, 12, 31)) == "05-14"
    assert formats.short_day(date(2026, 5, 14), "vi", today=date(2026, 1, 1)) == "14/05"
    assert formats.short_day(date(2026, 5, 14), "vi", today=date(2027, 1, 1)) == "14/05/2026"
    assert formats.short_day(None, "vi", today=date(2027, 1, 1)) == "—"


def test_moments_are_read_in_the_time_zone_of_the_office() -> None:
    booked_at = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
    assert formats.moment(booked_at, "zh_Hans", "Asia/Shanghai") == f"2026-05-15{NBSP}00:30"
    assert formats.moment(booked_at, "vi", "Asia/Ho_Chi_Minh") == f"14/05/2026{NBSP}23:30"
    assert formats.moment(None, "vi", "UTC") == "—"
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(datetime(2026, 5, 14), "vi", "UTC")  # noqa: DTZ001


def test_periods_are_never_broken_over_lines() -> None:
    assert formats.period(date(2026, 5, 15), date(2026, 8, 14), "en") == f"2026-05-15{NBSP}…{NBSP}2026-08-14"
    assert formats.period(date(2026, 5, 15), None, "vi") == f"15/05/2026{NBSP}…{NBSP}—"
    assert formats.period(None, None, "vi") == "—"


def test_papers() -> None:
    day, stop = date(2026, 2, 5), date(2026, 8, 14)
    assert formats.paper_heading_day(day, "vi") == "Ngày 05 tháng 02 năm 2026"
    assert formats.paper_heading_day(day, "zh_Hant") == "2026年2月5日"
    assert formats.paper_heading_day(day, "en") == "5 February 2026"
    assert [formats.paper_day(day, locale) for locale in LOCALES] == ["5 Feb 2026", "2026-02-05", "2026-02-05", "05/02/2026"]
    assert [formats.paper_month(day, locale) for locale in LOCALES] == ["February 2026", "2026年2月", "2026年2月", "02/2026"]
    assert formats.paper_period(date(2026, 10, 1), date(2026, 10, 31), "vi") == "01/10–31/10/2026"
    assert formats.paper_period(day, stop, "zh_Hans") == "2026-02-05 至 2026-08-14"
    assert formats.paper_period(date(2026, 5, 15), stop, "en") == "15 May to 14 Aug 2026"
    assert formats.paper_period(date(2025, 12, 15), day, "en") == "15 Dec 2025 to 5 Feb 2026"
    assert formats.paper_period(date(2025, 12, 15), day, "vi") == "15/12/2025–05/02/2026"
    at = datetime(2026, 11, 22, 2, 42, tzinfo=UTC)
    assert formats.paper_moment(at, "en", "Asia/Ho_Chi_Minh") == f"22{NBSP}Nov{NBSP}2026{NBSP}09:42"
    assert formats.paper_moment(at, "vi", "Asia/Ho_Chi_Minh") == f"22/11/2026{NBSP}09:42"


def test_currencies_on_papers() -> None:
    amount = Decimal(1250)
    assert formats.paper_money(amount, "CNY", "en") == f"CNY{NBSP}1,250.00"
    assert formats.paper_money(amount, "VND", "en") == f"VND{NBSP}1,250"
    assert formats.paper_money(amount, "HKD", "en") == "HK$1,250.00"
    assert formats.paper_money(amount, "VND", "vi") == f"1.250{NBSP}đ"
    assert formats.paper_money(None, "CNY", "en") == "—"


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("1234.5", "en", "1234.5"),
        ("1,234.50", "zh_Hans", "1234.50"),
        ("1.234,5", "vi", "1234.5"),
        ("1.500", "vi", "1500"),
        ("1500", "vi", "1500"),
        ("12,50", "vi", "12.50"),
        ("１２３４．５", "zh_Hans", "1234.5"),
        ("１２。５", "zh_Hans", "12.5"),
        (" −12 ", "en", "-12"),
        ("007", "en", "7"),
        (f"{NBSP}5\u3000", "en", "5"),
    ],
)
def test_numbers_as_they_are_typed(text: str, locale: str, value: str) -> None:
    assert formats.parse_decimal(text, locale) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("", "en"),
        ("abc", "en"),
        ("12a", "en"),
        ("1\x002", "en"),
        ("1e5", "en"),
        ("NaN", "en"),
        ("Infinity", "en"),
        ("--1", "en"),
        ("1,5", "en"),
        ("1,23,456", "en"),
        ("1.234.567", "en"),
        ("1.5", "vi"),
        ("1,234.5", "vi"),
        ("0.500", "vi"),
        ("1.234.56", "vi"),
        ("1 234", "en"),
        ("١٢", "en"),
        ("¥12", "en"),
        (".5", "en"),
        ("5.", "en"),
        ("9" * 41, "en"),
    ],
)
def test_numbers_that_cannot_be_read(text: str, locale: str) -> None:
    with pytest.raises(Malformed) as refusal:
        formats.parse_decimal(text, locale, field="amount")
    assert (refusal.value.code, refusal.value.field) == ("number_unreadable", "amount")
    assert "\x00" not in str(refusal.value)


@pytest.mark.parametrize(("text", "decimals"), [("1.000", 2), ("1.0", 0), ("0.005", 2)])
def test_too_many_decimals(text: str, decimals: int) -> None:
    with pytest.raises(Malformed) as refusal:
        formats.parse_decimal(text, "en", decimals=decimals)
    assert refusal.value.code == "too_many_decimals"


def test_an_unreadable_number_shows_how_to_write_one() -> None:
    with pytest.raises(Malformed, match=r"“1,5” cannot be read as a number. Write it like 1,234.5."):
        formats.parse_decimal("1,5", "en")
    with pytest.raises(Malformed, match=r"Write it like 1\.234,5\."):
        formats.parse_decimal("1.5", "vi")


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("2026-05-14", "en"),
        ("2026-05-14", "vi"),
        ("2026/5/14", "zh_Hans"),
        ("2026.5.14", "zh_Hant"),
        ("2026年5月14日", "zh_Hans"),
        ("２０２６－０５－１４", "zh_Hans"),
        ("14/05/2026", "vi"),
        ("14-5-2026", "vi"),
        ("14.05.2026", "vi"),
        ("14 May 2026", "en"),
        (" 14 may 2026", "en"),
    ],
)
def test_days_as_they_are_typed(text: str, locale: str) -> None:
    assert formats.parse_day(text, locale) == date(2026, 5, 14)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("", "en"),
        ("05/06/2026", "en"),
        ("05/06/2026", "zh_Hans"),
        ("2026-02-30", "en"),
        ("31/02/2026", "vi"),
        ("2026-05/14", "en"),
        ("26-05-14", "en"),
        ("14/05/26", "vi"),
        ("0026-05-14", "en"),
        ("9999-05-14", "en"),
        ("14 Foo 2026", "en"),
        ("2026-05-14\x00", "en"),
        ("2026-05-14T00:00", "en"),
        ("tomorrow", "en"),
    ],
)
def test_days_that_cannot_be_read(text: str, locale: str) -> None:
    with pytest.raises(Malformed) as refusal:
        formats.parse_day(text, locale, field="on")
    assert (refusal.value.code, refusal.value.field) == ("date_unreadable", "on")


@QUICK
@given(value=st.decimals(-(10**12), 10**12, places=4), locale=LOCALE)
def test_a_number_written_is_read_back(value: Decimal, locale: str) -> None:
    assert formats.parse_decimal(formats.number(value, locale), locale) == value


@QUICK
@given(value=st.dates(date(1900, 1, 1), date(2199, 12, 31)), locale=LOCALE)
def test_a_day_written_is_read_back(value: date, locale: str) -> None:
    assert formats.parse_day(formats.day(value, locale), locale) == value
    assert formats.parse_day(value.isoformat(), locale) == value


@QUICK
@given(text=st.text(max_size=50), locale=LOCALE)
def test_any_text_is_read_or_refused_in_printable_words(text: str, locale: str) -> None:
    assert _sentence(formats.parse_decimal, text, locale).isprintable()
    assert _sentence(formats.parse_day, text, locale).isprintable()


def _sentence(parse: Callable[[str, str], object], text: str, locale: str) -> str:
    try:
        return str(parse(text, locale))
    except Malformed as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    ("locale", "text"), [("zh_Hans", "A-1203 · 电 2026年5月"), ("vi", "A-1203 · 电 05/2026"), ("en", "A-1203 · 电 May 2026")]
)
def test_the_month_at_the_end_of_a_stored_text_is_written_as_people_do(locale: str, text: str) -> None:
    assert formats.with_month("A-1203 · 电 2026-05", locale) == text


@pytest.mark.parametrize("text", ["B-2026-05", "A-12026-05", "2026-05 电", "2026-13", ""])
def test_what_is_no_month_at_the_end_stays_as_it_is(text: str) -> None:
    assert formats.with_month(text, "vi") == text
