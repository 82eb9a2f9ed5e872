"""S1 and S2: who uses what, through which source of evidence, counted in unrelated units.

One row for each distinct (debtor, thing). Events stand for their debtor; a phone of one's own household is no calling
phone; what belongs to representation by its nature (a caller whom the power of attorney names, the desk, the fees and
the letters of a licensed body) is dependent evidence and counted there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ringfinder.belief.local import mark_local
from ringfinder.belief.settings import SOURCES
from ringfinder.bodies import Bodies, landlines
from ringfinder.graph import NO_DATE, Graph
from ringfinder.people import distinct_pairs, event_owner, people_kind
from ringfinder.vocabulary import extend, vocabulary

__all__ = ["Uses", "find_uses"]

_CODES = tuple(SOURCES)
#: All that a common cause explains is one piece of evidence, and no hard one.
_LOCAL = "LOCAL"
_FAMILIES = (*dict.fromkeys(source.family for source in SOURCES.values()), _LOCAL)
#: A recruiter's call, or a call to the call centre, comes at most so many days before the complaint.
_CALL_DAYS = 30
_OWN = ("uses_phone", "uses_record_phone")
_SCHEMA = {"debtor": pl.Int64, "thing": pl.Int64, "source": pl.UInt8}


@dataclass(frozen=True, eq=False)
class Uses:
    """The uses of things that at least two unrelated units share, sorted by thing and debtor.

    Attributes
    ----------
    debtor, thing : ndarray of int64, shape (n_uses,)
        Node indices.
    unit : ndarray of int64, shape (n_uses,)
        The debtor's unit (household).
    source : ndarray of uint8, shape (n_uses,)
        Index into :attr:`codes`.
    things : ndarray of int64, shape (n_things,)
        The distinct things, ascending.
    at : ndarray of int64, shape (n_uses,)
        Position of each use's thing in ``things``.
    units : ndarray of int64, shape (n_things,)
        Unrelated units that use each thing.
    local : ndarray of bool, shape (n_things,)
        Things most of whose users are colleagues or of one village (see :mod:`ringfinder.belief.local`).
    """

    debtor: NDArray[np.int64]
    thing: NDArray[np.int64]
    unit: NDArray[np.int64]
    source: NDArray[np.uint8]
    things: NDArray[np.int64]
    at: NDArray[np.int64]
    units: NDArray[np.int64]
    local: NDArray[np.bool_]
    codes: tuple[str, ...] = _CODES
    families: tuple[str, ...] = _FAMILIES

    def __len__(self) -> int:
        return len(self.debtor)

    @cached_property
    def family(self) -> NDArray[np.int64]:
        """Index into :attr:`families` of each use; what a common cause explains is one family of its own."""
        table = np.array([self.families.index(SOURCES[code].family) for code in self.codes])
        may = np.array([SOURCES[code].local for code in self.codes])
        explained = self.local[self.at] & may[self.source]
        return np.where(explained, self.families.index(_LOCAL), table[self.source]).astype(np.int64)

    @cached_property
    def units_by_source(self) -> NDArray[np.int64]:
        """Unrelated units that use each thing through each source, shape (n_things, n_sources)."""
        n = len(self.codes)
        key, _ = distinct_pairs(self.at * n + self.source, self.unit)
        return np.bincount(key, minlength=len(self.things) * n).reshape(-1, n).astype(np.int64)

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """1 over the uses of the same thing by the same unit: a household counts once. Shape (n_uses,)."""
        _, inverse, counts = np.unique((self.at << 32) | self.unit, return_inverse=True, return_counts=True)
        return np.asarray(1.0 / counts[inverse], dtype=np.float64)


def find_uses(graph: Graph, units: NDArray[np.int64], blocked: NDArray[np.bool_], bodies: Bodies) -> Uses:
    """The uses of a graph.

    Parameters
    ----------
    units : ndarray of int64, shape (n_nodes,)
        See :func:`ringfinder.units.debtor_units`.
    blocked : ndarray of bool, shape (n_nodes,)
        Benign hubs.
    bodies : Bodies
        Who is licensed.
    """
    table = pl.concat(
        [
            _plain(graph, blocked),
            _mandates(graph, blocked, bodies),
            _callers(graph, units, blocked, bodies),
            _blocks(graph, blocked, bodies),
            _called(graph, blocked),
        ]
    )
    # a thing on one row only is nobody's in common: most own phones leave here, before anything is grouped
    several = np.bincount(table["thing"].to_numpy(), minlength=1) > 1
    table = table.filter(pl.Series(several[table["thing"].to_numpy()], dtype=pl.Boolean))
    table = table.group_by("debtor", "thing").agg(pl.col("source").min())
    debtor = table["debtor"].to_numpy()
    table = table.with_columns(unit=pl.Series(units[debtor]), client=pl.Series(bodies.clients[debtor]))
    table = table.with_columns(
        units=pl.col("unit").n_unique().over("thing"), share=pl.col("client").mean().over("thing")
    ).filter(pl.col("units") >= 2)
    dependent = pl.col("source").is_in([_CODES.index(c) for c in _BELONGS]) & (pl.col("share") >= 0.5)
    licensed = pl.lit(_CODES.index("licensed"), dtype=pl.UInt8)
    table = table.with_columns(source=pl.when(dependent).then(licensed).otherwise("source")).sort("thing", "debtor")
    things, first, at = np.unique(table["thing"].to_numpy(), return_index=True, return_inverse=True)
    return Uses(
        debtor=table["debtor"].to_numpy(),
        thing=table["thing"].to_numpy(),
        unit=table["unit"].to_numpy(),
        source=table["source"].to_numpy(),
        things=things,
        at=at.reshape(-1).astype(np.int64),
        units=table["units"].to_numpy()[first].astype(np.int64),
        local=mark_local(graph, table.select("debtor", "thing", "unit"), things),
    )


#: What the clients of one licensed body share because of it.
_BELONGS = ("caller", "desk", "block", "called", "payee", "device", "document", "template", "kin", "sender")


def _frame(debtor: NDArray[np.int64], thing: NDArray[np.int64], source: NDArray[np.int64]) -> pl.DataFrame:
    return pl.DataFrame({"debtor": debtor, "thing": thing, "source": source}, schema=_SCHEMA)


def _pick(graph: Graph, blocked: NDArray[np.bool_], relations: tuple[str, ...]) -> tuple[NDArray[np.int64], ...]:
    """(index, debtor, thing) of the links of these relations from a debtor or his event to a thing."""
    links, owner = graph.links, event_owner(graph)
    people = graph.is_kind(people_kind(graph))
    who = owner[links.source]
    fits = graph.relation_is(*relations) & people[who] & ~blocked[links.source] & ~blocked[links.target]
    fits &= ~people[links.target]
    index = np.flatnonzero(fits)
    return index, who[index], links.target[index].astype(np.int64)


def _plain(graph: Graph, blocked: NDArray[np.bool_]) -> pl.DataFrame:
    """Own phones, payees, devices, papers, texts, senders, and whatever relation the vocabulary does not know."""
    known = {r for source in SOURCES.values() for r in source.relations}
    words = extend(vocabulary(), [], graph.relations)
    silent = {"filed", "posted", *known}
    rest = tuple(r for r in graph.relations if r not in silent and words.relations[r].clusters == "yes")
    found = []
    for code in ("own", "payee", "device", "document", "template", "kin", "sender", "other"):
        _, debtor, thing = _pick(graph, blocked, SOURCES[code].relations or rest)
        source = np.full(len(debtor), _CODES.index(code))
        found.append(_frame(debtor, thing, source))
    return pl.concat(found)


def _mandates(graph: Graph, blocked: NDArray[np.bool_], bodies: Bodies) -> pl.DataFrame:
    """Representation; a row that names a licensed body is licensed as a whole."""
    index, debtor, thing = _pick(graph, blocked, SOURCES["mandate"].relations)
    row = _rows(graph)[index]
    licensed = bodies.acts_for_licensed[thing] | np.isin(row, row[bodies.licensed[thing]])
    source = np.where(licensed, _CODES.index("licensed"), _CODES.index("mandate"))
    return _frame(debtor, thing, source)


def _callers(graph: Graph, units: NDArray[np.int64], blocked: NDArray[np.bool_], bodies: Bodies) -> pl.DataFrame:
    """Phones that debtors complained from, other than their household's own."""
    n = graph.n_nodes
    _, debtor, thing = _pick(graph, blocked, SOURCES["caller"].relations)
    called_from = np.zeros(n, dtype=bool)
    called_from[thing] = True
    _, owner, phone = _pick(graph, blocked, (*_OWN, "uses_home_phone"))
    owner, phone = owner[called_from[phone]], phone[called_from[phone]]  # most phones are never called from
    own = np.unique(units[owner] * n + phone)
    _, client, named = _pick(graph, blocked, SOURCES["mandate"].relations)
    foreign = ~np.isin(units[debtor] * n + thing, own)
    debtor, thing = debtor[foreign], thing[foreign]
    landline = landlines(graph)
    source = np.where(landline[thing], _CODES.index("desk"), _CODES.index("caller"))
    mandated = np.isin(debtor * n + thing, np.unique(client * n + named))
    source = np.where(mandated, _CODES.index("mandate"), source)
    licensed = bodies.acts_for_licensed[thing] | (bodies.clients[debtor] & (mandated | landline[thing]))
    source = np.where(licensed, _CODES.index("licensed"), source)
    return _frame(debtor, thing, source)


