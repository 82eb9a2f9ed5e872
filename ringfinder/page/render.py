"""The page of a run: one HTML file with the ranked rings, a drawing of each, what is for and against it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ringfinder.model import DISCLAIMER
from ringfinder.page.about import about_html, facts_html, list_html, ring_counts
from ringfinder.page.document import content_policy, fill, inert_json, vis_network, web
from ringfinder.page.layout import ring_sectors
from ringfinder.page.pyvis_adapter import NOTE_ID, ring_to_pyvis, within_limit
from ringfinder.page.styles import FAMILY_COLOURS, ROLES, role_of
from ringfinder.page.text import visible
from ringfinder.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ringfinder.model import Ring, Row, Run

__all__ = ["BANNER", "EXITS", "render_html"]

#: The fixed banner, in English and Chinese.
BANNER = (
    DISCLAIMER,
    "团伙线索仅供人工核查，绝非定论；债务人往往是受害者。",
)

#: Lawful ways out for debtors, in English and Chinese; printed at the foot of every page.
EXITS = (
    ("talk to your own bank", "直接与本行协商"),
    ("financial mediation, free of charge", "金融纠纷调解（免费）"),
    ("12378 banking and insurance regulator", "12378 金融监管热线"),
    ("12363 central bank", "12363 人民银行金融消费权益热线"),
    ("12348 legal aid", "12348 法律援助"),
    ("credit record objection", "征信异议申请"),
)

_DRAWN = 300  # members of a ring that are drawn
_ROWS = 200  # source rows of a reason that are listed


def render_html(run: Run, *, rings: int = 40) -> str:
    """The whole page of ``run`` as one self-contained HTML text; write it as UTF-8.

    Parameters
    ----------
    run : Run
        The run. Labels are printed as they are: mask them before.
    rings : int
        How many rings, best first, the page holds.
    """
    shown = sorted(run.rings, key=lambda r: r.rank)[: max(0, rings)]
    data = {
        "roles": [
            {"code": r.code, "en": r.en, "plural": r.plural, "zh": r.zh, "colour": r.colour, "layer": r.layer}
            for r in ROLES.values()
        ],
        "families": {f.code: {"en": f.en, "zh": f.zh} for f in vocabulary().families.values()},
        "strokes": FAMILY_COLOURS,
    }
    blocks = [f'<script type="application/json" id="run-data">{inert_json(data)}</script>']
    blocks += [
        f'<script type="application/json" id="ring-{k}">{inert_json(_ring(ring))}</script>'
        for k, ring in enumerate(shown)
    ]
    style, script, library = web("page.css"), web("page.js"), vis_network()
    mark = (
        ("revealed", "Revealed 未脱敏", "Personal information: do not send abroad. 含个人信息，请勿出境。")
        if run.revealed
        else ("masked", "Masked 已脱敏", "Names and numbers are masked.")
    )
    return fill(
        web("template.html"),
        policy=content_policy((library, script), (style,)),
        style=style,
        facts=facts_html(run),
        mark=f'<span class="mark {mark[0]}" title="{escape(mark[2])}">{escape(mark[1])}</span>',
        warning=f'<strong class="warning">{escape(mark[2])}</strong>' if run.revealed else "",
        banner_en=escape(BANNER[0]),
        banner_zh=escape(BANNER[1]),
        list=list_html(run, shown),
        count=f"{len(shown):,} of {len(run.rings):,}" if len(shown) < len(run.rings) else f"{len(shown):,}",
        about=about_html(run, len(shown)),
        exits_en=" · ".join(escape(en) for en, _ in EXITS),
        exits_zh=" · ".join(escape(zh) for _, zh in EXITS),
        empty="" if shown else "empty",
        blocks="\n".join(blocks),
        library=library,
        script=script,
    )


def _ring(ring: Ring) -> dict[str, Any]:
    """A ring as the page's script reads it; members go by number, their keys stay out of the file."""
    number = {m.id: k for k, m in enumerate(ring.members)}
    codes = list(ROLES)
    kinds = vocabulary().kinds
    nodes, edges, *_ = ring_to_pyvis(ring, limit=_DRAWN).get_network_data()
    drawn, note = within_limit(ring, _DRAWN - 1) if len(ring.members) > _DRAWN else (ring, "")
    return {
        "id": visible(ring.id),
        "rank": ring.rank,
        "tier": ring.tier,
        "summary": visible(ring.summary),
        "why": visible(ring.explanation),
        "families": [visible(f) for f in ring.families],
        "dates": [visible(ring.first_date), visible(ring.last_date)],
        "tiles": _tiles(ring),
        "note": note,
        "members": [
            {
                "name": visible(m.label) or "(no name)",
                "role": codes.index(role_of(m).code),
                "kind": f"{kinds[m.kind].en} {kinds[m.kind].zh}" if m.kind in kinds else visible(m.kind),
                "confidence": f"{m.confidence:.2f}",
                "note": visible(m.note),
            }
            for m in ring.members
        ],
        "nodes": [
            {"m": number[n["id"]], "label": n["label"], "x": n["x"], "y": n["y"], "size": n["size"]}
            for n in nodes
            if n["id"] != NOTE_ID
        ],
        "edges": [
            {
                "from": number[e["from"]],
                "to": number[e["to"]],
                "w": e["width"],
                "f": e["family"],
                "t": e["title"],
            }
            | ({"d": 1} if e["dashes"] else {})
            for e in edges
        ],
        "sectors": [
            {
                "m": number[s.member],
                "a": s.start,
                "b": s.end,
                "r": s.inner,
                "R": s.outer,
                "n": s.count,
                "k": s.stretch,
            }
            for s in ring_sectors(drawn)
        ],
        "evidence": [
            {
                "signal": visible(e.signal),
                "name": visible(e.name),
                "family": visible(e.family),
                "sentence": visible(e.sentence),
                "harmless": visible(e.harmless),
                "nodes": sorted({number[n] for n in e.nodes if n in number}),
                **_places(e.rows),
            }
            for e in ring.evidence
        ],
        "mitigations": [
            {"code": visible(m.code), "sentence": visible(m.sentence), **_places(m.rows)} for m in ring.mitigations
        ],
    }


def _places(rows: Sequence[Row]) -> dict[str, Any]:
    """Source rows as ``file:row, row, row`` texts, one a file."""
    texts: dict[str, str] = {}
    for row in rows[:_ROWS]:
        texts[row.file] = f"{texts[row.file]}, {row.row}" if row.file in texts else visible(str(row))
    return {"rows": list(texts.values()), "more": max(0, len(rows) - _ROWS)}


def _tiles(ring: Ring) -> list[tuple[str, str]]:
    debtors, *others = ring_counts(ring)
    return [(f"{n:,}", many) for n, _, many in (debtors, *(c for c in others if c[0]))]
