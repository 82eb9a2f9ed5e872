"""Invented names: people, towns, streets, firms. Whoever is called so in real life is not meant."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONSULTING", "SURNAMES", "addresses", "firm_name", "full_name", "names", "street", "village"]

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND = ("欧阳", "诸葛", "司徒", "上官")
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志海波宁雪梅琴辉健鹏飞浩宇欣怡子轩梓涵思雨嘉"
    "诚文博俊逸佳琪晓东春秋云鹤松柏岩峰岚溪澜清源朗悦和安康瑞祥福禄寿喜庆丰收成功立业永恒长青新正善仁义礼"
)
RARE = "䶮"  # outside GBK: only GB18030 writes it
CITIES = (
    "云川市",
    "临河市",
    "青岩市",
    "白浪市",
    "北榆市",
    "南棠市",
    "东麓市",
    "西洲市",
    "长汀湾市",
    "金沙坪市",
)
DISTRICTS = ("城东区", "城西区", "江北区", "湖滨区", "新城区", "高新区", "开发区", "老城区")
ROADS = (
    "和平",
    "建设",
    "春晖",
    "望江",
    "学府",
    "丰收",
    "枫林",
    "银杏",
    "石桥",
    "永安",
    "锦绣",
    "广济",
    "星海",
    "竹园",
)
VILLAGES = (
    "柳溪村",
    "石门村",
    "上坝村",
    "杨家湾村",
    "槐树村",
    "青石岭村",
    "双河村",
    "前进村",
    "塘尾村",
    "梨园村",
)
ROOTS = (
    "诚",
    "信",
    "达",
    "盛",
    "汇",
    "鼎",
    "瑞",
    "恒",
    "远",
    "泰",
    "卓",
    "铭",
    "宏",
    "睿",
    "融",
    "启",
    "佳",
    "力",
    "天",
    "正",
)
CONSULTING = (
    "商务咨询有限公司",
    "信息咨询有限公司",
    "企业管理有限公司",
    "法律咨询服务有限公司",
    "信用管理有限公司",
)
INDUSTRY = (
    "电子科技有限公司",
    "物流有限公司",
    "服饰有限公司",
    "餐饮管理有限公司",
    "建筑工程有限公司",
    "机械制造厂",
    "食品有限公司",
    "置业有限公司",
    "医院",
    "第二中学",
    "物业服务有限公司",
    "汽车配件有限公司",
)

Objects = NDArray[np.object_]


def names(rng: np.random.Generator, count: int, surname: str = "") -> Objects:
    """Invent personal names; frequent surnames come more often, two in three have three characters."""
    weights = 1 / (np.arange(len(SURNAMES)) + 8.0)
    first = np.array(list(SURNAMES), dtype=object)[rng.choice(len(SURNAMES), count, p=weights / weights.sum())]
    odd = rng.random(count)
    compound = np.array(COMPOUND, dtype=object)[rng.integers(0, len(COMPOUND), count)]
    first = np.where(odd < 0.01, compound, first)
    if surname:
        first = np.full(count, surname, dtype=object)
    given = np.array(list(GIVEN), dtype=object)
    second = given[rng.integers(0, len(given), count)]
    third = np.where(rng.random(count) < 0.68, given[rng.integers(0, len(given), count)], "")
    third = np.where(odd > 0.998, RARE, third)
    return np.asarray(first + second + third, dtype=object)


def full_name(rng: np.random.Generator) -> str:
    """Invent one name of three characters."""
    given = rng.integers(0, len(GIVEN), 2).tolist()
    return SURNAMES[int(rng.integers(len(SURNAMES)))] + GIVEN[given[0]] + GIVEN[given[1]]


def street(rng: np.random.Generator) -> str:
    """Invent an office address."""
    city, district, road = (x[int(rng.integers(len(x)))] for x in (CITIES, DISTRICTS, ROADS))
    number, floor, room = rng.integers(1, 400), rng.integers(2, 30), rng.integers(1, 40)
    return f"{city}{district}{road}大道{number}号{floor}层{room:02d}室"


def village(rng: np.random.Generator) -> str:
    """Invent a village."""
    return CITIES[int(rng.integers(len(CITIES)))] + VILLAGES[int(rng.integers(len(VILLAGES)))]


def addresses(rng: np.random.Generator, count: int) -> Objects:
    """Invent home addresses down to the flat."""

    def pick(words: tuple[str, ...]) -> Objects:
        return np.array(words, dtype=object)[rng.integers(0, len(words), count)]

    def number(high: int) -> Objects:
        return rng.integers(1, high, count).astype(str).astype(object)

    floor = (rng.integers(1, 30, count) * 100 + rng.integers(1, 7, count)).astype(str).astype(object)
    way = pick(("路", "街", "巷"))
    return np.asarray(
        pick(CITIES) + pick(DISTRICTS) + pick(ROADS) + way + number(900) + "号" + number(40) + "栋" + floor + "室",
        dtype=object,
    )


def firm_name(rng: np.random.Generator, endings: tuple[str, ...] = INDUSTRY) -> str:
    """Invent a firm's name: town, two-character root, trade."""
    city = CITIES[int(rng.integers(len(CITIES)))].removesuffix("市")
    a, b = rng.permutation(len(ROOTS))[:2].tolist()
    return f"{city}{ROOTS[a]}{ROOTS[b]}{endings[int(rng.integers(len(endings)))]}"
