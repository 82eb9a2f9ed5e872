"""A ring on the screen: order, width, both languages, and no word of guilt."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from ringfinder.store import load_run

#: Headings in the order in which a person judges a ring; those whose field may be empty are marked.
HEADINGS = (
    "Reasons, and the usual harmless explanation beside each",
    "Counter-evidence: what speaks against it",
    "Members and their roles",
    "What holds it together?",
    "Course of events?",
    "Exposure and fees?",
    "Texts side by side?",
    "Next lawful steps",
    "Lawful ways out for debtors",
)


@pytest.mark.parametrize("ring", ["R1", "R2", "R5"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_ring_fits_80_columns_in_both_languages(cli, demo_run, ring, language):
    done = cli("show", demo_run, ring, "--language", language)
    assert done.exit_code == 0
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= 80


def test_everything_comes_in_the_order_of_judging(cli, demo_run):
    ring = load_run(demo_run).rings[0]
    text = cli("show", demo_run, "R1").stdout
    assert text.startswith(f"R1  {ring.name}\na lead (strong), score {ring.score:.2f}\n")
    places = [text.find(f"\n{heading.rstrip('?')}") for heading in HEADINGS]
    assert all(p >= 0 for p, heading in zip(places, HEADINGS, strict=True) if not heading.endswith("?"))
    there = [p for p in places if p >= 0]
    assert there == sorted(there)
    filled = {"What holds it together": ring.ties, "Course of events": ring.playbook,
              "Exposure and fees": ring.ledger, "Texts side by side": ring.texts}  # fmt: skip
    assert all((f"\n{heading}\n" in text) == bool(field) for heading, field in filled.items())


def test_chinese_has_its_own_headings_roles_steps_and_exits(cli, demo_run):
    done = cli("show", demo_run, "R1", "--language", "zh")
    for word in ("线索", "理由", "反面事实", "成员及其角色", "共用电话", "下一步合法措施", "12348 法律援助"):
        assert word in done.stdout
    assert "绝非定论" in done.stderr


def test_debtors_are_shown_as_clients(cli, demo_run):
    text = " ".join(cli("show", demo_run, "R1").stdout.split())
    assert "Debtors are clients and often victims." in text
    assert "nothing about what one did" in text
    assert not re.search(r"guilt|suspect|criminal|fraud", text, re.IGNORECASE)


def test_a_masked_ring_shows_no_word_of_a_text(cli, s1_masked, s1_revealed):
    masked, revealed = (cli("show", run, "R1").stdout for run in (s1_masked, s1_revealed))
    assert "15400000901" in revealed
    assert "15400000901" not in masked
    assert not re.search(r"1540{7}\d", masked)


def test_list_and_tables_have_the_names(cli, demo_run):
    rings = load_run(demo_run).rings
    records = json.loads(cli("list", demo_run, "--format", "json").stdout)
    assert [r["name"] for r in records] == [r.name for r in rings]
    assert "name" in cli("list", demo_run).stdout.splitlines()[1]
    for ring in rings:
        assert ring.name
        assert not re.search(r"\{|community", ring.name)
