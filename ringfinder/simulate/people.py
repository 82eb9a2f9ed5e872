"""The lender's customers: households, workplaces, phones, debts; made in arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.simulate.ids import Phones, distinct, landline, resident_ids
from ringfinder.simulate.words import addresses, firm_name, names

__all__ = ["PLACEHOLDER", "Employer", "People", "populate"]

Ints = NDArray[np.int64]
Objects = NDArray[np.object_]

PLACEHOLDER = "13800138000"
NO_EMPLOYER = ("个体", "自由职业", "退休", "无", "务农", "")
SERVICE_LINES = ("95511", "95516", "95518", "10086", "10010", "10000", "96588", "12315", "4008005588")
SIZES, SIZE_SHARES = (1, 2, 3, 4), (0.72, 0.18, 0.07, 0.03)  # customers in one household


@dataclass(frozen=True, slots=True)
class Employer:
    """A workplace: its name, its switchboard without extension, the people who work there."""

    name: str
    switchboard: str
    staff: Ints


@dataclass(slots=True)
class People:
    """Customers, one array a column; `taken` marks those who already play a part."""

    number: Objects
    name: Objects
    resident: Objects
    mobile: Objects
    record: Objects
    employer: Objects
    work_phone: Objects
    home_phone: Objects
    address: Objects
    agency: Objects  # collection agency that has the case, or ""
    days: Ints  # overdue days
    amount: NDArray[np.float64]  # overdue amount, yuan
    household: Ints
    taken: NDArray[np.bool_]
    employers: list[Employer]

    def __len__(self) -> int:
        return len(self.number)

    def draw(self, rng: np.random.Generator, count: int, among: Ints | None = None) -> list[int]:
        """Choose up to `count` people who play no part yet and mark them as taken."""
        pool = np.arange(len(self)) if among is None else among
        free = pool[~self.taken[pool]]
        chosen = rng.permutation(free)[:count]
        self.taken[chosen] = True
        return [int(i) for i in chosen]

    def frame(self) -> pl.DataFrame:
        """Return the customer table, ordered by customer number."""
        amount = [f"{a:.2f}" for a in self.amount.tolist()]
        columns = {
            "客户号": self.number, "姓名": self.name, "证件号码": self.resident, "手机号": self.mobile,
            "预留手机号": self.record, "单位名称": self.employer, "单位电话": self.work_phone,
            "家庭电话": self.home_phone, "家庭住址": self.address, "委外机构": self.agency,
        }  # fmt: skip
        made = {c: pl.Series(c, v.tolist(), pl.String) for c, v in columns.items()}
        made["逾期天数"] = pl.Series(self.days).cast(pl.String)
        made["逾期金额"] = pl.Series(amount, dtype=pl.String)
        return pl.DataFrame(made).sort("客户号")


def populate(rng: np.random.Generator, count: int, phones: Phones) -> People:
    """Make `count` customers with their households, workplaces and debts."""
    sizes = rng.choice(SIZES, count, p=SIZE_SHARES)
    household = np.repeat(np.arange(count), sizes)[:count]
    first = np.concatenate([[True], household[1:] != household[:-1]])
    head = np.flatnonzero(first)[household]  # the row of each one's head of household
    name = names(rng, count)
    child = ~first & (rng.random(count) < 0.35)  # shares the head's surname
    name[child] = [h[0] + n[1:] for h, n in zip(name[head[child]], name[child], strict=True)]
    mobile = np.array(phones.take(count), dtype=object)
    record = mobile.copy()
    other = rng.random(count) < 0.13
    record[other] = phones.take(int(other.sum()))
    family = ~first & (rng.random(count) < 0.30)
    record[family] = mobile[head[family]]
    family = ~first & (rng.random(count) < 0.08)
    mobile[family] = mobile[head[family]]
    home_phone = np.full(count, "", dtype=object)
    has_home = rng.random(count) < 0.12
    home_phone[has_home] = [landline(rng) for _ in range(int(has_home.sum()))]
    together = ~first & (rng.random(count) < 0.6)
    home_phone[together] = home_phone[head[together]]
    address = addresses(rng, count)
    together = ~first & (rng.random(count) < 0.9)
    address[together] = address[head[together]]
    overdue = rng.random(count)
    days = np.where(overdue < 0.22, 0, np.ceil(rng.exponential(75, count))).astype(np.int64)
    amount = np.round(np.exp(rng.normal(9.6, 0.9, count)) + 200, 2)
    mobile, record = _placeholders(rng, mobile, record)
    blank = rng.random(count)
    address = np.where(blank < 0.03, np.where(blank < 0.01, "同上", np.where(blank < 0.015, "无", "")), address)
    people = People(
        number=np.array([f"C{n:08d}" for n in distinct(rng, 90_000_000, count).tolist()], dtype=object),
        name=name, resident=resident_ids(rng, count), mobile=mobile, record=record,
        employer=np.array(NO_EMPLOYER, dtype=object)[rng.integers(0, len(NO_EMPLOYER), count)],
        work_phone=np.full(count, "", dtype=object), home_phone=home_phone, address=address,
        agency=np.full(count, "", dtype=object), days=days, amount=amount, household=household,
        taken=np.zeros(count, dtype=bool), employers=[],
    )  # fmt: skip
    _workplaces(rng, people, phones)
    return people


def _placeholders(rng: np.random.Generator, mobile: Objects, record: Objects) -> tuple[Objects, Objects]:
    """Spoil some phone cells: sample numbers, masks, damage by a spreadsheet, somebody else's old number, blanks."""
    count = len(mobile)
    odd = rng.random(count)
    masked = np.array([f"{m[:3]}****{m[7:]}" for m in mobile.tolist()], dtype=object)
    stranger = record[rng.permutation(count)]
    record = np.where(odd < 0.008, PLACEHOLDER, np.where(odd < 0.012, stranger, record))
    record = np.where((odd > 0.03) & (odd < 0.07), "", record)
    mobile = np.where(odd > 0.99, masked, np.where(odd > 0.984, "", np.where(odd > 0.981, "1.54E+10", mobile)))
    return np.asarray(mobile, dtype=object), np.asarray(record, dtype=object)


