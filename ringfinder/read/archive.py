"""ZIP archives: which members are tables, by what names, and their bytes, with a guard against tricks and bombs."""

from __future__ import annotations

import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ringfinder.errors import DataError, first_line
from ringfinder.read import source
from ringfinder.read.inputs import SUFFIXES, is_ignored

__all__ = ["Member", "members", "open_archive"]

#: The most tables that an archive may hold.
MAX_MEMBERS = 10_000

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_DRIVE = re.compile(r"^[A-Za-z]:")
#: What zipfile raises on archives that are damaged or packed in an unknown way; LZMA may ask for any memory.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
    MemoryError,
)


@dataclass(frozen=True, eq=False)
class Member:
    """A table in an archive: display name, ending, and what unpacks it (or raises the DataError that says why not)."""

    name: str
    suffix: str
    load: Callable[[], bytes]


@dataclass(eq=False)
class _Budget:
    """Bytes that may still be unpacked from one archive."""

    left: int = field(default_factory=lambda: source.MAX_BYTES)


def open_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """The archive in these bytes.

    Raises
    ------
    DataError
        If it is damaged.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise _damaged(name, error) from error


def members(archive: zipfile.ZipFile, name: str) -> list[Member]:
    """The tables in an archive, sorted by name; hidden files and those of other endings are passed over.

    Raises
    ------
    DataError
        If the archive holds no table, or too many.
    """
    found: dict[str, Member] = {}
    budget = _Budget()
    for info in archive.infolist():
        inner = _name_of(info).replace("\\", "/")
        parts = [p for p in inner.split("/") if p not in ("", ".")]
        suffix = PurePosixPath(parts[-1]).suffix.lower() if parts else ""
        hidden = any(p == "__MACOSX" or (p.startswith(".") and p != "..") for p in parts)
        if inner.endswith("/") or suffix not in SUFFIXES or hidden or is_ignored(parts[-1]):
            continue
        shown = base = f"{name}#{inner}"
        again = 1
        while shown in found:
            again += 1
            shown = f"{base} ({again})"
        found[shown] = Member(shown, suffix, _loader(archive, info, inner, shown, budget))
    if not found:
        raise DataError(
            "the archive holds no file that can be read",
            where=name,
            expected=f"files that end in {' '.join(SUFFIXES)}",
            do="Unpack it and name the files one by one",
        )
    if len(found) > MAX_MEMBERS:
        raise DataError(
            f"the archive holds more than {MAX_MEMBERS:,} tables",
            where=name,
            expected="fewer",
            do="Unpack it and name a folder",
        )
    return [found[n] for n in sorted(found)]


def _name_of(info: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where the archive says so or it can only be that, else GB18030, else code page 437."""
    if info.flag_bits & _UTF8_FLAG or info.filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for codec in ("utf-8", "gb18030"):
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        # two bytes of GBK can be one Latin or Arabic letter in UTF-8; Chinese takes three
        if codec == "gb18030" or all(c.isascii() or c >= "\u0800" for c in text):
            return text
    return info.filename


def _loader(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, inner: str, name: str, budget: _Budget
) -> Callable[[], bytes]:
    def load() -> bytes:
        if inner.startswith("/") or _DRIVE.match(inner) or ".." in inner.split("/"):
            raise _refused(name, "the name points outside the archive")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise _refused(name, "this is a link to another file")
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise _refused(name, "the file is protected by a password")
        try:
            with archive.open(info) as stream:
                data = source.read_limited(stream, name, budget.left)
        except _DAMAGE as error:
            raise _damaged(name, error) from error
        budget.left -= len(data)
        return data

    return load


def _refused(name: str, what: str) -> DataError:
    return DataError(
        what,
        where=name,
        expected="a plain file in a ZIP archive without a password",
        do="Unpack it with another program and name the file, or pack it again",
    )


def _damaged(name: str, error: BaseException) -> DataError:
    return DataError(
        f"the ZIP archive is damaged or of an unknown kind ({first_line(error)})",
        where=name,
        expected="a whole ZIP archive",
        do="Copy or pack it again",
    )
