"""The files of a case are as promised: encodings, delimiters, mess; and the same bytes for the same seed."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import polars as pl
import pytest

from ringfinder.errors import OutputError
from ringfinder.simulate import Form, World, WorldSettings, simulate, write_case, write_world


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(WorldSettings(customers=2000))


@pytest.fixture(scope="module")
def case(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case") / "new" / "folder"
    paths = write_case(world, folder)
    assert all(p.parent == folder and p.is_file() for p in paths)
    assert {p.name for p in folder.iterdir() if p.is_file()} == {p.name for p in paths}
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_bytes_twice_and_other_bytes_for_another_seed(case: Path, tmp_path: Path) -> None:
    write_case(simulate(WorldSettings(customers=2000)), tmp_path / "again")
    assert content(tmp_path / "again") == content(case)
    write_case(simulate(WorldSettings(customers=2000, seed=1)), tmp_path / "other")
    other = content(tmp_path / "other")
    assert all(other[name] != data for name, data in content(case).items())


def test_customers_are_gb18030_with_windows_line_ends(case: Path, world: World) -> None:
    data = (case / "客户.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    text = data.decode("gb18030")
    assert text.startswith(
        "客户号,姓名,证件号码,手机号,预留手机号,单位名称,单位电话,家庭电话,家庭住址,委外机构,逾期天数,逾期金额\r\n"
    )
    assert text.count("\r\n") == text.count("\n") == world.tables["客户"].height + 1


def test_complaints_begin_with_a_byte_order_mark_and_mix_dates(case: Path) -> None:
    data = (case / "投诉.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    dates = pl.read_csv(io.BytesIO(data[3:]), infer_schema=False)["投诉日期"]
    assert dates.str.contains(r"^\d{4}-\d\d-\d\d$|^\d{4}/\d{1,2}/\d{1,2}$").all()
    assert 0.2 < dates.str.contains("/").sum() / len(dates) < 0.6


def test_other_files(case: Path, world: World) -> None:
    assert (case / "委托.csv").read_bytes().decode("utf-8").startswith("委托书编号,客户号,")
    assert (case / "机构.tsv").read_bytes().decode("gb18030").startswith("企业名称\t统一社会信用代码\t")
    calls = gzip.decompress((case / "通话.csv.gz").read_bytes()).decode("utf-8")
    assert calls.count("\n") == world.tables["通话"].height + 1
    payments = (case / "付款.csv").read_text("utf-8").splitlines()
    assert payments[-1].startswith("合计,")
    assert len(payments) == world.tables["付款"].height + 2


def test_the_truth_stays_apart(case: Path, world: World) -> None:
    assert {p.name for p in (case / "truth").iterdir()} == {"truth.csv", "benign.csv"}
    assert pl.read_csv(case / "truth" / "truth.csv", infer_schema=False).equals(world.truth)


def test_some_phones_are_written_differently_but_keep_their_digits(case: Path, world: World) -> None:
    written = pl.read_csv((case / "客户.csv").read_bytes().decode("gb18030").encode(), infer_schema=False)
    before = world.tables["客户"]["手机号"].to_list()
    after = written["手机号"].fill_null("").to_list()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert 0.01 < len(changed) / len(before) < 0.06
    wide = str.maketrans("０１２３４５６７８９", "0123456789")
    for clean, messy in changed:
        digits = "".join(c for c in messy.translate(wide) if c.isdigit())
        assert digits.endswith(clean)
    assert any(messy.translate(wide) != messy for _, messy in changed)


def test_bad_cells_of_real_exports_are_there(world: World) -> None:
    people = world.tables["客户"]
    assert (people["预留手机号"] == "13800138000").sum() >= 5
    assert (people["单位电话"] == "95588").sum() >= 5
    assert people["手机号"].str.contains(r"^1\d\d\*{4}\d{4}$").sum() >= 5
    assert people["单位电话"].str.contains("转").sum() >= 50
    assert (people["手机号"] == "").sum() >= 1


def test_a_place_that_cannot_be_written_is_named(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", "utf-8")
    with pytest.raises(OutputError, match="taken"):
        write_case(world, taken)


def debtors(truth: pl.DataFrame) -> set[str]:
    return set(truth.filter(pl.col("kind") == "debtor")["key"])


@pytest.mark.parametrize("form", [Form.full, Form.links, Form.complaints])
def test_a_world_on_disk_keeps_truth_and_exports_apart(world: World, tmp_path: Path, form: Form) -> None:
    paths = write_world(world, tmp_path, form)
    assert {p.parent.name for p in paths} == {"exports"}
    assert {p.name for p in tmp_path.iterdir()} == {"exports", "truth.csv", "benign.csv", "truth.json"}
    truth = pl.read_csv(tmp_path / "truth.csv", infer_schema=False)
    assert truth.columns == ["ring_id", "design", "kind", "key", "role"]
    assert truth.equals(world.truth_in(form.tables))
    facts = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert facts["settings"]["seed"] == 2024
    assert facts["form"] == form.value
    assert facts["exports"] == sorted(p.name for p in paths)
    assert facts["ring_debtors"] == len(debtors(truth))


def test_full_exports_hold_documents_and_changes_of_numbers(world: World, tmp_path: Path) -> None:
    names = {p.name for p in write_world(world, tmp_path, Form.full)}
    assert names == {
        "客户.csv",
        "投诉.csv",
        "委托.csv",
        "机构.tsv",
        "邮寄.csv",
        "付款.csv",
        "通话.csv.gz",
        "材料.csv",
        "变更.csv",
    }
    assert (tmp_path / "exports/材料.csv").read_text("utf-8").count("出具单位否认") >= 5


def test_complaints_alone_tie_fewer_clients(world: World, tmp_path: Path) -> None:
    write_world(world, tmp_path, Form.complaints)
    assert [p.name for p in (tmp_path / "exports").iterdir()] == ["投诉.csv"]
    some = debtors(pl.read_csv(tmp_path / "truth.csv", infer_schema=False))
    assert some < debtors(world.truth)
    assert some <= set(world.tables["投诉"]["客户号"])


def test_the_link_table_speaks_the_vocabulary_and_shows_the_truth(world: World, tmp_path: Path) -> None:
    from ringfinder.vocabulary import vocabulary

    write_world(world, tmp_path, Form.links)
    links = pl.read_csv(tmp_path / "exports/links.csv", infer_schema=False)
    words = vocabulary()
    pairs = links.select("source_kind", "target_kind", "relation").unique()
    allowed = {(a, b, code) for code, r in words.relations.items() for a, b in r.ends}
    assert set(pairs.iter_rows()) <= allowed
    assert links["date"].drop_nulls().str.contains(r"^\d{4}-\d\d-\d\d$|^$").all()
    ends = set(links.select("source_kind", "source").iter_rows()) | set(
        links.select("target_kind", "target").iter_rows()
    )
    truth = pl.read_csv(tmp_path / "truth.csv", infer_schema=False)
    assert {"template", "document", "device"} <= set(truth["kind"])
    assert set(truth.select("kind", "key").iter_rows()) <= ends


def test_a_world_without_rings_on_disk(tmp_path: Path) -> None:
    write_world(simulate(WorldSettings(customers=400, rings=0)), tmp_path, Form.links)
    assert (tmp_path / "truth.csv").read_text("utf-8") == "ring_id,design,kind,key,role\n"
