"""Stage *chance*: how many rings of each score would stand here if dates and ties were dealt by chance.

Belief, detection and score run again on copies of the graph that are dealt anew (:mod:`ringfinder.chance_deals`), some
with other dates, some with other ties. Counted is how many groups are at least as strong as each ring.

- Dealt ties leave no ring and no honest group either: families, workplaces and law firms come apart as well. So the
  count is a lower bound of the false rings in real data as far as honest groups make them. On the other hand what
  colleagues or the clients of a law firm share loses its honest cause where strangers are dealt it, and the many users
  of a ring's phone stay many: in both respects the count is rather high.
- Dealt dates leave every tie, so every group that its ties carry stays, rings among them. What chance alone makes of
  them are groups that were not as strong in the data: those are counted for ``expected``, all of them for ``dates``.

``expected`` is the larger of the two. Its range is where the count of one more copy falls in 95 of 100 cases: a Poisson
count whose mean has the gamma distribution that the copies leave it (Jeffreys' prior), widened to all counts seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import gammaln

from ringfinder.belief import believe, group_strength
from ringfinder.chance_deals import Ties, deal_dates, deal_ties, find_ties
from ringfinder.config import ChanceSettings, Config
from ringfinder.detect import detect_communities
from ringfinder.errors import ConfigError
from ringfinder.graph import Graph
from ringfinder.model import Chance, Ring
from ringfinder.score import SIGNALS, Basis, Candidates, cases, find_candidates
from ringfinder.score.lead import evidence_families, lead_score, tier
from ringfinder.vocabulary import plural

__all__ = ["check_mode", "find_chance", "rounds_of"]

#: Modes of the setting.
_MODES = ("auto", "on", "off")
#: Up to so many links, at most so many rounds where nobody asked: the copies take about as long as the run itself.
_AUTO = ((100_000, 5), (500_000, 2))
#: The seed of the deals: a figure must not come and go with a number that nobody chose for a reason.
_SEED = 20_240_601
#: Scores that the run tells the counts of.
SCORES = (1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, 24.0, 32.0, 40.0, 48.0, 64.0)
_LIMIT = (
    "The dealing takes honest groups apart as well (families, workplaces, law firms): false rings that they make in "
    "real data are not in this figure, which is a lower bound in that respect"
)
#: From this share of all ties on that the members of rings hold, a deal gives most of them to members again.
_MOSTLY_RINGS = 0.5
_NO_ROOM = (
    "Much of what people share in this data is in the hands of the rings' own members, so that dealing it anew cannot "
    "take the rings apart: the figure says little here, and is rather too high"
)


@dataclass(frozen=True, eq=False)
class Standing:
    """The groups of one copy: ``score``, what their debtors ``had`` in the data (the most that half of them had), and
    whether each is a ``lead``; all of shape (n_groups,). ``had_lead``: whether half of its debtors were in a lead."""

    score: NDArray[np.float64]
    had: NDArray[np.float64]
    lead: NDArray[np.bool_]
    had_lead: NDArray[np.bool_]


@dataclass(frozen=True)
class Count:
    """What copies gave: the mean, and the range of one more copy."""

    expected: float
    low: float
    high: float


def check_mode(mode: str) -> None:
    """Say early that ``[chance] mode`` is none.

    Raises
    ------
    ConfigError
        If it is not auto, on or off.
    """
    if mode not in _MODES:
        raise ConfigError(f"unknown mode {mode!r}", where="[chance] mode", expected=f"one of {', '.join(_MODES)}")


def rounds_of(settings: ChanceSettings, n_links: int) -> int:
    """How many copies of each sort are made; 0 for none.

    Examples
    --------
    >>> [rounds_of(ChanceSettings(), n) for n in (100_000, 500_000, 1_000_000)]
    [5, 2, 0]
    """
    if settings.mode == "off":
        return 0
    if settings.mode == "on":
        return settings.rounds
    return min(settings.rounds, next((rounds for most, rounds in _AUTO if n_links <= most), 0))


def find_chance(
    graph: Graph, rings: Sequence[Ring], basis: Basis, config: Config, judged: Sequence[Ring] = ()
) -> tuple[tuple[Ring, ...], dict[str, Any]]:
    """The rings with :attr:`Ring.chance`, and :attr:`Run.chance`.

    Parameters
    ----------
    rings : sequence of Ring
        With their real keys, before the border.
    basis : Basis
        What the rings were judged by; the copies are judged by it, too.
    judged : sequence of Ring
        All groups before those that one event explains were taken out (M08). Where they stand again when dates are
        dealt, they are no rings either.

    Returns
    -------
    tuple of rings and dict
        The dict holds ``rounds``, ``sentence`` and, if copies were made, ``limit``, ``leads`` (``found``, ``expected``,
        ``low``, ``high``, and the same three under ``dates`` and ``links``), and ``scores``: the same for each score.
    """
    rounds = rounds_of(config.chance, graph.n_links) if rings else 0
    if not rounds:
        why = "there is no ring" if not rings else "not reckoned for so many links; ask for it with --chance 2"
        why = "switched off" if rings and config.chance.mode == "off" else why
        return tuple(rings), {"rounds": 0, "sentence": f"What chance alone would give: {why}."}
    had, had_lead = _had(graph, rings)
    explained = (_had(graph, judged)[0] > 0) & (had == 0)
    ties = find_ties(graph, basis.units, basis.blocked)

    def copy(number: int, sort: int) -> Standing:
        rng = np.random.default_rng([_SEED, sort, number])
        dealt = deal_ties(graph, ties, rng) if sort else deal_dates(graph, rng)
        return _standing(dealt, basis, config, had, had_lead, explained & (sort == 0))

    dates = [copy(number, 0) for number in range(rounds)]
    links = [copy(number, 1) for number in range(rounds)]
    limit = f"{_LIMIT}. {_NO_ROOM}." if _held(ties, had_lead) >= _MOSTLY_RINGS else f"{_LIMIT}."
    told = tuple(replace(ring, chance=_chance(ring.score, dates, links, limit)) for ring in rings)
    leads = {
        "found": sum(ring.tier == "strong" for ring in rings),
        **_row(
            [int((s.lead & ~s.had_lead).sum()) for s in dates],
            [int(s.lead.sum()) for s in dates],
            [int(s.lead.sum()) for s in links],
        ),
    }
    scores = [
        {"score": s, "found": sum(ring.score >= s for ring in rings), **_row(*_counts(s, dates, links))}
        for s in SCORES
        if s <= max(ring.score for ring in rings)
    ]
    found = f"{leads['found']} {'was' if leads['found'] == 1 else 'were'}"
    sentence = (
        f"With dates and ties dealt by chance, {_said(leads['expected'], leads['low'], leads['high'], 'lead')} would "
        f"be expected where {found} found ({plural(rounds, 'copy', 'copies')} of each sort)."
    )
    return told, {"rounds": rounds, "sentence": sentence, "limit": limit, "leads": leads, "scores": scores}


def _held(ties: Ties, member: NDArray[np.bool_]) -> float:
    """The share of all places for ties that are a member's."""
    return float(member[ties.place_who].mean()) if len(ties.place_who) else 0.0


