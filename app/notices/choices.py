"""Choices of notices: what a paper asks for, and how it reached the resident."""

from __future__ import annotations

from app.values.choices import Choice
from app.values.errors import N_


class NoticeKind(Choice):
    """What a paper asks for: what became due in a period, or what was left unpaid, more firmly each time."""

    DUE = "due", N_("Payment-due notice"), "info", "file-text"
    FIRST = "first", N_("First reminder"), "amber", "bell"
    SECOND = "second", N_("Second reminder"), "orange", "bell-ringing"
    THIRD = "third", N_("Third reminder"), "bad", "alert-triangle"

    @property
    def level(self) -> int:
        """0 for the payment-due notice, else which reminder it is."""
        return LEVELS.index(self)


LEVELS = (NoticeKind.DUE, NoticeKind.FIRST, NoticeKind.SECOND, NoticeKind.THIRD)
REMINDERS = LEVELS[1:]


class DeliveryWay(Choice):
    """How a paper reached the resident 送达方式 / cách gửi."""

    HANDED_OVER = "handed_over", N_("Handed over"), "good", "hand-stop"
    LETTER_BOX = "letter_box", N_("Letter box"), "neutral", "mail"
    POSTED = "posted_by_mail", N_("By post"), "neutral", "send"
    EMAIL = "email", N_("By e-mail"), "info", "mail"
