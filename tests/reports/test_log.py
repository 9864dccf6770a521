"""The log page: everything of one's own offices in one list, in words, filtered, turned page by page, and as a file."""

from __future__ import annotations

import csv
import datetime
import io
import re

import pytest
from flask import Flask
from sqlalchemy import text

from app.billing.operations.printing import print_receipt
from app.broadband.models import Plan
from app.customers.models import Customer
from app.customers.operations import save_customer
from app.foundation.actor import working_as
from app.foundation.database import db
from app.foundation.log import LogKind, note, note_now
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.foundation.views.saving import deleting, saving, version_of
from app.reports.log import LogTerms, Place, every_line, page
from app.values.errors import Malformed
from tests.factories import a_customer, a_plan, acting, an_active_line, office, paid, user
from tests.pages.conftest import counted, signed_in

pytestmark = pytest.mark.usefixtures("app")


def _renamed(customer: Customer, name: str, by: str) -> None:
    with acting(by):
        fresh = found(Customer, customer.id)
        run(save_customer, office=customer.office_id, record=customer.id, version=version_of(fresh), name=name)


def _page(app: Flask, username: str, query: str = "", locale: str | None = "en") -> str:
    answer = signed_in(app, username, locale).get(f"/logview/list/{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = (re.sub(r"<[^>]+>", " ", row) for row in body.split("</tr>"))
    return [" ".join(row.split()) for row in cells if row.strip()]


def test_a_change_stands_there_with_person_record_and_values(app: Flask) -> None:
    customer = a_customer(name="张三")
    _renamed(customer, "张三丰", "mei")
    (row,) = _rows(_page(app, "shen", "?table=customer"))
    assert "Mei" in row
    assert customer.customer_no in row
    assert "Customer name: 张三 → 张三丰" in row


def test_a_sign_in_a_refusal_and_a_print_stand_there(app: Flask) -> None:
    payment = paid(an_active_line("2026-05-01"), "2026-05-02")
    with acting("wang"):
        run(print_receipt, receipt=payment.receipt_id, reason="卡纸")
    signed_in(app, "wang").get("/planview/add")
    rows = _rows(_page(app, "shen"))
    assert any("Sign-in Wang 127.0.0.1" in row for row in rows)
    assert any("Refusal of rights Wang" in row and "GET /planview/add was refused." in row for row in rows)
    assert any("Print" in row and "Wang" in row and "Printing no. 1: 卡纸" in row for row in rows)


def test_a_deleted_row_is_found_with_what_stood_in_it(app: Flask) -> None:
    plan = a_plan(name="试用")
    with acting("chen"):
        run(deleting(Plan), record=plan.id)
    (row,) = _rows(_page(app, "shen", "?kind=deleted"))
    assert "Deletion Chen 试用" in row
    assert "Fee: ¥50.00" in row or "Plan fee: ¥50.00" in row


def test_a_deleted_row_is_found_by_what_it_was_called(app: Flask) -> None:
    plan, other = a_plan(name="试用套餐"), a_plan(name="别的套餐")
    for each in (plan, other):
        with acting("chen"):
            run(deleting(Plan), record=each.id)
    (row,) = _rows(_page(app, "shen", "?q=试用套餐"))
    assert "Deletion Chen 试用套餐" in row


def test_a_change_directly_in_the_database_says_so(app: Flask) -> None:
    plan = a_plan(name="试用")
    db.session.execute(text("RESET ROLE"))
    db.session.execute(text("SELECT set_config('app.user', '', true), set_config('app.job', '', true)"))
    db.session.execute(text("UPDATE plan SET note = 'x' WHERE id = :id"), {"id": plan.id})
    db.session.execute(text("SET ROLE feehouse_app"))
    (row,) = _rows(_page(app, "shen", "?table=plan"))
    assert "directly in the database" in row


def test_a_change_by_a_job_names_the_job(app: Flask) -> None:
    plan = a_plan(name="试用")
    with working_as("nightly"), acting("chen"):
        run(saving(Plan), record=plan.id, office=None, version=version_of(plan), values=(("note", "x"),))
    (row,) = _rows(_page(app, "shen", "?table=plan"))
    assert "Chen (Nightly work)" in row


def test_an_auditor_sees_nothing_of_another_office(app: Flask) -> None:
    _renamed(a_customer("HN", name="Nguyễn Văn An"), "Nguyễn Văn Bình", "binh")
    signed_in(app, "lan").get("/planview/add")
    with acting("binh"):
        note(LogKind.EXPORTED, "Customers")
        db.session.commit()
    everything_seen = "".join(_rows(_page(app, "shen")))
    assert "Nguyễn" not in everything_seen
    assert not re.search(r"\bLan\b", everything_seen)
    assert "Binh" not in everything_seen


def test_another_office_cannot_be_asked_for(app: Flask) -> None:
    assert signed_in(app, "shen").get(f"/logview/list/?in_office={office('HN').id}").status_code == 404


def test_a_failure_under_an_unknown_name_is_for_administrators(app: Flask) -> None:
    app.test_client().post("/login/", data={"username": "nobody", "password": "x"})
    assert any("Unknown username" in row for row in _rows(_page(app, "ada")))
    assert not any("Unknown username" in row for row in _rows(_page(app, "shen")))


def test_a_change_of_an_account_is_seen_where_the_person_works(app: Flask) -> None:
    with everything("an administrator's hand"):
        db.session.execute(text("UPDATE ab_user SET first_name = 'Lana' WHERE username = 'lan'"))
        db.session.execute(text("UPDATE ab_user SET first_name = 'Wangwang' WHERE username = 'wang'"))
    rows = "".join(_rows(_page(app, "shen", "?table=ab_user&kind=changed")))
    assert "Wangwang" in rows
    assert "Lana" not in rows


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("?kind=sign_in", 2),
        ("?kind=refused", 1),
        ("?kind=printed", 0),
        ("?table=plan", 1),
        ("?from=2000-01-01&to=2000-01-02", 0),
        ("?from=2020-01-01", 3),
    ],
)
def test_filters_narrow_the_list(app: Flask, query: str, seen: int) -> None:
    signed_in(app, "wang").get("/planview/add")
    assert len(_rows(_page(app, "shen", query, locale=None))) == seen


