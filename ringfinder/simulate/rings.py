"""The rings: ten designs as data, and what their clients do."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ringfinder.simulate.designs import DESIGNS, Design, sizes
from ringfinder.simulate.ids import company_code, landline
from ringfinder.simulate.ledger import CHANNELS, HOTLINES, RESULTS, Ledger, office_hours
from ringfinder.simulate.letters import Template, own_words
from ringfinder.simulate.words import CONSULTING, firm_name, full_name, street

__all__ = ["plant"]

EARLIEST = 20.0  # days: room for the contact and the power of attorney before the first complaint
_RESULT_SHARES = (0.37, 0.23, 0.20, 0.10, 0.06, 0.04)


@dataclass
class _Firm:
    name: str
    code: str
    rep: str
    phone: str


@dataclass
class _Agent:
    name: str
    phone: str
    firm: _Firm | None
    burners: list[str]


@dataclass
class _Ring:
    """A ring at work: its people, numbers, texts and days of attack."""

    name: str
    design: Design
    members: list[int]
    firms: list[_Firm]
    agents: list[_Agent]
    payees: list[tuple[str, str]]  # holder, account
    letters: list[Template]
    bursts: list[float]
    turn: float  # day on which a rotating ring changes companies
    sender: tuple[str, str, str]  # name, phone, address
    lawyer: _Agent | None = None
    seen: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, key: str) -> None:
        """Remember that an instrument of the ring shows in the tables."""
        self.seen.setdefault(kind, []).append(key)


def plant(book: Ledger) -> None:
    """Plant the rings that the settings ask for."""
    lawyer: _Agent | None = None
    for number, (design, size) in enumerate(sizes(book.rng, book.settings), start=1):
        members = book.people.draw(book.rng, size)
        ring = _found(book, f"R{number:03d}", design, members)
        if design is DESIGNS["twin"]:
            if lawyer is None:
                lawyer = _lawyer(book)
                ring.lawyer = lawyer
            else:
                ring.lawyer, lawyer = lawyer, None
        for i, who in enumerate(members):
            _act(book, ring, who, i / len(members))
        _register(book, ring)
        _strangers(book, ring)
        ring.seen["debtor"] = book.numbers(members)
        book.ring(ring.name, design.code, **dict(sorted(ring.seen.items())))


def _found(book: Ledger, name: str, design: Design, members: list[int]) -> _Ring:
    """Found a ring: companies, agents, phones, accounts, texts, days of attack."""
    rng, days = book.rng, book.settings.days
    rep, shared = full_name(rng), book.phones.one()
    firms: list[_Firm] = []
    for _ in range(design.companies):
        phone = shared if design.shared_registration else book.phones.one()
        firms.append(_Firm(firm_name(rng, CONSULTING), company_code(rng), rep, phone))
        if not design.same_rep:
            rep = full_name(rng)
    agents = []
    for i in range(design.agents):
        firm = firms[i % len(firms)] if firms else None
        burners = book.phones.take(int(rng.integers(design.burners[0], design.burners[1] + 1)))
        agents.append(_Agent(full_name(rng), book.phones.one(), firm, burners))
    holder = agents[0].name if agents else full_name(rng)
    payees = [(holder, book.cards.pop())]
    if firms and rng.random() < 0.5:
        payees.append((firms[0].name, book.cards.pop()))
    waves = 1 if len(members) < 12 else 2 if len(members) < 30 else 3
    bursts = np.sort(rng.uniform(0.12 * days, 0.9 * days, waves)).tolist()
    turn = float(np.mean(bursts)) + (book.settings.burst_days / 2 if waves == 1 else 0.0)
    letters = [Template(rng, design.swap) for _ in range(2 if len(members) > 35 else 1)]
    sender = (full_name(rng), book.phones.one(), street(rng))
    return _Ring(name, design, members, firms, agents, payees, letters, bursts, turn, sender)


def _lawyer(book: Ledger) -> _Agent:
    """Admit the one lawyer whom both rings of a twin use."""
    rng = book.rng
    firm = _Firm(firm_name(rng, ("律师事务所",)), company_code(rng, "31"), full_name(rng), landline(rng))
    book.organisation(firm.name, firm.code, firm.rep, firm.phone, street(rng), founded=-int(rng.integers(900, 5000)))
    return _Agent(full_name(rng), book.phones.one(), firm, [])


def _act(book: Ledger, ring: _Ring, who: int, place: float) -> None:
    """Let one client pass through the ring, from contact to complaint; some steps are missing."""
    rng, people, design, settings = book.rng, book.people, ring.design, book.settings
    people.days[who] = int(rng.integers(45, 91)) if rng.random() < 0.85 else int(rng.integers(5, 240))
    wave = ring.bursts[min(int(place * len(ring.bursts)), len(ring.bursts) - 1)]
    day = wave + rng.uniform(0, settings.burst_days)
    if rng.random() < settings.background_share:
        day = float(rng.uniform(EARLIEST, settings.days))
    day = office_hours(rng, min(max(day, EARLIEST), settings.days - 4))
    signed = office_hours(rng, day - float(rng.integers(1, 12)))
    agent = _agent(rng, ring, day)
    shown = False
    if agent is not None and rng.random() < design.contact:
        shown |= _contact(book, ring, who, office_hours(rng, signed - rng.uniform(1, 6)), agent)
    if agent is not None and rng.random() < design.sim:
        people.record[who] = agent.phone
        ring.note("phone", agent.phone)
    if agent is not None and rng.random() < design.poa:
        shown |= _authorise(book, ring, who, signed, agent)
    if rng.random() < design.fee:
        shown |= _pay(book, ring, who, signed)
    if rng.random() < design.mail:
        shown |= book.post(who, office_hours(rng, day - rng.uniform(0, 2)), *ring.sender)
        ring.note("phone", ring.sender[1])
        ring.note("address", ring.sender[2])
    if rng.random() < design.complains * settings.ring_complaint_factor:
        shown |= _complain(book, ring, who, day, agent)
    if not shown:  # every client has to do with the ring in some way that the tables show
        if agent is None:
            _pay(book, ring, who, signed)
        else:
            _authorise(book, ring, who, signed, agent)


def _agent(rng: np.random.Generator, ring: _Ring, day: float) -> _Agent | None:
    """Say who serves a client; in a rotating ring the later ones go to the successor company."""
    if not ring.agents:
        return None
    if ring.design.rotates:
        firm = ring.firms[int(day > ring.turn)]
        serving = [a for a in ring.agents if a.firm is firm]
        return serving[int(rng.integers(len(serving)))]
    return ring.agents[int(rng.integers(len(ring.agents)))]


def _contact(book: Ledger, ring: _Ring, who: int, when: float, agent: _Agent) -> bool:
    """Let the agent call the client; insiders call from the collection agency's lines as well."""
    rng, own = book.rng, str(book.people.mobile[who])
    if not own.isdigit():
        return False
    if ring.design.insider and book.lines and rng.random() < 0.4:
        book.call(when, book.lines[int(rng.integers(len(book.lines)))], own, int(rng.integers(30, 400)))
        return False
    caller = agent.burners[0] if agent.burners and rng.random() < 0.4 else agent.phone
    if not book.call(when, caller, own, int(rng.integers(60, 1500))):
        return False
    ring.note("phone", caller)
    return True


