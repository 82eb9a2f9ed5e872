"""A world as one generic link table, the way data arrive that somebody has reduced to links already."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ringfinder.simulate.world import World

__all__ = ["link_table"]

#: Customer column -> kind and relation.
_CUSTOMER = {
    "手机号": ("phone", "uses_phone"),
    "预留手机号": ("phone", "uses_record_phone"),
    "单位电话": ("phone", "uses_work_phone"),
    "家庭电话": ("phone", "uses_home_phone"),
    "家庭住址": ("address", "lives_at"),
    "单位名称": ("employer", "works_at"),
    "委外机构": ("collection_agency", "assigned_to"),
}
_HEADER = ("source_kind", "source", "target_kind", "target", "relation", "date")


def link_table(world: World) -> pl.DataFrame:
    """All links of a world: ``source_kind,source,target_kind,target,relation,date``, sorted, text columns only.

    Kinds and relations are the vocabulary's codes; dates are ``YYYY-MM-DD`` or empty. Names never stand in it, but for
    agents, who are known as ``name @ phone`` (or ``name @ company code``), and the legal representatives of companies.
    """
    frames = [f.select(pl.col(c).cast(pl.String) for c in _HEADER) for f in _frames(world)]
    every = pl.concat(frames).filter((pl.col("source") != "") & (pl.col("target") != ""))
    return every.unique().sort(list(_HEADER))


def _links(frame: pl.DataFrame, source: tuple[str, str], target: tuple[str, str], relation: str,
           date: str = "") -> pl.DataFrame:  # fmt: skip
    """Links between two columns of a table; each end is (kind, column)."""
    return frame.select(
        pl.lit(source[0]).alias("source_kind"),
        pl.col(source[1]).alias("source"),
        pl.lit(target[0]).alias("target_kind"),
        pl.col(target[1]).alias("target"),
        pl.lit(relation).alias("relation"),
        (pl.col(date).str.slice(0, 10) if date else pl.lit("")).alias("date"),
    )


def _frames(world: World) -> Iterator[pl.DataFrame]:
    tables, debtor = world.tables, ("debtor", "客户号")
    changed = tables["变更"]
    for column, (kind, relation) in _CUSTOMER.items():
        people = tables["客户"]
        if column == "预留手机号":  # known with its day, below
            people = people.join(changed, left_on=["客户号", column], right_on=["客户号", "新预留手机号"], how="anti")
        yield _links(people, debtor, (kind, column), relation)
    yield _links(changed, debtor, ("phone", "新预留手机号"), "uses_record_phone", "变更日期")
    complaints = (
        tables["投诉"].join(world.letters, on="投诉编号", how="left").with_columns(pl.col("letter").fill_null(""))
    )
    yield _links(complaints, debtor, ("complaint", "投诉编号"), "filed", "投诉日期")
    yield _links(complaints, debtor, ("channel", "投诉渠道"), "via", "投诉日期")
    yield _links(complaints, debtor, ("phone", "来电号码"), "complained_from", "投诉日期")
    yield _links(complaints, debtor, ("device", "设备号"), "uses_device", "投诉日期")
    yield _links(complaints, debtor, ("template", "letter"), "uses_template", "投诉日期")
    yield from _represented(tables["委托"])
    yield _links(tables["邮寄"], debtor, ("phone", "寄件人电话"), "sent_by", "揽收时间")
    yield _links(tables["邮寄"], debtor, ("address", "寄件地址"), "posted_from", "揽收时间")
    yield _links(tables["付款"], debtor, ("payee_account", "收款账号"), "paid", "交易时间")
    papers = tables["材料"].with_columns(pl.format("{}({}{})", "材料类型", "出具单位", "材料编号").alias("paper"))
    yield _links(papers, debtor, ("document", "paper"), "submitted", "提交日期")
    yield _links(tables["通话"], ("phone", "主叫号码"), ("phone", "被叫号码"), "called", "起始时间")
    for code, kind in (("9", "company"), ("", "law_firm")):
        firms = tables["机构"].filter(pl.col("统一社会信用代码").str.starts_with("9") == bool(code))
        yield _links(firms, (kind, "统一社会信用代码"), ("phone", "注册电话"), "reached_at")
        yield _links(firms, (kind, "统一社会信用代码"), ("address", "注册地址"), "registered_at")
        yield _links(firms, ("person", "法定代表人"), (kind, "统一社会信用代码"), "legal_rep_of")


def _represented(powers: pl.DataFrame) -> Iterator[pl.DataFrame]:
    debtor, day, code = ("debtor", "客户号"), "签署日期", pl.col("统一社会信用代码")
    where = pl.when(pl.col("受托人电话") != "").then("受托人电话").otherwise(code)
    agent = pl.when(where != "").then(pl.col("受托人") + " @ " + where).otherwise(pl.lit(""))
    powers = powers.with_columns(agent.alias("agent"))
    yield _links(powers, debtor, ("agent", "agent"), "represented_by", day)
    yield _links(powers, debtor, ("phone", "受托人电话"), "represented_by", day)
    yield _links(powers, ("agent", "agent"), ("phone", "受托人电话"), "reached_at")
    for kind, mine in (("company", code.str.starts_with("9")), ("law_firm", ~code.str.starts_with("9"))):
        some = powers.filter(mine)
        yield _links(some, debtor, (kind, "统一社会信用代码"), "represented_by", day)
        yield _links(some, ("agent", "agent"), (kind, "统一社会信用代码"), "works_for")
