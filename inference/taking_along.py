"""The parts of an owner's export that this app keeps: how urgent, on what grounds, by which model."""

from inference.models import Basis, FollowUp, Memory, ModelCall, TriageResult
from profiles.exporting import Part, register
from profiles.models import User
from profiles.taking_along import rows

TRIAGE = [
    "message", "urgency", "raised_to", "findings", "is_question", "is_third_party",
    "rules_version", "created_at",
]  # fmt: skip
BASIS = ["reply", "profile", "records", "notes", "passages", "turns", "summary"]
FOLLOW_UP = [
    "id", "message", "hours", "question", "status", "due_at", "asked_at", "mailed_at", "answer",
]  # fmt: skip
CALL = [
    "consultation", "purpose", "provider", "model", "outcome", "input_tokens", "output_tokens",
    "created_at",
]  # fmt: skip


def register_all() -> None:
    register("triage", "긴급도를 정한 까닭", _triage)
    register("basis", "답변에 사용한 정보", _basis)
    register("summaries", "긴 상담의 요약", _summaries)
    register("follow_ups", "안부 확인", _follow_ups)
    register("model_calls", "AI 모델에 물은 기록", _calls)


def _triage(user: User) -> Part:
    return rows(TriageResult.objects.filter(message__consultation__owner=user), TRIAGE)


def _basis(user: User) -> Part:
    return rows(Basis.objects.filter(reply__consultation__owner=user), BASIS)


def _summaries(user: User) -> Part:
    mine = Memory.objects.filter(consultation__owner=user)
    return rows(mine, ["consultation", "text", "made_by", "updated_at"])


def _follow_ups(user: User) -> Part:
    return rows(FollowUp.objects.visible_to(user), FOLLOW_UP)


def _calls(user: User) -> Part:
    return rows(ModelCall.objects.filter(owner=user), CALL)
