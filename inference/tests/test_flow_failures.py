"""Error replies, stops, shutdowns and take-overs: what stays when an answer cannot be whole."""

import asyncio

import pytest
from django.db import transaction

from chat import services as chat_services
from chat.models import Message
from drmaum.lib.threads import in_thread
from inference import jobs, services
from inference.llm.base import LLMError
from inference.models import InferenceJob, Run
from inference.pipeline import flow
from inference.tests import model_server as play
from inference.tests.conftest import send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "강아지가 포도를 먹었어요"
FAILED = "답변을 만들지 못했어요. 보내신 메시지는 저장돼 있으니 [다시 시도]를 눌러 주세요."
DO_NOT_WAIT = "호흡 곤란·경련·심한 출혈이 있으면 기다리지 말고 가까운 24시간 동물병원에 연락하세요."
GOOD = "포도는 강아지에게 위험할 수 있으니 지금 동물병원에 전화해 주세요. [4]\n"


@pytest.fixture
def no_extract(monkeypatch):
    def compose(_request):
        raise LLMError("nothing to quote")

    monkeypatch.setattr("inference.llm.extractive.compose", compose)


@pytest.mark.usefixtures("no_extract")
async def test_when_nothing_can_answer_the_owner_reads_an_apology(models, abroad, ask):
    answered = await ask(abroad, "강아지 입냄새가 나요")

    assert models.asked == ["claude", "claude", "openai", "openai"]
    assert answered.reply.status == "failed"
    assert answered.reply.text == FAILED
    assert answered.kinds[-1] == "reply.failed"
    assert answered.job.status == "dead"
    assert answered.run.outcome == "dead"


@pytest.mark.usefixtures("no_extract")
async def test_the_apology_of_an_emergency_says_not_to_wait(models, abroad, ask):
    answered = await ask(abroad, ASKED)

    assert answered.reply.text == f"{FAILED}\n\n{DO_NOT_WAIT}"


async def test_after_a_requeue_a_dead_job_answers(models, abroad, answer, monkeypatch):
    job = await in_thread(send)(abroad, ASKED)
    with monkeypatch.context() as broken:
        broken.setattr("inference.llm.extractive.compose", _no_compose)
        first = await answer(job)
    models.will("claude", play.ok(GOOD))

    await in_thread(services.answer_again)(message=job.message)
    second = await answer(job)

    assert first.reply.status == "failed"
    assert second.reply.status == "complete"
    assert second.said == GOOD.strip()
    assert second.reply.pk != first.reply.pk
    assert second.job.status == "done"
    assert await in_thread(Message.objects.filter(answers=job.message).count)() == 1


async def test_an_unexpected_error_counts_an_attempt_and_keeps_the_steps(abroad, ask, monkeypatch):
    def broken(*_):
        raise RuntimeError("the prompt folder is gone")

    monkeypatch.setattr("inference.pipeline.prompt.build", broken)

    answered = await ask(abroad, ASKED)

    assert answered.reply is None
    assert (answered.job.status, answered.job.attempts) == ("queued", 1)
    assert answered.job.error == "RuntimeError: the prompt folder is gone"
    assert answered.run.outcome == "failed"
    assert answered.steps["prompt"]["outcome"] == "error"


async def test_a_second_attempt_tells_sockets_to_begin_again(models, abroad, answer, monkeypatch):
    job = await in_thread(send)(abroad, ASKED)
    with monkeypatch.context() as broken:
        broken.setattr("inference.pipeline.prompt.build", lambda *_: 1 / 0)
        await answer(job)
    models.will("claude", play.ok(GOOD))

    answered = await answer(job)

    assert answered.kinds[2:] == ["reply.started", "reply.restart", "reply.done"]
    assert answered.job.status == "done"


