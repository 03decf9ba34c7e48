"""Whether a worker lives, as the health check of its container asks."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from celery import signals

from drmaum.lib import heartbeat
from drmaum.queues import beating


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    settings.HEARTBEAT_FILE = str(tmp_path / "heartbeat")
    return tmp_path / "heartbeat"


def asked(file: Path) -> int:
    return heartbeat.main(["--file", str(file), "--max-age", "60"])


def test_a_young_heartbeat_is_a_sign_of_life(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heartbeat.beat(str(file))

    assert asked(file) == 0
    assert "0 s ago" in capsys.readouterr().out


def test_an_old_one_is_none(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heartbeat.beat(str(file))
    before = time.time() - 100
    os.utime(file, (before, before))

    assert asked(file) == 1
    assert "100 s ago" in capsys.readouterr().out


def test_a_worker_that_never_began_does_not_live(file: Path) -> None:
    assert asked(file) == 1


def test_the_file_is_the_one_that_the_worker_touches(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat.beat(str(file))
    monkeypatch.setenv(heartbeat.PLACE, str(file))

    assert heartbeat.main([]) == 0


def test_not_to_know_which_file_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(heartbeat.PLACE, raising=False)
    with pytest.raises(SystemExit) as ended:
        heartbeat.main([])
    assert ended.value.code == 2


def test_a_file_that_cannot_be_touched_stops_no_worker(tmp_path: Path) -> None:
    heartbeat.beat(str(tmp_path / "none" / "heartbeat"))


def test_a_worker_that_sqs_does_not_answer_has_no_heartbeat(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = beating.Beating(None)

    monkeypatch.setattr(beating, "_silence", lambda: beating.LONGEST_SILENCE_SECONDS + 1)
    step.beat()
    assert not file.exists()

    monkeypatch.setattr(beating, "_silence", lambda: 1.0)
    step.beat()
    assert file.exists()


def test_nothing_beats_where_nobody_listens(settings: Any) -> None:
    settings.HEARTBEAT_FILE = ""
    assert not beating.Beating(None).enabled


def test_the_scheduler_lives_while_it_hands_out_tasks(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals.after_task_publish, "receivers", [])
    signals.after_task_publish.send("before it began")
    assert not file.exists()

    signals.beat_init.send("the scheduler")
    signals.after_task_publish.send("inference.tasks.sweep")
    assert file.exists()
