"""Two people at one import at the same moment, with real commits: nothing is made twice, and nothing that was paid for is removed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.broadband.models import RegularPayment, Subscription
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.imports.models import ImportBatch, ImportRow
from app.foundation.imports.operations import begin, import_rows, reserve, set_columns, undo
from app.foundation.imports.reading import read_table, taken_in
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.views.integrity import explained_violation
from app.values.errors import OperationRefused
from config import Settings
from tests import factories
from tests.broadband.test_import_of_lines import HEADINGS, LI, TODAY, WANG
from tests.conftest import make_application
from tests.foundation.imports.files import xlsx


@pytest.fixture
def committed(settings: Settings, committed_database: str) -> Iterator[Flask]:
    app = make_application(settings, committed_database)
    with app.app_context():
        factories.a_community(name="翠湖花园")
        factories.a_plan(name="家庭 200M")
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def a_batch() -> int:
    """Return a batch of two lines whose columns are chosen."""
    file = taken_in("lines.xlsx", xlsx(HEADINGS, WANG, LI))
    terms = {"office": factories.office().id, "kind": "subscriptions", "file": file, "table": read_table(file), "locale": "zh_Hans"}
    batch = run(begin, **terms).record
    return int(run(set_columns, batch=batch.id, columns=batch.columns).record.id)


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Do the deeds as Chen at the same moment; return what became of each."""
    said, ready = [], threading.Barrier(len(deeds))

    def work(deed: Callable[[], object]) -> None:
        with app.app_context(), factories.on_day(TODAY), factories.acting("chen"):
            ready.wait(timeout=30)
            try:
                deed()
                said.append("done")
            except OperationRefused as refusal:
                said.append(refusal.code)
            except IntegrityError as error:
                said.append(explained_violation(error).code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def test_a_batch_imported_twice_at_once_is_imported_once(committed: Flask) -> None:
    with committed.app_context(), factories.on_day(TODAY), factories.acting("chen"):
        batch = a_batch()
        run(reserve, batch=batch)
        db.session.remove()
    said = at_once(committed, *[lambda: run(import_rows, batch=batch)] * 3)
    assert said == ["done", "import_closed", "import_closed"]
    with committed.app_context(), everything("counting"):
        assert db.session.scalar(select(func.count(Customer.id))) == 2
        assert db.session.scalar(select(func.count(Subscription.id))) == 2
        assert db.session.scalar(select(ImportBatch.made)) == 2


def test_one_file_in_two_batches_at_once_makes_no_line_twice(committed: Flask) -> None:
    with committed.app_context(), factories.on_day(TODAY), factories.acting("chen"):
        batches = [a_batch(), a_batch()]
        for batch in batches:
            run(reserve, batch=batch)
        db.session.remove()
    at_once(committed, *[lambda batch=batch: run(import_rows, batch=batch) for batch in batches])
    with committed.app_context(), everything("counting"):
        assert db.session.scalar(select(func.count(Subscription.id))) == 2
        assert db.session.scalar(select(func.count(Customer.id))) == 2


def test_an_import_undone_while_a_payment_is_taken_keeps_both_or_neither(committed: Flask) -> None:
    with committed.app_context(), factories.on_day(TODAY), factories.acting("chen"):
        batch = a_batch()
        run(reserve, batch=batch)
        run(import_rows, batch=batch)
        line = db.session.scalars(select(Subscription).order_by(Subscription.id).limit(1)).one()
        customer, number = line.customer_id, line.id
        db.session.remove()

    def pay() -> None:
        factories.paid(db.session.get_one(Subscription, number), TODAY)

    at_once(committed, pay, lambda: run(undo, batch=batch))
    with committed.app_context(), everything("counting"):
        payments = db.session.scalar(select(func.count(RegularPayment.id)))
        lines = db.session.scalar(select(func.count(Subscription.id)))
        removed = db.session.scalar(select(func.count(ImportRow.id)).where(ImportRow.removed_at.is_not(None)))
        assert (payments, lines, removed == 0) in ((1, 2, True), (0, 0, False))
        assert (db.session.get(Customer, customer) is not None) == (lines == 2)
