"""A migration as it happens: a file with mistakes, the corrected file, another import, undone, imported again; the books are proved."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
from flask import Flask
from sqlalchemy import func, select

from app.broadband.models import Subscription
from app.foundation.database import db
from app.foundation.imports.choices import ImportState
from app.foundation.imports.models import ImportBatch
from app.foundation.jobs import BackgroundJob, perform
from app.foundation.proofs.proving import prove_on
from app.foundation.scope import everything
from tests import factories
from tests.foundation.imports.files import xlsx
from tests.pages.conftest import signed_in

HEADINGS = ["Khách hàng", "CCCD", "Di động", "Khu", "Địa chỉ", "Gói cước", "Tài khoản", "Ngày bắt đầu", "Ngày hết hạn"]
WRONG_COLUMN = 10


def many_rows() -> list[list[object]]:
    """More rows than are imported while one waits; every hundredth has a mistake."""
    return [
        [
            f"Nguyễn Văn {number}",
            f"0010{number:08d}",
            f"09{number:08d}",
            "Hồ Tây",
            f"Tòa A, {number}",
            "100M" if number % 100 else "100 Mb/s",
            f"line{number}",
            "01/03/2026",
            "28/02/2027",
        ]
        for number in range(1, 401)
    ]


def newest() -> ImportBatch:
    with everything("a test's own batch"):
        db.session.expire_all()
        return db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()


def count_lines() -> int:
    with everything("a test's own lines"):
        return int(db.session.scalar(select(func.count()).select_from(Subscription)) or 0)


def work_done() -> None:
    """Do the work that waits in the background."""
    with everything("a test's own jobs"):
        waiting = list(db.session.scalars(select(BackgroundJob.id).where(BackgroundJob.state == "queued")))
    for job in waiting:
        perform(job)


def brought_in(client: object, content: bytes) -> ImportBatch:
    """Take a file through the four steps; return its batch."""
    data = {"kind": "subscriptions", "file": (io.BytesIO(content), "khach-hang.xlsx")}
    client.post("/importview/new", data=data, content_type="multipart/form-data")  # type: ignore[attr-defined]
    batch = newest()
    columns = {f"column-{at}": name for name, at in batch.columns.items()}
    client.post(f"/importview/columns/{batch.id}", data=columns)  # type: ignore[attr-defined]
    client.post(f"/importview/check/{batch.id}", data={"deed": "import"})  # type: ignore[attr-defined]
    work_done()
    return newest()


def mended(content: bytes) -> bytes:
    """Do in the corrected file what its last column asks for."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.active
    assert page is not None
    for row in page.iter_rows(min_row=2):
        assert "100M" in str(row[WRONG_COLUMN - 1].value), "the sentence names the plan that is near"
        row[HEADINGS.index("Gói cước")].value = "100M"
    target = io.BytesIO()
    book.save(target)
    book.close()
    return target.getvalue()


def test_a_file_with_mistakes_becomes_lines_that_can_be_taken_back(app: Flask, tmp_path: Path) -> None:
    factories.a_community("HN", name="Hồ Tây")
    factories.a_plan("HN", name="100M", fee=200000)
    binh = signed_in(app, "binh", "vi")
    with factories.on_day(datetime.date(2026, 11, 22), "Asia/Ho_Chi_Minh"):
        first = brought_in(binh, xlsx(HEADINGS, *many_rows()))
        assert (first.state, first.made, first.wrong) == (ImportState.DONE, 396, 4)
        wrong = binh.get(f"/importview/corrected/{first.id}?rows=wrong").data
        second = brought_in(binh, mended(wrong))
        assert (second.made, second.wrong) == (4, 0)
        assert count_lines() == 400

        binh.post(f"/importview/undo/{first.id}")
        work_done()
        assert count_lines() == 4
        again = brought_in(binh, binh.get(f"/importview/corrected/{first.id}?rows=all").data)
        assert (again.made, again.wrong) == (396, 4)
        assert count_lines() == 400
        broken = [result.invariant.sentence for result in prove_on(db.session.connection()) if not result.holds]
        assert broken == []


def test_the_page_of_a_long_import_shows_how_far_it_is(app: Flask) -> None:
    factories.a_community("HN", name="Hồ Tây")
    factories.a_plan("HN", name="100M", fee=200000)
    binh = signed_in(app, "binh", "en")
    with factories.on_day(datetime.date(2026, 11, 22), "Asia/Ho_Chi_Minh"):
        data = {"kind": "subscriptions", "file": (io.BytesIO(xlsx(HEADINGS, *many_rows())), "list.xlsx")}
        binh.post("/importview/new", data=data, content_type="multipart/form-data")
        batch = newest()
        binh.post(f"/importview/columns/{batch.id}", data={f"column-{at}": name for name, at in batch.columns.items()})
        binh.post(f"/importview/check/{batch.id}", data={"deed": "import"})
        assert "every 1s" in binh.get(f"/importview/show/{batch.id}").text
        assert "every 1s" in binh.get(f"/importview/progress/{batch.id}").text
        assert binh.post(f"/importview/check/{batch.id}", data={"deed": "import"}).status_code == 409, "it is running"
        work_done()
        over = binh.get(f"/importview/progress/{batch.id}")
        assert over.headers["HX-Refresh"] == "true"
        assert "every 1s" not in over.text


def test_an_import_that_fails_in_the_background_changes_nothing_and_can_be_repeated(app: Flask) -> None:
    community = factories.a_community("HN", name="Hồ Tây")
    factories.a_plan("HN", name="100M", fee=200000)
    binh = signed_in(app, "binh", "en")
    with factories.on_day(datetime.date(2026, 11, 22), "Asia/Ho_Chi_Minh"):
        data = {"kind": "subscriptions", "file": (io.BytesIO(xlsx(HEADINGS, *many_rows())), "list.xlsx")}
        binh.post("/importview/new", data=data, content_type="multipart/form-data")
        batch = newest()
        binh.post(f"/importview/columns/{batch.id}", data={f"column-{at}": name for name, at in batch.columns.items()})
        binh.post(f"/importview/check/{batch.id}", data={"deed": "import"})
        with everything("a test's own mischief"):
            community = db.session.merge(community)
            community.name = "Another name"
            db.session.commit()
        work_done()
        assert newest().state is ImportState.CHECKED
        assert count_lines() == 0
        assert "There is no row to import" in binh.get(f"/importview/show/{batch.id}").text
