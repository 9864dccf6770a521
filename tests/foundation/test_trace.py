"""Every change of a row that people keep leaves a trace: who, when, before and after."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from app.broadband.models import BroadbandPolicy, Plan
from app.customers.models import Customer
from app.customers.operations import save_customer
from app.foundation.actor import working_as
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.trace import Trace, changes_of
from app.foundation.transactions import run
from app.foundation.views.changes import who
from app.foundation.views.saving import deleting, saving, version_of
from app.offices.operations import set_offices, set_roles
from app.roles import Role
from tests.factories import a_customer, a_plan, acting, an_active_line, office, paid, user
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def _traces(table: str) -> list[Trace]:
    return list(db.session.scalars(select(Trace).where(Trace.of_table == table).order_by(Trace.id)))


def test_a_change_says_who_changed_what() -> None:
    customer = a_customer(name="张三", contact_phone="138 0000 2618")
    with acting("mei"):
        version = version_of(customer)
        run(save_customer, office=customer.office_id, record=customer.id, version=version, name="张三丰", contact_phone="138 0000 2618")
    (change,) = changes_of(customer, 5)
    assert change.person == "Mei"
    assert list(change.values) == [("name", "张三", "张三丰")]


def test_saving_without_a_change_leaves_no_trace() -> None:
    customer = a_customer(name="张三")
    with acting("mei"):
        run(save_customer, office=customer.office_id, record=customer.id, version=version_of(customer), name="张三")
    assert list(changes_of(customer, 5)) == []


def test_a_deleted_row_is_kept_in_the_trace() -> None:
    plan = a_plan(name="试用")
    plan_id = plan.id
    with acting("chen"):
        run(deleting(Plan), record=plan_id)
    (trace,) = _traces("plan")
    assert trace.row_id == plan_id
    assert trace.before["name"] == "试用"
    assert trace.after is None


def test_an_identity_number_stays_encrypted() -> None:
    customer = a_customer(name="张三", id_number="11010119900307123X")
    with acting("mei"):
        version = version_of(customer)
        run(save_customer, office=customer.office_id, record=customer.id, version=version, name="张三", id_number="11010119900307999X")
    (trace,) = _traces("customer")
    assert list(trace.before) == ["id_number"]
    assert "110101" not in str(trace.before) + str(trace.after)


def test_a_setting_of_an_office_is_traced() -> None:
    with acting("chen"):
        policy = db.session.scalars(select(BroadbandPolicy)).one()
        run(saving(BroadbandPolicy), record=policy.id, office=None, version=version_of(policy), values=(("grace_days", 5),))
    (trace,) = _traces("broadband_policy")
    assert (trace.before, trace.after) == ({"grace_days": 0}, {"grace_days": 5})


def test_a_payment_is_its_own_trace() -> None:
    line = an_active_line("2026-01-31")
    db.session.commit()
    before = len(_traces("subscription"))
    paid(line, "2026-01-31")
    assert len(_traces("subscription")) == before


def test_a_row_of_another_table_has_its_own_trace() -> None:
    place = office("SH")
    customer = a_customer(name="张三")
    assert isinstance(customer, Customer)
    assert list(changes_of(place, 5)) == []


def test_the_page_of_a_record_shows_who_changed_what(app: Flask) -> None:
    plan = a_plan(name="家庭 100M", fee=Decimal("100.00"))
    with acting("chen"):
        version = version_of(plan)
        run(saving(Plan), record=plan.id, office=None, version=version, values=(("fee", Decimal("120.00")), ("note", "涨价")))
    page = signed_in(app, "shen").get(f"/planview/show/{plan.id}?part=history").get_data(as_text=True)
    assert "变更记录" in page
    assert "¥100.00 → ¥120.00" in page
    assert "— → 涨价" in page
    assert "Chen" in page


def test_the_page_hides_an_identity_number_that_was_changed(app: Flask) -> None:
    customer = a_customer(name="张三", id_number="11010119900307123X")
    with acting("mei"):
        version = version_of(customer)
        run(save_customer, office=customer.office_id, record=customer.id, version=version, name="张三", id_number="11010119900307999X")
    page = signed_in(app, "chen", "en").get(f"/customerview/show/{customer.id}?part=history").get_data(as_text=True)
    assert "changed; the value is not shown" in page
    assert "307999X" not in page


def test_the_page_says_who_made_the_record(app: Flask) -> None:
    customer = a_customer(name="张三")
    page = signed_in(app, "shen", "en").get(f"/customerview/show/{customer.id}?part=history").get_data(as_text=True)
    assert re.search(r"Created.*?Chen", page, re.DOTALL)


def test_the_history_comes_in_the_language_and_formats_of_the_reader(app: Flask) -> None:
    plan = a_plan(name="家庭 100M", fee=Decimal("1100.00"))
    with acting("chen"):
        run(saving(Plan), record=plan.id, office=None, version=version_of(plan), values=(("fee", Decimal("1200.50")),))
    page = signed_in(app, "shen", "vi").get(f"/planview/show/{plan.id}?part=history").get_data(as_text=True)
    assert "1.100,00 ¥ → 1.200,50 ¥" in page.replace("\u00a0", " ")


def _bare(statement: str, role: str = "NONE") -> None:
    db.session.execute(text(f"SET LOCAL ROLE {role}"))
    db.session.execute(text("SELECT set_config('app.user', '', true), set_config('app.job', '', true)"))
    db.session.execute(text(statement))
    db.session.execute(text("SET LOCAL ROLE feehouse_app"))


def test_a_bare_statement_of_the_owner_leaves_a_trace_without_a_person() -> None:
    first, second = a_plan(name="一"), a_plan(name="二")
    _bare(f"UPDATE plan SET note = 'bulk' WHERE id IN ({first.id}, {second.id})")
    assert [(trace.row_id, trace.user_id, trace.job) for trace in _traces("plan")] == [(first.id, None, ""), (second.id, None, "")]
    (change,) = changes_of(first, 5)
    assert who(change.person, change.job) == "directly in the database"


def test_a_statement_of_the_program_itself_says_so() -> None:
    plan = a_plan(name="一")
    _bare(f"UPDATE plan SET note = 'x' WHERE id = {plan.id}", "feehouse_app")
    (change,) = changes_of(plan, 5)
    assert who(change.person, change.job) == "The program"


def test_the_work_of_a_command_bears_its_name() -> None:
    plan = a_plan(name="一")
    with working_as("restore"), everything("a command"):
        run(saving(Plan), record=plan.id, office=None, version=version_of(plan), values=(("note", "x"),))
    (change,) = changes_of(plan, 5)
    assert who(change.person, change.job) == "Command restore"


def test_a_change_knows_its_office() -> None:
    plan, place = a_plan(name="一"), office("SH")
    _bare(f"UPDATE plan SET note = 'x' WHERE id = {plan.id}")
    _bare(f"UPDATE office SET telephone = '1' WHERE id = {place.id}")
    assert [(trace.of_table, trace.of_office) for trace in db.session.scalars(select(Trace).order_by(Trace.id))] == [
        ("plan", place.id),
        ("office", place.id),
    ]


def test_a_role_given_and_an_office_taken_are_changes_of_the_person(app: Flask) -> None:
    wang = user("wang")
    with acting("ada"):
        run(set_roles, user=wang.id, roles=(Role.RECEPTIONIST.value,))
        run(set_offices, user=wang.id, offices=())
    page = signed_in(app, "ada", "en").get(f"/systemuserview/show/{wang.id}").get_data(as_text=True)
    for words in ("Receptionist given", "Cashier taken away", "上海营业厅 taken away"):
        assert words in page


def test_what_a_person_is_made_with_is_no_change(committed_database: str) -> None:
    """On real transactions: the tests' own run in savepoints, which the database counts as others."""
    engine = create_engine(committed_database, poolclass=NullPool)
    give = text("INSERT INTO ab_user_role (user_id, role_id) SELECT :user, id FROM ab_role WHERE name = :role")
    made = text("INSERT INTO ab_user (first_name, last_name, username, email) VALUES ('N', '', 'neu', 'n@x') RETURNING id")
    rights = text("SELECT after->>'roles' FROM trace WHERE of_table = 'ab_user' AND row_id = :user")
    with engine.begin() as connection:
        person = connection.execute(made).scalar_one()
        connection.execute(give, {"user": person, "role": "Cashier"})
    with engine.begin() as connection:
        connection.execute(give, {"user": person, "role": "Manager"})
    with engine.begin() as connection:
        assert connection.execute(rights, {"user": person}).scalars().all() == ["Manager"]
