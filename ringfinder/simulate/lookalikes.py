"""Honest groups that look like rings: help, work, home, common causes; each is noted with its members."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ringfinder.simulate.desks import DESKS
from ringfinder.simulate.honest import day_time, groups_of, honest_complaint
from ringfinder.simulate.ids import company_code, landline
from ringfinder.simulate.ledger import HOTLINES, Ledger
from ringfinder.simulate.letters import MODEL_LETTERS, joint, model_letter
from ringfinder.simulate.people import PLACEHOLDER
from ringfinder.simulate.representatives import add_advisers, add_guardians, add_licensed
from ringfinder.simulate.words import CONSULTING, SURNAMES, firm_name, full_name, names, street, village

__all__ = ["LOOKALIKES", "add_lookalikes"]


def _agencies(book: Ledger) -> None:
    """Give most overdue cases to collection agencies, thousands to each in a large world."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 12_000)):
        name, code = firm_name(rng, ("催收服务有限公司", "金融外包服务有限公司催收分部")), company_code(rng)
        lines = [landline(rng).replace("-", ""), *book.phones.take(4)]
        address = street(rng)
        book.agencies.append((name, lines, address))
        book.organisation(name, code, full_name(rng), lines[0], address, founded=-int(rng.integers(1500, 4000)))
        book.group("collection_agency", company=[code], phone=lines)
    overdue = np.flatnonzero((people.days > 30) & (rng.random(len(people)) < 0.8))
    names_ = np.array([name for name, _, _ in book.agencies], dtype=object)
    people.agency[overdue] = names_[rng.integers(0, len(names_), len(overdue))]


def _clans(book: Ledger) -> None:
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 1_000)):
        clan = people.draw(rng, int(rng.integers(5, 11)))
        place, phone = village(rng), book.phones.one()
        people.name[clan] = names(rng, len(clan), SURNAMES[int(rng.integers(60))])
        for who in clan:
            people.address[who] = f"{place}{rng.integers(1, 9)}组"
        with_phone = [who for who in clan if rng.random() < 0.6]
        people.record[with_phone] = phone
        when = day_time(rng, 5, book.settings.days - 30)
        text = joint(rng, float(people.amount[clan[0]]), [str(n) for n in people.name[clan[:3]]])
        letter = book.text_name("J")
        for who in clan:
            if rng.random() < 0.45:
                own = rng.random() < 0.5
                honest_complaint(book, who, when + rng.uniform(0, 12), caller=phone, text="" if own else text,
                                 letter="" if own else letter)  # fmt: skip
        book.group("clan", debtor=book.numbers(clan), phone=[phone])


def _employers(book: Ledger) -> None:
    for employer in book.people.employers[: 2 + groups_of(book, 2_000)]:
        staff = book.numbers(employer.staff.tolist())
        book.group("employer", employer=[employer.name], phone=[employer.switchboard], debtor=staff)
    for employer in book.people.employers[: groups_of(book, 5_000)]:
        residents = employer.staff[book.rng.random(len(employer.staff)) < 0.3]
        address = f"{street(book.rng).split('大道')[0]}大道{employer.name}员工宿舍"
        book.people.address[residents] = address
        book.group("dormitory", address=[address], debtor=book.numbers(residents.tolist()))


def _workmates(book: Ledger) -> None:
    """Let a union helper speak for colleagues over two months, and let a layoff hit another workplace."""
    rng, people, days = book.rng, book.people, book.settings.days
    for i in range(groups_of(book, 5_000)):
        union, closed = people.employers[2 * i + 1], people.employers[2 * i + 2]
        staff = people.draw(rng, int(rng.integers(6, 16)), union.staff)
        phone, start = book.phones.one(), rng.uniform(5, days - 65)
        for who in staff:
            caller = phone if rng.random() < 0.8 else ""
            honest_complaint(book, who, day_time(rng, start, start + 60), caller=caller, upheld=0.4)
        book.group("union", debtor=book.numbers(staff), phone=[phone])
        staff = people.draw(rng, int(rng.integers(6, 21)), closed.staff)
        start = rng.uniform(5, days - 20)
        for who in staff:
            honest_complaint(book, who, day_time(rng, start, start + 14), topic="layoff")
        people.days[staff] = rng.integers(10, 80, len(staff))
        book.group("layoff", debtor=book.numbers(staff), employer=[closed.name])


