"""Every query of queries/ runs as it stands, and some of their answers are counted again by hand."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

QUERIES = Path(__file__).parents[2] / "queries"
FILES = sorted(QUERIES.glob("*.sql"))


@pytest.fixture(scope="module")
def tables(demo_run):
    found = {name: pl.read_parquet(demo_run / "graph" / f"{name}.parquet") for name in ("nodes", "links")}
    for name in ("rings", "members", "evidence"):
        found[name] = pl.read_csv(demo_run / f"{name}.csv", infer_schema=False)
    return found


def ask(tables, name: str, **values: str) -> pl.DataFrame:
    """The answer of a query, the values of the named parameters set as its README says."""
    text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    for parameter, value in values.items():
        text, times = re.subn(rf"(?m)^([^'\d\n]*)('[^']*'|\d+)(.* -- :{parameter})$", rf"\g<1>{value}\g<3>", text)
        assert times == 1, parameter
    return pl.SQLContext(tables).execute(text, eager=True)


def triples(demo_result, relation: str) -> set[tuple[int, int]]:
    graph = demo_result.graph
    mask = graph.relation_is(relation)
    return set(zip(graph.links.source[mask].tolist(), graph.links.target[mask].tolist(), strict=True))


def test_there_are_at_least_five_queries_and_the_readme_names_them_all():
    readme = (QUERIES / "README.md").read_text(encoding="utf-8")
    assert len(FILES) >= 5
    assert [f.name for f in FILES if f"`{f.name}`" not in readme] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_each_query_answers_with_the_columns_that_its_header_states(file, tables):
    header = [line.removeprefix("-- ") for line in file.read_text(encoding="utf-8").splitlines() if line[:3] == "-- "]
    answer = ask(tables, file.stem)
    assert answer.columns == header[-1].split(", ")
    assert answer.height > 0 or file.stem == "who_connects"  # no node may join the first two rings


def test_ring_members_gives_every_row_of_the_ring(tables, demo_result):
    ring = demo_result.run.rings[0]
    answer = ask(tables, "ring_members")
    assert set(answer["label"]) | set(answer["other_label"]) <= {m.label for m in ring.members}
    assert set(answer.select("file", "row").iter_rows()) >= {(x.row.file, x.row.row) for x in ring.links}


def test_ring_members_takes_another_ring(tables, demo_result):
    answer = ask(tables, "ring_members", ring="'R2'")
    assert set(answer["label"]) <= {m.label for m in demo_result.run.ring("R2").members}


def test_other_clients_of_a_phone_are_its_complainants_and_owners(tables, demo_result):
    graph = demo_result.graph
    owner = {c: d for d, c in triples(demo_result, "filed")}
    phone = next(m for m in demo_result.run.rings[0].members if m.kind == "phone")
    node = graph.find("phone", phone.key)
    links = graph.links
    tied = {owner.get(s, s) for s in links.source[links.target == node].tolist()}
    debtors = {graph.nodes["key"][i] for i in tied if graph.nodes["kind"][i] == "debtor"}
    answer = ask(tables, "other_clients", key=f"'{phone.key}'")
    assert set(answer["debtor_key"]) == debtors


def test_shared_company_phones_counts_companies(tables, demo_result):
    graph = demo_result.graph
    kinds = graph.nodes["kind"]
    firms: dict[int, set[int]] = {}
    for source, target in triples(demo_result, "reached_at"):
        if kinds[source] in ("company", "law_firm") and kinds[target] == "phone":
            firms.setdefault(target, set()).add(source)
    expected = {(graph.nodes["key"][p], len(f)) for p, f in firms.items() if len(f) >= 2}
    answer = ask(tables, "shared_company_phones")
    assert set(answer.select("phone_key", "companies").iter_rows()) == expected


def test_complaints_by_caller_keeps_to_its_window(tables):
    answer = ask(tables, "complaints_by_caller")
    middle = str(answer["first_date"].median())[:10]
    early = ask(tables, "complaints_by_caller", to_date=f"'{middle}'", least="1")
    late = ask(tables, "complaints_by_caller", from_date=f"'{middle}'", least="1")
    assert str(early["last_date"].max()) <= middle <= str(late["first_date"].min())
    every = tables["links"].filter(pl.col("relation") == "complained_from", pl.col("date").is_not_null())
    assert ask(tables, "complaints_by_caller", least="1")["complaints"].sum() == every.unique("source").height


def test_hub_check_counts_each_debtor_once(tables, demo_result):
    top = ask(tables, "hub_check").row(0, named=True)
    node = demo_result.graph.find(top["kind"], top["key"])
    assert len({s for s, t in triples(demo_result, top["relation"]) if t == node}) == top["debtors"]
