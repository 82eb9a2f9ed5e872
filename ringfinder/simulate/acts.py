"""What the clients of a ring do, from contact to complaint; each step is missing now and then."""

from __future__ import annotations

import numpy as np

from ringfinder.simulate.ledger import CHANNELS, HOTLINES, RESULTS, Ledger, office_hours
from ringfinder.simulate.letters import own_words
from ringfinder.simulate.ring import Agent, Paper, Ring

__all__ = ["act"]

EARLIEST = 20.0  # days: room for the contact and the power of attorney before the first complaint
_RESULT_SHARES = (0.37, 0.23, 0.20, 0.10, 0.06, 0.04)
_WEAK = {"材料", "变更", "通话"}  # not in every export; a call joins two phones and no client
_CHECKED = ("未核实", "出具单位否认", "无法联系出具单位", "核实成本过高")
_CHECKED_SHARES = (0.5, 0.3, 0.1, 0.1)


def act(book: Ledger, ring: Ring, who: int, place: float) -> None:
    """Let one client pass through the ring; `place` is 0 for its first client and nearly 1 for its last."""
    rng, people, design, settings = book.rng, book.people, ring.design, book.settings
    people.days[who] = int(rng.integers(45, 91)) if rng.random() < 0.85 else int(rng.integers(5, 240))
    day = _day(book, ring, place)
    signed = office_hours(rng, day - float(rng.integers(1, 12)))
    agent = _agent(rng, ring, day)
    shown: set[str] = set()  # tables in which the client shows as the ring's
    if agent is not None and rng.random() < design.contact:
        shown |= _contact(book, ring, who, office_hours(rng, signed - rng.uniform(1, 6)), agent)
    if agent is not None and rng.random() < design.sim:
        people.record[who] = agent.phone
        ring.note("phone", agent.phone, "agent_phone", "客户")
        shown.add("客户")
    if rng.random() < design.switched:
        shown |= _switch(book, ring, who, day)
    if agent is not None and rng.random() < design.poa:
        shown |= _authorise(book, ring, who, signed, agent)
    if rng.random() < design.fee:
        shown |= _pay(book, ring, who, signed)
    if rng.random() < design.mail:
        shown |= _post(book, ring, who, day)
    paper = None
    if rng.random() < design.document:
        paper = ring.papers[int(rng.integers(len(ring.papers)))]
        shown |= _hand_in(book, ring, who, day, paper)
    if rng.random() < design.complains * settings.ring_complaint_factor:
        shown |= _complain(book, ring, who, day, agent, paper)
    tries = 0
    while not shown - _WEAK:  # every client has to do with the ring in a way that a table of the core shows
        tries += 1
        if agent is None or tries > 3:
            shown |= _pay(book, ring, who, signed)
        else:
            shown |= _authorise(book, ring, who, signed, agent)
    number = str(people.number[who])
    ring.marks += [("debtor", number, "debtor", table) for table in sorted(shown)]


def _day(book: Ledger, ring: Ring, place: float) -> float:
    """Draw the day of a client's complaint: in the client's burst, else any day; a slow ring has no bursts."""
    rng, settings = book.rng, book.settings
    wave = ring.bursts[min(int(place * len(ring.bursts)), len(ring.bursts) - 1)]
    day = wave + rng.uniform(0, settings.burst_days)
    if ring.design.slow:
        day = EARLIEST + (settings.days - EARLIEST - 4) * (0.15 + 0.7 * place) + rng.normal(0, 8)
    if rng.random() < settings.background_share:
        day = float(rng.uniform(EARLIEST, settings.days))
    return office_hours(rng, min(max(day, EARLIEST), settings.days - 4))


def _switch(book: Ledger, ring: Ring, who: int, day: float) -> set[str]:
    """Let a number of the ring become the client's phone of record shortly before the complaint."""
    number = ring.numbers[int(book.rng.integers(len(ring.numbers)))]
    if not book.change(who, office_hours(book.rng, day - book.rng.uniform(2, 15)), number):
        return set()
    for table in ("客户", "变更"):
        ring.note("phone", number, "record_phone", table)
    return {"客户", "变更"}


def _post(book: Ledger, ring: Ring, who: int, day: float) -> set[str]:
    """Post the client's letter with others of the same three days, minutes apart."""
    together = float(np.floor(day / 3) * 3) + 0.42 + float(book.rng.uniform(0, 0.02))
    if not book.post(who, together, *ring.sender):
        return set()
    ring.note("address", ring.sender[2], "sender_address", "邮寄")
    if not book.slipped:
        ring.note("phone", ring.sender[1], "sender_phone", "邮寄")
    return {"邮寄"}


def _hand_in(book: Ledger, ring: Ring, who: int, day: float, paper: Paper) -> set[str]:
    """Hand in one of the ring's few papers, which it uses again and again; its issuer may deny it."""
    rng = book.rng
    checked = _CHECKED[int(rng.choice(len(_CHECKED), p=_CHECKED_SHARES))]
    if not book.submit(
        who, office_hours(rng, day - rng.uniform(0, 4)), paper.number, paper.kind, paper.issuer, checked
    ):
        return set()
    ring.note("document", paper.text, "document", "材料")
    return {"材料"}


