"""The generic link table: words, directions, identifiers, losses and hubs."""

from __future__ import annotations

import datetime as dt
from types import MappingProxyType

import pytest
from link_case import counts, dated, linked, links, nodes, reasons

from ringfinder.config import Config, DetectSettings, PrivacySettings, ScoreSettings
from ringfinder.errors import ConfigError, DataError
from ringfinder.pipeline import find_rings

HEAD = "source_kind,source,target_kind,target"


def one(tmp_path, *rows: str, extra: str = "", config: Config | None = None, others: dict[str, str] | None = None):
    return linked(tmp_path, {"links.csv": "\n".join([HEAD + extra, *rows]), **(others or {})}, config)


def test_relations_follow_from_the_kinds(tmp_path):
    found = one(tmp_path, "debtor,a,phone,15400000101", "debtor,a,complaint,T1", "agent,q,company,甲公司乙部")
    assert links(found.graph) == {
        ("debtor:a", "uses_phone", "phone:+8615400000101"),
        ("debtor:a", "filed", "complaint:T1"),
        ("agent:q", "works_for", "company:甲公司乙部"),
    }


def test_reversed_ends_are_turned(tmp_path):
    rows = ("device,d1,debtor,a,", "complaint,T1,debtor,a,filed", "phone,154-0000-0102,complaint,T1,")
    found = one(tmp_path, *rows, extra=",relation")
    assert links(found.graph) == {
        ("debtor:a", "uses_device", "device:d1"),
        ("debtor:a", "filed", "complaint:T1"),
        ("complaint:T1", "complained_from", "phone:+8615400000102"),
    }


def test_kinds_without_a_relation_of_their_own_are_related(tmp_path):
    found = one(tmp_path, "debtor,a,debtor,b", "device,d1,lender,l1")
    assert {r for _, r, _ in links(found.graph)} == {"related_to"}


def test_a_relation_that_is_named_wins_over_the_kinds(tmp_path):
    found = one(tmp_path, "debtor,a,phone,15400000101,Uses_Record_Phone ", extra=",relation")
    assert {r for _, r, _ in links(found.graph)} == {"uses_record_phone"}


def test_unknown_words_are_kept_with_a_note_and_never_turned(tmp_path):
    found = one(tmp_path, "club,q,debtor,a,dances_with", extra=",relation")
    assert links(found.graph) == {("club:q", "dances_with", "debtor:a")}
    assert len(found.notes) == 2
    assert "club" in found.notes[0]
    assert "[kinds]" in found.notes[0]
    assert "dances_with" in found.notes[1]
    assert "[relations]" in found.notes[1]


def test_a_note_does_not_list_hundreds_of_words(tmp_path):
    found = one(tmp_path, *(f"kind{i},q,debtor,a" for i in range(200)))
    assert "and 190 more" in found.notes[0]
    assert len(found.notes[0]) < 300


def test_shipped_synonyms_of_kinds(tmp_path):
    found = one(tmp_path, "Customer,a,payee,wx_1", "cardholder,b,organisation,甲公司乙部", "debtor,a,filing,T1")
    assert found.graph.counts() == {"company": 1, "complaint": 1, "debtor": 2, "payee_account": 1}
    assert found.notes == ()


def test_words_are_mapped_by_the_configuration(tmp_path):
    config = Config(
        kinds=MappingProxyType({"客户": "Debtor", " 号码": "phone ", "会员": "customer"}),
        relations=MappingProxyType({"拥有": "uses_record_phone"}),
    )
    found = one(tmp_path, "客户,a,号码,15400000101,拥有", "会员,b,号码,15400000101,", extra=",relation", config=config)
    assert links(found.graph) == {
        ("debtor:a", "uses_record_phone", "phone:+8615400000101"),
        ("debtor:b", "uses_phone", "phone:+8615400000101"),
    }
    assert found.notes == ()


@pytest.mark.parametrize("kind", ["deb:tor", ":", "http://x"])
def test_a_kind_with_a_colon_is_a_rejected_row(tmp_path, kind):
    found = one(tmp_path, f"{kind},a,phone,15400000101", f"debtor,a,{kind},x", "debtor,b,phone,15400000101")
    assert reasons(found, lost=True) == {(2, "source_kind", "invalid"), (3, "target_kind", "invalid")}
    assert counts(found) == [(3, 1, 2)]
    assert found.notes == ()


