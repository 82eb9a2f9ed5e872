"""How dates read is said in the configuration: short years with names of months, and the time zone."""

import datetime as dt

import pytest
from link_case import linked

from ringfinder.config_file import parse_config
from ringfinder.errors import ConfigError
from ringfinder.graph import NO_DATE

COMPLAINTS = """
投诉编号,客户号,来电号码,投诉日期,投诉内容
T1,C1,15900000901,{},协商还款
"""


def day(tmp_path, cell, **settings):
    """The day of the complaint, None without one."""
    graph = linked(tmp_path, {"complaints.csv": COMPLAINTS.format(cell)}, parse_config(settings)).graph
    (number,) = set(graph.links.date[graph.relation_is("complained_from")].tolist())
    return None if number == NO_DATE else dt.date(1970, 1, 1) + dt.timedelta(days=number)


def test_a_short_year_behind_a_months_name_needs_the_setting(tmp_path):
    assert day(tmp_path, "05-Mar-21") is None
    assert day(tmp_path, "05-Mar-21", month_names=True) == dt.date(2021, 3, 5)


@pytest.mark.parametrize("cell", ["1614960000000", "2021-03-05T16:00:00Z"])
def test_a_moment_falls_on_the_day_of_the_zone(tmp_path, cell):
    assert day(tmp_path, cell) == dt.date(2021, 3, 6)  # 2021-03-05 16:00 UTC is midnight in Shanghai
    assert day(tmp_path, cell, zone="Europe/London") == dt.date(2021, 3, 5)


@pytest.mark.parametrize("zone", ["Shanghai", "Asia", "", "../etc/passwd"])
def test_an_unknown_zone_is_told(zone):
    with pytest.raises(ConfigError, match=r"zone = .* is no time zone"):
        parse_config({"zone": zone})
