"""The tables of inference, by what they are about."""

from inference.models.answers import ApprovedAnswer, ApprovedPhrasing, Basis, Memory
from inference.models.calls import ModelCall, Spending
from inference.models.clinics import Clinic, ClinicMark
from inference.models.followups import FollowUp
from inference.models.jobs import InferenceJob, Run, TriageResult
from inference.models.library import EMBEDDING_DIMENSIONS, Article, Passage
from inference.models.reviews import TriageReview
from inference.models.rules import RulesSignature, TriageRule

__all__ = [
    "EMBEDDING_DIMENSIONS",
    "ApprovedAnswer",
    "ApprovedPhrasing",
    "Article",
    "Basis",
    "Clinic",
    "ClinicMark",
    "FollowUp",
    "InferenceJob",
    "Memory",
    "ModelCall",
    "Passage",
    "RulesSignature",
    "Run",
    "Spending",
    "TriageResult",
    "TriageReview",
    "TriageRule",
]
