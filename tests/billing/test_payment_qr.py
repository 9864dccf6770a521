"""The text of payment codes, against published codes and an independent reader; docs/rules/payment_qr.md."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vietnam_qr_pay import QRPay

from app.billing.rules.payment_qr import BankAccount, check_sum, payment_qr, reference_of
from app.values.errors import OperationRefused

ACCOUNT = BankAccount("970436", "0011001932418")


def test_the_check_sum_is_the_published_one() -> None:
    """The value that every table of check sums gives for 123456789, and those of the examples of NAPAS."""
    assert check_sum("123456789") == "29B1"
    assert check_sum("00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304") == "F4E5"
    card = "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC"
    assert check_sum(card + "530370454061800005802VN62340107NPS68690819thanh toan don hang6304") == "A203"


@pytest.mark.parametrize(
    ("account", "amount", "bill_number", "purpose", "code"),
    [
        (
            ("970403", "0011012345678"),
            "180000",
            "NPS6869",
            "thanh toan don hang",
            "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
            "62340107NPS68690819thanh toan don hang63042E2E",
        ),
        (
            ("970403", "0011012345678"),
            None,
            "",
            "",
            "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F",
        ),
        (
            ("970416", "257678859"),
            "1000",
            "",
            "Chuyen tien",
            "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB8",
        ),
        (
            ("970436", "0011001932418"),
            "3199896",
            "TB2611A1203",
            "TB2611A1203",
            "00020101021238570010A00000072701270006970436011300110019324180208QRIBFTTA5303704540731998965802VN"
            "62300111TB2611A12030811TB2611A12036304E4CC",
        ),
    ],
    ids=["with an amount", "without an amount", "with a purpose only", "of a notice"],
)
def test_a_code_is_letter_for_letter_the_published_one(
    account: tuple[str, str], amount: str | None, bill_number: str, purpose: str, code: str
) -> None:
    asked = None if amount is None else Decimal(amount)
    assert payment_qr(BankAccount(*account), amount=asked, bill_number=bill_number, purpose=purpose) == code


WORDS = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 ]{0,23}[A-Za-z0-9])?", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(
    bank=st.from_regex(r"97[0-9]{4}", fullmatch=True),
    number=st.from_regex(r"[A-Za-z0-9]{3,19}", fullmatch=True),
    amount=st.integers(1, 9_999_999_999_999),
    words=WORDS,
)
def test_an_independent_reader_reads_what_was_written(bank: str, number: str, amount: int, words: str) -> None:
    read = QRPay(payment_qr(BankAccount(bank, number), amount=Decimal(amount), purpose=words, bill_number=words))
    assert read.is_valid
    assert (read.consumer.bank_bin, read.consumer.bank_number, read.amount) == (bank, number, str(amount))
    assert (read.additional_data.purpose, read.additional_data.bill_number) == (words, words)
    assert (read.currency, read.nation, read.init_method) == ("704", "VN", "12")


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, 100), figure=st.sampled_from("0123456789"))
def test_one_changed_figure_breaks_the_check_sum(place: int, figure: str) -> None:
    code = payment_qr(ACCOUNT, amount=Decimal(3199896), purpose="TB2611A1203")
    at = place % (len(code) - 4)
    changed = code[:at] + figure + code[at + 1 :]
    assert (check_sum(changed[:-4]) == changed[-4:]) == (changed == code)


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_nothing_to_pay_has_no_code(amount: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        payment_qr(ACCOUNT, amount=Decimal(amount))
    assert refusal.value.code == "amount"


@pytest.mark.parametrize(("amount", "code"), [("10000000000000", "amount_too_large"), ("1.5", "too_many_decimals")])
def test_an_amount_that_the_code_cannot_carry_is_refused(amount: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        payment_qr(ACCOUNT, amount=Decimal(amount))
    assert refusal.value.code == code


def test_other_currencies_have_no_code() -> None:
    with pytest.raises(OperationRefused) as refusal:
        payment_qr(ACCOUNT, amount=Decimal(100), currency="CNY")
    assert refusal.value.code == "qr_currency"


@pytest.mark.parametrize("words", ["Tiền điện", "TB-2611", "A" * 26, " A", "A\n", "电费"])
def test_words_that_a_bank_would_change_are_refused(words: str) -> None:
    for terms in ({"purpose": words}, {"bill_number": words}):
        with pytest.raises(OperationRefused) as refusal:
            payment_qr(ACCOUNT, amount=Decimal(100), **terms)
        assert refusal.value.code == "qr_words"


@pytest.mark.parametrize(
    ("bank", "number", "code"),
    [
        ("97043", "123456", "bank_code"),
        ("123456", "123456", "bank_code"),
        ("97o436", "123456", "bank_code"),
        ("970436", "12", "account_number"),
        ("970436", "1" * 20, "account_number"),
        ("970436", "0011 0019", "account_number"),
        ("970436", "٠٠١١", "account_number"),
    ],
)
def test_an_account_that_cannot_be_right_is_refused(bank: str, number: str, code: str) -> None:
    with pytest.raises(OperationRefused) as refusal:
        BankAccount(bank, number)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("TB-2611-A.1203", "TB2611A1203"),
        ("Đường Nguyễn Huệ 5", "DUONGNGUYENHUE5"),
        ("NN2-2611-A1203", "NN22611A1203"),
        ("x" * 30, "X" * 25),
    ],
)
def test_a_number_becomes_a_reference_that_every_bank_carries(text: str, reference: str) -> None:
    assert reference_of(text) == reference
    assert reference in payment_qr(ACCOUNT, amount=Decimal(1), purpose=reference)
