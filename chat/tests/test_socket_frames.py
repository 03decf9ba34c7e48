"""Frames that a client may send: understood, refused with a Korean sentence, or too large."""

import json
from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db

from chat import services
from inference.models import InferenceJob

pytestmark = pytest.mark.django_db(transaction=True)
TOO_LARGE = 1009
UNREADABLE = {
    "type": "error",
    "code": "unreadable",
    "message": "보내신 내용을 읽을 수 없어요.",
}
NO_SUCH_REPLY = {**UNREADABLE, "message": "멈출 답변을 찾을 수 없어요."}


@pytest.fixture
def asked(say, consultation):
    return say(consultation)


async def stop(socket, reply: object) -> None:
    await socket.send_to(text_data=json.dumps({"type": "stop", "reply": reply}))


async def reply_of(message) -> str:
    return str((await message.jobs.aget()).reply_id)


def stop_asked_at(message):
    return InferenceJob.objects.get(message=message).stop_asked_at


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "안녕",
        "[]",
        "[1]",
        '"type"',
        "1",
        "null",
        "{}",
        '{"after": 0}',
        "[" * 30000,
        "9" * 5000,
    ],
)
async def test_what_cannot_be_read_is_refused(dial, consultation, ticket, text):
    socket = await dial(consultation, ticket)
    await socket.send_to(text_data=text)

    assert await socket.hear() == UNREADABLE


@pytest.mark.parametrize("kind", ["subscribe", "", None, 1, True, [], {}, "RESUME"])
async def test_an_unknown_type_is_refused(dial, consultation, ticket, kind):
    socket = await dial(consultation, ticket)
    await socket.send_to(text_data=json.dumps({"type": kind}))

    assert await socket.hear() == {
        "type": "error",
        "code": "unknown_type",
        "message": "알 수 없는 요청이에요.",
    }


async def test_a_refused_frame_does_not_end_the_talk(dial, consultation, asked, ticket):
    socket = await dial(consultation, ticket)
    await socket.send_to(text_data="{")
    await socket.hear()
    await socket.resume(0)

    assert [frame["seq"] for frame in await socket.heard_so_far()] == [1, 2]


async def test_korean_goes_out_as_it_is_written(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    await socket.send_to(text_data="{")

    assert "읽을 수 없어요" in await socket.receive_from(10)


async def test_a_binary_frame_closes_the_socket(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    await socket.send_to(bytes_data=b'{"type": "resume", "after": 0}')

    assert await socket.hear_close() == TOO_LARGE


@pytest.mark.parametrize("text", ["x" * (64 * 1024 + 1), "가" * 22000])
async def test_a_frame_over_the_limit_closes_the_socket(dial, consultation, ticket, text):
    socket = await dial(consultation, ticket)
    await socket.send_to(text_data=text)

    assert await socket.hear_close() == TOO_LARGE


async def test_a_frame_at_the_limit_is_read(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    frame = json.dumps({"type": "resume", "after": 99, "note": ""})
    padding = "x" * (64 * 1024 - len(frame))
    await socket.send_to(text_data=frame.replace('"note": "', f'"note": "{padding}'))

    assert await socket.hear() == {"type": "reload", "head": 0}


async def test_stop_asks_the_job_of_that_reply(dial, consultation, asked, ticket):
    socket = await dial(consultation, ticket)
    await stop(socket, await reply_of(asked))

    assert await socket.heard_so_far() == []
    assert await in_db(stop_asked_at)(asked) is not None


@pytest.mark.parametrize("reply", [None, "", "보리", 1, True, [], {}, "x" * 36, "\ud83d", "\x00"])
async def test_stop_for_no_reply_is_refused(dial, consultation, asked, ticket, reply):
    socket = await dial(consultation, ticket)
    await stop(socket, reply)

    assert await socket.hear() == NO_SUCH_REPLY
    assert await in_db(stop_asked_at)(asked) is None


async def test_stop_for_an_unknown_reply_changes_nothing(dial, consultation, asked, ticket):
    socket = await dial(consultation, ticket)
    await stop(socket, str(uuid4()))

    assert await socket.heard_so_far() == []
    assert await in_db(stop_asked_at)(asked) is None


async def test_stop_for_a_foreign_reply_changes_nothing(
    dial, consultation, foreign, stranger, enqueued, ticket
):
    theirs = await in_db(services.send_message)(
        consultation=foreign, author=stranger, text="토끼가 안 먹어요"
    )
    socket = await dial(consultation, ticket)
    await stop(socket, await reply_of(theirs))

    assert await socket.heard_so_far() == []
    assert await in_db(stop_asked_at)(theirs) is None
