"""A model server that streams OpenAI's format at a given pace: the baseline and the load."""

import asyncio
import json

FIRST_TOKEN_SECONDS = 0.05
TOKEN_SECONDS = 0.01
# 100 tokens: what a guarded Korean answer looks like to the pipeline.
SENTENCES = [
    "말씀하신 모습은 지켜볼 점이 있어요 [1].",
    "물은 조금씩 자주 마시게 해 주세요 [1].",
    "기운이 떨어지면 동물병원에 전화해 주세요 [1].",
    "증상이 언제 시작됐는지 적어 두면 도움이 돼요 [1].",
]
WORDS = [word for sentence in SENTENCES for word in (*sentence.split(" "), "\n")]
ANSWER = [(word if word == "\n" else f"{word} ") for word in WORDS]
ANSWER = (ANSWER * (100 // len(ANSWER) + 1))[:100]


class ModelServer:
    """`async with ModelServer() as server:` then `server.url`."""

    async def __aenter__(self) -> "ModelServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        await reader.readexactly(length)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        await asyncio.sleep(FIRST_TOKEN_SECONDS)
        for token in ANSWER:
            self._event(writer, {"choices": [_choice(token, None)]})
            await writer.drain()
            await asyncio.sleep(TOKEN_SECONDS)
        self._event(writer, {"choices": [_choice("", "stop")]})
        usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
        self._event(writer, {"choices": [], "usage": usage})
        self._chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    def _event(self, writer: asyncio.StreamWriter, body: dict[str, object]) -> None:
        event = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", **body}
        self._chunk(writer, f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def _chunk(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _choice(text: str, finish: str | None) -> dict[str, object]:
    return {"index": 0, "delta": {"content": text}, "finish_reason": finish}
