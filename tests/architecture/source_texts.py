"""Reads the sources for texts: sentences with their parameters, words for people that no catalogue will ever see."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
SAYING = {"Message", "_", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}
NAMES = re.compile(r"%\((\w+)\)[sdf]")

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
BODY_CLASS = re.compile(r"\{% block kind %\}\w*\{% endblock %\}")
NOT_SHOWN = re.compile(r"<(script|style|svg|code|kbd|pre)\b.*?</\1>|<!--.*?-->", re.S)
SHOWN_ATTRIBUTES = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
WORD = re.compile(r"[A-Za-zÀ-ỹ]{2,}|[\u3400-\u9fff]+")
# What is a name, a unit or a form of writing in every language.
NAMES_OF_THEIR_OWN = {"Feehouse", "nbsp", "amp", "hellip", "ndash", "mdash", "times", "middot"}


@cache
def python_sources() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(APP.glob("**/*.py")) if "static" not in path.parts}


def sentences_without_their_parameters() -> Iterator[str]:
    """Yield calls whose named places and given parameters differ; such a sentence fails only when somebody meets it."""
    for path, module in python_sources().items():
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if name not in SAYING or any(keyword.arg is None for keyword in call.keywords):
                continue
            texts = [word.value for word in call.args if isinstance(word, ast.Constant) and isinstance(word.value, str)]
            given = {str(keyword.arg) for keyword in call.keywords}
            wanted = {place for text in texts for place in NAMES.findall(text)}
            # Flask-Babel formats when a parameter is given; a text said by another, as |t does, needs none here.
            if texts and wanted - given - {"num"} and (given or name == "Message"):
                yield f"{path.relative_to(APP)}:{call.lineno} lacks {sorted(wanted - given)}: {texts[0]!r}"
            if texts and given - wanted - {"currency", "num"}:
                yield f"{path.relative_to(APP)}:{call.lineno} has no place for {sorted(given - wanted)}: {texts[0]!r}"


def bare_words_of_templates() -> Iterator[str]:
    """Yield words that stand in a page's template outside ``_()``; papers have their own captions."""
    for path in sorted(APP.glob("**/templates/**/*.html")):
        if "papers" in path.parts:
            continue
        source = NOT_SHOWN.sub(" ", JINJA.sub(" ", BODY_CLASS.sub(" ", path.read_text(encoding="utf-8"))))
        shown = " ".join([*SHOWN_ATTRIBUTES.findall(source), re.sub(r"<[^>]*>", " ", source)])
        words = [word for word in WORD.findall(shown) if word not in NAMES_OF_THEIR_OWN]
        if words:
            yield f"{path.relative_to(APP)}: {' '.join(words[:12])}"


def unmarked_labels(labels: set[str]) -> Iterator[str]:
    """Yield labels of the glossary that stand in views, forms, menus and choices without a mark for extraction."""
    for path, module in python_sources().items():
        if not re.search(r"(views|forms|menu|choices|reports|counter|home)", str(path.relative_to(APP))):
            continue
        marked = {id(word) for node in ast.walk(module) if _is_marked(node) for word in ast.walk(node)}
        for word in ast.walk(module):
            if isinstance(word, ast.Constant) and isinstance(word.value, str) and word.value in labels and id(word) not in marked:
                yield f"{path.relative_to(APP)}:{word.lineno} say N_() or Message(): {word.value!r}"


def _is_marked(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in SAYING | {"N_"}
    # The names a module offers are not words for people.
    return isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