def _had(graph: Graph, rings: Sequence[Ring]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The score of each debtor's ring, 0 if he is in none, and whether it is a lead; shape (n_nodes,)."""
    score, lead = np.zeros(graph.n_nodes), np.zeros(graph.n_nodes, dtype=bool)
    members = [
        (m.kind, m.key, ring.score, ring.tier == "strong") for ring in rings for m in ring.members if m.role == "debtor"
    ]
    schema = {"kind": pl.String, "key": pl.String, "score": pl.Float64, "lead": pl.Boolean}
    known = graph.nodes.select("kind", "key").with_row_index("node")
    found = pl.DataFrame(members, schema=schema, orient="row").join(known, on=["kind", "key"], how="inner")
    score[found["node"].to_numpy()] = found["score"].to_numpy()
    lead[found["node"].to_numpy()] = found["lead"].to_numpy()
    return score, lead


def _standing(
    graph: Graph,
    basis: Basis,
    config: Config,
    had: NDArray[np.float64],
    had_lead: NDArray[np.bool_],
    explained: NDArray[np.bool_],
) -> Standing:
    """Belief, detection and score of a copy, as the run does them; only what may be a lead is laid out."""
    belief = believe(graph, basis.units, basis.blocked, config.belief)
    partition = detect_communities(
        graph, config.detect.method, resolution=config.detect.resolution, seed=config.detect.seed,
        blocked=basis.blocked, belief=belief, guard_cap=config.hubs.guard_cap, units=basis.units,
    )  # fmt: skip
    strength = None if belief.structural else group_strength(belief, partition.labels, partition.n_communities)
    found = find_candidates(graph, partition.labels, basis, strength, belief)
    score = np.zeros(found.number) if strength is None else np.round(strength.value[found.label], 4)
    lead = np.zeros(found.number, dtype=bool)
    # candidates come with the strongest first, and no weaker one than this is a lead
    worth = found.number if strength is None else int((score >= config.score.strength_min).sum())
    for number, case in enumerate(cases(graph, _first(found, worth), basis, strength, belief)):
        evidence = tuple(e for code in SIGNALS for e in SIGNALS[code](case))
        number_units = case.units(case.members)
        families = evidence_families(
            evidence, {case.id(d): u for d, u in case.unit.items()}, case.settings, case.strength
        )
        level, _ = tier(number_units, families, case.settings, case.strength, case.licensed_share, case.selected)
        lead[number] = level == "strong"
        if case.strength is None:
            score[number] = lead_score(number_units, evidence)
    had_score, was_lead = _most_of_half(found, had), _most_of_half(found, had_lead.astype(np.float64)) > 0
    kept = lead | (_most_of_half(found, explained.astype(np.float64)) == 0)
    return Standing(score[kept], had_score[kept], lead[kept], was_lead[kept])


def _first(found: Candidates, number: int) -> Candidates:
    """The first ``number`` candidates."""
    inside = (found.group >= 0) & (found.group < number)
    return replace(
        found,
        group=np.where(inside, found.group, -1),
        debtor=found.debtor & inside,
        number=number,
        label=found.label[:number],
    )


def _most_of_half(found: Candidates, had: NDArray[np.float64]) -> NDArray[np.float64]:
    """The most that at least half of each group's debtors had, shape (n_groups,)."""
    debtor = np.flatnonzero(found.debtor)
    group, value = found.group[debtor], had[debtor]
    value = value[np.lexsort((-value, group))]
    size = np.bincount(group, minlength=found.number)
    start = np.cumsum(size) - size
    return np.asarray(value[start + (np.maximum(size, 1) - 1) // 2], dtype=np.float64)


def _counts(score: float, dates: Sequence[Standing], links: Sequence[Standing]) -> tuple[list[int], ...]:
    """Groups at least so strong in each copy: made by dealt dates, standing with dealt dates, with dealt ties."""
    return (
        [int(((s.score >= score) & (s.had < score)).sum()) for s in dates],
        [int((s.score >= score).sum()) for s in dates],
        [int((s.score >= score).sum()) for s in links],
    )


def _row(made: Sequence[int], dates: Sequence[int], links: Sequence[int]) -> dict[str, Any]:
    """The counts as figures: the larger of what chance makes in both sorts of copies, and each sort for itself."""
    both = [count_range(made), count_range(links)]
    larger = max(both, key=lambda c: (c.expected, c.high))
    return {
        **vars(larger),
        "high": max(c.high for c in both),
        "dates": vars(count_range(dates)),
        "links": vars(both[1]),
    }


def _chance(score: float, dates: Sequence[Standing], links: Sequence[Standing], limit: str) -> Chance:
    row = _row(*_counts(score, dates, links))
    stay = row["dates"]["expected"]
    sentence = (
        f"In data like this with dates and ties dealt by chance, {_said(row['expected'], row['low'], row['high'])} at "
        f"least this strong would be expected. {limit} With the dates alone dealt anew and every tie kept, "
        f"{stay:.1f} groups at least this strong remain."
    )
    return Chance(row["expected"], row["low"], row["high"], stay, row["links"]["expected"], len(links), sentence)


def _said(expected: float, low: float, high: float, what: str = "ring") -> str:
    number = f"{expected:.1f} {what}s" if expected != 1 else f"1.0 {what}"
    return f"{number} ({low:.0f} to {high:.0f})"


def count_range(counts: Sequence[int]) -> Count:
    """The mean of some counts, and the range in which one more falls in 95 of 100 cases.

    Poisson counts with a gamma mean are negative binomial (Gelman et al., Bayesian Data Analysis, section 2.6).

    Examples
    --------
    >>> count_range([0, 0, 0, 0, 0])
    Count(expected=0.0, low=0.0, high=1.0)
    """
    rounds, total = len(counts), sum(counts)
    mean = (total + 0.5) / rounds
    number = np.arange(int(mean + 12 * np.sqrt(mean * (1 + 1 / rounds)) + 30), dtype=np.float64)
    shape = total + 0.5
    log = gammaln(shape + number) - gammaln(shape) - gammaln(number + 1)
    log += shape * np.log(rounds / (rounds + 1)) - number * np.log(rounds + 1)
    below = np.cumsum(np.exp(log))
    low, high = (int(np.searchsorted(below, q)) for q in (0.025, 0.975))
    return Count(round(total / rounds, 4), float(min(low, *counts)), float(max(high, *counts)))
