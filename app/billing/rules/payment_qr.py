"""The payment QR of a paper: the text of a VietQR code (EMVCo fields, bank transfer to an account), with its check sum.

The payer's bank fills in account, amount and content from it, so a transfer comes in with the reference that finds its notice.
Source: papers V4, V6; docs/rules/payment_qr.md.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from app.values.errors import Message, OperationRefused
from app.values.money import require_amount

CURRENCY = "VND"

# Numbers of the fields in the code; those of a bundle stand behind its own number.
VERSION, INITIATION, ACCOUNT_BUNDLE, CURRENCY_CODE, AMOUNT, COUNTRY, NOTE_BUNDLE, CHECK = "00", "01", "38", "53", "54", "58", "62", "63"
NETWORK, BENEFICIARY, BENEFIT = "00", "01", "02"
BANK, ACCOUNT = "00", "01"
BILL_NUMBER, PURPOSE = "01", "08"

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
# A code without an amount may be paid again and again; one with an amount is for one payment.
STATIC, DYNAMIC = "11", "12"
DONG, VIETNAM = "704", "VN"

LONGEST_AMOUNT = 13
# Of the purpose and of the bill number: what every bank carries unchanged.
LONGEST_WORDS = 25


@dataclass(frozen=True)
class BankAccount:
    """Where an office takes transfers: the six figures of its bank in the network of NAPAS (``970436``), and the account number.

    Raises OperationRefused where one of them cannot be right.
    """

    bank: str
    number: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"97\d{4}", self.bank, re.ASCII):
            raise OperationRefused(
                Message("The bank code has six digits and begins with 97, as 970436."), code="bank_code", field="bank_code"
            )
        if not re.fullmatch(r"[A-Za-z0-9]{3,19}", self.number, re.ASCII):
            raise OperationRefused(
                Message("The account number has 3 to 19 letters and digits, without spaces."), code="account_number", field="account_number"
            )


def payment_qr(account: BankAccount, *, amount: Decimal | None, purpose: str = "", bill_number: str = "", currency: str = CURRENCY) -> str:
    """Return the text of the code by which ``amount`` is paid to ``account``.

    ``purpose`` is the content of the transfer, ``bill_number`` the number of the paper: on a notice both are its reference. Without an
    ``amount`` the payer types it himself. Raises OperationRefused for another currency than the dong, an amount of 0 or less or too
    long, and words that banks would change on the way.
    """
    if currency != CURRENCY:
        raise OperationRefused(Message("Payment codes are for amounts in %(code)s only.", code=CURRENCY), code="qr_currency")
    note = _optional(BILL_NUMBER, _require_words(bill_number)) + _optional(PURPOSE, _require_words(purpose))
    body = (
        _field(VERSION, "01")
        + _field(INITIATION, STATIC if amount is None else DYNAMIC)
        + _field(ACCOUNT_BUNDLE, _account(account))
        + _field(CURRENCY_CODE, DONG)
        + ("" if amount is None else _field(AMOUNT, _whole(amount)))
        + _field(COUNTRY, VIETNAM)
        + _optional(NOTE_BUNDLE, note)
        + CHECK
        + "04"
    )
    return body + check_sum(body)


def reference_of(text: str) -> str:
    """Return ``text`` as the reference of a transfer: TB-2611-A.1203 is TB2611A1203, Đức is DUC, cut to what banks carry."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return re.sub(r"[^A-Z0-9]", "", plain.upper())[:LONGEST_WORDS]


def check_sum(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of ``text`` in four hexadecimal figures: polynomial 0x1021, beginning with 0xFFFF."""
    remainder = 0xFFFF
    for byte in text.encode("ascii"):
        remainder ^= byte << 8
        for _ in range(8):
            remainder = (remainder << 1) ^ 0x1021 if remainder & 0x8000 else remainder << 1
        remainder &= 0xFFFF
    return f"{remainder:04X}"


def _account(account: BankAccount) -> str:
    beneficiary = _field(BANK, account.bank) + _field(ACCOUNT, account.number)
    return _field(NETWORK, NAPAS) + _field(BENEFICIARY, beneficiary) + _field(BENEFIT, TO_ACCOUNT)


def _whole(amount: Decimal) -> str:
    exact = require_amount(amount, CURRENCY, field="amount")
    if exact <= 0:
        raise OperationRefused(Message("The amount of a payment must be above 0."), code="amount", field="amount")
    text = f"{exact:f}"
    if len(text) > LONGEST_AMOUNT:
        raise OperationRefused(Message("The amount is too large."), code="amount_too_large", field="amount")
    return text


def _require_words(text: str) -> str:
    if re.fullmatch(rf"[A-Za-z0-9 ]{{0,{LONGEST_WORDS}}}", text, re.ASCII) and text == text.strip():
        return text
    raise OperationRefused(
        Message("The words of a transfer are at most %(places)s letters without accents, digits and spaces.", places=LONGEST_WORDS),
        code="qr_words",
    )


def _optional(number: str, value: str) -> str:
    return _field(number, value) if value else ""


def _field(number: str, value: str) -> str:
    # Number, length in two figures, value: none of ours is longer than 99.
    return f"{number}{len(value):02d}{value}"
