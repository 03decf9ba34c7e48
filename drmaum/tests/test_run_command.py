"""`manage.py up`: one process group that starts, heals and stops as a whole."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from drmaum.stack.places import ROOT
from drmaum.tests.product import RunningProduct, is_alive

pytestmark = pytest.mark.stack
PROGRAMS = {"postgres", "redis", "web", "answers", "work", "speech", "beat"}


def run_again(product: RunningProduct, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=product._environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.long
def test_it_heals_a_dead_child_refuses_a_second_start_and_stops_without_a_trace(own_product):
    children = own_product.children()
    assert set(children) == PROGRAMS

    second = run_again(own_product, "up", "--no-open", "--port", "0")
    assert second.returncode != 0
    assert "already running" in second.stderr
    assert "Traceback" not in second.stderr

    # Another command borrows the running servers.
    listed = run_again(own_product, "reindex_knowledge", "--dry-run")
    assert listed.returncode == 0
    assert "new: 0" in listed.stdout

    os.kill(children["web"], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while own_product.children().get("web") in (None, children["web"]):
        assert time.monotonic() < deadline
        time.sleep(0.2)  # noqa: TID251  (a real process starts)
    own_product.wait_until_ready()

    living = list(own_product.children().values())
    own_product.stop()
    assert [pid for pid in living if is_alive(pid)] == []


@pytest.mark.long
def test_it_starts_again_after_everything_was_killed(own_product):
    living = list(own_product.children().values())
    own_product.process.kill()
    own_product.process.wait()
    for pid in living:
        if is_alive(pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    own_product.start()

    assert set(own_product.children()) == PROGRAMS


def test_a_taken_port_is_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        product = RunningProduct(tmp_path)
        done = run_again(product, "up", "--no-open", "--port", str(taken.getsockname()[1]))

    assert done.returncode != 0
    assert "is taken by another program" in done.stderr
    assert "Traceback" not in done.stderr
