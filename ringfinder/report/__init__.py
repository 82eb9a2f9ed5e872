"""Stage *report*: rings, members and evidence as tables for the desk, the screen and machines."""

from ringfinder.report.tables import csv_text, evidence_table, guard, members_table, rings_table

__all__ = ["csv_text", "evidence_table", "guard", "members_table", "rings_table"]
