"""Pages and the API of notices: a batch from the form to the file, who is due, delivery, statements, settings."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.notices.models import Notice, NoticeSetting
from tests.api.conftest import of
from tests.factories import a_unit, office, on_day
from tests.notices.making import MANAGER, NOTICE_DAY, a_batch, a_billed_unit, a_notice, current, period_of
from tests.pages.conftest import signed_in

__all__ = ["of"]
Browse = Callable[[str], FlaskClient]


@pytest.fixture
def browse(app: Flask) -> Browse:
    return lambda username: signed_in(app, username, "en")


def test_the_page_of_a_notice_prints_it_and_counts(browse: Browse) -> None:
    unit, customer = a_billed_unit()
    notice = a_notice(unit, customer)
    with on_day(NOTICE_DAY):
        page = browse("chen").get(f"/noticeview/show/{notice.id}").text
        answer = browse("chen").post(f"/noticeview/paper/{notice.id}")
    assert notice.number in page
    assert (answer.mimetype, answer.status_code) == ("application/pdf", 200)
    assert current(Notice, notice.id).printings == 1


def test_the_file_of_a_batch_is_taken_from_its_page(browse: Browse) -> None:
    unit, _ = a_billed_unit()
    batch = a_batch(period=period_of(unit).id)
    with on_day(NOTICE_DAY):
        client = browse("chen")
        page = client.get(f"/noticebatchview/show/{batch.id}").text
        file = client.get(f"/noticebatchview/file/{batch.id}")
    assert f"/noticebatchview/file/{batch.id}" in page
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert len(PdfReader(io.BytesIO(file.data)).pages) == 1


def test_the_board_of_a_period_counts_its_notices(browse: Browse) -> None:
    unit, customer = a_billed_unit()
    a_notice(unit, customer)
    with on_day(NOTICE_DAY):
        page = browse("chen").get(f"/billingperiodview/show/{period_of(unit).id}").text
    assert "1 notices issued, 0 delivered." in page


def test_who_is_due_is_listed_with_a_button_for_all(browse: Browse) -> None:
    unit, customer = a_billed_unit()
    with on_day("2026-06-25"):
        page = browse("chen").get(f"/remindersdue/list/?building={unit.building_id}").text
    assert unit.code in page
    assert customer.name in page
    assert "kind=first" in page


def test_a_statement_is_a_paper_of_charges_and_balance(browse: Browse) -> None:
    unit, customer = a_billed_unit()
    form = {"customer": customer.id, "unit": unit.id, "start": "2026-01-01", "end": "2026-12-31"}
    with on_day(NOTICE_DAY):
        client = browse("chen")
        assert 'name="customer"' in client.get("/accountstatements/list/").text
        answer = client.post("/accountstatements/paper", data=form)
    text = " ".join(PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().split())
    assert (answer.mimetype, answer.status_code) == ("application/pdf", 200)
    assert unit.code in text
    assert re.search(r"期末余额 143\.00", text)


def test_the_statement_of_a_unit_is_printed_for_who_pays_for_it(browse: Browse) -> None:
    unit, customer = a_billed_unit()
    with on_day(NOTICE_DAY):
        client = browse("chen")
        page = client.get(f"/statementview/list/?unit={unit.id}&from=2026-05-01&to=2026-06-01").text
        form = re.search(r'<form[^>]*action="/accountstatements/paper".*?</form>', page, re.DOTALL)
        assert form is not None
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.group()))
        answer = client.post("/accountstatements/paper", data=fields)
    assert {name: fields[name] for name in ("customer", "unit", "start", "end")} == {
        "customer": str(customer.id),
        "unit": str(unit.id),
        "start": "2026-05-01",
        "end": "2026-06-01",
    }
    assert (answer.mimetype, answer.status_code) == ("application/pdf", 200)


def test_a_statement_of_nobody_is_not_printed(browse: Browse) -> None:
    unit = a_unit("1203")
    with on_day(NOTICE_DAY):
        client = browse("chen")
        for of in ("", f"unit={unit.id}"):
            assert "/accountstatements/paper" not in client.get(f"/statementview/list/?{of}").text


def test_there_is_one_statement_in_the_menu(browse: Browse) -> None:
    with on_day(NOTICE_DAY):
        page = browse("chen").get("/noticeview/list/").text
    assert 'href="/statementview/list/"' in page
    assert 'href="/accountstatements/list/"' not in page


@pytest.mark.parametrize(
    ("values", "status"),
    [({"bank_code": "970436", "account_number": "0011001932418"}, 302), ({"bank_code": "12"}, 422)],
    ids=["right", "wrong"],
)
def test_an_account_is_kept_only_where_a_code_can_carry_it(browse: Browse, values: dict[str, str], status: int) -> None:
    with everything("looking up a test's own records"):
        setting = db.session.scalars(select(NoticeSetting).where(NoticeSetting.office_id == office().id)).one()
    days = {"complaint_days": 5, "first_after": 10, "second_after": 10, "third_after": 14, "deadline_days": 7}
    client = browse("chen")
    version = re.search(r'name="version" value="([^"]+)"', client.get(f"/noticesettingview/edit/{setting.id}").text)
    assert version is not None
    answer = client.post(f"/noticesettingview/edit/{setting.id}", data={**days, **values, "version": version[1]})
    assert answer.status_code == status
    kept = current(NoticeSetting, setting.id)
    assert (kept.bank_code, kept.account_number) == ((values["bank_code"], values["account_number"]) if status == 302 else ("", ""))


@pytest.mark.parametrize(("language", "called"), [("zh_Hans", "缴费通知单 %s 2026-05.pdf"), ("en", "Payment-due notice %s 2026-05.pdf")])
def test_a_file_of_papers_is_called_in_the_readers_language(app: Flask, language: str, called: str) -> None:
    unit, _customer = a_billed_unit()
    batch = a_batch(period=period_of(unit).id)
    with on_day(NOTICE_DAY):
        head = signed_in(app, MANAGER, language).get(f"/noticebatchview/file/{batch.id}").headers["Content-Disposition"]
    code = unit.code.partition("-")[0]
    assert head == f"attachment; filename=\"due-{code}-2026-05.pdf\"; filename*=UTF-8''{quote(called % code, safe='')}"
