"""A small library, a model server, and a way to ask and see everything that came of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db.models.functions import Now

from chat import live
from chat import services as chat_services
from chat.models import Consultation, Event, Message
from conftest import make_owner
from drmaum.lib.threads import in_thread
from inference import jobs
from inference.knowledge import index, lexical, spaces
from inference.knowledge.embed import LOCAL, Vector
from inference.knowledge.embedders import registry
from inference.knowledge.loading import Draft, parse
from inference.llm import breaker, gateway
from inference.models import Article, InferenceJob, ModelCall, Run
from inference.pipeline import flow
from inference.tests import embedding_server
from inference.tests.model_server import ModelServer, serving
from profiles import services as profile_services

LIBRARY = (
    "grape-raisin-toxicosis",
    "dandruff-seborrhea",
    "urethral-obstruction-cat",
    "acute-vomiting-dog",
    "bad-breath",
)


@pytest.fixture(scope="session", autouse=True)
def _shipped_vectors_are_read_first() -> None:
    """Before a test changes the model or the file: `shipped` remembers its first answer."""
    shipped()


@cache
def shipped() -> dict[str, Any]:
    return index.shipped_vectors()


@cache
def draft(slug: str) -> Draft:
    return parse(slug, (index.FOLDER / f"{slug}.md").read_text(encoding="utf-8"))


def vector_of(slug: str) -> list[float]:
    """The vector of what owners say about an article's subject."""
    return [float(value) for value in index.vectors_of(draft(slug), shipped(), LOCAL)[0]]


def asking(slug: str) -> Vector:
    """A question that means what an article is about."""
    return Vector(LOCAL, vector_of(slug))


def store(slug: str) -> Article:
    """One built-in article, with its shipped vectors."""
    one = draft(slug)
    vectors = index.vectors_of(one, shipped(), LOCAL)
    return index.store_article(draft=one, space=spaces.live(), vectors=vectors)


@pytest.fixture
def library(db: None) -> dict[str, Article]:
    """A handful of built-in articles, stored with their shipped vectors."""
    articles = {slug: store(slug) for slug in LIBRARY}
    lexical.refresh_statistics()
    return articles


