"""Employers: a key for the organisation's name; words for "no employer" never become one."""

from __future__ import annotations

import re
import unicodedata

from ringfinder.normalise.cells import is_masked, mask_pattern, open_cell
from ringfinder.normalise.values import DEFAULTS, Options, Value, words

__all__ = ["PLACEHOLDERS", "normalise_employer"]

#: What forms hold when there is no employer to name.
PLACEHOLDERS = words(
    "个体 个体户 个体工商户 个体经营 自由职业 自由职业者 自由 自雇 自营 自己 本人 无业 无工作 无单位 "
    "没有单位 无固定职业 无固定工作 待业 失业 务农 农民 农业 种地 在家 家庭主妇 主妇 全职太太 打工 务工 "
    "下岗 临时工 零工 退休 离退休 退休人员 学生 在校学生 公司 单位 工厂 私企 企业 其他 其它 详见合同 "
    "个人 自然人 个人代理 亲属 家属 亲友 朋友 无代理机构 无代理 无机构 非机构 "
    "self-employed selfemployed unemployed retired student housewife homemaker freelance freelancer"
)
_NOISE = re.compile(r"[\s\"'“”‘’,;:、。!]+")


def normalise_employer(text: str, options: Options = DEFAULTS) -> Value:
    """One employer: its name without spaces and quotation marks, Latin letters in lower case."""
    opened = open_cell(text, "employer")
    if isinstance(opened, Value):
        return opened
    han = re.search("[\u3400-\u9fff]", opened) is not None
    key = _NOISE.sub("" if han else " ", opened).strip()
    key = "".join(c.lower() if c.isascii() else c for c in key)
    # Without its spaces a text can compose anew.
    key = unicodedata.normalize("NFKC", key)
    again = open_cell(key, "employer")
    if isinstance(again, Value):
        return again
    if key in PLACEHOLDERS or re.search("x{2,}(?:公司|单位|厂|有限)|某+(?:公司|单位|厂)", key):
        return Value(None, "employer", "placeholder", (), key)
    if is_masked(key):
        return Value(None, "employer", "masked", (), mask_pattern(key))
    if re.fullmatch(r"[\W\d_]+", key):
        return Value(None, "employer", "invalid", ("characters",))
    return Value(key, "employer", "valid")
