"""Stored papers: what they print is what the books say, in figures and in words, and every printing was counted."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from sqlalchemy import Connection, text

from app.foundation.proofs import Findings, Invariant, Violation
from app.values.amount_in_words import in_words
from app.values.errors import N_, OperationRefused

# An office may change its words for a skipped ten and for a round amount; papers keep those of their day.
ZERO_WORDS = ("linh", "lẻ")
WHOLE_WORDS = ("整", "正")
PAIR = "office_id, total, total_in_words, content ->> 'currency', content ->> 'locale'"
STREAMED = {"yield_per": 1000}


# What a stored paper says, and what its row says.
_SAID = {
    "number": "(document.content ->> 'number') IS DISTINCT FROM document.number",
    "total": "(document.content ->> 'total')::numeric IS DISTINCT FROM document.total",
    "total_in_words": "(document.content ->> 'total_in_words') IS DISTINCT FROM document.total_in_words",
    "booked_on": "(document.content ->> 'booked_on') IS DISTINCT FROM document.booked_on::text",
    "on": "(document.content ->> 'on') IS DISTINCT FROM document.\"on\"::text",
    "currency": "(document.content ->> 'currency') IS DISTINCT FROM office.currency",
    "methods": """document.total IS DISTINCT FROM (
       SELECT coalesce(sum((method ->> 'amount')::numeric), 0) FROM jsonb_array_elements(document.content -> 'methods') AS method)""",
}


def _stored(document: str) -> str:
    """Return the SQL of the papers whose stored content says something else than their row, with the names of what differs."""
    differing = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in _SAID.items())
    return f"""
SELECT office_id, '{document}', id, number, NULL::text, differing
FROM (
    SELECT document.office_id, document.id, document.number, concat_ws(', ', {differing}) AS differing
    FROM "{document}" AS document JOIN office ON office.id = document.office_id
) AS compared WHERE differing <> ''
"""  # noqa: S608


PRINTINGS = """
SELECT printing.office_id, CASE WHEN printing.receipt_id IS NULL THEN 'voucher' ELSE 'receipt' END,
       coalesce(printing.receipt_id, printing.voucher_id), coalesce(min(receipt.number), min(voucher.number)), count(*)::text,
       max(printing.printing)::text
FROM printing LEFT JOIN receipt ON receipt.id = printing.receipt_id LEFT JOIN voucher ON voucher.id = printing.voucher_id
GROUP BY printing.office_id, printing.receipt_id, printing.voucher_id
HAVING count(*) <> max(printing.printing) OR count(DISTINCT printing.printing) <> count(*) OR min(printing.printing) <> 1
"""


def _words(connection: Connection, findings: Findings) -> None:
    """Write every amount in words again. Amounts repeat, so the database hands out each pair of amount and words once."""
    for document in ("receipt", "voucher"):
        findings.examined += int(connection.execute(text(f'SELECT count(*) FROM "{document}"')).scalar_one())  # noqa: S608
        pairs = f"SELECT {PAIR} FROM {document} GROUP BY {PAIR}"  # noqa: S608
        for office, total, words, currency, locale in connection.execute(text(pairs), execution_options=STREAMED):
            if words not in possible_words(total, currency or "", locale or ""):
                _name(connection, findings, document, (office, total, words, currency, locale))


def _name(connection: Connection, findings: Findings, document: str, pair: tuple[int, Decimal, str, str | None, str | None]) -> None:
    office, total, words, currency, locale = pair
    statement = text(
        f'SELECT id, number FROM "{document}" WHERE office_id = :office AND total = :total AND total_in_words = :words '  # noqa: S608
        "AND content ->> 'currency' IS NOT DISTINCT FROM :currency AND content ->> 'locale' IS NOT DISTINCT FROM :locale ORDER BY id"
    )
    terms = {"office": office, "total": total, "words": words, "currency": currency, "locale": locale}
    expected = next(iter(possible_words(total, currency or "", locale or "")), None)
    for record, number in connection.execute(statement, terms, execution_options=STREAMED):
        findings.add(Violation(office, document, record, number, expected, words))


@lru_cache(maxsize=4096)
def possible_words(amount: Decimal, currency: str, locale: str) -> tuple[str, ...]:
    """Return the ways in which ``amount`` may be written on a paper of ``locale``; none where it cannot be."""
    try:
        ways = [in_words(amount, currency, locale, linh=zero, whole=whole, capital=True) for zero in ZERO_WORDS for whole in WHOLE_WORDS]
    except OperationRefused:
        return ()
    return tuple(dict.fromkeys(ways))


PAPERS = (
    Invariant(
        "papers_say_what_was_stored",
        N_("The stored content of every paper says the number, days, currency, total and methods of its row."),
        counted="SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM voucher)",
        statement=" UNION ALL ".join(map(_stored, ("receipt", "voucher"))),
    ),
    Invariant(
        "words_equal_amounts",
        N_("The amount in words of every stored paper is its total."),
        numbers=(28,),
        check=_words,
        tables=("receipt", "voucher"),
    ),
    Invariant(
        "printings_are_counted",
        N_("Every printing of a paper was counted, from the first on."),
        counted="SELECT count(*) FROM printing",
        statement=PRINTINGS,
    ),
)
