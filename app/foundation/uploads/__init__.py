"""Files that people hand in: checked before anything reads them, kept in the database, handed out only to who may see them.

``checked`` is pure: name and bytes in, a ``CheckedFile`` out, or a refusal in words. ``pictures`` makes a picture harmless, ``models`` is
the table, ``keeping`` stores and finds rows, ``serving`` the route that hands one out.
"""

from app.foundation.uploads.checks import (
    MEGABYTE,
    PICTURES,
    SPREADSHEETS,
    CheckedFile,
    FileType,
    Limits,
    checked,
    clean_name,
)

__all__ = ["MEGABYTE", "PICTURES", "SPREADSHEETS", "CheckedFile", "FileType", "Limits", "checked", "clean_name"]
