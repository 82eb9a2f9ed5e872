"""The bytes of a file: read once, hashed as they lie on disk, and unpacked with a guard against bombs."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ringfinder.errors import DataError
from ringfinder.read.inputs import unreadable

__all__ = ["MAX_BYTES", "Source", "load"]

#: The most bytes that a file may hold once it is unpacked.
MAX_BYTES = 4 * 1024**3

_CHUNK = 1 << 22


@dataclass(frozen=True, eq=False)
class Source:
    """A file's content (unpacked), with the hash and size of the file on disk."""

    data: bytes
    sha256: str
    size: int


def load(path: Path, name: str) -> Source:
    """Read a file, unpacking gzip.

    Raises
    ------
    DataError
        If the file cannot be read, is empty, is too large, or its gzip stream is damaged.
    """
    try:
        with path.open("rb") as stream:
            data = _read_limited(stream, name)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    digest, size = hashlib.sha256(data).hexdigest(), len(data)
    if data[:2] == b"\x1f\x8b":
        data = _gunzip(data, name)
    if not data[:4096].strip() and not data.strip():
        raise empty(name)
    return Source(data, digest, size)


def _gunzip(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _read_limited(stream, name)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"the gzip file is damaged or cut short ({error})",
            where=name,
            expected="a whole gzip file",
            do="Copy or export it again",
        ) from error


def _read_limited(stream: BinaryIO | gzip.GzipFile, name: str) -> bytes:
    """All bytes of a stream, unless there are more than :data:`MAX_BYTES`."""
    parts: list[bytes] = []
    total = 0
    while part := stream.read(_CHUNK):
        total += len(part)
        if total > MAX_BYTES:
            raise too_large(name)
        parts.append(part)
    return b"".join(parts)


def first_line(error: BaseException) -> str:
    """What an error of another library says, in one line."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def empty(name: str) -> DataError:
    """The error for a file that holds nothing."""
    return DataError(
        "the file is empty",
        where=name,
        expected="a header and rows",
        do="Export it again, or leave it out",
    )


def too_large(name: str) -> DataError:
    """The error for content beyond :data:`MAX_BYTES`."""
    return DataError(
        f"the file holds more than {MAX_BYTES:,} bytes once unpacked",
        where=name,
        expected="a file that fits into memory",
        do="Split it, or convert it to Parquet with only the columns needed",
    )
