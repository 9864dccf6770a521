"""The grid of a building 抄表录入 / ghi chỉ số tòa nhà (S2.2): one input per meter in floor order, saved row by row.

Every row is sent by itself and comes back as it stands then; a refused figure stays in its field with the reason beside it. Without a
script the page is one form that does the same for all rows at once.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from flask import Response, flash, request, url_for
from flask_appbuilder import BaseView, expose
from sqlalchemy import select

from app.foundation import exports
from app.foundation.database import db
from app.foundation.i18n import current_locale, say
from app.foundation.transactions import found, run
from app.foundation.views import action, action_to, chosen_office, present
from app.foundation.views.access import needs
from app.foundation.views.columns import Column, Kind
from app.foundation.views.interface import record_id
from app.foundation.views.links import may_open, view_named
from app.foundation.views.office import office_argument, use_office
from app.foundation.views.state import SharedObject
from app.metering.choices import ReadingExplanation, ReadingSource
from app.metering.models import MeterInstallation
from app.metering.operations.entering import ReadingTerms, enter_reading
from app.metering.operations.places import places_of
from app.metering.rules.consumption import ReadingBelowLast
from app.metering.rules.reading_entry import MOST_DECIMALS
from app.metering.views.grid_rows import Grid, GridRow, Month, grid_of
from app.metering.views.links import link_to
from app.offices.menu import today_here
from app.places.models import Building
from app.tariffs.models import Service
from app.values.errors import N_, Malformed, Message, NotFound, OperationRefused
from app.values.formats import parse_day, parse_decimal

UNPROCESSABLE = 422
MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
FILTERS = ("unread", "red", "amber", "estimated")
LONGEST_TYPED = 40


class ReadingGridView(SharedObject, BaseView):
    """Reading a building: its grid, and the sheet for those who read on paper."""

    route_base = "/readinggrid"
    default_view = "list"

    @expose("/", methods=["GET"])
    @needs("list")
    def list(self) -> Any:
        """Show the grid of the building, service and month of the address, else of the first ones."""
        grid = self._grid()
        return self._page(grid) if grid is not None else self.render_template("metering/no_grid.html")

    @expose("/", methods=["POST"])
    @needs("add")
    def save(self) -> Any:
        """Save every figure of the form; what is refused stays in its field."""
        grid = self._needed_grid()
        saved = 0
        for row in grid.rows:
            if (request.form.get(f"value-{row.meter}") or "").strip() or request.form.get(f"explanation-{row.meter}"):
                _enter(row, f"-{row.meter}")
                saved += row.problem is None
        _refresh(grid)
        refused = sum(row.problem is not None for row in grid.rows)
        if saved:
            flash(say(Message("%(count)s readings were saved.", count=saved)), "success")
        return self._page(grid), UNPROCESSABLE if refused else 200

    @expose("/row", methods=["POST"])
    @needs("add")
    def row(self) -> Any:
        """Save one figure and give its row as it stands then."""
        grid = self._needed_grid()
        row = grid.row(record_id(request.form.get("meter", "")) or 0)
        if row is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        _enter(row, "")
        _refresh(grid)
        answer = self.render_template("metering/grid_row.html", grid=grid, row=row, may_enter=True, link_to=link_to)
        return answer, UNPROCESSABLE if row.problem is not None else 200

    @expose("/sheet", methods=["GET"])
    @needs("list")
    def sheet(self) -> Response:
        """Give the building's meters as an Excel file with an empty column, which the import takes back."""
        grid = self._grid()
        if grid is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        columns = [Column(name, label, kind) for name, label, kind in SHEET]
        rows = [_sheet_row(grid, row) for row in grid.rows]
        title = f"{grid.building.code} {grid.service.name} {grid.month.code}"
        return exports.send("xlsx", title, columns, rows, count=len(rows), currency="")

    def _page(self, grid: Grid) -> Any:
        shown = request.args.get("show", "")
        services = _services()
        return self.render_template(
            "metering/grid.html",
            grid=grid,
            buildings=_buildings(),
            services=services,
            shown=shown if shown in FILTERS else "",
            months=_months_around(grid.month),
            address=_address,
            may_enter=_may_enter(),
            link_to=link_to,
            today=today_here(),
            actions=present(
                action(N_("Sheet as Excel file"), _address("sheet", grid), icon="download"),
                action_to("ImportView", N_("Import readings"), route="new", icon="file-import", kind="readings", office=office_argument()),
                action_to(
                    "ReadingView", N_("All readings"), route="list", icon="dashboard", building=grid.building.id, service=grid.service.id
                ),
            ),
            reds=action_to(
                "ReadingView", N_("Red readings"), route="list", building=grid.building.id, service=grid.service.id, tab="waiting"
            ),
        )

    def _needed_grid(self) -> Grid:
        grid = self._grid()
        if grid is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        return grid

    @staticmethod
    def _grid() -> Grid | None:
        building = _chosen(Building, request.values.get("building"), _buildings())
        if building is None:
            return None
        use_office(building.office_id)
        service = _chosen(Service, request.values.get("service"), _services())
        return grid_of(building, service, _month()) if service is not None else None


