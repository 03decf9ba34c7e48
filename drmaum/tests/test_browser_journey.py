"""The main job in a real browser: from sign-up to a cited answer, a reload, a bad minute."""

import re

import pytest

from drmaum.tests.product import RunningProduct

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PASSWORD = "maum-test-5821"
QUESTION = "강아지가 포도를 두 알 먹었어요. 어떻게 해야 하나요?"


def sign_up(page, product: RunningProduct, email: str) -> None:
    page.goto(f"{product.address}/")
    page.click("text=무료로 시작하기")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.check("[name=terms]")
    page.check("[name=privacy]")
    page.click("main button[type=submit]")
    page.wait_for_url("**/confirm")
    page.fill("[name=code]", product.last_code())
    page.click("main button.wide")
    page.wait_for_url("**/pets/new")


def open_consultation(page) -> None:
    page.fill("[name=name]", "보리")
    page.select_option("[name=species]", "dog")
    page.click("main button.wide")
    page.wait_for_url("**/home")
    page.click("text=보리 상담 시작하기")
    page.wait_for_url("**/consultations/*")


def test_owner_reads_a_cited_answer_and_loses_nothing_by_a_reload(product, browser_page):
    errors: list[str] = []
    foreign: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.on(
        "request",
        lambda request: (
            None if request.url.startswith(product.address) else foreign.append(request.url)
        ),
    )
    sign_up(browser_page, product, "journey@example.com")
    open_consultation(browser_page)

    browser_page.fill("#text", QUESTION)
    browser_page.click("#send")
    browser_page.wait_for_selector("#banner.emergency", timeout=10_000)
    assert "지금 바로 동물병원" in browser_page.inner_text("#banner")
    browser_page.wait_for_selector(".said.assistant .sources", timeout=20_000)
    answer = browser_page.inner_text("#log")
    assert "토하게 하지 마세요" in answer
    assert "AI가 새로 쓴 글이 아니라" in answer

    browser_page.click(".cite >> nth=0")
    quote = browser_page.wait_for_selector("#source-body blockquote").inner_text()
    assert "포도" in quote
    browser_page.click("#source-close")

    browser_page.reload()
    browser_page.wait_for_selector(".said.assistant .sources")
    assert browser_page.inner_text("#log") == answer
    assert errors == []
    assert [url for url in foreign if not url.startswith(("ws://localhost", "data:"))] == []


@pytest.mark.long
def test_a_killed_web_process_is_survived_by_the_open_page(own_product, browser_page):
    import os
    import signal

    sign_up(browser_page, own_product, "killed@example.com")
    open_consultation(browser_page)
    browser_page.fill("#text", "고양이도 강아지도 아니고 그냥 인사예요. 안녕하세요!")
    browser_page.click("#send")
    browser_page.wait_for_selector(".said.assistant:not([aria-busy])", timeout=20_000)

    os.kill(own_product.children()["web"], signal.SIGKILL)
    browser_page.wait_for_selector("#connection:not([hidden])", timeout=10_000)
    browser_page.fill("#text", QUESTION)
    browser_page.click("#send")

    browser_page.wait_for_selector(".said.assistant >> nth=1", timeout=60_000)
    browser_page.wait_for_selector(".said.assistant .sources", timeout=30_000)
    owners = browser_page.locator(".said.owner .words").all_inner_texts()
    assert len(owners) == 2
    assert re.sub(r"\s", "", owners[1]) == re.sub(r"\s", "", QUESTION)
