"""What answers leave behind goes with a consultation; an answer under way stores nothing."""

import pytest
from django.core.cache import cache as redis_cache
from redis import Redis

from chat import erasing, live
from chat.models import Consultation, Message
from drmaum.lib.threads import in_thread
from inference.models import InferenceJob, KnowledgeGap
from inference.pipeline import cache, deliver, flow
from inference.tests import gaps
from inference.tests import model_server as play
from inference.tests.conftest import send
from profiles import purging
from profiles import tasks as profiles_tasks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]
ASKED = "비듬이 많이 생겼어요 목욕을 자주 시켜서 그럴까요"
ANSWER = "비듬은 피부가 건조해서 생길 수 있어요. 목욕이 잦으면 비듬이 늘기도 해요. [2]\n"


@pytest.fixture(autouse=True)
def _unqueued(monkeypatch, meaning):
    meaning("dandruff-seborrhea")
    monkeypatch.setattr(profiles_tasks.finish_erasure, "delay", lambda _id: None)


def erase_and_purge(consultation):
    erasure = erasing.erase_consultation(consultation=consultation)
    purging.purge(erasure_id=erasure.pk)
    return erasure


def kept_answers() -> list[bytes]:
    with Redis.from_url(redis_cache._servers[0]) as client:
        return [key for key in client.keys("*") if b"answer" in key]


async def test_answers_kept_of_it_go_even_if_they_may_be_shared(models, abroad, ask):
    models.will("claude", play.ok(ANSWER))
    answered = await ask(abroad, ASKED)
    assert answered.steps["cache store"]["detail"] == "kept"
    assert await in_thread(kept_answers)()

    await in_thread(erase_and_purge)(abroad)

    assert await in_thread(kept_answers)() == []


async def test_answers_of_others_stay(models, abroad, ask):
    models.will("claude", play.ok(ANSWER))
    await ask(abroad, ASKED)
    other = await in_thread(gaps.talk)("other@example.com")

    await in_thread(erase_and_purge)(other)

    assert await in_thread(kept_answers)()


@pytest.mark.parametrize("moment", ["start", "store"])
async def test_an_answer_under_way_stores_nothing(models, abroad, enqueued, monkeypatch, moment):
    models.will("claude", play.ok(ANSWER))
    job = await in_thread(send)(abroad, ASKED)
    original, erased = getattr(deliver, moment), []

    def after_the_erasure(*given, **more):
        if not erased:
            erased.append(erase_and_purge(abroad))
        return original(*given, **more)

    monkeypatch.setattr(deliver, moment, after_the_erasure)

    assert await flow.answer(job.pk) is None

    assert await in_thread(Message.objects.count)() == 0
    assert await in_thread(InferenceJob.objects.count)() == 0
    assert not await in_thread(Consultation.objects.filter(pk=abroad.pk).exists)()
    # What it kept after all goes with the next round, before the receipt is closed.
    await in_thread(purging.purge)(erasure_id=erased[0].pk)
    assert await in_thread(kept_answers)() == []
    await _hang_up()


async def test_the_text_so_far_of_an_unfinished_answer_goes(abroad, enqueued):
    job = await in_thread(send)(abroad, ASKED)
    await live.keep_partial(job.reply_id, "비듬은")

    await in_thread(erase_and_purge)(abroad)

    assert await live.read_partial(job.reply_id) == ""
    await _hang_up()


def test_without_redis_the_receipt_waits(abroad, enqueued, dead_cache):
    with pytest.raises(cache.CacheError):
        cache.forget(abroad.pk)


def test_a_question_on_the_board_of_gaps_goes(enqueued):
    mine, theirs = gaps.talk(), gaps.talk()
    for talk in (mine, theirs):
        gaps.ask(talk)
    said = [str(message.pk) for message in Message.objects.filter(role="owner").order_by("seq")]
    KnowledgeGap.objects.create(
        week=gaps.WEEK, title=gaps.QUILLS, size=2,
        questions=[
            {"text": gaps.QUILLS, "messages": [pk], "species": "dog", "reasons": []} for pk in said
        ],
    )  # fmt: skip

    erase_and_purge(mine)

    (left,) = KnowledgeGap.objects.get().questions
    assert Message.objects.get(pk=left["messages"][0]).consultation == theirs


async def _hang_up() -> None:
    import asyncio

    client = live._clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()
