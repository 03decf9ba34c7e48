"""Photos that go along with a question: in both wire formats, and only to models that see."""

import base64
from dataclasses import replace

import pytest
from django.core.cache import cache

from inference.llm.base import TOKENS_A_PHOTO, Photo
from inference.pipeline import context, flow
from inference.tests import model_server as play
from inference.tests.wire import request_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "with_photos"),
]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PHOTOS = (Photo("image/png", PNG), Photo("image/jpeg", JPEG))
ASKED = "강아지 입냄새가 나요"
BODY = "물과 소변의 양, 체중이 변했는지 함께 확인해 주세요. [4]\n"


@pytest.fixture
def with_photos(monkeypatch, meaning) -> None:
    meaning("bad-breath")
    plain = context.question_of
    monkeypatch.setattr(
        flow.context, "question_of", lambda claim: replace(plain(claim), photos=PHOTOS)
    )


async def test_claude_is_given_the_photos_before_the_words(models, abroad, ask):
    models.will("claude", play.ok(BODY))

    answered = await ask(abroad, ASKED)

    png, jpeg, text = models.requests[0].question
    assert png == {"type": "image", "source": source("image/png", PNG)}
    assert jpeg == {"type": "image", "source": source("image/jpeg", JPEG)}
    assert text["type"] == "text"
    assert ASKED in text["text"]
    assert "보호자가 사진을 함께 보냈습니다." in text["text"]
    assert "사진은 보이는 것만 묘사합니다" in models.requests[0].body["system"]
    assert answered.reply.facts["responder"] == "claude"


async def test_openai_is_given_the_photos_as_data(models, abroad, ask, settings):
    settings.MODEL_ORDER = ["openai"]
    models.will("openai", play.ok(BODY))

    answered = await ask(abroad, ASKED)

    png, jpeg, text = models.requests[0].question
    assert png["image_url"]["url"] == "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert jpeg["image_url"]["url"] == "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    assert (png["type"], text["type"]) == ("image_url", "text")
    assert isinstance(models.requests[0].body["messages"][0]["content"], str)
    assert answered.reply.facts["responder"] == "openai"


async def test_earlier_turns_carry_no_photo(models, abroad, ask):
    models.will("claude", play.ok(BODY), play.ok(BODY))
    await ask(abroad, ASKED)

    await ask(abroad, "강아지가 오늘은 잇몸에서 피도 조금 나는 것 같아요")

    *earlier, last = models.requests[-1].turns
    assert {type(turn["content"]) for turn in earlier} == {str}
    assert [part["type"] for part in last["content"]] == ["image", "image", "text"]


async def test_a_model_that_cannot_see_is_not_asked(models, abroad, ask, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    settings.MODEL_ORDER = ["own", "claude"]
    models.will("claude", play.refused(400))

    answered = await ask(abroad, ASKED)

    assert models.asked == ["claude"]
    assert answered.steps["route"]["detail"].startswith("claude > extractive")
    assert answered.reply.facts["responder"] == "extractive"


async def test_without_consent_no_photo_leaves(models, consultation, ask, settings):
    settings.OWN_MODEL_BASE_URL = f"{models.url}/v1"
    settings.MODEL_ORDER = ["claude", "openai", "own"]

    answered = await ask(consultation, ASKED)

    assert models.requests == []
    assert answered.reply.facts["responder"] == "extractive"


@pytest.mark.parametrize(
    "sentence",
    ["사진으로 보니 정상이에요.", "잇몸에 염증은 없어요.", "사진에서는 건강해 보여요."],
    ids=["normal", "nothing there", "healthy"],
)
async def test_a_photo_rules_nothing_out(sentence, models, abroad, ask):
    models.will("claude", play.ok(f"{BODY}{sentence}\n"))

    answered = await ask(abroad, ASKED)

    assert sentence not in answered.shown
    assert sentence not in answered.reply.text
    assert answered.steps["model claude"]["detail"] == {"held back": ["rules_out"]}


async def test_an_answer_to_a_photo_is_neither_kept_nor_read_from_the_cache(models, abroad, ask):
    models.will("claude", play.ok(BODY), play.ok(BODY))

    first = await ask(abroad, ASKED)

    assert first.steps["cache store"]["detail"] == "not kept"
    assert first.steps["cache"]["detail"] == "miss"
    assert list(cache._cache.get_client().scan_iter("*answer:*")) == []


def test_a_photo_counts_as_tokens():
    plain = request_of()

    assert replace(plain, photos=PHOTOS).tokens == plain.tokens + 2 * TOKENS_A_PHOTO


def source(media_type: str, data: bytes) -> dict[str, str]:
    encoded = base64.b64encode(data).decode()
    return {"type": "base64", "media_type": media_type, "data": encoded}
