"""Complaint texts: a grammar for honest people's own words, a ring's templates, public model letters.

An honest letter is drawn clause by clause from many, so that two of them rarely resemble each other. A
ring chooses one wording for each sentence of its template and keeps to it, but for a few sentences here and
there. The clauses are in phrases.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["MODEL_LETTERS", "Template", "joint", "model_letter", "own_words"]

MODEL_LETTERS = 5  # in phrases.toml: consumer association, press, billing dispute, official form, written by a program


@cache
def _phrases() -> dict[str, Any]:
    """Read the clauses, once."""
    return tomllib.loads((files(__package__) / "phrases.toml").read_text("utf-8"))


def _clause(rng: np.random.Generator, kind: str) -> str:
    """Choose one clause of a kind."""
    return _pick(rng, _phrases()[kind])


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _fill(rng: np.random.Generator, text: str, amount: float) -> str:
    """Fill the slots of an honest clause."""
    for slot, kind in (("{who}", "who"), ("{time}", "times")):
        while slot in text:
            text = text.replace(slot, _clause(rng, kind), 1)
    while "{n}" in text:
        text = text.replace("{n}", str(int(rng.integers(2, 16))), 1)
    return text.replace("{sum}", _money(rng, amount))


def _money(rng: np.random.Generator, amount: float) -> str:
    way = int(rng.integers(4))
    if way == 0:
        return f"{amount / 10_000:.1f}万"
    if way == 1:
        return f"{amount:,.2f}元"
    return f"{amount:.0f}元" if way == 2 else f"{round(amount, -3):.0f}多块"


def own_words(rng: np.random.Generator, amount: float, topic: str = "") -> str:
    """Write an honest letter; `topic` is "", "outage" or "layoff", the cause that many share."""
    parts: list[str] = []
    if rng.random() < 0.7:
        parts.append(_clause(rng, "openings"))
    body = [_clause(rng, topic or "causes")]
    if topic != "outage" or rng.random() < 0.3:
        body.append(_clause(rng, "events"))
    if rng.random() < 0.45:
        body.append(_clause(rng, "events"))
    if rng.random() < 0.6:
        body.append(_clause(rng, "asides"))
    if rng.random() < 0.4:
        body.append(_clause(rng, "feelings"))
    order = rng.permutation(len(body)).tolist() if rng.random() < 0.5 else range(len(body))
    parts += [body[i] for i in order]
    parts.append(_clause(rng, "requests"))
    if rng.random() < 0.5:
        parts.append(_clause(rng, "closings"))
    comma = "," if rng.random() < 0.5 else "\uff0c"
    stops = (comma, "。", "。", ";") if rng.random() < 0.7 else (comma, comma, " ", "。")
    unique = dict.fromkeys(parts)
    text = "".join(p + stops[int(rng.integers(4))] for p in unique)
    return _fill(rng, text, amount).rstrip(",\uff0c; 。") + "。"


def joint(rng: np.random.Generator, amount: float, names: list[str]) -> str:
    """Write one letter that several relatives send under each one's own name."""
    return f"我们{'、'.join(names)}是一家人,情况一样。{own_words(rng, amount)}"


def model_letter(rng: np.random.Generator, number: int, name: str, amount: float) -> str:
    """Fill in a public model letter (consumer association, press, official form): honest people use them."""
    letters = _phrases()["model_letters"]
    text: str = letters[number % len(letters)]
    filled = text.replace("{name}", name).replace("{sum}", _money(rng, amount))
    return filled + (_fill(rng, _clause(rng, "asides"), amount) + "。" if rng.random() < 0.5 else "")


class Template:
    """One ring's letter: a skeleton of sentences with the ring's own choice of wording."""

    def __init__(self, rng: np.random.Generator, swap: float = 0.06) -> None:
        skeletons = _phrases()["skeletons"]
        self._skeleton: list[list[str]] = skeletons[int(rng.integers(len(skeletons)))]
        self._choice = [int(rng.integers(len(options))) for options in self._skeleton]
        self._swap = swap

    def write(self, rng: np.random.Generator, name: str, amount: float) -> tuple[str, bool]:
        """Fill the template in for one client; each sentence is paraphrased with a small chance.

        Returns
        -------
        tuple of str and bool
            The letter, and whether at most a third of its sentences differ from the template, so that a comparison
            of texts would see what it was made from.
        """
        parts, other = [], 0
        for options, choice in zip(self._skeleton, self._choice, strict=True):
            number = int(rng.integers(len(options))) if rng.random() < self._swap else choice
            other += number != choice
            parts.append(options[number])
        text = "".join(parts)
        money = f"{amount:.2f}" if rng.random() < 0.5 else f"{amount:.0f}"
        reason = _clause(rng, "reasons")
        text = text.replace("{name}", name).replace("{reason}", reason).replace("{sum}", money)
        return text, 3 * other <= len(parts)
