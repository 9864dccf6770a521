"""An installation of its own with the cast and real payments, and its archive, made once for all tests here."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from app import create_app
from app.billing.printing import printed_receipt
from app.foundation.database import db
from app.foundation.postgres import start
from app.foundation.safe_keeping import archive, keys
from app.foundation.scope import everything
from app.foundation.upgrade import upgrade_database
from app.offices.sessions import PAGE, open_session
from config import DATABASE, HERE, read_settings
from tests.cast import make_cast
from tests.conftest import make_application
from tests.factories import a_customer, acting, an_active_line, on_day, paid, user

PASSPHRASE = "four small words here"
ID_NUMBER = "11010119900307123X"
REPRINT_MARK = "【补打 第2次】"
OFFICE_SETTINGS = ("DATABASE_URL", "HOST", "PORT", "PUBLIC_URL", "SECRET_KEY", "FEEHOUSE_BACKUPS", "FEEHOUSE_BACKUP_PASSPHRASE")


@dataclass(frozen=True)
class Kept:
    """The installation, its archive, and what is to be found again in a copy."""

    folder: Path
    file: Path
    receipt: int
    receipt_number: str
    text: str
    line: int
    customer: int


def new_folder() -> Path:
    """Return a new folder that every account may reach: PostgreSQL does not run as root."""
    return Path(tempfile.mkdtemp(prefix="feehouse-", dir="/tmp")).resolve()


def run(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user does, with nothing of the suite's own settings."""
    kept = {name: value for name, value in os.environ.items() if name not in OFFICE_SETTINGS}
    return subprocess.run(
        [sys.executable, str(HERE / "run.py"), *arguments],
        cwd="/",
        env=kept | {"FEEHOUSE_ENVIRONMENT": "as-is", "FEEHOUSE_DATA": str(folder)} | variables,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def opened_installation(folder: Path, *, training: bool = False) -> Iterator[Flask]:
    """Give the application of an installation, working as its role, while its database runs."""
    settings = read_settings({"FEEHOUSE_DATA": str(folder)}, training=training)
    with start(folder, fast_and_unsafe=True) as server:
        server.ensure_database(DATABASE)
        app = make_application(settings, settings.sqlalchemy_url)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def printed_text(receipt: int) -> str:
    """Print a receipt once more and return its text without what every printing has of its own: the mark, the footer."""
    reader = PdfReader(io.BytesIO(printed_receipt(receipt)))
    lines = [line for page in reader.pages for line in page.extract_text().splitlines()]
    return "\n".join(line.replace(REPRINT_MARK, "").strip() for line in lines if "打印" not in line and line.strip() != REPRINT_MARK)


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    """Make the installation, take two payments, print a receipt, and back it up while its database is used."""
    folder = new_folder()
    settings = read_settings({"FEEHOUSE_DATA": str(folder)})
    with start(folder, fast_and_unsafe=True) as server:
        server.ensure_database(DATABASE)
        owner = create_app(settings, AS_OWNER=True, TESTING=True)
        upgrade_database(owner)
        with owner.app_context():
            make_cast()
            db.session.remove()
            db.engine.dispose()
        with opened_installation(folder):
            customer = a_customer(name="张三丰", id_number=ID_NUMBER)
            line = an_active_line("2026-01-31", customer=customer, password="line-secret-1")
            paid(line, "2026-02-20", months=3)
            payment = paid(line, "2026-05-10", months=2)
            with on_day("2026-05-10"), acting("wang"):
                text = printed_text(payment.receipt_id)
            with everything("somebody has signed in"):
                open_session(user("wang"), PAGE, "127.0.0.1", "a browser")
            made = (payment.receipt_id, str(payment.receipt.number), text, line.id, customer.id)
        file = folder.with_suffix(".backup")
        done = run("backup", str(file), folder=folder, FEEHOUSE_BACKUP_PASSPHRASE=PASSPHRASE)
        assert done.returncode == 0, done.stderr
    yield Kept(folder, file, *made)
    shutil.rmtree(folder)
    file.unlink()


def rebuilt(original: Path, target: Path, **changes: object) -> Path:
    """Write a copy of an archive whose manifest says something else and is sealed again with the same passphrase."""
    with archive.Archive(original) as source:
        files = keys.unwrapped(source.keys_text, PASSPHRASE, source.manifest_text)
        text = archive.Manifest(**{**vars(source.manifest), **changes}).text()
        with target.open("wb") as stream:
            archive.write_dump(stream, source.dump().read)
            archive.write_rest(stream, text, keys.wrapped(files, PASSPHRASE, text))
    return target
