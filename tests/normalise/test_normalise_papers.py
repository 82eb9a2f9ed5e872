"""Papers, company codes and cards in hundreds of spellings."""

import pytest
from spellings import (
    PAPER_REMARKS,
    dressed,
    group,
    seeded,
    wide,
)

from ringfinder.normalise import (
    Options,
    company_check,
    identity_check,
    normalise_card,
    normalise_cell,
    normalise_company_code,
    normalise_identity,
)


def short(value):
    return (value.value, value.kind, value.quality)


def wrong(texts, expected, rule="phone", country="CN"):
    """The spellings that give anything but the expected values."""
    options = Options(country=country)
    found = {t: [short(v) for v in normalise_cell(rule, t, options)] for t in texts}
    return {t: f for t, f in found.items() if f != expected}


def paper(stem):
    return stem + identity_check(stem)


@pytest.mark.parametrize("number", ["11010519491231002X", paper("44030119900307451"), paper("81000019850609321")])
def test_identity_spellings(number):
    marks = [" ", "-", ".", "·", "\u00a0", "\u3000", "—", "\u200b"]
    cores = [number, number.lower(), wide(number), number[:17] + number[17].replace("X", "Х")]
    cores += [group(number, s, m) for s in ((6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (14, 4)) for m in marks]
    texts = dressed(cores, [*PAPER_REMARKS[:2], "身份证：{}", "身份证号{}", "{} 王五", "ID:{}"], seeded(number), 60)
    texts = [t for t in texts if "\n" not in t.strip()]
    found = {t: [(v.value, v.quality) for v in normalise_cell("identity", t)] for t in texts}
    assert {t: f for t, f in found.items() if f != [(number, "valid")]} == {}


def test_identity_letters_are_corrected_only_if_the_check_holds():
    assert normalise_identity("1101O519491231OO2X")[:4] == (
        "11010519491231002X",
        "resident",
        "plausible",
        ("letter_corrected",),
    )
    assert normalise_identity("1101O519491231OO3X").quality == "invalid"


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("护照E12345678", "E12345678", "other_paper"),
        ("e12345678", "E12345678", "other_paper"),
        ("A123456(7)", "A1234567", "other_paper"),
        ("军字第2001988号", "军字第2001988号", "other_paper"),
        ("ABC123456789012", "ABC123456789012", "other_paper"),
        ("110105491231002.0", "11010519491231002X", "resident"),
        ("1.10105491231002E+14", "11010519491231002X", "resident"),
    ],
)
def test_other_papers(text, value, kind):
    assert normalise_identity(text)[:3] == (value, kind, "plausible")


def test_every_single_wrong_digit_and_swap_is_refused():
    number = "11010519491231002X"
    for i in range(17):
        for digit in set("0123456789") - {number[i]}:
            assert normalise_identity(number[:i] + digit + number[i + 1 :]).value is None
    for i in range(16):
        swapped = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
        assert swapped == number or normalise_identity(swapped).value is None


def code(stem):
    return stem + company_check(stem)


@pytest.mark.parametrize("number", ["91350100M000100Y43", "N2130102MF1234567D", code("91440300MA5EXT01T")])
def test_company_code_spellings(number):
    cores = [number, number.lower(), wide(number)]
    cores += [
        group(number, s, m)
        for s in ((8, 8, 2), (2, 6, 9, 1), (4, 4, 4, 4, 2))
        for m in (" ", "-", "\u00a0", "—", "\u200b")
    ]
    remarks = ["{}", "统一社会信用代码：{}", "信用代码{}", "{}(1-1)", "{}（副本）", "税号:{}"]
    texts = [*dressed(cores, remarks, seeded(number), 60), f"甲诚商务咨询({number})", f"甲诚商务咨询 {number}"]
    found = {t: [(v.value, v.quality) for v in normalise_cell("company_code", t)] for t in texts}
    assert {t: f for t, f in found.items() if f != [(number, "valid")]} == {}
    for letters, digit in (("Oo", "0"), ("Il", "1")):
        for letter in letters:
            read = normalise_company_code(number.replace(digit, letter))
            assert read.value == number or digit not in number


def test_business_licences():
    assert normalise_company_code("440301103097413")[:4] == (
        "440301103097413",
        "other",
        "valid",
        ("business_licence",),
    )
    assert normalise_company_code("440301103097414")[2:4] == ("invalid", ("check_digit",))


def test_card_spellings():
    number = "6222021234567890128"
    cores = [number, wide(number), number + ".0"]
    cores += [group(number, s, m) for s in ((4, 4, 4, 4, 3), (6, 13)) for m in (" ", "-", "\u00a0", "—", "\u200b", ".")]
    texts = dressed(cores, ["{}", "卡号：{}", "工商银行{}", "{}（工行）", "{} 王五"], seeded(number), 60)
    assert wrong(texts, [(number, "card", "valid")], rule="card") == {}
    # What a spreadsheet's 64-bit float makes of it.
    drifted = str(int(float(number)))
    assert drifted != number
    assert normalise_card(drifted).quality == "damaged"
    assert normalise_card("尾号0128").quality == "masked"
