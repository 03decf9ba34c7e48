"""추론 요청 시작 → 처리 완료: the arrows of the RAG diagram, and nothing but the arrows.

트리아지 → 캐시 확인 ─ 있음 ───────────────────────────────────────┐
             │ 없음, 캐시 에러                                      │
컨텍스트 → 임베딩 → 뜻으로 다시 트리아지 ─ 수의사 검토 답변 있음 ──────────┤
             │ 없음                                                │
           검색 → 필터 ─ 검색 에러 → 기본 컨텍스트                    │
             │                                                    │
프롬프트 → 라우팅 → 모델 → 문장 검증 → 응답 검증                      │
             │            └ 무효, LLM 에러 → 다음 모델               │
응답 캐싱 → 저장 → 전송  ←──────────────────────────────────────────┘
모든 모델 실패 → 에러 응답 → 저장 → 전송
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.conf import settings

from drmaum.lib import tracing
from drmaum.lib.threads import in_thread
from drmaum.lib.timeline import Timeline
from inference import jobs, rulebook
from inference.guard.watch import DistrustError
from inference.knowledge.embed import EmbeddingError, Vector
from inference.knowledge.search import SearchError
from inference.leases import Lease, keeper
from inference.llm import gateway
from inference.llm.base import BudgetSpent, LLMError, Request
from inference.pipeline import cache, context, deliver, generate, prompt, retrieve, route, validate
from inference.pipeline.types import Assignment, Evidence, Facts, Question, Reply
from inference.triage.types import worse

logger = logging.getLogger(__name__)


async def answer(job_id: UUID) -> UUID | None:
    """Claim a job, answer it, store the reply. A job that others hold is left to them.

    Returns the consultation that was answered in, None when nothing was stored.
    """
    claim = await in_thread(jobs.claim)(job_id)
    if claim is None:
        return None
    with tracing.resumed("answer resumed", claim.job.trace):
        return await _carry_out(claim)


async def _carry_out(claim: jobs.Claim) -> UUID | None:
    job_id, question = claim.job.pk, context.question_of(claim)
    timeline = Timeline()
    async with keeper().held(question.job_id, question.fence) as lease:
        try:
            await run(question, lease, timeline)
            await deliver.forget_partial(question)
            return question.consultation_id
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
    return None


async def run(question: Question, lease: Lease, timeline: Timeline) -> Reply:
    """The pipeline: from a question to a stored reply."""
    with timeline.step("triage") as entry:
        entry["detail"] = question.urgency
    found = await in_thread(_prepare)(question, timeline)
    reply = found.reply if isinstance(found, Ready) else await _compose(found, lease, timeline)
    await in_thread(_store)(found, reply, timeline)
    responder = "cache" if reply.is_cached else reply.responder
    seconds = timeline.milliseconds / 1000
    tracing.measure("drmaum.reply.duration", seconds, responder=responder, outcome=reply.status)
    return reply


@dataclass(frozen=True)
class Ready:
    """An answer that no model has to write: kept, approved by a vet, or stopped early."""

    question: Question
    facts: Facts
    reply: Reply
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True)
class Plan:
    """What is to be asked of whom, and the key under which the answer is kept."""

    question: Question
    facts: Facts
    evidence: Evidence
    key: str
    request: Request
    choice: route.Choice


def _prepare(question: Question, timeline: Timeline) -> Ready | Plan:
    """The boxes before the model, one after the other in one thread: each way into a thread and
    out of it costs more than most of them."""
    deliver.start(question, is_again=question.is_again)
    with timeline.step("context"):
        facts = context.gather(question)
    if question.is_stopped:
        return Ready(question, facts, deliver.stopped_early(question))
    key = cache.key_of(question, facts, prompt.version())
    kept = _ask_cache(question, key, timeline)
    if kept is not None:
        return Ready(question, facts, _raised(question, kept))
    vector = _embed(question, facts, timeline)
    question = _listen_by_meaning(question, facts, vector, timeline)
    approved = _find_approved(question, facts, vector, timeline)
    if approved is not None:
        return Ready(question, facts, _raised(question, approved))
    evidence = _gather_evidence(question, facts, vector, timeline)
    with timeline.step("prompt"):
        request = prompt.build(question, facts, evidence)
    with timeline.step("route") as entry:
        choice = route.choose(question, request)
        entry["detail"] = f"{' > '.join(choice.names)} ({choice.why})"
    return Plan(question, facts, evidence, key, request, choice)


def _store(found: Ready | Plan, reply: Reply, timeline: Timeline) -> None:
    """Keep a new answer for who asks the same; store it and end the job."""
    if isinstance(found, Plan):
        with contextlib.suppress(cache.CacheError), timeline.step("cache store") as entry:
            is_kept = cache.keep(found.question, found.key, reply)
            entry["detail"] = "kept" if is_kept else "not kept"
    timeline.mark("deliver")
    basis = deliver.basis_of(found.facts, found.evidence, reply)
    deliver.store(found.question, reply, basis, timeline)


def _ask_cache(question: Question, key: str, timeline: Timeline) -> Reply | None:
    with contextlib.suppress(cache.CacheError), timeline.step("cache") as entry:
        kept = cache.look_up(question, key)
        entry["detail"] = "hit" if kept else "miss"
        return kept
    return None


def _embed(question: Question, facts: Facts, timeline: Timeline) -> Vector | None:
    with contextlib.suppress(EmbeddingError), timeline.step("embed"):
        return retrieve.embed_question(question, facts)
    return None


def _listen_by_meaning(
    question: Question, facts: Facts, vector: Vector | None, timeline: Timeline
) -> Question:
    """The third net of triage: it may raise what the rules found, before anything is said."""
    near = None
    with contextlib.suppress(EmbeddingError), timeline.step("triage by meaning") as entry:
        near = retrieve.danger_near(question, facts, vector)
        entry["detail"] = near or "no more"
    if near is None:
        return question
    said = rulebook.current().likeness(near)
    why = said.why if said else ""
    deliver.raise_urgency(question, near, why)
    return replace(question, urgency=near, reasons=(why,) if why else ())


def _find_approved(
    question: Question, facts: Facts, vector: Vector | None, timeline: Timeline
) -> Reply | None:
    if vector is None:
        return None
    with timeline.step("approved") as entry:
        found = retrieve.find_approved(question, facts, vector)
        entry["detail"] = found.pk if found else "none"
    return deliver.approved_reply(found) if found else None


def _raised(question: Question, reply: Reply) -> Reply:
    """An answer from a shelf may know of more danger than the rules saw in this message."""
    if worse(reply.urgency, question.urgency) != question.urgency:
        deliver.raise_urgency(question, reply.urgency, "")
    return reply


def _gather_evidence(
    question: Question, facts: Facts, vector: Vector | None, timeline: Timeline
) -> Evidence:
    """Search; without a vector by words alone; without a search the default context."""
    try:
        with timeline.step("search") as entry:
            hits = retrieve.find(question, facts, vector)
            entry["detail"] = [[hit.article_id, round(hit.score, 3)] for hit in hits]
    except SearchError:
        return Evidence(is_default=True)
    with timeline.step("filter") as entry:
        materials = retrieve.filter_hits(hits)
        entry["detail"] = len(materials)
    return Evidence(materials, is_lexical_only=vector is None)


async def _compose(plan: Plan, lease: Lease, timeline: Timeline) -> Reply:
    """One model after the other until one answers."""
    grounds = validate.grounds_of(plan.question, plan.facts, plan.request)
    ends = time.monotonic() + settings.MODEL_ANSWER_SECONDS
    given = Assignment(plan.question, plan.request, grounds, ends)
    reply = await _ask_in_turn(plan.choice.names, given, lease, timeline)
    is_stand_in = reply.responder != plan.choice.names[0]
    return replace(reply, is_degraded=plan.evidence.is_degraded or is_stand_in)


async def _ask_in_turn(
    names: Sequence[str], given: Assignment, lease: Lease, timeline: Timeline
) -> Reply:
    """모델 선택 → 무효, LLM 에러 → 다음 모델 → 에러 응답."""
    stream = deliver.Stream(given.question)
    broken: LLMError | None = None
    for name in names:
        if name == gateway.EXTRACTIVE:
            await _before_quoting(stream, broken)
        elif time.monotonic() >= given.ends:
            continue
        try:
            return await generate.answer(name, given, stream, lease, timeline)
        except LLMError as error:
            broken, stream.is_stale = error, bool(stream.body)
        except (DistrustError, validate.InvalidReplyError):
            broken = None
            if stream.body and not stream.is_stale:
                await deliver.start_over(given.question, stream)
        if lease.is_stopped:
            return await generate.finish(given, stream, lease)
    return deliver.error_reply(given.question)


async def _before_quoting(stream: deliver.Stream, broken: LLMError | None) -> None:
    """No model is left. What was shown of a broken answer stays, marked as such; a spent budget
    is said in a sentence. Then the library is quoted."""
    if stream.body:
        await stream.cut()
    elif isinstance(broken, BudgetSpent):
        stream.notice = deliver.budget_notice(broken)
