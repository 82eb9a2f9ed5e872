"""The sides of a contract: who is debtor and who is agent is asked unless a column tells who the debtor is."""

from __future__ import annotations

import tomllib

import pytest

from ringfinder.tables import TableOverride, UnclearError, answered, choice_text, recognise


def fields_of(headers: str, override: TableOverride | None = None) -> list[str | None]:
    return [c.field for c in recognise(headers.split(","), "t.csv", override=override).columns]


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ("甲方,乙方,签订日期", ["甲方", "乙方"]),
        ("委托方,受托方,委托日期", ["委托方", "受托方"]),
        ("委托书编号,委托方,受托方", ["委托方", "受托方"]),
        ("乙方名称,甲方名称,委托日期", ["乙方名称", "甲方名称"]),
        ("投诉编号,甲方,乙方,投诉内容", ["甲方", "乙方"]),
    ],
)
def test_the_sides_are_asked_with_the_choices_and_the_lines(headers, asked):
    with pytest.raises(UnclearError) as error:
        fields_of(headers)
    questions = error.value.mapping.questions
    assert [q.header for q in questions] == asked
    assert all({"principal", "agent_name", "agent_org"} <= set(q.choices) for q in questions)
    assert all(choice_text(q, c) for q in questions for c in q.choices)
    lines = error.value.do
    entry = tomllib.loads(lines[lines.index("[[tables]]") :].replace("columns.", "# columns.").replace("ignore", "#"))
    assert entry["tables"][0]["file"] == "t.csv"
    assert f'columns.principal = "{asked[0]}"' in lines


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("客户号,甲方,乙方", ["customer_id", "principal", "agent_name"]),
        ("委托人,受托方,签署日期", ["principal", "agent_org", "poa_signed_on"]),
        ("姓名,委托方,受托方,逾期天数", ["name", "lender", "collection_agency", "overdue_days"]),
        ("投诉编号,受托方,投诉内容", ["complaint_id", "agent_org", "text"]),
    ],
)
def test_nothing_is_asked_where_the_debtor_is_told(headers, fields):
    assert fields_of(headers) == fields


def test_one_answer_settles_the_other_side_only_if_it_names_the_debtor():
    headers = ["甲方", "乙方", "乙方电话", "签订日期"]

    def answer(choice: str) -> TableOverride:
        with pytest.raises(UnclearError) as error:
            recognise(headers, "t.csv")
        return answered(error.value.mapping, error.value.mapping.questions[0], choice, None)

    told = answer("principal")
    assert fields_of(",".join(headers), told) == ["principal", "agent_name", "agent_phone", "poa_signed_on"]
    turned = answer("agent_name")
    with pytest.raises(UnclearError) as error:
        recognise(headers, "t.csv", override=turned)
    (question,) = error.value.mapping.questions
    assert question.header == "乙方"
    assert "principal" in question.choices
    assert "agent_name" not in question.choices
    both = answered(error.value.mapping, question, "principal", turned)
    # the phone of the side that is the debtor now is not taken for the agent's
    assert fields_of(",".join(headers), both) == ["agent_name", "principal", None, "poa_signed_on"]
