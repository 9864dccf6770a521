"""Every page with every role: it opens exactly for those the table names, in four languages, with few questions to the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation.database import OfficeRecord, db
from app.foundation.i18n import LANGUAGES
from app.foundation.scope import everything
from app.metering.models import Reading
from app.roles import Role, permissions_of
from tests import factories
from tests.cast import PEOPLE
from tests.pages.conftest import DAY, World, counted, signed_in

MOST_STATEMENTS = 12
NO_SUCH_RECORD = 999_999_999
ROUTES = ("list", "show", "add", "edit")
# What a page is asked for beside its record: one over selected lines leads back to the list without any.
ASKED_FOR = {"BulkRunView.add": "?operation=force_stop&filter=status%3Dactive", "AcceptReadingsView.add": "?readings={record}"}
# What must never be read on a page: a sentence that was not written out, a value of the program.
LEAKS = re.compile(r"Message\(|%\(\w+\)s|LazyString|&lt;\w+\.[A-Z_]+:|Undefined|N_\(|\bNone\b(?!</span>)")
USERNAMES = {role: next(person.username for person in PEOPLE if person.role is role) for role in Role}


@pytest.fixture(autouse=True)
def reading(world: World) -> Reading:
    """A reading for the pages of one."""
    meter = factories.a_meter(factories.a_unit())
    return factories.a_reading(meter, DAY, "100")


def views(app: Flask) -> Iterator[Any]:
    """Return the views over tables."""
    for view in app.appbuilder.baseviews:  # type: ignore[attr-defined]
        if getattr(view, "datamodel", None) is not None and hasattr(view, "spec"):
            yield view


def routes_of(app: Flask, view: Any) -> list[str]:
    """Return the pages that the view has."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    return [route for route in ROUTES if f"{view.endpoint}.{route}" in endpoints]


def a_record(view: Any, username: str) -> int:
    """Return the number of a record that the person may see, or one that does not exist."""
    model = view.datamodel.obj
    offices = [factories.office(code).id for code in next(person.offices for person in PEOPLE if person.username == username)]
    with everything("looking for a record to show"):
        statement = select(model.id).order_by(model.id.desc()).limit(1)
        if issubclass(model, OfficeRecord):
            statement = statement.where(model.office_id.in_(offices))
        return db.session.execute(statement).scalar_one_or_none() or NO_SUCH_RECORD


def address_of(view: Any, route: str, record: int) -> str:
    base = f"{view.route_base}/{route}"
    address = f"{base}/" if route == "list" else (base if route == "add" else f"{base}/{record}")
    return address + ASKED_FOR.get(f"{view.endpoint}.{route}", "").format(record=record)


def permission_of(view: Any, route: str) -> str:
    return f"can_{(view.method_permission_name or {}).get(route, route)}"


def leaks_in(page: str) -> list[str]:
    """Return what stands on the page that no person should read; scripts and style sheets aside."""
    text = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    return [text[max(0, found.start() - 60) : found.end() + 40] for found in LEAKS.finditer(text)]


@pytest.mark.parametrize("role", list(Role))
def test_pages_open_for_those_the_table_names(app: Flask, world: World, role: Role) -> None:
    username = USERNAMES[role]
    granted = permissions_of(frozenset([role.value]))
    wrong = []
    with factories.on_day(DAY):
        client = signed_in(app, username)
        for view in views(app):
            for route in routes_of(app, view):
                record = a_record(view, username)
                answer = client.get(address_of(view, route, record))
                may = permission_of(view, route) in granted.get(view.class_permission_name, frozenset())
                # An installer's rows and master data of another office are not his to see, which looks like nothing there.
                expected = ({200, 404} if route in ("show", "edit") else {200}) if may else {403}
                if answer.status_code not in expected:
                    wrong.append(f"{view.endpoint}.{route} gave {answer.status_code}, not {sorted(expected)}")
                elif answer.status_code == 200:
                    wrong += [f"{view.endpoint}.{route}: {leak}" for leak in leaks_in(answer.get_data(as_text=True))]
    assert wrong == []


@pytest.mark.parametrize("locale", list(LANGUAGES))
def test_pages_are_written_in_every_language(app: Flask, world: World, locale: str) -> None:
    wrong = []
    with factories.on_day(DAY):
        client = signed_in(app, "chen", locale)
        for view in views(app):
            for route in routes_of(app, view):
                answer = client.get(address_of(view, route, a_record(view, "chen")))
                page = answer.get_data(as_text=True)
                if answer.status_code not in {200, 403, 404}:
                    wrong.append(f"{view.endpoint}.{route} gave {answer.status_code}")
                elif locale.replace("_", "-") not in page[:200]:
                    wrong.append(f"{view.endpoint}.{route} is not marked as {locale}")
                wrong += [f"{view.endpoint}.{route}: {leak}" for leak in leaks_in(page)]
    assert wrong == []


