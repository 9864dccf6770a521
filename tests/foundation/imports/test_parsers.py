"""What a cell means: dates, numbers, identity numbers as people and programs write them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from app.customers.choices import CustomerKind
from app.foundation.imports.cells import Context
from app.foundation.imports.parsers import amount, code, day, id_number, one_of, phone, secret, text
from app.offices.choices import Gender
from app.values.errors import OperationRefused

CHINESE = Context("zh_Hans", "CNY", datetime.date(2026, 11, 22))
VIETNAMESE = Context("vi", "VND", datetime.date(2026, 11, 22))
MAY_14 = datetime.date(2026, 5, 14)


@pytest.mark.parametrize(
    "written",
    [
        MAY_14,
        datetime.datetime(2026, 5, 14, 8, 30),  # noqa: DTZ001  (a workbook knows no zone)
        46156,
        46156.0,
        "46156",
        "2026-05-14",
        "2026/5/14",
        "2026.5.14",
        "20260514",
        20260514,
        "2026年5月14日",
        "2026 年 5 月 14 号",
        "２０２６－０５－１４",
        "14/05/2026",
        "14-5-2026",
        "14 May 2026",
        "2026-05-14 00:00:00",
        "2026-05-14T00:00:00",
        " 2026-05-14 ",
    ],
)
def test_a_day_is_read_in_all_its_forms(written: Any) -> None:
    assert day(written, CHINESE) == MAY_14


def test_a_day_that_could_be_two_is_refused_but_not_in_a_vietnamese_file() -> None:
    with pytest.raises(OperationRefused) as refused:
        day("05/06/2026", CHINESE)
    assert refused.value.code == "ambiguous_day"
    assert day("05/06/2026", VIETNAMESE) == datetime.date(2026, 6, 5)


@pytest.mark.parametrize("written", ["2026-02-30", "31/31/2026", "soon", 12, 1.10101e17, True, "0001-01-01", "20261399", "14/05/26"])
def test_what_is_no_day_is_refused(written: Any) -> None:
    with pytest.raises(OperationRefused):
        day(written, CHINESE)


@pytest.mark.parametrize("written", [1.10101199003078e17, "1.10101E+17", "1.101011990030781E17"])
def test_an_id_number_that_excel_has_shortened_is_explained(written: Any) -> None:
    with pytest.raises(OperationRefused) as refused:
        id_number(written, CHINESE)
    assert refused.value.code == "shortened"
    assert "Excel" in str(refused.value)


def test_an_id_number_is_narrow_and_in_capitals() -> None:
    assert id_number("１１０１０１ １９９００３０７８１２x", CHINESE) == "11010119900307812X"
    assert id_number(79203004567, VIETNAMESE) == "79203004567"


@pytest.mark.parametrize("written", ["12", "王晓明", "1" * 40, "12 34; DROP"])
def test_what_is_no_id_number_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(OperationRefused) as refused:
        id_number(written, CHINESE)
    assert written not in str(refused.value)


def test_telephone_numbers_keep_how_they_are_written() -> None:
    assert phone(13800002618, CHINESE) == "13800002618"
    assert phone("＋８６ 138-0000-2618", CHINESE) == "+86 138-0000-2618"
    with pytest.raises(OperationRefused):
        phone("call me", CHINESE)


@pytest.mark.parametrize(
    "written",
    ["=HYPERLINK(1)", "＝1+1", "#N/A", "#REF!", "a\x00b", "a\x1bb", "\ud800"],
    ids=range(7),  # type: ignore[arg-type]
)
def test_what_no_record_can_hold_is_refused(written: str) -> None:
    for parse in (text(200), code(), secret(), phone):
        with pytest.raises(OperationRefused):
            parse(written, CHINESE)


def test_a_cell_of_ten_thousand_letters_is_too_long() -> None:
    with pytest.raises(OperationRefused) as refused:
        text(2000)("x" * 10_000, CHINESE)
    assert len(str(refused.value)) < 100


def test_line_breaks_stay_only_in_notes() -> None:
    assert text(200)("a\nb", CHINESE) == "a b"
    assert text(200, lines=True)("a\nb", CHINESE) == "a\nb"


def test_amounts_are_read_as_the_file_writes_them() -> None:
    assert amount(12.5, CHINESE) == Decimal("12.50")
    assert amount("¥1,234.50", CHINESE) == Decimal("1234.50")
    assert amount("1.234.000 đ", VIETNAMESE) == Decimal(1234000)
    for wrong in ("-5", "abc", "1.234", True):
        with pytest.raises(OperationRefused):
            amount(wrong, CHINESE)


@pytest.mark.parametrize(("written", "meant"), [("女", Gender.FEMALE), ("Male", Gender.MALE), ("nữ", Gender.FEMALE), ("MALE", Gender.MALE)])
def test_a_choice_is_known_in_every_language(app: Any, written: str, meant: Gender) -> None:
    assert one_of(Gender, ("男", Gender.MALE), ("女", Gender.FEMALE), ("nữ", Gender.FEMALE))(written, CHINESE) is meant


def test_an_unknown_choice_is_refused_with_those_there_are(app: Any) -> None:
    with pytest.raises(OperationRefused) as refused:
        one_of(CustomerKind)("robot", CHINESE)
    assert refused.value.message.parameters["values"] == list(CustomerKind)
