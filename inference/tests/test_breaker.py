"""The circuit of one model: when it opens, who may try, and what closes it again."""

import asyncio

import pytest

from drmaum.lib.threads import in_thread
from inference.llm import breaker
from inference.llm.base import LLMError, ProviderUnavailable
from inference.models import ModelCall
from inference.tests import model_server as play
from inference.tests.wire import Clock, read

ANSWER = "동물병원에 전화해 주세요."


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings) -> Clock:
    settings.BREAKER_FAILURES, settings.BREAKER_SECONDS, settings.MODEL_TRIES = 3, 10.0, 1
    turned = Clock()
    monkeypatch.setattr(breaker, "time", turned)
    breaker.reset()
    return turned


def fail(times: int) -> None:
    for _ in range(times):
        assert breaker.allows("claude")
        breaker.failed("claude")


def test_fewer_failures_than_the_limit_leave_it_closed():
    fail(2)

    assert breaker.allows("claude")


def test_failures_in_a_row_open_it():
    fail(3)

    assert not breaker.allows("claude")


def test_a_success_in_between_begins_the_count_again():
    fail(2)
    breaker.succeeded("claude")
    fail(2)

    assert breaker.allows("claude")


def test_each_model_has_its_own():
    fail(3)

    assert breaker.allows("openai")


def test_after_the_pause_one_call_may_try(clock):
    fail(3)

    clock.now += 9.9
    early = breaker.allows("claude")
    clock.now += 0.2

    assert (early, breaker.allows("claude"), breaker.allows("claude")) == (False, True, False)


def test_the_success_of_the_probe_closes_it(clock):
    fail(3)
    clock.now += 10
    assert breaker.allows("claude")

    breaker.succeeded("claude")

    assert [breaker.allows("claude") for _ in range(3)] == [True] * 3


def test_the_failure_of_the_probe_opens_it_twice_as_long(clock):
    fail(3)
    clock.now += 10
    fail(1)

    clock.now += 19.9
    early = breaker.allows("claude")
    clock.now += 0.2

    assert (early, breaker.allows("claude")) == (False, True)


def test_the_pause_has_an_upper_end(clock):
    fail(3)
    for _ in range(8):
        clock.now += breaker.LONGEST_SECONDS
        fail(1)

    clock.now += breaker.LONGEST_SECONDS

    assert breaker.allows("claude")


def test_a_model_that_is_down_for_days_can_still_be_asked(clock):
    fail(3)
    for _ in range(1100):
        clock.now += breaker.LONGEST_SECONDS
        fail(1)

    clock.now += breaker.LONGEST_SECONDS
    assert breaker.allows("claude")


def test_calls_that_fail_together_open_it_once(clock):
    for _ in range(20):
        assert breaker.allows("claude")
    for _ in range(20):
        breaker.failed("claude")

    clock.now += 10.1

    assert breaker.allows("claude")


def test_a_probe_that_the_owner_stopped_lets_the_next_call_try(clock):
    fail(3)
    clock.now += 10
    assert breaker.allows("claude")

    breaker.ended_unknown("claude")

    assert breaker.allows("claude")


def test_the_wish_of_the_provider_opens_it_at_once_and_for_that_time(clock):
    breaker.failed("claude", wait=7)

    clock.now += 6.9
    early = breaker.allows("claude")
    clock.now += 0.2

    assert (early, breaker.allows("claude")) == (False, True)


def test_a_wish_is_kept_for_five_minutes_at_most(clock):
    breaker.failed("claude", wait=86_400)

    clock.now += breaker.LONGEST_SECONDS

    assert breaker.allows("claude")


@pytest.mark.django_db(transaction=True)
async def test_an_open_circuit_refuses_without_a_call_and_without_a_row(models, clock):
    models.will("claude", *[play.refused(500)] * 3, play.ok(ANSWER))
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            await read()

    with pytest.raises(ProviderUnavailable, match="circuit open"):
        await read()
    refused = (len(models.asked), await in_thread(ModelCall.objects.count)())
    clock.now += 10
    probe = await read()

    assert refused == (3, 3)
    assert probe.usage.text == ANSWER
    assert len(models.asked) == 4


@pytest.mark.django_db(transaction=True)
async def test_a_call_that_was_stopped_does_not_count(models, settings):
    settings.BREAKER_FAILURES = 1
    settings.MODEL_FIRST_TOKEN_SECONDS = 30
    models.will("claude", play.stall(), play.ok(ANSWER))

    reading = asyncio.create_task(read())
    await models.stalled.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert (await read()).usage.text == ANSWER


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("library", "meaning")
async def test_an_owner_does_not_wait_for_a_model_that_is_down(models, abroad, ask):
    breaker.failed("claude", wait=60)
    breaker.failed("openai", wait=60)

    answered = await ask(abroad, "강아지 입냄새가 나요")

    assert (models.asked, answered.calls) == ([], [])
    assert answered.reply.facts["responder"] == "extractive"
    assert [event for event in answered.heard if event["type"] == "reply.waiting"] == []
    assert answered.steps["model claude"]["error"] == "ProviderUnavailable: circuit open"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["stall", "cut", "clean end", "not to be retried"])
async def test_every_kind_of_failure_counts(name, models, settings):
    settings.BREAKER_FAILURES, settings.MODEL_FIRST_TOKEN_SECONDS = 1, 0.2
    plays = {"stall": play.stall(), "cut": play.cut_off("가"), "clean end": play.ended_early("가")}
    models.will("claude", plays.get(name, play.refused(401)))

    with pytest.raises(LLMError):
        await read()

    assert not breaker.allows("claude")
