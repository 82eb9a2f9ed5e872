"""Honest people who speak for many: lawyers, legal aid, associations, guardians, small advisers."""

from __future__ import annotations

from ringfinder.simulate.honest import day_time, groups_of, honest_complaint
from ringfinder.simulate.ids import company_code, landline
from ringfinder.simulate.ledger import Ledger
from ringfinder.simulate.letters import model_letter
from ringfinder.simulate.words import CONSULTING, firm_name, full_name, street

__all__ = ["add_advisers", "add_guardians", "add_licensed"]


def add_licensed(book: Ledger) -> None:
    """Add law firms with real clients, legal aid, associations, and now and then a genuine group action."""
    for _ in range(groups_of(book, 1_500)):
        size = min(int(book.rng.integers(15, 46)), len(book.people) // 40)
        firm = (firm_name(book.rng, ("律师事务所",)), company_code(book.rng, "31"))
        _helper(book, "law_firm", firm, size, share=0.3, letter=None)
    for _ in range(groups_of(book, 6_000)):
        size = min(int(book.rng.integers(10, 26)), len(book.people) // 40)
        firm = (firm_name(book.rng, ("法律援助中心",)), company_code(book.rng, "12"))
        _helper(book, "legal_aid", firm, size, share=0.75, letter=0)
    for _ in range(groups_of(book, 8_000)):
        size = min(int(book.rng.integers(8, 21)), len(book.people) // 40)
        ending = ("消费者协会", "残疾人联合会", "金融消费纠纷调解中心", "公证处")
        firm = (firm_name(book.rng, ending), company_code(book.rng, "51"))
        _helper(book, "association", firm, size, share=0.7, letter=0)
    for _ in range(len(book.people) // 8_000):  # a real group action: hard to tell apart, even for people
        firm = (firm_name(book.rng, ("律师事务所",)), company_code(book.rng, "31"))
        _helper(book, "group_action", firm, int(book.rng.integers(6, 13)), share=0.9, letter=1)


def _helper(book: Ledger, design: str, firm: tuple[str, str], size: int, *, share: float,
            letter: int | None) -> None:  # fmt: skip
    """Let a licensed helper speak for some clients: valid powers, months apart (not in a group action), many upheld."""
    burst = design == "group_action"
    rng, people, days = book.rng, book.people, book.settings.days
    phone, desk, account = book.phones.one(), landline(rng).replace("-", ""), book.cards.pop()
    book.organisation(*firm, full_name(rng), desk, street(rng), founded=-int(rng.integers(900, 6000)))
    lawyers = [(full_name(rng), phone), (full_name(rng), book.phones.one())]
    clients = people.draw(rng, size)
    week = rng.uniform(20, days - 20)
    for who in clients:
        signed = day_time(rng, week - 12, week) if burst else day_time(rng, 0, days - 20)
        name, number = lawyers[int(rng.random() < 0.35)]
        book.authorise(who, signed, name, number, *firm)
        if design != "legal_aid" and rng.random() < 0.5:
            book.pay(who, signed + 0.1, firm[0], account, float(rng.integers(2, 12) * 500), "律师费")
        if rng.random() < share:
            when = day_time(rng, week, week + 10) if burst else signed + float(rng.integers(5, 90))
            caller = number if rng.random() < 0.4 else desk if rng.random() < 0.4 else ""
            text, shared = "", ""
            if rng.random() < 0.2:
                book.submit(who, signed + 0.2, f"CL{rng.integers(10**8, 10**9)}", "困难证明", "街道办事处", "核实属实")
            if letter is not None and rng.random() < 0.8:
                text = model_letter(rng, letter, str(people.name[who]), float(people.amount[who]))
                shared = f"M{letter}"
            honest_complaint(book, who, when, caller=caller, text=text, letter=shared, upheld=0.45)
    book.group(design, debtor=book.numbers(clients), law_firm=[firm[1]], phone=[phone, lawyers[1][1], desk],
               agent=[n for n, _ in lawyers], payee_account=[account])  # fmt: skip


def add_advisers(book: Ledger) -> None:
    """Let honest little advisers (a tax office, social workers) speak for a few clients, months apart."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 1_000)):
        clients = people.draw(rng, int(rng.integers(3, 9)))
        firm = (firm_name(rng, (*CONSULTING, "社会工作服务中心")), company_code(rng))
        adviser, phone, account = full_name(rng), book.phones.one(), book.cards.pop()
        founded = -int(rng.integers(200, 5000))
        book.organisation(*firm, full_name(rng), phone, street(rng), founded=founded)
        for who in clients:
            signed = day_time(rng, 0, book.settings.days - 20)
            book.authorise(who, signed, adviser, phone, *firm)
            if rng.random() < 0.5:
                book.pay(who, signed, firm[0], account, float(rng.integers(2, 20) * 100), "服务费")
            if rng.random() < 0.4:
                caller = phone if rng.random() < 0.4 else ""
                honest_complaint(book, who, signed + float(rng.integers(3, 60)), caller=caller, upheld=0.4)
        book.group("adviser", debtor=book.numbers(clients), company=[firm[1]], phone=[phone], agent=[adviser],
                   payee_account=[account])  # fmt: skip


def add_guardians(book: Ledger) -> None:
    """Let court-appointed guardians and social workers speak for some wards, with one phone, over the whole year."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 4_000)):
        wards = people.draw(rng, int(rng.integers(3, 8)))
        guardian, phone = full_name(rng), book.phones.one()
        for who in wards:
            signed = day_time(rng, 0, book.settings.days - 20)
            book.authorise(who, signed, guardian, phone, "", "")
            if rng.random() < 0.5:
                caller = phone if rng.random() < 0.9 else ""
                honest_complaint(book, who, signed + float(rng.integers(3, 60)), caller=caller, upheld=0.4)
            if rng.random() < 0.3:
                people.record[who] = phone
        book.group("guardian", debtor=book.numbers(wards), phone=[phone], agent=[guardian])
