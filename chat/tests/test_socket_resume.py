"""A client says where it stands and gets exactly what it missed, mid-answer included."""

from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db

from chat import live, reading, services

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(say, consultation):
    """Three messages, six events."""
    return [say(consultation, f"{number}번째 이야기예요") for number in range(1, 4)]


@pytest.fixture
def begun(told):
    """A reply to the last message that is being written: the seventh event."""
    reply = told[-1].jobs.get().reply_id
    services.start_reply(message=told[-1], reply_id=reply)
    return reply


async def test_resume_from_the_beginning_sends_everything_in_order(
    dial, consultation, told, ticket
):
    socket = await dial(consultation, ticket)
    await socket.resume(0)

    heard = await socket.hear_many(6)
    assert heard == await in_db(reading.events_after)(consultation.pk, 0)
    assert [event["seq"] for event in heard] == [1, 2, 3, 4, 5, 6]
    assert await socket.heard_so_far() == []


@pytest.mark.parametrize("after", range(1, 7))
async def test_resume_in_the_middle_sends_exactly_the_rest(dial, consultation, told, ticket, after):
    socket = await dial(consultation, ticket)
    await socket.resume(after)

    heard = await socket.heard_so_far()
    assert [event["seq"] for event in heard] == list(range(after + 1, 7))


async def test_nothing_comes_before_the_client_has_resumed(
    dial, consultation, told, ticket, page_headers
):
    silent = await dial(consultation, ticket)
    assert await silent.heard_so_far() == []
    listening = await dial(consultation, headers=page_headers)
    await listening.listen(6)
    delta = {"type": "reply.delta", "text": "너무 일러요"}
    await live.send(consultation.pk, [delta])

    assert await listening.hear() == delta
    # Twice: a frame of the client may overtake a hint that waits beside it.
    assert await silent.heard_so_far() == []
    assert await silent.heard_so_far() == []


@pytest.mark.parametrize("after", [7, 10**12, -1, "3", "", None, True, False, 2.0, [3], {}])
async def test_a_place_that_does_not_exist_means_reload(dial, consultation, told, ticket, after):
    socket = await dial(consultation, ticket)
    await socket.resume(after)

    assert await socket.heard_so_far() == [{"type": "reload", "head": 6}]


async def test_a_client_may_resume_properly_after_a_reload(dial, consultation, told, ticket):
    socket = await dial(consultation, ticket)
    await socket.resume(99)
    head = (await socket.hear())["head"]
    await socket.resume(head - 1)

    assert [event["seq"] for event in await socket.heard_so_far()] == [6]


async def test_a_second_resume_starts_over_from_there(dial, consultation, told, ticket):
    socket = await dial(consultation, ticket)
    await socket.resume(4)
    await socket.hear_many(2)
    await socket.resume(3)

    assert [event["seq"] for event in await socket.heard_so_far()] == [4, 5, 6]


async def test_a_reply_in_progress_comes_with_its_text_so_far(dial, consultation, begun, ticket):
    await live.keep_partial(begun, "귀 안쪽이 붉은지 살펴봐 주세요. 🐶")
    socket = await dial(consultation, ticket)
    await socket.resume(6)

    assert [frame["type"] for frame in [await socket.hear()]] == ["reply.started"]
    assert await socket.heard_so_far() == [
        {
            "type": "reply.delta",
            "reply": str(begun),
            "offset": 0,
            "text": "귀 안쪽이 붉은지 살펴봐 주세요. 🐶",
        }
    ]
    await live.drop_partial(begun)


async def test_a_reply_without_text_yet_comes_without_a_delta(dial, consultation, begun, ticket):
    socket = await dial(consultation, ticket)
    await socket.resume(7)

    assert await socket.heard_so_far() == []


async def test_the_text_so_far_of_a_finished_reply_is_not_sent(
    dial, consultation, told, begun, ticket
):
    await live.keep_partial(begun, "귀 안쪽이")
    await in_db(services.post_reply)(
        message=told[-1], reply_id=begun, text="귀 안쪽이 붉어요.", status="complete", facts={}
    )
    socket = await dial(consultation, ticket)
    await socket.resume(7)

    assert [frame["type"] for frame in await socket.heard_so_far()] == ["reply.done"]
    await live.drop_partial(begun)


async def test_a_dropped_text_is_no_longer_there():
    reply = uuid4()
    await live.keep_partial(reply, "귀 안쪽이")
    assert await live.read_partial(reply) == "귀 안쪽이"

    await live.drop_partial(reply)
    assert await live.read_partial(reply) == ""
    await live._client().aclose()


async def test_two_sockets_resume_on_their_own(dial, consultation, told, ticket, page_headers):
    first = await dial(consultation, ticket)
    second = await dial(consultation, headers=page_headers)
    await first.resume(0)
    await second.resume(5)

    assert len(await first.heard_so_far()) == 6
    assert len(await second.heard_so_far()) == 1
