"""The condition by which customers are found, asked of the database itself."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from app.customers.models import Customer
from app.customers.queries import matches
from app.foundation.database import db
from tests.factories import a_customer, acting

pytestmark = pytest.mark.usefixtures("app")


def found(typed: str) -> list[str]:
    with acting("chen"):
        return [customer.name for customer in db.session.scalars(select(Customer).where(matches(typed)).order_by(Customer.id))]


@pytest.mark.parametrize("typed", ["王晓", "晓明", "wxm", "wangxi", "王晓明", "7730", "王 7730"])
def test_a_customer_is_found_by_name_pinyin_initials_and_the_end_of_his_number(typed: str) -> None:
    a_customer(name="王晓明", mobile="19012347730")
    a_customer(name="李四", mobile="19012345555")
    assert found(typed) == ["王晓明"]


@pytest.mark.parametrize("typed", ["'", "o'x; drop", "%", "100%s", "\\", "{}", '"', "𠮷", ":x", "$"])
def test_odd_signs_are_no_part_of_the_statement(typed: str) -> None:
    a_customer(name="王晓明")
    assert found(typed) == []


def test_the_terms_stand_in_the_statement_so_that_each_gets_its_own_plan() -> None:
    compiled = matches("王晓").compile(dialect=postgresql.dialect(), compile_kwargs={"render_postcompile": True})  # type: ignore[no-untyped-call]
    assert "王晓" in str(compiled)
    assert compiled.params == {}
