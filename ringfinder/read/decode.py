"""From bytes to text: byte-order mark, else strict UTF-8, else Western if it can only be that, else strict GB18030.

A few lines with bytes that do not fit are read all the same: see :mod:`ringfinder.read.stray`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ringfinder.errors import ConfigError, DataError
from ringfinder.read.stray import Stray, fewest_strays, line_of

__all__ = ["Decoded", "decode", "named_encoding"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich-text document"),
)

#: Control characters that no text export holds (tab, line feed, vertical tab, form feed, return and the old
#: end-of-file mark are let through). In GB18030 no part of a longer character is below 0x30.
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1a") + b"\x7f"

#: NUL bytes that a text may hold: one in so many bytes. They are taken out and told.
_RARE = 100

#: Bytes that Western text (code page 1252) has and that are likely in words.
_WESTERN = re.compile(rb"[\x80\x85\x91-\x97\xa0-\xd6\xd8-\xf6\xf8-\xfe]")

#: Stands for a byte that does not fit, until its cell is known (last private-use characters).
_MARKS = tuple(chr(c) for c in range(0x10FFFD, 0x10FFF0, -1))


@dataclass(frozen=True, eq=False)
class Decoded:
    """Decoded text, encoding, and the character that marks each byte that did not fit (``""`` if none).

    NUL marks itself: it stands for nothing. ``strays`` are the bytes that were read on over without consent; they have
    marks of their own (:mod:`ringfinder.read.stray`).
    """

    text: str
    encoding: str
    mark: str = ""
    strays: tuple[Stray, ...] = ()


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Decode a text file by rule, or in the encoding that the user names.

    Without a named encoding, bytes that do not fit are let through if few lines have them.

    Raises
    ------
    ConfigError
        If the named encoding does not exist.
    DataError
        If the bytes are not text, fit none of the encodings (but for a few lines), or are UTF-16 without a byte-order
        mark.
    """
    if encoding is not None:
        return _decode_named(data, name, encoding)
    for bom, codec in _BOMS:
        if data.startswith(bom):
            try:
                return Decoded(data[len(bom) :].decode(codec.removesuffix("-sig")), codec)
            except UnicodeDecodeError as error:
                stray = _strays(data, ("utf-8-sig",)) if codec == "utf-8-sig" else None
                if stray is not None:
                    return stray
                raise _bad_byte(data, name, error.start + len(bom), codec) from error
    _refuse_binary(data, name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", _nul(data))
    except UnicodeDecodeError as error:
        first = error.start
    _refuse_controls(data, name)
    if _mostly_utf8(data, first):
        stray = _strays(data, ("utf-8",))
        if stray is not None:
            return stray
        raise _bad_byte(data, name, first, "utf-8")
    likely = "cp1252" if _is_western(data) else "gb18030"
    try:
        return Decoded(data.decode(likely), likely, _nul(data))
    except UnicodeDecodeError as error:
        stray = _strays(data, ("utf-8", likely))
        if stray is not None:
            return stray
        start, codec = max((first, "utf-8"), (error.start, likely))
        raise _bad_byte(data, name, start, codec) from error


def _strays(data: bytes, encodings: tuple[str, ...]) -> Decoded | None:
    """The text in the one of these encodings that fewest bytes miss, if few lines have such bytes; else None."""
    found = fewest_strays(data, encodings)
    if found is None:
        return None
    return Decoded(found.text.removeprefix("\ufeff"), found.encoding, _nul(data), found.strays)


def named_encoding(encoding: str, where: str = "--encoding") -> str:
    """The encoding that the user names, as Python calls it.

    Raises
    ------
    ConfigError
        If there is no such encoding of text.
    """
    try:
        info = codecs.lookup(encoding)
        if getattr(info, "_is_text_encoding", True):
            return info.name
    except (LookupError, ValueError):
        pass
    raise ConfigError(
        f"there is no text encoding named {encoding!r}",
        where=where,
        expected="utf-8, gb18030, utf-16-le, utf-16-be, big5 or another that Python knows",
        do="Correct the name",
    )


def _decode_named(data: bytes, name: str, encoding: str) -> Decoded:
    codec = named_encoding(encoding)
    try:
        text = data.decode(codec).removeprefix("\ufeff")
        return Decoded(text, codec, "\0" if "\0" in text else "")
    except UnicodeError:
        pass
    try:
        text = data.decode(codec, "ignore")
    except UnicodeError as error:
        raise _bad_byte(data, name, getattr(error, "start", 0), codec) from error
    mark = next((m for m in _MARKS if m not in text), "\ufffd")
    handler = f"ringfinder-mark-{ord(mark):x}"

    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        return mark, error.start + 1

    codecs.register_error(handler, replace)
    try:
        return Decoded(data.decode(codec, handler).removeprefix("\ufeff"), codec, mark)
    except UnicodeError as error:
        raise _bad_byte(data, name, getattr(error, "start", 0), codec) from error


def _nul(data: bytes) -> str:
    return "\0" if b"\0" in data else ""


def _is_western(data: bytes) -> bool:
    """Whether text that is not UTF-8 is Western: nearly each byte beyond ASCII stands alone, mostly within words.

    Chinese in GB18030 has such bytes in runs of two and more. Where its second byte is ASCII, the character hardly ever
    follows a Latin letter.
    """
    runs = re.findall(rb"([\x00-\x7f]?)([\x80-\xff]+)", data[: 1 << 22])
    alone = [before for before, run in runs if len(run) == 1 and _WESTERN.fullmatch(run)]
    in_words = sum(before.isalpha() for before in alone)
    return bool(alone) and len(alone) * 10 >= len(runs) * 9 and in_words * 2 > len(alone)


def _mostly_utf8(data: bytes, at: int) -> bool:
    """Whether the text around a bad byte is UTF-8 all the same (GB18030 might misread it)."""
    sample = data[max(0, at - 32768) : at + 32768].decode("utf-8", "replace")
    bad = sample.count("\ufffd")
    good = sum(1 for c in sample if c > "\x7f") - bad
    return good >= 4 * bad


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise _binary(name, f"this is {kind}, not a table")
    number = data.count(0)
    if not number:
        return
    sample = data[:65536]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if even + odd >= max(3, len(sample) / 50) and max(even, odd) >= 9 * min(even, odd):
        codec = "utf-16-be" if even > odd else "utf-16-le"
        raise DataError(
            "the file looks like UTF-16 without a byte-order mark",
            where=name,
            expected="UTF-8, GB18030, or UTF-16 with a byte-order mark",
            do=f"Add --encoding {codec} if that is right, or export it as UTF-8",
        )
    if number * _RARE <= len(data):
        return
    at = data.index(0)
    raise _binary(name, f"this is not text: byte 0x00 at offset {at}, line {line_of(data, at)}")


def _refuse_controls(data: bytes, name: str) -> None:
    """GB18030 decodes many binary files without an error; text has no control characters, or hardly any."""
    number = len(data) - len(data.translate(None, _CONTROLS))
    if number * 1000 > len(data):
        at = min(i for i in (data.find(c) for c in _CONTROLS) if i >= 0)
        raise _binary(name, f"this is not text: byte 0x{data[at]:02x} at offset {at}, line {line_of(data, at)}")


def _binary(name: str, what: str) -> DataError:
    return DataError(
        what,
        where=name,
        expected="a text table, a workbook (.xlsx, .xls) or Parquet",
        do="Export the data as CSV or as a workbook",
    )


def _bad_byte(data: bytes, name: str, at: int, codec: str) -> DataError:
    byte = f"0x{data[at]:02x}" if at < len(data) else "the end of the file"
    return DataError(
        f"{byte} at byte offset {at}, line {line_of(data, at)}, does not fit {codec}",
        where=name,
        expected="text in UTF-8, GB18030, or UTF-16 with a byte-order mark",
        do=f"Name the encoding (--encoding {codec} replaces and reports such bytes), or export it again",
    )
