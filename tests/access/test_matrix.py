"""Every address by every method for every role, with a record of the own office, of another one, and one that never was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from app.roles import Role
from tests.access import expected
from tests.access.cells import METHODS, Address, addresses
from tests.access.ground import Ground
from tests.access.objects import MISSING
from tests.cast import PEOPLE

HEADERS = {"CounterView.show": {"X-Requested-With": "fetch"}}  # a piece of the counter's page, as its script asks for it
SIGN_IN = 302


@dataclass(frozen=True)
class Visitor:
    """Somebody who tries every address; without a letter he is a stranger."""

    title: str
    username: str | None = None
    letter: str = ""
    home: str = "SH"

    @property
    def away(self) -> str:
        return "HN" if self.home == "SH" else "SH"

    @property
    def knows_all_offices(self) -> bool:
        return self.letter == "A"


VISITORS = (
    Visitor("administrator", "ada", "A"),
    Visitor("chief", "zhou", "C"),
    Visitor("manager", "chen", "M"),
    Visitor("cashier", "wang", "K"),
    Visitor("receptionist", "mei", "R"),
    Visitor("meter reader", "minh", "T", "HN"),
    Visitor("installer", "gong", "I"),
    Visitor("auditor", "shen", "U"),
    Visitor("manager of another office", "binh", "M", "HN"),
    Visitor("stranger"),
)


def methods_for(address: Address, visitor: Visitor) -> list[str]:
    """Return the methods to try. HEAD takes the way of GET, so not everybody tries it again."""
    tries_head = visitor.letter in {"", "A", "M"} and visitor.home == "SH"
    return [method for method in METHODS if method in address.methods and method != "OPTIONS" and (method != "HEAD" or tries_head)]


def objects_for(address: Address, visitor: Visitor, ground: Ground) -> Iterator[tuple[str, int]]:
    """Yield whose record, and its number."""
    if address.record is None:
        yield "none", 0
        return
    is_personal = address.record == "SignIn" and visitor.username is not None
    yield "own", ground.sign_in_of(visitor.username or "") if is_personal else address.number_of(ground.records[visitor.home])
    yield "other", address.number_of(ground.records[visitor.away])
    yield "missing", MISSING


def wanted(address: Address, method: str, visitor: Visitor, whose: str) -> int:
    """Return the status that the table of expectations gives."""
    if method not in address.methods:
        return 405
    if method == "OPTIONS":
        return 200
    if address.name in expected.NOWHERE:
        return 404
    verb = "GET" if method == "HEAD" else method
    if not visitor.letter:
        return expected.STRANGERS.get(f"{address.name} {verb}", 401 if address.is_api or address.name in HEADERS else SIGN_IN)
    if visitor.letter not in expected.MAY[address.name]:
        return 403
    if address.is_api and expected.answer_for(address.name, method, visitor.letter, is_api=True) == 400:
        return 400  # what cannot be read is said before any record is looked for, so it tells nothing about one
    if whose == "missing" or (whose == "other" and not visitor.knows_all_offices and address.record not in expected.OFFICELESS):
        return 404
    return expected.answer_for(address.name, method, visitor.letter, is_api=address.is_api)


def given(ground: Ground, address: Address, method: str, visitor: Visitor, number: int) -> int:
    """Return the status that the application gives."""
    target, headers = address.with_record(number), dict(HEADERS.get(address.name, {}))
    body = method in {"POST", "PUT", "PATCH"}
    if address.is_api:
        return ground.call(visitor.username, method, target, headers=headers, json={} if body else None).status_code
    data = address.sent(number) if body else None
    return ground.open(visitor.username, method, target, headers=headers, data=data).status_code


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.title)
def test_every_cell_is_as_the_table_says(ground: Ground, visitor: Visitor) -> None:
    wrong = []
    for address in addresses(ground.app):
        if visitor.letter and address.name not in expected.MAY and address.name not in expected.NOWHERE:
            continue  # named by the test below, once
        for method in methods_for(address, visitor):
            for whose, number in objects_for(address, visitor, ground):
                status, should = given(ground, address, method, visitor, number), wanted(address, method, visitor, whose)
                if status != should:
                    wrong.append(f"{method} {address.name} ({whose}) gave {status}, not {should}")
    assert not wrong, "\n".join(wrong)


def test_every_address_has_a_line_in_the_table(application: Flask) -> None:
    names = {address.name for address in addresses(application)}
    unexpected = names - set(expected.MAY) - expected.NOWHERE
    assert sorted(unexpected) == [], "say in tests/access/expected.py who may open these"
    assert sorted(set(expected.MAY) - names) == [], "these are in tests/access/expected.py, but no address any more"


def test_every_number_in_an_address_has_a_record(ground: Ground) -> None:
    kinds = {address.record: address.name for address in addresses(ground.app) if address.record is not None}
    for code, records in ground.records.items():
        missing = {kind: name for kind, name in kinds.items() if kind not in records}
        assert missing == {}, f"make one of each for {code} in tests/access/objects.py"


@pytest.mark.parametrize("visitor", [VISITORS[2], VISITORS[-1]], ids=lambda visitor: visitor.title)
def test_a_method_that_an_address_does_not_have_is_refused(ground: Ground, visitor: Visitor) -> None:
    wrong, patterns = [], {}
    for address in addresses(ground.app):
        patterns.setdefault(address.pattern, set()).update(address.methods)
    for pattern, methods in patterns.items():
        address = next(each for each in addresses(ground.app) if each.pattern == pattern)
        for method in set(METHODS) - methods:
            status = given(ground, address, method, visitor, MISSING)
            if status != 405:
                wrong.append(f"{method} {pattern} gave {status}")
    assert not wrong, "\n".join(wrong)


def test_every_role_is_among_the_visitors() -> None:
    roles = {person.username: person.role for person in PEOPLE}
    assert {roles[visitor.username] for visitor in VISITORS if visitor.username is not None} == set(Role)
    assert len(expected.LETTERS) == len(Role)
