"""Model choice, fallback after every way to fail, and the ledger (RAG diagram, lower half)."""

import pytest

from chat.services import DO_NOT_WAIT
from drmaum.lib.threads import in_thread
from inference.models import ModelCall
from inference.pipeline import deliver
from inference.tests import model_server as play
from inference.tests.conftest import send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "강아지가 포도를 먹었어요"
FIRST = "포도는 강아지에게 위험할 수 있어요. 지금 바로 동물병원에 전화해 주세요. [4]\n"
SECOND = "포도를 먹은 뒤에는 기다리지 말고 동물병원에 먼저 연락해 주세요. [4]\n"
DANGER = "danger: the order as it is set, whatever it costs"
BEGUN = "포도를 먹었군요. 많이 놀라셨"
WHOLE_SENTENCE = "포도를 먹어서 많이 놀라셨겠어요.\n그래도 "

OPENING = (
    "**응급** 포도와 건포도는 적은 양으로도 콩팥을 망가뜨릴 수 있어요. "
    "지금 바로 동물병원으로 출발하고, 가면서 전화해 주세요."
)

FAILURES = {
    "429": play.refused(429),
    "500": play.refused(500),
    "529": play.refused(529),
    "error event at once": play.error_event(),
    "error event in the middle": play.error_event(WHOLE_SENTENCE),
    "malformed event": play.malformed(WHOLE_SENTENCE),
    "event of another shape": play.misshapen(WHOLE_SENTENCE),
    "clean end without a stop reason": play.ended_early(BEGUN),
    "connection cut": play.cut_off(WHOLE_SENTENCE),
    "cut by its own length": play.stopped_by(WHOLE_SENTENCE, "max_tokens"),
    "no first token": play.stall(),
    "silence in the middle": play.stall(WHOLE_SENTENCE),
    "no citation": play.ok("포도는 강아지에게 위험할 수 있으니 바로 전화해 주세요.\n"),
    "not Korean": play.ok("Grapes are dangerous. Please call your vet right now. [4]\n"),
    "too short": play.ok("네. [4]\n"),
    "nothing at all": play.ok(""),
}
# Asked a second time: what failed before its first piece and may pass by itself.
RETRIED = ["429", "500", "529", "error event at once"]
REFUSED = [*RETRIED, "no first token", "no citation", "not Korean", "too short", "nothing at all"]
BROKEN_OFF = [name for name in FAILURES if name not in REFUSED]


async def test_claude_is_asked_first_and_its_answer_is_stored(models, abroad, ask):
    models.will("claude", play.ok(FIRST))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude"]
    opening, _, _ = answered.reply.text.partition("\n\n")
    assert opening == OPENING
    assert answered.said == FIRST.strip()
    assert answered.reply.status == "complete"
    assert answered.reply.facts["responder"] == "claude"
    assert answered.reply.facts["model"] == "claude-sonnet-5"
    assert answered.shown.rstrip() == answered.reply.text
    assert answered.kinds == ["message", "triage", "reply.started", "reply.done"]
    assert answered.job.status == "done"


@pytest.mark.parametrize("provider", ["claude", "openai"])
async def test_no_model_is_given_a_tool(models, abroad, ask, settings, provider):
    settings.MODEL_ORDER = [provider]
    models.will(provider, play.ok(FIRST))

    await ask(abroad, ASKED)

    (request,) = models.requests
    known = {"model", "messages", "system", "stream", "stream_options"}
    assert set(request.body) <= known | {"max_tokens", "max_completion_tokens"}


async def test_the_request_carries_key_model_and_limit(models, abroad, ask, settings):
    models.will("claude", play.refused(400))
    models.will("openai", play.ok(SECOND))

    await ask(abroad, ASKED)

    claude, openai = models.requests
    # Which of its two headers carries the key is the SDK's own choice.
    sent = claude.headers.get("x-api-key") or claude.headers["authorization"]
    assert sent.removeprefix("Bearer ") == "anthropic-key"
    assert claude.body["model"] == settings.ANTHROPIC_MODEL
    assert claude.body["max_tokens"] == settings.MODEL_LONGEST_ANSWER_TOKENS
    assert openai.headers["authorization"] == "Bearer openai-key"
    assert openai.body["model"] == settings.OPENAI_MODEL
    assert openai.body["stream_options"] == {"include_usage": True}
    assert openai.body["messages"][0] == {"role": "system", "content": claude.body["system"]}


