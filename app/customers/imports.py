"""Importing who occupies which unit 入住记录 / sử dụng mặt bằng; customers who are not there yet are registered."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.customers.choices import OccupancyRole
from app.customers.models import Customer, Occupancy
from app.customers.operations import NewCustomer, NewOccupancy, add_occupancies, next_number, register_customers
from app.customers.rules.occupancy import Stay, require_stays
from app.customers.rules.search_terms import LONGEST_TAIL
from app.foundation.database import db
from app.foundation.imports import ImportColumn, ImportedRow, ImportKind
from app.foundation.imports.codes import Codes, spelled
from app.foundation.imports.declared import Duplicate, Made, Target
from app.foundation.imports.parsers import code, day, folded, one_of, phone, text
from app.foundation.transactions import found
from app.offices.models import Office
from app.places.models import Unit
from app.values.errors import N_, Message, OperationRefused

# A customer of the file who is not there yet: the name and the digits of his telephone.
Person = tuple[str, str]
# So many customers are asked for by one statement.
AT_ONCE = 5_000
NO_UNIT = Message("There is no unit with this code. Import the units first.")
SEVERAL_UNITS = Message("Several units have this code. Write it as it stands in the list of units.")


class OccupancyTarget(Target):
    """Rows become occupancies; a customer is named by his number, else by name and telephone, and registered where nobody is so called."""

    series = ("customer",)

    def learn(self, rows: Sequence[ImportedRow]) -> None:
        units = db.session.execute(select(Unit.code, Unit.id).where(Unit.office_id == self.office_id))
        self.units = Codes((written, key) for written, key in units)
        self.customers: dict[str, int] = {}
        self.people: dict[Person, set[int]] = {}
        self._learn_customers(Customer.customer_no.in_, {row.values["customer_no"] for row in rows if row.values["customer_no"]})
        # The tails of numbers are terms of the search, so its index finds the customers, however their numbers and names are written.
        tails = {digits(row.values["mobile"])[-LONGEST_TAIL:] for row in rows if row.values["mobile"]}
        self._learn_customers(Customer.search_terms.overlap, {f"#{tail}" for tail in tails})
        self.stays: dict[int, list[Stay]] = {}
        there = select(Occupancy).where(Occupancy.office_id == self.office_id)
        for row in db.session.scalars(there):
            self.stays.setdefault(row.unit_id, []).append(Stay(row.customer_id, row.role, row.starts_on, row.ends_on, "", row.id))

    def _learn_customers(self, condition: Callable[[Sequence[str]], Any], wanted: set[str]) -> None:
        columns = (Customer.id, Customer.customer_no, Customer.name, Customer.mobile, Customer.contact_phone, Customer.telephone)
        values = sorted(wanted)
        for begun in range(0, len(values), AT_ONCE):
            found = select(*columns).where(Customer.office_id == self.office_id, condition(values[begun : begun + AT_ONCE]))
            for key, number, name, *phones in db.session.execute(found):
                self.customers[spelled(number)] = key
                for telephone in filter(None, phones):
                    self.people.setdefault((folded(name), digits(telephone)), set()).add(key)

    def judge(self, row: ImportedRow) -> None:
        values = row.values
        unit = self.units.find(str(values["unit"] or ""))
        if values["unit"] and unit is None:
            row.blame("unit", SEVERAL_UNITS if self.units.is_ambiguous(values["unit"]) else NO_UNIT)
        if values["customer_no"] and spelled(values["customer_no"]) not in self.customers:
            row.blame("customer_no", Message("There is no customer with this number. Leave it empty to register a new one."))
        elif not values["customer_no"] and not values["name"]:
            row.blame("name", Message("Enter the customer's number or name."))
        elif not values["customer_no"] and len(self.people.get(person_of(row), ())) > 1:
            row.blame("name", Message("Several customers have this name and telephone. Enter the customer number."))
        if not row.problems and unit is not None:
            self._judge_days(row, unit)

    def _judge_days(self, row: ImportedRow, unit: int) -> None:
        values, stays = row.values, self.stays.setdefault(unit, [])
        customer = self._customer_of(row)
        new = Stay(customer or -row.number, values["role"], values["starts_on"], values["ends_on"], values["name"] or values["customer_no"])
        if customer is not None and any(_is_same(stay, new) for stay in stays):
            row.duplicate = Duplicate(Message("This is there already. The row is left out."), column="unit")
            return
        try:
            require_stays([*stays, new])
        except OperationRefused as refusal:
            row.blame("ends_on" if refusal.code == "ends_before_start" else "starts_on", refusal.message)
        else:
            stays.append(new)

    def _customer_of(self, row: ImportedRow) -> int | None:
        if row.values["customer_no"]:
            return self.customers.get(spelled(row.values["customer_no"]))
        return next(iter(self.people.get(person_of(row), ())), None)

    def make(self, rows: Sequence[ImportedRow], numbers: Mapping[str, Iterator[int]]) -> Sequence[Made]:
        new = {person_of(row): row for row in reversed(rows) if self._customer_of(row) is None}
        office = found(Office, self.office_id)
        entries = [(_customer(row), next_number(office, next(numbers["customer"]))) for row in new.values()]
        registered = register_customers(office=self.office_id, customers=entries)
        self.people |= {person: {customer.id} for person, customer in zip(new, registered, strict=True)}
        occupancies = add_occupancies(office=self.office_id, occupancies=[self._occupancy(row) for row in rows])
        made = [
            Made(row.number, "customer", customer.id, customer.customer_no) for row, customer in zip(new.values(), registered, strict=True)
        ]
        return made + [Made(row.number, "occupancy", each.id, row.values["unit"]) for row, each in zip(rows, occupancies, strict=True)]

    def _occupancy(self, row: ImportedRow) -> NewOccupancy:
        values = row.values
        customer, unit = self._customer_of(row), self.units.find(values["unit"])
        if customer is None or unit is None:
            raise AssertionError(f"Row {row.number} has no customer or unit.")
        return NewOccupancy(
            unit=unit,
            customer=customer,
            role=values["role"],
            starts_on=values["starts_on"],
            ends_on=values["ends_on"],
            note=values["note"],
        )


def digits(telephone: object) -> str:
    """Return the digits of a telephone number, by which people of one name are told apart."""
    return "".join(sign for sign in str(telephone or "") if sign.isdigit())[-9:]


def person_of(row: ImportedRow) -> Person:
    """Return by what a customer without a number is known in a file."""
    return folded(str(row.values["name"] or "")), digits(row.values["mobile"])


def _is_same(there: Stay, new: Stay) -> bool:
    return (there.customer, there.role, there.starts_on) == (new.customer, new.role, new.starts_on)


def _customer(row: ImportedRow) -> NewCustomer:
    return NewCustomer(name=row.values["name"], mobile=row.values["mobile"])


ROLE_NAMES: tuple[tuple[str, Any], ...] = (
    *((word, OccupancyRole.OWNER) for word in ("业主", "房东", "業主", "chủ hộ", "chủ nhà", "chủ sở hữu")),
    *((word, OccupancyRole.TENANT) for word in ("租客", "租户", "租戶", "người thuê", "khách thuê")),
    *((word, OccupancyRole.PAYER) for word in ("缴费人", "付款人", "繳費人", "người thanh toán", "người nộp tiền")),
)

OCCUPANCIES = ImportKind(
    name="occupancies",
    title=N_("Occupancies"),
    icon="users-group",
    note=N_("Owners, tenants and payers of units. The units come before them; customers who are not there yet are registered."),
    target=OccupancyTarget,
    empty={"customer_no": "", "name": "", "mobile": "", "note": "", "role": OccupancyRole.OWNER},
    columns=(
        ImportColumn(
            "unit",
            N_("Unit"),
            code(),
            required=True,
            example="A-1203",
            aliases=("Unit code", "Room", "Flat", "房号", "房屋", "房间", "房號", "房間", "Mặt bằng", "Mã mặt bằng", "Căn hộ", "Mã căn"),
        ),
        ImportColumn(
            "customer_no",
            N_("Customer number"),
            code(),
            aliases=("Customer", "客户编号", "客戶編號", "编号", "編號", "Mã khách hàng", "Mã KH"),
        ),
        ImportColumn(
            "name",
            N_("Customer name"),
            text(200),
            example="Nguyễn Thị Mai",
            aliases=(
                "Name",
                "Owner",
                "Tenant",
                "姓名",
                "客户姓名",
                "业主姓名",
                "客戶姓名",
                "業主姓名",
                "Họ tên",
                "Tên khách hàng",
                "Tên chủ hộ",
            ),
        ),
        ImportColumn(
            "mobile",
            N_("Mobile"),
            phone,
            example="0900 000 123",
            aliases=("Phone", "Telephone", "手机", "电话", "联系电话", "手機", "電話", "Điện thoại", "Di động", "SĐT"),
        ),
        ImportColumn(
            "role", N_("As"), one_of(OccupancyRole, *ROLE_NAMES), example="owner", aliases=("Role", "身份", "角色", "Vai trò", "Tư cách")
        ),
        ImportColumn(
            "starts_on",
            N_("Moved in on"),
            day,
            required=True,
            example=datetime.date(2025, 3, 1),
            aliases=("From", "Start", "入住日期", "起始日期", "Ngày vào", "Ngày chuyển vào", "Từ ngày"),
        ),
        ImportColumn(
            "ends_on", N_("Moved out on"), day, aliases=("To", "End", "迁出日期", "遷出日期", "截止日期", "Ngày chuyển đi", "Đến ngày")
        ),
        ImportColumn("note", N_("Note"), text(2000, lines=True), aliases=("Notes", "Remark", "备注", "说明", "備註", "說明", "Ghi chú")),
    ),
)
