"""How many rows the measurements want, and the names and numbers they are made of. Everything follows from the row's number."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

# The commonest family names of China, and characters of given names.
FAMILY_NAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN_CHARACTERS = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力健永世广志义兴良海山仁波宁贵福生龙元全"
    "胜学祥才发武新利清飞彬富顺信子晓梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
)
# Each name belongs to several people, as in life.
PEOPLE_PER_NAME = 5
LOCAL_DAYS = 28  # every month has so many days, so that a monthly payment falls on the same one
FEES = (Decimal("50.00"), Decimal("80.00"), Decimal("120.00"), Decimal("30.00"))
CASHIERS = 8
# Its day is the day of the payments: a shift of the cashiers belongs to it.
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Sizes:
    """How much there is: each customer has one line, each line its payments, one a month, up to last month."""

    customers: int = 200_000
    payments_each: int = 10

    @property
    def payments(self) -> int:
        return self.customers * self.payments_each


def first_month(today: datetime.date, sizes: Sizes) -> datetime.date:
    """Return the first day of the month of the first payments: the last ones were taken a month ago."""
    months = today.year * 12 + today.month - 1 - sizes.payments_each
    return datetime.date(months // 12, months % 12 + 1, 1)


def name_of(number: int) -> str:
    """Return the name of customer ``number``: two or three characters."""
    which = number // PEOPLE_PER_NAME
    family = FAMILY_NAMES[which * 31 % len(FAMILY_NAMES)]
    first = GIVEN_CHARACTERS[which * 17 % len(GIVEN_CHARACTERS)]
    second = GIVEN_CHARACTERS[(which // 7 * 13 + which) % len(GIVEN_CHARACTERS)]
    return family + first + (second if which % 4 else "")


def mobile_of(number: int) -> str:
    """Return a Chinese mobile number that no one has (the network 190 of its first digits, then the row's number)."""
    return f"190{number * 7919 % 100_000_000:08d}"


def address_of(number: int) -> str:
    """Return building, entrance and room."""
    return f"{number % 40 + 1}-{number % 4 + 1}-{(number // 40) % 30 + 1}{number % 8 + 1:02d}"
