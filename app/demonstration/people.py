"""Invented customers: names as varied as real ones, and numbers of valid form that belong to nobody."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from random import Random

from app.customers.choices import CustomerKind
from app.customers.operations import NewCustomer
from app.demonstration.profiles import OfficeProfile
from app.offices.choices import Language

# The first six are read otherwise as surnames than as words: 单 Shàn, 曾 Zēng, 仇 Qiú, 解 Xiè, 区 Ōu, 查 Zhā.
SURNAMES = {
    Language.SIMPLIFIED_CHINESE: (
        "单 曾 仇 解 区 查",
        "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 "
        "傅 沈 彭 吕 苏 卢 蒋 蔡 欧阳 司徒 上官",
    ),
    Language.TRADITIONAL_CHINESE: (
        "單 曾 區",
        "陳 黃 李 張 梁 林 劉 吳 何 鄭 葉 馮 羅 鍾 謝 鄧 蔡 許 譚 麥 歐陽 司徒",
    ),
    Language.VIETNAMESE: ("", "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Ngô Dương Lý Đinh"),
}
GIVEN = {
    Language.SIMPLIFIED_CHINESE: (
        "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 建国 建华 志强 志明 秀英 秀兰 桂兰 玉兰 玉梅 淑珍 淑华 "
        "海燕 海涛 晓东 晓明 晓燕 文博 文静 俊杰 俊豪 子轩 子涵 雨桐 雨欣 浩然 浩宇 欣怡 梓萱 思远 思琪 佳慧 佳琪 嘉伟 嘉欣 国强 国栋 "
        "永红 永康 春梅 春生 小红 小军 立新 立平 振华 振宇 少华 少芬 锦辉 锦添 伟雄 家乐"
    ),
    Language.TRADITIONAL_CHINESE: (
        "志明 志強 偉強 家輝 家豪 俊傑 嘉欣 嘉敏 詠詩 詠琪 曉彤 淑芬 淑儀 美玲 美儀 慧敏 慧珊 子軒 浩然 梓晴 國榮 國華 "
        "耀明 耀輝 錦榮 少芳 鳳儀 麗珍 穎彤 卓軒"
    ),
    Language.VIETNAMESE: (
        "Văn Hùng|Văn Nam|Thị Hoa|Thị Mai|Thị Hồng Nhung|Minh Tuấn|Minh Anh|Quốc Bảo|Quang Huy|Thu Hương|Thanh Tùng|Thùy Linh|Đức Anh|"
        "Ngọc Ánh|Hải Yến|Bích Ngọc|Gia Bảo|Phương Thảo"
    ),
}
FIRMS = {
    Language.SIMPLIFIED_CHINESE: (
        "深圳市{}有限公司",
        "明远科技 华盛贸易 蓝海物流 恒信财务咨询 百味餐饮 新视野教育 康宁药房 顺达汽修 云帆网络 金穗超市 雅居装饰 启航幼儿园",
    ),
    Language.TRADITIONAL_CHINESE: ("{}有限公司", "永盛貿易 海港茶餐廳 匯通顧問 藝文印刷"),
    Language.VIETNAMESE: ("Công ty TNHH {}", "Hoa-Sen An-Phát Tân-Việt"),
}
FIRM_SHARE = 0.08

# Area codes of real districts; nobody is born in the sequence 000.
DISTRICTS = ("440301", "440305", "440304", "440582", "430122", "360735", "510107", "420106", "450103", "350203")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_MARKS = "10X98765432"
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True)
class Resident:
    """A customer as he is registered."""

    customer: NewCustomer

    @property
    def is_firm(self) -> bool:
        return self.customer.kind is CustomerKind.FIRM


def resident(profile: OfficeProfile, number: int, random: Random) -> Resident:
    """Return the customer ``number`` (from 1) of an office."""
    language: Language = profile.facts["language"]
    if random.random() < FIRM_SHARE:
        return Resident(_firm(profile, language, number, random))
    mobile = _mobile(language, number)
    return Resident(
        NewCustomer(
            name=person_name(language, number, random),
            id_number=id_number(language, random) if random.random() < 0.85 else None,
            mobile=mobile,
            contact_phone=mobile if random.random() < 0.7 else "",
            telephone=_telephone(language, number) if random.random() < 0.15 else "",
        )
    )


def person_name(language: Language, number: int, random: Random) -> str:
    """Return a name; the first customers carry the surnames that are read in two ways."""
    heteronyms, surnames = SURNAMES[language]
    special = heteronyms.split()
    surname = special[(number - 1) // 4 % len(special)] if special and number % 4 == 1 and number <= 4 * len(special) else ""
    surname = surname or _early(surnames.split(), random)
    if language is Language.VIETNAMESE:
        return f"{surname} {random.choice(GIVEN[language].split('|'))}"
    return surname + random.choice(GIVEN[language].split())


def _early(choices: list[str], random: Random) -> str:
    """Return one of ``choices``, the first ten more often: a few surnames are everywhere."""
    return random.choice(choices[:10] if random.random() < 0.5 else choices)


def _firm(profile: OfficeProfile, language: Language, number: int, random: Random) -> NewCustomer:
    form, written = FIRMS[language]
    names = [name.replace("-", " ") for name in written.split()]
    tax_number = {
        Language.SIMPLIFIED_CHINESE: credit_code(number),
        Language.VIETNAMESE: vietnamese_tax_number(number),
    }.get(language, f"{10_000_000 + number * 137:08d}-000")
    return NewCustomer(
        name=form.format(names[number % len(names)]) if number <= 200 else form.format(f"{names[number % len(names)]}{number}"),
        kind=CustomerKind.FIRM,
        telephone=_telephone(language, number),
        contact_phone=_mobile(language, number),
        tax_number=tax_number,
        invoice_address=profile.words.invoice_address.format(number=random.randrange(1, 200)),
    )


def _mobile(language: Language, number: int) -> str:
    if language is Language.VIETNAMESE:
        return f"0900 000 {number * 37 % 1000:03d}"
    tail = f"{number * 3467 % 10_000:04d}"  # every number another tail
    return f"5100 {tail}" if language is Language.TRADITIONAL_CHINESE else f"138 0000 {tail}"


def _telephone(language: Language, number: int) -> str:
    if language is Language.VIETNAMESE:
        return f"024 3000 {1000 + number * 61 % 9000:04d}"
    return (
        f"2300 {1000 + number * 61 % 9000:04d}"
        if language is Language.TRADITIONAL_CHINESE
        else f"0755-2600 {1000 + number * 61 % 9000:04d}"
    )


def id_number(language: Language, random: Random) -> str:
    """Return an identity number of valid form: 18 digits, a Hong Kong card, or a CCCD."""
    born = datetime.date(1950, 1, 1) + datetime.timedelta(days=random.randrange(20_000))
    if language is Language.VIETNAMESE:
        century = (born.year // 100 - 19) * 2 + random.randrange(2)
        return f"{random.choice(('001', '030', '034', '036', '038'))}{century}{born:%y}{random.randrange(1_000_000):06d}"
    if language is Language.TRADITIONAL_CHINESE:
        return hong_kong_card(random.choice("ABCDEGHKPRVYZ"), random.randrange(100_000, 1_000_000))
    return chinese_id(random.choice(DISTRICTS), born, random.randrange(1, 1000))


def chinese_id(district: str, born: datetime.date, sequence: int) -> str:
    """Return an 18-digit identity number with its check mark (GB 11643)."""
    body = f"{district}{born:%Y%m%d}{sequence:03d}"
    return body + CHECK_MARKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def hong_kong_card(letter: str, digits: int) -> str:
    """Return a Hong Kong identity card number with its check digit in brackets."""
    values = [36, ord(letter) - 55, *(int(digit) for digit in str(digits))]
    rest = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True)) % 11
    return f"{letter}{digits}({'0' if rest == 0 else 'A' if rest == 1 else str(11 - rest)})"


def credit_code(number: int) -> str:
    """Return an 18-character unified credit code of Shenzhen with its check mark (GB 32100)."""
    body = f"91440300MA5D{number:04d}0"
    total = sum(CODE_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + CODE_SIGNS[(31 - total % 31) % 31]


def vietnamese_tax_number(number: int) -> str:
    """Return a Vietnamese tax number with its check digit; numbers without one are passed over."""
    while True:
        body = f"0109{number:05d}"
        check = 10 - sum(int(digit) * weight for digit, weight in zip(body, TAX_WEIGHTS, strict=True)) % 11
        if 0 <= check <= 9:
            return f"{body}{check}"
        number += 1
