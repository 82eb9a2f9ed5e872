"""The most alike complaints of unrelated debtors side by side, with what they share and what of it is form text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ringfinder.model import Row, TextMatch
from ringfinder.score.case import Case
from ringfinder.templates.library import phrases, set_aside, shipped_library
from ringfinder.templates.near import METRICS, measure, sketches
from ringfinder.templates.passages import passages
from ringfinder.templates.shingles import CHARACTERS
from ringfinder.templates.strip import lean_text, strip_text

__all__ = ["text_matches"]

#: Pairs that are shown of each template, and letters that are compared for them.
_SHOWN, _COMPARED = 3, 8
_CLAUSE = re.compile(r"[^\n,.;:!?，。；：！？、]+")

_Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Letter:
    """A complaint: node, debtor's unit, raw text, what is compared of it, the public text it uses, rows."""

    node: int
    unit: int
    text: str
    core: str
    public: str | None
    rows: tuple[Row, ...]


def text_matches(case: Case) -> tuple[TextMatch, ...]:
    """For each template that unrelated debtors share up to three pairs of complaints, the most alike first.

    A pair is named by the metric of RF05 that holds, measured on the texts without names, numbers, dates, public texts
    and listed form text. Only the letters nearest to the template's middle text are compared, one of each household.
    The texts are as written; a masked run leaves them out (:class:`ringfinder.privacy.Border`).
    """
    users: dict[int, set[int]] = defaultdict(set)
    for fact in case.of("uses_template"):
        if case.debtor_of(fact.source) is not None and fact.source in case.letters:
            users[fact.target].add(fact.source)
    accused: dict[int, set[str]] = defaultdict(set)
    rows: dict[int, set[Row]] = defaultdict(set)
    for fact in case.facts if users else ():
        if fact.relation == "about":
            accused[fact.source].add(case.nodes[fact.target][2])
        elif fact.relation == "filed":
            rows[fact.target].add(fact.row)
    found = []
    for template in sorted(users):
        letters = _letters(case, _nearest(case, users[template]), accused, rows)
        found += [_match(case, *pair) for pair in _alike(letters)[:_SHOWN]]
    return tuple(found)


def _nearest(case: Case, complaints: set[int]) -> list[int]:
    """The complaints nearest to the template's middle text, one of each household."""
    chosen: dict[int, int] = {}
    for node in sorted(complaints, key=lambda n: (-float(case.attribute(n, "text_score") or 0), case.id(n))):
        chosen.setdefault(case.unit[case.owner[node]], node)
    return sorted(list(chosen.values())[:_COMPARED], key=case.id)


def _letters(case: Case, nodes: list[int], accused: dict[int, set[str]], rows: dict[int, set[Row]]) -> list[_Letter]:
    """The letters that are left with something to compare."""
    texts = [case.letters[n] for n in nodes]
    names = [[case.nodes[case.owner[n]][2], *sorted(accused.get(n, ()))] for n in nodes]
    lean = [lean_text(text, name) for text, name in zip(texts, names, strict=True)]
    rest, public = set_aside(lean, shipped_library())
    listed = set(phrases("boilerplate"))
    cores = ["".join("".join(line.split()) for line in r.split("\n") if line not in listed) for r in rest]
    return [
        _Letter(n, case.unit[case.owner[n]], text, core, used, tuple(sorted(rows.get(n, ()))))
        for n, text, core, used in zip(nodes, texts, cores, public, strict=True)
        if len(core) >= CHARACTERS
    ]


def _alike(letters: list[_Letter]) -> list[tuple[_Letter, _Letter, str, float]]:
    """The pairs that RF05 calls near-identical, with the metric that holds and its figure, the most alike first."""
    pairs = [(i, j) for i, j in combinations(range(len(letters)), 2) if letters[i].unit != letters[j].unit]
    if not pairs:
        return []
    cores = [letter.core for letter in letters]
    i, j = np.array(pairs, dtype=np.int64).T
    measured = measure(cores, sketches(cores).sets, i, j)
    metric, value = measured.named()
    order = sorted(np.flatnonzero(measured.same).tolist(), key=lambda k: (-measured.edit[k], i[k], j[k]))
    return [(letters[i[k]], letters[j[k]], METRICS[metric[k]], float(value[k])) for k in order]


def _match(case: Case, left: _Letter, right: _Letter, metric: str, value: float) -> TextMatch:
    shared = tuple(passages(left.text, right.text))
    public = {left.public} & {right.public}
    return TextMatch(
        left_node=case.id(left.node),
        right_node=case.id(right.node),
        left=left.text,
        right=right.text,
        shared=shared,
        neutral=tuple(part for span in shared for part in _form_parts(left.text, span, public)),
        metric=metric,
        value=round(value, 4),
        rows=tuple(sorted({*left.rows, *right.rows})),
    )


def _form_parts(text: str, span: _Span, public: set[str | None]) -> Iterator[_Span]:
    """The clauses of a shared passage that are listed form text or of a public text that both letters use."""
    start, end, other, _ = span
    grams = frozenset[str]().union(*(e.grams for e in shipped_library() if e.id in public))
    labels = {label for e in shipped_library() if e.id in public for label in e.labels}
    listed = {"".join(phrase.split()) for phrase in phrases("boilerplate")} | labels
    for clause in _CLAUSE.finditer(text, start, end):
        bare = strip_text(clause.group())
        runs = [bare[k : k + CHARACTERS] for k in range(len(bare) - CHARACTERS + 1)]
        if bare in listed or (runs and all(run in grams for run in runs)):
            yield clause.start(), clause.end(), other + clause.start() - start, other + clause.end() - start
