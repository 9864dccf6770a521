"""The captions of one paper: in its own language, with a second language under them for a reader of another one."""

from __future__ import annotations

from dataclasses import dataclass

from app.billing.captions import caption


@dataclass(frozen=True, slots=True)
class Pair:
    """A caption and, in small letters under it, the same in the reader's language; empty when there is none."""

    text: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Captions in ``locale``, with ``second`` beside it where the customer reads another language."""

    locale: str
    second: str | None = None

    def __call__(self, key: str, **values: object) -> str:
        """Return one caption in the language of the paper."""
        return caption(key, self.locale, **values)

    def pair(self, key: str, **values: object) -> Pair:
        """Return one caption in both languages."""
        text = self(key, **values)
        if not self.second:
            return Pair(text)
        second = caption(key, self.second, **values)
        return Pair(text, "" if second == text else second)

    @property
    def is_chinese(self) -> bool:
        return self.locale.startswith("zh")

    @property
    def colon(self) -> str:
        return "：" if self.is_chinese else ": "
