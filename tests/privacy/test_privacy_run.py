"""What may leave a masked run, and what a run may touch (domain section 7)."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import re
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from scenarios import CUSTOMERS, ORGANISATIONS, POWERS, complaints, write_s1
from typer.testing import CliRunner

import ringfinder
from ringfinder.cli import app
from ringfinder.config import AllowEntry, Config, HubSettings, PrivacySettings
from ringfinder.pipeline import find_rings, write_run
from ringfinder.store import load_run

#: Header -> values of the fixture that must not be readable. Names of firms are no personal data.
PERSONAL = {
    "客户号", "姓名", "身份证号", "手机号", "预留手机号", "单位电话", "家庭电话", "家庭住址", "投诉编号", "来电号码",
    "委托书编号", "委托人", "受托人", "受托人电话", "法定代表人", "注册电话", "收款账号", "付款人", "寄件人",
    "寄件人电话", "运单号", "投诉内容", "流水号", "主叫号码", "被叫号码", "寄件地址",
}  # fmt: skip
SERVICE_NUMBERS = {"95588", "12378", "12363", "12345", "95533", "95599", "95566", "95559", "10086", "95555"}


def _records(folder: Path) -> list[dict[str, str]]:
    records = []
    for file in sorted(f for f in folder.iterdir() if f.is_file()):
        data = file.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
        delimiter = "\t" if file.suffix == ".tsv" else ","
        records += list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    return records


@cache
def _secrets(folder: Path) -> set[str]:
    values = {
        (v or "").strip() for record in _records(folder) for k, v in record.items() if k is not None and k in PERSONAL
    }
    # masked ones say nothing; service lines (400, 800) and SMS ports (106) are nobody's own
    public = re.compile(r"(?:[48]00\d{7}|106\d{5,17})")
    return {v for v in values if len(v) > 1 and "*" not in v and not public.fullmatch(v)} - SERVICE_NUMBERS


@cache
def _everything(folder: Path) -> str:
    """All text of a run folder: the files' bytes and names, and every cell of the Parquet tables."""
    parts = []
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        parts.append(str(file.relative_to(folder)))
        if file.suffix == ".parquet":  # its bytes are compressed: short codes would turn up by chance
            table = pl.read_parquet(file)
            parts += [str(v) for c in table.columns for v in (c, *table[c].unique())]
        else:
            parts.append(file.read_bytes().decode("utf-8", "replace"))
    return "\n".join(parts)


def _found(text: str, secrets: set[str]) -> set[str]:
    """Secrets that occur in a text as whole words; Chinese ones anywhere within a run of Chinese characters."""
    words = set(re.findall(r"[0-9A-Za-z+]+", text))
    words |= {w.lstrip("+") for w in words} | {w.removeprefix("+86").removeprefix("86") for w in words}
    lengths = {len(s) for s in secrets if re.fullmatch(r"[一-鿿]+", s)}
    for run in set(re.findall(r"[一-鿿]+", text)):
        words |= {run[i : i + n] for n in lengths for i in range(len(run) - n + 1)}
    long = {s for s in secrets if not re.fullmatch(r"[0-9A-Za-z+]+|[一-鿿]+", s)}
    return (secrets & words) | {s for s in long if s in text}


def _masked_page_names(folder: Path) -> set[str]:
    return {r["企业名称"] for r in _records(folder) if r.get("企业名称")}


def test_nothing_personal_of_the_demo_is_readable_in_a_masked_run(masked_run, demo_exports):
    secrets = _secrets(demo_exports)
    assert len(secrets) > 10_000
    text = _everything(masked_run)
    public = "\n".join(_masked_page_names(demo_exports))  # a firm may be called like a person
    hits = {s for s in _found(text, secrets) if s not in public}
    own_words = Path(ringfinder.__file__).parent.rglob("*.py")
    chrome = "\n".join(p.read_text(encoding="utf-8") for p in own_words)  # words of the page itself
    assert {s for s in hits if s not in chrome} == set()


def test_the_search_finds_what_is_readable(demo_run, demo_exports):
    assert len(_found(_everything(demo_run), _secrets(demo_exports))) > 5000


def test_nothing_personal_of_s1_is_readable_in_a_masked_run(tmp_path):
    exports = write_s1(tmp_path / "s1")
    folder = write_run(tmp_path / "r", find_rings([exports]))
    secrets = _secrets(exports) | {"13800138000", "075526000000", "0755-26000000"}
    assert {"C001", "甲一", "15400000901", "T01", "P1", "A市1路1号"} <= secrets
    assert _found(_everything(folder), secrets) == set()


