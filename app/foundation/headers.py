"""The security headers of every answer: what a browser may load, keep and tell others."""

from __future__ import annotations

from flask import Response, current_app, request

from app.foundation.shell import csp_nonce

STATIC_SECONDS = 365 * 24 * 60 * 60
HSTS = "max-age=31536000"
# Scripts that work beside a page although they lie in the static folder -> the pages of theirs.
WORKERS = {"js/walk-worker.js": "/readerwalk/"}


def content_security_policy() -> str:
    """Return the policy of a page: nothing from elsewhere, no script without this page's nonce."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


def add_headers(response: Response) -> Response:
    """Add the security headers; pages hold personal data and are not kept by browsers or proxies."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy())
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if _is_static():
        if scope := WORKERS.get((request.view_args or {}).get("filename", "")):
            headers["Service-Worker-Allowed"] = request.script_root + scope
        if request.args.get("v") and response.status_code == 200:
            headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}, immutable"
    elif "immutable" not in headers.get("Cache-Control", ""):  # a picture that never changes says so itself
        headers["Cache-Control"] = "no-store"
    if (current_app.config.get("PUBLIC_URL") or "").startswith("https://"):
        headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static"
