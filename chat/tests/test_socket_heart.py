"""A socket lives as long as its proof, and its heart survives what may happen to a database."""

import contextlib
from collections.abc import Iterator

import psycopg
import pytest
from channels.db import database_sync_to_async as in_db
from django.db import connection
from rest_framework.test import APIClient

from chat import live
from chat.models import Consultation, Event

pytestmark = pytest.mark.django_db(transaction=True)
UNPROVEN = 4401
WAITS_FOR_ME = """
    select pid from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))
"""


@pytest.fixture(autouse=True)
def _lively(settings):
    settings.SOCKET_HEARTBEAT_SECONDS = 0.05


@contextlib.contextmanager
def held_log() -> Iterator[psycopg.Connection]:
    """The event log under a lock that lets nobody read, by a connection of its own."""
    where = connection.settings_dict
    link = psycopg.connect(
        host=where["HOST"],
        port=where["PORT"] or None,
        dbname=where["NAME"],
        user=where["USER"],
        password=where["PASSWORD"] or None,
    )
    with link:
        link.execute("lock table chat_event in access exclusive mode")
        yield link


def log_without_head(consultation: Consultation) -> Event:
    """An event whose head is told later: only then does a heart reach for the log."""
    return Event.objects.create(consultation=consultation, seq=1, kind=Event.Kind.TRANSCRIPT)


async def waiting_pid(link: psycopg.Connection) -> int:
    """The backend that waits for the lock; the loop turns meanwhile."""
    for _ in range(500):
        found = link.execute(WAITS_FOR_ME).fetchone()
        if found:
            return int(found[0])
        await in_db(link.execute)("select pg_sleep(0.01)")
    pytest.fail("nobody waited for the event log")


async def test_logging_out_closes_the_socket(dial, consultation, ticket, api, owner):
    socket = await dial(consultation, ticket)
    await socket.hear_until("heartbeat")
    await in_db(owner.sign_ins.update)(ended_at=consultation.created_at)

    assert await socket.hear_close() == UNPROVEN


async def test_logging_out_by_the_api_closes_its_socket(dial, consultation, api):
    fetched = await in_db(api.post)("/api/v1/chat/ticket")
    socket = await dial(consultation, fetched.json()["ticket"])
    await socket.hear_until("heartbeat")
    assert (await in_db(api.post)("/api/v1/auth/logout")).status_code == 204

    assert await socket.hear_close() == UNPROVEN


async def test_logging_out_of_the_browser_closes_the_socket(
    dial, consultation, web_client, page_headers
):
    socket = await dial(consultation, headers=page_headers)
    await socket.hear_until("heartbeat")
    await in_db(web_client.logout)()

    assert await socket.hear_close() == UNPROVEN


async def test_another_device_keeps_its_socket(dial, consultation, ticket, api):
    socket = await dial(consultation, ticket)
    assert (await in_db(api.post)("/api/v1/auth/logout")).status_code == 204
    await socket.hear_until("heartbeat")

    assert (await socket.hear())["type"] == "heartbeat"


async def test_a_disabled_account_loses_its_socket(dial, consultation, ticket, owner):
    socket = await dial(consultation, ticket)
    await socket.hear_until("heartbeat")
    owner.is_active = False
    await in_db(owner.save)()

    assert await socket.hear_close() == UNPROVEN


async def test_an_erased_consultation_loses_its_socket(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    await socket.hear_until("heartbeat")
    await in_db(consultation.delete)()

    assert await socket.hear_close() == UNPROVEN


async def test_a_ticket_fetched_by_a_browser_outlives_a_heartbeat(dial, consultation, owner):
    client = APIClient()
    await in_db(client.force_login)(owner)
    fetched = await in_db(client.post)("/api/v1/chat/ticket")
    assert fetched.status_code == 201
    socket = await dial(consultation, fetched.json()["ticket"])

    frames = await socket.hear_many(2)
    assert [frame["type"] for frame in frames] == ["heartbeat", "heartbeat"]


async def test_an_event_relayed_while_the_heart_catches_up_is_heard_once(
    dial, consultation, log_quietly, ticket
):
    socket = await dial(consultation, ticket)
    await socket.listen()
    await socket.hear_until("heartbeat")
    event = await in_db(log_without_head)(consultation)
    with held_log() as link:
        await in_db(Consultation.objects.update)(head_seq=1)
        await waiting_pid(link)
        await live.send(consultation.pk, [event.as_wire()])
        heard = await socket.hear_until("transcript")
    heard += await socket.hear_until("heartbeat")
    await in_db(log_quietly)(consultation)
    heard += await socket.hear_until("transcript")

    assert [frame["seq"] for frame in heard if "seq" in frame] == [1, 2]


async def test_a_heart_that_meets_a_lost_query_does_not_stop_in_silence(dial, consultation, ticket):
    socket = await dial(consultation, ticket)
    await socket.listen()
    await socket.hear_until("heartbeat")
    await in_db(log_without_head)(consultation)
    with held_log() as link:
        await in_db(Consultation.objects.update)(head_seq=1)
        link.execute("select pg_cancel_backend(%s)", [await waiting_pid(link)])

    assert await socket.hear_until("transcript")
