"""캐시 확인 · 응답 캐싱: a kept answer is given again, and only where it may be."""

import pytest
import redis.exceptions

from chat import services as chat_services
from conftest import make_owner
from drmaum.lib.threads import in_thread
from inference.tests import model_server as play
from inference.tests.conftest import send
from inference.tests.rule_list import edited, signer
from profiles import services as profile_services

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ASKED = "비듬이 많이 생겼어요 목욕을 자주 시켜서 그럴까요"
ANSWER = "비듬은 피부가 건조해서 생길 수 있어요. 목욕이 잦으면 비듬이 늘기도 해요. [2]\n"
OTHER = "비듬은 여러 이유로 생길 수 있으니 진료를 예약해 주세요. [2]\n"
GRAPE_ANSWER = "포도는 강아지에게 위험할 수 있으니 지금 동물병원에 전화해 주세요. [4]\n"
GRAPE_OTHER = "포도를 먹은 뒤에는 기다리지 말고 동물병원에 먼저 연락해 주세요. [4]\n"


@pytest.fixture(autouse=True)
def _about_dandruff(meaning):
    meaning("dandruff-seborrhea")


@pytest.fixture
async def reopened(abroad):
    """A second consultation of the same owner about the same pet."""
    return await in_thread(chat_services.open_consultation)(owner=abroad.owner, pet=abroad.pet)


async def test_a_miss_asks_a_model_and_keeps_its_answer(models, abroad, ask):
    models.will("claude", play.ok(ANSWER))

    answered = await ask(abroad, ASKED)

    assert answered.steps["cache"]["detail"] == "miss"
    assert answered.steps["cache store"]["detail"] == "kept"
    assert answered.reply.facts["is_cached"] is False


async def test_a_hit_is_stored_as_a_message_of_this_consultation(models, abroad, reopened, ask):
    models.will("claude", play.ok(ANSWER))
    first = await ask(abroad, ASKED)

    answered = await ask(reopened, ASKED)

    assert len(models.requests) == 1
    assert answered.reply.consultation_id == reopened.pk
    assert answered.reply.pk != first.reply.pk
    assert answered.reply.text == first.reply.text
    assert answered.reply.facts["is_cached"] is True
    assert answered.reply.facts["sources"] == first.reply.facts["sources"] != []
    assert answered.reply.facts["responder"] == "claude"
    assert answered.kinds == ["message", "triage", "reply.started", "reply.done"]
    assert list(answered.steps) == ["triage", "context", "cache", "deliver"]
    assert answered.steps["cache"]["detail"] == "hit"
    assert answered.calls == []


async def test_spacing_and_case_of_a_question_do_not_matter(models, abroad, reopened, ask):
    models.will("claude", play.ok(ANSWER))
    await ask(abroad, "비듬이  많아요 Shampoo 를 바꿔 볼까요?")

    answered = await ask(reopened, " 비듬이 많아요 shampoo 를\n바꿔 볼까요? ")

    assert answered.reply.facts["is_cached"] is True


async def test_another_owner_whose_pet_has_the_like_words_in_its_profile_gets_no_hit(
    models, abroad, ask
):
    models.will("claude", play.ok(ANSWER), play.ok(OTHER))
    await ask(abroad, ASKED)

    answered = await ask(await in_thread(_twin_of)(abroad), ASKED)

    assert answered.said == OTHER.strip()
    assert answered.reply.facts["is_cached"] is False


async def test_an_answer_that_nothing_personal_shaped_is_given_to_another_owner(
    models, abroad, ask
):
    await in_thread(profile_services.change_pet)(pet=abroad.pet, facts={"breed": ""})
    models.will("claude", play.ok(ANSWER))
    first = await ask(abroad, ASKED)

    answered = await ask(await in_thread(_twin_of)(abroad), ASKED)

    assert len(models.requests) == 1
    assert answered.reply.text == first.reply.text
    assert answered.reply.facts["is_cached"] is True


async def test_a_changed_profile_is_another_question(models, abroad, reopened, ask):
    models.will("claude", play.ok(ANSWER), play.ok(OTHER))
    await ask(abroad, ASKED)
    await in_thread(profile_services.change_pet)(pet=abroad.pet, facts={"conditions": ["쿠싱"]})

    answered = await ask(reopened, ASKED)

    assert answered.said == OTHER.strip()


async def test_a_new_medical_record_is_another_question(models, abroad, reopened, ask):
    models.will("claude", play.ok(ANSWER), play.ok(OTHER))
    await ask(abroad, ASKED)
    facts = {"kind": "allergy", "title": "닭고기 알레르기"}
    await in_thread(profile_services.add_record)(pet=abroad.pet, facts=facts)

    answered = await ask(reopened, ASKED)

    assert answered.said == OTHER.strip()


async def test_a_changed_library_is_another_question(models, abroad, reopened, ask):
    from inference.tests.conftest import store

    models.will("claude", play.ok(ANSWER), play.ok(OTHER))
    await ask(abroad, ASKED)
    await in_thread(store)("bad-breath")

    answered = await ask(reopened, ASKED)

    assert answered.said == OTHER.strip()


