"""Importing communities 小區, and the units of buildings 房屋 / mặt bằng."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.imports import ImportColumn, ImportedRow, ImportKind, RecordsTarget
from app.foundation.imports.cells import Cell, Context, text_of
from app.foundation.imports.codes import Codes, spelled
from app.foundation.imports.declared import Duplicate, Made, Target
from app.foundation.imports.parsers import code, one_of, plain_text, text
from app.places.choices import UnitKind, UnitStatus
from app.places.models import Building, Community, Unit
from app.places.operations import NewUnit, add_units
from app.places.rules.unit_facts import LARGEST_AREA
from app.values.errors import N_, Message, OperationRefused
from app.values.formats import parse_decimal

SMALLEST_AREA = Decimal("0.001")
NO_BUILDING = Message("There is no building with this code. Add it first.")
SEVERAL_BUILDINGS = Message("Several buildings are called so. Write the building code as it stands in the list.")
SQUARE_METRES = re.compile(r"(m2|m\^2|平方米|平米|平方公尺)$", re.IGNORECASE)


class CommunityTarget(RecordsTarget):
    """Rows become communities, known by code and name."""

    model, keys = Community, ("code", "name")


COMMUNITIES = ImportKind(
    name="communities",
    title=N_("Communities"),
    icon="building-community",
    note=N_("The places where lines are opened. They come before the lines."),
    target=CommunityTarget,
    empty={"person_in_charge": "", "note": ""},
    columns=(
        ImportColumn(
            "code",
            N_("Community code"),
            code(),
            required=True,
            example="XQ01",
            aliases=("Code", "编号", "代码", "小区编号", "編號", "代碼", "小區編號", "Mã", "Mã khu", "Mã tiểu khu"),
        ),
        ImportColumn(
            "name",
            N_("Community name"),
            text(200),
            required=True,
            example="翠湖花园",
            aliases=(
                "Name",
                "Community",
                "小区",
                "名称",
                "小区名",
                "楼盘",
                "小區",
                "名稱",
                "小區名",
                "樓盤",
                "屋苑",
                "Tên",
                "Khu",
                "Tên khu",
            ),
        ),
        ImportColumn(
            "person_in_charge",
            N_("Person in charge"),
            text(200),
            example="王芳",
            aliases=("Manager", "Contact", "负责人", "联系人", "負責人", "聯絡人", "Người phụ trách", "Phụ trách"),
        ),
        ImportColumn("note", N_("Note"), text(2000, lines=True), aliases=("Notes", "Remark", "备注", "说明", "備註", "說明", "Ghi chú")),
    ),
)


def area(cell: Cell, context: Context) -> Decimal:
    """Return an area in m², with at most three decimals. Raises OperationRefused."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = Decimal(text_of(cell))
    else:
        found = parse_decimal(SQUARE_METRES.sub("", unicodedata.normalize("NFKC", plain_text(cell))).strip(), context.locale, decimals=3)
    if not 0 < found <= LARGEST_AREA or found != found.quantize(SMALLEST_AREA):
        raise OperationRefused(Message("Enter an area in m², above 0, with at most 3 decimals."), code="bad_cell")
    return found.quantize(SMALLEST_AREA)


