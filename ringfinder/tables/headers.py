"""Headers as written by people, reduced to what can be compared."""

from __future__ import annotations

import glob
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

__all__ = [
    "clean_header",
    "header_key",
    "header_keys",
    "header_parts",
    "load_words",
    "many_fields",
    "pattern_of",
    "quoted",
    "same_text",
    "toml_list",
    "without_number",
]

_BRACKETED = re.compile(r"[(\[{【〔〖「『《<]([^()\[\]{}【】〔〕〖〗「」『』《》<>]*)[)\]}】〕〗」』》>]")
#: A remark that names the parts of an address or a date, or the answers: no owner may be among them, as it would count.
_REMARK = re.compile(
    r"[(\[【](?:省份?|市|区|县|区县|乡|镇|村|街道?|路|号|门牌号?|年|月|日|时|分|是|否|有|无|男|女|y|n)"
    r"(?:[/、|,](?:省份?|市|区|县|区县|乡|镇|村|街道?|路|号|门牌号?|年|月|日|时|分|是|否|有|无|男|女|y|n))+[)\]】]"
)
_ONE_BRACKET = re.compile(r"([^()\[\]【】]*)[(\[【]([^()\[\]【】]+)[)\]】]([^()\[\]【】]*)")
#: Where one name of a header ends and the next begins: a sign, or also the border of Chinese and Latin.
_SIGNS = re.compile(r"[/\\|、,;()\[\]【】]+")
_SCRIPTS = re.compile(r"[/\\|、,;()\[\]【】]+|(?<=[一-鿿])(?=[a-z])|(?<=[a-z.])(?=[一-鿿])")
_LIST_PREFIX = re.compile(r"([^-—–_·/\\|.>]+)(?:[-—–_·/\\|.>]+|->)(.+)")
#: How the upper name of a header of two rows ends.
_GROUP = re.compile(r"(?<=.)(?:信息|资料|情况)$")
_NUMBERING = re.compile(r"\d{1,2}[.、)](?=\D)")
_JOINT = re.compile(r"[-—–_·/\\|.,'\"#]+")
_NUMBER = re.compile(r"(?<=\D)\d{1,2}(?=\D|$)|[一二三四五六七八九十]$|^第[一二三四五六七八九十]")


@cache
def load_words() -> dict[str, Any]:
    """The grammar of headers (``words.toml``): decorations, dropped columns, owners and nouns."""
    with resources.files("ringfinder.tables").joinpath("words.toml").open("rb") as stream:
        return tomllib.load(stream)


@cache
def many_fields() -> frozenset[str]:
    """Fields that may have several columns in one table."""
    return frozenset(load_words()["many"]["fields"].split())


@cache
def _units() -> frozenset[str]:
    return frozenset(_squeeze(word) for word in load_words()["clean"]["units"].split())


@cache
def _lists() -> frozenset[str]:
    return frozenset(load_words()["clean"]["lists"].split())


@cache
def _simplified() -> tuple[dict[int, str], tuple[tuple[str, str], ...]]:
    """Traditional characters to simplified ones, and words of Taiwan and Hong Kong to ours."""
    entry = load_words()["traditional"]
    pairs = tuple((theirs, ours) for theirs, ours in (word.split("=") for word in entry["words"].split()))
    return {ord(pair[0]): pair[1] for pair in entry["pairs"].split()}, pairs


@cache
def _hints() -> re.Pattern[str]:
    return re.compile(load_words()["clean"]["hints"])


def _squeeze(text: str) -> str:
    """NFKC, lower case, simplified, without white space, format characters, controls, ``*`` and ``:``."""
    characters, pairs = _simplified()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).translate(characters)
    for theirs, ours in pairs:
        folded = folded.replace(theirs, ours)
    return "".join(c for c in folded if c not in "*:" and not c.isspace() and unicodedata.category(c) not in _SILENT)


_SILENT = frozenset({"Cc", "Cf"})


