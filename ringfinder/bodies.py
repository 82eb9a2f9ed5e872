"""Which organisations are licensed or public bodies, which ones sell consulting, and who acts for them.

A law firm, a legal-aid centre, a mediation centre or a disability federation has many clients by its nature. A company
that "optimises debts" and represents several debtors is what the search is about (domain facts F12, section 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.graph import Graph
from ringfinder.people import event_owner
from ringfinder.vocabulary import vocabulary

__all__ = ["Bodies", "find_bodies", "landlines"]

#: A Chinese landline in E.164: an area code (10, 2x or three digits) and seven or eight digits, no mobile prefix.
_LANDLINE = r"^\+86(?:10\d{8}|2\d{9}|[3-9]\d{9,10})$"

#: First character of an 18-character company code (GB 32100-2015): staffing office, justice and civil affairs ... are
#: public or social bodies; 9 (market regulation), A, N and Y register companies and co-operatives.
_PUBLIC_AUTHORITIES = ["1", "2", "3", "4", "5", "6", "7", "8"]


@dataclass(frozen=True, eq=False)
class Bodies:
    """Masks of shape (n_nodes,).

    ``licensed``: law firms and public or social bodies; ``acts_for_licensed``: they, their staff and the phones
    that only they are reached at; ``consulting``: organisations whose name sells consulting, claims or debt services;
    ``acts_for_consulting``: they, their staff and phones; ``clients``: debtors whom a licensed body represents.
    """

    licensed: NDArray[np.bool_]
    acts_for_licensed: NDArray[np.bool_]
    consulting: NDArray[np.bool_]
    acts_for_consulting: NDArray[np.bool_]
    clients: NDArray[np.bool_]


def find_bodies(graph: Graph) -> Bodies:
    """Licensed and consulting organisations of a graph, by code (GB 32100) first, else by name."""
    words = vocabulary()
    organisation = graph.is_kind("company", "law_firm")
    key, name = pl.col("key"), pl.coalesce("label", "key")
    coded = key.str.len_chars() == 18
    named = organisation | graph.is_kind("payee_account")  # names of nobody else are looked at
    told = graph.nodes.filter(pl.Series(named)).select(
        (coded & key.str.slice(0, 1).is_in(_PUBLIC_AUTHORITIES)).fill_null(False).alias("public"),
        (coded & ~key.str.slice(0, 1).is_in(_PUBLIC_AUTHORITIES)).fill_null(False).alias("company"),
        name.str.contains(words.licensed_names).fill_null(False).alias("licensed"),
        name.str.contains(words.consulting_names).fill_null(False).alias("consulting"),
    )
    masks = []
    for column in told.columns:
        mask = np.zeros(graph.n_nodes, dtype=bool)
        mask[named] = told[column].to_numpy()
        masks.append(mask)
    public, company, by_name, sells = masks
    licensed = graph.is_kind("law_firm") | (organisation & (public | (by_name & ~company)))
    consulting = sells & ~licensed & ~by_name & (organisation | graph.is_kind("payee_account"))
    plain = graph.is_kind("company") & ~licensed
    acts_licensed = _and_staff(graph, licensed, plain)
    if not organisation.any():
        acts_licensed = _and_staff(graph, acts_licensed | _office_agents(graph), plain)
    represented = graph.relation_is("represented_by") & acts_licensed[graph.links.target]
    clients = np.zeros(graph.n_nodes, dtype=bool)
    clients[event_owner(graph)[graph.links.source[represented]]] = True
    return Bodies(licensed, acts_licensed, consulting, _and_staff(graph, consulting, licensed), clients)


def _office_agents(graph: Graph) -> NDArray[np.bool_]:
    """Agents who can be reached at a landline.

    Where an export names no organisation at all, an office is all that tells a lawyer or a legal-aid worker from a man
    with a mobile.
    """
    links = graph.links
    at_desk = graph.relation_is("reached_at") & landlines(graph)[links.target]
    found = np.zeros(graph.n_nodes, dtype=bool)
    found[links.source[at_desk & graph.is_kind("agent", "person")[links.source]]] = True
    return found


def landlines(graph: Graph) -> NDArray[np.bool_]:
    """Which nodes are Chinese landline phones, shape (n_nodes,)."""
    keys = graph.nodes["key"].str.contains(_LANDLINE).to_numpy()
    landline: NDArray[np.bool_] = graph.is_kind("phone") & np.asarray(keys, dtype=bool)
    return landline


def _and_staff(graph: Graph, organisations: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """These organisations, their registered phones, who works for them or is reached there, and the phones of those.

    A phone that an organisation of ``others`` is reached at, or an agent who works for one, is left out.
    """
    links = graph.links
    works, reached = graph.relation_is("works_for"), graph.relation_is("reached_at")
    agents = graph.is_kind("agent", "person")
    taken = np.zeros(graph.n_nodes, dtype=bool)
    taken[links.source[works & others[links.target]]] = True
    taken[links.target[reached & others[links.source]]] = True
    found = organisations.copy()
    found[links.source[works & organisations[links.target]]] = True
    found[links.target[reached & organisations[links.source]]] = True
    found &= ~taken
    at_desk = reached & agents[links.source] & found[links.target] & ~taken[links.source]
    found[links.source[at_desk]] = True
    staff_phones = np.zeros(graph.n_nodes, dtype=bool)
    staff_phones[links.target[reached & found[links.source]]] = True
    return found | (staff_phones & ~taken)
