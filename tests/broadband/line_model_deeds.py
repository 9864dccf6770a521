"""The operations on the line of the small model; what it is for stands in ``line_model``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.broadband.line_model_parts import (
    DAY,
    Booked,
    Line,
    ModelPlan,
    Piece,
    Refusal,
    days_between,
    deed,
    half_up,
    last_days,
    nth_month,
)


class LineDeeds(Line):
    """One line and every operation on it."""

    @deed
    def complete(self, on: date) -> int:
        """The work order is done; ``on`` is 計費時間."""
        if self.state == "pending":
            self.state, self.opened, self.anchor = "active", on, on
            for months, gift, price, maintenance in self.waiting:
                self._sell("paid", months, price, maintenance)
                if gift:
                    self._sell("gift", gift, 0)
            self.waiting = ()
        return 0

    @deed
    def take_over(self, on: date, stop: date) -> int:
        """The line was running before: from ``on`` to ``stop`` it was paid in other books."""
        self.state, self.opened = "active", on
        months = next((k for k in range(1, 1500) if nth_month(on, k) >= stop + DAY), 0)
        is_whole = nth_month(on, months) == stop + DAY
        self.anchor, self.run_months = (on, months) if is_whole else (stop + DAY, 0)
        self.pieces = (Piece("taken_over", 0, tuple(days_between(on, stop)), 0, ()),)
        return 0

    @deed
    def pay(
        self,
        on: date,
        months: int,
        *,
        gift_months: int = 0,
        discount: int = 0,
        maintenance: int = 0,
        other: int = 0,
        waived: int = 0,
        sells_parts: bool = False,
    ) -> int:
        """``maintenance`` is a month's; ``waived`` is taken off the late fee."""
        plan = self.booked.plan if self.booked else self.plan
        full = half_up(Fraction(plan.fee * months, plan.months))
        if not 1 <= months <= 120:
            raise Refusal("months_out_of_range")
        if months % plan.months and not sells_parts:
            raise Refusal("months_not_multiple")
        if discount > full + maintenance * months + other:
            raise Refusal("discount_above_fees")
        price = max(full - discount, 0)
        kept = max(maintenance * months - max(discount - full, 0), 0)
        total = full + maintenance * months + other - discount
        if self.state == "pending":
            self.waiting = (*self.waiting, (months, gift_months, price, kept))
            self.paid_before += total
            return total
        base, fee, is_charged = self.late_fee(on)
        if self.is_late(on) and (self.policy.late_policy == "restart" or self.state == "forced"):
            self.anchor, self.run_months, self.is_moved = on, 0, False
        self._continue()
        self._sell("paid", months, price, kept)
        if gift_months:
            self._sell("gift", gift_months, 0)
        if self.state == "forced" and self.cut_for == "arrears" and self.stop >= on:
            self.state, self.halted_on, self.cut_for = "active", None, ""
        return total + fee - waived + (base if is_charged else 0)

    @deed
    def suspend(self, on: date, planned: date | None = None, fee: int = 0) -> int:
        self._require(on, "active")
        self._require_settled(on)
        if on > self.stop:
            raise Refusal("after_stop_date")
        latest = on + DAY * self.policy.suspension_max_days
        planned = planned or latest
        if planned > latest:
            raise Refusal("suspension_too_long")
        if planned <= on:
            raise Refusal("planned_before_suspension")
        self.state, self.halted_on, self.planned = "suspended", on, planned
        return fee

    @deed
    def resume(self, on: date, extend_anyway: bool = False, fee: int = 0) -> int:
        self._require(on, "suspended", "forced")
        assert self.halted_on is not None
        if on < self.halted_on:
            raise Refusal("before_halt")
        off = sum(1 for _ in days_between(self.halted_on, on)) - 1
        if self.state == "suspended":
            self._shift(off if off >= self.policy.suspension_min_days or extend_anyway else 0)
        else:
            self._shift(off if self.cut_for == "operator" else 0)
            if self.stop < on:
                raise Refusal("stop_before_day")
        self.state, self.halted_on, self.cut_for, self.planned = "active", None, "", None
        return fee + self._settle_booked(on)

    def _settle_booked(self, on: date) -> int:
        """Settle what was booked while the line rested, for the cover sold before: what is due stays open, what comes back is credit."""
        booked = self.booked
        if booked is None or booked.mode != "money":
            return 0
        stop = self.stop - DAY * self._sold_since(booked)
        if on > stop:
            # A short rest that gave nothing back: the line changes its plan with the payment.
            self.booked = replace(booked, mode="period_end")
            return 0
        # The change by itself can be undone, and is then withdrawn.
        self.follows, self.between = True, {**self.snapshot(), "booked": None}
        due = booked.fee + self._settle_change(on, stop, booked.plan, [piece for piece in self.pieces if piece.sale <= booked.sales])
        self.owed = (*self.owed, (on, due)) if due > 0 else self.owed
        self.credit += max(-due, 0)
        return due

    @deed
    def force_stop(self, on: date, reason: str) -> int:
        self._require(on, "active", "expired")
        self.state, self.halted_on, self.cut_for = "forced", on, reason
        return 0

    @deed
    def relocate(self, on: date, days: int = 0, fee: int = 0) -> int:
        self._require(on, "pending", "active", "suspended")
        if self.state == "pending":
            self._correct(fee)
            if days:
                raise Refusal("not_installed")
            return 0
        if not 0 <= days <= 366:
            raise Refusal("compensation_out_of_range")
        self._shift(days)
        return fee

    @deed
    def transfer(self, on: date, fee: int = 0) -> int:
        self._require(on, "pending", "active", "suspended", "forced")
        if self.state == "pending":
            self._correct(fee)
            return 0
        self._require_settled(on)
        # What is not overdue yet stays with the old customer, and comes back with him.
        self.owner, self.owed, self.owed_by_other = 1 - self.owner, self.owed_by_other, self.owed
        return fee

    def _correct(self, fee: int) -> None:
        """Only the application is corrected, for nothing."""
        if fee:
            raise Refusal("nothing_to_pay")

    @deed
    def change_plan(self, on: date, new: ModelPlan, mode: str = "money", fee: int = 0) -> int:
        self._require(on, "pending", "active", "expired", "suspended")
        is_expired = self.status(on) == "expired"
        if self.state != "pending" and not is_expired:
            self._require_settled(on)
        if self.booked:
            raise Refusal("change_booked")
        if new == self.plan:
            raise Refusal("same_plan")
        if self.state == "pending":
            self._correct(fee)
            if self.waiting:
                raise Refusal("payment_waits")
            self.plan = new
            return 0
        if mode == "period_end":
            self._correct(fee)
        if mode == "period_end" or self.state == "suspended":
            self.booked = Booked(new, mode, fee, self.sales)
            return 0
        if is_expired:
            raise Refusal("state_expired")
        if on > self.stop:
            raise Refusal("after_stop_date")
        due = fee + self._settle_change(on, self.stop, new, self.pieces)
        self._settle_open(max(-due, 0))
        return due

    def _settle_open(self, back: int) -> None:
        """What comes back pays what is open for the line, the oldest first; only the rest is paid out."""
        rest: list[tuple[date, int]] = []
        for due_on, amount in sorted(self.owed, key=lambda charge: charge[0]):
            share = min(amount, back)
            back -= share
            if share:
                self.set_off = (*self.set_off, (due_on, share))
            if amount > share:
                rest.append((due_on, amount - share))
        self.owed = tuple(rest)

    def _settle_change(self, on: date, stop: date, new: ModelPlan, pieces: Sequence[Piece]) -> int:
        difference = 0
        written: dict[int, tuple[Piece, ...]] = {id(piece): (piece,) for piece in self.pieces}
        for piece, days in last_days(pieces, sum(1 for _ in days_between(on, stop))):
            if not piece.costs_money:
                continue
            credit = half_up(Fraction(piece.price * len(days), len(piece.days)))
            months = len(piece.calendar)
            charge = half_up(Fraction(new.fee * months, new.months) * len(days) / piece.sold_days)
            difference += charge - credit
            keep = len(piece.days) - len(days)
            rest = replace(piece, kind="plan_change", days=piece.days[keep:], price=charge)
            used = replace(piece, days=piece.days[:keep], price=piece.price - credit)
            written[id(piece)] = (used, rest) if keep else (rest,)
        self.pieces = tuple(part for parts in written.values() for part in parts)
        self.plan, self.booked = new, None
        return difference

    @deed
    def gift(self, on: date, months: int) -> int:
        self._require(on, "active", "suspended")
        if not 1 <= months <= 120:
            raise Refusal("gift_months_out_of_range")
        self._continue()
        self._sell("gift", months, 0)
        return 0

    @deed
    def compensate(self, on: date, days: int) -> int:
        self._require(on, "active", "suspended")
        if not 1 <= days <= 366:
            raise Refusal("compensation_out_of_range")
        self._shift(days)
        return 0

    @deed
    def close(self, on: date, deposits: int = 0, damages: int = 0, work_done: int = 0) -> int:
        if self.state == "pending":
            back, owed = max(self.paid_before - work_done, 0), damages
        else:
            left = sum(1 for _ in days_between((self.frozen_on or on) + DAY, self.stop))
            base, late_fee, _ = self.late_fee(on)
            # Everything is settled now, overdue or not.
            back, owed = self.refund(left), base + late_fee + sum(amount for _, amount in self.owed) + damages
        back += deposits
        paid_out = back - min(back, owed)
        self.owed = ((on, owed - min(back, owed)),) if owed > back else ()
        self.state, self.halted_on, self.cut_for, self.planned, self.booked = "closed", None, "", None, None
        return -paid_out

    def refund(self, left: int) -> int:
        """Return what goes back for ``left`` unused days: plan and maintenance."""
        if self.policy.refund_policy == "none":
            return 0
        total, unused_of = 0, dict[int, set[date]]()
        for piece, days in last_days(self.pieces, left):
            if not piece.costs_money:
                continue
            unused_of.setdefault(piece.sale, set()).update(days)
            whole = [month for month in piece.calendar if set(month) <= set(days)]
            is_cut = len(piece.days) < piece.sold_days
            if self.policy.refund_policy == "by_day":
                total += piece.price * len(days) // len(piece.days)
            elif is_cut:
                total += piece.price * sum(len(month) for month in whole) // len(piece.days)
            else:
                total += piece.price * len(whole) // len(piece.calendar)
        sales = {piece.sale: piece for piece in self.pieces}
        for sale, days_unused in unused_of.items():
            months = [month for month in sales[sale].calendar if set(month) <= days_unused]
            total += sales[sale].maintenance * len(months) // len(sales[sale].calendar)
        return total
