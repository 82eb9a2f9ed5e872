"""Text templates among 100,000 complaints: seconds, peak memory, and how well planted letters are found.

    python benchmarks/templates.py                     # 100,000 texts
    python benchmarks/templates.py --texts 20000

A fifth of the texts stands in one operator's boilerplate; 300 rings send copies of their letter with slots filled in,
a third of the copies reworded and reordered. Everybody else writes in own words, two fifths of them in English. Pairs
count as right when both texts come from one ring.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ringfinder.simulate.letters import own_words
from ringfinder.templates import template_groups

BEFORE = "【热线工单】来电人于工作时间致电本中心,经话务员核对身份信息后登记如下内容,供承办单位参考:"
AFTER = "。以上为来电人单方陈述,请承办单位在规定时限内联系来电人核实处理,并将结果录入系统后反馈本中心。"
ENGLISH = """
the a my your bank lender card loan account payment interest letter call agent branch month week balance
charge fee credit file default arrears plan refund call centre adviser manager complaint because when after
before while since nobody someone partner mother employer told asked said sent paid missed lost found wanted
refused promised changed cannot will should would never always again still only twice late early wrong right
fair unfair upset tired worried hospital school rent food wages car kitchen holiday winter summer parcel phone
email portal form online statement
""".split()  # noqa: SIM905 - a list of a hundred strings is unreadable


def letters(texts: int, seed: int = 3) -> tuple[list[str], list[str], list[int], list[bool]]:
    """Texts, channels, ring (-1 = none) and whether the text is a reworded one."""
    dice = np.random.default_rng(seed)
    words = np.array(ENGLISH + [_word(dice) for _ in range(4000)])
    rank = 1 / (np.arange(len(words)) + 3.0)
    rank /= rank.sum()
    found, channels, rings, reworded = [], [], [], []

    def english(sentences: int) -> list[str]:
        return [
            " ".join(words[dice.choice(len(words), int(dice.integers(6, 14)), p=rank)]).capitalize()
            for _ in range(sentences)
        ]

    def chinese(parts: int) -> list[str]:
        return [own_words(dice, float(dice.integers(2000, 90000))).rstrip("。") for _ in range(parts)]

    for ring in range(min(300, texts // 100)):
        english_ring = ring % 5 > 2
        letter = english(6) if english_ring else [p for t in chinese(3) for p in t.replace(",", "。").split("。") if p]
        for _ in range(int(dice.integers(5, 40))):
            again = bool(dice.random() < 1 / 3)
            parts = list(letter)
            if again:
                for k in dice.choice(len(parts), max(len(parts) // 4, 1), replace=False):
                    parts[k] = english(1)[0] if english_ring else chinese(1)[0][:15]
                cut = int(dice.integers(1, len(parts)))
                parts = parts[cut:] + parts[:cut]
            stop = ". " if english_ring else "。"
            found.append(f"{stop.join(parts)}{stop}{int(dice.integers(1000, 99999))}")
            channels.append("ring")
            rings.append(ring)
            reworded.append(again)
    while len(found) < texts:
        if len(found) % 5 < 2:
            text, channel = ". ".join(english(int(dice.integers(2, 6)))) + ".", "mail"
        else:
            text, channel = "。".join(chinese(int(dice.integers(1, 4)))), "counter"
            if len(found) % 3 == 0:
                text, channel = BEFORE + text + AFTER, "hotline"
        found.append(text)
        channels.append(channel)
        rings.append(-1)
        reworded.append(False)
    copies = dice.integers(0, texts, texts // 50)
    for a, b in zip(copies, copies[::-1], strict=True):  # exact copies: one person complains twice
        if rings[a] < 0 and rings[b] < 0:
            found[a] = found[b]
    return found, channels, rings, reworded


def _word(dice: np.random.Generator) -> str:
    return "".join(
        dice.choice(["ba", "re", "ti", "no", "lu", "sha", "mer", "kin", "dol", "fa"], int(dice.integers(2, 5)))
    )


def pairs(keys: Sequence[object]) -> int:
    """How many pairs of equal entries there are."""
    return sum(n * (n - 1) // 2 for n in Counter(keys).values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000)
    texts, channels, rings, reworded = letters(parser.parse_args().texts)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(texts):,} texts, {np.mean([len(t) for t in texts]):.0f} characters each, {before:.0f} MB before")
    for kin in (False, True):
        start, cpu = time.perf_counter(), time.process_time()
        found = template_groups(texts, channels=channels, kin=kin)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{'same and kin' if kin else 'same':14} {seconds:6.1f} s ({cpu:.1f} s of CPU)   peak {peak:,.0f} MB")
    for name, label in (("same", found.label), ("kin", found.kin)):
        grouped = [(int(g), r) for g, r in zip(label, rings, strict=True) if g >= 0]
        right = pairs([(g, r) for g, r in grouped if r >= 0])
        wrong = pairs([g for g, _ in grouped]) - right
        print(f"{name:14} {right:,} pairs of one ring, {wrong:,} other pairs (exact copies of honest texts among them)")
    wanted = pairs([r for r in rings if r >= 0])
    either = np.where(found.kin >= 0, found.kin + len(texts), found.label)
    joined = pairs([(int(g), r) for g, r in zip(either, rings, strict=True) if g >= 0 and r >= 0])
    print(f"{'either':14} {joined:,} of {wanted:,} pairs of one ring ({sum(reworded):,} of the texts are reworded)")
    exact = Counter(texts)
    strangers = sum(g >= 0 and r < 0 and exact[t] == 1 for g, r, t in zip(either, rings, texts, strict=True))
    print(f"{'':14} {strangers:,} honest texts without an exact copy are in a group")


if __name__ == "__main__":
    main()
