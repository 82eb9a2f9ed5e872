"""The bytes of a file or of standard input: read once, hashed as they come, and unpacked with a guard against bombs."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ringfinder.errors import DataError
from ringfinder.read.inputs import STDIN, unreadable

__all__ = ["MAX_BYTES", "Source", "empty", "load", "read_limited", "too_large", "unpack"]

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
    """Read a file, or standard input if the path is ``-``, unpacking gzip.

    Raises
    ------
    DataError
        If the file cannot be read, is empty, is too large, or its gzip stream is damaged.
    """
    try:
        if path == STDIN:
            data = _standard_input(name)
        else:
            with path.open("rb") as stream:
                data = read_limited(stream, name)
    except (OSError, ValueError) as error:
        raise unreadable(Path(name), error) from error
    return Source(unpack(data, name), hashlib.sha256(data).hexdigest(), len(data))


def _standard_input(name: str) -> bytes:
    """All of standard input; it can be read only once, so it is held in memory."""
    if sys.stdin is None:
        raise OSError("there is no standard input")
    stream = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read().encode("utf-8", "surrogateescape") if stream is None else read_limited(stream, name)


def unpack(data: bytes, name: str) -> bytes:
    """The content of a file: what gzip packed, or the bytes as they are.

    Raises
    ------
    DataError
        If there is none, it is too large, or the gzip stream is damaged.
    """
    if data[:2] == b"\x1f\x8b":
        data = _gunzip(data, name)
    if not data[:4096].strip() and not data.strip():
        raise empty(name)
    return data


def _gunzip(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return read_limited(stream, name)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"the gzip file is damaged or cut short ({error})",
            where=name,
            expected="a whole gzip file",
            do="Copy or export it again",
        ) from error


def read_limited(stream: IO[bytes] | gzip.GzipFile, name: str, limit: int | None = None) -> bytes:
    """All bytes of a stream.

    Raises
    ------
    DataError
        If there are more than ``limit``, or than :data:`MAX_BYTES`.
    """
    limit = MAX_BYTES if limit is None else limit
    parts: list[bytes] = []
    total = 0
    while part := stream.read(_CHUNK):
        total += len(part)
        if total > limit:
            raise too_large(name)
        parts.append(part)
    return b"".join(parts)


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
