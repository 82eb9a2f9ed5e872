"""What comes along with a complaint: the device that it was entered on and the papers that were attached."""

from __future__ import annotations

import datetime as dt

import pytest
from link_case import counts, dated, linked, links, nodes, reasons

HEADER = "投诉编号,客户号,投诉日期,设备号,附件\n"


def _complaints(tmp_path, rows):
    return linked(tmp_path, {"投诉.csv": HEADER + rows})


def _of(found, relation):
    return {(s, t) for s, r, t in links(found.graph) if r == relation}


# ---- devices ----
def test_a_complaint_uses_the_device_that_it_was_entered_on(tmp_path):
    found = _complaints(tmp_path, "T1,C1,2026-05-03,DV1,\nT2,C2,,DV1,\nT3,C3,2026-05-04,,")
    day = (dt.date(2026, 5, 3) - dt.date(1970, 1, 1)).days
    assert {d for d in dated(found.graph) if d[1] == "uses_device"} == {
        ("complaint:T1", "uses_device", "device:DV1", day, 1.0),
        ("complaint:T2", "uses_device", "device:DV1", None, 1.0),
    }


@pytest.mark.parametrize("device", ["无", "N/A", "DV****01", "#N/A", "8.64E+14"])
def test_a_device_that_says_nothing_joins_nobody(tmp_path, device):
    found = _complaints(tmp_path, f"T1,C1,,{device},\nT2,C2,,{device},")
    assert not _of(found, "uses_device")
    assert "device" not in set(found.graph.nodes["kind"])
    assert counts(found) == [(2, 2, 0)]


def test_a_masked_device_is_told_with_its_row_and_column(tmp_path):
    found = _complaints(tmp_path, "T1,C1,,DV****01,\nT2,C2,,8.64E+14,")
    assert reasons(found, lost=False) == {(2, "设备号", "masked"), (3, "设备号", "damaged")}


# ---- attachments ----
def test_papers_that_name_issuer_or_number_are_documents(tmp_path):
    found = _complaints(tmp_path, "T1,C1,2026-05-03,,住院证明（B市医院）、贫困证明 20260017")
    day = (dt.date(2026, 5, 3) - dt.date(1970, 1, 1)).days
    assert {d for d in dated(found.graph) if d[1] == "submitted"} == {
        ("complaint:T1", "submitted", "document:住院证明(B市医院)", day, 1.0),
        ("complaint:T1", "submitted", "document:贫困证明20260017", day, 1.0),
    }
    assert nodes(found.graph, "document")["住院证明(B市医院)"] == "住院证明(B市医院)"


@pytest.mark.parametrize(
    "spelling", ["住院证明(B市医院)", "住院证明（B市医院）", "住院证明 (B市医院) ", "　住院证明（Ｂ市医院）"]
)
def test_one_paper_in_any_spelling_is_one_node(tmp_path, spelling):
    found = _complaints(tmp_path, f"T1,C1,,,住院证明(B市医院)\nT2,C2,,,{spelling}")
    assert _of(found, "submitted") == {(f"complaint:T{i}", "document:住院证明(B市医院)") for i in (1, 2)}


@pytest.mark.parametrize(
    "paper",
    ["诊断证明", "住院证明", "身份证", "委托书", "情况说明书", "medical certificate", "收入证明、诊断证明", "发票"],
)
def test_a_type_alone_joins_nobody(tmp_path, paper):
    found = _complaints(tmp_path, f'T1,C1,,,"{paper}"\nT2,C2,,,"{paper}"')
    assert not _of(found, "submitted")
    assert counts(found) == [(2, 2, 0)]


@pytest.mark.parametrize(
    "name",
    ["IMG_0001.jpg", "IMG_20260503.JPEG", "微信图片20260503.png", "住院证明(B市医院).pdf", "20260503.mp3", "a1234.zip"],
)
def test_names_of_files_say_nothing(tmp_path, name):
    found = _complaints(tmp_path, f"T1,C1,,,{name}\nT2,C2,,,{name}")
    assert not _of(found, "submitted")


@pytest.mark.parametrize("own", ["通话录音20260503", "手机录像(2026)", "聊天截图20260503", "Screenshot 20260503"])
def test_recordings_are_each_callers_own(tmp_path, own):
    found = _complaints(tmp_path, f"T1,C1,,,{own}\nT2,C2,,,{own}")
    assert not _of(found, "submitted")


@pytest.mark.parametrize("between", ["、", ";", "；", "，", "|", "/", "\n"])
def test_a_cell_lists_several_papers_and_a_file_name_among_them_is_left_out(tmp_path, between):
    cell = between.join(["住院证明(B市医院)", "IMG_0001.jpg", "贫困证明(甲村委会)", "住院证明(B市医院)"])
    found = _complaints(tmp_path, f'T1,C1,,,"{cell}"')
    assert _of(found, "submitted") == {
        ("complaint:T1", "document:住院证明(B市医院)"),
        ("complaint:T1", "document:贫困证明(甲村委会)"),
    }
    assert found.graph.counts()["document"] == 2
    assert sum(r == "submitted" for _, r, *_ in dated(found.graph)) == 2


def test_short_scraps_are_no_papers(tmp_path):
    found = _complaints(tmp_path, "T1,C1,,,(医)\nT2,C2,,,医院")
    assert not _of(found, "submitted")


def test_complaints_without_a_debtor_are_rejected_with_their_papers(tmp_path):
    found = _complaints(tmp_path, "T1,,,DV1,住院证明(B市医院)\nT2,C2,,DV2,住院证明(甲医院)")
    assert _of(found, "submitted") == {("complaint:T2", "document:住院证明(甲医院)")}
    assert _of(found, "uses_device") == {("complaint:T2", "device:DV2")}
    assert counts(found) == [(2, 1, 1)]
    assert reasons(found, lost=True) == {(2, "客户号", "missing_key")}
