"""What is done to users, their sessions and offices, by subject."""

from app.offices.operations.offices import PREFIXES, save_office
from app.offices.operations.sessions import end_sessions, end_sign_in
from app.offices.operations.users import (
    NO_MAIL,
    THEMES,
    change_password,
    create_user,
    remember_preference,
    reset_password,
    save_user,
    set_active,
    set_offices,
    set_roles,
)

__all__ = [
    "NO_MAIL",
    "PREFIXES",
    "THEMES",
    "change_password",
    "create_user",
    "end_sessions",
    "end_sign_in",
    "remember_preference",
    "reset_password",
    "save_office",
    "save_user",
    "set_active",
    "set_offices",
    "set_roles",
]
