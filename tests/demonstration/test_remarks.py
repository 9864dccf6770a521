"""What is noted about firms is not what is noted about families."""

from __future__ import annotations

import pytest

from app.demonstration.firm_remarks import OF_FIRMS, firm_remarks
from app.demonstration.remarks import REMARKS
from app.offices.choices import Language

HOMELY = ("猫", "貓", "孙子", "子女", "孩子", "老人", "阿婆", "外母", "mèo", "bà ngoại", "con trai")


@pytest.mark.parametrize("language", sorted(REMARKS, key=lambda language: language.value))
def test_every_language_has_remarks_about_firms(language: Language) -> None:
    assert language in OF_FIRMS


@pytest.mark.parametrize("language", sorted(OF_FIRMS, key=lambda language: language.value))
def test_firms_have_no_families_and_no_pets(language: Language) -> None:
    noted = str([getattr(firm_remarks(language), name) for name in OF_FIRMS[language]]).replace("光猫", "").lower()
    assert [word for word in HOMELY if word in noted] == []
