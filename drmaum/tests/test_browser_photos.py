"""Photos in a real browser: guided, looked at before they leave, shown with their message."""

from typing import Any

import pytest

from chat.tests.files import written
from drmaum.tests.spoken import begin, uploaded, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def shot(*, soft: bool = False, dark: bool = False) -> dict[str, Any]:
    """A photograph of a chequered cloth, as a file that is chosen."""
    from PIL import Image, ImageFilter

    image = Image.new("RGB", (1200, 900), (190, 180, 170))
    for x in range(0, 1200, 40):
        for y in range(0, 900, 40):
            if (x + y) // 40 % 2:
                image.paste((70, 60, 80), (x, y, x + 40, y + 40))
    if soft:
        image = image.filter(ImageFilter.GaussianBlur(14))
    if dark:
        image = image.point(lambda value: value // 6)
    name = f"{'soft' if soft else 'dark' if dark else 'good'}.jpg"
    return {"name": name, "mimeType": "image/jpeg", "buffer": written(image, "JPEG")}


def test_doubtful_photos_are_asked_about_and_good_ones_go_with_the_message(product, speaking_page):
    page = speaking_page
    begin(page, product, "photos@example.com")
    assert page.evaluate("document.getElementById('text').offsetWidth") > 180
    page.click("#photo")
    page.check("[name=body_part][value=eye]", force=True)
    assert "눈동자" in page.inner_text("#guide-advice")
    page.set_input_files("#guide-album", shot(soft=True))
    page.wait_for_selector("text=사진이 흐려 보여요")
    page.click("#guide-anyway")
    page.wait_for_selector("#tray .shot[data-state=ready]")

    page.click("#photo")
    page.set_input_files("#guide-album", shot(dark=True))
    page.wait_for_selector("text=사진이 어두워요")
    with page.expect_file_chooser() as chooser:
        page.click("#guide-anew")
    chooser.value.set_files(shot())
    page.wait_for_selector("#tray .shot[data-state=ready] >> nth=1")
    assert page.locator("#tray .shot").count() == 2
    assert len(uploaded(page, "photo")) == 2

    page.reload()  # what was uploaded and not sent is there again
    page.wait_for_selector("#tray .shot[data-state=ready] >> nth=1")
    page.click("#tray .out >> nth=0")
    wait_until(page, "document.querySelectorAll('#tray .shot').length === 1")
    page.click("#send")
    page.wait_for_selector("text=사진과 함께 증상을 한 줄만 적어 주세요")
    page.fill("#text", "어제부터 눈이 빨개요")
    page.click("#send")
    page.wait_for_selector(".said.owner .shot img")
    assert page.is_hidden("#tray")
    drawn = "document.querySelector('.said.owner .shot img').naturalWidth > 100"
    wait_until(page, drawn)

    page.reload()
    wait_until(page, f"document.querySelector('.said.owner .shot img') && {drawn}")
    assert page.locator(".said.owner .shot").count() == 1
    assert page.is_hidden("#tray")
    page.click(".said.owner .shot")
    wait_until(page, "document.getElementById('large-picture').naturalWidth === 1200")


def test_a_seventh_photo_and_a_file_that_is_none_are_declined(product, speaking_page):
    page = speaking_page
    begin(page, product, "seven@example.com")
    page.click("#photo")
    page.set_input_files("#guide-album", [shot()] * 7)
    page.wait_for_selector("text=사진은 한 번에 6장까지 보낼 수 있어요. >> nth=0")
    wait_until(page, "document.querySelectorAll('#tray [data-state=ready]').length === 6")
    page.wait_for_selector("#guide-problem:not([hidden])")
    page.click("#guide-close")
    for _ in range(6):
        page.click("#tray .out >> nth=0")
    assert page.is_hidden("#tray")

    page.click("#photo")
    evil = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"<svg onload=alert(1)></svg>"}
    page.set_input_files("#guide-album", evil)
    page.wait_for_selector("#tray .shot[data-state=refused]")
    assert "지원하지 않는 파일이에요" in page.inner_text("#tray-said")
    page.fill("#text", "이 사진을 봐 주세요")
    page.click("#send")
    page.wait_for_selector("text=올리지 못한 사진이 있어요")
    assert page.locator(".said.owner").count() == 0
