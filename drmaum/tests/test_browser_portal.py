"""A vet's morning in a real browser: a queue of five, worked by keyboard and by mouse."""

import pytest

from drmaum.management.commands.demo import COLLEAGUE, EMAIL, PASSWORD, VET
from drmaum.tests.conftest import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.stack]
QUEUE = "/admin/soap/soapnote/"
TALKS = [
    ("나비", "고양이가 화장실에 들락거리는데 오줌이 안 나와요"),
    ("보리", "강아지가 포도를 두 알 먹었어요"),
    ("보리", "어제부터 노란 토를 세 번 했고 밥을 안 먹어요. 설사는 안 해요"),
    ("보리", "귀를 자꾸 긁고 냄새가 나요"),
    ("나비", "발톱이 부러졌는데 피는 멈췄어요"),
]
ENDED = "#ended:not([hidden])"
ANSWERED = ".said.assistant:not([aria-busy])"


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the browser journeys were not run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def five_notes(product, chromium):
    """Five consultations of the demo owner, ended, each with its note."""
    product.manage("demo")
    page = chromium.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR").new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{product.address}/login")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")
    for name, words in TALKS:
        page.goto(f"{product.address}/home")
        page.click(f"text={name} 상담 시작하기")
        page.wait_for_url("**/consultations/*")
        page.fill("#text", words)
        page.click("#send")
        page.wait_for_selector(ANSWERED, timeout=30_000)
        page.click("#end")
        page.wait_for_selector(ENDED, timeout=10_000)
    page.context.close()


@pytest.fixture
def sign_in(product, chromium):
    """A portal page of a vet, with the errors that its scripts threw."""
    contexts = []

    def signed_in(email):
        size = {"width": 1366, "height": 860}
        context = chromium.new_context(viewport=size, locale="ko-KR")
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.address)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{product.address}{QUEUE}")
        page.fill("[name=username]", email)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(f"**{QUEUE}")
        return page

    yield signed_in
    for context in contexts:
        context.close()


def waiting(page, product, count, query=""):
    """The main complaints of the queue, once so many notes are in it."""
    page.goto(f"{product.address}{QUEUE}{query}")
    found = page.locator("#result_list .field-about").all_inner_texts()
    for _again in range(60):
        if len(found) == count:
            break
        page.wait_for_timeout(500)
        page.reload()
        found = page.locator("#result_list .field-about").all_inner_texts()
    assert len(found) == count
    return found


def rewritten(page, words):
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


@pytest.mark.usefixtures("five_notes")
def test_a_vet_works_a_queue_of_five(product, sign_in):
    vet, colleague = sign_in(COLLEAGUE), sign_in(VET)
    queue = waiting(vet, product, 5)
    urgencies = vet.locator("#result_list .field-urgent").all_inner_texts()
    assert [one.strip() for one in urgencies][:2] == ["응급", "응급"]
    assert "구토" in queue[2]

    # The third, by keyboard: evidence, edit, save.
    for _step in range(3):
        vet.keyboard.press("j")
    vet.keyboard.press("Enter")
    vet.wait_for_selector("#review")
    address = vet.url
    assert "설사" not in vet.inner_text("#text-S") or "없" in vet.inner_text("#text-S")
    vet.click("#part-S a.chip >> nth=0")
    assert "노란 토" in vet.inner_text(".said.is-shown")
    colleague.goto(address)
    vet.keyboard.press("1")
    vet.keyboard.press("e")
    rewritten(vet, "어제부터 노란 구토 3회. 설사 없음")
    assert "저장했어요" in vet.inner_text("body")

    # The colleague saves second: the text is kept, the difference shown, then saved.
    colleague.keyboard.press("1")
    colleague.keyboard.press("e")
    rewritten(colleague, "노란 구토 3회")
    assert "데모 동료 님이" in colleague.inner_text("body")
    assert colleague.locator(".conflict del").count() > 0
    assert colleague.input_value("#part-S .editor textarea") == "노란 구토 3회"
    with colleague.expect_navigation():
        colleague.click("#part-S .editor [data-verb=save]")

    # What the vet has read is no longer what stands: it cannot be signed unread.
    with vet.expect_navigation():
        vet.keyboard.press("Shift+Enter")
    assert "먼저 저장했어요" in vet.inner_text("body")
    vet.keyboard.press("3")
    with vet.expect_navigation():
        vet.keyboard.press("a")
    assert "그대로 채택" in vet.inner_text("#part-A .state")
    vet.keyboard.press("1")
    vet.keyboard.press("c")
    vet.wait_for_selector("#told:has-text('복사했어요')")
    assert vet.evaluate("navigator.clipboard.readText()") == "노란 구토 3회"

    # Signed, and on to the next: the most dangerous that waits.
    vet.keyboard.press("Escape")
    with vet.expect_navigation():
        vet.keyboard.press("Shift+Enter")
    assert "승인했어요" in vet.inner_text("body")
    assert vet.url != address
    assert "응급" in vet.inner_text(".review-head")

    # Amended with a reason; the signed text stays in the history.
    vet.goto(address)
    vet.click("#part-P .editor summary")
    vet.fill("#part-P .editor textarea", "내일 오전 재확인")
    vet.fill("#part-P [name=reason]", "보호자와 통화")
    with vet.expect_navigation():
        vet.click("#part-P [data-verb=save]")
    assert "내일 오전 재확인" in vet.inner_text("#text-P")
    assert vet.locator("#approve").count() == 0
    vet.click("text=변경 기록")
    assert "보호자와 통화" in vet.inner_text(".entries")

    # The rest, one Shift+Enter each, until the queue says that it is empty.
    waiting(vet, product, 4)
    vet.keyboard.press("j")
    vet.keyboard.press("Enter")
    for _left in range(4):
        vet.wait_for_selector("#review")
        with vet.expect_navigation():
            vet.keyboard.press("Shift+Enter")
    assert "기다리는 노트가 더 없어요" in vet.inner_text("body")
    assert waiting(vet, product, 0) == []
    assert vet.errors == []
    assert colleague.errors == []


@pytest.mark.usefixtures("five_notes")
def test_what_a_vet_was_typing_survives_a_reload(product, sign_in):
    vet = sign_in(COLLEAGUE)
    waiting(vet, product, 5, "?state=all")
    vet.click("#result_list .field-about a >> nth=0")
    vet.wait_for_selector("#review")
    vet.click("#part-S .editor summary")
    vet.fill("#part-S .editor textarea", "쓰다 만 글")

    vet.reload()

    vet.wait_for_selector("#told:has-text('되살렸어요')")
    assert vet.input_value("#part-S .editor textarea") == "쓰다 만 글"
