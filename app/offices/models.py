"""Tables of offices, employees, users and their sign-ins."""

from __future__ import annotations

import datetime
from typing import Any

from flask_appbuilder.security.sqla.models import User as FabUser
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation import clock
from app.foundation.database import (
    Amount,
    Created,
    Line,
    Moment,
    OfficeItself,
    OfficeRecord,
    Record,
    Short,
    Text,
    Versioned,
    choice_column,
    office_table,
)
from app.foundation.secrets import Secret, masked
from app.foundation.uploads import models as _uploads  # noqa: F401  (an office's logo is an upload: its table must be known)
from app.offices.choices import Copies, Currency, FactorState, Gender, Language, SignInState, VoucherForm
from app.offices.rules.devices import device_in_words
from app.values.errors import Message

# Set on the instance, not derived: a chosen second person is a rule of the office that only an administrator may lift.
FIRST_SESSION_VERSION = 1

# How long the sessions of an office may rest, in minutes, and last, in hours.
SHORTEST_IDLE, LONGEST_IDLE = 5, 240
FEWEST_HOURS, MOST_HOURS = 1, 24

user_office = Table(
    "user_office",
    FabUser.metadata,
    Column("user_id", ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True),
    Column("office_id", ForeignKey("office.id", ondelete="CASCADE"), primary_key=True),
)


def usual_form(context: Any) -> VoucherForm:
    """Return the form of cash papers usual for a new office's currency: the circular is a Vietnamese one."""
    return VoucherForm.TT99 if context.get_current_parameters()["currency"] == Currency.VND else VoucherForm.OWN


class Office(Versioned, OfficeItself):
    """An office 營業網點: its language, currency, time zone, letterhead and settings."""

    __tablename__ = "office"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("cash_step > 0", name="cash_step_positive"),
        CheckConstraint(
            f"idle_minutes BETWEEN {SHORTEST_IDLE} AND {LONGEST_IDLE} AND absolute_hours BETWEEN {FEWEST_HOURS} AND {MOST_HOURS}",
            name="session_limits",
        ),
        # With its own key, so that an office cannot bear another one's logo. Made later, since uploads point at offices too.
        ForeignKeyConstraint(
            ["id", "logo_id"], ["upload.office_id", "upload.id"], name="fk_office_id_logo_id", ondelete="RESTRICT", use_alter=True
        ),
    )

    code: Mapped[Short]
    name: Mapped[Line]
    language: Mapped[Language] = choice_column(Language)
    currency: Mapped[Currency] = choice_column(Currency)
    time_zone: Mapped[Short]
    legal_name: Mapped[Line]
    short_name: Mapped[Line]
    address: Mapped[Line] = mapped_column(default="")
    telephone: Mapped[Short] = mapped_column(default="")
    tax_number: Mapped[Short] = mapped_column(default="")
    customer_prefix: Mapped[Short] = mapped_column(default="C")
    receipt_prefix: Mapped[Short] = mapped_column(default="R")
    voucher_prefix: Mapped[Short] = mapped_column(default="P")
    reversal_prefix: Mapped[Short] = mapped_column(default="V")
    work_order_prefix: Mapped[Short] = mapped_column(default="WO")
    voucher_form: Mapped[VoucherForm] = choice_column(VoucherForm, default=usual_form)
    copies: Mapped[Copies] = choice_column(Copies, default=Copies.SINGLE)
    cash_step: Mapped[Amount]
    second_person: Mapped[bool] = mapped_column(default=True)
    # Whether a fee below the price list needs the right and a reason: a limit that is not set means no limit.
    prices_are_firm: Mapped[bool] = mapped_column(default=False)
    zero_word: Mapped[Short] = mapped_column(default="linh")
    whole_word: Mapped[Short] = mapped_column(default="整")
    idle_minutes: Mapped[int] = mapped_column(default=15)
    absolute_hours: Mapped[int] = mapped_column(default=12)
    requires_second_factor: Mapped[bool] = mapped_column(default=False)
    logo_id: Mapped[int | None]

    def __str__(self) -> str:
        return self.name


