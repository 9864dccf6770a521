"""Imports in the background, with progress, and the night that deletes old files."""

from __future__ import annotations

import datetime
from typing import Any

from app.foundation.imports.operations import forget_files, import_rows, reopened, reserve, undo
from app.foundation.jobs import Work
from app.foundation.transactions import run


def perform_import(work: Work) -> dict[str, Any]:
    """Import the batch: all its good rows in one transaction. After a crash it begins anew, since nothing was stored."""
    batch = int(work.arguments["batch"])
    try:
        run(reserve, batch=batch)
        done = run(import_rows, batch=batch, progress=work.show).record
    except Exception:
        run(reopened, batch=batch)
        raise
    return {"made": done.made, "wrong": done.wrong, "left_out": done.left_out}


def perform_undo(work: Work) -> dict[str, Any]:
    """Remove what the batch made."""
    done = run(undo, batch=int(work.arguments["batch"]), keep_blocked=bool(work.arguments["keep_blocked"])).record
    return {"state": done.state.value}


def forget_import_files(office: int, day: datetime.date) -> None:
    """Delete the files of the office that are no longer needed."""
    run(_forgotten, office=office, day=day)


def _forgotten(*, office: int, day: datetime.date) -> Any:
    return forget_files(office=office, day=day)