def _agent(rng: np.random.Generator, ring: Ring, day: float) -> Agent | None:
    """Say who serves a client; in a rotating ring the later ones go to the successor company."""
    if not ring.agents:
        return None
    if ring.design.rotates:
        firm = ring.firms[int(day > ring.turn)]
        serving = [a for a in ring.agents if a.firm is firm]
        return serving[int(rng.integers(len(serving)))]
    return ring.agents[int(rng.integers(len(ring.agents)))]


def _contact(book: Ledger, ring: Ring, who: int, when: float, agent: Agent) -> set[str]:
    """Let the agent call the client; insiders call from the collection agency's lines as well."""
    rng, own = book.rng, str(book.people.mobile[who])
    if not own.isdigit():
        return set()
    if ring.design.insider and book.lines and rng.random() < 0.4:
        book.call(when, book.lines[int(rng.integers(len(book.lines)))], own, int(rng.integers(30, 400)))
        return set()
    caller = agent.burners[0] if agent.burners and rng.random() < 0.4 else agent.phone
    if not book.call(when, caller, own, int(rng.integers(60, 1500))):
        return set()
    ring.note("phone", caller, "agent_phone" if caller == agent.phone else "caller", "通话")
    return {"通话"}


def _authorise(book: Ledger, ring: Ring, who: int, when: float, agent: Agent) -> set[str]:
    """Sign a power of attorney for the agent, or for the lawyer whom twins share."""
    if ring.lawyer is not None and book.rng.random() < 0.3:
        agent = ring.lawyer
    firm = agent.firm
    if ring.design.insider and book.rng.random() < 0.85:
        firm = None  # the front company stays behind its agents
    name, code = (firm.name, firm.code) if firm else ("", "")
    if not book.authorise(who, when, agent.name, agent.phone, name, code):
        return set()
    if firm:
        kind, role = ("law_firm", "lawyer") if firm.code.startswith("31") else ("company", "company")
        role = "front_company" if ring.design.insider else role
        ring.note(kind, firm.code, role, "委托")
    if firm and not book.typed:  # then the agent is known by name and company
        ring.note("agent", f"{agent.name} @ {firm.code}", "lawyer" if agent is ring.lawyer else "agent", "委托")
    if not book.slipped:
        ring.note("agent", f"{agent.name} @ {agent.phone}", "lawyer" if agent is ring.lawyer else "agent", "委托")
        ring.note("phone", agent.phone, "agent_phone", "委托")
    return {"委托"} if firm or not book.slipped else set()


def _pay(book: Ledger, ring: Ring, who: int, signed: float) -> set[str]:
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
        return set()
    ring.note("payee_account", account, "payee_account", "付款")
    return {"付款"}


def _complain(book: Ledger, ring: Ring, who: int, day: float, agent: Agent | None,
              paper: Paper | None) -> set[str]:  # fmt: skip
    """File the client's complaint, one in four twice; tell whether it shows the ring."""
    rng, people, design = book.rng, book.people, ring.design
    shown: set[str] = set()
    again = [office_hours(rng, day + float(rng.integers(3, 16)))] if rng.random() < 0.25 else []
    for when in [day, *again]:
        caller, theirs = _caller(book, ring, who, agent)
        amount = float(people.amount[who])
        letter = ring.letters[int(rng.integers(len(ring.letters)))]
        text, named = own_words(rng, amount), ""
        if rng.random() < design.template * book.settings.template_factor:
            text, alike = letter.template.write(rng, str(people.name[who]), amount)
            named = letter.name if alike else ""
        device = book.own_device(who) if rng.random() < 0.3 else ""
        if rng.random() < design.device:
            device = ring.devices[int(rng.integers(len(ring.devices)))]
        channel = CHANNELS[int(rng.choice(4, p=(0.5, 0.2, 0.15, 0.15)))]
        result = RESULTS[int(rng.choice(6, p=_RESULT_SHARES))]
        if not book.complain(who, when, channel, caller, text, result, letter=named, device=device,
                             paper=paper.text if paper else ""):  # fmt: skip
            continue
        if theirs and not book.slipped:
            role = "agent_phone" if agent is not None and caller == agent.phone else "caller"
            ring.note("phone", caller, role, "投诉")
        if named:
            ring.note("template", named, "template", "文本")
        if device in ring.devices:
            ring.note("device", device, "device", "投诉")
        if paper:
            ring.note("document", paper.text, "document", "投诉")
        if (theirs and not book.slipped) or named or device in ring.devices or paper:
            shown.add("投诉")
    return shown


def _caller(book: Ledger, ring: Ring, who: int, agent: Agent | None) -> tuple[str, bool]:
    """Say from which phone a complaint comes, and whether it is one of the ring's."""
    rng, people, design = book.rng, book.people, ring.design
    draw, caller = rng.random(), str(people.mobile[who])
    if agent is not None and draw < design.ring_caller:
        pool = [*agent.burners, *([agent.phone] if rng.random() < 0.5 or not agent.burners else [])]
        return pool[int(rng.integers(len(pool)))], True
    if draw < design.ring_caller + design.noise:
        stranger = str(people.mobile[int(rng.integers(len(people)))])
        return (HOTLINES[int(rng.integers(4))] if rng.random() < 0.55 else stranger), False
    return ("" if rng.random() < 0.1 else caller), False
