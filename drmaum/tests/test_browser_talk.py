"""A talk in a bad place: the network goes, tabs are closed and doubled, and no word is lost."""

from typing import Any

import pytest

from drmaum.tests.spoken import wait_until
from drmaum.tests.test_browser_journey import QUESTION, open_consultation, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]
ANSWERED = "#log > .said.assistant:not([aria-busy]) .rating"
KEPT = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("drmaum-outbox");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const all = opening.result.transaction("items").objectStore("items").getAll();
        all.onsuccess = () => resolve(all.result.sort((a, b) => a.at - b.at).map((one) => one.text));
    };
})"""


def begin(page: Any, product: Any, email: str) -> None:
    sign_up(page, product, email)
    open_consultation(page)
    page.click("#first-none")


def say(page: Any, text: str) -> None:
    page.fill("#text", text)
    page.click("#send")


def owners_words(page: Any) -> list[str]:
    return page.locator(".said.owner .words").all_inner_texts()


def test_what_could_not_be_sent_waits_on_the_device_and_is_sent_once(product, browser_page):
    page = browser_page
    begin(page, product, "outbox@example.com")
    page.route("**/api/v1/chat/send", lambda route: route.abort("internetdisconnected"))
    for text in ("어제부터 귀를 긁어요", "오른쪽만요"):
        say(page, text)
    assert page.locator(".said.owner.waiting").all_inner_texts() == [
        "어제부터 귀를 긁어요",
        "오른쪽만요",
    ]
    assert page.evaluate(KEPT) == ["어제부터 귀를 긁어요", "오른쪽만요"]

    page.reload()
    page.wait_for_selector(".said.owner.waiting >> nth=1")
    other = page.context.new_page()
    other.goto(page.url)
    page.unroute("**/api/v1/chat/send")
    for tab in (page, other):
        tab.wait_for_selector(f"{ANSWERED} >> nth=1", timeout=60_000)
        assert owners_words(tab) == ["어제부터 귀를 긁어요", "오른쪽만요"]
        assert tab.locator(".said.owner.waiting").count() == 0
    assert page.evaluate(KEPT) == []


def test_an_answer_that_the_network_cut_is_whole_in_every_tab(product, browser_page):
    page = browser_page
    begin(page, product, "cut@example.com")
    other = page.context.new_page()
    other.goto(page.url)
    say(page, QUESTION)
    page.wait_for_selector(".said.assistant")
    page.context.set_offline(True)
    page.wait_for_timeout(1500)
    page.context.set_offline(False)

    for tab in (page, other):
        tab.wait_for_selector(ANSWERED, timeout=60_000)
    other.reload()
    other.wait_for_selector(ANSWERED)
    assert page.inner_text("#log") == other.inner_text("#log")
    assert "지금 바로 동물병원" in other.inner_text("#banner")


def test_an_answer_is_stopped_asked_for_again_and_a_question_reworded(product, browser_page):
    page = browser_page
    begin(page, product, "again@example.com")
    say(page, "강아지 발톱은 언제 깎아요?")
    page.wait_for_selector(ANSWERED, timeout=30_000)
    page.click("text=다시 답변받기")
    page.wait_for_selector("text=앞선 답변 보기", timeout=30_000)
    page.wait_for_selector(ANSWERED, timeout=30_000)
    page.click(".said.owner >> text=고쳐서 다시 묻기")
    assert page.input_value("#text") == "강아지 발톱은 언제 깎아요?"
    say(page, "강아지 발톱은 얼마나 자주 깎아요?")
    page.wait_for_selector("text=고치기 전의 질문과 답변", timeout=30_000)
    wait_until(page, "document.querySelectorAll('#log > .said.owner').length === 1")
    page.wait_for_selector(ANSWERED, timeout=30_000)


def test_a_keyboard_alone_reaches_an_answer_and_its_sources(product, browser_page):
    page = browser_page
    begin(page, product, "keys@example.com")
    page.focus("#text")
    page.keyboard.type("강아지가 초콜릿을 먹었어요")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "send":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(ANSWERED, timeout=30_000)
    page.focus(".cite >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#source-body blockquote")
    page.keyboard.press("Escape")
    page.wait_for_selector("#source", state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('cite')")
