"""Company names: one form for the ways to write a name, the province it tells, and pairs that are nearly alike."""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cpdist

__all__ = ["near_names", "plain_name", "province_of_code", "province_of_identity", "province_of_text"]

#: First two digits of an administrative division (GB/T 2260) -> province.
_PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}  # fmt: skip
#: Provincial capitals and large cities that company names begin with (province -> cities).
_CITIES = {
    "河北": "石家庄 唐山 保定", "山西": "太原", "内蒙古": "呼和浩特 包头", "辽宁": "沈阳 大连", "吉林": "长春",
    "黑龙江": "哈尔滨", "江苏": "南京 苏州 无锡 常州 南通 徐州", "浙江": "杭州 宁波 温州 嘉兴 金华 绍兴",
    "安徽": "合肥 芜湖", "福建": "福州 厦门 泉州", "江西": "南昌", "山东": "济南 青岛 烟台 潍坊", "河南": "郑州 洛阳",
    "湖北": "武汉 宜昌", "湖南": "长沙", "广东": "广州 深圳 东莞 佛山 珠海 惠州 中山", "广西": "南宁 桂林",
    "海南": "海口 三亚", "四川": "成都 绵阳", "贵州": "贵阳", "云南": "昆明", "西藏": "拉萨", "陕西": "西安",
    "甘肃": "兰州", "青海": "西宁", "宁夏": "银川", "新疆": "乌鲁木齐",
}  # fmt: skip
_PLACES = {
    **{province: province for province in _PROVINCES.values()},
    **{city: province for province, cities in _CITIES.items() for city in cities.split()},
}
_PLACE = rf"^({'|'.join(sorted(_PLACES))})"
_PROVINCE = rf"^({'|'.join(_PROVINCES.values())})(?:市|省|(?:壮族|回族|维吾尔)?自治区|特别行政区)"
_CITY = rf"^((?:{'|'.join(_PROVINCES.values())})?(?:{'|'.join(sorted(set(_PLACES) - set(_PROVINCES.values())))}))市"

#: Legal forms that are written in several ways.
_FORMS = (
    (r"有限责任公司", "有限公司"),
    (r"\b(?:company|co)\b\.?", "co"),
    (r"\b(?:limited|ltd)\b\.?", "ltd"),
    (r"\b(?:incorporated|inc)\b\.?", "inc"),
    (r"\b(?:corporation|corp)\b\.?", "corp"),
)
_NOISE = r"[\s\p{P}]+"
#: Characters that number things or set them apart on purpose: Redress 2 is not a slip of Redress.
_COUNTING = list("0123456789一二三四五六七八九十零壹贰叁甲乙丙丁戊己庚辛壬癸东南西北中新老大小上下前后")
#: Names less than so many places apart are compared, in the order of the names and of the names read backwards.
_NEIGHBOURS = 11


def plain_name(name: str) -> pl.Expr:
    """A company name without what spellings differ in: width, case, brackets, blanks, legal form, ``市`` and ``省``."""
    plain = pl.col(name).str.normalize("NFKC").str.to_lowercase()
    for form, one in _FORMS:
        plain = plain.str.replace_all(form, one)
    bare = plain.str.replace_all(_NOISE, "")
    return bare.str.replace(_PROVINCE, "${1}").str.replace(_CITY, "${1}")


def province_of_text(text: str) -> pl.Expr:
    """The province that a name or address begins with (its own name or a large city's), else null."""
    place = pl.col(text).str.extract(_PLACE, 1)
    return place.replace_strict(_PLACES, default=None, return_dtype=pl.String)


def province_of_code(code: str) -> pl.Expr:
    """The province of registration that an 18-character company code tells (characters 3 and 4), else null."""
    digits = pl.when(pl.col(code).str.len_chars() == 18).then(pl.col(code).str.slice(2, 2))
    return digits.replace_strict(_PROVINCES, default=None, return_dtype=pl.String)


def province_of_identity(number: str) -> pl.Expr:
    """The province in which an identity number was given out (its first two digits), else null."""
    return pl.col(number).str.slice(0, 2).replace_strict(_PROVINCES, default=None, return_dtype=pl.String)


def near_names(names: pl.Series, least: float) -> pl.DataFrame:
    """Pairs of different plain names that are nearly the same.

    Each name is compared with its ten neighbours in two sorted lists (the names, and the names read backwards), so the
    work grows with the number of names and not with its square.

    Parameters
    ----------
    names : Series
        Plain names, each once.
    least : float
        The least similarity: 1 - insertions and deletions / sum of lengths (0 to 1).

    Returns
    -------
    DataFrame
        ``one``, ``other`` (one < other), ``numbered``: whether they differ in a number or another word that tells
        companies apart on purpose.
    """
    table = names.drop_nulls().unique().sort()
    backwards = table.str.reverse().arg_sort().to_numpy().astype(np.int64)
    parts = [np.empty((0, 2), dtype=np.int64)]
    for order in (np.arange(len(table)), backwards):
        parts += [np.stack([order[:-step], order[step:]], axis=1) for step in range(1, min(_NEIGHBOURS, len(table)))]
    ends = np.sort(np.concatenate(parts), axis=1)
    # one number a pair sorts many times faster than rows of two
    codes = pl.Series(ends[:, 0] * len(table) + ends[:, 1]).unique().sort().to_numpy()
    places = np.stack(np.divmod(codes, max(len(table), 1)), axis=1)
    size = table.str.len_chars().to_numpy().astype(np.int64)[places]
    # the shorter name alone bounds the similarity: 2 * shorter / (shorter + longer)
    places = places[2 * size.min(axis=1) >= least * size.sum(axis=1)]
    pairs = pl.DataFrame({"one": table.gather(pl.Series(places[:, 0])), "other": table.gather(pl.Series(places[:, 1]))})
    likeness = cpdist(pairs["one"].to_list(), pairs["other"].to_list(), scorer=ratio, score_cutoff=100 * least)
    near = pairs.filter(pl.Series(likeness >= 100 * least, dtype=pl.Boolean))
    chars = [pl.col(c).str.extract_all(".") for c in ("one", "other")]
    differ = chars[0].list.set_symmetric_difference(chars[1])
    return near.with_columns((differ.list.set_intersection(_COUNTING).list.len() > 0).alias("numbered"))
