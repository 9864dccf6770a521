"""Actions: POST only, at most a hundred rows, and only rows of the person's own list."""

from __future__ import annotations

import pytest

from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyState, ToyStreet

POST = "/toylineview/action_post"


@pytest.fixture
def street(store):
    return store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))[0]


@pytest.fixture
def lines(store, street):
    return store(*[ToyLine(office_id=HERE, name=f"Li {number}", street_id=street) for number in range(3)])


def closed(stored):
    return [row.name for row in stored(ToyLine) if row.status is ToyState.CLOSED]


def test_an_action_acts_on_the_ticked_rows(wang, lines, stored):
    answer = wang.post(POST, {"action": "close_lines", "rowid": lines[:2], "back": "/toylineview/list/?q=Li&page=1"})
    assert answer.status_code == 302
    assert answer.location == "/toylineview/list/?q=Li&page=1"
    assert closed(stored) == ["Li 0", "Li 1"]


def test_an_action_on_one_record(wang, lines, stored):
    assert wang.post(f"/toylineview/action/close_lines/{lines[2]}").status_code == 302
    assert closed(stored) == ["Li 2"]


def test_rows_of_another_office_are_not_there(wang, store, lines, stored):
    (street,) = store(ToyStreet(office_id=THERE, code="B", name="x"))
    (theirs,) = store(ToyLine(office_id=THERE, name="Nguyễn", street_id=street))
    assert wang.post(POST, {"action": "close_lines", "rowid": [lines[0], theirs]}).status_code == 404
    assert wang.post(f"/toylineview/action/close_lines/{theirs}").status_code == 404
    assert closed(stored) == []


@pytest.mark.parametrize("rowid", [[], ["x"], ["1 OR 1=1"], ["99999999999999"], ["-1"], ["999"]])
def test_wrong_rows_are_refused(wang, lines, stored, rowid):
    assert wang.post(POST, {"action": "close_lines", "rowid": rowid}).status_code in {400, 404}
    assert closed(stored) == []


def test_more_than_a_hundred_rows_are_refused(wang, lines, stored):
    assert wang.post(POST, {"action": "close_lines", "rowid": list(range(1, 102))}).status_code == 400
    assert closed(stored) == []


@pytest.mark.parametrize("name", ["", "nothing", "delete", "__class__", "list"])
def test_an_unknown_action_is_not_there(wang, lines, name):
    assert wang.post(POST, {"action": name, "rowid": lines}).status_code == 404


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/toylineview/list/\\..", "javascript:alert(1)", ""]
)
def test_the_way_back_stays_in_the_list(wang, lines, back):
    answer = wang.post(POST, {"action": "close_lines", "rowid": lines, "back": back})
    assert answer.location == "/toylineview/list/"


def test_actions_are_not_done_by_get(wang, lines, stored):
    assert wang.get(f"/toylineview/action/close_lines/{lines[0]}").status_code == 405
    assert wang.get(POST).status_code == 405
    assert closed(stored) == []


def test_a_bulk_operation_first_says_what_it_does_to_each_row(wang, store, street, lines, stored):
    (gone,) = store(ToyLine(office_id=HERE, name="Zhou", street_id=street, status=ToyState.CLOSED))
    ticked = {"action": "close_with_preview", "rowid": [*lines[:2], gone], "back": "/toylineview/list/?page=1"}
    page = wang.post(POST, ticked)
    assert page.status_code == 200
    assert "The line Li 0 is closed." in page.text
    assert "The line Zhou was closed before." in page.text
    assert 'name="confirmed" value="yes"' in page.text
    assert "Close account: 2" in page.text
    assert closed(stored) == ["Zhou"]


def test_a_confirmed_bulk_operation_does_what_can_be_done(wang, store, street, lines, stored):
    (gone,) = store(ToyLine(office_id=HERE, name="Zhou", street_id=street, status=ToyState.CLOSED))
    answer = wang.post(POST, {"action": "close_with_preview", "rowid": [*lines[:2], gone], "confirmed": "yes"}, follow_redirects=True)
    assert closed(stored) == ["Li 0", "Li 1", "Zhou"]
    assert "Done for 2 rows." in answer.text
    assert "Zhou: The line Zhou was closed before." in answer.text


def test_a_view_without_actions_has_no_address_for_them(wang):
    assert wang.post("/toystreetview/action_post", {"action": "x", "rowid": 1}).status_code == 404
