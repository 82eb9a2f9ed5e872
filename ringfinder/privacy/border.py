"""What a run and its graph look like outside: with full values when revealed, else with tokens and masked labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import polars as pl

from ringfinder.graph import Graph
from ringfinder.graph_build import reordered
from ringfinder.model import Evidence, Hub, Member, Mitigation, Ring, RingLink, Run, TextMatch, Tie
from ringfinder.privacy.mask import is_persons_name, mask_label, mask_labels, mask_number, mask_value, national_phone
from ringfinder.privacy.token import load_key, token, tokens
from ringfinder.vocabulary import Kind, vocabulary

__all__ = ["Border", "open_border"]

#: Node attributes that are safe to write in a masked run; all others are dropped, free texts before all.
_SAFE = frozenset(
    {
        "overdue_days",
        "text_similarity",
        "registered_on",
    }
)
#: Digits in a free text that may be a phone, an account or an identity number.
_LONG_NUMBER = re.compile(r"[0-9０-９]{7,}")
#: A company's key that is a code and not its name.
_BARE_CODE = re.compile(r"[!-~]*")
_Fact = TypeVar("_Fact", Evidence, Mitigation, Tie)
#: A reference to a member in a ring's name, and the last four digits of a number.
_MEMBER = re.compile(r"\{([mt])(\d+)\}")
_LAST_DIGITS = re.compile(r"[0-9]{1,4}$")
_REFERENCE = re.compile(r"\{n(\d+)\}")


@dataclass(frozen=True)
class Border:
    """Turns inner keys and labels into what may be seen. ``key`` is None when everything is revealed."""

    key: bytes | None

    @property
    def revealed(self) -> bool:
        """Whether full values pass."""
        return self.key is None

    def outer_key(self, kind: str, key: str) -> str:
        """The key that is written: the identifier itself, or its token."""
        return key if self.key is None else token(self.key, kind, key)

    def outer_label(self, kind: str, key: str, label: str) -> str:
        """The label that is shown: readable, or masked with four digits of the token to tell two alike ones apart."""
        words = vocabulary().kinds.get(kind)
        if self.key is None:
            return national_phone(key) if kind == "phone" else label
        if words is not None and not words.personal:
            return _open_label(words, key, label, token(self.key, kind, key)[:4])
        return f"{mask_label(kind, key, label)} ({token(self.key, kind, key)[:4]})"

    def run(self, run: Run) -> Run:
        """``run`` as it may be seen."""
        outer = replace(
            run,
            revealed=self.revealed,
            rings=tuple(self._ring(r) for r in run.rings),
            common_causes=tuple(self._fact(m, self._outer_id, self._outer_label_of) for m in run.common_causes),
            # sorted anew: the order of the real keys would say too much
            hubs=tuple(sorted(map(self._hub, run.hubs), key=lambda h: h.rank)),
        )
        if self.revealed:
            return outer
        return replace(
            outer,
            config=_masked_settings(run.config),
            representatives=tuple(map(_scrub, run.representatives)),
            notes=tuple(map(_scrub, run.notes)),
            mapping=tuple({**m, "header": outer_header(m)} for m in run.mapping),
        )

    def graph(self, graph: Graph) -> Graph:
        """``graph`` as it may be seen: tokens for keys, masked labels, no attribute that could name a person.

        The nodes are sorted anew by token: the order of the real keys would give half of every number away.
        """
        parts = []
        for (kind,), block in graph.nodes.group_by("kind", maintain_order=True):
            keys, labels = self._outer_nodes(str(kind), block)
            safe = block if self.key is None else block.select("kind", *[c for c in block.columns if c in _SAFE])
            parts.append(safe.with_columns(keys.alias("key"), labels.alias("label")))
        outer = pl.concat(parts) if parts else graph.nodes
        columns = ["kind", "key", "label", *[c for c in outer.columns if c not in ("kind", "key", "label")]]
        return reordered(Graph(outer.select(columns), graph.links, graph.relations, graph.files))

    def _outer_nodes(self, kind: str, block: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Outer keys and labels of the nodes of one kind; the same as :meth:`outer_key` and :meth:`outer_label`."""
        if self.key is None:
            if kind != "phone":
                return block["key"], block["label"]
            return block["key"], pl.Series([national_phone(k) for k in block["key"]], dtype=pl.String)
        outer = pl.Series(tokens(self.key, kind, block["key"]), dtype=pl.String)
        tail = outer.str.slice(0, 4)
        words = vocabulary().kinds.get(kind)
        if words is not None and not words.personal:
            rows = zip(block["key"], block["label"], tail, strict=True)
            return outer, pl.Series([_open_label(words, k, t or "", end) for k, t, end in rows], dtype=pl.String)
        return outer, mask_labels(kind, block) + " (" + tail + ")"

    def issues(self, issues: pl.DataFrame) -> pl.DataFrame:
        """The issue table with masked values."""
        if self.key is None:
            return issues
        distinct = issues["value"].unique()
        masked = dict(zip(distinct.to_list(), [mask_value(v or "") for v in distinct], strict=True))
        return issues.with_columns(pl.col("value").replace_strict(masked, default="", return_dtype=pl.String))

    def _hub(self, hub: Hub) -> Hub:
        if self.key is not None:
            hub = replace(hub, reason=_scrub(hub.reason))  # a list of the user's may name numbers
        if self.key is None or hub.public:
            return replace(hub, label=national_phone(hub.key) if hub.kind == "phone" else hub.label)
        return replace(hub, key=self.outer_key(hub.kind, hub.key), label=self.outer_label(hub.kind, hub.key, hub.label))

    def _outer_id(self, inner: str) -> str:
        kind, _, key = inner.partition(":")
        return f"{kind}:{self.outer_key(kind, key)}"

    def _outer_label_of(self, inner: str) -> str:
        kind, _, key = inner.partition(":")
        return self.outer_label(kind, key, key)

    def _ring(self, ring: Ring) -> Ring:
        labels = {m.id: self.outer_label(m.kind, m.key, m.label) for m in ring.members}
        ids = {m.id: f"{m.kind}:{self.outer_key(m.kind, m.key)}" for m in ring.members}

        def outer_id(inner: str) -> str:
            if inner in ids:
                return ids[inner]
            kind, _, key = inner.partition(":")
            return f"{kind}:{self.outer_key(kind, key)}"

        def label_of(inner: str) -> str:
            kind, _, key = inner.partition(":")
            return labels[inner] if inner in labels else self.outer_label(kind, key, key)

        return replace(
            ring,
            summary=ring.summary if self.revealed else _summary(ring, labels),
            name=self._name(ring, labels),
            members=_by_role(tuple(self._member(m) for m in ring.members)),
            evidence=tuple(self._fact(e, outer_id, label_of) for e in ring.evidence),
            mitigations=tuple(self._fact(m, outer_id, label_of) for m in ring.mitigations),
            ties=tuple(self._fact(t, outer_id, label_of) for t in ring.ties),
            playbook=tuple(replace(s, debtor=outer_id(s.debtor) if s.debtor else "") for s in ring.playbook),
            texts=tuple(self._text(t, outer_id) for t in ring.texts),
            links=tuple(
                sorted(
                    (RingLink(outer_id(e.source), outer_id(e.target), e.relation, e.date, e.row) for e in ring.links),
                    key=lambda e: (e.source, e.target, e.relation, e.date, e.row),
                )
            ),
        )

    def _fact(self, fact: _Fact, outer_id: Callable[[str], str], label_of: Callable[[str], str]) -> _Fact:
        """A fact as it may be seen; its words may be the user's own (the name of an event of the calendar)."""
        return _fill(fact if self.revealed else replace(fact, sentence=_scrub(fact.sentence)), outer_id, label_of)

    def _name(self, ring: Ring, labels: Mapping[str, str]) -> str:
        """A ring's name: the labels (``{m0}``) or last digits (``{t0}``) of its members filled in."""

        def fill(match: re.Match[str]) -> str:
            member = ring.members[int(match.group(2))]
            if match.group(1) == "m":
                return labels[member.id]
            shown = member.key if self.revealed else mask_label(member.kind, member.key, member.label)
            digits = _LAST_DIGITS.search(shown)
            return f"…{digits.group()}" if digits else labels[member.id]

        return _MEMBER.sub(fill, ring.name)

    def _text(self, text: TextMatch, outer_id: Callable[[str], str]) -> TextMatch:
        """A pair of texts; masked ones have no words, since free text may name anybody."""
        outer = replace(text, left_node=outer_id(text.left_node), right_node=outer_id(text.right_node))
        return outer if self.revealed else replace(outer, left="", right="", shared=(), neutral=())

    def _member(self, member: Member) -> Member:
        return replace(
            member,
            key=self.outer_key(member.kind, member.key),
            label=self.outer_label(member.kind, member.key, member.label),
        )


