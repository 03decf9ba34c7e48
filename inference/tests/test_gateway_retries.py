"""The one retry layer: what is tried again, after which pause, and how often at most."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from inference.llm import breaker, gateway
from inference.llm.base import LLMError, ProviderUnavailable, StreamTimeout, wait_asked
from inference.tests import model_server as play
from inference.tests.wire import Clock, read

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "동물병원에 전화해 주세요."
PASSING = {
    "429": play.refused(429),
    "500": play.refused(500),
    "502": play.refused(502),
    "503": play.refused(503),
    "529": play.refused(529),
    "error event at once": play.error_event(),
}
LASTING = {"400": play.refused(400), "401": play.refused(401), "404": play.refused(404)}
BROKEN = {
    "clean end": play.ended_early(ANSWER),
    "clean end before a word": play.ended_early(""),
    "connection cut": play.cut_off(ANSWER),
    "malformed event": play.malformed(ANSWER),
    "cut by its own length": play.stopped_by(ANSWER, "max_tokens"),
}
K1 = "답변이 늦어지고 있어요. 자동으로 다시 시도할게요."
DO_NOT_WAIT = "호흡 곤란·경련·심한 출혈이 있으면 기다리지 말고 가까운 24시간 동물병원에 연락하세요."


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """Pauses of the gateway are recorded, and over at once for the breaker too."""
    turned = Clock()
    monkeypatch.setattr(gateway, "asyncio", turned)
    monkeypatch.setattr(breaker, "time", turned)
    return turned


@pytest.mark.parametrize("provider", ["claude", "openai"])
@pytest.mark.parametrize("name", PASSING)
async def test_what_may_pass_is_tried_once_more(name, provider, models, clock, settings):
    settings.MODEL_RETRY_SECONDS = 0.5
    models.will(provider, PASSING[name], play.ok(ANSWER))

    call = await read(provider)

    assert call.usage.text == ANSWER
    assert models.asked == [provider, provider]
    assert len(clock.pauses) == 1
    assert 0.5 <= clock.pauses[0] <= 0.75


@pytest.mark.parametrize("provider", ["claude", "openai"])
@pytest.mark.parametrize("name", PASSING)
async def test_it_is_tried_no_more_than_allowed(name, provider, models, clock):
    models.will(provider, *[PASSING[name]] * 5)

    with pytest.raises(ProviderUnavailable):
        await read(provider)

    assert models.asked == [provider, provider]


async def test_the_pause_doubles_with_every_try(models, clock, settings):
    settings.MODEL_TRIES, settings.MODEL_RETRY_SECONDS = 3, 0.5
    models.will("claude", play.refused(500), play.refused(500), play.ok(ANSWER))

    await read()

    first, second = clock.pauses
    assert 0.5 <= first <= 0.75
    assert 1.0 <= second <= 1.5


async def test_a_server_that_cannot_be_reached_is_tried_once_more(models, clock, settings):
    settings.ANTHROPIC_BASE_URL = "http://127.0.0.1:1"

    with pytest.raises(ProviderUnavailable):
        await read()

    assert len(clock.pauses) == 1


@pytest.mark.parametrize("provider", ["claude", "openai"])
@pytest.mark.parametrize("name", LASTING)
async def test_what_will_not_pass_is_not_tried_again(name, provider, models, clock):
    models.will(provider, LASTING[name], play.ok(ANSWER))

    with pytest.raises(ProviderUnavailable) as refusal:
        await read(provider)

    assert refusal.value.status == int(name)
    assert models.asked == [provider]
    assert clock.pauses == []


@pytest.mark.parametrize("provider", ["claude", "openai"])
@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_stream_is_not_tried_again(name, provider, models, clock):
    models.will(provider, BROKEN[name], play.ok(ANSWER))

    with pytest.raises(LLMError):
        await read(provider)

    assert models.asked == [provider]
    assert clock.pauses == []


@pytest.mark.parametrize("provider", ["claude", "openai"])
async def test_an_error_event_after_a_word_is_not_tried_again(provider, models, clock):
    models.will(provider, play.error_event(ANSWER), play.ok(ANSWER))

    with pytest.raises(LLMError):
        await read(provider)

    assert models.asked == [provider]


@pytest.mark.parametrize("text", ["", ANSWER], ids=["no token", "silence"])
async def test_a_timeout_is_not_tried_again(text, models, settings):
    settings.MODEL_FIRST_TOKEN_SECONDS = settings.MODEL_IDLE_SECONDS = 1
    models.will("claude", play.stall(text), play.ok(ANSWER))

    with pytest.raises(StreamTimeout):
        await read()

    assert models.asked == ["claude"]


@pytest.mark.parametrize(
    "headers",
    [{"retry_after": "1.5"}, {"retry_after_ms": "1500"}, {"retry_after": "9", "retry_after_ms": "1500"}],
    ids=["seconds", "milliseconds", "milliseconds first"],
)  # fmt: skip
@pytest.mark.parametrize("provider", ["claude", "openai"])
async def test_the_pause_that_the_provider_asks_for_is_kept(provider, headers, models, clock):
    models.will(provider, play.refused(429, **headers), play.ok(ANSWER))

    await read(provider)

    assert models.asked == [provider, provider]
    assert 1.5 <= clock.pauses[0] <= 2.25


def test_a_date_is_understood_as_the_seconds_until_then(time_machine):
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    time_machine.move_to(noon, tick=False)
    later = format_datetime(noon + timedelta(seconds=2), usegmt=True)
    earlier = format_datetime(noon - timedelta(seconds=2), usegmt=True)

    assert wait_asked({"retry-after": later}) == 2
    assert wait_asked({"retry-after": earlier}) == 0


@pytest.mark.parametrize("value", ["", "soon", "-1", "nan", "inf", "²", "1e400", "1.2.3"])
def test_an_unreadable_wish_is_none(value):
    assert wait_asked({"retry-after": value}) is None


async def test_a_long_wish_goes_to_the_next_model_and_opens_the_circuit(models, clock):
    models.will("claude", play.refused(429, retry_after="60"), play.ok(ANSWER))

    with pytest.raises(ProviderUnavailable) as refusal:
        await read()

    assert (refusal.value.wait, clock.pauses, models.asked) == (60, [], ["claude"])
    clock.now += 59
    assert not breaker.allows("claude")
    clock.now += 2
    assert breaker.allows("claude")


async def test_a_pause_that_outlasts_the_answer_is_not_begun(models, clock):
    models.will("claude", play.refused(429, retry_after="2"), play.ok(ANSWER))

    with pytest.raises(ProviderUnavailable):
        await read(ends=time.monotonic() + 1)

    assert (clock.pauses, models.asked) == ([], ["claude"])


@pytest.mark.usefixtures("library", "meaning")
@pytest.mark.parametrize(
    ("text", "said"),
    [("강아지 입냄새가 나요", K1), ("강아지가 포도를 먹었어요", f"{K1} {DO_NOT_WAIT}")],
    ids=["calm", "urgent"],
)
async def test_sockets_hear_that_it_takes_longer(text, said, models, abroad, ask, clock):
    models.will("claude", play.refused(529), play.refused(529))
    models.will("openai", play.refused(529), play.refused(529))

    answered = await ask(abroad, text)

    waiting = [event for event in answered.heard if event["type"] == "reply.waiting"]
    hint = {"type": "reply.waiting", "reply": str(answered.reply.pk), "text": said}
    assert waiting == [hint, hint]
    assert models.asked == ["claude", "claude", "openai", "openai"]
    assert "reply.waiting" not in answered.kinds
    assert answered.reply.facts["responder"] == "extractive"


@pytest.mark.usefixtures("library", "meaning")
async def test_no_hint_is_given_where_nothing_is_waited_for(models, abroad, ask):
    models.will("claude", play.refused(400))
    models.will("openai", play.refused(401))

    answered = await ask(abroad, "강아지 입냄새가 나요")

    assert [event for event in answered.heard if event["type"] == "reply.waiting"] == []
