"""The socket of one consultation: one handshake, then relay, resume, heartbeat, stop.

Nothing is decided here. Stored events are relayed in the order of their `seq`; a hole, as
publish/subscribe may leave, is filled from the event log before anything later is sent.
"""

import asyncio
import contextlib
import json
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError

from chat import live, reading, services
from chat.handshake import FOREIGN, Visitor, admit, is_still_admitted
from drmaum.lib import tracing
from drmaum.lib.threads import in_thread

UNPROVEN, TOO_LARGE = 4401, 1009


class ConsultationConsumer(AsyncWebsocketConsumer):
    """Server events and client messages as in docs/protocol.md."""

    visitor: Visitor
    is_admitted = False
    is_resumed = False
    sent_seq = 0
    heart: "asyncio.Task[None] | None" = None

    async def connect(self) -> None:
        # The heart begins outside: what a socket does later is no part of its handshake.
        with tracing.entrance("socket handshake", tracing.header_of(self.scope)) as span:
            visitor, refusal = await in_thread(admit)(self.scope)
            span.note(refusal=refusal)
        # Accepted even when refused: only then does the close code reach the client.
        await self.accept(subprotocol=self._subprotocol())
        if visitor is None:
            await self.close(refusal)
            return
        self.visitor, self.is_admitted = visitor, True
        self.group = live.group_of(visitor.consultation_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        self.heart = asyncio.create_task(self._beat())
        tracing.count("drmaum.sockets")

    async def disconnect(self, code: int) -> None:
        if self.heart:
            tracing.count("drmaum.sockets", -1)
            self.heart.cancel()
            with contextlib.suppress(*live.LOSSES):
                await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.is_admitted:
            return
        if text_data is None or len(text_data.encode()) > settings.SOCKET_LARGEST_FRAME:
            await self.close(TOO_LARGE)
            return
        try:
            content = json.loads(text_data)
            kind = content["type"]
        except (ValueError, KeyError, TypeError, RecursionError):
            await self._refuse("unreadable", "보내신 내용을 읽을 수 없어요.")
            return
        if kind == "resume":
            with tracing.entrance("socket resume"):
                await self._resume(content.get("after"))
        elif kind == "stop":
            with tracing.entrance("socket stop"):
                await self._stop(content.get("reply"))
        else:
            await self._refuse("unknown_type", "알 수 없는 요청이에요.")

    async def relay(self, message: dict[str, Any]) -> None:
        """Pass on published events, once the client has said where it stands."""
        if not self.is_resumed:
            return
        for event in message["events"]:
            await self._relay_one(event)

    async def erased(self, message: dict[str, Any]) -> None:
        """The consultation is no more."""
        self.is_admitted = False
        await self.close(FOREIGN)

    async def _relay_one(self, event: dict[str, Any]) -> None:
        seq = event.get("seq")
        if seq is None:
            await self._send(event)
        elif seq == self.sent_seq + 1:
            self.sent_seq = seq
            await self._send(event)
        elif seq > self.sent_seq:
            await self._catch_up()

    async def _resume(self, after: Any) -> None:
        """Send what came after `after`, mid-answer included; or tell the client to reload."""
        head = await in_thread(reading.head_of)(self.visitor.consultation_id)
        if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= head:
            await self._send({"type": "reload", "head": head})
            return
        self.sent_seq, self.is_resumed = after, True
        await self._catch_up()
        await self._send_partial()

    async def _catch_up(self) -> None:
        events = await in_thread(reading.events_after)(self.visitor.consultation_id, self.sent_seq)
        for event in events:
            # The heart and the relay run side by side: the other may have sent it meanwhile.
            if event["seq"] > self.sent_seq:
                self.sent_seq = event["seq"]
                await self._send(event)

    async def _send_partial(self) -> None:
        """The text so far of replies that are being written right now."""
        replies = await in_thread(reading.replies_in_progress)(self.visitor.consultation_id)
        with contextlib.suppress(*live.LOSSES):
            for reply in replies:
                text = await live.read_partial(UUID(reply))
                if text:
                    delta = {"type": "reply.delta", "reply": reply, "offset": 0, "text": text}
                    await self._send(delta)

    async def _stop(self, reply: Any) -> None:
        try:
            reply_id = UUID(str(reply))
        except ValueError:
            await self._refuse("unreadable", "멈출 답변을 찾을 수 없어요.")
            return
        ask = in_thread(services.ask_to_stop)
        await ask(consultation_id=self.visitor.consultation_id, reply_id=reply_id)

    async def _beat(self) -> None:
        """Carry the head `seq`, so that a socket which went deaf notices; end a dead sign-in."""
        while self.is_admitted:
            await asyncio.sleep(settings.SOCKET_HEARTBEAT_SECONDS)
            with contextlib.suppress(DatabaseError):  # the next beat asks again
                await self._beat_once()

    async def _beat_once(self) -> None:
        if not await in_thread(is_still_admitted)(self.visitor):
            self.is_admitted = False
            await self.close(UNPROVEN)
            return
        head = await in_thread(reading.head_of)(self.visitor.consultation_id)
        if self.is_resumed and head > self.sent_seq:
            await self._catch_up()
        await self._send({"type": "heartbeat", "head": head})

    async def _refuse(self, code: str, message: str) -> None:
        await self._send({"type": "error", "code": code, "message": message})

    async def _send(self, content: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(content, ensure_ascii=False))

    def _subprotocol(self) -> str | None:
        offered = self.scope.get("subprotocols") or []
        return offered[0] if offered else None
