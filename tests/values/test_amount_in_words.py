"""Amounts in words: the examples by hand, and other people's programs as oracles where they are right."""

from __future__ import annotations

from decimal import Decimal

import cn2an
import pytest
import vn_money
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.amount_in_words import in_words
from app.values.errors import Malformed, OperationRefused

QUICK = settings(max_examples=150, deadline=None)
SIXTEEN_DIGITS = Decimal("9999999999999999.99")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("10300.05", "人民币壹万零叁佰元零伍分"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("1680.32", "人民币壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("176.87", "人民币壹佰柒拾陆元捌角柒分"),
        ("10", "人民币壹拾元整"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("100005000", "人民币壹亿伍仟元整"),
        ("100000005", "人民币壹亿零伍元整"),
        ("120003000", "人民币壹亿贰仟万叁仟元整"),
        ("1000000000000", "人民币壹万亿元整"),
        ("1000000050000", "人民币壹万亿零伍万元整"),
        ("-10.10", "人民币负壹拾元壹角整"),
        ("0", "零元整"),
        ("-0.00", "零元整"),
    ],
)
def test_simplified_chinese(amount: str, words: str) -> None:
    assert in_words(Decimal(amount), "CNY", "zh_Hans") == words


def test_traditional_chinese() -> None:
    assert in_words(Decimal(2488), "HKD", "zh_Hant") == "港幣貳仟肆佰捌拾捌元整"
    assert in_words(Decimal(2488), "HKD", "zh_Hant", whole="正") == "港幣貳仟肆佰捌拾捌元正"
    assert in_words(Decimal("36.50"), "HKD", "zh_Hant", whole="正") == "港幣參拾陸元伍角正"
    assert in_words(Decimal("100010000.01"), "CNY", "zh_Hant") == "人民幣壹億零壹萬元零壹分"
    assert in_words(Decimal(-5), "HKD", "zh_Hant") == "港幣負伍元整"
    assert in_words(Decimal(0), "HKD", "zh_Hant") == "零元整"


def test_other_currencies_in_chinese() -> None:
    assert in_words(Decimal(100), "HKD", "zh_Hans") == "港币壹佰元整"
    assert in_words(Decimal("0.99"), "USD", "zh_Hans") == "美元玖角玖分"
    assert in_words(Decimal(910000), "VND", "zh_Hans") == "越南盾玖拾壹万元整"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("21", "hai mươi mốt đồng"),
        ("24", "hai mươi tư đồng"),
        ("105000", "một trăm linh năm nghìn đồng"),
        ("1005000", "một triệu không trăm linh năm nghìn đồng"),
        ("1000005", "một triệu không nghìn không trăm linh năm đồng"),
        ("910000", "chín trăm mười nghìn đồng"),
        ("11", "mười một đồng"),
        ("14", "mười bốn đồng"),
        ("15", "mười lăm đồng"),
        ("25", "hai mươi lăm đồng"),
        ("101", "một trăm linh một đồng"),
        ("3011520", "ba triệu không trăm mười một nghìn năm trăm hai mươi đồng"),
        ("1000000000", "một tỷ đồng"),
        ("1234000000000", "một nghìn hai trăm ba mươi tư tỷ đồng"),
        ("-24", "âm hai mươi tư đồng"),
        ("0", "không đồng"),
    ],
)
def test_vietnamese(amount: str, words: str) -> None:
    assert in_words(Decimal(amount), "VND", "vi") == words


def test_vietnamese_papers_and_the_other_word_for_a_skipped_ten() -> None:
    assert in_words(Decimal(910000), "VND", "vi", capital=True) == "Chín trăm mười nghìn đồng"
    assert in_words(Decimal(0), "VND", "vi", capital=True) == "Không đồng"
    assert in_words(Decimal(-5), "VND", "vi", capital=True) == "Âm năm đồng"
    assert in_words(Decimal(105000), "VND", "vi", linh="lẻ") == "một trăm lẻ năm nghìn đồng"


