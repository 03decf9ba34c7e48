"""Worlds of the whole product."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drmaum.tests.product import RunningProduct

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
