"""Chats as an owner's app holds them: POST, then the socket, until the reply is done."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

import httpx2
import websockets

from drmaum.benchmark.model_server import answer_to
from drmaum.management.commands.demo import EMAIL, PASSWORD

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Timing:
    """Seconds from the POST to: its answer, the triage event, the first released text, the end."""

    acknowledged: float
    triage: float
    first_text: float
    whole: float


class Owner:
    """The demo owner, signed in over the API."""

    def __init__(self, address: str) -> None:
        self._address = address
        limits = httpx2.Limits(max_connections=300)
        self._http = httpx2.AsyncClient(base_url=f"{address}/api/v1", timeout=30, limits=limits)
        self._pet = ""

    async def sign_in(self) -> None:
        tokens = await self._post("/auth/login", {"email": EMAIL, "password": PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {tokens['access']}"
        await self._post("/me/consents", {"kind": "overseas_ai", "is_granted": True})
        pets = (await self._http.get("/pets")).json()["results"]
        self._pet = next(pet["id"] for pet in pets if pet["species"] == "dog")

    async def chat(self, question: str) -> Timing:
        """Hold one consultation with one question."""
        opened, url, ticket = await self._opened()
        async with websockets.connect(url, subprotocols=[ticket]) as socket:
            await socket.send(json.dumps({"type": "resume", "after": 0}))
            await asyncio.sleep(0.05)
            begun = time.perf_counter()
            sending = asyncio.create_task(self._send(opened, question, begun))
            seen = await asyncio.wait_for(_listen(socket, begun), WAIT_SECONDS)
            return Timing(await sending, **seen)

    async def note(self, question: str) -> float:
        """Hold one consultation and end it. Returns the seconds from there to its note."""
        opened, socket_address, ticket = await self._opened()
        async with websockets.connect(socket_address, subprotocols=[ticket]) as socket:
            await socket.send(json.dumps({"type": "resume", "after": 0}))
            begun = time.perf_counter()
            await self._send(opened, question, begun)
            await asyncio.wait_for(_listen(socket, begun), WAIT_SECONDS)
            ended = time.perf_counter()
            await self._post(f"/consultations/{opened}/end", None)
            await asyncio.wait_for(_until_note(socket), WAIT_SECONDS)
            return time.perf_counter() - ended

    async def _opened(self) -> tuple[str, str, Any]:
        """A new consultation, the address of its socket, and a ticket for it."""
        opened = await self._post("/consultations", {"pet": self._pet})
        ticket = await self._post("/chat/ticket", None)
        address = self._address.replace("http", "ws", 1)
        url = f"{address}/ws/v1/consultations/{opened['id']}/"
        return opened["id"], url, f"ticket.{ticket['ticket']}"

    async def close(self) -> None:
        await self._http.aclose()

    async def _send(self, consultation: str, question: str, begun: float) -> float:
        await self._post("/chat/send", {"consultation": consultation, "text": question})
        return time.perf_counter() - begun

    async def _post(self, path: str, body: Any) -> Any:
        answer = await self._http.post(path, json=body if body is not None else {})
        answer.raise_for_status()
        return answer.json()


async def call_directly(url: str) -> Timing:
    """The same model without the product, over the SDK's own HTTP client."""
    begun = time.perf_counter()
    first, seen = 0.0, ""
    async with (
        httpx2.AsyncClient(timeout=30) as http,
        http.stream("POST", f"{url}/chat/completions", json={"stream": True}) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                choices = json.loads(line[6:])["choices"]
                seen += choices[0]["delta"]["content"] if choices else ""
            if not first and "\n" in seen:
                first = time.perf_counter() - begun
    if seen != "".join(answer_to("")):
        raise RuntimeError("the model server sent something else")
    return Timing(0, 0, first, time.perf_counter() - begun)


async def _until_note(socket: Any) -> None:
    async for frame in socket:
        if json.loads(frame)["type"] == "soap":
            return


async def _listen(socket: Any, begun: float) -> dict[str, float]:
    seen = {"triage": 0.0, "first_text": 0.0, "whole": 0.0}
    names = {"triage": "triage", "reply.delta": "first_text", "reply.done": "whole"}
    async for frame in socket:
        event = json.loads(frame)
        if event["type"] == "reply.failed":
            raise RuntimeError("a reply failed")
        name = names.get(event["type"])
        if name and not seen[name]:
            seen[name] = time.perf_counter() - begun
        if name == "whole":
            responder = event["message"]["facts"]["responder"]
            if responder != "openai":
                raise RuntimeError(f"answered by {responder}")
            break
    return seen
