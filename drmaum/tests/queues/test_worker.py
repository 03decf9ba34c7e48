"""Real workers and a real scheduler on SQS, with their secrets from AWS."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from drmaum import secrets
from drmaum.celery import app
from drmaum.stack.places import ROOT
from drmaum.tests.queues import errands
from drmaum.tests.queues.amazon import Queues, sender

pytestmark = [pytest.mark.long, pytest.mark.stack]
PATIENCE = 60
SECRET = "drmaum/product"
KEPT = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")


class Process:
    """One of the product's, whose output goes to a file."""

    def __init__(self, folder: Path, environment: dict[str, str], *arguments: str) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.heartbeat = folder / "heartbeat"
        command = ["celery", "-q", "-A", errands.__name__, *arguments]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *command],
                cwd=ROOT,
                env=environment | {"HEARTBEAT_FILE": str(self.heartbeat)},
                stdout=log,
                stderr=log,
            )

    def wait_until(self, is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            told = self.log.read_text()
            assert time.monotonic() < deadline, f"it did not come to that:\n{told[-3000:]}"
            assert self._process.poll() is None, f"it ended:\n{told[-3000:]}"
            time.sleep(0.1)  # noqa: TID251  (a real process works)

    def ended(self) -> int:
        return self._process.wait(PATIENCE)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def environment(
    queues: Queues, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Nothing secret in it: that is what the secret is for."""
    monkeypatch.setenv("SECRETS_ENDPOINT", queues.endpoint)
    manager = secrets._client(SECRET)
    kept = {name: os.environ[name] for name in KEPT}
    manager.create_secret(Name=SECRET, SecretString=json.dumps(kept))
    bare = {name: value for name, value in os.environ.items() if name not in KEPT}
    own = {
        "SECRETS_ID": SECRET,
        "SECRETS_ENDPOINT": queues.endpoint,
        "DRMAUM_VAR": str(tmp_path),
    }
    yield bare | queues.environment() | own
    manager.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)


@pytest.fixture
def started(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Process]]:
    running: list[Process] = []

    def start(*arguments: str, **more: str) -> Process:
        folder = tmp_path / f"process-{len(running)}"
        folder.mkdir()
        running.append(Process(folder, environment | more, *arguments))
        return running[-1]

    yield start
    for process in running:
        process.stop()


@pytest.fixture
def worker(started: Callable[..., Process]) -> Process:
    threads = ("--pool", "threads", "-c", "2", "--without-gossip", "--without-mingle")
    made = started("worker", "-Q", "work", *threads, "-l", "info")
    made.wait_until(made.heartbeat.exists)
    return made


@pytest.fixture
def send(queues: Queues, environment: dict[str, str]) -> Callable[..., None]:
    other = sender(environment)
    return lambda *arguments: other.send_task(errands.errand.name, arguments, queue="work")


def passwords() -> list[str]:
    addresses = [os.environ["DATABASE_URL"], os.environ["REDIS_URL"]]
    return [os.environ["SECRET_KEY"], *(str(urlsplit(one).password) for one in addresses)]


def replay() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("replay_dead_letters", "--json", stdout=out)
    return list(json.loads(out.getvalue()))


@pytest.mark.django_db
def test_a_task_runs_once_and_what_always_fails_is_dead_until_it_is_replayed(
    worker: Process, queues: Queues, send: Callable[..., None], tmp_path: Path
) -> None:
    assert errands.errand.name in app.tasks
    mended = tmp_path / "mended"
    mended.touch()
    queues.change("work", VisibilityTimeout="1")  # the worker has seen the true one

    send(str(tmp_path), "walk")
    worker.wait_until((tmp_path / "done-walk").exists)
    worker.wait_until(lambda: queues.count(queues.addresses["work"]) == 0)

    mended.unlink()
    send(str(tmp_path), "poison")
    worker.wait_until(lambda: queues.count(queues.dead["work"]) == 1)
    assert (tmp_path / "tries").read_text() == "walk\n" + "poison\n" * 3
    assert queues.count(queues.addresses["work"]) == 0

    mended.touch()
    told = replay()
    assert [line["what"] for line in told] == [errands.errand.name]
    worker.wait_until((tmp_path / "done-poison").exists)
    assert queues.count(queues.dead["work"]) == 0

    worker.stop()
    assert "raised unexpected: FileNotFoundError" in worker.log.read_text()
    assert not [secret for secret in passwords() if secret in worker.log.read_text()]


def test_the_worker_of_answers_lets_die_what_always_fails(
    started: Callable[..., Process], queues: Queues, environment: dict[str, str]
) -> None:
    pool = {"CELERY_CUSTOM_WORKER_POOL": "drmaum.lib.streaming_pool:TaskPool"}
    worker = started("worker", "-Q", "answers", "--pool", "custom", "-c", "9", **pool)
    worker.wait_until(worker.heartbeat.exists)
    queues.change("answers", VisibilityTimeout="1")
    address, other = queues.addresses["answers"], sender(environment)

    # Not an id. The first is received by the poll that was open before the change.
    other.send_task("inference.tasks.answer", ["none"], queue="answers")
    worker.wait_until(lambda: queues.visible(address) == 0)
    other.send_task("inference.tasks.answer", ["none"], queue="answers")

    worker.wait_until(lambda: queues.count(queues.dead["answers"]) == 1)


def test_the_scheduler_hands_tasks_to_sqs_and_lives(
    started: Callable[..., Process], queues: Queues
) -> None:
    scheduler = started("beat", "-l", "warning")

    scheduler.wait_until(scheduler.heartbeat.exists)

    assert queues.count(queues.addresses["work"]) > 0


def test_a_worker_of_an_unfit_queue_says_why_and_ends(
    started: Callable[..., Process], queues: Queues
) -> None:
    queues.change("work", VisibilityTimeout="30")

    worker = started("worker", "-Q", "work", "--pool", "threads", "-c", "1")

    assert worker.ended() != 0
    told = worker.log.read_text()
    assert "The queue work hands a message out again after 30 s" in told
    assert "Traceback" not in told


def test_a_worker_on_redis_beats_too(
    started: Callable[..., Process], environment: dict[str, str]
) -> None:
    environment.pop("CELERY_BROKER_URL")

    worker = started("worker", "-Q", "nobody", "--pool", "threads", "-c", "1")

    worker.wait_until(worker.heartbeat.exists)


def test_settings_that_are_printed_hold_no_secret(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "diffsettings", "--all"]
    keys = {"ANTHROPIC_API_KEY": "hunter-2", "COGNITO_CLIENT_SECRET": "hunter-2"}

    done = subprocess.run(
        command, cwd=ROOT, env=environment | keys, capture_output=True, text=True, check=True
    )

    assert "SECRET_KEY = '…'" in done.stdout
    assert not [secret for secret in ["hunter-2", *passwords()] if secret in done.stdout]