@pytest.mark.parametrize("coded", [True, False])
def test_a_person_in_the_agency_s_place_is_not_named(tmp_path, coded):
    exports = write_s1(tmp_path / "s1")
    (exports / "机构.csv").unlink()
    powers = POWERS.replace("甲诚商务咨询", "王小明")
    if not coded:
        powers = re.sub("9111[0-9A-Z]{14}", "", powers)
    (exports / "委托.csv").write_text(powers, encoding="utf-8")
    result = find_rings([exports])
    summary = result.run.rings[0].summary
    assert re.match("(乙信信息咨询 / )?company [0-9a-f]{4}( / 乙信信息咨询)?: ", summary)
    assert "王小明" not in _everything(write_run(tmp_path / "r", result))


def test_no_plain_hash_of_a_phone_occurs(masked_run, demo_exports):
    text = _everything(masked_run)
    words = set(re.findall(r"\b[0-9a-f]{12,128}\b", text))
    phones = {s for s in _secrets(demo_exports) if re.fullmatch(r"1\d{10}", s)}
    assert len(phones) > 1000
    for phone in phones:
        for form in (phone, "+86" + phone, "86" + phone, f"phone\0+86{phone}", f"phone:+86{phone}"):
            for name in ("sha256", "md5", "sha1", "blake2b"):
                digest = hashlib.new(name, form.encode()).hexdigest()
                assert not {digest, digest[:16], digest[:12]} & words
            assert hashlib.blake2b(form.encode(), digest_size=8).hexdigest() not in words


