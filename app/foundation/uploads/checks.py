"""What a file is and whether it may come in: its size, its kind by its first bytes and by its name, what a zip inside would unpack to.

Pure. A name proves nothing and neither do the first bytes alone, so both must say the same.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from app.values.errors import Message, OperationRefused

MEGABYTE = 1024 * 1024
LONGEST_NAME = 120
MOST_PARTS = 2_000
# A document type stands before the first element; what comes later is text.
HEAD_OF_XML = 64 * 1024
# What may follow the first bytes of a text in UTF-8 or GB18030; zeros stand in no text but UTF-16.
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class FileType(StrEnum):
    """A kind of file that can be taken, by its usual extension."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """Return the type a browser is told."""
        return CONTENT_TYPES[self]


CONTENT_TYPES = {
    FileType.PNG: "image/png",
    FileType.JPEG: "image/jpeg",
    FileType.WEBP: "image/webp",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileType.XLS: "application/vnd.ms-excel",
    FileType.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    FileType.CSV: "text/csv",
}
EXTENSIONS = {**{kind.value: kind for kind in FileType}, "jpeg": FileType.JPEG, "txt": FileType.CSV}
# What a zip must hold to be a workbook of that kind.
PARTS = {FileType.XLSX: ("[Content_Types].xml", "xl/workbook.xml"), FileType.ODS: ("mimetype", "content.xml")}


@dataclass(frozen=True)
class Limits:
    """What one place takes: kinds of files, bytes, and bytes after unpacking."""

    kinds: tuple[FileType, ...]
    most_bytes: int
    most_unpacked: int = 50 * MEGABYTE


PICTURES = Limits((FileType.PNG, FileType.JPEG, FileType.WEBP), MEGABYTE)
SPREADSHEETS = Limits((FileType.XLSX, FileType.XLS, FileType.ODS, FileType.CSV), 5 * MEGABYTE)


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be read: its cleaned name, its kind, its bytes."""

    name: str
    kind: FileType
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(name: str, content: bytes, limits: Limits, *, field: str = "file") -> CheckedFile:
    """Return the file, if ``limits`` allow it.

    Raises OperationRefused ``empty_file``, ``too_large``, ``wrong_type``, ``damaged_file`` or ``unpacks_too_large`` at ``field``.
    """
    if not content:
        raise _refusal("empty_file", Message("The file is empty."), field)
    if len(content) > limits.most_bytes:
        size = limits.most_bytes // MEGABYTE
        raise _refusal("too_large", Message("The file is larger than %(size)s MB.", size=size), field)
    cleaned = clean_name(name)
    kind = EXTENSIONS.get(PurePosixPath(cleaned).suffix.lower().removeprefix("."))
    if kind is None or kind not in limits.kinds or not _looks_like(kind, content):
        known = ", ".join(each.value for each in limits.kinds)
        raise _refusal("wrong_type", Message("This is not a file of a kind that is taken here: %(kinds)s.", kinds=known), field)
    if kind in PARTS:
        _check_zip(kind, content, limits, field)
    return CheckedFile(cleaned, kind, content)


def clean_name(name: str) -> str:
    """Return the file's own name without folders, control characters and what shells and headers read; its end is kept when it is cut."""
    last = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join("_" if character in '<>:"|?*;%`$' else character for character in last if _is_printed(character))
    plain = " ".join(plain.split()).strip(". ") or "file"
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 10:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def _is_printed(character: str) -> bool:
    # Cf: signs that turn the reading direction, so that "fdp.exe" would read "exe.pdf".
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _looks_like(kind: FileType, content: bytes) -> bool:
    """Return whether the first bytes say the same as the name."""
    if kind is FileType.PNG:
        return content.startswith(b"\x89PNG\r\n\x1a\n")
    if kind is FileType.JPEG:
        return content.startswith(b"\xff\xd8\xff")
    if kind is FileType.WEBP:
        return content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    if kind is FileType.XLS:
        return content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    if kind is FileType.CSV:
        return _is_text(content)
    return content.startswith(b"PK\x03\x04")


def _is_text(content: bytes) -> bool:
    if content.startswith(UTF_16):
        return True
    return not content.startswith((b"PK\x03\x04", b"%PDF", b"{\\rtf")) and not any(sign in content for sign in range(9))


def _check_zip(kind: FileType, content: bytes, limits: Limits, field: str) -> None:
    """Refuse a zip that is no workbook, that unpacks to too much, that says another size than it has, or that declares entities."""
    damaged = _refusal("damaged_file", Message("The file is damaged or protected by a password."), field)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.most_unpacked:
                raise _refusal("unpacks_too_large", Message("The file unpacks to more than is taken here."), field)
            if not set(PARTS[kind]) <= set(archive.namelist()) or any(part.flag_bits & 1 for part in parts):
                raise damaged
            for part in parts:
                _check_part(archive, part, damaged)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, OSError):
        raise damaged from None


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, damaged: OperationRefused) -> None:
    """Unpack one part to its end: it is read only as far as the directory says, and a checksum that differs is a lie about its size."""
    with archive.open(part) as stream:
        head = stream.read(HEAD_OF_XML).replace(b"\x00", b"").upper()
        is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
        if is_xml and (b"<!DOCTYPE" in head or b"<!ENTITY" in head):
            raise damaged
        while stream.read(MEGABYTE):
            pass


def _refusal(code: str, message: Message, field: str) -> OperationRefused:
    return OperationRefused(message, code=code, field=field)