SHEET: tuple[tuple[str, Any, Kind], ...] = (
    ("unit", N_("Unit"), Kind.TEXT),
    ("service", N_("Service"), Kind.TEXT),
    ("serial", N_("Meter serial number"), Kind.TEXT),
    ("old_on", N_("Old reading of"), Kind.DAY),
    ("old", N_("Old reading"), Kind.NUMBER),
    ("read_on", N_("Reading date"), Kind.DAY),
    ("value", N_("New reading"), Kind.NUMBER),
)


def _sheet_row(grid: Grid, row: GridRow) -> tuple[Any, ...]:
    old, new = row.old, row.reading
    return (
        row.name,
        grid.service.name,
        row.place.meter.serial,
        old.read_on if old is not None else None,
        old.value.normalize() if old is not None else None,
        new.read_on if new is not None else grid.month.read_on,
        new.value.normalize() if new is not None else None,
    )


def _enter(row: GridRow, suffix: str) -> None:
    """Enter the figure of a row; a refusal stands in the row afterwards, with what was typed."""
    row.typed = (request.form.get("value" + suffix) or "").strip()[:LONGEST_TYPED]
    row.reason = (request.form.get("reason" + suffix) or "").strip()
    explanation = request.form.get("explanation" + suffix) or ""
    try:
        value = None if explanation == ReadingExplanation.ESTIMATE.value else _figure(row.typed)
        terms = ReadingTerms(
            meter=row.meter,
            read_on=row.month.read_on,
            value=value,
            source=ReadingSource.TYPED,
            explanation=_explanation(explanation),
            reason=row.reason[:200],
            uuid=request.form.get("mark" + suffix, ""),
        )
        run(enter_reading, reading=terms)
    except ReadingBelowLast as refusal:
        row.problem, row.offered = refusal.message, refusal.offered
    except OperationRefused as refusal:
        row.problem = refusal.message


def _figure(typed: str) -> Any:
    if not typed:
        raise OperationRefused(Message("Enter a figure, or let it be estimated."), code="value_missing", field="value")
    return parse_decimal(typed, current_locale(), decimals=MOST_DECIMALS)


def _explanation(typed: str) -> ReadingExplanation | None:
    if not typed:
        return None
    try:
        return ReadingExplanation(typed)
    except ValueError:
        raise Malformed(Message("Please choose"), code="bad_explanation", field="explanation") from None


def _refresh(grid: Grid) -> None:
    """Read the places of the grid's rows anew, after something was entered."""
    keys = [row.place.installation.id for row in grid.rows]
    rows = db.session.scalars(select(MeterInstallation).where(MeterInstallation.id.in_(keys))).all()
    fresh = {place.installation.id: place for place in places_of(rows)}
    for row in grid.rows:
        row.place = fresh[row.place.installation.id]
        if row.problem is None:
            row.typed = ""


def _buildings() -> Any:
    return db.session.scalars(select(Building).where(Building.office_id == chosen_office()).order_by(Building.code)).all()


def _services() -> Any:
    statement = select(Service).where(Service.office_id == chosen_office(), Service.is_metered.is_(True), Service.is_active.is_(True))
    return db.session.scalars(statement.order_by(Service.position, Service.id)).all()


def _chosen(model: Any, typed: str | None, there: Any) -> Any:
    """Return the row of the address, else the first there is. Raises NotFound for one that is not this office's."""
    if not typed:
        return there[0] if there else None
    return found(model, record_id(typed) or 0)


def _month() -> Month:
    """Return the month of the address, else this one; readings are typed on its last day, or today."""
    today, typed = today_here(), request.values.get("month", "")
    first = today.replace(day=1)
    if typed:
        match = MONTH.fullmatch(typed)
        if match is None or not (1 <= int(match[2]) <= 12 and 1990 <= int(match[1]) <= 2199):
            raise Malformed(Message("The address cannot be read."), code="bad_month")
        first = datetime.date(int(match[1]), int(match[2]), 1)
    last = Month(first, first).last
    day = request.values.get("day") or ""
    read_on = parse_day(day, current_locale(), field="day") if day else min(last, max(today, first))
    return Month(first, read_on if first <= read_on <= last else min(last, max(today, first)))


def _months_around(month: Month) -> tuple[str, str]:
    before = month.first - datetime.timedelta(days=1)
    after = month.last + datetime.timedelta(days=1)
    return f"{before:%Y-%m}", f"{after:%Y-%m}"


def _address(route: str, grid: Grid, **other: Any) -> str:
    terms = {"building": grid.building.id, "service": grid.service.id, "month": grid.month.code, "office": office_argument(), **other}
    return url_for(f"ReadingGridView.{route}", **terms)


def _may_enter() -> bool:
    view = view_named("ReadingGridView")
    return view is not None and may_open(view, "row")
