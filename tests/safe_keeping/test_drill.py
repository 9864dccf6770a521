"""The restore drill: an installation, its archive, another folder, and everything is there again."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.billing.models import Receipt
from app.broadband.models import Subscription
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.postgres import start
from app.foundation.safe_keeping.archive import Archive
from app.foundation.safe_keeping.restoring import filled_tables
from app.foundation.scope import everything
from config import DATABASE
from tests.factories import acting, on_day, paid
from tests.safe_keeping.conftest import ID_NUMBER, PASSPHRASE, Kept, new_folder, opened_installation, printed_text, run

MOST_WORK = 20.0  # seconds of processor for the restore; by the clock it takes 10 s on two cores with nothing else to do


@dataclass(frozen=True)
class Copy:
    """The restored installation: its folder and what the command said, and how long the processor worked on it."""

    folder: Path
    said: str
    seconds: float


@pytest.fixture(scope="module")
def copy(kept: Kept) -> Iterator[Copy]:
    folder = new_folder()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run("restore", str(kept.file), folder=folder, FEEHOUSE_BACKUP_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 0, done.stderr + done.stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with start(folder, fast_and_unsafe=True):
        yield Copy(folder, done.stdout, seconds)
    shutil.rmtree(folder)


def test_a_restore_proves_the_books(copy: Copy) -> None:
    assert "invariants hold" in copy.said
    assert "BROKEN" not in copy.said
    assert copy.seconds < MOST_WORK


def test_every_table_has_its_rows(kept: Kept, copy: Copy) -> None:
    with Archive(kept.file) as archive:
        expected = dict(archive.manifest.rows)
    assert expected["receipt"] == 2
    with start(copy.folder) as server, psycopg.connect(server.url(DATABASE)) as connection:
        found = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in expected}
    # The restore itself stands in the log.
    assert found == {table: (count + (table == "log_entry"),) for table, count in expected.items()}


def test_encrypted_values_can_be_read_again(kept: Kept, copy: Copy) -> None:
    with opened_installation(copy.folder), everything("reading what was restored"):
        customer = db.session.scalars(select(Customer).where(Customer.id == kept.customer)).one()
        line = db.session.scalars(select(Subscription).where(Subscription.id == kept.line)).one()
        assert (customer.id_number, line.password) == (ID_NUMBER, "line-secret-1")


def test_the_receipt_is_printed_again_with_the_same_text_and_the_next_one_gets_the_next_number(kept: Kept, copy: Copy) -> None:
    with opened_installation(copy.folder):
        with on_day("2026-05-11"), acting("wang"):
            assert printed_text(kept.receipt) == kept.text
        assert "张三丰" in kept.text
        with everything("reading what was restored"):
            line = db.session.scalars(select(Subscription).where(Subscription.id == kept.line)).one()
        series, year, sequence = kept.receipt_number.split("-")
        payment = paid(line, "2026-07-05")
        assert payment.receipt.number == f"{series}-{year}-{int(sequence) + 1:06d}"
        assert payment.receipt_id == kept.receipt + 1


def test_the_copy_guards_its_books_like_the_original(copy: Copy) -> None:
    with opened_installation(copy.folder), everything("trying what is forbidden"):
        assert db.session.execute(text("SELECT current_user")).scalar_one() == "feehouse_app"
        for statement in ("DELETE FROM receipt", "UPDATE posting SET amount = 0", "TRUNCATE journal_entry CASCADE", "DELETE FROM customer"):
            with pytest.raises(DBAPIError, match="permission denied"):
                db.session.execute(text(statement))
            db.session.rollback()
        assert db.session.scalars(select(Receipt.id)).first() is not None


def test_nobody_stays_signed_in_in_the_copy(copy: Copy) -> None:
    with start(copy.folder) as server, psycopg.connect(server.url(DATABASE)) as connection:
        assert connection.execute("SELECT count(*), count(ended_at) FROM sign_in").fetchone() == (1, 1)


def test_a_second_restore_into_the_copy_is_refused(kept: Kept, copy: Copy) -> None:
    again = run("restore", str(kept.file), folder=copy.folder, FEEHOUSE_BACKUP_PASSPHRASE=PASSPHRASE)
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    with start(copy.folder) as server, psycopg.connect(server.url(DATABASE)) as connection:
        assert "receipt" in filled_tables(connection)
