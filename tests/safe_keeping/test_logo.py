"""An office's logo: a harmless picture in the database, shown to its office, printed on papers as it was when they were issued."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, PngImagePlugin
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.billing.models import Receipt
from app.billing.printing import printed_receipt
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.uploads import PICTURES, CheckedFile, FileType, checked
from app.foundation.uploads.models import Upload
from app.foundation.uploads.pictures import LOGO, harmless
from app.foundation.uploads.serving import disposition
from app.offices.models import Office
from app.values.errors import OperationRefused
from tests.factories import acting, an_active_line, office, on_day, paid

PASSWORD = "Correct-horse-9"


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (200, 30, 40)).save(target, kind, **options)
    return target.getvalue()


def drawn(name: str, content: bytes) -> CheckedFile:
    return harmless(checked(name, content, PICTURES), LOGO)


def opened(file: CheckedFile) -> Image.Image:
    return Image.open(io.BytesIO(file.content))


# --- the picture -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), [("标志.png", "PNG"), ("a.jpeg", "JPEG"), ("a.webp", "WEBP")])
def test_pictures_become_png(name: str, kind: str) -> None:
    made = drawn(name, picture(kind))
    assert (made.kind, made.name) == (FileType.PNG, name.rpartition(".")[0] + ".png")
    assert opened(made).size == (300, 100)


def test_a_large_picture_is_made_small_and_keeps_its_shape() -> None:
    assert opened(drawn("a.png", picture(size=(4000, 2000)))).size == (432, 216)


def test_nothing_hidden_stays_in_the_picture() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "the photographer's address")
    content = picture(pnginfo=notes) + b"PK\x03\x04 another file behind the picture"
    assert b"address" in content
    made = drawn("a.png", content)
    assert b"address" not in made.content
    assert b"another file" not in made.content
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    assert b"secret place" not in drawn("a.jpg", picture("JPEG", exif=exif)).content


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(drawn("a.jpg", picture("JPEG", exif=exif))).size == (72, 216)


def test_a_bomb_of_points_is_known_by_its_head() -> None:
    header = b"IHDR" + (50_000).to_bytes(4) + (50_000).to_bytes(4) + b"\x08\x02\x00\x00\x00"
    content = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + header + zlib.crc32(header).to_bytes(4) + picture()[33:]
    with pytest.raises(OperationRefused) as refused:
        drawn("a.png", content)
    assert refused.value.code in ("too_many_points", "damaged_file")
    with pytest.raises(OperationRefused) as refused:
        drawn("a.png", picture(size=(5001, 5000)))
    assert refused.value.code == "too_many_points"


@pytest.mark.parametrize("content", [picture()[:60], b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + b"x" * 500])
def test_a_damaged_picture_is_refused(content: bytes) -> None:
    with pytest.raises(OperationRefused) as refused:
        drawn("a.png", content)
    assert refused.value.code == "damaged_file"


# --- the office ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ada(client: FlaskClient) -> FlaskClient:
    client.post("/login/", data={"username": "ada", "password": PASSWORD})
    return client


def send(browser: FlaskClient, code: str, file: tuple[bytes, str] | None, **values: str) -> Any:
    place = office(code)
    form = {
        name: "" if (value := getattr(place, name)) is None else str(value)
        for name in (
            *("code", "name", "language", "time_zone", "legal_name", "short_name", "address", "telephone", "tax_number"),
            *("customer_prefix", "receipt_prefix", "voucher_prefix", "reversal_prefix", "work_order_prefix"),
            *("voucher_form", "copies", "zero_word", "whole_word", "cash_step", "idle_minutes", "absolute_hours", "version"),
        )
    }
    sent: dict[str, Any] = {**form, "second_person": "y", **values}
    if file is not None:
        sent["logo"] = FileStorage(io.BytesIO(file[0]), file[1])
    boundary, body = encode_multipart(sent)  # the client itself would leave a temporary file open
    return browser.post(f"/officeview/edit/{place.id}", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def logo_of(code: str) -> int | None:
    with everything("looking"):
        return db.session.scalars(select(Office.logo_id).where(Office.code == code)).one()


def with_logo(browser: FlaskClient, code: str = "SH") -> int:
    assert send(browser, code, (picture(), "logo.png")).status_code == 302
    logo = logo_of(code)
    assert logo is not None
    return logo


def test_the_form_takes_a_logo_shows_it_and_takes_it_away(ada: FlaskClient) -> None:
    assert "multipart/form-data" in ada.get(f"/officeview/edit/{office('SH').id}").get_data(as_text=True)
    logo = with_logo(ada)
    assert f"/uploads/{logo}" in ada.get(f"/officeview/show/{office('SH').id}").get_data(as_text=True)
    assert send(ada, "SH", None).status_code == 302
    assert logo_of("SH") == logo
    assert send(ada, "SH", None, remove_logo="y").status_code == 302
    assert logo_of("SH") is None
    with everything("papers may still bear it"):
        assert db.session.get(Upload, logo) is not None


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg"),
        (b"<html><script>alert(1)</script>", "logo.png"),
        (picture() + bytes(1024 * 1024), "logo.png"),
        (picture()[:60], "logo.png"),
        (b"", "logo.png"),
    ],
    ids=("vector", "page", "too large", "cut off", "empty"),
)
def test_what_is_no_picture_is_refused_at_its_field(ada: FlaskClient, content: bytes, name: str) -> None:
    answer = send(ada, "SH", (content, name))
    assert answer.status_code == 422
    assert 'id="logo-error"' in answer.get_data(as_text=True)
    assert logo_of("SH") is None
    with everything("counting"):
        assert db.session.query(Upload).count() == 0


def test_the_file_is_handed_out_as_what_it_is(ada: FlaskClient) -> None:
    logo = with_logo(ada)
    answer = ada.get(f"/uploads/{logo}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "inline; filename=\"logo.png\"; filename*=UTF-8''logo.png"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert ada.get(f"/uploads/{logo}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_another_offices_file_is_not_there(ada: FlaskClient) -> None:
    logo = with_logo(ada, "SH")
    other = ada.application.test_client()
    assert other.get(f"/uploads/{logo}").status_code == 302
    other.post("/login/", data={"username": "lan", "password": PASSWORD})
    assert other.get(f"/uploads/{logo}").status_code == 404
    own = ada.application.test_client()
    own.post("/login/", data={"username": "wang", "password": PASSWORD})
    assert own.get(f"/uploads/{logo}").status_code == 200


def test_names_that_headers_cannot_carry_are_encoded() -> None:
    assert disposition('a"标\\.png', shown=False) == "attachment; filename=\"a___.png\"; filename*=UTF-8''a%22%E6%A0%87%5C.png"


def test_a_receipt_bears_the_logo_it_was_issued_with(ada: FlaskClient) -> None:
    line = an_active_line("2026-01-31")
    plain = paid(line, "2026-02-20").receipt_id
    logo = with_logo(ada)
    line = an_active_line("2026-01-31")
    adorned = paid(line, "2026-02-20").receipt_id
    send(ada, "SH", None, remove_logo="y")
    with everything("reading"):
        contents = dict(db.session.execute(select(Receipt.id, Receipt.content)).all())
    assert (contents[plain]["office"]["logo"], contents[adorned]["office"]["logo"]) == (None, logo)
    with on_day("2026-02-21"), acting("wang"):
        papers = [PdfReader(io.BytesIO(printed_receipt(receipt))) for receipt in (plain, adorned)]
    assert [len(paper.pages[0].images) for paper in papers] == [0, 1]


# --- the table -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["UPDATE upload SET name = 'x'", "DELETE FROM upload", "UPDATE upload SET content = 'x'"])
def test_a_stored_file_is_never_changed(ada: FlaskClient, statement: str) -> None:
    with_logo(ada)
    with pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(text(statement))


def test_an_office_cannot_bear_another_ones_logo(ada: FlaskClient) -> None:
    logo = with_logo(ada, "SH")
    with pytest.raises(DBAPIError, match="fk_office_id_logo_id"):
        db.session.execute(text("UPDATE office SET logo_id = :logo WHERE code = 'HN'"), {"logo": logo})