def _authorise(book: Ledger, ring: _Ring, who: int, when: float, agent: _Agent) -> bool:
    """Sign a power of attorney for the agent, or for the lawyer whom twins share."""
    if ring.lawyer is not None and book.rng.random() < 0.3:
        agent = ring.lawyer
    firm = agent.firm
    name, code = (firm.name, firm.code) if firm else ("", "")
    if not book.authorise(who, when, agent.name, agent.phone, name, code):
        return False
    ring.note("agent", agent.name)
    ring.note("phone", agent.phone)
    if firm:
        ring.note("law_firm" if firm.code.startswith("31") else "company", firm.code)
    return True


def _pay(book: Ledger, ring: _Ring, who: int, signed: float) -> bool:
    """Pay the fee around the day of signing: 5-10 % of the debt (perhaps in two parts) or 2,000-5,000."""
    rng, amount = book.rng, float(book.people.amount[who])
    holder, account = ring.payees[int(rng.integers(len(ring.payees)))]
    memo = ("服务费", "咨询费", "代理费", "转账", "", "货款")[int(rng.integers(6))]
    fee = float(rng.integers(4, 11) * 500)
    if rng.random() < 0.55:
        fee = round(amount * rng.uniform(0.05, 0.10), 2)
        if rng.random() < 0.4:
            fee = round(fee / 2, 2)
            book.pay(who, office_hours(rng, signed + rng.uniform(20, 60)), holder, account, fee, memo)
    if not book.pay(who, office_hours(rng, signed + rng.uniform(-1, 3)), holder, account, fee, memo):
        return False
    ring.note("payee_account", account)
    return True


def _complain(book: Ledger, ring: _Ring, who: int, day: float, agent: _Agent | None) -> bool:
    """File the client's complaint, one in four twice; tell whether it shows the ring."""
    rng, people, design = book.rng, book.people, ring.design
    shown = False
    again = [office_hours(rng, day + float(rng.integers(3, 16)))] if rng.random() < 0.25 else []
    for when in [day, *again]:
        draw, caller, theirs = rng.random(), str(people.mobile[who]), False
        if agent is not None and draw < design.ring_caller:
            pool = [*agent.burners, *([agent.phone] if rng.random() < 0.5 or not agent.burners else [])]
            caller, theirs = pool[int(rng.integers(len(pool)))], True
        elif draw < design.ring_caller + design.noise:
            stranger = str(people.mobile[int(rng.integers(len(people)))])
            caller = HOTLINES[int(rng.integers(4))] if rng.random() < 0.55 else stranger
        elif rng.random() < 0.1:
            caller = ""
        copied = rng.random() < design.template * book.settings.template_factor
        amount = float(people.amount[who])
        letter = ring.letters[int(rng.integers(len(ring.letters)))]
        text = letter.write(rng, str(people.name[who]), amount) if copied else own_words(rng, amount)
        channel = CHANNELS[int(rng.choice(4, p=(0.5, 0.2, 0.15, 0.15)))]
        result = RESULTS[int(rng.choice(6, p=_RESULT_SHARES))]
        if book.complain(who, when, channel, caller, text, result):
            shown |= theirs or copied
            if theirs:
                ring.note("phone", caller)
    return shown


def _strangers(book: Ledger, ring: _Ring) -> None:
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


def _register(book: Ledger, ring: _Ring) -> None:
    """Enter the companies into the register; insiders sit at the collection agency's address."""
    rng = book.rng
    agencies = [row[4] for row in book.organisations if "催收" in row[0]]
    for i, firm in enumerate(ring.firms):
        founded, status = -int(rng.integers(60, 600)), "存续"
        if ring.design.rotates:
            founded, status = (-400, "注销") if i == 0 else (int(ring.turn) - 15, "存续")
        address = agencies[0] if ring.design.insider and agencies else street(rng)
        book.organisation(firm.name, firm.code, firm.rep, firm.phone, address, founded=founded, status=status)
        ring.note("company", firm.code)
        ring.note("phone", firm.phone)
