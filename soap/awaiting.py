"""Whether a consultation has its note, is getting one, or never will."""

from dataclasses import dataclass

from chat.models import Consultation
from profiles.models import User
from soap.models import NoteJob, SoapNote

OPEN, WRITING, READY, NONE, FAILED = "open", "writing", "ready", "none", "failed"
SENTENCES = {
    OPEN: "상담이 끝나면 요약이 준비돼요.",
    WRITING: "요약을 쓰고 있어요. 잠시만 기다려 주세요.",
    READY: "상담 요약이 준비됐어요.",
    NONE: "나눈 이야기가 없어서 요약을 만들지 않았어요.",
    FAILED: "요약을 만들지 못했어요. 대화는 그대로 남아 있고, 저희가 확인하고 있어요.",
}
_OF_JOB = {
    NoteJob.Status.DEAD: FAILED,
    NoteJob.Status.SKIPPED: NONE,
    NoteJob.Status.QUEUED: WRITING,
    NoteJob.Status.RUNNING: WRITING,
}


@dataclass(frozen=True)
class Awaited:
    """A key of `SENTENCES`, and the note once it is there."""

    state: str
    note: SoapNote | None = None

    @property
    def sentence(self) -> str:
        return SENTENCES[self.state]


def note_of(consultation: Consultation, user: User) -> Awaited:
    """The owner's own view of a consultation that was proven to be visible."""
    note = SoapNote.objects.visible_to(user).filter(consultation=consultation).first()
    if note is not None:
        return Awaited(READY, note)
    if consultation.is_open:
        return Awaited(OPEN)
    job = NoteJob.objects.filter(consultation=consultation).first()
    return Awaited(_OF_JOB.get(NoteJob.Status(job.status), NONE) if job else NONE)
