"""Public texts: regulators' forms, model letters, press templates. What of a complaint is one of them is set aside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from ringfinder.templates.shingles import CHARACTERS, character_windows, texts_in_blocks
from ringfinder.templates.strip import lean_text, strip_text

__all__ = ["PublicText", "library_of", "phrases", "set_aside", "shipped_library"]

#: A text uses a public one when it holds this share of its wording.
_SHARE = 0.60
#: What lies between two public passages is what was filled in, unless it is longer than this.
_SLOT = 4
_SLOT_MARK = "{slot}"


@dataclass(frozen=True)
class PublicText:
    """A public text: its name, its source and date, and what stands between its slots, stripped.

    ``passages`` have five characters or more; ``labels`` are shorter ("联系电话") and too common to tell the text by.
    """

    id: str
    source: str
    date: str
    passages: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def grams(self) -> frozenset[str]:
        """All runs of five characters of the passages."""
        return frozenset(p[i : i + CHARACTERS] for p in self.passages for i in range(len(p) - CHARACTERS + 1))


@cache
def shipped_library() -> tuple[PublicText, ...]:
    """The entries of ``public_texts.toml``."""
    data = tomllib.loads((resources.files(__package__) / "public_texts.toml").read_text("utf-8"))
    return tuple(PublicText(e["id"], e["source"], str(e["date"]), *_passages(e["text"])) for e in data["text"])


def library_of(texts: Sequence[str]) -> tuple[PublicText, ...]:
    """The user's own public texts, named ``own 1``, ``own 2`` … in their order; ``{slot}`` marks what is filled in.

    A text of which less than five characters remain after stripping is left out.
    """
    entries = (PublicText(f"own {n}", "user's library", "", *_passages(t)) for n, t in enumerate(texts, 1))
    return tuple(e for e in entries if e.grams)


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """The stripped phrases of ``phrases.toml``: ``boilerplate`` or ``common``, as lean text."""
    data = tomllib.loads((resources.files(__package__) / "phrases.toml").read_text("utf-8"))
    return tuple(sorted({lean_text(p) for p in data[kind]}))


def set_aside(lean: Sequence[str], library: Sequence[PublicText]) -> tuple[list[str], list[str | None]]:
    """The rest of each text without the public texts in it, and the name of the one it uses most, or None.

    Parameters
    ----------
    lean : sequence of str
        Texts as :func:`~ringfinder.templates.strip.lean_text` gives them.
    library : sequence of PublicText
        Where two entries fit equally, the first counts.
    """
    rest, used = list(lean), [None] * len(lean)
    names: list[str | None] = list(used)
    for i in _suspects(lean, library):
        rest[i], names[i] = _without_public(lean[i], library)
    return rest, names


def _passages(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    stripped = [strip_text(part) for part in text.split(_SLOT_MARK)]
    return (
        tuple(p for p in stripped if len(p) >= CHARACTERS),
        tuple(p for p in stripped if 1 < len(p) < CHARACTERS),
    )


def _suspects(lean: Sequence[str], library: Sequence[PublicText]) -> list[int]:
    """Texts that hold enough runs of some entry to be worth a closer look."""
    if not library:
        return []
    known = [np.unique(character_windows(entry.passages).code) for entry in library]
    least = np.array([max(int(len(k) * _SHARE * 0.9), 1) for k in known])
    codes, owner = np.unique(np.concatenate(known)), np.arange(len(known))
    belongs = np.stack([np.isin(codes, k) for k in known])  # (entries, codes)
    found: list[int] = []
    for start, stop in texts_in_blocks(lean):
        windows = character_windows(["".join(t.split()) for t in lean[start:stop]])
        place = np.minimum(np.searchsorted(codes, windows.code), len(codes) - 1)
        hit = codes[place] == windows.code
        text, place = windows.text[hit], place[hit]
        key = np.unique(text.astype(np.int64) * len(codes) + place)
        text, place = key // len(codes), key % len(codes)
        enough: NDArray[np.bool_] = np.zeros(stop - start, dtype=bool)
        for entry in owner:
            enough |= np.bincount(text, weights=belongs[entry, place], minlength=stop - start) >= least[entry]
        found.extend((np.flatnonzero(enough) + start).tolist())
    return found


def _without_public(lean: str, library: Sequence[PublicText]) -> tuple[str, str | None]:
    places = [k for k, c in enumerate(lean) if not c.isspace()]
    stripped = "".join(lean[k] for k in places)
    grams = [stripped[k : k + CHARACTERS] for k in range(len(stripped) - CHARACTERS + 1)]
    have = set(grams)
    shares = [len(entry.grams & have) / len(entry.grams) for entry in library]
    if max(shares) < _SHARE:
        return lean, None
    covered = np.zeros(len(stripped), dtype=bool)
    for entry, share in zip(library, shares, strict=True):
        if share >= _SHARE:
            for k, gram in enumerate(grams):
                if gram in entry.grams:
                    covered[k : k + CHARACTERS] = True
            for label in entry.labels:
                for match in re.finditer(re.escape(label), stripped):
                    covered[match.start() : match.end()] = True
    # a short gap between two public passages is a slot: a name, a reason, a bank
    edge = np.flatnonzero(np.diff(np.concatenate([[True], covered, [True]]).astype(np.int8)))
    for a, b in zip(edge[::2].tolist(), edge[1::2].tolist(), strict=True):
        if b - a <= _SLOT:
            covered[a:b] = True
    keep = set(range(len(lean))) - {places[k] for k in np.flatnonzero(covered).tolist()}
    rest = "\n".join(" ".join(line.split()) for line in "".join(c if k in keep else "\n" * (c not in " \n") or c
                     for k, c in enumerate(lean)).split("\n"))  # fmt: skip
    return "\n".join(line for line in rest.split("\n") if line), library[int(np.argmax(shares))].id
