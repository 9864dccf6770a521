"""The catalogues of texts: found, loaded, compiled, and kept complete.

``translations/<locale>/LC_MESSAGES/messages.po`` holds every text of our own pages and of Flask-AppBuilder's, WTForms' and Flask-WTF's,
because none of those speaks Vietnamese and gettext would hand a reader of traditional Chinese their simplified one.

    python -m app.foundation.catalogues update     take new texts into the catalogues, words of docs/glossary.md already translated
    python -m app.foundation.catalogues extract    print every text with the files it stands in
    python -m app.foundation.catalogues compile    compile what is stale (the application does so when it starts)
    python -m app.foundation.catalogues check      say what is missing, untranslated or has other placeholders
"""

from __future__ import annotations

import copy
import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "translations"
GLOSSARY = ROOT / "docs" / "glossary.md"
LOCALES = ("zh_Hans", "zh_Hant", "vi")

# Functions whose first argument is a text for people, besides gettext's own.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "N_": None,
    "Message": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
# Libraries whose pages and refusals our readers meet.
LIBRARIES = ("flask_appbuilder", "wtforms", "flask_wtf")
LIBRARY_SOURCES = [("**/static/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
# What only makes two people's changes collide.
VOLATILE_HEADER = re.compile(rb'^"(?:Project|Report|POT-C|PO-R|Last-T|Language-T|Generated)[^\n]*\n', re.M)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")


def po_path(locale: str) -> Path:
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def mo_path(locale: str) -> Path:
    return po_path(locale).with_suffix(".mo")


# --- reading -------------------------------------------------------------------------------------------------------------------


@cache
def catalogue(locale: str) -> NullTranslations:
    """Return the texts of ``locale``; English, and a language we do not have, are the message ids themselves.

    There is no way from one language to another: a text missing in traditional Chinese is shown in English, never simplified.
    """
    if locale not in LOCALES:
        return NullTranslations()
    if is_stale(locale):
        # The folder may be read-only, or the start was not ours: the texts are right all the same.
        compiled = io.BytesIO()
        write_mo(compiled, read_catalogue(locale))
        compiled.seek(0)
        return Translations(compiled)
    with mo_path(locale).open("rb") as file:
        return Translations(file)


def read_catalogue(locale: str) -> Catalog:
    """Return the catalogue as it is written in the repository."""
    with po_path(locale).open("rb") as file:
        return read_po(file, locale=locale)


def is_stale(locale: str) -> bool:
    """Say whether the compiled catalogue is missing or older than the written one."""
    compiled = mo_path(locale)
    return not compiled.exists() or compiled.stat().st_mtime < po_path(locale).stat().st_mtime


def compile_if_stale() -> list[str]:
    """Compile the catalogues that were changed since; return their locales. Called when the application starts."""
    stale = [locale for locale in LOCALES if po_path(locale).exists() and is_stale(locale)]
    for locale in stale:
        texts = read_catalogue(locale)
        _write(mo_path(locale), lambda file, texts=texts: write_mo(file, texts))  # type: ignore[misc]
    if stale:
        catalogue.cache_clear()
    return stale


def _write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write through a neighbour and rename: several processes start at once, and none may read half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        write(cast("BinaryIO", file))
    os.chmod(name, 0o644)
    os.replace(name, path)


# --- collecting ----------------------------------------------------------------------------------------------------------------


def extract() -> Catalog:
    """Return every text of the application and its libraries, with the files it stands in."""
    template = Catalog(charset="utf-8")
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    _collect(template, ROOT, methods, options)
    for library in LIBRARIES:
        specification = find_spec(library)
        if specification and specification.submodule_search_locations:
            folder = Path(specification.submodule_search_locations[0])
            _collect(template, folder, LIBRARY_SOURCES, {"**/templates/**.html": {"silent": "false"}}, prefix=f"{library}/")
    return template


def _collect(template: Catalog, folder: Path, methods: list[tuple[str, str]], options: dict[str, dict[str, str]], prefix: str = "") -> None:
    found = extract_from_dir(str(folder), methods, options, keywords=KEYWORDS, directory_filter=_worth_reading)
    for name, _line, message, comments, context in found:
        if message:
            template.add(message, None, [(prefix + name, 0)], auto_comments=comments, context=context)


def _worth_reading(folder: str | os.PathLike[str]) -> bool:
    name = os.path.basename(folder)
    return not name.startswith((".", "__pycache__")) and name not in {"node_modules", "static", "fonts", "var", "tests"}


def glossary_words() -> dict[str, dict[str, str]]:
    """Return English text → locale → translation for every row of the glossary, labels and sentences."""
    words: dict[str, dict[str, str]] = {}
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if len(cells) == 6 and cells[0] != "English label" and not cells[0].startswith("---"):
            words[cells[0]] = dict(zip(LOCALES, cells[2:5], strict=True))
        elif len(cells) == 5 and cells[0].isdigit():
            words[cells[1]] = dict(zip(LOCALES, cells[2:5], strict=True))
    return words


def update() -> dict[str, list[str]]:
    """Take the texts of today into every catalogue, fill in the glossary's words; return what is left to translate, by locale."""
    template, words = extract(), glossary_words()
    left: dict[str, list[str]] = {}
    for locale in LOCALES:
        texts = read_catalogue(locale) if po_path(locale).exists() else Catalog(locale=locale, charset="utf-8")
        # A copy: a catalogue keeps the very entries it is given, and one language's translation would stand in the next.
        texts.update(copy.deepcopy(template), no_fuzzy_matching=True)
        for entry in entries(texts):
            if not is_translated(entry) and isinstance(entry.id, str) and not entry.context and entry.id in words:
                entry.string = words[entry.id][locale]
        save(locale, texts)
        left[locale] = [str(entry.id) for entry in entries(texts) if not is_translated(entry)]
    return left


def save(locale: str, texts: Catalog) -> None:
    """Write a catalogue in its one form: sorted, without line numbers and dates, so that a difference shows texts only."""
    texts.fuzzy = False
    texts.header_comment = f"# The texts of Feehouse in {locale}. The words are those of docs/glossary.md."
    written = io.BytesIO()
    write_po(written, texts, sort_output=True, include_lineno=False, ignore_obsolete=True, width=130)
    content = VOLATILE_HEADER.sub(b"", written.getvalue())
    _write(po_path(locale), lambda file: file.write(content))


# --- checking ------------------------------------------------------------------------------------------------------------------


def entries(texts: Catalog) -> Iterator[Entry]:
    """Yield the texts of a catalogue without its header."""
    return (entry for entry in texts if entry.id)


def forms(entry: Entry) -> list[str]:
    """Return the translation, or all its plural forms."""
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ())


def is_translated(entry: Entry) -> bool:
    translated = forms(entry)
    return bool(translated) and all(translated)


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def faults(locale: str, template: Catalog) -> list[str]:
    """Return what is wrong with a catalogue that a machine can see without knowing the language."""
    texts = read_catalogue(locale)
    known = {(entry.context, str(entry.id)) for entry in entries(texts)}
    wanted = {(entry.context, str(entry.id)) for entry in entries(template)}
    found = [f"{locale}: missing, say `catalogues update`: {text!r}" for _, text in sorted(wanted - known, key=str)]
    found += [f"{locale}: no longer used: {text!r}" for _, text in sorted(known - wanted, key=str)]
    for entry in entries(texts):
        english = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        if not is_translated(entry):
            found.append(f"{locale}: not translated: {english[0]!r}")
        if entry.fuzzy:
            found.append(f"{locale}: fuzzy: {english[0]!r}")
        for text in forms(entry):
            # A plural's singular may say "one": the last English form is the full one.
            if text and placeholders(text) != placeholders(english[-1]):
                found.append(f"{locale}: other placeholders than in English: {english[-1]!r} → {text!r}")
    return found


def main(arguments: list[str]) -> int:
    """Run one of extract, update, compile, check."""
    command = arguments[0] if arguments else "check"
    if command == "extract":
        for entry in entries(extract()):
            print(entry.id, "|", ", ".join(sorted({name for name, _ in entry.locations})))
    elif command == "update":
        for locale, left in update().items():
            print(f"{locale}: {len(left)} to translate", *left, sep="\n  ")
    elif command == "compile":
        print("compiled:", ", ".join(compile_if_stale()) or "nothing was stale")
    elif command == "check":
        template = extract()
        found = [fault for locale in LOCALES for fault in faults(locale, template)]
        print(*found, f"{len(list(entries(template)))} texts, {len(found)} faults", sep="\n")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
