"""Codes of an authenticator app and recovery codes, without a database. Source of the numbers: RFC 6238, appendix B."""

from __future__ import annotations

import base64
import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from app.offices.rules.one_time_codes import address_of, code_at, is_one_time_code, matching_step, new_secret, picture_of, spaced, step_at
from app.offices.rules.recovery_codes import hash_of, new_codes

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    at = datetime.datetime.fromtimestamp(second, datetime.UTC)
    assert code_at(SECRET, step_at(at)) == code
    assert matching_step(SECRET, code, at) == second // 30


def test_a_step_that_was_used_fits_no_more() -> None:
    at = datetime.datetime.fromtimestamp(59, datetime.UTC)
    assert matching_step(SECRET, "287082", at, after=0) == 1
    assert matching_step(SECRET, "287082", at, after=1) is None
    assert matching_step(SECRET, "287082", at, after=2) is None


@pytest.mark.parametrize(
    ("typed", "is_code"), [("287082", True), ("287 082", True), ("２８７０８２", True), ("28708", False), ("k7mq-3h2x", False), ("", False)]
)
def test_six_digits_are_a_code_of_the_app(typed: str, is_code: bool) -> None:
    assert is_one_time_code(typed) is is_code


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "abcdef", "٢٨٧٠٨٢x", "\U0001f600"])
def test_anything_else_fits_nothing(typed: str) -> None:
    assert matching_step(SECRET, typed, datetime.datetime.fromtimestamp(59, datetime.UTC)) is None


def test_the_address_names_house_and_person() -> None:
    parts = urlsplit(address_of(SECRET, "cashier.sz", "Feehouse"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Feehouse:cashier.sz")
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["Feehouse"]}


def test_the_picture_is_plain_svg_without_styles_or_scripts() -> None:
    picture = picture_of(address_of(SECRET, "cashier.sz", "Feehouse"))
    assert picture.startswith("<svg ")
    assert 'fill="#fff"' in picture
    assert not [word for word in ("style", "script", "href", "http") if word in picture]


def test_secrets_and_recovery_codes_are_never_the_same_twice() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len({code for _ in range(50) for code in new_codes()}) == 500
    assert spaced("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    (code, *_) = new_codes()
    assert hash_of(code, 7) == hash_of(code.upper().replace("-", " "), 7) == hash_of(f"  {code.replace('-', '')} ", 7)
    assert hash_of(code, 7) != hash_of(code, 8)
