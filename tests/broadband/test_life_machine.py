"""Lives of lines, drawn at random: the real operations on the database and the small model never disagree."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from app.foundation.database import db
from tests.broadband.life_desk import Desk, a_desk
from tests.broadband.life_played import Life
from tests.broadband.line_model import ModelPlan, ModelPolicy

FIFTY, EIGHTY = ModelPlan(5000, 1, "五十元包月"), ModelPlan(8000, 1, "八十元包月")
QUARTER, YEAR = ModelPlan(9999, 3, "包季"), ModelPlan(60000, 12, "包年")
PLANS = (FIFTY, EIGHTY, QUARTER, YEAR)

SHORT = st.sampled_from([0, 0, 0, 1, 3, 10])
from hypothesis import Phase
PHASES = (Phase.generate,)
DAYS = st.sampled_from([0, 0, 1, 5, 14, 29, 30, 31, 45, 90])
FEES = st.sampled_from([0, 3000])
REASONS = {"arrears": "欠费", "violation": "违规", "operator": "线路故障"}


def when(*statuses: str) -> Callable[[Any], bool]:
    return lambda machine: machine.life.status in statuses


class LineLife(RuleBasedStateMachine):
    """One life. It begins where one of the ``beginnings`` stopped, and everything done since is rolled back with it."""

    beginnings: ClassVar[list[Life]]

    @initialize(beginning=st.integers(0, 5))
    def begins(self, beginning: int) -> None:
        self.life = self.beginnings[beginning % len(self.beginnings)].copied()
        self.life.seen = self.life.desk.look(self.life.line)
        self.back = self.life.desk.connection.begin_nested()

    @rule(days=DAYS, months=st.sampled_from([1, 1, 1, 2, 3, 12]), gift=st.sampled_from([0, 0, 0, 2]),
          discount=st.sampled_from([0, 0, 1000, 5100]), maintenance=st.sampled_from([0, 0, 500]))
    def pays(self, days: int, months: int, gift: int, discount: int, maintenance: int) -> None:
        self.life.passes(days)
        if self.life.model.plan.months > 1 or (self.life.model.booked and self.life.model.booked.plan.months > 1):
            months = 12
        self.life.plays(f"缴费 {months}个月 送{gift} 优惠{discount} 维护{maintenance}", "pay", months=months, gift_months=gift,
                        discount=discount, maintenance=maintenance)

    @precondition(when("pending"))
    @rule(days=SHORT, back=st.sampled_from([0, 0, 2, 40]))
    def is_completed(self, days: int, back: int) -> None:
        self.life.passes(days)
        self.life.completes(back)

    @precondition(when("active"))
    @rule(days=DAYS, planned=st.sampled_from([None, None, 20, 60, 200]), fee=FEES, is_paid=st.booleans())
    def is_suspended(self, days: int, planned: int | None, fee: int, is_paid: bool) -> None:
        self.life.passes(days)
        day = self.life.today + datetime.timedelta(days=planned) if planned else None
        self.life.plays(f"报停 至{day}", "suspend", planned=day, fee=fee, is_paid=is_paid)

    @precondition(when("suspended"))
    @rule(days=SHORT, planned=st.sampled_from([0, 10, 50, 170]))
    def planned_day_is_moved(self, days: int, planned: int) -> None:
        self.life.passes(days)
        day = self.life.today + datetime.timedelta(days=planned)
        self.life.plays(f"改期 {day}", "move_planned", planned=day)

    @precondition(when("suspended", "forced"))
    @rule(days=DAYS, extend_anyway=st.booleans(), fee=FEES, is_paid=st.booleans())
    def resumes(self, days: int, extend_anyway: bool, fee: int, is_paid: bool) -> None:
        self.life.passes(days)
        self.life.plays("复机" + (" 照样顺延" if extend_anyway else ""), "resume", extend_anyway=extend_anyway, fee=fee, is_paid=is_paid)

    @precondition(when("active", "expired"))
    @rule(days=DAYS, reason=st.sampled_from(sorted(REASONS)))
    def is_cut(self, days: int, reason: str) -> None:
        self.life.passes(days)
        self.life.plays(f"强停 {REASONS[reason]}", "force_stop", reason=reason)

    @rule(days=SHORT, given=st.sampled_from([0, 0, 3, 400]), fee=FEES, is_paid=st.booleans())
    def is_relocated(self, days: int, given: int, fee: int, is_paid: bool) -> None:
        self.life.passes(days)
        self.life.plays(f"迁移 补{given}天", "relocate", days=given, fee=fee, is_paid=is_paid)

    @rule(days=SHORT, fee=FEES, is_paid=st.booleans())
    def is_transferred(self, days: int, fee: int, is_paid: bool) -> None:
        self.life.passes(days)
        self.life.plays("过户", "transfer", fee=fee, is_paid=is_paid)

    @rule(days=SHORT, new=st.sampled_from(PLANS), mode=st.sampled_from(["money", "money", "period_end"]), fee=FEES, is_paid=st.booleans())
    def plan_is_changed(self, days: int, new: ModelPlan, mode: str, fee: int, is_paid: bool) -> None:
        self.life.passes(days)
        fee = 0 if mode == "period_end" else fee
        is_paid = is_paid and mode == "money" and self.life.status == "active"
        self.life.plays(f"改套餐 {new.name} {mode}", "change_plan", new=new, mode=mode, fee=fee, is_paid=is_paid)

    @precondition(lambda machine: machine.life.model.booked)
    @rule(days=SHORT)
    def plan_is_withdrawn(self, days: int) -> None:
        self.life.passes(days)
        self.life.plays("撤销预约", "withdraw")

    @precondition(when("active", "suspended"))
    @rule(days=DAYS, months=st.sampled_from([1, 2, 0]))
    def months_are_given(self, days: int, months: int) -> None:
        self.life.passes(days)
        self.life.plays(f"赠送 {months}个月", "gift", months=months)

    @precondition(when("active", "suspended"))
    @rule(days=DAYS, given=st.sampled_from([1, 10, 45]))
    def days_are_given(self, days: int, given: int) -> None:
        self.life.passes(days)
        self.life.plays(f"补偿 {given}天", "compensate", days=given)

    @precondition(lambda machine: machine.life.model.owed)
    @rule(days=SHORT)
    def debts_are_paid(self, days: int) -> None:
        self.life.passes(days)
        if self.life.model.owed:
            self.life.settles()

    @precondition(lambda machine: machine.life.receipts)
    @rule(days=st.sampled_from([0, 0, 0, 1]), which=st.sampled_from([0, 0, 0, 0, 1, 2]))
    def is_voided(self, days: int, which: int) -> None:
        self.life.passes(days)
        receipts = self.life.receipts
        self.life.voids(*receipts[-1 - which % len(receipts)])

    @rule(days=DAYS, sure=st.integers(0, 2))
    def is_closed(self, days: int, sure: int) -> None:
        self.life.passes(days)
        if not sure:
            self.life.plays("销户", "close")

    @rule(days=SHORT, what=st.sampled_from(["suspend", "resume", "force_stop", "gift", "compensate", "move_planned"]))
    def is_tried(self, days: int, what: str) -> None:
        """Something that is mostly refused."""
        self.life.passes(days)
        terms: dict[str, Any] = {
            "suspend": {"planned": None}, "resume": {"extend_anyway": False}, "force_stop": {"reason": "arrears"},
            "gift": {"months": 1}, "compensate": {"days": 367}, "move_planned": {"planned": self.life.today},
        }[what]
        self.life.plays(f"试 {what}", what, **terms)

    def teardown(self) -> None:
        if not hasattr(self, "back"):
            return
        note("\n".join(self.life.told))
        db.session.remove()
        self.back.rollback()


POLICIES = {
    "restart": ModelPolicy(),
    "months": ModelPolicy(grace_days=5, suspension_min_days=10, refund_policy="by_month"),
    "backfill": ModelPolicy(late_policy="backfill"),
    "late": ModelPolicy(late_policy="backfill", grace_days=5, suspension_min_days=0, refund_policy="none"),
}


FIRST = ((FIFTY, datetime.date(2026, 1, 31), 2), (YEAR, datetime.date(2027, 2, 5), 12))


def beginning(desk: Desk, plan: ModelPlan, day: datetime.date, months: int, steps: int) -> Life:
    """Return a life as far as it goes before it is drawn: applied for, paid for, installed."""
    life = Life(desk, plan, day, f"{plan.months}-{steps}")
    if steps > 0:
        life.plays("缴费", "pay", months=months, gift_months=0, discount=0, maintenance=0)
    if steps > 1:
        life.completes(0)
    return life


@pytest.mark.parametrize("name", list(POLICIES))
@pytest.mark.usefixtures("app")
def test_a_life_is_what_the_model_says(name: str) -> None:
    import os
    with a_desk(POLICIES[name], PLANS) as desk:
        beginnings = [beginning(desk, *first, steps) for first in FIRST for steps in (0, 1, 2)]
        machine = seed(20260101)(type("LifeBy" + name.title().replace(" ", ""), (LineLife,), {"beginnings": beginnings}))
        run_state_machine_as_test(machine, settings=settings(
            max_examples=int(os.environ.get("LIVES", "500")), stateful_step_count=8, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=PHASES))
