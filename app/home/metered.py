"""What waits for whoever manages metered services: red readings, reports of readers, bills to be corrected, prices to approve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.foundation.database import db
from app.foundation.views import action_to
from app.foundation.views.links import Action, may_open, view_named
from app.metering.queries import open_reports, waiting_reds
from app.runs.queries.correcting import open_corrections
from app.tariffs.queries import versions_to_approve
from app.values.errors import N_


@dataclass(frozen=True)
class Queue:
    """Records that wait for somebody: how many, what they are, and where they are dealt with."""

    count: int
    label: str
    text: str
    icon: str
    opening: Action


PRICES = (N_("Versions of tariffs"), N_("Checked; a second person approves them."), "versions")


def _may_approve_prices() -> bool:
    view = view_named("TariffVersionView")
    return view is not None and may_open(view, "approve")


def metered_queues(office_id: int) -> list[Queue]:
    """Return the queues that are not empty, those that the person may open."""
    sources: tuple[tuple[str, dict[str, Any], Callable[[int], Select[Any]], str, str, str], ...] = (
        ("ReadingView", {"tab": "waiting"}, waiting_reds, N_("Red readings"), N_("To be accepted, corrected or estimated"), "alert-circle"),
        ("MeterReportView", {}, open_reports, N_("Reports of readers"), N_("Meters replaced, read wrongly or broken"), "alert-triangle"),
        ("BillCorrectionView", {}, open_corrections, N_("Bills to be corrected"), N_("Their readings were corrected later"), "adjustments"),
    )
    if _may_approve_prices():
        sources = (*sources, ("TariffVersionView", {"state": "checked"}, versions_to_approve, *PRICES))
    queues = []
    for view, terms, counted, label, text, icon in sources:
        opening = action_to(view, N_("Open"), route="list", office=office_id, **terms)
        if opening is not None:
            queues.append((counted(office_id).scalar_subquery(), label, text, icon, opening))
    if not queues:
        return []
    # One question for all of them.
    counts = db.session.execute(select(*(counted for counted, *_ in queues))).one()
    return [
        Queue(count, label, text, icon, opening) for count, (_, label, text, icon, opening) in zip(counts, queues, strict=True) if count
    ]
