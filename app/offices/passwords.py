"""Passwords: which are good enough, how they are hashed and compared. Pure.

A hash takes about 0.05 s of processor time and 32 MB on purpose: whoever makes many demonstration users hashes one password once.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from werkzeug.security import check_password_hash, generate_password_hash

from app.values.errors import Message, OperationRefused

SHORTEST = 10
LONGEST = 128
FEWEST_LETTERS = 5  # different characters

# What guessing programs try first, with any digits and signs around it: 123password!, P@ssw0rd2026.
COMMON = frozenset(
    (
        *(
            "password",
            "passwort",
            "passwd",
            "mypassword",
            "passwordpassword",
            "admin",
            "adminadmin",
            "administrator",
            "root",
            "user",
            "guest",
        ),
        *("test", "testtest", "testing", "welcome", "letmein", "changeme", "changeit", "default", "secret", "login", "master", "computer"),
        *("internet", "qwerty", "qwertyuiop", "qwertyqwerty", "asdfghjkl", "asdfasdf", "zxcvbnm", "qazwsx", "qazwsxedc", "qaz2wsx3edc"),
        *("qaz2wsx", "q2w3e4r5t", "q2w3e4r", "q2w3e4r5t6y", "abc", "abcd", "abcdef", "aa", "aaa", "asd", "zxc", "qq", "qwe", "qweasdzxc"),
        *(
            "iloveyou",
            "love",
            "football",
            "baseball",
            "superman",
            "princess",
            "sunshine",
            "dragon",
            "monkey",
            "shadow",
            "starwars",
            "trustno",
        ),
        *("whatever", "woaini", "woaiwojia", "wang", "zhang", "li", "chen", "mima", "anhyeuem", "emyeuanh", "matkhau", "vietnam", "hanoi"),
        *("feehouse", "cashier", "manager", "reception", "installer", "auditor", "chief", "office", "company", "shenzhen", "hongkong"),
    )
)
DIGITS_AND_SIGNS = "0123456789!@#$%^&*()-_=+.,;:?/\\ "
DISGUISES = str.maketrans("@430$5!", "aaeossi")

# The hash of a password that nobody has: an unknown name must cost the same time as a known one. Written down, since making it
# would cost every start 0.1 s.
_NOBODY = (
    "scrypt:32768:8:1$cuFky4Tn91HjodSN$"
    "698dae044a9ffb957325dcd9afd605c273f5aef4cc264a7f29f380dd8b68b839"
    "4ef332d728d7fc3d057f677c8205434c246986a62046270488380f8ce3a5b9eb"
)


def hash_password(password: str) -> str:
    """Return the hash to store: scrypt with a salt of its own."""
    return generate_password_hash(_composed(password))


def matches(stored: str | None, password: str) -> bool:
    """Say whether ``password`` is the one that was hashed. Takes the same time where there is no hash."""
    fits = check_password_hash(stored or _NOBODY, _composed(password[:LONGEST]))
    return fits and bool(stored) and len(password) <= LONGEST


def weakness(password: str, username: str = "") -> Message | None:
    """Return why ``password`` is not good enough for ``username``, or nothing."""
    plain = _composed(password)
    folded = plain.casefold()
    if len(plain) < SHORTEST:
        return Message("The password needs at least %(count)s characters.", count=SHORTEST)
    if len(plain) > LONGEST:
        return Message("The password may have at most %(count)s characters.", count=LONGEST)
    if username and _core(username.casefold()) in {_core(folded), _core(folded[::-1])}:
        return Message("The password must not be the username.")
    if (
        COMMON & {_core(folded), _core(folded).translate(DISGUISES)}
        or len(set(folded)) < FEWEST_LETTERS
        or _is_row(folded)
        or folded.isdecimal()
    ):
        return Message("This password is among the first that are guessed. Take another, for instance three words.")
    return None


def require_good(password: str, username: str = "", field: str = "password") -> None:
    """Raise OperationRefused where ``password`` is not good enough."""
    reason = weakness(password, username)
    if reason is not None:
        raise OperationRefused(reason, code="weak_password", field=field)


def _composed(password: str) -> str:
    """Return ``password`` in one Unicode form: keyboards send ề as one sign or as three. Lone surrogates cannot be hashed."""
    return unicodedata.normalize("NFC", password.encode("utf-8", "replace").decode())


def _core(text: str) -> str:
    """Return ``text`` without digits and signs around it: the name with 123! behind it is still the name."""
    return text.strip(DIGITS_AND_SIGNS) or text


def _is_row(text: str) -> bool:
    """Say whether each character follows the one before: 123456789…, abcdefgh…"""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})
