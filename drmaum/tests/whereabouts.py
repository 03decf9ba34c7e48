"""Where a word lies: in which tables, files and keys of Redis."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from redis import Redis


def tables_with(word: str) -> dict[str, int]:
    """Tables in which the word stands anywhere in a row, and in how many rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"select count(*) from {name} one where one::text ilike %s",  # noqa: S608
                [f"%{word}%"],
            )
            (count,) = cursor.fetchone()
            if count:
                found[table] = count
    return found


def files_with(word: str) -> list[str]:
    every = (file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file())
    return [str(file) for file in every if word in file.name or word.encode() in file.read_bytes()]


def keys_with(word: str) -> list[str]:
    """Keys of all of the product's databases in whose name or value the word stands."""
    found = []
    for number in range(3):
        with Redis.from_url(f"{settings.REDIS_URL}/{number}") as client:
            for key in client.scan_iter(count=1000):
                if word.encode() in key + _value(client, key):
                    found.append(f"{number}:{key!r}")
    return found


def _value(client: Redis, key: bytes) -> bytes:
    read: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: client.get(key),
        b"hash": lambda: client.hgetall(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
    }
    value = read.get(client.type(key), lambda: b"")()
    return value if isinstance(value, bytes) else repr(value).encode()
