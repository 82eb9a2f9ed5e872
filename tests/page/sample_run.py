"""A run with three rings and hostile texts, for the page's tests."""

from __future__ import annotations

from ringfinder.model import Evidence, Hub, InputFile, Member, Mitigation, Ring, RingLink, Row, Run

#: Every text sets ``window.HIT`` or opens a dialog if it ever runs.
HOSTILE = (
    "<script>window.HIT=1;alert(1)</script>",
    "</script><script>window.HIT=2</script>",
    '<img src=x onerror="window.HIT=3">',
    "<a href='javascript:window.HIT=4'>href</a>",
    "{{7*7}} {{script}} ${window.HIT=5} {% raw %}",
    "李\u202e四\u200b伟\u2066",
    "<!--<script>window.HIT=6",
    '"><svg onload=window.HIT=7>',
    "=cmd|' /C calc'!A0",
    "👩\u200d👧 家属\u2028代办\ud800\x07",
    "长" * 3000,
)
_NAMES = "张李王刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"


def _member(kind: str, key: str, label: str, role: str, note: str = "") -> Member:
    return Member(kind, key, label, role, 0.93, note)


def big_ring(debtors: int = 43, complaints: int = 60, *, rank: int = 1) -> Ring:
    """A ring of the classic shape: three agents, two companies, phones, a payee, debtors, complaints."""
    members = [
        _member("agent", "boss", "黄*文", "organiser", "organiser by reach: names 2 companies and 3 phones"),
        _member("company", "c1", "安远企业管理有限公司", "company"),
        _member("company", "c2", "众联债务优化中心", "company"),
        *(_member("agent", f"a{k}", n, "agent") for k, n in enumerate(["陈*", "郭*斌", "朱*杰"])),
        *(_member("phone", f"p{k}", f"1{57 + k}****{4587 + 98 * k}", "shared phone") for k in range(4)),
        _member("payee_account", "y", "尾号 7395", "shared payee"),
        *(_member("template", f"t{k}", f"投诉模板 {'AB'[k]}", "shared template") for k in range(2)),
        _member("document", "d", "贫困证明 (布局 3)", "shared document"),
        _member(
            "law_firm",
            "lf",
            "正衡律师事务所",
            "lawful representative",
            "on the list of lawful representatives",
        ),
        *(
            _member(
                "debtor",
                f"b{k:03}",
                f"{_NAMES[k % len(_NAMES)]}*{_NAMES[(k * 7 + 3) % len(_NAMES)] if k % 3 else ''}",
                "debtor",
            )
            for k in range(debtors)
        ),
        *(_member("complaint", f"x{k:03}", f"投诉 {20250 + k}", "complaint") for k in range(complaints)),
    ]
    links = [
        _link("agent:boss", "company:c1", "controls", 2),
        _link("agent:boss", "company:c2", "legal_rep_of", 3),
        *(_link(f"agent:a{k}", f"company:c{1 + k % 2}", "works_for", 4 + k) for k in range(3)),
        *(_link(f"agent:a{k % 3}", f"phone:p{k}", "reached_at", 8 + k) for k in range(4)),
        _link("payee_account:y", "company:c1", "held_by", 12),
    ]
    for k in range(debtors):
        agent = k * 3 // debtors
        links.append(_link(f"debtor:b{k:03}", f"agent:a{agent}", "represented_by", 20 + k))
        if k % 4 == 0:
            links.append(_link(f"debtor:b{k:03}", "payee_account:y", "paid", 120 + k))
        if k % 5 == 1:
            links.append(_link(f"debtor:b{k:03}", "document:d", "submitted", 220 + k))
        if k % 11 == 3:
            links.append(_link(f"debtor:b{k:03}", "law_firm:lf", "represented_by", 320 + k))
    for k in range(complaints):
        owner = k * 5 % max(1, debtors)
        links.append(_link(f"debtor:b{owner:03}", f"complaint:x{k:03}", "filed", 400 + k))
        links.append(_link(f"complaint:x{k:03}", f"phone:p{owner * 4 // debtors}", "complained_from", 400 + k))
        if k % 3 == 0:
            links.append(_link(f"complaint:x{k:03}", f"template:t{k % 2}", "uses_template", 400 + k))
    phone = tuple(sorted({x.source for x in links if x.target == "phone:p0" and x.relation == "complained_from"}))
    evidence = (
        Evidence(
            "RF01",
            "one phone filed for many debtors",
            "CONTACT",
            14.0,
            "14 unrelated debtors complained from 157****4587 within 61 days; it is nobody's own number.",
            tuple(Row("投诉工单.csv", 400 + 3 * k) for k in range(14)),
            "a relative or carer, a legal-aid desk, a call centre that passes complaints on",
            ("phone:p0", *phone),
        ),
        Evidence(
            "RF02",
            "one agent holds many powers of attorney",
            "REPRESENT",
            15.0,
            "陈* holds powers of attorney from 15 debtors, signed within 13 weeks.",
            tuple(Row("授权委托.csv", 20 + k) for k in range(15)),
            "a law firm, a social worker, a guardian appointed by a court",
            ("agent:a0", *(f"debtor:b{k:03}" for k in range(15))),
        ),
        Evidence(
            "RF15",
            "service fees flow to one account",
            "MONEY",
            11.0,
            "11 debtors paid the account ending in 7395 within ten days of their power of attorney.",
            tuple(Row("交易流水.xlsx", 120 + 4 * k) for k in range(11)),
            "rent, a shop, the fee of a real law firm",
            ("payee_account:y", *(f"debtor:b{k:03}" for k in range(0, debtors, 4))),
        ),
        Evidence(
            "RF04",
            "companies share what identifies them",
            "ORG",
            2.0,
            "安远企业管理有限公司 and 众联债务优化中心 have one legal representative.",
            (Row("企业登记.csv", 2), Row("企业登记.csv", 3)),
            "an incubator's address, a franchise",
            ("company:c1", "company:c2", "agent:boss"),
        ),
    )
    mitigations = (
        Mitigation(
            "M01",
            "A valid power of attorney names this agent for 6 of the 43 debtors.",
            tuple(Row("授权委托.csv", 20 + k) for k in range(6)),
        ),
        Mitigation(
            "M03",
            "The bank's own collector called 3 of these debtors after 22:00.",
            (Row("催收通话.csv", 77),),
        ),
        Mitigation(
            "M05",
            "4 debtors say they paid fees and got nothing: they are victims first.",
            (Row("投诉工单.csv", 431), Row("投诉工单.csv", 460)),
        ),
    )
    return Ring(
        f"R{rank}",
        rank,
        "strong",
        97.0 - rank,
        ("CONTACT", "REPRESENT", "MONEY", "ORG"),
        tuple(members),
        evidence,
        mitigations,
        tuple(links),
        "43 debtors of two linked companies, three agents and four shared phones",
        "2025-03-03",
        "2025-07-21",
        debtors,
    )


