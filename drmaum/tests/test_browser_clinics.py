"""An emergency in a real browser: clinics that can be called, before any answer."""

import contextlib
import os
import re
import signal

import pytest

from drmaum.tests.product import RunningProduct
from drmaum.tests.test_browser_journey import QUESTION, open_consultation, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.stack]
CITY_HALL = {"latitude": 37.5663, "longitude": 126.9779}
CALLS = "#banner .clinic a[href^='tel:']"


@contextlib.contextmanager
def no_answers(product: RunningProduct):
    """The worker that answers stands still."""
    worker = product.children()["answers"]
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def in_danger(page, product: RunningProduct, email: str) -> None:
    sign_up(page, product, email)
    open_consultation(page)
    page.fill("#text", QUESTION)
    page.click("#send")
    page.wait_for_selector("#banner.emergency", timeout=10_000)


def test_the_banner_finds_clinics_to_call_while_no_answer_comes(product, browser_page):
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.context.grant_permissions(["geolocation"], origin=product.address)
    browser_page.context.set_geolocation(CITY_HALL)
    with no_answers(product):
        in_danger(browser_page, product, "clinics@example.com")
        assert "챙겨 가세요" in browser_page.inner_text("#banner")
        assert browser_page.locator("#banner .clinic").count() == 0

        browser_page.click("#banner .locate button")
        browser_page.wait_for_selector(CALLS)

        assert browser_page.locator(".said.assistant:not([aria-busy])").count() == 0
    numbers = browser_page.locator(CALLS).evaluate_all("links => links.map(one => one.href)")
    assert all(re.fullmatch(r"tel:\d{8,12}", number) for number in numbers)
    nearest = browser_page.inner_text("#banner .clinic >> nth=0")
    assert re.search(r"약 (\d{2,3}m|[1-5]\.\dkm)", nearest)
    way = browser_page.locator("#banner .clinic a[target=_blank]").first
    assert way.get_attribute("rel") == "noopener"
    assert way.get_attribute("href").startswith("https://map.kakao.com/link/")
    # Where the owner is stays nowhere on the device.
    kept = browser_page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "37.5" not in kept
    assert "126.9" not in kept
    assert errors == []


def test_without_a_position_a_typed_place_finds_them_and_is_remembered(product, browser_page):
    browser_page.context.clear_permissions()
    in_danger(browser_page, product, "denied@example.com")

    browser_page.click("#banner .locate button")
    browser_page.wait_for_selector("#banner .found:has-text('동네 이름을 적어 주시면')")
    browser_page.fill("#place", "평양")
    browser_page.press("#place", "Enter")
    browser_page.wait_for_selector("#banner .found:has-text('찾지 못했어요')")
    browser_page.fill("#place", "마포구 서교동")
    browser_page.press("#place", "Enter")
    browser_page.wait_for_selector(CALLS)

    browser_page.reload()
    browser_page.wait_for_selector(CALLS)
    assert browser_page.input_value("#place") == "마포구 서교동"


def test_the_banner_folds_stays_folded_and_opens_with_a_new_danger(product, browser_page):
    in_danger(browser_page, product, "folding@example.com")
    browser_page.focus("#banner-fold")
    browser_page.keyboard.press("Enter")
    assert browser_page.is_hidden("#banner-body")
    assert browser_page.get_attribute("#banner-fold", "aria-expanded") == "false"
    assert "지금 바로 동물병원" in browser_page.inner_text("#banner")

    browser_page.reload()
    browser_page.wait_for_selector("#banner.emergency")
    assert browser_page.is_hidden("#banner-body")

    browser_page.fill("#text", "방금부터 숨을 못 쉬어요")
    browser_page.click("#send")
    browser_page.wait_for_selector("#banner-body:visible", timeout=10_000)
    composer = browser_page.locator("#composer").bounding_box()
    log = browser_page.locator("#log").bounding_box()
    assert composer["y"] + composer["height"] <= 844
    assert log["height"] >= 150


def test_the_card_for_the_clinic_tells_the_owners_words(product, browser_page):
    browser_page.context.grant_permissions(
        ["clipboard-read", "clipboard-write"], origin=product.address
    )
    in_danger(browser_page, product, "summary@example.com")

    browser_page.click("#banner-summary")
    browser_page.wait_for_selector("#summary-body blockquote")
    shown = browser_page.inner_text("#summary-body")
    assert QUESTION in shown
    assert "보리" in shown
    browser_page.click("#summary-copy")
    browser_page.wait_for_selector("#summary-said:has-text('복사했어요')")
    assert QUESTION in browser_page.evaluate("navigator.clipboard.readText()")
