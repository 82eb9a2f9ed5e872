"""Every vector of section 5.1 (phone) and the phone rows of 5.6 (placeholders)."""

import pytest

from ringfinder.errors import ConfigError
from ringfinder.normalise import Options, Value, normalise_cell, normalise_phone

SAME = [
    "15400000901",
    "154 0000 0901",
    "154-0000-0901",
    "+86 154 0000 0901",
    "0086-15400000901",
    "8615400000901",
    "015400000901",
    "１５４００００ ０９０１",
    "'15400000901",
    '="15400000901"',
    "15400000901.0",
    "\t15400000901",
    "1.5400000901E+10",
]


@pytest.mark.parametrize("text", SAME)
def test_thirteen_spellings(text):
    expected = Value("+8615400000901", "mobile", "plausible", ("unallocated_prefix",))
    assert normalise_phone(text) == expected
    assert normalise_cell("phone", text) == (expected,)


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("1.54E+10", "damaged"),
        ("1.38E+10", "damaged"),
        ("1.54000009E+10", "damaged"),
        ("1540000090", "invalid"),
        ("154000009012", "invalid"),
        ("12000000901", "invalid"),
        ("13800138000", "placeholder"),
        ("13000000000", "placeholder"),
        ("15400000000", "placeholder"),
        ("11111111111", "placeholder"),
        ("12345678901", "placeholder"),
        ("13888888888", "placeholder"),
        ("00000000000", "placeholder"),
        ("18888888888", "placeholder"),
        ("15412121212", "placeholder"),
        ("15412345678", "placeholder"),
        ("13800000000", "placeholder"),
        ("13900000000", "placeholder"),
        ("10000000000", "placeholder"),
        ("00000000", "placeholder"),
        ("13123123123", "placeholder"),
        ("19876543211", "placeholder"),
        ("+8613800138000", "placeholder"),
        ("138****1234", "masked"),
        ("138xxxx1234", "masked"),
        ("138●●●●1234", "masked"),
        ("138-****-1234", "masked"),
        ("138＊＊＊＊1234", "masked"),
        ("138x0001234", "masked"),
        ("*******1234", "masked"),
        ("本人", "empty"),
        ("无", "empty"),
        ("同上", "empty"),
        ("", "empty"),
        ("#N/A", "damaged"),
        ("abc", "invalid"),
        ("abc15400000901", "invalid"),
        ("2023年5月3日", "invalid"),
        ("75526001234", "damaged"),
        ("٣٨٠٠١٣٨٠٠١", "invalid"),
    ],
)
def test_not_linking(text, quality):
    (value,) = normalise_cell("phone", text)
    assert value.quality == normalise_phone(text).quality == quality
    assert value.value is None
    assert not value.linkable


@pytest.mark.parametrize("text", ["16200000901", "16500000901", "16700000901", "17000000901", "17100000901"])
def test_resale_operator(text):
    assert normalise_phone(text) == Value("+86" + text, "mobile", "valid", ("resale_operator",))


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("19200000901", "+8619200000901", "mobile"),
        ("1440123456789", "+861440123456789", "iot"),
        ("14500000901", "+8614500000901", "data_sim"),
        ("17400000901", "+8617400000901", "mobile"),
        ("4001234567", "4001234567", "national_rate"),
        ("400-123-4567", "4001234567", "national_rate"),
        ("8008101234", "8008101234", "national_rate"),
        ("95588", "95588", "short_code"),
        ("955881", "955881", "short_code"),
        ("96500", "96500", "short_code"),
        ("96110", "96110", "short_code"),
        ("10086", "10086", "short_code"),
        ("12378", "12378", "short_code"),
        ("12345", "12345", "short_code"),
        ("110", "110", "short_code"),
        ("120", "120", "short_code"),
        ("106575550000", "106575550000", "sms_port"),
        ("+861062345678", "+861062345678", "landline"),
        ("0371-62345671", "+8637162345671", "landline"),
        ("0310-6234567", "+863106234567", "landline"),
        ("+86 (0)10 5400 0001", "+861054000001", "landline"),
        ("861054000001", "+861054000001", "landline"),
        ("手机：15900000901（本人）", "+8615900000901", "mobile"),
        ("Tel: 15900000901", "+8615900000901", "mobile"),
    ],
)
def test_valid_kinds(text, value, kind):
    found = normalise_phone(text)
    assert (found.value, found.kind, found.quality) == (value, kind, "valid")
    assert normalise_cell("phone", text) == (found,)


