"""What is done to users, their sessions and offices, by subject."""

from app.offices.operations.factors import (
    ask_for_factor,
    ask_office_for_factors,
    begin_factor,
    confirm_factor,
    renew_recovery_codes,
    reset_factor,
    switch_off_factor,
)
from app.offices.operations.offices import PREFIXES, save_office
from app.offices.operations.sessions import end_other_sign_ins, end_sessions, end_sign_in
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
    "ask_for_factor",
    "ask_office_for_factors",
    "begin_factor",
    "change_password",
    "confirm_factor",
    "create_user",
    "end_other_sign_ins",
    "end_sessions",
    "end_sign_in",
    "remember_preference",
    "renew_recovery_codes",
    "reset_factor",
    "reset_password",
    "save_office",
    "save_user",
    "set_active",
    "set_offices",
    "set_roles",
    "switch_off_factor",
]
