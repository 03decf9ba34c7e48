"""Worlds of the whole product."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chat.tests.files import in_wav, recording
from drmaum.tests.product import RunningProduct
from transcription.tests.recordings import SAID

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="session")
def product() -> Iterator[RunningProduct]:
    """One running product for the journeys; tests that break things start their own."""
    with _open_folder() as folder:
        running = RunningProduct(folder)
        running.start()
        yield running
        running.stop()


@pytest.fixture
def own_product() -> Iterator[RunningProduct]:
    """A product that a test may kill."""
    with _open_folder() as folder:
        running = RunningProduct(folder)
        running.start()
        yield running
        running.stop()


@pytest.fixture
def browser_page() -> Iterator[object]:
    """A phone-sized page of a real Chromium; skipped with a clear line where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the browser journeys were not run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR")
        yield context.new_page()
        browser.close()


@pytest.fixture
def microphone(tmp_path: Path, request: Any) -> Path:
    """What the microphone hears: a tone, or by parameter a voice."""
    said = tmp_path / "said.wav"
    body = in_wav(SAID) if getattr(request, "param", "tone") == "voice" else recording(3, "wav")
    said.write_bytes(body)
    return said


@pytest.fixture
def speaking_page(microphone: Path) -> Iterator[Any]:
    """A phone-sized page with a microphone."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the browser journeys were not run")
    from playwright.sync_api import sync_playwright

    heard = [*MICROPHONE, f"--use-file-for-fake-audio-capture={microphone}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *heard])
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="ko-KR", permissions=["microphone"]
        )
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        yield page
        assert page.errors == []
        browser.close()


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
    """A folder that the unprivileged user of the embedded database can enter: not pytest's own,
    which every run of pytest closes again."""
    folder = Path(tempfile.mkdtemp(prefix="drmaum-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
