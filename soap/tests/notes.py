"""Notes as a workflow leaves them, without running it; vets who may review."""

from django.contrib.auth.models import Permission
from django.utils import timezone

from chat.models import Consultation
from profiles.models import User
from soap.models import Section, SoapNote

DRAFTED = {
    "S": "어제부터 노란 토를 하루 세 번 했어요",
    "O": "직접 검진 소견 없음",
    "A": "위장 문제일 수 있어요",
    "P": "물을 조금씩 자주 주세요",
}


def make_note(consultation: Consultation, **fields) -> SoapNote:
    given = {
        "owner": consultation.owner, "pet": consultation.pet, "urgency": "urgent",
        "made_by": "extraction", "is_default": True, "offered_at": timezone.now(),
        "keywords": {"주증상": "구토"}, **fields,
    }  # fmt: skip
    note = SoapNote.objects.create(consultation=consultation, **given)
    for kind, text in DRAFTED.items():
        Section.objects.create(note=note, kind=kind, drafted=[], text=text)
    return note


def make_vet(name: str, *permissions: str) -> User:
    """A vet of the portal, with the right to review and whatever else is named."""
    vet = User.objects.create_user(
        f"{name}@example.com", "x", name=name, role="vet", email_verified_at=timezone.now()
    )
    wanted = ["review_soapnote", *permissions]
    vet.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return User.objects.get(pk=vet.pk)