@pytest.mark.parametrize("username", ["chen", "wang", "shen"])
def test_lists_ask_few_questions(app: Flask, world: World, username: str) -> None:
    for number in range(3):
        factories.paid(factories.an_active_line("2026-04-01", customer=factories.a_customer(name=f"客户{number}")), "2026-04-02", 1)
    heavy = []
    with factories.on_day(DAY):
        client = signed_in(app, username)
        for view in views(app):
            if "list" not in routes_of(app, view):
                continue
            with counted() as statements:
                answer = client.get(address_of(view, "list", 0))
            if answer.status_code == 200 and len(statements) > MOST_STATEMENTS:
                heavy.append(f"{view.endpoint}: {len(statements)}")
    assert heavy == []


def test_lists_refuse_addresses_that_cannot_be_read(app: Flask, world: World) -> None:
    wrong = []
    with factories.on_day(DAY):
        client = signed_in(app, "chen")
        for view in views(app):
            if "list" not in routes_of(app, view) or not allowed(view, "list"):
                continue
            queries = ["page=x", "size=many", "order=no_such_column", "office=x"]
            queries += [f"{flt.arguments[0]}=nonsense" for flt in view.spec.filters if flt.kind in {"days", "numbers", "choice", "lookup"}]
            for query in queries:
                answer = client.get(f"{view.route_base}/list/?{query}")
                if answer.status_code != 400:
                    wrong.append(f"{view.endpoint}?{query} gave {answer.status_code}")
    assert wrong == []


def allowed(view: Any, route: str) -> bool:
    granted = permissions_of(frozenset([Role.MANAGER.value])).get(view.class_permission_name, frozenset())
    return permission_of(view, route) in granted


def test_a_refused_form_keeps_what_was_typed(app: Flask, world: World) -> None:
    typed = "Typed & kept"
    wrong = []
    with factories.on_day(DAY):
        client = signed_in(app, "chen")
        for view in views(app):
            if "add" not in routes_of(app, view) or not allowed(view, "add"):
                continue
            form = view.add_form()
            texts = [field.name for field in form if field.type in {"TextField", "LongTextField"} and not getattr(field, "locked", None)]
            needed = [field.name for field in form if field.flags.required]
            if not texts or not needed:
                continue
            answer = client.post(f"{view.route_base}/add", data={texts[-1]: typed})
            if answer.status_code != 422 or "Typed &amp; kept" not in answer.get_data(as_text=True):
                wrong.append(f"{view.endpoint} gave {answer.status_code} for {texts[-1]}")
    assert wrong == []


def test_the_first_page_suits_the_role(app: Flask, world: World) -> None:
    with factories.on_day(DAY):
        assert signed_in(app, "wang").get("/").headers["Location"].endswith("/counter/")
        manager = opened(signed_in(app, "chen"), "/")
        assert "¥95.00" not in manager  # the voided payment is not among the takings
        assert 'href="/subscriptionview/list/?status=expired"' in manager
        installer = signed_in(app, "gong")
        assert "SG-2026-" in opened(installer, installer.get("/").headers["Location"])
        reception = opened(signed_in(app, "mei"), "/")
        assert "李娜" in reception
        assert "¥" not in reception
        for username in ("shen", "zhou", "ada"):
            assert leaks_in(opened(signed_in(app, username), "/")) == []
        assert "/readerwalk/" in signed_in(app, "minh").get("/").headers["Location"]


def test_the_first_page_asks_few_questions(app: Flask, world: World) -> None:
    with factories.on_day(DAY):
        client = signed_in(app, "chen")
        with counted() as statements:
            client.get("/")
    assert len(statements) <= MOST_STATEMENTS + 4, statements


def opened(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_an_installer_sees_his_own_orders_only(app: Flask, world: World) -> None:
    with factories.on_day(DAY):
        client = signed_in(app, "gong")
        page = opened(client, "/workorderview/list/")
        assert "李娜" in page
        assert "王晓明" not in page
        assert opened(client, f"/workorderview/show/{world.order_id}")
        assert client.get(f"/workorderview/show/{world.order_id - 1}").status_code == 404
