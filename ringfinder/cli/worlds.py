"""The verbs that make worlds with known rings and judge runs by them: simulate, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ringfinder.cli import options as opt
from ringfinder.cli.output import command, print_json, print_table, say
from ringfinder.errors import ConfigError, DataError, OutputError, first_line

if TYPE_CHECKING:
    import polars as pl

    from ringfinder.evaluate import Evaluation
    from ringfinder.graph import Graph
    from ringfinder.model import Run

__all__ = ["evaluate", "read_truth", "simulate", "truth_of_run"]

#: Headers of a truth by another hand.
_HEADERS = {
    "ring_id": ("ring_id", "ring", "ringid", "group", "group_id"),
    "key": ("key", "debtor", "customer_id", "customer", "member", "member_key", "客户号"),
    "kind": ("kind", "type"),
    "design": ("design",),
}
MOST_SHOWN = 20  # true rings in a table for people
_PEOPLE = ("customer", "member", "person", "client", "")
#: Organisations may stand in a run as either kind, by their code.
_ORGANISATIONS = ("company", "law_firm")


def simulate(
    out: Annotated[Path, typer.Argument(help="The folder to write; it must not exist.", show_default=False)],
    customers: Annotated[int, typer.Option("--customers", min=300, max=5_000_000, help="Customers of the lender.")] = (
        20_000
    ),
    rings: Annotated[
        int | None,
        typer.Option("--rings", min=0, help="Planted rings.", show_default="one in 1,200 customers, at least 15"),
    ] = None,
    difficulty: Annotated[
        float, typer.Option("--difficulty", min=0, max=1, help="0: loud rings; 1: rings that hardly show.")
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed makes another world.")] = 2024,
    no_rings: Annotated[bool, typer.Option("--no-rings", help="A world with look-alikes and no ring.")] = False,
    links: Annotated[bool, typer.Option("--links", help="Write one generic link table.")] = False,
    complaints_only: Annotated[
        bool, typer.Option("--complaints-only", help="Write the complaints and nothing else.")
    ] = False,
) -> None:
    """Write a synthetic lender with known rings and harmless look-alikes: OUT/exports, OUT/truth.csv, OUT/truth.json.

    All people in it are invented. Equal options give equal bytes.

    Example: ringfinder simulate world --customers 20000 --rings 30 --difficulty 0.5 --seed 1
    """
    import time

    from ringfinder.simulate import Form, WorldSettings, most_rings, write_world
    from ringfinder.simulate import simulate as make
    from ringfinder.store.folder import new_folder

    if links and complaints_only:
        raise ConfigError("--links and --complaints-only exclude each other", do="choose one of them")
    if no_rings and rings:
        raise ConfigError("--no-rings and --rings exclude each other", do="choose one of them")
    wanted = 0 if no_rings else rings
    if wanted is None:
        wanted = min(max(15, customers // 1200), most_rings(customers))
    settings = WorldSettings(customers=customers, rings=wanted, seed=seed, hard=difficulty)
    form = Form.links if links else Form.complaints if complaints_only else Form.full
    _check_new(out)
    start = time.perf_counter()
    say(f"making a world of {customers:,} customers and {wanted:,} rings (all people in it are invented)")
    world = make(settings)
    say(f"made      {sum(t.height for t in world.tables.values()):,} rows  {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    with new_folder(out) as place:
        files = write_world(world, place, form)
    say(f"wrote     {', '.join(sorted(p.name for p in files))}  {time.perf_counter() - start:.2f} s")
    run = out.with_name(f"{out.name}-run")
    say(f"then try: {command('run', out / 'exports', '-o', run, '--reveal')}")
    say(f"          {command('evaluate', run, out / 'truth.csv')}")


def _check_new(out: Path) -> None:
    from ringfinder.store.folder import check_free

    try:
        check_free(out)
    except OutputError as error:
        raise OutputError(error.what, where=str(out), do="name a folder that does not exist yet") from None


def evaluate(
    run: opt.Run,
    truth: Annotated[
        Path,
        typer.Argument(
            help="The true rings: a CSV with ring_id and customer_id (or key and kind), or a folder with truth.csv.",
            show_default=False,
        ),
    ],
    form: opt.FormatOption = opt.Format.table,
) -> None:
    """Judge the rings of RUN by known ones: F1, recall, average precision, merged, split, false rings, by design.

    TRUTH is made by 'ringfinder simulate' or by hand: one row for each customer of a ring, with the columns ring_id and
    customer_id (also: debtor, member, key). With kind and key it may also name phones, agents, companies and so on; a
    column design groups the figures. Customers whom no link of the run shows do not count. A masked run is judged with
    the key file that it was made with.

    Example: ringfinder evaluate world-run world/truth.csv
    """
    from ringfinder.evaluate import evaluate as judge
    from ringfinder.evaluate import found_members
    from ringfinder.store import load_graph, load_run

    found = load_run(run)
    known = truth_of_run(read_truth(truth), found, load_graph(run), str(truth))
    _print(judge(found_members(found), known), form)


def read_truth(path: Path) -> pl.DataFrame:
    """The truth in a file, as :data:`ringfinder.evaluate.TRUTH_SCHEMA`; keys as they are written there.

    Raises
    ------
    ConfigError
        If there is no such file.
    DataError
        If it is no CSV in UTF-8, or has no column for the ring or the customer.
    """
    import polars as pl

    file = path / "truth.csv" if path.is_dir() else path
    try:
        table = pl.read_csv(file.read_bytes() or b"\n", infer_schema=False).fill_null("")
    except FileNotFoundError:
        raise ConfigError("there is no such truth", where=str(file), do="check the path") from None
    except (OSError, pl.exceptions.PolarsError, ValueError) as error:
        what = f"the truth cannot be read ({first_line(error)})"
        raise DataError(what, where=str(file), expected="a CSV in UTF-8") from error
    by_name = {name.strip().lstrip("\ufeff").lower(): name for name in reversed(table.columns)}
    columns = {field: next((by_name[n] for n in names if n in by_name), None) for field, names in _HEADERS.items()}
    for field in ("ring_id", "key"):
        if columns[field] is None:
            raise DataError(
                f"the truth has no column for the {'ring' if field == 'ring_id' else 'customer'}",
                where=str(file),
                expected=f"one of the headers {', '.join(_HEADERS[field])}",
                do=f"rename a column; there are: {', '.join(table.columns)}",
            )
    kind = pl.lit("debtor") if columns["kind"] is None else pl.col(columns["kind"]).str.strip_chars().str.to_lowercase()
    design = pl.lit("") if columns["design"] is None else pl.col(columns["design"]).str.strip_chars()
    known = table.select(
        pl.col(str(columns["ring_id"])).str.strip_chars().alias("ring_id"),
        design.alias("design"),
        kind.alias("kind"),
        pl.col(str(columns["key"])).str.strip_chars().alias("key"),
    )
    known = known.with_columns(
        pl.when(pl.col("kind").is_in(_PEOPLE)).then(pl.lit("debtor")).otherwise("kind").alias("kind")
    )
    return known.filter((pl.col("ring_id") != "") & (pl.col("key") != ""))


def truth_of_run(truth: pl.DataFrame, run: Run, graph: Graph, where: str = "") -> pl.DataFrame:
    """``truth`` with the keys by which the run knows its customers and things; customers without a link are left out.

    Raises
    ------
    ConfigError, OutputError
        If the run is masked and the key of its pseudonyms cannot be read.
    DataError
        If the truth names customers, and the run knows none of them.
    """
    import numpy as np
    import polars as pl

    from ringfinder.people import people_kind

    people = people_kind(graph)
    linked = np.zeros(graph.n_nodes, dtype=bool)
    linked[graph.links.source] = linked[graph.links.target] = True
    nodes = graph.nodes.select("kind", "key").filter(pl.Series(linked))
    if people != "debtor":
        nodes = nodes.with_columns(pl.col("kind").replace({people: "debtor"}))
    keys = _run_keys(truth.select("kind", "key").unique(maintain_order=True), run, people)
    met = keys.join(nodes, left_on=["kind", "run_key"], right_on=["kind", "key"], how="semi")
    met = met.unique(["kind", "key"], keep="first", maintain_order=True)
    if not truth.filter(pl.col("kind") == "debtor").is_empty() and met.filter(pl.col("kind") == "debtor").is_empty():
        raise DataError(
            "the run knows none of the customers that the truth names",
            where=where,
            expected="customer numbers as in the exports of the run"
            + ("" if run.revealed else ", and the key file that the masked run was made with"),
            do="name the truth of this run" + ("" if run.revealed else ", or set RINGFINDER_KEY_FILE"),
        )
    found = truth.join(met, on=["kind", "key"], how="left", maintain_order="left")
    found = found.filter((pl.col("kind") != "debtor") | pl.col("run_key").is_not_null())
    as_run = pl.coalesce("run_kind", "kind").alias("kind"), pl.coalesce("run_key", "key").alias("key")
    return found.select("ring_id", "design", *as_run)


def _run_keys(truth: pl.DataFrame, run: Run, people: str) -> pl.DataFrame:
    """Every key that a run may know a truth by: ``kind``, ``key``, ``run_kind``, ``run_key``, likeliest first."""
    import polars as pl

    from ringfinder.privacy import open_border
    from ringfinder.vocabulary import extend, vocabulary

    words = extend(vocabulary(), [*truth["kind"].unique(), people], [])
    country = str(run.config.get("country") or "CN")
    border = open_border(run.revealed, make_key=False)
    parts = [pl.DataFrame(schema=dict.fromkeys(("kind", "key", "run_kind", "run_key"), pl.String))]
    for (code,), group in truth.group_by("kind", maintain_order=True):
        kind, keys = str(code), group["key"]
        inner = people if kind == "debtor" else kind
        spellings = [keys, *_spellings(kind, words.kinds[inner].value, keys, country)]
        kinds = (inner, *[k for k in _ORGANISATIONS if k != inner]) if kind in _ORGANISATIONS else (inner,)
        for one in kinds:
            for spelling in spellings:
                outer = [border.outer_key(one, value) if value else "" for value in spelling.to_list()]
                shown = "debtor" if one == people else one
                parts.append(pl.DataFrame({"kind": kind, "key": keys, "run_kind": shown, "run_key": outer}))
    return pl.concat(parts).filter(pl.col("run_key") != "")


def _spellings(kind: str, rule: str, keys: pl.Series, country: str) -> list[pl.Series]:
    """The normal forms in which the graph may hold some keys; "" where there is none."""
    import polars as pl

    from ringfinder.normalise import normalise_column

    def normal(name: str, cells: pl.Series) -> pl.Series:
        values = normalise_column(name, cells, country=country).unique("index", keep="first", maintain_order=True)
        return values["value"].fill_null("")

    found = [normal(name, keys) for name in dict.fromkeys((rule, "text"))]
    if kind == "debtor":  # customers without a number are known by their identity number
        numbers = normal("identity", keys).to_list()
        found.append(pl.Series([f"id {n}" if n else "" for n in numbers], dtype=pl.String))
    if kind == "agent":  # known by name and phone
        split = keys.str.split_exact(" @ ", 1).struct.unnest()
        phones = normal("phone", split["field_1"]).to_list()
        pairs = zip(split["field_0"].to_list(), phones, strict=True)
        found.append(pl.Series([f"{n} @ {p}" if p else "" for n, p in pairs], dtype=pl.String))
    return found


def _print(result: Evaluation, form: opt.Format) -> None:
    import polars as pl

    from ringfinder.evaluate import HIT, MEASURES

    summary = [(name, round(value, 4), MEASURES[name]) for name, value in result.summary.items()]
    tables = {"designs": result.designs, "entities": result.entities, "rings": result.rings}
    if form is opt.Format.json:
        print_json({"summary": result.summary, **{name: t.to_dicts() for name, t in tables.items()}})
        return
    if form is opt.Format.csv:
        rows: list[tuple[object, ...]] = [("summary", "", name, value) for name, value, _ in summary]
        for name, table in tables.items():
            first = table.columns[0]
            rows += [(name, r[first], c, r[c]) for r in table.iter_rows(named=True) for c in table.columns[1:]]
        print_table(("table", "of", "measure", "value"), rows, form)
        return
    print_table(("measure", "value", "what it is"), [(n, f"{v:g}", w) for n, v, w in summary], form, "Summary")
    missed = result.rings.filter(pl.col("jaccard") < HIT).sort("jaccard", "ring_id", descending=[True, False])
    shown = {
        "By design": result.designs,
        "Things attached to the rings that hit": result.entities,
        "True rings that were not hit (rank 0: nothing shares a customer)": missed.head(MOST_SHOWN),
    }
    for title, table in shown.items():
        if not table.is_empty():
            texts = [tuple(f"{c:.3f}" if isinstance(c, float) else c for c in row) for row in table.iter_rows()]
            print_table(table.columns, texts, form, title)
    if missed.height > MOST_SHOWN:
        say(f"... and {missed.height - MOST_SHOWN:,} more (--format json shows all)")
