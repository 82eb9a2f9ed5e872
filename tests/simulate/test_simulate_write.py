"""The files of a case are as promised: encodings, delimiters, mess; and the same bytes for the same seed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import polars as pl
import pytest

from ringfinder.errors import OutputError
from ringfinder.simulate import World, WorldSettings, simulate, write_case


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
        "客户号,姓名,证件号码,手机号,预留手机号,单位名称,单位电话,家庭电话,家庭住址,逾期天数,逾期金额\r\n"
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
