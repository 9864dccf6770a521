"""What a period would have been by a version of a tariff, for programs."""

from __future__ import annotations

from typing import Any

from app.foundation.api import Answer, Body, Look, Money, Reference, Routes, Rows, Text, Whole
from app.foundation.api.fields import SHORT
from app.foundation.i18n import say
from app.foundation.transactions import found
from app.runs.operations.periods import month_named
from app.runs.operations.previewing import Preview, preview_version
from app.tariffs.models import TariffVersion
from app.tariffs.rules.comparing import Difference

routes = Routes("Tariffs")


class VersionPreviewBody(Body):
    """A building, and the month of one of its billing periods as 2026-10."""

    building = Reference(required=True)
    period = Text(SHORT, required=True)


class UnitDifferenceAnswer(Answer):
    """A unit by both versions; ``percent`` is null where the old total is 0."""

    unit = Reference()
    code = Text()
    before = Money()
    after = Money()
    change = Money()
    percent = Text()


class NotComputedAnswer(Answer):
    unit = Reference()
    code = Text()
    reason = Text()


class ReasonAnswer(Answer):
    """Why units have no total, with an example of the sentence, and how many."""

    reason = Text()
    units = Whole()


class VersionPreviewAnswer(Answer):
    """``before`` and ``after`` are of the units that both versions can compute, ``up`` and ``down`` those that move by more than 20 %.

    ``new`` are units that only this version can compute, ``elsewhere`` those that a narrower tariff bills. ``not_computed`` names the first
    fifty units without a total; ``without_total`` counts all of them, ``reasons`` by reason.
    """

    version = Reference()
    building = Reference()
    period = Text()
    currency = Text()
    units = Whole()
    computed = Whole()
    before = Money()
    after = Money()
    change = Money()
    percent = Text()
    up = Whole()
    down = Whole()
    new = Whole()
    new_total = Money()
    elsewhere = Whole()
    biggest = Rows(UnitDifferenceAnswer)
    without_total = Whole()
    reasons = Rows(ReasonAnswer)
    not_computed = Rows(NotComputedAnswer)


@routes.post(
    "/tariff_versions/<int:record>/preview",
    may=("TariffPreviewView", "can_show"),
    takes=VersionPreviewBody,
    gives=Look(VersionPreviewAnswer),
    status=200,
)
def preview(record: int, body: dict[str, Any]) -> Any:
    """Say what a period would have been for a whole building by this version; nothing is written."""
    # Before its terms: of a version of another office nothing is said, not even what was wrong with the question.
    found(TariffVersion, record)
    return told(preview_version(version=record, building=body["building"], month=month_named(body["period"])))


def told(found: Preview) -> dict[str, Any]:
    """Return a preview as JSON writes it."""
    summary, currency = found.summary, found.version.office.currency.value
    return {
        "version": found.version.id,
        "building": found.period.building_id,
        "period": found.period.name,
        "currency": currency,
        "units": summary.units,
        "computed": summary.computed,
        "before": summary.before,
        "after": summary.after,
        "change": summary.change,
        "percent": summary.percent,
        "up": summary.up,
        "down": summary.down,
        "new": summary.new,
        "new_total": summary.new_total,
        "elsewhere": found.elsewhere,
        "biggest": [_difference(row, currency) for row in summary.biggest],
        "without_total": len(summary.not_computed),
        "reasons": [{"reason": say(reason), "units": number} for reason, number in found.reasons],
        "not_computed": [{"unit": row.unit, "code": row.code, "reason": say(row.problem)} for row in found.named],
    }


def _difference(row: Difference, currency: str) -> dict[str, Any]:
    terms = {name: getattr(row, name) for name in ("unit", "code", "before", "after", "change", "percent")}
    return {**terms, "currency": currency}
