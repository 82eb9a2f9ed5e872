"""What a ring is called: by what its debtors share and hardly anybody else uses.

A name is a pattern: ``{m3}`` stands for the label of the ring's third member (counted from 0), ``{t3}`` for the last
digits of its number. The border fills it in, masked or not (:class:`ringfinder.privacy.Border`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ringfinder.vocabulary import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfinder.model import Member
    from ringfinder.score.case import Case

__all__ = ["ring_name"]

#: Kinds that can name a ring, the most telling first, and how each is written.
_KINDS = {
    "company": "{m%d}",
    "law_firm": "{m%d}",
    "agent": "agent {m%d}",
    "phone": "phone {t%d}",
    "payee_account": "account {t%d}",
    "template": "{m%d}",
    "number_block": "number block {t%d}",
    "device": "device {m%d}",
    "document": "document {m%d}",
    "person": "person {m%d}",
}
#: A thing names the ring if this share of its debtors use it, times the ring's share of all its users.
_TELLING = 1 / 3
#: A thing that fewer than this names it together with a second one.
_MOST = 1 / 2


def ring_name(case: Case, members: Sequence[Member]) -> str:
    """The pattern of a ring's name.

    The first kind of thing of which one is telling names it: a company, else an agent, a phone, a payee ...; where none
    is, the most telling thing of any kind; a ring that shares nothing is named by its size.

    Parameters
    ----------
    members : sequence of Member
        The ring's members in their final order; the pattern counts in it.
    """
    numbers = {m.id: k for k, m in enumerate(members)}
    users: dict[tuple[str, str], set[int]] = defaultdict(set)
    named: dict[tuple[str, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for use in case.uses:
        kind, key, label, _ = case.nodes[use.thing]
        if kind in _KINDS and case.id(use.thing) in numbers:
            title = (kind, (label or key) if kind == "agent" else key)  # an agent with several phones is one name
            users[title].add(use.debtor)
            named[title][use.thing].add(use.debtor)
    every = case.units(case.members)
    found = []
    for title, debtors in users.items():
        if case.units(debtors) < 2:
            continue
        things = named[title]
        outside = sum(max(case.users.get(t, 0), len(d)) for t, d in things.items())
        share = len(debtors) / max(outside, len(debtors))
        first = min(things, key=lambda t: (-len(things[t]), case.nodes[t][1]))
        found.append((case.units(debtors) / every * share, title, first))
    if not found:
        return f"group of {plural(len(case.debtors), 'debtor')}"
    found.sort(key=lambda f: (-f[0], list(_KINDS).index(f[1][0]), f[1]))
    telling = [f for f in found if f[0] >= _TELLING] or found[:1]
    best = min(telling, key=lambda f: (list(_KINDS).index(f[1][0]), -f[0], f[1]))
    chosen = [best]
    if best[0] < _MOST:
        chosen += [f for f in found if f[1][0] != best[1][0]][:1]
    return ", ".join(_KINDS[kind] % numbers[case.id(node)] for _, (kind, _), node in chosen)
