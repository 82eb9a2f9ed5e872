"""A commented ``ringfinder.toml`` to start from: what was recognised, ready to be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfinder.tables.entries import choice_text
from ringfinder.tables.headers import pattern_of, quoted, toml_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ringfinder.tables.mapping import Question, TableMapping

__all__ = ["starter_config"]

_HEAD = """\
# Configuration of ringfinder. Lines that begin with # are comments; remove the # to change a setting.
# country = "CN"            # rules for phones, identity numbers and company codes
# day_first = true          # 03/05/2021 is 3 May; without it such a date is ambiguous and not used
# date_1904 = false         # spreadsheet dates count from 1904 (old Macintosh files)
# month_names = true        # 5-Mar-21 is read as a date; without it only with four digits of the year
# zone = "Asia/Shanghai"    # time zone of the days, for times that state another one or count seconds since 1970
# today = 2026-12-31        # day on which the allow list is judged; the default is the day of the run

# Every file has a [[tables]] entry with what was recognised. Correct a header where it is wrong. Columns that
# an entry does not name are recognised as usual; name them in "ignore" to leave them out. The most specific entry
# holds for a table: a name before a pattern such as "*.csv", then one that also says sheet = "SHEET" or table = 2
# (the second table in a file or sheet). encoding = "big5" and delimiter = ";" in an entry say how its file is read,
# if that is not recognised.
"""

_TAIL = """
# ---- Settings (the values shown are the defaults) ----

# [detect]
# method = "ring"               # ring, leiden, louvain, label_propagation or components
# resolution = 1.0              # higher: more and smaller communities
# seed = 0                      # same seed, same result

# [score]
# min_units = 3                 # unrelated debtors that a lead needs; a household counts once
# min_families = 2              # kinds of evidence that a lead needs
# caller_min = 3                # one phone calls for so many debtors ...
# caller_days = 90              # ... within so many days
# call_min = 5                  # one phone had calls with so many debtors ...
# call_days = 7                 # ... within so many days before each complained
# agent_min = 3                 # one agent represents so many debtors ...
# agent_days = 180              # ... within so many days
# agency_min = 5                # one company represents so many debtors
# template_min = 3              # so many complaints share one text
# burst_min = 5                 # so many complaints ...
# burst_days = 14               # ... within so many days are a burst ...
# burst_p = 0.001               # ... if chance alone gives that less often than this
# base_complaints_per_day = 0.05  # what a group brings without any ring, where the input is too small to tell
# uncovered_callers_min = 2     # callers whom no mandate names, before a caller is a reason of its own
# resource_min = 3              # one payee, device, document or sender has so many debtors
# mail_days = 7                 # letters from one sender within so many days
# onset_from = 45               # debtors met so many ...
# onset_to = 90                 # ... to so many days overdue ...
# onset_share = 0.7             # ... are told when they are this share ...
# onset_min = 5                 # ... of at least so many
# rotation_days = 730           # a company that takes over from another one is younger than so many days
# carry_share = 0.5             # share of the clients who follow from one agent's phone to the next
# demands_min = 3               # so many demands alike
# repeat_min = 3                # so many complaints of one debtor about one lender by one channel ...
# repeat_days = 365             # ... within so many days
# duplicate_days = 180          # two representatives within so many days are there at once
# outsiders_min = 2             # represented people without an account
# customer_share = 0.5          # ... told where the customers' table holds this share of all debtors
# mandate_faults = 2            # so many kinds of faults in one representative's powers of attorney
# denied_min = 2                # debtors whose papers the issuer denies
# change_days = 30              # the phone of record was changed so many days before the complaint
# law_share = 0.05              # texts that quote more rules than all but this share of their channel's
# campaign_days = 180           # two bursts about one lender within so many days
# provinces_min = 5             # clients of one representative in so many provinces ...
# province_clients = 10         # ... at least so many clients
# payoff_min = 2                # debtors who ask a collection agency for money
# claims_min = 5                # so many of the seven claims in one suit
# relatives_min = 2             # clients whose husband, wife or self one caller claims to be
# lure_min = 2                  # debtors who paid and for whom nothing was filed
# noted_min = 3                 # debtors with one flag of a reviewer ...
# noted_few = 2                 # ... where two tell already
# custody_days = 60             # a shared device so many days after the power of attorney
# pooled = false                # true where data of several lenders is lawfully pooled
# lenders_min = 3               # then: so many lenders of one debtor ...
# lenders_days = 30             # ... within so many days
# profile = false               # true counts young clients with papers about an illness
# profile_times = 5.0           # ... this many times their share among all customers
# max_rings = 2000              # most rings and clusters in a run; the rest is counted
# max_debtors = 5000            # communities with more debtors are no rings
# instalments_max = 60          # most monthly instalments that the rules give (M02)
# answer_days = 15              # who wrote to the lender so many days before the regulator has waited (M10)
# calls_a_day = 3               # more calls to one phone from one phone on a day break the rules (M03)
# wave_min = 20                 # so many debtors with one cause ...
# wave_days = 14                # ... who complained within so many days are a wave, no ring (M08)

# [ledger]                      # what intermediaries ask, for the range of their income
# percent_low = 0.05            # a share of the debt, from ...
# percent_high = 0.10           # ... to
# flat_low = 2000.0             # or a sum in advance, from ...
# flat_high = 5000.0            # ... to ...
# waiver_low = 0.20             # ... and a share of the reduction, from ...
# waiver_high = 0.50            # ... to
# least_percent = 0.02          # the lowest share of the debt that others ask
# most_flat = 20000.0           # the highest sum that others ask