def test_the_log_of_one_person(app: Flask) -> None:
    signed_in(app, "wang")
    assert [row for row in _rows(_page(app, "shen", f"?person={user('wang').id}")) if "Wang" not in row] == []


def test_a_record_is_found_by_its_number(app: Flask) -> None:
    customer, other = a_customer(name="张三"), a_customer(name="李四")
    _renamed(customer, "张三丰", "mei")
    _renamed(other, "李四光", "mei")
    (row,) = _rows(_page(app, "shen", f"?q={customer.customer_no}"))
    assert "张三丰" in row


@pytest.mark.parametrize("query", ["?kind=x", "?before=1", "?before=20260101T000000.0-9-1", "?person=x", "?from=yesterday-ish", "?table=x"])
def test_an_unreadable_filter_is_refused(app: Flask, query: str) -> None:
    assert signed_in(app, "shen").get(f"/logview/list/{query}").status_code == 400


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    customer = a_customer(name="张 0")
    for number in range(1, 8):
        _renamed(customer, f"张 {number}", "mei")
        with acting("mei"):
            note_now(LogKind.EXPORTED, f"{number}")
    terms = LogTerms((office("SH").id,))
    whole = list(every_line(terms))
    turned, place = [], None
    while batch := page(LogTerms((office("SH").id,), before=place), 3):
        turned += batch
        place = batch[-1].place
    assert [line.place for line in turned] == [line.place for line in whole]
    assert len(whole) >= 14
    assert [line.at for line in whole] == sorted((line.at for line in whole), reverse=True)


def test_a_place_survives_the_address() -> None:
    place = Place(datetime.datetime(2026, 5, 14, 1, 2, 3, 456, tzinfo=datetime.UTC), 1, 77)
    assert Place.read(str(place)) == place
    with pytest.raises(Malformed):
        Place.read("20260514T010203.0-1")


def test_the_file_holds_what_the_filter_shows(app: Flask) -> None:
    _renamed(a_customer(name="=1+1"), "张三丰", "mei")
    answer = signed_in(app, "shen", "en").get("/logview/export/csv?table=customer")
    (head, row) = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert head[:3] == ["Time", "Kind", "Who"]
    assert row[2] == "Mei"
    assert row[5] == "Customer name: =1+1 → 张三丰"


@pytest.mark.parametrize("username", ["wang", "chen", "mei", "gong"])
def test_others_do_not_see_the_log(app: Flask, username: str) -> None:
    assert signed_in(app, username).get("/logview/list/").status_code == 403


def test_a_page_asks_no_more_for_many_lines_than_for_few(app: Flask) -> None:
    def asked() -> int:
        browser = signed_in(app, "shen")
        with counted() as statements:
            assert browser.get("/logview/list/").status_code == 200
        return len(statements)

    _renamed(a_customer(name="张三"), "张三丰", "mei")
    few = asked()
    for number in range(6):
        _renamed(a_customer(name=f"李 {number}"), f"王 {number}", "mei")
    assert asked() <= few


def _sorts(page: str) -> dict[str, str]:
    """Return the choices of the filter of record types: what stands in the address, and what people read."""
    select = re.search(r'<select[^>]*name="table".*?</select>', page, re.S)
    assert select is not None
    return {value: label.strip() for value, label in re.findall(r'<option value="(\w+)"[^>]*>(.*?)</option>', select[0], re.S)}


def test_every_table_whose_changes_are_traced_can_be_asked_for_by_name(app: Flask) -> None:
    """The trigger alone brings a table into the filter; where nothing gives it a name in Chinese, it needs a ``__title__``."""
    sorts = _sorts(_page(app, "shen", locale=None))
    triggers = text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_is\\_traced'")
    traced = set(db.session.execute(triggers).scalars()) - {"ab_user_role", "user_office"}  # told as changes of the user
    assert traced <= sorts.keys()
    assert {"equipment", "plan_change", "line_proposal", "letter_template", "work_order_material", "receipt", "voucher"} <= sorts.keys()
    assert [table for table, label in sorts.items() if not re.search("[\u4e00-\u9fff]", label)] == []
    assert len(set(sorts.values())) == len(sorts)


def test_a_table_that_only_entries_name_can_be_asked_for(app: Flask) -> None:
    assert "background_job" not in _sorts(_page(app, "shen"))
    with acting("ada"):
        note(LogKind.MAINTENANCE, "The books were proved.", of_table="background_job", row_id=1, offices=())
        db.session.commit()
    assert "background_job" in _sorts(_page(app, "shen"))