@pytest.mark.parametrize("kind", ["", "  "])
def test_an_empty_kind_is_a_rejected_row(tmp_path, kind):
    found = one(tmp_path, f"{kind},a,phone,15400000101", f"debtor,a,{kind},x", "debtor,b,phone,15400000101")
    assert reasons(found, lost=True) == {(2, "source_kind", "missing_end"), (3, "target_kind", "missing_end")}
    assert found.notes == ()


def test_missing_ends_and_self_links_are_rejected(tmp_path):
    rows = (",debtor,b", "debtor,,debtor,b", "debtor,a,debtor,无", "debtor,a,debtor,a", "debtor,a,debtor,b")
    found = one(tmp_path, "debtor" + rows[0], *rows[1:], "phone,154-0000-0101,phone,+8615400000101")
    assert counts(found) == [(6, 1, 5)]
    assert {(row, reason) for row, _, reason in reasons(found, lost=True)} == {
        (2, "missing_end"), (3, "missing_end"), (4, "missing_end"), (5, "self_link"), (7, "self_link"),
    }  # fmt: skip


def test_identifiers_are_normalised_by_their_kind(tmp_path):
    code = "91110101MA00TE5T21"
    rows = ("debtor,C 1,phone,+86 154-0000-0101", f"debtor,C 1,company,{code.lower()}", "debtor,C 1,address,A市 1路1号")
    found = one(tmp_path, *rows)
    assert {t for _, _, t in links(found.graph)} == {"phone:+8615400000101", f"company:{code}", "address:a市1路1号"}


def test_service_numbers_and_placeholders_are_hubs_and_no_links(tmp_path):
    rows = (
        "debtor,a,phone,95588",
        "phone,95588 ,debtor,b",
        "debtor,a,phone,+86 13800138000",
        "debtor,a,phone,4008208888",
    )
    found = one(tmp_path, *rows, "debtor,a,phone,15400000101")
    assert counts(found) == [(5, 1, 4)]
    assert sorted(found.excluded.select("key", "reason", "who").rows()) == [
        ("13800138000", "placeholder", "a"),
        ("4008208888", "400/800 number", "a"),
        ("95588", "service number", "a"),
        ("95588", "service number", "b"),
    ]


def test_dates_and_weights_are_taken_and_bad_ones_told(tmp_path):
    rows = (
        "debtor,a,phone,15400000101,2026/5/6,2.5",
        "debtor,b,phone,15400000101,31/31/2026, 3 ",
        "debtor,c,phone,15400000101,,x",
        "debtor,d,phone,15400000101,,-1",
        "debtor,e,phone,15400000101,,inf",
        "debtor,f,phone,15400000101,,NaN",
        "debtor,g,phone,15400000101,,",
    )
    found = one(tmp_path, *rows, extra=",date,weight")
    day = (dt.date(2026, 5, 6) - dt.date(1970, 1, 1)).days
    assert {(s, d, w) for s, _, _, d, w in dated(found.graph)} == {
        ("debtor:a", day, 2.5), ("debtor:b", None, 3.0),
        *((f"debtor:{c}", None, 1.0) for c in "cdefg"),
    }  # fmt: skip
    assert reasons(found, lost=False) == {(3, "date", "invalid"), *((row, "weight", "invalid") for row in (4, 5, 6, 7))}
    assert counts(found) == [(7, 7, 0)]


@pytest.mark.parametrize("header", ["source_kind,source,target_kind", "Source_Kind,Source,Target_Kind,Target"])
def test_other_headers_are_no_link_table(tmp_path, header):
    with pytest.raises((DataError, ConfigError)):
        linked(tmp_path, {"links.csv": f"{header}\ndebtor,a,phone,15400000101"})


def test_it_stands_beside_normal_tables_and_meets_them(tmp_path):
    others = {"客户.csv": "客户号,姓名,手机号\nC1,甲一,15400000101"}
    found = one(tmp_path, "debtor,C1,device,d1", "debtor,C2,phone,15400000101", others=others)
    assert nodes(found.graph, "debtor") == {"C1": "甲一", "C2": "C2"}
    assert found.graph.counts() == {"debtor": 2, "device": 1, "phone": 1}


def test_a_table_of_headers_alone_is_no_crash(tmp_path):
    others = {"客户.csv": "客户号,手机号\nC1,15400000101"}
    assert counts(one(tmp_path, others=others)) == [(0, 0, 0), (1, 1, 0)]


