"""Every claim stands on the rows that it cites: without them it is gone or another one.

What a run says of a ring (evidence, counter-facts, ties, ledger, playbook) and its common causes. The cited rows are
taken out of copies of the exports, and the copies are analysed again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from receipt_cases import tables_in, without, write_planted
from scenarios import write_s1

from ringfinder.config import Config, PrivacySettings
from ringfinder.config_file import load_config
from ringfinder.model import Ring, Row, Run
from ringfinder.pipeline import find_rings

EXAMPLES = Path(__file__).parent.parent / "examples"


class Claim(NamedTuple):
    """A claim: code, whom it is about, what it says, its rows, and the debtors of its ring (none: of the whole run)."""

    code: str
    subject: tuple[str, ...]
    said: tuple[object, ...]
    rows: tuple[Row, ...]
    debtors: frozenset[str]


def claims(run: Run) -> Iterator[Claim]:
    """All claims of a run."""
    for ring in run.rings:
        debtors = frozenset(m.id for m in ring.members if m.kind == "debtor")
        yield from (Claim(*claim, debtors) for claim in _of_ring(ring))
    for cause in run.common_causes:
        yield Claim(f"cause {cause.code}", cause.nodes, (cause.sentence,), cause.rows, frozenset())


def _of_ring(ring: Ring) -> Iterator[tuple[str, tuple[str, ...], tuple[object, ...], tuple[Row, ...]]]:
    for e in ring.evidence:
        yield e.signal, e.nodes, (e.value,), e.rows
    for m in ring.mitigations:
        yield m.code, m.nodes, (m.sentence,), m.rows
    for t in ring.ties:
        yield "tie", t.nodes, (t.lost,), t.rows
    for figure in ring.ledger:
        yield f"ledger {figure.code}", (), (figure.low, figure.high), figure.rows
    for step in ring.playbook:
        yield f"step {step.stage}{'' if step.debtor else ' of the ring'}", (step.debtor,), (step.date,), step.rows


def stands(claim: Claim, run: Run) -> bool:
    """Whether a run makes this claim, about a ring that has most of its debtors."""
    return any(
        (c.code, c.subject, c.said) == (claim.code, claim.subject, claim.said)
        and 2 * len(c.debtors & claim.debtors) >= len(claim.debtors)
        for c in claims(run)
    )


def run_of(folder: Path, config: Config) -> Run:
    return find_rings(tables_in(folder), config).run


def sample(run: Run, most: int) -> dict[tuple[Row, ...], list[Claim]]:
    """Claims by their rows: common causes, then one of every code, as far as ``most`` sets of rows reach."""
    every = list(claims(run))
    assert all(c.rows for c in every), [c for c in every if not c.rows]
    random.Random(5).shuffle(every)
    every.sort(key=lambda c: not c.code.startswith("cause"))
    first = {c.code: c for c in reversed(every)}
    by_rows: dict[tuple[Row, ...], list[Claim]] = {}
    for claim in dict.fromkeys([*(first[code] for code in dict.fromkeys(c.code for c in every)), *every]):
        if claim.rows in by_rows or len(by_rows) < most:
            by_rows.setdefault(claim.rows, []).append(claim)
    return by_rows


def quiet(config: Config) -> Config:
    """Revealed, and without the deals of chance."""
    return replace(config, privacy=PrivacySettings(reveal=True), chance=replace(config.chance, mode="off"))


@pytest.fixture(scope="module", params=["s1", "planted", "lender"])
def case(request, tmp_path_factory) -> tuple[str, Path, Config]:
    folder = tmp_path_factory.mktemp("receipts") / request.param
    if request.param == "lender":
        return "lender", EXAMPLES / "lender" / "exports", quiet(load_config(EXAMPLES / "lender" / "ringfinder.toml"))
    (write_s1 if request.param == "s1" else write_planted)(folder)
    return request.param, folder, quiet(Config())


def test_without_its_rows_no_claim_stands(case, tmp_path):
    name, folder, config = case
    run = run_of(folder, config)
    cited = sample(run, {"s1": 12, "planted": 24, "lender": 3}[name])
    codes = {c.code for some in cited.values() for c in some}
    assert len(codes) >= {"s1": 15, "planted": 30, "lender": 3}[name]
    standing = []
    for number, (rows, some) in enumerate(cited.items()):
        after = run_of(without(folder, tmp_path / str(number), rows), config)
        standing += [c for c in some if stands(c, after)]
    assert standing == []


def test_a_claim_stays_when_other_rows_are_gone(tmp_path, revealed):
    config = quiet(revealed)
    folder = write_s1(tmp_path / "s1")
    run = run_of(folder, config)
    others = [Row("客户.csv", row) for row in range(10, 16)]  # C009 to C014 are in no ring
    after = run_of(without(folder, tmp_path / "fewer", others), config)
    kept = [c for c in claims(run) if stands(c, after)]
    assert len(kept) > 0.9 * len(list(claims(run)))
