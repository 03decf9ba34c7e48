"""추론 요청 시작 → 처리 완료: the arrows of the RAG diagram, and nothing but the arrows.

트리아지 → 캐시 확인 ─ 있음 ───────────────────────────────┐
             │ 없음, 캐시 에러                              │
컨텍스트 → 임베딩 → 검색 → 필터 ─ 검색 에러 → 기본 컨텍스트   │
             │                                            │
프롬프트 → 라우팅 → 모델 → 문장 검증 → 응답 검증             │
             │            └ 무효, LLM 에러 → 다음 모델       │
응답 캐싱 → 저장 → 전송  ←──────────────────────────────────┘
모든 모델 실패 → 에러 응답 → 저장 → 전송
"""

import asyncio
import contextlib
import logging
import time
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from uuid import UUID

from chat.models import Message
from drmaum.lib.threads import in_thread
from inference import jobs
from inference.knowledge.embed import EmbeddingError
from inference.knowledge.search import SearchError
from inference.leases import Lease, keeper
from inference.llm import gateway, ledger
from inference.llm.base import Call, LLMError, Request, Usage
from inference.pipeline import cache, context, deliver, generate, prompt, retrieve, route, validate
from inference.pipeline.types import Evidence, Facts, Question, Reply, Timeline

logger = logging.getLogger(__name__)


async def answer(job_id: UUID) -> None:
    """Claim a job, answer it, store the reply. A job that others hold is left to them."""
    claim = await in_thread(jobs.claim)(job_id)
    if claim is None:
        return
    question = context.question_of(claim)
    timeline = Timeline()
    async with keeper().held(question.job_id, question.fence) as lease:
        try:
            reply = await run(question, lease, timeline)
            timeline.mark("deliver")
            await in_thread(deliver.store)(question, reply, timeline)
            await deliver.forget_partial(question)
        except jobs.LeaseLostError:
            logger.warning("job %s was taken over; nothing was stored", job_id)
        except asyncio.CancelledError:
            await in_thread(jobs.release)(job_id=job_id, fence=question.fence)
            raise
        except Exception as error:
            logger.warning("job %s failed: %s", job_id, type(error).__name__, exc_info=True)
            kept = f"{type(error).__name__}: {error}"
            await in_thread(jobs.fail)(
                job_id=job_id, fence=question.fence, error=kept, steps=timeline.steps
            )


async def run(question: Question, lease: Lease, timeline: Timeline) -> Reply:
    """The pipeline: from a question to a reply that may be stored."""
    with timeline.step("triage") as entry:
        entry["detail"] = question.urgency
    await in_thread(deliver.start)(question, is_again=question.is_again)
    with timeline.step("facts"):
        facts = await in_thread(context.gather_facts)(question)
    key = cache.key_of(question, facts, prompt.version())
    kept = await _ask_cache(question, key, timeline)
    if kept is not None:
        return kept
    reply = await _compose(question, facts, lease, timeline)
    await _keep_in_cache(question, key, reply, timeline)
    return reply


async def _ask_cache(question: Question, key: str, timeline: Timeline) -> Reply | None:
    with contextlib.suppress(cache.CacheError), timeline.step("cache") as entry:
        kept = await in_thread(cache.look_up)(question, key)
        entry["detail"] = "hit" if kept else "miss"
        return kept
    return None


async def _keep_in_cache(question: Question, key: str, reply: Reply, timeline: Timeline) -> None:
    with contextlib.suppress(cache.CacheError), timeline.step("cache store") as entry:
        entry["detail"] = (
            "kept" if await in_thread(cache.keep)(question, key, reply) else "not kept"
        )


async def _compose(question: Question, facts: Facts, lease: Lease, timeline: Timeline) -> Reply:
    """Context, evidence, prompt; then one provider after the other until one answers."""
    with timeline.step("context"):
        gathered = context.gather(facts)
    evidence = await _gather_evidence(question, facts, timeline)
    with timeline.step("prompt"):
        request = prompt.build(question, gathered, evidence)
    with timeline.step("route") as entry:
        names = route.choose(question)
        entry["detail"] = " > ".join(names)
    stream = deliver.Stream(question)
    for name in names:
        if stream.text:
            stream.restart()
            await in_thread(deliver.start)(question, is_again=True)
        with contextlib.suppress(LLMError, validate.InvalidReplyError):
            reply = await _ask_model(name, question, request, stream, lease, timeline)
            return replace(reply, is_degraded=evidence.is_degraded or name != names[0])
    return deliver.error_reply(question)


async def _gather_evidence(question: Question, facts: Facts, timeline: Timeline) -> Evidence:
    """Embed and search; without a vector by words alone; without a search the default context."""
    vector = None
    with contextlib.suppress(EmbeddingError), timeline.step("embed"):
        vector = await in_thread(retrieve.embed_question)(question, facts)
    try:
        with timeline.step("search") as entry:
            hits = await in_thread(retrieve.find)(question, facts, vector)
            entry["detail"] = [[hit.article_id, round(hit.score, 3)] for hit in hits]
    except SearchError:
        return Evidence(is_default=True)
    with timeline.step("filter") as entry:
        materials = await in_thread(retrieve.filter_hits)(hits)
        entry["detail"] = len(materials)
    return Evidence(materials, is_lexical_only=vector is None)


async def _ask_model(
    name: str,
    question: Question,
    request: Request,
    stream: deliver.Stream,
    lease: Lease,
    timeline: Timeline,
) -> Reply:
    """One provider's answer, guarded while it flows. Raises LLMError or InvalidReplyError."""
    begun = time.monotonic()
    usage = Usage()
    outcome = "failed"
    try:
        with timeline.step(f"model {name}") as entry:
            call = gateway.begin(name, request)
            usage = call.usage
            await _until_stopped(_read(call, request, stream, entry), lease)
            await stream.finish()
        outcome = "stopped" if lease.is_stopped else "complete"
    finally:
        await in_thread(ledger.record)(
            question.job_id, name, usage, outcome, round((time.monotonic() - begun) * 1000)
        )
    if not lease.is_stopped:
        with timeline.step("validate"):
            is_written = name != "extractive"
            validate.check_whole(stream.text, must_cite=is_written and bool(request.materials))
    return Reply(
        text=stream.text.strip() or deliver.STOPPED_EARLY,
        sources=generate.extract_sources(stream.text, request.materials),
        responder=name,
        model=usage.model,
        prompt_version=prompt.version(),
        status=Message.Status.STOPPED if lease.is_stopped else Message.Status.COMPLETE,
    )


async def _read(
    call: Call, request: Request, stream: deliver.Stream, entry: dict[str, Any]
) -> None:
    """Release each sentence that the guard passes; what it holds back is noted by reason."""
    numbers = {material.number for material in request.materials}
    held: list[str] = []
    async with aclosing(generate.sentences(call.pieces)) as parts:
        async for sentence in parts:
            problem = validate.problem_of(sentence, numbers)
            if problem is None:
                await stream.release(sentence)
            else:
                held.append(problem)
                entry["detail"] = {"held back": held}


async def _until_stopped(reading: Any, lease: Lease) -> None:
    """Read to the end, or until the owner stops the reply. Raises jobs.LeaseLostError."""
    task = asyncio.create_task(reading)
    ended = asyncio.create_task(lease.ended.wait())
    try:
        await asyncio.wait({task, ended}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        elif lease.is_lost:
            raise jobs.LeaseLostError
    finally:
        ended.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