def test_other_currencies_in_vietnamese() -> None:
    assert in_words(Decimal("1409.50"), "CNY", "vi") == "một nghìn bốn trăm linh chín nhân dân tệ và năm mươi phân"
    assert in_words(Decimal(2388), "HKD", "vi") == "hai nghìn ba trăm tám mươi tám đô la Hồng Kông"
    assert in_words(Decimal("0.05"), "USD", "vi") == "năm xu"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("2388", "HKD", "Hong Kong dollars two thousand three hundred and eighty-eight only"),
        ("1409.50", "CNY", "Renminbi yuan one thousand four hundred and nine and cents fifty only"),
        ("910000", "VND", "Vietnamese dong nine hundred and ten thousand only"),
        ("1005", "USD", "United States dollars one thousand and five only"),
        ("1205", "USD", "United States dollars one thousand two hundred and five only"),
        ("1000000019.01", "HKD", "Hong Kong dollars one billion and nineteen and cents one only"),
        ("0.42", "HKD", "Hong Kong dollars zero and cents forty-two only"),
        ("-20", "CNY", "Renminbi yuan minus twenty only"),
        ("0", "CNY", "nil"),
    ],
)
def test_english(amount: str, currency: str, words: str) -> None:
    assert in_words(Decimal(amount), currency, "en") == words


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant", "vi"])
@pytest.mark.parametrize(("amount", "currency"), [("0.005", "CNY"), ("0.5", "VND"), ("NaN", "CNY"), ("Infinity", "VND"), ("1E+16", "HKD")])
def test_what_is_no_amount_has_no_words(amount: str, currency: str, locale: str) -> None:
    with pytest.raises(OperationRefused):
        in_words(Decimal(amount), currency, locale)


def test_what_is_not_known_has_no_words() -> None:
    for currency, locale in (("EUR", "en"), ("CNY", "de")):
        with pytest.raises(Malformed):
            in_words(Decimal(1), currency, locale)
    with pytest.raises(TypeError):
        in_words(1.5, "CNY", "en")  # type: ignore[arg-type]


@QUICK
@given(amount=st.decimals(Decimal("0.01"), SIXTEEN_DIGITS, places=2) | st.decimals(Decimal("0.01"), 200_000, places=2))
def test_chinese_agrees_with_cn2an(amount: Decimal) -> None:
    expected = "人民币" + cn2an.an2cn(str(amount), "rmb")
    # The program leaves out 整 behind 角, which the rule asks for.
    expected += "整" if expected.endswith("角") else ""
    assert in_words(amount, "CNY", "zh_Hans") == expected


@QUICK
@given(amount=st.integers(0, 10**12 - 1) | st.integers(0, 2_000_000))
def test_vietnamese_agrees_with_vn_money(amount: int) -> None:
    """Below a thousand billion: above it the program reads each billion twice (một nghìn tỷ hai trăm tỷ)."""
    assert in_words(Decimal(amount), "VND", "vi") == f"{vn_money.to_words(amount)} đồng"


@QUICK
@given(amount=st.integers(1, 10**16 - 1) | st.integers(1, 3000))
def test_english_says_every_digit(amount: int) -> None:
    """Read back: each word adds or multiplies to the amount."""
    words = in_words(Decimal(amount), "VND", "en").removeprefix("Vietnamese dong ").removesuffix(" only")
    assert _read_english(words) == amount


ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
POWERS = "thousand million billion trillion quadrillion"


def _numbered(words: str, start: int) -> dict[str, int]:
    return {word: index for index, word in enumerate(words.split(), start)}


def _read_english(words: str) -> int:
    values = _numbered(ONES, 0) | {word: index * 10 for word, index in _numbered(TENS, 2).items()}
    powers = _numbered(POWERS, 1)
    total = group = 0
    for word in words.replace("-", " ").replace(" and ", " ").split():
        if word in powers:
            total, group = total + group * 1000 ** powers[word], 0
        else:
            group = group * 100 if word == "hundred" else group + values[word]
    return total + group
