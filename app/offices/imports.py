"""Importing employees 員工."""

from __future__ import annotations

import datetime

from app.foundation.imports import ImportColumn, ImportedRow, ImportKind, RecordsTarget
from app.foundation.imports.parsers import code, day, id_number, one_of, phone, text
from app.offices.choices import Gender
from app.offices.models import Employee
from app.values.errors import N_, Message


class EmployeeTarget(RecordsTarget):
    """Rows become employees, known by their code."""

    model = Employee

    def judge(self, row: ImportedRow) -> None:
        born = row.values["birth_date"]
        if born is not None and born > self.context.today:
            row.blame("birth_date", Message("The birth date lies in the future."))
        super().judge(row)


GENDERS = (
    *((word, Gender.MALE) for word in ("m", "男", "男性", "nam")),
    *((word, Gender.FEMALE) for word in ("f", "女", "女性", "nữ")),
)

EMPLOYEES = ImportKind(
    name="employees",
    title=N_("Employees"),
    icon="id-badge-2",
    note=N_("The people of the office; whoever signs in gets a user besides."),
    target=EmployeeTarget,
    empty=dict.fromkeys(("department", "telephone", "mobile", "home_address", "note"), ""),
    columns=(
        ImportColumn(
            "code",
            N_("Employee code"),
            code(),
            required=True,
            example="E001",
            aliases=("Code", "Staff number", "编号", "工号", "员工编号", "編號", "工號", "員工編號", "Mã", "Mã nhân viên", "Mã NV"),
        ),
        ImportColumn(
            "name",
            N_("Full name"),
            text(200),
            required=True,
            example="李娜",
            aliases=("Name", "姓名", "员工", "员工姓名", "員工", "員工姓名", "Họ tên", "Họ và tên", "Tên", "Tên nhân viên"),
        ),
        ImportColumn(
            "department",
            N_("Department"),
            text(200),
            example="客服部",
            aliases=("部门", "所属部门", "部門", "所屬部門", "Phòng ban", "Bộ phận"),
        ),
        ImportColumn("gender", N_("Gender"), one_of(Gender, *GENDERS), example="女", aliases=("Sex", "性别", "性別", "Giới tính", "Phái")),
        ImportColumn(
            "birth_date",
            N_("Date of birth"),
            day,
            example=datetime.date(1990, 5, 14),
            aliases=("Born on", "Birth date", "出生日期", "生日", "Ngày sinh"),
        ),
        ImportColumn(
            "id_number",
            N_("ID number"),
            id_number,
            example="110101199005140026",
            private=True,
            note=N_("Format the column as text: Excel shortens long numbers."),
            aliases=(
                "ID card",
                "身份证",
                "身份证号",
                "身份证号码",
                "证件号码",
                "身份證",
                "身份證號",
                "身份證號碼",
                "證件號碼",
                "CCCD",
                "CMND",
                "Số CCCD",
            ),
        ),
        ImportColumn("telephone", N_("Telephone"), phone, aliases=("电话", "电话号码", "電話", "電話號碼", "Điện thoại", "Điện thoại bàn")),
        ImportColumn(
            "mobile", N_("Mobile"), phone, example="13800002618", aliases=("手机", "手机号", "手机号码", "手機", "手機號碼", "Di động")
        ),
        ImportColumn("home_address", N_("Home address"), text(200), aliases=("Address", "住址", "家庭住址", "地址", "Địa chỉ", "Nơi ở")),
        ImportColumn("note", N_("Note"), text(2000, lines=True), aliases=("Notes", "Remark", "备注", "说明", "備註", "說明", "Ghi chú")),
    ),
)
