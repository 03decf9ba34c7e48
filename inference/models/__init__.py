"""The tables of inference, by what they are about."""

from inference.models.answers import ApprovedAnswer, ApprovedPhrasing, Basis, Memory
from inference.models.calls import ModelCall, Spending
from inference.models.clinics import Clinic, ClinicMark
from inference.models.followups import FollowUp
from inference.models.gaps import KnowledgeGap
from inference.models.indexing import EmbeddingSpace, IndexRun, Lexeme, PassageVector
from inference.models.jobs import InferenceJob, Run, TriageResult
from inference.models.library import LEXEME_SPACE, Article, Passage
from inference.models.reviews import TriageReview
from inference.models.rules import RulesSignature, TriageRule

__all__ = [
    "LEXEME_SPACE",
    "ApprovedAnswer",
    "ApprovedPhrasing",
    "Article",
    "Basis",
    "Clinic",
    "ClinicMark",
    "EmbeddingSpace",
    "FollowUp",
    "IndexRun",
    "InferenceJob",
    "KnowledgeGap",
    "Lexeme",
    "Memory",
    "ModelCall",
    "Passage",
    "PassageVector",
    "RulesSignature",
    "Run",
    "Spending",
    "TriageResult",
    "TriageReview",
    "TriageRule",
]
