"""Draw ``static/icons.svg``: one sprite with only the icons named in ``static/icons.txt``.

Run ``python -m app.foundation.icons tabler-icons-3.51.0.tgz`` after a name was added; the package is npm's ``@tabler/icons`` (MIT).
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent / "static"
NODES = "package/tabler-nodes-outline.json"


def wanted(listing: Path = STATIC / "icons.txt") -> list[str]:
    """Return the names of the list, without its comments."""
    lines = (line.strip() for line in listing.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def symbol(name: str, nodes: list[list[Any]]) -> str:
    """Return one ``<symbol>``; colour and stroke come from the style sheet of the page that uses it."""
    shapes = "".join("<{} {}/>".format(tag, " ".join(f'{key}="{value}"' for key, value in attributes.items())) for tag, attributes in nodes)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def sprite(package: Path, names: list[str]) -> str:
    """Return the sprite of ``names`` out of the npm ``package``; an unknown name raises KeyError."""
    with tarfile.open(package) as archive:
        member = archive.extractfile(NODES)
        if member is None:
            raise FileNotFoundError(NODES)
        nodes = json.load(member)
    symbols = "\n".join(symbol(name, nodes[name]) for name in sorted(set(names)))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round">\n{symbols}\n</svg>\n'
    )


def main(arguments: list[str]) -> int:
    """Write the sprite from the package named on the command line."""
    if len(arguments) != 1:
        sys.stderr.write("Name the npm package @tabler/icons as .tgz.\n")
        return 2
    (STATIC / "icons.svg").write_text(sprite(Path(arguments[0]), wanted()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