async def test_the_order_of_models_is_a_setting(models, abroad, ask, settings):
    settings.MODEL_ORDER = ["openai", "claude"]
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["openai"]
    assert answered.steps["route"]["detail"] == f"openai > claude > extractive ({DANGER})"


async def test_a_model_without_a_key_is_not_asked(models, abroad, ask, settings):
    settings.ANTHROPIC_API_KEY = ""
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["openai"]
    assert answered.steps["route"]["detail"] == f"openai > extractive ({DANGER})"


@pytest.mark.parametrize("name", FAILURES)
async def test_openai_answers_when_claude_fails_by(name, models, abroad, ask):
    tries = 2 if name in RETRIED else 1
    models.will("claude", *[FAILURES[name]] * tries)
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert models.asked == [*["claude"] * tries, "openai"]
    assert answered.reply is not None, answered.job.error
    assert answered.said == SECOND.strip()
    assert answered.reply.status == "complete"
    assert answered.reply.facts["responder"] == "openai"
    assert answered.job.attempts == 0


@pytest.mark.parametrize("name", REFUSED)
async def test_the_extractive_answer_stands_in_when_openai_fails_by(
    name, models, abroad, ask, settings
):
    settings.MODEL_ORDER = ["openai"]
    tries = 2 if name in RETRIED else 1
    models.will("openai", *[FAILURES[name]] * tries)

    answered = await ask(abroad, ASKED)

    assert models.asked == ["openai"] * tries
    assert answered.reply is not None, answered.job.error
    assert answered.reply.facts["responder"] == "extractive"
    assert answered.reply.status == "complete"
    assert answered.reply.text.startswith(f"{OPENING}\n\n말씀하신 내용은")
    assert str(deliver.CUT) not in answered.shown


@pytest.mark.parametrize("name", BROKEN_OFF)
async def test_what_was_shown_stays_and_the_library_follows_when_the_last_model_fails_by(
    name, models, abroad, ask, settings
):
    settings.MODEL_ORDER = ["openai"]
    models.will("openai", FAILURES[name])

    answered = await ask(abroad, ASKED)

    assert models.asked == ["openai"]
    assert answered.reply is not None, answered.job.error
    assert_cut(answered, WHOLE_SENTENCE.split()[0])
    assert answered.reply.facts["responder"] == "openai"


async def test_a_model_that_drips_uses_up_the_time_of_all(models, abroad, ask, settings):
    """Nobody waits for a second model once the time for the whole answer is over."""
    settings.MODEL_ANSWER_SECONDS = 1.5
    models.will("claude", play.drip(WHOLE_SENTENCE))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude"]
    assert_cut(answered, WHOLE_SENTENCE.split()[0])
    assert answered.calls[0].reason == "StreamTimeout: whole answer too long"


def assert_cut(answered, begun):
    """What was shown stands, is marked as broken off, and the library is quoted below it."""
    mark = f"\n\n**{deliver.CUT}** {DO_NOT_WAIT} {deliver.QUOTED_INSTEAD}\n\n"
    before, mark, after = answered.reply.text.partition(mark)
    assert mark
    assert before.startswith(f"{OPENING}\n\n{begun}")
    assert "‘강아지가 포도·건포도를 먹었을 때’" in after
    assert OPENING not in after
    assert answered.shown.rstrip() == answered.reply.text
    assert answered.reply.status == "cut"
    assert answered.kinds == ["message", "triage", "reply.started", "reply.done"]


