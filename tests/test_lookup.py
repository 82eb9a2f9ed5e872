"""What a user types finds the node, in revealed and in masked runs, by the country's own rules."""

from __future__ import annotations

import pytest
from scenarios import write_s1, write_s5

from ringfinder.config import Config, PrivacySettings
from ringfinder.explain import find_nodes
from ringfinder.lookup import keys_of
from ringfinder.pipeline import Result, find_rings

CODE = "91110101MA00TE5T21"


@pytest.fixture(scope="module", params=[True, False], ids=["revealed", "masked"])
def s1(request, tmp_path_factory) -> Result:
    config = Config(privacy=PrivacySettings(reveal=request.param))
    return find_rings([write_s1(tmp_path_factory.mktemp("s1") / "x")], config)


def found(result: Result, text: str) -> list[str]:
    nodes = find_nodes(result.graph, keys_of(text, result.graph, result.run), text)
    return [result.graph.nodes["kind"][node] for node in nodes]


@pytest.mark.parametrize(
    "text", ["15400000901", "+86 154-0000-0901", "8615400000901", "１５４００００ ０９０１", " 15400000901 "]
)
def test_a_phone_is_found_in_any_spelling(s1, text):
    assert found(s1, text) == ["phone"]


@pytest.mark.parametrize("text", ["0755-26000000", "0755-26000000转301", "(0755) 2600 0000"])
def test_a_switchboard_is_found_with_and_without_extension(s1, text):
    assert found(s1, text) == ["phone"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("C001", "debtor"), (" C001", "debtor"), ("T01", "complaint"), (CODE, "company"), (CODE.lower(), "company"),
        ("12378", "channel"), ("A市1路1号", "address"), ("A市 1路1号", "address"),
    ],
)  # fmt: skip
def test_other_nodes_are_found_by_their_identifier(s1, text, kind):
    assert found(s1, text) == [kind]


@pytest.mark.parametrize("text", ["C999", "", "无", "15400000999", "debtor:", "a:b:c", "x" * 3000])
def test_what_is_not_there_is_not_found(s1, text):
    assert found(s1, text) == []


def test_the_written_key_finds_its_node(s1):
    for kind, key in s1.graph.nodes.select("kind", "key").rows():
        assert kind in found(s1, key)
        assert found(s1, f"{kind}:{key}") == [kind]


def test_a_customer_without_number_is_found_by_identity_number(tmp_path):
    (tmp_path / "客户.csv").write_text("客户号,身份证号,手机号\n,11010519491231002X,15400000101\n", encoding="utf-8")
    result = find_rings([tmp_path / "客户.csv"])
    assert found(result, "11010519491231002x") == ["debtor"]


@pytest.mark.parametrize("text", ["020 7946 0958", "+44 20 7946 0958", "+44 (0)20 7946 0958", "02079460958"])
def test_numbers_are_read_by_the_plan_of_the_runs_country(tmp_path, text):
    result = find_rings([write_s5(tmp_path / "x")], Config(country="GB"))
    assert found(result, text) == ["phone"]
