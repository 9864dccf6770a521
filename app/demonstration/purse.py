"""How a customer pays: what, how much at once, and by which method."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.operations.payments import PaymentTerms
from app.demonstration.days import Days
from app.demonstration.people import Resident
from app.demonstration.profiles import PlanProfile

ZERO = Decimal(0)
MONTHS = (1, 1, 1, 1, 3, 3, 3, 6, 6, 12)


@dataclass(frozen=True)
class Home:
    """Where a line is, and whose it is."""

    account: str
    resident: Resident
    same_customer_as: str
    place: str
    address: str
    plan: PlanProfile


@dataclass(kw_only=True)
class Purse(Days):
    """The payments of one line; ``habit`` is how many months its customer buys at once."""

    home: Home
    habit: int = 1

    def __post_init__(self) -> None:
        self.habit = self.home.plan.months if self.home.plan.months > 1 else self.random.choice(MONTHS)

    def terms(self) -> PaymentTerms:
        """Return what is paid this time."""
        plan, words = self.home.plan, self.profile.words
        months = self.habit
        gift = 2 if months == 12 and self.chance(0.25) else 0
        extra = self.random.choice(words.extras) if self.chance(0.05) else None
        maintenance = self.profile.maintenance if self.chance(0.05) else ZERO
        discount = self.profile.discount if self.chance(0.06) else ZERO
        fees = plan.fee * months / plan.months + maintenance * months + (extra[1] if extra else ZERO) - discount
        return PaymentTerms(
            months=months,
            methods=self._methods(fees),
            maintenance_fee=maintenance,
            other_item=extra[0] if extra else "",
            other_fee=extra[1] if extra else ZERO,
            discount=discount,
            gift_months=gift,
            reason=words.discount_reason if discount else "",
            note=words.gift_note if gift else "",
        )

    def who_takes(self, terms: PaymentTerms) -> str:
        """Return the login that takes a payment: what is below the price list needs the manager."""
        needs_manager = bool(terms.discount or terms.gift_months)
        return self.profile.manager if needs_manager or self.chance(0.07) else self.profile.cashier

    def method(self) -> Method:
        methods, weights = zip(*self.profile.methods, strict=True)
        return self.random.choices(methods, weights)[0]  # type: ignore[no-any-return]

    def _methods(self, total: Decimal) -> tuple[MethodAmount, ...]:
        method = self.method()
        note = Decimal(self.profile.notes[-1])
        if method is not Method.CASH:
            if total > note and self.chance(0.04):
                return (MethodAmount(Method.CASH, note), MethodAmount(method, total - note, reference=self._reference(method)))
            return (MethodAmount(method, reference=self._reference(method)),)
        if self.chance(0.4):
            return (MethodAmount(Method.CASH),)
        worth = Decimal(self.random.choice(self.profile.notes))
        tendered = (total / worth).to_integral_value(ROUND_CEILING) * worth
        return (MethodAmount(Method.CASH, tendered=tendered),)

    def _reference(self, method: Method) -> str:
        if method is Method.CHEQUE:
            return f"{self.random.randrange(10**6):06d}"
        if method in (Method.WECHAT_PAY, Method.ALIPAY):
            return f"4200{self.random.randrange(10**14):014d}"
        return f"{self.random.randrange(10**10):010d}" if self.chance(0.7) else ""
