"""The page of the broadband policy: rates are shown and typed as so many of a hundred."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.broadband.models import BroadbandPolicy
from app.foundation.database import db
from app.foundation.scope import everything
from tests.factories import office, set_policy
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

WRITTEN = {"en": "0.3%", "zh_Hans": "0.3%", "vi": "0,3%"}


def the_policy() -> BroadbandPolicy:
    with everything("reading a test's own policy"):
        db.session.expire_all()
        return db.session.scalars(select(BroadbandPolicy).where(BroadbandPolicy.office_id == office("SH").id)).one()


def opened(browser: FlaskClient) -> dict[str, str]:
    """Return what the form of the policy holds when it is opened."""
    page = browser.get(f"/broadbandpolicyview/edit/{the_policy().id}").text
    form = page.partition('id="form"')[2].partition("</form>")[0]
    fields = {
        name: value for tag in re.findall(r"<input[^>]*>", form) for name, value in [(attribute(tag, "name"), attribute(tag, "value"))]
    }
    chosen = {
        name: attribute(options, "value")
        for name, options in re.findall(r'<select[^>]*name="(\w+)".*?(<option selected[^>]*>)', form, re.S)
    }
    return fields | chosen


def attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return found[1] if found else ""


@pytest.mark.parametrize("locale", sorted(WRITTEN))
def test_a_rate_is_written_as_so_many_of_a_hundred(app: Flask, locale: str) -> None:
    set_policy(late_fee_rate=Decimal("0.003"))
    assert WRITTEN[locale] in signed_in(app, "chen", locale).get("/broadbandpolicyview/list/").text


@pytest.mark.parametrize(("locale", "typed"), [("en", "0.25"), ("vi", "0,25"), ("zh_Hans", "0.25%")])
def test_a_rate_is_typed_as_so_many_of_a_hundred(app: Flask, locale: str, typed: str) -> None:
    browser = signed_in(app, "chen", locale)
    answer = browser.post(f"/broadbandpolicyview/edit/{the_policy().id}", data={**opened(browser), "late_fee_rate": typed})
    assert answer.status_code == 302, answer.text
    assert the_policy().late_fee_rate == Decimal("0.0025")


@pytest.mark.parametrize("typed", ["-1", "101", "0.00001", "x"])
def test_a_rate_that_cannot_be_is_refused(app: Flask, typed: str) -> None:
    browser = signed_in(app, "chen", "en")
    sent = {**opened(browser), "late_fee_rate": typed}
    with assert_nothing_written():
        page = browser.post(f"/broadbandpolicyview/edit/{the_policy().id}", data=sent).text
    assert 'id="late_fee_rate-error"' in page
    assert f'value="{typed}"' in page
