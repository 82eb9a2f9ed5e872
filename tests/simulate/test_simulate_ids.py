"""Invented identifiers pass checks that are written here anew, and look like no placeholder."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from ringfinder.simulate import simulate
from ringfinder.simulate.ids import Phones, card_numbers, company_code, landline, resident_ids

RNG = np.random.default_rng(11)


def company_ok(code: str) -> bool:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(alphabet.index(c) * w for c, w in zip(code[:17], weights, strict=True))
    return len(code) == 18 and code[17] == alphabet[-total % 31]


def organisation_ok(code: str) -> bool:
    total = sum(int(c, 36) * w for c, w in zip(code[:8], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return code[8] == "0123456789X"[-total % 11]


def resident_ok(number: str) -> bool:
    total = sum(int(c, 11) * pow(2, 17 - i, 11) for i, c in enumerate(number[:17]))
    return (total + (10 if number[17] == "X" else int(number[17]))) % 11 == 1


def luhn_ok(number: str) -> bool:
    digits = [int(c) for c in reversed(number)]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def test_the_checks_know_published_examples() -> None:
    assert company_ok("91350100M000100Y43")
    assert company_ok("91110101MA9Y001000")
    assert not company_ok("91110101MA00TE5T22")
    assert resident_ok("11010519491231002X")
    assert not resident_ok("110105194912310021")
    assert luhn_ok("6222021234567890128")
    assert not luhn_ok("6200000000000006")


@pytest.mark.parametrize("kind", ["91", "31", "12"])
def test_company_codes(kind: str) -> None:
    codes = [company_code(RNG, kind) for _ in range(500)]
    assert all(company_ok(c) and organisation_ok(c[8:17]) and c.startswith(kind) for c in codes)
    assert len(set(codes)) == 500


def test_resident_numbers_are_of_the_nineteenth_century() -> None:
    numbers = resident_ids(RNG, 5000).tolist()
    assert all(re.fullmatch(r"\d{6}18\d{9}[\dX]", n) and resident_ok(n) for n in numbers)
    assert all(date(int(n[6:10]), int(n[10:12]), int(n[12:14])) for n in numbers)
    assert len(set(numbers)) == 5000


def test_cards() -> None:
    cards = card_numbers(RNG, 5000)
    assert all(re.fullmatch(r"62\d{14}", c) and luhn_ok(c) for c in cards)
    assert len(set(cards)) == 5000


def test_phones_are_no_placeholders() -> None:
    phones = Phones(RNG, 20_000).take(20_000)
    assert len(set(phones)) == 20_000
    assert all(re.fullmatch(r"(154|138|139|186)\d{8}", p) for p in phones)
    assert not any(re.search(r"(\d)\1{3}", p[3:]) for p in phones)
    assert not any(p[3:7] == p[7:] or p[3:5] * 4 == p[3:] for p in phones)
    assert not any(run in p for p in phones for run in ("12345678", "87654321"))
    assert sum(p.startswith("154") for p in phones) > 15_000
    assert all(re.fullmatch(r"0\d{2,3}-\d{8}", landline(RNG)) for _ in range(100))


def test_the_pool_says_when_it_is_empty() -> None:
    pool = Phones(RNG, 10)
    with pytest.raises(ValueError, match="used up"):
        pool.take(1000)


def test_identifiers_in_a_world_are_valid() -> None:
    world = simulate()
    assert all(map(resident_ok, world.tables["客户"]["证件号码"]))
    assert all(map(company_ok, world.tables["机构"]["统一社会信用代码"]))
    assert all(company_ok(c) for c in world.tables["委托"]["统一社会信用代码"] if c)
    assert all(map(luhn_ok, world.tables["付款"]["收款账号"]))
