"""The rows of the measurements, a few of them: they fit today's tables, and the real payment can follow them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import create_app
from app.bench import filling
from app.bench.rows import Sizes
from app.bench.world import make_world
from app.billing.choices import Method
from app.billing.rules.methods import MethodAmount
from app.broadband.operations.payments import PaymentTerms, pay
from app.foundation.database import db
from app.foundation.scope import scoped
from app.foundation.transactions import run
from app.foundation.upgrade import upgrade_database
from config import Settings

SIZES = Sizes(customers=100, payments_each=3)


@pytest.fixture
def empty_database(server_url: str) -> Iterator[str]:
    name = f"feehouse_bench_{os.getpid()}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def test_the_filled_rows_hold_and_can_be_paid_on(settings: Settings, empty_database: str) -> None:
    owner = create_app(settings, AS_OWNER=True, SQLALCHEMY_DATABASE_URI=empty_database, TESTING=True)
    upgrade_database(owner)
    with owner.app_context():
        make_world()
        db.session.remove()
        with psycopg.connect(empty_database.replace("+psycopg", ""), autocommit=True) as connection:
            filling.fill(connection, SIZES, datetime.datetime.now(datetime.UTC).date())
            assert filling.fits(connection, SIZES)
        cashier = db.session.execute(text("SELECT min(id) FROM ab_user WHERE username LIKE 'cashier%'")).scalar_one()
        with scoped(cashier, [1]):
            terms = PaymentTerms(months=1, methods=(MethodAmount(Method.CASH),))
            paid = run(pay, subscription=SIZES.customers, terms=terms).record
        assert paid.id == SIZES.payments + 1
        assert paid.receipt.sequence > 1
        db.session.remove()
        db.engine.dispose()
