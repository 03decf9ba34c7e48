"""The contract of a model, held against the real providers: run with `-m verification` and keys.

The same calls that the other tests make against a server on the loopback go out to the real
one, so that the fake is known to speak as the providers do. Costs a few won a run.
"""

import base64
import time
from contextlib import aclosing

import pytest
from django.conf import settings
from pydantic import BaseModel

from inference.llm import gateway
from inference.llm.base import Account, Photo, Request, Turn
from inference.models import ModelCall

pytestmark = [
    pytest.mark.verification,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
]
PREFIXES = {"claude": "ANTHROPIC", "openai": "OPENAI", "own": "OWN_MODEL"}
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.fixture(params=sorted(PREFIXES))
def name(request):
    prefix = PREFIXES[request.param]
    if not (getattr(settings, f"{prefix}_API_KEY") or getattr(settings, f"{prefix}_BASE_URL")):
        pytest.skip(f"{prefix}_API_KEY is not set")
    return request.param


def asking(name, text, photos=()):
    request = Request(
        system="한국어로 짧게 답해 주세요.",
        turns=(Turn("user", text),),
        question=text,
        materials=(),
        urgency="home",
        longest_tokens=800,
        photos=photos,
    )
    return gateway.Asking(name, request, Account("verification"), time.monotonic() + 60)


async def test_an_answer_streams_in_pieces_and_is_entered_in_the_ledger(name):
    call = gateway.begin(asking(name, "강아지가 좋아하는 놀이를 세 문장으로 알려 주세요."))
    async with aclosing(call.pieces) as pieces:
        texts = [piece async for piece in pieces]

    assert len(texts) > 1
    assert any("가" <= sign <= "힣" for sign in "".join(texts))
    assert call.usage.input_tokens > 0
    assert call.usage.output_tokens > 0
    entry = await ModelCall.objects.aget()
    assert (entry.outcome, entry.provider) == ("complete", name)


async def test_an_answer_that_is_closed_early_ends_as_stopped(name):
    call = gateway.begin(asking(name, "강아지 산책에 대해 길게 알려 주세요."))
    async with aclosing(call.pieces) as pieces:
        await anext(pieces)

    assert (await ModelCall.objects.aget()).outcome == "stopped"


async def test_a_structured_answer_fits_its_shape(name):
    class Animals(BaseModel):
        animals: list[str]

    found = await gateway.structured(
        asking(name, '동물 셋을 JSON으로만 답해 주세요: {"animals": ["...", "...", "..."]}'),
        Animals,
    )

    assert len(found.animals) == 3


async def test_a_photo_is_accepted(name):
    if not gateway.sees_photos(name):
        pytest.skip(f"{name} does not see photos")
    call = gateway.begin(asking(name, "이 사진은 무슨 색인가요?", (Photo("image/png", PIXEL),)))
    async with aclosing(call.pieces) as pieces:
        assert "".join([piece async for piece in pieces])