def test_a_table_whose_rows_are_all_lost_says_so(tmp_path):
    with pytest.raises(DataError, match="no row of the input gave a link"):
        one(tmp_path, "debtor,a,phone,95588", "a:b,a,phone,95588")


def test_256_relations_are_accepted_and_257_are_a_clear_error(tmp_path):
    rows = [f"debtor,a{i},phone,15400000101,r{i:03}" for i in range(257)]
    assert one(tmp_path, *rows[:256], extra=",relation").graph.n_links == 256
    with pytest.raises(DataError, match=r"relation.*257 different.*256"):
        one(tmp_path, *rows, extra=",relation")


def test_a_configured_table_of_pairs(tmp_path):
    from ringfinder.config_file import parse_config

    entry = {
        "file": "pairs.csv",
        "source": "who",
        "source_kind": "debtor",
        "target": "tel",
        "target_kind": "Phone",
        "relation": "uses_record_phone",
    }
    found = linked(tmp_path, {"pairs.csv": "who,tel\na,15400000101"}, parse_config({"tables": [entry]}))
    assert links(found.graph) == {("debtor:a", "uses_record_phone", "phone:+8615400000101")}


def test_people_who_count_from_zero_keep_their_first_key(tmp_path):
    rows = "".join(f"debtor,{i},agent,{j}\n" for i in range(4) for j in range(3))
    (tmp_path / "links.csv").write_text("source_kind,source,target_kind,target\n" + rows + "debtor,x,agent,0\n")
    run = find_rings([tmp_path], Config(privacy=PrivacySettings(reveal=True))).run
    assert run.inputs[0].rejected == 0
    assert {m.key for m in run.rings[0].members} == {"0", "1", "2", "3", "x"}


def test_kinds_may_be_written_in_the_glossarys_chinese(tmp_path):
    rows = "".join(f"债务人,C{i},中介机构,甲诚\n债务人,C{i},电话,15400000901\n" for i in range(4))
    (tmp_path / "links.csv").write_text("source_kind,source,target_kind,target\n" + rows, encoding="utf-8")
    run = find_rings([tmp_path], Config(privacy=PrivacySettings(reveal=True))).run
    assert (run.counts["debtor"], run.counts["company"], run.counts["phone"]) == (4, 1, 1)
    assert not run.notes


def test_a_community_too_large_for_a_ring_is_told_and_not_laid_out(tmp_path):
    rows = "".join(f"debtor,D{i},device,V{i // 2}\ndebtor,D{i},device,V{(i + 1) // 2}\n" for i in range(400))
    (tmp_path / "links.csv").write_text("source_kind,source,target_kind,target\n" + rows)
    config = Config(detect=DetectSettings("components"), score=ScoreSettings(max_debtors=300))
    run = find_rings([tmp_path], config).run
    assert run.rings == ()
    assert any("1 community of more than 300 debtors" in note for note in run.notes)


def test_clusters_beyond_the_maximum_are_counted_and_said_to_be_possible_leads(tmp_path):
    rows = "".join(f"debtor,D{g}-{i},device,V{g}\n" for g in range(6) for i in range(3 + g))
    (tmp_path / "links.csv").write_text("source_kind,source,target_kind,target\n" + rows)
    run = find_rings([tmp_path], Config(score=ScoreSettings(max_rings=4))).run
    assert len(run.rings) == 4
    assert any("2 further clusters were not examined" in note for note in run.notes)


def test_every_spelling_of_a_word_is_that_word(tmp_path):
    rows = (
        "Debtor ,a, PHONE,15400000101,uses_phone",
        "债务人,b,phone,15400000101,Owns_Phone",
        "cardholder,c,phone,15400000101,",
    )
    found = one(tmp_path, *rows, extra=",relation")
    assert links(found.graph) == {(f"debtor:{c}", "uses_phone", "phone:+8615400000101") for c in "abc"}


def test_very_many_words_are_numbered_like_few(tmp_path, monkeypatch):
    rows = [f"k{i % 40},s{i % 7},k{i % 3},t{i % 5},r{i % 11}" for i in range(300)]
    few = one(tmp_path, *rows, extra=",relation").graph
    monkeypatch.setattr("ringfinder.link.generic._MOST_NUMBERS", 1)
    many = one(tmp_path, *rows, extra=",relation").graph
    assert links(few) == links(many)
    assert {relation for _, relation, _ in links(few)} == {f"r{i}" for i in range(11)}
