"""English amounts as on a cheque: the currency first, "only" at the end."""

from __future__ import annotations

# fmt: off
SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
POWERS = ("", "thousand", "million", "billion", "trillion", "quadrillion")

CURRENCIES = {"CNY": "Renminbi yuan", "HKD": "Hong Kong dollars", "USD": "United States dollars", "VND": "Vietnamese dong"}


def english(units: int, hundredths: int, *, currency: str, is_negative: bool) -> str:
    """Return e.g. "Renminbi yuan one thousand four hundred and nine and cents fifty only"; nothing is "nil"."""
    if not units and not hundredths:
        return "nil"
    minus = "minus " if is_negative else ""
    cents = f" and cents {_below_thousand(hundredths)}" if hundredths else ""
    return f"{CURRENCIES[currency]} {minus}{_number(units)}{cents} only"


def _number(value: int) -> str:
    if value == 0:
        return SMALL[0]
    words: list[str] = []
    for power in range(len(POWERS) - 1, -1, -1):
        group = value // 1000**power % 1000
        if not group:
            continue
        # "one thousand and five", but "one thousand two hundred and five".
        joins = power == 0 and group < 100 and words
        words.append(("and " if joins else "") + f"{_below_thousand(group)} {POWERS[power]}".strip())
    return " ".join(words)


def _below_thousand(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return _below_hundred(rest)
    return f"{SMALL[hundreds]} hundred" + (f" and {_below_hundred(rest)}" if rest else "")


def _below_hundred(value: int) -> str:
    if value < len(SMALL):
        return SMALL[value]
    tens, ones = divmod(value, 10)
    return TENS[tens] + (f"-{SMALL[ones]}" if ones else "")
