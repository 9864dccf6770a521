"""The catalogues are complete, and written as docs/glossary.md says, in simplified and traditional Chinese and in Vietnamese."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from app.foundation import catalogues
from tests.architecture import check_glossary, language_rules, source_texts

# Proper names, codes and what people of the language write in Latin letters.
SAME_IN_ENGLISH = {
    "vi": {"%(size)s MB", "Gas", "Logo", "Alipay", "Email", "WeChat Pay", "QR", "ID", "PDF", "CSV", "Excel", "API", "%(label)s", "Menu"},
    "zh_Hans": {"%(size)s MB", "PDF", "CSV", "Excel", "API"},
    "zh_Hant": {"%(size)s MB", "PDF", "CSV", "Excel", "API"},
}


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogues.extract()


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str, str]]:
    """Every translation as (locale, English, text)."""
    return [
        (locale, entry.id if isinstance(entry.id, str) else entry.id[-1], text)
        for locale in catalogues.LOCALES
        for entry in catalogues.entries(catalogues.read_catalogue(locale))
        for text in catalogues.forms(entry)
        if text
    ]


def test_the_glossary_is_consistent() -> None:
    assert check_glossary.faults() == []


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_every_text_is_translated_with_the_same_placeholders(locale: str, template: Catalog) -> None:
    assert catalogues.faults(locale, template) == []


def test_the_texts_of_the_libraries_are_among_ours(template: Catalog) -> None:
    wanted = {"Invalid login. Please try again.", "This field is required.", "Not a valid date value.", "Access is Denied"}
    assert wanted <= {str(entry.id) for entry in catalogues.entries(template)}


def test_texts_are_written_as_their_language_is_written(texts: list[tuple[str, str, str]]) -> None:
    assert [fault for locale, english, text in texts for fault in language_rules.faults(locale, english, text)] == []


def test_the_words_of_the_glossary_are_used(texts: list[tuple[str, str, str]]) -> None:
    glossary = {word.english: word.texts for word in check_glossary.words()}
    other = [
        f"{locale}: {english!r} is {glossary[english][locale]!r} in docs/glossary.md, here {text!r}"
        for locale, english, text in texts
        if english in glossary and glossary[english][locale] != text
    ]
    assert other == []


def test_a_thing_keeps_its_name_inside_longer_texts(texts: list[tuple[str, str, str]]) -> None:
    assert [fault for locale, english, text in texts for fault in check_glossary.core_faults(locale, english, text)] == []


def test_documents_and_operations_are_voided_and_only_imports_undone(template: Catalog) -> None:
    undone = {str(entry.id): {place for place, _ in entry.locations if "imports" not in place} for entry in template if entry.id}
    found = [text for text, places in undone.items() if places and re.search(r"\bundo(es|ing|ne)?\b", text, re.I)]
    assert found == ["Undoing an import"]  # named where the jobs are wired


def test_no_english_was_copied_into_a_translation(texts: list[tuple[str, str, str]]) -> None:
    copied = [
        (locale, text)
        for locale, english, text in texts
        if text == english and any(letter.isalpha() for letter in language_rules.PLACEHOLDER.sub("", english))
        if english not in SAME_IN_ENGLISH[locale]
    ]
    assert copied == []


def test_traditional_chinese_is_not_the_simplified_text(texts: list[tuple[str, str, str]]) -> None:
    """The two are the same only where no character differs, as in 已完成 or 全部."""
    by_locale: dict[str, dict[str, str]] = {"zh_Hans": {}, "zh_Hant": {}}
    for locale, english, text in texts:
        if locale in by_locale:
            by_locale[locale][english] = text
    convert = language_rules.converter("s2hk")
    same = [
        (english, text)
        for english, text in by_locale["zh_Hant"].items()
        if text == by_locale["zh_Hans"].get(english) and convert(text) != text and not set(convert(text)) <= set(text) | set("裏繫瞭裡")
    ]
    assert same == []


# --- the sources ---------------------------------------------------------------------------------------------------------------


def test_every_sentence_is_given_its_parameters() -> None:
    assert list(source_texts.sentences_without_their_parameters()) == []


def test_no_template_has_words_outside_of_gettext() -> None:
    assert list(source_texts.bare_words_of_templates()) == []


def test_labels_in_python_are_marked_for_extraction(template: Catalog) -> None:
    extracted = {str(entry.id) for entry in catalogues.entries(template)}
    labels = {word.english for word in check_glossary.words()} - extracted
    assert list(source_texts.unmarked_labels(labels)) == []


def test_every_translation_can_be_filled_in(template: Catalog, texts: list[tuple[str, str, str]]) -> None:
    """A percent sign that is no placeholder breaks the page: Jinja fills in every text, also one without parameters."""
    of_pages = {
        form
        for entry in catalogues.entries(template)
        if any(name.endswith(".html") for name, _ in entry.locations)
        for form in ([entry.id] if isinstance(entry.id, str) else entry.id)
    }
    for locale, english, text in [("en", form, form) for form in of_pages] + texts:
        if english in of_pages or "%(" in english:
            values = dict.fromkeys(source_texts.NAMES.findall(text), 1)
            assert text % values, (locale, text)
