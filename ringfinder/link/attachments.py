"""What comes along with a complaint: the device that it was entered on and the papers that were attached."""

from __future__ import annotations

import polars as pl

from ringfinder.link.sheet import Sheet

__all__ = ["link_attachments", "link_device"]

#: One cell lists several papers.
_BETWEEN = r"[、;；,，|/\n\r]+"
#: A file's name says nothing about the paper, and many people have an IMG_0001.jpg.
_FILE_NAME = r"(?i)\.(?:jpe?g|png|pdf|docx?|xlsx?|bmp|tiff?|mp3|wav|m4a|mp4|zip|rar)$"
#: Only a paper that names its issuer or its number can be the same paper on another complaint.
_TELLING = r"[(（].*[)）]|\d{4,}|医院|委员会|村委|居委|法院|公安|派出所|民政|社区|公司|中心"
#: Recordings are each caller's own.
_OWN = r"(?i)录音|录像|截图|recording|screenshot"


def link_device(sheet: Sheet, complaints: pl.DataFrame, dates: pl.DataFrame) -> None:
    """``uses_device``: complaint → device fingerprint, serial number or login."""
    sheet.add_links(("complaint", complaints), "uses_device", ("device", sheet.first("device", "text")), dates)


def link_attachments(sheet: Sheet, complaints: pl.DataFrame, dates: pl.DataFrame) -> None:
    """``submitted``: complaint → document, one for each paper that names its issuer or a number.

    The key is the paper as the desk entered it (type, issuer, number or layout) without blanks and with plain
    brackets. A type alone ("medical certificate") joins nobody.
    """
    cells = sheet.first("attachments", "text").select("index", "value")
    # a paper of nobody's complaint would be a node without a link, and its row would pass for used
    cells = cells.join(complaints.select("index"), on="index", how="semi", maintain_order="left")
    papers = (
        cells.with_columns(pl.col("value").str.replace_all(_BETWEEN, "\n").str.split("\n"))
        .explode("value")
        .with_columns(pl.col("value").str.replace_all(r"\s", "").str.replace_all("（", "(").str.replace_all("）", ")"))
        .filter(
            (pl.col("value").str.len_chars() >= 4)
            & pl.col("value").str.contains(_TELLING)
            & ~pl.col("value").str.contains(_FILE_NAME)
            & ~pl.col("value").str.contains(_OWN)
        )
        .unique(maintain_order=True)
    )
    sheet.add_nodes("document", papers, papers)
    sheet.add_links(("complaint", complaints), "submitted", ("document", papers), dates)
