"""DB 저장 → WebSocket 전송: released text to sockets while it grows, then the stored reply."""

import asyncio
import contextlib
import logging
import time

from chat import live, services
from chat.models import Message
from inference import jobs
from inference.pipeline.types import Question, Reply, Timeline

logger = logging.getLogger(__name__)
FRAME_SECONDS = 0.04
HINT_SECONDS = 2.0
STOPPED_EARLY = "답변을 시작하기 전에 멈췄어요."


class Stream:
    """The growing text of one reply. Frames are joined to at most 25 a second; the first
    leaves at once. A lost hint costs nothing: the stored reply follows."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self.text = ""
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

    def restart(self) -> None:
        """Another model takes over: offsets begin again."""
        self.text, self._sent = "", 0

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
                await self._publish(offset, text)

    async def _publish(self, offset: int, text: str) -> None:
        reply = str(self._question.reply_id)
        delta = {"type": "reply.delta", "reply": reply, "offset": offset, "text": text}
        try:
            async with asyncio.timeout(HINT_SECONDS):
                await live.keep_partial(self._question.reply_id, self.text)
                await live.send(self._question.consultation_id, [delta])
        except live.LOSSES:
            logger.warning("a delta could not be published; the stored reply will follow")


def start(question: Question, *, is_again: bool) -> None:
    """Log that the reply begins, or begins again."""
    message = Message.objects.get(pk=question.message_id)
    services.start_reply(message=message, reply_id=question.reply_id, is_again=is_again)


def store(question: Question, reply: Reply, timeline: Timeline) -> None:
    """Store the reply and finish its job in one transaction. Raises jobs.LeaseLostError."""
    jobs.complete(
        job_id=question.job_id,
        fence=question.fence,
        text=reply.text,
        status=reply.status,
        facts={
            "responder": reply.responder,
            "model": reply.model,
            "prompt": reply.prompt_version,
            "urgency": question.urgency,
            "sources": [source.as_json() for source in reply.sources],
            "is_cached": reply.is_cached,
        },
        steps=timeline.steps,
        milliseconds=timeline.milliseconds,
    )


async def forget_partial(question: Question) -> None:
    """The reply is stored: its text so far need not lie in Redis any longer."""
    with contextlib.suppress(*live.LOSSES):
        async with asyncio.timeout(HINT_SECONDS):
            await live.drop_partial(question.reply_id)


def error_reply(question: Question) -> Reply:
    """에러 응답 생성: what an owner reads when not even the extractive answer could be made."""
    text = services.apology(question.urgency)
    return Reply(text, (), "none", "", "", status=Message.Status.FAILED)