def _blocks(graph: Graph, blocked: NDArray[np.bool_], bodies: Bodies) -> pl.DataFrame:
    """Neighbouring numbers; where the row names them in a power of attorney, they belong to representation."""
    index, debtor, thing = _pick(graph, blocked, SOURCES["block"].relations)
    signed, client, _ = _pick(graph, blocked, SOURCES["mandate"].relations)
    row = _rows(graph)
    named = pl.DataFrame({"debtor": client, "row": row[signed]})
    used = pl.DataFrame({"at": np.arange(len(index)), "debtor": debtor, "row": row[index]})
    mandated = np.zeros(len(index), dtype=bool)
    mandated[used.join(named, on=["debtor", "row"], how="semi")["at"].to_numpy()] = True
    represented = np.where(bodies.clients[debtor], _CODES.index("licensed"), _CODES.index("mandate"))
    return _frame(debtor, thing, np.where(mandated, represented, _CODES.index("block")))


def _called(graph: Graph, blocked: NDArray[np.bool_]) -> pl.DataFrame:
    """Phones that called a debtor's own phone, or were called from it (RF25)."""
    links = graph.links
    _, owner, phone = _pick(graph, blocked, _OWN)
    calls = np.flatnonzero(graph.relation_is("called") & ~blocked[links.source] & ~blocked[links.target])
    empty = _frame(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    if not len(calls) or not len(phone):
        return empty
    of_phone = pl.DataFrame({"phone": phone, "debtor": owner}).unique()
    alone = of_phone.filter(pl.len().over("phone") == 1)  # a phone of two people does not tell whose call it was
    ends = pl.DataFrame(
        {
            "phone": np.r_[links.target[calls], links.source[calls]].astype(np.int64),
            "thing": np.r_[links.source[calls], links.target[calls]].astype(np.int64),
            "day": np.r_[links.date[calls], links.date[calls]].astype(np.int64),
        }
    )
    found = ends.join(alone, on="phone", how="inner").join(
        of_phone, left_on=["thing", "debtor"], right_on=["phone", "debtor"], how="anti"
    )
    found = _shortly_before(graph, found)
    source = np.full(found.height, _CODES.index("called"))
    return _frame(found["debtor"].to_numpy(), found["thing"].to_numpy(), source)


def _shortly_before(graph: Graph, calls: pl.DataFrame) -> pl.DataFrame:
    """Of debtors with dated complaints the calls shortly before one; all calls of the others, and undated ones."""
    links = graph.links
    filed = np.flatnonzero(graph.relation_is("filed") & (links.date != NO_DATE))
    complaints = pl.DataFrame(
        {"debtor": links.source[filed].astype(np.int64), "filed": links.date[filed].astype(np.int64)}
    ).unique()
    joined = calls.unique().join(complaints, on="debtor", how="left")
    wait = pl.col("filed") - pl.col("day")
    undated = pl.col("day") == int(NO_DATE)
    return joined.filter(pl.col("filed").is_null() | undated | wait.is_between(0, _CALL_DAYS))


def _rows(graph: Graph) -> NDArray[np.int64]:
    return (graph.links.file.astype(np.int64) << 32) | graph.links.row.astype(np.int64)
