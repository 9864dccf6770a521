"""The small model knows the worked examples, so that what is played against it is played against them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.broadband.line_model import LineModel, ModelPlan, ModelPolicy, Outcome

FIFTY, EIGHTY, HUNDRED = ModelPlan(5000), ModelPlan(8000), ModelPlan(10000)
BACKFILL = ModelPolicy(late_policy="backfill")


def line(start: date, months: int = 1, plan: ModelPlan = FIFTY, policy: ModelPolicy | None = None) -> LineModel:
    """A line that is billed from ``start`` and has ``months`` months paid."""
    model = LineModel(plan, policy)
    model.pay(start, months)
    model.complete(start)
    return model


def to_may(policy: ModelPolicy | None = None) -> LineModel:
    return line(date(2026, 4, 15), policy=policy)


def to_june() -> LineModel:
    return line(date(2026, 6, 1))


def to_august() -> LineModel:
    return line(date(2026, 5, 15), 3)


def cover(model: LineModel) -> list[tuple[str, date, date]]:
    return [(piece.kind, piece.days[0], piece.days[-1]) for piece in model.pieces]


def stands(outcome: Outcome) -> tuple[str, date | None, Decimal]:
    assert outcome.refusal is None
    return outcome.status, outcome.stops_on, outcome.money


def assert_refused(model: LineModel, outcome: Outcome, code: str, before: dict[str, object]) -> None:
    assert outcome.refusal == code
    assert model.snapshot() == before


def test_1_open() -> None:
    model = LineModel(FIFTY)
    assert stands(model.pay(date(2026, 3, 5), 12)) == ("pending", None, Decimal("600.00"))
    assert stands(model.complete(date(2026, 3, 8))) == ("active", date(2027, 3, 7), 0)
    assert cover(model) == [("paid", date(2026, 3, 8), date(2027, 3, 7))]


def test_2_cancel_before_installation() -> None:
    model = LineModel(FIFTY)
    model.pay(date(2026, 3, 5), 12)
    assert stands(model.close(date(2026, 3, 7))) == ("closed", None, Decimal("-600.00"))
    assert cover(model) == []


def test_3_and_4_five_months_from_the_last_day_of_january() -> None:
    single, whole = line(date(2026, 1, 31)), line(date(2026, 1, 31), 5)
    for _ in range(4):
        single.pay(single.stop, 1)
    assert [(start, stop) for _, start, stop in cover(single)] == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
        (date(2026, 4, 30), date(2026, 5, 30)),
        (date(2026, 5, 31), date(2026, 6, 29)),
    ]
    assert cover(whole) == [("paid", date(2026, 1, 31), date(2026, 6, 29))]


def test_7_eleven_months() -> None:
    assert cover(line(date(2026, 3, 30), 11)) == [("paid", date(2026, 3, 30), date(2027, 2, 27))]


@pytest.mark.parametrize(
    ("on", "months", "policy", "start", "stop", "money"),
    [
        pytest.param(date(2026, 4, 20), 3, None, date(2026, 5, 15), date(2026, 8, 14), "150.00", id="8"),
        pytest.param(date(2026, 5, 14), 1, None, date(2026, 5, 15), date(2026, 6, 14), "50.00", id="9"),
        pytest.param(date(2026, 5, 15), 1, None, date(2026, 5, 15), date(2026, 6, 14), "50.00", id="10"),
        pytest.param(date(2026, 5, 24), 1, None, date(2026, 5, 24), date(2026, 6, 23), "50.00", id="11"),
        pytest.param(date(2026, 5, 18), 1, ModelPolicy(grace_days=5), date(2026, 5, 15), date(2026, 6, 14), "50.00", id="12"),
        pytest.param(date(2026, 6, 3), 3, BACKFILL, date(2026, 5, 15), date(2026, 8, 14), "151.87", id="13"),
        pytest.param(date(2026, 5, 13), 1, None, date(2026, 5, 15), date(2026, 6, 14), "50.00", id="16"),
    ],
)
def test_where_a_payment_starts(on: date, months: int, policy: ModelPolicy | None, start: date, stop: date, money: str) -> None:
    model = to_may(policy)
    assert stands(model.pay(on, months)) == ("active", stop, Decimal(money))
    assert cover(model)[-1] == ("paid", start, stop)


def test_11_a_restart_is_continued() -> None:
    model = to_may()
    model.pay(date(2026, 5, 24), 1)
    model.pay(date(2026, 6, 1), 1)
    assert cover(model)[-1] == ("paid", date(2026, 6, 24), date(2026, 7, 23))


def test_14_the_cap_of_the_late_fee() -> None:
    model = to_may(BACKFILL)
    model.force_stop(date(2026, 6, 14), "arrears")
    assert stands(model.pay(date(2027, 5, 14), 1)) == ("active", date(2027, 6, 13), Decimal("148.64"))
    assert cover(model)[-1] == ("paid", date(2027, 5, 14), date(2027, 6, 13))


def test_17_a_void_puts_the_line_back() -> None:
    model = to_may()
    before = model.snapshot()
    assert model.pay(date(2026, 5, 10), 3).stops_on == date(2026, 8, 14)
    assert model.void(date(2026, 5, 10), 2).stops_on == date(2026, 5, 14)
    assert model.snapshot() == before


def test_18_a_restart_voided() -> None:
    model = to_may()
    assert model.pay(date(2026, 5, 24), 1).stops_on == date(2026, 6, 23)
    outcome = model.void(date(2026, 5, 24), 2)
    assert (outcome.status, outcome.stops_on) == ("expired", date(2026, 5, 14))


def test_19_a_void_after_another_operation_is_refused() -> None:
    model = to_may()
    model.pay(date(2026, 5, 10), 1)
    model.suspend(date(2026, 5, 12))
    assert_refused(model, model.void(date(2026, 5, 13), 2), "later_operation", model.snapshot())


def test_19_also_after_one_already_undone() -> None:
    model = to_may()
    model.pay(date(2026, 5, 10), 1)
    model.suspend(date(2026, 5, 12))
    assert model.void(date(2026, 5, 12), 3).refusal is None
    assert model.void(date(2026, 5, 13), 2).refusal == "later_operation"
    assert model.void(date(2026, 5, 13), 3).refusal == "already_voided"


def test_20_amounts() -> None:
    model = to_may(BACKFILL)
    assert model.pay(date(2026, 6, 3), 3, maintenance=500, other=2000, discount=1000).money == Decimal("176.87")


def test_21_buy_12_get_2() -> None:
    model = LineModel(FIFTY)
    model.pay(date(2026, 7, 1), 12, gift_months=2)
    model.complete(date(2026, 7, 1))
    assert cover(model) == [("paid", date(2026, 7, 1), date(2027, 6, 30)), ("gift", date(2027, 7, 1), date(2027, 8, 31))]
    assert stands(model.close(date(2027, 7, 15))) == ("closed", date(2027, 8, 31), 0)


def test_22_suspend_and_resume() -> None:
    model = to_august()
    assert stands(model.suspend(date(2026, 6, 10))) == ("suspended", date(2026, 8, 14), 0)
    assert stands(model.resume(date(2026, 7, 20))) == ("active", date(2026, 9, 23), 0)


def test_24_resume_too_early() -> None:
    model = to_august()
    model.suspend(date(2026, 6, 10))
    assert stands(model.resume(date(2026, 6, 20))) == ("active", date(2026, 8, 14), 0)


def test_25_by_itself_on_the_planned_day() -> None:
    model = to_august()
    model.suspend(date(2026, 6, 10))
    assert model.planned == date(2026, 12, 7)
    assert stands(model.resume(model.planned)) == ("active", date(2027, 2, 10), 0)


def test_26_suspended_across_the_stop_date() -> None:
    model = to_june()
    model.suspend(date(2026, 6, 25))
    assert model.status(date(2026, 8, 24)) == "suspended"
    assert stands(model.resume(date(2026, 8, 25))) == ("active", date(2026, 8, 30), 0)


def test_27_paid_while_suspended() -> None:
    model = to_june()
    model.suspend(date(2026, 6, 25))
    assert stands(model.pay(date(2026, 7, 15), 3)) == ("suspended", date(2026, 9, 30), Decimal("150.00"))
    assert cover(model)[-1] == ("paid", date(2026, 7, 1), date(2026, 9, 30))
    assert model.resume(date(2026, 8, 25)).stops_on == date(2026, 11, 30)


def test_28_suspend_after_expiry() -> None:
    model = to_june()
    assert_refused(model, model.suspend(date(2026, 7, 3)), "state_expired", model.snapshot())


def test_28_within_the_days_of_grace_there_is_no_cover_to_keep() -> None:
    model = line(date(2026, 6, 1), policy=ModelPolicy(grace_days=5))
    assert_refused(model, model.suspend(date(2026, 7, 3)), "after_stop_date", model.snapshot())


def test_31_forced_stop_for_arrears() -> None:
    model = to_june()
    assert stands(model.force_stop(date(2026, 6, 10), "arrears")) == ("forced", date(2026, 6, 30), 0)
    assert stands(model.resume(date(2026, 6, 20))) == ("active", date(2026, 6, 30), 0)


def test_32_the_operators_fault() -> None:
    model = to_june()
    model.force_stop(date(2026, 6, 10), "operator")
    assert model.resume(date(2026, 6, 13)).stops_on == date(2026, 7, 3)


def test_a_cut_line_without_cover_is_not_resumed() -> None:
    model = to_june()
    model.force_stop(date(2026, 6, 10), "violation")
    assert_refused(model, model.resume(date(2026, 7, 1)), "stop_before_day", model.snapshot())


@pytest.mark.parametrize(("policy", "money"), [("by_day", "-435.61"), ("by_month", "-400.00"), ("none", "0")])
def test_34_35_and_37_close(policy: str, money: str) -> None:
    model = line(date(2026, 1, 1), 12, policy=ModelPolicy(refund_policy=policy))
    assert stands(model.close(date(2026, 4, 10))) == ("closed", date(2026, 12, 31), Decimal(money))


def test_38_close_while_suspended() -> None:
    model = line(date(2026, 1, 1), 12)
    model.suspend(date(2026, 4, 10))
    assert model.close(date(2026, 6, 30)).money == Decimal("-435.61")


def test_40_close_twice() -> None:
    model = line(date(2026, 1, 1), 12)
    model.close(date(2026, 4, 10))
    assert_refused(model, model.close(date(2026, 4, 11)), "state_closed", model.snapshot())


def test_41_relocate() -> None:
    model = line(date(2026, 8, 1))
    assert stands(model.relocate(date(2026, 8, 10), 3, fee=5000)) == ("active", date(2026, 9, 3), Decimal("50.00"))


def test_42_transfer() -> None:
    model = line(date(2026, 6, 1), 3)
    assert stands(model.transfer(date(2026, 6, 15), fee=3000)) == ("active", date(2026, 8, 31), Decimal("30.00"))


def test_43_change_to_a_dearer_plan() -> None:
    model = to_june()
    assert stands(model.change_plan(date(2026, 6, 16), EIGHTY)) == ("active", date(2026, 6, 30), Decimal("15.00"))
    assert [piece.price for piece in model.pieces] == [2500, 4000]


def test_44_change_to_a_cheaper_plan() -> None:
    model = line(date(2022, 10, 1), plan=ModelPlan(20000))
    assert model.change_plan(date(2022, 10, 20), HUNDRED, fee=3000).money == Decimal("-8.71")
    assert [piece.price for piece in model.pieces] == [12258, 3871]


def test_47_change_at_the_end_of_the_period() -> None:
    model = line(date(2026, 6, 1), plan=EIGHTY)
    assert stands(model.change_plan(date(2026, 6, 10), FIFTY, "period_end")) == ("active", date(2026, 6, 30), 0)
    assert model.pay(date(2026, 6, 20), 1).money == Decimal("50.00")
    assert model.plan == EIGHTY
    assert cover(model)[-1] == ("paid", date(2026, 7, 1), date(2026, 7, 31))
    model.relocate(date(2026, 7, 1))
    assert model.plan == FIFTY


def test_47_until_it_is_paid_a_booked_change_can_be_withdrawn() -> None:
    model = line(date(2026, 6, 1), plan=EIGHTY)
    assert model.withdraw(date(2026, 6, 9)).refusal == "not_booked"
    model.change_plan(date(2026, 6, 10), FIFTY, "period_end")
    assert model.withdraw(date(2026, 6, 11)).refusal is None
    assert model.pay(date(2026, 6, 12), 1).money == Decimal("80.00")
    model.change_plan(date(2026, 6, 13), FIFTY, "period_end")
    model.pay(date(2026, 6, 14), 1)
    assert model.withdraw(date(2026, 6, 15)).refusal == "already_sold"


def test_48_change_while_suspended() -> None:
    model = to_june()
    model.suspend(date(2026, 6, 10))
    assert stands(model.change_plan(date(2026, 6, 15), EIGHTY)) == ("suspended", date(2026, 6, 30), 0)
    assert stands(model.resume(date(2026, 7, 20))) == ("active", date(2026, 8, 9), Decimal("21.00"))
    assert model.plan == EIGHTY


def test_48_what_is_due_stays_open_and_what_comes_back_is_credit() -> None:
    dearer, cheaper = to_june(), line(date(2026, 6, 1), plan=EIGHTY)
    for model, plan in ((dearer, EIGHTY), (cheaper, FIFTY)):
        model.suspend(date(2026, 6, 10))
        model.change_plan(date(2026, 6, 15), plan)
        model.resume(date(2026, 7, 20))
    assert (dearer.settle(), dearer.credit) == (2100, 0)
    assert (cheaper.settle(), cheaper.credit) == (0, 2100)


def test_48_months_paid_while_the_change_waits_are_sold_at_the_new_price() -> None:
    model = to_june()
    model.suspend(date(2026, 6, 10))
    model.change_plan(date(2026, 6, 15), EIGHTY)
    assert model.pay(date(2026, 7, 1), 1).money == Decimal("80.00")
    assert stands(model.resume(date(2026, 7, 20))) == ("active", date(2026, 9, 9), Decimal("21.00"))
    assert [piece.price for piece in model.pieces] == [1500, 5600, 8000]


def test_48_after_a_short_rest_over_the_stop_date_the_plan_changes_with_the_payment() -> None:
    model = to_june()
    model.suspend(date(2026, 6, 28))
    model.change_plan(date(2026, 6, 29), EIGHTY)
    assert stands(model.resume(date(2026, 7, 5))) == ("expired", date(2026, 6, 30), 0)
    assert model.pay(date(2026, 7, 6), 1).money == Decimal("80.00")


def test_an_expired_line_changes_its_plan_with_the_payment() -> None:
    model = to_june()
    assert model.change_plan(date(2026, 7, 3), EIGHTY).refusal == "state_expired"
    assert stands(model.change_plan(date(2026, 7, 3), EIGHTY, "period_end")) == ("expired", date(2026, 6, 30), 0)
    assert model.plan == FIFTY
    assert stands(model.pay(date(2026, 7, 5), 1)) == ("active", date(2026, 8, 4), Decimal("80.00"))


def test_other_plans_are_not_taken() -> None:
    model = to_june()
    assert model.change_plan(date(2026, 6, 10), FIFTY).refusal == "same_plan"
    model.change_plan(date(2026, 6, 10), EIGHTY, "period_end")
    assert model.change_plan(date(2026, 6, 11), HUNDRED).refusal == "change_booked"
    waiting = LineModel(FIFTY)
    waiting.pay(date(2026, 6, 1), 1)
    assert waiting.change_plan(date(2026, 6, 2), EIGHTY).refusal == "payment_waits"


def test_a_plan_changed_and_closed_on_the_first_day() -> None:
    model = line(date(2026, 6, 1), plan=EIGHTY)
    assert model.change_plan(date(2026, 6, 1), FIFTY).money == Decimal("-30.00")
    assert model.close(date(2026, 6, 1)).money == Decimal("-48.33")


def test_arrears_come_first_but_never_hold_up_a_closure() -> None:
    model = line(date(2026, 1, 1), 12)
    model.owe(50000, date(2026, 4, 1))
    for refused in (model.suspend(date(2026, 4, 10)), model.transfer(date(2026, 4, 10)), model.change_plan(date(2026, 4, 10), EIGHTY)):
        assert refused.refusal == "arrears_open"
    assert model.close(date(2026, 4, 10)).money == 0
    assert model.settle() == 6439


def test_the_model_shares_nothing_with_the_rules() -> None:
    import tests.broadband.line_model as operations
    import tests.broadband.line_model_parts as parts

    for module in (operations, parts):
        assert not [name for name, value in vars(module).items() if getattr(value, "__module__", "").startswith("app")]
