"""What a period would have been by a version of a tariff: a page that a draft is looked at with before it is checked."""

from __future__ import annotations

import datetime
from typing import Any

from flask import request
from flask_appbuilder import BaseView, expose

from app.foundation.transactions import found
from app.foundation.views import action_to, record_address
from app.foundation.views.access import needs
from app.foundation.views.interface import record_id
from app.foundation.views.links import present
from app.foundation.views.state import SharedObject
from app.runs.operations.periods import month_named
from app.runs.operations.previewing import Preview, preview_version
from app.runs.queries.previewing import buildings_of, last_period, months_of
from app.tariffs.models import TariffVersion
from app.values.errors import N_, Malformed, Message, NotFound, OperationRefused

UNPROCESSABLE = 422


class TariffPreviewView(SharedObject, BaseView):
    """A period of a building by a version and by what is approved: totals, the biggest differences, units without a bill."""

    route_base = "/tariffpreview"
    default_view = "show"

    @expose("/<pk>")
    @needs("show")
    def show(self, pk: str) -> Any:
        """Show the preview of the building and month of the address, at first of the last period that was closed."""
        version = found(TariffVersion, record_id(pk) or 0)
        last = last_period(version.tariff)
        asked = request.args.get("building") or request.args.get("month")
        building = record_id(request.args.get("building", "")) or (last.building_id if last is not None and not asked else None)
        months = months_of(version.tariff)
        preview, problem, month = None, None, last.month if last is not None else None
        try:
            month = month_named(request.args["month"], "month") if request.args.get("month") else month
            if asked or last is not None:
                preview = self._preview(version, building, month)
        except NotFound:
            raise
        except OperationRefused as refusal:
            problem = refusal.message
        page = self._page(version, preview, problem, building=building, month=month, months=months)
        return (page, UNPROCESSABLE) if problem is not None else page

    @staticmethod
    def _preview(version: TariffVersion, building: int | None, month: datetime.date | None) -> Preview:
        if building is None or month is None:
            raise Malformed(Message("Choose a building and a month."), code="bad_preview")
        return preview_version(version=version.id, building=building, month=month)

    def _page(self, version: TariffVersion, preview: Preview | None, problem: Message | None, **chosen: Any) -> Any:
        summary = preview.summary if preview is not None else None
        return self.render_template(
            "runs/preview.html",
            version=version,
            preview=preview,
            summary=summary,
            problem=problem,
            buildings=buildings_of(version.tariff),
            # A money cell asks for the office's currency, and the person may be looking at several offices.
            currency=version.office.currency.value,
            biggest=[(row, self._unit(row.unit)) for row in summary.biggest] if summary is not None else [],
            unnamed=len(preview.summary.not_computed) - len(preview.named) if preview is not None else 0,
            without=[(row, self._unit(row.unit)) for row in preview.named] if preview is not None else [],
            actions=present(
                action_to("TariffVersionView", N_("Version of a tariff"), route="show", icon="versions", pk=version.id)
                if record_address(version)
                else None
            ),
            **chosen,
        )

    @staticmethod
    def _unit(number: int) -> str:
        way = action_to("UnitView", "", route="show", pk=number)
        return str(way["href"]) if way is not None else ""
