"""Importing customers with their lines: what a row becomes, what is a duplicate, what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.broadband.choices import PeriodKind, SubscriptionState, SubscriptionStatus
from app.broadband.models import ServicePeriod, Subscription
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.imports.checking import CheckedBatch, checked
from app.foundation.imports.choices import ImportState
from app.foundation.imports.declared import Decision, RowState, kind_named
from app.foundation.imports.models import ImportBatch, ImportHeading, ImportRow
from app.foundation.imports.operations import begin, decide, import_rows, reserve, set_columns, start, undo
from app.foundation.imports.reading import read_table, taken_in
from app.foundation.imports.undoing import blocked_rows
from app.foundation.trace import Trace
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests import factories
from tests.foundation.imports.files import xlsx
from tests.pages.conftest import counted

TODAY = "2026-11-22"
HEADINGS = ("客户姓名", "身份证号", "手机", "小区", "地址", "套餐", "宽带账号", "密码", "开通日期", "停止日期")
START, STOP = datetime.date(2024, 3, 8), datetime.date(2027, 3, 7)
WANG = ("王晓明", "110101199003078123", "13800002618", "翠湖花园", "3-2-501", "家庭 200M", "wang501", "s3cret", START, STOP)
LI = ("李娜", "110101198505140026", "13800007730", "翠湖花园", "3-2-502", "家庭 200M", "lina502", "", START, datetime.date(2026, 5, 14))


def but(row: tuple[Any, ...], **changes: Any) -> tuple[Any, ...]:
    """Return a row with other cells: but(WANG, account="x")."""
    at = {"name": 0, "id": 1, "mobile": 2, "community": 3, "address": 4, "plan": 5, "account": 6, "password": 7, "start": 8, "stop": 9}
    changed = list(row)
    for name, value in changes.items():
        changed[at[name]] = value
    return tuple(changed)


@pytest.fixture(autouse=True)
def lists(app: Flask) -> Iterator[None]:
    factories.a_community(name="翠湖花园")
    factories.a_plan(name="家庭 200M")
    with factories.acting("chen"), factories.on_day(TODAY):
        yield


def batch_of(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> ImportBatch:
    """Return a batch with its columns chosen."""
    file = taken_in("lines.xlsx", xlsx(headings, *rows))
    terms = {"office": factories.office().id, "kind": "subscriptions", "file": file, "table": read_table(file), "locale": "zh_Hans"}
    batch = run(begin, **terms).record
    return run(set_columns, batch=batch.id, columns=batch.columns).record


def imported(*rows: tuple[Any, ...], **decisions: str) -> ImportBatch:
    """Return a batch that is imported, with decisions such as row_3="use"."""
    batch = batch_of(*rows)
    if decisions:
        run(decide, batch=batch.id, decisions={name.removeprefix("row_"): value for name, value in decisions.items()})
    run(reserve, batch=batch.id)
    return run(import_rows, batch=batch.id).record


def checked_rows(*rows: tuple[Any, ...]) -> CheckedBatch:
    return checked(batch_of(*rows))


def problem(row: tuple[Any, ...], column: str) -> str:
    """Return what is wrong with a cell of the row."""
    return str(checked_rows(row).rows[0].problems[column])


def lines() -> list[Subscription]:
    return list(db.session.scalars(select(Subscription).order_by(Subscription.id)))


def customers() -> list[Customer]:
    return list(db.session.scalars(select(Customer).order_by(Customer.id)))


class TestARow:
    def test_becomes_a_customer_and_a_running_line_without_money(self) -> None:
        batch = imported(WANG)
        (line,) = lines()
        assert (batch.state, batch.made, batch.wrong) == (ImportState.DONE, 1, 0)
        assert (line.customer.name, line.customer.id_number, line.customer.mobile) == ("王晓明", "110101199003078123", "13800002618")
        assert line.customer.customer_no.startswith("KH-")
        assert (line.state, line.activated_on, line.applied_on, line.stops_on) == (SubscriptionState.ACTIVE, START, START, STOP)
        assert (line.broadband_account, line.password, line.address, line.plan.name) == ("wang501", "s3cret", "3-2-501", "家庭 200M")
        (period,) = line.periods
        assert (period.kind, period.start, period.stop, period.price) == (PeriodKind.TAKEN_OVER, START, STOP, 0)
        assert line.work_orders == []

    def test_of_the_past_is_an_expired_line(self) -> None:
        imported(LI)
        assert lines()[0].status is SubscriptionStatus.EXPIRED

    def test_can_be_found_and_paid_like_any_other(self) -> None:
        imported(WANG)
        payment = factories.paid(lines()[0], TODAY, 12)
        assert (payment.period_start, payment.period_end) == (datetime.date(2027, 3, 8), datetime.date(2028, 3, 7))

    def test_keeps_the_customer_number_of_the_earlier_books(self) -> None:
        batch = batch_of((*WANG, "A-77"), headings=(*HEADINGS, "客户编号"))
        run(reserve, batch=batch.id)
        run(import_rows, batch=batch.id)
        assert customers()[0].customer_no == "A-77"

    def test_may_not_take_a_number_of_the_offices_own_series(self) -> None:
        batch = batch_of((*WANG, "KH-000999"), headings=(*HEADINGS, "客户编号"))
        assert "customer_no" in checked(batch).rows[0].problems


class TestWhatIsWrong:
    def test_a_stop_date_before_the_start(self) -> None:
        assert "before the activation" in problem(but(WANG, stop=datetime.date(2024, 3, 7)), "stops_on")

    def test_an_activation_in_the_future(self) -> None:
        assert "future" in problem(but(WANG, start=datetime.date(2026, 11, 23)), "activated_on")

    def test_an_unknown_plan_is_named_with_those_that_are_near(self) -> None:
        row = checked_rows(but(WANG, plan="家庭200")).rows[0]
        assert row.problems["plan"].parameters["near"] == ["家庭 200M"]

    def test_an_unknown_community_without_any_that_is_near(self) -> None:
        assert "is not in the office's list" in problem(but(WANG, community="Nowhere"), "community")

    def test_a_community_of_another_office(self) -> None:
        factories.a_community("HK", name="海景花園")
        assert "community" in checked_rows(but(WANG, community="海景花園")).rows[0].problems

    def test_an_id_number_that_excel_has_shortened(self) -> None:
        assert "Excel has shortened" in problem(but(WANG, id=1.10101199003078e17), "id_number")

    def test_missing_cells_are_all_named_at_once(self) -> None:
        row = checked_rows(("",) * 7 + ("only a password", "", "")).rows[0]
        assert {"name", "community", "address", "plan", "broadband_account", "stops_on"} <= set(row.problems)

    def test_the_same_account_twice_in_the_file(self) -> None:
        first, second = checked_rows(WANG, but(LI, account="wang501")).rows
        assert first.state is RowState.NEW
        assert str(second.problems["broadband_account"]) == "Row 2 has the same value."

    def test_a_line_that_does_not_run(self) -> None:
        batch = batch_of((*WANG, "报停"), headings=(*HEADINGS, "用户状态"))
        assert "cannot be taken over" in str(checked(batch).rows[0].problems["status"])

    def test_wrong_rows_stay_out_and_the_others_are_imported(self) -> None:
        batch = imported(WANG, but(LI, plan="?"))
        assert (batch.made, batch.wrong) == (1, 1)
        assert [line.broadband_account for line in lines()] == ["wang501"]

    def test_nothing_but_wrong_rows_is_refused(self) -> None:
        with pytest.raises(OperationRefused) as refused:
            imported(but(WANG, plan="?"))
        assert refused.value.code == "nothing_to_import"
        assert customers() == []


class TestDuplicates:
    def test_a_second_line_of_a_person_of_the_file_goes_to_the_same_customer(self) -> None:
        batch = imported(WANG, but(WANG, account="wang502"))
        assert (batch.made, len(customers()), len(lines())) == (2, 1, 2)

    def test_a_customer_with_the_same_id_number_is_used(self) -> None:
        old = factories.a_customer(name="王晓明", id_number="110101199003078123")
        row = checked_rows(WANG).rows[0]
        assert (row.state, row.duplicate.options[0]) == (RowState.DUPLICATE, Decision.USE)  # type: ignore[union-attr]
        imported(WANG)
        assert [line.customer_id for line in lines()] == [old.id]

    def test_or_left_out_if_the_person_says_so(self) -> None:
        factories.a_customer(name="王晓明", id_number="110101199003078123")
        batch = imported(WANG, LI, row_2="skip")
        assert (batch.made, batch.left_out) == (1, 1)

    def test_the_same_telephone_however_it_is_written_is_left_out_until_decided(self) -> None:
        factories.a_customer(name="王父", mobile="+86 138-0000-2618")
        row = checked_rows(WANG).rows[0]
        assert (row.decision, row.duplicate.options) == (Decision.SKIP, (Decision.SKIP, Decision.USE, Decision.ADD))  # type: ignore[union-attr]

    def test_and_can_be_a_customer_of_his_own(self) -> None:
        factories.a_customer(name="王父", mobile="13800002618")
        imported(WANG, row_2="add")
        assert [customer.name for customer in customers()] == ["王父", "王晓明"]

    def test_one_answer_can_stand_for_all(self) -> None:
        factories.a_customer(name="王父", mobile="13800002618")
        factories.a_customer(name="李母", mobile="13800007730")
        batch = imported(WANG, LI, default="add")
        assert (batch.made, len(customers())) == (2, 4)

    def test_a_line_that_is_there_already_can_only_be_left_out(self) -> None:
        imported(WANG)
        row = checked_rows(WANG).rows[0]
        assert (row.state, row.duplicate.options, row.duplicate.column) == (  # type: ignore[union-attr]
            RowState.DUPLICATE, (Decision.SKIP,), "broadband_account",
        )  # fmt: skip

    def test_a_line_of_another_office_is_none(self) -> None:
        factories.a_customer("HK", name="王晓明", mobile="13800002618")
        assert checked_rows(WANG).rows[0].state is RowState.NEW


class TestUndoing:
    def test_removes_exactly_what_the_batch_made(self) -> None:
        old = factories.a_customer(name="王晓明", id_number="110101199003078123")
        batch = imported(WANG, LI)
        run(undo, batch=batch.id)
        assert [customer.id for customer in customers()] == [old.id]
        assert lines() == []
        assert db.session.scalar(select(func.count()).select_from(ServicePeriod)) == 0
        assert batch.state is ImportState.UNDONE

    def test_is_refused_with_the_reason_where_a_payment_was_taken(self) -> None:
        batch = imported(WANG, LI)
        factories.paid(lines()[0], TODAY)
        (blocked,) = blocked_rows(batch)
        assert (blocked.row, blocked.label) == (2, "wang501")
        with pytest.raises(OperationRefused) as refused:
            run(undo, batch=batch.id)
        assert refused.value.code == "built_on"
        assert len(lines()) == 2

    def test_the_other_rows_can_be_undone(self) -> None:
        batch = imported(WANG, LI)
        factories.paid(lines()[0], TODAY)
        run(undo, batch=batch.id, keep_blocked=True)
        assert [line.broadband_account for line in lines()] == ["wang501"]
        assert factories.reloaded(batch).state is ImportState.PARTLY_UNDONE

    def test_a_customer_stays_while_a_later_row_needs_him(self) -> None:
        batch = imported(WANG, but(WANG, account="wang502"), LI)
        factories.paid(lines()[1], TODAY)
        assert [blocked.row for blocked in blocked_rows(batch)] == [2, 3]
        run(undo, batch=batch.id, keep_blocked=True)
        assert [line.broadband_account for line in lines()] == ["wang501", "wang502"]

    def test_names_every_row_in_use_however_many_there_are(self) -> None:
        batch = imported(WANG)
        used = factories.a_line_until("2027-01-01").customer_id
        marks = text(
            "INSERT INTO import_row (office_id, batch_id, row_number, of_table, record_id, label) "
            "SELECT :office, :batch, number, 'customer', :customer, '' FROM generate_series(101, 2600) AS number"
        )
        db.session.execute(marks, {"office": batch.office_id, "batch": batch.id, "customer": used})
        assert len(blocked_rows(batch)) == 2500

    def test_leaves_the_trace_of_what_was_removed(self) -> None:
        batch = imported(WANG)
        customer = customers()[0].id
        run(undo, batch=batch.id)
        statement = select(Trace).where(Trace.of_table == "customer", Trace.row_id == customer)
        (change,) = db.session.scalars(statement).all()
        assert change.after is None
        assert "110101199003078123" not in str(change.before)

    def test_nothing_is_removed_without_its_trace(self) -> None:
        batch = imported(WANG)
        customer = customers()[0].id
        db.session.execute(text("SET ROLE feehouse_app"))
        # What the owner's change of keys says must not help the application to hide.
        db.session.execute(text("SELECT set_config('app.new_key', 'on', true)"))
        db.session.execute(text("SELECT remove_imported(:batch, '{}')"), {"batch": batch.id})
        statement = select(func.count(Trace.id)).where(Trace.of_table == "customer", Trace.row_id == customer)
        assert db.session.scalar(statement) == 1

    def test_and_importing_again_is_possible(self) -> None:
        batch = imported(WANG, LI)
        run(undo, batch=batch.id)
        assert imported(WANG, LI).made == 2


def test_the_database_removes_no_period_that_was_paid(app: Flask) -> None:
    batch = imported(WANG)
    factories.paid(lines()[0], TODAY)
    with pytest.raises(DBAPIError):
        db.session.execute(text("SELECT remove_imported(:batch, ARRAY[]::integer[])"), {"batch": batch.id})
    db.session.rollback()


def test_marks_of_an_import_hold_no_personal_data() -> None:
    imported(WANG)
    marks = list(db.session.scalars(select(ImportRow)))
    assert {mark.of_table for mark in marks} == {"customer", "subscription", "service_period"}
    assert not [mark for mark in marks if any(word in mark.label for word in ("王", "1101", "138"))]


def test_a_row_of_people_that_was_taken_for_headings_is_not_remembered(app: Flask) -> None:
    file = taken_in("lines.xlsx", xlsx(WANG, LI))
    terms = {"office": factories.office().id, "kind": "subscriptions", "file": file, "table": read_table(file), "locale": "zh_Hans"}
    batch = run(begin, **terms).record
    places = ("name", "id_number", "mobile", "community", "address", "plan", "broadband_account", "password", "activated_on", "stops_on")
    names = [column for column in kind_named("subscriptions").by_name if column in places]
    run(set_columns, batch=batch.id, columns={name: places.index(name) for name in names})
    assert [row.meanings for row in db.session.scalars(select(ImportHeading)) if row.meanings] == []


def test_an_import_is_begun_in_the_background_once(app: Flask) -> None:
    batch = batch_of(WANG)
    run(start, batch=batch.id)
    with pytest.raises(OperationRefused) as refused:
        run(start, batch=batch.id)
    assert refused.value.code == "import_closed"


def test_names_are_read_in_any_language(app: Flask) -> None:
    headings = (
        "Khách hàng",
        "CCCD",
        "Di động",
        "Tên khu",
        "Địa chỉ",
        "Gói cước",
        "Tài khoản",
        "Mật khẩu",
        "Ngày kích hoạt",
        "Ngày hết hạn",
    )
    batch = batch_of(WANG, headings=headings)
    assert len(batch.columns) == len(headings)


def test_plans_are_read_once_however_many_rows_there_are(app: Flask) -> None:
    few = batch_of(*(but(WANG, id=f"1101{n:014d}", mobile=f"139{n:08d}", account=f"a{n}") for n in range(3)))
    many = batch_of(*(but(WANG, id=f"1102{n:014d}", mobile=f"137{n:08d}", account=f"b{n}") for n in range(300)))
    checked(few)  # what a request reads once is read
    with counted() as for_few:
        checked(few)
    with counted() as for_many:
        checked(many)
    assert len(for_many) == len(for_few)
