"""Vietnamese amounts: hai mươi mốt, một trăm linh năm nghìn đồng, một triệu không nghìn không trăm linh năm đồng."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
BILLION = 10**9
POWERS = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))

CURRENCIES = {"CNY": "nhân dân tệ", "HKD": "đô la Hồng Kông", "USD": "đô la Mỹ", "VND": "đồng"}
HUNDREDTHS = {"CNY": "phân", "HKD": "xu", "USD": "xu"}


def vietnamese(units: int, hundredths: int, *, currency: str, is_negative: bool, linh: str) -> str:
    """Return the amount in lower case; ``linh`` is the word for a skipped ten, "linh" or "lẻ"."""
    parts: list[str] = []
    if units or not hundredths:
        parts.append(f"{_number(units, linh)} {CURRENCIES[currency]}")
    if hundredths:
        parts.append(f"{_number(hundredths, linh)} {HUNDREDTHS[currency]}")
    return ("âm " if is_negative else "") + " và ".join(parts)


def _number(value: int, linh: str) -> str:
    """Return ``value``; above a billion (tỷ) the count of billions is read as a number of its own."""
    if value == 0:
        return DIGITS[0]
    billions, rest = divmod(value, BILLION)
    words = [_number(billions, linh), "tỷ"] if billions else []
    for power, name in POWERS:
        group, rest = divmod(rest, power)
        if group:
            words += [_group(group, linh, is_full=bool(words)), name]
        elif words and rest:
            words += [DIGITS[0], name]
    return " ".join(word for word in words if word)


def _group(value: int, linh: str, *, is_full: bool) -> str:
    """Return three digits; ``is_full`` reads the hundreds even where there are none, because something stands before them."""
    hundreds, rest = divmod(value, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or is_full else []
    tens, ones = divmod(rest, 10)
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [DIGITS[tens], "mươi"]
    elif ones and words:
        words.append(linh)
    if ones:
        words.append(_ones(ones, tens))
    return " ".join(words)


def _ones(ones: int, tens: int) -> str:
    """Return the last digit, which changes its word after a ten: mốt, tư, lăm."""
    if tens > 1 and ones == 1:
        return "mốt"
    if tens > 1 and ones == 4:
        return "tư"
    return "lăm" if tens and ones == 5 else DIGITS[ones]
