"""What happens while a socket is open: relayed in order, holes filled, nothing twice."""

from uuid import uuid4

import pytest
from channels.db import database_sync_to_async as in_db
from django.db import transaction

from chat import live, services

pytestmark = pytest.mark.django_db(transaction=True)
NOW_AND_THEN = 0.05  # seconds between heartbeats, so that a test meets some


@pytest.fixture
def delta():
    """A delta that belongs to no reply: it marks a place in what a socket hears."""
    return {"type": "reply.delta", "reply": str(uuid4()), "offset": 0, "text": "여기까지"}


@pytest.fixture
def lively(settings):
    settings.SOCKET_HEARTBEAT_SECONDS = NOW_AND_THEN


def seqs(frames) -> list[int]:
    return [frame["seq"] for frame in frames if "seq" in frame]


async def test_a_message_is_relayed_as_it_is_stored(dial, consultation, say, ticket):
    socket = await dial(consultation, ticket)
    await socket.listen()
    message = await in_db(say)(consultation, "방금 토했어요")

    first, second = await socket.hear_many(2)
    assert (first["type"], first["seq"]) == ("message", 1)
    assert first["message"]["text"] == "방금 토했어요"
    assert (second["type"], second["seq"]) == ("triage", 2)
    assert second["message"] == str(message.pk)


async def test_a_whole_reply_is_relayed_in_order(dial, consultation, say, ticket):
    message = await in_db(say)(consultation)
    reply = (await message.jobs.aget()).reply_id
    socket = await dial(consultation, ticket)
    await socket.listen(2)
    await in_db(services.start_reply)(message=message, reply_id=reply)
    for offset, text in [(0, "귀를 "), (3, "살펴봐 주세요.")]:
        delta = {"type": "reply.delta", "reply": str(reply), "offset": offset, "text": text}
        await live.send(consultation.pk, [delta])
    await in_db(services.post_reply)(
        message=message, reply_id=reply, text="귀를 살펴봐 주세요.", status="complete", facts={}
    )

    heard = await socket.hear_until("reply.done")
    kinds = ["reply.started", "reply.delta", "reply.delta", "reply.done"]
    assert [frame["type"] for frame in heard] == kinds
    assert heard[1]["text"] + heard[2]["text"] == heard[3]["message"]["text"]
    assert all("seq" not in frame for frame in heard[1:3])


async def test_events_from_before_the_resume_are_not_relayed_again(
    dial, consultation, say, ticket, delta
):
    socket = await dial(consultation, ticket)
    await in_db(say)(consultation)
    await socket.resume(0)
    await live.send(consultation.pk, [delta])

    heard = await socket.hear_until("reply.delta")
    assert seqs(heard) == [1, 2]


async def test_an_event_that_is_published_twice_is_heard_once(
    dial, consultation, log_quietly, ticket, delta
):
    socket = await dial(consultation, ticket)
    await socket.listen()
    event = await in_db(log_quietly)(consultation)
    for _ in range(2):
        await live.send(consultation.pk, [event.as_wire()])
    await live.send(consultation.pk, [delta])

    assert seqs(await socket.hear_until("reply.delta")) == [1]


async def test_a_hole_is_filled_before_anything_later(
    dial, consultation, say, log_quietly, ticket, delta
):
    socket = await dial(consultation, ticket)
    await socket.listen()
    await in_db(log_quietly)(consultation)
    await in_db(log_quietly)(consultation)
    await in_db(say)(consultation)
    await live.send(consultation.pk, [delta])

    assert seqs(await socket.hear_until("reply.delta")) == [1, 2, 3, 4]


async def test_events_that_arrive_out_of_order_are_heard_in_order(
    dial, consultation, log_quietly, ticket, delta
):
    socket = await dial(consultation, ticket)
    await socket.listen()
    events = [await in_db(log_quietly)(consultation) for _ in range(3)]
    for event in reversed(events):
        await live.send(consultation.pk, [event.as_wire()])
    await live.send(consultation.pk, [delta])

    assert seqs(await socket.hear_until("reply.delta")) == [1, 2, 3]


async def test_an_undone_transaction_is_not_heard(dial, consultation, say, ticket, delta):
    def undone() -> None:
        with transaction.atomic():
            say(consultation)
            transaction.set_rollback(True)

    socket = await dial(consultation, ticket)
    await socket.listen()
    await in_db(undone)()
    await live.send(consultation.pk, [delta])

    assert await socket.hear_until("reply.delta") == [delta]


async def test_a_neighbours_consultation_is_not_heard(
    dial, consultation, foreign, stranger, ticket, enqueued, delta
):
    socket = await dial(consultation, ticket)
    await socket.listen()
    await in_db(services.send_message)(
        consultation=foreign, author=stranger, text="토끼가 안 먹어요"
    )
    await live.send(foreign.pk, [delta])
    await live.send(consultation.pk, [delta])

    assert await socket.hear_until("reply.delta") == [delta]
    assert await socket.heard_so_far() == []


async def test_all_open_sockets_of_a_consultation_hear(
    dial, consultation, say, ticket, page_headers
):
    sockets = [await dial(consultation, ticket), await dial(consultation, headers=page_headers)]
    for socket in sockets:
        await socket.listen()
    await in_db(say)(consultation)

    assert [seqs(await socket.hear_many(2)) for socket in sockets] == [[1, 2], [1, 2]]


async def test_the_end_is_heard(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    await socket.listen()
    await in_db(services.end_consultation)(consultation=consultation, ending="owner")

    heard = await socket.hear()
    assert (heard["type"], heard["seq"], heard["ending"]) == ("ended", 1, "owner")


@pytest.mark.usefixtures("lively")
async def test_a_heartbeat_carries_the_head(dial, consultation, say, ticket):
    await in_db(say)(consultation)
    socket = await dial(consultation, ticket)

    assert await socket.hear() == {"type": "heartbeat", "head": 2}


@pytest.mark.usefixtures("lively")
async def test_a_deaf_socket_catches_up_at_the_next_heartbeat(
    dial, consultation, log_quietly, ticket
):
    socket = await dial(consultation, ticket)
    await socket.listen()
    await socket.hear_until("heartbeat")
    for _ in range(3):
        await in_db(log_quietly)(consultation)
    heard = await socket.hear_until("transcript")
    while len(seqs(heard)) < 3:
        heard.append(await socket.hear())

    assert seqs(heard) == [1, 2, 3]


async def test_a_send_is_kept_when_no_socket_can_be_told(api, consultation, enqueued, settings):
    dead = {"hosts": [{"address": "redis://127.0.0.1:1/0"}], "prefix": "drmaum"}
    backend = "channels_redis.pubsub.RedisPubSubChannelLayer"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": dead}}
    body = {"consultation": str(consultation.pk), "text": "토했어요"}
    answer = await in_db(api.post)("/api/v1/chat/send", body)

    assert answer.status_code == 200
    assert await in_db(consultation.messages.count)() == 1
