"""Which passwords are good enough (hole H14)."""

from __future__ import annotations

import pytest
from werkzeug.security import check_password_hash

from app.offices import passwords
from app.values.errors import OperationRefused


@pytest.mark.parametrize(
    "password", ["Feehouse-demo-1", "correct horse battery", "ba con mèo đen", "三只小猫在屋顶上唱歌呢", "x" + "abcdefghi" * 14]
)
def test_long_and_unusual_passwords_are_good(password: str) -> None:
    assert passwords.weakness(password, "wang") is None


@pytest.mark.parametrize(
    "password",
    [
        *("", "short", "ninechars", "1234567890", "0987654321", "13800138000", "aaaaaaaaaaaa", "abababababab", "abcdefghijkl"),
        *("password12", "P@ssw0rd2026!", "Password1234", "qwertyuiop", "1q2w3e4r5t", "1qaz2wsx3edc", "admin123456", "Feehouse2026"),
        *("woaini1314520", "matkhau12345", "letmein!!!!!", "x" * 129 + "abcdefg"),
    ],
)
def test_short_common_and_endless_ones_are_not(password: str) -> None:
    assert passwords.weakness(password, "wang") is not None


@pytest.mark.parametrize("password", ["cashier.sz", "Cashier.SZ-2026", "zs.reihsac!!", "CASHIER.SZ12"])
def test_the_username_is_no_password(password: str) -> None:
    assert passwords.weakness(password, "cashier.sz") is not None


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(OperationRefused) as refusal:
        passwords.require_good("short", "wang", field="new")
    assert (refusal.value.code, refusal.value.field) == ("weak_password", "new")


def test_only_the_hashed_password_fits() -> None:
    stored = passwords.hash_password("Feehouse-demo-1")
    assert stored.startswith("scrypt:")
    assert stored != passwords.hash_password("Feehouse-demo-1")
    assert passwords.matches(stored, "Feehouse-demo-1")
    assert not passwords.matches(stored, "Feehouse-demo-2")
    assert not passwords.matches(stored, "Feehouse-demo-1" + " ")
    assert not passwords.matches(None, "nobody signs in with this")
    assert not passwords.matches("", "")


def test_both_ways_to_write_an_accent_are_the_same_password() -> None:
    assert passwords.matches(passwords.hash_password("ba con mèo đen"), "ba con me\u0300o đen")


def test_odd_text_is_no_error() -> None:
    stored = passwords.hash_password("Feehouse-demo-1")
    for odd in ("\ud800", "\x00", "x" * 100_000):
        assert not passwords.matches(stored, odd)


def test_what_comes_after_the_longest_password_counts_too() -> None:
    longest = "abcdefgh" * 16
    assert passwords.matches(passwords.hash_password(longest), longest)
    assert not passwords.matches(passwords.hash_password(longest), longest + "x")


def test_an_unknown_name_costs_the_time_of_a_known_one() -> None:
    method = passwords.hash_password("three words here").split("$")[0]
    assert passwords._NOBODY.split("$")[0] == method
    assert check_password_hash(passwords._NOBODY, "nobody signs in with this")