def open_border(reveal: bool, key_file: str = "", *, make_key: bool = True) -> Border:
    """The border of a run; ``make_key`` says whether a missing key may be made.

    Raises
    ------
    ConfigError, OutputError
        From :func:`ringfinder.privacy.token.load_key`, unless ``reveal``.
    """
    return Border(None if reveal else load_key(key_file or None, make=make_key))


def _scrub(text: str) -> str:
    """``text`` with every long number masked."""
    return _LONG_NUMBER.sub(lambda m: mask_number(m.group()), text)


def _open_label(kind: Kind, key: str, label: str, tail: str) -> str:
    """The label of a node whose kind is not personal; a key that says nothing and a person's name are not shown."""
    shown = label or key
    if kind.value == "organisation":
        hidden = is_persons_name(shown) or (shown == key and bool(_BARE_CODE.fullmatch(key)))
    else:
        hidden = shown == key
    return f"{kind.en} {tail}" if hidden else _scrub(shown)


def _summary(ring: Ring, labels: Mapping[str, str]) -> str:
    """A ring's summary with the outer labels of the companies that stand before its colon."""
    companies = {m.label: labels[m.id] for m in ring.members if m.kind == "company" and m.label}
    names, colon, rest = ring.summary.rpartition(": ")
    if companies:
        inner = "|".join(map(re.escape, sorted(companies, key=len, reverse=True)))
        names = re.sub(inner, lambda m: companies[m.group()], names)
    return _scrub(names + colon + rest)


