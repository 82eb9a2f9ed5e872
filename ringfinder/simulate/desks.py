"""Honest things that strangers share: tablets, print shops, service lines, number plans, hospitals, machines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ringfinder.simulate.honest import day_time, groups_of, honest_complaint
from ringfinder.simulate.ledger import Ledger
from ringfinder.simulate.words import street

__all__ = ["DESKS"]


def _tablets(book: Ledger) -> None:
    """Let visitors of a branch, a library or a service station complain from its tablet; staff file for them."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 8_000)):
        users = people.draw(rng, int(rng.integers(8, 36)) if len(people) > 2_000 else 6)
        device = f"DV{rng.integers(10**10, 10**11)}"
        for who in users:
            honest_complaint(book, who, day_time(rng, 0, book.settings.days), device=device)
        book.group("shared_device", debtor=book.numbers(users), device=[device])


def _print_shops(book: Ledger) -> None:
    """Let unrelated people have their letters printed and posted by a shop, under the shop's phone."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 4_000)):
        users = people.draw(rng, int(rng.integers(4, 11)))
        phone, address = book.phones.one(), f"{street(rng).split('号')[0]}号图文快印店"
        for who in users:
            when = day_time(rng, 1, book.settings.days)
            if rng.random() < 0.7:
                honest_complaint(book, who, when)
            book.post(who, when - 0.1, str(people.name[who]), phone, address)
        book.group("print_shop", debtor=book.numbers(users), phone=[phone], address=[address])


def _relays(book: Ledger) -> None:
    """Let a service line of the city (a 400 number) stand as the caller of complaints that it passed on."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 8_000)):
        users = people.draw(rng, max(4, min(40, len(people) // 800)))
        phone = f"400{rng.integers(6_100_000, 9_900_000)}"
        for who in users:
            honest_complaint(book, who, day_time(rng, 0, book.settings.days), caller=phone)
        book.group("relay", debtor=book.numbers(users), phone=[phone])


def _number_plans(book: Ledger) -> None:
    """Give families and small firms numbers in a row, as operators sell them."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 1_500)):
        users = people.draw(rng, int(rng.integers(3, 6)))
        first = int(book.phones.one()) // 10 * 10 + int(rng.integers(0, 4))
        for i, who in enumerate(users):
            people.mobile[who] = people.record[who] = str(first + i)
            people.address[who] = people.address[users[0]]
        book.group("number_plan", debtor=book.numbers(users), phone=[str(first + i) for i in range(len(users))])


def _hospitals(book: Ledger) -> None:
    """Let patients of one hospital and people without work hand in genuine papers; the desk may not note the number."""
    rng, people = book.rng, book.people
    for kind, issuer in (("重大疾病诊断证明", "第一人民医院"), ("失业证明", "人力资源服务中心")):
        for _ in range(groups_of(book, 6_000)):
            users = people.draw(rng, max(3, min(25, len(people) // 300)))
            office = f"{street(rng).split('市')[0]}市{issuer}"
            for who in users:
                when = day_time(rng, 3, book.settings.days)
                checked = "未核实" if rng.random() < 0.6 else "核实属实" if rng.random() < 0.93 else "出具单位否认"
                number = f"CL{rng.integers(10**8, 10**9)}"
                book.submit(who, when, number, kind, office, checked)
                if rng.random() < 0.4:
                    paper = f"{kind}({office}{number if rng.random() < 0.7 else ''})"
                    honest_complaint(book, who, when + rng.uniform(0, 5), paper=paper)
            book.group("issuer", debtor=book.numbers(users))


def _dialling(book: Ledger) -> None:
    """Let loan brokers' machines, parcel services and message ports call and text hundreds of customers."""
    rng, people, days = book.rng, book.people, book.settings.days
    for number in range(2 + groups_of(book, 10_000)):
        phone = f"1069{rng.integers(10**7, 10**8)}" if number % 2 else book.phones.one()
        callees = rng.integers(0, len(people), min(600, len(people) // 12))
        whens = np.floor(rng.uniform(0, days, len(callees))) + rng.uniform(0.36, 0.8, len(callees))
        for who, when, seconds in zip(callees.tolist(), whens.tolist(), rng.integers(0, 20, len(callees)).tolist(),
                                      strict=True):  # fmt: skip
            callee = str(people.mobile[who])
            if callee.isdigit():
                book.call(when, phone, callee, seconds)
        book.group("dialling_machine", phone=[phone])


def _new_numbers(book: Ledger) -> None:
    """Let ordinary customers change their phone of record: a lost phone, a new contract, the spouse's plan."""
    rng, people = book.rng, book.people
    for who in rng.permutation(len(people))[: len(people) // 50].tolist():
        book.change(who, day_time(rng, 0, book.settings.days), book.phones.one())


DESKS: dict[str, Callable[[Ledger], None]] = {
    "tablets": _tablets, "print shops": _print_shops, "relays": _relays, "number plans": _number_plans,
    "hospitals": _hospitals, "dialling": _dialling, "new numbers": _new_numbers,
}  # fmt: skip
