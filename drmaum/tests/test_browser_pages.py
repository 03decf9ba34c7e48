"""Every page of an owner on a phone: readable by everybody, in Korean, still, and without a net."""

import os
import re
from pathlib import Path

import pytest

from drmaum.tests.product import RunningProduct
from drmaum.tests.test_browser_journey import PASSWORD, open_consultation, sign_up
from drmaum.tests.test_browser_notes import end_talk

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]

FOR_EVERYBODY = (
    "/",
    "/signup",
    "/login",
    "/password",
    "/clinics",
    "/clinics?place=마포구+서교동&species=dog",
    "/terms",
    "/first-aid",
    "/first-aid/cpr",
    "/offline",
    "/nowhere",
)
OF_AN_OWNER = (
    "/home", "/history", "/history?q=설사", "/pets", "/pets/new", "/me", "/me/erase",
)  # fmt: skip
MOST_SHIFT = 0.05
LEAST_TALK = 140  # px of the talk that stay between banner and composer
# Names, units and words that Koreans write in these letters.
ALLOWED = {
    "Dr", "K", "SOAP", "PDF", "QR", "AI", "ml", "kg", "km", "m", "cm", "g", "X", "CT",
    "Anthropic", "PBC", "OpenAI", "OpCo", "LLC", "Claude", "GPT",
}  # fmt: skip
# Titles of foreign sources stay in their language, and an e-mail address is nobody's word.
QUOTED = "[lang=en], .aid-sources, .sources, blockquote"
SHIFTS = """
  window.shifts = 0;
  window.moved = new Set();
  const nameOf = ({ node }) => node?.id || node?.className || node?.nodeName;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput)) {
      window.shifts += one.value;
      for (const source of one.sources) window.moved.add(nameOf(source));
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
WORDS = """(quoted) => {
  const hidden = Array.from(document.querySelectorAll(quoted));
  for (const node of hidden) node.hidden = true;
  const named = Array.from(document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"));
  const names = named.flatMap((node) => ["aria-label", "placeholder", "title", "alt"].map((name) => node.getAttribute(name) ?? ""));
  const text = [document.title, document.body.innerText, ...names].join("\\n");
  for (const node of hidden) node.hidden = false;
  return text;
}"""
VOICE = """
  window.spoken = [];
  const speak = (said) => window.spoken.push([said.lang, said.text]);
  const speechSynthesis = { getVoices: () => [{ lang: "ko_KR" }], speak, cancel() {}, addEventListener() {} };
  Object.defineProperty(window, "speechSynthesis", { value: speechSynthesis });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } addEventListener() {} };
"""
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    found[name] = (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname);
  }
  return found;
}"""


def findings(page) -> list[str]:
    """What axe calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def foreign_words(page) -> set[str]:
    text = re.sub(r"\S+@\S+|https?://\S+|#[0-9A-Za-z]+", "", page.evaluate(WORDS, QUOTED))
    return set(re.findall(r"[A-Za-z]{2,}", text)) - ALLOWED


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def overflow_of_large_letters(page) -> int:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = overflow(page)
    log = page.query_selector("#log")
    is_squeezed = log is not None and log.bounding_box()["height"] < LEAST_TALK
    page.evaluate("document.documentElement.style.fontSize = ''")
    return LEAST_TALK if is_squeezed else found


def problems(page, name: str) -> list[str]:
    """All that is wrong with the page that is open, in light and in dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{name} ({scheme}) {one}" for one in findings(page)]
        keep_picture(page, f"{name}-{scheme}")
    if (wide := overflow(page)) > 0:
        found.append(f"{name} is {wide} px too wide")
    if (wide := overflow_of_large_letters(page)) > 0:
        found.append(f"{name} is {wide} px too wide with letters twice as large")
    if words := foreign_words(page):
        found.append(f"{name} says {sorted(words)}")
    return found


def keep_picture(page, name: str) -> None:
    """For somebody to look at, where a folder was named."""
    if folder := os.environ.get("DRMAUM_SCREENSHOTS"):
        file = re.sub(r"[^a-z0-9-]+", "_", name.strip("/").lower()) or "landing"
        page.screenshot(path=Path(folder) / f"{file}.png", full_page=True)


def visit(page, product: RunningProduct, path: str) -> list[str]:
    page.goto(f"{product.address}{path}")
    page.wait_for_load_state("load")
    page.wait_for_timeout(150)  # what moves, moves now
    return shifts(page, path) + problems(page, path)


def shifts(page, name: str) -> list[str]:
    """What jumped, apart from what the visitor's own hand had moved half a second before."""
    by = page.evaluate("window.shifts")
    moved = page.evaluate("[...window.moved].join(', ')")
    return [f"{name} shifts by {by:.3f}: {moved}"] if by > MOST_SHIFT else []


