"""What looks like an identity number, and how two ways of writing one become the same."""

from __future__ import annotations

import pytest

from app.values.id_numbers import looks_like_id_number, normalised


@pytest.mark.parametrize(
    "text",
    ["11010119900307123x", " 110101 19900307 123X ", "１１０１０１１９９００３０７１２３Ｘ", "110101-19900307-123X"],
)
def test_width_case_and_gaps_make_no_difference(text: str) -> None:
    assert normalised(text) == "11010119900307123X"


@pytest.mark.parametrize(
    "text",
    ["11010119900307123X", "１１０１０１１９９００３０７１２３ｘ", "110101900307123", "001099012345", "A123456(7)", "110101 19900307 1234"],
)
def test_an_identity_number_is_known(text: str) -> None:
    assert looks_like_id_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wxm",
        "13800002618",
        "84901234567",
        "KH-000012",
        "110101199013071234",
        "SK-2026-000001",
        "3-2-501",
        "6222021234567890123",
        "A1234567",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert not looks_like_id_number(text)
