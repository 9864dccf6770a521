"""Importing communities 小區."""

from __future__ import annotations

from app.foundation.imports import ImportColumn, ImportKind, RecordsTarget
from app.foundation.imports.parsers import code, text
from app.places.models import Community
from app.values.errors import N_


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
