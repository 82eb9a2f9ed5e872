"""Every vector of sections 5.2 (identity), 5.4 (company codes) and 5.5 (cards)."""

from datetime import date

import pytest

from ringfinder.normalise import (
    Options,
    company_check,
    identity_check,
    luhn,
    normalise_card,
    normalise_cell,
    normalise_company_code,
    normalise_identity,
    organisation_check,
)


@pytest.mark.parametrize(
    ("text", "value", "kind", "quality", "issues"),
    [
        ("11010519491231002X", "11010519491231002X", "resident", "valid", ()),
        ("11010519491231002x", "11010519491231002X", "resident", "valid", ()),
        ("11010519491231002Ｘ", "11010519491231002X", "resident", "valid", ()),
        ("440524188001010014", "440524188001010014", "resident", "valid", ("area_unlisted", "old_birth")),
        ("11010118991231001X", "11010118991231001X", "resident", "valid", ("old_birth",)),
        ("110101189808150124", "110101189808150124", "resident", "valid", ("old_birth",)),
        ("11010118970101013X", "11010118970101013X", "resident", "valid", ("old_birth",)),
        ("110105194912310021", None, "resident", "invalid", ("check_digit",)),
        ("310101189902290016", None, "resident", "invalid", ("birth_date",)),
        ("110101999912310014", None, "resident", "invalid", ("birth_in_future",)),
        ("110105491231002", "11010519491231002X", "resident", "plausible", ("upgraded_15_digits",)),
        ("1.10105E+17", None, "resident", "damaged", ("exponent",)),
        ("110105194912310000", None, "resident", "damaged", ("truncated_15_digits",)),
        ("110105194912310032", None, "resident", "damaged", ("float_rounding",)),
        ("1101051949****002X", None, "resident", "masked", ()),
        ("110105********002X", None, "resident", "masked", ()),
        ("1****************X", None, "resident", "masked", ()),
        ("111111111111111111", None, "resident", "placeholder", ("pattern",)),
        ("000000000000000000", None, "resident", "placeholder", ("pattern",)),
        ("123456789012345678", None, "resident", "placeholder", ("pattern",)),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", "resident", "valid", ()),
        ("110105 19491231 002X", "11010519491231002X", "resident", "valid", ()),
        ("无", None, "resident", "empty", ()),
        ("11010519491231002", None, "resident", "invalid", ("length",)),
        ("E12345678", "E12345678", "other_paper", "plausible", ("no_check_digit",)),
    ],
)
def test_identity(text, value, kind, quality, issues):
    assert normalise_identity(text, Options(today=date(2026, 1, 1)))[:4] == (value, kind, quality, issues)


def test_identity_extras():
    assert normalise_identity("1****************X").extra == "1****************X"
    assert normalise_identity("1101051949****002X").extra == "1101051949****002X"
    assert normalise_identity("110105194912310000").extra == "110105194912310"


@pytest.mark.parametrize(
    ("area", "kind"),
    [("810000", "permit"), ("820000", "permit"), ("830000", "permit"), ("911156", "foreigner")],
)
def test_permits(area, kind):
    stem = area + "19800101" + "001"
    found = normalise_identity(stem + identity_check(stem))
    assert (found.kind, found.quality, found.issues) == (kind, "valid", ())


def test_identity_that_ends_in_zeros_by_chance_does_not_link():
    stem = next(s for n in range(0, 999, 100) if identity_check(s := f"1101051980{n // 100 + 101:04}{n:03}") == "0")
    found = normalise_identity(stem + "0")
    assert found.quality == "plausible"
    assert not found.linkable