def test_every_page_is_readable_korean_and_still(product, browser_page):
    browser_page.add_init_script(SHIFTS)
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    found = [one for path in FOR_EVERYBODY for one in visit(browser_page, product, path)]

    sign_up(browser_page, product, "pages@example.com")
    open_consultation(browser_page)
    talk = browser_page.url.removeprefix(product.address)
    end_talk(browser_page)
    browser_page.wait_for_selector("#note-link:not([hidden])", timeout=30_000)
    note = browser_page.get_attribute("#note-link", "href")
    browser_page.goto(f"{product.address}/pets")
    pet = browser_page.get_attribute("main a[href*='/pets/']:not([href$=new])", "href")
    erasing = [f"{talk}/erase", f"{pet.removesuffix('/timeline')}/erase"]
    for path in (*OF_AN_OWNER, talk, note, pet, *erasing):
        found += visit(browser_page, product, path)

    assert found == [], "\n".join(found)
    assert errors == []


def until(page, condition: str, given: object = None) -> None:
    """Wait for what has to be asked for, and so cannot be polled by the driver."""
    asking = f"""async (given) => {{
      for (let round = 0; round < 100; round += 1) {{
        if (await ({condition})(given)) return true;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }}
      return false;
    }}"""
    assert page.evaluate(asking, given), condition


def kept(page) -> dict[str, list[str]]:
    return {name: paths for name, paths in page.evaluate(KEPT).items() if name.startswith("kept:")}


def test_a_reply_is_read_aloud_and_the_last_talk_is_readable_without_a_network(
    product, browser_page
):
    browser_page.add_init_script(VOICE)
    sign_up(browser_page, product, "offline@example.com")
    open_consultation(browser_page)
    browser_page.fill("#text", "강아지가 포도를 두 알 먹었어요.")
    browser_page.click("#send")
    browser_page.wait_for_selector(".said.assistant .rating", timeout=30_000)
    talk = browser_page.url.removeprefix(product.address)
    reply = browser_page.inner_text(".said.assistant p >> nth=0")
    browser_page.click(".said.assistant .aloud")
    assert browser_page.inner_text(".said.assistant .aloud") == "그만 듣기"
    spoken = browser_page.evaluate("window.spoken")
    assert {language for language, _ in spoken} == {"ko-KR"}
    assert not re.search(r"\[\d+\]|\*\*|^- ", "\n".join(text for _, text in spoken), re.M)
    until(browser_page, "async (path) => (await (await caches.match(path))?.json())?.said[1]", talk)
    assert list(kept(browser_page).values()) == [[talk]]
    (mine,) = kept(browser_page)

    browser_page.context.set_offline(True)
    browser_page.goto(f"{product.address}{talk}")
    browser_page.wait_for_selector("#talk:not([hidden]) .said.assistant")
    assert "포도를 두 알" in browser_page.inner_text("#talk")
    assert reply in browser_page.inner_text("#talk")
    assert "지금 바로 동물병원" in browser_page.inner_text(".warning.emergency")
    browser_page.goto(f"{product.address}/first-aid/choking")
    assert "지금 할 일" in browser_page.inner_text("main")
    browser_page.wait_for_selector(".aid-part")
    is_styled = "getComputedStyle(document.querySelector('.aid-part')).borderRadius"
    assert browser_page.evaluate(is_styled) == "16px"
    browser_page.goto(f"{product.address}/me")
    assert "연결이 끊겼어요" in browser_page.inner_text("h1")
    assert browser_page.locator(f"#kept-list a[href='{talk}']").count() == 1

    # The page that did not come comes by itself with the network.
    browser_page.context.set_offline(False)
    browser_page.wait_for_selector("text=로그아웃")

    # A tab of the first account stays open while that account signs out in another.
    browser_page.goto(f"{product.address}{talk}")
    browser_page.wait_for_selector(".said.assistant")
    other = browser_page.context.new_page()
    other.goto(f"{product.address}/me")
    other.click("text=로그아웃")
    other.wait_for_url(f"{product.address}/")
    until(other, "async () => !(await caches.keys()).some((one) => one.startsWith('kept:'))")
    sign_up(other, product, "second@example.com")
    whose = other.get_attribute("meta[name=account]", "content")
    until(other, "(whose) => caches.has(`kept:${whose}`)", whose)
    browser_page.evaluate(
        """async (account) => {
          const { tell } = await import("/static/drmaum/worker_link.js");
          await tell({ type: "keep", account, path: "/consultations/late", talk: { said: [] } });
        }""",
        mine.removeprefix("kept:"),
    )
    (theirs,) = kept(other)
    assert theirs == f"kept:{whose}" != mine
    assert kept(other)[theirs] == []
    everything = other.evaluate(KEPT)
    paths = {path for paths in everything.values() for path in paths}
    assert not [path for path in paths if re.match(r"/(api|media|notes|admin|me|home)", path)]
    assert PASSWORD not in str(everything)


def test_letters_grow_before_the_first_paint_and_stay_large(product, browser_page):
    browser_page.goto(f"{product.address}/login")
    browser_page.click("text=아주 크게")
    assert browser_page.get_attribute("[data-size=largest]", "aria-pressed") == "true"
    browser_page.goto(f"{product.address}/terms", wait_until="domcontentloaded")
    assert browser_page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
