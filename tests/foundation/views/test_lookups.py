"""Lookups: twenty rows at most, of the person's office, for whoever may open a page that uses them."""

from __future__ import annotations

import pytest

from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyStreet


@pytest.fixture
def street(store):
    return store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))[0]


def test_a_lookup_finds_by_beginning(wang, store, street):
    ids = store(*[ToyLine(office_id=HERE, name=name, street_id=street) for name in ("Li", "Liu", "Wang")])
    found = wang.get("/lookup/toy_line?q=li").json
    assert found == {"items": [{"id": ids[0], "text": "Li"}, {"id": ids[1], "text": "Liu"}]}


@pytest.mark.parametrize(("typed", "found"), [("200M", True), ("road", True), ("l", True), ("AB", True), ("B", False)])
def test_a_name_is_found_by_any_part_and_a_code_by_its_beginning(wang, store, typed, found):
    store(ToyStreet(office_id=HERE, code="AB", name="Lake Road 200M"))
    assert bool(wang.get(f"/lookup/toy_street?q={typed}").json["items"]) is found


def test_a_lookup_gives_at_most_twenty(wang, store, street):
    store(*[ToyLine(office_id=HERE, name=f"Li {number}", street_id=street) for number in range(30)])
    assert len(wang.get("/lookup/toy_line?q=").json["items"]) == 20


def test_a_lookup_keeps_to_the_office(as_person, store, street):
    store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    assert [item["text"] for item in as_person("wang").get("/lookup/toy_street").json["items"]] == ["Lake Road"]
    assert [item["text"] for item in as_person("lan").get("/lookup/toy_street").json["items"]] == ["Phố Huế"]
    ada = as_person("ada")
    assert [item["text"] for item in ada.get(f"/lookup/toy_street?office={THERE}").json["items"]] == ["Phố Huế"]
    assert as_person("wang").get(f"/lookup/toy_street?office={THERE}").status_code == 404


def test_a_lookup_is_for_those_who_may_open_its_pages(as_person, street):
    shen = as_person("shen")
    # Shen lists lines and may filter them by street; he never takes payments, where lines are looked up.
    assert shen.get("/lookup/toy_street").status_code == 200
    assert shen.get("/lookup/toy_line").status_code == 403


def test_a_stranger_finds_nothing(toys):
    assert toys.test_client().get("/lookup/toy_street").status_code in {302, 401, 403}


@pytest.mark.parametrize("query", ["q=" + "x" * 61, "q=%00"])
def test_odd_questions_are_400(wang, street, query):
    assert wang.get("/lookup/toy_line?" + query).status_code == 400


def test_an_unknown_lookup_is_not_there(wang):
    assert wang.get("/lookup/nothing").status_code == 404


def test_wildcards_find_nothing(wang, store, street):
    store(ToyLine(office_id=HERE, name="Li", street_id=street))
    assert wang.get("/lookup/toy_line?q=%25").json["items"] == []
