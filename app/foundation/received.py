"""What arrives, read as text: bytes that are no UTF-8 become the sign for broken text, and the guards refuse that by name.

The framework leaves such bytes in an address as percent signs and drops the whole form that holds one, and an address with raw bytes
breaks wherever it is read again, in a link of the error page for instance.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.utils import cached_property

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_FORM_PARTS = 2_000
_BEYOND_ASCII = re.compile("[^\x20-\x7e]")


class ReceivedForm(FormDataParser):
    """A form, of which nothing is lost because one of its fields cannot be read."""

    def _parse_urlencoded(self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]) -> Any:
        text = stream.read().decode(errors="replace")
        if text.count("&") >= MOST_FORM_PARTS:
            raise RequestEntityTooLarge
        return stream, self.cls(_pairs(text)), self.cls()


class Received(Request):
    """A request whose address is always ASCII, and whose arguments and fields are always text."""

    form_data_parser_class = ReceivedForm

    def __init__(self, environ: WSGIEnvironment, populate_request: bool = True, shallow: bool = False) -> None:
        asked = environ.get("QUERY_STRING", "")
        if _BEYOND_ASCII.search(asked):
            asked = _BEYOND_ASCII.sub(lambda found: quote(found[0].encode("latin-1", "replace")), asked)
            environ = {**environ, "QUERY_STRING": asked}
        super().__init__(environ, populate_request, shallow)

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except Exception:
            # Said once; the page that says it reads the form again, as every page does for its office.
            self.__dict__.update(form=self.parameter_storage_class(), files=self.parameter_storage_class())
            raise

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return self.parameter_storage_class(_pairs(self.query_string.decode()))


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="replace")
