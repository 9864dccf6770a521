"""What surrounds every page: menu, breadcrumb, offices, languages, theme, and the helpers the macros call.

Presentation only. What lies in domains above comes in through ``Shell``: ``app.wiring`` fills its functions.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, has_request_context, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.charts import draw_columns, draw_shares
from app.foundation.drawing import draw_time_line
from app.foundation.i18n import LANGUAGES, current_locale, html_lang
from app.foundation.navigation import crumbs, find_person_href, menu_sections, phone_tabs, search_href
from app.foundation.pieces import draw_icon, draw_menu_entry, whole

EXTENSION = "feehouse_shell"
FRAME, NONCE = "feehouse.frame", "feehouse.csp_nonce"
THEMES = ("light", "dark", "auto")
NOBODY = {"signed_in": False, "menu": [], "phone_tabs": [], "crumbs": [], "offices": (), "office": None, "currency": None}


def _no_rows() -> Sequence[Any]:
    return ()


def _nothing() -> Any:
    return None


def _forget(name: str, value: str) -> None:
    """Keep nothing: without a user table the cookie alone remembers."""


@dataclass
class Shell:
    """What the pages need from the domains, each called once per page at most.

    ``offices`` are those the user may choose among (id, name, currency), ``office`` the chosen one; ``role`` is a message id;
    ``job`` is {label, done, total, href} of his running background job; ``waiting`` {count, href} of what waits for him;
    ``user_links`` [{label, href, icon}] stand in his menu; ``counts`` gives rows waiting behind a link of the menu, by its name;
    ``phone_tabs`` names the links at the foot of a phone; ``remember`` keeps his "locale" or "theme".
    """

    offices: Callable[[], Sequence[Any]] = _no_rows
    office: Callable[[], Any] = _nothing
    role: Callable[[], Any] = _nothing
    job: Callable[[], Mapping[str, Any] | None] = _nothing
    waiting: Callable[[], Mapping[str, Any] | None] = _nothing
    user_links: Callable[[], Sequence[Mapping[str, Any]]] = _no_rows
    remember: Callable[[str, str], None] = _forget
    counts: dict[str, Callable[[], int]] = field(default_factory=dict)
    phone_tabs: tuple[str, ...] = ()


def init_shell(app: Flask) -> Shell:
    """Teach ``app`` the context and the helpers of the templates; return the object that ``wiring`` fills."""
    from app.foundation.preferences import preferences
    from app.foundation.views.written import cell_writer

    shell = Shell()
    app.extensions[EXTENSION] = shell
    app.register_blueprint(preferences)
    app.context_processor(page_context)
    drawing = {"draw_time_line": draw_time_line, "draw_columns": draw_columns, "draw_shares": draw_shares}
    pieces = {"draw_icon": draw_icon, "draw_menu_entry": draw_menu_entry}
    helpers = {"asset": asset, "field_aria": field_aria, "form_problems": form_problems, "initial": initial, "cell_writer": cell_writer}
    app.jinja_env.globals.update(**helpers, **drawing, **pieces)
    app.jinja_env.filters["whole"] = whole
    return shell


def page_context() -> dict[str, Any]:
    """Return the variables every template may use; outside a request only those that need none."""
    if not has_request_context():
        return {"languages": LANGUAGES}
    locale = current_locale()
    try:
        person = _signed_in_context()
    except SQLAlchemyError:
        # The page that reports a broken database is written without asking it.
        person = dict(NOBODY)
    return {
        "locale": locale,
        "html_lang": html_lang(locale),
        "languages": LANGUAGES,
        "theme": page_theme(),
        "csp_nonce": csp_nonce(),
        "texts": script_texts(),
        "training": bool(current_app.config.get("TRAINING", False)),
        "appbuilder": getattr(current_app, "appbuilder", None),
        **person,
    }


def _signed_in_context() -> dict[str, Any]:
    """Return what only a user has; for anybody else the same names, empty."""
    shell: Shell = current_app.extensions[EXTENSION]
    if not getattr(current_user, "is_authenticated", False):
        return dict(NOBODY)
    office = shell.office()
    mine = {"signed_in": True, "offices": shell.offices(), "office": office, "currency": getattr(office, "currency", None)}
    return {**NOBODY, **mine} if is_piece() else {**mine, **_frame(shell)}


def is_piece() -> bool:
    """Tell whether a script asks for a piece of a page: nobody sees the frame then, and counting what waits would be for nothing."""
    return request.headers.get("X-Requested-With") == "fetch" or "HX-Request" in request.headers


def _frame(shell: Shell) -> dict[str, Any]:
    """Return the menu and what stands in the bar above the page; worked out once however many templates a request writes."""
    frame: dict[str, Any] | None = request.environ.get(FRAME)
    if frame is None:
        sections = menu_sections(shell.counts)
        # In the request's environment, not in ``g``: an application context around several requests shares its ``g`` among them.
        frame = request.environ[FRAME] = {
            "menu": sections,
            "phone_tabs": phone_tabs(shell.phone_tabs, sections),
            "crumbs": crumbs(sections),
            "search_href": search_href(sections),
            "find_person_href": find_person_href(),
            "role_name": shell.role(),
            "job": shell.job(),
            "waiting": shell.waiting(),
            "user_links": shell.user_links(),
        }
    return dict(frame)


def script_texts() -> dict[str, str]:
    """Return the sentences our scripts show."""
    return {
        "loading": gettext("Loading"),
        "nothing": gettext("No results"),
        "failed": gettext("No connection. Nothing is lost."),
        "kept": gettext("What you typed before was kept."),
        "discard": gettext("Discard"),
        "close": gettext("Close"),
        "saving": gettext("Saving …"),
        "show": gettext("Show password"),
        "hide": gettext("Hide password"),
        "caps": gettext("Caps Lock is on"),
    }


def csp_nonce() -> str:
    """Return the nonce of this request's scripts; the header of the content security policy names the same."""
    nonce: str = request.environ.setdefault(NONCE, secrets.token_urlsafe(16))
    return nonce


