"""What is typed finds whom it should: pinyin, initials, both Chinese scripts, Vietnamese without marks, tails of numbers."""

from __future__ import annotations

import pytest

from app.customers.rules.search_terms import address_terms, code_terms, name_terms, phone_terms, query_terms


def found(stored: set[str], typed: str) -> bool:
    asked = query_terms(typed)
    return bool(asked) and all(stored & alternatives for alternatives in asked)


@pytest.mark.parametrize("typed", ["王晓", "晓明", "王晓明", "王曉明", "王", "wxm", "WXM", "w'x'm", "wangx", "wangxiaoming", "ｗｘｍ"])
def test_a_chinese_name_is_found(typed: str) -> None:
    assert found(name_terms("王晓明"), typed)


@pytest.mark.parametrize("typed", ["王明", "xm", "wxl", "李", "2618"])
def test_a_chinese_name_is_not_found_by_what_it_is_not(typed: str) -> None:
    assert not found(name_terms("王晓明"), typed)


@pytest.mark.parametrize(
    ("name", "typed"), [("单立", "sl"), ("单立", "dl"), ("曾伟", "zw"), ("仇英", "qy"), ("解军", "xj"), ("区杰", "oj"), ("查理", "zl")]
)
def test_surnames_are_found_by_their_own_reading(name: str, typed: str) -> None:
    assert found(name_terms(name), typed)


def test_a_traditional_name_is_found_in_either_script() -> None:
    assert found(name_terms("陳志強"), "陈志")
    assert found(name_terms("陈志强"), "陳志")


@pytest.mark.parametrize("typed", ["lan", "Lan", "nguyen", "nguyễn", "Nguyễn Văn", "van l", "nvl"])
def test_a_vietnamese_name_is_found_with_and_without_marks(typed: str) -> None:
    assert found(name_terms("Nguyễn Văn Lan"), typed)


def test_d_with_stroke_is_a_d() -> None:
    assert found(name_terms("Đặng Đình"), "dang d")


@pytest.mark.parametrize("typed", ["618", "2618", "00002618", "13800002618", "138-0000-2618"])
def test_a_telephone_is_found_by_its_tail(typed: str) -> None:
    assert found(phone_terms("138 0000 2618"), typed)


@pytest.mark.parametrize("typed", ["18", "138", "9182"])
def test_a_telephone_is_not_found_by_its_beginning_or_two_digits(typed: str) -> None:
    assert not found(phone_terms("138 0000 2618"), typed)


@pytest.mark.parametrize("typed", ["KH-0084", "kh-008412", "8412"])
def test_a_customer_number_is_found(typed: str) -> None:
    assert found(code_terms("KH-008412"), typed)


@pytest.mark.parametrize("typed", ["3-2-501", "501", "3-2"])
def test_a_room_is_found(typed: str) -> None:
    assert found(address_terms("翠湖花园 3 栋 2 单元 501"), typed)


@pytest.mark.parametrize("typed", ["", "   ", "%", "'", "\\", "。"])
def test_nothing_that_can_be_searched_finds_nothing(typed: str) -> None:
    assert query_terms(typed) == []
