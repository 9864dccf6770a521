"""A change of plan; the numbers are worked by hand in docs/rules/plan_change.md."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.broadband.choices import PeriodKind
from app.broadband.rules.plan_change import PlanPrice, plan_change, switch_day, switches
from app.broadband.rules.sold_rows import WrittenRow
from app.broadband.rules.stop_date import stop_date
from app.values.errors import OperationRefused
from tests.broadband.rows import sold

GIFT, CHANGED = PeriodKind.GIFT, PeriodKind.PLAN_CHANGE
EIGHTY = PlanPrice(Decimal(80))


JUNE = sold(date(2026, 6, 1), 1, "50.00")


def money(rows: tuple[WrittenRow, ...]) -> list[tuple[str, date, date, Decimal]]:
    return [(row.kind.value, row.start, row.stop, row.price) for row in rows]


def test_half_a_month_on_a_dearer_plan() -> None:
    """Example 43: 15 days of June, the 16th included."""
    change = plan_change([JUNE], stops_on=date(2026, 6, 30), on=date(2026, 6, 16), new=EIGHTY, currency="CNY")
    assert (change.days_left, change.credit, change.charge) == (15, Decimal("25.00"), Decimal("40.00"))
    assert (change.difference, change.to_pay) == (Decimal("15.00"), Decimal("15.00"))


def test_a_cheaper_plan_gives_back_less_the_fee() -> None:
    """Example 44: 12 of 31 days."""
    october = sold(date(2022, 10, 1), 1, "200.00")
    change = plan_change(
        [october], stops_on=date(2022, 10, 31), on=date(2022, 10, 20), new=PlanPrice(Decimal(100)), currency="CNY", fee=Decimal(30)
    )
    assert (change.credit, change.charge) == (Decimal("77.42"), Decimal("38.71"))
    assert (change.difference, change.to_pay) == (Decimal("-38.71"), Decimal("-8.71"))


def test_the_row_is_written_again_as_the_part_used_and_the_rest() -> None:
    change = plan_change([JUNE], stops_on=date(2026, 6, 30), on=date(2026, 6, 16), new=EIGHTY, currency="CNY")
    assert change.rows_ended == (JUNE,)
    used, rest = change.rows_written
    assert money((used, rest)) == [
        ("paid", date(2026, 6, 1), date(2026, 6, 15), Decimal("25.00")),
        ("plan_change", date(2026, 6, 16), date(2026, 6, 30), Decimal("40.00")),
    ]
    for part in (used, rest):
        assert (part.months, part.anchor, part.anchor_months, part.cut_from_days) == (1, date(2026, 6, 1), 1, 30)


def test_on_the_first_day_the_whole_row_moves_and_is_not_cut() -> None:
    change = plan_change([JUNE], stops_on=date(2026, 6, 30), on=date(2026, 6, 1), new=EIGHTY, currency="CNY")
    (rest,) = change.rows_written
    assert (rest.kind, rest.start, rest.stop, rest.price, rest.cut_from_days) == (CHANGED, JUNE.start, JUNE.stop, Decimal("80.00"), None)


def test_on_the_stop_date_one_day_is_left() -> None:
    change = plan_change([JUNE], stops_on=date(2026, 6, 30), on=date(2026, 6, 30), new=EIGHTY, currency="CNY")
    assert (change.days_left, change.credit, change.charge) == (1, Decimal("1.67"), Decimal("2.67"))


def test_after_the_stop_date_only_a_payment_changes_the_plan() -> None:
    with pytest.raises(OperationRefused) as refusal:
        plan_change([JUNE], stops_on=date(2026, 6, 30), on=date(2026, 7, 1), new=EIGHTY, currency="CNY")
    assert (refusal.value.code, refusal.value.field) == ("after_stop_date", "on")


def test_a_negative_fee_is_refused() -> None:
    with pytest.raises(OperationRefused) as refusal:
        plan_change([JUNE], stops_on=date(2026, 6, 30), on=date(2026, 6, 16), new=EIGHTY, currency="CNY", fee=Decimal(-1))
    assert (refusal.value.code, refusal.value.field) == ("negative_amount", "fee")


def test_several_rows_give_their_days_newest_first() -> None:
    """92 days of summer and 8 of May: 150.00 and 13.33 come back, 240.00 and 21.33 are charged."""
    spring = sold(date(2026, 4, 15), 1, "50.00")
    summer = sold(date(2026, 5, 15), 3, "150.00", anchor=date(2026, 4, 15), before=1)
    change = plan_change([spring, summer], stops_on=date(2026, 8, 14), on=date(2026, 5, 7), new=EIGHTY, currency="CNY")
    assert [(each.row, each.days, each.credit, each.charge) for each in change.changes] == [
        (summer, 92, Decimal("150.00"), Decimal("240.00")),
        (spring, 8, Decimal("13.33"), Decimal("21.33")),
    ]
    assert money(change.rows_written) == [
        ("paid", date(2026, 4, 15), date(2026, 5, 6), Decimal("36.67")),
        ("plan_change", date(2026, 5, 7), date(2026, 5, 14), Decimal("21.33")),
        ("plan_change", date(2026, 5, 15), date(2026, 8, 14), Decimal("240.00")),
    ]


def test_a_package_is_charged_by_its_monthly_price() -> None:
    """100 for 3 months is 33.33… a month: a whole year of it costs 400.00."""
    year = sold(date(2026, 1, 1), 12, "600.00")
    change = plan_change([year], stops_on=date(2026, 12, 31), on=date(2026, 1, 1), new=PlanPrice(Decimal(100), 3), currency="CNY")
    assert (change.credit, change.charge) == (Decimal("600.00"), Decimal("400.00"))


def test_gift_days_pass_on_untouched() -> None:
    gift = sold(date(2026, 7, 1), 1, "0.00", GIFT, anchor=date(2026, 6, 1), before=1)
    change = plan_change([JUNE, gift], stops_on=date(2026, 7, 31), on=date(2026, 6, 16), new=EIGHTY, currency="CNY")
    assert (change.rows_ended, change.days_left, change.difference) == ((JUNE,), 46, Decimal("15.00"))


def test_on_a_gift_day_nothing_is_credited_or_charged() -> None:
    gift = sold(date(2026, 7, 1), 1, "0.00", GIFT, anchor=date(2026, 6, 1), before=1)
    change = plan_change([JUNE, gift], stops_on=date(2026, 7, 31), on=date(2026, 7, 10), new=EIGHTY, currency="CNY")
    assert (change.changes, change.credit, change.charge, change.rows_written) == ((), Decimal(0), Decimal(0), ())


def test_days_of_earlier_books_pass_on_untouched() -> None:
    taken_over = sold(date(2026, 6, 1), 1, "0.00", PeriodKind.TAKEN_OVER)
    july = sold(date(2026, 7, 1), 1, "50.00", anchor=date(2026, 6, 1), before=1)
    change = plan_change([taken_over, july], stops_on=date(2026, 7, 31), on=date(2026, 6, 16), new=EIGHTY, currency="CNY")
    assert (change.rows_ended, change.credit, change.charge) == ((july,), Decimal("50.00"), Decimal("80.00"))


def test_days_of_compensation_beyond_the_rows_cost_nothing() -> None:
    """30 days of June and 3 given: on the first day all of June moves, and the 3 days stay in the shift."""
    change = plan_change([JUNE], stops_on=date(2026, 7, 3), on=date(2026, 6, 1), new=EIGHTY, currency="CNY")
    assert (change.days_left, change.credit, change.charge, change.shift_days) == (33, Decimal("50.00"), Decimal("80.00"), 3)
    assert stop_date(change.rows_written, shifted_days=[change.shift_days]) == date(2026, 7, 3)


def test_a_row_behind_the_shift_keeps_its_own_shift() -> None:
    """Gift months are the newest row and stay in force, so their shift is not carried by the change."""
    gift = sold(date(2026, 7, 1), 1, "0.00", GIFT, anchor=date(2026, 6, 1), before=1)
    change = plan_change([JUNE, gift], stops_on=date(2026, 8, 3), on=date(2026, 6, 16), new=EIGHTY, currency="CNY")
    assert (change.rows_ended, change.shift_days) == ((JUNE,), 0)


def test_a_line_without_rows_has_nothing_to_settle() -> None:
    nothing: list[WrittenRow] = []
    change = plan_change(nothing, stops_on=date(2026, 7, 3), on=date(2026, 6, 30), new=EIGHTY, currency="CNY")
    assert (change.changes, change.to_pay, change.shift_days) == ((), Decimal(0), 0)


def test_a_row_cut_twice_conserves_the_money() -> None:
    """June at 80: to 50 on the 11th (53.33 for 33.33), back to 80 on the 21st (16.67 for 26.67): 70.00 stand in the three parts."""
    june = sold(date(2026, 6, 1), 1, "80.00")
    first = plan_change([june], stops_on=date(2026, 6, 30), on=date(2026, 6, 11), new=PlanPrice(Decimal(50)), currency="CNY")
    assert (first.credit, first.charge) == (Decimal("53.33"), Decimal("33.33"))
    second = plan_change(first.rows_written, stops_on=date(2026, 6, 30), on=date(2026, 6, 21), new=EIGHTY, currency="CNY")
    assert (second.credit, second.charge) == (Decimal("16.67"), Decimal("26.67"))
    in_force = (first.rows_written[0], *second.rows_written)
    assert money(in_force) == [
        ("paid", date(2026, 6, 1), date(2026, 6, 10), Decimal("26.67")),
        ("plan_change", date(2026, 6, 11), date(2026, 6, 20), Decimal("16.66")),
        ("plan_change", date(2026, 6, 21), date(2026, 6, 30), Decimal("26.67")),
    ]
    assert sum(row.price for row in in_force) == Decimal("80.00") + first.difference + second.difference == Decimal("70.00")
    assert {row.cut_from_days for row in in_force} == {30}


def test_the_price_in_dong_has_no_decimals() -> None:
    june = sold(date(2026, 6, 1), 1, "165000")
    change = plan_change([june], stops_on=date(2026, 6, 30), on=date(2026, 6, 20), new=PlanPrice(Decimal(220000)), currency="VND")
    # 11 of 30 days: 60,500 and 80,666.67.
    assert (change.credit, change.charge, change.difference) == (Decimal(60500), Decimal(80667), Decimal(20167))


def test_booked_for_the_end_of_the_period() -> None:
    """Example 47: asked on 10 June, stop 30 June."""
    assert switch_day(date(2026, 6, 30), days_sold_since=0) == date(2026, 7, 1)
    # July is sold at the new price; then 10 days of rest move both ends.
    assert switch_day(date(2026, 7, 31), days_sold_since=31) == date(2026, 7, 1)
    assert switch_day(date(2026, 8, 10), days_sold_since=31) == date(2026, 7, 11)


def test_the_line_moves_to_the_booked_plan_on_the_switch_day_once_it_is_paid() -> None:
    july = {"stops_on": date(2026, 7, 31), "days_sold_since": 31}
    assert [switches(on=date(2026, month, day), **july) for month, day in ((6, 30), (7, 1), (7, 20))] == [False, True, True]  # type: ignore[arg-type]
    assert not switches(date(2026, 6, 30), on=date(2026, 7, 20), days_sold_since=0)


def test_booked_while_suspended_is_settled_on_the_day_of_the_resumption() -> None:
    """Example 48: suspended on 10 June with 20 days left, resumed on 20 July, which is the first day on the new plan."""
    stops_on = date(2026, 6, 30) + timedelta(days=40)
    change = plan_change([JUNE], stops_on=stops_on, on=date(2026, 7, 20), new=EIGHTY, currency="CNY")
    assert (change.days_left, change.credit, change.charge, change.to_pay) == (21, Decimal("35.00"), Decimal("56.00"), Decimal("21.00"))
    assert change.shift_days == 40
    assert stop_date(change.rows_written, shifted_days=[change.shift_days]) == stops_on
