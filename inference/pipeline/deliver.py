"""DB 저장 → WebSocket 전송: released text to sockets while it grows, then the stored reply."""

import asyncio
import contextlib
import logging
import time
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat import live, services
from chat.models import Message
from drmaum.lib import tracing
from drmaum.lib.threads import in_thread
from drmaum.lib.timeline import Timeline
from inference import jobs, raising
from inference.followups.promising import promise
from inference.guard import shape
from inference.knowledge.loading import HEADINGS
from inference.knowledge.showing import label_of
from inference.llm.base import BudgetSpent
from inference.models import ApprovedAnswer, Basis
from inference.pipeline.types import Evidence, Facts, Question, Reply, Source
from inference.triage.types import DANGERS

logger = logging.getLogger(__name__)
FRAME_SECONDS = 0.04
HINT_SECONDS = 2.0
STOPPED_EARLY = _("답변을 시작하기 전에 멈췄어요.")
WAITING = _("답변이 늦어지고 있어요. 자동으로 다시 시도할게요.")
CUT = _("답변이 중간에 끊겼어요. 이 내용만으로 판단하지 마세요.")
OWNERS_SPENT = _(
    "오늘 쓰실 수 있는 AI 답변을 모두 쓰셨어요. 내일 다시 AI가 답해 드려요. 지금은 지식 문서에서 찾은 안내를 전해 드릴게요."
)
ALL_SPENT = _(
    "오늘 준비된 AI 답변이 모두 소진됐어요. 내일 다시 AI가 답해 드려요. 지금은 지식 문서에서 찾은 안내를 전해 드릴게요."
)
QUOTED_INSTEAD = _("아래는 지식 문서를 그대로 옮긴 안내예요.")


