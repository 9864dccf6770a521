"""One-time codes of an authenticator app 驗證碼: the secret, its picture, and whether a code fits now (TOTP, RFC 6238).

Six digits, a new code every 30 seconds, SHA-1, as every such app expects. The clock is an argument, and always the real one.
"""

from __future__ import annotations

import datetime
import hmac
import unicodedata

import pyotp
import segno

SECONDS = 30
DIGITS = 6
# A telephone's clock may be one step off, and a code typed just before it changed still counts.
STEPS_OFF = 1


def new_secret() -> str:
    """Return a new secret: 160 random bits, written as 32 letters and digits."""
    return pyotp.random_base32(32)


def step_at(at: datetime.datetime) -> int:
    """Return the number of the time step of ``at``."""
    return int(at.timestamp()) // SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the code of a time step."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).generate_otp(step)


def matching_step(secret: str, code: str, at: datetime.datetime, *, after: int | None = None) -> int | None:
    """Return the time step whose code ``code`` is, or nothing.

    Steps up to ``after`` were used before: their codes, and older ones, fit no more, so that a code somebody looked at over a shoulder
    is worth nothing. All steps are compared, in the same time.
    """
    typed, now = normal(code), step_at(at)
    steps = range(now - STEPS_OFF, now + STEPS_OFF + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), typed.encode())]
    return next((step for step in fitting if after is None or step > after), None)


def normal(code: str) -> str:
    """Return ``code`` as it is compared: full-width digits become plain ones; blanks and hyphens that apps show are left out."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).casefold() if sign.isalnum())


def is_one_time_code(code: str) -> bool:
    """Say whether ``code`` is written like a code of the app; anything else is taken for a recovery code."""
    typed = normal(code)
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def address_of(secret: str, username: str, issuer: str) -> str:
    """Return what the picture says to the authenticator app."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).provisioning_uri(name=username, issuer_name=issuer)


def picture_of(address: str) -> str:
    """Return the QR code of ``address`` as SVG: always dark on white with its quiet border, since cameras do not read it reversed."""
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


def spaced(secret: str) -> str:
    """Return ``secret`` in groups of four, to be typed."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
