"""Choices of billing runs: where a period and a run stand."""

from __future__ import annotations

from app.billing.choices import FeeKind
from app.tariffs.choices import ServiceKind
from app.values.choices import Choice
from app.values.errors import N_


class PeriodState(Choice):
    """Whether a billing period 账期 / kỳ thu takes new charges."""

    OPEN = "open", N_("Period open"), "info", "lock-open"
    CLOSED = "closed", N_("Period closed"), "neutral", "lock"


class RunState(Choice):
    """Where a billing run 出账批次 / đợt tính phí stands."""

    CALCULATING = "calculating", N_("Calculating"), "info", "progress"
    REVIEW = "review", N_("Calculated"), "amber", "clock-hour-4"
    POSTING = "posting", N_("Posting charges"), "info", "progress"
    POSTED = "posted", N_("Posted"), "good", "circle-check"
    REPLACED = "replaced", N_("Superseded"), "neutral", "history"
    CANCELLED = "cancelled", N_("Cancelled"), "neutral", "ban"

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has it in its hands."""
        return self in (RunState.CALCULATING, RunState.POSTING)


class CorrectionState(Choice):
    """What is still to be done about a bill whose readings were corrected after it was charged."""

    OPEN = "open", N_("To be put right"), "bad", "alert-circle"
    APPROVAL = "approval", N_("Waits for approval"), "amber", "clock-hour-4"
    REBILL = "rebill", N_("To be billed again"), "amber", "calculator"
    DONE = "done", N_("Put right"), "good", "circle-check"


# What a charge of a service is for; a service of no kind of its own stands under other fees.
FEE_KINDS = {kind: FeeKind(kind.value) for kind in ServiceKind}
