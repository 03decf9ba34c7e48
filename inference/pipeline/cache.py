"""캐시 확인 · 응답 캐싱: answers kept in Redis under everything that shaped them.

The key holds the owner, so nothing personal is ever shared. Where urgency is high, an answer
is neither read from the cache nor kept.
"""

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from inference.llm import gateway
from inference.pipeline.types import Facts, Question, Reply, Source

NEVER_CACHED = ("emergency", "urgent")
PREFIX = "answer:"


class CacheError(Exception):
    """The cache could not be asked. The pipeline goes on without it."""


def key_of(question: Question, facts: Facts, prompt_version: str) -> str:
    """A digest of all that shaped the answer."""
    shaped = {
        "owner": str(question.owner_id),
        "pet": str(question.pet_id),
        "question": re.sub(r"\s+", " ", question.text.strip().lower()),
        "species": question.species,
        "urgency": question.urgency,
        "profile": facts.profile,
        "records": facts.records,
        "turns": [(turn.role, turn.text) for turn in facts.turns],
        "library": facts.library,
        "prompt": prompt_version,
        "models": gateway.names() if question.allows_overseas else ["extractive"],
    }
    packed = json.dumps(shaped, ensure_ascii=False, sort_keys=True)
    return PREFIX + hashlib.sha256(packed.encode()).hexdigest()


def look_up(question: Question, key: str) -> Reply | None:
    """The kept answer, or None. Raises CacheError."""
    if question.urgency in NEVER_CACHED:
        return None
    try:
        kept: dict[str, Any] | None = cache.get(key)
    except (RedisError, OSError) as error:
        raise CacheError(type(error).__name__) from error
    if kept is None:
        return None
    sources = tuple(Source(**source) for source in kept.pop("sources"))
    return Reply(**kept, sources=sources, is_cached=True)


def keep(question: Question, key: str, reply: Reply) -> bool:
    """Keep a complete answer. False where it must not be kept. Raises CacheError."""
    if question.urgency in NEVER_CACHED or reply.status != "complete" or reply.is_degraded:
        return False
    fields = vars(replace(reply, sources=(), is_cached=False)).copy()
    fields.pop("is_cached")
    fields["sources"] = [vars(source) for source in reply.sources]
    try:
        cache.set(key, fields, settings.ANSWER_CACHE_SECONDS)
    except (RedisError, OSError) as error:
        raise CacheError(type(error).__name__) from error
    return True
