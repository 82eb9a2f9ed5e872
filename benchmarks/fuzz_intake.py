"""Random and mutated files through the readers: no crash, no hang, no row lost.

python benchmarks/fuzz_intake.py --minutes 10
python benchmarks/fuzz_intake.py --minutes 1 --seed 7

Seeds are the polluted tables of tests/intake in several encodings, packed and unpacked, workbooks and Parquet. Each
file is a seed that was changed, cut, doubled or mixed with another, or plain noise. Whatever comes, reading must end
within five seconds of processor time (its child processes included), raise nothing but a RingfinderError that names the
file, and account for every row. A file that breaks a rule is kept in the folder that the first and last lines name.

The process takes at most four gigabytes of memory for itself, where the system can see to it. An engine that asks for
more may stop the fuzzer; then the file is the newest in that folder.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import polars as pl

from ringfinder.errors import RingfinderError
from ringfinder.read import ReadOptions, read_table

INTAKE = Path(__file__).parents[1] / "tests" / "intake"
sys.path.insert(0, str(INTAKE))
from pollute import POLLUTIONS, TABLES  # noqa: E402

SECONDS = 5.0
LARGEST = 60_000
MEMORY = 4 * 1024**3

PIECES = [
    *(bytes([b]) for b in b",\"\n\r\t;'\\ =|:^~1a\x00\x1a\x1c\x1f\x80\xa0\xe9\xff"),
    *(b"\r\n", b"\n\n", b'""', b'"""', b'","', b"sep=;\n", b"\xef\xbb\xbf", b"\xff\xfe", b"||", b", "),
    *(
        t.encode()
        for t in ("号", "合计,1\n", "客户号,姓名\n", "\n\n投诉编号,投诉日期\nT1,2024-01-02\n", "\u2028", "\x85")
    ),
    *(
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"PAR1",
        b"\x1f\x8b\x08",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"[Content_Types].xml",
    ),
]


def seeds() -> list[tuple[str, bytes]]:
    """Names and contents of valid or polluted files."""
    found: list[tuple[str, bytes]] = []
    for make in POLLUTIONS.values():
        for table in TABLES.values():
            data = make([list(row) for row in table]).data
            if len(data) <= LARGEST:
                found.append(("t.csv", data))
    texts = [data for _, data in found[:12]]
    found += [("t.csv.gz", gzip.compress(data)) for data in texts]
    for codec in ("gb18030", "utf-16", "utf-8-sig"):
        found += [("t.csv", data.decode().encode(codec)) for data in texts[:4]]
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            for i, data in enumerate(texts[:3]):
                archive.writestr(f"表{i}.csv", data)
        found.append(("t.zip", out.getvalue()))
    found += [("t.xls", (INTAKE / "data" / "book_of_1997.xls").read_bytes())] * 8
    for table in TABLES.values():
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in [["标题"], *table, [], *table[3:6], ["合计", 3]]:
            book.active.append(row)
        book.create_sheet("二").append(["a", "b"])
        book.save(out)
        found.append(("t.xlsx", out.getvalue()))
        frame = pl.DataFrame(dict(zip(table[0], map(list, zip(*table[1:], strict=True)), strict=True)))
        for compression in ("zstd", "uncompressed", "snappy"):
            out = io.BytesIO()
            frame.write_parquet(out, compression=compression)
            found.append(("t.parquet", out.getvalue()))
    return found


def mutate(rng: random.Random, data: bytes, other: bytes) -> bytes:
    """The bytes after up to twelve changes."""
    out = bytearray(data)
    for _ in range(rng.randint(0, 12)):
        at, kind = rng.randrange(len(out) + 1), rng.random()
        if kind < 0.35:
            out[at:at] = rng.choice(PIECES)
        elif kind < 0.6:
            out[at : at + rng.randint(1, 3)] = rng.choice(PIECES)
        elif kind < 0.75:
            out[at : at + rng.randint(1, 3)] = rng.randbytes(rng.randint(0, 3))
        elif kind < 0.85:
            del out[at : at + rng.randint(1, 400)]
        elif kind < 0.93:
            end = at + rng.randint(1, 300)
            out[at:at] = out[at:end] * rng.randint(1, 3)
        else:
            start = rng.randrange(len(other) + 1)
            out[at:at] = other[start : start + rng.randint(1, 500)]
    return bytes(out[: rng.randrange(len(out) + 1)] if rng.random() < 0.3 else out)


def poke(rng: random.Random, data: bytes) -> bytes:
    """The bytes, as long as before, with one to twelve numbers written over: a container of fixed places survives."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 12)):
        number = rng.choice([0, 1, 0x7F, 0xFF, 0xFFFF, 0xFFFE, 0x7FFFFFFF, 0xFFFFFFFE, rng.randrange(1 << 32)])
        length = rng.choice([1, 1, 2, 2, 4])
        at = rng.randrange(max(1, len(out) - length))
        out[at : at + length] = (number % (1 << 8 * length)).to_bytes(length, "little")
    return bytes(out)


def check(path: Path, options: ReadOptions) -> str:
    """How reading ends; raises AssertionError where a rule is broken."""
    begin = sum(os.times()[:4])
    try:
        tables = read_table(path, options)
    except RingfinderError as error:
        named = bool(error.where and error.do)
        outcome = "refused" if named else "refused without a word on where or what to do"
    else:
        assert tables
        outcome = "read"
        for table in tables:
            assert len(table.rows) == table.cells.height
            rows = [*table.rows, *table.issues.filter("lost")["row"]]
            assert len(set(rows)) == len(rows), "a row is counted twice"
            if rows and len(tables) == 1:
                assert max(rows) - min(rows) + 1 == len(rows), "a row is missing"
    assert len(outcome) < 10, outcome
    spent = sum(os.times()[:4]) - begin
    assert spent < SECONDS, f"{spent:.1f} s"
    return outcome


def limit_memory() -> None:
    """Keep this process, and so the machine, from running out of memory."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    limit_memory()
    rng = random.Random(arguments.seed)
    pool = seeds()
    counts: Counter[str] = Counter()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-intake-"))
    print(folder, flush=True)
    end = time.monotonic() + 60 * arguments.minutes
    number = 0
    while time.monotonic() < end:
        number += 1
        name, data = rng.choice(pool)
        kind = rng.random()
        if kind < 0.02:
            data = rng.randbytes(rng.randint(0, 300))
        elif kind < 0.3 and not name.endswith(".csv"):
            data = poke(rng, data)
        else:
            data = mutate(rng, data, rng.choice(pool)[1])
        options = ReadOptions(
            encoding=rng.choice([None, None, None, "utf-8", "gb18030", "utf-16-le"]),
            delimiter=rng.choice([None, None, None, None, ";", "\t", "||"]),
            quote=rng.choice([None, None, None, '"', "'"]),
        )
        path = folder / name
        path.write_bytes(data)
        try:
            counts[f"{path.suffix} {check(path, options)}"] += 1
        except BaseException as error:  # panics of engines are no Exceptions
            if isinstance(error, KeyboardInterrupt):
                raise
            counts["BROKEN"] += 1
            kept = folder / f"{number}-{name}"
            kept.write_bytes(data)
            print(f"{kept.name} {options}", *traceback.format_exc().splitlines()[-4:], sep="\n  ", flush=True)
    print(f"{number} files, seed {arguments.seed}:", ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
    print(folder)
    return min(counts["BROKEN"], 1)


if __name__ == "__main__":
    sys.exit(main())
