"""The amount in words 合计大写, as receipts and vouchers repeat it, in the four languages and for the four currencies.

Source: money rules §2; docs/rules/amount_in_words.md.
"""

from __future__ import annotations

from decimal import Decimal

from app.values.errors import Malformed, Message
from app.values.money import require_amount
from app.values.words.chinese import SIMPLIFIED, TRADITIONAL, chinese
from app.values.words.english import english
from app.values.words.vietnamese import vietnamese

SCRIPTS = {"zh_Hans": SIMPLIFIED, "zh_Hant": TRADITIONAL}


def in_words(amount: Decimal, currency: str, locale: str, *, linh: str = "linh", whole: str = "整", capital: bool = False) -> str:
    """Return ``amount`` of ``currency`` in words of ``locale``.

    ``linh`` is the Vietnamese word for a skipped ten ("linh" or "lẻ"), ``whole`` the Chinese mark behind a round amount (整 or 正);
    ``capital`` writes the first letter large, as Vietnamese papers do.
    Raises OperationRefused for more decimals than the currency has, and Malformed for NaN, a currency or a language not known.
    """
    exact = require_amount(amount, currency)
    units, hundredths = divmod(int(abs(exact) * 100), 100)
    if locale in SCRIPTS:
        return chinese(units, hundredths, currency=currency, script=SCRIPTS[locale], is_negative=exact < 0, whole=whole)
    if locale == "vi":
        words = vietnamese(units, hundredths, currency=currency, is_negative=exact < 0, linh=linh)
        return words[0].upper() + words[1:] if capital else words
    if locale == "en":
        return english(units, hundredths, currency=currency, is_negative=exact < 0)
    raise Malformed(Message("The language %(code)s is not known.", code=locale), code="language_unknown")
