"""Importing readings 抄表读数 / chỉ số from Excel and CSV, one row per meter; the grid gives a sheet of a building to fill in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.foundation.database import db
from app.foundation.imports import ImportColumn, ImportedRow, ImportKind
from app.foundation.imports.cells import Cell, Context, text_of
from app.foundation.imports.declared import Duplicate, Made, Target
from app.foundation.imports.parsers import code, day, folded, plain_text, text
from app.metering.choices import ReadingSource
from app.metering.models import Meter, MeterInstallation
from app.metering.operations.entering import Figures, write
from app.metering.operations.places import Place, places_of
from app.metering.rules.consumption import Segment, segment_quantity
from app.metering.rules.reading_entry import MOST_DECIMALS, require_day, require_value
from app.tariffs.models import Service
from app.values.errors import N_, Message, OperationRefused
from app.values.formats import parse_decimal


def figure(cell: Cell, context: Context) -> Decimal:
    """Return a reading, with at most three decimals. Raises OperationRefused."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = Decimal(text_of(cell))
    else:
        found = parse_decimal(plain_text(cell).strip(), context.locale, decimals=MOST_DECIMALS)
    if found < 0:
        raise OperationRefused(Message("A reading must not be negative."), code="bad_cell")
    return found


class ReadingTarget(Target):
    """Rows become readings of the meters that hang in the office's buildings, in the order of their days."""

    def learn(self, rows: Sequence[ImportedRow]) -> None:
        services = db.session.scalars(select(Service).where(Service.office_id == self.office_id)).all()
        self.services = {folded(written): row.id for row in services for written in (row.name, row.code)}
        serials = sorted({str(row.values["serial"]).strip() for row in rows if row.values["serial"]})
        statement = select(Meter).where(Meter.office_id == self.office_id, Meter.serial.in_(serials)).order_by(Meter.id)
        self.meters: dict[str, list[Meter]] = {}
        for meter in db.session.scalars(statement):
            self.meters.setdefault(folded(meter.serial), []).append(meter)
        self.places = self._places([meter.id for known in self.meters.values() for meter in known])
        self.chosen: dict[int, Place] = {}
        self.seen: dict[tuple[int, datetime.date], int] = {}
        self.last: dict[int, tuple[datetime.date, Decimal]] = {}

    def _places(self, meters: Sequence[int]) -> dict[int, list[Place]]:
        loads = (joinedload(MeterInstallation.meter), joinedload(MeterInstallation.unit))
        statement = select(MeterInstallation).where(MeterInstallation.meter_id.in_(meters)).options(*loads)
        rows = db.session.scalars(statement.order_by(MeterInstallation.installed_on.desc())).all()
        found: dict[int, list[Place]] = {}
        for place in places_of(rows) if rows else []:
            found.setdefault(place.meter.id, []).append(place)
        return found

    def judge(self, row: ImportedRow) -> None:
        place = self._place(row)
        if place is None or row.problems:
            return
        self.chosen[row.number] = place
        on, value = row.values["read_on"], row.values["value"]
        first = self.seen.setdefault((place.meter.id, on), row.number)
        if first != row.number:
            row.blame("read_on", Message("Row %(row)s has the same value.", row=str(first)))
            return
        there = place.on(on)
        if there is not None and there.value == value:
            row.duplicate = Duplicate(Message("This is there already. The row is left out."), column="value")
            return
        self._judge_figure(row, place, on, value)

    def _judge_figure(self, row: ImportedRow, place: Place, on: datetime.date, value: Decimal) -> None:
        try:
            require_value(value, digits=place.meter.digits, serial=place.meter.serial)
            require_day(on, place.life(), today=self.context.today)
        except OperationRefused as refusal:
            row.blame("read_on" if refusal.fields and "read_on" in refusal.fields else "value", refusal.message)
            return
        last_on, old = self.last.get(place.meter.id) or (place.base(on)[0].read_on, place.base(on)[0].value)
        if on <= last_on:
            row.blame("read_on", Message("The rows of a meter must stand in the order of their days."))
            return
        try:
            segment_quantity(Segment(old, value, place.dial), usual=place.usual(on))
        except OperationRefused as refusal:
            row.blame("value", refusal.message)
            return
        self.last[place.meter.id] = (on, value)

    def _place(self, row: ImportedRow) -> Place | None:
        """Return where the meter of the row hung on its day; blames the cell that names none."""
        values = row.values
        known = self.meters.get(folded(str(values["serial"] or "").strip()), [])
        if values["service"]:
            service = self.services.get(folded(values["service"]))
            if service is None:
                row.blame("service", Message("There is no service of this name."))
                return None
            known = [meter for meter in known if meter.service_id == service]
        if not values["serial"]:
            return None
        if not known:
            row.blame("serial", Message("There is no meter with this serial number."))
            return None
        if len(known) > 1:
            row.blame("service", Message("Meters of several services have this serial number. Name the service."))
            return None
        return self._of_unit(row, self._on_day(row, known[0]))

    def _on_day(self, row: ImportedRow, meter: Meter) -> Place | None:
        places = self.places.get(meter.id, [])
        if not places:
            row.blame("serial", Message("The meter %(serial)s hangs nowhere yet. Install it first.", serial=meter.serial))
            return None
        on = row.values["read_on"]
        return next((place for place in places if on is not None and place.installation.installed_on <= on), places[-1])

    @staticmethod
    def _of_unit(row: ImportedRow, place: Place | None) -> Place | None:
        """Refuse a meter that hangs in another unit than the row says: one of both is a slip."""
        said, hangs_in = row.values["unit"], place.installation.place if place is not None else ""
        if place is not None and said and folded(said) != folded(hangs_in):
            row.blame("unit", Message("The meter %(serial)s hangs in %(place)s.", serial=place.meter.serial, place=hangs_in))
            return None
        return place

    def make(self, rows: Sequence[ImportedRow], numbers: Mapping[str, Iterator[int]]) -> Sequence[Made]:
        places = self._locked([self.chosen[row.number] for row in rows])
        made = []
        for row in sorted(rows, key=lambda row: (row.values["read_on"], row.number)):
            place, on = places[self.chosen[row.number].installation.id], row.values["read_on"]
            require_day(on, place.life(), today=self.context.today)
            figures = Figures(value=row.values["value"], source=ReadingSource.IMPORTED, reason=row.values["reason"])
            reading = write(place, on, figures)
            made.append(Made(row.number, "reading", reading.id, place.meter.serial))
        return made

    @staticmethod
    def _locked(chosen: Sequence[Place]) -> dict[int, Place]:
        """Return the places with what was read there meanwhile, their meters locked so that nobody reads them beside the file."""
        meters = sorted({place.meter.id for place in chosen})
        db.session.execute(select(Meter.id).where(Meter.id.in_(meters)).order_by(Meter.id).with_for_update())
        keys = sorted({place.installation.id for place in chosen})
        loads = (joinedload(MeterInstallation.meter), joinedload(MeterInstallation.unit))
        fresh = {"populate_existing": True}
        rows = db.session.scalars(select(MeterInstallation).where(MeterInstallation.id.in_(keys)).options(*loads), execution_options=fresh)
        return {place.installation.id: place for place in places_of(rows.all())}


