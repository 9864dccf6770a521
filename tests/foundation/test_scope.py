"""The office scope fails closed and holds for every way an ORM statement can be written."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import ScopeMissing, everything
from app.offices.models import Office
from app.places.models import Community
from tests.factories import a_community, a_customer, acting, an_active_line

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    "statement",
    [select(Customer), select(Customer.name), select(func.count()).select_from(Customer), select(func.count(Customer.id)), select(Office)],
    ids=["rows", "column", "count from", "count of", "offices"],
)
def test_without_a_scope_every_statement_over_an_offices_table_raises(statement: object) -> None:
    with pytest.raises(ScopeMissing):
        db.session.execute(statement)  # type: ignore[call-overload]


def test_wang_never_sees_hanoi() -> None:
    a_customer("HN", name="Nguyễn Văn Lan")
    mine = a_customer("SH", name="张三")
    with acting("wang"):
        assert [each.id for each in db.session.scalars(select(Customer))] == [mine.id]
        assert db.session.execute(select(func.count()).select_from(Customer)).scalar_one() == 1
        assert db.session.execute(select(func.count(Customer.id))).scalar_one() == 1
        assert len(db.session.scalars(select(aliased(Customer))).all()) == 1
        assert [office.code for office in db.session.scalars(select(Office))] == ["SH"]


def test_session_get_does_not_hand_out_another_offices_row() -> None:
    theirs = a_customer("HN", name="Nguyễn Văn Lan")
    with everything("holding the row in the session"):
        db.session.get(Customer, theirs.id)
    with acting("wang"):
        assert db.session.get(Customer, theirs.id) is None


def test_relations_are_filtered_too() -> None:
    line = an_active_line("2026-01-31")
    with acting("wang"):
        fresh = db.session.get(type(line), line.id)
        assert fresh is not None
        assert fresh.customer.name == "张三"


def test_updates_and_deletes_stay_inside_the_scope() -> None:
    a_customer("HN", name="Nguyễn Văn Lan")
    place = a_community("HN", name="Hồ Xanh")
    with acting("wang"):
        assert db.session.execute(update(Customer).values(note="x")).rowcount == 0  # type: ignore[attr-defined]
        assert db.session.execute(delete(Community).where(Community.id == place.id)).rowcount == 0  # type: ignore[attr-defined]