class Employee(Versioned, Created, OfficeRecord):
    """An employee 員工 of an office (B1.3)."""

    __tablename__ = "employee"
    __table_args__ = office_table(UniqueConstraint("office_id", "code"))

    code: Mapped[Short]
    name: Mapped[Line]
    department: Mapped[Line] = mapped_column(default="")
    id_number: Mapped[str | None] = mapped_column(Secret())
    telephone: Mapped[Short] = mapped_column(default="")
    mobile: Mapped[Short] = mapped_column(default="")
    home_address: Mapped[Line] = mapped_column(default="")
    gender: Mapped[Gender | None] = choice_column(Gender, nullable=True)
    birth_date: Mapped[datetime.date | None]
    note: Mapped[Text] = mapped_column(default="")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def masked_id_number(self) -> str:
        return masked(self.id_number)


class SystemUser(FabUser):
    """A system user 系統用戶: FAB's user with a language, a theme, offices and a session version."""

    __tablename__ = "ab_user"
    __table_args__ = {"extend_existing": True}

    locale = Column(String(16))
    theme = Column(String(8))
    # Raised by every change of password or rights: cookies and tokens of an earlier version are dead.
    session_version = Column(Integer, nullable=False, default=FIRST_SESSION_VERSION, server_default="1")
    must_change_password = Column(Boolean, nullable=False, default=False, server_default="false")
    # Asked of this person, whatever his offices ask.
    requires_second_factor = Column(Boolean, nullable=False, default=False, server_default="false")
    offices = relationship("Office", secondary=user_office, order_by="Office.id")
    second_factor = relationship("SecondFactor", uselist=False, viewonly=True)

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def factor_state(self) -> FactorState:
        """How the second factor stands."""
        if self.second_factor is not None and self.second_factor.confirmed_at is not None:
            return FactorState.ON
        is_asked_for = self.requires_second_factor or any(office.requires_second_factor for office in self.offices)
        return FactorState.MISSING if is_asked_for else FactorState.OFF


class SecondFactor(Record):
    """The authenticator app of a user: its secret, encrypted. It counts from the moment a first code has confirmed it."""

    __tablename__ = "second_factor"
    __table_args__ = (UniqueConstraint("user_id"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="CASCADE"))
    secret: Mapped[str] = mapped_column(Secret())
    begun_at: Mapped[Moment] = mapped_column(default=clock.real_now)
    confirmed_at: Mapped[Moment | None]
    # The time step of the code used last: no code opens the door twice.
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Record):
    """One recovery code of a user, as its hash; usable once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("second_factor_id", "code_hash"),)

    second_factor_id: Mapped[int] = mapped_column(ForeignKey("second_factor.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[Moment | None]


class SignIn(Record):
    """One signed-in session of a user, in a browser or by an API token; ended by sign-out, time or an administrator."""

    __tablename__ = "sign_in"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_sign_in_user_id_ended_at", "user_id", "ended_at"))

    user_id: Mapped[int] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64))
    session_version: Mapped[int]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    started_at: Mapped[Moment] = mapped_column(default=clock.real_now)
    seen_at: Mapped[Moment] = mapped_column(default=clock.real_now)
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]

    @property
    def device(self) -> Message | str:
        """The browser and the system it runs on, in words."""
        return device_in_words(self.agent)

    @property
    def state(self) -> SignInState:
        """Whether it is still open; a rest too long shows only when it is used again."""
        return SignInState.ENDED if self.ended_at is not None or self.expires_at <= clock.real_now() else SignInState.LIVE


class SignInFailure(Record):
    """Failed sign-ins of one account or one address: what the lock-out counts."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(128))
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[Moment] = mapped_column(default=clock.real_now)
    locked_until: Mapped[Moment | None]
