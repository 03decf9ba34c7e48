"""The life of a job: claims, fences, leases, attempts, until it is done or dead."""

from uuid import uuid4

import pytest

from chat import services as chat_services
from chat.models import Event, Message
from inference import jobs
from inference.models import Run
from inference.tests.conftest import expire, fail, finish, send

pytestmark = pytest.mark.django_db

FAILED = "답변을 만들지 못했어요. 보내신 메시지는 저장돼 있으니 [다시 시도]를 눌러 주세요."


def test_a_claim_draws_a_fence_and_opens_a_run(job):
    claim = jobs.claim(job.pk)

    assert claim.fence == 1
    assert claim.message.pk == job.message_id
    assert claim.job.status == "running"
    assert Run.objects.get().outcome == "running"


def test_a_held_job_cannot_be_claimed_again(job):
    jobs.claim(job.pk)

    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.fence, job.losses) == (1, 0)


def test_an_unknown_job_cannot_be_claimed(db):
    assert jobs.claim(uuid4()) is None


def test_a_claim_knows_whether_words_may_go_overseas(job, abroad, enqueued):
    assert jobs.claim(job.pk).allows_overseas is False
    assert jobs.claim(send(abroad, "비듬이 많아요").pk).allows_overseas is True


def test_completing_stores_reply_and_job_together(job):
    claim = jobs.claim(job.pk)

    finish(job.pk, claim.fence)

    job.refresh_from_db()
    reply = Message.objects.get(answers=job.message)
    assert (job.status, job.lease_until) == ("done", None)
    assert job.finished_at is not None
    assert reply.pk == job.reply_id
    run = Run.objects.get()
    assert (run.outcome, run.steps, run.milliseconds) == ("done", [{"name": "triage"}], 12)


def test_a_finished_job_cannot_be_claimed(job):
    finish(job.pk, jobs.claim(job.pk).fence)

    assert jobs.claim(job.pk) is None


def test_completing_with_an_old_fence_stores_nothing(job):
    old = jobs.claim(job.pk)
    expire(job)
    jobs.claim(job.pk)

    with pytest.raises(jobs.LeaseLostError):
        finish(job.pk, old.fence)

    job.refresh_from_db()
    assert not Message.objects.filter(answers=job.message).exists()
    assert job.status == "running"
    assert not Event.objects.filter(kind="reply.done").exists()


def test_completing_twice_keeps_the_first_reply(job):
    claim = jobs.claim(job.pk)
    finish(job.pk, claim.fence, "첫 답변이에요.")

    with pytest.raises(jobs.LeaseLostError):
        finish(job.pk, claim.fence, "두 번째 답변이에요.")

    assert Message.objects.get(answers=job.message).text == "첫 답변이에요."


def test_an_expired_lease_is_taken_over_as_a_loss_not_an_attempt(job):
    jobs.claim(job.pk)
    expire(job)

    claim = jobs.claim(job.pk)

    assert claim.fence == 2
    assert (claim.job.losses, claim.job.attempts) == (1, 0)
    assert list(Run.objects.order_by("fence").values_list("outcome", flat=True)) == [
        "lost", "running",
    ]  # fmt: skip


def test_a_job_that_was_lost_too_often_is_buried(job):
    for _ in range(jobs.MOST_LOSSES + 1):
        assert jobs.claim(job.pk) is not None
        expire(job)

    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert job.status == "dead"
    assert Message.objects.get(answers=job.message).text == FAILED


def test_a_renewal_says_who_still_holds_what(job):
    claim = jobs.claim(job.pk)
    gone = uuid4()

    assert jobs.renew({job.pk: claim.fence, gone: 1}) == {job.pk: False}
    assert jobs.renew({job.pk: claim.fence - 1}) == {}


def test_a_renewal_extends_the_lease(job):
    claim = jobs.claim(job.pk)
    expire(job)

    jobs.renew({job.pk: claim.fence})

    assert jobs.claim(job.pk) is None


def test_a_renewal_with_an_old_fence_does_not_extend_the_lease(job):
    """The worker that lost a job must not keep its successor's lease alive."""
    old = jobs.claim(job.pk)
    expire(job)
    jobs.claim(job.pk)
    expire(job)

    jobs.renew({job.pk: old.fence})

    assert jobs.claim(job.pk) is not None


def test_a_stop_arrives_with_the_next_renewal(job, consultation):
    claim = jobs.claim(job.pk)

    chat_services.ask_to_stop(consultation_id=consultation.pk, reply_id=job.reply_id)

    assert jobs.renew({job.pk: claim.fence}) == {job.pk: True}


def test_a_stop_from_another_consultation_is_not_heard(job, abroad):
    claim = jobs.claim(job.pk)

    chat_services.ask_to_stop(consultation_id=abroad.pk, reply_id=job.reply_id)

    assert jobs.renew({job.pk: claim.fence}) == {job.pk: False}


def test_a_stop_of_a_finished_reply_changes_nothing(job, consultation):
    finish(job.pk, jobs.claim(job.pk).fence)

    chat_services.ask_to_stop(consultation_id=consultation.pk, reply_id=job.reply_id)

    job.refresh_from_db()
    assert job.stop_asked_at is None


def test_a_failed_attempt_goes_back_to_the_queue(job):
    fail(job)

    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == ("queued", 1, "boom")
    assert (job.lease_until, job.enqueued_at) == (None, None)
    assert Run.objects.get().outcome == "failed"
    assert not Message.objects.filter(answers=job.message).exists()


def test_a_failure_with_an_old_fence_counts_nothing(job):
    old = jobs.claim(job.pk)
    expire(job)
    jobs.claim(job.pk)

    jobs.fail(job_id=job.pk, fence=old.fence, error="late", steps=[])

    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == ("running", 0, "")


def test_the_third_failure_is_the_last_and_the_owner_reads_so(job):
    fail(job, times=3)

    job.refresh_from_db()
    reply = Message.objects.get(answers=job.message)
    assert (job.status, job.attempts, job.error) == ("dead", 3, "boom")
    assert (reply.status, reply.text) == ("failed", FAILED)
    assert Event.objects.last().kind == "reply.failed"
    assert jobs.claim(job.pk) is None


def test_a_released_job_is_free_at_once_and_uncounted(job):
    claim = jobs.claim(job.pk)

    jobs.release(job_id=job.pk, fence=claim.fence)

    job.refresh_from_db()
    assert (job.status, job.attempts, job.losses) == ("queued", 0, 0)
    assert Run.objects.get().outcome == "released"
    assert jobs.claim(job.pk).fence == 2


def test_a_release_with_an_old_fence_takes_nothing_away(job):
    old = jobs.claim(job.pk)
    expire(job)
    jobs.claim(job.pk)

    jobs.release(job_id=job.pk, fence=old.fence)

    job.refresh_from_db()
    assert job.status == "running"
    assert Run.objects.get(fence=old.fence).outcome == "lost"
