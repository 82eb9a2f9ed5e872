"""Each fact that speaks against a ring: one case that shows it, one just below, and its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cases import DEFAULTS, complaints, rings_of
from scenarios import write_s1

from ringfinder.config import CalendarEntry
from ringfinder.model import Row
from ringfinder.pipeline import find_rings
from ringfinder.score.mitigations import FACTS

FOUR = [f"C{i}" for i in range(1, 5)]
PHONE = "+8615400000901"
OWN = [f"debtor {c} uses_phone phone +861540000010{i}" for i, c in enumerate(FOUR)]
#: Four unrelated debtors complain from one phone, T + name, from 2026-05-01 on, one a day.
RING = complaints(FOUR, PHONE) + OWN
AGENT = [f"debtor {c} represented_by agent 张某 2026-04-{10 + i}" for i, c in enumerate(FOUR)]
DESK = "+8675526020001"


def about(complaint, **said):
    return {"kind": "complaint", "key": complaint, "label": complaint, **said}


def facts(code, rows=(), nodes=(), **options):
    """The facts of this code that the ring of four shows beside these rows."""
    (ring,) = rings_of([*RING, *rows], nodes, **options)
    return [m for m in ring.mitigations if m.code == code]


def until(day):
    return [row.replace("represented_by", "represented_until").rsplit(" ", 1)[0] + f" {day}" for row in AGENT]


VIA = [f"complaint T{c} via channel 12378 2026-05-01" for c in FOUR]
#: code -> (rows, nodes) that show it, (rows, nodes) just below, the beginning of the sentence
SHOWN = {
    "M01": ((AGENT, ()), ([r[:-10] + "2026-06-01" for r in AGENT], ()), "powers of attorney exist for 4 of 4 debtors"),
    "M02": (
        ((), [about("TC1", demands="instalments_60 waive_interest", ask_months=60, says_willing=True)]),
        ((), [about("TC1", demands="instalments_60", ask_months=61)]),
        "1 complaint asks for instalments over at most 60 months",
    ),
    "M03": (
        ([f"phone {DESK} called_at_night phone +8615400000100 2026-04-20"], ()),
        ([f"phone {PHONE} called_at_night phone +8615400000100 2026-04-20"], ()),
        "1 call to 1 debtor between 22:00 and 08:00",
    ),
    "M04": (
        ((), [about("TC1", result="投诉属实")]),
        ((), [about("TC1", result="投诉不属实")]),
        "1 complaint was upheld",
    ),
    "M05": (
        ((), [about("TC1", says_cheated=True)]),
        ((), [about("TC1", says_breach=True)]),
        "1 debtor reported an intermediary",
    ),
    "M06": (
        ([f"debtor {c} represented_by law_firm 31110000MD0123454X" for c in FOUR], ()),
        ([f"debtor {c} represented_by company 91110101MA00TE5T21" for c in FOUR], ()),
        "{n0} represents 4 of 4 debtors and is a licensed or public body",
    ),
    "M07": (
        ([f"debtor {c} lives_at address 1路1号" for c in FOUR[:2]], ()),
        ([f"debtor {c} lives_at address {c}路1号" for c in FOUR[:2]], ()),
        "1 household is among the debtors",
    ),
    "M08": (
        ((), ()),
        ((), ()),
        "2 of 4 complaints fall into “outage” (2026-05-01 to 2026-05-02, newsroom)",
    ),
    "M09": (
        ((), [about("TC1", public_text="zh-instalment-request")]),
        ((), [about("TC1", public_only=True)]),
        "1 complaint uses the public template zh-instalment-request",
    ),
    "M10": (
        (["debtor C1 filed complaint K 2026-04-16", "complaint K via channel 银行客服", *VIA], ()),
        (["debtor C1 filed complaint K 2026-04-17", "complaint K via channel 银行客服", *VIA], ()),
        "1 debtor complained to the lender first",
    ),
    "M11": (
        (["debtor C1 paid payee_account 甲银行 2026-05-02"], ()),
        (["debtor C1 paid payee_account 甲银行 2026-05-01"], ()),
        "1 debtor paid something to the lender after complaining",
    ),
    "M12": (
        ((), ()),
        (["debtor C1 uses_device device D", "debtor C2 uses_device device D"], ()),
        "everything rests on",
    ),
}
CALENDAR = {
    True: (CalendarEntry("outage", dt.date(2026, 5, 1), dt.date(2026, 5, 2), source="newsroom"),),
    False: (CalendarEntry("outage", dt.date(2026, 4, 1), dt.date(2026, 4, 30)),),
}


def shown(code, yes):
    rows, nodes = SHOWN[code][0 if yes else 1]
    options = {"calendar": CALENDAR[yes]} if code == "M08" else {}
    return facts(code, rows, nodes, **options)


def test_every_fact_has_its_two_cases():
    assert set(SHOWN) == set(FACTS)


@pytest.mark.parametrize("code", sorted(SHOWN))
def test_a_fact_is_shown_with_its_rows(code):
    found = shown(code, True)
    assert any(m.sentence.startswith(SHOWN[code][2]) for m in found), [m.sentence for m in found]
    assert all(m.rows == tuple(sorted(set(m.rows))) != () for m in found)


@pytest.mark.parametrize("code", sorted(set(SHOWN) - {"M12"}))
def test_just_below_it_is_not_said(code):
    assert shown(code, False) == []


def test_two_shared_things_are_more_than_one_value():
    assert [m.sentence for m in shown("M12", False)] == ["everything rests on one source file (links.csv)"]


@pytest.mark.parametrize("code", ["M01", "M03", "M06", "M07", "M10", "M11"])
def test_without_its_rows_a_fact_is_not_said(code):
    rows, nodes = SHOWN[code][0]
    every = [*RING, *rows]
    cited = {row.row for m in shown(code, True) for row in m.rows}
    left = [row for number, row in enumerate(every, start=2) if number not in cited]
    assert len(left) < len(every)
    assert [m for r in rings_of(left, nodes) for m in r.mitigations if m.code == code] == []


def test_four_calls_on_one_day_break_the_rule_and_three_do_not():
    # rows of one file: the same call twice is two rows
    calls = [f"phone {DESK} called phone +8615400000100 2026-04-20"] * 4
    (found,) = facts("M03", calls)
    assert found.sentence.startswith("1 debtor was called more than 3 times by one phone on 1 day")
    assert len(found.rows) == 4
    assert facts("M03", calls[:3]) == []


def test_a_hotline_that_calls_at_night_breaks_the_rule():
    (found,) = facts("M03", ["phone +8615400000100 marked mark hotline_at_night 2026-04-20"])
    assert found.sentence.startswith("1 call to 1 debtor between 22:00 and 08:00")
    assert facts("M03", ["phone +8615400000100 marked mark advert 2026-04-20"]) == []


def test_an_upheld_complaint_about_calls_at_night_is_a_broken_rule():
    (found,) = facts("M03", (), [about("TC1", says_breach=True, result="投诉属实")])
    assert found.sentence == "1 complaint about calls at night or to others was upheld"
    assert facts("M03", (), [about("TC1", says_breach=True, result="投诉不属实")]) == []


@pytest.mark.parametrize(("day", "said"), [("2026-05-04", True), ("2026-04-30", False)])
def test_a_mandate_that_has_ended_is_none(day, said):
    rows = AGENT + until(day)
    table = [row for row in rows if row]
    found = facts("M01", pairs(table))
    assert bool(found) is said


def pairs(rows):
    """``represented_by`` and ``represented_until`` are links of one row; see :func:`tests.cases.graph_of`."""
    by = [r for r in rows if "represented_by" in r]
    return [f"{r} + {r.replace('represented_by', 'represented_until')[:-10]}{end[-10:]}" for r, end in
            zip(by, [r for r in rows if "represented_until" in r], strict=True)]  # fmt: skip


def test_a_ring_that_takes_fees_has_possible_victims():
    fees = [f"debtor {c} paid payee_account 62220001 2026-04-20" for c in FOUR[:2]]
    (found,) = facts("M05", fees)
    assert found.sentence.startswith("2 debtors paid what may be fees to 1 account")
    assert facts("M05", fees[:1]) == []
    banks = [row.replace("62220001", "乙银行") for row in fees]
    assert facts("M05", banks) == []


def test_a_complaint_at_the_police_makes_a_possible_victim():
    (found,) = facts("M05", ["complaint TC1 via channel 派出所"])
    assert "went to the police" in found.sentence


def test_a_declared_relative_is_kin():
    (found,) = facts("M07", (), [about("TC1", caller_relation="配偶")])
    assert found.sentence == "1 complaint was made by a declared relative"
    assert facts("M07", (), [about("TC1", caller_relation="同事")]) == []


def test_a_demand_beyond_the_rules_is_counted_apart():
    (found,) = facts("M02", (), [about("TC1", demands="instalments_60 stop_collection")])
    assert "0 of them for nothing but this and the interest" in found.sentence


def test_an_event_concerns_one_lender_or_region_only():
    rows = ["complaint TC1 about lender 甲银行", "debtor C2 lives_at address 乙县丙村1号"]
    day = {"first": dt.date(2026, 5, 1), "last": dt.date(2026, 5, 31)}
    (one,) = facts("M08", rows, calendar=(CalendarEntry("fee", lender="甲银行", **day),))
    assert one.sentence.startswith("1 of 4 complaints falls into “fee”")
    (two,) = facts("M08", rows, calendar=(CalendarEntry("flood", region="乙县", **day),))
    assert two.sentence.startswith("1 of 4 complaints falls into “flood”")
    assert facts("M08", rows, calendar=(CalendarEntry("flood", region="丙县", **day),)) == []


SIX = [f"C{i}" for i in range(1, 7)]


@pytest.mark.parametrize(("last", "family"), [("2026-05-06", ""), ("2026-05-01", "TIME")])
def test_a_burst_within_a_known_event_counts_for_no_family(last, family):
    entry = CalendarEntry("outage", dt.date(2026, 5, 1), dt.date.fromisoformat(last))
    (ring,) = rings_of(complaints(SIX, PHONE), calendar=(entry,))
    (found,) = [e for e in ring.evidence if e.signal == "RF07"]
    assert found.family == family
    assert ("outage” (2026-05-01 to" in found.sentence) is (family == "")
    assert ("TIME" in ring.families) is (family != "")


@pytest.mark.parametrize(("public", "family"), [(4, ""), (1, "TEXT")])
def test_a_public_template_counts_for_no_family(public, family):
    rows = [*RING, *(f"complaint T{c} uses_template template V 2026-05-01" for c in FOUR)]
    nodes = [about(f"T{c}", public_only=True, public_text="form") for c in FOUR[:public]]
    (ring,) = rings_of(rows, nodes)
    (found,) = [e for e in ring.evidence if e.signal == "RF05"]
    assert found.family == family
    assert ("a public template explains it (M09)" in found.sentence) is (family == "")


def test_the_thresholds_are_settings():
    less = replace(DEFAULTS, instalments_max=59)
    assert facts("M02", *SHOWN["M02"][0], settings=less) == []


def test_from_files_to_facts(tmp_path, revealed):
    """S1 with what a careful desk exports beside it: every fact comes from its own rows."""
    folder = write_s1(tmp_path)
    (folder / "早前投诉.csv").write_text(
        "投诉编号,客户号,投诉渠道,投诉日期,投诉内容,与投诉人关系\n"
        "E01,C001,银行客服,2026-03-02,请核对三月账单的利息,\n"
        "E02,C002,派出所,2026-06-02,被咨询公司骗了服务费，对方已失联,\n"
        "E03,C003,12378,2026-06-03,请书面答复本人母亲的来信,母亲\n",
        encoding="utf-8",
    )
    entry = CalendarEntry("系统故障", dt.date(2026, 5, 6), dt.date(2026, 5, 7))
    run = find_rings([folder], replace(revealed, calendar=(entry,))).run
    lead = next(r for r in run.rings if r.tier == "strong")
    facts = {m.code: m for m in lead.mitigations}
    assert facts["M01"].sentence.startswith("powers of attorney exist for 7 of 7 debtors")
    assert facts["M02"].sentence.startswith("5 complaints ask for instalments over at most 60 months")
    assert facts["M05"].rows == (Row("早前投诉.csv", 3),)
    assert facts["M07"].rows == (Row("早前投诉.csv", 4),)
    assert facts["M08"].rows == (Row("投诉.csv", 2), Row("投诉.csv", 3))
    assert facts["M10"].rows == (Row("投诉.csv", 2), Row("早前投诉.csv", 2))
    (folder / "早前投诉.csv").unlink()
    left = next(r for r in find_rings([folder], revealed).run.rings if r.tier == "strong")
    assert {m.code for m in left.mitigations} & {"M05", "M07", "M08", "M10"} == set()
