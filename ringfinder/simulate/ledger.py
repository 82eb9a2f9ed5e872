"""The growing world: events collected table by table, then numbered and sorted into data frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import numpy as np
import polars as pl

from ringfinder.simulate.ids import Phones
from ringfinder.simulate.people import People
from ringfinder.simulate.settings import WorldSettings

__all__ = ["CHANNELS", "CORE", "HOTLINES", "RESULTS", "Ledger", "office_hours"]

CHANNELS = ("12378", "12363", "12345", "银行客服")
HOTLINES = ("12378", "12363", "12345", "95588")
RESULTS = ("已解释", "已协商一致", "诉求不成立", "处理中", "属实,已整改", "撤诉")

# Table: columns after its number and customer number; the first written field of an event is its time.
EVENTS = {
    "投诉": (
        "投诉编号",
        "客户号",
        "投诉渠道",
        "投诉日期",
        "来电号码",
        "投诉对象",
        "设备号",
        "投诉内容",
        "附件",
        "处理结果",
    ),
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
    "材料": ("材料编号", "客户号", "材料类型", "出具单位", "提交日期", "核实结果"),
    "变更": ("客户号", "原预留手机号", "新预留手机号", "变更日期"),
}
#: Tables that every lender exports; 材料 (documents) and 变更 (changes of the phone of record) come on request.
CORE = ("客户", "投诉", "委托", "机构", "邮寄", "付款", "通话")
ORGANISATIONS = ("企业名称", "统一社会信用代码", "法定代表人", "注册电话", "注册地址", "成立日期", "登记状态")
NUMBERS = {"投诉": ("TS", 7), "委托": ("WT", 6), "邮寄": ("EM", 9), "付款": ("LS", 10)}
BY_DAY = {"投诉": "投诉日期", "委托": "签署日期", "材料": "提交日期", "变更": "变更日期"}
BY_SECOND = {"邮寄": "揽收时间", "付款": "交易时间", "通话": "起始时间"}
#: Typed by hand at a desk: the cell may be missing or have a wrong digit. Accounts have a check digit, calls are
#: recorded by machines.
TYPED = {"投诉": "来电号码", "委托": "受托人电话", "邮寄": "寄件人电话"}
MISSING, TYPO = 0.06, 0.015


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
    slips: Random  # much faster than numpy for single draws
    slipped: bool = False  # whether the typed cell of the latest event went missing or wrong
    typed: str = ""  # that cell as it was written
    news: list[float] = field(default_factory=list)  # first days of weeks in which everybody complains more
    truth: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    benign: list[tuple[str, str, str, str]] = field(default_factory=list)
    organisations: list[tuple[str, ...]] = field(default_factory=list)
    agencies: list[tuple[str, list[str], str]] = field(default_factory=list)  # collectors: name, lines, address
    letters: list[str] = field(default_factory=list)  # of each complaint in the order of filing: the shared text
    _rows: dict[str, list[tuple[float, dict[str, str]]]] = field(default_factory=lambda: {t: [] for t in EVENTS})
    _groups: int = 0
    _texts: int = 0

    # ---- events; each method tells whether the event falls into the period and was therefore added

    @property
    def lines(self) -> list[str]:
        """Phones from which collection agencies call."""
        return [line for _, lines, _ in self.agencies for line in lines]

    def complain(self, who: int, when: float, channel: str, caller: str, text: str, result: str, *,
                 letter: str = "", device: str = "", paper: str = "") -> bool:  # fmt: skip
        """Add a complaint; `letter` names the text that several people use, as a text comparison would group it.

        `paper` is a paper that was handed in with it, as the desk notes it: type (issuer number).
        """
        agency = str(self.people.agency[who])
        against = agency if agency and self.slips.random() < 0.3 else "信用卡中心"
        added = self._add("投诉", when, who, 投诉渠道=channel, 来电号码=caller, 投诉对象=against, 设备号=device,
                          投诉内容=text, 附件=paper, 处理结果=result)  # fmt: skip
        if added:
            self.letters.append(letter)
        return added

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

    def submit(self, who: int, when: float, number: str, kind: str, issuer: str, verified: str) -> bool:
        """Add a document that a customer hands in; one number on several of them is one paper used again."""
        return self._add("材料", when, who, 材料编号=number, 材料类型=kind, 出具单位=issuer, 核实结果=verified)

    def change(self, who: int, when: float, phone: str) -> bool:
        """Let a customer change the phone of record; later changes win."""
        old = str(self.people.record[who])
        if not self._add("变更", when, who, 原预留手机号=old, 新预留手机号=phone):
            return False
        self.people.record[who] = phone
        return True

    def organisation(self, *cells: str, founded: int, status: str = "存续") -> None:
        """Add an organisation: name, code, legal representative, phone, address; `founded` in days."""
        self.organisations.append((*cells, self._date(founded), status))

    def _add(self, table: str, when: float, who: int, **cells: str) -> bool:
        if not 0 <= when < self.settings.days:
            return False
        if who >= 0:
            cells["客户号"] = str(self.people.number[who])
        self.slipped = False
        if table in TYPED:
            self._slip(TYPED[table], cells)
            self.typed = cells[TYPED[table]]
        self._rows[table].append((when, cells))
        return True

    def _slip(self, column: str, cells: dict[str, str]) -> None:
        """Lose a typed cell now and then, or get one of its digits wrong."""
        draw = self.slips.random()
        if draw >= MISSING + TYPO or not cells[column]:
            return
        self.slipped = True
        if draw < MISSING:
            cells[column] = ""
            return
        place, by = self.slips.randrange(4, 11), self.slips.randrange(1, 10)
        digits = cells[column]
        if len(digits) == 11 and digits.isdigit():
            cells[column] = f"{digits[:place]}{(int(digits[place]) + by) % 10}{digits[place + 1 :]}"

    # ---- truth

    def group(self, design: str, **keys: list[str]) -> str:
        """Note a benign look-alike with its members and shared things by kind; return its id."""
        self._groups += 1
        name = f"B{self._groups:05d}"
        self.benign += [(name, design, kind, key) for kind, group in keys.items() for key in dict.fromkeys(group)]
        return name

    def ring(self, name: str, design: str, marks: list[tuple[str, str, str, str]]) -> None:
        """Note where a ring shows: kind, key, role and table of each trace."""
        self.truth += [(name, design, *mark) for mark in dict.fromkeys(marks)]

    def text_name(self, prefix: str = "L") -> str:
        """Return a name for one more shared text."""
        self._texts += 1
        return f"{prefix}{self._texts:06d}"

    def own_device(self, who: int) -> str:
        """Return the device of a customer: the household's tablet now and then, else an own one."""
        home = int(self.people.household[who])
        number = home if self.slips.random() < 0.3 else len(self.people) + who
        return f"DV{(number * 7919 + 104_729) % 1_000_000_007:010d}"

    def numbers(self, members: list[int]) -> list[str]:
        """Look up the customer numbers of some people."""
        return [str(self.people.number[i]) for i in members]

    # ---- end

    def _date(self, day: int) -> str:
        return str(np.datetime64(self.settings.start) + np.timedelta64(day, "D"))

    def frames(self) -> dict[str, pl.DataFrame]:
        """Number and sort everything that happened; text columns only."""
        organisations = sorted(self.organisations, key=lambda row: row[1])
        schema = dict.fromkeys(ORGANISATIONS, pl.String)
        made = {table: self._frame(table) for table in EVENTS}
        made["客户"] = self.people.frame()
        made["机构"] = pl.DataFrame(organisations, schema=schema, orient="row")
        return {name: made[name] for name in (*CORE, *sorted(made.keys() - set(CORE)))}

    def letter_frame(self) -> pl.DataFrame:
        """Complaint number and shared text of the complaints that use one."""
        order = self._order("投诉")
        number = [f"TS{i + 1:07d}" for i in range(len(order))]
        made = pl.DataFrame({"投诉编号": pl.Series(number, dtype=pl.String),
                             "letter": pl.Series([self.letters[i] for i in order], dtype=pl.String)})  # fmt: skip
        return made.filter(pl.col("letter") != "")

    def _order(self, table: str) -> list[int]:
        """Rows of a table by the second in which they happened."""
        times = np.array([when for when, _ in self._rows[table]], dtype=float)
        order: list[int] = np.argsort(np.floor(times * 86_400), kind="stable").tolist()
        return order

    def _frame(self, table: str) -> pl.DataFrame:
        columns = EVENTS[table]
        order = self._order(table)
        rows = [self._rows[table][i][1] for i in order]
        frame = pl.DataFrame({c: pl.Series(c, [r.get(c, "") for r in rows], pl.String) for c in columns})
        times = np.array([self._rows[table][i][0] for i in order], dtype=float)
        start = datetime.combine(self.settings.start, datetime.min.time(), UTC).timestamp()
        moment = pl.from_epoch(pl.Series("when", np.floor(start + times * 86_400).astype(np.int64)), time_unit="s")
        if table in BY_DAY:
            frame = frame.with_columns(moment.dt.strftime("%Y-%m-%d").alias(BY_DAY[table]))
        else:
            frame = frame.with_columns(moment.dt.strftime("%Y-%m-%d %H:%M:%S").alias(BY_SECOND[table]))
        if table in NUMBERS:
            prefix, width = NUMBERS[table]
            number = (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(width)
            frame = frame.with_columns((pl.lit(prefix) + number).alias(columns[0]))
        return frame.select(columns)
