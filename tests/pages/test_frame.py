"""What the frame of a page remembers between requests is never older than what it depends on."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role as RoleRow
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.models import Office
from tests import factories
from tests.own_fields.conftest import contract, named
from tests.pages.conftest import DAY, signed_in

LIST = "/customerview/list/"


def menu_of(client: FlaskClient, page: str = LIST) -> list[str]:
    """Return the addresses of the menu's links."""
    answer = client.get(page)
    assert answer.status_code == 200
    return re.findall(r'class="fh-side-link" href="([^"?]+)', answer.get_data(as_text=True).partition("fh-side-tools")[0])


def give_roles(username: str, *roles: str) -> None:
    """Give the person other roles past the operation, which would end his session: the menu must follow by itself."""
    with everything("a test's own roles"):
        person = factories.user(username)
        person.roles = list(db.session.scalars(select(RoleRow).where(RoleRow.name.in_(roles))))
        db.session.commit()


def test_a_right_that_was_taken_away_is_gone_from_the_menu_at_the_next_request(app: Flask) -> None:
    client = signed_in(app, "chen")
    assert "/ownfieldview/list/" in menu_of(client)
    give_roles("chen", "Cashier")
    assert "/ownfieldview/list/" not in menu_of(client)
    give_roles("chen", "Manager")
    assert "/ownfieldview/list/" in menu_of(client)


def test_two_people_of_one_office_have_each_their_own_menu(app: Flask) -> None:
    chen, wang = signed_in(app, "chen"), signed_in(app, "wang")
    first = menu_of(chen)
    assert set(menu_of(wang)) < set(first)
    assert menu_of(chen) == first


def test_the_menu_speaks_the_language_that_was_chosen_a_moment_ago(app: Flask) -> None:
    client = signed_in(app, "wang", "en")
    assert "<span>Customers</span>" in client.get(LIST).get_data(as_text=True)
    client.post("/preferences/language", data={"language": "vi", "next": "/"})
    page = client.get(LIST).get_data(as_text=True)
    assert "<span>Customers</span>" not in page
    assert "<span>Khách hàng</span>" in page


def test_the_links_of_the_menu_keep_the_office_of_the_page(app: Flask) -> None:
    client = signed_in(app, "ada")
    here, there = factories.office("SH").id, factories.office("HN").id
    for office in (here, there, here):
        page = client.get(f"{LIST}?office={office}").get_data(as_text=True)
        assert f'href="/systemuserview/list/?office={office}"' in page


def test_an_office_has_its_new_name_at_the_next_request(app: Flask) -> None:
    client = signed_in(app, "wang")
    assert "浦东新店" not in client.get(LIST).get_data(as_text=True)
    with everything("a test's own name"):
        db.session.get_one(Office, factories.office("SH").id).name = "浦东新店"
        db.session.commit()
    assert "浦东新店" in client.get(LIST).get_data(as_text=True)


def test_a_field_named_by_another_process_is_a_column_at_the_next_request(app: Flask) -> None:
    client = signed_in(app, "chen")
    with factories.on_day(DAY):
        factories.a_customer()
    assert "合同编号" not in client.get(LIST).get_data(as_text=True)
    named(contract())
    assert "合同编号" in client.get(LIST).get_data(as_text=True)


def test_only_the_page_that_is_open_is_marked_in_the_menu(app: Flask) -> None:
    client = signed_in(app, "chen")
    for page in (LIST, "/receiptview/list/", LIST):
        marked = re.findall(r'class="fh-side-link" href="([^"?]+)" aria-current="page"', client.get(page).get_data(as_text=True))
        assert marked == [page]
