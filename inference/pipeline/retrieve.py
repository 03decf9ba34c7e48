"""벡터 유사도 검색 → 질문 임베딩 생성 → 검색 실행 → 결과 필터링 & 스코어링."""

from dataclasses import replace

from django.conf import settings

from inference import hearing
from inference.knowledge import approved, embed
from inference.knowledge.coverage import coverage
from inference.knowledge.loading import SAYS
from inference.knowledge.search import Hit, Query, SearchError, search
from inference.llm.base import Material
from inference.models import ApprovedAnswer, Passage
from inference.pipeline.types import Facts, Question
from inference.triage.types import DANGERS, worse

MOST_ARTICLES = 3
SECOND_BEST_SHARE = 0.8
LOOK_BACK = 1
DANGER_BONUS = 0.1
COVERAGE_WEIGHT = 0.7


def embed_question(question: Question, facts: Facts) -> list[float]:
    """The vector of what is asked. Raises knowledge.embed.EmbeddingError."""
    return embed.embed_query(_asked(question, facts))


def danger_near(question: Question, vector: list[float]) -> str | None:
    """A graver urgency than the rules found, where the message means what dangers mean."""
    near = hearing.urgency_by_meaning(question.message_id, vector)
    if near not in DANGERS or worse(near, question.urgency) == question.urgency:
        return None
    return near


def find_approved(question: Question, facts: Facts, vector: list[float]) -> ApprovedAnswer | None:
    """An answer that a veterinarian approved for just this question: not for a short remark
    within a talk, not for a photo, not when the owner asks for another answer."""
    is_remark = facts.turns and len(question.text) < settings.RETRIEVAL_SHORT_QUESTION
    if question.photos or question.version > 1 or is_remark:
        return None
    return approved.find_approved(question.text, question.species, question.urgency, vector)


def find(question: Question, facts: Facts, vector: list[float] | None) -> list[Hit]:
    """Articles that may fit. Raises SearchError."""
    asked = _asked(question, facts)
    query = Query(asked, question.species, vector, reader_id=question.owner_id)
    hits = search(query, limit=MOST_ARTICLES * 2)
    return sorted((_weighed(hit, question) for hit in hits), key=lambda hit: -hit.score)


def filter_hits(question: Question, facts: Facts, hits: list[Hit]) -> tuple[Material, ...]:
    """The passages of the articles that are good enough, numbered from 1.

    The best article has to speak of what was asked; others count when they come near it. Of
    each all quotable sections are given, since the advice seldom stands where the sign was found.
    """
    if not hits or not _speaks_of(_asked(question, facts), hits[0]):
        return ()
    near = [hit for hit in hits if hit.score >= hits[0].score * SECOND_BEST_SHARE][:MOST_ARTICLES]
    score_of = {hit.article_id: hit.score for hit in near}
    rank_of = {hit.article_id: rank for rank, hit in enumerate(near)}
    passages = Passage.objects.filter(article__in=score_of).exclude(section=SAYS)
    known = [(p, p.article) for p in passages.select_related("article") if p.article]
    ordered = sorted(known, key=lambda pair: (rank_of[pair[1].pk], pair[0].position))
    return tuple(
        Material(
            number=number,
            passage_id=passage.pk,
            article_title=article.title,
            section=passage.section,
            text=passage.text,
            score=score_of[article.pk],
        )
        for number, (passage, article) in enumerate(ordered, start=1)
    )


def _speaks_of(asked: str, hit: Hit) -> bool:
    """Near in meaning and in words together; without a vector the words decide alone."""
    share = coverage(asked, hit.article_id)
    if hit.meaning == 0:
        return bool(share >= settings.RETRIEVAL_LEAST_COVERAGE)
    return bool(hit.meaning + COVERAGE_WEIGHT * share >= settings.RETRIEVAL_LEAST_SCORE)


def _weighed(hit: Hit, question: Question) -> Hit:
    """Danger first: where the rules saw danger, an article about danger comes before its mild
    neighbour (a cat that strains is first of all a blocked one)."""
    if question.urgency in DANGERS and hit.urgency in DANGERS:
        return replace(hit, score=hit.score + DANGER_BONUS)
    return hit


def _asked(question: Question, facts: Facts) -> str:
    """The question; a short follow-up is read together with the owner's message before it."""
    if len(question.text) >= settings.RETRIEVAL_SHORT_QUESTION:
        return question.text
    earlier = [turn.text for turn in facts.turns if turn.role == "user"][-LOOK_BACK:]
    return " ".join([*earlier, question.text])


__all__ = ["SearchError", "embed_question", "filter_hits", "find"]