# [chance]                      # what chance alone would give: copies of the data with dates and ties dealt anew
# mode = "auto"                 # auto: fewer copies of large data, none beyond 500,000 links; on; off
# rounds = 5                    # copies of each sort

# [hubs]
# placeholder_customers = 10    # an own phone of so many whom nothing else ties together may be a placeholder
# switchboard_customers = 5     # a work phone of so many customers is a switchboard
# registered_companies = 20     # a phone or address of so many companies is a registration service's
# household_max = 6             # most people in a household
# exclude = []                  # values that must never link, such as "95588"
# keep = []                     # values that must link although a rule would exclude them

# [[allow_list]]                # lawful representatives: shown as such, no lead
# name = "Example legal aid"
# uscc = "31110000MD0123454X"
# phone = ""
# owner = "who vouches for it"
# proof = "where the proof is kept"
# expires = 2030-12-31

# [[calendar]]                  # known events: complaints in their days are no burst
# name = "outage of the app"
# from = 2026-05-01
# to = 2026-05-10
# lender = ""                   # whose customers; all if empty
# region = ""                   # the beginning of the home addresses; all if empty
# source = "where it is known from"

# [privacy]
# reveal = false                # true writes identifiers unmasked
# key_file = ""                 # key of the pseudonyms

# [kinds]                       # a link table's own words for kinds -> ringfinder's
# customer = "debtor"

# [relations]                   # a link table's own words for relations -> ringfinder's
# has_phone = "uses_phone"
"""


def starter_config(mappings: Sequence[TableMapping]) -> str:
    """The text of a commented ``ringfinder.toml`` that says what was recognised. It always parses as TOML.

    Parameters
    ----------
    mappings : Sequence[TableMapping]
        The files' mappings, as :func:`ringfinder.tables.recognise` gives them.
    """
    lines = [_HEAD]
    seen: set[str] = set()
    for mapping in mappings:
        if mapping.beside or (mapping.long and mapping.file in seen):
            continue  # one entry for all parts of a table
        seen.add(mapping.file)
        lines += [*(_long_entry(mapping, mappings) if mapping.long else _entry(mapping)), ""]
    return "\n".join(lines) + _TAIL


def _comment(text: str) -> str:
    """``text`` fit for a comment: one line without anything invisible."""
    return quoted(text)[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def _entry(mapping: TableMapping) -> Iterator[str]:
    pattern = pattern_of(mapping.file)
    types = [question for question in mapping.questions if question.header is None]
    if types:
        yield "[[tables]]"
        yield f"file = {pattern}"
        yield f"# {_comment(mapping.reason)}. Remove the # of one line:"
        for choice in types[0].choices:
            yield f"# type = {quoted(choice)}  # {choice_text(types[0], choice)}"
        return
    if mapping.table == "unknown":
        yield from _unknown(mapping, pattern)
        return
    yield "[[tables]]"
    yield f"file = {pattern}"
    yield f"type = {quoted(mapping.table)}  # {_comment(mapping.reason)}"
    for field, value in mapping.constants:
        yield f"{field} = {quoted(value)}"
    open_headers = {question.header for question in mapping.questions}
    for header in sorted(h for h in open_headers if h is not None):
        yield f"# ignore = [{quoted(header)}]  # leaves out a column that is asked about below"
    ignored = [c for c in mapping.columns if c.field is None and c.header not in open_headers]
    if ignored:
        yield "# Columns that are not loaded:"
        for column in ignored:
            yield f"#   {quoted(column.header)}: {_comment(column.reason)}"
        yield f"# ignore = [{', '.join(quoted(column.header) for column in ignored)}]"
    yield "[tables.columns]"
    for field in mapping.fields:
        reasons = dict.fromkeys(column.reason for column in mapping.columns if column.field == field)
        yield f"{field} = {toml_list(mapping.headers_of(field))}  # {_comment('; '.join(reasons))}"
    for question in mapping.questions:
        yield from _choices(mapping, question)


def _long_entry(first: TableMapping, mappings: Sequence[TableMapping]) -> Iterator[str]:
    yield "[[tables]]"
    yield f"file = {pattern_of(first.file)}"
    yield 'type = "long"  # every row is one link, of the kind that the column "type" says'
    yield '# The types; FIELD = ["WORD"] below gives one another meaning, ignore = ["WORD"] leaves it out:'
    for mapping in (m for m in mappings if m.long and m.file == first.file):
        for column in mapping.columns:
            if column.header.endswith("]"):
                yield f"#   {_comment(column.header)}: {_comment(column.field or column.reason)}"
    yield "[tables.columns]"
    for role, header in first.long:
        yield f"{role} = {quoted(header)}"


def _choices(mapping: TableMapping, question: Question) -> Iterator[str]:
    """The lines that may settle a question about a column, as comments in the table of columns."""
    header = question.header or ""
    yield f"# The column {_comment(quoted(header))} can mean several things. Remove the # of one line:"
    for choice in question.choices:
        instead = " (in place of the line above)" if mapping.headers_of(choice) else ""
        headers = toml_list(mapping.with_answer(choice, header))
        yield f"# {choice} = {headers}  # {choice_text(question, choice)}{instead}"


def _unknown(mapping: TableMapping, pattern: str) -> Iterator[str]:
    yield f"# {pattern}: {_comment(mapping.reason)}"
    yield "# Give its table type and columns, or read it as links between two columns:"
    yield "# [[tables]]"
    yield f"# file = {pattern}"
    headers = [column.header for column in mapping.columns]
    source = headers[0] if headers else "person_id"
    target = headers[1] if len(headers) > 1 else "phone"
    yield f'# source = {quoted(source)}\n# source_kind = "person"'
    yield f'# target = {quoted(target)}\n# target_kind = "phone"'
