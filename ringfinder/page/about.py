"""The parts of the page that stand still: the facts of the run, the list of rings, what lies behind them."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from ringfinder.model import TREATMENTS
from ringfinder.page.text import shorten, visible
from ringfinder.vocabulary import plural, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ringfinder.model import Ring, Run

__all__ = ["about_html", "facts_html", "list_html", "ring_counts", "tier_words"]

_FILTER = 4000  # letters of member names that the filter box looks through
_TIERS = {"strong": ("lead", "线索"), "candidate": ("observe only", "仅观察")}


def _e(value: object) -> str:
    return escape(visible(str(value)))


def tier_words(tier: str) -> tuple[str, str]:
    """What a tier is called on the page, in English and Chinese."""
    return _TIERS.get(tier, (tier, ""))


def facts_html(run: Run) -> str:
    """The facts of the run as one line of ``<span>`` elements."""
    rows = sum(f.rows for f in run.inputs)
    rejected = sum(f.rejected for f in run.inputs)
    facts = [
        plural(len(run.inputs), "file"),
        f"{rows:,} rows" + (f" ({rejected:,} rejected)" if rejected else ""),
        *([f"detector {run.detector}"] if run.detector else []),
        f"seed {run.seed}",
        *([f"ringfinder {run.versions['ringfinder']}"] if "ringfinder" in run.versions else []),
        *([f"rings active up to {latest}"] if (latest := max((r.last_date for r in run.rings), default="")) else []),
    ]
    return "".join(f"<span>{_e(shorten(fact, 60))}</span>" for fact in facts)


def ring_counts(ring: Ring) -> list[tuple[int, str, str]]:
    """What the page counts of a ring: (number, singular, plural), debtors (or who plays their part) first."""
    kinds = vocabulary().kinds
    debtor, counted = kinds["debtor"], ("agent", "company", "law_firm", "phone", "complaint")
    return [
        (ring.debtors, debtor.en, debtor.plural),
        *((ring.count(code), kinds[code].en, kinds[code].plural) for code in counted),
    ]


def list_html(run: Run, rings: Sequence[Ring]) -> str:
    """The ranked list: one button a ring."""
    items = []
    for k, ring in enumerate(rings):
        line = " · ".join(plural(n, one, many) for n, one, many in ring_counts(ring) if n)
        chips = "".join(f'<span class="chip" title="{_e(_family(f))}">{_e(f)}</span>' for f in ring.families)
        words = " ".join([ring.id, ring.name, ring.summary, *(m.label for m in ring.members)]).casefold()[:_FILTER]
        en, zh = tier_words(ring.tier)
        kind = "strong" if ring.tier == "strong" else "candidate"
        items.append(
            f'<li data-words="{_e(words)}"><button type="button" class="ring" data-ring="{k}">'
            f'<span class="rank">{ring.rank}</span>'
            f'<span class="line"><b>{_e(f"{ring.id} {ring.name}".strip())}</b>'
            f'<span class="tier {kind}">{_e(en)}<em> {_e(zh)}</em></span></span>'
            f'<span class="summary">{_e(ring.summary)}</span>'
            f'<span class="counts">{_e(line)}</span><span class="chips">{chips}</span></button></li>'
        )
    if len(rings) < len(run.rings):
        rest = len(run.rings) - len(rings)
        items.append(f'<li class="rest">{rest:,} more in rings.csv, ranked lower</li>')
    return "".join(items)


def _family(code: str) -> str:
    known = vocabulary().families.get(code)
    return f"{known.en} {known.zh}" if known else code


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> str:
    body = "".join("<tr>" + "".join(f"<td>{_e(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f'<p class="none">{_e(empty)}</p>'
    head = "".join(f'<th scope="col">{_e(h)}</th>' for h in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _bullets(texts: Iterable[str], empty: str) -> str:
    body = "".join(f"<li>{_e(text)}</li>" for text in texts)
    return f"<ul>{body}</ul>" if body else f'<p class="none">{_e(empty)}</p>'


def _words(code: object) -> str:
    return str(code).replace("_", " ")


def about_html(run: Run, shown: int) -> str:
    """What lies behind the rings: files, hubs kept out, representatives, notes and settings."""
    kinds = vocabulary().kinds
    parts = []
    if not run.rings or not shown:
        parts.append(_no_rings(run))
    parts += [
        _section("Notes of the run 说明", _bullets(run.notes, "The run left no notes.")),
        _section(
            "Shared values and how they were treated 公共节点及处理方式",
            '<p class="lead">Service numbers, switchboards, placeholders and other values that many '
            "unrelated people share say nothing about them. They were kept out, held back or counted little. "
            "Look for numbers that belong to a real intermediary.</p>"
            + _table(
                ("Kind", "Value", "People it joined", "What was done", "Why"),
                (
                    (
                        kinds[h.kind].en if h.kind in kinds else h.kind,
                        h.label,
                        f"{h.degree:,}",
                        f"{_words(h.treatment)}: {TREATMENTS[h.treatment]}"
                        if h.treatment in TREATMENTS
                        else _words(h.treatment),
                        h.reason,
                    )
                    for h in run.hubs
                ),
                "No hub was found in these files.",
            ),
        ),
        _section(
            "How many people share one thing 共用程度",
            '<p class="lead">For each kind of thing, then for the things that each cap of [hubs] is about: a cap above '
            "the 99.5th percentile reaches next to nothing.</p>"
            + _table(
                ("Thing", "Cap", "Number", "Median", "95 %", "99 %", "99.5 %", "Largest"),
                (
                    (
                        kinds[d["what"]].plural if d["what"] in kinds else d["what"],
                        f"{d['cap']} = {d['limit']:,}" if d["cap"] else "",
                        *(f"{d[name]:,}" for name in ("things", "median", "p95", "p99", "p99_5", "largest")),
                    )
                    for d in run.degrees
                ),
                "No degrees are recorded.",
            ),
        ),
        _section(
            "Lawful representatives 合法代理",
            _bullets(run.representatives, "None is listed; list lawful representatives to protect their clients."),
        ),
        _section(
            "Files 输入文件",
            _table(
                ("File", "Table", "Encoding", "Rows", "Used", "Rejected", "SHA-256"),
                (
                    (
                        f.name,
                        _words(f.table),
                        f.encoding,
                        *(f"{n:,}" for n in (f.rows, f.used, f.rejected)),
                        f.sha256,
                    )
                    for f in run.inputs
                ),
                "No input file is recorded.",
            ),
        ),
        _section(
            "Rows and cells left out 未采用的数据",
            _table(
                ("Reason", "Count"),
                ((_words(k), f"{v:,}") for k, v in sorted(run.issues.items())),
                "Every row and cell was used.",
            ),
        ),
        _section(
            "Graph 图谱规模",
            _table(("What", "Count"), ((_words(k), f"{v:,}") for k, v in run.counts.items()), "No counts."),
        ),
        _section(
            "Versions and settings 版本与设置",
            _table(("What", "Value"), (*run.versions.items(), *_settings(run)), "No settings are recorded."),
        ),
    ]
    return "".join(parts)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{_e(title)}</h2>{body}</section>"


def _settings(run: Run) -> list[tuple[str, str]]:
    return [
        (key, v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, sort_keys=True, default=str))
        for key, v in sorted(run.config.items())
    ]


def _lead_rule(run: Run) -> str:
    """The lead rule in words, with the numbers of this run."""
    score = run.config.get("score", {})
    needs = [f"{score[name]} {words}" for name, words in _NEEDS if name in score]
    hard = ", ".join(f.en for f in vocabulary().families.values() if f.hard)
    return f"A lead needs at least {', '.join([*needs, f'one hard family ({hard})'])}, about the same people."


#: Thresholds of the lead rule, in words.
_NEEDS = (("min_units", "unrelated debtors"), ("min_families", "families of evidence"))


def _no_rings(run: Run) -> str:
    used = sum(f.used for f in run.inputs)
    rows = sum(f.rows for f in run.inputs)
    why = [
        f"{used:,} of {rows:,} rows entered the graph."
        + (" Too few rows could be used to judge." if rows and used < rows / 2 else ""),
        _lead_rule(run),
    ]
    out = sum(h.treatment in ("EXCLUDE", "GUARD", "ALLOWLIST") for h in run.hubs)
    if out:
        values = plural(out, "shared value was", "shared values were")
        why.append(f"{values} kept from linking people; all are listed below.")
    if run.rings:
        why = [f"The run found {len(run.rings):,} rings; this page was asked to show none."]
    return (
        '<section class="nothing" id="no-rings"><h2>No ring to show 没有可展示的线索</h2>'
        + _bullets(why, "")
        + "<p>That no ring was found does not show that there is none.</p></section>"
    )
