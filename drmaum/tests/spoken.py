"""What browser tests of voice and photos do again and again."""

from typing import Any

from drmaum.tests.test_browser_journey import open_consultation, sign_up
from drmaum.tests.transcriptions import Transcriptions

READY_ON_SERVER = """async ([path, kind]) => {
    const found = (await (await fetch(path)).json()).results;
    return found.filter((one) => one.kind === kind && one.status === "ready").map((one) => one.id);
}"""


def wait_until(page: Any, expression: str) -> None:
    """The page's own policy forbids the waiting that evaluates text within it."""
    for _ in range(150):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{expression}\n{page.inner_text('body')}")


def begin(page: Any, product: Any, email: str) -> Transcriptions:
    """A new owner in a new consultation."""
    transcriptions = Transcriptions(page)
    sign_up(page, product, email)
    open_consultation(page)
    return transcriptions


def speak(page: Any, until: str = "0:02") -> None:
    """Record; the recording goes on."""
    page.click("#speak")
    page.click("#recorder-start")
    wait_until(page, f"document.getElementById('recorder-timer').textContent >= '{until}'")


def uploaded(page: Any, kind: str = "audio") -> list[str]:
    consultation = page.url.rpartition("/")[2]
    path = f"/api/v1/consultations/{consultation}/uploads"
    return page.evaluate(READY_ON_SERVER, [path, kind])


def wait_for_upload(page: Any, kind: str = "audio", count: int = 1) -> str:
    """The id of the last upload that the server finds usable."""
    for _ in range(60):
        found = uploaded(page, kind)
        if len(found) >= count:
            return found[-1]
        page.wait_for_timeout(500)
    raise AssertionError(page.inner_text("main"))


def kept_seconds(page: Any) -> list[float]:
    """The lengths of the recordings that this browser keeps."""
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
            const opening = indexedDB.open("drmaum-recordings");
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const all = opening.result.transaction("recordings").objectStore("recordings").getAll();
                all.onsuccess = () => resolve(all.result.map((one) => one.seconds));
            };
        })"""
    )


def wait_until_nothing_is_kept(page: Any) -> None:
    """The server has all of it: a page lets go soon after."""
    for _ in range(50):
        if not kept_seconds(page):
            return
        page.wait_for_timeout(200)
    raise AssertionError(kept_seconds(page))


def record(product: Any, consultation: str, kind: str, payload: dict[str, Any]) -> None:
    """What a worker of the product writes into the log."""
    product.manage(
        "shell",
        "-v0",
        "-c",
        "from django.db import transaction\n"
        "from chat import services\n"
        "from chat.models import Consultation\n"
        "with transaction.atomic():\n"
        f"    found = Consultation.objects.select_for_update().get(pk={consultation!r})\n"
        f"    services.record_event(consultation=found, kind={kind!r}, payload={payload!r})\n",
    )
