"""Cells as people read them: escaped, in the reader's language, with what belongs to their kind."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from markupsafe import Markup

from app.billing.choices import DocumentStatus, LedgerAccount, Method
from app.foundation.pieces import whole
from app.foundation.views.columns import Cell, Column, Kind
from app.foundation.views.listing import Row
from app.foundation.views.written import CellWriter
from app.values.errors import Message
from app.values.months import Month

EVIL = '<script>alert("1")</script>'


@pytest.fixture
def writer() -> CellWriter:
    return CellWriter("zh_Hans", "Asia/Shanghai", "/static/icons.svg", Markup("<i>—</i>"), {True: "是", False: "否"})


def cell(kind: Kind, value: Any, **more: Any) -> Cell:
    return Cell(Column("name", "Name", kind), value, kind, **more)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.TEXT, "张伟", "张伟"),
        (Kind.TEXT, EVIL, "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;"),
        (Kind.TEXT, "", "<i>—</i>"),
        (Kind.TEXT, None, "<i>—</i>"),
        (Kind.NUMBER, Decimal("1234.50"), "1,234.5"),
        (Kind.NUMBER, 0, "0"),
        (Kind.MONEY, Decimal("1284.5"), '<span class="fh-money">¥1,284.50</span>'),
        (Kind.MONEY, Decimal("-5"), '<span class="fh-money text-good">−¥5.00</span>'),
        (Kind.DAY, datetime.date(2026, 5, 14), '<time class="fh-nowrap" datetime="2026-05-14">2026-05-14</time>'),
        (Kind.FLAG, True, "是"),
        (Kind.FLAG, False, "否"),
        (Kind.TEXT, (Method.CASH, Method.WECHAT_PAY), "现金、微信支付"),
        (Kind.TEXT, Message("Receipt %(number)s", number=EVIL), "收据&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;"),
    ],
)
def test_a_value_is_written_by_its_kind(app: object, writer: CellWriter, kind: Kind, value: Any, shown: str) -> None:
    assert writer.written(kind, value, "CNY") == shown


def test_a_moment_is_read_on_the_clock_of_the_office(app: object, writer: CellWriter) -> None:
    moment = datetime.datetime(2026, 5, 14, 18, 30, tzinfo=datetime.UTC)
    assert ">2026-05-15\xa002:30</time>" in writer.written(Kind.MOMENT, moment)


def test_a_month_and_its_first_day_on_one_page_are_told_apart(app: object, writer: CellWriter) -> None:
    assert ">2026年9月<" in writer.written(Kind.DAY, Month(2026, 9, 1))
    assert ">2026-09-01<" in writer.written(Kind.DAY, datetime.date(2026, 9, 1))


def test_a_voided_amount_is_struck_through(app: object, writer: CellWriter) -> None:
    assert writer.written(Kind.MONEY, Decimal(5), "CNY", is_voided=True) == '<s class="fh-money fh-voided">¥5.00</s>'


def test_a_state_shows_its_colour_icon_and_word(app: object, writer: CellWriter) -> None:
    badge = writer.badge(DocumentStatus.VOIDED)
    assert f"tone-{DocumentStatus.VOIDED.colour}" in badge
    assert "已冲正" in badge
    assert badge == writer.badge(DocumentStatus.VOIDED)


def test_states_of_two_kinds_that_share_a_value_keep_their_own_looks(app: object, writer: CellWriter) -> None:
    assert writer.badge(Method.CREDIT) != writer.badge(LedgerAccount.CREDIT)


def test_a_link_and_a_second_line_are_escaped(app: object, writer: CellWriter) -> None:
    written = writer.cell(cell(Kind.RELATION, "x", href='/a?b="c"', second=EVIL))
    assert written == ('<a href="/a?b=&#34;c&#34;">x</a> <span class="fh-sub">&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;</span>')


def test_the_first_cell_of_a_row_leads_to_its_record_and_each_names_its_head(app: object, writer: CellWriter) -> None:
    row = Row(object(), 7, "/show/7", [cell(Kind.TEXT, "SK-1"), cell(Kind.MONEY, Decimal(5))], "CNY", False, [])
    assert writer.cells(row, ["编号", '"金额"']) == (
        '<td data-label="编号" class="fh-card-title"><a class="fh-key" href="/show/7">SK-1</a></td>'
        '<td data-label="&#34;金额&#34;" class="fh-number fh-amount-cell"><span class="fh-money">¥5.00</span></td>'
    )


def test_the_state_of_a_row_stands_beside_the_title_of_its_card() -> None:
    assert CellWriter.look(cell(Kind.CHOICE, DocumentStatus.VALID)) == "fh-card-state"
    assert CellWriter.look(cell(Kind.CHOICE, DocumentStatus.VALID), is_first=True) == "fh-card-title"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("徐少华 KH-000141", '徐少华 <span class="fh-nowrap">KH-000141</span>'),
        ("SK-2026-000320", '<span class="fh-nowrap">SK-2026-000320</span>'),
        ("138 0000 1086", '<span class="fh-nowrap">138 0000 1086</span>'),
        ("0755-2600 2891", '<span class="fh-nowrap">0755-2600 2891</span>'),
        ("kh-000087@example.com", '<span class="fh-nowrap">kh-000087@example.com</span>'),
        ("350203********2838", '<span class="fh-nowrap">350203********2838</span>'),
        ("家庭 200M 包月", "家庭 200M 包月"),
        ("<b>KH-1</b>", '&lt;b&gt;<span class="fh-nowrap">KH-1</span>&lt;/b&gt;'),
    ],
)
def test_a_number_is_never_broken_over_two_lines(app: object, writer: CellWriter, text: str, shown: str) -> None:
    assert writer.written(Kind.TEXT, text) == shown


def test_the_number_of_a_row_stands_left_and_without_groups(app: object, writer: CellWriter) -> None:
    row = Row(object(), 1713, "/journalview/show/1713", [cell(Kind.NUMBER, 1713)], "CNY", False, [])
    assert writer.cells(row, ["Number"]) == (
        '<td data-label="Number" class="fh-card-title"><a class="fh-key" href="/journalview/show/1713">1713</a></td>'
    )


def test_a_sentence_keeps_its_days_whole_and_markup_as_it_is() -> None:
    assert whole("至2026-12-22。") == '至<span class="fh-nowrap">2026-12-22</span>。'
    assert whole(Markup('<a href="/show/2026-12-22">1</a>')) == '<a href="/show/2026-12-22">1</a>'
    assert whole("<b>") == "&lt;b&gt;"
