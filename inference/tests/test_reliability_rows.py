"""Rows F16 to F21 of the failure plan, end to end: what an owner reads when models misbehave."""

import asyncio
import time

import pytest
from django.db.models import Count
from pydantic import BaseModel

from chat.models import Event, Message
from drmaum.lib.threads import in_thread
from inference.llm import breaker, gateway
from inference.llm.base import InvalidStructure, LLMError
from inference.models import InferenceJob
from inference.tests import model_server as play
from inference.tests.wire import asking

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "강아지가 포도를 먹었어요"
GOOD = "포도를 언제 먹었는지 적고 동물병원에 먼저 전화해 주세요. [4]\n"
K3 = "답변이 중간에 끊겼어요. 이 내용만으로 판단하지 마세요."
DO_NOT_WAIT = "호흡 곤란·경련·심한 출혈이 있으면 기다리지 말고 가까운 24시간 동물병원에 연락하세요."
QUOTED = "- 남은 포도는 다른 반려동물도 닿지 못하게 바로 치워 주세요. ["
BROKEN = {
    "F17 drip": play.drip(GOOD + "포도를 먹었다면 " * 40),
    "F18 malformed": play.malformed(f"{GOOD}그리고 "),
    "F18 misshapen": play.misshapen(f"{GOOD}그리고 "),
    "F18 error event": play.error_event(f"{GOOD}그리고 "),
    "F19 clean end": play.ended_early(f"{GOOD}그리고 "),
    "F19 max_tokens": play.stopped_by(f"{GOOD}그리고 ", "max_tokens"),
    "connection cut": play.cut_off(f"{GOOD}그리고 "),
    "silence": play.stall(f"{GOOD}그리고 "),
}


async def test_f16_models_that_never_answer_are_given_up_and_the_library_answers(
    models, abroad, ask, settings
):
    settings.MODEL_FIRST_TOKEN_SECONDS = 0.2
    models.will("claude", play.stall())
    models.will("openai", play.stall())

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude", "openai"]
    assert answered.steps["model claude"]["error"] == "StreamTimeout: no first token"
    assert answered.reply.facts["responder"] == "extractive"
    assert answered.reply.status == "complete"
    assert K3 not in answered.reply.text
    assert answered.kinds == ["message", "triage", "reply.started", "reply.done"]


@pytest.mark.parametrize("name", BROKEN)
async def test_what_was_shown_of_the_last_model_stays_marked(name, models, abroad, ask, settings):
    settings.MODEL_ORDER = ["claude"]
    settings.MODEL_IDLE_SECONDS = 0.3
    settings.MODEL_ANSWER_SECONDS = 1 if "drip" in name else 5
    models.will("claude", BROKEN[name])

    answered = await ask(abroad, ASKED)

    text = answered.reply.text
    assert models.asked == ["claude"]
    assert answered.reply.status == "cut"
    assert text.index(GOOD.strip()) < text.index(f"**{K3}**") < text.index(QUOTED)
    assert answered.reply.facts["responder"] == "claude"
    assert "reply.restart" not in answered.kinds
    assert answered.kinds[-1] == "reply.done"
    assert answered.shown.strip() == text
    assert answered.job.status == "done"


async def test_the_mark_of_an_emergency_says_not_to_wait(models, abroad, ask, settings):
    settings.MODEL_ORDER = ["claude"]
    models.will("claude", play.ended_early(f"{GOOD}그리고 "))

    answered = await ask(abroad, ASKED)

    assert DO_NOT_WAIT in answered.reply.text


async def test_a_marked_answer_names_the_model_that_wrote_it(models, abroad, ask, settings):
    settings.MODEL_ORDER = ["claude"]
    models.will("claude", play.ended_early(f"{GOOD}그리고 "))

    answered = await ask(abroad, ASKED)

    assert answered.reply.facts["model"] == settings.ANTHROPIC_MODEL


async def test_a_marked_answer_is_never_kept(models, abroad, ask, settings):
    settings.MODEL_ORDER = ["claude"]
    models.will("claude", play.ended_early("입냄새는 양치로 줄어들 수 있어요.\n그리고 "))
    models.will("claude", play.refused(400))

    first = await ask(abroad, "강아지 입냄새가 나요")
    second = await ask(abroad, "강아지 입냄새가 나요")

    assert first.reply.status == "cut"
    assert first.steps["cache store"]["detail"] == "not kept"
    assert second.reply.facts["is_cached"] is False