def _outage(book: Ledger) -> None:
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 25_000)):
        for length, share in ((7, 300), (1, 600)):  # an outage that is noticed for a week; a bad day
            hit = people.draw(rng, min(160, max(8, len(people) // share)))
            start = rng.uniform(10, book.settings.days - 10)
            for who in hit:
                honest_complaint(book, who, day_time(rng, start, start + length), topic="outage", upheld=0.5)
            book.group("outage", debtor=book.numbers(hit))


def _brokers(book: Ledger) -> None:
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 900)):
        clients = rng.permutation(len(people))[: int(rng.integers(5, min(60, len(people) // 30)))]
        phone = book.phones.one()
        people.record[clients] = phone
        book.group("loan_broker", debtor=book.numbers(clients.tolist()), phone=[phone])


def _villages(book: Ledger) -> None:
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 2_000)):
        folk = people.draw(rng, min(int(rng.integers(10, 26)), len(people) // 30))
        place, phone = village(rng), landline(rng)
        plain = phone.replace("-", "")
        for who in folk:
            people.address[who] = f"{place}{rng.integers(1, 12)}组{rng.integers(1, 60)}号"
            if rng.random() < 0.7:
                people.home_phone[who] = phone
            if rng.random() < 0.15:
                caller = plain if rng.random() < 0.6 else ""
                honest_complaint(book, who, day_time(rng, 0, book.settings.days), caller=caller)
        office = f"{place}村民委员会"
        for who in folk[:4]:
            book.post(who, day_time(rng, 0, book.settings.days), str(people.name[who]), plain, office)
        book.group("village_office", debtor=book.numbers(folk), phone=[phone], address=[office])


def _carers(book: Ledger) -> None:
    """Let grown-up children call for a parent, or for both and an uncle."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 900)):
        parents = people.draw(rng, int(rng.choice((1, 2, 3), p=(0.6, 0.3, 0.1))))
        phone, carer, when = book.phones.one(), full_name(rng), day_time(rng, 5, book.settings.days - 40)
        for who in parents:
            honest_complaint(book, who, when + rng.uniform(0, 30), caller=phone)
            if rng.random() < 0.5:
                book.authorise(who, when - 1, carer, phone, "", "")
        book.group("carer", debtor=book.numbers(parents), phone=[phone], agent=[carer])


def _recycled(book: Ledger) -> None:
    """Give some customers a number that stands in another one's record from earlier days."""
    rng, people = book.rng, book.people
    for old, new in rng.permutation(len(people))[: 2 * groups_of(book, 150)].reshape(-1, 2).tolist():
        if str(people.mobile[new]).isdigit():
            people.record[old] = people.mobile[new]
            book.group("recycled_phone", debtor=book.numbers([old, new]), phone=[str(people.mobile[new])])


def _public_letters(book: Ledger) -> None:
    rng, people = book.rng, book.people
    for letter in range(MODEL_LETTERS):
        users = people.draw(rng, max(4, len(people) // 1_500))
        for who in users:
            text = model_letter(rng, letter, str(people.name[who]), float(people.amount[who]))
            honest_complaint(book, who, day_time(rng, 0, book.settings.days), text=text, letter=f"M{letter}")
        book.group("public_template", debtor=book.numbers(users))


def _outlets(book: Ledger) -> None:
    """Let unrelated people post their letters, with their own phones, at one express outlet."""
    rng, people = book.rng, book.people
    for _ in range(groups_of(book, 1_500)):
        users = people.draw(rng, int(rng.integers(6, 15)))
        address = f"{street(rng).split('号')[0]}号邮政营业厅"
        for who in users:
            when = day_time(rng, 1, book.settings.days)
            if rng.random() < 0.6:
                honest_complaint(book, who, when)
            book.post(who, when - 0.2, str(people.name[who]), str(people.mobile[who]), address)
        book.group("post_outlet", debtor=book.numbers(users), address=[address])


def _register_entries(book: Ledger) -> None:
    """Fill the company register: employers; firms sharing an incubator and a registration agent."""
    rng = book.rng
    for employer in book.people.employers[: groups_of(book, 100)]:
        phone = employer.switchboard.replace("-", "")
        founded = -int(rng.integers(300, 8000))
        book.organisation(employer.name, company_code(rng), full_name(rng), phone, street(rng), founded=founded)
    for _ in range(groups_of(book, 10_000)):
        address, phone = f"{street(rng).split('号')[0]}号创业孵化园A座", book.phones.one()
        codes = [company_code(rng) for _ in range(int(rng.integers(21, 40)))]
        for code in codes:
            line = phone if rng.random() < 0.7 else book.phones.one()
            founded = int(rng.integers(-1200, book.settings.days))
            book.organisation(firm_name(rng, CONSULTING), code, full_name(rng), line, address, founded=founded)
        book.group("incubator", company=codes, phone=[phone], address=[address])


def _sample_numbers(book: Ledger) -> None:
    people = book.people
    holders = np.flatnonzero(people.record == PLACEHOLDER).tolist()
    book.group("placeholder", phone=[PLACEHOLDER], debtor=book.numbers(holders))
    book.group("hotline", phone=list(HOTLINES))


LOOKALIKES: dict[str, Callable[[Ledger], None]] = {
    "agencies": _agencies, "clans": _clans, "employers": _employers, "licensed": add_licensed,
    "workmates": _workmates, "outage": _outage, "brokers": _brokers, "villages": _villages, "carers": _carers,
    "recycled": _recycled, "public letters": _public_letters, "outlets": _outlets,
    "register": _register_entries, "advisers": add_advisers, "samples": _sample_numbers,
    "guardians": add_guardians, **DESKS,
}  # fmt: skip


def add_lookalikes(book: Ledger) -> None:
    """Add every kind of honest look-alike, in numbers that grow with the world."""
    for add in LOOKALIKES.values():
        add(book)
