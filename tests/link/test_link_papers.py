"""Documents, sessions and changes of the phone of record → links."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from link_case import counts, dated, linked, links, nodes, reasons

DOCUMENTS = "材料编号,客户号,材料类型,出具单位,提交日期,核实结果\n"
SESSIONS = "客户号,设备号,登录IP,登录时间\n"
CHANGES = "客户号,原预留手机号,新预留手机号,变更日期\n"


def _documents(tmp_path, rows):
    return linked(tmp_path, {"材料.csv": DOCUMENTS + rows})


def _attributes(graph, column):
    """Document key → attribute."""
    found = graph.nodes.filter(pl.col("kind") == "document")
    return dict(found.select("key", column).iter_rows())


# ---- documents ----
def test_a_document_is_a_paper_of_its_issuer_and_one_of_its_number(tmp_path):
    found = _documents(tmp_path, "A-17,C1,住院证明,B市医院,2026-05-03,属实")
    by_issuer, by_number = "住院证明 (B市医院)", "住院证明 (B市医院) no. A-17"
    day = (dt.date(2026, 5, 3) - dt.date(1970, 1, 1)).days
    assert dated(found.graph) == {
        ("debtor:C1", "submitted", f"document:{by_issuer}", day, 1.0),
        ("debtor:C1", "submitted", f"document:{by_number}", day, 1.0),
    }
    assert nodes(found.graph, "document") == {by_issuer: by_issuer, by_number: by_number}
    assert found.issues.is_empty()


def test_one_number_on_two_debtors_is_one_paper_and_other_numbers_of_the_issuer_are_not(tmp_path):
    found = _documents(tmp_path, "A-17,C1,住院证明,B市医院,,\nA-17,C2,住院证明,B市医院,,\nA-18,C3,住院证明,B市医院,,")
    assert {(s, t) for s, _, t in links(found.graph) if "no." in t} == {
        ("debtor:C1", "document:住院证明 (B市医院) no. A-17"),
        ("debtor:C2", "document:住院证明 (B市医院) no. A-17"),
        ("debtor:C3", "document:住院证明 (B市医院) no. A-18"),
    }


def test_one_number_of_two_issuers_is_two_papers(tmp_path):
    found = _documents(tmp_path, "17,C1,贫困证明,甲村委会,,\n17,C2,贫困证明,乙村委会,,\n17,C3,失业证明,甲村委会,,")
    sources = [t for s, _, t in links(found.graph) if "no. 17" in t]
    assert len(sources) == len(set(sources)) == 3


@pytest.mark.parametrize("kind", ["住院证明", "贫困证明"])
def test_a_type_alone_joins_nobody(tmp_path, kind):
    found = _documents(tmp_path, f",C1,{kind},,,\n,C2,{kind},,,\nA1,C3,{kind},B市医院,,")
    assert {t for *_, t in links(found.graph)} == {f"document:{kind} (B市医院)", f"document:{kind} (B市医院) no. A1"}
    assert counts(found) == [(3, 1, 2)]
    assert reasons(found, lost=True) == {(2, "", "no_link"), (3, "", "no_link")}


def test_a_paper_without_a_type_is_known_by_its_issuer(tmp_path):
    found = _documents(tmp_path, ",C1,,B市医院,,")
    assert links(found.graph) == {("debtor:C1", "submitted", "document:paper (B市医院)")}


@pytest.mark.parametrize(
    "said", ["出具单位否认", "不属实", "查无此人", "系伪造", "虚假材料", "假证", "未出具过", "issuer denies", "Forged"]
)
def test_a_denied_paper_is_a_node_of_its_own_and_stains_no_honest_one(tmp_path, said):
    found = _documents(tmp_path, f",C1,住院证明,B市医院,,{said}\n,C2,住院证明,B市医院,,属实")
    assert links(found.graph) == {
        ("debtor:C1", "submitted", "document:住院证明 (B市医院) denied"),
        ("debtor:C2", "submitted", "document:住院证明 (B市医院)"),
    }
    assert _attributes(found.graph, "verification") == {
        "住院证明 (B市医院) denied": "denied",
        "住院证明 (B市医院)": None,
    }


@pytest.mark.parametrize("said", ["", "未核实", "待核实", "属实", "not verified", "无法核实"])
def test_what_is_only_not_verified_is_not_denied(tmp_path, said):
    found = _documents(tmp_path, f",C1,住院证明,B市医院,,{said}\n,C2,住院证明,B市医院,,伪造")
    assert ("debtor:C1", "submitted", "document:住院证明 (B市医院)") in links(found.graph)
    assert _attributes(found.graph, "verification")["住院证明 (B市医院)"] is None


def test_a_denied_number_is_denied_under_both_keys(tmp_path):
    found = _documents(tmp_path, "A-17,C1,住院证明,B市医院,,伪造")
    assert set(nodes(found.graph, "document")) == {
        "住院证明 (B市医院) denied",
        "住院证明 (B市医院) no. A-17 denied",
    }
    assert set(_attributes(found.graph, "verification").values()) == {"denied"}


def test_documents_without_a_debtor_are_rejected_and_counted(tmp_path):
    found = _documents(
        tmp_path, "A-17,,住院证明,B市医院,,伪造\nA-18,C****1,住院证明,B市医院,,\nA-19,C2,住院证明,B市医院,,"
    )
    assert {s for s, *_ in links(found.graph)} == {"debtor:C2"}
    assert len(nodes(found.graph, "document")) == 2
    assert counts(found) == [(3, 1, 2)]
    assert reasons(found, lost=True) == {(2, "客户号", "missing_key"), (3, "客户号", "missing_key")}
    assert reasons(found, lost=False) == {(3, "客户号", "masked")}


# ---- sessions ----
def test_a_session_joins_debtor_and_device_and_never_by_the_internet_address(tmp_path):
    found = linked(tmp_path, {"登录.csv": SESSIONS + "C1,DV1,203.0.113.7,2026-05-03 10:00\nC2,DV2,203.0.113.7,"})
    day = (dt.date(2026, 5, 3) - dt.date(1970, 1, 1)).days
    assert {(s, r, t) for s, r, t, *_ in dated(found.graph)} == {
        ("debtor:C1", "uses_device", "device:DV1"),
        ("debtor:C2", "uses_device", "device:DV2"),
    }
    assert {d for *_, d, _ in dated(found.graph)} == {day, None}
    assert set(found.graph.nodes["kind"]) == {"debtor", "device"}


def test_sessions_without_debtor_or_device_are_rejected_and_counted(tmp_path):
    found = linked(tmp_path, {"登录.csv": SESSIONS + ",DV1,,\nC2,,203.0.113.7,\nC3,DV****1,,\nC4,DV2,,"})
    assert links(found.graph) == {("debtor:C4", "uses_device", "device:DV2")}
    assert counts(found) == [(4, 1, 3)]
    assert reasons(found, lost=True) == {(2, "客户号", "missing_key"), (3, "", "no_link"), (4, "", "no_link")}
    assert reasons(found, lost=False) == {(4, "设备号", "masked")}


def test_one_device_of_several_debtors_is_one_node(tmp_path):
    found = linked(tmp_path, {"登录.csv": SESSIONS + "C1,DV1,,\nC2,'DV1,,\nC3, DV1 ,,\nC4,ＤＶ１,,"})
    assert links(found.graph) == {(f"debtor:C{i}", "uses_device", "device:DV1") for i in (1, 2, 3, 4)}


def test_a_session_that_names_a_complaint_only_is_the_complaints(tmp_path):
    files = {
        "投诉.csv": "投诉编号,客户号\nT1,C1\nT2,C2",
        "登录.csv": "投诉编号,设备号,登录时间\nT1,DV1,2026-05-03\nT2,DV1,\n,DV1,",
    }
    found = linked(tmp_path, files)
    assert {(s, t) for s, r, t in links(found.graph) if r == "uses_device"} == {
        ("complaint:T1", "device:DV1"),
        ("complaint:T2", "device:DV1"),
    }
    assert {(i.name, i.rows, i.used, i.rejected) for i in found.inputs} == {
        ("投诉.csv", 2, 2, 0),
        ("登录.csv", 3, 2, 1),
    }
    assert reasons(found, lost=True) == {(4, "customer_id", "missing_key")}


def test_a_session_of_a_known_debtor_is_not_told_a_second_time_through_its_complaint(tmp_path):
    found = linked(tmp_path, {"登录.csv": "投诉编号,客户号,设备号\nT1,C1,DV1"})
    assert links(found.graph) == {("debtor:C1", "uses_device", "device:DV1")}


# ---- changes of the phone of record ----
def test_the_new_phone_links_on_its_day_and_the_old_one_is_past(tmp_path):
    found = linked(tmp_path, {"变更.csv": CHANGES + "C1,15400000101,15400000102,2026-05-03"})
    day = (dt.date(2026, 5, 3) - dt.date(1970, 1, 1)).days
    assert dated(found.graph) == {("debtor:C1", "uses_record_phone", "phone:+8615400000102", day, 1.0)}
    assert not nodes(found.graph, "phone").keys() & {"+8615400000101"}


def test_changes_to_a_public_number_are_kept_from_linking_and_told(tmp_path):
    rows = "C1,15400000101,95588,2026-05-03\nC2,,15400000102,2026-05-03\nC3,,13800138000,2026-05-03"
    found = linked(tmp_path, {"变更.csv": CHANGES + rows})
    assert links(found.graph) == {("debtor:C2", "uses_record_phone", "phone:+8615400000102")}
    assert set(found.excluded.select("key", "reason", "who").iter_rows()) == {
        ("95588", "service number", "C1"),
        ("13800138000", "placeholder", "C3"),
    }
    assert reasons(found, lost=False) == {(2, "新预留手机号", "benign_hub"), (4, "新预留手机号", "placeholder")}
    assert counts(found) == [(3, 1, 2)]


def test_changes_without_a_debtor_are_rejected_and_counted(tmp_path):
    found = linked(tmp_path, {"变更.csv": CHANGES + ",15400000101,15400000102,\nC2,,15400000103,2026-13-45"})
    assert dated(found.graph) == {("debtor:C2", "uses_record_phone", "phone:+8615400000103", None, 1.0)}
    assert counts(found) == [(2, 1, 1)]
    assert reasons(found, lost=True) == {(2, "客户号", "missing_key")}
    assert reasons(found, lost=False) == {(3, "变更日期", "invalid")}