def _workplaces(rng: np.random.Generator, people: People, phones: Phones) -> None:
    """Give six in ten customers an employer; few employers are large (Pareto)."""
    count = len(people)
    workers = rng.permutation(count)[: int(count * 0.6)]
    firms = max(8, count // 20)
    weights = np.minimum(rng.pareto(1.1, firms) + 0.2, 0.25 * firms)
    firm = np.sort(rng.choice(firms, len(workers), p=weights / weights.sum()))
    edges = np.searchsorted(firm, np.arange(firms + 1))
    used: set[str] = set()
    for i in range(firms):
        staff = workers[edges[i] : edges[i + 1]]
        name = firm_name(rng)
        while name in used:
            name = firm_name(rng) if len(used) < 2_000 else f"{firm_name(rng)}{len(used)}分公司"
        used.add(name)
        board = landline(rng)
        people.employer[staff] = name
        how = rng.random(len(staff))
        extension = rng.integers(101, 999, len(staff)).tolist()
        phone = [f"{board}转{e}" if h < 0.35 else board if h < 0.6 else "" for h, e in zip(how, extension, strict=True)]
        people.work_phone[staff] = phone
        people.employers.append(Employer(name, board, staff))
    draw = rng.random(count)
    people.work_phone[draw < 0.012] = "95588"  # service lines of banks, insurers, card networks and operators
    others = np.flatnonzero((draw >= 0.012) & (draw < 0.02))
    people.work_phone[others] = np.array(SERVICE_LINES, dtype=object)[rng.integers(0, len(SERVICE_LINES), len(others))]
    own = rng.permutation(count)[: count // 50]
    people.work_phone[own] = phones.take(len(own))
    people.employers.sort(key=lambda e: (-len(e.staff), e.name))