def page_theme() -> str:
    """Return the user's theme, else this browser's; ``auto`` follows the system's."""
    try:
        own = getattr(current_user, "theme", None)
    except SQLAlchemyError:
        own = None
    chosen = request.cookies.get("theme") or own or "auto"
    return chosen if chosen in THEMES else "auto"


# Helpers of the macros


def asset(filename: str) -> str:
    """Return the address of a static file, with a mark of its content so that browsers may keep it."""
    # Every icon of a page asks for the address of the same sprite; routing is left out where it gives no new answer.
    return _address(request.script_root, current_app.static_url_path or "", current_app.static_folder or "", filename)


@lru_cache(maxsize=256)
def _address(root: str, path: str, folder: str, filename: str) -> str:
    return f"{root}{path}/{quote(filename)}?v={_mark(str(Path(folder) / filename))}"


@lru_cache(maxsize=256)
def _mark(path: str) -> str:
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"


def initial(name: str) -> str:
    """Return the letter of a person's round picture: the family name in Chinese, the given name in Vietnamese."""
    words = (name or "").split()
    if not words:
        return "?"
    chinese = unicodedata.name(words[0][0], "").startswith("CJK")
    return words[0][0] if chinese or len(words) == 1 else words[-1][0].upper()


def field_aria(form_field: Any, hint: Any = None, label: str | None = None) -> dict[str, Any]:
    """Return the attributes that tie a control to its help and errors."""
    described = []
    if any(isinstance(error, str) or not isinstance(error, Iterable) for error in form_field.errors or ()):
        described.append(f"{form_field.id}-error")
    elif getattr(form_field, "warning", None):
        described.append(f"{form_field.id}-warning")
    if hint or form_field.description:
        described.append(f"{form_field.id}-help")
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if form_field.errors:
        attributes["aria-invalid"] = "true"
    if form_field.flags.required or getattr(form_field, "is_needed_here", False):
        attributes["aria-required"] = "true"
    if label:
        attributes["aria-label"] = label
    return attributes


def form_problems(form: Any) -> list[dict[str, Any]]:
    """Return every error of ``form`` with its field, down into the lines of inner forms."""
    problems: list[dict[str, Any]] = []
    for form_field in form or ():
        children = getattr(form_field, "entries", None) or getattr(getattr(form_field, "form", None), "_fields", {}).values()
        if children:
            problems += form_problems(children)
        problems += [{"id": form_field.id, "label": form_field.label.text, "text": error} for error in _own_errors(form_field)]
    return problems


def _own_errors(form_field: Any) -> list[Any]:
    errors = form_field.errors or ()
    if isinstance(errors, Mapping):
        return []
    return [error for error in errors if isinstance(error, str) or not isinstance(error, Iterable)]
