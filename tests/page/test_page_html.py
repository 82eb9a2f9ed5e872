"""The page and the pyvis adapter without a browser: inert, self-contained, the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample_run import HOSTILE, big_ring, hostile_ring, sample_run

from ringfinder.errors import OutputError
from ringfinder.model import Member
from ringfinder.page.about import ring_counts
from ringfinder.page.document import fill, inert_json
from ringfinder.page.pyvis_adapter import NOTE_ID, ring_to_pyvis, write_pyvis_html
from ringfinder.page.render import BANNER, EXITS, render_html
from ringfinder.page.styles import ROLES
from ringfinder.page.text import plain, shorten, visible, width
from ringfinder.score.roles import ROLES as SCORED

HERE = Path(__file__).parent
FORBIDDEN = ("criminal", "fraudster", "诈骗犯", "老赖", "黑名单", "blacklist")
WEB = HERE.parents[1] / "ringfinder" / "page" / "web"


class Reader(HTMLParser):
    """Collects tags, attributes, visible text and the contents of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, dict[str, str | None], str]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.raw.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            tag, attrs, text = self.raw[-1]
            self.raw[-1] = (tag, attrs, text + data)
        else:
            self.words.append(data)

    def data(self) -> list[dict[str, object]]:
        return [json.loads(text) for _, attrs, text in self.raw if attrs.get("type") == "application/json"]


@pytest.fixture(scope="module")
def page() -> str:
    return render_html(sample_run())


@pytest.fixture(scope="module")
def pyvis_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pyvis") / "ring.html"
    network = ring_to_pyvis(hostile_ring())
    network.heading = HOSTILE[0]
    network.height = '1px"><script>window.HIT=9</script>'
    write_pyvis_html(network, path)
    return path.read_bytes().decode("utf-8")


@pytest.fixture(params=["page", "pyvis_page"])
def html(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_no_attribute_points_anywhere(html: str) -> None:
    for tag, attrs in Reader(html).tags:
        assert tag not in {"link", "iframe", "img", "object", "embed", "form", "base", "a"}, tag
        for name, value in attrs.items():
            assert name not in {"src", "href", "action", "srcset", "style", "data", "background"}, (tag, name)
            assert not name.startswith("on"), (tag, name)
            assert "javascript:" not in (value or "") or name == "data-words" or name == "title"


def test_our_script_and_style_fetch_nothing_and_use_no_html_sinks() -> None:
    for path in sorted(WEB.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert "//" not in text.replace("// ", "").replace("/ /", ""), path
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "fetch(",
            "XMLHttpRequest",
            "WebSocket",
            "sendBeacon",
            "@import",
            "url(",
            "window.open",
        ):
            assert word not in text, (path, word)
        assert not re.search(r"\son\w+=", text), path
        assert "\r" not in text


def test_policy_holds_exactly_the_hashes_of_its_scripts_and_styles(html: str) -> None:
    reader = Reader(html)
    policy = next(a["content"] for t, a in reader.tags if t == "meta" and "http-equiv" in a)
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data: blob:"):
        assert part in policy
    assert "unsafe" not in policy

    def hashed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    scripts = [text for tag, attrs, text in reader.raw if tag == "script" and "type" not in attrs]
    styles = [text for tag, _, text in reader.raw if tag == "style"]
    assert len(scripts) == 2
    assert re.search(r"script-src ([^;]+)", policy)[1].split() == [hashed(s) for s in scripts]
    assert re.search(r"style-src ([^;]+)", policy)[1].split() == [hashed(s) for s in styles]


def test_hostile_texts_add_no_tag_and_stay_readable(page: str) -> None:
    calm = Reader(render_html(replace(sample_run(), rings=(big_ring(),), hubs=(), notes=(), representatives=())))
    assert {t for t, _ in Reader(page).tags} - {"ul", "li"} <= {t for t, _ in calm.tags}
    assert page.count("<script") == 2 + 1 + len(sample_run().rings)
    rings = Reader(page).data()[1:]
    names = [m["name"] for m in rings[1]["members"]]
    assert "</script><script>window.HIT=2</script>" in names
    assert "李‹U+202E›四‹U+200B›伟‹U+2066›" in names
    assert "长" * 3000 in names


def test_hidden_characters_are_marked_everywhere(html: str) -> None:
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff\x00-\x08\x0b-\x1f\x7f]",
        re.sub(r"(?s)<script>.*?</script>", "", html),
    )
    assert visible("a\x00\t\x7f\u202e\ud800\u3164") == "a␀␉␡‹U+202E›‹U+D800›‹U+3164›"
    assert visible("黄敏文 ABC 👩") == "黄敏文 ABC 👩"


