"""Exports of many customers and complaints through read, map, normalise and link, stage by stage.

python benchmarks/intake.py                                     # 2,000,000 customers, 1,000,000 complaints
python benchmarks/intake.py --customers 200000 --complaints 100000

On two busy cores, polars 2.1, 2,000,000 customers and 1,000,000 complaints: 24 to 29 s of processor time, 2.3 GB.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from ringfinder.config import Config
from ringfinder.link import link_tables
from ringfinder.pipeline import map_tables, options_of
from ringfinder.read import find_inputs, read_tables

SURNAMES = list("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英")


def write_exports(folder: Path, customers: int, complaints: int, seed: int = 3) -> None:
    """Clean and slightly dirty cells in the proportions of a desk's export, without texts."""
    rng = np.random.default_rng(seed)

    def pick(words: list[str], n: int) -> pl.Series:
        return pl.Series(words).gather(rng.integers(0, len(words), n))

    def phones(n: int) -> pl.Series:
        digits = pl.Series(rng.integers(13_000_000_000, 19_999_999_999, n).astype(str))
        dirty = rng.random(n) < 0.03
        return pl.select(pl.when(pl.Series(dirty)).then(pl.lit("+86 ") + digits).otherwise(digits)).to_series()

    number = pl.Series(np.arange(customers).astype(str)).str.zfill(8)
    household = np.cumsum(rng.random(customers) < 0.6)
    streets = pl.Series(["建国", "人民", "解放", "中山", "和平", "长江", "黄河"]).gather(household % 7)
    house = (
        streets
        + "路"
        + pl.Series((household // 7).astype(str))
        + "号3栋2单元"
        + pl.Series((household % 900).astype(str))
        + "室"
    )
    pl.DataFrame(
        {
            "客户号": "C" + number,
            "姓名": pick(SURNAMES, customers) + pick(GIVEN, customers) + pick(GIVEN, customers),
            "手机号": phones(customers),
            "家庭住址": "浙江省杭州市西湖区" + house,
            "单位名称": "杭州" + pick(GIVEN, customers) + pick(GIVEN, customers) + "科技有限公司",
            "逾期天数": rng.integers(0, 400, customers),
            "逾期金额": rng.integers(100, 90_000, customers),
        }
    ).write_csv(folder / "客户.csv")
    who = rng.integers(0, customers, complaints)
    pl.DataFrame(
        {
            "投诉编号": "T" + pl.Series(np.arange(complaints).astype(str)),
            "客户号": "C" + number.gather(who),
            "投诉渠道": pick(["12378", "12363", "银行客服"], complaints),
            "投诉日期": pl.Series(rng.integers(20_000, 20_365, complaints).astype(np.int32)).cast(pl.Date),
            "来电号码": phones(complaints),
        }
    ).write_csv(folder / "投诉.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=2_000_000)
    parser.add_argument("--complaints", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_exports(folder, options.customers, options.complaints)
        config = Config()
        idle = time.process_time()
        start = time.perf_counter()
        tables = read_tables(find_inputs([folder]), config.read)
        read = time.perf_counter()
        mappings = map_tables(tables, config)
        linked = link_tables(
            list(zip(tables, mappings, strict=True)),
            kinds=config.kinds,
            relations=config.relations,
            options=options_of(config),
        )
        end = time.perf_counter()
    worked = time.process_time()
    print(f"read              {read - start:7.2f} s")
    print(f"map and link      {end - read:7.2f} s   {linked.graph}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"all               {end - start:7.2f} s   {worked - idle:.2f} s of processor time   {memory:.2f} GB")


if __name__ == "__main__":
    main()
