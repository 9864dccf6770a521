"""The route that hands a stored file out: to people of its office only, never as anything else than it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask_appbuilder import BaseView, expose

from app.foundation.uploads.checks import PICTURES
from app.foundation.uploads.keeping import upload_with_content
from app.foundation.uploads.models import Upload
from app.foundation.views.access import needs
from app.foundation.views.state import SharedObject

# A file is never changed: its address stands for the same bytes for ever. Private, since it belongs to an office.
FOR_EVER = "private, max-age=31536000, immutable"
# Should a browser ever take it for a page, it is a page that may do nothing.
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class UploadView(SharedObject, BaseView):
    """Files that people handed in. The scope decides whose: another office's file is not there."""

    route_base = "/uploads"
    default_view = "show"

    @expose("/<int:record>")
    @needs("show")
    def show(self, record: int) -> Response:
        """Give the file: a picture to be shown in a page, anything else to be saved."""
        return handed_out(upload_with_content(record))


def handed_out(upload: Upload) -> Response:
    """Return the answer with the file."""
    response: Any = Response(upload.content, mimetype=upload.kind.content_type)
    response.set_etag(upload.sha256)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Disposition"] = disposition(upload.name, shown=upload.kind in PICTURES.kinds)
    response.headers["Content-Security-Policy"] = NOTHING
    response.headers["X-Content-Type-Options"] = "nosniff"
    answer: Response = response.make_conditional(request)
    return answer


def disposition(name: str, *, shown: bool, plain: str = "") -> str:
    """Return the header with the file's name, also in letters that headers cannot carry; ``plain`` is what old programs read instead."""
    plain = "".join(character if character.isascii() and character not in '"\\' else "_" for character in plain or name)
    return f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
