"""What must hold for every life of a line; broadband specification, properties. The rules are played beside the small model."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.broadband.choices import PeriodKind
from app.broadband.rules.plan_change import PlanPrice, plan_change
from app.broadband.rules.service_period import periods_from
from app.broadband.rules.sold_rows import WrittenRow
from app.broadband.rules.standing import Run
from tests.broadband.line_model import LineModel, ModelPlan, ModelPolicy, Outcome
from tests.broadband.rows import sold
from tests.broadband.rules_line import RulesLine

FIRST_DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
PLANS = st.builds(ModelPlan, st.integers(0, 30000), st.sampled_from([1, 1, 3, 12]))
POLICIES = st.builds(
    ModelPolicy,
    late_policy=st.sampled_from(["restart", "backfill"]),
    grace_days=st.sampled_from([0, 0, 5]),
    suspension_min_days=st.sampled_from([0, 10, 30]),
    refund_policy=st.sampled_from(["by_day", "by_day", "by_month", "none"]),
    decimals=st.sampled_from([2, 2, 0]),
)


def operation(name: str, **terms: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(terms))


STEPS = st.tuples(
    st.one_of(st.integers(0, 8), st.integers(0, 45)),
    st.one_of(
        operation(
            "pay",
            months=st.sampled_from([1, 1, 2, 3, 12]),
            gift_months=st.sampled_from([0, 0, 2]),
            discount=st.integers(0, 3000),
            maintenance=st.sampled_from([0, 500]),
        ),
        operation("suspend"),
        operation("resume", extend_anyway=st.booleans()),
        operation("force_stop", reason=st.sampled_from(["arrears", "violation", "operator"])),
        operation("transfer"),
        operation("change_plan", new=PLANS),
        operation("change_plan", new=PLANS),
        operation("gift", months=st.integers(1, 3)),
        operation("compensate", days=st.integers(1, 40)),
    ),
)


def test_the_rules_and_the_model_agree_on_every_life() -> None:
    played = {"closed": 0}

    @settings(max_examples=250, deadline=None)
    @given(first=FIRST_DAYS, plan=PLANS, policy=POLICIES, packages=st.integers(1, 3), steps=st.lists(STEPS, max_size=14))
    def play(first: date, plan: ModelPlan, policy: ModelPolicy, packages: int, steps: list[tuple[int, tuple[str, dict[str, Any]]]]) -> None:
        months = packages * plan.months
        model, rules = LineModel(plan, policy), RulesLine(plan, policy, first, months)
        model.pay(first, months)
        model.complete(first)
        on = first
        for days, (name, terms) in steps:
            on += timedelta(days=days)
            if name == "change_plan" and model.status(on) in ("expired", "suspended"):
                continue  # these are booked, or refused: no arithmetic
            if terms.get("new") == model.plan:
                continue
            assert_both(model, rules, name, on, terms)
        assert_both(model, rules, "close", on, {})
        played["closed"] += 1

    play()
    assert played["closed"] >= 250


def assert_both(model: LineModel, rules: RulesLine, name: str, on: date, terms: dict[str, Any]) -> None:
    before = list(rules.rows), rules.stops_on
    expected: Outcome = getattr(model, name)(on, **terms)
    assert rules.play(name, on, **terms) == expected
    if expected.refusal:
        assert (list(rules.rows), rules.stops_on) == before
    assert [(piece.kind, piece.days[0], piece.days[-1]) for piece in model.pieces] == [
        (row.kind.value, row.start, row.stop) for row in rules.rows
    ]
    assert [Decimal(piece.price).scaleb(-model.policy.decimals) for piece in model.pieces] == [row.price for row in rules.rows]
    assert_money_is_conserved(rules)
    assert_contiguous(rules)


def assert_money_is_conserved(line: RulesLine) -> None:
    """What came back is never more than what was paid for the plan, and what stands in the rows is the difference until the closure."""
    assert line.paid_back <= line.sold_for
    assert all(row.price >= 0 for row in line.rows)
    in_force = sum((row.price for row in line.rows), Decimal(0))
    if line.state != "closed":
        assert in_force == line.sold_for - line.paid_back


def assert_contiguous(line: RulesLine) -> None:
    """A row follows the one before, but where a restart or a shift begins a new run."""
    for earlier, later in pairwise(line.rows):
        assert later.start > earlier.stop
        assert later.start == earlier.stop + timedelta(days=1) or later.start == later.anchor


@settings(max_examples=100, deadline=None)
@given(anchor=FIRST_DAYS, parts=st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_payments_in_parts_end_where_one_payment_ends(anchor: date, parts: list[int]) -> None:
    run = Run(anchor)
    for months in parts:
        (period,) = periods_from(run, months=months)
        run = period.run
    (whole,) = periods_from(Run(anchor), months=sum(parts))
    assert period.stop == whole.stop


@settings(max_examples=150, deadline=None)
@given(anchor=FIRST_DAYS, months=st.integers(1, 24), steps=st.lists(st.tuples(st.integers(0, 60), PLANS), min_size=1, max_size=6))
def test_changes_of_plan_conserve_days_and_money(anchor: date, months: int, steps: list[tuple[int, ModelPlan]]) -> None:
    row = sold(anchor, months, "600.00")
    rows: list[WrittenRow] = [row]
    paid, on = row.price, anchor
    for days, plan in steps:
        on = min(on + timedelta(days=days), row.stop)
        price = PlanPrice(Decimal(plan.fee).scaleb(-2), plan.months)
        change = plan_change(rows, stops_on=row.stop, on=on, new=price, currency="CNY")
        rows = sorted([each for each in rows if each not in change.rows_ended] + list(change.rows_written), key=lambda each: each.start)
        paid += change.difference
        assert sum((each.price for each in rows), Decimal(0)) == paid
        assert (rows[0].start, rows[-1].stop) == (row.start, row.stop)
        assert all(later.start == earlier.stop + timedelta(days=1) for earlier, later in pairwise(rows))
        assert {each.cut_from_days or each.of_days for each in rows} == {row.of_days}
        assert all(each.kind is PeriodKind.PLAN_CHANGE for each in rows if each.start >= on)
