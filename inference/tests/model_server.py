"""A model server on the loopback that speaks the two real wire formats.

Anthropic's `POST /v1/messages` and OpenAI's `POST /v1/chat/completions`, as server-sent events
over chunked HTTP. It records every request and plays, request by request, what it was told to.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

PIECE = 7
DRIP_SECONDS = 0.02


@dataclass(frozen=True)
class Play:
    """How one request is answered: `text` is streamed first, then `then` happens."""

    text: str = ""
    then: str = "complete"
    status: int = 200
    reason: str = ""
    is_dripping: bool = False
    headers: tuple[tuple[str, str], ...] = ()


def ok(text: str) -> Play:
    return Play(text)


def refused(status: int, **headers: str) -> Play:
    """A refusal; `retry_after="2"` becomes the header Retry-After."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Play(status=status, headers=named)


def error_event(text: str = "") -> Play:
    """An error inside a 200, after `text`."""
    return Play(text, then="error")


def malformed(text: str = "") -> Play:
    """An event that is no JSON, after `text`."""
    return Play(text, then="malformed")


def misshapen(text: str = "") -> Play:
    """An event that is JSON of another shape, after `text`."""
    return Play(text, then="misshapen")


def ended_early(text: str) -> Play:
    """A clean end of the stream without a stop reason."""
    return Play(text, then="end")


def cut_off(text: str) -> Play:
    """The connection breaks in the middle of the stream."""
    return Play(text, then="cut")


def stopped_by(text: str, reason: str) -> Play:
    """A complete stream whose stop reason is not that of a complete answer."""
    return Play(text, reason=reason)


def stall(text: str = "") -> Play:
    """Silence for ever: before the first token, or after `text`."""
    return Play(text, then="stall")


def drip(text: str) -> Play:
    """Piece after piece without an end, each well within the idle limit."""
    return Play(text, is_dripping=True, then="stall")


@dataclass(frozen=True)
class Recorded:
    """A request as it arrived."""

    provider: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def turns(self) -> list[dict[str, str]]:
        """The conversation without the system text, in either format."""
        return [turn for turn in self.body["messages"] if turn["role"] != "system"]

    @property
    def question(self) -> str:
        return self.turns[-1]["content"]


class AnthropicWire:
    """The events of `POST /v1/messages`."""

    path, reason = "/v1/messages", "end_turn"
    usage = {"input_tokens": 11, "output_tokens": 1}

    def begin(self) -> list[bytes]:
        message = {"id": "msg_1", "type": "message", "role": "assistant", "content": []}
        message |= {"model": "m", "stop_reason": None, "stop_sequence": None, "usage": self.usage}
        block = {"type": "text", "text": ""}
        return [
            self.event("message_start", message=message),
            self.event("content_block_start", index=0, content_block=block),
            self.event("ping"),
        ]

    def piece(self, text: str) -> bytes:
        delta = {"type": "text_delta", "text": text}
        return self.event("content_block_delta", index=0, delta=delta)

    def end(self, reason: str) -> list[bytes]:
        delta = {"stop_reason": reason, "stop_sequence": None}
        return [
            self.event("content_block_stop", index=0),
            self.event("message_delta", delta=delta, usage={"output_tokens": 22}),
            self.event("message_stop"),
        ]

    def error(self) -> bytes:
        return self.event("error", error={"type": "overloaded_error", "message": "Overloaded"})

    def malformed(self) -> bytes:
        return b'event: content_block_delta\ndata: {"type": "content_block_de\n\n'

    def misshapen(self) -> bytes:
        return self.event("content_block_delta", surprise=True)

    def refusal(self) -> bytes:
        error = {"type": "api_error", "message": "no"}
        return json.dumps({"type": "error", "error": error}).encode()

    def event(self, kind: str, **fields: Any) -> bytes:
        data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
        return f"event: {kind}\ndata: {data}\n\n".encode()


