"""``run.py rotate-key``: a new data key, everything encrypted written again under it, the old key retired."""

from __future__ import annotations

from app.foundation.commands import UsageError
from app.foundation.commands.database import opened
from config import read_settings


def rotate_key(arguments: list[str]) -> int:
    """Change the data key of this installation; servers may run meanwhile. Killed, it goes on when it is run again."""
    if arguments:
        raise UsageError(f"{arguments[0]!r} is unknown here: rotate-key takes no arguments.")
    settings = read_settings()
    with opened(settings):
        from app import create_app
        from app.foundation.database import db
        from app.foundation.new_key import change_key
        from app.foundation.upgrade import upgrade_database
        from app.values.errors import OperationRefused

        app = create_app(settings, AS_OWNER=True)
        upgrade_database(app)
        with app.app_context():
            try:
                written = change_key(lambda name, count: print(f"{name}: {count:,} values written again", flush=True))
            except OperationRefused as refusal:
                raise UsageError(str(refusal)) from None
            finally:
                db.engine.dispose()
    print(f"The new data key is in use; {written:,} values were written again, the old key is retired.", flush=True)
    return 0
