"""Known numbers in hundreds of spellings, and what must not be read as a number."""

import fuzz
import pytest
from spellings import (
    DRESSINGS,
    EXTENSIONS,
    LISTS,
    MASKS,
    REMARKS,
    dressed,
    group,
    hidden,
    landline_cores,
    mobile_cores,
    mobiles,
    seeded,
)

from ringfinder.normalise import (
    NORMALISERS,
    Options,
    normalise_cell,
    normalise_phone,
)

KNOWN = [
    ("15400000901", "mobile", "plausible"),
    ("13912340567", "mobile", "valid"),
    ("17012340567", "mobile", "valid"),
    ("19298760513", "mobile", "valid"),
    ("14712340567", "data_sim", "valid"),
]
LANDLINES = [("10", "54000001"), ("755", "26001234"), ("310", "2345071"), ("21", "62340567"), ("991", "2300567")]


def short(value):
    return (value.value, value.kind, value.quality)


def wrong(texts, expected, rule="phone", country="CN"):
    """The spellings that give anything but the expected values."""
    options = Options(country=country)
    found = {t: [short(v) for v in normalise_cell(rule, t, options)] for t in texts}
    return {t: f for t, f in found.items() if f != expected}


@pytest.mark.parametrize(("number", "kind", "quality"), KNOWN)
def test_mobile_spellings(number, kind, quality):
    texts = dressed(mobile_cores(number), REMARKS, seeded(number), 150)
    assert len(texts) > 500
    assert wrong(texts, [("+86" + number, kind, quality)]) == {}


@pytest.mark.parametrize(("area", "local"), LANDLINES)
def test_landline_spellings(area, local):
    texts = dressed(landline_cores(area, local), REMARKS, seeded(area), 60)
    assert wrong(texts, [(f"+86{area}{local}", "landline", "valid")]) == {}


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("digits", ["801", "8001"])
def test_extension_spellings(extension, digits):
    for area, local in LANDLINES:
        for core in (f"0{area}-{local}", f"(0{area}){local}", f"0{area}{local}", f"0{area}-{local[:-4]} {local[-4:]}"):
            (found,) = normalise_cell("phone", core + extension.format(digits))
            assert (found.value, found.kind, found.extra) == (f"+86{area}{local}", "landline", digits), core
    # One mobile with many extensions is a courier's relay: it must never join its users.
    (found,) = normalise_cell("phone", "17012340567" + extension.format(digits))
    assert not found.linkable


@pytest.mark.parametrize("separator", LISTS)
def test_lists_of_mobiles(separator):
    rng = seeded(separator)
    for size in (2, 3):
        numbers = mobiles(rng, size, ["139", "158", "171", "186"])
        for cores in (numbers, [f"+86{n}" for n in numbers], [f"{n}(本人)" for n in numbers]):
            text = separator.join(cores)
            assert [v.value for v in normalise_cell("phone", text)] == [f"+86{n}" for n in numbers], text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("139 1234 0567 158 1234 0568", ["+8613912340567", "+8615812340568"]),
        ("139-1234-0567 158-1234-0568", ["+8613912340567", "+8615812340568"]),
        ("1391234056715812340568", ["+8613912340567", "+8615812340568"]),
        ("13912340567-15812340568", ["+8613912340567", "+8615812340568"]),
        ("13912340567(15812340568)", ["+8613912340567", "+8615812340568"]),
        ("13912340567+15812340568", ["+8613912340567", "+8615812340568"]),
        ("1、13912340567 2、15812340568", ["+8613912340567", "+8615812340568"]),
        ("①13912340567②15812340568", ["+8613912340567", "+8615812340568"]),
        ("1.13912340567;2.15812340568", ["+8613912340567", "+8615812340568"]),
        ('["13912340567","15812340568"]', ["+8613912340567", "+8615812340568"]),
        ("本人13912340567配偶15812340568", ["+8613912340567", "+8615812340568"]),
        ("手机13912340567 座机010-62345671", ["+8613912340567", "+861062345671"]),
        ("13912340567 010-62345671转801", ["+8613912340567", "+861062345671"]),
        ("13912340567 138****1234", ["+8613912340567", None]),
        ("138****1234 139****5678", [None, None]),
        ("010-62345671 62345672", ["+861062345671", "62345672"]),
        ("15,900,000,901", ["+8615900000901"]),
        ("159/0000/0901", ["+8615900000901"]),
        ("13912340567/02", ["+8613912340567", None]),
    ],
)
def test_other_lists(text, values):
    assert [v.value for v in normalise_cell("phone", text)] == values