def outer_header(mapping: Mapping[str, Any]) -> str:
    """A column's header; in a table that was not recognised it may be a record of a file without a header."""
    header = str(mapping.get("header", ""))
    return mask_value(header) if mapping.get("table") == "unknown" else _scrub(header)


def _masked_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration without the identifiers that it lists."""
    outer = dict(config)
    if "hubs" in config:
        lists = {name: [mask_value(v) for v in config["hubs"].get(name, ())] for name in ("exclude", "keep")}
        outer["hubs"] = {**config["hubs"], **lists}
    if "allow_list" in config:
        entries = [{**e, "phone": mask_value(e.get("phone", ""))} for e in config["allow_list"]]
        outer["allow_list"] = [_scrub_words(e, ("name", "owner", "proof")) for e in entries]
    if "calendar" in config:
        outer["calendar"] = [_scrub_words(e, ("name", "lender", "region", "source")) for e in config["calendar"]]
    for name in ("same", "different"):
        if name in config:
            outer[name] = [
                {k: _scrub(v) if k == "reason" else mask_value(v) for k, v in e.items()} for e in config[name]
            ]
    return outer


def _scrub_words(entry: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """An entry of the configuration with the long numbers masked in what the user wrote in his own words."""
    return {k: _scrub(v) if k in names and isinstance(v, str) else v for k, v in entry.items()}


def _fill(fact: _Fact, outer_id: Callable[[str], str], label_of: Callable[[str], str]) -> _Fact:
    """A fact with the references of its sentence replaced by labels and its node ids by outer ids."""
    sentence = _REFERENCE.sub(lambda m: label_of(fact.nodes[int(m.group(1))]), fact.sentence)
    return replace(fact, sentence=sentence, nodes=tuple(sorted(outer_id(n) for n in fact.nodes)))


def _by_role(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Members in the order of their roles, within a role by outer key: the real keys' order would say too much."""
    roles = list(dict.fromkeys(m.role for m in members))
    return tuple(sorted(members, key=lambda m: (roles.index(m.role), m.kind, m.key)))
