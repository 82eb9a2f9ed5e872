"""The ring designs as records, and which of them a world gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.simulate.settings import WorldSettings

__all__ = ["DESIGNS", "Design", "sizes"]


@dataclass(frozen=True, slots=True)
class Design:
    """How a kind of ring works; all shares are of its clients, 0 to 1.

    Attributes
    ----------
    code : str
        Name of the design in the ground truth.
    size : tuple of int
        Fewest and most clients.
    companies, agents : int
        How many it has.
    burners : tuple of int
        Fewest and most throw-away phones of each agent.
    ring_caller, noise : float
        Complaints called in from the ring's phones; from hotlines and strangers' phones. The rest: own phone.
    poa, fee, mail, contact, complains, template, sim : float
        Clients with a power of attorney, a fee paid, a letter posted by the ring, a call from the agent
        beforehand, a complaint, the ring's text, a ring phone as their phone of record.
    swap : float
        Chance that a sentence of the ring's text is worded differently in one letter.
    device, document, switched : float
        Clients whose complaint is sent from a device of the ring; who hand in a paper of the ring's (a few papers,
        used again and again); whose phone of record becomes a number of the ring days before the complaint.
    shared_registration, same_rep, rotates, insider : bool
        Companies share their registered phone; their legal representative; the second takes over halfway;
        the organisers come from the collection agency and their front company shows on few powers of attorney.
    slow : bool
        The complaints trickle in over months instead of in bursts.
    """

    code: str
    size: tuple[int, int]
    companies: int = 0
    agents: int = 1
    burners: tuple[int, int] = (0, 0)
    ring_caller: float = 0.8
    noise: float = 0.08
    poa: float = 0.75
    fee: float = 0.55
    mail: float = 0.0
    contact: float = 0.5
    complains: float = 0.85
    template: float = 0.85
    swap: float = 0.06
    sim: float = 0.0
    device: float = 0.0
    document: float = 0.0
    switched: float = 0.0
    shared_registration: bool = False
    same_rep: bool = False
    rotates: bool = False
    insider: bool = False
    slow: bool = False


_ALL = (
    Design("star", (12, 60), ring_caller=0.9, sim=0.04),
    Design("layered", (40, 150), companies=1, agents=3, burners=(2, 4), fee=0.6, sim=0.1, device=0.25,
           document=0.2),
    Design("two_company", (7, 30), companies=2, agents=2, shared_registration=True),
    Design("rotation", (16, 50), companies=2, agents=4, shared_registration=True, same_rep=True, rotates=True),
    Design("camouflaged", (18, 50), companies=1, agents=2, ring_caller=0.33, noise=0.42, poa=0.5, swap=0.25,
           device=0.1),
    Design("template_payee", (14, 45), agents=0, ring_caller=0.0, noise=0.1, poa=0.0, fee=0.85, template=0.95),
    Design("tiny", (4, 6), ring_caller=0.85, complains=0.95),
    Design("insider", (20, 45), companies=1, agents=2, burners=(0, 1), poa=0.6, contact=0.9, insider=True),
    Design("twin", (12, 30), agents=1, burners=(0, 1), poa=0.85),
    Design("mail", (10, 35), agents=0, ring_caller=0.0, noise=0.05, poa=0.0, fee=0.35, mail=0.9, template=0.9),
    Design("slow", (15, 40), agents=1, companies=1, ring_caller=0.7, poa=0.85, slow=True),
    Design("paraphrased", (12, 40), agents=2, ring_caller=0.5, poa=0.6, fee=0.5, template=0.95, swap=0.55),
    Design("papers", (10, 40), agents=1, ring_caller=0.3, noise=0.15, poa=0.4, fee=0.4, document=0.85, device=0.3,
           swap=0.3),
    Design("sim_swap", (8, 30), agents=1, burners=(1, 3), ring_caller=0.75, poa=0.35, fee=0.4, device=0.7,
           switched=0.75),
)  # fmt: skip
DESIGNS = {d.code: d for d in _ALL}


def sizes(rng: np.random.Generator, settings: WorldSettings) -> list[tuple[Design, int]]:
    """Choose designs and sizes; all designs before any comes again, twins side by side, scaled to fit."""
    chosen: list[Design] = []
    queue: list[Design] = []
    while len(chosen) < settings.rings:
        if not queue:
            queue = [_ALL[i] for i in rng.permutation(len(_ALL)).tolist()]
        design = queue.pop()
        left = settings.rings - len(chosen)
        if design.code == "twin" and left < 2:
            continue
        chosen += [design] * (2 if design.code == "twin" else 1)
    drawn = [(d, int(rng.integers(d.size[0], d.size[1] + 1))) for d in chosen]
    total = sum(size for _, size in drawn)
    scale = min(1.0, settings.customers / 8 / total) if total else 1.0
    return [(d, max(min(d.size[0], 8) if d.code != "tiny" else 4, int(size * scale))) for d, size in drawn]