async def test_a_next_model_begins_anew_and_its_answer_is_whole(models, abroad, ask):
    models.will("claude", play.malformed(f"{GOOD}그리고 "))
    models.will("openai", play.ok(GOOD))

    answered = await ask(abroad, ASKED)

    assert answered.reply.status == "complete"
    assert answered.reply.facts["responder"] == "openai"
    assert K3 not in answered.reply.text
    assert answered.kinds == [
        "message", "triage", "reply.started", "reply.restart", "reply.done",
    ]  # fmt: skip


async def test_f17_the_whole_answer_has_one_limit_over_all_models(models, abroad, ask, settings):
    settings.MODEL_ANSWER_SECONDS = 0.6
    models.will("claude", play.drip("포도는 " * 200))
    models.will("openai", play.drip("포도는 " * 200))
    begun = time.monotonic()

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude"]
    assert answered.steps["model claude"]["error"] == "StreamTimeout: whole answer too long"
    assert answered.reply.facts["responder"] == "extractive"
    assert time.monotonic() - begun < 10


async def test_f21_a_burst_of_refusals_is_met_by_few_calls(models, abroad, ask, settings):
    settings.BREAKER_FAILURES = 3
    settings.MODEL_TRIES = 2
    models.will("claude", *[play.refused(429)] * 20)
    models.will("openai", *[play.refused(529)] * 20)

    replies = [(await ask(abroad, "강아지 입냄새가 나요")).reply for _ in range(4)]

    assert {reply.status for reply in replies} == {"complete"}
    assert {reply.facts["responder"] for reply in replies} == {"extractive"}
    assert (models.asked.count("claude"), models.asked.count("openai")) == (3, 3)
    await in_thread(assert_sound)()


async def test_f21_the_wish_to_be_left_alone_is_kept_by_later_questions(models, abroad, ask):
    models.will("claude", play.refused(429, retry_after="120"))
    models.will("openai", play.refused(400), play.refused(400))

    await ask(abroad, ASKED)
    await ask(abroad, ASKED)

    assert models.asked.count("claude") == 1
    assert not breaker.allows("claude")


def assert_sound() -> None:
    """Each message has one reply; the log has no hole; every job came to an end."""
    asked = Message.objects.filter(role="owner").annotate(count=Count("replies"))
    assert {message.count for message in asked} == {1}
    seqs = list(Event.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert not InferenceJob.objects.exclude(status="done").exists()


class Note(BaseModel):
    subject: str
    days: int


NOTE = '{"subject": "구토", "days": 2}'
WRONG = {
    "cut": '{"subject": "구토", "da',
    "another shape": '{"topic": "구토"}',
    "wrong type": '{"subject": "구토", "days": "이틀"}',
    "prose": "구토가 이틀째예요.",
    "nothing": "",
    "a list": "[1, 2]",
    "brackets turned round": "} 구토 {",
}


@pytest.mark.parametrize("text", [NOTE, f"```json\n{NOTE}\n```", f"네, 여기 있어요: {NOTE} 끝."])
async def test_f20_json_is_read_whatever_stands_around_it(text, models):
    models.will("claude", play.ok(text))

    assert await gateway.structured(asking(), Note) == Note(subject="구토", days=2)
    assert models.asked == ["claude"]


@pytest.mark.parametrize("name", WRONG)
async def test_f20_what_does_not_fit_is_asked_a_second_time(name, models):
    models.will("claude", play.ok(WRONG[name]), play.ok(NOTE))

    assert (await gateway.structured(asking(), Note)).days == 2
    assert models.asked == ["claude", "claude"]


@pytest.mark.parametrize("name", WRONG)
async def test_f20_what_never_fits_is_an_error_and_never_a_default(name, models):
    models.will("claude", *[play.ok(WRONG[name])] * 5)

    with pytest.raises(InvalidStructure):
        await gateway.structured(asking(), Note)

    assert models.asked == ["claude", "claude"]


async def test_f20_a_stream_that_broke_is_no_answer_even_when_its_json_is_whole(models):
    models.will("claude", play.ended_early(NOTE))

    with pytest.raises(LLMError):
        await gateway.structured(asking(), Note)


async def test_f20_a_stopped_reading_closes_the_stream(models, settings):
    settings.MODEL_IDLE_SECONDS = 30
    models.will("claude", play.stall(NOTE))

    reading = asyncio.create_task(gateway.structured(asking(ends=time.monotonic() + 60), Note))
    await models.stalled.wait()
    reading.cancel()
    await asyncio.wait({reading})

    await asyncio.wait_for(models.hung_up.wait(), 10)
