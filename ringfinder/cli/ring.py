"""A ring on the screen: everything that is said of it, in 80 columns, in English or Chinese.

Headings, roles, steps and exits are in both languages; sentences that a run wrote down stay English.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from ringfinder.cli import options as opt
from ringfinder.cli.output import clean, print_json, print_table, say

if TYPE_CHECKING:
    from ringfinder.model import Ring, Row
    from ringfinder.what_if import Verdict, WhatIf

__all__ = ["print_ring", "print_what_if"]

_WIDTH = 80
_DEBTORS, _TEXTS, _EXCERPT = 15, 3, 120

#: Fixed text, English and Chinese.
_WORDS = {
    "strong": ("a lead", "线索"),
    "candidate": ("a cluster to observe", "待观察的群组"),
    "score": ("score", "得分"),
    "chance": ("By chance", "偶然性"),
    "reasons": ("Reasons, and the usual harmless explanation beside each", "理由，以及旁边的常见无害解释 (Reasons)"),
    "why": ("why", "理由"),
    "harmless": ("harmless explanation", "无害解释"),
    "against": ("Counter-evidence: what speaks against it", "反面事实：不利于该线索的情况 (Counter-evidence)"),
    "nothing": (
        "Nothing in the loaded tables; that is no proof of anything.",
        "已载入的表中没有发现；这并不证明任何事情。",
    ),
    "members": ("Members and their roles", "成员及其角色 (Members)"),
    "role": ("role", "角色"),
    "who": ("who", "名称"),
    "sure": ("sure", "把握"),
    "rests": ("what it rests on", "依据"),
    "debtors": (
        "Debtors are clients and often victims. The figure says how sure it is that one belongs to the group of "
        "clients, nothing about what one did.",
        "债务人是客户，往往是受害者。数字只表示其属于该客户群的把握，不评价其行为。",
    ),
    "core": ("core", "核心"),
    "fringe": ("fringe", "外围"),
    "more": ("{} more: --format csv lists all", "另有 {} 名：用 --format csv 查看全部"),
    "ties": ("What holds it together", "维系该群组的关键"),
    "playbook": ("Course of events", "事件经过"),
    "stage": ("stage", "阶段"),
    "people": ("debtors", "债务人"),
    "first": ("first", "最早"),
    "last": ("last", "最晚"),
    "ledger": ("Exposure and fees", "敞口与费用"),
    "texts": ("Texts side by side", "文本对照"),
    "hidden": ("(words are shown in a revealed run only)", "（仅在明文运行中显示文字）"),
    "steps": ("Next lawful steps", "下一步合法措施"),
    "exits": ("Lawful ways out for debtors", "债务人的合法途径"),
    "without": ("Without", "去除后"),
    "links": ("{} of the ring's {} links are taken away", "去除该群组 {} 条联系（共 {} 条）"),
    "figure": ("figure", "指标"),
    "before": ("before", "之前"),
    "after": ("after", "之后"),
    "tier": ("tier", "级别"),
    "unrelated": ("unrelated debtors", "互不相关的债务人"),
    "families": ("families", "证据类别"),
    "pieces": ("pieces", "部分"),
    "none": ("none", "不成群组"),
}
#: Next lawful steps: the family of evidence that asks for one (``""`` always), English and Chinese.
_STEPS = (
    ("", "Call some of the debtors back on the number of record and ask whether they know of it.",
     "按预留号码回访部分债务人，询问其是否知情。"),
    ("REPRESENT", "Ask for the original, hand-signed powers of attorney and the agents' identity.",
     "要求出示亲笔签名的委托书原件及代理人身份证明。"),
    ("DOC", "Have the issuers confirm the documents.", "请出具单位核实证明材料。"),
    ("TEXT", "Compare the letters with forms and public templates by eye.", "人工比对信件与公开模板。"),
    ("MONEY", "Look at what was paid, for what, before anybody is asked about it.", "先核对付款及其用途，再作询问。"),
    ("", "Check the lender's own collection calls: a justified complaint stays one.",
     "核查本机构自身的催收记录：合理的投诉仍是合理的投诉。"),
    ("", "Let a second person review the ring before anything is done.", "采取任何行动前由第二人复核。"),
)  # fmt: skip


def print_ring(ring: Ring, form: opt.Format, language: str = "en") -> None:
    """Everything that is known of a ring, in the order in which a person judges it."""
    if form is opt.Format.json:
        print_json(asdict(ring))
        return
    if form is opt.Format.csv:
        from ringfinder.report.tables import MEMBERS, member_rows

        print_table(MEMBERS, member_rows(ring), form)
        return
    from ringfinder.page.render import BANNER, EXITS

    number = _LANGUAGES.index(language)

    def word(key: str) -> str:
        return _WORDS[key][number]

    _line(f"{ring.id}  {ring.name}".strip(), bold=True)
    _line(f"{word(ring.tier) if ring.tier in _WORDS else ring.tier} ({ring.tier}), {word('score')} {ring.score:.2f}")
    for text in (ring.explanation, ring.summary):
        if text:
            _line(text)
    if ring.chance is not None:
        _line(f"{word('chance')}: {ring.chance.sentence}")
    say(BANNER[number])
    _heading(word("reasons"))
    reasons = [(f"{e.signal} {e.family or '-'}: {e.sentence} [{_short(e.rows)}]", e.harmless) for e in ring.evidence]
    _table((word("why"), word("harmless")), reasons, (3, 2))
    _heading(word("against"))
    for fact in ring.mitigations:
        _line(f"{fact.code} {fact.sentence}" + (f" [{_short(fact.rows)}]" if fact.rows else ""), indent=2)
    if not ring.mitigations:
        _line(word("nothing"), indent=2)
    _members(ring, number)
    if ring.ties:
        _heading(word("ties"))
        for tie in ring.ties:
            _line(f"{tie.sentence} [{_short(tie.rows)}]", indent=2)
    _course(ring, number)
    if ring.ledger:
        _heading(word("ledger"))
        for figure in ring.ledger:
            _line(f"{figure.code} {figure.sentence} [{_short(figure.rows)}]", indent=2)
    if ring.texts:
        _heading(word("texts"))
        for pair in ring.texts[:_TEXTS]:
            _line(f"{pair.metric} {pair.value:.2f} [{_short(pair.rows)}]", indent=2)
            for text in (pair.left, pair.right) if pair.left else (word("hidden"),):
                _line(text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…", indent=4)
    _heading(word("steps"))
    for family, *step in _STEPS:
        if not family or family in ring.families:
            _line(f"- {step[number]}", indent=2)
    _heading(word("exits"))
    _line(" · ".join(way[number] for way in EXITS), indent=2)


def print_what_if(found: WhatIf, form: opt.Format, language: str = "en") -> None:
    """A ring before and after something was taken away."""
    if form is opt.Format.json:
        print_json(asdict(found))
        return
    number = _LANGUAGES.index(language)
    header = [_WORDS[key][number] for key in ("figure", "before", "after")]
    keys = ("score", "tier", "people", "unrelated", "families", "pieces")
    sides = [_figures(verdict, number) for verdict in (found.before, found.after)]
    rows = [(_WORDS[key][number], *values) for key, *values in zip(keys, *sides, strict=True)]
    if form is opt.Format.table:
        _line(f"{found.ring}  {_WORDS['without'][number]}: {', '.join(found.without)}", bold=True)
        _line(_WORDS["links"][number].format(found.links, found.of))
        _table(header, rows, (1, 2, 2))
        _line(found.after.reason)
        return
    print_table(header, rows, form)


_LANGUAGES = ("en", "zh")


def _figures(verdict: Verdict, number: int) -> tuple[str, ...]:
    tier = _WORDS["none"][number] if verdict.tier == "none" else verdict.tier
    families = " ".join(verdict.families) or "-"
    return f"{verdict.score:.2f}", tier, str(verdict.debtors), str(verdict.unrelated), families, str(verdict.pieces)


def _members(ring: Ring, number: int) -> None:
    """Things and organisations with what each role rests on; then the debtors, the surest first."""
    from ringfinder.page.styles import ROLES

    def part(core: bool) -> str:
        return _WORDS["core" if core else "fringe"][number]

    def role(code: str) -> str:
        return ROLES[code].zh if number and code in ROLES else code

    _heading(_WORDS["members"][number])
    events = ("complaint", "mail item")
    things = [m for m in ring.members if m.role not in ("debtor", *events)]
    rows = [(role(m.role), m.label, f"{m.note} [{_short(m.rows)}]" if m.rows else m.note) for m in things]
    _table([_WORDS[key][number] for key in ("role", "who", "rests")], rows, (3, 4, 7))
    _line(_WORDS["debtors"][number], indent=2)
    debtors = sorted((m for m in ring.members if m.role == "debtor"), key=lambda m: (not m.core, -m.confidence))
    rows = [(f"{m.confidence:.2f} {part(m.core)}", m.label, m.note) for m in debtors[:_DEBTORS]]
    _table([_WORDS[key][number] for key in ("sure", "who", "rests")], rows, (3, 4, 7))
    if len(debtors) > _DEBTORS:
        _line(_WORDS["more"][number].format(len(debtors) - _DEBTORS), indent=2)


def _course(ring: Ring, number: int) -> None:
    """The stages of the playbook: how many debtors, from when to when."""
    if not ring.playbook:
        return
    stages: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for step in ring.playbook:
        stages[step.stage].append((step.date, step.debtor))
    rows = [
        (stage, len({d for _, d in steps}), min(steps)[0], max(steps)[0])
        for stage, steps in sorted(stages.items(), key=lambda s: (min(s[1])[0], s[0]))
    ]
    _heading(_WORDS["playbook"][number])
    _table([_WORDS[key][number] for key in ("stage", "people", "first", "last")], rows, (2, 1, 2, 2))


def _heading(text: str) -> None:
    _line("")
    _line(text, bold=True)


def _line(text: str, *, indent: int = 0, bold: bool = False) -> None:
    """A paragraph on stdout, wrapped at 80 columns (a Chinese character takes two)."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=sys.stdout, width=_WIDTH, highlight=False, emoji=False)
    words = Text(clean(text), style="bold" if bold else "", overflow="fold")
    console.print(Padding(words, (0, 0, 0, indent), expand=False))


def _table(header: Sequence[str], rows: Sequence[Sequence[object]], ratios: Sequence[int]) -> None:
    """A table on stdout, 80 columns wide, its columns in these proportions."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, width=_WIDTH, header_style="bold", pad_edge=False)
    for name, ratio in zip(header, ratios, strict=True):
        table.add_column(name, ratio=ratio, overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(str(cell)), overflow="fold") for cell in row))
    Console(file=sys.stdout, width=_WIDTH, highlight=False, emoji=False).print(table)


def _short(rows: Sequence[Row], limit: int = 3) -> str:
    """The first rows, those of one file together: ``a.csv:2, 3; b.csv:7 and 4 more``."""
    files: dict[str, list[int]] = defaultdict(list)
    for row in rows[:limit]:
        files[row.file].append(row.row)
    text = "; ".join(f"{file}:{', '.join(map(str, numbers))}" for file, numbers in files.items())
    return text + (f" and {len(rows) - limit} more" if len(rows) > limit else "")
