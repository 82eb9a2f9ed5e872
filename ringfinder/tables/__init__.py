"""From headers to meaning: which table a file is and which field each column gives.

Synonyms are data (``synonyms.toml``, ``words.toml``). The table type is decided first, because several words
change their meaning with it. What stays ambiguous is asked, never guessed.
"""

from __future__ import annotations

from ringfinder.tables.columns import HeadersError, UnclearError
from ringfinder.tables.entries import IGNORE, answered, check_entries, choice_text, entry_lines
from ringfinder.tables.headers import clean_header
from ringfinder.tables.long import NarrowTable, long_parts
from ringfinder.tables.mapping import ColumnMapping, Question, TableMapping, TableOverride, mapping_rows
from ringfinder.tables.recognise import TABLES, known_fields, recognise
from ringfinder.tables.starter import starter_config
from ringfinder.tables.wide import wide_parts

__all__ = [
    "IGNORE",
    "TABLES",
    "ColumnMapping",
    "HeadersError",
    "NarrowTable",
    "Question",
    "TableMapping",
    "TableOverride",
    "UnclearError",
    "answered",
    "check_entries",
    "choice_text",
    "clean_header",
    "entry_lines",
    "known_fields",
    "long_parts",
    "mapping_rows",
    "recognise",
    "starter_config",
    "wide_parts",
]
