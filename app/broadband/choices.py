"""States of a subscription, kinds of its periods, settings of the policy, and which operation is allowed in which state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.values.choices import Choice
from app.values.errors import N_


class SubscriptionState(Choice):
    """The stored state of a subscription (用戶狀態). Expired is computed, see ``SubscriptionStatus``."""

    PENDING = "pending", N_("Pending installation"), "info", "clock-hour-4"
    ACTIVE = "active", N_("Active"), "good", "circle-check"
    SUSPENDED = "suspended", N_("Suspended"), "violet", "player-pause"
    FORCED = "forced", N_("Force-stopped"), "bad", "ban"
    CLOSED = "closed", N_("Closed"), "neutral", "archive"


class SubscriptionStatus(Choice):
    """What people see and the API answers: the stored state, or 到期 expired when the cover of an active line has run out."""

    PENDING = "pending", N_("Pending installation"), "info", "clock-hour-4"
    ACTIVE = "active", N_("Active"), "good", "circle-check"
    EXPIRED = "expired", N_("Expired"), "orange", "calendar-x"
    SUSPENDED = "suspended", N_("Suspended"), "violet", "player-pause"
    FORCED = "forced", N_("Force-stopped"), "bad", "ban"
    CLOSED = "closed", N_("Closed"), "neutral", "archive"


class Attention(Choice):
    """What a list says of an active line that stops soon 即將到期; it is no state of its own."""

    EXPIRING = "expiring", N_("Expiring soon"), "amber", "hourglass-high"


class PeriodKind(Choice):
    """Where the days of a service period come from."""

    PAID = "paid", N_("Paid period"), "good", "receipt"
    GIFT = "gift", N_("Gift period"), "good", "gift"
    PLAN_CHANGE = "plan_change", N_("Plan change period"), "info", "replace"
    # Days of an opening balance: no money stands behind them here.
    TAKEN_OVER = "taken_over", N_("Taken over from earlier books"), "neutral", "history"


class LatePolicy(Choice):
    """Where the period of a payment after the stop date starts (到期後繳費方式)."""

    RESTART = "restart", N_("Restart from the payment day")
    BACKFILL = "backfill", N_("Continue from the stop date")


class RefundPolicy(Choice):
    """What a closure gives back (退費規則)."""

    BY_DAY = "by_day", N_("Refund by day")
    BY_MONTH = "by_month", N_("Refund by whole month")
    NONE = "none", N_("No refund")


class StopReason(Choice):
    """Why a line was force-stopped (強停原因). Only the network operator's fault freezes the clock."""

    ARREARS = "arrears", N_("Arrears"), "orange"
    VIOLATION = "violation", N_("Violation"), "bad"
    OPERATOR = "operator", N_("Network operator's fault"), "neutral"


class PlanChangeMode(Choice):
    """When a change of plan takes effect (變更方式)."""

    MONEY = "money", N_("Settle now")
    PERIOD_END = "period_end", N_("From the next period")


class PlanChangeStatus(Choice):
    """Where a change of plan stands."""

    BOOKED = "booked", N_("Plan change booked"), "amber", "clock-hour-4"
    APPLIED = "applied", N_("In effect"), "good", "circle-check"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral", "arrow-back-up"


class ProposalStatus(Choice):
    """What became of a proposal of the night: a manager confirms or dismisses it."""

    WAITING = "waiting", N_("Waiting for a decision"), "amber", "clock-hour-4"
    CONFIRMED = "confirmed", N_("Confirmed"), "good", "circle-check"
    DISMISSED = "dismissed", N_("Dismissed"), "neutral", "archive"
    # The line was paid or changed before anybody decided.
    LAPSED = "lapsed", N_("Settled by itself"), "neutral", "archive"


class EquipmentState(Choice):
    """Where equipment of the office at a customer's is 設備."""

    LENT = "lent", N_("Lent out"), "info", "router"
    GOOD = "good", N_("Returned in good condition"), "good", "circle-check"
    DAMAGED = "damaged", N_("Returned damaged"), "orange", "alert-triangle"
    LOST = "lost", N_("Not returned"), "bad", "ban"


class SubscriptionOperation(Choice):
    """What can be done to a subscription."""

    COMPLETE = "complete", N_("Complete order"), "good", "tool"
    PAY = "pay", N_("Regular payment"), "good", "receipt"
    SUSPEND = "suspend", N_("Suspension on request"), "violet", "player-pause"
    RESUME = "resume", N_("Resumption"), "good", "player-play"
    FORCE_STOP = "force_stop", N_("Forced stop"), "bad", "ban"
    RELOCATE = "relocate", N_("Relocation"), "info", "map-pin"
    TRANSFER = "transfer", N_("Transfer of ownership"), "info", "user-share"
    CHANGE_PLAN = "change_plan", N_("Plan change"), "info", "replace"
    CLOSE = "close", N_("Closure"), "neutral", "archive"
    GIFT = "gift", N_("Gift months"), "good", "gift"
    COMPENSATE = "compensate", N_("Compensation days"), "good", "calendar-plus"


class BulkState(Choice):
    """How far an operation over many lines is."""

    WAITING = "waiting", N_("Queued"), "neutral", "clock-hour-4"
    RUNNING = "running", N_("Running"), "info", "progress"
    DONE = "done", N_("Finished"), "good", "circle-check"


