"""Chinese amounts by 支付结算办法 附一, in capital characters that cannot be altered.

整 stands after 元 and after 角, never after 分. A gap of zeros is one 零; where a group of four ends in zeros and the next begins with
a digit, the 零 that may be written or left out is left out (壹拾万柒仟元伍角叁分).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """The characters of simplified or traditional Chinese, and the names of the currencies in it."""

    digits: str
    places: tuple[str, str, str, str]
    ten_thousand: str
    hundred_million: str
    yuan: str
    jiao: str
    fen: str
    minus: str
    currencies: dict[str, str]


SIMPLIFIED = Script(
    digits="零壹贰叁肆伍陆柒捌玖",
    places=("", "拾", "佰", "仟"),
    ten_thousand="万",
    hundred_million="亿",
    yuan="元",
    jiao="角",
    fen="分",
    minus="负",
    currencies={"CNY": "人民币", "HKD": "港币", "USD": "美元", "VND": "越南盾"},
)
TRADITIONAL = Script(
    digits="零壹貳參肆伍陸柒捌玖",
    places=("", "拾", "佰", "仟"),
    ten_thousand="萬",
    hundred_million="億",
    yuan="元",
    jiao="角",
    fen="分",
    minus="負",
    currencies={"CNY": "人民幣", "HKD": "港幣", "USD": "美元", "VND": "越南盾"},
)


def chinese(units: int, hundredths: int, *, currency: str, script: Script, is_negative: bool, whole: str) -> str:
    """Return ``units`` yuan and ``hundredths`` fen in words; ``whole`` is 整 or 正."""
    if not units and not hundredths:
        return script.digits[0] + script.yuan + whole
    jiao, fen = divmod(hundredths, 10)
    words = script.currencies[currency] + (script.minus if is_negative else "")
    if units:
        words += _number(units, script) + script.yuan
    if jiao:
        words += script.digits[jiao] + script.jiao
    elif fen and units:
        words += script.digits[0]
    return words + (script.digits[fen] + script.fen if fen else whole)


def _number(value: int, script: Script) -> str:
    """Return ``value`` > 0 below 10¹⁶; above 亿 the count of 亿 is itself read with 万."""
    words = ""
    for power, group in enumerate(_groups(value)[::-1]):
        name = ("", script.ten_thousand, script.hundred_million, script.ten_thousand)[power]
        words = (_group(group, script) + name if group else "") + words
        # 壹万亿: the group of 亿 is empty, but what stands above it is counted in it.
        if power == 2 and not group and value >= 10**12:
            words = name + words
    return words.removeprefix(script.digits[0])


def _groups(value: int) -> list[int]:
    """Return ``value`` in groups of four digits, the highest first."""
    groups: list[int] = []
    while value:
        value, group = divmod(value, 10_000)
        groups.insert(0, group)
    return groups


def _group(value: int, script: Script) -> str:
    """Return four digits with one 零 for each gap, also for one at the front."""
    words, gap = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if digit:
            words += (script.digits[0] if gap else "") + script.digits[digit] + script.places[power]
        gap = not digit
    return words
