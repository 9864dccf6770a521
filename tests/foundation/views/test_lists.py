"""Lists: filters, order, pages, tabs, totals, and what a wrong address gets."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from sqlalchemy import event

from app.foundation.database import db
from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyState, ToyStreet

LIST = "/toylineview/list/"


@pytest.fixture
def street(store):
    return store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))[0]


@pytest.fixture
def lines(store, street):
    return store(
        *[
            ToyLine(
                office_id=HERE,
                name=f"Li {number:02}",
                street_id=street,
                fee=f"{number}.50",
                stops_on=datetime.date(2026, 5, 1) + datetime.timedelta(days=number),
                status=ToyState.CLOSED if number % 3 == 0 else ToyState.ACTIVE,
            )
            for number in range(1, 31)
        ]
    )


def names(answer):
    assert answer.status_code == 200, answer.text
    return re.findall(r'class="fh-key"[^>]*>(Li \d\d)', answer.text)


def test_a_list_shows_its_rows(wang, store, street):
    store(ToyLine(office_id=HERE, name="Li", street_id=street, fee="12.50", phone="138 0000"))
    answer = wang.get(LIST)
    assert "Lake Road" in answer.text
    assert "12.50" in answer.text
    assert "138 0000" in answer.text
    assert 'data-label="Customer name"' in answer.text


def test_the_newest_come_first_and_25_to_a_page(wang, lines):
    assert names(wang.get(LIST)) == [f"Li {number:02}" for number in range(30, 5, -1)]
    assert names(wang.get(LIST + "?page=2")) == [f"Li {number:02}" for number in range(5, 0, -1)]


def test_a_page_beyond_the_last_is_the_last(wang, lines):
    assert names(wang.get(LIST + "?page=99")) == names(wang.get(LIST + "?page=2"))


def test_a_page_has_at_most_200_rows(wang, store, street):
    store(*[ToyLine(office_id=HERE, name="Li 01", street_id=street) for _ in range(210)])
    assert len(names(wang.get(LIST + "?size=100000"))) == 200


def test_the_order_of_the_address(wang, lines):
    assert names(wang.get(LIST + "?order=name"))[0] == "Li 01"
    assert names(wang.get(LIST + "?order=-stops_on"))[0] == "Li 30"


@pytest.mark.parametrize(
    "order", ["secret", "-secret", "street.secret", "street__secret", "password", "id;drop", "days_left", "-", "--name", "fee"]
)
def test_only_declared_columns_order_a_list(wang, lines, order):
    assert wang.get(LIST, query_string={"order": order}).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=-1",
        "page=1e3",
        "page=%EF%BC%91",
        "page=99999999999999999999",
        "size=x",
        "stops_on_from=2026-02-30",
        "stops_on_from=x",
        "stops_on_to=99999-01-01",
        "fee_from=abc",
        "fee_to=1e999",
        "fee_to=NaN",
        "fee_to=Infinity",
        "street=x",
        "street=1%27",
        "street=1.5",
        "street=99999999999999999999",
        "status=unknown",
        "q=%00",
        "q=a%00b",
        "name=%00",
        "%00=1",
        "q=" + "x" * 101,
    ],
)
def test_what_cannot_be_read_is_400(wang, lines, query):
    answer = wang.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "page=",
        "size=",
        "order=",
        "street=",
        "status=",
        "stops_on_from=",
        "unknown=1",
        "page=0",
        "size=0",
        "street=999",
        "fee_from=-5",
    ],
)
def test_empty_and_unknown_arguments_do_no_harm(wang, lines, query):
    assert wang.get(f"{LIST}?{query}").status_code == 200


def test_days_of_the_past_lead_the_order_of_what_is_narrowed_to_them(wang, store, street, lines):
    store(ToyLine(office_id=HERE, name="Li 40", street_id=street, stops_on=datetime.date(2026, 5, 5)))
    assert names(wang.get(LIST + "?stops_on_from=2026-05-05&stops_on_to=2026-05-06")) == ["Li 05", "Li 40", "Li 04"]
    assert names(wang.get(LIST + "?stops_on_from=2026-05-05&stops_on_to=2999-05-06"))[0] == "Li 40"
    assert names(wang.get(LIST + "?stops_on_from=2026-05-05&stops_on_to=2026-05-06&order=name")) == ["Li 04", "Li 05", "Li 40"]
    rows = wang.get("/toylineview/export/csv?stops_on_from=2026-05-05&stops_on_to=2026-05-06").text.splitlines()[1:]
    assert [row[:5] for row in rows] == ["Li 05", "Li 40", "Li 04"]


def test_filters_narrow_the_list(wang, lines, street):
    assert names(wang.get(LIST + "?stops_on_from=2026-05-29&stops_on_to=2026-05-30&order=name")) == ["Li 28", "Li 29"]
    assert names(wang.get(LIST + "?fee_from=29.50")) == ["Li 30", "Li 29"]
    assert names(wang.get(LIST + "?name=li%2012")) == ["Li 12"]
    assert len(names(wang.get(LIST + f"?street={street}"))) == 25
    assert names(wang.get(LIST + "?q=Li%2007")) == ["Li 07"]


def test_wildcards_are_taken_literally(wang, lines):
    assert names(wang.get(LIST + "?q=%25")) == []
    assert names(wang.get(LIST + "?name=_i")) == []


def test_tabs_count_and_choose_a_state(wang, lines):
    answer = wang.get(LIST)
    assert re.findall(r'<span class="fh-count">(\d+)</span>', answer.text)[:3] == ["30", "20", "10"]
    assert all(int(name[3:]) % 3 == 0 for name in names(wang.get(LIST + "?status=closed")))


def test_totals_of_the_page_and_of_all(wang, lines):
    answer = wang.get(LIST)
    foot = answer.text.split("<tfoot>")[1]
    assert "462.50" in foot  # 30.50 + … + 6.50 on this page
    assert "480.00" in foot  # all thirty


def test_an_empty_list_names_the_filter_to_drop(wang, lines):
    answer = wang.get(LIST + "?q=nobody&fee_from=1")
    assert names(answer) == []
    assert "No results" in answer.text
    assert "Without “Search”: 30" in answer.text


def test_a_new_list_offers_the_first_step(wang):
    answer = wang.get(LIST)
    assert "Nothing here yet" in answer.text
    assert "/toylineview/add" in answer.text


def test_a_list_asks_few_questions(wang, lines, toys):
    asked = []
    with toys.app_context():
        engine = db.engine
    note = lambda *arguments: asked.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        wang.get(LIST + "?q=Li&fee_from=1&order=name")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= 8, asked


def test_the_count_stops_at_ten_thousand(wang, toys, street):
    with toys.app_context():
        db.session.execute(
            db.text(
                "INSERT INTO toy_line (office_id, name, street_id, status, fee, phone, version) "
                "SELECT 1, 'Li 01', :street, 'active', 1, '', 1 FROM generate_series(1, 10050)"
            ),
            {"street": street},
        )
        db.session.commit()
    answer = wang.get(LIST + "?size=200&page=500")
    assert "10,000+" in answer.text
    assert "Only the first 10,000 rows" in answer.text
    assert len(names(answer)) == 200
    # Nobody asked for the sum of everything there ever was; of a state it is added up.
    assert "10,050.00" not in answer.text
    assert "10,050.00" in wang.get(LIST + "?status=active").text


def test_another_offices_rows_are_nowhere(as_person, store, lines):
    (theirs,) = store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    (line,) = store(ToyLine(office_id=THERE, name="Nguyễn", street_id=theirs))
    wang = as_person("wang")
    assert "Nguyễn" not in wang.get(LIST).text
    assert wang.get(f"/toylineview/show/{line}").status_code == 404
    assert wang.get(f"/toylineview/edit/{line}").status_code == 404
    assert wang.post(f"/toylineview/edit/{line}", {"name": "Li"}).status_code == 404
    assert wang.get(LIST + f"?office={THERE}").status_code == 404
    assert "Nguyễn" in as_person("lan").get(LIST).text


def test_a_list_shows_one_office_at_a_time(as_person, store, lines):
    (theirs,) = store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    store(ToyLine(office_id=THERE, name="Nguyễn", street_id=theirs))
    ada = as_person("ada")
    assert "Nguyễn" not in ada.get(LIST).text
    assert "Nguyễn" in ada.get(LIST + f"?office={THERE}").text


def test_the_row_rule_of_a_view_holds_everywhere(wang, store, street):
    (line,) = store(ToyLine(office_id=HERE, name="hidden", street_id=street))
    assert "hidden</a>" not in wang.get(LIST).text
    assert wang.get(f"/toylineview/show/{line}").status_code == 404
    assert wang.get(f"/toylineview/edit/{line}").status_code == 404
    assert wang.post("/toylineview/action_post", {"action": "close_lines", "rowid": [line]}).status_code == 404
    assert "hidden" not in wang.get("/toylineview/export/csv").text


@pytest.mark.parametrize("key", ["0", "-1", "x", "99999999999999999999", "1e1", "%00", "1'", "２"])
def test_a_key_that_cannot_be_is_not_found(wang, key):
    assert wang.get(f"/toylineview/show/{key}").status_code in {400, 404}
    assert wang.get(f"/toylineview/edit/{key}").status_code in {400, 404}


def test_links_keep_the_chosen_office(as_person, store, street):
    (theirs,) = store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    (line,) = store(ToyLine(office_id=THERE, name="Nguyễn", street_id=theirs))
    ada = as_person("ada")
    assert f"/toylineview/add?office={THERE}" in ada.get(LIST + f"?office={THERE}").text
    page = ada.get(f"/toylineview/show/{line}").text
    assert f"/toypaymentview/add?line={line}&amp;office={THERE}" in page
    assert f'value="{line}"' in ada.get(f"/toypaymentview/add?line={line}&office={THERE}").text
    # The menu leads to the same office.
    assert f'href="/toystreetview/list/?office={THERE}"' in page
    assert f'href="/toystreetview/list/?office={THERE}"' in ada.get(LIST + f"?office={THERE}").text
    assert f'name="office" value="{THERE}"' in ada.get(f"/toylineview/edit/{line}").text
    # Who works in one office has no need of it in his links.
    assert "office=" not in as_person("wang").get(LIST).text.split("<main")[1].replace("/lookup/toy_street?office=1", "")


def test_a_list_is_filtered_by_any_parent_even_without_a_lookup(wang, toys, store, street, monkeypatch):
    from app.foundation.views import lookups

    (line,) = store(ToyLine(office_id=HERE, name="Li", street_id=street))
    monkeypatch.delitem(lookups._lookups, "toy_line")
    answer = wang.get(f"/toypaymentview/list/?line={line}")
    assert answer.status_code == 200
    assert "<b>Li</b>" in answer.text


@pytest.mark.parametrize(
    ("argument", "typed", "reason"),
    [
        ("stops_on_from", "2026-02-30", "“2026-02-30” is not a date."),
        ("fee_to", "abc", "“abc” cannot be read as a number."),
        ("status", "nonsense", "The filter Status cannot be read."),
        ("street", "x", "The filter Community name cannot be read."),
        ("name", "a\x00b", "The text contains a character that cannot be stored."),
        ("q", "Li\x00", "The text contains a character that cannot be stored."),
        ("q", "x" * 101, "The text is longer than 100 characters."),
    ],
)
def test_a_filter_that_cannot_be_read_is_said_beside_it_and_lists_nothing(wang, lines, argument, typed, reason):
    answer = wang.get("/toylineview/list/", query_string={"fee_from": "12", "order": "-name", argument: typed})
    page = html.unescape(answer.text)
    assert answer.status_code == 400
    assert reason in page.partition(f'id="filter-{argument}-error"')[2][:600]
    assert "Nothing is listed: a filter cannot be read." in page
    # What else was typed stays; the rows of the other filters are not shown as if they were the answer.
    assert re.search(r'name="fee_from" value="12"', page)
    assert "fh-rows" not in page
    assert "\x00" not in page
    assert wang.get("/toylineview/export/csv", query_string={argument: typed}).status_code == 400


def test_only_the_wrong_end_of_a_range_is_blamed(wang, lines):
    page = wang.get("/toylineview/list/?fee_from=12&fee_to=abc").text
    assert 'id="filter-fee_to-error"' in page
    assert 'id="filter-fee_from-error"' not in page
    assert 'name="fee_to" value="abc"' in page


def test_a_program_is_told_which_argument_cannot_be_read(wang, lines):
    answer = wang.get("/toylineview/list/?fee_to=abc", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json["error"]["fields"]) == {"fee_to"}