class UnitTarget(Target):
    """Rows become units, known by their building and number."""

    def learn(self, rows: Sequence[ImportedRow]) -> None:
        buildings = db.session.scalars(select(Building).where(Building.office_id == self.office_id)).all()
        self.buildings = Codes((written, building.id) for building in buildings for written in (building.name, building.code))
        there = db.session.execute(select(Unit.building_id, Unit.number).where(Unit.office_id == self.office_id))
        self.known = {(building, spelled(number)) for building, number in there}
        self.seen: dict[tuple[int, str], int] = {}

    def judge(self, row: ImportedRow) -> None:
        written = str(row.values["building"] or "")
        building = self.buildings.find(written)
        if building is None:
            if written:
                row.blame("building", SEVERAL_BUILDINGS if self.buildings.is_ambiguous(written) else NO_BUILDING)
            return
        key = (building, spelled(str(row.values["number"] or "")))
        first = self.seen.setdefault(key, row.number)
        if first != row.number:
            row.blame("number", Message("Row %(row)s has the same value.", row=str(first)))
        elif key in self.known:
            row.duplicate = Duplicate(Message("This is there already. The row is left out."), column="number")

    def make(self, rows: Sequence[ImportedRow], numbers: Mapping[str, Iterator[int]]) -> Sequence[Made]:
        units = [
            NewUnit(
                building=self.buildings.find(row.values["building"]) or 0,
                number=row.values["number"],
                floor=row.values["floor"],
                area=row.values["area"],
                kind=row.values["kind"],
                status=row.values["status"],
                note=row.values["note"],
            )
            for row in rows
        ]
        made = add_units(office=self.office_id, units=units)
        return [Made(row.number, "unit", unit.id, unit.code) for row, unit in zip(rows, made, strict=True)]


KIND_NAMES = (
    *((word, UnitKind.APARTMENT) for word in ("flat", "住宅", "公寓", "căn hộ", "chung cư")),
    *((word, UnitKind.SHOP) for word in ("store", "店铺", "店鋪", "铺位", "鋪位", "cửa hàng", "ki ốt")),
    *((word, UnitKind.OFFICE) for word in ("office", "写字楼", "寫字樓", "办公", "辦公", "văn phòng")),
    *((word, UnitKind.PARKING) for word in ("parking", "car park", "车位", "車位", "bãi xe", "chỗ đỗ xe")),
)
STATUS_NAMES = (
    *((word, UnitStatus.OCCUPIED) for word in ("in use", "使用中", "已租", "đang ở")),
    *((word, UnitStatus.VACANT) for word in ("empty", "空", "未入住", "trống")),
)

UNITS = ImportKind(
    name="units",
    title=N_("Units"),
    icon="door",
    note=N_("The flats, shops and rooms of buildings. The buildings come before them."),
    target=UnitTarget,
    empty={"floor": "", "note": "", "kind": UnitKind.APARTMENT, "status": UnitStatus.OCCUPIED},
    columns=(
        ImportColumn(
            "building",
            N_("Building code"),
            code(),
            required=True,
            example="A",
            aliases=(
                "Building",
                "Tower",
                "Block",
                "楼宇",
                "楼栋",
                "楼号",
                "栋",
                "樓宇",
                "樓棟",
                "樓號",
                "棟",
                "座",
                "Tòa nhà",
                "Tòa",
                "Mã tòa",
            ),
        ),
        ImportColumn(
            "number",
            N_("Unit number"),
            code(),
            required=True,
            example="1203",
            aliases=(
                "Unit",
                "Number",
                "Room",
                "Flat",
                "房间",
                "房间号",
                "室号",
                "房屋",
                "房間",
                "室號",
                "Mặt bằng",
                "Căn hộ",
                "Số căn",
                "Phòng",
            ),
        ),
        ImportColumn("floor", N_("Floor"), code(), example="12", aliases=("Level", "Storey", "层", "楼层", "層", "樓層", "Tầng", "Lầu")),
        ImportColumn(
            "area",
            N_("Area (m²)"),
            area,
            example=Decimal("68.5"),
            aliases=("Area", "m2", "m²", "面积", "建筑面积", "面積", "建築面積", "Diện tích", "DT"),
        ),
        ImportColumn(
            "kind",
            N_("Kind"),
            one_of(UnitKind, *KIND_NAMES),
            example="apartment",
            aliases=("Type", "类型", "用途", "類型", "Loại", "Loại hình"),
        ),
        ImportColumn(
            "status", N_("Status"), one_of(UnitStatus, *STATUS_NAMES), aliases=("State", "状态", "狀態", "Trạng thái", "Tình trạng")
        ),
        ImportColumn("note", N_("Note"), text(2000, lines=True), aliases=("Notes", "Remark", "备注", "说明", "備註", "說明", "Ghi chú")),
    ),
)