def test_keys_stay_out_of_the_page(page: str) -> None:
    assert "debtor:b0" not in page
    assert "agent:boss" not in page


def test_banner_exits_facts_and_rings_are_text(page: str) -> None:
    words = "".join(Reader(page).words)
    for text in (
        *BANNER,
        *(t for pair in EXITS for t in pair),
        "Masked 已脱敏",
        "detector leiden",
        "seed 7",
        "ringfinder 0.1.0",
        "95588",
        "a bank's service number",
        "正衡律师事务所",
        "Calls were not given",
    ):
        assert text in words, text
    assert "Revealed" not in words
    assert "do not send abroad" in "".join(Reader(render_html(sample_run(revealed=True))).words)


def test_no_word_judges_people(html: str) -> None:
    ours = re.sub(r"(?s)<script>/\*\*.*?</script>", "", html).casefold()
    for word in FORBIDDEN:
        assert word not in ours


def test_evidence_rows_and_mitigations_are_in_the_data(page: str) -> None:
    ring = Reader(page).data()[1]
    assert ring["evidence"][0]["rows"][0].startswith("投诉工单.csv:400, 403")
    assert ring["evidence"][0]["harmless"]
    assert [m["code"] for m in ring["mitigations"]] == ["M01", "M03", "M05"]
    assert len(ring["evidence"][0]["nodes"]) > 3


def test_the_same_run_gives_the_same_bytes(page: str, pyvis_page: str, tmp_path: Path) -> None:
    assert render_html(sample_run()) == page
    for name in ("a", "b"):
        write_pyvis_html(ring_to_pyvis(big_ring()), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "zh_CN.GBK", "LANG": "zh_CN.GBK"}])
def test_bytes_do_not_depend_on_the_locale(page: str, tmp_path: Path, locale: dict[str, str]) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from sample_run import sample_run, big_ring\n"
        "from ringfinder.page.render import render_html\n"
        "from ringfinder.page.pyvis_adapter import ring_to_pyvis, write_pyvis_html\n"
        "Path(sys.argv[2]).write_bytes(render_html(sample_run()).encode('utf-8'))\n"
        "write_pyvis_html(ring_to_pyvis(big_ring()), sys.argv[3])\n"
    )
    env = {**os.environ, **locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "gbk"}
    out, ring = tmp_path / "page.html", tmp_path / "ring.html"
    subprocess.run([sys.executable, "-c", code, HERE, out, ring], env=env, cwd=HERE.parents[1], check=True, timeout=60)
    assert out.read_bytes() == page.encode("utf-8")
    write_pyvis_html(ring_to_pyvis(big_ring()), tmp_path / "here.html")
    assert ring.read_bytes() == (tmp_path / "here.html").read_bytes()


def test_no_rings_says_so_and_why() -> None:
    run = replace(sample_run(), rings=(), config={"score": {"min_units": 4, "min_families": 2}})
    words = "".join(Reader(render_html(run)).words)
    assert "No ring to show" in words
    assert "4,181 of 4,211 rows entered the graph" in words
    assert "at least 4 unrelated debtors, 2 families of evidence, one hard family" in words


def test_rings_beyond_the_limit_are_named() -> None:
    run = sample_run()
    page = Reader(render_html(run, rings=2))
    assert len(page.data()) == 3
    assert "1 more in rings.csv" in "".join(page.words)


# --- the pyvis adapter ---


