"""The way into the one outbox and back: letters and digests keep what they said and what became of them; sent notices are not lost."""

from __future__ import annotations

import pytest
from alembic.util import CommandError
from sqlalchemy import text

from tests.foundation.test_migrations import Release, release

__all__ = ["release"]
SAID = "office_id, day, recipient, language, subject, body, state, attempts, next_attempt_at, sent_at, error, created_at, created_by_id"
DIGESTS = [
    "id, '2026-05-04', 'boss@example.com', 'vi', 'Nợ', 'Nợ', 'sent', 1, NULL, '2026-05-04 01:00+00', '', '2026-05-04 00:00+00', NULL",
    "id, '2026-05-05', 'boss@example.com', 'vi', 'Nợ', 'Nợ', 'failed', 2, '2026-05-05 02:00+00', NULL, 'x', '2026-05-05 00:00+00', NULL",
]

# What no table of that time names: the paper.
SENT_NOTICE = "id, NULL, 'x@example.com', 'vi', 'TB', 'TB', 'sent', 1, NULL, '2026-05-04 01:00+00', '', '2026-05-04 00:00+00', NULL"


def rows(release: Release, statement: str) -> list[tuple[object, ...]]:
    with release.connection.begin():
        return [tuple(row) for row in release.connection.execute(text(statement))]


def write(release: Release, *statements: str) -> None:
    with release.connection.begin():
        for statement in statements:
            release.connection.execute(text(statement))


def test_digests_move_into_the_outbox_and_back(release: Release) -> None:
    release.to("0036")
    write(release, *(f"INSERT INTO debt_digest ({SAID}) SELECT {each} FROM office WHERE code = 'SH'" for each in DIGESTS))
    letters = rows(release, "SELECT id, subscription_id, step, stops_on, body, state FROM letter ORDER BY id")
    before = rows(release, f"SELECT {SAID} FROM debt_digest ORDER BY day")
    assert len(before) == 2
    release.to("0037")
    assert rows(release, f"SELECT {SAID} FROM letter WHERE kind = 'digest' ORDER BY day") == before
    assert (
        rows(release, "SELECT id, subscription_id, step, stops_on, body, state FROM letter WHERE kind = 'renewal' ORDER BY id") == letters
    )
    release.to("0036")
    assert rows(release, f"SELECT {SAID} FROM debt_digest ORDER BY day") == before
    assert rows(release, "SELECT id, subscription_id, step, stops_on, body, state FROM letter ORDER BY id") == letters


def test_a_notice_that_was_sent_is_not_thrown_away(release: Release) -> None:
    release.to("0037")
    write(
        release,
        "ALTER TABLE letter DROP CONSTRAINT ck_letter_notice_is_of_a_paper, DROP CONSTRAINT ck_letter_notice_has_a_customer",
        f"INSERT INTO letter (kind, repeats, {SAID}) SELECT 'notice', 0, {SENT_NOTICE} FROM office LIMIT 1",
    )
    with pytest.raises(CommandError, match="sent by e-mail"):
        release.to("0036")
    assert rows(release, "SELECT kind FROM letter WHERE kind = 'notice'") == [("notice",)]
