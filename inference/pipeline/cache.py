"""캐시 확인 · 응답 캐싱: answers kept in Redis under everything that shaped them.

An answer is shared between owners only when nothing personal shaped it: no record, no earlier
talk, no free text of a profile, no name, number or address in the question. Everything else
is kept for its owner alone. Where urgency is high, an answer is neither read from the cache
nor kept.
"""

import hashlib
import json
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from inference import guard, rulebook
from inference.llm import gateway, policy
from inference.pipeline.types import Facts, Question, Reply, Source
from inference.triage.types import DANGERS

PREFIX = "answer:"
MADE_IN = "answers-of:"  # which entries a consultation made
LONGEST_SHARED = 120
# What may tell who asks: long numbers, addresses of mail and web, names with a title, places.
_PERSONAL = re.compile(
    r"\d{4,}|@|https?:|www\.|[가-힣]{2,4}(?:님|씨|원장|선생|엄마|아빠)|[가-힣]{2,}(?:동물병원|아파트|빌라|[시군구읍면동로길]\s?\d)|제\s*이름|저는\s*[가-힣]{2,4}(?:이라고|라고|입니다)"
)


class CacheError(Exception):
    """The cache could not be asked. The pipeline goes on without it."""


def key_of(question: Question, facts: Facts, prompt_version: str) -> str:
    """A digest of all that shaped the answer."""
    normal = re.sub(r"\s+", " ", question.text.strip().lower())
    shaped = {
        "owner": "" if is_shareable(question, facts) else str(question.owner_id),
        "pet": "" if is_shareable(question, facts) else str(question.pet_id),
        "question": normal,
        "species": question.species,
        "urgency": question.urgency,
        "reasons": question.reasons,
        "profile": [str(fact) for fact in facts.profile],
        "records": [str(fact) for fact in facts.records],
        "notes": [str(fact) for fact in facts.notes],
        "turns": [(turn.role, turn.text) for turn in facts.turns],
        "summary": facts.summary,
        "library": facts.library,
        "prompt": prompt_version,
        "models": _models(question),
        "guard": _guard_version(),
        "rules": rulebook.current().version,
    }
    packed = json.dumps(shaped, ensure_ascii=False, sort_keys=True)
    return PREFIX + hashlib.sha256(packed.encode()).hexdigest()


def is_shareable(question: Question, facts: Facts) -> bool:
    """Whether nothing personal shaped the answer."""
    is_short = len(question.text) <= LONGEST_SHARED
    return is_short and not facts.is_personal and not _PERSONAL.search(question.text)


def look_up(question: Question, key: str) -> Reply | None:
    """The kept answer, or None: always for danger, for photos, and for an answer asked anew.

    Raises CacheError.
    """
    if question.urgency in DANGERS or question.photos or question.version > 1:
        return None
    try:
        kept: dict[str, Any] | None = cache.get(key)
        if kept is None:
            return None
        sources = tuple(Source(**source) for source in kept.pop("sources"))
        return Reply(**kept, sources=sources, is_cached=True)
    except (RedisError, OSError, TypeError, KeyError) as error:
        # The last two: an entry of an older release.
        raise CacheError(type(error).__name__) from error


def keep(question: Question, key: str, reply: Reply) -> bool:
    """Keep a complete answer. False where it must not be kept. Raises CacheError."""
    is_grave = question.urgency in DANGERS or reply.urgency in DANGERS
    is_whole = reply.status == "complete" and not reply.is_degraded and reply.approved is None
    if is_grave or not is_whole or question.photos:
        return False
    fields = vars(replace(reply, sources=(), is_cached=False)).copy()
    fields.pop("is_cached")
    fields["sources"] = [source.as_json() for source in reply.sources]
    try:
        _note_maker(question.consultation_id, key)
        cache.set(key, fields, settings.ANSWER_CACHE_SECONDS)
    except (RedisError, OSError, ValueError) as error:  # the last: the count was just flushed
        raise CacheError(type(error).__name__) from error
    return True


def forget(consultation_id: UUID) -> None:
    """Drop every entry that was made of this consultation's words, shared ones too. Raises
    CacheError."""
    counter = f"{MADE_IN}{consultation_id.hex}"
    try:
        notes = [f"{counter}:{number}" for number in range(1, 1 + cache.get(counter, 0))]
        cache.delete_many([*cache.get_many(notes).values(), *notes, counter])
    except (RedisError, OSError) as error:
        raise CacheError(type(error).__name__) from error


def _note_maker(consultation_id: UUID, key: str) -> None:
    """Before the entry itself: what is kept can be found again by its consultation. The notes
    outlive the entries."""
    counter, seconds = f"{MADE_IN}{consultation_id.hex}", 2 * settings.ANSWER_CACHE_SECONDS
    cache.add(counter, 0, seconds)
    cache.touch(counter, seconds)
    cache.set(f"{counter}:{cache.incr(counter)}", key, seconds)


@lru_cache(maxsize=1)
def _guard_version() -> str:
    """What a stricter guard would hold back must not come from the cache."""
    files = sorted(Path(guard.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _models(question: Question) -> list[str]:
    """Who may be asked, by which model and under which policy."""
    if not question.allows_overseas:
        return [name for name in gateway.names() if not gateway.is_overseas(name)]
    known = policy.policy()
    named = [known.models[name].model for name in gateway.names() if name in known.models]
    return [*gateway.names(), *named, policy.digest()]