def _undecorated(text: str) -> str:
    """``text`` squeezed, without units and hints in brackets and without numbering."""
    squeezed = _squeeze(text).lstrip("'\"`=").rstrip("'\"`;,")
    squeezed = _REMARK.sub("", squeezed) or squeezed
    bare = _BRACKETED.sub(lambda hit: "" if hit[1] in _units() or _hints().fullmatch(hit[1]) else hit[0], squeezed)
    whole = _BRACKETED.fullmatch(bare)
    if whole:  # [header] as database exports write it
        bare = whole[1]
    return _NUMBERING.sub("", bare, count=1) if _NUMBERING.match(bare) else bare


def clean_header(text: str) -> str:
    """A header in comparable form.

    NFKC, lower case, simplified characters, without spaces, tabs, byte-order marks, zero-width characters, ``*`` and
    ``:``, without units or hints in brackets (``（元）``, ``【必填】``) and without the prefix of a list (``客户-``).
    """
    bare = _undecorated(text)
    prefix = _LIST_PREFIX.fullmatch(bare)
    return prefix[2] if prefix and prefix[1] in _lists() else bare


def header_key(text: str) -> str:
    """The key under which a header is looked up: :func:`clean_header` without hyphens and underscores."""
    return _joined(clean_header(text))


def header_keys(text: str) -> tuple[str, ...]:
    """The keys to try for a header.

    With its list prefix (``投诉-编号``), without it (``客户-姓名``), and with an owner in brackets before the noun
    (``手机号(本人)`` is ``本人手机号``) or a number behind it (``电话(2)``). The upper name of two
    rows is an owner (``代理人信息 手机`` is ``代理人手机``); the customer's or case's may be left out.
    """
    keys = [_joined(_undecorated(text)), header_key(text), *_group_keys(text)]
    bracket = _ONE_BRACKET.fullmatch(clean_header(text))
    if bracket:
        noun, owner = (bracket[1] or "") + (bracket[3] or ""), bracket[2]
        keys.append(_joined(noun + owner if owner.isdecimal() else owner + noun))
    return tuple(dict.fromkeys(keys))


def _group_keys(text: str) -> list[str]:
    """The keys of a header of two rows, ``GROUP NAME``; none if the first word is no group of columns."""
    parts = text.split(maxsplit=1)
    if len(parts) < 2:
        return []
    group, key = _squeeze(parts[0]), header_key(parts[1])
    owner = _GROUP.sub("", group)
    if owner == group and group not in _own():
        return []
    return [owner + key, *([key] if group in _own() or (owner and key.startswith(owner)) else [])]


@cache
def _own() -> frozenset[str]:
    return frozenset(load_words()["clean"]["own"].split())


def header_parts(text: str) -> tuple[tuple[str, ...], ...]:
    """The keys of a header that says its name twice (``姓名/Name``, ``手机 Mobile``), by each way to part it."""
    bare = _undecorated(text)
    ways = (tuple(_joined(part) for part in border.split(bare) if part) for border in (_SIGNS, _SCRIPTS))
    return tuple(parts for parts in ways if len(parts) > 1)


def _joined(text: str) -> str:
    return _JOINT.sub("", text) or text


def without_number(key: str) -> str:
    """``key`` without the number of a sibling column: ``移动电话2`` and ``联系人1电话`` lose theirs."""
    return _NUMBER.sub("", key)


def same_text(text: str) -> str:
    """``text`` in Unicode form NFC with lone surrogates replaced, as TOML can carry it."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))


def quoted(text: str) -> str:
    """``text`` as a TOML basic string, with everything invisible escaped. Safe in a TOML comment too."""
    parts = []
    for char in text.encode("utf-8", "replace").decode("utf-8"):
        if char in '"\\':
            parts.append("\\" + char)
        elif char.isprintable():
            parts.append(char)
        else:
            parts.append(f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}")
    return '"' + "".join(parts) + '"'


def toml_list(headers: Sequence[str]) -> str:
    """Headers as the value of a TOML key: a text, or a list of several."""
    names = [quoted(header) for header in headers]
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def pattern_of(file: str) -> str:
    """The ``file = ...`` value of a ``[[tables]]`` entry for exactly this file name, quoted."""
    return quoted(glob.escape(file.replace("\\", "/")))
