"""The database of an installation, for the time of a command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from app.foundation.postgres import DatabaseUnavailable, start
from config import DATABASE, Settings

PASSWORD = re.compile(r"(://[^:/@]*):[^@/]*@")


@contextmanager
def opened(settings: Settings) -> Iterator[None]:
    """Keep the database of ``settings`` available inside the block; raises DatabaseUnavailable with the reason."""
    if settings.embedded:
        with start(settings.data_folder) as server:
            server.ensure_database(DATABASE)
            yield
    else:
        _require_answer(settings.database_url)
        yield


def _require_answer(url: str) -> None:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        shown = PASSWORD.sub(r"\1:…@", url)
        raise DatabaseUnavailable(f"DATABASE_URL ({shown}) does not lead to a database:\n{str(error).strip()}") from None
    if version < 150000:
        raise DatabaseUnavailable(f"DATABASE_URL leads to PostgreSQL {version // 10000}; Feehouse needs PostgreSQL 15 or newer.")