async def test_an_edited_list_of_red_flags_makes_it_another_question(models, abroad, reopened, ask):
    models.will("claude", play.ok(ANSWER), play.ok(OTHER))
    await ask(abroad, ASKED)

    await in_thread(edited)(await in_thread(signer)(), why="고쳤어요.")
    answered = await ask(reopened, ASKED)

    assert answered.steps["cache"]["detail"] == "miss"
    assert answered.reply.facts["is_cached"] is False


async def test_an_emergency_is_neither_kept_nor_read(models, abroad, reopened, ask, meaning):
    meaning("grape-raisin-toxicosis")
    models.will("claude", play.ok(GRAPE_ANSWER), play.ok(GRAPE_OTHER))

    first = await ask(abroad, "강아지가 포도를 먹었어요")
    second = await ask(reopened, "강아지가 포도를 먹었어요")

    assert first.steps["cache store"]["detail"] == "not kept"
    assert second.said == GRAPE_OTHER.strip()


async def test_a_failed_reply_is_not_kept(models, abroad, reopened, ask, monkeypatch):
    from inference.llm.base import LLMError

    def compose(_request):
        raise LLMError

    monkeypatch.setattr("inference.llm.extractive.compose", compose)
    first = await ask(abroad, ASKED)
    models.will("claude", play.ok(ANSWER))

    second = await ask(reopened, ASKED)

    assert first.reply.status == "failed"
    assert second.said == ANSWER.strip()


@pytest.mark.usefixtures("dead_cache")
async def test_a_dead_cache_is_passed_over(models, abroad, ask):
    models.will("claude", play.ok(ANSWER))

    answered = await ask(abroad, ASKED)

    assert answered.said == ANSWER.strip()
    assert answered.steps["cache"]["outcome"] == "error"
    assert answered.steps["cache"]["error"] == "CacheError: ConnectionError"
    assert answered.steps["cache store"]["outcome"] == "error"
    assert answered.job.attempts == 0


async def test_a_cache_that_dies_between_read_and_write_costs_no_answer(
    models, abroad, ask, monkeypatch
):
    def refuse(*_):
        raise redis.exceptions.TimeoutError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.set", refuse)
    models.will("claude", play.ok(ANSWER))

    answered = await ask(abroad, ASKED)

    assert answered.steps["cache"]["detail"] == "miss"
    assert answered.steps["cache store"]["error"] == "CacheError: TimeoutError"
    assert answered.reply.status == "complete"


async def test_without_redis_at_all_the_reply_is_stored(models, abroad, answer, monkeypatch):
    """Neither cache nor channel layer nor partial text can be reached."""
    from chat.models import Message
    from inference.pipeline import flow

    async def away(*_, **__):
        raise redis.exceptions.ConnectionError

    job = await in_thread(send)(abroad, ASKED)
    monkeypatch.setattr("chat.live.send", away)
    monkeypatch.setattr("chat.live.keep_partial", away)
    models.will("claude", play.ok(ANSWER))

    await flow.answer(job.pk)

    reply = await in_thread(Message.objects.get)(answers=job.message)
    assert ANSWER.strip() in reply.text


def _twin_of(consultation):
    """Another owner's consultation whose facts are the same to the letter."""
    pet = consultation.pet
    owner = make_owner("twin@example.com", overseas_ai=True)
    facts = {name: getattr(pet, name) for name in ("name", "species", "breed", "weight_kg")}
    twin = profile_services.register_pet(owner=owner, facts=facts)
    return chat_services.open_consultation(owner=owner, pet=twin)


async def test_the_answer_of_a_stand_in_is_not_kept(models, abroad, reopened, ask):
    """The chosen model will be back: its answer must not be kept out for a week."""
    models.will("claude", play.refused(500))
    models.will("openai", play.ok(OTHER))
    first = await ask(abroad, ASKED)
    models.will("claude", play.ok(ANSWER))

    second = await ask(reopened, ASKED)

    assert first.steps["cache store"]["detail"] == "not kept"
    assert second.said == ANSWER.strip()


async def test_an_answer_without_a_search_is_not_kept(models, abroad, ask, monkeypatch):
    monkeypatch.setattr("inference.knowledge.search.SQL", "select no_such_column")
    models.will("claude", play.ok(ANSWER.replace("[2]", "")))

    answered = await ask(abroad, ASKED)

    assert answered.reply.status == "complete"
    assert answered.steps["cache store"]["detail"] == "not kept"


async def test_without_search_and_model_the_owner_reads_that_and_the_signs(
    consultation, ask, monkeypatch
):
    monkeypatch.setattr("inference.knowledge.search.SQL", "select no_such_column")

    answered = await ask(consultation, ASKED)

    assert "지금은 지식 문서를 찾아볼 수 없어서" in answered.reply.text
    assert "가까운 동물병원에 전화" in answered.reply.text