class OpenAIWire:
    """The events of `POST /v1/chat/completions` with `stream_options.include_usage`."""

    path, reason = "/v1/chat/completions", "stop"

    def begin(self) -> list[bytes]:
        return [self.choice({"role": "assistant", "content": ""})]

    def piece(self, text: str) -> bytes:
        return self.choice({"content": text})

    def end(self, reason: str) -> list[bytes]:
        usage = {"prompt_tokens": 33, "completion_tokens": 44, "total_tokens": 77}
        return [
            self.choice({}, reason),
            self.chunk(choices=[], usage=usage),
            b"data: [DONE]\n\n",
        ]

    def error(self) -> bytes:
        return self.data({"error": {"message": "no", "type": "server_error", "code": None}})

    def malformed(self) -> bytes:
        return b'data: {"id": "chatcmpl-1", "choi\n\n'

    def misshapen(self) -> bytes:
        return self.data({"surprise": True})

    def refusal(self) -> bytes:
        return json.dumps({"error": {"message": "no", "type": "server_error"}}).encode()

    def choice(self, delta: dict[str, str], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return self.chunk(choices=[choice], usage=None)

    def chunk(self, **fields: Any) -> bytes:
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return self.data({**head, **fields})

    def data(self, fields: dict[str, Any]) -> bytes:
        return f"data: {json.dumps(fields, ensure_ascii=False)}\n\n".encode()


WIRES = {"claude": AnthropicWire(), "openai": OpenAIWire()}


@dataclass
class ModelServer:
    """What was asked, and what is played next; with no play left the server refuses by 500."""

    url: str = ""
    requests: list[Recorded] = field(default_factory=list)
    plays: dict[str, list[Play]] = field(default_factory=lambda: {"claude": [], "openai": []})
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a stream has said its text and fallen silent."""
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the client has closed a silent stream."""

    def will(self, provider: str, *plays: Play) -> None:
        self.plays[provider].extend(plays)

    @property
    def asked(self) -> list[str]:
        return [request.provider for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            provider, recorded = await _read_request(reader)
            self.requests.append(recorded)
            waiting = self.plays[provider]
            play = waiting.pop(0) if waiting else refused(500)
            await self._perform(WIRES[provider], play, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as it may
        finally:
            writer.close()

    async def _perform(
        self, wire: Any, play: Play, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if play.status != 200:
            await _refuse(writer, play, wire.refusal())
            return
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        for event in wire.begin():
            await _write(writer, event)
        for start in range(0, len(play.text), PIECE):
            await _write(writer, wire.piece(play.text[start : start + PIECE]))
            if play.is_dripping:
                await asyncio.sleep(DRIP_SECONDS)
        await self._finish(wire, play, reader, writer)

    async def _finish(
        self, wire: Any, play: Play, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if play.then == "stall":
            self.stalled.set()
            await reader.read()  # until the client hangs up
            self.hung_up.set()
            return
        if play.then == "cut":
            return
        if play.then == "complete":
            for event in wire.end(play.reason or wire.reason):
                await _write(writer, event)
        elif play.then != "end":
            await _write(writer, getattr(wire, play.then)())
        writer.write(b"0\r\n\r\n")
        await writer.drain()


@asynccontextmanager
async def serving() -> AsyncIterator[ModelServer]:
    """A model server on a free port of the loopback, for the length of the block."""
    models = ModelServer()
    server = await asyncio.start_server(models.serve, "127.0.0.1", 0)
    models.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield models


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, Recorded]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    path = head[0].split()[1].split("?")[0]
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    provider = next(name for name, wire in WIRES.items() if wire.path == path)
    return provider, Recorded(provider, headers, body)


async def _refuse(writer: asyncio.StreamWriter, play: Play, body: bytes) -> None:
    head = f"HTTP/1.1 {play.status} No\r\nContent-Type: application/json\r\nConnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in play.headers)
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()


async def _write(writer: asyncio.StreamWriter, event: bytes) -> None:
    writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
    await writer.drain()
