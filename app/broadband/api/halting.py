"""Suspensions 報停, forced stops 強停, resumptions 復機."""

from __future__ import annotations

from typing import Any

from app.billing.api.paying import methods_of
from app.broadband.api.deeds import DeedAnswer, DeedBody, PaidDeedBody, common_terms, deeds
from app.broadband.choices import StopReason
from app.broadband.models import ForcedStop, Resumption, Suspension
from app.broadband.operations.acting import DeedTerms
from app.broadband.operations.halting import (
    ResumptionTerms,
    SuspensionTerms,
    force_stop,
    move_planned_resumption,
    resume,
    suspend,
)
from app.foundation.api import Body, Code, Day, Flag, Routes, Whole, same_code
from app.foundation.transactions import run

routes = Routes("Life of a line")


class SuspensionBody(PaidDeedBody):
    """A suspension on request. ``planned_resume_on`` left out is the latest day that the policy allows."""

    planned_resume_on = Day()


class SuspensionAnswer(DeedAnswer):
    """``planned_resume_on`` is the day as first agreed, ``resumes_on`` the one that holds while the line is suspended."""

    suspended_on = Day()
    planned_resume_on = Day()
    resumes_on = Day(attribute="subscription.planned_resume_on")


class PlannedDayBody(Body):
    planned_resume_on = Day(required=True)


class ForcedStopBody(DeedBody):
    """A forced stop: ``reason`` is its kind, so the reason for a past day goes into ``note``."""

    reason = Code(StopReason, required=True)


class ForcedStopAnswer(DeedAnswer):
    """``reason`` is the kind of the stop."""

    reason = Code(StopReason, attribute="stop_reason")
    stopped_on = Day()


class ResumptionBody(PaidDeedBody):
    """A resumption. ``extend_anyway`` gives the days of a short suspension back; it needs the right and a ``reason``."""

    extend_anyway = Flag()


class ResumptionAnswer(DeedAnswer):
    resumed_on = Day()
    halted_on = Day()
    days_off = Whole()
    days_shifted = Whole()
    is_extended_anyway = Flag()
    is_automatic = Flag()


def suspension_terms(body: dict[str, Any]) -> SuspensionTerms:
    return SuspensionTerms(**common_terms(body), planned_resume_on=body.get("planned_resume_on"))


def resumption_terms(body: dict[str, Any]) -> ResumptionTerms:
    return ResumptionTerms(**common_terms(body), extend_anyway=body.get("extend_anyway", False))


def stop_terms(body: dict[str, Any]) -> DeedTerms:
    return DeedTerms(on=body.get("on"), note=body.get("note", ""), methods=methods_of(body))


SUSPENSIONS = deeds(
    routes,
    "suspensions",
    Suspension,
    view="SuspensionView",
    day="suspended_on",
    answer=SuspensionAnswer,
    body=SuspensionBody,
    operation=suspend,
    terms=suspension_terms,
    does="Suspend a line on its customer's request.",
)


@routes.patch("/suspensions/<int:record>", may=("SuspensionView", "can_add"), takes=PlannedDayBody, gives=SUSPENSIONS.look)
def move_planned_day(record: int, body: dict[str, Any]) -> Suspension:
    """Move the planned day of the suspension under way, within the maximum."""
    suspension = SUSPENSIONS.one(record)
    run(move_planned_resumption, subscription=suspension.subscription_id, suspension=record, planned_resume_on=body["planned_resume_on"])
    moved: Suspension = SUSPENSIONS.one(record)
    return moved


deeds(
    routes,
    "forced_stops",
    ForcedStop,
    view="ForcedStopView",
    day="stopped_on",
    answer=ForcedStopAnswer,
    body=ForcedStopBody,
    operation=force_stop,
    terms=stop_terms,
    further=lambda body: {"reason": body["reason"]},
    filters={"reason": same_code(ForcedStop.stop_reason, StopReason)},
    moves_money=False,
    does="Cut a line.",
)

deeds(
    routes,
    "resumptions",
    Resumption,
    view="ResumptionView",
    day="resumed_on",
    answer=ResumptionAnswer,
    body=ResumptionBody,
    operation=resume,
    terms=resumption_terms,
    does="Resume a suspended or force-stopped line.",
)
