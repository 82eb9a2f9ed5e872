"""The page in Chromium: no request, no console message, nothing hostile runs, everything can be reached."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sample_run import HOSTILE, big_ring, hostile_ring, sample_run

from ringfinder.page.pyvis_adapter import ring_to_pyvis, write_pyvis_html
from ringfinder.page.render import render_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SETUP = """
window.__violations = [];
document.addEventListener('securitypolicyviolation',
  (e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


class Visit:
    """An open page and everything it did that it should not."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.path = page, path
        self.requests: list[str] = []
        self.trouble: list[str] = []
        page.on("request", lambda r: self.requests.append(r.url))
        page.on("console", lambda m: self.trouble.append(f"console {m.type}: {m.text}"))
        page.on("pageerror", lambda e: self.trouble.append(f"error: {e}"))
        page.on("dialog", self._dialog)
        page.add_init_script(SETUP)
        page.goto(path.as_uri())
        page.wait_for_function(
            "document.documentElement.dataset.ready || !document.querySelector('button.ring, #mynetwork')"
        )

    def _dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def check(self) -> None:
        assert self.page.evaluate("window.__violations") == []
        assert self.page.evaluate("typeof window.HIT") == "undefined"
        assert self.trouble == []
        assert [u for u in self.requests if u != self.path.as_uri() and not u.startswith(("data:", "blob:"))] == []

    def select(self, ring: int) -> None:
        self.page.locator("button.ring").nth(ring).click()
        self.page.wait_for_timeout(80)

    def at(self, member: int) -> tuple[float, float]:
        point = self.page.evaluate(f"ringPage.screen({member})")
        return point["x"], point["y"]


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    made: list[Visit] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900})

    def open_page(text: str | None = None, path: Path | None = None) -> Visit:
        if path is None:
            path = tmp_path / "report.html"
            path.write_bytes((text or render_html(sample_run())).encode("utf-8"))
        made.append(Visit(context.new_page(), path))
        return made[-1]

    yield open_page
    for each in made:
        each.check()
    context.close()


def colours(png: bytes) -> int:
    """How many different colours a PNG holds (8-bit RGB or RGBA, as Chromium writes)."""
    at, data, channels = 8, b"", 3
    width = 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, channels = struct.unpack(">I", body[:4])[0], 4 if body[9] == 6 else 3
        elif kind == b"IDAT":
            data += body
        at += size + 12
    raw = zlib.decompress(data)
    stride = width * channels + 1
    # filters need no undoing: a blank picture has (almost) one value a row whatever the filter
    return len({raw[k : k + channels] for k in range(1, len(raw) - stride, 97 * channels)})


def test_tour_of_hostile_texts_runs_nothing(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.page
    seen.select(1)
    for member in page.evaluate("ringPage.drawn()"):
        page.mouse.move(*seen.at(member))
        page.wait_for_timeout(25)
        page.mouse.click(*seen.at(member))
        assert page.locator("#picked").is_visible()
        page.keyboard.press("Escape")
    for card in page.locator("#for .card").all():
        card.click()
    page.click("#tab-members")
    for text in ("</script><script>window.HIT=2</script>", "李‹U+202E›四‹U+200B›伟‹U+2066›"):
        assert page.locator("#members button span", has_text=text).count() >= 1
    page.fill("#filter", HOSTILE[1])
    page.click("#show-about")
    assert page.locator("#about").get_by_text(HOSTILE[0]).count() >= 1


def test_drawing_is_not_blank_and_hover_tells_the_evidence(visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.page
    assert colours(page.locator("#graph").screenshot()) > 40
    phone = next(k for k, m in enumerate(big_ring().members) if m.id == "phone:p0")
    page.mouse.move(*seen.at(phone))
    page.wait_for_selector("#tip:not([hidden])")
    assert "14 unrelated debtors complained" in page.locator("#tip").inner_text()
    page.mouse.click(*seen.at(phone))
    assert "14 unrelated debtors complained" in page.locator("#picked").inner_text()


def test_reasons_and_counter_facts_are_both_above_the_fold(visit: Callable[..., Visit]) -> None:
    page = visit().page
    for words in (
        "14 unrelated debtors complained",
        "May be harmless: a relative or carer",
        "投诉工单.csv:400, 403",
    ):
        assert page.locator("#for").get_by_text(words).is_visible()
    pro = page.locator("#for .card").first
    con = page.locator("#against .card").first
    assert con.bounding_box()["y"] + con.bounding_box()["height"] < 900
    assert pro.evaluate("e => getComputedStyle(e).fontSize") == con.evaluate("e => getComputedStyle(e).fontSize")
    pro.click()
    lit = page.evaluate("ringPage.lit()")
    ring = big_ring()
    assert {ring.members[m].id for m in lit} == set(ring.evidence[0].nodes)
    pro.click()
    assert page.evaluate("ringPage.lit()") is None


def test_keyboard_reaches_rings_filter_tabs_and_members(visit: Callable[..., Visit]) -> None:
    page = visit().page
    current = "document.querySelector('button.ring[aria-current=true]').dataset.ring"
    page.locator("button.ring").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(current) == "2"
    assert page.evaluate("document.activeElement.dataset.ring") == "2"
    assert page.locator("#head").get_by_text("R3").is_visible()
    page.keyboard.press("k")
    assert page.evaluate(current) == "1"
    page.keyboard.press("/")
    page.keyboard.type("安远")
    assert page.locator("#ring-list li:visible").count() == 1
    page.keyboard.press("Enter")
    assert page.evaluate(current) == "0"
    page.locator("#tab-reasons").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#members").is_visible()
    page.locator("#members button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#picked").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#picked").is_visible()


def test_legend_hides_a_role(visit: Callable[..., Visit]) -> None:
    page = visit().page
    before = page.locator("#graph").screenshot()
    page.locator("#legend button", has_text="complaints").click()
    page.wait_for_timeout(100)
    assert page.locator("#graph").screenshot() != before


def test_no_rings_and_large_rings_open(visit: Callable[..., Visit]) -> None:
    run = sample_run()
    assert visit(render_html(replace(run, rings=()))).page.locator("#no-rings").is_visible()
    page = visit(render_html(replace(run, rings=(big_ring(300, 190),)))).page
    assert "Not drawn: 190 complaints" in page.locator("#note").inner_text()


def test_pyvis_page_of_a_hostile_ring_is_as_quiet(visit: Callable[..., Visit], tmp_path: Path) -> None:
    network = ring_to_pyvis(hostile_ring(), height="600px")
    network.heading = HOSTILE[2]
    write_pyvis_html(network, tmp_path / "ring.html")
    page = visit(path=tmp_path / "ring.html").page
    assert page.locator("h1").inner_text() == HOSTILE[2]
    assert colours(page.locator("#mynetwork").screenshot()) > 20
    box = page.locator("#mynetwork").bounding_box()
    for x in range(100, 1400, 130):
        for y in range(60, 560, 80):
            page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.click(box["x"] + 700, box["y"] + 300)
