"""Browsers of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.conftest import signed_in


@pytest.fixture
def browse(app: Flask) -> Callable[[str], FlaskClient]:
    return lambda username: signed_in(app, username, "en")
