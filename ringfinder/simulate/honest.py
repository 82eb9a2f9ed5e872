"""What ordinary customers do: complaints in their own words, payments, calls, letters, family powers."""

from __future__ import annotations

import numpy as np

from ringfinder.simulate.ledger import CHANNELS, HOTLINES, RESULTS, Ledger
from ringfinder.simulate.letters import joint, own_words
from ringfinder.simulate.words import firm_name, full_name, names

__all__ = ["channel", "day_time", "groups_of", "honest_complaint", "ordinary_life", "outcome"]

_RESULT_SHARES = (0.48, 0.26, 0.13, 0.10, 0.0, 0.03)  # of those that were not upheld
NEWS_SHARE = 0.15  # of ordinary complaints fall into weeks in which the press writes about the lender
_SHOP_MEMOS = ("消费", "服务费", "培训费", "物业费", "", "咨询费")
_MEMOS = ("还款", "生活费", "货款", "房租", "", "转账", "红包", "学费")


def groups_of(book: Ledger, per: int) -> int:
    """Return how many groups of a kind a world holds: one in so many customers, at least one."""
    return max(1, len(book.people) // per)


def channel(rng: np.random.Generator) -> str:
    """Choose the channel of an honest complaint: mostly the bank itself."""
    return CHANNELS[int(rng.choice(4, p=(0.24, 0.08, 0.23, 0.45)))]


def outcome(rng: np.random.Generator, upheld: float = 0.24) -> str:
    """Choose how an honest complaint ended; `upheld` is the chance that the bank was at fault."""
    return "属实,已整改" if rng.random() < upheld else RESULTS[int(rng.choice(6, p=_RESULT_SHARES))]


def day_time(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a day between two, with a time between eight and nine in the evening."""
    return float(np.floor(rng.uniform(low, high)) + rng.uniform(0.34, 0.87))


def honest_complaint(book: Ledger, who: int, when: float, *, caller: str = "", text: str = "",
                     topic: str = "", upheld: float = 0.24, letter: str = "", device: str = "",
                     paper: str = "") -> None:  # fmt: skip
    """File one honest complaint, by default in own words from the own phone (or now and then another)."""
    rng, people = book.rng, book.people
    if not caller:
        draw = rng.random()
        caller = str(people.mobile[who])
        if draw < 0.06:
            caller = HOTLINES[int(rng.integers(4))]
        elif draw < 0.11:
            caller = book.phones.one()
        elif draw < 0.16:
            caller = str(people.record[who])
        elif draw < 0.20:
            caller = ""
    text = text or own_words(rng, float(people.amount[who]), topic)
    device = device or (book.own_device(who) if rng.random() < 0.3 else "")
    book.complain(who, when, channel(rng), caller, text, outcome(rng, upheld), letter=letter, device=device,
                  paper=paper)  # fmt: skip


def ordinary_life(book: Ledger) -> None:
    """Let the customers who play no part live: complain, post, authorise relatives, pay, call."""
    rng, people, days = book.rng, book.people, book.settings.days
    book.news = rng.uniform(0, days - 7, 1 + days // 120).tolist()
    chance = book.settings.complaint_rate * days / 365 * np.where(people.days > 0, 1.2, 0.4)
    for who in np.flatnonzero((rng.random(len(people)) < chance) & ~people.taken).tolist():
        for _ in range(1 + (rng.random() < 0.18)):
            when = day_time(rng, 0, days)
            if rng.random() < NEWS_SHARE:
                start = book.news[int(rng.integers(len(book.news)))]
                when = day_time(rng, start, start + 7)
            honest_complaint(book, who, when)
        if rng.random() < 0.08:
            book.post(who, day_time(rng, 0, days), str(people.name[who]), str(people.mobile[who]),
                      str(people.address[who]))  # fmt: skip
        if rng.random() < 0.06:  # a relative speaks for them
            book.authorise(who, day_time(rng, 0, days), full_name(rng), book.phones.one(), "", "")
    _households(book)
    _payments(book)
    _calls(book)


def _households(book: Ledger) -> None:
    """Let some couples and families complain together: one phone, one text, one day."""
    rng, people = book.rng, book.people
    members: dict[int, list[int]] = {}
    for who, house in enumerate(people.household.tolist()):
        members.setdefault(house, []).append(who)
    shared = [m for m in members.values() if len(m) > 1 and not people.taken[m].any()]
    for number in rng.permutation(len(shared))[: max(3, len(people) // 500)].tolist():
        home = shared[number]
        people.taken[home] = True
        text = joint(rng, float(people.amount[home[0]]), [str(n) for n in people.name[home]])
        when, letter = day_time(rng, 0, book.settings.days - 3), book.text_name("J")
        phone, device = str(people.mobile[home[0]]), book.own_device(home[0])
        for who in home:
            honest_complaint(
                book, who, when + rng.uniform(0, 0.1), caller=phone, text=text, letter=letter, device=device
            )
        book.group("household", debtor=book.numbers(home), phone=[phone], address=[str(people.address[home[0]])])


def _payments(book: Ledger) -> None:
    """Add repayments, shop and rent payments, private transfers; some payees serve many customers."""
    rng, people, days = book.rng, book.people, book.settings.days
    count = len(people)
    shops = [(firm_name(rng), book.cards.pop()) for _ in range(max(4, count // 150))]
    landlords = [(full_name(rng), book.cards.pop()) for _ in range(max(3, count // 120))]
    for name, account in shops[:3]:
        book.group("merchant", company=[name], payee_account=[account])
    tenants: list[list[int]] = [[] for _ in landlords]
    payers = rng.permutation(count)[: int(count * 0.4)].tolist()
    friends = names(rng, len(payers)).tolist()
    popular = np.minimum(rng.pareto(0.9, len(shops)) + 0.1, 0.3 * len(shops))
    shop_of: list[int] = rng.choice(len(shops), len(payers), p=popular / popular.sum()).tolist()
    lord_of: list[int] = rng.integers(0, len(landlords), len(payers)).tolist()
    kinds = rng.random(len(payers)).tolist()
    whens = (np.floor(rng.uniform(0, days, len(payers))) + rng.uniform(0.3, 0.95, len(payers))).tolist()
    amounts = np.round(np.exp(rng.normal(7.2, 0.9, len(payers))), 2).tolist()
    memos = rng.integers(0, len(_MEMOS), len(payers)).tolist()
    lender = ("信用卡中心还款专户", book.cards.pop())
    for i, who in enumerate(payers):
        if kinds[i] < 0.3:
            book.pay(who, whens[i], *lender, amounts[i], "还款")
        elif kinds[i] < 0.62:
            book.pay(who, whens[i], *shops[shop_of[i]], amounts[i], _SHOP_MEMOS[memos[i] % 6])
        elif kinds[i] < 0.76:
            tenants[lord_of[i]].append(who)
            rent = 500.0 + 50 * (lord_of[i] % 60)
            book.pay(who, whens[i], *landlords[lord_of[i]], rent, "房租")
        else:
            book.pay(who, whens[i], friends[i], book.cards.pop(), amounts[i], _MEMOS[memos[i]])
    for (name, account), renters in zip(landlords, tenants, strict=True):
        if len(renters) >= 4:
            book.group("landlord", person=[name], payee_account=[account], debtor=book.numbers(renters))


def _calls(book: Ledger) -> None:
    """Add the calls of collectors, the bank's line, couriers, relatives."""
    rng, people, days = book.rng, book.people, book.settings.days
    lines = book.lines or [book.phones.one()]
    debtors = np.flatnonzero(people.days > 15)
    couriers = book.phones.take(max(3, len(people) // 400))
    for who, count in zip(debtors.tolist(), rng.poisson(1.3, len(debtors)).tolist(), strict=True):
        phone = str(people.mobile[who])
        if not phone.isdigit():
            continue
        for when, draw, seconds in zip(rng.uniform(0, days, count).tolist(), rng.random(count).tolist(),
                                       rng.exponential(50, count).tolist(), strict=True):  # fmt: skip
            line = lines[int(draw * 10**6) % len(lines)]
            caller = line if draw < 0.75 else "95588" if draw < 0.9 else couriers[int(draw * 10**6) % len(couriers)]
            book.call(float(np.floor(when)) + 0.34 + 0.5 * (when % 1), caller, phone, 5 + int(seconds))
    pairs = rng.integers(0, len(people), (len(people) // 10, 2)).tolist()
    whens = rng.uniform(0, days, len(pairs)).tolist()
    for (a, b), when in zip(pairs, whens, strict=True):
        caller, callee = str(people.mobile[a]), str(people.mobile[b])
        if caller.isdigit() and callee.isdigit() and a != b:
            book.call(when, caller, callee, 20 + int(when * 977) % 900)
