"""Feehouse: one house for every fee a community pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: Settings, **overrides: Any) -> Flask:
    """Return the application for ``settings``; ``overrides`` are Flask settings (tests).

    Imports lazily, so that the rules stay importable without Flask.
    """
    from app.wiring import build_app

    return build_app(settings, overrides)
