"""Importing materials 材料."""

from __future__ import annotations

from typing import Any

from app.foundation.imports import ImportColumn, ImportedRow, ImportKind, RecordsTarget
from app.foundation.imports.parsers import amount, code, text
from app.values.errors import N_
from app.values.money import ZERO
from app.workorders.models import Material


class MaterialTarget(RecordsTarget):
    """Rows become materials, known by their code."""

    model = Material

    def record_values(self, row: ImportedRow) -> dict[str, Any]:
        return super().record_values(row) | {"unit_price": row.values["unit_price"] or ZERO}


MATERIALS = ImportKind(
    name="materials",
    title=N_("Materials"),
    icon="box",
    note=N_("What installers use, with its price."),
    target=MaterialTarget,
    empty={"specification": "", "unit": "", "note": ""},
    columns=(
        ImportColumn(
            "code",
            N_("Material code"),
            code(),
            required=True,
            example="CL-001",
            aliases=("Code", "Part number", "编号", "料号", "编码", "編號", "料號", "編碼", "Mã", "Mã vật tư", "Mã vật liệu"),
        ),
        ImportColumn(
            "name",
            N_("Material name"),
            text(200),
            required=True,
            example="RJ45",
            aliases=("Name", "Material", "名称", "品名", "材料", "名稱", "Tên", "Tên vật tư", "Tên vật liệu", "Vật tư"),
        ),
        ImportColumn(
            "specification",
            N_("Specification"),
            text(200),
            example="Cat 6",
            aliases=("Spec", "Model", "规格", "型号", "规格型号", "規格", "型號", "規格型號", "Quy cách", "Chủng loại"),
        ),
        ImportColumn(
            "unit",
            N_("Unit of measure"),
            text(64),
            example="pcs",
            aliases=("Unit", "单位", "計量單位", "计量单位", "單位", "Đơn vị", "Đơn vị tính", "ĐVT"),
        ),
        ImportColumn(
            "unit_price",
            N_("Unit price"),
            amount,
            example=2,
            note=N_("Left empty, nothing."),
            aliases=("Price", "单价", "价格", "單價", "價格", "Đơn giá", "Giá"),
        ),
        ImportColumn("note", N_("Note"), text(2000, lines=True), aliases=("Notes", "Remark", "备注", "说明", "備註", "說明", "Ghi chú")),
    ),
)
