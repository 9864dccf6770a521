"""Pictures made harmless: opened within limits, turned upright, made small, and drawn anew, so that nothing hidden in the file stays.

What a camera or a program wrote beside the picture (place, names, comments) is left out, and a file that is also something else is not
any more. SVG is no picture here: it can carry scripts.
"""

from __future__ import annotations

import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, ImageOps

from app.foundation.uploads.checks import CheckedFile, FileType
from app.values.errors import Message, OperationRefused

# A picture of this many points takes about 100 MB while it is open.
MOST_POINTS = 25_000_000
FORMATS = {FileType.PNG: "PNG", FileType.JPEG: "JPEG", FileType.WEBP: "WEBP"}


@dataclass(frozen=True)
class Box:
    """The largest picture that is kept, in points."""

    width: int
    height: int


# On paper at most 18 mm high and 60 mm wide: 300 points an inch.
LOGO = Box(720, 216)


def harmless(file: CheckedFile, box: Box, *, field: str = "file") -> CheckedFile:
    """Return the picture drawn anew as PNG within ``box``. Raises OperationRefused ``damaged_file`` or ``too_many_points``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is below the library's
            drawn = _drawn(file, box, field)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, Image.DecompressionBombError, MemoryError):
        raise OperationRefused(Message("The picture is damaged."), code="damaged_file", field=field) from None
    target = io.BytesIO()
    drawn.save(target, "PNG", optimize=True)
    return CheckedFile(str(PurePosixPath(file.name).with_suffix(".png")), FileType.PNG, target.getvalue())


def _drawn(file: CheckedFile, box: Box, field: str) -> Image.Image:
    with Image.open(io.BytesIO(file.content), formats=[FORMATS[file.kind]]) as picture:
        # Known from the head, before anything is unpacked.
        if picture.width * picture.height > MOST_POINTS:
            most = MOST_POINTS // 1_000_000
            raise OperationRefused(
                Message("The picture has more than %(count)s million points.", count=most), code="too_many_points", field=field
            )
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((box.width, box.height), Image.Resampling.LANCZOS)
    # A new picture takes over the points and nothing else.
    plain = Image.new("RGBA", upright.size)
    plain.paste(upright)
    is_opaque = plain.getchannel("A").getextrema() == (255, 255)
    return plain.convert("RGB") if is_opaque else plain
