"""Operations: run once, previewed without writing, refused with what was typed still there."""

from __future__ import annotations

import pytest

from tests.foundation.views.test_forms import hidden
from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyPayment, ToyState, ToyStreet

ADD = "/toypaymentview/add"
PREVIEW = "/toypaymentview/preview"


@pytest.fixture
def line(store):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    return store(ToyLine(office_id=HERE, name="Li", street_id=street))[0]


def typed(line, **changes):
    return {"line": line, "months": "3", "price": "55", "paid_on": "2026-05-14", "note": "", "key": "k1", **changes}


def test_an_operation_runs_once(wang, line, stored):
    first = wang.post(ADD, typed(line))
    assert first.status_code == 302, first.text
    second = wang.post(ADD, typed(line), follow_redirects=True)
    assert "This was already done" in second.text
    (payment,) = stored(ToyPayment)
    assert (payment.line_id, payment.months, str(payment.amount), payment.office_id) == (line, 3, "165.00", HERE)
    assert first.location == f"/toypaymentview/show/{payment.id}"


@pytest.mark.parametrize("key", [None, "", " ", "x" * 65, "x" * 500, "a b", "schlüssel", "k\x00"])
def test_without_its_mark_against_sending_twice_nothing_is_done(wang, line, stored, key):
    sent = typed(line, note="for the year", key=key)
    answer = wang.post(ADD, {name: value for name, value in sent.items() if value is not None})
    assert answer.status_code == 400
    assert "this form came without its mark against being sent twice" in answer.text
    assert 'value="for the year"' in answer.text
    assert stored(ToyPayment) == []
    # The page that says so has a new key, with which the same entries count once.
    fresh = hidden(answer, "key")
    assert fresh not in {key, "", None}
    for _ in range(2):
        assert wang.post(ADD, typed(line, note="for the year", key=fresh)).status_code == 302
    assert len(stored(ToyPayment)) == 1


def test_every_opened_form_has_a_key_of_its_own(wang, line):
    keys = {hidden(wang.get(f"{ADD}?line={line}"), "key") for _ in range(3)}
    assert len(keys) == 3


def test_an_address_gives_a_form_no_key(wang, line):
    assert hidden(wang.get(f"{ADD}?line={line}&key=known"), "key") != "known"


def test_a_preview_says_what_will_happen_and_writes_nothing(wang, line, stored):
    answer = wang.post(PREVIEW, typed(line))
    assert answer.status_code == 200, answer.text
    assert "<html" not in answer.text
    assert "¥165.00" in answer.text
    assert 'data-deed="Take ¥165.00"' in answer.text
    assert stored(ToyPayment) == []


def test_an_incomplete_preview_shows_no_total(wang, line):
    answer = wang.post(PREVIEW, typed(line, months=""))
    assert answer.status_code == 200
    assert "¥" not in answer.text


def test_a_preview_tells_what_was_typed_wrong(wang, line):
    answer = wang.post(PREVIEW, typed(line, months="0", price=""))
    assert answer.status_code == 422
    assert "Months of use: The number must be at least 1." in answer.text
    assert "This field is required." not in answer.text


def test_a_refused_preview_says_why(wang, line, stored):
    answer = wang.post(PREVIEW, typed(line, months="13"))
    assert answer.status_code == 422
    assert "At most twelve months at once." in answer.text


def test_a_refusal_keeps_what_was_typed(wang, line, stored):
    answer = wang.post(ADD, typed(line, months="13", note="for the year"))
    assert answer.status_code == 422
    assert "At most twelve months at once." in answer.text
    assert 'value="for the year"' in answer.text
    assert hidden(answer, "key") == "k1"
    assert stored(ToyPayment) == []
    assert wang.post(ADD, typed(line, months="12", note="for the year")).status_code == 302


def test_a_refusal_with_a_field_is_said_there(wang, store, line, stored):
    (closed,) = store(ToyLine(office_id=HERE, name="Zhou", street_id=1, status=ToyState.CLOSED))
    answer = wang.post(ADD, typed(closed))
    assert answer.status_code == 422
    assert 'id="line-error"' in answer.text
    assert "The line Zhou is closed." in answer.text


def test_what_the_database_refuses_is_explained(wang, line, stored):
    answer = wang.post(ADD, typed(line, note="x" * 40))
    assert answer.status_code == 422
    assert "too long" in answer.text
    assert "INSERT" not in answer.text
    assert stored(ToyPayment) == []


def test_a_line_of_another_office_is_not_there(wang, store, stored):
    (street,) = store(ToyStreet(office_id=THERE, code="B", name="x"))
    (theirs,) = store(ToyLine(office_id=THERE, name="Nguyễn", street_id=street))
    for address in (ADD, PREVIEW):
        answer = wang.post(address, typed(theirs))
        assert "Nguyễn" not in answer.text
        assert "¥" not in answer.text.split("<form")[0]
    assert stored(ToyPayment) == []


def test_the_page_opens_with_the_preview_of_its_address(wang, line):
    page = wang.get(f"{ADD}?line={line}&months=2&price=50")
    assert page.status_code == 200
    assert "¥100.00" in page.text
    assert 'data-preview="/toypaymentview/preview"' in page.text


def test_records_of_an_operation_are_never_edited(wang, line, stored):
    wang.post(ADD, typed(line))
    (payment,) = stored(ToyPayment)
    assert wang.get(f"/toypaymentview/edit/{payment.id}").status_code == 404
    assert wang.post(f"/toypaymentview/delete/{payment.id}").status_code == 404
    page = wang.get(f"/toypaymentview/show/{payment.id}")
    assert page.status_code == 200
    assert "/edit/" not in page.text


def test_voided_rows_do_not_count(wang, store, line):
    store(
        ToyPayment(office_id=HERE, line_id=line, months=1, amount="55", paid_on="2026-05-14"),
        ToyPayment(office_id=HERE, line_id=line, months=1, amount="66", paid_on="2026-05-14", is_voided=True),
    )
    text = wang.get("/toypaymentview/list/").text
    assert '<s class="fh-money fh-voided">¥66.00</s>' in text
    assert "55.00" in text.split("<tfoot>")[1]
    assert "121.00" not in text
