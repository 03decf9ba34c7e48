"""A model server that streams OpenAI's format at a given pace: the baseline and the load."""

import asyncio
import json
import re

FIRST_TOKEN_SECONDS = 0.05
TOKEN_SECONDS = 0.01
# What the library says of the benchmark's question (diarrhoea): sentences that the passages they
# cite carry, so that the guard lets them through. `do` and `maybe` become the passages' numbers.
ARTICLE = "강아지·고양이가 갑자기 설사할 때"
SENTENCES = (
    "설사를 시작한 시각과 횟수를 적어 두세요 [do].",
    "깨끗한 물을 늘 마실 수 있게 두세요 [do].",
    "설사하는 동안 사람 음식과 간식은 모두 끊어 주세요 [do].",
    "스트레스나 사료 변경 때문에 설사할 수도 있어요 [maybe].",
)
HEADINGS = {"do": "지금 할 일", "maybe": "무엇일 수 있나요"}
TOKENS = 100
NOTE = '{"S": [{"text": "강아지가 설사를 해요.", "evidence": ["m1"]}], "O": [], "A": [], "P": []}'
# What a model takes for one answer, without the network.
ANSWER_SECONDS = FIRST_TOKEN_SECONDS + TOKENS * TOKEN_SECONDS


def answer_to(prompt: str) -> list[str]:
    """100 tokens of an answer to a prompt, citing its passages by their numbers there; of a note
    where one is asked for."""
    if "K-SOAP" in prompt:
        return [NOTE, *[" "] * (TOKENS - 1)]
    text = "\n".join(SENTENCES)
    for section, heading in HEADINGS.items():
        found = re.search(rf"\[(\d+)\] {ARTICLE} - {heading}", prompt)
        text = text.replace(f"[{section}]", f"[{found[1] if found else 1}]")
    words = [part for line in text.split("\n") for part in (*line.split(" "), "\n")]
    tokens = [part if part == "\n" else f"{part} " for part in words]
    return (tokens * (TOKENS // len(tokens) + 1))[:TOKENS]


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
        body = json.loads(await reader.readexactly(length))
        answer = answer_to(str(body.get("messages", "")))
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        await asyncio.sleep(FIRST_TOKEN_SECONDS)
        for token in answer:
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
