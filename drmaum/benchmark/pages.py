"""What a visit weighs and how soon it can be used, in a real browser on a slow phone."""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

EMAIL, PASSWORD = "owner@example.com", "maum-demo-1234"
SLOWER = 4
PHONE = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# The talk is drawn and takes letters: when its script has run.
WATCH = """
  window.shifts = 0;
  window.usable = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    const log = document.getElementById("log");
    if (log ? !log.classList.contains("undrawn") : document.readyState === "complete") {
      window.usable = performance.now();
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""


@dataclass(frozen=True)
class Visit:
    """Medians of several visits with an empty cache: KB as sent compressed, ms, layout shift."""

    page: str
    kilobytes: float
    usable_ms: float
    shift: float


class NoBrowserError(Exception):
    """There is no Chromium, or nothing that drives it."""


def measure(address: str, rounds: int) -> list[Visit]:
    """Visits of the first page, the login, and a talk. Raises NoBrowserError."""
    with _browser() as browser:
        state, talk = _prepared(browser, address)
        wanted = (("landing", "/", None), ("login", "/login", None), ("talk", talk, state))
        return [
            _median(name, [_visit(browser, address + path, who) for _ in range(rounds)])
            for name, path, who in wanted
        ]


@contextmanager
def _browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415  (development)
    except ImportError as error:
        raise NoBrowserError from error
    if CHROMIUM is None:
        raise NoBrowserError
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def _prepared(browser: Any, address: str) -> tuple[Any, str]:
    """The cookies of the demo's owner, and the path of a talk with an answer in it."""
    context = browser.new_context(viewport=PHONE, locale="ko-KR")
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")
    page.locator("text=상담 시작하기").first.click()
    page.wait_for_url("**/consultations/*")
    page.click("#first-none")
    page.fill("#text", "어제부터 노란 토를 두 번 했어요")
    page.click("#send")
    page.wait_for_selector(".said.assistant .rating", timeout=60_000)
    state, path = context.storage_state(), page.url.removeprefix(address)
    context.close()
    return state, path


def _visit(browser: Any, url: str, state: Any) -> tuple[float, float, float]:
    context = browser.new_context(viewport=PHONE, locale="ko-KR", storage_state=state)
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url, wait_until="load")
    page.wait_for_function("window.usable > 0")
    page.wait_for_timeout(500)
    size = sum(len(gzip.compress(one.body(), 6)) for one in answers if one.ok)
    usable, shift = page.evaluate("[window.usable, window.shifts]")
    context.close()
    return size / 1024, usable, shift


def _median(name: str, visits: list[tuple[float, float, float]]) -> Visit:
    size, usable, shift = (median(column) for column in zip(*visits, strict=True))
    return Visit(name, round(size, 1), round(usable), round(shift, 3))
