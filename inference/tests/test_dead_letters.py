"""Nothing waits for ever: the apology, the second try, and the sweep."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from chat.models import Message
from inference import jobs, services, tasks
from inference.models import InferenceJob
from inference.tests.conftest import fail, finish, send

pytestmark = pytest.mark.django_db

FAILED = "답변을 만들지 못했어요. 보내신 메시지는 저장돼 있으니 [다시 시도]를 눌러 주세요."
DO_NOT_WAIT = "호흡 곤란·경련·심한 출혈이 있으면 기다리지 말고 가까운 24시간 동물병원에 연락하세요."


def test_the_apology_for_an_emergency_says_not_to_wait(consultation, enqueued):
    job = send(consultation, "강아지가 포도를 먹었어요")

    fail(job, times=3)

    assert Message.objects.get(answers=job.message).text == f"{FAILED}\n\n{DO_NOT_WAIT}"


def test_a_dead_job_is_requeued_with_a_fresh_start(job):
    fail(job, times=3)

    found = jobs.requeue(job=job)

    assert (found.status, found.attempts, found.losses, found.error) == ("queued", 0, 0, "")
    assert found.reply_id != job.reply_id
    assert not Message.objects.filter(answers=job.message).exists()


def test_a_second_requeue_changes_nothing(job):
    fail(job, times=3)

    first = jobs.requeue(job=job)
    second = jobs.requeue(job=job)

    assert second.reply_id == first.reply_id


def test_a_requeued_job_answers(job):
    fail(job, times=3)
    jobs.requeue(job=job)

    finish(job.pk, jobs.claim(job.pk).fence)

    job.refresh_from_db()
    assert job.status == "done"
    assert Message.objects.get(answers=job.message).status == "complete"


def test_a_finished_job_is_not_requeued(job):
    finish(job.pk, jobs.claim(job.pk).fence)

    assert jobs.requeue(job=job).status == "done"
    assert Message.objects.filter(answers=job.message).exists()


def test_a_job_that_waits_its_turn_is_not_stale(job):
    assert jobs.stale_jobs() == []


@pytest.mark.parametrize(
    "state",
    [
        {"enqueued_at": None},
        {"enqueued_at": Now() - timedelta(minutes=1)},
        {"status": "running", "lease_until": Now() - timedelta(seconds=1)},
    ],
    ids=["never enqueued", "waited long", "lease ran out"],
)
def test_the_sweep_enqueues_once_what_would_wait_for_ever(job, enqueued, state):
    InferenceJob.objects.filter(pk=job.pk).update(**state)

    assert tasks.sweep.run() == 1

    assert enqueued == [str(job.pk)]


def test_a_swept_job_is_not_swept_again_at_once(job, enqueued):
    InferenceJob.objects.filter(pk=job.pk).update(enqueued_at=None)

    assert (tasks.sweep.run(), tasks.sweep.run()) == (1, 0)


@pytest.mark.parametrize("status", ["done", "dead"])
def test_a_finished_job_is_never_stale(job, status):
    InferenceJob.objects.filter(pk=job.pk).update(status=status, enqueued_at=None)

    assert jobs.stale_jobs() == []


def test_the_sweep_takes_the_oldest_first(consultation, enqueued):
    first, second = send(consultation, "토했어요"), send(consultation, "또 토했어요")
    InferenceJob.objects.update(enqueued_at=None)

    assert jobs.stale_jobs(limit=1) == [first.pk]
    assert jobs.stale_jobs() == [second.pk]


def test_without_a_broker_the_message_waits_for_the_sweep(monkeypatch, job):
    from kombu.exceptions import OperationalError

    def refuse(_job_id):
        raise OperationalError("no broker")

    monkeypatch.setattr("inference.tasks.answer.delay", refuse)

    tasks.enqueue(job.pk)

    job.refresh_from_db()
    assert job.status == "queued"


def test_answering_again_requeues_and_enqueues_a_dead_job(
    job, enqueued, django_capture_on_commit_callbacks
):
    fail(job, times=3)
    enqueued.clear()

    with django_capture_on_commit_callbacks(execute=True):
        services.answer_again(message=job.message)

    assert enqueued == [str(job.pk)]


def test_answering_again_leaves_a_finished_job_alone(
    job, enqueued, django_capture_on_commit_callbacks
):
    finish(job.pk, jobs.claim(job.pk).fence)
    enqueued.clear()

    with django_capture_on_commit_callbacks(execute=True):
        found = services.answer_again(message=job.message)

    assert found.status == "done"
    assert enqueued == []
