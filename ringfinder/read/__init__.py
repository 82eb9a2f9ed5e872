"""Reading: files of any likely shape in, raw tables of text cells out. Nothing is interpreted here.

:func:`find_inputs` turns paths into files, :func:`read_table` reads one and :func:`read_tables` many.
"""

from ringfinder.read.inputs import find_inputs
from ringfinder.read.reader import read_table, read_tables
from ringfinder.read.types import RawTable, ReadOptions

__all__ = ["RawTable", "ReadOptions", "find_inputs", "read_table", "read_tables"]
