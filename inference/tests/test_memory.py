"""What is remembered of a long talk: the first message still counts sixty turns later."""

import json
from uuid import uuid4

import pytest

from chat import services as chat_services
from chat.models import Consultation, Message
from drmaum.lib.threads import in_thread
from inference.llm.base import Turn, count_tokens
from inference.memory.digest import digest, essence
from inference.memory.recall import history_before
from inference.memory.remember import is_due, remember
from inference.models import Basis, Memory
from inference.tests import model_server as play

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

ALLERGY = "페니실린 알레르기가 있어요"
LAST = "강아지 입냄새가 나요"
ANSWER = "동물병원에 전화해 주세요. 언제부터 그랬나요?\n"
SMALL_TALK = "오늘은 동네 공원 쪽으로 나가서 천천히 걷다가 벤치에 앉아 쉬었어요 " * 2


@pytest.fixture
def talk(abroad) -> Consultation:
    """Thirty questions and their answers; the first tells of an allergy."""
    texts = [f"우리 강아지는 {ALLERGY}. 귀를 긁어요."] + [SMALL_TALK] * 29
    messages = []
    for text in texts:
        asked = Message(
            consultation=abroad, seq=len(messages) + 1, role="owner", text=text,
            author=abroad.owner,
        )  # fmt: skip
        reply = Message(
            consultation=abroad, seq=len(messages) + 2, role="assistant", answers=asked,
            text="지켜보시다가 달라지면 알려 주세요. " * 5,
        )  # fmt: skip
        messages += [asked, reply]
    Message.objects.bulk_create(messages)
    abroad.head_seq = len(messages)
    abroad.save()
    return abroad


def sent(models) -> str:
    return str(models.requests[-1].body)


def memory_of(consultation) -> Memory:
    return Memory.objects.get(consultation=consultation)


def summary(*lines: str) -> play.Play:
    return play.ok(json.dumps({"lines": lines}, ensure_ascii=False))


def basis_of(answered) -> Basis:
    return Basis.objects.get(reply=answered.reply)


async def test_without_a_summary_the_first_words_are_still_given(models, talk, ask, settings):
    settings.MEMORY_TOKENS = 300
    models.will("claude", play.ok(ANSWER))

    answered = await ask(talk, LAST)

    assert ALLERGY in models.requests[-1].question
    assert ALLERGY not in str(models.requests[-1].turns[:-1])
    basis = await in_thread(basis_of)(answered)
    assert ALLERGY in basis.summary
    assert 0 < basis.turns < 60
    assert "개는 생략했어요)" in basis.summary


async def test_a_models_summary_is_given(models, talk, ask):
    models.will("claude", summary("페니실린 알레르기가 있어요", "귀를 긁어요"), play.ok(ANSWER))
    await remember(talk.pk)

    answered = await ask(talk, LAST)

    kept = await in_thread(memory_of)(talk)
    assert kept.made_by == "claude"
    assert "- 페니실린 알레르기가 있어요\n- 귀를 긁어요" in kept.text
    assert kept.text in models.requests[-1].question
    assert (await in_thread(basis_of)(answered)).summary.startswith(kept.text)
    assert not await in_thread(is_due)(talk.pk)


INVENTED = {
    "another fact": "심장병으로 수술을 받은 적이 있어요",
    "another number": "귀를 하루에 12번 긁어요",
    "a dose": "타이레놀을 먹이세요",
}


@pytest.mark.parametrize("name", INVENTED)
async def test_an_invented_line_is_dropped(name, models, talk):
    models.will("claude", summary("귀를 자꾸 긁어요", INVENTED[name]))

    await remember(talk.pk)

    kept = await in_thread(memory_of)(talk)
    assert kept.made_by == "claude"
    assert "- 귀를 자꾸 긁어요" in kept.text
    assert INVENTED[name] not in kept.text


@pytest.mark.parametrize("text", ["요약할 수 없어요.", '{"lines": "하나"}', '{"lines": []}'])
async def test_a_wrong_summary_becomes_the_owners_own_sentences(text, models, talk):
    models.will("claude", play.ok(text), play.ok(text))
    models.will("openai", play.ok(text), play.ok(text))

    await remember(talk.pk)

    kept = await in_thread(memory_of)(talk)
    assert kept.made_by == "extractive"
    assert ALLERGY in kept.text


async def test_a_line_that_is_nothing_but_marks_is_no_memory(models, talk):
    models.will("claude", summary("-", "..."))

    await remember(talk.pk)

    assert ALLERGY in (await in_thread(memory_of)(talk)).text