@pytest.mark.parametrize(
    ("texts", "value", "kind"),
    [
        (
            [
                "400-123-4567",
                "400 123 4567",
                "4001-234-567",
                "400-1234567",
                "4001234567",
                "+86 400 123 4567",
                "86-400-123-4567",
                "（400）1234567",
                "400—123—4567",
                "４００－１２３－４５６７",
                "客服电话：400-123-4567",
                "400-123-4567-2",
                "400-123-4567转2",
                "4001234567.0",
            ],
            "4001234567",
            "national_rate",
        ),
        (["800-810-1234", "8008101234", "800 810 1234"], "8008101234", "national_rate"),
        (
            ["95588", "95588转9", "客服95588", "+86 95588", "010-95588", "0755-95588", "95588.0", "９５５８８"],
            "95588",
            "short_code",
        ),
        (["12345", "0571-12345", "市民热线12345"], "12345", "short_code"),
        (["106575550000", "1065 7555 0000"], "106575550000", "sms_port"),
        (["1440123456789", "+861440123456789"], "+861440123456789", "iot"),
    ],
)
def test_service_numbers(texts, value, kind):
    assert wrong(texts, [(value, kind, "valid")]) == {}


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (
            [
                "+852 5123 4067",
                "+85251234067",
                "00852-5123-4067",
                "(852)51234067",
                "852-51234067",
                "852 5123 4067",
                "+852-5123-4067",
            ],
            "+85251234067",
        ),
        (["+853 6612 3406", "00853 66123406", "853-66123406"], "+85366123406"),
        (
            ["+886 912 340 678", "+886-0912-340-678", "+886(0)912340678", "00886912340678", "886912340678"],
            "+886912340678",
        ),
        (["+44 7700 900124", "+44 (0)7700 900124", "+44 07700900124", "0044 7700 900124"], "+447700900124"),
        (["+1 202-555-0143", "+1 (202) 555-0143", "001-202-555-0143", "+12025550143"], "+12025550143"),
    ],
)
def test_foreign_spellings(texts, value):
    assert wrong(texts, [(value, "foreign", "plausible")]) == {}


@pytest.mark.parametrize(
    ("country", "texts", "value", "kind"),
    [
        (
            "GB",
            [
                "07700 900124",
                "07700900124",
                "+44 7700 900124",
                "+44 (0)7700 900124",
                "0044 7700 900124",
                "(07700) 900124",
                "07700-900-124",
                "Mobile: 07700 900124",
                "tel:07700900124",
                "07700900124.0",
            ],
            "+447700900124",
            "mobile",
        ),
        (
            "GB",
            ["020 7946 0958", "(020) 7946 0958", "+44 20 7946 0958", "+44 (0) 20 7946 0958", "02079460958"],
            "+442079460958",
            "landline",
        ),
        (
            "US",
            [
                "(202) 555-0143",
                "202-555-0143",
                "202.555.0143",
                "+1 202 555 0143",
                "1-202-555-0143",
                "12025550143",
                "Cell: 202-555-0143",
                "2025550143.0",
                "202 555 0143",
            ],
            "+12025550143",
            "mobile",
        ),
    ],
)
def test_other_countries(country, texts, value, kind):
    assert wrong(texts, [(value, kind, "valid")], country=country) == {}


def test_carrier_prefixes_of_call_logs():
    for prefix in ("17951", "17911", "17909", "12593", "12583", "125831", "10193"):
        assert normalise_phone(prefix + "13912340567").value == "+8613912340567"
    assert normalise_phone("1790901062345671").value == "+861062345671"


@pytest.mark.parametrize("sign", MASKS)
def test_masks_never_become_values(sign):
    phones = [hidden("13912341567", *cut, sign) for cut in ((3, 7), (7, 11), (0, 7), (3, 9), (5, 9))]
    phones += [
        "+86 " + phones[0],
        group(phones[0], (3, 4, 4), "-"),
        group(phones[0], (3, 4, 4), " "),
        phones[0] + "(本人)",
    ]
    papers = [hidden("110105194912310029", *cut, sign) for cut in ((6, 14), (10, 14), (1, 17), (4, 16), (3, 14))]
    cards = [hidden("6222021234567890128", *cut, sign) for cut in ((6, 15), (4, 15), (0, 15))]
    for rule, texts in (("phone", phones), ("identity", papers), ("card", cards)):
        for text in texts:
            found = normalise_cell(rule, text)
            assert [v.value for v in found] == [None], (rule, text)
            assert [v.quality for v in found] == ["masked"], (rule, text)


