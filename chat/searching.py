"""Search in what was said, forgiving of spacing, particles and endings.

"토했" finds "토를 했어요", "슬개골탈구" finds "슬개골 탈구", "기침해요" finds "기침을 하더니". Only words
are compared: no model, and nothing but the owner's own messages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.db.models import Case, Q, QuerySet, TextField, When
from django.utils.translation import gettext_lazy as _

from chat.models import Message
from drmaum.lib.errors import Refusal
from profiles.models import User

LONGEST_QUERY, MOST_WORDS = 100, 8
BEFORE, AFTER = 30, 90
_WORD = re.compile(r"(?:[0-9]+[.,][0-9]+|[가-힣A-Za-z0-9])+")
# What stands between two syllables of one word when it is written apart.
_BETWEEN = r"(?:[을를이가은는도만]?\s*)"
_ENDINGS = re.compile(
    r"(?<=[가-힣])(?:했(?:어요|습니다|는데|다|네요)?|해(?:요|서)?|하(?:는데|고|면|네요|다가|더니|다|는)?|한다|한|합니다|"
    r"(?:었|았|였)(?:어요|습니다|는데|다|네요)|(?:어|아|여)(?:요|서)|습니다|네요|는데|더니|고요|아요|어요)$"
)
_PARTICLES = re.compile(
    r"(?<=[가-힣]{2})(?:을|를|이|가|은|는|도|에|에서|으로|로|와|과|랑|만|까지|부터)$"
)
LEAST = 2
_OBJECT = re.compile(r"[을를]$")  # short nouns have it too: "밥을"
# A verb that says nothing by itself: "토 했어요".
_DOES = r"(?:했|해|하|한|합)(?:어요|습니다|는데|니다|다|요|서|고|네요|더니)*"
_LIGHT = re.compile(_DOES)
# One syllable that is done: "토했어요" is also said as "토를 두 번 했어요".
_DONE = re.compile(rf"([가-힣]){_DOES}")


class QueryUnfit(Refusal):
    status = HTTPStatus.BAD_REQUEST
    code = "query_unfit"
    message = _("찾을 말을 한 글자에서 백 글자까지 적어 주세요.")


@dataclass(frozen=True)
class Found:
    """A message, a piece of it, and where in that piece the words stand."""

    message: Message
    snippet: str
    marks: list[tuple[int, int]]


def search(*, user: User, query: str, pet: UUID | None = None) -> QuerySet[Message]:
    """Messages in which all words of the query stand, the newest first. Raises QueryUnfit."""
    patterns = patterns_of(query)
    mine = Message.objects.visible_to(user).filter(consultation__pet__archived_at=None)
    if pet is not None:
        mine = mine.filter(consultation__pet=pet)
    # The database would compare everybody's messages first, and only then ask whose they are.
    mine = mine.alias(
        own=Case(When(consultation__owner=user, then="text"), output_field=TextField())
    )
    found = mine.filter(*(Q(own__iregex=one) for one in patterns))
    return found.select_related("consultation__pet").order_by("-created_at", "-pk")


def patterns_of(query: str) -> list[str]:
    """One expression a word. Raises QueryUnfit for a query without a word, or too long a one."""
    words = _WORD.findall(query) if len(query) <= LONGEST_QUERY else []
    if not words:
        raise QueryUnfit
    telling = [word for word in words if not _LIGHT.fullmatch(word)] or words
    return [_pattern(word) for word in telling[:MOST_WORDS]]


def snippet_of(message: Message, patterns: Sequence[str]) -> Found:
    return Found(message, *excerpt(message.text, patterns))


def excerpt(text: str, patterns: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """A piece around the first word that was found, and where in it the words stand."""
    text = " ".join(text.replace("**", "").split())
    hits = [hit for one in patterns if (hit := re.search(one, text, re.IGNORECASE))]
    first = min((hit.start() for hit in hits), default=0)
    begin = max(0, first - BEFORE)
    piece = text[begin : first + AFTER]
    marks = sorted(
        (hit.start() - begin, hit.end() - begin)
        for hit in hits
        if begin <= hit.start() and hit.end() <= begin + len(piece)
    )
    return piece, marks


def marked(snippet: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A snippet in pieces: as they are, or marked."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in marks:
        if start >= at:
            pieces += [(snippet[at:start], False), (snippet[start:end], True)]
            at = end
    return [*pieces, (snippet[at:], False)]


def _pattern(word: str) -> str:
    done = _DONE.fullmatch(word)
    if done:
        return rf"{done[1]}[을를이가은는도만]?[^.?!\n]{{0,12}}[하해했한합]"
    return _BETWEEN.join(map(re.escape, _stem(word)))


def _stem(word: str) -> str:
    """A word without ending and particle, as long as two letters are left."""
    for pattern in (_ENDINGS, _PARTICLES):
        shorter = pattern.sub("", word)
        if len(shorter) >= LEAST:
            word = shorter
    return _OBJECT.sub("", word) or word
