"""A file that leads its decoder astray takes that process with it, and nothing else."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from chat import tasks
from chat.models import Upload
from chat.tests.files import picture
from chat.tests.uploading import UPLOADS, post_file
from chat.uploads import sandbox

WAYWARD = "chat.tests.wayward"


@pytest.fixture
def checking(api, ask, checks, django_capture_on_commit_callbacks):
    """A photo that waits for its check."""
    body = picture()
    asked = ask(size=len(body))
    post_file(asked, body)
    with django_capture_on_commit_callbacks(execute=True):
        api.post(f"{UPLOADS}/{asked['id']}/confirm")
    return Upload.objects.get(pk=asked["id"])


@pytest.fixture
def led_astray(monkeypatch):
    """Make the looking program behave in some way."""
    true_look = sandbox.look

    def astray(how: str) -> None:
        monkeypatch.setattr(sandbox, "look", lambda _program, *_: true_look(WAYWARD, how))

    return astray


def test_an_endless_computation_is_ended_by_its_own_limit(settings):
    settings.MEDIA_CHECK_SECONDS = 1

    assert sandbox.look(WAYWARD, "spin").refusal == "file_unreadable"


def test_a_crash_is_the_file_s_fault():
    assert sandbox.look(WAYWARD, "crash").refusal == "file_unreadable"


def test_memory_is_bounded():
    assert sandbox.look(WAYWARD, "grow").refusal == "file_too_large"


def test_what_may_be_written_is_bounded(tmp_path):
    with pytest.raises(sandbox.LookFailedError):
        sandbox.look(WAYWARD, "write", str(tmp_path / "large"))

    assert (tmp_path / "large").stat().st_size <= 64 << 20


def test_no_secret_of_ours_is_in_its_environment(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")
    told = sandbox.look(WAYWARD, "tell").facts["told"]

    assert set(told) <= {"LC_ALL", "LC_CTYPE", "OMP_NUM_THREADS"}


@pytest.mark.parametrize("how", ["killed", "hang", "break"])
def test_a_look_that_was_cut_off_is_tried_three_times(
    settings, monkeypatch, checking, led_astray, how
):
    settings.MEDIA_CHECK_SECONDS = 1
    monkeypatch.setattr(sandbox, "STARTING_SECONDS", 0)
    led_astray(how)
    states = []
    for _ in range(3):
        tasks.check_upload(str(checking.pk))
        checking.refresh_from_db()
        states.append((checking.status, checking.attempts))

    assert states == [("checking", 1), ("checking", 2), ("refused", 3)]
    assert checking.refusal == "file_unreadable"


def test_a_later_look_may_succeed(settings, checking, led_astray, checks, monkeypatch):
    with monkeypatch.context() as once:
        once.setattr(sandbox, "look", lambda *_: sandbox.Finding(nonsense=1))
        tasks.check_upload(str(checking.pk))
    checks.clear()
    assert tasks.sweep_uploads() == 1
    assert checks == [str(checking.pk)]
    tasks.check_upload(checks[0])

    checking.refresh_from_db()
    assert checking.status == "ready"


def test_a_check_whose_worker_is_gone_is_enqueued_again(checking, checks):
    checks.clear()
    assert tasks.sweep_uploads() == 0
    Upload.objects.update(enqueued_at=timezone.now() - timedelta(seconds=21))

    assert tasks.sweep_uploads() == 1
    assert checks == [str(checking.pk)]


def test_a_check_that_runs_twice_has_one_result(checking):
    tasks.check_upload(str(checking.pk))
    checking.refresh_from_db()
    first = (checking.checked_at, checking.key)
    tasks.check_upload(str(checking.pk))
    checking.refresh_from_db()

    assert (checking.checked_at, checking.key) == first


def test_what_was_removed_meanwhile_does_not_come_back(checking, monkeypatch, settings):
    true_look = sandbox.look

    def removed_meanwhile(*arguments):
        Upload.objects.update(status="removed", removes_at=timezone.now())
        return true_look(*arguments)

    monkeypatch.setattr(sandbox, "look", removed_meanwhile)
    tasks.check_upload(str(checking.pk))
    tasks.remove_due_files()

    checking.refresh_from_db()
    assert checking.status == "removed"
    assert not [file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()]


def test_the_web_process_loads_no_decoder_and_no_sdk():
    ask = "import drmaum.asgi, chat.upload_views, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())

    assert "chat.upload_views" in loaded
    assert {"PIL", "pillow_heif", "av", "boto3", "botocore"}.isdisjoint(loaded)
