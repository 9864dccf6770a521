"""The words under which a name, a number or an address is found, and the words a typed query asks for.

Every record stores a set of short terms in one array column with a GIN index; a query becomes a few terms that must all be
there. Marks before a term keep kinds apart: ``#`` the tail of a telephone number, ``@`` a code or room from its beginning.
Simplified and traditional characters fold together, Vietnamese loses its marks (đ becomes d).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, product

from opencc import OpenCC

LONGEST_TERM = 12
SHORTEST_TAIL, LONGEST_TAIL = 3, 8
MOST_READINGS, MOST_INITIALS = 8, 32
_HAN = re.compile(r"[㐀-鿿豈-﫿]")


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def folded(text: str) -> str:
    """Return ``text`` in lower case, without Vietnamese marks, in simplified characters, full-width forms made narrow."""
    narrow = unicodedata.normalize("NFKC", text).lower().replace("đ", "d")
    bare = "".join(mark for mark in unicodedata.normalize("NFD", narrow) if not unicodedata.combining(mark))
    return str(_to_simplified().convert(bare)) if _HAN.search(bare) else bare


def name_terms(name: str) -> set[str]:
    """Return the terms of a name: 1- and 2-grams of Chinese, prefixes of pinyin and initials, prefixes of Latin words."""
    plain = folded(name)
    terms: set[str] = set()
    for run in re.findall(r"[㐀-鿿豈-﫿]+", plain):
        terms |= set(run) | {run[at : at + 2] for at in range(len(run) - 1)}
        syllables = _syllables(run)
        for reading in islice(product(*syllables), MOST_READINGS):
            terms |= _prefixes("".join(reading))
        initials = [dict.fromkeys(syllable[0] for syllable in readings) for readings in syllables]
        for reading in islice(product(*initials), MOST_INITIALS):
            terms |= _prefixes("".join(reading))
    words = re.findall(r"[a-z0-9]+", plain)
    for word in words:
        terms |= _prefixes(word)
    # The initials of a Vietnamese name are typed like those of a Chinese one: nvl for Nguyễn Văn Lan.
    if len(words) > 1:
        terms |= _prefixes("".join(word[0] for word in words))
    return terms


def _syllables(run: str) -> list[list[str]]:
    """Return the readings of each character, the usual one first (单 is dān, and shàn as a surname); 绿 is lv."""
    # Its dictionaries take 0.2 s to read, and only who writes a Chinese name needs them.
    from pypinyin import Style, pinyin

    usual = pinyin(run, style=Style.NORMAL)
    every = pinyin(run, style=Style.NORMAL, heteronym=True)
    readings = [
        dict.fromkeys(reading.replace("ü", "v") for reading in [*first, *others]) for first, others in zip(usual, every, strict=True)
    ]
    return [kept for each in readings if (kept := [reading for reading in each if reading.isascii() and reading])]


def _prefixes(word: str) -> set[str]:
    return {word[:length] for length in range(1, min(len(word), LONGEST_TERM) + 1)}


def phone_terms(phone: str) -> set[str]:
    """Return the tails of a telephone number, three to eight digits, and the whole of it."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    tails = {f"#{digits[-length:]}" for length in range(SHORTEST_TAIL, LONGEST_TAIL + 1) if length <= len(digits)}
    return tails | ({f"#{digits[-LONGEST_TERM:]}"} if digits else set())


def code_terms(code: str) -> set[str]:
    """Return the prefixes of a code, room or login, with and without what stands before its last number."""
    plain = re.sub(r"\s+", "", folded(code))
    terms = {f"@{term}" for term in _prefixes(plain)}
    tail = re.search(r"0*(\d+)$", plain)
    return terms | ({f"@{tail.group(1)[:LONGEST_TERM]}"} if tail else set())


def address_terms(address: str) -> set[str]:
    """Return the terms of an address: each room-like piece ("3-2-501", "A-1203") and its last number, and the Chinese grams."""
    plain = folded(address)
    terms: set[str] = set()
    for piece in re.findall(r"[a-z0-9]+(?:[-/.][a-z0-9]+)*", plain):
        terms |= code_terms(piece)
    # "3 栋 2 单元 501" is typed as 3-2-501.
    numbers = re.findall(r"[a-z]?\d+[a-z]?", plain)
    if len(numbers) > 1:
        terms |= code_terms("-".join(numbers))
    return terms


def text_terms(text: str) -> set[str]:
    """Return the terms of a free text, such as a field of the office's own: its words as names, its pieces as codes."""
    terms = name_terms(text)
    for piece in text.split():
        terms |= code_terms(piece)
    return terms


def query_terms(typed: str) -> list[set[str]]:
    """Return for each word typed the alternatives of which one must be among a record's terms; empty when nothing is asked.

    ``wxm`` asks for a name's initials or a code; ``7730`` for a telephone's tail or a code; ``王晓`` for its 2-gram.
    """
    # An input method's own separators: w'x'm is wxm.
    plain = folded(typed.replace("'", "").replace("’", "")).strip()
    asked: list[set[str]] = []
    for word in plain.split()[:6]:
        runs = re.findall(r"[㐀-鿿豈-﫿]+", word)
        for run in runs:
            asked += [{run}] if len(run) == 1 else [{run[at : at + 2]} for at in range(len(run) - 1)]
        for piece in re.findall(r"[a-z0-9][a-z0-9/.\-]*", word):
            asked.append(_alternatives(piece))
    return asked


def _alternatives(piece: str) -> set[str]:
    alternatives = {piece[:LONGEST_TERM], f"@{piece[:LONGEST_TERM]}"}
    digits = piece.replace("-", "")
    if digits.isdigit() and len(digits) >= SHORTEST_TAIL:
        alternatives.add(f"#{digits if len(digits) <= LONGEST_TAIL else digits[-LONGEST_TERM:]}")
    return alternatives