class Stream:
    """The growing text of one reply. Frames are joined to at most 25 a second; the first
    leaves at once. A lost hint costs nothing: the stored reply follows."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.text = ""
        self.opening = ""
        self.urgency = question.urgency
        self.writer = self.model = ""
        self.notice = ""  # said below the opening, before the library is quoted
        self.is_cut = self.is_stale = False
        self._sent = 0
        self._last = 0.0
        self._pending: asyncio.Task[None] | None = None
        self._order = asyncio.Lock()

    async def release(self, text: str) -> None:
        """Show more text, now or with the next frame."""
        self.text += text
        if self._pending is not None:
            return
        wait = self._last + FRAME_SECONDS - time.monotonic()
        if wait <= 0:
            await self._flush()
        else:
            self._pending = asyncio.create_task(self._flush_later(wait))

    async def finish(self) -> None:
        """Send what is left, without waiting for the next frame."""
        if self._pending is not None:
            self._pending.cancel()
            await asyncio.wait({self._pending})
            self._pending = None
        await self._flush()

    @property
    def body(self) -> str:
        """What was shown below the opening: the words of a model or of the library."""
        return self.text.removeprefix(self.opening)

    async def open(self, opening: str) -> None:
        """Show how urgent it is. True whichever model goes on, so it is said only once."""
        self.opening = self.text + opening
        await self.release(opening)

    def restart(self) -> None:
        """Another model takes over: offsets begin again."""
        self.text, self.opening, self._sent = "", "", 0
        self.is_cut = self.is_stale = False

    async def cut(self) -> None:
        """The answer broke off and no model is left: what stands stays, and the library follows."""
        self.is_cut, self.is_stale = True, False
        await self.release(f"\n\n**{CUT}**{self._do_not_wait()} {QUOTED_INSTEAD}\n\n")

    async def waiting(self) -> None:
        """Tell the owner that it takes longer. A hint only: nothing of it is stored."""
        reply = str(self._question.reply_id)
        text = f"{WAITING}{self._do_not_wait()}"
        await self._hint({"type": "reply.waiting", "reply": reply, "text": text})

    def _do_not_wait(self) -> str:
        return f" {services.DO_NOT_WAIT}" if self.urgency in DANGERS else ""

    async def _flush_later(self, wait: float) -> None:
        await asyncio.sleep(wait)
        self._pending = None
        await self._flush()

    async def _flush(self) -> None:
        async with self._order:
            self._last = time.monotonic()
            offset, text = self._sent, self.text[self._sent :]
            if text:
                self._sent = len(self.text)
                with tracing.quiet():
                    await self._publish(offset, text)

    async def _publish(self, offset: int, text: str) -> None:
        reply = str(self._question.reply_id)
        with contextlib.suppress(*live.LOSSES):
            async with asyncio.timeout(HINT_SECONDS):
                await live.keep_partial(self._question.reply_id, self.text)
        delta = {"type": "reply.delta", "reply": reply, "offset": offset, "text": text}
        await self._hint(delta)

    async def _hint(self, frame: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(HINT_SECONDS):
                await live.send(self._question.consultation_id, [frame])
        except live.LOSSES:
            logger.warning("a hint could not be published; the stored reply will follow")


async def start_over(question: Question, stream: Stream) -> None:
    """What was shown is dropped, here and at every client: another text begins."""
    stream.restart()
    await in_thread(start)(question, is_again=True)


@transaction.atomic
def start(question: Question, *, is_again: bool) -> None:
    """Log that the reply begins, or begins again. Raises jobs.LeaseLostError."""
    job = jobs.still_held(question.job_id, question.fence)
    services.start_reply(
        message=job.message,
        reply_id=question.reply_id,
        version=question.version,
        is_again=is_again,
    )


@transaction.atomic
def raise_urgency(question: Question, urgency: str, reason: str) -> None:
    """Log that an answer saw more danger than the rules did. Nothing ever lowers it again.

    Raises jobs.LeaseLostError.
    """
    jobs.still_held(question.job_id, question.fence)
    message = Message.objects.select_related("triage").get(pk=question.message_id)
    category = _("답변을 만들며 살펴본 내용")
    raising.raise_urgency(message=message, urgency=urgency, category=category, why=reason)
    promise(message=message)


@transaction.atomic
def store(question: Question, reply: Reply, basis: Basis, timeline: Timeline) -> None:
    """Store the reply, what it used, and the end of its job. Raises jobs.LeaseLostError."""
    basis.reply = jobs.complete(
        job_id=question.job_id,
        fence=question.fence,
        text=reply.text,
        status=reply.status,
        facts=_facts_of(reply, question),
        run={
            "steps": timeline.steps,
            "milliseconds": timeline.milliseconds,
            "responder": "cache" if reply.is_cached else reply.responder,
            "saved_won": reply.won if reply.is_cached else 0,
        },
    )
    basis.save()
    if reply.approved is not None:
        used = ApprovedAnswer.objects.filter(pk=reply.approved)
        used.update(uses=F("uses") + 1, last_used_at=timezone.now())


def basis_of(facts: Facts, evidence: Evidence, reply: Reply) -> Basis:
    """What the answer used, as its owner may read it; without its message yet."""
    cited = {source.passage for source in reply.sources}
    given = [
        (
            material.passage_id,
            material.article_title,
            HEADINGS.get(material.section, material.section),
        )
        for material in evidence.materials
    ] or [(source.passage, source.title, source.heading) for source in reply.sources]
    return Basis(
        profile=[
            {"field": fact.key, "label": fact.label, "text": fact.text} for fact in facts.profile
        ],
        records=[{"id": fact.key, "text": str(fact)} for fact in facts.records],
        notes=[{"id": fact.key, "text": str(fact)} for fact in facts.notes],
        passages=[
            {"id": pk, "title": title, "heading": heading, "is_cited": pk in cited}
            for pk, title, heading in given
        ],
        turns=len(facts.turns),
        summary=facts.summary,
    )


def _facts_of(reply: Reply, question: Question) -> dict[str, Any]:
    """What clients are told of a reply besides its text."""
    facts: dict[str, Any] = {
        "responder": reply.responder,
        "model": reply.model,
        "prompt": reply.prompt_version,
        "urgency": reply.urgency or question.urgency,
        "sources": [source.as_json() for source in reply.sources],
        "is_cached": reply.is_cached,
    }
    if reply.approved is not None:
        facts |= {"reviewer": reply.reviewer, "reviewed_on": reply.reviewed_on}
    return facts


async def forget_partial(question: Question) -> None:
    """The reply is stored: its text so far need not lie in Redis any longer."""
    with contextlib.suppress(*live.LOSSES):
        async with asyncio.timeout(HINT_SECONDS):
            await live.drop_partial(question.reply_id)


def approved_reply(approved: ApprovedAnswer) -> Reply:
    """An answer that a veterinarian has reviewed, under its urgency, with reviewer and date."""
    articles = approved.articles.answering().select_related("reviewed_by")
    articles = articles.prefetch_related("passages")
    sources = []
    for number, article in enumerate(articles, start=1):
        passage = next((one for one in article.passages.all() if one.section in HEADINGS), None)
        if passage is not None:
            heading = HEADINGS[passage.section]
            told = (article.title, passage.section, heading, label_of(article))
            sources.append(Source(number, passage.pk, *told))
    return Reply(
        text=shape.opening(approved.urgency, "") + approved.text,
        sources=tuple(sources),
        responder="approved",
        model="",
        prompt_version="",
        urgency=approved.urgency,
        approved=approved.pk,
        reviewer=approved.reviewer_name,
        reviewed_on=approved.reviewed_on,
    )


def budget_notice(spent: BudgetSpent) -> str:
    """Why a model does not answer today, before the library is quoted."""
    return f"{OWNERS_SPENT if spent.is_owners else ALL_SPENT}\n\n"


def stopped_early(question: Question) -> Reply:
    """The owner stopped it before a word was written."""
    status = Message.Status.STOPPED
    return Reply(str(STOPPED_EARLY), (), "none", "", "", question.urgency, status)


def error_reply(question: Question) -> Reply:
    """에러 응답 생성: what an owner reads when not even the extractive answer could be made."""
    text = services.apology(question.urgency)
    return Reply(text, (), "none", "", "", question.urgency, Message.Status.FAILED)