class BulkOutcome(Choice):
    """What became of one line of it."""

    WAITING = "waiting", N_("Queued"), "neutral", "clock-hour-4"
    DONE = "done", N_("Done"), "good", "circle-check"
    REFUSED = "refused", N_("Refused"), "bad", "ban"


class Need(StrEnum):
    """What must hold besides the state; checked by the operation itself."""

    NOTHING = "nothing"
    NO_ARREARS = "no_arrears"  # arrears and late fee are settled first
    COVER = "cover"  # the stop date is not before the day
    PAYMENT = "payment"  # only together with a payment


class Effect(StrEnum):
    """How the operation works in this state, where it is not the usual way."""

    USUAL = "usual"
    MONEY_KEPT = "money_kept"  # the money is kept, the period starts when the work order is done
    EDIT_ONLY = "edit_only"  # corrects the application, nothing is charged
    BY_LATE_POLICY = "by_late_policy"  # restart or backfill
    STAYS_FROZEN = "stays_frozen"  # the dates move when the line resumes
    RESUMES_ARREARS = "resumes_arrears"  # a line cut for arrears resumes by itself when the new stop date reaches the day
    ON_RESUMPTION = "on_resumption"  # booked, applied on the day of resumption
    FULL_REFUND = "full_refund"  # the plan fee is refunded in full
    NO_REFUND = "no_refund"
    FROZEN_REFUND = "frozen_refund"  # the frozen days are refunded


@dataclass(frozen=True)
class Move:
    """One cell of the table of states: the operation is allowed; ``to`` is the new state, None when it stays."""

    to: SubscriptionState | None = None
    effect: Effect = Effect.USUAL
    needs: Need = Need.NOTHING


_State, _Status, _Operation = SubscriptionState, SubscriptionStatus, SubscriptionOperation
_STAYS = Move()

# Operation → status → move. A status that is missing refuses the operation; a closed subscription refuses all of them.
MOVES: dict[SubscriptionOperation, dict[SubscriptionStatus, Move]] = {
    _Operation.COMPLETE: {
        _Status.PENDING: Move(to=_State.ACTIVE),
        _Status.ACTIVE: _STAYS,
        _Status.EXPIRED: _STAYS,
        _Status.SUSPENDED: _STAYS,
        _Status.FORCED: _STAYS,
    },
    _Operation.PAY: {
        _Status.PENDING: Move(effect=Effect.MONEY_KEPT),
        _Status.ACTIVE: _STAYS,
        _Status.EXPIRED: Move(effect=Effect.BY_LATE_POLICY),
        _Status.SUSPENDED: Move(effect=Effect.STAYS_FROZEN),
        _Status.FORCED: Move(effect=Effect.RESUMES_ARREARS),
    },
    _Operation.SUSPEND: {_Status.ACTIVE: Move(to=_State.SUSPENDED, needs=Need.NO_ARREARS)},
    _Operation.RESUME: {
        _Status.SUSPENDED: Move(to=_State.ACTIVE),
        _Status.FORCED: Move(to=_State.ACTIVE, needs=Need.COVER),
    },
    _Operation.FORCE_STOP: {
        _Status.ACTIVE: Move(to=_State.FORCED),
        _Status.EXPIRED: Move(to=_State.FORCED),
    },
    _Operation.RELOCATE: {
        _Status.PENDING: Move(effect=Effect.EDIT_ONLY),
        _Status.ACTIVE: _STAYS,
        _Status.SUSPENDED: _STAYS,
    },
    _Operation.TRANSFER: {
        _Status.PENDING: Move(effect=Effect.EDIT_ONLY),
        _Status.ACTIVE: Move(needs=Need.NO_ARREARS),
        _Status.SUSPENDED: Move(needs=Need.NO_ARREARS),
        _Status.FORCED: Move(needs=Need.NO_ARREARS),
    },
    _Operation.CHANGE_PLAN: {
        _Status.PENDING: Move(effect=Effect.EDIT_ONLY),
        _Status.ACTIVE: Move(needs=Need.NO_ARREARS),
        _Status.EXPIRED: Move(needs=Need.PAYMENT),
        _Status.SUSPENDED: Move(effect=Effect.ON_RESUMPTION, needs=Need.NO_ARREARS),
    },
    _Operation.CLOSE: {
        _Status.PENDING: Move(to=_State.CLOSED, effect=Effect.FULL_REFUND),
        _Status.ACTIVE: Move(to=_State.CLOSED),
        _Status.EXPIRED: Move(to=_State.CLOSED, effect=Effect.NO_REFUND),
        _Status.SUSPENDED: Move(to=_State.CLOSED, effect=Effect.FROZEN_REFUND),
        _Status.FORCED: Move(to=_State.CLOSED),
    },
    _Operation.GIFT: {_Status.ACTIVE: _STAYS, _Status.SUSPENDED: Move(effect=Effect.STAYS_FROZEN)},
    _Operation.COMPENSATE: {_Status.ACTIVE: _STAYS, _Status.SUSPENDED: Move(effect=Effect.STAYS_FROZEN)},
}
