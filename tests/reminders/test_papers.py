"""The renewal notice on paper: what stands on it in each language, on one sheet each."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from pypdf import PdfReader

from app.billing.captions import LOCALES
from app.reminders.captions import CAPTIONS
from app.reminders.papers import notices_pdf

A5 = (595, 420)  # points: landscape
AT = datetime.datetime(2026, 5, 10, 3, 0, tzinfo=datetime.UTC)
TITLES = {"en": "RENEWAL NOTICE", "zh_Hans": "续费通知单", "zh_Hant": "續費通知單", "vi": "THÔNG BÁO GIA HẠN"}
DAYS = {"en": "14 May 2026", "zh_Hans": "2026-05-14", "zh_Hant": "2026-05-14", "vi": "14/05/2026"}


def content(locale: str = "zh_Hans", **values: Any) -> dict[str, Any]:
    office = {"legal_name": "阳光宽带服务有限公司", "short_name": "阳光", "address": "深圳市南山区科技园 1 号", "tax_number": ""}
    return {
        "template": "renewal_notice",
        "version": 1,
        "locale": locale,
        "currency": "CNY",
        "office": office | {"phone": "0755-2688 1234", "logo": None, "time_zone": "Asia/Shanghai"},
        "number": "JF-2026-000031",
        "on": "2026-05-10",
        "created_at": "2026-05-10T11:00:00+08:00",
        "customer": {
            "customer_no": "KH-000123",
            "name": "张伟",
            "address": "阳光花园 3-2-1203",
            "broadband_account": "sz000123",
            "plan": "家庭 200M",
        },
        "stops_on": "2026-05-14",
        "days_left": 4,
        "offers": [{"months": 1, "amount": "55.00"}, {"months": 3, "amount": "165.00"}, {"months": 12, "amount": "660.00"}],
        "ways_to_pay": "柜台缴费",
    } | values


def pages(*contents: dict[str, Any], printing: int = 1) -> list[Any]:
    pdf = notices_pdf([(one, printing) for one in contents], printed_at=AT, printed_by="wang")
    return list(PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_a_notice_says_who_until_when_and_how_much(locale: str) -> None:
    (page,) = pages(content(locale))
    text = page.extract_text()
    for wanted in (TITLES[locale], "JF-2026-000031", "张伟", "KH-000123", "sz000123", "阳光花园 3-2-1203", "家庭 200M", DAYS[locale]):
        assert wanted in text
    for amount in ("55.00", "165.00", "660.00") if locale != "vi" else ("55,00", "165,00", "660,00"):
        assert amount in text
    assert (round(page.mediabox.width), round(page.mediabox.height)) == A5


def test_several_notices_are_a_sheet_each() -> None:
    found = pages(*(content(number=f"JF-2026-00000{number}") for number in (1, 2, 3)))
    assert [f"JF-2026-00000{number}" in page.extract_text() for number, page in enumerate(found, 1)] == [True] * 3


def test_the_second_printing_is_marked() -> None:
    (page,) = pages(content(), printing=2)
    assert "补打 第2次" in page.extract_text()


def test_a_line_that_has_stopped_is_spoken_of_in_the_past() -> None:
    (page,) = pages(content(stops_on="2026-05-01", days_left=-9))
    assert "已于 2026-05-01 到期" in page.extract_text()


def test_an_identity_number_in_somebodys_words_is_masked() -> None:
    (page,) = pages(content(ways_to_pay="请出示身份证 440301199003074528"))
    assert "440301********4528" in page.extract_text()


def test_long_names_stay_on_one_sheet() -> None:
    long = "深圳市南山区科技园南路十八号阳光花园小区第三栋第二单元一千二百零三室 " * 4
    customer = content()["customer"] | {"name": "王" * 60, "address": long, "plan": "家庭宽带 1000M 包年优惠套餐 " * 4}
    assert len(pages(content(customer=customer, ways_to_pay="\n".join(["柜台缴费，周一至周六 9:00–18:00"] * 6)))) == 1


def test_every_caption_is_in_every_language() -> None:
    empty = [(key, locale) for key, each in CAPTIONS.items() for locale in LOCALES if not getattr(each, locale)]
    assert empty == []
