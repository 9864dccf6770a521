"""How texts are written in each language: what a machine can hold translators to.

The rules are those of docs/glossary.md §0 and §16; the glossary's own rows and the catalogues are checked by the same functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import opencc

HAN = "\u3400-\u9fff\uff08-\uff09"
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"<[^>]+>|&\w+;|https?://\S+")

# Characters that stand for themselves in some words of traditional Chinese, but for another character in ours: 收据, 余额, 价格.
NEVER_TRADITIONAL = set("万价余几划厂后据极柜确种胜范荐虫里党于征")

# Where the word alone decides, without its sentence; 用户 alone is checked apart.
FORBIDDEN = {
    "zh_Hans": "帐|用户名|单元|挂起|作废|充电|指控|浮动|漂浮|仪表盘|盲点|班级|移位|代金券|优惠券|存款|老化|配方|职位|邮寄|阅读|搬家|交费",
    "zh_Hant": "寬頻|帳|方案|備註|聯繫|聯絡|衝正|復核|抄表|水表|電表|換表|登錄|保存|導出|導入|短信|裏|綫|臺|打印|搜索|用戶名|單元|作廢|"
    "軟件包|默認|屏幕|鼠標|模板|刷新|加載|郵箱|衆|爲|交費",
    "vi": "tiểu khu|đình chỉ|biên lai|phạt|lão hóa|sạc|số điện cũ|khách trọ|tạm ứng|buộc tội|phí bảo trì|voucher|chứng từ thanh toán",
}
# The original's own words that hold a forbidden one.
ALLOWED = {"zh_Hans": ("交费月数", "当天交费统计"), "zh_Hant": ("交費月數", "當天交費統計"), "vi": ()}

ORIGINALS_WORDS = "状态 狀態 要求 数 數 开户 開戶 迁移 遷移 过户 過戶 报停 報停 强停 強停 复机 復機 销户 銷戶 信息查 编 編"
PLAIN_USER = re.compile(rf"(?<!宽带)(?<!系统)(?<!寬帶)(?<!系統)(用户|用戶)(?!{'|'.join(ORIGINALS_WORDS.split())})")


@cache
def _table(name: str) -> dict[str, list[str]]:
    path = Path(str(opencc.__file__)).parent / "dictionary" / name
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
    return {character: others.split(" ") for character, others in rows}


@cache
def converter(name: str) -> Callable[[str], str]:
    """Return the character conversion ``name``: a hint where to look, never a translation."""
    convert: Callable[[str], str] = opencc.OpenCC(name).convert
    return convert


@cache
def simplified_only() -> set[str]:
    """Return the characters that no text in traditional Chinese has."""
    return {one for one, others in _table("STCharacters.txt").items() if one not in others} | NEVER_TRADITIONAL


@cache
def traditional_only() -> set[str]:
    """Return the characters that no text in simplified Chinese has."""
    return {one for one, others in _table("TSCharacters.txt").items() if one not in others}


def faults(locale: str, english: str, text: str) -> list[str]:
    """Return what is wrong with ``text`` as the translation of ``english``."""
    rules = _vietnamese(text) if locale == "vi" else _chinese(locale, text)
    return [f"{locale}: {fault}: {english!r} → {text!r}" for fault in (*rules, *_any_language(locale, english, text))]


def _any_language(locale: str, english: str, text: str) -> Iterator[str]:
    if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(english)):
        yield "other placeholders"
    if english.strip() == english and text.strip() != text:
        yield "space at an end"
    if "  " in text:
        yield "two spaces"
    bare = text.lower()
    for allowed in ALLOWED[locale]:
        bare = bare.replace(allowed, "")
    for word in FORBIDDEN[locale].split("|"):
        # A Vietnamese word is a word; a Chinese one is a run of characters.
        if re.search(rf"\b{word}\b", bare) if locale == "vi" else word in bare:
            yield f"{word}, which docs/glossary.md §16 says not to use"
    if english.endswith(".") != text.endswith((".", "。")) and not english.endswith(("...", "No.", "no.", "of.")):
        yield "a sentence ends with a full stop, a label does not"
    # "Is Active?" is a label; a question has more words.
    if english.endswith("?") and english.count(" ") > 1 and not text.endswith(("?", "？")):
        yield "a question ends with a question mark"


def _chinese(locale: str, text: str) -> Iterator[str]:
    wrong = traditional_only() if locale == "zh_Hans" else simplified_only()
    if characters := [character for character in text if character in wrong]:
        yield f"characters of the other Chinese {''.join(characters)}"
    bare = MARKUP.sub("", PLACEHOLDER.sub("", text))
    if re.search(rf"[{HAN}][,;:?!()]|[,;:?!()][{HAN}]", bare) or re.search(rf"[{HAN}]\.(\s|$)", bare):
        yield "half-width punctuation"
    if re.search(rf"[{HAN}] +[%{{]|[sd}}] +[{HAN}]|[{HAN}] +[{HAN}]", MARKUP.sub("", text)):
        yield "a space between Chinese characters or beside a placeholder"
    if re.search(r"%\(\w+\)s[,;:?]|[,;:?]%\(", text) and re.search(f"[{HAN}]", text):
        yield "half-width punctuation beside a placeholder"
    if locale == "zh_Hant" and re.search(r"[“”‘’]", text):
        yield "quotation marks of the other Chinese: 「」"
    if locale == "zh_Hans" and re.search(r"[「」『』]", text):
        yield "quotation marks of the other Chinese: “”"
    # 用戶 is read as a login or a customer; it stands in the original's words, 寬帶用戶 and 系統用戶 only.
    if PLAIN_USER.search(text):
        yield "plain 用户: say 客户, 宽带用户 or 系统用户"


def _vietnamese(text: str) -> Iterator[str]:
    if unicodedata.normalize("NFC", text) != text:
        yield "not precomposed (NFC)"
    if re.search(r"(o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])\b", text, re.I):
        yield "tone mark on the second vowel: hóa, tòa, hủy"
    if re.search(r" [:;?!,.]", PLACEHOLDER.sub("x", text)):
        yield "space before punctuation"
    if re.search(r"[\u3400-\u9fff]", text):
        yield "Chinese in a Vietnamese text"
    if re.search(r"[，。：；？！（）]", text):
        yield "full-width punctuation"
