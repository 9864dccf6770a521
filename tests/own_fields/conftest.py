"""Browsers of the cast, and fields that an office named."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation.own_fields.operations import OwnFieldTerms, save_fields
from app.foundation.transactions import run
from tests import factories
from tests.pages.conftest import DAY, signed_in

MANAGERS = {"SH": "chen", "HN": "binh", "HK": "wong"}


@pytest.fixture(autouse=True)
def one_day() -> Iterator[None]:
    """It is the same day in every test here."""
    with factories.on_day(DAY):
        yield


@pytest.fixture
def of(app: Flask) -> Callable[[str], FlaskClient]:
    """Return the browser of somebody of the cast, who has just signed in."""
    return lambda username: signed_in(app, username)


@pytest.fixture
def chen(of: Callable[[str], FlaskClient]) -> FlaskClient:
    """The manager of Shanghai."""
    return of("chen")


def contract(**values: object) -> OwnFieldTerms:
    """Return the field 合同编号, shown in the list unless said otherwise."""
    terms: dict[str, object] = {"slot": 1, "name": "合同编号", "is_listed": True}
    return OwnFieldTerms(**{**terms, **values})  # type: ignore[arg-type]


def named(*own: OwnFieldTerms, entity: str = "customer", office: str = "SH", hidden: tuple[str, ...] = ()) -> None:
    """Let the manager of the office save these fields."""
    with factories.acting(MANAGERS[office]):
        operation: Callable[..., None] = save_fields
        run(operation, office=factories.office(office).id, entity=entity, hidden=hidden, own=own)  # type: ignore[type-var]