@pytest.mark.parametrize(
    ("text", "value", "kind", "quality"),
    [
        ("91350100M000100Y43", "91350100M000100Y43", "company", "valid"),
        ("91350100M000100Y4Z", None, "company", "invalid"),
        ("91110101MA00TE5T21", "91110101MA00TE5T21", "company", "valid"),
        ("91110101ma00te5t21", "91110101MA00TE5T21", "company", "valid"),
        ("91110101MA9Y001000", "91110101MA9Y001000", "company", "valid"),
        ("92440300MA5XXXX06H", "92440300MA5XXXX06H", "sole_trader", "valid"),
        ("31110000MD0123454X", "31110000MD0123454X", "law_firm", "valid"),
        ("52310000MJ0000018A", "52310000MJ0000018A", "private_non_enterprise", "valid"),
        ("N2130102MF1234567D", "N2130102MF1234567D", "other", "valid"),
        ("Y1110000MY0000004H", "Y1110000MY0000004H", "other", "valid"),
        ("91110101MA00TE5T22", None, "company", "invalid"),
        ("9111O101MA00TE5T21", "91110101MA00TE5T21", "company", "plausible"),
        ("9.111E+17", None, "other", "damaged"),
        ("91110101 MA00TE5T 21", "91110101MA00TE5T21", "company", "valid"),
        ("9111****MA00TE5T21", None, "company", "masked"),
        ("911111111111111111", None, "company", "invalid"),
        ("000000000000000000", None, "other", "placeholder"),
        ("12345", None, "other", "invalid"),
    ],
)
def test_company_code(text, value, kind, quality):
    assert normalise_company_code(text)[:3] == (value, kind, quality)


def test_organisation_code_matches_the_end_of_a_credit_code():
    # positions 9-17 of 91350100M000100Y43
    assert organisation_check("M000100Y") == "4"
    assert normalise_company_code("M000100Y-4").value == normalise_company_code("M000100Y4").value == "M000100Y4"
    assert normalise_company_code("M000100Y-5").quality == "invalid"


def test_remainder_nought_gives_check_character_nought():
    assert company_check("91110101MA9Y00100") == "0"


def test_corrected_code_says_so():
    found = normalise_company_code("9111O101MA00TE5T21")
    assert found.issues == ("letter_corrected",)
    assert found.extra == "9111O101MA00TE5T21"


@pytest.mark.parametrize(
    ("text", "value", "quality", "issues"),
    [
        ("6200000000000005", "6200000000000005", "valid", ()),
        ("6200000000000006", "6200000000000006", "plausible", ("luhn",)),
        ("6222021234567890128", "6222021234567890128", "valid", ()),
        ("6222021234567890000", None, "damaged", ("truncated_15_digits",)),
        ("6228480000000000000", None, "damaged", ("truncated_15_digits",)),
        ("6.22202E+18", None, "damaged", ("exponent",)),
        ("0000000000000000", None, "placeholder", ("pattern",)),
        ("1234567890123456", None, "placeholder", ("pattern",)),
        ("6222 0212 3456 7890 128", "6222021234567890128", "valid", ()),
        ("6222-0212-3456-7890-128", "6222021234567890128", "valid", ()),
        ("6222********1234", None, "masked", ()),
        ("622202******1234", None, "masked", ()),
        ("62220212345", None, "invalid", ("length",)),
        ("62220212345678901234", None, "invalid", ("length",)),
        ("abc", None, "invalid", ("characters",)),
    ],
)
def test_card(text, value, quality, issues):
    found = normalise_card(text)
    assert (found.value, found.quality, found.issues) == (value, quality, issues)


def test_chance_luhn_and_display():
    assert luhn("6228480000000000000")
    assert luhn("0000000000000000")
    assert normalise_card("6222021234567890128").extra == "622202*********0128"


def test_account_without_check():
    stem = "103000000001234"
    digit = next(d for d in "123456789" if not luhn(stem + d))
    assert normalise_card(stem + digit)[1:4] == ("account", "plausible", ("luhn",))


def test_sixteen_digits_with_a_last_nought():
    stem = next(s for n in range(100) if luhn((s := f"62220212345{n:04}") + "0"))
    assert normalise_card(stem + "0")[2:4] == ("plausible", ("zero_tail",))
    other = next(s for n in range(100) if not luhn((s := f"62220212345{n:04}") + "0"))
    assert normalise_card(other + "0").quality == "damaged"


@pytest.mark.parametrize(
    ("rule", "text", "values"),
    [
        ("card", "6200000000000005、6222021234567890128", ["6200000000000005", "6222021234567890128"]),
        ("card", "6200000000000005 6222021234567890128", ["6200000000000005", "6222021234567890128"]),
        ("identity", "11010519491231002X;440524188001010014", ["11010519491231002X", "440524188001010014"]),
        ("identity", "11010519491231002X 440524188001010014", ["11010519491231002X", "440524188001010014"]),
        (
            "company_code",
            "91110101MA00TE5T21 91350100M000100Y43",
            ["91110101MA00TE5T21", "91350100M000100Y43"],
        ),
    ],
)
def test_lists_of_identifiers(rule, text, values):
    assert [v.value for v in normalise_cell(rule, text)] == values