@pytest.mark.parametrize(
    "text",
    [
        "138----1234",
        "138....1234",
        "138····1234",
        "138____1234",
        "138…1234",
        "尾号1234",
        "手机尾号：1234",
        "138某某某某1234",
        "138(隐藏)1234",
        "0755-2600123x",
    ],
)
def test_masks_by_other_means(text):
    assert [v.quality for v in normalise_cell("phone", text)] == ["masked"]


@pytest.mark.parametrize(
    "text", ["无电话", "暂无电话", "没有手机", "不知道", "保密", "拒绝提供", "电话不详", "未留电话", "空号", "未填写"]
)
def test_words_for_nothing(text):
    assert [v.quality for v in normalise_cell("phone", text)] == ["empty"]


@pytest.mark.parametrize(
    "text",
    [
        "1591234056",
        "159123405678",
        "12912340567",
        "159123405670123",
        "13912340567890",
        "2023年5月3日",
        "110105194912310021",
        "abc15400000901",
        "+44 123",
        "+852 1234",
        "+1 102-555-0143",
        "6222021234567890128",
    ],
)
def test_no_phones(text):
    assert [v.value for v in normalise_cell("phone", text)] == [None]


def test_letters_in_a_mobile_are_corrected_with_a_warning():
    for text in ("159O0000901", "I5900000901", "l590000O901", "159 0000 O901"):
        (found,) = normalise_cell("phone", text)
        assert found[:3] == ("+8615900000901", "mobile", "plausible")
        assert "letter_corrected" in found.issues


def test_mobile_with_plus_but_without_country():
    (found,) = normalise_cell("phone", "+15900000901")
    assert found[:4] == ("+8615900000901", "mobile", "plausible", ("assumed_country",))
    # A possible number of North America is one.
    assert normalise_phone("+13125550143")[:2] == ("+13125550143", "foreign")


@pytest.mark.parametrize(
    ("text", "quality", "issues"),
    [
        ("010-62345671", "valid", ()),
        ("010-6234567", "plausible", ("unusual_length",)),
        ("0310-6234567", "valid", ()),
        ("0310-62345671", "plausible", ("unusual_length",)),
        ("0371-6234567", "plausible", ("unusual_length",)),
        ("0754-8234567", "valid", ()),
        ("0754-82345671", "valid", ()),
        ("0300-2345671", "plausible", ("unlisted_area_code",)),
        ("0991-1345672", "plausible", ("unusual_subscriber",)),
        ("026-62345671", "invalid", ("prefix",)),
    ],
)
def test_area_codes(text, quality, issues):
    assert normalise_phone(text)[2:4] == (quality, issues)


def test_dressings_do_not_disturb_other_rules():
    for dressing in DRESSINGS[:8]:
        for rule, text in (
            ("date", "2021-03-05"),
            ("money", "1200"),
            ("name", "张三"),
            ("address", "建国路88号3栋501室"),
        ):
            assert normalise_cell(rule, dressing.format(text)) == normalise_cell(rule, text)


@pytest.mark.parametrize("rule", sorted(NORMALISERS))
def test_fuzzed_cells_obey_the_laws(rule):
    assert fuzz.run(rule, 0, 400) == []


def test_the_fuzzer_sees_a_broken_law():
    assert fuzz.check("phone", "13912340567", Options(), shapes={"phone": "[0-9]+"}).startswith("shape")


@pytest.mark.parametrize("rule", sorted(NORMALISERS))
@pytest.mark.parametrize(
    "part", ["1", "1 ", "1-", "(", "转1", "x", "a1", "1号", "一千", "张 ", "13912340567 ", "12-3,", "2021-", "*1"]
)
def test_no_cell_takes_long(rule, part):
    for text in (part * 60, part * 60 + "!", "0086-755-26001234 15812340568(本人" + part * 30):
        assert fuzz.check(rule, text, Options(), shapes={}) != "slow"
