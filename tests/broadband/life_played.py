"""A life of a line, played by the real operations and by the small model, and compared after every step."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from app.broadband.choices import SubscriptionState
from app.broadband.invariants.periods import INVARIANTS as OF_PERIODS
from app.broadband.rules.status import status
from app.foundation.proofs import Findings
from tests.broadband.life_desk import RESUMPTION_FEE, Desk, Look
from tests.broadband.line_model import LineModel, ModelPlan, Outcome

STOP_DATES = next(invariant.check for invariant in OF_PERIODS if invariant.name == "stop_dates_follow")
STATES = {"pending": "待装", "active": "正常", "suspended": "报停", "forced": "强停", "closed": "销户"}
WITH_A_FEE = ("suspend", "resume", "relocate", "transfer", "change_plan")


# Where the newest operation and receipt stand among the newest records of a look.
EVENT, RECEIPT = 0, 4


class Done(NamedTuple):
    """What can be undone: a receipt of a payment or an operation, its number in the model, and how the line stood before that."""

    receipt: int | None
    event: int | None
    number: int
    before: Look | None


class Life:
    """One line, its model, what was done to it, and what has been told of it."""

    def __init__(self, desk: Desk, plan: ModelPlan, on: datetime.date, account: str) -> None:
        self.desk, self.today = desk, on
        self.line = desk.open(on, plan, account)
        self.model = LineModel(plan, desk.policy, waits_for_night=True)
        self.seen = desk.look(self.line)
        self.done: list[Done] = []
        self.told = [f"{on} 开户 {plan.name}"]

    def copied(self) -> Life:
        """Return the same life to be lived on in another way; the line in the database is the same one."""
        other = copy.copy(self)
        other.model = copy.copy(self.model)
        other.model.deeds = tuple(dict(before) for before in self.model.deeds)
        other.model.undone, other.model.held = set(self.model.undone), set(self.model.held)
        other.done, other.told = list(self.done), list(self.told)
        other.seen = self.desk.look(self.line)
        return other

    @property
    def status(self) -> str:
        return self.model.status(self.today)

    def passes(self, days: int) -> None:
        """Let days pass, and the nights on which something happens by itself."""
        end = self.today + datetime.timedelta(days=days)
        planned = self.model.planned
        for day in sorted({end} | ({planned} if planned and self.today < planned < end else set())):
            if day > self.today:
                self._night(day)

    def _night(self, day: datetime.date) -> None:
        self.today = day
        self.desk.night(day)
        number, before, seen = len(self.model.deeds), self.seen, self.desk.look(self.line)
        money = self.model.night(day, RESUMPTION_FEE)
        self.seen = seen
        self._keep("night", number, before)
        if seen.newest != before.newest:
            self.told.append(f"{day} 夜间 → {self._stands()}")
            assert _charges(before, seen) == money, self.told
        if seen != before or self.model.state != seen.line["state"]:
            self._assert_agrees()

    def plays(self, words: str, name: str, *, fee: int = 0, is_paid: bool = True, **terms: Any) -> None:
        """Play the operation ``name`` with ``fee``, paid at once or left open."""
        real: Callable[..., str | None] = getattr(self.desk, name)
        has_fee = name in WITH_A_FEE
        paper = {"fee": fee, "is_paid": is_paid} if has_fee else {}
        number, before = len(self.model.deeds), self.seen
        refusal = real(self.line, self.today, **terms, **paper)
        expected: Outcome = getattr(self.model, name)(self.today, **terms, **({"fee": fee} if has_fee else {}))
        self._note(words + (f" 手续费{fee}{'已付' if is_paid else '未付'}" if has_fee else ""), expected, refusal)
        if refusal is not None:
            return
        if has_fee and not is_paid:
            self._owe(name, expected, fee)
        self._keep(name, number, before)
        self._assert_money(name, before, expected, fee=fee if is_paid else 0)
        self._assert_agrees()

    def _keep(self, name: str, number: int, before: Look) -> None:
        """Remember what can be undone: the receipt of a payment, and the operations that a step has left behind, one or several."""
        made = range(number, len(self.model.deeds))
        if name == "pay":
            (paid,) = [index for index in made if self.model.deeds[index]]
            self.done.append(Done(self.seen.newest[RECEIPT], None, paid, before))
            return
        events = self.desk.events(self.line, after=before.newest[EVENT] or 0)
        assert len(events) == len(made), self.told
        # The state before what followed at once was never looked at.
        first = [index for index in made if self.model.deeds[index]][:1]
        self.done += [
            Done(None, event, index, before if index in first else None)
            for event, index in zip(events, made, strict=True)
            if self.model.deeds[index]
        ]

    def completes(self, back: int) -> None:
        """Complete the order; the line is billed from today or from ``back`` days before, after the application."""
        applied = datetime.date.fromisoformat(self.seen.line["applied_on"])
        day = max(applied, self.today - datetime.timedelta(days=back))
        refusal = self.desk.complete(self.line, self.today, billing_from=day)
        expected = replace(self.model.complete(day), status=self.status)
        self._note(f"完工 计费{day}", expected, refusal)
        self._assert_agrees()

    def settles(self) -> None:
        """The customer pays what is open."""
        before, total = self.seen, sum(amount for _, amount in self.model.owed)
        refusal = self.desk.settle(self.line, self.today, total)
        assert self.model.settle() == total
        self._note(f"缴清欠费 {total}", self.model.outcome(self.today), refusal)
        assert _received(before, self.seen) == Decimal(total).scaleb(-2), self.told
        self._assert_agrees()

    def voids(self, done: Done) -> None:
        """Undo a payment or an operation; the line stands as before it, to the last column."""
        was = self.seen.line["state"]
        refusal = self.desk.void(self.today, done.receipt or 0) if done.event is None else self.desk.undo(self.today, done.event)
        expected = self.model.void(self.today, done.number)
        self._note(f"冲正 第{self.done.index(done) + 1}笔", expected, refusal)
        if refusal is None and done.before is not None:
            # The plan and the planned day are compared with the model's: both may have moved without an operation of their own.
            left_out = {"plan_id", "planned_resume_on"} if was == "suspended" else {"plan_id"}
            assert _without(self.seen.line, left_out) == _without(done.before.line, left_out), self.told
            assert self.seen.rows == done.before.rows, self.told
        self._assert_agrees()

    def _owe(self, name: str, expected: Outcome, fee: int) -> None:
        """The fee stays an open charge; of a settlement it is the part that is not set off against what comes back."""
        if name == "change_plan":
            if self.model.state == "pending" or self.model.booked:
                return
            fee = max(int(expected.money.scaleb(self.model.policy.decimals)), 0)
        elif self.model.state == "pending":
            return
        self.model.owe(fee, self.today, by_other=name == "transfer")

    def _note(self, words: str, expected: Outcome, refusal: str | None) -> None:
        """Look at the line again, and compare what the operation answered."""
        was, self.seen = self.seen, self.desk.look(self.line)
        self.told.append(f"{self.today} {words} → " + (f"拒绝 {refusal}" if refusal else self._stands()))
        assert refusal == expected.refusal, (self.told, expected.refusal)
        if refusal is not None:
            assert self.seen == was, self.told

    def _stands(self) -> str:
        line = self.seen.line
        state = SubscriptionState(line["state"]).value
        return f"{STATES[state]} {line['stops_on'] or ''}"

    def _assert_money(self, name: str, before: Look, expected: Outcome, *, fee: int) -> None:
        received = _received(before, self.seen)
        if name == "close":
            assert received == expected.money, (self.told, received, expected.money)
            return
        assert _charges(before, self.seen) == expected.money, (self.told, _charges(before, self.seen), expected.money)
        if name == "pay":
            assert received == expected.money, (self.told, received)
        elif name == "resume":
            assert received == Decimal(fee).scaleb(-2), (self.told, received)

    def _assert_agrees(self) -> None:
        """Compare the line, its rows and the balances with the model's."""
        line, model, seen = self.seen.line, self.model, self.seen
        stops_on = model.stops_on
        assert (line["state"], line["stops_on"]) == (model.state, stops_on and stops_on.isoformat()), self.told
        assert (line["halted_on"], line["planned_resume_on"]) == (_iso(model.halted_on), _iso(model.planned)), self.told
        assert (line["stop_reason"] or "") == model.cut_for, self.told
        assert line["plan_id"] == self.desk.plans[model.plan], self.told
        shown = status(state=SubscriptionState(line["state"]), stops_on=stops_on, today=self.today, grace_days=model.policy.grace_days)
        assert shown.value == self.status, self.told
        assert [[kind, start, stop, Decimal(str(price))] for kind, start, stop, price in seen.rows] == [
            [piece.kind, _iso(piece.days[0]), _iso(piece.days[-1]), Decimal(piece.price).scaleb(-2)] for piece in model.pieces
        ], self.told
        assert all(later[1] > earlier[2] for earlier, later in zip(seen.rows, seen.rows[1:], strict=False)), self.told
        booked = [mode for _, change_status, mode in seen.changes if change_status == "booked"]
        assert booked == ([model.booked.mode] if model.booked else []), self.told
        owed = Decimal(sum(amount for _, amount in (*model.owed, *model.owed_by_other))).scaleb(-2)
        assert seen.balance("receivable") == owed >= 0, (self.told, seen.accounts, owed)
        assert seen.balance("credit") == -Decimal(model.credit).scaleb(-2), (self.told, seen.accounts, model.credit)
        assert sum(Decimal(amount) for amount in seen.accounts.values()) == 0, (self.told, seen.accounts)
        self._assert_conserved()
        found = Findings()
        assert STOP_DATES is not None
        STOP_DATES(self.desk.connection, found)
        assert not found.named, (self.told, found.named)

    def _assert_conserved(self) -> None:
        """What came back is never more than what was paid for the plan; the rows in force are worth the difference until the closure."""
        seen = self.seen
        if seen.line["activated_on"] is None:
            assert seen.refunded == (seen.paid if seen.line["state"] == "closed" else 0), self.told
            return
        assert seen.credited + seen.refunded <= seen.sold, self.told
        assert sum(Decimal(str(price)) for *_, price in seen.rows) == seen.sold - seen.credited, self.told


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _without(line: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in names}


def _charges(before: Look, after: Look) -> Decimal:
    """Return what was charged by a step, less what was paid out."""
    return (after.charged - before.charged) - (after.paid_out - before.paid_out)


def _received(before: Look, after: Look) -> Decimal:
    """Return the money that came in by a step."""
    return after.balance("bank_transfer") - before.balance("bank_transfer")
