"""A small model of a line's life, day by day, against which the program is played.

It is written from the specification alone and shares nothing with ``app.broadband.rules``: the cover is a list of days, each of which
belongs to the piece that was sold; shifts are a number; money is counted in whole steps of the currency. Every operation returns an
``Outcome``: how the line stands afterwards and the money that changed hands (positive: the customer pays), or the code of the refusal,
in which case nothing has changed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.broadband.line_model_deeds import LineDeeds
from tests.broadband.line_model_parts import DAY, ModelPlan, ModelPolicy, Outcome

__all__ = ["LineModel", "ModelPlan", "ModelPolicy", "Outcome"]


class LineModel(LineDeeds):
    """One line and everything that can be done to it: the operations, and what leaves no operation behind."""

    def withdraw(self, on: date) -> Outcome:
        """Take a booked plan back; it leaves no operation behind, and stays withdrawn where an earlier one is undone."""
        if self.booked is None:
            return self.outcome(on, refusal="not_booked")
        if self._sold_since(self.booked):
            return self.outcome(on, refusal="already_sold")
        self.booked = None
        self.deeds = tuple({**deed, "booked": None} if deed else deed for deed in self.deeds)
        return self.outcome(on)

    def move_planned(self, on: date, planned: date) -> Outcome:
        """Move the day of the resumption by itself; it leaves no operation behind, and stays where an earlier one is undone."""
        if self.state != "suspended" or self.halted_on is None:
            return self.outcome(on, refusal="not_suspended")
        if planned <= on:
            return self.outcome(on, refusal="planned_not_ahead")
        if planned > self.halted_on + DAY * self.policy.suspension_max_days:
            return self.outcome(on, refusal="suspension_too_long")
        self.planned = planned
        if self.deeds and self.deeds[-1].get("state") == "suspended":
            self.deeds[-1]["planned"] = planned
        return self.outcome(on)

    def night(self, on: date, fee: int = 0) -> Decimal:
        """What happens by itself: the resumption on its planned day for a fee that stays open, the booked plan. Return the money."""
        money = Decimal(0)
        if self.state == "suspended" and self.planned is not None and self.planned <= on:
            money = self.resume(on, fee=fee).money
            self.owe(fee, on)
        if self.state != "closed":
            self._switch(on)
        return money

    def owe(self, amount: int, due_on: date, *, by_other: bool = False) -> None:
        """A charge of the line stays open, as the fee of a resumption by itself does; that of a transfer is the old customer's."""
        if amount and by_other:
            self.owed_by_other = (*self.owed_by_other, (due_on, amount))
        elif amount:
            self.owed = (*self.owed, (due_on, amount))
            if self.follows:
                # What followed at once came after the fee, and leaves it open where it is undone.
                self.deeds[-1]["owed"] = (*self.deeds[-1]["owed"], (due_on, amount))

    def settle(self) -> int:
        """The open charges are paid, and stay so where an earlier operation is undone; what it had settled itself is open then."""
        total = sum(amount for _, amount in self.owed)
        if self.deeds and self.deeds[-1]:
            last = self.deeds[-1]
            is_owner = last["owner"] == self.owner
            if is_owner and len(self.owed) > len(last["owed"]):
                self.held.add(len(self.deeds) - 1)
            last["owed" if is_owner else "owed_by_other"] = self.set_off if is_owner else ()
        self.owed = ()
        return total

    def void(self, on: date, number: int) -> Outcome:
        """Void the operation ``number`` (from 0): only the newest may be, and one undone still is the newest; a closure is final."""
        if number in self.undone:
            return self.outcome(on, refusal="already_voided")
        if number != len(self.deeds) - 1 or not self.deeds[number] or self.state == "closed":
            return self.outcome(on, refusal="later_operation")
        if number in self.held:
            return self.outcome(on, refusal="debt_shared")
        self.restore(self.deeds[number])
        self.deeds = (*self.deeds[:number], {})
        self.undone.add(number)
        return self.outcome(on)
