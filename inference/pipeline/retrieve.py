"""벡터 유사도 검색 → 질문 임베딩 생성 → 검색 실행 → 결과 필터링 & 스코어링."""

from dataclasses import replace

from django.conf import settings

from inference import hearing
from inference.knowledge import approved, embed
from inference.knowledge.embed import Vector
from inference.knowledge.loading import SAYS
from inference.knowledge.search import Hit, Query, SearchError, search
from inference.knowledge.showing import label_of
from inference.llm.base import Material
from inference.memory.digest import essence
from inference.models import ApprovedAnswer, Passage
from inference.pipeline.types import Facts, Question
from inference.triage.types import DANGERS, worse

MOST_ARTICLES = 3
SECOND_BEST_SHARE = 0.8
LOOK_BACK = 1
# Who writes a short cry has told nothing but the danger; whoever describes at length is best
# answered by the words. Chosen on the development questions (`manage.py evaluate retrieval`).
SHORT_CRY = 30
DANGER_BONUS, FLAG_BONUS, FLAG_BONUS_AT_LENGTH = 0.1, 0.35, 0.05
# Letters that one vector can stand for.
LONGEST_QUESTION, ESSENCE_TOKENS = 700, 350


def embed_question(question: Question, facts: Facts) -> Vector:
    """The vector of what is asked. An owner's words go to a model abroad only where they allowed
    it. Raises knowledge.embed.EmbeddingError."""
    if embed.is_overseas(embed.model_name()) and not question.allows_overseas:
        raise embed.EmbeddingError("the owner does not allow models abroad")
    return embed.ask(_asked(question, facts))


def danger_near(question: Question, facts: Facts, vector: Vector | None) -> str | None:
    """A graver urgency than the rules found, where the message means what dangers mean. The net
    knows the vectors of the model that comes along only. Raises EmbeddingError."""
    if vector is not None and vector.model == embed.LOCAL:
        values = list(vector.values)
    else:
        values = embed.embed_query(_asked(question, facts))
    near = hearing.urgency_by_meaning(question.message_id, values)
    if near not in DANGERS or worse(near, question.urgency) == question.urgency:
        return None
    return near


def find_approved(question: Question, facts: Facts, vector: Vector) -> ApprovedAnswer | None:
    """An answer that a veterinarian approved for just this question: not for a short remark
    within a talk, not for a photo, not when the owner asks for another answer."""
    is_remark = facts.turns and len(question.text) < settings.RETRIEVAL_SHORT_QUESTION
    if question.photos or question.version > 1 or is_remark:
        return None
    return approved.find_approved(question.text, question.species, question.urgency, vector)


def find(question: Question, facts: Facts, vector: Vector | None) -> list[Hit]:
    """Articles that may fit. Raises SearchError."""
    asked = Query(_asked(question, facts), question.species, vector, red_flags=question.red_flags)
    return candidates(asked, question.urgency)


def candidates(query: Query, urgency: str) -> list[Hit]:
    """Articles that may fit what was asked at this urgency, best first. Raises SearchError."""
    hits = search(query, limit=MOST_ARTICLES * 3)
    if urgency in DANGERS:
        is_short = len(query.text) <= SHORT_CRY
        hits = [_weighed(hit, is_short=is_short) for hit in hits]
    return sorted(hits, key=lambda hit: -hit.score)


def filter_hits(hits: list[Hit]) -> tuple[Material, ...]:
    """The passages of the articles that are good enough, numbered from 1.

    The best article has to speak of what was asked; others count when they come near it. Of
    each all quotable sections are given, since the advice seldom stands where the sign was found.
    """
    near = quotable(hits)
    if not near:
        return ()
    score_of = {hit.article_id: hit.score for hit in near}
    rank_of = {hit.article_id: rank for rank, hit in enumerate(near)}
    passages = Passage.objects.filter(article__in=score_of).exclude(section=SAYS)
    known = [(p, p.article) for p in passages.select_related("article__reviewed_by") if p.article]
    ordered = sorted(known, key=lambda pair: (rank_of[pair[1].pk], pair[0].position))
    return tuple(
        Material(
            number=number,
            passage_id=passage.pk,
            article_title=article.title,
            section=passage.section,
            text=passage.text,
            score=score_of[article.pk],
            label=label_of(article),
        )
        for number, (passage, article) in enumerate(ordered, start=1)
    )


def quotable(hits: list[Hit]) -> list[Hit]:
    """Those of the hits, best first, that an answer may build on; none when nothing fits."""
    if not hits or hits[0].score < least_score(hits[0]):
        return []
    return [hit for hit in hits if hit.score >= hits[0].score * SECOND_BEST_SHARE][:MOST_ARTICLES]


def least_score(best: Hit) -> float:
    """What the best article has to reach to answer at all; without a vector the words decide
    alone."""
    least = settings.RETRIEVAL_LEAST_SCORE if best.meaning else settings.RETRIEVAL_LEAST_WORDS
    return float(least)


def _weighed(hit: Hit, *, is_short: bool) -> Hit:
    """Danger first: where the rules saw danger, an article about just that danger comes first of
    all, and one about danger before its mild neighbour (a cat that strains is first of all a
    blocked one)."""
    if hit.urgency not in DANGERS:
        return hit
    if hit.is_flagged:
        return replace(hit, score=hit.score + (FLAG_BONUS if is_short else FLAG_BONUS_AT_LENGTH))
    return replace(hit, score=hit.score + DANGER_BONUS) if is_short else hit


def _asked(question: Question, facts: Facts) -> str:
    """The question; a short follow-up is read together with the owner's message before it, and
    of an hour of talk what tells of the animal's health."""
    if len(question.text) > LONGEST_QUESTION:
        return essence(question.text, ESSENCE_TOKENS)
    if len(question.text) >= settings.RETRIEVAL_SHORT_QUESTION:
        return question.text
    earlier = [turn.text for turn in facts.turns if turn.role == "user"][-LOOK_BACK:]
    return " ".join([*earlier, question.text])


__all__ = ["SearchError", "embed_question", "filter_hits", "find"]
