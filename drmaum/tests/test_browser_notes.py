"""A note in a real browser: a talk ends, its summary comes, is shown to a clinic, and taken back."""

import pytest

from drmaum.tests.test_browser_journey import open_consultation, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.stack]
TOLD = "어제부터 노란 토를 하루 세 번 했어요. 설사는 없어요."


def end_talk(page) -> None:
    page.fill("#text", TOLD)
    page.click("#send")
    page.wait_for_selector(".said.assistant .rating", timeout=30_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#end")


def test_an_owner_shares_a_summary_and_takes_it_back(product, browser_page):
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    sign_up(browser_page, product, "notes@example.com")
    open_consultation(browser_page)
    end_talk(browser_page)

    # The card comes by the socket, and is there again after a reload.
    browser_page.wait_for_selector("#note-link:not([hidden])", timeout=30_000)
    assert "상담 요약이 준비됐어요" in browser_page.inner_text("#note-card")
    browser_page.reload()
    browser_page.wait_for_selector("#note-link:not([hidden])")

    browser_page.click("#note-link")
    browser_page.wait_for_url("**/notes/*")
    note = browser_page.url
    summary = browser_page.inner_text("main")
    assert "노란 토를 하루 세 번" in summary
    assert "설사 없음" in browser_page.inner_text(".background")
    assert "자동 요약이에요" in summary
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= 390

    browser_page.context.grant_permissions(
        ["clipboard-read", "clipboard-write"], origin=product.address
    )
    browser_page.click("text=링크 만들기")
    browser_page.wait_for_selector(".qr img")
    is_drawn = "document.querySelector('.qr img').naturalWidth > 100"
    browser_page.wait_for_function(is_drawn)
    link = browser_page.input_value("#address")
    assert link.startswith(f"{product.address}/s/")
    browser_page.click("#copy")
    browser_page.wait_for_selector("text=복사했어요")
    assert browser_page.evaluate("navigator.clipboard.readText()") == link

    # Somebody at the clinic, without an account.
    clinic = browser_page.context.browser.new_context()
    visitor = clinic.new_page()
    assert visitor.goto(link).status == 200
    assert "노란 토를 하루 세 번" in visitor.inner_text("main")
    assert "notes@example.com" not in visitor.content()
    printed = clinic.request.get(f"{link}.pdf")
    assert printed.headers["content-type"] == "application/pdf"

    browser_page.goto(note)
    assert "2번 열림" in browser_page.inner_text("#share")
    assert link.rpartition("/")[2] not in browser_page.content()
    browser_page.click("text=링크 거두기")
    browser_page.wait_for_selector("text=링크를 거뒀어요")

    assert visitor.goto(link).status == 404
    assert "볼 수 없는 링크예요" in visitor.inner_text("main")
    assert "노란 토" not in visitor.content()
    assert clinic.request.get(f"{link}.pdf").status == 404
    clinic.close()
    assert errors == []
    assert link.rpartition("/")[2] not in product.log.read_text()
