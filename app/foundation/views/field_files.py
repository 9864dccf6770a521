"""A field for a file: checked as it is read, so that a form either has a file that may be taken or says why not."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import Field
from wtforms.widgets import FileInput

from app.foundation.uploads import CheckedFile, Limits, checked
from app.foundation.views.field_base import Extras, refused, rules
from app.values.errors import OperationRefused


class UploadField(Extras, Field):
    """A file within ``limits``; its data is a ``CheckedFile``, or nothing where none was chosen.

    A browser never sends a file a second time by itself: after a refusal of another field it has to be chosen again.
    """

    widget = FileInput()

    def __init__(
        self, label: Any = None, *, limits: Limits, required: bool = False, help: Any = "", span: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, rules(required, ()), description=help, **kwargs)
        self.limits, self.span = limits, span
        self.render_kw = {"accept": ",".join(f".{kind.value}" for kind in limits.kinds), **(self.render_kw or {})}

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Begin empty: what the record has is not what the form sends."""
        super().process(formdata, None, extra_filters)

    def process_formdata(self, valuelist: list[Any]) -> None:
        given = next((each for each in valuelist if isinstance(each, FileStorage) and each.filename), None)
        self.data: CheckedFile | None = None
        if given is None:
            return
        with given.stream as stream:
            # One byte more than is allowed tells that it is too much.
            content = stream.read(self.limits.most_bytes + 1)
        try:
            self.data = checked(given.filename or "", content, self.limits, field=self.name)
        except OperationRefused as error:
            raise refused(error) from None

    def typed(self) -> None:
        """A chosen file cannot be written back into a page."""
