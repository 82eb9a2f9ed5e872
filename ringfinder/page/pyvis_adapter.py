"""A ring as a pyvis network: positions fixed, roles by colour and shape, every text inert.

pyvis's own HTML asks the network for Bootstrap, runs script found in some texts and cannot be written on a
Chinese Windows. :func:`write_pyvis_html` writes a network safely instead.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ringfinder.errors import OutputError
from ringfinder.page.document import content_policy, fill, inert_json, vis_network, web
from ringfinder.page.layout import ring_positions
from ringfinder.page.styles import FAMILY_COLOURS, ROLES, family_of, role_of
from ringfinder.page.text import plain, shorten, visible
from ringfinder.vocabulary import plural, vocabulary

if TYPE_CHECKING:
    from pyvis.network import Network

    from ringfinder.model import Member, Ring, RingLink

__all__ = ["NOTE_ID", "PYVIS_OPTIONS", "ring_to_pyvis", "within_limit", "write_pyvis_html"]

#: Id of the text node that says what was left out of a drawing.
NOTE_ID = "note:not-drawn"

#: Options of every network: no physics, straight links, nothing random.
PYVIS_OPTIONS: dict[str, Any] = {
    "autoResize": True,
    "physics": {"enabled": False},
    "layout": {"randomSeed": 0, "improvedLayout": False},
    "interaction": {"hover": True, "dragNodes": False, "tooltipDelay": 120, "keyboard": False},
    "edges": {
        "smooth": {"enabled": False, "type": "continuous"},
        "color": {"inherit": False},
        "selectionWidth": 1,
    },
    "nodes": {"font": {"face": "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"}},
}

_INSIDE = {"box", "database", "ellipse"}  # shapes that hold their label
_LINES = 8


def within_limit(ring: Ring, limit: int) -> tuple[Ring, str]:
    """``ring`` with at most ``limit`` members, and a sentence about what was left out (``""`` if nothing).

    The least connected complaints and letters go first, then the least connected debtors, then whatever else.
    """
    if len(ring.members) <= limit:
        return ring, ""
    degree: dict[str, int] = defaultdict(int)
    for link in ring.links:
        degree[link.source] += 1
        degree[link.target] += 1
    roles = {m.id: role_of(m) for m in ring.members}
    outside = {m.id: max(0, roles[m.id].layer - 2) for m in ring.members}  # 0 for all that is not on the rim
    going = sorted(ring.members, key=lambda m: (-outside[m.id], degree[m.id], m.id))
    gone = {m.id for m in going[: len(ring.members) - limit]}
    counts = Counter((roles[i].en, roles[i].plural) if outside[i] else ("other", "others") for i in gone)
    order = [(r.en, r.plural) for r in reversed(ROLES.values()) if r.layer > 2] + [("other", "others")]
    parts = [plural(counts[words], *words) for words in order if counts[words]]
    note = f"Not drawn: {' and '.join(parts)} (the least connected)."
    members = tuple(m for m in ring.members if m.id not in gone)
    links = tuple(x for x in ring.links if x.source not in gone and x.target not in gone)
    return replace(ring, members=members, links=links), note


def ring_to_pyvis(ring: Ring, *, height: str = "720px", width: str = "100%", limit: int = 300) -> Network:
    """A pyvis network of ``ring`` with fixed positions; colour, shape and size tell the role.

    Parameters
    ----------
    ring : Ring
        The ring to draw.
    height, width : str
        CSS lengths of the drawing.
    limit : int
        Above so many nodes the least connected complaints are left out, then debtors; a note in the drawing
        says so.

    Returns
    -------
    pyvis.network.Network
        Node ids are member ids. Write it with :func:`write_pyvis_html`; pyvis's own writer asks the network
        for files.

    Raises
    ------
    ValueError
        If ``limit`` is below 2.
    """
    from pyvis.edge import Edge
    from pyvis.network import Network

    if limit < 2:
        raise ValueError(f"limit must be 2 or more, not {limit}")
    note = ""
    if len(ring.members) > limit:
        ring, note = within_limit(ring, limit - 1)
    network = Network(height=height, width=width, cdn_resources="in_line")
    network.options = json.loads(json.dumps(PYVIS_OPTIONS))
    places = ring_positions(ring)
    degree: dict[str, int] = defaultdict(int)
    strokes = _strokes(ring)
    for source, target in strokes:
        degree[source] += 1
        degree[target] += 1
    for member in ring.members:
        network.add_node(member.id, **_node(ring, member, places[member.id], degree[member.id]))
    for (source, target), links in strokes.items():
        network.edges.append(Edge(source, target, **_edge(links)).options)
    if note:
        top = min(y for _, y in places.values()) - 80
        still = {"x": 0, "y": top, "fixed": True, "physics": False}
        network.add_node(NOTE_ID, label=note, shape="text", role="note", size=1, **still)
    return network


def _node(ring: Ring, member: Member, place: tuple[float, float], degree: int) -> dict[str, Any]:
    role = role_of(member)
    kind = vocabulary().kinds.get(member.kind)
    title = [
        plain(member.label, 200),
        f"{role.en} {role.zh}" + (f" ({kind.en} {kind.zh})" if kind and kind.en != role.en else ""),
        *([plain(member.note)] if member.note else []),
        *(plain(f"{e.signal} {e.name}: {e.sentence}") for e in ring.evidence if member.id in e.nodes),
    ]
    inside = role.shape in _INSIDE
    sizes = {3: 11, 4: 0}  # complaints are named in their titles only
    growth = min(8.0, math.sqrt(degree)) if role.layer < 3 else 0.0
    return {
        "label": shorten(visible(member.label), 24 if role.layer < 3 else 14) or "(no name)",
        "title": "\n".join(title),
        "shape": role.shape,
        "size": round(role.size + growth, 1),
        "color": {
            "background": role.colour,
            "border": role.border,
            "highlight": {"background": role.colour, "border": "#111827"},
            "hover": {"background": role.colour, "border": "#111827"},
        },
        "borderWidth": 2,
        "font": {"color": "#FFFFFF" if inside else "#1F2937", "size": sizes.get(role.layer, 13)},
        "x": place[0],
        "y": place[1],
        "fixed": True,
        "physics": False,
        "role": role.code,
        "kind": member.kind,
    }


def _strokes(ring: Ring) -> dict[tuple[str, str], list[RingLink]]:
    """Links by pair of ends (one stroke a pair), the pairs and their links in a fixed order."""
    known = {m.id for m in ring.members}
    pairs: dict[tuple[str, str], list[RingLink]] = defaultdict(list)
    for link in ring.links:
        if link.source in known and link.target in known and link.source != link.target:
            pairs[min((link.source, link.target), (link.target, link.source))].append(link)
    for links in pairs.values():
        links.sort(key=lambda x: (x.relation, x.date, x.row, x.source))
    return {pair: pairs[pair] for pair in sorted(pairs)}


def _edge(links: list[RingLink]) -> dict[str, Any]:
    hard = {f.code for f in vocabulary().families.values() if f.hard}
    family = min((family_of(x.relation) for x in links), key=lambda f: (f == "", f not in hard, f))
    lines = []
    for link in links[:_LINES]:
        relation = vocabulary().relations.get(link.relation)
        name = f"{link.relation.replace('_', ' ')} {relation.zh if relation else ''}".strip()
        lines.append(" · ".join(plain(part, 120) for part in (name, link.date, str(link.row)) if part))
    if len(links) > _LINES:
        lines.append(f"and {len(links) - _LINES:,} more rows")
    inferred = family in {"TEXT", "DOC"}
    return {
        "title": "\n".join(lines),
        "color": {"color": FAMILY_COLOURS.get(family, FAMILY_COLOURS[""]), "opacity": 0.5, "inherit": False},
        "width": round(min(6.0, 1.0 + 0.7 * (math.sqrt(len(links)) - 1)), 2),
        "dashes": inferred,
        "family": family,
    }


def write_pyvis_html(network: Network, path: str | Path) -> None:
    """Write a pyvis network as one safe, self-contained HTML file.

    UTF-8 whatever the locale; no network request; a content policy that lets only the page's own script run;
    every title, label and heading shown as text.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    nodes, edges, heading, height, width, options = network.get_network_data()
    ids = {node["id"]: k for k, node in enumerate(nodes)}
    data = {
        "nodes": [_safe({**node, "id": ids[node["id"]]}) for node in nodes],
        "edges": [_safe({**edge, "from": ids[edge["from"]], "to": ids[edge["to"]]}) for edge in edges],
        "options": {k: v for k, v in json.loads(options).items() if k not in {"configure", "manipulation"}},
        "heading": visible(str(heading or "")),
        "height": _css_length(height, "720px"),
        "width": _css_length(width, "100%"),
    }
    style, script, library = web("network.css"), web("network.js"), vis_network()
    page = fill(
        web("network.html"),
        policy=content_policy((library, script), (style,)),
        style=style,
        data=inert_json(data),
        library=library,
        script=script,
    )
    try:
        Path(path).write_bytes(page.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            f"the page cannot be written: {error.strerror}", where=str(path), do="Choose another place"
        ) from error


def _safe(item: dict[str, Any]) -> dict[str, Any]:
    """A node or edge whose texts are visible text and whose pictures come from no other place."""
    item = {k: _lines(v) if isinstance(v, str) else v for k, v in item.items()}
    if not str(item.get("image", "data:image/")).startswith("data:image/"):
        item.pop("image")
        item["shape"] = "dot"
    return item


def _lines(text: str) -> str:
    """``text`` made visible, its line breaks kept."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _css_length(value: object, default: str) -> str:
    text = f"{value}px" if isinstance(value, int) else str(value)
    return text if re.fullmatch(r"\d{1,5}(\.\d{1,3})?(px|%|vh|vw|em|rem)", text) else default
