"""Language and theme, chosen in the top bar or on the sign-in page: kept in a cookie of this browser, and with the user."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request
from flask_login import current_user

from app.foundation.i18n import COOKIE_SECONDS, LANGUAGES, set_locale_cookie
from app.foundation.shell import EXTENSION, THEMES, Shell

preferences = Blueprint("preferences", __name__, url_prefix="/preferences")


@preferences.post("/language")
def language() -> Response:
    """Show this browser, and this user everywhere, the language asked for."""
    locale = request.form.get("language", "")
    if locale not in LANGUAGES:
        abort(400)
    _remember("locale", locale)
    return set_locale_cookie(_back(), locale)


@preferences.post("/theme")
def theme() -> Response:
    """Show the light or the dark theme, or what the system prefers."""
    wanted = request.form.get("theme", "")
    if wanted not in THEMES:
        abort(400)
    _remember("theme", wanted)
    answer = _back()
    secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
    answer.set_cookie("theme", wanted, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return answer


def _remember(name: str, value: str) -> None:
    if getattr(current_user, "is_authenticated", False):
        shell: Shell = current_app.extensions[EXTENSION]
        shell.remember(name, value)


def _back() -> Response:
    """Return to the page that was left; an address outside this installation leads home."""
    if request.headers.get("X-Requested-With") == "fetch":
        return Response(status=204)
    return redirect(local_address(request.form.get("next", "")))  # type: ignore[return-value]


def local_address(wanted: str) -> str:
    """Return ``wanted`` if it is a path of this installation, else the first page."""
    parts = urlsplit(wanted.replace("\\", "/"))
    is_local = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_local and wanted.isprintable() else "/"
