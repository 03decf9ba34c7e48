"""Stopping a reply: by socket and by REST, before, during and after it is written."""

import asyncio

import pytest

from chat.models import Message
from chat.tests.conftest import Socket
from drmaum.asgi import application
from drmaum.lib.threads import in_thread
from inference.models import InferenceJob, ModelCall
from inference.tests import model_server as play
from inference.tests.conftest import send
from profiles import tokens

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]
ASKED = "강아지가 포도를 먹었어요"
GOOD = "포도를 언제 먹었는지 적고 동물병원에 먼저 전화해 주세요. [4]\n"
EARLY = "답변을 시작하기 전에 멈췄어요."


@pytest.fixture(autouse=True)
def patient(models, settings) -> None:
    settings.JOB_RENEWAL_SECONDS = 0.05
    settings.MODEL_IDLE_SECONDS = settings.MODEL_FIRST_TOKEN_SECONDS = 30
    settings.MODEL_ANSWER_SECONDS = 60


def ticket_of(owner) -> str:
    tokens.sign_in(user=owner)
    return tokens.issue_ticket(user=owner, opened=owner.sign_ins.first())


async def stop_by_socket(consultation, sign_in, reply_id) -> None:
    ticket = await in_thread(ticket_of)(consultation.owner)
    socket = Socket(
        application, f"/ws/v1/consultations/{consultation.pk}/", subprotocols=[f"ticket.{ticket}"]
    )
    assert (await socket.connect(10))[0]
    await socket.send_json_to({"type": "stop", "reply": str(reply_id)})
    assert await socket.heard_so_far() == []
    await socket.disconnect(timeout=10)


async def stop_by_rest(consultation, sign_in, _reply_id) -> None:
    client = await in_thread(sign_in)(consultation.owner)
    answer = await in_thread(client.post)(f"/api/v1/consultations/{consultation.pk}/stop")
    assert answer.status_code == 202


WAYS = {"socket": stop_by_socket, "rest": stop_by_rest}


@pytest.mark.parametrize("provider", ["claude", "openai"])
@pytest.mark.parametrize("way", WAYS)
async def test_a_stop_closes_the_stream_and_keeps_what_was_shown(
    way, provider, models, abroad, answer, sign_in, settings
):
    settings.MODEL_ORDER = [provider]
    models.will(provider, play.stall(f"{GOOD}그리고 "))
    job = await in_thread(send)(abroad, ASKED)

    asking = asyncio.create_task(answer(job))
    await models.stalled.wait()
    await WAYS[way](abroad, sign_in, job.reply_id)
    answered = await asking
    await asyncio.wait_for(models.hung_up.wait(), 10)

    assert answered.reply.status == "stopped"
    assert answered.reply.text.endswith(GOOD.strip())
    assert answered.reply.facts["responder"] == provider
    assert answered.shown.strip() == answered.reply.text
    assert answered.ledger == [(provider, "stopped")]
    assert 0 < answered.calls[0].output_tokens < settings.MODEL_LONGEST_ANSWER_TOKENS
    assert (answered.kinds[-1], answered.job.status) == ("reply.done", "done")
    assert models.asked == [provider]


@pytest.mark.parametrize("way", WAYS)
async def test_a_stop_before_the_work_begins_makes_no_call(way, models, abroad, answer, sign_in):
    job = await in_thread(send)(abroad, ASKED)

    await WAYS[way](abroad, sign_in, job.reply_id)
    answered = await answer(job)

    assert (models.requests, answered.calls) == ([], [])
    assert (answered.reply.text, answered.reply.status) == (EARLY, "stopped")
    assert answered.kinds == ["message", "triage", "reply.started", "reply.done"]
    assert answered.job.status == "done"


async def test_a_stop_while_the_model_is_silent_asks_nobody_else(models, abroad, answer, sign_in):
    models.will("claude", play.stall())
    job = await in_thread(send)(abroad, ASKED)

    asking = asyncio.create_task(answer(job))
    await models.stalled.wait()
    await stop_by_rest(abroad, sign_in, None)
    answered = await asking

    assert models.asked == ["claude"]
    assert (answered.reply.text, answered.reply.status) == (EARLY, "stopped")
    assert answered.reply.facts["sources"] == []


async def test_a_stop_during_the_pause_before_a_retry_is_heard(
    models, abroad, answer, sign_in, settings
):
    settings.MODEL_LONGEST_WAIT_SECONDS = 40
    settings.MODEL_RETRY_SECONDS = 20
    models.will("claude", play.refused(529), play.ok(GOOD))
    job = await in_thread(send)(abroad, ASKED)

    asking = asyncio.create_task(answer(job))
    while not await in_thread(ModelCall.objects.filter(outcome="failed").exists)():
        await asyncio.sleep(0)
    await stop_by_rest(abroad, sign_in, None)
    answered = await asking

    assert models.asked == ["claude"]
    assert answered.reply.status == "stopped"


async def test_a_finished_reply_stays_as_it_is(models, abroad, answer, sign_in):
    models.will("claude", play.ok(GOOD))
    job = await in_thread(send)(abroad, ASKED)
    first = await answer(job)

    await stop_by_rest(abroad, sign_in, None)
    await stop_by_socket(abroad, sign_in, job.reply_id)

    kept = await in_thread(Message.objects.get)(pk=first.reply.pk)
    assert (kept.status, kept.text) == ("complete", first.reply.text)


async def test_the_next_question_is_answered(models, abroad, answer, sign_in):
    first = await in_thread(send)(abroad, ASKED)
    await stop_by_rest(abroad, sign_in, None)
    await answer(first)
    models.will("claude", play.ok(GOOD))

    answered = await answer(await in_thread(send)(abroad, "강아지가 포도를 껍질째 삼켰어요"))

    assert answered.reply.status == "complete"


async def test_a_stopped_answer_is_not_kept(models, abroad, answer, sign_in, meaning):
    meaning("bad-breath")
    models.will("claude", play.stall("물과 소변의 양, 체중이 변했는지 함께 확인해 주세요. [4]\n"))
    job = await in_thread(send)(abroad, "강아지 입냄새가 나요")

    asking = asyncio.create_task(answer(job))
    await models.stalled.wait()
    await stop_by_rest(abroad, sign_in, None)
    answered = await asking

    assert answered.reply.status == "stopped"
    assert answered.steps["cache store"]["detail"] == "not kept"


async def test_nobody_stops_a_foreign_reply(abroad, sign_in, stranger, enqueued):
    job = await in_thread(send)(abroad, ASKED)
    foreign = await in_thread(sign_in)(stranger)

    seen = await in_thread(foreign.post)(f"/api/v1/consultations/{abroad.pk}/stop")

    fresh = await in_thread(InferenceJob.objects.get)(pk=job.pk)
    assert (seen.status_code, fresh.stop_asked_at) == (404, None)
