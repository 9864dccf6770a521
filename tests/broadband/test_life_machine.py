"""Lives of lines, drawn at random: the real operations on the database and the small model never disagree."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from app.billing.invariants import INVARIANTS as BILLING
from app.broadband.invariants import INVARIANTS as BROADBAND
from app.foundation.database import db
from app.foundation.proofs import prove_on
from app.foundation.scope import everything
from tests.broadband.life_desk import Desk, a_desk
from tests.broadband.life_played import Life
from tests.broadband.line_model import ModelPlan, ModelPolicy

FIFTY, EIGHTY = ModelPlan(5000, 1, "五十元包月"), ModelPlan(8000, 1, "八十元包月")
QUARTER, YEAR = ModelPlan(9999, 3, "包季"), ModelPlan(60000, 12, "包年")
PLANS = (FIFTY, EIGHTY, QUARTER, YEAR)

SHORT = st.sampled_from([0, 0, 0, 1, 3, 10])
DAYS = st.sampled_from([0, 0, 1, 5, 14, 29, 30, 31, 45, 90])
FEES = st.sampled_from([0, 3000])
# A line is closed once so much has been told of it.
EARLIEST_END = 6
# Every so many lives all invariants are asked.
PROVED_EVERY = 25
REASONS = {"arrears": "欠费", "violation": "违规", "operator": "线路故障"}


def when(*statuses: str) -> Callable[[Any], bool]:
    return lambda machine: machine.life.status in statuses


class LineLife(RuleBasedStateMachine):
    """One life. It begins where one of the ``beginnings`` stopped, and everything done since is rolled back with it."""

    beginnings: ClassVar[list[Life]]
    lived: ClassVar[int]

    @initialize(beginning=st.sampled_from([2, 5, 2, 5, 2, 5, 0, 1, 3, 4]))
    def begins(self, beginning: int) -> None:
        self.life = self.beginnings[beginning].copied()
        self.back = self.life.desk.connection.begin_nested()

    @rule(
        days=DAYS,
        months=st.sampled_from([1, 1, 1, 2, 3, 12]),
        gift=st.sampled_from([0, 0, 0, 2]),
        discount=st.sampled_from([0, 0, 1000, 5100]),
        maintenance=st.sampled_from([0, 0, 500]),
    )
    def pays(self, days: int, months: int, gift: int, discount: int, maintenance: int) -> None:
        self.life.passes(days)
        if self.life.model.plan.months > 1 or (self.life.model.booked and self.life.model.booked.plan.months > 1):
            months = 12
        self.life.plays(
            f"缴费 {months}个月 送{gift} 优惠{discount} 维护{maintenance}",
            "pay",
            months=months,
            gift_months=gift,
            discount=discount,
            maintenance=maintenance,
        )

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

    @precondition(lambda machine: machine.life.done)
    @rule(days=st.sampled_from([0, 0, 0, 1]), which=st.sampled_from([0, 0, 0, 0, 1, 2]))
    def is_voided(self, days: int, which: int) -> None:
        self.life.passes(days)
        done = self.life.done
        self.life.voids(done[-1 - which % len(done)])

    @precondition(lambda machine: len(machine.life.told) > EARLIEST_END)
    @rule(days=DAYS)
    def is_closed(self, days: int) -> None:
        self.life.passes(days)
        self.life.plays("销户", "close")

    @precondition(when("active"))
    @rule(days=SHORT, off=st.sampled_from([5, 10, 29, 30, 31, 60]), fee=FEES)
    def rests(self, days: int, off: int, fee: int) -> None:
        """A suspension and its resumption: drawn apart they seldom meet."""
        self.life.passes(days)
        self.life.plays("报停", "suspend", planned=None, fee=fee)
        self.life.passes(off)
        self.life.plays("复机", "resume", extend_anyway=False, fee=fee)

    @precondition(when("active", "expired", "suspended", "forced"))
    @rule(days=DAYS, months=st.sampled_from([12, 24]), gift=st.sampled_from([0, 2]))
    def pays_by_mistake(self, days: int, months: int, gift: int) -> None:
        """A payment and its void."""
        self.life.passes(days)
        self.life.plays(f"误缴 {months}个月", "pay", months=months, gift_months=gift, discount=0, maintenance=0)
        self.life.voids(self.life.done[-1])

    @rule(days=SHORT, what=st.sampled_from(["suspend", "resume", "force_stop", "gift", "compensate", "move_planned"]))
    def is_tried(self, days: int, what: str) -> None:
        """Something that is mostly refused."""
        self.life.passes(days)
        terms: dict[str, Any] = {
            "suspend": {"planned": None},
            "resume": {"extend_anyway": False},
            "force_stop": {"reason": "arrears"},
            "gift": {"months": 1},
            "compensate": {"days": 367},
            "move_planned": {"planned": self.life.today},
        }[what]
        self.life.plays(f"试 {what}", what, **terms)

    def teardown(self) -> None:
        if not hasattr(self, "back"):
            return
        note("\n".join(self.life.told))
        db.session.remove()
        try:
            type(self).lived += 1
            if self.lived % PROVED_EVERY == 0:
                assert_books_hold(self.life)
        finally:
            self.back.rollback()


def assert_books_hold(life: Life) -> None:
    """Ask the invariants of lines and of money of everything that this life has written."""
    with everything("the invariants are asked of all rows"):
        broken = [result for result in prove_on(life.desk.connection, (*BILLING, *BROADBAND)) if not result.holds]
    assert not broken, ([(result.invariant.name, result.error, result.violations) for result in broken], life.told)


# The policies under which lives are lived, each with the seed of its own lives.
POLICIES = {
    "restart": (1, ModelPolicy()),
    "months": (2, ModelPolicy(grace_days=5, suspension_min_days=10, refund_policy="by_month")),
    "backfill": (3, ModelPolicy(late_policy="backfill")),
    "no refund": (4, ModelPolicy(late_policy="backfill", grace_days=5, suspension_min_days=0, refund_policy="none")),
}
FIRST = ((FIFTY, datetime.date(2026, 1, 31), 2), (YEAR, datetime.date(2027, 2, 5), 12))
LIVES = settings(
    max_examples=500,
    stateful_step_count=8,
    # The same lives on every machine, however slow it is.
    deadline=None,
    database=None,
    # A life is short enough to be read as it was drawn, and every try at a shorter one is a life on the database.
    phases=(Phase.generate,),
    # Eight operations with their papers take as long as they take, and many a draw ends in a refusal.
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
)


def beginning(desk: Desk, plan: ModelPlan, day: datetime.date, months: int, steps: int) -> Life:
    """Return a life as far as it goes before it is drawn: applied for, paid for, installed."""
    life = Life(desk, plan, day, f"{plan.months}-{steps}")
    if steps > 0:
        life.plays("缴费", "pay", months=months, gift_months=0, discount=0, maintenance=0)
    if steps > 1:
        life.completes(0)
    return life


# The lives of a policy are lived in a process of their own, where there are several.
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in POLICIES])
@pytest.mark.usefixtures("app")
def test_a_life_is_what_the_model_says(name: str) -> None:
    number, policy = POLICIES[name]
    with a_desk(policy, PLANS) as desk:
        beginnings = [beginning(desk, *first, steps) for first in FIRST for steps in range(3)]
        lives = seed(number)(type("Life", (LineLife,), {"beginnings": beginnings, "lived": 0}))
        run_state_machine_as_test(lives, settings=LIVES)
        assert lives.lived >= LIVES.max_examples, f"seed {number}"