def _link(source: str, target: str, relation: str, row: int) -> RingLink:
    return RingLink(source, target, relation, f"2025-{3 + row % 5:02}-{1 + row % 27:02}", Row("导出 明细.csv", row))


def hostile_ring() -> Ring:
    """A ring in which every text is hostile."""
    text = dict(enumerate(HOSTILE))
    people = tuple(_member("debtor", t, t, "debtor", t) for t in HOSTILE)
    core = (
        _member("agent", "a" + text[1], text[1], "agent", text[3]),
        _member("phone", "p" + text[0], text[0], "shared phone", text[2]),
        _member("company", "c" + text[3], text[3], "company", text[10]),
        _member("wizard" + text[7], "w", text[7], "role " + text[2]),
    )
    links = tuple(
        RingLink(p.id, hub.id, relation, text[k % 11], Row(text[(k + 1) % 11], k + 2))
        for k, p in enumerate(people)
        for hub, relation in (
            (core[0], "represented_by"),
            (core[1], "uses_phone"),
            (core[3], "weird" + text[0]),
        )
    )
    evidence = tuple(
        Evidence(
            f"RF{k:02}{t[:30]}",
            t,
            t if k % 2 else "CONTACT",
            1.0,
            t,
            (Row(t, k + 2),),
            t,
            (core[1].id, people[k].id),
        )
        for k, t in enumerate(HOSTILE)
    )
    mitigations = tuple(Mitigation(t[:40], t, (Row(t, 9),)) for t in HOSTILE)
    return Ring(
        "R2" + text[1],
        2,
        "strong",
        50.0,
        ("CONTACT", text[0]),
        (*core, *people),
        evidence,
        mitigations,
        links,
        text[1],
        text[0],
        text[2],
        11,
    )


def small_ring() -> Ring:
    """A candidate with neither evidence nor mitigation."""
    members = (
        _member("company", "c", "金盾法律咨询有限公司", "company"),
        *(_member("debtor", f"s{k}", n, "debtor") for k, n in enumerate(["王*", "李*梅", "赵*"])),
    )
    links = tuple(_link(f"debtor:s{k}", "company:c", "represented_by", 5 + k) for k in range(3))
    return Ring("R3", 3, "candidate", 3.0, ("REPRESENT",), members, (), (), links, "3 debtors of one company")


def sample_run(*, revealed: bool = False) -> Run:
    """Three rings: a classic one, a hostile one, a small candidate."""
    return Run(
        rings=(big_ring(), hostile_ring(), small_ring()),
        inputs=(
            InputFile("投诉工单.csv", "9f" * 32, 481_223, "gb18030", "complaints", 2_811, 2_790, 21),
            InputFile("授权委托.csv", "03" * 32, 88_120, "utf-8-sig", "powers_of_attorney", 640, 640, 0),
            InputFile(HOSTILE[1] + ".xlsx", "aa" * 32, 12_000, "xlsx", HOSTILE[2], 760, 751, 9),
        ),
        config={"resolution": 1.0, "hostile": HOSTILE[0], "thresholds": {"RF01": 3}},
        versions={"ringfinder": "0.1.0", "python": "3.12.4", "evil": HOSTILE[7]},
        detector="leiden",
        seed=7,
        counts={"nodes": 4_120, "links": 9_733, "communities": 61},
        issues={"placeholder_value": 18, "bad_date": 12},
        hubs=(
            Hub("phone", "h1", "95588", 412, "removed", "a bank's service number"),
            Hub(
                "phone",
                "h2",
                "0571****0000",
                63,
                "weight_reduced",
                "a switchboard: 63 employers' staff give it",
            ),
            Hub("address", "h3", HOSTILE[0], 29, "removed", HOSTILE[3]),
        ),
        representatives=("正衡律师事务所 (licence checked 2025-02, expires 2026-01)", HOSTILE[2]),
        notes=("Calls were not given; RF25 was not computed.", HOSTILE[1]),
        revealed=revealed,
        created="2025-08-01 09:30",
    )
