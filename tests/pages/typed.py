"""What stands in the fields of a page: read from its HTML as a browser would send it."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    """Collects name -> values of inputs, text areas and selects."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.values: dict[str, list[str]] = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        name = found.get("name") or ""
        if tag == "input" and name:
            is_choice = found.get("type") in {"radio", "checkbox"}
            if not is_choice or "checked" in found:
                self._add(name, found.get("value") or "")
        elif tag == "textarea" and name:
            self._area = name
            self._add(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self._add(self._select, found.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)


def typed_in(page: str) -> dict[str, str]:
    """Return what stands in each field of ``page``; the first one where a name stands twice."""
    fields = _Fields()
    fields.feed(page)
    return {name: values[0].strip() for name, values in fields.values.items()}
