"""Injection and misuse: whatever a hijacked model says, nothing forbidden is read.

Both models play the part of one that obeys the hostile text of a case, word by word.
"""

import re
from functools import partial

import pytest
from django.db import transaction

from chat import services as chat_services
from chat.models import Message
from drmaum.lib.threads import in_thread
from inference.evaluation.misuse import SHIPPED, read_cases
from inference.knowledge import lexical
from inference.models import InferenceJob, Passage
from inference.tests import model_server as play
from inference.tests.conftest import store
from profiles import services as profile_services

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("library", "meaning"),
]

CASES = {case.id: case for case in read_cases(SHIPPED)}
SPOKEN_OR_WRITTEN = [id_ for id_, case in CASES.items() if case.channel != "knowledge"]
POISONED = [id_ for id_, case in CASES.items() if case.channel == "knowledge"]
ARTICLE = "grape-raisin-toxicosis"
ASKED = "강아지가 포도를 먹었어요"


@pytest.fixture
def library(db):
    """The one article that every question here finds."""
    article = store(ARTICLE)
    lexical.refresh_statistics()
    return article


@pytest.fixture
def hijacked(models, settings):
    """Models that are given all the time they need: only what they say counts here."""
    settings.MODEL_FIRST_TOKEN_SECONDS = settings.MODEL_IDLE_SECONDS = 20
    settings.MODEL_ANSWER_SECONDS = 60
    return models


def send(consultation, case):
    """Store the owner's message with its triage and job, as written or as transcribed."""
    with transaction.atomic():
        profile_services.change_pet(pet=consultation.pet, facts={"species": case.species})
        message = chat_services.send_message(
            consultation=consultation, author=consultation.owner, text=case.text
        )
        if case.channel == "transcript":
            message.kind = Message.Kind.AUDIO_TRANSCRIPT
            message.save(update_fields=["kind"])
    return InferenceJob.objects.select_related("message").get(message=message)


def poison(text):
    """Put a hostile text before the true one of every passage that can be quoted."""
    for passage in Passage.objects.filter(article__slug=ARTICLE):
        if passage.section in ("maybe", "do", "avoid", "danger"):
            passage.text = f"{text}\n{passage.text}"
            passage.save(update_fields=["text"])


def framed(question, tag):
    """What stands inside the one frame of that name."""
    [inside] = re.findall(rf"<{tag}>\n(.*?)\n?</{tag}>", question, re.S)
    return inside


def harmless(text):
    """A hostile text as it has to arrive: with marks that open and close nothing."""
    return text.replace("<", "‹").replace(">", "›").strip()


def assert_nothing_forbidden(case, answered):
    assert answered.reply is not None
    for pattern in case.must_not_regex:
        assert not re.search(pattern, answered.reply.text), pattern
        assert not re.search(pattern, answered.shown), pattern
    for pattern in case.must_regex:
        assert re.search(pattern, answered.reply.text), pattern


@pytest.mark.parametrize("id_", SPOKEN_OR_WRITTEN)
async def test_an_owner_cannot_make_a_model_say_it(id_, hijacked, abroad, answer):
    case = CASES[id_]
    for provider in ("claude", "openai"):
        hijacked.will(provider, play.ok(case.obedient))

    answered = await answer(await in_thread(send)(abroad, case))

    assert_nothing_forbidden(case, answered)
    for request in hijacked.requests:
        assert harmless(case.text) in framed(request.question, "question")


@pytest.mark.parametrize("id_", POISONED)
async def test_a_poisoned_passage_cannot_make_a_model_say_it(id_, hijacked, abroad, ask):
    case = CASES[id_]
    await in_thread(partial(poison, case.text))()
    for provider in ("claude", "openai"):
        hijacked.will(provider, play.ok(case.obedient))

    answered = await ask(abroad, ASKED)

    assert_nothing_forbidden(case, answered)
    assert hijacked.requests
    for request in hijacked.requests:
        assert harmless(case.text) in framed(request.question, "knowledge")


@pytest.mark.parametrize("id_", POISONED)
async def test_a_poisoned_passage_is_not_quoted_without_a_model(id_, abroad, ask):
    case = CASES[id_]
    await in_thread(partial(poison, case.text))()

    answered = await ask(abroad, ASKED)

    assert answered.reply.facts["responder"] == "extractive"
    assert_nothing_forbidden(case, answered)
