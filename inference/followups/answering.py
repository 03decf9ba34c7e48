"""An owner's answer becomes a message like any other, so that triage hears it."""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import services
from chat.models import RANK, Consultation, Message
from chat.refusals import MessageEmpty, MessageTooLong
from drmaum.lib.errors import Refusal
from inference.followups.promising import drop, promise
from inference.followups.questions import span_text
from inference.models import FollowUp
from inference.raising import raise_urgency

Status = FollowUp.Status


class Choice(models.TextChoices):
    BETTER = "better", gettext_lazy("좋아졌어요")
    SAME = "same", gettext_lazy("그대로예요")
    WORSE = "worse", gettext_lazy("나빠졌어요")
    VISITED = "visited", gettext_lazy("병원에 다녀왔어요")


RELIEVED = (Choice.BETTER, Choice.VISITED)


class FollowUpAnswered(Refusal):
    status = HTTPStatus.CONFLICT
    code = "follow_up_answered"
    message = gettext_lazy("이미 답해 주신 질문이에요. 더 알려 주실 것은 상담에 적어 주세요.")


@transaction.atomic
def answer(*, follow_up: FollowUp, choice: str = "", text: str = "") -> Message:
    """Send the answer to a question that was asked: a choice, the owner's own words, or both.

    Unless the owner says that it is over, the first words are said again, so that the rules fire
    anew. After the end of the consultation a new one about the same pet is opened.
    Raises FollowUpAnswered, MessageEmpty, MessageTooLong.
    """
    consultations = Consultation.objects.select_for_update(of=["self"])
    asked_in = consultations.select_related("pet", "owner").get(
        pk=follow_up.message.consultation_id
    )
    asked = FollowUp.objects.select_related("message__triage").get(pk=follow_up.pk)
    if asked.status == Status.ANSWERED:
        raise FollowUpAnswered
    if not choice and not text:
        raise MessageEmpty
    message = services.send_message(
        consultation=_open(asked_in),
        author=asked_in.owner,
        text=_as_message(asked.message, choice, text),
        key=f"follow-up-{asked.pk}",
    )
    if choice in (Choice.SAME, Choice.WORSE):
        _keep_urgency(message, asked.message)
    asked.status, asked.answer = Status.ANSWERED, message
    asked.save(update_fields=["status", "answer"])
    _settle(asked_in, message, is_over=choice in RELIEVED, has_more=bool(text))
    return message


def _open(consultation: Consultation) -> Consultation:
    if consultation.is_open:
        return consultation
    return services.open_consultation(owner=consultation.owner, pet=consultation.pet)


def _keep_urgency(message: Message, before: Message) -> None:
    """Not better means not less urgent, whatever the rules make of the same words today."""
    urgency = before.triage.graver
    if RANK[message.triage.graver] >= RANK[urgency]:
        return
    why = _("앞서 알려 주신 위험 신호가 나아지지 않았다고 하셨어요.")
    raise_urgency(message=message, urgency=urgency, category=_("안부 확인의 답"), why=why)
    promise(message=message)


def _settle(consultation: Consultation, message: Message, *, is_over: bool, has_more: bool) -> None:
    """One answer is enough for what was asked; what is yet to be asked stays, unless it is over
    or the answer has promises of its own. "좋아졌어요" alone promises nothing."""
    others = FollowUp.objects.filter(message__consultation=consultation).exclude(message=message)
    drop(others.asked())
    if is_over or message.follow_ups.exists():
        drop(others)
    if is_over and not has_more:
        drop(FollowUp.objects.filter(message=message))


def _as_message(before: Message, choice: str, text: str) -> str:
    since, words = _first_words(before)
    span = span_text(since, timezone.now())
    frames = {
        Choice.BETTER: _("%(span)s이 지났고 좋아졌어요."),
        Choice.VISITED: _("동물병원에 다녀왔어요."),
        # The full stop lets the rules read the first words as they stood.
        Choice.SAME: _("%(span)s이 지났는데 그대로예요. “%(words)s”"),
        Choice.WORSE: _("%(span)s이 지났는데 나빠졌어요. “%(words)s”"),
        "": _("%(span)s 전에 적은 말이에요. “%(words)s”"),
    }
    frame = frames[choice]
    room = settings.LONGEST_MESSAGE - len(text) - len(frame % {"span": span, "words": ""}) - 1
    if room < 0:
        raise MessageTooLong
    said = frame % {"span": span, "words": words[:room]}
    parts = (said, text) if choice else (text, said)
    return "\n".join(part for part in parts if part)


def _first_words(message: Message) -> tuple[datetime, str]:
    """When the danger was first told and in which words: of an answer that carries them along,
    those words and what the owner had added, not the sentence around them."""
    message = _newest_wording(message)
    answered = FollowUp.objects.select_related("message").filter(answer=message).first()
    if answered is None:
        return message.created_at, message.text
    since, words = _first_words(answered.message)
    head, quote, tail = message.text.partition(f"“{words}”")
    if not quote:
        return message.created_at, message.text
    added = head.rpartition("\n")[0]
    return since, "\n".join(part for part in (words, added.strip(), tail.strip()) if part)


def _newest_wording(message: Message) -> Message:
    while newer := Message.objects.filter(revises=message).first():
        message = newer
    return message
