"""A pet's page on a phone: registered in a minute, its picture, its weight, what is due."""

import re

import pytest

from chat.tests.files import picture
from drmaum.tests.test_browser_journey import sign_up
from drmaum.tests.test_browser_pages import problems

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]


def test_a_pet_is_registered_and_its_page_is_filled(product, browser_page):
    page = browser_page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    sign_up(page, product, "pets@example.com")

    page.fill("[name=name]", "보리")
    page.select_option("[name=species]", "cat")
    offered = "[...document.querySelectorAll('#breeds option')].map((one) => one.value)"
    assert "랙돌" in page.evaluate(offered)
    page.select_option("[name=species]", "dog")
    assert "랙돌" not in page.evaluate(offered)
    page.click("summary:has-text('나이, 품종, 몸무게')")
    page.fill("[name=age_years]", "3")
    page.fill("[name=breed]", "코기")
    page.fill("[name=weight_kg]", "11.5")
    page.click("main button.wide")
    page.wait_for_url("**/home")
    page.goto(f"{product.address}/pets")
    page.click("main a:has-text('보리')")
    page.wait_for_url("**/timeline")
    assert "웰시 코기 · 약 3살 · 11.5kg" in page.inner_text(".pet-head .meta")

    page.set_input_files(
        "#portrait", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.wait_for_selector(".portrait img", timeout=20_000)
    page.click("#documents > summary")
    page.set_input_files(
        "#document", {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    page.wait_for_selector(".papers img", timeout=20_000)
    page.click(".papers button")
    page.wait_for_selector(".papers img", state="detached")

    page.click("#care > summary")
    page.check("[value=dog-worms]")
    page.click("text=고른 일정 넣기")
    page.click("#care button:has-text('했어요')")
    page.wait_for_selector("text=다음은")
    assert "구충" in page.inner_text(".life li.care")
    page.click("#weight > summary")
    page.fill("#weigh-measured_on", "2026-01-02")
    page.fill("#weigh-kg", "12")
    page.click("text=몸무게 적기")
    page.wait_for_selector(".weights svg")
    assert re.search(r"줄었어요|그대로", page.inner_text("#weight"))

    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert problems(page, "timeline") == []
    assert errors == []