async def test_a_finished_job_is_not_answered_twice(models, abroad, answer):
    models.will("claude", play.ok(GOOD), play.ok(GOOD))
    job = await in_thread(send)(abroad, ASKED)

    first = await answer(job)
    again = await answer(job)

    assert models.asked == ["claude"]
    assert again.reply == first.reply
    assert again.heard == []


async def test_a_stopped_reply_keeps_what_was_shown(models, abroad, ask, settings):
    settings.JOB_RENEWAL_SECONDS = 0.05
    settings.MODEL_IDLE_SECONDS = 30
    models.will("claude", play.stall(f"{GOOD}그리고 "))

    asking = asyncio.create_task(ask(abroad, ASKED))
    await models.stalled.wait()
    await in_thread(_stop)(abroad)
    answered = await asking

    assert answered.reply.status == "stopped"
    assert answered.said == GOOD.strip()
    assert answered.reply.text == answered.shown.strip()
    assert "지금 할 일" not in answered.reply.text
    assert answered.kinds[-1] == "reply.done"
    assert answered.job.status == "done"
    assert answered.ledger == [("claude", "stopped")]
    assert models.asked == ["claude"]


async def test_a_reply_stopped_before_its_first_word_says_so(models, abroad, ask, settings):
    settings.JOB_RENEWAL_SECONDS = 0.05
    settings.MODEL_FIRST_TOKEN_SECONDS = 30
    models.will("claude", play.stall())

    asking = asyncio.create_task(ask(abroad, ASKED))
    await models.stalled.wait()
    await in_thread(_stop)(abroad)
    answered = await asking

    assert answered.reply.status == "stopped"
    assert answered.reply.text == "답변을 시작하기 전에 멈췄어요."
    assert answered.reply.facts["sources"] == []


async def test_a_worker_that_lost_its_lease_stores_nothing(models, abroad, ask, settings):
    settings.JOB_RENEWAL_SECONDS = 0.05
    settings.MODEL_IDLE_SECONDS = 30
    models.will("claude", play.stall(GOOD))

    asking = asyncio.create_task(ask(abroad, ASKED))
    await models.stalled.wait()
    await in_thread(_take_over)()
    answered = await asking

    assert answered.reply is None
    assert answered.job.status == "running"
    assert answered.job.fence == 2
    assert "reply.done" not in answered.kinds


async def test_a_shutdown_gives_the_job_back_uncounted(models, abroad, answer, settings):
    settings.MODEL_IDLE_SECONDS = 30
    models.will("claude", play.stall(GOOD))
    job = await in_thread(send)(abroad, ASKED)

    asking = asyncio.create_task(flow.answer(job.pk))
    await models.stalled.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking

    fresh = await in_thread(InferenceJob.objects.get)(pk=job.pk)
    run = await in_thread(Run.objects.get)(job=job)
    assert (fresh.status, fresh.attempts, fresh.losses) == ("queued", 0, 0)
    assert fresh.lease_until is None
    assert run.outcome == "released"


async def test_a_consultation_erased_meanwhile_ends_the_answer_quietly(
    models, abroad, settings, enqueued, answer
):
    settings.JOB_RENEWAL_SECONDS = 0.05
    settings.MODEL_IDLE_SECONDS = 30
    models.will("claude", play.stall(GOOD))
    job = await in_thread(send)(abroad, ASKED)

    asking = asyncio.create_task(flow.answer(job.pk))
    await models.stalled.wait()
    await in_thread(abroad.delete)()
    await asking

    assert await in_thread(Message.objects.count)() == 0


def _no_compose(_request):
    raise LLMError("nothing to quote")


def _stop(consultation):
    job = InferenceJob.objects.get()
    chat_services.ask_to_stop(consultation_id=consultation.pk, reply_id=job.reply_id)


def _take_over():
    """Another worker claims the job after this one's lease ran out."""
    with transaction.atomic():  # or the first one would renew it in between
        InferenceJob.objects.update(lease_until="2020-01-01T00:00:00Z")
        assert jobs.claim(InferenceJob.objects.get().pk) is not None
