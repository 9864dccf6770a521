"""The sentences that the scripts of a reader's phone show, in the reader's language; figures are put in their named places there."""

from __future__ import annotations

from flask_babel import gettext

from app.metering.choices import Anomaly
from app.metering.rules.unusual import REASONS, REASONS_WITHOUT_MEAN
from app.values.errors import N_

SENTENCES = {
    "route_missing": N_("This phone holds no route. Connect to the network and choose one."),
    "sign_in": N_("Sign in to fetch the route."),
    "not_here": N_("The route cannot be fetched: %(problem)s"),
    "no_network": N_("No network"),
    "offline": N_("Offline"),
    "waiting": N_("%(count)s readings wait to be sent"),
    "refused_count": N_("%(count)s readings were refused"),
    "all_sent": N_("Everything is sent."),
    "unsent": N_("Not sent yet"),
    "wiped": N_("The route was wiped from this phone. What is not sent yet stays here until it is."),
    "no_token": N_("This phone may send nothing any more. Sign in and take the route along again; what is not sent yet is kept."),
    "read_of": N_("%(read)s of %(total)s read"),
    "floor": N_("Floor %(floor)s"),
    "no_floor": N_("Other meters"),
    "old": N_("old"),
    "old_of": N_("Old reading of %(day)s"),
    "old_estimated": N_("Old reading of %(day)s, an estimate"),
    "no_old": N_("No old reading"),
    "next": N_("Read next: %(unit)s"),
    "all_read": N_("All meters are read."),
    "save_next": N_("Save, go on to %(unit)s"),
    "save": N_("Save"),
    "later": N_("Later, go on to %(unit)s"),
    "back": N_("Back to the route"),
    "previous": N_("Previous meter"),
    "following": N_("Next meter"),
    "consumption": N_("Consumption"),
    "mean": N_("Mean of 3 months"),
    "against": N_("Against the mean"),
    "red": N_("Red"),
    "amber": N_("Amber"),
    "green": N_("Green"),
    "grey": N_("Grey"),
    "estimate": N_("Estimate"),
    "look_again": N_("Look at the dial again before you save."),
    "why_red": N_("Choose a reason to save it. The manager checks it before it is billed."),
    "empty_zero": N_("Nothing was used. Is the unit empty?"),
    "below": N_("The new reading %(new)s is below the old reading %(old)s. What happened?"),
    "too_long": N_("The meter %(serial)s shows %(digits)s digits. Check the reading or the meter."),
    "mistyped": N_("Typed wrongly: enter it again"),
    "mistyped_hint": N_("By the mean it would show about %(value)s."),
    "rollover": N_("The dial passed its last figure and began again at 0"),
    "rollover_likely": N_("That makes %(quantity)s %(measure)s."),
    "rollover_unlikely": N_("Not likely: it would be %(quantity)s %(measure)s with %(digits)s digits."),
    "replaced": N_("The meter was replaced"),
    "replaced_hint": N_("The manager enters the replacement; your figure stays here with a note."),
    "last_wrong": N_("The last reading was wrong"),
    "last_wrong_hint": N_("The manager corrects it; your figure stays here and is sent again after that."),
    "cannot_read": N_("The meter cannot be read"),
    "cannot_read_hint": N_("The mean is taken and marked as an estimate."),
    "cannot_read_expected": N_("The mean, %(quantity)s %(measure)s, is taken and marked as an estimate."),
    "why_not": N_("Why can it not be read?"),
    "no_way_in": N_("Nobody opens the door"),
    "dial_hidden": N_("The dial is covered or dark"),
    "meter_broken": N_("The meter seems to be broken"),
    "checked_again": N_("Looked again, the figure is right"),
    "household_changed": N_("Something changed there (more people, a new appliance)"),
    "other_reason": N_("Another reason"),
    "note": N_("Note"),
    "photo": N_("Photo of the dial"),
    "photo_taken": N_("The photo is taken."),
    "photo_failed": N_("The photo cannot be used. Take it again."),
    "erase": N_("Delete the last digit"),
    "separator": N_("Decimal point"),
    "saved_here": N_("Saved on this phone, not sent yet"),
    "sent": N_("Sent"),
    "refused": N_("Refused"),
    "change": N_("Correct the figure"),
    "send_again": N_("Send again"),
    "arrived_before": N_("The figure that was typed first had arrived already. Discard this one; a manager corrects it in the office."),
    "discard": N_("Discard this reading"),
    "discard_sure": N_("Tap once more: the reading of %(unit)s is then gone."),
    "read_already": N_("Read on %(day)s: %(value)s"),
    "read_hint": N_("It is sent. A manager can correct it."),
    "not_allowed_twice": N_("The meter %(serial)s already has a reading on %(date)s. Correct that one instead."),
    "needs_https": N_("Reading without a network needs https. Keep this page open until everything is sent."),
    "storage_failed": N_("This phone keeps nothing: its memory is full or closed to this page. Readings are sent at once or lost."),
    "ready_offline": N_("Ready for reading without a network"),
}


def said_on_the_phone() -> dict[str, str]:
    """Return every sentence by its short name, those of the colours as ``reason-high`` and ``reason-bare-high``."""
    found = {name: gettext(sentence) for name, sentence in SENTENCES.items()}
    found |= {f"reason-{anomaly.value}": gettext(sentence) for anomaly, sentence in REASONS.items() if anomaly is not Anomaly.ZERO}
    return found | {f"reason-bare-{anomaly.value}": gettext(sentence) for anomaly, sentence in REASONS_WITHOUT_MEAN.items()}
