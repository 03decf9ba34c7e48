"""Hints to open sockets. What is published here may be lost: the event log is the truth.

A stored event travels with its `seq`. Deltas of a reply carry no `seq` but the reply's id
and the offset of their text, counted in Unicode code points. The text so far is kept beside
them under `partial`, so that a late joiner starts from the last offset.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import redis.exceptions
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from redis import Redis as SyncRedis
from redis.asyncio import Redis

from chat.models import Event

logger = logging.getLogger(__name__)
PARTIAL_SECONDS = 180
LOSSES = (redis.exceptions.RedisError, OSError, TimeoutError)


def group_of(consultation_id: UUID) -> str:
    return f"consultation.{consultation_id.hex}"


def publish_events(consultation_id: UUID, events: Iterable[Event]) -> None:
    """Tell sockets about stored events. Called after the commit; never raises for a lost hint."""
    wire = [event.as_wire() for event in events]
    try:
        async_to_sync(send)(consultation_id, wire)
    except LOSSES:
        logger.warning("a hint to sockets was lost; they will catch up from the event log")


def publish_erased(consultation_id: UUID) -> None:
    """Tell sockets that the consultation is no more. A lost hint is made good by the heartbeat."""
    try:
        async_to_sync(_send_erased)(consultation_id)
    except LOSSES:
        logger.warning("a hint to sockets was lost; they will notice at the next heartbeat")


async def _send_erased(consultation_id: UUID) -> None:
    await get_channel_layer().group_send(group_of(consultation_id), {"type": "erased"})


async def send(consultation_id: UUID, wire: list[dict[str, Any]]) -> None:
    """Publish wire events to the consultation's group.

    Raises what the channel layer raises when Redis is away.
    """
    message = {"type": "relay", "events": wire}
    await get_channel_layer().group_send(group_of(consultation_id), message)


async def keep_partial(reply_id: UUID, text: str) -> None:
    """Keep the text so far of a reply that is being written."""
    await _client().set(_key(reply_id), text.encode(), ex=PARTIAL_SECONDS)


async def read_partial(reply_id: UUID) -> str:
    """The text so far; empty when none is kept."""
    kept = await _client().get(_key(reply_id))
    return kept.decode() if isinstance(kept, bytes) else ""


async def drop_partial(reply_id: UUID) -> None:
    await _client().delete(_key(reply_id))


def forget_partials(reply_ids: Iterable[UUID]) -> None:
    """Drop texts so far, from where no event loop runs. Raises RedisError."""
    keys = [_key(reply_id) for reply_id in reply_ids]
    if keys:
        url = f"{settings.REDIS_URL}/0"
        with SyncRedis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.delete(*keys)


_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, "Redis"] = WeakKeyDictionary()


def _client() -> "Redis":
    """One client an event loop: an asyncio client must not be shared between loops."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        url = f"{settings.REDIS_URL}/0"
        _clients[loop] = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    return _clients[loop]


def _key(reply_id: UUID) -> str:
    return f"drmaum:partial:{reply_id.hex}"
