"""Words in a customer's own phone cell that give a number to somebody else (rule ``own_phone``)."""

import pytest

from ringfinder.normalise import normalise_cell

OWN, OTHER = "+8613912340567", "third_party"


def read(text):
    """The values of a cell; a number of somebody else as its issue."""
    return [OTHER if OTHER in v.issues else v.value for v in normalise_cell("own_phone", text)]


@pytest.mark.parametrize(
    "words",
    [
        "妻子",
        "母:",
        "其母",
        "spouse ",
        "Emergency contact: ",
        "紧急联系人:张三 ",
        "同事",
        "联系人：",
        "儿子小明 ",
        "担保人",
        "非本人",
        "代理人",
        "律师",
        "来电",
        "受托人:",
        "李梅(妻)",
        "本人妻子",
        "客户父亲",
        "agent ",
    ],
)
def test_words_before_a_number_give_it_to_somebody_else(words):
    (found,) = normalise_cell("own_phone", f"{words}13912340567")
    assert found == (OWN, "mobile", "valid", ("third_party", "not_linkable"), "")
    assert not found.linkable


@pytest.mark.parametrize(
    "text", ["13912340567(父亲)", "13912340567(父亲,已故)", "139-1234-0567 妻", "13912340567,母亲"]
)
def test_words_behind_a_number_do_too(text):
    assert read(text) == [OTHER]


@pytest.mark.parametrize(
    "text",
    [
        "本人13912340567",
        "自己 13912340567",
        "13912340567(机主)",
        "客户13912340567",
        "联系人(本人)13912340567",
        "13912340567(女)",
        "Tel: 13912340567",
        "13912340567 Mr Wang",
        "王小妹13912340567",
        "主卡+86 13912340567",
        "13912340567",
    ],
)
def test_the_customers_own_number_stays(text):
    assert read(text) == [OWN]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本人13912340567配偶15812340568", [OWN, OTHER]),
        ("15812340568(妻)13912340567(本人)", [OTHER, OWN]),
        ("15812340568(妻)/13912340567", [OTHER, OWN]),
        ("13912340567 妻子15812340568", [OWN, OTHER]),
        ("①13912340567②15812340568(妻)", [OWN, OTHER]),
        ("13912340567;妻子;15812340568", [OWN, OTHER]),
        ("13912340567\n代理人 0755-26001234转801", [OWN, OTHER]),
        ("0755-26001234转801/父亲13912340567", ["+8675526001234", OTHER]),
        ("13912340567/95588(代理)", [OWN, "95588"]),
    ],
)
def test_other_numbers_of_the_cell_stay(text, expected):
    assert read(text) == expected


def test_the_plain_rule_reads_the_number_whoever_has_it():
    assert [v.value for v in normalise_cell("phone", "代理人13912340567")] == [OWN]


@pytest.mark.parametrize("text", ["配偶", "138****1234(父亲)", "父亲:1234", "", "(妻)", "妻子无"])
def test_without_a_number_nothing_changes(text):
    assert normalise_cell("own_phone", text) == normalise_cell("phone", text)
