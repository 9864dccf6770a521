"""Two people at one meter at the same moment, with real commits: one reading a day, and every reading counts from the one before."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.foundation.views.integrity import explained_violation
from app.metering.choices import ReadingSource
from app.metering.invariants import INVARIANTS
from app.metering.models import Reading
from app.metering.operations.entering import ReadingTerms, enter_reading
from app.metering.operations.settling import correct_reading
from app.values.errors import OperationRefused
from config import Settings
from tests import factories
from tests.conftest import make_application
from tests.metering.test_imports import batch_of, imported, row

DAY = datetime.date(2026, 5, 14)
ZONE = "Asia/Ho_Chi_Minh"


@pytest.fixture
def committed(settings: Settings, committed_database: str) -> Iterator[tuple[Flask, int]]:
    """The application over a database of its own, and a meter that shows 300 on 1 May."""
    app = make_application(settings, committed_database)
    with app.app_context():
        unit = factories.a_unit("1203", "HN", building=factories.a_building("HN", called="A"))
        meter = factories.a_read_meter(unit, 100, 100, 100, serial="E1").id
        db.session.remove()
    yield app, meter
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Do the deeds as Bình at the same moment; return what became of each."""
    said, ready = [], threading.Barrier(len(deeds))

    def work(deed: Callable[[], object]) -> None:
        with app.app_context(), factories.on_day(DAY, ZONE), factories.acting("binh"):
            ready.wait(timeout=60)
            try:
                deed()
                said.append("done")
            except OperationRefused as refusal:
                said.append(refusal.code)
            except DBAPIError as error:
                said.append(explained_violation(error).code)  # type: ignore[arg-type]
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return sorted(said)


def entering(meter: int, value: int, *, day: datetime.date = DAY, mark: str = "") -> Callable[[], object]:
    terms = ReadingTerms(meter=meter, read_on=day, value=Decimal(value), source=ReadingSource.PHONE, uuid=mark or str(uuid4()))
    return lambda: run(enter_reading, reading=terms)


def counted(app: Flask) -> list[tuple[str, Decimal, Decimal]]:
    """Return day, figure and consumption of the readings that count; every one must follow the one before."""
    with app.app_context(), everything("reading a test's own record"):
        for invariant in INVARIANTS:
            assert db.session.connection().execute(text(invariant.statement)).all() == [], invariant.name
        rows = [each for each in db.session.scalars(select(Reading).order_by(Reading.read_on)) if each.is_live]
        found = [(each.read_on.isoformat(), each.value, each.consumption) for each in rows]
        db.session.remove()
    return found[4:]


def test_two_readers_of_one_meter_leave_one_reading(committed: tuple[Flask, int]) -> None:
    app, meter = committed
    assert at_once(app, entering(meter, 340), entering(meter, 341)) == ["done", "reading_twice"]
    assert len(counted(app)) == 1


def test_one_reading_sent_twice_at_once_is_kept_once(committed: tuple[Flask, int]) -> None:
    app, meter = committed
    mark = str(uuid4())
    assert at_once(app, entering(meter, 340, mark=mark), entering(meter, 340, mark=mark)) == ["done", "done"]
    assert counted(app) == [("2026-05-14", Decimal(340), Decimal(40))]


def test_readers_of_two_days_never_count_over_each_other(committed: tuple[Flask, int]) -> None:
    app, meter = committed
    said = at_once(app, entering(meter, 330, day=datetime.date(2026, 5, 13)), entering(meter, 340))
    assert said in (["done", "done"], ["done", "reading_before_last"])
    assert sum(used for _day, _value, used in counted(app)) == 40


def test_a_file_and_a_reader_at_once_never_count_over_each_other(committed: tuple[Flask, int]) -> None:
    app, meter = committed
    with app.app_context(), factories.on_day(DAY, ZONE), factories.acting("binh"):
        batch = batch_of(row("E1", 340)).id
        db.session.remove()

    def importing() -> object:
        from app.foundation.imports.models import ImportBatch

        return imported(db.session.get(ImportBatch, batch))

    said = at_once(app, importing, entering(meter, 335, day=datetime.date(2026, 5, 13)))
    assert said[0] == "done"
    assert sum(used for _day, _value, used in counted(app)) in (35, 40)


def test_a_correction_and_a_new_reading_at_once_count_from_what_stands(committed: tuple[Flask, int]) -> None:
    app, meter = committed
    with app.app_context(), everything("reading a test's own record"):
        last = db.session.scalars(select(Reading).where(Reading.meter_id == meter).order_by(Reading.read_on.desc()).limit(1)).one().id
        db.session.remove()
    said = at_once(app, lambda: run(correct_reading, reading=last, value=Decimal(310), reason="nhầm"), entering(meter, 340))
    assert said == ["done", "done"]
    assert counted(app) == [("2026-05-14", Decimal(340), Decimal(30))]
