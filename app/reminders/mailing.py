"""Whether letters go out at all, as the pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app

from app.values.errors import Message


@dataclass(frozen=True)
class News:
    """A sentence about sending, and its colour."""

    tone: str
    title: Message
    text: Message


def mailing_news() -> News | None:
    """Return why letters wait; nothing where they go out."""
    if current_app.config.get("TRAINING"):
        return News(
            "info",
            Message("This is a training installation: no letter leaves it."),
            Message("Letters are written as in an ordinary one, and wait."),
        )
    if current_app.config.get("MAIL_SERVER") is None:
        return News(
            "amber",
            Message("Letters wait, because no mail server is set up."),
            Message("Ask the administrator to set SMTP_HOST and MAIL_FROM and to start Feehouse again (docs/operations.md)."),
        )
    return None


def sender_address() -> Any:
    """Return the address that letters come from; nothing without a mail server."""
    server = current_app.config.get("MAIL_SERVER")
    return server.sender if server is not None else None
