"""Reports as PDF: text of every language in lines that fit, the head on every page, totals, and never markup."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest
from flask import Flask
from pypdf import PdfReader

from app.foundation.export_pdf import MOST_ROWS, Heading, write_pdf
from app.foundation.views.columns import Column, Kind
from app.values.errors import OperationRefused

COLUMNS = [Column("day", "Date", Kind.DAY), Column("name", "Customer name", Kind.TEXT), Column("total", "Total", Kind.MONEY)]
ROW = [datetime.date(2026, 5, 14), "王晓明 Nguyễn Thị Bưởi", Decimal("1284.50")]


def pages_of(rows: list[list[object]], **more: object) -> list[str]:
    target = io.BytesIO()
    write_pdf(target, Heading("当天交费统计", "上海营业厅", "2026-05-14"), COLUMNS, rows, currency="CNY", **more)  # type: ignore[arg-type]
    return [page.extract_text() for page in PdfReader(target).pages]


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> object:
    with app.test_request_context("/"):
        yield


def test_a_row_stands_as_it_would_on_the_screen() -> None:
    (page,) = pages_of([ROW], totals={"total": Decimal("1284.50")})
    for text in ("当天交费统计", "上海营业厅", "王晓明 Nguyễn Thị Bưởi", "2026-05-14", "1,284.50"):
        assert text in page
    assert page.count("1,284.50") == 2


def test_every_page_has_the_head_of_the_table() -> None:
    pages = pages_of([ROW] * 120)
    assert len(pages) > 2
    assert all("Customer name" in page and "当天交费统计" in page for page in pages)


def test_what_people_typed_is_no_markup() -> None:
    (page,) = pages_of([[ROW[0], "<b>&amp;</b> <script>", ROW[2]]])
    assert "<b>&amp;</b> <script>" in page


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(OperationRefused) as refused:
        pages_of([ROW] * (MOST_ROWS + 1))
    assert refused.value.code == "too_many_rows"
