"""Customers are found by the whole identity number, sent by POST; no address ever holds one."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import a_customer
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")

ID_NUMBER = "11010119900307123X"
SPELLINGS = [
    "11010119900307123X",
    "11010119900307123x",
    " 110101 19900307 123x ",
    "１１０１０１１９９００３０７１２３Ｘ",
    "110101-19900307-123X",
]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_the_one_customer_opens_however_the_number_is_written(app: Flask, typed: str) -> None:
    customer = a_customer(id_number=ID_NUMBER)
    answer = signed_in(app, "wang").post("/customerview/find", data={"id_number": typed})
    assert (answer.status_code, answer.location) == (302, f"/customerview/show/{customer.id}")


def test_a_number_stored_with_gaps_is_found_as_well(app: Flask) -> None:
    customer = a_customer(id_number="110101 19900307 123x")
    assert signed_in(app, "wang").post("/customerview/find", data={"id_number": ID_NUMBER}).location == f"/customerview/show/{customer.id}"


def test_two_customers_with_one_number_are_listed_masked(app: Flask) -> None:
    a_customer(name="张三", id_number=ID_NUMBER)
    a_customer(name="张三丰", id_number=ID_NUMBER)
    page = signed_in(app, "wang").post("/customerview/find", data={"id_number": ID_NUMBER}).get_data(as_text=True)
    assert "张三丰" in page
    assert "110101********123X" in page
    assert ID_NUMBER not in page


def test_a_part_of_the_number_finds_nobody(app: Flask) -> None:
    a_customer(name="张三", id_number=ID_NUMBER)
    answer = signed_in(app, "wang").post("/customerview/find", data={"id_number": ID_NUMBER[:-1]})
    assert answer.status_code == 200
    assert "张三" not in answer.get_data(as_text=True)


def test_a_customer_of_another_office_is_not_found(app: Flask) -> None:
    a_customer("HN", name="Nguyễn Văn An", id_number="001099012345")
    assert "Nguyễn" not in signed_in(app, "wang").post("/customerview/find", data={"id_number": "001099012345"}).get_data(as_text=True)


def test_an_empty_number_is_asked_for_again(app: Flask) -> None:
    assert signed_in(app, "wang").post("/customerview/find", data={"id_number": " -- "}).status_code == 422


@pytest.mark.parametrize("address", ["/customerview/list/", "/subscriptionview/list/", "/counter/"])
def test_a_number_in_an_address_leads_to_the_form_that_posts(app: Flask, address: str) -> None:
    answer = signed_in(app, "wang").get(address, query_string={"q": ID_NUMBER})
    assert (answer.status_code, answer.location) == (302, "/customerview/find")


@pytest.mark.parametrize("address", ["/lookup/customer", "/counter/find"])
def test_a_script_is_told_to_post(app: Flask, address: str) -> None:
    browser = signed_in(app, "wang")
    assert browser.get(address, query_string={"q": ID_NUMBER}, headers={"X-Requested-With": "fetch"}).status_code == 400


def test_the_counter_finds_by_post_and_keeps_the_number_out_of_its_links(app: Flask) -> None:
    a_customer(name="张三", id_number=ID_NUMBER)
    piece = signed_in(app, "wang").post("/counter/find", data={"q": ID_NUMBER}).get_data(as_text=True)
    assert "张三" in piece
    assert ID_NUMBER not in piece


def test_the_counter_says_who_is_not_found_without_repeating_the_number(app: Flask) -> None:
    piece = signed_in(app, "wang").post("/counter/find", data={"q": ID_NUMBER}).get_data(as_text=True)
    assert ID_NUMBER not in piece
