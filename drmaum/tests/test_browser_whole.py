"""The whole way of an owner, on a phone and on a desk: from the first page to a rated talk in the
history, every page on the way looked at."""

from typing import Any

import pytest

from drmaum.tests.spoken import wait_until
from drmaum.tests.test_browser_journey import sign_up
from drmaum.tests.test_browser_pages import SHIFTS, problems, shifts
from drmaum.tests.test_browser_photos import shot
from drmaum.tests.test_browser_talk import ANSWERED

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]
SIZES = {"phone": (390, 844), "desk": (1280, 900)}


class Walk:
    """Steps over the pages, and what was wrong on any of them."""

    def __init__(self, page: Any, product: Any, size: str) -> None:
        self.page, self.product, self.size = page, product, size
        self.found: list[str] = []
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.add_init_script(SHIFTS)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def look(self, name: str) -> None:
        self.page.wait_for_timeout(150)
        self.found += shifts(self.page, name) + problems(self.page, f"{self.size}-{name}")
        self.page.wait_for_timeout(150)  # the letters that were tried out move back
        self.page.evaluate("window.shifts = 0; window.moved.clear()")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.product.address}{path}")

    def registers_a_pet(self) -> None:
        page = self.page
        page.fill("[name=name]", "보리")
        page.select_option("[name=species]", "dog")
        page.click("summary:has-text('나이, 품종, 몸무게')")
        page.fill("[name=age_years]", "3")
        page.fill("[name=breed]", "말티즈")
        page.fill("[name=weight_kg]", "4.2")
        self.look("new pet")
        page.click("main button.wide")
        page.wait_for_url("**/home")
        self.look("home")

    def tells_its_history(self) -> None:
        page = self.page
        self.open("/pets")
        page.click("main a:has-text('보리')")
        page.wait_for_url("**/timeline")
        page.click("a[href$='/pets/" + page.url.split("/pets/")[1].split("/")[0] + "']")
        page.select_option("[name=kind]", "surgery")
        page.fill("[name=title]", "슬개골 탈구 수술")
        page.click("text=의료 기록 더하기")
        page.wait_for_selector("text=슬개골 탈구 수술")
        self.look("medical history")

    def talks(self) -> None:
        page = self.page
        self.open("/home")
        page.click("text=보리 상담 시작하기")
        page.wait_for_url("**/consultations/*")
        page.wait_for_selector("#first-none")
        self.look("first questions")
        page.click("#first-none")
        page.click("#photo")
        page.set_input_files("#guide-album", shot())
        page.wait_for_selector("#tray .shot[data-state=ready]")
        page.fill("#text", "어제부터 노란 토를 두 번 했어요. 밥은 안 먹어요")
        page.click("#send")
        page.wait_for_selector("#banner.urgent", timeout=20_000)
        page.wait_for_selector(ANSWERED, timeout=60_000)
        self.look("answer")

    def follows_a_chip_to_the_clinics(self) -> None:
        page = self.page
        chips = page.locator(".chips.asked button")
        if chips.count():
            chips.first.click()
            assert page.evaluate("document.activeElement.id") == "text"
        self.open("/clinics?place=마포구")
        page.wait_for_selector("main a[href^='tel:']")
        self.look("clinics")
        page.go_back()
        page.wait_for_selector(ANSWERED)

    def ends_and_rates(self) -> None:
        page = self.page
        page.click("#end")
        page.wait_for_selector("#note-link:not([hidden])", timeout=60_000)
        page.check("[name=stars][value='4']", force=True)
        page.fill("#stars-comment", "차분해서 좋았어요")
        page.click("#stars-save")
        wait_until(page, "document.getElementById('stars-said').textContent.length > 0")
        self.look("ended talk")
        page.click("#note-link")
        page.wait_for_url("**/notes/*")
        assert "노란 토" in page.inner_text("main")
        self.look("summary")

    def finds_it_again(self) -> None:
        page = self.page
        self.open("/history?q=노란토")
        assert page.locator("mark").count() >= 1
        self.look("found")
        self.open("/history")
        page.click("details.deed-more > summary")
        self.look("history")
        self.open("/me")
        self.look("me")


@pytest.mark.parametrize("size", SIZES)
def test_an_owner_goes_the_whole_way(product, browser_page, size):
    walk = Walk(browser_page, product, size)
    walk.open("/")
    walk.look("landing")
    sign_up(browser_page, product, f"whole-{size}@example.com")
    walk.registers_a_pet()
    walk.tells_its_history()
    walk.talks()
    walk.follows_a_chip_to_the_clinics()
    walk.ends_and_rates()
    walk.finds_it_again()
    assert walk.found == [], "\n".join(walk.found)
