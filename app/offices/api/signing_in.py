"""Signing a script in and out: ``POST /login`` gives a token, ``POST /logout`` ends it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import TooManyRequests, Unauthorized

from app.foundation import clock
from app.foundation.api import PUBLIC, SIGNED_IN, Answer, Body, Given, Routes, Text, Whole
from app.foundation.api.requests import bearer_token
from app.foundation.guards import answer
from app.offices.sessions import Session, end_session, session_of_token, token_sign_in
from app.values.errors import OperationRefused

LONGEST_PASSWORD = 1000
STATUS_OF = {
    **dict.fromkeys(("bad_credentials", "code_required", "bad_code", "second_factor_missing"), Unauthorized.code),
    "locked": TooManyRequests.code,
    "password_must_change": 403,
}

REFUSALS = {
    401: "The username, the password or the code is wrong, or a code is needed",
    403: "The password must be changed on the page first",
    429: "Too many failed attempts",
}

routes = Routes("Signing in")


class LoginBody(Body):
    username = Text(LONGEST_PASSWORD, required=True)
    password = Text(LONGEST_PASSWORD, is_exact=True, required=True)
    code = Text()


class TokenAnswer(Answer):
    access_token = Text()
    expires_in = Whole()


@routes.post("/login", may=PUBLIC, takes=LoginBody, gives=TokenAnswer, status=200, other_statuses=REFUSALS)
def login(body: dict[str, Any]) -> Any:
    """Sign in and get a token.

    Send it as `Authorization: Bearer …` with every other request. Failures count towards the same lock-out as on the sign-in page.
    Whoever has a second factor sends a `code` as well: without one the answer is 401 `code_required`, with a wrong or used one 401
    `bad_code`. Where an office asks for a second factor that is not set up yet, it is 401 `second_factor_missing`.
    """
    address, agent = request.remote_addr or "", request.headers.get("User-Agent", "")
    now = clock.real_now()
    try:
        token, expires_at = token_sign_in(body["username"], body["password"], address, agent, code=body.get("code"), at=now)
    except OperationRefused as error:
        return _refused(error)
    return {"access_token": token, "expires_in": int((expires_at - now).total_seconds())}


@routes.post("/logout", may=SIGNED_IN, status=204)
def logout() -> Given:
    """Sign out: the token is worth nothing any more."""
    end_session(bearer_token() or "")
    return Given(None, 204)


def caller_of(token: str) -> Session | None:
    """Return who sends ``token``, and let the security manager answer for him in this request."""
    g.feehouse_session = session_of_token(token)
    found: Session | None = g.feehouse_session
    return found


def _refused(error: OperationRefused) -> Response:
    status = STATUS_OF.get(error.code)
    if status is None:
        raise error
    response = answer(status, error.code, error.message, error.fields)
    if status == TooManyRequests.code:
        response.headers["Retry-After"] = str(60 * int(error.message.parameters.get("minutes", 1)))
    return response