READINGS = ImportKind(
    name="readings",
    title=N_("Readings"),
    icon="dashboard",
    note=N_(
        "The readings of meters. The grid of a building gives a sheet with its meters, to be filled in and imported; "
        "a row without a new reading is left out."
    ),
    target=ReadingTarget,
    empty={"unit": "", "service": "", "reason": ""},
    left_out_without="value",
    next_view="ReadingGridView",
    next_label=N_("Read a building"),
    columns=(
        ImportColumn(
            "serial",
            N_("Meter serial number"),
            code(),
            required=True,
            example="E00123",
            aliases=(
                "Serial",
                "Meter",
                "Meter number",
                "表号",
                "电表号",
                "水表号",
                "表號",
                "電錶號",
                "水錶號",
                "Số công tơ",
                "Số đồng hồ",
                "Số seri",
            ),
        ),
        ImportColumn(
            "read_on",
            N_("Reading date"),
            day,
            required=True,
            example=datetime.date(2026, 5, 31),
            aliases=("Date", "Read on", "抄表日", "日期", "抄錶日期", "抄錶日", "Ngày ghi", "Ngày đọc", "Ngày"),
        ),
        ImportColumn(
            "value",
            N_("New reading"),
            figure,
            required=True,
            example=Decimal(12731),
            aliases=("Reading", "Value", "读数", "本期", "讀數", "Chỉ số", "Số mới"),
        ),
        ImportColumn(
            "unit",
            N_("Unit"),
            code(),
            example="A-1203",
            aliases=("Room", "Flat", "房号", "房屋", "房號", "Mặt bằng", "Căn hộ", "Mã căn"),
        ),
        ImportColumn("service", N_("Service"), text(200), aliases=("服务", "项目", "服務", "項目", "Dịch vụ", "Loại dịch vụ")),
        ImportColumn("reason", N_("Note"), text(200), aliases=("Notes", "Remark", "备注", "说明", "備註", "說明", "Ghi chú")),
    ),
)
