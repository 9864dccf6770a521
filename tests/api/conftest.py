"""People of the cast with a script each: signed in over HTTP, the clock moved around the call."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.offices.sessions import API, open_session
from tests.factories import user

_keys = itertools.count(1)


@dataclass
class Script:
    """A program that somebody of the cast has signed in."""

    app: Flask
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, json: Any = None, *, key: str | None = None, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **self.headers, **options.pop("headers", {})}
        if method == "POST":
            headers["Idempotency-Key"] = key or f"key-{next(_keys)}"
        if key == "":
            del headers["Idempotency-Key"]
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=json, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", path, json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.send("PATCH", path, json, **options)


@pytest.fixture
def script(app: Flask) -> Callable[[str], Script]:
    """Return the program of somebody of the cast."""
    known: dict[str, Script] = {}

    def of(username: str) -> Script:
        if username not in known:
            token, _expires_at = open_session(user(username), API, "127.0.0.1", "tests")
            known[username] = Script(app, token)
        return known[username]

    return of
