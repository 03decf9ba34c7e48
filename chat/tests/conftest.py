"""Worlds of consultations: a foreign one, threads that start together, sockets that are heard."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import pytest_asyncio
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.db import connection, transaction
from django.test import Client

from chat import live, services
from chat.models import Consultation, Event, Message
from chat.tests.bucket import in_bucket, s3, s3_server  # noqa: F401  (fixtures)
from chat.tests.uploading import ask, checks, upload  # noqa: F401  (fixtures)
from drmaum.asgi import application
from profiles import services as profile_services
from profiles import tokens
from profiles.models import User

PATIENCE = 10  # seconds: a bound that only a broken test reaches
HOST, ORIGIN = "localhost:8000", "http://localhost:8000"


@pytest.fixture
def foreign(stranger: User) -> Consultation:
    """A consultation of the stranger."""
    rabbit = profile_services.register_pet(
        owner=stranger, facts={"name": "토토", "species": "rabbit"}
    )
    return services.open_consultation(owner=stranger, pet=rabbit)


@pytest.fixture
def say(owner: User, enqueued: list[str]) -> Callable[..., Message]:
    """Send a message of the owner: two events, `message` and `triage`."""

    def said(consultation: Consultation, text: str = "어제부터 귀를 긁어요") -> Message:
        return services.send_message(consultation=consultation, author=owner, text=text)

    return said


@pytest.fixture
def log_quietly() -> Callable[[Consultation], Event]:
    """Append to the event log without a hint to sockets, as when Redis lost it."""

    def logged(consultation: Consultation) -> Event:
        with transaction.atomic():
            locked = Consultation.objects.select_for_update().get(pk=consultation.pk)
            locked.head_seq += 1
            locked.save(update_fields=["head_seq"])
            return Event.objects.create(
                consultation=locked, seq=locked.head_seq, kind=Event.Kind.TRANSCRIPT
            )

    return logged


@pytest.fixture
def at_once() -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """Run `work(0)`, `work(1)`, ... in threads that start together; their results in order."""

    def run(count: int, work: Callable[[int], Any]) -> list[Any]:
        start = Barrier(count)

        def one(number: int) -> Any:
            try:
                start.wait(PATIENCE)
                return work(number)
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run


@pytest.fixture
def ticket(owner: User) -> str:
    """A socket ticket of the owner, fetched by a device that is signed in."""
    tokens.sign_in(user=owner)
    return tokens.issue_ticket(user=owner, opened=owner.sign_ins.get())


@pytest.fixture
def web_client(owner: User) -> Client:
    """The owner's web_client, signed in."""
    client = Client()
    client.force_login(owner)
    return client


class Socket(WebsocketCommunicator):
    """A client of the product's own ASGI application; every wait is bounded."""

    # Channels' own versions keep the database connections of threads open, for tests that
    # live in one transaction. These tests commit, and a server gives connections back.
    send_input = ApplicationCommunicator.send_input
    receive_output = ApplicationCommunicator.receive_output

    async def hear(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.receive_json_from(PATIENCE)
        return found

    async def hear_many(self, count: int) -> list[dict[str, Any]]:
        return [await self.hear() for _ in range(count)]

    async def hear_until(self, kind: str) -> list[dict[str, Any]]:
        """Everything up to and with the first frame of this kind."""
        heard = [await self.hear()]
        while heard[-1]["type"] != kind:
            heard.append(await self.hear())
        return heard

    async def hear_close(self) -> int:
        """The close code; heartbeats may come before it."""
        output = await self.receive_output(PATIENCE)
        while output["type"] == "websocket.send" and "heartbeat" in output["text"]:
            output = await self.receive_output(PATIENCE)
        assert output["type"] == "websocket.close", output
        return int(output["code"])

    async def resume(self, after: Any) -> None:
        await self.send_to(text_data=json.dumps({"type": "resume", "after": after}))

    async def listen(self, after: int = 0) -> None:
        """Resume where nothing was missed, and wait until live events are relayed."""
        await self.resume(after)
        assert await self.heard_so_far() == []

    async def heard_so_far(self) -> list[dict[str, Any]]:
        """What was answered up to now: frames are handled in order, so a wrong one marks it."""
        await self.send_to(text_data='{"type": "마침"}')
        heard = (await self.hear_until("error"))[:-1]
        return [frame for frame in heard if frame["type"] != "heartbeat"]


Dial = Callable[..., Awaitable[Socket]]


@pytest_asyncio.fixture
async def dial() -> AsyncIterator[Dial]:
    """Open a socket: by `ticket`, or as a browser by `headers`. All are hung up afterwards."""
    opened: list[Socket] = []

    async def connect(
        consultation: Consultation | str,
        ticket: str | None = None,
        headers: list[tuple[bytes, bytes]] | None = None,
    ) -> Socket:
        where = consultation.pk if isinstance(consultation, Consultation) else consultation
        offered = [f"ticket.{ticket}"] if ticket else []
        address = f"/ws/v1/consultations/{where}/" if "/" not in str(where) else str(where)
        socket = Socket(application, address, headers=headers, subprotocols=offered)
        accepted, protocol = await socket.connect(PATIENCE)
        assert accepted
        assert protocol == (offered[0] if offered else None)
        opened.append(socket)
        return socket

    yield connect
    for socket in opened:
        if not socket.future.done():
            await socket.disconnect(timeout=PATIENCE)
    await get_channel_layer().flush()
    await live._client().aclose()
    await asyncio.sleep(0)


@pytest.fixture
def page_headers(web_client: Client) -> list[tuple[bytes, bytes]]:
    """What a page of our own origin sends with its handshake."""
    cookie = f"theme=dark; sessionid={web_client.cookies['sessionid'].value}"
    return [
        (b"host", HOST.encode()),
        (b"origin", ORIGIN.encode()),
        (b"cookie", cookie.encode()),
    ]
