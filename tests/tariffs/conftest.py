"""Browsers of the cast for the pages of tariffs: Chen writes in Shanghai what Zhou approves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.conftest import of
from tests.factories import on_day
from tests.pages.conftest import signed_in

__all__ = ["of"]

DAY = "2026-05-14"


@pytest.fixture
def browse(app: Flask) -> Iterator[Callable[[str], FlaskClient]]:
    """Call it with a name of the cast to get that person's browser, on the 14th of May 2026."""
    with on_day(DAY):
        yield lambda username: signed_in(app, username)
