"""The rings: founded from their designs, let loose on their clients, entered into the register."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ringfinder.simulate.acts import act
from ringfinder.simulate.designs import DESIGNS, Design, sizes
from ringfinder.simulate.ids import company_code, landline
from ringfinder.simulate.ledger import Ledger, office_hours
from ringfinder.simulate.letters import Template
from ringfinder.simulate.ring import Agent, Firm, Letter, Paper, Ring
from ringfinder.simulate.words import CONSULTING, firm_name, full_name, street

__all__ = ["PAPERS", "plant"]

#: Type and issuer of the papers that people hand in.
PAPERS = (
    ("重大疾病诊断证明", "第一人民医院"),
    ("唯一住房证明", "不动产登记中心"),
    ("报案回执", "公安局城东分局"),
    ("困难证明", "民政局"),
    ("失业证明", "人力资源服务中心"),
)


def plant(book: Ledger, chosen: Sequence[tuple[Design, int]] | None = None) -> None:
    """Plant the rings that the settings ask for, or ``chosen`` ones: their design and number of clients."""
    lawyer: Agent | None = None
    for number, (design, size) in enumerate(chosen or sizes(book.rng, book.settings), start=1):
        members = _clients(book, design, size)
        ring = _found(book, f"R{number:03d}", design, members)
        if design is DESIGNS["twin"]:
            if lawyer is None:
                lawyer = _lawyer(book)
                ring.lawyer = lawyer
            else:
                ring.lawyer, lawyer = lawyer, None
        for i, who in enumerate(members):
            act(book, ring, who, i / len(members))
        _register(book, ring)
        _strangers(book, ring)
        book.ring(ring.name, design.code, sorted(ring.marks))


def _clients(book: Ledger, design: Design, size: int) -> list[int]:
    """Choose the clients: anybody with a debt; insiders know the cases of their own agency."""
    people = book.people
    if design.insider and book.agencies:
        cases = np.flatnonzero(people.agency == book.agencies[0][0])
        found = people.draw(book.rng, size, cases)
        return found + people.draw(book.rng, size - len(found))
    return people.draw(book.rng, size)


def _found(book: Ledger, name: str, design: Design, members: list[int]) -> Ring:
    """Found a ring: companies, agents, phones, accounts, texts, days of attack."""
    rng, days = book.rng, book.settings.days
    rep, shared = full_name(rng), book.phones.one()
    firms: list[Firm] = []
    for _ in range(design.companies):
        phone = shared if design.shared_registration else book.phones.one()
        firms.append(Firm(firm_name(rng, CONSULTING), company_code(rng), rep, phone))
        if not design.same_rep:
            rep = full_name(rng)
    agents = []
    for i in range(design.agents):
        firm = firms[i % len(firms)] if firms else None
        burners = book.phones.take(int(rng.integers(design.burners[0], design.burners[1] + 1)))
        agents.append(Agent(full_name(rng), book.phones.one(), firm, burners))
    holder = agents[0].name if agents else full_name(rng)
    payees = [(holder, book.cards.pop())]
    if firms and rng.random() < 0.5:
        payees.append((firms[0].name, book.cards.pop()))
    waves = 1 if len(members) < 12 else 2 if len(members) < 30 else 3
    bursts = np.sort(rng.uniform(0.12 * days, 0.9 * days, waves)).tolist()
    turn = float(np.mean(bursts)) + (book.settings.burst_days / 2 if waves == 1 else 0.0)
    letters = [Letter(book.text_name(), Template(rng, design.swap)) for _ in range(2 if len(members) > 35 else 1)]
    several = 1 + len(members) // 15
    return Ring(
        name=name, design=design, members=members, firms=firms, agents=agents, payees=payees, letters=letters,
        papers=[_paper(rng) for _ in range(several)],
        devices=[f"DV{rng.integers(10**10, 10**11)}" for _ in range(several)],
        numbers=[a.phone for a in agents[:1]] + book.phones.take(several), bursts=bursts, turn=turn,
        sender=(full_name(rng), book.phones.one(), street(rng)),
    )  # fmt: skip


def _paper(rng: np.random.Generator) -> Paper:
    """Forge a paper: an illness proof, a single-home proof, a police receipt, a certificate of hardship."""
    kind, issuer = PAPERS[int(rng.integers(len(PAPERS)))]
    city = street(rng).split("市")[0]
    return Paper(f"CL{rng.integers(10**8, 10**9)}", kind, f"{city}市{issuer}")


def _lawyer(book: Ledger) -> Agent:
    """Admit the one lawyer whom both rings of a twin use."""
    rng = book.rng
    firm = Firm(firm_name(rng, ("律师事务所",)), company_code(rng, "31"), full_name(rng), landline(rng))
    book.organisation(firm.name, firm.code, firm.rep, firm.phone, street(rng), founded=-int(rng.integers(900, 5000)))
    return Agent(full_name(rng), book.phones.one(), firm, [])


def _strangers(book: Ledger, ring: Ring) -> None:
    """Let a few people outside the ring pay or be called by its members, as happens to anyone."""
    rng, people, days = book.rng, book.people, book.settings.days
    for account in ring.payees[: int(rng.integers(2))]:
        for who in rng.integers(0, len(people), 2).tolist():
            book.pay(
                who,
                office_hours(rng, rng.uniform(0, days)),
                *account,
                float(rng.integers(1, 9) * 100),
                "转账",
            )
    for agent in ring.agents:
        for who in rng.integers(0, len(people), int(rng.integers(6))).tolist():
            callee = str(people.mobile[who])
            if callee.isdigit():
                book.call(office_hours(rng, rng.uniform(0, days)), agent.phone, callee, int(rng.integers(20, 400)))


def _register(book: Ledger, ring: Ring) -> None:
    """Enter the companies into the register; insiders sit at the collection agency's address."""
    rng = book.rng
    for i, firm in enumerate(ring.firms):
        founded, status = -int(rng.integers(60, 600)), "存续"
        if ring.design.rotates:
            founded, status = (-400, "注销") if i == 0 else (int(ring.turn) - 15, "存续")
        address, phone = street(rng), firm.phone
        if ring.design.insider and book.agencies:
            address, phone = book.agencies[0][2], ring.agents[0].phone
        book.organisation(firm.name, firm.code, firm.rep, phone, address, founded=founded, status=status)
        ring.note("company", firm.code, "front_company" if ring.design.insider else "company", "机构")
        ring.note("phone", phone, "company_phone", "机构")
