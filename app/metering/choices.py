"""Choices of metering: readings, how a consumption compares with the mean, how shared meters are apportioned."""

from __future__ import annotations

from app.values.choices import Choice
from app.values.errors import N_


class ReadingSource(Choice):
    """How a reading came into the books 读数来源 / nguồn chỉ số."""

    TYPED = "manual", N_("Read by hand"), "neutral", "keyboard"
    PHONE = "phone", N_("Read on the phone"), "neutral", "device-mobile"
    IMPORTED = "imported", N_("Imported reading"), "neutral", "file-import"
    # An estimate is marked everywhere.
    ESTIMATED = "estimated", N_("Estimate"), "violet", "math-function"


class ReadingKind(Choice):
    """On which occasion a meter was read."""

    REGULAR = "regular", N_("Regular reading"), "neutral", "gauge"
    FIRST = "first", N_("First reading"), "info", "circle-plus"
    FINAL = "final", N_("Final reading"), "neutral", "circle-minus"
    # The occupant changes on that day: the reading ends a part of the period.
    HANDOVER = "handover", N_("Reading at handover"), "info", "switch-horizontal"


class ReadingState(Choice):
    """Where a reading stands; a correction supersedes the earlier reading, which is kept."""

    WAITING = "waiting", N_("To be checked"), "amber", "clock-hour-4"
    ACCEPTED = "accepted", N_("Reading accepted"), "good", "circle-check"
    SUPERSEDED = "superseded", N_("Superseded"), "neutral", "history"
    # Read wrongly on the wrong day or meter: it counts no more, and nothing stands in its place.
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral", "circle-x"


class ReadingExplanation(Choice):
    """Why a new reading may be below the old one, and what then is to be done."""

    ROLLOVER = "rollover", N_("Rollover"), "info", "rotate"
    REPLACEMENT = "replacement", N_("Meter replacement"), "info", "replace"
    CORRECTION = "correction", N_("Correction"), "amber", "pencil"
    ESTIMATE = "estimate", N_("Estimate"), "violet", "math-function"


class ReportKind(Choice):
    """What a reader saw at a meter that a manager has to act upon."""

    REPLACED = "replaced", N_("Meter was replaced"), "info", "replace"
    LAST_WRONG = "last_wrong", N_("Last reading was wrong"), "amber", "history"
    BROKEN = "broken", N_("Meter seems to be broken"), "bad", "alert-triangle"


class ReportState(Choice):
    """Whether a manager has dealt with a report."""

    OPEN = "open", N_("To be dealt with"), "amber", "clock-hour-4"
    DONE = "done", N_("Dealt with"), "good", "circle-check"


class WarningColour(Choice):
    """How loudly a consumption warns; never shown alone, always beside the figure, the mean and the reason."""

    RED = "red", N_("Red"), "bad", "alert-circle"
    AMBER = "amber", N_("Amber"), "amber", "alert-triangle"
    GREEN = "green", N_("Green"), "good", "circle-check"
    GREY = "grey", N_("Grey"), "neutral", "circle-dashed"


class Anomaly(Choice):
    """How a consumption compares with the mean of three months 用量异常 / tiêu thụ bất thường."""

    HIGH = "high", N_("Abnormally high"), "bad", "trending-up"
    LOW = "low", N_("Abnormally low"), "bad", "trending-down"
    RAISED = "raised", N_("Higher than usual"), "amber", "trending-up"
    LOWERED = "lowered", N_("Lower than usual"), "amber", "trending-down"
    ZERO = "zero", N_("Zero while occupied"), "amber", "circle-dashed"
    NORMAL = "normal", N_("Normal consumption"), "good", "circle-check"
    UNKNOWN = "unknown", N_("Not enough history"), "neutral", "circle-dashed"


class ApportionBy(Choice):
    """By what the amount of a shared meter is apportioned 公摊 / phân bổ phần dùng chung."""

    AREA = "by_area", N_("Apportion by area"), "neutral", "square-check"
    HEAD = "by_head", N_("Apportion by head count"), "neutral", "users"
    CONSUMPTION = "by_consumption", N_("Apportion by own consumption"), "neutral", "gauge"


class ReaderDeviceState(Choice):
    """Whether the phone of a meter reader may send readings."""

    LIVE = "live", N_("May send"), "good", "device-mobile"
    EXPIRED = "expired", N_("Its days are over"), "neutral", "calendar-x"
    ENDED = "ended", N_("Ended"), "neutral", "ban"