@pytest.mark.parametrize(
    ("text", "value", "extension"),
    [
        ("010-54000001转801", "+861054000001", "801"),
        ("(010)54000001-801", "+861054000001", "801"),
        ("（010）54000001-801", "+861054000001", "801"),
        ("01054000001 分机801", "+861054000001", "801"),
        ("0755-2600 1234 ext 801", "+8675526001234", "801"),
        ("010-54000001x801", "+861054000001", "801"),
        ("010-54000001#801", "+861054000001", "801"),
        ("010-54000001转接801", "+861054000001", "801"),
        ("4001234567转2", "4001234567", "2"),
        ("0755-2600-1234", "+8675526001234", ""),
    ],
)
def test_extensions(text, value, extension):
    (found,) = normalise_cell("phone", text)
    assert (found.value, found.extra, found.quality) == (value, extension, "valid")


def test_privacy_number_with_extension_does_not_link():
    found = normalise_phone("17012340901转1234")
    assert found.quality == "plausible"
    assert not found.linkable


def test_landline_without_area_code():
    found = normalise_phone("62345678")
    assert found == Value("62345678", "landline", "plausible", ("no_area_code", "not_linkable"))
    assert not found.linkable


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("15400000901/010-54000001转801", ["+8615400000901", "+861054000001"]),
        ("15900000901、15900000902；15900000903", ["+8615900000901", "+8615900000902", "+8615900000903"]),
        ("15900000901 15900000902", ["+8615900000901", "+8615900000902"]),
        ("15900000901\n15900000902|15900000903", ["+8615900000901", "+8615900000902", "+8615900000903"]),
        ("15900000901(本人)15900000902(配偶)", ["+8615900000901", "+8615900000902"]),
        ("15900000901,无", ["+8615900000901"]),
        ("15900000901,15900000901", ["+8615900000901"]),
        ("15900000901/138****1234", ["+8615900000901", None]),
    ],
)
def test_lists(text, values):
    assert [v.value for v in normalise_cell("phone", text)] == values


@pytest.mark.parametrize(
    ("text", "country", "value", "kind", "quality"),
    [
        ("+852 5123 4567", "CN", "+85251234567", "foreign", "plausible"),
        ("00852 5123 4567", "CN", "+85251234567", "foreign", "plausible"),
        ("+44 20 7946 0958", "CN", "+442079460958", "foreign", "plausible"),
        ("+44 20 7946 0958", "GB", "+442079460958", "landline", "valid"),
        ("+44 (0)20 7946 0958", "GB", "+442079460958", "landline", "valid"),
        ("020 7946 0958", "GB", "+442079460958", "landline", "valid"),
        ("07700 900123", "GB", "+447700900123", "mobile", "valid"),
        ("0044 7700 900124", "GB", "+447700900124", "mobile", "valid"),
        ("0808 157 0192", "GB", "+448081570192", "national_rate", "valid"),
        ("999", "GB", None, "phone", "placeholder"),
        ("101", "GB", "101", "short_code", "valid"),
        ("7946 0958", "GB", "79460958", "landline", "plausible"),
        ("+86 154 0000 0901", "GB", "+8615400000901", "foreign", "plausible"),
        ("+1 202-555-0143", "US", "+12025550143", "mobile", "valid"),
        ("(202) 555-0143", "US", "+12025550143", "mobile", "valid"),
        ("1-202-555-0143", "US", "+12025550143", "mobile", "valid"),
        ("1-800-555-0199", "US", "+18005550199", "national_rate", "valid"),
        ("911", "US", "911", "short_code", "valid"),
        ("102-555-0143", "US", None, "phone", "invalid"),
        ("202-555-0143 ext 12", "US", "+12025550143", "mobile", "valid"),
        ("555-0143", "US", "5550143", "landline", "plausible"),
    ],
)
def test_countries(text, country, value, kind, quality):
    found = normalise_phone(text, Options(country=country))
    assert (found.value, found.kind, found.quality) == (value, kind, quality)


def test_unknown_country():
    with pytest.raises(ConfigError, match="numbering plan"):
        normalise_phone("15400000901", Options(country="ZZ"))


def test_confirmed_placeholder():
    assert normalise_phone("15412345678", Options(allow=frozenset({"15412345678"}))).quality == "plausible"
