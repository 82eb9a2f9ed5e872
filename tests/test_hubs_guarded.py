"""What an entry of the user's list of hubs may ask for: keeping a thing, and guarding one."""

from __future__ import annotations

import pytest
from scenarios import write_s1
from test_hubs import NOTHING, PHONE, blocked, listed, sharers
from test_hubs_known import ENTRY, own_list
from test_people import graph_of

from ringfinder.config import Config, HubSettings
from ringfinder.errors import ConfigError
from ringfinder.hubs import find_hubs, read_known
from ringfinder.pipeline import find_rings

ASKED = 'owner = "Wang"\ndate = 2026-11-03\n'


def listing(tmp_path, treatment: str, more: str = ASKED, values: str = '["15400000777"]') -> str:
    return own_list(tmp_path, f'{ENTRY.format("desk")}values = {values}\ntreatment = "{treatment}"\n{more}')


def test_keep_lets_a_thing_link_that_a_rule_keeps_out_and_says_who_asked(tmp_path):
    graph = graph_of(*sharers(12))
    assert blocked(graph, find_hubs(graph, NOTHING, HubSettings())) == {f"phone:{PHONE}"}
    hubs = find_hubs(graph, NOTHING, HubSettings(list=listing(tmp_path, "KEEP")))
    assert not hubs.blocked.any()
    assert listed(hubs) == [(PHONE, 12, "ANNOTATE")]
    assert hubs.table[0].reason == "kept: desk; asked for by Wang 2026-11-03 (own.toml)"
    assert hubs.notes == ()


def guard(tmp_path, rows, cap: int = 10):
    graph = graph_of(*rows)
    hubs = find_hubs(graph, NOTHING, HubSettings(list=listing(tmp_path, "GUARD"), guard_cap=cap))
    assert [(h.key, h.treatment) for h in hubs.table if h.key == PHONE] == [(PHONE, "GUARD")]
    return f"phone:{PHONE}" in blocked(graph, hubs)


PAID = [("debtor:C00", "paid", "payee_account:x"), ("debtor:C01", "paid", "payee_account:x")]


def test_a_guarded_thing_links_only_with_a_second_family(tmp_path):
    assert guard(tmp_path, sharers(3))
    assert not guard(tmp_path, sharers(3) + PAID)
    # one of the two does not have the guarded phone
    assert guard(tmp_path, [*sharers(3), PAID[0], ("debtor:D1", "paid", "payee_account:x")])
    # another phone of one's own is the same family
    assert guard(
        tmp_path, sharers(3) + [(d, "uses_phone", "phone:+8615400000888") for d in ("debtor:C00", "debtor:C01")]
    )


@pytest.mark.parametrize(("number", "out"), [(4, False), (5, True)])
def test_a_guarded_thing_of_more_people_than_the_cap_never_links(tmp_path, number, out):
    assert guard(tmp_path, sharers(number) + PAID, cap=4) is out


def test_an_event_of_the_people_counts_as_theirs(tmp_path):
    rows = [(f"debtor:C{i}", "filed", f"complaint:T{i}") for i in range(2)]
    rows += [(f"complaint:T{i}", "complained_from", f"phone:{PHONE}") for i in range(2)]
    assert guard(tmp_path, rows)
    assert not guard(tmp_path, [*rows, *((f"debtor:C{i}", "paid", "payee_account:x") for i in range(2))])


def test_who_lifts_a_rule_must_say_who_and_since_when(tmp_path):
    with pytest.raises(ConfigError, match=r"owner is missing: KEEP .*date is missing"):
        read_known(listing(tmp_path, "KEEP", ""))
    assert read_known(listing(tmp_path, "GUARD", ""))[0].treatment == "GUARD"
    with pytest.raises(ConfigError, match="date '03/11/2026' is no day"):
        read_known(listing(tmp_path, "GUARD", 'date = "03/11/2026"\n'))


def test_a_treatment_that_has_a_place_of_its_own_is_sent_there(tmp_path):
    with pytest.raises(ConfigError, match=r"ALLOWLIST: .*\[\[allow_list\]\]"):
        read_known(listing(tmp_path, "ALLOWLIST"))
    with pytest.raises(ConfigError, match="DOWNWEIGHT: it follows from the data"):
        read_known(listing(tmp_path, "DOWNWEIGHT"))


def test_the_run_shows_what_was_asked_for(tmp_path, revealed):
    file = listing(tmp_path, "EXCLUDE", ASKED, '["15400000990"]')
    run = find_rings([write_s1(tmp_path / "s1")], Config(hubs=HubSettings(list=file), privacy=revealed.privacy)).run
    (hub,) = [h for h in run.hubs if h.label == "15400000990"]
    assert (hub.treatment, hub.reason) == ("EXCLUDE", "desk; asked for by Wang 2026-11-03 (own.toml)")
