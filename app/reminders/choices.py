"""Choices of reminders."""

from app.values.choices import Choice
from app.values.errors import N_


class CallOutcome(Choice):
    """What came of a call 通話結果."""

    WILL_PAY = "will_pay", N_("Will pay"), "good", "circle-check"
    NO_ANSWER = "no_answer", N_("No answer"), "amber", "phone"
    CALL_BACK = "call_back", N_("Wants to be called again"), "info", "repeat"
    WILL_NOT_RENEW = "will_not_renew", N_("Will not renew"), "orange", "user-off"
    MOVED_AWAY = "moved_away", N_("Moved away"), "neutral", "home-move"
    WRONG_NUMBER = "wrong_number", N_("Wrong number"), "bad", "alert-circle"
    OTHER = "other", N_("Other"), "neutral", "message"


class LetterKind(Choice):
    """What a letter in the outbox is about."""

    RENEWAL = "renewal", N_("Renewal letter"), "info", "mail"
    DIGEST = "digest", N_("Debt digest"), "neutral", "report-money"
    NOTICE = "notice", N_("Notice by e-mail"), "amber", "file-invoice"


class LetterState(Choice):
    """What became of a letter."""

    WAITING = "waiting", N_("Waits to be sent"), "neutral", "clock-hour-4"
    SENDING = "sending", N_("Being sent"), "info", "progress"
    SENT = "sent", N_("Sent"), "good", "circle-check"
    FAILED = "failed", N_("Not delivered, tried again"), "amber", "refresh"
    GIVEN_UP = "given_up", N_("Could not be delivered"), "bad", "ban"
    UNKNOWN = "unknown", N_("Unknown whether it was sent"), "orange", "help"
    OVERTAKEN = "overtaken", N_("No longer needed"), "neutral", "archive"


# What the sender takes up by itself when its time has come.
DUE = (LetterState.WAITING, LetterState.FAILED)
# What people may have sent again.
REPEATABLE = (LetterState.WAITING, LetterState.FAILED, LetterState.GIVEN_UP, LetterState.UNKNOWN, LetterState.OVERTAKEN)
# What a person can do about a letter that is not sent by itself any more.
ADVICE = {
    LetterState.GIVEN_UP: N_(
        "The mail server did not take this letter, and it is not tried again by itself. Check the customer's e-mail address, then send it "
        "again; or tell the customer by telephone."
    ),
    LetterState.UNKNOWN: N_(
        "The connection broke while the letter was being handed over. Ask the customer whether it has arrived before you send it again."
    ),
}
