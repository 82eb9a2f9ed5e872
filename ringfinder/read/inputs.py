"""Which files to read: paths and folders in, existing files out, and the names by which reports call them."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from ringfinder.errors import ConfigError, DataError

__all__ = ["STDIN", "SUFFIXES", "display_names", "find_inputs", "fits_file", "is_ignored", "unreadable"]

#: Stands for standard input.
STDIN = Path("-")
_STDIN_NAME = Path("stdin")

#: Endings of the files that are taken from a folder. A file named by itself may end as it likes.
SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".zip", ".parquet", ".xlsx", ".xls")

#: Files in a folder that are ours or a program's leftovers: outputs, hidden and lock files.
_IGNORED = re.compile(r"^(\.|~\$|(rejected|issues)([-_. ].*)?\.csv(\.gz)?$)", re.IGNORECASE)


def find_inputs(paths: Iterable[str | Path]) -> tuple[Path, ...]:
    """The files to read, sorted and without repeats; of a folder its readable files, one level deep.

    ``-`` stands for standard input, which is read once (a file of that name must be named with its folder's full path).

    Raises
    ------
    ConfigError
        If no path is given.
    DataError
        If a path is missing, is not a file or folder, or is a folder without files to read. Whether a file may be read,
        and whether a link leads anywhere, is found out by reading it.
    """
    found: dict[Path, Path] = {}
    given = [Path(p) for p in paths]
    if not given:
        raise ConfigError("no input was named", expected="at least one file or folder", do="Name the files to read")
    for path in given:
        for file in _expand(path):
            found.setdefault(_resolved(file), file)
    return tuple(sorted(found.values(), key=lambda p: (p.name, str(p))))


def _expand(path: Path) -> list[Path]:
    """The files that one argument stands for."""
    if path == STDIN:
        return [path]
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        if path.is_symlink():  # to nothing: told when it is read, so that --keep-going can leave it out
            return [path]
        raise DataError(
            "there is no such file or folder",
            where=str(path),
            expected="an existing path",
            do="Check the spelling and the current folder",
        ) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ELOOP:  # a link to itself: told when it is read
            return [path]
        raise unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        return _folder(path)
    if not stat.S_ISREG(mode):
        raise DataError(
            "this is neither a file nor a folder but a pipe, socket or device",
            where=str(path),
            expected="a data file",
            do="Name another path, or give the data on standard input and name '-'",
        )
    return [path]


def _folder(path: Path) -> list[Path]:
    """The readable files directly in a folder; pipes, sockets and devices are passed over."""
    if path.suffix.lower() in SUFFIXES:
        raise DataError(
            "this is a folder, though its name ends like a file's",
            where=str(path),
            expected="a file",
            do="Name the files inside it, or rename the folder",
        )
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        raise unreadable(path, error) from error
    files: list[Path] = []
    for entry in entries:
        if entry.suffix.lower() in SUFFIXES and not is_ignored(entry.name) and not _is_special(entry):
            files += _expand(entry)
    if not files:
        raise DataError(
            "the folder holds no file that can be read",
            where=str(path),
            expected=f"files that end in {' '.join(SUFFIXES)} (subfolders are not searched)",
            do="Name another folder, or the files one by one",
        )
    return files


def is_ignored(name: str) -> bool:
    """Whether a file in a folder or archive is passed over for its name, without its folder."""
    return bool(_IGNORED.match(name))


def _is_special(path: Path) -> bool:
    """Whether reading a path could wait for ever: a pipe, socket or device."""
    return path.is_fifo() or path.is_socket() or path.is_char_device() or path.is_block_device()


def _resolved(path: Path) -> Path:
    if path == STDIN:
        return path
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a ring of links: told when it is read
        return path.absolute()


def unreadable(path: Path, error: Exception) -> DataError:
    """The error for a path that the operating system refuses to read."""
    reason = getattr(error, "strerror", None) or str(error)
    return DataError(
        f"the file cannot be read ({reason})",
        where=str(path),
        expected="a file that you may read",
        do="Check the path and its permissions",
    )


def display_names(paths: Sequence[Path]) -> tuple[str, ...]:
    """A name for each path: its last part, with as many folders before it as tell equal names apart.

    Bytes of a name that are no UTF-8 are shown as escapes: the name goes into reports.
    """
    absolute = [
        _STDIN_NAME if p == STDIN else Path(_as_text(os.path.abspath(p)))  # noqa: PTH100 - resolve() would follow links
        for p in paths
    ]
    names = [p.name for p in absolute]
    depth = 1
    while len(set(names)) < len(names) and depth < max((len(p.parts) for p in absolute), default=0):
        depth += 1
        twice = {n for n in names if names.count(n) > 1}
        names = ["/".join(p.parts[-depth:]) if n in twice else n for n, p in zip(names, absolute, strict=True)]
    return tuple(names)


def fits_file(name: str, pattern: str) -> bool:
    """Whether a name or pattern, with or without folders, is about the file or archive member of a display name.

    A pattern that fits an archive is about all its members.
    """
    wanted = unicodedata.normalize("NFC", pattern).replace("\\", "/")
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    ends = [i for i, c in enumerate(name) if c == "#"]
    whole = [name, *(name[:i] for i in ends), *(name[i + 1 :] for i in ends)]
    parts = ("/".join(text.split("/")[i:]) for text in whole for i in range(text.count("/") + 1))
    return any(part == wanted or fnmatchcase(part, wanted) for part in parts)


def _as_text(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
