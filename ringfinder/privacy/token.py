"""Keyed pseudonyms, so that nobody can find a phone by hashing all phones.

The hash is BLAKE2b in its keyed mode (RFC 7693), which is a message authentication code like HMAC and several times
faster: a run folder holds a token for every node.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ringfinder.errors import ConfigError, OutputError

__all__ = ["default_key_file", "load_key", "token", "tokens"]

_ENVIRONMENT = "RINGFINDER_KEY_FILE"


def default_key_file() -> Path:
    """Where the key lies unless ``[privacy] key_file`` or ``RINGFINDER_KEY_FILE`` says otherwise."""
    named = os.environ.get(_ENVIRONMENT)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "ringfinder" / "key"


def load_key(path: str | Path | None = None, *, make: bool = True) -> bytes:
    """The pseudonym key; it is made (32 random bytes, mode 0600) when the file does not exist yet.

    Parameters
    ----------
    path : path, optional
        The key file; by default :func:`default_key_file`.
    make : bool
        Whether a missing key may be made. A new key would not fit the tokens of an older run.

    Raises
    ------
    OutputError
        If the key file cannot be made.
    ConfigError
        If it exists but cannot be read or is no key; or if it is missing and not to be made.
    """
    file = Path(path) if path else default_key_file()
    try:
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if make:
            return _make_key(file)
        raise ConfigError(
            "the key of the pseudonyms is missing, so that no identifier can be looked up",
            where=str(file),
            do="name the key file that the run was made with in RINGFINDER_KEY_FILE, or look up a token or a ring",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the key of the pseudonyms cannot be read ({error})",
            where=str(file),
            do="check its rights, or name another file with RINGFINDER_KEY_FILE",
        ) from error
    if not 32 <= len(text) <= 64:
        raise ConfigError(
            f"the key of the pseudonyms is too {'short' if len(text) < 32 else 'long'}",
            where=str(file),
            expected="64 hexadecimal digits",
            do="restore the file from your backup, or delete it to begin anew",
        )
    return text.encode("ascii")


def _make_key(file: Path) -> bytes:
    text = secrets.token_hex(32)
    work = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, work = tempfile.mkstemp(prefix=".key.", dir=file.parent)  # mode 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text + "\n")
        os.link(work, file)  # whole or not at all, and never over the key of another process
    except FileExistsError:
        return load_key(file)
    except OSError as error:
        raise OutputError(
            f"the key of the pseudonyms cannot be written ({error.strerror})",
            where=str(file),
            do="set RINGFINDER_KEY_FILE to a place that you can write, or run with --reveal",
        ) from error
    finally:
        if work is not None:
            Path(work).unlink(missing_ok=True)
    return text.encode("ascii")


def token(key: bytes, kind: str, value: str) -> str:
    """The pseudonym of a value: 16 hexadecimal digits of keyed BLAKE2b over kind NUL value (RFC 7693)."""
    return hashlib.blake2b(f"{kind}\0{value}".encode(), digest_size=8, key=key).hexdigest()


def tokens(key: bytes, kind: str, values: Iterable[str]) -> list[str]:
    """:func:`token` of many values of one kind; the kind is hashed once."""
    base = hashlib.blake2b(f"{kind}\0".encode(), digest_size=8, key=key)
    found = []
    for value in values:
        one = base.copy()
        one.update(value.encode())
        found.append(one.hexdigest())
    return found
