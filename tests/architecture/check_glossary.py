"""Reads docs/glossary.md and says what is wrong with it: missing cells, words that clash, spelling, words not to use."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture import language_rules

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
LOCALES = ("zh_Hans", "zh_Hant", "vi")
IDENTIFIER = re.compile(r"`[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?`")

# A word keeps its translation inside longer labels and sentences: English (pattern) → simplified, traditional, Vietnamese.
CORE = {
    "subscription": ("宽带用户|用户|报停|强停", "寬帶用戶|用戶|報停|強停", "thuê bao"),
    "receipt": ("收据", "收據", "phiếu thu"),
    "voucher": ("付款凭单", "付款憑單", "phiếu chi"),
    "invoice": ("发票", "發票", "hóa đơn"),
    "late fee": ("滞纳金", "滯納金", "phí chậm nộp"),
    "discount": ("优惠", "優惠", "giảm giá"),
    "waiver": ("减免", "減免", "miễn giảm"),
    "plan": ("套餐|计划", "套餐|計劃", "gói cước|cước gói|kế hoạch"),
    "customer": ("客户|用户要求", "客戶|用戶要求", "khách hàng"),
    "community": ("小区", "小區", "khu dân cư"),
    "shift": ("班", "班", "ca"),
    "suspen\\w+": ("报停", "報停", "tạm ngưng"),
    "resum(e|es|ed|ption)": ("复机", "復機", "khôi phục"),
    "forced? stop": ("强停", "強停", "cắt dịch vụ"),
    "closure": ("销户", "銷戶", "thanh lý"),
    "relocat\\w+": ("迁移", "遷移", "chuyển địa điểm"),
    "transfer (fee|of ownership)": ("过户", "過戶", "chuyển chủ quyền"),
    "work order": ("施工单|工单|工程用料", "施工單|工單|工程用料", "thi công"),
    "deposit(?! slip)": ("押金", "押金", "đặt cọc"),
    "void(ed)?": ("冲正", "沖正", "hủy"),
    "debts?(?! reminder)": ("欠费|账龄", "欠費|賬齡", "nợ"),
    "arrears": ("欠费", "欠費", "nợ cước"),
    "material": ("材料|用料|工料", "材料|用料|工料", "vật tư"),
    "installer": ("安装人员|施工人员|代收", "安裝人員|施工人員|代收", "lắp đặt|thi công|tiền thu chưa nộp"),
    "credit balance": ("预存", "預存", "số dư có"),
    "ageing": ("账龄", "賬齡", "tuổi nợ"),
    "offices?(?! (copy|space))": ("网点|办公室", "網點|辦公室", "văn phòng"),
}


@dataclass(frozen=True)
class Word:
    """One row: the English label, its identifiers, the three translations."""

    english: str
    code: str
    texts: dict[str, str]


def rows() -> Iterator[list[str]]:
    """Yield the cells of every table row."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def words() -> list[Word]:
    """Return the labels and the sentences of the glossary."""
    found = []
    for cells in rows():
        if len(cells) == 6 and cells[0] != "English label":
            found.append(Word(cells[0], cells[1], dict(zip(LOCALES, cells[2:5], strict=True))))
        elif len(cells) == 5 and cells[0].isdigit():
            found.append(Word(cells[1], "–", dict(zip(LOCALES, cells[2:5], strict=True))))
    return found


def core_faults(locale: str, english: str, text: str) -> list[str]:
    """Return the glossary's words that ``text`` does not use although ``english`` names the thing."""
    column = LOCALES.index(locale)
    bare = re.sub(r"%\(\w+\)s", "", english)
    return [
        f"{locale}: {word} is {wanted[column]}: {english!r} → {text!r}"
        for word, wanted in CORE.items()
        if re.search(rf"\b{word}s?\b", bare, re.I) and not re.search(wanted[column], text, re.I)
    ]


def faults() -> list[str]:
    """Return everything that is wrong with the glossary."""
    glossary = words()
    found = [f"empty cell: {word}" for word in glossary if not (word.code and all(word.texts.values()))]
    found += _clashes(glossary)
    for word in glossary:
        for locale, text in word.texts.items():
            found += language_rules.faults(locale, word.english, text)
    return found


def _clashes(glossary: list[Word]) -> Iterator[str]:
    """One label once, one identifier once, one simplified text with one traditional text and the other way round."""
    names = [name for word in glossary if word.code != "–" for name in word.code.split(", ")]
    yield from (f"not an identifier: {name}" for name in names if not IDENTIFIER.fullmatch(name))
    yield from (f"identifier twice: {name}" for name, count in collections.Counter(names).items() if count > 1)
    labels = collections.Counter(word.english.lower() for word in glossary)
    yield from (f"label twice: {label}" for label, count in labels.items() if count > 1)
    for one, other in (("zh_Hans", "zh_Hant"), ("zh_Hant", "zh_Hans")):
        pairs: dict[str, set[str]] = collections.defaultdict(set)
        for word in glossary:
            pairs[word.texts[one]].add(word.texts[other])
        yield from (f"{one} {text} has several {other}: {sorted(others)}" for text, others in pairs.items() if len(others) > 1)
