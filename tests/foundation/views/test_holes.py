"""Views and requests that walk into the framework's holes H4 to H8 and H20: each meets its guard. The table is docs/holes.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask_appbuilder import CompactCRUDMixin, MasterDetailView, ModelRestApi, ModelView, MultipleView
from flask_appbuilder.charts.views import DirectByChartView
from flask_appbuilder.fields import QuerySelectField
from flask_appbuilder.models.sqla.interface import SQLAInterface

from app.foundation.database import db
from app.foundation.views import EntityForm, EntityView, GuardedInterface
from tests.foundation.views import toy
from tests.foundation.views.conftest import Browser
from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyLineView, ToyPayment, ToyPaymentView, ToyStreet, ToyStreetView

NewApp = Callable[[], Flask]


@pytest.fixture
def new_app(toy_url: str, toys: Flask) -> Iterator[NewApp]:
    """Return applications that have answered nothing yet, so that a test can add views of its own."""
    made: list[Flask] = []

    def make() -> Flask:
        made.append(toy.toy_app(toy_url))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def add(app: Flask, view: Any) -> None:
    with app.app_context():
        app.appbuilder.add_view_no_menu(view)  # type: ignore[attr-defined]


def assert_not_taken(app: Flask, view: Any) -> None:
    """The builder refuses ``view``, and nothing answers at its address, not even to who may do everything."""
    with pytest.raises(TypeError, match=view.__name__):
        add(app, view)
    base = f"/{view.__name__.lower()}"
    for address in (f"{base}/list/", f"{base}/add", f"{base}/chart/", f"/api/v1{base}/"):
        assert Browser(app.test_client(), "ada").get(address).status_code == 404, address


@pytest.fixture
def payment(store: Any) -> None:
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    (line,) = store(ToyLine(office_id=HERE, name="Li", street_id=street, phone="138 0000"))
    store(ToyPayment(office_id=HERE, line_id=line, months=3, amount="165.00", paid_on="2026-05-14"))


# --- H4: lists on the page of a record -------------------------------------------------------------------------------------------


class ToyStreetWithLines(ToyStreetView):
    related_views = [ToyLineView]


def test_a_related_list_keeps_the_row_rule_of_its_own_view(new_app: NewApp, store: Any) -> None:
    """H4: ``ToyLineView`` shows no line named "hidden", so the page of a street shows none either."""
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    store(*[ToyLine(office_id=HERE, name=name, street_id=street, phone=f"of {name}") for name in ("hidden", "Li")])
    app = new_app()
    add(app, ToyStreetWithLines)
    page = Browser(app.test_client(), "wang").get(f"/toystreetwithlines/show/{street}").text
    assert "of Li" in page
    assert "of hidden" not in page


# --- H5, H6: pages over several views ------------------------------------------------------------------------------------------------


def test_several_lists_on_one_page_are_not_taken(new_app: NewApp, payment: None) -> None:
    """H5: the framework's page shows each list to whoever may open the page, whatever the lists themselves ask for."""

    class StreetsAndPayments(MultipleView):
        views = [ToyStreetView, ToyPaymentView]

    assert_not_taken(new_app(), StreetsAndPayments)


def test_a_list_beside_a_list_is_not_taken(new_app: NewApp, payment: None) -> None:
    """H6: the second list asks for no permission of its own and knows no row rule."""

    class StreetsBesideLines(MasterDetailView):
        datamodel = SQLAInterface(ToyStreet, db.session)
        related_views = [ToyLineView]

    assert_not_taken(new_app(), StreetsBesideLines)


def test_not_even_on_our_own_base(new_app: NewApp) -> None:
    """H6: our base beside the framework's does not mend it: its ``list`` would come first."""

    class LinesBesidePayments(MasterDetailView, EntityView):
        datamodel = GuardedInterface(ToyLine)
        related_views = [ToyPaymentView]

    assert_not_taken(new_app(), LinesBesidePayments)


@pytest.mark.parametrize("base", [ModelView, CompactCRUDMixin, DirectByChartView], ids=lambda base: base.__name__)
def test_no_view_over_a_table_stands_on_the_framework_alone(new_app: NewApp, base: type[Any]) -> None:
    bases = (base,) if base is not CompactCRUDMixin else (base, EntityView)
    terms = {"datamodel": GuardedInterface(ToyStreet), "definitions": [{"group": "code", "series": ["id"]}]}
    assert_not_taken(new_app(), type("BareStreets", bases, terms))


# --- H7, H8: rows to choose from -----------------------------------------------------------------------------------------------------


def test_no_page_lists_the_rows_that_could_be_chosen(wang: Browser, store: Any) -> None:
    """H7: forms and filters hold an empty lookup, or the one row that was chosen; never the rows of the table."""
    chosen, other = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"), ToyStreet(office_id=HERE, code="B", name="Hill Road"))
    store(ToyStreet(office_id=THERE, code="C", name="Phố Huế"))
    (line,) = store(ToyLine(office_id=HERE, name="Li", street_id=chosen))
    addresses = ("add", f"edit/{line}", "list/", f"list/?street={chosen}", f"add?street={chosen}")
    for address in addresses:
        page = wang.get(f"/toylineview/{address}")
        assert page.status_code == 200
        assert "Hill Road" not in page.text, address
        assert "Phố Huế" not in page.text, address
        assert f'value="{other}"' not in page.text, address
    assert "Lake Road" in wang.get(f"/toylineview/edit/{line}").text


def test_a_form_with_a_select_over_a_table_is_not_taken(new_app: NewApp) -> None:
    """H7: also a form written by hand gives no list of all rows."""

    class AllStreets(QuerySelectField):
        pass

    class LineForm(EntityForm):
        street = AllStreets("Street", query_func=list)

    class LinesWithSelect(EntityView):
        datamodel = GuardedInterface(ToyLine)
        list_title = "Lines"
        list_columns = ["name"]
        add_form = LineForm

    assert_not_taken(new_app(), LinesWithSelect)


def test_a_row_is_not_moved_to_a_parent_of_another_office(as_person: Any, store: Any, stored: Any) -> None:
    """H8: not even by somebody who works in both offices, by the form as it was opened."""
    ours, theirs = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"), ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    (line,) = store(ToyLine(office_id=HERE, name="Li", street_id=ours))
    sent = {"name": "Li", "street": theirs, "status": "active", "fee": "1", "version": "1", "key": "k"}
    for person in ("wang", "ada"):
        answer = as_person(person).post(f"/toylineview/edit/{line}", sent)
        assert answer.status_code == 422
        assert "This record does not exist." in answer.text
    assert [row.street_id for row in stored(ToyLine)] == [ours]


# --- H20: JSON over a table ----------------------------------------------------------------------------------------------------------


def test_json_over_a_bare_table_is_not_taken(new_app: NewApp, payment: None, stored: Any) -> None:
    """H20: the framework's JSON gives every column and writes related rows that the caller may not touch."""

    class BareLines(ModelRestApi):
        datamodel = SQLAInterface(ToyLine, db.session)
        resource_name = "barelines"

    app = new_app()
    assert_not_taken(app, BareLines)
    nested = {"name": "Li", "street": {"code": "A", "name": "Changed Road"}}
    assert Browser(app.test_client(), "ada").post("/api/v1/barelines/", json=nested).status_code == 404
    assert [row.name for row in stored(ToyStreet)] == ["Lake Road"]
