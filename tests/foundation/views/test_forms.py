"""Adding, changing, deleting: what is typed is kept, what is wrong is said at its field, nothing is written in vain."""

from __future__ import annotations

import re

import pytest

from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyPayment, ToyState, ToyStreet

ADD = "/toylineview/add"


@pytest.fixture
def street(store):
    return store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))[0]


@pytest.fixture
def line(store, street):
    return store(ToyLine(office_id=HERE, name="Li", street_id=street, fee="12.50"))[0]


def hidden(answer, name):
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text) or re.search(rf'value="([^"]*)"[^>]*name="{name}"', answer.text)
    return found.group(1)


def typed(street, /, **changes):
    return {
        "name": "Wang",
        "street": street,
        "status": "active",
        "stops_on": "2026-08-14",
        "fee": "1,250.50",
        "phone": "",
        "key": "k1",
        **changes,
    }


def test_a_form_has_our_fields(wang):
    page = wang.get(ADD)
    assert page.status_code == 200, page.text
    assert 'type="date"' in page.text
    assert 'inputmode="decimal"' in page.text
    assert 'data-lookup="/lookup/toy_street?office=1"' in page.text
    assert 'maxlength="200"' in page.text
    assert hidden(page, "office") == str(HERE)


def test_a_row_is_stored_once_though_sent_twice(wang, street, stored):
    first = wang.post(ADD, typed(street))
    assert first.status_code == 302
    second = wang.post(ADD, typed(street))
    assert second.location == first.location
    (row,) = stored(ToyLine)
    assert (row.name, row.street_id, str(row.fee), row.office_id, row.status) == ("Wang", street, "1250.50", HERE, ToyState.ACTIVE)
    assert row.stops_on.isoformat() == "2026-08-14"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 201, "longer than 200"),
        ("fee", "abc", "fee"),
        ("fee", "1.234", "decimals"),
        ("fee", "-1", "must not be negative"),
        ("fee", "99999999999999999999", "too large"),
        ("stops_on", "2026-02-30", "stops_on"),
        ("status", "unknown", "Please choose"),
        ("street", "", "This field is required."),
        ("street", "999", "This record does not exist."),
        ("street", "x", "This record does not exist."),
    ],
)
def test_a_wrong_value_is_said_at_its_field_and_kept(wang, street, stored, field, value, message):
    answer = wang.post(ADD, typed(street, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert message in answer.text or message == field
    assert "Wang" in answer.text or field == "name"
    if field in {"fee", "stops_on"}:
        assert f'value="{value}"' in answer.text
    assert stored(ToyLine) == []


def test_a_parent_of_another_office_is_not_there(as_person, store, street, stored):
    (theirs,) = store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    answer = as_person("wang").post(ADD, typed(theirs))
    assert answer.status_code == 422
    assert "This record does not exist." in answer.text
    assert "Phố Huế" not in answer.text
    # Not even for somebody who works in both offices: the row would be torn between them.
    answer = as_person("ada").post(ADD, typed(theirs, office=HERE))
    assert answer.status_code == 422
    assert stored(ToyLine) == []


def test_the_office_of_a_form_must_be_the_persons(as_person, street, stored):
    assert as_person("wang").post(ADD, typed(street, office=THERE)).status_code == 404
    assert stored(ToyLine) == []


def test_a_key_taken_already_is_said_at_its_field(wang, street, stored):
    answer = wang.post("/toystreetview/add", {"code": "A", "name": "Other Road", "key": "k2"})
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    assert "Other Road" in answer.text
    assert "INSERT" not in answer.text
    assert "uq_" not in answer.text
    assert len(stored(ToyStreet)) == 1


def test_a_change_is_stored(wang, line, street, stored):
    page = wang.get(f"/toylineview/edit/{line}")
    assert 'value="12.50"' in page.text
    answer = wang.post(f"/toylineview/edit/{line}", typed(street, version=hidden(page, "version"), key=hidden(page, "key")))
    assert answer.status_code == 302, answer.text
    (row,) = stored(ToyLine)
    assert (row.name, str(row.fee), row.version) == ("Wang", "1250.50", 2)


def test_two_people_do_not_overwrite_each_other(wang, line, street, stored):
    page = wang.get(f"/toylineview/edit/{line}")
    version = hidden(page, "version")
    assert wang.post(f"/toylineview/edit/{line}", typed(street, version=version, key="a")).status_code == 302
    late = wang.post(f"/toylineview/edit/{line}", typed(street, name="Zhao", version=version, key="b"))
    assert late.status_code == 409
    assert "changed this record" in late.text
    assert 'value="Zhao"' in late.text
    assert "Stored now: Wang" in late.text
    assert stored(ToyLine)[0].name == "Wang"
    # The entries were kept and checked; the second try counts.
    again = wang.post(f"/toylineview/edit/{line}", typed(street, name="Zhao", version=hidden(late, "version"), key=hidden(late, "key")))
    assert again.status_code == 302
    assert stored(ToyLine)[0].name == "Zhao"


def test_an_edit_without_its_version_is_refused(wang, line, street, stored):
    assert wang.post(f"/toylineview/edit/{line}", typed(street)).status_code == 400
    assert stored(ToyLine)[0].name == "Li"


def test_a_key_of_another_form_is_not_taken_for_this_one(wang, street, stored):
    assert wang.post(ADD, typed(street)).status_code == 302
    answer = wang.post(ADD, typed(street, name="Zhao"))
    assert answer.status_code == 409
    assert len(stored(ToyLine)) == 1
    assert hidden(answer, "key") != "k1"


def test_nothing_but_declared_columns_is_written(wang, street, stored):
    wang.post("/toystreetview/add", {"code": "Z", "name": "x", "secret": "changed", "office_id": THERE, "id": 77, "version": 9, "key": "k"})
    row = stored(ToyStreet)[-1]
    assert (row.secret, row.office_id, row.version) == ("", HERE, 1)


def test_deleting_is_refused_while_something_uses_the_row(wang, line, street, stored):
    answer = wang.post(f"/toystreetview/delete/{street}", follow_redirects=True)
    assert "Other records use this one" in answer.text
    assert len(stored(ToyStreet)) == 1


def test_an_unused_row_is_deleted_by_post_only(wang, street, stored):
    assert wang.get(f"/toystreetview/delete/{street}").status_code == 405
    assert len(stored(ToyStreet)) == 1
    assert wang.post(f"/toystreetview/delete/{street}").status_code == 302
    assert stored(ToyStreet) == []


def test_what_is_not_declared_does_not_exist(wang, line):
    assert wang.post(f"/toylineview/delete/{line}").status_code == 404
    assert wang.get("/toylineview/download/secret.txt").status_code == 404
    assert wang.get(f"/toypaymentview/edit/{line}").status_code == 404
    assert wang.post(f"/toypaymentview/delete/{line}").status_code == 404


def test_a_form_is_prefilled_from_its_address(wang, line):
    page = wang.get(f"/toypaymentview/add?line={line}&months=3&paid_on=2026-05-10&price=x")
    assert f'value="{line}"' in page.text
    assert 'value="Li"' in page.text
    assert 'value="2026-05-10"' in page.text


def test_a_prefilled_row_of_another_office_is_left_out(wang, store):
    (street,) = store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    page = wang.get(f"{ADD}?street={street}")
    assert page.status_code == 200
    assert f'name="street" value="{street}"' not in page.text
    assert "Phố Huế" not in page.text


def test_amounts_are_read_as_the_reader_writes_them(as_person, store, stored):
    (street,) = store(ToyStreet(office_id=THERE, code="B", name="Phố Huế"))
    lan = as_person("lan")
    lan_locale = {"Accept-Language": "vi"}
    from tests.foundation.views.toy import PEOPLE

    PEOPLE["lan"].locale = "vi"
    try:
        answer = lan.post(ADD, typed(street, fee="1.250.000"), headers=lan_locale)
        assert answer.status_code == 302, answer.text
        page = lan.get(f"/toylineview/edit/{stored(ToyLine)[0].id}")
        assert 'value="1.250.000"' in page.text
        refused = lan.post(ADD, typed(street, fee="1.250,5", key="k9"))
        assert refused.status_code == 422
        assert 'value="1.250,5"' in refused.text
    finally:
        PEOPLE["lan"].locale = "en"
    assert str(stored(ToyLine)[0].fee) == "1250000.00"


@pytest.mark.parametrize("odd", ["a\x00b", "a\ufffdb"])
def test_what_cannot_be_stored_is_said_at_its_field(wang, street, stored, odd):
    answer = wang.post(ADD, typed(street, phone=odd))
    assert answer.status_code == 422
    assert 'id="phone-error"' in answer.text
    assert "The text contains a character that cannot be stored." in answer.text
    assert 'value="Wang"' in answer.text
    assert 'value="1,250.50"' in answer.text
    assert "\x00" not in answer.text
    assert stored(ToyLine) == []


@pytest.mark.parametrize("field", ["street", "status", "stops_on", "fee", "key", "office"])
def test_no_kind_of_field_stores_what_cannot_be_stored(wang, street, stored, field):
    answer = wang.post(ADD, typed(street, **{field: "1\x00"}))
    # A key that cannot be one is replaced: adding a row of master data twice is said by its codes.
    assert answer.status_code == {"key": 302, "office": 400}.get(field, 422)
    assert len(stored(ToyLine)) == (1 if field == "key" else 0)


def test_an_odd_name_of_a_field_and_an_odd_action_are_refused(wang, line, street, stored):
    assert wang.post(ADD, {**typed(street), "na\x00me": "x"}).status_code == 400
    for data in ({"action": "close_lines\x00", "rowid": line}, {"action": "close_lines", "rowid": f"{line}\x00"}):
        assert wang.post("/toylineview/action_post", data).status_code == 400
    assert [row.status for row in stored(ToyLine)] == [ToyState.ACTIVE]


def test_text_is_stored_composed(wang, stored):
    wang.post("/toystreetview/add", {"code": "E", "name": "Phố Huế", "key": "k"})
    assert stored(ToyStreet)[0].name == "Phố Huế"


def test_no_page_is_made_of_what_a_person_typed(wang, store, street):
    (line,) = store(ToyLine(office_id=HERE, name="<script>alert(1)</script>", street_id=street, phone='"><img src=x>'))
    for address in ("/toylineview/list/", f"/toylineview/show/{line}", f"/toylineview/edit/{line}", "/toylineview/list/?q=<script>x"):
        text = wang.get(address).text
        assert "<script>alert" not in text
        assert "<script>x" not in text
        assert "<img src=x" not in text


def test_payments_of_the_record_are_shown_on_its_page(wang, store, line):
    store(ToyPayment(office_id=HERE, line_id=line, months=3, amount="165.00", paid_on="2026-05-14"))
    page = wang.get(f"/toylineview/show/{line}")
    assert page.status_code == 200, page.text
    assert "165.00" in page.text
    assert f"/toypaymentview/add?line={line}" in page.text


def test_related_lists_need_their_own_permission(as_person, store, line):
    store(ToyPayment(office_id=HERE, line_id=line, months=3, amount="165.00", paid_on="2026-05-14"))
    page = as_person("shen").get(f"/toylineview/show/{line}")
    assert page.status_code == 200
    assert "165.00" not in page.text
    assert "toypaymentview/add" not in page.text
    assert 'id="parts"' not in page.text
