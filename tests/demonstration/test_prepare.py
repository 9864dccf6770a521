"""The first start: everything for a sign-in is there at once, and nothing is made where somebody has been before."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from app.demonstration import prepare
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.operations import create_user
from app.roles import Role
from config import Settings
from tests.conftest import _cloned
from tests.demonstration.conftest import opened, settings_for


def count(table: str) -> int:
    return int(db.session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_an_empty_installation_gets_its_offices_once(settings: Settings, fresh_database: Callable[[str], _cloned]) -> None:
    with fresh_database("first") as url:
        greeting = prepare(settings_for(settings, url))
        assert "cashier.sz" in greeting
        assert "Feehouse-demo-1" in greeting
        assert prepare(settings_for(settings, url)) == greeting
        with opened(settings, url):
            assert (count("office"), count("ab_user"), count("background_job"), count("procrastinate_jobs")) == (3, 15, 1, 1)
            assert (count("plan"), count("price_list_item"), count("broadband_policy"), count("community")) == (17, 24, 3, 11)
            assert (count("business_type"), count("installer"), count("material"), count("employee")) == (15, 6, 17, 21)
            assert count("receipt") == 0
            account = text("SELECT bank_code FROM notice_setting JOIN office ON office.id = notice_setting.office_id WHERE code = 'HN'")
            assert db.session.connection().execute(account).scalar_one() != ""


def test_an_installation_with_a_user_of_its_own_stays_as_it_is(settings: Settings, fresh_database: Callable[[str], _cloned]) -> None:
    with fresh_database("own") as url:
        with opened(settings, url), everything("somebody makes his installation"):
            run(create_user, username="mei.lin", first_name="Mei", password="Three-quiet-words", roles=[Role.ADMINISTRATOR.value])
        assert prepare(settings_for(settings, url)) == ""
        with opened(settings, url):
            assert (count("office"), count("ab_user")) == (0, 1)
