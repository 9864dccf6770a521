"""Who signs in as which installer: chosen by the manager among the people of the office."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import NotFound
from app.workorders.models import Installer
from app.workorders.operations.installers import save_installer
from tests.cast import PASSWORD
from tests.factories import acting, office, user

pytestmark = pytest.mark.usefixtures("app")
VALUES = (("code", "AZ-9"), ("name", "龚师傅"), ("note", ""))


def stored() -> list[Installer]:
    with everything("reading a test's own installers"):
        return list(db.session.scalars(select(Installer).where(Installer.code == "AZ-9")))


def test_a_manager_says_who_signs_in_as_an_installer() -> None:
    with acting("chen"):
        run(save_installer, record=None, office=office("SH").id, version=None, values=(*VALUES, ("user", user("gong").id)))
    assert [installer.user_id for installer in stored()] == [user("gong").id]


@pytest.mark.parametrize("username", ["lan", "wong"])
def test_nobody_of_another_office_is_chosen(username: str) -> None:
    with acting("chen"), pytest.raises(NotFound) as refused:
        run(save_installer, record=None, office=office("SH").id, version=None, values=(*VALUES, ("user", user(username).id)))
    assert refused.value.field == "user"
    assert stored() == []


def test_the_page_saves_who_signs_in(client: FlaskClient) -> None:
    client.post("/login/", data={"username": "chen", "password": PASSWORD})
    form = client.get("/installerview/add").get_data(as_text=True)
    assert 'name="user"' in form
    answer = client.post("/installerview/add", data={"code": "AZ-9", "name": "龚师傅", "user": str(user("gong").id)})
    assert answer.status_code == 302
    assert [installer.user_id for installer in stored()] == [user("gong").id]