def test_free_text_and_stray_columns_do_not_leak(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    letters = complaints().replace("投诉属实", "已致电丁秘密13911112222核实").replace("银行客服", "转13911113333")
    (exports / "投诉.csv").write_text(letters, encoding="utf-8")
    (exports / "委托.csv").write_text(POWERS, encoding="utf-8")
    (exports / "机构.csv").write_text(ORGANISATIONS.replace("乙信信息咨询,", "乙信13911114444咨询,"), encoding="utf-8")
    header, *lines = CUSTOMERS.splitlines()
    extra = [f"{header},催记,病情,宗教", *(f"{line},联系戊秘密13911115555,癌症晚期,某教" for line in lines)]
    (exports / "客户.csv").write_text("\n".join(extra) + "\n", encoding="utf-8")
    (exports / "无表头.csv").write_text("己秘密,13911116666,C777\n庚秘密,13911117777,C778\n", encoding="utf-8")
    config = Config(
        hubs=HubSettings(exclude=("13911118888", "15400000101")),
        allow_list=(AllowEntry(phone="15400000990", owner="x", proof="y"),),
    )
    folder = write_run(tmp_path / "r", find_rings([exports], config))
    text = _everything(folder)
    assert re.findall(r"1391111\d{4}", text) == []
    assert re.findall("[丁戊己庚]秘密|癌症|某教", text) == []
    assert "15400000101" not in text
    assert "15400000990" not in text
    assert {"催记", "病情", "宗教"} <= {m["header"] for m in load_run(folder).mapping if not m["field"]}


def test_an_emergency_contact_of_five_debtors_makes_no_lead(tmp_path, revealed):
    lines = [f"C{i:03},丁{i},1540000{i:04},13922223333,辛某" for i in range(1, 6)]
    text = "客户号,姓名,手机号,紧急联系人电话,紧急联系人\n" + "\n".join(lines) + "\n"
    (tmp_path / "客户.csv").write_text(text, encoding="utf-8")
    result = find_rings([tmp_path / "客户.csv"], revealed)
    assert result.run.rings == ()
    assert not result.graph.nodes.filter(pl.col("key").str.contains("13922223333")).height


@pytest.mark.parametrize("phone", ["13800138000", "95588", "138****8000", "1.54E+10", "00000000000", "15400000"])
def test_values_that_identify_nobody_never_link(tmp_path, revealed, phone):
    rows = "\n".join(f"C{i:03},丁{i},{phone},路{i}号" for i in range(1, 6))
    (tmp_path / "客户.csv").write_text(f"客户号,姓名,手机号,家庭住址\n{rows}\n", encoding="utf-8")
    graph = find_rings([tmp_path / "客户.csv"], revealed).graph
    assert graph.counts().get("phone", 0) == 0


def test_debtors_carry_no_score_and_no_label():
    import dataclasses

    from ringfinder.model import Member

    assert [f.name for f in dataclasses.fields(Member)] == [
        "kind",
        "key",
        "label",
        "role",
        "confidence",
        "note",
        "core",
        "rows",
    ]


def test_people_are_not_called_names(masked_run, demo_run):
    root = Path(ringfinder.__file__).parent
    files = [*root.rglob("*.py"), *root.rglob("*.toml"), *root.rglob("*.html"), root.parent / "README.md"]
    texts = {str(f): f.read_text(encoding="utf-8") for f in files if f.is_file()}
    for run in (masked_run, demo_run):
        texts |= {str(f): f.read_text(encoding="utf-8") for f in run.iterdir() if f.suffix in (".html", ".csv")}
    for verb in ("--help", "run --help", "show --help", "demo --help"):
        texts[verb] = CliRunner().invoke(app, verb.split()).stdout
    for where, text in texts.items():
        assert not re.search("诈骗犯|老赖|黑名单|criminal|fraudster|blacklist", text, re.IGNORECASE), where


def test_only_the_owner_may_read_a_run(masked_run, demo_run):
    for run in (masked_run, demo_run):
        assert stat.S_IMODE(run.stat().st_mode) == 0o700
        for path in run.rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_the_inputs_stay_as_they_are_and_are_named_by_their_hashes(tmp_path):
    exports = write_s1(tmp_path / "s1")
    before = {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in exports.iterdir()}
    run = find_rings([exports]).run
    assert {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in exports.iterdir()} == before
    assert {i.name: i.sha256 for i in run.inputs} == {n: hashlib.sha256(b).hexdigest() for n, (b, _) in before.items()}


HOSTILE = ["=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+cmd", "-2+3", "＝cmd", "\t=1", " =1", '"=1', "＋1", "＠x"]


def test_no_csv_cell_is_a_formula(tmp_path, revealed):
    lines = CUSTOMERS.splitlines()
    rows = list(csv.reader(lines))
    for row, text in zip(rows[1:], [*HOSTILE, *HOSTILE], strict=False):
        row[1], row[4] = text, text
        row[0] = row[0] if row[0] != "C014" else "=C014"
    rows.append(["=9", "", "=x", "@y", "+z", "-", "="])
    exports = tmp_path / "exports"
    exports.mkdir()
    with (exports / "=客户.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    (exports / "投诉.csv").write_text(complaints(), encoding="utf-8")
    powers = POWERS.replace("甲诚商务咨询", "=HYPERLINK(1)").replace("P1,", "@P1,")
    (exports / "委托.csv").write_text(powers, encoding="utf-8")
    for masked in (True, False):
        config = Config() if masked else revealed
        folder = write_run(tmp_path / f"r{masked}", find_rings([exports], config))
        names = sorted(p.name for p in folder.glob("*.csv"))
        wanted = "evidence.csv ledger.csv members.csv playbook.csv rejected.csv rings.csv same.csv"
        assert names == wanted.split()
        for name in names:
            text = (folder / name).read_text(encoding="utf-8-sig")
            table = list(csv.reader(io.StringIO(text, newline="")))
            assert len({len(row) for row in table}) == 1
            bad = [c for row in table for c in row if re.match(r"""[\s"]*[=+\-@＝＋－＠]""", c)]
            assert bad == [], name
    assert "'=HYPERLINK(1)" in (tmp_path / "rFalse" / "members.csv").read_text(encoding="utf-8")


_NO_NETWORK = """
import socket, sys
def refuse(*a, **k): raise RuntimeError("a network call")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
class Closed(socket.socket):
    def __new__(cls, *a, **k): refuse()
socket.socket = Closed
from typer.testing import CliRunner
from ringfinder.cli import app
d = sys.argv[1]
for line in ("demo {d}/demo --customers 300", "init {d}/demo/exports -o {d}/x.toml",
             "run {d}/demo/exports -c {d}/x.toml -o {d}/r", "list {d}/r", "html {d}/r", "show {d}/r R1"):
    done = CliRunner().invoke(app, line.format(d=d).split())
    assert done.exit_code == 0, (line, done.stderr)
done = CliRunner().invoke(app, ["check", d + "/demo/exports"])
assert done.exit_code in (0, 1), done.stderr
"""


def test_nothing_is_sent_anywhere(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _NO_NETWORK, str(tmp_path)], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//""", page)
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|@import|sendBeacon", page)


def test_a_key_of_its_own_serves_the_run_that_names_it(tmp_path, monkeypatch):
    config = Config(privacy=PrivacySettings(key_file=str(tmp_path / "own")))
    first = find_rings([write_s1(tmp_path / "s1")], config)
    monkeypatch.setenv("RINGFINDER_KEY_FILE", str(tmp_path / "own"))
    assert find_rings([tmp_path / "s1"]).run.rings == first.run.rings
    assert str(tmp_path / "own") not in str(first.run.to_dict())
    assert os.environ["RINGFINDER_KEY_FILE"]
