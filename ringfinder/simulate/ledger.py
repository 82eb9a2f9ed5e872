"""The growing world: events collected table by table, then numbered and sorted into data frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import polars as pl

from ringfinder.simulate.ids import Phones
from ringfinder.simulate.people import People
from ringfinder.simulate.settings import WorldSettings

__all__ = ["CHANNELS", "HOTLINES", "RESULTS", "Ledger", "office_hours"]

CHANNELS = ("12378", "12363", "12345", "银行客服")
HOTLINES = ("12378", "12363", "12345", "95588")
RESULTS = ("已解释", "已协商一致", "诉求不成立", "处理中", "属实,已整改", "撤诉")

# Table: columns after its number and customer number; the first written field of an event is its time.
EVENTS = {
    "投诉": ("投诉编号", "客户号", "投诉渠道", "投诉日期", "来电号码", "投诉内容", "处理结果"),
    "委托": (
        "委托书编号",
        "客户号",
        "委托人",
        "受托人",
        "受托人电话",
        "代理机构",
        "统一社会信用代码",
        "签署日期",
    ),
    "邮寄": ("运单号", "客户号", "寄件人", "寄件人电话", "寄件地址", "揽收时间"),
    "付款": ("流水号", "客户号", "付款人", "收款人", "收款账号", "交易金额", "交易时间", "摘要"),
    "通话": ("主叫号码", "被叫号码", "起始时间", "通话时长"),
}
ORGANISATIONS = ("企业名称", "统一社会信用代码", "法定代表人", "注册电话", "注册地址", "成立日期", "登记状态")
NUMBERS = {"投诉": ("TS", 7), "委托": ("WT", 6), "邮寄": ("EM", 9), "付款": ("LS", 10)}
BY_DAY = {"投诉": "投诉日期", "委托": "签署日期"}
BY_SECOND = {"邮寄": "揽收时间", "付款": "交易时间", "通话": "起始时间"}


def office_hours(rng: np.random.Generator, day: float) -> float:
    """Return a day with a time between nine and six."""
    return float(np.floor(day) + rng.uniform(0.375, 0.75))


@dataclass
class Ledger:
    """Everything that has happened so far in the world being made.

    Times are days since the first day of the period, with the time of day as the fraction; people are named
    by their row in `people`.
    """

    settings: WorldSettings
    people: People
    phones: Phones
    cards: list[str]
    rng: np.random.Generator
    truth: list[tuple[str, str, str, str]] = field(default_factory=list)
    benign: list[tuple[str, str, str, str]] = field(default_factory=list)
    organisations: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # phones from which collection agencies call
    _rows: dict[str, list[tuple[float, dict[str, str]]]] = field(default_factory=lambda: {t: [] for t in EVENTS})
    _groups: int = 0

    # ---- events; each method tells whether the event falls into the period and was therefore added

    def complain(self, who: int, when: float, channel: str, caller: str, text: str, result: str) -> bool:
        """Add a complaint."""
        return self._add("投诉", when, who, 投诉渠道=channel, 来电号码=caller, 投诉内容=text, 处理结果=result)

    def authorise(self, who: int, when: float, agent: str, phone: str, firm: str, code: str) -> bool:
        """Add a power of attorney; `firm` and `code` are empty for a private person."""
        return self._add(
            "委托",
            when,
            who,
            委托人=str(self.people.name[who]),
            受托人=agent,
            受托人电话=phone,
            代理机构=firm,
            统一社会信用代码=code,
        )

    def post(self, who: int, when: float, sender: str, phone: str, address: str) -> bool:
        """Add a posted letter."""
        return self._add("邮寄", when, who, 寄件人=sender, 寄件人电话=phone, 寄件地址=address)

    def pay(self, who: int, when: float, payee: str, account: str, amount: float, memo: str) -> bool:
        """Add a payment out of a customer's account."""
        return self._add(
            "付款",
            when,
            who,
            付款人=str(self.people.name[who]),
            收款人=payee,
            收款账号=account,
            交易金额=f"{amount:.2f}",
            摘要=memo,
        )

    def call(self, when: float, caller: str, callee: str, seconds: int) -> bool:
        """Add a phone call."""
        return self._add("通话", when, -1, 主叫号码=caller, 被叫号码=callee, 通话时长=str(seconds))

    def organisation(self, *cells: str, founded: int, status: str = "存续") -> None:
        """Add an organisation: name, code, legal representative, phone, address; `founded` in days."""
        self.organisations.append((*cells, self._date(founded), status))

    def _add(self, table: str, when: float, who: int, **cells: str) -> bool:
        if not 0 <= when < self.settings.days:
            return False
        if who >= 0:
            cells["客户号"] = str(self.people.number[who])
        self._rows[table].append((when, cells))
        return True

    # ---- truth

    def group(self, design: str, **keys: list[str]) -> str:
        """Note a benign look-alike with its members and shared things by kind; return its id."""
        self._groups += 1
        name = f"B{self._groups:05d}"
        self.benign += [(name, design, kind, key) for kind, group in keys.items() for key in dict.fromkeys(group)]
        return name

    def ring(self, name: str, design: str, **keys: list[str]) -> None:
        """Note a ring's members and instruments by kind."""
        self.truth += [(name, design, kind, key) for kind, group in keys.items() for key in dict.fromkeys(group)]

    def numbers(self, members: list[int]) -> list[str]:
        """Look up the customer numbers of some people."""
        return [str(self.people.number[i]) for i in members]

    # ---- end

    def _date(self, day: int) -> str:
        return str(np.datetime64(self.settings.start) + np.timedelta64(day, "D"))

    def frames(self) -> dict[str, pl.DataFrame]:
        """Number and sort everything that happened; text columns only."""
        made = {"客户": self.people.frame()}
        for table in EVENTS:
            made[table] = self._frame(table)
        organisations = sorted(self.organisations, key=lambda row: row[1])
        schema = dict.fromkeys(ORGANISATIONS, pl.String)
        made["机构"] = pl.DataFrame(organisations, schema=schema, orient="row")
        return made

    def _frame(self, table: str) -> pl.DataFrame:
        columns = EVENTS[table]
        rows = [cells for _, cells in self._rows[table]]
        frame = pl.DataFrame({c: pl.Series(c, [r.get(c, "") for r in rows], pl.String) for c in columns})
        times = np.array([when for when, _ in self._rows[table]], dtype=float)
        start = datetime.combine(self.settings.start, datetime.min.time(), UTC).timestamp()
        seconds = pl.Series("when", np.floor(start + times * 86_400).astype(np.int64))
        moment = pl.from_epoch(seconds, time_unit="s")
        frame = frame.with_columns(moment.alias("when")).with_row_index("order").sort("when", "order")
        if table in BY_DAY:
            frame = frame.with_columns(pl.col("when").dt.strftime("%Y-%m-%d").alias(BY_DAY[table]))
        else:
            frame = frame.with_columns(pl.col("when").dt.strftime("%Y-%m-%d %H:%M:%S").alias(BY_SECOND[table]))
        if table in NUMBERS:
            prefix, width = NUMBERS[table]
            number = (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(width)
            frame = frame.with_columns((pl.lit(prefix) + number).alias(columns[0]))
        return frame.select(columns)
