"""What an office prints on its notices, by page and by program: settings, and the picture of its collection code."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.scope import everything, scoped
from app.foundation.uploads.models import Upload
from app.notices.models import Notice, NoticeSetting
from app.notices.operations.settings import CODE_BOX
from app.notices.printing import drawn, printed
from tests.api.conftest import Programs, assert_refused, made, of
from tests.factories import office, on_day
from tests.notices.making import NOTICE_DAY, a_billed_unit, a_notice, a_reminder, current
from tests.pages.conftest import signed_in

__all__ = ["of"]
CHANGES = {
    "bank_name": "工商银行",
    "account_number": "6222 0012",
    "hotline": "0755-1234",
    "signer": "王经理",
    "first_after": 12,
    "deadline_days": 9,
    "measures": "暂停门禁卡",
}


def a_code(width: int = 1200, height: int = 1500) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), (7, 193, 96)).save(target, "PNG")
    return target.getvalue()


def path(code: str = "SH") -> str:
    return f"/notice_settings/{office(code).id}"


def sent_code(of: Programs, content: bytes, *, name: str = "code.png", who: str = "chen", code: str = "SH") -> Any:
    form = {"file": (io.BytesIO(content), name)}
    return of(who).post(f"{path(code)}/collection_code", data=form, content_type="multipart/form-data")


def setting_of(code: str = "SH") -> NoticeSetting:
    with everything("looking up a test's own records"):
        db.session.expire_all()
        return db.session.scalars(select(NoticeSetting).where(NoticeSetting.office_id == office(code).id)).one()


def uploads() -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(Upload)).one()


# By programs -------------------------------------------------------------------------------------------------------------------


def test_a_program_reads_and_changes_what_an_office_prints(of: Programs) -> None:
    shown = made(of("chen").patch(path(), CHANGES), 200)
    assert {name: shown[name] for name in CHANGES} == CHANGES
    assert shown == made(of("shen").get(path()), 200)
    assert shown["version"] == 2
    assert [each["office"] for each in made(of("chen").get("/notice_settings"), 200)["items"]] == [office().id]


def test_what_a_program_set_stands_on_the_next_notice(of: Programs) -> None:
    unit, customer = a_billed_unit()
    made(of("chen").patch(path(), CHANGES), 200)
    notice = a_notice(unit, customer)
    assert notice.content["bank"] == {"name": "工商银行", "account": "6222 0012", "holder": ""}
    assert (notice.content["signer"], notice.content["office"]["hotline"]) == ("王经理", "0755-1234")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"bank_code": "12", "account_number": "1"}, 422, None),
        ({"bank_code": "970436"}, 422, None),
        ({"first_after": 400}, 422, "out_of_range"),
        ({"deadline_days": -1}, 422, "out_of_range"),
        ({"unknown": 1}, 400, None),
        ({"hotline": "x" * 65}, 422, "too_long"),
    ],
    ids=["no bank", "no account", "more than a year", "less than nothing", "unknown", "too long"],
)
def test_what_cannot_be_printed_is_refused(of: Programs, body: dict[str, Any], status: int, code: str | None) -> None:
    assert_refused(of("chen").patch(path(), body), status, code)


def test_a_change_by_somebody_faster_is_not_overwritten(of: Programs) -> None:
    made(of("chen").patch(path(), {"city": "深圳", "version": 1}), 200)
    assert_refused(of("chen").patch(path(), {"city": "上海", "version": 1}), 409)
    assert setting_of().city == "深圳"


@pytest.mark.parametrize(("who", "status"), [("wang", 403), ("mei", 403), ("zhou", 403), ("binh", 404)])
def test_only_the_manager_of_the_office_changes_it(of: Programs, who: str, status: int) -> None:
    assert_refused(of(who).patch(path(), {"city": "深圳"}), status)
    assert_refused(sent_code(of, a_code(), who=who), status)


# The collection code -------------------------------------------------------------------------------------------------------------


def test_a_collection_code_is_kept_small_and_printed_with_amount_and_number(of: Programs) -> None:
    unit, customer = a_billed_unit()
    number = made(sent_code(of, a_code()), 200)["collection_code"]
    with everything("reading a test's own file"):
        kept = db.session.get_one(Upload, number)
        with Image.open(io.BytesIO(kept.content)) as picture:
            assert picture.width <= CODE_BOX.width
            assert picture.height <= CODE_BOX.height
    notice = a_notice(unit, customer)
    assert notice.content["collection"] == number
    page = paper_of(notice)
    assert page["pictures"] == 1
    assert "扫码付款¥143.00" in page["text"]
    assert f"备注{notice.reference}" in page["text"]


def test_a_reminder_bears_it_too(of: Programs) -> None:
    unit, customer = a_billed_unit()
    made(sent_code(of, a_code()), 200)
    page = paper_of(a_reminder(unit, customer, "2026-06-25"))
    assert page["pictures"] == 1
    assert "扫码付款" in page["text"]


def paper_of(notice: Notice) -> dict[str, Any]:
    with on_day(NOTICE_DAY), scoped(None, [notice.office_id]):
        (page,) = PdfReader(io.BytesIO(printed([notice]))).pages
        return {"pictures": len(page.images), "text": page.extract_text().replace("\n", "")}


def test_a_notice_keeps_the_code_it_was_issued_with(of: Programs) -> None:
    unit, customer = a_billed_unit()
    made(sent_code(of, a_code()), 200)
    notice = a_notice(unit, customer)
    assert made(of("chen").post(f"{path()}/collection_code/remove"), 200)["collection_code"] is None
    assert paper_of(current(Notice, notice.id))["pictures"] == 1
    assert uploads() == 1


def test_a_notice_of_nothing_has_none(of: Programs) -> None:
    unit, customer = a_billed_unit()
    made(sent_code(of, a_code()), 200)
    content = a_notice(unit, customer).content | {"total": "0", "collection": None}
    with on_day(NOTICE_DAY), scoped(None, [office().id]):
        (page,) = PdfReader(io.BytesIO(drawn([(content, 1)])[0])).pages
    assert len(page.images) == 0


def test_an_office_in_dong_has_its_bank_s_code_instead(of: Programs) -> None:
    assert_refused(sent_code(of, a_code(), who="binh", code="HN"), 422, "code_of_bank")
    assert uploads() == 0


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"<svg></svg>", "code.svg", "wrong_type"), (b"GIF89a", "code.png", "wrong_type"), (a_code()[:60], "code.png", "damaged_file")],
)
def test_what_is_no_picture_is_refused(of: Programs, content: bytes, name: str, code: str) -> None:
    assert_refused(sent_code(of, content, name=name), 422, code)
    assert setting_of().collection_code_id is None


# By page -------------------------------------------------------------------------------------------------------------------------

DAYS = {"complaint_days": 5, "first_after": 10, "second_after": 10, "third_after": 14, "deadline_days": 7}


def saved(app: Flask, who: str = "chen", code: str = "SH", **values: Any) -> int:
    client, address = signed_in(app, who, "en"), f"/noticesettingview/edit/{setting_of(code).id}"
    version = re.search(r'name="version" value="([^"]+)"', client.get(address).text)
    assert version is not None
    form = {**DAYS, **values, "version": version[1]}
    return client.post(address, data=form, content_type="multipart/form-data").status_code


def test_the_page_takes_a_code_shows_it_and_takes_it_away(app: Flask) -> None:
    assert saved(app, collection_code=(io.BytesIO(a_code()), "code.png")) == 302
    number = setting_of().collection_code_id
    assert f"/uploads/{number}" in signed_in(app, "chen", "en").get(f"/noticesettingview/show/{setting_of().id}").text
    assert saved(app, hotline="1") == 302
    assert setting_of().collection_code_id == number, "Saving something else leaves it."
    assert saved(app, remove_collection_code="y") == 302
    assert setting_of().collection_code_id is None


def test_the_page_of_an_office_in_dong_asks_for_no_picture(app: Flask) -> None:
    page = signed_in(app, "binh", "en").get(f"/noticesettingview/edit/{setting_of('HN').id}").text
    assert "bank_code" in page
    assert "collection_code" not in page
