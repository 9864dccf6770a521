"""What all tests of this folder stand on: two offices with one of everything, and the people who try every address."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.foundation import guards
from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.models import SignIn
from app.offices.sessions import API, PAGE, open_session
from tests import factories
from tests.access.objects import Ids
from tests.cast import PASSWORD

KEYS = iter(range(1, 10**9))


@dataclass
class Ground:
    """An application with the records of two offices; every request is undone after its answer."""

    app: Flask
    records: dict[str, Ids]
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    # Called with every answer before its request is undone.
    watch: Callable[[TestResponse], None] | None = None

    def cookie(self, username: str) -> str:
        """Return the cookie of somebody's browser, signed in once."""
        if username not in self.cookies:
            client = self.app.test_client()
            answer = client.post("/login/", data={"username": username, "password": PASSWORD})
            assert answer.status_code == 302, f"{username} cannot sign in"
            self.cookies[username] = answer.headers["Set-Cookie"].partition(";")[0]
        return self.cookies[username]

    def token(self, username: str) -> str:
        """Return the token of somebody's program."""
        if username not in self.tokens:
            self.tokens[username], _expires_at = open_session(factories.user(username), API, "127.0.0.1", "tests")
        return self.tokens[username]

    def sign_in_of(self, username: str) -> int:
        """Return the row of somebody's newest browser."""
        self.cookie(username)
        with everything("a test's own records"):
            statement = select(SignIn.id).where(SignIn.user_id == factories.user(username).id, SignIn.kind == PAGE)
            return db.session.execute(statement.order_by(SignIn.id.desc()).limit(1)).scalar_one()

    def open(self, username: str | None, method: str, address: str, **options: Any) -> TestResponse:
        """Send a request of somebody's browser, or of a stranger's, and undo whatever it wrote."""
        sent = {"Cookie": self.cookie(username)} if username is not None else {}
        return self._sent(method, address, sent, options)

    def call(self, username: str | None, method: str, address: str, **options: Any) -> TestResponse:
        """Send a request of somebody's program, or of a stranger's, and undo whatever it wrote."""
        sent = {"Authorization": f"Bearer {self.token(username)}"} if username is not None else {}
        if method == "POST":
            sent["Idempotency-Key"] = f"key-{next(KEYS)}"
        return self._sent(method, address, sent, options)

    def _sent(self, method: str, address: str, headers: dict[str, str], options: dict[str, Any]) -> TestResponse:
        # What counts requests by person would refuse the hundreds of a test.
        guards._seen.clear()
        headers |= options.pop("headers", {})
        with undone():
            answer = self.app.test_client(use_cookies=False).open(address, method=method, headers=headers, buffered=True, **options)
            if self.watch is not None:
                self.watch(answer)
        return answer


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Undo everything that the block writes, also what it commits."""
    connection: Any = db.engines[None]
    db.session.remove()
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        savepoint.rollback()
