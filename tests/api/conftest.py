"""Programs of the people of the cast: signed in over HTTP, every answer held against the OpenAPI document."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft4Validator
from werkzeug.test import TestResponse

from app.foundation.api.installation import document
from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.sessions import API, open_session
from tests.factories import office, user
from tests.written import changed, state_of_everything

ROOT = "/api/v1"
NO_KEY = ""
_keys = itertools.count(1)


@dataclass
class Program:
    """A program in which somebody of the cast is signed in. A POST has a new idempotency key unless one is given.

    Every answer is held against the document, and whatever is refused must have written nothing to any table.
    """

    app: Flask
    token: str

    def send(
        self, method: str, path: str, json: Any = None, *, key: str | None = None, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if method == "POST" and key != NO_KEY:
            sent["Idempotency-Key"] = key or f"key-{next(_keys)}"
        before = state_of_everything() if method != "GET" else {}
        answer = self.app.test_client().open(f"{ROOT}{path}", method=method, json=json, headers=sent, **options)
        if method != "GET" and answer.status_code >= 400:
            assert changed(before) == set(), f"{method} {path} was refused with {answer.status_code} and has written all the same"
        require_documented(self.app, method, path, answer)
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", path, json, **options)

    def patch(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.send("PATCH", path, json, **options)


Programs = Callable[[str], Program]


@pytest.fixture
def of(app: Flask) -> Programs:
    """Return the program of somebody of the cast: ``of("wang").get(…)``."""
    known: dict[str, Program] = {}

    def program(username: str) -> Program:
        if username not in known:
            token, _expires_at = open_session(user(username), API, "127.0.0.1", "tests")
            known[username] = Program(app, token)
        return known[username]

    return program


def assert_refused(answer: TestResponse, status: int, code: str | None = None) -> dict[str, Any]:
    """Return the error of an answer that must be one, of this status and code."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.json is not None
    assert set(answer.json) == {"error"}
    error: dict[str, Any] = answer.json["error"]
    assert set(error) == {"code", "message", "fields"}
    assert error["message"]
    assert code is None or error["code"] == code, error
    return error


def made(answer: TestResponse, status: int = 201) -> dict[str, Any]:
    """Return what an answer gives that must have succeeded."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert answer.json is not None
    return dict(answer.json)


def stored(model: Any, at_office: str, **values: Any) -> Any:
    """Return a new row of an office, written past the operations."""
    place = office(at_office)
    with everything("making a test's own record"):
        record = model(office_id=place.id, **values)
        db.session.add(record)
        db.session.commit()
        return record


def require_documented(app: Flask, method: str, path: str, answer: TestResponse) -> None:
    """Hold the JSON of an answer against what the OpenAPI document promises."""
    if answer.mimetype != "application/json":
        return
    rule, _arguments = (
        app.url_map.bind("localhost").match(ROOT + path.partition("?")[0], method=method, return_rule=True)
        if _is_known(app, method, path)
        else (None, {})
    )
    if rule is None:
        return
    operation = _document(app)["paths"][
        rule.rule.removeprefix(ROOT).replace("<int:record>", "{id}").replace("<int:", "{").replace(">", "}")
    ][method.lower()]
    promised = operation["responses"].get(str(answer.status_code))
    if promised is None and answer.status_code in (405, 409, 413, 429, 503):
        return
    assert promised is not None, f"{method} {path} answered {answer.status_code}, which is not documented"
    schema = _resolved(app, promised).get("content", {}).get("application/json", {}).get("schema")
    if schema is not None:
        problems = list(Draft4Validator({**schema, "components": _document(app)["components"]}).iter_errors(answer.json))
        assert not problems, [f"{list(problem.path)}: {problem.message}" for problem in problems]


def _is_known(app: Flask, method: str, path: str) -> bool:
    return bool(app.url_map.bind("localhost").test(ROOT + path.partition("?")[0], method=method))


def _resolved(app: Flask, response: dict[str, Any]) -> dict[str, Any]:
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = _document(app)["components"]["responses"][name] if name else response
    return found


@cache
def _document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = _without_nullable(document())
    return found


def _without_nullable(value: Any) -> Any:
    """Return the document with ``nullable`` written as JSON Schema knows it."""
    if isinstance(value, list):
        return [_without_nullable(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: _without_nullable(each) for name, each in value.items()}
    if found.pop("nullable", False) and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found
