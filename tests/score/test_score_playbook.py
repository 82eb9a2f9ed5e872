"""The timeline of a ring: which steps are listed, with which dates and rows, and whether debtors keep step."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from cases import rings_of

from ringfinder.config import PrivacySettings
from ringfinder.pipeline import find_rings
from ringfinder.score.playbook import STAGES

SIX = [f"C{i}" for i in range(1, 7)]
PHONE = "+8615400000901"
#: Days of call, mandate, fee, letter and complaint, counted from a debtor's first.
COURSE = (0, 4, 5, 11, 13)


def row(debtor, stage, day):
    return {
        "contact": f"phone {PHONE} called phone own{debtor} {day}",
        "mandate": f"debtor {debtor} represented_by agent A {day}",
        "fee": f"debtor {debtor} paid payee_account P {day}",
        "letter": f"debtor {debtor} posted mail_item M{debtor} {day}",
        "complaint": f"debtor {debtor} filed complaint T{debtor} {day}",
    }[stage]


def planted(days):
    """Six debtors of one agent; ``days`` gives for each the days of the five steps."""
    rows = [f"debtor {d} uses_phone phone own{d}" for d in SIX]
    rows += [f"debtor {d} represented_by phone {PHONE}" for d in SIX]
    for debtor, those in zip(SIX, days, strict=True):
        steps = zip(("contact", "mandate", "fee", "letter", "complaint"), those, strict=True)
        rows += [row(debtor, stage, day) for stage, day in steps]
    return rows


def in_step():
    start = dt.date(2026, 3, 1)
    return [[start + dt.timedelta(9 * k + lag) for lag in COURSE] for k in range(6)]


def lockstep(rows):
    (ring,) = rings_of(rows)
    return [e for e in ring.evidence if e.signal == "PB01"]


def test_a_planted_sequence_is_listed_with_dates_and_rows():
    rows = planted(in_step())
    (ring,) = rings_of(rows)
    steps = [s for s in ring.playbook if s.debtor == "debtor:C3"]
    assert [(s.stage, s.date) for s in steps] == [
        ("contact", "2026-03-19"), ("mandate", "2026-03-23"), ("fee", "2026-03-24"), ("letter", "2026-03-30"),
        ("complaint", "2026-04-01"),
    ]  # fmt: skip
    for step in steps:
        assert [rows[r.row - 2] for r in step.rows] == [row("C3", step.stage, step.date)]


def test_the_rings_own_steps_are_the_first_of_each_stage():
    (ring,) = rings_of(planted(in_step()))
    assert [(s.stage, s.date) for s in ring.playbook if not s.debtor] == [
        ("contact", "2026-03-01"), ("mandate", "2026-03-05"), ("fee", "2026-03-06"), ("letter", "2026-03-12"),
        ("complaint", "2026-03-14"),
    ]  # fmt: skip
    assert [s.stage for s in ring.playbook if not s.debtor] == sorted(
        {s.stage for s in ring.playbook}, key=STAGES.index
    )


def test_six_debtors_in_step_are_told_with_every_row_of_their_steps():
    rows = planted(in_step())
    (found,) = lockstep(rows)
    assert (found.value, found.family) == (6, "")
    assert "contact 13 days before, mandate 9 days before, fee 8 days before, letter 2 days before" in found.sentence
    assert {rows[r.row - 2].rsplit(" ", 1)[1] for r in found.rows} == {str(d) for days in in_step() for d in days}
    assert len(found.rows) == 30


def test_the_reason_goes_with_its_rows():
    rows = planted(in_step())
    (found,) = lockstep(rows)
    gone = {r.row - 2 for r in found.rows}
    assert not [
        e for ring in rings_of([r for n, r in enumerate(rows) if n not in gone]) for e in ring.evidence
        if e.signal == "PB01"
    ]  # fmt: skip


def test_permuted_dates_are_not_in_step():
    rng = random.Random(4)
    pool = [day for days in in_step() for day in days]
    for _ in range(5):
        rng.shuffle(pool)
        assert lockstep(planted([pool[5 * k : 5 * k + 5] for k in range(6)])) == []


def test_steps_that_shuffled_dates_give_as_well_are_no_course():
    """Everything happened within four days: any order of these days is in step."""
    start = dt.date(2026, 3, 1)
    assert lockstep(planted([[start + dt.timedelta(lag) for lag in (0, 1, 1, 2, 3)]] * 6)) == []


def test_four_debtors_in_step_are_too_few():
    days = in_step()
    far = [[day + dt.timedelta(31 * n * (k + 1)) for n, day in enumerate(those)] for k, those in enumerate(days)]
    assert lockstep(planted([*days[:4], *far[4:]])) == []
    assert lockstep(planted([*days[:5], *far[5:]]))[0].value == 5


def test_a_mandate_some_days_before_a_complaint_is_no_course():
    rows = [r for r in planted(in_step()) if " called " not in r and " paid " not in r and " posted " not in r]
    assert lockstep(rows) == []


def test_a_step_without_its_rows_is_gone():
    rows = [r for r in planted(in_step()) if " paid " not in r]
    (ring,) = rings_of(rows)
    assert "fee" not in {s.stage for s in ring.playbook}


def test_lawsuits_and_adverts_of_the_rings_phones_are_steps():
    rows = planted(in_step())
    rows += ["debtor C2 marked mark suit 2026-09-09", f"phone {PHONE} marked mark advert 2026-02-03"]
    rows += [f"phone {PHONE} marked mark advert 2026-02-05", "phone other marked mark advert 2026-01-01"]
    (ring,) = rings_of(rows)
    found = [(s.stage, s.debtor, s.date) for s in ring.playbook if s.stage in ("lawsuit", "advert")]
    assert found == [
        ("advert", "", "2026-02-03"), ("lawsuit", "", "2026-09-09"), ("lawsuit", "debtor:C2", "2026-09-09")
    ]  # fmt: skip


def test_undated_steps_are_not_guessed():
    rows = [r.rsplit(" ", 1)[0] if " represented_by agent " in r else r for r in planted(in_step())]
    (ring,) = rings_of(rows)
    assert "mandate" not in {s.stage for s in ring.playbook}


def test_a_payment_to_a_shop_is_no_fee():
    rows = [*planted(in_step()), "debtor C1 paid payee_account shop 2026-02-01"]
    (ring,) = rings_of(rows)
    assert "2026-02-01" not in {s.date for s in ring.playbook}


def test_lags_that_grow_from_debtor_to_debtor_are_no_course():
    start = dt.date(2026, 3, 1)
    days = [[start + dt.timedelta(40 * k + k * lag) for lag in COURSE] for k in range(6)]
    assert lockstep(planted(days)) == []


@pytest.fixture
def revealed(revealed):
    """What chance would give is no matter of these tests."""
    return replace(revealed, chance=replace(revealed.chance, mode="off"))


HEAD = {
    "客户": "客户号,姓名,手机号,逾期天数,逾期金额",
    "投诉": "投诉编号,客户号,投诉渠道,投诉日期,来电号码,办结日期,处理结果",
}


def exports(tmp_path, as_of):
    """Five customers of one caller; the customer list says its day only where ``as_of``."""
    customers = [HEAD["客户"] + (",数据日期" if as_of else "")]
    customers += [f"C{i},甲{i},1540000010{i},60,1000{',2026-04-30' if as_of else ''}" for i in range(1, 6)]
    complaints = [HEAD["投诉"]]
    complaints += [f"T{i},C{i},12378,2026-05-0{i},15400000901,2026-06-0{i},已答复" for i in range(1, 5)]
    complaints += ["T5,C5,12378,2026-05-05,15400000901,2026-06-05,"]
    for name, lines in (("客户", customers), ("投诉", complaints)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_the_debt_falls_due_on_the_day_that_the_list_allows_to_count_back_to(tmp_path, revealed):
    (ring,) = find_rings([exports(tmp_path, as_of=True)], revealed).run.rings
    (step,) = [s for s in ring.playbook if s.stage == "overdue" and s.debtor == "debtor:C2"]
    assert (step.date, [str(r) for r in step.rows]) == ("2026-03-01", ["客户.csv:3"])


def test_without_the_lists_day_no_day_is_invented(tmp_path, revealed):
    (ring,) = find_rings([exports(tmp_path, as_of=False)], revealed).run.rings
    assert "overdue" not in {s.stage for s in ring.playbook}


def test_a_closed_complaint_with_a_result_is_an_outcome(tmp_path, revealed):
    (ring,) = find_rings([exports(tmp_path, as_of=False)], revealed).run.rings
    closed = [(s.debtor, s.date) for s in ring.playbook if s.stage == "outcome" and s.debtor]
    assert closed == [(f"debtor:C{i}", f"2026-06-0{i}") for i in range(1, 5)]


def test_a_masked_run_lists_the_same_steps_by_token(tmp_path, revealed):
    folder = exports(tmp_path, as_of=True)
    masked = replace(revealed, privacy=PrivacySettings())
    (inner,), (outer,) = (find_rings([folder], config).run.rings for config in (revealed, masked))
    assert sorted((s.stage, s.date, s.rows) for s in inner.playbook) == sorted(
        (s.stage, s.date, s.rows) for s in outer.playbook
    )
    assert not {s.debtor for s in inner.playbook if s.debtor} & {s.debtor for s in outer.playbook}
