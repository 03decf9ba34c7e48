"""Notifications in a real browser: turned on by a press, chosen, tried, turned off; a push that
arrives is shown, and leads to its page.

A headless browser has no push service behind it: its subscription is stood in for, the rest is real.
"""

import json

import pytest

from drmaum.tests.test_browser_journey import sign_up
from profiles.tests.push_service import Browser

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.long]
ENDPOINT = "https://fcm.googleapis.com/fcm/send/of-this-test"
STAND_IN = """
(given) => {
  let held = null;
  const key = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (s) => s.charCodeAt(0));
  const made = (options) => ({
    endpoint: given.endpoint, options, toJSON: () => given,
    unsubscribe: async () => { held = null; localStorage.removeItem("push"); return true; },
  });
  const kept = localStorage.getItem("push");
  if (kept) held = made({ applicationServerKey: key(kept).buffer });
  PushManager.prototype.getSubscription = async () => held;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("push", btoa(String.fromCharCode(...applicationServerKey)));
    return (held = made({ applicationServerKey: applicationServerKey.buffer }));
  };
}
"""


def stand_in(page) -> None:
    page.add_init_script(f"({STAND_IN})({json.dumps(Browser(ENDPOINT).subscription)})")


def shown(page) -> str:
    """The one state that the section shows."""
    page.wait_for_selector("#notifications [data-state]:not([hidden])")
    parts = page.locator("#notifications [data-state]:not([hidden])")
    assert parts.count() == 1
    return parts.first.get_attribute("data-state")


SHOWN = """navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) =>
  all.map((one) => [one.title, one.body, one.tag, one.data.path]))"""


def shown_on(page) -> list[list[str]]:
    """What the worker shows by now; it takes a moment after a push."""
    for _ in range(100):
        found = page.evaluate(SHOWN)
        if found:
            return found
        page.wait_for_timeout(100)
    return []


def test_an_owner_turns_notifications_on_and_off(product, browser_page):
    page = browser_page
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    stand_in(page)
    page.context.grant_permissions(["notifications"], origin=product.address)
    sign_up(page, product, "bell@example.com")
    page.goto(f"{product.address}/me")
    assert shown(page) == "off"

    page.click("#notify")
    page.wait_for_selector("text=알림을 켰어요.")
    assert shown(page) == "on"
    assert page.locator("[name=kind]:checked").count() == 3
    page.uncheck("[name=kind][value=care]")
    page.wait_for_selector("text=바꿨어요.")

    page.reload()
    assert shown(page) == "on"
    page.wait_for_function("document.querySelectorAll('[name=kind]:checked').length === 2")
    page.click("#try-notification")
    page.wait_for_selector("text=곧 이 기기에 알림이 떠요")

    page.click("#stop-notifying")
    page.wait_for_selector("text=알림을 껐어요.")
    page.reload()
    assert shown(page) == "off"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert errors == []


def test_where_the_browser_says_no_it_is_said(product, browser_page):
    page = browser_page
    page.add_init_script("Object.defineProperty(Notification, 'permission', { value: 'denied' });")
    sign_up(page, product, "blocked@example.com")
    page.goto(f"{product.address}/me")

    assert shown(page) == "blocked"
    assert "사이트 설정에서 알림을 허용" in page.inner_text("#notifications")


def test_a_push_is_shown_and_says_where_to_look(product, browser_page):
    page = browser_page
    page.context.grant_permissions(["notifications"], origin=product.address)
    page.goto(f"{product.address}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wire = page.context.new_cdp_session(page)
    registrations: list[str] = []
    wire.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(one["registrationId"] for one in told["registrations"]),
    )
    wire.send("ServiceWorker.enable")
    page.wait_for_function("() => true")
    while not registrations:
        page.wait_for_timeout(100)

    told = {"text": "보리의 안부를 여쭤봐요.", "path": "/home", "tag": "check_in:1"}
    wire.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": product.address, "registrationId": registrations[0], "data": json.dumps(told)},
    )

    ((title, body, tag, path),) = shown_on(page)
    assert (title, body, tag, path) == ("Dr. 마음", told["text"], told["tag"], told["path"])