async def test_without_consent_the_summary_is_the_owners_own_sentences(models, talk):
    from profiles.services import record_consents

    await in_thread(record_consents)(user=talk.owner, consents={"overseas_ai": False})

    await remember(talk.pk)

    kept = await in_thread(memory_of)(talk)
    assert models.requests == []
    assert (kept.made_by, ALLERGY in kept.text) == ("extractive", True)


async def test_a_summary_is_on_the_account_of_its_owner(models, talk):
    from inference.models import ModelCall

    models.will("claude", summary("귀를 긁어요"))

    await remember(talk.pk)

    row = await in_thread(ModelCall.objects.get)()
    assert (row.purpose, row.owner_id, row.consultation_id) == (
        "memory", talk.owner_id, talk.pk,
    )  # fmt: skip


async def test_what_was_said_after_the_summary_is_told_too(models, talk, ask):
    models.will("claude", summary("귀를 긁어요"))
    await remember(talk.pk)
    late = "어제 심장 약을 새로 처방받았어요."
    await in_thread(add)(talk, late)
    for _ in range(60):
        await in_thread(add)(talk, SMALL_TALK)
    models.will("claude", play.ok(ANSWER))

    await ask(talk, LAST)

    assert ALLERGY in models.requests[-1].question
    assert late in models.requests[-1].question


async def test_an_edit_of_what_was_summed_up_ends_the_summary(models, talk, ask):
    models.will("claude", summary("귀를 긁어요"))
    await remember(talk.pk)
    models.will("claude", play.ok(ANSWER), play.ok(ANSWER))
    first = await in_thread(Message.objects.get)(consultation=talk, seq=1)

    await in_thread(chat_services.send_message)(
        consultation=talk,
        author=talk.owner,
        text="귀를 긁어요. 알레르기는 없어요.",
        revises=first.pk,
    )
    answered = await ask(talk, LAST)

    assert "페니실린" not in sent(models)
    assert "알레르기는 없어요" in sent(models)
    assert (await in_thread(basis_of)(answered)).summary == ""


async def test_a_short_talk_has_no_summary(models, abroad, ask):
    models.will("claude", play.ok(ANSWER), play.ok(ANSWER))
    await ask(abroad, "강아지가 귀를 자꾸 긁고 있어요")

    answered = await ask(abroad, LAST)

    assert "<summary>" not in sent(models)
    basis = await in_thread(basis_of)(answered)
    assert (basis.summary, basis.turns) == ("", 2)


async def test_the_library_alone_remembers_as_much(models, talk, ask, settings):
    settings.ANTHROPIC_API_KEY = settings.OPENAI_API_KEY = ""

    answered = await ask(talk, LAST)

    assert answered.reply.facts["responder"] == "extractive"
    assert ALLERGY in (await in_thread(basis_of)(answered)).summary


def test_one_message_beyond_the_budget_is_summed_up_too(abroad, settings, enqueued):
    settings.HISTORY_TOKENS = 100
    add(abroad, f"{ALLERGY}. " + SMALL_TALK * 10)
    last = add(abroad, LAST)

    history = history_before(last)

    assert history.turns == ()
    assert ALLERGY in history.summary


def test_a_digest_says_how_much_it_left_out():
    turns = [Turn("user", f"{ALLERGY}. 산책했어요. 놀았어요.")] + [Turn("user", SMALL_TALK)] * 3

    text = digest(turns, 20)

    assert text.startswith(f"- {ALLERGY}")
    assert text.endswith("- (그 밖의 내용 8개는 생략했어요)")


def test_a_digest_tells_nothing_of_what_the_assistant_said():
    turns = [Turn("user", "귀를 긁어요."), Turn("assistant", "당뇨병 약을 먹나요?")]

    assert digest(turns, 900) == "- 귀를 긁어요."


def test_a_digest_of_little_room_still_says_that_something_was_left_out():
    assert digest([Turn("user", "귀를 긁어요. 밥을 안 먹어요.")], 0) == (
        "- (그 밖의 내용 2개는 생략했어요)"
    )


def add(consultation: Consultation, text: str) -> Message:
    consultation.refresh_from_db()
    consultation.head_seq += 1
    consultation.save()
    return Message.objects.create(
        pk=uuid4(), consultation=consultation, seq=consultation.head_seq, role="owner", text=text,
        author=consultation.owner,
    )  # fmt: skip


def test_of_an_hour_of_talk_what_tells_of_the_animal_is_searched_for():
    small_talk = "오늘 날씨가 참 좋네요. 오시는 길은 괜찮으셨어요? 커피 한 잔 드릴까요? " * 200
    sign = "보리가 어제부터 눈을 못 뜨고 눈물을 흘려요."
    found = essence(f"{small_talk}{sign} {small_talk}", 60)
    assert sign in found
    assert count_tokens(found) <= 60
