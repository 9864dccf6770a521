"""What the demonstration tells, before it is played: same seed same story, in order, nothing after the first start."""

from __future__ import annotations

import datetime
from collections import Counter
from zoneinfo import ZoneInfo

import pytest

from app.broadband.operations.payments import PaymentTerms
from app.demonstration.events import Approving, Completion, Opening, Paying, Voiding
from app.demonstration.people import chinese_id, credit_code, hong_kong_card, vietnamese_tax_number
from app.demonstration.places import OFFICES, SHENZHEN
from app.demonstration.script import script
from app.roles import Role

UNTIL = datetime.datetime(2026, 11, 20, 7, 30, tzinfo=datetime.UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def payments(office: str = "SZ") -> list[PaymentTerms]:
    told = [event for event in script(UNTIL, {}) if event.office == office]
    return [event.terms for event in told if isinstance(event, Paying)] + [
        event.payment for event in told if isinstance(event, Opening) and event.payment is not None
    ]


def test_the_same_seed_tells_the_same_story() -> None:
    assert script(UNTIL, {}) == script(UNTIL, {})
    assert script(UNTIL, {}) != script(UNTIL, {}, seed=2)


def test_everything_comes_in_the_order_of_time_and_nothing_after_the_first_start() -> None:
    moments = [event.at for event in script(UNTIL, {})]
    assert moments == sorted(moments)
    assert moments[-1] < UNTIL


@pytest.mark.parametrize("local", ["2026-11-20T00:00:20", "2026-11-20T00:03:00", "2026-11-20T08:41:00", "2026-11-20T23:59:59"])
def test_a_start_at_any_hour_has_payments_of_its_day_and_none_after_it(local: str) -> None:
    until = datetime.datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    told = [event for event in script(until, {}) if event.office == "SZ"]
    assert max(event.at for event in told) <= until
    today = [event for event in told if isinstance(event, Paying) and event.at.astimezone(SHANGHAI).date() == until.date()]
    assert len(today) >= 5


def test_the_story_covers_fourteen_months_and_150_customers() -> None:
    told = [event for event in script(UNTIL, {}) if event.office == "SZ"]
    assert sum(isinstance(event, Opening) and event.customer is not None for event in told) == 150
    first = min(event.at for event in told)
    assert datetime.timedelta(days=415) < UNTIL - first <= datetime.timedelta(days=426)


def test_people_pay_in_every_way_a_counter_knows() -> None:
    terms = payments()
    months = Counter(each.months for each in terms)
    assert {1, 3, 6, 12} <= set(months)
    assert {each.method for term in terms for each in term.methods} == {method for method, _ in SHENZHEN.methods}
    assert any(len(term.methods) == 2 for term in terms)
    assert any(term.gift_months == 2 and term.months == 12 for term in terms)
    assert any(term.discount for term in terms)
    assert any(term.other_fee for term in terms)
    assert any(term.maintenance_fee for term in terms)
    assert any(term.on is not None and term.reason for term in terms)


def test_mistakes_are_voided_and_some_voids_are_approved() -> None:
    counts = Counter(type(event) for event in script(UNTIL, {}) if event.office == "SZ")
    assert counts[Voiding] >= 5
    assert counts[Approving] >= 1
    assert counts[Completion] < counts[Opening]


def test_what_is_below_the_price_list_is_taken_by_a_manager() -> None:
    special = [
        event
        for event in script(UNTIL, {})
        if isinstance(event, Paying) and (event.terms.discount or event.terms.gift_months or event.terms.on)
    ]
    assert {event.by.split(".")[0] for event in special} == {"manager"}


def test_the_surnames_read_in_two_ways_are_among_the_customers() -> None:
    names = {event.customer.name[0] for event in script(UNTIL, {}) if isinstance(event, Opening) and event.customer}
    assert set("单曾仇解区查單區") <= names


def test_telephones_differ() -> None:
    customers = [event.customer for event in script(UNTIL, {}) if isinstance(event, Opening) and event.customer and event.office == "SZ"]
    mobiles = [customer.mobile or customer.contact_phone for customer in customers]
    assert len(set(mobiles)) == len(mobiles)


def test_firms_have_a_tax_number_and_an_address_for_the_invoice() -> None:
    customers = [event.customer for event in script(UNTIL, {}) if isinstance(event, Opening) and event.customer]
    firms = [customer for customer in customers if customer.tax_number]
    assert len(firms) >= 8
    assert all(customer.invoice_address and customer.id_number is None for customer in firms)


def test_every_office_has_the_logins_of_the_interface() -> None:
    logins = {person.username for profile in OFFICES for person in profile.people if person.username}
    assert logins == {
        *("chief.sz", "manager.sz", "cashier.sz", "reception.sz", "installer.sz"),
        *("chief.hk", "manager.hk", "cashier.hk"),
        *("chief.hn", "manager.hn", "cashier.hn", "reader.hn", "reception.hn"),
    }
    assert all(person.role is not None for profile in OFFICES for person in profile.people if person.username)
    assert SHENZHEN.login_of(Role.INSTALLER) == "installer.sz"


def test_identity_numbers_have_the_check_marks_of_published_examples() -> None:
    assert chinese_id("110105", datetime.date(1949, 12, 31), 2) == "11010519491231002X"
    assert hong_kong_card("A", 123456) == "A123456(3)"
    assert credit_code(1)[:-1] == "91440300MA5D00010"
    assert vietnamese_tax_number(10_000)[:4] == "0109"