def test_network_has_fixed_places_roles_by_colour_and_shape_and_plain_titles() -> None:
    ring = big_ring()
    network = ring_to_pyvis(ring, height="500px")
    nodes, edges, _, height, _, options = network.get_network_data()
    assert height == "500px"
    assert json.loads(options)["physics"] == {"enabled": False}
    assert [n["id"] for n in nodes] == [m.id for m in ring.members]
    assert all(n["fixed"] and not n["physics"] for n in nodes)
    looks = {n["role"]: (n["shape"], n["color"]["background"]) for n in nodes}
    assert len(set(looks.values())) == len(looks) == 10
    phone = next(n for n in nodes if n["id"] == "phone:p0")
    assert "RF01" in phone["title"]
    assert "14 unrelated debtors" in phone["title"]
    assert any("represented by 委托 · 2025-" in e["title"] and "导出 明细.csv:" in e["title"] for e in edges)


def test_every_role_differs_by_colour_and_shape() -> None:
    assert len({r.colour for r in ROLES.values()}) == len(ROLES)
    assert len({(r.shape, r.size) for r in ROLES.values()}) == len(ROLES)


def test_no_title_switches_pyvis_to_html() -> None:
    network = ring_to_pyvis(hostile_ring())
    assert not any("href" in n["title"] for n in network.nodes)
    assert not any("href" in e["title"] for e in network.edges)
    assert plain("x" * 700).endswith("(700 characters)")


def test_limit_drops_complaints_first_then_debtors_and_says_so() -> None:
    ring = big_ring(43, 60)
    others = len(ring.members) - 103
    network = ring_to_pyvis(ring, limit=80)
    assert network.num_nodes() == 80
    roles = [n["role"] for n in network.nodes]
    assert roles.count("debtor") == 43
    assert roles.count("complaint") == 79 - 43 - others
    assert "Not drawn: 40 complaints" not in network.get_node(NOTE_ID)["label"]
    assert f"Not drawn: {60 - (79 - 43 - others)} complaints" in network.get_node(NOTE_ID)["label"]
    roles = [n["role"] for n in ring_to_pyvis(ring, limit=30).nodes]
    assert "complaint" not in roles
    assert roles.count("debtor") == 29 - others
    assert ring_to_pyvis(ring, limit=len(ring.members)).num_nodes() == len(ring.members)
    with pytest.raises(ValueError, match="limit must be 2 or more"):
        ring_to_pyvis(ring, limit=1)


def test_method_of_the_ring_is_the_adapter() -> None:
    assert big_ring().to_pyvis(limit=50).num_nodes() == 50


def test_unwritable_place_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_pyvis_html(ring_to_pyvis(big_ring()), tmp_path / "no" / "such" / "place.html")


def test_pictures_from_elsewhere_and_odd_sizes_are_dropped(tmp_path: Path, pyvis_page: str) -> None:
    network = ring_to_pyvis(big_ring())
    network.add_node("evil", shape="image", image="https://example.org/a.png")
    write_pyvis_html(network, tmp_path / "a.html")
    assert "example.org" not in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert Reader(pyvis_page).data()[0]["height"] == "720px"


# --- small parts ---


@pytest.mark.parametrize("text", HOSTILE)
def test_inert_json_gives_the_text_back_and_cannot_end_its_tag(text: str) -> None:
    made = inert_json({"t": text})
    assert json.loads(made)["t"] == text
    assert not set("<>&\u2028\u2029") & set(made)
    made.encode("utf-8")


def test_filling_looks_at_the_template_only_once() -> None:
    assert fill("{{a}}-{{b}}", a="{{b}}", b="{{a}}") == "{{b}}-{{a}}"


def test_shortened_texts_count_columns() -> None:
    assert shorten("安远企业管理有限公司", 9) == "安远企业…"
    assert shorten("short", 9) == "short"
    assert width("安a") == 3


def test_every_role_that_a_ring_can_give_is_drawn_in_its_own_way() -> None:
    assert set(SCORED) <= set(ROLES)
    shapes = [(role.shape, role.colour) for role in ROLES.values()]
    assert len(set(shapes)) == len(shapes)
    script = (WEB / "page.js").read_text(encoding="utf-8")
    assert [code for code in ROLES if f'"{code}"' not in script] == ["complaint"]  # the plain dot


def test_people_of_another_kind_are_counted_as_the_debtors() -> None:
    members = tuple(Member("person", f"p{k}", f"P{k}", "debtor", 1.0) for k in range(4))
    ring = replace(sample_run().rings[0], members=members, links=(), evidence=())
    counts = [n for n, _, _ in ring_counts(ring)]
    assert counts == [4, 0, 0, 0, 0, 0]