@pytest.mark.parametrize("name", ["error event in the middle", "no citation"])
async def test_what_was_shown_is_dropped_by_a_restart(name, models, abroad, ask):
    models.will("claude", FAILURES[name])
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert answered.kinds == [
        "message", "triage", "reply.started", "reply.restart", "reply.done",
    ]  # fmt: skip
    told = [event["type"] for event in answered.heard]
    after = answered.heard[told.index("reply.restart") + 1 :]
    deltas = [event for event in after if event["type"] == "reply.delta"]
    assert "".join(delta["text"] for delta in deltas).rstrip() == answered.reply.text
    assert answered.said == SECOND.strip()
    assert deltas[0]["offset"] == 0
    assert answered.heard[told.index("reply.restart")]["reply"] == str(answered.reply.pk)


@pytest.mark.parametrize("name", [*RETRIED, "no first token", "not Korean", "nothing at all"])
async def test_a_model_that_fails_before_a_word_was_shown_causes_no_restart(
    name, models, abroad, ask
):
    models.will("claude", *[FAILURES[name]] * (2 if name in RETRIED else 1))
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert answered.said == SECOND.strip()
    assert answered.shown.rstrip() == answered.reply.text
    assert "reply.restart" not in answered.kinds


async def test_every_call_is_in_the_ledger_with_its_tokens(models, abroad, ask):
    models.will("claude", play.error_event(WHOLE_SENTENCE))
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert answered.ledger == [("claude", "failed"), ("openai", "complete")]
    assert answered.calls[0].reason.startswith("ProviderUnavailable: ")
    claude, openai = answered.calls
    assert (claude.model, claude.input_tokens) == ("claude-sonnet-5", 11)
    assert (openai.input_tokens, openai.output_tokens) == (33, 44)


async def test_claudes_tokens_are_in_the_ledger(models, abroad, ask):
    models.will("claude", play.ok(FIRST))

    answered = await ask(abroad, ASKED)

    assert [(c.input_tokens, c.output_tokens) for c in answered.calls] == [(11, 22)]


async def test_the_extractive_answer_is_not_in_the_ledger(consultation, ask):
    answered = await ask(consultation, ASKED)

    assert answered.reply.facts["responder"] == "extractive"
    assert answered.calls == []


async def test_without_consent_no_word_reaches_a_model(models, consultation, ask):
    answered = await ask(consultation, ASKED)

    assert models.requests == []
    assert answered.reply.facts["responder"] == "extractive"
    assert answered.steps["route"]["detail"] == "extractive (no model may be asked)"
    assert await in_thread(ModelCall.objects.count)() == 0


async def test_a_withdrawn_consent_counts_from_the_next_claim(models, abroad, answer):
    from profiles.services import record_consents

    job = await in_thread(send)(abroad, ASKED)
    await in_thread(record_consents)(user=abroad.owner, consents={"overseas_ai": False})

    answered = await answer(job)

    assert models.requests == []
    assert answered.reply.facts["responder"] == "extractive"


async def test_with_all_models_down_the_library_answers(models, abroad, ask):
    models.will("claude", *[play.refused(529)] * 2)
    models.will("openai", *[play.refused(500)] * 2)

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude", "claude", "openai", "openai"]
    assert answered.ledger == [("claude", "failed")] * 2 + [("openai", "failed")] * 2
    assert [call.won for call in answered.calls] == [0, 0, 0, 0]
    assert answered.reply.facts["responder"] == "extractive"
    assert "‘강아지가 포도·건포도를 먹었을 때’" in answered.reply.text
    assert {source["section"] for source in answered.reply.facts["sources"]} == {
        "do", "avoid", "danger", "maybe",
    }  # fmt: skip


async def test_an_unreachable_server_is_passed_over(models, abroad, ask, settings):
    settings.ANTHROPIC_BASE_URL = "http://127.0.0.1:1"
    models.will("openai", play.ok(SECOND))

    answered = await ask(abroad, ASKED)

    assert answered.reply.facts["responder"] == "openai"
    assert answered.steps["model claude"]["error"].startswith("ProviderUnavailable")
