"""The exposure and fee ledger against a calculation by hand."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from ringfinder.config import Config, LedgerSettings, PrivacySettings
from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError
from ringfinder.pipeline import find_rings, write_run

CUSTOMERS = """客户号,姓名,手机号,逾期天数,逾期金额
C1,甲一,15400000101,60,10000
C2,甲二,15400000102,61,20000.50
C3,甲三,15400000103,62,30000
C4,甲四,15400000104,63,40000
C5,甲五,15400000105,64,50000
C6,甲六,15400000106,65,60000
C9,甲九,15400000109,65,99999
"""
COMPLAINTS = """投诉编号,客户号,投诉渠道,投诉日期,来电号码,涉诉金额
T1,C1,12378,2026-05-01,15400000901,1000
T2,C2,12378,2026-05-02,15400000901,2000
T3,C3,12345,2026-05-03,15400000901,3000
T4,C4,12378,2026-05-04,15400000901,4000
T5,C5,12363,2026-05-05,15400000901,5000
T6,C6,12378,2026-05-10,15400000901,
T7,C6,12378,2026-05-11,15400000901,
"""
PAYMENTS = """客户号,付款日期,金额,收款账号,收款人
C1,2026-04-20,1500.25,6222020000000000011,乙一
C2,2026-04-21,1500,6222020000000000011,乙一
C3,2026-04-22,2500,6222020000000000011,乙一
C4,2026-04-23,2500,6222020000000000011,乙一
C5,2026-04-24,2000,6222020000000000011,乙一
C5,2026-05-24,2000,6222020000000000011,乙一
C1,2026-04-25,77,6222020000000000099,丙店
C9,2026-04-25,88,6222020000000000099,丙店
"""


@pytest.fixture
def revealed(revealed):
    """What chance would give is no matter of these tests."""
    return replace(revealed, chance=replace(revealed.chance, mode="off"))


def exports(folder, customers=CUSTOMERS, complaints=COMPLAINTS, payments=PAYMENTS):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("客户", customers), ("投诉", complaints), ("付款", payments)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def figures(folder, config, **texts):
    (ring,) = find_rings([exports(folder, **texts)], config).run.rings
    return {f.code: f for f in ring.ledger}


@pytest.fixture
def found(tmp_path, revealed):
    return figures(tmp_path / "in", revealed)


def test_the_figures_equal_those_made_by_hand(found):
    assert {code: (f.low, f.high, f.unit) for code, f in found.items()} == {
        "balance": (210000.50, 210000.50, "money"),
        "relief": (15000.0, 15000.0, "money"),
        "complaints": (7, 7, "complaints"),
        "bodies": (3, 3, "bodies"),
        "days": (11, 11, "days"),
        "fees_paid": (12000.25, 12000.25, "money"),
        "income_percent": (10500.03, 21000.05, "money"),
        "income_flat": (6 * 2000 + 0.2 * 15000, 6 * 5000 + 0.5 * 15000, "money"),
        "income_others": (4200.01, 120000.0, "money"),
    }


def test_every_figure_names_its_rows(found):
    rows = {code: [str(r) for r in f.rows] for code, f in found.items()}
    assert rows["balance"] == [f"客户.csv:{n}" for n in range(2, 8)]
    assert rows["relief"] == [f"投诉.csv:{n}" for n in range(2, 7)]
    assert rows["complaints"] == rows["bodies"] == rows["days"] == [f"投诉.csv:{n}" for n in range(2, 9)]
    assert rows["fees_paid"] == [f"付款.csv:{n}" for n in range(2, 8)]
    assert rows["income_percent"] == rows["balance"]
    assert set(rows["income_others"]) >= set(rows["balance"]) | set(rows["complaints"])


@pytest.mark.parametrize(
    ("code", "file"), [("balance", "customers"), ("relief", "complaints"), ("fees_paid", "payments")]
)
def test_a_figure_without_its_rows_is_gone(tmp_path, revealed, code, file):
    full = {"customers": CUSTOMERS, "complaints": COMPLAINTS, "payments": PAYMENTS}
    whole = figures(tmp_path / "whole", revealed)[code]
    drop = {r.row for r in whole.rows}
    kept = [line for n, line in enumerate(full[file].splitlines(), start=1) if n not in drop]
    run = find_rings([exports(tmp_path / "less", **{file: "\n".join(kept) + "\n"})], revealed).run
    assert code not in {f.code for ring in run.rings for f in ring.ledger}


def test_another_fee_setting_changes_the_fee_lines_only(tmp_path, revealed, found):
    rules = LedgerSettings(0.06, 0.08, 1000, 3000, 0.1, 0.2, 0.01, 9)
    other = figures(tmp_path / "other", replace(revealed, ledger=rules))
    assert {code for code in found if found[code] != other[code]} == {"income_percent", "income_flat", "income_others"}
    assert (other["income_percent"].low, other["income_percent"].high) == (12600.03, 16800.04)
    assert (other["income_flat"].low, other["income_flat"].high) == (7500, 21000)
    assert (other["income_others"].low, other["income_others"].high) == (54, 2100.01)


def test_two_rows_of_one_debtor_are_a_range_and_count_once(tmp_path, revealed):
    twice = figures(tmp_path, revealed, customers=CUSTOMERS + "C1,甲一,15400000101,60,12000\n")["balance"]
    assert (twice.low, twice.high) == (210000.50, 212000.50)


def test_sums_of_fewer_than_five_debtors_are_round_figures(tmp_path, revealed):
    """Nobody's own sum can be told from that of two."""
    lines = CUSTOMERS.splitlines()
    bare = [line if n < 3 else line.rsplit(",", 1)[0] + "," for n, line in enumerate(lines)]
    found = figures(tmp_path, revealed, customers="\n".join(bare) + "\n")
    assert (found["balance"].low, found["balance"].high) == (30000.0, 40000.0)
    assert (found["income_percent"].low, found["income_percent"].high) == (1500.0, 4000.0)
    assert "2 of 6 debtors" in found["balance"].sentence


def test_a_masked_run_has_sums_but_no_debtors_amount(tmp_path, revealed):
    result = find_rings([exports(tmp_path / "in")], replace(revealed, privacy=PrivacySettings()))
    folder = write_run(tmp_path / "run", result)
    assert "overdue_amount" not in result.graph.nodes.columns
    table = list(csv.DictReader(io.StringIO((folder / "ledger.csv").read_text(encoding="utf-8-sig"))))
    assert {row["code"]: row["low"] for row in table}["balance"] == "210000.5"
    for file in sorted(folder.glob("*.*")):
        text = file.read_text(encoding="utf-8-sig")
        assert not [amount for amount in ("20000.5", "1500.25") if amount in text.replace("120000.5", "")]


def test_ranges_the_wrong_way_round_are_refused():
    with pytest.raises(ConfigError, match=r"ledger\.percent_low = 0\.2 is above ledger\.percent_high = 0\.1"):
        parse_config({"ledger": {"percent_low": 0.2}})
    assert parse_config({"ledger": {"percent_low": 0.02}}).ledger.percent_low == 0.02
    assert Config().ledger == LedgerSettings()
