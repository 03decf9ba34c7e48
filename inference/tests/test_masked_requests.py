"""What leaves for a model names nobody: telephone, resident's and card numbers, addresses."""

import json

import pytest

from chat.models import Message
from drmaum.lib.threads import in_thread
from inference.knowledge.embedders import registry
from inference.memory import remember
from inference.tests import model_server as play
from inference.tests.embedding_server import HERE
from profiles.models import Pet

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

NUMBERS = ("010-2345-6789", "bori@example.com", "900101-1234567", "4111-1111-1111-1111")
MARKS = ("[전화번호]", "[이메일]", "[주민등록번호]", "[카드번호]")
NAMING = "제 번호는 {}, 메일은 {}, 주민번호는 {}, 카드는 {}이에요".format(*NUMBERS)
ASKED = "강아지 입냄새가 나요"
ANSWER = "동물병원에 전화해 주세요. 언제부터 그랬나요?\n"


def sent(models):
    """Every word of the last request, as the provider received it."""
    return json.dumps(models.requests[-1].body, ensure_ascii=False)


def named_in(text):
    return [number for number in NUMBERS if number in text]


async def test_a_model_is_not_told_the_numbers_of_a_question(models, abroad, ask):
    models.will("claude", play.ok(ANSWER))

    answered = await ask(abroad, NAMING)

    assert named_in(sent(models)) == []
    assert all(mark in models.requests[-1].question for mark in MARKS)
    assert answered.job.message.text == NAMING  # kept as it was typed


async def test_nor_those_of_what_was_said_before_and_of_the_profile(models, abroad, ask):
    models.will("claude", play.ok(ANSWER), play.ok(ANSWER))
    await in_thread(Pet.objects.filter(pk=abroad.pet_id).update)(
        medicines=["안약 (원장님 010-2345-6789)"]
    )
    await ask(abroad, NAMING)

    await ask(abroad, "지금도 냄새가 심해요. 이빨도 누렇게 변했어요")

    assert "주민번호는 [주민등록번호]" in sent(models)
    assert "안약 (원장님 [전화번호])" in sent(models)
    assert named_in(sent(models)) == []


async def test_nor_those_of_a_talk_that_it_sums_up(models, abroad, settings):
    settings.HISTORY_TOKENS = 20
    said = Message(consultation=abroad, seq=1, role="owner", text=NAMING, author=abroad.owner)
    more = Message(consultation=abroad, seq=2, role="owner", text=ASKED * 9, author=abroad.owner)
    await in_thread(Message.objects.bulk_create)([said, more])
    models.will("claude", play.ok('{"lines": ["입냄새가 나요"]}'))

    await remember.remember(abroad.pk)

    assert all(mark in sent(models) for mark in MARKS)
    assert named_in(sent(models)) == []


def test_nor_is_a_served_model_of_meaning(embeddings):
    served = registry.embedder(HERE)
    served.queries([f"{ASKED}. {NAMING}"])
    served.passages([NAMING])

    asked, told = embeddings.texts
    assert asked.startswith(f"ask: {ASKED}. 제 번호는 [전화번호], 메일은 [이메일]")
    assert told.startswith("text: 제 번호는 [전화번호]")
    assert named_in(asked + told) == []
