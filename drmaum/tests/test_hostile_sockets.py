"""The corpus of hostile inputs over sockets: every frame is answered in Korean or ends the socket,
and no row is changed."""

import json
from typing import Any

import pytest
from channels.db import database_sync_to_async as in_db

from chat.tests.conftest import HOST, ORIGIN, PATIENCE, Socket, dial, say, ticket  # noqa: F401  (fixtures)
from drmaum.asgi import application
from drmaum.tests.hostile import corpus
from drmaum.tests.hostile.judging import Rows, english_in
from profiles import tokens
from profiles.models import User

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
UNPROVEN = 4401
CLOSES = {1009, UNPROVEN, 4404}
TICKETS = {"profiles_socketticket"}


def of(kind: str) -> list[str]:
    return [one.value for one in corpus.inputs("frames") if one.to == kind]


async def answer_to(socket: Any, frame: str) -> dict[str, Any]:
    """What is said of a frame, or the close code."""
    await socket.send_to(text_data=frame)
    output = await socket.receive_output(PATIENCE)
    while "heartbeat" in output.get("text", ""):
        output = await socket.receive_output(PATIENCE)
    if output["type"] == "websocket.close":
        return {"type": "close", "code": output["code"]}
    found: dict[str, Any] = json.loads(output["text"])
    return found


def another_ticket(owner: User) -> str:
    return tokens.issue_ticket(user=owner, opened=owner.sign_ins.get())


def is_well_said(answer: dict[str, Any]) -> bool:
    if answer["type"] == "close":
        return answer["code"] in CLOSES
    return answer["type"] == "error" and not english_in(answer["message"])


async def test_hostile_frames(dial, consultation, owner, ticket, say):  # noqa: F811
    await in_db(say)(consultation)
    socket = await dial(consultation, ticket)
    rows = await in_db(Rows)()
    wrong = []
    for frame in of("frame"):
        answer = await answer_to(socket, frame)
        if not is_well_said(answer):
            wrong.append((frame[:60], answer))
        if answer["type"] == "close":
            socket = await dial(consultation, await in_db(another_ticket)(owner))
    assert wrong == []
    assert (await in_db(Rows)()).differing(rows) <= TICKETS


async def test_hostile_places_in_the_log(dial, consultation, ticket):  # noqa: F811
    socket = await dial(consultation, ticket)
    answers = {
        after: await answer_to(socket, f'{{"type": "resume", "after": {after}}}')
        for after in of("resume")
    }

    assert {after: answer["type"] for after, answer in answers.items()} == dict.fromkeys(
        of("resume"), "reload"
    )


async def test_hostile_tickets_and_cookies(consultation):
    told = {"host": HOST, "origin": ORIGIN}
    handshakes: list[dict[str, Any]] = [{"subprotocols": [offered]} for offered in of("handshake")]
    for cookie in of("cookie"):
        headers = {**told, "cookie": cookie}
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        handshakes.append({"headers": named})
    for given in handshakes:
        socket = Socket(application, f"/ws/v1/consultations/{consultation.pk}/", **given)
        await socket.connect(PATIENCE)
        assert await socket.hear_close() == UNPROVEN, given