@pytest.fixture
def meaning(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let questions mean what one article is about, in place of the embedding model."""

    def mean(slug: str) -> None:
        vector = vector_of(slug)
        monkeypatch.setattr("inference.knowledge.embed.embed_query", lambda *_: vector)

    mean("grape-raisin-toxicosis")
    return mean


@pytest.fixture
def abroad(db: None) -> Consultation:
    """A consultation whose owner allows words to go to models overseas."""
    owner = make_owner("abroad@example.com", overseas_ai=True)
    facts = {"name": "콩이", "species": "dog", "breed": "푸들", "weight_kg": 5}
    pet = profile_services.register_pet(owner=owner, facts=facts)
    return chat_services.open_consultation(owner=owner, pet=pet)


@pytest.fixture
def job(consultation: Consultation, enqueued: list[str]) -> InferenceJob:
    """The job of one message; its urgency is "home"."""
    message = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text="강아지 입냄새가 나요"
    )
    return InferenceJob.objects.select_related("message").get(message=message)


@pytest.fixture
async def models(settings: Any) -> AsyncIterator[ModelServer]:
    """Both providers configured, both on the loopback, with short limits."""
    async with serving() as server:
        settings.ANTHROPIC_API_KEY = "anthropic-key"
        settings.ANTHROPIC_BASE_URL = server.url
        settings.OPENAI_API_KEY = "openai-key"
        settings.OPENAI_BASE_URL = f"{server.url}/v1"
        settings.MODEL_ORDER = ["claude", "openai"]
        settings.MODEL_CONNECT_SECONDS = 2
        settings.MODEL_FIRST_TOKEN_SECONDS = 1.5
        settings.MODEL_IDLE_SECONDS = 1.5
        settings.MODEL_ANSWER_SECONDS = 30
        settings.MODEL_RETRY_SECONDS = 0
        settings.OWN_MODEL_API_KEY = ""
        settings.OWN_MODEL_BASE_URL = None
        breaker.reset()
        yield server
        breaker.reset()
        for provider in gateway._providers.pop(_loop(), {}).values():
            if hasattr(provider, "_client"):
                await provider._client.close()


@pytest.fixture
def embeddings(settings: Any, tmp_path: Any) -> Iterator[embedding_server.EmbeddingServer]:
    """Two embedding models more, served on the loopback; one of them counts as abroad."""
    with embedding_server.serving() as server:
        settings.EMBEDDING_MODELS = str(embedding_server.models_file(tmp_path))
        settings.OWN_EMBEDDING_BASE_URL = server.url
        settings.OWN_EMBEDDING_API_KEY = "own-key"
        registry.forget()
        yield server
        registry.forget()


@dataclass(frozen=True)
class Answered:
    """Everything that an attempt at a job left behind."""

    job: InferenceJob
    reply: Message | None
    run: Run
    events: list[Event]
    calls: list[ModelCall]
    heard: list[dict[str, Any]]
    """What sockets of the consultation were told, in order."""

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    @property
    def steps(self) -> dict[str, dict[str, Any]]:
        return {step["name"]: step for step in self.run.steps}

    @property
    def shown(self) -> str:
        """Every text that a socket ever showed, dropped ones included."""
        return "".join(event["text"] for event in self.heard if event["type"] == "reply.delta")

    @property
    def said(self) -> str:
        """The model's own words in the stored reply: what stands between the opening and the
        sections that are quoted from the library."""
        opening, said, *quoted = self.reply.text.split("\n\n")
        assert opening.startswith("**"), opening
        assert all(part.strip().startswith("**") for part in quoted), quoted
        return said

    @property
    def ledger(self) -> list[tuple[str, str]]:
        return [(call.provider, call.outcome) for call in self.calls]


Ask = Callable[..., Awaitable[Answered]]


@pytest.fixture
async def answer(transactional_db: None, enqueued: list[str]) -> AsyncIterator[Ask]:
    """Run the pipeline for a job while a socket listens."""

    async def run(job: InferenceJob) -> Answered:
        consultation_id = await in_thread(_consultation_of)(job)
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(live.group_of(consultation_id), channel)
        await flow.answer(job.pk)
        await live.send(consultation_id, [{"type": "end of test"}])
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["type"] != "end of test":
            heard.extend((await layer.receive(channel))["events"])
        return await in_thread(_gather)(job, heard[:-1])

    yield run
    await get_channel_layer().flush()
    client = live._clients.pop(_loop(), None)
    if client is not None:
        await client.aclose()


@pytest.fixture
async def ask(answer: Ask) -> Ask:
    """Send a message and run the pipeline for it."""

    async def run(consultation: Consultation, text: str) -> Answered:
        return await answer(await in_thread(send)(consultation, text))

    return run


@pytest.fixture
def dead_cache(settings: Any) -> Iterator[None]:
    """A Redis cache at a port where nobody listens."""
    caches = {name: dict(one) for name, one in settings.CACHES.items()}
    alive = settings.CACHES
    caches["default"]["LOCATION"] = "redis://127.0.0.1:1/1"
    settings.CACHES = caches
    yield
    settings.CACHES = alive


def send(consultation: Consultation, text: str) -> InferenceJob:
    message = chat_services.send_message(
        consultation=consultation, author=consultation.owner, text=text
    )
    return InferenceJob.objects.select_related("message").get(message=message)


def _consultation_of(job: InferenceJob) -> Any:
    return InferenceJob.objects.get(pk=job.pk).message.consultation_id


def _gather(job: InferenceJob, heard: list[dict[str, Any]]) -> Answered:
    fresh = InferenceJob.objects.select_related("message").get(pk=job.pk)
    return Answered(
        job=fresh,
        reply=Message.objects.filter(answers=fresh.message, version=fresh.version).first(),
        run=Run.objects.get(job=fresh, fence=fresh.fence),
        events=list(Event.objects.filter(consultation=fresh.message.consultation_id)),
        calls=list(ModelCall.objects.filter(job=fresh).order_by("pk")),
        heard=heard,
    )


def _loop() -> Any:
    return asyncio.get_running_loop()


def finish(job_id: Any, fence: int, text: str = "답변이에요.", status: str = "complete") -> None:
    """Complete a claimed job as a worker does."""
    jobs.complete(
        job_id=job_id, fence=fence, text=text, status=status,
        facts={"responder": "claude"}, run={"steps": [{"name": "triage"}], "milliseconds": 12},
    )  # fmt: skip


def fail(job: InferenceJob, times: int = 1) -> None:
    """Claim a job and fail at it."""
    for _ in range(times):
        claim = jobs.claim(job.pk)
        jobs.fail(job_id=job.pk, fence=claim.fence, error="boom", steps=[])


def expire(job: InferenceJob) -> None:
    """Let the lease of a job run out."""
    InferenceJob.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
