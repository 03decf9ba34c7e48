"""The ledger: a row before the call, the true cost after it."""

import asyncio
from decimal import Decimal

import pytest
from django.utils import timezone

from drmaum.lib.threads import in_thread
from inference.llm.base import Account, LLMError, ProviderUnavailable, count_tokens
from inference.llm.policy import policy
from inference.models import ModelCall, Spending
from inference.tests import model_server as play
from inference.tests.wire import ACCOUNT, read, request_of

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER = "동물병원에 전화해 주세요."


def rows() -> list[ModelCall]:
    return list(ModelCall.objects.order_by("pk"))


def spent(owner: object = None) -> Decimal:
    row = Spending.objects.filter(owner=owner, day=timezone.localdate()).first()
    return row.won if row else Decimal(0)


def won(name: str, read_tokens: int, written: int) -> Decimal:
    return Decimal(str(round(policy().models[name].won(read_tokens, written), 3)))


@pytest.fixture(autouse=True)
def once(settings) -> None:
    settings.MODEL_TRIES = 1


async def test_the_row_stands_before_the_call_goes_out(models, settings):
    settings.MODEL_FIRST_TOKEN_SECONDS = 30
    models.will("claude", play.stall())

    reading = asyncio.create_task(read())
    await models.stalled.wait()
    (row,) = await in_thread(rows)()
    held = await in_thread(spent)()
    reading.cancel()
    await asyncio.wait({reading})

    most = won("claude", request_of().tokens, 100)
    assert (row.outcome, row.provider, row.model) == ("open", "claude", settings.ANTHROPIC_MODEL)
    assert (row.input_tokens, row.output_tokens) == (request_of().tokens, 100)
    assert row.won == held == most > 0


@pytest.mark.parametrize(
    ("name", "tokens"), [("claude", (11, 22)), ("openai", (33, 44))], ids=["claude", "openai"]
)
async def test_the_provider_says_what_it_counted(name, tokens, models, owner):
    models.will(name, play.ok(ANSWER))

    await read(name, account=Account("answer", owner.pk))

    (row,) = await in_thread(rows)()
    assert (row.outcome, row.reason, row.purpose) == ("complete", "", "answer")
    assert (row.input_tokens, row.output_tokens) == tokens
    assert row.won == won(name, *tokens)
    assert await in_thread(spent)() == await in_thread(spent)(owner) == row.won


async def test_a_broken_stream_is_estimated_from_what_was_read(models):
    models.will("openai", play.cut_off(ANSWER))

    with pytest.raises(LLMError):
        await read("openai")

    (row,) = await in_thread(rows)()
    assert row.outcome == "failed"
    assert row.input_tokens == request_of().tokens
    assert row.output_tokens == count_tokens(ANSWER)
    assert row.won == await in_thread(spent)() == won("openai", row.input_tokens, row.output_tokens)


async def test_a_refused_call_costs_nothing(models):
    models.will("claude", play.refused(529))

    with pytest.raises(ProviderUnavailable):
        await read()

    (row,) = await in_thread(rows)()
    assert (row.outcome, row.input_tokens, row.output_tokens, row.won) == ("failed", 0, 0, 0)
    assert row.reason.startswith("ProviderUnavailable")
    assert await in_thread(spent)() == 0


async def test_a_model_that_never_spoke_may_have_read_the_request(models, settings):
    settings.MODEL_FIRST_TOKEN_SECONDS = 0.2
    models.will("openai", play.stall())

    with pytest.raises(LLMError):
        await read("openai")

    (row,) = await in_thread(rows)()
    assert (row.outcome, row.input_tokens) == ("failed", request_of().tokens)
    assert row.output_tokens == 0


async def test_a_stopped_call_keeps_what_was_read_of_it(models, settings):
    settings.MODEL_IDLE_SECONDS = 30
    models.will("openai", play.stall(ANSWER))

    reading = asyncio.create_task(read("openai"))
    await models.stalled.wait()
    while not (await in_thread(rows)())[0].input_tokens:
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait({reading})

    (row,) = await in_thread(rows)()
    assert row.outcome == "stopped"
    assert row.won == await in_thread(spent)() < won("openai", request_of().tokens, 100)


async def test_each_try_has_its_own_row(models, settings):
    settings.MODEL_TRIES = 2
    models.will("claude", play.refused(529), play.ok(ANSWER))

    await read()

    assert [row.outcome for row in await in_thread(rows)()] == ["failed", "complete"]


async def test_a_job_is_named_in_its_rows(models, abroad, ask, library, meaning):
    models.will("claude", play.refused(401))
    models.will("openai", play.refused(401))

    answered = await ask(abroad, "강아지 입냄새가 나요")

    assert [(row.job_id, row.consultation_id, row.owner_id) for row in answered.calls] == [
        (answered.job.pk, abroad.pk, abroad.owner_id)
    ] * 2


async def test_the_own_server_is_in_the_ledger_at_no_cost(models, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    models.will("openai", play.ok(ANSWER))

    await read("own", account=ACCOUNT)

    (row,) = await in_thread(rows)()
    assert (row.provider, row.outcome, row.input_tokens, row.won) == ("own", "complete", 33, 0)
