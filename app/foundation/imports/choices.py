"""Choices of imports."""

from app.values.choices import Choice
from app.values.errors import N_


class ImportState(Choice):
    """How far an import is."""

    READ = "read", N_("Columns to confirm"), "info", "table"
    CHECKED = "checked", N_("Checked, not imported yet"), "amber", "list-check"
    RUNNING = "running", N_("Import is running"), "info", "progress"
    DONE = "done", N_("Imported"), "good", "circle-check"
    PARTLY_UNDONE = "partly_undone", N_("Partly undone"), "orange", "arrow-back-up"
    UNDONE = "undone", N_("Undone"), "neutral", "arrow-back-up"
    GIVEN_UP = "given_up", N_("Given up"), "neutral", "x"


# States in which the file may still be changed, checked and imported.
OPEN = (ImportState.READ, ImportState.CHECKED)
# States of a batch of which records are left that can be removed.
STANDING = (ImportState.DONE, ImportState.PARTLY_UNDONE)
